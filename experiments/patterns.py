"""What the literature says, held against paired runs: what ``make patterns`` runs.

    python -m experiments.patterns [--quick] [--people N] [--seeds N] [--years Y] [--workers N] [--only ID] [--world W]
                                   [--looks N] [--fragile] [--ensemble NAME [--sets N] [--apart N]]

The patterns are in experiments/patterns.yaml. Each verdict is supported, contradicted or inconclusive by the interval
of differences paired by seed. Seeds go where verdicts are open: a third of them is run first, and more only for
patterns that are still undecided, with intervals that hold at once however often one looks
(:mod:`experiments.looks`). The table goes to ``results/patterns.json`` and ``results/patterns.csv``. If every
pattern needs all seeds this is some 1 100 runs, half of them of 200 000 people, and takes hours on two cores;
``--quick`` takes a quarter of that. A command that was stopped goes on where it was.

``--fragile`` runs claims again under changes that must not matter (:mod:`experiments.fragile`); ``--ensemble`` runs all
in worlds that fit (:mod:`experiments.over_worlds`).
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console

from experiments.judging import judge, save, table
from experiments.kept_runs import KeptRuns, kept_runs
from experiments.looks import FEWEST, levels, looks
from experiments.measures import DOSES
from experiments.pattern_runs import EVENTS, LARGE, LARGER, SHORT, SMALL, Runs
from experiments.verdicts import CONTRADICTED, INCONCLUSIVE
from sim.ground.cache import source_hash
from sim.ground.errors import RequestError
from sim.reference.registry import policies
from sim.results.arms import Arm
from sim.results.run import RunResult
from sim.results.store import StoreError
from sim.scenario.scenario import Scenario
from sim.studies.conduct import jobs_of
from sim.studies.plan import compose
from sim.studies.pool import run_many, unique
from sim.world.size import least_size

HERE = Path(__file__).parent
SHORT_YEARS = 2.0  # diversion is followed for two years
EVENT_PEOPLE, EVENT_YEARS, EVENT_SEEDS = 5_000, 4.0, 3


@dataclass(frozen=True)
class Plan:
    """How large the runs are.

    People, seeds and years of most; people of small and large runs (small: the least size of the world where none is
    given), seeds of large ones; how many times the people, and seeds, for patterns that usual runs leave undecided
    (``larger: true`` in patterns.yaml); weeks of burn-in; how often one looks before all seeds have been run;
    more words of every scenario.
    """

    people: int = 50_000
    seeds: int = 20
    years: float = 10.0
    workers: int = 2
    world: str = "archetypes"
    small: int | None = None
    large: int = 500_000
    large_seeds: int = 4
    times: int = 4
    times_seeds: int = 20
    burn_in: int = 156
    looks: int = 3
    words: tuple[str, ...] = ()


QUICK = Plan(people=20_000, seeds=8, large=200_000, large_seeds=3, times_seeds=6)


def catalogue() -> dict[str, Any]:
    """Arms, patterns and what this version cannot reach, from patterns.yaml."""
    return yaml.safe_load((HERE / "patterns.yaml").read_text(encoding="utf-8"))


def chosen(patterns: Sequence[Mapping[str, Any]], only: Sequence[str]) -> list[Mapping[str, Any]]:
    """Patterns with these ids, all of them if none is named. Raises RequestError."""
    known = [pattern["id"] for pattern in patterns]
    for name in only:
        if name not in known:
            raise RequestError(f"there is no pattern {name!r}", where="--only", given=name, allowed=known)
    return [pattern for pattern in patterns if not only or pattern["id"] in only]


# --- groups of runs ---------------------------------------------------------------------------------------------


def groups(
    patterns: Sequence[Mapping[str, Any]], words: Mapping[str, list[str]], plan: Plan
) -> dict[str, tuple[Arm, int]]:
    """What the patterns need to be run: arm and number of seeds by label."""
    usual = [pattern for pattern in patterns if not pattern.get("larger")]
    more = [pattern for pattern in patterns if pattern.get("larger")]
    larger = replace(plan, people=plan.people * plan.times, seeds=plan.times_seeds)
    again = {LARGER + label: (replace(arm, label=LARGER + label), seeds)
             for label, (arm, seeds) in _groups(more, words, larger).items()}  # fmt: skip
    return _groups(usual, words, plan) | again


def _groups(
    patterns: Sequence[Mapping[str, Any]], words: Mapping[str, list[str]], plan: Plan
) -> dict[str, tuple[Arm, int]]:
    """The same for patterns that are all looked for in runs of one size."""
    base = Scenario.compose(
        [f"world={plan.world}", f"people.size={plan.people}", f"time.years={plan.years}",
         f"time.burn_in_weeks={plan.burn_in}", *plan.words]
    )  # fmt: skip
    measures = {pattern["measure"] for pattern in patterns}
    wanted = {"none"} if measures - {"inert", "size", "diversion"} else set()
    short = set()
    for pattern in patterns:
        named = {pattern[key] for key in ("arm", "other", "without") if key in pattern}
        named |= {*pattern.get("arms", ()), *pattern.get("parts", ())}
        named |= {arm for pair in pattern.get("pairs", ()) for arm in pair}
        if pattern["measure"] == "diminishing":
            named |= set(DOSES.values())
        if pattern["measure"] == "diversion":
            short |= {"none", *named}
        else:
            wanted |= named
    made = {label: (arm, plan.seeds) for label, arm in _arms(wanted, words, base).items()}
    brief = base.replace({"time.years": min(SHORT_YEARS, plan.years)})
    made |= {SHORT + label: (arm, plan.seeds) for label, arm in _arms(short, words, brief).items()}
    if "inert" in measures:
        made |= _inert(base, plan)
    if "size" in measures:
        small = plan.small or least_size(base.world)
        for label, people, seeds in ((SMALL, small, plan.seeds), (LARGE, plan.large, plan.large_seeds)):
            made[label] = (Arm(label, ("policy=none",), base.replace({"people.size": people})), seeds)
    return made


def _arms(labels: set[str], words: Mapping[str, list[str]], base: Scenario) -> dict[str, Arm]:
    """Arms by label; the one without a policy is the baseline and is reused by all."""
    policies_wanted = {label: words[label] for label in sorted(labels - {"none"})}
    none = Arm("none", ("policy=none",), base)
    made = compose(policies_wanted, base, "none") if policies_wanted else [none]
    return {arm.label: arm for arm in made if arm.label in labels}


def _inert(base: Scenario, plan: Plan) -> dict[str, tuple[Arm, int]]:
    """Small runs that keep every event, without a policy and with every policy at dose 0."""
    small = {"people.size": min(plan.people, EVENT_PEOPLE), "time.years": min(plan.years, EVENT_YEARS), "events": True}
    scenario = base.replace(small)
    names = [name for name in policies()["name"] if name != "none"]
    seeds = min(plan.seeds, EVENT_SEEDS)
    idle = scenario.replace({"policy": names, "policy.dose": 0})
    return {
        EVENTS + "none": (Arm(EVENTS + "none", (), scenario), seeds),
        EVENTS + "dose 0": (Arm(EVENTS + "dose 0", (), idle), seeds),
    }


def simulate(
    made: Mapping[str, tuple[Arm, int]],
    *,
    workers: int,
    progress: bool,
    done: dict[str, RunResult] | None = None,
    first: int = 1,
    kept: KeptRuns | None = None,
) -> tuple[Runs, list[str]]:
    """Do every run once; returns them by group and seed, and a line for every run that failed.

    ``done`` holds runs by their keys that need not be done again, and gets those that are done now; ``first`` is the
    first of the seeds; ``kept`` where runs lie that a command which was stopped has done. Raises StoreError.
    """
    done = {} if done is None else done
    numbers = {label: range(first, first + seeds) for label, (_, seeds) in made.items()}
    jobs = unique(job for label, (arm, _) in made.items() for job in jobs_of([arm], numbers[label]))
    # what is told by events is run again: they are not kept
    told = {
        arm.scenario.run_key(seed) for label, (arm, _) in made.items() if EVENTS in label for seed in numbers[label]
    }
    if kept is not None:
        done |= kept.read({job.key for job in jobs} - told - done.keys())
    jobs = [job for job in jobs if job.key not in done]
    # large runs first, so that the last core to finish does not finish alone
    jobs.sort(key=lambda job: -job.scenario.values["people.size"] * job.scenario.values["time.years"])
    people_kept = {
        arm.scenario.run_key(seed)
        for label, (arm, _) in made.items()
        if SHORT in label or EVENTS in label
        for seed in numbers[label]
    }

    with nullcontext() if kept is None else kept.keeping() as keep:

        def trim(result: RunResult) -> RunResult:
            # people are many, flows few
            small = result if result.key in people_kept else replace(result, outcomes={})
            if keep is not None and (result.failure is not None or result.key not in told):
                keep(small)
            return small

        done |= run_many(jobs, workers=workers, on_result=trim, progress=progress)
    results: dict[str, dict[int, RunResult]] = {}
    failures = []
    for label, (arm, _) in made.items():
        runs = {seed: done[arm.scenario.run_key(seed)] for seed in numbers[label]}
        failures += [f"{label}, seed {seed}: {run.failure}" for seed, run in runs.items() if run.failure]
        results[label] = {seed: run for seed, run in runs.items() if not run.failure}
    return Runs(results, {label: arm.scenario for label, (arm, _) in made.items()}), failures


def carry_out(
    patterns: Sequence[Mapping[str, Any]],
    words: Mapping[str, list[str]],
    plan: Plan,
    *,
    progress: bool,
    kept: KeptRuns | None = None,
) -> tuple[list[dict[str, Any]], list[str]]:
    """Run and judge, look by look; returns the rows in the order of the patterns, and a line for every failed run.

    A pattern is done when it is supported or contradicted as a whole; more seeds are run for the others only. Each row
    is that of the look at which its pattern was decided, or of the last.
    """
    done: dict[str, RunResult] = {}
    rows: dict[str, list[dict[str, Any]]] = {}
    failures: list[str] = []
    waiting = list(patterns)
    usual, larger = looks(plan.seeds, plan.looks), looks(plan.times_seeds, plan.looks)
    for look in range(max(len(usual), len(larger))):
        # whoever has all their seeds earlier has the level of their last look
        at, at_larger = min(look, len(usual) - 1), min(look, len(larger) - 1)
        now = replace(plan, seeds=usual[at], times_seeds=larger[at_larger])
        runs, failed = simulate(groups(waiting, words, now), workers=plan.workers, progress=progress, done=done,
                                kept=kept)  # fmt: skip
        runs = replace(runs, level=levels(usual)[at], larger_level=levels(larger)[at_larger])
        failures += [line for line in failed if line not in failures]
        rows |= {pattern["id"]: judge([pattern], runs) for pattern in waiting}
        waiting = [pattern for pattern in waiting if rows[pattern["id"]][0]["overall"] == INCONCLUSIVE]
        if not waiting:
            break
    return [row for pattern in patterns for row in rows[pattern["id"]]], failures


# --- command line -----------------------------------------------------------------------------------------------


def options(arguments: Sequence[str]) -> argparse.Namespace:
    """What arguments ask for: ``plan``, ``only`` (ids) and ``fragile``."""
    parser = argparse.ArgumentParser(prog="python -m experiments.patterns", description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="8 seeds of 20 000 people instead of 20 of 50 000")
    parser.add_argument("--people", type=int, help="modelled people in most runs")
    parser.add_argument("--seeds", type=int, help="paired seeds")
    parser.add_argument("--years", type=float, help="years after burn-in")
    parser.add_argument("--workers", type=int, help="processes")
    parser.add_argument("--world", help="world in which patterns are looked for")
    parser.add_argument("--looks", type=int, help="looks before all seeds have been run; 1 runs all at once")
    parser.add_argument("--fragile", action="store_true", help="run claims again under changes that must not matter")
    parser.add_argument("--ensemble", metavar="NAME", help="run in worlds that fit, such as calibrated")
    parser.add_argument("--sets", type=int, help="accepted sets of the ensemble, for verdicts that stay open")
    parser.add_argument("--apart", type=int, help="sets with a second seed, which holds chance apart")
    parser.add_argument("--only", action="append", default=[], metavar="ID", help="one pattern; may be repeated")
    asked = parser.parse_args(arguments)
    given = {name: getattr(asked, name) for name in ("people", "seeds", "years", "workers", "world", "looks")}
    for name, value in given.items():
        if value is not None and name != "world" and value <= 0:
            parser.error(f"--{name} must be above 0")
    _check_together(parser, asked)
    given = {name: value for name, value in given.items() if value is not None}
    if "seeds" in given:
        given["times_seeds"] = given["seeds"]
    asked.plan = replace(QUICK if asked.quick else Plan(), **given)
    return asked


def _check_together(parser: argparse.ArgumentParser, asked: argparse.Namespace) -> None:
    """Refuse what would be ignored, and numbers of sets of which nothing can be told."""
    if asked.ensemble and asked.fragile:
        parser.error("--fragile and --ensemble cannot be asked for together")
    ignored = [(("looks",), "with --fragile")] if asked.fragile else []
    ignored.append((("quick", "seeds", "looks"), "with --ensemble") if asked.ensemble
                   else (("sets", "apart"), "without --ensemble"))  # fmt: skip
    for names, when in ignored:
        for name in names:
            given = getattr(asked, name)
            if given is not None and given is not False:
                parser.error(f"--{name} says nothing {when}")
    if asked.sets is not None and asked.sets < FEWEST:
        parser.error(f"--sets must be {FEWEST} or more")
    if asked.apart is not None and asked.apart != 0 and asked.apart < FEWEST:
        parser.error(f"--apart must be 0, or {FEWEST} or more")


def main(arguments: Sequence[str]) -> int:
    """Run, judge, print and write; 1 if a run failed or a structural pattern does not hold, 2 for a wrong request."""
    asked = options(arguments)
    plan, only = asked.plan, asked.only
    if asked.fragile:
        from experiments import fragile  # noqa: PLC0415 - it needs what is here

        return fragile.tell(plan, only)
    if asked.ensemble:
        from experiments import over_worlds  # noqa: PLC0415 - likewise

        return over_worlds.tell(over_worlds.planned(asked), only)
    console = Console(width=None if sys.stdout.isatty() else 150)
    begin = time.perf_counter()
    content = catalogue()
    try:
        patterns = chosen(content["patterns"], only)
        missing = [] if only else content["not_in_this_version"]
        with kept_runs("patterns", (plan, only)) as kept:
            rows, failures = carry_out(patterns, content["arms"], plan, progress=True, kept=kept)
            seconds = time.perf_counter() - begin
            about = {
                "plan": vars(plan),
                "world": plan.world,
                "source": source_hash(),
                "seconds": round(seconds, 1),
                "failures": failures,
                "not_in_this_version": missing,
            }
            paths = save(rows, about)
    except (RequestError, StoreError) as error:
        print(error, file=sys.stderr)
        return 2
    console.print(table(rows, missing))
    for line in failures:
        console.print(f"failed: {line}", highlight=False, markup=False)
    console.print(f"{seconds:.0f} s; {' and '.join(str(path) for path in paths)}", highlight=False)
    broken = {pattern["id"] for pattern in patterns if pattern.get("must")}
    return int(bool(failures) or any(row["id"] in broken and row["verdict"] == CONTRADICTED for row in rows))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

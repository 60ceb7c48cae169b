"""Carrying out a decision: runs go through the journal of a study, tables are kept, judged and told."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from sim.decisions import payoffs
from sim.decisions.budgets import labels
from sim.decisions.judging import Judged, Tables, judge
from sim.decisions.optional import check_packages
from sim.decisions.plainly import cases_table
from sim.decisions.request import NOTHING, Decision
from sim.decisions.signposts import as_table, indicators
from sim.decisions.words import markdown, through
from sim.decisions.worlds import attribution_design, design_of, ways_of
from sim.declared.measures.catalogue import METRICS
from sim.ground.errors import RequestError
from sim.results.asked import Design
from sim.results.findings import Findings
from sim.results.provenance import study_key
from sim.results.sealed import DamagedError, unsealed
from sim.results.store import Store
from sim.studies.conduct import Way, conduct
from sim.studies.plan import chosen_seeds

FOLDER = "decision"  # below that of the results
MECHANISMS = "-mechanisms"  # ends the name of the folder of runs in which mechanisms were taken out
ASKED, PAGE, TEXT = f"{FOLDER}/asked.json", f"{FOLDER}/decision.html", f"{FOLDER}/decision.md"
STORED = ("values", "by_group", "worlds", "indicators", "mechanisms")  # the fields of Tables


@dataclass(frozen=True)
class Done:
    """A decision that has been carried out: what it says, its tables, and where they are kept.

    ``failures`` are runs that failed: world, package, seed, why.
    """

    judged: Judged
    tables: Tables
    folder: Path
    failures: Sequence[tuple[str, str, int, str]] = ()


def designs_of(decision: Decision) -> dict[str, Design]:
    """What is run, by what its folder's name ends with. RequestError where something cannot be composed."""
    found = {"": design_of(decision)}
    if decision.attribution is not None:
        found[MECHANISMS] = attribution_design(decision)
    return found


def seeds_of(decision: Decision, designs: Mapping[str, Design]) -> dict[str, list[int]]:
    """The seeds of each of ``designs``."""
    scenario = designs[""].settings[0].arms[0].scenario
    first = int(scenario["seed"])
    found = {"": chosen_seeds(int(scenario["seeds"]), first)}
    if decision.attribution is not None:
        found[MECHANISMS] = chosen_seeds(decision.attribution.seeds, first)
    return found


def decide(decision: Decision, *, name: str, way: Way | None = None) -> Done:
    """Run what is missing, judge, and write everything to ``results/<name>/decision``.

    Raises
    ------
    RequestError : something in the request is wrong; nothing has been started or written.
    StoreError : results could not be written; what had finished is kept.
    """
    check_packages()
    designs = designs_of(decision)
    _check_times(decision, designs[""])
    seeds = seeds_of(decision, designs)
    quiet = dataclasses.replace(way or Way(), report=False)
    found = {end: conduct(design, seeds[end], name=f"{name}{end}", way=quiet) for end, design in designs.items()}
    failures = [(world, arm, seed, str(why)) for each in found.values() for world, arm, seed, why in each.failures]
    main = found[""]
    assert main.folder is not None  # noqa: S101 - it was named
    asked = about(decision, designs, seeds)
    tables = tables_of(decision, main, found.get(MECHANISMS))
    if not len(tables.values):
        reasons = "; ".join(dict.fromkeys(str(failure[-1]) for failure in failures)) or "no run has finished"
        raise RequestError(f"there is nothing to judge: {reasons}", where=name)
    done = Done(judge(asked, tables), tables, main.folder, failures)
    with Store(main.folder, study_key(designs[""].settings)) as store:
        _write(store, done)
    return done


def again(folder: Path, level: float | None = None) -> Done:
    """The decision that a folder of results holds, judged anew from its tables and written there.

    Raises
    ------
    RequestError : the folder holds no decision.
    """
    check_packages()
    try:
        asked = unsealed(folder / ASKED)
        tables = Tables(*(pd.read_parquet(folder / FOLDER / f"{name}.parquet") for name in STORED))
        record = unsealed(folder / "study.json")
    except (FileNotFoundError, NotADirectoryError, DamagedError):
        raise RequestError(f"{folder} holds no whole decision", where=str(folder)) from None
    done = Done(judge({**asked, "level": level or asked["level"]}, tables), tables, folder)
    with Store(folder, record["study_key"]) as store:
        _write(store, done)
    return done


def attributed(folder: Path, package: str, outcome: str) -> str:
    """The sentence on the mechanisms of a package's effect that a folder of results holds; empty where it has none."""
    try:
        asked = unsealed(folder / ASKED)
        parts = pd.read_parquet(folder / FOLDER / "parts.parquet")
    except (FileNotFoundError, NotADirectoryError, DamagedError):
        return ""
    about = asked["attribution"] or {}
    return through(asked, parts) if (about.get("package"), about.get("outcome")) == (package, outcome) else ""


def _check_times(decision: Decision, design: Design) -> None:
    """RequestError for a signpost that lies after the end of the runs."""
    years = float(design.settings[0].arms[0].scenario["time.years"])
    for each in decision.signposts:
        if each > years:
            raise RequestError(f"a signpost after {each:g} years lies beyond the {years:g} years that are run",
                               where="signposts.after")  # fmt: skip


def tables_of(decision: Decision, main: Findings, mechanisms: Findings | None) -> Tables:
    """What is kept of the runs."""
    worlds = payoffs.points_of({setting.label: dict(setting.values) for setting in main.design.settings})
    return Tables(
        payoffs.values_of(main, decision.metrics),
        payoffs.group_values(main, decision.outcomes),
        worlds,
        _indicators(decision, main),
        pd.DataFrame(columns=["world", "package", "metric", "seed", "value"])
        if mechanisms is None or decision.attribution is None
        else payoffs.values_of(mechanisms, [decision.attribution.outcome]),
    )


def _indicators(decision: Decision, main: Findings) -> pd.DataFrame:
    """What records show at every time of looking, in a long table."""
    columns = ["world", "package", "years", "indicator", "how", "value"]
    if not decision.signposts:
        return pd.DataFrame(columns=columns)
    recorded = [name for name in main.design.metrics if METRICS[name].layer == "record"]
    series = main.series.rename(columns={"setting": "world", "arm": "package"})
    series = series[["world", "package", "seed", "week", *recorded]]
    parts = []
    for years in decision.signposts:
        wide = indicators(series[series["package"].isin(list(decision.packages))], years)
        wide.columns = wide.columns.set_names(["indicator", "how"])
        stacked = pd.Series(wide.stack(["indicator", "how"], future_stack=True))
        long = stacked.to_frame("value").reset_index()
        parts.append(long.assign(years=years)[columns])
    return pd.concat(parts, ignore_index=True)


def about(decision: Decision, designs: Mapping[str, Design], seeds: Mapping[str, Sequence[int]]) -> dict[str, Any]:
    """What was asked, as plain data from which everything is told."""
    scenario = designs[""].settings[0].arms[0].scenario
    worlds, asked, budget = decision.worlds, decision.attribution, decision.budget
    return {
        "name": decision.name,
        "title": decision.title,
        "question": decision.question,
        "model": list(decision.model),
        "world": scenario.world.name,
        "people": int(scenario["people.size"]),
        "years": float(scenario["time.years"]),
        "seeds": len(seeds[""]),
        "packages": {NOTHING: [], **{label: list(words) for label, words in decision.packages.items()}},
        "outcomes": [dataclasses.asdict(outcome) for outcome in decision.outcomes],
        "worlds": {"count": worlds.count, "seed": worlds.seed, "parameters": dict(worlds.parameters),
                   "switches": dict(worlds.switches), "costs": dict(worlds.costs),
                   **({"ensemble": worlds.ensemble, "of_sets": list(worlds.of_sets)} if worlds.ensemble else {})},
        "level": decision.judging.level,
        "flips": list(decision.judging.flips),
        "resamples": decision.judging.resamples,
        "judge_seed": decision.judging.seed,
        "plans": {label: dataclasses.asdict(plan) for label, plan in decision.plans.items()},
        "budget": None if budget is None else {
            "amounts": list(budget.amounts), "people": int(scenario["people.size"]),
            "doses": {name: labels(name, doses) for name, doses in budget.doses.items()}},
        "signposts": list(decision.signposts),
        "attribution": None if asked is None else {
            "package": asked.package, "outcome": asked.outcome, "ways": ways_of(asked),
            "seeds": len(seeds[MECHANISMS])},
    }  # fmt: skip


def _write(store: Store, done: Done) -> None:
    """Everything of the decision; the files appear together. Raises StoreError."""
    from sim.decisions.page import page  # noqa: PLC0415 - templates load when there is something to show

    judged = done.judged
    tables = {name: getattr(done.tables, name) for name in STORED} | {
        "payoffs": judged.payoffs, "ranks": judged.ranks, "regrets": judged.regrets, "thresholds": judged.enough,
        "pareto": judged.pareto, "group_payoffs": judged.group_payoffs, "losers": judged.losers,
        "plans": judged.plans, "boxes": cases_table(judged),
        "signposts": as_table(judged.signposts), "parts": judged.parts, "frontier": judged.frontier,
        "turns": judged.turns, "bends": judged.bends,
    }  # fmt: skip
    with store.publish() as write:
        for name, table in tables.items():
            write(f"{FOLDER}/{name}.parquet", pa.Table.from_pandas(table, preserve_index=False))
        if len(judged.frontier):
            write(f"{FOLDER}/frontier.csv", judged.frontier.to_csv(index=False))
        write(PAGE, page(judged))
        write(TEXT, markdown(judged))
        write(ASKED, dict(judged.asked))

"""Runs whose every number is known: what a change of form must leave as it is, by name and to the last bit.

    python -m experiments.golden            compare every case with what is stored, and name what differs
    python -m experiments.golden --write    store what this version gives
    python -m experiments.golden corridor   only the cases whose name holds a word

A case is six thousand people over some hundred and sixty weeks in one of three worlds, under one switch, one held
mechanism with a policy, one bundle of policies, or all policies and mechanisms at once. What is stored of it is the
first bytes of a hash for every counter, every column of every table, every outcome, flow and event, and for all metrics
and all series, with the names of these metrics. Beside it stand the versions of the source that were shown to give all
of them: what is published of one of them holds for the others. A comparison of every case that finds no difference adds
this version; ``--write``, which is needed when there is a counter or a metric more, keeps the list if nothing that was
there before has changed.

Compiled arithmetic may differ between kinds of processor and versions of numba and numpy: the file says what it was
made on, the command says so where that is another machine, and tests compare nothing there.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Any

import llvmlite.binding as llvm
import numpy as np

from experiments.files import write_whole
from sim.declared.measures.catalogue import METRICS
from sim.declared.switches import SWITCHES
from sim.ground.cache import source_hash
from sim.ledger.counters import COUNTERS
from sim.reference.registry import rows
from sim.results.run import observe
from sim.scenario.scenario import Scenario
from sim.week.week import Week

STORED = Path(__file__).parents[1] / "tests" / "golden" / "golden.json.gz"
SOURCES = STORED.with_name("sources.csv")  # versions of the source that give what is stored
WORLDS = ("corridor", "archetypes", "subregions")
SIZE = ["people.size=6000", "time.burn_in_weeks=52", "time.years=2.2", "events=true", "checks=true", "threads=1"]
# so much happens that few people reach nearly every rule
LIVELY = [
    "agency.meetings=100", "agency.knowledge=0.85", "agency.authority=1", "agency.goodwill=0.95", "agency.mandate=0.9",
    "police.cases=20", "police.finds=40", "police.border_case=0.3", "police.financial=0.5", "protection.scope=0.9",
    "protection.places=50", "protection.outreach=0.3", "protection.reflection_days=45", "protection.permit=0.6",
    "telling.rate=0.03", "enforcement.raids=0.2", "justice.trial_weeks=10", "justice.asset_freeze=0.7",
    "justice.legal_aid=0.6", "justice.recant=0.05", "smuggling.exploiter_share=0.6", "work.predatory_share=0.3",
    "official.captured_start=0.3", "journey.alone_cost=0.7", "exit.death=0.3",
]  # fmt: skip
BUNDLES = {
    "agencies": "agency_bundle",
    "networks and markets": "network_and_market_bundle",
    "prevention, protection, prosecution": "prevention_protection_prosecution_bundle",
    "closing": "[tighter_borders,visa_restriction,deportation_drive,carrier_sanctions]",
    "missions and integrity": "[mission,integrity_package,search_and_rescue,pushbacks]",
    "status and work": "[regularisation,reintegration,free_movement_area,contract_corridors]",
    "demand and law": "[legalise_and_license,consumer_campaign,extradition,disruption,supply_chain_audit,tied_visas]",
    "targeting and returns": "[node_targeting_scarcest,faster_returns,reflection_period,employer_sanctions]",
}
SHOCK = (
    "shocks=[{name: Crash, from: 20, to: 60, announced: 5, comes: 4, fades: 10, stays: 0.1, "
    "moves: [{lever: region.employment, op: scale, value: 0.7, where: {role: destination}}]}]"
)
REVIEW = [
    "policy=[raids,labour_inspection]",
    "policy.raids.review={record: recorded_removals, above: 0, after: 26, then: [labour_inspection], keep: true}",
]
HOLDERS = "[tighter_borders,agency_bundle,higher_penalties]"  # policies that held mechanisms would answer to
# mechanisms of which a held run is kept; that holding the others changes nothing without a dose is a test of its own
HELD = (
    "belief_learning", "client_tips", "control_capacity", "corruption", "crowding", "debt_finance", "deportation_fear",
    "demand_displacement", "entry_exit", "government_reaction", "network_replacement", "pay_answers", "private_venues",
    "rerouting", "transit_extortion",
)  # fmt: skip


def cases() -> Iterator[tuple[str, list[str]]]:
    """The name of every case, and the words that make its scenario."""
    for world in WORLDS:
        base = [f"world={world}", *SIZE]
        yield f"{world}: default", base
        lively = [*base, *LIVELY]
        yield f"{world}: lively", lively
        yield f"{world}: plain choice", [*lively, "choice.rule=plain"]
        yield f"{world}: placebo", [*lively, "people.placebo=0.1"]
        for name, policy in BUNDLES.items():
            yield f"{world}: {name}", [*lively, f"policy={policy}"]
        on = [f"mechanisms.{switch.name}=on" for switch in SWITCHES.values() if switch.default == "off"]
        yield f"{world}: every policy", [*lively, *on, f"policy=[{','.join(every_policy())}]"]
        yield f"{world}: shock and review", [*lively, SHOCK, *REVIEW, "by=[sex,sector]"]
        for switch in SWITCHES.values():
            for option in switch.options:
                words = [*lively, f"mechanisms.{switch.name}={option}"]
                if option == "hold":
                    if switch.name in HELD:
                        yield f"{world}: {switch.name} held", [*words, f"policy={HOLDERS}"]
                elif option != switch.default:
                    yield f"{world}: {switch.name} {option}", words


def every_policy() -> list[str]:
    """The names of all policies that are shipped and move something."""
    return [policy["name"] for policy in rows("policies") if policy["moves"]]


def run_of(words: list[str]) -> Week:
    """The finished run of a case."""
    return Week(Scenario.compose(words), 1).run()


def numbers_of(run: Week, told: Sequence[str]) -> dict[str, Any]:
    """Every array of a run by its name: counters, columns by table, outcomes, flows, events, the metrics told of."""
    arrays: dict[str, Any] = {f"counter {counter.name}": run.counters[:, k] for k, counter in enumerate(COUNTERS)}
    for name, table in run.tables.items():
        arrays |= {f"{name}.{column}": table[column] for column in table}
    for kind, named in (
        ("outcome", run.outcomes()),
        ("flow", run.legs_used()),
        ("event", run.event_frame()),
        ("exploitation", run.exploitation()),
        ("relation", run.network()),
    ):
        arrays |= {f"{kind} {name}": values for name, values in named.items()}
    found = observe(run, "")
    return arrays | {
        "accounts": run.state.accounts,
        "metrics": np.array([found.metrics[name] for name in told]),
        "series": np.array([found.series[name] for name in told]),
    }


def short(values: Any) -> str:
    """Eight hexadecimal digits of the hash of an array."""
    return hashlib.sha256(np.ascontiguousarray(values).tobytes()).hexdigest()[:8]


def digest_of_nothing(words: list[str]) -> str:
    """The digest of a counter that stays at zero in a case."""
    return short(np.zeros(Week(Scenario.compose(words), 1).weeks_total))


def digests(run: Week, told: Sequence[str] = tuple(METRICS)) -> dict[str, str]:
    """Eight hexadecimal digits of the hash of every array by its name; of metrics those that are told of."""
    return {name: short(values) for name, values in numbers_of(run, told).items()}


def sources() -> list[str]:
    """The versions of the source that were shown to give every number that is stored, in the order of showing."""
    with SOURCES.open(encoding="utf-8", newline="") as file:
        return [row["source"] for row in csv.DictReader(file)]


def same_runs(source: str) -> bool:
    """Whether the runs of this version of the source are those of another, as far as golden runs can tell."""
    here = source_hash()
    return source == here or {source, here} <= set(sources())


def vouch(*, anew: bool = False) -> None:
    """Add this version of the source to those that give what is stored, or make it the only one."""
    rows = [] if anew else SOURCES.read_text(encoding="utf-8").splitlines()[1:]
    if not any(row.startswith(source_hash()) for row in rows):
        rows.append(f"{source_hash()},{datetime.now(UTC).date().isoformat()}")
    write_whole(SOURCES, "\n".join(["source,shown", *rows]) + "\n")


def made_on() -> dict[str, str]:
    """What the last bit of compiled arithmetic may depend on."""
    features = ",".join(sorted(name for name, there in llvm.get_host_cpu_features().items() if there))
    return {
        "processor": llvm.get_host_cpu_name(),
        "features": hashlib.sha256(features.encode()).hexdigest()[:12],
        **{package: version(package) for package in ("numpy", "numba", "llvmlite")},
    }


def stored() -> tuple[dict[str, str], list[str], dict[str, dict[str, str]]]:
    """What is stored: what it was made on, the metrics that it tells of, and the digests of every case."""
    content = json.loads(gzip.decompress(STORED.read_bytes()))
    cut = {case: [text[k : k + 8] for k in range(0, len(text), 8)] for case, text in content["cases"].items()}
    cases = {case: dict(zip(content["names"], of, strict=True)) for case, of in cut.items()}
    return content["made_on"], content["metrics"], cases


def store(found: dict[str, dict[str, str]]) -> None:
    """Write the digests of every case; the names of the numbers, which all cases share, stand there once."""
    names = list(next(iter(found.values())))
    content = {
        "made_on": made_on(),
        "metrics": list(METRICS),
        "names": names,
        "cases": {case: "".join(of[name] for name in names) for case, of in found.items()},
    }
    STORED.write_bytes(gzip.compress(json.dumps(content, indent=0).encode(), mtime=0))


def differences(expected: Mapping[str, str], found: Mapping[str, str]) -> list[str]:
    """Names whose digests differ, and names that are on one side only."""
    return [name for name in {**expected, **found} if expected.get(name) != found.get(name)]


def write() -> int:
    """Store every number of this version; what is published stays as new as it was if none that was stored differs."""
    machine, told, kept = stored()
    found, as_before = {}, made_on() == machine and set(told) <= set(METRICS)
    for name, words in cases():
        run = run_of(words)
        found[name] = digests(run)
        if as_before:
            now = digests(run, told)
            as_before = all(now.get(number) == digest for number, digest in kept.get(name, {}).items())
    as_before = as_before and set(kept) <= set(found)
    store(found)
    vouch(anew=not as_before)
    print(f"{len(found)} cases, {sum(map(len, found.values()))} numbers stored")
    print(f"what was stored has {'not changed' if as_before else 'changed: what is published is older'}")
    return 0


def main(arguments: list[str] | None = None) -> int:
    """The command; 1 if anything differs."""
    parser = argparse.ArgumentParser(prog="python -m experiments.golden", description=__doc__.splitlines()[0])
    parser.add_argument("word", nargs="?", default="", help="only cases whose name holds this")
    parser.add_argument("--write", action="store_true", help="store what this version gives")
    parser.add_argument("--threads", type=int, default=1)
    asked = parser.parse_args(arguments)
    if not any(asked.word in name for name, _ in cases()):
        some = ", ".join(name for name, _ in islice(cases(), 5))
        parser.error(f"there is no case whose name holds {asked.word!r}; the first are: {some}")
    if asked.write and (asked.word or asked.threads != 1):
        parser.error("--write stores every case as one thread gives it: it takes no word and no --threads")
    if asked.write:
        return write()
    machine, told, kept = stored()
    if told != list(METRICS):
        print("metrics have come or gone: --write stores them")
        told = [name for name in told if name in METRICS]
    if machine != made_on():
        print(f"stored on another machine: {machine}, this is {made_on()}", file=sys.stderr)
    wrong = 0
    for name, words in cases():
        if asked.word not in name:
            continue
        apart = differences(kept.get(name, {}), digests(run_of([*words, f"threads={asked.threads}"]), told))
        wrong += bool(apart)
        if apart:
            new = [each for each in apart if each not in kept.get(name, {})]
            old = [each for each in apart if each in kept.get(name, {})]
            named = f": {', '.join(old[:12])}{' …' if len(old) > 12 else ''}" if old else ""
            print(f"{name}: {len(old)} changed, {len(new)} new{named}" if name in kept else f"{name}: a new case")
    print("identical" if not wrong else f"{wrong} cases differ")
    if not wrong and not asked.word and machine == made_on() and told == list(METRICS):
        vouch()
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())

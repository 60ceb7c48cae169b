"""A part of what is published: what it asks to be run, and the table that it makes of it."""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pandas as pd

import sim
from sim.declared.measures.catalogue import METRICS
from sim.ground.cache import source_hash
from sim.ground.errors import RequestError
from sim.results.asked import Design, Setting, check_twins
from sim.results.findings import Findings
from sim.results.places import results_folder
from sim.studies.conduct import Way, conduct
from sim.studies.plan import chosen_seeds, compose, known_metrics

# after the name of a part: that of one with the patterns on exploitation again (``part: again`` in patterns.yaml)
AGAIN = "-again"
FOLDER = "findings"  # under results/: runs of parts that are not finished
TINY = ("people.size=300", "time.years=0.5", "time.burn_in_weeks=10", "seeds=2")
KEY = "pair"  # column that says which two scenarios and seeds a row compares: equal in two tables, equal in figures
EFFECTS = ["baseline", "difference", "low", "high", "seeds", "p_value", "q_value", "verdict", KEY]


@dataclass(frozen=True)
class Scale:
    """Words that are added to those of every part, and whether parts are to ask as little as shows that they work."""

    words: tuple[str, ...] = ()
    tiny: bool = False

    @property
    def added(self) -> list[str]:
        """All words that are added."""
        return [*(TINY if self.tiny else ()), *self.words]

    @property
    def published(self) -> bool:
        """Whether what is asked is what documents tell of."""
        return not self.added


def check_no_words(scale: Scale, name: str) -> None:
    """RequestError if words are given to a part that chooses its runs by a plan of its own."""
    if scale.words:
        raise RequestError(
            f"the part {name} takes no settings; python -m experiments.patterns has --people, --seeds and others",
            given=" ".join(scale.words),
        )


@dataclass(frozen=True)
class Asked:
    """A design and the seeds that every arm of it is run with."""

    design: Design
    seeds: tuple[int, ...]

    @property
    def runs(self) -> int:
        """How many different runs it takes."""
        return len({arm.scenario.run_key(seed) for arm in self.design.arms for seed in self.seeds})


@dataclass(frozen=True)
class Part:
    """One question with its runs.

    Parameters
    ----------
    name : what the command and the files call it.
    title : what it asks, in words.
    minutes : that it takes on two idle cores.
    ask : the designs to be run at a scale.
    find : the table of what they found, and columns that say which figure a row is.
    carry : of a part that chooses its runs on the way and keeps them itself, the table and what else is to be said of
        where it comes from; it needs no ``find``, and ``ask`` gives the most that may be run.
    """

    name: str
    title: str
    minutes: float
    ask: Callable[[Scale], list[Asked]]
    find: Callable[[list[Findings]], pd.DataFrame] | None
    carry: Callable[[Scale], tuple[pd.DataFrame, dict[str, Any]]] | None = None


def asked(
    settings: Mapping[str, Mapping[str, Sequence[str]]],
    words: Mapping[str, Sequence[str]],
    base: Sequence[str],
    *,
    baseline: str = "none",
    baselines: Mapping[str, str] | None = None,
    metrics: Sequence[str] | None = None,
) -> Asked:
    """A design from arms by setting and the words of each setting; ``baselines`` by setting where they differ."""
    first = {label: (baselines or {}).get(label, baseline) for label in settings}
    made = [
        Setting(label, tuple(compose(arms, [*base, *words.get(label, ())], first[label])))
        for label, arms in settings.items()
    ]
    design = Design(tuple(made), tuple(known_metrics(metrics)))
    check_twins(design)
    scenario = made[0].arms[0].scenario
    return Asked(design, tuple(chosen_seeds(int(scenario["seeds"]), int(scenario["seed"]))))


def key_of(part: Part, every: Sequence[Asked]) -> str:
    """Names everything that the part asks for, whatever source runs it: scenarios with labels, metrics and seeds."""
    digest = hashlib.sha256(part.name.encode())
    for one in every:
        for (setting, label), arm in zip(one.design.labels, one.design.arms, strict=True):
            digest.update(f"{setting}|{label}|{arm.scenario.content};".encode())
        # a part that does not choose among metrics asks for no more when there is a new one
        metrics = "all" if one.design.metrics == tuple(METRICS) else one.design.metrics
        digest.update(f"{metrics}{one.seeds}".encode())
    return digest.hexdigest()[:32]


def carry_out(part: Part, scale: Scale, *, keep: bool = False) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Run what the part asks for and is not there yet; returns its table and where that comes from.

    Runs go to ``results/findings`` one by one, so that the same command goes on after it was stopped; they are deleted
    when the table is there, unless ``keep``. Raises RequestError and StoreError.
    """
    begin = time.perf_counter()
    every = part.ask(scale)
    if part.carry is not None:
        table, more = part.carry(scale)
        return table, provenance(part, every, time.perf_counter() - begin) | more
    way = Way(replace=True, progress=True, report=False, workers=1 if scale.tiny else None)
    names = [f"{FOLDER}/{part.name}{'-tiny' if scale.tiny else ''}-{number}" for number in range(len(every))]
    found = [conduct(one.design, list(one.seeds), name=name, way=way) for one, name in zip(every, names, strict=True)]
    failed = [failure for one in found for comparison in one.comparisons.values() for failure in comparison.failures]
    if failed:
        label, seed, why = failed[0]
        raise RuntimeError(f"{len(failed)} runs of {part.name} failed, first {label} with seed {seed}: {why}")
    if part.find is None:
        raise TypeError(f"the part {part.name} says neither what its runs find nor how it carries them out")
    table = part.find(found)
    about = provenance(part, every, time.perf_counter() - begin)
    if not keep:
        for name in names:
            shutil.rmtree(results_folder(name), ignore_errors=True)
    return table, about


def provenance(part: Part, every: Sequence[Asked], seconds: float) -> dict[str, Any]:
    """Where a table comes from, as plain data."""
    scenarios = [arm.scenario for one in every for arm in one.design.arms]

    def spread(key: str) -> list[Any]:
        return sorted({scenario[key] for scenario in scenarios})

    sets = {dict(setting.values)["set"] for one in every if one.design.ensemble for setting in one.design.settings}
    return {
        "part": part.name,
        "title": part.title,
        "version": sim.__version__,
        "source": source_hash(),
        "asked": key_of(part, every),
        "date": datetime.now(UTC).date().isoformat(),
        "worlds": spread("world"),
        "people": spread("people.size"),
        "years": spread("time.years"),
        "burn_in_weeks": spread("time.burn_in_weeks"),
        "seeds": sorted({len(one.seeds) for one in every}),
        **({"sets": len(sets)} if sets else {}),
        "interval": "t",
        "runs": sum(one.runs for one in every),
        "seconds": round(seconds),
        "command": f"python -m experiments.findings {part.name}",
    }


def pair_key(found: Findings, setting: str, arm: str) -> str:
    """Names the two scenarios that an effect compares and the seeds."""
    comparison = found.comparisons[setting]
    text = f"{comparison.baseline.scenario.content}|{comparison.scenarios[arm].content}|{comparison.seeds}"
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def effects_of(found: Findings) -> pd.DataFrame:
    """The effects of a study that have a value: setting, arm, metric and ``EFFECTS``."""
    table = found.effects.copy()
    if "setting" not in table:
        table.insert(0, "setting", next(iter(found.comparisons)))
    table = table[table["difference"].notna()]
    names = {
        (setting, arm): pair_key(found, setting, arm)
        for setting, arm in set(zip(table["setting"], table["arm"], strict=True))
    }
    table[KEY] = [names[pair] for pair in zip(table["setting"], table["arm"], strict=True)]
    return table[["setting", "arm", "metric", *EFFECTS]]

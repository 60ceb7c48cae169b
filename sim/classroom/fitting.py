"""A lesson in worlds that fit: its two worlds with other parameters, none of which the evidence rules out.

A lesson's band holds chance alone. Here the lesson is run again with sets of parameters of a shipped ensemble, each set
in several pairs of worlds, and told in how many sets each outcome goes as the lesson says. The sets were fitted in the
ensemble's own world; the lesson applies them to its own, which says what follows where people and organisations are
otherwise than assumed, and does not say that the lesson's world fits anything.

What was run is kept beside the lessons, in ``worlds.csv`` and ``worlds.json``; ``python -m experiments.lessons`` makes
both. A lesson that asks for something else than what was run has nothing to tell.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import TYPE_CHECKING, Any

from sim.classroom.lesson import Lesson
from sim.classroom.running import rounded
from sim.classroom.trial import Told
from sim.declared.measures.catalogue import METRICS
from sim.declared.measures.metrics import over_period
from sim.ground.shipped import configs_dir
from sim.ledger.counters import COUNTER_INDEX
from sim.scenario.ensembles import Ensemble, read_ensemble
from sim.scenario.folders import Folders
from sim.scenario.scenario import Scenario
from sim.week.week import Week

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Counted = dict[tuple[tuple[str, ...], int], NDArray[np.float64]]

ENSEMBLE = "archetypes"
SETS, PAIRS = 24, 2  # of the ensemble; pairs of worlds in each
TABLE, ABOUT = "worlds.csv", "worlds.json"


@dataclass(frozen=True)
class Pair:
    """An outcome of one pair of worlds in one set of parameters; values are None where they are not defined."""

    lesson: str
    metric: str
    set: int
    luck: int
    without: float | None
    with_it: float | None


def sets_of(ensemble: Ensemble) -> dict[int, dict[str, Any]]:
    """The sets with which lessons are run, by number."""
    return ensemble.first(min(SETS, len(ensemble.sets)))


def shipped_ensemble() -> Ensemble:
    """The ensemble from which lessons take their sets."""
    return read_ensemble(ENSEMBLE, Folders.of())


def words_in(lesson: Lesson, values: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words of a lesson's two worlds at its first stops, in one set of parameters.

    What the lesson itself says of its world stays as the lesson says.
    """
    own = {word.partition("=")[0] for word in lesson.world}
    words = tuple(f"{name}={value}" for name, value in values.items() if name not in own)
    return (*words, *lesson.without()), (*words, *lesson.with_levers(lesson.first))


def lucks(number: int) -> range:
    """The seeds of a set. No two sets share one, so that chance in one set says nothing of chance in another."""
    return range(1 + PAIRS * (number - 1), 1 + PAIRS * number)


def asked(lesson: Lesson) -> str:
    """Names everything of a lesson on which its runs in worlds that fit hang."""
    metrics = [outcome.metric for outcome in lesson.outcomes]
    words = [lesson.without(), lesson.with_levers(lesson.first)]
    return hashlib.sha256(json.dumps([words, metrics, ENSEMBLE, SETS, PAIRS]).encode()).hexdigest()[:16]


def run(
    lesson: Lesson, sets: Mapping[int, Mapping[str, Any]], known: Counted | None = None, told: Told = lambda *_: None
) -> list[Pair]:
    """Run a lesson in this process in every set of parameters.

    ``known`` holds what worlds without policies have counted, which lessons share; it is filled here. ``told`` hears
    how many pairs of how many are done. RequestError where a run cannot be made.
    """
    known = {} if known is None else known
    found: list[Pair] = []
    for number, values in sets.items():
        without, with_it = words_in(lesson, values)
        for luck in lucks(number):
            told(len(found) // len(lesson.outcomes), PAIRS * len(sets))
            if (without, luck) not in known:
                known[without, luck] = _counted(without, luck)
            both = known[without, luck], _counted(with_it, luck)
            for outcome in lesson.outcomes:
                ends = (rounded(over_period(METRICS[outcome.metric], each, COUNTER_INDEX)) for each in both)
                found.append(Pair(lesson.name, outcome.metric, number, luck, *ends))
    return found


def _counted(words: tuple[str, ...], seed: int) -> NDArray[np.float64]:
    """The counters of a run (weeks from week 0, counters)."""
    week = Week(Scenario.compose(list(words)), seed).run()
    return week.counters[week.burn_in :]


# --- what is kept -----------------------------------------------------------------------------------------------


def as_table(pairs: Iterable[Pair]) -> str:
    """Pairs as the text of ``worlds.csv``, sorted by lesson; outcomes, sets and lucks stay in their order."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(field.name for field in fields(Pair))
    for each in sorted(pairs, key=lambda each: each.lesson):
        writer.writerow("" if value is None else value for value in vars(each).values())
    return out.getvalue()


def read() -> list[Pair]:
    """The pairs that are kept; empty where there are none."""
    path = configs_dir() / "lesson" / TABLE
    if not path.is_file():
        return []
    rows = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")))
    return [
        Pair(row["lesson"], row["metric"], int(row["set"]), int(row["luck"]), *(
            float(row[key]) if row[key] else None for key in ("without", "with_it")
        ))
        for row in rows
    ]  # fmt: skip


def about() -> dict[str, Any]:
    """Where the kept pairs come from; empty where there are none."""
    path = configs_dir() / "lesson" / ABOUT
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}


@cache
def _kept() -> tuple[dict[str, list[Pair]], dict[str, dict[str, str]]]:
    found: dict[str, list[Pair]] = {}
    for each in read():
        found.setdefault(each.lesson, []).append(each)
    return found, about().get("lessons", {})


def kept(lesson: Lesson) -> list[Pair]:
    """What is kept of a lesson as it is; empty where nothing is, or where it now asks for something else."""
    found, known = _kept()
    return found.get(lesson.name, []) if known.get(lesson.name, {}).get("asked") == asked(lesson) else []

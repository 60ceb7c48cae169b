"""What happened to each person in two worlds: the outcome bytes of twins joined on (seed, row, generation).

The same persons exist in both worlds, so a policy's gross effects can be counted: who came to harm only because of it,
and who was spared. A net figure alone would hide both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.observation.catalogue import Path
from sim.studies.statistics import t_interval

Outcomes = Mapping[str, NDArray[Any]]

# mutually exclusive; what comes later in this list weighs more, and names the class of someone to whom several apply
PATHS = (
    "stayed home",
    "set out and did not arrive",
    "found protection on the way",
    "arrived without a visa",
    "arrived with a visa",
    "removed",
    "died",
)
NOT_YET = "not yet at risk"  # a row passes on a little earlier or later in a twin, so its next person may be missing
CLASSES = (*PATHS, NOT_YET)
NEED = {"all": [0, 1], "in need": [1]}
COLUMNS = ("arm", "need", "from_class", "to_class", "people", "low", "high", "per_100k", "measure", "seeds")

# gross measures: name, what it is called to have it and not to have it, the bits that show it
MEASURES = (
    ("death", "died", "lived", Path.DIED),
    ("removal", "removed", "not removed", Path.REMOVED),
    ("safety", "reached safety", "did not reach safety", Path.SAFE),
    ("exploitation", "exploited", "not exploited", Path.EXPLOITED),
    ("arrival", "arrived", "did not arrive", Path.ARRIVED_REGULAR | Path.ARRIVED_IRREGULAR | Path.SAFE),
)
_BIT_OF_CLASS = (Path.LEFT, Path.SAFE, Path.ARRIVED_IRREGULAR, Path.ARRIVED_REGULAR, Path.REMOVED, Path.DIED)


def _class_of_byte() -> NDArray[np.int64]:
    table = np.zeros(256, np.int64)
    for position, bit in enumerate(_BIT_OF_CLASS, start=1):
        table[(np.arange(256) & bit) > 0] = position
    return table


CLASS_OF_BYTE = _class_of_byte()


def join(baseline: Outcomes, arm: Outcomes) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Outcome bytes of every person who was at risk in either world, int32, -1 where she was in one world only."""
    before, after = ((outcomes["row"].astype(np.int64) << 32) | outcomes["generation"] for outcomes in (baseline, arm))
    people = np.union1d(before, after)
    paths = []
    for keys, outcomes in ((before, baseline), (after, arm)):
        path = np.full(len(people), -1, np.int32)
        path[np.searchsorted(people, keys)] = outcomes["path"]
        paths.append(path)
    return paths[0], paths[1]


def tabulate(baseline: Outcomes, arm: Outcomes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Count the persons of a pair of twins.

    Returns
    -------
    paths : int64 (2 need, classes, classes), people by class in the baseline and class in the arm; in need is last.
    gross : int64 (measures, 2 need, 2, 2), people in both worlds by having what the measure names, there and here.
    """
    before, after = join(baseline, arm)
    need = ((np.where(before >= 0, before, after) & Path.IN_NEED) > 0).astype(np.int64)
    first, second = (np.where(path >= 0, CLASS_OF_BYTE[path & 255], len(PATHS)) for path in (before, after))
    size = len(CLASSES)
    paths = np.bincount((need * size + first) * size + second, minlength=2 * size * size).reshape(2, size, size)
    both = (before >= 0) & (after >= 0)
    before, after, need = before[both], after[both], need[both]
    gross = [
        np.bincount(4 * need + 2 * ((before & bits) > 0) + ((after & bits) > 0), minlength=8).reshape(2, 2, 2)
        for _, _, _, bits in MEASURES
    ]
    return paths, np.array(gross)


def transitions(pairs: Mapping[str, Sequence[tuple[Outcomes, Outcomes]]], people: float) -> pd.DataFrame:
    """Person-level transitions from the baseline to each arm.

    Parameters
    ----------
    pairs : for each arm the (baseline, arm) outcomes of every seed.
    people : persons at risk in a run, for ``per_100k``.

    Returns
    -------
    Columns ``COLUMNS``; ``need`` is "all" or "in need" (of protection). Rows whose ``measure`` is "path" go from class
    to class, each person in one of them. The others are gross: people to whom one thing (death, removal, safety,
    exploitation, arrival) happened in one world only, both ways. ``people`` is the mean over seeds, ``low`` to ``high``
    its 95 % t interval.
    """
    rows: list[dict[str, Any]] = []
    for arm, twins in pairs.items():
        if not twins:
            continue
        tables = [tabulate(*twin) for twin in twins]
        paths, gross = (np.array(part) for part in zip(*tables, strict=True))
        for need, members in NEED.items():
            matrix = paths[:, members].sum(axis=1)
            for first, second in np.argwhere(matrix.sum(axis=0) > 0):
                counted = matrix[:, first, second]
                rows.append(_row(arm, need, "path", (CLASSES[first], CLASSES[second]), counted, people))
            for position, (measure, having, lacking, _) in enumerate(MEASURES):
                flipped = gross[:, position, members].sum(axis=1)
                rows.append(_row(arm, need, measure, (lacking, having), flipped[:, 0, 1], people))
                rows.append(_row(arm, need, measure, (having, lacking), flipped[:, 1, 0], people))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(
    arm: str, need: str, measure: str, classes: tuple[str, str], counted: NDArray[np.int64], people: float
) -> dict[str, Any]:
    interval = t_interval(counted)
    return {
        "arm": arm,
        "need": need,
        "from_class": classes[0],
        "to_class": classes[1],
        "people": interval.mean,
        "low": interval.low,
        "high": interval.high,
        "per_100k": 1e5 * interval.mean / people,
        "measure": measure,
        "seeds": interval.count,
    }

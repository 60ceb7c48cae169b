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
# who: the bits of ``Path`` looked at, and what they are; need is of protection, status of the first week that counts
_ABROAD = Path.WITH_STATUS | Path.WITHOUT_STATUS
GROUPS: dict[str, tuple[int, int]] = {
    "all": (0, 0),
    "in need": (Path.IN_NEED, Path.IN_NEED),
    "women and girls": (Path.FEMALE, Path.FEMALE),
    "men and boys": (Path.FEMALE, 0),
    "under eighteen": (Path.MINOR, Path.MINOR),
    "adults": (Path.MINOR, 0),
    "at home": (_ABROAD, 0),
    "abroad with status": (_ABROAD, Path.WITH_STATUS),
    "abroad without status": (_ABROAD, Path.WITHOUT_STATUS),
}
COLUMNS = ("arm", "group", "from_class", "to_class", "people", "low", "high", "per_100k", "measure", "seeds")

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
    paths : int64 (groups, classes, classes), people by class in the baseline and class in the arm.
    gross : int64 (groups, measures, 2, 2), people in both worlds by having what the measure names, there and here.
    """
    before, after = join(baseline, arm)
    who = np.where(before >= 0, before, after)
    first, second = (np.where(path >= 0, CLASS_OF_BYTE[path & 255], len(PATHS)) for path in (before, after))
    size = len(CLASSES)
    moved = first * size + second
    both = (before >= 0) & (after >= 0)
    flips = [2 * ((before & bits) > 0) + ((after & bits) > 0) for _, _, _, bits in MEASURES]
    paths, gross = [], []
    for mask, value in GROUPS.values():
        members = (who & mask) == value
        paths.append(np.bincount(moved[members], minlength=size * size).reshape(size, size))
        counted = members & both
        gross.append([np.bincount(flip[counted], minlength=4).reshape(2, 2) for flip in flips])
    return np.array(paths), np.array(gross)


def transitions(pairs: Mapping[str, Sequence[tuple[Outcomes, Outcomes]]], people: float) -> pd.DataFrame:
    """Person-level transitions from the baseline to each arm.

    Parameters
    ----------
    pairs : for each arm the (baseline, arm) outcomes of every seed.
    people : persons at risk in a run, for ``per_100k``.

    Returns
    -------
    Columns ``COLUMNS``; ``group`` is one of ``GROUPS``. Rows whose ``measure`` is "path" go from class
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
        for number, group in enumerate(GROUPS):
            matrix = paths[:, number]
            for first, second in np.argwhere(matrix.sum(axis=0) > 0):
                counted = matrix[:, first, second]
                rows.append(_row(arm, group, "path", (CLASSES[first], CLASSES[second]), counted, people))
            for position, (measure, having, lacking, _) in enumerate(MEASURES):
                flipped = gross[:, number, position]
                rows.append(_row(arm, group, measure, (lacking, having), flipped[:, 0, 1], people))
                rows.append(_row(arm, group, measure, (having, lacking), flipped[:, 1, 0], people))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(
    arm: str, group: str, measure: str, classes: tuple[str, str], counted: NDArray[np.int64], people: float
) -> dict[str, Any]:
    interval = t_interval(counted)
    return {
        "arm": arm,
        "group": group,
        "from_class": classes[0],
        "to_class": classes[1],
        "people": interval.mean,
        "low": interval.low,
        "high": interval.high,
        "per_100k": 1e5 * interval.mean / people,
        "measure": measure,
        "seeds": interval.count,
    }

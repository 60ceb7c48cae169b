"""What happened to each person in two worlds: the outcome bytes of twins joined on (seed, row, generation).

The same persons exist in both worlds, so it can be counted to how many a thing happened in one of them only. Such
*gross* counts are not people whom a policy helped or harmed: worlds that share all luck drift apart person by person
as soon as anything differs, and most of a gross count would be there with no policy at all. They are made only beside a
*floor*, the same count between the baseline and the baseline with a placebo (``sim.week.placebo``). *Net* counts, with the
arm minus without it, need no floor.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.agents.people import Path
from sim.results.statistics import PER, Interval, t_interval

if TYPE_CHECKING:
    import pandas as pd

Outcomes = Mapping[str, NDArray[Any]]
Tables = tuple[NDArray[np.int64], NDArray[np.int64]]
Twins = Mapping[int, Tables]  # by seed, what ``tabulate`` counted
NET, GROSS = "net", "gross"

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
OF_FLOOR = ("placebo", "placebo_low", "placebo_high", "above_placebo", "above_low", "above_high")
COLUMNS = (
    "arm",
    "group",
    "kind",
    "measure",
    "from_class",
    "to_class",
    "people",
    "low",
    "high",
    "per_100k",
    "seeds",
    *OF_FLOOR,
)

# measures: name, what it is called to have it and not to have it, the bits that show it
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


def tabulate(baseline: Outcomes, arm: Outcomes) -> Tables:
    """Count the persons of a pair of twins.

    Returns
    -------
    paths : int64 (groups, classes, classes), people by class in the baseline and class in the arm.
    gross : int64 (groups, measures, 2, 2), people in both worlds by having what the measure names, in the baseline and
        in the arm.
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


def transitions(arm: str, twins: Twins, people: float, floor: Twins | None) -> pd.DataFrame:
    """Person-level transitions from the baseline to an arm.

    Parameters
    ----------
    twins : baseline and arm, counted by seed.
    people : persons at risk in a run, for ``per_100k``.
    floor : baseline and placebo, counted by seed; None where none was run, and then there are no gross rows.

    Returns
    -------
    Columns ``COLUMNS``; ``group`` is one of ``GROUPS``. ``people`` is the mean over seeds, ``low`` to ``high`` its 95 %
    t interval.

    ``kind`` net: with the arm minus without it, of persons who are at risk in both worlds; ``to_class`` is the thing.
    ``kind`` gross: ``measure`` "path" goes from class to class, each person in one row; the other measures are people
    to whom one thing (death, removal, safety, exploitation, arrival) happened in one world only, both ways.
    ``placebo`` is how many such people there are with no policy at all, ``above_placebo`` how many more there are, mean
    difference by seed; both with 95 % t intervals.
    """
    import pandas as pd  # noqa: PLC0415 - tables are made when they are asked for

    if not twins:
        return nothing()
    rows = [_row(arm, *found, people) for found in _net(twins)]
    if floor:
        without = dict(_gross(floor))
        for key, counted in _gross(twins):
            if any(counted.values()) or key[1] != "path":
                least = without.get(key, dict.fromkeys(floor, 0))
                rows.append(_row(arm, (key[0], GROSS, *key[1:]), counted, people) | _floor(counted, least))
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(dict.fromkeys(OF_FLOOR, float))


def nothing() -> pd.DataFrame:
    """A table of transitions without rows."""
    import pandas as pd  # noqa: PLC0415

    return pd.DataFrame(columns=list(COLUMNS))


def _net(twins: Twins) -> Iterator[tuple[tuple[str, ...], dict[int, int]]]:
    """Group, kind, measure and classes of every net row, and its count by seed."""
    for number, group in enumerate(GROUPS):
        for position, (measure, having, lacking, _) in enumerate(MEASURES):
            counted = {seed: gross[number, position] for seed, (_, gross) in twins.items()}
            yield (
                (group, NET, measure, lacking, having),
                {seed: int(flip[0, 1] - flip[1, 0]) for seed, flip in counted.items()},
            )


def _gross(twins: Twins) -> Iterator[tuple[tuple[str, ...], dict[int, int]]]:
    """Group, measure and classes of every gross row, and its count by seed."""
    for number, group in enumerate(GROUPS):
        for first, second in np.ndindex(len(CLASSES), len(CLASSES)):
            counted = {seed: int(paths[number, first, second]) for seed, (paths, _) in twins.items()}
            yield (group, "path", CLASSES[first], CLASSES[second]), counted
        for position, (measure, having, lacking, _) in enumerate(MEASURES):
            flips = {seed: gross[number, position] for seed, (_, gross) in twins.items()}
            yield (group, measure, lacking, having), {seed: int(flip[0, 1]) for seed, flip in flips.items()}
            yield (group, measure, having, lacking), {seed: int(flip[1, 0]) for seed, flip in flips.items()}


def _row(arm: str, what: tuple[str, ...], counted: Mapping[int, int], people: float) -> dict[str, Any]:
    found = t_interval(list(counted.values()))
    group, kind, measure, first, second = what
    return {
        "arm": arm,
        "group": group,
        "kind": kind,
        "measure": measure,
        "from_class": first,
        "to_class": second,
        "people": found.mean,
        "low": found.low,
        "high": found.high,
        "per_100k": PER * found.mean / people,
        "seeds": found.count,
    }


def _floor(counted: Mapping[int, int], least: Mapping[int, int]) -> dict[str, float]:
    """The count that needs no policy, and what is above it, paired by seed."""
    floor: Interval = t_interval(list(least.values()))
    above = t_interval([counted[seed] - least[seed] for seed in counted if seed in least])
    found = (floor.mean, floor.low, floor.high, above.mean, above.low, above.high)
    return dict(zip(OF_FLOOR, found, strict=True))

"""What the pay-off table says of packages: who is best, who is regretted, who is good enough, who is never dominated.

A package is *surely* better than another in a world where the mean of their paired differences lies further from zero
than a one-sided test allows, its level divided by the number of comparisons that the package stands in. It is *best
by its mean* where no other has a better mean, *surely best* where it is surely better than every other, and *possibly
best* where no other is surely better than it. The share of worlds in which it is truly best lies between the shares
of the last two, and its interval goes from the lower end of the interval of the first to the upper end of the second,
since worlds are a sample too. Nothing is added up over outcomes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.decisions.payoffs import Cube, Difference, Floats, difference, gains, margins, regained
from sim.decisions.request import NOTHING
from sim.results.signs import LEVEL

Bools = NDArray[np.bool_]
RANK_COLUMNS = ("outcome", "package", "best", "low", "high", "surely", "possibly", "rank", "rank_low", "rank_high",
                "worlds")  # fmt: skip
REGRET_COLUMNS = ("outcome", "package", "mean", "percentile_90", "largest", "largest_error", "largest_in", "worlds")
ENOUGH_COLUMNS = ("outcome", "package", "reached", "low", "high", "surely", "possibly", "worlds")
PARETO_COLUMNS = ("package", "undominated", "low", "high", "surely_dominated", "worlds")
ALL_THRESHOLDS = "all thresholds"


@dataclass(frozen=True)
class Standing:
    """Packages against one another on one outcome.

    Parameters
    ----------
    mean : mean of every package's gain over no policy, float64 (packages, worlds); NaN where it is not known.
    surely : bool (packages, packages, worlds): the first is surely better than the second.
    known : bool (worlds,): worlds in which all packages have a value.
    """

    mean: Floats
    surely: NDArray[np.bool_]
    known: Bools


def standing(cube: Cube, outcome: int, level: float) -> Standing:
    """How packages stand on an outcome in every world, by seeds in which all of them have a value."""
    values = cube.values[:, :, outcome]
    values = np.where(np.isfinite(values).all(axis=0), values, np.nan)
    count, sign = len(cube.packages), cube.outcomes[outcome].sign
    own = level / max(1, count - 1)
    surely = np.zeros((count, count, len(cube.worlds)), bool)
    mean = np.stack([difference(sign * (values[k] - values[0])).mean for k in range(count)])
    for first in range(count):
        for second in range(count):
            if first != second:
                surely[first, second] = difference(sign * (values[first] - values[second])).surely(own)
    return Standing(mean, surely, np.asarray(np.isfinite(mean).all(axis=0)))


def share_interval(low: Bools, high: Bools) -> tuple[float, float]:
    """From the lower end of the interval of one share to the upper end of that of another (Wilson, 95 per cent)."""
    return _wilson(low)[0], _wilson(high)[1]


def _wilson(which: Bools) -> tuple[float, float]:
    count = len(which)
    if not count:
        return math.nan, math.nan
    from scipy import special  # noqa: PLC0415 - loads when something is judged

    z = float(special.ndtri(0.5 + LEVEL / 2))
    share = float(which.mean())
    middle = (share + z**2 / (2 * count)) / (1 + z**2 / count)
    half = z / (1 + z**2 / count) * math.sqrt(share * (1 - share) / count + z**2 / (4 * count**2))
    return max(0.0, middle - half), min(1.0, middle + half)


def ranks(cube: Cube, level: float) -> pd.DataFrame:
    """By outcome and package, the share of worlds in which it is best, and its mean rank (1 is best).

    Columns ``RANK_COLUMNS``. ``best`` is by means, packages that are level share it; ``low`` and ``high`` hold the
    share of worlds in which it is truly best; ``rank_low`` and ``rank_high`` are the mean ranks if every difference
    within error went its way, or against it.
    """
    rows = []
    for place, outcome in enumerate(cube.outcomes):
        stand = standing(cube, place, level)
        mean, surely = stand.mean[:, stand.known], stand.surely[:, :, stand.known]
        top = mean.max(axis=0) if mean.size else np.empty(0)
        for k, label in enumerate(cube.packages):
            others = [j for j in range(len(cube.packages)) if j != k]
            sure = np.asarray(surely[k, others].all(axis=0))
            may = np.asarray(~surely[others, k].any(axis=0))
            low, high = share_interval(sure, may)
            rank = 1 + (mean[others] > mean[k]).sum(axis=0)
            first = 1 + surely[others, k].sum(axis=0)
            last = len(cube.packages) - surely[k, others].sum(axis=0)
            rows.append((outcome.metric, label, _mean(mean[k] == top), low, high, _mean(sure), _mean(may), _mean(rank),
                         _mean(first), _mean(last), int(stand.known.sum())))  # fmt: skip
    return pd.DataFrame(rows, columns=list(RANK_COLUMNS))


def regrets(cube: Cube, level: float) -> pd.DataFrame:
    """By outcome and package, what is lost against the best package of each world, in the unit of the outcome.

    Columns ``REGRET_COLUMNS``: the mean, the 90th percentile and the largest over worlds. The mean is of ``regained``,
    and at least 0. The two others are by means over all seeds, and overstated as those of many noisy numbers are; the
    error of the largest is that of the difference in its world.
    """
    rows = []
    for place, outcome in enumerate(cube.outcomes):
        stand = standing(cube, place, level)
        worlds = np.flatnonzero(stand.known)
        lost = regained(outcome.sign * cube.values[:, worlds, place])
        for k, label in enumerate(cube.packages):
            if not len(worlds):
                rows.append((outcome.metric, label, *(math.nan,) * 4, "", 0))
                continue
            mean = stand.mean[:, worlds]
            regret = mean.max(axis=0) - mean[k]
            at = int(regret.argmax())
            best = int(mean[:, at].argmax())
            error = gains(cube, best, k, place).error[worlds[at]] if best != k else 0.0
            rows.append((outcome.metric, label, _above(lost[k]), float(np.percentile(regret, 90)), float(regret[at]),
                         float(error), cube.worlds[worlds[at]], len(worlds)))  # fmt: skip
    return pd.DataFrame(rows, columns=list(REGRET_COLUMNS))


def good_enough(cube: Cube, level: float) -> pd.DataFrame:
    """By outcome with a threshold and package, the share of worlds in which it is reached; and all of them together.

    Columns ``ENOUGH_COLUMNS``. No policy is judged as well: it changes nothing.
    """
    asked = [place for place, outcome in enumerate(cube.outcomes) if outcome.threshold is not None]
    rows = []
    for k, label in enumerate(cube.packages):
        every: list[Difference] = []
        for place in asked:
            margin = margins(cube, k, place)
            every.append(margin)
            rows.append((cube.outcomes[place].metric, label, *_reached([margin], level)))
        if len(asked) > 1:
            rows.append((ALL_THRESHOLDS, label, *_reached(every, level)))
    return pd.DataFrame(rows, columns=list(ENOUGH_COLUMNS))


def _reached(every: list[Difference], level: float) -> tuple[float, float, float, float, float, int]:
    """Share of worlds in which all margins are at least 0: by the mean, its interval, surely, possibly; worlds."""
    known = np.all([np.isfinite(each.mean) for each in every], axis=0)
    by_mean = np.all([each.mean >= 0 for each in every], axis=0)[known]
    sure = np.all([each.surely(level) | _exactly(each) for each in every], axis=0)[known]
    may = np.all([~Difference(-each.mean, each.error, each.freedom).surely(level) for each in every], axis=0)[known]
    low, high = share_interval(sure, may)
    return _mean(by_mean), low, high, _mean(sure), _mean(may), int(known.sum())


def _exactly(each: Difference) -> Bools:
    """Where the threshold is met and there is no error: nothing changes in any seed."""
    return np.asarray((each.mean >= 0) & (each.error == 0))


def pareto(cube: Cube, level: float) -> pd.DataFrame:
    """By package, the share of worlds in which no other is at least as good on every outcome and better on one.

    Columns ``PARETO_COLUMNS``. A package is surely dominated where another is at least as good by its mean on every
    outcome and surely better on one.
    """
    every = [standing(cube, place, level) for place in range(len(cube.outcomes))]
    known = np.all([stand.known for stand in every], axis=0)
    rows = []
    for k, label in enumerate(cube.packages):
        dominated, surely = np.zeros(int(known.sum()), bool), np.zeros(int(known.sum()), bool)
        for j in range(len(cube.packages)):
            if j == k:
                continue
            level_or_better = np.all([stand.mean[j] >= stand.mean[k] for stand in every], axis=0)[known]
            better = np.any([stand.mean[j] > stand.mean[k] for stand in every], axis=0)[known]
            dominated |= level_or_better & better
            surely |= level_or_better & np.any([stand.surely[j, k] for stand in every], axis=0)[known]
        low, high = share_interval(~dominated, ~surely)
        rows.append((label, _mean(~dominated), low, high, _mean(surely), int(known.sum())))
    return pd.DataFrame(rows, columns=list(PARETO_COLUMNS))


def losers(group_table: pd.DataFrame, outcomes: dict[str, float]) -> pd.DataFrame:
    """By split, group, package and outcome, the share of worlds in which the group fares worse than without a policy.

    ``outcomes`` gives the sign of each: 1 where more is better. Columns by, group, package, outcome, change (mean over
    worlds), worse (share of worlds by the mean), surely_worse (share in which two errors do not reach zero), worlds.
    """
    rows = []
    for key, part in group_table.groupby(["by", "group", "package", "outcome"], sort=False):
        by, group, package, outcome = key if isinstance(key, tuple) else (key, "", "", "")
        if package == NOTHING:
            continue
        known = part[np.isfinite(part["change"].to_numpy(float))]
        gain = outcomes[str(outcome)] * known["change"].to_numpy(float)
        error = known["error"].to_numpy(float)
        rows.append((by, group, package, outcome, _mean(known["change"].to_numpy(float)), _mean(gain < 0),
                     _mean(gain < -2 * error), len(known)))  # fmt: skip
    columns = ["by", "group", "package", "outcome", "change", "worse", "surely_worse", "worlds"]
    return pd.DataFrame(rows, columns=columns)


def pairs(cube: Cube) -> Iterator[tuple[int, int]]:
    """Every two packages, no policy among them."""
    for first in range(len(cube.packages)):
        for second in range(first + 1, len(cube.packages)):
            yield first, second


def _above(values: Floats) -> float:
    """The mean of what is known, at least 0."""
    return float(np.maximum(_mean(values[np.isfinite(values)]), 0.0))


def _mean(values: Bools | Floats | NDArray[np.int64]) -> float:
    return float(np.mean(values)) if len(values) else math.nan

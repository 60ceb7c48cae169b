"""What a set of paired runs says: differences by seed with their intervals.

Two runs with the same seed share every draw that the policy did not reach, so differences are taken seed by seed and
the interval is that of their mean: Student's t, or a bootstrap for those who have many seeds and would rather not lean
on the normal distribution. Nothing is assumed about the runs but that seeds are independent. Several lucks of one seed
share its world and its people, so that they are no further seeds: their mean is the seed's one value. An interval that
took each luck for a seed would be too narrow, by the more the more lucks of a seed are alike.
``make findings`` measures how often such intervals hold the truth. Where every difference is the same
there is no interval: seeds that agree say nothing about how far those not yet run would lie apart.

Whether the sign of an effect may be named is decided in ``sim.results.signs``, and everything that shows effects reads
it from the column ``verdict``.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.ground.errors import RequestError
from sim.declared.measures.catalogue import METRICS
from sim.results.signs import LEVEL, verdicts

if TYPE_CHECKING:
    import pandas as pd

INTERVALS = ("t", "bootstrap")
RESAMPLES = 9_999
PER = 1e5  # persons at risk to whom rates refer
OF_RATES = "; rates, each per 100 000 of its own people"
ROUNDING = 1e-12  # what is smaller than this beside the numbers it comes from is an error of rounding
FEWEST_PAIRS = 4  # three pairs give ten different resamples, too few for the ends of a 95 % interval
RESAMPLING_SEED = 20_031  # fixed, so that the same runs give the same interval
EFFECT_COLUMNS = (
    "arm",
    "metric",
    "baseline",
    "value",
    "difference",
    "low",
    "high",
    "percent",
    "per_100k",
    "seeds",
    "method",
    "tag",
    "layer",
    "unit",
    "variance_ratio",
    "p_value",
    "q_value",
    "verdict",
    "people",
)


@dataclass(frozen=True)
class Interval:
    """A mean with its interval; both ends are NaN where there is none: with one value, or where all are equal."""

    mean: float
    low: float
    high: float
    count: int


def t_interval(values: ArrayLike, level: float = LEVEL) -> Interval:
    """Mean and Student's t interval of the finite values (any shape); none from fewer than two, nor from equal ones.

    >>> t_interval([1.0, 3.0]).mean
    2.0
    """
    sample = _finite(values)
    if not len(sample):
        return Interval(np.nan, np.nan, np.nan, 0)
    mean = float(sample.mean())
    if len(sample) == 1 or all_equal(sample):
        return Interval(mean, np.nan, np.nan, len(sample))
    half = t_quantile(len(sample) - 1, level) * float(sample.std(ddof=1)) / len(sample) ** 0.5
    return Interval(mean, mean - half, mean + half, len(sample))


@cache
def t_quantile(df: float, level: float) -> float:
    """Half-width of a t interval in standard errors."""
    from scipy import special  # noqa: PLC0415 - one seed has no interval

    return float(special.stdtrit(df, 0.5 + level / 2))


def all_equal(sample: NDArray[np.float64]) -> bool:
    """Whether finite values (n,) differ by errors of rounding at most."""
    return bool(np.ptp(sample) <= ROUNDING * np.abs(sample).max())


def bootstrap_interval(values: ArrayLike, level: float = LEVEL) -> Interval:
    """Mean and BCa bootstrap interval of the finite values (any shape), with ``RESAMPLES`` resamples of a fixed seed.

    The t interval with fewer than ``FEWEST_PAIRS`` values, from which a bootstrap says nothing; none where all are
    equal.
    Few values resample into too narrow an interval: of normal ones, 95 % intervals hold the mean in about 80 of 100
    cases with 4 values, 89 with 8, 92 with 16 and 95 with 32.
    """
    return _bootstrap(_finite(values), level) or t_interval(values, level)


def _bootstrap(sample: NDArray[np.float64], level: float) -> Interval | None:
    """The BCa interval of finite values; None where there is none."""
    if len(sample) < FEWEST_PAIRS or all_equal(sample):
        return None
    from scipy import stats  # noqa: PLC0415 - intervals by t need special functions only

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # resamples that are all alike: no interval, and the caller's t
        found = stats.bootstrap(
            (sample,),
            np.mean,
            n_resamples=RESAMPLES,
            confidence_level=level,
            method="BCa",
            vectorized=True,
            random_state=np.random.default_rng(RESAMPLING_SEED),
        ).confidence_interval
    if not np.isfinite([found.low, found.high]).all():
        return None
    return Interval(float(sample.mean()), float(found.low), float(found.high), len(sample))


def interval_of(values: ArrayLike, interval: str = "t", level: float = LEVEL) -> tuple[Interval, str]:
    """The interval of the mean of the finite differences by seed, and how it was made, in words.

    ``interval`` is one of ``INTERVALS``; RequestError otherwise.
    """
    known_interval(interval)
    sample = _finite(values)
    found = _bootstrap(sample, level) if interval == "bootstrap" else None
    if found is not None:
        count = f"{RESAMPLES:,}".replace(",", " ")
        return found, f"paired by seed, BCa bootstrap of {count} resamples, {100 * level:g} %"
    words = method_of(sample, level)
    if interval == "bootstrap" and 1 < len(sample) < FEWEST_PAIRS and not all_equal(sample):
        words += "; too few pairs for a bootstrap"
    return t_interval(sample, level), words


def known_interval(interval: str) -> str:
    """``interval`` if it is one of ``INTERVALS``; RequestError otherwise."""
    if interval not in INTERVALS:
        raise RequestError(
            f"there is no interval {interval!r}", where="interval", given=str(interval), allowed=INTERVALS
        )
    return interval


def method_of(sample: NDArray[np.float64], level: float = LEVEL) -> str:
    """How the t interval of finite differences (n,) was made, or why there is none, in words."""
    pairs = len(sample)
    if pairs == 0:
        return "no pair of seeds has a value"
    if pairs == 1:
        return "one seed: no interval"
    if not sample.any():
        return f"no difference in any of {pairs} seeds"
    if all_equal(sample):
        return f"all {pairs} differences are equal: no interval"
    return f"paired by seed, t with {pairs - 1} df, {100 * level:g} %"


def p_value(differences: ArrayLike) -> float:
    """Two-sided paired t test of no mean difference, over the finite differences by seed (any shape).

    NaN with fewer than two, and where all are equal: a spread of zero tests nothing.
    """
    sample = _finite(differences)
    if len(sample) < 2 or all_equal(sample):
        return float("nan")
    from scipy import special  # noqa: PLC0415 - one seed has no test

    error = float(sample.std(ddof=1)) / len(sample) ** 0.5
    return float(2 * special.stdtr(len(sample) - 1, -abs(float(sample.mean()) / error)))


def q_values(p_values: ArrayLike) -> NDArray[np.float64]:
    """Benjamini-Hochberg over the finite p-values (n,): the false discovery rate at which each would be kept.

    NaN where the p-value is.
    """
    found = np.array(p_values, float)
    tested = np.isfinite(found)
    if tested.any():
        from scipy import stats  # noqa: PLC0415 - without a test nothing is corrected

        found[tested] = stats.false_discovery_control(found[tested], method="bh")
    return found


def paired_effect(
    baseline: ArrayLike, value: ArrayLike, people: float, *, counts_people: bool, interval: str = "t"
) -> dict[str, object]:
    """The effect from values by seed, entry k of both from the same seed: ``EFFECT_COLUMNS`` baseline to method.

    ``people`` is the number of persons at risk to whom the values refer; ``per_100k``, the difference per 100 000 of
    them, is NaN unless ``counts_people`` (flows and stocks). Seeds on which either value is undefined are left out.
    ``interval`` is one of ``INTERVALS``.
    """
    before, after = np.asarray(baseline, float), np.asarray(value, float)
    both = np.isfinite(before) & np.isfinite(after)
    change, method = interval_of(differences(before, after)[both], interval)
    reference = float(before[both].mean()) if both.any() else np.nan
    return {
        "baseline": reference,
        "value": float(after[both].mean()) if both.any() else np.nan,
        "difference": change.mean,
        "low": change.low,
        "high": change.high,
        "percent": 100 * change.mean / abs(reference) if reference else np.nan,
        "per_100k": PER * change.mean / people if counts_people else np.nan,
        "seeds": change.count,
        "method": method,
    }


def differences(before: NDArray[np.float64], after: NDArray[np.float64]) -> NDArray[np.float64]:
    """``after - before`` (n,), 0 where only rounding tells them apart; NaN where either is."""
    change = after - before
    with np.errstate(invalid="ignore"):
        nothing = np.abs(change) <= ROUNDING * np.maximum(np.abs(before), np.abs(after))
    return np.where(nothing, 0.0, change)


def by_seed(summary: pd.DataFrame, arm: str) -> pd.DataFrame:
    """Values of an arm: one row a seed (the mean over its lucks), one column a metric."""
    rows = summary[summary["arm"] == arm]
    if not rows.duplicated(["seed", "metric"]).any():
        return rows.pivot(index="seed", columns="metric", values="value")
    return rows.pivot_table(index="seed", columns="metric", values="value", aggfunc="mean", dropna=False)


def effects(
    summary: pd.DataFrame,
    baseline: str,
    arms: Sequence[str],
    metrics: Sequence[str],
    people: float | Mapping[str, float],
    *,
    interval: str = "t",
) -> pd.DataFrame:
    """Paired effects of every arm on every metric, in the order given.

    Parameters
    ----------
    summary : columns arm, seed, metric, value, and luck where seeds have several; a seed counts once, with the mean of
        those lucks in which both worlds have a value.
    people : persons at risk in a run, or those of every arm by label. An arm with another number of people than the
        baseline is compared by rates: flows and stocks of both are taken per 100 000 of their own people first.
    interval : one of ``INTERVALS``; RequestError otherwise.

    Returns
    -------
    Columns ``EFFECT_COLUMNS``. ``seeds`` counts pairs, ``variance_ratio`` is what pairing gained, ``q_value`` allows
    for all the rows of this table, ``verdict`` says whether a sign may be named. ``people`` is the number of persons
    at risk to whom baseline, value and difference refer: those of a run, or 100 000 where rates are compared.
    """
    import pandas as pd  # noqa: PLC0415 - tables are made when they are asked for

    known_interval(interval)
    size = people if isinstance(people, Mapping) else dict.fromkeys((baseline, *arms), people)
    known = summary if "luck" in summary else summary.assign(luck=0)
    run = ["seed", "luck"]
    tables = {
        str(arm): part.pivot(index=run, columns="metric", values="value") for arm, part in known.groupby("arm")
    }
    nothing = known[:0].pivot(index=run, columns="metric", values="value")
    reference = tables.get(baseline, nothing)
    rows = [
        row
        for arm in arms
        for row in _effects_of(arm, reference, tables.get(arm, nothing), metrics, (size[baseline], size[arm]), interval)
    ]
    table = pd.DataFrame(rows, columns=list(EFFECT_COLUMNS))
    lucks = summary["luck"].nunique() if "luck" in summary else 1
    if lucks > 1:
        table["method"] += f"; each seed the mean of {lucks} lucks"
    return judged(table)


def judged(table: pd.DataFrame) -> pd.DataFrame:
    """The table with ``q_value`` over all its rows and the ``verdict`` that follows."""
    found = table.assign(q_value=q_values(table["p_value"].to_numpy(float)))
    return found.assign(verdict=verdicts(found))


def _effects_of(
    arm: str,
    reference: pd.DataFrame,
    values: pd.DataFrame,
    metrics: Sequence[str],
    people: tuple[float, float],
    interval: str,
) -> list[dict[str, object]]:
    """A row for each metric of an arm; ``people`` are the persons at risk in a run of the baseline and of the arm."""
    rates = people[0] != people[1]
    runs = reference.index.intersection(values.index)
    without, with_it = (_columns(table, runs) for table in (reference, values))
    seeds, nothing = runs.get_level_values("seed").to_numpy(), np.full(len(runs), np.nan)
    rows = []
    for name in metrics:
        metric = METRICS[name]
        before, after = _of_seeds(without.get(name, nothing), with_it.get(name, nothing), seeds)
        if rates and metric.per_100k:
            before, after = PER * before / people[0], PER * after / people[1]
        size = PER if rates else people[1]
        found = paired_effect(before, after, size, counts_people=metric.per_100k, interval=interval)
        if rates and metric.per_100k:
            found["method"] = f"{found['method']}{OF_RATES}"
        rows.append(
            {
                "arm": arm,
                "metric": name,
                **found,
                "tag": metric.tag,
                "layer": metric.layer,
                "unit": f"{metric.unit} per 100 000 at risk" if rates and metric.per_100k else metric.unit,
                "variance_ratio": variance_ratio(before, after),
                "p_value": p_value(differences(before, after)),
                "people": size,
            }
        )
    return rows


def _of_seeds(
    before: NDArray[np.float64], after: NDArray[np.float64], seeds: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Values of runs (runs,) as one of each seed, NaN where it has none: the mean of those lucks that both have."""
    every, place = np.unique(seeds, return_inverse=True)
    if len(every) == len(seeds):
        return before, after
    both = np.isfinite(before) & np.isfinite(after)
    count = np.bincount(place[both], minlength=len(every))
    with np.errstate(invalid="ignore"):
        first, second = (np.bincount(place[both], each[both], len(every)) / count for each in (before, after))
    return first, second


def variance_ratio(before: NDArray[np.float64], after: NDArray[np.float64]) -> float:
    """What pairing by seed gains: (var(before) + var(after)) / var(after - before) over seeds where both have a value.

    The variance of an unpaired difference over that of the paired one. NaN with fewer than three pairs or where
    nothing varies; infinite where every pair differs by the same amount.
    """
    both = np.isfinite(before) & np.isfinite(after)
    if both.sum() < 3:
        return float("nan")
    apart = before[both].var(ddof=1) + after[both].var(ddof=1)
    together = differences(before, after)[both].var(ddof=1)
    if together > 0:
        return float(apart / together)
    return float("inf") if apart > 0 else float("nan")


def _columns(table: pd.DataFrame, runs: pd.Index) -> dict[str, NDArray[np.float64]]:
    """Values by run of every metric in a table."""
    return dict(zip(table.columns, np.ascontiguousarray(table.loc[runs].to_numpy(float).T), strict=True))


def _finite(values: ArrayLike) -> NDArray[np.float64]:
    sample = np.asarray(values, float).ravel()
    return sample[np.isfinite(sample)]

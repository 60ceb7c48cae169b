"""How good an evaluation is: figures made from stored estimates, each with its Monte-Carlo error. Nothing is run.

Worlds of one set of an ensemble are no more than one set: errors come from :mod:`sim.evaluation.clusters`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.evaluation.clusters import Clusters, unit_of_draws
from sim.evaluation.detectable import least_detectable

Floats = NDArray[np.float64]
COLUMNS = ("design", "dose", "figure", "value", "error", "worlds", "sets", "note")
Told = tuple[float, float, int, int]  # value, Monte-Carlo error, worlds, and sets of them that have nothing in common
# figure: what it says, in the words of the page
FIGURES: dict[str, str] = {
    "truth": "what the policy did in truth",
    "record_effect": "what the policy did in the records",
    "estimate": "mean estimate",
    "bias": "mean error of the estimate",
    "design_fault": "of it, the fault of the design",
    "measurement_fault": "of it, the fault of the records",
    "spillover": "what the policy did in the records of places without it",
    "rmse": "root mean square error",
    "spread": "standard deviation of the estimate",
    "coverage": "intervals that hold the true effect",
    "power": "worlds in which an effect is found",
    "false_positives": "worlds in which an effect is found although the policy does nothing",
    "wrong_sign": "of effects that are found, those with the wrong sign",
    "exaggeration": "times by which effects that are found are larger than the true one",
    "right": "worlds in which an effect of the right sign is found",
    "not_computed": "worlds in which the design could not be used",
    "pre_trend": "worlds in which places with and without the policy moved apart before it",
    "bias_after_pre_trend": "mean error in worlds that pass the test of movements before the policy",
    "least_detectable": "least effect that is found with the wanted power",
}


def significant(table: pd.DataFrame, alpha: float) -> NDArray[np.bool_]:
    """Which estimates say that there is an effect: by p, or by the interval where there is no p."""
    p, low, high = (table[name].to_numpy(float) for name in ("p", "low", "high"))
    by_interval = (low > 0) | (high < 0)  # of an interval without an end on one side, too
    return np.asarray(np.where(np.isfinite(p), p < alpha, by_interval)) & np.isfinite(table["estimate"].to_numpy(float))


def diagnose(estimates: pd.DataFrame, *, alpha: float = 0.05, power: float = 0.8) -> pd.DataFrame:
    """Every figure of ``FIGURES`` by design and dose: columns ``COLUMNS``; ``error`` is the Monte-Carlo s.e.

    Shares, coverage and power are shares of worlds; ``worlds`` says on how many that have nothing in common a share
    rests, and of how many another figure is made; ``sets`` from how many sets of an ensemble its error comes, which are
    as many as worlds without one. ``least_detectable`` stands at dose nan, and is nan with the reason in ``note`` where
    it cannot be told.
    """
    rows: list[tuple[Any, ...]] = []
    for design, table in estimates.groupby("design", sort=False):
        for dose, part in table.groupby("dose"):
            for name, value, error, worlds, sets in _figures(part, float(str(dose)), alpha):
                rows.append((design, dose, name, value, error, worlds, sets, ""))
        found = least_detectable(table, significant(table, alpha), alpha=alpha, power=power)
        least = (found.value, found.error, len(table), Clusters.of_rows(table).count, found.why_not)
        rows.append((design, math.nan, "least_detectable", *least))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _figures(part: pd.DataFrame, dose: float, alpha: float) -> Iterator[tuple[str, float, float, int, int]]:
    """Name, value, Monte-Carlo error, worlds and sets for one design at one dose.

    A world in which the truth is not known, as nobody is there of whom a change could be a share, is no fault of the
    design: it is left out of what is held against the truth.
    """
    value, truth = part["estimate"].to_numpy(float), part["truth"].to_numpy(float)
    usable, every = np.isfinite(value) & np.isfinite(truth), Clusters.of_rows(part)
    found, some = significant(part, alpha), every.where(usable)
    yield "not_computed", *_share(~np.isfinite(value), every)
    for name in ("truth", "record_effect", "spillover"):
        yield name, *_mean(part[name].to_numpy(float), every)
    told = np.isfinite(part["pre_trend"].to_numpy(float))
    yield "pre_trend", *_share((part["pre_trend"].to_numpy(float) < alpha)[told], every.where(told))
    if not usable.any():
        return
    error = value - truth
    yield "estimate", *_mean(value[usable], some)
    yield "bias", *_mean(error[usable], some)
    faults = part.loc[usable, ["design_fault", "measurement_fault"]].to_numpy(float)
    if not np.isfinite(faults).all():
        faults = np.full_like(faults, math.nan)  # of other worlds than the mean error, to which they would not add up
    for name, numbers in zip(("design_fault", "measurement_fault"), faults.T, strict=True):
        yield name, *_mean(numbers, some)
    yield "spread", *_spread(value[usable], some)
    yield "rmse", *_rmse(error[usable], some)
    passed = usable & ~(part["pre_trend"].to_numpy(float) < alpha)
    yield "bias_after_pre_trend", *_mean(error[passed], every.where(passed))
    low, high = part["low"].to_numpy(float), part["high"].to_numpy(float)
    told = usable & ~np.isnan(low) & ~np.isnan(high)
    yield "coverage", *_share(((low <= truth) & (truth <= high))[told], every.where(told))
    if dose == 0:
        yield "false_positives", *_share(found[usable], some)
        return
    real = float(truth[usable].mean())
    same = np.sign(value) == math.copysign(1.0, real)
    yield "power", *_share(found[usable], some)
    yield "right", *_share((found & same)[usable], some)
    yield "wrong_sign", *_share(~same[usable & found], every.where(usable & found))
    if abs(real) > 0:
        yield "exaggeration", *_mean(np.abs(value[usable & found]) / abs(real), every.where(usable & found))


def _share(which: NDArray[np.bool_], clusters: Clusters) -> Told:
    """A share, its error, and of how many; a share of none or all has the binomial error of half a world more."""
    if not len(which):
        return math.nan, math.nan, 0, 0
    count, share = clusters.independent(which), float(which.mean())
    inner = min(max(share, 0.5 / (count + 1)), 1 - 0.5 / (count + 1))
    return share, math.sqrt(inner * (1 - inner) / count), count, clusters.count


def _mean(values: Floats, clusters: Clusters) -> Told:
    told = np.isfinite(values)
    kept, some = values[told], clusters.where(told)
    return (float(kept.mean()) if len(kept) else math.nan), some.error(kept), len(kept), some.count


def _spread(values: Floats, clusters: Clusters) -> Told:
    """Standard deviation and its error; that of the variance comes from the fourth moment."""
    if len(values) < 3:
        return math.nan, math.nan, len(values), clusters.count
    spread = float(values.std(ddof=1))
    error = clusters.error((values - values.mean()) ** 2) / (2 * spread) if spread else 0.0
    return spread, error, len(values), clusters.count


def _rmse(error: Floats, clusters: Clusters) -> Told:
    rmse = math.sqrt(float((error**2).mean()))
    return rmse, clusters.error(error**2) / (2 * rmse) if rmse > 0 else math.nan, len(error), clusters.count


def agreement(activity: pd.DataFrame) -> pd.DataFrame:
    """Rank agreement (Kendall's tau) of indicators of activity with the truth, over worlds and doses.

    Columns indicator, tau, error (bootstrap over seeds, or over the sets of an ensemble), worlds. An indicator is good
    where tau is near -1 if activity is meant to go with less exploitation, and says nothing near 0.
    """
    from scipy.stats import kendalltau  # noqa: PLC0415 - loads when an evaluation is judged

    rows = []
    for name, part in activity.groupby("indicator", sort=False):
        seeds = [group for _, group in part.groupby(unit_of_draws(part))]
        tau = float(kendalltau(part["effect"], part["truth"]).statistic)
        rng = np.random.default_rng(1)
        drawn = [pd.concat([seeds[k] for k in rng.integers(0, len(seeds), len(seeds))]) for _ in range(100)]
        again = np.array([float(kendalltau(each["effect"], each["truth"]).statistic) for each in drawn])
        told = again[np.isfinite(again)]
        rows.append((name, tau, float(told.std()) if len(told) > 1 else math.nan, len(seeds)))
    return pd.DataFrame(rows, columns=["indicator", "tau", "error", "worlds"])

"""How good an evaluation is: figures made from stored estimates, each with its Monte-Carlo error. Nothing is run."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.evaluation.detectable import least_detectable

Floats = NDArray[np.float64]
COLUMNS = ("design", "dose", "figure", "value", "error", "worlds", "note")
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
    by_interval = np.isfinite(low) & np.isfinite(high) & ((low > 0) | (high < 0))
    return np.asarray(np.where(np.isfinite(p), p < alpha, by_interval)) & np.isfinite(table["estimate"].to_numpy(float))


def diagnose(estimates: pd.DataFrame, *, alpha: float = 0.05, power: float = 0.8) -> pd.DataFrame:
    """Every figure of ``FIGURES`` by design and dose: columns ``COLUMNS``; ``error`` is the Monte-Carlo s.e.

    Shares, coverage and power are shares of worlds. ``least_detectable`` stands at dose nan, and is nan with the reason
    in ``note`` where it cannot be told.
    """
    rows: list[tuple[Any, ...]] = []
    for design, table in estimates.groupby("design", sort=False):
        for dose, part in table.groupby("dose"):
            for name, value, error, worlds in _figures(part, float(str(dose)), alpha):
                rows.append((design, dose, name, value, error, worlds, ""))
        found = least_detectable(table, significant(table, alpha), alpha=alpha, power=power)
        rows.append((design, math.nan, "least_detectable", found.value, found.error, len(table), found.why_not))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _figures(part: pd.DataFrame, dose: float, alpha: float) -> Iterator[tuple[str, float, float, int]]:
    """Name, value, Monte-Carlo error and number of worlds for one design at one dose."""
    value, truth = part["estimate"].to_numpy(float), part["truth"].to_numpy(float)
    usable = np.isfinite(value) & np.isfinite(truth)
    found = significant(part, alpha)
    yield "not_computed", *_share(~usable)
    for name in ("truth", "record_effect", "spillover"):
        yield name, *_mean(part[name].to_numpy(float))
    yield "pre_trend", *_share((part["pre_trend"].to_numpy(float) < alpha)[np.isfinite(part["pre_trend"])])
    if not usable.any():
        return
    error = value - truth
    yield "estimate", *_mean(value[usable])
    yield "bias", *_mean(error[usable])
    faults = part.loc[usable, ["design_fault", "measurement_fault"]].to_numpy(float)
    if not np.isfinite(faults).all():
        faults = np.full_like(faults, math.nan)  # of other worlds than the mean error, to which they would not add up
    for name, numbers in zip(("design_fault", "measurement_fault"), faults.T, strict=True):
        yield name, *_mean(numbers)
    yield "spread", *_spread(value[usable])
    yield "rmse", *_rmse(error[usable])
    passed = usable & ~(part["pre_trend"].to_numpy(float) < alpha)
    yield "bias_after_pre_trend", *_mean(error[passed])
    low, high = part["low"].to_numpy(float), part["high"].to_numpy(float)
    told = usable & ~np.isnan(low) & ~np.isnan(high)
    yield "coverage", *_share(((low <= truth) & (truth <= high))[told])
    if dose == 0:
        yield "false_positives", *_share(found[usable])
        return
    real = float(truth[usable].mean())
    same = np.sign(value) == math.copysign(1.0, real)
    yield "power", *_share(found[usable])
    yield "right", *_share((found & same)[usable])
    yield "wrong_sign", *_share(~same[usable & found])
    if abs(real) > 0:
        yield "exaggeration", *_mean(np.abs(value[usable & found]) / abs(real))


def _share(which: NDArray[np.bool_]) -> tuple[float, float, int]:
    """A share, its binomial error, and of how many; a share of none or all has the error of half a world more."""
    count = len(which)
    if not count:
        return math.nan, math.nan, 0
    share = float(which.mean())
    inner = min(max(share, 0.5 / (count + 1)), 1 - 0.5 / (count + 1))
    return share, math.sqrt(inner * (1 - inner) / count), count


def _mean(values: Floats) -> tuple[float, float, int]:
    kept = values[np.isfinite(values)]
    error = float(kept.std(ddof=1)) / math.sqrt(len(kept)) if len(kept) > 1 else math.nan
    return (float(kept.mean()) if len(kept) else math.nan), error, len(kept)


def _spread(values: Floats) -> tuple[float, float, int]:
    """Standard deviation and its error; that of the variance comes from the fourth moment."""
    if len(values) < 3:
        return math.nan, math.nan, len(values)
    spread = float(values.std(ddof=1))
    square = (values - values.mean()) ** 2
    error = float(square.std(ddof=1)) / math.sqrt(len(values)) / (2 * spread) if spread else 0.0
    return spread, error, len(values)


def _rmse(error: Floats) -> tuple[float, float, int]:
    rmse = math.sqrt(float((error**2).mean()))
    known = len(error) > 1 and rmse > 0
    return rmse, float((error**2).std(ddof=1)) / (2 * rmse * math.sqrt(len(error))) if known else math.nan, len(error)


def agreement(activity: pd.DataFrame) -> pd.DataFrame:
    """Rank agreement (Kendall's tau) of indicators of activity with the truth, over worlds and doses.

    Columns indicator, tau, error (bootstrap over seeds), worlds. An indicator is good where tau is near -1 if activity
    is meant to go with less exploitation, and says nothing near 0.
    """
    from scipy.stats import kendalltau  # noqa: PLC0415 - loads when an evaluation is judged

    rows = []
    for name, part in activity.groupby("indicator", sort=False):
        seeds = [group for _, group in part.groupby("setting" if "setting" in part else "seed")]
        tau = float(kendalltau(part["effect"], part["truth"]).statistic)
        rng = np.random.default_rng(1)
        drawn = [pd.concat([seeds[k] for k in rng.integers(0, len(seeds), len(seeds))]) for _ in range(100)]
        again = np.array([float(kendalltau(each["effect"], each["truth"]).statistic) for each in drawn])
        told = again[np.isfinite(again)]
        rows.append((name, tau, float(told.std()) if len(told) > 1 else math.nan, len(seeds)))
    return pd.DataFrame(rows, columns=["indicator", "tau", "error", "worlds"])

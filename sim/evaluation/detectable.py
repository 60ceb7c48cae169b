"""The least effect that a design would find: a rising curve of power over the size of the true effect."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.evaluation.clusters import Clusters, unit_of_draws

Floats = NDArray[np.float64]
DRAWS = 60  # of seeds, for the Monte-Carlo error
MOST_FALSE = 2.0  # times alpha: with more false positives a design finds what is not there
MOST_TURNED = 0.5  # of effects that are found, with the wrong sign: chance alone turns no more
LEVEL = 0.05  # of the test that more false positives than alpha are no chance of a few worlds


@dataclass(frozen=True)
class Least:
    """The least detectable effect as a size above 0, its Monte-Carlo error, or why there is none."""

    value: float
    error: float
    why_not: str = ""


def widths(alpha: float, power: float) -> float:
    """Standard errors between no effect and one that is found with this power at this level (normal distribution)."""
    usual = NormalDist()
    return usual.inv_cdf(1 - alpha / 2) + usual.inv_cdf(power)


def misleads(false: float, worlds: int, alpha: float) -> bool:
    """Whether a share of false positives in so many worlds is above ``MOST_FALSE`` times alpha, and not by chance."""
    from scipy.stats import binom  # noqa: PLC0415 - loads when an evaluation is judged

    return false > MOST_FALSE * alpha and float(binom.sf(round(false * worlds) - 1, worlds, alpha)) < LEVEL


def why_not(table: pd.DataFrame, found: NDArray[np.bool_], alpha: float) -> str:
    """Why no least detectable effect is told; empty where it can be."""
    doses = table["dose"].to_numpy(float)
    usable = _usable(table)
    if not usable.any():
        made = np.isfinite(table["estimate"].to_numpy(float)).any()
        return "what the policy does in truth is not known" if made else "the design could not be used"
    if not (usable & (doses == 0)).any() or not (usable & (doses > 0)).any():
        return "it needs dose 0 and a dose above it"
    at_zero = usable & (doses == 0)
    zero = found[at_zero]
    false = float(zero.mean())
    if misleads(false, Clusters.of_rows(table).where(at_zero).independent(zero), alpha):
        return (
            f"where the policy does nothing the design still finds an effect in {100 * false:.0f} of 100 worlds, "
            f"more than {100 * MOST_FALSE * alpha:.0f}: what it finds elsewhere is no power"
        )
    largest = usable & (doses == doses[usable].max())
    value, truth = (table.loc[largest, name].to_numpy(float) for name in ("estimate", "truth"))
    wrong = (np.sign(value) != np.sign(np.nanmean(truth)))[found[largest]]
    if len(wrong) and float(wrong.mean()) > MOST_TURNED:
        turned = 100 * float(wrong.mean())
        return (
            f"{turned:.0f} of 100 effects that the design finds have the wrong sign, more than chance turns: it does "
            "not see what the policy does"
        )
    return ""


def least_detectable(table: pd.DataFrame, found: NDArray[np.bool_], *, alpha: float, power: float) -> Least:
    """The size of effect at which ``power`` is reached, from a logistic curve through all doses.

    The curve starts at the share of false positives and never falls. It is refused where a design
    :func:`misleads`, and not told where the largest effect of the doses has less power than wanted.

    Parameters
    ----------
    table : estimates of one design at all doses, dose 0 among them.
    found : which of them say that there is an effect.
    """
    reason = why_not(table, found, alpha)
    if reason:
        return Least(math.nan, math.nan, reason)
    usable = _usable(table)
    part, seen = table[usable], found[usable].astype(float)
    sizes = part.groupby("dose")["truth"].transform("mean").abs().to_numpy(float)
    value = _at(sizes, seen, power)
    if not math.isfinite(value):
        return Least(math.nan, math.nan, f"even the largest effect here, {sizes.max():.3g}, is found too seldom")
    seeds = part[unit_of_draws(part)].to_numpy()
    names = np.unique(seeds)
    places = {seed: np.flatnonzero(seeds == seed) for seed in names}
    rng = np.random.default_rng(1)
    again = []
    for _ in range(DRAWS):
        rows = np.concatenate([places[seed] for seed in rng.choice(names, len(names))])
        again.append(_at(sizes[rows], seen[rows], power))
    told = np.array([x for x in again if math.isfinite(x)])
    return Least(value, float(told.std()) if len(told) > 1 else math.nan)


def _usable(table: pd.DataFrame) -> NDArray[np.bool_]:
    """Worlds with an estimate and a truth to hold it against: bool (rows,)."""
    return np.asarray(np.isfinite(table[["estimate", "truth"]].to_numpy(float)).all(axis=1))


def curve(size: Floats, floor: float, middle: float, width: float) -> Floats:
    """Power by size of effect: ``floor`` at 0, rising to 1."""

    def raw(x: Floats) -> Floats:
        return np.asarray(1 / (1 + np.exp(-np.clip((x - middle) / width, -50, 50))))

    zero = raw(np.zeros(1))[0]
    return np.asarray(floor + (1 - floor) * (raw(size) - zero) / max(1 - zero, 1e-12))


def _at(sizes: Floats, found: Floats, power: float) -> float:
    """The size at which the fitted curve reaches ``power``; nan where it does not within the sizes that were seen."""
    from scipy.optimize import minimize  # noqa: PLC0415 - loads when an evaluation is judged

    most = float(sizes.max())
    floor = float(found[sizes == sizes.min()].mean())
    if most <= 0 or floor >= power:
        return math.nan

    def lack(point: Floats) -> float:
        middle, width = np.exp(np.clip(point, -15, 15)) * most
        chance = np.clip(curve(sizes, floor, float(middle), float(width)), 1e-6, 1 - 1e-6)
        return -float((found * np.log(chance) + (1 - found) * np.log(1 - chance)).sum())

    starts = [np.log([middle, 0.15]) for middle in (0.2, 0.5, 1.0, 3.0)]
    best = min((minimize(lack, start, method="Nelder-Mead") for start in starts), key=lambda fit: float(fit.fun))
    middle, width = np.exp(np.clip(best.x, -15, 15)) * most
    grid = np.linspace(0, most, 1001)
    reached = np.flatnonzero(curve(grid, floor, float(middle), float(width)) >= power)
    return float(grid[reached[0]]) if len(reached) else math.nan

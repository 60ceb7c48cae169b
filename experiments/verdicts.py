"""Verdicts: what a 95 % interval says about an expectation."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from sim.results.signs import LEVEL
from sim.results.statistics import Interval, t_quantile

SUPPORTED, CONTRADICTED, INCONCLUSIVE = "supported", "contradicted", "inconclusive"
POWER = 0.8  # chance with which the least distance that can be told is told
NOT_MEANS = ("identical", "paired")  # expectations whose interval is no interval of a mean


def verdict(expect: str, found: Interval, *, margin: float = math.nan, band: Sequence[float] = ()) -> str:
    """Hold an interval against an expectation: supported, contradicted or inconclusive.

    Parameters
    ----------
    expect : ``up`` and ``down`` ask for an interval on one side of 0; ``not_down`` for one above -``margin``;
        ``unchanged`` for one inside ± ``margin``, so that it takes evidence to be unchanged; ``within`` for one inside
        ``band``; ``overlap`` for a difference whose interval holds 0 and reaches no further than ``margin`` from its
        mean; ``paired`` for one above 1; ``identical`` for 0 exactly; ``opposite`` for one on either side of 0 (see
        :func:`opposed`).
    found : the mean with its interval.

    >>> verdict("up", Interval(2.0, 1.0, 3.0, 9))
    'supported'
    >>> verdict("unchanged", Interval(0.0, -7.0, 7.0, 9), margin=5)
    'inconclusive'
    """
    if expect == "identical":
        if not found.count:
            return INCONCLUSIVE
        return SUPPORTED if found.mean == 0 else CONTRADICTED
    low, high = found.low, found.high
    if not (math.isfinite(low) and math.isfinite(high)):
        return INCONCLUSIVE
    if expect == "overlap":
        if not low <= 0 <= high:
            return CONTRADICTED
        return SUPPORTED if (high - low) / 2 <= margin else INCONCLUSIVE
    if expect == "opposite":
        return SUPPORTED if low > 0 or high < 0 else INCONCLUSIVE
    bounds = {
        "up": (0.0, math.inf),
        "down": (-math.inf, 0.0),
        "not_down": (-margin, math.inf),
        "unchanged": (-margin, margin),
        "within": tuple(band),
        "paired": (1.0, math.inf),
    }
    if expect not in bounds:
        raise ValueError(
            f"there is no expectation {expect!r}; allowed: {', '.join(bounds)}, overlap, opposite, identical"
        )
    least, most = bounds[expect]
    if expect in ("up", "down") and (low == 0 or high == 0):
        return INCONCLUSIVE
    if least <= low and high <= most:
        return SUPPORTED
    return CONTRADICTED if high < least or low > most else INCONCLUSIVE


def conditional(found: Interval, condition: Sequence[float]) -> str:
    """The verdict on what a claim presupposes: supported inside the bounds; otherwise the claim has not been tested."""
    met = verdict("within", found, band=condition) == SUPPORTED
    return SUPPORTED if met else INCONCLUSIVE


def opposed(found: Sequence[Interval]) -> list[str]:
    """Verdicts on intervals that are to lie on opposite sides of 0: contradicted where both lie on one, else open.

    >>> opposed([Interval(1.0, 0.5, 1.5, 9), Interval(-1.0, -1.5, -0.5, 9)])
    ['supported', 'supported']
    """
    sides = {(one.low > 0) - (one.high < 0) for one in found}
    if 0 in sides:
        return [INCONCLUSIVE] * len(found)
    return [SUPPORTED if len(sides) > 1 else CONTRADICTED] * len(found)


def error_of(found: Interval, level: float = LEVEL, freedom: float | None = None) -> float:
    """The standard error on which an interval of a mean stands; NaN where there is no interval.

    ``freedom`` are its degrees of freedom, by default one less than its values.
    """
    if found.count < 2 or not math.isfinite(found.high - found.low):
        return math.nan
    return (found.high - found.low) / 2 / t_quantile(found.count - 1 if freedom is None else freedom, level)


def welch(errors: Sequence[float], counts: Sequence[int]) -> tuple[float, float]:
    """Standard error of the difference of two unpaired means, and its degrees of freedom (Welch).

    ``errors`` are those of the means, ``counts`` their values. NaN where a mean has none, or neither varies.

    >>> welch((3.0, 4.0), (9, 9))[0]
    5.0
    """
    parts = [error**2 for error in errors]
    if not all(map(math.isfinite, parts)) or not sum(parts):
        return math.nan, math.nan
    freedom = sum(parts) ** 2 / sum(part**2 / (count - 1) for part, count in zip(parts, counts, strict=True))
    return math.sqrt(sum(parts)), freedom


def apart(first: Interval, second: Interval, level: float = LEVEL) -> tuple[float, float, float]:
    """Second mean minus first of unpaired t intervals: the difference, half of its interval, degrees of freedom."""
    error, freedom = welch([error_of(one, level) for one in (first, second)], (first.count, second.count))
    half = t_quantile(freedom, level) * error if math.isfinite(error) else math.nan
    return second.mean - first.mean, half, freedom


def least_told(expect: str, found: Interval, level: float = LEVEL, freedom: float | None = None) -> float:
    """How far beyond its bound the truth must lie for as many seeds to give a verdict in ``POWER`` of cases.

    For ``up`` and ``down`` the bound is 0 and this is the least detectable effect: (t of the level + t of the power)
    times the standard error, which is that of the interval; ``freedom`` are its degrees of freedom, by default one less
    than its values. It says what runs of this size could not have seen. NaN
    where there is no interval of a mean.

    >>> round(least_told("up", Interval(0.0, -1.0, 1.0, 20)), 2)
    1.41
    """
    error = error_of(found, level, freedom)
    if expect in NOT_MEANS or math.isnan(error):
        return math.nan
    freedom = found.count - 1 if freedom is None else freedom
    return error * (t_quantile(freedom, level) + t_quantile(freedom, 2 * POWER - 1))


def overall(verdicts: Sequence[str]) -> str:
    """One verdict for several checks: all must be supported, and one that is contradicted is enough."""
    if CONTRADICTED in verdicts:
        return CONTRADICTED
    return SUPPORTED if verdicts and set(verdicts) == {SUPPORTED} else INCONCLUSIVE


def expectation(pattern: Mapping[str, Any]) -> str:
    """The expectation in words, with its bounds."""
    if "band" in pattern:
        least, most = pattern["band"]
        return f"{least} to {most}" if math.isfinite(least) else f"at most {most}"
    if "margin" in pattern:
        return f"{pattern['expect']} ±{pattern['margin']} %"
    return {"paired": "above 1"}.get(pattern["expect"], str(pattern["expect"]))


def presupposed(condition: Sequence[float]) -> str:
    """A condition in words, with its bounds."""
    least, most = condition
    return f"condition: above {least:g}" if math.isinf(most) else f"condition: {least:.3g} to {most:.3g}"

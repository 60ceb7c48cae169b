"""Verdicts: what a 95 % interval says about an expectation."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sim.results.statistics import Interval

SUPPORTED, CONTRADICTED, INCONCLUSIVE = "supported", "contradicted", "inconclusive"


def verdict(expect: str, found: Interval, *, margin: float = math.nan, band: Sequence[float] = ()) -> str:
    """Hold an interval against an expectation: supported, contradicted or inconclusive.

    Parameters
    ----------
    expect : ``up`` and ``down`` ask for an interval on one side of 0; ``not_down`` for one above -``margin``;
        ``unchanged`` for one inside ± ``margin``, so that it takes evidence to be unchanged; ``within`` for one inside
        ``band``; ``overlap`` for a difference whose interval holds 0 and reaches no further than ``margin`` from its
        mean; ``paired`` for one above 1; ``identical`` for 0 exactly.
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
    bounds = {
        "up": (0.0, math.inf),
        "down": (-math.inf, 0.0),
        "not_down": (-margin, math.inf),
        "unchanged": (-margin, margin),
        "within": tuple(band),
        "paired": (1.0, math.inf),
    }
    if expect not in bounds:
        raise ValueError(f"there is no expectation {expect!r}; allowed: {', '.join(bounds)}, overlap, identical")
    least, most = bounds[expect]
    if expect in ("up", "down") and (low == 0 or high == 0):
        return INCONCLUSIVE
    if least <= low and high <= most:
        return SUPPORTED
    return CONTRADICTED if high < least or low > most else INCONCLUSIVE


def overall(verdicts: Sequence[str]) -> str:
    """One verdict for several checks: all must be supported, and one that is contradicted is enough."""
    if CONTRADICTED in verdicts:
        return CONTRADICTED
    return SUPPORTED if verdicts and set(verdicts) == {SUPPORTED} else INCONCLUSIVE

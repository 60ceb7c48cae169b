"""Rule of law as a slow stock: conflict and corruption wear it away, and it comes back slowly (C1-M26, C1-M29, C6-M24).

With x the log of what is left of the rule of law of a region, c its conflict and b the share of its police who sell,
each less that at the start,

    x* = -w_c·c - w_b·b
    dx = (1 - 2^(-weeks / half-life))·(x* - x),   half-life that of falling where x* < x, else that of recovery

Whatever reads the rule of law reads what is left: levers that start in proportion to it, what is done of a policy in
practice, borders, trust, tips and the honesty of officials. Officials who sell more because law works less close the
circle (C6-M24). After a conflict law stays below what it was for as long as it takes to rebuild it.
"""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.declared.sources import From, Switched, Worked, family
from sim.ground.calendar import left_after
from sim.rules.corruption.capture import REVIEW_WEEKS

Floats = NDArray[np.float64]


def closed_in_a_review(half_life: float) -> float:
    """Share of a gap that closes between two reviews."""
    return 1.0 - left_after(REVIEW_WEEKS, half_life)


@family
class LawRules(NamedTuple):
    """Parameters of the rule of law as a stock."""

    decays: Annotated[int, Switched("law_decays")]
    conflict: Annotated[float, From("law.conflict")]
    corruption: Annotated[float, From("law.corruption")]
    falls: Annotated[float, Worked(closed_in_a_review, "law.falls")]  # in four weeks
    recovers: Annotated[float, Worked(closed_in_a_review, "law.recovers")]


def left_of_law(left: Floats, conflict: Floats, corruption: Floats, rules: Any) -> Floats:
    """What is left of the rule of law four weeks later, over the start; float64 (regions,).

    ``conflict`` and ``corruption`` (regions,) are those of this week less those at the start.
    """
    x = np.log(left)
    aim = -rules.conflict * conflict - rules.corruption * corruption
    return np.asarray(np.exp(x + np.where(aim < x, rules.falls, rules.recovers) * (aim - x)))

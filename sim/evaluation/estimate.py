"""What an evaluation says: a number, an interval, and how sure it is that the number is not 0."""

from __future__ import annotations

import math
from dataclasses import dataclass

LEVEL = 0.95  # of every interval


@dataclass(frozen=True)
class Estimate:
    """One estimate in the unit of what was estimated.

    Parameters
    ----------
    estimate : the effect or number; nan where there is none.
    low, high : ends of the ``LEVEL`` interval; nan where there is none.
    p : two-sided p value of "no effect"; nan where the method has none, and the interval decides then.
    notes : what whoever reads the number should know.
    """

    estimate: float
    low: float = math.nan
    high: float = math.nan
    p: float = math.nan
    notes: tuple[str, ...] = ()


class NotPossibleError(ValueError):
    """A method cannot be used on these records; the sentence says why. The world is counted, not left out."""

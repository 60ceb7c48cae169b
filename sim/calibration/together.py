"""Parameters that are known to go together: draws keep their ranges and get the rank correlations that a file states.

A normal copula: places in a range become normal scores, scores are mixed, and mixed scores become places again. Every
parameter by itself keeps its spread, and pairs that are not named are drawn independently. Where nothing is said,
points are left as they are, to the last bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
EDGE = 1e-9  # how near to an end of its range a place may be: the score of the end itself is infinite
LEAST = 1e-6  # of the eigenvalues of a matrix of correlations that can hold together


@dataclass(frozen=True)
class Together:
    """Two parameters with their rank correlation (Spearman, between -1 and 1), and why."""

    first: str
    second: str
    rank: float
    why: str


def names_of(pairs: Sequence[Together]) -> tuple[str, ...]:
    """The parameters in pairs, in the order in which they are first named."""
    return tuple(dict.fromkeys(name for pair in pairs for name in (pair.first, pair.second)))


def correlations(pairs: Sequence[Together]) -> Floats:
    """Correlations of normal scores (names, names) that give the rank correlations of ``pairs``; others are 0."""
    names = names_of(pairs)
    found = np.eye(len(names))
    for pair in pairs:
        one, other = names.index(pair.first), names.index(pair.second)
        found[one, other] = found[other, one] = 2 * np.sin(np.pi * pair.rank / 6)
    return found


def ranks(pairs: Sequence[Together], names: Sequence[str]) -> Floats:
    """Rank correlations of parameters (names, names) by what is known of ``pairs`` of them; others are 0."""
    places, found = {name: place for place, name in enumerate(names)}, np.eye(len(names))
    for pair in pairs:
        if pair.first in places and pair.second in places:
            one, other = places[pair.first], places[pair.second]
            found[one, other] = found[other, one] = pair.rank
    return found


def hold_together(pairs: Sequence[Together]) -> bool:
    """Whether there can be parameters with all of these correlations at once."""
    return not pairs or bool(np.linalg.eigvalsh(correlations(pairs)).min() > LEAST)


def joined(points: Floats, names: Sequence[str], pairs: Sequence[Together]) -> Floats:
    """Points (count, names) of independent draws, with the correlations of those pairs of which both are ``names``."""
    some = [pair for pair in pairs if pair.first in names and pair.second in names]
    if not some:
        return points
    from scipy.special import ndtr, ndtri  # noqa: PLC0415 - only designs need it

    columns = [list(names).index(name) for name in names_of(some)]
    scores = ndtri(np.clip(points[:, columns], EDGE, 1 - EDGE))
    found = points.copy()
    found[:, columns] = ndtr(scores @ np.linalg.cholesky(correlations(some)).T)
    return found

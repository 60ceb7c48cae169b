"""Status abroad: the hazard of removal, and what a status is worth over the years that people look ahead."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def removal_hazard(effort: Floats, rate_at_full_effort: float) -> Floats:
    """Yearly hazard of removal of a person without status, from the lever ``status.deportation_effort``."""
    return effort * rate_at_full_effort


def annuity(discount: float, hazard: Floats | float, horizon: float) -> Floats:
    """A = (1 - exp(-(r + removal)·H)) / (r + removal), in years; H where nothing is discounted (model 4.1)."""
    rate = np.asarray(discount + np.asarray(hazard), float)
    safe = np.where(rate > 1e-12, rate, 1.0)
    return np.where(rate > 1e-12, -np.expm1(-safe * horizon) / safe, horizon)

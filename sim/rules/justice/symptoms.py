"""Heavy symptoms after exploitation: how many safe days until they clear (C7-M15)."""

from __future__ import annotations

import numpy as np

from sim.ground.kernel import rule

SYMPTOM_DAYS = np.array([0.0, 14.0, 28.0, 90.0, 180.0, 365.0])
SYMPTOM_SHARE = np.array([0.78, 0.70, 0.52, 0.47, 0.20, 0.08])  # with heavy symptoms after so many safe days
SYMPTOMS_LAST = 2.0  # years until they clear for those who still have them after one


@rule
def symptom_days(u):
    """Safe days until heavy symptoms clear, by a keyed uniform and the published survival (C7-M15); 0 without any."""
    if u >= SYMPTOM_SHARE[0]:
        return 0.0
    for step in range(1, len(SYMPTOM_DAYS)):
        if u >= SYMPTOM_SHARE[step]:
            part = (SYMPTOM_SHARE[step - 1] - u) / (SYMPTOM_SHARE[step - 1] - SYMPTOM_SHARE[step])
            return SYMPTOM_DAYS[step - 1] + part * (SYMPTOM_DAYS[step] - SYMPTOM_DAYS[step - 1])
    return SYMPTOMS_LAST * 365.0

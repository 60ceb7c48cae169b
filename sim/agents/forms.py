"""Five forms of networks: different ways to make, keep and replace working relations (C10-M22, c10-13 section 5.1).

How common each is nobody knows (C10-M22): the shares by type of enterprise are assumptions to be varied
(``network.flux`` and its like).
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np


class Form(IntEnum):
    """How an enterprise holds its partners."""

    FLUX = 0  # another one for each job
    BROKER = 1  # whomever a few brokers know
    CHAIN = 2  # one for each hand-over, known for long and hard to replace
    MESH = 3  # several for each function, known from experience
    HUB = 4  # its own people, and others where that is cheaper


FORMS = len(Form)
REACHES = tuple(f"network.reach_{form.name.lower()}" for form in Form)


def mean_of(*shares: float) -> float:
    """Their mean, as of an entrant of whom nobody knows more."""
    return float(np.mean(shares))

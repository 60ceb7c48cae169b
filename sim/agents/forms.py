"""Five forms of networks: different ways to make, keep and replace working relations (C10-M22, c10-13 section 5.1).

How common each is nobody knows (C10-M22): the shares by type of enterprise are assumptions to be varied
(``network.flux`` and its like).
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray


class Form(IntEnum):
    """How an enterprise holds its partners."""

    FLUX = 0  # another one for each job
    BROKER = 1  # whomever a few brokers know
    CHAIN = 2  # one for each hand-over, known for long and hard to replace
    MESH = 3  # several for each function, known from experience
    HUB = 4  # its own people, and others where that is cheaper


FORMS = len(Form)
# by form
WANTED = np.array([1, 1, 1, 3, 1])  # partners for each function
# how many could be found in a week if everyone were idle: strangers at once, in months where few know one
# another; see C10-M23 and C10-M25
MEETING = np.array([3.0, 1.0, 0.25, 0.6, 0.5])
LOOKS = np.array([1, 3, 1, 4, 3])  # candidates compared
HIDDEN = np.array([0.3, 0.5, 0.7, 0.5, 0.6])  # how far it keeps its partners from sight
REACH = np.array([0.4, 0.7, 0.8, 1.0, 1.0])  # officials who sell whom it knows how to reach
TRUSTS = np.array([0.0, 0.5, 0.6, 1.0, 1.0])  # how fast trust grows with work done together

# relative weight of the forms by type of enterprise: loner, cell, organisation
FORM_WEIGHTS = np.array(
    [
        [1.0, 0.3, 0.0, 0.0, 0.0],
        [0.3, 0.8, 1.0, 0.5, 0.0],
        [0.0, 0.2, 0.5, 1.0, 1.2],
    ]
)

# share of clients for whom a function is needed, by type of enterprise; loners recruit by themselves (C3-M26), money
# and collection follow volume (C3-M22), and only the broker form needs brokers
NEEDS = np.array(
    [
        [0.0, 0.5, 0.3, 0.3, 0.0, 0.0, 0.0],
        [0.5, 1.0, 0.5, 0.5, 0.2, 0.3, 0.0],
        [1.0, 1.0, 0.5, 0.8, 0.5, 0.8, 0.0],
    ]
)
BROKERED = 0.7  # share of clients whom the broker form could not serve without brokers


def needs_of_kinds(scale: float) -> NDArray[np.float64]:
    """Share of clients for whom a function is needed by type of enterprise, float64 (3, functions)."""
    return np.minimum(scale * NEEDS, 1.0)

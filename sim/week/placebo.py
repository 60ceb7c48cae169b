"""A placebo: a few people think one week later, once, and nothing else changes.

Two worlds that share all luck still drift apart person by person as soon as anything differs: a place that one person
took a week earlier is gone for the next, and so on. Who is swapped in this way is not an effect of a policy. A run of
the baseline with a placebo shows how many there are when no policy does anything, which is the floor under every count
of people to whom something happened in one of two worlds only (``sim.results.transitions``).
"""

from __future__ import annotations

import math

import numpy as np

from sim.agents.people import Stage
from sim.ground.draws import Stream, uniforms
from sim.ground.table import Table


def postpone(migrants: Table, share: float, seed: int) -> int:
    """Let ``share`` of all people (at least one, unless it is 0) think a week later; returns how many do.

    They are taken from people at home in the order in which they would think next, by keyed draw where several are due
    in one week. Nobody stays in the age at risk for longer.
    """
    if not share:
        return 0
    due, leaves = migrants["due"], migrants["leaves_risk_age"]
    able = np.flatnonzero((migrants["stage"] == Stage.HOME) & (due < leaves))
    wanted = math.ceil(share * len(migrants))
    lot = uniforms(seed, able, migrants["generation"][able], np.zeros(len(able), np.int64), Stream.PLACEBO)
    chosen = able[np.lexsort((lot, due[able]))[:wanted]]
    due[chosen] += 1
    return len(chosen)

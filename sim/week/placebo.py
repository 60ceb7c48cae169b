"""A placebo: a few people think one week later, once, and nothing else changes.

Two worlds that share all luck still drift apart person by person as soon as anything differs: a place that one person
took a week earlier is gone for the next, and so on. A run of the baseline with a placebo is such a world in which no
policy does anything. Whatever is estimated of a policy is estimated of it too, in the same way and from the same
lucks, and shows what the estimate finds where nothing was done (``sim.results.risk``). Other lucks of the baseline
would not do: they share no draws with it, so that they would be further from it than a policy is. Who is postponed is
drawn by luck, so that nobody's own risk differs for being one of them.
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

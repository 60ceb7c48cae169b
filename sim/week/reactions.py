"""How governments react, where they do (switch ``government_reaction``, model 6).

Once a year each government reads what its agencies have entered in the 52 weeks before, and moves levers of its region:

    salience  s <- memory·s + (1 - memory)·ln((stops + 1) / (stops of the first year + 1))
    control   effort of every leg into it grows by ``government.control``·s, where s > 0
    visas     slots are left open as exp(-``government.visas``·s), s within -1 and 1
    staff     floor + (1 - floor)·(cases + 1) / (cases of the first year + 1)
              + ``government.scandal``·ln((deaths + 1) / (deaths of the first year + 1)), where deaths have grown;
              from 0 to ``government.most``

Stops are those in the border guard's register, cases those that police enter in theirs (within the law's scope, less
what is missed, weeks late), deaths those found. What nobody enters moves nothing: a government that looks away from a
crime has fewer cases, and so less staff to look (C13-M13, C8-M21). What other crime claims is taken out where staff is
counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.ground.calendar import WEEKS_PER_YEAR
from sim.ledger.counters import C
from sim.rules.justice.records import Series
from sim.week import truth

if TYPE_CHECKING:
    from sim.state.state import State

Floats = NDArray[np.float64]


def react(state: State, week: int, entries: Floats) -> None:
    """Once a year after burn-in: what was recorded moves control, visas and staff of the next year.

    ``entries`` (weeks, regions, Series) of all weeks before this one.
    """
    if state.mechanisms["government_reaction"] == "off" or week <= 0 or week % WEEKS_PER_YEAR:
        return
    g, values, head = state.governments, state.scenario.values, state.world.legs.head
    grown, few = {}, values["government.few"]
    for series in Series:
        name = series.name.lower()
        g[name][:] = entries[-WEEKS_PER_YEAR:, :, series].sum(axis=0)
        if week == WEEKS_PER_YEAR:
            g[f"{name}_first"][:] = g[name]
        grown[name] = (g[name] + few) / (g[f"{name}_first"] + few)
    memory, floor = values["government.memory"], values["government.floor"]
    g["salience"][:] = memory * g["salience"] + (1.0 - memory) * np.log(grown["stops"])
    scandal = values["government.scandal"] * np.maximum(np.log(grown["deaths"]), 0.0)
    staff = floor + (1.0 - floor) * grown["cases"] + scandal
    g["staff"][:] = np.clip(staff, 0.0, values["government.most"])
    g["visas"][:] = np.exp(-values["government.visas"] * np.clip(g["salience"], -1.0, 1.0))
    g["control"][:] = values["government.control"] * np.maximum(g["salience"], 0.0)
    start, pairs = state.levers.start["border.control"], state.world.pairs
    # effort and not control is what a budget buys: 1 - control is raised to a power (model 1.2)
    added = (1.0 - start) * -np.expm1(-g["control"][head])
    state.levers.reactions = {
        "border.control": ("add", np.where(start > 0.0, added, 0.0)),
        "visa.slots_low": ("scale", g["visas"][pairs.end]),
        "visa.slots_high": ("scale", g["visas"][pairs.end]),
        "agency.staff": ("scale", g["staff"][:, None].copy()),
    }


def record(state: State, row: Floats) -> None:
    """Observe: what governments have moved by now."""
    moved = state.levers.reactions
    row[C.CONTROL_ADDED] = moved["border.control"][1].mean() if moved else 0.0
    truth.record_governments(state.governments.records, row)

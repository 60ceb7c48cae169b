"""How governments react, where they do (switch ``government_reaction``, model 6).

Once a year, on what the year's records show of the year before, each government moves levers of its own region:

    salience  s <- memory·s + (1 - memory)·ln(stops at its borders / those of the first year)
    control   effort of every leg into it grows by ``government.control``·s, where s > 0
    visas     slots are left open as exp(-``government.visas``·s)
    staff     next year's staff is floor + (1 - floor)·cases recorded / those of the first year, + what a scandal brings

Visible arrivals, recorded cases and found deaths count, not what happens: a government that looks away from a crime has
fewer cases, and so less staff to look (C13-M13, C8-M21). What other crime claims is taken out where staff is counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.observation.counters import C

if TYPE_CHECKING:
    from sim.state import State

Floats = NDArray[np.float64]
YEAR = 52
FEW = 1.0  # added to counts, so that one case more or less is no surge


def react(state: State, week: int, counters: Floats) -> None:
    """Once a year after burn-in: what was recorded moves control, visas and staff of the next year.

    ``counters`` (weeks done, counters) of the run so far.
    """
    if state.mechanisms["government_reaction"] == "off" or week < 0 or week % YEAR:
        return
    g, values, head = state.governments, state.scenario.values, state.world.legs.head
    now = {
        "stops": np.bincount(head, state.flows.stops, minlength=len(g)).astype(float),
        "cases": state.tally.identified,
        "deaths": np.full(len(g), counters[:, C.DEATHS_FOUND].sum()),
    }
    of_year = {name: counted - g[name] for name, counted in now.items()}
    for name, counted in now.items():
        g[name][:] = counted
        if week == YEAR:
            g[f"{name}_first"][:] = of_year[name]
    if week == 0:
        return
    grown = {name: (of_year[name] + FEW) / (g[f"{name}_first"] + FEW) for name in now}
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
    row[C.VISAS_LEFT] = state.governments["visas"].mean()
    row[C.STAFF_SCALED] = state.governments["staff"].mean()

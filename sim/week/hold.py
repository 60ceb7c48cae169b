"""Mechanisms held as they are in the baseline twin, to attribute an effect to one of them (model 9).

A held mechanism sees the numbers that it would have without any policy: a twin of the run, with the same seed and
without policies, is advanced beside it, and what ``HELD`` names is read from it week by week. Holding a mechanism
without a policy changes nothing. What is decided in the middle of a phase is read there: ``read_from_twin`` says of
which mechanisms.

A row of enterprises or workplaces may be run by different owners in the two worlds. What the market or the place
decides (a route, a mark-up, visibility) is read by row. What an agent has learned or chosen for itself is read only
where the same agent is there in both worlds: others have no counterpart and go by their own.

Switches without ``hold`` have no such number: they rest on constants which no policy moves, name a rule by which each
person or enterprise decides, or act on one person or case at a time. ``docs/switches.md`` says which is which.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.ground.table import Table
from sim.rules.control.ways_out import TIP
from sim.rules.justice.trust import LEVEL
from sim.state.state import State

BEFORE = "before the week"


class Held(NamedTuple):
    """What is copied from the twin after a phase: fields of a table, or an array of ``Tables`` where none is named."""

    after: str  # name of a phase, or BEFORE
    table: str
    fields: tuple[str, ...]
    position: int | None = None  # of arrays, on the last axis; all of it unless one is given
    same: bool = False  # only rows that the same agent holds in both worlds


HELD: dict[str, tuple[Held, ...]] = {
    "belief_learning": (
        Held(BEFORE, "pairs", ("heard_failure", "heard_death", "heard_visas", "heard_clients")),
        Held(BEFORE, "legs", ("heard_control",)),
        Held(BEFORE, "regions", ("heard_removal", "heard_exploitation")),
    ),
    "pay_answers": (Held(BEFORE, "regions", ("wage_index",)),),
    "experience": (Held(BEFORE, "traffickers", ("crossings",), same=True),),
    "stories_adapt": (Held("work", "regions", ("story",)),),
    "status_anticipation": (Held("world", "pairs", ("hope",)),),
    "institutional_trust": (
        Held(BEFORE, "regions", ("faith",)),
        Held("world", "trust", (), LEVEL),
        Held("world", "regions", ("adopted",)),
    ),
    "crowding": (Held(BEFORE, "legs", ("crowded", "transport")),),
    "debt_finance": (Held(BEFORE, "regions", ("recoverable",)),),
    "control_capacity": (Held(BEFORE, "venues", ("shadow",)),),
    "corruption": (
        Held(
            BEFORE,
            "units",
            ("share", "retained", "predators", "chief", "reservation", "mean_worth", "approaches", "former", "named",
             "bought", "price", "betrayed", "tally"),
        ),
        Held(BEFORE, "regions", ("papers_issued",)),
    ),
    "network_replacement": (Held(BEFORE, "nodes", ("idle",)),),
    "private_venues": (Held(BEFORE, "venues", ("visibility",)),),
    "deportation_fear": (Held("world", "regions", ("fear",)),),
    "transit_extortion": (
        Held(
            "way on",
            "pairs",
            ("onward_alone_chance", "onward_alone_cost", "onward_provider_chance", "onward_fee", "onward_credit"),
        ),
    ),
    "client_tips": (Held("reach", "cells", ("hazards",), TIP),),
    "government_reaction": (
        Held("adapt", "governments", ("salience", "staff", "visas", "control", "stops", "cases", "deaths",
                                      "stops_first", "cases_first", "deaths_first")),
    ),
}  # fmt: skip


def held_mechanisms(mechanisms: dict[str, str]) -> list[str]:
    """Switches that are set to ``hold``."""
    return [name for name, option in mechanisms.items() if option == "hold"]


def read_from_twin(held: list[str], state: State, twin: State) -> None:
    """What is read as it stands in the twin, which has had the week already: by phases, and inside rules."""
    by_phases: dict[str, Any] = {
        "entry_exit": twin.moves,
        "demand_displacement": twin.cells["demand_next_door"],
        "law_decays": twin.regions["law_left"],
        "certainty_over_severity": twin,
        "expected_confiscation": twin,
        "mission_inside": twin,
    }
    inside_rules = {
        "rerouting": ("held_routes", twin.traffickers["route"]),
        "market_power": ("held_markups", twin.s.markups),
        "portfolio": ("held_shares", twin.traffickers.records),
        "paper_compliance": ("held_on_paper", twin.s.on_paper),
        "venue_displacement": ("held_owner_moves", twin.s.owner_moves),
    }
    read = by_phases | {name: values for name, (_, values) in inside_rules.items()}
    state.held = {name: values for name, values in read.items() if name in held}
    state.s = state.s._replace(**{table: values for name, (table, values) in inside_rules.items() if name in held})


def in_both(mine: Table, theirs: Table) -> NDArray[np.bool_]:
    """Rows that are active with the same agent in both worlds, bool (rows,)."""
    return np.asarray((mine["generation"] == theirs["generation"]) & (mine["active"] == 1) & (theirs["active"] == 1))


def copy_held(held: list[str], phase: str, state: State, twin: State) -> None:
    """Copy what the held mechanisms see after a phase."""
    for name in held:
        for item in HELD.get(name, ()):
            if item.after != phase:
                continue
            _copy(item, state, twin)
            if name == "government_reaction":
                state.levers.reactions = twin.levers.reactions


def _copy(item: Held, state: State, twin: State) -> None:
    at: Any = ... if item.position is None else (..., item.position)
    if not item.fields:
        getattr(state.s, item.table)[at] = getattr(twin.s, item.table)[at]
        return
    mine, theirs = getattr(state, item.table), getattr(twin, item.table)
    rows: Any = in_both(mine, theirs) if item.same else slice(None)
    for field in item.fields:
        if item.position is None:
            mine[field][rows] = theirs[field][rows]
        else:
            mine[field][at] = theirs[field][at]

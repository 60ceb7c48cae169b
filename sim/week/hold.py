"""Mechanisms held as they are in the baseline twin, to attribute an effect to one of them (model 9).

A held mechanism sees the numbers that it would have without any policy: a twin of the run, with the same seed and
without policies, is advanced beside it, and what ``HELD`` names is read from it week by week. Holding a mechanism
without a policy changes nothing.

Switches without ``hold`` have no such number: ``promotion``, ``trauma_weight`` and ``origin_trust`` rest on constants,
which no policy moves; ``can_save_first``, ``type_observable``, ``pricing``, ``portfolio``, ``claim_enforcement`` and
``certainty_over_severity`` name a rule by which each person or enterprise decides; what ``rescue_vacancy``,
``free_movement_substitution`` and ``experience`` do follows from rescues, permissions and crossings of the run itself,
and so does ``stories_adapt`` from its campaigns. ``recognition``, ``conclusive_decisions``, ``insecure_shelter`` and
``institutional_trust`` say what is asked of whoever is met, taken in or sent home in the run itself.
"""

from __future__ import annotations

from typing import NamedTuple

from sim.rules.control.ways_out import TIP
from sim.state.state import State

BEFORE = "before the week"


class Held(NamedTuple):
    """What is copied from the twin: fields of a table, after a phase; of arrays, one position of the last axis."""

    after: str  # name of a phase, or BEFORE
    table: str
    fields: tuple[str, ...]
    position: int | None = None


HELD: dict[str, tuple[Held, ...]] = {
    "belief_learning": (
        Held(BEFORE, "pairs", ("heard_failure", "heard_death", "heard_visas", "heard_clients")),
        Held(BEFORE, "legs", ("heard_control",)),
        Held(BEFORE, "regions", ("heard_removal", "heard_exploitation")),
    ),
    "pay_answers": (Held(BEFORE, "regions", ("wage_index",)),),
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
    """Arrays that are read as they stand in the twin, which has had the week already."""
    arrays = {
        "entry_exit": twin.moves,
        "rerouting": twin.traffickers["route"],
        "demand_displacement": twin.cells["demand_next_door"],
    }
    state.held = {name: values for name, values in arrays.items() if name in held}
    if "rerouting" in held:
        state.s = state.s._replace(held_routes=arrays["rerouting"])


def copy_held(held: list[str], phase: str, state: State, twin: State) -> None:
    """Copy what the held mechanisms see after a phase."""
    for name in held:
        for item in HELD.get(name, ()):
            if item.after != phase:
                continue
            mine, theirs = getattr(state, item.table), getattr(twin, item.table)
            for field in item.fields:
                if item.position is None:
                    mine[field] = theirs[field]
                else:
                    mine[field][..., item.position] = theirs[field][..., item.position]
            if name == "government_reaction":
                state.levers.reactions = twin.levers.reactions

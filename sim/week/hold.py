"""Mechanisms held as they are in the baseline twin, to attribute an effect to one of them (model 9).

A held mechanism sees the arrays that it would have without any policy: a twin of the run, with the same seed and
without policies, is advanced beside it, and the interface arrays of held mechanisms are read from it week by week.
Holding a mechanism without a policy changes nothing.

Switches without ``hold`` have no such array: ``promotion``, ``trauma_weight`` and ``origin_trust`` rest on constants,
which no policy moves; ``can_save_first``, ``type_observable``, ``pricing`` and ``portfolio`` name a rule by which each
person or enterprise decides; what ``rescue_vacancy``, ``free_movement_substitution`` and ``experience`` do follows from
rescues, permissions and crossings of the run itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.conditions.encounters import TIP

if TYPE_CHECKING:
    from sim.rules.moving.journeys import Leverage
    from sim.state.state import State
    from sim.week.week import Week


def held_mechanisms(mechanisms: dict[str, str]) -> list[str]:
    """Switches that are set to ``hold``."""
    return [name for name, option in mechanisms.items() if option == "hold"]


def copy_before_the_week(held: list[str], state: State, twin: State) -> None:
    """Copy what the week starts from: beliefs, credit limits, the price of attention, visibility, officials."""
    if "belief_learning" in held:
        for mine, theirs in zip(state.beliefs.reports, twin.beliefs.reports, strict=True):
            mine[...] = theirs
        for name in ("visas", "clients", "exploitation_reports"):
            getattr(state.beliefs, name)[...] = getattr(twin.beliefs, name)
    if "debt_finance" in held:
        state.labour.limits[:] = twin.labour.limits
    if "control_capacity" in held:
        state.venues["shadow"][:] = twin.venues["shadow"]
    if "corruption" in held:
        for known, held_there in zip(state.posts, twin.posts, strict=True):
            if isinstance(known, np.ndarray):  # the others number the units
                known[...] = held_there
        state.papers.sold[:] = twin.papers.sold
        state.papers.add_up()
    if "network_replacement" in held:
        state.net.idle[:] = twin.net.idle
    if "private_venues" in held:
        state.venues["visibility"][:] = twin.venues["visibility"]


def read_from_twin(held: list[str], state: State, twin: State) -> None:
    """Interface arrays that are read as they stand in the twin, which has had the week already."""
    arrays = {
        "entry_exit": twin.moves,
        "rerouting": twin.traffickers["route"],
        "demand_displacement": twin.labour.next_door,
    }
    state.held = {name: values for name, values in arrays.items() if name in held}


def copy_reactions(held: list[str], state: State, twin: State) -> None:
    """Governments do what they would have done without the policy."""
    if "government_reaction" in held:
        state.levers.reactions = twin.levers.reactions
        state.governments.view.row[:] = twin.governments.view.row


def held_leverage(held: list[str], own: Leverage, twin: Leverage) -> Leverage:
    """What carriers weigh when they demand more; what they remember of it is the run's own."""
    return twin._replace(demanded=own.demanded) if "transit_extortion" in held else own


def copy_conditions(held: list[str], week: Week, twin: Week) -> None:
    """Copy what the twin's week has made of enforcement: the fear of removal."""
    if "deportation_fear" in held:
        week.conditions.fear[:] = twin.conditions.fear


def copy_hazards(held: list[str], table: object, twin: Week) -> None:
    """Copy hazards of being found: tips by clients."""
    if "client_tips" in held:
        table[..., TIP] = twin.hazards[..., TIP]  # type: ignore[index]

"""The week: read ``PHASES`` and you have read the simulation.

Every phase is a function of the state and the agenda of the week. What several phases share is on the agenda, which
says of each hand-over who fills it and who reads it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from sim.state.state import State
from sim.week.agenda import Agenda
from sim.week.judging import do_justice
from sim.week.living import live, reach_people
from sim.week.moving import contract, travel, use_channels, weigh_the_way_on
from sim.week.observing import observe
from sim.week.people import consider
from sim.week.protecting import protect_or_remove
from sim.week.setting import set_the_world
from sim.week.trading import adapt
from sim.week.working import do_work


class Phase(NamedTuple):
    """One verb of the week."""

    name: str
    run: Callable[[State, Agenda], None]


PHASES = (
    Phase("world", set_the_world),
    Phase("consider", consider),
    Phase("use channels", use_channels),
    Phase("contract", contract),
    Phase("way on", weigh_the_way_on),
    Phase("journey", travel),
    Phase("work", do_work),
    Phase("reach", reach_people),
    Phase("live", live),
    Phase("protect or remove", protect_or_remove),
    Phase("justice", do_justice),
    Phase("adapt", adapt),
    Phase("observe", observe),
)

"""The phases ``consider`` to ``journey`` as they are compiled, on the people of a run and on nothing else.

What the weeks make available, and who finds work, is as in ``experiments.peers.corridor``.
"""

from __future__ import annotations

from collections import Counter
from time import process_time

import numpy as np

from experiments.peers.places import WEEKS_OF_A_TURN, Weekly, topped_up
from sim.agents.people import Stage
from sim.ledger.counters import C
from sim.rules.people.consider import ACT_SEEK
from sim.week.plan import PHASES
from sim.week.week import Week

NAMES = ("consider", "use channels", "contract", "way on", "journey")
COUNTED = {
    "departures_regular": C.DEPARTURES_REGULAR,
    "departures_papers": C.DEPARTURES_PAPERS,
    "departures_alone": C.DEPARTURES_ALONE,
    "departures_provider": C.DEPARTURES_PROVIDER,
    "arrivals_regular": C.ARRIVALS_REGULAR,
    "arrivals_papers": C.ARRIVALS_PAPERS,
    "arrivals_alone": C.ARRIVALS_ALONE,
    "arrivals_provider": C.ARRIVALS_PROVIDER,
    "interceptions": C.INTERCEPTIONS,
    "deaths": C.DEATHS,
    "crossings": C.CROSSINGS,
    "contracts": C.CONTRACTS,
    "contracts_credit": C.CONTRACTS_CREDIT,
    "fees": C.FEE_SUM,
    "unserved": C.UNSERVED,
    "savers": C.SAVERS,
    "extorted": C.EXTORTED,
    "gave_up": C.GAVE_UP,
    "returns": C.RETURNS,
    "removals": C.REMOVALS,
}


def supply(week: Week, weekly: Weekly, turn: int) -> None:
    """What the week makes available."""
    state, kept = week.state, float(weekly["kept"])
    state.pairs["visa_tokens"] = topped_up(state.pairs["visa_tokens"], weekly["visas"], kept)
    state.regions["papers_tokens"] = topped_up(state.regions["papers_tokens"], weekly["papers"], kept)
    state.regions["removal_sum"] += weekly["removal"]
    if turn % WEEKS_OF_A_TURN == 0:
        state.traffickers["taken"][:], state.traffickers["turned_away"][:] = 0.0, 0.0


def find_work(week: Week, again: int) -> None:
    """Whoever looks for work has it at once on going terms, and thinks again after so many weeks."""
    agenda, people = week.agenda, week.migrants
    rows = agenda.due.these[agenda.considered.acts[: agenda.due.count] == ACT_SEEK]
    for column, value in (("stage", Stage.WORKING), ("searches", 0), ("venue", -1), ("paid_until", agenda.week)):
        people[column][rows] = value
    people["due"][rows] = agenda.week + again


def run(week: Week, weekly: Weekly, weeks: int) -> tuple[Counter[str], float]:
    """So many weeks of these phases. Returns what was counted, and the seconds that a core spent on the phases."""
    state, agenda = week.state, week.agenda
    phases = [phase.run for phase in PHASES if phase.name in NAMES]
    again = int(state.p.choice.interval)
    before, clients = week.counters.sum(axis=0), state.pairs["heard_clients"].sum(axis=0)
    seconds = 0.0
    for turn in range(weeks):
        agenda.turn_to(agenda.done)
        supply(week, weekly, turn)
        begin = process_time()
        for phase in phases:
            phase(state, agenda)
        seconds += process_time() - begin
        find_work(week, again)
        agenda.done += 1
    total = week.counters.sum(axis=0) - before
    count = Counter({name: float(total[column]) for name, column in COUNTED.items()})
    asked = state.pairs["heard_clients"].sum(axis=0) - clients
    return count + Counter({"clients": float(asked[0]), "walk_away": float(asked[1])}), seconds


def population(week: Week) -> np.ndarray:
    """How many people are in each stage, int64 (stages,)."""
    return np.bincount(week.migrants["stage"], minlength=len(Stage))

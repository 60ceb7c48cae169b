"""What shocks do beside moving levers: a rule of law that wears away, people in need, legs that close."""

from __future__ import annotations

from sim.agents.officials import Post
from sim.ledger.counters import C
from sim.rules.corruption.bribes import bought_by_region
from sim.rules.corruption.capture import REVIEW_WEEKS
from sim.rules.justice.rule_of_law import left_of_law
from sim.rules.moving import closing
from sim.rules.people.need import conflict_moves
from sim.state.state import State
from sim.week.agenda import Agenda


def wear_the_law(state: State, week: Agenda) -> None:
    """Every four weeks conflict and corruption take from the rule of law, or it comes back (switch ``law_decays``)."""
    rules, regions = state.p.rule_of_law, state.regions
    if not rules.decays or week.week % REVIEW_WEEKS:
        return
    conflict = regions["conflict"] - state.levers.start["region.conflict"]
    selling, _ = bought_by_region(state.units, state.p.official, Post.POLICE, len(regions))
    left = left_of_law(regions["law_left"], conflict, selling - regions["start_collusion"], rules)
    regions["law_left"] = state.held.get("law_decays", left)
    state.levers.wear(regions["law_left"])


def threaten_people(state: State, week: Agenda) -> None:
    """Where conflict has moved since last week more people need protection, or fewer."""
    conflict = state.levers.now["region.conflict"]
    if state.levers_moved("conflict") and (conflict != week.conflict).any():
        conflict_moves(state.s, state.p, week.now, week.conflict, week.row)
        week.conflict = conflict


def close_the_legs(state: State, week: Agenda) -> None:
    """Which legs nobody travels this week; enterprises look for other routes when it is known that a leg closes."""
    if week.acts("border.closed"):
        closing.shut_legs(state.legs.records, state.levers.now["border.closed"], week.now)
        week.legs_shut = True
    elif week.legs_shut:
        state.legs["shut"], week.legs_shut = 0.0, False
    if not state.levers_moved("closed routes"):
        return
    shut = state.routes["closed"] >= 1.0
    if (shut != week.closed_routes).any():
        week.closed_routes = shut
        closing.leave_closed_routes(state.s, state.p, week.active, state.seed)


def observe_places(state: State, week: Agenda) -> None:
    """Observe: how law and conflict stand, in the mean of all people; looked at when some lever has moved."""
    if state.levers_moved("places") or week.places is None:
        people, present = state.regions["people_at"], state.present
        law = present @ state.levers.now["region.rule_of_law"] / present.sum()
        week.places = law, people @ state.regions["conflict"] / people.sum()
    week.row[C.RULE_OF_LAW], week.row[C.CONFLICT] = week.places

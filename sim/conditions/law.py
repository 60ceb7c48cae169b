"""The law in each place this week: every lever of agencies, protection, justice and return, and what people make of it.

One record a region, so that a rule which reads five of them touches one or two cache lines and takes one argument.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.agents.agencies import KINDS, AgencyKind
from sim.conditions.demand import share_of
from sim.conditions.encounters import hostility
from sim.conditions.prospects import announced_removal
from sim.declared.levers import LEVERS
from sim.rules.rationing import top_up
from sim.world.law import LEVER_FIELDS

if TYPE_CHECKING:
    from sim.state.state import State

Floats = NDArray[np.float64]


def see_the_law(state: State, occupied: Floats) -> None:
    """What agencies know, may and do; ``occupied`` (regions,) people in safe accommodation."""
    now, values, regions = state.levers.now, state.scenario.values, state.world.regions
    if state.levers_moved("law"):
        see_what_is_enacted(state)
    place = state.s.law
    people = state.present / 1000.0
    amount, kept = now["protection.places"] * people, values["protection.places_kept"]
    place["places"] = places_of_the_week(amount, occupied, state.shelter_saved, kept) - occupied
    cap = now["protection.permit_cap"] * people
    state.regions["permits_left"][:] = top_up(
        state.regions["permits_left"], cap / 52.0, values["protection.permits_kept"]
    )
    place["permits_left"] = np.where(now["protection.permit_cap"] >= LEVERS["protection.permit_cap"].high, np.inf,
                                     state.regions["permits_left"])  # fmt: skip
    place["removal"] = announced_removal(state)
    place["collusion"] = state.experience.collusion()
    place["trust"] = (
        values["telling.trust_start"]
        * regions.rule_of_law
        * (1.0 + now["police.community"])
        * (1.0 - place["collusion"])
        * hostility(state, now)
        * (1.0 + values["telling.engaged_trust"] * now["society.community_engagement"])
    )
    place["promise"] = state.experience.kept_promises(now["protection.permit"])
    place["paid"] = state.experience.paid()


def see_what_is_enacted(state: State) -> None:
    """What follows from levers alone: written when one of them has moved."""
    now, values, regions, sectors = state.levers.now, state.scenario.values, state.world.regions, state.world.sectors
    place = state.s.law
    for name, field in LEVER_FIELDS.items():
        place[field] = now[name]
    distrust = values["telling.origin_distrust"] if state.mechanisms["origin_trust"] == "on" else 0.0
    place["skill"] = skill_of_officers(state)
    place["distrust"] = distrust * (1.0 - regions.rule_of_law) * values["telling.trust_start"]
    place["tells_true"] = now["agency.knowledge"][:, AgencyKind.IMMIGRATION]
    place["law"] = regions.rule_of_law
    place["seller"] = np.minimum((now["demand.seller_penalty"] * sectors.commercial_sex).max(axis=1), 1.0)
    pairs = state.world.pairs
    state.s.contracts[pairs.start, pairs.end] = now["work.contract_corridors"]
    state.cells["priority"][:] = now["agency.priority"].ravel()


def places_of_the_week(amount: Floats, occupied: Floats, saved: Floats, kept: float) -> Floats:
    """Whole places in safe accommodation, float64 (regions,): a part of a place is one for that part of the time.

    ``amount`` (regions,) places that are paid for, ``occupied`` (regions,) those taken; ``saved`` (regions,) weeks for
    which one more place is paid for by the part above whole ones, moved on by a week; at most ``kept``.
    """
    full = np.floor(amount)
    part = amount - full
    saved[:] = np.clip(saved + part - (occupied > full), -kept, kept)
    return np.asarray(full + ((part > 0.0) & (saved > 0.0)))


def skill_of_officers(state: State) -> Floats:
    """What units can do whose officers are moved about, over what they could if all stayed (C5-P16); (regions,)."""
    moved = -np.expm1(-state.levers.now["integrity.rotation"])
    return np.asarray(1.0 - state.scenario.values["official.skill_lost"] * moved)


def train_agencies(state: State) -> None:
    """What people of every agency know, may and want, and what they are judged by."""
    now, agencies, rules = state.levers.now, state.agencies, state.p.agency
    shape = (len(state.regions), KINDS)
    agencies["knowledge"][:] = np.minimum(now["agency.knowledge"] * rules.knows, 1.0).ravel()
    agencies["authority"][:] = np.minimum(now["agency.authority"] * rules.may, 1.0).ravel()
    want = now["agency.goodwill"] * hostility(state, now)[:, None]
    agencies["goodwill"][:] = np.minimum(want * rules.wants, 1.0).ravel()
    agencies["metric"][:] = np.broadcast_to(now["police.metric"][:, None], shape).ravel()
    independent = np.ones(shape)
    independent[:, AgencyKind.SERVICES] = now["protection.independence"]
    agencies["independence"][:] = independent.ravel()


def staff_agencies(state: State) -> None:
    """Staff, means, knowledge and attention of every agency this week."""
    now, values, agencies = state.levers.now, state.scenario.values, state.agencies
    regions, rules = state.world.regions, state.p.agency
    staff = now["agency.staff"] * (state.present / 1000.0)[:, None] * rules.staff_share
    # other crime draws on police, prosecution and intelligence; budgets are zero-sum unless a policy pays (C13-X14)
    claimed = np.zeros(KINDS)
    claimed[[AgencyKind.POLICE, AgencyKind.SPECIALISED_POLICE, AgencyKind.PROSECUTION, AgencyKind.INTELLIGENCE]] = 1.0
    staff = staff * (1.0 - now["budget.other_crime"][:, None] * claimed)
    staff[:, AgencyKind.COURT] *= now["justice.capacity"]
    staff[:, AgencyKind.INTELLIGENCE] *= 1.0 + values["intel.staff"] * now["intel.cells"]
    cost = rules.staff_cost * (regions.wage_regular / rules.staff_cost_wage)[:, None]
    if state.levers.charged.any():
        # what a policy costs and nobody else pays is taken from what agencies have
        budget = (staff * cost).sum(axis=1)
        taken = share_of(state.levers.charged * state.present, budget)
        staff = staff * np.clip(1.0 - taken, values["budget.least_left"], 1.0)[:, None]
    agencies["staff"][:] = staff.ravel()
    agencies["budget"][:] = (staff * cost).ravel()
    if state.levers_moved("agencies"):
        train_agencies(state)
    weekly = agencies["staff"] * values["agency.meetings"]
    agencies["attention"][:] = top_up(agencies["attention"], weekly, values["agency.meetings_kept"])
    agencies["caseload"][:] = 0
    agencies["skill"][:] *= state.beliefs.community_kept

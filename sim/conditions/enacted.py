"""What follows from levers alone: worked out when one of them has moved, and kept in fields of the tables.

What people learn, and what happens, is combined with it week by week in kernels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.agents.agencies import KINDS, AgencyKind
from sim.agents.facilitators import FUNCTIONS
from sim.conditions.demand import boycotted, customers_kept, kept_out, share_of
from sim.conditions.encounters import hostility, inspection_removals, reach_of_agencies, shielded_by_missions
from sim.conditions.incomes import incomes_at_home, share_of_work
from sim.conditions.risks import abilities, recognition, severity
from sim.declared.levers import LEVERS
from sim.ground.calendar import WEEKS_PER_YEAR
from sim.ground.draws import Stream, uniforms
from sim.rules.control.ways_out import RAIDED
from sim.rules.justice.assets import frozen_early
from sim.rules.justice.leads import looks
from sim.rules.people.status import removal_hazard
from sim.world.law import LEVER_FIELDS

if TYPE_CHECKING:
    from sim.state.state import State

Floats = NDArray[np.float64]


def enact(state: State) -> None:
    """Everything that follows from levers alone, if one of them may have moved."""
    if not state.levers_moved("enacted"):
        return
    enact_the_places(state)
    enact_the_law(state)
    staff_agencies(state)
    train_agencies(state)
    enact_removal_and_status(state)
    enact_penalties(state)
    enact_borders(state)
    enact_visas(state)
    enact_work(state)
    enact_risks(state)
    hear_campaigns_at_home(state)


def enact_the_places(state: State) -> None:
    """What happens to places whoever governs them: conflict, and the chance to have work."""
    state.regions["conflict"] = state.levers.now["region.conflict"]
    state.regions["employment"] = state.levers.now["region.employment"]


def enact_the_law(state: State) -> None:
    """Levers of agencies, protection, justice and return, and what places can give."""
    now, values, sectors = state.levers.now, state.scenario.values, state.world.sectors
    place, region, law = state.s.law, state.regions, state.levers.now["region.rule_of_law"]
    for name, field in LEVER_FIELDS.items():
        place[field] = now[name]
    distrust = values["telling.origin_distrust"] if state.mechanisms["origin_trust"] == "on" else 0.0
    place["skill"] = skill_of_officers(state) * region["mission_helped"]
    place["distrust"] = distrust * (1.0 - law) * values["telling.trust_start"]
    place["tells_true"] = now["agency.knowledge"][:, AgencyKind.IMMIGRATION]
    place["law"] = law
    place["seller"] = np.minimum((now["demand.seller_penalty"] * sectors.commercial_sex).max(axis=1), 1.0)
    pairs = state.world.pairs
    state.s.contracts[pairs.start, pairs.end] = now["work.contract_corridors"]
    people, cap = state.present / 1000.0, now["protection.permit_cap"]
    region["shelter_paid"] = now["protection.places"] * people
    region["children_paid"] = now["protection.child_places"] * people
    unlimited = cap >= LEVERS["protection.permit_cap"].high
    region["permits_weekly"] = cap * people / WEEKS_PER_YEAR
    region["permits_unlimited"] = unlimited
    region["trust_start"] = values["telling.trust_start"] * law * (1.0 + now["police.community"])
    region["hostility"] = hostility(state, now)
    region["engaged"] = 1.0 + values["telling.engaged_trust"] * now["society.community_engagement"]


def skill_of_officers(state: State) -> Floats:
    """What units can do whose officers are moved about, over what they could if all stayed (C5-P16); (regions,)."""
    moved = -np.expm1(-state.levers.now["integrity.rotation"])
    return np.asarray(1.0 - state.scenario.values["official.skill_lost"] * moved)


def train_agencies(state: State) -> None:
    """What people of every agency know, may and want."""
    for name, chance in zip(("knowledge", "authority", "goodwill"), abilities(state, state.levers.now), strict=True):
        state.agencies[name][:] = chance.ravel()


def staff_agencies(state: State) -> None:
    """Staff and means of every agency, and how many it can meet as those who plan expect."""
    agencies, rules = state.agencies, state.p.agency
    staff = staff_of(state, state.levers.now)
    agencies["staff"][:] = staff.ravel()
    agencies["budget"][:] = (staff * cost_of_staff(state)).ravel()
    agencies["room"][:] = rules.meetings * staff_of(state, state.levers.expected).ravel()


def cost_of_staff(state: State) -> Floats:
    """US$ a year for one of the staff, (regions, 1)."""
    rules = state.p.agency
    return np.asarray(rules.staff_cost * (state.world.regions.wage_regular / rules.staff_cost_wage)[:, None])


def staff_of(state: State, now: dict[str, Floats]) -> Floats:
    """Staff of every agency under levers, (regions, kinds)."""
    values, rules = state.scenario.values, state.p.agency
    staff = now["agency.staff"] * (state.present / 1000.0)[:, None] * rules.staff_share
    # other crime draws on police, prosecution and intelligence; budgets are zero-sum unless a policy pays (C13-X14)
    claimed = np.zeros(KINDS)
    claimed[[AgencyKind.POLICE, AgencyKind.SPECIALISED_POLICE, AgencyKind.PROSECUTION, AgencyKind.INTELLIGENCE]] = 1.0
    staff = staff * (1.0 - now["budget.other_crime"][:, None] * claimed)
    staff[:, AgencyKind.COURT] *= now["justice.capacity"]
    staff[:, AgencyKind.INTELLIGENCE] *= 1.0 + values["intel.staff"] * now["intel.cells"]
    if state.levers.charged.any():
        # what a policy costs and nobody else pays is taken from what agencies have
        budget = (staff * cost_of_staff(state)).sum(axis=1)
        taken = share_of(state.levers.charged * state.present, budget)
        staff = staff * np.clip(1.0 - taken, values["budget.least_left"], 1.0)[:, None]
    return np.asarray(staff)


def enact_removal_and_status(state: State) -> None:
    """Hazards of removal, and what work at home pays."""
    levers, values, region, world = state.levers, state.scenario.values, state.regions, state.world.regions
    work = share_of_work(state)
    rate, effort = values["status.removal_rate"], levers.now["status.deportation_effort"]
    region["removal_weekly"] = (removal_hazard(effort, rate) + inspection_removals(state, levers.now)) / WEEKS_PER_YEAR
    region["removal_announced"] = removal_hazard(levers.expected["status.deportation_effort"] - effort, rate)
    region["grown"] = grown = incomes_at_home(state)
    region["wage_home"] = world.wage_regular * grown
    region["income_home"] = region["income_regular"] = state.fixed.income_regular * grown * work
    region["income_start"] = state.fixed.income_irregular * work
    # where communities are organised, new arrivals find their way sooner (C7-P09)
    region["helped"] = 1.0 + values["society.networks_help"] * levers.now["society.community_engagement"]
    region["asylum_access"] = levers.now["asylum.access"]


def enact_penalties(state: State) -> None:
    """What convictions and fines cost, US$, as they are expected and weigh with those whom they threaten.

    Severity beyond what is usual weighs less than certainty (switch ``certainty_over_severity``; EC 2.15, C2-M45).
    """
    region, expected = state.regions, state.levers.expected
    twin = state.held.get("certainty_over_severity")
    usual = expected if twin is None else twin.levers.expected
    region["pay_year"] = WEEKS_PER_YEAR * region["wage_home"]
    for field, years, weighed_as in (
        ("penalty_exploitation", expected["justice.penalty_exploitation"], usual["justice.penalty_exploitation"]),
        ("penalty_smuggling", expected["justice.penalty_smuggling"], usual["justice.penalty_smuggling"]),
        ("employer_loss", expected["work.employer_penalty"], usual["work.employer_penalty"]),
    ):
        region[field] = region["pay_year"] * weighed(state, years, weighed_as)


def weighed(state: State, years: Floats, usual: Floats) -> Floats:
    """What penalties of so many years of pay weigh, if a year of them weighs what it does in ``usual`` penalties."""
    values = state.scenario.values
    weight = 1.0 if state.mechanisms["certainty_over_severity"] == "off" else values["justice.severity_weight"]
    weighs = severity(usual, values["justice.severity_full"], weight)
    each = np.divide(weighs, usual, out=np.ones_like(weighs), where=usual > 0.0)
    return np.where(years == usual, weighs, years * each)


def enact_risks(state: State) -> None:
    """What agencies can recognise, how police look by themselves, and who complains to whom, as it is expected."""
    expected, region, case = state.levers.expected, state.regions, state.p.case
    state.cells["recognises"] = recognition(state, expected).reshape(len(state.cells), KINDS)
    staff = staff_of(state, expected)[:, AgencyKind.SPECIALISED_POLICE]
    region["looks"] = looks(case.proactive, case.reach, expected["police.proactive"], expected["intel.cells"], staff)
    region["reported"] = 1.0 - expected["status.firewall"]
    region["complains"] = state.p.term.complaint * (1.0 + expected["work.back_pay"])
    region["money_followed"] = expected["police.financial"]
    early = frozen_early(expected["justice.asset_freeze"], expected["police.financial"], case.freeze_least)
    region["assets_paper"] = early * expected["justice.confiscation"]
    lost = state.p.asset.share_found * state.p.asset.saved * expected["justice.facilitator_assets"]
    state.nodes["forfeit"] = np.repeat(lost, FUNCTIONS)


def enact_borders(state: State) -> None:
    """The legs, with the levers and the skill of officers of the region that they lead into."""
    now, legs, world, values = state.levers.now, state.legs, state.world.legs, state.scenario.values
    legs["control"] = now["border.control"] * state.s.law["skill"][world.head]
    legs["control"] = np.minimum(legs["control"], 1.0)
    if state.p.intel.intelligence:  # whoever is known is looked at, and others less
        legs["control"] *= 1.0 - values["intel.border_eased"] * now["intel.borders"][world.head]
    legs["document_check"], legs["screening"] = now["border.document_check"], now["border.screening"]
    legs["refuses_forged"], legs["refuses_genuine"], legs["pushback"] = carriers_and_pushbacks(now, values)
    legs["closed"] = state.levers.expected["border.closed"]
    enact_closures(state)
    # chance to die after rescue
    legs["danger"] = world.danger * (1.0 - now["border.search_and_rescue"])


def enact_closures(state: State) -> None:
    """Routes and pairs with the chance that they are closed, and no fare where the open way is closed for good."""
    routes, pairs, world = state.routes, state.pairs, state.world
    if not (state.legs["closed"].any() or routes["closed"].any()):
        return
    open_leg = np.append(1.0 - state.legs["closed"], 1.0)  # a leg that is not there is the last, and open
    routes["closed"] = 1.0 - open_leg[world.route_legs].prod(axis=1)
    known = world.pairs.routes >= 0
    pairs["closed"] = np.where(known, routes["closed"][world.pairs.routes], 1.0).min(axis=1) * known.any(axis=1)
    pairs["fare"] = np.where(routes["closed"][world.pairs.official] < 1.0, state.fixed.fare, np.inf)


def carriers_and_pushbacks(levers: dict[str, Floats], values: dict[str, Any]) -> tuple[Floats, Floats, Floats]:
    """Chances on each leg that carriers refuse forged papers and papers in order, and of being sent back unheard."""
    care = levers["border.carrier_liability"]
    return values["carrier.care"] * care, values["carrier.misjudged"] * care, levers["border.pushback"]


def enact_visas(state: State) -> None:
    """What consulates give, to whom and how fast."""
    now, expected, pair = state.levers.now, state.levers.expected, state.pairs
    start = state.world.pairs.start
    slots = np.stack([now["visa.slots_low"], now["visa.slots_high"]], axis=1)
    pair["visa_weekly"] = slots * (state.regions["people_at"][start] / 1000.0 / WEEKS_PER_YEAR)[:, None]
    pair["visa_open_low"], pair["visa_open_high"] = expected["visa.slots_low"] > 0.0, expected["visa.slots_high"] > 0.0
    pair["consulates"], pair["procedure"] = consular_capacity(state), now["visa.wait"]
    pair["free"] = who_moves_freely(state)
    pair["visa_complexity"], pair["visa_price"] = now["visa.complexity"], now["visa.price"]
    pair["refugee_access"], pair["tied"] = now["visa.refugee_access"], now["visa.tied_to_employer"]
    pair["publicity"] = 1.0 + now["origin.danger_publicity"][start]


def consular_capacity(state: State) -> Floats:
    """Applications that consulates can decide in a week; infinite where ``visa.staff`` sets no limit; (pairs,)."""
    staff = state.levers.now["visa.staff"]
    weekly = staff * state.regions["people_at"][state.world.pairs.start] / 1000.0 / 52.0
    return np.where(staff >= LEVERS["visa.staff"].high, np.inf, np.maximum(weekly, 1e-6))


def who_moves_freely(state: State) -> Floats:
    """1 where anyone may move without a visa, 2 where only people with kin there would, 0 elsewhere; (pairs,).

    A pair of regions takes up ``free_movement`` as one, when the lever passes its keyed uniform. With the switch
    ``free_movement_substitution`` off, people without kin there still need someone who finds them work and a room, and
    do not use it (C7-P28).
    """
    pairs = state.world.pairs
    lever = state.levers.now["free_movement"]
    if not lever.any():
        return np.zeros(len(pairs.start))
    turn = uniforms(state.seed, pairs.start, pairs.end, np.zeros(len(pairs.start)), Stream.ADOPTION)
    everyone = state.mechanisms["free_movement_substitution"] == "on"
    return np.where(turn < lever, 1.0 if everyone else 2.0, 0.0)


def enact_work(state: State) -> None:
    """Who may come to know what happens at work, what it costs whoever is responsible, and what buyers do."""
    levers, values, region, cell = state.levers, state.scenario.values, state.regions, state.cells
    region["immunity"], region["mission"] = levers.now["mission.immunity"], levers.now["mission.size"]
    region["kept_out"] = kept_out(levers.expected, values)
    region["shielded"] = region["shielded_now"] = shielded_by_missions(state, levers.expected)
    cell["reach"] = cell["reach_now"] = reach_of_agencies(state, levers.expected)
    if levers.expected is not levers.now:
        region["shielded_now"] = shielded_by_missions(state, levers.now)
        cell["reach_now"] = reach_of_agencies(state, levers.now)
    if state.p.intel.intelligence:
        # strategic priorities (lever intel.strategic) move where police look
        cell["reach"][..., RAIDED] *= cell["focus"][:, None]
        cell["reach_now"][..., RAIDED] *= cell["focus"][:, None]
    region["outside_profit"] = levers.now["region.outside_profit"]
    region["mobility"], region["fee_cap"] = levers.now["work.job_mobility"], levers.now["work.fee_cap"]
    region["employer_pays"] = levers.now["work.employer_pays"]
    region["control_cost"] = state.world.regions.wage_regular[:, None] * state.p.control.cost[None, :]
    cell["boycotted"] = boycotted(state)
    cell["deterred"] = deterred_from_work(state)
    cell["priority"] = levers.now["agency.priority"].ravel()
    state.sectors["customers"] = customers_kept(state.world.sectors, values)


def deterred_from_work(state: State) -> Floats:
    """What a penalty for those who do such work leaves of its draw on people who look for work; (cells,).

    Nobody who is made to do it is kept from it: that is how the share of coerced people can rise (EC 2.10).
    """
    penalty = state.levers.now["demand.seller_penalty"].ravel()
    return np.asarray((1.0 + penalty) ** -state.scenario.values["demand.seller_elasticity"])


def hear_campaigns_at_home(state: State) -> None:
    """How far campaigns at home warn, inform and forbid."""
    levers, values, region = state.levers, state.scenario.values, state.regions
    region["alarm"] = 1.0 + values["beliefs.campaign_fear"] * levers.now["origin.fear_campaign"]
    centre = values["beliefs.centre_informs"] * levers.now["origin.information_centre"]
    missed = (1.0 - levers.now["origin.information_campaign"]) * (1.0 - centre)
    # who begins or does more has looked at what is told today
    region["story_told"] = np.where(1.0 - missed > region["informs"], region["story"], region["story_told"])
    region["informs"] = 1.0 - missed
    region["campaigned"] = np.maximum(region["campaigned"], missed < 1.0)
    region["women_barred"] = levers.now["origin.travel_limits_women"]

"""Prospects: what people in each place believe of each option this week, computed once for everyone there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.agents.facilitators import FUNCTIONS, Function
from sim.conditions.incomes import incomes_at_home
from sim.declared.levers import LEVERS
from sim.ground.draws import Stream, uniforms
from sim.rules.moving.ways import alone_ways
from sim.rules.people.status import annuity, removal_hazard
from sim.world.world import Mode

if TYPE_CHECKING:
    from sim.state.state import State

Floats = NDArray[np.float64]


def enforcement_effort(control: Floats) -> Floats:
    """E = -ln(1 - control): a sealed leg costs effort without limit (model 1.2)."""
    return -np.log1p(-np.minimum(control, 0.999))


def planned_control(state: State) -> Floats:
    """Control as those who plan journeys see it: what they learned, plus what has been announced; (legs,)."""
    # nobody is checked where movement is free, whatever a policy does to the leg
    believed = np.where(state.world.legs.mode == Mode.FREE_MOVEMENT, 0.0, state.beliefs.control())
    now, expected = state.levers.now["border.control"], state.levers.expected["border.control"]
    if now is expected:
        return believed
    effort = enforcement_effort(believed) + enforcement_effort(expected) - enforcement_effort(now)
    planned = -np.expm1(-np.maximum(effort, 0.0))
    return np.where(state.world.legs.mode == Mode.FREE_MOVEMENT, 0.0, planned)


def see_the_ways(state: State) -> None:
    """Legs and pairs as the smuggling market sees them this week."""
    legs, pairs, ends = state.legs, state.pairs, state.world.pairs.end
    legs["believed_control"][:] = planned_control(state)
    legs["danger"][:] = effective_danger(state)
    legs["expected_loss"][:] = expected_loss(state)
    pairs["elasticity"][:] = state.beliefs.elasticity()
    pairs["failure"][:] = state.beliefs.failure()[:, 1]
    pairs["handover_gain"][:], pairs["handover_harm"][:] = handover_learned(state)
    pairs["credit"][:] = state.regions["recoverable"][ends]


def expected_loss(state: State) -> Floats:
    """What being stopped on each leg costs a provider, a conviction for smuggling included; US$ (legs,)."""
    penalty = state.levers.expected["justice.penalty_smuggling"] * state.experience.smuggling_certainty()
    return np.asarray(state.world.legs.loss + penalty[state.world.legs.head])


def handover_learned(state: State) -> tuple[Floats, Floats]:
    """What providers who would hand people over gain by it, and cost their clients, per arrival in US$, by pair.

    As remembered, and cautious where it is rare: the cost is the harm of hand-over and what is demanded on the way.
    """
    learned, strength = state.pairs, state.beliefs.pair_strength
    arrivals = learned["brought"] + strength
    harm = state.scenario.values["choice.exploitation_loss"]
    return learned["gained"] / arrivals, (learned["sold"] * harm + learned["demanded"]) / arrivals


def what_exploiting_brings(state: State) -> Floats:
    """What handing over and demanding more bring for each client of those who do, as the trade knows it; US$ (pairs,).

    Where few have been brought it is what is known from elsewhere.
    """
    learned, strength = state.pairs, state.beliefs.pair_strength
    gained = learned["gained"] + learned["demanded"]
    usual = gained.sum() / max(learned["brought"].sum(), 1.0)
    return np.asarray((gained + strength * usual) / (learned["brought"] + strength))


def announced_removal(state: State) -> Floats:
    """Yearly removal hazard without status that people believe in, announced changes included; (regions,)."""
    levers = state.levers
    announced = removal_hazard(
        levers.expected["status.deportation_effort"] - levers.now["status.deportation_effort"],
        state.scenario.values["status.removal_rate"],
    )
    return np.maximum(state.beliefs.removal() + announced, 0.0)


def effective_danger(state: State) -> Floats:
    """Chance to die on each leg after rescue (lever ``border.search_and_rescue``); (legs,)."""
    return np.asarray(state.world.legs.danger * (1.0 - state.levers.now["border.search_and_rescue"]))


def find_ways_alone(state: State) -> None:
    """The way that people on their own would take for each pair: route, chance, cost in US$ and chance to die."""
    values = state.scenario.values
    alone_ways(
        state.legs.records,
        state.pairs.records,
        state.routes.records,
        values["journey.alone_cost"],
        values["choice.stopped_loss"],
        values["choice.life_worth"],
    )


def price_of_forgery(state: State) -> Floats:
    """What facilitators of documents ask in each region, over the usual price; (regions,)."""
    usual = state.p.facilitator.usual_price[Function.DOCUMENTS]
    return np.asarray(state.nodes["price"][Function.DOCUMENTS :: FUNCTIONS] / usual)


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


def consular_capacity(state: State) -> Floats:
    """Applications that consulates can decide in a week; infinite where ``visa.staff`` sets no limit; (pairs,)."""
    staff = state.levers.now["visa.staff"]
    weekly = staff * state.regions["people_at"][state.world.pairs.start] / 1000.0 / 52.0
    return np.where(staff >= LEVERS["visa.staff"].high, np.inf, np.maximum(weekly, 1e-6))


def wait_for_visas(state: State) -> Floats:
    """Weeks until an application made now is decided: the procedure, and what consulates have not come to; (pairs,)."""
    waiting = state.pairs["visa_backlog"] / consular_capacity(state)
    return np.asarray(np.minimum(state.levers.now["visa.wait"] + waiting, LEVERS["visa.wait"].high))


def tell_the_truth(state: State) -> None:
    """Information centres add true counts to what people at home believe of visas (``origin.information_centre``).

    Belief starts too hopeful, so that the truth can send people to providers (C7-P03).
    """
    beliefs, pairs = state.beliefs, state.world.pairs
    reach = state.levers.now["origin.information_centre"][pairs.start]
    if not reach.any() or not beliefs.learning:
        return
    slots = np.stack([state.levers.now["visa.slots_low"], state.levers.now["visa.slots_high"]], axis=1)
    refused, decided = state.pairs["visa_truth"][..., 0], state.pairs["visa_truth"][..., 1]
    # where nothing has been decided a centre knows at least whether there is anything to apply for
    unknown = np.where(slots > 0.0, 1.0 - beliefs.visa_chance(), 1.0)
    refusal = np.where(
        decided > state.scenario.values["beliefs.centre_known"],
        np.divide(refused, decided, out=np.ones_like(refused), where=decided > 0),
        unknown,
    )
    told = state.scenario.values["beliefs.centre"] * reach[:, None] * (beliefs.pair_strength[:, None] + decided)
    state.pairs["heard_visas"][..., 1] += told
    state.pairs["heard_visas"][..., 0] += told * refusal


def see_prospects(state: State) -> None:
    """What people believe, and what is so, of every pair of regions and of every region this week."""
    prospects_of_pairs(state)
    prospects_of_regions(state)


def prospects_of_pairs(state: State) -> None:
    """What people believe of the ways from one region to another; a price of infinity means that a way is absent."""
    levers, values, beliefs, pair = state.levers, state.scenario.values, state.beliefs, state.pairs
    start = state.world.pairs.start
    find_ways_alone(state)
    failure, death = beliefs.failure(), beliefs.death()
    publicity = 1.0 + levers.now["origin.danger_publicity"][start]
    slots = np.stack([levers.expected["visa.slots_low"], levers.expected["visa.slots_high"]], axis=1)
    pair["alone_chance"][:], pair["provider_chance"][:], pair["forged_chance"][:] = 1.0 - failure.T
    pair["alone_danger"][:], pair["provider_danger"][:] = death.T * publicity
    pair["provider_fee"][:] = pair["fee"]
    state.regions["forged_price"][:] = values["papers.forged_price"] * price_of_forgery(state)
    pair["forged_cost"][:] = state.regions["forged_price"][start]
    pair["genuine_chance"][:] = state.regions["genuine_chance"][start]
    pair["genuine_cost"][:] = state.regions["genuine_price"][start]
    strength = beliefs.pair_strength
    pair["credit_chance"][:] = (pair["served"] + strength) / (pair["asked"] + strength)
    pair["visa_chance_low"][:], pair["visa_chance_high"][:] = beliefs.visa_chance().T
    pair["visa_open_low"][:], pair["visa_open_high"][:] = (slots > 0.0).T
    pair["visa_wait"][:], pair["free"][:] = wait_for_visas(state), who_moves_freely(state)
    pair["visa_complexity"][:], pair["visa_price"][:] = levers.now["visa.complexity"], levers.now["visa.price"]
    pair["refugee_access"][:] = levers.now["visa.refugee_access"]


def prospects_of_regions(state: State) -> None:
    """What people believe of living in a region: US$ a year times the chance to have work, and years that count."""
    levers, values, fixed, region = state.levers, state.scenario.values, state.fixed, state.regions
    removal = announced_removal(state)
    region["income_home"][:] = region["income_regular"][:] = fixed.income_regular * incomes_at_home(state)
    # where communities are organised, new arrivals find their way sooner (C7-P09)
    helped = 1.0 + values["society.networks_help"] * levers.now["society.community_engagement"]
    region["income_irregular"][:] = fixed.income_irregular * region["wage_index"] * incomes_at_home(state) * helped
    region["exploitation_risk"][:] = state.beliefs.exploitation()
    region["credit_limit"][:] = region["recoverable"]
    region["annuity_irregular"][:] = annuity(values["choice.discount"], removal, values["choice.horizon"])
    if state.levers_moved("campaigns"):
        hear_campaigns_at_home(state)


def hear_campaigns_at_home(state: State) -> None:
    """How far campaigns at home warn, inform and forbid."""
    levers, values, region = state.levers, state.scenario.values, state.regions
    region["alarm"][:] = 1.0 + values["beliefs.campaign_fear"] * levers.now["origin.fear_campaign"]
    centre = values["beliefs.centre_informs"] * levers.now["origin.information_centre"]
    missed = (1.0 - levers.now["origin.information_campaign"]) * (1.0 - centre)
    region["informs"][:] = 1.0 - missed
    region["women_barred"][:] = levers.now["origin.travel_limits_women"]


def see_borders(state: State) -> None:
    """The legs as they are this week, with the levers and the skill of officers of the region that they lead into."""
    levers, legs, values = state.levers.now, state.legs, state.scenario.values
    if not state.levers_moved("borders"):
        return
    legs["control"] = levers["border.control"] * state.s.law["skill"][state.world.legs.head]
    legs["document_check"], legs["screening"] = levers["border.document_check"], levers["border.screening"]
    legs["refuses_forged"], legs["refuses_genuine"], legs["pushback"] = carriers_and_pushbacks(levers, values)
    state.regions["asylum_access"] = levers["asylum.access"]
    state.pairs["tied"] = levers["visa.tied_to_employer"]


def carriers_and_pushbacks(levers: dict[str, Floats], values: dict[str, Any]) -> tuple[Floats, Floats, Floats]:
    """Chances on each leg that carriers refuse forged papers and papers in order, and of being sent back unheard."""
    care = levers["border.carrier_liability"]
    return values["carrier.care"] * care, values["carrier.misjudged"] * care, levers["border.pushback"]

"""Prospects: what people in each place believe of each option this week, computed once for everyone there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.agents.facilitators import FUNCTIONS, Function
from sim.declared.levers import LEVERS
from sim.ground.kernel import kernel, part, rule
from sim.ground.rows import some
from sim.rules.justice.assets import expect_losses
from sim.rules.justice.experience import smuggling_certainty
from sim.rules.moving.ways import alone_ways
from sim.rules.people.anticipation import foresee
from sim.rules.people.beliefs import (
    believed_control,
    believed_death,
    believed_elasticity,
    believed_exploitation,
    believed_failure,
    believed_removal,
    believed_visa,
)
from sim.rules.people.status import annuity
from sim.rules.rationing import top_up
from sim.world.world import Mode

if TYPE_CHECKING:
    from sim.state.state import State

Floats = NDArray[np.float64]
LONGEST_WAIT = LEVERS["visa.wait"].high  # weeks


def enforcement_effort(control: Floats) -> Floats:
    """E = -ln(1 - control): a sealed leg costs effort without limit (model 1.2)."""
    return -np.log1p(-np.minimum(control, 0.999))


# --- ways -------------------------------------------------------------------------------------------------------


def see_the_ways(state: State) -> None:
    """Legs and pairs as the smuggling market sees them this week."""
    if state.p.asset.expected:
        expect_confiscation(state)
    see_legs_and_pairs(state.s, state.p)
    if state.levers.now["border.control"] is not state.levers.expected["border.control"]:
        plan_for_what_is_announced(state)


def expect_confiscation(state: State) -> None:
    """What owners and enterprises expect to lose to confiscation; as in the twin where that is held."""
    twin = state.held.get("expected_confiscation")
    if twin is None:
        expect_losses(state.s.regions, state.p)
        return
    for field in ("owner_loss", "capital_loss"):
        state.regions[field] = twin.regions[field]


@kernel
def see_legs_and_pairs(s, p):
    """What providers have learned of legs, of clients and of handing people over."""
    for leg in range(len(s.legs)):
        row = s.legs[leg]
        # nobody is checked where movement is free, whatever a policy does to the leg
        row.believed_control = 0.0 if row.mode == Mode.FREE_MOVEMENT else believed_control(s.legs, p.belief, leg)
        # a conviction for smuggling included
        cost = s.regions[row.head].penalty_smuggling
        if p.asset.expected:
            cost += s.regions[row.head].capital_loss
        penalty = cost * smuggling_certainty(s.regions, p.belief, row.head)
        row.expected_loss = row.loss + penalty
    for pair in range(len(s.pairs)):
        row = s.pairs[pair]
        row.elasticity = believed_elasticity(s.pairs, p.belief, pair)
        row.failure = believed_failure(s.pairs, p.belief, pair, 1)
        # what handing over brings and costs clients, per arrival: as remembered, and cautious where it is rare; the
        # cost is the harm of hand-over and what is demanded on the way
        arrivals = row.brought + row.strength
        row.handover_gain = row.gained / arrivals
        row.handover_harm = (row.sold * p.belief.exploitation_loss + row.demanded) / arrivals
        row.credit = s.regions[row.end].recoverable


def plan_for_what_is_announced(state: State) -> None:
    """Control as those who plan journeys see it: what they learned, plus what has been announced."""
    now, expected = state.levers.now["border.control"], state.levers.expected["border.control"]
    effort = enforcement_effort(state.legs["believed_control"]) + enforcement_effort(expected) - enforcement_effort(now)
    planned = -np.expm1(-np.maximum(effort, 0.0))
    state.legs["believed_control"][:] = np.where(state.world.legs.mode == Mode.FREE_MOVEMENT, 0.0, planned)


@kernel
def what_it_has_brought(pairs, able, brought):
    """What handing over and demanding more have brought those who do so, US$, and for how many: (2, pairs)."""
    for pair in range(len(pairs)):
        brought[0, pair] = able * pairs[pair].gained + pairs[pair].demanded
        brought[1, pair] = pairs[pair].brought


@kernel
def what_exploiting_brings(pairs, able, usual):
    """What handing over and demanding more bring for each client of those who do, as the trade knows it; US$.

    ``able`` is the share that they take on average. Where few have been brought it is what is ``usual`` elsewhere.
    """
    for pair in range(len(pairs)):
        row = pairs[pair]
        brought = able * row.gained + row.demanded
        row.exploiting_brings = (brought + row.strength * usual) / (row.brought + row.strength)


# --- visas and papers -------------------------------------------------------------------------------------------


@kernel
def pass_a_week(regions, pairs, rules):
    """Removal becomes likelier; visas and genuine papers of the week, of which what is not taken is kept for some."""
    for region in range(len(regions)):
        regions[region].removal_sum += regions[region].removal_weekly
    for pair in range(len(pairs)):
        row = pairs[pair]
        for skill in range(2):
            row.visa_tokens[skill] = top_up(row.visa_tokens[skill], row.visa_weekly[skill], rules.places_kept)
    for region in range(len(regions)):
        regions[region].papers_tokens = top_up(
            regions[region].papers_tokens, regions[region].papers_weekly, rules.places_kept
        )


@rule
def wait_for_visas(pairs, pair):
    """Weeks until an application made now is decided: the procedure, and what consulates have not come to."""
    return min(pairs[pair].procedure + pairs[pair].visa_backlog / pairs[pair].consulates, LONGEST_WAIT)


def tell_the_truth(state: State) -> None:
    """Information centres add true counts to what people at home believe of visas (``origin.information_centre``).

    Belief starts too hopeful, so that the truth can send people to providers (C7-P03).
    """
    reach = state.levers.now["origin.information_centre"]
    if state.p.belief.learning and some(reach):
        values = state.scenario.values
        tell_of_visas(
            state.pairs.records, state.p.belief, reach, values["beliefs.centre"], values["beliefs.centre_known"]
        )


@kernel
def tell_of_visas(pairs, rules, reach, weight, known):
    """``reach`` (regions,) of centres, ``weight`` of what they say, decisions from which on they are ``known``."""
    for pair in range(len(pairs)):
        row = pairs[pair]
        for skill in range(2):
            refused, decided = row.visa_truth[skill, 0], row.visa_truth[skill, 1]
            if decided > known:
                refusal = refused / decided
            elif row.visa_weekly[skill] > 0.0:
                refusal = 1.0 - believed_visa(pairs, rules, pair, skill)
            else:
                refusal = 1.0  # where nothing has been decided a centre knows whether there is anything to apply for
            told = weight * reach[row.start] * (row.strength + decided)
            row.heard_visas[skill, 1] += told
            row.heard_visas[skill, 0] += told * refusal


# --- prospects --------------------------------------------------------------------------------------------------


def see_prospects(state: State) -> None:
    """What people believe, and what is so, of every pair of regions and of every region this week."""
    if state.p.anticipation.on:
        foresee(state.s, state.p, *status_law(state.levers.expected))
    see_places(state.s, state.p)
    values, removal = state.scenario.values, state.s.law["removal"]
    state.regions["annuity_irregular"][:] = annuity(values["choice.discount"], removal, values["choice.horizon"])


def status_law(levers: dict[str, Floats]) -> tuple[Floats, Floats, Floats]:
    """What the law gives by region: hazard of papers at work, chance of a permit after exploitation, of protection."""
    return levers["status.regularisation"], levers["protection.permit"], levers["asylum.access"]


@kernel
def see_places(s, p):
    """The ways between places as people believe in them, and what living in each is worth."""
    find_ways_alone(s, p)
    see_prices_of_papers(s, p)
    see_pairs(s.regions, s.pairs, p.belief)
    see_regions(s.regions, p.belief)
    expect_removals(s.regions, s.law, p.belief)


@kernel
def find_ways_alone(s, p):
    """The ways that people on their own would take for each pair: chance, cost in US$ and chance to die."""
    alone_ways(s.legs, s.pairs, s.routes, p.channel, p.choice)


@part
def see_prices_of_papers(s, p):
    """Forged papers cost more where facilitators of documents ask more."""
    for region in range(len(s.regions)):
        asked = s.nodes[region * FUNCTIONS + Function.DOCUMENTS].price
        usual = p.facilitator.usual_price[Function.DOCUMENTS]
        s.regions[region].forged_price = p.channel.forged_price * (asked / usual)


@part
def see_pairs(regions, pairs, rules):
    """What people believe of the ways from one region to another; a price of infinity means that a way is absent."""
    for pair in range(len(pairs)):
        row = pairs[pair]
        home = regions[row.start]
        row.alone_chance = 1.0 - believed_failure(pairs, rules, pair, 0)
        row.provider_chance = 1.0 - believed_failure(pairs, rules, pair, 1)
        if row.closed > 0.0:
            row.alone_chance *= 1.0 - row.closed
            row.provider_chance *= 1.0 - row.closed
        row.forged_chance = 1.0 - believed_failure(pairs, rules, pair, 2)
        row.alone_danger = believed_death(pairs, rules, pair, 0) * row.publicity
        row.provider_danger = believed_death(pairs, rules, pair, 1) * row.publicity
        row.provider_fee = row.fee
        row.forged_cost, row.genuine_chance, row.genuine_cost = (
            home.forged_price,
            home.genuine_chance,
            home.genuine_price,
        )
        row.credit_chance = (row.served + row.strength) / (row.asked + row.strength)
        row.visa_chance_low = believed_visa(pairs, rules, pair, 0)
        row.visa_chance_high = believed_visa(pairs, rules, pair, 1)
        row.visa_wait = wait_for_visas(pairs, pair)


@part
def see_regions(regions, rules):
    """What people believe of living in a region: US$ a year times the chance to have work."""
    for region in range(len(regions)):
        row = regions[region]
        row.income_irregular = row.income_start * row.wage_index * row.grown * row.helped
        row.exploitation_risk = believed_exploitation(regions, rules, region)
        row.credit_limit = row.recoverable


@kernel
def expect_removals(regions, law, rules):
    """Yearly removal hazard without status that people believe in, announced changes included."""
    for region in range(len(regions)):
        removal = believed_removal(regions, rules, region) + regions[region].removal_announced
        law[region].removal = max(removal, 0.0)


# --- on the way -------------------------------------------------------------------------------------------------


@kernel
def weigh_onward(regions, pairs, rules):
    """What going on with a provider and the alternatives are worth, by pair."""
    for pair in range(len(pairs)):
        row = pairs[pair]
        row.onward_alone_chance = 1.0 - believed_failure(pairs, rules, pair, 0)
        row.onward_alone_cost = row.alone_cost
        row.onward_provider_chance = 1.0 - believed_failure(pairs, rules, pair, 1)
        if row.closed > 0.0:
            row.onward_alone_chance *= 1.0 - row.closed
            row.onward_provider_chance *= 1.0 - row.closed
        row.onward_fee = row.fee
        row.onward_credit = regions[row.end].recoverable


@kernel
def highest_removal(regions):
    """The highest cumulative hazard of removal anywhere."""
    highest = 0.0
    for region in range(len(regions)):
        highest = max(highest, regions[region].removal_sum)
    return highest

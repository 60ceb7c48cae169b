"""The market for partners: what facilitators ask, who begins and who stops, and what a node offers (model 4.8).

Where partners are scarce their price rises, and with it the income that draws latent facilitators in: a function that
was taken out is refilled by the market, the faster the more it pays (C10-M25). Nothing else replaces anyone.
"""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.agents.facilitators import (
    FUNCTIONS,
    PORTABLE,
    Function,
    Standing,
    be_facilitator,
    give_up,
    set_up,
)
from sim.declared.sources import ByName, From, Switched, family
from sim.ground.draws import Stream, draw
from sim.ground.kernel import allocating, kernel, rule
from sim.ground.table import Table
from sim.ledger.counters import C
from sim.rules.networks.partners import REVIEW_WEEKS
from sim.rules.scarcity import level_of, towards


@family
class FacilitatorRules(NamedTuple):
    """Parameters of the market for partners."""

    entry: Annotated[int, Switched("entry_exit")]
    threshold: Annotated[float, From("facilitator.threshold")]
    spread: Annotated[float, From("facilitator.threshold_spread")]
    looks: Annotated[float, From("facilitator.looks")]
    dread: Annotated[float, From("facilitator.dread")]
    pace: Annotated[float, From("facilitator.pace")]
    most: Annotated[float, From("facilitator.price_most")]
    price_least: Annotated[float, From("facilitator.price_least")]
    usual_use: Annotated[float, From("facilitator.usual_use")]
    use_most: Annotated[float, From("facilitator.use_most")]
    memory: Annotated[float, From("facilitator.memory")]
    poor_income: Annotated[float, From("facilitator.poor_income")]
    poor_months: Annotated[int, From("facilitator.poor_months")]
    risk_kept: Annotated[float, From("facilitator.risk_kept")]
    seen_kept: Annotated[float, From("operation.seen_kept")]
    # by function: US$ for each client, clients in four weeks, chance to keep silent and stay, and who else they are
    usual_price: Annotated[NDArray[Any], ByName("facilitator.price_{}", Function)]
    usual_capacity: Annotated[NDArray[Any], ByName("facilitator.capacity_{}", Function)]
    usual_loyalty: Annotated[NDArray[Any], ByName("facilitator.loyalty_{}", Function)]
    loyalty_spread: Annotated[float, From("facilitator.loyalty_spread")]
    licit_share: Annotated[NDArray[Any], ByName("facilitator.licit_{}", Function)]
    share: Annotated[NDArray[Any], ByName("facilitator.share_{}", Function)]  # of all facilitators


@rule
def take_out(facilitators, nodes, rules, b, until, week):
    """A facilitator is held until a week; those it worked for will find out."""
    helper = facilitators[b]
    helper.standing = Standing.HELD
    helper.since = week
    helper.until = until
    node = helper.region * FUNCTIONS + helper.function
    # arrests in a year over those who work, as a mean over about a year and a half
    nodes[node].risk += 52.0 * (1.0 - rules.risk_kept) * helper.capacity / max(nodes[node].capacity, helper.capacity)


@kernel
def first_facilitators(facilitators, nodes, rules, now, open_share):
    """Draw the traits of every slot and open a share of them, so that enterprises find partners in the first weeks."""
    for b in range(len(facilitators)):
        be_facilitator(facilitators, rules, b, now.seed)
        if draw(now.seed, Stream.FACILITATOR_LOOKS, b, 0, 0, 1) < open_share:
            set_up(facilitators, b, rules.usual_price[facilitators[b].function], now.week)
    for node in range(len(nodes.price)):
        nodes[node].price = rules.usual_price[node % FUNCTIONS]


@rule
def kept_from_it(market):
    """Share of what a facilitator earns that it expects to lose when it is taken out (C10-M54)."""
    return min(market.risk * market.forfeit, 1.0)


@rule
def expects(facilitators, nodes, b, node):
    """US$ in four weeks that latent facilitator b expects: the going price, and its part of what is asked there."""
    market = nodes[node]
    asked = market.committed + market.unmet
    share = min(1.0, asked / (market.capacity + facilitators[b].capacity))
    return market.price * facilitators[b].capacity * share * (1.0 - kept_from_it(market))


@kernel
def review_facilitators(facilitators, nodes, rules, now, counters):
    """A week of every facilitator: in its turn, every four weeks, it moves its price, stops, or begins."""
    for b in range(len(facilitators)):
        row = facilitators[b]
        row.seen *= rules.seen_kept
        if facilitators[b].standing == Standing.HELD:
            counters[C.FACILITATORS_HELD] += 1.0
            if now.week >= row.until:
                facilitators[b].standing = Standing.FREE
                row.since = now.week
                row.poor = 0
            continue
        turn = (b + now.week) % REVIEW_WEEKS == 0
        node = row.region * FUNCTIONS + row.function
        if facilitators[b].standing == Standing.FREE:
            counters[C.FACILITATORS] += 1.0
            if not turn:
                continue
            usual = rules.usual_price[row.function]
            dreaded = 1.0 + rules.dread * nodes[node].risk
            busy = facilitators[b].committed / row.capacity
            level = level_of(busy, rules.usual_use, rules.use_most, rules.price_least, rules.most)
            row.price = towards(row.price, usual * level, rules.pace)
            row.income += rules.memory * (row.receipts - row.income)
            row.receipts = 0.0
            earned = row.income * (1.0 - kept_from_it(nodes[node]))
            row.poor = row.poor + 1 if earned < rules.poor_income * row.threshold * dreaded else 0
            if rules.entry and row.poor >= rules.poor_months:
                counters[C.FACILITATOR_EXITS] += 1.0
                give_up(facilitators, rules, b, now.seed)
            continue
        if not (rules.entry and turn):
            continue
        if draw(now.seed, Stream.FACILITATOR_LOOKS, b, facilitators[b].generation, now.week, 0) >= rules.looks:
            continue
        if expects(facilitators, nodes, b, node) > row.threshold * (1.0 + rules.dread * nodes[node].risk):
            counters[C.FACILITATOR_ENTRIES] += 1.0
            set_up(facilitators, b, nodes[node].price, now.week)
            # whoever looks next sees that this place is taken
            nodes[node].capacity += row.capacity


@allocating
def look_around(facilitators, nodes, rules):
    """What every node offers: capacity, use, idle share and price; scarce where nobody is left."""
    count = len(nodes.price)
    nodes.capacity[:] = 0.0
    nodes.committed[:] = 0.0
    asked = np.zeros(count)
    for b in range(len(facilitators)):
        if facilitators[b].standing != Standing.FREE:
            continue
        node = facilitators[b].region * FUNCTIONS + facilitators[b].function
        nodes[node].capacity += facilitators[b].capacity
        nodes[node].committed += min(facilitators[b].committed, facilitators[b].capacity)
        asked[node] += facilitators[b].price * facilitators[b].capacity
    for node in range(count):
        nodes[node].risk *= rules.risk_kept
        usual = rules.usual_price[node % FUNCTIONS]
        if nodes[node].capacity > 0.0:
            nodes[node].price = asked[node] / nodes[node].capacity
            nodes[node].idle = max(1.0 - nodes[node].committed / nodes[node].capacity, 0.0)
        else:
            # whoever would come first could ask for what most scarcity gives, while anyone asks
            nodes[node].idle = 0.0
            level = rules.most if nodes[node].unmet > 0.0 else 1.0
            nodes[node].price = towards(nodes[node].price, usual * level, rules.pace / REVIEW_WEEKS)


def nodes_of(pairs: Table) -> NDArray[np.int64]:
    """The node where each pair needs each function; (pairs, functions)."""
    return np.asarray(pairs["place"].astype(np.int64) * FUNCTIONS + np.arange(FUNCTIONS))


def cost_of_partners(nodes: Table, needed: NDArray[np.int64], needs: NDArray[np.float64]) -> NDArray[np.float64]:
    """US$ that partners would cost an entrant of each type for each client of a pair; float64 (pairs, 3).

    ``needed`` : of each pair, as :func:`nodes_of` gives them.
    """
    return np.asarray(nodes["price"].take(needed) @ needs.T)


def network_of(
    world: Any, served: NDArray[np.float64], latent: float, shares: NDArray[np.float64]
) -> tuple[NDArray[np.int16], NDArray[np.int16], NDArray[np.int64]]:
    """Where functions are needed, where portable ones can be, and how many facilitators each node may have.

    Returns ``place`` (pairs, functions) and ``portable`` (pairs, 3), regions, and the slots of each node (nodes,).

    ``served`` (regions,) people whom providers of each region could serve; ``latent`` facilitators in all,
    ``shares`` (functions,) of them by function.
    """
    pairs, routes, legs = world.pairs, world.route_legs, world.legs
    regions, count = len(world.regions.name), len(pairs.start)
    place = np.repeat(pairs.start[:, None], FUNCTIONS, axis=1).astype(np.int16)
    portable = np.repeat(pairs.start[:, None], 3, axis=1).astype(np.int16)
    weight = np.zeros((regions, FUNCTIONS))
    offers = np.maximum(np.bincount(pairs.start, minlength=regions), 1)
    for pair in range(count):
        way = routes[pairs.routes[pair, 0]]
        way = way[way >= 0]
        on_the_way = legs.head[way[0]] if len(way) > 1 else pairs.start[pair]
        place[pair, Function.SAFE_HOUSE] = on_the_way
        place[pair, Function.COLLECTION] = place[pair, Function.MONEY] = pairs.end[pair]
        portable[pair] = [pairs.end[pair], on_the_way, pairs.start[pair]]
        share = served[pairs.start[pair]] / offers[pairs.start[pair]]
        weight[place[pair], np.arange(FUNCTIONS)] += share
        for region in portable[pair]:
            weight[region, PORTABLE == 1] += share / 3.0
    weight = weight / np.maximum(weight.sum(axis=0), 1e-9) * shares
    slots = np.where(weight > 0, np.maximum(np.rint(latent * weight), 2), 0).astype(np.int64).ravel()
    return place, portable, slots


@kernel
def fronts(facilitators, node_first, usual, over_usual):
    """Licit facilitators of documents at work in each region, over the ``usual`` share; fills float64 (regions,)."""
    for region in range(len(over_usual)):
        there, at_work = 0, 0
        node = region * FUNCTIONS + Function.DOCUMENTS
        for b in range(node_first[node], node_first[node + 1]):
            if facilitators[b].licit > 0.5:
                there += 1
                at_work += facilitators[b].standing == Standing.FREE
        # one that is always there: kin abroad, a school that asks no questions
        over_usual[region] = (at_work + 1.0) / (usual * there + 1.0)

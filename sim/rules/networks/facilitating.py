"""The market for partners: what facilitators ask, who begins and who stops, and what a node offers (model 4.8).

Where partners are scarce their price rises, and with it the income that draws latent facilitators in: a function that
was taken out is refilled by the market, the faster the more it pays (C10-M25). Nothing else replaces anyone.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.agents.facilitators import (
    FUNCTIONS,
    PORTABLE,
    PRICE,
    SHARE_OF_FACILITATORS,
    Function,
    Standing,
    be_facilitator,
    give_up,
    set_up,
)
from sim.ground.draws import Stream, draw
from sim.ground.kernel import allocating, kernel, rule
from sim.ledger.counters import C
from sim.rules.networks.partners import REVIEW_WEEKS, Network

POOR_MONTHS = 6  # four-week periods below half its threshold until a facilitator stops
USUALLY_BUSY = 0.5  # share of capacity that is used where searching takes time
LEAST_PRICE = 0.5  # of the usual price
RISK_KEPT = 0.987  # weekly: what is remembered of arrests halves in a year
SEEN_KEPT = 0.987  # likewise of what investigators have noted


class FacilitatorRules(NamedTuple):
    """Parameters of the market for partners."""

    entry: int
    threshold: float
    spread: float
    looks: float
    dread: float
    pace: float
    most: float


@rule
def take_out(f, b, week, until, net):
    """A facilitator is held until a week; those it worked for will find out."""
    f.standing[b] = Standing.HELD
    f.row[b].since = week
    f.row[b].until = until
    node = f.row[b].region * FUNCTIONS + f.row[b].function
    # arrests in a year over those who work, as a mean over about a year and a half
    net.risk[node] += 52.0 * (1.0 - RISK_KEPT) * f.row[b].capacity / max(net.capacity[node], f.row[b].capacity)


@kernel
def first_facilitators(f, net, week, seed, open_share, rules):
    """Draw the traits of every slot and open a share of them, so that enterprises find partners in the first weeks."""
    for b in range(len(f.row)):
        be_facilitator(f, b, seed, rules.threshold, rules.spread)
        if draw(seed, Stream.FACILITATOR_LOOKS, b, 0, 0, 1) < open_share:
            set_up(f, b, week, PRICE[f.row[b].function])
    for node in range(len(net.price)):
        net.price[node] = PRICE[node % FUNCTIONS]


@rule
def expects(f, b, node, net):
    """US$ in four weeks that latent facilitator b expects: the going price, and its part of what is asked there."""
    asked = net.committed[node] + net.unmet[node]
    share = min(1.0, asked / (net.capacity[node] + f.row[b].capacity))
    return net.price[node] * f.row[b].capacity * share


@kernel
def review_facilitators(f, net, week, seed, counters, rules):
    """A week of every facilitator: in its turn, every four weeks, it moves its price, stops, or begins."""
    for b in range(len(f.row)):
        row = f.row[b]
        row.seen *= SEEN_KEPT
        if f.standing[b] == Standing.HELD:
            counters[C.FACILITATORS_HELD] += 1.0
            if week >= row.until:
                f.standing[b] = Standing.FREE
                row.since = week
                row.poor = 0
            continue
        turn = (b + week) % REVIEW_WEEKS == 0
        node = row.region * FUNCTIONS + row.function
        if f.standing[b] == Standing.FREE:
            counters[C.FACILITATORS] += 1.0
            if not turn:
                continue
            usual = PRICE[row.function]
            dreaded = 1.0 + rules.dread * net.risk[node]
            busy = min(f.committed[b] / row.capacity, 2.0)
            price = row.price * math.exp(rules.pace * (busy - USUALLY_BUSY))
            row.price = min(max(price, LEAST_PRICE * usual), rules.most * usual)
            row.income += 0.25 * (row.receipts - row.income)
            row.receipts = 0.0
            row.poor = row.poor + 1 if row.income < 0.5 * row.threshold * dreaded else 0
            if rules.entry and row.poor >= POOR_MONTHS:
                counters[C.FACILITATOR_EXITS] += 1.0
                give_up(f, b, seed, rules.threshold, rules.spread)
            continue
        if not (rules.entry and turn):
            continue
        if draw(seed, Stream.FACILITATOR_LOOKS, b, f.generation[b], week, 0) >= rules.looks:
            continue
        if expects(f, b, node, net) > row.threshold * (1.0 + rules.dread * net.risk[node]):
            counters[C.FACILITATOR_ENTRIES] += 1.0
            set_up(f, b, week, net.price[node])
            # whoever looks next sees that this place is taken
            net.capacity[node] += row.capacity


@allocating
def look_around(f, net, most):
    """What every node offers: capacity, use, idle share and price; scarce where nobody is left."""
    count = len(net.price)
    net.capacity[:] = 0.0
    net.committed[:] = 0.0
    asked = np.zeros(count)
    for b in range(len(f.row)):
        if f.standing[b] != Standing.FREE:
            continue
        node = f.row[b].region * FUNCTIONS + f.row[b].function
        net.capacity[node] += f.row[b].capacity
        net.committed[node] += min(f.committed[b], f.row[b].capacity)
        asked[node] += f.row[b].price * f.row[b].capacity
    for node in range(count):
        net.risk[node] *= RISK_KEPT
        usual = PRICE[node % FUNCTIONS]
        if net.capacity[node] > 0.0:
            net.price[node] = asked[node] / net.capacity[node]
            net.idle[node] = max(1.0 - net.committed[node] / net.capacity[node], 0.0)
        else:
            net.idle[node] = 0.0
            if net.unmet[node] > 0.0:
                net.price[node] = min(net.price[node] * 1.05, most * usual)


def cost_of_partners(net: Network, needs: NDArray[np.float64]) -> NDArray[np.float64]:
    """US$ that partners would cost an entrant of each type for each client of a pair; float64 (pairs, 3)."""
    price = net.price.reshape(-1, FUNCTIONS)
    here = price[net.place, np.arange(FUNCTIONS)]  # (pairs, functions)
    return np.asarray(here @ needs.T)


def no_network(world: Any, served: NDArray[np.float64], latent: float) -> tuple[Network, NDArray[np.int64]]:
    """Nodes without anyone in them, and how many facilitators each may have, int64 (nodes,).

    ``served`` (regions,) people whom providers of each region could serve; ``latent`` facilitators in all.
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
    weight = weight / np.maximum(weight.sum(axis=0), 1e-9) * SHARE_OF_FACILITATORS
    slots = np.where(weight > 0, np.maximum(np.rint(latent * weight), 2), 0).astype(np.int64).ravel()
    nodes = regions * FUNCTIONS
    first = np.concatenate([[0], np.cumsum(slots)])
    names = ("capacity", "committed", "unmet", "idle", "price", "risk")
    zeros = {name: np.zeros(nodes) for name in names}
    return Network(first=first, place=place, portable=portable, **zeros), slots


def fronts(f: Any, regions: int, usual: float) -> NDArray[np.float64]:
    """Licit facilitators of documents at work in each region, over the ``usual`` share; float64 (regions,)."""
    licit = (f["function"] == Function.DOCUMENTS) & (f["licit"] > 0.5)
    there = np.bincount(f["region"][licit], minlength=regions).astype(float)
    free = np.bincount(f["region"][licit & (f["standing"] == Standing.FREE)], minlength=regions)
    # one that is always there: kin abroad, a school that asks no questions
    return np.asarray((free + 1.0) / (usual * there + 1.0))

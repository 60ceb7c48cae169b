"""Whom seekers hear of: every week's search for a provider, before anyone is served (model 4.2).

What a seeker hears depends on what enterprises are and not on who came before her, so that all of them look at once;
who is served is settled afterwards, one by one. In a place with thousands of enterprises she does not look through all
of them: they stand in groups, and she looks through those from which she hears first.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.ground.by_address import alike
from sim.ground.draws import Stream, draw_of, key_of
from sim.ground.kernel import CHUNKS, kernel, rule
from sim.rules.moving.smuggling import judged_failure

GROUP = 256  # enterprises that are looked through one by one


@rule
def renown(enterprises, pairs, rules, j, pair):
    """Weight with which seekers hear of an enterprise: by size and record (C4-M40)."""
    bad = judged_failure(enterprises, pairs, rules, j, pair)
    return enterprises.row[j].capacity * math.exp(rules.reputation_weight * (pairs[pair].failure - bad))


@kernel
def weigh_offers(enterprises, regions, region_first, pairs, rules, active, search):
    """The renown of each active enterprise that has an offer, 0 without, and of each group of a region together."""
    for position in range(len(active)):
        j = active[position]
        for k in range(len(search.weights)):
            search.weights[k, position] = 0.0
            if enterprises.route[j, k] >= 0:
                offer = regions[enterprises.row[j].home].offers[k]
                search.weights[k, position] = renown(enterprises, pairs, rules, j, offer)
    for region in range(len(regions)):
        for position in range(region_first[region], region_first[region + 1]):
            group = group_at(region, region_first[region], position)
            for k in range(len(search.weights)):
                if (position - region_first[region]) % GROUP == 0:
                    search.groups[k, group] = 0.0
                search.groups[k, group] += search.weights[k, position]


@rule
def group_at(region, first, position):
    """The column of ``groups`` of the enterprise at ``position`` of a region whose first stands at ``first``."""
    return region + first // GROUP + (position - first) // GROUP


@rule
def come(keys, names, name, since, rate, u):
    """Put ``name``, which comes at a ``rate`` from the time ``since`` on, among those of whom is heard first.

    ``keys`` are the times of these in order, ``names`` who they are, -1 where there is none yet; ``u`` a keyed uniform.
    """
    rank = len(keys) - 1
    # -log(u) >= 1 - u: most are told not to be among the first without a logarithm
    if rate <= 0.0 or 1.0 - u >= (keys[rank] - since) * rate:
        return
    key = since - math.log(u) / rate
    if key >= keys[rank]:
        return
    while rank > 0 and key < keys[rank - 1]:
        keys[rank], names[rank] = keys[rank - 1], names[rank - 1]
        rank -= 1
    keys[rank], names[rank] = key, name


@rule
def ask_each(decision, active, weights, quotes, keys):
    """The enterprises with the lowest exponential times, of whom each comes at the rate of its weight.

    That is sampling by weight without replacement (Efraimidis and Spirakis 2006), keyed by (person, enterprise). Fills
    ``quotes`` with rows of ``active``, first heard first, -1 padded; ``keys`` is working space of the same size.
    """
    keys[:] = math.inf
    quotes[:] = -1
    for position in range(len(active)):
        come(keys, quotes, active[position], 0.0, weights[position], draw_of(decision, active[position]))


@rule
def first_of_group(decision, active, weights, heard):
    """Of those who have not been ``heard`` of, the position of the first (-1: none), and the weight of the others."""
    first, lowest, others = -1, math.inf, 0.0
    for position in range(len(active)):
        weight = weights[position]
        if weight <= 0.0 or is_among(heard, active[position]):
            continue
        u = draw_of(decision, active[position])
        if 1.0 - u < lowest * weight and -math.log(u) < lowest * weight:
            others += weights[first] if first >= 0 else 0.0
            first, lowest = position, -math.log(u) / weight
        else:
            others += weight
    return first, others


@rule
def is_among(rows, row):
    """Whether ``row`` is one of ``rows``."""
    found = False
    for each in rows:
        found |= each == row
    return found


@rule
def ask_groups(decision, times, active, weights, groups, quotes, keys, names):
    """As :func:`ask_each`, group by group: only those groups are looked through from which somebody is heard first.

    The first of a group comes at the rate of all its weights, whoever it is; the next one after a time at the rate of
    those that are left. ``times`` is the decision by which these times are drawn, ``groups`` the weights of the groups
    of ``GROUP`` enterprises, ``names`` working space (n,) as ``keys`` is.
    """
    keys[:] = math.inf
    names[:] = -1
    quotes[:] = -1
    for group in range(len(groups)):
        come(keys, names, group, 0.0, groups[group], draw_of(times, group * (len(quotes) + 1)))
    for found in range(len(quotes)):
        group, came = names[0], keys[0]
        if group < 0:
            return
        first, last = group * GROUP, min((group + 1) * GROUP, len(active))
        who, others = first_of_group(decision, active[first:last], weights[first:last], quotes[:found])
        quotes[found] = active[first + who]
        # the group comes again when the next of it does
        for rank in range(len(keys) - 1):
            keys[rank], names[rank] = keys[rank + 1], names[rank + 1]
        keys[len(keys) - 1], names[len(keys) - 1] = math.inf, -1
        come(keys, names, group, came, others, draw_of(times, group * (len(quotes) + 1) + found + 1))


@kernel
def hear(span, s, seekers, active, search, quotes, now):
    """Whom every seeker hears of: fills ``quotes`` (seekers, n)."""
    count = len(seekers)
    for chunk in range(span.first, span.end):
        keys, names = search.keys[chunk], search.names[chunk]
        for position in range(chunk * count // CHUNKS, (chunk + 1) * count // CHUNKS):
            i = seekers[position]
            here, generation = s.people.here[i], s.people.row[i].generation
            k = s.pairs[s.pair_of[here, s.people.row[i].intended]].offer
            first, last = s.region_first[here], s.region_first[here + 1]
            there, weights, mine = active[first:last], search.weights[k, first:last], quotes[position]
            decision = key_of(now.seed, Stream.QUOTE, i, generation, now.week)
            if last - first <= GROUP:
                ask_each(decision, there, weights, mine, keys)
                continue
            times = key_of(now.seed, Stream.QUOTE_GROUP, i, generation, now.week)
            groups = search.groups[k, group_at(here, first, first) : group_at(here, first, last - 1) + 1]
            ask_groups(decision, times, there, weights, groups, mine, keys, names)


@alike
class Search(NamedTuple):
    """Working space of a week's search."""

    weights: NDArray[Any]  # float64 (offers, active), renown
    groups: NDArray[Any]  # float64 (offers, groups of all regions), the same of all of a group
    keys: NDArray[Any]  # float64 (CHUNKS, n)
    names: NDArray[Any]  # int64 (CHUNKS, n)


def working_space(offers: int, active: int, regions: int, quotes: int) -> Search:
    """Working space for so many ``active`` enterprises, of whom each seeker hears of ``quotes``."""
    groups = np.empty((offers, regions + active // GROUP))
    return Search(np.empty((offers, active)), groups, np.empty((CHUNKS, quotes)), np.empty((CHUNKS, quotes), np.int64))

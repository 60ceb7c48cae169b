"""Whom seekers hear of: every week's search for a provider, before anyone is served (model 4.2).

What a seeker hears depends on what enterprises are and not on who came before her, so that all of them look at once;
who is served is settled afterwards, one by one.
"""

from __future__ import annotations

import math

import numpy as np

from sim.ground.draws import Stream, draw_of, key_of
from sim.ground.kernel import CHUNKS, kernel, rule
from sim.rules.moving.smuggling import judged_failure


@rule
def renown(enterprises, pairs, rules, j, pair):
    """Weight with which seekers hear of an enterprise: by size and record (C4-M40)."""
    bad = judged_failure(enterprises, pairs, rules, j, pair)
    return enterprises.row[j].capacity * math.exp(rules.reputation_weight * (pairs[pair].failure - bad))


@kernel
def weigh_offers(enterprises, regions, pairs, rules, active, weights):
    """Fill ``weights`` (offers, active) with the renown of each active enterprise that has the offer, 0 without."""
    for position in range(weights.shape[1]):
        j = active[position]
        for k in range(len(weights)):
            weights[k, position] = 0.0
            if enterprises.route[j, k] >= 0:
                weights[k, position] = renown(enterprises, pairs, rules, j, regions[enterprises.row[j].home].offers[k])


@rule
def ask_around(people, i, active, weights, quotes, keys, now):
    """The enterprises that a seeker hears of: weighted sampling without replacement, keyed by (person, enterprise).

    ``active`` are the rows of those in the place and ``weights`` the renown of each. Fills ``quotes`` with rows,
    first heard first, -1 padded; ``keys`` is working space of the same size.
    """
    asked = len(quotes)
    keys[:] = math.inf
    quotes[:] = -1
    decision = key_of(now.seed, Stream.QUOTE, i, people.row[i].generation, now.week)
    for position in range(len(active)):
        weight = weights[position]
        if weight <= 0.0:
            continue
        u = draw_of(decision, active[position])
        if 1.0 - u >= keys[asked - 1] * weight:  # -log(u) >= 1 - u: cannot be among the first
            continue
        key = -math.log(u) / weight
        rank = asked
        while rank > 0 and key < keys[rank - 1]:
            rank -= 1
        if rank < asked:
            for later in range(asked - 1, rank, -1):
                keys[later] = keys[later - 1]
                quotes[later] = quotes[later - 1]
            keys[rank] = key
            quotes[rank] = active[position]


@kernel
def hear(span, s, seekers, active, weights, quotes, keys, now):
    """Whom every seeker hears of: fills ``quotes`` (seekers, n); ``keys`` (CHUNKS, n) is working space."""
    count = len(seekers)
    for chunk in range(span.first, span.end):
        for position in range(chunk * count // CHUNKS, (chunk + 1) * count // CHUNKS):
            i = seekers[position]
            here = s.people.here[i]
            k = s.pairs[s.pair_of[here, s.people.row[i].intended]].offer
            first, last = s.region_first[here], s.region_first[here + 1]
            mine = weights[k, first:last]
            ask_around(s.people, i, active[first:last], mine, quotes[position], keys[chunk], now)


def working_space(offers: int, active: int, seekers: int, quotes: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Arrays for a week's search: ``weights``, ``quotes`` and ``keys``."""
    return np.empty((offers, active)), np.empty((seekers, quotes), np.int64), np.empty((CHUNKS, quotes))

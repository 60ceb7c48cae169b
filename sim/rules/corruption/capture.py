"""How officials come to sell and stop selling: situation and trigger, discovery, rotation (model 4.9; C2-M03).

In four weeks an official turns with chance F·T:

    F = logistic(base + deprivation·max(0, 1 - pay/living) + peers·colleagues who sell - honour·integrity)
    T = 1 - exp(-(approaches worth more than the reservation + private debts))
    reservation = p_caught·(pay·career) + moral·integrity·pay

Either factor near zero means no corruption. Of each sale it is p_caught that it comes to light:

    p_caught = monitoring·(1 - share)·(1 - shield·chief) + whistle-blowers·(1 - share)·integrity + outside

where outside inspectors and a free press do not depend on colleagues. Internal control of chiefs reaches as far as
``integrity.reach``. Two regimes follow for some values: where most sell, nobody is caught and most go on selling.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from numpy.typing import NDArray

from sim.agents.officials import Post, Rank, Terms, be_official
from sim.ground.draws import Stream, block, draw
from sim.ground.kernel import kernel, rule
from sim.ledger.counters import C
from sim.rules.corruption.bribes import EVENTS, SOLD, WORTH, all_who_sell, unit_at
from sim.rules.justice.telling import Rung

REVIEW_WEEKS = 4
MEMORY = 0.25  # weight of the newest four weeks
CUT_OF_CHIEF = 0.3  # what a chief is given of what a line officer takes
LINE_OF_CHIEF = 5.0  # line officers who answer to one chief, however large the unit
QUIET = 0.005  # approaches to an officer in four weeks below which buyers have gone
LAPSES = 0.1  # chance that an understanding then ends
FORMER_KEPT = 0.95  # of dismissed officials, who are still in touch after four weeks


class OfficialRules(NamedTuple):
    """Parameters of officials."""

    spread: float
    strained: float
    predatory: float
    approach: float  # approaches for each event
    base: float
    deprivation: float
    peers: float
    honour: float
    moral: float
    discount: float
    shield: float
    scandal: float
    posting: float  # share of posts that change hands in four weeks without a policy
    known: float


class Integrity(NamedTuple):
    """What is done about it in each service: the levers of the week; float64 (2·regions,), see ``service_of``."""

    pay: NDArray[Any]  # US$/week
    career: NDArray[Any]  # weeks of pay that being found out costs
    living: NDArray[Any]  # what a decent life costs, US$/week
    monitoring: NDArray[Any]
    rotation: NDArray[Any]  # share of posts re-filled in four weeks
    whistleblower: NDArray[Any]
    external: NDArray[Any]
    media: NDArray[Any]
    transparency: NDArray[Any]
    reach: NDArray[Any]
    law: NDArray[Any]  # rule of law; in a mission its rules of conduct


@rule
def service_of(o, n, integrity):
    """Whose rules official n is under: the region's number, or in a mission there the regions' count later."""
    return o.row[n].region + (len(integrity.pay) // 2 if o.row[n].post == Post.MISSION else 0)


@rule
def comes_to_light(share, chief, service, integrity, rules):
    """Chance that one sale by a line officer comes to light: (from inside, from outside)."""
    inside = integrity.monitoring[service] * (1.0 - share) * (1.0 - rules.shield * chief)
    inside += 0.1 * integrity.whistleblower[service] * (1.0 - share)
    outside = integrity.external[service] + rules.scandal * integrity.media[service] * share
    return min(inside, 1.0), min(outside, 1.0)


@rule
def situation(o, n, share, service, integrity, rules):
    """F: how far the situation of official n is one in which people turn."""
    lacking = max(0.0, 1.0 - integrity.pay[service] / max(integrity.living[service], 1e-9))
    x = rules.base + rules.deprivation * lacking + rules.peers * share - rules.honour * o.row[n].integrity
    return 1.0 / (1.0 + math.exp(-x))


@rule
def least_price(o, n, caught, service, integrity, rules):
    """What official n must at least get for a sale, US$."""
    pay = integrity.pay[service]
    price = caught * pay * integrity.career[service] + rules.moral * o.row[n].integrity * pay
    return price * rules.discount if o.row[n].sales > 0 else price


@rule
def replace(o, n, seed, week, integrity, rules):
    """Another official takes post n."""
    o.row[n].generation += 1
    law = integrity.law[service_of(o, n, integrity)]
    be_official(o, n, seed, week, law, rules.spread, rules.strained, rules.predatory)


@kernel
def first_officials(o, seed, week, share, integrity, rules):
    """Who holds each post when a run starts; ``share`` of those without law around them sell."""
    for n in range(len(o.row)):
        law = integrity.law[service_of(o, n, integrity)]
        be_official(o, n, seed, week, law, rules.spread, rules.strained, rules.predatory)
        u = draw(seed, Stream.OFFICIAL_TRAITS, n, 0, 0, 4)
        o.row[n].captured = u < share * (1.0 - law) * (0.5 if o.row[n].rank == Rank.CHIEF else 1.0)


@kernel
def hear_of_officials(book, posts, law, seed, week, counters):
    """People who make a statement may be asked about officials (lever ``integrity.ask_about_officials``; C2-P16)."""
    for number in range(book.counts[1]):
        said = book.statements[number]
        if said.rung < Rung.STATEMENT or not said.true:
            continue
        u = draw(seed, Stream.OFFICIAL_NAMED, said.person, said.generation, week, said.rung)
        if u < law.place[said.region].integrity_ask_about_officials:
            posts.named[unit_at(posts, Post.POLICE, said.region)] += 1.0
            counters[C.OFFICIALS_NAMED] += 1.0


@kernel
def review_posts(o, posts, week, seed, counters, integrity, rules):
    """Every four weeks: who is found out, who leaves, who turns, and what the trade expects of each unit."""
    for unit in range(len(posts.share)):
        first, last = posts.first[unit], posts.first[unit + 1]
        line = float(last - first - 1)
        if line <= 0.0:
            continue
        service = service_of(o, first, integrity)
        tally = posts.tally[unit]
        if tally[EVENTS] > 0.0:
            posts.mean_worth[unit] += MEMORY * (tally[WORTH] / tally[EVENTS] - posts.mean_worth[unit])
        posts.approaches[unit] += MEMORY * (tally[EVENTS] - posts.approaches[unit])
        line *= posts.stands_for[unit]
        to_anyone = posts.share[unit] * line
        each = tally[SOLD] / to_anyone if to_anyone > 0.0 else 0.0
        share = all_who_sell(posts, unit)
        inside, outside = comes_to_light(share, posts.chief[unit], service, integrity, rules)
        named = min(0.5 * posts.named[unit] / (share * line), 1.0) if share > 0.0 else 0.0
        for n in range(first, last):
            leave_or_turn(o, n, unit, line, each, inside, outside, named, posts, week, seed, counters, integrity, rules)
        posts.former[unit] *= FORMER_KEPT
        posts.named[unit] = 0.0
        tally[:] = 0.0
        expect(o, unit, posts, service, integrity, rules)


@rule
def leave_or_turn(o, n, unit, line, each, inside, outside, named, posts, week, seed, counters, integrity, rules):
    """Four weeks of official n: found out, posted elsewhere, bought or left alone; ``line`` officers of the unit."""
    row = o.row[n]
    service, chief = service_of(o, n, integrity), row.rank == Rank.CHIEF
    u_caught, u_posted, u_turns, u_sells = block(seed, Stream.OFFICIAL, n, row.generation, week, 0)
    officer_meets = rules.approach * posts.approaches[unit] / line
    if row.post == Post.CONSULATE:
        officer_meets *= 1.0 - integrity.transparency[service]
    reach = integrity.reach[service] if chief else 1.0
    caught = min(reach * inside + outside, 1.0)
    share = all_who_sell(posts, unit)
    if row.captured == 1:
        if row.retained_by >= 0:
            each = float(row.served)
        row.sales += u_sells < each
        spared = (1.0 - caught) ** each
        if not chief:
            spared = (1.0 - named) * spared
        if u_caught < 1.0 - spared:
            counters[C.OFFICIALS_CAUGHT] += posts.stands_for[unit]
            posts.former[unit] += posts.stands_for[unit]
            replace(o, n, seed, week, integrity, rules)
            return
    if u_posted < rules.posting + integrity.rotation[service] * reach:
        replace(o, n, seed, week, integrity, rules)
        return
    if row.captured == 1:
        if officer_meets < QUIET and u_turns < LAPSES and row.retained_by < 0:
            row.captured = 0
        return
    least = least_price(o, n, caught, service, integrity, rules)
    worth = posts.mean_worth[unit]
    if chief:
        # line officers who sell need someone who looks away, and share
        officer_meets *= share
        worth = CUT_OF_CHIEF * worth * posts.approaches[unit] / line * LINE_OF_CHIEF * share
    # whoever has been dismissed knows whom to approach (C2-M07)
    approaches = officer_meets * (1.0 + rules.known * posts.former[unit] / line)
    trigger = 1.0 - math.exp(-approaches * (1.0 + row.strain)) if worth > least else 0.0
    if u_turns < situation(o, n, share, service, integrity, rules) * trigger:
        row.captured = 1
        row.since = week
        counters[C.OFFICIALS_TURNED] += posts.stands_for[unit]


@rule
def expect(o, unit, posts, service, integrity, rules):
    """What the trade expects of a unit: who sells there, from what price on, and how often that helps."""
    first, last = posts.first[unit], posts.first[unit + 1]
    share = all_who_sell(posts, unit)
    inside, outside = comes_to_light(share, posts.chief[unit], service, integrity, rules)
    selling, predators, retained, least = 0.0, 0.0, 0.0, 0.0
    for n in range(first, last):
        o.row[n].terms = Terms.PER_USE if o.row[n].captured == 1 else Terms.NONE
        if o.row[n].captured == 1 and o.row[n].rank == Rank.LINE:
            if o.row[n].retained_by >= 0:
                o.row[n].terms = Terms.RETAINER
                retained += 1.0
                continue
            selling += 1.0
            predators += o.row[n].predatory
            least += least_price(o, n, min(inside + outside, 1.0), service, integrity, rules)
    posts.chief[unit] = o.row[first].captured
    posts.share[unit] = selling / (last - first - 1)
    posts.retained[unit] = retained / (last - first - 1)
    posts.predators[unit] = predators / (last - first - 1)
    posts.reservation[unit] = least / selling if selling > 0.0 else 0.0
    pays = selling > 0.0 and posts.mean_worth[unit] > posts.reservation[unit]
    posts.bought[unit] = posts.share[unit] if pays else posts.predators[unit]
    above = posts.mean_worth[unit] - posts.reservation[unit]
    agreed = posts.reservation[unit] + posts.bargain[0] * above if pays else 0.0
    demanded = posts.predators[unit] / max(posts.bought[unit], 1e-9)
    posts.price[unit] = demanded * posts.mean_worth[unit] + (1.0 - demanded) * agreed if selling > 0.0 else 0.0


@kernel
def expect_everywhere(o, posts, integrity, rules):
    """The same for every unit, when a run starts."""
    for unit in range(len(posts.share)):
        if posts.first[unit + 1] - posts.first[unit] > 1:
            expect(o, unit, posts, service_of(o, posts.first[unit], integrity), integrity, rules)

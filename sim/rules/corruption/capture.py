"""How officials come to sell and stop selling: situation and trigger, discovery, rotation (model 4.9; C2-M03).

In four weeks an official turns with chance F·T:

    F = logistic(base + deprivation·max(0, 1 - pay/living) + peers·colleagues who sell - honour·integrity)
    T = 1 - exp(-approaches worth more than the reservation·(1 + private debts))
    reservation = p_caught·(pay·career) + moral·integrity·pay

Either factor near zero means no corruption. Of each sale it is p_caught that it comes to light:

    p_caught = monitoring·(1 - share)·(1 - shield·chief) + whistle-blowers·(1 - share) + outside

where outside inspectors and a free press do not depend on colleagues. Internal control of chiefs reaches as far as
``integrity.reach``. Two regimes follow for some values: where most sell, nobody is caught and most go on selling.
"""

from __future__ import annotations

import math
from typing import Annotated, Any, NamedTuple

from numpy.typing import NDArray

from sim.agents.officials import POSTS_OF_REGION, Post, Rank, Terms, be_official
from sim.declared.sources import ByName, From, Worked, family
from sim.ground.by_address import by_address
from sim.ground.calendar import WEEKS_PER_YEAR
from sim.ground.draws import Stream, block, draw
from sim.ground.kernel import kernel, rule
from sim.ledger.counters import C
from sim.rules.corruption.bribes import EVENTS, SOLD, WORTH, all_who_sell, unit_at
from sim.rules.justice.telling import Rung

REVIEW_WEEKS = 4


def posted_elsewhere(years: float) -> float:
    """Share of posts that change hands in four weeks where officials stay for so many years."""
    return 4.0 / (WEEKS_PER_YEAR * years)


def first_mission(legs: int, regions: int) -> int:
    """The unit of the mission in the first region: those of legs and of regions come before."""
    return legs + regions * POSTS_OF_REGION


@family
class OfficialRules(NamedTuple):
    """Parameters of officials."""

    spread: Annotated[float, From("official.integrity_spread")]
    strained: Annotated[float, From("official.strained")]
    predatory: Annotated[float, From("official.predatory")]
    approach: Annotated[float, From("official.approach")]  # approaches for each event
    base: Annotated[float, From("official.base")]
    deprivation: Annotated[float, From("official.deprivation")]
    peers: Annotated[float, From("official.peers")]
    honour: Annotated[float, From("official.honour")]
    moral: Annotated[float, From("official.moral")]
    discount: Annotated[float, From("official.discount")]
    shield: Annotated[float, From("official.shield")]
    scandal: Annotated[float, From("official.scandal")]
    # share of posts that change hands in four weeks without a policy
    posting: Annotated[float, Worked(posted_elsewhere, "official.posting")]
    known: Annotated[float, From("official.known")]
    bargain: Annotated[float, From("official.bargain")]  # share of the surplus that goes to the official
    legs: Annotated[int, From("world.legs")]  # units that guard a leg
    # unit of the mission in the first region
    missions: Annotated[int, Worked(first_mission, "world.legs", "world.regions")]
    # by Post: how officials are spread, and what an event is worth before any has come, US$; on a leg it is the loss
    share: Annotated[NDArray[Any], ByName("official.share_{}", Post)]
    first_worth: Annotated[NDArray[Any], ByName("official.first_worth_{}", Post, out=("border",))]
    integrity_base: Annotated[float, From("official.integrity_base")]  # mean where no law holds
    integrity_law: Annotated[float, From("official.integrity_law")]  # what full rule of law adds
    captured_chief: Annotated[float, From("official.captured_chief")]  # who sell at the start, over line officers
    memory: Annotated[float, From("official.memory")]  # weight of the newest four weeks
    chief_cut: Annotated[float, From("official.chief_cut")]  # of what a line officer takes
    line_of_chief: Annotated[float, From("official.line_of_chief")]  # line officers, however large the unit
    # approaches to an officer in four weeks below which buyers have gone; chance that an understanding then ends
    quiet: Annotated[float, From("official.quiet")]
    lapse: Annotated[float, From("official.lapse")]
    former_kept: Annotated[float, From("official.former_kept")]  # of those dismissed, in touch after four weeks
    whistle_weight: Annotated[float, From("official.whistle_weight")]
    named_found: Annotated[float, From("official.named_found")]  # found out, of those named in a statement


@by_address
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


class Watched(NamedTuple):
    """What is so in a unit when its posts are reviewed."""

    unit: int
    line: float  # line officers, with those whom they stand for
    each: float  # sales of each who sells to anyone
    inside: float  # chance that one sale comes to light from inside
    outside: float  # and from outside
    named: float  # chance that one who sells is named in statements


@rule
def service_of(officials, n, integrity):
    """Whose rules official n is under: the region's number, or in a mission there the regions' count later."""
    return officials[n].region + (len(integrity.pay) // 2 if officials[n].post == Post.MISSION else 0)


@rule
def comes_to_light(rules, share, chief, service, integrity):
    """Chance that one sale by a line officer comes to light: (from inside, from outside)."""
    inside = integrity.monitoring[service] * (1.0 - share) * (1.0 - rules.shield * chief)
    inside += rules.whistle_weight * integrity.whistleblower[service] * (1.0 - share)
    outside = integrity.external[service] + rules.scandal * integrity.media[service] * share
    return min(inside, 1.0), min(outside, 1.0)


@rule
def situation(officials, rules, n, share, service, integrity):
    """F: how far the situation of official n is one in which people turn."""
    lacking = max(0.0, 1.0 - integrity.pay[service] / max(integrity.living[service], 1e-9))
    x = rules.base + rules.deprivation * lacking + rules.peers * share - rules.honour * officials[n].integrity
    return 1.0 / (1.0 + math.exp(-x))


@rule
def least_price(officials, rules, n, caught, service, integrity):
    """What official n must at least get for a sale, US$."""
    pay = integrity.pay[service]
    price = caught * pay * integrity.career[service] + rules.moral * officials[n].integrity * pay
    return price * rules.discount if officials[n].sales > 0 else price


@rule
def replace(officials, rules, now, n, integrity):
    """Another official takes post n."""
    officials[n].generation += 1
    law = integrity.law[service_of(officials, n, integrity)]
    be_official(officials, rules, now, n, law)


@kernel
def first_officials(officials, rules, now, share, integrity):
    """Who holds each post when a run starts; ``share`` of those without law around them sell."""
    for n in range(len(officials)):
        law = integrity.law[service_of(officials, n, integrity)]
        be_official(officials, rules, now, n, law)
        u = draw(now.seed, Stream.OFFICIAL_TRAITS, n, 0, 0, 4)
        officials[n].captured = u < share * (1.0 - law) * (
            rules.captured_chief if officials[n].rank == Rank.CHIEF else 1.0
        )


@kernel
def hear_of_officials(units, law, book, rules, now, counters):
    """People who make a statement may be asked about officials (lever ``integrity.ask_about_officials``; C2-P16)."""
    for number in range(book.counts[1]):
        said = book.statements[number]
        if said.rung < Rung.STATEMENT or not said.true:
            continue
        u = draw(now.seed, Stream.OFFICIAL_NAMED, said.person, said.generation, now.week, said.rung)
        if u < law[said.region].integrity_ask_about_officials:
            units[unit_at(rules, Post.POLICE, said.region)].named += 1.0
            counters[C.OFFICIALS_NAMED] += 1.0


@kernel
def review_posts(officials, units, unit_first, rules, now, counters, integrity):
    """Every four weeks: who is found out, who leaves, who turns, and what the trade expects of each unit."""
    for unit in range(len(units.share)):
        first, last = unit_first[unit], unit_first[unit + 1]
        line = float(last - first - 1)
        if line <= 0.0:
            continue
        service = service_of(officials, first, integrity)
        tally = units[unit].tally
        if tally[EVENTS] > 0.0:
            units[unit].mean_worth += rules.memory * (tally[WORTH] / tally[EVENTS] - units[unit].mean_worth)
        units[unit].approaches += rules.memory * (tally[EVENTS] - units[unit].approaches)
        line *= units[unit].stands_for
        to_anyone = units[unit].share * line
        each = tally[SOLD] / to_anyone if to_anyone > 0.0 else 0.0
        share = all_who_sell(units, unit)
        inside, outside = comes_to_light(rules, share, units[unit].chief, service, integrity)
        named = min(rules.named_found * units[unit].named / (share * line), 1.0) if share > 0.0 else 0.0
        watched = Watched(unit, line, each, inside, outside, named)
        for n in range(first, last):
            leave_or_turn(officials, units, rules, now, n, watched, counters, integrity)
        units[unit].former *= rules.former_kept
        units[unit].named = 0.0
        tally[:] = 0.0
        expect(officials, units, unit_first, rules, unit, service, integrity)


@rule
def leave_or_turn(officials, units, rules, now, n, watched, counters, integrity):
    """Four weeks of official n: found out, posted elsewhere, bought or left alone; ``watched`` is so in the unit."""
    row, unit, line = officials[n], watched.unit, watched.line
    service, chief = service_of(officials, n, integrity), row.rank == Rank.CHIEF
    u_caught, u_posted, u_turns, u_sells = block(now.seed, Stream.OFFICIAL, n, row.generation, now.week, 0)
    officer_meets = rules.approach * units[unit].approaches / line
    if row.post == Post.CONSULATE:
        officer_meets *= 1.0 - integrity.transparency[service]
    reach = integrity.reach[service] if chief else 1.0
    caught = min(reach * watched.inside + watched.outside, 1.0)
    share = all_who_sell(units, unit)
    if row.captured == 1:
        each = float(row.served) if row.retained_by >= 0 else watched.each
        row.sales += u_sells < each
        spared = (1.0 - caught) ** each
        if not chief:
            spared = (1.0 - watched.named) * spared
        if u_caught < 1.0 - spared:
            counters[C.OFFICIALS_CAUGHT] += units[unit].stands_for
            units[unit].former += units[unit].stands_for
            replace(officials, rules, now, n, integrity)
            return
    if u_posted < rules.posting + integrity.rotation[service] * reach:
        replace(officials, rules, now, n, integrity)
        return
    if row.captured == 1:
        if officer_meets < rules.quiet and u_turns < rules.lapse and row.retained_by < 0:
            row.captured = 0
        return
    least = least_price(officials, rules, n, caught, service, integrity)
    worth = units[unit].mean_worth
    if chief:
        # line officers who sell need someone who looks away, and share
        officer_meets *= share
        worth = rules.chief_cut * units[unit].price * units[unit].approaches / line * rules.line_of_chief * share
    # whoever has been dismissed knows whom to approach (C2-M07)
    approaches = officer_meets * (1.0 + rules.known * units[unit].former / line)
    trigger = 1.0 - math.exp(-approaches * (1.0 + row.strain)) if worth > least else 0.0
    if u_turns < situation(officials, rules, n, share, service, integrity) * trigger:
        row.captured = 1
        row.since = now.week
        counters[C.OFFICIALS_TURNED] += units[unit].stands_for


@rule
def expect(officials, units, unit_first, rules, unit, service, integrity):
    """What the trade expects of a unit: who sells there, from what price on, and how often that helps."""
    post = units[unit]
    first, last = unit_first[unit], unit_first[unit + 1]
    share = all_who_sell(units, unit)
    inside, outside = comes_to_light(rules, share, post.chief, service, integrity)
    selling, predators, retained, least = 0.0, 0.0, 0.0, 0.0
    for n in range(first, last):
        officials[n].terms = Terms.PER_USE if officials[n].captured == 1 else Terms.NONE
        if officials[n].captured == 1 and officials[n].rank == Rank.LINE:
            # who is on somebody's books asks for what he would earn without
            least += least_price(officials, rules, n, min(inside + outside, 1.0), service, integrity)
            if officials[n].retained_by >= 0:
                officials[n].terms = Terms.RETAINER
                retained += 1.0
                continue
            selling += 1.0
            predators += officials[n].predatory
    post.chief = officials[first].captured
    post.share = selling / (last - first - 1)
    post.retained = retained / (last - first - 1)
    post.predators = predators / (last - first - 1)
    sellers = selling + retained
    post.reservation = least / sellers if sellers > 0.0 else 0.0
    pays = sellers > 0.0 and post.mean_worth > post.reservation
    post.bought = post.share if pays else post.predators
    above = post.mean_worth - post.reservation
    agreed = post.reservation + rules.bargain * above if pays else 0.0
    demanded = post.predators / max(post.bought, 1e-9)
    post.price = demanded * post.mean_worth + (1.0 - demanded) * agreed if sellers > 0.0 else 0.0


@kernel
def expect_everywhere(officials, units, unit_first, rules, integrity):
    """The same for every unit, when a run starts."""
    for unit in range(len(units.share)):
        if unit_first[unit + 1] - unit_first[unit] > 1:
            expect(
                officials, units, unit_first, rules, unit, service_of(officials, unit_first[unit], integrity), integrity
            )

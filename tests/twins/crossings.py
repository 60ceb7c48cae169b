"""One leg of a journey in plain Python, from model 4.2, 4.3 and 4.9.

At the end of a leg, in this order:

- without papers she may die; with papers the carrier may have refused her, and she comes before no officer;
- she may be detected, with chance control alone, 1 - (1 - control)^((1 - skill)(1 - experience)) with a provider;
- who is detected may be let through for reservation + bargain·(worth - reservation), or else is sent back unheard,
  or recognised as in need of protection and admitted, or stopped where the leg begins.
"""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any, NamedTuple

from sim.agents.people import Abroad, Bound, Channel, Legal, Path, Stage, Tier
from sim.ground.calendar import Now
from sim.ground.draws import Stream, draw
from sim.ledger.accounts import Account
from sim.ledger.counters import C
from sim.rules.corruption.bribes import EVENTS, SOLD, WORTH
from sim.state.state import State
from sim.world.world import Mode
from tests.twins.rows import Changes, Row, count_person, record, remember_journey

ALONE, PROVIDER, PAPERS = range(3)  # by whom the community sorts what it hears
BACK = 4096  # added to a leg: the draw of being sent back over it


class Places(NamedTuple):
    """Where people travel, as they find it this week."""

    regions: list[dict[str, Any]]
    legs: list[dict[str, Any]]
    pairs: list[dict[str, Any]]
    units: list[dict[str, Any]]


def places_of(state: State) -> Places:
    return Places(*([record(row) for row in getattr(state.s, name)] for name in Places._fields))


class Traveller:
    """A person on a journey, the enterprise that guides her if one still does, and what her week leaves behind."""

    def __init__(self, state: State, places: Places, now: Now, i: int) -> None:
        self.rules, self.now, self.i, self.me = state.p, now, i, Row(state.migrants, i)
        self.regions, self.legs, self.pairs, self.units = places
        self.pair_of, route = state.fixed.pair_of, state.s.routes[self.me["route"]]
        self.route, self.pair = [int(leg) for leg in route["legs"] if leg >= 0], int(route["pair"])
        self.j = self.me["provider"] if self.me["channel"] == Channel.PROVIDER else -1
        self.guide = Row(state.traffickers, self.j) if self.j >= 0 else None
        if self.guide and (not self.guide["active"] or self.guide["generation"] != self.me["provider_generation"]):
            self.guide = None  # it has closed, and the journey goes on unaided
        self.crossed = state.traffickers["crossings"][self.j].tolist() if self.guide else []
        self.left: Changes = defaultdict(float)
        self.brought = False  # by the provider, as far as she meant to go
        self.by = {Channel.PAPERS: PAPERS, Channel.PROVIDER: PROVIDER}.get(self.me["channel"], ALONE)

    def luck(self, stream: Stream, what: int) -> float:
        return draw(self.now.seed, stream, self.i, self.me["generation"], self.now.week, what)

    def count(self, name: str, amount: float = 1.0) -> None:
        self.left["counters", int(C[name])] += amount
        if amount:
            count_person(self.me, self.left, name, self.now.week)

    def pay(self, account: Account, cents: float) -> None:
        self.left["accounts", int(account)] += cents

    def tell(self, what: str, failed: bool) -> None:
        """The community hears less often of what went badly."""
        weight = self.rules.journey.report_bad if failed else self.rules.journey.report_good
        self.left["pairs", what, self.pair, self.by, 1] += weight
        if failed:
            self.left["pairs", what, self.pair, self.by, 0] += weight

    def blame(self) -> None:
        """Those who recommend providers remember that this one failed a client."""
        if self.guide:
            self.guide["known_all"] += self.rules.journey.report_bad
            self.guide["known_bad"] += self.rules.journey.report_bad

    def earn(self, cents: float) -> None:
        """What the provider takes, or its owners if it has closed."""
        if self.guide:
            self.guide["capital"] += cents
            self.guide["week_profit"] += cents * 0.01
        else:
            self.pay(Account.OWNERS, cents)

    def provider_spends(self, usd: float, account: Account) -> None:
        cents = round(100 * usd)
        self.pay(account, cents)
        self.count("PROVIDER_COSTS", cents * 0.01)
        self.earn(-cents)

    def has_back(self) -> None:
        """What was held of the fee is hers again."""
        self.me["cash"] += self.me["escrow"]
        self.me["escrow"] = 0.0


def dies(her: Traveller) -> None:
    me, now = her.me, her.now
    her.count("DEATHS")
    found = draw(now.seed, Stream.DEATH_FOUND, her.i, me["generation"], now.week, 0)
    her.count("DEATHS_FOUND", found < her.rules.journey.deaths_found)
    her.pay(Account.ESTATES, me["cash"] + me["escrow"])
    me.be(cash=0.0, escrow=0.0, stage=Stage.DEAD, since=now.week, provider=-1, removal_at=math.inf)
    me["path"] |= Path.DIED
    me["due"] = max(me["leaves_risk_age"], now.week + 1)


def is_lost(her: Traveller) -> None:
    """She dies on her way without papers, and those whom she left hear of it, and with whom she went."""
    her.tell("heard_failure", True)
    her.tell("heard_death", True)
    her.blame()
    dies(her)


def survives(her: Traveller, leg: int) -> bool:
    """A crossing without papers: one more on this leg, the provider pays for transport, and she lives or dies."""
    her.count("CROSSINGS")
    her.count("CROWDED_SUM", her.legs[leg]["crowded"])
    her.left["legs", "crossings", leg] += 1
    her.left["legs", "passed", leg, 0] += 1
    her.left["legs", "carried", leg, 0] += 1
    if her.by == PROVIDER:
        her.provider_spends(her.legs[leg]["transport"], Account.JOURNEYS)
    if her.luck(Stream.LEG_DEATH, leg) >= her.legs[leg]["danger"]:
        return True
    is_lost(her)
    return False


def chance_seen(her: Traveller, leg: int, control: float) -> float:
    """What a guided crossing meets: 1 - (1 - control)^((1 - skill)(1 - experience))."""
    guide, crossed = her.guide, her.crossed[leg]
    assert guide is not None
    experience = 0.5 * crossed / (crossed + her.rules.journey.experience_half) if her.rules.journey.experience else 0.0
    skill = min(max(guide["skill"] + guide["aid"], 0.0), 0.9)
    return 1 - (1 - control) ** ((1 - skill) * (1 - experience))


def chance_detected(her: Traveller, leg: int) -> float:
    way = her.legs[leg]
    if her.me["channel"] == Channel.REGULAR or way["mode"] == Mode.FREE_MOVEMENT:
        return 0.0
    if her.by == PAPERS:  # genuine ones meet no check
        return 0.0 if her.me["tier"] == Tier.BROKERED else way["document_check"]
    return chance_seen(her, leg, way["control"]) if her.guide else way["control"]


def learns(her: Traveller, leg: int, detected: bool) -> None:
    """A guided crossing teaches the enterprise its leg, and the trade how the leg is controlled."""
    believed = her.legs[leg]["believed_control"]
    chance = chance_seen(her, leg, believed)
    her.left["legs", "heard_control", leg, 1] += 1
    if detected and chance > 1e-9:
        her.left["legs", "heard_control", leg, 0] += min(believed / chance, 20)
    her.left["crossings", her.j, leg] += 1


def bribe(her: Traveller, leg: int, share: float, worth: float) -> float:
    """What an officer of the leg takes for looking away, 0 if he does not: all it is worth, or a price between."""
    unit, u = her.units[leg], her.luck(Stream.BRIBE, leg)
    her.left["units", "tally", leg, EVENTS] += 1
    her.left["units", "tally", leg, WORTH] += worth
    paid, least = 0.0, unit["reservation"]
    if u < unit["predators"] and worth > 0:
        paid = worth
    elif u < share and worth > least:
        paid = least + her.rules.official.bargain * (worth - least)
    her.left["units", "tally", leg, SOLD] += paid > 0
    return paid


def buys_the_way(her: Traveller, leg: int) -> bool:
    """Whether who was detected is let through: by an officer on the books, for the provider's money, or for hers."""
    me, guide, rules = her.me, her.guide, her.rules.journey
    if guide is None:
        worth = min(0.01 * me["cash"], max(me["stake"], 0.0))
        usd = bribe(her, leg, rules.alone_reach * her.units[leg]["share"], worth)
        cents = min(round(100 * usd), me["cash"])
        me["cash"] -= cents
        her.pay(Account.OFFICIALS, cents)
        her.count("BRIBES_ALONE", cents > 0)
        her.count("BRIBES_ALONE_SUM", 0.01 * cents)
        return cents > 0
    her.count("GUIDED_DETECTED")
    if guide["retained_leg"] == leg and her.luck(Stream.RETAINER, leg) < rules.on_shift:
        guide["passes"] += 1
        her.count("RETAINED_PASSES")
        return True
    unearned = 0.01 * (me["debt"] if me["financed"] else me["escrow"])
    worth = her.legs[leg]["expected_loss"] + (1 - rules.retry) * unearned
    usd = bribe(her, leg, her.rules.journey.reach[guide["form"]] * her.units[leg]["share"], worth)
    if usd > 0:
        her.provider_spends(usd, Account.OFFICIALS)
        her.count("BRIBES_BORDER")
        her.count("BRIBES_BORDER_SUM", usd)
    return usd > 0


def detected(her: Traveller, leg: int) -> bool:
    """Whether she is detected and nobody is paid to look away."""
    seen = her.luck(Stream.LEG_DETECTION, leg) < chance_detected(her, leg)
    if her.guide:
        learns(her, leg, seen)
    return seen and not buys_the_way(her, leg)


def is_stopped(her: Traveller, leg: int) -> None:
    """Back where the leg begins for some weeks; the provider may owe another attempt, or else what was held is hers."""
    me, rules, week = her.me, her.rules.journey, her.now.week
    me.be(stage=Stage.HELD, here=her.legs[leg]["tail"], since=week, due=week + max(rules.retry_wait, 1))
    me["stops"] += 1
    me["path"] |= Path.STOPPED
    me["bound"] &= ~Bound.RANSOM
    me["contract"] = her.guide is not None and her.luck(Stream.CONTRACT_RETRY, leg) < rules.retry
    if not me["contract"]:
        me["financed"] = 2 if me["financed"] else 0
        her.has_back()
        if her.by != PAPERS or me["tier"] == Tier.PLAIN:  # papers in order say nothing of forged ones
            her.tell("heard_failure", True)
            remember_journey(me, her.rules.lived, True, week)
        her.blame()
    if her.by != PAPERS:
        her.tell("heard_death", False)
    if her.guide:
        her.guide["caught"] += 1
        her.guide["caught_region"] = her.legs[leg]["head"]
    her.count("NEED_STOPPED", me["protection_need"])


def at_the_border(her: Traveller, leg: int) -> None:
    """Sent back unheard, over the same danger; or recognised as in need and admitted; or stopped."""
    me, way = her.me, her.legs[leg]
    pushed = her.by != PAPERS and her.luck(Stream.PUSHBACK, leg) < way["pushback"]
    her.count("PUSHBACKS", pushed)
    if pushed and her.luck(Stream.PUSHBACK, leg + BACK) < her.rules.journey.pushback_danger * way["danger"]:
        her.count("PUSHBACK_DEATHS")
        is_lost(her)
    elif me["protection_need"] and not pushed and her.luck(Stream.SCREENING, leg) < way["screening"]:
        her.has_back()
        me.be(here=way["head"], legal=Legal.REGULAR)
        me["path"] |= Path.SAFE
        her.count("SAFETY_REACHED")
        looks_for_work(her)
    else:
        is_stopped(her, leg)


def crosses(her: Traveller, leg: int) -> bool:
    """Whether she comes over a leg."""
    me, way = her.me, her.legs[leg]
    if her.by != PAPERS and me["channel"] != Channel.REGULAR and not survives(her, leg):
        return False
    refusal = 0.0
    if me["channel"] in {Channel.PAPERS, Channel.REGULAR} and way["mode"] != Mode.FREE_MOVEMENT:
        forged = me["channel"] == Channel.PAPERS and me["tier"] == Tier.PLAIN
        refusal = way["refuses_forged"] if forged else way["refuses_genuine"]
    refused = her.luck(Stream.CARRIER, leg) < refusal
    her.count("CARRIER_REFUSALS", refused)
    if refused and me["channel"] == Channel.REGULAR:
        her.count("CARRIER_REFUSED_VISA")  # the visa stays good, and she tries again
        return False
    her.count("CARRIER_REFUSED_NEED", refused and me["protection_need"])
    if not refused and not detected(her, leg):
        return True
    her.count("INTERCEPTIONS")
    her.count("INTERCEPTIONS_HIDDEN", me["channel"] in (Channel.ALONE, Channel.PROVIDER))
    her.left["legs", "stops", leg] += 1
    if her.by == PROVIDER:
        her.provider_spends(way["loss"], Account.LOSSES)
    if refused:
        is_stopped(her, leg)
    else:
        at_the_border(her, leg)
    return False


def looks_for_work(her: Traveller) -> None:
    """Work is found after a keyed time, longer where fewer have it."""
    me, week = her.me, her.now.week
    mean = her.rules.channel.job_search / her.regions[me["here"]]["employment"]
    me["due"] = week + 1 + int(-mean * math.log(her.luck(Stream.JOB_SEARCH, 0)))
    if me["legal"] == Legal.VISITOR:
        me["due"] = min(me["due"], week + her.rules.channel.papers_valid)
    me.be(stage=Stage.ARRIVED, since=week, searches=0, stops=0, contract=0, provider=-1, route=-1)
    me["abroad"] &= Abroad.ARRIVED

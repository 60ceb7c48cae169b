"""Journeys: legs are travelled, detected, paid for, survived or not, and what follows (model 4.2, 4.3 and 4.9)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from experiments.peers.codes import (
    ALONE,
    BROKERED,
    DEAD,
    ENTERPRISE,
    HELD,
    PAPERS,
    PROVIDER,
    RANSOM,
    REGULAR,
    TRAVELLING,
    VISITOR,
    WITH_STATUS,
    WITHOUT_STATUS,
)
from experiments.peers.contracts import borrow
from experiments.peers.setting_out import blame, provider_of
from sim.world.world import Mode

if TYPE_CHECKING:
    from experiments.peers.person import Person

HOURS = 168.0
FREE = int(Mode.FREE_MOVEMENT)
BY = {REGULAR: "regular", PAPERS: "papers", PROVIDER: "provider"}


def travel(me: Person) -> None:
    """As many legs as the week has hours for."""
    places, hours = me.model.places, HOURS
    legs, pair = places.routes[me.route]
    guide = guide_of(me)
    while me.stage == TRAVELLING:
        leg = legs[me.leg]
        needed = places.legs[leg].hours - me.clock
        if needed > hours:
            me.clock += hours
            return
        hours -= needed
        me.clock = 0.0
        if not crosses(me, leg, guide):
            return
        me.here = places.legs[leg].head
        me.leg += 1
        if me.leg == len(legs):
            arrive(me, guide)
        elif guide and places.rules.journey.extortion and guide.kappa > 0.0 and not me.extorted:
            demand_more(me, guide, places.pairs[pair])


def guide_of(me: Person) -> Any:
    """The enterprise that still answers for her journey, None if none does."""
    return provider_of(me) if me.channel == PROVIDER else None


def crosses(me: Person, leg: int, guide: Any) -> bool:
    """Whether she comes over a leg."""
    model, way = me.model, me.model.places.legs[leg]
    clandestine = me.channel in {ALONE, PROVIDER}
    if clandestine:
        model.count["crossings"] += 1
        spend(guide, way.transport)
        if me.random.random() < way.danger:
            blame(me, guide)
            die(me)
            return False
    seen = me.random.random() < chance_detected(me, leg, way, guide)
    if guide:
        guide.crossings[leg] += 1.0
    if not seen or buys_the_way(me, leg, way, guide):
        return True
    model.count["interceptions"] += 1
    spend(guide, way.loss)
    if me.protection_need and me.random.random() < way.screening:
        me.cash += me.escrow
        me.escrow, me.here, me.legal = 0.0, way.head, WITH_STATUS
        model.count["admitted"] += 1
        me.look_for_work()
    else:
        be_stopped(me, way, guide)
    return False


def chance_detected(me: Person, leg: int, way: Any, guide: Any) -> float:
    """Control alone, less with a provider of skill and experience; forged papers meet the document check."""
    if me.channel == REGULAR or way.mode == FREE:
        return 0.0
    if me.channel == PAPERS:
        return 0.0 if me.tier == BROKERED else float(way.document_check)
    if guide is None:
        return float(way.control)
    rules, crossed = me.model.places.rules.journey, guide.crossings[leg]
    known = rules.experience_most * crossed / (crossed + rules.experience_half) if rules.experience else 0.0
    skill = min(max(guide.skill + guide.aid, 0.0), rules.skill_most)
    return float(1.0 - (1.0 - way.control) ** ((1.0 - skill) * (1.0 - known)))


def buys_the_way(me: Person, leg: int, way: Any, guide: Any) -> bool:
    """Whether who was detected is let through: by an officer on the books, for the provider's money, or for hers."""
    rules, unit = me.model.places.rules, me.model.places.units[leg]
    if guide is None:
        worth = min(0.01 * me.cash, max(me.stake, 0.0))
        usd = bribe(me, unit, rules.journey.alone_reach * unit.share, worth)
        cents = min(round(100.0 * usd), me.cash)
        me.cash -= cents
        return cents > 0
    if guide.retained_leg == leg and me.random.random() < rules.journey.on_shift:
        return True
    owed = 0.01 * (me.escrow if me.financed == 0 else me.debt)
    worth = way.expected_loss + (1.0 - rules.journey.retry) * owed
    usd = bribe(me, unit, rules.journey.reach[guide.form] * unit.share, worth)
    spend(guide, usd)
    return usd > 0.0


def bribe(me: Person, unit: Any, share: float, worth: float) -> float:
    """What an officer takes for looking away, 0 if he does not: all that it is worth, or a price between."""
    u = me.random.random()
    if u < unit.predators and worth > 0.0:
        return worth
    if u >= share or worth <= unit.reservation:
        return 0.0
    return float(unit.reservation + me.model.places.rules.official.bargain * (worth - unit.reservation))


def spend(guide: Any, usd: float) -> None:
    """The provider pays; the owners of one that has closed settle their bills themselves."""
    if guide:
        guide.capital -= round(100.0 * usd)


def die(me: Person) -> None:
    """She dies on the way."""
    week = me.model.week
    me.cash = me.escrow = 0.0
    me.stage, me.since, me.removal_at, me.provider = DEAD, week, math.inf, -1
    me.due = max(me.leaves_risk_age, week + 1)
    me.model.count["deaths"] += 1


def be_stopped(me: Person, way: Any, guide: Any) -> None:
    """Back where the leg begins for some weeks; perhaps the provider owes another attempt."""
    week, rules = me.model.week, me.model.places.rules.journey
    me.stage, me.here, me.since, me.due = HELD, way.tail, week, week + max(rules.retry_wait, 1)
    me.stops += 1
    me.contract = int(guide is not None and me.random.random() < rules.retry)
    if not me.contract:
        if me.financed == 1:
            me.financed = 2
        me.cash += me.escrow
        me.escrow = 0.0
        blame(me, guide)


def arrive(me: Person, guide: Any) -> None:
    """Where she means to live: status by channel, protection if it is given; then she looks for work."""
    model, place = me.model, me.model.places.regions[me.here]
    model.count[f"arrivals_{BY.get(me.channel, 'alone')}"] += 1
    me.entered, me.financed = me.channel, 0
    me.legal = {REGULAR: WITH_STATUS, PAPERS: VISITOR}.get(me.channel, WITHOUT_STATUS)
    if me.channel == PROVIDER:
        if guide:
            guide.capital += me.escrow
            guide.known_all += model.places.rules.journey.report_good
        me.escrow = 0.0
    if me.protection_need and me.random.random() < place.asylum_access:
        me.legal = WITH_STATUS
    me.look_for_work()
    if me.legal == WITHOUT_STATUS:
        me.start_removal_clock()


def demand_more(me: Person, guide: Any, way: Any) -> None:
    """A provider on the way may demand more; what cannot be paid is lent, and whoever can do neither is held."""
    places, week = me.model.places, me.model.week
    rules, onward = places.rules.journey, places.pair_of[me.here][me.intended]
    me.extorted = 1
    alternative = 0.0
    if onward >= 0 and me.cash * 0.01 >= places.pairs[onward].alone_cost:
        alone = places.pairs[onward]
        alternative = max(alone.onward_alone_chance * me.stake - alone.alone_cost, 0.0)
    rest = me.escrow + (me.debt if me.financed == 1 else 0)
    going_on = way.onward_provider_chance * max(me.stake - 0.01 * rest, 0.0)
    most = guide.kappa * max(going_on - alternative, 0.0)
    if way.fee < math.inf:
        if most <= rules.reputation * way.fee:
            return
        most = min(most, rules.demand_most * way.fee)
    wanted = round(100.0 * most)
    paid, lent = min(wanted, me.cash), 0.0
    me.cash -= paid
    guide.capital += paid
    own_claim = me.debt <= 0.0 or (me.creditor_kind == ENTERPRISE and me.creditor == me.provider)
    if rules.can_borrow and own_claim and onward >= 0:
        room = round(100.0 * places.pairs[onward].credit * me.ability_abroad) - me.debt
        lent = max(min(wanted - paid, room), 0.0)
        if lent > 0.0:
            borrow(me, guide, lent)
    blame(me, guide)
    me.model.count["extorted"] += 1
    if paid + lent < rules.demand_least * wanted:
        me.stage, me.since, me.due = HELD, week, week + rules.held_weeks
        me.contract, me.clock = 1, 0.0
        me.bound |= RANSOM

"""What follows from a decision to move by a visa, on papers or alone; going home and staying put (model 4.1)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from experiments.peers.codes import (
    ALONE,
    BROKERED,
    CONTINUE,
    GO_HOME,
    HELD,
    HOME,
    PAPERS,
    PROVIDER,
    REGULAR,
    STOP_HERE,
    WAITING,
    WITHOUT_STATUS,
)

if TYPE_CHECKING:
    from experiments.peers.corridor import Corridor
    from experiments.peers.person import Person

CHANNELS = ("regular", "papers", "alone", "provider")


def leave(me: Person, route: int, channel: int) -> None:
    """She sets out on a route: the first leg begins in this week."""
    give_up_attempt(me)
    me.extorted = 0
    if me.first_intended < 0:
        me.departed, me.first_intended = me.model.week, me.intended
        me.model.count[f"departures_{CHANNELS[channel]}"] += 1
    me.try_again()
    me.route, me.leg, me.channel, me.applied, me.removal_at = route, 0, channel, -1, math.inf


def carry_out(me: Person) -> None:
    """Carry out what she has decided, or line up for what is given out one by one."""
    model, decision = me.model, me.decision
    if decision == GO_HOME:
        model.count["gave_up" if me.stage == HELD else "returns"] += 1
        if me.stage == HELD:
            give_up_attempt(me)
        me.go_home(0.0 if me.here == me.home else model.places.rules.channel.return_cents)
    elif decision == STOP_HERE:
        give_up_attempt(me)
        me.legal = WITHOUT_STATUS
        me.look_for_work()
        me.start_removal_clock()
    elif decision == CONTINUE:
        me.try_again()
    elif me.channel == REGULAR:
        apply_for_a_visa(me)
    elif me.channel >= PROVIDER:
        model.seekers.append(me)
    elif me.channel == PAPERS and me.tier == BROKERED:
        model.buyers.append(me)
    else:
        leave_unaided(me)


def provider_of(me: Person) -> Any:
    """The enterprise with which she has a contract, None if it is not there any more."""
    if me.provider < 0:
        return None
    guide = me.model.places.enterprises[me.provider]
    return guide if guide.active and guide.generation == me.provider_generation else None


def blame(me: Person, guide: Any) -> None:
    """A client who fails is remembered of the enterprise that answers for her."""
    if guide:
        guide.known_all += me.model.places.rules.journey.report_bad
        guide.known_bad += me.model.places.rules.journey.report_bad


def give_up_attempt(me: Person) -> None:
    """An attempt that the provider owes is not used, or what was held for the end of another journey is hers again."""
    if me.contract and not me.extorted:  # who demanded more of her has been blamed for that
        blame(me, provider_of(me))
    me.contract = 0
    me.cash += me.escrow
    me.escrow = 0.0
    if me.financed == 1:
        me.financed = 2


def apply_for_a_visa(me: Person) -> None:
    """An application, with a broker's help or without; if she was stopped at home that journey is over."""
    places, week = me.model.places, me.model.week
    if me.stage == HELD:
        give_up_attempt(me)
        me.first_intended, me.stops, me.paid_until = -1, 0, week
    rules, pair = places.rules.channel, places.pairs[places.pair_of[me.here][me.intended]]
    me.cash -= rules.form_cents + (rules.broker_cents if me.tier == BROKERED else 0)
    me.stage, me.since, me.applied, me.brokered = WAITING, week, me.intended, me.tier
    me.decision_week = week + max(1, round(pair.visa_wait))
    me.due = min(me.due, me.decision_week)


def leave_unaided(me: Person) -> None:
    """She leaves alone, or openly on forged papers."""
    places = me.model.places
    way = places.pairs[places.pair_of[me.here][me.intended]]
    if me.channel == ALONE:
        # of the ways that she can pay, the best to her taste, which stays the same for as long as she lives
        can_pay = [route for route in way.routes if route >= 0 and places.alone[route][1] <= me.cash]
        route = min(can_pay, key=lambda route: places.alone[route][0] * me.taste(route))
        leave(me, route, ALONE)
        me.cash -= places.alone[route][1]
    else:
        forged = places.regions[me.here].forged_price
        leave(me, way.official, PAPERS)
        me.cash -= round(100.0 * way.fare) + round(100.0 * forged)


def decide_visas(model: Corridor, applications: Sequence[Person]) -> None:
    """Form, access for people in need, then places in random order; whoever is refused is at home as before."""
    places = model.places
    for me in model.in_random_order(applications):
        me.intended, me.tier = me.applied, me.brokered
        way = places.pairs[places.pair_of[me.here][me.applied]]
        granted = False
        model.count["visas_decided"] += 1
        if me.tier == BROKERED or me.random.random() >= way.visa_complexity * (1.0 - me.information):
            if me.protection_need and me.random.random() < way.refugee_access:
                granted = True
            elif way.visa_tokens[me.skill] >= 1.0:
                way.visa_tokens[me.skill] -= 1.0
                granted = True
        cents = round(100.0 * way.visa_price) + round(100.0 * way.fare)
        if not granted or me.cash < cents:
            me.stage, me.since, me.due = HOME, model.week, model.week + 1
            me.intended = me.applied = -1
            continue
        me.cash -= cents
        leave(me, way.official, REGULAR)


def sell_papers(model: Corridor, buyers: Sequence[Person]) -> None:
    """Genuine papers in random order while there are any; the others consider again next week."""
    places = model.places
    for me in model.in_random_order(buyers):
        region = places.regions[me.here]
        if region.papers_tokens < 1.0:
            me.due = model.week + 1
            continue
        region.papers_tokens -= 1.0
        way = places.pairs[places.pair_of[me.here][me.intended]]
        me.cash -= round(100.0 * region.genuine_price) + round(100.0 * way.fare)
        leave(me, way.official, PAPERS)

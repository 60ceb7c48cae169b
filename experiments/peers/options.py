"""What every option of a person is worth, and the best of them (model 4.1), in plain Python.

V_jd = V_stay + q·(gain - paid on delivery - V_stay) - paid in advance - waiting - danger·v_life - (1 - q)·loss
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from experiments.peers.codes import (
    ALONE,
    BROKERED,
    CREDIT,
    PAPERS,
    PLAIN,
    PROVIDER,
    REGULAR,
    REMAIN,
    SAVE,
    STAY,
    TIED,
    WITH_STATUS,
)

if TYPE_CHECKING:
    from experiments.peers.person import Person


class Option(NamedTuple):
    """Something that a person could do, with what it is worth to her, its taste included."""

    worth: float
    channel: int
    region: int
    tier: int = PLAIN
    stake: float = 0.0  # what arriving is worth
    pair: int = -1


class Chooser:
    """What a person weighs in one consideration, and her tastes in it, which do not change while it lasts."""

    def __init__(self, me: Person) -> None:
        self.me, self.places, self.rules = me, me.model.places, me.model.places.rules.choice
        rules, home = self.rules, self.places.regions[me.home]
        self.away, self.usd = me.here != me.home, me.cash * 0.01
        self.w_home = home.income_home * me.ability
        self.harm = me.protection_need * home.conflict * rules.harm_at_home  # US$ a year
        tie = me.home_tie * rules.home_pull - rules.return_cost if self.away else me.home_tie
        self.stay = tie - rules.deprivation_worth * me.deprivation + me.wish - self.harm * rules.annuity_home
        loss = rules.exploitation_loss
        self.feared = loss / (1.0 + math.exp(-self.stay / max(loss, 1.0))) * home.alarm
        self._tastes: dict[int, list[float]] = {}

    def taste(self, region: int, way: int) -> float:
        """Gumbel taste for a way (regular, papers, alone, provider; 4 to remain) to a region."""
        tastes = self._tastes.get(region)
        if tastes is None:
            u = self.me.random.random
            tastes = self._tastes[region] = [-math.log(-math.log(u() or 0.5)) for _ in range(5)]
        return tastes[way]

    def kin(self, region: int) -> float:
        """Worth of close kin there."""
        return float(self.rules.kin_worth) if self.me.kin == region else 0.0

    def tried(self, chance: float, gain: float, delivery: float, advance: float, danger: float = 0.0) -> float:
        """Worth of an attempt that leaves her where she was if it fails."""
        rules, stay = self.rules, self.stay
        return float(
            stay
            + chance * (gain - delivery - stay)
            - advance
            - danger * rules.life_worth
            - (1.0 - chance) * rules.stopped_loss
        )

    def best(self, without: int = -1) -> Option:
        """The best option, leaving out a provider to region ``without``."""
        best = Option(self.stay, STAY, self.me.home)
        for option in self.options(without):
            if option.worth > best.worth:
                best = option
        return best

    def options(self, without: int) -> Iterator[Option]:
        """Every option beside staying at home or going back."""
        me, places = self.me, self.places
        if self.away:
            yield self.remaining()
        ends = me.intended if me.contract else -1
        for d in places.destinations[me.here][me.skill]:
            if d == me.home:
                continue
            pair = places.pair_of[me.here][d]
            way, there, kin = places.pairs[pair], places.regions[d], self.kin(d)
            risk = self.feared * there.exploitation_risk
            gain = there.annuity_irregular * (there.income_irregular * me.ability_abroad - self.w_home) + kin - risk
            if not self.away and me.applied in {-1, d}:
                yield from self.by_visa(d, pair, way, there, kin)
            yield from self.by_papers(d, pair, way, gain)
            if self.usd >= way.alone_cost:
                worth = self.tried(way.alone_chance, gain, 0.0, way.alone_cost, way.alone_danger)
                worth += self.rules.noise * way.alone_chance * self.taste(d, ALONE)
                yield Option(worth, ALONE, d, PLAIN, gain, pair)
            if way.provider_fee < math.inf and d not in {ends, without}:
                yield from self.by_provider(d, pair, way, there, gain, risk)

    def remaining(self) -> Option:
        """Staying where she is, away from home, with the status that she has."""
        me, rules, place = self.me, self.rules, self.places.regions[self.me.here]
        income, years = place.income_irregular, place.annuity_irregular
        if me.legal in {WITH_STATUS, TIED}:
            income, years = place.income_regular, rules.annuity_home
            income *= rules.skill_premium if me.skill else 1.0
        worth = years * (income * me.ability_abroad - self.w_home) + self.kin(me.here)
        return Option(worth + rules.noise * self.taste(me.here, 4), REMAIN, me.here)

    def by_visa(self, d: int, pair: int, way: Any, there: Any, kin: float) -> Iterator[Option]:
        """An application by herself or with a broker, or the one that is pending."""
        me, rules = self.me, self.rules
        access = way.refugee_access * me.protection_need
        opened = way.visa_open_high if me.skill else way.visa_open_low
        delivery = way.visa_price + way.fare
        if (opened == 0.0 and access <= 0.0) or self.usd < rules.form_cost + delivery:
            return
        premium = rules.skill_premium if me.skill else 1.0
        gain = rules.annuity_home * (there.income_regular * me.ability_abroad * premium - self.w_home) + kin
        chance = opened * (way.visa_chance_high if me.skill else way.visa_chance_low)
        chance += (1.0 - chance) * access
        passes = 1.0 - way.visa_complexity * (1.0 - me.information)
        over = gain - delivery - self.stay
        tier = PLAIN
        if me.applied == d:  # what it costs has been paid
            chance *= 1.0 if me.brokered else passes
            worth = self.stay + chance * over
        else:
            spent = rules.form_cost + way.visa_wait / 52.0 * (self.w_home + self.harm)
            worth, helped = self.stay + chance * passes * over - spent, -math.inf
            if self.usd >= rules.form_cost + rules.broker_fee + delivery:
                helped = self.stay + chance * over - spent - rules.broker_fee
            if helped > worth:
                worth, tier = helped, BROKERED
            else:
                chance *= passes
        yield Option(worth + rules.noise * chance * self.taste(d, REGULAR), REGULAR, d, tier, gain, pair)

    def by_papers(self, d: int, pair: int, way: Any, gain: float) -> Iterator[Option]:
        """Forged papers, or genuine ones from a broker, who is paid only if he can deliver."""
        best, tier, chance = -math.inf, PLAIN, 0.0
        cost = way.forged_cost + way.fare
        if self.usd >= cost:
            best, chance = self.tried(way.forged_chance, gain, 0.0, cost), way.forged_chance
        cost = way.genuine_cost + way.fare
        if self.usd >= cost:
            worth = self.stay + way.genuine_chance * (gain - cost - self.stay)
            if worth > best:
                best, tier, chance = worth, BROKERED, way.genuine_chance
        if best > -math.inf:
            yield Option(best + self.rules.noise * chance * self.taste(d, PAPERS), PAPERS, d, tier, gain, pair)

    def by_provider(self, d: int, pair: int, way: Any, there: Any, gain: float, risk: float) -> Iterator[Option]:
        """With a provider: paid at once, or else lent, or saved for; the taste is the same."""
        me, rules, fee, chance = self.me, self.rules, way.provider_fee, way.provider_chance
        ahead, taste = rules.deposit * fee, rules.noise * chance * self.taste(d, PROVIDER)
        worth = self.tried(chance, gain, fee - ahead, ahead, way.provider_danger)
        if self.usd >= fee:
            yield Option(worth + taste, PROVIDER, d, PLAIN, gain, pair)
            return
        advance = min(self.usd, ahead)
        if rules.can_borrow and me.debt <= 0.0 and fee - advance <= there.credit_limit * me.ability_abroad * chance:
            owed = (fee - advance) * (1.0 + rules.credit_markup)
            feared = gain - risk * (rules.credit_risk - 1.0)
            served = self.tried(chance, feared, owed, advance, way.provider_danger)
            lent = self.stay + way.credit_chance * (served - self.stay)
            yield Option(lent + taste * way.credit_chance, CREDIT, d, PLAIN, gain, pair)
        if rules.can_save and not self.away and self.w_home > 0.0:
            patience = math.exp(-rules.discount * (fee - self.usd) / (rules.saver_share * self.w_home))
            saved = self.stay + patience * (worth - self.stay + taste)
            yield Option(saved, SAVE, d, PLAIN, gain, pair)

    def owed_attempt(self) -> tuple[float, float]:
        """(worth, stake) of another attempt that the provider owes."""
        me, d = self.me, self.me.intended
        way, there = self.places.pairs[self.places.routes[me.route][1]], self.places.regions[d]
        earned = there.income_irregular * me.ability_abroad - self.w_home
        gain = there.annuity_irregular * earned + self.kin(d)
        on_arrival = me.escrow + (me.debt if me.financed == 1 else 0)
        worth = self.tried(way.provider_chance, gain, on_arrival * 0.01, 0.0, way.provider_danger)
        return worth + self.rules.noise * way.provider_chance * self.taste(d, PROVIDER), gain

    def walks_away(self, best: Option) -> bool:
        """Whether a fee a little higher would send a client of a provider elsewhere."""
        rules, way = self.rules, self.places.pairs[best.pair]
        rise = rules.walk_step * way.provider_fee
        if self.usd < way.provider_fee + rise:
            return True
        lost = rise * (rules.deposit + way.provider_chance * (1.0 - rules.deposit))
        return best.worth - self.best(without=best.region).worth < lost

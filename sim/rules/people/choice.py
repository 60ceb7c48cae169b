"""The one choice event (model 4.1): every option is weighed against the best so far, staying first.

Nearly every option of nearly everyone is far from being chosen, and is left without its taste being drawn in full.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.agents.people import Channel, Tier
from sim.ground.draws import Stream, block, draw
from sim.ground.kernel import part, rule
from sim.rules.people.anticipation import earned, hopes, years_ahead
from sim.rules.people.households import support_at_home
from sim.rules.people.lived import (
    brings,
    chance_to_arrive,
    own_experience,
    stigma_awaiting,
    stigma_now,
    years_without_status,
)
from sim.rules.people.means import income_at_home
from sim.rules.people.options import (
    Chooser,
    attempt,
    cannot_reach,
    dread,
    gumbel,
    moves_freely,
    value_by_credit,
    value_by_papers,
    value_by_provider,
    value_by_visa,
    value_of_offer,
    weight,
    worth_of_home,
    worth_of_job,
    worth_of_remaining,
)
from sim.rules.work.value import with_papers


class Choice(NamedTuple):
    """An option, or the best of several."""

    value: float  # US$, with its taste once it has been weighed
    channel: int  # Channel, -1 for home
    region: int
    tier: int  # Tier
    stake: float  # what arriving is worth, US$
    pair: int  # -1 for options that need none


class Goal(NamedTuple):
    """A region to which somebody may move."""

    region: int
    pair: int
    kin: float  # worth of close kin there, US$
    risk: float  # feared loss there, US$
    gain: float  # what arriving without papers is worth, US$


@rule
def better(best, option, scale, u):
    """The better of the best so far and an option whose taste has this scale; ``u`` a keyed uniform."""
    if cannot_reach(option.value, best.value, u, scale):
        return best
    value = option.value + scale * gumbel(u)
    if value > best.value:
        return Choice(value, option.channel, option.region, option.tier, option.stake, option.pair)
    return best


@rule
def hope_of_remaining(s, p, row, me, here):
    """Worth of staying without papers where she is for someone who foresees that she may obtain them; US$.

    Protection she has asked for when she came.
    """
    there = s.regions[here]
    gained, _ = hopes(s, row, here)
    without, secure = years_ahead(p.anticipation, me.own, s.law[here].removal, gained)
    w_regular = there.income_regular * row.ability_abroad
    if row.skill:
        w_regular *= p.choice.skill_premium
    worth = without * (there.income_irregular * row.ability_abroad - me.w_home) + secure * (w_regular - me.w_home)
    return worth + (p.choice.kin_worth if row.kin == here else 0.0)


@rule
def or_remain(s, p, i, me, best, now):
    """Or staying where she is, away from home."""
    row, here = s.people.row[i], me.here
    years = years_without_status(p.choice, me.own, s.regions[here].annuity_irregular, s.law[here].removal)
    value = worth_of_remaining(p.choice, row, s.people.legal[i], here, s.regions[here], me.w_home, years)
    if p.anticipation.on and not with_papers(s.people.legal[i]):
        value = hope_of_remaining(s, p, row, me, here)
    u = block(now.seed, Stream.OPTION_NOISE, i, row.generation, now.week, here * 2 + 1)[3]
    option = Choice(value, Channel.REMAIN.value, here, Tier.PLAIN.value, 0.0, np.int64(-1))
    return better(best, option, p.choice.noise, u)


@rule
def or_recruiter(s, p, i, me, best, now):
    """Or what a recruiter has offered."""
    row = s.people.row[i]
    value, chance = value_of_offer(s, p, row, me, income_at_home(s.regions, row, now.week))
    if value == -math.inf:
        return best
    value += p.household.upkeep * row.minor  # a household has one child less to keep (C4-M42)
    u = block(now.seed, Stream.OPTION_NOISE, i, row.generation, now.week, row.offer_region * 2 + 1)[1]
    there, plain = np.int64(row.offer_region), Tier.PLAIN.value
    option = Choice(value, Channel.RECRUITER.value, there, plain, 0.0, np.int64(-1))
    found = better(best, option, p.choice.noise * weight(p.choice, chance), u)
    if found.channel != Channel.RECRUITER.value:
        return best
    return Choice(found.value, found.channel, there, plain, found.value - me.stay, np.int64(-1))


@rule
def gain_with_papers(s, rules, row, me, goal):
    """What arriving there with papers is worth, US$."""
    premium = rules.skill_premium if row.skill else 1.0
    income = s.regions[goal.region].income_regular * row.ability_abroad * premium
    return rules.annuity_home * (income - me.w_home) + goal.kin


@rule
def out_of_reach(rules, goal, with_papers, best, us):
    """Whether no way to a destination can be worth more than the best so far, whatever it costs and how safe it is.

    A way that comes true with chance c is worth at most V_stay + c·(gain - V_stay), and its taste counts c times. Its
    distance from the best, over that taste, is therefore at least (best - gain) / noise. ``with_papers`` is the gain of
    who gets a visa, -inf where none can be asked for; ``us`` the uniforms of the tastes.
    """
    if rules.plain:
        return False
    most = max(goal.gain + max(goal.risk * (1.0 - rules.credit_risk), 0.0), with_papers)
    return cannot_reach(most, best.value, max(us[0], us[1], us[2], us[3]), rules.noise)


@rule
def or_visa(s, p, i, me, goal, gain, best, u):
    """Or by an application for a visa, or freely where none is needed; ``gain`` what arriving so is worth, US$."""
    row, way, rules = s.people.row[i], s.pairs[goal.pair], p.choice
    free, pending = moves_freely(way.free, row.kin, goal.region), row.applied == goal.region
    value, tier, chance = value_by_visa(
        rules, row, way, free, pending, me.stay, gain, me.w_home, s.regions[row.home].conflict
    )
    option = Choice(value, Channel.REGULAR.value, goal.region, tier.value, gain, goal.pair)
    return better(best, option, rules.noise * weight(rules, chance), u)


@rule
def or_papers(s, p, i, me, goal, best, u):
    """Or openly on forged or brokered papers."""
    value, tier, chance = value_by_papers(p.choice, s.people.row[i], s.pairs[goal.pair], me, goal.gain)
    if me.barred:
        return best
    option = Choice(value, Channel.PAPERS.value, goal.region, tier.value, goal.gain, goal.pair)
    return better(best, option, p.choice.noise * weight(p.choice, chance), u)


@rule
def or_alone(s, p, i, me, goal, best, u):
    """Or alone, for those who can pay for it."""
    way = s.pairs[goal.pair]
    if s.people.row[i].cash * 0.01 < way.alone_cost:
        return best
    chance = chance_to_arrive(me.own, way.alone_chance)
    value = attempt(p.choice, me.stay, chance, goal.gain, 0.0, way.alone_cost, way.alone_danger)
    option = Choice(value, Channel.ALONE.value, goal.region, Tier.PLAIN.value, goal.gain, goal.pair)
    return better(best, option, p.choice.noise * weight(p.choice, chance), u)


@rule
def or_provider(s, p, i, me, goal, best, u):
    """Or with a provider: paid at once, lent, or saved for; the taste is the same, whoever pays at first and when."""
    row, way, there, rules = s.people.row[i], s.pairs[goal.pair], s.regions[goal.region], p.choice
    usd, fee = row.cash * 0.01, way.provider_fee
    chance = chance_to_arrive(me.own, way.provider_chance)
    scale = rules.noise * weight(rules, chance)
    value = value_by_provider(rules, way, me, goal.gain)
    if usd >= fee:
        option = Choice(value, Channel.PROVIDER.value, goal.region, Tier.PLAIN.value, goal.gain, goal.pair)
        return better(best, option, scale, u)
    limit = there.credit_limit * row.ability_abroad * way.provider_chance  # as lenders see it
    if rules.can_borrow == 1 and row.debt <= 0.0 and fee - min(usd, rules.deposit * fee) <= limit:
        lent = value_by_credit(rules, way, usd, me, goal.gain - goal.risk * (rules.credit_risk - 1.0))
        option = Choice(lent, Channel.CREDIT.value, goal.region, Tier.PLAIN.value, goal.gain, goal.pair)
        best = better(best, option, scale * weight(rules, way.credit_chance), u)
    if rules.can_save == 0 or me.here != row.home or me.w_home <= 0.0:
        return best
    # V = (1 - e^(-r T))·V_stay + e^(-r T)·V(provider), T years until the fee is saved (EC 2.3)
    years = rules.discount * (fee - usd) / (rules.saver_share * me.w_home)
    if cannot_reach(me.stay + max(value - me.stay, 0.0) / (1.0 + years), best.value, u, scale):
        return best
    patience = math.exp(-years)
    saved = me.stay + patience * (value - me.stay)
    option = Choice(saved, Channel.SAVE.value, goal.region, Tier.PLAIN.value, goal.gain, goal.pair)
    return better(best, option, scale * patience, u)


@rule
def stigma_felt(s, p, i, w_home, now):
    """Part of the worth of home that stigma takes from person i there, or would take if she came back now."""
    row = s.people.row[i]
    there = stigma_now(p.lived, row, now.week)
    if s.people.here[i] == row.home:
        return there
    means = brings(p.lived, row, w_home, p.choice.return_cost)
    return max(there, stigma_awaiting(p.lived, row, means, s.law[row.home], now.week))


@rule
def chooser_of(s, p, i, now):
    """What person i weighs every option against."""
    row, here = s.people.row[i], s.people.here[i]
    at_home = s.regions[row.home]
    w_home = at_home.income_home * row.ability
    stay = worth_of_home(p.choice, row, here != row.home, at_home, stigma_felt(s, p, i, w_home, now))
    if here == row.home and row.job_until > now.week:
        stay += worth_of_job(p.choice, income_at_home(s.regions, row, now.week), w_home)
    if p.household.households and here == row.home:
        stay += support_at_home(s, p, i)
    barred = False
    if here == row.home and row.female and at_home.women_barred > 0.0:
        barred = draw(now.nature, Stream.TRAVEL_LIMIT, i, row.generation, 0, 0) < at_home.women_barred
    feared = dread(p.choice, stay) * at_home.alarm
    return Chooser(np.int64(here), stay, w_home, feared, barred, own_experience(p.lived, row, now.week))


@rule
def end_of_contract(s, row):
    """The region to which the provider who owes a person another attempt has to bring her."""
    return np.int64(s.pairs[s.routes[row.route].pair].end)


@rule
def best_option(s, p, i, without, now):
    """The best Choice of person i, leaving out a provider to region ``without`` (-1: leave out nothing)."""
    row, rules = s.people.row[i], p.choice
    me = chooser_of(s, p, i, now)
    value = me.stay
    if rules.plain:
        value += rules.noise * gumbel(draw(now.seed, Stream.PLAIN_STAY, i, row.generation, now.week, 0))
    best = Choice(value, np.int64(-1), np.int64(row.home), Tier.PLAIN.value, 0.0, np.int64(-1))
    if me.here != row.home:
        best = or_remain(s, p, i, me, best, now)
    elif row.offer > 0:
        best = or_recruiter(s, p, i, me, best, now)
    contract_end = end_of_contract(s, row) if row.contract == 1 else np.int64(-1)
    for k in range(s.destinations.shape[2]):
        d = np.int64(s.destinations[me.here, row.skill, k])
        if d < 0:
            break
        if d == row.home:
            continue
        pair, there = np.int64(s.pair_of[me.here, d]), s.regions[d]
        kin = rules.kin_worth if row.kin == d else 0.0
        risk = me.feared * there.exploitation_risk
        years = years_without_status(rules, me.own, there.annuity_irregular, s.law[d].removal)
        gain = years * (there.income_irregular * row.ability_abroad - me.w_home) + kin - risk
        if p.anticipation.on:
            gain = earned(s, p, row, me.own, me.w_home, d, there.income_irregular * row.ability_abroad) + kin - risk
        goal = Goal(d, pair, kin, risk, gain)
        us = block(now.seed, Stream.OPTION_NOISE, i, row.generation, now.week, d * 2)
        asks = me.here == row.home and not me.barred and (row.applied < 0 or row.applied == d)
        papers = gain_with_papers(s, rules, row, me, goal) if asks else -math.inf
        if out_of_reach(rules, goal, papers, best, us):
            continue
        if asks:
            best = or_visa(s, p, i, me, goal, papers, best, us[0])
        best = or_papers(s, p, i, me, goal, best, us[1])
        best = or_alone(s, p, i, me, goal, best, us[2])
        if s.pairs[pair].provider_fee < math.inf and d != contract_end and d != without:
            best = or_provider(s, p, i, me, goal, best, us[3])
    return best


@part
def worth_of_owed_attempt(s, p, i, now):
    """Worth of another attempt that the provider owes: (value with noise, stake), US$.

    The deposit is paid, and the rest is held until arrival; where it was lent, it is owed from then on.
    """
    row = s.people.row[i]
    d = end_of_contract(s, row)
    there, way = s.regions[d], s.pairs[s.routes[row.route].pair]
    me = chooser_of(s, p, i, now)
    kin = p.choice.kin_worth if row.kin == d else 0.0
    years = years_without_status(p.choice, me.own, there.annuity_irregular, s.law[d].removal)
    risk = me.feared * there.exploitation_risk * (p.choice.credit_risk if row.financed == 1 else 1.0)
    gain = years * (there.income_irregular * row.ability_abroad - me.w_home) + kin - risk
    if p.anticipation.on:
        gain = earned(s, p, row, me.own, me.w_home, d, there.income_irregular * row.ability_abroad) + kin - risk
    chance = chance_to_arrive(me.own, way.provider_chance)
    on_arrival = row.escrow + (row.debt if row.financed == 1 else 0.0)
    value = attempt(p.choice, me.stay, chance, gain, on_arrival * 0.01, 0.0, way.provider_danger)
    u = block(now.seed, Stream.OPTION_NOISE, i, row.generation, now.week, d * 2)[3]
    return value + p.choice.noise * weight(p.choice, chance) * gumbel(u), gain


@part
def walks_away(s, p, i, best, now):
    """Whether a fee higher by ``smuggling.walk_step`` would send a client of a provider elsewhere: 0, 1."""
    way = s.pairs[best.pair]
    rise = p.choice.walk_step * way.provider_fee
    if s.people.row[i].cash * 0.01 < way.provider_fee + rise:
        return 1
    second = best_option(s, p, i, np.int64(best.region), now).value
    chance = chance_to_arrive(own_experience(p.lived, s.people.row[i], now.week), way.provider_chance)
    lost = rise * (p.choice.deposit + chance * (1.0 - p.choice.deposit))
    return 1 if best.value - second < lost else 0

"""What each option is worth: the one choice event (model 4.1), as pure functions of one person and the prospects.

    V_stay = m - w·RD + eta                                        (at home; once abroad only part of m still counts)
    V_jd   = V_stay + q·[A_d·(e_d·w_d - w_home) + kin_d - paid on delivery - V_stay] - paid in advance
             - wait·(w_home + need·harm)/52 - danger·v_life - (1 - q)·loss
    choice = argmax{V_stay, V_jd + lambda·g_jd},   A = (1 - exp(-(r + removal)·H)) / (r + removal)

All in US$. The first term of V_jd says that an attempt that fails leaves a person where she was, with what staying is
worth to her: an application for a visa that is refused is not the loss of a home.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from numba import njit
from numpy.typing import NDArray

from sim.agents.migrants import Channel, Stage, Tier
from sim.draws import Stream, block, draw

WALK_STEP = 0.1  # share by which a fee is thought to rise when asking who would walk away


class ChoiceRules(NamedTuple):
    """Parameters of the choice event."""

    plain: int
    noise: float  # lambda, US$
    interval: float  # weeks
    sooner_conflict: float
    sooner_kin: float
    home_pull: float
    deprivation_worth: float  # US$ per US$/week: weight x weeks x annuity
    discount: float
    kin_worth: float
    life_worth: float
    harm_at_home: float  # US$ a year
    annuity_home: float  # years
    stopped_loss: float
    skill_premium: float
    deposit: float
    form_cost: float
    broker_fee: float
    can_save: int
    saver_share: float
    return_cost: float


class Prospects(NamedTuple):
    """What people in a place believe of their options this week: node-level, computed once a week.

    Shapes: (regions,), (pairs,), (pairs, 2 skills) or as said. A price of infinity means that the option is absent.
    """

    destinations: NDArray[Any]  # (regions, 2, MAX_DESTINATIONS) region ids, -1 padded
    pair_of: NDArray[Any]  # (regions, regions) pair id, -1 none
    route_pair: NDArray[Any]  # (routes,) the pair whose route set holds the route, -1 none
    income_home: NDArray[Any]  # (regions,) US$ a year of the average person at home
    income_irregular: NDArray[Any]  # (regions,) US$ a year, times the chance to have work
    income_regular: NDArray[Any]
    annuity_irregular: NDArray[Any]  # (regions,) years
    annuity_regular: float
    conflict: NDArray[Any]  # (regions,)
    alone_chance: NDArray[Any]  # (pairs,)
    alone_cost: NDArray[Any]
    alone_danger: NDArray[Any]
    provider_chance: NDArray[Any]  # (pairs,)
    provider_fee: NDArray[Any]
    provider_danger: NDArray[Any]
    forged_chance: NDArray[Any]  # (pairs,)
    forged_cost: NDArray[Any]
    genuine_chance: NDArray[Any]  # (pairs,) chance to be served
    genuine_cost: NDArray[Any]
    fare: NDArray[Any]  # (pairs,) open journey
    visa_chance: NDArray[Any]  # (pairs, 2)
    visa_open: NDArray[Any]  # (pairs, 2) 1 where the public knows of slots
    visa_wait: NDArray[Any]  # (pairs,) weeks
    visa_complexity: NDArray[Any]
    visa_price: NDArray[Any]
    refugee_access: NDArray[Any]


@njit(cache=True, nogil=True)
def gumbel(u):
    """A standard Gumbel variate from a uniform."""
    return -math.log(-math.log(u))


@njit(cache=True, nogil=True)
def worth_of_home(m, i, rules, prospects):
    """V_stay of a person at home, or the worth of going back for someone who has left; US$."""
    home = m.home[i]
    tie = m.home_tie[i]
    if m.here[i] != home:
        tie = tie * rules.home_pull - rules.return_cost
    harm = m.protection_need[i] * prospects.conflict[home] * rules.harm_at_home * rules.annuity_home
    return tie - rules.deprivation_worth * m.deprivation[i] + m.wish[i] - harm


@njit(cache=True, nogil=True)
def attempt(stay, chance, gain, delivery, advance, danger, rules):
    """Worth of an attempt that succeeds with ``chance`` and otherwise leaves the person with ``stay``; US$."""
    return (
        stay
        + chance * (gain - delivery - stay)
        - advance
        - danger * rules.life_worth
        - (1.0 - chance) * rules.stopped_loss
    )


@njit(cache=True, nogil=True)
def value_by_visa(m, i, pair, stay, gain, w_home, rules, prospects):
    """Best way to apply for a visa and its worth: (value, tier); -inf where none is open or affordable."""
    skill = m.skill[i]
    need = m.protection_need[i]
    access = prospects.refugee_access[pair] * need
    if prospects.visa_open[pair, skill] == 0 and access <= 0.0:
        return -math.inf, Tier.PLAIN
    delivery = prospects.visa_price[pair] + prospects.fare[pair]
    usd = m.cash[i] * 0.01
    if usd < rules.form_cost + delivery:
        return -math.inf, Tier.PLAIN
    harm = need * prospects.conflict[m.home[i]] * rules.harm_at_home
    waiting = prospects.visa_wait[pair] / 52.0 * (w_home + harm)
    chance = prospects.visa_chance[pair, skill] * prospects.visa_open[pair, skill]
    chance = chance + (1.0 - chance) * access
    passes = 1.0 - prospects.visa_complexity[pair] * (1.0 - m.information[i])
    # a refusal costs the form and the wait, not the loss that being stopped on a journey brings
    alone = stay + chance * passes * (gain - delivery - stay) - rules.form_cost - waiting
    if usd < rules.form_cost + rules.broker_fee + delivery:
        return alone, Tier.PLAIN
    helped = stay + chance * (gain - delivery - stay) - rules.form_cost - rules.broker_fee - waiting
    if helped > alone:
        return helped, Tier.BROKERED
    return alone, Tier.PLAIN


@njit(cache=True, nogil=True)
def value_by_papers(m, i, pair, stay, gain, rules, prospects):
    """Best of forged and brokered genuine papers: (value, tier); -inf where neither can be paid."""
    usd = m.cash[i] * 0.01
    best, tier = -math.inf, Tier.PLAIN
    cost = prospects.forged_cost[pair] + prospects.fare[pair]
    if usd >= cost:
        best = attempt(stay, prospects.forged_chance[pair], gain, 0.0, cost, 0.0, rules)
    cost = prospects.genuine_cost[pair] + prospects.fare[pair]
    if usd >= cost:
        # money changes hands only if the broker can deliver
        value = stay + prospects.genuine_chance[pair] * (gain - cost - stay)
        if value > best:
            best, tier = value, Tier.BROKERED
    return best, tier


@njit(cache=True, nogil=True)
def value_by_provider(stay, pair, gain, fee, rules, prospects):
    """Worth of contracting with a provider at ``fee``: part in advance, the rest on arrival; US$."""
    return attempt(
        stay,
        prospects.provider_chance[pair],
        gain,
        (1.0 - rules.deposit) * fee,
        rules.deposit * fee,
        prospects.provider_danger[pair],
        rules,
    )


@njit(cache=True, nogil=True)
def choose(m, i, seed, rules, prospects):
    """The option that person i takes now.

    Returns (channel, destination, tier, stake, walks, pair): channel -1 is home; ``stake`` what arriving is worth;
    ``walks`` 1 if a fee higher by WALK_STEP would have sent a provider's client elsewhere, 0 if not, -1 for others.
    """
    here = m.here[i]
    home = m.home[i]
    generation = m.generation[i]
    when = m.considerations[i]
    usd = m.cash[i] * 0.01
    w_home = prospects.income_home[home] * m.ability[i]
    stay = worth_of_home(m, i, rules, prospects)
    best = stay
    if rules.plain:
        best += rules.noise * gumbel(draw(seed, Stream.PLAIN_STAY, i, generation, when, 0))
    second = -math.inf
    channel, chosen, chosen_tier, stake, chosen_pair = -1, home, Tier.PLAIN, 0.0, -1
    premium = rules.skill_premium if m.skill[i] else 1.0
    able = m.ability_abroad[i]
    contract_end = m.intended[i] if m.contract[i] == 1 else -1

    if here != home:
        # stay where one is
        income, years = prospects.income_irregular[here] * able, prospects.annuity_irregular[here]
        if m.legal[i] == 1:
            income, years = prospects.income_regular[here] * able * premium, prospects.annuity_regular
        value = years * (income - w_home)
        if m.kin[i] == here:
            value += rules.kin_worth
        noise = block(seed, Stream.OPTION_NOISE, i, generation, when, here * 2 + 1)
        value += rules.noise * gumbel(noise[3])
        if value > best:
            second, best = best, value
            channel, chosen = Channel.REMAIN, here
        else:
            second = value

    for k in range(prospects.destinations.shape[2]):
        d = prospects.destinations[here, m.skill[i], k]
        if d < 0:
            break
        if d == home:
            continue
        pair = prospects.pair_of[here, d]
        kin = rules.kin_worth if m.kin[i] == d else 0.0
        gain = prospects.annuity_irregular[d] * (prospects.income_irregular[d] * able - w_home) + kin
        gain_regular = (
            prospects.annuity_regular * (prospects.income_regular[d] * able * premium - w_home) + kin
        )
        u_regular, u_papers, u_alone, u_provider = block(seed, Stream.OPTION_NOISE, i, generation, when, d * 2)

        if here == home:
            value, tier = value_by_visa(m, i, pair, stay, gain_regular, w_home, rules, prospects)
            if value > -math.inf:
                value += rules.noise * gumbel(u_regular)
                if value > best:
                    second, best = best, value
                    channel, chosen, chosen_tier, stake, chosen_pair = Channel.REGULAR, d, tier, gain_regular, pair
                elif value > second:
                    second = value

        value, tier = value_by_papers(m, i, pair, stay, gain, rules, prospects)
        if value > -math.inf:
            value += rules.noise * gumbel(u_papers)
            if value > best:
                second, best = best, value
                channel, chosen, chosen_tier, stake, chosen_pair = Channel.PAPERS, d, tier, gain, pair
            elif value > second:
                second = value

        if usd >= prospects.alone_cost[pair]:
            value = attempt(
                stay,
                prospects.alone_chance[pair],
                gain,
                0.0,
                prospects.alone_cost[pair],
                prospects.alone_danger[pair],
                rules,
            ) + rules.noise * gumbel(u_alone)
            if value > best:
                second, best = best, value
                channel, chosen, chosen_tier, stake, chosen_pair = Channel.ALONE, d, Tier.PLAIN, gain, pair
            elif value > second:
                second = value

        fee = prospects.provider_fee[pair]
        if fee < math.inf and d != contract_end:
            value = value_by_provider(stay, pair, gain, fee, rules, prospects)
            option = Channel.PROVIDER
            if usd < fee:
                option = -2
                if rules.can_save and here == home and w_home > 0.0:
                    # V = (1 - e^(-r T))·V_stay + e^(-r T)·V(provider), T years until the fee is saved (EC 2.3)
                    patience = math.exp(-rules.discount * (fee - usd) / (rules.saver_share * w_home))
                    value = (1.0 - patience) * stay + patience * value
                    option = Channel.SAVE
                    u_provider = block(seed, Stream.OPTION_NOISE, i, generation, when, d * 2 + 1)[2]
            if option != -2:
                value += rules.noise * gumbel(u_provider)
                if value > best:
                    second, best = best, value
                    channel, chosen, chosen_tier, stake, chosen_pair = option, d, Tier.PLAIN, gain, pair
                elif value > second:
                    second = value

    if contract_end >= 0:
        # another attempt that the provider owes: the deposit is paid, the rest is held until arrival
        pair = prospects.route_pair[m.route[i]]
        kin = rules.kin_worth if m.kin[i] == contract_end else 0.0
        gain = prospects.annuity_irregular[contract_end] * (
            prospects.income_irregular[contract_end] * able - w_home
        ) + kin
        value = attempt(
            stay, prospects.provider_chance[pair], gain, m.escrow[i] * 0.01, 0.0, prospects.provider_danger[pair], rules
        )
        noise = block(seed, Stream.OPTION_NOISE, i, generation, when, contract_end * 2)
        value += rules.noise * gumbel(noise[3])
        if value > best:
            return Channel.PROVIDER, contract_end, Tier.BROKERED, gain, -1, pair

    walks = -1
    if channel == Channel.PROVIDER:
        fee = prospects.provider_fee[chosen_pair]
        chance = prospects.provider_chance[chosen_pair]
        rise = WALK_STEP * fee
        walks = int(
            best - second < rise * (rules.deposit + chance * (1.0 - rules.deposit)) or usd < fee + rise
        )
    return channel, chosen, chosen_tier, stake, walks, chosen_pair

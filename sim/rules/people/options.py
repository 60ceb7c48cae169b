"""What each option is worth (model 4.1), as pure functions of one person and the prospects.

    V_stay = m·(1 - g) - w·RD + eta      (at home; once abroad only part of m still counts; g stigma on return)
    V_jd   = V_stay + q·[A_d·(e_d·w_d - w_home) + kin_d - L·x_jd + lambda·g_jd - paid on delivery - V_stay]
             - paid in advance - wait·(w_home + need·harm)/52 - danger·v_life - (1 - q)·loss
    choice = argmax{V_stay, V_jd},   A = (1 - exp(-(r + removal)·H)) / (r + removal)

All in US$. x is the believed risk of being exploited and L what that would mean, less where staying is worth little.
A provider who lends is paid on delivery, with a mark-up; for a recruiter's offer w is what the person believes of the
promise. The first term of V_jd says that an attempt that fails leaves a person where she was, with what staying is
worth to her: an application for a visa that is refused is not the loss of a home. For the same reason the taste g for
an option counts as far as the option comes true: otherwise a lottery with one chance in twenty would draw people by
noise alone. Under ``choice.rule = plain`` (multinomial logit, EC 2.14) the noise has full weight everywhere.
"""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

from sim.agents.people import Legal, Offer, Tier
from sim.declared.sources import From, Is, Switched, Worked, family
from sim.ground.kernel import rule
from sim.rules.people.anticipation import earned
from sim.rules.people.lived import Own, chance_to_arrive, years_without_status
from sim.rules.people.status import annuity


def noise_of_choices(wish_scale: float, noise: float, rule: str) -> float:
    """Spread of what an option is worth at one time, US$: all of the wish to move where there is no lasting one."""
    return wish_scale * (1.0 if rule == "plain" else noise)


def years_at_home(discount: float, horizon: float) -> float:
    """Years at home that count, which no removal ends."""
    return float(annuity(discount, 0.0, horizon))


def worth_of_deprivation(weight: float, discount: float, horizon: float) -> float:
    """What a US$ a week of relative deprivation is worth: weight × weeks × years that count."""
    return weight * 52.0 * years_at_home(discount, horizon)


@family
class ChoiceRules(NamedTuple):
    """Parameters of the choice event."""

    plain: Annotated[int, Is("choice.rule", "plain")]
    noise: Annotated[float, Worked(noise_of_choices, "choice.wish_scale", "choice.noise", "choice.rule")]  # lambda, US$
    interval: Annotated[float, From("choice.interval")]  # weeks
    papers_valid: Annotated[int, From("papers.valid")]  # weeks
    sooner_conflict: Annotated[float, From("choice.sooner_conflict")]
    sooner_kin: Annotated[float, From("choice.sooner_kin")]
    home_pull: Annotated[float, From("choice.home_pull_abroad")]
    # US$ per US$/week: weight x weeks x annuity
    deprivation_worth: Annotated[
        float, Worked(worth_of_deprivation, "choice.deprivation_weight", "choice.discount", "choice.horizon")
    ]
    discount: Annotated[float, From("choice.discount")]
    horizon: Annotated[float, From("choice.horizon")]  # years
    kin_worth: Annotated[float, From("choice.kin_worth")]
    life_worth: Annotated[float, From("choice.life_worth")]
    harm_at_home: Annotated[float, From("choice.harm_at_home")]  # US$ a year
    annuity_home: Annotated[float, Worked(years_at_home, "choice.discount", "choice.horizon")]  # years
    stopped_loss: Annotated[float, From("choice.stopped_loss")]
    skill_premium: Annotated[float, From("choice.skill_premium")]
    deposit: Annotated[float, From("smuggling.deposit")]
    form_cost: Annotated[float, From("visa.form_cost")]
    broker_fee: Annotated[float, From("visa.broker_fee")]
    can_save: Annotated[int, Switched("can_save_first")]
    saver_share: Annotated[float, From("people.saver_share")]
    return_cost: Annotated[float, From("status.return_cost")]
    can_borrow: Annotated[int, Switched("debt_finance")]
    credit_markup: Annotated[float, From("debt.markup")]
    exploitation_loss: Annotated[float, From("choice.exploitation_loss")]
    # believed risk of exploitation with a debt or an offer, over that of others
    credit_risk: Annotated[float, From("choice.credit_risk")]
    job_years: Annotated[float, From("choice.job_years")]  # years that a job at home is thought to last
    # share of what a person does not know that a campaign tells her
    # share by which a fee is thought to rise when asking who would walk away
    walk_step: Annotated[float, From("smuggling.walk_step")]


class Chooser(NamedTuple):
    """What a person weighs every option against."""

    here: int
    stay: float  # worth of staying at home, or of going back there
    w_home: float  # believed income at home, US$ a year
    feared: float  # what being exploited would mean, as campaigns have it, US$
    barred: bool  # may not leave by open ways
    own: Own  # what she has lived through herself


@rule
def gumbel(u):
    """A standard Gumbel variate from a uniform."""
    return -math.log(-math.log(u))


@rule
def worth_of_home(rules, row, away, home, stigma):
    """V_stay of a person at home, or the worth of going back for someone who has left; US$.

    ``row`` is the person, ``home`` the prospects of the home region, ``stigma`` the part of the tie that it takes.
    """
    tie = row.home_tie * (1.0 - stigma)
    if away:
        tie = tie * rules.home_pull - rules.return_cost
    harm = row.protection_need * home.conflict * rules.harm_at_home * rules.annuity_home
    return tie - rules.deprivation_worth * row.deprivation + row.wish - harm


@rule
def worth_of_job(rules, income, income_usual):
    """Worth of a job at home over what people there can usually expect, both US$ a year."""
    return rules.job_years * (income - income_usual)


@rule
def attempt(rules, stay, chance, gain, delivery, advance, danger):
    """Worth of an attempt that succeeds with ``chance`` and otherwise leaves the person with ``stay``; US$."""
    return (
        stay
        + chance * (gain - delivery - stay)
        - advance
        - danger * rules.life_worth
        - (1.0 - chance) * rules.stopped_loss
    )


@rule
def moves_freely(free, kin, d):
    """Whether someone needs no visa for region ``d``: ``free`` as in the prospects, ``kin`` where her kin live."""
    return free == 1.0 or (free == 2.0 and kin == d)


@rule
def value_by_visa(rules, row, way, free, pending, stay, gain, w_home, conflict):
    """Best way to apply for a visa: (value, tier, chance); -inf where none is open or affordable.

    ``free``: none is needed. ``pending``: the person has applied already, so that the costs are sunk; waiting does not
    keep her from other ways.
    """
    if row.skill:
        opened, chance = way.visa_open_high, way.visa_chance_high
    else:
        opened, chance = way.visa_open_low, way.visa_chance_low
    usd = row.cash * 0.01
    if free:
        value = gain - way.fare if usd >= way.fare else -math.inf
        return value, Tier.PLAIN, 1.0
    access = way.refugee_access * row.protection_need
    if opened == 0.0 and access <= 0.0:
        return -math.inf, Tier.PLAIN, 0.0
    delivery = way.visa_price + way.fare
    if usd < rules.form_cost + delivery:
        return -math.inf, Tier.PLAIN, 0.0
    waiting = way.visa_wait / 52.0 * (w_home + row.protection_need * conflict * rules.harm_at_home)
    chance = chance * opened
    chance = chance + (1.0 - chance) * access
    passes = 1.0 - way.visa_complexity * (1.0 - row.information)
    if pending:
        chance *= 1.0 if row.brokered else passes
        return stay + chance * (gain - delivery - stay), Tier.PLAIN, chance
    # a refusal costs the form and the wait, not the loss that being stopped on a journey brings
    alone = stay + chance * passes * (gain - delivery - stay) - rules.form_cost - waiting
    if usd < rules.form_cost + rules.broker_fee + delivery:
        return alone, Tier.PLAIN, chance * passes
    helped = stay + chance * (gain - delivery - stay) - rules.form_cost - rules.broker_fee - waiting
    if helped > alone:
        return helped, Tier.BROKERED, chance
    return alone, Tier.PLAIN, chance * passes


@rule
def value_by_papers(rules, row, way, me, gain):
    """Best of forged and brokered genuine papers: (value, tier, chance); -inf where neither can be paid."""
    usd = row.cash * 0.01
    best, tier, chance = -math.inf, Tier.PLAIN, 0.0
    cost = way.forged_cost + way.fare
    if usd >= cost:
        chance = chance_to_arrive(me.own, way.forged_chance)
        best = attempt(rules, me.stay, chance, gain, 0.0, cost, 0.0)
    cost = way.genuine_cost + way.fare
    if usd >= cost:
        # money changes hands only if the broker can deliver
        value = me.stay + way.genuine_chance * (gain - cost - me.stay)
        if value > best:
            best, tier, chance = value, Tier.BROKERED, way.genuine_chance
    return best, tier, chance


@rule
def value_by_provider(rules, way, me, gain):
    """Worth of contracting with a provider at the going fee: part in advance, the rest on arrival; US$."""
    fee = way.provider_fee
    chance = chance_to_arrive(me.own, way.provider_chance)
    return attempt(rules, me.stay, chance, gain, (1.0 - rules.deposit) * fee, rules.deposit * fee, way.provider_danger)


@rule
def value_by_credit(rules, way, usd, me, gain):
    """Worth of contracting with a provider who lends: what can be paid in advance, the rest as a debt; US$."""
    fee = way.provider_fee
    advance = min(usd, rules.deposit * fee)
    debt = (fee - advance) * (1.0 + rules.credit_markup)
    chance = chance_to_arrive(me.own, way.provider_chance)
    served = attempt(rules, me.stay, chance, gain, debt, advance, way.provider_danger)
    return me.stay + way.credit_chance * (served - me.stay)


@rule
def value_of_contract(rules, row, me):
    """Worth of a job abroad on a contract: (value, chance that it comes true); its fee is owed, if it is not paid."""
    if me.barred:
        return -math.inf, 0.0
    kin = rules.kin_worth if row.kin == row.offer_region else 0.0
    return rules.annuity_home * (52.0 * row.believed - me.w_home) + kin - row.fee, 1.0


@rule
def value_of_offer(s, p, row, me, income_now):
    """Worth of a recruiter's offer at home or abroad: (value, chance that it comes true); -inf where none is open.

    ``income_now`` what she earns at home, US$ a year: with a job more than others there can expect.
    """
    d, rules = row.offer_region, p.choice
    if d == row.home:
        return me.stay + rules.job_years * (52.0 * row.believed - income_now) + row.prepaid, 1.0
    if row.offer >= Offer.CONTRACT:
        return value_of_contract(rules, row, me)
    pair = s.pair_of[me.here, d]
    if pair < 0 or row.debt > 0.0 or rules.can_borrow == 0:
        return -math.inf, 0.0
    way, there = s.pairs[pair], s.regions[d]
    if way.provider_fee == math.inf:
        return -math.inf, 0.0
    kin = rules.kin_worth if row.kin == d else 0.0
    feared = me.feared * there.exploitation_risk * rules.credit_risk
    years = years_without_status(rules, me.own, there.annuity_irregular, s.law[d].removal)
    gain = years * (52.0 * row.believed - me.w_home) + kin - feared
    if p.anticipation.on:
        gain = earned(s, p, row, me.own, me.w_home, d, 52.0 * row.believed) + kin - feared
    return value_by_credit(rules, way, 0.0, me, gain), chance_to_arrive(me.own, way.provider_chance)


@rule
def dread(rules, stay):
    """L: what being exploited would mean, US$; in dire straits almost any alternative looks better."""
    return rules.exploitation_loss / (1.0 + math.exp(-stay / max(rules.exploitation_loss, 1.0)))


@rule
def weight(rules, chance):
    """Share of the taste for an option that counts: the chance that it comes true, or 1 in a plain logit."""
    return 1.0 if rules.plain else chance


@rule
def cannot_reach(value, best, u, noise):
    """True if ``value`` with the Gumbel variate of ``u`` surely stays at or below ``best``, told without a logarithm.

    With t = (best - value) / noise, g <= t iff u <= exp(-exp(-t)), and 1 - 1 / (1 + t + t^2/2 + t^3/6) lies below that.
    Nearly every option of nearly everyone is far from being chosen, so this halves the cost of a consideration.
    """
    gap = best - value
    if gap <= 0.0:
        return False
    if noise <= 0.0:
        return True
    t = gap / noise
    return (1.0 - u) * (1.0 + t * (1.0 + t * (0.5 + t * 0.16666666666666666))) >= 1.0


@rule
def worth_of_remaining(rules, row, legal, here, place, w_home, years):
    """Worth of staying where one is, away from home, with the status one has; US$.

    ``years`` that count of a life there without status.
    """
    income = place.income_irregular
    if legal == Legal.REGULAR or legal == Legal.TIED:
        income, years = place.income_regular, rules.annuity_home
        if row.skill:
            income *= rules.skill_premium
    kin = rules.kin_worth if row.kin == here else 0.0
    return years * (income * row.ability_abroad - w_home) + kin

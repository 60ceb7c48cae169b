"""Who a person is: traits drawn at birth, and the wish of an aspiration spell (model 2.1 and 4.1)."""

from __future__ import annotations

import math
from bisect import bisect_left
from typing import TYPE_CHECKING

from experiments.peers.codes import CITIZEN, HOME, PLAIN
from sim.agents.people import LONG_AGO

if TYPE_CHECKING:
    from experiments.peers.person import Person


def wish_of_spell(me: Person) -> float:
    """The wish to stay or move in one aspiration spell, US$."""
    rules = me.model.places.rules.birth
    u = me.random.random() or 0.5
    if rules.wish_uniform:
        return float(rules.wish_scale * (2.0 * u - 1.0))
    return float(rules.wish_scale * math.log(u / (1.0 - u)))


def expected_shortfall(x: float, sd: float) -> float:
    """Relative deprivation of someone at x among lognormal incomes with mean 1."""
    if sd <= 0.0:
        return max(0.0, 1.0 - x)
    d = (0.5 * sd * sd - math.log(x)) / sd
    upper = 0.5 * (1.0 + math.erf(d / math.sqrt(2.0)))
    lower = 0.5 * (1.0 + math.erf((d - sd) / math.sqrt(2.0)))
    return upper - x * lower


def be_followed(me: Person) -> None:
    """She leaves the age at risk, and the next person of the household enters it."""
    model, week = me.model, me.model.week
    me.generation += 1
    me.spells, me.tastes = 0, {}
    me.stage, me.here, me.legal, me.removal_at = HOME, me.home, CITIZEN, math.inf
    me.since = me.paid_until = week
    me.stops = me.searches = 0
    me.saving = me.contract = me.financed = me.extorted = 0
    me.intended = me.first_intended = me.applied = me.channel = me.entered = me.route = me.provider = -1
    me.tier, me.escrow, me.departed = PLAIN, 0.0, LONG_AGO
    have_traits(me)
    rules = model.places.rules.birth
    me.spell_ends = week + me.weeks_until(rules.spell)
    me.wish = wish_of_spell(me)
    me.leaves_risk_age += me.weeks_until(rules.risk_weeks)
    me.think_later()


def have_traits(me: Person) -> None:
    """Skill, need of protection, kin, information, ability, home tie and endowment."""
    rules, u, normal = me.model.places.rules.birth, me.random.random, me.random.gauss
    home, spread = me.model.places.regions[me.home], me.model.places.diaspora[me.home]
    me.skill = int(u() < rules.skilled_share)
    me.protection_need = int(u() < rules.need_share * home.conflict)
    me.kin = -1
    if u() < rules.kin_share and spread[-1] > 0.0:
        me.kin = min(bisect_left(spread, u() * spread[-1]), len(spread) - 1)
    me.information = u()
    me.female, me.minor = int(u() < rules.female_share), int(u() < rules.minor_share)
    sd = home.inequality
    me.ability = math.exp(sd * normal(0.0, 1.0) - 0.5 * sd * sd)
    me.ability_abroad = me.ability**rules.ability_abroad
    me.deprivation = home.wage_home * expected_shortfall(me.ability, sd)
    me.home_tie = rules.home_tie * math.exp(rules.home_tie_spread * normal(0.0, 1.0))
    weeks = rules.cash_weeks * math.exp(rules.cash_spread * normal(0.0, 1.0))
    me.cash = float(round(100.0 * home.wage_home * me.ability * weeks))

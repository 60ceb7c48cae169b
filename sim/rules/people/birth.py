"""Who people are: traits drawn at birth, and who lives where when a run starts."""

from __future__ import annotations

import math

import numpy as np

from sim.agents.people import Abroad, Channel, Legal, Path, exponential_weeks, normal_pair
from sim.ground.draws import Stream, block, draw
from sim.ground.kernel import kernel, part
from sim.rules.people import stages
from sim.rules.people.ageing import draw_age
from sim.rules.people.choice import chooser_of
from sim.rules.people.options import worth_of_remaining
from sim.rules.people.spells import next_consideration, wish_below, wish_of_spell
from sim.rules.people.status import start_removal_clock


@part
def expected_shortfall(x, sd):
    """Relative deprivation of someone at x among lognormal incomes with mean 1: E[(W - x)+] (C7-M02)."""
    if sd <= 0.0:
        return max(0.0, 1.0 - x)
    d = (0.5 * sd * sd - math.log(x)) / sd
    upper = 0.5 * (1.0 + math.erf(d / math.sqrt(2.0)))
    lower = 0.5 * (1.0 + math.erf((d - sd) / math.sqrt(2.0)))
    return upper - x * lower


@part
def be_someone(people, regions, diaspora, rules, now, i):
    """Sex, age, skill, need of protection, and where kin live, keyed by (row, generation) alone."""
    row = people.row[i]
    _, _, skilled, need = block(now.seed, Stream.TRAITS, i, row.generation, 0, 0)
    has_kin, kin_where, informed, sex = block(now.seed, Stream.TRAITS, i, row.generation, 0, 2)
    age, _, _, _ = block(now.seed, Stream.TRAITS, i, row.generation, 0, 3)
    row.skill = skilled < rules.skilled_share
    row.protection_need = need < rules.need_share * regions[row.home].conflict
    row.kin = -1
    if has_kin < rules.kin_share:
        spread = diaspora[row.home]
        if spread[-1] > 0.0:
            row.kin = min(np.searchsorted(spread, kin_where * spread[-1]), len(spread) - 1)
    row.information = informed
    row.female = sex < rules.female_share
    row.minor = age < rules.minor_share
    row.path = 0
    if row.protection_need:
        row.path |= Path.IN_NEED
    if row.female:
        row.path |= Path.FEMALE
    if row.minor:
        row.path |= Path.MINOR


@part
def begin_to_wish(people, rules, now, i):
    """The first aspiration spell, and when the person leaves the age at risk."""
    row = people.row[i]
    row.spell_ends = now.week + exponential_weeks(rules.spell, draw(now.seed, Stream.SPELL, i, row.generation, 0, 0))
    row.wish = wish_of_spell(rules, i, row.generation, 0, now.seed)
    # dates of leaving follow one another by keyed times, so that no behaviour can shift the next person's date
    since = now.week if row.generation == 0 else row.leaves_risk_age
    row.leaves_risk_age = since + exponential_weeks(
        rules.risk_weeks, draw(now.seed, Stream.RISK_AGE, i, row.generation, 0, 0)
    )


@part
def be_born(people, regions, diaspora, rules, now, i):
    """A new person takes row i: traits keyed by (row, generation) alone. Returns the endowment, whole cents."""
    stages.born(people, i, now.week)
    be_someone(people, regions, diaspora, rules, now, i)
    draw_age(people, rules, now, i)
    begin_to_wish(people, rules, now, i)
    row = people.row[i]
    at_home = regions[row.home]
    a, b, c, d = block(now.seed, Stream.TRAITS, i, row.generation, 0, 1)
    z_ability, z_tie = normal_pair(a, b)
    z_cash, _ = normal_pair(c, d)
    sd = at_home.inequality
    ability = math.exp(sd * z_ability - 0.5 * sd * sd)
    row.ability = ability
    row.ability_abroad = ability**rules.ability_abroad
    row.deprivation = at_home.wage_home * expected_shortfall(ability, sd)
    row.home_tie = rules.home_tie * math.exp(rules.home_tie_spread * z_tie)
    cents = round(100.0 * at_home.wage_home * ability * rules.cash_weeks * math.exp(rules.cash_spread * z_cash))
    row.cash = cents
    return cents


@kernel
def first_people(s, p, now, abroad_share, settled_share, settling_share, settle_weeks):
    """Everyone is born in this week; shares live abroad without status or are settled. Returns the endowments, cents.

    The residual time in the age at risk is that of the stationary population, which for an exponential time is the
    same exponential. What those abroad wish for is drawn when it is known what they would have at home, see
    :func:`wishes_of_those_abroad`.
    """
    paid = 0.0
    for i in range(len(s.people.due)):
        paid += be_born(s.people, s.regions, s.diaspora, p.birth, now, i)
        next_consideration(s.people, s.regions, p.choice, now, i)
        where, who, settling, worked = block(now.seed, Stream.START_ABROAD, i, 0, 0, 0)
        if who >= abroad_share + settled_share[s.people.row[i].skill]:
            continue
        options = s.destinations[s.people.row[i].home, s.people.row[i].skill]
        count = 0
        while count < len(options) and options[count] >= 0:
            count += 1
        if count == 0:
            continue
        s.people.here[i] = options[int(where * count)]
        s.people.row[i].first_intended = s.people.here[i]
        s.people.row[i].abroad = Abroad.ARRIVED.value
        if who >= abroad_share:
            stages.settle(s.people, i, now.week)
            if settling < settling_share:
                stages.start_work(s.people, i, now.week)
                s.people.row[i].since = now.week - int(worked * settle_weeks)
                s.people.row[i].job_since = s.people.row[i].since
                s.people.row[i].entered = Channel.REGULAR
                next_consideration(s.people, s.regions, p.choice, now, i)
            continue
        stages.start_work(s.people, i, now.week)
        s.people.legal[i] = Legal.IRREGULAR
        s.people.row[i].entered = Channel.ALONE
        start_removal_clock(s.people, s.regions, i, now)
        next_consideration(s.people, s.regions, p.choice, now, i)
    return paid


@kernel
def wishes_of_those_abroad(s, p, now):
    """People who live abroad without status when a run starts are people who would not rather go home.

    The others have gone: the wish of the spell in which they are is a draw below the one at which going home is worth
    as much as remaining. All later spells are as anybody's.
    """
    for i in range(len(s.people.due)):
        if s.people.here[i] == s.people.row[i].home or s.people.legal[i] != Legal.IRREGULAR:
            continue
        row, here = s.people.row[i], s.people.here[i]
        me = chooser_of(s, p, i, now)
        remaining = worth_of_remaining(
            p.choice, row, s.people.legal[i], here, s.regions[here], me.w_home, s.regions[here].annuity_irregular
        )
        row.wish = wish_below(p.birth, i, row.generation, remaining - (me.stay - row.wish), now.seed)


@kernel
def begin_paths(people):
    """Bits of Path with which the weeks that count begin: who each person is, and where she then lives with what."""
    for i in range(len(people.stage)):
        row, bits = people.row[i], 0
        if row.protection_need > 0:
            bits |= Path.IN_NEED
        if row.female > 0:
            bits |= Path.FEMALE
        if row.minor > 0:
            bits |= Path.MINOR
        if people.here[i] != row.home:
            without = people.legal[i] == Legal.VISITOR or people.legal[i] == Legal.IRREGULAR
            bits |= Path.WITHOUT_STATUS if without else Path.WITH_STATUS
        row.path = bits

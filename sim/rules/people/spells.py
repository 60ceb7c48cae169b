"""When people think about moving, and the wish to stay or go that they have then (model 4.1)."""

from __future__ import annotations

import math

from sim.agents.people import Legal, Stage, exponential_weeks
from sim.ground.draws import Stream, draw
from sim.ground.kernel import rule

SMALLEST = 2.0**-33  # uniform that is drawn


@rule
def wish_at(rules, u):
    """The wish to stay or move that a share ``u`` of people fall short of, US$ (model 4.1)."""
    if rules.wish_uniform:
        return rules.wish_scale * (2.0 * u - 1.0)
    return rules.wish_scale * math.log(u / (1.0 - u))


@rule
def share_below(rules, wish):
    """Share of people whose wish is below this one: the other way round."""
    if rules.wish_scale <= 0.0:
        return 1.0
    x = wish / rules.wish_scale
    if rules.wish_uniform:
        return min(max(0.5 * (x + 1.0), 0.0), 1.0)
    return 1.0 / (1.0 + math.exp(-x))


@rule
def wish_of_spell(rules, row, generation, spell, seed):
    """The wish to stay or move in one aspiration spell, US$."""
    return wish_at(rules, draw(seed, Stream.WISH, row, generation, spell, 0))


@rule
def wish_below(rules, row, generation, most, seed):
    """The wish of the first spell of someone of whom it is known that it is below ``most``.

    The draw is that of her first spell, within the share of wishes that are below; where there are next to none it is
    the lowest that a draw can give.
    """
    u = draw(seed, Stream.WISH, row, generation, 0, 0)
    return wish_at(rules, max(u * share_below(rules, most), SMALLEST))


@rule
def next_consideration(people, regions, rules, now, i):
    """Set the week of the next consideration: about every half year, sooner with conflict and kin abroad."""
    person = people.row[i]
    mean = rules.interval * (1.0 - rules.sooner_conflict * regions[person.home].conflict)
    if person.kin >= 0:
        mean *= 1.0 - rules.sooner_kin
    u = draw(now.seed, Stream.CONSIDER_DELAY, i, person.generation, now.week, 0)
    due = now.week + exponential_weeks(mean, u)
    if people.stage[i] == Stage.HOME:
        due = min(due, max(person.leaves_risk_age, now.week + 1))
    if people.legal[i] == Legal.VISITOR:
        due = min(due, max(person.since + rules.papers_valid, now.week + 1))
    people.due[i] = due


@rule
def finds_work_in(people, regions, mean, i, now):
    """Week in which person i, who looks for work, finds it: after ``mean`` weeks, longer where fewer people have it."""
    u = draw(now.seed, Stream.JOB_SEARCH, i, people.row[i].generation, now.week, 0)
    return now.week + exponential_weeks(mean / regions[people.here[i]].employment, u)


@rule
def new_spells(people, rules, now, i):
    """Begin the aspiration spells that are due by now: a renewal process that no behaviour can shift."""
    person = people.row[i]
    if person.spell_ends > now.week:
        return
    generation = person.generation
    while person.spell_ends <= now.week:
        person.spells += 1
        u = draw(now.seed, Stream.SPELL, i, generation, person.spells, 0)
        person.spell_ends += exponential_weeks(rules.spell, u)
    person.wish = wish_of_spell(rules, i, generation, person.spells, now.seed)

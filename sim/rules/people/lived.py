"""What a person has lived through herself, beside what the community says (model 5), and what it leaves with her.

A belief of the community is what others say: it moves with thousands of reports, and one person's journey is one of
them. To the person it is more. What she has lived through is a pair of counts (bad, all) as every belief is, and counts
``experience.weight`` times beside what others say, which counts once:

    failing     f' = (f + w·failures) / (1 + w·tries)           journeys without papers in order that ended, of any way
    removal     d' = (d + w·removals) / (1 + w·years)           years that she has lived without status

Counts fade by half-life and are kept in sixteenths; the week up to which they have faded stands beside them. Nobody
else hears of them through here.
"""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

import numpy as np

from sim.agents.people import LONG_AGO, Legal
from sim.declared.sources import From, Worked, family
from sim.ground.calendar import WEEKS_PER_YEAR
from sim.ground.kernel import part, rule
from sim.rules.people.beliefs import fade

PARTS = 16.0  # of one, in which experience is kept
PERCENT = 100.0
MOST = 255.0  # that one byte holds


@family
class LivedRules(NamedTuple):
    """What own experience and stigma weigh, and how they fade."""

    weight: Annotated[float, From("experience.weight", off="own_experience")]
    kept: Annotated[float, Worked(fade, "experience.half_life")]  # a week
    stigma_kept: Annotated[float, Worked(fade, "stigma.half_life")]  # a week
    without_means: Annotated[float, From("stigma.without_means", off="return_stigma")]
    means: Annotated[float, From("stigma.means", per=WEEKS_PER_YEAR)]  # years of pay at home
    exploited: Annotated[float, From("stigma.exploited", off="return_stigma")]
    sex: Annotated[float, From("stigma.sex", off="return_stigma")]
    supported: Annotated[float, From("stigma.supported")]
    disclosed: Annotated[float, From("stigma.disclosed")]
    recent_weeks: Annotated[int, From("return.recent_weeks")]


class Own(NamedTuple):
    """What own experience adds to each count of a belief that is worth one, as it weighs in a week."""

    tries: float
    failures: float
    years: float
    removals: float


@rule
def own_experience(rules, row, week):
    """What a person's own journeys and years weigh in a week."""
    if rules.weight <= 0.0 or (row.own_tries == 0 and row.own_years == 0 and row.own_removals == 0):
        return Own(0.0, 0.0, 0.0, 0.0)
    each = rules.weight * rules.kept ** (week - row.recalled) / PARTS
    return Own(each * row.own_tries, each * row.own_failures, each * row.own_years, each * row.own_removals)


@rule
def chance_to_arrive(own, chance):
    """Believed chance that a journey comes true, from what others say of it and what she has lived through."""
    return (chance + own.tries - own.failures) / (1.0 + own.tries)


@rule
def years_without_status(rules, own, annuity, removal):
    """Years that count of a life without status: the ``annuity`` of others, or that of her own view of removal."""
    if own.years == 0.0 and own.removals == 0.0:
        return annuity
    rate = rules.discount + (removal + own.removals) / (1.0 + own.years)
    return rules.horizon if rate <= 0.0 else -math.expm1(-rate * rules.horizon) / rate


@rule
def stigma_now(rules, row, week):
    """Part of the worth of home that stigma still takes from someone who is at home."""
    if row.stigma == 0:
        return 0.0
    return row.stigma / PERCENT * rules.stigma_kept ** (week - row.recalled)


@rule
def stigma_awaiting(rules, row, means_cents, law, week):
    """Part of the worth of home that awaits a person who comes back now (C1-M64, C11-M04).

    ``means_cents`` what she would bring over what is expected, negative without; ``law`` that of her home.
    """
    share = rules.without_means if means_cents < 0.0 else 0.0
    if row.exploited_since > LONG_AGO or row.left_week > max(week - rules.recent_weeks, LONG_AGO):
        share += rules.sex * law.society_stigma if row.shamed else rules.exploited
    return min(share, 1.0)


@rule
def brings(rules, row, w_home, cost):
    """Cents that a person who came home now would bring over what is expected of her; ``w_home`` US$ a year there."""
    return row.cash + row.escrow - 100.0 * cost - 100.0 * rules.means * w_home


@rule
def in_parts(count):
    """A count in sixteenths, as far as a byte holds."""
    return np.uint8(min(max(round(count), 0), MOST))


@part
def recall(people, rules, i, week):
    """What person i has lived through fades up to this week."""
    row = people.row[i]
    weeks = week - row.recalled
    row.recalled = week
    if weeks <= 0:
        return
    kept, kept_stigma = rules.kept**weeks, rules.stigma_kept**weeks
    row.own_tries = in_parts(row.own_tries * kept)
    row.own_failures = in_parts(row.own_failures * kept)
    row.own_years = in_parts(row.own_years * kept)
    row.own_removals = in_parts(row.own_removals * kept)
    row.stigma = in_parts(row.stigma * kept_stigma)


@part
def remember_journey(people, rules, i, failed, week):
    """A journey without papers in order is over for person i: she has arrived, or it has failed."""
    recall(people, rules, i, week)
    row = people.row[i]
    row.own_tries = in_parts(row.own_tries + PARTS)
    if failed:
        row.own_failures = in_parts(row.own_failures + PARTS)


@part
def remember_years(people, rules, i, removed, week):
    """A time without status ends for person i, by being taken for removal or by leaving."""
    if people.legal[i] != Legal.IRREGULAR and not removed:
        return
    recall(people, rules, i, week)
    row = people.row[i]
    row.own_years = in_parts(row.own_years + PARTS * (week - row.since) / WEEKS_PER_YEAR)
    if removed:
        row.own_removals = in_parts(row.own_removals + PARTS)


@part
def bear_stigma(people, rules, i, share, week):
    """Person i is at home again, where she is met with ``share`` of stigma, or with what is left of more."""
    recall(people, rules, i, week)
    people.row[i].stigma = max(people.row[i].stigma, in_parts(PERCENT * share))

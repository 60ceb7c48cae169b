"""Status that people foresee: the hope for papers, protection or a permit as part of what arriving is worth (pull).

A person without status may lose her place by removal, at the hazard d, or obtain a status, at the hazard q. What she
then earns with papers is hers for the rest of the horizon H, since nobody removes her. With r the discount rate and
k = r + d + q the years that count are

    without status   Y0 = (1 - exp(-k·H)) / k
    with it          Y1 = q·∫ exp(-k·t)·A(H - t) dt,   A(T) = (1 - exp(-r·T)) / r

and arriving without papers is worth (1 - a)·[Y0·(w0 - w_home) + Y1·(w1 - w_home)] + a·A(H)·(w1 - w_home), a the chance
of protection of those who need it. With q = a = 0 this is what is reckoned without foresight.

q and a are beliefs of the community at home about each destination, not what is so there (C9-M28; it is disputed
whether such hopes draw anyone). They come from what is heard of those who have gone, as every belief does: papers and
permits obtained over years lived without status, protection over those who asked. And from what is announced: of a
change of the law ``status.announced_credence`` is believed at once, and fades as the community comes to see what
becomes of it. What is announced and never given is thus believed for a while, and what is given quietly is found out
late. Whether more people come follows from what the hope is worth beside everything else.
"""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

from sim.agents.people import Legal, Stage
from sim.declared.sources import From, Switched, Worked, family
from sim.ground.calendar import WEEKS_PER_YEAR
from sim.ground.kernel import kernel, part, rule
from sim.rules.people.beliefs import believed, believed_exploitation, fade

PAPERS, PERMIT, ASYLUM = range(3)  # rows of what is heard of status
LEAST_RATE = 1e-9  # below which nothing is discounted


@family
class AnticipationRules(NamedTuple):
    """How hopes for a status are kept and weighed."""

    on: Annotated[int, Switched("status_anticipation")]
    credence: Annotated[float, From("status.announced_credence")]
    kept: Annotated[float, Worked(fade, "beliefs.half_life")]  # a week
    discount: Annotated[float, From("choice.discount")]
    horizon: Annotated[float, From("choice.horizon")]  # years


@rule
def present_years(rate, horizon):
    """Years that count of ``horizon`` years at a rate of discount and loss: (1 - exp(-rate·H)) / rate."""
    return horizon if rate < LEAST_RATE else -math.expm1(-rate * horizon) / rate


@rule
def years_foreseen(rules, removal, gained):
    """(Y0, Y1): years that count without status and with one, at yearly hazards of removal and of gaining one."""
    r, h = rules.discount, rules.horizon
    k = r + removal + gained
    without = present_years(k, h)
    if gained <= 0.0:
        return without, 0.0
    if r < LEAST_RATE:
        return without, gained * (h * without + (math.exp(-k * h) * (1.0 + k * h) - 1.0) / (k * k))
    return without, gained / r * (without - math.exp(-r * h) * present_years(k - r, h))


@rule
def years_ahead(rules, own, removal, gained):
    """:func:`years_foreseen` by a person's own view of removal, beside that of others."""
    if own.years > 0.0 or own.removals > 0.0:
        removal = (removal + own.removals) / (1.0 + own.years)
    return years_foreseen(rules, removal, gained)


@rule
def earned(s, p, row, own, w_home, d, w_irregular):
    """What work in region d is worth to a person who arrives there without papers, US$; ``w_irregular`` US$ a year."""
    gained, protected = hopes(s, row, d)
    w_regular = s.regions[d].income_regular * row.ability_abroad
    if row.skill:
        w_regular *= p.choice.skill_premium
    without, secure = years_ahead(p.anticipation, own, s.law[d].removal, gained)
    worth = without * (w_irregular - w_home) + secure * (w_regular - w_home)
    if protected > 0.0:
        worth += protected * (p.choice.annuity_home * (w_regular - w_home) - worth)
    return worth


@rule
def hopes(s, row, d):
    """(yearly chance of a status, chance of protection) that a person believes in of region d."""
    pair = s.pair_of[row.home, d]
    if pair < 0:
        return 0.0, 0.0
    return s.pairs[pair].hope[0], s.pairs[pair].hope[1] * row.protection_need


# --- what is heard ----------------------------------------------------------------------------------------------


@rule
def hear_of_status(s, p, i, way, obtained, occasions):
    """People at home hear what has become of person i, where she is; ``occasions`` of obtaining a status by ``way``."""
    pair = s.pair_of[s.people.row[i].home, s.people.here[i]]
    if pair >= 0:
        heard = s.pairs[pair].heard_status
        heard[way, 0] += p.channel.report_good * obtained
        heard[way, 1] += p.channel.report_good * occasions


@rule
def obtained_papers(people, i, week):
    """Whether person i, who works abroad, has been given papers this week: status anew, in a job that is older."""
    row = people.row[i]
    return row.since == week and row.job_since < week


@kernel
def hear_of_those_abroad(s, p, week):
    """A week of everyone who lives abroad without status, and those who have obtained one at work."""
    weeks = 1.0 / WEEKS_PER_YEAR
    for i in range(len(s.people.legal)):
        legal, stage = s.people.legal[i], s.people.stage[i]
        if legal == Legal.IRREGULAR and (stage == Stage.ARRIVED or stage == Stage.WORKING):
            hear_of_status(s, p, i, PAPERS, 0.0, weeks)
            hear_of_status(s, p, i, PERMIT, 0.0, weeks)
        elif legal == Legal.REGULAR and stage == Stage.WORKING and obtained_papers(s.people, i, week):
            hear_of_status(s, p, i, PAPERS, 1.0, weeks)


# --- what is believed -------------------------------------------------------------------------------------------


@part
def hear_the_news(regions, rules, region, law, each):
    """What was made of announcements fades; a change of what the law would give is news, worth ``each`` of it."""
    row = regions[region]
    for way in range(len(law)):
        row.status_news[way] *= rules.kept
        row.status_news[way] += rules.credence * each[way] * (law[way] - row.told_status[way])
        row.told_status[way] = law[way]


@rule
def hope_for(s, p, pair, way):
    """What people at the start of a pair believe of one way to a status where it ends, at least 0."""
    row = s.pairs[pair]
    there, heard = s.regions[row.end], row.heard_status[way]
    learned = believed(p.belief, heard[0], heard[1], there.start_status[way], row.strength)
    return max(learned + there.status_news[way], 0.0)


@kernel
def foresee(s, p, papers, permit, asylum):
    """What people believe this week; by region what the law would give as announced, float64 (regions,).

    ``papers`` yearly hazard, ``permit`` and ``asylum`` chances: a permit is for those who were exploited, as many as
    people believe are in a year.
    """
    for region in range(len(s.regions)):
        exploited = believed_exploitation(s.regions, p.belief, region)
        law = (papers[region], permit[region], asylum[region])
        hear_the_news(s.regions, p.anticipation, region, law, (1.0, exploited, 1.0))
    for pair in range(len(s.pairs)):
        row = s.pairs[pair]
        for way in range(len(row.heard_status)):
            row.heard_status[way, 0] *= p.anticipation.kept
            row.heard_status[way, 1] *= p.anticipation.kept
        row.hope[0] = hope_for(s, p, pair, PAPERS) + hope_for(s, p, pair, PERMIT)
        row.hope[1] = min(hope_for(s, p, pair, ASYLUM), 1.0)


@kernel
def begin_to_hope(regions, papers, permit, asylum):
    """What communities believe when a run starts: what the law has given for long."""
    for region in range(len(regions)):
        row = regions[region]
        law, each = (papers[region], permit[region], asylum[region]), (1.0, row.start_exploitation, 1.0)
        for way in range(len(law)):
            row.told_status[way] = law[way]
            row.start_status[way] = each[way] * law[way]


@kernel
def mean_hopes(regions, pairs):
    """(status, protection) in which people believe, mean over the pairs at whose start somebody lives."""
    status, asylum, peopled = 0.0, 0.0, 0.0
    for pair in range(len(pairs)):
        if regions[pairs[pair].start].people_at > 0.0:
            status, asylum, peopled = status + pairs[pair].hope[0], asylum + pairs[pair].hope[1], peopled + 1.0
    return status / max(peopled, 1.0), asylum / max(peopled, 1.0)

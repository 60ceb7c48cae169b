"""What campaigns tell people, how it fades, and how those who recruit tell other stories (model 5).

    information = what a person had at birth + taught
    against the stories of today she has information - taught·(1 - 2^-changed)

``taught`` fades with a half-life. ``changed`` counts half-lives of the stories told to people of her region since she
was last taught: stories change as fast as people see through them, because of campaigns, and rest where nobody does.
A campaign tells of the stories that were told when its reach last grew: one that runs on tells of old ones, a new one
works again. What campaigns change in behaviour is unknown (C13-M36, C10-M44): ``stories_adapt`` turns this half off.
"""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

from sim.declared.sources import From, Worked, family
from sim.ground.calendar import left_after
from sim.ground.draws import Stream, draw
from sim.ground.kernel import kernel, rule

FADE_WEEKS = 13  # a quarter of a year: how often a person's knowledge is looked at


def per_week(half_life: float, adapt: str) -> float:
    """Half-lives in a week, none where stories stay as they are."""
    return 0.0 if adapt == "off" else 1.0 / half_life


def left_after_a_look(half_life: float) -> float:
    """Share of what was taught that is left from one look to the next."""
    return left_after(FADE_WEEKS, half_life)


@family
class KnowledgeRules(NamedTuple):
    """Parameters of what people know, and of what recruiters make of it."""

    step: Annotated[float, From("beliefs.campaign_step")]  # of what a person does not know
    kept: Annotated[float, Worked(left_after_a_look, "beliefs.taught_half_life")]
    change: Annotated[float, Worked(per_week, "recruit.story_half_life", "mechanisms.stories_adapt")]


@rule
def holds(regions, row):
    """What a person (her record) was taught and that still holds of the stories told to people of her region."""
    return row.taught * 0.5 ** (regions[row.home].story - row.story)


@rule
def sees_through(regions, row):
    """How well informed a person is about the stories told today, in (0, 1)."""
    return row.information - (row.taught - holds(regions, row)) if row.taught > 0.0 else row.information


@rule
def hears_of_rights(people, regions, rules, now, i):
    """A campaign or a centre at home tells a person part of what she did not know (``origin.information_campaign``)."""
    row = people.row[i]
    reach = regions[row.home].informs
    if reach <= 0.0 or people.here[i] != row.home:
        return
    if draw(now.seed, Stream.CAMPAIGN, i, row.generation, now.week, 0) < reach:
        still = holds(regions, row)
        new = 0.5 ** (regions[row.home].story - regions[row.home].story_told)  # of what the campaign tells her
        still += (1.0 - row.information + row.taught - still) * rules.step * new
        more = (1.0 - row.information) * rules.step
        row.information += more
        row.taught += more
        if still > 0.0:
            # as of the week in which all that she was taught would have held as far as this does
            row.story = regions[row.home].story + min(math.log2(still / row.taught), 0.0)


@kernel
def knowledge_fades(people, rules, week):
    """What people were taught fades towards what they had at birth; every person's turn is once in a quarter."""
    for i in range(-week % FADE_WEEKS, len(people.due), FADE_WEEKS):
        row = people.row[i]
        if row.taught > 0.0:
            lost = (1.0 - rules.kept) * row.taught
            row.information -= lost
            row.taught -= lost


@rule
def is_told_a_story(regions, row):
    """Those who tell a person (her record) a story see how far campaigns have made it known."""
    regions[row.home].heard_stories[0] += holds(regions, row)
    regions[row.home].heard_stories[1] += 1.0


@kernel
def stories_change(regions, rules, kept):
    """A week of stories: they change as fast as those who tell them find them known; what they found fades."""
    for region in range(len(regions)):
        row = regions[region]
        if row.heard_stories[1] > 0.0:
            row.story += rules.change * row.heard_stories[0] / row.heard_stories[1]
        row.heard_stories[0] *= kept
        row.heard_stories[1] *= kept

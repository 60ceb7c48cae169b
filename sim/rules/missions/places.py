"""What a mission is to a place: how many come, what a scandal changes, and what local police are left with.

A mission that waives immunity finds fewer who come (C8-M07); one that sends groups with a bad record home has fewer
until others take their place (C8-M32). What comes out although nobody acted on it makes a scandal: trust goes at once,
rules change a long time later, and are forgotten again (C8-M21, C8-M23). Local police can do more while a mission
stands beside them, and keep part of it when it leaves, for as long as that lasts:

    skill of local police = 1 + stands in·help + lasts·built,   built moves towards help while there, and fades after
"""

from __future__ import annotations

import numpy as np

from sim.ground.calendar import WEEKS_PER_YEAR
from sim.rules.missions.inside import REVIEW_WEEKS, Floats, MissionRules, moved
from sim.rules.missions.reporting import Known, Orders, Outcome


def who_come(rules: MissionRules, orders: Orders, immunity_at_start: float, bad: Floats) -> Floats:
    """Share of the members who are wanted that come, (regions, GROUPS); ``bad`` how bad the record of a group is."""
    waived = np.maximum(immunity_at_start - orders.immunity, 0.0)
    return np.asarray((1.0 - rules.waived * waived) * (1.0 - rules.unreplaced * orders.refuse * bad))


def record_of(rules: MissionRules, recorded: Floats, people: Floats) -> Floats:
    """How bad the record of a group is, in [0, 1]: cases on record for each member, over what is too much."""
    yearly = recorded * WEEKS_PER_YEAR / REVIEW_WEEKS
    rate = np.divide(yearly, people, out=np.zeros_like(people), where=people > 0.0)
    return np.asarray(np.minimum(rate / max(rules.refused_at, 1e-9), 1.0))


def chance_of_scandal(rules: MissionRules, known: Known, came: Outcome, media: Floats, present: Floats) -> Floats:
    """Chance that what was done and not acted on comes out in four weeks, (regions,).

    It goes by what is done among ``rules.scandal_people`` people at risk, of whom (regions,) ``present`` are modelled.
    """
    unanswered = np.maximum(known.incidents - came.answered, 0.0).sum(axis=1)
    unanswered *= rules.scandal_people / np.maximum(present, 1.0)
    return np.asarray(-np.expm1(-rules.scandal * unanswered * media))


def after_scandal(rules: MissionRules, exposed: Floats, reform: Floats, breaks: Floats) -> tuple[Floats, Floats]:
    """(what is remembered of scandals, what they have changed) after four weeks, (regions,) each in [0, 1]."""
    remembered = np.maximum(exposed * (1.0 - moved(rules.reform_fades)), breaks)
    return remembered, np.asarray(reform + moved(rules.reform_lag) * (remembered - reform))


def local_police(rules: MissionRules, built: Floats, size: Floats, lever: Floats) -> tuple[Floats, Floats]:
    """(what has been built, skill of local police over what it would be), (regions,) each."""
    help_there = lever * np.minimum(size / rules.enough, 1.0)
    pace = np.where(help_there > built, moved(rules.builds), moved(rules.unbuilds))
    now_built = built + pace * (help_there - built)
    return np.asarray(now_built), np.asarray(1.0 + rules.stands_in * help_there + rules.lasts * now_built)

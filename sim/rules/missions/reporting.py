"""What is reported of misconduct in a mission, what is withheld, and what becomes of it (C8-M08, C8-M18, C8-M19).

    chance of a report  = logistic(base + protected·whistle-blowers + duty·conduct - loyal·tolerance
                                   - unsafe·(1 - believed safe))
    withheld            = 1 - (1 - withholds·rating·(1 - by effort))·(1 - obstructs·tolerance)

Where units are rated by the number of their cases they withhold reports: fewer cases are on record, and not less is
done. Files are lost as members hand over to the next, and when a mission ends. Of what is decided some leave before
anything follows, some are sent home, and some are tried: where they are only if immunity is waived and courts there
can do it, both of which seldom meet; at home far from what proves it. Everything is an expected number, (regions,
GROUPS).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.agents.contingents import Member
from sim.ground.calendar import WEEKS_PER_YEAR
from sim.rules.missions.inside import REVIEW_WEEKS, Floats, MissionRules, gone, moved


class Orders(NamedTuple):
    """What holds in each mission: levers of the week, float64 (regions, 1), with what a scandal has added."""

    size: Floats  # members for 1000 people at risk
    immunity: Floats
    conduct: Floats
    patrols: Floats
    training: Floats
    reminders: Floats
    command: Floats
    curfew: Floats
    rating: Floats
    rating_effort: Floats
    whistleblowers: Floats
    handover: Floats
    courts: Floats
    advisers: Floats
    refuse: Floats
    contractors: Floats
    local_police: Floats


class Known(NamedTuple):
    """What happens in four weeks, and what of it is known, float64 (regions, GROUPS)."""

    incidents: Floats
    reports: Floats
    withheld: Floats
    recorded: Floats
    punished: Floats  # reporters who suffer for it


class Outcome(NamedTuple):
    """What becomes of open cases in four weeks, float64 (regions, GROUPS)."""

    lost: Floats
    left: Floats
    sent_home: Floats
    tried_there: Floats
    tried_at_home: Floats
    convicted: Floats
    open: Floats  # that are left
    answered: Floats  # for which somebody is sent home, convicted or both


def chance_of_report(rules: MissionRules, orders: Orders, tolerance: Floats, safe: Floats) -> Floats:
    """Chance that a colleague reports what somebody has done (C8-M20)."""
    x = rules.report_base + rules.report_protected * orders.whistleblowers + rules.report_duty * orders.conduct
    x = x - rules.report_loyal * tolerance - rules.report_unsafe * (1.0 - safe)
    return np.asarray(1.0 / (1.0 + np.exp(-x)))


def become_known(
    rules: MissionRules, orders: Orders, people: Floats, buys: Floats, mood: tuple[Floats, Floats]
) -> Known:
    """Misconduct of four weeks; ``mood`` is tolerance, and how far reporters are thought to be safe."""
    tolerance, safe = mood
    occasions = 1.0 - rules.confined * orders.curfew  # none of them in quarters (C8-M28)
    incidents = rules.incidents * people * buys * occasions * REVIEW_WEEKS / WEEKS_PER_YEAR
    reported = incidents * chance_of_report(rules, orders, tolerance, safe)
    counts = rules.withholds * orders.rating * (1.0 - orders.rating_effort)
    withheld = reported * (1.0 - (1.0 - counts) * (1.0 - rules.obstructs * tolerance))
    punished = reported * tolerance * (1.0 - orders.whistleblowers)
    return Known(incidents, reported, withheld, reported - withheld, punished)


def decide(
    rules: MissionRules, orders: Orders, cases: Floats, tolerance: Floats, law: Floats, ended: Floats
) -> Outcome:
    """What becomes of ``cases`` that are open; ``law`` rule of law there, ``ended`` 1 where the mission has gone."""
    hands_over = np.maximum(gone(rules), ended)
    lost = cases * hands_over * rules.files_lost * (1.0 - orders.handover)
    kept = cases - lost
    decided = kept * moved(rules.decided)
    contractors = np.arange(len(rules.exits)) == Member.CONTRACTORS
    left = decided * rules.exits * (1.0 - orders.contractors * contractors)
    rest = decided - left
    returns = orders.conduct * (1.0 - rules.lenient * tolerance)
    sent_home = rest * returns
    # immunity waived, and a court that can try it: both (C8-M08)
    there = rest * (1.0 - orders.immunity) * (law >= rules.host_least)
    at_home = (rest - there) * rules.willing
    x = rules.trial_base + rules.trial_on_site * orders.courts + rules.trial_advised * orders.advisers
    convicted = there * law + at_home / (1.0 + np.exp(-x))
    answered = sent_home + (1.0 - returns) * convicted
    return Outcome(lost, left, sent_home, there, at_home, convicted, kept - decided, answered)


def fear_after(rules: MissionRules, fear: Floats, known: Known, came: Outcome, tightened: Floats) -> Floats:
    """What members expect misconduct to cost, months of pay, after four weeks; ``tightened`` rules announced since."""
    happened = known.incidents > 0.0
    seen = np.zeros_like(fear)
    # cases of a time in which more was done do not make it likelier than certain
    for came_to, loss in ((came.sent_home, rules.loss_home), (came.convicted, rules.loss_convicted)):
        chance = np.divide(came_to, known.incidents, out=np.zeros_like(fear), where=happened)
        seen += np.minimum(chance, 1.0) * loss
    return np.asarray(fear + moved(rules.learned) * (seen - fear) + rules.announced * tightened)

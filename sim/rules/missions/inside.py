"""Who buys among the members of a mission: knowledge, tone from the top, and what they expect it to cost them.

    buying = (unaware·(1 - trained) + resistant·(1 - attitude·trained) + complicit) / (unaware + resistant + complicit)
             · exp(norm·(tolerance - tolerance at the start)) · exp(-deters·fear)

Training moves those who do not know what they are part of, and hardly those who know and do not mind (C8-M11): it can
do no more than their share. It fades, leaves with those who go home, and counts only as far as superiors stand behind
it (C8-M12). What superiors put up with spreads downwards, more of it when they allow than when they forbid, and meets
what peers do (C8-M17, C8-M37):

    tolerance moves towards up·signal + (1 - up)·tolerance at the start·buying

Fear is learned from what happens to others who are found out, and fades where nothing does (C8-M05, C8-M30). All arrays
are (regions, GROUPS), or (regions, 1) where a mission is as one.
"""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.agents.contingents import Member
from sim.declared.sources import ByName, From, Switched, family
from sim.ground.calendar import WEEKS_PER_YEAR, left_after

REVIEW_WEEKS = 4
Floats = NDArray[np.float64]


@family
class MissionRules(NamedTuple):
    """Parameters of missions from inside."""

    inside: Annotated[int, Switched("mission_inside")]
    # by Member: who they are, how far rules reach them, who lives in barracks, who goes before anything is decided
    share: Annotated[NDArray[Any], ByName("mission.share_{}", Member)]
    control: Annotated[NDArray[Any], ByName("mission.control_{}", Member)]
    confined: Annotated[NDArray[Any], ByName("mission.confined_{}", Member)]
    exits: Annotated[NDArray[Any], ByName("mission.exits_{}", Member)]
    patrolled: Annotated[NDArray[Any], ByName("mission.patrolled_{}", Member)]
    unaware: Annotated[float, From("mission.unaware")]
    resistant: Annotated[float, From("mission.resistant")]
    complicit: Annotated[float, From("mission.complicit")]
    attitude: Annotated[float, From("mission.attitude")]
    norm: Annotated[float, From("mission.norm")]
    deters: Annotated[float, From("mission.deters")]
    training_half_life: Annotated[float, From("mission.training_half_life")]  # weeks
    reminded: Annotated[float, From("mission.reminded")]  # a year
    tour: Annotated[float, From("mission.tour", times=WEEKS_PER_YEAR)]  # weeks
    tolerance: Annotated[float, From("mission.tolerance")]
    from_above: Annotated[float, From("mission.from_above")]
    amplified: Annotated[float, From("mission.amplified")]
    tone_half_life: Annotated[float, From("mission.tone_half_life")]  # weeks
    presses: Annotated[float, From("mission.presses")]
    learned: Annotated[float, From("mission.learned")]  # half-life, weeks
    announced: Annotated[float, From("mission.announced")]
    # what is reported, and what becomes of it
    incidents: Annotated[float, From("mission.incidents")]  # a year
    report_base: Annotated[float, From("mission.report_base")]
    report_protected: Annotated[float, From("mission.report_protected")]
    report_duty: Annotated[float, From("mission.report_duty")]
    report_loyal: Annotated[float, From("mission.report_loyal")]
    report_unsafe: Annotated[float, From("mission.report_unsafe")]
    withholds: Annotated[float, From("mission.withholds")]
    obstructs: Annotated[float, From("mission.obstructs")]
    decided: Annotated[float, From("mission.decided")]  # half-life of open cases, weeks
    files_lost: Annotated[float, From("mission.files_lost")]
    lenient: Annotated[float, From("mission.lenient")]
    willing: Annotated[float, From("mission.willing")]
    host_least: Annotated[float, From("mission.host_least")]
    trial_base: Annotated[float, From("mission.trial_base")]
    trial_on_site: Annotated[float, From("mission.trial_on_site")]
    trial_advised: Annotated[float, From("mission.trial_advised")]
    loss_home: Annotated[float, From("mission.loss_home")]  # months of pay
    loss_convicted: Annotated[float, From("mission.loss_convicted")]
    scandal: Annotated[float, From("mission.scandal")]
    scandal_people: Annotated[float, From("smuggling.market_people")]  # a place of usual size
    reform_lag: Annotated[float, From("mission.reform_lag")]  # half-life, weeks
    reform_fades: Annotated[float, From("mission.reform_fades")]
    legitimacy: Annotated[float, From("mission.legitimacy")]
    # how many there are, and what they do for local police
    waived: Annotated[float, From("mission.waived")]
    refused_at: Annotated[float, From("mission.refused_at")]  # cases on record for each member in a year
    unreplaced: Annotated[float, From("mission.unreplaced")]
    builds: Annotated[float, From("mission.builds")]  # half-life, weeks
    unbuilds: Annotated[float, From("mission.unbuilds")]
    stands_in: Annotated[float, From("mission.stands_in")]
    lasts: Annotated[float, From("mission.lasts")]
    enough: Annotated[float, From("mission.enough")]  # members for 1000 people at risk


def moved(half_life: float) -> float:
    """Part of the way to where something goes that is covered between two reviews."""
    return 1.0 - left_after(REVIEW_WEEKS, half_life)


def gone(rules: MissionRules) -> float:
    """Share of members who go home between two reviews."""
    return float(-np.expm1(-REVIEW_WEEKS / rules.tour))


def buying(rules: MissionRules, trained: Floats, tolerance: Floats, fear: Floats) -> Floats:
    """Members who buy, over those at the start (module's docstring)."""
    # training counts as far as superiors stand behind it
    counts = trained * np.clip((1.0 - tolerance) / max(1.0 - rules.tolerance, 1e-9), 0.0, 1.0)
    unaware, resistant = rules.unaware * (1.0 - counts), rules.resistant * (1.0 - rules.attitude * counts)
    everyone = max(rules.unaware + rules.resistant + rules.complicit, 1e-9)
    mood = np.exp(rules.norm * (tolerance - rules.tolerance) - rules.deters * fear)
    return np.asarray((unaware + resistant + rules.complicit) / everyone * mood)


def joined_by(trained: Floats, before: Floats, after: Floats, newcomers: Floats) -> Floats:
    """Share who know once a group has grown from ``before`` to ``after``; ``newcomers`` share of them who know."""
    stay = np.divide(np.minimum(before, after), after, out=np.ones_like(after), where=after > 0.0)
    return np.asarray(trained * stay + newcomers * (1.0 - stay))


def train(rules: MissionRules, trained: Floats, before: Floats, reminders: Floats) -> Floats:
    """Share who know after four weeks: ``before`` share of newcomers who are trained, ``reminders`` their reach."""
    left = trained * (1.0 - moved(rules.training_half_life)) * (1.0 - gone(rules))
    arrived = gone(rules) * before
    reached = 1.0 - np.exp(-rules.reminded * reminders * REVIEW_WEEKS / WEEKS_PER_YEAR)
    return np.asarray(left + arrived + (1.0 - left - arrived) * reached)


def tone(rules: MissionRules, tolerance: Floats, command: Floats, buys: Floats) -> Floats:
    """Tolerance after four weeks: ``command`` -1 allows, 0 says nothing, 1 forbids and means it."""
    allows = rules.tolerance + np.minimum(rules.amplified * np.maximum(-command, 0.0), 1.0) * (1.0 - rules.tolerance)
    signal = np.where(command < 0.0, allows, rules.tolerance * (1.0 - np.maximum(command, 0.0)))
    peers = np.minimum(rules.tolerance * buys, 1.0)
    aim = rules.from_above * signal + (1.0 - rules.from_above) * peers
    return np.asarray(tolerance + moved(rules.tone_half_life) * (aim - tolerance))


def kept_from_it(rules: MissionRules, conduct: Floats, patrols: Floats, contractors: Floats) -> Floats:
    """Share of visits to open places that rules of conduct and patrols stop, by group (C8-M15, C8-M16, C8-M36).

    ``conduct`` how far rules hold members who are under discipline; ``patrols`` that keep members out, which civilians
    meet too; ``contractors`` how far contracts bind those who work for a mission.
    """
    control = np.array(rules.control)
    bound = np.where(
        np.arange(len(control)) == Member.CONTRACTORS,
        control + (1.0 - control) * contractors,
        control * np.ones_like(contractors),
    )
    return np.asarray(1.0 - (1.0 - conduct * bound) * (1.0 - np.maximum(patrols, 0.0) * rules.patrolled))

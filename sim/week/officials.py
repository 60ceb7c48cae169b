"""Officials: what is done about corruption, who turns and who is found out, and the papers that they sell."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.agents.officials import Post
from sim.conditions.opening import count_papers
from sim.rules.corruption import capture, retainers
from sim.rules.corruption.bribes import leaks, unit_of
from sim.rules.networks import facilitating
from sim.state.state import State
from sim.week.agenda import Agenda

MISSION, CONSULATE = int(Post.MISSION), int(Post.CONSULATE)  # numpy takes microseconds to compare with a member


def serving(state: State) -> NDArray[np.bool_]:
    """Who holds a post this week: those of a mission only where there is one; bool (officials,)."""
    officials, there = state.officials, state.levers.now["mission.size"] > 0.0
    return np.asarray((officials["post"] != MISSION) | there[officials["region"]])


def integrity(state: State, week: Agenda) -> capture.Integrity:
    """What is done about corruption in each region this week, and in the missions there."""
    if state.levers_moved("integrity") or week.integrity is None:
        week.integrity = enacted_integrity(state)
    return week.integrity


def enacted_integrity(state: State) -> capture.Integrity:
    """The same, from the levers.

    Members of a mission are paid as where wages are highest, answer to its rules of conduct, and go home after a
    tour. Found out, they lose the rest of it, and a career as far as immunity is waived (C8-M05, C8-M10).
    """
    now, regions, values = state.levers.now, state.world.regions, state.scenario.values
    living, free = regions.wage_regular, 1.0 - now["mission.immunity"]
    conduct, tour = now["mission.conduct"], 52.0 * values["mission.tour"]
    nothing, each = np.zeros(len(living)), np.ones(len(living))
    career = 52.0 * values["official.career"]
    local_and_mission = {
        "pay": (now["integrity.pay"] * living, living.max() * each),
        "career": (career * each, values["mission.tour_left"] * tour + free * career),
        "living": (living, living),
        "monitoring": (now["integrity.monitoring"], values["mission.monitoring"] * conduct),
        "rotation": (-np.expm1(-4.0 / 52.0 * now["integrity.rotation"]), -np.expm1(-4.0 / tour) * each),
        "whistleblower": (now["integrity.whistleblower"], values["integrity.whistleblower"] * conduct),
        "external": (seen_from_outside(state), free * now["integrity.external_inspection"]),
        "media": (now["integrity.media_freedom"],) * 2,
        "transparency": (now["integrity.visa_transparency"], nothing),
        "reach": (now["integrity.reach"], each),
        "law": (now["region.rule_of_law"], conduct),
    }
    return capture.Integrity(**{name: np.concatenate(both) for name, both in local_and_mission.items()})


def seen_from_outside(state: State) -> NDArray[np.float64]:
    """Chance that a sale comes to light from outside: to inspectors, or in what officials own (C3-M45); (regions,).

    Accounts show what was paid in money, and nothing of what was paid in services (C2-M20).
    """
    now, values = state.levers.now, state.scenario.values
    inspected = now["integrity.external_inspection"]
    found = values["assets.accounts"] * (1.0 - values["official.in_kind"]) * now["integrity.accounts"]
    return np.asarray(inspected + (1.0 - inspected) * found)


def expect_leaks(state: State) -> None:
    """What the trade expects of raids of which many are briefed."""
    state.units["betrayed"] = leaks(state.units["bought"], state.p.term.briefed)


def issue_papers(state: State) -> None:
    """Genuine papers of the week: what fronts obtain, and what consular officers who sell can issue (C2-M17)."""
    values, regions = state.scenario.values, len(state.regions)
    units, first = unit_of(state.p.official, CONSULATE, np.arange(regions)), state.s.unit_first
    line = np.maximum(first[units + 1] - first[units] - 1, 0) * state.units["stands_for"][units]
    open_to_see = state.levers.now["integrity.visa_transparency"]
    sellers = state.units["share"][units] * line
    state.regions["papers_issued"] = sellers * values["official.papers"] * (1.0 - open_to_see) / 52.0
    usual = values["official.fronts"] * values["papers.genuine_supply"] * state.regions["people_at"] / 1000.0 / 52.0
    depends = values["facilitator.front_share"]
    there = np.empty(regions)
    facilitating.fronts(state.facilitators.records, state.s.node_first, values["facilitator.open_start"], there)
    state.regions["papers_fronts"] = usual * (1.0 - depends + depends * there)
    count_papers(state)


def adapt_officials(state: State, week: Agenda) -> None:
    """Every four weeks: who is found out, who is posted elsewhere, who turns."""
    if week.week % capture.REVIEW_WEEKS:
        return
    s, p = state.s, state.p
    if state.mechanisms["corruption"] == "off":
        state.units["tally"] = 0.0
    else:
        retainers.review_retainers(s, p, week.ledger)
        # who was there with a mission that is over has gone home
        if state.levers_moved("serving") or week.gone is None:
            week.gone = np.flatnonzero(~serving(state))
        state.officials["captured"][week.gone] = 0
        capture.review_posts(s.officials, s.units, s.unit_first, p.official, week.now, week.row, integrity(state, week))
        expect_leaks(state)
        retainers.strike_off(s.enterprises, s.officials, week.row)
    issue_papers(state)

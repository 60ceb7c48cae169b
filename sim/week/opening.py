"""What is there when a run starts: officials in their posts, beliefs, partners, venues, jobs and fees."""

from __future__ import annotations

import numpy as np

from sim.agents.officials import Post
from sim.conditions import conditions
from sim.conditions.enacted import enact
from sim.conditions.opening import initial_beliefs
from sim.conditions.prospects import enforcement_effort, expect_removals, see_prospects, see_the_ways
from sim.ground.calendar import Now
from sim.ledger.counters import COUNTERS
from sim.rules.corruption import capture
from sim.rules.corruption.bribes import bought_by_region
from sim.rules.justice.trust import first_trust
from sim.rules.moving import smuggling
from sim.rules.networks import facilitating, partners
from sim.rules.people.birth import wishes_of_those_abroad
from sim.rules.work import jobs, labour
from sim.state.state import State
from sim.week.agenda import Agenda
from sim.week.officials import expect_leaks, integrity, issue_papers, serving
from sim.week.trading import list_enterprises, review_venues


def open_the_world(state: State, week: Agenda) -> None:
    """Everything that has to be so before the first week."""
    state.levers.advance(week.week)
    week.effort = enforcement_effort(state.levers.start["border.control"])
    enact(state)
    open_posts(state, week)
    see_the_ways(state)
    initial_beliefs(state)
    see_the_ways(state)
    list_enterprises(state, week)
    find_first_partners(state, week)
    open_the_labour_market(state, week)
    see_the_ways(state)
    smuggling.review_offers_of(state.s, state.p, week.active, state.seed)
    list_enterprises(state, week)
    see_prospects(state)
    if state.p.trust.on:
        state.s.law["collusion"] = state.regions["start_collusion"]
        first_trust(state.s, state.p.trust)
    wishes_of_those_abroad(state.s, state.p, week.now)


def open_posts(state: State, week: Agenda) -> None:
    """Who holds each post when a run starts, and what the trade expects of it."""
    s, p = state.s, state.p
    share = 0.0 if state.mechanisms["corruption"] == "off" else state.scenario.values["official.captured_start"]
    done = integrity(state, week)
    capture.first_officials(s.officials, p.official, week.now, share, done)
    state.officials["captured"][~serving(state)] = 0
    capture.expect_everywhere(s.officials, s.units, s.unit_first, p.official, done)
    bought, _ = bought_by_region(state.units, state.p.official, Post.POLICE, len(state.regions))
    state.regions["start_collusion"] = bought
    expect_leaks(state)
    issue_papers(state)


def find_first_partners(state: State, week: Agenda) -> None:
    """Enterprises that are there at the start have had time to find partners."""
    s, p, counters = state.s, state.p, np.zeros(len(COUNTERS))
    for before in range(week.week - state.scenario.values["network.weeks_before"], week.week):
        facilitating.look_around(s.facilitators, s.nodes, p.facilitator)
        partners.tend_partners(s, p, Now(before, state.seed, state.seed), counters)
    state.pairs["partners"] = facilitating.cost_of_partners(state.nodes, week.needed, state.p.partner.needs)


def open_the_labour_market(state: State, week: Agenda) -> None:
    """Venues open as buyers want them, and those who are there at the start find work."""
    expect_removals(state.s.regions, state.s.law, state.p.belief)
    conditions.see_work(state, week.passes.see_risks)
    conditions.appraise(state)
    review_venues(state, week, everyone=True)
    labour.want_slots(state.s.cells)
    week.passes.count_vacant(state.s)
    jobs.first_jobs(state.s, state.p, week.now, np.zeros(len(COUNTERS)))

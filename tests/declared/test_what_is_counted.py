"""What figures count: each event once, under the one heading that says what it is."""

from __future__ import annotations

import numpy as np
import pytest

from sim.agents.cases import CaseStage, Source, Target
from sim.agents.officials import Post
from sim.agents.people import Channel, Stage, Tier
from sim.declared.measures.catalogue import METRICS
from sim.declared.measures.metrics import over_period
from sim.ground.calendar import Now
from sim.ground.kernel import kernel
from sim.ledger.accounts import Account, Ledger
from sim.ledger.counters import COUNTER_INDEX, COUNTERS, C
from sim.report import words
from sim.rules.control.leaving import act_on_exit, bought_off
from sim.rules.control.ways_out import Exit
from sim.rules.corruption.bribes import unit_of
from sim.rules.justice.investigation import investigate
from sim.rules.moving.crossings import crosses
from sim.rules.moving.journeys import arrive
from sim.scenario.scenario import Scenario
from sim.week.truth import record_cohorts
from sim.week.week import Week

ALONE, BY_PAPERS, IN_ORDER = Channel.ALONE, Channel.PAPERS, Channel.REGULAR


@pytest.fixture(scope="module")
def base():
    return Week(Scenario.compose(["world=corridor", "people.size=2000", "time.years=1"]), 3)


@pytest.fixture
def state(base):
    """A state before its first week; what is changed here is put back."""
    tables = [getattr(base.state, name) for name in ("migrants", "venues", "units", "legs", "cases", "cells")]
    before = [{name: table[name].copy() for name in table} for table in tables]
    yield base.state
    for table, columns in zip(tables, before, strict=True):
        for name, column in columns.items():
            table[name][:] = column


def a_ledger():
    return Ledger(np.zeros(len(COUNTERS)), np.zeros(len(Account)))


def figure(name, counters):
    """A metric of one week in which so much was counted."""
    return over_period(METRICS[name], counters.reshape(-1, len(COUNTERS)), COUNTER_INDEX)


# --- arrivals --------------------------------------------------------------------------------------------------------


@kernel
def arrives(s, p, now, i, pair, ledger):
    arrive(s, p, now, i, pair, -1, ledger)


@kernel
def recorded(s, counters, done, cohort_weeks, again_weeks):
    record_cohorts(s, counters, done, cohort_weeks, again_weeks)


def come_to(state, i, region, channel, ledger):
    """Person i arrives in a region, from her own."""
    m = state.migrants
    m["stage"][i], m["here"][i], m["channel"][i], m["paid"][i] = Stage.TRAVELLING, region, channel, 0
    pair = next(int(pair) for pair in state.s.pair_of[:, region] if pair >= 0)
    arrives(state.s, state.p, Now(5, 1, 1), i, pair, ledger)


def who_leave(state, count, intended):
    """The first people leave home for a region where they mean to live; nothing is counted of it."""
    m = state.migrants
    m["abroad"][:count], m["protection_need"][:count], m["first_intended"][:count] = 0, 0, intended


def test_whoever_moves_on_has_arrived_where_she_meant_to_all_the_same(state):
    """Of first arrivals alone: those who settle where they meant to, and later try elsewhere, are no failures."""
    ledger = a_ledger()
    who_leave(state, 3, intended=3)
    for i, ways in enumerate(((3, 4), (3, 4), (4, 3))):
        for region in ways:
            come_to(state, i, region, ALONE, ledger)
    assert figure("arrivals", ledger.counters) == 6 * 52
    assert figure("arrivals_as_intended", ledger.counters) == pytest.approx(2 / 3)


def test_each_person_who_has_left_home_arrives_once_in_her_cohort(state):
    ledger = a_ledger()
    who_leave(state, 3, intended=3)
    for i, channel in enumerate((ALONE, BY_PAPERS, IN_ORDER)):
        come_to(state, i, 3, channel, ledger)
        come_to(state, i, 4, ALONE, ledger)
    weeks = np.zeros((3, len(COUNTERS)))
    weeks[0] = ledger.counters
    recorded(state.s, weeks, 2, 2, 3)
    assert weeks[0, C.COHORT_ARRIVALS] == 3
    assert ledger.counters[C.ARRIVALS_FIRST] == 3
    assert ledger.counters[C.ARRIVALS_FIRST_HIDDEN] == 1


def test_whoever_is_exploited_again_is_counted_in_the_week_in_which_she_left():
    """Every spell that begins again belongs to one leaving, which is entered once it has been followed."""
    words = ["world=corridor", "people.size=6000", "time.burn_in_weeks=0", "time.years=1", "telling.rate=0.03",
             "work.predatory_share=0.5", "police.cases=20", "exit.death=0.3", "threads=1"]  # fmt: skip
    short, long = (Week(Scenario.compose([*words, f"observation.again_weeks={weeks}"]), 1).run() for weeks in (4, 26))
    for run, followed in ((short, 4), (long, 26)):
        seen, again = run.counters, run.state.s.again
        assert again.sum() == seen[:, C.SPELLS_AGAIN].sum() > 0
        over = run.weeks_total - followed
        np.testing.assert_array_equal(seen[:over, C.COHORT_AGAIN], again[:over])
        np.testing.assert_array_equal(seen[:over, C.COHORT_LEFT], seen[:over, C.LEFT_EXPLOITATION])
        assert not seen[over:, [C.COHORT_AGAIN, C.COHORT_LEFT]].any()
        assert (again <= seen[:, C.LEFT_EXPLOITATION]).all()
    assert long.state.s.again.sum() > short.state.s.again.sum()
    told = [k for name, k in COUNTER_INDEX.items() if name not in ("spells_again", "cohort_left", "cohort_again")]
    np.testing.assert_array_equal(long.counters[:, told], short.counters[:, told])


# --- crossings -------------------------------------------------------------------------------------------------------


@kernel
def is_let_through(s, p, now, i, leg, pair, ledger):
    return crosses(s, p, now, i, leg, pair, -1, ledger)


def test_who_is_stopped_on_papers_is_none_of_those_who_cross_without(state):
    """The share of crossings without papers that were stopped is of the same crossings above and below the line."""
    ledger, m, legs = a_ledger(), state.migrants, state.legs
    leg = 0
    legs["danger"][leg], legs["document_check"][leg], legs["loss"][leg] = 0.0, 1.0, 0.0
    state.units["bought"][:], state.units["share"][:], state.units["predators"][:] = 0.0, 0.0, 0.0
    pair = int(state.s.pair_of[state.world.legs.tail[leg], state.world.legs.head[leg]])
    m["protection_need"][:4], m["intended"][:4] = 0, state.world.legs.head[leg]
    for i, (channel, control) in enumerate(((ALONE, 1.0), (ALONE, 0.0), (BY_PAPERS, 0.0), (BY_PAPERS, 0.0))):
        m["stage"][i], m["here"][i] = Stage.TRAVELLING, state.world.legs.tail[leg]
        m["channel"][i], m["tier"][i], m["escrow"][i], m["contract"][i] = channel, Tier.PLAIN, 0.0, 0
        m["provider"][i] = -1
        legs["control"][leg] = control
        goes_on = is_let_through(state.s, state.p, Now(5, 1, 1), i, leg, pair, ledger)
        assert goes_on == (channel == ALONE and control == 0.0)
    assert ledger.counters[C.CROSSINGS] == 2  # of the first two people, who have none
    assert figure("interceptions", ledger.counters) == 3 * 52
    assert figure("stopped_per_crossing", ledger.counters) == 0.5


# --- cases -----------------------------------------------------------------------------------------------------------


def test_leads_whose_target_had_gone_are_no_investigations_that_were_dropped(state):
    """Police never took them up: what is dropped is a share of what was investigated."""
    cases = state.cases
    for n, stage in enumerate((CaseStage.LEAD, CaseStage.LEAD, CaseStage.LEAD, CaseStage.INVESTIGATION)):
        cases["stage"][n], cases["kind"][n], cases["source"][n] = stage, Target.VENUE, Source.REPORT
        cases["target"][n], cases["target_generation"][n] = n, state.venues["generation"][n] - 1
        cases["witness"][n], cases["assigned"][n], cases["frozen"][n] = -1, 0, 0.0
        cases["region"][n] = state.venues["region"][n]
    ledger = a_ledger()
    ledger.counters[C.INVESTIGATIONS] = 4  # the last of these cases is one of them
    investigate(state.s, state.p, Now(5, 1, 1), np.arange(4), ledger)
    assert (cases["stage"][:4] == CaseStage.FREE).all()
    assert ledger.counters[C.LEADS_VOID] == 3
    assert figure("dropped_share", ledger.counters) == 1 / 4


@pytest.mark.parametrize("name", ["cases_void", "cases_dropped", "cases_leaked", "operations_leaked", "disruptions"])
def test_every_way_in_which_an_investigation_ends_without_a_charge_is_a_drop(name):
    counters = np.zeros(len(COUNTERS))
    counters[C.INVESTIGATIONS], counters[COUNTER_INDEX[name]] = 5, 2
    assert figure("dropped_share", counters) == 2 / 5


# --- complaints and tips ---------------------------------------------------------------------------------------------


@kernel
def leaves(s, p, now, i, cause, ledger):
    return act_on_exit(s, p, now, i, np.int8(cause), False, ledger)


@kernel
def is_forgotten(s, p, now, i, cause, ledger):
    return bought_off(s, p, now, i, np.int8(cause), ledger)


def where_police_sell(state, count, share=1.0):
    """People at work in one place, from whom nearly all is withheld, and police all of whom sell, or nobody."""
    m, k = state.migrants, 0
    region = int(state.venues["region"][k])
    unit = unit_of(state.p.official, Post.POLICE, region)
    state.units["share"][unit], state.units["reservation"][unit] = share, 0.0
    state.units["bought"][unit], state.units["predators"][unit] = share, 0.0
    state.cells["by_mission"][:] = 0.0
    m["stage"][:count], m["here"][:count], m["venue"][:count] = Stage.WORKING, region, k
    m["value"][:count], m["credited"][:count], m["receipts"][:count] = 400.0, 0.1, 1e6


def test_complaints_that_police_are_paid_to_forget_have_been_made(state):
    """What is bought is what comes of a complaint, and not how often people complain."""
    found = []
    for share in (0.0, 1.0):
        where_police_sell(state, 8, share)
        ledger = a_ledger()
        ledger.counters[C.ABUSIVE_WEEKS] = 1000
        for i in range(8):
            leaves(state.s, state.p, Now(5, 1, 1), i, Exit.COMPLAINT, ledger)
        found.append(figure("complaint_rate", ledger.counters))
        assert ledger.counters[C.BETRAYED] == 8 * share
    assert found == [8.0, 8.0]


def test_tips_that_are_sold_are_tips(state):
    where_police_sell(state, 5)
    ledger = a_ledger()
    for i in range(5):
        assert is_forgotten(state.s, state.p, Now(5, 1, 1), i, Exit.CLIENT_TIP, ledger)
    assert figure("client_tips", ledger.counters) == 5 * 52
    for cause in (Exit.NEIGHBOUR, Exit.RAID):
        is_forgotten(state.s, state.p, Now(5, 1, 1), 0, cause, ledger)
    assert figure("client_tips", ledger.counters) == 5 * 52


# --- money -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("people", [1e3, 1e6])
def test_a_mean_over_places_is_shown_as_it_is_however_many_people_there_are(people):
    assert words.per_people(METRICS["confiscation_expected"], people) == (1.0, "US$")
    assert not METRICS["confiscation_expected"].per_100k


def test_only_what_is_paid_year_by_year_is_shown_by_the_year():
    assert words.per_people(METRICS["debt_outstanding"], 1e3) == (1e-3, "US$ per person at risk")
    assert words.per_people(METRICS["care_from_assets"], 1e3) == (1e-3, "US$ a year per person at risk")

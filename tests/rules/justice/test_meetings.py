"""What people weigh before they tell, whom they meet first, what is written down of it, and what they are paid back."""

import math

import numpy as np
import pytest

from sim.agents.agencies import AgencyKind
from sim.agents.people import PERSON_COLUMNS, Bound, Legal, Stage
from sim.conditions.conditions import see_work
from sim.ground.calendar import Now
from sim.ground.kernel import kernel
from sim.ground.table import Table
from sim.ledger.accounts import Account, Ledger
from sim.ledger.counters import COUNTERS, C
from sim.rules.control.ways_out import Exit
from sim.rules.justice.contacts import Outcome, who_meets
from sim.rules.justice.courts import compensate
from sim.rules.justice.identification import after_the_meeting, recognised
from sim.rules.justice.records import NOTED, Series, keep_records
from sim.rules.justice.telling import Rung, gain_from_telling, telling_hazard
from sim.scenario.scenario import Scenario
from sim.week.week import Week
from sim.world.law import LAW_RECORD

HOME, HERE = 0, 3
WITH_PAPERS = (Legal.CITIZEN, Legal.REGULAR, Legal.TIED)


@pytest.fixture
def state():
    """A state before its first week."""
    return Week(Scenario.compose(["world=corridor", "people.size=1500", "time.years=1"]), 1).state


def new_ledger():
    return Ledger(np.zeros(len(COUNTERS)), np.zeros(len(Account)))


# --- what somebody weighs who may tell -------------------------------------------------------------------------------


@kernel
def hazard_of(people, regions, law, rules):
    return telling_hazard(people, regions, law, rules, 0, np.int64(HERE), 20.0, np.int64(Rung.INFORMATION))


@kernel
def gain_of(people, regions, law, rules):
    return gain_from_telling(people, regions, law, rules, 0, np.int64(HERE), np.int64(Rung.INFORMATION))


@pytest.fixture
def somebody(state):
    """One person abroad who would earn more at home, so that no permit is worth anything to her, and a law of zeros."""
    table, law = Table("migrant", PERSON_COLUMNS, 1), np.zeros(len(state.regions), LAW_RECORD)
    table["home"][0], table["here"][0] = HOME, HERE
    table["ability"][0], table["ability_abroad"][0] = 1000.0, 1.0
    see_work(state)
    state.regions["mobility"][HERE] = 0.25

    def of(rule, legal, **levers):
        table["legal"][0] = legal
        for name, value in levers.items():
            law[name] = value
        return rule(table.view, state.s.regions, law, state.p.meeting)

    return of


@pytest.mark.parametrize("legal", Legal)
def test_removal_is_feared_by_those_whom_it_threatens(state, somebody, legal):
    """Who may be removed if she stays silent fears it as far as her status lets it happen (C1-M60, C4-M08)."""
    threat = {Legal.IRREGULAR: 1.0, Legal.TIED: 1.0 - 0.25, Legal.VISITOR: state.p.control.fear_visitor}.get(legal, 0.0)
    removal, rules = 0.05, state.p.meeting
    without, with_it = (somebody(hazard_of, legal, protection_conditional=1.0, removal=rate) for rate in (0.0, removal))
    assert removal * rules.fear_years < 1.0
    expected = math.exp(-rules.telling_fear * removal * rules.fear_years * threat)
    assert with_it / without == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("legal", Legal)
def test_entry_is_punished_only_of_those_who_have_no_papers(state, somebody, legal):
    """Punishing entry takes the fine from what telling is worth, and nothing from those who came with papers."""
    spared, punished = (somebody(gain_of, legal, status_punish_entry=lever) for lever in (0.0, 1.0))
    fine = 0.0 if legal in WITH_PAPERS else 0.01 * state.p.meeting.punishment_cents
    assert spared - punished == pytest.approx(fine)


# --- what police write down ------------------------------------------------------------------------------------------


@kernel
def recognise_all(s, now, sector, kind):
    for i in range(len(s.people.here)):
        meeting = s.book.meetings[i]
        meeting.person, meeting.generation = i, s.people.row[i].generation
        meeting.venue, meeting.region, meeting.sector, meeting.agency = -1, HERE, sector, kind
        meeting.outcome = Outcome.NOTHING
        meeting.recognised = recognised(s, now, i, meeting.generation, np.int64(HERE), sector, kind)
    s.book.counts[0] = len(s.people.here)


def recorded(state, sector, kind):
    """(Recognised people, counters, entries by region and series) where all are met, know, may and want to."""
    agencies, people = state.agencies, len(state.migrants)
    agencies["knowledge"][:] = agencies["authority"][:] = agencies["goodwill"][:] = state.cells["priority"][:] = 1.0
    now = Now(7, 1, 1)
    recognise_all(state.s, now, np.int64(sector), np.int64(kind))
    counters, entries = np.zeros((1, len(COUNTERS))), np.zeros((1, len(state.regions), len(Series)))
    rules = state.p.record._replace(missed=0.0, delay=0.0)
    keep_records(state.s.sectors, state.s.law, state.book, rules, now, counters, entries, np.zeros(0, NOTED), 0)
    return int(state.book.meetings["recognised"][:people].sum()), counters[0], entries[0]


@pytest.mark.parametrize("kind", [AgencyKind.POLICE, AgencyKind.SPECIALISED_POLICE])
def test_the_scope_of_the_law_is_asked_once_for_each_person_whom_police_meet(state, kind):
    """What police have recognised because the law covers it is covered in their statistics as well (C7-M17, C9-M02)."""
    sectors, people = state.sectors["commercial_sex"], len(state.migrants)
    other, sex = int(np.flatnonzero(sectors == 0)[0]), int(np.flatnonzero(sectors == 1)[0])
    state.s.law["agency_mandate"] = 0.6
    seen, counters, entries = recorded(state, other, kind)
    assert seen / people == pytest.approx(0.6, abs=0.05)
    assert counters[C.RECORDED_POLICE_OTHER] == counters[C.RECORDED_ALL] == entries[HERE, Series.CASES] == seen
    seen, counters, entries = recorded(state, sex, kind)
    assert counters[C.RECORDED_POLICE_SEX] == entries[HERE, Series.CASES] == seen == people


def test_who_is_recognised_outside_the_scope_of_the_law_is_no_case_of_police(state):
    """A child is taken into care whatever the law covers; what was done to her is then another offence (C9-M02)."""
    other = int(np.flatnonzero(state.sectors["commercial_sex"] == 0)[0])
    state.s.law["agency_mandate"] = 0.6
    now, people = Now(7, 1, 1), len(state.migrants)
    covered, _, _ = recorded(state, other, AgencyKind.POLICE)
    state.book.meetings["recognised"][:people] = 1
    counters, entries = np.zeros((1, len(COUNTERS))), np.zeros((1, len(state.regions), len(Series)))
    rules = state.p.record._replace(missed=0.0, delay=0.0)
    keep_records(state.s.sectors, state.s.law, state.book, rules, now, counters, entries, np.zeros(0, NOTED), 0)
    assert counters[0, C.RECORDED_ALL] == people
    assert counters[0, C.RECORDED_POLICE_OTHER] == covered < people


# --- who meets a person first ----------------------------------------------------------------------------------------


@kernel
def meet(sectors, rules, cause, sector, met):
    for k in range(len(met)):
        met[k] = who_meets(sectors, rules, (k + 0.5) / len(met), cause, sector)


@pytest.mark.parametrize(("inspectorate", "inspected"), [(0.0, 0.0), (0.2, 0.0), (0.2, 0.5), (0.9, 0.9)])
def test_of_complaints_that_come_to_police_specialised_police_take_their_share(state, inspectorate, inspected):
    """What comes to the inspectorate is missing to both kinds of police alike."""
    sector, met = int(state.sectors["inspected"].argmax()), np.zeros(1000, np.int64)
    rules = state.p.meeting._replace(
        tip_specialised=0.3, complaint_inspectorate=inspectorate, complaint_inspected=inspected
    )
    meet(state.s.sectors, rules, np.int64(Exit.COMPLAINT), np.int64(sector), met)
    share = {kind: float((met == kind).mean()) for kind in AgencyKind}
    first = min(inspectorate + inspected * float(state.sectors["inspected"][sector]), 1.0)
    assert share[AgencyKind.INSPECTORATE] == pytest.approx(first, abs=0.002)
    assert share[AgencyKind.SPECIALISED_POLICE] == pytest.approx(0.3 * (1.0 - first), abs=0.002)
    assert share[AgencyKind.POLICE] == pytest.approx(0.7 * (1.0 - first), abs=0.002)


def test_tips_come_to_police_only(state):
    met = np.zeros(1000, np.int64)
    rules = state.p.meeting._replace(tip_specialised=0.3, complaint_inspectorate=1.0)
    meet(state.s.sectors, rules, np.int64(Exit.CLIENT_TIP), np.int64(0), met)
    assert (met == AgencyKind.SPECIALISED_POLICE).sum() == 300
    assert (met == AgencyKind.POLICE).sum() == 700


# --- what was withheld is paid back once -----------------------------------------------------------------------------


@kernel
def complain(s, p, now, i, ledger):
    after_the_meeting(s, p, now, i, np.int64(Exit.COMPLAINT), ledger)


@kernel
def award(s, p, now, ledger):
    compensate(s.people, s.cases, s.regions, p.case, 0, ledger, s.law[s.cases[0].region], now)


@pytest.mark.parametrize(("chance", "weeks"), [(0.0, 26.0), (1.0, 4.0), (1.0, 26.0)])
def test_pay_that_a_complaint_has_brought_back_is_not_claimed_again(state, chance, weeks):
    """A person under control complains after ten weeks at half her pay: a later award is for what is still missing."""
    m, law = state.migrants, state.s.law
    i = int(np.flatnonzero((m["stage"] == Stage.WORKING) & (m["venue"] >= 0) & (m["control"] == 0))[0])
    m["bound"][i] |= Bound.CONTROLLED
    m["legal"][i], m["job_since"][i], m["credited"][i], m["value"][i], m["cash"][i] = Legal.REGULAR, 10, 0.5, 100.0, 0.0
    law["work_back_pay"], law["work_employer_penalty"] = chance, 0.0
    state.s.contracts[:] = 0.0
    state.agencies["attention"][:] = 0.0  # nobody has time, and she only leaves
    p = state.p._replace(
        meeting=state.p.meeting._replace(back_pay_weeks=weeks), hire=state.p.hire._replace(claim_weeks=52)
    )
    ledger, now = new_ledger(), Now(20, 1, 1)
    complain(state.s, p, now, i, ledger)
    back, withheld = chance * 50.0 * min(weeks, 10.0), 500.0
    assert m["stage"][i] != Stage.WORKING
    assert ledger.counters[C.BACK_PAY] == pytest.approx(back)
    assert m["cash"][i] == pytest.approx(100 * back)
    assert m["lost"][i] == pytest.approx(withheld - back)
    cases, region = state.cases, int(m["here"][i])
    cases["region"][0], cases["witness"][0], cases["witness_generation"][0] = region, i, m["generation"][i]
    law["justice_legal_aid"] = law["justice_compensation"] = 1.0
    award(state.s, p, now, ledger)
    assert m["cash"][i] == pytest.approx(100 * withheld)
    assert m["lost"][i] == 0.0

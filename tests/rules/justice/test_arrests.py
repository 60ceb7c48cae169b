"""Whom police see and whom a case names: the weakest first, and abroad only those who move people."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.agents.cases import OWNER, CaseStage, Charge, Source, Target
from sim.agents.enterprises import Kind
from sim.agents.intelligence import Informer
from sim.agents.offenders import ROLES, Role, Status
from sim.ground.calendar import Now
from sim.ground.kernel import kernel
from sim.ledger.counters import COUNTERS
from sim.rules.intelligence.collecting import look
from sim.rules.justice.arrests import exposed, name_members, works_alone
from sim.rules.justice.evidence import enterprise_shows
from sim.rules.justice.investigation import name_suspects
from sim.rules.justice.leads import look_for_enterprises
from sim.scenario.scenario import Scenario
from sim.week.week import Week


@pytest.fixture(scope="module")
def base():
    words = ["world=corridor", "people.size=9000", "time.years=1", "mechanisms.intelligence=on"]
    return Week(Scenario.compose(words), 3)


@pytest.fixture
def state(base):
    """A state before its first week; who is changed here is put back."""
    tables = [base.state.traffickers, base.state.offenders, base.state.cases, base.state.venues]
    before = [{name: table[name].copy() for name in table} for table in tables]
    law = base.state.s.law.copy()
    yield base.state
    for table, columns in zip(tables, before, strict=True):
        for name, column in columns.items():
            table[name][:] = column
    base.state.s.law[:] = law


def now(week=0):
    return Now(week, 1, 1)


# --- how far a role is exposed ---------------------------------------------------------------------------------------


@kernel
def exposure(p, role, network, reachable, alone):
    return exposed(p.case, role, network, reachable, alone)


@given(role=st.sampled_from(Role), network=st.floats(0, 1), alone=st.booleans())
def test_at_home_the_network_leads_up_the_ranks(base, role, network, alone):
    p = base.state.p
    low = p.case.exposure[role]
    expected = low * (1 - network) + network * (1 - low) * p.case.upward
    assert exposure(p, int(role), network, True, alone) == pytest.approx(expected)


@given(role=st.sampled_from(Role), network=st.floats(0, 1))
def test_abroad_movers_are_reached_and_whoever_works_alone(base, role, network):
    """C9-M12: of a group its organiser is not, as little as its recruiters and the rest."""
    p = base.state.p
    of_a_group = exposure(p, int(role), network, False, False)
    assert of_a_group == pytest.approx(1 - network if role == Role.MOVER else 0.0)
    assert exposure(p, int(role), network, False, True) == pytest.approx(1 - network)


@kernel
def alone(s, j):
    return works_alone(s.enterprises, s.traits, j)


@kernel
def name(s, p, now, n, j, reachable, counters):
    name_members(s, p, now, n, j, np.int64(1), reachable, np.int64(9), counters)


def named_roles(state, kind, reachable):
    """Roles of those whom cases against an enterprise of a kind name; all of its members are free before each."""
    s, j = state.s, int(np.flatnonzero(state.traffickers["kind"] == kind)[0])
    members = state.s.offender_first[j] + np.arange(int(s.traits[kind, 0]))
    state.offenders["role"][members] = np.resize(ROLES, len(members))
    found = []
    for opened in range(40):
        state.offenders["status"][members] = Status.FREE
        state.cases["named"][0], state.cases["network"][0], state.cases["opened"][0] = 0, 0.0, opened
        name(s, state.p, now(opened), 0, j, reachable, np.zeros(len(COUNTERS)))
        found += [Role(role) for role in state.cases["roles"][0][: state.cases["named"][0]]]
    return j, set(found)


def test_a_case_that_does_not_reach_abroad_names_no_organiser_of_a_group(state):
    j, roles = named_roles(state, Kind.ORGANISATION, False)
    assert not alone(state.s, j)
    assert roles == {Role.MOVER}
    _, roles = named_roles(state, Kind.ORGANISATION, True)
    assert roles > {Role.ORGANISER, Role.MOVER}
    j, roles = named_roles(state, Kind.LONER, False)
    assert alone(state.s, j)
    assert roles == {Role.ORGANISER}


# --- who shows -------------------------------------------------------------------------------------------------------


@kernel
def shows(s, p, j):
    return enterprise_shows(s.enterprises, p.market, p.case, j)


@pytest.mark.parametrize("capacity", [0.0, 4.0, 12.0, 60.0])
@pytest.mark.parametrize("skill", [0.0, 0.4, 0.8])
def test_larger_enterprises_show_more_and_skilled_ones_less(state, capacity, skill):
    """C10-M12: skill takes from the hazard; partners add to it or take from it, and no skill hides wholly."""
    firms, p = state.traffickers, state.p
    firms["capacity"][0], firms["skill"][0], firms["aid"][0] = capacity, skill, 0.0
    expected = 1.0 - math.exp(-(1.0 - skill) * capacity / p.case.enterprise_seen)
    assert shows(state.s, p, 0) == pytest.approx(expected, rel=1e-6)
    firms["aid"][0] = 0.1
    assert shows(state.s, p, 0) <= expected
    firms["skill"][0] = 5.0
    assert (shows(state.s, p, 0) > 0.0) == (capacity > 0.0)


def halves(state):
    """Enterprises of region 0, all at work and as large as one another, every second of them skilled."""
    first, last = (int(row) for row in state.s.enterprise_first[:2])
    rows = np.arange(first, last)
    firms = state.traffickers
    for column, value in (("active", 1), ("case", -1), ("capacity", 2.0), ("aid", 0.0), ("skill", 0.0)):
        firms[column][rows] = value
    skilled = rows[::2]
    firms["skill"][skilled] = 0.9
    return rows, skilled


@kernel
def police_look(s, p, now, counters):
    look_for_enterprises(s, p, now, 0, 5.0, counters)


def test_police_who_look_find_the_weakest_first(state):
    rows, skilled = halves(state)
    state.s.law["police_node_random"] = 1.0
    found = dict.fromkeys((0.0, 0.9), 0)
    for week in range(200):
        state.traffickers["case"][rows] = -1
        state.cases["stage"][:] = CaseStage.FREE
        police_look(state.s, state.p, now(week), np.zeros(len(COUNTERS)))
        with_case = rows[state.traffickers["case"][rows] >= 0]
        among = int(np.isin(with_case, skilled).sum())
        found[0.9] += among
        found[0.0] += len(with_case) - among
    assert found[0.9] + found[0.0] > 60
    assert found[0.9] < 0.4 * found[0.0]


@kernel
def informed(s, p, now, items, cursor, number, counters):
    for each in range(number):
        look(s, p, now, items, cursor, 0, np.int64(Informer.INFORMANTS), each, counters)


def test_less_is_told_of_skilled_enterprises(state):
    rows, skilled = halves(state)
    items = state.items
    informed(state.s, state.p, now(), items.records, state.item_cursor, 100, np.zeros(len(COUNTERS)))
    about = items["target"][(items["stage"] > 0) & (items["kind"] == Target.ENTERPRISE) & (items["wrong"] == 0)]
    assert len(about) > 30
    assert np.isin(about, rows).all()
    assert np.isin(about, skilled).mean() < 0.3


# --- those who brought people ----------------------------------------------------------------------------------------


@kernel
def suspects(s, p, now, n, counters):
    name_suspects(s, p, now, n, np.int64(Charge.EXPLOITATION), counters)


def traced(state, skill, network, told=0):
    """In which share of cases against an owner those who brought people to his place are named as well."""
    s, cases, firms = state.s, state.cases, state.traffickers
    j = int(np.flatnonzero(firms["kind"] == Kind.LONER)[0])
    region = int(firms["home"][j])
    k = int(np.flatnonzero(state.venues["region"] == region)[0])
    firms["active"][j], firms["skill"][j], firms["aid"][j] = 1, skill, 0.0
    member = int(state.s.offender_first[j])
    for column, value in (
        ("stage", CaseStage.INVESTIGATION), ("kind", Target.VENUE), ("source", Source.REPORT), ("region", region),
        ("target", k), ("carrier", j), ("carrier_generation", firms["generation"][j]), ("movement", 1.0),
        ("network", network), ("told", told), ("handed", 1), ("exploitation", 1.0), ("control", 1.0),
    ):  # fmt: skip
        cases[column][0] = value
    times, found = 300, 0
    for opened in range(times):
        cases["named"][0], cases["opened"][0] = 0, opened
        state.offenders["status"][member] = Status.FREE
        suspects(s, state.p, now(opened), 0, np.zeros(len(COUNTERS)))
        assert cases["suspects"][0][0] == OWNER
        found += cases["named"][0] > 1
    return found / times


def test_who_brought_people_is_traced_less_often_where_skilled(state):
    """Unless the exploited person has said who it was: then skill is no help."""
    assert traced(state, 0.0, 1.0) == 1.0
    assert traced(state, 0.8, 1.0) == pytest.approx(0.2, abs=0.08)
    assert traced(state, 0.8, 0.5) == pytest.approx(0.1, abs=0.06)
    assert traced(state, 0.8, 0.0) == 0.0
    assert traced(state, 0.8, 0.0, told=1) == 1.0

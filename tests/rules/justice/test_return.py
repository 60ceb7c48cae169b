"""Return: who was removed is asked at home, told of, supported, and a lead on those who brought her is taken up."""

from __future__ import annotations

import numpy as np
import pytest

from sim.agents.cases import CaseStage, Source, Target
from sim.ground.calendar import Now
from sim.ledger.counters import COUNTERS, C
from sim.rules.justice.leads import take_leads
from sim.rules.justice.telling import Rung
from sim.scenario.scenario import Scenario
from sim.week.week import Week

SETTINGS = ["world=corridor", "people.size=12000", "time.years=3", "time.burn_in_weeks=52", "checks=true"]
# many are exploited and removed unrecognised
REMOVED = {"status.removal_rate": 3.0, "work.predatory_share": 0.5, "agency.knowledge": 0.1, "telling.rate": 0.3}


@pytest.fixture(scope="module")
def base():
    return Scenario.compose(SETTINGS).replace(REMOVED | {"return.screening": 0.0})


@pytest.fixture(scope="module")
def unscreened(base, tools):
    return tools.run(base)


@pytest.fixture(scope="module")
def screened(base, tools):
    return tools.run(base.replace({"return.screening": 1.0, "return.screened_support": 1.0, "police.reactive": 1.0}))


def total(week, name):
    return week.counters[52:, C[name.upper()]].sum()


def test_screening_finds_people_who_are_supported_and_tell(unscreened, screened):
    assert total(unscreened, "removed_exploited") > 100
    assert total(unscreened, "identified_on_return") == total(unscreened, "reintegrated") == 0
    found = total(screened, "identified_on_return")
    assert 0 < found <= total(screened, "removed_exploited")
    assert total(screened, "reintegrated") == found  # nobody else is offered support
    assert total(screened, "told") > total(unscreened, "told")
    assert total(screened, "statements") > total(unscreened, "statements")


def test_screening_leads_to_cases_against_those_who_brought_them(unscreened, screened):
    leads = [total(week, "leads") for week in (unscreened, screened)]
    assert leads[1] > leads[0]


def test_helpers_offer_support_to_part_of_those_whom_they_find(base, tools):
    week = tools.run(base.replace({"return.screening": 1.0, "return.screened_support": 0.5}))
    assert total(week, "reintegrated") / total(week, "identified_on_return") == pytest.approx(0.5, abs=0.1)


def test_nobody_is_found_who_was_recognised_before(screened):
    """Found on return is found for the first time: a second removal of one person finds nothing new."""
    assert total(screened, "identified_on_return") < total(screened, "removed_exploited")


@pytest.fixture
def said(base):
    """A statement at home of a person whom an active enterprise brought: week, row of the enterprise, statement."""
    week = Week(base, 1)
    s = week.state.s
    j = int(np.flatnonzero(week.traffickers["active"] == 1)[0])
    statement = s.book.statements[0]
    statement["person"], statement["generation"], statement["venue"] = 0, week.migrants["generation"][0], -1
    statement["brought_by"], statement["brought_by_generation"] = j, week.traffickers["generation"][j]
    statement["rung"], statement["true"], statement["quality"] = Rung.STATEMENT, 1, 1.0
    statement["region"] = week.traffickers["home"][j]
    s.book.counts[:] = 0, 1
    s.law["police_reactive"], s.law["coop_sharing"], s.law["collusion"] = 1.0, 0.0, 0.0
    return week, j, statement


def heard(week):
    counters = np.zeros(len(COUNTERS))
    take_leads(week.state.s, week.state.p, Now(0, 1, 1), counters)
    cases = week.state.cases
    return counters, np.flatnonzero(cases["stage"] == CaseStage.LEAD)


def test_the_carrier_who_stands_where_she_speaks_is_a_lead_there(said):
    week, j, _ = said
    counters, cases = heard(week)
    assert len(cases) == 1
    case = {name: week.state.cases[name][cases[0]] for name in week.state.cases}
    assert (case["kind"], case["target"], case["source"]) == (Target.ENTERPRISE, j, Source.REPORT)
    assert case["region"] == week.traffickers["home"][j]
    assert case["joint"] == counters[C.LEADS_SHARED] == 0
    assert case["movement"] > 0


def test_no_lead_where_police_take_up_nothing_or_sell_it(said):
    week, _, _ = said
    week.state.s.law["police_reactive"] = 0.0
    assert len(heard(week)[1]) == 0
    week.state.s.law["police_reactive"], week.state.s.law["collusion"] = 1.0, 1.0
    assert len(heard(week)[1]) == 0


def test_a_carrier_elsewhere_is_reached_by_sharing_only(said):
    week, j, statement = said
    statement["region"] = (week.traffickers["home"][j] + 1) % len(week.state.regions)
    assert len(heard(week)[1]) == 0
    week.state.s.law["coop_sharing"] = 1.0
    counters, cases = heard(week)
    assert len(cases) == counters[C.LEADS_SHARED] == 1
    assert week.state.cases["joint"][cases[0]] == 1


def test_a_workplace_elsewhere_is_reached_by_sharing_only(said):
    week, _, statement = said
    k = int(np.flatnonzero(week.venues["active"] == 1)[0])
    statement["brought_by"], statement["venue"] = -1, k
    statement["venue_generation"] = week.venues["generation"][k]
    statement["region"] = (week.venues["region"][k] + 1) % len(week.state.regions)
    _, cases = heard(week)
    assert week.state.cases["region"][cases] == [statement["region"]]  # where it was told, out of reach of the owner
    week.state.cases["stage"][cases], week.state.venues["case"][k] = CaseStage.FREE, -1
    week.state.s.law["coop_sharing"] = 1.0
    _, cases = heard(week)
    assert week.state.cases["region"][cases] == [week.venues["region"][k]]
    assert week.state.cases["exploitation"][cases[0]] > 0
    assert week.state.cases["witness"][cases[0]] == statement["person"]  # police where she is can hear her (C9-M54)

"""Telling: a decision with a pay-off, on beliefs; willingness follows trust, quality follows symptoms."""

import numpy as np
import pytest

from sim.agents.people import PERSON_COLUMNS, Legal
from sim.conditions.conditions import see_work
from sim.ground.kernel import kernel
from sim.ground.table import Table
from sim.rules.justice.telling import Rung, gain_from_telling, quality_of_statement, telling_hazard, trust_of
from sim.scenario.scenario import Scenario
from sim.week.week import Week
from sim.world.law import LAW_RECORD


@kernel
def hazard(m, regions, law, rules, days, rung):
    return telling_hazard(m, regions, law, rules, 0, 3, days, rung)


@kernel
def gain(m, regions, law, rules, rung):
    return gain_from_telling(m, regions, law, rules, 0, 3, rung)


@kernel
def trust(m, law, rules, days):
    return trust_of(m, law, rules, 0, 3, days)


@kernel
def quality(m, rules):
    return quality_of_statement(m, rules, 0)


@pytest.fixture(scope="module")
def week():
    return Week(Scenario.compose(["world=corridor", "people.size=500", "time.years=1"]), 1)


@pytest.fixture
def person(week):
    """A person without status in a destination, the law there, and functions of both."""
    table = Table("migrant", PERSON_COLUMNS, 1)
    table["home"][0], table["here"][0], table["legal"][0] = 0, 3, Legal.IRREGULAR
    table["ability"][0], table["ability_abroad"][0], table["information"][0] = 1.0, 1.0, 0.5
    place = np.zeros(len(week.world.regions.name), LAW_RECORD)
    for field in LAW_RECORD.names:
        place[field] = 0.5
    place["trust"], place["distrust"] = 0.6, 0.1
    see_work(week.state)
    regions, rules = week.state.s.regions, week.state.p.meeting

    class Person:
        columns, law_of_place = table, place

        def hazard(self, days=0.0, rung=Rung.INFORMATION):
            return hazard(table.view, regions, place, rules, days, int(rung))

        def gain(self, rung=Rung.INFORMATION):
            return gain(table.view, regions, place, rules, int(rung))

        def trust(self, days):
            return trust(table.view, place, rules, days)

        def quality(self):
            return quality(table.view, rules)

    return Person()


RAISES = ("promise", "protection_rights_information", "protection_quality", "justice_witness_protection",
          "justice_family_protection", "justice_non_punishment", "trust", "protection_independence")  # fmt: skip
LOWERS = ("protection_permit_conditional", "justice_compel", "status_punish_entry")


@pytest.mark.parametrize("field", RAISES)
def test_what_makes_telling_worth_more(field, person):
    before = person.hazard(days=20.0)
    person.law_of_place[field] = 1.0
    assert person.hazard(days=20.0) > before


@pytest.mark.parametrize("field", LOWERS)
def test_what_makes_telling_cost_more(field, person):
    before = person.hazard(days=20.0)
    person.law_of_place[field] = 1.0
    assert person.hazard(days=20.0) < before


def test_awards_count_from_a_complaint_on(person):
    before = person.gain(Rung.INFORMATION), person.gain(Rung.COMPLAINT)
    person.law_of_place["paid"] = 1.0
    assert person.gain(Rung.INFORMATION) == before[0]
    assert person.gain(Rung.COMPLAINT) > before[1]


def test_conditions_make_low_rungs_worth_less_and_high_ones_not(person):
    person.law_of_place["protection_permit_conditional"] = 0.0
    free = person.gain(Rung.INFORMATION), person.gain(Rung.COMPLAINT)
    person.law_of_place["protection_permit_conditional"] = 1.0
    assert person.gain(Rung.INFORMATION) < free[0]
    assert person.gain(Rung.COMPLAINT) == free[1]


def test_a_permit_is_worth_nothing_to_someone_with_papers(person):
    person.columns["legal"][0] = Legal.REGULAR
    before = person.gain()
    person.law_of_place["promise"] = 1.0
    assert person.gain() == before


def test_trust_takes_weeks_and_care_quickens_it(person):
    assert person.trust(0.0) < person.trust(14.0) < person.trust(60.0) <= 1.0
    slow = person.trust(14.0)
    person.law_of_place["protection_needs_first"] = 1.0
    assert person.trust(14.0) > slow


def test_lawlessness_at_home_takes_trust_away(person):
    before = person.trust(0.0)
    person.law_of_place["distrust"] = 0.0
    assert person.trust(0.0) > before


def test_symptoms_lower_the_quality_of_what_is_said(person):
    assert person.quality() == 1.0
    person.columns["heavy"][0] = 20.0
    assert 0.0 < person.quality() < 1.0

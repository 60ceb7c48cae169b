"""Persons beside events: a person counts once a year, wherever something can happen to her again."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.agents.people import PERSON_COLUMNS
from sim.declared.measures.catalogue import METRICS
from sim.declared.measures.persons import MOST, REPEATED, WITHOUT_PERSONS, counter_of
from sim.ground.kernel import kernel
from sim.ground.table import Table
from sim.ledger.counters import COUNTER_INDEX, COUNTERS, C
from sim.ledger.persons import FIRST, MASKS, happens
from sim.rules.people import stages

YEAR = 52
OF_PERSONS = {"people/year", "stops/year", "applications/year", "permits/year", "tips/year", "steps/year"}


@kernel
def happen(people, counters, what, week):
    happens(people, counters, 0, what, week)


@kernel
def be_born(people, week):
    stages.born(people, 0, week)


@pytest.fixture
def person():
    """What has happened to one person: call it with a counter and a week; it gives a metric of events or persons."""
    table, counters = Table("migrant", PERSON_COLUMNS, 1), np.zeros(len(COUNTERS))

    class One:
        def meets(self, counter, *weeks):
            for week in weeks:
                happen(table.view, counters, COUNTER_INDEX[counter], week)

        def born(self, week):
            be_born(table.view, week)

        def __getitem__(self, metric):
            return sum(counters[COUNTER_INDEX[name]] for name in METRICS[metric].top)

    return One()


def test_a_removal_that_is_repeated_in_a_year_is_one_person(person):
    person.meets("removals", 3, 30, 51)
    assert (person["removals"], person["removals_persons"]) == (3, 1)
    person.meets("removals", 52)
    assert (person["removals"], person["removals_persons"]) == (4, 2)
    person.meets("removals", -1)  # the last week of burn-in is another year
    assert (person["removals"], person["removals_persons"]) == (5, 3)


def test_one_event_counts_in_every_metric_to_which_it_belongs(person):
    person.meets("departures_alone", 1)
    person.meets("departures_provider", 20)
    events = [
        person[name] for name in ("departures", "irregular_departures", "alone_departures", "provider_departures")
    ]
    persons = [person[counter_of(name)] for name in
               ("departures", "irregular_departures", "alone_departures", "provider_departures")]  # fmt: skip
    assert events == [2, 2, 1, 1]
    assert persons == [1, 1, 1, 1]
    assert person["regular_departures_persons"] == person["removals_persons"] == 0


def test_the_next_person_of_a_row_is_another_one(person):
    person.meets("removals", 3)
    person.born(10)
    person.meets("removals", 20)
    assert (person["removals"], person["removals_persons"]) == (2, 2)


def test_a_year_that_comes_again_in_a_byte_is_not_taken_for_the_same(person):
    person.meets("removals", 3)
    person.meets("removals", 3 + YEAR)
    person.meets("removals", 3 + 256 * YEAR)
    assert person["removals_persons"] == 3


def test_there_are_never_more_persons_than_events_and_as_many_where_nobody_repeats(corridor, tools):
    week = tools.run(tools.lively(corridor).replace({"people.size": 12_000}))
    total = {name: week.counters[:, index].sum() for name, index in COUNTER_INDEX.items()}
    repeated = 0
    for name in REPEATED:
        events = sum(total[counter] for counter in METRICS[name].top)
        persons = total[counter_of(name)]
        assert persons <= events, name
        assert (persons == 0) == (events == 0), name
        repeated += persons < events
    assert repeated > 5
    assert total["permits"] == total["permits_persons"] > 0  # nobody is given one twice in a year


def test_every_flow_of_people_has_a_twin_or_a_reason_to_have_none():
    twins = {counter_of(name) for name in REPEATED}
    flows = {
        name
        for name, metric in METRICS.items()
        if metric.kind == "flow" and metric.layer == "truth" and metric.unit in OF_PERSONS and name not in twins
    }
    of_networks = {name for name in flows if METRICS[name].group == "Networks and partners"}
    assert flows - set(REPEATED) - set(WITHOUT_PERSONS) - of_networks == set()
    assert set(WITHOUT_PERSONS) <= METRICS.keys()
    assert not set(WITHOUT_PERSONS) & set(REPEATED)


def test_bits_are_those_of_the_counters_in_their_order():
    assert len(set(REPEATED)) == len(REPEATED) <= MOST
    assert [COUNTERS[FIRST + bit].name for bit in range(len(REPEATED))] == [counter_of(name) for name in REPEATED]
    assert (MASKS[FIRST:] == 0).all()


def test_what_counts_persons_is_counted_nowhere_else():
    """Rules count such events through ``happens``, so that none is an event without a person."""
    counted = {name.upper() for name, index in COUNTER_INDEX.items() if MASKS[index]}
    rules = Path(sim.__file__).parent
    direct = [
        f"{path.name}: {name}"
        for path in rules.rglob("*.py")
        for name in re.findall(r"counters\[C\.(\w+)[^\]]*\] \+=", path.read_text(encoding="utf-8"))
        if name in counted
    ]
    assert direct == []
    assert C.REMOVALS in np.flatnonzero(MASKS)

"""Rates per person do not hang on how many people are modelled, and a run that is too small says so."""

import numpy as np
import pytest

from experiments.measures import HEADLINES
from experiments.patterns import catalogue
from sim.conditions.law import places_of_the_week
from sim.ground.notes import MOST, several_notes, show_on_stderr
from sim.ground.table import Table
from sim.results.asked import single
from sim.rules.rationing import LEAST_KEPT, Rationed, phases, top_up, whole
from sim.scenario.scenario import Scenario
from sim.state.families import rules_of
from sim.state.state import State
from sim.studies.plan import compose
from sim.world.fields import REGION_COLUMNS
from sim.world.size import PEOPLE_FOR_EACH_START, least_size, starts_of
from sim.world.world import Role

topped_up, rounded = np.vectorize(top_up.py_func), np.vectorize(whole.py_func)  # for many at once


def sheltering(*amounts):
    """Regions with so many places in safe accommodation that are paid for, and the rules for them."""
    scenario = Scenario.compose(["world=corridor"])
    rules = rules_of(scenario.values, scenario.mechanisms, scenario.world, 1000).agency
    regions = Table("region", REGION_COLUMNS, len(amounts))
    regions["shelter_paid"], regions["shelter_saved"] = amounts, rules.places_kept
    return regions, rules


def given_out(weekly, weeks, demand, seeds=4000, kept=13.0):
    """Mean number of whole ones that are given out where ``demand`` ask in each week."""
    at_hand, given = phases(3, Rationed.VISAS, (seeds,)), np.zeros(seeds)
    for _ in range(weeks):
        at_hand = topped_up(at_hand, weekly, kept)
        served = np.minimum(np.floor(at_hand), demand)
        at_hand, given = at_hand - served, given + served
    return given.mean()


@pytest.mark.parametrize("weekly", [0.001, 0.01, 0.3, 2.5])
def test_what_is_due_is_given_out_however_little_it_is(weekly):
    assert given_out(weekly, 100, demand=5) == pytest.approx(100 * weekly, rel=0.02, abs=0.02)


def test_what_nobody_asks_for_lapses_and_leaves_two_at_most_beside_a_quarter():
    at_hand = np.zeros(2)
    for _ in range(5000):
        at_hand = topped_up(at_hand, np.array([0.01, 10.0]), 13.0)
    assert at_hand == pytest.approx([LEAST_KEPT + 0.13, LEAST_KEPT + 130.0])
    closed = topped_up(at_hand, np.zeros(2), 13.0)
    assert np.all(closed < 1.0)  # nothing can be given out, and what comes later begins at a phase


def test_phases_are_keyed_and_even():
    one = phases(1, Rationed.VISAS, (50, 2))
    assert np.array_equal(one, phases(1, Rationed.VISAS, (50, 2)))
    for other in (phases(2, Rationed.VISAS, (50, 2)), phases(1, Rationed.PAPERS, (50, 2))):
        assert not np.array_equal(one, other)
    many = phases(7, Rationed.SLOTS, (4000,))
    assert (many > 0).all()
    assert (many < 1).all()
    assert np.histogram(many, 4, (0, 1))[0] == pytest.approx(1000, rel=0.12)


def test_parts_are_rounded_right_in_the_mean():
    phase = phases(5, Rationed.SLOTS, (5000,))
    for amount in (0.1, 2.7):
        assert rounded(amount, phase).mean() == pytest.approx(amount, abs=0.03)
    assert np.all(rounded(3.0, phase) == 3.0)


@pytest.mark.parametrize("amount", [0.2, 0.75, 3.4])
def test_a_part_of_a_place_is_a_place_for_that_part_of_the_time(amount):
    regions, rules = sheltering(amount)
    used = occupied = 0.0
    for _ in range(2000):  # somebody always waits
        occupied = places_of_the_week(regions.records, rules, 0, occupied)
        used += occupied
    assert used / 2000 == pytest.approx(amount, abs=0.02)


def test_no_place_is_paid_for_where_none_is():
    regions, rules = sheltering(0.0, 2.0, 0.3)
    assert [places_of_the_week(regions.records, rules, region, 0.0) for region in range(3)] == [0.0, 2.0, 1.0]


def test_officials_stand_for_as_many_as_there_are_for_each_person():
    for people in (1000, 20_000):
        state = State(Scenario.compose(["world=corridor", f"people.size={people}"]), 1)
        members = np.diff(state.s.unit_first)
        standing = members * state.units["stands_for"]
        in_place = standing[: state.p.official.missions].sum()
        assert in_place == pytest.approx(state.scenario.values["official.posts"] * people / 1000, rel=1e-6)
        assert (members[standing > 0] >= 3).all()


def test_a_market_is_as_many_people_at_every_size():
    for people in (3000, 30_000):
        state = State(Scenario.compose(["world=corridor", f"people.size={people}"]), 1)
        start = state.world.pairs.start
        origin = state.world.regions.role[start] == Role.ORIGIN
        share = state.pairs["markets"][origin] * state.scenario.values["smuggling.market_people"] / people
        assert share.min() > 0.1
        if people == 3000:
            before = share
    assert share == pytest.approx(before, rel=0.05)


def test_the_least_size_is_that_of_each_region_in_which_journeys_start(line_scenario):
    for world in ("archetypes", "corridor"):
        of_world = Scenario.compose([f"world={world}"]).world
        assert least_size(of_world) == pytest.approx(PEOPLE_FOR_EACH_START * starts_of(of_world), rel=0.05)
    assert starts_of(line_scenario().world) == 1


def test_a_run_below_it_says_so_with_the_figure():
    scenario = Scenario.compose(["world=corridor", "people.size=11999"])
    assert len(scenario.notes()) == 1
    assert "people.size=11999 is below the least size of world corridor, 12000" in scenario.notes()[0]
    assert scenario.replace({"people.size": 12_000}).notes() == []


def test_every_headline_figure_is_held_against_size_or_has_a_reason():
    size = next(pattern for pattern in catalogue()["patterns"] if pattern["id"] == "size")
    assert "metrics" not in size
    assert set(size["apart"]) < set(HEADLINES)
    assert all(reason for reason in size["apart"].values())


def test_notes_are_told_once_on_stderr_and_not_to_the_quiet(capsys):
    show_on_stderr(quiet=False)
    several_notes(["one", "two"])
    assert capsys.readouterr().err == "labyrinth: one\nlabyrinth: two\n"
    several_notes([str(n) for n in range(MOST + 3)])
    assert capsys.readouterr().err.splitlines()[-1] == "labyrinth: 3 more notes like these"
    show_on_stderr(quiet=True)
    several_notes(["one", "two"])
    assert capsys.readouterr().err == ""


def test_a_design_tells_each_note_once():
    base = Scenario.compose(["world=corridor", "people.size=500"])
    arms = compose({"borders": ["policy=tighter_borders"], "visas": ["policy=visa_restriction"]}, base, "none")
    notes = single(arms).notes
    assert len(notes) == len(set(notes)) == 2
    assert sum("least size" in note for note in notes) == 1

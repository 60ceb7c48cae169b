"""Recognition: how people see themselves, the picture of a victim, the interview, and training among colleagues."""

from __future__ import annotations

import numpy as np
import pytest

from sim.agents.people import LONG_AGO, Control, Legal, Start
from sim.ground.calendar import Now
from sim.ground.kernel import kernel
from sim.ledger.counters import COUNTERS, C
from sim.rules.control.ways_out import Exit
from sim.rules.justice.recognition import (
    agreed_at_the_start,
    asks_for_help,
    declines_help,
    in_the_interview,
    in_the_picture,
    seen_in_interview,
    spoken_to_by_consul,
    train_colleagues,
    view_of_herself,
)
from sim.scenario.scenario import Scenario
from sim.week.week import Week

WORDS = ["world=corridor", "people.size=4000", "time.years=1", "time.burn_in_weeks=10", "mechanisms.recognition=on"]
HERE, SEX, OTHER = 4, 1, 0  # a region that is nobody's home below, and sectors of the world
NOW = Now(3, 5, 5)


@kernel
def each(s, p, now, what, sector, days, found, counters):
    for i in range(len(found)):
        if what == 0:
            found[i] = view_of_herself(s, p.recognition, i, days)
        elif what == 1:
            found[i] = in_the_picture(s, p.recognition, i, s.people.here[i], sector)
        elif what == 2:
            found[i] = in_the_interview(s, p.recognition, i, s.people.here[i], sector)
        elif what == 3:
            found[i] = seen_in_interview(s, p.recognition, now, i, sector, 1, counters)
        elif what == 4:
            found[i] = declines_help(s, p.recognition, now, i, counters)
        elif what == 5:
            found[i] = spoken_to_by_consul(s, p, now, i, sector, counters)
        elif what == 6:
            found[i] = agreed_at_the_start(s.people.row[i])


@kernel
def calls(s, p, now, cause, found, counters):
    for i in range(len(found)):
        found[i] = asks_for_help(s, p.recognition, now, i, cause, counters)


@kernel
def train(regions, law, rules, region):
    train_colleagues(regions, law, rules, region)


@pytest.fixture
def state():
    state = Week(Scenario.compose(WORDS), 1).state
    m = state.migrants
    m["here"][:], m["home"][:] = HERE, 0
    m["legal"][:] = Legal.IRREGULAR
    m["venue"][:], m["control"][:] = -1, Control.NONE
    m["exploited_since"][:], m["left_week"][:] = 0, LONG_AGO
    m["female"][:], m["minor"][:], m["agreed"][:] = 1, 0, 0
    state.s.law["agency_interpreters"] = state.s.law["agency_women_interviewers"] = 0.0
    state.s.law["agency_interview_time"] = state.s.law["justice_non_punishment"] = 0.0
    return state


def of(state, what, sector=SEX, days=0.0):
    found, counters = np.zeros(len(state.migrants)), np.zeros(len(COUNTERS))
    each(state.s, state.p, NOW, what, sector, days, found, counters)
    return found, counters


def test_how_she_sees_herself_is_the_declared_chance_and_grows_in_safety(state):
    rules, m = state.p.recognition, state.migrants
    assert of(state, 0)[0] == pytest.approx(rules.selfview)
    m["agreed"][:] = 1
    start = rules.selfview * (1 - rules.agreed)
    assert of(state, 0)[0] == pytest.approx(start)
    later = start + (1 - start) * -np.expm1(-30.0 / rules.view_days)
    assert of(state, 0, days=30.0)[0] == pytest.approx(later)
    # who earns more than at home sees it less as long as she works there
    m["venue"][:], m["credited"][:], m["value"][:] = 0, 1.0, 1e6
    assert of(state, 0)[0] == pytest.approx(start * (1 - rules.better_off))


def test_the_picture_costs_a_part_for_each_trait_out_of_it(state):
    rules, m = state.p.recognition, state.migrants
    m["minor"][:], m["legal"][:], m["control"][:] = 1, Legal.REGULAR, Control.VIOLENCE
    assert of(state, 1)[0] == pytest.approx(1.0)
    m["female"][:] = 0
    assert of(state, 1, OTHER)[0] == pytest.approx((1 - rules.picture_work) * (1 - rules.picture_male))
    m["minor"][:], m["agreed"][:], m["control"][:] = 0, 1, Control.PAPERS
    m["legal"][:] = Legal.IRREGULAR
    every = [rules.picture_work, rules.picture_male, rules.picture_adult, rules.picture_agreed, rules.picture_offence,
             rules.picture_unheld]  # fmt: skip
    assert of(state, 1, OTHER)[0] == pytest.approx(np.prod([1 - each for each in every]))
    state.s.law["justice_non_punishment"] = 1.0
    every[4] = 0.0
    assert of(state, 1, OTHER)[0] == pytest.approx(np.prod([1 - each for each in every]))
    m["home"][:] = HERE
    assert of(state, 1, OTHER)[0] == pytest.approx((1 - rules.picture_home) * np.prod([1 - each for each in every]))
    m["home"][:] = 0
    # training acts exactly there
    state.regions["trained"] = 1.0
    assert of(state, 1, OTHER)[0] == pytest.approx(np.prod([1 - (1 - rules.taught) * each for each in every]))


def test_the_interview_costs_what_sex_language_and_haste_take(state):
    rules = state.p.recognition
    haste, language, men = 1 - rules.interview_time, 1 - rules.interview_language, 1 - rules.interview_sex
    assert of(state, 2, SEX)[0] == pytest.approx(haste * language * men)
    assert of(state, 2, OTHER)[0] == pytest.approx(haste * language)
    state.migrants["home"][:] = HERE
    assert of(state, 2, OTHER)[0] == pytest.approx(haste)
    for lever in ("agency_interpreters", "agency_women_interviewers", "agency_interview_time"):
        state.s.law[lever] = 1.0
    assert of(state, 2, SEX)[0] == pytest.approx(1.0)


def test_who_is_seen_is_seen_with_the_product_of_the_steps(state):
    rules, m = state.p.recognition, state.migrants
    m["agreed"][:] = 1
    view = of(state, 0)[0][0]
    expected = (view + (1 - view) * rules.unaware) * of(state, 1)[0][0] * of(state, 2)[0][0]
    seen, counters = of(state, 3)
    assert seen.mean() == pytest.approx(expected, abs=0.02)
    missed = counters[C.MISSED_UNAWARE] + counters[C.MISSED_PICTURE] + counters[C.MISSED_INTERVIEW]
    assert missed == (seen == 0).sum()


def test_an_interview_with_time_takes_the_place_of_others(state):
    state.s.law["agency_interview_time"] = 1.0
    state.agencies["attention"][:] = 1e5
    before = state.agencies["attention"].copy()
    of(state, 3)
    taken = before - state.agencies["attention"]
    assert taken.sum() == pytest.approx(len(state.migrants) * state.p.recognition.time_taken, rel=1e-3)
    assert (taken > 0).sum() == 1
    state.agencies["attention"][:] = 0.5  # no more than is left
    of(state, 3)
    assert state.agencies["attention"].min() == 0.0


def test_only_people_recognised_against_their_view_decline(state):
    rules = state.p.recognition
    state.migrants["agreed"][:] = 1
    declined, counters = of(state, 4)
    unaware = 1 - rules.selfview * (1 - rules.agreed)
    assert counters[C.LABELLED_AGAINST_VIEW] / len(declined) == pytest.approx(unaware, abs=0.03)
    assert counters[C.LABELLED_NOT_EXPLOITED] == 0
    assert declined.sum() / counters[C.LABELLED_AGAINST_VIEW] == pytest.approx(rules.declines, abs=0.05)
    state.migrants["exploited_since"][:] = LONG_AGO  # held, and not exploited
    _, counters = of(state, 4)
    assert counters[C.LABELLED_NOT_EXPLOITED] == counters[C.LABELLED_AGAINST_VIEW] == len(declined)


def test_few_ask_for_help_who_do_not_see_themselves_as_exploited(state):
    rules, found = state.p.recognition, np.zeros(len(state.migrants))
    state.migrants["agreed"][:] = 1
    view = rules.selfview * (1 - rules.agreed)
    counters = np.zeros(len(COUNTERS))
    calls(state.s, state.p, NOW, np.int64(Exit.HOTLINE), found, counters)
    assert found.mean() == pytest.approx(view + (1 - view) * rules.asks_unaware, abs=0.03)
    assert counters[C.HELP_NOT_ASKED] == (found == 0).sum()
    calls(state.s, state.p, NOW, np.int64(Exit.RAID), found, counters)
    assert found.all()  # nobody asks whether a raid is wanted


def test_consuls_find_people_only_where_they_visit(state):
    state.s.law["return_consular_visits"] = 0.0
    assert not of(state, 5)[0].any()
    state.s.law["return_consular_visits"] = 1.0
    found, counters = of(state, 5)
    assert 0 < found.sum() == counters[C.FOUND_BY_CONSUL]


def test_a_consul_does_not_miss_her_for_being_from_the_consuls_country(state):
    state.s.law["return_consular_visits"] = 1.0
    state.agencies["knowledge"][:] = 1.0
    rules = state.p.recognition
    found, _ = of(state, 5)
    usual = (1 - rules.picture_adult) * (1 - rules.picture_offence) * (1 - rules.picture_unheld)
    assert found.mean() == pytest.approx(usual, abs=0.03)
    state.s.law["justice_non_punishment"][HERE] = 1.0  # the law where she is held says what she is spared
    assert of(state, 5)[0].mean() == pytest.approx(usual / (1 - rules.picture_offence), abs=0.03)


@pytest.mark.parametrize(("start", "forced", "before", "agreed"), [
    (Start.SEARCH, 0, 0, 1), (Start.RECRUITER, 0, 0, 1), (Start.RECRUITER, 1, 0, 0), (Start.HANDOVER, 0, 0, 0),
    (Start.CLAIM, 0, 1, 0), (Start.KEPT, 0, 1, 1), (Start.KEPT, 0, 0, 0),
])  # fmt: skip
def test_she_agreed_who_came_by_her_own_decision(state, start, forced, before, agreed):
    m = state.migrants
    m["start"][:], m["forced"][:], m["agreed"][:] = start, forced, before
    assert (of(state, 6)[0] == agreed).all()


def test_training_spreads_among_colleagues_and_fades_with_those_who_leave(state):
    s, rules = state.s, state.p.recognition
    s.law["agency_cascade"], s.law["integrity_rotation"] = 10.0, 0.0
    share, by_hand = [], 0.0
    for _ in range(300):
        train(s.regions, s.law, rules, HERE)
        by_hand += 10.0 / 52 * (rules.first + by_hand) * (1 - by_hand) - rules.turnover * by_hand
        share.append(state.regions["trained"][HERE])
        assert share[-1] == pytest.approx(by_hand)
    growth = np.diff(share)
    assert growth.argmax() > 0  # slow, then fast, then slow
    s.law["agency_cascade"] = 0.0
    for _ in range(52):
        train(s.regions, s.law, rules, HERE)
    assert state.regions["trained"][HERE] == pytest.approx(share[-1] * (1 - rules.turnover) ** 52)

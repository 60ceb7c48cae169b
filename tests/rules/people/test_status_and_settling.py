"""Status abroad over time: papers that lapse, years that count towards settling, what settled people send, removal."""

import numpy as np
import pytest

from sim.agents.people import LONG_AGO, NEVER, Bound, Channel, Control, Legal, Offer, Stage, Start
from sim.agents.venues import VenueKind
from sim.ground.calendar import Now
from sim.ground.kernel import kernel
from sim.ledger.accounts import Account, Ledger
from sim.ledger.counters import COUNTERS, C
from sim.ledger.events import Cause
from sim.rules.people import households, stages
from sim.rules.people.consider import Part, no_sums
from sim.rules.people.milestones import milestone
from sim.rules.people.spells import next_consideration
from sim.rules.people.status import regularised
from sim.rules.work.jobs import hire
from sim.scenario.scenario import Scenario
from sim.week.setting import set_the_world
from sim.week.week import Week

HOME, THERE = 0, 4  # regions of the corridor
SMALL = ["world=corridor", "people.size=3000", "time.years=1"]


@pytest.fixture(scope="module")
def week():
    """The corridor before its first week, as people see it."""
    made = Week(Scenario.compose(SMALL), 3)
    set_the_world(made.state, made.agenda)
    return made


@pytest.fixture
def state(week):
    """The state of that week; who is changed here is put back."""
    base = week.state
    tables = [base.migrants, base.venues, base.cells, base.regions]
    before = [{name: table[name].copy() for name in table} for table in tables]
    law = base.s.law.copy()
    yield base
    for table, columns in zip(tables, before, strict=True):
        for name, column in columns.items():
            table[name][:] = column
    base.s.law[:] = law


def now(number):
    return Now(number, 1, 1)


def sums_of(state):
    return no_sums(len(COUNTERS), len(state.pairs), len(state.regions))


def somebody(state, **given):
    """A grown person without debts or kin who lives at the destination, with these values; her row."""
    m = state.migrants
    fits = (m["home"] == HOME) & (m["stage"] == Stage.HOME) & (m["minor"] == 0) & (m["debt"] == 0)
    i = int(np.flatnonzero(fits)[0])
    usual = {
        "here": THERE, "kin": -1, "skill": 0, "cash": 0.0, "bound": 0, "venue": -1, "control": Control.NONE,
        "credited": 1.0, "removal_at": np.inf, "leaves_risk_age": 10_000, "spell_ends": 10_000, "searches": 0,
        "entered": Channel.PAPERS, "departed": 0, "job_since": LONG_AGO, "paid_until": 0, "offer": Offer.NONE,
    }  # fmt: skip
    for name, value in (usual | given).items():
        m[name][i] = value
    return i


@kernel
def passes_a_milestone(s, p, now, i, sums, found):
    cause, chooses, _ = milestone(s, p, now, i, sums)
    found[0], found[1] = cause, chooses


def at_milestone(state, i, number):
    """What person i comes to in a week: its cause, whether she chooses then, and what it adds up."""
    sums, found = sums_of(state), np.zeros(2, np.int64)
    part = Part(sums.counters[0], sums.accounts[0], sums.clients[0], sums.removals[0])
    passes_a_milestone(state.s, state.p, now(number), i, part, found)
    return Cause(found[0]), bool(found[1]), part


# --- papers that lapse ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", [Stage.ARRIVED, Stage.WORKING])
def test_papers_lapse_after_their_weeks_at_work_and_while_looking_for_it(state, stage):
    """From then on she has no status, and may be removed (C4-M08)."""
    m, valid = state.migrants, state.p.life.papers_valid
    i = somebody(state, stage=stage, legal=Legal.VISITOR, since=10, due=10 + valid - 1)
    cause, _, _ = at_milestone(state, i, 10 + valid - 1)
    assert cause == Cause.NOTHING
    assert m["legal"][i] == Legal.VISITOR
    m["due"][i] = 10 + valid
    cause, chooses, _ = at_milestone(state, i, 10 + valid)
    assert cause == Cause.STATUS_LAPSED
    # whoever still looks for her first work goes on looking
    assert chooses == (stage == Stage.WORKING)
    assert stage == Stage.WORKING or m["due"][i] > 10 + valid
    assert m["legal"][i] == Legal.IRREGULAR
    assert m["since"][i] == 10 + valid
    assert m["removal_at"][i] < np.inf


def under_control(state, legal, since, number):
    """Somebody whom a place at the destination controls, who came on papers in the week ``since``."""
    v = state.venues
    k = int(np.flatnonzero((v["region"] == THERE) & (v["active"] == 1))[0])
    return somebody(
        state, stage=Stage.WORKING, legal=legal, since=since, venue=k, sector=v["sector"][k], due=NEVER,
        bound=Bound.CONTROLLED, control=Control.THREAT, credited=0.8, value=300.0, job_since=since,
        paid_until=number - 1, review_week=number + 20, receipts=1e6,
    )  # fmt: skip


@pytest.mark.parametrize(("weeks", "lapsed"), [(-1, False), (0, True)])
def test_papers_lapse_under_control_as_well_and_terms_are_reviewed(state, week, weeks, lapsed):
    """Whoever has lost her status can be held by less: her controller looks at her terms in the same week."""
    valid = state.p.life.papers_valid
    number = 10 + valid + weeks
    i = under_control(state, Legal.VISITOR, 10, number)
    passes, posted, sums = week.agenda.passes, week.agenda.posted[:1].copy(), sums_of(state)
    passes.live(state.s, state.p, now(number), np.array([i]), posted, 0, sums)
    m = state.migrants
    assert m["legal"][i] == (Legal.IRREGULAR if lapsed else Legal.VISITOR)
    assert m["review_week"][i] == (number if lapsed else number + 20)
    assert (m["removal_at"][i] < np.inf) == lapsed


@kernel
def think_next(people, regions, rules, now, rows):
    for position in range(len(rows)):
        next_consideration(people, regions, rules, now, rows[position])


def test_nobody_on_papers_thinks_again_later_than_they_lapse(state):
    m, s, rows = state.migrants, state.s, np.arange(400)
    valid = state.p.life.papers_valid
    m["stage"][rows], m["here"][rows], m["since"][rows] = Stage.WORKING, THERE, 10
    late = {}
    for legal in (Legal.REGULAR, Legal.VISITOR):
        m["legal"][rows] = legal
        think_next(s.people, s.regions, state.p.choice, now(12), rows)
        late[legal] = m["due"][rows] > 10 + valid
        assert (m["due"][rows] > 12).all()
    assert late[Legal.REGULAR].mean() > 0.3
    assert not late[Legal.VISITOR].any()


# --- settled people ---------------------------------------------------------------------------------------------------


def sent_in(state, i, weeks):
    """US$ that person i, who has secure status, sends home in so many weeks."""
    yearly = state.regions["income_regular"][THERE] * state.migrants["ability_abroad"][i]
    return round(100.0 * state.p.life.remitted_share * yearly * weeks / 52.0) / 100.0


def test_settled_people_send_money_home_for_as_long_as_they_live_there(state):
    """What they have earned is posted every so many weeks, for all weeks since the last time."""
    m, weeks = state.migrants, state.p.life.review_weeks
    i = somebody(state, stage=Stage.SETTLED, legal=Legal.REGULAR, since=40, due=100, paid_until=60)
    for number, since in ((100, 40), (100 + weeks, weeks)):
        cash = m["cash"][i]
        assert m["due"][i] == number
        cause, chooses, part = at_milestone(state, i, number)
        assert cause == Cause.NOTHING
        assert not chooses
        assert part.counters[C.REMITTANCES] == pytest.approx(sent_in(state, i, since))
        assert part.accounts[Account.REMITTANCES] == pytest.approx(100.0 * sent_in(state, i, since))
        assert m["cash"][i] > cash
        assert m["paid_until"][i] == number
    assert m["stage"][i] == Stage.SETTLED


def test_what_a_settled_person_has_earned_is_posted_when_her_row_passes_on(state):
    m = state.migrants
    i = somebody(state, stage=Stage.SETTLED, legal=Legal.REGULAR, due=90, paid_until=60, leaves_risk_age=90)
    generation, sent = m["generation"][i], sent_in(state, i, 30)
    cause, _, part = at_milestone(state, i, 90)
    assert cause == Cause.NEXT_GENERATION
    assert m["generation"][i] == generation + 1
    assert part.counters[C.REMITTANCES] == pytest.approx(sent)
    assert part.accounts[Account.ESTATES] > 0.0


@kernel
def live_on(people, i, weeks, week):
    stages.live_on(people, i, weeks, week)


@pytest.mark.parametrize(("leaves", "due"), [(10_000, 152), (120, 120), (100, 101)])
def test_settled_people_are_due_for_their_pay_and_when_they_grow_too_old(state, leaves, due):
    i = somebody(state, stage=Stage.SETTLED, legal=Legal.REGULAR, due=100, paid_until=60)
    state.migrants["leaves_risk_age"][i] = leaves
    live_on(state.s.people, i, state.p.life.review_weeks, 100)
    assert state.migrants["due"][i] == due


# --- years that count -------------------------------------------------------------------------------------------------


@kernel
def arrives(people, i, week):
    stages.arrive(people, i, week + 1, week)


@kernel
def gets_papers(people, now, i, counters):
    regularised(people, now, i, np.inf, 1.0, counters)


@kernel
def loses_work(people, i, week):
    stages.lose_work(people, i, week)


@kernel
def finds_work(s, p, now, i, k, counters):
    hire(s, p, now, i, k, False, 0.0, np.int64(Start.SEARCH), counters)


def works_from(state, i, number):
    """Person i begins to work on going terms at a place of the destination."""
    v = state.venues
    fits = (v["region"] == THERE) & (v["kind"] == VenueKind.COMPLIANT)
    finds_work(state.s, state.p, now(number), i, int(np.flatnonzero(fits)[0]), np.zeros(len(COUNTERS)))


@pytest.mark.parametrize("regular", [True, False])
def test_years_of_settling_begin_with_the_first_job_or_the_status_and_with_no_other_job(state, regular):
    """Whoever changes her job after she has been given papers loses none of the weeks since then."""
    m, s = state.migrants, state.s
    i = somebody(state, stage=Stage.TRAVELLING, legal=Legal.REGULAR if regular else Legal.IRREGULAR, since=0)
    arrives(s.people, i, 10)
    assert m["since"][i] == 10
    works_from(state, i, 20)
    assert m["since"][i] == 20
    gets_papers(s.people, now(40), i, np.zeros(len(COUNTERS)))
    since = 20 if regular else 40
    assert m["since"][i] == since
    assert m["legal"][i] == Legal.REGULAR
    loses_work(s.people, i, 45)
    works_from(state, i, 50)
    assert m["since"][i] == since


def test_whoever_arrives_elsewhere_begins_anew_with_the_first_job_there(state):
    m, s = state.migrants, state.s
    i = somebody(state, stage=Stage.TRAVELLING, legal=Legal.REGULAR, since=0)
    for arrived in (10, 60):
        arrives(s.people, i, arrived)
        works_from(state, i, arrived + 5)
        assert m["since"][i] == arrived + 5


def test_papers_that_lapse_count_from_arrival_whenever_work_is_found(state):
    m, s = state.migrants, state.s
    i = somebody(state, stage=Stage.TRAVELLING, legal=Legal.VISITOR, since=0)
    arrives(s.people, i, 10)
    works_from(state, i, 15)
    assert m["since"][i] == 10


# --- before removal ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("speed", "weeks"), [(0.0, 4), (0.75, 2), (1.0, 1)])
def test_who_is_found_by_a_check_is_detained_for_less_where_returns_are_fast(state, speed, weeks):
    """As whoever is removed after a meeting is (lever ``return.speed``)."""
    m = state.migrants
    life = state.p.life
    assert (life.detention_weeks, life.speed_detention) == (4, 0.75)
    state.s.law["return_speed"][THERE] = speed
    state.regions["removal_sum"][THERE] = 1.0
    i = somebody(state, stage=Stage.WORKING, legal=Legal.IRREGULAR, since=10, removal_at=0.5, due=500, paid_until=30)
    cause, _, part = at_milestone(state, i, 30)
    assert cause == Cause.DETAINED
    assert m["stage"][i] == Stage.DETAINED
    assert m["due"][i] == 30 + weeks
    assert part.removals[THERE] == 1


# --- what a household has lost ----------------------------------------------------------------------------------------


@pytest.fixture
def household():
    """A household of three, two of whom have settled abroad, where one earns twice as much: (state, row, these)."""
    base = Week(Scenario.compose([*SMALL, "mechanisms.households=on"]), 1).state
    m, table = base.migrants, base.households
    for h in np.flatnonzero(table["size"] == 3):
        rows = np.arange(table["first"][h], table["first"][h] + 3)
        if (m["stage"][rows] == Stage.HOME).all():
            break
    away = rows[1:]
    m["here"][away], m["stage"][away], m["legal"][away] = THERE, Stage.SETTLED, Legal.REGULAR
    m["skill"][away], m["ability_abroad"][away] = 0, (2.0, 1.0)
    base.s.law["protection_family_support"] = 0.5
    divide(base, h, 0)
    return base, int(h), away


def divide(state, h, weeks):
    """The household divides what it has got, so many weeks after the first time."""
    book = Ledger(np.zeros(len(COUNTERS)), np.zeros(len(Account)))
    households.share(state.s, state.p, now(h % state.p.household.review + weeks), book)
    return book.counters[C.REMITTANCES_LOST]


@pytest.mark.parametrize("still", [True, False])
def test_what_is_lost_later_comes_to_what_was_lost_before(household, still):
    """The state replaces its share of both, as long as it replaces the first."""
    state, h, away = household
    m, table, rules = state.migrants, state.households, state.p.household
    both = table["support"][h]
    assert both > 0.0 == table["lost"][h]
    assert rules.support_weeks % rules.review == 0
    later = rules.support_weeks - (rules.review if still else 0)
    lost = (2.0 / 3.0 * both, both if still else both / 3.0)
    for number, i in enumerate(away):
        m["here"][i], m["stage"][i] = m["home"][i], Stage.HOME
        assert divide(state, h, rules.review + number * later) == 1
        assert table["lost"][h] == pytest.approx(lost[number], rel=1e-5)
        assert table["backed"][h] == pytest.approx(0.5 * lost[number], rel=1e-5)

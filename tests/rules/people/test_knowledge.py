"""What campaigns teach fades towards what a person had, and stories change where they have become known."""

from dataclasses import replace

import numpy as np
import pytest

from sim.agents.people import Stage
from sim.ground.calendar import Now
from sim.ground.kernel import kernel
from sim.ledger.counters import COUNTER_INDEX
from sim.policies.policy import Move, Policy
from sim.rules.people import knowledge
from sim.scenario.scenario import Scenario
from sim.week.week import Week

HOME = 0
HALF_LIFE, STORY_HALF_LIFE = 52.0, 26.0


@kernel
def teach(people, regions, rules, now):
    for i in range(len(people.due)):
        knowledge.hears_of_rights(people, regions, rules, now, i)


@kernel
def tell_everyone(people, regions):
    for i in range(len(people.due)):
        knowledge.is_told_a_story(regions, people.row[i])


@kernel
def looked_at(people, regions, holds, against):
    for i in range(len(people.due)):
        holds[i] = knowledge.holds(regions, people.row[i])
        against[i] = knowledge.sees_through(regions, people.row[i])


@pytest.fixture(scope="module")
def base():
    return Scenario.compose(["world=corridor", "people.size=6000", "time.years=4", "time.burn_in_weeks=26"])


@pytest.fixture
def world(base):
    """People before their first week, of whom everyone at home is reached."""
    week = Week(base.replace({"beliefs.taught_half_life": HALF_LIFE, "recruit.story_half_life": STORY_HALF_LIFE}), 1)
    week.state.regions["informs"] = 1.0
    return week


def known(week):
    """(what holds, information against the stories of today) of everyone."""
    count = len(week.migrants)
    found = np.empty(count), np.empty(count)
    looked_at(week.state.s.people, week.state.s.regions, *found)
    return found


def taught(week):
    s, p = week.state.s, week.state.p
    teach(s.people, s.regions, p.knowledge, Now(0, 1, 1))
    return week.migrants["taught"] > 0


def campaign(base, *others, **timing):
    """``base`` with a campaign, and others that begin in the weeks named."""
    move = Move("origin.information_campaign", "set", 0.8, ())
    more = Move("origin.information_campaign", "add", 0.1, ())
    first = Policy("campaign", "Campaign", "test", (move,), **timing)
    return replace(
        base,
        policies=(first, *(Policy(f"again_{week}", "Again", "test", (more,), start=week) for week in others)),
    )


# --- the rules ----------------------------------------------------------------------------------------------------


def test_what_was_taught_halves_in_its_half_life_and_leaves_what_a_person_had(world):
    trait = world.migrants["information"].copy()
    who = taught(world)
    assert np.array_equal(who, world.migrants["here"] == world.migrants["home"])
    step = world.state.p.knowledge.step
    assert world.migrants["information"][who] == pytest.approx(trait[who] + step * (1.0 - trait[who]), rel=1e-6)
    assert np.array_equal(world.migrants["information"][~who], trait[~who])
    first = world.migrants["taught"].copy()
    for week in range(52):
        knowledge.knowledge_fades(world.state.s.people, world.state.p.knowledge, week)
    assert world.migrants["taught"][who] == pytest.approx(0.5 * first[who], rel=1e-5)
    assert world.migrants["information"] - world.migrants["taught"] == pytest.approx(trait, abs=1e-6)
    for week in range(52 * 20):
        knowledge.knowledge_fades(world.state.s.people, world.state.p.knowledge, week)
    assert world.migrants["information"] == pytest.approx(trait, abs=1e-5)


def test_stories_change_as_fast_as_they_are_seen_through(world):
    """dS/dt = T·2^-S/h: what was taught holds as T/(1 + ln 2·T·t/h), where all are told and all were taught T."""
    s, p = world.state.s, world.state.p
    world.migrants["home"][:] = world.migrants["here"][:] = HOME
    world.migrants["taught"][:] = 0.4
    world.migrants["information"][:] = 0.7
    for _ in range(104):
        tell_everyone(s.people, s.regions)
        knowledge.stories_change(s.regions, p.knowledge, 0.0)  # nobody goes by what was found before
    holds, against = known(world)
    expected = 0.4 / (1.0 + np.log(2.0) * 0.4 * 104 / STORY_HALF_LIFE)
    assert holds == pytest.approx(expected, rel=0.02)
    assert against == pytest.approx(0.3 + holds, rel=1e-5)
    assert world.migrants["information"] == pytest.approx(0.7), "of all else she knows as much as before"


def test_a_new_campaign_tells_of_the_new_stories(world):
    who = taught(world)
    trait = world.migrants["information"] - world.migrants["taught"]
    first, _ = known(world)
    world.state.regions["story"] = 5.0
    old, _ = known(world)
    assert old[who] == pytest.approx(first[who] / 32.0, rel=1e-4)
    step = world.state.p.knowledge.step
    taught(world)  # by the campaign that goes on
    same, _ = known(world)
    assert same[who] == pytest.approx(old[who] + step * (1.0 - trait[who] - old[who]) / 32.0, rel=1e-3)
    old = same
    world.state.regions["story_told"] = 5.0
    taught(world)
    new, against = known(world)
    # what she does not know of them she is told as if it were the first time
    assert new[who] == pytest.approx(old[who] + step * (1.0 - trait[who] - old[who]), rel=1e-4, abs=1e-6)
    assert np.all(against <= world.migrants["information"] + 1e-6)
    assert np.all(against >= trait - 1e-6)


def test_nobody_who_was_taught_nothing_is_touched(world):
    trait = world.migrants["information"].copy()
    world.state.regions["story"] = 7.0
    knowledge.knowledge_fades(world.state.s.people, world.state.p.knowledge, 13)
    _, against = known(world)
    assert np.array_equal(world.migrants["information"], trait)
    assert np.array_equal(against, trait.astype(float))


# --- in a run -------------------------------------------------------------------------------------------------------


def test_stories_stay_where_nobody_teaches(base, tools):
    on, off = (tools.run(base.replace({"time.years": 1.0, "mechanisms.stories_adapt": word})) for word in ("on", "off"))
    assert tools.fingerprint(on) == tools.fingerprint(off)
    assert not on.state.regions["story"].any()
    assert not on.migrants["taught"].any()


def test_what_a_campaign_makes_known_stops_to_hold_unless_stories_stay(base, tools):
    def in_year(week, name, year):
        rows = slice(26 + 52 * year, 78 + 52 * year)
        return week.counters[rows, COUNTER_INDEX[name]].sum() / week.counters[rows, COUNTER_INDEX["contacts"]].sum()

    running = campaign(base)
    on, off = (tools.run(running.replace({"mechanisms.stories_adapt": word})) for word in ("on", "off"))
    for week in (on, off):
        assert in_year(week, "contacts_taught", 3) > 0.1
    assert in_year(off, "contacts_knowing", 3) == pytest.approx(in_year(off, "contacts_taught", 3), rel=1e-4)
    assert in_year(on, "contacts_knowing", 3) < 0.6 * in_year(on, "contacts_taught", 3)
    # it bites at first, and bites again where it is made anew
    assert in_year(on, "contacts_knowing", 0) > 0.7 * in_year(on, "contacts_taught", 0)
    again = tools.run(campaign(base, 104.0))
    assert in_year(again, "contacts_knowing", 1) == in_year(on, "contacts_knowing", 1)
    assert in_year(again, "contacts_knowing", 3) > 1.3 * in_year(on, "contacts_knowing", 3)


def test_a_campaign_that_is_over_is_forgotten(base, tools):
    def taught_in_the_end(half_life):
        short = campaign(base.replace({"beliefs.taught_half_life": half_life}), end=52.0)
        week = tools.run(short)
        at_home = week.migrants["stage"] == Stage.HOME
        return week.migrants["taught"][at_home].mean()

    assert 0.0 < taught_in_the_end(13.0) < 0.2 * taught_in_the_end(520.0)

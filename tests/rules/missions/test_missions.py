"""Missions from inside: closed forms of who buys, what is reported and what becomes of it."""

import numpy as np
import pytest

from sim.agents.contingents import GROUPS, Member
from sim.ground.calendar import WEEKS_PER_YEAR
from sim.ledger.counters import C
from sim.rules.missions import inside, places, reporting
from sim.scenario.scenario import Scenario
from sim.week.missions import run_missions
from sim.week.week import Week


@pytest.fixture(scope="module")
def rules():
    return Week(Scenario.compose(["world=corridor", "people.size=500", "time.years=0.1"]), 1).state.p.mission


def all_of(value):
    return np.full((1, GROUPS), float(value))


def orders(**given):
    plain = dict.fromkeys(reporting.Orders._fields, 0.0) | {"size": 50.0, "immunity": 0.9} | given
    return reporting.Orders(**{name: np.array([[value]]) for name, value in plain.items()})


def test_at_the_start_everybody_buys_as_at_the_start(rules):
    assert inside.buying(rules, all_of(0), all_of(rules.tolerance), all_of(0)) == pytest.approx(1.0)


def test_training_moves_those_who_do_not_know_and_hardly_others(rules):
    """It can do no more than their share (C8-M11), and less where superiors do not stand behind it (C8-M12)."""
    trained = inside.buying(rules, all_of(1), all_of(rules.tolerance), all_of(0))
    everyone = rules.unaware + rules.resistant + rules.complicit
    left = rules.resistant * (1 - rules.attitude) + rules.complicit
    assert trained == pytest.approx(left / everyone)
    put_up_with = inside.buying(rules, all_of(1), all_of(1.0), all_of(0))
    assert put_up_with == pytest.approx(np.exp(rules.norm * (1 - rules.tolerance)))  # as if nobody had been trained


def test_a_lesson_fades_and_reminders_hold_it(rules):
    once = reminded = all_of(1.0)
    for _ in range(26):
        once = inside.train(rules, once, np.zeros((1, 1)), np.zeros((1, 1)))
        reminded = inside.train(rules, reminded, np.zeros((1, 1)), np.ones((1, 1)))
    years = 26 * inside.REVIEW_WEEKS
    assert once == pytest.approx(0.5 ** (years / rules.training_half_life) * np.exp(-years / rules.tour))
    assert reminded.min() > 0.5 > once.max()


def test_without_an_order_tone_stays_and_leave_is_copied_by_more_than_a_ban(rules):
    start = all_of(rules.tolerance)
    for command, moves in ((0.0, 0), (-0.5, 1), (0.5, -1)):
        moved = inside.tone(rules, start, np.array([[command]]), all_of(1.0)) - start
        assert np.all(np.sign(np.round(moved, 12)) == moves)
    allowed = inside.tone(rules, start, np.array([[-0.5]]), all_of(1.0)) - start
    banned = inside.tone(rules, start, np.array([[0.5]]), all_of(1.0)) - start
    assert np.all(allowed > -banned)


def test_those_under_a_contract_are_hardest_to_reach(rules):
    kept = inside.kept_from_it(rules, np.array([[0.8]]), np.zeros((1, 1)), np.zeros((1, 1)))[0]
    assert kept[Member.MILITARY] > kept[Member.CIVILIANS] > kept[Member.CONTRACTORS]
    bound = inside.kept_from_it(rules, np.array([[0.8]]), np.zeros((1, 1)), np.ones((1, 1)))[0]
    assert bound[Member.CONTRACTORS] == pytest.approx(0.8)
    assert np.array_equal(bound[:3], kept[:3])
    patrolled = inside.kept_from_it(rules, np.zeros((1, 1)), np.ones((1, 1)), np.zeros((1, 1)))[0]
    assert 0 < patrolled[Member.CIVILIANS] < patrolled[Member.MILITARY]  # patrols spill over (C8-M15)


def known(rules, tolerance=0.5, safe=0.5, **given):
    return reporting.become_known(rules, orders(**given), all_of(100), all_of(1), (all_of(tolerance), all_of(safe)))


def test_what_is_done_does_not_hang_on_what_is_reported(rules):
    plain, rated = known(rules), known(rules, rating=1.0)
    yearly = rules.incidents * 100 * inside.REVIEW_WEEKS / WEEKS_PER_YEAR
    assert plain.incidents == pytest.approx(yearly)
    assert np.array_equal(plain.incidents, rated.incidents)
    assert plain.reports == pytest.approx(rated.reports)
    confined = known(rules, curfew=1.0).incidents
    assert confined == pytest.approx(yearly * (1 - np.array(rules.confined))[None, :])
    # counts look good, and conduct is not (C8-M18)
    assert rated.recorded == pytest.approx(plain.recorded * (1 - rules.withholds))
    by_effort = known(rules, rating=1.0, rating_effort=1.0)
    assert by_effort.recorded == pytest.approx(plain.recorded)
    assert plain.recorded + plain.withheld == pytest.approx(plain.reports)


def test_protection_of_reporters_and_a_duty_bring_reports_and_tolerance_keeps_them_away(rules):
    plain = known(rules).reports
    assert np.all(known(rules, whistleblowers=1.0).reports > plain)
    assert np.all(known(rules, conduct=1.0).reports > plain)
    assert np.all(known(rules, tolerance=0.9).reports < plain)
    assert np.all(known(rules, safe=0.0).reports < plain)
    assert np.all(known(rules, whistleblowers=1.0).punished == 0)
    assert known(rules).punished == pytest.approx(plain * 0.5)


def decided(rules, law=0.5, ended=0.0, tolerance=0.5, **given):
    return reporting.decide(
        rules, orders(**given), all_of(10), all_of(tolerance), np.array([[law]]), np.array([[ended]])
    )


def test_files_are_lost_at_hand_over_and_most_when_a_mission_ends(rules):
    assert decided(rules).lost == pytest.approx(10 * inside.gone(rules) * rules.files_lost)
    assert decided(rules, ended=1.0).lost == pytest.approx(10 * rules.files_lost)
    assert np.all(decided(rules, ended=1.0, handover=1.0).lost == 0)


def test_courts_of_the_place_need_a_waiver_and_the_means(rules):
    assert np.all(decided(rules, law=0.9, immunity=1.0).tried_there == 0)
    assert np.all(decided(rules, law=0.9 * rules.host_least, immunity=0.0).tried_there == 0)
    assert np.all(decided(rules, law=0.9, immunity=0.0).tried_there > 0)


def test_trials_far_from_the_place_fail(rules):
    away, there = decided(rules), decided(rules, courts=1.0, advisers=1.0)
    assert away.tried_at_home == pytest.approx(there.tried_at_home)
    x = rules.trial_base
    assert away.convicted == pytest.approx(away.tried_at_home / (1 + np.exp(-x)))
    x += rules.trial_on_site + rules.trial_advised
    assert there.convicted == pytest.approx(there.tried_at_home / (1 + np.exp(-x)))


def test_those_under_a_contract_are_gone_before_anything_is_decided(rules):
    came = decided(rules, conduct=1.0)
    assert came.left[0, Member.CONTRACTORS] > came.left[0, Member.MILITARY]
    assert came.sent_home[0, Member.CONTRACTORS] < came.sent_home[0, Member.MILITARY]
    assert decided(rules, contractors=1.0).left[0, Member.CONTRACTORS] == 0


def test_superiors_who_put_up_with_it_send_nobody_home(rules):
    strict = decided(rules, conduct=1.0, tolerance=0.0).sent_home
    assert decided(rules, conduct=1.0, tolerance=1.0).sent_home == pytest.approx(strict * (1 - rules.lenient))


def test_fear_follows_what_happens_and_fades_where_nothing_does(rules):
    seen, none = known(rules), decided(rules)._replace(sent_home=all_of(0), convicted=all_of(0))
    fear = all_of(4.0)
    for _ in range(13):
        fear = reporting.fear_after(rules, fear, seen, none, np.zeros((1, 1)))
    assert fear == pytest.approx(4.0 * 0.5 ** (13 * inside.REVIEW_WEEKS / rules.learned))
    # rules that are announced are feared at once, and no longer where nobody is punished (C8-M30)
    announced = reporting.fear_after(rules, all_of(0), seen, none, np.ones((1, 1)))
    assert announced == pytest.approx(rules.announced)
    certain = none._replace(sent_home=seen.incidents)
    assert np.all(reporting.fear_after(rules, all_of(0), seen, certain, np.zeros((1, 1))) > 0)


def test_nobody_fears_more_than_to_lose_everything_for_certain(rules):
    """Open cases of a time in which much was done come to be decided when little is."""
    late = decided(rules)._replace(sent_home=all_of(50), convicted=all_of(50))
    fear = reporting.fear_after(rules, all_of(0), known(rules), late, np.zeros((1, 1)))
    assert fear == pytest.approx(inside.moved(rules.learned) * (rules.loss_home + rules.loss_convicted))


def test_whoever_is_sent_home_and_convicted_is_counted_once(rules):
    came = decided(rules, conduct=1.0, tolerance=0.0, courts=1.0)
    assert np.all(came.convicted > 0)
    assert came.answered == pytest.approx(came.sent_home)  # all of them are sent home
    none = decided(rules, courts=1.0)
    assert none.answered == pytest.approx(none.convicted)
    some = decided(rules, conduct=0.5, courts=1.0, law=0.9, immunity=0.2)
    assert np.all(some.answered < some.sent_home + some.convicted)
    assert np.all(some.answered > np.maximum(some.sent_home, some.convicted))


def test_all_are_new_when_a_mission_begins_and_some_when_it_grows(rules):
    begins = inside.joined_by(all_of(0.1), all_of(0), all_of(50), np.array([[0.9]]))
    assert begins == pytest.approx(0.9)
    assert inside.joined_by(all_of(0.1), all_of(50), all_of(100), np.array([[0.9]])) == pytest.approx(0.5)
    assert inside.joined_by(all_of(0.1), all_of(50), all_of(20), np.array([[0.9]])) == pytest.approx(0.1)
    assert inside.joined_by(all_of(0.1), all_of(0), all_of(0), np.array([[0.9]])) == pytest.approx(0.1)


def test_a_scandal_is_forgotten_and_law_of_the_week_counts_when_a_mission_has_gone():
    words = ["world=corridor", "people.size=500", "time.years=1", "mechanisms.mission_inside=on", "mission.size=0"]
    week = Week(Scenario.compose(words), 1)
    state, agenda, region = week.state, week.agenda, week.state.regions
    region["mission_exposed"][:], state.contingents["open"][:] = 1.0, 10.0
    state.levers.now = state.levers.now | {
        "region.rule_of_law": np.full(len(region), 1.0), "mission.immunity": np.zeros(len(region))
    }  # fmt: skip
    agenda.turn_to(agenda.burn_in)  # a week in which missions are reviewed
    run_missions(state, agenda)
    assert np.all(region["mission_exposed"] == pytest.approx(1 - inside.moved(state.p.mission.reform_fades)))
    assert np.all(state.contingents["open"] < 10.0)
    assert agenda.row[C.MISSION_TRIED_THERE] > 0  # where law works again


def test_fewer_come_where_immunity_is_waived_and_groups_are_refused(rules):
    assert places.who_come(rules, orders(immunity=0.9), 0.9, all_of(1)) == pytest.approx(1.0)
    assert places.who_come(rules, orders(immunity=0.0), 0.9, all_of(1)) == pytest.approx(1 - 0.9 * rules.waived)
    assert places.who_come(rules, orders(refuse=1.0), 0.9, all_of(1)) == pytest.approx(1 - rules.unreplaced)


def test_a_scandal_is_felt_at_once_and_changes_rules_late(rules):
    exposed, reform = places.after_scandal(rules, np.zeros(1), np.zeros(1), np.ones(1))
    assert exposed == 1.0
    assert 0 < reform < 0.1
    most = reform
    for _ in range(30):
        exposed, reform = places.after_scandal(rules, exposed, reform, np.zeros(1))
        most = max(most, reform)
    assert most > 0.2
    for _ in range(200):
        exposed, reform = places.after_scandal(rules, exposed, reform, np.zeros(1))
    assert reform < 0.05


def test_local_police_keep_part_of_what_they_learned_for_a_while(rules):
    built, size = np.zeros(1), np.array([rules.enough])
    for _ in range(52):
        built, beside = places.local_police(rules, built, size, np.ones(1))
    built_at_end, after = places.local_police(rules, built, np.zeros(1), np.ones(1))
    assert 1 < after < beside
    for _ in range(65):
        built_at_end, after = places.local_police(rules, built_at_end, np.zeros(1), np.ones(1))
    assert after == pytest.approx(1.0, abs=0.02)
    assert places.local_police(rules, np.zeros(1), size, np.zeros(1))[1] == 1.0

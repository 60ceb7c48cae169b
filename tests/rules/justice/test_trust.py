"""Trust: slow up, fast down; what it and procedures make of referral; prepared returns; shelter that is found."""

from __future__ import annotations

import numpy as np
import pytest

from sim.agents.people import Bound, Decided, Legal, Stage
from sim.ground.calendar import Now
from sim.ground.kernel import kernel
from sim.ledger.accounts import Ledger
from sim.ledger.counters import COUNTERS, C
from sim.rules.justice.leads import reaches
from sim.rules.justice.prepared_return import EXPECTED, NOT_REFERRED, STAYS, wait_for_return, weeks_to_prepare, where_to
from sim.rules.justice.protection import end_protection
from sim.rules.justice.shelter import found_in_shelter
from sim.rules.justice.telling import Rung
from sim.rules.justice.trust import (
    BROKEN,
    KEPT,
    LEVEL,
    adopt_procedures,
    keep_in_touch,
    may_pass_on,
    national_referral,
    transnational_referral,
)
from sim.rules.people.anticipation import PERMIT
from sim.scenario.scenario import Scenario
from sim.week.week import Week

WORDS = ["world=corridor", "people.size=4000", "time.years=1", "time.burn_in_weeks=10",
         "mechanisms.institutional_trust=on", "mechanisms.insecure_shelter=on"]  # fmt: skip
HERE, HOME = 4, 0


@kernel
def chance(s, p, what, here, home):
    if what == 0:
        return national_referral(s, p.trust, here)
    if what == 1:
        return transnational_referral(s, p.trust, here, home)
    if what == 2:
        return reaches(s, p.trust, here, home)
    return weeks_to_prepare(s, p, here, home)


@kernel
def all_go(s, p, now, found, counters):
    for i in range(len(found)):
        found[i] = where_to(s, p, now, i, counters)


@kernel
def all_wait(s, p, now, rows, ledger):
    for position in range(len(rows)):
        wait_for_return(s, p, now, rows[position], ledger)


@kernel
def all_end(s, p, now, count, ledger):
    for i in range(count):
        end_protection(s, p, now, i, False, ledger, 2.0)


@kernel
def all_told(s, p, now, said, found, counters):
    for n in range(len(found)):
        found[n] = may_pass_on(s, p.trust, now, said[n], counters)


@kernel
def all_sheltered(s, p, now, found, counters):
    for i in range(len(found)):
        found[i] = found_in_shelter(s, p, now, i, counters)


@kernel
def adopt(s, p, now, region):
    adopt_procedures(s, p.trust, now, region)


@pytest.fixture
def state():
    state = Week(Scenario.compose(WORDS), 1).state
    m, law = state.migrants, state.s.law
    m["here"][:], m["home"][:], m["known"][:] = HERE, HOME, 0
    m["stage"][:], m["legal"][:] = Stage.PROTECTED, Legal.IRREGULAR
    m["bound"][:], m["brought_by"][:] = Bound.SAFE, -1
    law["collusion"], law["protection_independence"], law["integrity_rotation"] = 0.0, 1.0, 0.0
    for lever in ("meetings", "mixed", "procedures", "endorsement", "contact_list", "consent", "alerts", "monitoring"):
        law[f"coop_{lever}"] = 0.0
    for lever in ("prepared", "assessment", "reception"):
        law[f"return_{lever}"] = 0.0
    state.regions["permits_left"] = np.inf
    return state


def months(state, number):
    for month in range(number):
        keep_in_touch(state.s, state.p, Now(4 * month, 1, 1), np.zeros(len(COUNTERS)))


def test_trust_stays_where_nothing_happens(state):
    state.s.trust[..., LEVEL] = state.p.trust.usual
    months(state, 30)
    assert state.s.trust[..., LEVEL] == pytest.approx(state.p.trust.usual)


def test_trust_comes_slowly_and_goes_at_once(state):
    rules, trust, law = state.p.trust, state.s.trust, state.s.law
    trust[..., LEVEL] = rules.usual
    law["coop_meetings"] = 12.0
    pay = state.regions["wage"][:, 1]
    share = pay / (pay + rules.afford)
    months(state, 1)
    met = 12.0 * 4 / 52 * min(share[HERE], share[HOME])
    level = rules.usual + (1 - rules.usual) * (1 - (1 - rules.meeting) ** met)
    level += (rules.usual - level) * -np.expm1(-4 * rules.drift)
    assert trust[HERE, HOME, LEVEL] == pytest.approx(level)
    assert trust[HERE, HERE, LEVEL] == pytest.approx(rules.usual)  # like met like
    months(state, 11)
    year = trust[HERE, HOME, LEVEL]
    assert year > level
    trust[HERE, HOME, BROKEN] = 1
    months(state, 1)
    assert year - trust[HERE, HOME, LEVEL] > 0.5 * (year - rules.usual)  # one breach takes what a year has brought
    assert trust[HERE, HOME, BROKEN] == 0
    law["coop_mixed"] = 1.0
    before = trust[HERE, HERE, LEVEL]
    months(state, 6)
    assert trust[HERE, HERE, LEVEL] > before
    trust[HERE, HOME, KEPT] = 5
    before = trust[HERE, HOME, LEVEL]
    months(state, 1)
    assert trust[HERE, HOME, LEVEL] > before


def test_a_list_of_contacts_keeps_trust_when_people_move_on(state):
    trust, law = state.s.trust, state.s.law
    law["integrity_rotation"] = 2.0
    left = {}
    for listed in (0.0, 1.0):
        trust[..., LEVEL] = 0.9
        law["coop_contact_list"] = listed
        months(state, 6)
        left[listed] = trust[HERE, HOME, LEVEL]
    assert left[1.0] > left[0.0] + 0.1


def test_believed_corruption_and_rivalry_lower_what_trust_goes_back_to(state):
    rules, trust, law = state.p.trust, state.s.trust, state.s.law
    law["collusion"][HOME], law["protection_independence"][HERE] = 0.5, 0.0
    trust[..., LEVEL] = rules.usual
    months(state, 600)
    assert trust[HERE, HOME, LEVEL] == pytest.approx(0.5 * rules.usual, abs=0.01)
    assert trust[HOME, HERE, LEVEL] == pytest.approx(rules.usual, abs=0.01)
    assert trust[HERE, HERE, LEVEL] == pytest.approx((1 - rules.rivalry) * rules.usual, abs=0.01)


def test_sharing_follows_trust_over_the_usual(state):
    state.s.law["coop_sharing"] = 0.3
    for level in (0.0, 0.2, state.p.trust.usual, 0.8):
        state.s.trust[..., LEVEL] = level
        assert chance(state.s, state.p, 2, HERE, HOME) == pytest.approx(0.3 * level / state.p.trust.usual)


def test_referral_is_a_product_of_systems_and_procedures_replace_acquaintance(state):
    s, p, rules, law = state.s, state.p, state.p.trust, state.s.law
    s.trust[..., LEVEL] = 0.1
    law["protection_referral"] = law["protection_quality"] = 1.0
    assert chance(s, p, 0, HERE, HOME) == pytest.approx(rules.used)
    law["coop_endorsement"], state.regions["trained"] = 1.0, 1.0
    follow = min(rules.used + rules.used_endorsed + rules.used_trained, 1.0)
    assert chance(s, p, 0, HERE, HOME) == pytest.approx(follow)
    assert chance(s, p, 1, HERE, HOME) == pytest.approx(0.1)  # no procedures: who knows whom
    law["coop_procedures"] = 1.0
    assert chance(s, p, 1, HERE, HOME) == pytest.approx(follow**4)
    assert chance(s, p, 3, HERE, HOME) == pytest.approx(p.returns.weeks + p.returns.friction * (1 - follow))
    law["coop_procedures"][HOME] = 0.0  # both must have them
    assert chance(s, p, 1, HERE, HOME) == pytest.approx(0.1)
    assert chance(s, p, 3, HERE, HOME) == pytest.approx(p.returns.weeks + p.returns.friction)
    law["coop_procedures"][HOME], law["protection_quality"][HOME] = 1.0, 0.0  # and each a system at home
    assert chance(s, p, 1, HERE, HOME) == pytest.approx(max(0.1, 0.1 * follow**3))


def test_procedures_spread_to_states_that_are_alike(state):
    s, law = state.s, state.s.law
    law["protection_referral"] = 1.0
    law["coop_procedures"][HERE] = 1.0
    law["law"] = 0.5
    taken = {}
    for unlike in (0.0, 0.5):
        law["law"][HERE] = 0.5 + unlike
        weeks = []
        for seed in range(60):
            state.regions["adopted"] = 0.0
            for week in range(0, 4000, 4):
                adopt(s, state.p, Now(week, seed, seed), HOME)
                if state.regions["adopted"][HOME]:
                    break
            weeks.append(week)
        taken[unlike] = np.mean(weeks)
    assert taken[0.5] > 1.4 * taken[0.0]


def go(state, week=3):
    found, counters = np.zeros(len(state.migrants)), np.zeros(len(COUNTERS))
    all_go(state.s, state.p, Now(week, 9, 9), found, counters)
    return found, counters


def test_nobody_is_referred_where_nobody_asks(state):
    found, counters = go(state)
    assert (found == NOT_REFERRED).all()
    assert counters[C.RETURNS_ASKED] == 0


def test_requests_are_lost_refused_or_accepted(state):
    m, n = state.migrants, len(state.migrants)
    state.s.law["return_prepared"], state.s.trust[..., LEVEL] = 1.0, 0.6
    state.regions["reception_left"] = np.inf
    found, counters = go(state)
    assert counters[C.RETURNS_ASKED] == n
    assert counters[C.RETURNS_LOST] / n == pytest.approx(0.4, abs=0.03)
    accepted = found == EXPECTED
    assert accepted.sum() / n == pytest.approx(0.6 * state.p.returns.eligible, abs=0.03)
    assert state.s.trust[HERE, HOME, BROKEN] >= counters[C.RETURNS_REFUSED] > 0
    assert (m["decision"][accepted] == Decided.RETURNING).all()
    assert (m["decided"][accepted] == 3 + round(state.p.returns.weeks + state.p.returns.friction)).all()


def test_who_has_no_means_left_refuses(state):
    state.s.law["return_prepared"], state.s.trust[..., LEVEL] = 1.0, 1.0
    state.regions["reception_left"] = 2.0
    found, counters = go(state)
    assert (found == EXPECTED).sum() == 2
    assert counters[C.RETURNS_REFUSED_FULL] > 0.8 * len(found)


def test_who_is_seen_to_be_in_danger_stays(state):
    m, n = state.migrants, len(state.migrants)
    m["known"][: n // 2] = 1
    state.s.law["return_assessment"], state.s.trust[..., LEVEL] = 1.0, 0.3
    found, counters = go(state)
    assert counters[C.STAYED_FOR_SAFETY] / (n // 2) == pytest.approx(0.3, abs=0.04)
    assert not (found[n // 2 :] == STAYS).any()
    assert (m["legal"][found == STAYS] == Legal.REGULAR).all()
    m["legal"][:] = Legal.IRREGULAR
    state.s.law["coop_alerts"] = 1.0  # what is known of a danger is passed on at once
    assert (go(state, 4)[0][: n // 2] == STAYS).all()
    # those who brought her are at work where she would return to
    j = int(np.flatnonzero((state.traffickers["active"] == 1) & (state.traffickers["home"] == HOME))[0])
    m["known"][:], m["brought_by"][:], m["brought_by_generation"][:] = 0, j, state.traffickers["generation"][j]
    m["legal"][:] = Legal.IRREGULAR
    assert (go(state, 5)[0] == STAYS).all()


def test_who_may_stay_for_safety_has_been_kept_a_promise_and_others_hear_of_it(state):
    m, n, row = state.migrants, len(state.migrants), np.zeros(len(COUNTERS))
    m["known"][:], m["rung"][:], m["since"][:] = 1, Rung.INFORMATION, 0
    state.s.law["return_assessment"] = state.s.law["coop_alerts"] = 1.0
    state.s.law["protection_permit"] = 0.0
    promises, pair = state.regions["promises"][HERE].copy(), state.s.pair_of[HOME, HERE]
    heard = state.pairs["heard_status"][pair, PERMIT].copy()
    p = state.p._replace(anticipation=state.p.anticipation._replace(on=1))
    all_end(state.s, p, Now(9, 1, 1), n, Ledger(row, state.accounts))
    assert row[C.STAYED_FOR_SAFETY] == row[C.PERMITS] == n
    assert row[C.PROMISES_BROKEN] == 0
    assert (state.regions["promises"][HERE] - promises).tolist() == pytest.approx([n, n])
    gained = state.pairs["heard_status"][pair, PERMIT] - heard
    assert gained.tolist() == pytest.approx([n * p.channel.report_good, 0.0], rel=1e-3)


def test_data_get_out_less_where_somebody_watches(state):
    state.s.law["return_prepared"], state.s.trust[..., LEVEL] = 1.0, 0.0
    breached = {}
    for watched in (0.0, 1.0):
        state.s.law["coop_monitoring"] = watched
        breached[watched] = sum(go(state, week)[1][C.RIGHTS_BREACHED] for week in range(5))
    assert 0 < breached[1.0] < 0.5 * breached[0.0]
    expected = 5 * len(state.migrants) * state.p.returns.breach
    assert breached[0.0] == pytest.approx(expected, rel=0.2)


def test_who_is_expected_goes_home_to_support_or_leaves_while_she_waits(state):
    m = state.migrants
    m["decision"][:], m["decided"][:] = Decided.RETURNING, 8
    m["known"][:] = 1
    rows = np.arange(len(m))
    ledger = Ledger(np.zeros(len(COUNTERS)), state.accounts)
    all_wait(state.s, state.p, Now(7, 2, 2), rows, ledger)
    gone = m["stage"] != Stage.PROTECTED
    assert gone.mean() == pytest.approx(state.p.returns.leaves, abs=0.01)
    assert ledger.counters[C.RETURNS_DROPPED] == gone.sum()
    all_wait(state.s, state.p, Now(8, 2, 2), rows[~gone], ledger)
    assert ledger.counters[C.PREPARED_RETURNS] == ledger.counters[C.REINTEGRATED] == (~gone).sum()
    assert (m["here"][~gone] == HOME).all()
    assert not m["known"][~gone].any()
    assert not (m["bound"] & Bound.SAFE).any()
    assert state.s.trust[HERE, HOME, KEPT] == state.s.trust[HOME, HERE, KEPT] == (~gone).sum()


def test_without_consent_nothing_crosses_a_border_where_the_rule_is_kept(state):
    rules, n = state.p.trust, 2000
    said = np.zeros(n, state.book.statements.dtype)
    said["person"], said["region"] = np.arange(n), HERE
    said["generation"] = state.migrants["generation"][:n]
    passed, counters = np.zeros(n), np.zeros(len(COUNTERS))
    state.s.law["coop_consent"] = 1.0
    all_told(state.s, state.p, Now(1, 1, 1), said, passed, counters)
    assert passed.mean() == pytest.approx(rules.consents, abs=0.03)
    assert counters[C.CONSENT_KEPT] == (passed == 0).sum()
    state.s.law["coop_consent"] = 0.0
    all_told(state.s, state.p, Now(1, 1, 1), said, passed, counters)
    assert passed.all()
    without = counters[C.PASSED_WITHOUT_CONSENT]
    assert without == counters[C.CONSENT_KEPT] == state.migrants["known"][:n].sum() == state.s.trust[HERE, HERE, BROKEN]
    # fewer agree whose household recruiters know
    state.migrants["known"][:] = 1
    state.s.law["coop_consent"] = 1.0
    all_told(state.s, state.p, Now(2, 1, 1), said, passed, counters)
    assert passed.mean() == pytest.approx(rules.consents_known, abs=0.03)


def test_exploiters_at_large_find_people_unless_the_place_is_secured(state):
    m, v = state.migrants, state.venues
    k = int(np.flatnonzero((v["active"] == 1) & (v["region"] == HERE) & (v["filled"] >= v["slots"]))[0])
    m["exploiter"][:], m["exploiter_generation"][:] = k, v["generation"][k]
    state.s.law["protection_security"] = 1.0
    found, counters = np.zeros(len(m)), np.zeros(len(COUNTERS))
    all_sheltered(state.s, state.p, Now(1, 3, 3), found, counters)
    assert not found.any()
    m["exploiter_generation"][: len(m) // 2] = v["generation"][k] - 1  # owners who have gone
    state.s.law["protection_security"] = 0.5
    for week in range(20):
        all_sheltered(state.s, state.p, Now(week, 3, 3), found, counters)
        assert not found[: len(m) // 2].any()
    expected = 20 * (len(m) // 2) * 0.5 * state.p.shelter.found
    assert counters[C.SHELTER_FOUND] == pytest.approx(expected, rel=0.25)
    assert counters[C.SHELTER_RECAPTURED] == 0  # the place is full
    assert m["known"].sum() > 0

"""What a case rests on: who is heard for it, what may cross a border, what is frozen, and what a court tries again."""

import numpy as np
import pytest

from sim.agents.agencies import AgencyKind
from sim.agents.cases import NOBODY, OWNER, CaseStage, Charge, Source, Target, Verdict
from sim.agents.intelligence import Informer, ItemStage
from sim.agents.offenders import Status
from sim.ground.calendar import Now
from sim.ground.kernel import kernel
from sim.ledger.accounts import Account, Ledger
from sim.ledger.counters import COUNTERS, C
from sim.rules.control.ways_out import Exit
from sim.rules.intelligence.using import act, put_together
from sim.rules.justice.courts import judge
from sim.rules.justice.evidence import close_case
from sim.rules.justice.investigation import bring_charge, freeze
from sim.rules.justice.leads import hear_statement, take_leads
from sim.rules.justice.telling import Rung
from sim.rules.justice.trust import BROKEN, LEVEL
from sim.scenario.scenario import Scenario
from sim.week.week import Week

NOW = Now(11, 1, 1)
WORDS = ["world=corridor", "people.size=1500", "time.years=1", "mechanisms.institutional_trust=on",
         "mechanisms.intelligence=on"]  # fmt: skip


@pytest.fixture
def state():
    """A state before its first week, with an investigation (row 0) against an owner, by the region of his place."""
    state = Week(Scenario.compose(WORDS), 1).state
    cases, venues = state.cases, state.venues
    k = int(np.flatnonzero(venues["active"] == 1)[0])
    for column, value in (
        ("stage", CaseStage.INVESTIGATION), ("kind", Target.VENUE), ("source", Source.REPORT), ("rule", -1),
        ("target", k), ("target_generation", venues["generation"][k]), ("region", venues["region"][k]),
        ("sector", venues["sector"][k]), ("carrier", -1), ("witness", -1), ("opened", 3),
    ):  # fmt: skip
        cases[column][0] = value
    venues["case"][:] = -1
    venues["case"][k] = 0
    return state


def new_ledger():
    return Ledger(np.zeros(len(COUNTERS)), np.zeros(len(Account)))


def place_of(state):
    """(Row of the venue that case 0 is about, its region)."""
    k = int(state.cases["target"][0])
    return k, int(state.venues["region"][k])


def elsewhere(state, number=1):
    """Regions other than that of the venue."""
    _, here = place_of(state)
    return [region for region in range(len(state.regions)) if region != here][:number]


# --- who has been heard before trial ---------------------------------------------------------------------------------


@kernel
def hear(s, p, deposed, counters):
    hear_statement(s.cases, p.case, 0, s.book.statements[0], deposed, counters)


def says(state, person, rung, region=None):
    """Person ``person`` says of the place of case 0, at a rung, what is the first statement of the week."""
    k, here = place_of(state)
    said = state.book.statements[0:1]
    for field, value in (
        ("person", person), ("generation", state.migrants["generation"][person]), ("rung", rung), ("quality", 0.5),
        ("venue", k), ("venue_generation", state.venues["generation"][k]), ("true", 1), ("brought_by", -1),
        ("region", here if region is None else region), ("handed", 0),
    ):  # fmt: skip
        said[field] = value


def heard(state, person, rung, deposed):
    """(witness, whether the witness has been heard before trial, depositions counted now)."""
    says(state, person, rung)
    counters = np.zeros(len(COUNTERS))
    hear(state.s, state.p, deposed, counters)
    return int(state.cases["witness"][0]), int(state.cases["deposed"][0]), int(counters[C.DEPOSITIONS])


def test_only_the_witness_herself_is_heard_before_trial(state):
    """Who says less than the witness is believed, and a judge who hears early hears the witness."""
    assert heard(state, 0, Rung.TESTIMONY, False) == (0, 0, 0)
    assert heard(state, 1, Rung.DEPOSITION, True) == (0, 0, 0)
    assert heard(state, 0, Rung.TESTIMONY, True) == (0, 1, 1)
    assert heard(state, 0, Rung.TESTIMONY, True) == (0, 1, 0)


def test_another_witness_has_not_been_heard_yet(state):
    """What the first said before a judge does not stand for what the second says (C9-M39)."""
    assert heard(state, 0, Rung.DEPOSITION, True) == (0, 1, 1)
    assert heard(state, 1, Rung.DEPOSITION, False) == (0, 1, 0)  # who says no more takes nobody's place
    assert heard(state, 1, Rung.TESTIMONY, False) == (1, 0, 0)
    assert heard(state, 1, Rung.TESTIMONY, True) == (1, 1, 1)


@kernel
def leads(s, p, now, counters):
    take_leads(s, p, now, counters)


def taken(state, week, counters, meetings=0, statements=0):
    """Leads from as many first meetings and statements of the book."""
    state.book.counts[:] = meetings, statements
    leads(state.s, state.p, Now(week, 1, 1), counters)
    state.book.counts[:] = 0, 0


def test_whether_she_is_heard_before_trial_is_decided_once_for_each_person_and_case(state):
    """A lever of one half hears one half of all witnesses, however often they say what they have to say."""
    state.s.law["justice_early_deposition"] = 0.5
    cases, again, number = state.cases, [], 300
    for person in range(number):
        cases["witness"][0], cases["rung"][0], cases["deposed"][0] = -1, Rung.SILENT, 0
        first, counters = None, np.zeros(len(COUNTERS))
        for week, rung in ((11, Rung.DEPOSITION), (15, Rung.TESTIMONY), (16, Rung.TESTIMONY)):
            says(state, person, rung)
            taken(state, week, counters, statements=1)
            first = int(cases["deposed"][0]) if first is None else first
            assert cases["witness"][0] == person
            assert cases["deposed"][0] == first == counters[C.DEPOSITIONS]
        again.append(first)
    assert np.mean(again) == pytest.approx(0.5, abs=0.1)


# --- what is told crosses a border with consent ----------------------------------------------------------------------


def tells_elsewhere(state, how, consents, brought=False):
    """Somebody who was exploited in a place tells in another region, where what she says is always shared.

    She agrees with a chance ``consents``; with ``brought`` an enterprise that stands where the place does brought her
    there. Returns (the case against the owner, what was counted, the enterprise).
    """
    k, there = place_of(state)
    (region,) = elsewhere(state)
    j = int(np.flatnonzero(state.traffickers["home"] == there)[0])
    law, firms = state.s.law, state.traffickers
    state.cases["stage"][0], state.venues["case"][k] = CaseStage.FREE, -1
    firms["active"][j], firms["case"][j] = 1, -1
    law["coop_sharing"], law["collusion"], law["police_reactive"] = 1.0, 0.0, 1.0
    state.s.trust[..., LEVEL], state.s.trust[..., BROKEN] = state.p.trust.usual, 0.0
    rules = state.p.trust._replace(consents=consents, consents_known=consents, unrecorded=1.0)
    state.p = state.p._replace(trust=rules)
    counters = np.zeros(len(COUNTERS))
    if how == "statement":
        says(state, 0, Rung.STATEMENT, region)
        if brought:
            state.book.statements["brought_by"][0] = j
            state.book.statements["brought_by_generation"][0] = firms["generation"][j]
        taken(state, NOW.week, counters, statements=1)
    else:
        for field, value in (
            ("person", 0), ("generation", state.migrants["generation"][0]), ("venue", k), ("region", region),
            ("venue_generation", state.venues["generation"][k]), ("sector", state.venues["sector"][k]),
            ("agency", AgencyKind.POLICE), ("cause", Exit.STATUS_CHECK), ("exploited", 1), ("recognised", 1),
        ):  # fmt: skip
            state.book.meetings[field][0] = value
        taken(state, NOW.week, counters, meetings=1)
    return state.cases.records[state.venues["case"][k]], counters, j


@pytest.mark.parametrize("how", ["meeting", "statement"])
def test_without_consent_what_is_told_of_a_place_abroad_stays_where_it_was_told(state, how):
    """C12-M10: the rule holds for what she says of the place as for what she says of those who brought her."""
    _, there = place_of(state)
    (told,) = elsewhere(state)
    state.s.law["coop_consent"] = 1.0
    case, counters, _ = tells_elsewhere(state, how, consents=0.0)
    assert (case["region"], case["joint"], case["source"]) == (told, 0, Source.REPORT)
    assert counters[C.CONSENT_KEPT] == 1
    assert counters[C.LEADS_SHARED] == counters[C.PASSED_WITHOUT_CONSENT] == 0
    case, counters, _ = tells_elsewhere(state, how, consents=1.0)
    assert (case["region"], case["joint"], case["partners"][0], case["source"]) == (there, 1, told, Source.SHARED)
    assert counters[C.LEADS_SHARED] == 1
    assert counters[C.CONSENT_KEPT] == 0


@pytest.mark.parametrize("how", ["meeting", "statement"])
def test_where_nobody_keeps_to_the_rule_it_crosses_and_services_trust_less(state, how):
    (told,) = elsewhere(state)
    state.s.law["coop_consent"], state.migrants["known"][0] = 0.0, 0
    case, counters, _ = tells_elsewhere(state, how, consents=0.0)
    assert case["source"] == Source.SHARED
    assert counters[C.PASSED_WITHOUT_CONSENT] == state.s.trust[told, told, BROKEN] == 1
    assert state.migrants["known"][0] == 1


@pytest.mark.parametrize("kept", [0.0, 1.0])
def test_she_is_asked_once_for_all_that_she_has_said(state, kept):
    """Of the place and of those who brought her to it: both cross, or neither does."""
    _, there = place_of(state)
    (told,) = elsewhere(state)
    state.s.law["coop_consent"] = kept
    case, counters, j = tells_elsewhere(state, "statement", consents=0.0, brought=True)
    assert counters[C.CONSENT_KEPT] == kept
    assert counters[C.PASSED_WITHOUT_CONSENT] == state.s.trust[told, told, BROKEN] == 1.0 - kept
    assert case["region"] == (told if kept else there)
    assert (state.traffickers["case"][j] >= 0) == (kept == 0.0)


def test_nobody_asks_for_what_stays_where_it_was_told(state):
    """What somebody says of the place and of those who stand in the same region needs no consent."""
    _, there = place_of(state)
    state.s.law["coop_consent"], state.s.law["police_reactive"] = 1.0, 1.0
    state.p = state.p._replace(trust=state.p.trust._replace(consents=0.0, consents_known=0.0))
    counters = np.zeros(len(COUNTERS))
    says(state, 0, Rung.STATEMENT, there)
    taken(state, NOW.week, counters, statements=1)
    assert counters[C.CONSENT_KEPT] == counters[C.PASSED_WITHOUT_CONSENT] == 0
    assert state.cases["witness"][0] == 0


# --- a joint case that leaks -----------------------------------------------------------------------------------------


@kernel
def charge(s, p, now, ledger):
    return bring_charge(s, p, now, 0, np.int64(Charge.EXPLOITATION), ledger)


def test_a_joint_case_that_leaks_costs_the_trust_of_all_who_took_part(state):
    """C12-M08: a sold warning breaks trust at home and, both ways, with each region that has joined."""
    cases, (first, second) = state.cases, elsewhere(state, 2)
    _, here = place_of(state)
    cases["joint"][0], cases["partners"][0][:2] = 2, (first, second)
    state.s.trust[..., BROKEN] = 0.0
    state.units["share"][:], state.s.law["coop_vetting"] = 1.0, 0.0
    ledger = new_ledger()
    assert charge(state.s, state.p, NOW, ledger)
    assert ledger.counters[C.CASES_LEAKED] == 1
    assert cases["stage"][0] == CaseStage.FREE
    expected = np.zeros_like(state.s.trust[..., BROKEN])
    for of, whom in ((here, here), (first, here), (here, first), (second, here), (here, second)):
        expected[of, whom] = 1.0
    np.testing.assert_array_equal(state.s.trust[..., BROKEN], expected)


def test_a_joint_case_that_nobody_sells_costs_no_trust(state):
    state.cases["joint"][0], state.cases["partners"][0][0] = 1, elsewhere(state)[0]
    state.s.trust[..., BROKEN] = 0.0
    state.units["share"][:] = 0.0
    ledger = new_ledger()
    charge(state.s, state.p, NOW, ledger)
    assert ledger.counters[C.CASES_LEAKED] == 0 < ledger.counters[C.CHARGED]
    assert not state.s.trust[..., BROKEN].any()


# --- intelligence is an occasion to convict --------------------------------------------------------------------------


@kernel
def look_into(s, p, now, items, counters):
    act(s, p, now, items, counters)


@pytest.mark.parametrize("attention", [0.0, 1.0])
def test_a_case_out_of_intelligence_is_an_occasion_to_convict_where_people_are_controlled(state, attention):
    """As a place that police find by themselves is; one that was looked at in error could not have been convicted."""
    k, here = place_of(state)
    venues, items = state.venues, state.items
    venues["case"][k], venues["attention"][k] = -1, attention
    state.s.law["intel_threshold"], state.s.law["intel_oversight"], state.s.law["intel_planning"] = 0.1, 0.0, 0.0
    for column, value in (
        ("stage", ItemStage.KNOWN), ("source", Informer.INFORMANTS), ("kind", Target.VENUE), ("secret", 0),
        ("wrong", 0), ("target", k), ("target_generation", venues["generation"][k]), ("region", here),
        ("collected", NOW.week),
    ):  # fmt: skip
        items[column][:3] = value
    put_together(state.s, state.p, NOW, items.records)
    before, counters = state.regions["convictions"].copy(), np.zeros(len(COUNTERS))
    look_into(state.s, state.p, NOW, items.records, counters)
    assert counters[C.INTEL_CASES] == 1
    assert counters[C.INTEL_WRONG] == (attention == 0.0)
    expected = np.zeros_like(before)
    expected[here, 1] = attention
    np.testing.assert_array_equal(state.regions["convictions"] - before, expected)


# --- what is frozen of an owner --------------------------------------------------------------------------------------


@kernel
def freeze_means(s, p, ledger):
    freeze(s.venues, s.cases, p.case, 0, s.law[s.cases[0].region], ledger, 1)


@kernel
def close(s, accounts):
    close_case(s.enterprises, s.venues, s.cases, 0, accounts)


def frozen(state, ledger):
    """Cents that are frozen of an owner who has a million, where all that can be found is frozen."""
    k, _ = place_of(state)
    state.venues["wealth"][k] = 1_000_000.0
    state.s.law["justice_asset_freeze"], state.s.law["police_financial"] = 1.0, 1.0
    freeze_means(state.s, state.p, ledger)
    return float(state.cases["frozen"][0])


@pytest.mark.parametrize("fate", ["there", "closed", "followed"])
def test_what_was_frozen_is_his_again_if_the_owner_is_still_there(state, fate):
    """To the cent, and the accounts even out; an owner who has gone takes it with him."""
    k, _ = place_of(state)
    ledger = new_ledger()
    cents = frozen(state, ledger)
    assert cents == round(state.p.case.share_found * 1_000_000) > 0
    assert state.venues["wealth"][k] == 1_000_000 - cents == 1_000_000 + ledger.accounts[Account.OWNERS]
    if fate == "closed":
        state.venues["active"][k] = 0
    elif fate == "followed":
        state.venues["generation"][k] += 1
    close(state.s, ledger.accounts)
    assert state.venues["wealth"][k] == (1_000_000 if fate == "there" else 1_000_000 - cents)
    assert state.cases["frozen"][0] == ledger.accounts[Account.OWNERS] == 0


def test_what_an_owner_has_abroad_is_out_of_reach_unless_that_region_takes_part(state):
    """C9-M12: a case where people were met freezes nothing of a place that stands elsewhere, until it is joined."""
    k, there = place_of(state)
    state.cases["region"][0] = elsewhere(state)[0]
    ledger = new_ledger()
    assert frozen(state, ledger) == 0
    assert state.venues["wealth"][k] == 1_000_000
    assert not ledger.accounts.any()
    assert ledger.counters[C.FROZEN] == 0
    state.cases["joint"][0], state.cases["partners"][0][0] = 1, there
    assert frozen(state, ledger) == round(state.p.case.share_found * 1_000_000)


# --- what is tried again ---------------------------------------------------------------------------------------------


@kernel
def try_often(s, p, now, found, counters):
    case = s.cases[0]
    for opened in range(len(found)):
        case.opened = opened
        judge(s, p, now, 0, 0, 0.0, 0.0, counters)
        found[opened] = case.verdicts[0]


@pytest.mark.parametrize("suspect", [OWNER, 0])
def test_what_is_left_of_a_failed_charge_is_tried_with_luck_of_its_own(state, suspect):
    """Where both charges stand with even chances, one half of those who escape the first is convicted of the lesser."""
    cases = state.cases
    cases["target_generation"][0] = 1000  # the owner has gone: the place keeps whom it has
    cases["suspects"][0][:], cases["suspects"][0][0], cases["named"][0] = NOBODY, suspect, 1
    cases["charge"][0] = cases["charges"][0][0] = Charge.EXPLOITATION
    state.offenders["status"][:] = Status.FREE
    state.s.law["justice_means_required"] = 1.0
    rules = state.p.case._replace(odds=np.zeros_like(state.p.case.odds), lesser=1.0)
    found = np.zeros(4000, np.int64)
    try_often(state.s, state.p._replace(case=rules), NOW, found, np.zeros(len(COUNTERS)))
    share = {verdict: float((found == verdict).mean()) for verdict in Verdict}
    assert share[Verdict.CONVICTED] == pytest.approx(0.5, abs=0.03)
    assert share[Verdict.LESSER] == pytest.approx(0.25, abs=0.03)
    assert share[Verdict.ACQUITTED] == pytest.approx(0.25, abs=0.03)

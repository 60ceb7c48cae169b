"""How journeys end: given up, begun anew, refused or made, and what others hear of it and she remembers."""

import numpy as np
import pytest

from sim.agents.people import Abroad, Bound, Channel, Creditor, Decision, Legal, Offer, Saving, Stage, Tier
from sim.ground.calendar import Now
from sim.ground.kernel import kernel
from sim.ledger.accounts import Account, Ledger
from sim.ledger.counters import COUNTERS, C
from sim.rules.moving.borders import stop
from sim.rules.moving.channels import use_channels
from sim.rules.moving.journeys import arrive
from sim.rules.moving.reports import BY_ALONE, BY_PAPERS, BY_PROVIDER
from sim.rules.moving.smuggling import contract
from sim.rules.people import stages
from sim.rules.people.choice import chooser_of, worth_of_owed_attempt
from sim.rules.people.consider import Part, decide, no_sums
from sim.rules.people.milestones import milestone
from sim.scenario.scenario import Scenario
from sim.week.setting import set_the_world
from sim.week.truth import record_cohorts
from sim.week.week import Week

HOME, TRANSIT, THERE = 0, 3, 4  # regions of the corridor
NOW = 10
ONE = 16  # a journey of her own, in the parts in which experience is kept


@pytest.fixture(scope="module")
def week():
    """The corridor before its first week, as people see it."""
    made = Week(Scenario.compose(["world=corridor", "people.size=3000", "time.years=1"]), 3)
    set_the_world(made.state, made.agenda)
    return made


@pytest.fixture
def state(week):
    """The state of that week; who is changed here is put back."""
    base = week.state
    tables = [base.migrants, base.traffickers, base.pairs, base.regions, base.legs]
    before = [{name: table[name].copy() for name in table} for table in tables]
    yield base
    for table, columns in zip(tables, before, strict=True):
        for name, column in columns.items():
            table[name][:] = column


@pytest.fixture
def pair(state):
    return int(state.s.pair_of[HOME, THERE])


def now(number=NOW):
    return Now(number, 1, 1)


def ledger():
    return Ledger(np.zeros(len(COUNTERS)), np.zeros(len(Account)))


def sums_of(state):
    sums = no_sums(len(COUNTERS), len(state.pairs), len(state.regions))
    return Part(sums.counters[0], sums.accounts[0], sums.clients[0], sums.removals[0])


def somebody(state, **given):
    """A grown person without debts or kin abroad, who lives in the first region, with these values; her row."""
    m = state.migrants
    fits = (m["home"] == HOME) & (m["stage"] == Stage.HOME) & (m["minor"] == 0) & (m["debt"] == 0)
    i = int(np.flatnonzero(fits)[0])
    usual = {
        "kin": -1, "skill": 0, "protection_need": 0, "offer": Offer.NONE, "contract": 0, "applied": -1,
        "own_tries": 0, "own_failures": 0, "own_years": 0, "own_removals": 0, "stigma": 0, "recalled": NOW,
        "escrow": 0.0, "financed": 0, "abroad": 0, "job_until": 0, "leaves_risk_age": 10_000, "spell_ends": 10_000,
    }  # fmt: skip
    for name, value in (usual | given).items():
        m[name][i] = value
    return i


def stopped_at_home(state, pair, **given):
    """Somebody who set out with a provider and has been stopped where she lives, and that enterprise."""
    j = int(np.flatnonzero((state.traffickers["active"] == 1) & (state.traffickers["home"] == HOME))[0])
    first = {
        "stage": Stage.HELD, "here": HOME, "legal": Legal.CITIZEN, "channel": Channel.PROVIDER, "tier": Tier.PLAIN,
        "route": state.pairs["routes"][pair, 0], "leg": 0, "intended": THERE, "first_intended": THERE,
        "provider": j, "provider_generation": state.traffickers["generation"][j], "stops": 1, "due": NOW,
        "since": NOW - 3, "departed": NOW - 4, "paid_until": NOW - 4, "saving": Saving.NO, "cash": 0.0,
    }  # fmt: skip
    return somebody(state, **(first | given)), j


def carry_out(state, i, decision, number=NOW):
    """What person i has decided is done; returns the ledger of the week."""
    rows, acts, book = np.array([i]), np.array([decision], np.int8), ledger()
    use_channels(state.s, state.p, now(number), rows, acts, book, *(np.empty(1, np.int64) for _ in range(3)))
    return book


@kernel
def decides(s, p, now, i, sums):
    return decide(s, p, now, i, sums)


@kernel
def passes_a_milestone(s, p, now, i, sums):
    milestone(s, p, now, i, sums)


# --- saving -----------------------------------------------------------------------------------------------------------


def test_who_is_stopped_at_home_and_saves_goes_back_to_her_life(state, pair):
    """Nobody earns while she is held: to save for a fee she is at home again, where she puts by more than others."""
    i, _ = stopped_at_home(state, pair, home_tie=-1e6)
    s, m, sums = state.s, state.migrants, sums_of(state)
    p = state.p._replace(choice=state.p.choice._replace(can_save=1, can_borrow=0))
    assert decides(s, p, now(), i, sums) == Decision.GO_HOME
    assert m["saving"][i] == Saving.FOR_A_FEE
    assert sums.counters[C.SAVERS] == 1
    carry_out(state, i, Decision.GO_HOME)
    assert m["stage"][i] == Stage.RETURNED
    assert m["saving"][i] == Saving.FOR_A_FEE
    assert m["due"][i] == NOW + 1
    passes_a_milestone(s, p, now(NOW + 1), i, sums)
    weekly = state.regions["income_home"][HOME] * m["ability"][i] / 52.0
    assert m["cash"][i] == round(100.0 * p.life.saver_share * weekly) > 0


# --- an attempt that is owed ------------------------------------------------------------------------------------------

ENDS = {
    "goes home": (Decision.GO_HOME, Channel.PROVIDER, HOME),
    "remains": (Decision.REMAIN, Channel.PROVIDER, TRANSIT),
    "goes on alone": (Decision.MOVE, Channel.ALONE, HOME),
    "goes on papers": (Decision.MOVE, Channel.PAPERS, HOME),
    "applies for a visa": (Decision.MOVE, Channel.REGULAR, HOME),
}


def gives_up(state, pair, end, **given):
    """Somebody who was stopped takes this way; what others have heard, what is blamed on the provider, and her row."""
    decision, channel, here = ENDS[end]
    i, j = stopped_at_home(state, pair, here=here, channel=channel, cash=1e6, escrow=5000.0, financed=1, **given)
    heard, firms = state.pairs["heard_failure"][pair].copy(), state.traffickers
    known = np.array([firms["known_bad"][j], firms["known_all"][j]])
    carry_out(state, i, decision)
    blamed = np.array([firms["known_bad"][j], firms["known_all"][j]]) - known
    return state.pairs["heard_failure"][pair] - heard, blamed, i


@pytest.mark.parametrize("end", ENDS)
def test_an_owed_attempt_that_is_not_used_is_a_journey_that_has_failed(state, pair, end):
    """Others hear of it as of any failure (C1-M64), the provider answers for it, and she remembers it."""
    heard, blamed, i = gives_up(state, pair, end, contract=1)
    bad = state.p.journey.report_bad
    assert heard[BY_PROVIDER] == pytest.approx([bad, bad])
    assert not heard[[BY_ALONE, BY_PAPERS]].any()
    assert blamed == pytest.approx([bad, bad])
    m = state.migrants
    assert m["own_tries"][i] == m["own_failures"][i] == ONE
    assert m["contract"][i] == 0
    assert m["escrow"][i] == 0.0
    assert m["financed"][i] == 2


@pytest.mark.parametrize("end", ENDS)
def test_who_is_owed_no_attempt_has_been_heard_of_before(state, pair, end):
    """The failure was told when she was stopped, and is not told twice."""
    heard, blamed, i = gives_up(state, pair, end, contract=0)
    assert not heard.any()
    assert not blamed.any()
    assert state.migrants["own_tries"][i] == 0


def test_nobody_answers_for_a_provider_who_has_closed(state, pair):
    """Another enterprise has taken the row: the failure is heard and remembered all the same."""
    later = state.traffickers["generation"].max() + 1
    heard, blamed, i = gives_up(state, pair, "goes home", contract=1, provider_generation=later)
    assert heard[BY_PROVIDER, 0] > 0.0
    assert not blamed.any()
    assert state.migrants["own_failures"][i] == ONE


def test_who_tries_again_under_the_contract_has_given_up_nothing(state, pair):
    i, _ = stopped_at_home(state, pair, contract=1, escrow=5000.0)
    before = state.pairs["heard_failure"].copy()
    carry_out(state, i, Decision.CONTINUE)
    m = state.migrants
    assert m["stage"][i] == Stage.TRAVELLING
    assert m["escrow"][i] == 5000.0
    assert m["own_tries"][i] == 0
    assert np.array_equal(state.pairs["heard_failure"], before)


# --- a visa instead ---------------------------------------------------------------------------------------------------


def test_who_applies_for_a_visa_where_she_was_stopped_at_home_has_ended_her_journey(state, pair):
    """What was held is hers again, and she is paid for the weeks of waiting and for none that she was held."""
    i, _ = stopped_at_home(
        state, pair, contract=1, escrow=5000.0, cash=1e6, channel=Channel.REGULAR, stops=2, paid_until=0
    )
    m = state.migrants
    carry_out(state, i, Decision.MOVE)
    assert m["stage"][i] == Stage.WAITING
    assert m["applied"][i] == THERE
    assert m["first_intended"][i] == -1
    assert m["contract"][i] == m["stops"][i] == 0
    assert m["paid_until"][i] == NOW
    assert m["escrow"][i] == 0.0
    assert m["cash"][i] == 1e6 + 5000.0 - state.p.channel.form_cents


def test_who_leaves_after_that_departs_again(state, pair):
    """Whoever goes on from where she was stopped has departed before; a journey after an application is a new one."""
    m = state.migrants
    i, _ = stopped_at_home(state, pair, cash=1e6, channel=Channel.ALONE)
    assert carry_out(state, i, Decision.MOVE).counters[C.DEPARTURES_ALONE] == 0
    assert m["departed"][i] == NOW - 4
    i, _ = stopped_at_home(state, pair, cash=1e6, channel=Channel.REGULAR)
    carry_out(state, i, Decision.MOVE)
    m["channel"][i] = Channel.ALONE
    before = state.pairs["departures"][pair, Channel.ALONE]
    assert carry_out(state, i, Decision.MOVE, NOW + 2).counters[C.DEPARTURES_ALONE] == 1
    assert state.pairs["departures"][pair, Channel.ALONE] == before + 1
    assert m["departed"][i] == NOW + 2
    assert m["first_intended"][i] == THERE


# --- stopped ----------------------------------------------------------------------------------------------------------


@kernel
def is_stopped(s, p, now, i, leg, pair, counters):
    stop(s, p, now, i, leg, pair, np.int64(-1), counters)


@pytest.mark.parametrize(("tier", "failed"), [(Tier.PLAIN, True), (Tier.BROKERED, False)])
def test_that_a_carrier_refuses_papers_in_order_says_nothing_of_forged_ones(state, pair, tier, failed):
    """Carriers are wrong at times; what people believe of forged papers follows forged papers alone."""
    i = somebody(state, stage=Stage.TRAVELLING, channel=Channel.PAPERS, tier=tier, provider=-1, intended=THERE)
    route = int(state.pairs["official"][pair])
    before = state.pairs["heard_failure"][pair].copy()
    is_stopped(state.s, state.p, now(), i, int(state.routes["legs"][route, 0]), pair, np.zeros(len(COUNTERS)))
    heard = state.pairs["heard_failure"][pair] - before
    bad = state.p.journey.report_bad
    assert heard[BY_PAPERS] == pytest.approx([bad, bad] if failed else [0.0, 0.0])
    assert not heard[[BY_ALONE, BY_PROVIDER]].any()
    m = state.migrants
    assert m["own_tries"][i] == m["own_failures"][i] == (ONE if failed else 0)
    assert m["stage"][i] == Stage.HELD


@kernel
def is_held_and_stopped(people, i, where, week):
    stages.be_held_for_ransom(people, i, week + 4, week)
    stages.be_stopped(people, i, where, week + 3, week)


def test_who_is_stopped_is_held_for_no_ransom_any_more(state):
    """Whoever stops her takes her from those who held her until others had paid; what she owes stays owed."""
    i = somebody(state, stage=Stage.TRAVELLING, bound=Bound.OWES | Bound.PAYS)
    is_held_and_stopped(state.s.people, i, TRANSIT, NOW)
    assert state.migrants["bound"][i] == Bound.OWES | Bound.PAYS
    assert state.migrants["due"][i] == NOW + 3


# --- on a promise of work ---------------------------------------------------------------------------------------------


def promised(state, **given):
    """What stands in the columns of an offer of work in a place of the destination."""
    k = int(np.flatnonzero(state.venues["region"] == THERE)[0])
    return {"offer": Offer.DECEPTIVE, "offer_venue": k, "offer_region": THERE} | given


def test_who_goes_on_under_a_contract_keeps_the_offer_for_which_she_left(state, pair):
    promise = promised(state)
    i, _ = stopped_at_home(state, pair, contract=1, debt=100.0, financed=1, home_tie=-1e6, **promise)
    m = state.migrants
    assert decides(state.s, state.p, now(), i, sums_of(state)) == Decision.CONTINUE
    assert {name: m[name][i] for name in promise} == promise


def test_who_chooses_to_stay_lets_the_offer_go(state, pair):
    i, _ = stopped_at_home(state, pair, contract=1, debt=100.0, financed=1, home_tie=1e6, **promised(state))
    m = state.migrants
    assert decides(state.s, state.p, now(), i, sums_of(state)) == Decision.GO_HOME
    assert m["offer"][i] == Offer.NONE
    assert m["offer_venue"][i] == m["offer_region"][i] == -1


def test_a_contract_on_a_promise_of_work_says_where_the_work_is(state, pair):
    """The order goes with her; who leaves without a promise has none."""
    firms, m = state.traffickers, state.migrants
    quotes = np.full((1, state.p.market.quotes), -1)
    _, j = stopped_at_home(state, pair)
    quotes[0, 0] = j
    market = state.p.market._replace(lending=np.inf)
    for name, value in (("taken", 0.0), ("capacity", 10.0), ("throughput", 1.0), ("claims", 0.0), ("capital", 1e9)):
        firms[name][j] = value
    for channel, promise in ((Channel.RECRUITER, promised(state)), (Channel.PROVIDER, {})):
        i = somebody(state, stage=Stage.HOME, here=HOME, channel=channel, intended=THERE, first_intended=-1,
                     cash=1e7, stake=1e6, **promise)  # fmt: skip
        contract(state.s, state.p._replace(market=market), now(), np.array([i]), quotes, ledger())
        assert m["stage"][i] == Stage.TRAVELLING
        assert m["provider"][i] == j
        found = {name: m[name][i] for name in ("offer", "offer_venue", "offer_region")}
        assert found == (promise or {"offer": Offer.NONE, "offer_venue": -1, "offer_region": -1})


# --- what another attempt is worth ------------------------------------------------------------------------------------


@kernel
def owed_is_worth(s, p, now, i, found):
    found[0], found[1] = worth_of_owed_attempt(s, p, i, now)
    found[2] = chooser_of(s, p, i, now).feared


def worth_of_another_attempt(state, i, choice):
    found = np.zeros(3)
    owed_is_worth(state.s, state.p._replace(choice=choice), now(), i, found)
    return found


def test_another_attempt_is_worth_less_by_what_is_to_be_paid_for_it_however_it_was_paid(state, pair):
    """What was lent for the journey is owed on arrival, as what was set aside is taken then."""
    choice = state.p.choice._replace(noise=0.0, exploitation_loss=0.0)
    i, _ = stopped_at_home(state, pair, contract=1)
    m, chance = state.migrants, state.pairs["provider_chance"][pair]
    free, stake, _ = worth_of_another_attempt(state, i, choice)
    for name, financed in (("escrow", 0), ("debt", 1)):
        m["escrow"][i] = m["debt"][i] = 0.0
        m[name][i], m["financed"][i], m["creditor_kind"][i] = 150_000.0, financed, Creditor.ENTERPRISE
        value, same, _ = worth_of_another_attempt(state, i, choice)
        assert free - value == pytest.approx(chance * 1500.0)
        assert same == pytest.approx(stake)


def test_a_debt_from_another_time_is_owed_whether_she_goes_on_or_not(state, pair):
    choice = state.p.choice._replace(noise=0.0)
    i, _ = stopped_at_home(state, pair, contract=1)
    free = worth_of_another_attempt(state, i, choice)
    state.migrants["debt"][i] = 150_000.0
    assert worth_of_another_attempt(state, i, choice) == pytest.approx(free)


def test_what_she_fears_of_exploitation_counts_against_another_attempt_and_more_with_a_debt(state, pair):
    choice = state.p.choice._replace(noise=0.0)
    i, _ = stopped_at_home(state, pair, contract=1)
    m, risk, chance = state.migrants, state.regions["exploitation_risk"], state.pairs["provider_chance"][pair]
    for financed, times in ((0, 1.0), (1, choice.credit_risk)):
        m["financed"][i] = financed
        risk[THERE] = 0.0
        safe, calm, _ = worth_of_another_attempt(state, i, choice)
        risk[THERE] = 0.25
        value, stake, feared = worth_of_another_attempt(state, i, choice)
        assert feared > 0.0
        assert calm - stake == pytest.approx(0.25 * times * feared)
        assert safe - value == pytest.approx(chance * 0.25 * times * feared)


# --- arrivals ---------------------------------------------------------------------------------------------------------


@kernel
def arrives(s, p, now, i, pair, ledger):
    arrive(s, p, now, i, pair, np.int64(-1), ledger)


def traveller(state, way, **given):
    return somebody(state, stage=Stage.TRAVELLING, channel=way, tier=Tier.PLAIN, provider=-1, **given)


def test_who_goes_on_from_where_she_has_arrived_does_not_arrive_for_the_first_time(state, pair):
    """What a journey from home has come to is told by the first place where she meant to live."""
    i, book = traveller(state, Channel.ALONE, here=TRANSIT, first_intended=THERE), ledger()
    between, onward = int(state.s.pair_of[HOME, TRANSIT]), int(state.s.pair_of[TRANSIT, THERE])
    arrives(state.s, state.p, now(), i, between, book)
    state.migrants["here"][i] = THERE
    arrives(state.s, state.p, now(NOW + 20), i, onward, book)
    assert book.counters[C.ARRIVALS_ALONE] == 2
    assert book.counters[C.ARRIVALS_INTENDED] == 0
    assert book.counters[C.ARRIVALS_FIRST] == book.counters[C.ARRIVALS_FIRST_HIDDEN] == 1


@pytest.mark.parametrize(
    ("way", "hidden"), [(Channel.REGULAR, 0), (Channel.PAPERS, 0), (Channel.ALONE, 1), (Channel.PROVIDER, 1)]
)
def test_of_first_arrivals_those_without_papers_are_hidden(state, pair, way, hidden):
    i, book = traveller(state, way, here=THERE, first_intended=THERE), ledger()
    arrives(state.s, state.p, now(), i, pair, book)
    assert book.counters[C.ARRIVALS_FIRST] == 1
    assert book.counters[C.ARRIVALS_FIRST_HIDDEN] == book.counters[C.ARRIVALS_INTENDED] == hidden
    assert state.migrants["abroad"][i] == Abroad.ARRIVED


@pytest.mark.parametrize("first_intended", [-1, THERE])
def test_who_leaves_home_anew_arrives_for_the_first_time_again(state, pair, first_intended):
    """And who only goes on does not."""
    i = somebody(state, stage=Stage.HOME, here=HOME, channel=Channel.ALONE, tier=Tier.PLAIN, intended=THERE,
                 provider=-1, cash=1e6, first_intended=first_intended, abroad=Abroad.ARRIVED)  # fmt: skip
    carry_out(state, i, Decision.MOVE)
    state.migrants["here"][i], book = THERE, ledger()
    arrives(state.s, state.p, now(NOW + 1), i, pair, book)
    assert book.counters[C.ARRIVALS_FIRST] == book.counters[C.ARRIVALS_INTENDED] == (first_intended == -1)


@kernel
def recorded(s, counters, done, weeks):
    record_cohorts(s, counters, done, weeks, weeks)


def test_arrivals_of_a_cohort_are_first_ones(state):
    """Whoever goes on later from where she has arrived is counted once, as the weeks of her exploitation are."""
    counters = np.zeros((3, len(COUNTERS)))
    counters[0, [C.ARRIVALS_REGULAR, C.ARRIVALS_PAPERS, C.ARRIVALS_ALONE, C.ARRIVALS_PROVIDER]] = 5.0
    counters[0, C.ARRIVALS_FIRST] = 12.0
    recorded(state.s, counters, 2, 2)
    assert counters[0, C.COHORT_ARRIVALS] == 12.0

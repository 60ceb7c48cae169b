"""Officers on the books of an enterprise: what they ask and what they save; and chiefs, who share what is paid."""

from __future__ import annotations

import numpy as np
import pytest

from sim.agents.enterprises import Kind
from sim.agents.officials import OFFICIAL_COLUMNS, Rank, Terms
from sim.declared.parameters import PARAMETERS
from sim.declared.sources import build, facts
from sim.ground.calendar import Now
from sim.ground.kernel import kernel
from sim.ground.table import Table
from sim.ledger.accounts import Account, Ledger
from sim.ledger.counters import COUNTERS, C
from sim.rules.corruption import capture
from sim.rules.corruption.bribes import EVENTS, SOLD, WORTH
from sim.rules.corruption.retainers import review_retainers, what_he_asks, what_it_saves
from sim.scenario.scenario import Scenario
from sim.week.week import Week
from sim.world.fields import UNIT_COLUMNS

WORLD = Scenario.compose(["world=corridor"]).world
MINE = 0  # the enterprise that keeps somebody


def rules(**changes):
    """The family of officials as kernels take it."""
    values = {name: item.default for name, item in PARAMETERS.items()} | changes
    return build(capture.OfficialRules, facts(values, {}, legs=len(WORLD.legs.tail), regions=len(WORLD.regions.name)))


def one_post(line, selling):
    """A border post of ``line`` officers alike, of whom the first ``selling`` sell, and nothing is done about it."""
    officials, units = Table("official", OFFICIAL_COLUMNS, line + 1), Table("unit", UNIT_COLUMNS, 1)
    officials["rank"][0], officials["integrity"][:], officials["retained_by"][:] = Rank.CHIEF, 0.4, -1
    officials["captured"][1 : selling + 1] = 1
    units["stands_for"][:], units["mean_worth"][:], units["approaches"][:] = 1.0, 20_000.0, 12.0
    at = dict.fromkeys(capture.Integrity._fields, 0.0) | {"pay": 100.0, "career": 208.0, "living": 200.0, "law": 0.3}
    return officials, units, capture.Integrity(**{name: np.array([value, value]) for name, value in at.items()})


def expected(officials, units, integrity, rule):
    """What the trade expects of the post: (share who sell to anyone, least price, price)."""
    capture.expect_everywhere(officials.records, units.records, np.array([0, len(officials)]), rule, integrity)
    return tuple(float(units[name][0]) for name in ("share", "reservation", "price"))


@kernel
def asked(units, unit_first, market, leg, passes):
    return what_he_asks(units, unit_first, market, leg, passes)


@kernel
def saved(s, p, j, leg, seen, fee):
    return what_it_saves(s.enterprises, s.legs, s.units, p.market, j, leg, seen, fee)


@pytest.fixture(scope="module")
def base():
    return Week(Scenario.compose(["world=corridor", "people.size=2000", "time.years=1"]), 3)


@pytest.fixture
def state(base):
    """A state before its first week; what is changed here is put back."""
    tables = [base.state.traffickers, base.state.officials, base.state.units, base.state.legs]
    before = [{name: table[name].copy() for name in table} for table in tables]
    yield base.state
    for table, columns in zip(tables, before, strict=True):
        for name, column in columns.items():
            table[name][:] = column


# --- officers on the books -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("selling", [1, 2, 4])
def test_who_is_on_the_books_asks_for_what_he_would_earn_without(base, selling):
    """It is no gift to be kept: he has the price of those who sell per use, were he the only one who sells."""
    officials, units, integrity = one_post(4, selling)
    first, market = np.array([0, len(officials)]), base.state.p.market
    share, least, price = expected(officials, units, integrity, rules())
    assert share == selling / 4
    assert 0.0 < least < price < 20_000.0
    asks = asked(units.records, first, market, 0, 1.0)
    officials["retained_by"][1] = MINE
    for _ in range(3):  # what is asked must not drift from review to review either
        assert expected(officials, units, integrity, rules()) == ((selling - 1) / 4, least, price)
        assert asked(units.records, first, market, 0, 1.0) == asks == max(price * 12.0 / 4, least)
    assert officials["terms"][1] == Terms.RETAINER
    assert units["retained"][0] == 1 / 4


def test_nothing_is_bought_of_whom_others_keep(base):
    officials, units, integrity = one_post(4, 1)
    officials["retained_by"][1] = MINE
    expected(officials, units, integrity, rules())
    assert units["bought"][0] == 0.0
    officials["captured"][1] = 0
    assert expected(officials, units, integrity, rules()) == (0.0, 0.0, 0.0), "nobody sells"


@pytest.mark.parametrize("deposit", [0.0, 0.4, 1.0])
def test_what_is_paid_before_she_sets_out_is_earned_whether_she_arrives_or_not(state, deposit):
    p = state.p._replace(market=state.p.market._replace(deposit=deposit))
    leg, seen, fee, loss, price, bought = 0, 3.0, 5000.0, 200.0, 300.0, 0.25
    state.legs["expected_loss"][leg], state.units["price"][leg], state.units["bought"][leg] = loss, price, bought
    reached = p.market.reach[state.traffickers["form"][MINE]] * bought
    stopped = loss + (1.0 - p.market.retry) * (1.0 - deposit) * fee
    each = (1.0 - reached) * stopped + reached * price
    assert saved(state.s, p, MINE, leg, seen, fee) == pytest.approx(p.market.on_shift * seen * each)


def one_client(state):
    """An enterprise whose way has one leg on which keeping an officer pays; and another leg. Gives both."""
    s, firms, officials = state.s, state.traffickers, state.officials
    firms["active"][:], firms["retained"][:], firms["retained_leg"][:] = 0, -1, -1
    pair = int(firms["pair"][MINE]) if firms["pair"][MINE] >= 0 else int(np.flatnonzero(state.pairs["offer"] >= 0)[0])
    firms["active"][MINE], firms["kind"][MINE], firms["pair"][MINE] = 1, Kind.ORGANISATION, pair
    offer, route = int(state.pairs["offer"][pair]), int(np.flatnonzero(s.routes["legs"][:, 0] >= 0)[0])
    firms["route"][MINE, offer], firms["fee"][MINE, offer], firms["use"][MINE] = route, 5000.0, 100.0
    here = int(s.routes["legs"][route, 0])
    elsewhere = next(leg for leg in range(len(state.legs)) if leg not in s.routes["legs"][route])
    state.legs["believed_control"][:], state.legs["expected_loss"][:] = 0.5, 1000.0
    state.units["price"][:], state.units["reservation"][:], state.units["bought"][:] = 1e9, 1e9, 0.0
    for leg in (here, elsewhere):
        n = s.unit_first[leg] + 1
        officials["captured"][n], officials["predatory"][n], officials["retained_by"][n] = 1, 0, -1
    state.units["price"][here] = state.units["reservation"][here] = 1.0
    return here, elsewhere


def keep(state, leg, passes):
    """The first line officer of a leg is on the books of the enterprise, and has let so many through."""
    n = int(state.s.unit_first[leg] + 1)
    state.officials["retained_by"][n], state.officials["served"][n] = MINE, 0
    for name, value in (("retained", n), ("retained_leg", leg), ("passes", passes)):
        state.traffickers[name][MINE] = value


def reviewed(state):
    """The officer on the books after a review, and counters."""
    counters = np.zeros(len(COUNTERS))
    review_retainers(state.s, state.p, Ledger(counters, np.zeros(len(Account))))
    return int(state.traffickers["retained"][MINE]), counters


def test_what_one_officer_let_through_is_not_held_against_the_next(state):
    """Each passage may come to light: only whoever stood there has to answer for it."""
    here, elsewhere = one_client(state)
    keep(state, elsewhere, 7)
    n, counters = reviewed(state)
    assert state.officials["leg"][n] == here
    assert counters[C.RETAINERS_BEGUN] == 1
    assert state.officials["served"][n] == 0
    assert (state.officials["retained_by"] == MINE).sum() == 1
    state.traffickers["passes"][MINE] = 5  # until the next review
    same, counters = reviewed(state)
    assert same == n
    assert counters[C.RETAINERS_BEGUN] == 0
    assert state.officials["served"][n] == 5


# --- chiefs ----------------------------------------------------------------------------------------------------------


def chief_turns(bargain, reviews=60):
    """Whether the chief of a post where all line officers sell comes to sell as well."""
    officials, units, integrity = one_post(20, 20)
    rule = rules(**{"official.bargain": bargain, "official.posting": 60.0, "official.base": 9.0})
    _, least, price = expected(officials, units, integrity, rule)
    for number in range(reviews):
        officials["captured"][1:] = 1  # whoever is posted elsewhere leaves the place to another who sells
        officials["integrity"][:] = 0.4
        units["tally"][0, [EVENTS, SOLD, WORTH]] = 12.0, 12.0, 12.0 * 20_000.0
        first, now = np.array([0, len(officials)]), Now(4 * number, 1, 1)
        capture.review_posts(officials.records, units.records, first, rule, now, np.zeros(len(COUNTERS)), integrity)
        if officials["captured"][0]:
            return True, least, price
    return False, least, price


def test_a_chief_has_a_cut_of_what_is_paid_and_not_of_what_it_is_worth_to_buyers():
    """C5-S35: where officers ask for little the cut is less than the least for which a chief would sell."""
    turns, least, price = chief_turns(bargain=0.0)
    cut = rules().chief_cut * price * 12.0 / 20 * rules().line_of_chief
    assert price == least > cut  # the chief, who is as they are, would not sell for less either
    assert not turns
    turns, least, price = chief_turns(bargain=1.0)
    assert price == pytest.approx(20_000.0)
    assert turns

"""Channels for money against a readable twin: what is cheapest, what can be traced, who launders, what finds whom."""

import numpy as np
import pytest

from sim.agents.enterprises import MoneyChannel
from sim.agents.facilitators import Function, Standing
from sim.agents.ties import MOST_TIES, TIES_OF_ENTERPRISE
from sim.ground.calendar import Now
from sim.ground.draws import Stream, draw
from sim.ground.kernel import kernel
from sim.ledger.accounts import Account, Ledger
from sim.ledger.counters import COUNTERS, C
from sim.rules.justice.tracing import found_by_money
from sim.rules.networks.money import choose_channel, move_money, trace_of
from sim.scenario.scenario import Scenario
from sim.week.week import Week

SEED = 1


@pytest.fixture(scope="module")
def week():
    """A corridor whose enterprises all serve the first pair and have moved much."""
    scenario = Scenario.compose(["world=corridor", "people.size=1500", "time.years=1", "time.burn_in_weeks=4"])
    made = Week(scenario.replace({"mechanisms.money_channels": "on"}), SEED)
    for _ in range(4):
        made.advance()
    t = made.traffickers
    t["active"][:], t["pair"][:], t["case"][:] = 1, 0, -1
    made.state.facilitators["standing"][:] = Standing.FREE
    made.state.facilitators["licit"][:] = 0.0
    return made


@kernel
def choose(s, p, seed):
    for j in range(len(s.enterprises.row)):
        choose_channel(s, p, j, seed)


@kernel
def hazard_of(rules, law, rows, receipts, found):
    for j in range(len(rows)):
        found[j] = found_by_money(rules, law[0], rows[j], receipts)


@kernel
def traces(rules, rows, found):
    for j in range(len(rows)):
        found[j] = trace_of(rules, rows[j])


def place_of(week, bank=0.0, informal=0.0, followed=0.0, taking=0.0):
    """The place where money is collected, with these checks and beliefs."""
    end = int(week.state.pairs["end"][0])
    law, region = week.state.s.law, week.state.regions
    law["justice_bank_checks"][end], law["justice_informal_checks"][end] = bank, informal
    region["money_followed"][end], region["assets_paper"][end] = followed, taking
    region["assets_taken"][end] = 0.0
    return end


def handle(week, *, handled, lawful=False):
    """Somebody handles the money of every enterprise, or nobody does."""
    ties, f = week.state.ties, week.state.facilitators
    rows = np.arange(len(ties)) % TIES_OF_ENTERPRISE // MOST_TIES == Function.MONEY
    ties["partner"][rows] = -1
    week.traffickers["house"][:] = 0
    if handled:
        handler = int(np.flatnonzero(f["function"] == Function.MONEY)[0])
        ties["partner"][np.flatnonzero(rows)[::MOST_TIES]] = handler
        f["licit"][handler] = 0.9 if lawful else 0.1


def best_of(week, j, bank, informal, at_risk, launders, fronts):
    """(channel, launders, cost) of the twin."""
    values = week.state.scenario.values
    generation, found = int(week.traffickers["generation"][j]), []
    for channel in MoneyChannel:
        if channel == MoneyChannel.FRONT and not fronts:
            continue
        name = channel.name.lower()
        checks = {MoneyChannel.BANK: bank, MoneyChannel.INFORMAL: informal}.get(channel, 0.0)
        trace = 1 - (1 - values[f"money.trace_{name}"]) * (1 - values["money.checks_trace"] * checks)
        taste = (-np.log(draw(SEED, Stream.MONEY_CHANNEL, j, generation, 0, channel))) ** values["money.taste"]
        for launders_it in (0, 1) if launders else (0,):
            left = trace * (1 - values["money.laundering_hides"] * launders_it)
            cost = values[f"money.fee_{name}"] + values["money.checks_cost"] * checks
            cost += values["money.laundering"] * launders_it + values["money.at_risk"] * at_risk * left
            found.append((taste * cost, channel, launders_it, left))
    return min(found)


@pytest.mark.parametrize("launders", [False, True])
@pytest.mark.parametrize("fronts", [False, True])
@pytest.mark.parametrize(("bank", "informal", "followed"), [(0, 0, 0), (0.8, 0.1, 0.5), (0.2, 0.9, 1.0), (1, 1, 1)])
def test_every_enterprise_takes_what_costs_it_least(week, bank, informal, followed, launders, fronts):
    s, p, t = week.state.s, week.state.p, week.traffickers
    place_of(week, bank, informal, followed, taking=0.4)
    handle(week, handled=launders or fronts, lawful=fronts)
    t["trace"][:], t["moved"][:] = 0.0, 1e6 if launders else 0.0
    choose(s, p, SEED)
    for j in range(0, len(t), 7):
        _, channel, laundered, trace = best_of(week, j, bank, informal, followed * 0.4, launders, fronts)
        assert (t["money_channel"][j], t["launders"][j]) == (channel, laundered)
        assert t["trace"][j] == pytest.approx(trace)


def test_a_channel_is_kept_unless_another_costs_much_less(week):
    s, p, t = week.state.s, week.state.p, week.traffickers
    place_of(week)
    handle(week, handled=False)
    t["trace"][:] = 0.0
    choose(s, p, SEED)
    before = t["money_channel"].copy()
    place_of(week, bank=0.01, informal=0.01)
    choose(s, p._replace(money=p.money._replace(sticks=0.5)), SEED)
    assert np.array_equal(t["money_channel"], before)
    place_of(week, bank=1.0, informal=1.0)
    choose(s, p, SEED)
    moved = t["money_channel"] != before
    assert moved.any()
    assert set(before[moved]) <= {MoneyChannel.BANK, MoneyChannel.INFORMAL}
    assert set(t["money_channel"][moved]) == {MoneyChannel.COURIER}


def test_who_loses_the_handler_no_longer_launders(week):
    s, p, t = week.state.s, week.state.p, week.traffickers
    place_of(week, followed=1.0, taking=1.0)
    handle(week, handled=True)
    t["trace"][:], t["moved"][:] = 0.0, 1e6
    choose(s, p, SEED)
    laundered = t["launders"] == 1
    assert laundered.any()
    handle(week, handled=False)
    t["trace"][:] = 0.0
    choose(s, p, SEED)
    assert not (t["launders"] == 1).any()
    assert not (t["money_channel"] == MoneyChannel.FRONT).any()


def test_moving_money_costs_what_the_channel_takes_and_is_counted_once(week):
    s, p, t = week.state.s, week.state.p, week.traffickers
    place_of(week, bank=0.5)
    handle(week, handled=False)
    t["trace"][:] = 0.0
    rng = np.random.default_rng(1)
    t["week_profit"][:] = rng.normal(300.0, 400.0, len(t))
    received, capital = t["week_profit"].astype(float), t["capital"].copy()
    ledger = Ledger(np.zeros(len(COUNTERS)), np.zeros(len(Account)))
    active = np.arange(len(t))
    move_money(s, p, Now(3, SEED, SEED), active, ledger)
    values = week.state.scenario.values
    fee = np.array([values[f"money.fee_{channel.name.lower()}"] for channel in MoneyChannel])[t["money_channel"]]
    fee = fee + values["money.checks_cost"] * 0.5 * (t["money_channel"] == MoneyChannel.BANK)
    paid = np.rint(100 * fee * np.maximum(received, 0.0))
    assert np.abs(capital - t["capital"] - paid).max() <= 1
    assert ledger.accounts[Account.FACILITATORS] == (capital - t["capital"]).sum()
    assert ledger.counters[C.MONEY_MOVED] == pytest.approx(np.maximum(received, 0.0).sum())
    channels = ledger.counters[C.MONEY_COURIER : C.MONEY_FRONT + 1]
    assert channels.sum() == pytest.approx(ledger.counters[C.MONEY_MOVED])
    assert (t["week_profit"][received < 0] == received[received < 0]).all()


def test_leads_follow_what_can_be_traced_what_is_received_and_what_is_reported(week):
    p, t = week.state.p, week.traffickers
    values, law = week.state.scenario.values, week.state.s.law.copy()
    law["police_financial"][0], law["justice_bank_checks"][0] = 0.6, 0.5
    t["trace"][:], t["money_channel"][:] = np.linspace(0.1, 1.0, len(t)), np.arange(len(t)) % len(MoneyChannel)
    found = np.empty(len(t))
    hazard_of(p.money, law, t.view.row, 4000.0, found)
    reports = 1 + values["money.lead_reports"] * 0.5 * (t["money_channel"] == MoneyChannel.BANK)
    expected = values["money.lead"] / 52 * 0.6 * t["trace"] * reports * 4000.0 / values["money.lead_scale"]
    assert found == pytest.approx(expected, rel=1e-6)
    hazard_of(p.money._replace(channels=0), law, t.view.row, 4000.0, found)
    assert np.all(found >= expected * (1 - 1e-6))  # all of it can be traced where channels are not modelled


def test_nothing_of_an_entrant_can_be_traced_before_it_has_moved_money(week):
    rules, t, found = week.state.p.money, week.traffickers, np.empty(len(week.traffickers))
    t["trace"][:] = 0.0
    traces(rules, t.view.row, found)
    assert np.all(found == 0.0)
    traces(rules._replace(channels=0), t.view.row, found)
    assert np.all(found == 1.0)

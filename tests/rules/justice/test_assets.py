"""Assets: what is frozen on a charge and becomes of it, what is expected of it, and what it pays for."""

import numpy as np
import pytest

from sim.agents.cases import CaseStage, Charge, Target
from sim.agents.facilitators import Standing
from sim.conditions.conditions import see_pay
from sim.ground.calendar import Now
from sim.ground.kernel import kernel
from sim.ledger.accounts import Account, Ledger
from sim.ledger.counters import COUNTERS, C
from sim.rules.justice.assets import (
    confiscate,
    expect_losses,
    freeze_capital,
    pay_for_care,
    see_stakes,
    take_from_facilitators,
)
from sim.rules.justice.courts import convict
from sim.rules.justice.evidence import close_case
from sim.rules.networks.facilitating import kept_from_it
from sim.scenario.scenario import Scenario
from sim.week.week import Week

ON = {"mechanisms.frozen_capital": "on", "mechanisms.expected_confiscation": "on"}


@pytest.fixture
def week():
    scenario = Scenario.compose(["world=corridor", "people.size=1500", "time.years=1", "time.burn_in_weeks=4"])
    made = Week(scenario.replace(ON), 1)
    for _ in range(4):
        made.advance()
    return made


def new_ledger():
    return Ledger(np.zeros(len(COUNTERS)), np.zeros(len(Account)))


@kernel
def freeze(s, p, now, n, ledger):
    freeze_capital(s, p, now, n, ledger)


@kernel
def take(s, n, ledger):
    case = s.cases[n]
    confiscate(case, s.regions[case.region], s.law[case.region], ledger.counters)


@kernel
def close(s, n, ledger):
    close_case(s.enterprises, s.venues, s.cases, n, ledger.accounts)


@kernel
def condemn(s, p, now, n, charge, ledger):
    convict(s, p, now, n, charge, ledger)


@kernel
def kept(nodes, found):
    for node in range(len(nodes)):
        found[node] = kept_from_it(nodes[node])


def case_against(week, j, region, capital=1_000_000.0):
    """A case of a region against enterprise j, whose members are charged."""
    case, firm = week.state.cases, week.traffickers
    firm["active"][j], firm["capital"][j] = 1, capital
    case["stage"][0], case["kind"][0], case["target"][0] = CaseStage.TRIAL, Target.ENTERPRISE, j
    case["target_generation"][0], case["region"][0] = firm["generation"][j], region
    case["joint"][0] = case["frozen"][0] = 0
    firm["case"][j] = 0
    law = week.state.s.law
    law["justice_asset_freeze"][:], law["police_financial"][:] = 1.0, 1.0
    return case, firm


def test_capital_is_frozen_where_it_stands_or_is_collected_and_nowhere_else(week):
    s, p, t = week.state.s, week.state.p, week.traffickers
    found = week.state.scenario.values["justice.share_found"]
    j = int(np.flatnonzero(t["pair"] >= 0)[0]) if (t["pair"] >= 0).any() else 0
    t["pair"][j] = week.state.pairs["start"].tolist().index(int(t["home"][j]))
    end = int(week.state.pairs["end"][t["pair"][j]])
    for region in range(len(week.state.regions)):
        case, firm = case_against(week, j, region)
        ledger = new_ledger()
        freeze(s, p, Now(5, 1, 1), 0, ledger)
        if region in (int(t["home"][j]), end):
            assert case["frozen"][0] == round(found * 1_000_000) == 1_000_000 - firm["capital"][j]
            assert ledger.counters[C.CAPITAL_FROZEN] == case["frozen"][0] / 100
        else:
            assert case["frozen"][0] == 0
            assert ledger.counters[C.CAPITAL_OUT_OF_REACH] == 1
        assert not ledger.accounts.any()


def test_what_cannot_be_traced_is_not_frozen(week):
    s, p, t = week.state.s, week.state.p, week.traffickers
    found = week.state.scenario.values["justice.share_found"]
    case, _ = case_against(week, 0, int(t["home"][0]))
    t["trace"][0] = 0.25
    freeze(s, p._replace(money=p.money._replace(channels=1)), Now(5, 1, 1), 0, new_ledger())
    assert case["frozen"][0] == round(found * 0.25 * 1_000_000)


@pytest.mark.parametrize("verdict", ["lost", "given back", "closed meanwhile"])
def test_at_the_verdict_it_is_lost_or_goes_back_to_the_cent(week, verdict):
    s, p, t = week.state.s, week.state.p, week.traffickers
    home = int(t["home"][0])
    case, firm = case_against(week, 0, home, capital=777_777.0)
    s.law["justice_seized_for_care"][home] = 0.3
    ledger = new_ledger()
    freeze(s, p, Now(5, 1, 1), 0, ledger)
    frozen, left = case["frozen"][0], firm["capital"][0]
    seized = week.state.regions["seized"][home]
    if verdict == "lost":
        take(s, 0, ledger)
        assert week.state.regions["care_fund"][home] == round(0.3 * frozen)
        assert week.state.regions["seized"][home] - seized == frozen - round(0.3 * frozen)
        assert ledger.counters[C.CAPITAL_TAKEN] == ledger.counters[C.SEIZED] == pytest.approx(frozen / 100)
    if verdict == "closed meanwhile":
        firm["generation"][0] += 1
    close(s, 0, ledger)
    assert case["frozen"][0] == 0
    assert firm["capital"][0] == (777_777.0 if verdict == "given back" else left)
    assert ledger.accounts[Account.OWNERS] == (frozen if verdict == "closed meanwhile" else 0)


@pytest.mark.parametrize("can_be_taken", [0, 1])
def test_a_conviction_that_can_take_nothing_says_nothing_of_confiscation(week, can_be_taken):
    s, p, seen = week.state.s, week.state.p, week.state.regions["assets_taken"]
    case_against(week, 0, 0)
    seen[:] = 0.0
    p = p._replace(asset=p.asset._replace(capital=can_be_taken))
    condemn(s, p, Now(5, 1, 1), 0, int(Charge.SMUGGLING), new_ledger())
    assert seen[0].tolist() == [0.0, can_be_taken]


def test_owners_and_enterprises_expect_to_lose_what_is_at_stake_as_often_as_it_is_taken(week):
    s, p, region = week.state.s, week.state.p, week.state.regions
    see_stakes(s, p)
    stake, capital = region["owner_stake"].copy(), region["capital_stake"].copy()
    found = week.state.scenario.values["justice.share_found"]
    v, t = week.venues, week.traffickers
    for place in range(len(region)):
        owners = (v["region"] == place) & (v["active"] == 1) & (v["attention"] > 0)
        assert stake[place] == pytest.approx(
            found * np.maximum(v["wealth"][owners], 0).mean() / 100 if owners.any() else 0
        )
        legs = np.flatnonzero(week.state.legs["head"] == place)
        crossed = np.where(t["active"] == 1, t["crossings"][:, legs].sum(axis=1), 0.0)
        held = (crossed * np.maximum(t["capital"], 0.0)).sum() / 100
        assert capital[place] == pytest.approx(found * held / crossed.sum() if crossed.sum() > 0 else 0, rel=1e-5)
    region["owner_stake"][:] = 10_000.0
    region["certainty_strength"][:], region["assets_paper"][:] = 10.0, 0.4
    region["assets_taken"][:] = [[2.0, 5.0]]
    expect_losses(s.regions, p)
    see_pay(s.regions, p)
    with_it = region["conviction_loss"].copy()
    see_pay(s.regions, p._replace(asset=p.asset._replace(expected=0)))
    certainty = (region["convictions"][:, 0] + 10 * region["start_certainty"]) / (region["convictions"][:, 1] + 10)
    more = certainty * (2 + 10 * 0.4) / (5 + 10) * 10_000.0 / p.term.typical_testimony
    assert with_it - region["conviction_loss"] == pytest.approx(more)


def test_a_fund_pays_for_places_until_it_is_used_up(week):
    region, rules = week.state.regions, week.state.p.asset
    region["care_fund"][:] = 0.0
    region["care_fund"][0], ledger, places = 5_000_000.0, new_ledger(), []
    for _ in range(2000):
        pay_for_care(week.state.s.regions, rules, ledger)
        places.append(region["care_places"][0])
    assert places[0] == pytest.approx(5_000_000 / 52 / rules.care_cost, rel=1e-3)
    assert places[0] > places[52] > places[104]
    assert region["care_fund"][0] == places[-1] == 0
    assert ledger.accounts[Account.STATE] == 5_000_000
    assert ledger.counters[C.CARE_FROM_ASSETS] == pytest.approx(50_000)


def test_facilitators_who_are_taken_out_lose_what_they_have_kept_and_others_expect_to(week):
    s, p, f = week.state.s, week.state.p, week.state.facilitators
    values = week.state.scenario.values
    f["standing"][:], f["income"][:], f["since"][:] = Standing.FREE, 300.0, 0
    f["standing"][:4], f["since"][:3] = Standing.HELD, 5
    s.law["justice_facilitator_assets"][:] = 1.0
    week.state.regions["seized"][:] = 0.0
    ledger = new_ledger()
    take_from_facilitators(s, p, Now(5, 1, 1), ledger)
    each = round(100 * values["justice.share_found"] * values["assets.facilitator_saved"] * 300.0 * 13)
    assert ledger.accounts[Account.FACILITATORS] == -3 * each == -week.state.regions["seized"].sum()
    nodes, found = week.state.nodes, np.empty(len(week.state.nodes))
    nodes["risk"][:], nodes["forfeit"][:] = 0.3, 0.5
    kept(s.nodes, found)
    assert found == pytest.approx(0.15)

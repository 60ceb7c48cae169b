"""Identities of work, debt and exploitation, and the conditions without which there is none."""

import numpy as np
import pytest

from sim.agents.people import LONG_AGO, NEVER, Bound, Stage
from sim.ledger.counters import COUNTER_INDEX, C
from sim.scenario.scenario import Scenario
from sim.week.week import Week

SETTINGS = ["world=corridor", "people.size=6000", "time.years=3", "time.burn_in_weeks=52", "checks=true"]


@pytest.fixture(scope="module")
def base():
    return Scenario.compose(SETTINGS)


@pytest.fixture(scope="module")
def week(base):
    return Week(base, 1).run()


def total(week, name, first=0):
    return float(np.nansum(week.counters[first:, COUNTER_INDEX[name]]))


def test_debts_mirror_claims_and_money_balances_to_the_cent(base):
    week = Week(base, 3)
    owed = False
    for _ in range(week.weeks_total):
        week.advance()
        assert week.state.debts() == 0.0
        assert week.state.money() == 0.0
        owed = owed or week.migrants["debt"].sum() > 0
    assert owed


def test_slots_are_filled_by_the_people_who_work_there(week):
    m, v = week.migrants, week.venues
    at_work = m["venue"][m["venue"] >= 0]
    assert np.array_equal(np.bincount(at_work, minlength=len(v)), v["filled"])
    assert (v["filled"] <= v["slots"]).all()
    assert (v["filled"][v["active"] == 0] == 0).all()
    assert np.isin(m["stage"][m["venue"] >= 0], [Stage.WORKING]).all()
    assert (v["region"][at_work] == m["here"][m["venue"] >= 0]).all()


def test_everyone_on_a_controllers_terms_works_for_one(week):
    m = week.migrants
    controlled = (m["bound"] & Bound.CONTROLLED) > 0
    assert controlled.any()
    assert (m["venue"][controlled] >= 0).all()
    assert ((m["control"] > 0) <= controlled).all()
    assert (m["credited"][~controlled] == 1).all()


def test_the_dead_do_nothing(week):
    m = week.migrants
    dead = m["stage"] == Stage.DEAD
    assert (m["venue"][dead] == -1).all()
    assert (m["exploited_since"][dead] == LONG_AGO).all()
    assert (m["cash"][dead] == 0).all()


@pytest.mark.slow
def test_littles_law(base):
    """Stock = spells begun per week x their mean length, once the run has settled (EC 2.14)."""
    week = Week(base.replace({"people.size": 30_000, "time.years": 8, "time.burn_in_weeks": 156, "checks": False}), 1)
    week.run()
    counted = week.counters[156:]
    stock = counted[:, C.EXPLOITED].mean() - counted[:, C.EXPLOITED_TRAVELLING].mean()
    length = counted[:, C.SPELL_WEEKS].sum() / counted[:, C.SPELLS_ENDED].sum()
    rate = 0.5 * (counted[:, C.SPELLS_BEGUN].mean() + counted[:, C.SPELLS_ENDED].mean())
    assert stock == pytest.approx(rate * (length + 0.5), rel=0.15)  # some spells outlast the run
    # exactly, over the whole run: weeks counted are weeks of spells that ended, and of those still open
    whole = week.counters
    weeks = (whole[:, C.EXPLOITED] - whole[:, C.EXPLOITED_TRAVELLING]).sum()
    since = week.migrants["exploited_since"]
    still_open = (week.week - since[since > LONG_AGO]).sum()
    ended = whole[:, C.SPELL_WEEKS].sum()
    assert ended + still_open <= weeks <= ended + still_open + whole[:, C.SPELLS_ENDED].sum()
    causes = counted[:, C.EXIT_DEBT_CLEARED : C.EXIT_CLOSED + 1].sum()
    assert causes == counted[:, C.SPELLS_ENDED].sum()
    begun = counted[:, C.SPELLS_BEGUN].sum() - counted[:, C.SPELLS_ENDED].sum()
    still = counted[-1, C.EXPLOITED] - week.counters[155, C.EXPLOITED]
    assert abs(begun - still) < 0.02 * counted[:, C.SPELLS_BEGUN].sum() + 10


def test_no_exploitation_without_venues_that_control(base):
    """Principle 5: no enterprises and only compliant venues, no exploitation."""
    week = Week(
        base.replace(
            {
                "work.opportunistic_share": 0,
                "work.predatory_share": 0,
                "smuggling.loners": 0,
                "smuggling.cells": 0,
                "smuggling.organisations": 0,
            }
        ),
        1,
    ).run()
    assert total(week, "exploited") == total(week, "controlled") == total(week, "spells_begun") == 0


def test_no_exploitation_at_work_without_final_demand(base):
    """C7-S01: zero demand for work, zero exploitation at work, whatever else."""
    week = Week(base.replace({"mechanisms.transit_extortion": "off"}), 1)
    closed = week.state
    closed.venues["active"][:] = 0
    closed.venues["vacant_since"][:] = NEVER
    closed.cells["demand"] = closed.cells["demand_start"] = 0.0
    week.migrants["venue"][:] = -1
    week.migrants["bound"][:] = 0
    week.migrants["control"][:] = 0
    week.migrants["credited"][:] = 1.0
    closed.venues["filled"][:] = 0
    week.run()
    assert total(week, "exploited") == total(week, "orders") == total(week, "offers_accepted") == 0


def test_no_exploitation_where_it_does_not_pay(base):
    """C7-M04: zero profit anywhere, zero exploitation: every pound withheld is lost several times over."""
    week = Week(base.replace({"work.least_worth": 1e4, "mechanisms.transit_extortion": "off"}), 1).run()
    assert total(week, "exploited") == 0


def test_labels_are_functions_of_state(week):
    """Exploited people have an open spell, and nobody else does."""
    counted = week.counters[-1, C.EXPLOITED] - week.counters[-1, C.EXPLOITED_TRAVELLING]
    m = week.migrants
    open_spells = (m["exploited_since"] > LONG_AGO).sum()
    # those who left in the last week were counted before they did
    assert open_spells <= counted <= open_spells + week.counters[-1, C.SPELLS_ENDED] + 1


def test_parts_of_exploitation_add_up(week):
    c = week.counters
    at_work = c[:, C.EXPLOITED] - c[:, C.EXPLOITED_TRAVELLING]
    assert np.array_equal(c[:, C.EXPLOITED_SEX] + c[:, C.EXPLOITED_OTHER], at_work)
    means = ("DEBT", "PAPERS", "THREAT", "CONFINEMENT", "VIOLENCE")
    assert np.array_equal(sum(c[:, getattr(C, f"EXPLOITED_{name}")] for name in means), at_work)
    assert np.array_equal(c[:, C.EXPLOITED_REGULAR] + c[:, C.EXPLOITED_IRREGULAR], c[:, C.EXPLOITED])
    cells = week.state.exploited_cells
    assert cells.sum() == at_work[week.burn_in :].sum()

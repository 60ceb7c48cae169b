"""Every switch and every lever changes something, and not what it must not change."""

import importlib
import re
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.observation.counters import COUNTER_INDEX, C
from sim.parameters import SWITCHES
from sim.policies.levers import LEVERS
from sim.policies.policy import Move, Policy
from sim.scenario import Scenario
from sim.week import Week

SETTINGS = ["world=corridor", "people.size=6000", "time.years=3", "time.burn_in_weeks=52"]


@pytest.fixture(scope="module")
def base():
    return Scenario.compose(SETTINGS)


@pytest.fixture(scope="module")
def baseline(base, tools):
    return tools.run(base)


def with_move(base, lever, op, value, **timing):
    """``base`` with a policy of one move."""
    from dataclasses import replace

    policy = Policy("one_move", "One move", "test", (Move(lever, op, value),), max_dose=10, **timing)
    return replace(base, policies=(policy,))


def total(week, name, first=52):
    return float(np.nansum(week.counters[first:, COUNTER_INDEX[name]]))


# --- switches ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("switch", sorted(SWITCHES))
def test_every_switch_matters(switch, base, baseline, tools):
    other = next(option for option in SWITCHES[switch].options if option != SWITCHES[switch].default)
    week = tools.run(base.replace({f"mechanisms.{switch}": other, "checks": True}))
    assert not np.array_equal(week.counters, baseline.counters, equal_nan=True)
    assert tools.metric(week, "deaths_per_crossing", 52) >= 0


def test_without_entry_and_exit_the_enterprises_stay(base, tools):
    week = tools.run(base.replace({"mechanisms.entry_exit": "off"}))
    assert total(week, "entries", 0) == total(week, "exits", 0) == 0
    assert len(np.unique(week.counters[:, C.ENTERPRISES_LONER])) == 1


def test_without_saving_nobody_saves(base, tools):
    assert total(tools.run(base), "savers") > 0
    assert total(tools.run(base.replace({"mechanisms.can_save_first": "off"})), "savers") == 0


def test_without_learning_beliefs_stay(base, tools):
    week = tools.run(base.replace({"mechanisms.belief_learning": "off"}))
    assert len(np.unique(np.round(week.counters[:, C.BELIEVED_VISA_CHANCE], 12))) == 1
    assert np.array_equal(week.state.beliefs.control(), week.state.beliefs.start_control)


def test_without_market_power_fees_are_lower(base, baseline, tools):
    week = tools.run(base.replace({"mechanisms.market_power": "off"}))
    assert tools.metric(week, "mean_fee", 52) < tools.metric(baseline, "mean_fee", 52)


def test_without_rerouting_an_enterprise_keeps_its_route(base):
    moved = with_move(base, "border.control", "add", 0.4).replace({"mechanisms.rerouting": "off"})
    week = Week(moved, 1)
    routes = {}
    for _ in range(moved["time.burn_in_weeks"] + 40):
        week.advance()
        t = week.traffickers
        for j in np.flatnonzero(t["active"]):
            key = (j, int(t["generation"][j]))
            now = t["route"][j][t["route"][j] >= 0].tolist()
            assert routes.setdefault(key, now)[: len(now)] == now


def test_without_experience_no_crossing_teaches(base, tools):
    """Skill alone decides: with experience fewer guided crossings are stopped."""
    learned = tools.run(base)
    unlearned = tools.run(base.replace({"mechanisms.experience": "off"}))
    assert tools.metric(unlearned, "stopped_per_crossing", 52) > tools.metric(learned, "stopped_per_crossing", 52)


# --- levers -----------------------------------------------------------------------------------------------------

# lever: (move, counter, direction) of the first thing that it must move
FIRST_EFFECTS = {
    "border.control": (("add", 0.3), "interceptions", +1),
    "border.screening": (("set", 1.0), "need_stopped", -1),
    "border.document_check": (("set", 1.0), "arrivals_papers", -1),
    "border.search_and_rescue": (("set", 1.0), "deaths", -1),
    "visa.slots_low": (("scale", 4.0), "visas_granted", +1),
    "visa.slots_high": (("scale", 0.0), "visas_granted", -1),
    "visa.wait": (("scale", 0.2), "visa_applications", +1),
    "visa.complexity": (("set", 0.0), "visas_brokered", -1),
    "visa.price": (("set", 20_000.0), "visas_granted", -1),
    "visa.refugee_access": (("set", 1.0), "departures_need_regular", +1),
    "asylum.access": (("set", 1.0), "safety_reached", +1),
    "status.deportation_effort": (("scale", 4.0), "removals", +1),
    "origin.danger_publicity": (("set", 10.0), "departures_provider", -1),
}


@pytest.mark.parametrize("lever", sorted(LEVERS))
def test_every_lever_moves_what_it_is_for(lever, base, baseline, tools):
    (op, value), counter, direction = FIRST_EFFECTS[lever]
    week = tools.run(with_move(base, lever, op, value))
    before, after = total(baseline, counter), total(week, counter)
    assert direction * (after - before) > 0, (before, after)
    assert np.array_equal(week.counters[:52], baseline.counters[:52], equal_nan=True), "moved before it started"


def test_no_lever_without_a_first_effect():
    assert set(FIRST_EFFECTS) == set(LEVERS)


def test_levers_name_the_function_that_reads_them():
    sources = "".join(path.read_text() for path in Path(sim.__file__).parent.rglob("*.py"))
    for lever in LEVERS.values():
        module, name = lever.reader.rsplit(".", 1)
        assert callable(getattr(importlib.import_module(module), name)), lever.reader
        assert len(re.findall(re.escape(f'"{lever.name}"'), sources)) >= 3, f"{lever.name} is declared and not read"


def test_rescue_and_screening_leave_visas_alone(base, baseline, tools):
    week = tools.run(with_move(base, "border.search_and_rescue", "set", 1.0))
    assert total(week, "deaths") == 0 < total(baseline, "deaths")
    assert np.array_equal(week.levers.now["visa.slots_low"], baseline.levers.now["visa.slots_low"])


def test_an_announced_closing_is_felt_before_it_comes(base, baseline, tools):
    closing = with_move(base, "border.control", "add", 0.4, start=60.0, announce=40.0)
    week = tools.run(closing)
    until_announced, until_start = slice(0, 52 + 20), slice(52 + 20, 52 + 60)
    assert np.array_equal(week.counters[until_announced], baseline.counters[until_announced], equal_nan=True)
    before = baseline.counters[until_start, C.FEE_SUM].sum() / baseline.counters[until_start, C.CONTRACTS].sum()
    after = week.counters[until_start, C.FEE_SUM].sum() / week.counters[until_start, C.CONTRACTS].sum()
    assert after > before


def test_removal_hazard_is_the_declared_one(base, tools):
    """Removals per person-year without status equal effort times the rate at full effort."""
    week = tools.run(with_move(base.replace({"people.size": 20_000}), "status.deportation_effort", "set", 0.5))
    exposure = week.counters[60:, C.STOCK_IRREGULAR].sum() / 52
    removed = week.counters[64:, C.REMOVALS].sum()
    assert removed / exposure == pytest.approx(0.5 * 0.6, rel=0.1)

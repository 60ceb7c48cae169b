"""The same money for every package: planted frontiers are found exactly, and nothing is told that is not there."""

from __future__ import annotations

import json
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from sim.cli.main import main
from sim.decisions import money
from sim.decisions.budgets import dosed
from sim.decisions.frontier import Frontiers, Ladder, bends, dominated, frontier, frontiers_of, turns
from sim.decisions.reading import read_decision
from sim.decisions.request import Outcome
from sim.decisions.worlds import design_of
from sim.ground.errors import RequestError

WEEKS, SAFE = Outcome("exploitation_weeks", "less"), Outcome("safety_reached", "more")
WORLDS, SEEDS, PEOPLE = 16, 3, 500
BUDGET = "budget: {amounts: [1, 2, 4], doses: [0.5, 1.5]}\n"


def tables(effects, costs, *, outcomes=(WEEKS,), spread=0.0, seed=1):
    """Frontiers from planted runs.

    ``effects``: by package and dose, the change in each outcome. ``costs``: by package, US$ for each person at dose 1,
    one for all worlds or one for each. Everybody's level differs by world and seed, and drops out of differences;
    ``spread`` is that of what a package changes, by world.
    """
    draws = np.random.default_rng(seed)
    level, own = draws.normal(100, 20, (WORLDS, SEEDS)), draws.normal(0, spread, (WORLDS, len(effects)))
    doses = {name: {f"{name} at {dose:g}": dose for dose in by_dose} for name, by_dose in effects.items()}
    rows = []
    for world in range(WORLDS):
        for s in range(SEEDS):
            rows += [(world, "none", each.metric, s, level[world, s]) for each in outcomes]
            rows.append((world, "none", "policy_cost", s, 0.0))
            for place, (name, by_dose) in enumerate(effects.items()):
                paid = np.broadcast_to(costs[name], WORLDS)[world] * PEOPLE
                for label, dose in doses[name].items():
                    changes = np.atleast_1d(by_dose[dose])
                    rows += [(world, label, each.metric, s, level[world, s] + change + dose * own[world, place])
                             for each, change in zip(outcomes, changes, strict=True)]  # fmt: skip
                    rows.append((world, label, "policy_cost", s, paid * dose))
    values = pd.DataFrame(rows, columns=["world", "package", "metric", "seed", "value"])
    return frontiers_of(values, outcomes, {"doses": doses, "people": PEOPLE})


def bought(found, amounts):
    """The mean change by amount and package."""
    return frontier(found, amounts, 0.05).set_index(["amount", "package"])


def test_what_an_amount_buys_is_told_from_doses_and_unit_costs():
    costs = np.linspace(0.5, 1.5, WORLDS)
    found = tables({"a": {1: -10, 2: -14}}, {"a": costs})
    table = bought(found, [0.5, 1.0])
    for amount in (0.5, 1.0):
        dose = np.minimum(amount / costs, 2.0)
        wanted = -np.where(dose <= 1, 10 * dose, 10 + 4 * (dose - 1))
        row = table.loc[amount, "a"]
        assert row["change"] == pytest.approx(wanted.mean())
        assert row["percentile_10"] == pytest.approx(np.percentile(wanted, 10))
        assert row["low"] < row["change"] < row["high"]  # unit costs alone leave it uncertain
        assert row["dose"] == pytest.approx(np.median(dose))
    assert table.loc[1.0, "a"]["spends"] == 1
    assert bought(found, [2.0]).loc[2.0, "a"]["spends"] == pytest.approx(np.mean(2 * costs >= 2.0))
    assert bought(found, [9.0]).loc[9.0, "a"]["change"] == pytest.approx(-14)  # no more than the largest dose


def test_the_amount_that_a_dose_costs_buys_exactly_its_run():
    found = tables({"a": {0.5: -3, 1: -10, 3: -11}, "b": {1: 2}}, {"a": 0.7, "b": 0.2}, spread=2)
    for place, dose in enumerate((0.5, 1, 3), 1):
        ladder = found.ladders["a"]
        np.testing.assert_allclose(ladder.at(0.7 * dose + 1e-12), ladder.values[place], rtol=1e-9)
    np.testing.assert_array_equal(found.cube(0.0).values[1], found.base.values[0])


@pytest.mark.parametrize("seed", range(4))
def test_units_of_money_and_doses_on_a_line_change_nothing(seed):
    draws = np.random.default_rng(seed)
    one, two, cost = draws.normal(0, 10), draws.normal(0, 10), draws.uniform(0.2, 2, WORLDS)
    plain = tables({"a": {1: one, 2: two}}, {"a": cost}, spread=1, seed=seed)
    finer = tables({"a": {0.5: one / 2, 1: one, 1.5: (one + two) / 2, 2: two}}, {"a": cost}, spread=1, seed=seed)
    dearer = tables({"a": {1: one, 2: two}}, {"a": 7 * cost}, spread=1, seed=seed)
    for amount in draws.uniform(0.1, 3, 5):
        wanted = plain.cube(amount).values
        np.testing.assert_allclose(finer.cube(amount).values, wanted, rtol=1e-9)
        np.testing.assert_allclose(dearer.cube(7 * amount).values, wanted, rtol=1e-9)
        ends = plain.ladders["a"].values
        assert (wanted[1] <= ends.max(axis=0) + 1e-9).all()
        assert (wanted[1] >= ends.min(axis=0) - 1e-9).all()


CROSSING = {"a": {1: -10, 2: -12}, "b": {1: -6, 2: -18}}  # 10 + 2 (x - 1) = 6 + 12 (x - 1) where x = 1.4


def test_a_planted_turn_is_found_where_it_is():
    found = tables(CROSSING, {"a": 1.0, "b": 1.0}, spread=0.4)
    (row,) = turns(found, [0.5, 1.0, 2.0]).to_dict("records")
    assert (row["from"], row["to"]) == ("a", "b")
    assert row["at"] == pytest.approx(1.4, abs=0.1)
    assert row["low"] < 1.4 < row["high"]
    table = bought(found, [1.0, 2.0])
    assert table.loc[1.0, "a"]["leads"]
    assert table.loc[2.0, "b"]["leads"]
    assert table.loc[1.0, "b"]["behind_low"] > 0
    assert table.loc[1.0, "b"]["behind"] == pytest.approx(4, abs=0.5)
    assert table.loc[2.0, "b"]["best_low"] > 0.5


def test_who_is_surely_ahead_is_told_of_unbroken_stretches_only():
    base = tables({"a": {1: -5}, "b": {1: -3}}, {"a": 1.0, "b": 1.0})
    away = np.linspace(-1, 1, WORLDS)[:, None, None]  # how far worlds lie apart, at one dose of a only
    doses, costs = np.arange(5.0), np.repeat(np.array([0.0, 0.1, 0.2, 0.3, 0.6])[:, None], WORLDS, axis=1)

    def ladder(gains, slight, noisy=None):
        values = np.repeat(-np.asarray(gains, float)[:, None, None, None], WORLDS, axis=1) * np.ones((1, 1, 1, SEEDS))
        if noisy is not None:
            values[noisy] += 40 * away
        return Ladder(doses, costs, values + slight * away)

    first, second = ladder([0, 5, 8, 20, 22], 0.01, noisy=2), ladder([0, 3, 6, 10, 40], -0.01)
    found = Frontiers(base.base, {"a": first, "b": second})
    (row,) = turns(found, [0.05, 0.1, 0.2, 0.3, 0.6]).to_dict("records")
    assert (row["from"], row["to"]) == ("a", "b")
    assert row["low_from"] > 0.2  # between 0.1 and 0.3 worlds lie too far apart
    assert row["low_from"] < row["low"] < row["at"] < row["high"] < row["high_to"] == 0.6
    judged = SimpleNamespace(turns=pd.DataFrame([row]), frontier=pd.DataFrame({"amount": [0.05, 0.6]}))
    said = money._turns(judged, "exploitation_weeks")
    assert "a is surely ahead from US$ 0.2" in said
    assert "below" not in said
    assert "b above US$ 0.3" in said or "b above US$ 0.4" in said


def test_a_turn_within_error_is_not_sure():
    row = turns(tables(CROSSING, {"a": 1.0, "b": 1.0}, spread=30), [0.5, 2.0])
    assert row[["low", "high"]].isna().any(axis=None) or not len(row)
    assert not len(turns(tables({"a": {1: -10}, "b": {1: -4}}, {"a": 1.0, "b": 1.0}, spread=0.1), [0.5, 1.0]))
    assert not len(turns(tables(CROSSING, {"a": 1.0, "b": 1.0}), [1.0]))  # one amount has no turns


def test_dominated_is_who_is_nowhere_better_and_somewhere_surely_worse():
    effects = {"good": {1: (-10, 5)}, "poor": {1: (-4, 2)}, "other": {1: (-2, 9)}, "harm": {1: (5, -5)}}
    found = dominated(tables(effects, dict.fromkeys(effects, 1.0), outcomes=(WEEKS, SAFE), spread=0.3).cube(1.0))
    assert found["good"] == found["other"] == found["none"] == []
    assert found["poor"] == ["good"]
    assert set(found["harm"]) == {"none", "good", "poor", "other"}
    noisy = tables(effects, dict.fromkeys(effects, 1.0), outcomes=(WEEKS, SAFE), spread=200)
    assert noisy.cube(1.0).values.shape == (5, WORLDS, 2, SEEDS)
    assert not any(dominated(tables({"a": {1: -3}, "b": {1: -3}}, {"a": 1.0, "b": 1.0}).cube(1.0)).values())


def test_how_far_straight_lines_are_off_is_told():
    (row,) = bends(tables({"a": {1: -10, 2: -12}}, {"a": 1.0}, spread=1)).to_dict("records")
    assert (row["dose"], row["off"]) == (1.0, pytest.approx(4))  # half of -12 is -6
    (row,) = bends(tables({"a": {1: -6, 2: -12}}, {"a": 1.0}, spread=1)).to_dict("records")
    assert row["off"] == pytest.approx(0, abs=1e-9)
    assert not len(bends(tables({"a": {1: -6}}, {"a": 1.0})))


def test_a_world_in_which_a_run_failed_is_left_out():
    values = tables({"a": {1: -10}, "b": {1: -4}}, {"a": 1.0, "b": 1.0})
    values.ladders["a"].costs[1, 0] = np.nan
    row = bought(values, [1.0]).loc[1.0, "a"]
    assert row["worlds"] == WORLDS - 1
    assert row["change"] == pytest.approx(-10)


def read(text, folder):
    (folder / "mine.yaml").write_text(text, encoding="utf-8")
    return read_decision(folder / "mine.yaml")


def test_doses_of_a_budget_reach_the_runs(text, folder):
    text = text.replace("[policy=raids]", "[policy=raids, policy.dose=0.5]")
    decision = read(text + BUDGET, folder)
    assert set(decision.budget.doses) == {
        "raids",
        "inspections",
    }  # a plan has to be named
    assert dosed(decision)["raids at dose 1.5"] == ("policy=raids", "policy.dose=0.75")
    arms = {arm.label: arm.scenario for arm in design_of(decision).settings[0].arms}
    assert arms["raids at dose 1.5"].policies[0].dose == pytest.approx(0.75)
    assert arms["inspections at dose 0.5"].policies[0].dose == pytest.approx(0.5)
    assert arms["inspections at dose 0.5"].policies[0].cost == arms["inspections"].policies[0].cost > 0
    named = read(text + "budget: {amounts: [1], doses: {watchful: [0.5]}}\n", folder)
    assert named.budget.doses == {"watchful": (0.5, 1.0)}


@pytest.mark.parametrize(
    ("budget", "said"),
    [
        ("budget: {amounts: [1]}", "needs 'doses'"),
        ("budget: {amounts: [0, 1], doses: [2]}", "budget.amounts must be different numbers above 0"),
        ("budget: {amounts: 1, doses: [2]}", "must be a list of 1 to 8 numbers"),
        ("budget: {amounts: [1], doses: {raid: [2]}}", "did you mean 'raids'"),
        ("budget: {amounts: [1], doses: [2], amount: 1}", "did you mean 'amounts'"),
        ("budget: {amounts: [1], doses: [-2]}", "budget.doses must be different numbers above 0"),
    ],
)
def test_faults_of_a_budget_in_words(text, folder, budget, said):
    with pytest.raises(RequestError, match=said):
        read(f"{text}{budget}\n", folder)


def test_a_budget_needs_costs_and_doses_that_mean_something(text, folder):
    for before, after, said in ((", labour_inspection: [1, 3]}", "}", "nothing says it; give its range"),
                                ("costs: {raids: [1, 3]", "costs: {raids: [0, 3]", "may be 0")):  # fmt: skip
        cheap = text.replace(before, after).replace("  policy_cost: {better: less}\n", "")
        with pytest.raises(RequestError, match=said):
            design_of(read(cheap + BUDGET, folder))
    with pytest.raises(RequestError, match="max_dose"):
        design_of(read(text + "budget: {amounts: [1], doses: [50]}\n", folder))


@pytest.mark.slow
def test_a_decision_with_a_budget_is_told(text, made_up, folder, capsys):
    (folder / "mine.yaml").write_text(text + BUDGET, encoding="utf-8")
    assert main(["decide", "mine.yaml", "name=d", "workers=1", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    worlds = pd.read_parquet("results/d/decision/worlds.parquet")
    row = next(each for each in answer["frontier"] if each["package"] == "inspections" and each["amount"] == 1)
    dose = np.minimum(1 / worlds["cost of labour_inspection"], 1.5)
    assert row["change"] == pytest.approx(-200 * dose.mean(), abs=15)
    assert row["dose"] == pytest.approx(np.median(dose), abs=1e-6)
    (said,) = [line for line in answer["answer"] if line.startswith("For the same money")]
    made = folder / "results/d/decision"
    page, text = ((made / f"decision.{end}").read_text(encoding="utf-8") for end in ("html", "md"))
    for told in (said, "What the same money buys", "Doses between those that were run", "a straight line is taken"):
        assert told in page
        assert told in text or told.startswith("What")
    assert len(pd.read_csv("results/d/decision/frontier.csv")) == len(answer["frontier"])
    assert len(pd.read_parquet("results/d/decision/payoffs.parquet")["package"].unique()) == 3  # doses are no packages

"""Figures from stored estimates: closed forms, the split of the error, the least detectable effect and its refusal."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from sim.evaluation.clusters import Clusters
from sim.evaluation.conduct import judged as judged_anew
from sim.evaluation.detectable import least_detectable, misleads, widths
from sim.evaluation.diagnosis import agreement, diagnose, significant
from sim.evaluation.estimates import COLUMNS
from sim.evaluation.verdict import BAD, OPEN, verdict
from sim.evaluation.words import further, on_errors, table, untold


def estimates(effect_of, *, seeds=200, doses=(0.0, 0.5, 1.0, 2.0), sd=1.0, shift=0.0, honest=True):
    """Normal estimates ``shift`` off the truth of each dose, with intervals of the right width or less than half."""
    rng = np.random.default_rng(5)
    rows = []
    for seed in range(seeds):
        for dose in doses:
            truth = effect_of(dose)
            value = truth + shift + sd * rng.standard_normal()
            half = 1.96 * sd * (1.0 if honest else 0.4)
            p = 2 * norm.sf(abs(value) / (half / 1.96))
            record = truth + 0.25 * shift
            rows.append((seed, dose, "d", value, value - half, value + half, p, truth, record, 0.1,
                         value - record, record - truth, 10.0, 0.5, ""))  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def figure(table, name, dose):
    row = table[(table["figure"] == name) & ((table["dose"] == dose) if math.isfinite(dose) else table["dose"].isna())]
    return row.iloc[0]


def test_figures_are_what_they_should_be():
    found = diagnose(estimates(lambda dose: -2.0 * dose, shift=0.4))
    for name, value in {"bias": 0.4, "truth": -2.0, "rmse": math.hypot(1, 0.4), "spread": 1.0,
                        "measurement_fault": 0.1, "design_fault": 0.3, "spillover": 0.1}.items():  # fmt: skip
        row = figure(found, name, 1.0)
        assert row["value"] == pytest.approx(value, abs=4 * row["error"] + 1e-9), name
    chance = norm.sf(1.96 - 1.6) + norm.cdf(-1.96 - 1.6)
    row = figure(found, "power", 1.0)
    assert row["value"] == pytest.approx(chance, abs=4 * row["error"])


@pytest.mark.slow
def test_monte_carlo_errors_are_those_of_repeated_diagnoses():
    once = diagnose(estimates(lambda dose: -2.0 * dose, seeds=400))
    table = estimates(lambda dose: -2.0 * dose, seeds=6400)
    parts = [diagnose(table[table["seed"] // 400 == k]) for k in range(16)]
    for name in ("bias", "rmse", "power", "coverage", "spread"):
        again = np.std([figure(part, name, 1.0)["value"] for part in parts])
        assert figure(once, name, 1.0)["error"] == pytest.approx(again, rel=0.7), name


def test_the_error_is_split_in_two_that_add_up():
    table = estimates(lambda dose: -2.0 * dose, shift=0.7)
    error = table["estimate"] - table["truth"]
    assert np.abs(error - table["design_fault"] - table["measurement_fault"]).max() < 1e-9
    found = diagnose(table)
    whole = figure(found, "bias", 1.0)["value"]
    parts = figure(found, "design_fault", 1.0)["value"] + figure(found, "measurement_fault", 1.0)["value"]
    assert whole == pytest.approx(parts, abs=1e-9)


@pytest.mark.slow
def test_the_least_detectable_effect_is_that_of_the_normal_distribution():
    row = figure(diagnose(estimates(lambda dose: -2.0 * dose, seeds=400)), "least_detectable", math.nan)
    assert row["value"] == pytest.approx(1.96 + norm.ppf(0.8), abs=0.35)
    assert 0 < row["error"] < 0.4


def test_it_is_refused_where_false_positives_are_too_many():
    table = estimates(lambda dose: -2.0 * dose, honest=False)
    row = figure(diagnose(table), "least_detectable", math.nan)
    assert math.isnan(row["value"])
    assert "no power" in row["note"]


def test_it_is_refused_where_what_is_found_points_the_wrong_way():
    table = estimates(lambda dose: -1.0 * dose)
    table["estimate"] *= -1  # records rise where people are helped
    found = least_detectable(table, significant(table, 0.05), alpha=0.05, power=0.8)
    assert math.isnan(found.value)
    assert "wrong sign" in found.why_not


def test_it_is_not_told_beyond_what_was_seen():
    table = estimates(lambda dose: -0.2 * dose)
    found = least_detectable(table, significant(table, 0.05), alpha=0.05, power=0.8)
    assert math.isnan(found.value)
    assert "too seldom" in found.why_not


@pytest.mark.slow
def test_another_level_needs_no_new_runs():
    table = estimates(lambda dose: -2.0 * dose)
    strict, loose = (figure(diagnose(table, alpha=alpha), "power", 1.0)["value"] for alpha in (0.01, 0.2))
    assert strict < loose
    assert strict == (table[table["dose"] == 1.0]["p"] < 0.01).mean()


@pytest.mark.slow
def test_worlds_in_which_a_design_failed_are_counted():
    table = estimates(lambda dose: -2.0 * dose)
    table.loc[table["seed"] < 50, ["estimate", "low", "high", "p", "design_fault"]] = np.nan
    assert figure(diagnose(table), "not_computed", 1.0)["value"] == pytest.approx(0.25)


def test_what_is_found_by_chance_is_too_large_and_often_of_the_wrong_sign():
    found = diagnose(estimates(lambda dose: -0.1 * dose, seeds=2000))
    assert figure(found, "exaggeration", 1.0)["value"] > 10
    assert 0.2 < figure(found, "wrong_sign", 1.0)["value"] < 0.5


def test_faults_that_are_not_known_of_every_world_are_left_open():
    """In per cent nothing is known of a world without records; the rest would not add up to the mean error."""
    table = estimates(lambda dose: dose)
    table.loc[table["seed"] < 50, ["record_effect", "design_fault", "measurement_fault"]] = np.nan
    found = diagnose(table)
    assert math.isfinite(figure(found, "bias", 1.0)["value"])
    assert math.isnan(figure(found, "design_fault", 1.0)["value"])
    assert math.isnan(figure(found, "measurement_fault", 1.0)["value"])


def test_ranks_of_activity_against_the_truth():
    rng = np.random.default_rng(1)
    truth = rng.standard_normal(80)
    rows = [
        (k // 4, 1.0, name, sign * truth[k], truth[k]) for k in range(80) for name, sign in (("up", 1), ("down", -1))
    ]
    found = agreement(pd.DataFrame(rows, columns=["seed", "dose", "indicator", "effect", "truth"])).set_index(
        "indicator"
    )
    assert found["tau"].to_dict() == {"up": pytest.approx(1), "down": pytest.approx(-1)}


def test_one_world_in_four_is_no_proof_that_a_design_misleads():
    assert not misleads(0.25, 4, 0.05)
    assert misleads(0.25, 24, 0.05)
    assert not misleads(0.09, 1000, 0.05)


# --- worlds that have a set of an ensemble in common -----------------------------------------------------------------


def over_sets(sets, seeds, *, alike, rng):
    """Estimates of a policy without an effect, whose errors have a part in common within each set."""
    rows = []
    for number in range(sets):
        shift = alike * rng.standard_normal()
        for seed in range(seeds):
            value = shift + rng.standard_normal()
            rows.append((f"set {number}", seed, 0.0, "d", value, value - 1.96, value + 1.96, 2 * norm.sf(abs(value)),
                         0.0, 0.0, 0.0, value, 0.0, 10.0, 0.5, ""))  # fmt: skip
    return pd.DataFrame(rows, columns=["setting", *COLUMNS])


def test_errors_over_an_ensemble_are_those_over_its_sets():
    rng = np.random.default_rng(2)
    drawn = [diagnose(over_sets(30, 4, alike=1.0, rng=rng)) for _ in range(30)]
    for name in ("bias", "false_positives"):
        told = np.mean([figure(one, name, 0.0)["error"] for one in drawn])
        seen = np.std([figure(one, name, 0.0)["value"] for one in drawn])
        assert told == pytest.approx(seen, rel=0.4), name
    alone = over_sets(30, 4, alike=1.0, rng=rng)
    as_if = figure(diagnose(alone.drop(columns="setting")), "bias", 0.0)["error"]
    assert figure(diagnose(alone), "bias", 0.0)["error"] > 1.2 * as_if


def test_with_a_seed_a_set_it_is_the_same_whether_there_is_an_ensemble_or_not():
    table = over_sets(40, 1, alike=1.0, rng=np.random.default_rng(3))
    plain = table.drop(columns="setting").assign(seed=range(40))
    pd.testing.assert_frame_equal(diagnose(table), diagnose(plain), rtol=1e-12)
    one = table.assign(setting="set 1", seed=range(40))  # one set alone: the question is of that world
    pd.testing.assert_frame_equal(diagnose(one), diagnose(plain), rtol=1e-12)


def test_a_share_over_sets_rests_on_no_more_than_its_runs_and_no_fewer_than_its_sets():
    sets = Clusters(np.repeat(np.arange(10), 4))
    assert sets.independent(np.repeat(np.arange(10) < 5, 4)) == 10  # all seeds of a set say the same
    assert sets.independent(np.tile([True, False, True, False], 10)) == 40  # all sets do
    assert sets.independent(np.ones(40, bool)) == 10
    assert Clusters(np.arange(7)).independent(np.ones(7, bool)) == 7


# --- verdicts ---------------------------------------------------------------------------------------------------

ABOUT = {
    "designs": {"d": "did_wild"}, "doses": [0.0, 0.5, 1.0, 2.0], "alpha": 0.05, "power": 0.8, "seeds": 40,
    "period": "quarter", "periods": 16, "before": 12.0, "treated": ["a", "b"], "controls": ["c", "d"],
    "inquiry": {"metric": "exploited_people", "agency": "all", "effect": "percent"},
}  # fmt: skip


@pytest.fixture
def quickly(monkeypatch):
    """The error of the least detectable effect is not what these tests look at."""
    monkeypatch.setattr("sim.evaluation.detectable.DRAWS", 2)


def judged(effect_of, truth_sd=0.0, **how):
    """The verdict on estimates whose true effect varies from world to world."""
    made = estimates(effect_of, seeds=40, **how)
    noise = truth_sd * np.random.default_rng(2).standard_normal(len(made)) * (made["dose"] > 0)
    made["truth"] += noise
    return verdict(ABOUT, diagnose(made))


def test_records_that_show_no_change_at_all_are_told_as_such_whatever_the_policy_does(quickly):
    found = judged(lambda dose: -0.1 * dose, truth_sd=4.0, sd=60.0)
    assert found.state == BAD
    assert found.sentence == "No: whatever the policy does, these records would hardly show it."
    assert "12 entries are made per place and quarter" in found.why
    assert "times as many records" in found.change
    assert "survey" in found.change
    (row,) = further(ABOUT, found)[1]
    assert row[4:6] == ["–", "–"]  # signs and sizes of what is found mean nothing here
    assert table(ABOUT, found)[0][1] == "verdict"
    assert len(untold(ABOUT, found)) == 1


def test_records_that_move_by_themselves_are_told_and_more_of_them_are_not_asked_for(quickly):
    found = judged(lambda dose: -0.1 * dose, truth_sd=4.0, sd=60.0, shift=40.0)
    assert found.sentence == "No: whatever the policy does, these records would hardly show it."
    assert "their own fault" in found.why
    assert found.change.startswith("More records would show what changes in records. Count people exploited")


def test_an_effect_that_is_not_clear_asks_for_the_worlds_that_make_it_so(quickly):
    found = judged(lambda dose: -6.0 * dose, truth_sd=25.0, doses=(0.0, 1.0), sd=4.0)
    assert found.state == OPEN
    assert "not clear what the policy itself does" in found.sentence
    assert "Run some" in found.change


def test_a_policy_that_does_nothing_is_told_as_such(quickly):
    found = judged(lambda dose: 0.02 * dose, truth_sd=1.0, sd=4.0)
    assert found.state == BAD
    assert "next to nothing" in found.sentence
    assert "larger dose" in found.change


def test_the_first_dose_at_which_the_effect_is_clear_is_judged(quickly):
    found = judged(lambda dose: -30.0 * (dose > 1), truth_sd=3.0)
    assert found.dose == 2.0
    assert found.clear
    assert found.why.startswith("Judged at dose 2, as its effect is not clear at dose 1.")
    assert judged(lambda dose: -30.0 * dose, truth_sd=3.0).dose == 1.0


@pytest.mark.parametrize(("seeds", "said"), [(1, "1 seed is too few"), (2, "2 seeds are"), (5, "5 seeds are")])
def test_a_few_seeds_tell_nothing(quickly, seeds, said):
    made = estimates(lambda dose: -30.0 * dose, seeds=seeds)
    found = verdict(ABOUT | {"seeds": seeds}, diagnose(made))
    assert found.state == OPEN
    assert said in found.sentence
    assert found.change == "Run 6 seeds or more."
    (row,) = table(ABOUT, found)[1]
    assert row[1] == "not told"


def test_chance_is_seldom_taken_for_an_effect(quickly):
    """Twice the error would be passed by chance in 10 of 100 worlds of 6 seeds, at one of three doses in 28."""
    rng = np.random.default_rng(4)
    about = ABOUT | {"doses": [0.0, 1.0, 2.0, 3.0], "seeds": 6}
    made = estimates(lambda _: 0.0, seeds=6, doses=(0.0, 1.0, 2.0, 3.0), sd=30.0)
    clear = 0
    for _ in range(25):
        made["truth"] = rng.standard_normal(len(made)) * (made["dose"] > 0)
        clear += verdict(about, diagnose(made)).clear
    assert clear <= 4


def test_a_truth_that_is_not_known_is_no_fault_of_a_design(quickly):
    made = estimates(lambda dose: -30.0 * dose, seeds=40, sd=5.0)
    made.loc[made["seed"] < 10, ["truth", "measurement_fault"]] = np.nan
    found = diagnose(made)
    assert figure(found, "not_computed", 1.0)["value"] == 0
    assert verdict(ABOUT, found).clear
    unknown = verdict(ABOUT, diagnose(made.assign(truth=np.nan)))
    assert unknown.change == "Ask for the effect in people."
    assert unknown.designs[0].state == OPEN


def test_an_interval_without_an_end_on_one_side_can_leave_out_nothing():
    made = estimates(lambda dose: 30.0 * dose, seeds=10, doses=(0.0, 1.0)).assign(p=np.nan)
    made.loc[made["dose"] == 1, "high"] = np.inf
    assert significant(made, 0.05)[made["dose"] == 1].all()


@pytest.mark.parametrize(
    ("design", "said"), [("did", "so few places (4)"), ("interrupted_series", "so few periods (16)")]
)
def test_what_is_few_is_named_where_a_design_finds_what_is_not_there(quickly, design, said):
    made = estimates(lambda dose: -30.0 * dose, seeds=40, honest=False)
    found = verdict(ABOUT | {"designs": {"d": design}}, diagnose(made))
    assert said in found.designs[0].next


def test_a_design_without_a_p_value_is_told_to_keep_its_level(quickly, tmp_path):
    made = estimates(lambda dose: -3.0 * dose, seeds=6)
    both = pd.concat([made, made.assign(design="own.py:mine", p=np.nan)])
    about = ABOUT | {"designs": {"d": "did", "own.py:mine": "own.py:mine"}, "seeds": 6, "used": 6, "failures": []}
    done = judged_anew(about, both, pd.DataFrame(), 0.5, 0.8, tmp_path)
    said = on_errors(done.about)
    assert said.endswith("Without a p value, by an interval that leaves out 0, whatever the level is: own.py:mine.")


def test_the_change_that_a_design_would_see_hangs_on_level_and_power():
    assert widths(0.05, 0.8) == pytest.approx(norm.ppf(0.975) + norm.ppf(0.8))
    assert widths(0.01, 0.9) > widths(0.05, 0.8) > widths(0.2, 0.5)


def test_where_hardly_anything_is_recorded_it_is_said_that_this_is_why_a_design_fails(quickly):
    made = estimates(lambda dose: -30.0 * dose, seeds=40)
    made.loc[made["seed"] < 20, ["estimate", "low", "high", "p", "design_fault"]] = np.nan
    found = verdict(ABOUT | {"before": 0.3}, diagnose(made))
    assert "only 0.3 entries are made per place and quarter" in found.why
    assert found.change.startswith("Records of more or larger places")

"""What may be compared: runs of one length; and the placebo that stands beside the baseline."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.agents.people import PERSON_COLUMNS, Stage
from sim.ground.errors import RequestError
from sim.ground.table import Table
from sim.report import between
from sim.results.arms import Arm
from sim.results.asked import Setting, check_twins, single
from sim.results.comparison import Comparison
from sim.results.findings import Findings
from sim.results.pairs import PLACEBO, SHARE, are_twins, placebo_of
from sim.results.runs import Held
from sim.scenario.scenario import Scenario
from sim.studies.plan import compose
from sim.studies.request import comparison, sweep
from sim.week.placebo import postpone
from sim.week.week import Week

MOVE = {"lever": "work.inspection", "op": "add", "value": 0.1}
BASE = ["world=corridor", "people.size=300", "time.years=0.5", "time.burn_in_weeks=8"]


@pytest.fixture(scope="module")
def baseline() -> Arm:
    return Arm("none", tuple(BASE), Scenario.compose([*BASE, "placebo=true"]))


def changed(arm: Arm, label: str, **values: object) -> Arm:
    return replace(
        arm, label=label, scenario=arm.scenario.replace({k.replace("__", "."): v for k, v in values.items()})
    )


# --- lengths ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("setting", "value"), [("time__years", 2.0), ("time__burn_in_weeks", 9)])
def test_arms_of_another_length_are_refused(baseline: Arm, setting: str, value: float) -> None:
    longer = changed(baseline, "longer", **{setting: value})
    with pytest.raises(RequestError, match=f"'longer' runs for {value:g}.*another length cannot be compared"):
        check_twins(single([baseline, longer]))
    with pytest.raises(RequestError, match="another length"):
        Comparison([baseline, longer], [1], {})
    check_twins(single([baseline, changed(baseline, "other", choice__noise=0.3)]))


def test_a_comparison_of_another_length_starts_nothing(folder: object, runs: list[int]) -> None:
    with pytest.raises(RequestError, match="between settings, each with a baseline of its own"):
        sim.compare({"longer": ["policy=none", "time.years=1"]}, base=BASE, seeds=1, workers=1, name="longer")
    assert not runs


def test_a_sweep_over_lengths_makes_settings_but_no_points_held_against_the_first() -> None:
    with pytest.raises(RequestError, match=r"sweep policy=none,NAME time\.years=0\.5,1"):
        sweep([*BASE[:2], "time.burn_in_weeks=8", "time.years=0.5,1"])
    request = sweep([*BASE[:2], "time.burn_in_weeks=8", "time.years=0.5,1", "policy=none,raids"])
    assert [setting.label for setting in request.design.settings] == ["time.years=0.5", "time.years=1"]


# --- the placebo ------------------------------------------------------------------------------------------------


def test_a_placebo_is_the_baseline_in_which_a_few_think_later(baseline: Arm) -> None:
    policy = changed(baseline, "policy", choice__noise=0.3)
    placebo = placebo_of([baseline, policy])
    assert placebo is not None
    assert (placebo.label, placebo.scenario.values["people.placebo"]) == (PLACEBO, SHARE)
    assert Scenario.compose(placebo.words).key == placebo.scenario.key  # its runs can be repeated from their words
    assert are_twins(placebo, baseline)
    assert [arm.label for arm in Setting("", (baseline, policy)).to_run] == ["none", "policy", PLACEBO]
    assert placebo_of([baseline]) is None
    off = changed(baseline, "none", placebo=False)
    assert placebo_of([off, policy]) is None
    assert off.scenario.key == baseline.scenario.key  # whether there is one changes no run of the study


def test_people_have_twins_only_where_nothing_differs_before_week_0(baseline: Arm) -> None:
    """Another value of a parameter or a switch makes another past, and so does what is announced before week 0."""
    policy = replace(baseline, label="p", scenario=baseline.scenario.replace({"policy": "tighter_borders"}))
    same = [
        policy,
        changed(policy, "later", **{"policy.tighter_borders.start": 8, "policy.tighter_borders.announce": 8}),
        changed(baseline, "told", threads=2, by="sex", captures=True, luck=3),
        changed(policy, "held", mechanisms__rerouting="hold"),
        changed(baseline, "shock", shocks=[{"name": "s", "from": 4, "moves": [MOVE]}]),
    ]
    other = [
        changed(baseline, "noise", choice__noise=0.3),
        changed(baseline, "off", mechanisms__rerouting="off"),
        changed(baseline, "size", people__size=301),
        changed(policy, "told before", **{"policy.tighter_borders.announce": 4}),
        changed(baseline, "shock", shocks=[{"name": "s", "from": 4, "announced": 5, "moves": [MOVE]}]),
    ]
    assert [are_twins(arm, baseline) for arm in same] == [True] * len(same)
    assert [are_twins(arm, baseline) for arm in other] == [False] * len(other)
    found = Comparison([baseline, other[0]], [1], {})
    assert found.risks.empty
    with pytest.raises(RequestError, match="or have another past"):
        found.who("noise")


def table(stages: list[int], due: list[int], leaves: list[int]) -> Table:
    made = Table("migrant", PERSON_COLUMNS, len(stages))
    made["stage"][:], made["due"][:], made["leaves_risk_age"][:] = stages, due, leaves
    return made


def test_those_who_would_think_next_think_a_week_later() -> None:
    people = table([Stage.HOME] * 6 + [Stage.WORKING], [0, 5, 2, 3, 1, 2, 0], [9, 9, 9, 3, 9, 9, 9])
    assert postpone(people, 0.4, seed=1) == 3  # of seven, rounded up
    moved = people["due"] - [0, 5, 2, 3, 1, 2, 0]
    assert moved[[0, 4]].tolist() == [1, 1]
    assert sorted(moved[[2, 5]]) == [0, 1]  # one of the two who are due in week 2, by lot
    assert moved[[1, 3, 6]].tolist() == [0, 0, 0]  # nobody stays in the age at risk for longer; at home only
    assert postpone(people, 1e-9, seed=1) == 1
    before = people["due"].copy()
    assert postpone(people, 0.0, seed=1) == 0
    assert (people["due"] == before).all()


def test_who_is_postponed_is_drawn_by_seed() -> None:
    chosen = set()
    for seed in range(8):
        people = table([Stage.HOME] * 50, [0] * 50, [9] * 50)
        postpone(people, 0.02, seed)
        chosen.add(int(np.flatnonzero(people["due"])[0]))
    assert len(chosen) > 3


@pytest.mark.slow
def test_a_placebo_changes_nothing_before_week_nought_and_little_of_substance_after() -> None:
    words = [*BASE, "checks=true", "time.years=1", "people.size=4000"]
    plain, placebo = (Week(Scenario.compose([*words, f"people.placebo={share}"]), 3).run() for share in (0, SHARE))
    burn_in = plain.burn_in
    assert np.array_equal(plain.counters[:burn_in], placebo.counters[:burn_in], equal_nan=True)
    assert not np.array_equal(plain.counters[burn_in:], placebo.counters[burn_in:], equal_nan=True)


@pytest.mark.slow
def test_the_placebo_stands_beside_risks_and_among_no_effects() -> None:
    arms = {"same": ["policy=none", "choice.noise=0.2"], "policy": ["policy=tighter_borders"]}
    found = sim.compare(arms, base=[*BASE, "placebo=true"], seeds=3, workers=1)
    assert len(found.manifest["runs"]) == 3 * 4
    assert set(found.risks["arm"]) == {"same", "policy"}
    assert found.risks["placebo"].notna().all()
    assert PLACEBO not in set(found.effects["arm"])
    again = sim.compare(arms, base=BASE, seeds=3, workers=1)
    assert again.risks["placebo"].isna().all()


def test_placebo_is_no_axis_of_a_sweep() -> None:
    with pytest.raises(RequestError, match="placebo cannot be swept"):
        sweep([*BASE, "placebo=true,false", "policy=none,raids"])


# --- names ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("label", ["setting", "arm", "metric", "policy arm", "low", "days"])
@pytest.mark.parametrize("over", ["arms", "settings"])
def test_a_dose_may_go_by_the_name_of_a_column(tmp_path: Path, label: str, over: str) -> None:
    (tmp_path / "study").mkdir()
    (tmp_path / "study" / "mine.yaml").write_text(
        "# @package _global_\nstudy:\n  title: T\n  question: Q\n  settings: {arm: [], metric: [choice.noise=0.3]}\n"
        "  arms: {setting: [policy=raids], value: [policy=tighter_borders]}\n"
        f"  dose: {{key: journey.alone_cost, values: [1, 2, 3], label: {label}, over: {over}}}\n",
        encoding="utf-8",
    )
    design = comparison([], ["study=mine", f"hydra.searchpath=[file://{tmp_path}]", *BASE]).design
    found = Findings(design, [1], Held({}))
    column = label if label == "days" else f"{label} (dose)"
    assert design.dose == column
    assert sorted(found.points[column].dropna().unique()) == [1, 2, 3]
    lines = {line for line, dose, *_ in between._lines(found) if np.isfinite(dose)}
    # one line an arm and setting; where doses make settings, the baseline has a line of its own too
    assert len(lines) == (4 if over == "arms" else 6)


def test_compose_keeps_the_baseline_first() -> None:
    arms = compose(["tighter_borders"], [*BASE, "placebo=true"], "none")
    assert single(arms).to_run[0].label == "none"

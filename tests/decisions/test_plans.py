"""Plans: packages are put together as they must, and a plan is praised only where it beats fixed packages."""

from __future__ import annotations

import numpy as np
import pytest

from sim.decisions.payoffs import Cube
from sim.decisions.plans import judge_plans, words_of
from sim.decisions.reading import read_decision
from sim.decisions.request import Outcome, Plan
from sim.decisions.worlds import design_of
from sim.ground.errors import RequestError

REVIEW = {"record": "recorded_removals", "above": 1.2, "after": 52.0, "until": 52.0, "over": 52.0, "relative": True}
PACKAGES = {
    "raids": ("policy=raids", "policy.raids.dose=0.5"),
    "inspections": ("policy=labour_inspection",),
    "both": ("policy=[raids,labour_inspection]", "policy.raids.dose=0.5"),
    "elsewhere": ("policy=labour_inspection", "visa.wait=20"),
}


def words(start, to):
    return words_of(Plan(start, to, REVIEW), PACKAGES, "plans.p")


def test_a_plan_ends_what_only_its_first_package_has_and_begins_what_only_its_second_has():
    *plain, review = words("raids", "inspections")
    assert plain == ["policy=[raids,labour_inspection]", "policy.raids.dose=0.5"]
    assert review == (
        "policy.raids.review={record: recorded_removals, above: 1.2, after: 52, until: 52, over: 52, relative: true, "
        "keep: false, then: [labour_inspection]}"
    )
    assert words("inspections", "both")[-1].endswith("keep: true, then: [raids]}")
    assert words("both", "inspections")[-1].startswith("policy.raids.review={")
    assert words("both", "inspections")[-1].endswith("keep: false, then: []}")


def test_a_plan_may_start_or_end_with_no_policy():
    waits = words("none", "raids")
    assert waits[:2] == ("policy=[none,raids]", "policy.raids.dose=0.5")
    assert waits[2].startswith("policy.none.review={record: recorded_removals, above: 1.2,")
    assert waits[2].endswith("then: [raids]}")
    stops = words("both", "none")
    assert stops[0] == "policy=[raids,labour_inspection]"
    assert [word.partition("=")[0] for word in stops[2:]] == ["policy.raids.review", "policy.labour_inspection.review"]
    assert all(word.endswith("keep: false, then: []}") for word in stops[2:])
    with pytest.raises(RequestError, match="are the same"):
        words("none", "none")


def test_a_plan_that_waits_needs_no_cost_of_no_policy(text, folder):
    plan = "  patient: {start: none, to: raids, record: recorded_removals, above: 20, after: 1 year}\n"
    (folder / "mine.yaml").write_text(text.replace("signposts:", f"{plan}signposts:"), encoding="utf-8")
    arms = {arm.label: arm.scenario for arm in design_of(read_decision(folder / "mine.yaml")).settings[0].arms}
    waiting, raids = arms["patient"].policies
    assert waiting.review.then == (raids.key,)
    assert raids.cost > 0


def test_packages_of_a_plan_differ_in_policies_only():
    with pytest.raises(RequestError, match="in nothing else"):
        words("raids", "elsewhere")
    with pytest.raises(RequestError, match="are the same"):
        words("both", "both")


def test_a_plan_reaches_the_policies_of_its_runs(text, folder):
    (folder / "mine.yaml").write_text(text, encoding="utf-8")
    design = design_of(read_decision(folder / "mine.yaml"))
    scenario = next(arm for arm in design.settings[0].arms if arm.label == "watchful").scenario
    raids, inspection = scenario.policies
    assert raids.review.record == "recorded_removals"
    assert raids.review.then == (inspection.key,)
    assert raids.cost > 0


def judged(values, seeds=4):
    """The plan ``p``, which starts with a, against a and b; values (none, a, b, p) by world."""
    cube = np.repeat(np.asarray(values, float)[:, :, None, None], seeds, axis=-1)
    cube += np.random.default_rng(1).normal(0, 0.01, (1, *cube.shape[1:]))  # the same for all: they are paired
    names = ("none", "a", "b", "p")
    worlds = tuple(f"world {k}" for k in range(cube.shape[1]))
    made = Cube(names, worlds, (Outcome("exploitation_weeks", "less"),), tuple(range(seeds)), cube)
    (row,) = judge_plans(made, {"p": {"start": "a", "to": "b"}}, 0.05).itertuples()
    return row


def test_a_plan_that_takes_the_best_of_both_beats_them():
    a, b = [60, 100] * 10, [90, 80] * 10
    row = judged([[100] * 20, a, b, np.minimum(a, b)])
    assert row.against == "a"
    assert row.gain == pytest.approx(10)
    assert row.low > 0
    assert row.room == pytest.approx(10)
    assert row.changed_course == pytest.approx(0.5)
    assert row.better == row.surely_better == 0.5
    assert row.surely_worse == 0


def test_packages_that_differ_by_chance_only_leave_no_room():
    room = []
    for draw in range(20):
        cube = 100 + 10 * np.random.default_rng(draw).normal(size=(4, 40, 1, 4))
        worlds = tuple(f"world {k}" for k in range(40))
        made = Cube(("none", "a", "b", "p"), worlds, (Outcome("exploitation_weeks", "less"),), (1, 2, 3, 4), cube)
        (row,) = judge_plans(made, {"p": {"start": "a", "to": "b"}}, 0.05).itertuples()
        assert row.room_low < row.room < row.room_high
        room.append((row.room, row.room_low <= 0))
    assert np.mean([value for value, _ in room]) < 0.5  # it was about 4 when chosen and valued by the same seeds
    assert np.mean([holds for _, holds in room]) >= 0.9


def test_a_plan_that_takes_the_worst_of_both_is_not_praised():
    a, b = [60, 100] * 10, [90, 80] * 10
    row = judged([[100] * 20, a, b, np.maximum(a, b)])
    assert row.high < 0
    assert row.surely_worse == 0.5


def test_a_plan_that_never_turned_is_its_beginning():
    a, b = [60, 100] * 10, [90, 80] * 10
    row = judged([[100] * 20, a, b, a])
    assert row.changed_course == 0
    assert row.gain == 0
    assert not row.low > 0

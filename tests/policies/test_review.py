"""A review hands over when a record crosses its number, and not before; it reads records and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from sim.ground.errors import RequestError
from sim.ledger.counters import COUNTER_INDEX, COUNTERS
from sim.scenario.scenario import Scenario
from sim.week.week import Week

BURN_IN = 60
SMALL = ["world=corridor", "people.size=300", f"time.burn_in_weeks={BURN_IN}", "time.years=1.2"]
BOTH = "policy=[raids,labour_inspection]"


def review(after=10, at=100, side="above", **more):
    fields = {"record": "recorded_removals", side: at, "after": after, "over": 4, "then": "[labour_inspection]", **more}
    return f"policy.raids.review={{{', '.join(f'{key}: {value}' for key, value in fields.items())}}}"


def engine(*words):
    return Scenario.compose([*SMALL, BOTH, "policy.raids.ramp=0", "policy.labour_inspection.ramp=0", *words])._engine()


def run(engine, weeks, counted, counter="removals"):
    """The policies in effect in each week, where ``counted(week)`` was counted in each week."""
    found = []
    for week in range(weeks):
        counters = np.zeros((BURN_IN + week, len(COUNTERS)))
        counters[:, COUNTER_INDEX[counter]] = [counted(w) for w in range(-BURN_IN, week)]
        engine.look(week, counters, BURN_IN)
        engine.advance(week)
        found.append({policy.key for policy, _ in engine._policies if policy.strength(week) > 0})
    return found


RAIDS, INSPECTION = {"raids"}, {"labour_inspection"}


@pytest.mark.parametrize(
    ("words", "counted", "turns"),
    [
        (review(), lambda _: 2, 10),  # 2 a week are 104 a year
        (review(), lambda _: 1, None),
        (review(side="below"), lambda _: 1, 10),
        (review(), lambda week: 2 if week >= 9 else 1, None),  # one look, and the record is one of four weeks
        (review(until=20), lambda week: 2 if week >= 9 else 1, 13),
        (review(at=3, relative="true"), lambda week: 1 if week < 0 else 2, None),
        (review(at=3, relative="true"), lambda week: 1 if week < 0 else 4, 10),
        (review(at=3, relative="true"), lambda week: 0 if week < 0 else 4, None),  # nothing to compare with
        (review(after=0, at=0), lambda _: 1, 0),
        ("policy.raids.start=5 " + review(), lambda _: 2, 15),
        ("policy.raids.start=4.4 " + review(), lambda _: 2, 15),  # in force from week 5 on
    ],
)
def test_it_hands_over_in_the_week_in_which_it_must(words, counted, turns):
    found = run(engine(*words.split(" ", 1) if words.startswith("policy.raids.start") else [words]), 25, counted)
    for week, acting in enumerate(found):
        started = 5 if "start=" in words else 0
        wanted = INSPECTION if turns is not None and week >= turns else RAIDS if week >= started else set()
        assert acting == wanted, week


@pytest.mark.parametrize("start", [5, 4.4])
def test_of_a_policy_that_ends_in_the_week_in_which_it_would_begin_nothing_is_left(start):
    words = (f"policy.raids.start={start}", "policy.raids.ownership=0.5", "policy.raids.decay=10")
    found = run(engine(*words, review(after=0, at=-1)), 25, lambda _: 2)
    assert [acting for acting in found if "raids" in acting] == []


def test_the_truth_moves_nothing():
    assert run(engine(review()), 25, lambda _: 1e6, counter="exploited")[-1] == RAIDS


def test_a_policy_that_is_kept_goes_on_and_times_count_from_the_review():
    words = (review(keep="true"), "policy.labour_inspection.start=3", "policy.labour_inspection.end=8")
    found = run(engine(*words), 25, lambda _: 2)
    assert found[12] == RAIDS
    assert found[13] == found[17] == RAIDS | INSPECTION
    assert found[18] == RAIDS


def test_no_policy_may_have_a_review_that_begins_others():
    words = ("policy=[none,labour_inspection]", "policy.labour_inspection.ramp=0", review().replace("raids.", "none."))
    assert run(Scenario.compose([*SMALL, *words])._engine(), 25, lambda _: 1)[-1] == {"none"}
    found = run(Scenario.compose([*SMALL, *words])._engine(), 25, lambda _: 2)
    assert found[9] == {"none"}
    assert found[10] == found[24] == INSPECTION


def test_a_policy_that_waits_costs_nothing():
    made = engine(review(), "policy.labour_inspection.cost=3")
    run(made, 10, lambda _: 2)
    assert made.spent.sum() == 0
    run(made, 11, lambda _: 2)
    assert made.spent.sum() > 0


def differs(one, other):
    """The first week in which something that is counted differs."""
    apart = ~((one.counters == other.counters) | (np.isnan(one.counters) & np.isnan(other.counters))).all(axis=1)
    return int(np.argmax(apart)) - BURN_IN if apart.any() else None


def test_a_plan_that_never_turns_is_its_beginning_and_one_that_turns_at_once_is_its_end():
    def ran(*words):
        return Week(Scenario.compose([*SMALL, *words]), 1).run()

    raids, inspection = ran("policy=raids"), ran("policy=labour_inspection")
    assert differs(ran(BOTH, review(after=0, at=-1)), inspection) is None
    assert differs(ran(BOTH, review(at=1e9)), raids) is None
    waits = "policy=[none,labour_inspection]"
    assert differs(ran(waits, review(at=1e9).replace("raids.", "none.")), ran("policy=none")) is None
    assert differs(ran(waits, review(after=0, at=-1).replace("raids.", "none.")), inspection) is None
    late = ran(BOTH, review(after=20, at=-1))
    assert late.levers.reviews.decided == {"raids": 20}
    assert differs(late, raids) >= 20
    assert differs(raids, inspection) < 20


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["policy=raids", review()], "which is not chosen"),
        ([BOTH, review().replace("recorded_removals", "removals")], "did you mean 'recorded_removals'"),
        ([BOTH, review().replace("above: 100, ", "")], "one of above and below"),
        ([BOTH, review().replace("[labour_inspection]", "[raids]")], "the policy that it belongs to"),
        ([BOTH, review(until=3)], "before its first look"),
        ([BOTH, review(after=500)], "looks first in week 500"),
        ([BOTH, review(keep="true", then="[]")], "nothing would follow"),
        (["policy=none", review(then="[]").replace("raids", "none")], "begins no other, so that"),
        (["policy=none", "policy.none.dose=0.5"], "but the review that begins others"),
        ([BOTH, review(), review().replace("raids.review", "labour_inspection.review").replace(
            "[labour_inspection]", "[raids]")], "waits for a review that nothing ever begins"),
    ],
)  # fmt: skip
def test_faults_in_words(words, said):
    with pytest.raises(RequestError, match=said.replace("[", r"\[")):
        Scenario.compose([*SMALL, *words])


def test_a_review_is_part_of_what_is_run_and_kept():
    plain = Scenario.compose([*SMALL, BOTH])
    made = Scenario.compose([*SMALL, BOTH, review()])
    waiting = Scenario.compose([*SMALL, "policy=[none,labour_inspection]", review().replace("raids.", "none.")])
    assert len({waiting.key, plain.key, Scenario.compose([*SMALL, "policy=labour_inspection"]).key}) == 3
    assert made.key != plain.key
    assert made.replace({"policy.raids.review.above": 101}).key != made.key
    assert made.replace({"policy.raids.review": made.to_dict()["policy"]["raids"]["review"]}) == made
    assert made.replace({"policy.raids.review": None}).key == plain.key


def test_a_file_may_hold_one(tmp_path):
    (tmp_path / "policy").mkdir()
    (tmp_path / "policy" / "mine.yaml").write_text("""\
# @package policy.mine
name: Mine
intent: raids, unless removals rise
claims: []
levers: [{lever: police.raids, op: add, value: 0.25}]
review: {record: recorded_removals, above: 1.2, relative: true, after: 1 year, then: [labour_inspection]}
""", encoding="utf-8")  # fmt: skip
    made = Scenario.compose(["world=corridor", "policy=[mine,labour_inspection]"], config_dir=tmp_path)
    assert made.policies[0].review.after == 52
    assert made.policies[0].review.then == ("labour_inspection",)

"""What is wrong with the file of an evaluation is told in sentences, all at once."""

from __future__ import annotations

import sys

import pytest

from sim.agents.people import LONG_AGO
from sim.declared.levers import LEVERS
from sim.evaluation import optional, reading
from sim.evaluation.effects import starts
from sim.evaluation.roll_out import design_of
from sim.ground.errors import RequestError
from sim.scenario.scenario import Scenario
from sim.week.frames import panel_frame
from sim.week.known import COLUMNS as KNOWN
from sim.week.linking import COLUMNS as CAPTURED
from sim.week.week import Week


def evaluation(text, folder, *changes):
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = folder / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return reading.read_evaluation(path)


@pytest.mark.parametrize("name", reading.EVALUATIONS.names())
def test_shipped_evaluations_can_be_asked(name):
    found = reading.read_evaluation(reading.EVALUATIONS.find(name))
    assert found.answer
    arms = design_of(found).arms
    assert len(arms) == len(found.model.doses)
    assert len({arm.scenario.key for arm in arms}) == len(arms)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("policy: agency_training", "policy: agency_trainign", "did you mean 'agency_training'"),
        ("union_south: 78", "union_suoth: 78", "did you mean 'union_south'"),
        ("role: destination", "role: destinaton", "did you mean 'destination'"),
        ("metric: exploited_people", "metric: exploited_peple", "did you mean 'exploited_people'"),
        ("source: identified", "source: new_exploited", "there is no 'new_exploited' in records"),
        ("agency: police", "agency: polise", "did you mean 'police'"),
        ("period: quarter", "period: quater", "did you mean 'quarter'"),
        ("effect: percent", "effect: per_cent", "did you mean 'percent'"),
        ("- did_wild", "- did_wilde", "did you mean 'did_wild'"),
        ("- did_wild", "- regression_discontinuity", "needs a threshold on one side of which a policy holds"),
        ("- did_wild", "- interrupted_series: {lag: 3}", "did you mean 'lags'"),
        ("- did_wild", "- interrupted_series: {lags: yes}", "must be a whole number"),
        ("- did_wild", "- callaway_santanna: {against: never_treatd}", "did you mean 'never_treated'"),
        ("- did_wild", "- cross_country: {year: 0}", "must be a whole number from 1 on"),
        ("- did_wild", "- mine.py:estimate", "there is no file 'mine.py'"),
        ("indicators: [statements", "indicators: [statments", "did you mean 'statements'"),
        ("inquiry:", "inqury:", "did you mean 'inquiry'"),
        ("doses: [0, 1]", "doses: [0, 1, 1]", "different numbers"),
        ("doses: [0, 1]", "doses: [0]", "model.doses needs a dose above 0"),
        ("policy: agency_training", "policy: none", "model.policy must name a policy"),
        ("seeds=6]", "seeds=6, policy=raids]", "no word brings another: 'policy=raids'"),
        ("seeds=6]", "seeds=6, policy@policy.two=raids]", "no word brings another: 'policy@policy.two=raids'"),
        ("seeds=6]", "seeds=6, lucks=2]", "lucks=2 has no use here"),
        ("after: 78 weeks", "after: 2 years", "data.after reaches to week 182"),
        (
            "among: {role: destination}",
            "among: [union_south, union_west, union_south]",
            "names region union_south twice",
        ),
        ("- did_wild", "- interrupted_series: {lags: 5}", "a series of 12 periods allows at most 3 lags, not 5"),
        ("effect: percent", "effect: people", "exploited_people is a mean over a period and identified is added up"),
        ("before: 78 weeks", "before: 9 years", "start the policy later"),
        ("time.years=3", "time.years=1", "start the policy earlier"),
        ("  - before_after\n  - did_wild\n", "", "needs a design beside process_indicators"),
        ("after: 78 weeks", "after: 1 week", "shorter than a period"),
        ("among: {role: destination}", "among: [union_south, union_west]", "not among those that have records"),
    ],
)
def test_every_fault_is_a_sentence(old, new, said, text, folder):
    with pytest.raises(RequestError, match=said.replace("(", r"\(")) as error:
        evaluation(text, folder, (old, new))
    assert "mine.yaml" in str(error.value)


def test_several_faults_are_told_at_once(text, folder):
    with pytest.raises(RequestError) as error:
        evaluation(text, folder, ("metric: exploited_people", "metric: x"), ("period: quarter", "period: day"))
    assert len(error.value.faults) == 2


def test_a_roll_out_is_one_policy_for_each_region(text, folder):
    found = evaluation(text, folder, ("gulf_destination: 78 weeks", "gulf_destination: 2 years"))
    arm = design_of(found).arms[1].scenario
    moved = [policy for policy in arm.policies if policy.levers]  # policy none stands beside them and moves nothing
    assert [policy.start for policy in moved] == [78, 78, 104]
    assert [dict(policy.levers[0].where)["region"] for policy in moved] == list(found.model.start)
    begin = dict(zip(found.model.among, starts(found), strict=True))
    assert begin["union_south"] == 7
    assert begin["gulf_destination"] == 9
    assert begin["union_core"] == float("inf")


@pytest.mark.parametrize(("name", "said"), [("diff_diff", "diff-diff"), ("statsmodels.api", "statsmodels")])
def test_a_missing_package_is_told_with_the_command(name, said, monkeypatch):
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(RequestError, match=rf"needs {said}, .*pip install 'labyrinth-abm\[evaluate\]'"):
        optional.package(name)


def test_a_function_of_the_users_is_a_design(text, folder, poisson):
    code = "def middle(panel, share=1.0):\n    return share * panel['y'].median(), (0.0, 2.0)\n"
    (folder / "own.py").write_text(code, encoding="utf-8")
    found = evaluation(text, folder, ("- did_wild", "- own.py:middle: {share: 2.0}"))
    label, asked = found.answer[1]
    records = poisson(1)
    assert label == "own.py:middle"
    assert asked(records).estimate == 2 * records["y"].median()
    (folder / "own.py").write_text("def middle(panel):\n    return 1 / 0\n", encoding="utf-8")
    found = evaluation(text, folder, ("- did_wild", "- own.py:middle"))
    with pytest.raises(ValueError, match="ZeroDivisionError"):
        found.answer[1][1](records)


def test_nothing_that_is_recorded_has_a_distance_to_a_threshold():
    """Why there is no regression discontinuity. A lever with a threshold, or an age in records, would allow for one."""
    assert {lever.scope for lever in LEVERS.values()} == {"region", "leg", "visa", "work", "agency"}
    assert list(panel_frame({}).columns) == ["week", "region", "agency", "metric", "truth", "record"]
    of_a_person = {name for name in CAPTURED if not name.startswith(("on_", "entries_"))}
    assert of_a_person == {
        "person", "year", "region", "sector", "female", "minor", "weeks", "exploited", "copy"
    }  # fmt: skip
    assert set(KNOWN) & {"minor", "age", "eighteen"} == {"minor"}
    people = Week(Scenario.compose(["world=corridor", "people.size=300", "mechanisms.ageing=on"])).migrants
    assert (people["eighteen"][people["minor"] == 0] == LONG_AGO).all()  # those who entered as adults have no age

"""What is typed: names are text, numbers have one reading, nothing without effect passes, sizes are bounded first."""

from __future__ import annotations

import pytest

from sim.ground.errors import RequestError
from sim.scenario.scenario import Scenario
from sim.studies.axes import split
from sim.studies.plan import policy_words
from sim.studies.request import comparison, sweep
from tests.scenario.desk import POLICY, Desk

pytestmark = pytest.mark.usefixtures("nobody_falls")

REFUSED: list[tuple[list[str], str]] = [
    # names
    (["run", f"name={'x' * 300}"], "a folder of results has at most 100"),
    (["compare", "raids", f"name={'x/' * 150}x"], "200 in all"),
    (["run", "world.regions=~nouser/x.csv"], "there is no home folder for ~nouser"),
    (["run", "--config-dir", "~nouser/c"], "~nouser"),
    (["run", f"policy={'x' * 5000}"], "there is no policy"),
    (["compare", "tighter-borders"], "did you mean 'tighter_borders'?"),
    (["compare", "TIGHTER_BORDERS"], "did you mean 'tighter_borders'?"),
    (["compare", "people.size"], "people.size is a setting and needs a value: people.size=…"),
    (["compare", "raids", "--seeds", "8"], "write seeds=8"),
    (["run", "--people.size", "300"], "write people.size=300"),
    # numbers
    (["run", f"official.in_kind={'9' * 400}"], "official.in_kind must be a finite number"),
    (["run", f"people.size={'9' * 5000}"], "people.size must be a finite number"),
    (["run", "people.size=0700"], "'0700' is a different number to different programs"),
    (["run", "people.size=0o700"], "'0o700' is a different number to different programs"),
    (["run", "time.years=1:30"], "'1:30' is a different number to different programs"),
    (["run", "people.size=.nan"], "people.size must be a finite number"),
    (
        ["run", "policy=raids", "policy.raids.levers=[{lever: police.raids, op: add, value: 010}]"],
        "'010' is a different",
    ),
    # without effect
    (["run", "policy.none.dose=1"], "policy none changes nothing"),
    (["run", "policy.dose=0.5"], "no policy is chosen"),
    (["run", "policy=raids", "policy.raids.claims=abc"], "must be a list of texts"),
    (["run", "policy=raids", "policy.raids.disputed=true"], "must be a list of texts"),
    (["run", "policy=raids", "policy.raids.start=600", "time.years=1"], "the run ends after week 51"),
    (["compare", "raids", "policy.raids.start=600", "time.years=1"], "the run ends after week 51"),
    (["compare", "raids", "raids"], "arm 'raids' is named twice"),
    (["compare", "raids@1+raids@2"], "names policy raids twice"),
    (["compare", "raids@abc"], "the dose in arm 'raids@abc' must be a number"),
    (["compare", "raids@010"], "'010' is a different number"),
    (["compare", f"raids@{'9' * 500}"], "must be a finite number"),
    # sizes
    (["sweep", "people.size=range(100,1e9,1)"], "a range of 999999900 values"),
    (["sweep", "people.size=range(100,200,0)"], "step other than 0"),
    (["sweep", "people.size=range(1000,1,-1)", "visa.wait=range(0,90)", "policy=raids"], "more than 10000"),
    (["sweep", "people.size=interval(1,2)"], "values"),
    (["sweep", "people.size=range(1)x,2"], "people.size"),
    (["sweep", "people.size=300,,400"], "a value between commas is missing"),
    (["sweep", "policy.dose=0.5,1"], "none is chosen"),
]


@pytest.mark.parametrize(("words", "part"), REFUSED, ids=range(len(REFUSED)))
def test_what_cannot_be_meant_is_refused_in_one_sentence(desk: Desk, words: list[str], part: str) -> None:
    told = desk.refused(words[0], *words[1:], "world=corridor")
    assert part in told
    assert len(told) < 900


def test_names_of_results_are_text(desk: Desk) -> None:
    assert "results/2026_11_28\n" in desk.plan("compare", "raids", "world=corridor", "name=2026_11_28")
    desk.write("scenario", "name: '010'\n")
    assert Scenario.compose(["scenario=mine"], config_dir="c").name == "010"
    for name in ("1.10", "1e3", "true", "010", "nan", "on", "2026_11_28", "'1.10'"):
        assert Scenario.compose([f"name={name}"]).name == name.strip("'")


def test_policies_may_be_called_what_looks_like_numbers(desk: Desk) -> None:
    names = ["1e3", "nan", "2026_11_28", "true", "010", "my-own"]
    for name in names:
        desk.write("policy", POLICY, name)
    plan = desk.plan(
        "compare", "1e3@0.5", "nan+010", *(f"policy.{name}.ramp=3" for name in ("1e3", "010")), "world=corridor"
    )
    assert plan.endswith("\n  none\n  1e3@0.5\n  nan+010\n")
    words = [f"policy=[{','.join(names)}]", *(f"policy.{name}.dose=0.5" for name in names)]
    scenario = Scenario.compose(words, config_dir="c")
    assert scenario["policy"] == tuple(names)
    assert {scenario[f"policy.{name}.dose"] for name in names} == {0.5}


def test_policies_that_cannot_be_chosen_are_refused_with_the_reason(desk: Desk) -> None:
    for name in ("NULL", "null", "None", "dose", "a b", "a.b", "x" * 101):
        desk.write("policy", POLICY, name)
        with pytest.raises(RequestError, match="cannot be called"):
            Scenario.compose([f"policy={name}"], config_dir="c")


def test_a_policy_may_be_announced_before_the_end_of_the_run() -> None:
    words = ["world=corridor", "policy=raids", "time.years=0.5", "policy.raids.start=26"]
    with pytest.raises(RequestError, match="the run ends after week 25"):
        Scenario.compose(words)
    announced = Scenario.compose([*words, "policy.raids.announce=10"])
    with pytest.raises(RequestError, match="starts in week 26"):
        announced.replace({"time.years": 0.2})
    with pytest.raises(RequestError, match="starts in week 90"):
        announced.replace({"policy.raids.start": 90})
    assert announced.replace({"time.years": 0.2}, only_to_compile=True)["time.years"] == 0.2


# --- exact values -----------------------------------------------------------------------------------------------

SMALL = ["world=corridor", "people.size=300", "time.years=0.5", "time.burn_in_weeks=8"]


def test_doses_keep_all_their_digits() -> None:
    assert policy_words("raids@0.33333333")[1] == "policy.raids.dose=0.33333333"
    assert policy_words("raids@1.0")[1] == "policy.raids.dose=1"
    arms = comparison(["raids@0.3333333", "raids@0.33333333"], SMALL).design.arms
    assert [arm.scenario["policy.raids.dose"] for arm in arms[1:]] == [0.3333333, 0.33333333]
    assert arms[1].scenario.key != arms[2].scenario.key
    assert arms[2].title.endswith("at dose 0.33333333")


def test_doses_of_a_study_keep_all_their_digits(desk: Desk) -> None:
    desk.write("study", "study:\n  arms: {a: [policy=raids]}\n"
                        "  dose: {key: people.size, values: [1234567, 2000001], over: settings}\n")  # fmt: skip
    settings = comparison([], ["hydra.searchpath=[c]", "study=mine"]).design.settings
    assert [setting.label for setting in settings] == ["people.size 1234567", "people.size 2000001"]
    for setting in settings:
        assert setting.arms[0].scenario["people.size"] == dict(setting.values)["people.size"]


def test_points_of_samples_show_the_value_that_was_run(desk: Desk) -> None:
    samples = "{count: 4, parameters: {choice.noise: [0.1, 0.4], visa.wait: [10, 20]}}"
    desk.write("study", f"study:\n  arms: {{a: [policy=raids]}}\n  samples: {samples}\n")
    design = comparison([], ["hydra.searchpath=[c]", "study=mine", *SMALL]).design
    assert len(design.numbered) == 4
    for setting in design.settings:
        for name, value in dict(setting.values).items():
            assert setting.arms[1].scenario[name] == value


def test_values_with_units_can_be_swept_and_points_are_in_the_declared_unit() -> None:
    design = sweep([*SMALL, "visa.wait=30 days,90 days,3 weeks"]).design
    arms = design.settings[0].arms
    assert [arm.label for arm in arms] == ["visa.wait=30 days", "visa.wait=90 days", "visa.wait=3 weeks"]
    for arm in arms:
        assert dict(arm.values)["visa.wait"] == arm.scenario["visa.wait"]
    assert arms[2].scenario["visa.wait"] == 3
    assert design.dose == "visa.wait"


def test_a_swept_dose_of_one_policy_chooses_it() -> None:
    arms = sweep([*SMALL, "policy.raids.dose=0.5,1"]).design.settings[0].arms
    assert [arm.scenario["policy"] for arm in arms] == [("none",), ("raids",), ("raids",)]
    assert [arm.scenario["policy.raids.dose"] for arm in arms[1:]] == [0.5, 1]


@pytest.mark.parametrize(
    ("word", "values"),
    [
        ("policy=[],[raids],[a,b]", ["[]", "[raids]", "[a,b]"]),
        ("x=0.30000001,0.3", ["0.30000001", "0.3"]),
        ("x='30 days','90 days'", ["30 days", "90 days"]),
        ("x='a,b',c", ["'a,b'", "c"]),
        ("x=range(0,1,0.25)", ["0", "0.25", "0.5", "0.75"]),
        ("x=range(3)", ["0", "1", "2"]),
        ("x=choice(on,off)", ["on", "off"]),
        ("x=1,1,2", ["1", "2"]),
    ],
)
def test_values_of_a_sweep_are_kept_as_they_are_written(word: str, values: list[str]) -> None:
    key = word.partition("=")[0]
    assert split([word, "y=1"]) == (["y=1"], [(key, values)])

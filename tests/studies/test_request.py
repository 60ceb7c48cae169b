"""What a request means: settings, arms, doses, samples, and what is swept."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.ground.errors import RequestError
from sim.scenario.scenario import Scenario
from sim.studies.design import of_study
from sim.studies.estimate import plan_of
from sim.studies.plan import check_most_seeds
from sim.studies.request import comparison, split, sweep

SMALL = ["world=corridor", "people.size=300", "time.years=0.5", "time.burn_in_weeks=8"]
GLOBAL = "# @package _global_\n"


def labels(design) -> dict[str, list[str]]:
    return {setting.label: [arm.label for arm in setting.arms] for setting in design.settings}


@pytest.fixture
def own(tmp_path: Path):
    """Writes a study of the user's and gives the words that choose it."""

    def make(text: str) -> list[str]:
        (tmp_path / "study").mkdir(exist_ok=True)
        (tmp_path / "study" / "mine.yaml").write_text(GLOBAL + text, encoding="utf-8")
        return [f"hydra.searchpath=[file://{tmp_path}]", "study=mine", *SMALL]

    return make


# --- sweeps -----------------------------------------------------------------------------------------------------


def test_what_varies_policies_makes_arms_and_the_rest_settings() -> None:
    design = sweep([*SMALL, "policy=none,raids,tighter_borders", "mechanisms.rerouting=on,off"]).design
    assert labels(design) == {
        f"mechanisms.rerouting={option}": ["none", "raids", "tighter_borders"] for option in ("on", "off")
    }
    for setting in design.settings:
        option = setting.label.partition("=")[2]
        assert {arm.scenario["mechanisms.rerouting"] for arm in setting.arms} == {option}
        assert [arm.scenario["policy"] for arm in setting.arms] == [("none",), ("raids",), ("tighter_borders",)]


def test_doses_are_arms_and_no_policy_is_added_once() -> None:
    design = sweep([*SMALL, "policy=raids", "policy.dose=0.25,0.5,1"]).design
    assert labels(design) == {"": ["none", "raids@0.25", "raids@0.5", "raids@1"]}
    assert [arm.scenario.dose for arm in design.settings[0].arms[1:]] == [0.25, 0.5, 1]
    assert design.dose == "policy.dose"
    both = sweep([*SMALL, "policy=none,raids,tighter_borders", "policy.raids.dose=0.5,1"]).design
    assert labels(both)[""] == [
        "none",
        "raids, policy.raids.dose=0.5",
        "raids, policy.raids.dose=1",
        "tighter_borders",
    ]


def test_lists_ranges_and_null_are_hydra_s() -> None:
    design = sweep([*SMALL, "policy=[],[raids],[raids,tighter_borders]"]).design
    assert labels(design)[""] == ["none", "raids", "raids+tighter_borders"]
    assert labels(sweep([*SMALL, "policy=null,raids"]).design)[""] == ["none", "raids"]
    ranged = sweep(["world=corridor", "people.size=range(300,1200,300)", "time.years=1"]).design
    assert labels(ranged)[""] == ["people.size=300", "people.size=600", "people.size=900"]
    assert ranged.dose == "people.size"


def test_without_policies_points_are_held_against_the_first_or_one_that_is_named() -> None:
    words = [*SMALL, "mechanisms.rerouting=on,off", "visa.wait=10,20"]
    design = sweep(words).design
    assert labels(design)[""][0] == "mechanisms.rerouting=on, visa.wait=10"
    assert len(design.arms) == 4
    other = sweep(words, baseline="mechanisms.rerouting=off, visa.wait=20").design
    assert labels(other)[""][0] == "mechanisms.rerouting=off, visa.wait=20"


def test_points_and_arms_whose_words_are_too_long_for_a_name_are_numbered() -> None:
    words = [*SMALL, "mechanisms.rerouting=on,off", "mechanisms.belief_learning=on,off"]
    design = sweep(words).design
    assert labels(design) == {"": ["point 1", "point 2", "point 3", "point 4"]}
    assert design.numbered["point 3"] == {"mechanisms.rerouting": "off", "mechanisms.belief_learning": "on"}
    assert [arm.scenario["mechanisms.rerouting"] for arm in design.arms] == ["on", "on", "off", "off"]
    for baseline in ("point 4", "mechanisms.rerouting=off, mechanisms.belief_learning=off"):
        assert labels(sweep(words, baseline=baseline).design)[""][0] == "point 4"
    held = sweep([*words, "policy=none,raids"]).design
    assert list(labels(held)) == ["point 1", "point 2", "point 3", "point 4"]
    assert list(held.numbered) == list(labels(held))
    tuned = sweep([*SMALL, "policy=none,tighter_borders", "policy.tighter_borders.implementation=0.5,1"]).design
    assert labels(tuned)[""] == ["none", "tighter_borders, point 1", "tighter_borders, point 2"]
    assert tuned.numbered["tighter_borders, point 2"]["policy.tighter_borders.implementation"] == 1.0
    assert sweep([*SMALL, "policy=none,raids", "visa.wait=10,20"]).design.numbered == {}


@settings(max_examples=20)  # each point is composed by Hydra
@given(
    st.lists(st.sampled_from(["none", "raids", "tighter_borders"]), min_size=2, max_size=3, unique=True),
    st.lists(st.sampled_from(["10", "20", "30"]), min_size=1, max_size=3, unique=True),
)
def test_every_combination_is_there_once(policies: list[str], waits: list[str]) -> None:
    words = [*SMALL, f"policy={','.join(policies)}", f"visa.wait={','.join(waits)}"]
    fixed, axes = split(words)
    assert len(axes) == 1 + (len(waits) > 1)
    design = sweep(words).design
    assert len(design.settings) == len(waits)
    for setting in design.settings:
        assert {arm.label for arm in setting.arms} == {"none", *policies}
    keys = [arm.scenario.key for arm in design.arms]
    assert len(set(keys)) == len(keys)
    assert len(fixed) + len(axes) == len(words)


def test_a_wrong_point_is_found_before_any_is_run() -> None:
    with pytest.raises(RequestError, match=r"people.size = 5"):
        sweep(["world=corridor", "people.size=500,5"])
    with pytest.raises(RequestError, match="max_dose"):
        sweep([*SMALL, "policy=raids", "policy.dose=1,2,99"])


# --- studies ----------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("name", ["equal_budget", "corruption_traps"])
def test_arms_are_what_hydra_would_make_of_all_their_words(name: str) -> None:
    design = comparison([], [f"study={name}"]).design
    for arm in (design.arms[0], design.arms[1], design.arms[-1]):
        assert Scenario.compose(list(arm.words)).key == arm.scenario.key


def test_a_dose_over_arms_leaves_the_baseline_alone(own) -> None:
    text = (
        "study:\n  question: q?\n  arms: {a: [policy=raids]}\n"
        "  dose: {key: policy.dose, values: [0.5, 1], label: strength}\n"
    )
    design = comparison([], own(text)).design
    assert labels(design) == {"": ["none", "a, strength 0.5", "a, strength 1"]}
    assert dict(design.settings[0].arms[1].values) == {"strength": 0.5, "arm": "a"}
    assert design.settings[0].arms[0].values == ()


def test_a_dose_over_settings_makes_settings(own) -> None:
    text = (
        "study:\n  arms: {a: [policy=raids]}\n  settings: {x: [visa.price=100], y: []}\n"
        "  dose: {key: visa.wait, values: [10, 20], label: wait, over: settings}\n"
    )
    design = comparison([], own(text)).design
    assert list(labels(design)) == ["x, wait 10", "x, wait 20", "y, wait 10", "y, wait 20"]
    assert {arm.scenario["visa.wait"] for arm in design.settings[1].arms} == {20}
    assert design.settings[0].arms[0].scenario["visa.price"] == 100


def test_samples_are_a_latin_hypercube_the_same_every_time(own) -> None:
    text = (
        "study:\n  arms: {a: [policy=raids]}\n"
        "  samples: {count: 8, parameters: {choice.noise: [0.1, 0.5], time.burn_in_weeks: [4, 20]}}\n"
    )
    words = [word for word in own(text) if not word.startswith("time.burn_in_weeks")]
    first, again = (comparison([], words).design for _ in range(2))
    assert [arm.scenario.key for arm in first.arms] == [arm.scenario.key for arm in again.arms]
    assert [setting.label for setting in first.settings] == [f"draw {number}" for number in range(1, 9)]
    assert first.numbered == {setting.label: dict(setting.values) for setting in first.settings}
    drawn = np.array([dict(setting.values)["choice.noise"] for setting in first.settings])
    # one draw in each eighth of the range
    assert sorted(((drawn - 0.1) / 0.4 * 8).astype(int)) == list(range(8))
    weeks = {setting.arms[0].scenario["time.burn_in_weeks"] for setting in first.settings}
    assert all(isinstance(week, int) for week in weeks)
    for setting in first.settings:
        assert setting.arms[0].scenario["choice.noise"] == setting.arms[1].scenario["choice.noise"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("study: {arms: {a: [policy=raids]}, dose: {key: policy.dose}}", "must say key and values"),
        ("study: {arms: {a: [policy=raids]}, dose: {key: policy.dose, values: [1, 1]}}", "different numbers"),
        ("study: {arms: {a: [policy=raids]}, dose: {key: policy.dose, values: [1], over: arm}}", "arms or settings"),
        ("study: {arms: {a: [policy=raids]}, dose: {key: policy.dse, values: [1]}}", "policy.dse"),
        ("study: {arms: {a: [policy=raids]}, settings: {x: on}}", "study.settings must name each setting"),
        ("study: {arms: {a: [policy=raids]}, samples: {count: 4}}", "must say count and parameters"),
        ("study: {arms: {a: [policy=raids]}, samples: {count: 4, parameters: {choice.nois: [0, 1]}}}", "choice.noise"),
        ("study: {arms: {a: [policy=raids]}, samples: {count: 1, parameters: {choice.noise: [0, 1]}}}", "2 to"),
        ("study: {arms: {a: [policy=raids]}, samples: {count: 4, parameters: {choice.noise: [1, 0]}}}", "must rise"),
        ("study: {arms: {a: [policy=raids]}, until: deaths}", "study.until must be a list"),
        ("study: {arms: {a: [policy=raids]}, until: [deths=5%]}", "did you mean 'deaths'"),
        ("study: {arms: {a: [policy=raids]}, most_seeds: many}", "must be a number"),
    ],
)
def test_a_study_that_is_wrong_is_told_where(own, text: str, message: str) -> None:
    with pytest.raises(RequestError, match=message):
        comparison([], own(text))


@pytest.mark.parametrize(
    ("text", "more", "said"),
    [
        ("  samples: {count: 2, parameters: {choice.noise: [0.1, 0.4]}}\n  arms: {a: [policy=raids, choice.noise=0.2]}",
         [], "arm 'a' sets choice.noise, and study.samples varies it"),
        (("  samples: {count: 2, parameters: {choice.noise: [0.1, 0.4]}}\n  arms: {a: [policy=raids]}\n"
         "  settings: {b: [choice.noise=0.2]}"), [], "setting 'b' sets choice.noise"),
        ("  samples: {count: 2, parameters: {choice.noise: [0.1, 0.4]}}\n  arms: {a: [policy=raids]}",
         ["+choice.noise=0.2"], "the request sets choice.noise"),
        ("  dose: {key: policy.dose, values: [0.5, 1]}\n  arms: {a: [policy=raids, policy.dose=0.2]}",
         [], "arm 'a' sets policy.dose"),
        ("  dose: {key: visa.wait, values: [10, 20], over: settings}\n  arms: {a: [policy=raids, visa.wait=5]}",
         [], "arm 'a' sets visa.wait"),
        (("  dose: {key: policy.raids.levers.0.value, values: [1, 2], over: settings}\n"
         "  arms: {a: [policy=raids, 'policy.raids.levers=[]']}"), [], "arm 'a' sets policy.raids.levers"),
        (("  dose: {key: visa.wait, values: [10, 20], over: settings}\n  arms: {a: [policy=raids]}\n"
         "  samples: {count: 2, parameters: {visa.wait: [1, 4]}}"), [], "both vary visa.wait"),
    ],
)  # fmt: skip
def test_what_a_study_varies_takes_no_other_value(own, text: str, more: list[str], said: str) -> None:
    with pytest.raises(RequestError, match=said):
        comparison([], [*own(f"study:\n{text}\n"), *more])


def test_a_baseline_without_the_dose_may_say_what_it_has(own) -> None:
    words = own("study:\n  dose: {key: visa.wait, values: [10, 20]}\n"
                "  arms: {none: [policy=none, visa.wait=5], a: [policy=raids]}\n")  # fmt: skip
    (setting,) = comparison([], words).design.settings
    assert [arm.scenario["visa.wait"] for arm in setting.arms] == [5, 10, 20]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["policy=none,raids", "study=headline"], "belongs to compare"),
        (["policy=none,raids", " +study =headline"], "belongs to compare"),
        (["choice.noise=0.1,0.2", "choice.noise=0.3"], "choice.noise has several values already"),
    ],
)
def test_a_sweep_drops_nothing_silently(words: list[str], said: str) -> None:
    with pytest.raises(RequestError, match=said):
        sweep([*SMALL, *words])


def test_a_word_means_the_same_however_its_key_is_written() -> None:
    with pytest.raises(RequestError, match="takes its policies as arms"):
        comparison(["raids"], [*SMALL, "+policy=tighter_borders"])
    (setting,) = comparison(["raids"], [*SMALL, " +policy.raids.dose = 0.5"]).design.settings
    assert setting.arms[1].scenario["policy.raids.dose"] == 0.5
    assert comparison(["raids"], [*SMALL, "+seeds=3"]).seeds == [1, 2, 3]


def test_a_run_of_so_many_weeks_has_so_many_weeks() -> None:
    assert Scenario.compose(["time.years=520 weeks"])["time.years"] == 10
    assert Scenario.compose(["time.years='10 years'"])["time.years"] == 10
    points = sweep([*SMALL[:2], "time.burn_in_weeks=8", "time.years='52 weeks','104 weeks'", "policy=raids"]).design
    assert [dict(setting.values)["time.years"] for setting in points.settings] == [1, 2]
    assert [setting.arms[0].scenario["time.years"] for setting in points.settings] == [1, 2]


def test_never_more_seeds_than_were_allowed() -> None:
    check_most_seeds(None, range(99))
    check_most_seeds(4, range(4))
    for most, said in (
        (2, "4 seeds are asked for, never more than 2"),
        (0, "above 0"),
        (-3, "above 0"),
        (1.5, "whole"),
    ):
        with pytest.raises(RequestError, match=said):
            check_most_seeds(most, range(4))  # type: ignore[arg-type]


def test_arms_of_one_name_are_refused(own) -> None:
    study = comparison([], own("study: {arms: {a: [policy=raids]}}"))
    assert of_study is not None
    twice = study.design.settings[0]
    with pytest.raises(RequestError, match="named twice"):
        plan_of(type(study.design)((twice, twice)), [1])

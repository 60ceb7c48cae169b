"""Scenarios: composed from words and files, changed with ``replace``, told apart by their key."""

from __future__ import annotations

import pickle
import re
import shlex
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sim.declared.parameters import HOW_TO_RUN, PARAMETERS
from sim.declared.switches import SWITCHES
from sim.ground.errors import RequestError
from sim.ground.shipped import configs_dir
from sim.results.run import departures, reproducer
from sim.scenario.scenario import Scenario

TWO = ["policy=[tighter_borders,regular_channels]"]


@pytest.fixture(scope="module")
def corridor() -> Scenario:
    return Scenario.compose(["world=corridor"])


@pytest.fixture(scope="module")
def bundle() -> Scenario:
    return Scenario.compose(["world=corridor", *TWO])


# --- composing --------------------------------------------------------------------------------------------------


def test_without_words_every_value_is_its_declared_default() -> None:
    scenario = Scenario.compose()
    assert scenario.values == {name: item.default for name, item in PARAMETERS.items()}
    assert scenario.mechanisms == {name: item.default for name, item in SWITCHES.items()}
    assert [policy.key for policy in scenario.policies] == ["none"]
    assert scenario.name is None


def test_words_set_values_switches_world_policies_and_name() -> None:
    scenario = Scenario.compose(
        ["world=corridor", *TWO, "people.size=2e3", "mechanisms.rerouting=off", "name=a/b", "events=on", "seed=7"]
    )
    assert (scenario["people.size"], scenario["mechanisms.rerouting"], scenario["world"]) == (2000, "off", "corridor")
    assert isinstance(scenario["people.size"], int)
    assert scenario["policy"] == ("tighter_borders", "regular_channels")
    assert (scenario.name, scenario["events"], scenario["seed"]) == ("a/b", True, 7)


@pytest.mark.parametrize(
    ("word", "policies"),
    [
        ("policy=none", ["none"]),
        ("policy=null", ["none"]),
        ("policy=[null]", ["none"]),
        ("policy=[]", []),
        ("policy=[null, tighter_borders]", ["none", "tighter_borders"]),
        ("policy=['tighter_borders', \"sealed_border\"]", ["tighter_borders", "sealed_border"]),
        ("policy=[sealed_border,tighter_borders]", ["sealed_border", "tighter_borders"]),
        ("policy=[sealed_border,sealed_border]", ["sealed_border"]),
    ],
)
def test_policies_come_in_the_order_chosen_each_once(word: str, policies: list[str]) -> None:
    assert [policy.key for policy in Scenario.compose(["world=corridor", word]).policies] == policies


def test_doses_multiply_and_every_field_of_a_chosen_policy_can_be_set() -> None:
    scenario = Scenario.compose(
        [*TWO, "policy.dose=0.5", "policy.tighter_borders.dose=2", "policy.regular_channels.start=14 days"]
    )
    tighter, channels = scenario.policies
    assert (tighter.dose, channels.dose) == (1.0, 0.5)
    assert channels.start == 2.0
    assert (scenario["policy.dose"], scenario["policy.tighter_borders.dose"]) == (0.5, 2.0)
    moved = Scenario.compose(["policy=sealed_border", "policy.sealed_border.levers.0.value=0.9"]).policies[0]
    assert moved.levers[0].value == 0.9
    placed = Scenario.compose(["policy=sealed_border", "policy.sealed_border.levers.0.where.role=transit"]).policies[0]
    assert placed.levers[0].where == (("role", "transit"),)
    other = Scenario.compose(
        ["policy=sealed_border", "policy.sealed_border.levers=[{lever: border.screening, op: add, value: 10 %}]"]
    )
    assert (other.policies[0].levers[0].lever, other.policies[0].levers[0].value) == ("border.screening", 0.1)


def test_a_second_copy_of_a_policy_has_a_name_of_its_own() -> None:
    scenario = Scenario.compose(
        ["policy=tighter_borders", "+policy@policy.second=tighter_borders", "policy.second.start=52"]
    )
    assert [(policy.key, policy.start) for policy in scenario.policies] == [("tighter_borders", 0.0), ("second", 52.0)]


def test_units_in_words_are_converted() -> None:
    scenario = Scenario.compose(
        ["visa.wait=90 days", "choice.discount=0.3 /year", "visa.price=US$ 2000", "people.skilled_share=45 %"]
    )
    assert scenario["visa.wait"] == pytest.approx(90 / 7)
    assert (scenario["choice.discount"], scenario["visa.price"]) == (0.3, 2000.0)
    assert scenario["people.skilled_share"] == pytest.approx(0.45)


@given(size=st.integers(10, 10**6), years=st.floats(0.02, 100), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=5)
def test_words_and_replace_agree(size: int, years: float, seed: int) -> None:
    words = Scenario.compose(["world=corridor", f"people.size={size}", f"time.years={years!r}", f"seed={seed}"])
    replaced = Scenario.compose(["world=corridor"]).replace({"people.size": size, "time.years": years, "seed": seed})
    assert words == replaced
    assert words.key == replaced.key


def test_composing_works_in_threads_and_leaves_an_outer_hydra_alone() -> None:
    from hydra.core.global_hydra import GlobalHydra

    holder = GlobalHydra.instance()
    before, holder.hydra = holder.hydra, (outer := object())  # type: ignore[assignment]
    try:
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(lambda size: Scenario.compose([f"people.size={size}"]), range(100, 108)))
        assert [scenario["people.size"] for scenario in found] == list(range(100, 108))
        assert holder.hydra is outer
    finally:
        holder.hydra = before
    assert threading.active_count() < 20


def test_composing_works_inside_another_hydra_application() -> None:
    from hydra import compose, initialize_config_dir
    from hydra.core.global_hydra import GlobalHydra

    with initialize_config_dir(str(configs_dir() / "policy"), version_base="1.3"):
        outer = GlobalHydra.instance().hydra
        assert Scenario.compose(["people.size=100"])["people.size"] == 100
        assert GlobalHydra.instance().hydra is outer
        assert "none" in compose("none").policy


def test_composing_again_sees_that_a_file_has_changed(tmp_path: Path) -> None:
    (tmp_path / "scenario").mkdir()
    file = tmp_path / "scenario" / "mine.yaml"
    for size in (100, 2000):
        file.write_text(f"# @package _global_\npeople: {{size: {size}}}\n", encoding="utf-8")
        assert Scenario.compose(["scenario=mine"], config_dir=tmp_path)["people.size"] == size


# --- values that files and the command line write differently ---------------------------------------------------


@pytest.mark.parametrize("written", ["off", "OFF", "false", "False", "'off'"])
def test_a_switch_is_off_however_it_is_written(written: str, tmp_path: Path) -> None:
    assert Scenario.compose([f"mechanisms.rerouting={written}"])["mechanisms.rerouting"] == "off"
    (tmp_path / "scenario").mkdir()
    text = f"# @package _global_\nmechanisms: {{rerouting: {written}}}\nevents: {written}\n"
    (tmp_path / "scenario" / "mine.yaml").write_text(text, encoding="utf-8")
    scenario = Scenario.compose(["scenario=mine"], config_dir=tmp_path)
    assert (scenario["mechanisms.rerouting"], scenario["events"]) == ("off", False)


@given(text=st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=30))
@example("a'b\\'")
@example("${seed}\\${seed}\\\\")
def test_any_text_passes_hydra_as_it_was_written(text: str) -> None:
    from hydra.core.override_parser.overrides_parser import OverridesParser
    from omegaconf import OmegaConf

    from sim.scenario.words import quoted

    value = OverridesParser.create().parse_override(f"x={quoted(text)}").value()
    assert OmegaConf.to_container(OmegaConf.create({"x": value}), resolve=True) == {"x": text}


@pytest.mark.parametrize(
    "path", ["r.csv", "/a,b/é (1).csv", "a=b.csv", "it's ${here}.csv", "C:\\x\\", "[a].csv", "{a: 1}"]
)
def test_a_path_reaches_the_loader_as_it_was_written(path: str) -> None:
    from sim.scenario.composition import compose_words

    assert compose_words(["world=csv", f"world.regions={path}"]).tree["world"]["regions"] == path


def test_home_is_expanded_in_paths() -> None:
    from sim.scenario.composition import compose_words

    tree = compose_words(["world=csv", "world.regions=~/é (1),=.csv", "world.legs='~/a b.csv'"]).tree
    assert tree["world"]["regions"] == str(Path("~/é (1),=.csv").expanduser())
    assert tree["world"]["legs"] == "~/a b.csv"


# --- replace ----------------------------------------------------------------------------------------------------


def test_replace_changes_a_copy(bundle: Scenario) -> None:
    changed = bundle.replace(
        {
            "people.size": np.int64(2000),
            "policy.tighter_borders.dose": 0.5,
            "policy.dose": "50 %",
            "mechanisms.rerouting": False,
            "policy.regular_channels.levers.0.value": 2,
            "name": "other",
        }
    )
    assert (changed["people.size"], changed["mechanisms.rerouting"], changed.name) == (2000, "off", "other")
    assert [policy.dose for policy in changed.policies] == [0.25, 0.5]
    assert changed.policies[1].levers[0].value == 2
    assert bundle["people.size"] == PARAMETERS["people.size"].default
    assert [policy.dose for policy in bundle.policies] == [1, 1]
    assert changed.replace({"policy.dose": 1})["policy.tighter_borders.dose"] == 0.5


def test_a_file_takes_the_place_of_one_of_the_world_and_of_nothing_else(corridor: Scenario, tmp_path: Path) -> None:
    as_shipped = (configs_dir() / "world" / "corridor" / "sectors.csv").read_text(encoding="utf-8")
    own = tmp_path / "own.csv"
    own.write_text(as_shipped.replace("farm_work", "orchards"), encoding="utf-8")
    changed = corridor.replace({"world.sectors": own})
    assert changed.key == Scenario.compose(["world=corridor", f"world.sectors={own}"]).key
    assert changed.key == Scenario.of("corridor", **{"world.sectors": str(own)}).key
    assert changed.world.regions.name == corridor.world.regions.name
    assert changed.world.sectors.name[0] == "orchards"
    assert changed.replace({"world.sectors": None}).key == corridor.key
    line = shlex.split(reproducer(changed, 4))[2:]
    assert Scenario.compose([word for word in line if not word.startswith("seed=")]).key == changed.key
    assert departures(changed) == {"world.sectors": str(own)}
    assert not departures(changed.replace({"world.sectors": None}))
    assert changed.replace({"world": "corridor"}).key == corridor.key
    elsewhere = corridor.replace({"world": "archetypes", "world.sectors": own})
    assert (elsewhere.world.name, elsewhere.world.sectors.name[0]) == ("archetypes", "orchards")


def test_files_of_a_world_are_found_again_from_another_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = configs_dir() / "world" / "corridor"
    (tmp_path / "own.csv").write_text((shipped / "sectors.csv").read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    scenario = Scenario.compose(["world=corridor", "world.sectors=own.csv"])
    assert scenario.own_tables == ("sectors",)
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    assert scenario.replace({"world.legs": str(shipped / "legs.csv")}).key == scenario.key


def test_a_policy_that_refers_to_a_setting_departs_from_nothing(tmp_path: Path) -> None:
    (tmp_path / "policy").mkdir()
    raids = (configs_dir() / "policy" / "raids.yaml").read_text(encoding="utf-8")
    text = re.sub(r"(?m)^(start|ramp):.*\n", "", raids).replace("policy.raids", "policy.mine")
    text += "start: 10\nramp: ${policy.mine.start}\n"
    (tmp_path / "policy" / "mine.yaml").write_text(text, encoding="utf-8")
    scenario = Scenario.compose(["policy=mine"], config_dir=tmp_path)
    assert (scenario["policy.mine.ramp"], scenario.tuned) == (10, {})
    assert Scenario.compose(["policy=mine", "policy.mine.start=4"], config_dir=tmp_path)["policy.mine.ramp"] == 4


def test_a_line_that_repeats_a_run_sets_a_dose_back_to_1_that_the_file_of_the_policy_does_not_have(tmp_path):
    (tmp_path / "policy").mkdir()
    raids = (configs_dir() / "policy" / "raids.yaml").read_text(encoding="utf-8")
    text = re.sub(r"(?m)^dose:.*\n", "", raids).replace("policy.raids", "policy.mine") + "dose: 0.5\n"
    (tmp_path / "policy" / "mine.yaml").write_text(text, encoding="utf-8")
    filed = Scenario.compose(["policy=mine"], config_dir=tmp_path)
    assert filed.policies[0].dose == 0.5
    assert not departures(filed)
    whole = filed.replace({"policy.mine.dose": 1.0})
    assert departures(whole) == {"policy.mine.dose": 1.0}
    line = shlex.split(reproducer(whole, 4))[2:]
    again = Scenario.compose([word for word in line if not word.startswith("seed=")], config_dir=tmp_path)
    assert again.key == whole.key != filed.key


def test_scenarios_know_what_has_been_set_in_policies(bundle: Scenario) -> None:
    assert not bundle.tuned
    words = Scenario.compose([*TWO, "policy.tighter_borders.start=1 year", "policy.tighter_borders.levers.0.value=0.4"])
    assert words.tuned == {"tighter_borders.start": 52.0, "tighter_borders.levers.0.value": 0.4}
    changed = words.replace({"policy.tighter_borders.start": 3, "policy.regular_channels.end": 80, "policy.dose": 0.5})
    assert changed.tuned == words.tuned | {"tighter_borders.start": 3.0, "regular_channels.end": 80.0}
    assert departures(changed).items() > {
        "policy.tighter_borders.start": 3.0, "policy.regular_channels.end": 80.0, "policy.regular_channels.dose": 0.5,
    }.items()  # fmt: skip
    line = shlex.split(reproducer(changed, 4))[2:]
    assert Scenario.compose([word for word in line if not word.startswith("seed=")]).key == changed.key
    assert not changed.replace({"policy": "tighter_borders"}).tuned
    back = changed.replace({"policy.tighter_borders.start": 0, "policy.regular_channels.end": None})
    assert list(back.tuned) == ["tighter_borders.levers.0.value"]


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda s: s.replace({"world": 3}), "world must be a name or several, not 3"),
        (lambda s: s.replace({"policy": ["raids", 3]}), "policy must be a name or several, not 3"),
        (lambda s: s.replace({"world.sectors": 3}), "world.sectors must be the path of a file, not 3"),
        (lambda s: s.replace({"world.sector": "a.csv"}), "did you mean 'world.sectors'"),
        (lambda s: s.replace({"world": s.world, "world.legs": "a.csv"}), "the files of world corridor are not known"),
        (lambda s: s.replace({"policy.tighter_borders.review.after": 3}), "there is no review of which after"),
        (lambda s: s.replace("people.size=3"), "changes must be a mapping of names to values, not 'people.size=3'"),
        (lambda s: s.replace({3: 3}), "changes must be a mapping of names to values"),
        (lambda s: s.replace({"world.name": None}), "world.name must be a name, not None"),
        (lambda _: Scenario.of(5), "a request is a list of words"),
        (lambda _: Scenario.compose(5), "a request is a list of words such as 'people.size=2000'; 5 is not one"),
        (lambda _: Scenario.compose({"people.size": 5}), "a request is a list of words"),
        (lambda _: Scenario.compose([], config_dir=5), "config_dir must be a folder or several, not 5"),
    ],
)
def test_what_cannot_be_meant_is_told(bundle: Scenario, call: Any, told: str) -> None:
    with pytest.raises(RequestError, match=re.escape(told)):
        call(bundle)


def test_replace_asks_hydra_for_nothing(bundle: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.scenario.composition.compose_words", None)
    changed = bundle.replace({"people.size": 1234, "policy.dose": 0.5, "mechanisms.rerouting": "off"})
    assert (changed["people.size"], changed["policy.dose"], changed["mechanisms.rerouting"]) == (1234, 0.5, "off")


def test_replace_can_choose_other_policies_and_another_world(bundle: Scenario, corridor: Scenario) -> None:
    half = bundle.replace({"policy.dose": 0.5})
    assert half.replace({"policy": ["sealed_border"]})["policy"] == ("sealed_border",)
    assert half.replace({"policy": "[sealed_border,tighter_borders]"}).policies[0].dose == 0.5
    assert half.replace({"policy": None})["policy"] == ("none",)
    assert bundle.replace({"policy": "tighter_borders", "policy.tighter_borders.dose": 2}).policies[0].dose == 2
    larger = corridor.replace({"world": "subregions", "people.size": 3000})
    assert (larger["world"], larger["people.size"]) == ("subregions", 3000)
    assert larger.replace({"world": corridor.world}).key == corridor.replace({"people.size": 3000}).key


def test_a_policy_that_fits_no_place_in_another_world_is_refused(corridor: Scenario) -> None:
    region = corridor.world.regions.name[0]
    placed = corridor.replace(
        {"policy": "danger_publicity", "policy.danger_publicity.levers.0.where": {"region": region}}
    )
    assert placed.policies[0].levers[0].where == (("region", region),)
    with pytest.raises(RequestError, match=f"no region '{region}' in world subregions"):
        placed.replace({"world": "subregions"})


def test_of_takes_whatever_names_a_scenario(corridor: Scenario) -> None:
    assert Scenario.of() == Scenario.compose()
    assert Scenario.of("corridor") == corridor
    assert Scenario.of(corridor) is corridor
    assert Scenario.of(["world=corridor"], people__size=20)["people.size"] == 20
    assert Scenario.of(corridor, **{"people.size": 20})["people.size"] == 20
    made = Scenario.of("corridor", policy=["tighter_borders"], policy__tighter_borders__dose=0.5)
    assert made.policies[0].dose == 0.5
    with pytest.raises(RequestError, match=r"did you mean 'people\.size'"):
        Scenario.of("corridor", people_size=20)


# --- identity ---------------------------------------------------------------------------------------------------


def test_names_seeds_and_ways_of_running_are_not_in_the_key(bundle: Scenario) -> None:
    other = bundle.replace(
        {
            "name": "x",
            "seed": 5,
            "seeds": 3,
            "lucks": 2,
            "threads": 2,
            "workers": 1,
            "events": True,
            "checks": True,
            "placebo": True,
            "panels": "region",
            "captures": True,
            "kept_most": 1000,
        }
    )
    assert other.key == bundle.key
    assert other != bundle
    assert other.run_key(3) == bundle.run_key(3) != bundle.run_key(4)
    assert bundle.replace({"luck": 1}).key == bundle.key
    observed = {"events", "panels", "captures", "kept_most"}
    assert {"seed", "seeds", "luck", "lucks", "threads", "workers", "checks", "placebo"} | observed == HOW_TO_RUN


# fmt: off
CHANGES = [
    *({name: item.low if item.low != item.default else item.high} for name, item in PARAMETERS.items()
      if name not in HOW_TO_RUN and not item.options and not isinstance(item.default, bool)),
    {"observation.records": False},
    {"choice.rule": "plain"},
    *({f"mechanisms.{name}": next(option for option in item.options if option != item.default)}
      for name, item in SWITCHES.items()),
    {"policy.dose": 0.5},
    {"policy.tighter_borders.start": 1},
    {"policy.tighter_borders.announce": 1},
    {"policy.tighter_borders.end": 9},
    {"policy.tighter_borders.ownership": 0.5},
    {"policy.tighter_borders.levers.0.value": 0.2},
    {"policy.tighter_borders.levers.0.where.role": "transit"},
]
# fmt: on


def test_whatever_can_change_a_result_changes_the_key(bundle: Scenario) -> None:
    assert [change for change in CHANGES if bundle.replace(change).key == bundle.key] == []


def test_what_is_the_same_has_the_same_key() -> None:
    def key(*words: str) -> str:
        return Scenario.compose(["world=corridor", *words]).key

    assert key("policy=tighter_borders", "policy.dose=1") == key(
        "policy=tighter_borders", "policy.tighter_borders.dose=1.0"
    )
    assert key("policy=none") == key("policy=[]") == key("policy=null")
    assert key("policy=[none,tighter_borders]") == key("policy=tighter_borders")
    assert key("policy=tighter_borders", "policy.tighter_borders.name=x") == key("policy=tighter_borders")
    assert key("policy=[tighter_borders,sealed_border]") != key("policy=[sealed_border,tighter_borders]")
    assert key("visa.wait=70 days") == key("visa.wait=10")
    assert key("people.size=2000") == key("people.size=2e3") == key("people.size='2_000'")


def test_the_world_is_in_the_key_by_its_content(corridor: Scenario, tmp_path: Path) -> None:

    for name in ("regions", "legs", "sectors"):
        content = (configs_dir() / "world" / "corridor" / f"{name}.csv").read_bytes()
        (tmp_path / f"{name}, é.csv").write_bytes(content)
    words = [f"world.{name}={tmp_path}/{name}, é.csv" for name in ("regions", "legs", "sectors")]
    assert Scenario.compose(["world=csv", *words]).key == corridor.key


def test_a_scenario_is_pickled_without_loss_and_unpickled_without_hydra(bundle: Scenario, tmp_path: Path) -> None:
    scenario = bundle.replace({"people.size": 2000, "policy.dose": 0.5})
    copy = pickle.loads(pickle.dumps(scenario))  # noqa: S301 - our own
    assert copy == scenario
    assert (hash(copy), copy.key) == (hash(scenario), scenario.key)
    (tmp_path / "scenario").write_bytes(pickle.dumps(scenario))
    code = (
        "import pickle, sys; s = pickle.load(open(sys.argv[1], 'rb')); s.replace({'people.size': 5000}).key;"
        "print(*[m for m in ('hydra', 'omegaconf', 'yaml', 'pandas', 'networkx', 'numba') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "scenario"], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ""


def test_a_scenario_is_frozen_and_not_a_list(bundle: Scenario) -> None:
    with pytest.raises(TypeError, match=r"replace"):
        bundle.values["people.size"] = 3
    with pytest.raises(TypeError, match=r"replace"):
        bundle.mechanisms.update(rerouting="off")
    with pytest.raises(AttributeError):
        bundle.dose = 3  # type: ignore[misc]
    with pytest.raises(TypeError, match="not iterable"):
        iter(bundle)


def test_as_plain_data_a_scenario_names_every_setting(bundle: Scenario) -> None:
    import yaml

    tree = bundle.to_dict()
    assert yaml.safe_load(yaml.safe_dump(tree, allow_unicode=True)) == tree
    for name, value in bundle.values.items():
        section, _, last = name.rpartition(".")
        assert (tree[section] if section else tree)[last] == value
    assert tree["mechanisms"] == bundle.mechanisms
    assert list(tree["policy"]) == ["dose", "tighter_borders", "regular_channels"]
    assert tree["policy"]["tighter_borders"]["levers"][0]["lever"] == "border.control"
    assert "people" in repr(bundle)
    assert "tighter_borders + regular_channels" in repr(bundle)

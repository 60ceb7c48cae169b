"""The configuration files: choices and departures only, each in its place, each of them usable."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from sim.declared.parameters import PARAMETERS
from sim.declared.switches import SWITCHES
from sim.ground.errors import RequestError
from sim.ground.shipped import configs_dir
from sim.scenario.folders import Folders
from sim.scenario.names import GROUPS, declared, leaves, setting_names
from sim.scenario.scenario import Scenario
from sim.scenario.schema import checked

SHIPPED = Folders.of()
FILES = sorted(path for group in GROUPS for path in (configs_dir() / group).glob("*.yaml"))
WORLDS = [name for name in SHIPPED.options("world") if name != "csv"]


def test_the_defaults_list_has_the_order_in_which_parts_may_change_others() -> None:
    defaults = yaml.safe_load((configs_dir() / "config.yaml").read_text(encoding="utf-8"))["defaults"]
    names = [item if isinstance(item, str) else next(iter(item)) for item in defaults]
    assert names == ["declared", "world", "policy", "_self_", "scenario", "study"]


def test_every_declared_name_is_a_place_in_the_tree_with_its_default() -> None:
    tree = dict(leaves(declared()))
    for name, parameter in PARAMETERS.items():
        assert tree[name] == parameter.default
    for name, switch in SWITCHES.items():
        assert tree[f"mechanisms.{name}"] == switch.default
    assert {*PARAMETERS, *(f"mechanisms.{name}" for name in SWITCHES)} <= set(setting_names())


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_file_has_its_header_and_a_comment_or_intent(path: Path) -> None:
    checked(path)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# @package ")
    assert lines[1].startswith(("# ", "name: "))


@pytest.mark.parametrize(
    "path", [path for path in FILES if path.parent.name in ("scenario", "study")] + [configs_dir() / "config.yaml"],
    ids=lambda path: path.stem,
)  # fmt: skip
def test_no_file_repeats_a_default(path: Path) -> None:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    defaults = dict(leaves(declared()))
    found = dict(leaves({key: value for key, value in content.items() if key != "defaults"}))
    assert [name for name, value in found.items() if name in defaults and defaults[name] == value] == []


@pytest.mark.slow
@pytest.mark.parametrize("world", WORLDS)
def test_every_policy_can_be_chosen_in_every_world(world: str) -> None:
    everything = f"policy=[{','.join(SHIPPED.options('policy'))}]"
    assert Scenario.compose([f"world={world}", everything])["policy"] == tuple(SHIPPED.options("policy"))


@pytest.mark.parametrize("scenario", SHIPPED.options("scenario"))
def test_every_scenario_composes_and_differs_from_the_defaults(scenario: str) -> None:
    assert Scenario.compose([f"scenario={scenario}"]).key != Scenario.compose().key


# --- folders of the user ----------------------------------------------------------------------------------------


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A folder with a world, a bundle and a scenario that uses both."""
    folder = tmp_path / "my configs, é"
    for group in ("world", "policy", "scenario"):
        (folder / group).mkdir(parents=True)
    for name in ("regions", "legs", "sectors"):
        shutil.copy(configs_dir() / "world" / "corridor" / f"{name}.csv", folder / "world" / f"{name}.csv")
    (folder / "world" / "mine.yaml").write_text(
        "# @package world\nname: mine\nregions: regions.csv\nlegs: legs.csv\nsectors: sectors.csv\n", encoding="utf-8"
    )
    bundle = yaml.safe_load((configs_dir() / "policy" / "tighter_borders.yaml").read_text(encoding="utf-8"))
    bundle["levers"].append({"lever": "visa.slots_low", "where": {"role": "destination"}, "op": "scale", "value": 3})
    (folder / "policy" / "bundle.yaml").write_text(
        "# @package policy.bundle\n" + yaml.safe_dump(bundle, sort_keys=False), encoding="utf-8"
    )
    (folder / "scenario" / "both.yaml").write_text(
        "# @package _global_\n"
        "defaults: [{override /world: mine}, {override /policy: [bundle, sealed_border]}]\n"
        "people: {size: 2000}\nmechanisms: {rerouting: off}\nvisa: {wait: 70 days}\n"
        "policy: {dose: 0.5, bundle: {start: 52}}\n",
        encoding="utf-8",
    )
    return folder


def test_a_scenario_file_sets_values_and_chooses(own: Path) -> None:
    scenario = Scenario.compose(["scenario=both"], config_dir=own)
    assert (scenario["world"], scenario["policy"]) == ("mine", ("bundle", "sealed_border"))
    assert (scenario["people.size"], scenario["mechanisms.rerouting"], scenario["visa.wait"]) == (2000, "off", 10.0)
    assert [policy.dose for policy in scenario.policies] == [0.5, 0.5]
    assert scenario["policy.bundle.start"] == 52
    assert len(scenario.policies[0].levers) == 2
    assert scenario.world.key == Scenario.compose(["world=corridor"]).world.key


def test_words_go_before_files(own: Path) -> None:
    scenario = Scenario.compose(["scenario=both", "policy=bundle", "people.size=300", "policy.dose=1"], config_dir=own)
    assert (scenario["policy"], scenario["people.size"], scenario["policy.dose"]) == (("bundle",), 300, 1.0)


def test_a_folder_can_be_given_as_a_word_and_is_remembered(own: Path) -> None:
    word = f"hydra.searchpath=['file://{own}']"
    scenario = Scenario.compose([word, "scenario=both"])
    assert scenario == Scenario.compose(["scenario=both"], config_dir=own)
    assert Scenario.compose(["world=corridor"], config_dir=own).replace({"policy": "bundle"})["policy"] == ("bundle",)


def test_a_policy_of_a_folder_is_unknown_without_it() -> None:
    with pytest.raises(RequestError, match="no policy 'bundle'"):
        Scenario.compose(["policy=bundle"])

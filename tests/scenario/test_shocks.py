"""The setting ``shocks``: files that are shipped, files of the user's own, lists in files and in words."""

from __future__ import annotations

import pytest
import yaml

import sim
from sim.ground.errors import RequestError
from sim.ground.shipped import configs_dir
from sim.results.arms import Arm
from sim.results.asked import single
from sim.results.inputs import configuration_files
from sim.results.record import described, design_of
from sim.results.run import departures, reproducer
from sim.scenario.scenario import Scenario
from sim.scenario.shocks import shocks_in

FILES = sorted((configs_dir() / "shocks").glob("*.yaml"))
BASE = ["world=archetypes", "people.size=300", "time.years=4", "time.burn_in_weeks=4"]
DROUGHT = """\
name: A drought
story: The rains fail for two years.
claims: [C1-M03]
shocks:
  - name: Drought
    from: 26
    to: 130
    moves:
      - {lever: region.income, where: {role: origin}, op: scale, value: 0.8}
"""


def test_three_files_are_shipped() -> None:
    assert {path.stem for path in FILES} == {"crash_in_destinations", "mega_event", "war_next_door"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_shipped_file_can_be_chosen_and_says_what_it_does(path) -> None:
    scenario = Scenario.compose([*BASE, f"shocks={path.stem}"])
    listed = [item["name"] for item in yaml.safe_load(path.read_text(encoding="utf-8"))["shocks"]]
    assert list(scenario["shocks"]) == listed
    row = sim.shocks().set_index("name").loc[path.stem]
    assert row["title"]
    assert len(row["happens"]) == len(listed)
    assert not [note for note in scenario.notes() if "changes nothing" in note]


def test_words_files_and_python_say_the_same() -> None:
    by_word = Scenario.compose([*BASE, "shocks=war_next_door"])
    assert by_word.key == Scenario.compose([*BASE, "shocks=[war_next_door]"]).key
    assert by_word.key == Scenario.of(BASE, shocks=["war_next_door"]).key
    assert by_word.key == Scenario.of(BASE, shocks=by_word.to_dict()["shocks"]).key
    both = Scenario.compose([*BASE, "shocks=[war_next_door,mega_event]"])
    assert both["shocks"] == ("War", "Building", "Visitors")


def test_a_list_can_be_written_into_a_word() -> None:
    written = "shocks=[{name: Closed, from: 5, to: 9, moves: [{lever: border.closed, op: set, value: 1}]}]"
    (shock,) = Scenario.compose([*BASE, written]).shocks
    assert (shock.name, shock.start, shock.end) == ("Closed", 5.0, 9.0)


def test_files_of_ones_own_are_found_and_kept(tmp_path) -> None:
    (tmp_path / "shocks").mkdir()
    (tmp_path / "shocks" / "drought.yaml").write_text(DROUGHT, encoding="utf-8")
    words = (*BASE, "shocks=drought")
    scenario = Scenario.compose(words, config_dir=tmp_path)
    assert scenario["shocks"] == ("Drought",)
    assert list(configuration_files([(scenario, words)])) == ["config/shocks/drought.yaml"]
    assert scenario.replace({"shocks": "drought"}).key == scenario.key


def test_a_scenario_file_may_list_shocks_and_a_word_replaces_them(tmp_path) -> None:
    (tmp_path / "scenario").mkdir()
    content = {"shocks": yaml.safe_load(DROUGHT)["shocks"], "time": {"years": 4}}
    text = "# @package _global_\n" + yaml.safe_dump(content)
    (tmp_path / "scenario" / "dry.yaml").write_text(text, encoding="utf-8")
    dry = Scenario.compose(["world=corridor", "scenario=dry"], config_dir=tmp_path)
    assert dry["shocks"] == ("Drought",)
    war = Scenario.compose(["world=corridor", "scenario=dry", "shocks=war_next_door"], config_dir=tmp_path)
    assert war["shocks"] == ("War",)


def test_a_fault_in_a_file_names_its_line(tmp_path) -> None:
    (tmp_path / "shocks").mkdir()
    (tmp_path / "shocks" / "drought.yaml").write_text(DROUGHT.replace("0.8", "800"), encoding="utf-8")
    wrong = DROUGHT.replace("region.income", "region.incme").replace("story:", "stor:")
    (tmp_path / "shocks" / "wrong.yaml").write_text(wrong, encoding="utf-8")
    with pytest.raises(RequestError) as caught:
        Scenario.compose([*BASE, "shocks=wrong"], config_dir=tmp_path)
    said = str(caught.value)
    assert "did you mean 'region.income'" in said
    assert "line 9" in said
    assert "did you mean 'story'" in said


def test_shocks_of_one_file_need_names_of_their_own(tmp_path) -> None:
    (tmp_path / "shocks").mkdir()
    twice = DROUGHT + DROUGHT.partition("shocks:\n")[2]
    (tmp_path / "shocks" / "twice.yaml").write_text(twice, encoding="utf-8")
    with pytest.raises(RequestError, match="two shocks are called 'Drought'"):
        shocks_in(tmp_path / "shocks" / "twice.yaml")


def test_a_record_makes_the_same_scenario_again(tmp_path) -> None:
    scenario = Scenario.compose([*BASE, "shocks=mega_event"])
    record = described(single([Arm("none", (), scenario)]))
    record |= {"worlds": {scenario.world.key: {"name": "archetypes", "folder": None}}, "files": {}}
    again = design_of(record, tmp_path).arms[0].scenario
    assert again.shocks == scenario.shocks


def test_a_record_knows_what_was_set_in_policies_and_the_files_of_a_world(tmp_path) -> None:
    scenario = Scenario.compose([*BASE, "policy=raids", "policy.raids.start=3", "policy.raids.dose=0.5"])
    record = described(single([Arm("raids", (), scenario)]))
    record |= {"worlds": {scenario.world.key: {"name": "archetypes", "folder": None}}, "files": {}}
    again = design_of(record, tmp_path).arms[0].scenario
    assert again.tuned == scenario.tuned == {"raids.start": 3.0}
    assert departures(again) == departures(scenario)
    assert again.replace({"world.legs": scenario.tables["legs"]}).key == scenario.key
    old = {key: value for key, value in record["scenarios"][scenario.key].items() if key not in ("filed", "tables")}
    older = design_of(record | {"scenarios": {scenario.key: old}}, tmp_path).arms[0].scenario
    assert (older.key, older.tuned) == (scenario.key, {})


def test_a_reader_is_told_of_shocks_and_can_repeat_them() -> None:
    import shlex

    scenario = Scenario.compose([*BASE, "shocks=mega_event"])
    assert departures(scenario)["shocks"] == "Building, Visitors"
    words = shlex.split(reproducer(scenario, 3))
    assert Scenario.compose(words[2:]).key == scenario.key

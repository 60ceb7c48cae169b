"""Designs over an ensemble: every arm in every set, errors, and that nothing changes without one."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from sim.ground.errors import RequestError
from sim.ground.shipped import configs_dir
from sim.results.record import described
from sim.scenario.scenario import Scenario
from sim.studies.request import comparison, sweep

SMALL = ["world=corridor", "people.size=300", "time.years=0.5", "time.burn_in_weeks=8"]
ENSEMBLE = "ensemble=calibrated"


@pytest.fixture
def words(tmp_path: Path) -> list[str]:
    folder = tmp_path / "ensemble"
    folder.mkdir()
    rows = [f"{number},{0.2 + number / 10:g},{number}.5" for number in range(1, 6)]
    (folder / "corridor.csv").write_text("\n".join(["set,debt.markup,control.quit_gain", *rows]), encoding="utf-8")
    (folder / "corridor.json").write_text(json.dumps({"world": "corridor", "version": "0.1"}), encoding="utf-8")
    return [f"hydra.searchpath=[file://{tmp_path}]", *SMALL]


def test_every_arm_is_run_in_every_set_with_the_same_seeds(words: list[str]) -> None:
    plain = comparison(["raids"], words)
    request = comparison(["raids"], [*words, ENSEMBLE])
    assert [setting.label for setting in request.design.settings] == [f"world {number}" for number in range(1, 6)]
    for number, setting in enumerate(request.design.settings, 1):
        assert [arm.label for arm in setting.arms] == ["none", "raids"]
        assert [arm.scenario["debt.markup"] for arm in setting.arms] == pytest.approx(2 * [0.2 + number / 10])
        assert dict(setting.values)["set"] == number
        again = Scenario.compose([*words, *setting.arms[1].words])
        assert again.key == setting.arms[1].scenario.key  # the words of an arm make it again
    assert request.seeds == plain.seeds
    assert request.design.ensemble is not None
    assert request.design.ensemble.parameters == ("debt.markup", "control.quit_gain")


def test_without_an_ensemble_a_design_is_what_it_was(words: list[str]) -> None:
    design = comparison(["raids"], words).design
    assert design.ensemble is None
    assert "ensemble" not in described(design)
    assert comparison(["raids"], [*words, "ensemble=none"]).design == design


def test_sweeps_settings_and_counts_go_with_an_ensemble(words: list[str]) -> None:
    swept = sweep([*words, "policy=none,raids", "mechanisms.rerouting=on,off", ENSEMBLE, "ensemble.count=3"]).design
    labels = [setting.label for setting in swept.settings]
    assert len(labels) == 6
    assert labels[0].startswith("mechanisms.rerouting=on, world ")
    points = sweep([*words, "choice.noise=0.1,0.3", ENSEMBLE]).design
    assert [arm.label for arm in points.settings[0].arms] == ["choice.noise=0.1", "choice.noise=0.3"]
    assert len(points.settings) == 5


def test_a_file_of_a_study_names_an_ensemble(words: list[str], tmp_path: Path) -> None:
    (tmp_path / "study").mkdir()
    text = "# @package _global_\nstudy:\n  arms: {raids: [policy=raids]}\n  ensemble: {name: calibrated, count: 2}\n"
    (tmp_path / "study" / "mine.yaml").write_text(text, encoding="utf-8")
    design = comparison([], [*words, "study=mine"]).design
    assert len(design.settings) == 2
    assert comparison([], [*words, "study=mine", "ensemble=none"]).design.ensemble is None


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("debt.markup=1", "debt.markup is set"),
        ("ensemble=corridr", "did you mean 'corridor'"),
        ("ensemble.count=9", "has 5 sets"),
    ],
)
def test_what_an_ensemble_would_overrule_or_is_not_there_is_told(words: list[str], more: str, said: str) -> None:
    asked = [] if more.startswith("ensemble=") else [ENSEMBLE]
    with pytest.raises(RequestError, match=said):
        comparison(["raids"], [*words, *asked, more])


def test_seeds_are_not_added_over_worlds(words: list[str]) -> None:
    with pytest.raises(RequestError, match="one world at a time"):
        comparison(["raids"], [*words, ENSEMBLE], until=["deaths=5%"])


def test_a_record_keeps_the_ensemble(words: list[str]) -> None:
    design = comparison(["raids"], [*words, ENSEMBLE]).design
    kept = described(design)["ensemble"]
    assert kept["name"] == "calibrated"
    assert described(replace(design, ensemble=None)).keys() == described(design).keys() - {"ensemble"}


def test_a_world_of_ones_own_has_an_ensemble_of_its_own(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(configs_dir() / "world" / "corridor", "isle")
    shutil.copy("ensemble/corridor.csv", "ensemble/isle.csv")
    Path("ensemble/isle.json").write_text(json.dumps({"world": "isle"}), encoding="utf-8")
    own = [words[0], "world=./isle", *SMALL[1:]]
    assert len(comparison(["raids"], [*own, ENSEMBLE]).design.settings) == 5
    Path("scenario").mkdir()
    Path("scenario/mine.yaml").write_text("# @package _global_\ndebt: {markup: 1}\n", encoding="utf-8")
    with pytest.raises(RequestError, match=r"debt\.markup is set by a scenario"):
        comparison(["raids"], [*own, "scenario=mine", ENSEMBLE])

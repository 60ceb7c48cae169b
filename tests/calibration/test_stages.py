"""The procedure on a toy whose answer is known: what fits is found, what is told is right, what cannot be is said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.calibration.conduct import finish
from sim.calibration.request import Calibration
from sim.calibration.stages import Stages
from sim.calibration.told import Told
from sim.calibration.words import answer, markdown, why
from sim.scenario.scenario import Scenario
from tests.calibration.conftest import TARGETS, Toy, asked, outputs, target


def carried_out(calibration: Calibration, base: Scenario, folder: Path) -> tuple[Told, Toy]:
    toy = Toy(base, folder)
    stages = Stages(calibration, toy, shown=False)  # type: ignore[arg-type]
    found = stages.waves(stages.screened())
    return finish(calibration, base, toy, stages, found, folder, "labyrinth calibrate toy"), toy  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def done(base: Scenario, tmp_path_factory: pytest.TempPathFactory) -> tuple[Told, Path, Toy]:
    folder = tmp_path_factory.mktemp("toy")
    told, toy = carried_out(asked(), base, folder)
    return told, folder, toy


def test_sets_that_fit_are_found_and_really_fit(done: tuple[Told, Path, Toy]) -> None:
    told, folder, _ = done
    assert told.fits
    ensemble = pd.read_csv(folder / "ensemble" / "corridor.csv")
    assert len(ensemble) == 30
    from sim.calibration.space import Space

    space = Space.of(Scenario.compose(["world=corridor"]).values).among(list(ensemble.columns[1:]))
    for _, row in ensemble.iterrows():
        first, both, *_ = outputs(dict(zip(space.names, space.point(row), strict=True)))
        assert 1.4 < first < 2.1
        assert 0.8 < both < 1.2


def test_parameters_that_nothing_moves_are_left_out(done: tuple[Told, Path, Toy]) -> None:
    assert set(done[0].parameters["name"]) == {"visa.wait", "visa.price", "visa.complexity", "visa.form_cost"}


def test_a_parameter_that_a_target_tells_is_narrowed_by_it(done: tuple[Told, Path, Toy]) -> None:
    row = done[0].parameters.set_index("name").loc["visa.wait"]
    assert row["ratio"] < 0.45
    assert row["target"] == "first"
    assert row["without"] > row["told"] + 0.3


def test_of_what_only_an_outcome_shows_the_evidence_says_nothing(done: tuple[Told, Path, Toy]) -> None:
    assert "visa.form_cost" in set(done[0].untouched["name"])


def test_a_sum_is_known_although_its_parts_are_not(done: tuple[Told, Path, Toy]) -> None:
    table = done[0].combinations
    assert len(table) == 1
    assert "visa.price" in table.iloc[0]["parts"]
    assert "visa.complexity" in table.iloc[0]["parts"]
    parts = done[0].parameters.set_index("name")["ratio"]
    assert table.iloc[0]["ratio"] < parts["visa.price"]


def test_the_measurement_worth_most_is_the_one_that_moves_the_outcome(done: tuple[Told, Path, Toy]) -> None:
    best = done[0].worth.iloc[0]
    assert (best["target"], best["outcome"], best["parameter"]) == ("first", "out", "visa.wait")
    assert "still" not in set(done[0].worth["target"])
    assert done[0].about["not_emulated"] == ["still"]
    assert "No emulator tells more than the mean of: what still is" in markdown(done[0])


def test_hidden_sets_are_found_again(done: tuple[Told, Path, Toy]) -> None:
    hidden = done[0].hidden
    assert hidden["survives"].mean() >= 0.9
    assert hidden["closer"].mean() < 0.8
    runs = done[0].about["hidden_in_runs"]
    assert runs["survives"] == 1
    assert runs["accepted"] > 0.5 * runs["proposed"]
    assert runs["closer"] < 0.8


def test_what_was_held_out_is_told_at_the_end(done: tuple[Told, Path, Toy]) -> None:
    assert list(done[0].held_out["name"]) == ["hid"]
    assert done[0].about["held_out_met"] == {"all": 1.0, "hid": 1.0}


def test_the_text_answers_first(done: tuple[Told, Path, Toy]) -> None:
    text = markdown(done[0])
    assert answer(done[0]).startswith("31 of 96 sets")
    assert text.index("31 of 96 sets") < text.index("## Targets")
    assert any("twice as well" in line for line in why(done[0]))
    assert (done[1] / "calibration.html").read_text(encoding="utf-8").count("<table>") >= 6


def test_a_second_pass_takes_its_points_from_the_folder(
    done: tuple[Told, Path, Toy], base: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, folder, first = done
    before = {path.name for path in (folder / "points").iterdir()}
    toy = Toy(base, folder)
    stages = Stages(asked(), toy, shown=False)  # type: ignore[arg-type]
    monkeypatch.setattr("sim.calibration.fitting.Look.proposals", lambda *_: pytest.fail("made anew"))
    found = stages.waves(stages.screened())
    assert toy.steps == [step for step in first.steps if not step.startswith("hidden")]
    assert [wave["not_ruled_out"] for wave in found.waves] == list(told.waves["not_ruled_out"])
    assert {path.name for path in (folder / "points").iterdir()} == before
    assert len(found.accepted) == told.about["accepted"]


def test_targets_that_cannot_be_met_together_are_named(base: Scenario, tmp_path: Path) -> None:
    from dataclasses import replace

    calibration = asked((*TARGETS[:2], target("against", 3.5, 4.0)), replace(asked().plan, waves=2))
    toy = Toy(base, tmp_path)
    stages = Stages(calibration, toy, shown=False)  # type: ignore[arg-type]

    def both(batch: object) -> np.ndarray:  # the third target is what the first is
        found = Toy.values(toy, batch)  # type: ignore[arg-type]
        found[..., 2] = found[..., 0]
        return found

    toy.values = both  # type: ignore[method-assign, assignment]
    told = finish(calibration, base, toy, stages, stages.waves(stages.screened()), tmp_path, "")  # type: ignore[arg-type]
    assert not told.fits
    assert {"first", "against"} & set(told.conflicts["target"])
    assert "sum" not in set(told.conflicts["target"])
    assert answer(told).startswith("No set of parameters meets all 3 targets")
    assert (tmp_path / "ensemble" / "corridor-nearest.csv").is_file()

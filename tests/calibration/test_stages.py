"""The procedure on a toy whose answer is known: what fits is found, what is told is right, what cannot be is said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.calibration.conduct import finish
from sim.calibration.judging import held_out_of
from sim.calibration.request import Calibration
from sim.calibration.runs import Batch
from sim.calibration.stages import Stages
from sim.calibration.told import Told
from sim.calibration.words import answer, markdown, why
from sim.ground.errors import RequestError
from sim.scenario.scenario import Scenario
from tests.calibration.conftest import PLAN, TARGETS, Toy, asked, outputs, target


def changed(toy: Toy, change: Callable[[Batch, np.ndarray], None]) -> Toy:
    """The toy with other values: ``change`` alters what a batch gives in place."""
    usual = toy.values

    def values(batch: Batch) -> np.ndarray:
        found = usual(batch)
        change(batch, found)
        return found

    toy.values = values  # type: ignore[method-assign]
    return toy


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


def told_of(toy: Toy, calibration: Calibration, base: Scenario, folder: Path) -> Told:
    stages = Stages(calibration, toy, shown=False)  # type: ignore[arg-type]
    return finish(calibration, base, toy, stages, stages.waves(stages.screened()), folder, "")  # type: ignore[arg-type]


def test_a_target_of_which_runs_give_no_value_is_told_before_the_waves(base: Scenario, tmp_path: Path) -> None:
    toy = changed(Toy(base, tmp_path), lambda _, found: found.__setitem__((..., [1, 3]), np.nan))
    with pytest.raises(RequestError, match=r"sum has a value in fewer than two runs.*targets\.sum") as caught:
        told_of(toy, asked(), base, tmp_path)
    assert "out has a value in fewer" in str(caught.value)
    assert toy.steps == ["noise"]


def test_a_set_of_which_a_run_failed_is_not_accepted(base: Scenario, tmp_path: Path) -> None:
    def fails(batch: Batch, found: np.ndarray) -> None:
        if batch.step.endswith("-more"):
            found[::2] = np.nan

    toy = changed(Toy(base, tmp_path), fails)
    stages = Stages(asked(plan=replace(PLAN, waves=2)), toy, shown=False)  # type: ignore[arg-type]
    found = stages.waves(stages.screened())
    assert found.accepted
    count = len(TARGETS) - 1
    assert np.isfinite(found.values[found.accepted][..., :count]).all()


def test_where_no_target_has_an_emulator_that_is_said_and_everything_else_is_told(
    base: Scenario, tmp_path: Path
) -> None:
    targets = tuple(target(name, 0.4, 0.6) for name in ("still", "calm", "quiet"))

    def nothing_moves(batch: Batch, found: np.ndarray) -> None:
        found[..., :2] = found[..., 2:3]

    toy = changed(Toy(base, tmp_path), nothing_moves)
    told = told_of(toy, asked(targets, replace(PLAN, waves=1)), base, tmp_path)
    assert told.about["not_emulated"] == ["still", "calm", "quiet"]
    text = markdown(told)
    assert "No emulator tells more than the mean of: what still is, what calm is and what quiet is" in text
    assert "Every target has an emulator" not in text
    assert told.worth.empty
    assert "What a better measurement would be worth" not in text
    assert told.hidden.empty


def test_targets_met_are_counted_by_the_rule_of_acceptance(base: Scenario, tmp_path: Path) -> None:
    def later_seeds_lie_outside(batch: Batch, found: np.ndarray) -> None:
        found[..., 0] = 1.7
        found[..., 1] = 1.0 + (0.3 if batch.step.endswith("-more") else 0.0) + 0.05 * found[..., 3]
        found[..., 2] = 0.5

    toy = changed(Toy(base, tmp_path), later_seeds_lie_outside)
    told = told_of(toy, asked(plan=replace(PLAN, waves=1)), base, tmp_path)
    assert not told.fits
    assert told.about["most_met"] < 3  # no set meets all, so none can be said to
    assert answer(told).endswith(f"the best meet {told.about['most_met']}.")


def test_one_set_that_fits_does_not_show_what_is_narrowed(base: Scenario, tmp_path: Path) -> None:
    told = told_of(Toy(base, tmp_path), asked(plan=replace(PLAN, sets=1, waves=2)), base, tmp_path)
    assert told.about["ensemble"] == 1
    assert "One set does not show what the evidence narrows" in why(told)[0]
    assert "Of every parameter" not in markdown(told)


def test_what_cannot_be_told_of_conflicts_is_not_taken_for_none(done: tuple[Told, Path, Toy]) -> None:
    told = done[0]
    missed = replace(told, about={**told.about, "fits": False, "conflicts_known": False, "not_emulated": []})
    assert why(missed) == ["Which targets stand in the way of one another cannot be told by the emulators."]
    (said,) = why(replace(missed, about={**missed.about, "conflicts_known": True, "not_emulated": ["still"]}))
    assert "meet every target that has an emulator" in said
    assert "No emulator tells of what still is" in said


def test_of_held_out_targets_only_what_is_told_counts(base: Scenario, tmp_path: Path) -> None:
    calibration = asked((*TARGETS, target("fee", 1.0, 2.0, scale="log", held_out=True)))
    toy = Toy(base, tmp_path)
    values = np.full((3, 4, 2), 0.4)
    values[0, :, 0] = np.nan  # nothing to tell the first by
    values[1, :, 1] = 0.0  # nothing of what goes by factors: that is told, and missed
    values[2, :, 1] = 1.5
    toy.sealed_values = lambda *_: values  # type: ignore[method-assign]
    table, shares, told = held_out_of(calibration, toy, [base] * 3, [1, 2, 3, 4])  # type: ignore[arg-type]
    assert told == 2
    assert shares == {"all": 0.5, "hid": 1.0, "fee": pytest.approx(1 / 3)}
    assert list(table["told"]) == pytest.approx([2 / 3, 1.0])
    values[:] = np.nan
    _, shares, told = held_out_of(calibration, toy, [base] * 3, [1, 2, 3, 4])  # type: ignore[arg-type]
    assert told == 0
    assert np.isnan(shares["all"])


def test_of_held_out_targets_the_text_says_how_many_sets_tell_them(done: tuple[Told, Path, Toy]) -> None:
    told = done[0]
    assert any(
        "In 30 of 30 sets that fit, runs tell all targets that were held out, of which there are 1" in line
        for line in why(told)
    )
    none = replace(told, about={**told.about, "held_out_told": 0, "held_out_met": {"all": float("nan")}})
    assert any(line.startswith("In no set that fits") for line in why(none))


def test_cover_of_hidden_sets_is_held_against_that_of_so_few_sets(done: tuple[Told, Path, Toy]) -> None:
    usual = done[0].hidden["usual"]
    assert usual.between(0.8, 0.89).all()  # 24 sets
    assert f"where about {100 * usual.mean():.0f} would be right" in markdown(done[0])


def test_targets_that_cannot_be_met_together_are_named(base: Scenario, tmp_path: Path) -> None:
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

"""The page, the answer and the terminal over all worlds that fit: made-up runs whose effect turns with a parameter."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest
from rich.console import Console

from sim.cli.answers import of_study
from sim.cli.terminal import show_findings
from sim.report.answers.over_worlds import _effect, is_known
from sim.report.page import study_pages
from sim.report.words import MINUS
from sim.report.worlds import cells, worlds_that_fit
from sim.results.findings import Findings
from sim.results.runs import Held
from sim.results.sensitivity import _indices, can_be_told, sensitivity
from sim.studies.request import comparison
from tests.report.conftest import BASE, run

METRICS = ("exploited_people", "deaths", "identified")
WORLDS, SEEDS = 24, (1, 2, 3)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Findings:
    folder = tmp_path_factory.mktemp("own")
    (folder / "ensemble").mkdir()
    rows = [f"{number},{0.4 + number / 30:g},{1 + number * 7 % 24 / 8:g}" for number in range(1, WORLDS + 1)]
    text = "\n".join(["set,debt.markup,control.quit_gain", *rows])
    (folder / "ensemble" / "corridor.csv").write_text(text, encoding="utf-8")
    about = {"world": "corridor", "version": "0.1"}
    (folder / "ensemble" / "corridor.json").write_text(json.dumps(about), encoding="utf-8")
    words = [f"hydra.searchpath=[file://{folder}]", *BASE, "ensemble=calibrated"]
    design = comparison(["tighter_borders"], words).design
    design = type(design)(design.settings, METRICS, ensemble=design.ensemble)
    runs = {}
    for setting in design.settings:
        shift = 4 * (dict(setting.values)["debt.markup"] - 0.7)
        for arm in setting.arms:
            for seed in SEEDS:
                one = run(arm.scenario, seed, 0.0 if arm.label == "none" else shift)
                runs[one.key] = one
    return Findings(design, list(SEEDS), Held(runs))


def test_the_table_tells_worlds_from_chance_and_what_turns_the_sign(found: Findings) -> None:
    table = found.over_worlds.set_index("metric")
    assert list(table.index) == list(METRICS)
    assert (table["worlds"] == WORLDS).all()
    assert (table["share_worlds"] > 0.7).all()
    assert (table["holds"] < WORLDS).all()
    assert (table["low"] < table["worlds_low"]).all()
    turned = found.turns
    assert set(turned["what"].str.partition(" ")[0]) == {"debt.markup"}
    assert set(turned["by"]) >= {"rank"}


@pytest.mark.skipif(not can_be_told(), reason="needs scikit-learn and SALib")
def test_the_indices_name_the_parameter_that_was_planted(found: Findings) -> None:
    table = sensitivity(found, ["deaths"])
    assert table["parameter"].iloc[0] == "debt.markup"
    assert table["total"].iloc[0] > 0.8
    assert table["explained"].iloc[0] > 0.6


@pytest.mark.skipif(not can_be_told(), reason="needs scikit-learn and SALib")
def test_an_emulator_must_tell_more_than_it_may_by_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(2)
    values, names = rng.random((24, 3)), ["a", "b", "c"]
    planted = values[:, 0] + 0.1 * rng.standard_normal(24)
    assert _indices(names, values, planted)[0]["parameter"] == "a"
    monkeypatch.setattr("sim.results.sensitivity._explained", lambda *_: (0.2, 1.0))
    assert _indices(names, values, planted) == []


@pytest.mark.parametrize(
    ("holds", "low", "known"),
    [(40, 38, True), (33, 20, True), (31, 24, False), (40, 0, False), (40, float("nan"), True)],
)
def test_a_sign_that_chance_may_have_turned_is_not_known(holds: float, low: float, known: bool) -> None:
    assert is_known({"holds": holds, "holds_low": low, "worlds": 40}) is known


def test_the_answer_says_in_how_many_worlds_a_sign_holds(found: Findings) -> None:
    text = found.answer.text
    assert f"of {WORLDS} worlds that fit (" in text
    assert "is due to parameters" in text
    assert "debt.markup" in text
    assert "seeds" not in text


@pytest.mark.slow
def test_the_first_page_has_a_section_and_the_terminal_a_table(found: Findings, monkeypatch) -> None:
    monkeypatch.setattr("sim.results.sensitivity.can_be_told", lambda: False)
    monkeypatch.setattr("sim.report.worlds.can_be_told", lambda: False)
    found.__dict__.pop("sensitivity", None)
    page = study_pages(found).report
    assert 'id="worlds-that-fit"' in page
    assert "What turns a direction around" in page
    assert "<b>3 seeds" not in page  # a verdict over worlds needs no six seeds in each
    assert "labyrinth-abm[calibrate]" in page
    shown = io.StringIO()
    show_findings(found, Console(file=shown, width=200))
    assert "direction holds in" in shown.getvalue()
    answer = of_study(found, "mine")
    assert len(answer["over_worlds"]) == len(METRICS)
    assert "effects" not in answer


def test_what_has_no_level_without_the_policy_is_told_in_units(found: Findings) -> None:
    row = found.over_worlds.to_dict("records")[0]
    assert "%" in cells(row)["change"]
    ends = {"percent_low": -50.0, "percent_high": -40.0, "percent_worlds_low": -46.0, "percent_worlds_high": -44.0}
    shown = cells({**row, **ends, "baseline": 200.0, "difference": -90.0, "chance_low": -100.0, "chance_high": -80.0})
    names = ("change", "both", "worlds", "chance")
    assert [shown[name].replace("\N{NARROW NO-BREAK SPACE}", "") for name in names] == [
        f"{MINUS}45%", f"{MINUS}50% to {MINUS}40%", f"{MINUS}46% to {MINUS}44%", f"{MINUS}50% to {MINUS}40%",
    ]  # fmt: skip
    units = cells({**row, "percent_low": float("nan")})
    assert not any("%" in units[name] for name in names)


def test_the_answer_tells_where_worlds_lie_of_their_own_levels_and_rates_of_what_starts_from_nothing(
    found: Findings,
) -> None:
    row = found.over_worlds.set_index("metric", drop=False).loc["deaths"].to_dict()
    titles = {row["arm"]: "a policy"}
    told = _effect({**row, "percent_low": -31.0, "percent_high": 12.0}, titles).text
    assert "from 31 % fewer to 12 % more" in told.replace("\N{NO-BREAK SPACE}", " ")
    assert (found.over_worlds["people"] == found.comparisons["world 1"].people).all()
    assert "for every 100" in _effect({**row, "baseline": 0.0, "percent_low": float("nan")}, titles).text


def test_findings_without_an_ensemble_have_empty_tables(found: Findings) -> None:
    design = type(found.design)(found.design.settings[:1], METRICS)
    plain = Findings(design, list(SEEDS), found._runs)
    for name in ("over_worlds", "turns", "sensitivity"):
        assert getattr(plain, name).empty
    assert worlds_that_fit(plain) is None
    assert "effects" in of_study(plain, "mine")

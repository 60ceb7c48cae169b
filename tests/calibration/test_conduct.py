"""What belongs to a calibration's folder: its digest, its runs wherever it lies, and the plan of what would be done."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from sim.calibration.conduct import ASKED, FOLDER, Way, again, digest_of
from sim.calibration.planned import plan_of
from sim.calibration.request import Plan
from sim.calibration.together import Together
from sim.cli.main import main
from sim.ground.errors import RequestError
from sim.results.sealed import sealed
from sim.scenario.scenario import Scenario
from tests.calibration.conftest import PLAN, TARGETS, asked
from tests.calibration.test_reading import TEXT


def test_words_can_be_changed_without_new_runs_and_nothing_else(base: Scenario) -> None:
    whole = replace(asked(), together=(Together("debt.notice", "debt.interest", 0.4, "two surveys"),))
    digest = digest_of(whole, base)
    first, *rest = TARGETS
    said = replace(first, says="in other words", why="for another reason", grade="E", source=("EC 3.2",))
    (pair,) = whole.together
    reworded = replace(whole, targets=(said, *rest), together=(replace(pair, why="three surveys"),))
    assert digest_of(reworded, base) == digest
    for changed in (
        replace(whole, targets=(replace(first, high=2.5), *rest)),
        replace(whole, together=(replace(pair, rank=0.5),)),
        replace(whole, plan=replace(PLAN, seed=4)),
    ):
        assert digest_of(changed, base) != digest


def test_a_folder_is_judged_anew_wherever_it_lies(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(TEXT, encoding="utf-8")
    folder = tmp_path / "elsewhere" / "mine"
    (folder / FOLDER).mkdir(parents=True)
    content = {"file": str(tmp_path / "mine.yaml"), "words": [], "name": "mine", "made": "labyrinth calibrate mine"}
    (folder / FOLDER / ASKED).write_text(sealed(content), encoding="utf-8")
    with pytest.raises(RequestError, match="runs of step noise are missing"):  # it was looked for there
        again(folder, Way(replace=True))


def test_a_plan_says_what_is_likely_and_what_is_never_passed(base: Scenario) -> None:
    plan = Plan(first=100, wave=50, waves=3, seeds=2, final_seeds=5, sets=30, hidden=10)
    found = plan_of(asked(plan=plan), base, 1)
    hidden = 5 + 10 * 2
    assert found.waves == 200 * 2 + 30 * 3 + hidden
    assert found.most == 200 * 5 + hidden
    assert found.most_minutes > found.minutes
    assert f"never more than {found.most}" in str(found)


def test_a_dry_run_for_a_program_is_json_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.yaml").write_text(TEXT, encoding="utf-8")
    assert main(["calibrate", "mine.yaml", "name=m", "--dry-run", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["folder"], answer["status"], answer["fitted"]) == ("results/m", "planned", 2)
    assert answer["waves"] < answer["most"]
    assert not (tmp_path / "results").exists()

"""The command ``teach``: lists, wrong requests, the answers of a class as a table, a lesson as a page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.classroom import page, trial
from sim.classroom.answers import Answers, checked
from sim.classroom.lesson import Lesson
from sim.classroom.running import DONE, World
from sim.cli.main import main


def test_lessons_are_listed(small_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["teach", str(small_file), "--list"]) == 0
    assert "small\n    A government grants far fewer visas." in capsys.readouterr().out
    assert main(["teach", str(small_file), "--list", "--json"]) == 0
    (only,) = json.loads(capsys.readouterr().out)["lessons"]
    assert only["name"] == "small"


@pytest.mark.parametrize(
    ("argv", "part"),
    [
        (["raid_and_private_places"], "did you mean 'raids_and_private_places'"),
        (["people.size=5"], "settings are given there"),
        (["--page", "x.html", "--csv", "y.csv"], "ask for one at a time"),
        (["--try", "--guide", "y.html"], "--try and --guide"),
        (["--csv", "y.csv", "--answers", "nowhere"], "there are no answers"),
        (["--port", "99999999"], "--port"),
    ],
)
def test_wrong_requests_are_told(
    argv: list[str], part: str, small_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    named = argv[0].startswith("-")
    assert main(["teach", *([str(small_file)] if named else []), *argv]) == 2
    assert part in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_lesson_is_held_against_what_it_tells(
    small_file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def made_up(world: World) -> list[dict]:
        times = 1.5 if any(word.startswith("policy=") for word in world.words) else 1.0
        return [{DONE: dict.fromkeys(world.metrics, 10 * times * (1 + world.seed / 100))}]

    monkeypatch.setattr(trial, "messages", made_up)
    assert main(["teach", str(small_file), "--try"]) == 2
    said = capsys.readouterr()
    assert "safety_reached is told as fewer and comes out as more" in said.err
    assert "irregular_departures is told" not in said.err
    assert "irregular_departures with mechanisms.debt_finance=off: +5" in said.out


def test_the_guide_has_cards_and_a_sheet_for_each_lesson(small_file: Path, small: Lesson, tmp_path: Path) -> None:
    target = tmp_path / "guide.html"
    assert main(["teach", str(small_file), "--guide", str(target), "--quiet"]) == 0
    text = target.read_text(encoding="utf-8")
    assert text.count('class="card"') == 6
    assert all(outcome.ask in text for outcome in small.outcomes)
    assert "<link" not in text.replace('<link rel="icon" href="data:,">', "")


def test_answers_of_a_class_become_a_table(small_file: Path, small: Lesson, before: dict, tmp_path: Path) -> None:
    Answers(tmp_path).add(checked(small, before))
    target = tmp_path / "kept.csv"
    argv = ["teach", str(small_file), "--csv", str(target), "--answers", str(tmp_path), "--quiet"]
    assert main(argv) == 0
    assert target.read_text(encoding="utf-8").count(before["pupil"]) == len(small.outcomes) + len(small.statements)


def test_a_page_is_written_whole_and_runs_nothing_by_itself(
    small_file: Path, small: Lesson, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        page, "precomputed", lambda _, told: told(0, 1) or {"runs": {}, "bands": {}, "lives": "</script>"}
    )
    target = tmp_path / "small.html"
    assert main(["teach", str(small_file), "--page", str(target), "--quiet"]) == 0
    text = target.read_text(encoding="utf-8")
    assert "script-src &#39;sha256-" in text
    assert text.count("</script>") == 3  # nothing that is told ends a script
    assert small.title in text

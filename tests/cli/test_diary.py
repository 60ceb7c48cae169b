"""The command ``diary``: it prints or writes a diary, and says in a line what is wrong with a request."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

import sim
from experiments import golden
from sim.cli import main as cli
from sim.cli import words as cli_words
from sim.cli.completion import complete
from sim.face.diary import LABEL, Diary, Entry
from sim.scenario.scenario import Scenario

ROOT = Path(__file__).parents[2]
SMALL = ["world=corridor", "people.size=200", "time.years=0.1", "time.burn_in_weeks=4", "policy=raids"]
TAUGHT = [
    shlex.split(line)
    for text in (cli_words.COMMANDS["diary"].about, (ROOT / "docs/diary.md").read_text(encoding="utf-8"))
    for line in re.findall(r"^\s*labyrinth (diary .*)$", text, flags=re.MULTILINE)
]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """What was asked of a diary that nobody lives."""
    given: dict[str, object] = {}

    def diary(scenario: Scenario, **how: object) -> Diary:
        given.update(how, scenario=scenario)
        return Diary(7, "A woman.", "Raids", (Entry(3, "She sets out."),), (), 52, 3)

    monkeypatch.setattr("sim.face.diary.diary", diary)
    return given


def test_a_diary_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["diary", *SMALL, "seed=3"]) == 0
    out, _ = capsys.readouterr()
    assert LABEL in " ".join(out.split())
    assert out == sim.diary(SMALL, seed=3).text()


@pytest.mark.parametrize(("form", "begin"), [("text", "TWO LIVES"), ("md", "## Two lives"), ("html", "<section")])
def test_a_diary_is_written_whole(
    form: str, begin: str, asked: dict[str, object], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    argv = ["diary", *SMALL, "--person", "7", "--among", "at home", "--format", form, "--output", "kept/diary"]
    assert cli.main(argv) == 0
    assert capsys.readouterr().out == "kept/diary\n"
    assert (tmp_path / "kept/diary").read_text(encoding="utf-8").startswith(begin)
    assert [path.name for path in (tmp_path / "kept").iterdir()] == ["diary"]
    assert asked["person"] == 7
    assert asked["among"] == "at home"


@pytest.mark.parametrize("argv", TAUGHT, ids=" ".join)
def test_every_diary_that_is_taught_can_be_asked_for(argv: list[str], asked: dict[str, object]) -> None:
    assert len(TAUGHT) > 3
    assert cli.main([*argv, "--quiet"]) == 0
    assert asked["scenario"].policies  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("diary world=corridor people.size=200", "choose a policy"),
        ("diary policy=raids --among exploitd", "did you mean 'exploited'?"),
        ("diary policy=raids --format pdf", "allowed: text, md, html"),
        ("diary policy=raids --output .", "is a folder"),
        ("diary policy=raids --person 9000000 people.size=200 time.burn_in_weeks=0", "range 0 to 199"),
        ("diary policy=raids seeds=4", "with seed=N"),
        ("diary raids", "write policy=raids"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(line: str, part: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([*shlex.split(line), "--quiet"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert part in err
    assert err.count("\n") == 1


def test_a_file_that_cannot_be_written_is_told(
    asked: dict[str, object], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    assert cli.main(["diary", *SMALL, "--output", "file/diary.md"]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_a_shell_completes_what_a_diary_takes() -> None:
    assert "diary" in complete("labyrinth d")
    assert complete("labyrinth diary --format ") == sorted(cli_words.DIARY_FORMATS)
    assert "--among" in complete("labyrinth diary --a")
    assert "policy=raids" in complete("labyrinth diary policy=ra")


def test_the_document_shows_a_diary_as_it_is_told_now() -> None:
    text = (ROOT / "docs/diary.md").read_text(encoding="utf-8")
    shown = text[text.index("TWO LIVES OF ONE PERSON") :].partition("```")[0]
    now = Diary(7, "A woman.", "Regularisation", (Entry(3, "She sets out."),), (), 156, 3).text().splitlines()
    assert shown.splitlines()[:6] == now[:6]  # the heading and the label
    assert {line for line in now if line.startswith(("Week", "----"))} <= set(shown.splitlines())


@pytest.mark.slow
def test_the_document_shows_the_lives_that_its_command_tells(capsys: pytest.CaptureFixture[str]) -> None:
    if golden.made_on() != golden.stored()[0]:
        pytest.skip("the last bit of compiled arithmetic is another one on this machine")
    text = (ROOT / "docs/diary.md").read_text(encoding="utf-8")
    command, shown = re.findall(r"^```\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)[:2]
    assert cli.main([*shlex.split(command)[1:], "--quiet"]) == 0
    out, _ = capsys.readouterr()
    assert [line.rstrip() for line in out.splitlines()] == [line.rstrip() for line in shown.splitlines()]

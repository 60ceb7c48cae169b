"""What documents show of commands, files and Python is right: it is run, at little size, or planned with ``--dry-run``.

Blocks are taken from the documents as they stand. A command that would take long is only planned, with its own words;
one that needs results of another is read by the parser of the command. Python runs in worlds of a few hundred people.
"""

from __future__ import annotations

import importlib
import importlib.util
import re
import shlex
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import sim
from sim.cli import main as cli
from sim.cli import words

ROOT = Path(__file__).parents[2]
PATTERNS = ("*.md", "results/*.md", "docs/*.md", "docs/mechanisms/*.md", "docs/tours/*.md", "experiments/*/README.md")
PAGES = sorted(path.relative_to(ROOT).as_posix() for pattern in PATTERNS for path in ROOT.glob(pattern))
PLANNED = {"calibrate", "compare", "decide", "evaluate", "prevalence", "sweep"}
OTHERS = {"dask", "ray", "jupyter"}  # programs that are not ours
OF_RESULTS = re.compile(r"^results/")
CONTINUED = re.compile(r"\\\n\s*")
_FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_INDENTED = re.compile(r"(?:^ {4}(?:labyrinth|make|python) .*\n)+", re.MULTILINE)


class Block(NamedTuple):
    """A block of a document, and the text before it."""

    page: str
    kind: str
    text: str
    before: str


def blocks(page: str) -> Iterator[Block]:
    """All blocks of a page, in order."""
    text = (ROOT / page).read_text(encoding="utf-8")
    for found in _FENCE.finditer(text):
        shown = re.sub(rf"^{found[1]}", "", found[3], flags=re.MULTILINE)
        yield Block(page, found[2], shown, text[: found.start()][-400:])
    for found in _INDENTED.finditer(_FENCE.sub("", text)):
        yield Block(page, "", re.sub(r"^ {4}", "", found[0], flags=re.MULTILINE), "")


BLOCKS = [block for page in PAGES for block in blocks(page)]


def lines(block: Block) -> list[list[str]]:
    """The commands of a block as words, without what explains them."""
    every = CONTINUED.sub(" ", block.text).splitlines()
    bare = [re.split(r"\s{3,}|\s+#|\s\|\s|\s>\s", line)[0].strip() for line in every]
    return [shlex.split(line) for line in bare if line]


def commands() -> dict[str, str]:
    """Every command that documents show, once, with the first page that shows it."""
    found: dict[str, str] = {}
    for block in BLOCKS:
        if block.kind in ("", "bash", "sh"):
            for line in lines(block):
                words = [word for word in line if not re.fullmatch(r"[A-Z_]+=\S+", word)]
                words[0] = Path(words[0]).name
                if words[0] in {"labyrinth", "make", "pip", "python", *OTHERS}:
                    found.setdefault(shlex.join(words), block.page)
    return found


COMMANDS = commands()
LABYRINTH = [line for line in COMMANDS if line.startswith("labyrinth ")]
SERVES = [line for line in LABYRINTH if line.startswith("labyrinth teach") and "--list" not in line]


def test_blocks_are_found() -> None:
    assert len(LABYRINTH) > 80
    assert {"researcher", "evaluator", "teacher"} <= {Path(page).stem for page in COMMANDS.values()}


def test_targets_extras_and_modules_are_there() -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    for line, page in COMMANDS.items():
        program, *words = shlex.split(line)
        if program == "make":
            assert set(words) <= targets, f"{page}: {line}"
        if program == "pip":
            for asked in re.findall(r"\[([\w,]+)\]", line):
                assert set(asked.split(",")) <= set(extras), f"{page}: {line}"
        if program == "python" and words[:1] == ["-m"] and words[1].startswith("experiments"):
            assert importlib.util.find_spec(words[1]), f"{page}: {line}"


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files that documents tell their readers to save, and those that they are to have."""
    monkeypatch.chdir(tmp_path)
    for block in BLOCKS:
        told = re.search(r"`(mine/[\w/]+\.yaml)`[^`]*$", block.before)
        if block.kind == "yaml" and told:
            (tmp_path / told[1]).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / told[1]).write_text(block.text, encoding="utf-8")
    corridor = ROOT / "configs" / "world" / "corridor"
    (tmp_path / "two_islands").mkdir()
    for name in ("my_", "", "two_islands/"):
        for table in ("regions.csv", "legs.csv"):
            (tmp_path / f"{name}{table}").write_bytes((corridor / table).read_bytes())
    for name, table in (("people", "communities"), ("places", "places"), ("neighbours", "neighbours")):
        (tmp_path / f"{name}.csv").write_bytes((corridor.parent / "stocks" / f"{table}.csv").read_bytes())
    shutil.copytree(ROOT / "experiments" / "closed_forms", tmp_path / "experiments" / "closed_forms")
    return tmp_path


def of_results(words: list[str]) -> bool:
    """Whether a command needs results of another, or a file of its reader's."""
    return any(OF_RESULTS.match(word.partition("=")[2] or word) or word in {"mine.yaml", "my_policy"} for word in words)


def composed(words: list[str], monkeypatch: pytest.MonkeyPatch) -> int:
    """Carry out a command up to the run that it asks for."""

    def reached(*_: object, **__: object) -> None:
        raise Reached

    # rooms whose names are those of tables too, which is why they are not looked up by a dotted name
    monkeypatch.setattr(importlib.import_module("sim.studies.public"), "run_to_folder", reached)
    monkeypatch.setattr(importlib.import_module("sim.face.diary"), "diary", reached)
    try:
        return cli.main(words)
    except Reached:
        return 0


class Reached(BaseException):
    """A command has come as far as to simulate."""


def test_what_takes_a_plan_is_planned() -> None:
    assert {command for command in words.COMMANDS if "--dry-run" in cli._parser(command).format_help()} == PLANNED


def test_every_command_is_one_that_its_parser_takes() -> None:
    wrong = []
    for line in LABYRINTH:
        command, *words = shlex.split(line)[1:]
        try:
            if command != "COMMAND":
                cli._parser(command).parse_intermixed_args(words)
        except (KeyError, SystemExit, sim.RequestError) as error:
            wrong.append(f"{COMMANDS[line]}: {line}: {error}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
def test_every_command_is_carried_out_or_planned(
    mine: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = []
    for line in LABYRINTH:
        command, *words = shlex.split(line)[1:]
        if command == "COMMAND" or of_results(words) or command in {"report", "check"} or line in SERVES:
            continue
        plan = ["--dry-run"] if command in PLANNED and "--dry-run" not in words and words else []
        if composed([command, *words, *plan], monkeypatch):
            wrong.append(f"{COMMANDS[line]}: {line}: {capsys.readouterr().err}")
    assert not wrong, "\n".join(wrong)
    assert not (mine / "results").exists()


def test_lessons_that_are_named_are_shipped() -> None:
    shipped = {path.stem for path in (ROOT / "configs" / "lesson").glob("*.yaml")}
    named = {word for line in SERVES for word in shlex.split(line)[2:3] if re.fullmatch(r"\w+", word)}
    assert named
    assert named <= shipped


@pytest.mark.slow
@pytest.mark.parametrize("command", ["evaluate", "decide", "prevalence"])
def test_a_file_that_a_document_shows_is_read(command: str, mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown = [block.text for block in BLOCKS if block.page == f"docs/{command}.md" and block.kind == "yaml"]
    assert len(shown) == 1
    (mine / "mine.py").write_text("def estimate(panel):\n    return 0.0, (0.0, 0.0)\n", encoding="utf-8")
    (mine / "asked.yaml").write_text(shown[0], encoding="utf-8")
    assert cli.main([command, "asked.yaml", "--dry-run"]) == 0, capsys.readouterr().err


def yaml_of(page: str) -> str:
    return next(block.text for block in BLOCKS if block.page == page and block.kind == "yaml")


def test_the_policy_that_a_document_shows_is_the_one_that_is_shipped() -> None:
    shipped = (ROOT / "configs" / "policy" / "tighter_borders.yaml").read_text(encoding="utf-8")
    assert yaml_of("docs/policies.md") == shipped


@pytest.mark.slow
def test_the_study_that_a_document_shows_composes(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study = yaml_of("docs/studies.md").replace("count: 32", "count: 2")
    (mine / "mine" / "study").mkdir(parents=True, exist_ok=True)
    (mine / "mine" / "study" / "shown.yaml").write_text(study, encoding="utf-8")
    assert cli.main(["compare", "study=shown", "--config-dir", "mine", "--dry-run"]) == 0, capsys.readouterr().err

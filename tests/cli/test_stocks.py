"""``labyrinth worlds from-stocks`` writes the folder of a world, and ``world=FOLDER`` takes it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.cli import main as cli
from sim.ground.errors import RequestError
from sim.ground.shipped import configs_dir
from sim.scenario.scenario import Scenario
from sim.world.load import load_world

STOCKS = configs_dir() / "world" / "stocks"
WORDS = ["worlds", "from-stocks", f"{STOCKS}/communities.csv", "--places", f"{STOCKS}/places.csv"]
NEIGHBOURS = ["--neighbours", f"{STOCKS}/neighbours.csv", "--prices", "0.96"]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_world_is_written_and_taken_by_its_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([*WORDS, *NEIGHBOURS, "--out", "mine, é"]) == 0
    out = capsys.readouterr().out
    assert "13 regions" in out
    assert "southern_asia: low income" in out
    assert "labyrinth run world='./mine, é'" in out
    assert sorted(path.name for path in (tmp_path / "mine, é").iterdir()) == [
        "README.md", "communities.csv", "legs.csv", "regions.csv",
    ]  # fmt: skip
    for word in ("world=./mine, é", "world='./mine, é'", f"world={tmp_path}/mine, é/"):
        world = Scenario.compose([word, "people.size=500"]).world
        assert (world.name, world.key) == ("mine, é", load_world("stocks").key)
    changed = Scenario.compose(["world=corridor"]).replace({"world": "./mine, é"})
    assert changed.world.key == load_world("stocks").key
    assert cli.main(["compare", "raids", "world=./mine, é", "--dry-run"]) == 0


def test_the_answer_for_a_program_and_a_note_without_neighbours(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([*WORDS, "--out", "mine", "--json"]) == 0
    told = capsys.readouterr()
    found = json.loads(told.out)
    assert found["regions"]["gulf"] == "high"
    assert found["inside_a_region"] == 0
    assert "joined to its nearest ones by land" in told.err


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        ([*WORDS[:2]], ["FILE is missing", "--places FILE is missing", "--out FOLDER is missing"]),
        ([*WORDS, "--out", "corridor"], ["there is a world corridor"]),
        ([*WORDS[:2], "nowhere.csv", *WORDS[3:], "--out", "mine"], ["there is no file nowhere.csv"]),
        ([*WORDS, "--prices", "0", "--out", "mine"], ["prices must be between"]),
        (["worlds", "corridor", "--out", "mine"], ["--out belongs to labyrinth worlds from-stocks FILE"]),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_written(
    words: list[str], parts: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(words) == 2
    told = capsys.readouterr().err
    assert all(part in told for part in parts)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_none_of_a_world_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "corridor").mkdir()
    for name in ("regions", "legs"):
        (tmp_path / "corridor" / f"{name}.csv").write_text("")
    for word, part in (
        ("world=./nowhere", "there is no folder nowhere"),
        ("world=./empty", "empty holds no regions.csv"),
        ("world=./corridor", "has the name of a world that exists"),
    ):
        with pytest.raises(RequestError, match=part):
            Scenario.compose([word])

"""A study as an RO-Crate: what it must hold, and that it lists what is there, no more and no less."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sim.results.crate import CONTENT, INPUTS, crate
from sim.results.naming import CRATE as NAME
from sim.results.naming import MANIFEST

FILES = [name for name in CONTENT if "." in name]
FOLDERS = [name for name in CONTENT if "." not in name]


def manifest(**changes: object) -> dict[str, Any]:
    return {
        "name": "borders/corridor",
        "status": "complete",
        "written": "2026-03-01T12:00:00+00:00",
        "source": "ab" * 32,
        "versions": {"python": "3.11.7", "labyrinth": "0.1.0", "numpy": "2.3.0"},
        "platform": "Linux x86_64, 2 cores",
        "seeds": [1, 2, 3],
        "lucks": 1,
        "baseline": "none",
        "arms": [{"label": "none", "world": "corridor"}, {"label": "tighter_borders", "world": "corridor"}],
        "failures": [],
        **changes,
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in FILES:
        (tmp_path / name).write_text("x", encoding="utf-8")
    for name in (*FOLDERS, "journal"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "0123.parquet").write_text("x", encoding="utf-8")
    (tmp_path / ".lock").touch()
    return tmp_path


def entities(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    assert len({entity["@id"] for entity in found["@graph"]}) == len(found["@graph"])
    return {entity["@id"]: entity for entity in found["@graph"]}


def ids(entity: dict[str, Any], key: str) -> list[str]:
    return [item["@id"] for item in entity[key]]


def test_it_is_plain_json_with_what_the_specification_requires(folder: Path) -> None:
    found = crate(folder, manifest(), question="Do borders save lives?")
    assert json.loads(json.dumps(found)) == found
    by_id = entities(found)
    assert found["@context"] == "https://w3id.org/ro/crate/1.1/context"
    assert by_id[NAME]["about"] == {"@id": "./"}
    assert by_id[NAME]["@type"] == "CreativeWork"
    assert by_id[NAME]["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.1"}
    root = by_id["./"]
    assert (root["@type"], root["name"], root["description"]) == (
        "Dataset", "borders/corridor", "Do borders save lives?",
    )  # fmt: skip
    assert root["datePublished"] == "2026-03-01T12:00:00+00:00"
    for key in ("license", "conformsTo"):
        assert by_id[root[key]["@id"]]["@type"] == "CreativeWork"


def test_every_part_is_there_and_everything_there_is_a_part(folder: Path) -> None:
    by_id = entities(crate(folder, manifest()))
    parts = ids(by_id["./"], "hasPart")
    there = {f"{path.name}/" if path.is_dir() else path.name for path in folder.iterdir()} - {".lock", "journal/"}
    assert len(parts) == len(set(parts))
    assert set(parts) == there
    for name in parts:
        assert (folder / name).exists()
        assert by_id[name]["@type"] == ("Dataset" if name.endswith("/") else "File")
        assert by_id[name]["description"]
        assert by_id[name]["encodingFormat"]


def test_it_does_not_list_itself_nor_what_is_missing(folder: Path) -> None:
    before = crate(folder, manifest())
    (folder / NAME).write_text(json.dumps(before), encoding="utf-8")
    assert crate(folder, manifest()) == before
    (folder / "report.html").unlink()
    (folder / "notes.txt").touch()
    by_id = entities(crate(folder, manifest()))
    assert "report.html" not in by_id
    assert by_id["notes.txt"]["encodingFormat"] == "text/plain"
    assert ids(by_id["./"], "hasPart")[-1] == "notes.txt"


def test_the_action_links_the_software_the_request_and_the_results(folder: Path) -> None:
    by_id = entities(crate(folder, manifest()))
    action = by_id[by_id["./"]["mentions"]["@id"]]
    software = by_id[action["instrument"]["@id"]]
    assert (action["@type"], software["@type"]) == ("CreateAction", "SoftwareApplication")
    assert (software["name"], software["softwareVersion"]) == ("Labyrinth", "0.1.0")
    assert software["identifier"] == "sha256:" + "ab" * 32
    assert software["softwareRequirements"] == ["python 3.11.7", "numpy 2.3.0"]
    assert ids(action, "object") == list(INPUTS)
    assert MANIFEST not in ids(action, "result")
    assert {"effects.parquet", "summary.parquet", "report.html", "runs/"} <= set(ids(action, "result"))
    assert set(ids(action, "result")) <= set(ids(by_id["./"], "hasPart"))
    assert action["actionStatus"] == {"@id": "http://schema.org/CompletedActionStatus"}


def test_a_study_with_failures_says_so(folder: Path) -> None:
    action = entities(crate(folder, manifest(status="incomplete", failures=[{}, {}])))["#run"]
    assert action["actionStatus"]["@id"].endswith("FailedActionStatus")
    assert "2 failed" in action["error"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "Comparison of tighter_borders with none in the world corridor with 3 seeds, paired by seed"),
        (
            {"lucks": 2},
            "Comparison of tighter_borders with none in the world corridor with 3 seeds and 2 lucks of each, paired by seed",
        ),
        (
            {"arms": [{"label": "none", "world": "corridor"}], "seeds": [1], "lucks": 1},
            "Simulation of none in the world corridor with 1 seed",
        ),
    ],
)
def test_without_a_question_it_says_what_was_compared(folder: Path, changes: dict[str, Any], sentence: str) -> None:
    assert entities(crate(folder, manifest(**changes)))["./"]["description"] == sentence


def test_a_study_without_a_name_has_that_of_its_folder(folder: Path) -> None:
    assert entities(crate(folder, manifest(name=None)))["./"]["name"] == folder.name


def test_the_reference_library_reads_it(folder: Path) -> None:
    library = pytest.importorskip("rocrate.rocrate")
    (folder / NAME).write_text(json.dumps(crate(folder, manifest())), encoding="utf-8")
    read = library.ROCrate(str(folder))
    assert {entity.id for entity in read.data_entities} == {*FILES, *(f"{name}/" for name in FOLDERS)}
    assert read.root_dataset["mentions"]["instrument"]["softwareVersion"] == "0.1.0"

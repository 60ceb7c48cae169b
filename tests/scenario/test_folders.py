"""What a folder of configuration files offers."""

from pathlib import Path

import pytest

from sim.evaluation.reading import EVALUATIONS
from sim.ground.errors import RequestError
from sim.ground.shipped import configs_dir
from sim.scenario.folders import OF_USERS, Folders


def test_options_are_the_stems_of_yaml_files_of_all_folders(tmp_path: Path) -> None:
    names = {"one": ("a.yaml", "b.c.yaml", ".yaml", "d.yml", "e"), "two": ("a.yaml", "f.yaml")}
    for folder, files in names.items():
        (tmp_path / folder / "policy").mkdir(parents=True)
        for name in files:
            (tmp_path / folder / "policy" / name).touch()
    found = Folders((tmp_path / "one", tmp_path / "two", tmp_path / "nowhere"))
    assert found.options("policy") == sorted({path.stem for path in tmp_path.glob("*/policy/*.yaml")})
    assert found.options("world") == []


@pytest.mark.parametrize("group", [group for group in OF_USERS if group != "ensemble"])
def test_a_file_of_ones_own_cannot_have_the_name_of_one_that_is_shipped(tmp_path: Path, group: str) -> None:
    folder = tmp_path / group
    folder.mkdir()
    assert Folders.of(tmp_path).all[1:] == (tmp_path,)  # whatever a folder holds, it is one of files
    shipped = next(path.name for path in sorted((configs_dir() / group).glob("*.yaml")))
    (folder / shipped).write_text("", encoding="utf-8")
    with pytest.raises(RequestError, match=f"has the name of {OF_USERS[group]} that exists"):
        Folders.of(tmp_path)


def test_an_ensemble_of_ones_own_may_have_the_name_of_its_world_once(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder / "ensemble").mkdir(parents=True)
        (tmp_path / folder / "ensemble" / "archetypes.csv").touch()
    assert len(Folders.of(tmp_path / "one").all) == 2
    with pytest.raises(RequestError, match="has the name of an ensemble that exists"):
        Folders.of(tmp_path / "one", tmp_path / "two")


def test_requests_are_looked_for_in_folders_that_are_there(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="there is no folder"):
        EVALUATIONS.names([tmp_path / "nowhere"])
    with pytest.raises(RequestError, match="there is no home folder for ~nobody-of-that-name"):
        EVALUATIONS.find("~nobody-of-that-name/x.yaml")
    (tmp_path / "evaluation").mkdir()
    (tmp_path / "evaluation" / "mine.yaml").write_text("question: Why?\n", encoding="utf-8")
    (tmp_path / "evaluation" / "wrong.yaml").write_bytes(b"\xff\xfe")
    asked, faults = EVALUATIONS.questions([tmp_path])
    assert asked["mine"] == "Why?"
    assert len(asked) > 1
    assert list(faults) == ["wrong"]
    assert "not UTF-8" in str(faults["wrong"])

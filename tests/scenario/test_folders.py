"""What a folder of configuration files offers."""

from pathlib import Path

from sim.scenario.folders import Folders


def test_options_are_the_stems_of_yaml_files_of_all_folders(tmp_path: Path) -> None:
    names = {"one": ("a.yaml", "b.c.yaml", ".yaml", "d.yml", "e"), "two": ("a.yaml", "f.yaml")}
    for folder, files in names.items():
        (tmp_path / folder / "policy").mkdir(parents=True)
        for name in files:
            (tmp_path / folder / "policy" / name).touch()
    found = Folders((tmp_path / "one", tmp_path / "two", tmp_path / "nowhere"))
    assert found.options("policy") == sorted({path.stem for path in tmp_path.glob("*/policy/*.yaml")})
    assert found.options("world") == []

"""What a study takes from its user travels with its results, and the design can be made again from the record."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

import sim
from sim.cli import main as cli
from sim.ground.errors import RequestError
from sim.ground.shipped import configs_dir
from sim.report import again
from sim.report import page as page_module
from sim.results.arms import Arm
from sim.results.asked import Design, Setting
from sim.results.check import check
from sim.results.inputs import files_of, kept_world, own_worlds, place_of
from sim.results.parts import fingerprint
from sim.results.record import described, design_of
from sim.results.sealed import unsealed
from sim.scenario.scenario import Scenario
from sim.studies import conduct
from sim.studies.request import sweep
from sim.world.assemble import make_world
from sim.world.describe import world_rows
from sim.world.load import load_world

SMALL = ["people.size=300", "time.years=0.5", "time.burn_in_weeks=8"]


@pytest.mark.parametrize("name", ["corridor", "stocks", "subregions"])
def test_a_world_is_made_again_from_its_tables(name: str, tmp_path: Path) -> None:
    world = load_world(name)
    assert own_worlds([world]) == {}
    tables = world_rows(world)
    tables.pop("blocs")
    again_made = make_world("mine", **tables)
    assert again_made.key == world.key
    assert own_worlds([again_made]) == {world.key: again_made}
    files = files_of(again_made, world.key)
    assert len(files) == len(tables)
    for path, content in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(content, encoding="utf-8")
    fingerprints = {path: fingerprint(tmp_path / path) for path in files}
    kept = kept_world(tmp_path, "mine", world.key, place_of(again_made, world.key), fingerprints)
    assert (kept.name, kept.key) == ("mine", world.key)


@pytest.fixture
def own(folder: Path) -> list[str]:
    """A folder of the user's with a world and a policy; gives the words that choose them."""
    mine = folder.parent / "mine"
    for path, content in files_of(load_world("corridor"), "0").items():
        (mine / Path(path).name).parent.mkdir(parents=True, exist_ok=True)
        (mine / Path(path).name).write_text(content.replace("0.25", "0.26"))
    (mine / "policy").mkdir()
    text = (configs_dir() / "policy" / "raids.yaml").read_text(encoding="utf-8")
    (mine / "policy" / "my_raids.yaml").write_text(text.replace("policy.raids", "policy.my_raids"), encoding="utf-8")
    return [*SMALL, "world=csv", *(f"world.{table}=mine/{table}.csv" for table in ("regions", "legs", "sectors"))]


@pytest.mark.slow
def test_results_of_an_own_world_and_policy_outlive_the_user_s_files(
    own: list[str],
    folder: Path,
    pretended: list[int],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    # figures take seconds, and are tested elsewhere
    monkeypatch.setattr(page_module, "study_pages", lambda found, *_: page_module.Pages(found.effects.to_html(), "all"))
    words = ["compare", "my_raids", *own, "seeds=2", "name=mine", "--config-dir", "mine"]
    assert cli.main([*words, "--quiet"]) == 0
    before = pd.read_parquet(folder / "mine" / "effects.parquet")
    page = (folder / "mine" / "report.html").read_bytes()
    shutil.rmtree("mine")
    capsys.readouterr()
    assert cli.main(["report", "results/mine", "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")
    assert (folder / "mine" / "report.html").read_bytes() == page
    pd.testing.assert_frame_equal(again.findings(Path("results/mine")).effects, before)
    assert check(folder / "mine").whole

    # and the run can be repeated from what was kept
    (world,) = Path("results/mine/world").iterdir()
    kept = [f"world.{path.stem}={path}" for path in sorted(world.iterdir())]
    assert [path.name for path in Path("results/mine/config/policy").iterdir()] == ["my_raids.yaml"]
    pretended.clear()
    repeated = ["compare", "my_raids", *SMALL, "world=csv", *kept, "seeds=2", "name=mine"]
    assert cli.main([*repeated, "--config-dir", "results/mine/config", "--quiet"]) == 0
    assert pretended == []

    (world / "legs.csv").write_text("mine")
    assert [row.file for row in check(folder / "mine").files if row.state == "damaged"] == [
        f"world/{world.name}/legs.csv"
    ]
    with pytest.raises(RequestError, match="the world of these results cannot be made"):
        again.findings(Path("results/mine"))


def test_a_study_asked_for_from_python_is_shown_again(folder: Path, pretended: list[int]) -> None:
    tables = world_rows(load_world("corridor"))
    tables["regions"][0]["inequality"] = 0.4321
    world = make_world("my world", tables["regions"], tables["legs"], tables["sectors"])
    base = Scenario.compose([*SMALL, "world=corridor"]).replace({"world": world})
    found = sim.compare(
        {"raids": ["policy=raids", "policy.raids.dose=0.3"]}, base=base, seeds=2, name="x", report=False
    )
    shown = again.findings(Path("results/x"))
    assert shown.design.arms[1].scenario == found.arms[0].scenario
    assert shown.design.arms[1].scenario["policy.raids.dose"] == 0.3
    pd.testing.assert_frame_equal(shown.effects, found.effects)


@pytest.mark.parametrize(
    "words",
    [
        ["policy=none,tighter_borders", "journey.alone_cost=1,8", "mechanisms.rerouting=on,off"],
        ["policy=[raids,tighter_borders]", "policy.dose=0,0.5,1", "policy.raids.dose=0.3"],
        ["people.size=200,300"],
    ],
)
def test_a_design_comes_back_from_its_record(words: list[str], folder: Path, pretended: list[int]) -> None:
    swept = {word.partition("=")[0] for word in words}
    small = [word for word in SMALL if word.partition("=")[0] not in swept]  # no setting has two values
    request = sweep([*small, "world=corridor", *words])
    conduct.conduct(request.design, [1], name="x", way=conduct.Way(workers=1, report=False))
    shown = design_of(unsealed(folder / "x" / "study.json"), folder / "x")
    assert described(shown) == described(request.design)
    assert [arm.scenario.to_dict() for arm in shown.arms] == [arm.scenario.to_dict() for arm in request.design.arms]


def test_scenarios_of_a_record_differ_from_the_first_where_they_do() -> None:
    first = Scenario.compose(["world=corridor"])
    second = first.replace({"people.size": 200})
    arms = (Arm("none", (), first), Arm("smaller", (), second))
    found = described(Design((Setting("", arms),)))
    assert found["scenarios"][second.key]["values"] == {"people.size": 200}
    assert len(found["scenarios"][first.key]["values"]) > 100

"""The interface from Python: explicit arguments, typed results, the name and version under which it is installed."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

import sim
from sim.ground.errors import RequestError
from sim.results.asked import Design
from sim.results.provenance import versions
from sim.studies import conduct, public
from sim.studies.executors import DISTRIBUTION, EXTRA

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
SMALL = ["world=corridor", "people.size=200", "time.years=0.1", "time.burn_in_weeks=4"]


# --- names and versions -----------------------------------------------------------------------------------------


def test_one_version_everywhere() -> None:
    assert "version" in PROJECT["dynamic"]
    assert f"\nversion: {sim.__version__}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\n## {sim.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert versions()["labyrinth"] == sim.__version__  # with or without an installation


def test_the_distribution_has_a_name_of_its_own() -> None:
    assert PROJECT["name"] == DISTRIBUTION == "labyrinth-abm"
    assert PROJECT["scripts"] == {"labyrinth": "sim.cli.main:main"}
    assert set(EXTRA.values()) <= set(PROJECT["optional-dependencies"])
    try:
        installed = version(DISTRIBUTION)
    except PackageNotFoundError:
        return  # run from a clone
    assert installed.startswith("0.")


@pytest.mark.parametrize(
    "page", sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]), ids=lambda path: path.name
)
def test_documents_name_no_distribution_that_is_somebody_elses(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert not re.search(r"pip install '?labyrinth(?!-abm)\b|\blabyrinth\[", text)
    assert "pip install labyrinth-abm" not in text  # it is on no public index yet
    assert "pip install 'labyrinth-abm" not in text


# --- explicit arguments -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("function", [sim.compare, sim.study, sim.sweep], ids=lambda function: function.__name__)
def test_every_argument_is_named_typed_and_explained(function) -> None:
    signature = inspect.signature(function)
    assert not any(given.kind in (given.VAR_KEYWORD, given.VAR_POSITIONAL) for given in signature.parameters.values())
    assert all(given.annotation is not given.empty for given in signature.parameters.values())
    assert signature.return_annotation in ("Comparison", "Findings", "Comparison | Findings")
    explained = (function.__doc__ or "") + (sim.study.__doc__ or "") + (sim.compare.__doc__ or "")
    assert all(re.search(rf"\b{name}\b", explained) for name in signature.parameters)


class Asked:
    """Stands in for what carries a design out."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(public, "conduct", self.conduct)

    def conduct(self, design: Design, seeds: list[int], *, name: str | None, way: conduct.Way) -> None:
        self.design, self.seeds, self.name, self.way = design, seeds, name, way


@pytest.mark.parametrize("kind", ["study", "sweep"])
def test_every_argument_reaches_what_carries_it_out(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Asked(monkeypatch)
    way = {
        "workers": 3,
        "executor": "serial",
        "interval": "bootstrap",
        "replace": True,
        "only_failed": True,
        "progress": True,
        "report": False,
    }
    more = {"seeds": [4, 5], "until": "deaths=5%", "most_seeds": 9, "keep": "mine", **way}
    if kind == "study":
        sim.study("borders_and_channels", base=SMALL, arms="raids", baseline="tighter_borders", **more)
        assert {"raids", "tighter_borders"} <= {arm.label for arm in asked.design.arms}
    else:
        sim.sweep([*SMALL, "policy=none,raids"], metrics=["deaths"], baseline="raids", **more)
        assert asked.design.metrics == ("deaths",)
    assert asked.design.settings[0].arms[0].label == ("tighter_borders" if kind == "study" else "raids")
    assert (asked.seeds, asked.name) == ([4, 5], "mine")
    assert asked.way == conduct.Way(**way)
    assert asked.design.targets[0].metric == "deaths"
    assert asked.design.most_seeds == 9


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A folder with a policy and a study of one's own."""
    (tmp_path / "own" / "policy").mkdir(parents=True)
    (tmp_path / "own" / "study").mkdir()
    text = (ROOT / "configs/policy/raids.yaml").read_text(encoding="utf-8")
    (tmp_path / "own/policy/mine.yaml").write_text(text.replace("policy.raids", "policy.mine"), encoding="utf-8")
    (tmp_path / "own/study/ours.yaml").write_text(
        "# @package _global_\nstudy: {arms: {mine: [policy=mine]}}\n", encoding="utf-8"
    )
    return tmp_path / "own"


def test_folders_of_ones_own_reach_studies_and_sweeps(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Asked(monkeypatch)
    sim.study("ours", base=SMALL, config_dir=own)
    assert [arm.label for arm in asked.design.arms] == ["none", "mine"]
    sim.sweep([*SMALL, "policy=none,mine"], config_dir=str(own))
    assert [arm.label for arm in asked.design.arms] == ["none", "mine"]
    with pytest.raises(RequestError, match="no study 'ours'"):
        sim.study("ours", base=SMALL)


def test_folders_of_ones_own_reach_comparisons(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    designs: list[Design] = []

    def conducted(design: Design, *_: object, **__: object) -> None:
        designs.append(design)
        raise KeyboardInterrupt

    monkeypatch.setattr(public, "conduct", conducted)
    with pytest.raises(KeyboardInterrupt):
        sim.compare(["mine"], base=SMALL, config_dir=[own])
    with pytest.raises(KeyboardInterrupt):
        sim.compare(["mine"], base=sim.Scenario.compose(SMALL, config_dir=own))
    assert [[arm.label for arm in design.arms] for design in designs] == [["none", "mine"]] * 2
    with pytest.raises(RequestError, match="brings the folders"):
        sim.compare(["mine"], base=sim.Scenario.compose(SMALL), config_dir=own)


# --- types ------------------------------------------------------------------------------------------------------

RIGHT = """
import pandas as pd
import sim

scenario: sim.Scenario = sim.Scenario.compose(["world=corridor"], config_dir=None)
model: sim.Model = sim.Model(scenario, seed=3)
found: sim.Comparison = sim.compare(["raids"], base=["world=corridor"], seeds=4, config_dir="own", workers=2)
effects: pd.DataFrame = found.effects
study: sim.Findings = sim.study("headline", seeds=[1, 2], config_dir=["own"], keep="mine", progress=True)
more: sim.Findings = sim.sweep(["policy=none,raids"], until="deaths=5%", executor="serial")
names: pd.DataFrame = sim.policies()
others: pd.DataFrame = sim.studies()
visas: pd.DataFrame = sim.find("visa")
error: type[ValueError] = sim.RequestError
"""
WRONG = {
    "sim.compare(['raids'], sedes=4)": "call-overload",
    "sim.study('headline', workers='two')": "arg-type",
    "sim.sweep(['policy=none,raids'], keeps='x')": "call-arg",
    "other: sim.Findings = sim.compare(['raids'])": "assignment",
    "sim.Modle": "attr-defined",
}


@pytest.mark.slow
def test_a_script_of_a_users_is_checked_by_its_types(tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    assert (Path(sim.__file__).parent / "py.typed").exists()
    lines = [*RIGHT.strip().splitlines(), *WRONG]
    (tmp_path / "script.py").write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-incremental", "--follow-imports=silent", "script.py"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={"MYPYPATH": str(Path(sim.__file__).parents[1]), "PATH": ""},
        check=False,
    )
    told = dict(re.findall(r"^script\.py:(\d+): error: .*\[([a-z-]+)\]$", done.stdout, re.MULTILINE))
    first = len(RIGHT.strip().splitlines()) + 1
    assert told == {str(first + number): code for number, code in enumerate(WRONG.values())}, done.stdout

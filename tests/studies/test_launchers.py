"""Launchers of Hydra and addresses of clusters that cannot be used are told before anything is started or written."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

import pytest

import sim
from sim.ground import notes
from sim.ground.errors import RequestError
from sim.scenario.scenario import Scenario
from sim.studies import clusters, hydra_jobs
from sim.studies.conduct import Way
from sim.studies.executors import check_executor
from sim.studies.launchers import check_launcher, of_launcher
from sim.studies.options import options_of
from sim.studies.pool import Job, check_threads

SMALL = ["world=corridor", "people.size=200", "time.years=0.1", "time.burn_in_weeks=4"]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("hydra/launcher=joblib", True),
        ("hydra.launcher.n_jobs=2", True),
        ("+hydra.launcher.n_jobs=2", True),
        ("hydra.sweep.dir=x", True),
        ("hydra.searchpath=[file:///x]", False),
        ("people.size=5", False),
        ("name=hydra", False),
    ],
)
def test_which_words_are_for_hydra(word: str, meant: bool) -> None:
    assert of_launcher(word) is meant


@pytest.mark.parametrize("words", [[], ["hydra/launcher=joblib"], ["hydra/launcher=joblib", "hydra.launcher.n_jobs=2"]])
def test_launchers_that_are_there(words: list[str]) -> None:
    check_launcher(words)


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["hydra/launcher=jobli"], "did you mean 'joblib'"),
        (["hydra/launcher="], "no launcher|cannot be set"),
        (["hydra/sweeper=basic"], "only a launcher"),
        (["hydra.sweep.dir=/elsewhere"], "only a launcher"),
        (["hydra.launcher={_target_: os.system}"], "only a launcher"),
        (["hydra.launcher._target_=os.system"], "a plain value"),
        (["+hydra.launcher.x={_target_: os.system}"], "only a launcher"),
        (["hydra/launcher=joblib", "hydra.launcher.n_jobs=${oc.env:HOME}"], "a plain value"),
        (["hydra/launcher=joblib", "hydra.launcher.n_jobs=abc"], "cannot be set so"),
        (["hydra/launcher=joblib", "hydra.launcher.colour=red"], "cannot be set so"),
        (["hydra.launcher.n_jobs=2"], "cannot be set so"),
    ],
)
def test_launchers_that_are_refused(words: list[str], part: str) -> None:
    with pytest.raises(RequestError, match=part):
        check_launcher(words)


@pytest.fixture
def everything_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: True)
    monkeypatch.setattr(shutil, "which", lambda _: "/usr/bin/srun")


@pytest.mark.usefixtures("everything_is_installed")
@pytest.mark.parametrize(
    "asked",
    [
        "dask:tcp://node1:8786",
        "dask:tls://10.0.0.1:8786",
        "dask:node1:8786",
        "dask:tcp://[::1]:8786",
        "ray:auto",
        "ray:head:6379",
        "ray:ray://head:10001",
        "submitit-local:block=2,timeout_min=3,mem_gb=1.5,folder=logs",
        "slurm:partition=short,timeout_min=7,block=3,mem_gb=4,account=abc,slurm_qos=low,time=30",
    ],
)
def test_addresses_and_options_that_are_well_formed(asked: str) -> None:
    check_executor(asked)


@pytest.mark.usefixtures("everything_is_installed")
@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("dask:", "must follow the colon"),
        ("dask:nonsense", "not an address of dask"),
        ("dask:ftp://x:1", "not an address of dask"),
        ("dask:tcp://x", "not an address of dask"),
        ("dask:tcp://x:99999", "not an address of dask"),
        ("dask:tcp://x:1/y", "not an address of dask"),
        ("ray:nonsense", "not an address of ray"),
        ("ray:http://x:1", "not an address of ray"),
        ("submitit-local:timeout_min=abc", "timeout_min must be a whole number from 1 on, not 'abc'"),
        ("submitit-local:timeout_min=0", "timeout_min must be a whole number from 1 on"),
        ("submitit-local:timeout_min=²", "timeout_min must be a whole number"),
        ("submitit-local:nodes=2", "nodes must be a whole number from 1 on to 1"),
        ("submitit-local:partition=short", "has no option 'partition'"),
        ("submitit-local:block=2,block=3", "block is given twice"),
        ("slurm:mem_gb=much", "mem_gb must be a number above 0"),
        ("slurm:mem_gb=nan", "mem_gb must be a number above 0"),
        ("slurm:partitoin=short", "did you mean 'partition'"),
        (f"slurm:block={'9' * 5000}", "block must be a whole number"),
    ],
)
def test_addresses_and_options_that_are_refused(asked: str, part: str) -> None:
    with pytest.raises(RequestError, match=part):
        check_executor(asked)


def test_options_have_their_types() -> None:
    assert options_of("block=3,mem_gb=1.5,partition=short,time=30,folder=7") == {
        "block": 3,
        "mem_gb": 1.5,
        "partition": "short",
        "time": 30,
        "folder": "7",
    }


@pytest.mark.parametrize("way", [{"executor": "dask:nonsense"}, {"executor": "dask:tcp://127.0.0.1:9"}])
def test_a_study_refused_for_its_executor_leaves_nothing(
    way: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(clusters, "PATIENCE", 0.5)
    with pytest.raises(RequestError):
        sim.compare(["raids"], base=SMALL, seeds=1, name="mine/study", **way)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "results" / "mine").mkdir(parents=True)  # what was there before stays
    with pytest.raises(RequestError):
        sim.compare(["raids"], base=SMALL, seeds=1, name="mine/study", **way)
    assert [path.name for path in (tmp_path / "results").rglob("*")] == ["mine"]


def test_a_launcher_is_checked_for_python_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sim.results.asked import single
    from sim.studies.conduct import conduct
    from sim.studies.plan import compose

    monkeypatch.chdir(tmp_path)
    design = single(compose(["raids"], SMALL, "none"))
    with pytest.raises(RequestError, match="no launcher 'nope'"):
        conduct(design, [1], name="x", way=Way(hydra=("hydra/launcher=nope",)))
    assert list(tmp_path.iterdir()) == []


def test_more_threads_than_numba_has_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    many = Scenario.compose([*SMALL, "threads=64"])
    with pytest.raises(RequestError, match=r"threads = 64 is more than the .* set NUMBA_NUM_THREADS=64"):
        check_threads([many], 1, None)
    with pytest.raises(RequestError, match="threads = 64"):
        check_threads([many], 8, "serial")
    check_threads([many], 8, None)  # each of the processes has one thread


def test_after_a_study_with_a_launcher_users_are_still_told_things(tmp_path, capsys, monkeypatch) -> None:
    """Hydra sets up logging anew in the process that asks it, and may switch off what was there."""
    monkeypatch.setattr(notes.LOG, "handlers", [])
    monkeypatch.setattr(notes.LOG, "propagate", notes.LOG.propagate)
    notes.show_on_stderr(quiet=False)
    scenario = Scenario.compose(SMALL)
    hydra_jobs.fill([Job(scenario.key, scenario, 1, tuple(SMALL))], tmp_path, [])
    capsys.readouterr()
    notes.note("one")
    assert capsys.readouterr().err == "labyrinth: one\n"

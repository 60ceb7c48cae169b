"""Runs on other engines: the same results, none lost and none twice, whatever dies."""

from __future__ import annotations

import importlib.util
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

import sim
from sim.ground.errors import RequestError
from sim.results import journal
from sim.results.run import Failure, RunResult
from sim.scenario.scenario import Scenario
from sim.studies import clusters, executors, pool
from sim.studies.engines import AHEAD, WORKER_ENVIRONMENT, bare_main
from sim.studies.executors import check_executor, engine_of, work_block
from sim.studies.pool import Job, execute, run_many

distributed = pytest.importorskip("distributed")
pytest.importorskip("submitit")

BASE = ["world=corridor", "people.size=200", "time.years=0.3", "time.burn_in_weeks=8"]
SCENARIO = Scenario.compose(BASE)
JOBS = [Job(SCENARIO.run_key(seed), SCENARIO, seed) for seed in range(1, 7)]
# whoever runs it asks for its key, and dies of that
DEADLY = Job("deadly", SimpleNamespace(values={"threads": 1, "luck": 0}, run_key=os._exit), 9, ("world=corridor",))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def serial() -> dict[str, RunResult]:
    return {result.key: result for result in execute(JOBS, executor="serial")}


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A Dask cluster of the user's: two processes on this machine."""
    import dask

    with bare_main(), dask.config.set({"distributed.scheduler.allowed-failures": 1}):
        cluster = distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0", silence_logs="CRITICAL"
        )
    with cluster:
        yield cluster


def check(results: Sequence[RunResult], serial: dict[str, RunResult]) -> None:
    """All are there, once, and equal to those done serially to the last bit."""
    assert sorted(result.key for result in results) == sorted(serial)
    for result in results:
        twin = serial[result.key]
        assert result.failure is None
        assert list(result.metrics) == list(twin.metrics)
        assert np.array_equal(list(result.metrics.values()), list(twin.metrics.values()), equal_nan=True)
        assert journal.pack(result.outcomes) == journal.pack(twin.outcomes)  # a journal keeps people in their own order
        for name in ("series", "flows"):
            ours, theirs = getattr(result, name), getattr(twin, name)
            assert list(ours) == list(theirs)
            assert all(ours[part].tobytes() == theirs[part].tobytes() for part in ours)


def check_deadly(results: Sequence[RunResult], serial: dict[str, RunResult]) -> None:
    """The deadly run has failed with the right words; the others are as they should be."""
    (deadly,) = [result for result in results if result.key == "deadly"]
    assert deadly.failure is not None
    assert deadly.failure.stage == "run"
    assert deadly.failure.error.startswith("the worker process died")
    assert deadly.failure.reproducer == "labyrinth run world=corridor seed=9"
    check([result for result in results if result is not deadly], serial)


class Own:
    """All that is asked of an executor: it takes work and gives futures."""

    def __init__(self, work: Callable[..., Any] | None = None) -> None:
        self.work = work
        self.open = self.most = self.taken = 0
        self._pool = ThreadPoolExecutor(2)
        self._lock = threading.Lock()

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        with self._lock:
            self.open += 1
            self.taken += 1
            self.most = max(self.most, self.open)
        future = self._pool.submit(self.work or function, *arguments)
        future.add_done_callback(self._closed)
        return future

    def _closed(self, _: Future[Any]) -> None:
        with self._lock:
            self.open -= 1


# --- names ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "name", "rest"),
    [
        (None, "processes", ""),
        ("processes", "processes", ""),
        ("serial", "serial", ""),
        ("dask", "dask", ""),
        ("dask:tcp://host:8786", "dask", "tcp://host:8786"),
        ("ray", "ray", ""),
        ("ray:auto", "ray", "auto"),
        ("slurm", "slurm", ""),
        ("slurm:partition=short,timeout_min=60,block=20", "slurm", "partition=short,timeout_min=60,block=20"),
        ("submitit-local:block=2", "submitit-local", "block=2"),
        (Own(), "given", ""),
    ],
)
def test_names_of_executors(asked: Any, name: str, rest: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: True)
    monkeypatch.setattr(shutil, "which", lambda _: "/usr/bin/srun")
    assert check_executor(asked) == (name, rest)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("dusk", r"there is no executor 'dusk' .*did you mean 'dask'\?; allowed: processes, serial, dask, ray, slurm"),
        ("serial:3", "serial takes no options, but '3'"),
        ("processes:4", "processes takes no options"),
        ("submitit-local:block", "written key=value,key=value, not 'block'"),
        ("submitit-local:block=many", "block must be a whole number from 1 on, not 'many'"),
        ("submitit-local:jobs=0", "jobs must be a whole number from 1 on, not '0'"),
        ("submitit-local:colour=red", "submitit-local has no option 'colour'"),
        ("slurm", "there is no srun on this machine"),
        ("dask:tcp://127.0.0.1:9", "no Dask scheduler answers at tcp://127.0.0.1:9"),
        (3, "must be a name or have a method submit, not 3"),
    ],
)
def test_executors_that_are_refused(asked: Any, message: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(clusters, "PATIENCE", 0.5)
    with pytest.raises(RequestError, match=message):
        next(execute(JOBS, executor=asked))


@pytest.mark.parametrize(("asked", "extra"), [("dask", "dask"), ("ray:auto", "ray"), ("slurm", "slurm")])
def test_a_package_that_is_missing_is_named(asked: str, extra: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(RequestError, match=rf"pip install \w+, or install labyrinth-abm\[{extra}\]"):
        run_many(JOBS, executor=asked)


def test_nothing_is_started_for_no_jobs() -> None:
    assert run_many([], executor="dask") == {}


def test_who_shares_compiled_kernels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: True)
    monkeypatch.setattr(shutil, "which", lambda _: "/usr/bin/srun")
    with ThreadPoolExecutor(1) as threads:
        local = [None, "processes", "serial", "dask", "ray", "submitit-local", threads]
        assert all(executors.on_this_machine(asked) for asked in local)
    elsewhere = ["dask:tcp://host:8786", "ray:auto", "slurm", Own()]
    assert not any(executors.on_this_machine(asked) for asked in elsewhere)


def test_kernels_are_compiled_beforehand_where_they_are_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[int] = []
    monkeypatch.setattr(pool, "_compile_for", lambda jobs: compiled.append(len(jobs)))
    monkeypatch.setattr(pool, "execute", lambda *_, **__: (job for job in ()))
    monkeypatch.setattr(pool, "kernels_are_kept", lambda: False)
    for asked in ("processes", "submitit-local"):
        run_many(JOBS, workers=2, executor=asked)
    assert compiled == [6, 6]
    for asked in ("serial", "dask:tcp://host:8786", Own()):
        run_many(JOBS, workers=2, executor=asked)
    run_many(JOBS, workers=1)
    assert compiled == [6, 6]
    monkeypatch.setattr(pool, "kernels_are_kept", lambda: True)
    run_many(JOBS, workers=2)
    assert compiled == [6, 6]


def test_a_finished_run_leaves_word_that_kernels_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_compile_for", lambda _: None)
    failed = RunResult(JOBS[0].key, 1, failure=Failure("week 1", "x", ""))
    for folder, given, kept in (
        (None, RunResult(JOBS[0].key, 1), False),
        (tmp_path / "nowhere", RunResult(JOBS[0].key, 1), False),
        (tmp_path, failed, False),
        (tmp_path, RunResult(JOBS[0].key, 1), True),
    ):
        if folder is None:
            monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
        else:
            monkeypatch.setenv("NUMBA_CACHE_DIR", str(folder))
        monkeypatch.setattr(pool, "execute", lambda *_, given=given, **__: (one for one in (given,)))
        run_many(JOBS[:1])
        assert pool.kernels_are_kept() == kept


# --- the same results -------------------------------------------------------------------------------------------


def test_processes_give_the_same_bits(serial: dict[str, RunResult]) -> None:
    check(list(execute(JOBS, workers=2, executor="processes")), serial)


def test_threads_of_the_users_give_the_same_bits_and_stay_open(serial: dict[str, RunResult]) -> None:
    with ThreadPoolExecutor(2) as threads:
        check(list(execute(JOBS, executor=threads)), serial)
        assert threads.submit(int).result() == 0


def test_an_executor_of_the_users_gives_the_same_bits(serial: dict[str, RunResult]) -> None:
    results = run_many(JOBS, workers=2, executor=Own())  # type: ignore[arg-type]
    check(list(results.values()), serial)


@pytest.mark.slow
def test_a_dask_cluster_of_our_own_is_closed_in_the_end(serial: dict[str, RunResult]) -> None:
    before = set(_children())
    engine = engine_of("dask", 2)
    assert isinstance(engine, clusters.Dask)
    assert engine.window == 2 * AHEAD
    threads = engine.submit(eval, "__import__('numba').config.NUMBA_NUM_THREADS")
    script = engine.submit(eval, "getattr(__import__('sys').modules['__main__'], '__file__', None)")
    assert threads.result() == 1
    assert script.result() is None  # none was imported again
    engine.close()
    assert set(_children()) <= before
    with pytest.raises(ConnectionError, match="scheduler is gone"):
        engine.submit(int)


def _children() -> list[int]:
    """Processes that this one has started, but for Python's own helper that looks after shared resources."""
    import psutil

    found = []
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess, psutil.ZombieProcess):  # it has ended between two looks
            if "resource_tracker" not in str(child.cmdline()):
                found.append(child.pid)
    return found


def test_no_more_than_a_window_is_under_way() -> None:
    own = Own(lambda jobs, *_: time.sleep(0.001) or [RunResult(job.key, job.seed) for job in jobs])
    many = [Job(str(seed), SCENARIO, seed) for seed in range(200)]
    ready = execute(many, workers=3, executor=own)  # type: ignore[arg-type]
    keys = [next(ready).key]
    assert own.taken <= 3 * AHEAD
    keys += [result.key for result in ready]
    assert sorted(keys) == sorted(job.key for job in many)
    assert own.taken == len(many)
    assert own.most <= 3 * AHEAD


def test_what_waits_is_dropped_when_nobody_wants_more() -> None:
    gate = threading.Event()
    own = Own(lambda jobs, *_: gate.wait(5) and [RunResult(jobs[0].key, 0)] if jobs[0].seed else [RunResult("0", 0)])
    ready = execute([Job(str(seed), SCENARIO, seed) for seed in range(50)], workers=2, executor=own)  # type: ignore[arg-type]
    next(ready)
    ready.close()
    gate.set()
    own._pool.shutdown()
    assert own.open == 0
    assert own.taken <= 2 * AHEAD


@pytest.mark.slow
def test_comparisons_are_the_same_everywhere(cluster: Any) -> None:
    asked = ("serial", f"dask:{cluster.scheduler_address}", Own())
    first, *others = (sim.compare(["raids"], base=BASE, seeds=2, workers=2, executor=where) for where in asked)  # type: ignore[arg-type]
    for other in others:
        for table in ("effects", "series", "risks"):
            pd.testing.assert_frame_equal(getattr(first, table), getattr(other, table), check_exact=True)


@pytest.mark.slow
def test_a_study_goes_on_from_what_a_cluster_did(
    cluster: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, serial: dict[str, RunResult]
) -> None:
    monkeypatch.chdir(tmp_path)

    def study(seeds: int, where: Any) -> Any:
        return sim.compare(["raids"], base=BASE, seeds=seeds, name="study", executor=where, report=False)

    study(1, f"dask:{cluster.scheduler_address}")
    own = Own()
    found = study(2, own)
    assert own.taken == 2
    study(2, own)
    assert own.taken == 2
    check(found.runs_of(found.every_arm[0]), {job.key: serial[job.key] for job in JOBS[:2]})


# --- what dies --------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs kill -9")
def test_a_dask_worker_that_is_killed_loses_nothing(cluster: Any, serial: dict[str, RunResult]) -> None:
    more = [Job(SCENARIO.run_key(seed), SCENARIO, seed) for seed in range(1, 21)]
    expected = serial | {result.key: result for result in execute(more[len(JOBS) :], executor="serial")}
    with distributed.Client(cluster, set_as_default=False) as client:
        workers = client.run(os.getpid)
        ready = execute(more, executor=f"dask:{cluster.scheduler_address}")
        results = [next(ready)]
        while not (busy := [name for name, tasks in client.processing().items() if tasks]):
            time.sleep(0.01)
        os.kill(workers[busy[0]], signal.SIGKILL)
        results += ready
        assert set(client.run(os.getpid).values()) != set(workers.values())
    check(results, expected)
    assert cluster.status.name == "running"  # it is not ours to close


@pytest.mark.slow
def test_a_run_that_kills_workers_of_dask_becomes_a_failure(cluster: Any, serial: dict[str, RunResult]) -> None:
    jobs = [JOBS[0], DEADLY, *JOBS[1:]]
    check_deadly(list(execute(jobs, executor=f"dask:{cluster.scheduler_address}")), serial)


@pytest.mark.slow
def test_a_pool_of_the_users_that_breaks_loses_nothing(serial: dict[str, RunResult]) -> None:
    with bare_main():
        users = ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn"))
        users.submit(int).result()
    # all are under way when it breaks, and each is tried once more in a process of its own
    results = list(execute([JOBS[0], DEADLY, JOBS[1]], workers=2, executor=users))
    check_deadly(results, {job.key: serial[job.key] for job in JOBS[:2]})
    with pytest.raises(RequestError, match="takes no more work: "):
        list(execute(JOBS, executor=users))
    users.shutdown()


def test_what_gives_other_futures_is_refused(cluster: Any) -> None:
    with (
        distributed.Client(cluster, set_as_default=False) as client,
        pytest.raises(RequestError, match=r"distributed\.client\.Future where .* of a Dask client pass get_executor"),
    ):
        list(execute(JOBS, executor=client))


def test_a_closed_executor_is_refused() -> None:
    threads = ThreadPoolExecutor(1)
    threads.shutdown()
    with pytest.raises(RequestError, match="takes no more work: cannot schedule new futures after shutdown"):
        list(execute(JOBS, executor=threads))


def test_what_fails_once_is_tried_again(serial: dict[str, RunResult]) -> None:
    seen: set[str] = set()

    def shaky(jobs: Sequence[Job], folder: Path | None, source: str) -> list[RunResult]:
        if jobs[0].key not in seen:
            seen.add(jobs[0].key)
            raise BrokenExecutor("gone")
        return work_block(jobs, folder, source)

    own = Own(shaky)
    check(list(execute(JOBS, workers=2, executor=own)), serial)  # type: ignore[arg-type]
    assert own.taken == 2 * len(JOBS)


class Blaming:
    """An executor as a Dask worker is: pieces of work wait at it, and are given up with the one of which it dies."""

    def __init__(self) -> None:
        self._waiting: SimpleQueue[tuple[Future[Any], Callable[..., Any], tuple[Any, ...]]] = SimpleQueue()
        threading.Thread(target=self._work, daemon=True).start()

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self._waiting.put((future, function, arguments))
        return future

    def _work(self) -> None:
        while True:
            here = [self._waiting.get()]
            time.sleep(0.05)  # for others to come, if there are any
            while not self._waiting.empty():
                here.append(self._waiting.get())
            for place, (future, function, arguments) in enumerate(here):
                if arguments[0][0].key == "deadly":
                    for given_up, _, _ in here[place:]:
                        given_up.set_exception(BrokenExecutor("gone"))
                    break
                future.set_result(function(*arguments))


@pytest.mark.slow
def test_who_waits_beside_a_deadly_run_is_not_taken_for_it(serial: dict[str, RunResult]) -> None:
    jobs = [JOBS[0], DEADLY, *JOBS[1:]]
    check_deadly(list(execute(jobs, workers=2, executor=Blaming())), serial)  # type: ignore[arg-type]


def test_a_worker_with_other_code_gives_no_results() -> None:
    own = Own(lambda jobs, folder, _: work_block(jobs, folder, "of another version"))
    (result,) = execute(JOBS[:1], executor=own)  # type: ignore[arg-type]
    assert result.failure is not None
    assert "has another version of Labyrinth" in result.failure.error


# --- slurm ------------------------------------------------------------------------------------------------------


def stored(folder: Path) -> list[RunResult]:
    batches = [batch for path in folder.glob("runs-*.journal") for batch in journal.read(path)]
    return [result for batch in batches for result in journal.results_of(journal.pa.Table.from_batches([batch]))]


@pytest.mark.slow
def test_blocks_keep_their_runs_and_give_receipts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, serial: dict[str, RunResult]
) -> None:
    monkeypatch.chdir(tmp_path)
    kept = tmp_path / "journal"
    jobs = [JOBS[0], DEADLY, *JOBS[1:4]]
    results = list(execute(jobs, workers=2, executor="submitit-local:block=3", journal=kept))
    assert {result.key for result in results} == {job.key for job in jobs}
    assert len(results) == len(jobs)
    (deadly,) = [result for result in results if result.failure]
    assert deadly.key == "deadly"
    assert deadly.failure is not None
    assert deadly.failure.error.startswith("the worker process died")
    assert not deadly.stored
    assert all(result.stored and not result.metrics for result in results if result is not deadly)
    # nothing twice: what the block had done before it died was not done again
    check(stored(kept), {job.key: serial[job.key] for job in JOBS[:4]})
    assert not list((tmp_path / clusters.FOLDER).glob("*_result.pkl"))


@pytest.mark.slow
def test_blocks_without_a_journal_give_results(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, serial: dict[str, RunResult]
) -> None:
    monkeypatch.chdir(tmp_path)
    check(list(execute(JOBS, executor="submitit-local:block=3,jobs=2,folder=logs")), serial)
    assert list((tmp_path / "logs").glob("*.out"))


def test_a_run_that_could_not_be_kept_comes_back_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, serial: dict[str, RunResult]
) -> None:
    def full(self: journal.Journal, message: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(journal.Journal, "write", full)
    results = work_block(JOBS[:2], tmp_path)
    assert not any(result.stored for result in results)
    check(results, {job.key: serial[job.key] for job in JOBS[:2]})


DRIVER = """
import pickle, signal, sys, time
from pathlib import Path
# who runs in the background of a shell is born deaf to it, and so are its children
signal.signal(signal.SIGINT, signal.default_int_handler)
from sim.studies.pool import execute
jobs = pickle.load(sys.stdin.buffer)
for _ in execute(jobs, workers=2, executor={executor!r}, journal=Path("results/study/journal")):
    print("done", flush=True)
    time.sleep({pause})
"""


def _driver(executor: str, folder: Path, pause: float = 0.0) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", DRIVER.format(executor=executor, pause=pause)]
    environment = os.environ | {"PYTHONPATH": str(Path(pool.__file__).parents[2])}
    driver = subprocess.Popen(
        command, cwd=folder, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert driver.stdin is not None
    driver.stdin.write(multiprocessing.reduction.ForkingPickler.dumps(JOBS))
    driver.stdin.close()
    driver.stdin = None
    return driver


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs kill -9")
def test_finished_runs_survive_the_driver(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, serial: dict[str, RunResult]
) -> None:
    monkeypatch.chdir(tmp_path)
    driver = _driver("submitit-local:block=3", tmp_path)
    kept = tmp_path / "results/study/journal"
    while not stored(kept):
        assert driver.poll() is None
        time.sleep(0.02)
    driver.kill()
    driver.communicate()
    while len(stored(kept)) < len(JOBS):  # the jobs go on without it
        time.sleep(0.1)
    check(stored(kept), serial)
    own = Own()
    found = sim.compare(["raids"], base=BASE, seeds=len(JOBS), name="study", executor=own, report=False)  # type: ignore[arg-type]
    assert own.taken == len(JOBS)  # those of the other arm; the baseline's were in the journal
    check(found.runs_of(found.every_arm[0]), serial)


@pytest.mark.slow
def test_an_interrupt_closes_what_was_started(tmp_path: Path) -> None:
    import psutil

    driver = _driver("dask", tmp_path, pause=600.0)  # it is still there when it is interrupted
    assert driver.stdout is not None
    assert driver.stdout.readline() == b"done\n"
    started = psutil.Process(driver.pid).children(recursive=True)
    assert len(started) >= 2
    driver.send_signal(signal.SIGINT)
    _, errors = driver.communicate()
    assert b"KeyboardInterrupt" in errors
    _, alive = psutil.wait_procs(started)
    assert not alive


SLURM = {
    # what each of Slurm's commands would do, on this machine; the options of srun that submitit gives begin with a dash
    "sbatch": """
        for script; do :; done
        echo "$@" >> "$FAKE_SLURM/asked"; cat "$script" >> "$FAKE_SLURM/asked"
        export SLURM_JOB_ID=$$ SLURM_NTASKS=1 SLURM_JOB_NUM_NODES=1 SLURM_NODEID=0 SLURM_PROCID=0 SLURM_LOCALID=0
        bash "$script" > "$FAKE_SLURM/$$.log" 2>&1 &
        echo "Submitted batch job $$" """,
    "srun": """
        while [ $# -gt 0 ]; do case "$1" in
            --output|--error) shift 2;;
            -*) shift;;
            *) break;;
        esac; done
        exec "$@" """,
    "sacct": 'echo "JobID|State|NodeList"',
    "scancel": "true",
}


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_slurm_gets_blocks_with_its_options(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, serial: dict[str, RunResult]
) -> None:
    for name, text in SLURM.items():
        (tmp_path / name).write_text(f"#!/bin/bash\n{text}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("FAKE_SLURM", str(tmp_path))
    results = list(execute(JOBS, executor="slurm:partition=short,timeout_min=7,block=3", journal=Path("journal")))
    assert all(result.stored for result in results)
    check(stored(tmp_path / "journal"), serial)
    asked = (tmp_path / "asked").read_text()
    assert asked.count("#SBATCH --partition=short") == 2
    assert asked.count("#SBATCH --time=7") == 2
    assert all(f"export {name}={value}" in asked for name, value in WORKER_ENVIRONMENT.items())
    with pytest.raises(RequestError, match="slurm has no option 'colour'"):
        engine_of("slurm:colour=red", 1)


# --- ray --------------------------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore")  # Ray is not ours, and leaves sockets and processes to the garbage collector
def test_ray_gives_the_same_bits_and_outlives_a_deadly_run(serial: dict[str, RunResult]) -> None:
    ray = pytest.importorskip("ray")
    check_deadly(list(execute([JOBS[0], DEADLY, *JOBS[1:]], workers=2, executor="ray")), serial)
    assert not ray.is_initialized()


# --- the bare main ----------------------------------------------------------------------------------------------


def test_threads_may_be_bare_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    monkeypatch.delenv("NUMBA_NUM_THREADS", raising=False)
    main = sys.modules["__main__"]
    first, second = bare_main(), bare_main()
    first.__enter__()
    bare = sys.modules["__main__"]
    assert isinstance(bare, ModuleType)
    assert bare is not main
    second.__enter__()
    first.__exit__(None, None, None)
    assert sys.modules["__main__"] is bare
    assert {name: os.environ.get(name) for name in WORKER_ENVIRONMENT} == WORKER_ENVIRONMENT
    second.__exit__(None, None, None)
    assert sys.modules["__main__"] is main
    assert os.environ["OMP_NUM_THREADS"] == "3"
    assert "NUMBA_NUM_THREADS" not in os.environ

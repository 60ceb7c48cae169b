"""Where runs are done: on this machine, on a Dask or Ray cluster, or as Slurm jobs.

An engine takes work as an executor of ``concurrent.futures`` does. Its name may be followed by a colon and options:
``dask:tcp://host:8786``, ``slurm:partition=short,timeout_min=60,block=20``.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
import time
import types
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

from sim.errors import RequestError

NAMES = ("processes", "serial", "dask", "ray", "slurm", "submitit-local")
EXTRA = {"distributed": "dask", "ray": "ray", "submitit": "slurm"}
BLOCK = 20  # runs in one Slurm job: a queue is slow, a run is short
POLL = 0.5  # seconds between looks at Slurm jobs
# a worker simulates on one thread; BLAS is told so too, or it starts one thread a core in every worker
WORKER_ENVIRONMENT = {"NUMBA_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


class Engine(Protocol):
    """Takes work and gives futures; ``workers`` at a time, ``block`` runs in each piece of work."""

    workers: int
    block: int

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Begin or queue ``function(*arguments)``."""

    def close(self) -> None:
        """Drop what has not begun, and give back what this engine started."""


def engine_of(asked: str | Executor | None, workers: int) -> Engine | None:
    """The engine that is asked for; None for runs in this process.

    Raises
    ------
    RequestError : there is no such engine, its options are wrong, or its package is not installed.
    """
    if isinstance(asked, Executor) or (asked is not None and not isinstance(asked, str)):
        return _Given(asked, workers)
    name, _, rest = (asked or "processes").partition(":")
    if name not in NAMES:
        raise RequestError(f"there is no executor {name!r}", where="executor", given=name, allowed=NAMES)
    if rest and name in ("processes", "serial"):
        raise RequestError(f"executor {name} takes no options", where=f"executor={asked}")
    if name == "serial":
        return None
    if name == "processes":
        return None if workers <= 1 else _Processes(workers)
    if name == "dask":
        return _Dask(rest, workers)
    if name == "ray":
        return _Ray(rest)
    return _Submitit(name, _options(rest, str(asked)), workers)


class _Given:
    """An executor of the user's, which stays open."""

    block = 1

    def __init__(self, executor: Any, workers: int) -> None:
        if not callable(getattr(executor, "submit", None)):
            raise RequestError(
                f"executor must be a name or have a method submit, not {executor!r}", where="executor", allowed=NAMES
            )
        self._executor, self.workers = executor, max(workers, 1)

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        future: Future[Any] = self._executor.submit(function, *arguments)
        return future

    def close(self) -> None:
        pass


class _Processes:
    """Persistent spawned processes on this machine."""

    block = 1

    def __init__(self, workers: int) -> None:
        self.workers = workers
        context = multiprocessing.get_context("spawn")
        self._pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_follow_parent)

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        with bare_main():
            return self._pool.submit(function, *arguments)

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


class _Dask:
    """A Dask cluster: the one at ``address``, or one of processes on this machine."""

    block = 1

    def __init__(self, address: str, workers: int) -> None:
        distributed = _needed("distributed")
        self._cluster = None
        if address:
            try:
                self._client = distributed.Client(address, timeout="20s")
            except (OSError, ValueError, TimeoutError) as error:
                raise RequestError(
                    f"no Dask scheduler answers at {address}: {error}", where=f"executor=dask:{address}"
                ) from None
        else:
            with bare_main():
                self._cluster = distributed.LocalCluster(
                    n_workers=workers, threads_per_worker=1, dashboard_address=None, env=WORKER_ENVIRONMENT
                )
                self._client = distributed.Client(self._cluster)
        self.workers = max(sum(self._client.nthreads().values()), 1)
        # a task whose worker dies goes to another; one that kills every worker is given up after so many
        self._pool = self._client.get_executor(pure=False, retries=1)

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        future: Future[Any] = self._pool.submit(function, *arguments)
        return future

    def close(self) -> None:
        self._pool.shutdown(wait=False)
        self._client.close()
        if self._cluster is not None:
            self._cluster.close()


class _Ray:
    """A Ray cluster: the one at ``address`` (``auto`` finds it), or one on this machine."""

    block = 1

    def __init__(self, address: str) -> None:
        self._ray = _needed("ray")
        self._ours = not self._ray.is_initialized()
        if self._ours:
            environment = {"env_vars": WORKER_ENVIRONMENT}
            self._ray.init(address=address or None, log_to_driver=False, runtime_env=environment)
        self.workers = max(int(self._ray.cluster_resources().get("CPU", 1)), 1)

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        future: Future[Any] = self._ray.remote(function).remote(*arguments).future()
        return future

    def close(self) -> None:
        if self._ours:
            self._ray.shutdown()


class _Submitit:
    """Slurm jobs, or local ones that behave alike, each doing a block of runs."""

    def __init__(self, name: str, options: dict[str, Any], workers: int) -> None:
        submitit = _needed("submitit")
        self.block = int(options.pop("block", BLOCK))
        self.workers = int(options.pop("jobs", 200 if name == "slurm" else workers))
        folder = options.pop("folder", "submitit")
        local = name == "submitit-local"
        try:
            self._pool = submitit.AutoExecutor(folder=folder, cluster="local" if local else "slurm")
            self._pool.update_parameters(
                **({"timeout_min": 60} | {key if local else _slurm(key): value for key, value in options.items()})
            )
        except (RuntimeError, ValueError, TypeError, NotImplementedError) as error:
            raise RequestError(f"{name} cannot be used here: {error}", where="executor") from None
        self._jobs: list[tuple[Any, Future[Any]]] = []
        self._open = True
        threading.Thread(target=self._watch, daemon=True).start()

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_running_or_notify_cancel()
        self._jobs.append((self._pool.submit(function, *arguments), future))
        return future

    def _watch(self) -> None:
        while self._open:
            for entry in list(self._jobs):
                job, future = entry
                if job.done():
                    self._jobs.remove(entry)
                    try:
                        future.set_result(job.result())
                    except Exception as error:  # noqa: BLE001 - whatever ended the job, its runs are tried again
                        future.set_exception(error)
            time.sleep(POLL)

    def close(self) -> None:
        self._open = False
        for job, _ in self._jobs:
            with suppress(Exception):
                job.cancel()


def _slurm(key: str) -> str:
    """Submitit wants what only Slurm knows to be said so."""
    common = ("timeout_min", "mem_gb", "cpus_per_task", "nodes", "name", "gpus_per_node", "tasks_per_node")
    return key if key in common or key.startswith("slurm_") else f"slurm_{key}"


def _options(text: str, where: str) -> dict[str, Any]:
    """Options ``key=value,key=value``; whole numbers become numbers."""
    found: dict[str, Any] = {}
    for part in filter(None, text.split(",")):
        key, equals, value = part.partition("=")
        if not equals or not key or not value:
            raise RequestError(f"options are written key=value,key=value, not {part!r}", where=f"executor={where}")
        found[key] = int(value) if value.isdigit() else value
    if not all(isinstance(found.get(key, 1), int) and found.get(key, 1) > 0 for key in ("block", "jobs")):
        raise RequestError("block and jobs must be whole numbers above 0", where=f"executor={where}")
    return found


def _needed(package: str) -> Any:
    """An optional package. RequestError says how to get it."""
    import importlib  # noqa: PLC0415 - only here

    try:
        return importlib.import_module(package)
    except ImportError:
        raise RequestError(
            f"the package {package} is not installed; pip install 'labyrinth[{EXTRA[package]}]'", where="executor"
        ) from None


# --- what a worker does -----------------------------------------------------------------------------------------


def work_block(jobs: Sequence[Any], folder: Path | None = None) -> list[Any]:
    """Do some jobs one after another. With a folder, each run is appended to a journal there as soon as it has finished
    and only its receipt comes back: a driver that dies meanwhile loses nothing.
    """
    from sim.studies.run import run_one  # noqa: PLC0415 - kernels

    if folder is None:
        return [run_one(job.scenario, job.seed, job.words) for job in jobs]
    from sim.studies import journal  # noqa: PLC0415 - pyarrow, which other workers do without

    receipts = []
    writer = journal.Writer(folder)
    try:
        for job in jobs:
            result = run_one(job.scenario, job.seed, job.words)
            if result.failure is None:
                writer.append(result)
            receipts.append(result.receipt(stored=result.failure is None))
    finally:
        writer.close()
    return receipts


def _follow_parent() -> None:
    """A worker whose parent is gone would wait for work for ever: it leaves with its parent."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def leave() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=leave, daemon=True).start()


@contextmanager
def bare_main() -> Iterator[None]:
    """While workers are spawned: their environment, and no ``__main__`` that they would import."""
    main, kept = sys.modules["__main__"], {name: os.environ.get(name) for name in WORKER_ENVIRONMENT}
    os.environ.update(WORKER_ENVIRONMENT)
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
        for name, value in kept.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value

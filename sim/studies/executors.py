"""Where runs are done: on this machine, on a Dask or Ray cluster, or as Slurm jobs.

An engine takes work as an executor of ``concurrent.futures`` does. Its name may be followed by a colon and an address
or options: ``dask:tcp://host:8786``, ``slurm:partition=short,timeout_min=60,block=20``. See ``docs/scale_out.md``.
"""

from __future__ import annotations

import importlib
import importlib.util
import math
import multiprocessing
import os
import re
import shutil
import socket
import sys
import threading
import types
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sim.ground.cache import source_hash
from sim.ground.errors import RequestError

# the optional package that each needs
PACKAGES = {
    "processes": "",
    "serial": "",
    "dask": "distributed",
    "ray": "ray",
    "slurm": "submitit",
    "submitit-local": "submitit",
}
NAMES = tuple(PACKAGES)
DISTRIBUTION = "labyrinth-abm"
# the address of a cluster, and how it is written
_HOST = r"(?:[\w.-]+|\[[0-9A-Fa-f:.]+\]):(?P<port>\d{1,5})"
ADDRESSES = {
    "dask": (re.compile(rf"(?:(?:tcp|tls|ws|wss|ucx)://)?{_HOST}"), "dask:tcp://HOST:PORT"),
    "ray": (re.compile(rf"auto|(?:ray://)?{_HOST}"), "ray:auto, ray:HOST:PORT or ray://HOST:PORT after ray:"),
}
EXTRA = {"distributed": "dask", "ray": "ray", "submitit": "slurm"}
AHEAD = 4  # pieces of work that wait or run for each worker, so that none waits for the driver
# options of submitit: whole numbers with the least that each may be, other numbers, and text
COUNTS = {
    "block": 1,
    "jobs": 1,
    "timeout_min": 1,
    "cpus_per_task": 1,
    "nodes": 1,
    "tasks_per_node": 1,
    "gpus_per_node": 0,
}
NUMBERS = ("mem_gb",)
TEXTS = ("folder", "name")
MOST_OF_AN_OPTION = 10**9
BLOCK = 20  # runs in one Slurm job: a queue is slow, a run is short
# a worker simulates on one thread; BLAS is told so too, or it starts one thread a core in every worker
WORKER_ENVIRONMENT = {"NUMBA_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


class Engine(ABC):
    """Takes work and gives futures; what has a default is the same for most."""

    workers: int = 1  # pieces of work done at a time
    block: int = 1  # runs in a piece of work
    ahead: int = AHEAD
    apart: bool = True  # whether a worker that dies takes only its own piece of work with it
    keeps: bool = False  # whether workers append finished runs to a study's journal themselves

    @property
    def window(self) -> int:
        """Pieces of work that may wait or run; the others wait with the driver, where they cost nothing."""
        return max(self.workers, 1) * self.ahead

    @abstractmethod
    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Begin or queue ``function(*arguments)``. Raises when the engine takes no more work."""

    def close(self) -> None:  # noqa: B027 - most have nothing to give back
        """Drop what has not begun, and give back what this engine started."""


def check_executor(asked: str | Executor | None) -> tuple[str, str]:
    """The name of an engine and what follows its colon; ``("given", "")`` for an executor of the user's.

    Raises
    ------
    RequestError : there is no such engine, its options are wrong, or what it needs is not installed. Nothing is
        started to find out.
    """
    if asked is not None and not isinstance(asked, str):
        if not callable(getattr(asked, "submit", None)):
            raise RequestError(
                f"executor must be a name or have a method submit, not {asked!r}", where="executor", allowed=NAMES
            )
        return "given", ""
    name, _, rest = (asked or "processes").partition(":")
    if name not in PACKAGES:
        raise RequestError(f"there is no executor {name!r}", where="executor", given=name, allowed=NAMES)
    if rest and name in ("processes", "serial"):
        raise RequestError(f"executor {name} takes no options, but {rest!r} was given", where="executor")
    if asked is not None and asked.endswith(":"):
        raise RequestError(f"something must follow the colon of {asked!r}", where="executor")
    if name in ADDRESSES and rest:
        _check_address(name, rest)
    package = PACKAGES[name]
    if package and importlib.util.find_spec(package) is None:
        raise RequestError(
            f"executor {name} needs the package {package}, which is not installed; "
            f"pip install {package}, or install {DISTRIBUTION}[{EXTRA[package]}]",
            where="executor",
        )
    if package == "submitit":
        options_of(rest, name)
    if name == "slurm" and shutil.which("srun") is None:
        raise RequestError(
            "executor slurm needs Slurm, and there is no srun on this machine; start from a login node",
            where="executor",
        )
    return name, rest


def on_this_machine(asked: str | Executor | None) -> bool:
    """Whether the runs are done on this machine, so that they find kernels that are compiled here beforehand."""
    name, rest = check_executor(asked)
    if name == "given":
        return isinstance(asked, (ThreadPoolExecutor, ProcessPoolExecutor))
    return name != "slurm" and not (name in ("dask", "ray") and rest)


def engine_of(asked: str | Executor | None, workers: int) -> Engine | None:
    """The engine that is asked for; None for runs in this process.

    Parameters
    ----------
    asked : None or ``"processes"``; ``"serial"``; ``"dask"`` or ``"dask:<address>"``; ``"ray"`` or ``"ray:<address>"``;
        ``"slurm"``, ``"slurm:<options>"``; ``"submitit-local"``, which does on this machine what ``"slurm"`` does; or
        any object with ``submit(function, *arguments) -> Future``, which stays open.
    workers : pieces of work at a time, where the engine does not know better.

    Raises
    ------
    RequestError : as ``check_executor``, or the cluster does not answer.
    """
    name, rest = check_executor(asked)
    if name == "given":
        return Given(asked, workers)
    if name == "serial" or (name == "processes" and workers <= 1):
        return None
    if name == "processes":
        return Processes(workers)
    from sim.studies import clusters  # noqa: PLC0415 - its engines are made of this module's

    if name == "dask":
        return clusters.Dask(rest, workers)
    if name == "ray":
        return clusters.Ray(rest, workers)
    return clusters.Submitit(name, rest, workers)


# --- on this machine --------------------------------------------------------------------------------------------


class Given(Engine):
    """An executor of the user's, which stays open."""

    def __init__(self, executor: Any, workers: int) -> None:
        self._executor = executor
        self.workers = getattr(executor, "_max_workers", None) or workers
        self.apart = not isinstance(executor, ProcessPoolExecutor)

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Hand over to the user's executor."""
        future = self._executor.submit(function, *arguments)
        if not isinstance(future, Future):
            kind = type(future)
            raise TypeError(
                f"its submit gives a {kind.__module__}.{kind.__name__} where a concurrent.futures.Future is needed; "
                "of a Dask client pass get_executor()"
            )
        return future


class Processes(Engine):
    """Persistent spawned processes; when one dies, Python ends them all."""

    apart = False

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._pool = _spawned(workers)

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Queue it, with a new process if none is idle."""
        with bare_main():
            return self._pool.submit(function, *arguments)

    def close(self) -> None:
        """Let the processes go; what they are doing is thrown away."""
        self._pool.shutdown(wait=False, cancel_futures=True)


class OneByOne(Engine):
    """A process for each piece of work, so that one that dies shows which run was the culprit."""

    ahead = 1

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._pools: list[ProcessPoolExecutor] = []

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Begin it in a process of its own."""
        pool = _spawned(1)
        self._pools.append(pool)
        with bare_main():
            future = pool.submit(function, *arguments)
        future.add_done_callback(lambda _: pool.shutdown(wait=False))
        return future

    def close(self) -> None:
        """Let the processes go."""
        for pool in self._pools:
            pool.shutdown(wait=False, cancel_futures=True)


def _spawned(workers: int) -> ProcessPoolExecutor:
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_follow_parent)


def _follow_parent() -> None:
    """A worker whose parent is gone would wait for work for ever: it leaves with its parent."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def leave() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=leave, daemon=True).start()


_bare = threading.RLock()
_bare_depth = 0
_before_bare: tuple[types.ModuleType, dict[str, str | None]] | None = None


@contextmanager
def bare_main() -> Iterator[None]:
    """While workers are spawned: their environment, and no ``__main__`` that they would import.

    Several threads may be inside at once; the last to leave puts things back.
    """
    _enter_bare_main()
    try:
        yield
    finally:
        _leave_bare_main()


def _enter_bare_main() -> None:
    global _bare_depth, _before_bare  # noqa: PLW0603 - there is one __main__ and one environment
    with _bare:
        if _bare_depth == 0:
            _before_bare = sys.modules["__main__"], {name: os.environ.get(name) for name in WORKER_ENVIRONMENT}
            os.environ.update(WORKER_ENVIRONMENT)
            sys.modules["__main__"] = types.ModuleType("__main__")
        _bare_depth += 1


def _leave_bare_main() -> None:
    global _bare_depth, _before_bare  # noqa: PLW0603
    with _bare:
        _bare_depth -= 1
        if _bare_depth or _before_bare is None:
            return
        sys.modules["__main__"], kept = _before_bare
        _before_bare = None
        for name, value in kept.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _check_address(name: str, address: str) -> None:
    """RequestError unless an address has the form that the cluster's own client reads. Nobody is asked."""
    form, example = ADDRESSES[name]
    match = form.fullmatch(address)
    if match is None or not 0 < int(match["port"] or 1) < 65536:
        raise RequestError(f"{address!r} is not an address of {name}; it is written {example}", where="executor")


def options_of(text: str, name: str = "slurm") -> dict[str, Any]:
    """Options ``key=value,key=value`` of Slurm jobs, or of local ones; numbers become numbers.

    Raises
    ------
    RequestError : an option is not known, is given twice, or is not of its type.
    """
    found: dict[str, Any] = {}
    for part in filter(None, text.split(",")):
        key, _, value = (word.strip() for word in part.partition("="))
        if not key or not value:
            raise RequestError(
                f"options of an executor are written key=value,key=value, not {part!r}", where="executor"
            )
        if key in found:
            raise RequestError(f"{key} is given twice", where="executor")
        found[key] = _option(name, key, value)
    return found


def _option(name: str, key: str, value: str) -> Any:
    """The value of an option, of its type."""
    known = (*COUNTS, *NUMBERS, *TEXTS, *(_of_sbatch() if name == "slurm" else ()))
    if key not in known and key.removeprefix("slurm_") not in known:
        raise RequestError(f"executor {name} has no option {key!r}", where="executor", given=key, allowed=known)
    if key in COUNTS:
        low, high = COUNTS[key], 1 if name != "slurm" and key == "nodes" else MOST_OF_AN_OPTION
        if not (value.isascii() and value.isdigit() and len(value) < 12 and low <= int(value) <= high):
            top = "" if high == MOST_OF_AN_OPTION else f" to {high}"
            raise RequestError(f"{key} must be a whole number from {low} on{top}, not {value!r}", where="executor")
        return int(value)
    if key in NUMBERS:
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if not 0 < number < MOST_OF_AN_OPTION:
            raise RequestError(f"{key} must be a number above 0, not {value!r}", where="executor")
        return number
    return int(value) if key not in TEXTS and value.isascii() and value.isdigit() and len(value) < 12 else value


def _of_sbatch() -> tuple[str, ...]:
    """The options of ``sbatch`` that submitit passes on."""
    import submitit  # noqa: PLC0415 - an optional package

    return tuple(sorted(submitit.SlurmExecutor._valid_parameters()))


# --- what a worker does -----------------------------------------------------------------------------------------


def work_block(jobs: Sequence[Any], folder: Path | None = None, source: str = "") -> list[Any]:
    """Do some jobs one after another.

    Parameters
    ----------
    folder : each run is appended to a journal there as soon as it has finished, and only its receipt comes back: a
        driver that dies meanwhile loses nothing. A run that could not be written comes back whole.
    source : hash of the driver's code.

    Raises
    ------
    RequestError : this machine has another version of the code, whose results would pass for those of the driver's.
    """
    from sim.results.run import run_one  # noqa: PLC0415 - who only checks a name needs no kernels

    if source and source != source_hash():
        raise RequestError(
            f"the worker on {socket.gethostname()} has another version of Labyrinth, numba or numpy than the driver"
        )
    if folder is None:
        return [run_one(job.scenario, job.seed, job.words) for job in jobs]
    from sim.results import journal  # noqa: PLC0415 - pyarrow, which other workers do without

    results = []
    writer = journal.Writer(folder)
    try:
        for job in jobs:
            result = run_one(job.scenario, job.seed, job.words)
            if result.failure is None:
                with suppress(OSError):  # the driver will try as well, and say what is wrong
                    writer.append(result)
                    result = result.receipt(stored=True)
            results.append(result)
    finally:
        writer.close()
    return results

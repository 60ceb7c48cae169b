"""Where runs are done: on this machine, on a Dask or Ray cluster, or as Slurm jobs.

An engine takes work as an executor of ``concurrent.futures`` does. Its name may be followed by a colon and an address
or options: ``dask:tcp://host:8786``, ``slurm:partition=short,timeout_min=60,block=20``. See ``docs/scale_out.md``.
"""

from __future__ import annotations

import importlib.util
import re
import shutil
import socket
from collections.abc import Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

from sim.ground.cache import source_hash
from sim.ground.errors import RequestError
from sim.studies.engines import Engine, Given, Processes
from sim.studies.options import options_of

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
    from sim.studies import clusters  # noqa: PLC0415 - who works on this machine needs no clusters

    if name == "dask":
        return clusters.Dask(rest, workers)
    if name == "ray":
        return clusters.Ray(rest, workers)
    return clusters.Submitit(name, rest, workers)


def _check_address(name: str, address: str) -> None:
    """RequestError unless an address has the form that the cluster's own client reads. Nobody is asked."""
    form, example = ADDRESSES[name]
    match = form.fullmatch(address)
    if match is None or not 0 < int(match["port"] or 1) < 65536:
        raise RequestError(f"{address!r} is not an address of {name}; it is written {example}", where="executor")


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
        return [run_one(job.scenario, job.seed, job.words, knows_people=job.knows_people) for job in jobs]
    from sim.results import journal  # noqa: PLC0415 - pyarrow, which other workers do without

    results = []
    writer = journal.Writer(folder)
    try:
        for job in jobs:
            result = run_one(job.scenario, job.seed, job.words, knows_people=job.knows_people)
            if result.failure is None:
                with suppress(OSError):  # the driver will try as well, and say what is wrong
                    writer.append(result)
                    result = result.receipt(stored=True)
            results.append(result)
    finally:
        writer.close()
    return results

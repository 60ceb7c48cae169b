"""What does pieces of work: the engines of this machine, and what those of clusters share with them."""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
import types
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any

AHEAD = 4  # pieces of work that wait or run for each worker, so that none waits for the driver
# a worker simulates on one thread; BLAS is told so too, or it starts one thread a core in every worker
WORKER_ENVIRONMENT = {"NUMBA_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


class Engine(ABC):
    """Takes work and gives futures; what has a default is the same for most."""

    workers: int = 1  # pieces of work done at a time
    block: int = 1  # runs in a piece of work
    ahead: int = AHEAD
    apart: bool = True  # whether it goes on when a worker has died
    queues: bool = False  # whether pieces of work wait at a worker, and are blamed with the one of which it dies
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


# --- on this machine --------------------------------------------------------------------------------------------


class Given(Engine):
    """An executor of the user's, which stays open; it may be that of a Dask client."""

    queues = True

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

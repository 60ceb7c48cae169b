"""A run that is done in a process of its own, while this one loads what will keep and draw what the run finds.

To load the libraries of tables and figures takes a command as long as many a run. So a second process is forked before
anything is loaded, makes itself ready while the scenario is read here, and gets it through a pipe; what the run finds
comes back through another. What does not come back is done by whoever waits for it.
"""

from __future__ import annotations

import ctypes
import os
import pickle
import signal
import sys
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from sim.results.drawn import hands
from sim.studies.kept_kernels import kernels_are_kept

if TYPE_CHECKING:
    from sim.results.run import RunResult
    from sim.scenario.scenario import Scenario

_PARENT_IS_GONE = 1  # PR_SET_PDEATHSIG of prctl(2)
_BYTES = 1 << 20  # that fit into the pipe before the other process reads: more than a scenario


class _Beside:
    """The other process: where it is told a scenario, where what it finds can be read, and the scenario."""

    def __init__(self, process: int, tell: int, read: int) -> None:
        self.process, self.tell, self.read = process, tell, read
        self.scenario: Scenario | None = None

    def end(self) -> None:
        """Close both pipes, and wait until the process has ended."""
        if self.scenario is None:
            os.close(self.tell)
        os.close(self.read)
        os.waitpid(self.process, 0)


_beside: _Beside | None = None


@contextmanager
def ready_beside() -> Iterator[None]:
    """Let a second process make itself ready for a run; what it does at the end of this context is given up.

    There is none where no core is free for it, where kernels must be compiled first, on which both cores work, and
    where processes cannot be forked safely: beside other threads, and outside of Linux.
    """
    global _beside  # noqa: PLW0603 - one at a time
    alone = sys.platform == "linux" and threading.active_count() == 1 and _beside is None
    if not (alone and hands() > 1 and kernels_are_kept()):
        yield
        return
    _beside = _fork()
    try:
        yield
    finally:
        leave()


def begin(scenario: Scenario, words: Sequence[str]) -> None:
    """Begin a run with the scenario's own seed, if there is a process for it that has none."""
    if _beside is None or _beside.scenario is not None:
        return
    _beside.scenario = scenario
    with suppress(BrokenPipeError), os.fdopen(_beside.tell, "wb") as pipe:  # who is gone will not be waited for long
        pickle.dump((scenario, tuple(words)), pipe, protocol=pickle.HIGHEST_PROTOCOL)


def under_way() -> bool:
    """Whether a run has been begun that nobody has waited for yet."""
    return _beside is not None and _beside.scenario is not None


def what_came_of(scenario: Scenario, seed: int, *, knows_people: bool) -> RunResult | None:
    """Wait for the run that was begun, if it is this one; None if it is not, or if it came to grief."""
    global _beside
    same = _beside is not None and _beside.scenario is scenario and seed == int(scenario.values["seed"])
    if _beside is None or not same or not knows_people:
        return None
    with os.fdopen(os.dup(_beside.read), "rb") as pipe:
        content = pipe.read()
    ended, _beside = _beside, None
    ended.end()
    with suppress(EOFError, pickle.UnpicklingError):
        found: RunResult = pickle.loads(content)  # noqa: S301 - what this program wrote
        return found
    return None


def leave() -> None:
    """End the other process, if there is one; nothing is asked of it any more."""
    global _beside
    if _beside is not None:
        ended, _beside = _beside, None
        os.kill(ended.process, signal.SIGKILL)
        ended.end()


def _fork() -> _Beside:
    hear, tell = os.pipe()
    read, write = os.pipe()
    import fcntl  # noqa: PLC0415 - which other systems do not have

    with suppress(OSError):  # then whoever tells waits until somebody listens
        fcntl.fcntl(tell, fcntl.F_SETPIPE_SZ, _BYTES)
    parent = os.getpid()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of threads that libraries keep for arithmetic
        process = os.fork()
    if process:
        os.close(hear)
        os.close(write)
        return _Beside(process, tell, read)
    try:  # in the new process, which ends here whatever happens
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever waits answers to Ctrl-C
        os.close(tell)
        os.close(read)
        ctypes.CDLL(None).prctl(_PARENT_IS_GONE, signal.SIGKILL)
        if os.getppid() == parent:
            _serve(hear, write)
    finally:
        os._exit(0)


def _serve(hear: int, write: int) -> None:
    """Load kernels, wait for a scenario, run it, and give what was found, which also tells what is known of people."""
    from sim.results.run import run_one  # noqa: PLC0415 - what is loaded beside all else

    with os.fdopen(hear, "rb") as pipe:
        content = pipe.read()
    if content:
        scenario, words = pickle.loads(content)  # noqa: S301 - what this program wrote
        found = run_one(scenario, words=words, knows_people=True)
        with os.fdopen(write, "wb") as pipe:
            pickle.dump(found, pipe, protocol=pickle.HIGHEST_PROTOCOL)

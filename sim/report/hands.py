"""Work that several processes share: each takes the next piece until none is left.

What is to be done may be anything, as a process that is forked knows what its parent knows; what comes back is text.
Nothing is lost with a process that ends before its time: what it has not done is done by the one that asked.
"""

from __future__ import annotations

import os
import pickle
import signal
import struct
import sys
import threading
import warnings
from collections.abc import Callable, Sequence

from sim.results.drawn import hands

_NUMBER = struct.Struct("<H")
_MOST = 16_384  # pieces whose numbers fit into a pipe at once
Work = Sequence[Callable[[], str]]


def shared(work: Work) -> list[str]:
    """What each piece of work gives, in order; done by as many processes as ``sim.results.drawn.hands`` says.

    One process does it all where processes cannot be forked safely: beside other threads, and outside of Linux.
    """
    helpers = min(hands(), len(work)) - 1
    safe = sys.platform == "linux" and threading.active_count() == 1
    if helpers < 1 or len(work) > _MOST or not safe:
        return [piece() for piece in work]
    take, give = os.pipe()
    os.write(give, b"".join(map(_NUMBER.pack, range(len(work)))))
    os.close(give)
    started = [_helper(work, take) for _ in range(helpers)]
    try:
        done = _taken(work, take)
    except BaseException:  # nobody waits for the rest
        for process, _ in started:
            os.kill(process, signal.SIGKILL)
        raise
    finally:
        os.close(take)
        found = [_end(*helper) for helper in started]
    for more in found:
        done |= more
    return [done[number] if number in done else piece() for number, piece in enumerate(work)]


def _taken(work: Work, take: int) -> dict[int, str]:
    """Do pieces of work by the numbers that are read from a pipe, until it is empty."""
    done = {}
    while number := os.read(take, _NUMBER.size):
        (position,) = _NUMBER.unpack(number)
        done[position] = work[position]()
    return done


def _helper(work: Work, take: int) -> tuple[int, int]:
    """Start a process that takes part: its number, and where what it has done can be read."""
    read, write = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of threads that libraries keep for arithmetic
        process = os.fork()
    if process:
        os.close(write)
        return process, read
    try:  # in the new process, which ends here whatever happens
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever asked answers to Ctrl-C
        os.close(read)
        with os.fdopen(write, "wb") as pipe:
            pickle.dump(_taken(work, take), pipe)
    finally:
        os._exit(0)


def _end(process: int, read: int) -> dict[int, str]:
    """Wait for a helper to end; what it has done, nothing if it came to grief."""
    with os.fdopen(read, "rb") as pipe:
        content = pipe.read()
    os.waitpid(process, 0)
    try:
        done: dict[int, str] = pickle.loads(content)  # noqa: S301 - what this program wrote
    except (EOFError, pickle.UnpicklingError):
        return {}
    return done

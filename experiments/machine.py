"""What this machine can do at most: memory bandwidth, gathers that wait for memory, draws that wait for nothing.

- *triad*: a = b + s·c over arrays far larger than any cache, in blocks that numpy works on in the cache; 24 bytes of
  memory an element, as STREAM counts them.
- *chased* gathers: each place in memory says where the next one is, a cache line each, so that nothing can be fetched
  ahead. *Spread* gathers: the same lines in an order that is known beforehand.
- *blocks*: Philox blocks of four draws, computed from numbers in registers: the work that kernels do most of.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from shutil import which
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.ground.draws import block
from sim.ground.kernel import kernel

LINE = 64  # bytes of a cache line
WORDS = LINE // 8
BLOCK = 16_384  # elements that numpy works on at a time
COUNTERS = "instructions,cycles,cache-misses"


def best(work: Callable[[], Any], repeats: int) -> float:
    """The least seconds of a few tries."""
    seconds = float("inf")
    for _ in range(repeats):
        begin = time.perf_counter()
        work()
        seconds = min(seconds, time.perf_counter() - begin)
    return seconds


def triad(threads: int, count: int = 16_000_000, repeats: int = 5) -> float:
    """Bytes per second of memory that so many threads move together."""
    a, b, c = np.zeros(count), np.ones(count), np.ones(count)

    def part(number: int) -> None:
        scratch = np.empty(BLOCK)
        for first in range(number * count // threads, (number + 1) * count // threads, BLOCK):
            last = min(first + BLOCK, (number + 1) * count // threads)
            here = scratch[: last - first]
            np.multiply(c[first:last], 3.0, out=here)
            np.add(b[first:last], here, out=a[first:last])

    with ThreadPoolExecutor(threads) as pool:
        return 24.0 * count / best(lambda: list(pool.map(part, range(threads))), repeats)


@kernel
def _chase(lines, steps):
    place = 0
    for _ in range(steps):
        place = lines[place, 0]
    return place


@kernel
def _spread(lines, order):
    total = 0
    for k in range(len(order)):
        total += lines[order[k], 0]
    return total


@kernel
def _blocks(count, seed):
    total = 0.0
    for k in range(count):
        a, b, c, d = block(seed, 1, k, 0, 0, 0)
        total += a + b + c + d
    return total


def one_round(count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Cache lines of which each names the next, all in one round; and the round, int64 (lines, words) and (lines,)."""
    order = np.random.default_rng(0).permutation(count)
    lines = np.zeros((count, WORDS), np.int64)
    lines[order, 0] = np.roll(order, -1)
    return lines, order


def gathers(count: int = 2_000_000, repeats: int = 3) -> tuple[float, float]:
    """Cache lines per second that one thread fetches one after another, and side by side."""
    lines, order = one_round(count)
    _chase(lines, 1), _spread(lines, order[:1])  # compiled
    return count / best(lambda: _chase(lines, count), repeats), count / best(lambda: _spread(lines, order), repeats)


def blocks(count: int = 5_000_000, repeats: int = 3) -> float:
    """Philox blocks of four draws per second on one thread."""
    _blocks(1, 0)
    return count / best(lambda: _blocks(count, 0), repeats)


def hardware_counters() -> str:
    """Whether ``perf`` can count instructions here, in words."""
    perf = which("perf")
    if perf is None:
        return "not available: there is no perf"
    asked = [perf, "stat", "-x,", "-e", COUNTERS, "true"]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603 - the command is ours
    return counters_in_words(done.returncode, done.stderr)


def counters_in_words(code: int, said: str) -> str:
    """What the answer of ``perf stat`` means."""
    if code:
        return "not available: perf may not count here"
    counted = [line.split(",")[0] for line in said.splitlines() if line.count(",") >= 3]
    if not counted or not all(word.isdigit() for word in counted):
        return "not available: not offered to perf by this processor or virtual machine"
    return f"available: perf stat -e {COUNTERS} counts a run"


def measure(*, quick: bool = False) -> dict[str, Any]:
    """Everything of this page; ``quick`` measures caches rather than memory."""
    count, lines = (200_000, 20_000) if quick else (16_000_000, 2_000_000)
    chased, spread = gathers(lines)
    return {
        "triad_1": triad(1, count),
        "triad_2": triad(2, count),
        "chased": chased,
        "spread": spread,
        "blocks": blocks(50_000 if quick else 5_000_000),
        "counters": hardware_counters(),
    }


if __name__ == "__main__":
    print(measure())

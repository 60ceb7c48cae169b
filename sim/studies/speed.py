"""How long things take on this machine, learned from what it has done.

Each stage of a study has a *rule*: seconds by its size, as on the machine on which the rules were made. What this
machine takes in place of that is kept in a small file, and what it took for work of a like size corrects the rule. How
busy it is with other things is told by a small task, timed then and now; the same task stands in for measurements on a
machine that has done nothing yet. Nothing here changes a result.
"""

from __future__ import annotations

import json
import math
import os
import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from platformdirs import user_cache_path

from sim.ground.cache import source_hash

MOST = 240  # measurements kept, the newest
MOST_ALIKE = 6  # of the same stage, source, world, size and workers
LEAST, LONGEST = 1e-3, 1e6  # seconds that a measurement may hold
# weights of a measurement made otherwise than what is asked about
OTHER_SOURCE, OTHER_WORLD, OTHER_WORKERS = 0.2, 0.5, 0.5
TASK = 0.0041  # seconds of the small task where the rules were made
TIMES = 8  # that it is done
FRESH = 60.0  # seconds for which the small task is not done again
SLOWEST = 50.0  # times slower, or faster, than the rules: more is a fault of the clock
NARROW = 2.0  # how fast the weight of a measurement falls with the logarithm of the size, in powers of e


@dataclass(frozen=True)
class Work:
    """A stage of a study, with the size that its seconds depend on.

    ``people`` and ``weeks`` are those of one run, for ``run``; ``parts`` counts worlds (``compile``), arms in
    all settings times seeds (``tables``) or without seeds (``page``); ``workers`` are processes that work side by side.
    """

    stage: str
    world: str = ""
    people: float = 0.0
    weeks: float = 0.0
    parts: float = 1.0
    workers: int = 1


RULES: dict[str, Callable[[Work], float]] = {
    "compile": lambda work: 65.0 + 1.0 * work.parts,
    "start": lambda work: 1.5 if work.workers > 1 else 0.8,
    "run": lambda work: 0.03 + 0.0018 * work.weeks + work.people * work.weeks / 14e6,
    "tables": lambda work: 0.1 + 0.04 * work.parts,
    "page": lambda work: 0.5 + 0.6 * min(work.parts, 12.0),  # a page shows no more than so many
}


@dataclass(frozen=True)
class Measured:
    """What this machine took for some work: seconds, the version of the code that did it, and its pace at that time."""

    work: Work
    seconds: float
    source: str
    pace: float = 1.0

    @property
    def ratio(self) -> float:
        """Logarithm of what was measured over the rule, as if the small task had taken what it takes by the rules."""
        return math.log(self.seconds / (RULES[self.work.stage](self.work) * self.pace))


def file() -> Path:
    """Where measurements are kept: in the user's cache, which anyone may delete."""
    return user_cache_path("labyrinth") / "seconds.json"


def remembered() -> list[Measured]:
    """The measurements of this machine, oldest first; none where the file is missing or cannot be read."""
    try:
        found = json.loads(file().read_text(encoding="utf-8"))
        return [_measured(item) for item in found if _sound(item)]
    except (OSError, ValueError, TypeError, KeyError):
        return []


def _sound(item: object) -> bool:
    return (
        isinstance(item, Mapping)
        and item["stage"] in RULES
        and LEAST <= float(item["seconds"]) <= LONGEST
        and float(item["pace"]) > 0
    )


def _measured(item: Mapping[str, object]) -> Measured:
    numbers = {name: float(str(item[name])) for name in ("people", "weeks", "parts")}
    work = Work(str(item["stage"]), str(item["world"]), **numbers, workers=int(str(item["workers"])))
    return Measured(work, float(str(item["seconds"])), str(item["source"]), float(str(item["pace"])))


def remember(new: Iterable[tuple[Work, float]], pace: float) -> None:
    """Keep measurements, the newest ``MOST``. A machine without a cache folder remembers nothing and says nothing."""
    source = source_hash()[:16]
    fresh = [Measured(work, seconds, source, round(pace, 3)) for work, seconds in new if LEAST <= seconds <= LONGEST]
    if not fresh:
        return
    kept: list[Measured] = []
    alike: dict[tuple[Work, str], int] = {}
    for one in reversed([*remembered(), *fresh]):
        count = alike.get((one.work, one.source), 0)
        if count < MOST_ALIKE and len(kept) < MOST:
            alike[one.work, one.source] = count + 1
            kept.append(one)
    with suppress(OSError):
        _write(
            [
                asdict(one.work) | {"seconds": round(one.seconds, 4), "source": one.source, "pace": one.pace}
                for one in reversed(kept)
            ]
        )


def _write(items: Sequence[Mapping[str, object]]) -> None:
    """The whole file or the old one: two studies may end at the same time."""
    path = file()
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, prefix=f".{path.name}.", delete=False) as part:
        part.write("[\n" + ",\n".join(json.dumps(item) for item in items) + "\n]\n")
    os.replace(part.name, path)


def pace() -> float:
    """Time that this machine takes for a small task, over that of the machine on which the rules were made.

    The task is a little of what a study does: sums over arrays in no order, and Python. It takes some hundredths of a
    second, and is not done again within ``FRESH`` seconds.
    """
    global _last  # noqa: PLW0603 - this process has one clock
    now = time.monotonic()
    if _last is None or now - _last[0] > FRESH:
        _last = now, min(max(_task() / TASK, SLOWEST**-1), SLOWEST)
    return _last[1]


_last: tuple[float, float] | None = None


def _task() -> float:
    """Seconds of the small task, the mean of many: of a busy machine the median would miss the pauses."""
    import numpy as np  # noqa: PLC0415 - who only reads measurements needs no arrays

    size = 200_000
    order = (np.arange(size) * 7919) % size
    begin = 0.0
    for number in range(TIMES + 1):
        if number == 1:  # the first is a rehearsal
            begin = time.perf_counter()
        values = np.exp(-order / size)
        for _ in range(3):
            values = values[order] + 0.5
        sum(len(str(digits)) for digits in range(30_000))
    return (time.perf_counter() - begin) / TIMES


class Speed:
    """Seconds that this machine would take, by its measurements.

    Parameters
    ----------
    known : measurements; None reads those that are kept.
    clock : tells how much slower than the rules this machine is just now.
    """

    def __init__(self, known: Sequence[Measured] | None = None, clock: Callable[[], float] = pace) -> None:
        self._known = remembered() if known is None else list(known)
        self._source = source_hash()[:16]
        self.pace = clock()
        self._usual = statistics.median([one.ratio for one in self._known]) if self._known else 0.0

    def measured(self, stage: str) -> bool:
        """Whether this machine has been seen to do anything of the kind."""
        return any(one.work.stage == stage for one in self._known)

    def seconds(self, work: Work) -> float:
        """Seconds for ``work``: the rule, times the mean ratio of what was measured to its own rule.

        The mean is of logarithms, and weighs measurements by how like the work they are. A stage that was never
        measured is as much slower than its rule as the others are.
        """
        total = weights = 0.0
        for one in self._known:
            if one.work.stage == work.stage:
                weight = self._weight(one, work)
                total += weight * one.ratio
                weights += weight
        return RULES[work.stage](work) * self.pace * math.exp(total / weights if weights else self._usual)

    def _weight(self, one: Measured, work: Work) -> float:
        rule = RULES[work.stage]
        weight = math.exp(-NARROW * abs(math.log(rule(one.work) / rule(work)))) + 1e-6
        weight *= 1.0 if one.source == self._source else OTHER_SOURCE
        weight *= 1.0 if one.work.world == work.world else OTHER_WORLD
        return weight * (1.0 if one.work.workers == work.workers else OTHER_WORKERS)

"""What a worker of a classroom does: run one world week by week and send what it sees, or tell two lives."""

from __future__ import annotations

import math
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sim.declared.measures.catalogue import METRICS
from sim.declared.measures.metrics import over_period
from sim.ground.errors import RequestError
from sim.ledger.counters import COUNTER_INDEX
from sim.scenario.scenario import Scenario
from sim.week.week import Week

QUARTER = 13  # weeks over which a point of a course is taken: single weeks of a small world jump
BEFORE = 26  # weeks before week 0 that a course shows
SENT = 4  # weeks that are sent together
DIGITS = 4
DONE, PRIOR = "done", "before"
# small, and long enough that every kernel is called once: one that is left out is compiled while a class waits for it
WARM = ("world=corridor", "people.size=3000", "time.burn_in_weeks=52", "time.years=2")
Message = dict[str, Any]


@dataclass(frozen=True)
class World:
    """A run that is asked for: its words, its luck, and the metrics whose course is wanted."""

    words: tuple[str, ...]
    seed: int
    metrics: tuple[str, ...]


@dataclass(frozen=True)
class Lives:
    """A diary that is asked for: the words of the world with its policy, and of whom one person is picked."""

    words: tuple[str, ...]
    seed: int
    among: str


Asked = World | Lives


def messages(asked: Asked) -> Iterator[Message]:
    """What is to be sent for a request, the last with the key ``done``.

    Messages of a run are ``{"running": weeks done, "of": weeks}`` while it burns in, ``{"weeks": [...], "course":
    {metric: [...]}}``, where a point holds the quarter of a year up to that week, and ``{"done": {metric: value},
    "before": {metric: value}}`` with values over all weeks from week 0, and over the weeks before it that are shown.
    What is not defined is None. Of lives it is ``{"done": HTML}``.
    """
    if isinstance(asked, Lives):
        from sim.face.diary import diary  # noqa: PLC0415 - loads pandas and Mesa, which runs do without

        found = diary(Scenario.compose(list(asked.words)), among=asked.among, seed=asked.seed)
        yield {DONE: found.html()}
        return
    week = Week(Scenario.compose(list(asked.words)), asked.seed)
    first, weeks = max(0, week.burn_in - BEFORE), list[int]()
    course: dict[str, list[float | None]] = {name: [] for name in asked.metrics}
    while week.done < week.weeks_total:
        week.advance()
        if week.done <= first:
            if week.done % (2 * SENT) == 0:
                yield {"running": week.done, "of": week.weeks_total}
            continue
        weeks.append(week.done - 1 - week.burn_in)
        seen = week.counters[max(0, week.done - QUARTER) : week.done]
        for name, values in course.items():
            values.append(rounded(over_period(METRICS[name], seen, COUNTER_INDEX)))
        if len(weeks) == SENT or week.done == week.weeks_total:
            yield {"weeks": weeks, "course": course}
            weeks, course = [], {name: [] for name in asked.metrics}
    periods = {DONE: week.counters[week.burn_in : week.done], PRIOR: week.counters[first : week.burn_in]}
    yield {
        key: {name: rounded(over_period(METRICS[name], seen, COUNTER_INDEX)) for name in asked.metrics}
        for key, seen in periods.items()
    }


def rounded(value: float) -> float | None:
    """A number with few digits, as pages show it; None where it is not defined."""
    return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None


def at_work(connection: Any, *, warm: bool = True) -> None:
    """The life of a worker: requests come through the connection, messages go back; None ends it.

    It says that it is ready when the model is loaded, which takes minutes where its kernels are still to be compiled;
    without ``warm`` it says so at once.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends its workers
    if warm:
        Week(Scenario.compose(list(WARM))).run()
    connection.send({"ready": True})
    while (asked := connection.recv()) is not None:
        for message in guarded(lambda asked=asked: messages(asked)):  # type: ignore[misc]
            connection.send(message)


def guarded(work: Callable[[], Iterator[Message]]) -> Iterator[Message]:
    """Messages of some work; what goes wrong is a message too, the last one."""
    try:
        yield from work()
    except RequestError as error:
        yield {"fault": str(error)}
    except Exception as error:  # noqa: BLE001 - a run that fails is told to the class, and the next one goes on
        yield {"fault": f"the run failed: {type(error).__name__}: {error}"}


def change(after: float | None, before: float | None) -> float | None:
    """The change from ``before`` to ``after`` in per cent of ``before``; None where there is none to take it of."""
    if after is None or before is None or before == 0:
        return None
    return rounded(100 * (after - before) / abs(before))

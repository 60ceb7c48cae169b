"""Reviews: a policy may look at what is recorded, and hand over to other policies where a record crosses a number.

A review reads records and nothing else, as whoever governs would have to. Policies that a review names wait: they do
nothing before the review that calls them, and their times count from the week in which it does.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.declared.measures.catalogue import METRICS
from sim.declared.measures.metrics import over_period
from sim.ground.errors import Faults, RequestError
from sim.ground.quantities import brief, to_unit
from sim.ledger.counters import COUNTER_INDEX

YEAR = 52.0
WEEKS = {"after": (0.0, 10_000.0), "until": (0.0, 10_000.0), "over": (1.0, 520.0)}  # least and most
RELATIVE, KEEP, THEN = "relative", "keep", "then"
KEYS = ("record", "above", "below", "after", "until", "over", RELATIVE, KEEP, THEN)


@dataclass(frozen=True)
class Review:
    """When a policy looks at a record, and what follows.

    Parameters
    ----------
    record : name of a recorded metric.
    above : whether it is decided by the record lying above ``at``, or below it.
    at : a number in the unit of the record; a multiple of what was recorded over as many weeks before the policy began
        if ``relative``.
    after, until : whole weeks after the beginning of the policy of the first and of the last look; one look a week.
    over : weeks, up to the look, over which the record is taken.
    then : keys of the policies that begin. ``keep``: whether the policy itself goes on, or ends.
    """

    record: str
    above: bool
    at: float
    after: float
    until: float
    over: float = YEAR
    relative: bool = False
    keep: bool = False
    then: tuple[str, ...] = ()

    def decides(self, seen: float) -> bool:
        """Whether a record of this size hands over; what is not known never does."""
        return seen > self.at if self.above else seen < self.at

    def plain(self) -> dict[str, Any]:
        """As the content of a policy's file."""
        return {"record": self.record, "above" if self.above else "below": self.at, "after": self.after,
                "until": self.until, "over": self.over, RELATIVE: self.relative, KEEP: self.keep,
                THEN: list(self.then)}  # fmt: skip


def review_from(key: str, data: Any, at: Callable[[str], str]) -> Review:
    """The review of policy ``key`` from its file; ``at`` says where a field stands. A dotted key is a place in another
    file that holds a review.

    Raises
    ------
    RequestError : everything that is wrong with it.
    """
    name = f"policy.{key}.review" if "." not in key else key
    if not isinstance(data, Mapping):
        raise RequestError(f"{name} must be a mapping, not {brief(data)}", where=at("review"), allowed=KEYS)
    faults = Faults(name)
    for part in data:
        if part not in KEYS:
            faults.add(f"{name} has an unknown key {part!r}", where=at(f"review.{part}"), given=str(part), allowed=KEYS)
    records = [metric for metric, each in METRICS.items() if each.layer == "record"]
    if data.get("record") not in records:
        faults.add(f"{name}.record must be something that is recorded, not {brief(data.get('record'))}",
                   where=at("review.record"), given=str(data.get("record")), allowed=records)  # fmt: skip
    if ("above" in data) == ("below" in data):
        faults.add(f"{name} needs one of above and below", where=at("review"))
    if "after" not in data:
        faults.add(f"{name} lacks 'after', the weeks before it looks", where=at("review"))
    number = 0.0
    weeks: dict[str, float] = {}
    for part in ("above", "below"):
        if part in data:
            with faults.gathered():
                number = to_unit(data[part], "", f"{name}.{part}", at(f"review.{part}"))
    for part, (least, most) in WEEKS.items():
        if data.get(part) is not None:
            with faults.gathered():
                weeks[part] = float(round(to_unit(data[part], "weeks", f"{name}.{part}", at(f"review.{part}"))))
                if not least <= weeks[part] <= most:
                    faults.add(f"{name}.{part} = {weeks[part]:g} is outside {least:g} to {most:g}",
                               where=at(f"review.{part}"))  # fmt: skip
    if weeks.get("until", math.inf) < weeks.get("after", 0.0):
        faults.add(f"{name}.until lies before its first look", where=at("review.until"))
    said = {part: _yes_or_no(data.get(part, False), f"{name}.{part}", at(f"review.{part}"), faults)
            for part in (RELATIVE, KEEP)}  # fmt: skip
    then = _then(key, data.get(THEN, []), name, at, faults)
    if said[KEEP] and not then:
        faults.add(f"{name} keeps the policy and begins no other, so that nothing would follow", where=at("review"))
    faults.tell()
    after = weeks["after"]
    return Review(str(data["record"]), "above" in data, number, after, weeks.get("until", after),
                  weeks.get("over", YEAR), said[RELATIVE], said[KEEP], then)  # fmt: skip


def _yes_or_no(value: Any, name: str, where: str, faults: Faults) -> bool:
    if isinstance(value, str) and value in ("true", "false"):
        return value == "true"
    if not isinstance(value, bool):
        faults.add(f"{name} must be true or false, not {brief(value)}", where=where, allowed=("true", "false"))
    return value is True


def _then(key: str, value: Any, name: str, at: Callable[[str], str], faults: Faults) -> tuple[str, ...]:
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, list | tuple) or not all(isinstance(item, str) for item in items):
        faults.add(f"{name}.then must be a list of policies, not {brief(value)}", where=at("review.then"))
        return ()
    if key in items:
        faults.add(f"{name} cannot begin the policy that it belongs to", where=at("review.then"))
    return tuple(dict.fromkeys(items))


class Reviews:
    """The reviews of one run: which policies wait, which have begun or ended by one, and when.

    Parameters
    ----------
    policies : those of the run, in their order.

    Raises
    ------
    RequestError : a review begins a policy that was not chosen, or policies wait for one another.
    """

    def __init__(self, policies: Sequence[Any]) -> None:
        self.policies = list(policies)
        self.decided: dict[str, int] = {}  # policy whose review has handed over: the week
        chosen = {policy.key for policy in policies}
        self._waiting = {key for policy in policies if policy.review for key in policy.review.then}
        for policy in policies:
            for key in policy.review.then if policy.review else ():
                if key not in chosen:
                    raise RequestError(
                        f"the review of policy {policy.key} begins policy {key}, which is not chosen; choose both, "
                        f"policy='[{policy.key},{key}]'", where=f"policy.{policy.key}.review", given=key,
                    )  # fmt: skip
        reached = [policy for policy in policies if policy.key not in self._waiting]
        for policy in reached:  # grows while it is read
            then = policy.review.then if policy.review else ()
            reached += [other for other in policies if other.key in then and other not in reached]
        for policy in policies:
            if policy not in reached:
                raise RequestError(f"policy {policy.key} waits for a review that nothing ever begins",
                                   where=f"policy.{policy.key}.review")  # fmt: skip

    @property
    def any(self) -> bool:
        """Whether some policy has a review."""
        return any(policy.review for policy in self.policies)

    def now(self) -> list[Any]:
        """The policies as they stand: those that wait do nothing, and times count from when they began."""
        return [replace(policy, dose=0.0) if policy.key in self._waiting else policy for policy in self.policies]

    def look(self, week: int, counters: NDArray[np.float64], burn_in: int) -> bool:
        """Look at records before ``week``; whether a policy has begun or ended because of it.

        counters : float64 (weeks that have been run, counters or more), the first ``burn_in`` of them before week 0.
        """
        changed = False
        for place, policy in enumerate(self.policies):
            review = policy.review
            if review is None or policy.key in self._waiting or policy.key in self.decided:
                continue
            if not review.after <= week - policy.begins <= review.until:
                continue
            if not review.decides(self._seen(policy, week, counters, burn_in)):
                continue
            changed = True
            self.decided[policy.key] = week
            if not review.keep:
                self.policies[place] = _ended(policy, week)
            for other, waiting in enumerate(self.policies):
                if waiting.key in review.then and waiting.key in self._waiting:
                    self._waiting.discard(waiting.key)
                    self.policies[other] = _begun(waiting, week)
        return changed

    @staticmethod
    def _seen(policy: Any, week: int, counters: NDArray[np.float64], burn_in: int) -> float:
        """The record as the review takes it; NaN where it is not known."""
        review, over = policy.review, round(policy.review.over)

        def recorded(end: int) -> float:
            last = burn_in + end
            rows = counters[max(0, last - over) : max(0, last)]
            return over_period(METRICS[review.record], rows, COUNTER_INDEX)

        if not review.relative:
            return recorded(week)
        before = recorded(policy.begins)
        return recorded(week) / before if before > 0 else math.nan


def _begun(policy: Any, week: int) -> Any:
    """A policy whose times count from ``week``."""
    end = None if policy.end is None else policy.end + week
    return replace(policy, start=policy.start + week, end=end)


def _ended(policy: Any, week: int) -> Any:
    """A policy that ends in ``week``, unless it has ended; nothing is left of one that had not begun."""
    if week <= policy.begins:
        return replace(policy, dose=0.0)
    return policy if policy.end is not None and policy.end <= week else replace(policy, end=float(week))

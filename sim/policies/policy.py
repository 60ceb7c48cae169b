"""A policy is data: which levers it moves, where, how far, and when.

``x(t) = x0 + d(t)·(target(x0) - x0)`` with ``d(t) = implementation·dose·ramp(t)``, less where law is weak by
``law_gap``. After ``end`` the part of the
effect that was not taken over locally (1 - ownership) decays with half-life ``decay`` weeks (0 = at once). A ``review``
may end it, and begin other policies, by what authorities record (:mod:`sim.policies.review`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields
from typing import Any

from sim.declared.levers import LEVERS
from sim.ground.calendar import left_after
from sim.ground.errors import Faults, RequestError
from sim.ground.quantities import brief, shortest, to_unit, to_week
from sim.policies.review import Review, review_from

OPERATIONS = ("set", "add", "scale")
WHERE_KEYS = ("role", "bloc", "region", "origin", "destination", "origin_role", "origin_bloc", "leg", "mode", "sector",
              "agency")  # fmt: skip


@dataclass(frozen=True)
class Move:
    """One lever moved by a policy: ``op`` set, add or scale; ``where`` narrows its scope."""

    lever: str
    op: str
    value: float
    where: tuple[tuple[str, str], ...] = ()

    def target(self, x: Any) -> Any:
        """The value at full effect, before clipping."""
        if self.op == "set":
            return x * 0 + self.value
        return x + self.value if self.op == "add" else x * self.value


@dataclass(frozen=True)
class Policy:
    """A named policy. Times are weeks after burn-in, shares in [0, 1]; see docs/policies.md for each field."""

    key: str
    name: str
    intent: str
    levers: tuple[Move, ...]
    claims: tuple[str, ...] = ()
    disputed: tuple[str, ...] = ()
    dose: float = 1.0
    max_dose: float = 1.0
    start: float = 0.0
    announce: float = 0.0
    ramp: float = 0.0
    end: float | None = None
    decay: float = 0.0
    ownership: float = 0.0
    implementation: float = 1.0
    law_gap: float = 0.0
    cost: float = 0.0
    funded: float = 0.0
    review: Review | None = None

    @property
    def begins(self) -> int:
        """The first week after burn-in in which it is in force."""
        return math.ceil(self.start)

    @property
    def strength_at_most(self) -> float:
        """d(t) when the policy is in full effect."""
        return self.implementation * self.dose

    def strength(self, week: float) -> float:
        """d(t): how much of the way to its target the policy has moved its levers in ``week``."""
        if week < self.start:
            return 0.0
        full = self.strength_at_most
        rise = min(1.0, (week - self.start + 1) / self.ramp) if self.ramp > 0 else 1.0
        if self.end is None or week < self.end:
            return full * rise
        risen = min(1.0, (self.end - self.start) / self.ramp) if self.ramp > 0 else 1.0
        kept = left_after(week - self.end, self.decay) if self.decay > 0 else 0.0
        return full * risen * (self.ownership + (1 - self.ownership) * kept)


def check_in_time(policy: Policy, weeks: int) -> None:
    """RequestError if a policy or its review comes after the last of ``weeks`` after burn-in, and would do nothing."""
    if policy.levers and policy.start - policy.announce > weeks - 1:
        raise RequestError(
            f"policy {policy.key} starts in week {policy.start:g} after burn-in, and the run ends after week "
            f"{weeks - 1}; choose an earlier policy.{policy.key}.start or more time.years",
            where=f"policy.{policy.key}.start",
        )
    if policy.review and policy.begins + policy.review.after >= weeks:
        raise RequestError(
            f"the review of policy {policy.key} looks first in week {policy.begins + policy.review.after:g} after "
            f"burn-in, and the run ends after week {weeks - 1}",
            where=f"policy.{policy.key}.review",
        )


RANGES: dict[str, tuple[str, float, float]] = {
    "dose": ("", 0.0, 100.0),
    "max_dose": ("", 0.0, 100.0),
    "start": ("weeks", 0.0, 10_000.0),
    "announce": ("weeks", 0.0, 520.0),
    "ramp": ("weeks", 0.0, 10_000.0),
    "end": ("weeks", 0.0, 10_000.0),
    "decay": ("weeks", 0.0, 10_000.0),
    "ownership": ("share", 0.0, 1.0),
    "implementation": ("share", 0.0, 1.0),
    "law_gap": ("share", 0.0, 1.0),
    "cost": ("US$/year", 0.0, 1e6),
    "funded": ("share", 0.0, 1.0),
}
DATES = ("start", "announce", "end")  # of whole weeks, where they are told in other units
FIELDS = tuple(field.name for field in fields(Policy) if field.name != "key")
REQUIRED = ("name", "intent", "claims", "levers")
# what a policy's file need not say
DEFAULTS: dict[str, Any] = {
    field.name: list(field.default) if isinstance(field.default, tuple) else field.default
    for field in fields(Policy)
    if field.name in FIELDS and field.name not in REQUIRED
}
MOVE_KEYS = ("lever", "where", "op", "value")
LONGEST_NAME, LONGEST_TEXT, MOST_ITEMS = 200, 1000, 200
Where = Callable[[str], str]


def completed(content: Mapping[str, Any]) -> dict[str, Any]:
    """The content of a policy's file with every field that it leaves to its default."""
    found = DEFAULTS | dict(content)
    if isinstance(found.get("levers"), list):
        found["levers"] = [{"where": {}, **move} if isinstance(move, Mapping) else move for move in found["levers"]]
    return found


def policy_from(key: str, data: Mapping[str, Any], where: str | Where, overall_dose: float = 1.0) -> Policy:
    """A validated policy from the mapping of its file; ``overall_dose`` is ``policy.dose``.

    Parameters
    ----------
    where : what a complaint says of where a field stands: always the same, or a function of the field's dotted name.

    Raises
    ------
    RequestError : everything that is wrong, naming the file, the key, what is allowed and the nearest match.
    """
    at: Where = where if callable(where) else lambda _: where
    faults = Faults(f"policy {key}")
    for name in data:
        if name not in FIELDS:
            faults.add(
                f"policy {key} has an unknown key {name!r}", where=at(str(name)), given=str(name), allowed=FIELDS
            )
    missing = [name for name in REQUIRED if name not in data]
    if missing:
        faults.add(f"policy {key} lacks {', '.join(missing)}", where=at(""))
    content = dict.fromkeys(REQUIRED) | completed(data)
    texts: dict[str, Any] = {}
    for name, longest in (("name", LONGEST_NAME), ("intent", LONGEST_TEXT)):
        if name in data:
            with faults.gathered():
                texts[name] = as_text(content[name], f"policy.{key}.{name}", at(name), longest)
    for name in ("claims", "disputed"):
        if name in data:
            with faults.gathered():
                texts[name] = as_texts(content[name], f"policy.{key}.{name}", at(name))
    numbers = _numbers(key, content, at, overall_dose, faults)
    moves = _moves(key, content["levers"], at, faults) if "levers" in data else ()
    review = None
    if content["review"] is not None:
        with faults.gathered():
            review = review_from(key, content["review"], at)
    faults.tell()
    return Policy(key=key, levers=moves, review=review, **({"disputed": ()} | texts), **numbers)


def as_text(value: Any, name: str, where: str | None = None, longest: int = LONGEST_NAME) -> str:
    """``value``, which must be text of at least one character and at most ``longest``. Raises RequestError."""
    if not isinstance(value, str):
        shown = brief(value).lower() if isinstance(value, bool) else brief(value)
        quotes = f"; write '{shown}' in quotes" if isinstance(value, bool | int | float) else ""
        raise RequestError(f"{name} must be text, not {shown}{quotes}", where=where)
    if not value.strip():
        raise RequestError(f"{name} must be text of at least one character", where=where)
    if value == "???":
        raise RequestError(f"{name}: ??? marks what is still to be filled in", where=where)
    if len(value) > longest:
        raise RequestError(f"{name} has {len(value)} characters, more than {longest}", where=where)
    return value


def as_texts(value: Any, name: str, where: str | None = None, longest: int = LONGEST_TEXT) -> tuple[str, ...]:
    """``value``, which must be a list of texts. Raises RequestError."""
    if not isinstance(value, list | tuple):
        raise RequestError(f"{name} must be a list of texts, such as [a, b], not {brief(value)}", where=where)
    if len(value) > MOST_ITEMS:
        raise RequestError(f"{name} has {len(value)} items, more than {MOST_ITEMS}", where=where)
    return tuple(as_text(item, f"{name}.{number}", where, longest) for number, item in enumerate(value))


def _numbers(key: str, data: Mapping[str, Any], at: Where, overall_dose: float, faults: Faults) -> dict[str, Any]:
    """The fields that are numbers, in their units and ranges; the dose with ``policy.dose``."""
    found: dict[str, Any] = {}
    for name, (unit, low, high) in RANGES.items():
        value = data[name]
        if name == "end" and value is None:
            found[name] = None
            continue
        with faults.gathered():
            called = f"policy.{key}.{name}"
            number = to_week(value, called, at(name)) if name in DATES else to_unit(value, unit, called, at(name))
            if low <= number <= high:
                found[name] = number
            else:
                faults.add(f"policy.{key}.{name} = {number:g} is outside {low:g} to {high:g}", where=at(name))
    if "dose" in found and "max_dose" in found:
        found["dose"] *= overall_dose
        if found["dose"] > found["max_dose"]:
            dose, most = shortest(found["dose"]), shortest(found["max_dose"])
            faults.add(f"policy {key} has dose {dose}, above its max_dose {most}", where=at("dose"))
    if found.get("end") is not None and "start" in found and found["end"] <= found["start"]:
        faults.add(f"policy {key} ends in week {found['end']:g}, not after its start", where=at("end"))
    return found


def _moves(key: str, moves: Any, at: Where, faults: Faults) -> tuple[Move, ...]:
    if not isinstance(moves, list | tuple):
        faults.add(f"policy.{key}.levers must be a list, not {brief(moves)}", where=at("levers"))
        return ()
    if len(moves) > MOST_ITEMS:
        faults.add(f"policy.{key}.levers has {len(moves)} moves, more than {MOST_ITEMS}", where=at("levers"))
        return ()
    found = []
    for number, item in enumerate(moves):
        with faults.gathered():
            path = f"levers.{number}"
            found.append(move_from(item, f"policy.{key}.{path}", lambda name, path=path: at(f"{path}.{name}")))  # type: ignore[misc]
    return tuple(found)


def move_from(data: Any, name: str, where: str | Where) -> Move:
    """A validated move from a mapping with lever, op, value and where.

    Parameters
    ----------
    name : what the move is called in complaints, such as ``policy.mine.levers.0``.
    where : what a complaint says of where a key stands: always the same, or a function of the key.

    Raises
    ------
    RequestError : everything that is wrong with it.
    """
    at: Where = where if callable(where) else lambda _: where
    if not isinstance(data, Mapping):
        raise RequestError(f"{name} must be a mapping with lever, op and value, not {brief(data)}", where=at("lever"))
    faults = Faults(name)
    for key in data:
        if key not in MOVE_KEYS:
            faults.add(f"{name} has an unknown key {key!r}", where=at(str(key)), given=str(key), allowed=MOVE_KEYS)
    for key in ("lever", "op", "value"):
        if key not in data:
            faults.add(f"{name} lacks {key!r}", where=at(key))
    lever = _known(data, "lever", LEVERS, f"{name}: there is no lever", at, faults)
    op = _known(data, "op", OPERATIONS, f"{name}: op cannot be", at, faults)
    value = None
    if lever and op and "value" in data:
        with faults.gathered():
            value = _amount(lever, op, data["value"], f"{name}.value", at("value"))
    chosen = data.get("where", {})
    chosen = {} if chosen is None else chosen
    if not isinstance(chosen, Mapping):
        faults.add(f"{name}.where must be a mapping, not {brief(chosen)}", where=at("where"), allowed=WHERE_KEYS)
        chosen = {}
    for key, place in chosen.items():
        if key not in WHERE_KEYS:
            faults.add(
                f"{name}.where has an unknown key {key!r}", where=at(f"where.{key}"), given=str(key), allowed=WHERE_KEYS
            )
        else:
            with faults.gathered():
                as_text(place, f"{name}.where.{key}", at(f"where.{key}"))
    faults.tell()
    return Move(str(lever), str(op), float(value or 0.0), tuple(chosen.items()))


def _known(
    data: Mapping[str, Any], key: str, allowed: Collection[str], complaint: str, at: Where, faults: Faults
) -> str | None:
    """The value of a key if it is one of the allowed words; what else it is has been noted."""
    value = data.get(key)
    if key not in data or (isinstance(value, str) and value in allowed):
        return value
    faults.add(f"{complaint} {brief(value)}", where=at(key), given=value if isinstance(value, str) else None,
               allowed=allowed)  # fmt: skip
    return None


def _amount(lever: str, op: str, value: Any, name: str, where: str) -> float:
    """The value of a move in the unit of its lever."""
    moved = LEVERS[lever]
    number = to_unit(value, "" if op == "scale" else moved.unit, name, where)
    if op == "set" and not moved.low <= number <= moved.high:
        raise RequestError(
            f"{name} = {number:g} is outside the range of {lever}, {moved.low:g} to {moved.high:g} {moved.unit}",
            where=where,
        )
    return number

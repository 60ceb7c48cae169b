"""A policy is data: which levers it moves, where, how far, and when.

``x(t) = x0 + d(t)·(target(x0) - x0)`` with ``d(t) = implementation·dose·ramp(t)``, less where law is weak by
``law_gap``. After ``end`` the part of the
effect that was not taken over locally (1 - ownership) decays with half-life ``decay`` weeks (0 = at once).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from sim.errors import RequestError
from sim.policies.levers import LEVERS
from sim.quantities import to_unit

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
        kept = 0.5 ** ((week - self.end) / self.decay) if self.decay > 0 else 0.0
        return full * risen * (self.ownership + (1 - self.ownership) * kept)


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
FIELDS = tuple(field.name for field in fields(Policy) if field.name != "key")


def policy_from(key: str, data: Mapping[str, Any], where: str, overall_dose: float = 1.0) -> Policy:
    """A validated policy from the mapping of its file; ``overall_dose`` is ``policy.dose``.

    Raises
    ------
    RequestError : naming the file, the key, what is allowed and the nearest match.
    """
    for name in data:
        if name not in FIELDS:
            raise RequestError(
                f"policy {key} has an unknown key {name!r}", where=where, given=str(name), allowed=FIELDS
            )
    missing = [name for name in FIELDS if name not in data]
    if missing:
        raise RequestError(f"policy {key} lacks {', '.join(missing)}; every policy file lists every field", where=where)
    numbers: dict[str, Any] = {}
    for name, (unit, low, high) in RANGES.items():
        value = data[name]
        if name == "end" and value is None:
            numbers[name] = None
            continue
        number = to_unit(value, unit, f"policy.{key}.{name}", where)
        if not low <= number <= high:
            raise RequestError(f"policy.{key}.{name} = {value} is outside {low:g} to {high:g}", where=where)
        numbers[name] = number
    numbers["dose"] *= overall_dose
    if numbers["dose"] > numbers["max_dose"]:
        raise RequestError(
            f"policy {key} has dose {numbers['dose']:g}, above its max_dose {numbers['max_dose']:g}", where=where
        )
    if numbers["end"] is not None and numbers["end"] <= numbers["start"]:
        raise RequestError(f"policy {key} ends in week {numbers['end']:g}, not after its start", where=where)
    moves = data["levers"]
    if not isinstance(moves, list | tuple):
        raise RequestError(f"policy.{key}.levers must be a list", where=where)
    return Policy(
        key=key,
        name=str(data["name"]),
        intent=str(data["intent"]),
        claims=tuple(str(item) for item in data["claims"] or ()),
        disputed=tuple(str(item) for item in data["disputed"] or ()),
        levers=tuple(move_from(item, f"policy.{key}.levers.{number}", where) for number, item in enumerate(moves)),
        **numbers,
    )


def move_from(data: Any, at: str, where: str) -> Move:
    """A validated move from a mapping with lever, op, value and where; ``at`` and ``where`` say where it stands."""
    if not isinstance(data, Mapping):
        raise RequestError(f"{at} must be a mapping with lever, op and value", where=where)
    for name in data:
        if name not in ("lever", "where", "op", "value"):
            raise RequestError(
                f"{at} has an unknown key {name!r}",
                where=where,
                given=str(name),
                allowed=("lever", "where", "op", "value"),
            )
    for name in ("lever", "op", "value"):
        if name not in data:
            raise RequestError(f"{at} lacks {name!r}", where=where)
    if data["lever"] not in LEVERS:
        raise RequestError(
            f"{at}: there is no lever {data['lever']!r}", where=where, given=str(data["lever"]), allowed=LEVERS
        )
    if data["op"] not in OPERATIONS:
        raise RequestError(f"{at}: op cannot be {data['op']!r}", where=where, given=str(data["op"]), allowed=OPERATIONS)
    lever = LEVERS[data["lever"]]
    unit = "" if data["op"] == "scale" else lever.unit
    value = to_unit(data["value"], unit, f"{at}.value", where)
    if data["op"] == "set" and not lever.low <= value <= lever.high:
        raise RequestError(
            f"{at}.value = {value:g} is outside the range of {lever.name}, "
            f"{lever.low:g} to {lever.high:g} {lever.unit}",
            where=where,
        )
    chosen = data.get("where") or {}
    if not isinstance(chosen, Mapping):
        raise RequestError(f"{at}.where must be a mapping", where=where, allowed=WHERE_KEYS)
    for name in chosen:
        if name not in WHERE_KEYS:
            raise RequestError(
                f"{at}.where has an unknown key {name!r}", where=where, given=str(name), allowed=WHERE_KEYS
            )
    return Move(lever.name, data["op"], value, tuple((str(k), str(v)) for k, v in chosen.items()))

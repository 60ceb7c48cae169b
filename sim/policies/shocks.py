"""A shock is data too: what happens to the world at a date, whoever governs it (C13-M45).

Wars, crashes, droughts, events that draw buyers, ways that close. A shock moves levers by the same moves as a policy;
but it belongs to the scenario, so that both arms of a comparison live through it, and policies act on what it leaves.
Its strength at week t is

    (t - from + 1) / comes     while it comes
    1                          before ``to``
    stays + (1 - stays)·2^(-(t - to + 1) / fades)     from ``to`` on
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.ground.calendar import left_after
from sim.ground.errors import Faults, RequestError
from sim.ground.quantities import brief, to_unit, to_week
from sim.policies.policy import LONGEST_NAME, MOST_ITEMS, Move, as_text, move_from

KEYS = ("name", "from", "to", "announced", "comes", "fades", "stays", "moves")
REQUIRED = ("name", "from", "moves")
# key: unit and range; times are weeks after burn-in, so that what has happened before week 0 has a negative one
RANGES: dict[str, tuple[str, float, float]] = {
    "from": ("weeks", -10_000.0, 10_000.0),
    "to": ("weeks", -10_000.0, 10_000.0),
    "announced": ("weeks", 0.0, 520.0),
    "comes": ("weeks", 0.0, 10_000.0),
    "fades": ("weeks", 0.0, 10_000.0),
    "stays": ("share", 0.0, 1.0),
}
DATES = ("from", "to", "announced")  # of whole weeks, where they are told in other units
DEFAULTS: dict[str, Any] = {"to": None, "announced": 0.0, "comes": 0.0, "fades": 0.0, "stays": 0.0}
Where = Callable[[str], str | None]


@dataclass(frozen=True)
class Shock:
    """What happens from a week on, until another or for good. Times are weeks after burn-in.

    Attributes
    ----------
    start, end : first week, and the first in which it is over (None: never).
    announce : weeks before ``start`` from which those who plan reckon with it; what nobody foresees has 0.
    comes : weeks in which it grows to its full strength, evenly.
    fades : half-life of what is left of it after ``end``, weeks; 0 means that it is over at once.
    stays : share of it that is left for good.
    """

    name: str
    start: float
    moves: tuple[Move, ...]
    end: float | None = None
    announce: float = 0.0
    comes: float = 0.0
    fades: float = 0.0
    stays: float = 0.0

    law_gap = 0.0  # what happens is not a law: it happens in full where law is weak, too

    def strength(self, week: float) -> float:
        """How much of the way to their targets the levers have been moved in ``week``, in [0, 1]."""
        if week < self.start:
            return 0.0
        risen = (week if self.end is None else min(week, self.end - 1.0)) - self.start + 1.0
        full = min(risen / self.comes, 1.0) if self.comes > 0.0 else 1.0
        if self.end is None or week < self.end:
            return full
        left = left_after(week - self.end + 1.0, self.fades) if self.fades > 0.0 else 0.0
        return full * (self.stays + (1.0 - self.stays) * left)


def draft_of(shock: Shock) -> dict[str, Any]:
    """A shock as the content of a file: what :func:`shock_from` reads."""
    return {
        "name": shock.name,
        "from": shock.start,
        "to": shock.end,
        "announced": shock.announce,
        "comes": shock.comes,
        "fades": shock.fades,
        "stays": shock.stays,
        "moves": [
            {"lever": move.lever, "where": dict(move.where), "op": move.op, "value": move.value} for move in shock.moves
        ],
    }


def shocks_from(items: Any, where: Where) -> tuple[Shock, ...]:
    """Validated shocks from a list of mappings.

    Parameters
    ----------
    where : what a complaint says of where a key stands, given its place in the list, such as ``0.moves.1.lever``.

    Raises
    ------
    RequestError : everything that is wrong with them.
    """
    if not isinstance(items, Sequence) or isinstance(items, str):
        raise RequestError(
            f"shocks must be a list of mappings with {', '.join(REQUIRED)}, not {brief(items)}", where=where("")
        )
    if len(items) > MOST_ITEMS:
        raise RequestError(f"there are {len(items)} shocks, more than {MOST_ITEMS}", where=where(""))
    faults, found = Faults("shocks"), []
    for number, item in enumerate(items):
        with faults.gathered():
            found.append(shock_from(item, f"shock {number}", lambda key, n=number: where(f"{n}.{key}")))  # type: ignore[misc]
    faults.tell()
    return tuple(found)


def shock_from(data: Any, called: str, where: Where) -> Shock:
    """A validated shock from a mapping; ``called`` in complaints until its name is known. Raises RequestError."""
    if not isinstance(data, Mapping):
        raise RequestError(
            f"{called} must be a mapping with {', '.join(REQUIRED)}, not {brief(data)}", where=where(""), allowed=KEYS
        )
    faults = Faults(called)
    for key in data:
        if key not in KEYS:
            faults.add(f"{called} has an unknown key {key!r}", where=where(str(key)), given=str(key), allowed=KEYS)
    for key in REQUIRED:
        if key not in data:
            faults.add(f"{called} lacks {key!r}{_EXAMPLES.get(key, '')}", where=where(key))
    content, name = DEFAULTS | dict(data), called
    if "name" in data:
        with faults.gathered():
            name = as_text(data["name"], f"{called}.name", where("name"), LONGEST_NAME)
    numbers = {key: _number(content, key, name, where, faults) for key in RANGES if key in content}
    moves = _moves(content.get("moves"), name, where, faults) if "moves" in data else ()
    _check_times(numbers, content, name, where, faults)
    faults.tell()
    found = {key: 0.0 if value is None else value for key, value in numbers.items() if key != "to"}
    return Shock(name, found["from"], moves, numbers["to"], found["announced"], found["comes"], found["fades"],
                 found["stays"])  # fmt: skip


_EXAMPLES = {
    "from": ": the week in which it begins, such as 52 or 1 year",
    "moves": ": what it moves, such as [{lever: region.conflict, where: {role: transit}, op: set, value: 0.8}]",
}


def _number(content: Mapping[str, Any], key: str, name: str, where: Where, faults: Faults) -> float | None:
    value, (unit, low, high) = content[key], RANGES[key]
    if value is None and key == "to":
        return None
    with faults.gathered():
        called = f"{name}: {key}"
        number = to_week(value, called, where(key)) if key in DATES else to_unit(value, unit, called, where(key))
        if low <= number <= high:
            return number
        faults.add(f"{name}: {key} = {number:g} is outside {low:g} to {high:g} {unit}", where=where(key))
    return None


def _moves(items: Any, name: str, where: Where, faults: Faults) -> tuple[Move, ...]:
    if not isinstance(items, Sequence) or isinstance(items, str) or not 0 < len(items) <= MOST_ITEMS:
        faults.add(
            f"{name}: moves must be a list of 1 to {MOST_ITEMS} mappings with lever, op and value, not {brief(items)}",
            where=where("moves"),
        )
        return ()
    found = []
    for number, item in enumerate(items):
        with faults.gathered():
            path = f"moves.{number}"
            found.append(move_from(item, f"{name}: {path}", lambda key, path=path: where(f"{path}.{key}") or path))  # type: ignore[misc]
    return tuple(found)


def _check_times(
    numbers: Mapping[str, float | None], content: Mapping[str, Any], name: str, where: Where, faults: Faults
) -> None:
    """A shock that ends before it begins, or fades though it never ends, is not what anybody meant."""
    start, end = numbers.get("from"), numbers.get("to")
    if start is not None and end is not None and end <= start:
        faults.add(f"{name} ends in week {end:g}, not after its beginning in week {start:g}", where=where("to"))
    for key in ("fades", "stays"):
        if content["to"] is None and numbers.get(key):
            faults.add(f"{name} has {key}, and no end after which it could; add to: a week", where=where(key))

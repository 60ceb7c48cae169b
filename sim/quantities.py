"""What a declared parameter and a declared switch are, and how numbers with units are read."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

from sim.errors import RequestError


@dataclass(frozen=True)
class Parameter:
    """A number (or one of a few words) that a scenario may set."""

    name: str
    default: Any
    unit: str
    low: float
    high: float
    meaning: str
    evidence: str = "assumed"
    grade: str = "-"
    contested: bool = False
    options: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """True when only whole numbers make sense."""
        return isinstance(self.default, int) and not isinstance(self.default, bool)

    def check(self, value: Any, where: str | None = None) -> Any:
        """``value`` as this parameter's type, in its declared unit; RequestError says what is allowed."""
        if self.options:
            if value in self.options:
                return value
            raise RequestError(f"{self.name} cannot be {value!r}", where=where, given=str(value), allowed=self.options)
        if isinstance(self.default, bool):
            return as_switch(self.name, value, where)
        number = to_unit(value, self.unit, self.name, where)
        if self.whole and number != int(number):
            raise RequestError(f"{self.name} must be a whole number, not {value!r}", where=where)
        if not self.low <= number <= self.high:
            raise RequestError(
                f"{self.name} = {value} is outside its range {self.low:g} to {self.high:g} {self.unit}".rstrip(),
                where=where,
            )
        return int(number) if self.whole else number


@dataclass(frozen=True)
class Switch:
    """A mechanism that can be turned off, held as in the baseline, or set to a named variant.

    ``interface`` is the array that ``off`` sets to its neutral value and ``hold`` replays from a twin without
    policies.
    """

    name: str
    default: str
    options: tuple[str, ...]
    meaning: str
    interface: str
    evidence: str
    grade: str = "-"
    contested: bool = False

    def check(self, value: Any, where: str | None = None) -> str:
        """The option that ``value`` names; YAML's true/false and on/off mean the same."""
        if isinstance(value, bool):
            value = "on" if value else "off"
        word = {"true": "on", "false": "off"}.get(str(value).lower(), str(value).lower())
        if word not in self.options:
            raise RequestError(
                f"mechanisms.{self.name} cannot be {value!r}", where=where, given=word, allowed=self.options
            )
        return word


# --- units ------------------------------------------------------------------------------------------------------

# dimension and factor to the base unit of that dimension
_UNITS: dict[str, tuple[str, float]] = {
    "hour": ("time", 1 / 168),
    "day": ("time", 1 / 7),
    "week": ("time", 1.0),
    "month": ("time", 365.25 / 12 / 7),
    "year": ("time", 365.25 / 7),
    "us$": ("money", 1.0),
    "usd": ("money", 1.0),
    "$": ("money", 1.0),
    "%": ("share", 0.01),
    "share": ("share", 1.0),
    "": ("share", 1.0),
    "count": ("count", 1.0),
}
_QUANTITY = re.compile(r"^\s*(US\$|USD|\$)?\s*([-+]?\d[\d_]*\.?\d*(?:[eE][-+]?\d+)?)\s*(.*?)\s*$")


def _dimension(unit: str) -> tuple[str, float]:
    """Dimension and factor of a unit such as ``weeks``, ``US$/week``, ``/year`` or ``share``."""
    top, _, bottom = unit.lower().replace("per ", "/").replace(" ", "").partition("/")

    def one(word: str) -> tuple[str, float]:
        if word in _UNITS:
            return _UNITS[word]
        singular = word.removesuffix("s")
        if singular in _UNITS:
            return _UNITS[singular]
        return (word, 1.0)

    name, factor = one(top)
    if bottom:
        below, divisor = one(bottom)
        return f"{name}/{below}", factor / divisor
    return name, factor


def to_unit(value: Any, unit: str, name: str, where: str | None = None) -> float:
    """A bare number in the declared unit, or text with its own unit (``"90 days"``) converted to it."""
    if isinstance(value, bool) or value is None:
        raise RequestError(f"{name} must be a number in {unit or 'no unit'}, not {value!r}", where=where)
    if isinstance(value, int | float):
        number, given = float(value), ""
    else:
        text = str(value)
        match = _QUANTITY.match(text)
        if not match:
            raise RequestError(f"{name} must be a number in {unit or 'no unit'}, not {text!r}", where=where)
        number, given = float(match[2].replace("_", "")), match[3]
        if match[1]:
            given = "US$" + given
    if not math.isfinite(number):
        raise RequestError(f"{name} must be a finite number, not {value!r}", where=where)
    if not given:
        return number
    wanted, factor = _dimension(unit)
    got, own = _dimension(given)
    if got != wanted:
        raise RequestError(
            f"{name} is in {unit or 'no unit'}, and {value!r} is a different kind of quantity", where=where
        )
    return number if own == factor else number * own / factor  # 3 years are 3 years, to the last bit


def as_switch(name: str, value: Any, where: str | None = None) -> bool:
    """True or False from YAML's or the command line's way of writing it."""
    if isinstance(value, bool):
        return value
    word = str(value).lower()
    if word in ("true", "on", "yes"):
        return True
    if word in ("false", "off", "no"):
        return False
    raise RequestError(f"{name} must be on or off, not {value!r}", where=where, allowed=("on", "off"))

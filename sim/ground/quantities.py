"""What a declared parameter and a declared switch are, and how numbers with units are read."""

from __future__ import annotations

import math
import numbers
import re
from dataclasses import dataclass
from typing import Any

from sim.ground.errors import RequestError

NONE_OF_THEM = "none"  # of the words of a parameter that takes several
TOGETHER = ":"  # between two words that are meant together


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
            if isinstance(value, str) and value in self.options:
                return value
            raise RequestError(
                f"{self.name} cannot be {brief(value)}", where=where, given=_word(value), allowed=self.options
            )
        if isinstance(self.default, bool):
            return as_switch(self.name, value, where)
        number = to_unit(value, self.unit, self.name, where)
        if self.whole and number != int(number):
            raise RequestError(f"{self.name} must be a whole number, not {brief(value)}", where=where)
        if not self.low <= number <= self.high:
            raise RequestError(
                f"{self.name} = {_said(value)} is outside its range {self.low:g} to {self.high:g} {self.unit}".rstrip(),
                where=where,
            )
        return int(number) if self.whole else number


@dataclass(frozen=True)
class Several(Parameter):
    """Any of a few words, or pairs of them (``sex:age``); ``high`` is how many may be named. It is kept as one text.

    >>> Several("by", "none", "", 0, 3, "", options=("none", "sex", "age")).check("age, sex:age")
    'age,sex:age'
    """

    def check(self, value: Any, where: str | None = None) -> Any:
        """The words that ``value`` names, as a text with commas; RequestError says what is allowed."""
        if value is None:
            return NONE_OF_THEM
        items = value if isinstance(value, list | tuple) else _word(value).strip("[] ").split(",")
        named = dict.fromkeys(self._one(item, where) for item in items)
        words = [word for word in named if word != NONE_OF_THEM]
        if len(words) > self.high:
            raise RequestError(f"{self.name} takes at most {self.high:g} of them, not {len(words)}", where=where)
        return ",".join(words) or NONE_OF_THEM

    def _one(self, item: Any, where: str | None) -> str:
        """One word, or two that are meant together."""
        parts = [part.strip().strip("'\"") for part in _word(item).split(TOGETHER)]
        for part in parts:
            if part not in self.options:
                raise RequestError(
                    f"{self.name} cannot be {brief(part)}", where=where, given=part, allowed=self.options
                )
        if len(parts) > 2 or len(set(parts)) < len(parts) or (len(parts) > 1 and NONE_OF_THEM in parts):
            raise RequestError(
                f"{self.name} takes one word or a pair of two such as {TOGETHER.join(self.options[-2:])}, "
                f"not {brief(item)}",
                where=where,
            )
        return TOGETHER.join(parts)


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
        word = _word(value).lower()
        word = {"true": "on", "false": "off"}.get(word, word)
        if word not in self.options:
            raise RequestError(
                f"mechanisms.{self.name} cannot be {brief(value)}", where=where, given=word, allowed=self.options
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
_NUMBER = r"[-+]?(?:\d+(?:_\d+)*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_QUANTITY = re.compile(rf"\s*(US\$|USD|\$)?\s*({_NUMBER})\s*(.*?)\s*", re.ASCII | re.DOTALL)
_NOT_FINITE = re.compile(r"[-+]?\.?(?:nan|inf|infinity)", re.IGNORECASE)
# what one reader of numbers takes for another number than the next, and how to write what is meant
_DOUBTFUL: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"[-+]?0[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?"), "write it without the 0 in front"),
    (re.compile(r"[-+]?0[xXoObB][0-9a-fA-F_]+"), "write it in decimal digits"),
    (re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?"), "write one number in the unit that is wanted"),
    (re.compile(r"[-+]?[0-9]+(?:_[0-9]+)*(?:__|_$|_\.|\._)[0-9_.]*"), "write _ between digits only, as in 50_000"),
)


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


def doubtful(text: str) -> str | None:
    """How to write a number that programs read in different ways; None when ``text`` is not one.

    >>> doubtful("010")
    "'010' is a different number to different programs; write it without the 0 in front, or in quotes if it is text"
    """
    for pattern, advice in _DOUBTFUL:
        if pattern.fullmatch(text):
            return f"{text!r} is a different number to different programs; {advice}, or in quotes if it is text"
    return None


def shortest(number: float) -> str:
    """A number with all its digits and no more: ``2``, ``0.1``, ``0.3333333``, ``1234567``.

    Read again, it is the same number to the last bit.
    """
    return str(int(number)) if number == int(number) and abs(number) < 1e15 else repr(float(number))


def to_unit(value: Any, unit: str, name: str, where: str | None = None) -> float:
    """A bare number in the declared unit, or text with its own unit (``"90 days"``) converted to it."""
    wanted_kind = f"{name} must be a number in {unit or 'no unit'}, not {brief(value)}"
    if isinstance(value, bool) or not isinstance(value, numbers.Real | str):
        raise RequestError(wanted_kind, where=where)
    if isinstance(value, str):
        number, given = _read(value, name, wanted_kind, where)
    else:
        number, given = _float(value), ""
    if not math.isfinite(number):
        raise RequestError(f"{name} must be a finite number, not {brief(value)}", where=where)
    if not given:
        return number
    wanted, factor = _dimension(unit)
    got, own = _dimension(given)
    if got != wanted:
        raise RequestError(
            f"{name} is in {unit or 'no unit'}, and {brief(value)} is a different kind of quantity", where=where
        )
    return number if own == factor else number * own / factor  # 3 years are 3 years, to the last bit


def to_week(value: Any, name: str, where: str | None = None) -> float:
    """A date in weeks; one in days, months or years is rounded, as things happen in whole weeks.

    >>> to_week("1 year", "start"), to_week("10.5 weeks", "start"), to_week(10.5, "start")
    (52.0, 10.5, 10.5)
    """
    number = to_unit(value, "weeks", name, where)
    unit = _read(value, name, "", where)[1] if isinstance(value, str) else ""
    return float(round(number)) if unit and _dimension(unit)[1] != 1.0 else number


def _read(text: str, name: str, wanted: str, where: str | None) -> tuple[float, str]:
    """Number and unit of a text."""
    if _NOT_FINITE.fullmatch(text.strip()):
        return math.nan, ""
    advice = doubtful(text.strip())
    match = _QUANTITY.fullmatch(text)
    if match and not advice:
        advice = doubtful(match[2])
    if advice:
        raise RequestError(f"{name}: {advice}", where=where)
    if not match:
        raise RequestError(wanted, where=where)
    return _float(match[2].replace("_", "")), ("US$" if match[1] else "") + match[3]


def _float(value: Any) -> float:
    """The nearest float; infinite for whole numbers beyond all floats."""
    try:
        return float(value)
    except OverflowError:
        return math.inf


def brief(value: object) -> str:
    """A value as a sentence can hold it, however large it is."""
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # whole numbers of more than 4300 digits, and lists that hold themselves
        return "what was given"
    return text if len(text) <= 60 else f"{text[:40]}…{text[-10:]}"


def _said(value: object) -> str:
    return value.strip() if isinstance(value, str) else brief(value)


def _word(value: object) -> str:
    return value if isinstance(value, str) else brief(value)


def as_switch(name: str, value: Any, where: str | None = None) -> bool:
    """True or False from YAML's or the command line's way of writing it."""
    if isinstance(value, bool):
        return value
    word = _word(value).lower()
    if word in ("true", "on", "yes"):
        return True
    if word in ("false", "off", "no"):
        return False
    raise RequestError(f"{name} must be on or off, not {brief(value)}", where=where, allowed=("on", "off"))

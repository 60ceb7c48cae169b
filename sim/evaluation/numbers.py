"""Numbers as a reader needs them: as many digits as are known."""

from __future__ import annotations

import math

UNKNOWN = "–"


def number(value: float, *, sign: bool = False) -> str:
    """Two digits, whole from 10 on, thousands apart; a dash for what is not known."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    text = _written(value, _places(value, 2), sign=sign)
    return text.rstrip("0").rstrip(".") if "." in text else text


def signed(value: float) -> str:
    """The same with its sign, for sentences."""
    return number(value, sign=True) if math.isfinite(value) else "an unknown amount"


def beside(value: float, error: float, *, sign: bool = False) -> str:
    """A value with its error after ±, to the first digit of the error; alone where the error is not known."""
    if not (math.isfinite(value) and math.isfinite(error)):
        return number(value, sign=sign)
    places = _places(error, 1) if error > 0 else _places(value, 2)
    return f"{_written(value, places, sign=sign)} ± {_written(error, places)}"


def _places(value: float, digits: int) -> int:
    """Places after the point that leave so many digits of a number."""
    return max(0, digits - 1 - math.floor(math.log10(abs(value)))) if value else 0


def _written(value: float, places: int, *, sign: bool = False) -> str:
    rounded = round(value, places)
    text = f"{rounded:{'+' if sign and rounded else ''},.{places}f}" if rounded else "0"
    return text.replace("-", "−").replace(",", " ")

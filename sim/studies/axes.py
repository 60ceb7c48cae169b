"""What a sweep varies: words with several values, ``key=v1,v2`` or ``key=range(0,10,2)``, in Hydra's grammar.

Values are kept as they were written. Ranges are counted before they are gone through.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from sim.declared.parameters import PARAMETERS
from sim.ground.errors import RequestError
from sim.ground.quantities import Several, shortest

if TYPE_CHECKING:
    from hydra.core.override_parser.types import RangeSweep

MOST_POINTS = 10_000
LONGEST_NAME = 48  # characters of what was varied that a name still holds
Axis = tuple[str, list[str]]
_FUNCTION = re.compile(r"\s*(range|choice|interval|glob|sort|shuffle|tag)\s*\(.*\)\s*", re.DOTALL)
_PIECE = re.compile(r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|[\[{(]|[\]})]|,|[^'"\[\](){},]+|['"]""", re.DOTALL)


def split(words: Iterable[str]) -> tuple[list[str], list[Axis]]:
    """Words with one value, and for each of the others its key and values.

    Raises
    ------
    RequestError : a key has several values twice, or values that cannot be counted off.
    """
    fixed: list[str] = []
    axes: list[Axis] = []
    for word in words:
        key, equals, value = word.partition("=")
        key = key.strip().lstrip("+")
        one = key.startswith("hydra") or isinstance(PARAMETERS.get(key), Several)  # such as by=sector,region
        values = _several(value, word) if equals and not one else None
        if values is None:
            fixed.append(word)
        elif key in dict(axes):
            raise RequestError(f"{key} is swept twice", where=key)
        else:
            axes.append((key, values))
    return fixed, axes


def names_of(points: Sequence[Sequence[str]]) -> list[str]:
    """What the points of a sweep are called: their words, or by number where the words of some are too long for a name.

    The values behind a number are those of ``Setting.values`` or ``Arm.values``, which ``points.parquet`` lists.

    >>> names_of([["people.size=1000"], ["people.size=2000"]])
    ['people.size=1000', 'people.size=2000']
    """
    written = [", ".join(point) for point in points]
    if all(len(name) <= LONGEST_NAME for name in written):
        return written
    return [f"point {number}" for number in range(1, len(written) + 1)]


def _several(value: str, word: str) -> list[str] | None:
    """The values of a word that has several; None for one value."""
    if _FUNCTION.fullmatch(value):
        return _from_function(value, word)
    pieces = _pieces(value)
    if len(pieces) < 2:
        return None
    values = [_bare(piece.strip()) for piece in pieces]
    if not all(values):
        raise RequestError("a value between commas is missing", where=word)
    return _bounded(list(dict.fromkeys(values)), word)


def _pieces(text: str) -> list[str]:
    """``text`` at its commas, but for those in quotes or brackets."""
    pieces, depth = [""], 0
    for part in _PIECE.findall(text):
        depth += (part in ("[", "{", "(")) - (part in ("]", "}", ")"))
        if part == "," and depth <= 0:
            pieces.append("")
        else:
            pieces[-1] += part
    return pieces


def _bare(piece: str) -> str:
    """A value without the quotes around it, unless they keep something together."""
    inside = piece[1:-1]
    if len(piece) >= 2 and piece[0] == piece[-1] and piece[0] in "'\"" and not set(inside) & set("'\"\\,[]{}$"):
        return inside
    return piece


def _from_function(value: str, word: str) -> list[str]:
    """The values of ``range(…)`` and ``choice(…)``, as Hydra reads them."""
    from hydra.core.override_parser.overrides_parser import OverridesParser  # noqa: PLC0415 - few sweeps need it
    from hydra.core.override_parser.types import ChoiceSweep, RangeSweep  # noqa: PLC0415
    from hydra.errors import HydraException  # noqa: PLC0415

    try:
        override = OverridesParser.create().parse_override(f"key={value}")
        found = override.value()
        if isinstance(found, RangeSweep):
            _count(found, word)
        elif not isinstance(found, ChoiceSweep):
            raise RequestError("a sweep goes over values, choice(a,b) or range(start,stop,step)", where=word)
        return _bounded(list(dict.fromkeys(map(_written, override.sweep_iterator()))), word)
    except (HydraException, ValueError, OverflowError, RecursionError) as error:
        if isinstance(error, RequestError):
            raise
        raise RequestError(
            "the values cannot be read; write a,b or choice(a,b) or range(start,stop,step)", where=word
        ) from None


def _count(values: RangeSweep, word: str) -> None:
    """RequestError for a range with too many values, before they are gone through."""
    start, stop, step = (float(x or 0) for x in (values.start, values.stop, values.step))
    if not all(map(math.isfinite, (start, stop, step))) or step == 0:
        raise RequestError("a range needs a start, a stop and a step other than 0", where=word)
    count = (stop - start) / step
    if count > MOST_POINTS:
        raise RequestError(f"a range of {count:.0f} values; a sweep goes over 1 to {MOST_POINTS}", where=word)


def _written(value: object) -> str:
    """One value as a word would have it."""
    if isinstance(value, float):
        return shortest(value) if math.isfinite(value) else str(value)
    if isinstance(value, bool):
        return str(value).lower()
    from hydra.core.override_parser.types import Override  # noqa: PLC0415

    return Override._get_value_element_as_str(value)  # type: ignore[arg-type]


def _bounded(values: list[str], word: str) -> list[str]:
    if not 1 <= len(values) <= MOST_POINTS:
        raise RequestError(f"a sweep goes over 1 to {MOST_POINTS} values, not {len(values)}", where=word)
    return values

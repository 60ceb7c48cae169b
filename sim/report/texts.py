"""What users wrote, made fit to be shown: names and labels are text wherever they stand, and never markup.

A page escapes by itself (``autoescape``), figures read no formulas (``style.theme``) and terminals get ``Text``. What
is left is here: how long a name may be, which signs a font has, and what Markdown would read as its own.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from markupsafe import Markup, escape

FONT = "DejaVu Sans"  # comes with matplotlib, so that figures are the same everywhere
IN_TABLE, IN_FIGURE = 60, 32  # characters of a name
ELLIPSIS, MISSING = "\N{HORIZONTAL ELLIPSIS}", "\N{WHITE SQUARE}"
_UNSEEN = ("Cc", "Cs", "Zl", "Zp")  # control characters, halves of pairs, separators of lines and paragraphs
_MARKS = re.compile(r"([\\`*<>|\[\]~$&])|(?<![^\W_])_|_(?![^\W_])")
_OPENING = re.compile(r"^(\s*)([#+=-]|\d+(?=[.)]))")


def one_line(text: object) -> str:
    """The text without line breaks and control characters, with single blanks."""
    kept = "".join(" " if unicodedata.category(sign) in _UNSEEN else sign for sign in str(text))
    return " ".join(kept.split())


def short(text: object, most: int = IN_TABLE) -> str:
    """The text on one line, with at most so many characters; an ellipsis stands for the rest.

    >>> short("tighter borders", 8)
    'tighter…'
    """
    line = one_line(str(text)[: 20 * most])
    return line if len(line) <= most and len(str(text)) <= 20 * most else f"{line[: most - 1].rstrip()}{ELLIPSIS}"


def in_figure(text: object, most: int = IN_FIGURE) -> str:
    """A short text of signs that the font of figures has; others become a square."""
    known = _signs()
    line = "".join(sign if ord(sign) in known else MISSING for sign in short(text, most))
    # a legend leaves out what begins with an underscore
    return f"\N{NO-BREAK SPACE}{line}" if line.startswith("_") else line


@cache
def _signs() -> frozenset[int]:
    from matplotlib import font_manager as fonts  # noqa: PLC0415 - a terminal needs no plotting library
    from matplotlib.ft2font import FT2Font  # noqa: PLC0415

    return frozenset(FT2Font(fonts.findfont(FONT)).get_charmap())


def in_page(text: object, most: int = IN_TABLE) -> Markup:
    """A text for a page: escaped, and where it is long a short one that shows the whole when pointed at."""
    cut = short(text, most)
    if cut == str(text):
        return escape(cut)
    return Markup('<span title="{}">{}</span>').format(one_line(text), cut)


def in_markdown(text: object, most: int | None = None) -> str:
    """A text for a line or a cell of Markdown, in which every sign stands for itself."""
    line = one_line(text) if most is None else short(text, most)
    marked = _MARKS.sub(lambda found: f"\\{found[0]}", line)
    return _OPENING.sub(lambda found: f"{found[1]}\\{found[2]}" if not found[2].isdigit() else found[0], marked)


def as_code(text: object) -> str:
    """A text in a code span of Markdown that no backtick of its own can end."""
    line = one_line(text)
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", line)), default=0))
    pad = " " if line.startswith("`") or line.endswith("`") or not line else ""
    return f"{fence}{pad}{line}{pad}{fence}"

"""How wide and how high a text is, from its letters, each of which is measured once.

To have every text shaped by a library, for its kerning, took a seventh of the time in which a page was drawn. Without
kerning a text comes out a little wider, if anything, and figures must leave room for other fonts anyway.
"""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

from matplotlib import font_manager
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font

from sim.report.texts import MISSING

_EM = 1000  # points at which letters are measured, so that they need not be rounded to pixels


def width_height_descent(text: str, letters: FontProperties) -> tuple[float, float, float]:
    """Width, height and depth below the line of one line of text, in points."""
    font, scale = _path(letters), letters.get_size_in_points() / _EM
    measured = [_letter(font, sign) for sign in text]
    highest = max((high for _, high, _ in measured), default=0.0)
    lowest = min((low for _, _, low in measured), default=0.0)
    return scale * sum(wide for wide, _, _ in measured), scale * (highest - lowest), -scale * lowest


def line_metrics(letters: FontProperties) -> tuple[float, float, float]:
    """How far lines reach above and below where letters stand, and the gap between two of them, in points."""
    above, below, gap = _line(_path(letters))
    size = letters.get_size_in_points()
    return size * above, size * below, size * gap


@cache
def _line(path: str) -> tuple[float, float, float]:
    """The same for letters of one point, as the font says for typesetting."""
    font = _font(path)
    said, em = font.get_sfnt_table("OS/2"), font.get_sfnt_table("head")["unitsPerEm"]  # type: ignore[index]
    return said["sTypoAscender"] / em, -said["sTypoDescender"] / em, said["sTypoLineGap"] / em  # type: ignore[index]


def _path(letters: FontProperties) -> str:
    return _found(tuple(letters.get_family()), letters.get_style(), letters.get_weight())


@cache
def _found(family: tuple[str, ...], style: str, weight: str | int) -> str:
    return str(font_manager.findfont(FontProperties(family=list(family), style=style, weight=weight)))  # type: ignore[arg-type]


@cache
def _font(path: str) -> FT2Font:
    font = FT2Font(io.BytesIO(Path(path).read_bytes()))  # processes that are forked would share the place in a file
    font.set_size(_EM, 72)
    return font


@cache
def _letter(path: str, sign: str) -> tuple[float, float, float]:
    """How far a letter advances, and where its highest and lowest points are; of one that the font lacks a square's."""
    font = _font(path)
    glyph = font.load_char(ord(sign if font.get_char_index(ord(sign)) else MISSING))
    _, low, _, high = glyph.bbox
    return glyph.linearHoriAdvance / 65_536, high / 64, low / 64

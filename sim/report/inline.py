"""Drawings as part of a page: SVG whose text is text, with words for who does not see it, and no needless bytes.

matplotlib writes files. On a page many drawings stand side by side, so that their ids must differ, and half of what it
writes, names of groups and digits that nobody can see, would only make the page slow to load.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from markupsafe import Markup

from sim.report.style import drawn_once

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_NUMBER = re.compile(r"-?\d+\.\d+")
_REFERENCE = re.compile(r"(?:url\(|^)#([^)]+)")
_NO_TURN = re.compile(r"^rotate\(-?0(?:\.0*)?[ )]")
_MEASURES = ("d", "x", "y", "transform", "points", "width", "height", "x1", "y1", "x2", "y2", "r", "cx", "cy")
_KEPT_WHOLE = ("text", "tspan")  # blanks between their letters are letters


def inline(figure: Figure, name: str, title: str, alt: str) -> Markup:
    """A figure as an ``svg`` element: the same text for the same figure.

    Parameters
    ----------
    name : unlike that of any other drawing of the page; ids of the drawing begin with it.
    title : what the figure is called.
    alt : what it shows, for who cannot see it.
    """
    root = ET.fromstring(drawn_once(figure))  # noqa: S314 - our own drawing
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    for part in [
        part for part in root if part.tag == "metadata" or (part.tag == "defs" and part.find("style") is not None)
    ]:
        root.remove(part)
    _tidy(root, name)
    view = root.get("viewBox", "")
    root.attrib.clear()
    root.attrib |= {"viewBox": view, "role": "img", "aria-labelledby": f"{name}-title {name}-text"}
    for position, (tag, ending, text) in enumerate((("title", "title", title), ("desc", "text", alt))):
        said = ET.Element(tag, {"id": f"{name}-{ending}"})
        said.text = text
        root.insert(position, said)
    return Markup(ET.tostring(root, encoding="unicode"))  # noqa: S704 - every text in it has been escaped


def _tidy(root: ET.Element, name: str) -> None:
    """Make ids those of this drawing, drop what nothing refers to, and round what is measured."""
    wanted = {
        found for element in root.iter() for value in element.attrib.values() for found in _REFERENCE.findall(value)
    }
    for element in root.iter():
        element.attrib = {
            key.rpartition("}")[2]: _value(key.rpartition("}")[2], value, name)
            for key, value in element.attrib.items()
            if not (key == "id" and value not in wanted) and not (key == "transform" and _NO_TURN.match(value))
        }
        if element.tag not in _KEPT_WHOLE:
            element.text = (element.text or "").strip()
        element.tail = "" if element.tag != "tspan" else element.tail
    _without_bare_groups(root)


def _value(key: str, value: str, name: str) -> str:
    if key == "id":
        return f"{name}-{value}"
    if key == "style":
        value = re.sub(r"\s*([:;])\s*", r"\1", value).replace("font-family:'DejaVu Sans';", "")
    elif key in _MEASURES:
        value = re.sub(r" ?([A-Za-z]) ?", r"\1", _NUMBER.sub(_rounded, " ".join(value.split())))
    return _REFERENCE.sub(lambda found: found[0].replace(f"#{found[1]}", f"#{name}-{found[1]}"), value)


def _rounded(found: re.Match[str]) -> str:
    """A length with as many digits as can be seen: a point of a drawing is little more than one of a screen."""
    value = float(found[0])
    return f"{value:.{2 if abs(value) < 10 else 1}f}".rstrip("0").rstrip(".")


def _without_bare_groups(parent: ET.Element) -> None:
    """Groups that say nothing give way to what is in them."""
    children: list[ET.Element] = []
    for child in parent:
        _without_bare_groups(child)
        children += list(child) if child.tag == "g" and not child.attrib else [child]
    parent[:] = children

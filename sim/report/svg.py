"""Figures as light SVG: text stays text, coordinates are short, and colours follow the reader's light or dark page.

matplotlib's own SVG writes every sign as an outline or every line with its own style. This renderer writes what a
figure needs and no more: one ``<g>`` for neighbours that look alike, tenths of a unit, no clip paths (lines are cut
where they leave their panel), and a class of nothing. Colours of the palette become variables of the drawing,
which have another value where the reader asked for a dark page.

Texts are measured with a font that is wider than what readers have, and are anchored where they are aligned: with
another font they end earlier and never run into one another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Any

import numpy as np
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.colors import to_hex
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Bbox, Transform

from sim.report.letters import line_metrics, width_height_descent

# all of them narrower than what texts are measured with, or the same
FAMILY = "Helvetica,Arial,Liberation Sans,DejaVu Sans,sans-serif"
ANCHORS = {"left": "", "center": "middle", "right": "end"}
HATCH = 10  # units between repeats of a pattern
LARGEST = 40  # units of a mark
ALIGNED = "aligned "  # how a text says to the renderer what its lines are aligned to, see ``aligned``
Attributes = tuple[tuple[str, str], ...]


class Light(RendererBase):
    """What draws a figure of ``width`` by ``height`` points; ``text`` gives the SVG when all is drawn.

    ``dark`` says what colours of light pages are on dark ones; others are the same on both.
    """

    def __init__(self, width: float, height: float, ident: str, dark: Mapping[str, str]) -> None:
        super().__init__()
        self.width, self.height, self._ident = width, height, ident
        self._dark = dark
        self._parts: list[tuple[Attributes, str, str]] = []  # attributes, kind, content
        self._letters: dict[str, str] = {}  # a colour of the palette, and the variable that stands for it
        self._patterns: dict[tuple[str, str], str] = {}
        self._aligned = ""

    def text(self, title: str, alt: str) -> str:
        """The SVG, with a name and with what it shows in words."""
        ident, drawn = self._ident, self._definitions() + "".join(self._groups())
        letters = self._letters.items()
        light = "".join(f"--{letter}:{colour};" for colour, letter in letters)
        dark = "".join(f"--{letter}:{self._dark[colour]};" for colour, letter in letters)
        own = (
            f"#{ident}{{{light}}}@media screen and (prefers-color-scheme:dark){{#{ident}{{{dark}}}}}" if letters else ""
        )
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" id="{ident}" role="img" width="100%" '
            f'viewBox="0 0 {_number(self.width)} {_number(self.height)}" '
            f'font-family="{FAMILY}" fill="none" stroke-linejoin="round" '
            f'aria-labelledby="{ident}-title {ident}-alt">'
            f'<title id="{ident}-title">{escape(title, quote=False)}</title>'
            f'<desc id="{ident}-alt">{escape(alt, quote=False)}</desc><style>{own}</style>{drawn}</svg>'
        )

    # --- what matplotlib asks ---------------------------------------------------------------------------------------

    def get_canvas_width_height(self) -> tuple[float, float]:
        """Width and height in points."""
        return self.width, self.height

    def get_text_width_height_descent(
        self,
        s: str,
        prop: FontProperties,
        ismath: bool | str,  # noqa: ARG002 - there are no formulas
    ) -> tuple[float, float, float]:
        """Measures of one line of text, see ``letters``."""
        return width_height_descent(s, prop)

    def _get_font_height_metrics(self, prop: FontProperties) -> tuple[float, float, float]:
        """What matplotlib would look up in the font for each text, where it asks renderers."""
        return line_metrics(prop)

    def open_group(self, s: str, gid: str | None = None) -> None:
        """Of a text it is known here what its lines are aligned to."""
        if s == "text":
            self._aligned = gid.removeprefix(ALIGNED) if gid and gid.startswith(ALIGNED) else ""

    def draw_path(  # matplotlib names its arguments
        self,
        gc: GraphicsContextBase,
        path: Path,
        transform: Transform,
        rgbFace: Any = None,  # noqa: N803
    ) -> None:
        """Lines and areas, cut at the edge of their panel."""
        look = self._look(gc, rgbFace)
        if not look:
            return
        placed = transform.transform_path(path)
        if not np.isfinite(placed.vertices).any():
            return
        box = _room(gc, placed)
        if box is not None:
            if rgbFace is None:
                placed = placed.cleaned(clip=box.extents, remove_nans=True)
            elif not _curved(placed):
                placed = placed.clip_to_bbox(box)
        drawn = self._outline(placed)
        if drawn:
            self._add(look, "path", drawn)

    def draw_markers(self, gc: GraphicsContextBase, marker_path: Path, marker_trans: Transform, path: Path,
                     trans: Transform, rgbFace: Any = None) -> None:  # noqa: N803 # fmt: skip
        """Marks at the points of a line; circles are two arcs."""
        shape = marker_trans.transform_path(marker_path)
        left, bottom, right, top = _extents(shape)
        places = trans.transform(path.vertices)
        if max(right - left, top - bottom) > LARGEST:  # an area, which matplotlib draws like a mark at its origin
            for x, y in places:
                self.draw_path(gc, shape, Affine2D().translate(x, y), rgbFace)
            return
        look, clip = self._look(gc, rgbFace), gc.get_clip_rectangle()
        if not look:
            return
        round_ = _curved(marker_path) and np.shape(marker_path.vertices) == np.shape(Path.unit_circle().vertices)
        radius = _number((right - left) / 2)
        for x, y in places:
            if not np.isfinite([x, y]).all() or (clip is not None and not _inside(clip, x, y)):
                continue
            if round_:
                start = f"M{_number(x)} {_number(self.height - y)}m-{radius} 0"
                wide = _number(2 * float(radius))
                drawn = f"{start}a{radius} {radius} 0 1 0 {wide} 0a{radius} {radius} 0 1 0-{wide} 0z"
            else:
                drawn = self._outline(Affine2D().translate(x, y).transform_path(shape))
            self._add(look, "path", drawn)

    def draw_text(self, gc: GraphicsContextBase, x: float, y: float, s: str, prop: FontProperties, angle: float,
                  ismath: bool | str = False, mtext: Text | None = None) -> None:  # noqa: ARG002 # fmt: skip
        """One line of text, anchored at its beginning, middle or end."""
        clip = gc.get_clip_rectangle()
        if not s.strip() or (clip is not None and not _inside(clip, x, self.height - y)):
            return
        wide, _, _ = self.get_text_width_height_descent(s, prop, ismath=False)
        to = mtext.get_horizontalalignment() if mtext is not None else self._aligned or "left"
        along = {"left": 0.0, "center": 0.5, "right": 1.0}[to] * wide
        turn = np.radians(angle)
        x, y = x + along * np.cos(turn), y - along * np.sin(turn)
        look = [("fill", self._colour(gc.get_rgb())), ("font-size", _number(prop.get_size_in_points()))]
        if str(prop.get_weight()) in ("bold", "700", "semibold", "600"):
            look.append(("font-weight", "bold"))
        if ANCHORS[to]:
            look.append(("text-anchor", ANCHORS[to]))
        at = f'x="{_number(x)}" y="{_number(y)}"'
        if angle:
            at += f' transform="rotate({_number(-angle)} {_number(x)} {_number(y)})"'
        self._add(tuple(look), "text", f"<text {at}>{escape(s, quote=False)}</text>")

    def draw_image(self, *_: Any, **__: Any) -> None:
        """Figures here hold no pictures made of dots."""
        raise NotImplementedError("figures are made of lines, areas and text")

    # --- how it is written ------------------------------------------------------------------------------------------

    def _look(self, gc: GraphicsContextBase, face: Any) -> Attributes:
        """Attributes of a line or an area; empty where nothing would be seen."""
        look = []
        if face is not None and (len(face) < 4 or face[3] > 0):
            look.append(("fill", self._filled(gc, face)))
            if (alpha := _alpha(gc, face)) < 1:
                look.append(("fill-opacity", _number(alpha, 2)))
        width, stroke = gc.get_linewidth(), gc.get_rgb()
        if width > 0 and stroke[3] > 0:
            look += [("stroke", self._colour(stroke)), ("stroke-width", _number(width, 2))]
            if (alpha := _alpha(gc, stroke)) < 1:
                look.append(("stroke-opacity", _number(alpha, 2)))
            offset, dashes = gc.get_dashes()
            if dashes is not None:
                look.append(("stroke-dasharray", " ".join(map(_number, np.asarray(dashes, float)))))
                if offset:
                    look.append(("stroke-dashoffset", _number(offset)))
            if gc.get_capstyle() == "round":
                look.append(("stroke-linecap", "round"))
            if face is not None and gc.get_joinstyle() == "miter":
                look.append(("stroke-linejoin", "miter"))
        return tuple(look)

    def _colour(self, rgba: Any) -> str:
        """A colour of the palette as a variable, any other as it is."""
        colour = to_hex(rgba[:3])
        if colour not in self._dark:
            return colour
        letter = self._letters.setdefault(colour, f"c{len(self._letters)}")
        return f"var(--{letter})"

    def _filled(self, gc: GraphicsContextBase, face: Any) -> str:
        """What an area is filled with: a colour, or a pattern of lines on it."""
        colour = self._colour(face)
        if not gc.get_hatch():
            return colour
        number = self._patterns.setdefault((str(gc.get_hatch()), colour), f"{self._ident}-p{len(self._patterns)}")
        return f"url(#{number})"

    def _definitions(self) -> str:
        """Patterns that areas are filled with."""
        if not self._patterns:
            return ""
        found = []
        for (hatch, colour), number in self._patterns.items():
            lines = "".join(_HATCHES[sign] for sign in dict.fromkeys(hatch))
            found.append(
                f'<pattern id="{number}" width="{HATCH}" height="{HATCH}" patternUnits="userSpaceOnUse">'
                f'<path fill="{colour}" d="M0 0h{HATCH}v{HATCH}H0z"/><path stroke="{self._paper}" d="{lines}"/>'
                "</pattern>"
            )
        return f"<defs>{''.join(found)}</defs>"

    @property
    def _paper(self) -> str:
        return self._colour((1.0, 1.0, 1.0, 1.0))

    def _add(self, look: Attributes, kind: str, content: str) -> None:
        """One more piece; outlines that look alike, and are next to one another, become one."""
        if self._parts and kind == "path":
            before, last, drawn = self._parts[-1]
            seen_through = any("opacity" in name or value.startswith("url") for name, value in look)
            both = any(name == "fill" for name, _ in look) and any(name == "stroke" for name, _ in look)
            if last == kind and before == look and not seen_through and not both:
                self._parts[-1] = (look, kind, drawn + content)
                return
        self._parts.append((look, kind, content))

    def _groups(self) -> Iterator[str]:
        """Pieces as markup, with what neighbours share said once."""
        at = 0
        while at < len(self._parts):
            look = self._parts[at][0]
            end = at
            while end < len(self._parts) and self._parts[end][0] == look:
                end += 1
            said = "".join(f' {name}="{value}"' for name, value in look)
            inside = [
                content if kind == "text" else f'<path d="{content}"/>' for _, kind, content in self._parts[at:end]
            ]
            if len(inside) > 1:
                yield f"<g{said}>{''.join(inside)}</g>"
            else:
                yield f"{inside[0][:5]}{said}{inside[0][5:]}"
            at = end

    def _outline(self, path: Path) -> str:
        """The ``d`` of a path: moves by tenths of a unit from where it is."""
        said: list[str] = []
        here = (0, 0)
        start = here
        for points, code in path.iter_segments(simplify=False, curves=True):
            if code == Path.STOP:
                break
            if code == Path.CLOSEPOLY:
                said.append("z")
                here = start
                continue
            steps = [(round(10 * x), round(10 * (self.height - y))) for x, y in np.reshape(points, (-1, 2))]
            if code == Path.MOVETO:
                here = start = steps[0]
                said.append(f"M{_tenths(here[0])} {_tenths(here[1])}")
                continue
            moved = [(x - here[0], y - here[1]) for x, y in steps]
            here = steps[-1]
            if code == Path.LINETO:
                said.append(_line(*moved[0]))
            else:
                said.append(("q" if code == Path.CURVE3 else "c") + _pairs(moved))
        drawn = "".join(said)
        return drawn if any(sign in drawn for sign in "lhvcq") else ""


_HATCHES = {
    "/": "M-2 2l4-4M-2 12L12-2M8 12l4-4",
    "\\": "M-2 8l4 4M-2-2L12 12M8-2l4 4",
    "-": "M0 5h10",
    "|": "M5 0v10",
    ".": "M4.2 5h1.6",
    "x": "M0 0l10 10M0 10L10 0",
    "+": "M5 0v10M0 5h10",
}


def aligned(texts: Iterable[Text]) -> None:
    """Let texts of several lines say to what these are aligned, which matplotlib does not hand to a renderer."""
    for text in texts:
        if "\n" in text.get_text() and text.get_gid() is None:
            text.set_gid(ALIGNED + text.get_horizontalalignment())


def _alpha(gc: GraphicsContextBase, rgba: Any) -> float:
    if gc.get_forced_alpha():
        return float(gc.get_alpha())
    return float(rgba[3]) if len(rgba) > 3 else 1.0


def _curved(path: Path) -> bool:
    return path.codes is not None and bool(np.isin(path.codes, (Path.CURVE3, Path.CURVE4)).any())


def _extents(path: Path) -> tuple[float, float, float, float]:
    """Left, bottom, right and top of the points of a path; where an outline closes stands one of no meaning."""
    points = np.asarray(path.vertices, float)
    kept = np.isfinite(points).all(axis=1)
    if path.codes is not None:
        kept &= np.asarray(path.codes) != Path.CLOSEPOLY
    (left, bottom), (right, top) = points[kept].min(axis=0), points[kept].max(axis=0)
    return float(left), float(bottom), float(right), float(top)


def _room(gc: GraphicsContextBase, path: Path) -> Bbox | None:
    """The panel at whose edge a path is to be cut; None where it stays within."""
    clip = gc.get_clip_rectangle()
    if clip is None:
        return None
    left, bottom, right, top = _extents(path)
    inside = left >= clip.x0 - 1 and right <= clip.x1 + 1 and bottom >= clip.y0 - 1 and top <= clip.y1 + 1
    return None if inside else Bbox.from_extents(*clip.extents)


def _inside(clip: Bbox, x: float, y: float) -> bool:
    return bool(clip.x0 - 1 <= x <= clip.x1 + 1 and clip.y0 - 1 <= y <= clip.y1 + 1)


def _number(value: float, digits: int = 1) -> str:
    """A number of a drawing, as short as it goes."""
    text = f"{value:.{digits}f}".rstrip("0").rstrip(".") if digits else f"{value:.0f}"
    if text in ("-0", ""):
        return "0"
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def _tenths(value: int) -> str:
    return _number(value / 10)


def _pairs(points: Iterable[tuple[int, int]]) -> str:
    said = ""
    for value in (value for point in points for value in point):
        text = _tenths(value)
        said += text if not said or text.startswith("-") else f" {text}"
    return said


def _line(x: int, y: int) -> str:
    if y == 0:
        return f"h{_tenths(x)}" if x else ""
    return f"v{_tenths(y)}" if x == 0 else f"l{_pairs([(x, y)])}"

"""What a reader of a drawing would see: where texts and intervals lie, and colours as colour-blind readers see them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest
from matplotlib.transforms import Bbox

from sim.report.style import drawn_once
from sim.report.svg import Light

# linear RGB as seen without red-sensitive and without green-sensitive cones (Machado, Oliveira and Fernandes 2009)
BLINDNESS = {
    "none": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
}
_XYZ = np.array([[0.4124, 0.2126, 0.0193], [0.3576, 0.7152, 0.1192], [0.1805, 0.0722, 0.9505]])
_WHITE = np.array([0.9505, 1.0, 1.089])


def linear(colour: str) -> np.ndarray:
    """Linear RGB of a colour such as ``#0072b2``."""
    value = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """Contrast of two colours by WCAG 2."""
    low, high = sorted(float(linear(colour) @ (0.2126, 0.7152, 0.0722)) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def distance(one: str, other: str) -> float:
    """The least distance of two colours in CIELAB over the kinds of ``BLINDNESS``."""
    return min(
        float(np.linalg.norm(np.subtract(*(_lab(seen @ linear(colour)) for colour in (one, other)))))
        for seen in BLINDNESS.values()
    )


def _lab(rgb: np.ndarray) -> np.ndarray:
    value = np.clip(rgb, 0, 1) @ _XYZ / _WHITE
    root = np.where(value > 0.008856, np.cbrt(value), 7.787 * value + 16 / 116)
    return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])


class Seen(NamedTuple):
    """Boxes of the lines of text of a drawing by text, and the ends of the straight lines that are intervals."""

    texts: list[tuple[str, Bbox]]
    lines: list[np.ndarray]
    width: float
    height: float
    svg: str


def seen(figure: Any, monkeypatch: pytest.MonkeyPatch, thick: float = 1.2) -> Seen:
    """Draw a figure and note where its texts lie, and lines of at least ``thick`` points that run level."""
    texts: list[tuple[str, Bbox]] = []
    lines: list[np.ndarray] = []
    plain_text, plain_path = Light.draw_text, Light.draw_path

    def text(self, gc, x, y, s, prop, angle, ismath=False, mtext=None):
        before = len(self._parts)
        plain_text(self, gc, x, y, s, prop, angle, ismath, mtext)
        if len(self._parts) > before and not angle:
            wide, high, below = self.get_text_width_height_descent(s, prop, ismath=False)
            bottom = self.height - y
            texts.append((s, Bbox.from_extents(x, bottom - below, x + wide, bottom - below + high)))

    def path(self, gc, path, transform, face=None):
        points = transform.transform(path.vertices)
        if face is None and len(points) == 2 and gc.get_linewidth() >= thick and abs(np.ptp(points[:, 1])) < 0.1:
            lines.append(points)
        plain_path(self, gc, path, transform, face)

    with monkeypatch.context() as patch:
        patch.setattr(Light, "draw_text", text)
        patch.setattr(Light, "draw_path", path)
        svg = drawn_once(figure)
        width, height = figure.bbox.size
    return Seen(texts, lines, width, height, svg)


def on_one_another(texts: list[tuple[str, Bbox]]) -> list[tuple[str, str]]:
    """Pairs of texts of which a reader would see one through the other."""
    found = []
    for number, (one, box) in enumerate(texts):
        for other, beside in texts[:number]:
            wide = min(box.x1, beside.x1) - max(box.x0, beside.x0)
            high = min(box.y1, beside.y1) - max(box.y0, beside.y0)
            if wide > 0.5 and high > 0.25 * min(box.height, beside.height):
                found.append((other, one))
    return found


def struck_through(found: Seen) -> list[str]:
    """Texts through which an interval runs."""
    return [
        text
        for text, box in found.texts
        for ends in found.lines
        if box.y0 + 0.15 * box.height < ends[0, 1] < box.y1 - 0.15 * box.height
        and min(ends[:, 0].max(), box.x1) - max(ends[:, 0].min(), box.x0) > 0.5
    ]

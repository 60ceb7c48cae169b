"""Panels with one tick an axis look as matplotlib's own do, and letters are as wide as those that are shaped."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.font_manager import FontProperties

from sim.report import style
from sim.report.letters import width_height_descent
from sim.report.panel import Panel
from sim.report.texts import FONT, MISSING


def _lines(axes: Axes) -> None:
    axes.plot([0, 3, 7], [-2000, 5, 900])
    axes.set_xlabel("weeks")
    axes.yaxis.set_major_formatter(style.thousands)


def _logarithmic(axes: Axes) -> None:
    axes.plot([1, 10, 3000], [1, 2, 3])
    axes.set_xscale("log")
    axes.set_yscale("symlog", linthresh=1.0)


def _named(axes: Axes) -> None:
    axes.barh([0, 1, 2], [4, 5, 6])
    axes.set_yticks([0, 1, 2], ["one", "two\nlines", "three"])
    axes.get_yticklabels()[1].set_fontweight("bold")
    axes.invert_yaxis()


def _alone(axes: Axes) -> None:
    axes.barh([0], [4])
    axes.set_yticks([0], ["one"])
    axes.tick_params(axis="x", labelrotation=30, labelsize=6)
    axes.set_ylabel("what")


@pytest.mark.parametrize("drawn", [_lines, _logarithmic, _named, _alone])
def test_one_tick_an_axis_draws_what_a_tick_a_place_draws(
    drawn: Callable[[Axes], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for kind in (Panel, Axes):
        monkeypatch.setattr(style, "Panel", kind)
        with style.theme():
            figure, ((left, right),) = style.canvas(6, 3, ncols=2)
            assert type(left) is kind
            drawn(left)
            drawn(right)
        found.append(style.drawn_once(figure))
    assert found[0] == found[1]


def test_an_axis_makes_one_tick_unless_somebody_asks_for_several() -> None:
    with style.theme():
        figure, ((axes,),) = style.canvas(6, 3)
        _lines(axes)
    style.drawn_once(figure)
    assert [len(axis.majorTicks) for axis in (axes.xaxis, axes.yaxis)] == [1, 1]
    assert len(axes.get_yticklabels()) > 1


@pytest.mark.parametrize("places", [[5.0], [0.0, 500.0]])
def test_labels_that_are_asked_for_have_their_texts(places: list[float]) -> None:
    with style.theme():
        figure, ((axes,),) = style.canvas(6, 3)
        _lines(axes)
        axes.set_yticks(places)
    style.drawn_once(figure)
    assert [label.get_text() for label in axes.get_yticklabels()] == [style.thousands(place) for place in places]
    found = [label.get_text() for label in axes.get_xticklabels()]
    assert found == [style.thousands(place) for place in axes.get_xticks()]


@pytest.mark.parametrize("weight", ["normal", "bold"])
@pytest.mark.parametrize(
    "text",
    ["people exploited at a time", "0.25", "\N{MINUS SIGN}5 %", "Wave", "1\N{NARROW NO-BREAK SPACE}000", " ", ""],
)
def test_letters_are_as_wide_as_a_text_that_is_shaped_or_wider(text: str, weight: str) -> None:
    letters = FontProperties(family=FONT, size=9, weight=weight)
    wide, high, deep = width_height_descent(text, letters)
    shaped = RendererBase().get_text_width_height_descent(text, letters, False)
    assert shaped[0] - 0.1 <= wide <= 1.06 * shaped[0] + 0.1  # without kerning a text may be wider
    assert high == pytest.approx(shaped[1], abs=0.2)
    assert deep == pytest.approx(shaped[2], abs=0.2)


def test_a_letter_that_the_font_lacks_is_as_wide_as_the_square_that_stands_for_it() -> None:
    letters = FontProperties(family=FONT, size=9)
    assert width_height_descent("\N{CJK UNIFIED IDEOGRAPH-4E2D}", letters) == width_height_descent(MISSING, letters)

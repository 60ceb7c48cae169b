"""The figure of what happens in the world: bands with names where shocks are, and none without them."""

from __future__ import annotations

import re

import pytest

from sim.ground.errors import RequestError
from sim.report import figures, shocks
from sim.report.style import SHADE

CLOSED = "{name: Ways closed, from: 4, to: 12, moves: [{lever: border.closed, op: set, value: 1}]}"
LASTS = "{name: Income falls, from: 16, moves: [{lever: region.income, op: scale, value: 0.5}]}"
HAPPENS = {"borders": (f"shocks=[{CLOSED}, {LASTS}]",)}


def bands(figure):
    for axes in figure.axes:
        if axes.get_visible():
            yield axes, [patch for patch in axes.patches if patch.get_facecolor()[:3] == _rgb(SHADE)]


def _rgb(colour):
    return tuple(int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5))


def test_shocks_are_bands_with_names_over_three_courses(made_up):
    comparison = made_up({"borders": 1.0}, words=HAPPENS)
    assert [shock.name for shock in shocks.shocks_of(comparison)] == ["Ways closed", "Income falls"]
    assert "shocks" in comparison.figures
    figure = comparison.figure("shocks")
    drawn = list(bands(figure))
    assert len(drawn) == len(shocks.COURSE)
    for axes, found in drawn:
        assert len(found) == 2
        first, second = sorted(found, key=lambda patch: patch.get_x())
        assert first.get_x() == pytest.approx(4 / 52)
        assert first.get_width() == pytest.approx(8 / 52)
        assert second.get_x() + second.get_width() == pytest.approx(axes.get_xlim()[1])  # it has no end
        assert {"Ways closed", "Income falls"} <= {text.get_text() for text in axes.texts}


def test_a_comparison_in_which_nothing_happens_has_no_such_figure(made_up):
    comparison = made_up({"borders": 1.0})
    assert "shocks" not in comparison.figures
    with pytest.raises(RequestError):
        comparison.figure("shocks")


def test_what_happens_is_said_to_those_who_cannot_see_it(made_up):
    comparison = made_up({"borders": 1.0}, words=HAPPENS)
    said = figures.alt(comparison, "shocks")
    assert "Ways closed from year 0.077" in said
    assert re.search(r"people who left times \d\.\d\d", said)

"""The renderer: short outlines, lines cut at the edge of their panel, neighbours that look alike in one."""

from __future__ import annotations

import re

import pytest

from sim.report import style, svg


def drawn(draw, width=3.0, height=2.0):
    """A figure of one panel from 0 to 1, with nothing around it."""
    with style.theme():
        figure = style.sheet(width, height)
        figure.set_layout_engine("none")
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1)
        axes.axis("off")
        draw(axes)
    return style.drawn_once(figure)


def outlines(text):
    return re.findall(r' d="([^"]+)"', text)


def test_a_line_is_cut_where_it_leaves_its_panel():
    (line,) = outlines(drawn(lambda axes: axes.plot([-1, 2], [0.5, 0.5], color="#0072b2")))
    assert line == "M-1 72h218"  # with a margin, so that no end is seen


def test_an_area_is_cut_where_it_leaves_its_panel():
    (area,) = outlines(drawn(lambda axes: axes.fill_between([-1, 2], [0.5, 0.5], [5, 5], color="#0072b2", lw=0)))
    numbers = [float(number) for number in re.findall(r"-?\d*\.?\d+", area)]
    assert max(map(abs, numbers)) <= 216


def test_circles_are_two_arcs_and_marks_that_look_alike_are_one_outline():
    text = drawn(lambda axes: axes.plot([0.25, 0.5, 0.75], [0.5, 0.5, 0.5], "o", color="#0072b2", ms=6, mew=0))
    (marks,) = outlines(text)
    assert marks.count("a3 3 0 1 0") == 6
    assert marks.startswith("M54 72m-3 0")


@pytest.mark.parametrize(
    ("value", "text"), [(0.04, "0"), (-0.04, "0"), (0.5, ".5"), (-0.5, "-.5"), (12.0, "12"), (100.25, "100.2")]
)
def test_numbers_are_short(value, text):
    assert svg._number(value) == text


def test_steps_do_not_add_up_errors():
    places = [0.0001 * number for number in range(1, 9000)]
    (line,) = outlines(drawn(lambda axes: axes.plot(places, places, color="#0072b2")))
    start, *steps = re.findall(r"[Mlhv][^Mlhv]*", line)
    x = float(re.findall(r"-?\d*\.?\d+", start)[0])
    for step in steps:
        numbers = [float(number) for number in re.findall(r"-?\d*\.?\d+", step)]
        x += 0 if step[0] == "v" else numbers[0]
    assert x == pytest.approx(0.8999 * 216, abs=0.06)


def test_text_with_signs_of_markup_is_text():
    text = drawn(lambda axes: axes.text(0.5, 0.5, "a < b & c", ha="center"))
    assert ">a &lt; b &amp; c</text>" in text
    assert 'text-anchor="middle"' in text
    assert 'x="108"' in text


def test_seen_through_areas_stay_apart():
    def bars(axes):
        for _ in range(2):
            axes.fill_between([0.2, 0.4], [0.2, 0.2], [0.4, 0.4], color="#0072b2", alpha=0.3, lw=0)

    assert len(outlines(drawn(bars))) == 2
    assert 'fill-opacity=".3"' in drawn(bars)


def test_there_are_no_pictures_made_of_dots():
    with pytest.raises(NotImplementedError, match="lines, areas and text"):
        drawn(lambda axes: axes.imshow([[0, 1], [1, 0]]))

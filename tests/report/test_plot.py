"""``plot()`` of what was found: the first figure, or the one that is named."""

from __future__ import annotations

import pytest
from matplotlib.figure import Figure

from sim.ground.errors import RequestError
from sim.report import between, figures


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the figures that are drawn, none of which is."""
    names: list[str] = []

    def drawn(_: object, name: str) -> Figure:
        names.append(name)
        return Figure()

    monkeypatch.setattr(figures, "draw", drawn)
    monkeypatch.setattr(between, "draw", drawn)
    return names


def test_a_comparison_draws_its_first_figure_unless_one_is_named(made_up, asked: list[str]) -> None:
    found = made_up({"more": 1.0})
    found.plot()
    found.plot("channels")
    assert asked == [found.figures[0], "channels"]
    assert found.figures[0] == "glance"


def test_a_study_draws_a_figure_of_its_own_or_of_a_setting(made_up_study, asked: list[str]) -> None:
    found = made_up_study({"here": {"more": 1.0}, "there": {"more": 2.0}})
    found.plot()
    found.plot(setting="there")
    found.plot("channels", "there")
    assert asked == ["settings", "glance", "channels"]
    with pytest.raises(RequestError, match=r"no setting 'ther'.*did you mean 'there'"):
        found.plot(setting="ther")


def test_a_notebook_shows_what_is_plotted(made_up) -> None:
    figure = made_up({"more": 1.0}).plot("channels")
    assert isinstance(figure, Figure)
    assert figure._repr_png_().startswith(b"\x89PNG")


def test_a_figure_that_is_not_there_is_named_with_the_nearest(made_up) -> None:
    with pytest.raises(RequestError, match=r"no figure 'chanels'.*did you mean 'channels'\?; allowed: glance"):
        made_up({"more": 1.0}).plot("chanels")


def test_nothing_to_draw_is_said(made_up, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "names", lambda _: ())
    with pytest.raises(RequestError, match="there is nothing to draw"):
        made_up({"more": 1.0}).plot()

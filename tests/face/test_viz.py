"""The page on which a model is watched: what its buttons do is what the model does."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest

from sim.face import agentsets, viz
from sim.face.model import Model
from sim.ground.errors import RequestError
from sim.scenario.scenario import Scenario

SMALL = {"people.size": 400, "time.years": 8 / 52, "time.burn_in_weeks": 4}


@pytest.fixture(scope="module")
def setup() -> Scenario:
    return Scenario.of("corridor", **SMALL)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("people.size", 400, {"type": "SliderInt", "min": 100, "max": 1600, "step": 15}),
        ("choice.noise", 0.2, {"type": "SliderFloat", "min": 0.05, "max": 0.8}),
        ("people.placebo", 0.0, {"type": "SliderFloat", "min": 0, "max": 1}),
        ("events", False, {"type": "Checkbox"}),
        ("mechanisms.rerouting", "on", {"type": "Select"}),
    ],
)
def test_a_setting_has_the_control_that_suits_it(name: str, value: Any, expected: dict[str, Any]) -> None:
    made = viz.control(name, value)
    assert made["value"] == value
    assert name in made["label"]
    assert {key: made[key] for key in expected} == expected


def test_a_page_that_cannot_be_made_is_refused(setup: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: object())
    with pytest.raises(RequestError, match=r"there is no setting 'people\.sise'.*did you mean 'people\.size'"):
        viz.viz(Model(setup), "people__sise")
    with pytest.raises(RequestError, match=r"there is no metric 'deths'.*did you mean 'deaths'"):
        viz.viz(Model(setup), metrics="deths")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "solara" else object())
    with pytest.raises(RequestError, match=r"a page needs solara; pip install '\.\[viz\]'"):
        viz.viz(Model(setup))


# --- in Solara's own client -------------------------------------------------------------------------------------


class Client:
    """A page as Solara renders it, with what a person can press and see."""

    def __init__(self, page: Any) -> None:
        import solara

        self.box, self.context = solara.render(solara.AppLayout(children=[page]), handle_error=False)

    def widgets(self) -> list[Any]:
        """Everything on the page."""
        from ipywidgets import Widget

        def below(widget: Any) -> Iterator[Any]:
            yield widget
            for child in getattr(widget, "children", None) or ():
                if isinstance(child, Widget):
                    yield from below(child)

        return list(below(self.box))

    def press(self, label: str) -> None:
        """Press the button with a label."""
        (button,) = (one for one in self.widgets() if label in (getattr(one, "children", None) or ()))
        button.click()

    def pictures(self) -> list[bytes]:
        return [bytes(one.value) for one in self.widgets() if type(one).__name__ == "Image"]

    def text(self) -> str:
        return " ".join(str(one.template) for one in self.widgets() if hasattr(one, "template"))


@pytest.fixture
def client(setup: Scenario) -> Iterator[tuple[Client, Model]]:
    pytest.importorskip("solara")
    pytest.importorskip("altair")
    model = Model(setup, seed=3)
    made = Client(viz.viz(model, "people.size", metrics=["deaths"]))
    yield made, model
    made.context.close()


@pytest.mark.slow
@pytest.mark.filterwarnings("default")  # of Solara and its widgets, which are not ours
def test_pressing_step_is_stepping_the_model(client: tuple[Client, Model], setup: Scenario) -> None:
    page, model = client
    assert len(page.pictures()) == 1  # the map; there are no weeks yet
    assert "before the first week" in page.text()
    for week in range(3):
        page.press("Step")
        assert model.steps == week + 1
    pd.testing.assert_frame_equal(model.truth, Model(setup, seed=3).run(3).truth)
    where, course = page.pictures()
    assert b"<svg" in where
    assert b"<svg" in course
    exploited = model.space.people()["exploited"].sum()
    assert f"after week {model.week - 1}:" in page.text()
    assert f"{exploited} exploited" in page.text()


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_reset_makes_the_model_again(client: tuple[Client, Model]) -> None:
    page, model = client
    page.press("Step")
    page.press("Reset")
    assert "before the first week" in page.text()
    page.press("Step")
    assert model.steps == 1  # another model goes on


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_watching_makes_nobody(client: tuple[Client, Model], monkeypatch: pytest.MonkeyPatch) -> None:
    page, model = client

    def refused(*_: object) -> None:
        raise AssertionError("an agent was made")

    monkeypatch.setattr(agentsets, "make_view", refused)
    page.press("Step")
    assert model.steps == 1
    assert len(page.pictures()) == 2


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_mesas_own_view_of_spaces_draws_every_agent(setup: Scenario) -> None:
    pytest.importorskip("solara")
    pytest.importorskip("altair")
    from mesa.visualization import SpaceRenderer
    from mesa.visualization.components import AgentPortrayalStyle

    model, drawn = Model(setup, seed=3).run(2), []

    def portrayal(agent: Any) -> AgentPortrayalStyle:
        drawn.append(agent)
        return AgentPortrayalStyle(color="tab:red", size=20)

    renderer = SpaceRenderer(model).render(portrayal)
    assert set(drawn) == set(model.space.agents) == set(model.agents)
    assert renderer.agent_mesh is not None

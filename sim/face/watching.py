"""The page of ``sim.viz``: Mesa's controls at the side, a map and lines beside them.

Mesa shows components on tabs that only one generation of ipyvuetify has, and Solara brings the next. So Mesa is handed
none: what is shown stands beside its controls, and is drawn again when Mesa says that a step was made. Nothing here
makes an object of a person: figures are drawn from counts.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import solara as _solara  # type: ignore[import-not-found, unused-ignore]

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Solara finds fault with a part of Mesa's page that is not used here
    from mesa.visualization.solara_viz import SolaraViz
    from mesa.visualization.utils import update_counter

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.face.model import Model

solara: Any = _solara  # its names are exported in ways that checkers of types do not follow


@solara.component
def page(model: Model, params: Mapping[str, Any], metrics: Sequence[str]) -> None:
    """Controls at the side, then what the model is doing; a reset puts another model in its place."""
    shown = solara.use_reactive(model)
    SolaraViz(shown, components=[], model_params=dict(params), name=f"Labyrinth: {model.setup.world.name}")
    with solara.Column(gap="0px"):
        now(shown.value)
        course(shown.value, metrics)


@solara.component
def now(model: Model) -> None:
    """Where people are, as a sentence and as a map."""
    update_counter.get()
    solara.Markdown(situation(model))
    picture(model, lambda one: one.space.plot())


@solara.component
def course(model: Model, metrics: Sequence[str]) -> None:
    """Metrics over the weeks, once there are any."""
    update_counter.get()
    if model.steps:
        picture(model, lambda one: one.plot(*metrics))


@solara.component
def picture(model: Model, draw: Callable[[Model], Figure]) -> None:
    """A figure, drawn again after each step."""
    solara.FigureMatplotlib(draw(model), dependencies=[model, update_counter.get()])


def situation(model: Model) -> str:
    """What the map shows, for those who do not see it."""
    totals = model.space.people().sum()
    parts = [f"{count:,} {name}".replace(",", "\N{NARROW NO-BREAK SPACE}") for name, count in totals.items()]
    when = f"after week {model.week - 1}" if model.steps else "before the first week"
    return f"**People {when}:** {'; '.join(parts)}."

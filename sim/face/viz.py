"""A page on which a model is stepped by hand and watched; ``sim.viz`` makes one."""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Sequence
from typing import Any

from sim.declared.parameters import PARAMETERS
from sim.declared.switches import SWITCHES
from sim.face.drawn import known
from sim.face.model import Model
from sim.ground.errors import RequestError
from sim.ground.quantities import Parameter
from sim.scenario.names import unknown

NEEDED = ("solara", "altair")  # what Mesa's pages are made of
MOST_SEEDS = 100  # on the slider
WIDER = 4  # a slider goes from the present value divided by this to the present value times this
STEPS = 100  # of a slider


def viz(model: Model, *settings: str, metrics: Sequence[str] = ()) -> Any:
    """A page with buttons to step, play and reset a model, a map of where people are, and metrics over the weeks.

    It is Mesa's ``SolaraViz``. As the last line of a cell a notebook shows it; as ``page`` in a file,
    ``solara run FILE`` does.

    Parameters
    ----------
    model : what is shown; pressing Step runs a week of it. Reset makes another one with the values of the sliders.
    settings : names of parameters and switches that can be changed before a reset, such as ``people.size`` and
        ``mechanisms.rerouting``.
    metrics : names of the metrics that are drawn, as for ``model.plot``; without any, a few.

    Raises
    ------
    RequestError : Solara is not installed, or there is no parameter, switch or metric of a name.
    """
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise RequestError(f"a page needs {' and '.join(missing)}; pip install '.[viz]' in a clone installs that")
    drawn = known(metrics)
    controls = {name: control(name, model.setup[name]) for name in map(_setting, settings)}
    from sim.face.watching import page  # noqa: PLC0415 - Solara takes seconds, and may be absent

    return page(model, asked_again(model) | controls, drawn)


def asked_again(model: Model) -> dict[str, Any]:
    """What makes the model again, in the words of Mesa's pages, with a slider for the seed."""
    seed = model._week.seed
    slider = {
        "type": "SliderInt",
        "label": "seed (another luck)",
        "value": seed,
        "min": 0,
        "max": max(MOST_SEEDS, seed),
    }
    return {"scenario": model.setup, "moves": model.levers.moves, "seed": slider}


def control(name: str, value: Any) -> dict[str, Any]:
    """What changes a setting on the page, in the words of Mesa's pages; sliders stay near the present value."""
    declared = SWITCHES[name.removeprefix("mechanisms.")] if name.startswith("mechanisms.") else PARAMETERS[name]
    made = {"label": f"{declared.meaning} ({name})", "value": value}
    if declared.options:
        return made | {"type": "Select", "values": list(declared.options)}
    if not isinstance(declared, Parameter) or isinstance(declared.default, bool):
        return made | {"type": "Checkbox"}
    low = max(declared.low, value / WIDER) if value > 0 else declared.low
    high = min(declared.high, value * WIDER) if value > 0 else declared.high
    made["label"] = f"{declared.meaning} ({name}, {declared.unit})"
    if declared.whole:
        step = max(1, int((high - low) / STEPS))
        return made | {"type": "SliderInt", "min": math.ceil(low), "max": int(high), "step": step}
    return made | {"type": "SliderFloat", "min": low, "max": high, "step": (high - low) / STEPS}


def _setting(name: str) -> str:
    """The name with dots, if it is one of a parameter or switch."""
    dotted = name.replace("__", ".")
    if dotted not in PARAMETERS and dotted not in (f"mechanisms.{switch}" for switch in SWITCHES):
        raise unknown(dotted, "viz")
    return dotted

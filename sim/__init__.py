"""Labyrinth: an agent-based simulation of the markets in which people are smuggled and trafficked.

>>> import sim
>>> model = sim.Model("corridor", people__size=2000)  # doctest: +SKIP
>>> model.run().truth  # doctest: +SKIP

Importing this package is cheap: Mesa, pandas, Hydra and the plotting libraries load when they are first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from sim.ground.cache import use_versioned_kernel_cache
from sim.ground.version import __version__

if TYPE_CHECKING:
    from sim.decisions import ema
    from sim.face.agents import (
        Agency,
        Case,
        Facilitator,
        Government,
        Migrant,
        Offender,
        Official,
        Tie,
        Trafficker,
        Venue,
    )
    from sim.face.diary import diary
    from sim.face.model import Model
    from sim.face.viz import viz
    from sim.ground.errors import RequestError
    from sim.reference.explain import explain
    from sim.reference.find import find
    from sim.reference.registry import (
        coverage,
        levers,
        metrics,
        parameters,
        policies,
        scenarios,
        shocks,
        studies,
        switches,
        worlds,
    )
    from sim.results.comparison import Comparison
    from sim.results.findings import Findings
    from sim.scenario.scenario import Scenario
    from sim.studies.public import compare, study, sweep
    from sim.week.week import Week

# Before any kernel is decorated: numba's own cache does not notice edits in other modules.
use_versioned_kernel_cache()

# where each public name is at home
_HOME = {
    "Agency": "sim.face.agents",
    "Case": "sim.face.agents",
    "Government": "sim.face.agents",
    "Comparison": "sim.results.comparison",
    "Facilitator": "sim.face.agents",
    "Findings": "sim.results.findings",
    "Migrant": "sim.face.agents",
    "Model": "sim.face.model",
    "RequestError": "sim.ground.errors",
    "Scenario": "sim.scenario.scenario",
    "Tie": "sim.face.agents",
    "Trafficker": "sim.face.agents",
    "Offender": "sim.face.agents",
    "Official": "sim.face.agents",
    "Venue": "sim.face.agents",
    "Week": "sim.week.week",
    "compare": "sim.studies.public",
    "coverage": "sim.reference.registry",
    "diary": "sim.face.diary",
    "ema": "sim.decisions",
    "explain": "sim.reference.explain",
    "find": "sim.reference.find",
    "levers": "sim.reference.registry",
    "metrics": "sim.reference.registry",
    "parameters": "sim.reference.registry",
    "policies": "sim.reference.registry",
    "scenarios": "sim.reference.registry",
    "shocks": "sim.reference.registry",
    "studies": "sim.reference.registry",
    "study": "sim.studies.public",
    "sweep": "sim.studies.public",
    "switches": "sim.reference.registry",
    "viz": "sim.face.viz",
    "worlds": "sim.reference.registry",
}
# and what lower floors ask for by name (sim.ground.roof)
_INSIDE = {
    "WORDS": "sim.reference.glossary_words",
    "answer": "sim.report.answers",
    "answer_of": "sim.report.answers",
    "drawing": "sim.report.drawing",
    "run_drawing": "sim.report.one_run",
}

__all__ = [
    "Agency",
    "Case",
    "Comparison",
    "Facilitator",
    "Findings",
    "Government",
    "Migrant",
    "Model",
    "Offender",
    "Official",
    "RequestError",
    "Scenario",
    "Tie",
    "Trafficker",
    "Venue",
    "Week",
    "__version__",
    "compare",
    "coverage",
    "diary",
    "ema",
    "explain",
    "find",
    "levers",
    "metrics",
    "parameters",
    "policies",
    "scenarios",
    "shocks",
    "studies",
    "study",
    "sweep",
    "switches",
    "viz",
    "worlds",
]


def at_home(name: str) -> Any:
    """What is at home in some room under this name, loaded when it is first asked for."""
    return getattr(importlib.import_module((_HOME | _INSIDE)[name]), name)


if not TYPE_CHECKING:  # a checker of types reads the imports above, and should complain of what is not there

    def __getattr__(name: str) -> Any:
        if name in _HOME:
            return at_home(name)
        raise AttributeError(f"module 'sim' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)

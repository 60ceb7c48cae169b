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

if TYPE_CHECKING:
    from sim.face.columns import (
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
    from sim.face.model import Model
    from sim.ground.errors import RequestError
    from sim.reference.registry import find, levers, metrics, parameters, policies, scenarios, studies, switches, worlds
    from sim.results.compare import Comparison, compare
    from sim.results.findings import Findings
    from sim.scenario.scenario import Scenario
    from sim.studies.study import study, sweep
    from sim.week.week import Week

__version__ = "0.2.0"

# Before any kernel is decorated: numba's own cache does not notice edits in other modules.
use_versioned_kernel_cache()

_HOME = {
    "Agency": "sim.face.columns",
    "Case": "sim.face.columns",
    "Government": "sim.face.columns",
    "Comparison": "sim.results.compare",
    "Facilitator": "sim.face.columns",
    "Findings": "sim.results.findings",
    "Migrant": "sim.face.columns",
    "Model": "sim.face.model",
    "RequestError": "sim.ground.errors",
    "Scenario": "sim.scenario.scenario",
    "Tie": "sim.face.columns",
    "Trafficker": "sim.face.columns",
    "Offender": "sim.face.columns",
    "Official": "sim.face.columns",
    "Venue": "sim.face.columns",
    "Week": "sim.week.week",
    "compare": "sim.results.compare",
    "find": "sim.reference.registry",
    "levers": "sim.reference.registry",
    "metrics": "sim.reference.registry",
    "parameters": "sim.reference.registry",
    "policies": "sim.reference.registry",
    "scenarios": "sim.reference.registry",
    "studies": "sim.reference.registry",
    "study": "sim.studies.study",
    "sweep": "sim.studies.study",
    "switches": "sim.reference.registry",
    "worlds": "sim.reference.registry",
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
    "find",
    "levers",
    "metrics",
    "parameters",
    "policies",
    "scenarios",
    "studies",
    "study",
    "sweep",
    "switches",
    "worlds",
]


if not TYPE_CHECKING:  # a checker of types reads the imports above, and should complain of what is not there

    def __getattr__(name: str) -> Any:
        if name in _HOME:
            return getattr(importlib.import_module(_HOME[name]), name)
        raise AttributeError(f"module 'sim' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)

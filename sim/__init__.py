"""Labyrinth: an agent-based simulation of the markets in which people are smuggled and trafficked.

>>> import sim
>>> model = sim.Model("corridor", people__size=2000)  # doctest: +SKIP
>>> model.run().truth  # doctest: +SKIP

Importing this package is cheap: Mesa, pandas, Hydra and the plotting libraries load when they are first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from sim._cache import use_versioned_kernel_cache

if TYPE_CHECKING:
    from sim.columns import (
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
    from sim.errors import RequestError
    from sim.model import Model
    from sim.registry import find, levers, metrics, parameters, policies, scenarios, studies, switches, worlds
    from sim.scenario import Scenario
    from sim.studies.compare import Comparison, compare
    from sim.studies.findings import Findings
    from sim.studies.study import study, sweep
    from sim.week import Week

__version__ = "0.2.0"

# Before any kernel is decorated: numba's own cache does not notice edits in other modules.
use_versioned_kernel_cache()

_HOME = {
    "Agency": "sim.columns",
    "Case": "sim.columns",
    "Government": "sim.columns",
    "Comparison": "sim.studies.compare",
    "Facilitator": "sim.columns",
    "Findings": "sim.studies.findings",
    "Migrant": "sim.columns",
    "Model": "sim.model",
    "RequestError": "sim.errors",
    "Scenario": "sim.scenario",
    "Tie": "sim.columns",
    "Trafficker": "sim.columns",
    "Offender": "sim.columns",
    "Official": "sim.columns",
    "Venue": "sim.columns",
    "Week": "sim.week",
    "compare": "sim.studies.compare",
    "find": "sim.registry",
    "levers": "sim.registry",
    "metrics": "sim.registry",
    "parameters": "sim.registry",
    "policies": "sim.registry",
    "scenarios": "sim.registry",
    "studies": "sim.registry",
    "study": "sim.studies.study",
    "sweep": "sim.studies.study",
    "switches": "sim.registry",
    "worlds": "sim.registry",
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

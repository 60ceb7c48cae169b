"""Packages that only evaluations need: loaded when a design asks for them, with a clear word when they are missing."""

from __future__ import annotations

import importlib
from types import ModuleType

from sim.ground.errors import RequestError

PACKAGES = {"diff_diff": "diff-diff", "statsmodels.api": "statsmodels"}
COMMAND = "pip install 'labyrinth-abm[evaluate]'"


def package(name: str) -> ModuleType:
    """The package with this name. RequestError with the command that installs it where it is missing."""
    try:
        return importlib.import_module(name)
    except ImportError:
        raise RequestError(
            f"the package {PACKAGES[name]}, which this evaluation needs, is not installed; install it with: {COMMAND}"
        ) from None

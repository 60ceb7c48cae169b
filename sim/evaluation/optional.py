"""Packages that only evaluations need: loaded when a design asks for them, with a clear word when they are missing."""

from __future__ import annotations

from types import ModuleType

from sim.ground import optional

PACKAGES = {"diff_diff": "diff-diff", "statsmodels.api": "statsmodels"}


def package(name: str) -> ModuleType:
    """The package with this name. RequestError with the command that installs it where it is missing."""
    return optional.package(name, PACKAGES[name], "this evaluation needs", "evaluate")

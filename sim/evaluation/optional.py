"""Packages that only evaluations need: loaded when a design asks for them, with a clear word when they are missing."""

from __future__ import annotations

from typing import Any

from sim.ground.errors import RequestError

PACKAGES = {"diff_diff": "diff-diff", "statsmodels.api": "statsmodels"}
COMMAND = "pip install 'labyrinth-abm[evaluate]'"


def package(name: str) -> Any:
    """The package with this name. RequestError with the command that installs it where it is missing."""
    try:
        if name == "diff_diff":
            import diff_diff  # noqa: PLC0415 - loaded when a design asks for it

            found: Any = diff_diff
        else:
            import statsmodels.api  # noqa: PLC0415

            found = statsmodels.api
    except ImportError:
        raise RequestError(
            f"the package {PACKAGES[name]}, which this evaluation needs, is not installed; install it with: {COMMAND}"
        ) from None
    return found

"""Packages that only a classroom needs: loaded when one is opened, with a clear word when they are missing."""

from __future__ import annotations

import importlib.util

from sim.ground.errors import RequestError

PACKAGES = ("starlette", "uvicorn")
COMMAND = "pip install 'labyrinth-abm[teach]'"


def check_packages() -> None:
    """RequestError with the command that installs them where the packages of a classroom are missing."""
    missing = [name for name in PACKAGES if importlib.util.find_spec(name) is None]
    if missing:
        raise RequestError(
            f"a classroom needs {' and '.join(missing)}, which {'are' if len(missing) > 1 else 'is'} not installed; "
            f"install with: {COMMAND}. A lesson as a single page needs neither: labyrinth teach NAME --page lesson.html"
        )

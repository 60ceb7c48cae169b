"""Packages that only decisions need: loaded when they are asked for, with a clear word when they are missing."""

from __future__ import annotations

import warnings
from typing import Any

from sim.ground.errors import RequestError

COMMAND = "pip install 'labyrinth-abm[decide]'"


def prim_module() -> Any:
    """The module ``ema_workbench.analysis.prim``. RequestError where it is missing."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of engines for runs, which are not used here
        try:
            from ema_workbench.analysis import prim  # noqa: PLC0415 - takes seconds
        except ImportError:
            raise _missing("ema-workbench") from None
    return prim


def workbench() -> Any:
    """The package ``ema_workbench``. RequestError where it is missing."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            import ema_workbench  # noqa: PLC0415
        except ImportError:
            raise _missing("ema-workbench") from None
    return ema_workbench


def trees() -> Any:
    """The module ``sklearn.tree``. RequestError where it is missing."""
    try:
        import sklearn.tree  # type: ignore[import-untyped]  # noqa: PLC0415
    except ImportError:
        raise _missing("scikit-learn") from None
    return sklearn.tree


def check_packages() -> None:
    """RequestError with the command that installs it, if a package is missing; nothing else is loaded."""
    from importlib.util import find_spec  # noqa: PLC0415

    for module, name in (("ema_workbench", "ema-workbench"), ("sklearn", "scikit-learn")):
        if find_spec(module) is None:
            raise _missing(name)


def _missing(name: str) -> RequestError:
    return RequestError(f"the package {name}, which decisions need, is not installed; install it with: {COMMAND}")

"""Packages that only calibrations need: loaded when they are asked for, with a clear word when they are missing."""

from __future__ import annotations

from typing import Any

from sim.ground.errors import RequestError

COMMAND = "pip install 'labyrinth-abm[calibrate]'"


def screening() -> tuple[Any, Any]:
    """The modules of SALib that draw and analyse designs by Morris. RequestError where the package is missing."""
    try:
        from SALib.analyze import morris as analysed  # type: ignore[import-untyped]  # noqa: PLC0415 - takes seconds
        from SALib.sample import morris as drawn  # type: ignore[import-untyped]  # noqa: PLC0415
    except ImportError:
        raise _missing("SALib") from None
    return drawn, analysed


def processes() -> Any:
    """The module ``sklearn.gaussian_process``. RequestError where it is missing."""
    try:
        import sklearn.gaussian_process  # type: ignore[import-untyped]  # noqa: PLC0415
    except ImportError:
        raise _missing("scikit-learn") from None
    return sklearn.gaussian_process


def linear() -> Any:
    """The module ``sklearn.linear_model``. RequestError where it is missing."""
    try:
        import sklearn.linear_model  # type: ignore[import-untyped]  # noqa: PLC0415
    except ImportError:
        raise _missing("scikit-learn") from None
    return sklearn.linear_model


def check_packages() -> None:
    """RequestError with the command that installs it, if a package is missing; nothing else is loaded."""
    from importlib.util import find_spec  # noqa: PLC0415

    for module, name in (("SALib", "SALib"), ("sklearn", "scikit-learn")):
        if find_spec(module) is None:
            raise _missing(name)


def _missing(name: str) -> RequestError:
    return RequestError(f"the package {name}, which calibrations need, is not installed; install it with: {COMMAND}")

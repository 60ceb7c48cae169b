"""Packages that only some commands need: loaded when they are asked for, with a clear word when they are missing."""

from __future__ import annotations

import importlib
import importlib.util
import warnings
from types import ModuleType

from sim.ground.errors import RequestError


def check_packages(whose: str, extra: str, packages: dict[str, str], besides: str = "") -> None:
    """RequestError with the command that installs them, unless all ``packages`` are there; nothing is loaded.

    Parameters
    ----------
    whose : who needs them, such as ``"decisions need"``.
    extra : the part of this distribution that brings them.
    packages : what pip calls them, by the name under which Python imports them.
    besides : what can be done without them.
    """
    missing = [name for module, name in packages.items() if importlib.util.find_spec(module.split(".")[0]) is None]
    if missing:
        raise _refusal(missing, whose, extra, besides)


def package(module: str, name: str, whose: str, extra: str) -> ModuleType:
    """A module by its dotted name; ``name`` is what pip calls its package. RequestError where it is missing."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what those packages would like to have beside them
        try:
            return importlib.import_module(module)
        except ImportError:
            raise _refusal([name], whose, extra, "") from None


def _refusal(missing: list[str], whose: str, extra: str, besides: str) -> RequestError:
    return RequestError(
        f"{whose} {' and '.join(missing)}, which {'are' if len(missing) > 1 else 'is'} not installed; "
        f"install with: pip install 'labyrinth-abm[{extra}]'{besides}"
    )

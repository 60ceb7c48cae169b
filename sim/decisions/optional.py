"""Packages that only decisions need: loaded when they are asked for, with a clear word when they are missing."""

from __future__ import annotations

from types import ModuleType

from sim.ground import optional

PACKAGES = {"ema_workbench": "ema-workbench", "sklearn": "scikit-learn"}


def package(name: str) -> ModuleType:
    """A module of these packages by its dotted name. RequestError with what installs it where it is missing."""
    return optional.package(name, PACKAGES[name.split(".", maxsplit=1)[0]], "decisions need", "decide")


def check_packages() -> None:
    """RequestError with the command that installs it, if a package is missing; nothing is loaded."""
    optional.check_packages("decisions need", "decide", PACKAGES)

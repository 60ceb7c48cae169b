"""Packages that only calibrations need: loaded when they are asked for, with a clear word when they are missing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from sim.ground import optional

PACKAGES = {"SALib": "SALib", "sklearn": "scikit-learn", "threadpoolctl": "scikit-learn"}


def package(name: str) -> ModuleType:
    """A module of these packages by its dotted name. RequestError with what installs it where it is missing."""
    return optional.package(name, PACKAGES[name.split(".", maxsplit=1)[0]], "calibrations need", "calibrate")


def check_packages() -> None:
    """RequestError with the command that installs them, if a package is missing; nothing is loaded."""
    optional.check_packages("calibrations need", "calibrate", PACKAGES)


@contextmanager
def one_thread() -> Iterator[None]:
    """A block in which linear algebra has one thread: its matrices are small, and many threads wait for one another."""
    with package("threadpoolctl").threadpool_limits(1):
        yield

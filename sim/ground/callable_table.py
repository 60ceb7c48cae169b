"""Two names are a package and a table at once: ``sim.policies`` and ``sim.studies``.

Importing a package binds its name in ``sim``, so that ``sim.policies()`` finds the package; called, it gives the table
that :mod:`sim.reference.registry` makes.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

from sim.ground.roof import from_the_roof


class _Table(ModuleType):
    """A package that is also the public function of its own name."""

    def __call__(self) -> Any:
        return from_the_roof(self.__name__.rpartition(".")[2])()


def callable_as_table(name: str) -> None:
    """Make the package ``name`` callable."""
    sys.modules[name].__class__ = _Table

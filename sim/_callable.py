"""Three names are a module and a table at once: ``sim.parameters``, ``sim.policies`` and ``sim.studies``.

Importing a submodule binds its name in the package, so ``sim.parameters()`` finds the module; called, it gives the
table that :mod:`sim.registry` makes.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Any


class _Table(ModuleType):
    """A module that is also the public function of its own name."""

    def __call__(self) -> Any:
        return getattr(importlib.import_module("sim.registry"), self.__name__.rpartition(".")[2])()


def callable_as_table(name: str) -> None:
    """Make the module ``name`` callable."""
    sys.modules[name].__class__ = _Table

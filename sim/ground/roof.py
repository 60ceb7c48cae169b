"""What a lower floor asks of a higher one, by name.

Rooms import downwards only. Yet a comparison answers ``.figure("forest")`` although a higher room draws figures, and
``sim.policies()`` gives a table although ``sim.policies`` is the package of levers and policies. Whoever is asked so
takes the answer from the tables of names in ``sim/__init__.py``, from which ``sim`` takes its public names too; the
module that holds it is loaded then and not before. A test counts those who ask.
"""

from __future__ import annotations

import sys
from typing import Any


def from_the_roof(name: str) -> Any:
    """What ``sim`` has at home in some room under ``name``; KeyError if there is no such name."""
    return sys.modules["sim"].at_home(name)  # whoever runs this has imported it

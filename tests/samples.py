"""What is tried with every change, and what only with the slow tests."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def one_in(many: int, cases: Iterable[Any]) -> list[Any]:
    """Cases of a parametrised test: one in so many with every change, from the first on, the others as slow tests."""
    return [
        pytest.param(case, marks=() if number % many == 0 else pytest.mark.slow) for number, case in enumerate(cases)
    ]

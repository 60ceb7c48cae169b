"""Figures of one run, which a higher room draws.

``model.plot()`` is asked of the model, and the report draws it. What the report must be able to do is said here as a
protocol; ``sim.report.one_run`` does it, and is loaded with its plotting library when it is first asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from sim.declared.measures.catalogue import METRICS
from sim.ground.errors import RequestError
from sim.ground.roof import from_the_roof

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Drawing(Protocol):
    """Who draws a ``Model`` and its space; both stand above this file, so they have no type here."""

    def weeks(self, model: Any, metrics: Sequence[str]) -> Figure:
        """Metrics of a model, by names that there are, over its weeks; without names, a few of them."""

    def places(self, space: Any) -> Figure:
        """Where people are."""


def known(metrics: Sequence[str]) -> list[str]:
    """Names of metrics; RequestError tells of one that there is not."""
    names = [metrics] if isinstance(metrics, str) else list(metrics)
    for name in names:
        if name not in METRICS:
            raise RequestError(f"there is no metric {name!r}", where="plot", given=name, allowed=METRICS)
    return names


def drawing() -> Drawing:
    """Whoever draws runs."""
    found: Drawing = from_the_roof("run_drawing")
    return found

"""An evaluation as it is asked for: four parts, model, inquiry, data and answer, and how it is judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sim.evaluation.designs.catalogue import Asked
from sim.ground.errors import RequestError
from sim.scenario import ensembles
from sim.scenario.scenario import Scenario

# weeks in a period of the records, by its name; a year has 52
PERIODS = {"month": 4, "quarter": 13, "half_year": 26, "year": 52}
EFFECTS = ("percent", "people")


def check_one_run(scenario: Scenario, where: str) -> None:
    """RequestError for settings that would make runs of which nothing here is made."""
    if scenario["lucks"] != 1:
        raise RequestError(f"lucks={scenario['lucks']} has no use here, where a world is run once with each seed; ask "
                           "for more seeds", where=where)  # fmt: skip
    if scenario["placebo"]:
        raise RequestError("placebo=true has no use here, where no placebo is looked at", where=where)


@dataclass(frozen=True)
class Model:
    """The world, the policy, and where and when it begins.

    ``start`` gives the week of the start by region; empty means that it begins everywhere in week ``begins``.
    ``among`` are the regions that have records; a region of these without a start never has the policy. With an
    ``ensemble`` there is a world for each of its sets and seeds.
    """

    words: tuple[str, ...]
    policy: str
    begins: int
    start: Mapping[str, int] = field(default_factory=dict)
    among: tuple[str, ...] = ()
    doses: tuple[float, ...] = (0.0, 1.0)
    ensemble: ensembles.Asked | None = None


@dataclass(frozen=True)
class Inquiry:
    """What is wanted to be known: the effect of the policy on ``metric`` in truth, per place and period.

    ``effect`` is ``percent`` of what there would be without the policy, or ``people``.
    """

    metric: str
    agency: str
    effect: str


@dataclass(frozen=True)
class Data:
    """The records that the evaluator has: of what, by whom, by which period, and from when to when (weeks)."""

    source: str
    agency: str
    layer: str
    period: str
    first: int
    last: int

    @property
    def weeks(self) -> int:
        """Weeks in a period."""
        return PERIODS[self.period]


@dataclass(frozen=True)
class Judging:
    """How answers are judged: the level of significance, and the power that is wanted."""

    alpha: float = 0.05
    power: float = 0.8


@dataclass(frozen=True)
class Evaluation:
    """The whole request. ``process`` are indicators of activity as (metric, agency) that are held against the truth."""

    name: str
    title: str
    question: str
    model: Model
    inquiry: Inquiry
    data: Data
    answer: tuple[tuple[str, Asked], ...]
    process: tuple[tuple[str, str], ...] = ()
    judging: Judging = Judging()
    content: Mapping[str, Any] = field(default_factory=dict)

"""A decision as it is asked for: packages, worlds, outcomes, and what else is to be found out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

NOTHING = "none"  # what is held against every package: no policy
LESS, MORE = "less", "more"
COST = "cost of "  # begins the name of a unit cost among what differs between worlds
SWITCH = "mechanisms."
POLICY_COST = "policy_cost"  # the metric that says what packages cost


@dataclass(frozen=True)
class Outcome:
    """A metric on which packages are judged.

    Parameters
    ----------
    metric : its name.
    better : ``less`` or ``more`` of it.
    threshold : the change against no policy that must be reached, or None; in the unit of the metric, or in per cent
        of what there is without a policy if ``relative``.
    """

    metric: str
    better: str
    threshold: float | None = None
    relative: bool = False

    @property
    def sign(self) -> float:
        """1 where more is better, -1 where less is."""
        return 1.0 if self.better == MORE else -1.0


@dataclass(frozen=True)
class Worlds:
    """A wide sample of worlds: Latin hypercube draws of parameters, switches and unit costs together.

    Parameters
    ----------
    count : number of worlds. ``seed`` is that of the draws.
    parameters : lowest and highest value by name.
    switches : options by name of the mechanism; every option is drawn as often as the others.
    costs : lowest and highest unit cost by policy, US$ a year for each person at risk where it applies, at dose 1.
    ensemble : in place of ranges of parameters, the ensemble whose sets are the worlds; ``sets`` are these sets.
    """

    count: int
    seed: int
    parameters: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    switches: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    costs: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    ensemble: str = ""
    sets: tuple[Mapping[str, Any], ...] = ()

    @property
    def of_sets(self) -> tuple[str, ...]:
        """The parameters in which the sets of an ensemble differ; none without one."""
        return tuple(self.sets[0]) if self.sets else ()

    @property
    def names(self) -> tuple[str, ...]:
        """What differs between worlds, in the order of the file."""
        return (*self.of_sets, *self.drawn)

    @property
    def drawn(self) -> tuple[str, ...]:
        """What of this is drawn, and does not come from an ensemble."""
        return (
            *self.parameters,
            *(f"{SWITCH}{name}" for name in self.switches),
            *(f"{COST}{name}" for name in self.costs),
        )


@dataclass(frozen=True)
class Attribution:
    """Through which mechanisms the effect of a package on an outcome goes, in the world as it is declared."""

    package: str
    outcome: str
    mechanisms: tuple[str, ...]
    seeds: int


@dataclass(frozen=True)
class Plan:
    """A package that is left for another one by what is recorded.

    Parameters
    ----------
    start, to : packages. ``review`` is when to look at which record, as in the file of a policy
        (:class:`sim.policies.review.Review`), without ``keep`` and ``then``, which follow from the two packages.
    """

    start: str
    to: str
    review: Mapping[str, Any]


@dataclass(frozen=True)
class Budget:
    """The same money for every package, in several amounts.

    Parameters
    ----------
    amounts : rising, US$ a year for each person of the world.
    doses : by package, rising: what its doses are multiplied by in runs, 1 (the package as it stands) among them.
    """

    amounts: tuple[float, ...]
    doses: Mapping[str, tuple[float, ...]]


@dataclass(frozen=True)
class Judging:
    """How tables are judged.

    Parameters
    ----------
    level : level of significance of comparisons within a world.
    flips : outcomes of which the ranking of pairs is explored.
    resamples : how often boxes are looked for again in worlds drawn anew. ``seed`` is that of these draws.
    """

    level: float = 0.05
    flips: tuple[str, ...] = ()
    resamples: int = 20
    seed: int = 1


@dataclass(frozen=True)
class Decision:
    """The whole request.

    Parameters
    ----------
    packages : words that choose policies, by name; those of plans stand among them.
    signposts : the years after which records are looked at.
    plans : the packages that are plans. ``budget`` : the money for which packages are held against one another.
    """

    name: str
    title: str
    question: str
    model: tuple[str, ...]
    packages: Mapping[str, tuple[str, ...]]
    worlds: Worlds
    outcomes: tuple[Outcome, ...]
    signposts: tuple[float, ...] = ()
    attribution: Attribution | None = None
    judging: Judging = Judging()
    plans: Mapping[str, Plan] = field(default_factory=dict)
    budget: Budget | None = None
    content: Mapping[str, Any] = field(default_factory=dict)

    @property
    def metrics(self) -> list[str]:
        """The metrics on which it judges: its outcomes, and what packages cost where there is a budget."""
        costs = [] if self.budget is None else [POLICY_COST]
        return list(dict.fromkeys([*(outcome.metric for outcome in self.outcomes), *costs]))

"""By which groups of people metrics can be split, and which counters know the person.

A split is truth, not a record: a counter that is written where a rule has the person before it can say in the same
breath who she is and where it happens. A metric can be split by what all of its counters know; parts add up to the
whole, because each event goes into one part of every dimension. Nothing is split unless ``by`` asks for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from sim.declared.measures.catalogue import METRICS
from sim.declared.measures.exploitation import WAYS_OUT
from sim.declared.measures.metrics import Metric
from sim.ground.errors import RequestError
from sim.ground.quantities import NONE_OF_THEM, TOGETHER

# what a group is called where it is the same in every world
SEXES = ("men and boys", "women and girls")
AGES = ("adults", "minors")
STATUSES = ("at home", "with status", "on papers that lapse", "without status", "status tied to a job")
ROLES = ("owners of workplaces", "move, guard, recruit or collect", "organise, manage or keep the money")
NO_SECTOR = "on a journey or without such work"


@dataclass(frozen=True)
class Dimension:
    """What people are grouped by: its name, its meaning, and names of groups that are the same in every world."""

    name: str
    meaning: str
    groups: tuple[str, ...] = ()


DIMENSIONS: dict[str, Dimension] = {
    dimension.name: dimension
    for dimension in (
        Dimension("sector", "the sector of the work that the person does, or did last"),
        Dimension("region", "the region in which it happens; on a journey, the one where the leg begins"),
        Dimension("sex", "women and girls, men and boys", SEXES),
        Dimension("age", "whether the person was under eighteen when she entered the age at risk", AGES),
        Dimension("status", "legal status where the person is, when it happens", STATUSES),
        Dimension("role", "what people who are arrested or convicted do for a workplace or an enterprise", ROLES),
    )
}  # fmt: skip
OF_PEOPLE = ("sector", "region", "sex", "age", "status")  # in the order in which a tally takes them

AT_WORK = OF_PEOPLE
ON_THE_WAY = ("region", "sex", "age")  # status is what journeys change, and work is not their matter
ABROAD = ("region", "sex", "age", "status")

# counters that are written where the person is known, and what they say of her
_EVERY_WEEK = ("exploited", "exploited_irregular", "exploited_regular", "controlled", "abusive_weeks")
_HOME = ("removals", "gave_up")
IN_PASSES = len(_EVERY_WEEK) + len(_HOME)  # so many, the first, are written in passes over all people as well
_EXPLOITATION = (
    "spells_begun", "first_spells", "spells_again", "spells_ended", "spell_weeks", "left_exploitation",
    *(f"exit_{name}" for name in WAYS_OUT),
)  # fmt: skip
_HELP = (
    "complaints", "encounters", "recognised", "identified", "reflection_granted", "not_referred", "no_place", "permits",
    "statements", "witnesses", "misidentified_removed",
)  # fmt: skip
_JOURNEYS = (
    "departures_regular", "departures_papers", "departures_alone", "departures_provider", "arrivals_regular",
    "arrivals_papers", "arrivals_alone", "arrivals_provider", "interceptions", "pushbacks", "need_stopped", "deaths",
    "pushback_deaths", "handovers", "contacts",
)  # fmt: skip
COUNTED_BY: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(_EVERY_WEEK, AT_WORK),
    **dict.fromkeys(_HOME, ON_THE_WAY),
    **dict.fromkeys((*_EXPLOITATION, *_HELP, "stock_irregular"), AT_WORK),
    **dict.fromkeys(_JOURNEYS, ON_THE_WAY),
    **dict.fromkeys(("returns", "stock_protected", "stock_detained", "stock_held"), ABROAD),
}
TALLIED = tuple(COUNTED_BY)

# parts that have counters of their own whether or not anybody asks: of offenders, by what they do
ROLE_COUNTERS: dict[str, tuple[str, str, str]] = {
    "arrests": ("arrests_owners", "arrests_low", "arrests_high"),
    "convicted_people": ("convicted_owners", "convicted_low", "convicted_high"),
}


def asked(by: str) -> tuple[str, ...]:
    """What a setting ``by`` asks for, such as ``("sector", "sex:age")``; nothing for ``none``."""
    return () if by == NONE_OF_THEM else tuple(by.split(","))


@cache
def dimensions_of(name: str) -> tuple[str, ...]:
    """The dimensions by which a metric can be split; none where a counter of it does not know the person."""
    metric: Metric = METRICS[name]
    if name in ROLE_COUNTERS:
        return ("role",)
    counters = (*metric.top, *metric.bottom)
    if metric.kind == "spread" or metric.layer != "truth" or not all(counter in COUNTED_BY for counter in counters):
        return ()
    return tuple(each for each in OF_PEOPLE if all(each in COUNTED_BY[counter] for counter in counters))


@cache
def splittable(ask: str) -> tuple[str, ...]:
    """The metrics that can be split by a dimension or by a pair of them."""
    return tuple(name for name in METRICS if set(ask.split(TOGETHER)) <= set(dimensions_of(name)))


def check_ask(ask: str, there: tuple[str, ...], where: str = "by") -> str:
    """``ask`` if the runs were told to keep it; RequestError says what is kept, or how to have it kept."""
    if ask in there:
        return ask
    for part in ask.split(TOGETHER):
        if part not in DIMENSIONS:
            raise RequestError(f"there is no dimension {part!r}", where=where, given=part, allowed=DIMENSIONS)
    if len(swapped := ask.split(TOGETHER)) > 1 and TOGETHER.join(reversed(swapped)) in there:
        return TOGETHER.join(reversed(swapped))
    kept = f"they kept {', '.join(there)}" if there else "they kept no groups"
    raise RequestError(
        f"these runs were not split by {ask}: {kept}; run them with by={','.join((*there, ask))}", where=where
    )


def check_split(name: str, ask: str, where: str = "by") -> str:
    """``name`` if it is a metric that can be split so; RequestError says by what it can, or which metrics can."""
    if name not in METRICS:
        raise RequestError(f"there is no metric {name!r}", where=where, given=name, allowed=METRICS)
    found = dimensions_of(name)
    if set(ask.split(TOGETHER)) <= set(found):
        return name
    if found:
        raise RequestError(f"{name} cannot be split by {ask}, only by {', '.join(found)}", where=where)
    raise RequestError(
        f"{name} cannot be split: what it counts does not know the person. By {ask} can be split "
        f"{', '.join(splittable(ask)) or 'nothing'}",
        where=where,
    )

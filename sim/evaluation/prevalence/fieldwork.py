"""What fieldwork is like: numbers that surveys do not choose, and that a request may set. All of them are assumed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

from sim.ground.errors import RequestError
from sim.ground.quantities import to_unit


class Number(NamedTuple):
    """A number of fieldwork: its range, what it means, and what it rests on."""

    low: float
    high: float
    meaning: str
    evidence: str = "assumed"


NUMBERS: dict[str, Number] = {
    "interviews": Number(10, 100_000, "interviews wanted in a survey at workplaces or along ties"),
    "seeds": Number(1, 1_000, "people with whom a chain of recruitment begins; more are sought when chains end"),
    "coupons": Number(1, 10, "people whom one respondent may recruit"),
    "takes_part": Number(0, 1, "share who take part when they are asked"),
    "takes_part_held": Number(0, 1, "the same, of people held by papers, pay or threats"),
    "takes_part_confined": Number(0, 1, "the same, of people held by confinement or violence"),
    "discloses": Number(0, 1, "share of exploited respondents who say so"),
    "degree_error": Number(0, 2, "standard deviation of the logarithm of ties as told over ties as they are"),
    "knows": Number(0, 1, "transmission: share of ties along which it is known that the other is exploited"),
    "barrier": Number(0, 1, "share of ties with exploited people that others do not have, as they are kept apart"),
    "frame_open": Number(0, 1, "share of open workplaces on the list from which workplaces are drawn"),
    "frame_discreet": Number(0, 1, "the same, of discreet ones"),
    "frame_private": Number(0, 1, "the same, of private ones, such as households"),
    "per_place": Number(1, 100, "interviews at one workplace"),
    "households": Number(10, 100_000, "people asked about in the household survey, in proportion to regions of origin"),
    "tells_herself": Number(0, 1, "share of people exploited in the last year who say so at home"),
    "told_of_absent": Number(0, 1, "the same, as told by the household of somebody who is away"),
    "shame": Number(0, 1, "by what share both fall where it was in commercial sex"),
}  # fmt: skip


@dataclass(frozen=True)
class Fieldwork:
    """Values of :data:`NUMBERS`."""

    interviews: float = 400
    seeds: float = 8
    coupons: float = 3
    takes_part: float = 0.7
    takes_part_held: float = 0.4
    takes_part_confined: float = 0.05
    discloses: float = 0.7
    degree_error: float = 0.3
    knows: float = 0.5
    barrier: float = 0.2
    frame_open: float = 0.95
    frame_discreet: float = 0.5
    frame_private: float = 0.05
    per_place: float = 4
    households: float = 1_500
    tells_herself: float = 0.6
    told_of_absent: float = 0.3
    shame: float = 0.5

    @classmethod
    def of(cls, given: Mapping[str, Any], where: str = "fieldwork") -> Fieldwork:
        """From a mapping of names to numbers. RequestError says what is wrong with it."""
        values = {}
        for name, value in given.items():
            if name not in NUMBERS:
                raise RequestError(f"fieldwork has no number {name!r}", where=where, given=str(name), allowed=NUMBERS)
            number = to_unit(value, "", f"fieldwork.{name}", where)
            low, high = NUMBERS[name][:2]
            if not low <= number <= high:
                raise RequestError(f"fieldwork.{name} = {value} is outside its range {low:g} to {high:g}", where=where)
            values[name] = number
        return cls(**values)

    def as_dict(self) -> dict[str, float]:
        """Name to value."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

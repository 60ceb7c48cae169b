"""Levers: the columns of the world that a policy may move, each with the function that reads it.

A lever's start value comes from the world; ``x(t) = x0 + d(t)·(target(x0) - x0)``, d = implementation·dose·ramp(t),
so that d = 0 returns x0 bit for bit. A lever that nothing reads is a test failure.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.world.world import World

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Lever:
    """One thing a policy can move.

    ``scope`` is ``leg``, ``pair of origin and destination`` (``visa``) or ``region``; ``reader`` the dotted name of
    the function that reads it.
    """

    name: str
    scope: str
    unit: str
    low: float
    high: float
    meaning: str
    evidence: str
    reader: str


LEVERS: dict[str, Lever] = {
    lever.name: lever
    for lever in (
        Lever(
            "border.control",
            "leg",
            "share",
            0.0,
            0.999,
            "chance that an unaided, unskilled crossing of the leg is detected",
            "C4-P01, C5-P01, C13-M30",
            "sim.markets.smuggling.detection",
        ),
        Lever(
            "border.screening",
            "leg",
            "share",
            0.0,
            1.0,
            "chance that a stopped person in need of protection is recognised and admitted",
            "C7-P18, C4-M29",
            "sim.markets.journeys.travel",
        ),
        Lever(
            "border.document_check",
            "leg",
            "share",
            0.0,
            1.0,
            "chance that forged papers are recognised when the leg is crossed openly",
            "C4-P06, C5-S25",
            "sim.markets.journeys.travel",
        ),
        Lever(
            "border.search_and_rescue",
            "leg",
            "share",
            0.0,
            1.0,
            "share of deaths on the leg that rescue prevents",
            "EC 2.12",
            "sim.markets.journeys.travel",
        ),
        Lever(
            "visa.slots_low",
            "visa",
            "per 1000 at risk and year",
            0.0,
            1000.0,
            "low-skilled visas granted from an origin to a destination",
            "C4-M14, C4-P19, C7-P25",
            "sim.markets.channels.decide_visas",
        ),
        Lever(
            "visa.slots_high",
            "visa",
            "per 1000 at risk and year",
            0.0,
            1000.0,
            "high-skilled visas granted from an origin to a destination",
            "C4-M46, C7-P25",
            "sim.markets.channels.decide_visas",
        ),
        Lever(
            "visa.wait",
            "visa",
            "weeks",
            0.0,
            520.0,
            "weeks between a visa application and the decision",
            "C4-M26, C4-P21",
            "sim.markets.prospects.prospects_and_places",
        ),
        Lever(
            "visa.complexity",
            "visa",
            "share",
            0.0,
            1.0,
            "how hard the procedure is for someone without help: chance that the least informed fail on form",
            "C4-M07, C4-P21",
            "sim.markets.prospects.prospects_and_places",
        ),
        Lever(
            "visa.price",
            "visa",
            "US$",
            0.0,
            100_000.0,
            "what the state charges for a visa that is granted",
            "EC 2.5",
            "sim.markets.prospects.prospects_and_places",
        ),
        Lever(
            "visa.refugee_access",
            "visa",
            "share",
            0.0,
            1.0,
            "chance that an applicant in need of protection is admitted outside the slots",
            "C4-M23, C4-P03",
            "sim.markets.channels.decide_visas",
        ),
        Lever(
            "asylum.access",
            "region",
            "share",
            0.0,
            1.0,
            "chance that a person in need of protection who arrives without papers obtains secure status",
            "C4-M26, C4-M27",
            "sim.markets.journeys.travel",
        ),
        Lever(
            "status.deportation_effort",
            "region",
            "share",
            0.0,
            1.0,
            "effort to find and remove people without status; the yearly hazard grows with it",
            "C1-M60, C4-M11, EC 2.2",
            "sim.markets.status.removal_hazard",
        ),
        Lever(
            "origin.danger_publicity",
            "region",
            "share",
            0.0,
            10.0,
            "by how much publicity raises the danger that people there believe a journey holds",
            "C7-S06",
            "sim.markets.prospects.prospects_and_places",
        ),
    )
}


def start_values(world: World, parameters: dict[str, float]) -> dict[str, Floats]:
    """Every lever at its start value: float64 (legs,), (pairs,) or (regions,) by its scope."""
    regions, legs, pairs = world.regions, world.legs, world.pairs
    count = len(pairs.start)
    return {
        "border.control": legs.control.copy(),
        "border.screening": legs.screening.copy(),
        "border.document_check": legs.document_check.copy(),
        "border.search_and_rescue": np.zeros(len(legs.tail)),
        "visa.slots_low": regions.visa_slots_low[pairs.end],
        "visa.slots_high": regions.visa_slots_high[pairs.end],
        "visa.wait": np.full(count, parameters["visa.wait"]),
        "visa.complexity": np.full(count, parameters["visa.complexity"]),
        "visa.price": np.full(count, parameters["visa.price"]),
        "visa.refugee_access": regions.refugee_access[pairs.end],
        "asylum.access": regions.asylum_access.copy(),
        "status.deportation_effort": regions.deportation_effort.copy(),
        "origin.danger_publicity": np.zeros(len(regions.name)),
    }

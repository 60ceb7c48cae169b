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

    ``scope`` is ``leg``, ``visa`` (pair of origin and destination), ``region`` or ``work`` (region and sector);
    ``reader`` the dotted name of the function that reads it.
    """

    name: str
    scope: str
    unit: str
    low: float
    high: float
    meaning: str
    evidence: str
    reader: str


# one declaration reads like a row of a table
# fmt: off
LEVERS: dict[str, Lever] = {
    lever.name: lever
    for lever in (
        Lever("border.control", "leg", "share", 0, 0.999,
              "chance that an unaided, unskilled crossing of the leg is detected",
              "C4-P01, C5-P01, C13-M30", "sim.markets.smuggling.detection"),
        Lever("border.screening", "leg", "share", 0, 1,
              "chance that a stopped person in need of protection is recognised and admitted",
              "C7-P18, C4-M29", "sim.markets.journeys.travel"),
        Lever("border.document_check", "leg", "share", 0, 1,
              "chance that forged papers are recognised when the leg is crossed openly",
              "C4-P06, C5-S25", "sim.markets.journeys.travel"),
        Lever("border.search_and_rescue", "leg", "share", 0, 1,
              "share of deaths on the leg that rescue prevents",
              "EC 2.12", "sim.markets.journeys.travel"),
        Lever("visa.slots_low", "visa", "per 1000 at risk and year", 0, 1000,
              "low-skilled visas granted from an origin to a destination",
              "C4-M14, C4-P19, C7-P25", "sim.markets.channels.decide_visas"),
        Lever("visa.slots_high", "visa", "per 1000 at risk and year", 0, 1000,
              "high-skilled visas granted from an origin to a destination",
              "C4-M46, C7-P25", "sim.markets.channels.decide_visas"),
        Lever("visa.wait", "visa", "weeks", 0, 520,
              "weeks between a visa application and the decision",
              "C4-M26, C4-P21", "sim.markets.prospects.prospects_and_places"),
        Lever("visa.complexity", "visa", "share", 0, 1,
              "how hard the procedure is for someone without help: chance that the least informed fail on form",
              "C4-M07, C4-P21", "sim.markets.prospects.prospects_and_places"),
        Lever("visa.price", "visa", "US$", 0, 100000,
              "what the state charges for a visa that is granted",
              "EC 2.5", "sim.markets.prospects.prospects_and_places"),
        Lever("visa.refugee_access", "visa", "share", 0, 1,
              "chance that an applicant in need of protection is admitted outside the slots",
              "C4-M23, C4-P03", "sim.markets.channels.decide_visas"),
        Lever("asylum.access", "region", "share", 0, 1,
              "chance that a person in need of protection who arrives without papers obtains secure status",
              "C4-M26, C4-M27", "sim.markets.journeys.travel"),
        Lever("status.deportation_effort", "region", "share", 0, 1,
              "effort to find and remove people without status; the yearly hazard grows with it",
              "C1-M60, C4-M11, EC 2.2", "sim.markets.status.removal_hazard"),
        Lever("origin.danger_publicity", "region", "share", 0, 10,
              "by how much publicity raises the danger that people there believe a journey holds",
              "C7-S06", "sim.markets.prospects.prospects_and_places"),
        Lever("status.regularisation", "region", "/year", 0, 10,
              "yearly hazard that a person without status who works there obtains it",
              "C4-M11", "sim.markets.consider.regularised"),
        Lever("status.firewall", "region", "share", 0, 1,
              "chance that inspectors, services and helpers do not report a person without status to immigration",
              "C7-P22", "sim.justice.identification.after_the_meeting"),
        Lever("work.inspection", "work", "share", 0, 1,
              "share of workplaces inspected in a year, where inspection reaches",
              "C7-P22, C9-S20", "sim.justice.encounters.reach_of_agencies"),
        Lever("work.employer_penalty", "region", "US$", 0, 1000000.0,
              "penalty for each person found working without status or below going terms",
              "C7-P22", "sim.markets.value.worth_of_control"),
        Lever("work.back_pay", "region", "share", 0, 1,
              "chance that a worker who complains obtains the pay that was withheld",
              "C7-P23", "sim.justice.identification.claim_back_pay"),
        Lever("police.raids", "region", "share", 0, 1,
              "share of open workplaces raided in a year, where raids reach",
              "C9-M04", "sim.justice.encounters.reach_of_agencies"),
        Lever("demand.buyer_penalty", "work", "share", 0, 20,
              "believed penalty of buying, as a share of the price",
              "C13-S05", "sim.markets.labour.final_demand"),
        Lever("protection.reflection_days", "region", "days", 0, 365,
              "time to recover and decide without having to testify",
              "C5-M23, C7-M14", "sim.justice.protection.weeks_of_reflection"),
        Lever("protection.conditional", "region", "share", 0, 1,
              "chance that protection after the reflection period is only for those who cooperate",
              "C4-P14", "sim.justice.protection.protect"),
        Lever("protection.permit", "region", "share", 0, 1,
              "chance that a person who is protected obtains a permit to stay",
              "C7-P12", "sim.justice.protection.protect"),
        Lever("protection.places", "region", "per 1000 at risk", 0, 1000,
              "places in safe accommodation",
              "C7-S08", "sim.justice.identification.take_in"),
        Lever("protection.hotline", "region", "share", 0, 1,
              "yearly chance that an exploited person who can telephone reaches a hotline",
              "C9-M15", "sim.justice.encounters.reach_of_agencies"),
        Lever("protection.outreach", "region", "share", 0, 1,
              "yearly chance that outreach workers meet an exploited person who is not isolated",
              "C9-M15", "sim.justice.encounters.reach_of_agencies"),
        Lever("agency.knowledge", "region", "share", 0, 1,
              "chance that those who meet an exploited person know the signs",
              "C7-M12", "sim.justice.identification.recognised"),
        Lever("agency.authority", "region", "share", 0, 1,
              "chance that they may act on what they see",
              "C7-M12", "sim.justice.identification.recognised"),
        Lever("agency.goodwill", "region", "share", 0, 1,
              "chance that they want to",
              "C7-M12", "sim.justice.identification.recognised"),
        Lever("justice.penalty_exploitation", "region", "US$", 0, 10000000.0,
              "what a conviction for exploitation costs the exploiter",
              "EC 2.1, C4-P12", "sim.markets.value.worth_of_control"),
        Lever("return.reintegration", "region", "share", 0, 1,
              "share of returned people who are supported on return",
              "C7-S22", "sim.justice.protection.reintegrate"),
    )
}
# fmt: on


def start_values(world: World, parameters: dict[str, float]) -> dict[str, Floats]:
    """Every lever at its start value: float64 (legs,), (pairs,), (regions,) or (regions, sectors) by its scope."""
    regions, legs, pairs = world.regions, world.legs, world.pairs
    count, places, sectors = len(pairs.start), len(regions.name), len(world.sectors.name)
    law = regions.rule_of_law

    def lawful(name: str) -> Floats:
        return np.asarray(parameters[name] * law)

    def able(name: str) -> Floats:
        # where the law works badly some officials still know, may and want to act
        return np.asarray(parameters[name] * (0.3 + 0.7 * law))

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
        "origin.danger_publicity": np.zeros(places),
        "status.regularisation": np.zeros(places),
        "status.firewall": np.full(places, parameters["enforcement.firewall"]),
        "work.inspection": np.repeat(lawful("enforcement.inspection")[:, None], sectors, axis=1),
        "work.employer_penalty": lawful("enforcement.employer_penalty"),
        "work.back_pay": lawful("enforcement.back_pay"),
        "police.raids": lawful("enforcement.raids"),
        "demand.buyer_penalty": np.zeros((places, sectors)),
        "protection.reflection_days": lawful("protection.reflection_days"),
        "protection.conditional": np.full(places, parameters["protection.conditional"]),
        "protection.permit": lawful("protection.permit"),
        "protection.places": lawful("protection.places"),
        "protection.hotline": lawful("protection.hotline"),
        "protection.outreach": lawful("protection.outreach"),
        "agency.knowledge": able("agency.knowledge"),
        "agency.authority": able("agency.authority"),
        "agency.goodwill": able("agency.goodwill"),
        "justice.penalty_exploitation": np.full(places, parameters["justice.penalty_exploitation"]),
        "return.reintegration": np.zeros(places),
    }

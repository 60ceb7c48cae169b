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
    ``reader`` the dotted name of the function that reads it. A lever
    with ``start`` begins at the parameter of its own name, in proportion to the rule of law or not.
    """

    name: str
    scope: str
    unit: str
    low: float
    high: float
    meaning: str
    evidence: str
    reader: str
    start: str = ""  # how the parameter of the same name gives the start: ``flat``, ``law`` (times it), ``able``


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
              "C7-S08", "sim.justice.law.law_of_the_week"),
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
        Lever("status.punish_entry", "region", "share", 0, 1,
              "how far irregular entry is punished: fines, and a charge to fear for whoever speaks",
              "C9-M31, C7-P17", "sim.justice.identification.detain", "flat"),
        Lever("police.reactive", "region", "share", 0, 1,
              "chance that what police learn of a place is taken up as a lead",
              "C9-M01", "sim.justice.investigation.take_leads", "law"),
        Lever("police.proactive", "region", "share", 0, 1,
              "share of the time of specialised police that goes into looking for cases themselves",
              "C5-P34", "sim.justice.investigation.look_for_cases", "law"),
        Lever("police.disruptive", "region", "share", 0, 1,
              "how far police disturb a trade in place of building a case",
              "C5-P35", "sim.justice.investigation.investigate", "flat"),
        Lever("police.financial", "region", "share", 0, 1,
              "share of cases in which the money is followed",
              "C5-P31, C9-M25", "sim.justice.investigation.find_evidence", "law"),
        Lever("police.community", "region", "share", 0, 1,
              "how far police are known and trusted where people live",
              "C5-P12", "sim.justice.encounters.reach_of_agencies", "law"),
        Lever("police.metric", "region", "share", 0, 1,
              "weight of the number of convictions in what police and prosecutors are judged by, against their gravity",
              "C5-S10, C9-M07", "sim.justice.investigation.best_charge", "flat"),
        Lever("intel.cells", "region", "share", 0, 1,
              "how far there are cells that put together what is known",
              "C5-P34", "sim.justice.investigation.look_for_cases", "law"),
        Lever("coop.joint_teams", "region", "share", 0, 1,
              "share of cross-border cases that joint teams can take up",
              "C5-P39, C9-M50", "sim.justice.investigation.investigate", "law"),
        Lever("coop.formal_speed", "region", "share", 0, 1,
              "how fast formal requests to other states are answered: 0 in a year, 1 within two months",
              "C9-M10, C5-S21", "sim.justice.investigation.investigate", "law"),
        Lever("coop.sharing", "region", "share", 0, 1,
              "chance that a lead on those who brought a person is passed to where they stand",
              "C11-M03", "sim.justice.investigation.take_leads", "law"),
        Lever("budget.other_crime", "region", "share", 0, 1,
              "share of police, intelligence and prosecution that other crime claims",
              "C13-X14", "sim.justice.law.staff_agencies", "flat"),
        Lever("agency.staff", "region", "per 1000 at risk", 0, 1000,
              "people in agencies who work on trafficking",
              "C9-Q15", "sim.justice.law.staff_agencies", "able"),
        Lever("agency.mandate", "region", "share", 0, 1,
              "how far the law reaches beyond commercial sex: 0 not at all, 1 to all work",
              "C11-M11, C9-M21, C9-M02", "sim.justice.identification.recognised", "flat"),
        Lever("agency.priority", "work", "ratio", 0, 3,
              "attention that agencies give to a sector, over what they would give by themselves",
              "C9-M02", "sim.justice.identification.recognised", "flat"),
        Lever("justice.penalty_smuggling", "region", "US$", 0, 10000000.0,
              "what a conviction for smuggling costs an enterprise",
              "C4-P12", "sim.markets.prospects.expected_loss", "flat"),
        Lever("justice.capacity", "region", "ratio", 0, 10,
              "courts' capacity, over what staff allows",
              "C9-S10", "sim.justice.law.staff_agencies", "flat"),
        Lever("justice.means_required", "region", "share", 0, 1,
              "how far means (force, threat, deception) must be proved for a conviction for exploitation",
              "C9-M21", "sim.justice.investigation.best_charge", "flat"),
        Lever("justice.early_deposition", "region", "share", 0, 1,
              "chance that a witness who is ready is heard before trial in front of the defence",
              "C9-M33", "sim.justice.investigation.take_leads", "law"),
        Lever("justice.non_punishment", "region", "share", 0, 1,
              "how far people who were exploited are not punished for what they were made to do",
              "C7-P17, C9-M31", "sim.justice.telling.gain_from_telling", "law"),
        Lever("justice.witness_protection", "region", "share", 0, 1,
              "how far witnesses are kept from threats",
              "C5-P27, C9-M22", "sim.justice.telling.gain_from_telling", "law"),
        Lever("justice.family_protection", "region", "share", 0, 1,
              "how far their families are",
              "C5-P28", "sim.justice.telling.gain_from_telling", "law"),
        Lever("justice.asset_freeze", "region", "share", 0, 1,
              "chance that assets are frozen when an investigation begins, where money is followed",
              "C9-M25, C9-Q36, C9-Q38", "sim.justice.investigation.freeze", "law"),
        Lever("justice.confiscation", "region", "share", 0, 1,
              "chance that what was frozen is confiscated on conviction",
              "C9-M25", "sim.justice.courts.hear_cases", "law"),
        Lever("justice.compensation", "region", "share", 0, 1,
              "share of an award that a state fund pays where nothing was seized",
              "C9-M43", "sim.justice.courts.compensate", "flat"),
        Lever("justice.compel", "region", "share", 0, 1,
              "chance that a witness who does not want to testify is made to",
              "C9-M40", "sim.justice.courts.testimony_heard", "flat"),
        Lever("justice.legal_aid", "region", "share", 0, 1,
              "chance that a person who was exploited has a lawyer who claims for her",
              "C9-M43", "sim.justice.courts.compensate", "law"),
        Lever("protection.permit_conditional", "region", "share", 0, 1,
              "chance that a permit needs a complaint or more",
              "C4-P15, C9-M36", "sim.justice.protection.protect", "flat"),
        Lever("protection.permit_cap", "region", "per 1000 at risk and year", 0, 1000,
              "permits that may be given; 1000 is no limit",
              "C9-M58", "sim.justice.law.law_of_the_week", "flat"),
        Lever("protection.assist_rule", "region", "share", 0, 1,
              "chance that help is only for those who speak at once: 0 for all, 1 by the value of information",
              "C11-M13", "sim.justice.identification.offered_help", "flat"),
        Lever("protection.quality", "region", "share", 0, 1,
              "quality of care: counsel, safety, work",
              "C9-M34, C7-P14", "sim.justice.telling.trust_of", "law"),
        Lever("protection.needs_first", "region", "share", 0, 1,
              "how far needs are met before anyone asks questions",
              "C7-M22, C7-P14", "sim.justice.telling.trust_of", "law"),
        Lever("protection.scope", "region", "share", 0, 1,
              "chance that helpers recognise people who are not women in commercial sex",
              "C7-M20, C4-P18", "sim.justice.identification.recognised", "flat"),
        Lever("protection.rights_information", "region", "share", 0, 1,
              "how far people are told their rights, and can know them",
              "C1-M61", "sim.justice.telling.gain_from_telling", "law"),
        Lever("protection.referral", "region", "share", 0, 1,
              "how far there is a procedure that brings people whom officials recognise to services, on one list",
              "C12-M01, C12-S01", "sim.justice.identification.offered_help", "law"),
        Lever("protection.independence", "region", "share", 0, 1,
              "share of helpers' means that does not come from the police",
              "C11-M16", "sim.justice.telling.trust_of", "flat"),
        Lever("return.screening", "region", "share", 0, 1,
              "chance that a returned person who was exploited is recognised on arrival",
              "C7-P18", "sim.justice.removal.receive_returned", "law"),
        Lever("return.safe", "region", "share", 0, 1,
              "chance that the return of a person who was exploited is prepared so that recruiters lose the address",
              "C11-M18", "sim.justice.removal.receive_returned", "law"),
        Lever("return.speed", "region", "share", 0, 1,
              "how fast removal follows: 1 leaves a quarter of the time, and little for questions",
              "C9-M27, C7-S22", "sim.justice.identification.detain", "flat"),
        Lever("return.reintegration", "region", "share", 0, 1,
              "share of returned people who are supported on return",
              "C7-S22", "sim.justice.removal.receive_returned"),
        Lever("integrity.pay", "region", "ratio", 0, 10,
              "pay of officials over what a decent life costs",
              "C2-M04, C2-P26, C5-P16", "sim.corruption.capture.situation", "able"),
        Lever("integrity.monitoring", "region", "share", 0, 1,
              "chance that internal control brings one sale to light, where no colleague shields it",
              "C5-P15, C5-S35", "sim.corruption.capture.comes_to_light", "law"),
        Lever("integrity.rotation", "region", "/year", 0, 12,
              "how often officials are moved to another post",
              "C5-P16", "sim.corruption.capture.leave_or_turn", "flat"),
        Lever("integrity.whistleblower", "region", "share", 0, 1,
              "how far colleagues who report a sale are protected",
              "C5-P16", "sim.corruption.capture.comes_to_light", "law"),
        Lever("integrity.external_inspection", "region", "share", 0, 1,
              "chance that inspectors from outside bring one sale to light",
              "C5-P16, C2-P29", "sim.corruption.capture.comes_to_light", "law"),
        Lever("integrity.media_freedom", "region", "share", 0, 1,
              "how free the press is to report on officials",
              "C2-P13, C8-M20", "sim.corruption.capture.comes_to_light", "law"),
        Lever("integrity.visa_transparency", "region", "share", 0, 1,
              "how far decisions on visas and papers can be followed from outside, and leave nothing to sell",
              "C2-M21, C4-P21", "sim.corruption.capture.leave_or_turn", "law"),
        Lever("integrity.reach", "region", "share", 0, 1,
              "how far internal control and rotation reach chiefs, and not line officers only",
              "C5-S35", "sim.corruption.capture.leave_or_turn", "flat"),
        Lever("integrity.ask_about_officials", "region", "share", 0, 1,
              "chance that people who make a statement are asked about officials",
              "C2-P16", "sim.corruption.capture.hear_of_officials", "law"),
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

    declared = {
        "flat": lambda name: np.full(places, parameters[name]),
        "law": lawful,
        "able": able,
    }
    starts = {lever.name: declared[lever.start](lever.name) for lever in LEVERS.values() if lever.start}
    for name, lever in LEVERS.items():
        if lever.start and lever.scope == "work":
            starts[name] = np.repeat(starts[name][:, None], sectors, axis=1)
    return starts | {
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
        "protection.hotline": able("protection.hotline"),
        "protection.outreach": able("protection.outreach"),
        "agency.knowledge": able("agency.knowledge"),
        "agency.authority": able("agency.authority"),
        "agency.goodwill": able("agency.goodwill"),
        "justice.penalty_exploitation": np.full(places, parameters["justice.penalty_exploitation"]),
        "return.reintegration": np.zeros(places),
    }

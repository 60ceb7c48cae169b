"""Where levers start: from the world, from the parameter of their own name, or from nothing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.agents.agencies import KINDS
from sim.declared.levers import LEVERS
from sim.world.world import World

Floats = NDArray[np.float64]


def starts_a_lever(parameter: str) -> bool:
    """Whether the start of some lever follows from a parameter."""
    return parameter in LEVERS or parameter.startswith("enforcement.")


def start_values(world: World, parameters: dict[str, float], law: Floats | None = None) -> dict[str, Floats]:
    """Every lever at its start value, by scope: (legs,), (pairs,), (regions,), (regions, sectors or agencies).

    ``law`` (regions,) is the rule of law under which they start, that of the world unless another one is given. What
    follows from it is less where law works less, and borders are kept as far as the state that keeps them works
    (C1-M26, C10-M01).
    """
    regions, legs, pairs = world.regions, world.legs, world.pairs
    count, places, sectors = len(pairs.start), len(regions.name), len(world.sectors.name)
    if law is None:
        law = regions.rule_of_law

    def lawful(name: str) -> Floats:
        return np.asarray(parameters[name] * law)

    def able(name: str) -> Floats:
        # where the law works badly some officials still know, may and want to act
        return np.asarray(parameters[name] * (0.3 + 0.7 * law))

    shapes = {"region": (places,), "leg": (len(legs.tail),), "visa": (count,), "work": (places, sectors),
              "agency": (places, KINDS)}  # fmt: skip
    by_law = {"law": lawful, "able": able}
    starts = {}
    for name, lever in LEVERS.items():
        if lever.start in by_law:
            start = by_law[lever.start](name)
            starts[name] = np.repeat(start[:, None], KINDS, axis=1) if lever.scope == "agency" else start
        elif lever.start:
            starts[name] = np.full(shapes[lever.scope], parameters[name] if lever.start == "flat" else 0.0)
    return starts | {
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
        "region.outside_profit": regions.outside_profit.copy(),
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
        "justice.penalty_exploitation": np.full(places, parameters["justice.penalty_exploitation"]),
        "return.reintegration": np.zeros(places),
        **_borders(world, law),
        **_places(world, law),
    }


def _borders(world: World, law: Floats) -> dict[str, Floats]:
    """How borders are kept: as in the world, and less where law works less than it did there."""
    legs, usual = world.legs, world.regions.rule_of_law
    kept = np.divide(law, usual, out=np.ones(len(usual)), where=usual > 0)[legs.head]
    control, high = legs.control, LEVERS["border.control"].high
    return {
        "border.control": np.minimum(control * kept, np.maximum(control, high)),
        "border.screening": np.minimum(legs.screening * kept, 1.0),
        "border.document_check": np.minimum(legs.document_check * kept, 1.0),
    }


def _places(world: World, law: Floats) -> dict[str, Floats]:
    """What happens to places whoever governs them."""
    regions = world.regions
    each = np.ones(len(regions.name))
    return {
        "region.conflict": regions.conflict.copy(),
        "region.income": each,
        "region.employment": regions.employment.copy(),
        "region.rule_of_law": law.copy(),
        "demand.level": np.repeat(each[:, None], len(world.sectors.name), axis=1),
    }

"""Beliefs: one rule for everything anyone believes (model 5).

A belief is a pair of counts (bad, all), faded by half-life, on top of what was believed at the start:
``b = (bad + s·b0) / (all + s)``. The strength s of the initial belief grows with the number of people who could report,
so that beliefs do not depend on the size of the run.
"""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

import numpy as np

from sim.declared.sources import From, Switched, Worked, family
from sim.ground.calendar import left_after
from sim.ground.kernel import part, rule
from sim.ground.table import Table
from sim.world.world import World


def fade(half_life: float) -> float:
    """Weekly factor with which a memory of this half-life fades."""
    return left_after(1.0, half_life)


def strength_of_all(per_thousand: float, people: int) -> float:
    """What an initial belief is worth that all people could report on."""
    return per_thousand / 1000.0 * people


def refusal(chance: float) -> float:
    """The other side of a chance."""
    return 1.0 - chance


def share_that_walks(elasticity: float, step: float) -> float:
    """Share of clients who walk away from a fee one step higher."""
    return elasticity * step


@family
class BeliefRules(NamedTuple):
    """How beliefs are kept, and what they start from where that is the same everywhere."""

    learning: Annotated[int, Switched("belief_learning")]  # 0: every belief stays where it started
    community_kept: Annotated[float, Worked(fade, "beliefs.half_life")]  # a week
    provider_kept: Annotated[float, Worked(fade, "beliefs.provider_half_life")]
    justice_kept: Annotated[float, Worked(fade, "justice.memory")]
    strength_of_all: Annotated[float, Worked(strength_of_all, "beliefs.prior_strength", "world.people")]
    visa_refusal: Annotated[float, Worked(refusal, "visa.believed_chance")]
    walks: Annotated[float, Worked(share_that_walks, "smuggling.believed_elasticity", "smuggling.walk_step")]
    walk_step: Annotated[float, From("smuggling.walk_step")]
    least_elasticity: Annotated[float, From("smuggling.least_elasticity")]
    report_good: Annotated[float, From("beliefs.report_good")]  # weight of what went well
    report_bad: Annotated[float, From("beliefs.report_bad")]
    exploitation_loss: Annotated[float, From("choice.exploitation_loss")]  # US$, to a client who is handed over
    broken_promise: Annotated[float, From("beliefs.broken_promise")]  # its weight over that of a kept one


def first_beliefs(regions: Table, legs: Table, pairs: Table, world: World, values: dict[str, Any]) -> None:
    """What communities and providers believe when a run starts, and how firmly."""
    people_at = regions["people_at"]
    # those who stand where the journey starts; nobody lives in some of the places where people are stranded
    least = people_at.sum() / max(len(regions), 1) * values["beliefs.least_people"]
    pairs["strength"] = values["beliefs.prior_strength"] / 1000.0 * np.maximum(people_at[world.pairs.start], least)
    legs["start_control"] = world.legs.control
    regions["start_exploitation"] = values["beliefs.exploitation"]


@rule
def believed(rules, bad, total, start, strength):
    """A belief from what was heard: cases and occasions, on top of ``start`` with its ``strength``."""
    return (bad + strength * start) / (total + strength) if rules.learning else start


@rule
def believed_failure(pairs, rules, pair, way):
    """Chance that an attempt fails; ``way`` 0 alone, 1 with a provider, 2 on papers."""
    row = pairs[pair]
    heard = row.heard_failure
    return believed(rules, heard[way, 0], heard[way, 1], row.start_failure[way], row.strength)


@rule
def believed_death(pairs, rules, pair, way):
    """Chance to die in an attempt; ``way`` 0 alone, 1 with a provider."""
    row = pairs[pair]
    return believed(rules, row.heard_death[way, 0], row.heard_death[way, 1], row.start_death[way], row.strength)


@rule
def believed_visa(pairs, rules, pair, skill):
    """Chance of a visa for a complete application."""
    row = pairs[pair]
    return 1.0 - believed(rules, row.heard_visas[skill, 0], row.heard_visas[skill, 1], rules.visa_refusal, row.strength)


@rule
def believed_control(legs, rules, leg):
    """Providers' view of the control of a leg, kept below 1."""
    row = legs[leg]
    seen = believed(rules, row.heard_control[0], row.heard_control[1], row.start_control, rules.strength_of_all)
    return min(max(seen, 0.0), 0.999)


@rule
def believed_exploitation(regions, rules, region):
    """Share of people without status who are exploited, from those who say what happened."""
    row = regions[region]
    heard = row.heard_exploitation
    return believed(rules, heard[0], heard[1], row.start_exploitation, rules.strength_of_all)


@rule
def believed_removal(regions, rules, region):
    """Yearly removal hazard of someone without status, from removals that were heard of."""
    row = regions[region]
    return believed(rules, row.heard_removal[0], row.heard_removal[1], row.start_removal, rules.strength_of_all)


@rule
def believed_elasticity(pairs, rules, pair):
    """Providers' view of the elasticity of demand, from the clients who walk away."""
    row = pairs[pair]
    walk = believed(rules, row.heard_clients[1], row.heard_clients[0], rules.walks, row.strength)
    return max(walk / rules.walk_step, rules.least_elasticity)


@part
def fade_beliefs(regions, legs, pairs, rules):
    """A week passes: memories fade."""
    kept = rules.community_kept
    for pair in range(len(pairs)):
        row = pairs[pair]
        for of in range(2):
            for way in range(3):
                row.heard_failure[way, of] *= kept
            for way in range(2):
                row.heard_death[way, of] *= kept
                row.heard_visas[way, of] *= kept
                row.visa_truth[way, of] *= kept
            row.heard_clients[of] *= kept
    for region in range(len(regions)):
        for of in range(2):
            regions[region].heard_removal[of] *= kept
            regions[region].heard_exploitation[of] *= kept
    for leg in range(len(legs)):
        for of in range(2):
            legs[leg].heard_control[of] *= rules.provider_kept

"""What legs carry: transport costs more where more people cross than a leg is used to (model 4.2).

With v crossings of a leg a week, over the last weeks, and c over about the last year

    carries   = least + room·c
    transport = usual·max(v / carries, 1)^crowding

Drivers, boats and places to wait come to where they are asked for, so that what a leg carries follows what crosses it.
The rest point is v = c, where nothing is crowded: transport costs what is usual whatever the flow, and people who have
been diverted to a leg make it dearer until it has got used to them. Nothing here knows of control.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

from sim.declared.sources import From, Worked, family
from sim.ground.kernel import kernel, part, rule
from sim.rules.people.beliefs import fade, strength_of_all


@family
class CrowdingRules(NamedTuple):
    """Parameters of what legs carry."""

    crowding: Annotated[float, From("journey.crowding", off="crowding")]
    room: Annotated[float, From("journey.room")]
    least: Annotated[float, Worked(strength_of_all, "journey.least_carried", "world.people")]  # crossings a week
    passed_kept: Annotated[float, Worked(fade, "journey.flow_half_life")]  # a week
    carried_kept: Annotated[float, Worked(fade, "journey.carried_half_life")]


@rule
def carries(legs, rules, leg):
    """Crossings a week that a leg carries at the usual cost."""
    carried = legs[leg].carried
    return rules.least + rules.room * carried[0] / max(carried[1], 1.0)


@part
def pass_leg(legs, leg):
    """One more person crosses a leg."""
    legs[leg].crossings += 1.0
    legs[leg].passed[0] += 1.0
    legs[leg].carried[0] += 1.0


@kernel
def crowd_legs(legs, rules):
    """A week has passed: how many cross each leg and how many it carries, and what transport costs from now on."""
    for leg in range(len(legs)):
        row = legs[leg]
        passed, carried = row.passed, row.carried
        passed[1] += 1.0
        carried[1] += 1.0
        crossing = passed[0] / passed[1]
        full = crossing / max(carries(legs, rules, leg), 1e-9)
        row.crowded = full**rules.crowding if full > 1.0 else 1.0
        row.transport = row.transport_usual * row.crowded
        for of in range(len(passed)):
            passed[of] *= rules.passed_kept
            carried[of] *= rules.carried_kept

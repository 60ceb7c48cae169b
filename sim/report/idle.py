"""Levers that act on something that a world may not have: what goes on in a mission needs a mission."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sim.policies.start import start_values

if TYPE_CHECKING:
    from sim.policies.policy import Policy
    from sim.scenario.scenario import Scenario

MISSION, SIZE = "mission.", "mission.size"  # levers of missions begin so; the lever that sends one
NO_MISSION = "there was no mission in that world, so that there was nothing for the policy to act on"


def of_missions(levers: Iterable[str]) -> set[str]:
    """Those of some levers that move what is done in a mission, and not whether there is one."""
    return {lever for lever in levers if lever.startswith(MISSION) and lever != SIZE}


def without_a_mission(policy: Policy, scenario: Scenario) -> str:
    """Which levers of a policy find no mission to act on, in a sentence; empty where there are none.

    A mission is there where the world begins with one, or a policy or a shock of the scenario sends one.
    """
    unmet = of_missions(move.lever for move in policy.levers)
    if not unmet or _has_mission(scenario):
        return ""
    named = ", ".join(dict.fromkeys(move.lever for move in policy.levers if move.lever in unmet))
    every = all(move.lever in unmet for move in policy.levers)
    what = "It does nothing here" if every else f"Its part of {named} does nothing here"
    return f"{what}: there is no mission in this world for it to act on. The policy mission sends one."


def _has_mission(scenario: Scenario) -> bool:
    moves = [move for policy in scenario.policies if policy.strength_at_most > 0 for move in policy.levers]
    moves += [move for shock in scenario.shocks for move in shock.moves]
    return any(move.lever == SIZE for move in moves) or bool(
        start_values(scenario.world, dict(scenario.values))[SIZE].any()
    )

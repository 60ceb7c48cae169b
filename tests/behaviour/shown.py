"""Scenarios with one lever moved, and what a run has counted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from sim.ledger.counters import COUNTER_INDEX
from sim.policies.policy import Move, Policy
from sim.scenario.scenario import Scenario
from sim.week.week import Week


def with_move(base: Scenario, lever: str, op: str, value: float, *where: tuple[str, str], **timing: Any) -> Scenario:
    """``base`` with a policy of one move, where ``where`` (pairs of key and name) says."""
    policy = Policy("one_move", "One move", "test", (Move(lever, op, value, where),), max_dose=10, **timing)
    return replace(base, policies=(policy,))


def with_moves(base: Scenario, *moves: tuple[str, float]) -> Scenario:
    """``base`` with a policy beside its own that sets levers to values."""
    made = tuple(Move(lever, "set", value, ()) for lever, value in moves)
    return replace(base, policies=(*base.policies, Policy("beside", "Beside", "test", made, max_dose=10)))


def total(week: Week, name: str, first: int = 52) -> float:
    """The sum of a counter over the weeks from ``first`` on, which counts from the beginning of the run."""
    return float(np.nansum(week.counters[first:, COUNTER_INDEX[name]]))

"""What is kept beside a run when a setting asks for it: ``events``, ``panels`` and ``captures``."""

from __future__ import annotations

from sim.scenario.scenario import Scenario


def asks_for(scenario: Scenario, kind: str) -> bool:
    """Whether a scenario asks for a kind of ``journal.OBSERVED``."""
    return scenario[kind] not in (False, "off")

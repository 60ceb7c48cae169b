"""Levers: the columns of the world that a policy may move.

A lever's start value comes from the world; ``x(t) = x0 + d(t)·(target(x0) - x0)``, d = implementation·dose·ramp(t),
so that d = 0 returns x0 bit for bit. What reads a lever is found in the code (`sim.reference.readers`),
and a lever that nothing reads is a test failure.
"""

from __future__ import annotations

from collections.abc import Iterable

from sim.declared.levers.helping import HELPING
from sim.declared.levers.integrity import INTEGRITY
from sim.declared.levers.intelligence import INTELLIGENCE
from sim.declared.levers.justice import JUSTICE
from sim.declared.levers.lever import Lever
from sim.declared.levers.meeting import MEETING
from sim.declared.levers.missions import MISSIONS
from sim.declared.levers.places import PLACES
from sim.declared.levers.ways import WAYS

LEVERS: dict[str, Lever] = {
    lever.name: lever for lever in (*WAYS, *PLACES, *MISSIONS, *MEETING, *JUSTICE, *HELPING, *INTEGRITY, *INTELLIGENCE)
}


def by_need(names: Iterable[str]) -> dict[tuple[str, ...], list[str]]:
    """Levers by the switches of which one must be on for them to be read; those that are always read under ``()``."""
    found: dict[tuple[str, ...], list[str]] = {}
    for name in names:
        found.setdefault(LEVERS[name].needs, []).append(name)
    return found


__all__ = ["LEVERS", "Lever", "by_need"]

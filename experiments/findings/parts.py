"""Every part of what is published, in the order in which they are run."""

from __future__ import annotations

from experiments import (
    bands,
    catalogue,
    coverage,
    ensemble,
    evaluations,
    networks,
    officials,
    places,
    shares,
    signs,
    sizes,
    studies,
)
from experiments.findings import of_patterns, of_worlds
from experiments.findings.part import Part
from sim.ground.errors import RequestError

MODULES = (
    bands, shares, catalogue, signs, officials, places, networks, studies, of_patterns, of_worlds, coverage,
    evaluations, ensemble, sizes,
)  # fmt: skip
PARTS: dict[str, Part] = {part.name: part for module in MODULES for part in module.PARTS}


def chosen(names: list[str]) -> list[Part]:
    """The parts named, all of them if none is; a name may be the beginning of several. Raises RequestError."""
    if not names:
        return list(PARTS.values())
    found: dict[str, Part] = {}
    for name in names:
        some = (
            {name: PARTS[name]} if name in PARTS else {key: part for key, part in PARTS.items() if key.startswith(name)}
        )
        if not some:
            raise RequestError(f"there is no part {name!r}", given=name, allowed=PARTS)
        found |= some
    return list(found.values())

"""Families of policies: which levers belong together, and so which policies do.

A family is declared once, by the first parts of the names of its levers. A policy belongs to the family in which most
of its moves lie; one that moves as much elsewhere as in any family is a package of several.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

FAMILIES: dict[str, tuple[str, ...]] = {
    "Borders and journeys": ("border",),
    "Regular ways, asylum and status": ("visa", "free_movement", "asylum", "status"),
    "Places of origin": ("origin", "region"),
    "Work": ("work",),
    "Demand": ("demand", "mission"),
    "Police and other agencies": ("police", "agency", "intel", "coop", "budget"),
    "Law and courts": ("justice",),
    "Protection and return": ("protection", "return"),
    "Officials": ("integrity",),
    "Attitudes": ("society",),
}
SEVERAL = "Packages across families"
NO_POLICY = "No policy"
ORDER = (*FAMILIES, SEVERAL, NO_POLICY)
_OF = {section: family for family, sections in FAMILIES.items() for section in sections}


def family_of(levers: Iterable[str]) -> str:
    """The family of a policy that moves these levers, one entry a move.

    >>> family_of(["visa.wait", "visa.complexity", "integrity.visa_transparency"])
    'Regular ways, asylum and status'
    >>> family_of(["visa.wait", "police.raids", "justice.capacity"])
    'Packages across families'
    """
    counted = Counter(family_of_lever(lever) for lever in levers)
    if not counted:
        return NO_POLICY
    (first, moves), *_ = counted.most_common(1)
    return first if 2 * moves > counted.total() or len(counted) == 1 or counted.total() == 2 else SEVERAL


def family_of_lever(lever: str) -> str:
    """The family to which a lever belongs, told by the first part of its name."""
    return _OF[lever.partition(".")[0]]

"""What a lever is; see the package."""

from __future__ import annotations

from dataclasses import dataclass

from sim.declared.agencies import AgencyKind

# the agencies that meet people who may be exploited
MEETS = (AgencyKind.POLICE, AgencyKind.SPECIALISED_POLICE, AgencyKind.INSPECTORATE, AgencyKind.IMMIGRATION)


@dataclass(frozen=True)
class Lever:
    """One thing a policy can move.

    ``scope`` is ``leg``, ``visa`` (pair of origin and destination), ``region``, ``work`` (region and sector) or
    ``agency`` (region and kind of agency). A lever with ``start`` begins at the parameter of its own name, in
    proportion to the rule of law or not, or at nothing.
    """

    name: str
    scope: str
    unit: str
    low: float
    high: float
    meaning: str
    evidence: str
    # how the parameter of the same name gives the start: ``flat``, ``law`` (times it), ``able``; or ``zero``
    start: str = ""
    # of scope ``agency``: the kinds of agency for which it is read, and that ``where`` may name
    agencies: tuple[AgencyKind, ...] = ()
    # switches of the mechanisms in which alone it is read: one of them must be on
    needs: tuple[str, ...] = ()

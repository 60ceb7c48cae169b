"""Agencies that meet exploited people, look for offenders or judge them: their columns and their kinds (model 2, 6).

A row is one agency of a region. What it knows, may do and wants follows from the levers of the region and from what
kind of agency it is; what it can do in a week is bounded by its staff.
"""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.declared.agencies import AgencyKind as AgencyKind  # noqa: PLC0414 - whoever has agencies has their kinds
from sim.declared.sources import ByName, From, family
from sim.ground.table import Column

KINDS = len(AgencyKind)
# what each is there for: a stop, a case, going terms, a removal, help
PURSUES_CASES = np.array([0, 1, 1, 1, 0, 1, 1, 1, 0])


@family
class AgencyRules(NamedTuple):
    """What kinds of agencies have and are; what they know, may do and want over the levers of the region."""

    staff_share: Annotated[NDArray[Any], ByName("agency.staff_share_{}", AgencyKind)]  # of the staff of a region
    knows: Annotated[NDArray[Any], ByName("agency.knowledge_{}", AgencyKind)]
    may: Annotated[NDArray[Any], ByName("agency.authority_{}", AgencyKind)]
    wants: Annotated[NDArray[Any], ByName("agency.goodwill_{}", AgencyKind)]
    staff_cost: Annotated[float, From("agency.staff_cost")]  # US$ a year, where pay is the wage of that
    staff_cost_wage: Annotated[float, From("agency.staff_cost_wage")]  # US$/week
    meetings: Annotated[float, From("agency.meetings")]  # that one of the staff can take up in a week
    meetings_kept: Annotated[float, From("agency.meetings_kept")]  # weeks of them
    places_kept: Annotated[float, From("protection.places_kept")]  # weeks for which a part of a place is saved
    permits_kept: Annotated[float, From("protection.permits_kept")]  # weeks


AGENCY_COLUMNS: tuple[Column, ...] = (
    Column("region", "i2", "region", packed=True),
    Column("kind", "i1", "AgencyKind", packed=True),
    Column("generation", "i4", "0: agencies do not end", packed=True),
    Column("staff", "f4", "people who work on trafficking, full time", packed=True),
    Column("budget", "f4", "US$ a year", packed=True),
    Column("knowledge", "f4", "chance that its people know the signs", packed=True),
    Column("authority", "f4", "chance that they may act on them", packed=True),
    Column("goodwill", "f4", "chance that they want to", packed=True),
    Column("attention", "f4", "meetings or cases that it can still take up", packed=True),
    Column("caseload", "i4", "meetings or cases taken up this week", packed=True),
    Column("asks", "i4", "people met this week, with or without time for them", packed=True),
    Column("asked", "f8", "people met in a week, as remembered", packed=True),
    Column("room", "f8", "meetings that it can take up in a week, as expected", packed=True),
    Column("skill", "f4", "of courts in charges of exploitation; grows with cases, fades without", packed=True),
)

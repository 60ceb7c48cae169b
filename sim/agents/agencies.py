"""Agencies that meet exploited people, look for offenders or judge them: their columns and their kinds (model 2, 6).

A row is one agency of a region. What it knows, may do and wants follows from the levers of the region and from what
kind of agency it is; what it can do in a week is bounded by its staff.
"""

from __future__ import annotations

import numpy as np

from sim.declared.agencies import AgencyKind as AgencyKind  # noqa: PLC0414 - whoever has agencies has their kinds
from sim.ground.table import Column

KINDS = len(AgencyKind)
# share of the staff of a region, and knowledge, authority and goodwill over the levers of the region (C7-M12, C9-M30):
# specialised units know most; border and immigration officers are judged by entries and removals
SHARE_OF_STAFF = np.array([0.16, 0.3, 0.08, 0.12, 0.12, 0.06, 0.04, 0.02, 0.1])
KNOWLEDGE = np.array([0.6, 0.9, 1.3, 0.9, 0.6, 1.0, 1.0, 1.0, 1.4])
AUTHORITY = np.array([0.8, 1.0, 1.1, 0.8, 0.8, 1.0, 1.0, 1.0, 1.0])
GOODWILL = np.array([0.7, 1.0, 1.15, 1.0, 0.6, 1.0, 1.0, 1.0, 1.2])
# what each is there for: a stop, a case, going terms, a removal, help
PURSUES_CASES = np.array([0, 1, 1, 1, 0, 1, 1, 1, 0])
COST_OF_STAFF = 60_000.0  # US$ a year at the wage of a rich destination; scaled by the wage of the region
WAGE_OF_THAT = 600.0  # US$/week

AGENCY_COLUMNS: tuple[Column, ...] = (
    Column("region", "i2", "region", packed=True),
    Column("kind", "i1", "AgencyKind", packed=True),
    Column("generation", "i4", "0: agencies do not end", packed=True),
    Column("staff", "f4", "people who work on trafficking, full time", packed=True),
    Column("budget", "f4", "US$ a year", packed=True),
    Column("knowledge", "f4", "chance that its people know the signs", packed=True),
    Column("authority", "f4", "chance that they may act on them", packed=True),
    Column("goodwill", "f4", "chance that they want to", packed=True),
    Column("metric", "f4", "weight of counts in what it is judged by", packed=True),
    Column("independence", "f4", "share of its means that does not come from the police", packed=True),
    Column("attention", "f4", "meetings or cases that it can still take up", packed=True),
    Column("caseload", "i4", "meetings or cases taken up this week", packed=True),
    Column("skill", "f4", "of courts in charges of exploitation; grows with cases, fades without", packed=True),
)

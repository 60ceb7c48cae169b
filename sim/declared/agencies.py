"""Kinds of agency, which levers name."""

from __future__ import annotations

from enum import IntEnum


class AgencyKind(IntEnum):
    """Kinds of agency; a region has one of each: row = region * KINDS + kind."""

    BORDER_GUARD = 0
    POLICE = 1
    SPECIALISED_POLICE = 2
    INSPECTORATE = 3
    IMMIGRATION = 4
    PROSECUTION = 5
    COURT = 6
    INTELLIGENCE = 7
    SERVICES = 8

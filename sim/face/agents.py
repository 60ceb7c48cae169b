"""Agents as Mesa sees them: views on the rows of a table, made when they are asked for.

A million people are forty arrays, not a million objects.
"""

from __future__ import annotations

from typing import Any

import mesa
import numpy as np

from sim.agents.agencies import AGENCY_COLUMNS
from sim.agents.cases import CASE_COLUMNS, CaseStage
from sim.agents.enterprises import ENTERPRISE_COLUMNS
from sim.agents.facilitators import FACILITATOR_COLUMNS, Standing
from sim.agents.governments import GOVERNMENT_COLUMNS
from sim.agents.offenders import OFFENDER_COLUMNS, Status
from sim.agents.officials import OFFICIAL_COLUMNS
from sim.agents.people import PERSON_COLUMNS, Stage
from sim.agents.ties import TIE_COLUMNS
from sim.agents.venues import VENUE_COLUMNS
from sim.face.selection import Mask
from sim.face.view import ALL, View
from sim.ground.table import Table


class Row(View, mesa.Agent):
    """A view of one row of a table as a Mesa agent; see :class:`~sim.face.view.View`."""

    __slots__ = ()


class Migrant(Row, columns=PERSON_COLUMNS):
    """A person at risk of migrating."""

    __slots__ = ()
    place = "here"

    @staticmethod
    def alive(table: Table, rows: Any = ALL) -> Mask:
        """People who have not died."""
        return np.asarray(table["stage"][rows] != Stage.DEAD)


class Trafficker(Row, columns=ENTERPRISE_COLUMNS):
    """An enterprise that moves people."""

    __slots__ = ()

    @staticmethod
    def alive(table: Table, rows: Any = ALL) -> Mask:
        """Enterprises in the market; the others are latent entrants."""
        return np.asarray(table["active"][rows] == 1)


class Venue(Row, columns=VENUE_COLUMNS):
    """A workplace or household where people work."""

    __slots__ = ()
    place = "region"

    @staticmethod
    def alive(table: Table, rows: Any = ALL) -> Mask:
        """Venues that are open."""
        return np.asarray(table["active"][rows] == 1)


class Offender(Row, columns=OFFENDER_COLUMNS):
    """A person in an enterprise."""

    __slots__ = ()
    place = "region"

    @staticmethod
    def alive(table: Table, rows: Any = ALL) -> Mask:
        """Places in enterprises that somebody holds."""
        return np.asarray(table["status"][rows] != Status.NOBODY)


class Official(Row, columns=OFFICIAL_COLUMNS):
    """The holder of a post that has something to sell."""

    __slots__ = ()
    place = "region"


class Facilitator(Row, columns=FACILITATOR_COLUMNS):
    """Whoever provides one function to enterprises."""

    __slots__ = ()
    place = "region"

    @staticmethod
    def alive(table: Table, rows: Any = ALL) -> Mask:
        """Facilitators at work or in custody; the others might enter."""
        return np.asarray(table["standing"][rows] != Standing.LATENT)


class Tie(Row, columns=TIE_COLUMNS):
    """A working relation between an enterprise and a facilitator."""

    __slots__ = ()
    place = "region"

    @staticmethod
    def alive(table: Table, rows: Any = ALL) -> Mask:
        """Ties that have a partner."""
        return np.asarray(table["partner"][rows] >= 0)


class Agency(Row, columns=AGENCY_COLUMNS):
    """An agency of a region: police, inspectorate, court, services."""

    __slots__ = ()
    place = "region"


class Case(Row, columns=CASE_COLUMNS):
    """A criminal case."""

    __slots__ = ()
    place = "region"

    @staticmethod
    def alive(table: Table, rows: Any = ALL) -> Mask:
        """Cases that are open."""
        return np.asarray(table["stage"][rows] != CaseStage.FREE)


class Government(Row, columns=GOVERNMENT_COLUMNS):
    """The government of a region."""

    __slots__ = ()
    place = "region"

    @staticmethod
    def alive(table: Table, rows: Any = ALL) -> Mask:
        """All of them, all the time."""
        return np.ones(len(table["region"][rows]), bool)


VIEWS: dict[str, type[Row]] = {
    "migrants": Migrant,
    "traffickers": Trafficker,
    "venues": Venue,
    "offenders": Offender,
    "officials": Official,
    "agencies": Agency,
    "cases": Case,
    "facilitators": Facilitator,
    "ties": Tie,
    "governments": Government,
}

"""The tables of a run by the names that rules use, each with its columns and the file that declares them."""

from __future__ import annotations

from typing import NamedTuple

from sim.agents.agencies import AGENCY_COLUMNS
from sim.agents.cases import CASE_COLUMNS
from sim.agents.contingents import CONTINGENT_COLUMNS
from sim.agents.enterprises import ENTERPRISE_COLUMNS
from sim.agents.facilitators import FACILITATOR_COLUMNS
from sim.agents.governments import GOVERNMENT_COLUMNS
from sim.agents.households import HOUSEHOLD_COLUMNS
from sim.agents.intelligence import ITEM_COLUMNS
from sim.agents.offenders import OFFENDER_COLUMNS
from sim.agents.officials import OFFICIAL_COLUMNS
from sim.agents.people import PERSON_COLUMNS
from sim.agents.ties import TIE_COLUMNS
from sim.agents.venues import VENUE_COLUMNS
from sim.ground.table import Column
from sim.world.fields import (
    CELL_COLUMNS,
    LEG_COLUMNS,
    NODE_COLUMNS,
    PAIR_COLUMNS,
    REGION_COLUMNS,
    ROUTE_COLUMNS,
    SECTOR_COLUMNS,
    UNIT_COLUMNS,
)


class Declared(NamedTuple):
    """The columns of a table, and what one of its rows is."""

    columns: tuple[Column, ...]
    row: str
    file: str


_FIELDS = "sim/world/fields.py"
TABLES: dict[str, Declared] = {
    "people": Declared(PERSON_COLUMNS, "one person at risk of migrating or of being exploited", "sim/agents/people.py"),
    "enterprises": Declared(
        ENTERPRISE_COLUMNS, "one enterprise that moves people, open or latent", "sim/agents/enterprises.py"
    ),
    "offenders": Declared(OFFENDER_COLUMNS, "one place in an enterprise, filled or not", "sim/agents/offenders.py"),
    "facilitators": Declared(
        FACILITATOR_COLUMNS, "one facilitator of one function in one region", "sim/agents/facilitators.py"
    ),
    "ties": Declared(TIE_COLUMNS, "one working relation of an enterprise with a facilitator", "sim/agents/ties.py"),
    "venues": Declared(VENUE_COLUMNS, "one workplace or household, open or latent", "sim/agents/venues.py"),
    "agencies": Declared(AGENCY_COLUMNS, "one agency of one region", "sim/agents/agencies.py"),
    "cases": Declared(CASE_COLUMNS, "one criminal case, or room for one", "sim/agents/cases.py"),
    "officials": Declared(OFFICIAL_COLUMNS, "one post and the official who holds it", "sim/agents/officials.py"),
    "governments": Declared(GOVERNMENT_COLUMNS, "the government of one region", "sim/agents/governments.py"),
    "households": Declared(
        HOUSEHOLD_COLUMNS, "one household, where the switch households is on", "sim/agents/households.py"
    ),
    "items": Declared(ITEM_COLUMNS, "one item of intelligence, or room for one", "sim/agents/intelligence.py"),
    "contingents": Declared(
        CONTINGENT_COLUMNS, "one group of members of the mission in one region", "sim/agents/contingents.py"
    ),
    "regions": Declared(REGION_COLUMNS, "one region of the world", _FIELDS),
    "legs": Declared(LEG_COLUMNS, "one leg from a region into another", _FIELDS),
    "routes": Declared(ROUTE_COLUMNS, "one chain of legs", _FIELDS),
    "pairs": Declared(PAIR_COLUMNS, "one region with one destination that is considered there", _FIELDS),
    "cells": Declared(CELL_COLUMNS, "one sector in one region", _FIELDS),
    "sectors": Declared(SECTOR_COLUMNS, "one sector of work", _FIELDS),
    "units": Declared(UNIT_COLUMNS, "the officials of one post in one place", _FIELDS),
    "nodes": Declared(NODE_COLUMNS, "one function of facilitators in one region", _FIELDS),
}

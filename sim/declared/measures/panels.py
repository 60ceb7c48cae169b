"""What a panel shows of every region and week: the truth of a thing, and what each agency's statistics say of it.

A row is named by a metric of what is true and by whoever keeps statistics of it; ``ALL`` is all agencies together.
Whom the border guard or the immigration service recognise as exploited goes into the statistics of the police.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from sim.declared.agencies import AgencyKind

ALL = "all"
BORDER, POLICE, INSPECTORATE = "border guard", "police", "labour inspectorate"
IMMIGRATION, SERVICES, COURTS = "immigration service", "services", "courts"
# in whose statistics a person stands whom an agency of a kind meets; those that meet nobody keep none
KEEPERS: dict[AgencyKind, str] = {
    AgencyKind.BORDER_GUARD: POLICE,
    AgencyKind.POLICE: POLICE,
    AgencyKind.SPECIALISED_POLICE: POLICE,
    AgencyKind.IMMIGRATION: POLICE,
    AgencyKind.INSPECTORATE: INSPECTORATE,
    AgencyKind.SERVICES: SERVICES,
}


class Kept(Enum):
    """What statistics there are of a row."""

    NOTHING = "nothing"  # nobody records it
    ENTRIES = "entries"  # what was entered in the week, some of it late, missed or counted twice
    AS_IT_IS = "as it is"  # an agency's own doings, which it counts in the week in which it does them


class PanelRow(NamedTuple):
    """A row of a panel: ``metric`` in truth, who keeps statistics, what these are, and the metrics that they add up to.

    ``records`` are empty where the sum over regions is no metric of its own.
    """

    metric: str
    agency: str
    kept: Kept = Kept.NOTHING
    records: tuple[str, ...] = ()

    @property
    def truth(self) -> str:
        """The metric to which the truth of all regions adds up; of complaints, all are recorded."""
        return "recorded_complaints" if self.metric == "complaints" else self.metric


R = PanelRow
_MET = (POLICE, INSPECTORATE, SERVICES)


def _by_one(metric: str, agency: str, kept: Kept, records: tuple[str, ...]) -> tuple[PanelRow, PanelRow]:
    """A thing of which one agency keeps statistics: that agency's are all."""
    return R(metric, ALL, kept, records), R(metric, agency, kept, records)


PANEL: tuple[PanelRow, ...] = (
    R("exploited_people", ALL),
    R("new_exploited", ALL),
    R("encounters", ALL),
    R("encounters", POLICE),
    R("encounters", INSPECTORATE, Kept.ENTRIES, ("recorded_inspectorate",)),
    R("encounters", SERVICES),
    R("recognised", ALL),
    *(R("recognised", agency) for agency in _MET),
    R("identified", ALL, Kept.ENTRIES, ("recorded_identified",)),
    R("identified", POLICE, Kept.ENTRIES, ("recorded_police_sex", "recorded_police_other")),
    R("identified", INSPECTORATE, Kept.ENTRIES),
    R("identified", SERVICES, Kept.ENTRIES, ("recorded_services",)),
    *_by_one("misidentified_removed", IMMIGRATION, Kept.ENTRIES, ("recorded_immigration",)),
    *_by_one("deaths", BORDER, Kept.ENTRIES, ("recorded_deaths",)),
    *_by_one("interceptions", BORDER, Kept.AS_IT_IS, ("recorded_interceptions",)),
    *_by_one("removals", IMMIGRATION, Kept.AS_IT_IS, ("recorded_removals",)),
    *_by_one("complaints", INSPECTORATE, Kept.AS_IT_IS, ("recorded_complaints",)),
    *_by_one("statements", POLICE, Kept.AS_IT_IS, ("statements",)),
    *_by_one("leads", POLICE, Kept.AS_IT_IS, ("leads",)),
    *_by_one("convictions", COURTS, Kept.AS_IT_IS, ("convictions",)),
    *_by_one("convictions_exploitation", COURTS, Kept.AS_IT_IS, ("recorded_convictions",)),
)
COLUMN: dict[tuple[str, str], int] = {(row.metric, row.agency): number for number, row in enumerate(PANEL)}

# the lists on which a person can stand, and the kinds of agency whose entries they are
LISTS: dict[str, tuple[AgencyKind, ...]] = {
    "police": (AgencyKind.POLICE, AgencyKind.SPECIALISED_POLICE),
    "border_guard": (AgencyKind.BORDER_GUARD,),
    "immigration": (AgencyKind.IMMIGRATION,),
    "inspectorate": (AgencyKind.INSPECTORATE,),
    "services": (AgencyKind.SERVICES,),
}

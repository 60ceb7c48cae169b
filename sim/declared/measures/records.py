"""What authorities record of journeys, and the order in which all records stand in ``model.records``."""

from __future__ import annotations

from sim.declared.measures.metrics import Metric

M = Metric

# fmt: off
RECORD_METRICS: tuple[Metric, ...] = (
    M("recorded_interceptions", "flow", "stops/year", "stops in the border guard's statistics: stops, not people",
      ("interceptions",), tag="activity", layer="record", counterpart="interceptions",
      series=("border guard", "interceptions")),
    M("recorded_deaths", "flow", "people/year", "deaths on a journey that the authorities found", ("deaths_found",),
      tag="impact", layer="record", counterpart="deaths", series=("border guard", "deaths found")),
    M("recorded_removals", "flow", "people/year", "removals in the immigration service's statistics", ("removals",),
      tag="activity", layer="record", counterpart="removals", series=("immigration service", "removals")),
    M("recorded_visas", "flow", "visas/year", "visas in the consulates' statistics", ("visas_granted",), tag="activity",
      layer="record", series=("consulates", "visas")),
)
# fmt: on

RECORDS = (
    "recorded_interceptions",
    "recorded_deaths",
    "recorded_removals",
    "recorded_visas",
    "recorded_complaints",
    "recorded_inspectorate",
    "recorded_police_sex",
    "recorded_police_other",
    "recorded_police_women",
    "recorded_sex_share",
    "recorded_immigration",
    "recorded_services",
    "recorded_services_sex",
    "recorded_identified",
    "recorded_convictions",
)

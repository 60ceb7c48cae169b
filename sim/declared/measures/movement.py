"""Metrics of ways to move that policies open, close or tie."""

from __future__ import annotations

from sim.declared.measures.metrics import Metric

M = Metric

# fmt: off
MOVEMENT_METRICS: tuple[Metric, ...] = (
    M("moved_freely", "flow", "people/year", "people who left under free movement", ("moved_freely",),
      label="Left under free movement"),
    M("tied_arrivals", "flow", "people/year", "people who arrived on a visa tied to an employer", ("arrivals_tied",),
      label="Arrived on a visa tied to an employer"),
    M("tied_lost", "flow", "people/year", "people who lost their status with their job", ("tied_lost",), tag="impact",
      label="Lost their status with their job"),
    M("visa_backlog", "stock", "people", "applications that consulates have not come to", ("visa_backlog",),
      label="Applications that wait for consulates"),
    M("women_regular_share", "ratio", "share", "women among people who left with a visa", ("departures_women_regular",),
      ("departures_regular",)),
    M("carrier_refusals", "flow", "people/year", "passengers whom carriers refused", ("carrier_refusals",),
      tag="activity"),
    M("carrier_refused_need", "flow", "people/year", "people in need of protection whom carriers refused",
      ("carrier_refused_need",), tag="impact", label="In need of protection, refused by carriers"),
    M("carrier_refused_visa", "flow", "people/year", "people with a visa whom carriers refused, and who lose a week",
      ("carrier_refused_visa",), tag="impact", label="With a visa, refused by carriers"),
    M("pushbacks", "flow", "people/year", "people sent back without being heard", ("pushbacks",), tag="activity",
      label="Sent back without being heard"),
    M("pushback_deaths", "flow", "people/year", "people who died when they were sent back", ("pushback_deaths",),
      tag="impact", label="Deaths when sent back"),
)
# fmt: on

"""Metrics of final demand: what buyers want, where with a licence, and for whom."""

from __future__ import annotations

from functools import partial

from sim.declared.measures.metrics import EXPLOITATION, MORE, Metric

M = partial(Metric, topic=EXPLOITATION)

# fmt: off
DEMAND_METRICS: tuple[Metric, ...] = (
    M("demand", "stock", "people", "people whose work buyers pay for", ("demand",),
      label="People whose work buyers pay for"),
    M("people_in_commercial_sex", "stock", "people", "people at work in commercial sex, on whatever terms",
      ("workers_sex",), label="People in commercial sex"),
    M("coerced_share_sex", "ratio", "share", "exploited people among people at work in commercial sex",
      ("exploited_sex",), ("workers_sex",), label="Exploited among people in commercial sex",
      worsens=MORE),
    M("licensed_share", "ratio", "share", "demand that goes to licensed places", ("demand_licensed",), ("demand",),
      short="with a licence"),
    M("mission_share", "ratio", "share", "demand that comes from a mission", ("demand_mission",), ("demand",),
      short="a mission"),
    M("next_door_share", "ratio", "share", "demand of buyers who stay away from what is nearer", ("demand_next_door",),
      ("demand",), short="buyers from next door"),
    M("audited_share", "ratio", "share", "slots at places that buyers audit", ("slots_audited",), ("slots",)),
    M("controlled_unaudited", "ratio", "ratio", "controlled people for each slot at places that nobody audits",
      ("controlled",), ("slots_unaudited",)),
)
# fmt: on

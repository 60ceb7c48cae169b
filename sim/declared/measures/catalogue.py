"""The metrics that a run reports, made from the counters that the phases write."""

from __future__ import annotations

from sim.declared.measures.corruption import CORRUPTION_METRICS
from sim.declared.measures.demand import DEMAND_METRICS
from sim.declared.measures.exploitation import EXPLOITATION_METRICS
from sim.declared.measures.journeys import JOURNEY_METRICS
from sim.declared.measures.justice import JUSTICE_METRICS
from sim.declared.measures.metrics import Metric
from sim.declared.measures.movement import MOVEMENT_METRICS
from sim.declared.measures.networks import NETWORK_METRICS
from sim.declared.measures.persons import PERSON_METRICS
from sim.declared.measures.records import RECORD_METRICS, RECORDS
from sim.declared.measures.shocks import SHOCK_METRICS

METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        *JOURNEY_METRICS,
        *EXPLOITATION_METRICS,
        *JUSTICE_METRICS,
        *CORRUPTION_METRICS,
        *NETWORK_METRICS,
        *DEMAND_METRICS,
        *MOVEMENT_METRICS,
        *PERSON_METRICS,
        *SHOCK_METRICS,
        *RECORD_METRICS,
    )
}

# agency and series of each recorded metric: the columns of ``model.records``
RECORD_SERIES: dict[str, tuple[str, str]] = {name: METRICS[name].series for name in RECORDS}

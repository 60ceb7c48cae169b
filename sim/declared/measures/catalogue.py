"""The metrics that a run reports, made from the counters that the phases write, and what is noted of each person."""

from __future__ import annotations

from enum import IntEnum

from sim.declared.measures.corruption import CORRUPTION_METRICS
from sim.declared.measures.demand import DEMAND_METRICS
from sim.declared.measures.exploitation import EXPLOITATION_METRICS
from sim.declared.measures.journeys import JOURNEY_METRICS
from sim.declared.measures.justice import JUSTICE_METRICS
from sim.declared.measures.metrics import Metric
from sim.declared.measures.movement import MOVEMENT_METRICS
from sim.declared.measures.networks import NETWORK_METRICS
from sim.declared.measures.records import RECORD_METRICS, RECORDS

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
        *RECORD_METRICS,
    )
}

# agency and series of each recorded metric: the columns of ``model.records``
RECORD_SERIES: dict[str, tuple[str, str]] = {name: METRICS[name].series for name in RECORDS}


# Two bytes per person and generation: what happened to them since week 0 (policies start). Bits are joined between
# twins afterwards, so that two arms never need to share a process.
class Path(IntEnum):
    """Bits of what happened to a person."""

    LEFT = 1
    ARRIVED_REGULAR = 2
    ARRIVED_IRREGULAR = 4
    STOPPED = 8
    REMOVED = 16
    DIED = 32
    IN_NEED = 64
    SAFE = 128
    EXPLOITED = 256
    IDENTIFIED = 512
    REMOVED_UNRECOGNISED = 1024
    FEMALE = 2048
    MINOR = 4096  # under eighteen when the person entered the age at risk
    WITH_STATUS = 8192  # lived abroad with status when policies could first start
    WITHOUT_STATUS = 16384

"""The metrics that a run reports, made from the counters that the phases write."""

from __future__ import annotations

from sim.declared.measures.contracts import CONTRACT_METRICS
from sim.declared.measures.corruption import CORRUPTION_METRICS
from sim.declared.measures.deals import DEAL_METRICS
from sim.declared.measures.demand import DEMAND_METRICS
from sim.declared.measures.exploitation import EXPLOITATION_METRICS
from sim.declared.measures.families import FAMILY_METRICS
from sim.declared.measures.intelligence import INTELLIGENCE_METRICS
from sim.declared.measures.journeys import JOURNEY_METRICS
from sim.declared.measures.justice import JUSTICE_METRICS
from sim.declared.measures.metrics import Metric
from sim.declared.measures.missions import MISSION_METRICS
from sim.declared.measures.money import MONEY_METRICS
from sim.declared.measures.movement import MOVEMENT_METRICS
from sim.declared.measures.networks import NETWORK_METRICS
from sim.declared.measures.persons import PERSON_METRICS
from sim.declared.measures.records import RECORD_METRICS, RECORDS
from sim.declared.measures.referral import REFERRAL_METRICS
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
        *MONEY_METRICS,
        *REFERRAL_METRICS,
        *FAMILY_METRICS,
        *CONTRACT_METRICS,
        *INTELLIGENCE_METRICS,
        *MISSION_METRICS,
        *PERSON_METRICS,
        *SHOCK_METRICS,
        *RECORD_METRICS,
        *DEAL_METRICS,
    )
}

# agency and series of each recorded metric: the columns of ``model.records``
RECORD_SERIES: dict[str, tuple[str, str]] = {name: METRICS[name].series for name in RECORDS}

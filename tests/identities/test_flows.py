"""What maps, comparisons and pages add up by leg, pair and cell equals the metric of the same meaning."""

import numpy as np
import pytest

from sim.declared.measures.catalogue import METRICS
from sim.declared.measures.exploitation import WAYS_OUT
from sim.declared.measures.metrics import over_period
from sim.ledger.counters import COUNTER_INDEX
from sim.rules.control.ways_out import Exit

# the name of a flow and of the metric that it must sum to
FLOWS = {
    "departures": "departures",
    "irregular_departures": "irregular_departures",
    "provider_departures": "provider_departures",
    "arrivals": "arrivals",
    "stops": "interceptions",
    "identified_by_region": "identified",
}


@pytest.fixture(scope="module", params=[0, 60], ids=["no burn-in", "burn-in"])
def finished(request, tools, corridor):
    settings = {"people.size": 4000, "time.years": 1.5, "time.burn_in_weeks": request.param, "protection.places": 50.0}
    return tools.run(corridor.replace(settings))


def metric(week, name):
    return over_period(METRICS[name], week.counters[week.burn_in :], COUNTER_INDEX)


def test_flows_by_leg_and_pair_equal_the_metrics(finished):
    flows = finished.legs_used() | finished.exploitation()
    for flow, name in FLOWS.items():
        assert flows[flow].sum() == pytest.approx(metric(finished, name)), flow
    for flow in ("departures", "arrivals", "stops"):
        assert flows[flow].sum() > 0, flow
    begun = np.nansum(finished.counters[finished.burn_in :, COUNTER_INDEX["crossings"]])
    assert flows["crossings"].sum() == pytest.approx(52 * begun / (len(finished.counters) - finished.burn_in))
    hidden = metric(finished, "stopped_per_crossing") * flows["crossings"].sum()
    assert 0 < hidden < flows["stops"].sum()  # others are stopped on papers
    regular = flows["departures"].sum() - flows["irregular_departures"].sum()
    assert regular == pytest.approx(metric(finished, "regular_departures"))


def test_cells_of_exploitation_equal_the_metrics(finished):
    flows = finished.exploitation()
    at_work = metric(finished, "exploitation_weeks") - 52 * metric(finished, "held_travelling")
    assert flows["exploited_cells"].sum() == pytest.approx(at_work)
    assert at_work > 0
    cells = flows["exploited_cells"].reshape(len(finished.world.regions.name), -1, 5, 2, 2)
    assert cells[..., 0].sum() == pytest.approx(52 * metric(finished, "internal_exploited"))
    exploited = metric(finished, "exploited_people") * 52
    for k, name in enumerate(("debt_share", "papers_share", "threat_share", "confinement_share", "violence_share")):
        assert cells[:, :, k].sum() == pytest.approx(metric(finished, name) * exploited), name
    sex = cells[:, finished.world.sectors.commercial_sex > 0].sum()
    assert sex == pytest.approx(metric(finished, "sex_share") * exploited)


def test_ways_out_equal_the_metrics(finished):
    exits = finished.exploitation()["exits_by_cause"]
    for name in WAYS_OUT:
        assert exits[Exit[name.upper()]] == pytest.approx(metric(finished, f"left_by_{name}")), name
    assert exits.sum() > 0


def test_who_works_with_whom_equals_the_last_week(finished):
    found = finished.who_works_with_whom()
    last = finished.counters[finished.done - 1]
    forms = ("flux", "broker", "chain", "mesh", "hub")
    assert np.array_equal(found["enterprises_by_form"], [last[COUNTER_INDEX[f"form_{form}"]] for form in forms])
    assert found["ties_by_form"].sum() == last[COUNTER_INDEX["ties"]]

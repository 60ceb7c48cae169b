"""Numbers that stand in tables move what they are for, in a corridor where much happens to people and offenders."""

import numpy as np
import pytest

from sim.agents.people import Offer
from sim.ledger.counters import COUNTER_INDEX
from sim.scenario.scenario import Scenario

SETTINGS = ["world=corridor", "people.size=24000", "time.years=2", "time.burn_in_weeks=52"]
# control pays, and whoever is controlled is seen
OFTEN = {
    "work.predatory_share": 0.3,
    "justice.penalty_exploitation": 0.0,
    "enforcement.employer_penalty": 0.0,
    "exit.neighbour": 0.3,
    "exit.health": 0.3,
    "protection.hotline": 0.1,
    "police.border_case": 1.0,
}
MORE, LESS = 1, -1
# a parameter, another value of it, and the counter that must then be larger or smaller by a seventh at least
EFFECTS = {
    # courts
    "justice.severity_smuggling": (1.0, "sentence_years", MORE),
    "justice.odds_exploitation_base": (0.0, "convicted_exploitation", MORE),
    "justice.odds_smuggling_movement": (-5.0, "convicted_smuggling", LESS),
    "justice.effort_exploitation": (1.0, "charged_exploitation", LESS),
    # who is arrested
    "police.exposure_organiser": (1.0, "arrests_high", MORE),
    # ways out
    "exit.neighbours_open": (0.0, "exit_neighbour", LESS),
    "exit.police_open": (0.0, "exit_raid", LESS),
    "exit.call_papers": (0.0, "exit_hotline", LESS),
    "exit.care_threat": (5.0, "exploited_threat", LESS),  # controllers take what shows less
    # agencies
    "agency.staff_share_court": (0.0, "trials", LESS),
    "agency.knowledge_services": (0.2, "recognised", LESS),
    # partners
    "facilitator.capacity_transport": (0.3, "clients_lost", MORE),
    "facilitator.price_documents": (1000.0, "partner_costs", MORE),
    "network.wanted_flux": (3, "ties", MORE),
    "network.weight_flux_loner": (0.0, "form_flux", LESS),
    "network.need_transport_cell": (0.0, "partner_costs", LESS),
    # enterprises, officials, recruiters
    "smuggling.members_loner": (4, "enterprise_size", MORE),
    "official.share_border": (0.9, "line_border", MORE),
    # labels
    "labels.unpaid": (0.2, "exploited", LESS),
}


def total(week, name):
    return float(np.nansum(week.counters[52:, COUNTER_INDEX[name]]))


@pytest.fixture(scope="module")
def lively(tools):
    return tools.lively(Scenario.compose(SETTINGS)).replace(OFTEN)


@pytest.fixture(scope="module")
def baseline(lively, tools):
    return tools.run(lively)


@pytest.mark.slow
@pytest.mark.parametrize("parameter", EFFECTS)
def test_a_number_of_a_table_moves_what_it_is_for(parameter, lively, baseline, tools):
    value, counter, direction = EFFECTS[parameter]
    moved = lively.replace({parameter: value})
    before, after = total(baseline, counter), total(tools.run(moved), counter)
    if parameter == "police.exposure_organiser":  # few of high rank are arrested where they are within reach
        large = tools.lively(Scenario.compose([*SETTINGS, "people.size=60000"]))
        moved = large.replace({parameter: value})
        before, after = (sum(total(tools.run(one, seed), counter) for seed in (1, 2, 3)) for one in (large, moved))
    assert before > 0
    assert direction * (after - before) > before / 7


@pytest.mark.slow
def test_recruiters_promise_up_to_the_most_that_they_consider(lively, tools):
    """By how much more offers that overstate are taken is no more than their number lets tell."""

    def overstated(scenario):
        promised = []
        for seed in (1, 2, 3):
            people = tools.run(scenario, seed).migrants
            held = (people["offer"] == Offer.DECEPTIVE) & (people["here"] == people["home"])
            promised += (people["promised"][held] / people["ability"][held]).tolist()
        assert len(promised) > 60
        return float(np.median(promised))

    assert overstated(lively.replace({"recruit.promise_third": 5.0})) > 1.5 * overstated(lively)


def test_nobody_is_left_with_heavy_symptoms_where_none_have_any(lively, baseline, tools):
    """Who is exploited may be left with them, by the shares of the table."""
    none = tools.run(lively.replace({"telling.symptom_share_first": 0.0}))
    assert (baseline.migrants["heavy"] > 0).any()
    assert not (none.migrants["heavy"] > 0).any()

"""The stored runs reach nearly every event, so that a change of nearly every rule would be seen in them."""

from __future__ import annotations

import pytest

from experiments import golden
from sim.ledger.counters import COUNTERS

OUT_OF_REACH = {  # what is too rare for runs of this size, or is asked for by no policy of a case
    "claims_reported",
    "false_told",
    "leads_lost",
    "policy_cost",
    "retained_passes",
    "retainers_lost",
    "revenge",
    "split_parts",
    "splits",
    "threats_bought",
}

# what moves only under policies, shocks or worlds that no case has; tests of their rules, levers and policies move them
ELSEWHERE = {
    "appeals",
    "appeals_won",
    "bribes_transit_sum",
    "cases_fallen",
    "children_taken_for_adults",
    "children_without_place",
    "civil_claims",
    "civil_damages",
    "closed_turned_back",
    "closed_waits",
    "closed_went_round",
    "compound_ransoms",
    "compound_ransoms_sum",
    "decided_yes_false",
    "exploited_exported",
    "fell_into_need",
    "forced_crime_punished",
    "intel_lost",
    "intel_void",
    "mission_scandals",
    "mission_tried_there",
    "money_front",
    "money_laundered",
    "need_ended",
    "paper_found",
    "prepared_returns",
    "recanting_punished",
    "remittances_lost_death",
    "returns_dropped",
    "threats_families",
    "threats_violence",
    "waiting_for_return",
}


@pytest.mark.slow
def test_nearly_every_counter_moves_in_some_case() -> None:
    _, _, stored = golden.stored()
    zero = golden.digest_of_nothing(next(iter(golden.cases()))[1])
    still = {
        counter.name
        for counter in COUNTERS
        if all(digests[f"counter {counter.name}"] == zero for digests in stored.values())
    }
    assert still == OUT_OF_REACH | ELSEWHERE

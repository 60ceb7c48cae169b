"""The stored runs reach nearly every event, so that a change of nearly every rule would be seen in them."""

from __future__ import annotations

import pytest

from experiments import golden
from sim.ledger.counters import COUNTERS

OUT_OF_REACH = {  # what is too rare for runs of this size, or is asked for by no policy of a case
    "charged_documents",
    "claims_reported",
    "false_told",
    "leads_lost",
    "passed_without_consent",
    "policy_cost",
    "pushback_deaths",
    "retained_passes",
    "retainers_lost",
    "revenge",
    "split_parts",
    "splits",
    "threats_bought",
    "tried_documents",
    "upheld_documents",
    "visa_backlog",
}

# what moves only under policies, shocks or worlds that no case has; tests of their rules, levers and policies move them
ELSEWHERE = {
    "adults_taken_for_children",
    "appeals",
    "appeals_won",
    "bribes_transit_sum",
    "care_from_assets",
    "care_left_at_eighteen",
    "cases_fallen",
    "children_in_care",
    "children_kept_safe",
    "children_not_removed",
    "children_registered",
    "children_taken_for_adults",
    "children_without_place",
    "civil_claims",
    "civil_damages",
    "closed_turned_back",
    "closed_waits",
    "closed_went_round",
    "compound_ransoms",
    "compound_ransoms_sum",
    "consent_kept",
    "contract_employer_paid",
    "decided_yes_false",
    "dispersed",
    "exploited_exported",
    "facilitator_assets",
    "family_support",
    "fell_into_need",
    "forced_crime_punished",
    "found_by_consul",
    "guardians",
    "intel_exposed",
    "intel_false_found",
    "intel_leaked",
    "intel_lost",
    "intel_stopped",
    "intel_void",
    "kept_tied_status",
    "leads_online",
    "mission_buying",
    "mission_convicted",
    "mission_fear",
    "mission_files_lost",
    "mission_incidents",
    "mission_left",
    "mission_members",
    "mission_recorded",
    "mission_reported",
    "mission_reporters_punished",
    "mission_scandals",
    "mission_sent_home",
    "mission_tolerance",
    "mission_trained",
    "mission_tried_at_home",
    "mission_tried_there",
    "mission_unanswered",
    "mission_withheld",
    "money_front",
    "money_laundered",
    "need_ended",
    "offers_taken_down",
    "paper_found",
    "prepared_returns",
    "procedures_followed",
    "ransoms_sum",
    "recanting_punished",
    "remittances_lost_death",
    "returns_asked",
    "returns_dropped",
    "returns_lost",
    "returns_refused",
    "returns_refused_full",
    "rights_breached",
    "slots_paper",
    "stayed_for_safety",
    "threats_families",
    "threats_violence",
    "trained",
    "transit_armed_sum",
    "transit_asked",
    "transit_held",
    "transit_paid",
    "transit_sold",
    "waiting_for_return",
}


@pytest.mark.slow
def test_nearly_every_counter_moves_in_some_case() -> None:
    _, stored = golden.stored()
    zero = golden.digest_of_nothing(next(iter(golden.cases()))[1])
    still = {
        counter.name
        for counter in COUNTERS
        if all(digests[f"counter {counter.name}"] == zero for digests in stored.values())
    }
    assert still == OUT_OF_REACH | ELSEWHERE

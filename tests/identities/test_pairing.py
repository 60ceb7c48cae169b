"""Twins: an inert policy changes nothing, a real one does; threads and event logs never change a result."""

import os
import subprocess
import sys
from functools import cache

import numpy as np
import pytest

from sim.ground.shipped import configs_dir
from sim.ledger.counters import COUNTER_INDEX
from sim.scenario.scenario import Scenario
from tests.behaviour.off_as_declared import CONTRACTS, MONEY, PRESSED
from tests.samples import one_in

POLICIES = sorted(path.stem for path in (configs_dir() / "policy").glob("*.yaml"))
SMALL = ["world=corridor", "people.size=5000", "time.years=1.5", "time.burn_in_weeks=26"]

# the first thing that each policy must move, and in which direction (0: of a sign that is not for us to say)
PROMISES = {
    "agency_authority": ("recognised", +1),
    "agency_bundle": ("recognised", +1),
    "agency_goodwill": ("recognised", +1),
    "agency_training": ("recognised", +1),
    "alternatives_to_crime": ("contracts", -1),
    "anti_xenophobia": ("recognised", +1),
    "awareness_fear": ("departures_provider", 0),
    "awareness_safe_migration": ("visas_brokered", -1),
    "border_screening": ("need_stopped", -1),
    "boycott_and_disclosure": ("demand", 0),
    "broader_offence": ("recognised", +1),
    "campaign_with_law": ("demand", -1),
    "carrier_sanctions": ("carrier_refusals", +1),
    "child_care_places": ("children_in_care", +1),
    "child_protection": ("children_met", +1),
    "child_registration": ("children_registered", +1),
    "client_reporting": ("client_tips", +1),
    "community_engagement": ("exit_neighbour", +1),
    "community_policing": ("exit_neighbour", +1),
    "compensation_fund": ("compensation", +1),
    "consular_staff_cuts": ("visa_backlog", +1),
    "consumer_campaign": ("demand", -1),
    "contract_corridors": ("back_pay", +1),
    "count_targets": ("case_weeks", -1),
    "court_capacity": ("trials", +1),
    "danger_publicity": ("departures_provider", 0),
    "demand_criminalisation": ("demand", -1),
    "deportation_drive": ("removals", +1),
    "development_aid": ("savers", 0),
    "disruption": ("disruptions", +1),
    "document_security": ("arrivals_papers", -1),
    "early_deposition": ("depositions", +1),
    "employer_sanctions": ("penalties", +1),
    "external_inspection": ("officials_caught", +1),
    "extradition": ("extradited", +1),
    "family_support": ("family_support", +1),
    "faster_mutual_assistance": ("joint_cases", +1),
    "faster_returns": ("stock_detained", -1),
    "financial_investigation": ("financial_weeks", +1),
    "firewall_and_back_pay": ("misidentified_removed", -1),
    "free_movement_area": ("moved_freely", +1),
    "guardianship": ("guardians", +1),
    "higher_penalties": ("controlled", 0),
    "informal_work_covered": ("exit_inspection", +1),
    "information_centres": ("believed_visa_chance", -1),
    "integrity_package": ("officials_selling", -1),
    "intelligence_as_evidence": ("intel_exposed", +1),
    "intelligence_cells": ("intel_officers", +1),
    "intelligence_club": ("intel_to_states", 0),
    "intelligence_collection_alone": ("intel_items", +1),
    "intelligence_fusion": ("intel_to_police", +1),
    "intelligence_led_policing": ("intel_to_police", +1),
    "intelligence_oversight": ("intel_cases", 0),
    "intelligence_sharing": ("intel_to_states", +1),
    "joint_operations": ("joint_cases", +1),
    "labour_inspection": ("exit_inspection", +1),
    "legalise_and_license": ("demand_licensed", +1),
    "licensed_safe_harbour": ("demand_licensed", +1),
    "marginal_deterrence": ("controlled", 0),
    "media_and_whistleblowers": ("officials_caught", +1),
    "mission": ("demand_mission", +1),
    "mission_command": ("mission_tolerance", -1),
    "mission_contractors": ("mission_left", 0),
    "mission_courts_on_site": ("mission_convicted", +1),
    "mission_curfew": ("mission_incidents", -1),
    "mission_handover": ("mission_files_lost", -1),
    "mission_local_police": ("interceptions", 0),
    "mission_permissive": ("mission_tolerance", +1),
    "mission_rating_by_cases": ("mission_recorded", -1),
    "mission_rating_by_effort": ("mission_incidents", -1),
    "mission_refusal": ("mission_members", -1),
    "mission_repatriation": ("mission_sent_home", +1),
    "mission_training": ("mission_trained", +1),
    "mission_training_once": ("mission_trained", +1),
    "mission_waiver": ("mission_members", -1),
    "mission_whistleblowers": ("mission_reported", +1),
    "mission_zero_tolerance": ("demand_mission", -1),
    "national_referral": ("not_referred", -1),
    "needs_first_care": ("told", 0),
    "network_and_market_bundle": ("arrests_facilitators", +1),
    "node_targeting_bridge": ("arrests_facilitators", +1),
    "node_targeting_broker": ("arrests_facilitators", +1),
    "node_targeting_connected": ("arrests_facilitators", +1),
    "node_targeting_leader": ("beheaded", +1),
    "node_targeting_random": ("arrests_facilitators", +1),
    "node_targeting_scarcest": ("arrests_facilitators", +1),
    "non_punishment": ("told", 0),
    "official_monitoring": ("officials_selling", -1),
    "official_pay": ("officials_selling", -1),
    "official_rotation": ("officials_selling", -1),
    "outreach_and_hotline": ("exit_outreach", +1),
    "planned_investigations": ("charged", 0),
    "prevention_protection_prosecution_bundle": ("recognised", +1),
    "proactive_policing": ("leads_proactive", +1),
    "public_awareness": ("exit_neighbour", +1),
    "pushbacks": ("pushbacks", +1),
    "raids": ("exit_raid", +1),
    "recruiter_licensing": ("offers_deceptive", -1),
    "reflection_period": ("stock_protected", +1),
    "reflection_period_conditional": ("stock_protected", +1),
    "regular_channels": ("visas_granted", +1),
    "regularisation": ("regularised", +1),
    "reintegration": ("reintegrated", +1),
    "residence_permits": ("permits", +1),
    "return_screening": ("identified_on_return", +1),
    "rights_information": ("told", 0),
    "risk_based_borders": ("interceptions", 0),
    "sealed_border": ("interceptions", +1),
    "search_and_rescue": ("deaths", -1),
    "seller_criminalisation": ("workers_sex", 0),
    "simplified_procedures": ("visas_brokered", -1),
    "source_protection": ("intel_to_police", -1),
    "specialised_units": ("leads_proactive", +1),
    "strategic_priorities": ("intel_false_found", +1),
    "supply_chain_audit": ("slots_audited", +1),
    "tied_visas": ("arrivals_tied", +1),
    "tighter_borders": ("interceptions", +1),
    "transnational_referral": ("returned_safely", +1),
    "travel_limits_women": ("departures_women_regular", -1),
    "unconditional_protection": ("removed_silent", -1),
    "visa_restriction": ("visas_granted", -1),
    "visa_sale_and_controls": ("visas_granted", +1),
    "visa_transparency": ("bribes_papers", -1),
    "watch_before_arrest": ("intel_cases", -1),
    "witness_and_family_protection": ("recanted", -1),
    "witness_only_protection": ("permits", -1),
    # recognition, decisions and referral: each where its mechanism is on
    "careful_interviews": ("missed_interview", -1),
    "cascade_training": ("trained", +1),
    "consent_and_monitoring": ("consent_kept", +1),
    "consular_visits": ("found_by_consul", +1),
    "joint_decisions": ("decided_no", -1),
    "prepared_returns": ("prepared_returns", +1),
    "quick_decisions": ("waiting_for_decision", -1),
    "referral_guidelines": ("procedures_followed", +1),
    "secure_shelter": ("shelter_found", -1),
    "trust_building": ("trust_abroad", +1),
    # money, threats, contracts, audits, offers online and deals: each where its mechanism is on
    "accounts_of_officials": ("officials_caught", +1),
    "announced_regularisation": ("regularised", +1),
    "assets_of_facilitators": ("facilitator_assets", +1),
    "checks_on_transfers": ("money_bank", -1),
    "due_diligence_liability": ("slots_audited", +1),
    "due_diligence_on_paper": ("slots_paper", +1),
    "employer_pays": ("contract_employer_paid", +1),
    "externalisation_deal": ("transit_held", +1),
    "fair_recruitment": ("contract_employer_paid", +1),
    "families_protected_at_home": ("recanted", -1),
    "fee_cap": ("contract_fee_sum", -1),
    "hidden_witnesses": ("threats_known", -1),
    "mobile_tied_visas": ("kept_tied_status", +1),
    "money_from_end_to_end": ("financial_weeks", +1),
    "online_policing": ("offers_taken_down", +1),
}
# intelligence of which there is enough, and a mission of which the inside is simulated
INFORMED = {"mechanisms.intelligence": "on", "people.size": 12_000, "agency.staff": 20.0, "intel.mistaken": 0.4}
INSIDE = {"mechanisms.mission_inside": "on", "mission.size": 50.0, "mission.incidents": 1.0}
BY_SWITCH = {
    **dict.fromkeys(
        (
            "intelligence_as_evidence",
            "intelligence_cells",
            "intelligence_club",
            "intelligence_collection_alone",
            "intelligence_fusion",
            "intelligence_led_policing",
            "intelligence_oversight",
            "intelligence_sharing",
            "planned_investigations",
            "risk_based_borders",
            "source_protection",
            "strategic_priorities",
            "watch_before_arrest",
        ),
        INFORMED,
    ),
    **dict.fromkeys(
        [name for name in PROMISES if name.startswith("mission_") and name != "mission_zero_tolerance"], INSIDE
    ),
}
# where it shows in a few thousand people: settings on top of the lively ones
UNDETERRED = {"justice.penalty_exploitation": 0.0, "enforcement.employer_penalty": 0.0}
SHOWN_IN: dict[str, dict[str, float | str]] = {
    **{
        policy: {"people.size": 30_000, "mechanisms.recognition": "on"}
        for policy in ("careful_interviews", "cascade_training")
    },
    "quick_decisions": {"people.size": 30_000, "mechanisms.conclusive_decisions": "on"},
    "joint_decisions": {
        "people.size": 30_000,
        "mechanisms.conclusive_decisions": "on",
        "protection.decisions": 1000.0,
        "decision.base": 0.1,
    },
    **{
        policy: {"people.size": 30_000, "mechanisms.institutional_trust": "on"}
        for policy in ("prepared_returns", "referral_guidelines", "trust_building")
    },
    "consent_and_monitoring": {
        "people.size": 30_000,
        "mechanisms.institutional_trust": "on",
        "coop.sharing": 1.0,
        "referral.consents": 0.0,
    },
    "assets_of_facilitators": {"people.size": 40_000, "police.node_random": 1.0},
    "checks_on_transfers": MONEY | {"people.size": 12_000},
    **{
        policy: {"people.size": 12_000, "mechanisms.paper_compliance": "on"}
        for policy in ("due_diligence_liability", "due_diligence_on_paper")
    },
    **{
        policy: CONTRACTS | {"people.size": 12_000}
        for policy in ("employer_pays", "fair_recruitment", "fee_cap", "mobile_tied_visas")
    },
    # where more witnesses are afraid, and for longer
    "families_protected_at_home": {
        "people.size": 60_000,
        "telling.rate": 0.2,
        "justice.recant": 0.3,
        "justice.trial_weeks": 40.0,
    },
    "hidden_witnesses": PRESSED | {"people.size": 30_000},
    "online_policing": {"people.size": 12_000, "mechanisms.online_recruitment": "on"},
    "consular_visits": {"people.size": 30_000},
    "secure_shelter": {"people.size": 30_000, "mechanisms.insecure_shelter": "on", "shelter.found": 5.0},
    **BY_SWITCH,
    "agency_authority": {"people.size": 60_000, **UNDETERRED},
    "agency_training": {"people.size": 30_000},
    "anti_xenophobia": {"people.size": 30_000},
    "broader_offence": {"people.size": 12_000, "agency.mandate": 0.2},
    "client_reporting": {"people.size": 60_000, "exit.client_tip": 0.5, **UNDETERRED},
    "community_engagement": {"people.size": 12_000, "exit.neighbour": 1.0, "justice.penalty_exploitation": 0.0},
    "community_policing": {"people.size": 12_000, "exit.neighbour": 3.0, "justice.penalty_exploitation": 0.0},
    "compensation_fund": {"people.size": 60_000},
    "court_capacity": {"people.size": 30_000, "agency.meetings": 0.5},
    "family_support": {"mechanisms.households": "on"},
    "faster_returns": {"people.size": 30_000, "enforcement.inspection": 0.3, "enforcement.firewall": 0.0},
    "firewall_and_back_pay": {"people.size": 30_000},
    "informal_work_covered": {"people.size": 30_000, **UNDETERRED},
    "labour_inspection": {"people.size": 30_000, **UNDETERRED},
    "raids": {"people.size": 30_000, **UNDETERRED},
    "national_referral": {"people.size": 30_000},
    "outreach_and_hotline": {"people.size": 30_000, "protection.outreach": 0.02},
    "public_awareness": {"people.size": 12_000, "exit.neighbour": 3.0, "justice.penalty_exploitation": 0.0},
    "contract_corridors": {"people.size": 60_000, "work.predatory_share": 0.25, **UNDETERRED},
    "proactive_policing": {"people.size": 30_000},
    "recruiter_licensing": {"people.size": 12_000, "work.predatory_share": 0.25},
    "specialised_units": {"people.size": 40_000, "work.predatory_share": 0.25, "justice.penalty_exploitation": 0.0},
    "search_and_rescue": {"people.size": 30_000},
    "transnational_referral": {"people.size": 30_000},
    "unconditional_protection": {"people.size": 30_000},
}


# there is nothing to restrain where there is no mission; few officials turn in a small place in a year
BESIDE = {
    "mission_zero_tolerance": ["mission.size=50"],
    "alternatives_to_crime": ["people.size=20000", "time.years=2"],
    "accounts_of_officials": ["people.size=40000", "time.years=3", "official.captured_start=0.8"],
    "external_inspection": ["people.size=40000", "time.years=3", "official.captured_start=0.8"],
    "media_and_whistleblowers": ["people.size=40000", "time.years=4", "official.captured_start=0.8"],
    "official_monitoring": ["people.size=40000", "time.years=5", "official.captured_start=0.8"],
    "official_pay": ["people.size=20000", "time.years=2", "official.captured_start=0.8"],
    "official_rotation": ["people.size=40000", "time.years=3", "official.captured_start=0.8"],
    "visa_transparency": ["people.size=40000", "time.years=4", "official.captured_start=0.8"],
}


@pytest.fixture(scope="module")
def baseline(tools):
    return tools.run(Scenario.compose(SMALL))


def test_dose_zero_of_every_policy_is_the_baseline_bit_for_bit(baseline, tools):
    twin = tools.run(Scenario.compose([*SMALL, f"policy=[{','.join(POLICIES)}]", "policy.dose=0"]))
    assert len(twin.scenario.policies) == len(POLICIES)
    assert tools.fingerprint(twin) == tools.fingerprint(baseline)
    assert twin.counters.tobytes() == baseline.counters.tobytes()


def test_no_policy_without_a_promise():
    assert set(PROMISES) == set(POLICIES) - {"none"}


@cache
def beside_baseline(words, tools):
    """The run without a policy under one of the settings of ``BESIDE``, done once."""
    return tools.run(Scenario.compose([*SMALL, *words]))


@cache
def shown_baseline(changes, tools):
    """The run without a policy in one of the settings of ``SHOWN_IN``, done once."""
    return tools.run(tools.lively(Scenario.compose(SMALL)).replace(dict(changes)))


@pytest.mark.parametrize("policy", one_in(12, sorted(PROMISES)))
def test_a_policy_does_what_it_is_for_and_only_after_it_starts(policy, baseline, tools):
    if policy in SHOWN_IN:
        twin = tools.run(tools.lively(Scenario.compose([*SMALL, f"policy={policy}"])).replace(SHOWN_IN[policy]))
        baseline = shown_baseline(tuple(SHOWN_IN[policy].items()), tools)
    elif tools.about_justice(policy):
        # few of a few thousand people are ever taken in: here nearly everyone whom an agency meets is
        scenario = tools.lively(Scenario.compose([*SMALL, "people.size=12000", f"policy={policy}"]))
        twin, baseline = tools.run(scenario), tools.lively_baseline(SMALL)
    else:
        words = BESIDE.get(policy, [])
        twin = tools.run(Scenario.compose([*SMALL, *words, f"policy={policy}"]))
        if words:
            baseline = beside_baseline(tuple(words), tools)
    assert tools.alike(twin, baseline, 26)
    assert not np.array_equal(twin.counters[26:], baseline.counters[26:], equal_nan=True)
    counter, direction = PROMISES[policy]
    before, after = (float(np.nansum(week.counters[26:, COUNTER_INDEX[counter]])) for week in (baseline, twin))
    assert direction * (after - before) > 0 or direction == 0, (counter, before, after)


def test_another_seed_is_another_run(baseline, tools):
    assert tools.fingerprint(tools.run(Scenario.compose(SMALL), seed=2)) != tools.fingerprint(baseline)


def test_keeping_events_changes_nothing(baseline, tools):
    kept = tools.run(Scenario.compose([*SMALL, "events=true", "checks=true"]))
    assert tools.fingerprint(kept) == tools.fingerprint(baseline)
    assert len(kept.event_frame()["week"]) > 0


def test_the_same_people_exist_in_twins(baseline, tools):
    twin = tools.run(Scenario.compose([*SMALL, "policy=sealed_border"]))
    same = twin.migrants["generation"] == baseline.migrants["generation"]
    assert same.mean() > 0.95
    for trait in ("ability", "home_tie", "protection_need", "skill", "kin", "leaves_risk_age"):
        assert np.array_equal(twin.migrants[trait][same], baseline.migrants[trait][same])


THREADS = """
import os, sys
import numpy as np
from sim.scenario.scenario import Scenario
from sim.week.week import Week
first = None
for threads in (1, 2, 4):
    week = Week(Scenario.compose([*%r, f"threads={threads}"]), 1)
    week.run()
    columns = [table[name].tobytes() for table in week.tables.values() for name in table]
    mark = hash((week.counters.tobytes(), *columns))
    first = mark if first is None else first
    assert mark == first, threads
print("identical")
"""


def test_one_two_and_four_threads_agree_bit_for_bit():
    environment = os.environ | {"NUMBA_NUM_THREADS": "4"}
    # so that people are held for ransom and agencies meet some in each of the runs
    busy = [*SMALL, "people.size=8000", "smuggling.exploiter_share=1", "agency.meetings=100", "protection.outreach=1"]
    done = subprocess.run(
        [sys.executable, "-c", THREADS % (busy,)], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "identical"

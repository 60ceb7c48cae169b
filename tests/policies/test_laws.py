"""Policies that pass laws: what stands on paper reaches practice as far as rule of law goes (``law_gap``, C10-M01)."""

from __future__ import annotations

import numpy as np
import pytest

from sim.declared.levers import LEVERS
from sim.policies.engine import LeverEngine
from sim.policies.policy import Policy
from sim.scenario.scenario import Scenario
from tests.policies.test_files import NAMES, policy

# levers that say what is forbidden, what a breach costs, who may claim what, and who may act; families end with a dot
LAWS = (
    "justice.penalty_", "justice.means_required", "justice.non_punishment", "justice.compensation",
    "justice.confiscation", "justice.early_deposition", "justice.compel", "justice.bank_checks",
    "justice.informal_checks", "justice.facilitator_assets", "justice.seized_for_care", "justice.witness_anonymity",
    "justice.punish_recanting", "justice.inquiry_limit",
    "status.firewall", "status.regularisation", "status.punish_entry",
    "work.employer_penalty", "work.back_pay", "work.informal_coverage", "work.recruiter_licensing",
    "work.contract_corridors",
    "demand.buyer_penalty", "demand.seller_penalty", "demand.licensing",
    "agency.mandate", "agency.authority",
    "protection.reflection_days", "protection.conditional", "protection.permit", "protection.assist_rule",
    "border.carrier_liability", "coop.extradition", "origin.travel_limits_women",
    "integrity.whistleblower", "integrity.media_freedom", "integrity.visa_transparency",
)  # fmt: skip
# what agencies, embassies and missions do themselves, with staff and means: no law falls short of it
PRACTICE = (
    "border.control", "border.screening", "border.document_check", "border.search_and_rescue", "border.pushback",
    "visa.", "asylum.", "free_movement", "region.", "origin.danger_publicity", "origin.development",
    "origin.fear_campaign", "origin.information_", "status.deportation_effort", "work.inspection",
    "work.supply_chain_audit", "demand.campaign", "demand.client_reporting", "demand.boycott", "mission.", "police.",
    "intel.", "coop.vetting", "coop.joint_teams", "coop.formal_speed", "coop.sharing", "budget.", "agency.knowledge",
    "agency.goodwill", "agency.staff", "agency.priority", "justice.capacity", "justice.witness_protection",
    "justice.family_protection", "justice.asset_freeze", "justice.legal_aid", "protection.places",
    "protection.hotline", "protection.outreach", "protection.quality", "protection.needs_first", "protection.scope",
    "protection.rights_information", "protection.referral", "protection.independence", "return.", "integrity.pay",
    "integrity.monitoring", "integrity.rotation", "integrity.external_inspection", "integrity.reach",
    "integrity.ask_about_officials", "integrity.accounts", "society.",
)  # fmt: skip


def is_law(lever: str) -> bool:
    return lever.startswith(LAWS)


def test_every_lever_is_a_law_or_a_practice() -> None:
    assert [name for name in LEVERS if is_law(name) == name.startswith(PRACTICE)] == []


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"none"}))
def test_a_file_falls_short_of_paper_as_far_as_its_moves_are_laws(name: str) -> None:
    made = policy(name)
    share = np.mean([is_law(move.lever) for move in made.levers])
    assert made.law_gap == pytest.approx(share, abs=0.01)


def test_a_penalty_rises_as_far_as_rule_of_law_goes() -> None:
    scenario = Scenario.compose(["world=corridor"])
    law = scenario.world.regions.rule_of_law
    raised: dict[float, LeverEngine] = {}
    made = policy("higher_penalties")
    for gap in (made.law_gap, 0.0):
        changed = Policy(**{**vars(made), "law_gap": gap})
        raised[gap] = LeverEngine(scenario.world, [changed], scenario.values)
        raised[gap].advance(500)
    start = raised[0.0].start["justice.penalty_exploitation"]
    on_paper = raised[0.0].now["justice.penalty_exploitation"] / start
    in_practice = raised[1.0].now["justice.penalty_exploitation"] / start
    assert on_paper == pytest.approx(3.0)
    assert in_practice == pytest.approx(1.0 + 2.0 * law)
    assert in_practice.min() < 1.5
    assert in_practice.max() > 2.0

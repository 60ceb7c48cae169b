"""Mechanisms that are off as declared, and the levers that act in them: where a few thousand people show them."""

from __future__ import annotations

from typing import Any, NamedTuple

Words = dict[str, Any]
Moves = tuple[tuple[str, float], ...]

# switches that show only with these settings, and beside these moves
SETTINGS: dict[str, tuple[Words, Moves]] = {
    # which act in cases, of which there are few
    "frozen_capital": ({"police.border_case": 1.0, "people.size": 12_000}, ()),
    "threats": ({"police.border_case": 1.0, "people.size": 12_000, "telling.rate": 0.2, "threat.pace": 0.5}, ()),
    # which few people in protection meet
    "insecure_shelter": ({"people.size": 20_000, "shelter.found": 20.0}, ()),
    # which needs a mission
    "mission_inside": ({"mission.size": 100.0, "mission.conduct": 0.5}, ()),
    # which matters where buyers audit
    "paper_compliance": ({}, (("work.supply_chain_audit", 1.0),)),
    # owners move when something changes where they are
    "venue_displacement": ({}, (("work.employer_penalty", 5.0),)),
}


class Shown(NamedTuple):
    """The first thing that a lever must move, where its mechanism is on.

    ``move`` is an operation and a value; ``counter`` must move in ``direction``, 0 where only something must move and
    the sign is not for us to say. ``base`` names the fixture, ``words`` are settings of it, and ``beside`` are levers
    without which there is nothing for this one to do.
    """

    move: tuple[str, float]
    counter: str
    direction: int
    base: str = "just"
    words: Words = {}  # noqa: RUF012 - nobody writes into it
    beside: Moves = ()


def _on(switch: str, **words: Any) -> Words:
    return {f"mechanisms.{switch}": "on"} | {name.replace("__", "."): value for name, value in words.items()}


MONEY = _on("money_channels", telling__rate=0.2, justice__trial_weeks=40.0)
# where a conviction costs nothing silence is worth nothing
PRESSED = _on(
    "threats", telling__rate=0.2, threat__pace=0.5, threat__works_warning=1.0, justice__trial_weeks=40.0,
    justice__penalty_exploitation=3.0,
)  # fmt: skip
ASKED = _on("recognition")
DECIDED = _on("conclusive_decisions")
AT_ONCE = DECIDED | {"protection.decisions": 1000.0}
TRUST = _on("institutional_trust", protection__permit=0.0, referral__breach=0.5)
CONTRACTS = _on("job_contracts", visa__wait=8, contract__overseen=0.5, contract__scout_cut=1.0)
INTEL = _on("intelligence")
INSIDE = _on("mission_inside", mission__size=100.0, mission__incidents=1.0)
PAPER = _on("paper_compliance")
ALL = ("set", 1.0)

# fmt: off
SHOWN: dict[str, Shown] = {
    # money and threats
    "justice.bank_checks": Shown(ALL, "money_bank", -1, words=MONEY),
    "justice.informal_checks": Shown(ALL, "money_informal", -1, words=MONEY),
    "justice.facilitator_assets": Shown(
        ALL, "facilitator_assets", +1, words={"police.node_random": 1.0, "people.size": 40_000}
    ),
    "justice.witness_anonymity": Shown(ALL, "threats_known", -1, words=PRESSED),
    "justice.punish_recanting": Shown(ALL, "recanting_punished", +1, words=PRESSED | {"people.size": 60_000}),
    # how people are recognised, and what follows between institutions
    "agency.cascade": Shown(("set", 20.0), "trained", +1, words=ASKED),
    "agency.women_interviewers": Shown(ALL, "missed_interview", -1, words=ASKED),
    "agency.interpreters": Shown(ALL, "missed_interview", -1, words=ASKED),
    "agency.interview_time": Shown(ALL, "missed_interview", -1, words=ASKED),
    "protection.decisions": Shown(("set", 1000.0), "waiting_for_decision", -1, words=DECIDED),
    "protection.decision_weeks": Shown(("set", 0.0), "decision_weeks", -1, words=AT_ONCE),
    "protection.joint_decisions": Shown(ALL, "decided_no", -1, words=AT_ONCE),
    "protection.appeal": Shown(ALL, "appeals", +1, words=AT_ONCE),
    "protection.security": Shown(ALL, "shelter_found", -1, words=_on("insecure_shelter", shelter__found=5.0)),
    "return.prepared": Shown(ALL, "returns_asked", +1, words=TRUST),
    "return.assessment": Shown(ALL, "stayed_for_safety", +1, words=TRUST, beside=(("coop.alerts", 1.0),)),
    "return.reception": Shown(
        ("set", 1000.0), "returns_refused_full", -1, words=TRUST, beside=(("return.prepared", 1.0),)
    ),
    "coop.meetings": Shown(("set", 24.0), "trust_abroad", +1, words=TRUST),
    "coop.mixed": Shown(ALL, "trust_within", +1, words=TRUST, beside=(("coop.meetings", 24.0),)),
    "coop.procedures": Shown(ALL, "procedures_followed", +1, words=TRUST),
    "coop.endorsement": Shown(ALL, "procedures_followed", +1, words=TRUST, beside=(("coop.procedures", 1.0),)),
    "coop.contact_list": Shown(
        ALL, "trust_abroad", +1, words=TRUST, beside=(("coop.meetings", 24.0), ("integrity.rotation", 4.0))
    ),
    "coop.consent": Shown(
        ALL, "consent_kept", +1,
        words=_on("institutional_trust", coop__sharing=1.0, referral__consents=0.0, referral__consents_known=0.0),
    ),
    "coop.alerts": Shown(ALL, "stayed_for_safety", +1, words=TRUST, beside=(("return.assessment", 1.0),)),
    "coop.monitoring": Shown(ALL, "rights_breached", -1, words=TRUST, beside=(("return.prepared", 1.0),)),
    # households
    "protection.family_support": Shown(
        ALL, "family_support", +1, "lively", _on("households", people__size=6_000)
    ),
    # contracts
    "work.fee_cap": Shown(("set", 8.0), "contract_fee_sum", -1, "base", CONTRACTS),
    "work.employer_pays": Shown(ALL, "contract_employer_paid", +1, "base", CONTRACTS),
    "work.job_mobility": Shown(ALL, "kept_tied_status", +1, "base", CONTRACTS),
    # intelligence
    "intel.collection": Shown(ALL, "intel_items", +1, "busy", INTEL),
    "intel.analysis": Shown(ALL, "intel_false_found", +1, "busy", INTEL),
    "intel.fusion": Shown(ALL, "intel_to_police", +1, "busy", INTEL),
    "intel.sharing": Shown(ALL, "intel_to_states", +1, "busy", INTEL),
    "intel.source_protection": Shown(ALL, "intel_to_police", -1, "busy", INTEL),
    "intel.oversight": Shown(ALL, "intel_stopped", +1, "busy", INTEL),
    "intel.threshold": Shown(ALL, "intel_cases", -1, "busy", INTEL),
    "intel.planning": Shown(ALL, "charged", 0, "busy", INTEL),
    "intel.evidence": Shown(ALL, "intel_exposed", +1, "busy", INTEL),
    # which matters where there is more to do than police can
    "intel.led": Shown(ALL, "case_weeks", 0, "busy", INTEL | {"police.cases": 0.2, "people.size": 20_000}),
    "intel.strategic": Shown(ALL, "exit_raid", 0, "busy", INTEL),
    "intel.borders": Shown(ALL, "interceptions", 0, "busy", INTEL),
    # missions from inside
    "mission.training": Shown(ALL, "mission_trained", +1, "lively", INSIDE),
    "mission.reminders": Shown(ALL, "mission_trained", +1, "lively", INSIDE),
    "mission.command": Shown(ALL, "mission_tolerance", -1, "lively", INSIDE),
    "mission.curfew": Shown(ALL, "demand_mission", -1, "lively", INSIDE),
    "mission.rating": Shown(ALL, "mission_recorded", -1, "lively", INSIDE),
    # which says how commanders are rated who are
    "mission.rating_effort": Shown(ALL, "mission_recorded", +1, "lively", INSIDE | {"mission.rating": 1.0}),
    "mission.whistleblowers": Shown(ALL, "mission_reported", +1, "lively", INSIDE),
    "mission.handover": Shown(ALL, "mission_files_lost", -1, "lively", INSIDE),
    "mission.courts": Shown(ALL, "mission_convicted", +1, "lively", INSIDE),
    "mission.advisers": Shown(ALL, "mission_convicted", +1, "lively", INSIDE),
    "mission.refuse": Shown(ALL, "mission_members", -1, "lively", INSIDE),
    "mission.contractors": Shown(ALL, "mission_left", -1, "lively", INSIDE),
    "mission.local_police": Shown(ALL, "interceptions", 0, "lively", INSIDE),
    # audits on paper, offers online
    "work.civil_liability": Shown(
        ("set", 20.0), "slots_paper", -1, "lively", PAPER, (("work.supply_chain_audit", 1.0),)
    ),
    "work.audit_depth": Shown(ALL, "slots_paper", -1, "lively", PAPER, (("work.supply_chain_audit", 1.0),)),
    "police.online": Shown(ALL, "offers_taken_down", +1, "just", _on("online_recruitment")),
}
# fmt: on

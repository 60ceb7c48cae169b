"""What is counted of recognition, decisions, trust and referral, in the order of the columns."""

from __future__ import annotations

REFERRAL: tuple[tuple[str, str], ...] = (
    # recognition
    ("help_not_asked", "calls and complaints that people did not make because they do not see themselves as exploited"),
    ("missed_unaware", "exploited people missed who did not see themselves as exploited"),
    ("missed_picture", "exploited people missed who did not fit the picture of a victim"),
    ("missed_interview", "exploited people missed for how they were asked"),
    ("labelled_against_view", "people recognised as exploited against their own view"),
    ("labelled_not_exploited", "of these, people who were not exploited"),
    ("labelled_removed", "people recognised against their own view who were taken for removal"),
    ("help_declined", "people recognised against their own view who declined help"),
    ("found_by_consul", "people in detention whom a consul recognised"),
    ("trained", "share of officials whom colleagues have trained, summed over regions"),
    # decisions
    ("grounds_found", "people for whom reasonable grounds were found"),
    ("grounds_refused", "people for whom none were found"),
    ("decided_yes", "positive conclusive decisions, on appeal included"),
    ("decided_yes_false", "of these, decisions on people who were not exploited"),
    ("decided_no", "people refused for good"),
    ("decided_no_exploited", "of these, people who were exploited"),
    ("appeals", "appeals"),
    ("appeals_won", "appeals that succeeded"),
    ("decision_weeks", "weeks from being taken in to the last decision, summed over people"),
    ("waiting_for_decision", "people whose decision was due and had to wait: summed, person-weeks"),
    ("left_waiting", "people who left safe accommodation before a decision"),
    # safe accommodation
    ("shelter_found", "people whom exploiters found in safe accommodation"),
    ("shelter_recaptured", "of these, people who were taken back"),
    # trust and referral
    ("trust_within", "trust between agencies and services, summed over regions"),
    ("trust_abroad", "trust between regions, summed over pairs"),
    ("trust_broken", "leaks, refusals and removals without notice, by those who trust less for it"),
    ("procedures_followed", "how far procedures of referral are there and followed, summed over regions"),
    ("called_home", "exploited people who reached their family, who went to the police"),
    ("found_after_call", "of these, people to whom police where they are were sent"),
    ("consent_kept", "statements that stayed where they were made because the person did not consent"),
    ("passed_without_consent", "statements passed to another state without the consent of the person"),
    ("rights_breached", "people whose data got out when another state was asked to receive them"),
    ("returns_asked", "people whom services at home were asked to receive"),
    ("returns_lost", "of these, requests that reached nobody"),
    ("returns_refused", "of these, people whom those at home refused to receive"),
    ("returns_refused_full", "of these, people for whom there were no means"),
    ("returns_dropped", "people who left while they waited for a prepared return"),
    ("waiting_for_return", "people who wait for a prepared return: summed, person-weeks"),
    ("prepared_returns", "people who went home to services that expected them"),
    ("stayed_for_safety", "people who may stay because they would be in danger at home"),
)

"""What is counted of intelligence and of what goes on inside missions, in the order of the columns."""

from __future__ import annotations

INTELLIGENCE: tuple[tuple[str, str], ...] = (
    ("intel_items", "items of intelligence collected"),
    # in the order of Informer
    ("intel_victims", "of these, accounts of exploited people"),
    ("intel_community", "of these, items from people who live near"),
    ("intel_officers", "of these, items from officers on the beat"),
    ("intel_informants", "of these, items from insiders"),
    ("intel_financial", "of these, items from moves of money"),
    ("intel_surveillance", "of these, items from a watch on trades"),
    ("intel_lost", "items for which there was no room"),
    ("intel_lapsed", "items that were worth nothing before anyone had analysed them"),
    ("intel_analysed", "items analysed"),
    ("intel_false_found", "of these, wrong items that analysts found out"),
    ("intel_waiting", "items that wait for an analyst"),
    ("intel_to_police", "items that an intelligence service told to police"),
    ("intel_to_states", "items that one state told another"),
    ("intel_leaked", "of these, items that were sold to those whom they are about"),
    ("intel_cases", "cases that began with intelligence"),
    ("intel_wrong", "of these, cases against places that exploit nobody"),
    ("intel_stopped", "uses of wrong intelligence that a review stopped"),
    ("intel_exposed", "sources exposed in court"),
    ("intel_void", "trials in which evidence was void because it had been collected unlawfully"),
    ("places_exploiting", "open workplaces where people are under control"),
    ("places_known", "of these, workplaces that police know well enough to act"),
    ("enterprises_known", "active enterprises that police know well enough to act"),
    ("intel_trust", "mean trust of states in what becomes of what they tell"),
    ("intel_willing", "mean share of sources that are willing"),
)

MISSIONS: tuple[tuple[str, str], ...] = (
    ("mission_members", "members of missions, when these are reviewed every four weeks"),
    ("mission_trained", "of these, members who know what they may be part of when they buy"),
    ("mission_tolerance", "sum over members of how far superiors and peers put up with misconduct"),
    ("mission_fear", "sum over members of the months of pay that they expect misconduct to cost"),
    ("mission_buying", "sum over members of what they buy, over that at the start"),
    ("mission_incidents", "misconduct of members that somebody could report, an expected number like all that follow"),
    ("mission_reported", "of these, cases that a colleague reports"),
    ("mission_withheld", "of reports, those that units withhold"),
    ("mission_recorded", "of reports, those that are on record"),
    ("mission_reporters_punished", "members who suffer for a report"),
    ("mission_files_lost", "open cases whose files are lost at hand-over"),
    ("mission_left", "cases of members who are gone before anything is decided"),
    ("mission_sent_home", "members sent home for misconduct"),
    ("mission_tried_there", "members tried by courts of the place"),
    ("mission_tried_at_home", "members tried by their senders"),
    ("mission_convicted", "members convicted"),
    ("mission_unanswered", "misconduct for which nobody is sent home or convicted"),
    ("mission_scandals", "scandals about what nobody acted on"),
)

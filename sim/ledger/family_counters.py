"""Counters of households, age and children; see ``sim.ledger.counters``."""

from __future__ import annotations

FAMILIES: tuple[tuple[str, str], ...] = (
    ("remittances_lost", "households that lost most of what members sent home"),
    ("remittances_lost_exploited", "of these, households whose sender was exploited"),
    ("remittances_lost_death", "of these, households whose sender had died"),
    ("remittances_lost_return", "of these, households whose sender was detained or at home again"),
    ("pushed_by_loss", "decisions to leave home of members of households that had lost remittances lately"),
    ("pooled", "US$ that households lent to members who left"),
    ("kept_at_home", "people who meant to leave and stayed because a member of the household was away"),
    (
        "sent_instead",
        "people who left because leaving was worth more to them than to the member who had thought of it",
    ),
    ("children_placed", "children who took work near home, whose advance was paid to a relative"),
    ("debts_inherited", "debts that households took over from members who died or fled"),
    ("debts_inherited_sum", "US$ of these debts"),
    ("family_support", "US$ that the state paid to households that had lost remittances"),
    ("family_reports", "exploited children whom their households reported"),
    ("turned_eighteen", "children who turned eighteen"),
    ("exploited_children", "exploited people who are under eighteen, person-weeks"),
    ("children_met", "exploited children to whom child protection came"),
    ("children_recognised", "people met whom those who met them treated as children"),
    ("children_taken_for_adults", "children whom an assessment of age took for adults"),
    ("adults_taken_for_children", "adults whom an assessment of age took for children"),
    ("children_in_care_begun", "people taken into care as children"),
    ("children_without_place", "people treated as children for whom there was no place"),
    ("guardians", "guardians who were appointed"),
    ("children_disappeared", "children who disappeared from care"),
    ("children_reunited", "children who went back from care to a family that is safe for them"),
    ("children_to_unsafe_family", "children who were sent back from care to a family that is not safe for them"),
    ("children_kept_safe", "children in care whose family was found not to be safe before they were sent back"),
    ("care_left_at_eighteen", "people who left care because they had turned eighteen"),
    ("children_not_removed", "people found by a street check who were taken into care as children"),
    ("children_registered", "children who were registered on arrival"),
    ("children_in_care", "people in places in care for children"),
)

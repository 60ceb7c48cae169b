"""Declared parameters of households, of age and of the care of children; see the package."""

from __future__ import annotations

from sim.ground.quantities import Parameter

P = Parameter

# one declaration reads like a row of a table
# fmt: off
FAMILY_PARAMETERS: tuple[Parameter, ...] = (
    # age
    P("people.youngest", 12.0, "years", 0, 17.9, "age at which the youngest enter the age at risk"),
    # households
    P("households.size", 3.0, "persons", 1, 50, "mean number of people at risk in a household"),
    P("households.size_most", 12, "count", 1, 100, "most people at risk in a household"),
    P("households.pooled", 0.5, "share", 0, 1,
      "share of what members at home hold that they lend to the one who may go", "C4-M42", "A"),
    P("households.most_away", 1, "count", 0, 100,
      "members who may be away without being settled before the others stay"),
    P("households.kept", 0.3, "share", 0, 1,
      "share of remittances that a household saves and divides among members at home"),
    P("households.support_years", 3.0, "years", 0, 50,
      "years for which those at home think that remittances will last", "C1-M18", "A"),
    P("households.review", 4, "weeks", 1, 52, "weeks until a household next divides what has come and sees who sends"),
    P("households.loss", 0.5, "share", 0, 1,
      "fall of remittances from which on a household takes them for lost", "C1-M18", "A"),
    P("households.pushed_weeks", 52, "weeks", 1, 520,
      "weeks after a loss in which members who decide to leave count as pushed by it; for observation alone"),
    P("households.support_weeks", 52, "weeks", 1, 520, "weeks for which the state replaces remittances that were lost"),
    P("households.liable", 0.5, "share", 0, 1,
      "chance that a household takes over what a member owes who died or fled", "C5-M34", "A"),
    P("households.upkeep", 1500.0, "US$", 0, 1e6,
      "worth to a household of no longer keeping a child who takes work elsewhere", "C4-M42", "A", True),
    P("households.reports", 0.2, "per year", 0, 52,
      "reports by a household of a child of its own who is exploited away from it", "C1-M20", "A"),
    P("households.legacy", 0.03, "share", 0, 1,
      "part of the worth of home that stigma takes at first from whoever follows an exploited person in a household",
      "C1-M19", "A", True),
    # children
    P("children.control_cost", 1.0, "ratio", 0.01, 10, "cost of controlling a child over that of controlling an adult",
      "C1-M52", "A", True),
    P("children.seen", 0.5, "share", 0, 1, "chance that a child is recognised as one by looks alone"),
    P("children.taken_for_adult", 0.3, "share", 0, 1,
      "chance that an assessment of age takes a child for an adult who is about to turn eighteen"),
    P("children.near_years", 1.5, "years", 0.01, 20,
      "years short of eighteen over which that chance falls to a third of it"),
    P("children.adult_taken", 0.03, "share", 0, 1, "chance that an assessment of age takes an adult for a child"),
    P("children.disappears", 1.0, "per year", 0, 50, "children in care who disappear from it", "C5-M63", "A"),
    P("children.guarded", 0.6, "share", 0, 1, "part of the disappearances that a guardian prevents"),
    P("children.shared_place", 1.5, "ratio", 0, 20,
      "disappearances from places that are not meant for children, over those from places that are"),
    P("children.drawn_back", 2.0, "ratio", 0, 20, "disappearances of children who owe, over those of others"),
    P("children.tracing", 1.0, "per year", 0, 50, "families traced of children in care", "C12-P05", "A"),
    P("children.tracing_guardian", 1.5, "ratio", 0, 20, "how much sooner a guardian finds the family"),
    P("children.checked", 0.2, "share", 0, 1,
      "chance that somebody sees that a family is not safe before a child is sent back", "C12-P05", "A"),
    P("children.checked_guardian", 0.8, "share", 0, 1, "the same where the child has a guardian", "C12-P05", "A"),
    P("children.care_weeks", 156, "weeks", 1, 1040, "weeks after which care ends for those whose family is not traced"),
    P("children.visits", 4.0, "per year", 0, 52, "visits to a child who was registered on arrival", "C5-P05", "A"),
)
# fmt: on

"""Persons beside events: for every flow that one person can repeat, how many persons it happened to.

A metric of persons counts a person once in a year, in the week in which it first happens to her in that year; years
are counted from week 0. It never exceeds the metric of events from which it has its name, and equals it where nobody
repeats. Events grow where the same people come back; persons do not.
"""

from __future__ import annotations

from sim.declared.measures.corruption import CORRUPTION_METRICS
from sim.declared.measures.exploitation import EXPLOITATION_METRICS, WAYS_OUT
from sim.declared.measures.journeys import JOURNEY_METRICS
from sim.declared.measures.justice import JUSTICE_METRICS
from sim.declared.measures.metrics import Counter, Metric
from sim.declared.measures.movement import MOVEMENT_METRICS

MOST = 64  # bits of the column ``counted``

# metrics of events that one person can repeat, in the order of their bits
REPEATED: tuple[str, ...] = (
    "departures", "regular_departures", "irregular_departures", "provider_departures", "alone_departures",
    "papers_departures", "arrivals", "irregular_arrivals", "safety_reached", "need_blocked", "interceptions",
    "removals", "returns", "gave_up", "visa_applications", "savers",
    "new_exploited", "recognised", "identified", "permits", "misidentified_removed", "no_place", "regularised",
    "reintegrated", "reintegrated_jobs", "promoted", "handovers", "resales", "contacts", "offers_accepted",
    "encounters", "left_met", "taken_in", "not_referred", "removed_silent", "identified_on_return", "statements",
    "testimony", "returned_safely", "punished", "false_claims", "compensated",
    "moved_freely", "tied_arrivals", "tied_lost", "carrier_refusals", "carrier_refused_need", "carrier_refused_visa",
    "pushbacks", "betrayed", "sold_in_custody", "stopped_paying", "claims_pressed", "claims_enforced",
)  # fmt: skip

# flows of people that have no twin, and why
WITHOUT_PERSONS: dict[str, str] = {
    **dict.fromkeys(("deaths", "pushback_deaths", "first_exploited"), "happens once in a life"),
    **dict.fromkeys(
        (f"left_by_{name}" for name in WAYS_OUT),
        "one way out of many; new_exploited and left_met count persons over all of them",
    ),
    **dict.fromkeys(
        ("children_placed", "children_met", "children_recognised", "children_taken_for_adults",
         "adults_taken_for_children", "children_taken_into_care", "children_without_place", "children_disappeared",
         "children_reunited", "children_to_unsafe_family", "children_kept_safe", "care_left_at_eighteen",
         "children_not_removed", "children_registered", "turned_eighteen"),
        "a step in the life of a child, which few go twice in a year",
    ),
    "client_tips": "tips are given by clients, who are not persons of the model",
    **dict.fromkeys(("recanted", "heard_abroad"), "of a case, whose witness may have left the age at risk"),
    **dict.fromkeys(
        ("arrests", "suspects", "convictions", "convictions_exploitation", "convictions_lesser", "convicted_people",
         "extradited"),
        "of offenders, not of people at risk",
    ),
    **dict.fromkeys(("officials_turned", "officials_caught"), "of officials, not of people at risk"),
    **dict.fromkeys(
        ("facilitator_entries", "facilitator_exits", "hired", "arrests_facilitators", "arrests_mistaken",
         "facilitators_convicted"),
        "of enterprises and those who work for them, not of people at risk",
    ),
    **dict.fromkeys(
        ("closed_turned_back", "closed_went_round"),
        "of a journey that is under way as a leg closes; departures and arrivals count persons",
    ),
    **dict.fromkeys(("fell_into_need", "need_ended"), "follows conflict at home, which seldom turns twice in a year"),
    **dict.fromkeys(
        ("contract_offers", "contract_arrivals", "kept_tied_status"),
        "a step on a contract; regular_departures, tied_arrivals and tied_lost count persons",
    ),
    "stayed_for_safety": "brings a status that ends the return, which few are given twice in a year",
    **dict.fromkeys(
        ("mission_convicted", "mission_reporters_punished", "mission_sent_home"),
        "of members of missions, not of people at risk",
    ),
    "sources_exposed": "of sources by kind of informer, who are not told apart as persons",
}  # fmt: skip

_EVENTS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        *JOURNEY_METRICS, *EXPLOITATION_METRICS, *JUSTICE_METRICS, *CORRUPTION_METRICS, *MOVEMENT_METRICS
    )
}  # fmt: skip


def counter_of(metric: str) -> str:
    """The counter of the persons to whom the events of a metric happened, which is the name of its twin as well."""
    return f"{metric}_persons"


PERSON_COUNTERS: tuple[Counter, ...] = tuple(
    Counter(counter_of(name), f"persons, each once in a year, among: {_EVENTS[name].meaning}") for name in REPEATED
)
PERSON_METRICS: tuple[Metric, ...] = tuple(
    Metric(counter_of(name), "flow", "people/year",
           f"persons, each counted once in a year, among: {_EVENTS[name].meaning}", (counter_of(name),),
           tag=_EVENTS[name].tag, label=f"{_EVENTS[name].title}: persons", topic=_EVENTS[name].topic,
           worsens=_EVENTS[name].worsens)
    for name in REPEATED
)  # fmt: skip

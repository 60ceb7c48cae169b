"""Metrics of networks: ties, forms, what facilitators do and cost, operations against them."""

from __future__ import annotations

from sim.declared.measures.metrics import Metric

M = Metric
FORM_COUNTERS = ("form_flux", "form_broker", "form_chain", "form_mesh", "form_hub")
_NAMES = {
    "flux": "that find another partner for each job",
    "broker": "that work with whom brokers know",
    "chain": "with one partner for each hand-over",
    "mesh": "with several known partners",
    "hub": "that own what they need",
}

# one metric reads like a row of a table: name, kind, unit, meaning, counters
# fmt: off
NETWORK_METRICS: tuple[Metric, ...] = (
    M("throughput", "ratio", "share", "clients whom enterprises can serve with the partners they have, of those they "
      "expect", ("throughput_sum",), ("use_sum",), headline=True),
    M("functions_missing", "ratio", "share", "functions for which an enterprise has nobody, of those it needs",
      ("functions_missing",), ("functions_needed",)),
    M("clients_lost", "flow", "quotes/year", "quotes that failed because an enterprise lacked a partner",
      ("clients_lost",)),
    M("route_displacement", "ratio", "share", "contracts on another route than the cheapest without control",
      ("contracts_displaced",), ("contracts",)),
    M("ties", "stock", "ties", "working relations between enterprises and facilitators", ("ties",)),
    M("tie_life", "ratio", "weeks", "mean life of working relations that ended", ("tie_weeks",), ("ties_ended",)),
    M("ties_made", "flow", "ties/year", "working relations begun", ("ties_made",)),
    M("ties_cut", "flow", "ties/year", "working relations cut by an arrest", ("ties_cut",)),
    M("ties_betrayed", "flow", "ties/year", "working relations that a facilitator ended", ("ties_betrayed",)),
    M("functions_moved", "flow", "moves/year", "portable functions moved to another region", ("functions_moved",)),
    M("facilitators", "stock", "people", "facilitators at work", ("facilitators",)),
    M("facilitators_held", "stock", "people", "facilitators in custody or prison", ("facilitators_held",)),
    M("facilitator_entries", "flow", "people/year", "facilitators who began", ("facilitator_entries",)),
    M("facilitator_exits", "flow", "people/year", "facilitators who stopped", ("facilitator_exits",)),
    M("partner_price", "level", "ratio", "what facilitators ask, over what is usual", ("partner_price",)),
    M("partner_cost", "ratio", "US$", "what enterprises pay partners for each client", ("partner_costs",),
      ("contracts",)),
    *(M(f"share_{name}", "ratio", "share", f"active enterprises {meaning}", (f"form_{name}",), FORM_COUNTERS)
      for name, meaning in _NAMES.items()),
    M("enterprise_skill", "level", "share", "mean skill of active enterprises", ("enterprise_skill",)),
    M("large_enterprises", "ratio", "share", "active enterprises of ten people or more", ("large_enterprises",),
      FORM_COUNTERS),
    M("exploiting_share", "ratio", "share", "active enterprises that would hand people over",
      ("exploiting_enterprises",), FORM_COUNTERS),
    M("took_up_exploitation", "flow", "enterprises/year", "enterprises that took up handing people over",
      ("took_up_exploitation",)),
    M("gave_up_exploitation", "flow", "enterprises/year", "enterprises that gave it up", ("gave_up_exploitation",)),
    M("form_changes", "flow", "enterprises/year", "enterprises that changed their form", ("forms_changed",)),
    M("splits", "flow", "enterprises/year", "hubs that broke apart", ("splits",)),
    M("parts_of_splits", "ratio", "groups", "groups that came of a hub that broke apart", ("split_parts",),
      ("splits",)),
    M("mergers", "flow", "enterprises/year", "enterprises that joined another", ("mergers",)),
    M("hired", "flow", "people/year", "people taken in by enterprises that grow", ("hired",)),
    M("beheaded", "flow", "enterprises/year", "groups that lost their organiser", ("beheaded",)),
    M("successions", "flow", "enterprises/year", "groups that found another organiser", ("successions",)),
    M("operations", "flow", "operations/year", "operations against networks that struck", ("operations",),
      tag="activity"),
    M("operations_leaked", "ratio", "share", "operations of which somebody sold a warning", ("operations_leaked",),
      ("operations",), tag="activity"),
    M("ties_noted", "flow", "ties/year", "ties of enterprises that investigators noted", ("ties_noted",),
      tag="activity"),
    M("arrests_facilitators", "flow", "people/year", "facilitators arrested", ("arrests_facilitators",),
      tag="activity"),
    M("arrests_mistaken", "flow", "people/year", "people arrested for somebody else", ("arrests_mistaken",),
      tag="activity"),
    M("facilitators_convicted", "flow", "people/year", "facilitators convicted", ("facilitators_convicted",),
      tag="activity"),
    M("named_by_partners", "flow", "enterprises/year", "enterprises named by facilitators under arrest",
      ("named_by_partners",), tag="activity"),
)
# fmt: on

"""Metrics of networks: ties, forms, what facilitators do and cost, operations against them."""

from __future__ import annotations

from functools import partial

from sim.declared.measures.metrics import NETWORKS, Metric

M = partial(Metric, topic=NETWORKS)
FORM_COUNTERS = ("form_flux", "form_broker", "form_chain", "form_mesh", "form_hub")
_FORMS = {
    "flux": (
        "that find another partner for each job",
        "Enterprises that take anyone (flux)",
        "flux: anyone, for one job",
    ),
    "broker": ("that work with whom brokers know", "Enterprises that work through brokers", "brokers"),
    "chain": ("with one partner for each hand-over", "Chains among enterprises", "chains"),
    "mesh": ("with several known partners", "Meshes among enterprises", "meshes"),
    "hub": ("that own what they need", "Hubs among enterprises", "hubs"),
}

# one metric reads like a row of a table: name, kind, unit, meaning, counters
# fmt: off
NETWORK_METRICS: tuple[Metric, ...] = (
    M("throughput", "ratio", "share",
      "clients whom enterprises can serve with the partners they have, of those they expect", ("throughput_sum",),
      ("use_sum",), headline=True, label="Clients whom enterprises can serve"),
    M("functions_missing", "ratio", "share", "functions for which an enterprise has nobody, of those it needs",
      ("functions_missing",), ("functions_needed",), label="Functions that nobody fills"),
    M("clients_lost", "flow", "quotes/year", "quotes that failed because an enterprise lacked a partner",
      ("clients_lost",), label="Quotes lost for want of a partner"),
    M("route_displacement", "ratio", "share", "contracts on another route than the cheapest without control",
      ("contracts_displaced",), ("contracts",), label="Contracts on other routes"),
    M("ties", "stock", "ties", "working relations between enterprises and facilitators", ("ties",),
      label="Working relations"),
    M("tie_life", "ratio", "weeks", "mean life of working relations that ended", ("tie_weeks",), ("ties_ended",),
      label="Life of working relations"),
    M("ties_made", "flow", "ties/year", "working relations begun", ("ties_made",), label="Working relations begun"),
    M("ties_cut", "flow", "ties/year", "working relations cut by an arrest", ("ties_cut",),
      label="Working relations cut by arrests"),
    M("ties_betrayed", "flow", "ties/year", "working relations that a facilitator ended", ("ties_betrayed",),
      label="Working relations ended by partners"),
    M("functions_moved", "flow", "moves/year", "portable functions moved to another region", ("functions_moved",),
      label="Functions moved elsewhere"),
    M("facilitators", "stock", "people", "facilitators at work", ("facilitators",), label="Facilitators at work"),
    M("facilitators_held", "stock", "people", "facilitators in custody or prison", ("facilitators_held",),
      label="Facilitators in custody"),
    M("facilitator_entries", "flow", "people/year", "facilitators who began", ("facilitator_entries",),
      label="Facilitators who began"),
    M("facilitator_exits", "flow", "people/year", "facilitators who stopped", ("facilitator_exits",),
      label="Facilitators who stopped"),
    M("partner_price", "level", "ratio", "what facilitators ask, over what is usual", ("partner_price",),
      label="Price of facilitators over the usual"),
    M("partner_cost", "ratio", "US$", "what enterprises pay partners for each client", ("partner_costs",),
      ("contracts",), label="Cost of partners for each client"),
    *(M(f"share_{name}", "ratio", "share", f"active enterprises {meaning}", (f"form_{name}",), FORM_COUNTERS,
        label=label, short=short)
      for name, (meaning, label, short) in _FORMS.items()),
    M("enterprise_skill", "level", "share", "mean skill of active enterprises", ("enterprise_skill",),
      label="Mean skill of active enterprises"),
    M("large_enterprises", "ratio", "share", "active enterprises of ten people or more", ("large_enterprises",),
      FORM_COUNTERS, label="Enterprises of ten people or more"),
    M("exploiting_share", "ratio", "share", "active enterprises that would hand people over",
      ("exploiting_enterprises",), FORM_COUNTERS),
    M("took_up_exploitation", "flow", "enterprises/year", "enterprises that took up handing people over",
      ("took_up_exploitation",)),
    M("gave_up_exploitation", "flow", "enterprises/year", "enterprises that gave it up", ("gave_up_exploitation",)),
    M("form_changes", "flow", "enterprises/year", "enterprises that changed their form", ("forms_changed",),
      label="Enterprises that changed their form"),
    M("splits", "flow", "enterprises/year", "hubs that broke apart", ("splits",), label="Hubs that broke apart"),
    M("parts_of_splits", "ratio", "groups", "groups that came of a hub that broke apart", ("split_parts",), ("splits",),
      label="Parts of a hub that broke apart"),
    M("mergers", "flow", "enterprises/year", "enterprises that joined another", ("mergers",),
      label="Enterprises that joined another"),
    M("hired", "flow", "people/year", "people taken in by enterprises that grow", ("hired",),
      label="People hired by enterprises"),
    M("beheaded", "flow", "enterprises/year", "groups that lost their organiser", ("beheaded",),
      label="Groups that lost their organiser"),
    M("successions", "flow", "enterprises/year", "groups that found another organiser", ("successions",),
      label="Groups that found another organiser"),
    M("operations", "flow", "operations/year", "operations against networks that struck", ("operations",),
      tag="activity", label="Operations against networks"),
    M("operations_leaked", "ratio", "share", "operations of which somebody sold a warning", ("operations_leaked",),
      ("operations",), tag="activity", label="Operations that leaked"),
    M("ties_noted", "flow", "ties/year", "ties of enterprises that investigators noted", ("ties_noted",),
      tag="activity", label="Working relations noted by police"),
    M("arrests_facilitators", "flow", "people/year", "facilitators arrested", ("arrests_facilitators",), tag="activity",
      label="Facilitators arrested"),
    M("arrests_mistaken", "flow", "people/year", "people arrested for somebody else", ("arrests_mistaken",),
      tag="activity", label="People arrested for somebody else"),
    M("facilitators_convicted", "flow", "people/year", "facilitators convicted", ("facilitators_convicted",),
      tag="activity", label="Facilitators convicted"),
    M("named_by_partners", "flow", "enterprises/year", "enterprises named by facilitators under arrest",
      ("named_by_partners",), tag="activity", label="Enterprises named by those arrested"),
)
# fmt: on

"""Metrics of deals with transit states, audits on paper, places that move, recruiting online and compounds."""

from __future__ import annotations

from functools import partial

from sim.declared.measures.metrics import EXPLOITATION, MOVEMENT, Metric

M = partial(Metric, topic=EXPLOITATION)
TRANSIT = partial(Metric, topic=MOVEMENT)

# one metric reads like a row of a table: name, kind, unit, meaning, counters
# fmt: off
DEAL_METRICS: tuple[Metric, ...] = (
    TRANSIT("held_in_transit", "flow", "events/year", "people stopped on their way and detained in transit",
      ("transit_held",), tag="activity", label="Detained in transit"),
    TRANSIT("dispersed", "flow", "events/year", "people stopped on their way and brought back by a leg", ("dispersed",),
      tag="activity", label="Brought back from a border"),
    TRANSIT("asked_in_transit", "flow", "events/year", "people detained in transit of whom money was asked",
      ("transit_asked",), tag="impact", label="Asked for money in detention in transit"),
    TRANSIT("transit_ransoms", "flow", "US$/year", "what people detained in transit and their families pay",
      ("ransoms_sum",), tag="impact", label="Paid to be let go from detention in transit"),
    TRANSIT("transit_ransoms_armed", "ratio", "share", "of that, what armed groups take", ("transit_armed_sum",),
      ("ransoms_sum",), label="Ransoms in transit that armed groups take"),
    TRANSIT("sold_in_transit", "flow", "events/year", "people detained in transit and sold to a workplace",
      ("transit_sold",), tag="impact", label="Sold from detention in transit"),
    M("paper_share", "ratio", "share", "slots at places that pass their audits on paper, among slots that buyers audit",
      ("slots_paper",), ("slots_paper", "slots_audited"), label="Audits passed on paper"),
    M("paper_found", "flow", "places/year", "places on paper that were found out", ("paper_found",), tag="activity"),
    M("civil_claims", "flow", "events/year", "people paid by a place where they were exploited, by civil law",
      ("civil_claims",), tag="output", label="Civil claims paid"),
    M("civil_damages", "flow", "US$/year", "what such places paid them", ("civil_damages",), tag="output",
      label="Civil damages paid"),
    M("owners_moved", "flow", "places/year", "owners who moved next door", ("owners_moved",),
      label="Owners who moved next door"),
    M("lost_work_to_moves", "flow", "events/year", "people who lost their work when its owner moved",
      ("lost_work_to_moves",), label="Work lost when owners move"),
    M("moved_demand_share", "ratio", "share", "demand that owners who moved have brought along", ("demand_moved",),
      ("demand",), short="brought by owners who moved"),
    M("online_share", "ratio", "share", "contacts by recruiters that are made online", ("contacts_online",),
      ("contacts",), label="Contacts made online"),
    M("offers_taken_down", "flow", "events/year", "offers online that police took down", ("offers_taken_down",),
      tag="activity"),
    M("exploited_in_compounds", "stock", "people", "people exploited in work that nobody buys where it is done",
      ("exploited_exported",), tag="impact", label="Exploited in compounds"),
    M("compound_ransoms", "flow", "US$/year", "what families pay to buy people free from compounds",
      ("compound_ransoms_sum",), tag="impact", label="Ransoms paid to compounds"),
    M("bought_free", "flow", "events/year", "people whom a family has bought free from a compound",
      ("compound_ransoms",), label="Bought free from compounds"),
    M("forced_crime_punished", "flow", "events/year", "people found in compounds and punished for what they had to do",
      ("forced_crime_punished",), tag="impact", label="Punished for forced crime"),
    M("leads_online", "flow", "cases/year", "offers online that became a lead", ("leads_online",), tag="activity"),
)
# fmt: on

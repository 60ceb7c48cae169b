"""Metrics of intelligence: what is collected, what becomes of it, and what it costs whom."""

from __future__ import annotations

from functools import partial

from sim.declared.measures.metrics import PROTECTION, Metric

M = partial(Metric, topic=PROTECTION)

# fmt: off
INTELLIGENCE_METRICS: tuple[Metric, ...] = (
    M("intelligence_items", "flow", "items/year", "items of intelligence collected", ("intel_items",), tag="activity"),
    M("intelligence_from_victims", "ratio", "share", "items of intelligence that exploited people gave",
      ("intel_victims",), ("intel_items",), tag="activity"),
    M("intelligence_from_outside", "ratio", "share", "items from people who live near and from officers on the beat",
      ("intel_community", "intel_officers"), ("intel_items",), tag="activity"),
    M("intelligence_from_insiders", "ratio", "share", "items of intelligence from insiders", ("intel_informants",),
      ("intel_items",), tag="activity"),
    M("intelligence_watched", "ratio", "share", "items of intelligence from watching trades and money",
      ("intel_financial", "intel_surveillance"), ("intel_items",), tag="activity"),
    M("intelligence_analysed", "flow", "items/year", "items of intelligence analysed", ("intel_analysed",),
      tag="activity"),
    M("intelligence_found_wrong", "ratio", "share", "wrong items that analysts found out, among those analysed",
      ("intel_false_found",), ("intel_analysed",), tag="activity"),
    M("intelligence_wasted", "ratio", "share", "items that nobody came to in time, among those collected",
      ("intel_lapsed", "intel_lost"), ("intel_items", "intel_lost"), tag="activity"),
    M("intelligence_backlog", "stock", "items", "items that wait for an analyst", ("intel_waiting",), tag="activity"),
    M("intelligence_to_police", "flow", "items/year", "items that intelligence services told to police",
      ("intel_to_police",), tag="activity"),
    M("intelligence_to_states", "flow", "items/year", "items that states told one another", ("intel_to_states",),
      tag="activity"),
    M("intelligence_leaked", "ratio", "share", "items told to another state that were sold there", ("intel_leaked",),
      ("intel_to_states",), tag="activity"),
    M("intelligence_cases", "flow", "cases/year", "cases that began with intelligence", ("intel_cases",),
      tag="activity"),
    M("intelligence_led_share", "ratio", "share", "cases that began with intelligence", ("intel_cases",), ("leads",),
      tag="activity"),
    M("intelligence_wrong", "flow", "cases/year", "cases against places that exploit nobody, out of intelligence",
      ("intel_wrong",), tag="impact", label="Wrongly looked at"),
    M("intelligence_stopped", "flow", "cases/year", "uses of wrong intelligence that a review stopped",
      ("intel_stopped",), tag="activity"),
    M("sources_exposed", "flow", "people/year", "sources of intelligence exposed in court", ("intel_exposed",),
      tag="impact"),
    M("intelligence_void", "flow", "trials/year", "trials whose evidence was void", ("intel_void",), tag="activity"),
    M("places_known_share", "ratio", "share", "workplaces that police know, among those where people are under control",
      ("places_known",), ("places_exploiting",), tag="output"),
    M("enterprises_known", "stock", "enterprises", "enterprises that police know well enough to act",
      ("enterprises_known",), tag="output"),
    M("trust_between_states", "level", "share", "trust of states in what becomes of what they tell", ("intel_trust",),
      tag="output"),
    M("sources_willing", "level", "share", "sources of intelligence that are willing, over the start",
      ("intel_willing",), tag="output"),
)
# fmt: on

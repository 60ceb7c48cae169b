"""Metrics of what happens to places whoever governs them: conflict, law, ways that close."""

from __future__ import annotations

from sim.declared.measures.metrics import FEWER, Metric

M = Metric

# fmt: off
SHOCK_METRICS: tuple[Metric, ...] = (
    M("fell_into_need", "flow", "people/year", "people who came to need protection because conflict grew at home",
      ("fell_into_need",), tag="impact", label="Came to need protection"),
    M("need_ended", "flow", "people/year", "people at home who no longer needed protection because conflict fell",
      ("need_ended",), tag="impact", worsens=FEWER, label="No longer need protection at home"),
    M("closed_waiting", "flow", "person-weeks/year", "weeks that people waited before a closed leg", ("closed_waits",),
      label="Weeks before closed legs"),
    M("closed_turned_back", "flow", "people/year", "people who turned back before a closed leg",
      ("closed_turned_back",), label="Turned back before closed legs"),
    M("closed_went_round", "flow", "people/year", "people who went on by another route because a leg was closed",
      ("closed_went_round",), label="Went round closed legs"),
    M("irregular_crossings", "flow", "crossings/year", "crossings of a leg begun by people without papers",
      ("crossings",), label="Crossings without papers"),
    M("rule_of_law", "level", "share", "rule of law where people are, after what conflict and corruption have taken",
      ("rule_of_law",), worsens=FEWER, label="Rule of law"),
    M("conflict", "level", "share", "conflict in the places where people are at home", ("conflict",), worsens="more",
      label="Conflict at home"),
)
# fmt: on

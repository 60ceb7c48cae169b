"""Metrics of missions from inside: what is done, what of it is on record, and what becomes of it."""

from __future__ import annotations

from functools import partial

from sim.declared.measures.metrics import EXPLOITATION, MORE, Metric

M = partial(Metric, topic=EXPLOITATION)

# fmt: off
MISSION_METRICS: tuple[Metric, ...] = (
    M("mission_buying", "ratio", "ratio", "members of missions who buy, over those at the start", ("mission_buying",),
      ("mission_members",), worsens=MORE),
    M("mission_trained", "ratio", "share", "members of missions who know what they may be part of",
      ("mission_trained",), ("mission_members",), tag="output"),
    M("mission_tolerance", "ratio", "share", "how far superiors and peers put up with misconduct",
      ("mission_tolerance",), ("mission_members",)),
    M("mission_fear", "ratio", "months", "months of pay that members expect misconduct to cost", ("mission_fear",),
      ("mission_members",)),
    M("mission_misconduct", "flow", "cases/year", "misconduct of members of missions that could be reported",
      ("mission_incidents",), tag="impact"),
    M("mission_reported_share", "ratio", "share", "misconduct that a colleague reports", ("mission_reported",),
      ("mission_incidents",)),
    M("mission_withheld_share", "ratio", "share", "reports that units withhold", ("mission_withheld",),
      ("mission_reported",)),
    M("mission_recorded_share", "ratio", "share", "misconduct that is on record", ("mission_recorded",),
      ("mission_incidents",)),
    M("mission_on_record", "flow", "cases/year", "misconduct of members of missions on record", ("mission_recorded",),
      tag="activity"),
    M("mission_files_lost", "flow", "cases/year", "open cases whose files are lost at hand-over",
      ("mission_files_lost",), tag="activity"),
    M("mission_left", "flow", "cases/year", "members who are gone before their case is decided", ("mission_left",),
      tag="activity"),
    M("mission_sent_home", "flow", "people/year", "members sent home for misconduct", ("mission_sent_home",),
      tag="activity"),
    M("mission_trials", "flow", "cases/year", "members tried for misconduct, there or at home",
      ("mission_tried_there", "mission_tried_at_home"), tag="activity"),
    M("mission_tried_there_share", "ratio", "share", "of these, members tried by courts of the place",
      ("mission_tried_there",), ("mission_tried_there", "mission_tried_at_home"), tag="activity"),
    M("mission_convicted", "flow", "people/year", "members convicted of misconduct", ("mission_convicted",),
      tag="activity"),
    M("mission_impunity", "ratio", "share", "misconduct for which nobody is sent home or convicted, over all",
      ("mission_unanswered",), ("mission_incidents",), worsens=MORE),
    M("mission_reporters_punished", "flow", "people/year", "members who suffer for a report",
      ("mission_reporters_punished",), tag="impact"),
    M("mission_scandals", "flow", "scandals/year", "scandals about what nobody acted on", ("mission_scandals",)),
)
# fmt: on

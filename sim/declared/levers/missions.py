"""Levers of what goes on inside a mission; they act where the switch ``mission_inside`` is on."""

from __future__ import annotations

from sim.declared.levers.lever import Lever

# one declaration reads like a row of a table
# fmt: off
MISSIONS: tuple[Lever, ...] = (
    Lever("mission.training", "region", "share", 0, 1,
          "share of new members of a mission who are trained before they come",
          "C8-P01, C8-M11", "zero", needs=("mission_inside",)),
    Lever("mission.reminders", "region", "share", 0, 1,
          "how far members are reminded while they are there, by media and a hotline",
          "C8-P02, C8-M12", "zero", needs=("mission_inside",)),
    Lever("mission.command", "region", "ratio", -1, 1,
          "tone from the top: -1 commanders allow it, 0 they say nothing, 1 they forbid it and mean it",
          "C8-M17", "zero", needs=("mission_inside",)),
    Lever("mission.curfew", "region", "share", 0, 1,
          "share of free hours for which members are confined",
          "C8-P05, C8-M28", "zero", needs=("mission_inside",)),
    Lever("mission.rating", "region", "share", 0, 1,
          "weight of the conduct of units in what commanders are rated by",
          "C8-P13, C8-M18", "flat", needs=("mission_inside",)),
    Lever("mission.rating_effort", "region", "share", 0, 1,
          "how far that rates what commanders do about it, in place of the number of cases on record",
          "C8-X04, C8-M18", "zero", needs=("mission_inside",)),
    Lever("mission.whistleblowers", "region", "share", 0, 1,
          "how far members who report a colleague are protected",
          "C8-P16, C8-M20", "zero", needs=("mission_inside",)),
    Lever("mission.handover", "region", "share", 0, 1,
          "how far files are handed over when members rotate and when a mission ends",
          "C8-M19", "zero", needs=("mission_inside",)),
    Lever("mission.courts", "region", "share", 0, 1,
          "share of trials by senders that are held where it happened",
          "C8-P09, C8-M09", "zero", needs=("mission_inside",)),
    Lever("mission.advisers", "region", "share", 0, 1,
          "how far legal advisers of senders and forensic staff take part in gathering evidence",
          "C8-P10, C8-M09", "zero", needs=("mission_inside",)),
    Lever("mission.refuse", "region", "share", 0, 1,
          "how far groups with a bad record are sent home and not taken again",
          "C8-P14, C8-M32", "zero", needs=("mission_inside",)),
    Lever("mission.contractors", "region", "share", 0, 1,
          "how far contracts bind those who work for a mission",
          "C8-P17, C8-M16", "zero", needs=("mission_inside",)),
    Lever("mission.local_police", "region", "share", 0, 1,
          "how far a mission stands beside local police and trains them",
          "C8-M22", "zero", needs=("mission_inside",)),
)
# fmt: on

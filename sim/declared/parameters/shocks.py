"""Declared parameters of what shocks do: legs that close, and a rule of law that wears away; see the package."""

from __future__ import annotations

from sim.ground.quantities import Parameter

P = Parameter

# one declaration reads like a row of a table
# fmt: off
SHOCK_PARAMETERS: tuple[Parameter, ...] = (
    P("journey.closed_patience", 6.0, "weeks", 0, 520,
      "mean weeks for which people wait before a closed leg until they turn back"),
    # rule of law as a stock (switch law_decays)
    P("law.conflict", 1.5, "ratio", 0, 20,
      "log of the rule of law that conflict over that at the start takes in the end, at full conflict",
      "C1-M26", "A"),
    P("law.corruption", 1.0, "ratio", 0, 20,
      "log of the rule of law that police who sell, over those at the start, take in the end, if all of them do",
      "C6-M24, C8-M22", "A", True),
    P("law.falls", 26.0, "weeks", 1, 5200, "half-life with which the rule of law falls to what conflict leaves of it",
      "C1-M26", "A"),
    P("law.recovers", 260.0, "weeks", 1, 5200, "half-life with which it comes back when they are over",
      "C1-M29", "A"),
)
# fmt: on

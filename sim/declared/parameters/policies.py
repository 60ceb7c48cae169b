"""Declared parameters of governments that react; see :mod:`sim.declared.parameters`."""

from __future__ import annotations

from sim.ground.quantities import Parameter

P = Parameter

# one declaration reads like a row of a table
# fmt: off
GOVERNMENT_PARAMETERS: tuple[Parameter, ...] = (
    P("government.few", 1.0, "count", 0.01, 10_000,
      "what is added to counts, so that one case more or less is no surge", "C13-M13", "A"),
    P("government.memory", 0.5, "share", 0, 1, "share of a year's salience that is left in the next", "C13-M13", "A"),
    P("government.control", 0.5, "ratio", 0, 20,
      "effort at a border added for each unit of the log of stops there", "C4-M43", "A"),
    P("government.visas", 0.3, "ratio", 0, 20, "how strongly visible arrivals close visas", "C4-M43", "A"),
    P("government.floor", 0.6, "share", 0, 1, "staff that does not depend on cases recorded", "C13-M13", "A"),
    P("government.scandal", 0.2, "ratio", 0, 20, "staff added for each unit of the log of deaths found",
      "C8-M21", "Q"),
    P("government.most", 3.0, "ratio", 1, 100, "most staff that a government pays, over what it would be"),
)
# fmt: on

"""Declared parameters of debts: lending, interest, service, and claims that are not served; see the package."""

from __future__ import annotations

from sim.ground.quantities import Parameter

P = Parameter

# one declaration reads like a row of a table
# fmt: off
DEBT_PARAMETERS: tuple[Parameter, ...] = (
    P("debt.interest", 0.004, "/week", 0, 1, "interest on debts to providers and venues", "C5-M34", "Q"),
    P("debt.lending", 0.6, "ratio", 0, 100, "most that a provider has lent, over its capital"),
    P("debt.markup", 0.6, "ratio", 0, 40, "what is added to a fee that is lent", "C10-Q19", "Q"),
    P("debt.service_share", 0.5, "share", 0, 1, "share of credited pay that goes to a creditor who can collect"),
    P("debt.household_share", 0.1, "share", 0, 1, "share of pay at home that does", "C5-M34", "Q"),
    P("debt.arrears", 8, "weeks", 1, 520,
      "weeks for which a debt may not be served until a provider goes after the debtor", "C13-M37", "A"),
    P("debt.pressed_again", 8, "weeks", 1, 520,
      "weeks until it goes after the same debtor again; it can make up for as many in which it went after nobody"),
    P("debt.per_member", 0.5, "/week", 0, 100, "debtors after whom a member of an enterprise can go", "C3-M21", "A"),
    P("debt.notice", 2.0, "weeks", 0, 52,
      "weeks in which a debtor who is to be put to work can flee or complain before", "C4-M02", "A"),
)
# fmt: on

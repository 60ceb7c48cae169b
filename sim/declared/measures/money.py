"""Metrics of money and of threats: channels and what can be traced, assets, who is pressed and gives in."""

from __future__ import annotations

from functools import partial

from sim.declared.measures.metrics import NETWORKS, PROTECTION, Metric

M = partial(Metric, topic=NETWORKS)
T = partial(Metric, topic=PROTECTION)

# one metric reads like a row of a table: name, kind, unit, meaning, counters
# fmt: off
MONEY_METRICS: tuple[Metric, ...] = (
    M("money_moved", "flow", "US$/year", "money that enterprises move", ("money_moved",)),
    M("money_by_courier", "ratio", "share", "money carried as cash, of what enterprises move", ("money_courier",),
      ("money_moved",), label="Money carried as cash"),
    M("money_by_informal_transfer", "ratio", "share", "money through informal transfers, of what enterprises move",
      ("money_informal",), ("money_moved",), label="Money through informal transfers"),
    M("money_by_bank", "ratio", "share", "money through banks and money services, of what enterprises move",
      ("money_bank",), ("money_moved",), label="Money through banks and money services"),
    M("money_by_front", "ratio", "share", "money through the books of lawful firms, of what enterprises move",
      ("money_front",), ("money_moved",), label="Money through lawful firms"),
    M("money_laundered", "ratio", "share", "money that is laundered, of what enterprises move", ("money_laundered",),
      ("money_moved",)),
    M("money_traceable", "ratio", "share", "how far money that enterprises move can be traced", ("money_traceable",),
      ("money_moved",)),
    M("money_cost", "ratio", "share", "what moving and laundering money cost, over what is moved", ("money_fees",),
      ("money_moved",)),
    M("leads_money", "flow", "leads/year", "leads found by following money", ("leads_money",), tag="activity"),
    M("capital_frozen", "flow", "US$/year", "capital of enterprises that is frozen on a charge", ("capital_frozen",),
      tag="activity"),
    M("capital_confiscated", "flow", "US$/year", "capital of enterprises that is confiscated", ("capital_taken",),
      tag="activity"),
    M("capital_out_of_reach", "flow", "cases/year",
      "charges after which capital stood where nobody who took part in the case could freeze it",
      ("capital_out_of_reach",), tag="activity"),
    M("facilitator_assets", "flow", "US$/year", "assets taken from facilitators on arrest", ("facilitator_assets",),
      tag="activity"),
    M("care_from_assets", "flow", "US$/year", "confiscated money that pays for safe accommodation",
      ("care_from_assets",), topic=PROTECTION),
    M("confiscation_expected", "level", "US$",
      "what expected confiscation adds to what a conviction costs an owner, in the mean over places",
      ("confiscation_expected",)),
    T("witnesses_offered_money", "flow", "events/year", "offers of money to take a statement back",
      ("threats_offers",)),
    T("witnesses_threatened", "flow", "events/year", "threats and violence against witnesses and their families",
      ("threats_warnings", "threats_violence"), tag="impact",
      label="Threats and violence against witnesses"),
    T("witness_violence", "flow", "events/year", "violence against witnesses and their families",
      ("threats_violence",), tag="impact"),
    T("families_threatened", "flow", "events/year", "threats and violence that reach a family at home",
      ("threats_families",), tag="impact"),
    T("threats_bought", "ratio", "share", "threats and violence that somebody was paid for", ("threats_bought",),
      ("threats_warnings", "threats_violence")),
    T("threats_cost", "flow", "US$/year", "what suspects pay for offers, threats and violence", ("threats_cost",)),
    T("recanted_pressed", "flow", "events/year", "statements taken back because a witness is pressed",
      ("recanted_pressed",), tag="impact"),
    T("recanted_paid", "ratio", "share", "of these, statements taken back for money", ("recanted_paid",),
      ("recanted_pressed",)),
    T("recanting_punished", "flow", "events/year", "fines for taking a statement back under pressure",
      ("recanting_punished",), tag="impact"),
    T("cases_fallen", "flow", "cases/year",
      "cases dropped or lost after a statement was taken back under pressure", ("cases_fallen",)),
    T("revenge_on_return", "flow", "events/year",
      "people who had spoken and are hurt on return to where those stand whom they named", ("revenge",),
      tag="impact"),
    T("believed_threat", "level", "share", "chance of being threatened for a statement that people believe in",
      ("believed_threat",)),
)
# fmt: on

"""Declared parameters of money and threats: channels, assets, who presses witnesses and how; see the package."""

from __future__ import annotations

from sim.declared.parameters.tables import each
from sim.ground.quantities import Parameter

P = Parameter

# one declaration reads like a row of a table
# fmt: off
MONEY_PARAMETERS: tuple[Parameter, ...] = (
    # by channel for money
    *each("money.fee_{}", "share", 0, 1,
          "what moving money through a channel costs, over what is moved, by channel", "C5-M51", "A",
          courier=0.03, informal=0.04, bank=0.05, front=0.10),
    *each("money.trace_{}", "share", 0, 1,
          "how far money that has gone through a channel can be traced, by channel", "C5-M51, C5-M50", "A",
          courier=0.10, informal=0.15, bank=0.80, front=0.40),
    P("money.checks_cost", 0.08, "share", 0, 1,
      "what full checks add to the cost of the channel that is checked, over what is moved", "C10-M53", "A"),
    P("money.checks_trace", 0.6, "share", 0, 1,
      "of what cannot be traced in a channel, the share that full checks make traceable", "C10-M53", "A"),
    P("money.laundering", 0.12, "share", 0, 1,
      "what laundering costs, over what is laundered", "C3-M22, C10-M53", "A"),
    P("money.laundering_hides", 0.6, "share", 0, 1, "share of the trace of money that laundering removes",
      "C5-M50", "A"),
    P("money.laundering_least", 1_000.0, "US$", 0, 1e7,
      "receipts in four weeks from which an enterprise may launder: small sums are spent", "C3-M22", "A"),
    P("money.front_licit", 0.5, "share", 0, 1,
      "how far the business of somebody who handles money must be lawful otherwise to serve as a front", "C5-M50", "A"),
    P("money.at_risk", 2.0, "ratio", 0, 100,
      "what an enterprise fears to lose of money that can be traced in full, over what it moves, where money is "
      "followed in every case and always confiscated", "C5-M51", "A"),
    P("money.taste", 0.5, "ratio", 0, 2,
      "spread of what channels for money are worth to enterprises beside their cost: the power of an exponential "
      "factor on it; 0: all take the cheapest", "EC 2.14", "T"),
    P("money.sticks", 0.9, "share", 0, 1,
      "cost of another channel, over that of the present one, below which an enterprise changes", "C5-M51", "A"),
    P("money.lead", 4.0, "/year", 0, 100,
      "leads on an enterprise whose money can be traced in full and earns money.lead_scale a week, where money is "
      "followed in every case", "C5-M14", "A"),
    P("money.lead_scale", 2_000.0, "US$", 1, 1e7, "receipts of a week that show as often as money.lead says",
      "C5-M14", "A"),
    P("money.lead_reports", 2.0, "ratio", 0, 100,
      "how many more leads come from a channel that is checked in full and has to report", "C5-M51", "A"),
    P("money.lead_money", 0.4, "share", 0, 1, "evidence of money with which such a lead begins", "C5-M52", "A"),
    P("money.lead_network", 0.2, "share", 0, 1, "what is known of the network when such a lead begins",
      "C5-M14", "A"),
    # assets
    P("assets.facilitator_saved", 0.5, "years", 0, 20,
      "income that a facilitator has kept and that could be taken on arrest", "C10-M54", "A"),
    P("assets.care_weeks", 52.0, "weeks", 1, 520,
      "weeks over which a fund from confiscated assets pays for places that it can afford", "C10-M54", "A"),
    P("assets.care_cost", 350.0, "US$/week", 1, 1e5, "what a place in safe accommodation costs such a fund",
      "C10-M54", "A"),
    P("assets.accounts", 0.3, "share", 0, 1,
      "chance that full examination of what officials own brings one sale to light that was paid in money",
      "C3-M45", "A"),
    # threats to witnesses and their families
    P("threat.pace", 0.06, "/week", 0, 1, "suspects who know that somebody speaks and press her in a week",
      "C5-M30", "A"),
    P("threat.learns", 0.02, "/week", 0, 1,
      "chance that suspects learn before a charge that somebody has made a statement", "C5-M38", "A"),
    P("threat.sold", 0.3, "/week", 0, 1,
      "chance that they buy the name where all officers of the police sell", "C2-M36, C5-M38", "A"),
    P("threat.member", 0.3, "share", 0, 1,
      "chance that a free guard or collector of an enterprise can be spared to press somebody", "C5-M29", "A"),
    P("threat.owner", 0.8, "share", 0, 1,
      "the same of owners who would use violence; of others less, by the hardest means of control that they would use",
      "C5-M30", "A"),
    *each("threat.price_{}", "US$", 0, 1e6,
          "what pressing a witness costs whoever buys it: of an offer what she is paid to take it back, by step",
          "C5-M30", "Q", offer=1000.0, warning=300.0, violence=5000.0),
    *each("threat.works_{}", "share", 0, 1,
          "chance that a witness without protection gives in, by step", "C5-M30, C5-M13", "A",
          offer=0.05, warning=0.15, violence=0.35),
    P("threat.patience", 3, "count", 1, 100, "threats before violence is thought of", "C5-M30", "A"),
    P("threat.family", 1.0, "ratio", 0, 10,
      "how much better a threat to a family works than one to the witness, up to certainty", "C5-M29", "A"),
    P("threat.sheltered", 0.6, "share", 0, 1,
      "share of threats that do not reach people in safe accommodation of full quality", "C5-P27, C12-P05", "A"),
    P("threat.tired", 0.3, "share", 0, 1,
      "of witnesses who take a step back, those who do so because it takes long and not under threat", "C5-M13", "A"),
    P("threat.heavy", 60.0, "days", 0, 3650, "days in safety until symptoms clear of a person who has met violence",
      "C5-M30", "A"),
    P("threat.shows", 0.15, "share", 0, 1,
      "evidence of control, of what is missing, that violence against a witness leaves", "C10-M32", "A"),
    P("threat.read", 0.05, "share", 0, 1,
      "the same of a statement that was taken back under threat, which judges may read as a sign of control",
      "C5-M13", "A"),
    P("threat.returned", 0.3, "share", 0, 1,
      "chance that an enterprise takes revenge on a person who spoke against it and is sent back to where it stands",
      "C5-M39", "A"),
    P("justice.inquiry_limit", 1040.0, "weeks", 4, 1040,
      "start value of justice.inquiry_limit; longer than any case is worked on", "C5-M18", "A"),
    P("telling.hidden_spared", 0.5, "share", 0, 1,
      "share of what a further rung costs that goes where witnesses are not seen or named", "C13-M12", "A"),
)
# fmt: on

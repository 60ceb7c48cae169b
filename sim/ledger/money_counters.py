"""What is counted of money and of threats, in the order of the columns."""

from __future__ import annotations

MONEY: tuple[tuple[str, str], ...] = (
    ("money_moved", "US$ that enterprises moved"),
    ("money_courier", "of these, US$ that somebody carried as cash"),
    ("money_informal", "of these, US$ through informal transfers"),
    ("money_bank", "of these, US$ through banks and money services"),
    ("money_front", "of these, US$ through the books of lawful firms"),
    ("money_laundered", "of these, US$ that were laundered"),
    ("money_traceable", "sum over these of how far they can be traced, US$"),
    ("money_fees", "US$ that moving and laundering cost"),
    ("leads_money", "leads that were found by following money"),
    ("capital_frozen", "US$ of capital of enterprises that was frozen"),
    ("capital_taken", "US$ of it that were confiscated"),
    ("capital_out_of_reach", "charges after which capital stood where nobody who took part could freeze it"),
    ("facilitator_assets", "US$ taken from facilitators on arrest"),
    ("care_from_assets", "US$ of confiscated money that paid for safe accommodation"),
    ("confiscation_expected", "mean US$ by which expected confiscation adds to what a conviction costs an owner"),
    ("threats_known", "weeks in which suspects knew that somebody had made a statement"),
    ("threats_offers", "offers of money to witnesses to take back what they said"),
    ("threats_warnings", "threats to witnesses or their families"),
    ("threats_violence", "acts of violence against witnesses or their families"),
    ("threats_families", "of threats and violence, those that reached a family at home"),
    ("threats_bought", "of threats and violence, those that somebody was paid for"),
    ("threats_cost", "US$ paid for offers, threats and violence"),
    ("recanted_pressed", "witnesses who took back what they had said because they were pressed"),
    ("recanted_paid", "of these, people who took money"),
    ("recanting_punished", "of those who took a statement back, people who were fined for it"),
    ("cases_fallen", "cases that were dropped or ended without conviction after a statement was taken back so"),
    ("revenge", "people who had made a statement and were hurt on return to where those stand whom they named"),
    ("believed_threat", "mean chance of being threatened for a statement that people believe in"),
)

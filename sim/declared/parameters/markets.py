"""Declared parameters of demand, of ways to move and of what society thinks; see :mod:`sim.declared.parameters`."""

from __future__ import annotations

from sim.ground.quantities import Parameter

P = Parameter

# one declaration reads like a row of a table
# fmt: off
MARKET_PARAMETERS: tuple[Parameter, ...] = (
    # demand (model 4.10)
    # below 1: where all pay is withheld the price would be nothing, and demand without end
    P("demand.pass_through", 0.5, "share", 0, 0.95, "share of what is withheld from workers that lowers the price"),
    P("demand.displaced", 0.3, "share", 0, 1, "buyers who stay away here and would buy in a neighbouring region",
      "C1-F10", "A", True),
    P("demand.cycle", 0.0, "share", 0, 0.9, "swing of demand over the business cycle; 0 is steady"),
    P("demand.cycle_years", 7.0, "years", 1, 50, "length of the business cycle"),
    P("demand.ethical", 0.3, "share", 0, 1, "share of buyers who stay away once a campaign has reached them",
      "C7-P05, C8-M11", "A"),
    P("demand.campaign_alone", 0.3, "share", 0, 1, "part of that effect without a law behind the campaign",
      "C7-P05", "A"),
    P("demand.campaign_half_life", 26.0, "weeks", 1, 520, "half-life of what buyers remember of a campaign",
      "C7-P05", "A"),
    P("demand.price_spread", 0.15, "ratio", 0.001, 5,
      "spread of buyers' comparison of places with and without a licence, in logs"),
    P("demand.licence_cost", 0.1, "share", 0, 10, "what a licence and its inspections add to the price", "C9-P04", "A"),
    P("demand.legal_growth", 0.15, "share", 0, 10, "by how much demand grows where buying is legal and safe",
      "EC 2.8", "E", True),
    P("demand.seller_elasticity", 1.0, "ratio", 0, 20,
      "how strongly a penalty keeps people from work that they would choose", "EC 2.10", "T"),
    P("demand.seen_by_buyers", 0.5, "share", 0, 1, "chance that buyers see exploitation in an open place",
      "C10-P18", "A"),
    P("mission.demand_sex", 0.15, "ratio", 0, 10, "people in commercial sex for each member of a mission",
      "C8-M01, C8-Q12", "A"),
    P("mission.demand_other", 0.02, "ratio", 0, 10, "people in each other sector for each member", "C8-M35", "A"),
    P("mission.under_cover", 0.4, "share", 0, 1, "part of what rules of conduct stop that goes on under cover",
      "C8-M13", "A"),
    P("mission.safe_venues", 0.3, "share", 0, 10, "by how much patrols that keep venues safe raise demand",
      "C8-M14", "A"),
    P("mission.tour", 1.0, "years", 0.05, 20, "mean time that members of a mission stay", "C8-M10", "A"),
    P("mission.monitoring", 0.12, "share", 0, 1, "chance that a sale by a member comes to light inside a mission whose "
      "rules of conduct are enforced in full", "C8-M18", "A"),
    P("mission.size", 0.0, "per 1000 at risk", 0, 1000, "start value of the lever mission.size"),
    P("mission.immunity", 0.9, "share", 0, 1, "start value of the lever mission.immunity", "C8-M05", "A"),
    P("mission.conduct", 0.0, "share", 0, 1, "start value of the lever mission.conduct"),
    P("mission.patrols", 0.0, "ratio", -1, 1, "start value of the lever mission.patrols"),
    # ways to move
    P("visa.staff", 100.0, "per 1000 at risk and year", 0.01, 100,
      "start value of the lever visa.staff; 100 is no limit", "C4-M26", "A"),
    P("carrier.care", 0.6, "share", 0, 1, "forged papers that carriers find who pay for every mistake", "C4-P04", "A"),
    P("carrier.misjudged", 0.05, "share", 0, 1, "passengers with papers in order whom they refuse", "C13-M39", "A"),
    P("border.pushback_danger", 1.0, "ratio", 0, 20, "danger of being sent back, over that of the crossing"),
    P("beliefs.campaign_fear", 1.0, "ratio", 0, 50,
      "by how much a campaign that reaches all raises the risk of exploitation that people believe in",
      "C7-P01, C10-M44", "A"),
    P("beliefs.campaign_step", 0.3, "share", 0, 1, "share of what a person does not know that a campaign tells her",
      "C7-P02", "A"),
    P("beliefs.centre", 0.1, "/week", 0, 10,
      "true reports on visas that centres which reach all add, for each decision that consulates remember", "C7-P03",
      "A"),
    P("recruit.licence", 4.0, "ratio", 0, 100,
      "by how much full licensing raises what a false promise costs a recruiter", "C7-P32", "A"),
    # society
    P("society.awareness", 0.2, "share", 0, 1, "start value of the lever society.awareness", "C7-M16", "A"),
    P("society.awareness_weight", 2.0, "ratio", 0, 50, "by how much a public that knows all signs reports more",
      "C7-M16", "A"),
    P("society.xenophobia", 0.4, "share", 0, 1, "start value of the lever society.xenophobia", "C4-M43", "A"),
    P("society.xenophobia_weight", 1.0, "ratio", 0, 20,
      "log change of goodwill, trust and readiness to report, from none to full hostility", "C4-M43", "A"),
    P("society.stigma", 1.0, "ratio", 0, 3, "start value of the lever society.stigma", "C1-M64", "A"),
    P("society.networks_help", 0.1, "share", 0, 5,
      "by how much organised communities raise what new arrivals can expect to earn", "C7-P09", "A"),
    P("exit.reporting", 2.0, "ratio", 0, 50, "by how much clients who are heard and unpunished report more",
      "C13-M38", "A"),
)
# fmt: on

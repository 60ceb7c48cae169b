"""Declared switches: mechanisms that can be turned off, held as in the baseline twin, or set to a named variant."""

from __future__ import annotations

from sim._callable import callable_as_table
from sim.quantities import Switch

callable_as_table(__name__)

# fmt: off
SWITCHES: dict[str, Switch] = {
    item.name: item
    for item in (
        Switch("entry_exit", "on", ("on", "off", "hold"),
               "enterprises enter when profit draws them and leave when it fails", "who enters and who leaves",
               "C4-M09, C4-M16", "Q"),
        Switch("rerouting", "on", ("on", "off", "hold"),
               "enterprises move to the route that has become the cheapest",
               "route of each offer", "C4-M18, C5-M02", "Q"),
        Switch("can_save_first", "on", ("on", "off"), "people who cannot pay a fee may decide to save for it",
               "the option to save", "EC 2.3", "T", True),
        Switch("belief_learning", "on", ("on", "off", "hold"), "communities and providers learn from what happens",
               "belief counts", "C7-P03, C5-M02", "A"),
        Switch("experience", "on", ("on", "off"), "crossing a leg teaches an enterprise how to cross it undetected",
               "experience of a leg", "C4-M18, C5-M02", "Q"),
        Switch("debt_finance", "on", ("on", "off", "hold"), "providers lend fees as far as they expect to recover them",
               "credit limit", "EC 2.2, EC 2.3", "T", True),
        Switch("type_observable", "off", ("off", "on"), "seekers see which enterprises would hand them over",
               "loss that seekers expect of an enterprise", "EC 2.4", "T", True),
        Switch("pricing", "profit_max", ("profit_max", "target_return"),
               "controllers keep people as long as it pays, or until what they spent has come back with a return",
               "receipts still to take", "C4-S04", "A", True),
        Switch("control_capacity", "on", ("on", "off", "hold"),
               "controlling more people than a venue can watch costs more",
               "shadow price of attention", "EC 2.4", "T", True),
        Switch("deportation_fear", "on", ("on", "off", "hold"),
               "people without status fear removal when they think of leaving or complaining",
               "fear of removal", "C4-M11, C1-M60", "Q"),
        Switch("origin_trust", "on", ("on", "off"), "lawlessness at home lowers trust in authorities abroad",
               "trust before a first contact", "C1-M60", "A"),
        Switch("client_tips", "on", ("on", "off", "hold"), "clients report what they see", "hazard of tips by clients",
               "C13-S05", "A"),
        Switch("private_venues", "on", ("on", "off", "hold"), "venues become less visible where being seen costs more",
               "visibility", "C9-M04", "E"),
        Switch("demand_displacement", "on", ("on", "off", "hold"), "buyers who stay away here may buy next door",
               "buyers from next door", "C1-F10", "A", True),
        Switch("free_movement_substitution", "on", ("on", "off"),
               "those who may move freely need no provider, or only those with kin to receive them",
               "who uses free movement", "C7-P28, C7-M41", "A", True),
        Switch("rescue_vacancy", "on", ("on", "off"), "a place that a rescued person leaves is ordered anew",
               "orders from removals", "C10-S14", "A", True),
        Switch("promotion", "on", ("on", "off"), "people exploited for long may be made guards or recruiters",
               "hazard of promotion", "C1-M43, C1-M44, C1-M45", "E"),
        Switch("portfolio", "on", ("on", "off"),
               "enterprises take up handing people over, or give it up, by what it brings",
               "share that each takes of a person's value", "C3-M34, C4-M01", "A"),
        Switch("transit_extortion", "on", ("on", "off", "hold"), "carriers may demand more on the way",
               "what going on and its alternatives are worth", "C4-M01", "Q"),
        Switch("trauma_weight", "on", ("on", "off"), "heavy symptoms make telling harder", "weight of symptoms",
               "C7-M15", "E", True),
        Switch("corruption", "on", ("on", "off", "hold"), "officials sell what their post lets them leave undone",
               "share of posts that sell, and prices", "C2-M01, C2-M03", "A"),
        Switch("network_replacement", "on", ("on", "off", "hold"),
               "enterprises find others for partners who were arrested, as fast as others are idle; off, they wait",
               "how fast partners are found, by node", "C10-M25, C10-M24", "A"),
        Switch("government_reaction", "off", ("off", "on", "hold"),
               "governments answer visible arrivals, scandals and recorded cases with borders, visas and staff",
               "levers that governments move", "C13-M13, C8-M21, C4-M43", "A", True),
        Switch("market_power", "on", ("on", "off"),
      "fees carry a mark-up that grows with an enterprise's share of a route",
               "mark-up", "C4-M16, EC 2.5", "T"),
    )
}
# fmt: on

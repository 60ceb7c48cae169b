"""Declared parameters of networks and facilitators; see :mod:`sim.declared.parameters`."""

from __future__ import annotations

from sim.ground.quantities import Parameter

P = Parameter

# one declaration reads like a row of a table
# fmt: off
NETWORK_PARAMETERS: tuple[Parameter, ...] = (
    P("network.flux", 1.0, "ratio", 0, 100, "weight of enterprises that find another partner for each job", "C10-M23",
      "A"),
    P("network.broker", 1.0, "ratio", 0, 100, "weight of enterprises that work with whom brokers know", "C10-M24", "A"),
    P("network.chain", 1.0, "ratio", 0, 100, "weight of enterprises with one partner for each hand-over", "C10-M25",
      "E"),
    P("network.mesh", 1.0, "ratio", 0, 100, "weight of enterprises with several known partners", "C10-M26", "E"),
    P("network.hub", 1.0, "ratio", 0, 100, "weight of enterprises that own what they need", "C10-M27", "E"),
    P("network.needs", 1.0, "ratio", 0, 2, "functions that enterprises need from others, over what the table of types "
      "says; 0 makes them self-contained", "C3-M21", "A"),
    P("network.meeting", 1.0, "ratio", 0, 100, "how fast partners are found, over what each form's table says",
      "C10-M25", "A"),
    P("network.defection", 0.015, "/week", 0, 1, "chance that a partner without trust or loyalty leaves", "C10-M23",
      "A"),
    P("network.trust_pace", 0.04, "/week", 0, 1, "share of missing trust that a week of work together adds", "C10-M21",
      "A"),
    P("network.cheating", 0.1, "share", 0, 1, "clients who cannot be served because a partner without trust does not "
      "do his part", "C10-M23", "A"),
    P("network.aid", 0.15, "share", 0, 1, "what the best partners for transport and documents add to an enterprise's "
      "skill, and the worst take"),
    P("network.brokered", 0.7, "share", 0, 1, "share of clients whom an enterprise that lives by brokers could not "
      "serve without one", "C10-M24", "A"),
    P("network.searched", 64, "count", 1, 1_000_000, "slots that a search for a partner looks through"),
    P("network.weeks_before", 12, "weeks", 0, 520, "weeks that enterprises have had to find partners when a run "
      "starts"),
    P("network.house_weeks", 12, "weeks", 4, 520, "weeks between reviews of what is done in house, and of whether to "
      "hand people over", "C3-M23", "A"),
    P("network.looked_at", 32, "count", 1, 10_000, "enterprises of its region that a group thinks of joining"),
    P("network.house_share", 0.5, "ratio", 0, 10, "what keeping a function in house costs, over the usual price of "
      "serving a whole capacity outside", "C3-M23", "A"),
    P("network.leaderless", 0.5, "share", 0, 1, "clients whom a group without an organiser still serves", "C10-M27",
      "A"),
    P("network.succession", 8.0, "weeks", 0.5, 1000, "mean time until another member leads", "C10-M27", "A"),
    P("network.fragments", 0.5, "share", 0, 1, "chance that a hub which loses its organiser breaks into parts",
      "C10-M27", "A"),
    P("network.learns", 12, "count", 1, 100, "good months after which those who take anyone turn to brokers", "C10-M22",
      "A"),
    P("network.hardens", 2.0, "count", 0.1, 100, "partners lost in half a year after which a chain becomes a mesh",
      "C10-M22", "A"),
    P("network.least_use", 0.15, "share", 0, 1, "part of its capacity that an enterprise without a history expects to "
      "need"),
    P("network.lost_kept", 0.974, "/week", 0, 1, "what is left of the memory of lost partners after a week: about half "
      "of it in half a year", "C10-M22", "A"),
    P("network.still_felt", 0.7, "share", 0, 1, "what is left of losses spread over half a year when they are counted; "
      "follows from network.lost_kept (0.73 at 0.974), and is not worked out from it"),
    P("network.without_brokers", 0.15, "share", 0, 1, "how fast those who live by brokers find partners without one, "
      "over with one", "C10-M24", "A"),
    P("network.move_below", 0.7, "ratio", 0, 1, "cost and risk elsewhere, over the present, below which a portable "
      "function moves", "C3-M07", "A"),
    P("network.move_weeks", 52, "weeks", 1, 520, "weeks between reviews of where portable functions stand", "C3-M07",
      "A"),
    P("network.good_use", 0.2, "share", 0, 1, "share of its capacity that an enterprise must expect to use for a month "
      "to count as good", "C10-M22", "A"),
    P("network.good_throughput", 0.8, "share", 0, 1, "share of its clients that it must be able to serve then",
      "C10-M22", "A"),
    P("network.part_people", 3, "people", 1, 100, "least people for each part of a hub that breaks apart", "C10-M27",
      "A"),
    P("network.parts_most", 4, "count", 2, 100, "most parts into which a hub breaks", "C10-M27", "A"),
    P("network.parts_skill", 0.5, "share", 0, 1, "weight of the skill of the hub in that of its parts", "C10-M27", "A"),
    P("network.parts_trust", 0.5, "share", 0, 1, "what is left of the trust of its partners", "C10-M27", "A"),
    P("network.parts_experience", 0.5, "share", 0, 1, "what each part takes of its experience of the way", "C10-M27",
      "A"),
    P("network.hires_from", 1.15, "ratio", 1, 20, "scarcity above which a group with means takes somebody in",
      "C10-M35", "A"),
    P("network.hires_capital", 1.2, "ratio", 0, 100, "capital above which it does, over starting capital; what is "
      "above twice that is taken out", "C10-M35", "A"),
    P("network.hire_cost", 0.2, "ratio", 0, 10, "what taking one more in costs, over starting capital for each member"),
    P("network.shrinks_after", 6, "weeks", 1, 520, "weeks below outside profit after which a group lets go whom it has "
      "hired"),
    P("network.joins_after", 9, "weeks", 1, 520, "weeks below outside profit after which a group would join another"),
    P("network.settled_weeks", 26, "weeks", 0, 520, "weeks in business before an enterprise reviews what else it could "
      "do", "C3-M34", "A"),
    P("facilitator.latent", 20.0, "per 1000 at risk", 0, 1000, "people and firms who might facilitate", "C3-M21", "A"),
    P("facilitator.open_start", 0.25, "share", 0, 1, "of them, those who do when a run starts"),
    P("facilitator.threshold", 0.3, "ratio", 0, 100, "income that draws a facilitator in, over that of a whole "
      "capacity at the usual price"),
    P("facilitator.threshold_spread", 0.6, "sd log", 0, 4, "sd of the log of that threshold"),
    P("facilitator.loyalty_spread", 0.6, "share", 0, 2, "width of the spread of loyalty among facilitators of one "
      "function"),
    P("facilitator.looks", 0.25, "share", 0, 1, "share of latent facilitators who look at the market in four weeks",
      "C10-M25", "A"),
    P("facilitator.pace", 0.3, "share", 0, 1, "part of the way to the level that goes with its use that a price moves "
      "in four weeks"),
    P("facilitator.price_most", 4.0, "ratio", 1, 20, "price where scarcity is greatest, over the usual one"),
    P("facilitator.price_least", 0.5, "ratio", 0.01, 1, "price where nobody asks, over the usual one"),
    P("facilitator.usual_use", 0.5, "share", 0, 2, "share of capacity in use that goes with the usual price; for "
      "enterprises it is another"),
    P("facilitator.use_most", 2.0, "ratio", 1, 20, "utilisation at which scarcity is greatest"),
    P("facilitator.memory", 0.25, "share", 0.01, 1, "weight of the newest four weeks in what a facilitator reckons to "
      "earn"),
    P("facilitator.poor_income", 0.5, "share", 0, 1, "part of the income that draws a facilitator in below which four "
      "weeks count as poor"),
    P("facilitator.poor_months", 6, "count", 1, 100, "poor periods of four weeks until a facilitator stops", "C10-M25",
      "A"),
    P("facilitator.risk_kept", 0.987, "/week", 0, 1, "what is left of the memory of arrests after a week: about half "
      "of it in a year", "C10-M25", "A"),
    P("facilitator.border", 0.05, "share", 0, 1, "chance that a guided crossing which is stopped leads to whoever "
      "provided the transport", "C1-M42", "A"),
    P("facilitator.dread", 2.0, "ratio", 0, 100, "how much more must be earned where one in a hundred is arrested in a "
      "year, in per cent of the threshold"),
    P("facilitator.front_share", 0.6, "share", 0, 1, "share of genuine papers from fronts that stands or falls with "
      "licit facilitators of documents", "C10-M29", "Q"),
    # operations
    P("operation.sees", 0.12, "/week", 0, 1, "chance that a week of work shows a partner who is not hidden, at full "
      "skill", "C3-M41", "A"),
    P("operation.mistaken", 0.2, "share", 0, 1, "of those noted, people who are not what they seem, without "
      "intelligence", "C10-M22", "A"),
    P("operation.seen_kept", 0.987, "/week", 0, 1, "what is left after a week of how often investigators have come "
      "across somebody: about half of it in a year", "C3-M41", "A"),
    P("operation.noise", 0.1, "ratio", 0, 1, "spread by chance in whose function is taken for the scarcest",
      "C10-M22", "A"),
    P("operation.licit_hides", 0.5, "share", 0, 1, "how far a licit business keeps its owner from suspicion", "C10-M29",
      "Q"),
    P("operation.tie_shows", 0.3, "ratio", 0, 10, "how much each tie that is noted shows of the network", "C3-M41",
      "A"),
    P("operation.named_movement", 0.2, "share", 0, 1, "evidence of movement against an enterprise that a facilitator "
      "under arrest has named", "C9-M19", "E"),
    P("operation.wrongly_held", 4, "weeks", 0, 520, "weeks for which somebody is held who was taken for another"),
    P("intel.reach", 2.0, "ratio", 0, 50, "by how much full intelligence cells raise what is found of networks, and "
      "how many leads police find", "C3-M41", "A"),
    P("intel.staff", 10.0, "ratio", 0, 100, "by how much full intelligence cells raise the staff of intelligence",
      "C5-P34", "A"),
    P("coop.vetting_prevents", 0.8, "share", 0, 1, "share of leaks that full vetting prevents", "C3-M41", "A"),
    P("police.node_random", 0.1, "share", 0, 1, "start value of police.node_random at full rule of law"),
    P("police.node_connected", 0.0, "share", 0, 1, "start value of police.node_connected"),
    P("police.node_bridge", 0.0, "share", 0, 1, "start value of police.node_bridge"),
    P("police.node_broker", 0.0, "share", 0, 1, "start value of police.node_broker"),
    P("police.node_leader", 0.0, "share", 0, 1, "start value of police.node_leader"),
    P("police.node_scarcest", 0.0, "share", 0, 1, "start value of police.node_scarcest"),
    P("police.watch", 8.0, "weeks", 0, 52, "start value of police.watch", "C3-M42", "A"),
    P("police.operation_size", 2.0, "people", 1, 10, "start value of police.operation_size", "C10-M26", "A"),
    P("coop.vetting", 0.2, "share", 0, 1, "start value of coop.vetting at full rule of law", "C3-M41", "A"),
)
# fmt: on

"""Declared parameters of deals with transit states, audits, moving places, recruiting at a distance and compounds."""

from __future__ import annotations

from sim.ground.quantities import Parameter

P = Parameter

# one declaration reads like a row of a table
# fmt: off
DEAL_PARAMETERS: tuple[Parameter, ...] = (
    # held in transit
    P("transit.detention_weeks", 26, "weeks", 1, 520,
      "weeks for which people who are held in transit are kept, if nobody pays"),
    P("transit.release_weeks", 3, "weeks", 1, 52, "weeks until a payment for someone held in transit has come"),
    P("transit.armed", 0.5, "share", 0, 1,
      "share of places of detention in transit that armed groups run where no law holds", "C1-M26", "A"),
    P("transit.least", 200.0, "US$", 0, 1e5, "least payment for which an armed group lets somebody go"),
    # families who pay
    P("ransom.family_weeks", 26.0, "weeks", 0, 1040,
      "weeks of income at home that a family can raise for someone who is held", "C5-M53", "A"),
    P("ransom.left", 0.3, "share", 0, 1, "share of what a family could raise that is left after it has paid once"),
    # audits that can be passed on paper
    P("audit.paper_cost", 60.0, "US$/year", 0, 1e5, "papers that pass an audit, for each slot", "C1-P16", "A"),
    P("audit.deep_cost", 250.0, "US$/year", 0.01, 1e6,
      "what an audit in which workers are heard costs buyers, for each slot", "C7-P07", "A"),
    P("audit.frequency", 1.0, "/year", 0, 12, "audits of a place"),
    P("audit.horizon", 2.0, "years", 0.1, 50, "years that owners look ahead when they pass an audit on paper"),
    P("audit.bound_weeks", 104, "weeks", 4, 1040,
      "weeks for which a place that was found out is held to going terms"),
    P("work.audit_depth", 0.1, "share", 0, 1, "start value of work.audit_depth", "C7-P07", "A"),
    # owners who move
    P("relocation.looks", 0.1, "share", 0, 1, "owners who compare places, of all in four weeks", "C1-M50", "A"),
    P("relocation.gain", 1.6, "ratio", 1, 1000,
      "by what factor control must have become worth more next door than here until an owner moves", "C1-M50", "A"),
    P("relocation.buyers_follow", 0.3, "share", 0, 1,
      "buyers who follow a place next door, where clients meet those who work there", "C1-M50", "A"),
    # compounds
    P("compounds.slots", 0.0, "per 1000 at risk", 0, 1000,
      "people whom work that is sold abroad only takes, in the region with the weakest law, if a world has such work"),
    P("compounds.asked", 0.15, "share", 0, 1,
      "owners of compounds who ask a family for a ransom, of all reviews of terms"),
    # recruiting online
    P("online.cost", 0.3, "ratio", 0.001, 100, "cost of a contact online over one in person", "C1-M93", "A"),
    P("online.reach", 4.0, "ratio", 0.01, 1000, "contacts online in the time of one in person", "C1-M93", "A"),
    P("online.trust", 0.6, "share", 0.01, 1,
      "share of what a promise adds to what is at home that is believed of somebody met online", "C1-M28", "A"),
    P("online.trace", 0.4, "share", 0, 1, "offers online that police who read all of them can follow", "C13-M04", "A"),
    P("online.risk", 0.01, "share", 0, 1,
      "part of the loss from a conviction that recruiters think an offer followed is worth"),
    P("online.shown", 0.3, "share", 0, 1, "part of the missing evidence of movement that an offer followed gives",
      "C13-M04", "A"),
)
# fmt: on

"""Declared parameters that are laid out as tables: a number for each role, post, function, form, charge and the like.

A line declares a parameter for every name in it: ``{}`` in the pattern stands for the name, which is that of a member
of an enumeration. A family takes them together again by ``ByName`` (:mod:`sim.declared.sources`).
"""

from __future__ import annotations

from sim.ground.quantities import Parameter


def each(
    pattern: str, unit: str, low: float, high: float, meaning: str, evidence: str = "assumed", grade: str = "-", /,
    **values: float,
) -> tuple[Parameter, ...]:  # fmt: skip
    """A parameter for each of ``values``, which are their defaults by name."""
    return tuple(
        Parameter(pattern.format(name), value, unit, low, high, f"{meaning}: {name.replace('_', ' ')}", evidence, grade)
        for name, value in values.items()
    )


# a line reads like a row of a table
# fmt: off
AGENCY_TABLES: tuple[Parameter, ...] = (
    *each("agency.staff_share_{}", "share", 0, 1,
          "share of a region's staff that a kind of agency has, all nine together 1", "C9-M30", "A",
          border_guard=0.16, police=0.3, specialised_police=0.08, inspectorate=0.12, immigration=0.12,
          prosecution=0.06, court=0.04, intelligence=0.02, services=0.1),
    # specialised units know most; border and immigration officers are judged by entries and removals
    *each("agency.knowledge_{}", "ratio", 0, 3,
          "how well a kind of agency knows the signs, over the lever agency.knowledge", "C7-M12", "A",
          border_guard=0.6, police=0.9, specialised_police=1.3, inspectorate=0.9, immigration=0.6,
          prosecution=1.0, court=1.0, intelligence=1.0, services=1.4),
    *each("agency.authority_{}", "ratio", 0, 3,
          "how far a kind of agency may act, over the lever agency.authority", "C7-M12", "A",
          border_guard=0.8, police=1.0, specialised_police=1.1, inspectorate=0.8, immigration=0.8,
          prosecution=1.0, court=1.0, intelligence=1.0, services=1.0),
    *each("agency.goodwill_{}", "ratio", 0, 3,
          "how much a kind of agency wants to act, over the lever agency.goodwill", "C7-M12, C9-M30", "A",
          border_guard=0.7, police=1.0, specialised_police=1.15, inspectorate=1.0, immigration=0.6,
          prosecution=1.0, court=1.0, intelligence=1.0, services=1.2),
)
JUSTICE_TABLES: tuple[Parameter, ...] = (
    # by how visible a workplace is
    *each("exit.clients_{}", "share", 0, 1, "share of clients' tips that a workplace lets through", "C13-M38", "A",
          open=1.0, discreet=0.9, private=0.7),
    *each("exit.neighbours_{}", "share", 0, 1,
          "share of neighbours' tips and of outreach that a workplace lets through", "C9-M04", "E",
          open=1.0, discreet=0.5, private=0.2),
    *each("exit.police_{}", "share", 0, 1,
          "share of raids, and of what police see who look by themselves, that a workplace lets through", "C9-M04", "E",
          open=1.0, discreet=0.5, private=0.1),
    *each("exit.inspectors_{}", "share", 0, 1, "share of labour inspections that a workplace lets through",
          "C9-M04", "E", open=1.0, discreet=0.8, private=0.3),
    # by means of control
    *each("exit.call_{}", "share", 0, 1, "chance that a person can telephone under a means of control", "C4-M10", "A",
          none=1.0, papers=0.9, threat=0.6, confinement=0.15, violence=0.15),
    *each("exit.care_{}", "ratio", 0, 20,
          "how often a person needs care under a means of control, over exit.health", "C7-M15", "A",
          none=0.3, papers=0.3, threat=0.5, confinement=0.8, violence=2.0),
    # heavy symptoms that are left by exploitation: points of the published survival
    *each("telling.symptom_days_{}", "days", 0, 3650, "safe days at which a share with heavy symptoms is known; point",
          "C7-M15", "E", first=0.0, second=14.0, third=28.0, fourth=90.0, fifth=180.0, sixth=365.0),
    *each("telling.symptom_share_{}", "share", 0, 1, "share with heavy symptoms after so many safe days; point",
          "C7-M15", "E", first=0.78, second=0.7, third=0.52, fourth=0.47, fifth=0.2, sixth=0.08),
    # testimony proves control; paper proves movement and money
    *each("justice.odds_exploitation_{}", "log odds", -20, 20,
          "log odds of conviction for exploitation, at none and added by full evidence; element", "C9-M18, C9-M19", "E",
          base=-3.6, testimony=3.4, control=1.6, exploitation=1.0, movement=0.0, money=0.8, network=0.3),
    *each("justice.odds_procuring_{}", "log odds", -20, 20, "log odds of conviction for procuring; element",
          "C9-M18, C9-M19", "E",
          base=-1.8, testimony=0.5, control=0.3, exploitation=2.2, movement=0.0, money=0.6, network=0.0),
    *each("justice.odds_labour_{}", "log odds", -20, 20, "log odds of conviction under labour law; element",
          "C9-M18, C9-M19", "E",
          base=-1.9, testimony=0.5, control=0.2, exploitation=2.2, movement=0.0, money=0.5, network=0.0),
    *each("justice.odds_smuggling_{}", "log odds", -20, 20, "log odds of conviction for smuggling; element",
          "C9-M18, C9-M19", "E",
          base=-1.6, testimony=0.2, control=0.0, exploitation=0.0, movement=2.4, money=0.4, network=0.8),
    *each("justice.odds_documents_{}", "log odds", -20, 20, "log odds of conviction for documents; element",
          "C9-M18, C9-M19", "E",
          base=-1.4, testimony=0.2, control=0.0, exploitation=0.0, movement=2.2, money=0.0, network=0.0),
    *each("justice.severity_{}", "ratio", 0, 1, "gravity of a charge: sentences, and what a conviction is worth",
          "C9-M06", "A", exploitation=1.0, procuring=0.45, labour=0.3, smuggling=0.35, documents=0.15),
    *each("justice.effort_{}", "ratio", 0, 10,
          "what bringing a charge to court takes, over the value of a conviction for exploitation", "C9-M06", "A",
          exploitation=0.22, procuring=0.1, labour=0.1, smuggling=0.08, documents=0.04),
    # guards, movers and promoted people are exposed most, organisers and money least
    *each("police.exposure_{}", "ratio", 0, 1, "how exposed a role is to arrest, over those who move people",
          "C1-M42", "A",
          organiser=0.08, manager=0.2, recruiter=0.7, mover=1.0, guard=1.0, collector=0.5, money=0.1),
)
CORRUPTION_TABLES: tuple[Parameter, ...] = (
    *each("official.share_{}", "share", 0, 1,
          "how officials are spread over posts, those of a mission on top of the six, which together are 1",
          "C2-M06", "A",
          border=0.4, consulate=0.1, police=0.25, inspectorate=0.1, detention=0.1, court=0.05, mission=0.05),
    # at a border it is what a provider loses there
    *each("official.first_worth_{}", "US$", 0, 1e7, "what an event at a post is worth to buyers before any has come",
          "C2-M05", "A",
          consulate=4500.0, police=4000.0, inspectorate=4000.0, detention=2000.0, court=8000.0, mission=4000.0),
)
NETWORK_TABLES: tuple[Parameter, ...] = (
    # by form
    *each("network.wanted_{}", "count", 1, 3, "partners that an enterprise keeps for each function, by form",
          "C10-M26", "A", flux=1, broker=1, chain=1, mesh=3, hub=1),
    # strangers at once, in months where few know one another
    *each("network.meeting_{}", "/week", 0, 100, "partners found in a week if everyone were idle, by form",
          "C10-M23, C10-M25", "A", flux=3.0, broker=1.0, chain=0.25, mesh=0.6, hub=0.5),
    *each("network.looks_{}", "count", 1, 64, "candidates that an enterprise compares, by form",
          "C10-M22", "A", flux=1, broker=3, chain=1, mesh=4, hub=3),
    *each("network.hidden_{}", "share", 0, 1, "how far partners are kept from the sight of investigators, by form",
          "C10-M22", "A", flux=0.3, broker=0.5, chain=0.7, mesh=0.5, hub=0.6),
    *each("network.reach_{}", "share", 0, 1, "officials who sell whom an enterprise knows how to reach, by form",
          "C10-M23", "A", flux=0.4, broker=0.7, chain=0.8, mesh=1.0, hub=1.0),
    *each("network.trusts_{}", "ratio", 0, 10,
          "how fast trust grows with work done together, over network.trust_pace, by form", "C10-M21, C10-M23", "A",
          flux=0.0, broker=0.5, chain=0.6, mesh=1.0, hub=1.0),
    # of forms among entrants of each type
    *each("network.weight_{}_loner", "ratio", 0, 100, "relative weight of a form among loners", "C10-M22", "A",
          flux=1.0, broker=0.3, chain=0.0, mesh=0.0, hub=0.0),
    *each("network.weight_{}_cell", "ratio", 0, 100, "relative weight of a form among cells", "C10-M22", "A",
          flux=0.3, broker=0.8, chain=1.0, mesh=0.5, hub=0.0),
    *each("network.weight_{}_organisation", "ratio", 0, 100, "relative weight of a form among organisations",
          "C10-M22", "A", flux=0.0, broker=0.2, chain=0.5, mesh=1.0, hub=1.2),
    # loners recruit by themselves, money and collection follow volume
    *each("network.need_{}_loner", "share", 0, 1, "share of clients for whom a loner needs a function from others",
          "C3-M22, C3-M26", "A",
          recruitment=0.0, transport=0.5, documents=0.3, safe_house=0.3, collection=0.0, money=0.0),
    *each("network.need_{}_cell", "share", 0, 1, "share of clients for whom a cell needs a function from others",
          "C3-M22, C3-M26", "A",
          recruitment=0.5, transport=1.0, documents=0.5, safe_house=0.5, collection=0.2, money=0.3),
    *each("network.need_{}_organisation", "share", 0, 1,
          "share of clients for whom an organisation needs a function from others", "C3-M22, C3-M26", "A",
          recruitment=1.0, transport=1.0, documents=0.5, safe_house=0.8, collection=0.5, money=0.8),
    # by function
    *each("facilitator.price_{}", "US$", 0.01, 1e5, "usual price of serving one client, by function", "assumed", "-",
          recruitment=60.0, transport=80.0, documents=250.0, safe_house=40.0, collection=60.0, money=40.0,
          brokerage=60.0),
    *each("facilitator.capacity_{}", "clients in 4 weeks", 0.1, 1000,
          "clients whom one facilitator can serve, by function", "assumed", "-",
          recruitment=2.0, transport=2.0, documents=4.0, safe_house=3.0, collection=5.0, money=6.0, brokerage=5.0),
    *each("facilitator.loyalty_{}", "share", 0, 1,
          "mean chance that a facilitator keeps silent and stays, by function", "assumed", "-",
          recruitment=0.3, transport=0.4, documents=0.5, safe_house=0.3, collection=0.6, money=0.7, brokerage=0.6),
    *each("facilitator.licit_{}", "share", 0, 1,
          "share of facilitators whose business is otherwise licit, by function", "C10-M29", "Q",
          recruitment=0.3, transport=0.2, documents=0.5, safe_house=0.6, collection=0.1, money=0.4, brokerage=0.2),
    *each("facilitator.share_{}", "share", 0, 1,
          "share of all facilitators who provide a function, all seven together 1", "C3-M21", "A",
          recruitment=0.18, transport=0.24, documents=0.16, safe_house=0.15, collection=0.08, money=0.08,
          brokerage=0.11),
)
MARKET_TABLES: tuple[Parameter, ...] = (
    # by type of enterprise
    *each("smuggling.members_{}", "people", 1, 1000, "people in an enterprise that opens, by type", "C4-M09", "Q",
          loner=1, cell=4, organisation=15),
    *each("smuggling.capacity_{}", "clients in 4 weeks", 0.1, 1e6,
          "clients that an enterprise which opens can take, by type", "C4-M09", "Q",
          loner=1.0, cell=4.0, organisation=12.0),
    *each("smuggling.running_cost_{}", "US$/week", 0, 1e6, "what keeping an enterprise running costs, by type",
          "C4-M09", "Q", loner=5.0, cell=120.0, organisation=700.0),
    *each("smuggling.capital_{}", "US$", 1, 1e8, "capital with which an enterprise opens, by type", "C4-M09", "Q",
          loner=2500.0, cell=15_000.0, organisation=80_000.0),
    *each("smuggling.skill_least_{}", "share", 0, 1, "lowest skill of an entrant, by type", "C4-M09", "Q",
          loner=0.05, cell=0.3, organisation=0.6),
    *each("smuggling.skill_range_{}", "share", 0, 1, "range of skill of entrants above the lowest, by type",
          "C4-M09", "Q", loner=0.35, cell=0.35, organisation=0.3),
    *each("smuggling.spare_{}", "count", 0, 1000, "places for people who are promoted or hired, by type",
          "assumed", "-", loner=2, cell=4, organisation=10),
    # over going pay
    *each("recruit.promise_{}", "ratio", 0, 10, "promises that a recruiter considers, over going pay", "C1-M12", "E",
          first=1.0, second=1.3, third=1.7),
)
# fmt: on

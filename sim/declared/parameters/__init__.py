"""Declared parameters: the only place where a default lives.

Every parameter has a unit, a default, a range, a meaning, the evidence it rests on (ids of the evidence base:
``Cn-Mxx`` mechanism, ``Cn-Qxx`` quantity, ``Cn-Sxx`` pattern of chapter n of the seed book, ``EC x`` economics;
``assumed`` where there is none), a grade (E data, Q interviews or cases, T theory, A argued, - assumed) and whether
the literature contests it. Names are ``group.name``; values are validated here and nowhere else.
"""

from __future__ import annotations

from sim.declared.parameters.contracts import CONTRACT_PARAMETERS
from sim.declared.parameters.corruption import CORRUPTION_PARAMETERS
from sim.declared.parameters.deals import DEAL_PARAMETERS
from sim.declared.parameters.debts import DEBT_PARAMETERS
from sim.declared.parameters.families import FAMILY_PARAMETERS
from sim.declared.parameters.intelligence import INTELLIGENCE_PARAMETERS
from sim.declared.parameters.justice import JUSTICE_PARAMETERS
from sim.declared.parameters.markets import MARKET_PARAMETERS
from sim.declared.parameters.missions import MISSION_PARAMETERS
from sim.declared.parameters.money import MONEY_PARAMETERS
from sim.declared.parameters.networks import NETWORK_PARAMETERS
from sim.declared.parameters.observing import OBSERVING_PARAMETERS, WHAT_IS_KEPT
from sim.declared.parameters.policies import GOVERNMENT_PARAMETERS
from sim.declared.parameters.referral import REFERRAL_PARAMETERS
from sim.declared.parameters.returning import RETURN_PARAMETERS
from sim.declared.parameters.shocks import SHOCK_PARAMETERS
from sim.declared.parameters.smuggling import SMUGGLING_PARAMETERS
from sim.declared.parameters.tables import (
    AGENCY_TABLES,
    CORRUPTION_TABLES,
    JUSTICE_TABLES,
    MARKET_TABLES,
    NETWORK_TABLES,
)
from sim.ground.quantities import Parameter, Several


def _declare(*items: Parameter) -> dict[str, Parameter]:
    """By name; those of one group stand together, groups in the order in which they are first met."""
    met = list(dict.fromkeys(item.name.partition(".")[0] for item in items))
    return {item.name: item for item in sorted(items, key=lambda item: met.index(item.name.partition(".")[0]))}


P = Parameter

# one declaration reads like a row of a table
# fmt: off
PARAMETERS: dict[str, Parameter] = _declare(
    # run
    P("seed", 1, "count", 0, 2**32 - 1, "seed of the run; every draw is keyed by it"),
    P("seeds", 8, "count", 1, 10_000, "paired seeds of a comparison: seed, seed + 1, …"),
    P("luck", 0, "count", 0, 2**32 - 1, "luck of the run from week 0 on; world, people and burn-in are the seed's"),
    P("lucks", 1, "count", 1, 1000, "lucks of each seed in a comparison: luck, luck + 1, …; risks of people need two"),
    P("threads", 1, "count", 1, 64, "numba threads inside one run; results do not depend on it"),
    P("workers", 0, "count", 0, 256, "processes for the runs of a comparison; 0 = one a core"),
    *WHAT_IS_KEPT,
    P("checks", False, "", 0, 1, "check conservation of people and money in every week"),
    P("placebo", False, "", 0, 1, "run the baseline of a comparison with a placebo too: what nothing done shows"),
    Several("by", "none", "", 0, 8, "groups by which metrics are split: dimensions, or pairs such as sex:age",
            options=("none", "sector", "region", "sex", "age", "status", "role")),
    P("time.years", 10.0, "years", 0.02, 100, "years simulated after burn-in (52 weeks each)"),
    P("time.burn_in_weeks", 156, "weeks", 0, 5200, "weeks before policies may start and metrics count"),
    # people
    P("people.size", 50_000, "count", 10, 50_000_000, "modelled persons at risk of migrating"),
    P("people.placebo", 0.0, "share", 0, 1, "share that thinks a week later once, in week 0; 0.01 in a placebo run"),
    P("people.scale", 1000.0, "persons", 1e-3, 1e9, "real persons that a modelled one stands for; the report says so"),
    P("people.years_at_risk", 15.0, "years", 1, 60, "mean time in the age at risk of migrating (exponential)"),
    P("people.abroad_share", 0.12, "share", 0, 0.9, "share living abroad without status when the run starts"),
    P("people.settled_share", 0.22, "share", 0, 0.9,
      "share of low-skilled people settled abroad when the run starts"),
    P("people.settled_skilled_share", 0.5, "share", 0, 0.9,
      "share of skilled people settled abroad when the run starts"),
    P("people.settling_share", 0.2, "share", 0, 1,
      "share of these who have status and work, and do not yet count as settled"),
    P("people.skilled_share", 0.2, "share", 0, 1, "share with skills that high-skilled visas ask for"),
    P("people.need_share", 0.35, "share", 0, 1,
      "share in need of protection where conflict is 1; scales with conflict",
      "C4-M23", "A"),
    P("people.kin_share", 0.25, "share", 0, 1, "share with close kin abroad, placed by the diaspora", "C4-M40", "Q"),
    P("people.cash_weeks", 60.0, "weeks", 0, 1000, "median cash of a household at entry, in weeks of its own wage"),
    P("people.cash_spread", 1.3, "sd log", 0, 4, "sd of the log of cash at entry"),
    P("people.saving_share", 0.08, "share", 0, 0.9, "share of income saved at home and abroad"),
    P("people.saver_share", 0.2, "share", 0, 0.9, "share of income saved by people who save for a fee"),
    P("people.remitted_share", 0.2, "share", 0, 0.9,
      "share of income abroad sent to the household at home", "C4-M42", "Q"),
    P("people.domestic_share", 0.12, "share", 0, 0.9,
      "share of modelled persons who live in destinations: everyone can be exploited at home", "C1-Q11", "E"),
    P("people.female_share", 0.5, "share", 0, 1, "share of women and girls"),
    P("people.minor_share", 0.1, "share", 0, 1, "share under eighteen when they enter the age at risk"),
    # choice (model 4.1)
    P("choice.rule", "aspiration", "", 0, 0,
      "aspiration: a lasting wish to move, small noise per option; plain: multinomial logit, for degenerate worlds",
      "EC 2.14", "T", options=("aspiration", "plain")),
    P("choice.wish", "logistic", "", 0, 0,
      "distribution of the wish to move; uniform gives linear demand, for degenerate worlds", "EC 2.5", "T",
      options=("logistic", "uniform")),
    P("choice.interval", 26.0, "weeks", 1, 520, "mean time between considerations"),
    P("choice.sooner_conflict", 0.4, "share", 0, 0.95, "by how much full conflict shortens that time", "C1-M26", "A"),
    P("choice.sooner_kin", 0.2, "share", 0, 0.95, "by how much kin abroad shorten that time", "C4-M40", "Q"),
    P("choice.spell", 104.0, "weeks", 1, 5200,
      "mean length of an aspiration spell, in which the wish to move is fixed"),
    P("choice.home_tie", 140_000.0, "US$", 0, 1e7, "median worth of staying at home: what a move must outweigh"),
    P("choice.home_tie_spread", 0.3, "sd log", 0, 3, "sd of the log of the home tie"),
    P("choice.home_pull_abroad", 0.25, "share", 0, 1,
      "part of the home tie that still counts once a person has left; the rest is the sunk cost of leaving"),
    P("choice.wish_scale", 40_000.0, "US$", 0, 1e7, "scale of the wish to move"),
    P("choice.noise", 0.2, "share", 0, 5,
      "scale of the noise per option, as a share of the wish scale; gives diversion",
      "C4-M14", "A"),
    P("choice.discount", 0.1, "/year", 0.0, 2, "yearly rate at which people discount the future"),
    P("choice.horizon", 7.0, "years", 0.1, 60, "years that people look ahead"),
    P("choice.deprivation_weight", 1.0, "ratio", 0, 20, "weight of relative deprivation (US$ per US$ of shortfall)",
      "C7-M02", "T"),
    P("choice.kin_worth", 12_000.0, "US$", 0, 1e6, "worth of living where close kin live", "C4-M40", "Q"),
    P("choice.life_worth", 250_000.0, "US$", 0, 1e8, "what people would pay to avoid dying, per unit chance"),
    P("choice.harm_at_home", 6_000.0, "US$/year", 0, 1e6,
      "yearly harm at full conflict to a person in need of protection",
      "C4-M23, C4-M26", "A"),
    P("choice.stopped_loss", 1_500.0, "US$", 0, 1e6, "what being stopped costs a person beyond the money paid"),
    P("choice.skill_premium", 1.5, "ratio", 1, 10, "wage of skilled people in regular work over that of others"),
    P("choice.ability_abroad", 0.4, "share", 0, 1,
      "how much of a person's wage advantage at home carries over abroad"),
    P("choice.exploitation_loss", 25_000.0, "US$", 0, 1e7,
      "what being exploited would mean to a person for whom staying is worth much", "C7-P01", "A"),
    P("choice.credit_risk", 2.0, "ratio", 1, 20,
      "believed risk of exploitation with a debt or a recruiter's offer, over that of others", "C1-M12", "E"),
    P("choice.job_years", 2.0, "years", 0.1, 20, "years that people count a job at home to last"),
    # visas
    P("visa.wait", 26.0, "weeks", 0, 520, "start value of the lever visa.wait", "C4-M26", "A"),
    P("visa.complexity", 0.4, "share", 0, 1, "start value of the lever visa.complexity", "C4-M07", "A"),
    P("visa.price", 400.0, "US$", 0, 1e5, "start value of the lever visa.price"),
    P("visa.form_cost", 500.0, "US$", 0, 1e5, "what an application costs the applicant"),
    P("visa.broker_fee", 600.0, "US$", 0, 1e5, "what a broker takes for handling an application", "C4-M07", "A"),
    P("visa.believed_chance", 0.5, "share", 0, 1,
      "chance of a visa that communities believe in at the start", "C7-P03", "A"),
    # papers market
    P("papers.forged_price", 1_500.0, "US$", 0, 1e6, "price of forged papers for one journey"),
    P("papers.genuine_price", 4_500.0, "US$", 0, 1e6,
      "reserve price of genuine papers obtained through a broker (visit, study, marriage, job)", "C2-M17", "Q"),
    P("papers.genuine_supply", 2.0, "per 1000 at risk and year", 0, 1000, "genuine papers that brokers can obtain"),
    P("papers.valid", 13.0, "weeks", 0, 520, "weeks after arrival until the status of people on such papers lapses",
      "C4-M08", "A"),
    *SMUGGLING_PARAMETERS,
    # work and control (model 4.4)
    P("work.slack", 0.06, "share", 0, 1,
      "vacancies over people at work when the run starts, at which pay without papers stays as it is"),
    P("work.spare", 0.0, "share", 0, 10,
      "further jobs in each destination when the run starts, over all modelled people; for degenerate worlds"),
    P("work.latent", 1.6, "ratio", 1, 10, "slots of latent and open venues over those that buyers pay for"),
    P("work.venue_size", 4.0, "count", 1, 30, "mean slots of a venue"),
    P("work.opportunistic_share", 0.25, "share", 0, 1,
      "share of latent venues that would threaten people who cannot complain", "C4-M11", "Q"),
    P("work.predatory_share", 0.08, "share", 0, 1, "share of latent venues that would control anyone", "C4-M01", "A"),
    P("work.threshold", 40.0, "weeks of pay", 0, 1e4,
      "median worth of controlling one more person that draws a venue in, over the wage of the place"),
    P("work.threshold_spread", 0.8, "sd log", 0, 4, "sd of the log of that threshold"),
    P("work.control_room", 0.05, "ratio", 0, 100,
      "what a venue can spend on control, per slot and over the wage of the place"),
    P("work.looks", 0.25, "share", 0, 1, "share of venues that look at their prospects every four weeks"),
    P("work.visibility_noise", 0.25, "ratio", 0, 10, "spread of venues' tastes for being seen"),
    P("work.tightness", 0.25, "share", 0, 1,
      "part of the way to the level at which jobs wanted equal people available that pay without papers moves in four "
      "weeks"),
    P("work.substitution", 1.0, "ratio", 0.05, 50,
      "by how much fewer slots are wanted without papers, in log and at given sales, where pay for them is higher; "
      "disputed: little where nobody can take their place, much where others can"),
    P("work.turnover", 0.35, "/year", 0, 20, "jobs on going terms that end"),
    P("work.search_again", 3, "weeks", 1, 52, "weeks until someone who found no work looks again"),
    P("work.reluctance", 0.05, "ratio", 0, 10, "weight of commercial sex in what people look for by themselves"),
    P("work.seen_through", 0.8, "share", 0, 1, "how far being informed shows that a promise of work is false",
      "C1-M12", "E"),
    P("work.least_worth", 8.0, "weeks of pay", 0, 1e4, "worth of control below which nobody bothers"),
    P("work.shadow_pace", 2.0, "ratio", 0, 50,
      "shadow price of a controller's attention per share by which it exceeds the limit"),
    P("work.discreet_share", 0.5, "share", 0, 1, "share of discreet places among those that are not open"),
    P("work.hire_cost", 4.0, "weeks of pay", 0, 1e3, "what finding a worker costs"),
    P("work.target_return", 1.0, "ratio", 0, 100,
      "return on that cost after which people are let go under mechanisms.pricing=target_return"),
    P("work.review_weeks", 13, "weeks", 1, 104, "weeks between reviews of the terms of control"),
    P("work.women_only", 0.9, "share", 0, 1,
      "share of women in a sector from which on men are not handed over to it"),
    P("work.slots_most", 40, "count", 1, 10_000, "most slots of a venue"),
    P("work.violent_share", 0.3, "share", 0, 1, "share of predatory owners who would use violence", "C4-M10", "A"),
    P("work.confining_share", 0.3, "share", 0, 1,
      "share of predatory owners who would confine people and stop short of violence", "C4-M10", "A"),
    P("work.visibility_weeks", 13, "weeks", 1, 520, "weeks between a venue's reviews of how visible it is",
      "C9-M04", "E"),
    P("work.lean_least", 0.01, "share", 1e-6, 1, "least pull of a kind of place that a trade never takes"),
    P("work.tightness_most", 0.5, "share", 0, 1,
      "log of jobs wanted over people available beyond which pay moves no faster"),
    P("work.pay_least", 0.5, "share", 0.01, 1, "least pay without papers, over that at the start"),
    P("work.audit_reach", 2.0, "ratio", 0, 20,
      "how far buyers can audit workplaces of a sector, over how far inspectors reach", "C7-P07", "A"),
    P("work.coverage_reach", 0.5, "share", 0, 1,
      "how far full cover of informal work brings inspectors to what they do not reach", "C13-M15", "A"),
    P("work.order_lag", 8, "weeks", 1, 104, "weeks until a vacancy becomes an order"),
    P("control.quit_most", 0.055, "/week", 0, 1, "highest hazard of leaving of someone whom nothing holds"),
    P("control.quit_base", -3.8, "ratio", -20, 20, "log odds of leaving at fair pay, as a share of the highest hazard"),
    P("control.quit_gain", 6.0, "ratio", 0, 50, "weight of (pay outside - credited pay) over pay outside; at 0 the "
      "wish to leave ignores pay"),
    P("control.quit_debt", 1.5, "ratio", 0, 50, "weight of a debt of control.debt_weeks", "C5-M34", "Q"),
    P("control.quit_fear", 2.0, "ratio", 0, 50, "weight of the fear of removal", "C4-M11, C1-M60", "Q"),
    P("control.debt_weeks", 52.0, "weeks of pay", 1, 5200,
      "debt that weighs in full on the wish to leave", "C5-M34", "A"),
    P("control.fear_visitor", 0.5, "share", 0, 1,
      "fear of removal of people on papers that lapse, over that of people without status", "C4-M08", "A"),
    P("control.quit_isolation", 1.0, "ratio", 0, 50, "weight of isolation at work", "C4-M11", "A"),
    P("control.quit_kin", 0.7, "ratio", 0, 50, "weight of kin nearby"),
    P("control.quit_information", 1.0, "ratio", 0, 50, "weight of being informed"),
    P("control.hold_papers", 0.51, "share", 0, 1, "share of the wish to leave that keeping papers or pay defeats"),
    P("control.hold_threat", 0.65, "share", 0, 1, "the same for threats"),
    P("control.hold_confinement", 0.88, "share", 0, 1, "the same for confinement"),
    P("control.hold_violence", 0.93, "share", 0, 1, "the same for violence"),
    P("control.cost_papers", 0.02, "ratio", 0, 10, "weekly cost of keeping papers, over the wage of the place"),
    P("control.cost_threat", 0.05, "ratio", 0, 10, "the same for threats"),
    P("control.cost_confinement", 0.3, "ratio", 0, 10, "the same for confinement"),
    P("control.cost_violence", 0.4, "ratio", 0, 10, "the same for violence"),
    P("control.discount", 0.25, "/year", 0.01, 10, "rate at which controllers discount what they will take"),
    P("control.bid_share", 0.3, "share", 0, 1, "share of the worth of a person that a buyer pays"),
    P("control.fear_removal", 6.0, "years", 0, 100, "years of the believed hazard of removal that fear counts"),
    P("control.customers_discreet", 0.95, "share", 0, 1, "customers that a discreet place keeps, by contact"),
    P("control.customers_private", 0.8, "share", 0, 1, "the same for a private place", "C9-M04", "E"),
    # recruitment on order
    P("recruit.per_member", 0.5, "/week", 0, 100, "contacts that a member of an enterprise makes"),
    P("recruit.unknown", 0.2, "share", 0, 1,
      "weight of people whom no recruiter knows against those whose address is known", "C11-M18", "A"),
    P("recruit.false_cost", 5.0, "weeks", 0, 1e4,
      "what overstating pay by US$ 1 a week to someone fully informed costs, in weeks of it", "C1-M12", "E"),
    P("recruit.contact_cost", 20.0, "US$", 0.01, 1e5, "what a contact costs"),
    P("recruit.round_weeks", 4, "weeks", 1, 52, "weeks between rounds in which an order is worked on"),
    P("recruit.contacts_most", 20, "count", 1, 10000, "contacts for each vacancy and round at most"),
    P("recruit.contacts_kept", 4.0, "weeks", 1, 52,
      "weeks for which recruiters can make up for contacts that they did not make"),
    P("recruit.local_tie", 0.1, "share", 0, 1,
      "part of the home tie that recruiters think weighs against work near home"),
    P("recruit.accepted_start", 0.1, "share", 0.001, 1,
      "share of contacts that recruiters expect to be taken up before they have made any"),
    P("recruit.prior_strength", 0.1, "per 1000 at risk", 1e-6, 1000,
      "contacts that this expectation is worth; scales with the number of people"),
    P("recruit.tries", 12, "count", 1, 10_000,
      "people whom a recruiter looks at for one contact before giving up for the week"),
    P("recruit.advance", 8.0, "weeks of pay", 0, 520,
      "advance on pay by venues that do not keep to going terms, owed by people hired at home", "C5-M34", "Q"),
    P("recruit.source_noise", 0.3, "ratio", 0, 10, "spread of orders over places to recruit in"),
    # debt
    *DEBT_PARAMETERS,
    *MARKET_PARAMETERS,
    *JUSTICE_PARAMETERS,
    *CORRUPTION_PARAMETERS,
    *NETWORK_PARAMETERS,
    *INTELLIGENCE_PARAMETERS,
    *MISSION_PARAMETERS,
    *GOVERNMENT_PARAMETERS,
    *OBSERVING_PARAMETERS,
    *DEAL_PARAMETERS,
    *RETURN_PARAMETERS,
    *REFERRAL_PARAMETERS,
    *FAMILY_PARAMETERS,
    *CONTRACT_PARAMETERS,
    *SHOCK_PARAMETERS,
    *MARKET_TABLES,
    *AGENCY_TABLES,
    *JUSTICE_TABLES,
    *CORRUPTION_TABLES,
    *NETWORK_TABLES,
    *MONEY_PARAMETERS,
    # journeys
    P("journey.retry_wait", 3, "weeks", 0, 52, "weeks until a stopped person can move again", "C4-Q18", "Q"),
    P("journey.alone_cost", 1.25, "ratio", 0, 20,
      "cost of a crossing that people arrange themselves, over what it costs a provider per client"),
    P("journey.route_taste", 0.15, "ratio", 0, 2,
      "spread of what routes are worth to people on their own beside their cost: the power of an exponential factor on "
      "it; 0: all take the cheapest route", "EC 2.14", "T"),
    P("journey.crowding", 1.0, "ratio", 0, 10,
      "by how much transport on a leg becomes dearer as more people cross it than it carries: the power of the ratio"),
    P("journey.room", 1.1, "ratio", 0, 100,
      "crossings that a leg carries at the usual cost, over those of about the last year"),
    P("journey.least_carried", 0.005, "per 1000 at risk", 0, 1e6,
      "crossings a week that a leg carries beyond that, and where nobody has crossed it; scales with the number of "
      "people"),
    P("journey.flow_half_life", 13.0, "weeks", 1, 520, "half-life of what counts as the present flow over a leg"),
    P("journey.carried_half_life", 52.0, "weeks", 1, 5200,
      "half-life of the flow that a leg is used to: how long it takes until drivers and boats have come"),
    P("journey.fare_share", 0.5, "share", 0, 1,
      "fare of an open journey as a share of the clandestine cost of its legs"),
    P("journey.most_stops", 20, "count", 1, 1000, "stops after which a person gives up and goes home"),
    P("records.deaths_found", 0.5, "share", 0, 1, "share of deaths on a journey that the authorities record",
      "EC 3.3", "E"),
    # status
    P("status.review_weeks", 52, "weeks", 1, 520,
      "weeks after which people at work with secure status think again at the latest"),
    P("status.removal_rate", 0.6, "/year", 0, 10,
      "yearly hazard of removal of a person without status at full effort"),
    P("status.detention_weeks", 4, "weeks", 0, 104, "weeks in detention before removal"),
    P("status.settle_weeks", 104, "weeks", 1, 1040,
      "weeks of work with secure status until a person counts as settled"),
    P("status.return_cost", 400.0, "US$", 0, 1e5, "cost of going home"),
    P("status.job_search", 6.0, "weeks", 0, 104,
      "mean weeks until an arrival works where everyone who looks finds work"),
    # beliefs (model 5)
    P("beliefs.half_life", 78.0, "weeks", 1, 5200, "half-life of what communities know"),
    P("beliefs.provider_half_life", 8.0, "weeks", 1, 520, "half-life of what providers know of the risk on a leg"),
    P("beliefs.report_good", 0.8, "share", 0, 1, "share of good outcomes that reach the community"),
    P("beliefs.report_bad", 0.5, "share", 0, 1, "share of bad outcomes that do (shame)", "C1-M64", "A"),
    P("beliefs.exploitation", 0.04, "share", 0, 1,
      "share of people without status who are exploited, as communities believe at the start", "C7-P01", "A"),
    P("beliefs.least_people", 0.1, "share", 0, 1,
      "people who report from a place where hardly anyone lives, over the mean of all places"),
    P("beliefs.centre_known", 0.5, "count", 0, 1000,
      "remembered decisions on visas from which on a centre goes by them", "C7-P03", "A"),
    P("beliefs.centre_informs", 0.5, "share", 0, 1,
      "chance that a centre which reaches all tells a person of her rights", "C7-M10", "A"),
    P("beliefs.prior_strength", 0.4, "per 1000 at risk", 1e-6, 1000,
      "reports that an initial belief is worth; scales with the number of people"),
)

# how a run is done and with which seed, not what it simulates: the key of a scenario leaves them out
HOW_TO_RUN = frozenset({
    "seed", "seeds", "luck", "lucks", "threads", "workers", "events", "panels", "captures", "kept_most", "checks",
    "placebo",
})
# fmt: on

"""Declared parameters: the only place where a default lives.

Every parameter has a unit, a default, a range, a meaning, the evidence it rests on (ids of the evidence base:
``Cn-Mxx`` mechanism, ``Cn-Qxx`` quantity, ``Cn-Sxx`` pattern of chapter n of the seed book, ``EC x`` economics;
``assumed`` where there is none), a grade (E data, Q interviews or cases, T theory, A argued, - assumed) and whether
the literature contests it. Names are ``group.name``; values are validated here and nowhere else.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

from sim._callable import callable_as_table
from sim.errors import RequestError

callable_as_table(__name__)


@dataclass(frozen=True)
class Parameter:
    """A number (or one of a few words) that a scenario may set."""

    name: str
    default: Any
    unit: str
    low: float
    high: float
    meaning: str
    evidence: str = "assumed"
    grade: str = "-"
    contested: bool = False
    options: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """True when only whole numbers make sense."""
        return isinstance(self.default, int) and not isinstance(self.default, bool)

    def check(self, value: Any, where: str | None = None) -> Any:
        """``value`` as this parameter's type, in its declared unit; RequestError says what is allowed."""
        if self.options:
            if value in self.options:
                return value
            raise RequestError(f"{self.name} cannot be {value!r}", where=where, given=str(value), allowed=self.options)
        if isinstance(self.default, bool):
            return as_switch(self.name, value, where)
        number = to_unit(value, self.unit, self.name, where)
        if self.whole and number != int(number):
            raise RequestError(f"{self.name} must be a whole number, not {value!r}", where=where)
        if not self.low <= number <= self.high:
            raise RequestError(
                f"{self.name} = {value} is outside its range {self.low:g} to {self.high:g} {self.unit}".rstrip(),
                where=where,
            )
        return int(number) if self.whole else number


@dataclass(frozen=True)
class Switch:
    """A mechanism that can be turned off, held as in the baseline, or set to a named variant.

    ``interface`` is the array that ``off`` sets to its neutral value and ``hold`` replays from a twin without
    policies.
    """

    name: str
    default: str
    options: tuple[str, ...]
    meaning: str
    interface: str
    evidence: str
    grade: str = "-"
    contested: bool = False

    def check(self, value: Any, where: str | None = None) -> str:
        """The option that ``value`` names; YAML's true/false and on/off mean the same."""
        if isinstance(value, bool):
            value = "on" if value else "off"
        word = {"true": "on", "false": "off"}.get(str(value).lower(), str(value).lower())
        if word not in self.options:
            raise RequestError(
                f"mechanisms.{self.name} cannot be {value!r}", where=where, given=word, allowed=self.options
            )
        return word


# --- units ------------------------------------------------------------------------------------------------------

# dimension and factor to the base unit of that dimension
_UNITS: dict[str, tuple[str, float]] = {
    "hour": ("time", 1 / 168),
    "day": ("time", 1 / 7),
    "week": ("time", 1.0),
    "month": ("time", 365.25 / 12 / 7),
    "year": ("time", 365.25 / 7),
    "us$": ("money", 1.0),
    "usd": ("money", 1.0),
    "$": ("money", 1.0),
    "%": ("share", 0.01),
    "share": ("share", 1.0),
    "": ("share", 1.0),
    "count": ("count", 1.0),
}
_QUANTITY = re.compile(r"^\s*(US\$|USD|\$)?\s*([-+]?\d[\d_]*\.?\d*(?:[eE][-+]?\d+)?)\s*(.*?)\s*$")


def _dimension(unit: str) -> tuple[str, float]:
    """Dimension and factor of a unit such as ``weeks``, ``US$/week``, ``/year`` or ``share``."""
    top, _, bottom = unit.lower().replace("per ", "/").replace(" ", "").partition("/")

    def one(word: str) -> tuple[str, float]:
        if word in _UNITS:
            return _UNITS[word]
        singular = word.removesuffix("s")
        if singular in _UNITS:
            return _UNITS[singular]
        return (word, 1.0)

    name, factor = one(top)
    if bottom:
        below, divisor = one(bottom)
        return f"{name}/{below}", factor / divisor
    return name, factor


def to_unit(value: Any, unit: str, name: str, where: str | None = None) -> float:
    """A bare number in the declared unit, or text with its own unit (``"90 days"``) converted to it."""
    if isinstance(value, bool) or value is None:
        raise RequestError(f"{name} must be a number in {unit or 'no unit'}, not {value!r}", where=where)
    if isinstance(value, int | float):
        number, given = float(value), ""
    else:
        text = str(value)
        match = _QUANTITY.match(text)
        if not match:
            raise RequestError(f"{name} must be a number in {unit or 'no unit'}, not {text!r}", where=where)
        number, given = float(match[2].replace("_", "")), match[3]
        if match[1]:
            given = "US$" + given
    if not math.isfinite(number):
        raise RequestError(f"{name} must be a finite number, not {value!r}", where=where)
    if not given:
        return number
    wanted, factor = _dimension(unit)
    got, own = _dimension(given)
    if got != wanted:
        raise RequestError(
            f"{name} is in {unit or 'no unit'}, and {value!r} is a different kind of quantity", where=where
        )
    return number if own == factor else number * own / factor  # 3 years are 3 years, to the last bit


def as_switch(name: str, value: Any, where: str | None = None) -> bool:
    """True or False from YAML's or the command line's way of writing it."""
    if isinstance(value, bool):
        return value
    word = str(value).lower()
    if word in ("true", "on", "yes"):
        return True
    if word in ("false", "off", "no"):
        return False
    raise RequestError(f"{name} must be on or off, not {value!r}", where=where, allowed=("on", "off"))


def _declare(*items: Parameter) -> dict[str, Parameter]:
    return {item.name: item for item in items}


P = Parameter

# one declaration reads like a row of a table
# fmt: off
PARAMETERS: dict[str, Parameter] = _declare(
    # run
    P("seed", 1, "count", 0, 2**32 - 1, "seed of the run; every draw is keyed by it"),
    P("seeds", 8, "count", 1, 10_000, "paired seeds of a comparison: seed, seed + 1, …"),
    P("threads", 1, "count", 1, 64, "numba threads inside one run; results do not depend on it"),
    P("workers", 0, "count", 0, 256, "processes for the runs of a comparison; 0 = one a core"),
    P("events", False, "", 0, 1, "keep every event of every person (week, person, from, to, cause, counterparty)"),
    P("checks", False, "", 0, 1, "check conservation of people and money in every week"),
    P("time.years", 10.0, "years", 0.02, 100, "years simulated after burn-in (52 weeks each)"),
    P("time.burn_in_weeks", 156, "weeks", 0, 5200, "weeks before policies may start and metrics count"),
    # people
    P("people.size", 50_000, "count", 10, 50_000_000, "modelled persons at risk of migrating"),
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
    P("choice.sooner_conflict", 0.4, "share", 0, 0.95, "by how much full conflict shortens that time", "C1-M29", "A"),
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
      "reserve price of genuine papers obtained through a broker (visit, study, marriage, job)", "C10-S21", "Q"),
    P("papers.genuine_supply", 2.0, "per 1000 at risk and year", 0, 1000, "genuine papers that brokers can obtain"),
    P("papers.valid", 13.0, "weeks", 0, 520, "weeks after arrival until the status of people on such papers lapses",
      "C4-M08", "A"),
    # smuggling market (model 4.2)
    P("smuggling.deposit", 0.4, "share", 0, 1,
      "share of the fee paid before departure, the rest on arrival", "C5-M53", "Q"),
    P("smuggling.retry", 0.7, "share", 0, 1,
      "chance that a stopped client is tried again under the contract", "EC 2.13", "T"),
    P("smuggling.quotes", 3, "count", 1, 10, "enterprises that a seeker asks", "C4-M40", "Q"),
    P("smuggling.reputation_weight", 4.0, "ratio", 0, 50,
      "how strongly recommendations follow an enterprise's record",
      "C4-M22, C4-M40", "Q"),
    P("smuggling.experience_half", 12.0, "crossings", 0.1, 1e4,
      "crossings of a leg that give half of the most skill gained"),
    P("smuggling.experience_half_life", 26.0, "weeks", 1, 1000, "half-life of unused experience", "C5-M02", "Q"),
    P("smuggling.experience_lost", 4.0, "ratio", 0, 100,
      "rate at which experience of a leg is lost per unit change of its enforcement effort", "C4-M18", "Q"),
    P("smuggling.scarcity_pace", 0.25, "ratio", 0, 2, "log change of scarcity per unit utilisation in four weeks"),
    P("smuggling.scarcity_most", 3.0, "ratio", 1, 20, "highest scarcity mark-up"),
    P("smuggling.fee_fall_idle", 0.08, "/week", 0, 1, "weekly fall towards a lower target fee with idle capacity"),
    P("smuggling.fee_fall_busy", 0.01, "/week", 0, 1, "the same without idle capacity"),
    P("smuggling.believed_elasticity", 2.0, "ratio", 0.05, 50,
      "demand elasticity that providers believe in at the start"),
    P("smuggling.loners", 5.0, "per 1000 at risk", 0, 1000, "latent lone providers", "C4-M09", "Q"),
    P("smuggling.cells", 2.0, "per 1000 at risk", 0, 1000, "latent small groups", "C4-M09", "Q"),
    P("smuggling.organisations", 0.6, "per 1000 at risk", 0, 1000, "latent organisations", "C4-Q04", "Q"),
    P("smuggling.skill_spread", 1.0, "ratio", 0, 1, "spread of skill within a type; 0 makes rivals identical"),
    P("smuggling.threshold", 15.0, "US$/week", 0, 1e6,
      "median weekly profit per member above outside profit that draws entrants"),
    P("smuggling.threshold_spread", 0.6, "sd log", 0, 4, "sd of the log of that threshold"),
    P("smuggling.looks", 0.25, "share", 0, 1,
      "share of enterprises, active or latent, that look at their prospects in their four-week turn"),
    P("smuggling.active_at_start", 0.12, "share", 0, 1,
      "share of latent enterprises that are active when the run starts"),
    P("smuggling.transport_scale", 1.0, "ratio", 0, 100, "multiplies the transport cost of every leg"),
    P("smuggling.fixed_scale", 1.0, "ratio", 0, 100, "multiplies the weekly running costs of enterprises"),
    P("smuggling.capacity_scale", 1.0, "ratio", 0.01, 1e6,
      "multiplies the clients an enterprise can take in four weeks"),
    P("smuggling.exploiter_share", 0.3, "share", 0, 1,
      "share of enterprises that would hand people over (kappa > 0)", "EC 2.4", "T"),
    P("smuggling.handover_reputation", 1.0, "ratio", 0, 50,
      "future fees lost by handing a client over or demanding more, over the fee", "C4-M40", "Q"),
    P("smuggling.handover_force", 20_000.0, "US$", 0, 1e6,
      "what making someone go costs who neither owes nor expects work", "C4-M04", "A"),
    P("smuggling.handover_asked", 3, "count", 1, 16, "venues that a provider asks for a bid"),
    P("smuggling.held_weeks", 8, "weeks", 1, 104, "weeks that a person is held who cannot pay what is demanded"),
    # work and control (model 4.4)
    P("work.slack", 0.06, "share", 0, 1, "vacancies over jobs when the run starts"),
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
    P("work.tightness", 0.25, "ratio", 0, 5,
      "log change of pay without papers per unit of (vacancies - seekers)/slots in four weeks"),
    P("work.turnover", 0.35, "/year", 0, 20, "jobs on going terms that end"),
    P("work.search_again", 3, "weeks", 1, 52, "weeks until someone who found no work looks again"),
    P("work.reluctance", 0.05, "ratio", 0, 10, "weight of commercial sex in what people look for by themselves"),
    P("work.seen_through", 0.8, "share", 0, 1, "how far being informed shows that a promise of work is false",
      "C1-M12", "E"),
    P("work.least_worth", 8.0, "weeks of pay", 0, 1e4, "worth of control below which nobody bothers"),
    P("work.hire_cost", 4.0, "weeks of pay", 0, 1e3, "what finding a worker costs"),
    P("work.target_return", 1.0, "ratio", 0, 100,
      "return on that cost after which people are let go under mechanisms.pricing=target_return"),
    P("work.review_weeks", 13, "weeks", 1, 104, "weeks between reviews of the terms of control"),
    P("work.order_lag", 8, "weeks", 1, 104, "weeks until a vacancy becomes an order"),
    P("control.quit_most", 0.055, "/week", 0, 1, "highest hazard of leaving of someone whom nothing holds"),
    P("control.quit_base", -3.8, "ratio", -20, 20, "log odds of leaving at fair pay, as a share of the highest hazard"),
    P("control.quit_gain", 6.0, "ratio", 0, 50, "weight of (pay outside - credited pay) over pay outside; at 0 the "
      "wish to leave ignores pay"),
    P("control.quit_debt", 1.5, "ratio", 0, 50, "weight of a debt of a year's pay", "C5-M34", "Q"),
    P("control.quit_fear", 2.0, "ratio", 0, 50, "weight of the fear of removal", "C4-M11, C1-M60", "Q"),
    P("control.quit_isolation", 1.0, "ratio", 0, 50, "weight of isolation at work", "C4-M11", "A"),
    P("control.quit_kin", 0.7, "ratio", 0, 50, "weight of kin nearby"),
    P("control.quit_information", 1.0, "ratio", 0, 50, "weight of being informed"),
    P("control.hold_papers", 0.45, "share", 0, 1, "share of the wish to leave that keeping papers or pay defeats"),
    P("control.hold_threat", 0.6, "share", 0, 1, "the same for threats"),
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
      "weight of people whom no recruiter knows against those whose address is known", "C11-S02", "A"),
    P("recruit.false_cost", 5.0, "weeks", 0, 1e4,
      "what overstating pay by US$ 1 a week to someone fully informed costs, in weeks of it", "C1-M12", "E"),
    P("recruit.contact_cost", 20.0, "US$", 0.01, 1e5, "what a contact costs"),
    P("recruit.advance", 8.0, "weeks of pay", 0, 520,
      "advance on pay by venues that do not keep to going terms, owed by people hired at home", "C5-M34", "Q"),
    P("recruit.source_noise", 0.3, "ratio", 0, 10, "spread of orders over places to recruit in"),
    # debt
    P("debt.interest", 0.004, "/week", 0, 1, "interest on debts to providers and venues", "C5-M34", "Q"),
    P("debt.lending", 0.6, "ratio", 0, 100, "most that a provider has lent, over its capital"),
    P("debt.markup", 0.6, "ratio", 0, 40, "what is added to a fee that is lent", "C10-Q19", "Q"),
    P("debt.service_share", 0.5, "share", 0, 1, "share of credited pay that goes to a creditor who can collect"),
    P("debt.household_share", 0.1, "share", 0, 1, "share of pay at home that does", "C5-M34", "Q"),
    # demand
    P("demand.pass_through", 0.5, "share", 0, 1, "share of what is withheld from workers that lowers the price"),
    P("demand.displaced", 0.3, "share", 0, 1, "buyers who stay away here and would buy in a neighbouring region",
      "C1-F10", "A", True),
    # ways out (model 4.5), yearly
    P("exit.client_tip", 0.1, "/year", 0, 50, "tips by clients, where clients meet workers, at full rule of law",
      "C13-S05", "A"),
    P("exit.tip_deterred", 2.0, "ratio", 0, 50, "how strongly a believed penalty deters tips", "C13-S05", "A"),
    P("exit.neighbour", 0.08, "/year", 0, 50, "tips by neighbours and co-nationals of someone not isolated"),
    P("exit.health", 0.07, "/year", 0, 50, "contact with health services that sees more than the complaint"),
    P("exit.complaint", 0.2, "/year", 0, 50, "complaints of someone unpaid, free and without fear", "C4-M11", "Q"),
    P("exit.dismissal", 0.08, "/year", 0, 50, "people under control who are sent away"),
    P("exit.dismissal_cleared", 0.3, "share", 0, 1, "share sent away when their debt is cleared", "C5-M53", "Q"),
    P("exit.death", 0.01, "/year", 0, 1, "deaths under violence"),
    P("exit.promotion", 0.02, "/year", 0, 1, "people exploited for more than a year who are made guards or recruiters",
      "C1-M43, C1-M44", "E"),
    P("exit.inspected_irregular", 0.5, "share", 0, 1,
      "share of people without status at an inspected place who come to immigration without a firewall", "C7-P22", "A"),
    # enforcement, agencies, protection: start values of levers, most of them times the rule of law
    P("enforcement.inspection", 0.06, "share", 0, 1, "start value of work.inspection at full rule of law"),
    P("enforcement.employer_penalty", 3_000.0, "US$", 0, 1e6, "start value of work.employer_penalty, likewise"),
    P("enforcement.back_pay", 0.1, "share", 0, 1, "start value of work.back_pay, likewise"),
    P("enforcement.raids", 0.08, "share", 0, 1, "start value of police.raids, likewise"),
    P("enforcement.firewall", 0.1, "share", 0, 1, "start value of status.firewall"),
    P("agency.knowledge", 0.85, "share", 0, 1, "start value of agency.knowledge", "C7-M12", "A"),
    P("agency.authority", 0.9, "share", 0, 1, "start value of agency.authority", "C7-M12", "A"),
    P("agency.goodwill", 0.9, "share", 0, 1, "start value of agency.goodwill", "C7-M12", "A"),
    P("protection.reflection_days", 20.0, "days", 0, 365, "start value of protection.reflection_days, likewise",
      "EC 3.6", "E"),
    P("protection.conditional", 0.8, "share", 0, 1, "start value of protection.conditional", "C4-P14", "A"),
    P("protection.permit", 0.3, "share", 0, 1, "start value of protection.permit, likewise", "C7-P12", "E"),
    P("protection.places", 3.0, "per 1000 at risk", 0, 1000, "start value of protection.places", "C7-S08", "E"),
    P("protection.hotline", 0.06, "share", 0, 1, "start value of protection.hotline, likewise", "C9-M15", "A"),
    P("protection.outreach", 0.08, "share", 0, 1, "start value of protection.outreach, likewise", "C9-M15", "A"),
    P("protection.back_pay_weeks", 26.0, "weeks", 0, 520, "most weeks of pay that are paid back"),
    P("protection.reintegration", 600.0, "US$", 0, 1e5, "means that a supported returnee receives", "C7-S22", "Q"),
    P("protection.reintegration_kept", 0.5, "share", 0, 1,
      "chance that a recruiter still knows where a supported returnee lives", "C7-S22", "A"),
    P("telling.rate", 0.04, "/day", 0, 10, "base hazard of telling", "C7-M14", "A"),
    P("telling.gain", 0.5, "ratio", 0, 50, "weight of what telling brings, over a year's pay", "C7-M14", "A"),
    P("telling.trust", 2.0, "ratio", 0, 50, "weight of trust", "C7-M14", "A"),
    P("telling.fear", 1.0, "ratio", 0, 50, "weight of fear", "C1-M60", "A"),
    P("telling.heavy", 0.8, "ratio", 0, 50, "weight of heavy symptoms", "C7-M15", "E"),
    P("telling.first_hearing", 1.0, "days", 0, 30, "how long a first hearing lasts"),
    P("telling.care_worth", 1_500.0, "US$", 0, 1e6, "what care is worth to those who are cared for"),
    P("telling.retaliation", 0.25, "share", 0, 1, "believed chance of retaliation", "C1-M60", "A"),
    P("telling.harm", 30_000.0, "US$", 0, 1e7, "what retaliation would mean"),
    P("telling.stigma", 3_000.0, "US$", 0, 1e7, "what telling of commercial sex costs at home"),
    P("telling.permit_years", 4.0, "years", 0, 60, "years that a permit is counted for"),
    P("telling.false_rate", 0.05, "ratio", 0, 10, "telling of people who were not exploited, over that of others",
      "C7-S09", "A"),
    P("telling.trust_start", 0.35, "share", 0, 1, "trust in authorities at full rule of law"),
    P("telling.origin_distrust", 0.5, "ratio", 0, 10, "weight of lawlessness at home in it", "C1-M60", "A"),
    P("justice.penalty_exploitation", 40_000.0, "US$", 0, 1e7,
      "start value of justice.penalty_exploitation: what a conviction costs an exploiter", "EC 2.1", "T"),
    P("justice.conviction", 0.4, "share", 0, 1,
      "chance that an exploiter whose worker is found is convicted, as believed at the start and at full rule of law",
      "C10-S10", "E"),
    P("justice.typical_testimony", 0.35, "share", 0.01, 1,
      "chance of testimony in a typical case, which perceived certainty of conviction is about"),
    P("justice.testify_base", 0.1, "share", 0, 1, "share who would testify at full pay and without violence"),
    P("justice.testify_violence", 0.3, "share", 0, 1, "added under violence"),
    P("justice.testify_unpaid", 0.3, "share", 0, 1, "added without pay"),
    # what agencies do and courts may: start values of levers
    P("status.punish_entry", 0.2, "share", 0, 1,
      "start value of status.punish_entry", "C9-M31", "A"),
    P("police.reactive", 0.7, "share", 0, 1,
      "start value of police.reactive at full rule of law", "C9-M01", "A"),
    P("police.proactive", 0.2, "share", 0, 1,
      "start value of police.proactive, likewise", "C5-P34", "A"),
    P("police.disruptive", 0.0, "share", 0, 1,
      "start value of police.disruptive", "C5-P35", "A"),
    P("police.financial", 0.1, "share", 0, 1,
      "start value of police.financial, likewise", "C9-M25", "A"),
    P("police.community", 0.2, "share", 0, 1,
      "start value of police.community, likewise", "C5-P12", "A"),
    P("police.metric", 0.5, "share", 0, 1,
      "start value of police.metric", "C9-M07", "A"),
    P("intel.cells", 0.1, "share", 0, 1,
      "start value of intel.cells, likewise", "C5-P34", "A"),
    P("coop.joint_teams", 0.05, "share", 0, 1,
      "start value of coop.joint_teams, likewise", "C9-Q42", "A"),
    P("coop.formal_speed", 0.2, "share", 0, 1,
      "start value of coop.formal_speed, likewise", "C9-M10", "A"),
    P("coop.sharing", 0.1, "share", 0, 1,
      "start value of coop.sharing, likewise", "C11-M03", "A"),
    P("budget.other_crime", 0.3, "share", 0, 1,
      "start value of budget.other_crime", "C13-X14", "A"),
    P("agency.staff", 2.0, "per 1000 at risk", 0, 1000,
      "start value of agency.staff, times what is left of it where law works badly", "C9-Q15", "A"),
    P("agency.mandate", 0.75, "share", 0, 1,
      "start value of agency.mandate", "C9-M02", "A"),
    P("agency.priority", 1.0, "ratio", 0, 3,
      "start value of agency.priority", "C9-M02", "A"),
    P("justice.penalty_smuggling", 20000.0, "US$", 0, 1e7,
      "start value of justice.penalty_smuggling", "C4-P12", "A"),
    P("justice.capacity", 1.0, "ratio", 0, 10,
      "start value of justice.capacity", "C9-S10", "A"),
    P("justice.means_required", 1.0, "share", 0, 1,
      "start value of justice.means_required", "C9-M21", "A"),
    P("justice.early_deposition", 0.2, "share", 0, 1,
      "start value of justice.early_deposition, likewise", "C9-M33", "A"),
    P("justice.non_punishment", 0.5, "share", 0, 1,
      "start value of justice.non_punishment, likewise", "C9-M31", "A"),
    P("justice.witness_protection", 0.3, "share", 0, 1,
      "start value of justice.witness_protection, likewise", "C9-M22", "A"),
    P("justice.family_protection", 0.05, "share", 0, 1,
      "start value of justice.family_protection, likewise", "C5-P28", "A"),
    P("justice.asset_freeze", 0.15, "share", 0, 1,
      "start value of justice.asset_freeze, likewise", "C9-Q38", "A"),
    P("justice.confiscation", 0.6, "share", 0, 1,
      "start value of justice.confiscation, likewise", "C9-M25", "A"),
    P("justice.compensation", 0.0, "share", 0, 1,
      "start value of justice.compensation", "C9-M43", "A"),
    P("justice.compel", 0.2, "share", 0, 1,
      "start value of justice.compel", "C9-M40", "A"),
    P("justice.legal_aid", 0.3, "share", 0, 1,
      "start value of justice.legal_aid, likewise", "C9-M43", "A"),
    P("protection.permit_conditional", 0.6, "share", 0, 1,
      "start value of protection.permit_conditional", "C9-M36", "A"),
    P("protection.permit_cap", 1000.0, "per 1000 at risk and year", 0, 1000,
      "start value of protection.permit_cap", "C9-M58", "A"),
    P("protection.assist_rule", 0.3, "share", 0, 1,
      "start value of protection.assist_rule", "C11-M13", "A"),
    P("protection.quality", 0.6, "share", 0, 1,
      "start value of protection.quality, likewise", "C9-M34", "A"),
    P("protection.needs_first", 0.2, "share", 0, 1,
      "start value of protection.needs_first, likewise", "C7-M22", "A"),
    P("protection.scope", 0.7, "share", 0, 1,
      "start value of protection.scope", "C7-M20", "A"),
    P("protection.rights_information", 0.3, "share", 0, 1,
      "start value of protection.rights_information, likewise", "C1-M61", "A"),
    P("protection.referral", 0.5, "share", 0, 1,
      "start value of protection.referral, likewise", "C12-M01", "A"),
    P("protection.independence", 0.5, "share", 0, 1,
      "start value of protection.independence", "C11-M16", "A"),
    P("return.screening", 0.1, "share", 0, 1,
      "start value of return.screening, likewise", "C7-P18", "A"),
    P("return.safe", 0.1, "share", 0, 1,
      "start value of return.safe, likewise", "C11-M18", "A"),
    P("return.speed", 0.0, "share", 0, 1,
      "start value of return.speed", "C9-M27", "A"),
    # meetings, cases, courts (model 4.5 to 4.7)
    P("agency.meetings", 1.5, "/week", 0, 1000,
      "meetings or cases that a member of an agency can take up", "C9-M30", "A"),
    P("police.cases", 1.0, "count", 0, 1000, "cases on which one investigator can work at a time", "C9-M06", "A"),
    P("police.evidence", 0.06, "/week", 0, 1,
      "evidence found in a week of work, of what is still missing", "C9-M16", "A"),
    P("police.border_case", 0.03, "share", 0, 1,
      "chance that a guided crossing that was stopped becomes a lead, where leads are taken up", "C9-M10", "A"),
    P("police.finds", 6.0, "/year", 0, 1000,
      "leads that a specialised officer finds who does nothing else", "C5-P34", "A"),
    P("justice.trial_weeks", 40.0, "weeks", 1, 520,
      "mean weeks from charge to the first day on which a case may be heard",
      "C9-M33", "A"),
    P("justice.recant", 0.01, "/week", 0, 1, "witnesses without protection who take a step back", "C9-M22", "E"),
    P("justice.sentence", 3.0, "years", 0, 50, "sentence for exploitation; lesser charges in proportion to gravity",
      "C9-Q23, C9-Q27, C9-Q28", "E"),
    P("justice.served", 0.6, "share", 0, 1, "share of a sentence that is served", "C9-Q30", "E"),
    P("justice.share_found", 0.4, "share", 0, 1, "share of an exploiter's means that can be found", "C9-M25", "A"),
    P("justice.lesser", 0.6, "share", 0, 1,
      "share of failed charges of exploitation that are tried as something lesser", "C9-Q16", "E"),
    P("justice.conviction_smuggling", 0.01, "share", 0, 1,
      "convictions for a guided crossing that is stopped, as believed at the start and at full rule of law",
      "C4-P12", "A"),
    P("justice.believed_award", 0.1, "share", 0, 1,
      "chance that compensation is paid, as believed at the start and at full rule of law", "C9-M43", "E"),
    P("justice.owner_saves", 0.5, "share", 0, 1,
      "share of what a controller takes that is kept as means which can be found"),
    P("beliefs.broken_promise", 3.0, "ratio", 1, 100, "weight of a broken promise against a kept one", "C9-M37", "Q"),
    P("protection.witness_stay", 26.0, "weeks", 0, 520,
      "weeks for which people who have made a statement may stay after the reflection period", "C9-Q64", "E"),
    P("telling.award", 6_000.0, "US$", 0, 1e6, "compensation that people hope for", "C9-Q60, C9-Q61", "Q"),
    P("telling.rung_cost", 1_500.0, "US$", 0, 1e6, "what each further rung of cooperation costs more", "C9-M39", "A"),
    P("telling.quality_lost", 0.5, "share", 0, 1,
      "quality of a statement lost to heavy symptoms", "C7-M15, C11-M25", "A"),
    P("telling.punishment", 500.0, "US$", 0, 1e6,
      "fine for irregular entry where it is punished in full", "C9-M31", "A"),
    # records
    P("observation.records", True, "", 0, 1, "agencies keep records; off changes no event"),
    P("observation.stretch", 0.15, "share", 0, 1,
      "people in need whom services count though they do not fit", "C7-M19", "A"),
    P("observation.missed", 0.1, "share", 0, 1, "of what should be entered, what never is"),
    P("observation.delay", 6.0, "weeks", 0, 520, "mean weeks until something is entered"),
    # journeys
    P("journey.retry_wait", 3, "weeks", 0, 52, "weeks until a stopped person can move again", "C4-Q18", "Q"),
    P("journey.alone_cost", 1.25, "ratio", 0, 20,
      "cost of a crossing that people arrange themselves, over what it costs a provider per client"),
    P("journey.fare_share", 0.5, "share", 0, 1,
      "fare of an open journey as a share of the clandestine cost of its legs"),
    P("journey.most_stops", 20, "count", 1, 1000, "stops after which a person gives up and goes home"),
    P("records.deaths_found", 0.5, "share", 0, 1, "share of deaths on a journey that the authorities record",
      "EC 3.3", "E"),
    # status
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
    P("beliefs.report_bad", 0.5, "share", 0, 1, "share of bad outcomes that do (shame)", "C1-M20", "A"),
    P("beliefs.exploitation", 0.04, "share", 0, 1,
      "share of people without status who are exploited, as communities believe at the start", "C7-P01", "A"),
    P("beliefs.prior_strength", 0.4, "per 1000 at risk", 1e-6, 1000,
      "reports that an initial belief is worth; scales with the number of people"),
)

SWITCHES: dict[str, Switch] = {
    item.name: item
    for item in (
        Switch("entry_exit", "on", ("on", "off"), "enterprises enter when profit draws them and leave when it fails",
               "active enterprises", "C4-M09, C4-M16", "Q"),
        Switch("rerouting", "on", ("on", "off"), "enterprises move to the route that has become the cheapest",
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
        Switch("demand_displacement", "on", ("on", "off"), "buyers who stay away here may buy next door",
               "buyers' region", "C1-F10", "A", True),
        Switch("rescue_vacancy", "on", ("on", "off"), "a place that a rescued person leaves is ordered anew",
               "orders from removals", "C10-S14", "A", True),
        Switch("promotion", "on", ("on", "off"), "people exploited for long may be made guards or recruiters",
               "hazard of promotion", "C1-M43, C1-M44, C1-M45", "E"),
        Switch("transit_extortion", "on", ("on", "off"), "carriers may demand more on the way",
               "demands on the way", "C4-M01, C4-S21", "Q"),
        Switch("trauma_weight", "on", ("on", "off"), "heavy symptoms make telling harder", "weight of symptoms",
               "C7-M15", "E", True),
        Switch("market_power", "on", ("on", "off"),
      "fees carry a mark-up that grows with an enterprise's share of a route",
               "mark-up", "C4-M16, EC 2.5", "T"),
    )
}
# fmt: on

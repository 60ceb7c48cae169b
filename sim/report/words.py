"""Plain words for what tables and figures show: labels, units, groups."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from sim.declared.measures.catalogue import METRICS
from sim.declared.measures.demand import DEMAND_METRICS
from sim.declared.measures.metrics import Metric
from sim.declared.measures.networks import NETWORK_METRICS

if TYPE_CHECKING:
    import pandas as pd

LABELS = {
    "departures": "People who left",
    "regular_departures": "Left with a visa",
    "irregular_departures": "Left without a visa",
    "provider_departures": "Left with a provider",
    "alone_departures": "Left irregularly, alone",
    "papers_departures": "Left on false or bought papers",
    "provider_share": "Providers' share of irregular departures",
    "provider_share_of_all": "Providers' share of all departures",
    "provider_share_low_skilled": "Providers' share, low-skilled people",
    "irregular_share_need": "Irregular share, people in need of protection",
    "irregular_share_peers": "Irregular share, others from the same places",
    "arrivals": "People who arrived",
    "irregular_arrivals": "Arrived irregularly",
    "arrivals_as_intended": "Arrived where they meant to",
    "safety_reached": "People in need who reached safety",
    "need_blocked": "Stops of people in need of protection",
    "deaths": "Deaths on a journey",
    "deaths_per_crossing": "Deaths per crossing",
    "interceptions": "Crossings stopped",
    "stopped_per_crossing": "Share of crossings stopped",
    "removals": "Removals",
    "returns": "Went home by choice",
    "gave_up": "Went home after being stopped",
    "visa_grant_rate": "Visas granted per application",
    "broker_share": "Visas handled by a broker",
    "genuine_papers_share": "Genuine among false or bought papers",
    "mean_fee": "Mean smuggling fee",
    "fee_spread": "Spread of fees",
    "savers": "Chose to save for a fee",
    "entries": "Providers that entered",
    "exits": "Providers that left",
    "people_home": "People at home",
    "people_travelling": "People on a journey",
    "unserved_share": "Seekers whom no provider took",
    "organisation_share": "Organisations' share of contracts",
    "loner_share": "Lone providers' share of contracts",
    "mean_skill": "Mean skill of providers hired",
    "concentration": "Market concentration",
    "route_entropy": "Diversity of routes",
    "provider_receipts": "Providers' receipts",
    "provider_margin": "Providers' receipts per US$ of cost",
    "enterprises": "Active providers",
    "organisations": "Active organisations",
    "people_abroad_irregular": "People abroad without status",
    "people_abroad_regular": "People abroad with status",
    "people_stranded": "People stopped or detained at a time",
    "exploited_people": "People exploited at a time",
    "exploitation_weeks": "Weeks of exploitation",
    "exploited_per_departure": "Exploited weeks per departure",
    "new_exploited": "New spells of exploitation",
    "first_exploited": "Exploited for the first time",
    "spell_length": "Length of a spell of exploitation",
    "exploited_again": "Exploited again within two years",
    "sex_share": "Commercial sex among exploited people",
    "internal_share": "Exploited where they are at home",
    "private_exploited_share": "Exploited in private places",
    "complaint_rate": "Complaints per 1000 abusive weeks",
    "identified": "Exploited people identified",
    "demand": "People whose work buyers pay for",
    "people_in_commercial_sex": "People in commercial sex",
    "coerced_share_sex": "Exploited among people in commercial sex",
    "client_tips": "Tips by clients",
    "private_venues": "Private workplaces",
    "moved_freely": "Left under free movement",
    "tied_arrivals": "Arrived on a visa tied to an employer",
    "tied_lost": "Lost their status with their job",
    "visa_backlog": "Applications that wait for consulates",
    "carrier_refused_need": "In need of protection, refused by carriers",
    "carrier_refused_visa": "With a visa, refused by carriers",
    "pushbacks": "Sent back without being heard",
    "pushback_deaths": "Deaths when sent back",
    "misidentified_removed": "Exploited people removed unidentified",
    "credit_share": "Journeys on credit",
    "debt_outstanding": "Debts outstanding",
    "extorted_share": "Contracts in which more is demanded",
    "testimony": "People ready to testify",
    "prosecutions": "Cases charged",
    "convictions": "Convictions, any charge",
    "convictions_exploitation": "Convictions for exploitation",
    "compensation": "Compensation paid",
    "captured_posts": "Officials who sell",
    "captured_border_posts": "Border officers who sell",
    "captured_chiefs": "Chiefs who look away",
    "bribes": "Bribes paid",
    "bribes_border": "Bribes paid at borders",
    "bribes_papers": "Bribes paid for papers",
    "bribes_custody": "Bribes paid for people in custody",
    "bribes_court": "Bribes paid to courts",
    "bribes_places": "Bribes paid by workplaces",
    "bribes_mission": "Bribes paid to members of missions",
    "captured_mission_posts": "Members of missions who sell",
    "bribes_per_crossing": "Bribes per crossing",
    "bribe_price": "Mean bribe at a border",
    "let_through_share": "Detected crossings let through",
    "bribes_in_fees": "Bribes over what providers take",
    "bought_off": "Raids, inspections, tips, complaints bought off",
    "betrayed": "Complaints betrayed by police",
    "sold_in_custody": "People sold in custody",
    "cases_bought": "Cases dropped for a bribe",
    "papers_sold_by_officials": "Papers sold by officials",
    "officials_turned": "Officials who began to sell",
    "officials_caught": "Officials found out",
    "officials_named": "Statements about officials",
    "throughput": "Clients whom enterprises can serve",
    "functions_missing": "Functions that nobody fills",
    "clients_lost": "Quotes lost for want of a partner",
    "route_displacement": "Contracts on other routes",
    "ties": "Working relations",
    "tie_life": "Life of working relations",
    "ties_made": "Working relations begun",
    "ties_cut": "Working relations cut by arrests",
    "ties_betrayed": "Working relations ended by partners",
    "functions_moved": "Functions moved elsewhere",
    "facilitators": "Facilitators at work",
    "facilitators_held": "Facilitators in custody",
    "facilitator_entries": "Facilitators who began",
    "facilitator_exits": "Facilitators who stopped",
    "partner_price": "Price of facilitators over the usual",
    "partner_cost": "Cost of partners for each client",
    "share_flux": "Enterprises that take anyone (flux)",
    "share_broker": "Enterprises that work through brokers",
    "share_chain": "Chains among enterprises",
    "share_mesh": "Meshes among enterprises",
    "share_hub": "Hubs among enterprises",
    "enterprise_skill": "Mean skill of active enterprises",
    "large_enterprises": "Enterprises of ten people or more",
    "form_changes": "Enterprises that changed their form",
    "splits": "Hubs that broke apart",
    "parts_of_splits": "Parts of a hub that broke apart",
    "mergers": "Enterprises that joined another",
    "hired": "People hired by enterprises",
    "beheaded": "Groups that lost their organiser",
    "successions": "Groups that found another organiser",
    "operations": "Operations against networks",
    "operations_leaked": "Operations that leaked",
    "ties_noted": "Working relations noted by police",
    "arrests_facilitators": "Facilitators arrested",
    "arrests_mistaken": "People arrested for somebody else",
    "facilitators_convicted": "Facilitators convicted",
    "named_by_partners": "Enterprises named by those arrested",
    "recorded_identified": "Identified people, all agencies added up",
    "recorded_police_sex": "Police: exploited in commercial sex",
    "recorded_police_other": "Police: exploited in other work",
    "recorded_police_women": "Police: exploited women and girls",
    "recorded_sex_share": "Police: share of commercial sex",
    "recorded_inspectorate": "Inspectorate: abuses of labour law",
    "recorded_immigration": "Immigration: found at work, removed",
    "recorded_services": "Services: people assisted",
    "recorded_services_sex": "Services: assisted, commercial sex",
    "recorded_convictions": "Courts: convictions for exploitation",
    "recorded_complaints": "Complaints, recorded",
}

MARKET = (
    "provider_share",
    "provider_share_of_all",
    "provider_share_low_skilled",
    "mean_fee",
    "unserved_share",
    "enterprises",
    "organisations",
    "organisation_share",
    "loner_share",
    "mean_skill",
    "concentration",
    "route_entropy",
    "enterprise_age",
    "enterprise_size",
    "provider_receipts",
    "provider_margin",
    "broker_share",
    "genuine_papers_share",
)
WORK = (
    "private_exploited_share",
    "sex_share",
    "internal_share",
    "irregular_exploited_share",
    "complaint_rate",
    "identified",
    "identified_share",
    "credit_share",
    "never_clearing_share",
    "deceptive_share",
    "offers_accepted",
    "testimony_share",
)
JUSTICE = (
    "testimony",
    "testimony_quality",
    "statements",
    "telling_share",
    "recanted",
    "believed_promise",
    "perceived_certainty",
    "compensation",
    "compensated",
    "compensated_share",
    "identified_on_return",
    "false_claim_share",
    "false_claims",
    "recognised_share",
    "taken_in",
    "permits",
)
CORRUPTED = (
    "captured_posts",
    "captured_border_posts",
    "captured_chiefs",
    "bribes",
    "bribes_border",
    "bribes_papers",
    "bribes_places",
    "bribes_custody",
    "bribes_court",
    "bribes_per_crossing",
    "bribe_price",
    "let_through_share",
    "bribes_in_fees",
    "bought_off",
    "cases_bought",
    "papers_sold_by_officials",
    "officials_turned",
)
EXPLOITATION = "Work, debt and exploitation"
PROTECTION = "Protection, cooperation and redress"
CORRUPTION, NETWORKS = "Officials and bribes", "Networks and partners"
NETWORKED = {metric.name for metric in NETWORK_METRICS}
DEMANDED = {metric.name for metric in DEMAND_METRICS}
PEOPLE, MOVEMENT, SMUGGLING = "What happens to people", "How people move", "The smuggling market"
ACTIVITY, RECORDS = "What the state does: activity, not an outcome", "What the authorities record"
GROUPS = (PEOPLE, EXPLOITATION, PROTECTION, MOVEMENT, SMUGGLING, NETWORKS, CORRUPTION, ACTIVITY, RECORDS)
INCOMES = ("low", "middle", "high")  # income classes that end the names of subregions
MINUS, DASH = "\N{MINUS SIGN}", "\N{EN DASH}"
NO_INTERVAL = "no interval"


def label(name: str) -> str:
    """A metric's name in plain words."""
    return LABELS.get(name, name.replace("_", " ").capitalize())


def group_of(metric: Metric) -> str:
    """The part of the story that a metric belongs to; activity is never among outcomes."""
    if metric.layer == "record":
        return RECORDS
    if metric.tag == "activity":
        return ACTIVITY
    if metric.tag == "impact":
        return PEOPLE
    if metric.name in WORK or metric.name in DEMANDED:
        return EXPLOITATION
    if metric.name in JUSTICE:
        return PROTECTION
    if metric.name in CORRUPTED:
        return CORRUPTION
    if metric.name in NETWORKED:
        return NETWORKS
    return SMUGGLING if metric.name in MARKET else MOVEMENT


def grouped(names: Iterable[str]) -> dict[str, list[str]]:
    """Names of metrics by group, groups and names in a fixed order, empty groups left out."""
    chosen = set(names)
    members = {
        group: [name for name in METRICS if name in chosen and group_of(METRICS[name]) == group] for group in GROUPS
    }
    return {group: found for group, found in members.items() if found}


def per_people(metric: Metric, people: float) -> tuple[float, str]:
    """Factor and unit in which a metric is shown: counts per 100 000 persons at risk, shares in per cent."""
    if metric.per_100k and not metric.unit.startswith("US$"):
        unit = metric.unit.replace("/year", " a year")
        return 1e5 / people, f"{unit} per 100\N{NARROW NO-BREAK SPACE}000 at risk"
    if metric.per_100k:
        return 1 / people, "US$ a year per person at risk"
    if metric.unit == "share":
        return 100.0, "%"
    return 1.0, metric.unit


def number(value: float, signed: bool = False) -> str:
    """A number with three significant digits, thousands apart, a real minus; an en dash where there is none."""
    if not math.isfinite(value):
        return DASH
    size = abs(value)
    if size < 1e-6:
        return "0"
    decimals = min(6, max(0, 2 - math.floor(math.log10(size))))
    text = f"{size:,.{decimals}f}".replace(",", "\N{NARROW NO-BREAK SPACE}")
    if value < 0:
        return MINUS + text
    return ("+" if signed else "") + text


def interval(row: Mapping[Any, Any] | pd.Series, scale: float = 1.0) -> str:
    """The interval of a row of effects in words, times ``scale``; or why there is none."""
    if math.isfinite(row["low"]):
        return " to ".join(number(scale * row[end], signed=True) for end in ("low", "high"))
    if row["seeds"] < 2:
        return NO_INTERVAL
    return f"the same in all {row['seeds']} seeds: {NO_INTERVAL}"


def percent(value: float) -> str:
    """A change in per cent with its sign."""
    if not math.isfinite(value):
        return DASH
    size = round(abs(value), 1)
    text = f"{size:.1f}" if size < 10 else f"{size:,.0f}"
    sign = "" if size == 0 else ("+" if value > 0 else MINUS)
    return f"{sign}{'0' if size == 0 else text}\N{NARROW NO-BREAK SPACE}%"


def region(name: str) -> str:
    """A region's name as it is written on a map: ``eastern_asia_high`` is Eastern Asia, high."""
    place, _, income = name.rpartition("_")
    if income in INCOMES and place:
        return f"{region(place)}, {income}"
    return name.replace("_", " ").title().replace(" And ", " and ")

"""The metrics that a run reports, made from the counters that the phases write."""

from __future__ import annotations

from enum import IntEnum

from sim.declared.measures.corruption import CORRUPTION_METRICS
from sim.declared.measures.demand import DEMAND_METRICS
from sim.declared.measures.exploitation import EXPLOITATION_METRICS
from sim.declared.measures.justice import JUSTICE_METRICS
from sim.declared.measures.metrics import Metric
from sim.declared.measures.movement import MOVEMENT_METRICS
from sim.declared.measures.networks import NETWORK_METRICS

IRREGULAR = ("departures_papers", "departures_alone", "departures_provider")
ALL_DEPARTURES = ("departures_regular", *IRREGULAR)

M = Metric
METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        M(
            "departures",
            "flow",
            "people/year",
            "everyone who left to live elsewhere",
            ALL_DEPARTURES,
            tag="outcome",
            headline=True,
        ),
        M(
            "regular_departures",
            "flow",
            "people/year",
            "people who left with a visa",
            ("departures_regular",),
            headline=True,
        ),
        M(
            "irregular_departures",
            "flow",
            "people/year",
            "people who left alone, with a provider or on false papers",
            IRREGULAR,
            headline=True,
        ),
        M(
            "provider_departures",
            "flow",
            "people/year",
            "people who left with a provider",
            ("departures_provider",),
            headline=True,
        ),
        M("alone_departures", "flow", "people/year", "people who left irregularly on their own", ("departures_alone",)),
        M(
            "papers_departures",
            "flow",
            "people/year",
            "people who left on forged or brokered papers",
            ("departures_papers",),
        ),
        M(
            "provider_share",
            "ratio",
            "share",
            "provider share of irregular departures",
            ("departures_provider",),
            IRREGULAR,
            headline=True,
        ),
        M(
            "provider_share_of_all",
            "ratio",
            "share",
            "provider share of all departures",
            ("departures_provider",),
            ALL_DEPARTURES,
            headline=True,
        ),
        M(
            "provider_share_low_skilled",
            "ratio",
            "share",
            "provider share of departures of low-skilled people",
            ("departures_low_provider",),
            ("departures_low",),
        ),
        M(
            "irregular_share_need",
            "ratio",
            "share",
            "irregular share of departures of people in need of protection",
            ("departures_need_irregular",),
            ("departures_need_irregular", "departures_need_regular"),
            headline=True,
        ),
        M(
            "irregular_share_peers",
            "ratio",
            "share",
            "irregular share of departures of other people from the same places",
            ("departures_peers_irregular",),
            ("departures_peers_irregular", "departures_peers_regular"),
        ),
        M(
            "arrivals",
            "flow",
            "people/year",
            "everyone who arrived where they meant to live",
            ("arrivals_regular", "arrivals_papers", "arrivals_alone", "arrivals_provider"),
            headline=True,
        ),
        M(
            "irregular_arrivals",
            "flow",
            "people/year",
            "arrivals alone, with a provider or on false papers",
            ("arrivals_papers", "arrivals_alone", "arrivals_provider"),
            headline=True,
        ),
        M(
            "arrivals_as_intended",
            "ratio",
            "share",
            "clandestine arrivals that reached the region intended at departure",
            ("arrivals_intended",),
            ("arrivals_alone", "arrivals_provider"),
        ),
        M(
            "safety_reached",
            "flow",
            "people/year",
            "people in need of protection who obtained secure status",
            ("safety_reached",),
            tag="impact",
            headline=True,
        ),
        M(
            "need_blocked",
            "flow",
            "stops/year",
            "stops of people in need of protection who were not recognised",
            ("need_stopped",),
            tag="impact",
            headline=True,
        ),
        M("deaths", "flow", "people/year", "people who died on a journey", ("deaths",), tag="impact", headline=True),
        M(
            "deaths_per_crossing",
            "ratio",
            "share",
            "deaths per crossing of a leg without papers",
            ("deaths",),
            ("crossings",),
            tag="impact",
            headline=True,
        ),
        M(
            "interceptions",
            "flow",
            "stops/year",
            "crossings stopped (activity)",
            ("interceptions",),
            tag="activity",
            headline=True,
        ),
        M(
            "stopped_per_crossing",
            "ratio",
            "share",
            "share of crossings without papers that were stopped",
            ("interceptions",),
            ("crossings",),
            tag="activity",
        ),
        M(
            "removals",
            "flow",
            "people/year",
            "people removed to their home region (activity)",
            ("removals",),
            tag="activity",
            headline=True,
        ),
        M("returns", "flow", "people/year", "people who went home by their own choice", ("returns",)),
        M("gave_up", "flow", "people/year", "people who went home after being stopped", ("gave_up",)),
        M(
            "visa_applications",
            "flow",
            "applications/year",
            "visa applications decided",
            ("visa_applications",),
            tag="activity",
        ),
        M(
            "visa_grant_rate",
            "ratio",
            "share",
            "visas granted per application",
            ("visas_granted",),
            ("visa_applications",),
            tag="activity",
        ),
        M(
            "broker_share",
            "ratio",
            "share",
            "share of visa holders whose application a broker handled",
            ("visas_brokered",),
            ("visas_granted",),
            headline=True,
        ),
        M(
            "genuine_papers_share",
            "ratio",
            "share",
            "brokered genuine papers among departures on false or brokered papers",
            ("papers_genuine",),
            ("papers_genuine", "papers_forged"),
            headline=True,
        ),
        M(
            "mean_fee",
            "ratio",
            "US$",
            "mean fee contracted with a provider",
            ("fee_sum",),
            ("contracts",),
            headline=True,
        ),
        M(
            "fee_spread",
            "spread",
            "sd log",
            "standard deviation of the log of contracted fees",
            ("fee_log_squares",),
            ("fee_log_sum", "contracts"),
        ),
        M("savers", "flow", "people/year", "considerations that led to saving for a fee", ("savers",)),
        M("entries", "flow", "enterprises/year", "enterprises that entered the market", ("entries",)),
        M("exits", "flow", "enterprises/year", "enterprises that left the market", ("exits",)),
        M("people_home", "stock", "people", "people at home", ("stock_home",)),
        M("people_travelling", "stock", "people", "people on a journey", ("stock_travelling",)),
        M(
            "unserved_share",
            "ratio",
            "share",
            "seekers whom no provider took",
            ("unserved",),
            ("unserved", "contracts"),
        ),
        M(
            "organisation_share",
            "ratio",
            "share",
            "share of contracts that organisations hold",
            ("loads_organisation",),
            ("loads_loner", "loads_cell", "loads_organisation"),
            headline=True,
        ),
        M(
            "loner_share",
            "ratio",
            "share",
            "share of contracts that lone providers hold",
            ("loads_loner",),
            ("loads_loner", "loads_cell", "loads_organisation"),
        ),
        M("mean_skill", "ratio", "share", "mean skill of the providers of contracts", ("skill_sum",), ("contracts",)),
        M(
            "concentration",
            "level",
            "index",
            "Herfindahl index of contracts by pair and 26 weeks (depends on run size)",
            ("concentration",),
            headline=True,
        ),
        M(
            "route_entropy",
            "level",
            "nats",
            "entropy of contracts over routes within pairs and 26 weeks",
            ("route_entropy",),
        ),
        M("provider_receipts", "flow", "US$/year", "money received by providers", ("provider_receipts",)),
        M(
            "provider_margin",
            "ratio",
            "ratio",
            "receipts of providers per US$ of their costs, partners included",
            ("provider_receipts",),
            ("provider_costs", "partner_costs"),
        ),
        M("remittances", "flow", "US$/year", "money sent home", ("remittances",)),
        M(
            "enterprises",
            "stock",
            "enterprises",
            "active enterprises",
            ("enterprises_loner", "enterprises_cell", "enterprises_organisation"),
            headline=True,
        ),
        M("organisations", "stock", "enterprises", "active organisations", ("enterprises_organisation",)),
        M("enterprise_age", "level", "weeks", "median weeks in business of active enterprises", ("enterprise_age",)),
        M("enterprise_size", "level", "members", "mean members of active enterprises", ("enterprise_size",)),
        M(
            "people_abroad_irregular",
            "stock",
            "people",
            "people abroad without status",
            ("stock_irregular",),
            headline=True,
        ),
        M(
            "people_abroad_regular",
            "stock",
            "people",
            "people abroad with status or settled",
            ("stock_regular", "stock_settled"),
        ),
        M("people_waiting", "stock", "people", "people waiting for a visa decision", ("stock_waiting",)),
        M(
            "people_stranded",
            "stock",
            "people",
            "people stopped on a journey or detained",
            ("stock_held", "stock_detained"),
            tag="impact",
            headline=True,
        ),
        M(
            "believed_visa_chance",
            "level",
            "share",
            "chance of a low-skilled visa that communities believe in",
            ("believed_visa_chance",),
        ),
        M("believed_removal", "level", "/year", "removal hazard that people believe in", ("believed_removal",)),
        *EXPLOITATION_METRICS,
        *JUSTICE_METRICS,
        *CORRUPTION_METRICS,
        *NETWORK_METRICS,
        *DEMAND_METRICS,
        *MOVEMENT_METRICS,
        M(
            "recorded_interceptions",
            "flow",
            "stops/year",
            "stops in the border guard's statistics: stops, not people",
            ("interceptions",),
            tag="activity",
            layer="record",
            counterpart="interceptions",
        ),
        M(
            "recorded_deaths",
            "flow",
            "people/year",
            "deaths on a journey that the authorities found",
            ("deaths_found",),
            tag="impact",
            layer="record",
            counterpart="deaths",
        ),
        M(
            "recorded_removals",
            "flow",
            "people/year",
            "removals in the immigration service's statistics",
            ("removals",),
            tag="activity",
            layer="record",
            counterpart="removals",
        ),
        M(
            "recorded_visas",
            "flow",
            "visas/year",
            "visas in the consulates' statistics",
            ("visas_granted",),
            tag="activity",
            layer="record",
        ),
    )
}

# agency and series of each recorded metric: the columns of ``model.records``
RECORD_SERIES: dict[str, tuple[str, str]] = {
    "recorded_interceptions": ("border guard", "interceptions"),
    "recorded_deaths": ("border guard", "deaths found"),
    "recorded_removals": ("immigration service", "removals"),
    "recorded_visas": ("consulates", "visas"),
    "recorded_complaints": ("labour inspectorate", "complaints"),
    "recorded_inspectorate": ("labour inspectorate", "abuses of labour law"),
    "recorded_police_sex": ("police", "exploited people, commercial sex"),
    "recorded_police_other": ("police", "exploited people, other work"),
    "recorded_police_women": ("police", "exploited women and girls"),
    "recorded_sex_share": ("police", "share of commercial sex"),
    "recorded_immigration": ("immigration service", "found at work and taken for removal"),
    "recorded_services": ("services", "people assisted"),
    "recorded_services_sex": ("services", "people assisted, commercial sex"),
    "recorded_identified": ("national rapporteur", "identified people"),
    "recorded_convictions": ("courts", "convictions for exploitation"),
}


# Two bytes per person and generation: what happened to them since week 0 (policies start). Bits are joined between
# twins afterwards, so that two arms never need to share a process.
class Path(IntEnum):
    """Bits of what happened to a person."""

    LEFT = 1
    ARRIVED_REGULAR = 2
    ARRIVED_IRREGULAR = 4
    STOPPED = 8
    REMOVED = 16
    DIED = 32
    IN_NEED = 64
    SAFE = 128
    EXPLOITED = 256
    IDENTIFIED = 512
    REMOVED_UNRECOGNISED = 1024
    FEMALE = 2048
    MINOR = 4096  # under eighteen when the person entered the age at risk
    WITH_STATUS = 8192  # lived abroad with status when policies could first start
    WITHOUT_STATUS = 16384

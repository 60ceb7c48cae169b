"""The counters that the phases write and the metrics made from them."""

from __future__ import annotations

from enum import IntEnum
from typing import Any, cast

from sim.observation.metrics import Counter, Metric

# order = column of the counters array; kernels use C.<NAME>
COUNTERS: tuple[Counter, ...] = tuple(
    Counter(name, meaning)
    for name, meaning in (
        ("departures_regular", "people who left with a visa, by their own application or a broker's"),
        ("departures_papers", "people who left on forged or brokered papers"),
        ("departures_alone", "people who left irregularly without a provider"),
        ("departures_provider", "people who left irregularly with a provider"),
        ("departures_need_irregular", "irregular departures of people in need of protection, from places in conflict"),
        ("departures_need_regular", "regular departures of people in need of protection, from places in conflict"),
        ("departures_peers_irregular", "irregular departures of other people from the same places"),
        ("departures_peers_regular", "regular departures of other people from the same places"),
        ("departures_low_provider", "departures of low-skilled people with a provider"),
        ("departures_low", "departures of low-skilled people"),
        ("arrivals_regular", "people who arrived with a visa"),
        ("arrivals_papers", "people who arrived on forged or brokered papers"),
        ("arrivals_alone", "people who arrived irregularly without a provider"),
        ("arrivals_provider", "people who arrived irregularly with a provider"),
        ("arrivals_intended", "irregular arrivals in the region that had been intended at departure from home"),
        ("safety_reached", "people in need of protection who obtained secure status"),
        ("need_stopped", "stops of people in need of protection who were not recognised as such"),
        ("crossings", "crossings of a leg begun by people without papers"),
        ("interceptions", "crossings stopped"),
        ("deaths", "people who died on a journey"),
        ("deaths_found", "deaths on a journey that the authorities record"),
        ("removals", "people removed to their home region"),
        ("returns", "people who went home by their own choice"),
        ("gave_up", "people who went home after being stopped"),
        ("visa_applications", "visa applications decided"),
        ("visas_granted", "visas granted"),
        ("visas_brokered", "visas granted on an application that a broker handled"),
        ("contracts", "contracts between seekers and enterprises"),
        ("unserved", "seekers whom no enterprise they asked could or would take"),
        ("fee_sum", "sum of contracted fees, US$"),
        ("fee_log_sum", "sum of the log of contracted fees"),
        ("fee_log_squares", "sum of the squared log of contracted fees"),
        ("loads_loner", "contracts of lone providers"),
        ("loads_cell", "contracts of small groups"),
        ("loads_organisation", "contracts of organisations"),
        ("skill_sum", "sum over contracts of the provider's skill"),
        ("papers_forged", "departures on forged papers"),
        ("papers_genuine", "departures on brokered genuine papers"),
        ("provider_receipts", "US$ received by enterprises"),
        ("provider_costs", "US$ spent by enterprises on journeys, losses and running costs"),
        ("remittances", "US$ sent home"),
        ("savers", "people who chose to save for a fee"),
        ("stock_home", "people at home at the end of the week"),
        ("stock_waiting", "people waiting for a visa decision"),
        ("stock_travelling", "people on a journey"),
        ("stock_held", "people stopped on a journey and not yet moving again"),
        ("stock_irregular", "people abroad without status"),
        ("stock_regular", "people abroad with status, not settled"),
        ("stock_settled", "people settled abroad"),
        ("stock_detained", "people detained before removal"),
        ("stock_dead", "rows of people who died and whose place has not been taken by the next generation"),
        ("enterprises_loner", "active lone providers"),
        ("enterprises_cell", "active small groups"),
        ("enterprises_organisation", "active organisations"),
        ("entries", "enterprises that entered"),
        ("exits", "enterprises that left the market"),
        ("enterprise_age", "median weeks in business of active enterprises"),
        ("enterprise_size", "mean members of active enterprises"),
        ("concentration", "Herfindahl index of contracts by pair of regions over 26 weeks, load-weighted"),
        ("route_entropy", "entropy of contracts over routes within pairs over 26 weeks, load-weighted, in nats"),
        ("believed_visa_chance", "mean chance of a low-skilled visa that communities believe in"),
        ("believed_removal", "mean yearly removal hazard that people believe in"),
    )
)
COUNTER_INDEX = {counter.name: position for position, counter in enumerate(COUNTERS)}
C: Any = cast("Any", IntEnum)("C", {counter.name.upper(): position for position, counter in enumerate(COUNTERS)})

IRREGULAR = ("departures_papers", "departures_alone", "departures_provider")
CLANDESTINE = ("departures_alone", "departures_provider")
ALL_DEPARTURES = ("departures_regular", *IRREGULAR)

M = Metric
METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        M("departures", "flow", "people/year", "everyone who left to live elsewhere", ALL_DEPARTURES, tag="outcome", headline=True),
        M("regular_departures", "flow", "people/year", "people who left with a visa", ("departures_regular",), headline=True),
        M("irregular_departures", "flow", "people/year", "people who left alone, with a provider or on false papers", IRREGULAR,
          headline=True),
        M("provider_departures", "flow", "people/year", "people who left with a provider", ("departures_provider",), headline=True),
        M("alone_departures", "flow", "people/year", "people who left irregularly on their own", ("departures_alone",)),
        M("papers_departures", "flow", "people/year", "people who left on forged or brokered papers", ("departures_papers",)),
        M("provider_share", "ratio", "share", "provider share of irregular departures", ("departures_provider",), IRREGULAR,
          headline=True),
        M("provider_share_of_all", "ratio", "share", "provider share of all departures", ("departures_provider",), ALL_DEPARTURES,
          headline=True),
        M("provider_share_low_skilled", "ratio", "share", "provider share of departures of low-skilled people",
          ("departures_low_provider",), ("departures_low",)),
        M("irregular_share_need", "ratio", "share", "irregular share of departures of people in need of protection",
          ("departures_need_irregular",), ("departures_need_irregular", "departures_need_regular"), headline=True),
        M("irregular_share_peers", "ratio", "share", "irregular share of departures of other people from the same places",
          ("departures_peers_irregular",), ("departures_peers_irregular", "departures_peers_regular")),
        M("arrivals", "flow", "people/year", "everyone who arrived where they meant to live",
          ("arrivals_regular", "arrivals_papers", "arrivals_alone", "arrivals_provider"), headline=True),
        M("irregular_arrivals", "flow", "people/year", "arrivals alone, with a provider or on false papers",
          ("arrivals_papers", "arrivals_alone", "arrivals_provider"), headline=True),
        M("arrivals_as_intended", "ratio", "share", "clandestine arrivals that reached the region intended at departure",
          ("arrivals_intended",), ("arrivals_alone", "arrivals_provider")),
        M("safety_reached", "flow", "people/year", "people in need of protection who obtained secure status",
          ("safety_reached",), tag="impact", headline=True),
        M("need_blocked", "flow", "stops/year", "stops of people in need of protection who were not recognised", ("need_stopped",),
          tag="impact", headline=True),
        M("deaths", "flow", "people/year", "people who died on a journey", ("deaths",), tag="impact", headline=True),
        M("deaths_per_crossing", "ratio", "share", "deaths per crossing of a leg without papers", ("deaths",), ("crossings",),
          tag="impact", headline=True),
        M("interceptions", "flow", "stops/year", "crossings stopped (activity)", ("interceptions",), tag="activity", headline=True),
        M("stopped_per_crossing", "ratio", "share", "share of crossings without papers that were stopped", ("interceptions",),
          ("crossings",), tag="activity"),
        M("removals", "flow", "people/year", "people removed to their home region (activity)", ("removals",), tag="activity",
          headline=True),
        M("returns", "flow", "people/year", "people who went home by their own choice", ("returns",)),
        M("gave_up", "flow", "people/year", "people who went home after being stopped", ("gave_up",)),
        M("visa_applications", "flow", "applications/year", "visa applications decided", ("visa_applications",), tag="activity"),
        M("visa_grant_rate", "ratio", "share", "visas granted per application", ("visas_granted",), ("visa_applications",),
          tag="activity"),
        M("broker_share", "ratio", "share", "share of visa holders whose application a broker handled", ("visas_brokered",),
          ("visas_granted",), headline=True),
        M("genuine_papers_share", "ratio", "share", "brokered genuine papers among departures on false or brokered papers",
          ("papers_genuine",), ("papers_genuine", "papers_forged"), headline=True),
        M("mean_fee", "ratio", "US$", "mean fee contracted with a provider", ("fee_sum",), ("contracts",), headline=True),
        M("unserved_share", "ratio", "share", "seekers whom no provider took", ("unserved",), ("unserved", "contracts")),
        M("organisation_share", "ratio", "share", "share of contracts that organisations hold", ("loads_organisation",),
          ("loads_loner", "loads_cell", "loads_organisation"), headline=True),
        M("loner_share", "ratio", "share", "share of contracts that lone providers hold", ("loads_loner",),
          ("loads_loner", "loads_cell", "loads_organisation")),
        M("mean_skill", "ratio", "share", "mean skill of the providers of contracts", ("skill_sum",), ("contracts",)),
        M("concentration", "level", "index", "Herfindahl index of contracts by pair and 26 weeks (depends on run size)",
          ("concentration",), headline=True),
        M("route_entropy", "level", "nats", "entropy of contracts over routes within pairs and 26 weeks", ("route_entropy",)),
        M("provider_receipts", "flow", "US$/year", "money received by providers", ("provider_receipts",)),
        M("provider_margin", "ratio", "ratio", "receipts of providers per US$ of their costs", ("provider_receipts",),
          ("provider_costs",)),
        M("remittances", "flow", "US$/year", "money sent home", ("remittances",)),
        M("enterprises", "stock", "enterprises", "active enterprises",
          ("enterprises_loner", "enterprises_cell", "enterprises_organisation"), headline=True),
        M("organisations", "stock", "enterprises", "active organisations", ("enterprises_organisation",)),
        M("enterprise_age", "level", "weeks", "median weeks in business of active enterprises", ("enterprise_age",)),
        M("enterprise_size", "level", "members", "mean members of active enterprises", ("enterprise_size",)),
        M("people_abroad_irregular", "stock", "people", "people abroad without status", ("stock_irregular",), headline=True),
        M("people_abroad_regular", "stock", "people", "people abroad with status or settled",
          ("stock_regular", "stock_settled")),
        M("people_waiting", "stock", "people", "people waiting for a visa decision", ("stock_waiting",)),
        M("people_stranded", "stock", "people", "people stopped on a journey or detained", ("stock_held", "stock_detained"),
          tag="impact", headline=True),
        M("believed_visa_chance", "level", "share", "chance of a low-skilled visa that communities believe in",
          ("believed_visa_chance",)),
        M("believed_removal", "level", "/year", "removal hazard that people believe in", ("believed_removal",)),
        M("recorded_interceptions", "flow", "stops/year", "stops in the border guard's statistics: stops, not people",
          ("interceptions",), tag="activity", layer="record"),
        M("recorded_deaths", "flow", "people/year", "deaths on a journey that the authorities found", ("deaths_found",),
          tag="impact", layer="record"),
        M("recorded_removals", "flow", "people/year", "removals in the immigration service's statistics", ("removals",),
          tag="activity", layer="record"),
        M("recorded_visas", "flow", "visas/year", "visas in the consulates' statistics", ("visas_granted",), tag="activity",
          layer="record"),
    )
}

# agency and series of each recorded metric: the columns of ``model.records``
RECORD_SERIES: dict[str, tuple[str, str]] = {
    "recorded_interceptions": ("border guard", "interceptions"),
    "recorded_deaths": ("border guard", "deaths found"),
    "recorded_removals": ("immigration service", "removals"),
    "recorded_visas": ("consulates", "visas"),
}

# One byte per person and generation: what happened to them since week 0 (policies start). Bits are joined between
# twins afterwards, so that two arms never need to share a process.
class Path(IntEnum):
    """Bits of a person's outcome byte."""

    LEFT = 1
    ARRIVED_REGULAR = 2
    ARRIVED_IRREGULAR = 4
    STOPPED = 8
    REMOVED = 16
    DIED = 32
    IN_NEED = 64
    SAFE = 128

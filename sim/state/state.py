"""The state of a run: tables of agents, node-level memories and typed bundles of parameters, made from a scenario."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.agents.agencies import AGENCY_COLUMNS, KINDS
from sim.agents.cases import CASE_COLUMNS
from sim.agents.facilitators import FACILITATOR_COLUMNS, FUNCTIONS
from sim.agents.governments import GOVERNMENT_COLUMNS
from sim.agents.migrants import MIGRANT_COLUMNS, Account, Channel, Legal, Stage, be_born, wish_of_spell
from sim.agents.migrants import Places as BirthPlaces
from sim.agents.offenders import OFFENDER_COLUMNS, SPARE
from sim.agents.officials import OFFICIAL_COLUMNS, POSTS_OF_REGION, Post, Rank
from sim.agents.ties import MOST_TIES, TIE_COLUMNS, TIES_OF_ENTERPRISE
from sim.agents.traffickers import KIND_TRAITS, trafficker_columns
from sim.agents.venues import VENUE_COLUMNS, be_venue
from sim.conditions.demand import neighbours
from sim.conditions.law import LAW_RECORD, SHELTER_WEEKS
from sim.ground.draws import Stream, block
from sim.ground.kernel import CHUNKS, kernel
from sim.ground.table import Table
from sim.ledger.counters import COUNTERS
from sim.policies.engine import LeverEngine
from sim.rules.control.terms import Tally
from sim.rules.corruption.bribes import FIRST_WORTH, SHARE_OF_POSTS, no_posts
from sim.rules.justice.contacts import empty_book
from sim.rules.justice.experience import Experience
from sim.rules.justice.records import no_registers
from sim.rules.moving.channels import Flows, Queues
from sim.rules.moving.entry import SKILL_STEPS, MarketState, first_entrants
from sim.rules.networks.facilitating import first_facilitators, no_network
from sim.rules.people.beliefs import Beliefs
from sim.rules.people.consider import Sums, next_consideration, start_removal_clock
from sim.rules.people.status import removal_hazard
from sim.rules.rationing import LEAST_KEPT, Rationed, phases
from sim.rules.work.handover import Learned
from sim.rules.work.jobs import Cells
from sim.rules.work.labour import LabourMarket
from sim.rules.work.recruitment import CONTACTS_BEFORE, Sources
from sim.scenario.scenario import Scenario
from sim.state.rules import all_rules
from sim.world.world import MAX_OFFERS, Mode, Role, World

Floats = NDArray[np.float64]
_START_SPELLS = 6  # people who live abroad when a run starts are those with a strong wish to move: best of so many


class Fixed(NamedTuple):
    """Node-level facts that no policy or market moves."""

    people_at: NDArray[Any]  # (regions,) persons by home
    pair_of: NDArray[Any]  # (regions, regions)
    offer_pair: NDArray[Any]  # (regions, MAX_OFFERS)
    offer_of: NDArray[Any]  # (pairs,)
    route_pair: NDArray[Any]  # (routes,)
    transport: NDArray[Any]  # (legs,) US$
    fare: NDArray[Any]  # (pairs,) US$
    income_regular: NDArray[Any]  # (regions,) US$ a year times the chance to have work
    income_irregular: NDArray[Any]


@dataclass
class Papers:
    """The market for genuine papers, by region of departure; float64 (regions,)."""

    weekly: Floats  # papers that brokers obtain in a week
    price: Floats  # US$
    chance: Floats  # share of those who asked that were served
    scarcity: Floats
    official: Floats  # share of them that officials who sell have issued
    fronts: Floats  # papers that fronts obtain in a week
    sold: Floats  # papers that officials who sell issue in a week

    def add_up(self) -> None:
        """Papers of the week from fronts and from officials."""
        self.weekly = self.fronts + self.sold
        self.official = np.divide(self.sold, self.weekly, out=np.zeros_like(self.sold), where=self.sold > 0)


def apportion(weights: Floats, total: int, least: int = 1) -> NDArray[np.int64]:
    """Whole numbers that sum to ``total`` in proportion to ``weights`` (largest remainder), ``least`` where > 0."""
    if weights.sum() <= 0 or total <= 0:
        return np.zeros(len(weights), np.int64)
    exact = weights / weights.sum() * total
    counts = np.floor(exact).astype(np.int64)
    order = np.argsort(-(exact - counts), kind="stable")
    counts[order[: total - counts.sum()]] += 1
    missing = (weights > 0) & (counts < least)
    if missing.any() and total >= (weights > 0).sum():
        counts[missing] = 1
        counts[np.argmax(counts)] -= counts.sum() - total
    return counts


class State:
    """Everything that changes during a run, and the parameters it changes by."""

    def __init__(self, scenario: Scenario, seed: int) -> None:
        self.scenario, self.seed, self.world = scenario, seed, scenario.world
        values, mechanisms = scenario.values, scenario.mechanisms
        self.levers = LeverEngine(self.world, scenario.policies, values)
        self.rules = all_rules(values, mechanisms)
        self.mechanisms = mechanisms
        self.held: dict[str, NDArray[Any]] = {}  # interface arrays of held mechanisms, as they are in the twin
        homes = homes_of(self.world, values)
        self.fixed = fixed_facts(self.world, homes, values)
        regions, pairs, legs = len(homes), len(self.world.pairs.start), len(self.world.legs.tail)
        self.beliefs = Beliefs(self.world, homes.astype(float), values, learning=mechanisms["belief_learning"] != "off")
        self.beliefs.start_removal[:] = removal_hazard(
            self.world.regions.deportation_effort, values["status.removal_rate"]
        )
        by_pair = {name: np.zeros(pairs) for name in ("capacity", "loads", "demand", "demand_mean")}
        self.market = MarketState(
            fees=np.full(pairs, np.inf),
            last_fees=np.full(pairs, np.inf),
            paid=np.full(pairs, np.inf),
            success=np.zeros((pairs, SKILL_STEPS + 1)),
            cost=np.zeros((pairs, SKILL_STEPS + 1)),
            partners=np.zeros((pairs, 3)),
            **by_pair,
        )
        self.papers = Papers(
            values["papers.genuine_supply"] * homes / 1000.0 / 52.0,
            np.full(regions, values["papers.genuine_price"]),
            np.ones(regions),
            np.ones(regions),
            *(np.zeros(regions) for _ in range(3)),
        )
        self.queues = Queues(
            phases(seed, Rationed.VISAS, (pairs, 2)),
            self.beliefs.visas,
            phases(seed, Rationed.PAPERS, (regions,)),
            np.zeros(regions),
            np.zeros(regions),
            self.beliefs.visa_truth,
            np.zeros(pairs),
            np.zeros(pairs),
        )
        self.flows = Flows(np.zeros((pairs, 4)), np.zeros((pairs, 4)), np.zeros(legs), np.zeros(legs))
        self.sums = Sums(
            np.zeros((CHUNKS, len(COUNTERS))),
            np.zeros((CHUNKS, len(Account))),
            np.zeros((CHUNKS, pairs, 2)),
            np.zeros((CHUNKS, regions)),
            np.zeros((CHUNKS, 8)),
        )
        self.accounts = np.zeros(len(Account))
        self.removal_sum = np.zeros(regions)
        self.birth_places = BirthPlaces(
            self.world.regions.wage_regular.copy(),
            self.world.regions.inequality,
            self.world.regions.conflict,
            np.cumsum(self.world.diaspora, axis=1),
        )
        self.migrants = self._people(homes)
        self.traffickers = self._enterprises(homes)
        self._offenders()
        self._work(homes)
        self._justice()
        self._officials(homes)
        self._facilitators()
        self.governments = Table("government", GOVERNMENT_COLUMNS, regions)
        self.governments["region"][:] = np.arange(regions)

    def _people(self, homes: NDArray[np.int64]) -> Table:
        """The persons at risk at the start: rows grouped by home region."""
        table = Table("migrant", MIGRANT_COLUMNS, int(homes.sum()))
        table["home"][:] = np.repeat(np.arange(len(homes)), homes)
        self.accounts[Account.ENDOWMENT] -= first_people(
            table.view,
            -self.scenario.values["time.burn_in_weeks"],
            self.seed,
            self.rules.birth,
            self.rules.choice,
            self.birth_places,
            self.world.destinations,
            self.scenario.values["people.abroad_share"],
            np.array(
                [self.scenario.values["people.settled_share"], self.scenario.values["people.settled_skilled_share"]]
            ),
            self.scenario.values["people.settling_share"],
            self.rules.life.settle_weeks,
            self.removal_sum,
        )
        return table

    def _enterprises(self, homes: NDArray[np.int64]) -> Table:
        """Latent enterprises: slots by region and type, in proportion to the people there."""
        values = self.scenario.values
        per_thousand = [values[f"smuggling.{name}"] for name in ("loners", "cells", "organisations")]
        # those who serve people live where people are: at home, stranded, or abroad and thinking of moving on
        present = homes + np.bincount(self.migrants["here"][self.migrants["here"] != self.migrants["home"]],
                                      minlength=len(homes)) * 0.5  # fmt: skip
        served = np.where(self.fixed.offer_pair[:, 0] >= 0, np.maximum(present, homes.sum() * 0.02), 0.0)
        # rivals are few where few people are modelled, and would be many of as many people as there are
        self.markets: Floats = served[self.world.pairs.start] / values["smuggling.market_people"]  # by pair
        kinds: list[NDArray[np.int64]] = []
        regions: list[NDArray[np.int64]] = []
        for number, rate in enumerate(per_thousand):
            # exact in sum: a minimum for each place would weigh more in small runs
            slots = apportion(rate * served / 1000.0, round(float(rate * served.sum() / 1000.0)), least=0)
            kinds.append(np.full(int(slots.sum()), number))
            regions.append(np.repeat(np.arange(len(homes)), slots.astype(np.int64)))
        region, kind = np.concatenate(regions), np.concatenate(kinds)
        order = np.argsort(region, kind="stable")
        table = Table("trafficker", trafficker_columns(len(self.world.legs.tail)), len(region))
        table["home"][:], table["kind"][:] = region[order], kind[order]
        self.accounts[Account.OWNERS] -= first_entrants(
            table.view,
            -values["time.burn_in_weeks"],
            self.seed,
            values["smuggling.active_at_start"],
            self.world.regions.outside_profit,
            self.rules.entrant,
            KIND_TRAITS,
        )
        return table

    def _offenders(self) -> None:
        """Places in every latent enterprise, filled as enterprises open."""
        kind = self.traffickers["kind"]
        self.enterprise_first = np.searchsorted(self.traffickers["home"], np.arange(len(self.world.regions.name) + 1))
        members = KIND_TRAITS[kind, 0].astype(np.int64) + SPARE[kind]
        self.offender_first = np.concatenate([[0], np.cumsum(members)])
        self.offenders = Table("offender", OFFENDER_COLUMNS, int(members.sum()))
        self.offenders["unit"][:] = np.repeat(np.arange(len(members)), members)
        self.offenders["region"][:] = np.repeat(self.traffickers["home"], members)
        self.offenders_known = np.full(len(members), -1)
        self.moves = np.zeros(len(members), np.int8)

    def _work(self, homes: NDArray[np.int64]) -> None:
        """Final demand at the start, latent venues by cell, and what recruiters and providers remember."""
        values, world, people = self.scenario.values, self.world, self.migrants
        regions, sectors, pairs = len(homes), len(world.sectors.name), len(world.pairs.start)
        abroad = people["stage"] == Stage.WORKING
        newcomers = np.bincount(people["here"][abroad], minlength=regions).astype(float)
        jobs = newcomers * (1.0 + values["work.slack"]) + world.regions.local_demand * homes
        jobs += values["work.spare"] * homes.sum() * ((world.regions.role & Role.DESTINATION) > 0)
        demand = (jobs[:, None] * world.demand_shares).ravel()
        latent = np.ceil(values["work.latent"] * demand / values["work.venue_size"]).astype(np.int64)
        latent = np.where(demand > 0, np.maximum(latent, 3), 0)
        cell = np.repeat(np.arange(len(demand)), latent)
        venues = Table("venue", VENUE_COLUMNS, len(cell))
        venues["region"][:], venues["sector"][:] = cell // sectors, cell % sectors
        self.venues = venues
        first_venues(venues.view, self.seed, self.rules.venue, world.regions.wage_regular)
        self.cells = Cells(
            np.concatenate([[0], np.cumsum(latent)]),
            np.zeros((len(demand), 2)),
            np.zeros((len(demand), 2)),
            np.zeros(len(demand)),
            np.zeros(len(demand)),
            np.zeros(len(cell), np.int64),
            world.sectors.female_share,
            world.sectors.commercial_sex,
        )
        self.labour = LabourMarket(
            demand,
            demand.copy(),
            np.ones(regions),
            np.zeros(regions),
            neighbours(self),
            np.zeros(len(demand)),
            np.zeros(len(demand)),
            np.zeros(len(demand)),
            np.zeros(len(demand)),
            np.zeros((len(demand), 3, 5)),
            np.zeros(regions),
            phases(self.seed, Rationed.SLOTS, (len(demand), 2)),
        )
        self.present: Floats = newcomers + homes.astype(float)  # people at risk who are there when a run starts

        ends = [np.flatnonzero(world.pairs.end == region) for region in range(regions)]
        into = np.full((regions, max((len(found) for found in ends), default=0) or 1), -1)
        for region, found in enumerate(ends):
            into[region, : len(found)] = found
        self.sources = Sources(
            np.concatenate([[0], np.cumsum(homes)]),
            into,
            world.pairs.start,
            np.zeros((regions, 2)),
            np.zeros((regions, 2)),
            np.zeros(regions),
            np.zeros(pairs),
            phases(self.seed, Rationed.CONTACTS, (regions,)),
            CONTACTS_BEFORE * homes.sum() / 1000.0,
        )
        self.learned = Learned(*(np.zeros(pairs) for _ in Learned._fields))
        weeks = int(values["time.burn_in_weeks"]) + round(52 * values["time.years"])
        self.registers = no_registers(weeks, regions)
        cells = np.zeros((regions, sectors, 5, 2, 2))
        self.tally = Tally(
            cells, cells.reshape(-1), np.zeros(regions), np.zeros(regions), np.zeros(CHUNKS), np.zeros(weeks)
        )

    def _justice(self) -> None:
        """Agencies of every region, room for cases, and what has been seen of justice."""
        regions, values = len(self.world.regions.name), self.scenario.values
        self.agencies = Table("agency", AGENCY_COLUMNS, regions * KINDS)
        self.agencies["region"][:] = np.repeat(np.arange(regions), KINDS)
        self.agencies["kind"][:] = np.tile(np.arange(KINDS), regions)
        for column in ("staff", "skill"):
            self.agencies[column][:] = 0.0
        self.agencies["attention"][:] = LEAST_KEPT  # nobody has come yet
        self.cases = Table("case", CASE_COLUMNS, 64 + len(self.migrants) // 100)
        self.case_cursor = np.zeros(1, np.int64)
        self.law = np.zeros(regions, LAW_RECORD)
        self.seized = np.zeros(regions)
        self.permits_left = phases(self.seed, Rationed.PERMITS, (regions,))
        self.work_weeks = phases(self.seed, Rationed.CASES, (regions,))
        self.shelter_saved = np.full(regions, SHELTER_WEEKS)
        self.book = empty_book(len(self.migrants))
        self.experience = Experience(
            self.present, self.world.regions.rule_of_law, values, learning=self.mechanisms["belief_learning"] != "off"
        )

    def _officials(self, homes: NDArray[np.int64]) -> None:
        """Posts that have something to sell: a chief and at least two line officers wherever there is one.

        In a small run they stand for fewer than three officials.
        """
        legs, regions, values = self.world.legs, len(homes), self.scenario.values
        self.posts = no_posts(len(legs.tail), regions, values["official.bargain"])
        guarded = np.where((legs.mode != Mode.FREE_MOVEMENT) & (legs.control > 0), 1.0, 0.0)
        there = self.present / self.present.sum()
        weights = SHARE_OF_POSTS[1:] * np.where(there > 0, np.maximum(there, 0.2 / regions), 0.0)[:, None]
        at_borders = SHARE_OF_POSTS[0] * guarded / max(guarded.sum(), 1.0)
        weight = np.concatenate([at_borders, weights[:, :POSTS_OF_REGION].ravel(), weights[:, POSTS_OF_REGION]])
        total = values["official.posts"] * homes.sum() / 1000.0
        # members of missions come on top of the officials of a place
        share = weight / weight[: self.posts.missions].sum()
        members = np.where(weight > 0, np.maximum(np.rint(total * share), 3), 0).astype(np.int64)
        self.posts.stands_for[:] = np.divide(total * share, members, out=np.ones(len(share)), where=members > 0)
        self.posts.first[1:] = np.cumsum(members)
        self.officials = Table("official", OFFICIAL_COLUMNS, int(members.sum()))
        of_region = np.arange(regions * POSTS_OF_REGION)
        everywhere = np.arange(regions)
        kinds = np.concatenate(
            [np.full(len(legs.tail), Post.BORDER), of_region % POSTS_OF_REGION + 1, np.full(regions, Post.MISSION)]
        )
        for name, by_unit in (
            ("unit", np.arange(len(members))),
            ("region", np.concatenate([legs.head, of_region // POSTS_OF_REGION, everywhere])),
            ("leg", np.concatenate([np.arange(len(legs.tail)), np.full(len(of_region) + regions, -1)])),
            ("post", kinds),
        ):
            self.officials[name][:] = np.repeat(by_unit, members)
        held = members > 0
        self.officials["rank"][self.posts.first[:-1][held]] = Rank.CHIEF
        self.posts.mean_worth[:] = np.concatenate([legs.loss, FIRST_WORTH[kinds[len(legs.tail) :]]])

    def _facilitators(self) -> None:
        """Latent facilitators of every node, some of them at work, and room for ties of every enterprise."""
        values = self.scenario.values
        slots_of = np.bincount(self.traffickers["home"], minlength=len(self.world.regions.name)).astype(float)
        latent = values["facilitator.latent"] * len(self.migrants) / 1000.0
        self.net, slots = no_network(self.world, slots_of, latent)
        table = Table("facilitator", FACILITATOR_COLUMNS, int(slots.sum()))
        node = np.repeat(np.arange(len(slots)), slots)
        table["region"][:], table["function"][:] = node // FUNCTIONS, node % FUNCTIONS
        self.facilitators = table
        first_facilitators(
            table.view, self.net, -int(values["time.burn_in_weeks"]), self.seed, values["facilitator.open_start"],
            self.rules.facilitator,
        )  # fmt: skip
        self.ties = Table("tie", TIE_COLUMNS, len(self.traffickers) * TIES_OF_ENTERPRISE)
        rows = np.arange(len(self.ties))
        self.ties["unit"][:] = rows // TIES_OF_ENTERPRISE
        self.ties["region"][:] = np.repeat(self.traffickers["home"], TIES_OF_ENTERPRISE)
        self.ties["function"][:] = rows % TIES_OF_ENTERPRISE // MOST_TIES

    def debts(self) -> float:
        """What people owe less what creditors may claim, cents: zero to the cent."""
        claims = self.traffickers["claims"].sum() + self.venues["claims"].sum()
        return float(self.migrants["debt"].sum() - claims)

    def money(self) -> float:
        """Sum of all accounts in cents: zero to the cent, or money was made or lost."""
        return float(
            self.migrants["cash"].sum()
            + self.migrants["escrow"].sum()
            + self.traffickers["capital"].sum()
            + self.venues["capital"].sum()
            + self.cases["frozen"].sum()
            + self.seized.sum()
            + self.accounts.sum()
        )

    @property
    def bytes_per_person(self) -> float:
        """Bytes of all tables for each modelled person."""
        shared = sum(
            table.bytes_per_row * len(table)
            for table in (
                self.traffickers,
                self.venues,
                self.offenders,
                self.officials,
                self.cases,
                self.facilitators,
                self.ties,
            )
        )
        return self.migrants.bytes_per_row + shared / max(len(self.migrants), 1)


def homes_of(world: World, values: dict[str, Any]) -> NDArray[np.int64]:
    """How many modelled people are at home in each region; some live in destinations, where they may be exploited."""
    share = values["people.domestic_share"] if world.regions.domestic.sum() > 0 else 0.0
    return apportion((1.0 - share) * world.regions.at_risk + share * world.regions.domestic, values["people.size"])


def fixed_facts(world: World, homes: NDArray[np.int64], values: dict[str, Any]) -> Fixed:
    """Look-up tables and incomes of a world."""
    regions, pairs, legs = world.regions, world.pairs, world.legs
    pair_of = np.full((len(homes), len(homes)), -1, np.int32)
    pair_of[pairs.start, pairs.end] = np.arange(len(pairs.start))
    offer_pair = np.full((len(homes), MAX_OFFERS), -1, np.int32)
    offer_of = np.zeros(len(pairs.start), np.int32)
    used = np.zeros(len(homes), np.int64)
    route_pair = np.full(len(world.route_legs), -1, np.int32)
    fare = np.zeros(len(pairs.start))
    for pair, (start, routes, official) in enumerate(zip(pairs.start, pairs.routes, pairs.official, strict=True)):
        offer_of[pair] = used[start]
        offer_pair[start, used[start]] = pair
        used[start] += 1
        route_pair[official] = pair
        route_pair[routes[routes >= 0]] = pair
        way = world.route_legs[official]
        fare[pair] = values["journey.fare_share"] * legs.base_cost[way[way >= 0]].sum()
    yearly = 52.0 * regions.employment
    return Fixed(
        people_at=homes.astype(float),
        pair_of=pair_of,
        offer_pair=offer_pair,
        offer_of=offer_of,
        route_pair=route_pair,
        transport=legs.base_cost * values["smuggling.transport_scale"],
        fare=fare,
        income_regular=regions.wage_regular * yearly,
        income_irregular=regions.wage_irregular * yearly,
    )


@kernel
def first_people(
    m, week, seed, birth, choice, places, destinations, abroad_share, settled_share, settling_share, settle_weeks,
    removal_sum,
):  # fmt: skip
    """Everyone is born in ``week``; shares live abroad without status or are settled. Returns the endowments, cents.

    The residual time in the age at risk is that of the stationary population, which for an exponential time is the
    same exponential. Those abroad are people with a strong wish to move: the best of a few spells.
    """
    paid = 0.0
    for i in range(len(m.due)):
        paid += be_born(m, i, week, seed, birth, places)
        next_consideration(m, i, week, seed, choice, places.conflict)
        where, who, settling, worked = block(seed, Stream.START_ABROAD, i, 0, 0, 0)
        if who >= abroad_share + settled_share[m.row[i].skill]:
            continue
        options = destinations[m.row[i].home, m.row[i].skill]
        count = 0
        while count < len(options) and options[count] >= 0:
            count += 1
        if count == 0:
            continue
        m.here[i] = options[int(where * count)]
        m.row[i].first_intended = m.here[i]
        if who >= abroad_share:
            m.stage[i], m.legal[i] = Stage.SETTLED, Legal.REGULAR
            m.due[i] = m.row[i].leaves_risk_age
            if settling < settling_share:
                m.stage[i] = Stage.WORKING
                m.row[i].since = week - int(worked * settle_weeks)
                m.row[i].job_since = m.row[i].since
                m.row[i].entered = Channel.REGULAR
                next_consideration(m, i, week, seed, choice, places.conflict)
            continue
        strongest = np.inf
        for spell in range(_START_SPELLS):
            wish = wish_of_spell(seed, i, 0, spell, birth)
            if wish < strongest:
                strongest, m.row[i].spells = wish, spell
        m.row[i].wish = strongest
        m.stage[i] = Stage.WORKING
        m.legal[i] = Legal.IRREGULAR
        m.row[i].entered = Channel.ALONE
        start_removal_clock(m, i, seed, removal_sum)
        next_consideration(m, i, week, seed, choice, places.conflict)
    return paid


@kernel
def first_venues(v, seed, rules, wage):
    """Traits of the first owner of every venue."""
    for k in range(len(v.row)):
        be_venue(v, k, seed, rules, wage[v.row[k].region])

"""The state of a run: tables of agents, node-level memories and typed bundles of parameters, made from a scenario."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.agents.agencies import AGENCY_COLUMNS, KINDS
from sim.agents.cases import CASE_COLUMNS
from sim.agents.contingents import first_contingents
from sim.agents.enterprises import enterprise_columns
from sim.agents.facilitators import FACILITATOR_COLUMNS, FUNCTIONS
from sim.agents.governments import GOVERNMENT_COLUMNS
from sim.agents.households import HOUSEHOLD_COLUMNS
from sim.agents.intelligence import room_for_items
from sim.agents.offenders import OFFENDER_COLUMNS
from sim.agents.officials import OFFICIAL_COLUMNS, POSTS_OF_REGION, Post, Rank
from sim.agents.people import PERSON_COLUMNS, Stage
from sim.agents.ties import MOST_TIES, TIE_COLUMNS, TIES_OF_ENTERPRISE
from sim.agents.venues import VENUE_COLUMNS
from sim.ground.calendar import Now
from sim.ground.table import Table
from sim.ledger.accounts import Account
from sim.ledger.events import event_log
from sim.policies.engine import LeverEngine
from sim.rules.corruption.bribes import count_units, unit_of
from sim.rules.justice.contacts import empty_book
from sim.rules.justice.experience import first_experience
from sim.rules.justice.records import no_registers
from sim.rules.moving.entry import first_entrants
from sim.rules.networks.facilitating import first_facilitators, network_of
from sim.rules.people.beliefs import first_beliefs
from sim.rules.people.birth import first_people
from sim.rules.people.consider import no_sums
from sim.rules.people.households import form_households
from sim.rules.people.status import removal_hazard
from sim.rules.rationing import LEAST_KEPT, Rationed, phases
from sim.rules.work.labour import first_venues
from sim.scenario.scenario import Scenario
from sim.state.facts import apportion, export_demand, exported, fixed_facts, homes_of, neighbouring, neighbours
from sim.state.families import rules_of
from sim.state.tables import Tables, nothing, pairs_into
from sim.world.fields import (
    CELL_COLUMNS,
    LEG_COLUMNS,
    NODE_COLUMNS,
    PAIR_COLUMNS,
    REGION_COLUMNS,
    ROUTE_COLUMNS,
    SECTOR_COLUMNS,
    UNIT_COLUMNS,
)
from sim.world.law import LAW_RECORD
from sim.world.world import MAX_OFFERS, Mode, Role

Floats = NDArray[np.float64]


class State:
    """Everything that changes during a run, and the parameters it changes by."""

    def __init__(self, scenario: Scenario, seed: int) -> None:
        self.scenario, self.seed, self.world, self.mechanisms = scenario, seed, scenario.world, scenario.mechanisms
        values, mechanisms = scenario.values, scenario.mechanisms
        self.levers = LeverEngine(self.world, scenario.policies, values, scenario.shocks)
        self._read: dict[str, int] = {}  # version of the levers that each reader has seen
        self.start = Now(-int(values["time.burn_in_weeks"]), seed, seed)
        self.held: dict[str, Any] = {}  # what held mechanisms are read from: an array of the twin, or the twin
        self.buyers: Any = None  # kept by sim.conditions.demand
        homes, self.groups = homes_of(self.world, values), scenario.groups
        self.p = rules_of(values, mechanisms, self.world, int(homes.sum()))
        self.s: Tables
        self._places(homes)
        self.sums = no_sums(self.groups.in_passes, len(self.pairs), len(self.regions))
        self.accounts = np.zeros(len(Account))
        self.keeps_events = bool(values["events"]) or values["panels"] != "off"
        self.s = self.s._replace(log=event_log(4 * int(homes.sum()) + 1000 if self.keeps_events else 0))
        self.migrants = self._people(homes)
        self.traffickers = self._enterprises(homes)
        self._offenders()
        self._work(homes)
        self._justice()
        self._officials(homes)
        self._facilitators()
        self.governments = Table("government", GOVERNMENT_COLUMNS, len(homes))
        self.governments["region"][:] = np.arange(len(homes))

    def _places(self, homes: NDArray[np.int64]) -> None:
        """Regions, legs, pairs, routes and sectors, with what no policy or market moves and what people start from."""
        values, world = self.scenario.values, self.world
        self.fixed = fixed_facts(world, homes, values)
        count = len(homes)
        self.regions = Table("region", REGION_COLUMNS, count)
        self.legs = Table("leg", LEG_COLUMNS, len(world.legs.tail))
        self.pairs = Table("pair", PAIR_COLUMNS, len(world.pairs.start))
        self.routes = Table("route", ROUTE_COLUMNS, len(world.route_legs))
        self.sectors = Table("sector", SECTOR_COLUMNS, len(world.sectors.name))
        for table, facts in (
            (self.regions, world.regions),
            (self.legs, world.legs),
            (self.pairs, world.pairs),
            (self.sectors, world.sectors),
        ):
            for name in table:
                if hasattr(facts, name):
                    table[name][:] = getattr(facts, name)
        self.sectors["exported"][:] = exported(world)
        self.regions["people_at"][:], self.regions["offers"][:] = homes, self.fixed.offer_pair
        self.regions["wage_home"][:] = world.regions.wage_regular
        self.legs["transport"][:] = self.legs["transport_usual"][:] = self.fixed.transport
        self.regions["income_start"][:] = self.fixed.income_irregular
        self.pairs["offer"][:], self.pairs["fare"][:] = self.fixed.offer_of, self.fixed.fare
        self.routes["legs"][:], self.routes["pair"][:] = world.route_legs, self.fixed.route_pair
        first_beliefs(self.regions, self.legs, self.pairs, world, values)
        self.regions["start_removal"] = removal_hazard(world.regions.deportation_effort, values["status.removal_rate"])
        self.pairs["visa_tokens"][:] = phases(self.seed, Rationed.VISAS, (len(self.pairs), 2))
        regions = self.regions
        regions["papers_tokens"][:] = phases(self.seed, Rationed.PAPERS, (count,))
        regions["papers_weekly"][:] = values["papers.genuine_supply"] * homes / 1000.0 / 52.0
        regions["genuine_price"][:] = values["papers.genuine_price"]
        regions["genuine_chance"][:] = regions["papers_scarcity"][:] = 1.0
        self.s = nothing(
            **{name: getattr(self, name).records for name in ("regions", "legs", "pairs", "routes", "sectors")},
            pair_of=self.fixed.pair_of,
            destinations=world.destinations,
            diaspora=np.cumsum(world.diaspora, axis=1),
            contracts=np.zeros((count, count)),
            trust=np.zeros((count, count, 3)),
            people_first=np.concatenate([[0], np.cumsum(homes)]),
            case_cursor=np.zeros(1, np.int64),
            traits=self.p.entrant.traits,
            law=np.zeros(count, LAW_RECORD),
        )

    def _people(self, homes: NDArray[np.int64]) -> Table:
        """The persons at risk at the start: rows grouped by home region."""
        table = Table("migrant", PERSON_COLUMNS, int(homes.sum()))
        table["home"][:] = np.repeat(np.arange(len(homes)), homes)
        values = self.scenario.values
        table.lay_beside("grouping", self.groups.layout)
        self.s = self.s._replace(people=table.view)
        self.accounts[Account.ENDOWMENT] -= first_people(
            self.s,
            self.p,
            self.start,
            values["people.abroad_share"],
            np.array([values["people.settled_share"], values["people.settled_skilled_share"]]),
            values["people.settling_share"],
            self.p.life.settle_weeks,
        )
        self._households(table)
        return table

    def _households(self, people: Table) -> None:
        """Who lives with whom, where people live in households; nobody's elsewhere."""
        first, count = np.empty(len(people), np.int64), 0
        if self.p.household.households:
            count = form_households(people.view, self.p.household, self.seed, first)
        self.households = Table("household", HOUSEHOLD_COLUMNS, count)
        self.households["first"][:] = first[:count]
        self.households["size"][:] = np.diff(np.append(first[:count], len(people)))
        self.s = self.s._replace(households=self.households.records)

    def _enterprises(self, homes: NDArray[np.int64]) -> Table:
        """Latent enterprises: slots by region and type, in proportion to the people there."""
        values = self.scenario.values
        per_thousand = [values[f"smuggling.{name}"] for name in ("loners", "cells", "organisations")]
        # those who serve people live where people are: at home, stranded, or abroad and thinking of moving on
        present = homes + np.bincount(self.migrants["here"][self.migrants["here"] != self.migrants["home"]],
                                      minlength=len(homes)) * values["smuggling.served_abroad"]  # fmt: skip
        least = homes.sum() * values["smuggling.served_least"]
        served = np.where(self.fixed.offer_pair[:, 0] >= 0, np.maximum(present, least), 0.0)
        # rivals are few where few people are modelled, and would be many of as many people as there are
        self.pairs["markets"] = served[self.world.pairs.start] / values["smuggling.market_people"]  # by pair
        kinds: list[NDArray[np.int64]] = []
        regions: list[NDArray[np.int64]] = []
        for number, rate in enumerate(per_thousand):
            # exact in sum: a minimum for each place would weigh more in small runs
            slots = apportion(rate * served / 1000.0, round(float(rate * served.sum() / 1000.0)), least=0)
            kinds.append(np.full(int(slots.sum()), number))
            regions.append(np.repeat(np.arange(len(homes)), slots.astype(np.int64)))
        region, kind = np.concatenate(regions), np.concatenate(kinds)
        order = np.argsort(region, kind="stable")
        table = Table("trafficker", enterprise_columns(len(self.world.legs.tail)), len(region))
        table["home"][:], table["kind"][:] = region[order], kind[order]
        self.regions["outside_profit"][:] = self.world.regions.outside_profit
        self.s = self.s._replace(
            enterprises=table.view,
            enterprise_first=np.searchsorted(table["home"], np.arange(len(homes) + 1)),
            active=np.empty(len(region), np.int64),
            markups=np.zeros((len(region), MAX_OFFERS)),
            held_shares=table.records[:0],
            region_first=np.zeros(len(homes) + 1, np.int64),
        )
        self.accounts[Account.OWNERS] -= first_entrants(
            table.view,
            self.regions.records,
            self.s.traits,
            self.p.entrant,
            self.start,
            values["smuggling.active_at_start"],
        )
        return table

    def _offenders(self) -> None:
        """Places in every latent enterprise, filled as enterprises open."""
        kind = self.traffickers["kind"]
        members = self.s.traits[kind, 0].astype(np.int64) + self.p.entrant.spare[kind]
        self.offenders = Table("offender", OFFENDER_COLUMNS, int(members.sum()))
        self.offenders["unit"][:] = np.repeat(np.arange(len(members)), members)
        self.offenders["region"][:] = np.repeat(self.traffickers["home"], members)
        self.offenders_known = np.full(len(members), -1)
        self.moves = np.zeros(len(members), np.int8)
        self.s = self.s._replace(
            offenders=self.offenders.records, offender_first=np.concatenate([[0], np.cumsum(members)])
        )

    def _work(self, homes: NDArray[np.int64]) -> None:
        """Final demand at the start, latent venues by cell, and what recruiters and providers remember."""
        values, world, people = self.scenario.values, self.world, self.migrants
        regions, sectors = len(homes), len(world.sectors.name)
        abroad = people["stage"] == Stage.WORKING
        newcomers = np.bincount(people["here"][abroad], minlength=regions).astype(float)
        spare = values["work.spare"] * homes.sum() * ((world.regions.role & Role.DESTINATION) > 0)
        theirs = newcomers * (1.0 + values["work.slack"]) + spare
        jobs = theirs + world.regions.local_demand * homes
        demand = (jobs[:, None] * world.demand_shares + export_demand(world, values, float(homes.sum()))).ravel()
        latent = np.ceil(values["work.latent"] * demand / values["work.venue_size"]).astype(np.int64)
        latent = np.where(demand > 0, np.maximum(latent, 3), 0)
        cell = np.repeat(np.arange(len(demand)), latent)
        venues = Table("venue", VENUE_COLUMNS, len(cell))
        venues["region"][:], venues["sector"][:] = cell // sectors, cell % sectors
        self.venues = venues
        first_venues(venues.records, self.regions.records, self.p.venue, self.seed)
        cells = self.cells = Table("cell", CELL_COLUMNS, len(demand))
        cells["demand_start"][:] = cells["demand"][:] = demand
        cells["phase"][:] = phases(self.seed, Rationed.SLOTS, (len(demand), 2))
        self.regions["wage_index"][:] = 1.0
        self.regions["newcomer_jobs"] = np.divide(theirs, jobs, out=np.zeros(regions), where=jobs > 0)
        self.neighbour = neighbours(self.world)
        self.regions["present"] = newcomers + homes
        self.present: Floats = newcomers + homes.astype(float)  # people at risk who are there when a run starts
        self.regions["room"][:] = phases(self.seed, Rationed.CONTACTS, (regions,))
        weeks = int(values["time.burn_in_weeks"]) + round(52 * values["time.years"])
        self.registers = no_registers(weeks, regions)
        self.exploited_cells = np.zeros((regions, sectors, 5, 2, 2))
        self.s = self.s._replace(
            venues=venues.records,
            cells=cells.records,
            cell_first=np.concatenate([[0], np.cumsum(latent)]),
            next_room=np.zeros(len(cell), np.int64),
            on_paper=np.zeros(len(cell), np.int8),
            owner_moves=np.full(len(cell), -1),
            pairs_into=pairs_into(world.pairs.end, regions),
            exploited_places=self.exploited_cells.reshape(-1),
            cohorts=np.zeros(weeks),
            again=np.zeros(weeks),
        )

    def _justice(self) -> None:
        """Agencies of every region, room for cases, and what has been seen of justice."""
        regions, values = len(self.world.regions.name), self.scenario.values
        self.agencies = Table("agency", AGENCY_COLUMNS, regions * KINDS)
        self.agencies["region"][:] = np.repeat(np.arange(regions), KINDS)
        self.agencies["kind"][:] = np.tile(np.arange(KINDS), regions)
        self.agencies["staff"][:] = self.agencies["skill"][:] = 0.0
        self.agencies["attention"][:] = LEAST_KEPT  # nobody has come yet
        self.cases = Table("case", CASE_COLUMNS, 64 + len(self.migrants) // 100)
        self.items = room_for_items(len(self.migrants), values["intel.room"], self.p.intel.intelligence == 1)
        self.contingents = first_contingents(regions, values["mission.tolerance"])
        self.item_cursor = np.zeros(1, np.int64)
        self.near = neighbouring(self.world)
        self.regions["intel_trust"][:] = values["intel.trust_start"] * self.world.regions.rule_of_law
        self.regions["permits_left"][:] = phases(self.seed, Rationed.PERMITS, (regions,))
        self.regions["decisions_left"][:] = phases(self.seed, Rationed.DECISIONS, (regions,))
        self.regions["reception_left"][:] = phases(self.seed, Rationed.RECEPTION, (regions,))
        self.regions["grants"], self.regions["faith"] = values["decision.grounds"], 1.0
        self.work_weeks = phases(self.seed, Rationed.CASES, (regions,))
        self.regions["shelter_saved"] = values["protection.places_kept"]
        self.book = empty_book(len(self.migrants))
        self.s = self.s._replace(agencies=self.agencies.records, cases=self.cases.records, book=self.book)
        first_experience(self.regions, self.present, self.world.regions.rule_of_law, values)

    def _officials(self, homes: NDArray[np.int64]) -> None:
        """Posts that have something to sell: a chief and at least two line officers wherever there is one.

        In a small run they stand for fewer than three officials.
        """
        legs, regions, values = self.world.legs, len(homes), self.scenario.values
        units = self.units = Table("unit", UNIT_COLUMNS, count_units(len(legs.tail), regions))
        missions = unit_of(self.p.official, Post.MISSION, 0)
        guarded = np.where((legs.mode != Mode.FREE_MOVEMENT) & (legs.control > 0), 1.0, 0.0)
        there = self.present / self.present.sum()
        least = values["official.least_there"] / regions
        weights = self.p.official.share[1:] * np.where(there > 0, np.maximum(there, least), 0.0)[:, None]
        at_borders = self.p.official.share[0] * guarded / max(guarded.sum(), 1.0)
        weight = np.concatenate([at_borders, weights[:, :POSTS_OF_REGION].ravel(), weights[:, POSTS_OF_REGION]])
        total = values["official.posts"] * homes.sum() / 1000.0
        # members of missions come on top of the officials of a place
        share = weight / max(weight[:missions].sum(), 1e-9)
        members = np.where(weight > 0, np.maximum(np.rint(total * share), 3), 0).astype(np.int64)
        units["stands_for"][:] = np.divide(total * share, members, out=np.ones(len(share)), where=members > 0)
        first = np.concatenate([[0], np.cumsum(members)])
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
        self.officials["rank"][first[:-1][held]] = Rank.CHIEF
        units["mean_worth"][:] = np.concatenate([legs.loss, self.p.official.first_worth[kinds[len(legs.tail) :]]])
        self.s = self.s._replace(officials=self.officials.records, units=units.records, unit_first=first)

    def _facilitators(self) -> None:
        """Latent facilitators of every node, some of them at work, and room for ties of every enterprise."""
        values = self.scenario.values
        slots_of = np.bincount(self.traffickers["home"], minlength=len(self.world.regions.name)).astype(float)
        latent = values["facilitator.latent"] * len(self.migrants) / 1000.0
        self.pairs["place"][:], self.pairs["portable"][:], slots = network_of(
            self.world, slots_of, latent, self.p.facilitator.share
        )
        self.nodes = Table("node", NODE_COLUMNS, len(slots))
        table = Table("facilitator", FACILITATOR_COLUMNS, int(slots.sum()))
        node = np.repeat(np.arange(len(slots)), slots)
        table["region"][:], table["function"][:] = node // FUNCTIONS, node % FUNCTIONS
        self.facilitators = table
        first_facilitators(
            table.records, self.nodes.records, self.p.facilitator, self.start, values["facilitator.open_start"]
        )
        self.ties = Table("tie", TIE_COLUMNS, len(self.traffickers) * TIES_OF_ENTERPRISE)
        rows = np.arange(len(self.ties))
        self.ties["unit"][:] = rows // TIES_OF_ENTERPRISE
        self.ties["region"][:] = np.repeat(self.traffickers["home"], TIES_OF_ENTERPRISE)
        self.ties["function"][:] = rows % TIES_OF_ENTERPRISE // MOST_TIES
        self.s = self.s._replace(
            facilitators=table.records,
            ties=self.ties.records,
            nodes=self.nodes.records,
            node_first=np.concatenate([[0], np.cumsum(slots)]),
        )

    def levers_moved(self, reader: str) -> bool:
        """Whether some lever may have taken another value since this reader asked last."""
        moved = self._read.get(reader) != self.levers.version
        self._read[reader] = self.levers.version
        return moved

    def debts(self) -> float:
        """What people owe less what creditors may claim, cents: zero to the cent."""
        claims = self.traffickers["claims"].sum() + self.venues["claims"].sum()
        return float(self.migrants["debt"].sum() - claims)

    def money(self) -> float:
        """Sum of all accounts in cents: zero to the cent, or money was made or lost."""
        return float(
            self.migrants["cash"].sum()
            + self.migrants["escrow"].sum()
            + self.migrants["sent"].sum()
            + self.traffickers["capital"].sum()
            + self.venues["capital"].sum()
            + self.cases["frozen"].sum()
            + self.regions["seized"].sum()
            + self.regions["care_fund"].sum()
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
                self.households,
            )
        )
        return self.migrants.bytes_per_row + shared / max(len(self.migrants), 1)

"""The week: a list of verbs over tables of agents. Read ``PHASES`` and you have read the simulation.

A ``Week`` needs numpy and numba only, knows nothing of Mesa, and has no reference cycles, so that a finished run is
freed at once; :class:`sim.face.model.Model` is its Mesa face.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.agents.migrants import Account, Legal, Stage, path_at_week_0
from sim.agents.offenders import follow_enterprises, leave_ranks
from sim.agents.traffickers import KIND_TRAITS
from sim.conditions import (
    conditions,  # fmt: skip
    encounters,
)
from sim.conditions.incomes import incomes_at_home
from sim.conditions.opening import initial_beliefs, price_papers
from sim.conditions.prospects import consular_capacity, enforcement_effort, prospects_and_places, tell_the_truth, ways
from sim.ground.errors import RequestError
from sim.ground.kernel import CHUNKS
from sim.ground.rows import rows_at
from sim.ground.table import Table
from sim.ledger.counters import COUNTERS, C
from sim.ledger.events import Cause, as_table, event_log, note_considered
from sim.rules.control import terms  # fmt: skip
from sim.rules.moving import channels, entry, journeys, search, smuggling  # fmt: skip
from sim.rules.moving.borders import borders_of_the_week
from sim.rules.people import consider  # fmt: skip
from sim.rules.people.status import removal_hazard
from sim.rules.rationing import top_up
from sim.scenario.scenario import Scenario
from sim.state.identities import check
from sim.state.state import State
from sim.week import reactions, truth
from sim.week.enforcement import JusticeOfTheWeek
from sim.week.hold import (
    copy_before_the_week,
    copy_conditions,
    copy_reactions,
    held_leverage,
    held_mechanisms,
    read_from_twin,
)
from sim.week.networks import NetworksOfTheWeek
from sim.week.passes import passes_over_people
from sim.week.placebo import postpone
from sim.week.work import WorkOfTheWeek

WEEKS_PER_YEAR = 52


class Week(WorkOfTheWeek, JusticeOfTheWeek, NetworksOfTheWeek):
    """One run: its state and the phases that move it.

    Parameters
    ----------
    scenario : what to run.
    seed : the seed of every draw; None means the scenario's.
    moved_by_hand : whether levers may be moved while it runs, so that held mechanisms need their twin without a policy
        too.
    """

    def __init__(self, scenario: Scenario, seed: int | None = None, *, moved_by_hand: bool = False) -> None:
        values = scenario.values
        self.scenario = scenario
        self.seed = int(values["seed"] if seed is None else seed)
        if not 0 <= self.seed < 2**32:
            raise RequestError(f"seed = {self.seed} is outside its range 0 to 4294967295")
        self.burn_in = int(values["time.burn_in_weeks"])
        self.weeks_total = self.burn_in + round(WEEKS_PER_YEAR * values["time.years"])
        self.done = 0
        self.state = State(scenario, self.seed)
        people = len(self.migrants)
        self.counters = np.zeros((self.weeks_total, len(COUNTERS)))
        self.seconds = dict.fromkeys((name for name, _ in PHASES), 0.0)
        self._keep_events, self._check = values["events"], values["checks"]
        self._log = event_log(4 * people + 1000 if self._keep_events else 0)
        self._events: list[NDArray[np.int32]] = []
        self._ended: list[tuple[NDArray[Any], ...]] = []
        (self._consider, self._find_due, self._leavers, self._look, self._live, self._run_businesses,
         self._count_people, self._hear) = passes_over_people(values["threads"])  # fmt: skip
        self._spent = np.zeros(CHUNKS)
        self._rows = np.empty(people, np.int64)
        self._found = np.empty(people, np.int32)
        self._chunk_counts = np.empty(CHUNKS, np.int64)
        self._causes, self._before, self._acts = (np.empty(people, np.int8) for _ in range(3))
        self._ended_path = np.empty(people, np.uint16)
        self._seekers, self._buyers, self._takers = (np.empty(people, np.int64) for _ in range(3))
        self._arrived, self._brought_by, self._travelled = (np.empty(people, np.int64) for _ in range(3))
        self._posted = np.zeros(people, terms.POSTED)
        regions = len(self.world.regions.name)
        self._stocks = np.zeros((CHUNKS, len(Stage), len(Legal)), np.int64)
        self._irregular = np.zeros((CHUNKS, regions), np.int64)
        self._active = np.empty(len(self.traffickers), np.int64)
        self._region_first = np.zeros(regions + 1, np.int64)
        self._region_capacity = np.zeros(regions)
        self._count = self._n_active = self._n_seekers = self._n_buyers = self._n_takers = self._n_arrived = 0
        self._effort = enforcement_effort(self.levers.start["border.control"])
        self._effort_change = np.zeros(len(self._effort))
        held = held_mechanisms(scenario.mechanisms)
        self._held = held
        self._twin: Week | None = None
        if held and (scenario.policies or moved_by_hand):
            plain = scenario.replace({"policy": "none", **{f"mechanisms.{name}": "on" for name in held}})
            self._twin = Week(plain, self.seed)
            read_from_twin(held, self.state, self._twin.state)
        self.levers.advance(-self.burn_in)
        self._open_posts()
        initial_beliefs(state := self.state, ways(state))
        self._market_ways = ways(state)
        self._list_enterprises()
        self._find_first_partners()
        self._open_the_labour_market()
        self._market_ways = ways(state)
        for j in self._active[: self._n_active]:
            smuggling.review_offers(self.traffickers.view, j, state.market.loads, state.rules.market, self._market_ways)
        self._list_enterprises()

    # --- what others read ---------------------------------------------------------------------------------------

    @property
    def tables(self) -> dict[str, Table]:
        """Every table of agents by name."""
        return {"migrants": self.migrants, "traffickers": self.traffickers, "venues": self.venues,
                "offenders": self.offenders, "officials": self.state.officials, "agencies": self.state.agencies,
                "cases": self.state.cases, "facilitators": self.state.facilitators,
                "ties": self.state.ties, "governments": self.state.governments}  # fmt: skip

    @property
    def plan(self) -> list[tuple[str, str, float]]:
        """(phase, function, seconds spent so far) in the order of the week."""
        return [
            (name, f"{function.__module__}.{function.__qualname__}", self.seconds[name]) for name, function in PHASES
        ]

    def advance(self) -> None:
        """Run one week."""
        if self.done >= self.weeks_total:
            raise RequestError(f"the run has ended after {self.weeks_total} weeks; raise time.years to run longer")
        if self._twin is not None:
            copy_before_the_week(self._held, self.state, self._twin.state)
            self._twin.advance()
        for name, phase in PHASES:
            begin = time.perf_counter()
            phase(self)
            self.seconds[name] += time.perf_counter() - begin
        self.done += 1

    def run(self) -> Week:
        """Run all weeks that are left."""
        while self.done < self.weeks_total:
            self.advance()
        return self

    # --- phases -------------------------------------------------------------------------------------------------

    def set_the_world(self) -> None:
        """World: levers of the week, removal hazards, places that open, and what people make of it all."""
        state, week, values = self.state, self.week, self.scenario.values
        if week == 0:
            self._count_from_here()
            postpone(self.migrants, values["people.placebo"], self.seed)
        self.levers.advance(week)
        levers = self.levers.now
        effort = enforcement_effort(levers["border.control"])
        self._effort_change = np.abs(effort - self._effort)
        self._effort = effort
        state.removal_sum += (
            removal_hazard(levers["status.deportation_effort"], values["status.removal_rate"])
            + encounters.inspection_removals(state, levers)
        ) / WEEKS_PER_YEAR
        start = self.world.pairs.start
        slots = np.stack([levers["visa.slots_low"], levers["visa.slots_high"]], axis=1)
        weekly = slots * (state.fixed.people_at[start] / 1000.0 / WEEKS_PER_YEAR)[:, None]
        queues = state.queues
        queues.visa_tokens[:] = top_up(queues.visa_tokens, weekly, channels.LAPSE_WEEKS)
        queues.papers_tokens[:] = top_up(queues.papers_tokens, state.papers.weekly, channels.LAPSE_WEEKS)
        self._market_ways = ways(state)
        tell_the_truth(state)
        state.birth_places.wage_home[:] = self.world.regions.wage_regular * incomes_at_home(state)
        self._prospects, self._places = prospects_and_places(state, self._market_ways)
        self.conditions = conditions.work_conditions(state)
        self.prepare_agencies()
        if self._twin is not None:
            copy_conditions(self._held, self, self._twin)
        self._row = self.counters[self.done]

    def consider(self) -> None:
        """Consider: everyone who is due meets milestones and chooses."""
        state, m = self.state, self.migrants.view
        self._find_due(m, self.week, state.removal_sum, float(state.removal_sum.max()), self._found, self._chunk_counts)
        self._count = consider.gather(self._found, self._chunk_counts, self._rows, len(self.migrants))
        sums, rules = state.sums, state.rules
        for part in sums:
            part[:] = 0.0
        self._consider(
            self._rows[: self._count],
            self._before,
            self._causes,
            self._acts,
            self._ended_path,
            m,
            self.week,
            self.seed,
            state.removal_sum,
            sums,
            rules.life._replace(regularised=self.levers.now["status.regularisation"]),
            rules.choice,
            rules.birth,
            state.birth_places,
            self._prospects,
        )
        self._row += sums.counters.sum(axis=0)
        state.accounts += sums.accounts.sum(axis=0)
        state.beliefs.clients += sums.clients.sum(axis=0)
        state.beliefs.reports.removal[:, 0] += sums.removals.sum(axis=0) * self.scenario.values["beliefs.report_bad"]
        if self._keep_events:
            note_considered(self._log, self.week, self._rows, self._count, m, self._before, self._causes)
        self._keep_ended()

    def use_channels(self) -> None:
        """Contract, first half: go home, apply, buy papers, set out alone."""
        state = self.state
        self._n_seekers, self._n_buyers, self._n_takers = channels.act(
            self._rows,
            self._acts,
            self._count,
            self.migrants.view,
            self.week,
            self.seed,
            state.removal_sum,
            self._row,
            state.accounts,
            state.flows,
            self._places,
            state.rules.channel,
            self._log,
            self._seekers,
            self._buyers,
            self._takers,
        )
        shared = (self._row, state.accounts, state.queues, state.flows, self._places)
        channels.decide_visas(
            self._rows,
            self._acts,
            self._count,
            self.migrants.view,
            self.week,
            self.seed,
            *shared,
            state.rules.channel,
            self._log,
        )
        channels.queue_for_visas(state.queues, consular_capacity(state))
        channels.sell_papers(self._buyers, self._n_buyers, self.migrants.view, self.week, self.seed, *shared, self._log,
                             state.posts, state.papers.official)  # fmt: skip

    def contract(self) -> None:
        """Contract, second half: seekers meet enterprises; fees, deposits and what is held are fixed."""
        state, ways = self.state, self._market_ways
        state.market.demand[:] = 0.0
        seekers, active = self._seekers[: self._n_seekers], self._active[: self._region_first[-1]]
        weights, quotes, keys = search.working_space(
            ways.offer_pair.shape[1], len(active), len(seekers), state.rules.market.quotes
        )
        search.weigh_offers(self.traffickers.view, active, weights, state.rules.market, ways)
        self._hear(seekers, self.migrants.view, self.seed, active, self._region_first, weights, quotes, keys,
                   self._places, ways)  # fmt: skip
        smuggling.contract(
            seekers,
            quotes,
            self.migrants.view,
            self.traffickers.view,
            self.venues.view,
            self.week,
            self.seed,
            self._row,
            state.flows,
            self._places,
            state.rules.market,
            ways,
            self._log,
            state.market.demand,
            state.sources.accepted,
            state.accounts,
        )

    def travel(self) -> None:
        """Journey: legs are travelled."""
        state = self.state
        self.leverage = conditions.leverage(state, self._places)
        if self._twin is not None:
            self.leverage = held_leverage(self._held, self.leverage, self._twin.leverage)
        rows = rows_at(self.migrants["stage"], Stage.TRAVELLING)
        self._n_arrived = journeys.travel(
            rows,
            len(rows),
            self.migrants.view,
            self.traffickers.view,
            self.week,
            self.seed,
            state.removal_sum,
            state.fixed.route_pair,
            self._row,
            state.accounts,
            state.flows,
            state.beliefs.reports,
            borders_of_the_week(state, self._market_ways),
            self._places,
            state.rules.channel,
            state.rules.journey,
            self._log,
            self.venues.view,
            self.leverage,
            self._arrived,
            self._brought_by,
            self._travelled,
            state.posts,
        )

    def adapt(self) -> None:
        """Adapt: enterprises run, review, enter and leave; prices of papers move; memories fade."""
        state, t = self.state, self.traffickers.view
        market, rules = state.market, state.rules
        contracts = np.bincount(
            state.fixed.offer_pair[self.traffickers["home"][self._active[: self._n_active]]].ravel() + 1,
            weights=self.traffickers["loads"][self._active[: self._n_active]].ravel(),
            minlength=len(market.loads) + 1,
        )
        market.loads[:] = contracts[1:] / state.markets
        # where nobody sells, nobody asks: what is remembered of demand does not fade then
        served = np.isfinite(market.fees)
        market.demand_mean[served] += entry.MEMORY * (market.demand - market.demand_mean)[served]
        outside = self.levers.now["region.outside_profit"]
        kept = entry.experience_kept(self._effort_change, rules.business)
        self._run_businesses(
            t, self._active, self._n_active, self.week, self._spent, kept, market, outside, rules.market,
            rules.business, self._market_ways,
        )  # fmt: skip
        state.accounts[Account.RUNNING] += self._spent.sum()
        self._row[C.PROVIDER_COSTS] += self._spent.sum() * 0.01
        if self.week % entry.REVIEW_WEEKS == 0:
            entry.tabulate_costs(market, len(self.world.legs.tail), rules.market, self._market_ways)
            price_papers(state)
        entry.enter_and_leave(
            t,
            self.week,
            self.seed,
            self._row,
            state.accounts,
            market,
            self._region_capacity,
            outside,
            rules.market,
            rules.business,
            rules.entrant,
            KIND_TRAITS,
            self._market_ways,
            state.held.get("entry_exit", state.moves),
            "entry_exit" in state.held,
        )
        self._change_networks()
        self._adapt_labour()
        self._list_enterprises()
        follow_enterprises(self.offenders.view, state.offender_first, t, state.offenders_known, self.seed)
        if self.week % entry.REVIEW_WEEKS == 0:
            leave_ranks(self.offenders.view, t, self.migrants.view)
        self._adapt_officials()
        reactions.react(state, self.week, state.registers.entries[: self.done])
        if self._twin is not None:
            copy_reactions(self._held, state, self._twin.state)
        state.beliefs.fade()
        state.experience.fade()

    def observe(self) -> None:
        """Observe: stocks and market structure go into the truth counters."""
        state, row = self.state, self._row
        view = self.migrants.view
        self._count_people(view.stage, view.legal, view.here, self._stocks, self._irregular)
        truth.record_stocks(row, self._stocks.sum(axis=0))
        irregular = self._irregular.sum(axis=0)
        years = irregular / WEEKS_PER_YEAR
        state.beliefs.reports.removal[:, 1] += years * self.scenario.values["beliefs.report_good"]
        active = self._active[: self._n_active]
        truth.record_enterprises(row, self.traffickers, active, self.week)
        row[C.CONCENTRATION] = row[C.ROUTE_ENTROPY] = np.nan
        if (self.week + 1) % truth.WINDOW == 0:
            pair = state.fixed.offer_pair[self.traffickers["home"]]
            recent = self.traffickers["recent_loads"]
            row[C.CONCENTRATION] = truth.concentration(recent, pair)
            row[C.ROUTE_ENTROPY] = truth.entropy(recent, pair, self.traffickers["route"])
            recent[:] = 0.0
        peopled = state.fixed.people_at[self.world.pairs.start] > 0
        row[C.BELIEVED_VISA_CHANCE] = (
            self._prospects.pair["visa_chance_low"][peopled].mean() if peopled.any() else np.nan
        )
        away = irregular.sum()
        removal = state.beliefs.removal()
        row[C.BELIEVED_REMOVAL] = float((removal * irregular).sum() / away) if away else float(removal.mean())
        if self._keep_events:
            self._events.append(self._log.rows[: self._log.count[0]].copy())
            self._log.count[0] = 0
        self._observe_work()
        self._observe_justice()
        self._observe_officials()
        self._observe_networks()
        reactions.record(state, row)
        if self._check:
            check(state, self.week, self._stocks.sum())

    # --- bookkeeping --------------------------------------------------------------------------------------------

    def _count_from_here(self) -> None:
        """Week 0: what reports and comparisons add up begins, as metrics do; burn-in is left behind."""
        self.migrants["path"][:] = path_at_week_0(self.migrants)
        for flow in self.state.flows:
            flow[:] = 0.0
        self.state.registers.stops[:] = 0.0

    def event_frame(self) -> dict[str, NDArray[Any]]:
        """Events as arrays: week, person, generation, from, to, cause, counterparty (empty unless ``events``)."""
        return as_table(self._events, [stage.name.lower() for stage in Stage])

    def outcomes(self) -> dict[str, NDArray[Any]]:
        """Outcome (bits of ``Path``) of every person since week 0: row, generation, path."""
        rows = np.arange(len(self.migrants), dtype=np.int32)
        now = (rows, self.migrants["generation"].copy(), self.migrants["path"].copy())
        parts = [*self._ended, now]
        row, generation, path = (np.concatenate([part[k] for part in parts]) for k in range(3))
        return {"row": row, "generation": generation, "path": path}

    def legs_used(self) -> dict[str, NDArray[np.float64]]:
        """Mean yearly flows since week 0: crossings and stops by leg, departures and arrivals by pair.

        Summed over legs or pairs each equals the metric of the same meaning.
        """
        flows, years = self.state.flows, max(self.week, 1) / WEEKS_PER_YEAR
        return {
            "crossings": flows.crossings / years,
            "stops": flows.stops / years,
            "arrivals": flows.arrivals.sum(axis=1) / years,
            "departures": flows.departures.sum(axis=1) / years,
            "irregular_departures": flows.departures[:, 1:].sum(axis=1) / years,
            "provider_departures": flows.departures[:, 3] / years,
        }

    def _list_enterprises(self) -> None:
        self._n_active = entry.list_active(
            self.traffickers.view, self._active, self._region_first, self._region_capacity
        )
        market = self.state.market
        smuggling.going_fees(
            self.traffickers.view,
            self._active,
            self._n_active,
            market.fees,
            market.capacity,
            self._market_ways,
        )
        entry.remember_fees(market, self.state.rules.market)

    def _keep_ended(self) -> None:
        """Keep the outcome of people whose row passed to the next generation after week 0."""
        if self.week < 0:
            return
        ended = np.flatnonzero(self._causes[: self._count] == Cause.NEXT_GENERATION)
        if len(ended):
            rows = self._rows[ended]
            self._ended.append(
                (rows.astype(np.int32), self.migrants["generation"][rows] - 1, self._ended_path[ended].copy())
            )


PHASES = (
    ("world", Week.set_the_world),
    ("consider", Week.consider),
    ("use channels", Week.use_channels),
    ("contract", Week.contract),
    ("journey", Week.travel),
    ("work", WorkOfTheWeek.do_work),
    ("protect or remove", JusticeOfTheWeek.protect_or_remove),
    ("justice", JusticeOfTheWeek.do_justice),
    ("adapt", Week.adapt),
    ("observe", Week.observe),
)

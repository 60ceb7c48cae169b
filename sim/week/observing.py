"""Observe: stocks, market structure, work, justice, officials and networks go into the counters of the week."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.agents.cases import CaseStage
from sim.agents.facilitators import FUNCTIONS
from sim.agents.forms import FORMS
from sim.agents.officials import Post, Rank
from sim.agents.people import Stage
from sim.ground.calendar import WEEKS_PER_YEAR
from sim.ledger.counters import C
from sim.rules.justice.records import enter_borders, keep_records
from sim.state.identities import check
from sim.state.state import State
from sim.week import reactions, truth
from sim.week.agenda import Agenda
from sim.week.officials import serving
from sim.world.world import Role


def observe(state: State, week: Agenda) -> None:
    """Observe: stocks and market structure go into the truth counters."""
    observe_people(state, week)
    observe_market(state, week)
    if state.keeps_events:
        log = state.s.log
        week.events.append(log.rows[: log.count[0]].copy())
        log.count[0] = 0
    observe_work(state, week)
    observe_justice(state, week)
    observe_officials(state, week.row)
    observe_networks(state, week.row)
    reactions.record(state, week.row)
    if state.scenario.values["checks"]:
        check(state, week.week, week.stocks.sum())


def observe_people(state: State, week: Agenda) -> None:
    """Where people are and with what, and what they believe of visas and removal."""
    people, row, values = state.s.people, week.row, state.scenario.values
    week.passes.count_people(people.stage, people.legal, people.here, week.stocks, week.irregular)
    truth.record_stocks(row, week.stocks.sum(axis=0))
    irregular = week.irregular.sum(axis=0)
    years = irregular / WEEKS_PER_YEAR
    state.regions["heard_removal"][:, 1] += years * values["beliefs.report_good"]
    peopled = state.regions["people_at"][state.world.pairs.start] > 0
    row[C.BELIEVED_VISA_CHANCE] = state.pairs["visa_chance_low"][peopled].mean() if peopled.any() else np.nan
    away = irregular.sum()
    heard = state.regions["heard_removal"]; S = state.p.belief.strength_of_all
    removal = (heard[:,0]+S*state.regions["start_removal"])/(heard[:,1]+S) if state.p.belief.learning else state.regions["start_removal"].copy()
    row[C.BELIEVED_REMOVAL] = float((removal * irregular).sum() / away) if away else float(removal.mean())


def observe_market(state: State, week: Agenda) -> None:
    """Enterprises, and every half year how concentrated their market is."""
    row, table = week.row, state.traffickers
    truth.record_enterprises(row, table, week.active, week.week)
    row[C.CONCENTRATION] = row[C.ROUTE_ENTROPY] = np.nan
    if (week.week + 1) % state.scenario.values["observation.window"] == 0:
        pair = state.regions["offers"][table["home"]]
        recent = table["recent_loads"]
        row[C.CONCENTRATION] = truth.concentration(recent, pair)
        row[C.ROUTE_ENTROPY] = truth.entropy(recent, pair, table["route"])
        recent[:] = 0.0


def observe_work(state: State, week: Agenda) -> None:
    """Work, protection and exploitation by departure cohort."""
    row, cells, regions, values = week.row, state.cells, state.regions, state.scenario.values
    truth.record_venues(state.s.venues, state.s.sectors, row)
    row[C.DEMAND], row[C.DEMAND_LICENSED] = cells["demand"].sum(), cells["demand_licensed"].sum()
    row[C.DEMAND_MISSION], row[C.DEMAND_NEXT_DOOR] = cells["demand_mission"].sum(), cells["demand_next_door"].sum()
    row[C.VISA_BACKLOG] = state.pairs["visa_backlog"].sum()
    row[C.WAGE_INDEX] = regions["wage_index"][state.world.regions.role >= Role.DESTINATION].mean()
    row[C.STOCK_SEEKING] = week.stocks.sum(axis=0)[Stage.ARRIVED].sum()
    row[C.STOCK_PROTECTED] = row[C.PLACES_USED] = week.stocks.sum(axis=0)[Stage.PROTECTED].sum()
    heard = regions["heard_exploitation"]
    heard[:, 1] += values["beliefs.report_good"] * week.irregular.sum(axis=0) / WEEKS_PER_YEAR
    heard[:, 0] += values["beliefs.report_bad"] * regions["exploited_seen"] / WEEKS_PER_YEAR
    regions["exploited_seen"] = 0.0
    cohort = week.done - state.p.term.cohort_weeks
    if cohort >= 0:
        past = week.counters[cohort]
        past[C.COHORT_DEPARTURES] = past[[C.DEPARTURES_REGULAR, C.DEPARTURES_PAPERS, C.DEPARTURES_ALONE,
                                          C.DEPARTURES_PROVIDER]].sum()  # fmt: skip
        past[C.COHORT_WEEKS] = state.s.cohorts[cohort]


def observe_justice(state: State, week: Agenda) -> None:
    """What justice looks like from outside, and what agencies have written down."""
    row, law, record = week.row, state.s.law, state.p.record
    row[C.OPEN_CASES] = (state.cases["stage"] != CaseStage.FREE).sum()
    places = state.present > 0
    row[C.PERCEIVED_CERTAINTY] = np.average(_certainty(state)[places], weights=state.present[places])
    row[C.BELIEVED_PROMISE] = np.average(law["promise"][places], weights=state.present[places])
    row[C.PLACES] = (state.levers.now["protection.places"] * state.present).sum() / 1000.0
    row[C.POLICY_COST] = (state.levers.spent * state.present).sum() / WEEKS_PER_YEAR
    row[C.STAFF_COST] = state.agencies["budget"].sum() / WEEKS_PER_YEAR
    keep_records(
        state.s.sectors, law, state.book, state.p.record, week.now, week.counters, state.registers.entries, week.done
    )
    if record.kept:
        into = np.bincount(state.world.legs.head, state.legs["stops"], minlength=len(places)).astype(float)
        enter_borders(state.registers, week.done, into, row[C.DEATHS_FOUND])


def observe_officials(state: State, row: NDArray[np.float64]) -> None:
    """How many posts sell, each row as many as it stands for."""
    officials, serves = state.officials, serving(state)
    each = state.units["stands_for"][officials["unit"]]

    def count(which: NDArray[np.bool_]) -> float:
        return float(each[which].sum())

    selling = serves & (officials["captured"] == 1)
    chief = serves & (officials["rank"] == Rank.CHIEF)
    mission = serves & (officials["post"] == Post.MISSION) & ~chief
    row[C.LINE_MISSION], row[C.LINE_MISSION_SELLING] = count(mission), count(selling & mission)
    border = (officials["post"] == Post.BORDER) & ~chief
    row[C.OFFICIALS], row[C.OFFICIALS_SELLING] = count(serves), count(selling)
    row[C.LINE_BORDER], row[C.LINE_BORDER_SELLING] = count(border), count(selling & border)
    row[C.RETAINERS] = (officials["retained_by"] >= 0).sum()
    row[C.CHIEFS], row[C.CHIEFS_SELLING] = count(chief), count(selling & chief)


def observe_networks(state: State, row: NDArray[np.float64]) -> None:
    """Forms, ties, sizes, skill and prices."""
    table, nodes = state.traffickers, state.nodes
    active = table["active"] == 1
    forms = np.bincount(table["form"][active], minlength=FORMS)
    row[C.FORM_FLUX : C.FORM_HUB + 1] = forms
    row[C.TIES] = (state.ties["partner"] >= 0).sum()
    row[C.EXPLOITING_ENTERPRISES] = (table["kappa"][active] > 0).sum()
    row[C.LARGE_ENTERPRISES] = (table["members"][active] >= state.scenario.values["observation.large"]).sum()
    row[C.ENTERPRISE_SKILL] = table["skill"][active].mean() if active.any() else np.nan
    node = np.arange(len(nodes)) % FUNCTIONS
    weight = nodes["capacity"]
    usual = nodes["price"] / state.p.facilitator.usual_price[node]
    row[C.PARTNER_PRICE] = np.average(usual, weights=weight) if weight.sum() > 0 else np.nan


def _certainty(state):
    c = state.regions["convictions"]; st=state.regions["justice_strength"]
    return np.minimum((c[:,0]+st*state.regions["start_certainty"])/(c[:,1]+st) if state.p.belief.learning else state.regions["start_certainty"],1.0)

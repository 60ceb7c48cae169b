"""Adapt: enterprises, partners, facilitators, venues, officials and governments change; prices move, memories fade."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.agents.enterprises import Kind
from sim.agents.offenders import follow_enterprises, leave_ranks
from sim.agents.people import Bound, Stage
from sim.conditions import conditions, demand
from sim.conditions.incomes import move_wages
from sim.conditions.prospects import what_exploiting_brings, what_it_has_brought
from sim.ground.rows import rows_at, rows_with, some
from sim.ledger.counters import C
from sim.rules.justice import assets
from sim.rules.justice.experience import forget
from sim.rules.moving import channels, crowding, entry, smuggling
from sim.rules.networks import change, facilitating, money, partners
from sim.rules.people.knowledge import knowledge_fades
from sim.rules.work import compliance, handover, labour, relocating
from sim.state.state import State
from sim.week.agenda import Agenda
from sim.week.missions import run_missions
from sim.week.officials import adapt_officials
from sim.week.reactions import react


def adapt(state: State, week: Agenda) -> None:
    """Adapt: enterprises run, review, enter and leave; prices of papers move; memories fade."""
    s, p = state.s, state.p
    run_enterprises(state, week)
    change_networks(state, week)
    if p.mission.inside:
        run_missions(state, week)
    adapt_labour(state, week)
    list_enterprises(state, week)
    follow_enterprises(s.enterprises, s.offenders, s.offender_first, p.entrant, state.offenders_known, state.seed)
    if week.week % entry.REVIEW_WEEKS == 0:
        leave_ranks(state.s.people, state.s.enterprises, state.s.offenders)
    adapt_officials(state, week)
    react(state, week.week, state.registers.entries[: week.done])
    forget(s, p)
    if some(state.regions["campaigned"]):
        knowledge_fades(s.people, p.knowledge, week.week)


def run_enterprises(state: State, week: Agenda) -> None:
    """A week of business, and who enters and leaves."""
    s, p = state.s, state.p
    crowding.crowd_legs(s.legs, p.crowding)
    entry.remember_demand(s.enterprises, s.regions, s.pairs, p.business, week.active)
    if p.money.channels:
        money.move_money(s, p, week.now, week.active, week.ledger)
    week.passes.run_businesses(s, p, week.now, week.active, week.spent)
    entry.pay_running_costs(week.spent, week.ledger)
    if week.week % entry.REVIEW_WEEKS == 0:
        entry.tabulate_costs(s, p)
        channels.price_papers(s.regions, p.channel, p.market)
    held = state.held.get("entry_exit")
    moves = state.moves if held is None else held
    entry.enter_and_leave(s, p, week.now, week.ledger, moves, held is not None)


def list_enterprises(state: State, week: Agenda) -> None:
    """Who is open now, and what they ask."""
    s = state.s
    week.active = s.active[: entry.list_enterprises(s, state.p.market)]


def change_networks(state: State, week: Agenda) -> None:
    """Enterprises change, ties are kept or lost and made, facilitators move prices, stop and begin."""
    s, p, t = state.s, state.p, state.traffickers
    partners.pay_partners(s.enterprises, s.facilitators, s.ties, p.partner)
    able = p.change.mean_able
    what_it_has_brought(s.pairs, able, week.brought)
    gained, brought = np.add.reduce(week.brought, axis=1).tolist()
    what_exploiting_brings(s.pairs, able, gained / max(brought, 1.0))
    change.change_enterprises(s, p, week.now, week.active, week.ledger)
    if week.row[C.SPLITS] > 0:  # parts of a hub know what they offer
        parts = np.flatnonzero((t["active"] == 1) & (t["entered"] == week.week) & (t["kind"] == Kind.CELL))
        smuggling.review_offers_of(s, p, parts, state.seed)
    partners.tend_partners(s, p, week.now, week.row)
    facilitating.review_facilitators(s.facilitators, s.nodes, p.facilitator, week.now, week.row)
    facilitating.look_around(s.facilitators, s.nodes, p.facilitator)
    if week.week % partners.REVIEW_WEEKS == 0:
        state.pairs["partners"] = facilitating.cost_of_partners(state.nodes, week.needed, state.p.partner.needs)


def adapt_labour(state: State, week: Agenda) -> None:
    """Every four weeks: what people are worth to whom, final demand, venues, pay; every week some look about."""
    s, cells, sectors = state.s, state.cells, state.world.sectors
    labour.review_visibility(s.venues, s.cells, s.sectors, state.p.venue_market, week.now)
    if week.week % labour.REVIEW_WEEKS:
        return
    handover.even_out(s.venues, state.p.handover, state.accounts)
    if state.p.asset.expected:
        assets.see_stakes(s, state.p)
    conditions.appraise(state)
    if state.p.relocation.displacement:
        move_owners(state, week)
    filled = np.empty(len(cells))
    labour.filled_by_cell(s.venues, s.cell_first, filled)
    demand.hear_campaigns(state, labour.REVIEW_WEEKS)
    cells["demand"] = demand.final_demand(state, filled, cells["withheld"], cells["seen"], week.week)
    if state.p.relocation.displacement:
        cells["demand"][:] = np.maximum(cells["demand"] + cells["demand_moved"], cells["demand_licensed"])
    audited = state.levers.now["work.supply_chain_audit"].ravel()
    if some(audited):
        audited = audited * np.tile(demand.traded(sectors, state.scenario.values), len(state.regions))
    labour.bind_venues(s.venues, s.cells, s.cell_first, audited, state.seed)
    if state.p.compliance.paper and (some(audited) or some(state.venues["on_paper"])):
        comply(state, week, filled)
    labour.want_slots(s.cells)
    move_wages(state, filled)
    review_venues(state, week, everyone=False)


def move_owners(state: State, week: Agenda) -> None:
    """Owners who would control people compare places, and some move; who worked there loses the work."""
    s, p = state.s, state.p
    if relocating.move_owners(s, p, week.now, state.near, week.row):
        relocating.let_go(s, p, week.now, rows_at(state.migrants["stage"], Stage.WORKING), week.ledger)


def comply(state: State, week: Agenda, filled: NDArray[np.float64]) -> None:
    """Audited places do what is asked or pass on paper; those who are exploited where that is found out are paid."""
    s, rules = state.s, state.p.compliance
    if compliance.pass_on_paper(s, rules, week.now, filled, week.ledger):
        bound = rows_with(state.migrants["bound"], Bound.CONTROLLED)
        compliance.pay_civil_claims(s, rules, week.now, bound, week.row)


def review_venues(state: State, week: Agenda, *, everyone: bool) -> None:
    """Venues open, shrink and close; at the start every one of them looks."""
    labour.want_slots(state.s.cells)
    labour.review_venues(state.s, state.p, week.now, week.row, everyone)

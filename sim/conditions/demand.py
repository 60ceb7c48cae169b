"""Final demand: what buyers want of each sector where they are, next door, with a licence, or not at all (model 4.10).

    D = D0·cycle·level·answer to pay·(price·(1 + penalty))^(-elasticity)·(1 - stay away) + mission + from next door

Buyers compare a licensed place, where they are safe and people work on going terms, with the others, which are cheaper
by part of what is withheld from those who work there. Where the believed penalty outside a licence exceeds that gap
they leave the others (EC 2.10). Everything is believed, and announced changes count.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.agents.contingents import GROUPS
from sim.ground.calendar import WEEKS_PER_YEAR, left_after
from sim.ground.kernel import rule
from sim.ground.rows import some
from sim.rules.missions.inside import kept_from_it

if TYPE_CHECKING:
    from sim.state.state import State
    from sim.world.world import Sectors

Floats = NDArray[np.float64]


def cycle(state: State, week: int) -> float:
    """Demand of the week over its mean: a business cycle of ``demand.cycle_years`` (off where its swing is 0)."""
    swing, years = state.scenario.values["demand.cycle"], state.scenario.values["demand.cycle_years"]
    return 1.0 + swing * math.sin(2.0 * math.pi * week / (WEEKS_PER_YEAR * years)) if swing > 0.0 else 1.0


def stay_away(state: State, seen: Floats, penalty: Floats) -> Floats:
    """Share of buyers who buy nothing because of what they know, float64 (cells,).

    Campaigns are heard by those who care, weigh more where a law stands behind them, and fade (``demand.campaign``,
    C7-P05); boycotts follow what can be seen (``demand.boycott``, C10-M51): ``seen`` (cells,) is the share of people
    at work there who are visibly exploited.
    """
    values = state.scenario.values
    backed = values["demand.campaign_alone"] + (1.0 - values["demand.campaign_alone"]) * np.minimum(penalty, 1.0)
    cared = values["demand.ethical"] * state.cells["informed"] * backed
    left = np.minimum(state.levers.expected["demand.boycott"].ravel() * seen, 1.0)
    return np.asarray(1.0 - (1.0 - cared) * (1.0 - left))


def hear_campaigns(state: State, weeks: float) -> None:
    """What buyers know of campaigns moves towards their reach and fades with a half-life (``demand.campaign``)."""
    reach, informed = state.levers.now["demand.campaign"], state.cells["informed"]
    if some(reach) or some(informed):
        kept = left_after(weeks, state.scenario.values["demand.campaign_half_life"])
        informed[:] = kept * informed + (1.0 - kept) * reach.ravel()


def licensed_share(price: Floats, penalty: Floats, licensing: Floats, values: dict[str, Any]) -> Floats:
    """Share of buyers who choose a licensed place, by what both cost them; float64 (cells,) (``demand.licensing``).

    price : of the others, over going terms. A licence costs ``demand.licence_cost`` of the price, and keeps its buyers
    from the penalty. Buyers differ in what they compare by ``demand.price_spread``.
    """
    gap = np.log(price * (1.0 + penalty)) - math.log(1.0 + values["demand.licence_cost"])
    prefer = 1.0 / (1.0 + np.exp(-np.clip(gap / values["demand.price_spread"], -50.0, 50.0)))
    return np.asarray(licensing * prefer)


def answer_to_pay(state: State) -> Floats:
    """What pay without papers leaves of the slots wanted; (cells,).

        (1 - n + n·w^-work.substitution)·w^-(pass_through·n·elasticity of buyers)

    w pay over that at the start, n the share of slots that newcomers fill. Two things happen, and each is counted
    once: other people and other ways take the place of newcomers at given sales (``work.substitution``), and pay passes
    into the price, as pay that is withheld does, at which less is sold (``demand.pass_through``). How far slots answer
    to pay is disputed: little where nobody can take the place of newcomers, much elsewhere. Assumed.
    """
    values, world = state.scenario.values, state.world
    sectors = len(world.sectors.name)
    pay, share = np.repeat(state.regions["wage_index"], sectors), np.repeat(state.regions["newcomer_jobs"], sectors)
    by_price = values["demand.pass_through"] * share * np.tile(world.sectors.elasticity, len(world.regions.name))
    newcomers = share * pay ** -values["work.substitution"]
    return np.asarray((1.0 - share + newcomers) * pay**-by_price)


def mission_demand(state: State) -> tuple[Floats, Floats]:
    """What members of missions want and what they would want if nobody kept them from it, slots; (cells,) each.

    Rules of conduct and patrols that keep members out bite less where members are beyond local law; part of what they
    stop goes under cover (C8-M13). Patrols that keep venues safe make more of it (C8-M14).
    """
    levers, values, sectors = state.levers.expected, state.scenario.values, state.world.sectors
    if not levers["mission.size"].any():
        nobody = np.zeros(len(state.cells))
        return nobody, nobody
    people = levers["mission.size"] * state.present / 1000.0
    per_member = np.where(sectors.commercial_sex > 0, values["mission.demand_sex"], values["mission.demand_other"])
    free = people * (1.0 + values["mission.safe_venues"] * np.maximum(-levers["mission.patrols"], 0.0))
    left = 1.0 - kept_out(levers, values) * (1.0 - values["mission.under_cover"])
    wanted = free[:, None] * per_member[None, :]
    if state.p.mission.inside:
        there, left = as_they_are(state)
        wanted = wanted * there[:, None]
    bought = wanted * np.where(sectors.commercial_sex > 0, left[:, None], 1.0)
    return bought.ravel(), wanted.ravel()


def as_they_are(state: State) -> tuple[Floats, Floats]:
    """(members who have come, what is left of what they would buy), over all and over the start; (regions,) each.

    Groups differ in what they know, put up with and fear, and in how far rules, patrols and curfews reach them
    (switch ``mission_inside``). Whoever only announces a mission has nobody there yet: those who come are as at the
    start.
    """
    levers, values, rules = state.levers.expected, state.scenario.values, state.p.mission
    groups = state.contingents
    people, buying = groups["people"].reshape(-1, GROUPS), groups["buying"].reshape(-1, GROUPS)
    there = people.sum(axis=1)
    share = np.where(there[:, None] > 0.0, people / np.maximum(there, 1e-9)[:, None], rules.share / rules.share.sum())
    column = {name: levers[f"mission.{name}"][:, None] for name in ("patrols", "contractors", "curfew")}
    held = restraint(levers, values)[:, None]
    held = held + (1.0 - held) * state.regions["mission_reform"][:, None]
    kept = kept_from_it(rules, held, column["patrols"], column["contractors"])
    free = (1.0 - rules.confined * column["curfew"]) * (1.0 - kept * (1.0 - values["mission.under_cover"]))
    come = share_of(there, state.levers.now["mission.size"] * state.present / 1000.0)
    return np.where(there > 0.0, np.minimum(come, 1.0), 1.0), (share * buying * free).sum(axis=1)


def restraint(levers: dict[str, Floats], values: dict[str, Any]) -> Floats:
    """How far rules of conduct hold members back: less where they cannot be tried (C8-M05, C8-M10); (regions,)."""
    return np.asarray(levers["mission.conduct"] * (1.0 - values["mission.conduct_lost"] * levers["mission.immunity"]))


def kept_out(levers: dict[str, Floats], values: dict[str, Any]) -> Floats:
    """Share of members' visits to open places that rules of conduct and patrols stop; (regions,)."""
    return np.asarray(1.0 - (1.0 - restraint(levers, values)) * (1.0 - np.maximum(levers["mission.patrols"], 0.0)))


def share_of(part: Floats, whole: Floats) -> Floats:
    """``part`` over ``whole``, 0 where there is nothing."""
    return np.divide(part, whole, out=np.zeros(whole.shape), where=whole > 0)


class Buyers(NamedTuple):
    """What follows for buyers from the world and from levers alone, float64 (cells,) but for the first four."""

    levers: tuple[Floats, ...]  # of which it was made
    boycott: bool  # whether anybody is asked to stay away
    licences: bool  # whether there are any
    exported: NDArray[np.bool_]  # whoever buys it is elsewhere
    bend: Floats  # the elasticity of buyers, below zero
    penalty: Floats
    licensing: Floats
    dearer: Floats  # what the penalty leaves of demand outside a licence
    grown: Floats  # demand over what it was, where a licence is chosen
    safer: Floats  # what the price of a licence and the penalty leave of it


def buyers_of(state: State) -> Buyers:
    """``Buyers`` as they are expected to be, made anew when a lever has moved."""
    levers, found = state.levers.expected, state.buyers
    made_of = levers["demand.buyer_penalty"], levers["demand.licensing"], levers["demand.boycott"]
    if found is not None and all(one is other for one, other in zip(found.levers, made_of, strict=True)):
        return found
    values, sectors, regions = state.scenario.values, state.world.sectors, len(state.regions)
    penalty, licensing = made_of[0].ravel(), made_of[1].ravel()
    exported = np.tile(state.sectors["exported"] > 0, regions)
    if exported.any():  # whoever buys it is elsewhere, and out of reach of what is done about buyers here
        penalty, licensing = np.where(exported, 0.0, penalty), np.where(exported, 0.0, licensing)
    bend = -np.tile(sectors.elasticity, regions)
    # what is legal and safe draws buyers who stayed away before (EC 2.8: scale beside substitution)
    grown = 1.0 + values["demand.legal_growth"] * licensing
    safe = (1.0 + values["demand.licence_cost"]) * (1.0 + penalty * (1.0 - licensing))
    dearer, boycott = (1.0 + penalty) ** bend, some(made_of[2])
    state.buyers = Buyers(
        made_of,
        boycott,
        some(licensing),
        exported,
        bend,
        penalty,
        licensing,
        dearer=dearer,
        grown=grown,
        safer=safe**bend,
    )
    return state.buyers


def final_demand(state: State, filled: Floats, withheld: Floats, seen: Floats, week: int) -> Floats:
    """Slots that buyers pay for in each cell this week; float64 (cells,). Sets the licensed part and that of missions.

    ``filled``, ``withheld`` and ``seen`` (cells,): people at work, the sum of the shares of pay withheld from them, and
    of this what happens in open places.
    """
    values, world, levers = state.scenario.values, state.world, state.levers.expected
    regions, sectors = len(world.regions.name), len(world.sectors.name)
    buyers = buyers_of(state)
    price = 1.0 - values["demand.pass_through"] * np.minimum(share_of(withheld, filled), 1.0)
    visible = np.minimum(share_of(seen, filled), 1.0) if buyers.boycott else np.zeros(len(filled))
    start = state.cells["demand_start"] * cycle(state, week) * answer_to_pay(state) * levers["demand.level"].ravel()
    wanted = start * price**buyers.bend
    buys = np.where(buyers.exported, 1.0, 1.0 - stay_away(state, visible, buyers.penalty))
    licensed, outside = np.zeros(len(wanted)), wanted * buyers.dearer * buys
    if buyers.licences:
        chosen = licensed_share(price, buyers.penalty, buyers.licensing, values)
        licensed, outside = start * chosen * buyers.grown * buyers.safer, wanted * (1.0 - chosen) * buyers.dearer * buys
    state.cells["demand_licensed"][:] = licensed
    bought, unchecked = mission_demand(state)
    state.cells["demand_mission"][:] = bought
    served = outside + licensed + bought
    if state.mechanisms["demand_displacement"] == "off":
        return np.asarray(served)
    # some of those who stay away buy in a neighbouring region, as far as buying there is less penalised
    lost = np.maximum(wanted * buys - outside - licensed, 0.0) + unchecked - bought
    moving = lost.reshape(regions, sectors) * values["demand.displaced"]
    cheaper = 1.0 / (1.0 + buyers.penalty.reshape(regions, sectors))
    state.cells["demand_next_door"][:] = state.held.get(
        "demand_displacement", (state.neighbour.T @ moving * cheaper).ravel()
    )
    return np.asarray(served + state.cells["demand_next_door"])


def traded(sectors: Sectors, values: dict[str, Any]) -> Floats:
    """How far buyers can audit the workplaces of a sector: known places, goods that are traded; (sectors,)."""
    return np.asarray((1.0 - sectors.client_contact) * np.minimum(values["work.audit_reach"] * sectors.inspected, 1.0))


def customers_kept(sectors: Sectors, values: dict[str, Any]) -> Floats:
    """Share of customers whom a place keeps by how visible it is, before boycotts and missions; (sectors, 3).

    Places that live by being found lose custom under cover.
    """
    kept = np.ones((len(sectors.name), 3))
    kept[:, 1] -= sectors.client_contact * (1.0 - values["control.customers_discreet"])
    kept[:, 2] -= sectors.client_contact * (1.0 - values["control.customers_private"])
    return kept


def boycotted(state: State) -> Floats:
    """Share of buyers who would have seen it and leave an open place for a boycott; (cells,)."""
    return np.asarray(state.levers.expected["demand.boycott"].ravel() * state.scenario.values["demand.seen_by_buyers"])


@rule
def mission_share(cells, cell):
    """Part of the demand of a cell that comes from a mission."""
    return cells[cell].demand_mission / cells[cell].demand if cells[cell].demand > 0.0 else 0.0

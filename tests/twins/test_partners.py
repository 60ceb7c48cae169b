"""A week of enterprises and their partners against a slow readable twin, from model 4.8.

In this order: what work there is; which partners go; who is found for those that are missing, brokers first; and what
share of its clients an enterprise can then serve,

    throughput = min over functions of 1 - need + need·delivered

delivered being what partners can do of what they are asked, less what those without trust leave undone.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict

import numpy as np
import pytest

from sim.agents.enterprises import Kind
from sim.agents.facilitators import FUNCTIONS, PORTABLE, Function, Standing
from sim.agents.forms import Form
from sim.agents.offenders import Role, Status
from sim.agents.ties import MOST_TIES, TIES_OF_ENTERPRISE
from sim.ground.calendar import Now
from sim.ground.draws import Stream, block, draw
from sim.ground.table import Table
from sim.ledger.counters import COUNTERS, C
from sim.rules.networks.partners import tend_partners
from sim.scenario.scenario import Scenario
from sim.state.state import State
from sim.week.week import Week
from tests.twins.rows import Changes, Row, differences, record, unlike

BY = {
    Function.RECRUITMENT: Role.RECRUITER, Function.TRANSPORT: Role.MOVER, Function.DOCUMENTS: Role.MANAGER,
    Function.SAFE_HOUSE: Role.GUARD, Function.COLLECTION: Role.COLLECTOR, Function.MONEY: Role.MONEY,
    Function.BROKERAGE: Role.ORGANISER,
}  # fmt: skip  # whose work a function is in an enterprise that does it itself


def rows(table: Table) -> list[Row]:
    return [Row(table, i) for i in range(len(table))]


class Market:
    """Enterprises, those who work for several of them, and the ties between."""

    def __init__(self, state: State, now: Now) -> None:
        self.rules, self.price, self.now = state.p.partner, state.p.facilitator.usual_price, now
        self.firms, self.ties, self.helpers = rows(state.traffickers), rows(state.ties), rows(state.facilitators)
        self.nodes, self.pairs = [[record(row) for row in table] for table in (state.s.nodes, state.s.pairs)]
        self.offers, self.loads = state.regions["offers"], state.traffickers["loads"]
        self.members = [
            [record(row) for row in state.s.offenders[first:last]]
            for first, last in zip(state.s.offender_first, state.s.offender_first[1:], strict=False)
        ]
        self.first_of = [int(first) for first in state.s.node_first]
        self.left: Changes = defaultdict(float)

    def count(self, name: str, amount: float = 1.0) -> None:
        self.left["counters", int(C[name])] += amount

    def at_work(self) -> list[tuple[int, Row]]:
        """Enterprises that have clients to serve."""
        return [(j, firm) for j, firm in enumerate(self.firms) if firm["active"] and firm["pair"] >= 0]

    def need(self, firm: Row, function: int) -> float:
        """Share of its clients for whom it needs the function from others; only one form needs brokers."""
        if firm["house"] & (1 << function):
            return 0.0
        if function == Function.BROKERAGE:
            used = self.rules.needs[Kind.CELL, Function.TRANSPORT] > 0
            return self.rules.brokered if firm["form"] == Form.BROKER and used else 0.0
        return self.rules.needs[firm["kind"], function]

    def ties_for(self, j: int, function: int) -> range:
        """Those that an enterprise of its form wants for a function."""
        first = (j * FUNCTIONS + function) * MOST_TIES
        return range(first, first + int(self.rules.wanted[self.firms[j]["form"]]))

    def same(self, tie: Row) -> bool:
        """Whether the partner is still the one whom the enterprise met."""
        return self.helpers[tie["partner"]]["generation"] == tie["partner_generation"]

    def works(self, tie: Row) -> bool:
        free = tie["partner"] >= 0 and self.helpers[tie["partner"]]["standing"] == Standing.FREE
        return bool(free and self.same(tie))

    def end(self, tie: Row) -> None:
        self.count("TIES_ENDED")
        self.count("TIE_WEEKS", self.now.week - tie["since"])
        tie.be(partner=-1, trust=0.0, noted=0, generation=tie["generation"] + 1)

    def dearness(self, region: int, function: int) -> float:
        """Price of a function in a region and the risk that goes with it."""
        node = self.nodes[region * FUNCTIONS + function]
        return node["price"] * (1 + node["risk"]) if node["capacity"] > 0 else math.inf

    def where(self, firm: Row, function: int) -> int:
        """Where it looks for a function: on the way, or where what can stand anywhere is cheapest and safest."""
        pair = self.pairs[firm["pair"]]
        if not PORTABLE[function]:
            return int(pair["place"][function])
        return min((int(region) for region in pair["portable"]), key=lambda region: self.dearness(region, function))


def takes_stock(market: Market) -> None:
    """A new holder has no partners; who is there serves one pair most, and expects as many clients as of late."""
    for j, firm in enumerate(market.firms):
        holder = firm["generation"] if firm["active"] else -1
        if firm["known"] != holder and firm["known"] >= 0:
            for tie in market.ties[j * TIES_OF_ENTERPRISE : (j + 1) * TIES_OF_ENTERPRISE]:
                if tie["partner"] >= 0:
                    market.end(tie)
        firm["known"] = holder
        if holder >= 0:
            loads = market.loads[j].tolist()
            firm["pair"] = market.offers[firm["home"], loads.index(max(loads))]
            firm["use"] = max(sum(loads) / 13, market.rules.least_use * firm["capacity"])
            firm["lost"] *= market.rules.lost_kept


def goes(market: Market, j: int, function: int, r: int) -> bool:
    """Whether a partner goes: needed no more, another by now, held, for one job only, disloyal, or dear and risky."""
    firm, tie, week, rules = market.firms[j], market.ties[r], market.now.week, market.rules
    helper = market.helpers[tie["partner"]]
    if market.need(firm, function) <= 0 or not market.same(tie):
        return True
    if helper["standing"] == Standing.HELD:
        return bool(rules.replacement)
    if firm["form"] == Form.FLUX and (j + week) % 4 == 0:
        return True
    luck = draw(market.now.seed, Stream.PARTNER, r, firm["generation"], week, 0)
    if luck < rules.defection * (1 - tie["trust"]) * (1 - helper["loyalty"]):
        market.count("TIES_BETRAYED")
        return True
    if not PORTABLE[function] or (j + week) % rules.move_weeks:
        return False
    there, here = market.where(firm, function), helper["region"]
    cheaper = market.dearness(there, function) < rules.move_below * market.dearness(here, function)
    market.count("FUNCTIONS_MOVED", there != here and cheaper)
    return there != here and cheaper


def reviews(market: Market) -> None:
    """Some partners go; trust in the others grows, and each is asked for an equal part of the work."""
    for j, firm in market.at_work():
        for function in Function:
            staying = []
            for r in market.ties_for(j, function):
                tie = market.ties[r]
                if tie["partner"] < 0:
                    continue
                helper = market.helpers[tie["partner"]]
                held = helper["standing"] == Standing.HELD and market.same(tie)
                if held and helper["since"] == market.now.week:
                    market.count("TIES_CUT")
                    firm["lost"] += 1
                if goes(market, j, function, r):
                    market.end(tie)
                elif not held:
                    tie["trust"] += market.rules.trusts[firm["form"]] * market.rules.trust_pace * (1 - tie["trust"])
                    staying.append(helper)
            for helper in staying:
                helper["committed"] += firm["use"] * market.need(firm, function) / len(staying)


def found(market: Market, j: int, function: int, r: int, asked: float, brokers: float) -> int | None:
    """Whom an enterprise finds this week: the best of a few whom it knows not yet and who have room."""
    firm, now = market.firms[j], market.now
    node = market.where(firm, function) * FUNCTIONS + function
    rate = market.rules.meets[firm["form"]] * market.rules.meeting * market.nodes[node]["idle"]
    if firm["form"] == Form.BROKER and function != Function.BROKERAGE:
        rate *= brokers
    luck, where, *_ = block(now.seed, Stream.PARTNER, r, firm["generation"], now.week, 1)
    if luck >= 1 - math.exp(-rate):
        return None
    first, slots = market.first_of[node], market.first_of[node + 1] - market.first_of[node]
    known = {market.ties[other]["partner"] for other in market.ties_for(j, function)}
    start, seen = int(where * slots), []
    for step in range(min(slots, 64)):
        b = first + (start + step) % slots
        helper = market.helpers[b]
        room = helper["committed"] == 0 or helper["committed"] + asked <= helper["capacity"]
        if helper["standing"] == Standing.FREE and room and b not in known:
            seen.append(b)
    best = [market.helpers[b]["quality"] - market.helpers[b]["price"] / market.price[function] for b in seen]
    compared = best[: market.rules.looks[firm["form"]]]
    return seen[compared.index(max(compared))] if compared else None


def looks(market: Market) -> None:
    """For those who are missing, brokers first, who know the others; what nobody does is demand that is not met."""
    for j, firm in market.at_work():
        brokers = market.rules.without_brokers
        for function in reversed(Function):
            need, ties = market.need(firm, function), market.ties_for(j, function)
            if need <= 0:
                continue
            expected = sum(market.ties[r]["partner"] >= 0 for r in ties)
            for r in ties:
                tie = market.ties[r]
                if tie["partner"] >= 0:
                    continue
                asked = firm["use"] * (need / (expected + 1))  # an equal part with those who are there
                b = found(market, j, function, r, asked, brokers)
                if b is not None:
                    expected += 1
                    generation = market.helpers[b]["generation"]
                    tie.be(partner=b, partner_generation=generation, trust=0.0, since=market.now.week)
                    market.helpers[b]["committed"] += asked
                    market.count("TIES_MADE")
            done = any(market.works(market.ties[r]) for r in ties)
            if function == Function.BROKERAGE and done:
                brokers = 1.0
            if not done:
                market.left["nodes", "unmet", market.where(firm, function) * FUNCTIONS + function] += firm["use"] * need
            market.count("FUNCTIONS_MISSING", not done)
            market.count("FUNCTIONS_NEEDED")


def delivered(market: Market, tie: Row) -> float:
    """What a partner does of what it is asked: as far as it has room, and as far as it does not cheat."""
    helper = market.helpers[tie["partner"]]
    room = min(1.0, helper["capacity"] / max(helper["committed"], 1e-9))
    return room * (1 - market.rules.cheating * (1 - tie["trust"]))


def in_house(market: Market, j: int, function: int) -> float:
    """Share of its own people for a function who are at hand; where nobody has that role, anyone does it."""
    mine = [
        one for one in market.members[j] if one["status"] != Status.NOBODY and one["role"] == BY[Function(function)]
    ]
    if not mine:
        return float(market.firms[j]["members"] >= 1)
    return sum(one["status"] == Status.FREE for one in mine) / len(mine)


def collects(firm: Row, function: int, share: float) -> None:
    """From as many debtors as its collectors can serve."""
    if function == Function.COLLECTION:
        firm["collects"] = share


def serves(market: Market) -> None:
    """The scarcest function bounds what an enterprise can serve; what partners cost, and what they add to its skill."""
    for j, firm in market.at_work():
        shares, cost, quality = [1.0], 0.0, []
        for function in Function:
            need = market.need(firm, function)
            ties = [market.ties[r] for r in market.ties_for(j, function) if market.works(market.ties[r])]
            if firm["house"] & (1 << function):
                usual = market.rules.needs[firm["kind"], function]
                shares.append(1 - usual + usual * in_house(market, j, function))
                collects(firm, function, shares[-1])
                continue
            if need <= 0:
                continue
            helpers = [market.helpers[tie["partner"]] for tie in ties]
            done = sum(delivered(market, tie) for tie in ties) / max(len(ties), 1)
            shares.append(1 - need + need * done)
            collects(firm, function, shares[-1])
            cost += need * sum(helper["price"] for helper in helpers) / max(len(ties), 1)
            if function in {Function.TRANSPORT, Function.DOCUMENTS}:
                quality += [helper["quality"] for helper in helpers]
        firm["partner_cost"] = cost
        firm["aid"] = market.rules.aid * (sum(quality) / len(quality) - 0.5) if quality else 0.0
        throughput = min(shares) * (market.rules.leaderless if firm["leaderless"] else 1.0)
        firm["throughput"] = throughput
        market.count("THROUGHPUT_SUM", throughput * firm["use"])
        market.count("USE_SUM", firm["use"])


def one_week(state: State, now: Now) -> Market:
    """The twin's week."""
    market = Market(state, now)
    for helper in market.helpers:
        helper["committed"] = 0.0
    takes_stock(market)
    reviews(market)
    looks(market)
    serves(market)
    return market


def much_happens(state: State, rng: np.random.Generator, week: int) -> None:
    """Enterprises of every form come and go; partners are taken, replaced, trusted; nodes are dear, risky, or empty."""
    firms, helpers, ties, nodes = state.traffickers, state.facilitators, state.ties, state.nodes
    count, size = len(firms), len(helpers)

    def some(share: float, shape: int | tuple[int, ...]) -> np.ndarray:
        return rng.random(shape) < share

    firms["active"][:] |= some(0.3, count)
    firms["active"][some(0.05, count)] = 0
    firms["generation"][:] += some(0.05, count)
    firms["leaderless"][:], firms["house"][:] = some(0.1, count), some(0.2, count) * rng.integers(0, 128, count)
    firms["form"][:] = np.where(some(0.1, count), rng.integers(0, len(Form), count), firms["form"])
    firms["loads"][:] = some(0.6, firms["loads"].shape) * rng.uniform(0, 40, firms["loads"].shape)
    state.s.offenders["status"] = rng.integers(0, len(Status), len(state.s.offenders))
    taken, back = some(0.08, size), some(0.3, size)
    helpers["standing"][back] = Standing.FREE
    helpers["standing"][taken] = Standing.HELD
    helpers["since"][taken] = np.where(rng.random(taken.sum()) < 0.5, week, week - 9)
    helpers["generation"][:] += some(0.05, size)
    helpers["quality"][:], helpers["loyalty"][:] = rng.random(size), rng.random(size)
    helpers["price"][:] = state.p.facilitator.usual_price[helpers["function"]] * rng.uniform(0.5, 2, size)
    ties["trust"][:] = rng.random(len(ties))
    nodes["idle"][:], nodes["risk"][:] = rng.random(len(nodes)), rng.random(len(nodes))
    nodes["price"][:], nodes["capacity"][:] = rng.uniform(20, 300, len(nodes)), rng.integers(0, 4, len(nodes))
    nodes["unmet"][:] = 0.0


@pytest.mark.parametrize("weeks", [8, pytest.param(24, marks=pytest.mark.slow)])
def test_a_week_of_partners_is_that_of_the_readable_twin(weeks: int) -> None:
    words = ["world=corridor", "people.size=30000", "time.years=1", "network.defection=0.1", "network.move_weeks=4"]
    state = Week(Scenario.compose(words), 3).state
    rng, happened = np.random.default_rng(7), Counter[str]()
    for week in range(weeks):
        now = Now(week, state.seed, state.seed)
        much_happens(state, rng, week)
        market = one_week(state, now)
        counters = np.zeros(len(COUNTERS))
        tend_partners(state.s, state.p, now, counters)
        found = {"counters": counters, "nodes": state.s.nodes}
        before = {"counters": 0 * counters, "nodes": state.s.nodes.copy()}
        before["nodes"]["unmet"] = 0.0
        wrong = {"left": unlike(market.left, differences(before, found))}
        for name, kept, table in (
            ("enterprise", market.firms, state.traffickers), ("tie", market.ties, state.ties),
            ("facilitator", market.helpers, state.facilitators),
        ):  # fmt: skip
            wrong |= {f"{name} {i}": unlike(row, Row(table, i)) for i, row in enumerate(kept)}
        assert not any(wrong.values()), f"week {week}: { {name: one for name, one in wrong.items() if one} }"
        happened.update({C(key[1]).name: amount for key, amount in market.left.items() if key[0] == "counters"})
    made = {"TIES_MADE": 1000, "TIES_ENDED": 1000, "TIES_CUT": 50, "TIES_BETRAYED": 20, "FUNCTIONS_MOVED": 20}
    assert all(happened[name] >= least * weeks / 24 for name, least in made.items()), happened
    assert happened["FUNCTIONS_MISSING"] < 0.6 * happened["FUNCTIONS_NEEDED"]

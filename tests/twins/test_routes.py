"""Which route is taken, and what legs carry, against slow readable twins, from model 4.2 and 4.3.

A route costs whoever chooses what it costs times (-ln u)^spread, with a uniform u of her own for each route that stays
the same. An enterprise takes the one with the lowest break-even fee seen so, and asks that fee. A person on her own
takes the one with the lowest cost for each arrival seen so, of those that she can pay.
"""

from __future__ import annotations

import math

import numpy as np

from sim.conditions.prospects import find_ways_alone
from sim.ground.draws import Stream, draw, draw_of, key_of
from sim.rules.moving.crowding import crowd_legs, pass_leg
from sim.rules.moving.smuggling import best_route
from sim.rules.moving.ways import way_of_one
from sim.scenario.scenario import Scenario
from sim.state.state import State
from sim.week.week import Week
from tests.twins.rows import Row, record


def legs_of(state: State, route: int) -> list[dict[str, float]]:
    return [record(state.s.legs[leg]) | {"number": leg} for leg in state.s.routes["legs"][route] if leg >= 0]


def routes_of(state: State, pair: int) -> list[int]:
    return [int(route) for route in state.s.pairs["routes"][pair] if route >= 0]


# --- enterprises ------------------------------------------------------------------------------------------------


def fee_of(state: State, firm: Row, j: int, route: int) -> float:
    """What a client must pay so that what the route and the enterprise cost comes in (closed form of model 4.2)."""
    rules = state.p.market
    arrives, spent = 1.0, 0.0
    for leg in legs_of(state, route):
        crossed = float(state.traffickers["crossings"][j, leg["number"]])
        experience = 0.5 * crossed / (crossed + rules.experience_half)
        skill = min(max(firm["skill"] + firm["aid"], 0.0), 0.9)
        seen = 1 - (1 - leg["believed_control"]) ** ((1 - skill) * (1 - experience))
        on_shift = rules.on_shift if leg["number"] == firm["retained_leg"] else 0.0
        unit = state.s.units[leg["number"]]
        bought = rules.reach[firm["form"]] * float(unit["bought"]) * (1 - on_shift)
        stopped, alive = seen * (1 - bought - on_shift), 1 - leg["danger"]
        attempts = 1 / (1 - alive * stopped * rules.retry)
        once = leg["transport"] + stopped * leg["expected_loss"] + seen * bought * float(unit["price"])
        spent += arrives * attempts * once
        arrives *= alive * (1 - stopped) * attempts
    running = (4 * (firm["running_cost"] + firm["house_cost"]) + firm["retainer"]) / firm["capacity"]
    gain = arrives * firm["kappa"] * float(state.s.pairs["handover_gain"][int(state.s.routes["pair"][route])])
    cost = max(spent + running + firm["partner_cost"] - gain, rules.fee_least * spent)
    return cost / (rules.deposit + (1 - rules.deposit) * arrives)


def route_of_enterprise(state: State, j: int, pair: int) -> tuple[int, float]:
    """The best to its taste, and what it asks."""
    firm, spread = Row(state.traffickers, j), state.p.market.route_taste
    fees = {route: fee_of(state, firm, j, route) for route in routes_of(state, pair)}

    def as_seen(route: int) -> float:
        u = draw(state.seed, Stream.ROUTE_TASTE_PROVIDER, j, firm["generation"], 0, route)
        return fees[route] * (-math.log(u)) ** spread

    best = min(fees, key=as_seen)
    return best, fees[best]


# --- people on their own ----------------------------------------------------------------------------------------


def alone_on(state: State, route: int) -> tuple[float, float, float, float]:
    """Chance to arrive and to die in one attempt, what is paid, and what all that costs for each arrival."""
    channel, choice = state.p.channel, state.p.choice
    through, dies, paid = 1.0, 0.0, 0.0
    for leg in legs_of(state, route):
        paid += channel.alone_cost * leg["transport"]
        dies += through * leg["danger"]
        through *= (1 - leg["danger"]) * (1 - leg["believed_control"])
    worth = (paid + (1 - through) * choice.stopped_loss + dies * choice.life_worth) / max(through, 1e-9)
    return through, dies, paid, worth


def route_of_person(state: State, her: Row, i: int, pair: int) -> int:
    """The best to her taste of those that she can pay."""
    key = np.uint64(key_of(state.seed, Stream.ROUTE_TASTE_ALONE, i, her["generation"], 0))
    ways = {route: alone_on(state, route) for route in routes_of(state, pair)}
    can_pay = [route for route, (_, _, paid, _) in ways.items() if round(100 * paid) <= her["cash"]]
    spread = state.p.channel.route_taste
    return min(can_pay, key=lambda route: ways[route][3] * (-math.log(draw_of(key, route))) ** spread)


def means_of_pair(state: State, pair: int) -> list[float]:
    """Chance to arrive, to die, and cost, in the mean over those who would go, as they spread over the routes."""
    ways = [alone_on(state, route) for route in routes_of(state, pair)]
    cheapest = min(worth for *_, worth in ways)
    spread = state.p.channel.route_taste
    weights = [(cheapest / worth) ** (1 / spread) for *_, worth in ways]
    return [sum(weight * way[of] for weight, way in zip(weights, ways, strict=True)) / sum(weights) for of in range(3)]


def many_kinds_of_legs(state: State, rng: np.random.Generator) -> None:
    """Legs more and less watched, dear and deadly; enterprises with a past and partners; people with some means."""
    legs, firms, size = state.legs, state.traffickers, len(state.legs)
    legs["believed_control"][:] = rng.uniform(0, 0.8, size)
    legs["danger"][:] = rng.uniform(0, 0.05, size)
    legs["transport"][:] = rng.uniform(200, 600, size)
    legs["expected_loss"][:] = rng.uniform(0, 2000, size)
    state.units["bought"][:], state.units["price"][:] = rng.uniform(0, 0.5, (2, len(state.units)))
    state.units["price"][:] *= 2000
    state.pairs["handover_gain"][:] = rng.uniform(0, 2000, len(state.pairs))
    firms["aid"][:], firms["retained_leg"][:] = 0.0, rng.integers(-1, size, len(firms))
    firms["crossings"][:] = rng.integers(0, 40, firms["crossings"].shape)


def test_routes_are_those_of_the_readable_twin() -> None:
    week = Week(Scenario.compose(["world=corridor", "people.size=4000", "time.years=1"]), 3)
    week.advance()
    state, s, rng = week.state, week.state.s, np.random.default_rng(7)
    chosen: dict[str, set[int]] = {"enterprise": set(), "person": set()}
    for _ in range(12):
        many_kinds_of_legs(state, rng)
        find_ways_alone(s, state.p)
        for pair in range(len(state.pairs)):
            found = [float(s.pairs[name][pair]) for name in ("way_alone_chance", "way_alone_danger", "alone_cost")]
            assert np.allclose(found, means_of_pair(state, pair), rtol=1e-9)
            for j in np.flatnonzero(state.traffickers["home"] == s.pairs["start"][pair])[:12].tolist():
                route, _, fee = best_route(s, state.p, j, pair, int(s.pairs["offer"][pair]), state.seed)
                theirs, asked = route_of_enterprise(state, j, pair)
                assert route == theirs
                assert math.isclose(fee, asked, rel_tol=1e-6)
                chosen["enterprise"].add(int(route))
            for i in rng.integers(0, len(week.migrants), 25).tolist():
                week.migrants["cash"][i] = round(100 * s.pairs["alone_cost"][pair] * rng.uniform(1, 2)) + 1
                spread = state.p.channel.route_taste
                route = way_of_one(s.pairs, s.routes, s.people, i, pair, spread, state.seed)
                assert route == route_of_person(state, Row(week.migrants, i), i, pair)
                chosen["person"].add(int(route))
    assert min(len(routes) for routes in chosen.values()) >= 0.7 * len(state.routes)


# --- legs -------------------------------------------------------------------------------------------------------


def test_what_transport_costs_is_that_of_the_readable_twin() -> None:
    """The present flow and the usual one as weighted means over all weeks that have been."""
    week = Week(Scenario.compose(["world=corridor", "people.size=4000", "journey.crowding=0.7"]), 3)
    state, rng, rules = week.state, np.random.default_rng(7), week.state.p.crowding
    values = week.scenario.values
    past: list[np.ndarray] = []
    crowded = 0
    for number in range(80):
        many = 0.5 if number < 50 else 4.0  # more come, and the legs have to get used to them
        past.append(rng.poisson(many, len(state.legs)))
        for leg, crossings in enumerate(past[-1]):
            for _ in range(crossings):
                pass_leg(state.s.legs, leg)
        crowd_legs(state.s.legs, rules)
        ago = np.arange(len(past))[::-1]
        present, usual = (
            np.average(past, axis=0, weights=0.5 ** (ago / values[f"journey.{name}_half_life"]))
            for name in ("flow", "carried")
        )
        carries = values["journey.least_carried"] * 4000 / 1000 + values["journey.room"] * usual
        over = np.maximum(present / carries, 1) ** 0.7
        assert np.allclose(state.legs["crowded"], over, rtol=1e-9)
        assert np.allclose(state.legs["transport"], over * state.legs["transport_usual"], rtol=1e-9)
        crowded += (over > 1).sum()
    assert 50 < crowded < 80 * len(state.legs)

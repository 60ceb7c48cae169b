"""Diversion between routes: shares of a logit, graded in dose; the cheapest without tastes; what legs carry."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from sim.conditions.prospects import find_ways_alone
from sim.ledger.counters import C
from sim.policies.policy import Move, Policy
from sim.rules.moving.crowding import crowd_legs
from sim.rules.moving.smuggling import best_route
from sim.rules.moving.ways import beside, taste, way_of_one
from sim.scenario.scenario import Scenario
from sim.week.week import Week

SMALL = ["world=corridor", "people.size=4000", "time.years=2", "time.burn_in_weeks=60"]
MANY = 6000  # equal enterprises or people, of whom each has a generation of her own
PLAIN = {"smuggling.route_taste": 0.0, "journey.route_taste": 0.0}


def ready(**settings):
    """A week of the corridor in which an enterprise without a past or partners asks about routes."""
    week = Week(
        Scenario.compose(SMALL).replace({name.replace("__", "."): value for name, value in settings.items()}), 1
    )
    week.advance()
    firms = week.traffickers
    firms["crossings"][:], firms["aid"][:], firms["retained_leg"][:], firms["kappa"][:] = 0.0, 0.0, -1, 0.0
    return week


def parallel(week):
    """The pair with a leg by land and one by sea side by side, their routes, and the two legs."""
    region, s = week.world.region, week.state.s
    pair = int(s.pair_of[region("transit"), region("near_destination")])
    routes = [int(route) for route in s.pairs["routes"][pair] if route >= 0]
    return pair, routes, [int(s.routes["legs"][route][0]) for route in routes]


def routes_of_enterprises(week, pair, many=MANY):
    """Routes that so many equal enterprises take, and what each of these would ask."""
    s, firms = week.state.s, week.traffickers
    j = int(np.flatnonzero(firms["home"] == s.pairs["start"][pair])[0])
    taken, fees = [], {}
    for generation in range(many):
        firms["generation"][j] = generation
        route, _, fee = best_route(s, week.state.p, j, pair, int(s.pairs["offer"][pair]), week.seed)
        taken.append(int(route))
        fees[int(route)] = fee
    return np.array(taken), fees


def routes_of_people(week, pair, many=MANY):
    s = week.state.s
    find_ways_alone(s, week.state.p)
    week.migrants["cash"][0] = 1e9
    taken = []
    for generation in range(many):
        week.migrants["generation"][0] = generation
        taken.append(way_of_one(s.pairs, s.routes, s.people, 0, pair, week.state.p.channel.route_taste, week.seed))
    return np.array(taken)


def alike_but_for_control(week, legs):
    for name, value in (("transport", 600.0), ("danger", 0.005), ("expected_loss", 400.0)):
        week.state.legs[name][legs] = value


def alike(taken, routes, shares):
    """Whether routes are taken in these shares, as far as so many draws can tell."""
    seen = np.array([(taken == route).sum() for route in routes])
    enough = shares * len(taken) > 5
    expected = shares[enough] / shares[enough].sum() * seen[enough].sum()
    return stats.chisquare(seen[enough], expected).pvalue > 0.001


# --- shares -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("spread", [0.05, 0.3])
def test_many_equal_enterprises_take_routes_in_the_shares_of_a_logit(spread):
    """EC 2.14: shares fall with the power 1/spread of the fee that covers the cost."""
    week = ready(smuggling__route_taste=spread)
    pair, routes, legs = parallel(week)
    week.state.legs["believed_control"][legs] = [0.45, 0.2, 0.3]
    week.state.legs["transport"][legs] = [700.0, 650.0, 720.0]
    taken, fees = routes_of_enterprises(week, pair)
    assert len(fees) == len(routes)
    worth = np.array([fees[route] for route in routes]) ** (-1 / spread)
    assert alike(taken, routes, worth / worth.sum())


def test_what_one_route_loses_goes_to_the_others_in_proportion():
    """EC 2.14: a rise in the cost of route k moves s_j/(1 - s_k) of its loss to route j."""
    week = ready(smuggling__route_taste=0.3)
    pair, routes, legs = parallel(week)
    week.state.legs["transport"][legs], week.state.legs["believed_control"][legs] = [700.0, 650.0, 720.0], 0.2
    before, _ = routes_of_enterprises(week, pair)
    week.state.legs["believed_control"][legs[1]] = 0.5
    after, _ = routes_of_enterprises(week, pair)
    share = np.array([[(taken == route).mean() for route in routes] for taken in (before, after)])
    lost = share[0, 1] - share[1, 1]
    gained = share[1] - share[0]
    assert lost > 0.05
    for other in (0, 2):
        assert gained[other] == pytest.approx(lost * share[0, other] / (1 - share[0, 1]), abs=0.02)
    # who was elsewhere stays there, and nobody moves but away from what has become dearer
    assert (after[before != routes[1]] == before[before != routes[1]]).all()


def test_people_on_their_own_take_routes_in_the_shares_of_a_logit():
    week = ready(journey__route_taste=0.2)
    pair, routes, legs = parallel(week)
    week.state.legs["believed_control"][legs] = [0.4, 0.3, 0.5]
    week.state.legs["danger"][legs] = 0.01
    taken = routes_of_people(week, pair)
    worth = week.state.routes["alone_worth"][routes] ** (-1 / 0.2)
    assert alike(taken, routes, worth / worth.sum())
    means = np.average(week.state.routes["alone_cost"][routes], weights=worth)
    assert week.state.pairs["alone_cost"][pair] == pytest.approx(means)


def test_who_cannot_pay_for_the_route_of_her_taste_takes_another():
    week = ready(journey__route_taste=1.0)
    pair, routes, legs = parallel(week)
    week.state.legs["transport"][legs] = [500.0, 900.0, 2000.0]
    taken = routes_of_people(week, pair, 300)
    assert len(set(taken.tolist())) > 1
    s = week.state.s
    week.migrants["cash"][0] = round(100 * s.routes["alone_cost"][routes[0]])
    for generation in range(300):
        week.migrants["generation"][0] = generation
        assert way_of_one(s.pairs, s.routes, s.people, 0, pair, 1.0, week.seed) == routes[0]


# --- doses and extremes -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["enterprises", "people"])
def test_diversion_is_partial_and_graded_in_dose(who):
    week = ready()
    pair, routes, legs = parallel(week)
    alike_but_for_control(week, legs)
    share = []
    for control in (0.1, 0.2, 0.25, 0.3, 0.5, 1.0):
        week.state.legs["believed_control"][legs] = [0.1, control, 0.95]
        taken = (
            routes_of_enterprises(week, pair, 1500)[0] if who == "enterprises" else routes_of_people(week, pair, 1500)
        )
        share.append((taken == routes[1]).mean())
    assert share[0] == pytest.approx(0.5, abs=0.05)  # two legs alike
    assert all(np.diff(share[:5]) < 0)
    assert 0.02 < share[2] < share[0] - 0.02
    assert share[-1] == 0.0  # a sealed leg


def test_without_tastes_all_take_the_cheapest_and_the_first_of_equals():
    week = ready(**{name.replace(".", "__"): value for name, value in PLAIN.items()})
    pair, routes, legs = parallel(week)
    for controls, best in (([0.1, 0.1, 0.1], 0), ([0.1, 0.0999, 0.2], 1), ([0.3, 0.3, 0.29], 2)):
        alike_but_for_control(week, legs)
        week.state.legs["believed_control"][legs] = controls
        assert set(routes_of_enterprises(week, pair, 50)[0].tolist()) == {routes[best]}
        assert set(routes_of_people(week, pair, 50).tolist()) == {routes[best]}
        alone = week.state.pairs["alone_cost"][pair], week.state.pairs["way_alone_danger"][pair]
        assert alone == (week.state.routes["alone_cost"][routes[best]], 0.005)


def test_where_there_is_one_route_taste_changes_nothing(line_scenario, tools):
    words = {"people__size": 1500, "time__years": 1}
    one = tools.run(line_scenario(**words))
    other = tools.run(line_scenario(**words).replace({"smuggling.route_taste": 1.0, "journey.route_taste": 1.0}))
    assert tools.fingerprint(one) == tools.fingerprint(other)


def test_taste_is_a_factor_that_no_cost_can_turn_over():
    assert taste(0.3, 0.0) == 1.0
    assert taste(np.exp(-1), 0.4) == pytest.approx(1.0)
    assert taste(0.1, 0.5) == pytest.approx(np.sqrt(-np.log(0.1)))
    assert (beside(100.0, 100.0, 0.1), beside(200.0, 100.0, 0.5)) == (1.0, 0.25)
    assert beside(100.0, 100.0, 0.0) == beside(np.inf, 100.0, 0.1) == 0.0
    assert beside(0.0, 0.0, 0.2) == 1.0  # what costs nothing


def test_an_enterprise_keeps_its_taste_from_review_to_review(corridor):
    """With legs that stay as they are nobody moves, however often routes are reviewed."""
    week = ready()
    pair, _, _ = parallel(week)
    first, _ = routes_of_enterprises(week, pair, 200)
    again, _ = routes_of_enterprises(week, pair, 200)
    assert (first == again).all()


# --- in a run ---------------------------------------------------------------------------------------------------


def share_by_sea(scenario, control):
    """Of the crossings between two places by land and by sea those by sea, with control of the leg by sea set."""
    where = (("leg", "transit>near_destination:sea"),)
    policy = Policy("sea", "Sea", "test", (Move("border.control", "set", control, where),))
    week = Week(replace(scenario, policies=(policy,)), 1).run()
    _, _, legs = parallel(week)
    land, sea = week.state.legs["crossings"][legs[:2]]
    assert land + sea > 150
    return sea / (land + sea)


def test_control_of_one_leg_moves_some_of_those_who_cross_it():
    """In a run as well: by degrees with tastes, and all of them at one point without."""
    alone = {"people.size": 9000, "journey.alone_cost": 20.0}  # nobody goes alone
    base = Scenario.compose(SMALL).replace(alone)
    doses = (0.3, 0.45, 0.6, 0.95)
    share = [share_by_sea(base, control) for control in doses]
    without = [share_by_sea(base.replace(PLAIN | {"mechanisms.crowding": "off"}), control) for control in doses]
    assert all(np.diff(share) < 0)
    between = [(np.array(shares) > 0.1) & (np.array(shares) < 0.9) for shares in (share, without)]
    assert between[0].sum() > between[1].sum()


# --- what legs carry --------------------------------------------------------------------------------------------


def settle(week, crossings, weeks):
    """Weeks with so many crossings of every leg; gives what transport costs over the usual in each."""
    legs, found = week.state.legs, []
    for _ in range(weeks):
        legs["passed"][:, 0] += crossings
        legs["carried"][:, 0] += crossings
        crowd_legs(week.state.s.legs, week.state.p.crowding)
        found.append(float(legs["crowded"][0]))
    return found


@pytest.mark.parametrize("flow", [0.0, 0.3, 50.0])
def test_a_flow_that_stays_as_it_is_crowds_nothing(flow):
    week = Week(Scenario.compose(SMALL), 1)
    assert set(settle(week, flow, 200)) == {1.0}
    assert np.array_equal(week.state.legs["transport"], week.state.legs["transport_usual"])


def test_a_leg_gets_used_to_more_people():
    week = Week(Scenario.compose(SMALL), 1)
    settle(week, 2.0, 200)
    course = settle(week, 6.0, 400)
    top = int(np.argmax(course))
    assert 1.2 < course[top] < 3 / week.scenario["journey.room"]  # three times as many, and so long in coming
    assert 4 < top < 40
    assert all(np.diff(course[:top]) >= 0)
    assert all(np.diff(course[top:]) <= 0)
    assert course[-1] == 1.0
    assert set(settle(week, 0.5, 100)) == {1.0}  # fewer than usual is no crowd


@pytest.mark.parametrize(
    ("name", "less", "more"),
    [("crowding", 1.5, 0.2), ("room", 0.5, 3.0), ("least_carried", 0.0, 1.0), ("flow_half_life", 2, 30),
     ("carried_half_life", 200, 10)],
)  # fmt: skip
def test_what_legs_carry_follows_from_each_of_its_numbers(name, less, more):
    """The same rush costs more where legs carry less."""
    cost = []
    for value in (less, more):
        week = Week(Scenario.compose(SMALL).replace({f"journey.{name}": value}), 1)
        settle(week, 0.5, 100)
        cost.append(sum(settle(week, 3.0, 12)))
    assert cost[0] > cost[1]


def test_crowding_off_keeps_transport_at_the_usual_cost_and_nothing_else():
    week = Week(Scenario.compose([*SMALL, "mechanisms.crowding=off"]), 1)
    settle(week, 0.5, 100)
    assert set(settle(week, 30.0, 12)) == {1.0}


def test_a_crowded_leg_costs_the_provider_more(tools):
    """What is paid is what stands on the leg, and the metric says how much more that is."""
    crowded = tools.run(Scenario.compose([*SMALL, "journey.crowding=2", "journey.room=0.5", "journey.least_carried=0"]))
    usual = tools.run(Scenario.compose([*SMALL, "mechanisms.crowding=off"]))
    assert tools.metric(usual, "crowding") == 1.0 < tools.metric(crowded, "crowding")
    assert (usual.state.legs["transport"] == usual.state.legs["transport_usual"]).all()
    assert (crowded.state.legs["transport"] > crowded.state.legs["transport_usual"]).any()
    assert crowded.counters[:, C.CONTRACTS].sum() > 0

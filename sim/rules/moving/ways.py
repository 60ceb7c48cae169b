"""What a route costs whom, and who comes through: providers and people on their own (model 4.2).

Symbols: theta skill, a own experience of a leg, d detection, rho share of detections that a bribe lets through, p
interception, r chance that a stopped client is tried again under the contract. A stopped client waits at the start of
the leg and resumes there, so that leg by leg

    d_l = 1 - (1 - control_l)^((1 - theta)(1 - a_l)),   p_l = d_l·(1 - rho_l)
    s_l = (1 - death_l)(1 - p_l),   q_l = (1 - death_l)·p_l
    n_l = 1 / (1 - q_l·r)     attempts at the leg per client who reaches it (EC 2.13)
    S   = Π s_l·n_l           arrivals per client
    c   = Σ_l (Π_{k<l} s_k·n_k)·n_l·(transport_l + p_l·loss_l + d_l·rho_l·bribe_l)     cost per client

With one leg this is EC 2.13 and the closed form of the break-even fee; with more, restarting at the stopped leg rather
than at the beginning is what people do (C4-M39).

Routes of one pair are compared at their cost as the one who chooses sees it: times a keyed taste E^sigma, E exponential
with mean 1, for contacts, habits and what is known of places on the way. The lowest is taken, so that many who face the
same costs spread as a logit in the logarithm of cost (EC 2.14)

    share of route r = cost_r^(-1/sigma) / sum of cost_k^(-1/sigma)

and as one route becomes dearer people leave it by degrees, to the others in proportion to their shares. With sigma 0
all of them take the cheapest.
"""

from __future__ import annotations

import math

from sim.ground.draws import Stream, draw, draw_of, key_of
from sim.ground.kernel import part, rule

LEAST_COST = 1e-9  # US$: routes that cost nothing are told apart by taste alone


@rule
def own_experience(rules, crossings):
    """a: rises with recent crossings of the leg, to ``smuggling.experience_most``."""
    return rules.experience_most * crossings / (crossings + rules.experience_half)


@rule
def detection(control, skill, experience):
    """d: chance that a crossing is detected; an unaided, unskilled one is detected with chance ``control``."""
    return 1.0 - (1.0 - control) ** ((1.0 - skill) * (1.0 - experience))


@rule
def chance_seen(enterprises, j, leg, control, rules):
    """d: chance that a crossing of a leg with enterprise j is detected at a level of control, actual or believed."""
    known = own_experience(rules, enterprises.crossings[j, leg]) if rules.experience else 0.0
    return detection(control, skill_of(enterprises, rules, j), known)


@rule
def chance_seen_by_those_who_know(enterprises, j, leg, control, rules, looks):
    """Chance that a crossing is detected where border guards look at whom is known; ``looks`` lever intel.borders."""
    known = own_experience(rules, enterprises.crossings[j, leg]) if rules.experience else 0.0
    return detection(control, skill_of(enterprises, rules, j) * (1.0 - looks * enterprises.row[j].watched), known)


@rule
def route_economics(legs, routes, units, rules, route, skill, reach_officials, crossings, kept_leg):
    """Arrivals per client S and cost per client c of one route, US$ (closed form in the module's docstring).

    ``crossings`` : float (legs,) own recent crossings of each leg; ``reach_officials`` share of the officials who sell
    that the enterprise knows how to reach; ``kept_leg`` one where an officer is on its books, -1 without: he is paid
    apart.
    """
    reach, cost = 1.0, 0.0
    for position in range(routes.legs.shape[1]):
        leg = routes[route].legs[position]
        if leg < 0:
            break
        a = own_experience(rules, crossings[leg]) if rules.experience else 0.0
        seen = detection(legs[leg].believed_control, skill, a)
        kept = rules.on_shift if leg == kept_leg else 0.0
        reach, cost = past_leg(legs, units, rules, leg, seen, reach_officials, kept, reach, cost)
    return reach, cost


@rule
def past_leg(legs, units, rules, leg, seen, reach_officials, kept, reach, cost):
    """Arrivals and cost per client once a leg is past: ``reach`` and ``cost`` those before it, ``seen`` detection."""
    through, attempts, each = at_leg(legs, units, rules, leg, seen, reach_officials, kept)
    return reach * through, cost + reach * attempts * each


@rule
def at_leg(legs, units, rules, leg, seen, reach_officials, kept):
    """Of those who reach a leg: the share that comes through, attempts for each of them, and US$ for each attempt."""
    leg_row = legs[leg]
    bought = reach_officials * units[leg].bought * (1.0 - kept)
    stopped = seen * (1.0 - bought - kept)
    each = leg_row.transport + stopped * leg_row.expected_loss + seen * bought * units[leg].price
    if leg_row.closed > 0.0:  # whoever meets a closed leg does not come through, at no further loss
        stopped = 1.0 - (1.0 - stopped) * (1.0 - leg_row.closed)
    alive = 1.0 - leg_row.danger
    attempts = 1.0 / (1.0 - alive * stopped * rules.retry)
    return alive * (1.0 - stopped) * attempts, attempts, each


@rule
def entrants_economics(routes, route, at_legs):
    """Arrivals and cost per client of one route for an entrant; ``at_legs`` (legs, 3) what :func:`at_leg` gives."""
    reach, cost = 1.0, 0.0
    for position in range(routes.legs.shape[1]):
        leg = routes[route].legs[position]
        if leg < 0:
            break
        at = at_legs[leg]
        reach, cost = reach * at[0], cost + reach * at[1] * at[2]
    return reach, cost


@rule
def break_even(success, cost, deposit):
    """f0: the fee that covers the expected cost when the rest is paid only on arrival; US$."""
    return cost / (deposit + (1.0 - deposit) * max(success, 1e-9))


@rule
def skill_of(enterprises, rules, j):
    """Skill of enterprise j with what its partners add or take."""
    return min(max(enterprises.row[j].skill + enterprises.row[j].aid, 0.0), rules.skill_most)


# --- between routes ---------------------------------------------------------------------------------------------


@rule
def taste(u, spread):
    """What a route is worth to one who chooses, as a factor on its cost: E^spread with E = -ln(u) exponential."""
    return (-math.log(u)) ** spread if spread > 0.0 else 1.0


@rule
def taste_of_provider(rules, j, generation, route, seed):
    """The taste of an enterprise for a route: its own for as long as it exists."""
    if rules.route_taste <= 0.0:
        return 1.0
    return taste(draw(seed, Stream.ROUTE_TASTE_PROVIDER, j, generation, 0, route), rules.route_taste)


@rule
def beside(dearer, cheapest, spread):
    """How many take a route for each one who takes the cheapest; nobody does where tastes do not differ."""
    if spread <= 0.0:
        return 0.0
    return (max(cheapest, LEAST_COST) / max(dearer, LEAST_COST)) ** (1.0 / spread)


@rule
def weigh_route(cost, cheapest, spread):
    """Weight that the routes before keep, that of one more, and the cheapest of all, whose own weight is 1."""
    if cheapest == math.inf:
        return 0.0, 1.0, cost  # the first
    if cost < cheapest:
        return beside(cheapest, cost, spread), 1.0, cost
    return 1.0, beside(cost, cheapest, spread), cheapest


@rule
def way_of_one(pairs, routes, people, i, pair, spread, seed):
    """The route on which person i sets out alone: the best to her taste of those that she can pay.

    She can pay one of them at least, since whoever goes alone can pay what they cost in the mean.
    """
    key = key_of(seed, Stream.ROUTE_TASTE_ALONE, i, people.row[i].generation, 0)
    best, chosen = math.inf, pairs[pair].routes[0]
    for position in range(pairs.routes.shape[1]):
        route = pairs[pair].routes[position]
        if route < 0:
            break
        if routes[route].closed >= 1.0 or round(100.0 * routes[route].alone_cost) > people.row[i].cash:
            continue
        score = routes[route].alone_worth * taste(draw_of(key, route), spread)
        if score < best:
            best, chosen = score, route
    return chosen


@rule
def way_alone(legs, routes, route, cost_ratio):
    """Chance to arrive alone in one attempt, chance to die, and cost in US$ of one route."""
    through, spent, dies = 1.0, 0.0, 0.0
    for at in range(routes.legs.shape[1]):
        leg = routes[route].legs[at]
        if leg < 0:
            break
        spent += cost_ratio * legs[leg].transport
        dies += through * legs[leg].danger
        through *= (1.0 - legs[leg].danger) * (1.0 - legs[leg].believed_control)
        if legs[leg].closed > 0.0:
            through *= 1.0 - legs[leg].closed
    return through, dies, spent


@part
def alone_ways(legs, pairs, routes, channel, choice):
    """The ways of people on their own, each at its expected cost per arrival, and what they come to for each pair.

    Fills of every pair the chance to arrive in one attempt, the cost in US$ (infinite without a route) and the chance
    to die: means over those who would go, who differ in taste.
    """
    for pair in range(pairs.routes.shape[0]):
        row = pairs[pair]
        row.way_alone_chance, row.alone_cost, row.way_alone_danger = 0.0, math.inf, 0.0
        best, many, through, spent, dies = math.inf, 0.0, 0.0, 0.0, 0.0
        for position in range(pairs.routes.shape[1]):
            route = row.routes[position]
            if route < 0:
                break
            chance, danger, cost = way_alone(legs, routes, route, channel.alone_cost)
            loss = (1.0 - chance) * choice.stopped_loss + danger * choice.life_worth
            worth = (cost + loss) / max(chance, 1e-9)
            routes[route].alone_worth, routes[route].alone_cost = worth, cost
            if routes[route].closed >= 1.0:
                continue
            kept, added, best = weigh_route(worth, best, channel.route_taste)
            many, through = kept * many + added, kept * through + added * chance
            spent, dies = kept * spent + added * cost, kept * dies + added * danger
        if many > 0.0:
            row.way_alone_chance, row.alone_cost, row.way_alone_danger = through / many, spent / many, dies / many

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
"""

from __future__ import annotations

import math

from sim.ground.kernel import part, rule


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
    leg_row = legs[leg]
    bought = reach_officials * units[leg].bought * (1.0 - kept)
    stopped = seen * (1.0 - bought - kept)
    alive = 1.0 - leg_row.danger
    attempts = 1.0 / (1.0 - alive * stopped * rules.retry)
    each = leg_row.transport + stopped * leg_row.expected_loss + seen * bought * units[leg].price
    return reach * (alive * (1.0 - stopped) * attempts), cost + reach * attempts * each


@rule
def entrants_economics(legs, routes, units, rules, route, seen):
    """The same without experience and with officials as most reach them; ``seen`` (legs,) detection at some skill."""
    reach, cost = 1.0, 0.0
    for position in range(routes.legs.shape[1]):
        leg = routes[route].legs[position]
        if leg < 0:
            break
        reach, cost = past_leg(legs, units, rules, leg, seen[leg], rules.mean_reach, 0.0, reach, cost)
    return reach, cost


@rule
def break_even(success, cost, deposit):
    """f0: the fee that covers the expected cost when the rest is paid only on arrival; US$."""
    return cost / (deposit + (1.0 - deposit) * max(success, 1e-9))


@rule
def skill_of(enterprises, rules, j):
    """Skill of enterprise j with what its partners add or take."""
    return min(max(enterprises.row[j].skill + enterprises.row[j].aid, 0.0), rules.skill_most)


@part
def alone_ways(legs, pairs, routes, cost_ratio, stopped_loss, life_worth):
    """The way that people on their own would take for each pair: the lowest expected cost per arrival.

    Fills (pairs,) arrays: route (-1 none), chance to arrive in one attempt, cost in US$ and chance to die.
    """
    for pair in range(pairs.routes.shape[0]):
        best = math.inf
        pairs[pair].alone_route, pairs[pair].way_alone_chance, pairs[pair].alone_cost, pairs[pair].way_alone_danger = (
            -1,
            0.0,
            math.inf,
            0.0,
        )
        for position in range(pairs.routes.shape[1]):
            route = pairs[pair].routes[position]
            if route < 0:
                break
            through, spent, dies = 1.0, 0.0, 0.0
            for at in range(routes.legs.shape[1]):
                leg = routes[route].legs[at]
                if leg < 0:
                    break
                spent += cost_ratio * legs[leg].transport
                dies += through * legs[leg].danger
                through *= (1.0 - legs[leg].danger) * (1.0 - legs[leg].believed_control)
            score = (spent + (1.0 - through) * stopped_loss + dies * life_worth) / max(through, 1e-9)
            if score < best:
                best = score
                (
                    pairs[pair].alone_route,
                    pairs[pair].way_alone_chance,
                    pairs[pair].alone_cost,
                    pairs[pair].way_alone_danger,
                ) = route, through, spent, dies

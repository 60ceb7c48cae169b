"""Officers on a retainer of one enterprise, beside those who sell per use to anyone (model 2, 4.9).

An enterprise whose clients often meet one border may keep one of its line officers who sell. He is paid every four
weeks, crossings are timed to his shifts, and nothing is paid per use; he sells to nobody else. It goes on while

    clients·d·[(on_shift·(1 - reach·share))·(loss + what of the fee is not earned) + on_shift·reach·share·price]
        > max(what an officer who sells there earns, least price of what he lets through)

Loners keep nobody, and predatory officers are nobody's.
"""

from __future__ import annotations

from sim.agents.forms import REACH
from sim.agents.migrants import Account
from sim.agents.traffickers import Kind
from sim.ground.kernel import kernel, rule
from sim.ledger.counters import C
from sim.rules.moving.borders import spend
from sim.rules.moving.smuggling import chance_seen

LEAST_PASSES = 0.25  # in four weeks: for less nobody is on the books


@rule
def what_it_saves(t, j, leg, seen, route_fee, posts, rules, ways):
    """US$ in four weeks that an officer of a leg on its books would save enterprise j.

    ``seen`` : crossings of the leg by its clients that are detected in that time.
    """
    reached = REACH[t.row[j].form] * posts.bought[leg]
    stopped = ways.loss[leg] + (1.0 - rules.retry) * route_fee
    each = rules.on_shift * ((1.0 - reached) * stopped + reached * posts.price[leg])
    return seen * each


@rule
def what_he_asks(leg, passes, posts):
    """US$ in four weeks that an officer of a leg would earn from others, and at least what each passage must bring."""
    line = max(posts.first[leg + 1] - posts.first[leg] - 1, 1) * posts.stands_for[leg]
    return max(posts.price[leg] * posts.approaches[leg] / line, posts.reservation[leg] * max(passes, LEAST_PASSES))


@rule
def someone_who_sells(o, leg, posts):
    """A line officer of a leg who sells per use and demands nothing, -1 without one."""
    for n in range(posts.first[leg] + 1, posts.first[leg + 1]):
        if o.row[n].captured == 1 and o.row[n].predatory == 0 and o.row[n].retained_by < 0:
            return n
    return -1


@rule
def let_go(t, j, o):
    """Enterprise j keeps nobody any more."""
    n = t.row[j].retained
    if n >= 0 and o.row[n].retained_by == j:
        o.row[n].retained_by = -1
    t.row[j].retained, t.row[j].retained_leg, t.row[j].retainer = -1, -1, 0.0


@kernel
def strike_off(t, o, counters):
    """Who has been found out, or has left the post, lets nobody through for anyone."""
    for j in range(len(t.row)):
        n = t.row[j].retained
        if n >= 0 and t.row[j].active == 1 and (o.row[n].retained_by != j or o.row[n].captured == 0):
            counters[C.RETAINERS_LOST] += 1.0
            let_go(t, j, o)


@kernel
def review_retainers(t, o, posts, counters, accounts, rules, ways):
    """Every four weeks: who is worth keeping, who is taken on; and they are paid."""
    for n in range(len(o.row)):
        j = o.row[n].retained_by
        o.row[n].served = 0
        if j >= 0 and (t.row[j].active == 0 or t.row[j].retained != n):
            o.row[n].retained_by = -1
    for j in range(len(t.row)):
        if t.row[j].active == 0:
            continue
        passes, t.row[j].passes = t.row[j].passes, 0
        if rules.on_shift <= 0.0 or t.row[j].kind == Kind.LONER or t.row[j].pair < 0:
            continue
        place = ways.offer_of[t.row[j].pair]
        route, best, chosen, price = t.route[j, place], 0.0, -1, 0.0
        if route >= 0:
            for position in range(ways.route_legs.shape[1]):
                leg = ways.route_legs[route, position]
                if leg < 0:
                    break
                seen = t.row[j].use * chance_seen(t, j, leg, ways.believed_control[leg], rules)
                worth = what_it_saves(t, j, leg, seen, t.fee[j, place], posts, rules, ways)
                asked = what_he_asks(leg, rules.on_shift * seen, posts)
                mine = leg == t.row[j].retained_leg
                if worth - asked > best and (mine or someone_who_sells(o, leg, posts) >= 0):
                    best, chosen, price = worth - asked, leg, asked
        if chosen != t.row[j].retained_leg:
            let_go(t, j, o)
            if chosen >= 0:
                n = someone_who_sells(o, chosen, posts)
                o.row[n].retained_by = j
                t.row[j].retained, t.row[j].retained_leg = n, chosen
                counters[C.RETAINERS_BEGUN] += 1.0
        if chosen >= 0:
            o.row[t.row[j].retained].served = passes
            t.row[j].retainer = price
            counters[C.BRIBES_RETAINERS_SUM] += spend(t, j, price, Account.OFFICIALS, accounts, counters)

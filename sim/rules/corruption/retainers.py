"""Officers on a retainer of one enterprise, beside those who sell per use to anyone (model 2, 4.9).

An enterprise whose clients often meet one border may keep one of its line officers who sell. He is paid every four
weeks, crossings are timed to his shifts, and nothing is paid per use; he sells to nobody else. It goes on while

    clients·d·[(on_shift·(1 - reach·share))·(loss + what of the fee is not earned) + on_shift·reach·share·price]
        > max(what an officer who sells there earns, least price of what he lets through)

Loners keep nobody, and predatory officers are nobody's.
"""

from __future__ import annotations

from sim.agents.enterprises import Kind
from sim.ground.kernel import kernel, rule
from sim.ledger.accounts import Account
from sim.ledger.counters import C
from sim.rules.moving.borders import spend
from sim.rules.moving.ways import chance_seen


@rule
def what_it_saves(enterprises, legs, units, rules, j, leg, seen, route_fee):
    """US$ in four weeks that an officer of a leg on its books would save enterprise j.

    ``seen`` : crossings of the leg by its clients that are detected in that time.
    """
    reached = rules.reach[enterprises.row[j].form] * units[leg].bought
    not_earned = (1.0 - rules.deposit) * route_fee  # the deposit is paid before she sets out, and kept
    stopped = legs[leg].expected_loss + (1.0 - rules.retry) * not_earned
    each = rules.on_shift * ((1.0 - reached) * stopped + reached * units[leg].price)
    return seen * each


@rule
def what_he_asks(units, unit_first, rules, leg, passes):
    """US$ in four weeks that an officer of a leg would earn from others, and at least what each passage must bring."""
    post = units[leg]
    line = max(unit_first[leg + 1] - unit_first[leg] - 1, 1) * post.stands_for
    passes = max(passes, rules.least_passes)
    return max(post.price * post.approaches / line, post.reservation * passes)


@rule
def someone_who_sells(officials, unit_first, leg):
    """A line officer of a leg who sells per use and demands nothing, -1 without one."""
    for n in range(unit_first[leg] + 1, unit_first[leg + 1]):
        if officials[n].captured == 1 and officials[n].predatory == 0 and officials[n].retained_by < 0:
            return n
    return -1


@rule
def let_go(enterprises, officials, j):
    """Enterprise j keeps nobody any more."""
    firm = enterprises.row[j]
    n = firm.retained
    if n >= 0 and officials[n].retained_by == j:
        officials[n].retained_by = -1
    firm.retained, firm.retained_leg, firm.retainer = -1, -1, 0.0


@kernel
def strike_off(enterprises, officials, counters):
    """Who has been found out, or has left the post, lets nobody through for anyone."""
    for j in range(len(enterprises.row)):
        n = enterprises.row[j].retained
        if n >= 0 and enterprises.row[j].active == 1 and (officials[n].retained_by != j or officials[n].captured == 0):
            counters[C.RETAINERS_LOST] += 1.0
            let_go(enterprises, officials, j)


@kernel
def review_retainers(s, p, ledger):
    """Every four weeks: who is worth keeping, who is taken on; and they are paid."""
    for n in range(len(s.officials)):
        j = s.officials[n].retained_by
        s.officials[n].served = 0
        if j >= 0 and (s.enterprises.row[j].active == 0 or s.enterprises.row[j].retained != n):
            s.officials[n].retained_by = -1
    for j in range(len(s.enterprises.row)):
        if s.enterprises.row[j].active == 0:
            continue
        passes, s.enterprises.row[j].passes = s.enterprises.row[j].passes, 0
        if p.market.on_shift <= 0.0 or s.enterprises.row[j].kind == Kind.LONER or s.enterprises.row[j].pair < 0:
            continue
        offer = s.pairs[s.enterprises.row[j].pair].offer
        route, best, chosen, price = s.enterprises.route[j, offer], 0.0, -1, 0.0
        if route >= 0:
            for position in range(s.routes.legs.shape[1]):
                leg = s.routes[route].legs[position]
                if leg < 0:
                    break
                seen = s.enterprises.row[j].use * chance_seen(
                    s.enterprises, j, leg, s.legs[leg].believed_control, p.market
                )
                worth = what_it_saves(
                    s.enterprises, s.legs, s.units, p.market, j, leg, seen, s.enterprises.fee[j, offer]
                )
                asked = what_he_asks(s.units, s.unit_first, p.market, leg, p.market.on_shift * seen)
                mine = leg == s.enterprises.row[j].retained_leg
                if worth - asked > best and (mine or someone_who_sells(s.officials, s.unit_first, leg) >= 0):
                    best, chosen, price = worth - asked, leg, asked
        if chosen != s.enterprises.row[j].retained_leg:
            let_go(s.enterprises, s.officials, j)
            passes = 0  # what the one before let through is not held against who comes now
            if chosen >= 0:
                n = someone_who_sells(s.officials, s.unit_first, chosen)
                s.officials[n].retained_by = j
                s.enterprises.row[j].retained, s.enterprises.row[j].retained_leg = n, chosen
                ledger.counters[C.RETAINERS_BEGUN] += 1.0
        if chosen >= 0:
            s.officials[s.enterprises.row[j].retained].served = passes
            s.enterprises.row[j].retainer = price
            ledger.counters[C.BRIBES_RETAINERS_SUM] += spend(s.enterprises, j, price, Account.OFFICIALS, ledger)

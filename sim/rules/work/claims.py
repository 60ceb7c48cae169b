"""What an enterprise does with a claim: it collects, sells it with the debtor, or places her where she serves it.

Three things can be made of someone who owes D (model 4.4; C4-M02, C4-M05, C5-M53), all by the one value:

    collect   W = R(D, s·y, r + h) / (1 + (r + h)·a)     she works where she likes, and debt alone holds her
    sell      S = kappa·beta·V(D)                        a venue has her, and the claim
    place     P = kappa·beta·V(0) + c·R(D, s·sigma·y, rho)   a venue has her, and her pay there serves the claim

a are the weeks without service of someone who has no work: whoever has waited so long expects to wait as long again. c
is the share of its debtors from whom an enterprise can collect. Debt is not bondage by itself (C13-M37): who serves it
is left alone. When it is not served, those who lent go after her as far as they have people for it, where they have
brought her. She may be gone before, or complain; where she works, she may pay again.
"""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

import numpy as np

from sim.agents.people import Bound, Creditor, Stage, Start
from sim.agents.venues import VenueKind
from sim.declared.sources import From, Switched, family
from sim.ground.draws import Stream, block, draw
from sim.ground.kernel import kernel, part, rule
from sim.ledger.counters import C
from sim.ledger.events import Cause, note_change
from sim.ledger.persons import happens
from sim.rules.control.complaints import complains
from sim.rules.moving.reports import blame
from sim.rules.people import stages
from sim.rules.rationing import top_up
from sim.rules.work.debts import holds_claim, sell_claim
from sim.rules.work.jobs import controller_of, hire, leave_venue, may_control, offer_with, pay_at, takes_on
from sim.rules.work.value import going_wage, leaves_for, rate_of_terms, recovered, stops_paying


@family
class ClaimRules(NamedTuple):
    """Parameters of what is done about claims that are not served."""

    enforcement: Annotated[int, Switched("claim_enforcement")]
    arrears: Annotated[int, From("debt.arrears")]  # weeks without service until an enterprise goes after a debtor
    again: Annotated[int, From("debt.pressed_again")]  # weeks until it does so again
    per_member: Annotated[float, From("debt.per_member")]  # debtors a week after whom a member can go
    notice: Annotated[float, From("debt.notice")]  # weeks in which a debtor sees it coming
    reputation: Annotated[float, From("smuggling.handover_reputation")]  # US$ of future fees lost, over the fee
    asked: Annotated[int, From("smuggling.handover_asked")]  # venues that an enterprise reaches
    women_only: Annotated[float, From("work.women_only")]  # share of women from which on men are not handed over


class Use(NamedTuple):
    """What can be made of somebody: the venue, V there, what it brings the enterprise, and on what terms she works."""

    venue: int  # -1 without any
    worth: float  # V, of which the venue pays its share
    gain: float  # US$ to the enterprise
    keeps: bool  # whether the enterprise keeps the claim, which is served from her pay
    sigma: float  # share of pay that is credited to her


@rule
def no_use():
    """Nothing that would bring anything."""
    return Use(-1, 0.0, 0.0, False, 1.0)


@rule
def takes_over(s, p, i, k):
    """Whether venue k would take person i from a provider: it wants somebody, and would control her.

    Men are not handed over to sectors where nearly all are women.
    """
    if not takes_on(s.venues, s.cells, s.sectors, k) or s.venues[k].kind == VenueKind.COMPLIANT:
        return False
    few_men = s.sectors[s.venues[k].sector].female_share >= p.claim.women_only
    return may_control(s.people, s.venues, i, k) and (s.people.row[i].female == 1 or not few_men)


@part
def use_at(s, p, i, k, share, own, collects):
    """What handing person i to venue k brings an enterprise that gets ``share`` of the bid and ``collects`` so much.

    ``own``: whether what she owes is owed to this enterprise. Nobody sells the claim of somebody else.
    """
    y = pay_at(s, p, i, k)
    least = p.hire.least_worth * y
    owed = 0.01 * s.people.row[i].debt if own else 0.0
    worth, control, sigma = offer_with(s, p, i, k, y, owed)
    best = no_use()
    if worth > least:
        best = Use(k, worth, share * p.control.bid_share * worth, s.people.row[i].debt > 0.0 and not own, sigma)
    if owed > 0.0 and collects > 0.0:
        worth, control, sigma = offer_with(s, p, i, k, y, 0.0)
        if worth > least:
            rate = rate_of_terms(s, p, i, y, controller_of(s.venues, k, 0.0), control, sigma)
            served = recovered(p.control, owed, p.control.service_share * sigma * y, rate)
            gain = share * p.control.bid_share * worth + collects * served
            if gain > best.gain:
                best = Use(k, worth, gain, True, sigma)
    return best


@part
def one_that_takes_over(s, p, now, i, stream, number):
    """A keyed venue of those that would take person i over where she is, the ``number``-th that is asked; -1 if none.

    Who sells people knows which places take them: one that has no room or keeps to going terms is not asked.
    """
    region, sectors = s.people.here[i], len(s.sectors.pay)
    first, last = s.cell_first[region * sectors], s.cell_first[(region + 1) * sectors]
    u = block(now.seed, stream, i, s.people.row[i].generation, now.week, number // 4)[number % 4]
    begin = first + int(u * (last - first))
    k = first_that_takes_over(s, p, i, region * sectors, (region + 1) * sectors, begin, last)
    return k if k >= 0 else first_that_takes_over(s, p, i, region * sectors, (region + 1) * sectors, first, begin)


@rule
def first_that_takes_over(s, p, i, cell, end, first, last):
    """The first venue of rows [first, last) that would take person i over, among cells [cell, end); -1 if none.

    Cells where nobody is wanted are passed over whole: there may be a hundred thousand venues in a place.
    """
    for each in range(cell, end):
        if s.cells[each].vacant[0] <= 0 and s.cells[each].vacant[1] <= 0:
            continue
        for k in range(max(s.cell_first[each], first), min(s.cell_first[each + 1], last)):
            if takes_over(s, p, i, k):
                return k
    return -1


@part
def best_use(s, p, now, i, stream, share, own, collects):
    """The best of a few keyed venues in reach; ``share``, ``own`` and ``collects`` as in ``use_at``."""
    best = no_use()
    for number in range(p.claim.asked):
        k = one_that_takes_over(s, p, now, i, stream, number)
        if k < 0:
            break
        use = use_at(s, p, i, k, share, own, collects)
        if use.gain > best.gain:
            best = use
    return best


@rule
def collecting(s, p, i, weeks):
    """W: what debt alone recovers from person i, who has not served it for ``weeks``; US$."""
    row, y, isolation = s.people.row[i], going_wage(s, p, i), 0.0
    works = s.people.stage[i] == Stage.WORKING and row.venue >= 0
    if works:
        y, isolation = row.value, s.sectors[s.venues[row.venue].sector].isolation
    rate = p.control.discount + stops_paying(s, p, i, y, isolation)
    found = recovered(p.control, 0.01 * row.debt, p.control.service_share * y, rate)
    return found if works else found / (1.0 + rate * weeks)


@rule
def reputation_lost(pairs, rules, pair):
    """Future fees that an enterprise loses by handing a client over, US$; nothing where no fee is asked."""
    return rules.reputation * pairs[pair].fee if pairs[pair].fee < np.inf else 0.0


@rule
def owes_to(people, enterprises, i, j):
    """Whether what person i owes is owed to enterprise j."""
    row = people.row[i]
    theirs = row.creditor_kind == Creditor.ENTERPRISE and row.creditor == j
    return row.debt > 0.0 and theirs and row.creditor_generation == enterprises.row[j].generation


@rule
def can_collect(s, p, j):
    """Share of its debtors abroad from whom enterprise j could collect; 0 where nobody enforces claims."""
    return s.enterprises.row[j].collects if p.claim.enforcement else 0.0


@part
def put_to_work(s, p, now, i, j, share, use, start, counters):
    """Person i works where enterprise j has placed her; the venue pays, and the claim is sold or kept. Returns V."""
    cents = round(100.0 * share * p.control.bid_share * use.worth)
    if not use.keeps:
        sell_claim(s.people, s.enterprises, s.venues, i, Creditor.VENUE, use.venue)
    worth = hire(s, p, now, i, use.venue, use.venue >= 0, 0.01 * cents, start, counters)
    s.people.row[i].served = now.week
    if use.keeps:
        s.people.bound[i] |= np.uint8(Bound.PAYS)
    s.venues[use.venue].capital -= cents
    firm = s.enterprises.row[j]
    firm.capital += cents
    firm.week_profit += cents * 0.01
    counters[C.HANDOVER_SUM] += cents * 0.01
    counters[C.PROVIDER_RECEIPTS] += cents * 0.01
    counters[C.CLAIMS_KEPT] += use.keeps and owes_to(s.people, s.enterprises, i, j)
    return worth


# --- going after those who do not serve what they owe ------------------------------------------------------------


@rule
def in_reach(s, i, j):
    """Whether enterprise j knows where person i is: it brought her there, and she has neither fled nor gone home."""
    person, stage = s.people.row[i], s.people.stage[i]
    free = stage == Stage.ARRIVED or (stage == Stage.WORKING and person.venue >= 0)
    if not free or s.people.bound[i] & np.uint8(Bound.LOST | Bound.CONTROLLED) or s.people.here[i] == person.home:
        return False
    brought = person.brought_by == j and person.brought_by_generation == s.enterprises.row[j].generation
    return brought and s.pair_of[s.enterprises.row[j].home, s.people.here[i]] >= 0


@kernel
def enforce(s, p, now, rows, active, counters):
    """Enterprises go after those of ``rows`` who owe to them and have not served it, as far as their members can."""
    for position in range(len(active)):
        firm = s.enterprises.row[active[position]]
        firm.at_hand = top_up(firm.at_hand, p.claim.per_member * firm.members, p.claim.again)
    for position in range(len(rows)):
        i = rows[position]
        person = s.people.row[i]
        weeks = now.week - person.served
        if person.creditor_kind != Creditor.ENTERPRISE or person.debt <= 0.0 or weeks < p.claim.arrears:
            continue
        j = person.creditor
        if (weeks - p.claim.arrears) % p.claim.again or not holds_claim(s.people, s.enterprises, s.venues, i):
            continue
        firm = s.enterprises.row[j]
        if not in_reach(s, i, j) or firm.at_hand < 1.0:
            continue
        if draw(now.seed, Stream.CLAIM_REACHED, i, person.generation, now.week, j) < firm.collects:
            firm.at_hand -= 1.0
            happens(s.people, counters, i, C.CLAIMS_PRESSED, now.week)
            press(s, p, now, i, j, weeks, counters)


@part
def press(s, p, now, i, j, weeks, counters):
    """Enterprise j has person i before it: is she put to work, made to pay again, or left alone?"""
    person, firm = s.people.row[i], s.enterprises.row[j]
    pair = s.pair_of[firm.home, s.people.here[i]]
    use = no_use()
    gone, complaint = 0.0, 0.0
    if firm.kappa > 0.0:
        use = best_use(s, p, now, i, Stream.CLAIM_ASKED, firm.kappa, True, firm.collects)
        flight, complaint = ways_round(s, p, i, use)
        gone = -math.expm1(-p.claim.notice * (flight + complaint))
        complaint /= max(flight + complaint, 1e-12)
    lost = reputation_lost(s.pairs, p.claim, pair)
    rests = collecting(s, p, i, weeks)
    gain = (1.0 - gone) * use.gain - lost
    if use.venue < 0 or gain <= rests:
        if s.people.stage[i] == Stage.WORKING:
            s.people.bound[i] |= np.uint8(Bound.PAYS)
            person.served = now.week
            counters[C.CLAIMS_PAID_AGAIN] += 1.0
        return
    u = draw(now.seed, Stream.CALLED_IN, i, person.generation, now.week, 0)
    if u < gone:
        escape(s, p, now, i, u < gone * complaint, counters)
        return
    s.pairs[pair].sold += 1.0
    s.pairs[pair].gained += (gain - rests) / firm.kappa
    blame(s.enterprises, p.journey, j)  # the household hears of it
    before = s.people.stage[i]
    leave_venue(s, p, i, False, now.week)
    put_to_work(s, p, now, i, j, firm.kappa, use, Start.CLAIM, counters)
    happens(s.people, counters, i, C.CLAIMS_ENFORCED, now.week)
    note_change(s, i, before, Cause.CLAIM_ENFORCED, use.venue, now.week)


@rule
def ways_round(s, p, i, use):
    """Weekly hazards of flight and of a complaint of person i, who would work on the terms of ``use``."""
    region, k = s.people.here[i], use.venue
    if k < 0:
        return 0.0, 0.0
    y = pay_at(s, p, i, k)
    flight = leaves_for(s, p, i, y, use.sigma * y, region, 0.0)
    return flight, complains(s, p, i, region, use.sigma, 0.0)


@part
def escape(s, p, now, i, complained, counters):
    """Person i saw it coming, and is gone to where nobody knows her, or has told police, who look after her."""
    before = s.people.stage[i]
    counters[C.CLAIMS_ESCAPED] += 1.0
    counters[C.CLAIMS_REPORTED] += complained
    if complained or before != Stage.WORKING:
        stages.lose_creditor(s.people, i)
        return
    k = s.people.row[i].venue
    leave_venue(s, p, i, False, now.week)
    stages.go_free(s.people, i, now.week)
    note_change(s, i, before, Cause.ESCAPED_OR_QUIT, k, now.week)

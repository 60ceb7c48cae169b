"""The one value: what can be taken from a person by whoever controls her work (model 4.4).

    V_v(i) = max over (m, sigma) of
             [ y·(c - sigma) - b - k_m·(1 + mu_v) - (f + g + w)·p·C - (o + g)·F ] / rho + R(D, s·sigma·y, rho)

    rho = r + h(m, sigma) + f + g + a,   R(D, x, rho) = x·(1 - exp(-rho·T(D, x))) / rho

y going pay for the work, US$/week; sigma the share of it credited (1 = full pay, V = 0); c the share of customers kept;
b what officials cost who are bought; m the means of control; k_m what they cost; mu_v the shadow price of a
controller's limited attention; h the person's own exits as the controller believes them to be, the same function as in
the table of ways out. Hazards of what comes from outside: f that she is found and recognised, g that she complains, w
that police who look find the place, o that officials come, a that they take her for removal. C is what a conviction
costs, as it weighs, times its believed certainty; p how likely she is to testify, over a typical case; F the fine of an
employer. All hazards are weekly. R is what a claim D brings that goes with the person: of what is credited to her the
share s serves it for the T weeks that it takes (:mod:`sim.rules.work.debts`), unless she is gone before. A debt is thus
worth something twice: it lowers h, and it takes back part of what is paid (C4-M05). The same V prices credit,
hand-over, resale, destination, the subsidy of a fee and the opening of venues.

Nothing here says that stricter removal, debt or isolation raises exploitation: they lower h, and what follows follows.
"""

from __future__ import annotations

import math
from typing import Annotated, Any, NamedTuple

from numpy.typing import NDArray

from sim.agents.people import Legal
from sim.declared.sources import Each, From, family
from sim.ground.calendar import WEEKS_PER_YEAR
from sim.ground.kernel import kernel, rule
from sim.rules.work.debts import weeks_to_clear

SIGMA_STEPS = 20  # sigma is chosen on a grid of twentieths
MEANS = ("papers", "threat", "confinement", "violence")  # each Control but none


@family
class ControlRules(NamedTuple):
    """Parameters of control, of the wish to leave and of what a conviction needs."""

    quit_most: Annotated[float, From("control.quit_most")]  # per week
    quit_base: Annotated[float, From("control.quit_base")]
    quit_gain: Annotated[float, From("control.quit_gain")]
    quit_debt: Annotated[float, From("control.quit_debt")]
    quit_fear: Annotated[float, From("control.quit_fear")]
    debt_weeks: Annotated[float, From("control.debt_weeks")]  # of pay, that weigh in full
    fear_visitor: Annotated[float, From("control.fear_visitor")]
    quit_isolation: Annotated[float, From("control.quit_isolation")]
    child_cost: Annotated[float, From("children.control_cost")]
    quit_kin: Annotated[float, From("control.quit_kin")]
    quit_information: Annotated[float, From("control.quit_information")]
    # (5,) share of the wish to leave that each Control defeats
    hold: Annotated[NDArray[Any], Each(*(f"control.hold_{means}" for means in MEANS), first=0.0)]
    # (5,) weekly cost of each Control over the wage of the place
    cost: Annotated[NDArray[Any], Each(*(f"control.cost_{means}" for means in MEANS), first=0.0)]
    discount: Annotated[float, From("control.discount", per=WEEKS_PER_YEAR)]  # per week
    testify_base: Annotated[float, From("justice.testify_base")]
    testify_violence: Annotated[float, From("justice.testify_violence")]
    testify_unpaid: Annotated[float, From("justice.testify_unpaid")]
    bid_share: Annotated[float, From("control.bid_share")]  # beta: share of V that a buyer pays
    interest: Annotated[float, From("debt.interest")]  # per week
    service_share: Annotated[float, From("debt.service_share")]  # of credited pay, to a creditor who can collect


@rule
def staying_odds(rules, gain, debtness, fear, isolation, kin, information):
    """Odds of staying where nothing but these holds a person; arguments as in :func:`wish_to_leave`."""
    return math.exp(
        -rules.quit_base
        - rules.quit_gain * gain
        + rules.quit_debt * debtness
        + rules.quit_fear * fear
        + rules.quit_isolation * isolation
        - rules.quit_kin * kin
        - rules.quit_information * (information - 0.5)
    )


@rule
def wish_to_leave(rules, gain, debtness, fear, isolation, kin, information):
    """Weekly hazard of leaving of someone whom no means of control holds.

    ``gain`` : (pay outside - credited pay) over pay outside; ``debtness`` and ``fear`` in [0, 1]; ``kin`` 0 or 1.
    """
    return rules.quit_most / (1.0 + staying_odds(rules, gain, debtness, fear, isolation, kin, information))


@rule
def own_exit(rules, gain, debtness, fear, isolation, kin, information, control):
    """h: weekly hazard of own escape or quitting under a means of control."""
    return wish_to_leave(rules, gain, debtness, fear, isolation, kin, information) * (1.0 - rules.hold[control])


@rule
def testifies(rules, control, sigma):
    """How likely a person is to testify: rises with violence, falls with pay; in [0, 1]."""
    return min(rules.testify_base + rules.testify_violence * control * 0.25 + rules.testify_unpaid * (1.0 - sigma), 1.0)


@rule
def debt_weight(rules, debt_cents, y):
    """How much a debt weighs on the wish to leave, in [0, 1]."""
    if debt_cents <= 0.0:
        return 0.0
    return min(debt_cents * 0.01 / max(rules.debt_weeks * y, 1e-9), 1.0)


@rule
def removable(mobility, as_visitor, legal):
    """How far removal threatens a person: wholly without status or where it goes with the job, in part as a visitor."""
    if legal == Legal.IRREGULAR:
        return 1.0
    if legal == Legal.TIED:
        return 1.0 - mobility
    return as_visitor if legal == Legal.VISITOR else 0.0


@rule
def fear_of(regions, rules, legal, region):
    """Fear of removal of a person with a status."""
    return regions[region].fear * removable(regions[region].mobility, rules.fear_visitor, legal)


@rule
def with_papers(legal):
    """Column of the wages that a status earns: 0 without papers, 1 with."""
    return 0 if legal == Legal.IRREGULAR or legal == Legal.VISITOR else 1


class Worker(NamedTuple):
    """What a controller knows of someone whose work he would control."""

    pay: float  # going pay for the work, US$/week
    outside: float  # what she could expect elsewhere, US$/week
    debt: float  # how much a debt weighs on the wish to leave, in [0, 1]
    fear: float  # of removal, in [0, 1]
    kin: float  # 1 with kin in the place
    information: float
    penalised: bool  # whether an employer is penalised for this person whatever the terms
    trouble: float  # what controlling her costs, over what it costs with an adult


class Controller(NamedTuple):
    """Where somebody would be controlled, and what the controller is ready and able to do."""

    limit: int  # the hardest Control that he would use
    shadow: float  # shadow price of his attention
    region: int
    sector: int
    visibility: int
    claim: float  # what she would owe to him, US$


class Risk(NamedTuple):
    """What comes from outside, as a controller believes: weekly hazards, and what it costs."""

    found: Any  # that she is recognised, by means of control
    watched: float  # that police who look find the place
    visited: float  # that officials come
    fine: float  # US$ for her when they do
    removed: float  # that they take her for removal
    complains: float  # that she complains, unpaid and free


@rule
def worth_of_control(regions, cells, sectors, rules, worker, controller):
    """(V, m, sigma) of the best terms for a controller, US$; V <= 0 means going terms (m none, sigma 1)."""
    region, sector, visibility = controller.region, controller.sector, controller.visibility
    y, outside = worker.pay, worker.outside
    cell = region * len(sectors.pay) + sector
    custom = y * cells[cell].customers[visibility] - cells[cell].bribes[visibility]
    place = regions[region]
    risk = risk_of(place, cells, cell, visibility, worker.penalised, worker.fear)
    # odds of staying grow by the same factor from one step of sigma to the next: one exponential instead of twenty
    most = outside / max(outside, 1e-9)
    isolation = sectors[sector].isolation
    staying = staying_odds(rules, most, worker.debt, worker.fear, isolation, worker.kin, worker.information)
    factor = math.exp(rules.quit_gain * y / (SIGMA_STEPS * max(outside, 1e-9)))
    attention = (1.0 + controller.shadow) * worker.trouble
    best, best_control, best_sigma = 0.0, 0, 1.0
    for step in range(SIGMA_STEPS):
        sigma = step / SIGMA_STEPS
        leave = rules.quit_most / (1.0 + staying)
        staying *= factor
        taken = custom - sigma * y
        if taken <= 0.0:
            break
        for control in range(controller.limit + 1):
            flow, rate = under_control(place, risk, rules, control, sigma, taken, leave, attention)
            if controller.claim > 0.0:
                flow += rate * recovered(rules, controller.claim, rules.service_share * sigma * y, rate)
            if flow > best * rate:
                best, best_control, best_sigma = flow / rate, control, sigma
    return best, best_control, best_sigma


@rule
def risk_of(place, cells, cell, visibility, penalised, fear):
    """What a controller risks with someone in a cell, whom he is ``penalised`` for and who has so much ``fear``."""
    row = cells[cell]
    return Risk(
        row.detection[visibility],
        row.watched[visibility],
        row.visited[visibility],
        place.employer_loss * penalised,
        row.removed[visibility] * penalised,
        row.complains * (1.0 - fear * place.reported),
    )


@rule
def recovered(rules, debt, payment, rate):
    """R: what weekly payments on a debt bring until it is cleared, if they end at ``rate`` a week before; US$."""
    if debt <= 0.0 or payment <= 0.0:
        return 0.0
    return payment * -math.expm1(-rate * weeks_to_clear(debt, payment, rules.interest)) / rate


@rule
def under_control(place, risk, rules, control, sigma, taken, leave, attention):
    """(US$ a week, rate a week at which it ends) of a person under a means of control at a share of pay.

    ``attention`` : what his attention costs a controller with her, over the usual.
    """
    free = 1.0 - rules.hold[control]
    complains = risk.complains * (1.0 - sigma) * free
    found = risk.found[control] + complains
    loss = (found + risk.watched) * place.conviction_loss * testifies(rules, control, sigma)
    loss += (risk.visited + complains) * risk.fine
    flow = taken - place.control_cost[control] * attention - loss
    return flow, rules.discount + leave * free + found + risk.removed


@rule
def going_pay(regions, sectors, rules, legal, ability, skill, region, sector):
    """Going pay of a person for work in a sector, US$/week."""
    papers = with_papers(legal)
    pay = regions[region].wage[papers] * sectors[sector].pay * ability
    if papers and skill:
        pay *= rules.skill_premium
    return pay


@rule
def ability_at(row, here):
    """What a person's ability counts for where she is: in full at home."""
    return row.ability if here == row.home else row.ability_abroad


@rule
def outside_pay(regions, rules, legal, ability, skill, region):
    """What a person could expect outside the present job, US$/week.

    Whoever leaves a job that the status is tied to has none, unless the law lets her look for another.
    """
    place = regions[region]
    papers = with_papers(legal)
    pay = place.outside[papers] * ability
    if papers and skill:
        pay *= rules.skill_premium
    if legal == Legal.TIED:
        without = place.outside[0] * ability
        return without + place.mobility * (pay - without)
    return pay


@rule
def value_of_person(s, p, i, y, controller):
    """(V, m, sigma) of person i for a controller who offers work at going pay y."""
    row, legal, region = s.people.row[i], s.people.legal[i], controller.region
    worker = Worker(
        y,
        outside_pay(s.regions, p.choice, legal, ability_at(row, region), row.skill, region),
        debt_weight(p.control, row.debt, y),
        fear_of(s.regions, p.control, legal, region),
        1.0 if row.kin == region or row.home == region else 0.0,
        row.information,
        legal == Legal.IRREGULAR,
        p.control.child_cost if row.minor else 1.0,
    )
    return worth_of_control(s.regions, s.cells, s.sectors, p.control, worker, controller)


@rule
def going_wage(s, p, i):
    """Going pay of person i in work of average pay where she is, US$/week."""
    region, papers = s.people.here[i], with_papers(s.people.legal[i])
    pay = s.regions[region].wage[papers] * ability_at(s.people.row[i], region)
    return pay * p.choice.skill_premium if papers and s.people.row[i].skill else pay


@rule
def rate_of_terms(s, p, i, y, controller, control, sigma):
    """Rate a week, with discounting, at which what a controller takes from person i on his terms ends."""
    region = controller.region
    leave = leaves_for(s, p, i, y, sigma * y, region, s.sectors[controller.sector].isolation)
    cell, legal = region * len(s.sectors.pay) + controller.sector, s.people.legal[i]
    fear = fear_of(s.regions, p.control, legal, region)
    risk = risk_of(s.regions[region], s.cells, cell, controller.visibility, legal == Legal.IRREGULAR, fear)
    return under_control(s.regions[region], risk, p.control, control, sigma, 0.0, leave, 1.0)[1]


@rule
def leaves_for(s, p, i, y, paid, region, isolation):
    """Weekly hazard at which person i leaves work of going pay y that leaves her ``paid``, held by debt and fear."""
    row, legal = s.people.row[i], s.people.legal[i]
    outside = outside_pay(s.regions, p.choice, legal, ability_at(row, region), row.skill, region)
    return wish_to_leave(
        p.control,
        (outside - paid) / max(outside, 1e-9),
        debt_weight(p.control, row.debt, y),
        fear_of(s.regions, p.control, legal, region),
        isolation,
        1.0 if row.kin == region or row.home == region else 0.0,
        row.information,
    )


@rule
def stops_paying(s, p, i, y, isolation):
    """Weekly hazard at which person i stops to serve what she owes, from work on going terms at pay y where she is.

    It is the h of the one value: what the creditor takes is what staying under his eyes costs her. What lenders expect
    to recover (:func:`credit_limits`) is reckoned with the same.
    """
    return leaves_for(s, p, i, y, (1.0 - p.control.service_share) * y, s.people.here[i], isolation)


@kernel
def credit_limits(regions, rules):
    """What a lender can expect to recover from a newcomer without status whom debt alone holds; US$, (regions,).

    V with m none, of a person of ability 1 in work of average pay: harder removal lowers h and raises credit (EC 2.2).
    """
    for region in range(len(regions.recoverable)):
        y = regions[region].wage[0]
        if y <= 0.0:
            regions[region].recoverable = 0.0
            continue
        best = 0.0
        for step in range(SIGMA_STEPS):
            sigma = step / SIGMA_STEPS
            gain = (regions[region].outside[0] - sigma * y) / max(regions[region].outside[0], 1e-9)
            leave = wish_to_leave(rules, gain, 1.0, regions[region].fear, 0.0, 0.0, 0.5)
            best = max(best, y * (1.0 - sigma) / (rules.discount + leave))
        regions[region].recoverable = best


@kernel
def typical_values(regions, cells, sectors, rules):
    """V of a typical newcomer by cell, visibility and hardest means of control: float (cells, 3, 5), US$.

    As :func:`worth_of_control`, for every limit in one pass.
    """
    for cell in range(len(cells)):
        region, sector = cell // len(sectors), cell % len(sectors)
        place, row = regions[region], cells[cell]
        y, outside = place.wage[0] * sectors[sector].pay, place.outside[0]
        most = outside / max(outside, 1e-9)
        row.typical[:] = 0.0
        if y <= 0.0:
            continue
        staying = staying_odds(rules, most, 0.0, place.fear, sectors[sector].isolation, 0.0, 0.5)
        factor = math.exp(rules.quit_gain * y / (SIGMA_STEPS * max(outside, 1e-9)))
        for step in range(SIGMA_STEPS):
            sigma = step / SIGMA_STEPS
            leave = rules.quit_most / (1.0 + staying)
            staying *= factor
            for visibility in range(3):
                taken = y * row.customers[visibility] - row.bribes[visibility] - sigma * y
                if taken <= 0.0:
                    continue
                best, risk = row.typical[visibility], risk_of(place, cells, cell, visibility, True, place.fear)
                for control in range(5):
                    # even if nobody ever complained: most terms are worth less than some that were seen before
                    ends = rules.discount + leave * (1.0 - rules.hold[control]) + risk.found[control] + risk.removed
                    if taken - place.control_cost[control] <= best[control] * ends:
                        continue
                    flow, rate = under_control(place, risk, rules, control, sigma, taken, leave, 1.0)
                    # harder limits allow for more: what is not the best up to here is the best for none of them
                    if flow <= best[control] * rate:
                        continue
                    value = flow / rate
                    for limit in range(control, 5):
                        if flow > best[limit] * rate:
                            best[limit] = value

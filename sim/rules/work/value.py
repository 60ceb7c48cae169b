"""The one value: what can be taken from a person by whoever controls her work (model 4.4).

    V_v(i) = max over (m, sigma) of [ y·(1 - sigma) - k_m·(1 + mu_v) - lambda·loss ] / (r + h(m, sigma) + lambda)

y going pay for the work, US$/week; sigma the share of it credited (1 = full pay, V = 0); m the means of control; k_m
what they cost; mu_v the shadow price of a controller's limited attention; h the person's own exits as the controller
believes them to be, the same function as in the table of ways out; lambda the hazard of being found. All hazards are
weekly. The same V prices credit, hand-over, resale, destination, the subsidy of a fee and the opening of venues.

Nothing here says that stricter removal, debt or isolation raises exploitation: they lower h, and what follows follows.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from numpy.typing import NDArray

from sim.agents.migrants import Legal
from sim.ground.kernel import kernel, rule

SIGMA_STEPS = 20  # sigma is chosen on a grid of twentieths
WEEKS_OF_DEBT = 52.0  # a debt of so many weeks of pay weighs in full on the wish to leave


class ControlRules(NamedTuple):
    """Parameters of control, of the wish to leave and of what a conviction needs."""

    quit_most: float  # per week
    quit_base: float
    quit_gain: float
    quit_debt: float
    quit_fear: float
    quit_isolation: float
    quit_kin: float
    quit_information: float
    hold: NDArray[Any]  # (5,) share of the wish to leave that each Control defeats
    cost: NDArray[Any]  # (5,) weekly cost of each Control over the wage of the place
    discount: float  # per week
    testify_base: float
    testify_violence: float
    testify_unpaid: float
    bid_share: float  # beta: share of V that a buyer pays


class Work(NamedTuple):
    """What a week's work is worth, costs and risks in each place; node-level, computed once a week."""

    wage: NDArray[Any]  # (regions, 2) US$/week for people without and with papers
    outside: NDArray[Any]  # (regions, 2) what they could expect elsewhere, the chance to have work included
    pay: NDArray[Any]  # (sectors,) going pay over the wage
    isolation: NDArray[Any]  # (sectors,)
    fear: NDArray[Any]  # (regions,) of removal, in [0, 1], of a person without status
    detection: NDArray[Any]  # (cells, 3 visibilities, 5 controls) weekly hazard of being found, as controllers see it
    bribes: NDArray[Any]  # (cells, 3 visibilities) US$/week for a person whom officials are paid not to meet
    conviction_loss: NDArray[Any]  # (regions,) US$, for a witness who is sure to testify
    employer_loss: NDArray[Any]  # (regions,) US$ for a person found without status or below going terms
    control_cost: NDArray[Any]  # (regions, 5) US$/week
    customers: NDArray[Any]  # (cells, 3) share of customers that a visibility keeps
    by_mission: NDArray[Any]  # (cells,) share of raids, inspections and tips that need a mission's consent
    deterred: NDArray[Any]  # (cells,) weight that a penalty for such work leaves to it among those who look for work
    premium: float  # pay of skilled people with papers over that of others


@rule
def staying_odds(gain, debtness, fear, isolation, kin, information, rules):
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
def wish_to_leave(gain, debtness, fear, isolation, kin, information, rules):
    """Weekly hazard of leaving of someone whom no means of control holds.

    ``gain`` : (pay outside - credited pay) over pay outside; ``debtness`` and ``fear`` in [0, 1]; ``kin`` 0 or 1.
    """
    return rules.quit_most / (1.0 + staying_odds(gain, debtness, fear, isolation, kin, information, rules))


@rule
def own_exit(gain, debtness, fear, isolation, kin, information, control, rules):
    """h: weekly hazard of own escape or quitting under a means of control."""
    return wish_to_leave(gain, debtness, fear, isolation, kin, information, rules) * (1.0 - rules.hold[control])


@rule
def testifies(control, sigma, rules):
    """How likely a person is to testify: rises with violence, falls with pay; in [0, 1]."""
    return min(rules.testify_base + rules.testify_violence * control * 0.25 + rules.testify_unpaid * (1.0 - sigma), 1.0)


@rule
def debt_weight(debt_cents, y):
    """How much a debt weighs on the wish to leave, in [0, 1]."""
    if debt_cents <= 0.0:
        return 0.0
    return min(debt_cents * 0.01 / max(WEEKS_OF_DEBT * y, 1e-9), 1.0)


@rule
def fear_of(legal, region, work):
    """Fear of removal of a person with a status: full without one or where it goes with the job, half as a visitor."""
    if legal == Legal.IRREGULAR or legal == Legal.TIED:
        return work.fear[region]
    if legal == Legal.VISITOR:
        return 0.5 * work.fear[region]
    return 0.0


@rule
def with_papers(legal):
    """Column of the wages that a status earns: 0 without papers, 1 with."""
    return 0 if legal == Legal.IRREGULAR or legal == Legal.VISITOR else 1


@rule
def worth_of_control(
    y, outside, debtness, fear, kin, information, limit, shadow, penalised, region, sector, visibility, work, rules
):
    """(V, m, sigma) of the best terms for a controller, US$; V <= 0 means going terms (m none, sigma 1).

    ``y``, ``outside`` US$/week; ``limit`` the hardest means that the controller would use; ``penalised`` whether an
    employer is penalised for this person whatever the terms.
    """
    cell = region * len(work.pay) + sector
    custom = y * work.customers[cell, visibility] - work.bribes[cell, visibility]
    loss_sure = work.employer_loss[region] * penalised
    # odds of staying grow by the same factor from one step of sigma to the next: one exponential instead of twenty
    most = outside / max(outside, 1e-9)
    staying = staying_odds(most, debtness, fear, work.isolation[sector], kin, information, rules)
    factor = math.exp(rules.quit_gain * y / (SIGMA_STEPS * max(outside, 1e-9)))
    best, best_control, best_sigma = 0.0, 0, 1.0
    for step in range(SIGMA_STEPS):
        sigma = step / SIGMA_STEPS
        leave = rules.quit_most / (1.0 + staying)
        staying *= factor
        taken = custom - sigma * y
        if taken <= 0.0:
            break
        for control in range(limit + 1):
            found = work.detection[cell, visibility, control]
            loss = loss_sure + work.conviction_loss[region] * testifies(control, sigma, rules)
            flow = taken - work.control_cost[region, control] * (1.0 + shadow) - found * loss
            rate = rules.discount + leave * (1.0 - rules.hold[control]) + found
            if flow > best * rate:
                best, best_control, best_sigma = flow / rate, control, sigma
    return best, best_control, best_sigma


@rule
def going_pay(legal, ability, skill, region, sector, work):
    """Going pay of a person for work in a sector, US$/week."""
    papers = with_papers(legal)
    pay = work.wage[region, papers] * work.pay[sector] * ability
    if papers and skill:
        pay *= work.premium
    return pay


@rule
def ability_at(row, here):
    """What a person's ability counts for where she is: in full at home."""
    return row.ability if here == row.home else row.ability_abroad


@rule
def outside_pay(legal, ability, skill, region, work):
    """What a person could expect outside the present job, US$/week."""
    # whoever leaves a job that the status is tied to has none
    papers = 0 if legal == Legal.TIED else with_papers(legal)
    pay = work.outside[region, papers] * ability
    if papers and skill:
        pay *= work.premium
    return pay


@rule
def value_of_person(m, i, y, limit, shadow, region, sector, visibility, work, rules):
    """(V, m, sigma) of person i for a controller who offers work at going pay y in a cell."""
    row = m.row[i]
    legal = m.legal[i]
    return worth_of_control(
        y,
        outside_pay(legal, ability_at(row, region), row.skill, region, work),
        debt_weight(row.debt, y),
        fear_of(legal, region, work),
        1.0 if row.kin == region or row.home == region else 0.0,
        row.information,
        limit,
        shadow,
        legal == Legal.IRREGULAR,
        region,
        sector,
        visibility,
        work,
        rules,
    )


@kernel
def credit_limits(limits, work, rules):
    """What a lender can expect to recover from a newcomer without status whom debt alone holds; US$, (regions,).

    V with m none, of a person of ability 1 in work of average pay: harder removal lowers h and raises credit (EC 2.2).
    """
    for region in range(len(limits)):
        y = work.wage[region, 0]
        if y <= 0.0:
            limits[region] = 0.0
            continue
        best = 0.0
        for step in range(SIGMA_STEPS):
            sigma = step / SIGMA_STEPS
            gain = (work.outside[region, 0] - sigma * y) / max(work.outside[region, 0], 1e-9)
            leave = wish_to_leave(gain, 1.0, work.fear[region], 0.0, 0.0, 0.5, rules)
            best = max(best, y * (1.0 - sigma) / (rules.discount + leave))
        limits[region] = best


@kernel
def typical_values(values, work, rules, count):
    """V of a typical newcomer by cell, visibility and hardest means of control: float (cells, 3, 5), US$."""
    for cell in range(values.shape[0]):
        region, sector = cell // count, cell % count
        y = work.wage[region, 0] * work.pay[sector]
        for visibility in range(values.shape[1]):
            for limit in range(values.shape[2]):
                if y <= 0.0:
                    values[cell, visibility, limit] = 0.0
                    continue
                values[cell, visibility, limit] = worth_of_control(
                    y, work.outside[region, 0], 0.0, work.fear[region], 0.0, 0.5, limit, 0.0, True, region,
                    sector, visibility, work, rules,
                )[0]  # fmt: skip

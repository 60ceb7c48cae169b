"""The one value: against a slow readable twin, its limits, and what follows for credit."""

import math
from typing import NamedTuple

import numpy as np
import pytest

from sim.conditions.conditions import see_work
from sim.ground.kernel import kernel
from sim.rules.work.value import (
    SIGMA_STEPS,
    Controller,
    Worker,
    credit_limits,
    own_exit,
    typical_values,
    worth_of_control,
)
from sim.scenario.scenario import Scenario
from sim.week.week import Week


class Work(NamedTuple):
    """What work pays, costs and risks: the tables that the value is read from."""

    regions: np.ndarray
    cells: np.ndarray
    sectors: np.ndarray

    def but(self, **fields):
        """The same with something else in some fields of regions or cells."""
        changed = self._replace(regions=self.regions.copy(), cells=self.cells.copy())
        for name, value in fields.items():
            table = changed.regions if name in changed.regions.dtype.names else changed.cells
            table[name] = value
        return changed


@kernel
def worth_there(regions, cells, sectors, rules, worker, controller):
    return worth_of_control(regions, cells, sectors, rules, worker, controller)


def worth(*arguments):
    """(V, m, sigma) by the kernel; last come what work is like and the parameters."""
    y, outside, debt, fear, kin, information, limit, shadow, penalised, *where, work, rules = arguments
    worker = Worker(y, outside, debt, fear, kin, information, penalised, 1.0)
    return worth_there(*work, (rules), worker, Controller(limit, shadow, *where, 0.0))


@kernel
def leaves(rules, gain, debtness, fear, isolation, kin, information, control):
    return own_exit(rules, gain, debtness, fear, isolation, kin, information, control)


def leaving(*arguments):
    """Weekly hazard of leaving by the kernel; last come the parameters."""
    *values, rules = arguments
    return leaves((rules), *values)


@pytest.fixture(scope="module")
def week():
    return Week(Scenario.compose(["world=corridor", "people.size=2000", "time.years=0.1", "time.burn_in_weeks=4"]), 1)


@pytest.fixture(scope="module")
def work(week):
    see_work(week.state)
    return Work(*(getattr(week.state.s, name).copy() for name in Work._fields))


@pytest.fixture(scope="module")
def rules(week):
    return week.state.p.control


def readable(y, outside, debtness, fear, kin, information, limit, shadow, penalised, where, work, rules):
    """The same maximum in plain Python."""
    region, sector, visibility = where
    here, job, kind = work.regions[region], work.cells[region * len(work.sectors) + sector], work.sectors[sector]
    best = (0.0, 0, 1.0)
    for step in range(SIGMA_STEPS):
        sigma = step / SIGMA_STEPS
        gain = (outside - sigma * y) / outside
        x = (
            rules.quit_base
            + rules.quit_gain * gain
            - rules.quit_debt * debtness
            - rules.quit_fear * fear
            - rules.quit_isolation * kind["isolation"]
            + rules.quit_kin * kin
            + rules.quit_information * (information - 0.5)
        )
        for control in range(limit + 1):
            exits = rules.quit_most / (1 + math.exp(-x)) * (1 - rules.hold[control])
            exits += job["removed"][visibility] * penalised
            free = 1 - rules.hold[control]
            complains = job["complains"] * (1 - fear * here["reported"]) * (1 - sigma) * free
            found = job["detection"][visibility, control] + complains
            testify = min(
                rules.testify_base + rules.testify_violence * control / 4 + rules.testify_unpaid * (1 - sigma), 1
            )
            loss = (found + job["watched"][visibility]) * here["conviction_loss"] * testify
            loss += (job["visited"][visibility] + complains) * here["employer_loss"] * penalised
            taken = y * job["customers"][visibility] - job["bribes"][visibility] - sigma * y
            flow = taken - here["control_cost"][control] * (1 + shadow) - loss
            if taken > 0 and flow > 0 and flow / (rules.discount + exits + found) > best[0]:
                best = (flow / (rules.discount + exits + found), control, sigma)
    return best


@pytest.mark.parametrize("fear", [0.0, 0.7])
@pytest.mark.parametrize("debtness", [0.0, 1.0])
@pytest.mark.parametrize("limit", [0, 2, 4])
@pytest.mark.parametrize("sector", [0, 1])
def test_the_kernel_agrees_with_its_readable_twin(fear, debtness, limit, sector, work, rules):
    for region in (0, 4):
        outside = work.regions["outside"][region, 0]
        arguments = (outside * work.sectors["pay"][sector], outside, debtness, fear, 0.0, 0.4, limit, 0.2, True)
        kernel_says = worth(*arguments, region, sector, 1, work, rules)
        assert kernel_says == pytest.approx(readable(*arguments, (region, sector, 1), work, rules))


def sigmas(work, rules, **changes):
    rules = rules._replace(**changes)
    work = work.but(conviction_loss=0.0, employer_loss=0.0)
    return [
        worth(400.0 * pay, 400.0, debt, fear, 0.0, information, limit, 0.0, False, 3, 0, 0, work, rules)[2]
        for pay in (0.7, 1.0, 2.0, 3.5)
        for debt in (0.0, 1.0)
        for fear in (0.0, 0.5, 1.0)
        for information in (0.1, 0.9)
        for limit in (0, 2, 4)
    ]


def test_pay_left_to_people_is_interior_for_some(work, rules):
    found = sigmas(work, rules)
    assert any(0.0 < sigma < 0.95 for sigma in found)
    assert any(sigma == 0.0 for sigma in found) or min(found) < 0.5


def test_nothing_is_paid_where_leaving_does_not_depend_on_pay(work, rules):
    assert set(sigmas(work, rules, quit_gain=0.0)) == {0.0}


def test_more_means_never_lower_the_worth(work, rules):
    values = [worth(300.0, 300.0, 0.0, 0.3, 0.0, 0.5, limit, 0.0, True, 3, 0, 0, work, rules)[0] for limit in range(5)]
    assert values == sorted(values)


def test_no_worth_without_profit(work, rules):
    """C7-M04: where taking brings nothing, going terms are best."""
    dear = work.but(conviction_loss=1e9)
    assert worth(300.0, 300.0, 1.0, 1.0, 0.0, 0.1, 4, 0.0, True, 3, 0, 0, dear, rules) == (0.0, 0, 1.0)


def test_leaving_falls_with_what_holds_and_rises_with_options(rules):
    base = leaving(0.5, 0.0, 0.0, 0.3, 0.0, 0.5, 0, rules)
    assert leaving(0.5, 1.0, 0.0, 0.3, 0.0, 0.5, 0, rules) < base
    assert leaving(0.5, 0.0, 1.0, 0.3, 0.0, 0.5, 0, rules) < base
    assert leaving(0.5, 0.0, 0.0, 0.3, 0.0, 0.5, 3, rules) < base
    assert leaving(0.9, 0.0, 0.0, 0.3, 0.0, 0.5, 0, rules) > base
    assert leaving(0.5, 0.0, 0.0, 0.3, 1.0, 0.5, 0, rules) > base


def test_harder_removal_raises_credit(work, rules):
    """EC 2.2: what lenders expect to recover rises as fear of removal makes leaving the debt behind harder."""
    limits = []
    for fear in (0.0, 0.4, 0.9):
        feared = work.but(fear=fear)
        credit_limits(feared.regions, (rules))
        limits.append(feared.regions["recoverable"][3])
    assert limits == sorted(limits)
    assert limits[-1] > 1.2 * limits[0]


def test_hand_over_in_one_shot_has_the_threshold_of_tamura(work, rules):
    """EC T1: without own exits and with V = x once, a controller pays iff (1 - p)·x > p·Q, x_hat = p·Q / (1 - p).

    One shot: the flow x comes in the week in which the person is found with chance p = lambda / (1 + lambda).
    """
    p, penalty = 0.2, 5.0
    hazard = p / (1 - p)
    once = rules._replace(quit_most=0.0, discount=1.0, testify_base=1.0, testify_violence=0.0, testify_unpaid=0.0)
    zero = work.but(detection=hazard, conviction_loss=penalty, employer_loss=0.0)
    zero = zero.but(watched=0.0, visited=0.0, removed=0.0, complains=0.0)
    threshold = p * penalty / (1 - p)
    for x, pays in ((threshold * 0.98, False), (threshold * 1.02, True)):
        value = worth(x, x, 0.0, 0.0, 0.0, 0.5, 0, 0.0, False, 3, 0, 0, zero, once)[0]
        assert (value > 0) is pays


def test_values_of_typical_newcomers_are_the_one_value_for_every_limit(week, work, rules):
    """Terms that are passed over because they cannot win are none that would have won."""
    typical, rng = work.but(complains=0.05), np.random.default_rng(3)
    typical.cells["customers"] = rng.uniform(0.6, 1.0, typical.cells["customers"].shape)
    typical.cells["detection"] *= rng.uniform(0.0, 20.0, typical.cells["detection"].shape)
    typical_values(*typical, rules)
    sectors = len(typical.sectors)
    for cell in range(len(typical.cells)):
        region, sector = divmod(cell, sectors)
        y = typical.regions["wage"][region, 0] * typical.sectors["pay"][sector]
        if y <= 0.0:
            assert (typical.cells["typical"][cell] == 0.0).all()
            continue
        outside, fear = typical.regions["outside"][region, 0], typical.regions["fear"][region]
        for visibility in range(3):
            for limit in range(5):
                arguments = (y, outside, 0.0, fear, 0.0, 0.5, limit, 0.0, True, region, sector, visibility)
                expected = worth(*arguments, typical, rules)[0]
                assert typical.cells["typical"][cell, visibility, limit] == pytest.approx(expected, rel=1e-12)
    assert len(np.unique(typical.cells["typical"])) > 20

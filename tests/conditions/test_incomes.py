"""Pay without papers has a level: where jobs wanted equal people available."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.conditions import demand
from sim.conditions.incomes import move_wages
from sim.ledger.counters import C
from sim.scenario.scenario import Scenario
from sim.week.week import Week

YEARS_3 = 39  # reviews, of four weeks
PASSES = 0.5  # of what workers cost, into the price
THERE = 1
CORRIDOR = Scenario.compose(["world=corridor"]).world


def one_sector(scenario, elasticity):
    """``scenario`` with nothing but one sector, whose buyers answer to its price so strongly."""
    sectors = scenario.world.sectors
    only = np.zeros_like(sectors.elasticity)
    only[0] = 1.0
    kept = replace(sectors, demand_origin=only, demand_destination=only, elasticity=elasticity + 0.0 * only)
    return replace(scenario, world=replace(scenario.world, sectors=kept))


@pytest.fixture(scope="module")
def market():
    """A week of a market with one sector and one destination, in which only newcomers work."""

    def make(line_scenario, substitution, elasticity=0.8, **settings_of_run):
        of_work = {"work__tightness": 0.25, "work__slack": 0.0, "work__pay_least": 0.01, **settings_of_run}
        scenario = line_scenario(
            destination={"wage_irregular": 90.0},  # a tenth of that with papers: no bound is near
            work__substitution=substitution,
            demand__pass_through=PASSES,
            people__size=1000,
            **of_work,
        )
        return Week(one_sector(scenario, elasticity), 1)

    return make


def settled(week, people, reviews=YEARS_3):
    """Pay after so many reviews; ``people`` says how many are there to work, by pay."""
    state, pays = week.state, []
    none = np.zeros(len(state.cells))
    cell = int(np.argmax(state.cells["demand_start"]))
    assert cell // len(week.world.sectors.name) == THERE
    for _ in range(reviews):
        filled = none.copy()
        filled[cell] = people(float(state.regions["wage_index"][THERE]))
        state.regions["seekers"][:] = 0.0
        state.cells["demand"] = demand.final_demand(state, filled, none, none, 0)
        move_wages(state, filled)
        pays.append(float(state.regions["wage_index"][THERE]))
    return np.array(pays)


@pytest.mark.parametrize("lost", [0.1, 0.3, 0.7])
@pytest.mark.parametrize("substitution", [0.7, 1.0, 3.0])
def test_after_a_loss_of_people_pay_settles_where_the_elasticity_says(line_scenario, market, substitution, lost):
    """(1 - s)^(-1/eta), eta = substitution + pass-through·buyers' elasticity, within three years; supply ×0.3 too."""
    week = market(line_scenario, substitution)
    jobs = week.state.cells["demand_start"].sum()
    pays = settled(week, lambda _: (1.0 - lost) * jobs)
    assert pays[-1] == pytest.approx((1.0 - lost) ** (-1.0 / (substitution + PASSES * 0.8)), rel=1e-3)
    assert np.all(np.diff(pays) > -1e-9), "it does not overshoot"
    # and back once they have come
    assert settled(week, lambda _: jobs)[-1] == pytest.approx(1.0, rel=1e-3)


@pytest.mark.parametrize("supply", [0.3, 1.0, 3.0])
def test_where_people_come_for_pay_it_settles_lower(line_scenario, market, supply):
    """With supply that grows as pay^phi: (1 - s)^(-1/(eta + phi))."""
    week = market(line_scenario, 1.0)
    jobs, lost = week.state.cells["demand_start"].sum(), 0.3
    pays = settled(week, lambda pay: (1.0 - lost) * jobs * pay**supply)
    assert pays[-1] == pytest.approx((1.0 - lost) ** (-1.0 / (1.0 + PASSES * 0.8 + supply)), rel=1e-3)


@pytest.mark.parametrize("shock", [0.5, 2.0])
def test_pay_that_is_pushed_returns(line_scenario, market, shock):
    week = market(line_scenario, 1.0)
    jobs = week.state.cells["demand_start"].sum()
    week.state.regions["wage_index"][THERE] = shock
    assert settled(week, lambda _: jobs)[-1] == pytest.approx(1.0, rel=1e-3)


def test_pay_stays_as_it_is_at_the_vacancies_with_which_a_run_starts(line_scenario, market):
    week = market(line_scenario, 1.0, work__slack=0.06)
    jobs = week.state.cells["demand_start"].sum()
    assert settled(week, lambda _: jobs / 1.06)[-1] == pytest.approx(1.0, abs=1e-9)


def test_without_a_pace_pay_stays(line_scenario, market):
    week = market(line_scenario, 1.0, work__tightness=0.0)
    assert np.all(settled(week, lambda _: 1.0) == 1.0)


@settings(max_examples=25)
@given(pay=st.floats(0.3, 3.0), substitution=st.floats(0.05, 10.0), share=st.floats(0.0, 1.0))
def test_slots_answer_to_pay_once_by_price_and_once_by_substitution(pay, substitution, share):
    """The elasticity is the sum of both: nothing is counted twice."""
    values = {"work.substitution": substitution, "demand.pass_through": PASSES}
    regions = len(CORRIDOR.regions.name)

    def answer(at):
        table = {"wage_index": np.full(regions, at), "newcomer_jobs": np.full(regions, share)}
        return demand.answer_to_pay(
            SimpleNamespace(scenario=SimpleNamespace(values=values), world=CORRIDOR, regions=table)
        )

    slope = -np.log(answer(pay * np.exp(1e-5)) / answer(pay * np.exp(-1e-5))) / 2e-5
    theirs = share * pay**-substitution / (1.0 - share + share * pay**-substitution)  # of the slots that are left
    by_price = PASSES * share * np.tile(CORRIDOR.sectors.elasticity, regions)
    assert slope == pytest.approx(substitution * theirs + by_price, rel=1e-4, abs=1e-6)
    assert answer(1.0) == pytest.approx(1.0)


def test_jobs_of_people_who_are_at_home_do_not_answer_to_pay_without_papers():
    week = Week(Scenario.compose(["world=corridor", "people.size=2000"]), 1)
    nobody_from_elsewhere = week.state.regions["newcomer_jobs"] == 0
    assert nobody_from_elsewhere.any()
    week.state.regions["wage_index"][:] = 1.5
    left = demand.answer_to_pay(week.state).reshape(len(nobody_from_elsewhere), -1)
    assert np.all(left[nobody_from_elsewhere] == 1.0)
    assert np.all(left[~nobody_from_elsewhere] < 1.0)
    # and pay returns to what it was
    for _ in range(YEARS_3):
        move_wages(week.state, np.zeros(len(week.state.cells)))
    assert week.state.regions["wage_index"][nobody_from_elsewhere] == pytest.approx(1.0, rel=1e-4)


# --- in a run -------------------------------------------------------------------------------------------------------


def test_a_run_in_which_nobody_moves_settles_where_the_elasticity_says(line_scenario):
    """A tenth fewer people than the work they are wanted for; everything else is shut off."""
    short, substitution = 0.1, 1.0
    scenario = line_scenario(
        destination={"wage_irregular": 90.0},
        people__abroad_share=0.5,
        people__size=4000,
        people__years_at_risk=60,
        choice__home_tie=1e7,
        choice__home_pull_abroad=0,
        choice__interval=520,
        work__tightness=0.25,
        work__slack=0.0,
        work__spare=0.0,
        work__substitution=substitution,
        demand__pass_through=PASSES,
        time__years=3,
    )
    week = Week(one_sector(scenario, 0.8), 1)
    at_work = (week.migrants["venue"] >= 0).sum()
    assert at_work > 1000
    week.state.cells["demand_start"][:] *= 1.0 / (1.0 - short)
    week.run()
    left = (week.migrants["venue"] >= 0).sum() / at_work
    expected = ((1.0 - short) * left) ** (-1.0 / (substitution + PASSES * 0.8))
    assert week.state.regions["wage_index"][THERE] == pytest.approx(expected, rel=0.02)


@pytest.mark.slow
def test_pay_does_not_drift_under_a_deportation_drive(tools):
    """Years 5 to 10 of a drive: pay is higher than without, by as much in the end as in the middle."""
    words = ["world=archetypes", "people.size=30000", "time.years=10"]
    change, higher = [], []
    for seed in (1, 2, 3, 4):
        ratio = []
        for policy in ("deportation_drive", "none"):
            week = tools.run(Scenario.compose([*words, f"policy={policy}"]), seed)
            pay = week.counters[week.burn_in :, C.WAGE_INDEX]
            ratio.append(np.array([pay[52 * year : 52 * (year + 1)].mean() for year in range(10)]))
        drive = ratio[0] / ratio[1]
        higher.append(drive[5:].mean() - 1.0)
        change.append(drive[8:].mean() / drive[5:7].mean() - 1.0)
        plain = ratio[1]
        assert abs(plain[8:].mean() / plain[5:7].mean() - 1.0) < 0.05
    assert 0.0 < np.mean(higher) < 0.15
    assert abs(np.mean(change)) < 0.02

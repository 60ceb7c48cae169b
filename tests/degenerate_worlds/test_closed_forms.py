"""Worlds from configuration alone in which the market must hit a closed form."""

import numpy as np
import pytest
from scipy import stats

from sim.ledger.counters import C

LONER_SKILL = 0.05 + 0.35 / 2  # without spread


def control_for(interception, skill=LONER_SKILL):
    """The control at which a provider of this skill is intercepted with the given chance."""
    return 1 - (1 - interception) ** (1 / (1 - skill))


@pytest.mark.slow
def test_repeat_attempts_are_geometric(line_scenario, tools):
    """EC 2.13: success (1 - p)/(1 - p·d), attempts 1/(1 - p·d), inside the 99 % Monte-Carlo interval."""
    p, d = 0.35, 0.9
    scenario = line_scenario(
        leg={"control": control_for(p)},
        people__size=6000,
        time__years=6,
        smuggling__retry=d,
        smuggling__deposit=1.0,
        smuggling__reputation_weight=0,
        choice__home_tie=0,
        choice__wish_scale=1e-6,
        choice__stopped_loss=0,
        journey__retry_wait=1,
        journey__most_stops=1000,
    )
    week = tools.run(scenario.replace({"events": True}))
    events = week.event_frame()
    of = {
        cause: int((events["cause"] == cause).sum())
        for cause in ("left with a provider", "arrived", "stopped", "tried again")
    }
    contracts = of["left with a provider"]
    assert contracts > 2000
    still = int(np.isin(week.migrants["stage"], [2, 3]).sum())  # on the way when the run ends
    crossings = of["arrived"] + of["stopped"]
    low, high = stats.binom.interval(0.99, crossings, p)
    assert low <= of["stopped"] <= high
    low, high = stats.binom.interval(0.99, contracts, (1 - p) / (1 - p * d))
    assert low - still <= of["arrived"] <= high + still
    spread = np.sqrt(p * d) / (1 - p * d) / np.sqrt(contracts)
    assert abs(crossings / contracts - 1 / (1 - p * d)) < 2.58 * spread + still / contracts


def test_market_null_fee_is_cost(line_scenario, tools):
    """No control and many equal providers: the fee is the cost of transport (EC 2.14)."""
    scenario = line_scenario(people__size=4000, time__years=3, smuggling__loners=100, choice__home_tie=200_000)
    # with learning they would find that nobody here walks away over a fee, and even a share of 1/400 would pay
    week = tools.run(scenario.replace({"mechanisms.belief_learning": "off"}))
    assert week.counters[:, C.CONTRACTS].sum() > 200
    assert tools.metric(week, "mean_fee", 52) == pytest.approx(500.0, rel=0.01)


@pytest.mark.parametrize("providers", [1, *(pytest.param(count, marks=pytest.mark.slow) for count in (2, 5))])
def test_cournot_pass_through(line_scenario, tools, providers):
    """EC 2.5 (AM2): with linear demand the fee passes on N/(N+1) of a rise in cost, by the Lerner rule alone.

    Willingness to pay is uniform up to ``choke``: the gain of moving less the worth of home, whose wish is uniform.
    """
    choke, wish = 20_000.0, 60_000.0
    gain = (1 - np.exp(-0.1 * 5)) / 0.1 * 52 * (800 - 100)

    def fee(cost):
        scenario = line_scenario(
            leg={"base_cost": cost},
            people__size=20_000,
            smuggling__market_people=20_000,
            time__years=6,
            smuggling__loners=providers / 20,
            smuggling__reputation_weight=0,
            smuggling__fee_fall_idle=0.3,
            choice__wish="uniform",
            choice__wish_scale=wish,
            choice__noise=0,
            choice__home_tie=gain + wish - choke,
            choice__home_tie_spread=0,
            choice__home_pull_abroad=1,
            choice__interval=13,
            choice__spell=1,
            choice__deprivation_weight=0,
            choice__horizon=5,
            people__saving_share=0,
            status__return_cost=0,
        )
        week = tools.run(scenario)
        assert (week.traffickers["active"] == 1).sum() == providers
        return tools.metric(week, "mean_fee", 156)

    low, high = 6_000.0, 7_500.0
    at_low, at_high = fee(low), fee(high)
    assert (at_high - at_low) / (high - low) == pytest.approx(providers / (providers + 1), abs=0.08)
    assert at_low == pytest.approx((choke + providers * low) / (providers + 1), rel=0.05)

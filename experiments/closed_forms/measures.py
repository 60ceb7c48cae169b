"""What a closed form says beside what finished runs show; nothing here knows a rule of the model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from sim.declared.measures.catalogue import METRICS
from sim.declared.measures.metrics import over_period
from sim.ledger.counters import COUNTER_INDEX, C
from sim.scenario.scenario import Scenario
from sim.week.week import Week

SURE = 0.99  # level of intervals of chance
SETTLED = 156  # weeks until fees have found their level
ON_THE_WAY = (2, 3)  # stages of people whose journey has not ended


@dataclass(frozen=True)
class Reading:
    """One figure: its name, what the form says, what runs show, and between what it has to lie."""

    name: str
    said: float
    found: float
    low: float
    high: float

    @property
    def holds(self) -> bool:
        """Whether what is found lies where it has to."""
        return bool(self.low <= self.found <= self.high)


@dataclass(frozen=True)
class Done:
    """A finished run and the scenario that it is of."""

    scenario: Scenario
    week: Week

    def metric(self, name: str, first: int = 0) -> float:
        """A metric over the weeks from ``first`` on."""
        return over_period(METRICS[name], self.week.counters[first:], COUNTER_INDEX)

    def total(self, counter: int) -> float:
        """A counter added up over the whole run."""
        return float(self.week.counters[:, counter].sum())

    def events(self, cause: str) -> int:
        """How often something has happened."""
        return int((self.week.event_frame()["cause"] == cause).sum())


def near(name: str, said: float, found: float, by: float) -> Reading:
    """A reading that may be off by ``by``, in the unit of the figure."""
    return Reading(name, said, found, said - by, said + by)


def chance_to_be_stopped(scenario: Scenario) -> float:
    """The chance p that a crossing with a provider of mean skill is stopped."""
    skill = 0.05 + 0.35 / 2  # of loners without spread
    return 1.0 - (1.0 - float(scenario.world.legs.control[0])) ** (1.0 - skill)


def repeat_attempts(runs: Sequence[Done]) -> list[Reading]:
    """Success and attempts of people who try again, counted by contract."""
    (run,) = runs
    p, d = chance_to_be_stopped(run.scenario), float(run.scenario["smuggling.retry"])
    contracts, arrived, stopped = (run.events(cause) for cause in ("left with a provider", "arrived", "stopped"))
    still = int(np.isin(run.week.migrants["stage"], ON_THE_WAY).sum())  # when the run ends
    low, high = stats.binom.interval(SURE, contracts, (1 - p) / (1 - p * d))
    spread = stats.norm.ppf(0.5 + SURE / 2) * np.sqrt(p * d) / (1 - p * d) / np.sqrt(contracts)
    return [
        Reading(
            "success", (1 - p) / (1 - p * d), arrived / contracts, (low - still) / contracts, (high + still) / contracts
        ),
        near("attempts", 1 / (1 - p * d), (arrived + stopped) / contracts, spread + still / contracts),
    ]


def caught_again(runs: Sequence[Done]) -> list[Reading]:
    """Share of crossings after a first stop that are stopped again."""
    (run,) = runs
    p = chance_to_be_stopped(run.scenario)
    frame = pd.DataFrame(run.week.event_frame())
    frame = frame[frame["cause"].isin(["left with a provider", "arrived", "stopped"])]
    ends = frame[frame["cause"] != "left with a provider"]
    # number of the crossing within a contract: contracts of one person follow one another
    contract = (frame["cause"] == "left with a provider").groupby([frame["person"], frame["generation"]]).cumsum()
    order = ends.groupby([ends["person"], ends["generation"], contract[ends.index]]).cumcount()
    later = ends[order > 0]
    low, high = (end / len(later) for end in stats.binom.interval(SURE, len(later), p))
    return [Reading("stopped again", p, float((later["cause"] == "stopped").mean()), low, high)]


def fee_is_cost(runs: Sequence[Done]) -> list[Reading]:
    """The mean fee after a year beside the cost of transport."""
    (run,) = runs
    cost = float(run.scenario.world.legs.base_cost[0])
    return [near("fee, US$", cost, run.metric("mean_fee", 52), 0.01 * cost)]


def monopoly_fee(runs: Sequence[Done]) -> list[Reading]:
    """The fee of the low cost, and how much of the rise in cost is passed on."""
    costs = [float(run.scenario.world.legs.base_cost[0]) for run in runs]
    fees = [run.metric("mean_fee", SETTLED) for run in runs]
    values = runs[0].scenario
    providers = int((runs[0].week.traffickers["active"] == 1).sum())
    wish = float(values["choice.wish_scale"])
    choke = worth(values, without_papers=True) + wish - float(values["choice.home_tie"])
    said = (choke + providers * costs[0]) / (providers + 1)
    passed = (fees[1] - fees[0]) / (costs[1] - costs[0])
    return [
        near("fee, US$", said, fees[0], 0.05 * said),
        near("share passed on", providers / (providers + 1), passed, 0.08),
    ]


def worth(scenario: Scenario, *, without_papers: bool) -> float:
    """Discounted gain of working in the second region instead of the first, US$."""
    rate, years = float(scenario["choice.discount"]), float(scenario["choice.horizon"])
    regions = scenario.world.regions
    pay = regions.wage_irregular if without_papers else regions.wage_regular
    return (1 - np.exp(-rate * years)) / rate * 52 * float(pay[1] - regions.wage_regular[0])


def price_that_evicts(runs: Sequence[Done]) -> list[Reading]:
    """Clients of providers where visas are cheaper than the price that evicts them, visas where they are dearer."""
    cheap, dear = runs
    scenario = cheap.scenario
    price = worth(scenario, without_papers=False) - worth(scenario, without_papers=True)  # the fee is the fare
    prices = [float(run.scenario["visa.price"]) for run in runs]
    movers = [run.total(C.DEPARTURES_PROVIDER) + run.total(C.DEPARTURES_REGULAR) for run in runs]
    return [
        Reading("p*, US$", price, price, *prices),
        near("share of movers with a provider, below p*", 0.0, cheap.total(C.DEPARTURES_PROVIDER) / movers[0], 0.0),
        near("share of movers with a provider, above p*", 1.0, dear.total(C.DEPARTURES_PROVIDER) / movers[1], 0.0),
    ]


def no_exploitation(runs: Sequence[Done]) -> list[Reading]:
    """Weeks in exploitation or under control."""
    (run,) = runs
    return [near("weeks", 0.0, run.total(C.EXPLOITED) + run.total(C.CONTROLLED), 0.0)]


def littles_law(runs: Sequence[Done]) -> list[Reading]:
    """Exploited people on average, beside spells begun a week times their length."""
    (run,) = runs
    counted = run.week.counters[run.week.burn_in :]
    length = counted[:, C.SPELL_WEEKS].sum() / counted[:, C.SPELLS_ENDED].sum()
    rate = 0.5 * (counted[:, C.SPELLS_BEGUN].mean() + counted[:, C.SPELLS_ENDED].mean())
    stock = counted[:, C.EXPLOITED].mean() - counted[:, C.EXPLOITED_TRAVELLING].mean()
    said = rate * (length + 0.5)  # a spell is counted in the week in which it ends
    return [near("exploited people", said, stock, 0.15 * said)]


def whole_accounts(runs: Sequence[Done]) -> list[Reading]:
    """Weeks that were checked: a week that does not balance stops the run."""
    (run,) = runs
    weeks = len(run.week.counters)
    return [near("weeks that balance", weeks, run.week.done, 0.0)]


MEASURES: dict[str, Callable[[Sequence[Done]], list[Reading]]] = {
    function.__name__: function
    for function in (repeat_attempts, caught_again, fee_is_cost, monopoly_fee, price_that_evicts, no_exploitation,
                     littles_law, whole_accounts)
}  # fmt: skip

"""Whether the Mesa version and the kernels come to the same: rates for each person-week, over many seeds.

    python -m experiments.peers.agreement [--seeds N]

Both start from the same people in the same world, so that rates are compared seed by seed. What must lie around zero is
the mean difference, within an interval that holds for all measures at once (Bonferroni, Student's t over seeds).
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from rich.console import Console
from rich.table import Table
from scipy.stats import t as student

from experiments.peers import kernels
from experiments.peers.corridor import Corridor
from experiments.peers.places import Places, people_of, places_of, prepare
from sim.scenario.scenario import Scenario
from sim.week.week import Week

MEASURES = (
    *(f"departures_{way}" for way in ("regular", "papers", "alone", "provider")),
    *(f"arrivals_{way}" for way in ("regular", "papers", "alone", "provider")),
    *("interceptions", "deaths", "crossings", "contracts", "contracts_credit", "extorted"),
    *("gave_up", "returns", "removals", "savers", "clients", "walk_away"),
)


# what removal takes, own experience and stigma, which the Mesa version does not have
LEFT_OUT = (
    "mechanisms.own_experience=off",
    "mechanisms.return_stigma=off",
    "removal.lost_pay=0",
    "removal.left_behind=0",
    "removal.wait=0",
)


@dataclass(frozen=True)
class Plan:
    """A small world and how it is run; people move more, and die more often, than usual: there is more to compare."""

    people: int = 4000
    before: int = 40  # weeks of everything, until the people are copied
    weeks: int = 104
    danger: float = 5.0  # of every leg, over the usual one
    home_tie: float = 100_000.0

    def week(self, seed: int) -> Week:
        """A run whose people are to be copied."""
        words = ["world=corridor", f"people.size={self.people}", f"choice.home_tie={self.home_tie}", *LEFT_OUT]
        week = Week(Scenario.compose(words), seed)
        for _ in range(self.before):
            week.advance()
        return week


class Agreement(NamedTuple):
    """One measure in both versions, for each 1000 person-weeks."""

    measure: str
    mesa: float
    kernels: float
    difference: float  # mean over seeds, Mesa less kernels
    half: float  # half the width of the joint interval

    @property
    def holds(self) -> bool:
        """Whether nothing says that the two differ."""
        return abs(self.difference) <= self.half


def one_seed(
    plan: Plan, seed: int, change: Callable[[Places], None] | None = None
) -> tuple[Counter[str], Counter[str]]:
    """What both versions count from the same start; ``change`` alters the world of the Mesa version only."""
    week = plan.week(seed)
    weekly = prepare(week, plan.danger)
    places = places_of(week, weekly)
    if change is not None:
        change(places)
    model = Corridor(places, people_of(week), week.week, seed)
    for _ in range(plan.weeks):
        model.step()
    counted, _ = kernels.run(week, weekly, plan.weeks)
    return model.count, counted


def joint_intervals(
    mesa: np.ndarray, compiled: np.ndarray, names: Sequence[str] = MEASURES, confidence: float = 0.95
) -> list[Agreement]:
    """Differences of rates, float64 (seeds, measures) each, with intervals that hold together."""
    seeds, count = mesa.shape
    difference = mesa - compiled
    error = difference.std(axis=0, ddof=1) / np.sqrt(seeds)
    half = student.ppf(1.0 - (1.0 - confidence) / (2.0 * count), seeds - 1) * error
    columns = (mesa.mean(axis=0), compiled.mean(axis=0), difference.mean(axis=0), half)
    return [Agreement(name, *map(float, numbers)) for name, *numbers in zip(names, *columns, strict=True)]


def agreement(plan: Plan, seeds: Sequence[int], change: Callable[[Places], None] | None = None) -> list[Agreement]:
    """Both versions over many seeds."""
    rates = np.zeros((2, len(seeds), len(MEASURES)))
    per_thousand = 1000.0 / (plan.people * plan.weeks)
    for row, seed in enumerate(seeds):
        for version, counted in enumerate(one_seed(plan, seed, change)):
            rates[version, row] = [counted[name] * per_thousand for name in MEASURES]
    return joint_intervals(rates[0], rates[1])


def table_of(found: Sequence[Agreement]) -> Table:
    """The measures side by side."""
    table = Table(title="Events per 1000 person-weeks", title_justify="left", pad_edge=False)
    for name in ("", "Mesa", "kernels", "difference", "joint interval ±", ""):
        table.add_column(name, justify="right" if name else "left")
    for one in found:
        numbers = (f"{number:.4f}" for number in one[1:])
        table.add_row(one.measure.replace("_", " "), *numbers, "" if one.holds else "differs")
    return table


def main(arguments: Sequence[str]) -> int:
    """Compare and print; exit code 1 if something differs."""
    parser = argparse.ArgumentParser(prog="python -m experiments.peers.agreement", description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=40)
    found = agreement(Plan(), range(1, parser.parse_args(arguments).seeds + 1))
    Console().print(table_of(found))
    return 0 if all(one.holds for one in found) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

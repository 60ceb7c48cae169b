"""Levels of every world without a policy, beside the bands that the literature gives for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.findings.part import Asked, Part, Scale
from sim.results.arms import Arm
from sim.results.asked import Design, Setting
from sim.results.comparison import Comparison
from sim.results.findings import Findings
from sim.results.statistics import t_interval
from sim.scenario.scenario import Scenario
from sim.studies.plan import chosen_seeds

BASE = ["time.years=10", "seeds=6"]
WORLDS = ("archetypes", "corridor", "subregions")
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Band:
    """A level: what it is, the band that the literature gives for it (NaN at an end that it leaves open)."""

    name: str
    low: float
    high: float
    value: Callable[[Comparison], Floats]  # (seeds,)


def metric(name: str, over: str = "") -> Callable[[Comparison], Floats]:
    """A metric by seed, or its ratio to another."""

    def value(found: Comparison) -> Floats:
        runs = found.runs_of(found.baseline, "metrics", "seconds")
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.array([run.metrics[name] / (run.metrics[over] if over else 1.0) for run in runs], float)

    return value


def per_person_at_risk(name: str) -> Callable[[Comparison], Floats]:
    """A metric by seed, per person at risk."""

    def value(found: Comparison) -> Floats:
        return metric(name)(found) / found.people

    return value


def identified_where(least: float, most: float) -> Callable[[Comparison], Floats]:
    """People identified a year for each exploited person, by seed, in regions with a rule of law in [least, most)."""

    def value(found: Comparison) -> Floats:
        law = found.world.regions.rule_of_law
        there = (law >= least) & (law < most)
        values = []
        for run in found.runs_of(found.baseline, "flows"):
            exploited = run.flows["exploited_cells"].reshape(len(law), -1)[there].sum() / 52.0
            identified = run.flows["identified_by_region"][there].sum()
            values.append(identified / exploited if exploited else np.nan)
        return np.array(values, float)

    return value


OPEN = float("nan")
BANDS = (
    Band("irregular departures a year, of people at risk", 0.02, 0.05, per_person_at_risk("irregular_departures")),
    Band("irregular departures that use a provider", 0.4, 0.7, metric("provider_share")),
    Band("mean fee, US$", 2000, 8000, metric("mean_fee")),
    Band("standard deviation of the log of fees", 0.4, 0.8, metric("fee_spread")),
    Band("journeys with a provider whose fee is lent", 0.2, 0.5, metric("credit_share")),
    Band("mean length of a spell of exploitation, weeks", 52, 156, metric("spell_length")),
    Band("commercial sex among exploited people", 0.2, 0.45, metric("sex_share")),
    Band("exploited where they are at home", 0.2, 0.5, metric("internal_share")),
    Band("withheld per person-year, commercial sex over other work", 4, 8, metric("profit_sex", "profit_other")),
    Band("withheld per person-year in commercial sex, US$", 21_000, 26_000, metric("profit_sex")),
    Band("withheld per person-year in other work, US$", 3000, 4900, metric("profit_other")),
    Band("identified a year per exploited person, rule of law from 0.6", 0.05, 0.3, identified_where(0.6, 2)),
    Band("the same, rule of law 0.35 to 0.6", OPEN, OPEN, identified_where(0.35, 0.6)),
    Band("the same, rule of law below 0.35", 0.001, 0.02, identified_where(0, 0.35)),
    Band("convictions per case charged", 0.35, 0.71, metric("convictions_per_prosecution")),
    Band("exploited in the last two years, among people removed", 0.1, 0.25, metric("removed_exploited_share")),
    Band("deaths per crossing", 0.001, 0.03, metric("deaths_per_crossing")),
    Band("taken by force, of spells", OPEN, 0.05, metric("force_share")),
)


def ask(scale: Scale) -> list[Asked]:
    """Every shipped world without a policy."""
    settings, seeds = [], ()
    for world in WORLDS:
        words = (f"world={world}", *BASE, *scale.added)
        scenario = Scenario.compose(list(words))
        settings.append(Setting(world, (Arm("none", words, scenario),)))
        seeds = tuple(chosen_seeds(int(scenario["seeds"]), int(scenario["seed"])))
    return [Asked(Design(tuple(settings)), seeds)]


def find(found: list[Findings]) -> pd.DataFrame:
    """One row for each level and world: its band, and the mean over seeds with its interval."""
    rows = []
    for band in BANDS:
        for world, comparison in found[0].comparisons.items():
            level = t_interval(band.value(comparison))
            rows.append((band.name, world, band.low, band.high, level.mean, level.low, level.high, level.count))
    return pd.DataFrame(rows, columns=["level", "world", "least", "most", "mean", "low", "high", "seeds"])


PARTS = (Part("bands", "levels of every world beside the bands of the literature", 1.5, ask, find),)

"""Published shares that nothing was fitted to, beside the same shares in two worlds made from public data, no policy.

Who is exploited and who is found, by sex, age, kind of work and part of the world; what becomes of those who are found.
No parameter, no band and no world starts from these figures, save where ``in view`` says so. They are rough: shares of
people who were *detected*, in other years and by other definitions, or estimates that their sources doubt. A model that
is ten points off such a figure is not refuted by it, and one that agrees is not confirmed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.findings.part import Asked, Part, Scale
from sim.declared.measures.groups import AGES, SEXES, STATUSES
from sim.ground.errors import RequestError
from sim.results.arms import Arm
from sim.results.asked import Design, Setting
from sim.results.comparison import Comparison
from sim.results.findings import Findings
from sim.results.split import place_of
from sim.results.statistics import Interval, t_interval
from sim.scenario.scenario import Scenario
from sim.studies.plan import chosen_seeds
from sim.world.world import World

GRAVITY = "stocks_by_gravity"  # regions and legs of stocks, and people abroad where gravity puts them
# name of the world and the words that choose it, by part
WORLDS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "shares": ("subregions", ("world=subregions",)),
    "shares-stocks": ("stocks", ("world=stocks",)),
    "shares-gravity": (GRAVITY, ("world=csv", f"world.name={GRAVITY}", "world.regions=stocks/regions.csv",
                                 "world.legs=stocks/legs.csv")),
}  # fmt: skip
BASE = ["people.size=30000", "time.years=5", "seeds=6", "by=[sex:status,region:sector,region:age]"]
NEAR, TIMES = 0.10, 2.0  # a share agrees within ten points and a factor of two: published figures are no better
Floats = NDArray[np.float64]
ABROAD = tuple(status for status in STATUSES if status != "at home")
# parts of the world as the source of the regional estimate divides it, by beginnings of the names of regions in WORLDS
PARTS_OF_THE_WORLD: Mapping[str, tuple[str, ...]] = {
    "Asia and Pacific": ("eastern_asia_middle", "south_eastern_asia", "southern_asia"),
    "industrialised countries": ("australia", "eastern_asia_high", "europe", "northern_america", "northern_europe",
                                 "oceania", "southern_europe_high", "western_europe"),
    "Latin America and Caribbean": ("caribbean", "central_america", "latin_america", "south_america"),
    "Middle East and North Africa": ("gulf", "northern_africa", "western_asia"),
    "transition economies": ("eastern_europe", "southern_europe_middle"),
    "Africa south of the Sahara": ("africa_south_of_the_sahara", "eastern_africa", "middle_africa", "southern_africa",
                                   "western_africa"),
}  # fmt: skip
EUROPE = ("eastern_europe", "europe", "northern_europe", "southern_europe", "western_europe")
ASIA = ("eastern_asia", "south_eastern_asia", "southern_asia")
# no world has a place for every country: those that its source lacks are in none of these parts


@dataclass(frozen=True)
class Share:
    """A published share: what it is of, the figure, its evidence id, and the same in the model, by seed.

    ``bound`` is ``about``, ``at least`` or ``at most``; ``in_view`` says that something in the model starts from it.
    """

    name: str
    published: float
    evidence: str
    value: Callable[[Comparison], Floats]  # (seeds,)
    bound: str = "about"
    in_view: bool = False


def places(world: World, beginnings: tuple[str, ...]) -> NDArray[np.bool_]:
    """Regions whose names begin so; bool (regions,)."""
    return np.array([name.startswith(beginnings) for name in world.regions.name])


def split(found: Comparison, ask: str, metric: str) -> Floats:
    """A metric by group and seed: float64 (seeds, groups), or (seeds, first, second) of two dimensions."""
    runs = found.runs_of(found.baseline, "metrics", "groups", "seconds")
    values = np.array([run.groups[place_of(ask, metric)] for run in runs])
    sizes = {"sex": len(SEXES), "age": len(AGES), "status": len(STATUSES), "region": len(found.world.regions.name),
             "sector": 1 + len(found.world.sectors.name)}  # fmt: skip
    return values.reshape(len(runs), *(sizes[each] for each in ask.split(":")))


def ratio(part: Floats, whole: Floats) -> Floats:
    """The share by seed, NaN where there is nothing to share."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(whole > 0, part / whole, np.nan)


def of_metrics(part: str, *whole: str) -> Callable[[Comparison], Floats]:
    """One metric over the sum of several, by seed."""

    def value(found: Comparison) -> Floats:
        runs = found.runs_of(found.baseline, "metrics", "seconds")
        top, bottom = ([sum(run.metrics[name] for name in names) for run in runs] for names in ((part,), whole))
        return ratio(np.array(top, float), np.array(bottom, float))

    return value


def women_abroad(found: Comparison) -> Floats:
    """Women and girls among exploited people who are not at home."""
    weeks = split(found, "sex:status", "exploited_people")[:, :, [STATUSES.index(status) for status in ABROAD]]
    return ratio(weeks[:, SEXES.index("women and girls")].sum(1), weeks.sum((1, 2)))


def men_removed(found: Comparison) -> Floats:
    """Men and boys among exploited people who were taken for removal without having been identified."""
    removed = split(found, "sex:status", "misidentified_removed").sum(2)
    return ratio(removed[:, SEXES.index("men and boys")], removed.sum(1))


def part_of(title: str) -> Callable[[Comparison], Floats]:
    """The part that a part of the world has of all exploited people."""

    def value(found: Comparison) -> Floats:
        weeks = split(found, "region:sector", "exploited_people").sum(2)
        return ratio(weeks[:, places(found.world, PARTS_OF_THE_WORLD[title])].sum(1), weeks.sum(1))

    return value


def other_work(metric: str, where: tuple[str, ...]) -> Callable[[Comparison], Floats]:
    """People outside commercial sex in some regions, among all there."""

    def value(found: Comparison) -> Floats:
        counts = split(found, "region:sector", metric)[:, places(found.world, where)].sum(1)
        sex = np.concatenate([[False], found.world.sectors.commercial_sex > 0])
        return ratio(counts[:, ~sex].sum(1), counts.sum(1))

    return value


def minors(found: Comparison) -> Floats:
    """People who were under eighteen, among people identified in Europe."""
    counts = split(found, "region:age", "identified")[:, places(found.world, EUROPE)].sum(1)
    return ratio(counts[:, AGES.index("minors")], counts.sum(1))


SHARES = (
    Share("women and girls among people exploited abroad", 0.80, "C1-Q07", women_abroad),
    Share("the same, among people whom police have recorded", 0.80, "C1-Q07",
          of_metrics("recorded_police_women", "recorded_police_sex", "recorded_police_other")),
    Share("minors among people identified in Europe", 0.115, "C10-Q02", minors),
    Share("other work than commercial sex among people identified in northern America", 0.63, "C1-Q23",
          other_work("identified", ("northern_america",)), "at least"),
    Share("the same, in Latin America and the Caribbean", 0.33, "C1-Q22",
          other_work("identified", PARTS_OF_THE_WORLD["Latin America and Caribbean"])),
    Share("other work than commercial sex among exploited people in Asia", 0.90, "C4-Q02",
          other_work("exploited_people", ASIA), "at least"),
    *(Share(f"exploited people who are in {title}", share, claim, part_of(title))
      for claim, title, share in zip(("C1-Q20a", "C1-Q20b", "C1-Q20c", "C1-Q20d", "C1-Q20e", "C1-Q20f"),
                                     PARTS_OF_THE_WORLD,
                                     (0.557, 0.111, 0.102, 0.094, 0.082, 0.053), strict=True)),
    Share("exploited where they are at home", 0.35, "C1-Q11", of_metrics("internal_exploited", "exploited_people"),
          in_view=True),
    Share("removed unrecognised, of people under control whom an agency has met", 0.32, "C9-Q52",
          of_metrics("misidentified_removed", "encounters")),
    Share("men and boys among exploited people who are removed unrecognised", 0.292, "C7-Q13", men_removed),
)  # fmt: skip


def ask_in(world: tuple[str, ...]) -> Callable[[Scale], list[Asked]]:
    """A world, by the words that choose it, without a policy and split by groups."""

    def ask(scale: Scale) -> list[Asked]:
        if any(word.startswith("world") for word in scale.words):
            raise RequestError("each of these parts is about a world of its own", given=" ".join(scale.words))
        words = (*world, *BASE, *scale.added)
        scenario = Scenario.compose(list(words))
        seeds = tuple(chosen_seeds(int(scenario["seeds"]), int(scenario["seed"])))
        return [Asked(Design((Setting("", (Arm("none", words, scenario),)),)), seeds)]

    return ask


def find(found: list[Findings]) -> pd.DataFrame:
    """One row for each share: the published figure, that of the model with its interval, and whether they agree."""
    (comparison,) = found[0].comparisons.values()
    rows = []
    for share in SHARES:
        level = t_interval(share.value(comparison))
        rows.append(
            (share.name, share.evidence, share.bound, share.published, level.mean,
             *np.clip((level.low, level.high), 0, 1),  # a share lies there, whatever Student's t says of few seeds
             level.count, agreement(share, level), share.in_view)
        )  # fmt: skip
    columns = ["share", "evidence", "bound", "published", "mean", "low", "high", "seeds", "agrees", "in_view"]
    return pd.DataFrame(rows, columns=columns)


def agreement(share: Share, level: Interval) -> str:
    """``near``, ``too low`` or ``too high``, ``none`` without people; ``open`` where the interval is too wide to say.

    It is open without an interval too: seeds in which nobody is counted drop out, and few that are left may agree.

    >>> agreement(SHARES[0], Interval(0.78, 0.76, 0.8, 6))
    'near'
    """
    if not np.isfinite(level.mean):
        return "none"
    if not np.isfinite(level.low):  # one seed with anybody, or the same in all
        return "open"
    low, high = level.low, level.high
    least, most = (
        max(share.published - NEAR, share.published / TIMES),
        min(share.published + NEAR, TIMES * share.published),
    )
    least, most = -np.inf if share.bound == "at most" else least, np.inf if share.bound == "at least" else most
    if high < least:
        return "too low"
    if low > most:
        return "too high"
    return "near" if least <= low and high <= most else "open"


PARTS = tuple(
    Part(name, f"published shares that nothing was fitted to, beside the world {world}", 1.5, ask_in(chosen), find)
    for name, (world, chosen) in WORLDS.items()
)

"""Effects over all worlds that fit: how far they differ by parameters, how far by chance, and in how many a sign holds.

Every arm was run in every set of an ensemble (a *world that fits*) with the same seeds, so that the effect of an arm is
a table of worlds by seeds. It is read as ``effect = mean + world + seed + rest``: what worlds differ in is due to their
parameters, what seeds differ in and the rest is chance. The variance of each part comes from the usual mean squares of
such a table (two-way random effects).

The estimate for a single world is noisy, since a world has few seeds. So in how many worlds a sign holds is not counted
off these estimates alone: effects are drawn ``DRAWS`` times from what mean squares leave open, each world drawn towards
the mean as far as its difference may be chance, and the sign is counted in every draw.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from sim.declared.measures.catalogue import METRICS
from sim.results.runs import SUMMARY
from sim.results.signs import LEVEL
from sim.results.statistics import PER, differences, t_quantile

if TYPE_CHECKING:
    import pandas as pd

    from sim.results.asked import Design
    from sim.results.comparison import Comparison


class Found(Protocol):
    """The ``Findings`` of a study, which stand above this file: what is read of them here."""

    design: Design
    seeds: list[int]
    comparisons: dict[str, Comparison]

    @property
    def over_worlds(self) -> pd.DataFrame:
        """The table that is made here."""


DRAWS = 1_000
DRAW_SEED = 20_260_102  # fixed, so that the same runs give the same counts
POOLED_FROM = 0.25  # p-value of seeds' common part from which on it is taken for none, as usual for pooling
NOTHING = "no change"
KNOWN = 0.8  # of the worlds: a sign that holds in fewer is not known
COLUMNS = (
    "arm", "metric", "worlds", "seeds", "baseline", "value", "difference", "percent", "low", "high", "worlds_low",
    "worlds_high", "chance_low", "chance_high", "variance_worlds", "variance_chance", "share_worlds", "sign", "holds",
    "holds_low", "holds_high", "up", "down", "unit", "tag", "layer",
)  # fmt: skip
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Parts:
    """The parts of a table of effects of worlds by seeds; variances are NaN where one seed leaves them open.

    Parameters
    ----------
    mean : over worlds and seeds.
    of_worlds : variance between worlds, chance taken away.
    of_chance : variance of one pair of runs about the effect of its world.
    error : standard error of ``mean`` by chance alone, with ``freedom`` degrees of freedom.
    shrunk : the effect of each world (worlds,), drawn towards the mean as far as its difference may be chance.
    left : standard error of ``shrunk`` beside that of the mean.
    """

    mean: float
    of_worlds: float
    of_chance: float
    error: float
    freedom: int
    shrunk: Floats
    left: float


def parts_of(table: Floats) -> Parts:
    """The parts of effects (worlds, seeds), all finite, at least two worlds."""
    worlds, seeds = table.shape
    mean, by_world, by_seed = float(table.mean()), table.mean(1), table.mean(0)
    if seeds < 2:
        return Parts(mean, np.nan, np.nan, np.nan, 0, by_world, np.nan)
    between = seeds * float(((by_world - mean) ** 2).sum()) / (worlds - 1)
    common = worlds * float(((by_seed - mean) ** 2).sum()) / (seeds - 1)
    rest = float(((table - by_world[:, None] - by_seed + mean) ** 2).sum()) / ((worlds - 1) * (seeds - 1))
    freedom = (worlds - 1) * (seeds - 1)
    if rest == 0 or _p_of(common / rest, seeds - 1, freedom) < POOLED_FROM:
        of_seeds, error, df = max(0.0, common - rest) / worlds, common, seeds - 1
    else:  # seeds have nothing in common: what they differ in is the rest as well
        rest = (rest * freedom + common * (seeds - 1)) / (freedom + seeds - 1)
        of_seeds, error, df = 0.0, rest, freedom + seeds - 1
    of_worlds = max(0.0, between - rest) / seeds
    kept = of_worlds / (of_worlds + rest / seeds) if of_worlds else 0.0
    return Parts(
        mean,
        of_worlds,
        of_seeds + rest,
        (error / (worlds * seeds)) ** 0.5,
        df,
        mean + kept * (by_world - mean),
        (of_worlds * (1 - kept)) ** 0.5,
    )


def _p_of(ratio: float, above: int, below: int) -> float:
    from scipy import special  # noqa: PLC0415 - tables are made when they are asked for

    return float(special.fdtrc(above, below, ratio))


# --- the table --------------------------------------------------------------------------------------------------


def effects_over_worlds(findings: Found) -> pd.DataFrame:
    """One row an arm and metric (and setting, where there are several besides worlds): columns ``COLUMNS``.

    ``low`` to ``high`` holds the effect in a world that fits with 95 %, parameters and chance together; ``worlds_low``
    to ``worlds_high`` is what parameters alone make of it, ``chance_low`` to ``chance_high`` what chance leaves open of
    the mean. ``share_worlds`` is the part of parameters in the variance of one pair of runs. ``sign`` is that of the
    median world; it ``holds`` in so many ``worlds``, with ``holds_low`` to ``holds_high`` its 95 % interval. ``up`` and
    ``down`` count the estimates as they are. With one seed chance cannot be told apart: ``holds`` is the count itself.
    """
    import pandas as pd  # noqa: PLC0415

    rows = []
    for setting, arm, metric, before, after, unit in each_effect(findings):
        row = _row(before, after)
        about = METRICS[metric]
        rows.append({"setting": setting, "arm": arm, "metric": metric, **row, "unit": unit, "tag": about.tag,
                     "layer": about.layer})  # fmt: skip
    table = pd.DataFrame(rows, columns=["setting", *COLUMNS])
    return table if (table["setting"] != "").any() else table.drop(columns="setting")


def each_effect(findings: Found) -> Iterator[tuple[str, str, str, Floats, Floats, str]]:
    """Setting, arm, metric, values (worlds, seeds) without and with the arm, and the unit. Worlds are in their order.

    Values of runs that failed, or where a metric has no value, are NaN. Arms with another number of people than the
    baseline are told by rates.
    """
    about = {setting.label: dict(setting.values) for setting in findings.design.settings}
    grouped: dict[str, list[str]] = {}
    for label, values in about.items():
        grouped.setdefault(_outer(label, values), []).append(label)
    for outer, labels in grouped.items():
        cubes = [_cube(findings, label) for label in labels]
        first = findings.comparisons[labels[0]]
        sizes = {arm.label: first.people_in(arm) for arm in first.every_arm}
        for arm in first.arms:
            rates = sizes[arm.label] != sizes[first.baseline.label]
            for place, metric in enumerate(first.metrics):
                before, after = (
                    np.array([cube[label][:, place] for cube in cubes])
                    for label in (first.baseline.label, arm.label)
                )
                unit = METRICS[metric].unit
                if rates and METRICS[metric].per_100k:
                    before = PER * before / sizes[first.baseline.label]
                    after, unit = PER * after / sizes[arm.label], f"{unit} per 100 000 at risk"
                yield outer, arm.label, metric, before, after, unit


def _outer(label: str, values: dict[str, Any]) -> str:
    """The label of the setting that a world belongs to, without the world."""
    world = f"world {values['set']}"
    return label.removesuffix(world).removesuffix(", ")


def _cube(findings: Found, label: str) -> dict[str, Floats]:
    """Values by arm (seeds, metrics) of one world, the mean over lucks; NaN where a run is missing."""
    comparison = findings.comparisons[label]
    place = {seed: number for number, seed in enumerate(findings.seeds)}
    found = {}
    for arm in comparison.every_arm:
        values = np.full((len(place), len(comparison.metrics)), np.nan)
        for run in comparison.runs_of(arm, *SUMMARY):
            values[place[run.seed]] = [run.metrics[name] for name in comparison.metrics]
        found[arm.label] = values
    return found


def complete(before: Floats, after: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Effects (worlds, seeds) of those worlds in which all seeds have one, and which worlds these are."""
    change = differences(before, after)
    there: NDArray[np.bool_] = np.asarray(np.isfinite(change).all(1))
    return change[there], there


def _row(before: Floats, after: Floats) -> dict[str, Any]:
    table, there = complete(before, after)
    row: dict[str, Any] = dict.fromkeys(COLUMNS[2:-3], np.nan)
    row |= {"worlds": len(table), "seeds": table.shape[1], "sign": NOTHING}
    if len(table) < 2:
        return row
    level = float(before[there].mean())
    row |= {
        "baseline": level,
        "value": float(after[there].mean()),
        "difference": float(table.mean()),
        "percent": 100 * float(table.mean()) / abs(level) if level else np.nan,
    }
    means = table.mean(1)
    row |= {"up": int((means > 0).sum()), "down": int((means < 0).sum())}
    return row | _judged(table)


def _judged(table: Floats) -> dict[str, Any]:
    """Variances, intervals, and in how many worlds the sign of the median world holds."""
    parts = parts_of(table)
    means = table.mean(1)
    way = int(np.sign(np.median(means))) or int(np.sign(means.mean()))
    found: dict[str, Any] = {"sign": {1: "rises", -1: "falls", 0: NOTHING}[way]}
    if not np.isfinite(parts.of_chance):  # one seed
        holds = int((np.sign(means) == way).sum()) if way else np.nan
        low, high = np.quantile(means, _ENDS)
        return found | {"holds": holds, "low": low, "high": high}
    total = parts.of_worlds + parts.of_chance
    effects = _drawn(parts)
    counts = (np.sign(effects) == way).sum(1) if way else np.full(1, np.nan)
    low, high = np.quantile(effects, _ENDS)
    worlds_low, worlds_high = np.quantile(parts.shrunk, _ENDS)
    half = t_quantile(parts.freedom, LEVEL) * parts.error
    holds_low, holds, holds_high = np.quantile(counts, (_ENDS[0], 0.5, _ENDS[1]))
    return found | {
        "low": low,
        "high": high,
        "worlds_low": worlds_low,
        "worlds_high": worlds_high,
        "chance_low": parts.mean - half,
        "chance_high": parts.mean + half,
        "variance_worlds": parts.of_worlds,
        "variance_chance": parts.of_chance,
        "share_worlds": parts.of_worlds / total if total else np.nan,
        "holds": holds,
        "holds_low": holds_low,
        "holds_high": holds_high,
    }


_ENDS = ((1 - LEVEL) / 2, (1 + LEVEL) / 2)


def _drawn(parts: Parts) -> Floats:
    """Effects (draws, worlds) that the runs leave open: an error common to all worlds, and one of each."""
    common, own = _chance(parts.freedom, len(parts.shrunk))
    drawn: Floats = parts.shrunk + parts.error * common + parts.left * own
    return drawn


@lru_cache(maxsize=4)
def _chance(freedom: int, worlds: int) -> tuple[Floats, Floats]:
    """What is drawn for every metric alike: (draws, 1) of a t distribution, (draws, worlds) of a normal one."""
    rng = np.random.default_rng(DRAW_SEED)
    return rng.standard_t(freedom, (DRAWS, 1)), rng.standard_normal((DRAWS, worlds))

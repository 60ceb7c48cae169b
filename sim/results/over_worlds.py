"""Effects over all worlds that fit: how far they differ by parameters, how far by chance, and in how many a sign holds.

Every arm was run in every set of an ensemble (a *world that fits*) with the same seeds, so that the effect of an arm is
a table of worlds by seeds. It is read as ``effect = mean + world + seed + rest``: what worlds differ in is due to their
parameters, what seeds differ in and the rest is chance. The variance of each part comes from the usual mean squares of
such a table (two-way random effects).

The estimate for a single world is noisy, since a world has few seeds. So in how many worlds a sign holds is not counted
off these estimates alone: effects are drawn ``DRAWS`` times from what mean squares leave open, each world drawn towards
the mean as far as its difference may be chance, and the sign is counted in every draw. How far worlds differ is itself
known only as well as mean squares of few worlds and seeds say it. So each draw begins with mean squares of its own; were
those of the table taken as they are, worlds that seem alike by chance would all have one sign for sure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

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
NUMBERS = (
    "worlds", "seeds", "baseline", "value", "difference", "percent", "percent_low", "percent_high", "percent_worlds_low",
    "percent_worlds_high", "low", "high", "worlds_low", "worlds_high", "chance_low", "chance_high", "variance_worlds",
    "variance_chance", "share_worlds", "sign", "holds", "holds_low", "holds_high", "up", "down",
)  # fmt: skip
COLUMNS = ("arm", "metric", *NUMBERS, "unit", "tag", "layer", "people")
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Parts:
    """The parts of a table of effects of worlds by seeds; variances are NaN where one seed leaves them open.

    Parameters
    ----------
    mean : over worlds and seeds.
    means : the estimate of each world (worlds,), its mean over seeds.
    between : variance of ``means``: of their effects and of their own chance.
    within : variance of one of ``means`` by its own chance, with ``within_freedom`` degrees of freedom.
    of_chance : variance of one pair of runs about the effect of its world.
    error : standard error of ``mean`` by chance alone, with ``freedom`` degrees of freedom.
    """

    mean: float
    means: Floats
    between: float = np.nan
    within: float = np.nan
    within_freedom: int = 0
    of_chance: float = np.nan
    error: float = np.nan
    freedom: int = 0

    @property
    def of_worlds(self) -> float:
        """Variance between worlds, chance taken away."""
        return float(np.maximum(0.0, self.between - self.within))

    @property
    def shrunk(self) -> Floats:
        """The effect of each world (worlds,), drawn towards the mean as far as its difference may be chance."""
        if not np.isfinite(self.within):
            return self.means
        shrunk: Floats = self.mean + _kept(self.between, self.within) * (self.means - self.mean)
        return shrunk


def parts_of(table: Floats) -> Parts:
    """The parts of effects (worlds, seeds), all finite, at least two worlds."""
    worlds, seeds = table.shape
    mean, by_world, by_seed = float(table.mean()), table.mean(1), table.mean(0)
    if seeds < 2:
        return Parts(mean, by_world)
    common = worlds * float(((by_seed - mean) ** 2).sum()) / (seeds - 1)
    rest = float(((table - by_world[:, None] - by_seed + mean) ** 2).sum()) / ((worlds - 1) * (seeds - 1))
    freedom = (worlds - 1) * (seeds - 1)
    if rest == 0 or _p_of(common / rest, seeds - 1, freedom) < POOLED_FROM:
        of_seeds, error, df = max(0.0, common - rest) / worlds, common, seeds - 1
    else:  # seeds have nothing in common: what they differ in is the rest as well
        rest = (rest * freedom + common * (seeds - 1)) / (freedom + seeds - 1)
        freedom += seeds - 1
        of_seeds, error, df = 0.0, rest, freedom
    between = float(((by_world - mean) ** 2).sum()) / (worlds - 1)
    return Parts(
        mean, by_world, between, rest / seeds, freedom, of_seeds + rest, (error / (worlds * seeds)) ** 0.5, df
    )  # fmt: skip


def _kept(between: Any, within: Any) -> Any:
    """The part of what estimates of worlds differ in that is not their own chance; of numbers or arrays alike."""
    between, within = np.asarray(between, float), np.asarray(within, float)
    there = between > 0
    return np.where(there, np.maximum(0.0, 1 - within / np.where(there, between, 1.0)), 0.0)


def _p_of(ratio: float, above: int, below: int) -> float:
    from scipy import special  # noqa: PLC0415 - tables are made when they are asked for

    return float(special.fdtrc(above, below, ratio))


# --- the table --------------------------------------------------------------------------------------------------


def effects_over_worlds(findings: Found) -> pd.DataFrame:
    """One row an arm and metric (and setting, where there are several besides worlds): columns ``COLUMNS``.

    ``low`` to ``high`` holds the effect in a world that fits with 95 %, parameters and chance together; ``worlds_low``
    to ``worlds_high`` is what parameters alone make of it, ``chance_low`` to ``chance_high`` what chance leaves open of
    the mean. ``share_worlds`` is the part of parameters in the variance of one pair of runs. ``sign`` is that of the
    median world, which more worlds have than the other; it ``holds`` in so many ``worlds``, with ``holds_low`` to
    ``holds_high`` its 95 % interval. ``up`` and ``down`` count the estimates as they are. With one seed
    chance cannot be told apart: ``holds`` is the count itself.

    ``percent`` is ``difference`` in per cent of the mean level without the arm (``baseline``). ``percent_low`` to
    ``percent_high`` and ``percent_worlds_low`` to ``percent_worlds_high`` are as ``low`` and the others, of effects in
    per cent of the level of their own world; NaN where that is not above 0 in every world. ``people`` is the number of
    persons at risk to whom the figures refer: those of a run, or 100 000 where rates are compared.
    """
    import pandas as pd  # noqa: PLC0415

    rows = []
    for one in each_effect(findings):
        about = METRICS[one.metric]
        rows.append({"setting": one.setting, "arm": one.arm, "metric": one.metric, **_row(one.before, one.after),
                     "unit": one.unit, "tag": about.tag, "layer": about.layer, "people": one.people})  # fmt: skip
    table = pd.DataFrame(rows, columns=["setting", *COLUMNS])
    return table if (table["setting"] != "").any() else table.drop(columns="setting")


class Values(NamedTuple):
    """One metric without and with an arm (worlds, seeds), its unit, and to how many persons at risk it refers."""

    setting: str
    arm: str
    metric: str
    before: Floats
    after: Floats
    unit: str
    people: float


def each_effect(findings: Found) -> Iterator[Values]:
    """The values of every metric, arm and setting. Worlds are in their order.

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
                before, after = _of_lucks(
                    *(np.array([cube[label][..., place] for cube in cubes]) for label in (first.baseline.label, arm.label))
                )
                unit = METRICS[metric].unit
                if rates and METRICS[metric].per_100k:
                    before = PER * before / sizes[first.baseline.label]
                    after, unit = PER * after / sizes[arm.label], f"{unit} per 100 000 at risk"
                people = PER if rates else float(sizes[arm.label])
                yield Values(outer, arm.label, metric, before, after, unit, people)


def _outer(label: str, values: dict[str, Any]) -> str:
    """The label of the setting that a world belongs to, without the world."""
    world = f"world {values['set']}"
    return label.removesuffix(world).removesuffix(", ")


def _cube(findings: Found, label: str) -> dict[str, Floats]:
    """Values by arm (seeds, lucks, metrics) of one world; NaN where a run is missing."""
    comparison = findings.comparisons[label]
    runs = [(seed, luck) for seed in findings.seeds for luck in comparison.lucks]
    place = {run: number for number, run in enumerate(runs)}
    found = {}
    for arm in comparison.every_arm:
        values = np.full((len(runs), len(comparison.metrics)), np.nan)
        for run in comparison.every_run_of(arm, *SUMMARY):
            values[place[run.seed, run.luck]] = [run.metrics[name] for name in comparison.metrics]
        found[arm.label] = values.reshape(len(findings.seeds), len(comparison.lucks), -1)
    return found


def _of_lucks(before: Floats, after: Floats) -> tuple[Floats, Floats]:
    """Values (worlds, seeds, lucks) as one of each seed: the mean of those lucks that both have, NaN without any."""
    both = np.isfinite(before) & np.isfinite(after)
    count = both.sum(-1)
    with np.errstate(invalid="ignore"):
        first, second = (np.where(both, each, 0.0).sum(-1) / count for each in (before, after))
    return first, second


def complete(before: Floats, after: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Effects (worlds, seeds) of those worlds in which all seeds have one, and which worlds these are."""
    change = differences(before, after)
    there: NDArray[np.bool_] = np.asarray(np.isfinite(change).all(1))
    return change[there], there


def _row(before: Floats, after: Floats) -> dict[str, Any]:
    table, there = complete(before, after)
    row: dict[str, Any] = dict.fromkeys(NUMBERS, np.nan)
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
    return row | _judged(table) | _in_percent(before[there], table)


def _judged(table: Floats) -> dict[str, Any]:
    """Variances, intervals, and in how many worlds the sign of the median world holds."""
    parts = parts_of(table)
    several = bool(np.isfinite(parts.of_chance))  # seeds; with one the estimates are all there is
    effects = _drawn(parts) if several else parts.means[None]
    up, down = (effects > 0).sum(1), (effects < 0).sum(1)
    # taken from the draws as well, so that a sign and the number of worlds in which it holds cannot say opposite things
    way = int(np.sign(np.median(up) - np.median(down))) or int(np.sign(parts.mean))
    counts = {1: up, -1: down, 0: np.full(1, np.nan)}[way]
    holds_low, holds, holds_high = np.quantile(counts, (_ENDS[0], 0.5, _ENDS[1]))
    low, high = np.quantile(effects, _ENDS)
    found = {"sign": {1: "rises", -1: "falls", 0: NOTHING}[way], "holds": holds, "low": low, "high": high}
    if not several:
        return found
    total = parts.of_worlds + parts.of_chance
    worlds_low, worlds_high = np.quantile(parts.shrunk, _ENDS)
    half = t_quantile(parts.freedom, LEVEL) * parts.error
    return found | {
        "worlds_low": worlds_low,
        "worlds_high": worlds_high,
        "chance_low": parts.mean - half,
        "chance_high": parts.mean + half,
        "variance_worlds": parts.of_worlds,
        "variance_chance": parts.of_chance,
        "share_worlds": parts.of_worlds / total if total else np.nan,
        "holds_low": holds_low,
        "holds_high": holds_high,
    }


def _in_percent(before: Floats, table: Floats) -> dict[str, Any]:
    """Where effects lie in per cent of the level of their own world: worlds of other levels may have the same."""
    levels = before.mean(1)
    if not (levels > 0).all():
        return {}
    parts = parts_of(100 * table / levels[:, None])
    several = np.isfinite(parts.of_chance)
    found = dict(zip(("percent_low", "percent_high"), np.quantile(_drawn(parts) if several else parts.means, _ENDS),
                     strict=True))  # fmt: skip
    ends = np.quantile(parts.shrunk, _ENDS) if several else (np.nan, np.nan)
    return found | dict(zip(("percent_worlds_low", "percent_worlds_high"), ends, strict=True))


_ENDS = ((1 - LEVEL) / 2, (1 + LEVEL) / 2)


def _drawn(parts: Parts) -> Floats:
    """Effects (draws, worlds) that the runs leave open: mean squares, an error common to all worlds, and one of each."""
    worlds = len(parts.means)
    between, within, common, own = _chance(parts.freedom, parts.within_freedom, worlds)
    between, within = parts.between * between, parts.within * within
    kept = _kept(between, within)
    drawn: Floats = np.sqrt(kept * within) * own
    drawn += kept * (parts.means - parts.mean)
    drawn += parts.mean + parts.error * common
    return drawn


@lru_cache(maxsize=8)
def _chance(freedom: int, within: int, worlds: int) -> tuple[Floats, Floats, Floats, Floats]:
    """What is drawn for every metric alike, one a draw and the last (draws, worlds).

    Two factors of mean squares, of ``worlds`` and with ``within`` degrees of freedom (a scaled inverse chi-square
    each); errors of a t distribution with ``freedom``, and of a normal one.
    """
    rng = np.random.default_rng(DRAW_SEED)
    common, own = rng.standard_t(freedom, (DRAWS, 1)), rng.standard_normal((DRAWS, worlds))
    of_worlds, of_rest = (df / rng.chisquare(df, (DRAWS, 1)) for df in (worlds - 1, within))
    return of_worlds, of_rest, common, own

"""What patterns come to over worlds that fit: in how many a direction holds, and measures that need several worlds.

Each replicate of a check is its value in one accepted set of parameters with a seed of its own, so that the interval of
the mean holds parameters and chance together. Where some sets were run with a second seed, the two are told apart by
the usual mean squares of a nested table (seeds within sets, one-way random effects): each world is then drawn towards
the mean as far as its difference may be chance, and mean squares are drawn as far as few seeds leave them open, as
``sim.results.over_worlds`` does for effects.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from experiments.measures import HEADLINES, MEASURES
from experiments.pattern_runs import LARGE, SMALL, Check, Floats, Pattern, Runs, relative_check
from experiments.world_runs import set_of
from sim.declared.measures.catalogue import METRICS
from sim.declared.parameters import PARAMETERS
from sim.results.signs import LEVEL
from sim.results.statistics import Interval, t_interval
from sim.results.turns import FEWEST_WORLDS, NEARLY_ALL, told_by

DRAWS, DRAW_SEED = 1_000, 20_260_103  # fixed, so that the same runs give the same counts
PER = 1e5  # people for whom figures of runs of two sizes are compared
_ENDS = ((1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2)


@dataclass(frozen=True)
class Valued(Interval):
    """An interval together with the values that it stands on, one a replicate (NaN where there is none)."""

    values: Floats = field(default_factory=lambda: np.empty(0))


@dataclass(frozen=True)
class Worlds(Runs):
    """Runs whose seeds are worlds that fit; intervals keep the values of the worlds."""

    def interval(self, values: ArrayLike) -> Valued:
        """See ``Runs``."""
        found = t_interval(values, self.level)
        return Valued(found.mean, found.low, found.high, found.count, np.asarray(values, float))


@dataclass(frozen=True)
class Held:
    """In how many worlds a check comes out as expected.

    ``holds`` of ``worlds``, with its 95 % interval where chance is held ``apart`` (NaN otherwise); ``turned`` are the
    sets in which it comes out otherwise, ``effects`` the value of each world by its set (drawn towards the mean where
    chance is held apart).
    """

    worlds: int
    holds: float
    low: float
    high: float
    apart: bool
    turned: tuple[int, ...]
    effects: Mapping[int, float]


def expected(pattern: Pattern) -> tuple[float, float] | None:
    """Where the value of a world lies if the pattern holds in it; None where that is not asked of single worlds."""
    margin = float(pattern.get("margin", math.nan))
    bounds: dict[str, tuple[float, float]] = {
        "up": (0.0, math.inf),
        "down": (-math.inf, 0.0),
        "not_down": (-margin, math.inf),
        "unchanged": (-margin, margin),
    }
    if pattern["expect"] == "within":
        least, most = pattern["band"]
        return float(least), float(most)
    return bounds.get(str(pattern["expect"]))


def held(values: Floats, seeds: Sequence[int], bounds: tuple[float, float]) -> Held:
    """Count the worlds in which values, one for each of ``seeds``, lie between bounds.

    >>> held(np.array([1.0, 2.0, -1.0]), [1, 2, 3], (0.0, np.inf)).holds
    2.0
    """
    by_set: dict[int, list[float]] = {}
    for value, seed in zip(values, seeds, strict=True):
        if math.isfinite(value):
            by_set.setdefault(set_of(seed), []).append(float(value))
    sets = sorted(by_set)
    counts = np.array([len(by_set[number]) for number in sets], float)
    means = np.array([np.mean(by_set[number]) for number in sets])
    freedom = int((counts - 1).sum())
    if len(sets) < 2 or not freedom:
        good = _inside(means, bounds)
        turned = tuple(number for number, fine in zip(sets, good, strict=True) if not fine)
        effects = dict(zip(sets, means.tolist(), strict=True))
        return Held(len(sets), float(good.sum()), math.nan, math.nan, False, turned, effects)
    chance = sum(len(some) * float(np.var(some)) for some in by_set.values()) / freedom
    spread = float(means.var(ddof=1))
    shrunk = means.mean() + _kept(spread, chance / counts) * (means - means.mean())
    drawn = _drawn(means, spread, chance / counts, freedom)
    low, middle, high = np.quantile(_inside(drawn, bounds).sum(1), _ENDS)
    turned = tuple(number for number, fine in zip(sets, _inside(shrunk, bounds), strict=True) if not fine)
    effects = dict(zip(sets, shrunk.tolist(), strict=True))
    return Held(len(sets), float(middle), float(low), float(high), True, turned, effects)


def _drawn(means: Floats, spread: float, chance: Floats, freedom: int) -> Floats:
    """Effects (draws, worlds) that estimates ``means`` (worlds,) with variance ``spread`` leave open.

    ``chance`` (worlds,) is the variance of each estimate by chance, known from ``freedom`` second seeds. Both variances
    are drawn from their scaled inverse chi-square, then an error common to all worlds, and one of each.
    """
    rng = np.random.default_rng(DRAW_SEED)
    worlds, many = len(means), (DRAWS, 1)
    of_chance = chance * (freedom / rng.chisquare(freedom, many))
    kept = _kept(spread * (worlds - 1) / rng.chisquare(worlds - 1, many), of_chance)
    error = np.sqrt(of_chance.mean(1, keepdims=True) / worlds) * rng.standard_normal(many)
    own = np.sqrt(kept * of_chance) * rng.standard_normal((DRAWS, worlds))
    drawn: Floats = means.mean() + error + kept * (means - means.mean()) + own
    return drawn


def _kept(spread: float | Floats, chance: Floats) -> Floats:
    """The part of the difference of each world from the mean that is not chance (…, worlds)."""
    between = np.maximum(0.0, spread - chance.mean(-1, keepdims=True))
    every = between + chance
    kept: Floats = np.where(every > 0, between / np.where(every > 0, every, 1.0), 0.0)
    return kept


def _inside(values: Floats, bounds: tuple[float, float]) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = (values > bounds[0]) & (values < bounds[1])
    return found


def goes_with(found: Held, sets: Mapping[int, Mapping[str, Any]]) -> list[str]:
    """What parameters go with a check that does not come out alike in nearly all worlds; empty for few worlds."""
    if found.worlds < FEWEST_WORLDS or found.holds >= NEARLY_ALL * found.worlds:
        return []
    numbers = list(found.effects)
    names = [
        name
        for name, value in sets[numbers[0]].items()
        if name in PARAMETERS and not isinstance(value, str | bool | None)
    ]
    values = np.array([[float(sets[number][name]) for name in names] for number in numbers])
    effects = np.array([found.effects[number] for number in numbers])
    return [_worded(row) for row in told_by(names, values, effects, effects)]


def _worded(row: Mapping[str, Any]) -> str:
    if row["by"] == "tree":
        return f"turns where {row['what']}"
    return f"{'rises' if row['correlation'] > 0 else 'falls'} with {row['what']}"


# --- measures that need several worlds ------------------------------------------------------------------------------


def size(runs: Runs, pattern: Pattern) -> list[Check]:
    """Large minus small runs of the same set, % of the mean of small ones; flows and stocks per person."""
    seeds = runs.seeds(SMALL, LARGE)
    checks = []
    for name in (name for name in HEADLINES if name not in pattern["apart"]):
        small, large = (_per_person(runs, label, name, seeds) for label in (SMALL, LARGE))
        checks.append(relative_check(runs, name, large - small, small))
    return checks


def _per_person(runs: Runs, label: str, name: str, seeds: Sequence[int]) -> Floats:
    values = runs.metric(label, name, seeds)
    return PER * values / float(runs.scenarios[label].values["people.size"]) if METRICS[name].per_100k else values


def pairing(runs: Runs, pattern: Pattern) -> list[Check]:
    """Variance of unpaired over paired differences between seeds of a set: median over headline effects, quartiles."""
    gains = []
    for arm in pattern["arms"]:
        seeds = runs.seeds("none", arm)
        twice = [seed for seed in seeds if set_of(seed) != seed and set_of(seed) in seeds]
        for name in HEADLINES:
            # half the squared difference of two seeds is their variance
            first, second = (
                np.array([runs.metric(label, name, some) for label in ("none", arm)])
                for some in ([set_of(seed) for seed in twice], twice)
            )
            step = second - first
            paired = float(np.nansum((step[1] - step[0]) ** 2))
            gains.append(float(np.nansum(step**2)) / paired if paired else math.nan)
    known = np.array([gain for gain in gains if math.isfinite(gain)])
    count = len([seed for seed in runs.seeds("none", *pattern["arms"]) if set_of(seed) != seed])
    if not len(known):
        return [Check("variance ratio, median", "ratio", Interval(math.nan, math.nan, math.nan, 0))]
    low, middle, high = np.quantile(known, (0.25, 0.5, 0.75))
    return [Check("variance ratio, median and quartiles", "ratio", Interval(middle, low, high, count))]


# as for seeds of one world, but for two that would take worlds for seeds
OVER_WORLDS: dict[str, Callable[[Runs, Pattern], list[Check]]] = MEASURES | {"size": size, "pairing": pairing}

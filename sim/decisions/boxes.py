"""In which worlds something happens: boxes of at most four dimensions by PRIM, and small trees, tested by resampling.

PRIM (the patient rule induction method, of the EMA Workbench) peels a box until mostly worlds of interest are left in
it. Of the boxes on its way the one is taken whose coverage and density have the largest harmonic mean, among those that
restrict at most ``MOST_DIMENSIONS`` dimensions, each with a quasi-p below ``MOST_QUASI_P``. A box is then looked for
again in worlds drawn anew with replacement, and judged in the worlds that were not drawn: a rule that only described
its own noise does not hold there.
"""

from __future__ import annotations

import contextlib
import io
import logging
import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.decisions.luck import Bools, Floats, Order, Search
from sim.decisions.optional import package

MOST_DIMENSIONS, DEEPEST = 4, 3
LEAST_OF_EACH, LEAST_IN_BOX = 5, 5  # worlds
MOST_QUASI_P, LEAST_DENSITY = 0.05, 0.3
MOST_FOLDS = 5
HOLDS, AGAIN = 0.9, 0.5  # of resamples: in which a box must be denser than all worlds, and restrict the same dimensions


@dataclass(frozen=True)
class Limit:
    """One side of a box: a range of numbers (None: open at that end), or the options of a switch."""

    name: str
    low: float | None = None
    high: float | None = None
    options: tuple[str, ...] = ()
    quasi_p: float = math.nan
    again: float = math.nan  # share of resamples in which a box restricts this dimension too

    def holds(self, points: pd.DataFrame) -> Bools:
        """In which of the worlds (rows of ``points``) it holds."""
        if self.options:
            return np.asarray(points[self.name].isin(self.options).to_numpy(bool))
        values = points[self.name].to_numpy(float)
        low, high = -np.inf if self.low is None else self.low, np.inf if self.high is None else self.high
        return np.asarray((values >= low) & (values <= high))


@dataclass(frozen=True)
class Rule:
    """A box, or a leaf of a tree, with what is in it.

    Parameters
    ----------
    limits : what must hold together; empty where nothing was found.
    coverage : share of the worlds of interest that lie in it. ``density``: share of its worlds that are of interest.
    inside : number of worlds in it.
    """

    limits: tuple[Limit, ...]
    coverage: float
    density: float
    inside: int

    def holds(self, points: pd.DataFrame) -> Bools:
        """Which of the worlds lie in it."""
        found = np.ones(len(points), bool)
        for limit in self.limits:
            found &= limit.holds(points)
        return found


@dataclass(frozen=True)
class Discovery:
    """Where something happens among worlds.

    Parameters
    ----------
    of_interest, worlds : in how many of how many worlds it happens.
    why_not : why there is no rule; empty where there is one.
    box : the box of PRIM, or None.
    outside_density, outside_coverage : means over resamples, in worlds that the box was not made from. ``lift`` is
        the share of resamples in which it is denser there than all worlds.
    reproduced : whether the box passes: see ``HOLDS`` and ``AGAIN``.
    tree : leaves of a small tree in which more than half of the worlds are of interest, the fullest first.
    accuracy, accuracy_error : balanced accuracy of such trees in worlds left out, and its error over folds; a guess has
        0.5. ``by_luck``: how often the best of all trees of a decision is as good by luck alone, see
        ``sim.decisions.luck``.
    """

    of_interest: int
    worlds: int
    why_not: str = ""
    box: Rule | None = None
    outside_density: float = math.nan
    outside_coverage: float = math.nan
    lift: float = math.nan
    reproduced: bool = False
    tree: tuple[Rule, ...] = ()
    accuracy: float = math.nan
    accuracy_error: float = math.nan
    by_luck: float = math.nan

    @property
    def base(self) -> float:
        """The share of worlds in which it happens."""
        return self.of_interest / self.worlds if self.worlds else math.nan


def discover(points: pd.DataFrame, interest: Bools, *, resamples: int = 20, seed: int = 1) -> Discovery:
    """Where ``interest`` (worlds,) is true among ``points`` (worlds, a column for each dimension; text for switches).

    Raises
    ------
    RequestError : a package is missing.
    """
    count, worlds = int(interest.sum()), len(points)
    if not worlds:
        return Discovery(count, worlds, "in no world is it known")
    if not count:
        return Discovery(count, worlds, "in no world of the sample")
    if count == worlds:
        return Discovery(count, worlds, "in every world of the sample")
    if min(count, worlds - count) < LEAST_OF_EACH:
        fewer, kind = min((count, "in which it does"), (worlds - count, "in which it does not"))
        noun = "world" if fewer == 1 else "worlds"
        return Discovery(count, worlds, f"only {fewer} {noun} {kind}: too few to say where")
    box = find_box(points, interest)
    leaves = leaves_of(points, interest, seed)
    accuracy, error = accuracy_of(points, interest, seed)
    found = Discovery(count, worlds, tree=leaves, accuracy=accuracy, accuracy_error=error)
    if box is None:
        return with_fields(found, why_not="no box of at most four dimensions stands out")
    return _resampled(found, box, points, interest, resamples, seed)


def with_fields(found: Discovery, **changes: Any) -> Discovery:
    """The same with other fields."""
    return Discovery(**{**vars(found), **changes})


def find_box(points: pd.DataFrame, interest: Bools) -> Rule | None:
    """The box of PRIM, see above; None where none will do."""
    prim = package("ema_workbench.analysis.prim")
    logging.getLogger("EMA").setLevel(logging.ERROR)
    varied = points[[name for name in points if points[name].nunique() > 1]]
    if not len(varied.columns):
        return None
    frame = varied.apply(lambda column: column.astype("category") if _is_text(column) else column.astype(float))
    with contextlib.redirect_stdout(io.StringIO()), np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the workbench uses what pandas will drop
        search = prim.Prim(frame.reset_index(drop=True), np.asarray(interest, bool), **_threshold(prim))
        box = search.find_box()
    if box is None:
        return None
    course = box.peeling_trajectory
    usable = course[(course["res_dim"] >= 1) & (course["res_dim"] <= MOST_DIMENSIONS) & (course["n"] >= LEAST_IN_BOX)]
    sure = [at for at in usable["id"] if all(p <= MOST_QUASI_P for p in _quasi_p(box, int(at)).values())]
    if not sure:
        return None
    rows = course.loc[course["id"].isin(sure)]
    merit = 2 * rows["coverage"] * rows["density"] / (rows["coverage"] + rows["density"]).clip(lower=1e-12)
    at = int(rows.loc[merit.idxmax(), "id"])
    return _judged(_limits(box, at, varied), points, interest)


def _threshold(prim: Any) -> dict[str, float]:
    """Versions before 3 of the workbench want a threshold below which a box is none."""
    import inspect  # noqa: PLC0415

    known = inspect.signature(prim.Prim.__init__).parameters
    return {"threshold": LEAST_DENSITY} if "threshold" in known else {}


def _quasi_p(box: Any, at: int) -> dict[str, float]:
    """Quasi-p of every restricted dimension of a box on the way: how likely chance alone gives its density."""
    return {name: max(value for value in ends if value >= 0) for name, ends in box.qp[at].items()}


def _limits(box: Any, at: int, points: pd.DataFrame) -> tuple[Limit, ...]:
    quasi = _quasi_p(box, at)
    limits = []
    for name in quasi:
        ends = box.box_lims[at][name]
        if _is_text(points[name]):
            limits.append(Limit(name, options=tuple(sorted(ends[0])), quasi_p=quasi[name]))
            continue
        values = points[name].to_numpy(float)
        low, high = float(ends[0]), float(ends[1])
        limits.append(Limit(name, low if low > values.min() else None, high if high < values.max() else None,
                            quasi_p=quasi[name]))  # fmt: skip
    return tuple(limits)


def _judged(limits: tuple[Limit, ...], points: pd.DataFrame, interest: Bools) -> Rule:
    """The rule with its coverage and density among these worlds."""
    rule = Rule(limits, math.nan, math.nan, 0)
    inside = rule.holds(points)
    hits = int((inside & interest).sum())
    coverage = hits / int(interest.sum()) if interest.any() else math.nan
    return Rule(limits, coverage, hits / int(inside.sum()) if inside.any() else math.nan, int(inside.sum()))


def _resampled(
    found: Discovery, box: Rule, points: pd.DataFrame, interest: Bools, resamples: int, seed: int
) -> Discovery:
    """With what becomes of the search in worlds drawn anew."""
    rng = np.random.default_rng(seed)
    dense, covered, denser, seen = [], [], [], {limit.name: 0 for limit in box.limits}
    for _ in range(resamples):
        drawn = rng.integers(0, len(points), len(points))
        left = np.setdiff1d(np.arange(len(points)), drawn)
        other = find_box(points.iloc[drawn], interest[drawn]) if 0 < interest[drawn].sum() < len(points) else None
        if other is None:
            denser.append(False)
            continue
        for limit in other.limits:
            if limit.name in seen:
                seen[limit.name] += 1
        judged = _judged(other.limits, points.iloc[left], interest[left])
        base = float(interest[left].mean()) if len(left) else math.nan
        dense.append(judged.density)
        covered.append(judged.coverage)
        denser.append(bool(judged.density > base))
    limits = tuple(Limit(**{**vars(limit), "again": seen[limit.name] / resamples}) for limit in box.limits)
    lift = float(np.mean(denser))
    return with_fields(
        found,
        box=Rule(limits, box.coverage, box.density, box.inside),
        outside_density=_mean_known(dense),
        outside_coverage=_mean_known(covered),
        lift=lift,
        reproduced=lift >= HOLDS and all(limit.again >= AGAIN for limit in limits),
    )


# --- trees ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Coded:
    """Worlds as numbers: a column for each number, and one for each option of a switch but the first."""

    values: NDArray[np.float64]
    columns: tuple[tuple[str, str], ...] = field(default=())  # name of the dimension, and option or nothing


def coded(points: pd.DataFrame) -> Coded:
    """The same worlds for a tree."""
    columns, values = [], []
    for name in points:
        if not _is_text(points[name]):
            columns.append((str(name), ""))
            values.append(points[name].to_numpy(float))
            continue
        for option in sorted(points[name].unique())[1:]:
            columns.append((str(name), str(option)))
            values.append((points[name] == option).to_numpy(float))
    return Coded(np.column_stack(values), tuple(columns))


def _tree(worlds: int, seed: int) -> Any:
    return package("sklearn.tree").DecisionTreeClassifier(
        max_depth=DEEPEST, min_samples_leaf=max(LEAST_IN_BOX, worlds // 20), class_weight="balanced", random_state=seed
    )


def leaves_of(points: pd.DataFrame, interest: Bools, seed: int) -> tuple[Rule, ...]:
    """The leaves of a small tree in which more than half of the worlds are of interest, by coverage."""
    as_numbers = coded(points)
    made = _tree(len(points), seed).fit(as_numbers.values, interest)
    tree = made.tree_
    found: list[Rule] = []

    def visit(node: int, limits: Mapping[tuple[str, str], Limit]) -> None:
        if tree.children_left[node] == -1:
            rule = _judged(tuple(limits.values()), points, interest)
            if rule.density > 0.5 and limits:
                found.append(rule)
            return
        name, option = as_numbers.columns[tree.feature[node]]
        at = float(tree.threshold[node])
        for child, upper in ((tree.children_left[node], False), (tree.children_right[node], True)):
            visit(
                int(child), {**limits, (name, ""): _narrowed(limits.get((name, "")), name, option, at, upper, points)}
            )

    visit(0, {})
    return tuple(sorted(found, key=lambda rule: -rule.coverage))


def _narrowed(before: Limit | None, name: str, option: str, at: float, upper: bool, points: pd.DataFrame) -> Limit:
    """The limit of a dimension after one more split of a tree."""
    if option:
        allowed = before.options if before else tuple(sorted(map(str, points[name].unique())))
        return Limit(name, options=tuple(each for each in allowed if (each == option) == upper))
    low, high = (before.low, before.high) if before else (None, None)
    return Limit(name, max(at, low) if upper and low is not None else at if upper else low,
                 high if upper else min(at, high) if high is not None else at)  # fmt: skip


def accuracy_of(points: pd.DataFrame, interest: Bools, seed: int) -> tuple[float, float]:
    """Balanced accuracy of such trees in worlds that were left out: mean over folds, and its standard error."""
    return mean_and_error(_scores(coded(points).values, interest, folds(interest, seed), seed))


def tree_search(points: pd.DataFrame, interest: Bools, seed: int) -> Search:
    """The accuracy of such trees where worlds are told from what other worlds differ in."""
    values, parts = coded(points).values, folds(interest, seed)
    return lambda order: mean_and_error(_scores(values[order], interest, parts, seed))[0]


def _scores(values: Floats, interest: Bools, parts: Sequence[tuple[Order, Order]], seed: int) -> list[float]:
    """The balanced accuracy in each part that was left out."""
    scores = []
    for train, test in parts:
        made = _tree(len(train), seed).fit(values[train], interest[train])
        scores.append(balanced(interest[test], np.asarray(made.predict(values[test]), bool)))
    return scores


def folds(interest: Bools, seed: int) -> list[tuple[Order, Order]]:
    """Places of worlds to learn from and of worlds left out, with alike shares of interest in all parts."""
    from sklearn.model_selection import StratifiedKFold  # type: ignore[import-untyped]  # noqa: PLC0415 - of the extra decide

    count = min(MOST_FOLDS, int(interest.sum()), int((~interest).sum()))
    split = StratifiedKFold(count, shuffle=True, random_state=seed)
    return [(train, test) for train, test in split.split(np.zeros(len(interest)), interest)]


def balanced(truth: Bools, said: Bools) -> float:
    """Mean of the shares that are right among those of interest and among the others; NaN where one is missing."""
    if not truth.any() or truth.all():
        return math.nan
    return float((said[truth].mean() + (~said[~truth]).mean()) / 2)


def mean_and_error(scores: Sequence[float]) -> tuple[float, float]:
    """The mean of what is known, and its standard error."""
    known = np.array([score for score in scores if math.isfinite(score)])
    if not len(known):
        return math.nan, math.nan
    return float(known.mean()), float(known.std(ddof=1) / math.sqrt(len(known))) if len(known) > 1 else math.nan


def _mean_known(values: Sequence[float]) -> float:
    return mean_and_error(values)[0]


def _is_text(column: pd.Series[Any]) -> bool:
    """Whether it holds options (a switch, or a choice among the sets of an ensemble) and no numbers."""
    return not pd.api.types.is_numeric_dtype(column)

"""The search itself: a small tree that can be read, and a forest that may see more than can be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.results.halves import Halves
from sim.results.traits import Known, Split

FOLDS = 5  # parts of the searched lucks, of which one at a time judges trees that the others have made
TREES, SAMPLE = 200, 20_000  # trees of a forest, and how many people each sees at most
PART_OF_LEAF = 0.005  # a leaf in the forest has at least this part of the people that its tree sees


class Tree(NamedTuple):
    """A tree: the leaf of everyone, int64 (people,), the change expected there beside the mean, and the way to each."""

    leaf: NDArray[np.int64]
    expected: NDArray[np.float64]
    ways: Mapping[int, list[Split]]


class Forest(NamedTuple):
    """Changes expected beside the mean, float64 (people,): by the given groups, and beyond them."""

    groups: NDArray[np.float64]
    beyond: NDArray[np.float64]


def fit_tree(of: Known, halved: Halves, smallest: int, deepest: int) -> Tree:
    """The tree of the searched half: as deep as lucks that it has not seen bear out, and no deeper.

    Trees are cut back by their cost and complexity. How far is judged on lucks left out, one part at a time: the
    smallest tree is taken that is within one standard error of the best, and "no split" is one of them.
    """
    if not of.questions:
        return _no_tree(of)
    full, shown = _grown(of, halved, halved.searched, (smallest, deepest), 0.0)
    weakest = full.cost_complexity_pruning_path(*shown).ccp_alphas
    strengths = [*np.sqrt(weakest[:-1] * weakest[1:]), np.inf]
    chosen = _strength(of, halved, (smallest, deepest), strengths)
    if np.isinf(chosen):
        return _no_tree(of)
    kept, _ = _grown(of, halved, halved.searched, (smallest, deepest), chosen)
    cells, cell = of.cells
    return Tree(kept.apply(cells).astype(np.int64)[cell], kept.predict(cells)[cell], _ways(kept.tree_))


def fit_forest(of: Known, halved: Halves, smallest: int, seed: int) -> Forest:
    """What the searched half says of everyone: one change for each given group, and what a forest finds beyond."""
    rows, change = halved.mean(halved.searched)
    groups, left = np.zeros(len(of.asked)), change
    if of.grouped.shape[1]:
        design = of.grouped - of.grouped[rows].mean(axis=0)
        weights = np.linalg.lstsq(design[rows], change, rcond=None)[0]
        groups = design @ weights
        left = change - groups[rows]
    if not of.questions:
        return Forest(groups, np.zeros(len(groups)))
    from sklearn.ensemble import RandomForestRegressor  # type: ignore[import-untyped,unused-ignore] # noqa: PLC0415

    seen = min(len(rows), SAMPLE)
    forest = RandomForestRegressor(
        TREES,
        min_samples_leaf=max(smallest // 2, round(PART_OF_LEAF * seen)),
        max_features=0.5,
        max_samples=seen / len(rows),
        random_state=seed,
    ).fit(of.asked[rows], left)
    cells, cell = of.cells
    return Forest(groups, forest.predict(cells)[cell])


def _no_tree(of: Known) -> Tree:
    return Tree(np.zeros(len(of.asked), np.int64), np.zeros(len(of.asked)), {0: []})


Shown = tuple[NDArray[np.float32], NDArray[np.float64], NDArray[np.float64]]  # cells, their mean change, their people


def _grown(
    of: Known, halved: Halves, lucks: Sequence[NDArray[np.int64]], bounds: tuple[int, int], strength: float
) -> tuple[Any, Shown]:
    """A tree made of these lucks, cut back so strongly, and what it was shown.

    People of whom the same is known are shown as one cell with their number and mean: the same tree, sooner.
    """
    from sklearn.tree import DecisionTreeRegressor  # type: ignore[import-untyped,unused-ignore] # noqa: PLC0415

    smallest, deepest = bounds
    cells, cell = of.cells
    rows, change = halved.mean(lucks)
    people = np.bincount(cell[rows], minlength=len(cells)).astype(float)
    total = np.bincount(cell[rows], change, minlength=len(cells))
    there = people > 0
    shown = cells[there], total[there] / people[there], people[there]
    # the least bit less, so that a leaf of exactly so many people is not lost by rounding
    part = min(0.5, (smallest - 0.5) / len(rows))
    tree = DecisionTreeRegressor(
        max_depth=deepest, min_weight_fraction_leaf=part, ccp_alpha=strength, random_state=0
    ).fit(shown[0], shown[1], sample_weight=shown[2])
    return tree, shown


def _strength(of: Known, halved: Halves, bounds: tuple[int, int], strengths: list[float]) -> float:
    """How strongly to cut back, of ``strengths`` from weak to strong; the last leaves no split."""
    folds = halved.folds(FOLDS)
    gains = np.array(
        [
            np.concatenate([_tried(of, halved, bounds, strength, folds, part) for part in range(len(folds))])
            for strength in strengths[:-1]
        ]
        or np.zeros((0, 1))
    )
    gains = np.vstack([gains, np.zeros(gains.shape[1])])  # without a split nothing is gained
    means = gains.mean(axis=1)
    best = int(np.argmax(means))
    error = gains[best].std(ddof=1) / gains.shape[1] ** 0.5 if gains.shape[1] > 1 else np.inf
    return strengths[max(place for place, mean in enumerate(means) if mean >= means[best] - error)]


def _tried(
    of: Known, halved: Halves, bounds: tuple[int, int], strength: float, folds: list[Any], part: int
) -> NDArray[np.float64]:
    """What a tree made without one part gains in each of the lucks of that part."""
    others = [
        np.concatenate([fold[number] for place, fold in enumerate(folds) if place != part])
        for number in range(len(halved.populations))
    ]
    made, _ = _grown(of, halved, others, bounds, strength)
    cells, cell = of.cells
    return np.array(halved.gains(folds[part], made.predict(cells)[cell]))


def _ways(tree: Any) -> dict[int, list[Split]]:
    """The splits on the way from the root to each leaf, by the number of the leaf."""
    found: dict[int, list[Split]] = {}

    def walk(node: int, way: list[Split]) -> None:
        question = int(tree.feature[node])
        if question < 0:
            found[node] = way
            return
        threshold = float(tree.threshold[node])
        walk(int(tree.children_left[node]), [*way, Split(question, threshold, above=False)])
        walk(int(tree.children_right[node]), [*way, Split(question, threshold, above=True)])

    walk(0, [])
    return found

"""What turns the sign of an effect around between worlds that fit: parameters by rank correlation, and a shallow tree.

Only effects whose sign does not hold in nearly all worlds are looked at. A tree is told only where it says better than
the commoner sign, on worlds that it was not grown on, which sign a world has. Where many effects are searched, chance
finds something in some: q-values allow for every parameter of every effect of a table, and for the tree of each.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.declared.measures.catalogue import METRICS
from sim.declared.parameters import PARAMETERS
from sim.results.over_worlds import NOTHING, Found, complete, each_effect, parts_of
from sim.results.signs import FALLS, RISES
from sim.results.statistics import q_values

if TYPE_CHECKING:
    import pandas as pd


FEWEST_WORLDS = 20  # of fewer nothing is said about parameters
NEARLY_ALL = 0.95  # of worlds: a sign that holds in more does not turn
MOST_PARAMETERS = 3  # told for one effect
SURE = 0.05  # q-value, of ranks over all parameters of all effects, of trees over all effects
DEEPEST, FOLDS, TREE_SEED = 2, 5, 1
COLUMNS = ("arm", "metric", "by", "what", "correlation", "q_value", "worlds", "against", "right", "commoner")
Floats = NDArray[np.float64]


def turns(findings: Found) -> pd.DataFrame:
    """What goes with the sign of those effects whose sign does not hold in nearly all worlds: columns ``COLUMNS``.

    ``by`` is ``rank`` or ``tree``. By rank, ``what`` is a parameter with which the effect rises (``correlation`` above
    0) or falls. By tree, ``what`` is a condition; of the ``worlds`` that meet it, so many have a sign ``against`` that
    of the median world. ``right`` is the share of worlds whose sign the tree tells, each from a tree grown on others,
    and ``commoner`` the share that the commoner sign would. ``q_value`` allows for all that was looked at in this
    table: parameters of all effects, or trees of all effects. Trees need scikit-learn.
    """
    import pandas as pd  # noqa: PLC0415

    table = findings.over_worlds
    open_ = {
        (row.get("setting", ""), row["arm"], row["metric"]): {RISES: 1, FALLS: -1}[row["sign"]]
        for row in table.to_dict("records")
        if row["sign"] != NOTHING and row["worlds"] >= FEWEST_WORLDS and row["holds"] < NEARLY_ALL * row["worlds"]
    }
    shown = set(told(findings))
    rows: list[dict[str, Any]] = []
    for setting, arm, metric, before, after, *_ in each_effect(findings):
        if metric not in shown or (setting, arm, metric) not in open_:
            continue
        effects, there = complete(before, after)
        names, values = drawn_values(findings, setting)
        first = {"setting": setting, "arm": arm, "metric": metric}
        way, shrunk = open_[setting, arm, metric], parts_of(effects).shrunk
        rows += [first | row for row in _looked_at(names, values[there], effects.mean(1), shrunk, way)]
    found = pd.DataFrame(_sure(rows), columns=["setting", *COLUMNS])
    return found if "setting" in table else found.drop(columns="setting")


def told_by(names: Sequence[str], values: Floats, effects: Floats, shrunk: Floats) -> list[dict[str, Any]]:
    """What goes with ``effects`` (worlds,) among parameters with ``values`` (worlds, parameters): rows of ``COLUMNS``.

    Ranks are taken of ``shrunk`` (worlds,), the effects drawn towards their mean as far as they may be chance. q-values
    allow for what was looked at in this effect alone.
    """
    return _sure(_looked_at(names, values, effects, shrunk))


def _looked_at(
    names: Sequence[str], values: Floats, effects: Floats, shrunk: Floats, way: int = 0
) -> list[dict[str, Any]]:
    """Every parameter and the tree of one effect, each with a ``p_value``, whether it goes with the effect or not."""
    return [*_by_rank(names, values, shrunk), *_by_tree(names, values, effects, way)]


def _sure(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those that go with an effect more surely than chance would have it, of each effect the first ``MOST_PARAMETERS``."""
    found: list[dict[str, Any]] = []
    for kind in ("rank", "tree"):
        family = [row for row in rows if row["by"] == kind]
        sure = q_values([row["p_value"] for row in family])
        told: dict[tuple[Any, ...], int] = {}
        for row, q_value in zip(family, sure, strict=True):
            effect = tuple(row.get(name) for name in ("setting", "arm", "metric"))
            if q_value < SURE and told.setdefault(effect, 0) < MOST_PARAMETERS:
                told[effect] += 1
                found.append(row | {"q_value": float(q_value)})
    return found


def told(findings: Found) -> list[str]:
    """The metrics of which parameters are told: headline figures of what is good or bad for people, or all there are."""
    asked = findings.design.metrics
    found = [name for name in asked if METRICS[name].headline and METRICS[name].worse and not METRICS[name].is_activity]
    return found or list(asked)


def drawn_values(findings: Found, setting: str = "") -> tuple[list[str], Floats]:
    """Names and values (worlds, parameters) of the numbers in which worlds differ, in the order of worlds."""
    design = findings.design
    assert design.ensemble is not None  # noqa: S101 - nobody asks otherwise
    values = [
        dict(one.values)
        for one in design.settings
        if one.label == f"{setting}{', ' if setting else ''}world {dict(one.values)['set']}"
    ]
    names = [
        name
        for name in design.ensemble.parameters
        if name in PARAMETERS and not isinstance(values[0].get(name), str | bool | None)
    ]
    return names, np.array([[float(one[name]) for name in names] for one in values])


def _by_rank(names: Sequence[str], values: Floats, effects: Floats) -> list[dict[str, Any]]:
    """Every parameter with its rank correlation, those that an effect goes with most surely first."""
    if np.ptp(effects) == 0:
        return []
    from scipy.stats import spearmanr  # noqa: PLC0415

    vary = [place for place in range(len(names)) if np.ptp(values[:, place]) > 0]
    found = [spearmanr(values[:, place], effects) for place in vary]
    order = sorted(range(len(vary)), key=lambda place: -abs(found[place].statistic))
    return [
        {"by": "rank", "what": names[vary[place]], "correlation": float(found[place].statistic),
         "p_value": float(found[place].pvalue), "worlds": len(effects)}
        for place in order
    ]  # fmt: skip


def _by_tree(names: Sequence[str], values: Floats, effects: Floats, way: int = 0) -> list[dict[str, Any]]:
    """The end of a shallow tree in which most worlds have the sign against ``way``; none where too few have it.

    ``way`` 0 means the sign of the median world. ``p_value`` is the chance of being right so often with the commoner sign.
    """
    if importlib.util.find_spec("sklearn") is None:
        return []
    from scipy.stats import binom  # noqa: PLC0415
    from sklearn.model_selection import StratifiedKFold, cross_val_predict  # type: ignore[import-untyped,unused-ignore] # noqa: PLC0415
    from sklearn.tree import DecisionTreeClassifier  # type: ignore[import-untyped,unused-ignore] # noqa: PLC0415

    way = way or int(np.sign(np.median(effects)) or np.sign(effects.mean()))
    against = np.sign(effects) != way
    if min(against.sum(), (~against).sum()) < FOLDS:
        return []
    tree = DecisionTreeClassifier(
        max_depth=DEEPEST, min_samples_leaf=max(5, len(effects) // 20), random_state=TREE_SEED
    )
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=TREE_SEED)
    right = int((cross_val_predict(tree, values, against, cv=folds) == against).sum())
    commoner = float(max(against.mean(), 1 - against.mean()))
    tree.fit(values, against)
    ends = tree.apply(values)
    most = max(np.unique(ends), key=lambda end: (against[ends == end].mean(), (ends == end).sum()))
    inside = ends == most
    return [
        {"by": "tree", "what": _condition(tree.tree_, int(most), names), "worlds": int(inside.sum()),
         "against": int(against[inside].sum()), "right": right / len(effects), "commoner": commoner,
         "p_value": float(binom.sf(right - 1, len(effects), commoner))}
    ]  # fmt: skip


def _condition(tree: Any, end: int, names: Sequence[str]) -> str:
    """The way from the root of a tree to one of its ends, in words."""
    parts: list[str] = []
    node = end
    while node:
        above = next(
            place for place in range(tree.node_count) if node in (tree.children_left[place], tree.children_right[place])
        )
        side = "at most" if node == tree.children_left[above] else "above"
        parts.insert(0, f"{names[tree.feature[above]]} is {side} {tree.threshold[above]:.3g}")
        node = above
    return " and ".join(dict.fromkeys(parts))

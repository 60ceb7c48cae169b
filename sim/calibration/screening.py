"""Which parameters matter: first in groups, then one by one within the groups that do."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.calibration.emulators import standard
from sim.calibration.optional import package
from sim.calibration.space import Floats, Space

LEVELS = 4
LIVE = 0.25  # of what counts as much (see ``units``): groups and parameters that move less are left out
FOLDS = 5
MOST_LOOKED_AT = 150  # parameters of which a regression is made, those that go most with the output


def group_points(space: Space, trajectories: int, seed: int) -> Floats:
    """A design by Morris in which the parameters of a group move together, (points, parameters)."""
    drawn = package("SALib.sample.morris")
    points: Floats = np.asarray(drawn.sample(_problem(space), trajectories, num_levels=LEVELS, seed=seed), float)
    return points


def group_effects(space: Space, points: Floats, values: Floats, units: Floats, seed: int) -> pd.DataFrame:
    """By group, what it moves most and by how much: columns group, parameters, moves, effect.

    Parameters
    ----------
    values : (points, outputs), not a number where a run failed; then the mean of the others stands in.
    units : what counts as much of each output, (outputs,).
    """
    analysed = package("SALib.analyze.morris")
    problem = _problem(space)
    groups = list(dict.fromkeys(space.groups))
    found = np.zeros((len(groups), values.shape[1]))
    for place in range(values.shape[1]):
        column = values[:, place]
        known = column[np.isfinite(column)]
        if not len(known):
            continue
        filled = np.where(np.isfinite(column), column, known.mean())
        told = analysed.analyze(problem, points, filled / units[place], num_levels=LEVELS, seed=seed)
        by_name = dict(zip(told["names"], np.asarray(told["mu_star"], float), strict=True))
        found[:, place] = [by_name[group] for group in groups]
    return pd.DataFrame(
        {
            "group": groups,
            "parameters": [space.groups.count(group) for group in groups],
            "moves": np.argmax(found, axis=1),
            "effect": found.max(axis=1),
        }
    )


def single_effects(space: Space, points: Floats, values: Floats, units: Floats, seed: int) -> pd.DataFrame:
    """By parameter, what it moves most and by how much over its whole range: columns name, moves, effect.

    A regression that sets most coefficients to nothing finds them, one output after another, among the parameters that
    go most with the output by themselves, so that there may be more parameters than sets.
    """
    found = np.zeros((len(space.names), values.shape[1]))
    z, models = standard(points), package("sklearn.linear_model")
    for place in range(values.shape[1]):
        column = values[:, place]
        there = np.isfinite(column)
        if there.sum() < 10 * FOLDS or not np.std(column[there]):
            continue
        y = column[there] / np.std(column[there])
        some = np.argsort(-np.abs(z[there].T @ (y - y.mean())), kind="stable")[:MOST_LOOKED_AT]
        lasso = models.LassoCV(cv=FOLDS, random_state=seed, alphas=20, max_iter=2000).fit(z[there][:, some], y)
        found[some, place] = np.abs(lasso.coef_) * np.std(column[there]) / units[place] * 12.0**0.5
    return pd.DataFrame({"name": space.names, "moves": np.argmax(found, axis=1), "effect": found.max(axis=1)})


def chosen(table: pd.DataFrame, key: str, most: int) -> list[str]:
    """The names of those that move something by enough, the largest first, at most so many."""
    enough = table[table["effect"] >= LIVE].sort_values("effect", ascending=False, kind="stable")
    return [str(name) for name in enough[key][:most]]


def units(widths: Floats, spreads: Floats) -> Floats:
    """What counts as much of each output: half its band, or three tenths of an outcome; never less than chance does."""
    found: Floats = np.maximum(np.fmax(widths, spreads), 1e-12)
    return found


def _problem(space: Space) -> dict[str, object]:
    return {
        "num_vars": len(space.names),
        "names": list(space.names),
        "groups": list(space.groups),
        "bounds": [[0.0, 1.0]] * len(space.names),
    }

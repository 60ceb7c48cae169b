"""On which parameters an effect hangs over all worlds that fit: Sobol indices from an emulator, with its own error.

The emulator is a Gaussian process with one length for all parameters, each first scaled by how much it matters in a
ridge regression: with as many parameters as an ensemble has and a few hundred worlds, a length for each could not be
learnt. Its error is what it misses of worlds that it was not fitted to. Where it says no better than the mean, or no
better than chance lets it now and then, nothing is told. Indices are taken over the ranges of the ensemble, as if parameters lay in them by themselves: what the
ensemble knows of them together is not in these numbers.
"""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.ground.errors import RequestError
from sim.results.over_worlds import Found, complete, each_effect
from sim.results.turns import FEWEST_WORLDS, drawn_values, told

if TYPE_CHECKING:
    import pandas as pd


INSTALL = "pip install 'labyrinth-abm[calibrate]'"
FOLDS, SEED = 5, 1
POINTS = 256  # base points of Saltelli's sample, a power of two
LEAST_SCALE = 0.02  # of a parameter that hardly matters, against the one that matters most
HARDLY = 0.08
LEAST_TOLD = 0.1  # of the variance between worlds, which an emulator must tell of worlds unseen
# standard errors over worlds by which it must miss less than their mean: of effects that go with no parameter an emulator
# tells a tenth in one of twenty
ERRORS = 1.64
MOST_PARAMETERS = 12  # whose indices are taken: those with the largest scales
# of which indices are told unless others are asked for: each costs seconds
CORE = ("exploited_people", "new_exploited", "deaths", "safety_reached", "misidentified_removed")
COLUMNS = ("arm", "metric", "parameter", "first", "first_error", "total", "total_error", "explained", "worlds")
Floats = NDArray[np.float64]


def can_be_told() -> bool:
    """Whether scikit-learn and SALib are installed."""
    return all(importlib.util.find_spec(name) is not None for name in ("sklearn", "SALib"))


def sensitivity(findings: Found, metrics: Sequence[str] | None = None) -> pd.DataFrame:
    """Sobol indices of effects: columns ``COLUMNS``, the parameters that matter most first.

    ``first`` is the part of the variance of the effect that a parameter makes alone, ``total`` with all that it does
    together with others; their ``_error`` is a half-width of 95 % from the sample of points alone. ``explained`` is the
    part of the variance between worlds that the emulator tells of worlds unseen (1 - error / variance): the indices
    share out only so much. Effects of which it tells less than a tenth, or no more than it may by chance, have no rows.

    Parameters
    ----------
    metrics : names; None means ``CORE``, or the first that were asked for where none of these is among them.

    Raises
    ------
    RequestError : scikit-learn or SALib are not installed, or a metric was not reported.
    """
    import pandas as pd  # noqa: PLC0415

    if not can_be_told():
        raise RequestError(f"sensitivity needs scikit-learn and SALib; install them with: {INSTALL}")
    core = [name for name in CORE if name in findings.design.metrics] or told(findings)[: len(CORE)]
    wanted = core if metrics is None else list(metrics)
    for name in wanted:
        if name not in findings.design.metrics:
            raise RequestError(f"{name} was not reported", where="metrics", given=name, allowed=findings.design.metrics)
    rows: list[dict[str, Any]] = []
    for setting, arm, metric, before, after, *_ in each_effect(findings):
        effects, there = complete(before, after)
        if metric not in wanted or len(effects) < FEWEST_WORLDS or np.ptp(effects.mean(1)) == 0:
            continue
        names, values = drawn_values(findings, setting)
        first = {"setting": setting, "arm": arm, "metric": metric, "worlds": len(effects)}
        rows += [first | row for row in _indices(names, values[there], effects.mean(1))]
    found = pd.DataFrame(rows, columns=["setting", *COLUMNS])
    return found if (found["setting"] != "").any() else found.drop(columns="setting")


def _indices(names: Sequence[str], values: Floats, effects: Floats) -> list[dict[str, Any]]:
    """Indices of one effect over worlds; none where the emulator fails."""
    low, high = values.min(0), values.max(0)
    vary = high > low
    names = [name for name, varies in zip(names, vary, strict=True) if varies]
    unit = (values[:, vary] - low[vary]) / (high - low)[vary]
    explained, errors = _explained(unit, effects)
    if explained < LEAST_TOLD or errors < ERRORS:
        return []
    from SALib.analyze import sobol  # type: ignore[import-untyped,unused-ignore] # noqa: PLC0415
    from SALib.sample import sobol as sampling  # type: ignore[import-untyped,unused-ignore] # noqa: PLC0415

    scale, model = _fitted(unit, effects)
    top = np.argsort(-scale, kind="stable")[:MOST_PARAMETERS]
    chosen = [names[place] for place in top]
    problem = {"num_vars": len(top), "names": chosen, "bounds": [[0.0, 1.0]] * len(top)}
    points = sampling.sample(problem, POINTS, calc_second_order=False, seed=SEED)
    every = np.full((len(points), unit.shape[1]), 0.5)
    every[:, top] = points
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of SALib's own use of pandas
        found = sobol.analyze(problem, model.predict(every * scale), calc_second_order=False, seed=SEED)
    order = np.argsort(-np.asarray(found["ST"]), kind="stable")
    return [
        {"parameter": chosen[place], "first": float(found["S1"][place]),
         "first_error": float(found["S1_conf"][place]), "total": float(found["ST"][place]),
         "total_error": float(found["ST_conf"][place]), "explained": explained}
        for place in order
    ]  # fmt: skip


def _explained(unit: Floats, effects: Floats) -> tuple[float, float]:
    """What emulators tell of worlds that they were not fitted to: 1 - squared error / variance, and how surely.

    The second number is by how many standard errors over worlds their squared error lies below that of the mean of the
    worlds that they were fitted to.
    """
    order = np.random.default_rng(SEED).permutation(len(effects))
    missed, of_mean = np.empty(len(effects)), np.empty(len(effects))
    for fold in range(FOLDS):
        out = order[fold::FOLDS]
        kept = np.setdiff1d(order, out)
        scale, model = _fitted(unit[kept], effects[kept])
        missed[out] = effects[out] - model.predict(unit[out] * scale)
        of_mean[out] = effects[out] - effects[kept].mean()
    gained = of_mean**2 - missed**2
    error = float(gained.std(ddof=1)) / len(gained) ** 0.5
    return float(1 - (missed**2).mean() / effects.var()), float(gained.mean()) / error if error else 0.0


def _fitted(unit: Floats, effects: Floats) -> tuple[Floats, Any]:
    """The scale of each parameter, and an emulator of effects at scaled parameters."""
    from sklearn.gaussian_process import GaussianProcessRegressor  # type: ignore[import-untyped,unused-ignore] # noqa: PLC0415
    from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel  # type: ignore[import-untyped,unused-ignore] # noqa: PLC0415
    from sklearn.linear_model import RidgeCV  # type: ignore[import-untyped,unused-ignore] # noqa: PLC0415

    spread = effects.std() or 1.0
    weight = np.abs(RidgeCV(np.logspace(-3, 3, 13)).fit(unit, effects / spread).coef_)
    most = weight.max() or 1.0
    scale = np.where(weight < HARDLY * most, LEAST_SCALE, weight / most)
    kernel = ConstantKernel(1.0, (1e-2, 1e3)) * RBF(1.0, (0.1, 30.0)) + WhiteKernel(0.1, (1e-4, 2.0))
    model = GaussianProcessRegressor(kernel, normalize_y=True, random_state=SEED)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a length at the end of its range is no fault
        model.fit(unit * scale, effects)
    return scale, model

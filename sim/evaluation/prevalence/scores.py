"""How good methods are, from stored estimates: nothing is run again. Every figure comes with its Monte-Carlo error."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from sim.evaluation.detectable import widths

# each is a share of the truth, but for interviews: people asked in a round
FIGURES = ("truth", "bias", "rmse", "coverage", "change", "interviews", "not_possible")
BY = ["world", "method", "kind", "group"]
POWER = 0.8
WIDTHS = widths(0.05, POWER)  # standard errors that a change needs to be seen
SHARES = ("coverage", "not_possible")
NOBODY = "nobody is exploited, so that there is nothing of which an error could be a share"


def scores(estimates: pd.DataFrame) -> pd.DataFrame:
    """One row a world, method and group: ``FIGURES``, each with ``_error``, and ``rounds``.

    ``bias`` and ``rmse`` are of the estimate over the truth less 1; ``coverage`` the share of intervals that hold the
    truth, open ones never; ``change`` the smallest fall between two years of which a two-sided test at 5 per cent sees
    80 in 100; ``not_possible`` the share of rounds without a number, ``reason`` the most frequent one for it. Rounds in
    which nobody is exploited are left out of all of them; where there are no others, no number can be judged. Errors
    leave one seed out after another (jackknife), and are nan for one seed; a share of none or all has the binomial
    error of half a seed more.
    """
    rows = []
    for key, part in estimates.groupby(BY, sort=False, observed=True):
        seeds = part["seed"].unique()
        row: dict[str, object] = dict(zip(BY, key, strict=True)) | {"rounds": len(part), "seeds": len(seeds)}
        whole = _figures(part)
        left = [_figures(part[part["seed"] != seed]) for seed in seeds] if len(seeds) > 1 else []
        for name, value in whole.items():
            row[name] = value
            row[f"{name}_error"] = _error(name, value, [each[name] for each in left])
        row["reason"] = _reason(part)
        rows.append(row)
    return pd.DataFrame(rows)


def _reason(part: pd.DataFrame) -> str:
    """Why there is no number, where there is none, in the words that are most frequent."""
    real = part[part["truth"] > 0]
    if not len(real):
        return NOBODY
    notes = real.loc[~np.isfinite(real["estimate"]), "note"]
    return str(notes.mode().iloc[0]) if len(notes) else ""


def _error(name: str, value: float, left: list[float]) -> float:
    """The Monte-Carlo error of a figure, from its values without one seed after another."""
    if name in SHARES and value in (0.0, 1.0) and len(left) > 1:
        inner = 0.5 / (len(left) + 1)
        return math.sqrt(inner * (1 - inner) / len(left))
    return _jackknife(left)


def _jackknife(values: list[float]) -> float:
    numbers = np.array(values)
    if len(numbers) < 2 or not np.isfinite(numbers).all():
        return math.nan
    return float(math.sqrt((len(numbers) - 1) / len(numbers) * ((numbers - numbers.mean()) ** 2).sum()))


def _figures(part: pd.DataFrame) -> dict[str, float]:
    real = part[part["truth"] > 0]
    used = real[np.isfinite(real["estimate"])]
    away = (used["estimate"] / used["truth"] - 1).to_numpy()
    # an interval without an upper end says nothing that could be wrong, and is not taken for one that holds the truth
    holds = (used["low"] <= used["truth"]) & (used["truth"] <= used["high"]) & np.isfinite(used["high"])
    figures = {
        "truth": float(part["truth"].mean()),
        "bias": float(away.mean()) if len(away) else math.nan,
        "rmse": float(np.sqrt((away**2).mean())) if len(away) else math.nan,
        "coverage": float(holds.mean()) if len(used) else math.nan,
        "change": _change(used),
        "interviews": float(part["interviews"].mean()),
        "not_possible": 1 - len(used) / len(real) if len(real) else 1.0,
    }
    assert tuple(figures) == FIGURES  # noqa: S101 - the names stand above
    return figures


def _change(used: pd.DataFrame) -> float:
    """From how far the estimated change between two years lies from the true one, in logarithms."""
    positive = used[used["estimate"] > 0]
    ratio = pd.Series(np.log((positive["estimate"] / positive["truth"]).to_numpy()), positive.index)
    between = ratio.groupby(positive["seed"]).diff().dropna()
    if len(between) < 2:
        return math.nan
    return float(1 - math.exp(-WIDTHS * math.sqrt(float((between**2).mean()))))


# --- verdict ----------------------------------------------------------------------------------------------------

GOOD, FAIR, BAD = "good", "fair", "bad"
MOST_RMSE, LEAST_COVERAGE, MOST_MISSING = (0.25, 0.5), (0.85, 0.6), 0.1  # of good, and of fair; customary
BIASED = 0.7  # share of the error that is bias, from which on more interviews do not help


def state_of(row: Mapping[str, float]) -> str:
    """What a method is good for, by its figures."""
    if not math.isfinite(row["rmse"]) or row["not_possible"] > MOST_MISSING:
        return BAD
    for state, rmse, coverage in zip((GOOD, FAIR), MOST_RMSE, LEAST_COVERAGE, strict=True):
        if row["rmse"] <= rmse and row["coverage"] >= coverage:
            return state
    return BAD


def best(table: pd.DataFrame) -> dict[str, Any] | None:
    """The method of a world's table that one would take: its state first, then its error. None without any number."""

    def rank(row: Mapping[str, Any]) -> tuple[int, float]:
        return {GOOD: 0, FAIR: 1, BAD: 2}[state_of(row)], float(row["rmse"])

    rows: list[dict[str, Any]] = table.to_dict("records")  # type: ignore[assignment]
    usable = [row for row in rows if math.isfinite(row["rmse"]) and row["not_possible"] <= MOST_MISSING]
    return min(usable, key=rank) if usable else None


def interviews_needed(row: Mapping[str, float]) -> float:
    """Interviews with which a method would be good, where chance and no bias stands in the way; nan otherwise."""
    if row["interviews"] <= 0 or abs(row["bias"]) >= BIASED * row["rmse"] or abs(row["bias"]) >= MOST_RMSE[0]:
        return math.nan
    spread = row["rmse"] ** 2 - row["bias"] ** 2
    return float(math.ceil(row["interviews"] * spread / (MOST_RMSE[0] ** 2 - row["bias"] ** 2)))

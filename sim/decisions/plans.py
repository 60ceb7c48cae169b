"""Plans: a package that is left for another one by what is recorded, held against packages that stay as they are."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from sim.decisions.payoffs import Cube, Difference, gains, regained
from sim.decisions.request import NOTHING, Plan
from sim.ground.errors import RequestError
from sim.policies.review import KEEP, THEN
from sim.results.statistics import t_interval
from sim.scenario.words import listed

COLUMNS = ("plan", "outcome", "changed_course", "against", "gain", "low", "high", "better", "surely_better",
           "surely_worse", "room", "room_low", "room_high", "worlds")  # fmt: skip


def words_of(plan: Plan, packages: Mapping[str, Sequence[str]], where: str) -> tuple[str, ...]:
    """The words of a plan as a package: the policies of both its packages, and their reviews.

    Policies of the first package only end, those of the second only begin, and those of both go on. Either may be no
    policy: a plan that waits has the review on policy none, and one that only stops begins nothing.

    Raises
    ------
    RequestError : a package that there is not, or two packages that differ in more than in their policies.
    """
    known = {**packages, NOTHING: (f"policy={NOTHING}",)}
    for name in (plan.start, plan.to):
        if name not in known:
            raise RequestError(f"there is no package {name!r}", where=where, given=name, allowed=known)
    (first, own, others), (second, tuned, rest) = (_parted(known[name], where) for name in (plan.start, plan.to))
    both = [key for key in first if key in second]
    if others != rest or any(_of(key, own) != _of(key, tuned) for key in both):
        raise RequestError("the packages of a plan may differ in the policies that they choose, and in nothing else: "
                           "a policy of both goes on as it is", where=where)  # fmt: skip
    ending, beginning = ([key for key in keys if key not in (*both, NOTHING)] for keys in (first, second))
    if not ending and not beginning:
        raise RequestError("the two packages of a plan are the same", where=where)
    words = [f"policy=[{','.join((*first, *beginning))}]", *others, *own, *(word for word in tuned if word not in own)]
    for place, key in enumerate(ending or first[:1]):
        review = {**plan.review, KEEP: not ending, THEN: beginning if place == 0 else []}
        words.append(f"policy.{key}.review={{{', '.join(f'{part}: {_said(item)}' for part, item in review.items())}}}")
    return tuple(words)


def _parted(words: Sequence[str], where: str) -> tuple[list[str], list[str], list[str]]:
    """The policies that words choose, what they change of policies, and everything else."""
    keys: list[str] = []
    tuned, rest = [], []
    for word in words:
        name, _, value = word.lstrip("+").partition("=")
        if name == "policy":
            keys += listed(value)
        elif name.startswith("policy."):
            tuned.append(word)
        elif name.startswith("policy"):
            raise RequestError(f"a plan needs packages that choose their policies with policy=, not {word}",
                               where=where)  # fmt: skip
        else:
            rest.append(word)
    return keys, tuned, rest


def _of(key: str, tuned: Sequence[str]) -> set[str]:
    return {word for word in tuned if word.lstrip("+").startswith((f"policy.{key}.", "policy.dose"))}


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"[{', '.join(value)}]" if isinstance(value, list) else f"{value:g}" if isinstance(value, float) else value


def judge_plans(cube: Cube, plans: Mapping[str, Mapping[str, Any]], level: float) -> pd.DataFrame:
    """Every plan against the best package that stays as it is, a row for each plan and outcome, columns ``COLUMNS``.

    ``changed_course`` is the share of runs that differ from those of the first package: a plan that never left it is
    the same to the last bit. ``against`` is the package without a plan that is best by its mean over worlds, ``gain``
    by how much the plan is better in the unit of the outcome, with its 95 % interval over worlds. ``better`` is the
    share of worlds in which it is so by the mean over seeds. ``room`` is what choosing one of those packages in every
    world would gain over ``against``, each choice made by other seeds than those by which it is valued, with its 95 %
    interval over worlds.
    """
    fixed = [k for k, label in enumerate(cube.packages) if label not in plans]
    rows = []
    for label, plan in plans.items():
        k, start = cube.packages.index(label), cube.packages.index(plan["start"])
        both = np.isfinite(cube.values[k]) & np.isfinite(cube.values[start])
        run = both.any(axis=1)
        left = (both & (cube.values[k] != cube.values[start])).any(axis=1)
        changed = float(left[run].mean()) if run.any() else math.nan
        for place, outcome in enumerate(cube.outcomes):
            mean = outcome.sign * np.nanmean(cube.values[fixed, :, place], axis=2)
            known = np.isfinite(mean).all(axis=0)
            gained = [gains(cube, k, other, place) for other in fixed]
            known &= np.all([np.isfinite(each.mean) for each in gained], axis=0)
            if not known.any():
                rows.append((label, outcome.metric, changed, "", *(math.nan,) * 9, 0))
                continue
            best = int(mean[:, known].mean(axis=1).argmax())
            own = gained[best]
            against = Difference(-own.mean, own.error, own.freedom)
            interval = t_interval(own.mean[known])
            room = t_interval(regained(outcome.sign * cube.values[fixed, :, place])[best, known])
            rows.append((label, outcome.metric, changed, cube.packages[fixed[best]], interval.mean, interval.low,
                         interval.high, float((own.mean[known] > 0).mean()), float(own.surely(level)[known].mean()),
                         float(against.surely(level)[known].mean()), room.mean, room.low, room.high,
                         int(known.sum())))  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))

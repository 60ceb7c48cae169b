"""What figures show, said in a sentence or two from the same data: the alternative text of a figure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.report import words
from sim.report.texts import short
from sim.results.arms import NONE
from sim.results.signs import LEAST_SEEDS, RISES, names_a_sign

if TYPE_CHECKING:
    import pandas as pd

    from sim.results.comparison import Comparison

MOST = 300  # characters of an alternative text
NAME = 40  # characters of a name in it


def fitted(parts: Iterable[str], *, begin: str = "", end: str = "", rest: str = "{} more", most: int = MOST) -> str:
    """As many parts as ``most`` characters have room for, with semicolons between; how many are left out is said."""
    every = list(parts)
    for kept in range(len(every), -1, -1):
        left = len(every) - kept
        shown = every[:kept] + ([rest.format(left)] if left else [])
        text = f"{begin}{'; '.join(shown)}{end}"
        if len(text) <= most:
            return text
    return short(f"{begin}{end}", most)


def small(text: str) -> str:
    """A label within a sentence: a small letter first, unless it is an abbreviation."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def without(comparison: Comparison, most: int = NAME) -> str:
    """What the baseline is called within a sentence: ``without a policy`` only where it has none.

    Another baseline is named, with at most ``most`` characters, and a run with which nothing is compared is said to be
    with what is in force.
    """
    arm = comparison.baseline
    if arm.label in NONE and not any(policy.levers for policy in arm.scenario.policies):
        return "without a policy"
    name = short(arm.title, most)
    return f"in the baseline ({name})" if comparison.arms else f"with {name}"


def begin_without(comparison: Comparison) -> str:
    """The same at the beginning of a sentence."""
    text = without(comparison)
    return f"{text[:1].upper()}{text[1:]}"


def title_of(comparison: Comparison, label: str) -> str:
    """What an arm is called."""
    return short(next(arm.title for arm in comparison.every_arm if arm.label == label), NAME)


def changes(comparison: Comparison, names: Sequence[str], most: int = MOST) -> str:
    """Which of these metrics surely rise or fall, arm by arm; or that none does, or that none can be said to.

    The largest changes come first; ``most`` is how many characters there is room for.
    """
    table = comparison.effects[comparison.effects["metric"].isin(list(names))]
    if not comparison.arms or table.empty:
        return ""
    seeds = len(comparison.seeds)
    if seeds < LEAST_SEEDS:
        return f"From {seeds} {'seed' if seeds == 1 else 'seeds'} the direction of no change can be told."
    sure = table[table["verdict"].map(names_a_sign)]
    count = len(table)
    if sure.empty:
        return f"No change is sure: none of {count} {'effect' if count == 1 else 'effects'} differs from zero for sure."
    arms = [arm.label for arm in comparison.arms if (sure["arm"] == arm.label).any()]
    begin = f"{len(sure)} of {count} {'effect' if count == 1 else 'effects'} {'is' if len(sure) == 1 else 'are'} sure. "
    text = ""
    for each in (3, 2, 1, 0):  # of each policy, so that all have room
        found = [f"{title_of(comparison, arm)}: {_moved(sure[sure['arm'] == arm], each)}" for arm in arms]
        text = fitted(found, begin=begin, end=".", rest="more policies", most=most)
        if not text.endswith("more policies."):
            break
    return text


def _moved(rows: pd.DataFrame, most: int) -> str:
    """Changes of one arm, the largest first, so many at most."""
    sized = rows.assign(size=rows["percent"].abs().fillna(0.0)).sort_values("size", ascending=False, kind="stable")
    parts = []
    for row in sized.head(most).to_dict("records"):
        finite = np.isfinite(row["percent"])
        how = words.percent(row["percent"]) if finite else ("up from none" if row["verdict"] == RISES else "down")
        parts.append(f"{small(words.label(row['metric']))} {how}")
    more = len(rows) - len(parts)
    if not parts:
        return f"{more} changes" if more > 1 else "one change"
    return ", ".join(parts) + (f" and {more} more" if more else "")

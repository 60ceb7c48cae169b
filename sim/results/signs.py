"""When the sign of an effect may be named: verdicts, from how many seeds, and what chance alone would show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

LEVEL = 0.95
# With n pairs the least p-value of a test that assumes nothing but symmetry (all differences on one side) is 2 / 2^n:
# 0.0625 with five pairs, 0.031 with six. From fewer, a sign at 5 % would rest on the normal distribution alone.
LEAST_SEEDS = 6
RISES, FALLS, OPEN, TOO_FEW, ALIKE, NO_VALUE = (
    "rises",
    "falls",
    "undecided",
    "too few seeds",
    "the same difference in every seed",
    "no value",
)


def verdicts(table: pd.DataFrame) -> list[str]:
    """What may be said of the sign of each effect, for rows with seeds, difference, low, high and q_value.

    ``RISES`` or ``FALLS`` with q below 0.05 over all effects of the study, an interval on that side of zero and at
    least ``LEAST_SEEDS`` pairs; ``ALIKE`` where seeds do not differ, so that nothing can be tested; ``OPEN`` otherwise.
    With fewer pairs ``TOO_FEW``, whatever they show; ``NO_VALUE`` where no pair has one.
    """
    seeds, low, high, q = (table[name].to_numpy(float) for name in ("seeds", "low", "high", "q_value"))
    sure = (q < 1 - LEVEL) & (seeds >= LEAST_SEEDS)
    cases = {NO_VALUE: seeds == 0, TOO_FEW: seeds < LEAST_SEEDS, ALIKE: ~np.isfinite(low),
             RISES: sure & (low > 0), FALLS: sure & (high < 0)}  # fmt: skip
    return [str(word) for word in np.select(list(cases.values()), list(cases), OPEN)]


def names_a_sign(verdict: object) -> bool:
    """Whether a verdict names a sign: then, and only then, tables print an effect in bold and figures fill its mark."""
    return verdict in (RISES, FALLS)


def seeds_note(seeds: int) -> str:
    """What is to be said above results from so few seeds that no sign is named; empty from ``LEAST_SEEDS`` on."""
    if seeds >= LEAST_SEEDS:
        return ""
    return f"{seeds} {'seed' if seeds == 1 else 'seeds'}: no verdict (at least {LEAST_SEEDS} are needed)"


def multiplicity(table: pd.DataFrame) -> str:
    """One sentence on how many effects of ``effects`` could be chance, for the rows given.

    q-values stay those of the table from which the rows were taken.
    """
    shown = table[np.isfinite(table["low"]) & np.isfinite(table["high"])]
    if shown.empty:
        return "The table shows no interval."
    count = f"The table shows {len(shown)} {'interval' if len(shown) == 1 else 'intervals'}"
    most = int(shown["seeds"].max())
    if most < LEAST_SEEDS:
        return f"{count} from {seeds_note(most)}."
    apart = int(((shown["low"] > 0) | (shown["high"] < 0)).sum())
    chance, kept = (1 - LEVEL) * len(shown), sum(map(names_a_sign, verdicts(shown)))
    return (
        f"{count}, of which {apart} {'excludes' if apart == 1 else 'exclude'} zero; if no policy did anything, about "
        f"{chance:.3g} would by chance alone, and {kept} {'stays' if kept == 1 else 'stay'} with q < {1 - LEVEL:.2g} "
        f"(Benjamini-Hochberg) from at least {LEAST_SEEDS} seeds."
    )

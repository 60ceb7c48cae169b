"""Change of risk by groups known in week 0, as a table: what a policy does to people, told apart from their luck.

Two lives of one person, with a policy and without it, are no evidence of what it does to her: worlds that share all
luck drift apart person by person as soon as anything differs. So nothing here counts persons whose two lives differ.
What is estimated is the change of a chance, from several lucks of the same people (``sim.results.risk_estimates``),
and beside it what the same estimate finds where nothing was done: the baseline once more with a placebo
(``sim.week.placebo``), in which a few people think one week later.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.results.risk_counts import Counts, Lives, counts_of
from sim.results.risk_estimates import change_in, gains_and_losses, p_of, risk_in, signed_root, variance_in
from sim.results.risk_groups import GROUPS, MEMBERS, OUTCOMES, cell_of
from sim.results.signs import verdicts
from sim.results.statistics import q_values

if TYPE_CHECKING:
    import pandas as pd

PLACEBO = ("placebo", "placebo_low", "placebo_high", "placebo_rose", "placebo_fell", "placebo_spread")
COLUMNS = (
    "arm",
    "group",
    "outcome",
    "people",
    "risk",
    "change",
    "low",
    "high",
    "rose",
    "rose_low",
    "rose_high",
    "fell",
    "fell_low",
    "fell_high",
    "spread",
    "spread_low",
    "spread_high",
    *PLACEBO,
    "populations",
    "lucks",
    "p_value",
    "q_value",
    "verdict",
)
Counted = Mapping[str, Sequence[Counts]]  # by outcome, the counts of every population


def counted(lives: Lives) -> dict[str, Counts]:
    """The counts of every outcome in one population."""
    cell = cell_of(lives.known)
    return {outcome: counts_of(cell, *lives.happened(bits)) for outcome, (bits, _) in OUTCOMES.items()}


def risks(arm: str, found: Counted, placebo: Counted | None) -> pd.DataFrame:
    """Change of risk under an arm, one row a group and outcome.

    Parameters
    ----------
    found : baseline and arm, see :func:`counted`.
    placebo : baseline and placebo; None where none was run, and then its columns are NaN.

    Returns
    -------
    Columns ``COLUMNS``. ``people`` is the mean number in the group; ``risk`` the share of them to whom it happens in
    the baseline; ``change`` the change of that share with its 95 % interval ``low`` to ``high``; ``rose`` and ``fell``
    how many people's risk rises and falls by at least ``risk_estimates.LEAST``, per 100 000 of the group; ``spread``
    the standard deviation of the changes of its people, negative where its variance came out below zero. The columns
    of ``PLACEBO`` are change, rose, fell and spread of a placebo. ``populations`` counts those in which somebody
    belongs to the group; ``lucks`` is the least number in any of them.
    ``q_value`` and ``verdict`` are filled in by :func:`judged`.
    """
    import pandas as pd  # noqa: PLC0415 - tables are made when they are asked for

    rows = [row for outcome in OUTCOMES for row in _rows(arm, outcome, found, placebo)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def judged(table: pd.DataFrame) -> pd.DataFrame:
    """The table with ``q_value`` over all its rows and the ``verdict`` that follows, as ``statistics`` has for effects.

    No sign is named from fewer than ``signs.LEAST_SEEDS`` populations, however many lucks they have.
    """
    found = table.assign(q_value=q_values(table["p_value"].to_numpy(float)))
    return found.assign(verdict=verdicts(found.rename(columns={"populations": "seeds"})))


def nothing() -> pd.DataFrame:
    """A table of risks without rows."""
    import pandas as pd  # noqa: PLC0415

    return pd.DataFrame(columns=list(COLUMNS))


def _rows(arm: str, outcome: str, found: Counted, placebo: Counted | None) -> list[dict[str, Any]]:
    counts = found[outcome]
    if not counts:
        return []
    every = _estimates(counts)
    beside = [dict.fromkeys(PLACEBO, np.nan)] * len(GROUPS)
    if placebo is not None and placebo[outcome]:
        beside = [_beside(row) for row in _estimates(placebo[outcome])]
    return [
        {"arm": arm, "group": group, "outcome": outcome, **row, **floor, **_rests_on(counts, members)}
        for group, members, row, floor in zip(GROUPS, MEMBERS, every, beside, strict=True)
        if row["people"] > 0
    ]


def _rests_on(counts: Sequence[Counts], members: Any) -> dict[str, int]:
    """How many populations a row of a group rests on, those in which somebody belongs to it, and their least lucks."""
    there = [each.lucks for each in counts if each.people[members].sum() > 0]
    return {"populations": len(there), "lucks": min(there)}


def _estimates(counts: Sequence[Counts]) -> list[dict[str, float]]:
    """What is found of every group, in the order of ``GROUPS``."""
    rose, fell = gains_and_losses(counts)
    rows = []
    for number, members in enumerate(MEMBERS):
        change, variance = change_in(counts, members), variance_in(counts, members)
        row = {
            "people": float(np.mean([each.people[members].sum() for each in counts])),
            "risk": risk_in(counts, members),
            "change": change.mean,
            "low": change.low,
            "high": change.high,
            "p_value": p_of(change) if len(counts) > 1 else np.nan,
            "spread": signed_root(variance.mean),
            "spread_low": signed_root(variance.low),
            "spread_high": signed_root(variance.high),
        }
        for name, values in (("rose", rose[number]), ("fell", fell[number])):
            row |= dict(zip((name, f"{name}_low", f"{name}_high"), map(float, values), strict=True))
        rows.append(row)
    return rows


def _beside(row: Mapping[str, float]) -> dict[str, float]:
    """What a placebo shows of a group."""
    named = ("change", "low", "high", "rose", "fell", "spread")
    return dict(zip(PLACEBO, (row[name] for name in named), strict=True))

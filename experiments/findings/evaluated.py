"""Blocks that tell what the shipped evaluations would say."""

from __future__ import annotations

import math

from experiments.findings import text
from experiments.findings.blocks import block, head, needed
from experiments.findings.held import BLOCKS
from experiments.findings.kept import Kept
from sim.evaluation.numbers import UNKNOWN, beside, number
from sim.evaluation.verdict import WIDTHS
from sim.evaluation.words import STATES

__all__ = ["BLOCKS"]  # those of the other modules as well


@block
def evaluations(kept: Kept) -> str:
    """A row for each evaluation: what is true, what the records say, and the verdict."""
    found = needed(kept, "evaluations")
    lines = []
    for name, part in found.groupby("evaluation", sort=False):
        row = text.rows_of(part)[0]
        moved = next((each for each in text.rows_of(part) if math.isfinite(each["record_effect"])), row)
        lines.append([
            f"`{name}`", number(row["before"]), number(row["dose"]), _with_error(row, "truth"),
            _with_error(moved, "record_effect"), row["sentence"], row["change"],
        ])  # fmt: skip
    header = ["evaluation", "entries a place and period", "dose", "in truth", "in the records", "verdict",
              "what would help"]  # fmt: skip
    note = "Changes in per cent of what there would be without the policy; after ± the Monte-Carlo error."
    return "\n\n".join([head(kept, "evaluations"), note, text.table(header, lines)])


@block
def evaluation_designs(kept: Kept) -> str:
    """A row for each evaluation and design: what it says, whose fault its error is, and how often it is right."""
    lines = []
    for row in text.rows_of(needed(kept, "evaluations")):
        shares = [_share(row, name) for name in ("power", "false_positives", "coverage")]
        seen = WIDTHS * row["spread"]
        lines.append([
            f"`{row['evaluation']}`", row["design"], _with_error(row, "truth"), _with_error(row, "estimate"),
            _with_error(row, "design_fault"), _with_error(row, "measurement_fault"), *shares, number(seen),
            _with_error(row, "least_detectable", sign=False) if math.isfinite(row["least_detectable"]) else "not told",
            STATES[row["of_design"]],
        ])  # fmt: skip
    header = ["evaluation", "design", "in truth", "estimate", "design's fault", "records' fault",
              "effect found, of 100", "found at dose 0, of 100", "intervals that hold the truth, of 100",
              "change that its spread would show", "least effect found", "verdict"]  # fmt: skip
    return text.table(header, lines)


def _with_error(row: text.Row, name: str, *, sign: bool = True) -> str:
    return beside(row[name], row[f"{name}_error"], sign=sign)


def _share(row: text.Row, name: str) -> str:
    value, error = 100 * row[name], 100 * row[f"{name}_error"]
    return f"{value:.0f} ± {error:.0f}" if math.isfinite(value) else UNKNOWN

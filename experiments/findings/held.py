"""Blocks that tell what the model is held against: patterns, closed forms, published shares."""

from __future__ import annotations

import math

from experiments.findings import text
from experiments.findings.blocks import BLOCKS, UNDECIDED, block, head, mean, needed, worded
from experiments.findings.kept import Kept
from experiments.shares import WORLDS
from experiments.verdicts import CONTRADICTED, INCONCLUSIVE, SUPPORTED, apart, least_told
from sim.declared.measures.catalogue import METRICS
from sim.report import words
from sim.results.signs import LEVEL
from sim.results.statistics import Interval

__all__ = ["BLOCKS"]  # those of the other module as well
TENTH = 10.0  # per cent within which the size of a run should not matter


@block
def patterns(kept: Kept) -> str:
    """Every check of every pattern with its verdict, and what could not have been seen where that is open."""
    found = needed(kept, "patterns")
    lines = [
        [row["id"], row["grade"], f"{row['check']} ({row['expect']})", mean(row), row["unit"],
         worded(row["verdict"]), least(row) if row["verdict"] == INCONCLUSIVE else ""]
        for row in text.rows_of(found)
    ]  # fmt: skip
    header = ["pattern", "grade", "check (expected)", "mean (95 % interval)", "unit", "verdict", "least distance told"]
    return "\n\n".join([head(kept, "patterns"), text.table(header, lines)])


def least(row: text.Row) -> str:
    """From which distance beyond its bound on a check of as many seeds gives a verdict in four of five cases."""
    found = Interval(row["mean"], row["low"], row["high"], int(row["seeds"]))
    told = row.get("least", math.nan)
    if math.isnan(told):  # tables of before did not hold it
        told = least_told(row["expect"].split(" ")[0], found, row.get("level", LEVEL))
    return words.DASH if math.isnan(told) else words.number(told)


@block
def pattern_counts(kept: Kept) -> str:
    """How many patterns came out which way, contested ones apart."""
    whole = needed(kept, "patterns").drop_duplicates("id")
    contested = whole["claim"].str.contains("contested")
    lines = []
    for title, some in (("uncontested", whole[~contested]), ("contested", whole[contested])):
        counts = some["overall"].value_counts()
        each = (SUPPORTED, CONTRADICTED, INCONCLUSIVE)
        lines.append([title, str(len(some)), *(str(counts.get(verdict, 0)) for verdict in each)])
    return text.table(["patterns", "all", SUPPORTED, CONTRADICTED, UNDECIDED], lines)


@block
def open_patterns(kept: Kept) -> str:
    """Patterns whose verdict is open, each with what was found and what could not have been seen."""
    found = needed(kept, "patterns")
    found = found[(found["verdict"] == INCONCLUSIVE) & (found["overall"] == INCONCLUSIVE)]
    lines = [
        [row["id"], row["claim"], f"{row['check']} ({row['expect']})", f"{mean(row)} {row['unit']}", least(row),
         str(row["seeds"])]
        for row in text.rows_of(found)
    ]  # fmt: skip
    return text.table(["pattern", "claim", "check (expected)", "found", "least distance told", "seeds"], lines)


@block
def patterns_instead(kept: Kept) -> str:  # noqa: ARG001 - every block is called alike
    """Patterns of which something else is measured than their source asks for, and what."""
    from experiments.patterns import catalogue  # noqa: PLC0415 - numba

    every = catalogue()["patterns"]
    lines = [[one["id"], one["claim"], one["instead"].strip()] for one in every if "instead" in one]
    return text.table(["pattern", "claim", "what is measured instead, and why"], lines)


@block
def shares(kept: Kept) -> str:
    """Published shares beside the model's in each world, with whether they agree."""
    found = {world: text.rows_of(needed(kept, part)) for part, (world, _) in WORLDS.items()}
    seeds = {world: max(row["seeds"] for row in rows) for world, rows in found.items()}
    lines = []
    for rows in zip(*found.values(), strict=True):
        row = rows[0]
        lines.append(
            [row["share"] + (" (in view)" if row["in_view"] else ""), f"`{row['evidence']}`",
             f"{row['bound']} {words.number(row['published'])}",
             *(cell for part, each in zip(found, rows, strict=True)
               for cell in (mean(each) + _seeds_with_any(each, seeds[part]), each["agrees"]))]
        )  # fmt: skip
    header = ["share", "evidence", "published"]
    header += [cell for world in found for cell in (f"`{world}` (95 % interval)", "is")]
    return "\n\n".join([*(head(kept, part) for part in WORLDS), text.table(header, lines)])


def _seeds_with_any(row: text.Row, seeds: int) -> str:
    """In how many seeds there is anybody to count, where it is not all of them."""
    return f", {row['seeds']} of {seeds} seeds" if 0 < row["seeds"] < seeds else ""


@block
def sizes(kept: Kept) -> str:
    """Headline figures by number of people, in per cent of those of the largest runs; bold where they lie apart."""
    found = needed(kept, "sizes")
    *smaller, largest = sorted(found["people"].unique())
    rows = {(row["metric"], row["people"]): row for row in text.rows_of(found)}
    lines = []
    for name in dict.fromkeys(found["metric"]):
        most = rows[name, largest]
        cells = (_against(rows[name, people], most) for people in smaller)
        unit = METRICS[name].unit + (" for 100 000" if METRICS[name].per_100k else "")
        lines.append([f"`{name}` {words.label(name)}", mean(most), unit, *cells])
    header = ["figure", f"{spaced(largest)} people (95 % interval)", "unit"]
    header += [f"{spaced(people)}, %" for people in smaller]
    note = "**Bold**: the whole interval lies more than a tenth away from the figure of the largest runs."
    return "\n\n".join([head(kept, "sizes"), text.table(header, lines), note])


def spaced(number: int) -> str:
    """A whole number with blanks between thousands."""
    return f"{number:,}".replace(",", " ")


def _against(row: text.Row, most: text.Row) -> str:
    """A figure less that of the largest runs, in per cent of it; the interval holds the chance of both."""
    if not most["mean"] or math.isnan(row["mean"]) or math.isnan(most["mean"]):
        return words.DASH
    scale = 100 / abs(most["mean"])
    first, second = (Interval(one["mean"], one["low"], one["high"], int(one["seeds"])) for one in (most, row))
    more, half = (scale * value for value in apart(first, second)[:2])
    told = more - half > TENTH or more + half < -TENTH
    shown = text.per_cent({"mean": more, "low": more - half, "high": more + half, "verdict": ""})
    return f"**{shown}**" if told else shown


@block
def closed_forms(kept: Kept) -> str:  # noqa: ARG001 - every block is called alike
    """Closed forms with the configuration that makes each, its limit and how near a run has to come."""
    from experiments.closed_forms.forms import FORMS  # noqa: PLC0415 - numba

    lines = [
        [f"`{one.name}`", one.form, one.limit, one.tolerance, f"`{one.evidence}`", f"`{' '.join(one.words)}`"
         + "".join(f"<br>and `{' '.join(run)}`" for run in one.runs if run)]
        for one in FORMS.values()
    ]  # fmt: skip
    return text.table(["name", "form", "holds where", "tolerance", "evidence", "configuration"], lines)


@block
def closed_rules(kept: Kept) -> str:  # noqa: ARG001 - every block is called alike
    """Closed forms that speak of one decision and are held by a test of its rule."""
    from experiments.closed_forms.forms import OF_RULES  # noqa: PLC0415 - numba

    lines = [[one["form"], f"`{one['evidence']}`", f"`{one['test']}`"] for one in OF_RULES]
    return text.table(["form", "evidence", "test"], lines)

"""Blocks on patterns in worlds that fit, beside the same patterns in the world as it is declared."""

from __future__ import annotations

import math

import pandas as pd

from experiments.findings import text
from experiments.findings.blocks import UNDECIDED, block, mean, needed, together, worded
from experiments.findings.held import least, spaced
from experiments.findings.in_worlds import BLOCKS
from experiments.findings.kept import Kept
from experiments.verdicts import CONTRADICTED, INCONCLUSIVE, SUPPORTED
from sim.report import words

__all__ = ["BLOCKS"]  # those of the other modules as well
DECLARED, OVER_WORLDS = "patterns", "patterns-ensemble"
EACH = (SUPPORTED, CONTRADICTED, INCONCLUSIVE)


def _head(kept: Kept) -> str:
    """The lines over a table: where it comes from."""
    return "\n\n".join(_line(kept, name) for name in together(kept, OVER_WORLDS))


def _line(kept: Kept, part: str) -> str:
    about, found = kept.about(part) or {}, kept.tables[part]
    sizes = {int(number) for value in found["people"] for number in str(value).split(" or ")}
    people = " or ".join(map(spaced, sorted(sizes)))
    looks = " or ".join(str(count) for count in about["looks"] if count in set(found["seeds"]))
    twice = about["twice"]
    second = f" and a second one in {twice} of them" if twice else ""
    return (
        f"*Labyrinth {about['version']} (source `{about['source'][:8]}`), {about['date']}: {looks} of the "
        f"{about['sets']} sets of the ensemble `{about['ensemble']}` (version {about['ensemble_version']}), a seed of "
        f"its own in each{second}; {people} people; {spaced(about['runs'])} runs; part `{part}` of "
        "`make findings`.*"
    )


def _contested(table: pd.DataFrame) -> pd.Series:
    return table["claim"].str.contains("contested")


def _verdicts(table: pd.DataFrame) -> dict[str, str]:
    """The verdict on each pattern as a whole, by its id."""
    whole = table.drop_duplicates("id")
    return dict(zip(whole["id"], whole["overall"], strict=True))


@block
def ensemble_counts(kept: Kept) -> str:
    """How many patterns came out which way in the world as declared, and over worlds that fit."""
    found = needed(kept, OVER_WORLDS)
    lines = []
    for title, table in (("as declared", needed(kept, DECLARED)), ("worlds that fit", found)):
        whole = table.drop_duplicates("id")
        for kind, some in (("uncontested", whole[~_contested(whole)]), ("contested", whole[_contested(whole)])):
            counts = some["overall"].value_counts()
            share = f"{100 * counts.get(SUPPORTED, 0) / max(len(some), 1):.0f} %"
            lines.append([title, kind, str(len(some)), *(str(counts.get(one, 0)) for one in EACH), share])
    header = ["in", "patterns", "all", SUPPORTED, CONTRADICTED, UNDECIDED, "supported, of all"]
    return "\n\n".join([_head(kept), text.table(header, lines)])


@block
def ensemble_differs(kept: Kept) -> str:
    """Patterns whose verdict is another over worlds that fit than in the world as declared."""
    before, after = needed(kept, DECLARED), needed(kept, OVER_WORLDS)
    first, second = _verdicts(before), _verdicts(after)
    lines = []
    for name in (name for name in second if name in first and first[name] != second[name]):
        rows, others = ([row for row in text.rows_of(table) if row["id"] == name] for table in (before, after))
        # of a pattern with many checks those are shown that came out otherwise
        named = {other["check"]: other for other in others}
        shown = [
            (row, named[row["check"]])
            for row in rows
            if row["check"] in named and row["verdict"] != named[row["check"]]["verdict"]
        ]
        for row, other in shown if len(rows) < 4 else []:
            lines.append([name, row["claim"], f"{other['check']} ({row['expect']})",
                          f"{worded(row['verdict'])}: {mean(row)}", f"{worded(other['verdict'])}: {mean(other)}",
                          row["unit"]])  # fmt: skip
        if len(rows) >= 4:
            counts = (f"{sum(row['verdict'] == SUPPORTED for row in some)} of {len(some)} checks supported"
                      for some in (rows, others))  # fmt: skip
            told = (
                f"{worded(verdicts[name])}: {count}" for verdicts, count in zip((first, second), counts, strict=True)
            )
            lines.append([name, rows[0]["claim"], f"{len(rows)} checks", *told, ""])
    header = ["pattern", "claim", "check (expected)", "as declared", "worlds that fit", "unit"]
    return text.table(header, lines) if lines else "None."


def _in_worlds(row: text.Row) -> str:
    """In how many worlds a check comes out as expected."""
    if math.isnan(row["worlds"]) or not row["worlds"]:
        return words.DASH
    low, high, worlds = row["holds_low"], row["holds_high"], row["worlds"]
    if row["apart"] not in (True, "True"):
        return f"{row['holds']:.0f} of {worlds:.0f}"
    if high - low > worlds / 2:
        return f"not known ({low:.0f} to {high:.0f} of {worlds:.0f})"
    return f"{row['holds']:.0f} of {worlds:.0f} ({low:.0f} to {high:.0f})"


@block
def ensemble_contradicted(kept: Kept) -> str:
    """Patterns that are contradicted over worlds that fit, each with the mechanism that stands in the way."""
    from experiments import patterns  # noqa: PLC0415 - numba

    found = needed(kept, OVER_WORLDS)
    ways = {one["id"]: one.get("in_the_way", "") for one in patterns.catalogue()["patterns"]}
    found = found[found["verdict"] == CONTRADICTED]
    lines = [
        [row["id"], row["claim"], f"{row['check']} ({row['expect']})", f"{mean(row)} {row['unit']}", _in_worlds(row),
         ways.get(row["id"], "") or "not known"]
        for row in text.rows_of(found)
    ]  # fmt: skip
    header = ["pattern", "claim", "check (expected)", "found", "as expected in worlds", "what stands in the way"]
    return text.table(header, lines) if lines else "None."


@block
def ensemble_open(kept: Kept) -> str:
    """Patterns whose verdict is open over worlds that fit, each with what could not have been seen."""
    found = needed(kept, OVER_WORLDS)
    found = found[(found["verdict"] == INCONCLUSIVE) & (found["overall"] == INCONCLUSIVE)]
    lines = [
        [row["id"], row["claim"], f"{row['check']} ({row['expect']})", f"{mean(row)} {row['unit']}", least(row),
         _in_worlds(row), str(row["seeds"])]
        for row in text.rows_of(found)
    ]  # fmt: skip
    header = ["pattern", "claim", "check (expected)", "found", "least distance told", "as expected in worlds", "worlds"]
    return text.table(header, lines) if lines else "None."


@block
def ensemble_turns(kept: Kept) -> str:
    """Checks that come out otherwise in some worlds, with the parameters that go with that."""
    found = needed(kept, OVER_WORLDS)
    lines = [
        [row["id"], row["check"], worded(row["verdict"]), _in_worlds(row), str(row["goes_with"])]
        for row in text.rows_of(found)
        if isinstance(row["goes_with"], str) and row["goes_with"]
    ]
    header = ["pattern", "check", "verdict on the mean", "as expected in worlds", "what goes with it"]
    return text.table(header, lines) if lines else "Of none can it be told by which parameters it turns."


@block
def ensemble_patterns(kept: Kept) -> str:
    """Every check of every pattern over worlds that fit."""
    found = needed(kept, OVER_WORLDS)
    lines = [
        [row["id"], row["grade"], f"{row['check']} ({row['expect']})", mean(row), row["unit"], worded(row["verdict"]),
         least(row) if row["verdict"] == INCONCLUSIVE else "", _in_worlds(row), str(row["seeds"])]
        for row in text.rows_of(found)
    ]  # fmt: skip
    header = ["pattern", "grade", "check (expected)", "mean over worlds (interval of its look)", "unit", "verdict",
              "least distance told", "as expected in worlds", "worlds"]  # fmt: skip
    return "\n\n".join([_head(kept), text.table(header, lines)])

"""What the book says and what the model makes of it: ``configs/coverage.csv``, one row an evidence id.

A row says whether what the id stands for *works* (its cause, its condition and its effect can all be run), works
*partly*, or is *absent*, and by what: functions, as ``sim/rules/work/debts.py:charge``, or names of levers, policies,
parameters, switches and metrics. Whoever writes a row has read the rule; a test looks every name up.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sim.ground.shipped import configs_dir
from sim.report.evidence import evidence

STATES = ("works", "partly", "absent")
# by the letter of an id; quantities are listed, and do not count in the shares
KINDS = {
    "M": "mechanism",
    "P": "policy",
    "S": "pattern",
    "F": "pattern",
    "E": "pattern",
    "X": "pattern",
    "Q": "quantity",
}
COUNTED = ("mechanism", "policy", "pattern")
_ID = re.compile(r"C(\d{1,2})-([A-Z])\d+[a-z]?")


@dataclass(frozen=True)
class Covered:
    """One evidence id: what it says, the state of it in the model, what does it, and what is left out."""

    id: str
    says: str
    state: str
    by: tuple[str, ...]
    note: str

    @property
    def chapter(self) -> int:
        """The chapter of the book; the conclusions, which have no number, are 13."""
        return int(self._parts[0])

    @property
    def kind(self) -> str:
        """Mechanism, policy, pattern or quantity."""
        return KINDS[self._parts[1]]

    @property
    def _parts(self) -> tuple[str, ...]:
        found = _ID.fullmatch(self.id)
        if found is None or found[2] not in KINDS:
            raise ValueError(f"{self.id!r} is no evidence id of a chapter")
        return found.groups()


@cache
def coverage() -> tuple[Covered, ...]:
    """Every id, by chapter and kind. ValueError where one stands twice, or its state is none of ``STATES``."""
    found: dict[str, Covered] = {}
    known = evidence()
    with (configs_dir() / "coverage.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            name = row["id"]
            if name in found:
                raise ValueError(f"{name} stands twice in coverage.csv")
            if row["state"] not in STATES:
                raise ValueError(f"{name} is {row['state']!r}, which is none of {', '.join(STATES)}")
            says = known[name].statement if name in known else row["says"]
            by = tuple(part.strip() for part in row["by"].split(";") if part.strip())
            found[name] = Covered(name, says, row["state"], by, row["note"])
    order = list(KINDS)
    return tuple(sorted(found.values(), key=lambda it: (it.chapter, order.index(it._parts[1]), it.id)))


def shares(rows: Iterable[Covered]) -> dict[str, float]:
    """Numbers of mechanisms, policies and patterns by state, their ``number``, and the ``share`` that works."""
    counted = Counter(row.state for row in rows if row.kind in COUNTED)
    number = counted.total()
    return {state: counted[state] for state in STATES} | {
        "number": number,
        "share": counted["works"] / number if number else float("nan"),
    }


# --- the page ---------------------------------------------------------------------------------------------------

_INTRO = """\
# What the book says, and what the model makes of it

Every mechanism, policy, pattern and quantity that was noted in the chapters of the book has an id. Here stands what
became of each. *Works* means that its cause, its condition and its effect can all be run; *partly*, that one of them
is missing or stands for something simpler; *absent*, that no rule does it. The column *by* says what does it, and the
note what is missing. States were judged by reading rules, and a test looks up every name. That something works does not
say that the model agrees with the book: [findings](findings.md) says which patterns come out.

`labyrinth coverage` lists the same, and `sim.coverage()` gives it as a table. The [bibliography](bibliography.md) says
where in the book those ids stand on which a parameter, a switch, a lever or a policy rests.

Written from `configs/coverage.csv` by `sim.reference.dictionaries.document`; change that file, not this page.
"""


def coverage_page() -> str:
    """``docs/coverage.md``: shares by chapter, then every id."""
    rows = coverage()
    chapters = sorted({row.chapter for row in rows})
    lines = [
        _INTRO,
        "| chapter | mechanisms, policies and patterns | works | partly | absent | share that works |",
        "|---|---|---|---|---|---|",
    ]
    lines += [_summary(_title(chapter), [row for row in rows if row.chapter == chapter]) for chapter in chapters]
    lines += [_summary("all", rows), ""]
    quantities = Counter(row.state for row in rows if row.kind == "quantity")
    lines.append(
        "Quantities do not count in these shares. A quantity works where a parameter starts from it or a run is held "
        f"against it: {quantities['works']} of {quantities.total()} do, {quantities['partly']} partly.\n"
    )
    for chapter in chapters:
        lines += [
            f"## {_title(chapter)}",
            "",
            "| id | | what it says | state | by | note |",
            "|---|---|---|---|---|---|",
        ]
        lines += [_line(row) for row in rows if row.chapter == chapter]
        lines.append("")
    return "\n".join(lines)


def _title(chapter: int) -> str:
    return (
        "Conclusions (13)" if chapter == 13 else "Introduction and chapter 1" if chapter == 1 else f"Chapter {chapter}"
    )


def _summary(title: str, rows: Sequence[Covered]) -> str:
    of = shares(rows)
    states = " | ".join(str(of[state]) for state in STATES)
    return f"| {title} | {of['number']} | {states} | {of['share']:.0%} |"


def _line(row: Covered) -> str:
    by = ", ".join(f"`{name}`" for name in row.by)
    cells = (f"`{row.id}`", row.kind, row.says, row.state, by, row.note)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def write_coverage(folder: str | Path) -> Path:
    """The page into a folder."""
    path = Path(folder) / "coverage.md"
    path.write_text(coverage_page(), encoding="utf-8")
    return path

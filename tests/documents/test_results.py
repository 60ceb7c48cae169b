"""What ``results/README.md`` says of files and their columns is what studies write."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sim.results import by_group, journal, naming, sensitivity, statistics, turns
from sim.week.frames import FRAMES

TEXT = (Path(__file__).parents[2] / "results/README.md").read_text(encoding="utf-8")
ROWS = {
    name: content
    for names, content in re.findall(r"^\| (`[^|]+`) \| (.+) \|$", TEXT, flags=re.MULTILINE)
    for name in re.findall(r"`([^`]+)`", names)
}
COLUMNS = {
    "effects": statistics.EFFECT_COLUMNS,
    "events": ("arm", "luck", *journal.EVENTS.names),
    "groups": by_group.SUMMARY_COLUMNS,
    "turns": turns.COLUMNS,
    "sensitivity": sensitivity.COLUMNS,
}


def _listed(text: str) -> list[tuple[str, ...]]:
    """Every list of at least two names that stands as one piece of code."""
    return [tuple(found.split(", ")) for found in re.findall(r"`(\w+(?:, \w+)+)`", text)]


def test_every_file_and_folder_of_a_study_has_a_row() -> None:
    assert {f"{table}.parquet" for table in naming.TABLES} <= set(ROWS)
    assert {f"{kind}/" for kind in journal.KINDS} <= set(ROWS)
    files = {naming.RECORD, naming.MANIFEST, naming.REQUEST, naming.PAGE, naming.DETAILS, naming.CRATE}
    assert files <= set(ROWS)
    assert set(FRAMES) == {"panels", "captures"}  # each has a folder and a table


@pytest.mark.parametrize("table", COLUMNS)
def test_the_columns_of_a_table_are_those_that_are_written(table: str) -> None:
    assert _listed(ROWS[f"{table}.parquet"]) == [tuple(COLUMNS[table])]


def test_what_effects_by_group_have_more_than_effects_is_told() -> None:
    first, last = _listed(ROWS["group_effects.parquet"])
    whole = statistics.EFFECT_COLUMNS
    assert (whole[0], *first, *whole[1:], *last) == by_group.COLUMNS


def test_the_columns_of_runs_are_told() -> None:
    said = TEXT[TEXT.index("Runs open anywhere") : TEXT.index("## Damage")]
    assert set(journal.RUNS.names) <= set(re.findall(r"\b\w+\b", " ".join(re.findall(r"`([^`]+)`", said))))


def test_the_example_reads_what_a_command_of_the_project_writes() -> None:
    path = re.findall(r'read_parquet\("(results/[^"]+/effects\.parquet)"\)', TEXT)
    makefile = (Path(__file__).parents[2] / "Makefile").read_text(encoding="utf-8")
    assert [f"name={Path(each).parent.name} " in makefile for each in path] == [True]

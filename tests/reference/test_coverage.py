"""The table of what the book says: every row names rules that there are, and the page says what the table says."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

import sim
from sim.reference import coverage as covered
from sim.reference.coverage import STATES, Covered, coverage, shares
from sim.reference.registry import ROWS, rows

ROOT = Path(sim.__file__).parents[1]


@cache
def declared() -> frozenset[str]:
    kinds = [kind for kind in ROWS if kind != "coverage"]
    return frozenset(str(row.get("key", row["name"])) for kind in kinds for row in rows(kind))


@cache
def functions(path: str) -> frozenset[str]:
    file = ROOT / path
    if not (path.startswith("sim/") and file.is_file()):
        return frozenset()
    kinds = (ast.FunctionDef, ast.ClassDef)
    return frozenset(
        node.name for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, kinds)
    )


def is_there(name: str) -> bool:
    path, colon, function = name.partition(":")
    return function in functions(path) if colon else name in declared()


def test_names_are_looked_up():
    assert is_there("sim/reference/coverage.py:shares")
    assert is_there("border.control")
    assert is_there("mechanisms.rerouting")
    assert not is_there("sim/reference/coverage.py:shared")
    assert not is_there("sim/rules/work/nowhere.py:shares")
    assert not is_there("border.controls")


def test_every_name_is_there():
    wrong = {row.id: gone for row in coverage() if (gone := [name for name in row.by if not is_there(name)])}
    assert not wrong


def test_what_works_names_what_does_it_and_what_does_not_says_what_is_missing():
    assert not [row.id for row in coverage() if row.state == "works" and not row.by]
    assert not [row.id for row in coverage() if row.state == "absent" and row.by]
    assert not [row.id for row in coverage() if row.state != "works" and not row.note]
    assert not [row.id for row in coverage() if not row.says]


def test_shares_count_mechanisms_policies_and_patterns():
    made = [
        Covered("C1-M01", "a", "works", ("border.control",), ""),
        Covered("C1-P01", "b", "absent", (), "no rule"),
        Covered("C1-Q01", "c", "works", ("people.size",), ""),
    ]
    assert shares(made) == {"works": 1, "partly": 0, "absent": 1, "number": 2, "share": 0.5}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("C1-M01,a,working,,\n", "none of works, partly, absent"),
        ("C1-M01,a,absent,,x\nC1-M01,a,absent,,x\n", "stands twice"),
        ("C1-" + "Z01,a,absent,,x\n", "no evidence id"),
    ],
)
def test_a_damaged_table_is_refused(line, said, tmp_path, monkeypatch):
    (tmp_path / "coverage.csv").write_text("id,says,state,by,note\n" + line, encoding="utf-8")
    monkeypatch.setattr(covered, "configs_dir", lambda: tmp_path)
    coverage.cache_clear()
    try:
        with pytest.raises(ValueError, match=said):
            coverage()
    finally:
        coverage.cache_clear()


def test_the_api_and_the_page_tell_the_same():
    table = sim.coverage()
    assert set(table["state"]) <= set(STATES)
    page = (ROOT / "docs/coverage.md").read_text(encoding="utf-8")
    assert page == covered.coverage_page()
    assert all(f"| `{name}` |" in page for name in table["name"])

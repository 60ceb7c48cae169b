"""The tables of what there is, and the pages of the documentation made from them."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from sim import registry
from sim.parameters import PARAMETERS, SWITCHES
from sim.policies.levers import LEVERS
from sim.policies.policy import Move

DOCS = Path(__file__).parents[1] / "docs"
LIGHT = ("parameters", "switches", "levers", "policies", "metrics")


@pytest.mark.parametrize("table", LIGHT)
def test_every_row_has_a_name_of_its_own(table: str) -> None:
    names = [row["name"] for row in registry.TABLES[table]()]
    assert names
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("table", LIGHT)
def test_frames_hold_the_same_rows_as_the_lists(table: str) -> None:
    frame = getattr(registry, table)()
    assert list(frame["name"]) == [row["name"] for row in registry.TABLES[table]()]


def test_lists_cover_all_declarations() -> None:
    assert {row["name"] for row in registry.list_parameters()} == set(PARAMETERS)
    assert {row["name"] for row in registry.list_switches()} == set(SWITCHES)
    assert {row["name"] for row in registry.list_levers()} == set(LEVERS)


@pytest.mark.parametrize("lever", LEVERS.values(), ids=LEVERS)
def test_every_lever_names_a_function_that_exists(lever) -> None:
    module, _, function = lever.reader.rpartition(".")
    assert callable(getattr(importlib.import_module(module), function))


def test_committed_pages_are_current() -> None:
    stale = "run python -m sim.registry docs"
    for name, text in registry.pages().items():
        assert (DOCS / name).read_text(encoding="utf-8") == text, stale
    page = (DOCS / "policies.md").read_text(encoding="utf-8")
    assert registry.with_policy_table(page) == page, stale


def test_documenting_leaves_what_people_wrote(tmp_path: Path) -> None:
    (tmp_path / "policies.md").write_text(f"before\n{registry.TABLE_START}\nold\n{registry.TABLE_END}\nafter\n")
    written = registry.document(tmp_path)
    page = (tmp_path / "policies.md").read_text()
    assert page.startswith("before\n")
    assert page.endswith("\nafter\n")
    assert "`tighter_borders`" in page
    assert "old" not in page.split(registry.TABLE_START)[1].splitlines()
    assert {path.name for path in written} == {*registry.pages(), "policies.md"}


def test_moves_are_told_in_words_with_their_unit() -> None:
    assert registry.describe_move(Move("border.control", "add", 0.15)) == "border.control +0.15"
    scaled = Move("visa.slots_low", "scale", 3.0, (("role", "destination"),))
    assert registry.describe_move(scaled) == "visa.slots_low × 3 where role is destination"
    assert registry.describe_move(Move("visa.wait", "set", 4.0)) == "visa.wait = 4 weeks"

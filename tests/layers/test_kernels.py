"""The form of rules: who writes a person's stage, and how much a function is handed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
STAGES = "sim/rules/people/stages.py"
MOST_ARGUMENTS = 9
# floors whose functions and calls are counted: above them words of a scenario are passed by name
COUNTED = ("ground", "world", "ledger", "agents", "policies", "rules", "conditions", "state", "week")


def trees() -> Iterator[tuple[str, ast.Module]]:
    """The syntax of every module of the package by its path."""
    for path in sorted((ROOT / "sim").rglob("*.py")):
        yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def test_one_file_writes_the_stage_of_a_person() -> None:
    writers = set()
    for path, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
                of = node.value
                # cases have a stage of their own, a field of each record
                if isinstance(of, ast.Attribute) and of.attr == "stage":
                    writers.add(path)
    assert writers == {STAGES}


def test_what_has_happened_to_a_person_is_noted_by_name() -> None:
    for path, tree in trees():
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.AugAssign)
                and isinstance(node.target, ast.Attribute)
                and node.target.attr == "path"
            ):
                assert not isinstance(node.value, ast.Constant), f"{path}, line {node.lineno}"


def test_a_function_is_handed_no_more_than_can_be_told_apart() -> None:
    for path, tree in trees():
        if path.split("/")[1] not in COUNTED:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                handed = len(node.args.posonlyargs) + len(node.args.args) + len(node.args.kwonlyargs)
                assert handed <= MOST_ARGUMENTS, f"{path}: {node.name} takes {handed} arguments"
            elif isinstance(node, ast.Call):
                assert len(node.args) <= MOST_ARGUMENTS, f"{path}, line {node.lineno}: {len(node.args)} by position"

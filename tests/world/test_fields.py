"""Every field of regions, legs, pairs and the like is read by a rule or a phase, not only filled."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

import sim
from sim.world import fields

ROOMS = ("agents", "conditions", "ledger", "rules", "state", "week")
TABLES = {
    f"{name.removesuffix('_COLUMNS').lower()}s": getattr(fields, name)
    for name in vars(fields)
    if name.endswith("_COLUMNS")
}
ROWS = {"way": "pairs", "market": "nodes"}  # what a single row goes by where it is handed over
NOT_OF_A_RUN = re.compile(r"\b(world|fixed)\b")  # the same names in a world and in facts that are looked up


def written(tree):
    """Nodes that are assigned to, and what lies in front of them: ``a.b`` in ``a.b[0].c = 1``."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store):
            part = node
            while isinstance(part, ast.Attribute | ast.Subscript):
                found.add(part)
                part = part.value
    return found


def locals_of(function):
    """What local names stand for, as text: ``way = pairs[pair]``, also several at once."""
    found = {}
    for node in ast.walk(function):
        if not isinstance(node, ast.Assign):
            continue
        for target in node.targets:
            several = isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple)
            both = zip(target.elts, node.value.elts, strict=True) if several else [(target, node.value)]
            found |= {name.id: ast.unparse(value) for name, value in both if isinstance(name, ast.Name)}
    return found


@cache
def reads():
    """(name, what it is read of) of every ``of.name`` and ``of["name"]`` whose value is used."""
    found = set()
    for room in ROOMS:
        for path in (Path(sim.__file__).parent / room).rglob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            targets = written(tree)
            for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
                stands_for = locals_of(function)
                for node in ast.walk(function):
                    if node in targets:
                        continue
                    if isinstance(node, ast.Attribute):
                        name = node.attr
                    elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
                        name = node.slice.value
                    else:
                        continue
                    of = ast.unparse(node.value)
                    root = re.match(r"\w*", of).group()
                    found.add((name, stands_for.get(root, root) + of[len(root) :]))
    return found


def is_read(table, field):
    names = "|".join({table, *(row for row, whole in ROWS.items() if whole == table)})
    return any(
        name == field and re.search(rf"\b({names})\b", of) and not NOT_OF_A_RUN.search(of) for name, of in reads()
    )


def test_every_table_of_fields_is_known():
    assert set(TABLES) == {"regions", "legs", "pairs", "cells", "routes", "units", "nodes", "sectors"}


@pytest.mark.parametrize("table", TABLES)
def test_every_field_is_read(table):
    assert not [field.name for field in TABLES[table] if not is_read(table, field.name)]

"""The house stands: every room imports from floors below it only, no modules import one another in a circle.

Imports are read from the source, those that only a checker of types sees and those inside functions among them. What
is still wrong stands in a list with its reason; a list may only become shorter.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
MOST_LINES, MOST_LINES_OF_A_FUNCTION = 400, 60

# from the ground up; rooms of one floor do not know one another
FLOORS: tuple[tuple[str, ...], ...] = (
    ("ground",),  # errors, units, draws, tables, kernels: knows nothing of the model
    ("declared",),  # the book of the model: parameters, switches, levers, measures
    ("world", "ledger"),  # where it happens; what is counted
    ("agents",),  # columns and codes of people and organisations, and how they are born
    ("policies",),  # policy files, and the engine that moves levers
    ("rules",),  # what people and organisations do
    ("scenario",),  # words and files become a typed scenario
    ("state",),  # the tables that a run goes on, and how they are made
    ("conditions",),  # what everybody faces in a week, written into the tables
    ("week",),  # one week, phase by phase
    ("face", "results"),  # a run as Mesa sees it; runs kept, compared and claimed of
    ("studies",),  # many runs with a question
    ("evaluation", "calibration"),  # what evaluations would say, against the truth; sets that fit what is known
    ("decisions",),  # packages held against one another in many worlds
    ("report", "classroom"),  # figures and pages; lessons and the rooms in which a class holds them
    ("reference",),  # the book, printed
    ("cli",),  # the command line
)
ROOF = ("sim", "sim.__main__")  # the public names and the command; no room imports them

# who imports from its own floor or above it, and why it still does
UPWARDS: dict[tuple[str, str], str] = {}
# modules among which imports go round, and why they still do
CIRCLES: dict[frozenset[str], str] = {}
# who asks the roof for something by name (``sim.ground.roof``), which no import shows
BY_NAME = {
    "sim.face.drawn": "a model answers .plot(), which the report draws",
    "sim.ground.callable_table": "sim.policies and sim.studies are packages and tables at once",
    "sim.report.glossed": "pages explain words, whose meanings stand in the glossary of the reference",
    "sim.results.drawn": "results answer .figure(), .report() and .answer, which the report makes",
}
LONG_MODULES: dict[str, str] = {}
LONG_FUNCTIONS: dict[str, str] = {}


class Import(NamedTuple):
    """One module of the package imports another, in a line."""

    importer: str
    imported: str
    line: int

    def __str__(self) -> str:
        return f"{self.importer}, line {self.line}, imports {self.imported}"


@cache
def modules() -> dict[str, Path]:
    """Every module of the package by its dotted name; a package goes by its own name."""
    found = {}
    for path in sorted((ROOT / "sim").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def experiments() -> dict[str, Path]:
    """The modules that carry out what is published, by their paths."""
    return {path.relative_to(ROOT).as_posix(): path for path in (ROOT / "experiments").rglob("*.py")}


@cache
def tree(module: str) -> ast.Module:
    """The syntax of a module."""
    return ast.parse(modules()[module].read_text(encoding="utf-8"))


@cache
def imports() -> tuple[Import, ...]:
    """Every import of one module of the package by another, wherever in a file it stands."""
    found = []
    for module in modules():
        for node in ast.walk(tree(module)):
            known = (name for name in _names(node) if name in modules() and name != module)
            found.extend(Import(module, name, getattr(node, "lineno", 0)) for name in known)
    return tuple(found)


def _names(node: ast.AST) -> list[str]:
    """The modules that a statement imports: ``from a import b`` is ``a.b`` where that is a module, and ``a`` else."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        assert node.level == 0, "imports are written in full"
        full = [f"{node.module}.{alias.name}" for alias in node.names]
        return [name if name in modules() else str(node.module) for name in full]
    return []


def floor(module: str) -> int:
    """The floor on which a module is; the roof is above all."""
    if module in ROOF:
        return len(FLOORS)
    room = module.split(".")[1]
    return next(number for number, rooms in enumerate(FLOORS) if room in rooms)


def upwards(one: Import) -> bool:
    """Whether an import goes to another room of the same floor, or to one above."""
    if one.importer in ROOF:
        return False
    if one.imported in ROOF:
        return True
    same_room = one.importer.split(".")[1] == one.imported.split(".")[1]
    return not same_room and floor(one.imported) >= floor(one.importer)


def circles() -> list[frozenset[str]]:
    """The sets of modules that reach one another by imports (strongly connected, by Tarjan's algorithm)."""
    graph: dict[str, set[str]] = {module: set() for module in modules()}
    for one in imports():
        graph[one.importer].add(one.imported)
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[frozenset[str]] = []

    def visit(module: str) -> None:
        number[module] = low[module] = len(number)
        stack.append(module)
        for other in sorted(graph[module]):
            if other not in number:
                visit(other)
            if other in stack:
                low[module] = min(low[module], low[other])
        if low[module] == number[module]:
            cut = stack.index(module)
            found.append(frozenset(stack[cut:]))
            del stack[cut:]

    for module in graph:
        if module not in number:
            visit(module)
    return [members for members in found if len(members) > 1]


def files() -> dict[str, int]:
    """Lines of every module by its name or path."""
    return {
        name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in (modules() | experiments()).items()
    }


def functions() -> dict[str, int]:
    """Lines of every function by module, class and name."""
    found = {}
    for module in modules():
        for scope in ast.walk(tree(module)):
            for node in ast.iter_child_nodes(scope):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    assert node.end_lineno is not None
                    owner = f"{scope.name}." if isinstance(scope, ast.ClassDef) else ""
                    found[f"{module}.{owner}{node.name}"] = node.end_lineno - node.lineno + 1
    return found


def test_every_room_has_its_floor() -> None:
    rooms = {path.name for path in (ROOT / "sim").iterdir() if (path / "__init__.py").exists()}
    assert rooms == {room for rooms in FLOORS for room in rooms}


def test_imports_go_downwards() -> None:
    found = {(one.importer, one.imported): one for one in imports() if upwards(one)}
    wrong = [str(one) for pair, one in found.items() if pair not in UPWARDS]
    assert not wrong, "\n".join(wrong)
    assert set(UPWARDS) <= set(found), f"mended, take them off the list: {sorted(set(UPWARDS) - set(found))}"


def test_no_imports_go_round() -> None:
    found = circles()
    new = [sorted(circle) for circle in found if not any(circle <= known for known in CIRCLES)]
    assert not new, new
    mended = [sorted(known) for known in CIRCLES if not any(circle <= known for circle in found)]
    assert not mended, f"mended, take them off the list: {mended}"


def test_what_is_asked_for_by_name_is_listed() -> None:
    asked = {one.importer for one in imports() if one.imported == "sim.ground.roof"}
    assert asked == set(BY_NAME)
    loaders = {"import_module", "__import__"}
    for module in modules():
        used = {node.id for node in ast.walk(tree(module)) if isinstance(node, ast.Name)}
        used |= {node.attr for node in ast.walk(tree(module)) if isinstance(node, ast.Attribute)}
        # packages of others are loaded by name in one place too
        assert module in {"sim", "sim.ground.optional"} or not used & loaders, (
            f"{module} loads modules by name; sim.ground.roof is for that"
        )


def test_everything_lies_in_a_room() -> None:
    assert {path.name for path in (ROOT / "sim").glob("*.py")} == {"__init__.py", "__main__.py"}


@pytest.mark.parametrize(
    ("most", "listed", "lengths"),
    [
        (MOST_LINES, LONG_MODULES, files),
        (MOST_LINES_OF_A_FUNCTION, LONG_FUNCTIONS, functions),
    ],
    ids=["modules", "functions"],
)
def test_nothing_is_too_long_to_read(most: int, listed: dict[str, str], lengths: Callable[[], dict[str, int]]) -> None:
    long = {name: lines for name, lines in lengths().items() if lines > most}
    assert long.keys() <= listed.keys(), {name: lines for name, lines in long.items() if name not in listed}
    assert listed.keys() <= long.keys(), f"short now, take them off the list: {sorted(listed.keys() - long.keys())}"

"""Which functions read each lever, derived from the source: nobody has to keep a list.

A lever is read by its name (``levers.now["border.screening"]``). Often the function that does so only writes what
follows into a field of a table (``legs.screening``), and a rule reads that one: then the rule is named beside the
field. What rules make of it is not followed further.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import sim.rules
from sim.declared.levers import LEVERS
from sim.reference.tables import TABLES
from sim.world.law import LAW_RECORD, LEVER_FIELDS

ROOMS = ("rules", "conditions", "week", "policies")
HOLDERS = ("now", "expected", "levers")  # what the values of levers are called; the start is another thing
WITHOUT_EFFECT = ("sim.week.observing", "sim.week.hold")  # they count, and copy
FIELDS: dict[str, frozenset[str]] = {
    table: frozenset(column.name for column in declared.columns) for table, declared in TABLES.items()
} | {"law": frozenset(LAW_RECORD.names or ()), "contracts": frozenset({""})}
USUAL = {"place": "law"}  # what a row of a table is called where it is handed over
PARAMETERS = ("rules", "p")  # families, which have fields of their own

Levers = frozenset[str]
NONE: Levers = frozenset()


class Reading(NamedTuple):
    """Functions that read a lever by its name, and those that read a field which follows from it."""

    direct: tuple[str, ...]
    through: dict[str, tuple[str, ...]]  # field of a table, as in ``legs.screening``, to functions

    @property
    def functions(self) -> list[str]:
        """All of them by dotted names."""
        return list(dict.fromkeys([*self.direct, *(each for some in self.through.values() for each in some)]))


class Trace(NamedTuple):
    """What a function has to do with: fields of tables that it reads and writes, counters, and functions it calls.

    ``about`` is the first sentence of what it says of itself, ``names`` the texts in it
    and its attributes with what they belong to, for whoever looks further.
    """

    reads: frozenset[str]
    writes: frozenset[str]
    counts: frozenset[str]
    calls: frozenset[str]
    about: str
    names: frozenset[str]


@cache
def readings() -> dict[str, Reading]:
    """Every lever with what reads it."""
    return derived(_texts())


@cache
def traces() -> dict[str, Trace]:
    """Every function of the rules, conditions and weeks by its dotted name, with what it has to do with."""
    functions = {
        f"{module}.{node.name}": node
        for module, text in _texts().items()
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef)
    }
    places: dict[str, list[str]] = defaultdict(list)
    for name in functions:
        places[name.rpartition(".")[2]].append(name)
    return {name: _trace(name, node, places) for name, node in functions.items()}


def _texts() -> dict[str, str]:
    package = Path(str(sim.rules.__file__)).parents[1]
    return {
        ".".join(("sim", *path.relative_to(package).with_suffix("").parts)): path.read_text(encoding="utf-8")
        for room in ROOMS
        for path in sorted((package / room).rglob("*.py"))
    }


def _trace(name: str, function: ast.FunctionDef, places: dict[str, list[str]]) -> Trace:
    known, counts, calls, names = _Names(function), set(), set(), set()
    for node in ast.walk(function):
        if isinstance(node, ast.Attribute):
            names.add(f"{_last(node.value)}.{node.attr}")
            if isinstance(node.value, ast.Name) and node.value.id == "C":
                counts.add(node.attr.lower())
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            names.add(node.value)
        elif isinstance(node, ast.Call) and (called := places.get(_last(node.func), [])):
            calls |= set(called) if len(called) == 1 else {one for one in called if one.startswith(name[:12])}
    writes = {
        field for target, _, _ in _assignments(function) for node in _down(target) if (field := known.field(node))
    }
    about = (ast.get_docstring(function) or "").split("\n\n")[0].replace("\n", " ").split(". ")[0].rstrip(".")
    return Trace(frozenset(_read(function)), frozenset(writes), frozenset(counts), frozenset(calls), about,
                 frozenset(names))  # fmt: skip


def derived(sources: dict[str, str]) -> dict[str, Reading]:
    """Every lever with what reads it in modules, given as texts by their dotted names."""
    functions = {
        f"{module}.{node.name}": node
        for module, text in sources.items()
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef) and module not in WITHOUT_EFFECT
    }
    named = {name: found for name, function in functions.items() if (found := set(_named(function)))}
    flow = _Flow({name: node for name, node in functions.items() if not name.startswith("sim.rules.")})
    fields: dict[str, set[str]] = defaultdict(set)
    for lever, field in LEVER_FIELDS.items():
        fields[lever].add(f"law.{field}")
    writers: dict[str, set[str]] = defaultdict(set)
    for name, function in flow.functions.items():
        for field, levers in flow.written(function):
            writers[field].add(name)
            for lever in levers:
                fields[lever].add(field)
    readers: dict[str, set[str]] = defaultdict(set)
    for name, function in functions.items():
        for field in _read(function):
            readers[field].add(name)
    result: dict[str, Reading] = {}
    for lever in LEVERS:
        direct = tuple(sorted(name for name, levers in named.items() if lever in levers))
        through = {field: tuple(sorted(readers[field] - writers[field])) for field in sorted(fields[lever])}
        result[lever] = Reading(direct, {field: names for field, names in through.items() if names})
    _nodes.cache_clear()
    _assignments.cache_clear()
    return result


def _named(function: ast.AST) -> Iterator[str]:
    """The levers that a piece of code reads by their names."""
    for node in _nodes(function):
        yield from _here(node)


@cache
def _nodes(function: ast.AST) -> tuple[ast.AST, ...]:
    """Everything inside a function."""
    return tuple(ast.walk(function))


def _last(node: ast.expr) -> str:
    """The last name of an expression: ``now`` of ``state.levers.now``."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def told(lever: str) -> str:
    """What reads a lever, as a cell of a table in Markdown."""
    reading = readings()[lever]
    parts = [f"`{name}`" for name in reading.direct]
    for field, functions in reading.through.items():
        parts.append(f"by way of `{field}` {', '.join(f'`{name}`' for name in functions)}")
    return "<br>".join(parts)


# --- fields of tables -------------------------------------------------------------------------------------------


class _Put(NamedTuple):
    """A target with what is put there, and with the place of the target in a tuple that is answered (-1: none)."""

    target: ast.expr
    value: ast.expr
    place: int = -1


@cache
def _assignments(function: ast.AST) -> tuple[_Put, ...]:
    """What a function assigns, pairs of tuples one by one."""
    found: list[_Put] = []
    for node in _nodes(function):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                whole = isinstance(target, ast.Tuple) and not isinstance(node.value, ast.Tuple)
                for place, (each, value) in enumerate(_matched(target, node.value)):
                    found.append(_Put(each, value, place if whole else -1))
        elif isinstance(node, ast.AugAssign):
            found.append(_Put(node.target, node.value))
    return tuple(found)


def _matched(target: ast.expr, value: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    if isinstance(target, ast.Tuple):
        parts = value.elts if isinstance(value, ast.Tuple) else [value] * len(target.elts)
        for each, part in zip(target.elts, parts, strict=True):
            yield from _matched(each, part)
    else:
        yield target, value


class _Names:
    """Which table a name stands for inside a function."""

    def __init__(self, function: ast.FunctionDef) -> None:
        self.given = {each.arg for each in (*function.args.args, *function.args.kwonlyargs)}
        self.put: dict[str, list[ast.expr]] = defaultdict(list)
        for target, value, _ in _assignments(function):
            if isinstance(target, ast.Name):
                self.put[target.id].append(value)

    def table(self, node: ast.expr, seen: frozenset[str] = frozenset()) -> str | None:
        """The table of a row or of a whole table; None if it is something else, empty if nobody can tell."""
        while isinstance(node, ast.Subscript) or (isinstance(node, ast.Attribute) and node.attr in ("records", "row")):
            node = node.value
        if isinstance(node, ast.Attribute):
            return node.attr if node.attr in FIELDS and _last(node.value) not in ("world", *PARAMETERS) else None
        if not isinstance(node, ast.Name) or node.id in seen or node.id in PARAMETERS:
            return None
        if node.id in self.put:
            found = {self.table(value, seen | {node.id}) for value in self.put[node.id]}
            return found.pop() if len(found) == 1 else None
        if node.id in FIELDS:
            return node.id if node.id in self.given else None
        return USUAL.get(node.id, "") if node.id in self.given else None

    def field(self, node: ast.expr) -> str | None:
        """The field that an expression names, as in ``legs.screening``."""
        if isinstance(node, ast.Attribute):
            name, base = node.attr, node.value
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            name, base = str(node.slice.value), node.value
        elif isinstance(node, ast.Subscript) and _last(node.value) == "contracts":
            return "contracts"
        else:
            return None
        table = self.table(base)
        if table == "":
            owners = [table for table, fields in FIELDS.items() if name in fields]
            table = owners[0] if len(owners) == 1 else None
        return f"{table}.{name}" if table and name in FIELDS[table] else None


def _read(function: ast.FunctionDef) -> set[str]:
    """The fields of tables that a function reads."""
    names = _Names(function)
    written = {id(node) for target, _, _ in _assignments(function) for node in _down(target)}
    return {
        field
        for node in _nodes(function)
        if isinstance(node, ast.Attribute | ast.Subscript) and id(node) not in written and (field := names.field(node))
    }


def _down(node: ast.expr) -> Iterator[ast.expr]:
    """A target with the expressions that it is a part of: ``legs["screening"][:]`` and ``legs["screening"]``."""
    yield node
    if isinstance(node, ast.Subscript | ast.Attribute):
        yield from _down(node.value)


# --- what follows from a lever ----------------------------------------------------------------------------------


class _Flow:
    """What follows from which lever inside functions, and in what they answer."""

    def __init__(self, functions: dict[str, ast.FunctionDef]) -> None:
        self.functions = functions
        self.called = {name.rpartition(".")[2]: node for name, node in functions.items()}
        self.answered: dict[str, list[Levers]] = {}

    def written(self, function: ast.FunctionDef) -> list[tuple[str, Levers]]:
        """The fields of tables that a function writes, with the levers from which they follow."""
        known, names, found = self.known(function), _Names(function), []
        for target, value, place in _assignments(function):
            for node in _down(target):
                if field := names.field(node):
                    found.append((field, self.of(value, known, place)))
                    break
        return found

    def known(self, function: ast.FunctionDef) -> dict[str, Levers]:
        """The levers behind every local name."""
        known: dict[str, Levers] = defaultdict(frozenset)
        for _ in range(2):  # a name may be used above the line that sets it, in a loop
            for target, value, place in _assignments(function):
                for node in _down(target):
                    if isinstance(node, ast.Name) and self.local(node, target):
                        known[node.id] |= self.of(value, known, place)
        return known

    @staticmethod
    def local(node: ast.Name, target: ast.expr) -> bool:
        """Whether an assignment changes what a local name stands for, and not a field of a table."""
        parts = [each for each in _down(target) if each is not node]
        return all(isinstance(each, ast.Subscript) and not isinstance(each.slice, ast.Constant) for each in parts)

    def of(self, value: ast.expr, known: dict[str, Levers], place: int = -1) -> Levers:
        """The levers behind an expression; of a call that answers with several things, behind the one at ``place``."""
        if isinstance(value, ast.Call) and (name := _last(value.func)) in self.called:
            answers = self.answers(name)
            parts = answers if place < 0 or place >= len(answers) else [answers[place]]
            return NONE.union(*parts, *(self.of(each, known) for each in _arguments(value)))
        found = frozenset(_here(value))
        if isinstance(value, ast.Name):
            found |= known[value.id]
        return found.union(
            *(self.of(each, known) for each in ast.iter_child_nodes(value) if isinstance(each, ast.expr))
        )

    def answers(self, name: str) -> list[Levers]:
        """The levers behind what a function answers, one for each thing where it answers with several."""
        if name not in self.answered:
            self.answered[name] = []  # whoever calls itself adds nothing
            function = self.called[name]
            known = self.known(function)
            given = [node.value for node in _nodes(function) if isinstance(node, ast.Return) and node.value]
            parts = [each.elts if isinstance(each, ast.Tuple) else [each] for each in given]
            if len({len(each) for each in parts}) != 1:
                parts = [[each] for each in given]
            by_place = zip(*parts, strict=True)
            self.answered[name] = [NONE.union(*(self.of(one, known) for one in row)) for row in by_place]
        return self.answered[name]


def _arguments(call: ast.Call) -> Iterable[ast.expr]:
    return (*call.args, *(each.value for each in call.keywords))


def _here(node: ast.AST) -> Iterator[str]:
    """The lever that this very expression reads, if any."""
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and _last(node.value) in HOLDERS:
        yield from {str(node.slice.value)} & LEVERS.keys()

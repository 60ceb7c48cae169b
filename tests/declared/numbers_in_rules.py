"""Every number that stands in a rule, and why it may: its value or its place shows that it assumes nothing of anyone.

By value, anywhere: -1, 0 and 1, unless a module names them or puts them into a table; and guards up to a millionth.
By place, in :func:`kind_of`: what a number is to the expression around it. By name, with a reason and how often: the
table ``structural.csv``. Whatever else stands there is a coefficient, and somebody may want to vary it.
"""

from __future__ import annotations

import ast
import csv
from collections import Counter
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
PACKAGE = HERE.parents[1] / "sim"
ROOMS = ("agents", "rules", "conditions", "week", "state")

ANYWHERE = (-1, 0, 1)
TINY = 1e-6
UNITS = (52, 100, 0.01, 1000, 365)  # weeks in a year, cents in a US$, US$ in a cent, thousands, days in a year
CALENDAR = {"WEEKS", "YEAR", "WEEKS_PER_YEAR", "DAYS", "HOURS_PER_WEEK"}  # constants that say what time is
DRAWS = {"draw", "block", "key_of", "draw_of", "uniforms"}
ARRAYS = {"zeros", "empty", "ones", "full", "reshape", "phases"}
ENUMERATIONS = {"IntEnum", "Enum", "IntFlag"}

Key = tuple[str, str]  # function or constant, the number as written without its sign


class Number(NamedTuple):
    """A number in a rule."""

    place: str  # file and line
    key: Key
    kind: str  # why it may stand there, "" if nothing about it says so


class Listed(NamedTuple):
    """A line of a list: how often a number stands in a function, and the rest of what is said of it."""

    times: int
    said: dict[str, str]


def listed(name: str) -> dict[Key, Listed]:
    """The lines of a list beside this module."""
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = {(row.pop("function"), row.pop("literal")): Listed(int(row.pop("times")), row) for row in rows}
    assert len(found) == len(rows), f"{name} names something twice"
    return found


class Finder(ast.NodeVisitor):
    """Walks a module and tells of every number in it."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.above: list[ast.AST] = []
        self.names: list[str] = []
        self.found: list[Number] = []

    def visit(self, node: ast.AST) -> None:
        if isinstance(node, ast.Constant) and type(node.value) in (int, float):
            where = ".".join(self.names) or "module"
            place = f"sim/{self.file}:{node.lineno}"
            self.found.append(Number(place, (where, repr(node.value)), kind_of(node, self.above, self.names)))
            return
        if isinstance(node, ast.arg) or (isinstance(node, ast.AnnAssign) and node.value is None):
            return  # types, and where the number of a field comes from
        named = name_of(node, self.names)
        self.above.append(node)
        self.names += named
        for field, child in ast.iter_fields(node):
            if field not in {"annotation", "returns", "decorator_list"}:
                for item in child if isinstance(child, list) else [child]:
                    if isinstance(item, ast.AST):
                        self.visit(item)
        del self.names[len(self.names) - len(named) :]
        self.above.pop()


def name_of(node: ast.AST, names: list[str]) -> list[str]:
    """The name that a node gives to what stands in it, if it gives one."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Assign | ast.AnnAssign) and not names:
        return [ast.unparse(node.targets[0] if isinstance(node, ast.Assign) else node.target)]
    return []


def kind_of(node: ast.Constant, above: list[ast.AST], names: list[str]) -> str:
    """Why a number may stand where it does, by its value and its place; "" if they do not say."""
    value = node.value
    numbered = enumerates(above, names)
    if value in ANYWHERE and (numbered or not is_named(above, names)):
        return "value"
    if 0 < abs(value) <= TINY:
        return "guard"
    if names and names[-1] in CALENDAR and len(names) == 1:
        return "calendar"
    if numbered and isinstance(value, int):
        return "code"
    return within(node, above) or beside(node, above)


def within(node: ast.Constant, above: list[ast.AST]) -> str:
    """What a whole number is to a subscript, a call or a class around it."""
    whole, compares, child = isinstance(node.value, int), False, node
    for parent in reversed(above):
        if isinstance(parent, ast.keyword) and parent.arg == "scale":
            return "units"
        if whole and isinstance(parent, ast.Subscript) and child is parent.slice and not compares:
            return "index"
        if whole and isinstance(parent, ast.keyword) and parent.arg in {"axis", "minlength"}:
            return "shape"
        if whole and isinstance(parent, ast.ClassDef):
            return "code" if {getattr(base, "id", "") for base in parent.bases} & ENUMERATIONS else ""
        if whole and isinstance(parent, ast.Call):
            name = parent.func.attr if isinstance(parent.func, ast.Attribute) else getattr(parent.func, "id", "")
            if name in DRAWS:
                return "draw"
            if name == "reshape" or (name in ARRAYS and child in parent.args[:3]):
                return "shape"
        compares = compares or isinstance(parent, ast.Compare)  # a threshold may choose rows, and is no row
        child = parent
    return ""


def beside(node: ast.Constant, above: list[ast.AST]) -> str:
    """What a number is to the one operation in which it stands."""
    value, whole = node.value, isinstance(node.value, int)
    signed = isinstance(above[-1], ast.UnaryOp)
    child, parent = (above[-1], above[-2]) if signed else (node, above[-1])
    if isinstance(parent, ast.Compare):
        return "equal" if all(isinstance(op, ast.Eq | ast.NotEq) for op in parent.ops) else ""
    if not isinstance(parent, ast.BinOp | ast.AugAssign):
        return ""
    op, right = parent.op, isinstance(parent, ast.AugAssign) or child is parent.right
    if whole and isinstance(op, ast.BitOr | ast.BitAnd | ast.BitXor | ast.LShift | ast.RShift):
        return "bits"
    if whole and value == 2 and right and isinstance(op, ast.FloorDiv | ast.Mod | ast.Pow):
        return "halves"
    if value == 0.5 and ((isinstance(op, ast.Pow) and not right) or (isinstance(op, ast.Sub) and right)):
        return "halves"  # a half-life, and the middle of a uniform on 0 to 1
    return "units" if abs(value) in UNITS and isinstance(op, ast.Mult | ast.Div) else ""


def is_named(above: list[ast.AST], names: list[str]) -> bool:
    """Whether a module gives the number a name: NAME = 1.0, NAME = (1.0, 2.0), NAME = np.array([1, 0])."""
    return (
        len(names) == 1
        and isinstance(above[1], ast.Assign)
        and all(
            isinstance(one, ast.UnaryOp | ast.Tuple | ast.List)
            or (isinstance(one, ast.Call) and ast.unparse(one.func) == "np.array")
            for one in above[2:]
        )
    )


def enumerates(above: list[ast.AST], names: list[str]) -> bool:
    """Whether the number stands in ``NAME, NAME = 1, 2`` or ``NAME, NAME = range(2)`` of a module."""
    if len(names) != 1 or not isinstance(above[1], ast.Assign) or not isinstance(above[1].targets[0], ast.Tuple):
        return False
    value = above[1].value
    if isinstance(value, ast.Tuple):
        return all(isinstance(one, ast.Constant) and type(one.value) is int for one in value.elts)
    return isinstance(value, ast.Call)


def numbers(package: Path = PACKAGE) -> list[Number]:
    """Every number in the rules of the package."""
    found = []
    for path in (path for room in ROOMS for path in sorted((package / room).rglob("*.py"))):
        finder = Finder(path.relative_to(package).as_posix())
        finder.visit(ast.parse(path.read_text(encoding="utf-8")))
        found += finder.found
    return found


def unexplained(found: list[Number]) -> dict[Key, list[str]]:
    """Where numbers stand of which neither value nor place says why they may."""
    places: dict[Key, list[str]] = {}
    for number in found:
        if not number.kind:
            places.setdefault(number.key, []).append(number.place)
    return places


def compared(places: dict[Key, list[str]], lists: list[dict[Key, Listed]]) -> list[str]:
    """In sentences: what stands in the rules and in no list, and what stands in a list and no longer there."""
    allowed: Counter[Key] = Counter()
    for entries in lists:
        allowed.update({key: entry.times for key, entry in entries.items()})
    wrong = []
    for key in sorted({*places, *allowed}):
        function, literal = key
        there, times = places.get(key, []), allowed[key]
        if len(there) > times:
            at = ", ".join(there)
            wrong.append(f"{literal} in {function} is neither structural nor declared: {at}, {times} of them listed")
        elif len(there) < times:
            wrong.append(f"{literal} in {function} is listed {times} times and stands there {len(there)} times")
    return wrong

"""Blocks of forms that are read from the source: the plan of the week, submodels, draws, and what is needed to run."""

from __future__ import annotations

import ast
import inspect
import re
import tomllib
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

import sim.rules
from sim.ground.draws import Stream
from sim.reference.forms.lines import first_sentence, table

BLOCKS: dict[str, Callable[..., str]] = {}
PACKAGE = Path(str(sim.rules.__file__)).parents[1]
SAID = ("sim.rules.", "sim.conditions.")  # modules that a phase calls and that the plan of the week names


def block(function: Callable[..., str]) -> Callable[..., str]:
    """Make a function known to templates under its name."""
    BLOCKS[function.__name__] = function
    return function


@block
def process() -> str:
    """The phases of a week in their order: what each does, and the submodels that it calls."""
    from sim.week.plan import PHASES  # noqa: PLC0415 - numba

    lines = []
    for place, phase in enumerate(PHASES, 1):
        said = first_sentence(inspect.getdoc(phase.run) or "").partition(": ")[2].rstrip(".")
        calls = ", ".join(f"`{name}`" for name in called(phase.run))
        lines.append([str(place), phase.name, said, calls])
    return table(["", "phase", "what happens", "submodels that it calls"], lines)


@block
def diagram() -> str:
    """The course of a run as text."""
    from sim.week.plan import PHASES  # noqa: PLC0415 - numba

    names = [phase.name for phase in PHASES]
    half = (len(names) + 1) // 2
    week = [f"    {' -> '.join(names[:half])} ->", f"    {' -> '.join(names[half:])}"]
    return "\n".join(
        ["```", "world and parameters -> people, enterprises, agencies and officials at the start",
         "every week, burn-in first:", *week, "after the last week: metrics, outcomes of persons, flows", "```"]
    )  # fmt: skip


def called(function: Callable[..., object]) -> list[str]:
    """Modules of rules and conditions whose functions are called by a phase, or by functions beside it that it calls.

    Each as room/module, in the order of the alphabet.
    """
    tree = ast.parse(Path(inspect.getfile(function)).read_text(encoding="utf-8"))
    bodies = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    origins = _origins(tree)
    found: set[str] = set()
    waiting, seen = [function.__name__], set()
    while waiting:
        name = waiting.pop()
        if name in seen or name not in bodies:
            continue
        seen.add(name)
        used = {node.id for node in ast.walk(bodies[name]) if isinstance(node, ast.Name)}
        found |= {origins[word] for word in used if word in origins}
        waiting += used
    return sorted(_short(name) for name in found)


def _origins(tree: ast.Module) -> dict[str, str]:
    """The module of rules or conditions that each imported name of a module stands for, or comes from."""
    found = {}
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module and f"{node.module}.".startswith(SAID):
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                is_module = (PACKAGE.parent / Path(*inner.split("."))).with_suffix(".py").exists()
                found[alias.asname or alias.name] = inner if is_module else node.module
    return found


def _short(module: str) -> str:
    return "/".join(module.split(".")[1:])


@block
def submodels() -> str:
    """Every module of the rules and of what everybody faces, with the first sentence that it says of itself."""
    lines = []
    for room in ("rules", "conditions"):
        for path in sorted((PACKAGE / room).rglob("*.py")):
            if path.name != "__init__.py":
                said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
                lines.append([f"`sim/{path.relative_to(PACKAGE).as_posix()}`", first_sentence(said)])
    return table(["submodel", "what it does"], lines)


@block
def draws() -> str:
    """The streams of keyed draws by the module that draws from them."""
    by_file: dict[str, list[str]] = {}
    for name, files in drawn_in().items():
        for file in files:
            by_file.setdefault(file, []).append(name)
    lines = [
        [f"`{file}`", ", ".join(f"`{name.lower()}`" for name in sorted(names))]
        for file, names in sorted(by_file.items())
    ]
    return table(["drawn in", "decisions that are drawn, each with a stream of its own"], lines)


@cache
def drawn_in() -> dict[str, tuple[str, ...]]:
    """Files that draw from each stream, by the name of the stream; the module that declares them is left out."""
    found: dict[str, list[str]] = {stream.name: [] for stream in Stream}
    for path in sorted(PACKAGE.rglob("*.py")):
        file = f"sim/{path.relative_to(PACKAGE).as_posix()}"
        text = path.read_text(encoding="utf-8")
        for name in _streams_of(ast.parse(text)) if "Stream." in text else ():
            if name in found:
                found[name].append(file)
    return {name: tuple(files) for name, files in found.items()}


def _streams_of(tree: ast.Module) -> Iterable[str]:
    named = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Stream"
    }
    return sorted(named)


@block
def needs() -> str:
    """The packages that a run needs, as pyproject.toml names them, and the oldest Python."""
    project = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [["Python", project["requires-python"]]]
    for word in project["dependencies"]:
        name = re.split("[<>=!~]", word)[0]
        lines.append([name.strip(), word[len(name) :]])
    return table(["package", "versions"], lines)


@block
def rooms() -> str:
    """What the tests hold, by folder."""
    folders = [path.name for path in sorted((PACKAGE.parent / "tests").iterdir()) if any(path.rglob("test_*.py"))]
    return table(
        ["tests", "what they hold"],
        [[f"`tests/{name}`", TESTS.get(name, f"the room `sim/{name}`")] for name in folders],
    )


TESTS = {
    "behaviour": "every switch and every lever matters, and `off` holds what it says; rates do not depend on size",
    "documents": "what documents show of commands, files and Python runs, and their links lead somewhere",
    "degenerate_worlds": "closed forms of theory, hit in worlds that are made from configuration alone",
    "experiments": "what is published is what was found; rules that were written a second time agree",
    "golden": "every number of known runs, to the last bit",
    "identities": "conservation of people and of money, pairing, sums over groups, and properties of random scenarios",
    "layers": "the floors of the package, sizes of modules, and that names in texts lead somewhere",
    "notebooks": "the notebooks run",
    "recipes": "the recipes by which the package is extended",
    "rules": "each rule against a closed form or by its properties",
    "twins": "rules against slow, readable second versions in plain Python",
}

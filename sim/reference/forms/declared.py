"""Blocks of forms that are made from what is declared: variables, decisions, parameters, observation, input."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from sim.ground.table import Column
from sim.reference.coverage import COUNTED, STATES, coverage
from sim.reference.families import FAMILIES
from sim.reference.forms.lines import GRADES, listed, table
from sim.reference.registry import SIZES, Row, number, rows, words
from sim.reference.tables import TABLES
from sim.report.evidence import evidence

BLOCKS: dict[str, Callable[..., str]] = {}
PLACES = ("regions", "legs", "routes", "pairs", "cells", "sectors", "units", "nodes")  # all other tables are of agents


def block(function: Callable[..., str]) -> Callable[..., str]:
    """Make a function known to templates under its name."""
    BLOCKS[function.__name__] = function
    return function


# --- entities and scales -------------------------------------------------------------------------------------------


@block
def entities(kind: str, page: str = "") -> str:
    """Tables of ``agents`` or of ``places``: what a row is, how many variables it has, and where they are declared.

    ``page`` is where the variables are listed, if not on the same.
    """
    lines = [
        [f"[{name}]({page}#variables-of-{name})", found.row, str(len(found.columns)), f"`{found.file}`"]
        for name, found in TABLES.items()
        if (name in PLACES) == (kind == "places")
    ]
    return table([kind, "one row is", "variables", "declared in"], lines)


@block
def variables() -> str:
    """Every state variable of every table, with its meaning, type and what it starts from."""
    parts = []
    for name, found in TABLES.items():
        lines = [[f"`{column.name}`", column.meaning, _stored(column)] for column in found.columns]
        parts.append(f"### Variables of {name}\n\n{table(['variable', 'meaning and unit', 'stored'], lines)}")
    return "\n\n".join(parts)


def _stored(column: Column) -> str:
    return column.dtype if not column.shape else f"{column.dtype}, several a row"


@block
def worlds() -> str:
    """The worlds that are shipped, with their sizes."""
    lines = [
        [f"`{row['name']}`", row["meaning"], *(words(row.get(size)) or "as given" for size in ("regions", "legs"))]
        for row in rows("worlds")
    ]
    return table(["world", "what it is", "regions", "legs"], lines)


# --- decisions -----------------------------------------------------------------------------------------------------


@block
def mechanisms(on: bool) -> str:
    """Switches that are on, or off, as declared: what is decided, what it rests on, and whether that is contested."""
    found = [row for row in rows("switches") if (row["default"] == "off") != on]
    lines = [
        [f"`{row['name']}`", row["meaning"], row["interface"], row["evidence"],
         GRADES[row["grade"]] + (", contested" if row["contested"] else "")]
        for row in found
    ]  # fmt: skip
    return table(["mechanism", "what it is", "what others read of it", "evidence", "grade"], lines)


@block
def contested() -> str:
    """Mechanisms on which the literature disagrees, as a sentence lists them."""
    return listed([f"`{row['name']}`" for row in rows("switches") if row["contested"]])


# --- parameters ----------------------------------------------------------------------------------------------------


@block
def parameters() -> str:
    """How many parameters each group has, what their mechanisms rest on, and where their sizes come from."""
    groups: dict[str, list[Row]] = {}
    for row in rows("parameters"):
        groups.setdefault(_group(row), []).append(row)
    lines = [[f"`{group}`", *_counts(some)] for group, some in groups.items()]
    lines.append(["**all**", *_counts(rows("parameters"))])
    mechanism, size = (f"mechanism: {each}" for each in GRADES.values()), (f"size: {each}" for each in SIZES)
    return table(["group", "parameters", *mechanism, *size], lines)


def _group(row: Row) -> str:
    first, dot, _ = str(row["name"]).partition(".")
    return first if dot else "run"


def _counts(some: Sequence[Row]) -> list[str]:
    counts = [sum(row["grade"] == grade for row in some) for grade in GRADES]
    counts += [sum(row["size"] == size for row in some) for size in SIZES]
    return [str(len(some)), *(str(count or "") for count in counts)]


@block
def sizes() -> str:
    """How many parameters have a size from a source, by the evidence for the mechanism in which they stand."""
    every = rows("parameters")
    some = {word: [row for row in every if row["grade"] == grade] for grade, word in GRADES.items()}
    some["**all**"] = every
    lines = [
        [word, *(str(sum(row["size"] == size for row in found) or "") for size in SIZES), str(len(found))]
        for word, found in some.items()
    ]
    return table(["evidence for the mechanism", *(f"size: {size}" for size in SIZES), "all"], lines)


@block
def size(of: str) -> str:
    """How many parameters have a size ``from a source``, ``assumed``, or that is ``a definition``."""
    return str(sum(row["size"] == of for row in rows("parameters")))


@block
def start() -> str:
    """Parameters of the people with whom a run starts, and of its length."""
    wanted = [row for row in rows("parameters") if _group(row) in ("time", "people")]
    lines = [
        [f"`{row['name']}`", number(row["default"]), row["unit"], row["meaning"], row["evidence"] or "assumed"]
        for row in wanted
        if not isinstance(row["default"], bool | str)
    ]
    return table(["parameter", "default", "unit", "meaning", "evidence"], lines)


@block
def count(of: str) -> str:
    """How many there are of something that is declared: parameters, switches, levers, metrics, policies."""
    return str(len(rows(of)))


@block
def grade(letter: str, of: str = "parameters") -> str:
    """How many parameters, or switches, have a grade of evidence."""
    return str(sum(row["grade"] == letter for row in rows(of)))


@block
def ranges(plausible: bool = False) -> str:
    """How many parameters are numbers with a range in which they may be set, or have a ``plausible`` range as well."""
    return str(sum(row["plausible" if plausible else "low"] is not None for row in rows("parameters")))


# --- levers, observation, input ------------------------------------------------------------------------------------


@block
def levers() -> str:
    """What policies can move, by family: how many levers, and for which places each has a value."""
    lines = []
    every = rows("levers")
    for family, beginnings in FAMILIES.items():
        some = [row for row in every if str(row["name"]).startswith(tuple(beginnings))]
        scopes = listed(list(dict.fromkeys(row["scope"] for row in some))) if some else ""
        lines.append([family, str(len(some)), scopes])
    return table(["family", "levers", "one value for each"], lines)


@block
def headline() -> str:
    """The metrics that reports show first."""
    lines = [
        [f"`{row['name']}`", row["unit"], row["kind"], row["tag"], row["meaning"]]
        for row in rows("metrics")
        if row["headline"]
    ]
    return table(["metric", "unit", "kind", "tag", "meaning"], lines)


@block
def observation() -> str:
    """How many metrics there are of each tag and layer."""
    every = rows("metrics")
    tags = list(dict.fromkeys(row["tag"] for row in every))
    layers = list(dict.fromkeys(row["layer"] for row in every))
    counts = Counter((row["tag"], row["layer"]) for row in every)
    lines = [[tag, *(str(counts[tag, layer] or "") for layer in layers)] for tag in tags]
    return table(["tag", *(f"layer {layer}" for layer in layers)], lines)


@block
def shocks() -> str:
    """What can happen in a world at a date, by file."""
    return table(["file", "what happens"], [[f"`{row['name']}`", row["title"]] for row in rows("shocks")])


@block
def studies() -> str:
    """The studies that are shipped, with their questions."""
    lines = [[f"`{row['name']}`", row["question"]] for row in rows("studies")]
    return table(["study", "question"], lines)


# --- evidence ------------------------------------------------------------------------------------------------------


@block
def sources() -> str:
    """How many evidence ids there are of each kind."""
    counts = Counter(one.kind for one in evidence().values())
    return table(["kind of evidence", "ids"], [[kind, str(found)] for kind, found in counts.most_common()])


@block
def covered() -> str:
    """How much of what the book says works in the model, by kind."""
    counts = Counter((item.kind, item.state) for item in coverage())
    lines = [[kind, *(str(counts[kind, state]) for state in STATES)] for kind in COUNTED]
    return table(["what the book says", *STATES], lines)

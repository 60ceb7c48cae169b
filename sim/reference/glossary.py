"""The glossary: words that people wrote, and codes and columns as the code declares them."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import sim.rules
from sim.ground.table import Column
from sim.reference.glossary_words import WORDS
from sim.reference.tables import TABLES
from sim.world.law import LEVER_FIELDS

PAGE = "glossary.md"
ROOMS = ("declared", "world", "ledger", "agents", "rules")  # whose codes stand in tables, events and results
LAW = "sim/world/law.py"
INTRO = """
What words mean in this project: first the [words](#words) of the field and of the model, then the [codes](#codes) that
stand in columns of tables, events and results, then all [tables](#tables) with their columns. The dictionaries of
[parameters](parameters.md), [switches](switches.md), [levers](levers.md) and [metrics](metrics.md) are pages of their
own. The [bibliography](bibliography.md) says what each evidence id stands for.

Written from the code by `sim.reference.dictionaries.document`; change the declarations or
`sim/reference/glossary_words.py`, not this page.
"""
CODES = """
A column of codes holds the number. `to_frame(names=True)` of a set of agents gives the word. *Bits* are added up, so
that one number can hold several.
"""
COLUMNS = """
Columns as rules read them and as [the Python interface](mesa.md) shows them. *Stored* is the type of numpy, with the
shape of what one row holds where that is more than one number.
"""
LEGS = 1  # stands for the number of legs, which only a world has


class Code(NamedTuple):
    """One value of an enum, with what the source says beside it."""

    name: str
    number: int
    meaning: str


class Enum(NamedTuple):
    """A kind of codes: its name, where it is declared, what it says, and its values."""

    name: str
    file: str
    meaning: str
    codes: tuple[Code, ...]


@cache
def enums() -> tuple[Enum, ...]:
    """Every kind of codes of the rooms that declare some, in the order of the floors and of files."""
    package = Path(str(sim.rules.__file__)).parents[1]
    return tuple(
        found
        for room in ROOMS
        for path in sorted((package / room).rglob("*.py"))
        for found in _enums_of(path, f"sim/{path.relative_to(package).as_posix()}")
    )


def _enums_of(path: Path, file: str) -> Iterator[Enum]:
    """The enums of a module; what is said of a value is the comment behind it."""
    text = path.read_text(encoding="utf-8")
    said = comments(text)
    for node in ast.parse(text).body:
        if isinstance(node, ast.ClassDef) and any(getattr(base, "id", "") == "IntEnum" for base in node.bases):
            codes = tuple(
                Code(
                    str(getattr(each.targets[0], "id", "")),
                    int(ast.literal_eval(each.value)),
                    said.get(each.lineno, ""),
                )
                for each in node.body
                if isinstance(each, ast.Assign)
            )
            yield Enum(node.name, file, _one_line(ast.get_docstring(node) or ""), codes)


def comments(text: str) -> dict[int, str]:
    """The comment of every line of a source that has one."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return {token.start[0]: token.string.lstrip("# ") for token in tokens if token.type == tokenize.COMMENT}


def _one_line(text: str) -> str:
    return " ".join(text.replace("``", "`").split())


def derived_from_the_law() -> dict[str, str]:
    """What the table of the law holds beside levers, each with its meaning."""
    package = Path(str(sim.rules.__file__)).parents[1]
    text = (package.parent / LAW).read_text(encoding="utf-8")
    return dict(re.findall(r'^    "(\w+)",  # (.+)$', text, re.MULTILINE))


# --- the page -----------------------------------------------------------------------------------------------------


def write_glossary(folder: str | Path) -> Path:
    """Write the page into a folder."""
    path = Path(folder) / PAGE
    path.write_text(glossary(), encoding="utf-8")
    return path


def glossary() -> str:
    """The page as Markdown."""
    lines = ["# Glossary", *INTRO.rstrip().splitlines(), "", "## Words"]
    for section, words in WORDS.items():
        lines += ["", f"### {section}", "", *_head("word", "meaning", "evidence")]
        lines += [_row(f"**{word}**", meaning, evidence) for word, meaning, evidence in words]
    lines += ["", "## Codes", *CODES.rstrip().splitlines(), "", *_head("code", "what it says", "values", "declared in")]
    lines += [_row(f"`{enum.name}`", enum.meaning, _values(enum), f"`{enum.file}`") for enum in enums()]
    lines += ["", "## Tables", *COLUMNS.rstrip().splitlines()]
    for name, table in TABLES.items():
        lines += ["", f"### {name}", "", f"A row is {table.row}; declared in `{table.file}`.", ""]
        lines += [*_head("column", "meaning", "stored"), *(_column(column) for column in table.columns)]
    lines += ["", "### law", "", f"A row is the law of one region in this week; declared in `{LAW}`.", ""]
    lines += _head("column", "meaning")
    lines += [_row(f"`{field}`", f"lever `{lever}`") for lever, field in LEVER_FIELDS.items()]
    lines += [_row(f"`{field}`", meaning) for field, meaning in derived_from_the_law().items()]
    return "\n".join(lines) + "\n"


def _values(enum: Enum) -> str:
    """The values of an enum, one below the other."""
    return "<br>".join(
        f"{code.number} `{code.name}`{f': {code.meaning}' if code.meaning else ''}" for code in enum.codes
    )


def _column(column: Column) -> str:
    shape = " × ".join("legs" if size == LEGS else str(size) for size in column.shape)
    return _row(f"`{column.name}`", column.meaning, f"{column.dtype}{f' ({shape})' if shape else ''}")


def _head(*titles: str) -> list[str]:
    return [_row(*titles), f"|{'---|' * len(titles)}"]


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"

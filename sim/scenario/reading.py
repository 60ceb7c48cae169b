"""A configuration file as plain data, by one reader, so that it means the same to Hydra, to lists and to checks.

Scalars are read as YAML 1.2 says: ``on``, ``off``, ``yes`` and dates are text. What other readers take for another
number (``010``, ``1:30``) is refused, and so are files that are no regular files, that are too large or too deep, whose
aliases stand for more than they show, that say one key twice, or that are not text.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from sim.ground.errors import Faults, RequestError
from sim.ground.quantities import brief, doubtful
from sim.ground.shipped import shown
from sim.scenario.folders import check_header

MOST_BYTES = 2**20
MOST_VALUES = 20_000  # with what aliases stand for
DEEPEST = 24
LONGEST_KEY = 200
MOST_DIGITS = 18
Place = tuple[str, ...]

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_WHOLE = re.compile(r"[-+]?[0-9]+")
_NUMBER = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_UNFILLED = "???"


@dataclass(frozen=True)
class Document:
    """What a file says: its content, and the line of everything in it."""

    path: Path
    content: dict[str, Any]
    lines: dict[Place, int] = field(repr=False, default_factory=dict)

    def where(self, dotted: str = "") -> str:
        """File, line and key, for a complaint; of a key that is not there, the line of what should hold it."""
        place = tuple(dotted.split(".")) if dotted else ()
        names = {".".join(known): line for known, line in self.lines.items()}
        line = names.get(dotted)
        while line is None and place:
            place = place[:-1]
            line = names.get(".".join(place))
        return f"{shown(self.path)}{f', line {line}' if line else ''}{f', key {dotted}' if dotted else ''}"


def read(path: Path) -> Document:
    """The file at ``path``; it is read once as long as it does not change. To be read only.

    Raises
    ------
    RequestError : the file cannot be read as plain data, with everything that is wrong with it.
    """
    try:
        state = path.stat()
    except (OSError, ValueError) as error:
        raise RequestError(f"{shown(path)} cannot be read: {_reason(error)}", where=shown(path)) from None
    if not stat.S_ISREG(state.st_mode):
        raise RequestError(f"{shown(path)} is not a regular file", where=shown(path))
    if state.st_size > MOST_BYTES:
        raise RequestError(f"{shown(path)} is larger than {MOST_BYTES // 2**20} MB", where=shown(path))
    return _read(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=256)
def _read(path: Path, *_written: int) -> Document:
    text = _text(path)
    faults = Faults(shown(path))
    with faults.gathered():
        check_header(path, text)
    content: Any = None
    document = Document(path, {})
    try:
        node = _nodes(text)
        content = {} if node is None else _Builder(document, faults).build(node, ())
    except yaml.YAMLError as error:
        faults.add(_unreadable(error, path, text))
    if not faults and not isinstance(content, dict):
        faults.add(f"{shown(path)} must hold keys and values", where=shown(path))
    faults.tell()
    return Document(path, content, document.lines)


def read_value(text: str, where: str) -> Any:
    """A list or a mapping of a request, ``[a, b]`` or ``{key: value}``, read as in a file.

    Raises
    ------
    RequestError : it cannot be read, with everything that is wrong with it.
    """
    document, faults = Document(Path(), {}), Faults(where)
    try:
        node = _nodes(text)
        found = None if node is None else _Builder(document, faults, where).build(node, ())
    except (yaml.YAMLError, RecursionError):
        raise RequestError(
            "a value cannot be read; lists are [a, b], mappings {key: value}, and quotes must be closed", where=where
        ) from None
    faults.tell()
    return found


def _nodes(text: str) -> yaml.Node | None:
    loader = _Loader(text)
    try:
        return loader.get_single_node()
    finally:
        loader.dispose()


def _text(path: Path) -> str:
    """The characters of a file, without a byte-order mark."""
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise RequestError(
            f"{shown(path)} cannot be read: it is not UTF-8 text, from line {line} on",
            where=f"{shown(path)}, line {line}",
        ) from None
    except OSError as error:
        raise RequestError(f"{shown(path)} cannot be read: {_reason(error)}", where=shown(path)) from None


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)


def _unreadable(error: yaml.YAMLError, path: Path, text: str) -> RequestError:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line: int | None
    if isinstance(error, yaml.reader.ReaderError):
        line = text.count("\n", 0, error.position) + 1
        problem = f"a character that no text holds, number {int(error.character):#x}"
    else:
        line = None if mark is None else mark.line + 1
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
    if line is None:
        return RequestError(f"{shown(path)} cannot be read: {problem}", where=shown(path))
    return RequestError(f"{shown(path)} cannot be read: {problem} in line {line}", where=f"{shown(path)}, line {line}")


class _Loader(yaml.SafeLoader):
    """PyYAML's own reading of the text into nodes, as far as it is neither deep nor tagged."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._depth = self._nodes = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event = self.peek_event()
        self._nodes += 1
        if self._nodes > MOST_VALUES:
            raise _refused(f"more than {MOST_VALUES} values", event)
        if self._depth >= DEEPEST:
            raise _refused(f"lists and mappings within one another, more than {DEEPEST} deep,", event)
        if not isinstance(event, yaml.AliasEvent) and event.tag is not None:
            raise _refused(f"a tag, {event.tag},", event)
        self._depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self._depth -= 1


def _refused(problem: str, event: yaml.Event) -> yaml.YAMLError:
    return yaml.composer.ComposerError(None, None, problem, event.start_mark)


class _Builder:
    """Plain data from nodes, noting the line of everything and whatever is wrong."""

    def __init__(self, document: Document, faults: Faults, where: str | None = None) -> None:
        self.document, self.faults, self.where = document, faults, where
        self.open: set[int] = set()
        self.values = 0

    def build(self, node: yaml.Node, place: Place) -> Any:
        """What a node stands for; an alias stands for a copy of what it names."""
        self.values += 1
        if self.values > MOST_VALUES:
            raise yaml.composer.ComposerError(
                None, None, f"aliases that stand for more than {MOST_VALUES} values", node.start_mark
            )
        if id(node) in self.open:
            raise yaml.composer.ComposerError(None, None, "an alias for what it is itself part of", node.start_mark)
        self.document.lines.setdefault(place, node.start_mark.line + 1)
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, place)
        self.open.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            found: Any = [self.build(item, (*place, str(number))) for number, item in enumerate(node.value)]
        else:
            found = dict(self._pairs(node, place))
        self.open.discard(id(node))
        return found

    def _pairs(self, node: yaml.Node, place: Place) -> Iterator[tuple[str, Any]]:
        known: set[str] = set()
        for name, value in node.value:
            key = self._key(name, place)
            if key is None:
                continue
            here = (*place, key)
            self.document.lines.setdefault(here, name.start_mark.line + 1)
            if key in known:
                self._fault(f"duplicate key {key}", name, here)
                continue
            known.add(key)
            yield key, self.build(value, here)

    def _key(self, node: yaml.Node, place: Place) -> str | None:
        """A key, which is text however it is written."""
        if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
            self._fault("a key must be text", node, place)
            return None
        if len(node.value) > LONGEST_KEY:
            self._fault(f"a key has {len(node.value)} characters, more than {LONGEST_KEY}", node, place)
            return None
        return node.value

    def _scalar(self, node: yaml.ScalarNode, place: Place) -> Any:
        text = node.value
        if text == _UNFILLED:
            self._fault("??? marks what is still to be filled in", node, place)
        if node.style is not None:
            return text
        if text in _NULL:
            return None
        if text in _TRUTH:
            return _TRUTH[text]
        if advice := doubtful(text):
            self._fault(advice, node, place)
        elif _NOT_FINITE.fullmatch(text):
            self._fault(f"a number must be finite, not {text}", node, place)
        elif _WHOLE.fullmatch(text):
            return self._whole(text, node, place)
        elif _NUMBER.fullmatch(text):
            number = float(text)
            if number in (float("inf"), float("-inf")):
                self._fault(f"a number must be finite, not {brief(text)}", node, place)
            return number
        return text

    def _whole(self, text: str, node: yaml.Node, place: Place) -> int:
        if len(text.lstrip("+-")) > MOST_DIGITS:
            self._fault(f"a number of {len(text.lstrip('+-'))} digits is larger than any value here", node, place)
            return 0
        return int(text)

    def _fault(self, what: str, node: yaml.Node, place: Place) -> None:
        key = f", key {'.'.join(place)}" if place else ""
        self.faults.add(what, where=self.where or f"{shown(self.document.path)}, line {node.start_mark.line + 1}{key}")

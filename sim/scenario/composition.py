"""Words and configuration files become one nested mapping: here where they are plain, by Hydra where they are not."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.policies.policy import completed
from sim.scenario.folders import Folders
from sim.scenario.names import GROUPS, leaves
from sim.scenario.plainly import merged
from sim.scenario.reading import read
from sim.scenario.schema import checked
from sim.scenario.words import Word, read_words, searched


@dataclass(frozen=True)
class Source:
    """A configuration file that took part: its path and the place of its content in the tree ('' = at the top)."""

    path: Path
    package: str


@dataclass(frozen=True)
class Composed:
    """The composed tree as plain data, with what made it."""

    tree: dict[str, Any]
    words: tuple[Word, ...]
    sources: tuple[Source, ...]
    folders: Folders

    @property
    def policies(self) -> dict[str, Path]:
        """The chosen policies in order, each with its file."""
        return {
            source.package.removeprefix("policy."): source.path
            for source in self.sources
            if source.package.startswith("policy.")
        }

    def word(self, name: str) -> Word | None:
        """The last word that set ``name``, part of it, or the whole that it is part of."""
        for word in reversed(self.words):
            if f"{word.key}.".startswith(f"{name}.") or (word.key not in GROUPS and name.startswith(f"{word.key}.")):
                return word
        return None

    def source(self, name: str) -> tuple[Source, str] | None:
        """The last file that set ``name`` or part of it, and the key there."""
        for file in reversed(self.sources):
            prefix = f"{file.package}." if file.package else ""
            content = {key: value for key, value in read(file.path).content.items() if key != "defaults"}
            for key, _ in leaves(content):
                if f"{prefix}{key}.".startswith(f"{name}."):
                    return file, key
        return None

    def blame(self, name: str) -> str | None:
        """The word, or the file and key, that set ``name``; None when nothing did."""
        word = self.word(name)
        if word is not None:
            return word.written
        found = self.source(name)
        return None if found is None else read(found[0].path).where(found[1])


def compose_words(overrides: Iterable[str], own: Iterable[str | Path] = ()) -> Composed:
    """The tree that words and files make; ``own`` are folders of the user's configuration files.

    Raises
    ------
    RequestError : a word, a choice or a file is wrong.
    """
    overrides = list(overrides)
    folders = Folders.of(*own, *searched(overrides))
    words = read_words(overrides, folders)
    found = merged(words, folders)
    if found is None:
        from sim.scenario.by_hydra import composed  # noqa: PLC0415 - Hydra loads when it is needed

        found = composed(words, folders)
    tree, sources = found
    return Composed(tree, words, tuple(Source(path, package) for path, package in sources), folders)


def policy_content(path: Path) -> dict[str, Any]:
    """What a policy file says, for listings, with the defaults of what it does not say.

    Raises
    ------
    RequestError : the file cannot be read, or is wrong.
    """
    return completed(deepcopy(checked(path).content))

"""Hydra turns words and configuration files into one nested mapping; nothing else in the package imports Hydra.

Defaults reach Hydra as the node ``declared``, first in the defaults list of ``config.yaml``.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from hydra import compose, version
from hydra._internal.hydra import Hydra  # of the API, initialize_config_dir takes folders of plain files only
from hydra._internal.utils import create_config_search_path
from hydra.core.config_store import ConfigStore
from hydra.core.global_hydra import GlobalHydra
from hydra.errors import HydraException
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from sim.ground.errors import RequestError
from sim.ground.shipped import configs_dir
from sim.policies.policy import completed
from sim.scenario import faults
from sim.scenario.folders import Folders
from sim.scenario.names import GROUPS, declared, leaves
from sim.scenario.reading import read
from sim.scenario.schema import checked
from sim.scenario.source import entry_of, register
from sim.scenario.words import SEARCH_PATH, Word, quoted, read_words, searched

_LOCK = threading.RLock()  # GlobalHydra is one per process
_KEPT = 64  # composed configurations; each is a few kilobytes


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
    choices = tuple(word.grammar for word in words if word.grammar)
    try:
        chosen, sources = _composed(choices, folders, folders.stamp())
        config = deepcopy(chosen) if any(word.sets for word in words) else chosen
        for word in words:
            _put(config, word)
        tree = cast("dict[str, Any]", OmegaConf.to_container(config, resolve=True))
    except (OmegaConfBaseException, HydraException, ValueError, TypeError, OSError, RecursionError) as error:
        raise faults.sentence(error, words, folders) from None
    return Composed({str(key): value for key, value in tree.items()}, words, sources)


def _put(config: DictConfig, word: Word) -> None:
    """Give one setting the value that a word says."""
    if not word.sets:
        return
    try:
        OmegaConf.update(config, word.key, deepcopy(word.content), merge=True, force_add=True)
    except (OmegaConfBaseException, ValueError, TypeError, AttributeError, IndexError):
        raise RequestError(f"{word.key} does not exist", where=word.written) from None


@lru_cache(maxsize=_KEPT)
def _composed(choices: tuple[str, ...], folders: Folders, _stamp: object) -> tuple[DictConfig, tuple[Source, ...]]:
    """What the chosen files say, kept as long as no file changes (``_stamp``); references are left as they are."""
    own = ",".join(quoted(entry_of(folder)) for folder in folders.all[1:])
    overrides = [*([f"{SEARCH_PATH}=[{own}]"] if own else []), *choices]
    with composer():
        config = compose("config", overrides)
        loader = GlobalHydra.instance().hydra.config_loader  # type: ignore[union-attr]
        chosen = loader.compute_defaults_list("config", overrides, RunMode.RUN).defaults
    sources = []
    for entry in chosen:
        group, _, option = (entry.config_path or "").partition("/")
        path = configs_dir() / "config.yaml" if group == "config" else folders.file(group, option)
        if path is not None and group != "hydra":
            sources.append(Source(path, "" if entry.package in (None, "_global_") else str(entry.package)))
    return config, tuple(sources)


@contextmanager
def composer() -> Iterator[None]:
    """Hydra ready to compose: at top level, in a notebook, in a thread, inside another Hydra application."""
    with alone_with_hydra():
        register()
        if "declared.yaml" not in ConfigStore.instance().repo:
            ConfigStore.instance().store(name="declared", node=declared())
        version.setbase("1.3")
        Hydra.create_main_hydra2("labyrinth", create_config_search_path(entry_of(configs_dir())))
        yield


@contextmanager
def alone_with_hydra() -> Iterator[None]:
    """While Hydra is set up for something of its own; what an application around us had set up comes back."""
    with _LOCK:
        holder = GlobalHydra.instance()
        outer, holder.hydra = holder.hydra, None
        try:
            yield
        finally:
            GlobalHydra.set_instance(holder)  # leaving may have put a copy in its place
            holder.hydra = outer


def policy_content(path: Path) -> dict[str, Any]:
    """What a policy file says, for listings, with the defaults of what it does not say.

    Raises
    ------
    RequestError : the file cannot be read, or is wrong.
    """
    return completed(deepcopy(checked(path).content))

"""Hydra turns words and configuration files into one nested mapping; nothing else in the package imports Hydra.

Defaults reach Hydra as the node ``declared``, first in the defaults list of ``config.yaml``.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]
from hydra import compose, initialize_config_dir
from hydra.core.config_store import ConfigStore
from hydra.core.global_hydra import GlobalHydra
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from sim.configuration import faults
from sim.configuration.folders import Folders, check_header, configs_dir, shown
from sim.configuration.names import declared, leaves
from sim.configuration.words import SEARCH_PATH, Word, quoted, read_words, searched
from sim.errors import RequestError

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

    def blame(self, name: str) -> str | None:
        """The word or the file and key that set ``name``; None when nothing did."""
        for word in reversed(self.words):
            if word.key == name or word.key.startswith(f"{name}.") or name.startswith(f"{word.key}."):
                return word.written
        for source in reversed(self.sources):
            prefix = f"{source.package}." if source.package else ""
            for found, _ in leaves(_plain(source.path)):
                if f"{prefix}{found}" == name or f"{prefix}{found}".startswith(f"{name}."):
                    return f"{shown(source.path)}, key {found}"
        return None


def compose_words(overrides: Iterable[str], own: Iterable[str | Path] = ()) -> Composed:
    """The tree that words and files make; ``own`` are folders of the user's configuration files.

    Raises
    ------
    RequestError : a word, a choice or a file is wrong.
    """
    overrides = list(overrides)
    folders = Folders.of(*own, *searched(overrides))
    words = read_words(overrides, folders)
    grammar = tuple(word.grammar for word in words if word.grammar)
    try:
        config, sources = _composed(grammar, folders, folders.stamp())
        tree = OmegaConf.to_container(config, resolve=True)
    except (OmegaConfBaseException, yaml.YAMLError, ValueError, TypeError, OSError, *faults.HYDRA) as error:
        raise faults.sentence(error, words, folders) from error
    assert isinstance(tree, dict)
    return Composed({str(key): value for key, value in tree.items()}, words, sources)


@lru_cache(maxsize=_KEPT)
def _composed(grammar: tuple[str, ...], folders: Folders, stamp: object) -> tuple[DictConfig, tuple[Source, ...]]:
    """Hydra's result, kept as long as no file changes (``stamp``); references in it are resolved by the caller."""
    own = ",".join(quoted(f"file://{folder}") for folder in folders.all[1:])
    overrides = [*([f"{SEARCH_PATH}=[{own}]"] if own else []), *grammar]
    with composer():
        config = compose("config", overrides)
        loader = GlobalHydra.instance().hydra.config_loader  # type: ignore[union-attr]
        chosen = loader.compute_defaults_list("config", overrides, RunMode.RUN).defaults
    sources = []
    for entry in chosen:
        group, _, option = (entry.config_path or "").partition("/")
        path = configs_dir() / "config.yaml" if group == "config" else folders.file(group, option)
        if path is not None and group != "hydra":
            if group != "config":
                check_header(path)
            sources.append(Source(path, "" if entry.package in (None, "_global_") else str(entry.package)))
    return config, tuple(sources)


@contextmanager
def composer() -> Iterator[None]:
    """Hydra ready to compose: at top level, in a notebook, in a thread, inside another Hydra application."""
    with _LOCK:
        ConfigStore.instance().store(name="declared", node=declared())
        holder = GlobalHydra.instance()
        outer, holder.hydra = holder.hydra, None
        try:
            with initialize_config_dir(str(configs_dir()), job_name="labyrinth", version_base="1.3"):
                yield
        finally:
            holder.hydra = outer


def _plain(path: Path) -> dict[str, Any]:
    """A file's own content, without its defaults list."""
    content = OmegaConf.to_container(OmegaConf.load(path), resolve=False)
    return {str(key): value for key, value in content.items() if key != "defaults"} if isinstance(content, dict) else {}


def policy_content(path: Path) -> dict[str, Any]:
    """What a policy file says, for listings.

    Raises
    ------
    RequestError : the file cannot be read, or lacks its header.
    """
    try:
        check_header(path)
        return _plain(path)
    except (OmegaConfBaseException, yaml.YAMLError, ValueError, OSError) as error:
        raise error if isinstance(error, RequestError) else faults.unreadable(error, path) from error

"""Hydra turns words and configuration files into one nested mapping; nothing else in the package imports Hydra.

Defaults reach Hydra as the node ``declared``, first in the defaults list of ``config.yaml``.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
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
from sim.scenario import faults
from sim.scenario.folders import Folders
from sim.scenario.names import declared
from sim.scenario.source import entry_of, register
from sim.scenario.words import SEARCH_PATH, Word, quoted

_LOCK = threading.RLock()  # GlobalHydra is one per process
_KEPT = 64  # composed configurations; each is a few kilobytes


def composed(words: tuple[Word, ...], folders: Folders) -> tuple[dict[str, Any], list[tuple[Path, str]]]:
    """The tree that words and files make, and the files that took part in order, each with its place in the tree.

    Raises
    ------
    RequestError : a choice or a file is wrong.
    """
    choices = tuple(word.grammar for word in words if word.grammar)
    try:
        chosen, sources = _composed(choices, folders, folders.stamp())
        config = deepcopy(chosen) if any(word.sets for word in words) else chosen
        for word in words:
            _put(config, word)
        tree = cast("dict[str, Any]", OmegaConf.to_container(config, resolve=True))
    except (OmegaConfBaseException, HydraException, ValueError, TypeError, OSError, RecursionError) as error:
        raise faults.sentence(error, words, folders) from None
    return {str(key): value for key, value in tree.items()}, sources


def _put(config: DictConfig, word: Word) -> None:
    """Give one setting the value that a word says."""
    if not word.sets:
        return
    try:
        OmegaConf.update(config, word.key, deepcopy(word.content), merge=True, force_add=True)
    except (OmegaConfBaseException, ValueError, TypeError, AttributeError, IndexError):
        raise RequestError(f"{word.key} does not exist", where=word.written) from None


@lru_cache(maxsize=_KEPT)
def _composed(choices: tuple[str, ...], folders: Folders, _stamp: object) -> tuple[DictConfig, list[tuple[Path, str]]]:
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
            sources.append((path, "" if entry.package in (None, "_global_") else str(entry.package)))
    return config, sources


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

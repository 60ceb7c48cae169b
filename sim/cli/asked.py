"""What the commands that simulate have in common: the settings among their words, and what is said on a full disk."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sim.ground.errors import RequestError

T = TypeVar("T")


def settings_among(arguments: argparse.Namespace) -> list[str]:
    """The settings among the words, with the folders of ``--config-dir`` as the first of them."""
    from sim.scenario.words import folder_words  # noqa: PLC0415

    return [
        *folder_words(arguments.config_dir),
        *(word for word in arguments.words if "=" in word or arguments.command != "compare"),
    ]


def refuse_tables(folder: str) -> None:
    """RequestError if a folder holds a table of methods and no study."""
    if Path(folder, "prevalence", "asked.json").is_file():
        raise RequestError(f"{folder} holds a table of methods; write it again with: labyrinth prevalence {folder}")


def stored(work: Callable[[], T]) -> T | None:
    """What ``work`` gives; None, with one line on stderr, when results could not be written."""
    from sim.results.store import StoreError  # noqa: PLC0415

    try:
        return work()
    except StoreError as error:
        print(f"labyrinth: {error}", file=sys.stderr)
        return None

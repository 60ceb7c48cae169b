"""What the commands that simulate have in common: the settings among their words, and what is said on a full disk."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from sim.cli.answers import print_answer
from sim.ground.errors import RequestError

if TYPE_CHECKING:
    from sim.scenario.requests import Requests

T = TypeVar("T")


def settings_among(arguments: argparse.Namespace) -> list[str]:
    """The settings among the words, with the folders of ``--config-dir`` as the first of them."""
    from sim.scenario.names import tidied  # noqa: PLC0415 - commands load what they need
    from sim.scenario.words import folder_words  # noqa: PLC0415

    settings = [word for word in arguments.words if "=" in word or arguments.command != "compare"]
    return [*folder_words(arguments.config_dir), *tidied(settings)]


def names_and_settings(arguments: argparse.Namespace, one: str) -> tuple[str, list[str]]:
    """What was named among the words, "" if nothing, and the settings. RequestError if it is more than ``one``."""
    from sim.scenario.names import tidied  # noqa: PLC0415 - commands load what they need

    names = [word for word in arguments.words if "=" not in word]
    if len(names) > 1:
        raise RequestError(f"{arguments.command} takes {one}", where=" ".join(names))
    return "".join(names), tidied(word for word in arguments.words if "=" in word)


def check_no_settings(words: list[str]) -> None:
    """RequestError if settings were given for results that are there: nothing is run, so they would change nothing."""
    if words:
        raise RequestError("what is there is judged anew without settings; they belong to the runs", where=words[0])


def show_questions(files: Requests, called: str, arguments: argparse.Namespace) -> int:
    """Print the files of a kind with what they ask, as JSON under the name ``called``; returns the exit code."""
    found, faults = files.questions(arguments.config_dir)
    tell_left_out(faults)
    if arguments.json:
        print_answer({called: [{"name": name, "question": question} for name, question in found.items()]})
        return 0
    for name, question in found.items():
        print(f"{name}\n    {question}")
    return 0


def tell_left_out(faults: Mapping[str, RequestError]) -> None:
    """Say on stderr which files of the user's a list leaves out, and why."""
    for name, fault in faults.items():
        print(f"labyrinth: {name} is left out: {fault}", file=sys.stderr)


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

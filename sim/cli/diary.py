"""The command ``diary``: two lives of one person, told in words."""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from sim.cli.asked import settings_among
from sim.cli.words import DIARY_AMONG, DIARY_FORMATS
from sim.ground.errors import RequestError
from sim.ground.notes import several_notes

WIDE, PIPE = 120, 100  # letters: no wider than this in a terminal, and in a pipe


def carry_out(arguments: argparse.Namespace) -> int:
    """Do what was asked; returns the exit code."""
    for option, given, allowed in (
        ("--format", arguments.format, DIARY_FORMATS),
        ("--among", arguments.among, DIARY_AMONG),
    ):
        if given not in allowed:
            raise RequestError(f"there is no {given!r}", where=option, given=given, allowed=allowed)
    if arguments.output is not None and Path(arguments.output).is_dir():
        raise RequestError(f"{arguments.output} is a folder; a diary is one file", where="--output")
    words = settings_among(arguments)
    for word in words:
        if word.startswith(("seeds=", "study=")):
            raise RequestError("a diary is of one run with a policy and one without, with seed=N", where=word)
    from sim.scenario.scenario import Scenario  # noqa: PLC0415 - commands load what they need

    scenario = Scenario.compose(words)
    several_notes(scenario.notes())
    from sim.face.diary import diary  # noqa: PLC0415 - kernels

    found = diary(scenario, person=arguments.person, among=arguments.among)
    terminal = sys.stdout.isatty() and arguments.output is None
    width = max(60, min(WIDE, shutil.get_terminal_size().columns)) if terminal else PIPE
    text = {"text": lambda: found.text(width), "md": found.markdown, "html": found.html}[arguments.format]()
    if arguments.output is None:
        print(text, end="")
        return 0
    from sim.report.page import write_whole  # noqa: PLC0415

    try:
        path = write_whole(Path(arguments.output), text)
    except OSError as error:
        raise RequestError(f"{arguments.output} cannot be written: {error.strerror}", where="--output") from None
    if not arguments.quiet:
        print(path)
    return 0

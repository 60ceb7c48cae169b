"""The command ``calibrate``: from a file of targets to sets of parameters that fit, and what the evidence does not tell."""

from __future__ import annotations

import argparse
import shlex
import sys
from typing import Any

from sim.cli.answers import print_answer
from sim.cli.asked import stored
from sim.ground.errors import RequestError


def carry_out(arguments: argparse.Namespace) -> int:
    """Do what was asked; returns the exit code."""
    names = [word for word in arguments.words if "=" not in word]
    words = [word for word in arguments.words if "=" in word]
    if not names:
        _list(arguments)
        return 0
    if len(names) > 1:
        raise RequestError("calibrate takes one file of targets", where=" ".join(names))
    return _calibrate(names[0], words, arguments)


def _list(arguments: argparse.Namespace) -> None:
    """The shipped files of targets with their questions."""
    from sim.calibration.reading import calibrations, find  # noqa: PLC0415 - commands load what they need
    from sim.scenario.reading import read  # noqa: PLC0415

    found = {name: str(read(find(name)).content.get("question", "")) for name in calibrations()}
    if arguments.json:
        print_answer({"calibrations": [{"name": name, "question": each} for name, each in found.items()]})
        return
    for name, each in found.items():
        print(f"{name}\n    {each}")


def _calibrate(name: str, words: list[str], arguments: argparse.Namespace) -> int:
    from sim.calibration.conduct import Way, base_of, calibrate  # noqa: PLC0415
    from sim.calibration.optional import check_packages  # noqa: PLC0415
    from sim.calibration.reading import find, read_calibration  # noqa: PLC0415
    from sim.scenario.words import folder_words  # noqa: PLC0415

    calibration = read_calibration(find(name, arguments.config_dir), [*folder_words(arguments.config_dir), *words])
    check_packages()
    base = base_of(calibration)
    folder = str(base.name or f"calibrate-{calibration.name}")
    workers = int(base["workers"]) or None
    command = shlex.join(["labyrinth", "calibrate", *arguments.words])
    if arguments.dry_run:
        return 0
    way = Way(workers=workers, replace=arguments.replace, progress=not arguments.quiet)
    done = stored(lambda: calibrate(calibration, name=folder, way=way, command=command))
    if done is None:
        return 1
    print("done", file=sys.stderr)
    return 0

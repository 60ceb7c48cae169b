"""The command ``calibrate``: from a file of targets to sets of parameters that fit, and what is not known then."""

from __future__ import annotations

import argparse
import shlex
import sys
from pathlib import Path
from typing import Any

from sim.cli.answers import print_answer
from sim.cli.asked import check_no_settings, names_and_settings, show_questions, stored


def carry_out(arguments: argparse.Namespace) -> int:
    """Do what was asked; returns the exit code."""
    asked, words = names_and_settings(arguments, "one file of targets")
    if not asked:
        from sim.calibration.reading import TARGETS  # noqa: PLC0415 - commands load what they need

        return show_questions(TARGETS, "calibrations", arguments)
    folder = Path(asked)
    return _again(folder, words, arguments) if folder.is_dir() else _calibrate(asked, words, arguments)


def _calibrate(name: str, words: list[str], arguments: argparse.Namespace) -> int:
    from sim.calibration.conduct import Way, base_of, calibrate  # noqa: PLC0415
    from sim.calibration.optional import check_packages  # noqa: PLC0415
    from sim.calibration.planned import plan_of  # noqa: PLC0415
    from sim.calibration.reading import TARGETS, read_calibration  # noqa: PLC0415
    from sim.scenario.words import folder_words  # noqa: PLC0415

    path = TARGETS.find(name, arguments.config_dir)
    calibration = read_calibration(path, [*folder_words(arguments.config_dir), *words])
    check_packages()
    base = base_of(calibration)
    of_another = "" if base.world.name == calibration.name else f"-{base.world.name}"
    folder = str(base.name or f"calibrate-{calibration.name}{of_another}")
    workers = int(base["workers"]) or None
    plan = plan_of(calibration, base, workers)
    if arguments.dry_run and arguments.json:
        print_answer({"name": folder, "folder": f"results/{folder}", "status": "planned", **vars(plan)})
        return 0
    if arguments.dry_run:
        print(f"{plan}\nresults would go to results/{folder}")
        return 0
    if not arguments.quiet:
        print(plan, file=sys.stderr)
    command = shlex.join(["labyrinth", "calibrate", *arguments.words])
    way = Way(workers=workers, replace=arguments.replace, progress=not arguments.quiet)
    done = stored(lambda: calibrate(calibration, name=folder, way=way, command=command))
    return 1 if done is None else _tell(done, Path("results") / folder, arguments)


def _again(folder: Path, words: list[str], arguments: argparse.Namespace) -> int:
    """Judge stored runs anew; nothing is run."""
    from sim.calibration.conduct import Way, again  # noqa: PLC0415

    check_no_settings(words)
    done = stored(lambda: again(folder, Way(progress=not arguments.quiet)))
    return 1 if done is None else _tell(done, folder, arguments)


def _tell(done: Any, folder: Path, arguments: argparse.Namespace) -> int:
    """Print what was found; that no set fits is an answer too, and runs that failed are not."""
    from sim.calibration.conduct import FOLDER, PAGE  # noqa: PLC0415
    from sim.calibration.words import as_json, markdown  # noqa: PLC0415

    page = folder / FOLDER / PAGE
    if arguments.json:
        print_answer({"folder": str(folder), "page": str(page), **as_json(done)})
    elif not arguments.quiet:
        print(markdown(done))
        print(f"the page is in {page}")
    return 1 if done.about["failed"] else 0

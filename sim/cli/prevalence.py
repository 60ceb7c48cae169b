"""The command ``prevalence``: methods that say how many people there are, held against worlds that know it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from sim.cli.answers import print_answer
from sim.cli.asked import check_no_settings, names_and_settings, show_questions, stored
from sim.ground.machine import cores
from sim.ground.notes import several_notes


def carry_out(arguments: argparse.Namespace) -> int:
    """Do what was asked; returns the exit code."""
    asked, words = names_and_settings(arguments, "one table")
    if not asked:
        from sim.evaluation.prevalence.request import TABLES  # noqa: PLC0415 - commands load what they need

        return show_questions(TABLES, "tables", arguments)
    folder = Path(asked)
    if folder.is_dir():
        check_no_settings(words)
        from sim.evaluation.prevalence.conduct import again  # noqa: PLC0415 - commands load what they need

        done = stored(lambda: again(folder))
        return 1 if done is None else _tell(done, arguments)
    return _measure(asked, words, arguments)


def _measure(name: str, words: list[str], arguments: argparse.Namespace) -> int:
    from sim.evaluation.prevalence.conduct import carry_out as carry  # noqa: PLC0415
    from sim.evaluation.prevalence.request import TABLES, as_data, read_request  # noqa: PLC0415
    from sim.results.places import results_folder  # noqa: PLC0415
    from sim.scenario.words import folder_words  # noqa: PLC0415
    from sim.studies.plan import chosen_seeds, default_name  # noqa: PLC0415

    request = read_request(TABLES.find(name, arguments.config_dir), [*folder_words(arguments.config_dir), *words])
    first = next(iter(request.worlds.values()))
    seeds = chosen_seeds(int(first["seeds"]), int(first["seed"]))
    named = first.name or default_name(["prevalence", request.name], "".join(w.key for w in request.worlds.values()))
    workers = int(first["workers"]) or cores()
    if arguments.dry_run:
        asked = as_data(request, seeds)
        runs, worlds = len(request.worlds) * len(seeds), list(asked["worlds"])
        if arguments.json:
            print_answer({"name": named, "folder": str(results_folder(named)), "status": "planned", "worlds": worlds,
                          "seeds": len(seeds), "runs": runs, "workers": workers})  # fmt: skip
            return 0
        print(f"{runs} runs in worlds {', '.join(worlds)}, {workers} at a time")
        print(f"results would go to {results_folder(named)}")
        return 0
    several_notes([note for each in request.worlds.values() for note in each.notes()])
    shown = not arguments.quiet
    folder = results_folder(named)
    done = stored(
        lambda: carry(request, seeds, folder=folder, workers=workers, replace=arguments.replace, progress=shown)
    )
    return 1 if done is None else _tell(done, arguments)


def _tell(done: Any, arguments: argparse.Namespace) -> int:
    from sim.evaluation.prevalence.conduct import PAGE  # noqa: PLC0415
    from sim.evaluation.prevalence.words import markdown, verdict  # noqa: PLC0415

    if arguments.json:
        verdicts = {label: vars(verdict(done.scores, label)) for label in done.asked["worlds"]}
        print_answer({"folder": str(done.folder), "page": str(done.folder / PAGE), "verdicts": verdicts,
                      "asked": dict(done.asked), "scores": done.scores.to_dict("records")})  # fmt: skip
    elif not arguments.quiet:
        print(markdown(done.asked, done.scores))
        print(f"the page is in {done.folder / PAGE}")
    return 0

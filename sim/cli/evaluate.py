"""The command ``evaluate``: from the file of an evaluation to runs, estimates, a verdict and a page."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from sim.cli.answers import of_plan, print_answer
from sim.cli.asked import check_no_settings, names_and_settings, show_questions, stored
from sim.ground.errors import RequestError
from sim.ground.notes import several_notes


def carry_out(arguments: argparse.Namespace) -> int:
    """Do what was asked; returns the exit code."""
    asked, words = names_and_settings(arguments, "one evaluation")
    if arguments.alpha is not None and not 0 < arguments.alpha < 1:
        raise RequestError("--alpha must lie between 0 and 1", where=f"--alpha {arguments.alpha}")
    if not asked:
        from sim.evaluation.reading import EVALUATIONS  # noqa: PLC0415 - commands load what they need

        return show_questions(EVALUATIONS, "evaluations", arguments)
    folder = Path(asked)
    if folder.is_dir():
        return _again(folder, words, arguments)
    return _evaluate(asked, words, arguments)


def _again(folder: Path, words: list[str], arguments: argparse.Namespace) -> int:
    """Judge stored estimates anew; nothing is run."""
    from sim.evaluation.conduct import again  # noqa: PLC0415

    check_no_settings(words)
    done = stored(lambda: again(folder, arguments.alpha))
    return 1 if done is None else _tell(done, arguments)


def _evaluate(name: str, words: list[str], arguments: argparse.Namespace) -> int:
    import dataclasses  # noqa: PLC0415

    from sim.evaluation.conduct import check_packages, evaluate  # noqa: PLC0415
    from sim.evaluation.reading import EVALUATIONS, read_evaluation  # noqa: PLC0415
    from sim.evaluation.roll_out import design_of  # noqa: PLC0415
    from sim.scenario.words import folder_words  # noqa: PLC0415
    from sim.studies.conduct import Way  # noqa: PLC0415
    from sim.studies.estimate import plan_of  # noqa: PLC0415
    from sim.studies.plan import chosen_seeds, default_name  # noqa: PLC0415

    folders = folder_words(arguments.config_dir)
    evaluation = read_evaluation(EVALUATIONS.find(name, arguments.config_dir), [*folders, *words])
    if arguments.alpha is not None:
        judging = dataclasses.replace(evaluation.judging, alpha=arguments.alpha)
        evaluation = dataclasses.replace(evaluation, judging=judging)
    check_packages(evaluation)
    design = design_of(evaluation)
    first = design.arms[0].scenario
    seeds = chosen_seeds(int(first["seeds"]), int(first["seed"]))
    folder = first.name or default_name(["evaluate", evaluation.name], "".join(arm.scenario.key for arm in design.arms))
    way = Way(replace=arguments.replace, progress=not arguments.quiet, report=False)
    plan = plan_of(design, seeds, name=folder, way=way)
    if arguments.dry_run:
        if arguments.json:
            print_answer(of_plan(plan, folder, design.labels))
            return 0
        print(f"{plan}\nresults would go to results/{folder}\n  " + "\n  ".join(arm.label for arm in design.arms))
        return 0
    several_notes(design.notes)
    if not arguments.quiet and plan.runs > plan.there:
        print(plan, file=sys.stderr)
    done = stored(lambda: evaluate(evaluation, seeds, name=folder, way=way))
    return 1 if done is None else _tell(done, arguments)


def _tell(done: Any, arguments: argparse.Namespace) -> int:
    from sim.evaluation.conduct import PAGE  # noqa: PLC0415
    from sim.evaluation.verdict import verdict  # noqa: PLC0415
    from sim.evaluation.words import markdown  # noqa: PLC0415

    for arm, seed, why in done.failures:
        print(f"labyrinth: arm {arm}, seed {seed} failed, {why}", file=sys.stderr)
    if arguments.json:
        found = verdict(done.about, done.figures)
        said = {"state": found.state, "verdict": found.sentence, "why": found.why, "would_help": found.change}
        print_answer(
            {"folder": str(done.folder), "page": str(done.folder / PAGE), **said, "asked": dict(done.about),
             "failures": [{"arm": arm, "seed": seed, "error": why} for arm, seed, why in done.failures],
             "figures": done.figures.to_dict("records"), "indicators": done.ranks.to_dict("records")}
        )  # fmt: skip
    elif not arguments.quiet:
        print(markdown(done.about, done.figures, done.ranks))
        print(f"the page is in {done.folder / PAGE}")
    return 1 if done.failures else 0

"""The command ``decide``: from the file of a decision to runs, a pay-off table, what it says, and a page."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli.answers import of_plan, print_answer
from sim.cli.asked import check_no_settings, names_and_settings, show_questions, stored
from sim.ground.errors import RequestError
from sim.ground.notes import several_notes

if TYPE_CHECKING:
    from sim.results.asked import Design
    from sim.studies.estimate import Plan


def carry_out(arguments: argparse.Namespace) -> int:
    """Do what was asked; returns the exit code."""
    asked, words = names_and_settings(arguments, "one decision")
    if arguments.level is not None and not 0 < arguments.level < 0.5:
        raise RequestError("--level must lie between 0 and 0.5", where=f"--level {arguments.level}")
    if not asked:
        from sim.decisions.reading import DECISIONS  # noqa: PLC0415 - commands load what they need

        return show_questions(DECISIONS, "decisions", arguments)
    folder = Path(asked)
    if not folder.is_dir():
        return _decide(asked, words, arguments)
    from sim.decisions.conduct import again  # noqa: PLC0415 - commands load what they need

    check_no_settings(words)
    done = stored(lambda: again(folder, arguments.level))
    return 1 if done is None else _tell(done, arguments)


def _decide(name: str, words: list[str], arguments: argparse.Namespace) -> int:
    import dataclasses  # noqa: PLC0415

    from sim.decisions.conduct import decide, designs_of, seeds_of  # noqa: PLC0415
    from sim.decisions.optional import check_packages  # noqa: PLC0415
    from sim.decisions.reading import DECISIONS, read_decision  # noqa: PLC0415
    from sim.scenario.words import folder_words  # noqa: PLC0415
    from sim.studies.conduct import Way  # noqa: PLC0415
    from sim.studies.estimate import plan_of  # noqa: PLC0415
    from sim.studies.plan import default_name  # noqa: PLC0415

    own = [word for word in words if word.startswith(("policy", "study="))]
    if own:
        raise RequestError("packages and worlds are what the decision's file says", where=own[0])
    decision = read_decision(DECISIONS.find(name, arguments.config_dir), [*folder_words(arguments.config_dir), *words])
    if arguments.level is not None:
        decision = dataclasses.replace(decision, judging=dataclasses.replace(decision.judging, level=arguments.level))
    check_packages()
    designs = designs_of(decision)
    seeds = seeds_of(decision, designs)
    first = designs[""].arms[0].scenario
    keys = "".join(arm.scenario.key for arm in designs[""].arms)
    folder = first.name or default_name(["decide", decision.name], keys)
    way = Way(replace=arguments.replace, progress=not arguments.quiet, report=False)
    plans = [plan_of(design, seeds[end], name=f"{folder}{end}", way=way) for end, design in designs.items()]
    if arguments.dry_run and arguments.json:
        print_answer(_planned(folder, designs, plans))
        return 0
    if arguments.dry_run:
        print("\n".join(str(plan) for plan in plans))
        print(f"results would go to results/{folder}")
        return 0
    several_notes([note for design in designs.values() for note in design.notes])
    if not arguments.quiet:
        for plan in plans:
            if plan.runs > plan.there:
                print(plan, file=sys.stderr)
    done = stored(lambda: decide(decision, name=folder, way=way))
    return 1 if done is None else _tell(done, arguments)


def _planned(folder: str, designs: Mapping[str, Design], plans: Sequence[Plan]) -> dict[str, Any]:
    """The answer to ``--dry-run``: the plan of the decision, and under ``attribution`` that of its mechanisms."""
    every = [
        of_plan(plan, f"{folder}{end}", design.labels)
        for (end, design), plan in zip(designs.items(), plans, strict=True)
    ]
    return {**every[0], "attribution": every[1] if len(every) > 1 else None}


def _tell(done: Any, arguments: argparse.Namespace) -> int:
    from sim.decisions.conduct import PAGE  # noqa: PLC0415
    from sim.decisions.words import as_json, markdown  # noqa: PLC0415

    for world, package, seed, why in done.failures:
        print(f"labyrinth: {world}, package {package}, seed {seed} failed, {why}", file=sys.stderr)
    if arguments.json:
        print_answer({"folder": str(done.folder), "page": str(done.folder / PAGE), **as_json(done.judged)})
    elif not arguments.quiet:
        print(markdown(done.judged))
        print(f"the page is in {done.folder / PAGE}")
    return 1 if done.failures else 0

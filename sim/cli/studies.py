"""The commands ``compare``, ``sweep`` and ``report``: from words to a design, to results, to tables."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from sim.cli.answers import of_plan, of_study, print_answer
from sim.cli.asked import refuse_tables, settings_among, stored
from sim.cli.words import FORMATS
from sim.ground.errors import RequestError
from sim.ground.notes import several_notes
from sim.report.practice import notes as without_effect
from sim.results.findings import Findings
from sim.studies.conduct import Way, conduct
from sim.studies.estimate import Plan, plan_of
from sim.studies.launchers import of_launcher
from sim.studies.plan import check_most_seeds
from sim.studies.request import Request, comparison, sweep


def carry_out(command: str, arguments: argparse.Namespace) -> int:
    """Do what was asked; returns the exit code."""
    if command == "report":
        refuse_tables(arguments.folder)
        return _report(arguments)
    words = settings_among(arguments)
    hydra = [word for word in words if of_launcher(word)]
    request = _request(command, arguments, [word for word in words if word not in hydra])
    check_most_seeds(arguments.most_seeds, request.seeds)
    way = Way(
        executor=arguments.executor,
        interval=arguments.interval,
        replace=arguments.replace,
        only_failed=arguments.only_failed,
        progress=not arguments.quiet,
        report=not arguments.no_report,
        hydra=tuple(hydra),
    )
    plan = plan_of(request.design, request.seeds, name=request.name, way=way)
    if arguments.dry_run:
        several_notes(list(dict.fromkeys(note for arm in request.design.arms for note in without_effect(arm.scenario))))
        _tell_plan(plan, request, arguments)
        return 0
    several_notes(request.design.notes)
    if not arguments.quiet and plan.runs > plan.there:
        print(plan, file=sys.stderr)
    found = stored(lambda: conduct(request.design, request.seeds, name=request.name, way=way))
    return 1 if found is None else _tell(found, request, arguments)


def _tell_plan(plan: Plan, request: Request, arguments: argparse.Namespace) -> None:
    labels = request.design.labels
    if arguments.json:
        print_answer(of_plan(plan, request.name, labels))
        return
    print(f"{plan}\nresults would go to results/{request.name}")
    for setting, arm in labels:
        print(f"  {f'{setting}: ' if setting else ''}{arm}")


def _request(command: str, arguments: argparse.Namespace, words: list[str]) -> Request:
    options = {"baseline": arguments.baseline, "until": arguments.until, "most_seeds": arguments.most_seeds}
    if command == "compare":
        labels = [word for word in arguments.words if "=" not in word]
        return comparison(labels, words, **options)
    for word in arguments.words:
        if "=" not in word:
            raise RequestError(f"a sweep takes words only: policy={word}", where=word)
    return sweep(words, metrics=arguments.metrics, **options)


def _tell(found: Findings, request: Request, arguments: argparse.Namespace) -> int:
    for setting, arm, seed, failure in found.failures:
        where = f"setting {setting}, " if setting else ""
        print(f"labyrinth: {where}arm {arm}, seed {seed} failed, {failure}", file=sys.stderr)
    missing = found.missing
    if missing:
        print(
            f"labyrinth: {missing} runs are missing; the same command without --only-failed does them", file=sys.stderr
        )
    if arguments.json:
        print_answer(of_study(found, request.name))
    elif not arguments.quiet:
        from sim.cli.terminal import console, show_findings  # noqa: PLC0415 - commands load what they need

        show_findings(found, console())
        if not found.several and not found.group_effects.empty:
            from sim.cli.by_group import show_effects_by_group  # noqa: PLC0415

            show_effects_by_group(found.group_effects, console())
        seconds = ", ".join(f"{stage} {taken:.0f}" for stage, taken in found.timings.items())
        print(f"seconds: {seconds}" if seconds else "everything was there already")
        page = found.folder / "report.html" if found.folder else None
        print(f"the report is in {page}" if page and page.exists() else f"results in {found.folder}")
    return 1 if found.failures or missing else 0


def _report(arguments: argparse.Namespace) -> int:
    if arguments.format not in FORMATS:
        raise RequestError(
            f"there is no format {arguments.format!r}", where="--format", given=arguments.format, allowed=FORMATS
        )
    from sim.report.again import write_again  # noqa: PLC0415

    output = None if arguments.output is None else Path(arguments.output)
    written = stored(lambda: write_again(Path(arguments.folder), arguments.format, output))
    if written is None:
        return 1
    for path in () if arguments.quiet else written:
        print(path)
    return 0

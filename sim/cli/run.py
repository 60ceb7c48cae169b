"""The command ``run``: one world, one seed."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from sim.cli.asked import settings_among, stored
from sim.ground.errors import RequestError
from sim.ground.notes import several_notes
from sim.results.places import results_folder


def carry_out(arguments: argparse.Namespace) -> int:
    """Do what was asked; returns the exit code."""
    from sim.studies import beside  # noqa: PLC0415 - commands load what they need

    with beside.ready_beside():
        folder, name, seed = _run(arguments)
    if folder is None:
        return 1
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    failures = manifest["failures"]
    for failure in failures:
        print(f"labyrinth: the run failed, {failure['stage']}: {failure['error']}", file=sys.stderr)
    if arguments.json:
        from sim.cli.answers import of_run, print_answer  # noqa: PLC0415

        print_answer(of_run(folder, name, seed, failures))
    elif not failures and not arguments.quiet:
        import pandas as pd  # noqa: PLC0415

        from sim.cli import terminal  # noqa: PLC0415
        from sim.cli.answers import mean_over_lucks  # noqa: PLC0415

        terminal.show_answer(manifest["answer"], terminal.console())
        terminal.show_summary(mean_over_lucks(pd.read_parquet(folder / "summary.parquet")), terminal.console())
        if (folder / "groups.parquet").exists():
            from sim.cli.by_group import show_levels_by_group  # noqa: PLC0415

            show_levels_by_group(mean_over_lucks(pd.read_parquet(folder / "groups.parquet")), terminal.console())
        print(f"results in {folder}")
    return 1 if failures else 0


def _run(arguments: argparse.Namespace) -> tuple[Path | None, str, int]:
    """The folder of the results, None if they could not be written, its name and the seed."""
    from sim.scenario.scenario import Scenario  # noqa: PLC0415
    from sim.studies import beside  # noqa: PLC0415
    from sim.studies.plan import default_name  # noqa: PLC0415

    words = settings_among(arguments)
    for word in words:
        if word.startswith(("seeds=", "study=")):
            raise RequestError("run does one run, with seed=N; several are done by compare", where=word)
    scenario = Scenario.compose(words)
    if scenario.dose != 1 and not any(policy.levers for policy in scenario.policies):
        raise RequestError("policy.dose is that of the chosen policies, and no policy is chosen", where="policy.dose")
    name = scenario.name or default_name([scenario["world"], *scenario["policy"]], scenario.key)
    if arguments.replace or not results_folder(name).exists():
        beside.begin(scenario, words)  # what follows is loaded while the run goes on
    else:
        beside.leave()
    several_notes(scenario.notes())
    from sim.cli import terminal  # noqa: F401, PLC0415
    from sim.studies.public import run_to_folder  # noqa: PLC0415 - kernels

    way = {"replace": arguments.replace, "progress": not arguments.quiet, "report": not arguments.no_report}
    folder = stored(lambda: run_to_folder(scenario, name=name, words=words, **way))
    return folder, name, int(scenario["seed"])

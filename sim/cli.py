"""The command ``labyrinth``: run one world, compare policies, list what can be named.

A word with ``=`` is a setting, a word without one is an arm of a comparison. Whatever is wrong with a request is
said in one line on stderr before anything is written. Exit codes: 0 done, 1 a run failed, 2 the request was wrong.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import sim
from sim.cli_words import ABOUT, add_arguments
from sim.errors import RequestError

T = TypeVar("T")

TABLES = ("worlds", "parameters", "switches", "levers", "policies", "metrics")
STUDIES = ("compare", "sweep", "report")
COMMANDS = ("run", *STUDIES, *TABLES)
MOST_NOTES = 8  # lines on stderr before a run

_ABOUT = """\
labyrinth simulates the markets in which people are smuggled, and compares policies in paired worlds.

  labyrinth run [KEY=VALUE ...]                 one run
  labyrinth compare ARM ... [KEY=VALUE ...]     policies against the same world without them
  labyrinth compare study=NAME [KEY=VALUE ...]  a study with its question
  labyrinth sweep KEY=V1,V2 ... [KEY=VALUE ...] every combination of anything
  labyrinth report results/NAME                 the page, or its tables, of what is there
  labyrinth worlds | parameters | switches | levers | policies | metrics  [NAME] [--json]

examples
  labyrinth run world=corridor people.size=5000 time.years=5
  labyrinth run world=corridor policy=tighter_borders policy.tighter_borders.dose=0.5
  labyrinth compare tighter_borders regular_channels world=corridor people.size=5000 seeds=8
  labyrinth compare tighter_borders@0.5 tighter_borders+regular_channels
  labyrinth run policy='[tighter_borders,regular_channels]' mechanisms.rerouting=off
  labyrinth sweep policy=none,raids mechanisms.rerouting=on,off world=corridor people.size=5000
  labyrinth run world=csv world.regions=regions.csv world.legs=legs.csv
  labyrinth policies tighter_borders            what a policy does, in full
  labyrinth parameters --json                   every setting, for a program

Results go to results/NAME (name=NAME chooses it). labyrinth COMMAND --help says more.
Exit codes: 0 done, 1 a run failed, 2 the request was wrong and nothing was written.
"""
_RUN = """\
Run one world and keep what happened in results/NAME.

  labyrinth run world=corridor people.size=5000 time.years=5 seed=3
  labyrinth run policy=tighter_borders policy.dose=0.5 name=half_dose
  labyrinth run policy='[tighter_borders,regular_channels]'
  labyrinth run visa.wait='90 days' mechanisms.rerouting=off events=on
  labyrinth run scenario=mine --config-dir ~/my_configs
"""


class _Parser(argparse.ArgumentParser):
    """argparse whose complaints are ours: one line, exit code 2."""

    def error(self, message: str) -> NoReturn:
        unknown = message.removeprefix("unrecognized arguments: ")
        if unknown == message:
            raise RequestError(message)
        word = unknown.split()[0]
        if "=" in word and word.startswith("-"):
            raise RequestError(f"settings are written without dashes: {word.lstrip('-')}", where=unknown)
        options = [option for action in self._actions for option in action.option_strings if option.startswith("--")]
        raise RequestError(f"there is no option {word}", given=word, allowed=options)


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out a command line and return its exit code."""
    own = argv is None  # a process of its own: what was imported and compiled stays until its end
    if own:
        gc.set_threshold(100_000, 50, 50)
    try:
        return _main(list(sys.argv[1:] if argv is None else argv))
    except RequestError as error:
        print(f"labyrinth: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(
            "labyrinth: stopped; runs that had finished are kept, the same command goes on from them", file=sys.stderr
        )
        return 130
    except BrokenPipeError:  # the reader of a pipe, such as head, has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    finally:
        if own:  # to look for garbage in all of it once more would take a second
            gc.freeze()


def _main(argv: list[str]) -> int:
    if not argv or argv[0] in ("-h", "--help", "help"):
        print(_ABOUT, end="")
        return 0
    if argv[0] == "--version":
        print(f"labyrinth {sim.__version__}")
        return 0
    command, *rest = argv
    if command not in COMMANDS:
        if "=" in command:
            raise RequestError(f"a command comes first: labyrinth run {command}", allowed=COMMANDS)
        raise RequestError(f"there is no command {command!r}", given=command, allowed=COMMANDS)
    try:
        arguments = _parser(command).parse_intermixed_args(rest)
    except SystemExit as done:  # --help
        return int(done.code or 0)
    if command in TABLES:
        return _table(command, arguments)
    if command == "run":
        return _run(arguments)
    from sim import cli_studies  # noqa: PLC0415 - commands load what they need

    return cli_studies.carry_out(command, arguments)


def _parser(command: str) -> _Parser:
    about = {"run": _RUN, **ABOUT}.get(command, f"List {command}; with NAME, show one in full.\n")
    parser = _Parser(
        prog=f"labyrinth {command}",
        description=about,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    own = {"metavar": "FOLDER", "action": "append", "default": [], "help": "a folder of your own configuration files"}
    if command in TABLES:
        parser.add_argument("name", nargs="?", metavar="NAME", help="one of them")
        parser.add_argument("--json", action="store_true", help="print a list of objects")
    elif command != "report":
        parser.add_argument("words", nargs="*", metavar="ARM | KEY=VALUE" if command == "compare" else "KEY=VALUE")
        parser.add_argument("--replace", action="store_true", help="overwrite other results of the same name")
        parser.add_argument("--quiet", action="store_true", help="no progress and no tables, only errors")
    if command in STUDIES:
        add_arguments(command, parser)
    parser.set_defaults(command=command)
    parser.add_argument("--config-dir", **own)  # type: ignore[arg-type]
    return parser


# --- lists ------------------------------------------------------------------------------------------------------


def _table(kind: str, arguments: argparse.Namespace) -> int:
    from sim.registry import row, rows  # noqa: PLC0415 - commands load what they need

    own = arguments.config_dir
    found = rows(kind, own) if arguments.name is None else [row(kind, arguments.name, own)]
    if arguments.json:
        print(json.dumps(found, indent=2, ensure_ascii=False))
        return 0
    from sim.report.terminal import show_row, show_rows  # noqa: PLC0415

    if arguments.name is None:
        show_rows(kind, found, console())
    elif kind == "policies":
        from rich.markdown import Markdown  # noqa: PLC0415

        from sim.report.policy_page import policy_page  # noqa: PLC0415

        console().print(Markdown(policy_page(found[0], [arguments.name])))
    else:
        show_row(found[0], console())
    return 0


def console() -> Any:
    """The terminal; a pipe gets lines that are not cut to a terminal's width."""
    from rich.console import Console  # noqa: PLC0415

    return Console(highlight=False, width=None if sys.stdout.isatty() else 200)


# --- runs -------------------------------------------------------------------------------------------------------


def settings_among(arguments: argparse.Namespace) -> list[str]:
    """The settings among the words, with the folders of ``--config-dir`` as the first of them."""
    from sim.configuration.words import SEARCH_PATH, quoted  # noqa: PLC0415

    own = [f"file://{Path(folder).expanduser().resolve()}" for folder in arguments.config_dir]
    first = [f"{SEARCH_PATH}=[{','.join(quoted(folder) for folder in own)}]"] if own else []
    return first + [word for word in arguments.words if "=" in word or arguments.command != "compare"]


def tell_notes(notes: Sequence[str], *, quiet: bool) -> None:
    """Print what should be known of a run that is about to begin, one line each on stderr."""
    if quiet:
        return
    for note in notes[:MOST_NOTES]:
        print(f"labyrinth: note: {note}", file=sys.stderr)
    if len(notes) > MOST_NOTES:
        print(f"labyrinth: note: {len(notes) - MOST_NOTES} more notes like these", file=sys.stderr)


def _run(arguments: argparse.Namespace) -> int:
    from sim.scenario import Scenario  # noqa: PLC0415
    from sim.studies.plan import default_name  # noqa: PLC0415

    words = settings_among(arguments)
    for word in words:
        if word.startswith(("seeds=", "study=")):
            raise RequestError("run does one run, with seed=N; several are done by compare", where=word)
    scenario = Scenario.compose(words)
    tell_notes(scenario.notes(), quiet=arguments.quiet)
    name = scenario.name or default_name([scenario["world"], *scenario["policy"]], scenario.key)
    from sim.studies.run import run_to_folder  # noqa: PLC0415 - kernels

    folder = stored(
        lambda: run_to_folder(scenario, name=name, replace=arguments.replace, progress=not arguments.quiet, words=words)
    )
    if folder is None:
        return 1
    failures = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["failures"]
    for failure in failures:
        print(f"labyrinth: the run failed, {failure['stage']}: {failure['error']}", file=sys.stderr)
    if not failures and not arguments.quiet:
        import pandas as pd  # noqa: PLC0415

        from sim.report.terminal import show_summary  # noqa: PLC0415

        show_summary(pd.read_parquet(folder / "summary.parquet"), console())
        print(f"results in {folder}")
    return 1 if failures else 0


def stored(work: Callable[[], T]) -> T | None:
    """What ``work`` gives; None, with one line on stderr, when results could not be written."""
    from sim.studies.store import StoreError  # noqa: PLC0415

    try:
        return work()
    except StoreError as error:
        print(f"labyrinth: {error}", file=sys.stderr)
        return None

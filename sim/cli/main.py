"""The command ``labyrinth``: run one world, compare policies, list what can be named.

A word with ``=`` is a setting, a word without one is an arm of a comparison. Whatever is wrong with a request is
said in one line on stderr before anything is written. Exit codes are those of ``sim.cli.words.EXIT_CODES``.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from sim.cli import completion as cli_completion
from sim.cli import lists as cli_lists
from sim.cli.net import told_and_logged
from sim.cli.words import COMMANDS, EXIT_CODES, FILES, TABLES, add_arguments, overview
from sim.ground.errors import RequestError
from sim.ground.machine import cores
from sim.ground.notes import show_on_stderr, silence_libraries
from sim.ground.version import __version__
from sim.results.drawn import use_hands


class _Parser(argparse.ArgumentParser):
    """argparse whose complaints are ours: one line, exit code 2."""

    given: Sequence[str] = ()  # what is being parsed

    def parse_intermixed_args(self, args: Sequence[str], namespace: Any = None) -> argparse.Namespace:  # type: ignore[override]
        """As argparse does, remembering what is parsed."""
        self.given = args
        return super().parse_intermixed_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        from sim.scenario.names import setting_names  # noqa: PLC0415 - commands load what they need

        unknown = message.removeprefix("unrecognized arguments: ")
        if unknown == message:
            raise RequestError(message)
        word = unknown.split()[0]
        name = word.lstrip("-").replace("-", "_")
        if name in setting_names():
            place = self.given.index(word)
            after = next(
                (item for item in self.given[place + 1 : place + 2] if item[:1] != "-" and "=" not in item), "…"
            )
            raise RequestError(f"settings are written without dashes: write {name}={after}", where=f"{word} {after}")
        if "=" in word and word.startswith("-"):
            raise RequestError(f"settings are written without dashes: {word.lstrip('-')}", where=unknown)
        options = [option for action in self._actions for option in action.option_strings if option.startswith("--")]
        raise RequestError(f"there is no option {word}", given=word, allowed=options)


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out a command line and return its exit code."""
    own = argv is None  # a process of its own: what was imported and compiled stays until its end
    if own:
        gc.set_threshold(1_000_000, 50, 50)  # a run and its page make fewer, and leave next to nothing behind
        silence_libraries()
        use_hands(cores())
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
    except Exception as error:  # noqa: BLE001 - the last net: no traceback for whoever typed the command
        return told_and_logged(error, argv)
    finally:
        if own:  # to look for garbage in all of it once more would take a second
            gc.freeze()


def _main(argv: list[str]) -> int:
    if not argv or argv[0] in ("-h", "--help", "help"):
        print(overview(), end="")
        return 0
    if argv[0] == "--version":
        print(f"labyrinth {__version__}")
        return 0
    if argv[0] == "--complete":  # asked by a shell: see sim.cli.completion
        print(*(f"{word}\n" for word in cli_completion.complete(" ".join(argv[1:]))), sep="", end="")
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
    show_on_stderr(quiet=getattr(arguments, "quiet", False))
    if command in TABLES:
        return cli_lists.table(command, arguments)
    if command == "find":
        return cli_lists.find(arguments)
    if command == "completion":
        print(cli_completion.script(arguments.shell), end="")
        return 0
    if command == "check":
        from sim.cli import check as cli_check  # noqa: PLC0415 - commands load what they need

        return cli_check.carry_out(arguments)
    if command in FILES:
        return _of_a_file(command, arguments)
    if command == "run":
        from sim.cli import run as cli_run  # noqa: PLC0415

        return cli_run.carry_out(arguments)
    if command == "diary":
        from sim.cli import diary as cli_diary  # noqa: PLC0415

        return cli_diary.carry_out(arguments)
    from sim.cli import studies as cli_studies  # noqa: PLC0415 - commands load what they need

    return cli_studies.carry_out(command, arguments)


def _of_a_file(command: str, arguments: argparse.Namespace) -> int:
    """Carry out a command that takes the file of a request of its own kind, or results."""
    if command == "evaluate":
        from sim.cli import evaluate as cli_evaluate  # noqa: PLC0415

        return cli_evaluate.carry_out(arguments)
    if command == "decide":
        from sim.cli import decide as cli_decide  # noqa: PLC0415

        return cli_decide.carry_out(arguments)
    if command == "calibrate":
        from sim.cli import calibrate as cli_calibrate  # noqa: PLC0415

        return cli_calibrate.carry_out(arguments)
    if command == "explain":
        from sim.cli import explain as cli_explain  # noqa: PLC0415

        return cli_explain.carry_out(arguments)
    if command == "prevalence":
        from sim.cli import prevalence as cli_prevalence  # noqa: PLC0415

        return cli_prevalence.carry_out(arguments)
    from sim.cli import teach as cli_teach  # noqa: PLC0415

    return cli_teach.carry_out(arguments)


def _parser(command: str) -> _Parser:
    parser = _Parser(
        prog=f"labyrinth {command}",
        description=COMMANDS[command].about,
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add_arguments(command, parser)
    parser.set_defaults(command=command)
    return parser

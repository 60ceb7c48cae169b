"""The commands that list and search what can be named."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import Any

from sim.cli.asked import tell_left_out
from sim.ground.errors import RequestError
from sim.reference.registry import Row, listing, row

MOST_MATCHES = 40  # shown in a terminal
FROM_STOCKS = "from-stocks"  # in place of the name of a world: make one


def table(kind: str, arguments: argparse.Namespace) -> int:
    """List everything of a kind, or show one in full; a file that is wrong is told on stderr, the others are shown."""
    own = arguments.config_dir
    if kind == "worlds" and _makes_a_world(arguments):
        from sim.cli.stocks import from_stocks  # noqa: PLC0415 - commands load what they need

        return from_stocks(arguments)
    if arguments.name is None:
        found, faults = listing(kind, own)
        tell_left_out(faults)
    else:
        found = [row(kind, arguments.name, own)]
    if arguments.json:
        _print_json(found)
    elif arguments.name is None:
        _show_all(kind, found)
    else:
        _show_one(kind, found[0])
    return 0


def _makes_a_world(arguments: argparse.Namespace) -> bool:
    """Whether a list of worlds is asked for, or a world from stocks; RequestError for something between."""
    if arguments.name == FROM_STOCKS:
        return True
    for word in ("file", "places", "neighbours", "prices", "out"):
        if getattr(arguments, word) is not None:
            written = arguments.file if word == "file" else f"--{word}"
            raise RequestError(f"{written} belongs to labyrinth worlds {FROM_STOCKS} FILE", where=written)
    return False


def find(arguments: argparse.Namespace) -> int:
    """Search everything that can be named."""
    from sim.reference.find import search  # noqa: PLC0415 - commands load what they need

    matches, faults = search(arguments.words, arguments.config_dir)
    tell_left_out(faults)
    if arguments.json:
        _print_json([vars(match) for match in matches])
        return 0
    from sim.cli.terminal import console, show_matches  # noqa: PLC0415

    show_matches(matches, console(), most=MOST_MATCHES)
    return 0


def _show_all(kind: str, found: Sequence[Row]) -> None:
    from sim.cli.terminal import console, show_groups, show_rows  # noqa: PLC0415

    if kind != "policies":
        show_rows(kind, found, console())
        return
    from sim.reference.families import ORDER  # noqa: PLC0415

    groups = {family: [item for item in found if item["family"] == family] for family in ORDER}
    show_groups(kind, {family: items for family, items in groups.items() if items}, console())


def _show_one(kind: str, found: Row) -> None:
    from sim.cli.terminal import console, show_row  # noqa: PLC0415

    if kind == "policies":
        from rich.markdown import Markdown  # noqa: PLC0415

        from sim.reference.policy_page import policy_page  # noqa: PLC0415

        console().print(Markdown(policy_page(found, [found["name"]])))
    else:
        show_row(found, console())


def _print_json(found: list[dict[str, Any]]) -> None:
    print(json.dumps(found, indent=2, ensure_ascii=False))

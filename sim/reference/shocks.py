"""Files of shocks, as rows of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.ground.quantities import shortest
from sim.ground.shipped import shown
from sim.policies.shocks import Shock, draft_of
from sim.reference.moves import move_words
from sim.scenario.reading import read
from sim.scenario.shocks import shocks_in

if TYPE_CHECKING:
    from sim.scenario.folders import Folders


def shock_row(name: str, folders: Folders) -> dict[str, Any]:
    """A file of shocks: what it tells, when, and what moves. RequestError if the file is wrong."""
    path = folders.path("shocks", name)
    found, content = shocks_in(path), read(path).content
    return {
        "name": name,
        "title": content["name"],
        "story": " ".join(content["story"].split()),
        "claims": list(content.get("claims", [])),
        "happens": [in_words(shock) for shock in found],
        "shocks": [draft_of(shock) for shock in found],
        "file": shown(path),
    }


def in_words(shock: Shock) -> str:
    """When a shock happens and what it moves, in a line."""
    when = f"from week {shortest(shock.start)}" + (f" to {shortest(shock.end)}" if shock.end is not None else " on")
    how = [
        f"{word} {shortest(weeks)} weeks"
        for word, weeks in (("known", shock.announce), ("comes in", shock.comes), ("halves in", shock.fades))
        if weeks > 0
    ]
    how[:1] = [f"{how[0]} before"] if shock.announce > 0 else how[:1]
    timing = ", ".join([when, *how, *([f"{shortest(shock.stays)} of it stays"] if shock.stays > 0 else [])])
    return f"{shock.name}: {timing}: {'; '.join(move_words(move) for move in shock.moves)}"

"""The worlds that a request can name, as rows of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.scenario.scenario import Scenario
from sim.world.load import describe_worlds

if TYPE_CHECKING:
    from sim.scenario.folders import Folders


def world_row(name: str, folders: Folders) -> dict[str, Any]:
    """A world with its sizes, and what it is. RequestError if its files are wrong."""
    shipped = next((row for row in describe_worlds() if row["name"] == name), None)
    if shipped is not None:
        return shipped
    world = Scenario.compose([f"world={name}"], config_dir=folders.all[1:]).world
    sizes = {"regions": len(world.regions.name), "legs": len(world.legs.tail), "pairs": len(world.pairs.start)}
    return {"name": name, "meaning": "your own", **sizes}

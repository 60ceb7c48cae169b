"""Worlds by name: those shipped with the package, and those that people bring as two CSV files."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from sim.ground.errors import Faults, RequestError
from sim.ground.shipped import configs_dir, shown
from sim.world.assemble import assemble
from sim.world.csv_files import read_table
from sim.world.schema import CommunityRow, LegRow, RegionRow, SectorRow
from sim.world.subregions import AdjacencyRow, MacroRow, tables
from sim.world.world import World

FILES = ("regions", "legs", "sectors", "communities")
OPTIONAL = ("communities",)  # files that a world need not have
MEANING = {
    "archetypes": "20 abstract regions in four blocs, poor, in conflict, of transit and rich: the default",
    "corridor": "two origins, one of them in conflict, a place of transit and two destinations: to learn with",
    "subregions": "29 groups of countries by subregion and income, real population and income per head of 2007",
    "stocks": "13 groups of countries: who lives where as the United Nations count it, the rest assumed by income",
    "csv": "your own: world=csv world.regions=PATH world.legs=PATH",
}
SHIPPED = {
    "archetypes": {"regions": "archetypes/regions.csv", "legs": "archetypes/legs.csv"},
    "corridor": {
        "regions": "corridor/regions.csv",
        "legs": "corridor/legs.csv",
        "sectors": "corridor/sectors.csv",
    },
    "stocks": {
        "regions": "stocks/regions.csv",
        "legs": "stocks/legs.csv",
        "communities": "stocks/communities.csv",
    },
    "subregions": {"regions": "subregions/subregions.csv", "legs": "subregions/subregion_adjacency.csv"},
}


def load_world(name: str, options: Mapping[str, Any] | None = None, base: Path | None = None) -> World:
    """A world, ready to run.

    Parameters
    ----------
    name : of a shipped world; ``csv`` or any name of your own needs both files.
    options : ``regions`` and ``legs``, paths of the two files; those of a shipped world need not be given, and
        ``sectors`` and ``communities`` in no world. The world ``subregions`` takes macro data and adjacency in place of
        the first two. A relative path is looked for in the folder of
        the shipped worlds if the world is one of them, then in the working directory.
    base : folder in which relative paths are looked for before anywhere else.

    Raises
    ------
    RequestError : no such world, or a file is missing or wrong.
    """
    chosen = {str(key): value for key, value in (options or {}).items() if key != "name" and value is not None}
    for key in chosen:
        if key not in FILES:
            raise RequestError(f"a world has no setting {key!r}", where=f"world.{key}", given=key, allowed=FILES)
    files = {"sectors": "sectors.csv", **SHIPPED.get(name, {}), **chosen}
    missing = [key for key in FILES if key not in files and key not in OPTIONAL]
    if missing:
        if name not in MEANING:
            raise RequestError(f"there is no world {name!r}", given=name, allowed=world_names())
        wanted = " ".join(f"world.{key}=PATH" for key in missing)
        raise RequestError(f"world {name} needs files of your own; add {wanted}", where=f"world={name}")
    found = {key: _find(str(files[key]), key, base, shipped=name in SHIPPED) for key in FILES if key in files}
    stamps = tuple(_stamp(path) for path in found.values())
    return _load(name, found["regions"], found["legs"], found["sectors"], found.get("communities"), stamps)


def located(name: str, options: Mapping[str, Any]) -> dict[str, str | None]:
    """``options`` of :func:`load_world` with each path as the file that it means."""
    found = {key: str(options[key]) for key in FILES if options.get(key) is not None}
    paths = {key: str(_find(path, key, None, shipped=name in SHIPPED)) for key, path in found.items()}
    return {**options, **paths}


@lru_cache(maxsize=8)
def _load(
    name: str, regions: Path, legs: Path, sectors: Path, communities: Path | None, _stamps: tuple[object, ...]
) -> World:
    """Read the files; a world is kept as long as no file changes."""
    faults = Faults(f"the tables of world {name}")
    abroad = None if communities is None else read_table(communities, CommunityRow, shown(communities), faults)
    if name == "subregions":
        macro = read_table(regions, MacroRow, shown(regions), faults)
        adjacency = read_table(legs, AdjacencyRow, shown(legs), faults)
        work = read_table(sectors, SectorRow, shown(sectors), faults)
        faults.tell()
        return assemble(name, *tables(macro, adjacency), work, abroad)
    places = read_table(regions, RegionRow, shown(regions), faults)
    ways = read_table(legs, LegRow, shown(legs), faults)
    work = read_table(sectors, SectorRow, shown(sectors), faults)
    return assemble(name, places, ways, work, abroad, faults)


def _find(written: str, key: str, base: Path | None, *, shipped: bool) -> Path:
    """The file that a path means; where there is none, the place where one would look for it."""
    try:
        path = Path(written).expanduser()
    except RuntimeError:
        raise RequestError(
            f"there is no home folder {written.split('/', maxsplit=1)[0]}", where=f"world.{key}={written}"
        ) from None
    folders = [configs_dir() / "world", Path.cwd()] if shipped else [Path.cwd(), configs_dir() / "world"]
    if base is not None:
        folders.insert(0, Path(base))
    places = [path] if path.is_absolute() else [folder / path for folder in folders]
    return next((place.resolve() for place in places if _stamp(place)), places[0])


def _stamp(path: Path) -> object:
    """Changes whenever the file does; None if there is none."""
    try:
        state = path.stat()
    except (OSError, ValueError):  # whoever reads it says why
        return None
    return state.st_mtime_ns, state.st_size


def world_names() -> list[str]:
    """Names that ``world=`` takes without files of configuration of one's own."""
    return list(MEANING)


def describe_worlds() -> list[dict[str, Any]]:
    """Name, meaning and size of every world that is shipped; the size of one's own is not known (None)."""
    found = []
    for name, meaning in MEANING.items():
        world = load_world(name) if name in SHIPPED else None
        found.append(
            {
                "name": name,
                "meaning": meaning,
                "regions": None if world is None else len(world.regions.name),
                "legs": None if world is None else len(world.legs.tail),
                "pairs": None if world is None else len(world.pairs.start),
            }
        )
    return found

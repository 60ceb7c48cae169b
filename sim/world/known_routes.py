"""The routes of a world, found when they are first asked for; those of large worlds are kept on disk.

Routes depend on the legs and on the code that finds them, and on nothing else: whoever changes wages or policies finds
them made already. A file of routes that is damaged is made again.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path

import numpy as np
from platformdirs import user_cache_path

from sim.ground.checked_files import DamagedFileError, note_once, read_checked, write_checked
from sim.ground.notes import Waiting
from sim.world import routes
from sim.world.routes import Graph, Route, fastest, route_set
from sim.world.world import MAX_LEGS, MAX_ROUTES, Legs

WORTH_KEEPING = 500  # legs; the routes of fewer are found in less than half a second
KEPT = 50  # files, the latest used, of at most a megabyte each

Known = tuple[list[Route], Route]  # the clandestine routes, cheapest first, and the official one


class KnownRoutes:
    """Routes between pairs of regions.

    Parameters
    ----------
    world : name of the world, for the line of progress.
    by_cost, by_hours : the legs, by what a clandestine crossing costs and by hours.
    """

    def __init__(self, world: str, by_cost: Graph, by_hours: Graph) -> None:
        self.world, self.by_cost, self.by_hours = world, by_cost, by_hours
        large = len(by_cost.tail) >= WORTH_KEEPING
        self._path = folder() / f"{_made_from(by_cost, by_hours)}.routes" if large else None
        self._known = {} if self._path is None else _read(self._path)
        self._kept = len(self._known)

    @classmethod
    def of(cls, world: str, legs: Legs, regions: int) -> KnownRoutes:
        """Those of a world's legs."""
        cost = routes.clandestine_cost(legs)
        return cls(world, Graph.of(legs, regions, cost), Graph.of(legs, regions, legs.hours))

    def __getitem__(self, pair: tuple[int, int]) -> Known:
        return self._known[pair]

    def find(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Find the routes of pairs that are not known yet; says how far it is where that takes more than a second."""
        missing = [pair for pair in pairs if pair not in self._known]
        waiting = Waiting(f"finding the routes of world {self.world}, pairs of regions", len(missing))
        for done, (start, end) in enumerate(missing):
            waiting.at(done)
            self._known[start, end] = route_set(self.by_cost, start, end), fastest(self.by_hours, start, end)

    def keep(self) -> None:
        """Keep on disk what was found, if the world is large enough for that to be worth it."""
        if self._path is None or len(self._known) == self._kept:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_checked(self._path, _to_bytes(self._known))
        except OSError as error:
            note_once("routes", f"routes cannot be kept in {self._path.parent} ({error.strerror}); each run finds them")
        _prune(self._path.parent)


def folder() -> Path:
    """Where routes are kept."""
    return user_cache_path("labyrinth") / "routes"


def _made_from(by_cost: Graph, by_hours: Graph) -> str:
    """A hash of everything that routes depend on: legs with what they weigh, and the code."""
    digest = hashlib.sha256(f"{_code()} {MAX_ROUTES} {MAX_LEGS} {by_cost.regions}".encode())
    for column in (by_cost.tail, by_cost.head, by_cost.mode, by_cost.weight, by_hours.weight):
        digest.update(np.ascontiguousarray(column).tobytes())
    return digest.hexdigest()[:32]


@cache
def _code() -> str:
    """A hash of the code that finds routes and of this file, which says how they are written."""
    files = (Path(routes.__file__), Path(__file__))
    return hashlib.sha256(b"\n".join(path.read_bytes() for path in files)).hexdigest()


def _read(path: Path) -> dict[tuple[int, int], Known]:
    try:
        content = read_checked(path)
    except DamagedFileError as error:
        note_once("damaged routes", f"the file of routes {error}; it is made again")
        return {}
    if content is None:
        return {}
    with suppress(OSError):
        path.touch()
    return _from_bytes(content)


def _to_bytes(known: dict[tuple[int, int], Known]) -> bytes:
    """One row a pair: its ends, then the legs of the official and of each clandestine route, -1 padded."""
    table = np.full((len(known), 2 + (1 + MAX_ROUTES) * MAX_LEGS), -1, np.int32)
    table[:, :2] = list(known)
    for cells, (clandestine, official) in zip(table[:, 2:].reshape(len(known), -1, MAX_LEGS), known.values(),
                                              strict=True):  # fmt: skip
        for row, route in zip(cells, (official, *clandestine), strict=False):
            row[: len(route)] = route
    file = io.BytesIO()
    np.save(file, table, allow_pickle=False)
    return file.getvalue()


def _from_bytes(content: bytes) -> dict[tuple[int, int], Known]:
    table = np.load(io.BytesIO(content), allow_pickle=False)
    known: dict[tuple[int, int], Known] = {}
    for (start, end), cells in zip(table[:, :2].tolist(), table[:, 2:].reshape(len(table), -1, MAX_LEGS).tolist(),
                                   strict=True):  # fmt: skip
        official, *clandestine = [tuple(leg for leg in row if leg >= 0) for row in cells if row[0] >= 0]
        known[start, end] = clandestine, official
    return known


def _prune(where: Path) -> None:
    """Delete all but the latest files; another process may do the same."""
    with suppress(OSError):
        by_use = sorted(where.glob("*.routes"), key=lambda path: path.stat().st_mtime)
        for path in by_use[:-KEPT]:
            path.unlink(missing_ok=True)

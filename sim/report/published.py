"""What was found and is published: tables that ``make findings`` keeps, each with where it comes from."""

from __future__ import annotations

import csv
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from sim.ground.shipped import configs_dir


def published_folder() -> Path:
    """Where the tables are that documents tell of."""
    return configs_dir() / "findings"


def about(folder: Path, part: str) -> dict[str, Any] | None:
    """Where the table of a part comes from; None where there is none."""
    path = folder / f"{part}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def rows(folder: Path, beginning: str) -> list[tuple[dict[str, Any], dict[str, str]]]:
    """Where it comes from and the row itself, of every row of the parts whose name begins so."""
    found = []
    for path in sorted(folder.glob(f"{beginning}*.json")):
        table = path.with_suffix(".csv")
        origin = json.loads(path.read_text(encoding="utf-8"))
        found += [(origin, row) for row in _rows(table, table.stat().st_mtime_ns)]
    return found


@lru_cache(maxsize=32)
def _rows(path: Path, _stamp: int) -> list[dict[str, str]]:
    """The rows of a table, read again when its file has changed."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def headed(origin: dict[str, Any]) -> str:
    """The line over a table that says where it comes from: version, date, world, people, years and seeds."""

    def several(values: list[Any]) -> str:
        texts = [f"{value:,}".replace(",", " ") if isinstance(value, int) else f"{value:g}" for value in values]
        return " or ".join(texts) if len(texts) < 4 else f"{texts[0]} to {texts[-1]}"

    worlds = ", ".join(f"`{world}`" for world in origin["worlds"])
    sets = f" with {origin['sets']} sets of parameters that fit" if "sets" in origin else ""
    return (
        f"*Labyrinth {origin['version']} (source `{origin['source'][:8]}`), {origin['date']}: world {worlds}{sets}, "
        f"{several(origin['people'])} people, {several(origin['years'])} years after "
        f"{several(origin['burn_in_weeks'])} weeks of burn-in, {several(origin['seeds'])} paired seeds; part "
        f"`{origin['part']}` of `make findings`.*"
    )

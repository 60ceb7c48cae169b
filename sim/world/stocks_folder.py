"""Files of stocks in, the folder of a world out: ``regions.csv``, ``legs.csv``, ``communities.csv`` and a README."""

from __future__ import annotations

import csv
import io
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.ground.errors import Faults, RequestError
from sim.ground.shipped import shown
from sim.world.csv_files import read_table
from sim.world.describe import world_rows
from sim.world.load import world_names
from sim.world.schema import CommunityRow
from sim.world.stocks import DECLARED, SEA_SHARE, Derived, NeighbourRow, PlaceRow, derive
from sim.world.subregions import BY_CLASS, BY_MODE, EASIER, Assumption

README = "README.md"


def read_stocks(stocks: Path, places: Path, neighbours: Path | None = None, *, prices: float = 1.0) -> Derived:
    """The tables of a world from CSV files; see :func:`sim.world.stocks.world_from_stocks`.

    Raises
    ------
    RequestError : everything that is wrong with the files.
    """
    faults = Faults("the files of stocks, places and neighbours")
    where = read_table(places, PlaceRow, shown(places), faults)
    people = read_table(stocks, CommunityRow, shown(stocks), faults)
    beside = None if neighbours is None else read_table(neighbours, NeighbourRow, shown(neighbours), faults)
    return derive(where, people, beside, prices, faults)


def write_world(folder: Path, made: Derived, source: str) -> list[Path]:
    """The folder of a world, whole or not at all; returns its files.

    Parameters
    ----------
    folder : where there is none yet, or an empty one; its name becomes that of the world.
    source : what the tables were made from, for the README.

    Raises
    ------
    RequestError : the folder holds something, or cannot be written.
    """
    if folder.name in world_names():
        raise RequestError(f"there is a world {folder.name}; give the folder another name", where=f"--out {folder}")
    tables = world_rows(made.world(folder.name))
    texts = {f"{name}.csv": _csv(tables[name]) for name in ("regions", "legs", "communities")}
    texts[README] = about(made, folder.name, source)
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise RequestError(f"{shown(folder)} is there already; name another folder", where=f"--out {folder}")
        folder.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
        try:
            for name, text in texts.items():
                (part / name).write_text(text, encoding="utf-8")
            part.chmod(0o755)  # as any other folder, which a temporary one is not
            os.replace(part, folder)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    except OSError as error:
        raise RequestError(f"{shown(folder)} cannot be written: {error.strerror or error}", where="--out") from None
    return [folder / name for name in texts]


def _csv(rows: Sequence[Mapping[str, Any]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _plain(value) for name, value in row.items()} for row in rows)
    return text.getvalue()


def _plain(value: Any) -> Any:
    """Whole numbers without a decimal point: they are read as the same numbers."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


# --- what is said of a world ------------------------------------------------------------------------------------


def about(made: Derived, name: str, source: str) -> str:
    """What in this world is known, what is assumed and why; Markdown."""
    parts = (_head(made, name, source), _regions(made), _columns(made), _assumptions(made), _limits(made))
    return "\n".join(parts)


def _head(made: Derived, name: str, source: str) -> str:
    return f"""# The world `{name}`

Made by `labyrinth worlds from-stocks` from {source}.
{len(made.regions)} regions, {len(made.legs)} legs. `labyrinth run world=FOLDER` runs it, where FOLDER is this folder.
"""


def _regions(made: Derived) -> str:
    lines = [
        f"| `{each.region}` | {each.places} | {_count(each.population)} | {each.income:,.0f} | {each.income_class} |"
        for each in made.regions
    ]
    return "\n".join(
        [
            "## Regions",
            "",
            "| region | places | people | income per head | class |",
            "|---|---|---|---|---|",
            *lines,
            "",
        ]
    ).replace(",", " ")


def _columns(made: Derived) -> str:
    rows = [
        ("regions", "`population`", "known", "sums of places"),
        ("regions", "`wage_regular`", "known", f"income per head, times {made.prices:g}, over 52 weeks"),
        ("regions", "`latitude`, `longitude`", "known", "middle of the people, which distances are taken between"),
        ("communities", "all", "known", "the counts of people abroad, summed up"),
        ("regions", "`role`, `bloc`", _given(made, "income_class"), "by class of income"),
        ("regions", "`conflict`", _given(made, "conflict"), "by class of income, or means of places over people"),
        ("regions", "all others", "assumed", "by class of income, as nothing was said of them"),
        ("legs", "by land and sea", "known" if made.neighbours else "assumed", _ground(made)),
        ("legs", "by air", "from the counts", "where people live abroad there are flights"),
        ("legs", "`hours`, `base_cost`", "assumed", "by distance and mode"),
        ("legs", "all others", "assumed", "by mode, and by class of income of the region entered"),
    ]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(
        ["## What is known and what is assumed", "", "| file | columns | | how |", "|---|---|---|---|", *lines, ""]
    )


def _given(made: Derived, column: str) -> str:
    return "assumed" if column in made.left_out else "given"


def _ground(made: Derived) -> str:
    if not made.neighbours:
        return "no file of neighbours: each region is joined to its nearest ones by land, whatever lies between"
    sea = f"; {SEA_SHARE.values[0]:g} of the distance of a way by sea is sea" if "sea_km" in made.left_out else ""
    return f"the file of neighbours{sea}"


def _assumptions(made: Derived) -> str:
    """Every number that was assumed, with the range in which it may lie."""
    own = [item for item in DECLARED if item.name != "nearest" or not made.neighbours]
    lines = [_line(item) for item in (*own, EASIER)]
    by_class = [_line(item) for item in BY_CLASS.values()]
    by_mode = [_line(item) for item in BY_MODE.values()]
    head = "| assumption | {} | range | unit | meaning |\n|---|{}|---|---|---|"
    return "\n".join(
        [
            "## The numbers that are assumed",
            "",
            "They are for you to change: edit the columns of `regions.csv` and `legs.csv` where you know better.",
            "",
            head.format("value", "---"),
            *lines,
            "",
            head.format("low | middle | high", "---|---|---"),
            *by_class,
            "",
            head.format("land | sea | air", "---|---|---"),
            *by_mode,
            "",
        ]
    )


def _line(item: Assumption) -> str:
    values = " | ".join(f"{value:g}" for value in item.values)
    return f"| `{item.name}` | {values} | {item.low:g} to {item.high:g} | {item.unit} | {item.meaning} |"


def _limits(made: Derived) -> str:
    return f"""## What became of the people who were counted

| people abroad | |
|---|---|
| counted | {_count(made.people)} |
| in the region from which they come: in no file, as a region is one place | {_count(made.inside)} |
| in regions of low income, to which nobody goes in the model: kept, and read by nothing | {_count(made.unvisited)} |

Only the shares of these counts matter: where people's kin live abroad, which destinations they think of, and where
flights lead. How many people have kin abroad is the same everywhere (`people.kin_share`). People at risk live in the
regions of low and middle income, in proportion to all who live there.
"""


def _count(people: float) -> str:
    return f"{people:,.0f}".replace(",", " ")

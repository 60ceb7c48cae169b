"""``labyrinth worlds from-stocks``: the folder of a world from counts of people who live abroad."""

from __future__ import annotations

import argparse
import json
import shlex

from sim.ground.errors import Faults
from sim.ground.notes import note
from sim.ground.shipped import shown
from sim.scenario.folders import resolved


def from_stocks(arguments: argparse.Namespace) -> int:
    """Read the files, write the folder, and say what was known, what was assumed and who is in no table."""
    from sim.world.stocks_folder import README, read_stocks, write_world  # noqa: PLC0415 - commands load what they need

    faults = Faults("labyrinth worlds from-stocks")
    for word, meaning in (("file", "FILE"), ("places", "--places FILE"), ("out", "--out FOLDER")):
        if getattr(arguments, word) is None:
            faults.add(f"{meaning} is missing", where="labyrinth worlds from-stocks FILE --places FILE --out FOLDER")
    faults.tell()
    stocks, places = resolved(arguments.file, "FILE"), resolved(arguments.places, "--places")
    neighbours = None if arguments.neighbours is None else resolved(arguments.neighbours, "--neighbours")
    prices = 1.0 if arguments.prices is None else arguments.prices
    made = read_stocks(stocks, places, neighbours, prices=prices)
    folder = resolved(arguments.out, "--out")
    names = ", ".join(f"`{path.name}`" for path in (stocks, places, neighbours) if path is not None)
    files = write_world(folder, made, names)
    if neighbours is None:
        note("there is no file of neighbours, so each region is joined to its nearest ones by land, over any sea")
    classes = {each.region: each.income_class for each in made.regions}
    found = {
        "folder": str(folder),
        "files": [path.name for path in files],
        "regions": classes,
        "legs": len(made.legs),
        "people_abroad": made.people,
        "inside_a_region": made.inside,
        "in_low_income": made.unvisited,
        "left_out": list(made.left_out),
    }
    if arguments.json:
        print(json.dumps(found, indent=2, ensure_ascii=False))
        return 0
    print(f"{shown(folder)}: {len(made.regions)} regions, {len(made.legs)} legs")
    for name, of_class in classes.items():
        print(f"  {name}: {of_class} income")
    print(
        f"{made.inside / made.people:.0%} of the people abroad live in the region that they come from, and are left out"
    )
    path = shown(folder)
    word = shlex.quote(path if path.startswith("/") else f"./{path}")
    print(f"What was assumed, and why, is in {shown(folder / README)}. Run it: labyrinth run world={word}")
    return 0

"""What ``labyrinth worlds from-stocks`` takes, and how its help shows it. Declared once, here."""

from __future__ import annotations

import argparse

HOW = """\
  labyrinth worlds from-stocks people.csv --places places.csv --neighbours neighbours.csv --out my_world
  labyrinth run world=./my_world

from-stocks makes a world from counts of people who live abroad: docs/worlds.md says of what, and by which rules.
"""


def of_stocks(parser: argparse.ArgumentParser) -> None:
    """What ``labyrinth worlds from-stocks`` takes."""
    group = parser.add_argument_group("worlds from-stocks FILE")
    group.add_argument("file", nargs="?", metavar="FILE", help="people by place of origin and place where they live")
    group.add_argument("--places", metavar="FILE", help="places with people, income, latitude and longitude")
    group.add_argument("--neighbours", metavar="FILE", help="regions that people travel between by land or sea")
    group.add_argument("--prices", metavar="RATIO", type=float, help="US$ of 2008 that a unit of income is worth")
    group.add_argument("--out", metavar="FOLDER", help="where the world is written, for world=FOLDER")

"""What evidence ids stand for: ``configs/evidence.csv``, one row an id, listed in ``docs/bibliography.md``."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache

from sim.ground.shipped import configs_dir

ID = re.compile(r"\bC\d{1,2}-[A-Z]\d+[a-z]?\b|\bEC \d+(?:\.\d+)?\b")


@dataclass(frozen=True)
class Evidence:
    """One id: its kind, its source (as the bibliography names it) with part and pages, and what it says."""

    id: str
    kind: str
    source: str
    part: str
    pages: str
    rests_on: str  # the id that a pattern was derived from
    statement: str

    @property
    def place(self) -> str:
        """Where to find it, in words."""
        pages = self.pages.removeprefix("about ")
        page = f"{'about ' if pages != self.pages else ''}p. {pages}" if pages else ""
        where = ", ".join(text for text in (self.part, page) if text)
        return f"{self.source}, {where}" if where else self.source


@cache
def evidence() -> dict[str, Evidence]:
    """Every id that is declared. ValueError where one is declared twice."""
    found: dict[str, Evidence] = {}
    with (configs_dir() / "evidence.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["id"] in found:
                raise ValueError(f"evidence {row['id']} is declared twice")
            found[row["id"]] = Evidence(**row)
    return found


def ids_in(text: str) -> list[str]:
    """The evidence ids that a text names, each once.

    >>> ids_in("as argued (C4-P01, EC 2.12), and C4-P01 again")
    ['C4-P01', 'EC 2.12']
    """
    return list(dict.fromkeys(ID.findall(text)))

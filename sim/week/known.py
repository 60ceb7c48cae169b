"""What is known of every person in week 0, before any policy begins: the columns by which risks are told apart."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.agents.people import Path, Stage

# what each column says of a person, as one byte
COLUMNS = {
    "place": "0 at home, 1 abroad with status, 2 abroad without status",
    "need": "1 in need of protection from what happens at home",
    "female": "1 for women and girls",
    "minor": "1 under eighteen when the person entered the age at risk",
    "means": "cash at hand among all people at risk: 0 the lowest third, 1 the middle, 2 the highest",
    "skill": "1 for skilled people",
    "debt": "1 if the person owes anything",
}


def known_of(people: Any) -> dict[str, NDArray[Any]]:
    """Who is at risk in week 0 and what is known of each, without the dead.

    Parameters
    ----------
    people : the table of people at the beginning of week 0, with the ``path`` with which the weeks that count begin.

    Returns
    -------
    row and generation int32, and ``COLUMNS`` uint8, each (persons,), in the order of rows.
    """
    rows = np.flatnonzero(np.asarray(people["stage"]) != Stage.DEAD)
    bits, cash = np.asarray(people["path"])[rows], np.asarray(people["cash"])[rows]
    rank = np.empty(len(rows), np.int64)
    rank[np.lexsort((rows, cash))] = np.arange(len(rows))
    found = {
        "place": np.where(bits & Path.WITHOUT_STATUS, 2, np.where(bits & Path.WITH_STATUS, 1, 0)),
        "need": (bits & Path.IN_NEED) > 0,
        "female": (bits & Path.FEMALE) > 0,
        "minor": (bits & Path.MINOR) > 0,
        "means": 3 * rank // max(len(rows), 1),
        "skill": np.asarray(people["skill"])[rows] > 0,
        "debt": np.asarray(people["debt"])[rows] > 0,
    }
    return {
        "row": rows.astype(np.int32),
        "generation": np.asarray(people["generation"])[rows].astype(np.int32),
        **{name: np.asarray(found[name]).astype(np.uint8) for name in COLUMNS},
    }

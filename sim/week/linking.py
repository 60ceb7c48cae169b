"""How lists of several agencies are put together: who is taken for two people, and who for someone else.

Agencies know people by names that are spelt in several ways. An entry of a person on a further list is missed with the
share ``observation.link_missed`` and stands for another person; whoever is on a list is taken for someone else of the
same region, year and sex with the share ``observation.link_false``. Draws are keyed by person, year and list, so that
other shares, seeds of other things and other people leave them as they are.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.ground.draws import Stream, uniforms
from sim.week.captures import NAMES

COLUMNS = (
    "person", "year", "region", "sector", "female", "minor", "weeks", "exploited", "copy",
    *(f"on_{name}" for name in NAMES),
    *(f"entries_{name}" for name in NAMES),
)  # fmt: skip


def link(histories: NDArray[Any], people: int, seed: int, missed: float, false: float) -> dict[str, NDArray[Any]]:
    """Capture histories as whoever links the lists gets them.

    Parameters
    ----------
    histories : rows of ``HISTORY``.
    people : rows of the table of people, by which persons are numbered.

    Returns
    -------
    One entry a record, in ``COLUMNS``: ``person``, which is below zero for a record that is no more than an entry of
    someone else taken for another person (``copy``); ``year``, ``region``, ``sector``, ``female``, ``minor``; ``weeks``
    of exploitation in the year and ``exploited`` in truth, both empty in a copy; ``on_NAME`` whether it stands on the
    list, ``entries_NAME`` the entries there in truth. A person whose entries are all taken for someone else's stays, on
    no list.
    """
    own = histories["entries"] > 0
    first = np.argmax(own, axis=1)
    rows, lists = np.nonzero(own)
    further = lists != first[rows]
    drawn = _drawn(histories[rows], seed, Stream.LINK_MISSED, lists)
    apart = further & (drawn < missed)
    linked = own.copy()
    linked[rows[apart], lists[apart]] = False
    copies = np.zeros((int(apart.sum()), len(NAMES)), bool)
    copies[np.arange(len(copies)), lists[apart]] = True
    of = np.concatenate([np.arange(len(histories)), rows[apart]])  # whose each record is
    copy = np.arange(len(of)) >= len(histories)
    name = np.concatenate([first, lists[apart]])  # the list by which a record is known
    on = _mistaken(histories[of], np.concatenate([linked, copies]), name, seed, false)
    kept = ~copy | on.any(axis=1)
    return _columns(histories[of], people, name, copy, on, kept)


def _mistaken(
    records: NDArray[Any], on: NDArray[np.bool_], name: NDArray[Any], seed: int, false: float
) -> NDArray[np.bool_]:
    """The lists of each record once some are taken for others: bool (records, lists)."""
    on = on.copy()
    listed = np.flatnonzero(on.any(axis=1))
    wrong = _drawn(records[listed], seed, Stream.LINK_FALSE, name[listed]) < false
    near = _drawn(records[listed], seed, Stream.LINK_WITH, name[listed])
    alike = np.stack([records[field][listed] for field in ("year", "region", "female")], axis=1)
    _, group = np.unique(alike, axis=0, return_inverse=True)
    order = np.lexsort((near, group.ravel()))
    group = group.ravel()[order]
    start = np.searchsorted(group, group)
    size = np.searchsorted(group, group, side="right") - start
    following = start + (np.arange(len(group)) - start + 1) % np.maximum(size, 1)
    moves = np.flatnonzero(wrong[order] & (size > 1))
    before = on.copy()
    gone, to = listed[order[moves]], listed[order[following[moves]]]
    on[gone] = False
    np.logical_or.at(on, to, before[gone])
    return on


def _drawn(records: NDArray[Any], seed: int, stream: Stream, lists: NDArray[Any]) -> NDArray[np.float64]:
    when = records["year"].astype(np.int64) * len(NAMES) + lists
    return uniforms(seed, records["row"], records["generation"], when, stream)


def _columns(
    records: NDArray[Any],
    people: int,
    name: NDArray[Any],
    copy: NDArray[np.bool_],
    on: NDArray[np.bool_],
    kept: NDArray[np.bool_],
) -> dict[str, NDArray[Any]]:
    person = records["generation"].astype(np.int64) * people + records["row"]
    person = np.where(copy, -(person * len(NAMES) + name) - 1, person)
    weeks = np.where(copy, 0, records["weeks"])
    found: dict[str, NDArray[Any]] = {
        "person": person,
        "year": records["year"],
        "region": records["region"],
        "sector": records["sector"],
        "female": records["female"] == 1,
        "minor": records["minor"] == 1,
        "weeks": weeks.astype(np.int16),
        "exploited": weeks > 0,
        "copy": copy,
    }
    found |= {f"on_{each}": on[:, n] for n, each in enumerate(NAMES)}
    entries = np.where(copy[:, None], 0, records["entries"]).astype(np.int16)
    found |= {f"entries_{each}": entries[:, n] for n, each in enumerate(NAMES)}
    return {column: values[kept] for column, values in found.items()}

"""Lists on which people stand, as a table of counts: how many are on each combination of lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.evaluation.estimate import NotPossibleError

MOST_LISTS = 8


@dataclass(frozen=True)
class Lists:
    """Counts of capture histories.

    Parameters
    ----------
    names : the lists.
    counts : float (2 ** lists,). Entry ``h`` counts the people who are on exactly the lists whose bits are set in
        ``h``; entry 0, those who are on none, is what is wanted and is kept at 0.
    """

    names: tuple[str, ...]
    counts: NDArray[np.float64]

    @property
    def found(self) -> float:
        """People on at least one list."""
        return float(self.counts[1:].sum())

    @property
    def on(self) -> NDArray[np.bool_]:
        """Bool (2 ** lists, lists): whether a history is on a list."""
        return histories(len(self.names))

    @property
    def sizes(self) -> NDArray[np.float64]:
        """People on each list."""
        return np.asarray(self.counts @ self.on)

    def overlap(self, first: int, second: int) -> float:
        """People on both of two lists."""
        on = self.on
        return float(self.counts[on[:, first] & on[:, second]].sum())

    def merged(self, *groups: Sequence[str]) -> Lists:
        """The same people, with the lists of each group taken for one list; it stands where the first of them stood."""
        of = {name: group for group in groups for name in group}
        kept = [name for name in self.names if name not in of or name == of[name][0]]
        members = [[self.names.index(each) for each in of.get(name, (name,))] for name in kept]
        code = sum((self.on[:, each].any(axis=1).astype(int) << n for n, each in enumerate(members)), start=0)
        counts = np.bincount(np.atleast_1d(code), self.counts, minlength=2 ** len(kept)).astype(float)
        return Lists(tuple("+".join(of.get(name, (name,))) for name in kept), counts)

    def without_empty(self) -> Lists:
        """The same people without the lists on which nobody is."""
        kept = [name for name, size in zip(self.names, self.sizes, strict=True) if size > 0]
        if len(kept) == len(self.names):
            return self
        if not kept:
            return Lists((), np.zeros(1))
        code = sum((self.on[:, self.names.index(name)].astype(int) << n for n, name in enumerate(kept)), start=0)
        counts = np.bincount(np.atleast_1d(code), self.counts, minlength=2 ** len(kept)).astype(float)
        return Lists(tuple(kept), counts)

    @classmethod
    def of_histories(cls, names: Sequence[str], people: Mapping[tuple[str, ...], float]) -> Lists:
        """From a mapping of combinations of names to people."""
        counts = np.zeros(2 ** len(names))
        for combination, number in people.items():
            counts[sum(1 << names.index(name) for name in combination)] += number
        return cls(tuple(names), counts)

    @classmethod
    def of_captures(cls, captures: pd.DataFrame) -> Lists:
        """From the capture histories of a run (``run.captures``): one record a row, linked with errors as declared."""
        names = tuple(str(name)[3:] for name in captures.columns if str(name).startswith("on_"))
        code = sum((captures[f"on_{name}"].to_numpy().astype(int) << n for n, name in enumerate(names)), start=0)
        counts = np.bincount(np.atleast_1d(code), minlength=2 ** len(names)).astype(float)
        counts[0] = 0.0
        return cls(names, counts)


def histories(lists: int) -> NDArray[np.bool_]:
    """Bool (2 ** lists, lists): bit by bit, the lists of each history."""
    return (np.arange(2**lists)[:, None] >> np.arange(lists)) & 1 == 1


def usable(lists: Lists, least: int = 2) -> Lists:
    """The lists on which somebody is. NotPossibleError when there are fewer than ``least``, or too many."""
    kept = lists.without_empty()
    if len(kept.names) < least:
        some = {0: "nobody is on any list", 1: "people are on one list only"}.get(
            len(kept.names), f"people are on {len(kept.names)} lists only"
        )
        raise NotPossibleError(f"{some}; the method needs {least}")
    if len(kept.names) > MOST_LISTS:
        raise NotPossibleError(f"{len(kept.names)} lists are more than {MOST_LISTS}; merge some")
    return kept

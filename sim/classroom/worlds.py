"""In how many worlds that fit an outcome goes as a lesson says.

Two pairs of worlds tell little about one set of parameters. So the sets are read together (one-way random effects):
what pairs of one set differ in is chance, and each set is drawn towards the mean of all, but only as far as sets
cannot differ by more: their variance is taken at the upper end of its interval, so that sets never become one because
their differences happen to be lost in chance. Then each set is told by the rule of the lessons (``bands.direction``):
more or fewer where the interval of its change leaves zero out and the change is not small, and otherwise about the
same, or not told from zero. The mean over all sets is told by the same rule.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from sim.classroom.bands import direction
from sim.classroom.fitting import Pair, kept
from sim.classroom.lesson import FEWER, MORE, SAME, Lesson, Outcome
from sim.classroom.running import rounded
from sim.declared.measures.catalogue import METRICS
from sim.ground.errors import RequestError
from sim.results.over_worlds import KNOWN
from sim.results.signs import LEVEL
from sim.results.statistics import t_quantile

MOST = 0.5  # share of worlds from which a direction is known that never turns
WORDS = {MORE: "more", FEWER: "fewer or less", SAME: "about the same, or not told from zero"}


Ends = tuple[float | None, float | None, float | None, str]
NOTHING: Ends = (None, None, None, SAME)


@dataclass(frozen=True)
class Change:
    """What the policies of a lesson change in one set of parameters, per cent, with its interval.

    ``set`` is 0 for the mean over all; ``mean`` and its ends are None where there is nothing to take a change of.
    """

    set: int
    mean: float | None
    low: float | None
    high: float | None
    direction: str


@dataclass(frozen=True)
class Spread:
    """One outcome of a lesson in every set of parameters, and in the mean over them; ``finds`` is what it tells."""

    metric: str
    finds: str
    changes: tuple[Change, ...]
    over_all: Change

    def count(self, way: str) -> int:
        """In how many sets the outcome goes this way."""
        return sum(each.direction == way for each in self.changes)

    @property
    def share(self) -> float:
        """The part of sets in which the outcome goes as the lesson tells."""
        return self.count(self.finds) / len(self.changes)

    @property
    def known(self) -> bool:
        """Whether it goes so in nearly all of them; or, of more and fewer, in most and nowhere the other way."""
        enough = MOST if self._never_other else KNOWN
        return self.share >= enough and self.over_all.direction == self.finds

    @property
    def _never_other(self) -> bool:
        """Whether more or fewer is told and the other of the two nowhere comes out."""
        return self.finds != SAME and self.count(self.finds) + self.count(SAME) == len(self.changes)

    @property
    def says(self) -> str:
        """In how many worlds it comes out so, in how many the other way, and in how many it cannot be told."""
        title, number, so = METRICS[self.metric].title, len(self.changes), self.count(self.finds)
        if so == number:
            return f"{title}: {WORDS[self.finds]} in all {number} worlds. {self._mean} {self._judged}"
        others = [way for way in (FEWER, MORE) if way != self.finds]
        apart = ", ".join(f"{WORDS[way]} in {self.count(way) or 'none'}" for way in others)
        left = self.count(SAME)
        open_ = self.finds != SAME and left
        rest = (
            f" In the other {'one' if left == 1 else left} the change is small or cannot be told from none."
            if open_
            else ""
        )
        counts = f"{WORDS[self.finds]} in {so or 'none'} of {number} worlds, {apart}.{rest}"
        return f"{title}: {counts} {self._mean} {self._judged}"

    @property
    def _mean(self) -> str:
        told = self.over_all
        if told.mean is None or told.low is None or told.high is None:
            return "There is no mean change."
        mean, low, high = (_signed(each) for each in (told.mean, told.low, told.high))
        return f"The mean change over all of them is {mean}\N{NO-BREAK SPACE}% ({low} to {high})."

    @property
    def _judged(self) -> str:
        if self.known and self.share >= KNOWN:
            return "So it is in nearly all of them."
        if self.known:
            return "It goes the other way in none of them."
        if self.over_all.direction not in (self.finds, SAME):
            return f"In their mean it is {WORDS[self.over_all.direction]}, otherwise than in this lesson."
        if self.share >= MOST:
            return "So it is in most of them, and not in all: it hangs on what is assumed."
        if self._never_other:
            return "Few of them tell it by themselves; it goes the other way in none."
        return "So it is in few of them: it hangs on what is assumed, and is nothing to build on."


def _signed(value: float) -> str:
    """A number without decimals, with its sign; nought has none."""
    number = round(value)
    return f"{number:+d}".replace("-", "\N{MINUS SIGN}") if number else "0"


def spreads(lesson: Lesson, pairs: Sequence[Pair] | None = None) -> list[Spread]:
    """The outcomes of a lesson over the sets in which it was run; empty where what is kept is not of this lesson.

    pairs : what was run; what is kept where None.
    """
    pairs = kept(lesson) if pairs is None else pairs
    return [_spread(outcome, [each for each in pairs if each.metric == outcome.metric])
            for outcome in lesson.outcomes] if pairs else []  # fmt: skip


def _spread(outcome: Outcome, pairs: Sequence[Pair]) -> Spread:
    """One outcome; sets without anything to take a change of are told as such."""
    by_set: dict[int, list[Pair]] = {}
    for each in pairs:
        by_set.setdefault(each.set, []).append(each)
    most = max(map(len, by_set.values()))
    found = {number: changes for number, own in by_set.items() if len(changes := _changes(own)) == most}
    told, over_all = _told(list(found.values()))
    every = dict.fromkeys(by_set, NOTHING) | dict(zip(found, told, strict=True))
    sets = tuple(Change(number, *each) for number, each in every.items())
    return Spread(outcome.metric, outcome.finds, sets, Change(0, *over_all))


def _changes(own: Sequence[Pair]) -> list[float]:
    """The change of each pair of a set, per cent of the mean without the policies; empty where that is 0."""
    both = [(each.without, each.with_it) for each in own if each.without is not None and each.with_it is not None]
    usual = sum(without for without, _ in both) / len(both) if both else 0.0
    if usual == 0:
        return []
    return [100 * (with_it - without) / abs(usual) for without, with_it in both]


def _told(table: Sequence[Sequence[float]]) -> tuple[list[Ends], Ends]:
    """The mean, its interval and the direction of every set, and those of their mean, from changes (sets, pairs)."""
    from scipy import special  # noqa: PLC0415 - most pages of a classroom do without

    sets, pairs = len(table), len(table[0]) if table else 0
    if sets < 2 or pairs < 2:
        return [NOTHING] * sets, NOTHING
    means = [statistics.fmean(row) for row in table]
    middle, apart, freedom = statistics.fmean(means), statistics.variance(means), sets * (pairs - 1)
    chance = sum((each - mean) ** 2 for row, mean in zip(table, means, strict=True) for each in row) / freedom / pairs
    of_sets = max(0.0, apart / float(special.fdtri(sets - 1, freedom, (1 - LEVEL) / 2)) - chance)
    kept = of_sets / (of_sets + chance) if of_sets else 0.0
    half = t_quantile(freedom, LEVEL) * math.sqrt(chance * kept + chance * (1 - kept) / sets)
    own = [_ends(middle + kept * (mean - middle), half) for mean in means]
    return own, _ends(middle, t_quantile(sets - 1, LEVEL) * math.sqrt(apart / sets))


def _ends(mean: float, half: float) -> Ends:
    return rounded(mean), rounded(mean - half), rounded(mean + half), direction(mean, mean - half, mean + half)


def check_said(lesson: Lesson, found: Sequence[Spread]) -> None:
    """RequestError unless a lesson says what to make of outcomes that do not hold in nearly all worlds."""
    open_ = [each.metric for each in found if not each.known]
    if open_ and not lesson.worlds:
        raise RequestError(
            f"{', '.join(open_)} does not come out so in nearly all worlds that fit, and 'worlds' does not say so",
            where=lesson.name,
        )

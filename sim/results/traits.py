"""What is known of people at week 0, in a form in which rules about it can be searched and said in words.

A rule must say exactly what it does. So amounts are cut at round figures before anything is searched, and a rule that
is shown is the rule that was used.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim.ground.errors import RequestError

CUTS, DIGITS = 24, 2  # an amount is cut at so many quantiles at most, rounded to so many digits
EVERYBODY = "everybody"


@dataclass(frozen=True)
class Trait:
    """A column known of people at week 0, and how a rule about it is said.

    Parameters
    ----------
    name : of the column.
    words : for a column of codes, what 0, 1, … are called, such as ``("no need", "in need of protection")``; empty for
        a column of amounts.
    title, unit : for amounts, such as "means" and "US$".
    nothing, something : for amounts that are 0 for many, what 0 and more than 0 are called, such as "without debt"
        and "in debt".
    """

    name: str
    words: tuple[str, ...] = ()
    title: str = ""
    unit: str = ""
    nothing: str = ""
    something: str = ""

    def amount(self, value: float) -> str:
        """An amount with its unit."""
        text = f"{value:,.10g}".replace(",", "\N{NARROW NO-BREAK SPACE}")
        return f"{self.unit} {text}" if self.unit.endswith("$") else f"{text} {self.unit}".rstrip()


# the groups that are reported of every comparison
TRAITS: tuple[Trait, ...] = (
    Trait("place", ("at home", "abroad with status", "abroad without status")),
    Trait("need", ("not in need of protection", "in need of protection")),
    Trait("female", ("men and boys", "women and girls")),
    Trait("minor", ("adults", "under eighteen")),
    Trait("means", ("in the lowest third of means", "in the middle third of means", "in the highest third of means")),
    Trait("skill", ("low-skilled", "skilled")),
    Trait("debt", ("without debt", "in debt")),
)


@dataclass(frozen=True)
class Question:
    """One column of the matrix that is searched: whether a code is ``code``, or how many of ``cuts`` are exceeded."""

    trait: int
    code: int = -1
    cuts: tuple[float, ...] = ()


@dataclass(frozen=True)
class Known:
    """What is known of the people of all populations, one population after the other.

    ``asked`` float32 (people, questions) is what is searched; ``grouped`` float64 (people, groups) are the groups that
    are reported anyway, without the first of each trait: the codes of a column, thirds of an amount, or whether there
    is any where it is 0 for many.
    """

    traits: tuple[Trait, ...]
    present: tuple[tuple[int, ...], ...]  # codes that occur, by trait
    questions: tuple[Question, ...]
    asked: NDArray[np.float32]
    grouped: NDArray[np.float64]

    @cached_property
    def cells(self) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """People of whom the same is known: their rows of ``asked``, and the cell of everyone, int64 (people,)."""
        key = np.zeros(len(self.asked), np.int64)
        for column in self.asked.T:
            _, values = np.unique(column, return_inverse=True)
            _, key = np.unique(key * (int(values.max(initial=0)) + 1) + values, return_inverse=True)
        _, first, cell = np.unique(key, return_index=True, return_inverse=True)
        return self.asked[first], cell


def known(columns: Mapping[str, NDArray[np.generic]], traits: Sequence[Trait] = TRAITS) -> Known:
    """Make columns (people,) of numbers fit for a search; those that hold one value for everybody are left out.

    Raises
    ------
    RequestError : a column has no trait that says it in words, is not as long as the others, holds a code without a
        word, or a value that is not finite.
    """
    by_name = {trait.name: trait for trait in traits}
    if not columns:
        raise RequestError("nothing is known of people", where="columns", allowed=list(by_name))
    length = len(next(iter(columns.values())))
    questions: list[Question] = []
    asked, grouped = [], []
    used = tuple(by_name[name] for name in columns if name in by_name)
    present: list[tuple[int, ...]] = [()] * len(used)
    for name, column in columns.items():
        if name not in by_name:
            raise RequestError(f"there is no trait {name!r}", where="columns", given=name, allowed=list(by_name))
        values = _checked(column, by_name[name], length)
        found = _codes(values) if by_name[name].words else _amounts(values, by_name[name])
        asked += [part for _, part in found.asked]
        if by_name[name].words:
            present[used.index(by_name[name])] = tuple(np.unique(values).astype(int).tolist())
        questions += [Question(used.index(by_name[name]), *how) for how, _ in found.asked]
        grouped += found.grouped
    none = np.zeros((length, 0))
    return Known(
        used,
        tuple(present),
        tuple(questions),
        np.column_stack(asked).astype(np.float32) if asked else none.astype(np.float32),
        np.column_stack(grouped).astype(float) if grouped else none,
    )


@dataclass
class _Found:
    asked: list[tuple[tuple[int, tuple[float, ...]], NDArray[np.generic]]] = field(default_factory=list)
    grouped: list[NDArray[np.generic]] = field(default_factory=list)


def _checked(column: NDArray[np.generic], trait: Trait, length: int) -> NDArray[np.float64]:
    values = np.asarray(column, float)
    if values.shape != (length,):
        raise RequestError(f"column {trait.name!r} has the shape {values.shape}, not ({length},)", where="columns")
    if not np.isfinite(values).all():
        raise RequestError(f"column {trait.name!r} has values that are not finite", where="columns")
    if trait.words and not np.isin(values, np.arange(len(trait.words))).all():
        raise RequestError(
            f"column {trait.name!r} has codes that have no words", where="columns", allowed=range(len(trait.words))
        )
    return values


def _codes(values: NDArray[np.float64]) -> _Found:
    """A question for each code that occurs; one is enough where two do."""
    codes = np.unique(values).astype(int)
    found = _Found()
    for code in codes[1:]:
        found.grouped.append(values == code)
    for code in codes[1:] if len(codes) <= 2 else codes:
        found.asked.append(((int(code), ()), values == code))
    return found


def _amounts(values: NDArray[np.float64], trait: Trait) -> _Found:
    """How many of a few round figures an amount exceeds."""
    found = _Found()
    most = float(values.max())
    cuts = sorted({_rounded(cut) for cut in np.quantile(values, np.arange(1, CUTS) / CUTS)} | {0.0})
    cuts = [cut for cut in cuts if values.min() <= cut < most]
    if cuts:
        found.asked.append(((-1, tuple(cuts)), np.searchsorted(cuts, values, side="left")))
    thirds = [0.0] if trait.nothing and np.mean(values == 0) > 1 / 3 else list(np.quantile(values, (1 / 3, 2 / 3)))
    found.grouped += [part for part in (values > cut for cut in dict.fromkeys(thirds)) if 0 < part.sum() < len(part)]
    return found


def _rounded(value: float) -> float:
    """A value with ``DIGITS`` significant digits."""
    if value == 0:
        return 0.0
    return round(value, DIGITS - 1 - math.floor(math.log10(abs(value))))


# --- rules ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Split:
    """A question with the answer that leads on: ``above`` whether the value exceeds ``threshold``."""

    question: int
    threshold: float
    above: bool


def in_words(way: Sequence[Split], of: Known) -> str:
    """Who fits a rule: a sequence of splits, said trait by trait.

    A trait that the rule asks of several times is said once, as what is left of it.
    """
    asked = sorted({of.questions[split.question].trait for split in way})
    texts = []
    for number in asked:
        splits = [split for split in way if of.questions[split.question].trait == number]
        trait = of.traits[number]
        texts.append(_codes_left(number, splits, of) if trait.words else _range_left(trait, splits, of))
    return ", ".join(text for text in texts if text) or EVERYBODY


def _codes_left(number: int, splits: Sequence[Split], of: Known) -> str:
    left = list(of.present[number])
    for split in splits:
        code = of.questions[split.question].code
        left = [one for one in left if (one == code) == split.above]
    return " or ".join(of.traits[number].words[code] for code in left)


def _range_left(trait: Trait, splits: Sequence[Split], of: Known) -> str:
    low, high = -math.inf, math.inf
    for split in splits:
        cut = of.questions[split.question].cuts[math.floor(split.threshold)]
        low, high = (max(low, cut), high) if split.above else (low, min(high, cut))
    if trait.nothing and high == 0:
        return trait.nothing
    more, most = (trait.amount(end) for end in (low, high))
    if math.isinf(high):
        return trait.something if trait.something and low == 0 else f"with {trait.title} of more than {more}"
    return f"with {trait.title} of {f'more than {more} and ' if math.isfinite(low) else ''}at most {most}"


def blocks_of(lengths: Sequence[int]) -> list[slice]:
    """Where each population lies when one stands after the other."""
    ends = np.concatenate([[0], np.cumsum(lengths)])
    return [slice(int(first), int(last)) for first, last in pairwise(ends)]

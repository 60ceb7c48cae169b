"""Whose risk does a policy raise or lower? A search beyond the groups that are reported anyway, and what became of it.

Who searches long enough finds groups with large effects in luck alone. So the search is honest: it sees one half of the
lucks, and every figure that is shown comes from the other half, which it has not seen. Two things are searched for.

- A small *tree* splits people by what is known of them at week 0 and can be read: each of its leaves is a rule in
  words, with the change of risk of the people whom it fits.
- A *forest* of many trees answers whether there is anything to be found beyond the given groups. Its expectations are
  held against the other half of the lucks: do people for whom it expects a larger change show one? If it has learnt
  luck, the slope of what happens on what it expects is 0; if it is right, the slope is 1 (the best linear predictor of
  Chernozhukov, Demirer, Duflo and Fernández-Val).

Nothing about a single person is returned, and no leaf with fewer people than a declared number.

Which half: with ``halves="lucks"`` both halves have the same people with different lucks, and all intervals are over
lucks; they say what the policy does to people of these populations. With ``halves="populations"`` the search sees some
populations and the figures come from others; intervals are over populations, and say what it does in such a world.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from sim.ground.errors import RequestError
from sim.results.forests import Forest, Tree, fit_forest, fit_tree
from sim.results.halves import FEWEST, Estimate, Halves, Population, halve
from sim.results.traits import TRAITS, Known, Trait, in_words, known

if TYPE_CHECKING:
    import pandas as pd

SMALLEST, LEAST = 200, 50  # people in a leaf: as declared, and the fewest that may be asked for
DEEPEST = 3  # splits from the root of the tree to a leaf
FIFTHS = 5
MANY = 8  # populations from which on halves are made of populations
COLUMNS = ("who", "people", "share", "risk", "change", "low", "high")


@dataclass(frozen=True)
class Heterogeneity:
    """Who gains and who loses by a policy, as far as what is known at week 0 can tell.

    All changes are of the risk of an outcome, in shares: -0.01 is one percentage point less. All figures come from the
    half of the runs that the search has not seen.

    Attributes
    ----------
    leaves : one row a leaf of the tree, from the largest fall to the largest rise that the search expected: ``who`` in
        words, ``people`` in a population (mean), their ``share`` of all, their ``risk`` without the policy, its
        ``change`` with the policy, and ``low`` to ``high``, the 95 % interval of that. A single row where the tree
        found nothing to split by.
    tree : slope of the changes on what the tree expects; 1 where its leaves are right, 0 where it has learnt luck.
    anything : slope on what groups and forest expect together: do changes differ by anything that is known? A forest
        is cautious, and slopes above 1 say that changes differ more than it expected.
    beyond : slope on what the forest expects beyond the given groups, that is beyond one change for each group, added
        up: combinations of groups, and amounts finer than thirds.
    least, most, apart : change among the fifth of people for whom the smallest and the largest is expected, and how far
        these lie apart.
    explained : part of the spread of individual changes that follows what groups and forest expect; no value where
        individual changes cannot be told from luck.
    overall : change among all people.
    """

    arm: str
    outcome: str
    leaves: pd.DataFrame
    tree: Estimate
    anything: Estimate
    beyond: Estimate
    least: Estimate
    most: Estimate
    apart: Estimate
    explained: Estimate
    overall: Estimate
    halves: str
    populations: int
    lucks: int
    smallest: int
    seed: int

    @property
    def sentences(self) -> list[str]:
        """What was found, in words, each figure with its 95 % interval."""
        said = [_said_of_all(self), _said_of_anything(self)]
        if self.anything.above_zero:
            said += [_said_of_fifths(self), _said_of_beyond(self)]
        if len(self.leaves) > 1:
            said.append(_said_of_tree(self))
        return [*said, _said_of_halves(self)]

    def __str__(self) -> str:
        return "\n".join(self.sentences)


class Lives(Protocol):
    """What became of the same people in every luck of one population, without a policy and with it."""

    @property
    def known(self) -> Mapping[str, NDArray[Any]]:
        """What is known of them in week 0: name to numbers (people,)."""

    def happened(self, bits: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """To whom a thing happened in the baseline and in the arm, each bool (lucks, people)."""


def who_of(lives: Iterable[Lives], bits: int, **how: Any) -> Heterogeneity:
    """``who`` for populations as a comparison keeps them (``comparison.lives(arm).values()``).

    Parameters
    ----------
    bits : of ``Path``, which show that the outcome came about.
    how : what else ``who`` takes: arm, outcome, traits, halves, smallest, seed. Columns without a trait are left aside.
    """
    every = list(lives)
    names = {trait.name for trait in how.get("traits", TRAITS)}
    pairs = [one.happened(bits) for one in every]
    return who(
        [{name: column for name, column in one.known.items() if name in names} for one in every],
        [before.astype(np.uint8) for before, _ in pairs],
        [after.astype(np.uint8) for _, after in pairs],
        **how,
    )


def who(
    columns: Sequence[Mapping[str, NDArray[Any]]],
    before: Sequence[NDArray[np.uint8]],
    after: Sequence[NDArray[np.uint8]],
    *,
    arm: str = "",
    outcome: str = "",
    traits: Sequence[Trait] = TRAITS,
    halves: str | None = None,
    smallest: int = SMALLEST,
    seed: int = 0,
) -> Heterogeneity:
    """Search for people whose risk of an outcome a policy raises or lowers, and estimate by how much.

    Parameters
    ----------
    columns : for each population what is known of its people at week 0: name of a trait to numbers (people,).
    before, after : for each population whether the outcome came about, 0 or 1, uint8 (lucks, people), without and with
        the policy. Row k of both has the same luck, or two lucks that have nothing to do with one another.
    arm, outcome : what they are called in sentences.
    traits : how columns are said in words.
    halves : "lucks" or "populations"; None for populations from ``MANY`` on, or where there are too few lucks, else
        lucks.
    smallest : people whom a leaf must have in all populations together, to be found and to be shown.
    seed : of the halves and the forest; the same seed gives the same answer.

    Raises
    ------
    RequestError : scikit-learn is missing; shapes do not fit; fewer than four lucks (or populations) to halve; or a
        ``smallest`` that could show single persons.
    """
    if importlib.util.find_spec("sklearn") is None:
        raise RequestError(
            "a search for people whose risk changes needs the package scikit-learn, which is not installed; "
            "pip install scikit-learn, or install labyrinth-abm[trees]",
            where="who",
        )
    populations = _populations(columns, before, after)
    people = sum(len(population) for population in populations)
    if not LEAST <= smallest <= people // 2:
        raise RequestError(
            f"smallest = {smallest} is outside its range {LEAST} to {people // 2}, half of all people", where="smallest"
        )
    names = list(columns[0])
    of = known({name: np.concatenate([np.asarray(one[name]) for one in columns]) for name in names}, traits)
    halved = halve(populations, halves or _halves_of(populations), seed)
    found = _found(of, halved, smallest, seed)
    return Heterogeneity(
        arm=arm,
        outcome=outcome,
        halves=halved.kind,
        populations=len(populations),
        lucks=min(len(population.change) for population in populations),
        smallest=smallest,
        seed=seed,
        **found,
    )


def _populations(
    columns: Sequence[Mapping[str, NDArray[Any]]],
    before: Sequence[NDArray[np.uint8]],
    after: Sequence[NDArray[np.uint8]],
) -> list[Population]:
    if not len(columns) == len(before) == len(after) > 0:
        raise RequestError(
            f"{len(columns)} tables of what is known, {len(before)} of outcomes without and {len(after)} with the "
            "policy: one of each is needed for every population",
            where="who",
        )
    made = []
    for number, (table, first, second) in enumerate(zip(columns, before, after, strict=True)):
        if first.ndim != 2 or first.shape != second.shape:
            raise RequestError(
                f"outcomes have the shapes {first.shape} and {second.shape}; both must be (lucks, people)",
                where=f"population {number}",
            )
        if max(first.max(initial=0), second.max(initial=0)) > 1:
            raise RequestError("outcomes must be 0 or 1", where=f"population {number}")
        if set(table) != set(columns[0]) or any(len(column) != first.shape[1] for column in table.values()):
            raise RequestError(
                f"what is known must be {', '.join(columns[0])}, each of {first.shape[1]} people",
                where=f"population {number}",
            )
        made.append(Population(np.asarray(first, np.int8), np.asarray(second, np.int8) - np.asarray(first, np.int8)))
    return made


def _halves_of(populations: Sequence[Population]) -> str:
    """What is better divided: lucks, unless there are many populations, or enough of them and too few lucks."""
    lucks = min(len(population.change) for population in populations)
    few = lucks < FEWEST <= len(populations)
    return "populations" if few or len(populations) >= MANY else "lucks"


def _found(of: Known, halved: Halves, smallest: int, seed: int) -> dict[str, Any]:
    """Search on one half, estimate on the other."""
    tree = fit_tree(of, halved, smallest, DEEPEST)
    forest = fit_forest(of, halved, smallest, seed)
    together = forest.groups + forest.beyond
    least, most, apart = _fifths(halved, together, seed)
    return {
        "leaves": _leaves(of, halved, tree, smallest),
        "tree": halved.slope(tree.expected),
        "anything": halved.slope(together),
        "beyond": _beyond(of, halved, forest),
        "least": least,
        "most": most,
        "apart": apart,
        "explained": halved.explained(together),
        "overall": halved.change(np.ones(len(of.asked), bool)),
    }


def _beyond(of: Known, halved: Halves, forest: Forest) -> Estimate:
    """Slope on what the forest expects once every sum of effects of the given groups is taken out of it."""
    left = np.empty(len(forest.beyond))
    for block in halved.blocks:
        groups = np.column_stack([np.ones(block.stop - block.start), of.grouped[block]])
        expected = forest.beyond[block]
        left[block] = expected - groups @ np.linalg.lstsq(groups, expected, rcond=None)[0]
    return halved.slope(left, least=1e-6 * float(np.std(forest.beyond)))


def _leaves(of: Known, halved: Halves, tree: Tree, smallest: int) -> pd.DataFrame:
    """The table of leaves, in the order of what was expected: who looks for the ends afterwards finds luck."""
    import pandas as pd  # noqa: PLC0415 - tables are made when they are asked for

    rows = []
    for number in sorted(tree.ways, key=lambda one: float(tree.expected[np.argmax(tree.leaf == one)])):
        members = tree.leaf == number
        if members.sum() < smallest:
            raise AssertionError(f"a leaf of {members.sum()} people, of which none may have fewer than {smallest}")
        change = halved.change(members)
        rows.append(
            {
                "who": in_words(tree.ways[number], of),
                "people": members.sum() / len(halved.blocks),
                "share": members.mean(),
                "risk": halved.risk(members),
                "change": change.value,
                "low": change.low,
                "high": change.high,
            }
        )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _fifths(halved: Halves, expected: NDArray[np.float64], seed: int) -> tuple[Estimate, Estimate, Estimate]:
    """Change among those for whom the least and the most is expected, and the difference; none where all is alike."""
    lot = np.random.default_rng(seed).random(len(expected))  # for people of whom the same is expected
    first, last = np.zeros(len(expected), bool), np.zeros(len(expected), bool)
    for block in halved.blocks:
        order = np.lexsort((lot[block], expected[block]))
        size = len(order) // FIFTHS
        first[block][order[:size]] = True
        last[block][order[-size:]] = True
    if np.ptp(expected) == 0:
        return (Estimate.none(),) * 3
    return halved.change(first), halved.change(last), halved.change(last, less=first)


# --- in words ---------------------------------------------------------------------------------------------------


def _points(found: Estimate) -> str:
    """A change in percentage points with its interval."""
    return _with_interval(found, 100.0, " percentage points")


def _with_interval(found: Estimate, scale: float = 1.0, unit: str = "") -> str:
    value, low, high = (_signed(scale * end) for end in (found.value, found.low, found.high))
    ends = f"({low} to {high})" if np.isfinite(found.low) else "(no interval)"
    return f"{value}{unit} {ends}"


def _signed(value: float) -> str:
    text = f"{value:+.2f}"
    return ("0" if float(text) == 0 else text).replace("-", "\N{MINUS SIGN}")


def _said_of_all(found: Heterogeneity) -> str:
    policy, outcome = found.arm or "the policy", found.outcome or "the outcome"
    return f"With {policy} the chance of {outcome} changes by {_points(found.overall)} among all people."


def _said_of_anything(found: Heterogeneity) -> str:
    if not np.isfinite(found.anything.value):
        return "The search expected the same of everybody, so that there is no difference between people to look for."
    if found.anything.above_zero:
        return (
            "The change differs between people by what is known of them at week 0. For each point more that the search "
            f"expected of people, {_with_interval(found.anything)} points came about in runs that it had not seen."
        )
    return (
        "No difference between people by what is known of them at week 0 was found. For each point more that the "
        f"search expected of people, {_with_interval(found.anything)} points came about in runs that it had not seen: "
        "1 would be right, 0 is luck. A difference may be there and be too small for so many runs."
    )


def _said_of_fifths(found: Heterogeneity) -> str:
    return (
        "In the fifth of people of whom it expected the largest rise, or the smallest fall, the chance changes by "
        f"{_points(found.most)}; in the fifth at the other end by {_points(found.least)}."
    )


def _said_of_beyond(found: Heterogeneity) -> str:
    slope = _with_interval(found.beyond)
    if not np.isfinite(found.beyond.value):
        return "Beyond the groups that are reported anyway there was nothing to search by."
    if found.beyond.above_zero:
        return (
            "There is more to it than the groups that are reported anyway, each with a change of its own: for each "
            f"point that the search expected beyond them, {slope} points came about."
        )
    return (
        "Nothing was found beyond the groups that are reported anyway, each with a change of its own: for each point "
        f"that the search expected beyond them, {slope} points came about."
    )


def _said_of_tree(found: Heterogeneity) -> str:
    if not found.tree.above_zero:
        return "The rules that the search made did not hold in the other runs: read nothing into the leaves."
    first, last = (
        f"{row['who']}, with a change of {_points(Estimate(row['change'], row['low'], row['high']))}"
        for _, row in found.leaves.iloc[[0, -1]].iterrows()
    )
    return (
        f"The search made {len(found.leaves)} groups. It expected the largest fall, or the smallest rise, of people "
        f"who are {first}; and the largest rise, or the smallest fall, of people who are {last}."
    )


def _said_of_halves(found: Heterogeneity) -> str:
    if found.halves == "lucks":
        return (
            f"Searched on one half of the lucks and estimated on the other; {found.populations} "
            f"population{'s' if found.populations > 1 else ''} of people, the same in both halves, so intervals are "
            "over lucks. No group has fewer than "
            f"{found.smallest} people, and nothing is said of single persons."
        )
    return (
        f"Searched on one half of {found.populations} populations and estimated on the other, so intervals are over "
        f"populations. No group has fewer than {found.smallest} people, and nothing is said of single persons."
    )

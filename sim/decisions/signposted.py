"""What is said of signposts: which record tells best and when, and that records do not tell."""

from __future__ import annotations

import math

from sim.decisions import plainly
from sim.decisions.judging import Judged
from sim.decisions.plainly import of_100, outcome, package
from sim.decisions.signposts import LEVEL, Signpost
from sim.declared.measures.catalogue import METRICS
from sim.evaluation.numbers import UNKNOWN, beside, number

HOW_TO_READ = (
    "Balanced accuracy in worlds left out, of 100; a guess has 50. A signpost tells where luck alone seldom gives the "
    "best of so many signposts that accuracy, by searches in worlds that were shuffled."
)


def sentences(judged: Judged) -> list[str]:
    """On the signpost that tells best, or that none does; nothing where none was looked for."""
    if not judged.signposts:
        return []
    told = [post for post in judged.signposts if post.tells]
    return [_one(max(told, key=lambda post: post.accuracy)) if told else _none(judged)]


def _one(post: Signpost) -> str:
    """What to look at, when, and how well it tells."""
    title = METRICS[post.indicator].title if post.indicator in METRICS else post.indicator
    side = "above" if post.above else "below"
    over = "" if post.how == LEVEL else " times what it was in the year before"
    return (
        f"Signpost for {package(post.package)}: if after {plainly.years(post.years)} the record “{title}”, taken over "
        f"a year, is {side} {number(post.at)}{over}, it will miss its threshold for {outcome(post.outcome)}. In worlds "
        f"left out this search is right in {beside(100 * post.accuracy, 100 * post.error)} of 100 (a guess in 50)."
        f"{_of_many(post.tried)}"
    )


def _none(judged: Judged) -> str:
    """That records do not tell."""
    best_of = max((post.accuracy for post in judged.signposts if math.isfinite(post.accuracy)), default=math.nan)
    return (
        "No recorded indicator tells in time whether a package will miss its threshold: the best search is right in "
        f"{of_100(best_of)} of 100 worlds left out, a guess in 50.{_of_many(len(judged.signposts))}"
    )


def _of_many(tried: int) -> str:
    return f" It is the best of {tried} that were looked for, which the test allows for." if tried > 1 else ""


def table(judged: Judged) -> tuple[list[str], list[list[str]]]:
    """A row for each signpost that was looked for."""
    rows = []
    for post in judged.signposts:
        title = METRICS[post.indicator].title if post.indicator in METRICS else post.indicator
        side = f"{'above' if post.above else 'below'} {number(post.at)}"
        right = beside(100 * post.accuracy, 100 * post.error) if math.isfinite(post.accuracy) else UNKNOWN
        rows.append([package(post.package), outcome(post.outcome), f"{post.years:g}", title, post.how, side, right,
                     "tells" if post.tells else "does not tell"])  # fmt: skip
    return [
        "package",
        "misses its threshold for",
        "after years",
        "record",
        "taken",
        "if it is",
        "right, of 100",
        "",
    ], rows

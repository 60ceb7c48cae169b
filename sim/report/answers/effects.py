"""Sentences about changes: those whose sign may be named, and those of which nothing is known."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

from sim.declared.measures.catalogue import METRICS
from sim.report import words
from sim.report.answers import sizes
from sim.report.answers.basis import Basis, Cell, Line, where
from sim.report.answers.outcomes import clause, is_count, named
from sim.report.answers.said import counted, sentence, series
from sim.report.answers.sizes import Row
from sim.results.signs import FALLS, LEAST_SEEDS, NO_VALUE, OPEN, RISES

MOST_NAMED = 4  # policies that a sentence names; of more it tells how many, and the largest change
MOST_PLACES = 3  # conditions that a sentence names
Rows = list[tuple[Cell, Row]]
MARKS = ("worse", "better", "neither", "activity")


def outcome(basis: Basis, metric: str) -> str:
    """What is known of one outcome: a part of a sentence; empty where no sign may be named and nothing stays.

    Worse comes before better, and policies stand in the order in which they were asked for.
    """
    parts = list(filter(None, [changed(basis, metric), unchanged(basis, [metric])]))
    if parts and METRICS[metric].worse:
        parts.append(without(basis, metric))
    return "; ".join(parts)


def changed(basis: Basis, metric: str) -> str:
    """Policies with which the sign of an outcome may be named; empty where there are none."""
    parts: list[str] = []
    for mark in MARKS:
        parts += _changed(basis, metric, mark, bool(parts))
    return "; ".join(parts)


def span(basis: Basis, metric: str) -> tuple[float, float] | None:
    """The lowest and the highest level without a policy over all conditions, in the unit of ``words.per_people``."""
    found = []
    for line in basis.lines:
        for _, row in line.rows(metric):
            if math.isfinite(row["baseline"]):
                found.append(words.per_people(METRICS[metric], row["people"])[0] * row["baseline"])
    return (min(found), max(found)) if found else None


def without(basis: Basis, metric: str) -> str:
    """The level of an outcome without a policy: a part of a sentence; empty where it is not known."""
    ends = span(basis, metric)
    if ends is None:
        return ""
    low, high = (sizes.natural(end) for end in ends)
    if low == high:
        return f"{basis.without} it is {'about ' if ends[1] else ''}{low}{sizes.of(metric)}"
    return f"{basis.without} it is {low} to {high}{sizes.of(metric)}, by {basis.levels_by}"


def _changed(basis: Basis, metric: str, mark: str, later: bool) -> list[str]:
    """Policies with a sign that is so much for people, each with its size."""
    found = [(line, rows) for line in basis.lines if (rows := _of_mark(line, metric, mark))]
    if not found:
        return []
    opening = mark if mark in ("worse", "better") else ""
    colon = ":" if opening else ""
    if len(found) > 2 and len(basis.lines) > MOST_NAMED:
        sized = sizes.alike(row for _, rows in found for _, row in rows)
        line, rows = max(found, key=lambda one: max(abs(sized(row).mean) for _, row in one[1]))
        of = f"{opening} with {len(found)} of {len(basis.lines)} {basis.nouns[1]}".strip()
        return [f"{of}, most of all with {line.title}{colon} {_sized(basis, line, rows, '' if later else metric)}"]
    texts: list[str] = []
    for line, rows in found:
        size = _sized(basis, line, rows, "" if texts or later else metric)
        who = f"{'' if texts else opening}{with_(basis, [line])}"
        texts.append(f"{who}{colon} {size}".strip())
    return texts


def _of_mark(line: Line, metric: str, mark: str) -> Rows:
    rows = [(cell, row) for cell, row in line.rows(metric) if sizes.is_named(row)]
    return [(cell, row) for cell, row in rows if words.direction(metric, row["verdict"]) == mark]


def _sized(basis: Basis, line: Line, rows: Rows, metric: str) -> str:
    """The size of a change over all conditions in which its sign may be named; said in full with a metric."""
    ways: list[str] = []
    for verdict in (RISES, FALLS):
        by_unit: dict[str, Rows] = {}  # what starts from nothing is not told in per cent as the rest is
        for one in rows:
            if one[1]["verdict"] == verdict:
                by_unit.setdefault(sizes.size_of(one[1]).unit, []).append(one)
        texts: list[str] = []
        for some in by_unit.values():
            texts.append(_one_way(basis, line, some, "" if ways or texts else metric))
        ways += [" and ".join(texts)] if texts else []
    return " but ".join(ways)


def _one_way(basis: Basis, line: Line, rows: Rows, metric: str) -> str:
    """Changes of one sign that are told in one unit."""
    said: Callable[[str], str] = (lambda size: clause(metric, size)) if metric else (lambda size: size)
    measured = len(line.cells)
    if len(rows) == 1:
        ((cell, row),) = rows
        at = f" {where([cell], basis)}" if measured > 1 else ""
        size = sizes.size_of(row)
        return f"{said(sizes.head(size.mean, size))}{at} ({sizes.within(size)})"
    if basis.dose is not None and len({cell.setting for cell, _ in rows}) == 1:
        ordered = sorted(rows, key=lambda one: one[0].dose or 0.0)
        ends = [(cell, sizes.size_of(row)) for cell, row in (ordered[0], ordered[-1])]
        (first, small), (last, large) = ends
        return (
            f"{said(sizes.head(small.mean, small))} {where([first], basis)} ({sizes.within(small)}) and "
            f"{sizes.head(large.mean, large)} {where([last], basis)} ({sizes.within(large)})"
        )
    return f"{said(_range(rows))} {_places(basis, [cell for cell, _ in rows], measured)} ({_together(rows)})"


def _range(rows: Rows) -> str:
    """The smallest and the largest of several changes of one sign: ``about 8 to 12 % fewer``."""
    found = sorted((sizes.size_of(row) for _, row in rows), key=lambda size: abs(size.mean))
    small, large = sizes.head(found[0].mean, found[0]), sizes.head(found[-1].mean, found[-1])
    first, second = small.removeprefix("about "), large.removeprefix("about ")
    tail = second.partition(sizes.SPACE)
    if small == large:
        return small
    if first.partition(sizes.SPACE)[2] == tail[2] and tail[2]:
        return f"about {first.partition(sizes.SPACE)[0]} to {second}"
    return f"about {first} to {second}"


def _together(rows: Rows) -> str:
    """What all the intervals of several changes of one sign hold together."""
    found = [sizes.size_of(row) for _, row in rows]
    low, high = min(size.low for size in found), max(size.high for size in found)
    mean = max((size.mean for size in found), key=abs)
    return f"all intervals: {sizes.within(replace(found[0], mean=mean, low=low, high=high))}"


def _places(basis: Basis, cells: Sequence[Cell], measured: int) -> str:
    """Under which conditions: all of them, a few by name, or how many."""
    _, several = basis.places
    if len(cells) == measured:
        return f"in {'both' if measured == 2 else f'all {measured}'} {several}"
    return where(cells, basis) if len(cells) <= MOST_PLACES else f"in {len(cells)} of {measured} {several}"


def unchanged(basis: Basis, metrics: Sequence[str]) -> str:
    """Outcomes that surely stay nearly what they are with some policies, everywhere: a part of a sentence."""
    texts: list[str] = []
    for metric in metrics:
        found, most = [], ""
        for line in basis.lines:
            bounds = [sizes.at_most(row) for _, row in line.rows(metric)]
            if bounds and all(bounds):
                found.append(line)
                most = max([most, *bounds], key=_bound)
        if found:
            texts.append(f"{named(metric)}{with_(basis, found)} ({most})")
    if len(texts) > MOST_NAMED:
        texts = [*texts[:MOST_NAMED], f"{counted(len(texts) - MOST_NAMED, 'other outcome', 'other outcomes')}"]
    return f"there is no change to speak of in {series(texts)}" if texts else ""


def _bound(text: str) -> float:
    return float(text.split()[2].replace(sizes.SPACE, "")) if text else 0.0


def with_(basis: Basis, lines: Sequence[Line]) -> str:
    """Some policies in a sentence, after a blank: by name, or how many, or any of them; nothing under their name."""
    if basis.alone:
        return ""
    if len(lines) == len(basis.lines) > 1:
        return f" with {'either' if len(lines) == 2 else 'any'} of these {basis.nouns[1]}"
    if len(lines) > MOST_NAMED:
        return f" with {len(lines)} of {len(basis.lines)} {basis.nouns[1]}"
    return f" with {series([line.title for line in lines])}"


# --- what is not known ------------------------------------------------------------------------------------------


def unknown(basis: Basis, metrics: Sequence[str]) -> str:
    """What is not known of these outcomes, with what they could be: a sentence; empty where all are known."""
    parts = [text for text in (_open(basis, metric) for metric in metrics) if text]
    missing = failed(basis)
    if not parts:
        return sentence(missing) if missing else ""
    return sentence(f"It is not known {parts[0]}", *(f"nor {part}" for part in parts[1:]), missing)


def failed(basis: Basis) -> str:
    """How many runs failed and are missing; empty where none are."""
    failures = sum(len(comparison.failures) for _, comparison in basis.worlds)
    if not failures:
        return ""
    runs = sum(len(comparison.keys_of(arm)) for _, comparison in basis.worlds for arm in comparison.every_arm)
    return f"{counted(failures, 'run', 'runs')} of {runs} failed and {'is' if failures == 1 else 'are'} missing"


def whether(metric: str) -> str:
    """What would be known of a metric: ``whether there are more or fewer deaths on a journey``."""
    if is_count(METRICS[metric]):
        return f"whether there are more or fewer {named(metric)}"
    return f"whether the figure for {named(metric)} is higher or lower"


def _open(basis: Basis, metric: str) -> str:
    """Policies of which no sign of this metric may be named under some condition, with what it could be."""
    found: list[tuple[Line, Rows]] = []
    for line in basis.lines:
        rows = [] if is_inert(line) else [one for one in line.rows(metric) if not _is_known(one[1])]
        if rows:
            found.append((line, rows))
    if not found:
        return ""
    who = with_(basis, [line for line, _ in found])
    return f"{whether(metric)}{who}{_at(basis, found)}{_could_be(basis, found)}"


def is_inert(line: Line) -> bool:
    """Whether a policy leaves every figure as it is in every seed and everywhere."""
    rows = [row for cell in line.cells for row in cell.rows.values() if row["seeds"]]
    return bool(rows) and all(sizes.is_nothing(row) for row in rows)


def _is_known(row: Row) -> bool:
    return bool(sizes.is_named(row) or sizes.at_most(row))


def _at(basis: Basis, found: list[tuple[Line, Rows]]) -> str:
    """Under which conditions nothing is known; nothing where it is so under all."""
    if all(len(rows) == len(line.cells) for line, rows in found):
        return ""
    cells = [cell for _, rows in found for cell, _ in rows]
    if len(found) == 1:
        return f" {_places(basis, cells, len(found[0][0].cells))}"
    return f" in some {basis.places[1]}"


def _could_be(basis: Basis, found: list[tuple[Line, Rows]]) -> str:
    """What it could be, in brackets: the widest interval of several; and that an interval alone would name a sign."""
    every = [(line, cell, row) for line, rows in found for cell, row in rows]
    open_ = [one for one in every if math.isfinite(one[2]["low"]) and one[2]["low"] <= 0 <= one[2]["high"]]
    apart = [one for one in every if one[2]["low"] > 0 or one[2]["high"] < 0]
    leaning = [one for one in apart if one[2]["verdict"] == OPEN]
    texts = []
    if open_:
        widest_of = widest([row for *_, row in open_])
        line, cell, row = next(one for one in open_ if one[2] is widest_of)
        one_of = f"with {_whose(basis, line, cell)} it" if len(every) > 1 and _whose(basis, line, cell) else "it"
        texts.append(f"{one_of} could be {sizes.anything(row)}{', the widest interval' if len(every) > 1 else ''}")
    # an answer on several leaves to the sections of policies what single intervals would say
    if leaning and (len(every) == 1 or not texts):
        texts.append(_leaning(basis, leaning, len(every) > 1))
    if apart and not texts:
        texts.append(f"from fewer than {LEAST_SEEDS} pairs of runs no sign is named")
    if not texts:
        nothing = all(row["verdict"] == NO_VALUE for *_, row in every)
        texts.append("no run has a value" if nothing else "all seeds show the same, so that there is no interval")
    return f" ({'; '.join(texts)})"


def _whose(basis: Basis, line: Line, cell: Cell) -> str:
    """Policy and condition of one of several intervals."""
    at = where([cell], basis) if len(line.cells) > 1 else ""
    return " ".join(part for part in ("" if basis.alone else line.title, at) if part)


def _leaning(basis: Basis, found: list[tuple[Line, Cell, Row]], several: bool) -> str:
    """An interval that holds no change of the other sign, and is no more than chance shows among so many effects."""
    line, cell, row = min(found, key=lambda one: one[2]["q_value"])
    whose = _whose(basis, line, cell)
    of = f" with {whose}" if several and whose else ""
    return (
        f"the interval{of} alone, {sizes.within(sizes.size_of(row))}, would name a sign, but among all effects of the "
        f"study that may be chance, q = {row['q_value']:.2g}"
    )


def widest(rows: Sequence[Row]) -> Row:
    """The effect with the widest interval, of several on one metric."""
    sized = sizes.alike(rows)
    return max(rows, key=lambda row: sized(row).high - sized(row).low)

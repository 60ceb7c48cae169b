"""How many bytes each phase of a week must touch, and how far it is from what the memory of the machine would allow.

Bytes are counted from the tables, not measured:

- a column of people that a phase goes through whole costs the size of its numbers for each person;
- a row that is touched for itself costs whole cache lines: those of its record that the phase reads or writes, and one
  for each column beside the record;
- a table of organisations that a phase goes through whole costs all of its bytes, divided by the number of people.

Regions, legs and pairs stay in the cache and cost nothing. How many rows are touched is counted while the run goes on.
A phase that needs no more time than its bytes over the bandwidth is bound by memory. One that needs many times as much
is bound by something else: by computing where it touches rows, by what a week costs whatever its people where it
touches none. Seconds of one thread are those that the process had a core.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from rich.table import Table

from experiments.machine import LINE
from sim.agents.people import Bound, Stage

MEMORY_BOUND = 2.0  # times the bandwidth bound up to which a phase is said to be bound by memory
BESIDE = 4  # columns beside the record that whoever handles one person reads: here, stage, legal, and due or bound


class Touched(NamedTuple):
    """What a phase goes through in a week."""

    columns: tuple[str, ...] = ()  # of people, whole
    rows: tuple[tuple[str, int], ...] = ()  # (which people, cache lines of each record)
    tables: tuple[str, ...] = ()  # of organisations, whole


TOUCHED: dict[str, Touched] = {
    "world": Touched(columns=("bound",)),
    "consider": Touched(columns=("due", "removal_at"), rows=(("due", 4),)),
    "use channels": Touched(rows=(("acting", 2),)),
    "contract": Touched(rows=(("seeking", 2),), tables=("traffickers",)),
    "way on": Touched(),
    "journey": Touched(columns=("stage",), rows=(("travelling", 2),)),
    "work": Touched(rows=(("due", 1), ("looking", 3)), tables=("venues",)),
    "reach": Touched(),
    "live": Touched(columns=("bound",), rows=(("bound", 4),)),
    "protect or remove": Touched(columns=("bound", "stage"), rows=(("safe", 3),)),
    "justice": Touched(tables=("cases", "offenders")),
    "adapt": Touched(tables=("traffickers", "offenders", "facilitators", "ties", "officials", "venues")),
    "observe": Touched(
        columns=("stage", "legal", "here"), tables=("venues", "traffickers", "officials", "cases", "ties")
    ),
}


def rows_touched(week: Any) -> dict[str, float]:
    """How many people are touched one by one in the week that has just been run."""
    agenda, people = week.agenda, week.migrants
    acts = agenda.considered.acts[: agenda.due.count]
    return {
        "due": float(agenda.due.count),
        "acting": float(np.count_nonzero(acts)),
        "seeking": float(agenda.seekers.count),
        "looking": float((people["stage"] == Stage.ARRIVED).sum()),
        "travelling": float((people["stage"] == Stage.TRAVELLING).sum()),
        "bound": float(np.count_nonzero(people["bound"])),
        "safe": float(np.count_nonzero(people["bound"] & Bound.SAFE)),
    }


def bytes_of_phase(
    touched: Touched, widths: Mapping[str, int], rows: Mapping[str, float], tables: Mapping[str, float], people: int
) -> float:
    """Bytes that a phase must touch for each person-week.

    ``widths`` : bytes of a number of each column of people; ``rows`` : people touched in a week; ``tables`` : bytes of
    each table of organisations.
    """
    scanned = sum(widths[name] for name in touched.columns)
    single = sum(rows[who] * (lines + BESIDE) * LINE for who, lines in touched.rows)
    return scanned + (single + sum(tables[name] for name in touched.tables)) / people


def bytes_by_phase(state: Any, rows: Mapping[str, float]) -> dict[str, float]:
    """Bytes for each person-week, by phase, of a run whose weeks touch so many rows."""
    people = state.migrants
    widths = {name: people[name].itemsize for name in people}
    named = {name for touched in TOUCHED.values() for name in touched.tables}
    tables = {name: getattr(state, name).bytes_per_row * len(getattr(state, name)) for name in named}
    return {name: bytes_of_phase(one, widths, rows, tables, len(people)) for name, one in TOUCHED.items()}


def over_the_bound(seconds: float, moved: float, bandwidth: float) -> float:
    """How many times as long something takes as its bytes would at full bandwidth; infinite if it moves nothing."""
    return seconds * bandwidth / moved if moved > 0 else float("inf")


def on_core(case: Mapping[str, Any], seconds: float) -> float:
    """Of the seconds that something took in a case on one thread, those in which its process had a core."""
    return seconds * case["core_seconds"] / case["seconds"] if case["threads"] == 1 else seconds


def fixed_and_growing(small: Mapping[str, Any], large: Mapping[str, Any]) -> dict[str, tuple[float, float]]:
    """What a week costs, by phase: (µs whatever the number of people, ns more for each person).

    From two cases of different size on one thread, as if the cost of a week grew in a straight line between them.
    """
    found = {}
    for name, seconds in large["phases"].items():
        few, many = on_core(small, small["phases"][name]) / small["weeks"], on_core(large, seconds) / large["weeks"]
        slope = max((many - few) / (large["people"] - small["people"]), 0.0)
        found[name] = (1e6 * max(few - slope * small["people"], 0.0), 1e9 * slope)
    return found


def bound_by(fixed: float, growing: float, over: float, people: int) -> str:
    """What bounds a phase of so many people: ``fixed`` in µs a week, ``growing`` in ns for each of them.

    The week itself where half of the time is spent whatever the people, or nothing of theirs is touched; memory where
    what grows with them takes at most twice as long as its bytes; computing otherwise.
    """
    if 1e3 * fixed >= growing * people or np.isinf(over):
        return "the week"
    return "memory" if over <= MEMORY_BOUND else "computing"


def roofline(case: Mapping[str, Any], machine: Mapping[str, Any]) -> list[dict[str, Any]]:
    """For each phase of a case: seconds, bytes for each person-week, and how far it is from the bandwidth."""
    person_weeks = case["people"] * case["weeks"]
    bandwidth = machine["triad_2" if case["threads"] > 1 else "triad_1"]
    found = []
    for name, spent in case["phases"].items():
        seconds = on_core(case, spent)
        moved = case["bytes"].get(name, 0.0) * person_weeks
        rows = sum(case["rows"][who] for who, _ in TOUCHED[name].rows) if name in TOUCHED else 0.0
        found.append(
            {
                "phase": name,
                "seconds": seconds,
                "nanoseconds": 1e9 * seconds / person_weeks,
                "bytes": case["bytes"].get(name, 0.0),
                "over": over_the_bound(seconds, moved, bandwidth),
                "rows": 1000.0 * rows / case["people"],
                "nanoseconds_per_row": 1e9 * seconds / (rows * case["weeks"]) if rows else float("nan"),
            }
        )
    return found


# --- what is shown ----------------------------------------------------------------------------------------------


def machine_table(machine: Mapping[str, Any]) -> Table:
    """What the machine can do."""
    table = Table(title="This machine", title_justify="left", pad_edge=False)
    table.add_column("")
    table.add_column("", justify="right")
    for what, number in (
        ("memory bandwidth, triad, one thread", f"{machine['triad_1'] / 1e9:.1f} GB/s"),
        ("memory bandwidth, triad, two threads", f"{machine['triad_2'] / 1e9:.1f} GB/s"),
        ("gathers one after another", f"{machine['chased'] / 1e6:.1f} million/s ({1e9 / machine['chased']:.0f} ns)"),
        ("gathers side by side", f"{machine['spread'] / 1e6:.0f} million/s ({1e9 / machine['spread']:.1f} ns)"),
        ("Philox blocks of four draws", f"{machine['blocks'] / 1e6:.0f} million/s ({1e9 / machine['blocks']:.1f} ns)"),
        ("hardware counters", machine["counters"]),
    ):
        table.add_row(what, number)
    return table


def roofline_table(case: Mapping[str, Any], machine: Mapping[str, Any]) -> Table:
    """The phases of one case against the memory of the machine."""
    title = f"Phases and memory: {case['people']:,} people, {case['weeks']} weeks, threads: {case['threads']}"
    table = Table(title=title, title_justify="left", pad_edge=False)
    table.add_column("")
    for name in ("s", "ns/person-week", "bytes/person-week", "× bandwidth", "rows/1000 people", "ns/row"):
        table.add_column(name, justify="right")
    for one in roofline(case, machine):
        table.add_row(
            one["phase"],
            f"{one['seconds']:.3f}",
            f"{one['nanoseconds']:.2f}",
            f"{one['bytes']:.1f}",
            f"{one['over']:.1f}" if np.isfinite(one["over"]) else "",
            f"{one['rows']:.1f}" if one["rows"] else "",
            f"{one['nanoseconds_per_row']:.0f}" if one["rows"] else "",
        )
    return table


def growth_table(cases: Sequence[Mapping[str, Any]], machine: Mapping[str, Any]) -> Table | None:
    """What a week costs whatever its people, what each person adds, and what bounds it; None without two sizes."""
    single = sorted((case for case in cases if case["threads"] == 1), key=lambda case: case["people"])
    if len({case["people"] for case in single}) < 2:
        return None
    small, large = single[0], single[-1]
    table = Table(title=f"A week of {large['people']:,} people on one thread", title_justify="left", pad_edge=False)
    for name in ("", "µs whatever the people", "ns for each person", "× bandwidth", "bound by"):
        table.add_column(name, justify="left" if name in {"", "bound by"} else "right")
    for name, (fixed, growing) in fixed_and_growing(small, large).items():
        over = over_the_bound(1e-9 * growing, large["bytes"].get(name, 0.0), machine["triad_1"])
        by = bound_by(fixed, growing, over, large["people"])
        table.add_row(name, f"{fixed:.0f}", f"{growing:.2f}", f"{over:.1f}" if np.isfinite(over) else "", by)
    return table

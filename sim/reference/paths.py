"""The way from a lever to a metric through the rules, found in the code, with the evidence that each step rests on.

A step is a function that takes something over from the step before: a lever by its name, a field of a table, what a
function that it calls has answered, or a call. The way that is told is a shortest one, where quantities are followed
sooner than what only says who or which; others may matter more, and runs alone say how much goes through each. What a
person carries with her from week to week is not followed: too much hangs on everything there to say that it is the way.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

import numpy as np

from sim.declared.levers import LEVERS
from sim.declared.measures.catalogue import METRICS
from sim.declared.parameters import PARAMETERS
from sim.declared.sources import Is, Switched, fields_of
from sim.declared.switches import SWITCHES
from sim.reference.readers import Trace, readings, traces
from sim.reference.tables import TABLES
from sim.state.families import FAMILIES

LONGEST = 3  # a longer way goes through what people or enterprises choose, where the code shows too many ways
FAR = 3  # of a field that says who, which or whether; a quantity, an answer and a call are at distance 1
FETCHES = "fetch_"  # begins the names of functions that bring memory near and answer nothing
ANNOUNCED = "sim.conditions.prospects.plan_for_what_is_announced"  # matters only for what is announced ahead
GRADES = {"E": "data", "Q": "interviews or cases", "T": "theory", "A": "argued", "-": "assumed"}
CALL, ANSWER = "a call by", "the answer of"
MECHANISM = "mechanisms."


class Step(NamedTuple):
    """One step: the function, what it says that it does, and by what it took over from the step before.

    ``by`` is a lever, a field, an answer or a call, ``means`` what is declared of it, if anything is.
    ``parameters`` are those that it reads, ``switches`` the mechanisms that it asks for.
    """

    function: str
    about: str
    by: str
    means: str
    parameters: tuple[str, ...]
    switches: tuple[str, ...]

    @property
    def grades(self) -> dict[str, int]:
        """How many of its parameters and mechanisms have each grade of evidence, the best grade first."""
        own = [PARAMETERS[name].grade for name in self.parameters] + [SWITCHES[name].grade for name in self.switches]
        return {grade: own.count(grade) for grade in GRADES if grade in own}


def path(lever: str, metric: str, mechanisms: Mapping[str, str]) -> tuple[Step, ...]:
    """The steps from a lever to a counter of a metric; empty where the code shows no short way.

    ``mechanisms`` are the options of switches: what belongs to a mechanism that is off is no step.
    """
    still = asleep(mechanisms)
    known = {name: trace for name, trace in traces().items()
             if name.rpartition(".")[0] not in still and not _last(name).startswith(FETCHES)}  # fmt: skip
    ends = {name for name, trace in known.items() if trace.counts & set(METRICS[metric].top)}
    first = {name: lever for name in readings()[lever].direct if name in known}
    for field, functions in readings()[lever].through.items():
        first |= {name: field for name in functions if name in known}
    before: dict[str, tuple[str, str]] = {}
    near = dict.fromkeys((name for name in first if name != ANNOUNCED), 0)
    waiting = [(0, name) for name in near]
    heapq.heapify(waiting)
    while waiting:
        far, name = heapq.heappop(waiting)
        if far > LONGEST:
            break
        if name in ends:
            return tuple(_steps(name, before, first))
        called = name in before and before[name][1].startswith(CALL)
        for other, by, distance in _next(name):
            if called and by.startswith(ANSWER):
                continue  # back to anyone else who calls the same helper
            if other in known and far + distance < near.get(other, FAR * len(known)):
                near[other] = far + distance
                before[other] = (name, by)
                heapq.heappush(waiting, (far + distance, other))
    return ()


def asleep(mechanisms: Mapping[str, str]) -> frozenset[str]:
    """Modules whose family begins with a switch that is off: they are about this mechanism and nothing else."""
    found = set()
    for family in FAMILIES.values():
        source = next(iter(fields_of(family).values())).source
        switch = source.names[0].removeprefix(MECHANISM) if source.names else ""
        if isinstance(source, Switched | Is) and mechanisms.get(switch) == "off":
            found.add(family.__module__)
    return frozenset(found)


def _steps(last: str, before: dict[str, tuple[str, str]], first: dict[str, str]) -> Iterator[Step]:
    names = [last]
    while names[-1] in before:
        names.append(before[names[-1]][0])
    for name in reversed(names):
        parameters, switches = _rests_on(traces()[name])
        by = before[name][1] if name in before else first[name]
        yield Step(name, traces()[name].about, by, _meaning(by), parameters, switches)


def _meaning(by: str) -> str:
    if by in LEVERS:
        return LEVERS[by].meaning
    table, _, name = by.partition(".")
    columns = TABLES[table].columns if table in TABLES else ()
    return next((column.meaning for column in columns if column.name == name), "")


@cache
def _next(name: str) -> tuple[tuple[str, str, int], ...]:
    """Functions that take over from one, each with what they take and how far that is."""
    own = traces()[name]
    found = [
        (other, field, 1 if _is_quantity(field) else FAR)
        for field in own.writes
        if not field.startswith("people.") and field.rpartition(".")[2] not in TABLES  # some names are of both
        for other in _readers().get(field, ())
        if other != name
    ]
    found += [(other, f"{ANSWER} {_last(name)}", 1) for other in _callers().get(name, ())]
    found += [(other, f"{CALL} {_last(name)}", 1) for other in own.calls if not name.startswith("sim.week.")]
    return tuple(sorted(found))


def _last(name: str) -> str:
    return name.rpartition(".")[2]


@cache
def _is_quantity(field: str) -> bool:
    """Whether a field of a table is a number of something, and not who, which or whether."""
    table, _, name = field.partition(".")
    columns = TABLES[table].columns if table in TABLES else ()
    return all(np.dtype(column.dtype).kind == "f" for column in columns if column.name == name)


@cache
def _readers() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for name, trace in traces().items():
        for field in trace.reads:
            found.setdefault(field, []).append(name)
    return {field: tuple(names) for field, names in found.items()}


@cache
def _callers() -> dict[str, tuple[str, ...]]:
    """Who calls a function and uses what it answers; the phases of a week only call."""
    found: dict[str, list[str]] = {}
    for name, trace in traces().items():
        for called in trace.calls:
            if not name.startswith("sim.week."):
                found.setdefault(called, []).append(name)
    return {name: tuple(callers) for name, callers in found.items()}


def _rests_on(trace: Trace) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The parameters and switches that a function names, itself or through the fields of its families."""
    named = {name for name in trace.names if name in PARAMETERS and "." in name}
    named |= {f"{MECHANISM}{name}" for name in trace.names & SWITCHES.keys() if "state.mechanisms" in trace.names}
    for field, sources in _family_fields().items():
        if field in trace.names:
            named |= sources
    parameters = sorted(name for name in named if name in PARAMETERS)
    switches = sorted(name.removeprefix(MECHANISM) for name in named if name.startswith(MECHANISM))
    return tuple(parameters), tuple(switches)


@cache
def _family_fields() -> dict[str, frozenset[str]]:
    """Fields of families as rules name them, ``term.interest`` or ``rules.interest``, with what they follow from."""
    found: dict[str, set[str]] = {}
    often: dict[str, int] = {}
    for name, family in FAMILIES.items():
        for field, declared in fields_of(family).items():
            often[f"rules.{field}"] = often.get(f"rules.{field}", 0) + 1
            for said in (f"{name}.{field}", f"rules.{field}"):
                found.setdefault(said, set()).update(declared.source.names)
    return {said: frozenset(names) for said, names in found.items() if often.get(said, 1) == 1}


def grade_in_words(grades: dict[str, int]) -> str:
    """Such as ``data 1, assumed 4``."""
    return ", ".join(f"{GRADES[grade]} {count}" for grade, count in grades.items()) or "no number of its own"


def levers_of(names: Iterable[str]) -> tuple[str, ...]:
    """Levers once each, in order, those that exist."""
    return tuple(name for name in dict.fromkeys(names) if name in LEVERS)

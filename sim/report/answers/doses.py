"""Sizes of doses in words: what a policy moves, said of cases, people and days in place of levers.

Made by rule from the declaration of a lever: the way in which its meaning begins says what its numbers count, and its
unit how they are said. ``border.control + 0.15`` becomes: in 15 more of 100 cases than before an unaided, unskilled
crossing of the leg is detected.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from sim.declared.levers import LEVERS, Lever
from sim.policies.engine import select
from sim.policies.policy import Move, Policy
from sim.policies.start import start_values
from sim.report.answers.said import sentence
from sim.report.answers.sizes import SPACE
from sim.report.words import MINUS, region

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

_CHANCE = re.compile(r"(yearly )?chance that (.*)")
_OWN_SCALE = re.compile(r"([^:]+): (.*\d.*)")  # what 0 and 1 stand for is said after a colon
_CLAUSES = ("what ", "how ", "by how ")  # meanings that need no article
_APART = re.compile(r", (?:over|as|in|where|of|against|that is|by|and|which|on) ")  # ends with a comma before the verb
_ROLES = {"origin": "places of origin", "transit": "places of transit", "destination": "destinations"}
_PER = {
    "per 1000 at risk": f" for every 1{SPACE}000 people at risk",
    "per 1000 at risk and year": f" a year for every 1{SPACE}000 people at risk",
    "weeks": " weeks",
    "days": " days",
    "years of pay": " years of pay",
    "weeks of pay": " weeks of pay",
    "US$": "",
    "US$/week": " a week",
    "/year": " a year",
    "people": "",
}
SCALE = " on a scale from 0 (not at all) to 100 (fully)"
TIMES = {0.0: "falls to nothing", 0.5: "is halved", 1.0: "stays as it is", 2.0: "is doubled", 3.0: "is tripled"}
OFTEN = {0.5: "half as often", 2.0: "twice as often", 3.0: "three times as often", 4.0: "four times as often"}


def dose_in_words(what: Policy | Move, scenario: Scenario | None = None) -> str:
    """What a policy or one of its moves changes, at its dose: a sentence for every place in which it does.

    Parameters
    ----------
    scenario : the scenario of the arm, whose world says where levers start; None leaves that out where the
        declaration does not say it.
    """
    if isinstance(what, Move):
        return sentence(_placed([what], 1.0, None))
    policy = what
    strength = policy.strength_at_most
    texts = []
    for _, together in groupby(policy.levers, key=lambda move: (move.where, place_in_words(move))):
        moves = tuple(together)
        texts.append(sentence(_placed(moves, strength, scenario) + _practice(policy, moves)))
    return " ".join(texts)


def _practice(policy: Policy, moves: Sequence[Move]) -> str:
    """How far a policy comes in practice, in brackets; what is added or multiplied is told as far as it comes."""
    strength = policy.strength_at_most
    notes = []
    if strength != 1.0 and any(move.op == "set" for move in moves):
        notes.append(f"in practice it comes {_number(100 * strength)}{SPACE}% of the way to what is set")
    if policy.law_gap:
        notes.append("less where law is weak")
    return f" ({', '.join(notes)})" if notes else ""


def place_in_words(move: Move) -> str:
    """Where a move applies: ``in destinations, in commercial sex``; empty where it does everywhere."""
    return ", ".join(_place(LEVERS[move.lever], key, value) for key, value in move.where)


# --- one move ---------------------------------------------------------------------------------------------------


def _placed(moves: Sequence[Move], strength: float, scenario: Scenario | None) -> str:
    """Moves that apply at the same place."""
    place = place_in_words(moves[0])
    said = "; ".join(_move(move, strength, scenario) for move in moves)
    return f"{place}: {said}" if place else said


def _move(move: Move, strength: float, scenario: Scenario | None) -> str:
    lever = LEVERS[move.lever]
    op, value = move.op, move.value
    if op == "add":
        value *= strength
    elif op == "scale":
        value = 1.0 + strength * (value - 1.0)
    before = _before(lever, move, scenario) if op == "set" else ""
    chance = _CHANCE.fullmatch(lever.meaning)
    if chance and lever.unit == "share":
        return _of_cases(chance[2], op, value, before, bool(chance[1]))
    return _of_quantity(lever, op, value, before)


def _of_cases(clause: str, op: str, value: float, before: str, yearly: bool) -> str:
    """A chance, said of a hundred cases."""
    year = " in a year" if yearly else ""
    if op == "scale":
        if value == 0:
            return f"in no case {clause}{year}"
        often = OFTEN.get(value) or f"{_number(value)} times as often"
        return f"as often as before, {clause}{year}" if value == 1 else f"{often} as before, {clause}{year}"
    if op == "add":
        more = "more" if value >= 0 else "fewer"
        return f"in {_number(abs(100 * value))} {more} of 100 cases than before {clause}{year}"
    if not before and value in (0, 1):
        return f"in {'every' if value else 'no'} case {clause}{year}"
    return f"in {_number(100 * value)} of 100 cases{before} {clause}{year}"


def _of_quantity(lever: Lever, op: str, value: float, before: str) -> str:
    """Everything else: a noun, and what becomes of it."""
    subject, scale = _subject(lever), _scale(lever)
    if op == "scale":
        size = TIMES.get(value)
        if size is None and value > 2:
            size = f"is multiplied by {_number(value)}"
        elif size is None:
            size = f"{'rises' if value > 1 else 'falls'} by {_number(abs(100 * (value - 1)))}{SPACE}%"
        return f"{subject} {size}"
    if op == "add":
        return f"{subject} {'rises' if value >= 0 else 'falls'} by {_amount(lever, abs(value), by=True)}{scale}"
    return f"{subject} is set at {_amount(lever, value)}{before}{scale}{_in_a_year(lever, value)}"


def _subject(lever: Lever) -> str:
    """What a lever moves as the subject of a sentence."""
    meaning = lever.meaning.partition(";")[0]
    own = _OWN_SCALE.fullmatch(meaning)
    text = own[1] if own else meaning
    if _counts(lever):
        text = f"the number of {text}"
    elif not text.startswith(_CLAUSES):
        text = f"the {text}"
    return f"{text}," if _APART.search(text) else text


def _counts(lever: Lever) -> bool:
    """Whether the meaning is a plural, of which there are so many."""
    return lever.unit.startswith("per 1000") or lever.unit == "people" or lever.meaning.startswith("weeks ")


def _in_hundred(lever: Lever) -> bool:
    return lever.unit == "share" and lever.meaning.startswith(("share of", "reach of"))


def _scale(lever: Lever) -> str:
    """What the numbers of a lever that is no quantity lie between."""
    own = _OWN_SCALE.fullmatch(lever.meaning)
    if own:
        return f" ({own[2]})".replace("-", MINUS)
    return SCALE if lever.unit == "share" and lever.high <= 1 and not _in_hundred(lever) else ""


def _amount(lever: Lever, value: float, *, by: bool = False) -> str:
    """A value of a lever with its unit; ``by`` where it is a difference."""
    if _OWN_SCALE.fullmatch(lever.meaning):
        return _number(value)
    if _in_hundred(lever):
        return f"{_number(100 * value)} of every 100"
    if lever.unit == "ratio" or (lever.unit == "share" and lever.high > 1):
        return f"{_number(100 * value)}{' percentage points' if by else f'{SPACE}%'}"
    if lever.unit == "share":
        return _number(100 * value)
    if lever.unit.startswith("US$"):
        return f"US${SPACE}{_number(value)}{_PER[lever.unit]}"
    unit = "" if lever.meaning.startswith("weeks ") else _PER[lever.unit]
    one = {" weeks": " week", " days": " day", " years of pay": " year of pay", " weeks of pay": " week of pay"}
    if value == 1:
        unit = one.get(unit, unit)
    if lever.meaning.startswith("how often"):
        unit = f" time{'' if value == 1 else 's'} a year"
    return f"{_number(value)}{unit}"


def _in_a_year(lever: Lever, value: float) -> str:
    """What a hazard makes of a hundred people."""
    if not lever.meaning.startswith("yearly hazard"):
        return ""
    return f", which is about {100 * -math.expm1(-value):.0f} of 100 people in a year"


def _before(lever: Lever, move: Move, scenario: Scenario | None) -> str:
    """Where the lever starts, as a part of a sentence."""
    if scenario is None:
        return ""
    start = start_values(scenario.world, dict(scenario.values))[lever.name]
    mask = select(scenario.world, move, "")
    values = np.broadcast_to(start, mask.shape)[mask]
    low, high = float(values.min()), float(values.max())
    if low == high == move.value:
        return ", as before,"
    factor = 100 if lever.unit in ("share", "ratio") and not _OWN_SCALE.fullmatch(lever.meaning) else 1
    ends = [_number(factor * end) for end in (low, high)]
    return f" instead of {ends[0]}" if ends[0] == ends[1] else f" instead of {ends[0]} to {ends[1]}"


def _number(value: float) -> str:
    """A number with three figures at most, thousands apart."""
    text = f"{float(f'{value:.3g}'):,g}" if abs(value) < 1e6 else f"{value:,.0f}"
    return text.replace(",", SPACE).replace("-", MINUS)


# --- where ------------------------------------------------------------------------------------------------------


def _place(lever: Lever, key: str, value: str) -> str:
    """One condition in words."""
    way = lever.scope in ("leg", "visa")
    plain = value.replace("_", " ")
    place = {
        "role": lambda: f"{'to' if way else 'in'} {_ROLES.get(value, plain)}",
        "bloc": lambda: f"{'to' if way else 'in'} the bloc {plain}",
        "region": lambda: f"{'to' if way else 'in'} {region(value)}",
        "destination": lambda: f"to {region(value)}",
        "origin": lambda: f"from {region(value)}",
        "origin_role": lambda: f"from {_ROLES.get(value, plain)}",
        "origin_bloc": lambda: f"from the bloc {plain}",
        "leg": lambda: f"on the leg {plain}",
        "mode": lambda: f"on ways by {plain}",
        "sector": lambda: f"in {plain}",
        "agency": lambda: f"for {plain}",
    }
    return place[key]()

"""The file of a calibration becomes a checked request; everything that is wrong with it is told at once."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from sim.calibration.request import (
    GRADES,
    LEAST_SETS,
    LINEAR,
    LOG,
    PEOPLE,
    PLACED,
    SCALES,
    Calibration,
    Outcome,
    Plan,
    Target,
)
from sim.calibration.together import Together, hold_together
from sim.declared.measures.catalogue import METRICS
from sim.declared.parameters import PARAMETERS
from sim.declared.plausible import plausible
from sim.ground.errors import Faults, RequestError
from sim.ground.quantities import brief, to_unit
from sim.ground.shipped import shown
from sim.policies.policy import as_texts
from sim.scenario.reading import read
from sim.scenario.requests import Requests, Where, check_keys, mapping

KEYS = {
    "title": False,
    "question": False,
    "model": True,
    "targets": True,
    "outcomes": True,
    "plan": False,
    "parameters": False,
}
OF_AN_OUTCOME = {"says": True, "metric": True, "over": False, "minus": False, "years": False, "law": False}
OF_A_TARGET = OF_AN_OUTCOME | {
    "band": True,
    "observation": False,
    "discrepancy": False,
    "why": False,
    "grade": False,
    "source": True,
    "scale": False,
    "held_out": False,
}
LEAST_TARGETS = 2
TARGETS = Requests("targets", "calibrate", "file of targets")


def read_calibration(path: Path, words: Sequence[str] = ()) -> Calibration:
    """The calibration that a file describes; ``words`` are further settings of its world, or of its plan.

    Raises
    ------
    RequestError : everything that is wrong with the file.
    """
    document = read(path)
    content, where = document.content, document.where
    faults = Faults(shown(path))
    check_keys(content, KEYS, "a calibration", where, faults)
    model: tuple[str, ...] = ()
    targets: tuple[Target, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    plan = Plan()
    only: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    together: tuple[Together, ...] = ()
    own = [word for word in words if word.startswith("plan.")]
    with faults.gathered():
        model = tuple(as_texts(content.get("model") or [], "model", where("model")))
    with faults.gathered():
        targets = _targets(content.get("targets") or {}, where)
    with faults.gathered():
        outcomes = _outcomes(content.get("outcomes") or {}, where)
    with faults.gathered():
        plan = _plan({**_mapping(content.get("plan") or {}, "plan", where), **_said(own)}, where)
    with faults.gathered():
        only, fixed, together = _parameters(content.get("parameters") or {}, where)
    with faults.gathered():
        _apart(targets, outcomes, where)
    faults.tell()
    title = str(content.get("title") or path.stem.replace("_", " "))
    others = tuple(word for word in words if not word.startswith("plan."))
    return Calibration(
        path.stem,
        title,
        str(content.get("question") or title),
        (*model, *others),
        targets,
        outcomes,
        plan,
        only,
        fixed,
        together,
        str(path.absolute()),
        tuple(words),
    )


# --- parts ------------------------------------------------------------------------------------------------------


def _mapping(value: Any, part: str, where: Where) -> dict[str, Any]:
    """A mapping with any keys, as texts."""
    if not isinstance(value, Mapping):
        raise RequestError(f"{part} must be a mapping, not {brief(value)}", where=where(part))
    return {str(key): item for key, item in value.items()}


def _targets(value: Any, where: Where) -> tuple[Target, ...]:
    faults, found = Faults("targets"), []
    for name, item in _mapping(value, "targets", where).items():
        with faults.gathered():
            found.append(_target(name, item, where))
    if not faults and sum(not target.held_out for target in found) < LEAST_TARGETS:
        faults.add(f"a calibration needs at least {LEAST_TARGETS} targets to fit", where=where("targets"))
    faults.tell()
    return tuple(found)


def _target(name: str, value: Any, where: Where) -> Target:
    part = f"targets.{name}"
    found = mapping(value, part, OF_A_TARGET, where)
    faults, made = Faults(part), {"name": name, **_common(found, part, where)}
    with faults.gathered():
        made["low"], made["high"] = _band(found.get("band"), f"{part}.band", where)
    for key in ("observation", "discrepancy"):
        with faults.gathered():
            made[key] = to_unit(found.get(key, 0.0), "", f"{part}.{key}", where(f"{part}.{key}"))
            if made[key] < 0:
                faults.add(f"{key} of {name} is a standard deviation, from 0 on", where=where(f"{part}.{key}"))
    for key, allowed in (("grade", tuple(GRADES)), ("scale", SCALES)):
        made[key] = str(found.get(key, "-" if key == "grade" else LINEAR))
        if made[key] not in allowed:
            faults.add(
                f"{key} of {name} cannot be {made[key]!r}",
                where=where(f"{part}.{key}"),
                given=made[key],
                allowed=allowed,
            )
    with faults.gathered():
        made["source"] = tuple(as_texts(found.get("source") or [], f"{part}.source", where(f"{part}.source")))
    made["why"], made["held_out"] = str(found.get("why") or ""), found.get("held_out", False)
    if not isinstance(made["held_out"], bool):
        faults.add(f"held_out of {name} is true or false", where=where(f"{part}.held_out"))
    if made.get("discrepancy") and not made["why"]:
        faults.add(f"{name} has a discrepancy and no reason for it; say it under why", where=where(part))
    if not made["source"]:
        faults.add(f"{name} says no source; if there is none, write [assumed]", where=where(part))
    if made.get("scale") == LOG and made.get("low", 1) <= 0:
        faults.add(f"{name} goes by factors, and its band begins at {made['low']:g}", where=where(f"{part}.band"))
    faults.tell()
    return Target(**made)


def _common(found: Mapping[str, Any], part: str, where: Where) -> dict[str, Any]:
    """What targets and outcomes have in common: what is counted, and where and when."""
    faults = Faults(part)
    made: dict[str, Any] = {key: str(found.get(key) or "") for key in ("says", "metric", "over", "minus")}
    for key in ("metric", "over", "minus"):
        name = made[key]
        if (name or key == "metric") and name not in METRICS and not (key == "over" and name == PEOPLE):
            faults.add(f"{part}.{key} names no metric", where=where(f"{part}.{key}"), given=name, allowed=METRICS)
    for key in ("years", "law"):
        made[key] = None
        if found.get(key) is not None:
            with faults.gathered():
                low, high = _band(found[key], f"{part}.{key}", where)
                made[key] = (max(low, 0.0) if math.isinf(low) and key == "years" else low, high)
    if made["years"] is not None and made["years"][0] < 0:
        faults.add(f"{part}.years count from 0, the end of burn-in", where=where(f"{part}.years"))
    if made["law"] is not None and made["years"] is not None:
        faults.add(f"{part} cannot have both years and law: what is known by region is known of the whole run",
                   where=where(f"{part}.years"))  # fmt: skip
    if made["law"] is not None:
        for key in ("metric", "over", "minus"):
            if made[key] and made[key] not in PLACED:
                faults.add(
                    f"{made[key]} is not known by region", where=where(f"{part}.{key}"), given=made[key], allowed=PLACED
                )
    faults.tell()
    return made


def _band(value: Any, part: str, where: Where) -> tuple[float, float]:
    """Two numbers in order, of which null leaves an end open."""
    if not isinstance(value, list) or len(value) != 2 or value == [None, None]:
        raise RequestError(f"{part} must be a list of two numbers, of which one may be null", where=where(part))
    low, high = (
        default if item is None else to_unit(item, "", part, where(part))
        for item, default in zip(value, (-math.inf, math.inf), strict=True)
    )
    if not low < high:
        raise RequestError(f"{part} must rise from its first number to its second", where=where(part))
    return low, high


def _outcomes(value: Any, where: Where) -> tuple[Outcome, ...]:
    faults, found = Faults("outcomes"), []
    for name, item in _mapping(value, "outcomes", where).items():
        with faults.gathered():
            at = f"outcomes.{name}"
            found.append(Outcome(name, **_common(mapping(item, at, OF_AN_OUTCOME, where), at, where)))
    faults.tell()
    return tuple(found)


def _apart(targets: Sequence[Target], outcomes: Sequence[Outcome], where: Where) -> None:
    """RequestError where an outcome would show what is held out, or bears the name of a target."""
    faults = Faults("outcomes")
    held = {(each.metric, each.over, each.minus) for each in targets if each.held_out}
    names = {each.name for each in targets}
    for each in outcomes:
        if (each.metric, each.over, each.minus) in held:
            faults.add(f"outcome {each.name} is a target that is held out", where=where(f"outcomes.{each.name}"))
        if each.name in names:
            faults.add(f"outcome {each.name} has the name of a target", where=where(f"outcomes.{each.name}"))
    faults.tell()


def _plan(found: Mapping[str, Any], where: Where) -> Plan:
    faults = Faults("plan")
    made: dict[str, Any] = {}
    kinds = {each.name: each.default for each in fields(Plan)}
    for key, value in found.items():
        at = where(f"plan.{key}")
        if key not in kinds:
            faults.add(f"plan has no key {key!r}", where=at, given=key, allowed=kinds)
            continue
        with faults.gathered():
            number = to_unit(value, "", f"plan.{key}", at)
            whole = isinstance(kinds[key], int)
            low, high = (1, 10**9) if whole else (0.0, 1.0)
            if not low <= number <= high or (whole and number != int(number)):
                kind = "a whole number from 1 on" if whole else "a share from 0 to 1"
                raise RequestError(f"plan.{key} must be {kind}, not {brief(value)}", where=at)
            made[key] = int(number) if whole else number
    faults.tell()
    plan = Plan(**made)
    if plan.final_seeds < plan.seeds:
        raise RequestError("plan.final_seeds must not be fewer than plan.seeds", where=where("plan.final_seeds"))
    if plan.noise_points < 2 or plan.noise_seeds < 2:
        raise RequestError("chance is told from two sets and two seeds at least", where=where("plan"))
    if plan.first < LEAST_SETS:
        raise RequestError(f"plan.first must be at least {LEAST_SETS}: no emulator is made from fewer sets",
                           where=where("plan.first"))  # fmt: skip
    return plan


def _said(words: Sequence[str]) -> dict[str, str]:
    """``plan.KEY=VALUE`` among the words of a command."""
    return {word.partition("=")[0].removeprefix("plan."): word.partition("=")[2] for word in words}


def _parameters(value: Any, where: Where) -> tuple[tuple[str, ...], tuple[str, ...], tuple[Together, ...]]:
    """Parameters or groups that alone are free, those that are not, and pairs that go together."""
    found = mapping(value, "parameters", {"only": False, "fixed": False, "together": False}, where)
    free = [name for name, each in plausible().items() if each.uncertain]
    faults, made = Faults("parameters"), []
    for key in ("only", "fixed"):
        at = where(f"parameters.{key}")
        names: list[str] = []
        with faults.gathered():
            names = list(as_texts(found.get(key) or [], f"parameters.{key}", at))
        known = free if key == "only" else list(PARAMETERS)
        groups = {name.partition(".")[0] for name in known}
        for name in names:
            if name not in known and name not in groups:
                what = f"{name} has no plausible range, so that it cannot be free" if name in PARAMETERS else (
                    f"there is no parameter or group {name!r}")  # fmt: skip
                faults.add(what, where=at, given=name, allowed=known)
        made.append(tuple(names))
    pairs: tuple[Together, ...] = ()
    with faults.gathered():
        pairs = _together(found.get("together") or [], where)
    faults.tell()
    return made[0], made[1], pairs


def _together(value: Any, where: Where) -> tuple[Together, ...]:
    """Pairs of parameters that are known to go together."""
    part, faults, found = "parameters.together", Faults("parameters.together"), []
    if not isinstance(value, list):
        raise RequestError(f"{part} must be a list of pairs, not {brief(value)}", where=where(part))
    ranges = plausible()
    uncertain = [name for name, each in ranges.items() if each.uncertain]
    for item in value:
        with faults.gathered():
            own = mapping(item, part, dict.fromkeys(("first", "second", "rank", "why"), True), where)
            pair = Together(str(own["first"]), str(own["second"]),
                            to_unit(own["rank"], "", f"{part}.rank", where(part)), str(own["why"] or ""))  # fmt: skip
            found.append(pair)
            for name in {pair.first, pair.second} - set(uncertain):
                why = "has no plausible range" if name in ranges else "is no parameter"
                faults.add(f"{name} {why} that could go with another", where=where(part), given=name, allowed=uncertain)
            if not -1 < pair.rank < 1 or not pair.why:
                faults.add(f"a pair has a rank between -1 and 1, and says why: {brief(item)}", where=where(part))
    told = [frozenset((pair.first, pair.second)) for pair in found]
    if any(len(pair) < 2 for pair in told) or len(set(told)) < len(told):
        faults.add("a pair is of two parameters, and stands there once", where=where(part))
    elif not faults and not hold_together(found):
        faults.add("no parameters can have all of these correlations at once", where=where(part))
    faults.tell()
    return tuple(found)

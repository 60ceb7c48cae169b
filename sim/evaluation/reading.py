"""The file of an evaluation becomes a checked request; everything that is wrong with it is told at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.declared.measures.panels import ALL, PANEL, Kept
from sim.evaluation.designs.alone import most_lags
from sim.evaluation.designs.catalogue import PROCESS, Asked, design_from
from sim.evaluation.effects import STOCKS
from sim.evaluation.request import EFFECTS, PERIODS, Data, Evaluation, Inquiry, Judging, Model, check_one_run
from sim.ground.errors import Faults, RequestError
from sim.ground.quantities import brief, to_unit
from sim.ground.shipped import shown
from sim.policies.policy import LONGEST_NAME, LONGEST_TEXT, as_text, as_texts
from sim.results.arms import NONE
from sim.scenario import ensembles
from sim.scenario.folders import Folders
from sim.scenario.reading import read
from sim.scenario.requests import Requests, Where, check_keys, mapping
from sim.scenario.scenario import Scenario
from sim.scenario.words import searched
from sim.world.world import Role, World

KEYS = {
    "title": False,
    "question": False,
    "model": True,
    "inquiry": True,
    "data": True,
    "answer": True,
    "diagnose": False,
}
MOST_DOSES, MOST_DESIGNS = 20, 40
EVALUATIONS = Requests("evaluation", "evaluate")


def read_evaluation(path: Path, words: Sequence[str] = ()) -> Evaluation:
    """The evaluation that a file describes; ``words`` are further settings of its world.

    Raises
    ------
    RequestError : everything that is wrong with the file.
    """
    check_words(words)
    document = read(path)
    content, where = document.content, document.where
    words, by_word = ensembles.among(words)
    faults = Faults(shown(path))
    check_keys(content, KEYS, "an evaluation", where, faults)
    read_parts: dict[str, Any] = {}
    for key, check in _CHECKS.items():
        if key in content or key == "diagnose":
            with faults.gathered():
                read_parts[key] = check(content.get(key), where)
    faults.tell()
    if by_word is not None:
        read_parts["model"]["ensemble"] = by_word
    return _composed(path, content, read_parts, tuple(words), where)


def _composed(path: Path, content: Mapping[str, Any], parts: Mapping[str, Any], words: tuple[str, ...], where: Where
              ) -> Evaluation:  # fmt: skip
    """The evaluation, with what depends on its world and on the length of its periods."""
    raw, data = dict(parts["model"]), dict(parts["data"])
    raw["words"] = (*raw["words"], *words)
    weeks = PERIODS[data["period"]]
    faults = Faults(shown(path))
    policies = Folders.of(*searched(words)).options("policy")
    if raw["policy"] not in policies:
        raise RequestError(
            f"there is no policy {raw['policy']!r}", where=where("model.policy"), given=raw["policy"], allowed=policies
        )
    base = Scenario.compose([*raw["words"], f"policy={raw['policy']}"])
    check_one_run(base, where("model.words"))
    model: Model | None = None
    with faults.gathered():
        model = _model(raw, base, weeks, where)
    answer: list[tuple[str, Asked]] = []
    process: tuple[tuple[str, str], ...] = ()
    for number, (name, options) in enumerate(parts["answer"]):
        with faults.gathered():
            if name == PROCESS:
                process = _indicators(options, where(f"answer.{number}"))
            else:
                asked = design_from(name, options, path.parent, 52 // weeks, where(f"answer.{number}"))
                answer.append((_label(asked, options, answer), asked))
    if all(name == PROCESS for name, _ in parts["answer"]):
        faults.add(f"answer needs a design beside {PROCESS}, which makes no estimate", where=where("answer"))
    faults.tell()
    assert model is not None  # noqa: S101 - faults would have been told
    first, last = _weeks(model.begins, data, base, where)
    found = Data(data["source"], data["agency"], data["layer"], data["period"], first, last)
    _check_lags(answer, (found.last - found.first) // weeks, where)
    _check_unit(parts["inquiry"], found, where)
    title = content.get("title") or path.stem.replace("_", " ")
    return Evaluation(
        path.stem, title, content.get("question") or title, model, Inquiry(**parts["inquiry"]), found, tuple(answer),
        process, parts["diagnose"], dict(content),
    )  # fmt: skip


def check_words(words: Sequence[str], where: str | None = None) -> None:
    """RequestError for a word that brings policies: which, where and when is what the file says."""
    for word in words:
        if word.lstrip("+~").startswith(("policy", "study=", "study@")):
            raise RequestError(
                "the policy, its regions and its doses are what the keys policy, roll_out and doses of model say, and "
                f"no word brings another: {brief(word)}", where=where or word,
            )  # fmt: skip


def _weeks(begins: int, data: Mapping[str, Any], base: Scenario, where: Where) -> tuple[int, int]:
    """The first week of the records, and the first after them. RequestError where the run does not have them all."""
    period, weeks = data["period"].replace("_", " "), PERIODS[data["period"]]
    end, burned = round(52 * float(base.values["time.years"])), -int(base.values["time.burn_in_weeks"])
    first = _whole_periods(begins - data["before"], weeks, up=True)
    last = _whole_periods(begins + data["after"], weeks, up=False)
    if first < burned:
        raise RequestError(
            f"data.before reaches to week {first}, and the run has no weeks before {burned}; start the policy later",
            where=where("data.before"),
        )
    if _whole_periods(end, weeks, up=False) <= begins:
        raise RequestError(
            f"the policy begins in week {begins}, and the run has no whole {period} after it, as it ends in week "
            f"{end}; start the policy earlier, or ask for more time.years",
            where=where("model.roll_out.start"),
        )
    if last > end:
        raise RequestError(
            f"data.after reaches to week {last}, as the policy begins in week {begins}, and the run ends in week "
            f"{end}; ask for a shorter time, start the policy earlier, or ask for more time.years",
            where=where("data.after"),
        )
    return first, last


def _check_lags(answer: Sequence[tuple[str, Asked]], periods: int, where: Where) -> None:
    """RequestError where errors of a series are to hang together over too much of it."""
    for label, asked in answer:
        lags = asked.options.get("lags", 0) if not asked.digest else 0
        if lags > most_lags(periods):
            raise RequestError(
                f"{label}: a series of {periods} periods allows at most {most_lags(periods)} lags, not {lags}",
                where=where("answer"),
            )


def _check_unit(inquiry: Mapping[str, Any], data: Data, where: Where) -> None:
    """RequestError where changes of a stock and of a flow would be held against one another in people."""
    stock, source = inquiry["metric"] in STOCKS, data.source in STOCKS
    if inquiry["effect"] == "people" and stock != source:
        kinds = {True: "is a mean over a period", False: "is added up over one"}
        raise RequestError(
            f"inquiry.effect cannot be people: {inquiry['metric']} {kinds[stock]} and {data.source} {kinds[source]}, "
            "so that they have no unit in common; in percent they can be held against one another",
            where=where("inquiry.effect"), given="people", allowed=EFFECTS,
        )  # fmt: skip


def _whole_periods(week: float, weeks: int, *, up: bool) -> int:
    """A week at which a period begins, at or after ``week`` or at or before it; half a week off does not count."""
    shifted = week - 0.5 if up else week + 0.5
    return int(-(-shifted // weeks) * weeks if up else shifted // weeks * weeks)


def _label(asked: Asked, given: Any, others: Sequence[tuple[str, Asked]]) -> str:
    """The name of a design; the second of a kind says the options it was given, or is told apart by a number."""
    if not any(other.name == asked.name for _, other in others):
        return asked.name
    options = ", ".join(key if value is True else f"{key} {value}" for key, value in dict(given or {}).items())
    label = f"{asked.name} ({options})" if options else asked.name
    taken = sum(known == label or known.startswith(f"{label} ") for known, _ in others)
    return f"{label} {taken + 1}" if taken else label


# --- parts ------------------------------------------------------------------------------------------------------


def _read_model(value: Any, where: Where) -> dict[str, Any]:
    known = {"words": False, "policy": True, "roll_out": True, "doses": False, "ensemble": False}
    found = mapping(value, "model", known, where)
    faults = Faults("model")
    made: dict[str, Any] = {"words": (), "policy": "", "doses": (0.0, 1.0)}
    with faults.gathered():
        made["words"] = as_texts(found.get("words") or [], "model.words", where("model.words"))
        check_words(made["words"], where("model.words"))
    with faults.gathered():
        made["policy"] = as_text(found["policy"], "model.policy", where("model.policy"))
        if made["policy"] in NONE:
            raise RequestError("model.policy must name a policy; the world without one is always among those that are "
                               "run", where=where("model.policy"))  # fmt: skip
    with faults.gathered():
        made["roll_out"] = mapping(found["roll_out"], "model.roll_out", {"start": True, "among": False}, where)
    with faults.gathered():
        made["ensemble"] = ensembles.asked_from(found.get("ensemble"), where("model.ensemble"))
    if "doses" in found:
        with faults.gathered():
            made["doses"] = _doses(found["doses"], where("model.doses"))
    faults.tell()
    return made


def _doses(value: Any, where: str) -> tuple[float, ...]:
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_DOSES:
        raise RequestError(f"model.doses must be a list of 1 to {MOST_DOSES} numbers", where=where)
    numbers = [to_unit(item, "", "model.doses", where) for item in value]
    if max(numbers) <= 0:
        raise RequestError("model.doses needs a dose above 0, at which the policy does something", where=where)
    if min(numbers) < 0 or len(set(numbers)) < len(numbers):
        raise RequestError("model.doses must be different numbers from 0 on", where=where)
    return tuple(sorted({0.0, *numbers}))


def _model(raw: Mapping[str, Any], base: Scenario, weeks: int, where: Where) -> Model:
    """The roll-out in the regions of the world, its starts moved to the beginning of a period."""
    names, faults = [str(name) for name in base.world.regions.name], Faults("model.roll_out")
    among: list[str] = []
    with faults.gathered():
        among = _among(raw["roll_out"].get("among"), base.world, where("model.roll_out.among"))
    start, begins = raw["roll_out"]["start"], 0
    by_region: dict[str, int] = {}
    if isinstance(start, Mapping):
        for region, value in start.items():
            at = where(f"model.roll_out.start.{region}")
            with faults.gathered():
                if region not in names:
                    raise RequestError(f"there is no region {region!r} in world {base['world']}", where=at,
                                       given=str(region), allowed=names)  # fmt: skip
                if among and region not in among:
                    raise RequestError(
                        f"region {region} has a start and is not among those that have records", where=at
                    )
                by_region[str(region)] = _week(value, weeks, at)
        if not by_region:
            faults.add("model.roll_out.start names no region", where=where("model.roll_out.start"))
        begins = min(by_region.values(), default=0)
    else:
        with faults.gathered():
            begins = _week(start, weeks, where("model.roll_out.start"))
    faults.tell()
    return Model(raw["words"], raw["policy"], begins, by_region, tuple(among or names), raw["doses"], raw["ensemble"])


def _among(value: Any, world: World, where: str) -> list[str]:
    """Names of regions: a list of them, or all of a role. None: those that the world has."""
    names = [str(name) for name in world.regions.name]
    if value is None:
        return []
    if isinstance(value, Mapping) and set(value) == {"role"}:
        roles = [role.name.lower() for role in Role if role.name]
        if value["role"] not in roles:
            raise RequestError(f"there is no role {brief(value['role'])}", where=where, given=str(value["role"]),
                               allowed=roles)  # fmt: skip
        held = Role[value["role"].upper()]
        found = [name for name, role in zip(names, world.regions.role, strict=True) if int(role) & held]
        if not found:
            raise RequestError(f"no region of world {world.name} has the role {value['role']}", where=where)
        return found
    for number, name in enumerate(as_texts(value, "model.roll_out.among", where)):
        if name not in names:
            raise RequestError(f"there is no region {name!r} in world {world.name}", where=where, given=name,
                               allowed=names)  # fmt: skip
        if name in value[:number]:
            raise RequestError(f"model.roll_out.among names region {name} twice", where=where)
    return [str(name) for name in value]


def _week(value: Any, weeks: int, where: str) -> int:
    """A time after burn-in, moved to the nearest beginning of a period."""
    number = to_unit(value, "weeks", "the start", where)
    if not 0 < number < 5_000:
        raise RequestError(f"a start must lie after week 0, not at {brief(value)}", where=where)
    return round(number / weeks) * weeks


def _read_inquiry(value: Any, where: Where) -> dict[str, str]:
    found = mapping(value, "inquiry", {"metric": True, "agency": False, "effect": False}, where)
    effect = found.get("effect", "percent")
    if effect not in EFFECTS:
        raise RequestError(f"inquiry.effect cannot be {brief(effect)}", where=where("inquiry.effect"),
                           given=str(effect), allowed=EFFECTS)  # fmt: skip
    agency = found.get("agency", ALL)
    _row(found["metric"], agency, "truth", "inquiry.metric", "inquiry.agency", where)
    return {"metric": found["metric"], "agency": agency, "effect": effect}


def _read_data(value: Any, where: Where) -> dict[str, Any]:
    known = {"source": True, "agency": False, "layer": False, "period": False, "before": True, "after": True}
    found = {"agency": ALL, "layer": "record", "period": "quarter"} | mapping(value, "data", known, where)
    faults = Faults("data")
    for key, allowed in (("period", tuple(PERIODS)), ("layer", ("record", "truth"))):
        if found[key] not in allowed:
            faults.add(f"data.{key} cannot be {brief(found[key])}", where=where(f"data.{key}"),
                       given=str(found[key]), allowed=allowed)  # fmt: skip
    with faults.gathered():
        _row(found["source"], found["agency"], found["layer"], "data.source", "data.agency", where)
    for key in ("before", "after"):
        with faults.gathered():
            found[key] = to_unit(found[key], "weeks", f"data.{key}", where(f"data.{key}"))
            if found[key] < PERIODS.get(str(found["period"]), 1):
                raise RequestError(f"data.{key} is shorter than a period", where=where(f"data.{key}"))
    faults.tell()
    return found


def _row(metric: Any, agency: Any, layer: str, at_metric: str, at_agency: str, where: Where) -> None:
    """RequestError unless panels have the metric, the agency keeps it, and it is recorded where it must be."""
    rows = [row for row in PANEL if layer == "truth" or row.kept is not Kept.NOTHING]
    metrics = list(dict.fromkeys(row.metric for row in rows))
    if metric not in metrics:
        what = "records" if layer == "record" else "panels"
        raise RequestError(f"there is no {brief(metric)} in {what}", where=where(at_metric), given=str(metric),
                           allowed=metrics)  # fmt: skip
    agencies = [row.agency for row in rows if row.metric == metric]
    if agency not in agencies:
        raise RequestError(f"{metric} is not recorded by {brief(agency)}", where=where(at_agency), given=str(agency),
                           allowed=agencies)  # fmt: skip


def _read_answer(value: Any, where: Where) -> list[tuple[str, Any]]:
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_DESIGNS:
        raise RequestError(f"answer must be a list of 1 to {MOST_DESIGNS} designs", where=where("answer"))
    found: list[tuple[str, Any]] = []
    for number, item in enumerate(value):
        if isinstance(item, str):
            found.append((item, None))
        elif isinstance(item, Mapping) and len(item) == 1:
            ((name, options),) = item.items()
            found.append((str(name), options))
        else:
            raise RequestError(f"answer: {brief(item)} is neither a name nor a name with its options",
                               where=where(f"answer.{number}"))  # fmt: skip
    return found


def _indicators(options: Any, where: str) -> tuple[tuple[str, str], ...]:
    """The indicators that are held against the truth, written ``metric`` or ``metric by agency``."""
    if not isinstance(options, Mapping) or set(options) != {"indicators"}:
        raise RequestError(f"{PROCESS} needs its indicators: {{indicators: [statements, identified by police]}}",
                           where=where)  # fmt: skip
    made = []
    for text in as_texts(options["indicators"], f"{PROCESS}.indicators", where):
        metric, _, agency = re.sub(r"\s+", " ", text).partition(" by ")
        _row(metric, agency or ALL, "record", "", "", lambda _: where)
        made.append((metric, agency or ALL))
    return tuple(made)


def _read_judging(value: Any, where: Where) -> Judging:
    found = mapping({} if value is None else value, "diagnose", {"alpha": False, "power": False}, where)
    numbers = {}
    for key, given in found.items():
        number = to_unit(given, "", f"diagnose.{key}", where(f"diagnose.{key}"))
        if not 0 < number < 1:
            raise RequestError(f"diagnose.{key} must lie between 0 and 1", where=where(f"diagnose.{key}"))
        numbers[key] = number
    return Judging(**numbers)


_CHECKS: dict[str, Callable[[Any, Where], Any]] = {
    "title": lambda value, where: as_text(value, "title", where("title"), LONGEST_NAME),
    "question": lambda value, where: as_text(value, "question", where("question"), LONGEST_TEXT),
    "model": _read_model,
    "inquiry": _read_inquiry,
    "data": _read_data,
    "answer": _read_answer,
    "diagnose": _read_judging,
}

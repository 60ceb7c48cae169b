"""The file of a decision becomes a checked request; everything that is wrong with it is told at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sim.decisions.budgets import budget_from, with_packages
from sim.decisions.plans import words_of
from sim.decisions.request import LESS, MORE, NOTHING, Attribution, Decision, Judging, Outcome, Plan, Worlds
from sim.declared.measures.catalogue import METRICS
from sim.declared.parameters import HOW_TO_RUN, PARAMETERS
from sim.declared.switches import SWITCHES
from sim.ground.errors import Faults, RequestError
from sim.ground.quantities import brief, to_unit
from sim.ground.shipped import shown
from sim.policies.policy import LONGEST_NAME, LONGEST_TEXT, as_text, as_texts
from sim.policies.review import KEEP, THEN, review_from
from sim.policies.review import KEYS as REVIEW
from sim.scenario.ensembles import Asked, ensemble_of
from sim.scenario.folders import Folders
from sim.scenario.reading import read
from sim.scenario.requests import Requests, Where, check_keys, mapping
from sim.scenario.scenario import Scenario
from sim.scenario.studies import check_words

KEYS = {
    "title": False, "question": False, "model": True, "packages": True, "worlds": True, "outcomes": True,
    "plans": False, "budget": False, "signposts": False, "attribution": False, "judge": False,
}  # fmt: skip
MOST_WORLDS, MOST_PACKAGES, MOST_OUTCOMES, MOST_SEEDS = 5_000, 12, 8, 1_000
LEAST_WORLDS, LEAST_SEEDS = 10, 2
DECISIONS = Requests("decision", "decide")


def read_decision(path: Path, words: Sequence[str] = ()) -> Decision:
    """The decision that a file describes; ``words`` are further settings of all its worlds.

    Raises
    ------
    RequestError : everything that is wrong with the file.
    """
    document = read(path)
    content, where = document.content, document.where
    faults = Faults(shown(path))
    check_keys(content, KEYS, "a decision", where, faults)
    parts: dict[str, Any] = {}
    for key, check in _CHECKS.items():
        if key in content:
            with faults.gathered():
                parts[key] = check(content[key], where)
    faults.tell()
    title = parts.get("title") or path.stem.replace("_", " ")
    decision = Decision(
        path.stem, title, parts.get("question") or title, (*parts["model"], *words), parts["packages"],
        parts["worlds"], parts["outcomes"], parts.get("signposts", ()), parts.get("attribution"),
        parts.get("judge", Judging()), parts.get("plans", {}), parts.get("budget"),
        dict(content),
    )  # fmt: skip
    return with_packages(_agreed(_with_sets(decision, where), where), where)


def _with_sets(decision: Decision, where: Where) -> Decision:
    """The decision with the sets of the ensemble that it names. RequestError where there is no such ensemble."""
    worlds = decision.worlds
    if not worlds.ensemble:
        return decision
    base = Scenario.compose(list(decision.model))
    found = ensemble_of(Asked(worlds.ensemble), str(base["world"]), Folders.of(*base.folders))
    sets = tuple(found.first(worlds.count or None).values())
    if len(sets) < LEAST_WORLDS:
        raise RequestError(
            f"a decision needs at least {LEAST_WORLDS} worlds, and ensemble {found.name} has {len(sets)}",
            where=where("worlds"),
        )
    return replace(decision, worlds=replace(worlds, count=len(sets), sets=sets))


def _agreed(decision: Decision, where: Where) -> Decision:
    """The decision, whose parts name one another. RequestError where they do not."""
    faults = Faults(decision.name)
    metrics = [outcome.metric for outcome in decision.outcomes]
    asked = decision.attribution
    if asked is not None:
        if asked.package not in decision.packages:
            faults.add(f"there is no package {asked.package!r}", where=where("attribution.package"),
                       given=asked.package, allowed=decision.packages)  # fmt: skip
        if asked.outcome not in metrics:
            faults.add(f"{asked.outcome!r} is no outcome of this decision", where=where("attribution.outcome"),
                       given=asked.outcome, allowed=metrics)  # fmt: skip
    for name in decision.judging.flips:
        if name not in metrics:
            faults.add(f"{name!r} is no outcome of this decision", where=where("judge.flips"), given=name,
                       allowed=metrics)  # fmt: skip
    packages = dict(decision.packages)
    for label, plan in decision.plans.items():
        with faults.gathered():
            if label in packages:
                raise RequestError(f"{label!r} is the name of a package already", where=where(f"plans.{label}"))
            packages[label] = words_of(plan, decision.packages, where(f"plans.{label}"))
    faults.tell()
    decision = replace(decision, packages=packages)
    flips = decision.judging.flips or (metrics[0],)
    return replace(decision, judging=replace(decision.judging, flips=flips))


# --- parts ------------------------------------------------------------------------------------------------------


def _named(value: Any, part: str, example: str, most: int, where: Where) -> dict[str, Any]:
    """A mapping whose keys are names that the user gives, 1 to ``most`` of them. RequestError otherwise."""
    if not isinstance(value, Mapping) or not 1 <= len(value) <= most:
        raise RequestError(f"{part} must be a mapping of 1 to {most} names, such as {example}, not {brief(value)}",
                           where=where(part))  # fmt: skip
    return {str(key): item for key, item in value.items()}


def _whole(value: Any, name: str, low: int, high: int, where: str) -> int:
    number = to_unit(value, "count", name, where)
    if number != int(number) or not low <= number <= high:
        raise RequestError(f"{name} must be a whole number from {low} to {high}, not {brief(value)}", where=where)
    return int(number)


def _model(value: Any, where: Where) -> tuple[str, ...]:
    words = as_texts(value, "model", where("model"))
    faults = Faults("model")
    for word in words:
        key = word.partition("=")[0].lstrip("+")
        if key.partition(".")[0] in ("policy", "study"):
            faults.add(
                "policies belong into packages, and a decision takes no study", where=f"{where('model')}: {word}"
            )
    faults.tell()
    return words


def _packages(value: Any, where: Where) -> dict[str, tuple[str, ...]]:
    faults, made = Faults("packages"), {}
    for label, words in _named(
        value, "packages", "{inspection: [policy=labour_inspection]}", MOST_PACKAGES, where
    ).items():
        at = where(f"packages.{label}")
        with faults.gathered():
            as_text(label, "the name of a package", at)
            if label == NOTHING:
                raise RequestError("no policy is always among the packages, by the name none", where=at)
            found = as_texts(words, f"packages.{label}", at)
            check_words(found, f"package {label!r}", at)
            if not any(word.lstrip("+").startswith("policy") for word in found):
                raise RequestError(f"package {label!r} has no policy, such as policy=raids", where=at)
            made[label] = found
    faults.tell()
    return made


def _plans(value: Any, where: Where) -> dict[str, Plan]:
    faults, made = Faults("plans"), {}
    looks = [key for key in REVIEW if key not in (KEEP, THEN)]
    example = "{switch: {start: raids, to: inspections, record: recorded_removals, above: 10, after: 1 year}}"
    for label, said in _named(value, "plans", example, MOST_PACKAGES, where).items():
        part = f"plans.{label}"
        with faults.gathered():
            as_text(label, "the name of a plan", where(part))
            found = mapping(said, part, {"start": True, "to": True, **dict.fromkeys(looks, False)}, where)
            ends = [as_text(found.pop(key), f"{part}.{key}", where(f"{part}.{key}")) for key in ("start", "to")]
            review = review_from(part, found, lambda key, part=part: where(f"{part}.{key.removeprefix('review.')}"))  # type: ignore[misc]
            made[label] = Plan(ends[0], ends[1], review.plain())
    faults.tell()
    return made


def _worlds(value: Any, where: Where) -> Worlds:
    if isinstance(value, str):
        value = {"ensemble": value}
    fits = isinstance(value, dict) and "ensemble" in value
    known = {"count": not fits, "seed": False, "parameters": False, "switches": False, "costs": False,
             "ensemble": False}  # fmt: skip
    found = mapping(value, "worlds", known, where)
    faults = Faults("worlds")
    count, seed, ensemble = 0 if fits else LEAST_WORLDS, 1, ""
    parameters: dict[str, tuple[float, float]] = {}
    switches: dict[str, tuple[str, ...]] = {}
    costs: dict[str, tuple[float, float]] = {}
    with faults.gathered():
        if "count" in found:
            count = _whole(found["count"], "worlds.count", LEAST_WORLDS, MOST_WORLDS, where("worlds.count"))
    with faults.gathered():
        if fits:
            ensemble = as_text(found["ensemble"], "worlds.ensemble", where("worlds.ensemble"))
    if fits and "parameters" in found:
        faults.add("worlds take their parameters from an ensemble or from ranges, not from both",
                   where=where("worlds.parameters"))  # fmt: skip
    with faults.gathered():
        seed = _whole(found.get("seed", 1), "worlds.seed", 0, 2**32 - 1, where("worlds.seed"))
    for key, example in (("parameters", "{choice.noise: [0.1, 0.4]}"), ("switches", "{rerouting: [on, off]}"),
                         ("costs", "{raids: [1, 3]}")):  # fmt: skip
        if key not in found:
            continue
        with faults.gathered():
            for name, ends in _named(found[key], f"worlds.{key}", example, len(PARAMETERS), where).items():
                at = where(f"worlds.{key}.{name}")
                with faults.gathered():
                    if key == "parameters":
                        parameters[name] = _parameter(name, ends, at)
                    elif key == "switches":
                        switches[name] = _options(name, ends, at)
                    else:
                        costs[name] = _range(ends, name, "US$/year", (0.0, 1e6), at)
    if not faults and not (parameters or switches or costs or fits):
        faults.add("worlds must differ in something: parameters, switches, costs or an ensemble",
                   where=where("worlds"))  # fmt: skip
    faults.tell()
    return Worlds(count, seed, parameters, switches, costs, ensemble)


def _parameter(name: str, ends: Any, where: str) -> tuple[float, float]:
    if name not in PARAMETERS or name in HOW_TO_RUN:
        raise RequestError(f"there is no parameter {name!r} that worlds could differ in", where=where, given=name,
                           allowed=[key for key in PARAMETERS if key not in HOW_TO_RUN])  # fmt: skip
    known = PARAMETERS[name]
    if known.options or isinstance(known.default, bool) or not isinstance(known.default, int | float):
        raise RequestError(f"{name} is a choice and not a number", where=where)
    return _range(ends, name, known.unit, (known.low, known.high), where)


def _range(ends: Any, name: str, unit: str, allowed: tuple[float, float], where: str) -> tuple[float, float]:
    if not isinstance(ends, list) or len(ends) != 2:
        raise RequestError(f"{name} needs its lowest and highest value, such as [1, 3], not {brief(ends)}", where=where)
    low, high = (to_unit(end, unit, name, where) for end in ends)
    if not allowed[0] <= low < high <= allowed[1]:
        raise RequestError(
            f"the range of {name} must rise and lie within {allowed[0]:g} to {allowed[1]:g}, not {low:g} to {high:g}",
            where=where,
        )
    return low, high


def _options(name: str, options: Any, where: str) -> tuple[str, ...]:
    if name not in SWITCHES:
        raise RequestError(f"there is no mechanism {name!r}", where=where, given=name, allowed=SWITCHES)
    allowed = [option for option in SWITCHES[name].options if option != "hold"]
    found = as_texts(options, f"worlds.switches.{name}", where)
    for option in found:
        if option not in allowed:
            raise RequestError(f"{name} cannot be {option!r}", where=where, given=option, allowed=allowed)
    if len(set(found)) < max(2, len(found)):
        raise RequestError(f"{name} needs at least two different options", where=where, allowed=allowed)
    return found


def _outcomes(value: Any, where: Where) -> tuple[Outcome, ...]:
    faults, made = Faults("outcomes"), []
    example = "{exploitation_weeks: {better: less, threshold: -5%}}"
    for name, said in _named(value, "outcomes", example, MOST_OUTCOMES, where).items():
        at = where(f"outcomes.{name}")
        with faults.gathered():
            if name not in METRICS:
                raise RequestError(f"there is no metric {name!r}", where=at, given=name, allowed=METRICS)
            found = mapping(said, f"outcomes.{name}", {"better": True, "threshold": False}, where)
            if found["better"] not in (LESS, MORE):
                raise RequestError(f"outcomes.{name}.better cannot be {brief(found['better'])}", where=at,
                                   given=str(found["better"]), allowed=(LESS, MORE))  # fmt: skip
            made.append(Outcome(name, found["better"], *_threshold(found.get("threshold"), name, at)))
    faults.tell()
    return tuple(made)


def _threshold(value: Any, name: str, where: str) -> tuple[float | None, bool]:
    """A change, and whether it is in per cent of what there is without a policy."""
    if value is None:
        return None, False
    if isinstance(value, str) and value.strip().endswith("%"):
        return to_unit(value.strip()[:-1].strip(), "", f"outcomes.{name}.threshold", where), True
    return to_unit(value, "", f"outcomes.{name}.threshold", where), False


def _signposts(value: Any, where: Where) -> tuple[float, ...]:
    found = mapping(value, "signposts", {"after": True}, where)["after"]
    if not isinstance(found, list) or not 1 <= len(found) <= 5:
        raise RequestError("signposts.after must be a list of 1 to 5 times, such as [1 year, 2 years]",
                           where=where("signposts.after"))  # fmt: skip
    years = [to_unit(item, "years", "signposts.after", where("signposts.after")) for item in found]
    if min(years) <= 0 or len(set(years)) < len(years):
        raise RequestError("signposts.after must be different times above 0", where=where("signposts.after"))
    return tuple(sorted(years))


def _attribution(value: Any, where: Where) -> Attribution:
    known = {"package": True, "outcome": True, "mechanisms": True, "seeds": True}
    found = mapping(value, "attribution", known, where)
    faults = Faults("attribution")
    texts, seeds = {"package": "", "outcome": ""}, LEAST_SEEDS
    mechanisms: tuple[str, ...] = ()
    for key in texts:
        with faults.gathered():
            texts[key] = as_text(found[key], f"attribution.{key}", where(f"attribution.{key}"))
    at = where("attribution.mechanisms")
    with faults.gathered():
        mechanisms = as_texts(found["mechanisms"], "attribution.mechanisms", at)
        if not mechanisms or len(set(mechanisms)) < len(mechanisms):
            raise RequestError("attribution needs one mechanism or several different ones", where=at)
        can = [name for name, switch in SWITCHES.items() if {"hold", "off"} & set(switch.options)]
        for name in mechanisms:
            if name not in can:
                faults.add(f"there is no mechanism {name!r} that can be held or off", where=at, given=name, allowed=can)
    with faults.gathered():
        seeds = _whole(found["seeds"], "attribution.seeds", LEAST_SEEDS, MOST_SEEDS, where("attribution.seeds"))
    faults.tell()
    return Attribution(texts["package"], texts["outcome"], mechanisms, seeds)


def _judge(value: Any, where: Where) -> Judging:
    known = {"level": False, "flips": False, "resamples": False, "seed": False}
    found = mapping({} if value is None else value, "judge", known, where)
    faults, made = Faults("judge"), dict[str, Any]()
    with faults.gathered():
        level = to_unit(found.get("level", 0.05), "", "judge.level", where("judge.level"))
        if not 0 < level < 0.5:
            raise RequestError("judge.level must lie between 0 and 0.5", where=where("judge.level"))
        made["level"] = level
    with faults.gathered():
        made["flips"] = as_texts(found.get("flips", ()), "judge.flips", where("judge.flips"))
    for key, low, high in (("resamples", 10, 1_000), ("seed", 0, 2**32 - 1)):
        with faults.gathered():
            made[key] = _whole(found.get(key, 20 if low else 1), f"judge.{key}", low, high, where(f"judge.{key}"))
    faults.tell()
    return Judging(**made)


_CHECKS: dict[str, Callable[[Any, Where], Any]] = {
    "title": lambda value, where: as_text(value, "title", where("title"), LONGEST_NAME),
    "question": lambda value, where: as_text(value, "question", where("question"), LONGEST_TEXT),
    "model": _model,
    "packages": _packages,
    "plans": _plans,
    "worlds": _worlds,
    "outcomes": _outcomes,
    "budget": budget_from,
    "signposts": _signposts,
    "attribution": _attribution,
    "judge": _judge,
}


def metrics_of(decision: Decision) -> Collection[str]:
    """The metrics of runs that a decision reads: its outcomes, and everything recorded where there are signposts."""
    records = [name for name, metric in METRICS.items() if metric.layer == "record"] if decision.signposts else []
    return list(dict.fromkeys((*decision.metrics, *records)))

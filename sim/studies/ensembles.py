"""A design carried into all worlds that fit: every arm of every setting in every set of an ensemble."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sim.ground.errors import Faults, RequestError
from sim.results.arms import Arm
from sim.results.asked import Design, OverWorlds, Setting
from sim.scenario.ensembles import NO_ENSEMBLE, Asked, Ensemble, asked_from, ensemble_of
from sim.scenario.folders import Folders
from sim.scenario.names import default_of, key_of
from sim.studies.plan import check_size


def meant(ensemble: str | Mapping[str, Any] | Asked | None, among_words: Asked | None) -> Asked | None:
    """The ensemble that an argument or words name. RequestError where both do."""
    asked = ensemble if isinstance(ensemble, Asked) else asked_from(ensemble, "ensemble")
    if asked is not None and among_words is not None:
        raise RequestError("an ensemble is named twice", where="ensemble")
    return asked or among_words


def over_worlds(design: Design, asked: Asked | None) -> Design:
    """The same design with every setting in every set of the ensemble, or as it is where none is asked for.

    Raises
    ------
    RequestError : there is no such ensemble, it is of another world, or the request sets what its sets differ in.
    """
    if asked is None or asked.name in NO_ENSEMBLE:
        return design
    if design.sampled:
        raise RequestError("parameters come from an ensemble or from study.samples, not from both", where="ensemble")
    if design.targets:
        raise RequestError("seeds are added in one world at a time; with an ensemble choose how many", where="until")
    found: list[Setting] = []
    used: dict[str, Ensemble] = {}
    numbers: set[int] = set()
    for setting in design.settings:
        scenario = setting.arms[0].scenario
        world = str(scenario["world"])
        if world not in used:
            used[world] = ensemble_of(asked, world, Folders.of(*scenario.folders))
        sets = used[world].first(asked.count)
        check_not_overruled(setting, used[world].parameters, used[world].name)
        check_size(len(sets) * len(setting.arms) * len(design.settings))
        numbers |= set(sets)
        found += [_in_world(setting, number, values) for number, values in sets.items()]
    first = next(iter(used.values()))
    parameters = tuple(dict.fromkeys(name for one in used.values() for name in one.parameters))
    about = OverWorlds(asked.name, parameters, str(first.about.get("version", "")), str(first.about.get("source", "")))
    return replace(design, settings=tuple(found), ensemble=about)


def check_not_overruled(setting: Setting, parameters: Sequence[str], ensemble: str) -> None:
    """RequestError for what an arm, a setting or a scenario chooses and every set of an ensemble would overrule."""
    faults = Faults("ensemble")
    for arm in setting.arms:
        for word in (*setting.words, *arm.words):
            name = key_of(word)
            if name in parameters:
                faults.add(
                    f"{name} is set here, and every set of the ensemble {ensemble} has its own; leave one of them out",
                    where=word,
                )
    base = setting.arms[0].scenario
    for name in parameters if not faults else ():
        if base[name] != default_of(name):
            faults.add(f"{name} is set by a scenario, and every set of the ensemble {ensemble} has its own",
                       where=f"{name}={base[name]}")  # fmt: skip
    faults.tell()


def _in_world(setting: Setting, number: int, values: Mapping[str, Any]) -> Setting:
    """The setting in one set of the ensemble, named by its number."""
    arms = tuple(_with(arm, values) for arm in setting.arms)
    label = f"{setting.label}, world {number}" if setting.label else f"world {number}"
    outer = (("of setting", setting.label),) if setting.label and "of setting" not in dict(setting.values) else ()
    return Setting(label, arms, setting.words, (*setting.values, *outer, ("set", number), *values.items()))


def _with(arm: Arm, values: Mapping[str, Any]) -> Arm:
    words = (*arm.words, *(f"{name}={value}" for name, value in values.items()))
    return replace(arm, scenario=arm.scenario.replace(values), words=words)

"""From the words of a request to a design: comparisons of named arms, and sweeps over anything.

A *sweep* is written in Hydra's grammar, ``key=v1,v2``, ``key=range(0,10,2)``. What varies policies makes arms, what
varies anything else makes settings, and every arm is held against no policy in its own setting. Where no policy is
named, the points themselves are the arms and the first is what the others are compared with.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sim.declared.parameters import HOW_TO_RUN, PARAMETERS
from sim.ground.errors import RequestError
from sim.ground.quantities import to_unit
from sim.policies.policy import RANGES
from sim.results.arms import NONE
from sim.results.asked import ALONE, Design, Setting, check_twins
from sim.results.sequential import Target
from sim.scenario.composition import compose_words
from sim.scenario.ensembles import among
from sim.scenario.names import check_value, key_of, tidied
from sim.scenario.scenario import Scenario
from sim.scenario.settle import settle
from sim.scenario.words import listed
from sim.studies.axes import LONGEST_NAME, Axis, names_of, split
from sim.studies.design import of_study
from sim.studies.ensembles import over_worlds
from sim.studies.plan import check_size, chosen_seeds, compose, default_name, known_metrics, policy_words

FIXED = (*sorted(HOW_TO_RUN), "name", "study", "scenario")


@dataclass(frozen=True)
class Request:
    """A design with the seeds it starts from and the folder of results that it goes to."""

    design: Design
    seeds: list[int]
    name: str


def comparison(
    labels: Sequence[str],
    words: Sequence[str],
    *,
    baseline: str | None = None,
    until: Sequence[str] = (),
    most_seeds: int | None = None,
) -> Request:
    """The request ``labyrinth compare LABEL … WORD …``; ``study=NAME`` among the words brings arms and settings.

    Raises
    ------
    RequestError : something cannot be composed, or there is nothing to compare.
    """
    words, asked = among(tidied(words))
    tuned = [word for word in words if word.startswith("policy.") and key_of(word) != "policy.dose"]
    base = [word for word in words if word not in tuned]
    for word in base:
        if word.startswith("policy="):
            raise RequestError("a comparison takes its policies as arms, without policy=", where=word)
    shared = Scenario.compose(base)
    study = settle(compose_words(base)).study
    for label in labels:
        if label in study.arms or labels.count(label) > 1:
            raise RequestError(f"arm {label!r} is named twice", where="arms")
    arms = dict(study.arms) | {label: _arm_words(label) for label in labels}
    if not arms:
        raise RequestError("a comparison needs arms, such as: labyrinth compare tighter_borders")
    first = baseline or study.baseline
    if first not in arms:
        arms[first] = policy_words(first)
    design = _narrowed(of_study(study, _tuned(arms, tuned), first, base), until, most_seeds)
    design = over_worlds(design, asked or study.ensemble)
    check_twins(design)
    named = next((_value(word) for word in base if word.startswith("study=")), None)
    request = _request(design, shared, [named or shared["world"], *labels])
    if named and not shared.name and not labels and len(words) == 1:
        return replace(request, name=named)
    return request


def sweep(
    words: Sequence[str],
    *,
    baseline: str | None = None,
    metrics: Sequence[str] | None = None,
    until: Sequence[str] = (),
    most_seeds: int | None = None,
) -> Request:
    """The request ``labyrinth sweep WORD …``; every point is composed before any is run.

    Raises
    ------
    RequestError : no word has several values, or a point cannot be composed.
    """
    words, asked = among(tidied(words))
    fixed, axes = split(words)
    if not axes:
        raise RequestError("a sweep needs a word with several values, such as policy=none,tighter_borders")
    for key, values in axes:
        if key in FIXED:
            raise RequestError(f"{key} cannot be swept", where=f"{key}={','.join(values)}")
    for word in fixed:
        if word.startswith("study="):
            raise RequestError("a sweep makes its own arms and settings; study=NAME belongs to compare", where=word)
        if key_of(word) in dict(axes):
            raise RequestError(f"{key_of(word)} has several values already", where=word)
    chosen = [word for word in fixed if word.startswith("policy=") and _value(word) not in NONE]
    check_size(math.prod(len(values) for _, values in axes))
    by_policy = [axis for axis in axes if _of_policy(axis[0])]
    others = [axis for axis in axes if not _of_policy(axis[0])]
    base = [word for word in fixed if not _of_policy(word.partition("=")[0])]
    own = [word for word in fixed if word not in base]
    if not chosen and "policy" not in dict(axes):
        own += _meant(by_policy)
    if by_policy or chosen:
        settings = _settings(others, base, _arms(by_policy, own), baseline or "none", _dose(by_policy))
        dose = _dose(by_policy) or _dose(others)
    else:
        every = list(itertools.product(*(_words(axis) for axis in others)))
        points = {name: list(point) for name, point in zip(names_of(every), every, strict=True)}
        first = next((name for name, point in points.items() if baseline in (None, name, ", ".join(point))), baseline)
        if first not in points:
            raise RequestError(f"there is no point {first!r}", where="baseline", given=first, allowed=points)
        arms = compose(points, base, first)
        dose = _dose(others)
        settings = [Setting(ALONE, tuple(replace(arm, values=_values(points[arm.label], dose)) for arm in arms))]
    design = Design(tuple(settings), tuple(known_metrics(metrics)), dose=dose)
    design = over_worlds(_narrowed(design, until, most_seeds), asked)
    check_twins(design)
    return _request(design, Scenario.compose(base), ["sweep", *(key for key, _ in axes)])


# --- arms and settings ------------------------------------------------------------------------------------------


def _arm_words(label: str) -> list[str]:
    """The words that the name of an arm stands for. RequestError: it is no arm, and perhaps a setting was meant."""
    if "=" not in label and label in PARAMETERS:
        raise RequestError(f"{label} is a setting and needs a value: {label}=…", where=label)
    return policy_words(label)


def _meant(axes: Sequence[Axis]) -> list[str]:
    """The policies that a sweep tunes, where it chooses none: they are what it is about."""
    names = list(dict.fromkeys(_policy_of(key) for key, _ in axes))
    if "dose" in names:
        raise RequestError(
            "policy.dose multiplies the doses of the chosen policies, and none is chosen; add policy=NAME",
            where="policy.dose",
        )
    return [f"policy=[{','.join(names)}]" if len(names) > 1 else f"policy={names[0]}"] if names else []


def _tuned(arms: Mapping[str, Sequence[str]], tuned: Sequence[str]) -> dict[str, list[str]]:
    """``policy.NAME.field=…`` belongs to the arms that choose NAME: elsewhere it would tune what is not there."""
    made, used = {}, set()
    for label, words in arms.items():
        own = [word for word in tuned if _policy_of(word) in _chosen(words)]
        made[label] = [*words[:1], *own, *words[1:]]
        used.update(own)
    for word in tuned:
        if word not in used:
            raise RequestError(f"policy {_policy_of(word)} is tuned but in no arm", where=word, allowed=arms)
    return made


def _arms(axes: Sequence[Axis], fixed: Sequence[str]) -> dict[str, list[str]]:
    """Words by label for every combination of what varies policies; no policy is one arm, however it is tuned."""
    made: dict[str, list[str]] = {}
    for point in itertools.product(*(_words(axis) for axis in axes)):
        words = [*fixed, *point]
        policies = [name for name in _chosen(words) if name not in NONE]
        if not policies:
            made["none"] = ["policy=none"]
            continue
        kept = [word for word in words if _policy_of(word) in ("", "dose", *policies)]
        varied = [word for word in point if word in kept and not word.startswith("policy=")]
        name = "+".join(policies)
        label = ", ".join([name, *varied])
        if varied and all(word.startswith("policy.dose=") for word in varied) and len(policies) == 1:
            label = f"{name}@{_value(varied[0])}"
        made[label] = kept
    if all(len(label) <= LONGEST_NAME for label in made):
        return made
    tuned = [label for label in made if ", " in label]
    short = {label: f"{label.partition(', ')[0]}, point {number}" for number, label in enumerate(tuned, 1)}
    return {short.get(label, label): words for label, words in made.items()}


def _settings(
    axes: Sequence[Axis], base: Sequence[str], arms: dict[str, list[str]], baseline: str, dose: str | None
) -> list[Setting]:
    """One setting for every combination of what varies no policy."""
    if baseline not in arms:
        arms[baseline] = policy_words(baseline)
    if len(arms) == 1:
        raise RequestError(f"the only arm is the baseline, {baseline!r}", where="policy")
    found = []
    composed: dict[tuple[str, ...], Scenario] = {}
    points = list(itertools.product(*(_words(axis) for axis in axes)))
    for name, point in zip(names_of(points), points, strict=True):
        every = compose(arms, [*base, *point], baseline, composed)
        named = tuple(replace(arm, values=_values(arms[arm.label], dose)) for arm in every)
        found.append(Setting(name, named, point, _values(point, None if dose else _dose(axes), "of setting")))
    return found


def _values(words: Sequence[str], dose: str | None, outer: str = "arm") -> tuple[tuple[str, object], ...]:
    """Keys and values of words, numbers as they are run; with a dose, also what the rest is called."""
    pairs = [(key, _plain(key, value)) for key, _, value in (word.partition("=") for word in words)]
    if dose is None or dose not in dict(pairs):
        return tuple(pairs)
    rest = ", ".join(str(value) if key == "policy" else f"{key}={value}" for key, value in pairs if key != dose)
    return (*pairs, (outer, rest)) if rest else tuple(pairs)


def _dose(axes: Sequence[Axis]) -> str | None:
    """The first axis of at least three numbers: what is drawn as a horizontal axis."""
    for key, values in axes:
        if len(values) > 2 and all(isinstance(_plain(key, value), float) for value in values):
            return key
    return None


def _plain(key: str, value: str) -> float | str:
    """The number that is run, in the unit of the setting; text for what is not a number."""
    try:
        if key in PARAMETERS and not isinstance(PARAMETERS[key].default, bool | str):
            return float(check_value(key, value))
        return to_unit(value, RANGES.get(key.rpartition(".")[2], ("", 0, 0))[0], key)
    except RequestError:
        return value


def _words(axis: Axis) -> list[str]:
    return [f"{axis[0]}={value}" for value in axis[1]]


def _value(word: str) -> str:
    return word.partition("=")[2].strip()


def _of_policy(key: str) -> bool:
    return key == "policy" or key.startswith("policy.")


def _policy_of(word: str) -> str:
    """NAME of ``policy.NAME.field=…``, ``dose`` of ``policy.dose=…``, nothing of ``policy=…``."""
    key = key_of(word)
    return key.split(".")[1] if key.startswith("policy.") else ""


def _chosen(words: Iterable[str]) -> list[str]:
    """The policies that the words of an arm choose."""
    return [name for word in words if word.startswith("policy=") for name in listed(_value(word))]


# --- the request ------------------------------------------------------------------------------------------------


def _narrowed(design: Design, until: Sequence[str], most_seeds: int | None) -> Design:
    """With the targets that were asked for in place of those of the study."""
    targets = tuple(Target.parse(text) for text in until) or design.targets
    return replace(design, targets=targets, most_seeds=most_seeds or design.most_seeds)


def _request(design: Design, shared: Scenario, parts: Sequence[str]) -> Request:
    seeds = chosen_seeds(int(shared["seeds"]), int(shared["seed"]))
    check_size(len(design.arms), len(seeds) * design.lucks)
    keys = "".join(arm.scenario.key for arm in design.arms)
    return Request(design, seeds, shared.name or default_name(parts, keys))

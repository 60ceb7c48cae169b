"""What a study's file asks: its question, arms and settings, what is varied along an axis, what is drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.declared.parameters import HOW_TO_RUN, PARAMETERS
from sim.declared.switches import SWITCHES
from sim.ground.errors import Faults, RequestError
from sim.ground.quantities import brief, to_unit
from sim.policies.policy import LONGEST_NAME, LONGEST_TEXT, as_text, as_texts
from sim.scenario.ensembles import Asked, asked_from
from sim.scenario.names import STUDY_DEFAULTS, STUDY_KEYS, check_policy_field, check_value, key_of, unknown

MOST_SAMPLES = 10_000
MOST_LABELS = 2_000  # arms, or settings
MOST_VALUES = 1_000  # of a dose
MOST_SEEDS = 10_000
SAMPLE_SEED = 20_090_101  # of the Latin hypercube: the same request draws the same parameters
SEEDS_END = 2**32
Where = Callable[[str], str | None]


@dataclass(frozen=True)
class Dose:
    """What is varied along the horizontal axis of a study: a setting, its values, and whether arms or settings vary."""

    key: str
    values: tuple[float, ...]
    label: str
    over: str


@dataclass(frozen=True)
class Samples:
    """Parameters drawn together from ranges (Latin hypercube): ``count`` draws, each a setting of its own.

    ``seed`` is that of the draw: the same seed draws the same parameters.
    """

    count: int
    ranges: dict[str, tuple[float, float]]
    seed: int = SAMPLE_SEED


@dataclass(frozen=True)
class Study:
    """A comparison with its question: arms and settings are overrides by label; every arm is run in every setting."""

    title: str | None
    question: str | None
    settings: dict[str, list[str]]
    arms: dict[str, list[str]]
    baseline: str
    dose: Dose | None
    samples: Samples | None
    ensemble: Asked | None
    metrics: list[str] | None
    until: list[str]
    most_seeds: int


def study_from(content: Any, where: Where) -> Study:
    """A study from the mapping of that name.

    Parameters
    ----------
    where : what a complaint says of where a key stands; given its dotted name below ``study``, ``""`` for all of it.

    Raises
    ------
    RequestError : everything that is wrong with it.
    """
    if not isinstance(content, Mapping):
        raise RequestError(f"study must be a mapping, not {brief(content)}", where=where(""), allowed=STUDY_KEYS)
    faults = Faults("study")
    for key in content:
        if key not in STUDY_KEYS:
            faults.add(f"there is no setting 'study.{key}'", where=where(str(key)), given=str(key), allowed=STUDY_KEYS)
    found = STUDY_DEFAULTS | {key: content[key] for key in STUDY_KEYS if key in content}
    read: dict[str, Any] = {}
    for key, check in _CHECKS.items():
        with faults.gathered():
            read[key] = check(found[key], where)
    faults.tell()
    return Study(**read)


def check_words(words: Sequence[str], of: str, where: str | None) -> None:
    """RequestError for words that cannot count in an arm or a setting (``of``) of a study.

    How a run is done, its seeds and its name are the same for all arms and settings, or seeds would no longer pair; a
    setting that chose policies would be overruled by its arms.
    """
    faults = Faults()
    for word in words:
        _, equals, value = word.partition("=")
        name = key_of(word)
        if not equals or not value.strip():
            faults.add(f"{of}: {word!r} is not of the form key=value", where=where)
        elif name in (*HOW_TO_RUN, "name", "study"):
            faults.add(f"{of}: {name} cannot differ between arms or settings; set it for the whole study", where=where)
        elif name.startswith("hydra"):
            faults.add(f"{of}: Hydra's own settings have no effect here", where=where)
        elif of.startswith("setting") and name == "policy":
            faults.add(f"{of}: policies are chosen by arms, so {word!r} would have no effect here", where=where)
    faults.tell()


def _optional(key: str, longest: int) -> Callable[[Any, Where], str | None]:
    def check(value: Any, where: Where) -> str | None:
        return None if value is None else as_text(value, f"study.{key}", where(key), longest)

    return check


def _labelled(key: str, one: str, example: str) -> Callable[[Any, Where], dict[str, list[str]]]:
    """The check of lists of words by label."""

    def check(value: Any, where: Where) -> dict[str, list[str]]:
        found = {} if value is None else value
        if not isinstance(found, Mapping):
            raise RequestError(f"study.{key} must name each {one} with its list of words, such as {example}",
                               where=where(key))  # fmt: skip
        if len(found) > MOST_LABELS:
            raise RequestError(f"study.{key} has {len(found)} entries, more than {MOST_LABELS}", where=where(key))
        faults, made = Faults(), {}
        for label, words in found.items():
            at = where(f"{key}.{label}")
            with faults.gathered():
                as_text(label, f"the label of the {one}", at)
                if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
                    raise RequestError(
                        f"study.{key} must name each {one} with its list of words, such as {example}; "
                        f"{label!r} has {brief(words)}",
                        where=at,
                    )
                check_words(words, f"{one} {label!r}", at)
                made[str(label)] = list(words)
        faults.tell()
        return made

    return check


def _texts(key: str) -> Callable[[Any, Where], list[str] | None]:
    def check(value: Any, where: Where) -> list[str] | None:
        return None if value is None else list(as_texts(value, f"study.{key}", where(key), LONGEST_NAME))

    return check


def _whole(value: Any, name: str, low: int, high: int, where: str | None) -> int:
    number = to_unit(value, "count", f"study.{name}", where)
    if number != int(number) or not low <= number <= high:
        raise RequestError(f"study.{name} must be a whole number from {low} to {high}, not {value}", where=where)
    return int(number)


def _mapping(value: Any, key: str, allowed: Sequence[str], needed: Sequence[str], example: str, where: Where,
             faults: Faults) -> dict[str, Any]:  # fmt: skip
    """A mapping with these keys only; unknown ones are noted. RequestError when it is none, or lacks one."""
    if not isinstance(value, Mapping) or any(name not in value for name in needed):
        raise RequestError(f"study.{key} must say {' and '.join(needed)}, such as {example}", where=where(key))
    for name in value:
        if name not in allowed:
            faults.add(f"study.{key} has no {name!r}", where=where(f"{key}.{name}"), given=str(name), allowed=allowed)
    return dict(value)


def _dose(value: Any, where: Where) -> Dose | None:
    if value is None:
        return None
    faults = Faults()
    found = _mapping(
        value, "dose", ("key", "values", "label", "over"), ("key", "values"), "{key: policy.dose, values: [0.5, 1]}",
        where, faults,
    )  # fmt: skip
    key, over = "", "arms"
    numbers: tuple[float, ...] = ()
    with faults.gathered():
        key = _axis(found["key"], where("dose.key"))
    with faults.gathered():
        over = as_text(found.get("over", "arms"), "study.dose.over", where("dose.over"))
        if over not in ("arms", "settings"):
            raise RequestError(
                "study.dose.over is arms or settings", where=where("dose.over"), given=over,
                allowed=("arms", "settings"),
            )  # fmt: skip
    with faults.gathered():
        numbers = _values(found["values"], where("dose.values"))
    label = key
    if found.get("label") is not None:
        with faults.gathered():
            label = as_text(found["label"], "study.dose.label", where("dose.label"))
    faults.tell()
    return Dose(key, numbers, label, over)


def _values(values: Any, where: str | None) -> tuple[float, ...]:
    """The values of a dose, each the number that is written."""
    if not isinstance(values, list) or not 1 <= len(values) <= MOST_VALUES:
        raise RequestError(f"study.dose.values must be a list of 1 to {MOST_VALUES} numbers", where=where)
    found = []
    for value in values:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise RequestError(f"study.dose.values must be numbers, not {brief(value)}", where=where)
        found.append(float(value))
    if len(set(found)) < len(found):
        raise RequestError("study.dose.values must be different numbers", where=where)
    return tuple(found)


def _axis(key: Any, where: str | None) -> str:
    """The setting that a dose varies: one number."""
    name = as_text(key, "study.dose.key", where)
    if name.startswith("policy.") and name != "policy.dose":
        policy, _, path = name.removeprefix("policy.").partition(".")
        if not path:
            raise unknown(name, where)
        check_policy_field(policy, path, where)
    elif name != "policy.dose":
        _number_setting(name, "study.dose.key", where)
    return name


def _number_setting(name: str, of: str, where: str | None) -> None:
    """RequestError unless ``name`` is a parameter that is a number and can change a result."""
    if name in HOW_TO_RUN:
        raise RequestError(f"{of}: {name} cannot differ between arms or settings", where=where)
    if name.startswith("mechanisms."):
        if name.partition(".")[2] not in SWITCHES:
            raise unknown(name, where)
        raise RequestError(f"{of}: {name} is a switch and has no range; make it a setting of its own", where=where)
    if name not in PARAMETERS:
        raise unknown(name, where)
    if PARAMETERS[name].options or isinstance(PARAMETERS[name].default, bool):
        raise RequestError(f"{of}: {name} is a choice and not a number", where=where)


def _samples(value: Any, where: Where) -> Samples | None:
    if value is None:
        return None
    faults = Faults()
    found = _mapping(
        value, "samples", ("count", "parameters", "seed"), ("count", "parameters"),
        "{count: 32, parameters: {choice.noise: [0.1, 0.4]}}", where, faults,
    )  # fmt: skip
    count, seed, ranges = 0, SAMPLE_SEED, {}
    with faults.gathered():
        count = _whole(found["count"], "samples.count", 2, MOST_SAMPLES, where("samples.count"))
    with faults.gathered():
        seed = _whole(found.get("seed", SAMPLE_SEED), "samples.seed", 0, SEEDS_END - 1, where("samples.seed"))
    parameters = found["parameters"]
    if not isinstance(parameters, Mapping) or not parameters:
        faults.add("study.samples.parameters must give the range of at least one parameter",
                   where=where("samples.parameters"))  # fmt: skip
        parameters = {}
    for name, ends in parameters.items():
        with faults.gathered():
            ranges[str(name)] = _range(str(name), ends, where(f"samples.parameters.{name}"))
    faults.tell()
    return Samples(count, ranges, seed)


def _range(name: str, ends: Any, where: str | None) -> tuple[float, float]:
    _number_setting(name, "study.samples", where)
    if not isinstance(ends, list) or len(ends) != 2:
        raise RequestError(f"study.samples: the range of {name} must be [low, high], not {brief(ends)}", where=where)
    low, high = (float(check_value(name, end, where)) for end in ends)
    if not low < high:
        raise RequestError(f"study.samples: the range of {name} must rise, not {brief(ends)}", where=where)
    return low, high


def _baseline(value: Any, where: Where) -> str:
    return "none" if value is None else as_text(value, "study.baseline", where("baseline"))


def _most_seeds(value: Any, where: Where) -> int:
    return _whole(value, "most_seeds", 1, MOST_SEEDS, where("most_seeds"))


def _until(value: Any, where: Where) -> list[str]:
    return _texts("until")(value, where) or []


_CHECKS: dict[str, Callable[[Any, Where], Any]] = {
    "title": _optional("title", LONGEST_NAME),
    "question": _optional("question", LONGEST_TEXT),
    "settings": _labelled("settings", "setting", "{without debts: [mechanisms.debt_finance=off]}"),
    "arms": _labelled("arms", "arm", "{tighter: [policy=tighter_borders]}"),
    "baseline": _baseline,
    "dose": _dose,
    "samples": _samples,
    "ensemble": lambda value, where: asked_from(value, where("ensemble")),
    "metrics": _texts("metrics"),
    "until": _until,
    "most_seeds": _most_seeds,
}

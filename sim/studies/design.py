"""The design of a study, checked before anything starts: settings, in each of which the same arms are compared.

A *setting* is a world with its mechanisms and parameters; an *arm* is what is done there; *replicates* are the seeds
with which every arm of every setting is run. A plain comparison is a design with one setting.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.declared.measures.catalogue import METRICS
from sim.declared.parameters import PARAMETERS
from sim.ground.errors import RequestError
from sim.ground.quantities import shortest
from sim.results.pairs import check_length, placebo_of
from sim.scenario.scenario import Scenario
from sim.studies.plan import Arm, check_size, compose, known_metrics
from sim.studies.sequential import Target

if TYPE_CHECKING:
    from sim.scenario.studies import Dose, Samples, Study

DRAWN_DIGITS = 6  # significant digits of a drawn parameter
# columns of points, and of what is joined with them: no dose can go by one of these names
OWN_COLUMNS = ("setting", "arm", "policy arm", "of setting", "seed", "week", "value")
ALONE = ""  # the label of the only setting of a plain comparison
Values = tuple[tuple[str, Any], ...]


@dataclass(frozen=True)
class Setting:
    """One world of a study with its arms, the baseline first; ``values`` says what was varied to make it."""

    label: str
    arms: tuple[Arm, ...]
    words: tuple[str, ...] = ()
    values: Values = ()

    @property
    def title(self) -> str:
        """The label, or the world's name where there is only one setting."""
        return self.label or self.arms[0].scenario.world.name.replace("_", " ")

    @property
    def to_run(self) -> tuple[Arm, ...]:
        """The arms, and the placebo beside them if there is one."""
        placebo = placebo_of(self.arms)
        return self.arms if placebo is None else (*self.arms, placebo)


@dataclass(frozen=True)
class Design:
    """What is run and what is asked of it; ``dose`` names the entry of ``values`` that is a horizontal axis."""

    settings: tuple[Setting, ...]
    metrics: tuple[str, ...] = tuple(METRICS)
    title: str | None = None
    question: str | None = None
    dose: str | None = None
    sampled: tuple[str, ...] = ()
    targets: tuple[Target, ...] = ()
    most_seeds: int = 64

    @property
    def arms(self) -> list[Arm]:
        """Every arm of every setting."""
        return [arm for setting in self.settings for arm in setting.arms]

    @property
    def to_run(self) -> list[Arm]:
        """Every arm of every setting, and every placebo."""
        return [arm for setting in self.settings for arm in setting.to_run]

    @property
    def notes(self) -> list[str]:
        """What whoever reads the results should know of the scenarios that are run, each sentence once."""
        return list(dict.fromkeys(note for arm in self.arms for note in arm.scenario.notes()))

    @property
    def labels(self) -> list[tuple[str, str]]:
        """Setting and arm of every one of ``arms``."""
        return [(setting.label, arm.label) for setting in self.settings for arm in setting.arms]


def single(arms: Sequence[Arm], metrics: Sequence[str] = tuple(METRICS), **about: Any) -> Design:
    """The design of a plain comparison."""
    return Design((Setting(ALONE, tuple(arms)),), tuple(metrics), **about)


def of_study(study: Study, arms: Mapping[str, Sequence[str]], baseline: str, base: Sequence[str]) -> Design:
    """The design that a study's file and the words of a request describe.

    Parameters
    ----------
    study : what ``study=NAME`` says.
    arms : overrides of every arm by label, the baseline among them.
    base : overrides shared by all arms and settings.

    Raises
    ------
    RequestError : something cannot be composed, or there is nothing to compare.
    """
    if study.dose is not None:
        study = replace(study, dose=replace(study.dose, label=_own_column(study.dose.label)))
    settings = _settings(study)
    per_setting = len(arms) * (len(study.dose.values) if study.dose is not None and study.dose.over == "arms" else 1)
    check_size(len(settings) * per_setting * (1 if study.samples is None else study.samples.count))
    made = []
    composed: dict[tuple[str, ...], Scenario] = {}
    for label, words, values in settings:
        labelled, varied = _dosed(arms, baseline, study.dose)
        every = compose(labelled, [*base, *words], baseline, composed)
        named = [replace(arm, values=varied.get(arm.label, ())) for arm in every]
        made.append(Setting(label, tuple(named), tuple(words), values))
    if study.samples is not None:
        made = [_sampled(setting, draw) for setting in made for draw in _draws(study.samples)]
    return Design(
        tuple(made),
        tuple(known_metrics(study.metrics)),
        study.title,
        study.question,
        None if study.dose is None else study.dose.label,
        () if study.samples is None else tuple(study.samples.ranges),
        tuple(Target.parse(text) for text in study.until),
        study.most_seeds,
    )


def _settings(study: Study) -> list[tuple[str, list[str], Values]]:
    """Label, words and values of every setting before parameters are drawn."""
    named: list[tuple[str, list[str], Values]] = [(label, list(words), ()) for label, words in study.settings.items()]
    named = named or [(ALONE, [], ())]
    dose = study.dose
    if dose is None or dose.over == "arms":
        return named
    return [
        (
            f"{label}, {dose.label} {shortest(value)}" if label else f"{dose.label} {shortest(value)}",
            [*words, f"{dose.key}={shortest(value)}"],
            ((dose.label, value), *((("of setting", label),) if label else ())),
        )
        for label, words, _ in named
        for value in dose.values
    ]


def _own_column(label: str) -> str:
    """The label of a dose as the name of a column: no table has another of that name.

    >>> _own_column("days"), _own_column("setting")
    ('days', 'setting (dose)')
    """
    from sim.results.statistics import EFFECT_COLUMNS  # noqa: PLC0415 - a request can be checked without pandas

    return f"{label} (dose)" if label in (*OWN_COLUMNS, *EFFECT_COLUMNS) else label


def _dosed(
    arms: Mapping[str, Sequence[str]], baseline: str, dose: Dose | None
) -> tuple[dict[str, list[str]], dict[str, Values]]:
    """Words by label with every arm but the baseline at every value of the dose, and what was varied by label."""
    words: dict[str, list[str]] = {}
    varied: dict[str, Values] = {}
    for label, own in arms.items():
        if dose is None or dose.over != "arms" or label == baseline:
            words[label] = list(own)
            continue
        for value in dose.values:
            name = f"{label}, {dose.label} {shortest(value)}"
            words[name] = [*own, f"{dose.key}={shortest(value)}"]
            varied[name] = ((dose.label, value), ("arm", label))
    return words, varied


def _draws(samples: Samples) -> list[dict[str, float]]:
    """Latin hypercube draws of the parameters, each a mapping of names to values."""
    from scipy.stats import qmc  # noqa: PLC0415 - only samples need it

    names = list(samples.ranges)
    low, high = np.array(list(samples.ranges.values())).T
    unit = qmc.LatinHypercube(len(names), rng=np.random.default_rng(samples.seed)).random(samples.count)
    drawn = qmc.scale(unit, low, high)
    return [{name: _drawn(name, value, samples) for name, value in zip(names, row, strict=True)} for row in drawn]


def _drawn(name: str, value: float, samples: Samples) -> float:
    """A drawn value with as many digits as are shown of it, so that what is shown is what is run."""
    low, high = samples.ranges[name]
    shown = round(value) if PARAMETERS[name].whole else float(f"{value:.{DRAWN_DIGITS}g}")
    return float(min(max(shown, low), high))


def _sampled(setting: Setting, draw: Mapping[str, float]) -> Setting:
    """The setting with drawn parameters in all its arms; no words are composed again."""
    text = ", ".join(f"{name}={shortest(value)}" for name, value in draw.items())
    arms = [
        replace(
            arm,
            scenario=arm.scenario.replace(draw),
            words=(*arm.words, *(f"{name}={shortest(x)}" for name, x in draw.items())),
        )
        for arm in setting.arms
    ]
    label = f"{setting.label}, {text}" if setting.label else text
    return Setting(label, tuple(arms), setting.words, (*setting.values, *draw.items()))


def check_twins(design: Design) -> None:
    """RequestError if two settings or arms go by the same name, or if arms of a setting run for different times."""
    for (setting, arm), times in Counter(design.labels).items():
        if times > 1:
            raise RequestError(f"arm {arm!r} is named twice", where=setting or "arms")
    for each in design.settings:
        check_length(each.arms, each.label)

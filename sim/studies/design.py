"""From what the file of a study says to its design: doses, settings, parameters that are drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from sim.declared.parameters import PARAMETERS
from sim.ground.errors import Faults
from sim.ground.quantities import shortest
from sim.results.asked import ALONE, Design, Setting, Values
from sim.results.sequential import Target
from sim.scenario.names import key_of
from sim.scenario.scenario import Scenario
from sim.studies.plan import check_size, compose, known_metrics

if TYPE_CHECKING:
    from sim.scenario.studies import Dose, Samples, Study

DRAWN_DIGITS = 6  # significant digits of a drawn parameter
# columns of points, and of what is joined with them: no dose can go by one of these names
OWN_COLUMNS = ("setting", "arm", "policy arm", "of setting", "seed", "week", "value")


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
    _check_varied_once(study, arms, baseline, base)
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
        draws = _draws(study.samples)
        made = [_sampled(setting, draw, number) for setting in made for number, draw in enumerate(draws, 1)]
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


def _check_varied_once(study: Study, arms: Mapping[str, Sequence[str]], baseline: str, base: Sequence[str]) -> None:
    """RequestError for words that give a value to what the study itself varies: one of the two would have no effect."""
    faults, dose = Faults("study"), study.dose
    drawn = () if study.samples is None else study.samples.ranges
    if dose is not None and dose.key in drawn:
        faults.add(f"study.dose and study.samples both vary {dose.key}; leave one of them out", where="study")
    # with a dose over arms the baseline is run without it, and may say its own
    undosed = baseline if dose is not None and dose.over == "arms" else None
    for of, words, own in (
        ("the request", base, dose),
        *((f"setting {label!r}", words, dose) for label, words in study.settings.items()),
        *((f"arm {label!r}", words, None if label == undosed else dose) for label, words in arms.items()),
    ):
        for word in words:
            name = key_of(word)
            if name in drawn:
                faults.add(f"{of} sets {name}, and study.samples varies it; leave one of them out", where=word)
            elif own is not None and _sets_the_dose(name, own):
                faults.add(f"{of} sets {name}, and study.dose varies {own.key}; leave one of them out", where=word)
    faults.tell()


def _sets_the_dose(name: str, dose: Dose) -> bool:
    """Whether a setting is what a dose varies; moves written out whole are put before a dose over arms, not after."""
    return name == dose.key or (dose.over == "settings" and dose.key.startswith(f"{name}."))


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


def _sampled(setting: Setting, draw: Mapping[str, float], number: int) -> Setting:
    """The setting with drawn parameters in all its arms, named by the draw's number; no words are composed again."""
    text = f"draw {number}"
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

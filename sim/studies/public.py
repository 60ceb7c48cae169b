"""From Python what the command line does: comparisons, studies and sweeps, and one run that is kept.

>>> import sim
>>> result = sim.compare(["tighter_borders", "regular_channels"], base=["world=corridor"], seeds=8)  # doctest: +SKIP
>>> result.effects.query("metric == 'deaths'")  # doctest: +SKIP
>>> found = sim.study("reflection_length", base=["people.size=5000"], seeds=4)  # doctest: +SKIP
>>> found = sim.sweep(["world=corridor", "policy=none,tighter_borders", "debt.markup=1,2"])  # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any, overload

from sim.ground.errors import RequestError
from sim.results.arms import alone
from sim.results.asked import single
from sim.results.comparison import Comparison
from sim.results.findings import Findings
from sim.results.sequential import Target
from sim.scenario.ensembles import Asked, among
from sim.scenario.names import STUDY_DEFAULTS, tidied
from sim.scenario.scenario import Scenario
from sim.scenario.words import ConfigDir, folder_words
from sim.studies.conduct import Way, conduct
from sim.studies.ensembles import meant, over_worlds
from sim.studies.plan import check_most_seeds, chosen_seeds, compose, known_metrics, texts
from sim.studies.request import Request, comparison
from sim.studies.request import sweep as sweep_request


@overload
def compare(
    arms: Sequence[str] | Mapping[str, Sequence[str]],
    *,
    base: Sequence[str] | Scenario = ...,
    baseline: str = ...,
    seeds: int | Sequence[int] | None = ...,
    metrics: Sequence[str] | None = ...,
    interval: str = ...,
    until: str | Sequence[str] = ...,
    most_seeds: int | None = ...,
    ensemble: None = None,
    config_dir: ConfigDir = ...,
    workers: int | None = ...,
    executor: str | Executor | None = ...,
    name: str | None = ...,
    replace: bool = ...,
    progress: bool = ...,
    report: bool = ...,
) -> Comparison: ...


@overload
def compare(
    arms: Sequence[str] | Mapping[str, Sequence[str]],
    *,
    base: Sequence[str] | Scenario = ...,
    baseline: str = ...,
    seeds: int | Sequence[int] | None = ...,
    metrics: Sequence[str] | None = ...,
    interval: str = ...,
    until: str | Sequence[str] = ...,
    most_seeds: int | None = ...,
    ensemble: str | Mapping[str, Any],
    config_dir: ConfigDir = ...,
    workers: int | None = ...,
    executor: str | Executor | None = ...,
    name: str | None = ...,
    replace: bool = ...,
    progress: bool = ...,
    report: bool = ...,
) -> Findings: ...


def compare(
    arms: Sequence[str] | Mapping[str, Sequence[str]],
    *,
    base: Sequence[str] | Scenario = (),
    baseline: str = "none",
    seeds: int | Sequence[int] | None = None,
    metrics: Sequence[str] | None = None,
    interval: str = "t",
    until: str | Sequence[str] = (),
    most_seeds: int | None = None,
    ensemble: str | Mapping[str, Any] | None = None,
    config_dir: ConfigDir = None,
    workers: int | None = None,
    executor: str | Executor | None = None,
    name: str | None = None,
    replace: bool = False,
    progress: bool = False,
    report: bool = True,
) -> Comparison | Findings:
    """Run every arm and the baseline with the same seeds and estimate effects.

    Parameters
    ----------
    arms : ``["tighter_borders", "a+b", "a@0.5"]``, or overrides by label: ``{"big": ["policy=a", "people.size=900"]}``.
    base : overrides shared by all arms, or a Scenario.
    baseline : the arm that the others are compared with.
    seeds : how many, counted from the base scenario's seed, or the seeds themselves; None means its ``seeds``.
    metrics : names of metrics to report; None means all.
    interval : ``"t"`` (Student) or ``"bootstrap"`` (BCa).
    until : ``"deaths=5%"`` and the like: seeds are added until the half-width of that effect is so small in every arm,
        in per cent of the baseline or in units, see ``sim.results.sequential``; never more than ``most_seeds``, which
        None leaves at 64.
    ensemble : ``"calibrated"``, the name of another ensemble, or ``{"name": …, "count": …}``: every arm is run in every
        set of it, and the answer is ``Findings`` with ``over_worlds``, ``turns`` and ``sensitivity`` in place of a
        ``Comparison``; see ``sim.ensembles()``.
    config_dir : a folder of configuration files of your own, or several; see ``Scenario.compose``. A base that is a
        Scenario brings its own.
    workers : processes, 1 for none but this one; None means the base scenario's ``workers``, where 0 is one a core.
    executor : where runs are done, see ``sim.studies.executors``; None means processes on this machine.
    name : keep everything in ``results/<name>``, and go on from what is there; None keeps results in memory.
    replace : whether another study of that name may be overwritten.
    progress : whether to show a bar.
    report : whether ``report.html`` is written too.

    Raises
    ------
    RequestError : something in the request is wrong; nothing has been started or written.
    StoreError : results could not be written; what had finished is kept.
    """
    chosen = known_metrics(metrics)
    targets = tuple(Target.parse(text) for text in texts(until, "until"))
    shared, by_word = _apart(_shared(base, config_dir))
    worlds = compose(arms, shared, baseline)
    first = worlds[0].scenario
    numbers = chosen_seeds(int(first["seeds"]) if seeds is None else seeds, int(first["seed"]))
    check_most_seeds(most_seeds, numbers)
    way = Way(workers=workers, executor=executor, interval=interval, replace=replace, progress=progress, report=report)
    design = single(worlds, chosen, targets=targets, most_seeds=most_seeds or STUDY_DEFAULTS["most_seeds"])
    found = conduct(over_worlds(design, meant(ensemble, by_word)), numbers, name=name, way=way)
    return found if found.design.ensemble is not None else next(iter(found.comparisons.values()))


def _apart(base: Sequence[str] | Scenario) -> tuple[Sequence[str] | Scenario, Asked | None]:
    """The base without the words that name an ensemble, and what these name."""
    return (base, None) if isinstance(base, Scenario) else among(base)


def _shared(base: Sequence[str] | Scenario, config_dir: ConfigDir) -> Sequence[str] | Scenario:
    """What all arms share: a scenario, or words with the folders of the user's files before them."""
    if not isinstance(base, Scenario):
        return [*folder_words(config_dir), *_without_a_study(base)]
    if config_dir is not None:
        raise RequestError("a base that is a Scenario brings the folders it was composed with", where="config_dir")
    return base


def _without_a_study(base: str | Sequence[str]) -> list[str]:
    """Words shared by all arms. RequestError if a study is among them, which has arms and settings of its own."""
    words = tidied(texts(base, "base"))
    for word in words:
        if word.startswith("study="):
            called = word.partition("=")[2]
            raise RequestError(f"a study has arms and settings of its own: sim.study({called!r})", where=word)
    return words


def study(
    name: str,
    *,
    arms: str | Sequence[str] = (),
    base: str | Sequence[str] = (),
    baseline: str | None = None,
    seeds: int | Sequence[int] | None = None,
    interval: str = "t",
    until: str | Sequence[str] = (),
    most_seeds: int | None = None,
    config_dir: ConfigDir = None,
    workers: int | None = None,
    executor: str | Executor | None = None,
    keep: str | None = None,
    replace: bool = False,
    only_failed: bool = False,
    progress: bool = False,
    report: bool = True,
) -> Findings:
    """Carry out a study of ``configs/study``, or of a folder of the user's.

    Parameters
    ----------
    name : the study; ``sim.studies()`` lists those that are shipped.
    arms : further arms, as for ``sim.compare``.
    base : words for every arm and setting.
    baseline : another arm to compare with.
    seeds, interval, until, most_seeds : as for ``sim.compare``; None means what the study says.
    config_dir : a folder of configuration files of your own, or several; see ``Scenario.compose``.
    workers, executor : where runs are done, as for ``sim.compare``.
    keep : keep everything in ``results/<keep>`` and go on from what is there; None keeps results in memory.
    replace : whether another study of that name may be overwritten.
    only_failed : do again what failed, and nothing else.
    progress : whether to show how far it is.
    report : whether ``report.html`` is written too.

    Raises
    ------
    RequestError : something in the request is wrong; nothing has been started or written.
    StoreError : results could not be written; what had finished is kept.
    """
    words = [*folder_words(config_dir), f"study={name}", *_without_a_study(base)]
    labels, targets = texts(arms, "arms"), texts(until, "until")
    request = comparison(labels, words, baseline=baseline, until=targets, most_seeds=most_seeds)
    way = Way(workers, executor, interval, replace, only_failed, progress, report)
    return _done(request, seeds, most_seeds, keep, way)


def sweep(
    words: Sequence[str],
    *,
    baseline: str | None = None,
    metrics: Sequence[str] | None = None,
    seeds: int | Sequence[int] | None = None,
    interval: str = "t",
    until: str | Sequence[str] = (),
    most_seeds: int | None = None,
    config_dir: ConfigDir = None,
    workers: int | None = None,
    executor: str | Executor | None = None,
    keep: str | None = None,
    replace: bool = False,
    only_failed: bool = False,
    progress: bool = False,
    report: bool = True,
) -> Findings:
    """Run every combination of words such as ``policy=none,raids`` or ``people.size=1000,2000``.

    What varies policies makes arms, held against no policy in the setting that the other words make; without policies
    the points themselves are held against the first.

    Parameters
    ----------
    metrics : names of metrics to report; None means all.

    The others are as in :func:`study`.
    """
    request = sweep_request(
        [*folder_words(config_dir), *texts(words, "words")],
        baseline=baseline,
        metrics=metrics,
        until=texts(until, "until"),
        most_seeds=most_seeds,
    )
    way = Way(workers, executor, interval, replace, only_failed, progress, report)
    return _done(request, seeds, most_seeds, keep, way)


def run_to_folder(
    scenario: Scenario,
    *,
    name: str | None = None,
    replace: bool = False,
    progress: bool = True,
    report: bool = True,
    words: Sequence[str] = (),
) -> Path:
    """Run a scenario with its own seed and keep it in ``results/<name>``; returns the folder.

    ``name`` None takes the scenario's ``name``, or else its world and policies. ``words`` are the overrides that made
    the scenario, for the line that repeats a failure; ``report`` says whether ``report.html`` is written too.

    Raises
    ------
    RequestError : the name is taken by another study (unless ``replace``), or cannot name a folder.
    StoreError : results could not be written.
    """
    arm = alone(scenario, words)
    folder = name or scenario.name or f"{scenario['world']}-{arm.label}-{scenario.key[:8]}"
    way = Way(workers=1, replace=replace, progress=progress, report=report)
    found = conduct(single([arm]), [int(scenario["seed"])], name=folder, way=way)
    assert found.folder is not None  # noqa: S101 - it was named
    return found.folder


def _done(
    request: Request, seeds: int | Sequence[int] | None, most_seeds: int | None, keep: str | None, way: Way
) -> Findings:
    numbers = request.seeds if seeds is None else chosen_seeds(seeds, request.seeds[0])
    check_most_seeds(most_seeds, numbers)
    return conduct(request.design, numbers, name=keep, way=way)

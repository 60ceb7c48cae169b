"""Studies and sweeps from Python: what ``labyrinth compare study=NAME`` and ``labyrinth sweep`` do.

>>> import sim
>>> found = sim.study("reflection_length", base=["people.size=5000"], seeds=4)  # doctest: +SKIP
>>> found = sim.sweep(["world=corridor", "policy=none,tighter_borders", "debt.markup=1,2"])  # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor

from sim.results.findings import Findings
from sim.scenario.words import ConfigDir, folder_words
from sim.studies.conduct import Way, conduct
from sim.studies.plan import chosen_seeds
from sim.studies.request import Request, comparison
from sim.studies.request import sweep as sweep_request


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
    words = [*folder_words(config_dir), f"study={name}", *_list(base)]
    request = comparison(_list(arms), words, baseline=baseline, until=_list(until), most_seeds=most_seeds)
    way = Way(workers, executor, interval, replace, only_failed, progress, report)
    return _done(request, seeds, keep, way)


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
        [*folder_words(config_dir), *_list(words)],
        baseline=baseline,
        metrics=metrics,
        until=_list(until),
        most_seeds=most_seeds,
    )
    way = Way(workers, executor, interval, replace, only_failed, progress, report)
    return _done(request, seeds, keep, way)


def _done(request: Request, seeds: int | Sequence[int] | None, keep: str | None, way: Way) -> Findings:
    numbers = request.seeds if seeds is None else chosen_seeds(seeds, request.seeds[0])
    return conduct(request.design, numbers, name=keep, way=way)


def _list(words: str | Sequence[str]) -> list[str]:
    return [words] if isinstance(words, str) else list(words)

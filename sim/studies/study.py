"""Studies and sweeps from Python: what ``labyrinth compare study=NAME`` and ``labyrinth sweep`` do.

>>> import sim
>>> found = sim.study("reflection_length", base=["people.size=5000"], seeds=4)  # doctest: +SKIP
>>> found = sim.sweep(["world=corridor", "policy=none,tighter_borders", "pricing.markup=1,2"])  # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.studies.conduct import Way, conduct
from sim.studies.findings import Findings
from sim.studies.plan import chosen_seeds
from sim.studies.request import Request, comparison
from sim.studies.request import sweep as sweep_request


def study(
    name: str,
    *,
    arms: Sequence[str] = (),
    base: Sequence[str] = (),
    baseline: str | None = None,
    seeds: int | Sequence[int] | None = None,
    until: str | Sequence[str] = (),
    most_seeds: int | None = None,
    keep: str | None = None,
    **way: Any,
) -> Findings:
    """Carry out a study of ``configs/study``, or of a folder of the user's.

    Parameters
    ----------
    name : the study.
    arms : further arms, as for ``sim.compare``.
    base : words for every arm and setting.
    baseline : another arm to compare with.
    seeds, until, most_seeds : as for ``sim.compare``; None means what the study says.
    keep : keep everything in ``results/<keep>`` and go on from what is there; None keeps results in memory.
    way : workers, executor, interval, replace, progress, report, only_failed; see ``sim.studies.conduct.Way``.

    Raises
    ------
    RequestError : something in the request is wrong; nothing has been started or written.
    StoreError : results could not be written; what had finished is kept.
    """
    request = comparison(
        list(arms), [f"study={name}", *base], baseline=baseline, until=_list(until), most_seeds=most_seeds
    )
    return _done(request, seeds, keep, way)


def sweep(
    words: Sequence[str],
    *,
    baseline: str | None = None,
    metrics: Sequence[str] | None = None,
    seeds: int | Sequence[int] | None = None,
    until: str | Sequence[str] = (),
    most_seeds: int | None = None,
    keep: str | None = None,
    **way: Any,
) -> Findings:
    """Run every combination of words such as ``policy=none,raids`` or ``people.size=1000,2000``.

    What varies policies makes arms, held against no policy in the setting that the other words make; without policies
    the points themselves are held against the first. Parameters as in :func:`study`.
    """
    request = sweep_request(list(words), baseline=baseline, metrics=metrics, until=_list(until), most_seeds=most_seeds)
    return _done(request, seeds, keep, way)


def _done(request: Request, seeds: int | Sequence[int] | None, keep: str | None, way: dict[str, Any]) -> Findings:
    numbers = request.seeds if seeds is None else chosen_seeds(seeds, request.seeds[0])
    return conduct(request.design, numbers, name=keep, way=Way(**way))


def _list(until: str | Sequence[str]) -> list[str]:
    return [until] if isinstance(until, str) else list(until)

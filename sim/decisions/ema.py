"""Decisions for those who work with the EMA Workbench or with SALib: ``sim.ema.model`` and ``sim.ema.problem``.

Names must be identifiers there, so that ``choice.noise`` goes by ``choice__noise``, as in ``sim.Model``; the switch
``rerouting`` by ``mechanisms__rerouting``, and a unit cost by ``cost__raids``. Where worlds are the sets of an
ensemble, their numbers are one uncertainty, ``set``, and every world needs one. Everything is run by Labyrinth with the
seeds of the decision, the same for every package and world, so that differences stay paired; what comes back is the
mean over seeds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sim.decisions.optional import package
from sim.decisions.reading import DECISIONS, read_decision
from sim.decisions.request import COST, NOTHING, SWITCH, Decision, Worlds
from sim.declared.parameters import PARAMETERS
from sim.ground.errors import RequestError

if TYPE_CHECKING:
    from sim.results.arms import Arm

SET = "set"  # of an ensemble, among what differs between worlds


def model(decision: str | Decision, words: Sequence[str] = (), *, config_dir: Sequence[str | Path] = ()) -> Any:
    """An ``ema_workbench.Model``: uncertainties are what worlds differ in, the lever is the package.

    Parameters
    ----------
    decision : a decision, or its name, or the path of its file.
    words : further settings of all worlds, such as ``people.size=1000``.
    config_dir : folders of decisions of your own.

    Raises
    ------
    RequestError : something in the request is wrong, or the workbench is missing.
    """
    ema, asked = package("ema_workbench"), _read(decision, words, config_dir)
    runs = _Runs(asked)
    made = ema.Model("labyrinth", function=runs)
    worlds = asked.worlds
    made.uncertainties = [
        *([ema.CategoricalParameter(SET, list(range(1, len(worlds.sets) + 1)))] if worlds.sets else []),
        *(
            (ema.IntegerParameter if PARAMETERS[name].whole else ema.RealParameter)(
                identifier(name), *_ends(name, ends)
            )
            for name, ends in worlds.parameters.items()
        ),
        *(
            ema.CategoricalParameter(identifier(f"{SWITCH}{name}"), list(options))
            for name, options in worlds.switches.items()
        ),
        *(ema.RealParameter(identifier(f"{COST}{name}"), *ends) for name, ends in worlds.costs.items()),
    ]
    made.levers = [ema.CategoricalParameter("package", [NOTHING, *asked.packages])]
    made.outcomes = [ema.ScalarOutcome(each.metric) for each in asked.outcomes]
    return made


def problem(
    decision: str | Decision, words: Sequence[str] = (), *, config_dir: Sequence[str | Path] = ()
) -> dict[str, Any]:
    """A SALib problem: names and bounds of what worlds differ in.

    A switch runs from 0 to the number of its options, and ``set`` from 0 to the number of sets of an ensemble.

    Raises
    ------
    RequestError : something in the request is wrong.
    """
    worlds = _read(decision, words, config_dir).worlds
    bounds = [
        [0.0, float(len(worlds.sets))] if name == SET
        else [0.0, float(len(worlds.switches[name.removeprefix(SWITCH)]))] if name.startswith(SWITCH)
        else list(worlds.costs[name.removeprefix(COST)]) if name.startswith(COST) else list(worlds.parameters[name])
        for name in _names(worlds)
    ]  # fmt: skip
    return {"num_vars": len(bounds), "names": [identifier(name) for name in _names(worlds)], "bounds": bounds}


def outcomes(
    decision: str | Decision,
    rows: ArrayLike,
    package: str = NOTHING,
    words: Sequence[str] = (),
    *,
    config_dir: Sequence[str | Path] = (),
) -> pd.DataFrame:
    """Run a package in worlds that a SALib sample describes: one row of outcomes for each of ``rows`` (n, num_vars).

    Raises
    ------
    RequestError : something in the request is wrong, or a run failed.
    """
    asked = _read(decision, words, config_dir)
    names, values = _names(asked.worlds), np.asarray(rows, float)
    if values.ndim != 2 or values.shape[1] != len(names):
        raise RequestError(f"rows must have {len(names)} columns: {', '.join(names)}", where="rows")
    runs = _Runs(asked)
    return pd.DataFrame([runs(package=package, **_of_row(asked, row)) for row in values])


def identifier(name: str) -> str:
    """What differs between worlds as an identifier.

    >>> identifier("choice.noise"), identifier("cost of raids")
    ('choice__noise', 'cost__raids')
    """
    return name.replace(COST, "cost__").replace(".", "__")


def _names(worlds: Worlds) -> tuple[str, ...]:
    """What differs between worlds, the sets of an ensemble as one."""
    return (*((SET,) if worlds.sets else ()), *worlds.drawn)


def _read(decision: str | Decision, words: Sequence[str], folders: Sequence[str | Path]) -> Decision:
    if isinstance(decision, Decision):
        return decision
    return read_decision(DECISIONS.find(decision, folders), list(words))


def _ends(name: str, ends: tuple[float, float]) -> tuple[float, float]:
    return (int(ends[0]), int(ends[1])) if PARAMETERS[name].whole else ends


def _of_row(asked: Decision, row: np.ndarray[Any, np.dtype[np.float64]]) -> dict[str, Any]:
    """A row of a SALib sample by identifier, switches as options."""
    found: dict[str, Any] = {}
    for name, value in zip(_names(asked.worlds), row, strict=True):
        if name == SET:
            found[name] = min(int(value), len(asked.worlds.sets) - 1) + 1
            continue
        options = asked.worlds.switches.get(name.removeprefix(SWITCH)) if name.startswith(SWITCH) else None
        found[identifier(name)] = options[min(int(value), len(options) - 1)] if options else float(value)
    return found


class _Runs:
    """The function of the model: settings by identifier in, means of outcomes over seeds out."""

    def __init__(self, asked: Decision) -> None:
        from sim.decisions.worlds import check_costs  # noqa: PLC0415 - composing loads Hydra
        from sim.results.asked import Setting  # noqa: PLC0415
        from sim.studies.ensembles import check_not_overruled  # noqa: PLC0415
        from sim.studies.plan import chosen_seeds, compose  # noqa: PLC0415

        every = compose({NOTHING: ["policy=none"], **asked.packages}, list(asked.model), NOTHING)
        check_costs(asked, every)
        check_not_overruled(Setting("", tuple(every)), asked.worlds.of_sets, asked.worlds.ensemble)
        self.asked = asked
        self.arms: dict[str, Arm] = {arm.label: arm for arm in every}
        scenario = every[0].scenario
        self.seeds = chosen_seeds(int(scenario["seeds"]), int(scenario["seed"]))
        self.__name__ = "labyrinth"

    def __call__(self, package: str = NOTHING, **settings: Any) -> dict[str, float]:
        """Means over seeds. RequestError for a package or setting that there is not, or a run that failed."""
        from sim.decisions.worlds import changes_of  # noqa: PLC0415
        from sim.results.run import run_one  # noqa: PLC0415 - rules load when something is run

        if package not in self.arms:
            raise RequestError(f"there is no package {package!r}", where="package", given=package, allowed=self.arms)
        worlds = self.asked.worlds
        known = {identifier(name): name for name in _names(worlds)}
        for name in settings:
            if name not in known:
                raise RequestError(f"worlds do not differ in {name!r}", where=name, given=name, allowed=known)
        own: Mapping[str, Any] = {}
        if worlds.sets:
            number = settings.pop(SET, None)
            if number not in range(1, len(worlds.sets) + 1):
                raise RequestError(f"a world of this decision is a set of ensemble {worlds.ensemble}: a number from "
                                   f"1 to {len(worlds.sets)}, not {number!r}", where=SET)  # fmt: skip
            own = worlds.sets[int(number) - 1]
        arm = self.arms[package]
        draw = {known[name]: round(value) if PARAMETERS.get(known[name]) and PARAMETERS[known[name]].whole else value
                for name, value in settings.items()}  # fmt: skip
        scenario = arm.scenario.replace(changes_of(arm, {**own, **draw}))
        found = [run_one(scenario, seed, arm.words) for seed in self.seeds]
        for run in found:
            if run.failure:
                raise RequestError(f"a run failed, {run.failure}", where=package)
        return {
            each.metric: float(np.mean([run.metrics[each.metric] for run in found])) for each in self.asked.outcomes
        }

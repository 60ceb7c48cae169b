"""Carrying out a calibration: steps one after another, each kept, and what they found judged, told and written."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.calibration.emulators import Emulator
from sim.calibration.ensemble import about_of, table_of, write
from sim.calibration.fitting import means, met, misses, scaled
from sim.calibration.optional import check_packages
from sim.calibration.request import Calibration
from sim.calibration.runs import Runs, write_whole
from sim.calibration.stages import Found, Stages
from sim.ground.cache import source_hash
from sim.ground.errors import RequestError
from sim.results.naming import results_folder
from sim.results.sealed import DamagedError, sealed, unsealed
from sim.scenario.scenario import Scenario

FOLDER = "calibration"  # below that of the results
ASKED = "asked.json"


@dataclass(frozen=True)
class Way:
    """How a calibration is carried out: nothing here changes a result."""

    workers: int | None = None
    replace: bool = False
    progress: bool = False


def calibrate(calibration: Calibration, *, name: str, way: Way = Way(), command: str = "") -> Path:
    """Run what is missing and write everything to ``results/<name>/calibration``; returns the folder.

    Raises
    ------
    RequestError : something in the request is wrong, or the folder holds another calibration; nothing has been started.
    """
    check_packages()
    base = base_of(calibration)
    folder = results_folder(name) / FOLDER
    _claim(folder, calibration, base, way.replace)
    runs = Runs(calibration, base, folder, workers=way.workers, progress=way.progress)
    stages = Stages(calibration, runs, shown=way.progress)
    found = stages.waves(stages.screened())
    _finish(calibration, base, runs, stages, found, folder, command)
    return folder


def base_of(calibration: Calibration) -> Scenario:
    """The scenario with everything as declared. RequestError where it cannot be composed."""
    scenario = Scenario.compose([*calibration.model, "threads=1"])
    if any(policy.levers for policy in scenario.policies):
        raise RequestError("a calibration is of a world without policies; write policy=none", where="model")
    return scenario


def digest_of(calibration: Calibration, base: Scenario) -> str:
    """Changes with whatever can change what a calibration finds."""
    asked = [str(calibration.targets), str(calibration.outcomes), str(calibration.plan), calibration.only,
             calibration.fixed, base.key]  # fmt: skip
    return hashlib.sha256(json.dumps(asked, default=str).encode()).hexdigest()


def _claim(folder: Path, calibration: Calibration, base: Scenario, replace: bool) -> None:
    """Make the folder this calibration's own, or refuse."""
    digest = digest_of(calibration, base)
    asked = folder / ASKED
    if asked.is_file():
        try:
            known = unsealed(asked)
        except DamagedError:
            known = {}
        if known.get("digest") != digest:
            if not replace:
                raise RequestError(
                    f"{folder} holds another calibration, or one of another version of the model; choose name=NAME, or "
                    "give --replace",
                    where=str(folder),
                )
            shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f".{ASKED}.part"
    content = {"digest": digest, "name": calibration.name, "title": calibration.title, "source": source_hash(),
               "model": list(calibration.model), "plan": dataclasses.asdict(calibration.plan)}  # fmt: skip
    part.write_text(sealed(content), encoding="utf-8")
    os.replace(part, asked)


def _finish(
    calibration: Calibration, base: Scenario, runs: Runs, stages: Stages, found: Found, folder: Path, command: str
) -> None:
    """Everything that follows from the sets: the ensemble, and what was held out."""
    sets = _sets(calibration, found)
    write_whole(folder / "sets.parquet", sets)
    write_whole(folder / "waves.parquet", pd.DataFrame(found.waves))
    write_whole(folder / "groups.parquet", found.groups)
    write_whole(folder / "singles.parquet", found.singles)
    chosen, fits = best(calibration, found)
    points = found.points[chosen]
    scenarios = [base.replace(found.space.settings(point)) for point in points]
    seeds = stages.seeds(calibration.plan.final_seeds if fits else calibration.plan.seeds)
    held = held_out_of(calibration, runs, scenarios, seeds)
    write_whole(folder / "held_out.parquet", held)
    said = {"world": base.world.name, "fits": fits, "made": command, "runs": runs.done, "failed": len(runs.failed)}
    about = about_of(calibration, base.values, found.waves, summary_of(calibration, held), said)
    name = base.world.name if fits else f"{base.world.name}-nearest"
    write(folder / "ensemble", name, table_of(found.space, points), about)


def best(calibration: Calibration, found: Found) -> tuple[list[int], bool]:
    """Numbers of the sets of the ensemble, and whether they fit: accepted ones, or else those that meet the most."""
    if found.accepted:
        return found.accepted[: calibration.plan.sets], True
    count = len(calibration.fitted)
    values = means(scaled(calibration.fitted, found.values[..., :count]))
    away = misses(calibration.fitted, values, found.chance[:count] / calibration.plan.seeds)
    hits = (away <= 2.0).sum(axis=1)
    order = np.lexsort((np.minimum(away, 9.0).sum(axis=1), -hits))
    return [int(each) for each in order[: calibration.plan.sets] if hits[each] == hits[order[0]]], False


def held_out_of(
    calibration: Calibration, runs: Runs, scenarios: Sequence[Scenario], seeds: Sequence[int]
) -> pd.DataFrame:
    """What each set of the ensemble gives of what was held out: columns set, target, value, met."""
    held = calibration.held_out
    if not held or not scenarios:
        return pd.DataFrame(columns=["set", "target", "value", "met"])
    values = scaled(held, runs.sealed_values(scenarios, seeds))
    mean = means(values)
    with np.errstate(invalid="ignore"):
        chance = np.nanmean(np.nanvar(values, axis=1, ddof=1), axis=0) / np.isfinite(values).sum(axis=1).mean(axis=0)
    fits = met(held, mean, np.nan_to_num(chance))
    rows = [
        (number + 1, target.name, np.exp(mean[number, place]) if target.scale == "log" else mean[number, place],
         bool(fits[number, place]))
        for number in range(len(scenarios))
        for place, target in enumerate(held)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["set", "target", "value", "met"])


def summary_of(calibration: Calibration, held: pd.DataFrame) -> dict[str, Any]:
    """By target that was held out, the share of sets that meet it; and the share that meets all."""
    if not len(held):
        return {}
    shares = {target.name: float(held[held["target"] == target.name]["met"].mean()) for target in calibration.held_out}
    return {"all": float(held.groupby("set")["met"].all().mean()), **shares}


def _sets(calibration: Calibration, found: Found) -> pd.DataFrame:
    """Every set of the waves: its wave, whether it fits, its settings, and the mean of each target and outcome."""
    names = [each.name for each in (*calibration.fitted, *calibration.outcomes)]
    settings = pd.DataFrame([found.space.settings(point) for point in found.points])
    values = pd.DataFrame(means(found.values), columns=[f"value of {name}" for name in names])
    table = pd.concat([settings, values], axis=1)
    table.insert(0, "accepted", [number in set(found.accepted) for number in range(len(found.points))])
    table.insert(0, "wave", found.wave)
    return table

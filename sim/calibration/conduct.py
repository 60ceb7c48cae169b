"""Carrying out a calibration: steps one after another, each kept, and what they found judged, told and written."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from sim.calibration.ensemble import about_of, table_of, write
from sim.calibration.fitting import means
from sim.calibration.judging import best, judge
from sim.calibration.optional import check_packages, one_thread
from sim.calibration.page import page
from sim.calibration.reading import TARGETS, read_calibration
from sim.calibration.request import Calibration, Outcome, Target
from sim.calibration.runs import Runs, write_whole
from sim.calibration.space import Space
from sim.calibration.stages import Found, Stages
from sim.calibration.together import Together
from sim.calibration.told import Told, tables_of
from sim.calibration.words import markdown
from sim.ground.cache import source_hash
from sim.ground.errors import Faults, RequestError
from sim.results.places import results_folder
from sim.results.sealed import DamagedError, sealed, unsealed
from sim.scenario.scenario import Scenario

FOLDER = "calibration"  # below that of the results
ASKED, PAGE, TEXT = "asked.json", "calibration.html", "calibration.md"
WORDS = ("says", "why", "grade", "source")  # of targets and the like: they can be changed without any run
NEAREST = "-nearest"  # ends the name of an ensemble none of whose sets fits


@dataclass(frozen=True)
class Way:
    """How a calibration is carried out: nothing here changes a result.

    ``workers`` None means one process a core; ``stored`` that nothing may be run, only judged from what is there.
    """

    workers: int | None = None
    replace: bool = False
    progress: bool = False
    stored: bool = False


def calibrate(calibration: Calibration, *, name: str, way: Way = Way(), command: str = "") -> Told:
    """Run what is missing and write everything to ``results/<name>/calibration``.

    Raises
    ------
    RequestError : something in the request is wrong, or the folder holds another calibration; nothing has been started.
    """
    check_packages()
    return _carried_out(calibration, results_folder(name) / FOLDER, way, command)


def _carried_out(calibration: Calibration, folder: Path, way: Way, command: str) -> Told:
    """A calibration carried out in its own folder below that of the results."""
    base = base_of(calibration)
    _claim(folder, calibration, base, way.replace, command)
    runs = Runs(calibration, base, folder, workers=way.workers, progress=way.progress, stored=way.stored)
    stages = Stages(calibration, runs, shown=way.progress)
    found = stages.waves(stages.screened())
    return finish(calibration, base, runs, stages, found, folder, command)


def again(folder: Path, way: Way = Way()) -> Told:
    """The calibration that a folder of results holds, judged anew from its runs and written there; nothing is run.

    Raises
    ------
    RequestError : the folder holds no calibration, or not all of its runs.
    """
    try:
        asked = unsealed(folder / FOLDER / ASKED)
        path, words = Path(asked["file"]), list(asked["words"])
    except (FileNotFoundError, NotADirectoryError, DamagedError, KeyError):
        raise RequestError(f"{folder} holds no whole calibration", where=str(folder)) from None
    calibration = read_calibration(path if path.is_file() else TARGETS.find(str(asked["name"])), words)
    check_packages()
    return _carried_out(calibration, folder / FOLDER, dataclasses.replace(way, stored=True), asked["made"])


def base_of(calibration: Calibration) -> Scenario:
    """The scenario with everything as declared. RequestError where it cannot be composed, or leaves nothing to fit."""
    scenario = Scenario.compose([*calibration.model, "threads=1"])
    if any(policy.levers for policy in scenario.policies):
        raise RequestError("a calibration is of a world without policies; write policy=none", where="model")
    faults, run = Faults("model"), float(scenario["time.years"])
    for each in calibration.figures:
        if each.years is not None and not each.years[0] < run:
            faults.add(f"years of {each.name} begin at {each.years[0]:g}, and {run:g} are run", where="time.years")
        elif each.years is not None and run < each.years[1] < math.inf:
            faults.add(f"years of {each.name} go to {each.years[1]:g}, and {run:g} are run", where="time.years")
    if not Space.of(scenario.values, calibration.only, calibration.fixed).names:
        faults.add("no parameter is free: all are fixed, or the model sets them outside their plausible ranges",
                   where="parameters")  # fmt: skip
    faults.tell()
    return scenario


def digest_of(calibration: Calibration, base: Scenario) -> str:
    """Changes with whatever can change what a calibration finds; what is only said of it leaves it alone."""
    free = [
        (each.name, each.low, each.high, each.scale)
        for each in Space.of(base.values, calibration.only, calibration.fixed).ranges
    ]
    figures = [_without_words(each) for each in calibration.figures]
    together = [_without_words(each) for each in calibration.together]
    asked = [figures, together, str(calibration.plan), free, base.key]
    return hashlib.sha256(json.dumps(asked, default=str).encode()).hexdigest()


def _without_words(asked: Target | Outcome | Together) -> dict[str, Any]:
    """What is asked, without its texts."""
    return {name: value for name, value in vars(asked).items() if name not in WORDS}


def _claim(folder: Path, calibration: Calibration, base: Scenario, replace: bool, command: str) -> None:
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
    content = {
        "digest": digest,
        "name": calibration.name,
        "title": calibration.title,
        "source": source_hash(),
        "file": str(calibration.path),
        "words": list(calibration.words),
        "made": command,
    }
    part.write_text(sealed(content), encoding="utf-8")
    os.replace(part, asked)


def finish(
    calibration: Calibration, base: Scenario, runs: Runs, stages: Stages, found: Found, folder: Path, command: str
) -> Told:
    """Everything that follows from the sets: what is told, and the ensemble."""
    look = stages.look(found)
    hidden = stages.hidden(found, look)
    with one_thread():
        told = judge(calibration, base, runs, found, look, len(stages.whole.names))
    told = dataclasses.replace(told, about={**told.about, "hidden_in_runs": hidden})
    for name, table in tables_of(told).items():
        write_whole(folder / f"{name}.parquet", table)
    write_whole(folder / "sets.parquet", _sets(calibration, found))
    chosen, fits = best(calibration, found)
    said = {
        "world": base.world.name,
        "fits": fits,
        "inside_every_band": told.about["inside"],
        "made": command,
        "runs": runs.done,
        "failed": len(runs.failed),
    }
    about = about_of(calibration, base.values, found.waves, told.about["held_out_met"], found.chance, said)
    name = base.world.name if fits else f"{base.world.name}{NEAREST}"
    write(folder / "ensemble", name, table_of(found.space, found.points[chosen]), about)
    write_text(folder / TEXT, markdown(told))
    write_text(folder / PAGE, page(told))
    return told


def write_text(path: Path, text: str) -> None:
    """A text file, whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, encoding="utf-8")
    os.replace(part, path)


def _sets(calibration: Calibration, found: Found) -> pd.DataFrame:
    """Every set of the waves: its wave, whether it fits, its settings, and the mean of each target and outcome."""
    settings = pd.DataFrame([found.space.settings(point) for point in found.points])
    values = pd.DataFrame(means(found.values), columns=[f"value of {name}" for name in calibration.columns])
    table = pd.concat([settings, values], axis=1)
    table.insert(0, "accepted", [number in set(found.accepted) for number in range(len(found.points))])
    table.insert(0, "wave", found.wave)
    return table

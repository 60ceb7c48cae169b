"""Carrying out an evaluation: runs go through the journal of a study, estimates are kept, figures made."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from sim.evaluation import effects
from sim.evaluation.code import code_hash
from sim.evaluation.diagnosis import agreement, diagnose
from sim.evaluation.estimates import estimate_all
from sim.evaluation.optional import package
from sim.evaluation.request import Evaluation
from sim.evaluation.roll_out import design_of
from sim.evaluation.words import markdown
from sim.ground.errors import RequestError
from sim.results.findings import Findings
from sim.results.provenance import study_key
from sim.results.sealed import DamagedError, unsealed
from sim.results.store import Store
from sim.studies.conduct import Way, conduct

FOLDER = "evaluation"  # below that of the results
ASKED = f"{FOLDER}/asked.json"
ESTIMATES, ACTIVITY = f"{FOLDER}/estimates.parquet", f"{FOLDER}/activity.parquet"
DIAGNOSIS, PAGE, TEXT = f"{FOLDER}/diagnosis.parquet", f"{FOLDER}/evaluation.html", f"{FOLDER}/evaluation.md"


@dataclass(frozen=True)
class Done:
    """An evaluation that has been carried out.

    Parameters
    ----------
    about : what was asked, as plain data; see :func:`about`.
    estimates, activity : what designs and indicators said in every world.
    figures : how good they are, as ``diagnosis.diagnose`` gives it.
    ranks : rank agreement of indicators of activity with the truth.
    folder : where it is kept.
    failures : runs that failed: arm, seed, why.
    """

    about: Mapping[str, Any]
    estimates: pd.DataFrame
    activity: pd.DataFrame
    figures: pd.DataFrame
    ranks: pd.DataFrame
    folder: Path
    failures: Sequence[tuple[str, int, str]] = ()


def check_packages(evaluation: Evaluation) -> None:
    """RequestError with the command that installs it, if a design needs a package that is missing."""
    for _, asked in evaluation.answer:
        if asked.needs:
            package(asked.needs)


def evaluate(evaluation: Evaluation, seeds: Sequence[int], *, name: str, way: Way | None = None) -> Done:
    """Run what is missing, estimate, diagnose, and write everything to ``results/<name>/evaluation``.

    Estimates of the same request and the same runs are taken from there.

    Raises
    ------
    RequestError : something in the request is wrong; nothing has been started or written.
    StoreError : results could not be written; what had finished is kept.
    """
    check_packages(evaluation)
    design = design_of(evaluation)
    found = conduct(design, seeds, name=name, way=dataclasses.replace(way or Way(), report=False))
    assert found.folder is not None  # noqa: S101 - it was named
    key = _key(evaluation, found)
    estimates, activity = _stored(found.folder, key) or estimate_all(evaluation, found)
    said = about(evaluation, found, estimates) | {"key": key}
    if not len(estimates):
        reasons = "; ".join(dict.fromkeys(why for _, _, why in said["failures"])) or "no run has finished"
        raise RequestError(f"there is nothing to evaluate: {reasons}", where=name)
    judging = evaluation.judging
    done = judged(said, estimates, activity, judging.alpha, judging.power, found.folder)
    with Store(found.folder, study_key(design.settings)) as store:
        _write(store, done)
    return done


def judged(
    said: Mapping[str, Any],
    estimates: pd.DataFrame,
    activity: pd.DataFrame,
    alpha: float,
    power: float,
    folder: Path,
) -> Done:
    """An evaluation from its stored estimates; nothing is run."""
    told = estimates.groupby("design", sort=False)[["p", "low"]].count()
    by_interval = [str(label) for label in told.index[(told["p"] == 0) & (told["low"] > 0)]]
    said = {**said, "alpha": alpha, "power": power, "by_interval": by_interval}
    figures = diagnose(estimates, alpha=alpha, power=power)
    ranks = agreement(activity) if len(activity) else pd.DataFrame(columns=["indicator", "tau", "error", "worlds"])
    failures = [(str(arm), int(seed), str(why)) for arm, seed, why in said["failures"]]
    return Done(said, estimates, activity, figures, ranks, folder, failures)


def again(folder: Path, alpha: float | None = None) -> Done:
    """The evaluation that a folder of results holds, judged anew from its estimates and written there.

    Raises
    ------
    RequestError : the folder holds no evaluation.
    """
    try:
        said = unsealed(folder / ASKED)
        estimates, activity = (pd.read_parquet(folder / name) for name in (ESTIMATES, ACTIVITY))
    except (FileNotFoundError, NotADirectoryError, DamagedError):
        raise RequestError(f"{folder} holds no whole evaluation", where=str(folder)) from None
    said = {"used": said["seeds"], "failures": [], **said}  # which results of earlier versions do not hold
    done = judged(said, estimates, activity, alpha or said["alpha"], said["power"], folder)
    record = unsealed(folder / "study.json")
    with Store(folder, record["study_key"]) as store:
        _write(store, done)
    return done


def _stored(folder: Path, key: str) -> tuple[pd.DataFrame, pd.DataFrame] | None:
    """What was estimated before from the same request and runs; None where there is nothing whole."""
    try:
        if unsealed(folder / ASKED).get("key") != key:
            return None
        return pd.read_parquet(folder / ESTIMATES), pd.read_parquet(folder / ACTIVITY)
    except (FileNotFoundError, DamagedError, OSError, ValueError):
        return None


def _key(evaluation: Evaluation, found: Findings) -> str:
    """Changes with whatever can change an estimate: request, designs of the user's own, runs, and the code of both."""
    runs = [arm.scenario.run_key(seed) for arm in found.design.arms for seed in found.seeds]
    failed = [str(failure) for failure in found.failures]
    asked = [str(evaluation.model), str(evaluation.inquiry), str(evaluation.data), str(evaluation.process)]
    designs = [f"{label} {each.name} {dict(each.options)} {each.digest}" for label, each in evaluation.answer]
    return hashlib.sha256(json.dumps([asked, designs, runs, failed, code_hash()]).encode()).hexdigest()


def about(evaluation: Evaluation, found: Findings, estimates: pd.DataFrame) -> dict[str, Any]:
    """What was asked, as plain data from which the page is made."""
    model, data, asked = evaluation.model, evaluation.data, evaluation.inquiry
    scenario = found.design.arms[-1].scenario
    begin = effects.starts(evaluation)
    treated = [name for name, at in zip(model.among, begin, strict=True) if at < float("inf")]
    return {
        "name": evaluation.name,
        "title": evaluation.title,
        "question": evaluation.question,
        "world": scenario.world.name,
        "policy": model.policy,
        "policy_name": next(each.name for each in scenario.policies if each.key.startswith(model.policy)),
        "doses": list(model.doses),
        "treated": treated,
        "controls": [name for name in model.among if name not in treated],
        "starts": sorted({int(at) for at in begin if at < float("inf")}),
        "periods": (data.last - data.first) // data.weeks,
        "period": data.period,
        "inquiry": {"metric": asked.metric, "agency": asked.agency, "effect": asked.effect},
        "data": {"source": data.source, "agency": data.agency, "layer": data.layer},
        "designs": {label: each.name for label, each in evaluation.answer},
        "seeds": len(found.seeds),
        "used": len(estimates.drop_duplicates([*(["setting"] if "setting" in estimates else []), "seed"])),
        "failures": [[arm, seed, str(why)] for _, arm, seed, why in found.failures],
        **_of_ensemble(found),
        "people": int(scenario["people.size"]),
        "scale": float(scenario["people.scale"]),
        "before": float(estimates["before"].mean()) if len(estimates) else 0.0,
        "alpha": evaluation.judging.alpha,
        "power": evaluation.judging.power,
    }


def _of_ensemble(found: Findings) -> dict[str, Any]:
    design = found.design
    return {} if design.ensemble is None else {"ensemble": design.ensemble.name, "worlds": len(design.settings)}


def _write(store: Store, done: Done) -> None:
    """Everything of the evaluation; the files appear together. Raises StoreError."""
    from sim.evaluation.page import page  # noqa: PLC0415 - templates load when there is something to show

    tables = {ESTIMATES: done.estimates, ACTIVITY: done.activity, DIAGNOSIS: done.figures}
    with store.publish() as write:
        for name, table in tables.items():
            write(name, pa.Table.from_pandas(table, preserve_index=False))
        write(PAGE, page(done.about, done.figures, done.ranks))
        write(TEXT, markdown(done.about, done.figures, done.ranks))
        write(ASKED, dict(done.about))

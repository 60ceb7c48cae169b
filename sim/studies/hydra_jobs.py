"""Arms as jobs of a Hydra launcher: joblib, submitit, or any other that is installed.

Hydra starts one job an arm; each composes its arm again from its words, does the seeds that are missing and appends
them to a journal in the study's folder. What a job did not do, because it failed or was killed, is done afterwards by
the process that asked.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import hydra
from hydra.errors import HydraException
from omegaconf import DictConfig

from sim.ground.errors import RequestError
from sim.results import journal
from sim.results.run import describe, run_one
from sim.scenario.scenario import Scenario
from sim.studies.pool import Job

FOLDER = "LABYRINTH_STUDY_FOLDER"  # jobs that start elsewhere inherit it with the environment
ARMS = ".hydra-arms.json"


def fill(jobs: Sequence[Job], folder: Path, words: Sequence[str]) -> None:
    """Do jobs with the launcher that ``words`` choose (``hydra/launcher=joblib``), an arm at a time.

    Raises
    ------
    RequestError : the launcher does not take its settings, or stops.
    """
    arms: dict[str, dict[str, object]] = {}
    for job in jobs:
        luck = job.scenario["luck"]
        own = {"words": list(job.words), "luck": luck, "knows_people": job.knows_people, "seeds": []}
        arm = arms.setdefault(f"{job.scenario.key} {luck} {job.knows_people}", own)
        arm["seeds"].append(job.seed)  # type: ignore[attr-defined]
    if not arms:
        return
    path = folder / ARMS
    path.write_text(json.dumps(list(arms.values())), encoding="utf-8")
    numbers = ",".join(str(number) for number in range(len(arms)))
    overrides = [
        f"+arm={numbers}" if len(arms) > 1 else "+arm=choice(0)",
        "hydra/job_logging=none",
        "hydra/hydra_logging=none",
        "hydra.output_subdir=null",
        "hydra.job.chdir=false",
        f"hydra.sweep.dir={json.dumps(str((folder / 'hydra').resolve()))}",
        *words,
    ]
    with _as_if_called(["labyrinth sweep", "--multirun", *overrides], folder.resolve()):
        try:
            hydra.main(version_base="1.3", config_path=None)(one_arm)()
        except Exception as error:  # noqa: BLE001 - every launcher has its own; runs that have finished are kept
            what = str(error) if isinstance(error, HydraException) else describe(error)
            raise RequestError(f"the launcher stopped: {' '.join(what.split())}", where=" ".join(words)) from None
        finally:
            path.unlink(missing_ok=True)
    shutil.rmtree(folder / "hydra", ignore_errors=True)


@contextmanager
def _as_if_called(line: list[str], folder: Path) -> Iterator[None]:
    """Hydra reads its words from the command line, and leaves with exit codes of its own unless told otherwise."""
    before, sys.argv = sys.argv, line
    kept = {name: os.environ.get(name) for name in (FOLDER, "HYDRA_FULL_ERROR")}
    os.environ.update({FOLDER: str(folder), "HYDRA_FULL_ERROR": "1"})
    try:
        yield
    finally:
        sys.argv = before
        for name, value in kept.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def one_arm(config: DictConfig) -> int:
    """What a Hydra job does: all missing seeds of one arm; returns how many finished."""
    folder = Path(os.environ[FOLDER])
    arm = json.loads((folder / ARMS).read_text(encoding="utf-8"))[int(config.arm)]
    scenario = Scenario.compose(arm["words"]).replace({"threads": 1, "luck": arm["luck"]})
    done = 0
    with closing(journal.Writer(folder / "journal")) as writer:
        for seed in arm["seeds"]:
            result = run_one(scenario, seed, arm["words"], knows_people=arm["knows_people"])
            if result.failure is None:
                writer.append(result)
                done += 1
    return done

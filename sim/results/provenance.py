"""What a result rests on: versions, platform, source, seeds, keys, departures from the defaults, times, failures."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sim.ground.cache import source_hash
from sim.ground.version import __version__
from sim.results.places import name_of
from sim.ground.machine import cores
from sim.policies.shocks import draft_of
from sim.results.run import Failure, RunResult, departures
from sim.results.runs import SUMMARY

if TYPE_CHECKING:
    from sim.results.asked import Setting
    from sim.results.arms import Arm
    from sim.results.runs import Runs

FORMAT = 2  # of a folder of results; the first had no checksums
PACKAGES = (
    "numpy",
    "numba",
    "llvmlite",
    "mesa",
    "hydra-core",
    "pandas",
    "scipy",
    "pyarrow",
    "matplotlib",
)


def study_key(settings: Sequence[Setting]) -> str:
    """Content of a study whatever its name, seeds, threads or workers: its arms (the baseline first) and the source."""
    digest = hashlib.sha256(source_hash().encode())
    for setting in settings:
        for position, arm in enumerate(setting.arms):
            label = "baseline" if position == 0 else arm.label
            digest.update(f"|{setting.label}|{label}|{arm.scenario.key}".encode())
    return digest.hexdigest()


def failed_runs(manifest: Mapping[str, Any], settings: Sequence[Setting]) -> dict[str, RunResult]:
    """The runs that a manifest says have failed, by key; those of other arms than these settings have are left out."""
    arms = {(setting.label, arm.label, arm.scenario["luck"]): arm for setting in settings for arm in setting.to_run}
    found = {}
    for entry in manifest.get("failures", []):
        arm = arms.get((entry.get("setting", ""), entry["arm"], entry["luck"]))
        if arm is not None:
            key = arm.scenario.run_key(entry["seed"])
            failure = Failure(entry["stage"], entry["error"], entry["to_repeat"], luck=entry["luck"])
            found[key] = RunResult(key, entry["seed"], failure=failure, luck=entry["luck"])
    return found


def describe_arm(arm: Arm, setting: str = "") -> dict[str, Any]:
    """An arm as plain data: what it is called, what made it, and in what it departs from the defaults."""
    scenario = arm.scenario
    return {
        **_in(setting),
        "label": arm.label,
        "overrides": list(arm.words),
        "scenario_key": scenario.key,
        "world": scenario.world.name,
        "world_key": scenario.world.key,
        "changed_from_default": departures(scenario),
        "policies": [
            {
                "key": policy.key,
                "name": policy.name,
                "dose": policy.dose,
                "implementation": policy.implementation,
                "start_week": policy.start,
                "ramp_weeks": policy.ramp,
            }
            for policy in scenario.policies
        ],
        "shocks": [draft_of(shock) for shock in scenario.shocks],
    }


def versions() -> dict[str, str]:
    """Versions of Python and of what the results depend on."""
    return dict(_versions())


@cache
def _versions() -> dict[str, str]:
    """The same, looked up once: packages stay what they are while a process runs."""
    found = {"python": platform.python_version(), "labyrinth": __version__}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def manifest(
    settings: Sequence[Setting],
    seeds: Sequence[int],
    *,
    name: str | None,
    status: str,
    seconds: Mapping[str, float] = MappingProxyType({}),
    failures: Sequence[tuple[str, str, int, Failure]] = (),
    timings: Mapping[str, float] = MappingProxyType({}),
    **more: Any,
) -> dict[str, Any]:
    """Everything needed to judge and repeat a result.

    ``status`` is running, complete or incomplete; ``seconds`` those of each finished run by key; ``failures`` are
    setting, arm, seed and reason.
    """
    pairs = [(setting.label, arm) for setting in settings for arm in setting.arms]
    ran = [(setting.label, arm) for setting in settings for arm in setting.to_run]
    scenarios = {(setting, arm.label): arm.scenario for setting, arm in ran}
    return {
        "name": name,
        "status": status,
        "format": FORMAT,
        "study_key": study_key(settings),
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "source": source_hash(),
        "versions": versions(),
        "platform": f"{platform.system()} {platform.machine()}, {cores()} cores",
        "seeds": list(seeds),
        "lucks": settings[0].lucks,
        "baseline": settings[0].arms[0].label,
        "arms": [describe_arm(arm, setting) for setting, arm in pairs],
        "runs": [
            _in(setting)
            | {"arm": arm.label, "seed": seed, "luck": arm.scenario["luck"], "key": key, "seconds": round(seconds[key], 3)}
            for setting, arm in ran
            for seed in seeds
            if (key := arm.scenario.run_key(seed)) in seconds
        ],
        "seconds": {stage: round(taken, 3) for stage, taken in timings.items()},
        "failures": [
            {
                **_in(setting),
                "arm": arm,
                "seed": seed,
                "luck": failure.luck,
                "key": scenarios[setting, arm].run_key(seed, failure.luck),
                "stage": failure.stage,
                "error": failure.error,
                "to_repeat": failure.reproducer,
            }
            for setting, arm, seed, failure in failures
        ],
        **more,
    }


def of_results(
    settings: Sequence[Setting], seeds: Sequence[int], runs: Runs, *, folder: Path | None, **more: Any
) -> dict[str, Any]:
    """The manifest of what has been run: complete when every arm has every seed and luck. ``more`` as in :func:`manifest`."""
    wanted = {arm.scenario.run_key(seed) for setting in settings for arm in setting.to_run for seed in seeds}
    seconds = {run.key: run.seconds for run in runs.finished(list(wanted), SUMMARY)}
    return manifest(
        settings,
        seeds,
        name=None if folder is None else name_of(folder),
        status="complete" if wanted <= set(seconds) else "incomplete",
        seconds=seconds,
        **more,
    )


def _in(setting: str) -> dict[str, str]:
    return {"setting": setting} if setting else {}

"""The ensemble as data: accepted sets as a table, with what made them beside it."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.calibration.request import Calibration
from sim.calibration.runs import write_whole
from sim.calibration.space import Floats, Space
from sim.ground.cache import source_hash
from sim.ground.version import __version__

FOLDER = "ensemble"  # among configuration files


def table_of(space: Space, points: Floats) -> pd.DataFrame:
    """Accepted sets: a number, and the value of each parameter that was calibrated."""
    rows = [{"set": number, **space.settings(point)} for number, point in enumerate(points, 1)]
    return pd.DataFrame(rows, columns=["set", *space.names])


def about_of(
    calibration: Calibration,
    values: Mapping[str, Any],
    waves: Sequence[Mapping[str, float]],
    held_out: Mapping[str, Any],
    chance: Floats,
    said: Mapping[str, Any],
) -> dict[str, Any]:
    """What stands beside the table: world, version, settings, targets, waves, what was held out.

    ``chance`` is the variance between seeds of the targets that were fitted to, on their scales.
    """
    plan = calibration.plan
    settings = {name: values[name] for name in ("people.size", "time.years", "time.burn_in_weeks")}
    by_name = {each.name: float(value) for each, value in zip(calibration.fitted, chance, strict=False)}
    targets = [
        {
            "name": each.name,
            "says": each.says,
            "metric": each.metric,
            "over": each.over,
            "minus": each.minus,
            "law": [_number(end) for end in each.law] if each.law else None,
            "years": [_number(end) for end in each.years] if each.years else None,
            "low": _number(each.low),
            "high": _number(each.high),
            "error": each.error,
            "chance": by_name.get(each.name),
            "scale": each.scale,
            "grade": each.grade,
            "source": list(each.source),
            "held_out": each.held_out,
        }
        for each in calibration.targets
    ]
    return {
        "world": str(said["world"]),
        "calibration": calibration.name,
        "version": __version__,
        "source": source_hash(),
        "settings": {**settings, "seeds": plan.final_seeds, "first_seed": plan.first_seed},
        "targets": targets,
        **({"together": [vars(each) for each in calibration.together]} if calibration.together else {}),
        "waves": [{name: _number(value) for name, value in wave.items()} for wave in waves],
        "held_out_met": {name: _number(value) for name, value in held_out.items()},
        **{key: value for key, value in said.items() if key != "world"},
    }


def write(folder: Path, name: str, table: pd.DataFrame, about: Mapping[str, Any]) -> tuple[Path, Path]:
    """``NAME.csv`` and ``NAME.json`` in a folder, each whole; returns their paths."""
    path, beside = folder / f"{name}.csv", folder / f"{name}.json"
    write_whole(path, table)
    part = beside.with_name(f".{beside.name}.part")
    part.write_text(json.dumps(about, indent=1, default=_plain, allow_nan=False) + "\n", encoding="utf-8")
    os.replace(part, beside)
    return path, beside


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{value!r} cannot be written")

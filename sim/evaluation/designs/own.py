"""A design of the user's: any function of a Python file, written ``path.py:function``."""

from __future__ import annotations

import hashlib
import importlib.util
import math
from collections.abc import Callable
from numbers import Real
from pathlib import Path
from typing import Any

import pandas as pd

from sim.evaluation.estimate import Estimate, NotPossibleError
from sim.ground.errors import RequestError
from sim.ground.shipped import shown


def own_design(text: str, folder: Path, where: str | None) -> tuple[Callable[..., Estimate], str]:
    """The function that ``path.py:function`` names, and the digest of its file.

    Paths are looked for in the folder of the evaluation's file, then in the working directory.

    The function takes the panel and gives ``(estimate, (low, high))`` or an ``Estimate``.

    Raises
    ------
    RequestError : there is no such file or function.
    """
    name, _, function = text.rpartition(":")
    path = next((base / name for base in (folder, Path.cwd()) if (base / name).is_file()), None)
    if path is None:
        raise RequestError(f"there is no file {name!r} for the design {text!r}", where=where)
    spec = importlib.util.spec_from_file_location(f"own_design_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise RequestError(f"{shown(path)} is no Python file", where=where)
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # noqa: BLE001 - whatever the user's file does is told in a sentence
        raise RequestError(f"{shown(path)} cannot be loaded: {type(error).__name__}: {error}", where=where) from None
    made = getattr(module, function, None)
    if not callable(made):
        known = [key for key, value in vars(module).items() if callable(value) and not key.startswith("_")]
        raise RequestError(f"{shown(path)} has no function {function!r}", where=where, given=function, allowed=known)

    def design(frame: pd.DataFrame, **options: Any) -> Estimate:
        try:
            return as_estimate(made(frame, **options), text)
        except NotPossibleError:
            raise
        except Exception as error:  # noqa: BLE001
            raise NotPossibleError(f"{text} failed: {type(error).__name__}: {error}") from None

    return design, hashlib.sha256(path.read_bytes()).hexdigest()


def as_estimate(found: Any, name: str) -> Estimate:
    """What the function gave as an estimate. NotPossibleError: it is not ``(estimate, (low, high))``."""
    if isinstance(found, Estimate):
        return found
    try:
        estimate, (low, high) = found
    except (TypeError, ValueError):
        raise NotPossibleError(f"{name} must give (estimate, (low, high))") from None
    if not all(isinstance(value, Real) for value in (estimate, low, high)) or not math.isfinite(estimate):
        raise NotPossibleError(f"{name} gave something else than numbers")
    return Estimate(float(estimate), float(low), float(high))

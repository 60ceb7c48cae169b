"""Options of an executor: ``key=value,key=value`` after the colon of its name."""

from __future__ import annotations

import math
from typing import Any

from sim.ground.errors import RequestError

# options of submitit: whole numbers with the least that each may be, other numbers, and text
COUNTS = {
    "block": 1,
    "jobs": 1,
    "timeout_min": 1,
    "cpus_per_task": 1,
    "nodes": 1,
    "tasks_per_node": 1,
    "gpus_per_node": 0,
}
NUMBERS = ("mem_gb",)
TEXTS = ("folder", "name")
MOST_OF_AN_OPTION = 10**9


def options_of(text: str, name: str = "slurm") -> dict[str, Any]:
    """Options ``key=value,key=value`` of Slurm jobs, or of local ones; numbers become numbers.

    Raises
    ------
    RequestError : an option is not known, is given twice, or is not of its type.
    """
    found: dict[str, Any] = {}
    for part in filter(None, text.split(",")):
        key, _, value = (word.strip() for word in part.partition("="))
        if not key or not value:
            raise RequestError(
                f"options of an executor are written key=value,key=value, not {part!r}", where="executor"
            )
        if key in found:
            raise RequestError(f"{key} is given twice", where="executor")
        found[key] = _option(name, key, value)
    return found


def _option(name: str, key: str, value: str) -> Any:
    """The value of an option, of its type."""
    known = (*COUNTS, *NUMBERS, *TEXTS, *(_of_sbatch() if name == "slurm" else ()))
    if key not in known and key.removeprefix("slurm_") not in known:
        raise RequestError(f"executor {name} has no option {key!r}", where="executor", given=key, allowed=known)
    if key in COUNTS:
        low, high = COUNTS[key], 1 if name != "slurm" and key == "nodes" else MOST_OF_AN_OPTION
        if not (value.isascii() and value.isdigit() and len(value) < 12 and low <= int(value) <= high):
            top = "" if high == MOST_OF_AN_OPTION else f" to {high}"
            raise RequestError(f"{key} must be a whole number from {low} on{top}, not {value!r}", where="executor")
        return int(value)
    if key in NUMBERS:
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if not 0 < number < MOST_OF_AN_OPTION:
            raise RequestError(f"{key} must be a number above 0, not {value!r}", where="executor")
        return number
    return int(value) if key not in TEXTS and value.isascii() and value.isdigit() and len(value) < 12 else value


def _of_sbatch() -> tuple[str, ...]:
    """The options of ``sbatch`` that submitit passes on."""
    import submitit  # noqa: PLC0415 - an optional package

    return tuple(sorted(submitit.SlurmExecutor._valid_parameters()))

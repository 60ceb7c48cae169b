"""What ``--json`` prints for commands that simulate: one object on stdout, and nothing else there.

What has no value (a metric without events, the bound of an interval that does not exist) is null. ``status`` is
``complete`` or ``incomplete``, where a run failed or is missing; the exit code says the same.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from sim.results.findings import Findings
    from sim.studies.estimate import Plan

Answer = dict[str, Any]


def print_answer(answer: Answer) -> None:
    """Print an answer as JSON that every reader takes: without NaN."""
    print(json.dumps(plain(answer), indent=2, ensure_ascii=False, allow_nan=False))


def of_run(folder: Path, name: str, seed: int, failures: Sequence[Mapping[str, Any]]) -> Answer:
    """The answer to ``labyrinth run``: where results are, and every metric over the weeks after burn-in."""
    import pandas as pd  # noqa: PLC0415 - commands load what they need

    table = None if failures else mean_over_lucks(pd.read_parquet(folder / "summary.parquet"))
    metrics = {} if table is None else dict(zip(table["metric"], table["value"], strict=True))
    return {
        "name": name,
        "folder": str(folder),
        "report": _report(folder),
        "status": "incomplete" if failures else "complete",
        "seed": seed,
        "metrics": metrics,
        "groups": _of_groups(folder),
        "failures": [dict(failure) for failure in failures],
    }


def mean_over_lucks(table: pd.DataFrame) -> pd.DataFrame:
    """The values of one run, each the mean over the lucks in which it has one: columns by, group, metric, value.

    ``table`` is ``summary.parquet``, without by and group, or ``groups.parquet``.
    """
    keys = [name for name in ("by", "group", "metric") if name in table.columns]
    return table.groupby(keys, sort=False, as_index=False, observed=True)[["value"]].mean()


def _of_groups(folder: Path) -> list[Answer]:
    """Metrics of a run by group, as far as it was asked to split them: by, group, metric, value."""
    import pandas as pd  # noqa: PLC0415

    table = folder / "groups.parquet"
    if not table.exists():
        return []
    rows = mean_over_lucks(pd.read_parquet(table)).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows]


def of_study(found: Findings, name: str) -> Answer:
    """The answer to ``labyrinth compare`` and ``sweep``: where results are, and its effects and risks."""
    folder = found.folder
    labels = found.design.labels
    return {
        "name": name,
        "folder": None if folder is None else str(folder),
        "report": None if folder is None else _report(folder),
        "status": "incomplete" if found.failures or found.missing else "complete",
        "title": found.design.title,
        "question": found.design.question,
        "settings": list(dict.fromkeys(setting for setting, _ in labels)),
        "baseline": labels[0][1],
        "arms": [arm for arm in dict.fromkeys(arm for _, arm in labels) if arm != labels[0][1]],
        "seeds": found.seeds,
        "lucks": found.lucks,
        "points": found.design.numbered,
        "answer": None if found.summary.empty else found.answer.plain,
        **_of_worlds(found),
        "risks": found.risks.to_dict("records"),
        "group_effects": found.group_effects.to_dict("records"),
        "failures": [
            {
                "setting": setting,
                "arm": arm,
                "seed": seed,
                "luck": failure.luck,
                "stage": failure.stage,
                "error": failure.error,
                "to_repeat": failure.reproducer,
            }
            for setting, arm, seed, failure in found.failures
        ],
        "seconds": dict(found.timings),
    }


def _of_worlds(found: Findings) -> Answer:
    """Effects; with an ensemble those over all its worlds, since those in each of them are for tables."""
    if found.design.ensemble is None:
        return {"effects": found.effects.to_dict("records")}
    return {
        "ensemble": found.design.ensemble.name,
        "over_worlds": found.over_worlds.to_dict("records"),
        "turns": found.turns.to_dict("records"),
        "sensitivity": found.sensitivity.to_dict("records"),
    }


def of_plan(plan: Plan, name: str, labels: Sequence[tuple[str, str]]) -> Answer:
    """The answer to ``--dry-run``: what would be done, and how long it would take."""
    return {
        "name": name,
        "folder": f"results/{name}",
        "status": "planned",
        "settings": list(dict.fromkeys(setting for setting, _ in labels)),
        "arms": list(dict.fromkeys(arm for _, arm in labels)),
        "seeds": plan.seeds,
        "lucks": plan.lucks,
        "runs": plan.runs,
        "there": plan.there,
        "seconds": {stage: round(taken, 1) for stage, taken in plan.stages.items()},
        "minutes": round(plan.minutes, 2),
        "measured": plan.measured,
        "megabytes": round(plan.megabytes, 1),
        "workers": plan.workers,
    }


def plain(value: Any) -> Any:
    """``value`` as JSON holds it: numbers of numpy as Python's, what is not finite as None."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _report(folder: Path) -> str | None:
    page = folder / "report.html"
    return str(page) if page.exists() else None

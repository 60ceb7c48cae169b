"""The shipped studies: ``configs/study/NAME.yaml`` with a folder here, each a part of what is published.

``findings.md`` in the folder of a study is written from its kept table, and so are the figures in its README.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from experiments.findings.part import EFFECTS, Asked, Part, Scale, effects_of
from sim.ground.shipped import configs_dir
from sim.report.markdown import metrics_of
from sim.results.findings import Findings
from sim.scenario.folders import Folders
from sim.studies.request import comparison

HERE = Path(__file__).parent
PREFIX = "study-"
SEEDS = "seeds=6"
MINUTES = {"headline": 3.0, "corruption_traps": 4.0, "equal_budget": 3.5, "reflection_length": 3.0}
USUAL = 2.0


def shipped() -> list[str]:
    """Names of the studies that have a folder here."""
    return [name for name in Folders((configs_dir(),)).options("study") if (HERE / name).is_dir()]


def ask(name: str, scale: Scale) -> list[Asked]:
    """The study as it is shipped, with ``SEEDS``."""
    request = comparison([], [f"study={name}", SEEDS, *scale.added])
    return [Asked(request.design, tuple(request.seeds))]


def find(found: list[Findings]) -> pd.DataFrame:
    """One row for each setting, arm and metric shown; ``variance_ratio`` is what pairing gained."""
    table = effects_of(found[0])
    ratios = found[0].effects["variance_ratio"].reindex(table.index)
    table = table.assign(variance_ratio=ratios)
    shown = table[table["metric"].isin(metrics_of(table))]
    return shown[["setting", "arm", "metric", *EFFECTS, "variance_ratio"]]


PARTS = tuple(
    Part(
        PREFIX + name,
        f"the study {name}",
        MINUTES.get(name, USUAL),
        lambda scale, name=name: ask(name, scale),  # type: ignore[misc]
        find,
    )
    for name in shipped()
)

"""What measures against officials who sell do, what tighter borders do to officials, and a world where nobody sells."""

from __future__ import annotations

import pandas as pd

from experiments.findings.part import EFFECTS, Asked, Part, Scale, asked, effects_of
from sim.results.findings import Findings

BASE = ["time.years=5", "seeds=6"]
POLICIES = ("official_pay", "official_monitoring", "official_rotation", "integrity_package", "visa_transparency",
            "media_and_whistleblowers", "external_inspection", "tighter_borders")  # fmt: skip
NOBODY, BOTH = "nobody sells", "tighter_borders+integrity_package"
METRICS = ("captured_posts", "captured_border_posts", "bribes_per_crossing", "genuine_papers_share", "complaint_rate",
           "exploited_people")  # fmt: skip


def ask(scale: Scale) -> list[Asked]:
    """Every measure, and the two that are told of together, against no policy."""
    arms = {"none": ["policy=none"]} | {name: [f"policy={name}"] for name in POLICIES}
    arms[BOTH] = ["policy=[tighter_borders,integrity_package]"]
    arms[NOBODY] = ["policy=none", "mechanisms.corruption=off"]
    return [asked({"": arms}, {}, [*BASE, *scale.added], metrics=METRICS)]


def find(found: list[Findings]) -> pd.DataFrame:
    """One row for each arm and metric."""
    return effects_of(found[0])[["arm", "metric", *EFFECTS]]


PARTS = (Part("officials", "measures against officials who sell", 1.5, ask, find),)

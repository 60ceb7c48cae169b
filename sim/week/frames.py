"""Panels and captures of runs as DataFrames: what evaluators get, beside the truth (``docs/records.md``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.week.linking import COLUMNS

if TYPE_CHECKING:
    import pandas as pd

Arrays = Mapping[str, NDArray[Any]]
# columns of captures by which the truth is counted
WHO = ("year", "region", "sector", "female", "minor")


def panel_frame(panel: Arrays) -> pd.DataFrame:
    """A panel as one row a week, region, metric and agency.

    Columns week (0 is the first after burn-in), region, agency (``all`` or who keeps statistics), metric, truth and
    record, float32, NaN where nobody records it. Empty for a run without a panel.
    """
    import pandas as pd  # noqa: PLC0415 - tables are made when they are asked for

    if not panel:
        return pd.DataFrame(columns=["week", "region", "agency", "metric", "truth", "record"])
    regions, metrics, agencies = (panel[name] for name in ("regions", "metrics", "agencies"))
    places, rows = len(regions), len(metrics)
    weeks = len(panel["truth"]) // (places * rows)

    def named(words: NDArray[Any], before: int, after: int) -> pd.Categorical:
        unique = list(dict.fromkeys(words))
        codes = np.array([unique.index(word) for word in words], np.int16)
        return pd.Categorical.from_codes(np.tile(np.repeat(codes, after), before), pd.Index(unique))

    return pd.DataFrame(
        {
            "week": np.repeat(np.arange(weeks, dtype=np.int32) + np.int32(panel["first"][0]), places * rows),
            "region": named(regions, weeks, rows),
            "agency": named(agencies, weeks * places, 1),
            "metric": named(metrics, weeks * places, 1),
            "truth": panel["truth"],
            "record": panel["record"],
        }
    )


def captures_frame(captures: Arrays) -> pd.DataFrame:
    """Capture histories as one row a record: columns as ``sim.week.linking.link`` says. Empty for a run without any."""
    import pandas as pd  # noqa: PLC0415

    frame = pd.DataFrame({name: captures[name] if captures else [] for name in COLUMNS})
    return frame.astype({"region": "category", "sector": "category"})


def population(captures: pd.DataFrame) -> pd.DataFrame:
    """The truth with which estimates from lists compare: exploited people by year, region, sector, sex and age.

    Columns ``WHO``, ``people`` exploited in a week of the year at least, and ``weeks`` of exploitation among them: over
    52, the people exploited at a time. Columns before ``year``, such as arm and seed, stay.
    """
    truth = captures[captures["exploited"] & ~captures["copy"]]
    by = [*captures.columns[: list(captures.columns).index("person")], *WHO]
    counted = truth.groupby(by, observed=True, as_index=False)
    return counted.agg(people=("person", "size"), weeks=("weeks", "sum"))


FRAMES = {"panels": panel_frame, "captures": captures_frame}

"""Per cent of truth, of records and of estimates are told of what there would be without the policy."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.evaluation.designs import alone, differences
from sim.evaluation.effects import Cells, World, frame_for, in_unit, treated_cells, twins
from sim.evaluation.estimates import rows_of
from sim.evaluation.reading import read_evaluation

REGIONS, PERIODS = ("a", "b", "c", "d"), 16
START = np.array([9.0, 9.0, np.inf, np.inf])


def drifting_worlds(change):
    """Twins whose records double everywhere when the policy begins, which changes them by a share."""
    level = np.array([8.0, 12.0, 9.0, 11.0])[:, None]
    base = np.where(np.arange(1, PERIODS + 1) >= 9, 2.0, 1.0)[None, :] * np.ones((4, 1)) * level.mean() + level
    moved = np.where(treated_cells(START, PERIODS), base * (1 + change), base)
    return [World(Cells(REGIONS, values), Cells(REGIONS, values)) for values in (base, moved)]


def drifting(change):
    """What the policy does in such twins, and the table of records."""
    without, with_it = drifting_worlds(change)
    return twins(without, with_it, START, "percent"), frame_for(with_it.records, START)


def test_a_perfect_design_has_no_fault_where_records_drift():
    found, frame = drifting(-0.2)
    made = differences.difference_in_differences(frame)
    assert found.truth == found.record == pytest.approx(-20)
    assert in_unit(made.estimate, found.after, "percent") == pytest.approx(-20)
    low, high = (in_unit(end, found.after, "percent") for end in (made.low, made.high))
    assert low <= -20 <= high


def test_a_design_that_takes_drift_for_the_policy_says_by_how_much_as_its_reader_would():
    found, frame = drifting(0.0)
    before = frame[(frame["time"] < 9) & np.isfinite(frame["treated_at"])]["y"].mean()
    made = alone.before_after(frame)
    assert in_unit(made.estimate, found.after, "percent") == pytest.approx(100 * (found.after / before - 1))


def test_a_model_of_ratios_is_told_by_its_own_ratio(poisson):
    api = pytest.importorskip("statsmodels.api")
    frame = poisson(4, units=1, treated=1, periods=20, starts=(11,), effect=-8.0)
    time = np.arange(1, 21)
    x = np.column_stack([np.ones(20), time, time >= 11]).astype(float)
    fit = api.GLM(frame["y"].to_numpy(), x, family=api.families.Poisson()).fit()
    made = alone.interrupted_series(frame, seasonal=False)
    after = frame[frame["time"] >= 11]["y"].mean()
    assert in_unit(made.estimate, after, "percent") == pytest.approx(100 * (np.exp(fit.params[-1]) - 1), rel=1e-5)


def test_ends_of_intervals_keep_their_order_and_what_has_no_share_is_open():
    ends = [in_unit(x, 2.0, "percent") for x in (-math.inf, -6.0, 0.0, 1.0, 1.9, 2.0, 3.0, math.inf)]
    assert ends == sorted(ends)
    assert ends[:4] == [-100.0, -75.0, 0.0, 100.0]
    assert ends[-3:] == [math.inf] * 3
    assert math.isnan(in_unit(math.nan, 2.0, "percent"))
    assert in_unit(-3.0, 2.0, "people") == -3.0


def test_a_design_that_changes_its_table_changes_that_of_no_other(text, tmp_path):
    code = "def spoils(panel):\n    panel['y'] = 0.0\n    return 0.1, (0.0, 0.2)\n"
    (tmp_path / "own.py").write_text(code, encoding="utf-8")
    regions = (
        "among: [union_south, union_west, union_core, union_border]\n    start: {union_south: 78 weeks, union_west"
    )
    for old, new in (
        ("among: {role: destination}\n    start: {union_south: 78 weeks, union_west", regions),
        (", gulf_destination: 78 weeks", ""), ("before: 78", "before: 104"), ("after: 78", "after: 104"),
        ("78 weeks", "2 years"), ("time.years=3", "time.years=4"),
        ("- before_after", "- own.py:spoils\n  - before_after"),
    ):  # fmt: skip
        assert old in text
        text = text.replace(old, new)
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
    asked = read_evaluation(tmp_path / "mine.yaml")
    without, with_it = drifting_worlds(-0.2)
    rows = {row["design"]: row for row in rows_of(asked, 1, {0.0: without, 1.0: with_it}) if row["dose"] == 1}
    assert rows["did_wild"]["estimate"] == pytest.approx(-20)
    assert rows["did_wild"]["design_fault"] == pytest.approx(0, abs=1e-9)


def test_a_design_that_expects_nothing_has_no_per_cent():
    """Also where rounding leaves a little of what is nothing."""
    assert in_unit(3.0, 3.0, "percent") == np.inf
    assert in_unit(3.0 - 1e-12, 3.0, "percent") == np.inf
    assert in_unit(4.0, 3.0, "percent") == np.inf
    assert in_unit(1.0, 3.0, "percent") == pytest.approx(50.0)
    assert np.isnan(in_unit(np.nan, 3.0, "percent"))

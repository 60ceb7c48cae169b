"""Files of targets: what is wrong is told at once, and all that are shipped can be read and composed."""

from __future__ import annotations

import csv
import json
import math
import re
from pathlib import Path

import numpy as np
import pytest

from sim.calibration.conduct import base_of
from sim.calibration.ensemble import about_of
from sim.calibration.reading import TARGETS, read_calibration
from sim.ground.errors import RequestError
from sim.ground.shipped import configs_dir

TEXT = """
title: Mine
question: What fits?
model: [world=corridor, policy=none, people.size=300, time.years=1]
plan: {seed: 5, sets: 7}
parameters: {only: [visa, debt.notice]}
targets:
  share:
    says: irregular departures that use a provider
    metric: provider_share
    band: [0.4, 0.7]
    discrepancy: 0.03
    why: small worlds have few providers
    grade: Q
    source: [assumed]
  seen:
    says: identified a year per exploited person
    metric: identified
    over: exploited_people
    law: [0.6, 2]
    band: [0.05, null]
    source: [assumed]
  fee:
    says: mean fee, US$
    metric: mean_fee
    years: [0, 1]
    band: [2000, 8000]
    scale: log
    source: [EC 3.2]
    held_out: true
outcomes:
  exploited: {says: exploited people, metric: exploited_people, over: people}
"""


def read(text: str, folder: Path, *words: str):
    path = folder / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return read_calibration(path, words)


@pytest.mark.parametrize("name", TARGETS.names())
def test_shipped_targets_can_be_composed_and_rest_on_something(name):
    calibration = read_calibration(TARGETS.find(name))
    assert base_of(calibration)["policy"] == ("none",)
    assert len(calibration.fitted) >= 10
    assert 4 <= len(calibration.held_out) <= 6
    assert all(each.source and each.says for each in calibration.targets)


def test_a_file_says_everything(tmp_path):
    found = read(TEXT, tmp_path, "plan.sets=9", "people.size=400")
    assert [target.name for target in found.fitted] == ["share", "seen"]
    assert found.columns == ("share", "seen", "exploited")
    assert (found.plan.seed, found.plan.sets) == (5, 9)
    assert found.model[-1] == "people.size=400"
    assert found.only == ("visa", "debt.notice")
    assert found.held_out[0].band == pytest.approx((7.6009, 8.9872), abs=1e-4)


def test_every_fault_is_told_at_once(tmp_path):
    wrong = (
        TEXT.replace("metric: provider_share", "metric: provider_shar")
        .replace("band: [0.05, null]", "band: [0.05, 0.01]")
        .replace("    why: small worlds have few providers\n", "")
        .replace("scale: log", "scale: logs")
        .replace("plan: {seed: 5, sets: 7}", "plan: {seed: 5, set: 7}")
        .replace("debt.notice", "debt.notic")
        .replace("outcomes:", "outcome:")
    )
    with pytest.raises(RequestError) as caught:
        read(wrong, tmp_path)
    said = str(caught.value)
    for part in ("did you mean 'provider_share'", "must rise", "did you mean 'log'", "did you mean 'sets'",
                 "did you mean 'debt.notice'", "did you mean 'outcomes'", "line"):  # fmt: skip
        assert part in said


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("    why: small worlds have few providers\n", "", "no reason"),
        ("metric: identified\n", "metric: deaths\n", "not known by region"),
        ("metric: exploited_people, over: people", "metric: mean_fee, years: [0, 1]", "held out"),
        ("band: [2000, 8000]", "band: [0, 8000]", "goes by factors"),
        ("    source: [assumed]\n", "", "needs 'source'"),
        ("sets: 7", "sets: 0.5", "whole number"),
        ("sets: 7", "seeds: 6", "final_seeds"),
        ("sets: 7", "first: 8", "at least 10"),
        ("law: [0.6, 2]", "law: [0.6, 2]\n    years: [0, 1]", "both years and law"),
        ("years: [0, 1]", "years: [-1, 1]", "count from 0"),
        ("only: [visa, debt.notice]", "only: [people.size]", "no plausible range"),
    ],
)
def test_what_cannot_be_is_refused(before, after, said, tmp_path):
    assert before in TEXT
    with pytest.raises(RequestError, match=said):
        read(TEXT.replace(before, after), tmp_path)


def test_a_world_with_a_policy_is_refused(tmp_path):
    with pytest.raises(RequestError, match="without policies"):
        base_of(read(TEXT.replace("policy=none", "policy=raids").replace("years=1", "years=3"), tmp_path))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("years: [0, 1]", "years: [0, 2]", "years of fee go to 2, and 1 are run"),
        ("years: [0, 1]", "years: [1, null]", "years of fee begin at 1, and 1 are run"),
        ("debt.notice]", "debt.notice], fixed: [visa, debt]", "no parameter is free"),
    ],
)
def test_years_that_are_not_run_and_a_world_in_which_nothing_is_free_are_refused(before, after, said, tmp_path):
    with pytest.raises(RequestError, match=said):
        base_of(read(TEXT.replace(before, after), tmp_path))


def test_open_ends_of_years_and_regions_can_be_written(tmp_path):
    text = TEXT.replace("law: [0.6, 2]", "law: [0.6, null]")
    found = read(text.replace("years: [0, 1]", "years: [0.5, null]"), tmp_path)
    about = about_of(found, base_of(found).values, [], {"all": math.nan}, np.zeros(2), {"world": "corridor"})
    said = json.loads(json.dumps(about, allow_nan=False))
    assert [each["law"] for each in said["targets"]] == [None, [0.6, None], None]
    assert said["targets"][2]["years"] == [0.5, None]
    assert read(text.replace("years: [0, 1]", "years: [null, 1]"), tmp_path).held_out[0].years == (0.0, 1.0)


def test_sources_of_shipped_targets_can_be_looked_up():
    with (configs_dir() / "evidence.csv").open(encoding="utf-8", newline="") as file:
        known = {row["id"] for row in csv.DictReader(file)}
    for name in TARGETS.names():
        for target in read_calibration(TARGETS.find(name)).targets:
            for source in target.source:
                assert source in known | {"assumed"} or re.search(r"\b(19|20)\d\d\b", source), (target.name, source)

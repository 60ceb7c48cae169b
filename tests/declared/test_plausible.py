"""Plausible ranges: every parameter has one, it holds the declared value, and says on what it rests."""

from __future__ import annotations

import csv
import math
import re
from pathlib import Path

import pytest

from sim.declared import plausible as module
from sim.declared.parameters import PARAMETERS
from sim.declared.plausible import COLUMNS, DEFINITION, Plausible, plausible
from sim.ground.errors import RequestError
from sim.ground.shipped import configs_dir
from sim.report.evidence import evidence

_IDS = re.compile(r"\bC\d{1,2}-[A-Z]\d+[a-z]?\b|\bEC \d+\.\d+\b")


def test_every_parameter_has_a_range_that_holds_the_declared_value_within_the_limits_of_validity() -> None:
    assert list(plausible()) == list(PARAMETERS)
    for name, it in plausible().items():
        item = PARAMETERS[name]
        assert it.basis, name
        if it.uncertain:
            assert item.low <= it.low <= item.default <= it.high <= item.high, name
        else:
            assert it.low == item.default, name
            assert it.basis.startswith(DEFINITION), name


def test_what_a_range_rests_on_can_be_looked_up() -> None:
    known = set(evidence())
    for name, it in plausible().items():
        assert set(_IDS.findall(it.basis)) <= known, name


def test_a_range_is_assumed_or_names_the_source_of_its_size() -> None:
    for name, it in plausible().items():
        if it.uncertain and "assumed" not in it.basis:
            assert _IDS.search(it.basis), name
            assert re.search(r"\d|one|two|three|half|third|thirty|as many", _IDS.sub("", it.basis)), name


def test_values_along_a_range_stay_within_it_and_come_back_as_the_share_that_they_are() -> None:
    for name, it in plausible().items():
        assert it.at(0) == it.low
        assert it.at(1) == it.high
        if it.uncertain and not PARAMETERS[name].whole:
            assert it.share(it.at(0.3)) == pytest.approx(0.3), name
        if it.uncertain and PARAMETERS[name].whole:
            assert isinstance(it.at(0.3), int)


def test_a_range_by_factors_has_its_middle_at_the_geometric_mean() -> None:
    it = Plausible("visa.wait", 8.0, 78.0, "log", "assumed")
    assert it.at(0.5) == pytest.approx(math.sqrt(8 * 78))
    assert it.share(-1.0) == -math.inf
    with pytest.raises(ValueError, match="no share"):
        it.at(1.5)


def _with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change) -> None:
    """The shipped file with its rows changed, in place of it."""
    with (configs_dir() / module.FILE).open(encoding="utf-8", newline="") as file:
        rows = change({row["name"]: row for row in csv.DictReader(file)})
    with (tmp_path / module.FILE).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows.values())
    monkeypatch.setattr(module, "configs_dir", lambda: tmp_path)


def test_what_is_wrong_with_the_file_is_told_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def spoil(rows):
        rows["visa.wait"]["low"] = "30"
        rows["visa.price"]["scale"] = "lg"
        rows["choice.noise"]["basis"] = ""
        rows["people.size"] |= {"low": "10", "high": "10"}
        rows["choice.discount"]["high"] = "9"
        del rows["journey.room"]
        return rows

    _with(tmp_path, monkeypatch, spoil)
    with pytest.raises(RequestError) as told:
        module.plausible.__wrapped__()
    for word in (
        "visa.wait, 30 to 78, does not hold the declared value, 26",
        "did you mean 'log'",
        "choice.noise does not say what its range rests on",
        "people.size has one plausible value, and it is not the declared one",
        "choice.discount = 9 is outside its range",
        "journey.room has no row",
    ):
        assert word in str(told.value)

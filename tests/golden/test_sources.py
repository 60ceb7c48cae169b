"""Versions of the source of which golden runs say that they give the same runs."""

from __future__ import annotations

import pytest

from experiments import golden

MACHINE, _, STORED = golden.stored()
CASE = "corridor: default"


@pytest.fixture
def few(tmp_path, monkeypatch):
    """Golden with one case, one digest and another version beside this one."""
    monkeypatch.setattr(golden, "STORED", tmp_path / "golden.json.gz")
    monkeypatch.setattr(golden, "SOURCES", tmp_path / "sources.csv")
    monkeypatch.setattr(golden, "source_hash", lambda: "this")
    monkeypatch.setattr(golden, "cases", lambda: iter([(CASE, [])]))
    monkeypatch.setattr(golden, "run_of", lambda words: words)
    monkeypatch.setattr(golden, "digests", lambda *_: {"counter a": "00000001"})
    golden.store({CASE: {"counter a": "00000001"}})
    golden.SOURCES.write_text("source,shown\nother,2026-01-01\n", encoding="utf-8")
    return monkeypatch


def test_a_version_that_gives_every_number_is_added_to_those_that_do(few):
    assert golden.same_runs("this")
    assert not golden.same_runs("other")
    assert golden.main([]) == 0
    assert golden.main([]) == 0
    assert golden.sources() == ["other", "this"]
    assert golden.same_runs("other")
    assert not golden.same_runs("a third")


def test_one_that_gives_another_number_is_not(few):
    few.setattr(golden, "digests", lambda *_: {"counter a": "00000002"})
    assert golden.main([]) == 1
    assert golden.sources() == ["other"]


def test_a_comparison_of_some_cases_vouches_for_nothing(few):
    assert golden.main(["corridor"]) == 0
    assert golden.sources() == ["other"]


@pytest.mark.parametrize(
    ("found", "left"),
    [
        ({"counter a": "00000001", "counter b": "00000005"}, ["other", "this"]),  # a new number, and the old as it was
        ({"counter a": "00000002"}, ["this"]),
        ({"counter b": "00000005"}, ["this"]),
    ],
)
def test_what_is_stored_anew_keeps_other_versions_only_if_no_number_has_changed(few, found, left, capsys):
    few.setattr(golden, "digests", lambda *_: found)
    assert golden.main(["--write"]) == 0
    assert golden.sources() == left
    assert ("has not changed" in capsys.readouterr().out) == (len(left) > 1)
    assert golden.stored()[2] == {CASE: found}


@pytest.mark.slow
@pytest.mark.skipif(golden.made_on() != MACHINE, reason="this machine cannot tell")
def test_this_version_is_among_them():
    from sim.ground.cache import source_hash

    assert source_hash() in golden.sources(), "run python -m experiments.golden"

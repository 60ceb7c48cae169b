"""Runs of this version are those of the version that stored them, to the last bit of every number."""

from __future__ import annotations

import pytest

from experiments import golden
from sim.declared.measures.catalogue import METRICS

MACHINE, TOLD, STORED = golden.stored()
QUICK = ("corridor: lively", "archetypes: lively", "archetypes: closing")  # the others are in the long run of tests

pytestmark = pytest.mark.skipif(
    golden.made_on() != MACHINE, reason="the last bit of compiled arithmetic is another one on this machine"
)


def test_every_metric_is_stored() -> None:
    assert list(METRICS) == TOLD


@pytest.mark.parametrize(
    ("name", "words"),
    [pytest.param(*case, marks=() if case[0] in QUICK else pytest.mark.slow, id=case[0]) for case in golden.cases()],
)
def test_every_number_is_the_one_stored(name: str, words: list[str]) -> None:
    assert golden.differences(STORED[name], golden.digests(golden.run_of(words), TOLD)) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", [f"{world}: {kind}" for world in golden.WORLDS for kind in ("default", "lively")])
def test_two_threads_give_every_number_of_one(name: str) -> None:
    words = [*dict(golden.cases())[name], "threads=2"]
    assert golden.differences(STORED[name], golden.digests(golden.run_of(words), TOLD)) == []

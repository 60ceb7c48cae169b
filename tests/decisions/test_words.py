"""What an answer says first: what packages change on average, and whether the best is told apart from the second."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from sim.decisions.boxes import Discovery, Rule
from sim.decisions.judging import FLIPS, Case
from sim.decisions.words import average, rules

NAME = "exploitation_weeks"


def judged(changes, spread, worlds=20):
    """Pay-offs of packages by world; ``changes`` in the mean, ``spread`` of each package on its own."""
    draws = np.random.default_rng(1)
    shared = draws.normal(0, 50, worlds)  # worlds differ, and packages of one world with them
    rows = [(f"world {k}", name, NAME, change + shared[k] + draws.normal(0, spread))
            for name, change in changes.items() for k in range(worlds)]  # fmt: skip
    outcome = {"metric": NAME, "better": "less", "threshold": None, "relative": False}
    table = pd.DataFrame(rows, columns=["world", "package", "outcome", "change"])
    return SimpleNamespace(payoffs=table, asked={"outcomes": [outcome]})


def test_the_best_on_average_is_held_against_the_second_within_worlds():
    said = average(judged({"raids": -100, "visas": -130, "aid": -20}, 3), NAME)
    assert said.startswith("On average over 20 worlds, visas does best on weeks of exploitation: −1")
    assert "ahead of raids by 3" in said  # though the worlds of each lie much further apart than that
    assert "are told apart on average" in said
    assert "The others: raids" in said
    assert "not told apart" in average(judged({"raids": -100, "visas": -110}, 100), NAME)


def test_no_policy_may_be_best_on_average():
    said = average(judged({"raids": 200, "visas": 300}, 3), NAME)
    assert "no policy does best on weeks of exploitation. It is ahead of raids by 2" in said


@pytest.mark.parametrize(("accuracy", "error", "shown"), [(0.9, 0.05, 1), (0.6, 0.06, 0), (float("nan"), 0.1, 0)])
def test_a_tree_is_shown_where_it_tells_more_than_a_guess(accuracy, error, shown):
    leaf = Rule((), 1.0, 1.0, 10)
    found = Discovery(10, 20, "no box stands out", tree=(leaf,), accuracy=accuracy, accuracy_error=error)
    case = Case(FLIPS, "raids", "visas", NAME, 0.5, found)
    ((_, leaves, _),) = rules(SimpleNamespace(cases=(case,)))["What flips the ranking"]
    assert len(leaves) == shown

"""What an answer says first: what packages change on average, and whether the best is told apart from the second."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from sim.decisions import plainly, words
from sim.decisions.boxes import Discovery, Rule
from sim.decisions.judging import FLIPS, Asked, Case, against_luck, cases
from sim.decisions.payoffs import Cube
from sim.decisions.request import Outcome
from sim.decisions.words import average, flips, rules

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


@pytest.mark.parametrize(("accuracy", "by_luck", "shown"), [(0.9, 0.01, 1), (0.9, 0.06, 0), (float("nan"), 0.01, 0)])
def test_a_tree_is_shown_where_it_tells_more_than_luck(accuracy, by_luck, shown):
    leaf = Rule((), 1.0, 1.0, 10)
    found = Discovery(
        10, 20, "no box stands out", tree=(leaf,), accuracy=accuracy, accuracy_error=0.05, by_luck=by_luck
    )
    case = Case(FLIPS, "raids", "visas", NAME, 0.5, found)
    ((_, leaves, _),) = rules(SimpleNamespace(cases=(case,), asked={"level": 0.05}))["What flips the ranking"]
    assert len(leaves) == shown


def test_of_many_trees_the_luckiest_is_not_shown():
    found = Discovery(10, 20, "no box stands out", accuracy=0.75, accuracy_error=0.08)
    none = Discovery(0, 20, "in no world of the sample")

    def asked_for(case, by_luck):
        return Asked(Case(FLIPS, "raids", "visas", NAME, 0.5, case), by_luck if by_luck is None else lambda _: by_luck)

    asked, worlds = {"level": 0.05, "judge_seed": 1}, pd.DataFrame({"world": ["w1", "w2"]})
    (alone,) = against_luck(asked, worlds, [asked_for(found, 0.7)])
    assert alone.found.by_luck == 0.01
    first, second, _ = against_luck(
        asked, worlds, [asked_for(found, 0.7), asked_for(found, 0.8), asked_for(none, None)]
    )
    assert first.found.by_luck == second.found.by_luck == 1.0


def test_where_no_world_is_known_nothing_is_said_not_to_happen():
    outcome = Outcome(NAME, "less", -10.0)
    cube = Cube(("none", "raids"), ("w1", "w2"), (outcome,), (1, 2), np.full((2, 2, 1, 2), np.nan))
    asked = {"level": 0.05, "resamples": 10, "judge_seed": 1, "flips": [NAME]}
    (fails, _), (turned, _) = cases(asked, cube, pd.DataFrame({"world": cube.worlds, "x": [0.1, 0.2]}))
    question = "raids misses its threshold for weeks of exploitation"
    assert plainly.case(fails) == f"No world has values that tell whether {question}."
    assert np.isnan(fails.undecided)
    assert flips(SimpleNamespace(cases=(turned,))).startswith("No world has values that tell whether a ranking")


@pytest.mark.parametrize(("worlds", "said"), [({"ensemble": "calibrated"}, plainly.FITS), ({}, plainly.SAMPLE)])
def test_an_answer_ends_with_what_its_worlds_are(worlds, said, monkeypatch):
    for name in ("average", "best", "least_regret", "flips"):
        monkeypatch.setattr(words, name, lambda *_: "")
    monkeypatch.setattr(words.money, "sentences", lambda _: [])
    outcome = {"metric": NAME, "better": "less", "threshold": None, "relative": False}
    asked = {"outcomes": [outcome], "worlds": worlds, "plans": {}}
    assert words.answer(SimpleNamespace(asked=asked, enough=[], signposts=(), parts=[]))[-1] == said

"""What is told of parameters: only what so many sets can show, and of combinations only what their parts do not say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.calibration import knowledge
from sim.calibration.knowledge import Line, combinations_table, narrowed, parameters_table
from sim.calibration.space import Space
from sim.calibration.together import Together, ranks
from sim.scenario.scenario import Scenario
from tests.calibration.conftest import target

NAMES = ["visa.wait", "visa.price", "visa.complexity"]
PAIR = (Together("visa.wait", "visa.price", 0.8, "they rise together"),)


@pytest.fixture(scope="module")
def space() -> Space:
    return Space.of(Scenario.compose(["world=corridor"]).values).among(NAMES)


def line_of(space: Space, slopes: dict[str, float], spread: float = 1.0) -> Line:
    """One target with these slopes, and no outcome."""
    row = np.array([[slopes.get(name, 0.0) for name in space.names]])
    none = np.empty((0, len(space.names)))
    return Line((target("a", 0.0, 1.0),), row, np.array([spread]), (), none, ranks(space.together, space.names))


def test_few_sets_of_which_nothing_is_known_narrow_hardly_anything(space):
    generator, line = np.random.default_rng(0), line_of(space, {"visa.wait": 0.1})
    tables = [parameters_table(space, generator.random((12, 3)), line) for _ in range(100)]
    assert np.mean([narrowed(table).mean() for table in tables]) < 0.1
    known = generator.random((12, 3)) * [0.4, 1.0, 1.0]
    assert narrowed(parameters_table(space, known, line)).sum() == 1


def test_one_set_narrows_nothing(space):
    table = parameters_table(space, np.full((1, 3), 0.3), line_of(space, {"visa.wait": 3.0}))
    assert not narrowed(table).any()


def test_what_one_part_says_by_itself_is_no_combination(space):
    line = line_of(space, {"visa.wait": 3.0, "visa.price": 1.5}, 0.3)
    sets = np.random.default_rng(0).random((200, 3))
    sets[:, space.names.index("visa.wait")] = 0.5 + 0.2 * (sets[:, space.names.index("visa.wait")] - 0.5)
    assert combinations_table(space, sets, line).empty


def test_what_is_known_to_go_together_is_no_evidence(space):
    linked = replace(space, together=PAIR)
    sets = linked.joined(np.random.default_rng(0).random((400, 3)))
    line = line_of(linked, {"visa.wait": 0.05, "visa.price": -0.05})
    assert combinations_table(linked, sets, line).empty
    assert np.sqrt(np.diag(line.covariance())) == pytest.approx(1.0, abs=0.01)
    strong = line_of(linked, {"visa.wait": 3.0, "visa.price": -3.0})
    away = 0.2 * (sets[:, linked.names.index("visa.wait")] - sets[:, linked.names.index("visa.price")])
    middle = sets[:, [linked.names.index(name) for name in NAMES[:2]]].mean(axis=1)
    for name, side in (("visa.wait", 0.5), ("visa.price", -0.5)):
        sets[:, linked.names.index(name)] = middle + side * away
    (row,) = combinations_table(linked, sets, strong).to_dict("records")
    assert row["ratio"] == pytest.approx(0.2, abs=0.03)
    assert row["told"] == pytest.approx((1 / (1 + 0.2 * 18)) ** 0.5)  # of a variance of 0.2 that is known before


def test_without_a_target_that_has_an_emulator_nothing_is_told_by_one(space):
    empty = replace(line_of(space, {}), targets=(), slopes=np.empty((0, 3)), spreads=np.empty(0))
    sets = np.random.default_rng(0).random((30, 3))
    assert set(parameters_table(space, sets, empty)["target"]) == {""}
    assert combinations_table(space, sets, empty).empty
    assert knowledge.worth_table(space, empty).empty

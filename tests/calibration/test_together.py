"""Parameters that go together: the correlation that a file states, ranges as before, and nothing where none is."""

import numpy as np
import pytest
from scipy.stats import kstest, spearmanr

from sim.calibration.fitting import Look
from sim.calibration.space import Space, sobol
from sim.calibration.together import Together, hold_together, joined
from sim.declared.parameters import PARAMETERS
from sim.ground.errors import RequestError
from tests.calibration.test_reading import TEXT, read

NAMES = ("debt.markup", "debt.notice", "visa.wait")
PAIRS = (Together("debt.notice", "visa.wait", 0.6, "seen"), Together("debt.markup", "visa.wait", -0.3, "seen"))
PAIR = "    - {first: debt.markup, second: debt.notice, rank: 0.4, why: seen}\n"
WITH = TEXT.replace("parameters: {only: [visa, debt.notice]}", f"parameters:\n  together:\n{PAIR}")

THREE = (
    "    - {first: debt.markup, second: debt.notice, rank: 0.6, why: a}\n"
    "    - {first: debt.notice, second: visa.wait, rank: 0.6, why: a}\n"
    "    - {first: debt.markup, second: visa.wait, rank: -0.6, why: a}\n"
)


def test_draws_have_the_rank_correlations_asked_for_and_keep_their_ranges():
    points = sobol(4096, 3, 1)
    found = joined(points, NAMES, PAIRS)
    asked = {(1, 2): 0.6, (0, 2): -0.3, (0, 1): 0.0}
    for (one, other), rank in asked.items():
        assert spearmanr(found[:, one], found[:, other]).statistic == pytest.approx(rank, abs=0.02)
    assert all(kstest(found[:, place], "uniform").statistic < 0.02 for place in range(3))
    assert 0 < found.min() < found.max() < 1


def test_without_a_pair_points_are_left_as_they_are():
    points = sobol(64, 3, 1)
    assert joined(points, NAMES, ()) is points
    assert joined(points, NAMES[:2], PAIRS) is points  # one of each pair is not among them
    found = joined(points, NAMES, PAIRS[:1])
    np.testing.assert_array_equal(found[:, 0], points[:, 0])
    assert Look((), (), 2, 3).joined(points) is points


def test_a_space_joins_its_own_and_keeps_pairs_when_it_narrows():
    values = {name: item.default for name, item in PARAMETERS.items()}
    space = Space.of(values, only=("debt", "visa"), together=PAIRS).among(["debt.notice", "visa.wait"])
    points = space.joined(sobol(512, 2, 3))
    assert abs(spearmanr(points[:, 0], points[:, 1]).statistic - 0.6) < 0.05


def test_correlations_that_cannot_hold_together_are_known():
    pairs = [Together("a", "b", 0.6, ""), Together("b", "c", 0.6, ""), Together("a", "c", -0.6, "")]
    assert hold_together(pairs[:2])
    assert not hold_together(pairs)


def test_a_file_states_pairs(tmp_path):
    assert read(WITH, tmp_path).together == (Together("debt.markup", "debt.notice", 0.4, "seen"),)
    assert read(TEXT, tmp_path).together == ()


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("second: debt.notice", "second: debt.notic", "did you mean 'debt.notice'"),
        ("second: debt.notice", "second: lucks", "no plausible range"),
        ("second: debt.notice", "second: debt.markup", "of two parameters"),
        ("rank: 0.4", "rank: 1", "between -1 and 1"),
        (", why: seen", "", "needs 'why'"),
        (PAIR, 2 * PAIR, "stands there once"),
        (PAIR, THREE, "at once"),
    ],
)
def test_a_pair_that_cannot_be_is_refused(before, after, said, tmp_path):
    assert before in WITH
    with pytest.raises(RequestError, match=said):
        read(WITH.replace(before, after), tmp_path)

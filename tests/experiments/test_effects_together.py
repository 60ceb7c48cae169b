"""Measures that hold effects beside effects, and verdicts on what a claim presupposes."""

from __future__ import annotations

import math

import numpy as np
import pytest

from experiments import effects_together, judging, measures
from experiments.pattern_runs import Check, Runs
from experiments.verdicts import CONTRADICTED, INCONCLUSIVE, SUPPORTED, apart, opposed
from experiments.world_verdicts import Worlds, held
from sim.results.run import RunResult
from sim.results.statistics import Interval, t_interval
from sim.scenario.scenario import Scenario


def runs(kind=Runs, **arms):
    """Runs of arms (``arm={metric: values by seed}``)."""
    results = {
        arm: {
            seed: RunResult(
                f"{arm} {seed}", seed, metrics={name: float(values[seed]) for name, values in metrics.items()}
            )
            for seed in range(len(next(iter(metrics.values()))))
        }
        for arm, metrics in arms.items()
    }
    return kind(results, dict.fromkeys(results, Scenario.compose(["world=corridor"])))


def overall(pattern, checks):
    return judging.judged({"id": "x", "grade": "A", "claim": "", **pattern}, checks, 0.95)[0]["overall"]


PAIRS = {"pairs": [["a", "none"], ["b", "closed"]], "metrics": ["provider_share"], "expect": "opposite"}


@pytest.mark.parametrize(
    ("first", "second", "wanted"),
    [(0.1, -0.1, SUPPORTED), (-0.1, 0.1, SUPPORTED), (0.1, 0.1, CONTRADICTED), (0.1, 0.0, INCONCLUSIVE)],
)
def test_opposite_effects_need_a_sign_each(first, second, wanted):
    noise = 0.02 * np.array([1, -1, 2, -2, 1, -1, 0.5, -0.5])
    found = effects_together.opposite(
        runs(
            none={"provider_share": np.full(8, 0.5)},
            a={"provider_share": 0.5 + first + noise},
            closed={"provider_share": np.full(8, 0.4)},
            b={"provider_share": 0.4 + second - noise},
        ),
        PAIRS,
    )
    assert overall(PAIRS, found) == wanted


def test_effects_that_go_with_one_another_by_chance_are_not_opposite():
    """Of two effects that are none the product has a mean all the same where chance moves them apart."""
    noise = np.random.default_rng(3).normal(size=200)
    noise -= noise.mean()
    found = effects_together.opposite(
        runs(
            none={"provider_share": np.zeros(200)},
            a={"provider_share": noise},
            closed={"provider_share": np.zeros(200)},
            b={"provider_share": -noise},
        ),
        PAIRS,
    )
    assert t_interval(noise * -noise).high < 0
    assert overall(PAIRS, found) == INCONCLUSIVE


def test_opposed_is_open_where_one_is_open():
    told, open_ = Interval(1.0, 0.5, 1.5, 9), Interval(0.1, -0.4, 0.6, 9)
    assert opposed([told, open_]) == [INCONCLUSIVE] * 2
    assert opposed([told, told]) == [CONTRADICTED] * 2


STRUCK = {"pairs": [["chains", "chains_struck"], ["meshes", "meshes_struck"]], "metrics": ["throughput"]}


def struck(chains_before, meshes_before, added=10.0):
    """Both kinds lose 5 % to as many arrests more; so many arrests happen anyway."""
    wave = np.array([0.5, -0.5, 1.0, -1.0, 0.2, -0.2])
    arms = {}
    for kind, before in (("chains", chains_before), ("meshes", meshes_before)):
        arms[kind] = {"throughput": 100 + wave, "arrests_facilitators": before + wave, "enterprises": 50 + wave}
        arms[f"{kind}_struck"] = {
            "throughput": 0.95 * (100 + wave),
            "arrests_facilitators": before + added + 2 * wave[::-1],
            "enterprises": 50 + wave,
        }
    return effects_together.loss_for_arrests(runs(**arms), STRUCK)


def test_losses_are_held_against_the_arrests_that_operations_add():
    """C10-S03: arrests that happen without operations are none of their doing."""
    loss, *added = struck(60.0, 10.0)
    assert loss.found.mean == pytest.approx(0.0, abs=1e-9)
    assert [check.found.mean for check in added] == pytest.approx([0.2, 0.2], rel=0.05)
    assert overall(STRUCK | {"expect": "up"}, [loss, *added]) == INCONCLUSIVE


def test_a_loss_without_arrests_tests_nothing():
    pattern = STRUCK | {"expect": "up"}
    checks = [Check("loss", "%", Interval(3.0, 2.0, 4.0, 6)), *struck(60.0, 10.0)[1:]]
    assert overall(pattern, checks) == SUPPORTED
    none = [checks[0], *struck(60.0, 10.0, added=0.0)[1:]]
    assert overall(pattern, none) == INCONCLUSIVE


def test_a_condition_that_is_not_met_contradicts_nothing():
    """C10-S12 speaks of doses that take away 10 to 30 % each: at others it has not been tested."""
    level = np.array([100.0, 101.0, 99.0, 100.5])
    wave = np.array([0.1, -0.1, 0.2, -0.2])
    pattern = {"arm": "both", "parts": ["a", "b"], "metrics": ["exploitation_weeks"], "expect": "up"}

    def found(first, second, both):
        return effects_together.beyond_log_sum(
            runs(
                none={"exploitation_weeks": level},
                a={"exploitation_weeks": first * level + wave},
                b={"exploitation_weeks": second * level - wave},
                both={"exploitation_weeks": both * level + wave[::-1]},
            ),
            pattern,
        )

    assert overall(pattern, found(0.8, 0.8, 0.5)) == SUPPORTED
    assert overall(pattern, found(0.8, 0.8, 0.9)) == CONTRADICTED
    worse = found(1.05, 0.8, 0.6)
    assert overall(pattern, worse) == INCONCLUSIVE
    rows = judging.judged({"id": "x", "grade": "A", "claim": "", **pattern}, worse, 0.95)
    assert [row["expect"] for row in rows] == ["up", *["condition: 0.105 to 0.357"] * 2]


def test_a_pooled_ratio_has_the_chance_of_its_denominator():
    rng = np.random.default_rng(5)
    held_ = 0
    for _ in range(300):
        below = 4.0 + rng.normal(size=20)
        above = 0.5 * 4.0 + rng.normal(size=20)
        found = t_interval(effects_together.pooled_ratio(above, below))
        assert found.mean == pytest.approx(above.mean() / below.mean())
        held_ += found.low <= 0.5 <= found.high
    assert 0.91 <= held_ / 300 <= 0.98
    assert np.isnan(effects_together.pooled_ratio(np.ones(3), np.zeros(3))).all()


def test_each_world_is_judged_by_its_own_level():
    """Five worlds that fall by a fifth are none in which a figure stays within 5 %."""
    levels = np.array([5.0, 10.0, 20.0, 40.0, 925.0])
    (check,) = measures.relative_change(
        runs(Worlds, none={"departures": levels}, policy={"departures": 0.8 * levels}),
        {"arm": "policy", "metrics": ["departures"]},
    )
    assert check.found.mean == pytest.approx(-20.0)
    assert check.own == pytest.approx(np.full(5, -20.0))
    assert held(check.own, range(1, 6), (-5.0, 5.0)).holds == 0


def test_welch_holds_the_difference_of_unpaired_means():
    rng = np.random.default_rng(11)
    held_ = 0
    for _ in range(400):
        small, large = t_interval(rng.normal(0.0, 3.0, 12)), t_interval(rng.normal(1.0, 1.0, 4))
        more, reach, _ = apart(small, large)
        held_ += abs(more - 1.0) <= reach
    assert 0.92 <= held_ / 400 <= 0.98
    assert math.isnan(apart(t_interval([1.0]), t_interval([1.0, 2.0]))[1])

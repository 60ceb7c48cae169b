"""Patterns in worlds that fit: a set and a seed a replicate, sets where verdicts are open, and what is kept of runs."""

import math
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from experiments import over_worlds, patterns, world_runs
from experiments.findings import of_patterns, of_worlds
from experiments.findings.blocks import needed
from experiments.findings.kept import Kept
from experiments.findings.part import Scale, key_of
from experiments.looks import levels
from experiments.pattern_runs import LARGE, SMALL, Check
from experiments.verdicts import CONTRADICTED, INCONCLUSIVE, NOT_MEANS, SUPPORTED
from experiments.world_runs import SECOND, set_of
from experiments.world_verdicts import Worlds, expected, goes_with, held, pairing, size
from sim.declared.measures.catalogue import METRICS
from sim.ground.errors import RequestError
from sim.results.run import RunResult
from sim.results.statistics import Interval, t_quantile
from sim.scenario.ensembles import Asked
from sim.scenario.folders import Folders
from sim.scenario.scenario import Scenario

PLAN = over_worlds.Plan(sets=(4, 10), times_sets=(4, 10), twice=3, apart=3, people=300, years=0.1, burn_in=6, workers=1)
UP = (0.0, math.inf)
CONTENT = patterns.catalogue()
kept = Kept()
read_once = cache(over_worlds.ensemble_of)  # 250 sets take a while to check


@pytest.fixture(autouse=True)
def one_reading(monkeypatch):
    """Ensembles are read once for all tests."""
    monkeypatch.setattr(over_worlds, "ensemble_of", read_once)
    monkeypatch.setattr(patterns, "catalogue", lambda: CONTENT)


# --- in how many worlds a direction holds ---------------------------------------------------------------------------


def values(worlds, *, between, chance, mean=0.5, second=None, seed=1):
    """Effects of worlds with a seed each and a second one in some, their seeds, and the true effect of each world."""
    rng = np.random.default_rng(seed)
    true = mean + between * rng.standard_normal(worlds)
    seeds = [*range(1, worlds + 1), *(SECOND + number for number in range(1, (second or 0) + 1))]
    return np.array([true[set_of(seed) - 1] + chance * rng.standard_normal() for seed in seeds]), seeds, true


def test_with_one_seed_a_set_worlds_are_counted_as_they_are():
    found = held(np.array([1.0, -1.0, 2.0, np.nan]), [3, 5, 8, 9], UP)
    assert (found.worlds, found.holds, found.apart, found.turned) == (3, 2.0, False, (5,))
    assert math.isnan(found.low)


def test_worlds_that_differ_by_chance_alone_all_have_the_direction_of_their_mean():
    noisy, seeds, _ = values(30, between=0.0, chance=1.0, second=15)
    found = held(noisy, seeds, UP)
    assert (noisy[:30] < 0).sum() > 4  # estimates of single worlds point both ways
    assert found.apart
    assert found.holds > 27
    assert len(found.turned) < 3


@pytest.mark.parametrize(
    ("worlds", "between", "chance", "second"), [(20, 1.0, 0.7, 8), (40, 0.5, 1.0, 4), (24, 0.3, 1.0, 2)]
)
def test_the_interval_of_worlds_holds_the_true_number_of_them(worlds, between, chance, second):
    hits = []
    for number in range(150):
        noisy, seeds, true = values(worlds, between=between, chance=chance, second=second, seed=number)
        found = held(noisy, seeds, UP)
        hits.append(found.low <= (true > 0).sum() <= found.high)
    assert np.mean(hits) > 0.93


def test_what_is_expected_of_a_world_follows_the_pattern():
    assert expected({"expect": "down"}) == (-math.inf, 0.0)
    assert expected({"expect": "unchanged", "margin": 5}) == (-5.0, 5.0)
    assert expected({"expect": "within", "band": [0.1, 0.25]}) == (0.1, 0.25)
    assert expected({"expect": "paired"}) is None


def test_the_parameter_that_turns_a_check_is_named():
    sets = read_once(Asked(), "archetypes", Folders.of()).first(40)
    effects = np.array([row["exit.complaint"] for row in sets.values()])
    found = held(effects - np.median(effects), list(sets), UP)
    assert any(line.startswith("rises with exit.complaint") for line in goes_with(found, sets))
    few = dict(list(sets.items())[:8])
    assert goes_with(held(effects[:8] - np.median(effects[:8]), list(few), UP), few) == []


# --- runs -----------------------------------------------------------------------------------------------------------


def pretend(job):
    """A run in which regular channels move provider use far in every world, and tighter borders a little."""
    named = "".join(str(word) for word in job.scenario["policy"] or [])
    luck = np.random.default_rng([job.seed, len(named)]).normal()
    moved = -5.0 * ("regular_channels" in named) + 1.5 * ("tighter_borders" in named)
    return RunResult(job.key, job.seed, metrics=dict.fromkeys(METRICS, luck + moved))


@pytest.fixture
def asked_for(monkeypatch, tmp_path):
    """Runs that are made up, in a folder of their own; gives the jobs by batch."""
    batches = []

    def run_many(jobs, *, on_result, **_):
        batches.append(list(jobs))
        return {job.key: on_result(pretend(job)) for job in jobs}

    monkeypatch.setattr(world_runs, "run_many", run_many)
    monkeypatch.chdir(tmp_path)
    return batches


def suite(*names, plan=PLAN):
    return over_worlds.suite(patterns.chosen(CONTENT["patterns"], names), CONTENT["arms"], plan)


def test_every_replicate_is_a_set_with_a_seed_of_its_own_and_sets_go_where_verdicts_are_open(asked_for):
    found = over_worlds.carry_out(suite("C13-S08", "C4-S01"), progress=False)
    rows = {row["id"]: row for row in found.every_row}
    assert (rows["C13-S08"]["verdict"], rows["C13-S08"]["seeds"]) == (SUPPORTED, 4)
    assert (rows["C4-S01"]["verdict"], rows["C4-S01"]["seeds"]) == (SUPPORTED, 10)
    assert rows["C4-S01"]["level"] == levels(PLAN.sets)[1]
    assert rows["C4-S01"]["least"] > 0
    first, second, twice = asked_for
    sets = found.ensemble.sets
    assert {job.seed for job in first} == set(found.sets(4))
    assert {job.seed for job in second} == set(found.sets(10)) - set(found.sets(4))
    assert {job.seed for job in twice} == {SECOND + number for number in found.sets(3)}
    for job in (*first, *second, *twice):
        assert all(job.scenario[name] == value for name, value in sets[set_of(job.seed)].items())
    assert not any("regular_channels" in str(job.scenario["policy"]) for job in second)
    assert (rows["C13-S08"]["worlds"], rows["C13-S08"]["holds"], rows["C13-S08"]["apart"]) == (4, 4.0, True)


def test_patterns_that_usual_runs_leave_open_have_larger_runs_and_looks_of_their_own(asked_for):
    selection = [pattern | {"larger": pattern["id"] == "C4-S01"}
                 for pattern in patterns.chosen(CONTENT["patterns"], ["C13-S08", "C4-S01"])]  # fmt: skip
    plan = replace(PLAN, times=3, times_sets=(4, 12), twice=0, apart=0)
    found = over_worlds.carry_out(over_worlds.suite(selection, CONTENT["arms"], plan), progress=False)
    rows = {row["id"]: row for row in found.every_row}
    assert found.looks == [4, 10, 12]
    assert (rows["C13-S08"]["people"], rows["C13-S08"]["seeds"]) == ("300", 4)
    assert (rows["C4-S01"]["people"], rows["C4-S01"]["seeds"]) == ("900", 12)
    assert rows["C4-S01"]["level"] == levels(plan.times_sets)[1]
    assert rows["C4-S01"]["check"].endswith("in larger runs")
    assert not rows["C13-S08"]["check"].endswith("in larger runs")
    usual, larger, more = asked_for
    assert {job.scenario["people.size"] for job in usual} == {300}
    assert {job.scenario["people.size"] for job in (*larger, *more)} == {900}
    assert len(usual) == len(larger) == 8  # four sets, two arms: those of other sizes are other runs
    assert {job.seed for job in more} == set(found.sets(12)) - set(found.sets(4))


@pytest.mark.parametrize(
    ("mean", "half", "stops"),
    [
        (0.0, 20.0, True),  # a margin of 5 is out of reach of 20 sets
        (0.0, 6.0, False),
        (30.0, 27.0, False),  # may yet be contradicted
        (0.0, math.nan, False),  # nothing is known of what more sets would show
    ],
)
def test_what_no_set_of_the_plan_could_decide_is_not_followed(mean, half, stops):
    pattern = {"expect": "unchanged", "margin": 5}
    check = Check("departures", "%", Interval(mean, mean - half, mean + half, 8))
    assert over_worlds.out_of_reach(pattern, [check], levels((8, 20))[0], (8, 20)) == stops
    told = Check("departures", "%", Interval(0.0, -4.0, 4.0, 8))
    assert not over_worlds.out_of_reach(pattern, [told], levels((8, 20))[0], (8, 20))


@pytest.mark.parametrize(("errors", "stops"), [(0.3, True), (-0.3, True), (0.7, False), (-0.7, False)])
def test_a_mean_may_yet_move_by_its_error(errors, stops):
    level = levels((8, 20))[0]
    half = t_quantile(7, level)  # of a mean whose standard error is 1
    check = Check("departures", "people/year", Interval(errors, errors - half, errors + half, 8))
    assert over_worlds.out_of_reach({"expect": "up"}, [check], level, (8, 20)) == stops


def test_what_is_kept_is_not_run_again_also_after_a_kill(asked_for, monkeypatch):
    plan = replace(PLAN, sets=(4,), twice=0, apart=0)
    through = world_runs.run_many

    def killed(jobs, *, on_result, **_):
        for job in jobs[:3]:
            on_result(pretend(job))
        raise KeyboardInterrupt

    monkeypatch.setattr(world_runs, "run_many", killed)
    with pytest.raises(KeyboardInterrupt):
        over_worlds.carry_out(suite("C4-S01", plan=plan), progress=False)
    monkeypatch.setattr(world_runs, "run_many", through)
    rows = over_worlds.carry_out(suite("C4-S01", plan=plan), progress=False).every_row
    assert [len(batch) for batch in asked_for] == [5]  # of four sets with two arms, three were there
    again = over_worlds.carry_out(suite("C4-S01", plan=plan), progress=False).every_row
    assert len(asked_for) == 1
    assert repr(again) == repr(rows)
    over_worlds.carry_out(suite("C4-S01", plan=replace(plan, sets=(6,))), progress=False)
    assert len(asked_for[1]) == 4  # two sets more


def test_an_arm_that_sets_what_every_set_has_is_refused():
    selection = patterns.chosen(CONTENT["patterns"], ["C4-S01"])
    arms = CONTENT["arms"] | {"tighter_borders": ["policy=tighter_borders", "exit.complaint=0.3"]}
    with pytest.raises(RequestError, match=r"exit\.complaint"):
        over_worlds.suite(selection, arms, PLAN)
    with pytest.raises(RequestError, match="take 2 to 250"):
        suite("C4-S01", plan=replace(PLAN, sets=(400,)))
    with pytest.raises(RequestError, match="nonsense"):
        suite("C4-S01", plan=replace(PLAN, ensemble="nonsense"))


def test_options_name_the_ensemble_and_how_many_sets():
    plan = over_worlds.planned(patterns.options(["--ensemble", "calibrated", "--sets", "30", "--apart", "5"]))
    assert (plan.ensemble, plan.sets, plan.apart, plan.years) == ("calibrated", (6, 15, 30), 5, 10.0)
    assert over_worlds.planned(patterns.options(["--ensemble", "archetypes"])).sets == over_worlds.Plan().sets
    with pytest.raises(SystemExit):
        patterns.options(["--ensemble", "calibrated", "--sets", "-3"])


# --- measures that need several worlds ------------------------------------------------------------------------------


def test_size_is_held_within_a_set():
    scenario = Scenario.compose(["world=corridor", "people.size=1000"])
    levels_of = {1: 100.0, 2: 1_000.0, 3: 10_000.0}  # worlds far apart, and twice the people give twice the count
    runs = Worlds(
        {label: {seed: RunResult("", seed, metrics=dict.fromkeys(METRICS, times * level + seed))
                 for seed, level in levels_of.items()} for label, times in ((SMALL, 1), (LARGE, 2))},
        {SMALL: scenario, LARGE: scenario.replace({"people.size": 2000})},
    )  # fmt: skip
    checks = {check.label: check.found for check in size(runs, {"apart": {}})}
    assert checks["departures"].high - checks["departures"].low < 1
    assert checks["departures"].mean == pytest.approx(0, abs=0.1)


def test_pairing_compares_two_seeds_of_one_set():
    rng = np.random.default_rng(1)
    results = {"none": {}, "arm": {}}
    for number in range(1, 31):
        for seed in (number, SECOND + number):
            luck = rng.normal()
            for runs in results.values():
                metrics = dict.fromkeys(METRICS, 1_000.0 * number + luck + 0.5 * rng.normal())
                runs[seed] = RunResult("", seed, metrics=metrics)
    (check,) = pairing(Worlds(results, {}), {"arms": ["arm"]})
    assert check.found.mean == pytest.approx(5, rel=0.6)  # 2 (1 + 0.25) over 2 · 0.25; worlds apart have no part in it


# --- what is published ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("parts", [of_patterns.PARTS, of_worlds.PARTS])
def test_every_pattern_stands_in_one_part(parts):
    found = [pattern["id"] for part in parts for pattern in of_patterns.those_of(part.name)]
    assert sorted(found) == sorted(pattern["id"] for pattern in CONTENT["patterns"])
    assert all(of_patterns.those_of(part.name) for part in parts)


@pytest.mark.parametrize("part", of_worlds.PARTS, ids=lambda part: part.name)
def test_the_part_asks_for_other_runs_when_the_plan_changes(part, monkeypatch):
    before = key_of(part, part.ask(Scale(tiny=True)))
    assert before == key_of(part, part.ask(Scale(tiny=True)))
    monkeypatch.setattr(of_worlds, "TINY", replace(of_worlds.TINY, sets=(3,), times_sets=(3,)))
    assert key_of(part, part.ask(Scale(tiny=True))) != before


@pytest.mark.skipif(of_worlds.NAME not in kept.names, reason="the part has not been run on this tree")
def test_what_is_contradicted_has_its_mechanism_and_what_is_open_its_least_distance():
    found, every = needed(kept, of_worlds.NAME), CONTENT["patterns"]
    assert set(found["id"]) == {pattern["id"] for pattern in every}
    told = {pattern["id"] for pattern in every if pattern.get("in_the_way")}
    assert set(found.loc[found["verdict"] == CONTRADICTED, "id"]) <= told
    still_open = found[(found["verdict"] == INCONCLUSIVE) & ~found["expect"].isin([*NOT_MEANS, "above 1"])]
    assert still_open["least"].notna().all()

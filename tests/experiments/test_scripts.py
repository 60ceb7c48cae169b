"""The scripts in experiments/: verdicts, measures, and tiny runs from request to files."""

import json
import math

import numpy as np
import pytest

from experiments import bench, effects_together, golden, judging, measures, pattern_runs, patterns, shares
from experiments.files import write_whole
from experiments.findings import of_patterns, of_worlds
from experiments.findings.part import Scale
from experiments.verdicts import CONTRADICTED, INCONCLUSIVE, SUPPORTED, overall, verdict
from sim.agents.people import Path
from sim.declared.measures.catalogue import METRICS
from sim.ground.errors import RequestError
from sim.reference.registry import policies
from sim.results.run import RunResult
from sim.results.statistics import Interval

TINY = patterns.Plan(
    people=300, seeds=2, years=0.1, workers=1, small=200, large=400, large_seeds=2, times_seeds=2, burn_in=6
)


def interval(low, high, count=9):
    return Interval((low + high) / 2, low, high, count)


@pytest.mark.parametrize(
    ("expect", "low", "high", "wanted"),
    [
        ("up", 0.1, 2.0, SUPPORTED),
        ("up", -2.0, -0.1, CONTRADICTED),
        ("up", -0.1, 2.0, INCONCLUSIVE),
        ("up", 0.0, 0.0, INCONCLUSIVE),
        ("down", -2.0, -0.1, SUPPORTED),
        ("down", 0.1, 2.0, CONTRADICTED),
        ("down", -2.0, 0.1, INCONCLUSIVE),
        ("unchanged", -4.0, 1.0, SUPPORTED),
        ("unchanged", 0.5, 4.9, SUPPORTED),  # different from zero, and still within the margin
        ("unchanged", -6.0, 1.0, INCONCLUSIVE),  # not different from zero is not enough
        ("unchanged", 5.5, 9.0, CONTRADICTED),
        ("unchanged", -9.0, -5.5, CONTRADICTED),
        ("within", 0.45, 0.6, SUPPORTED),
        ("within", 0.3, 0.6, INCONCLUSIVE),
        ("within", 0.1, 0.39, CONTRADICTED),
        ("overlap", -4.0, 3.0, SUPPORTED),
        ("overlap", -40.0, 30.0, INCONCLUSIVE),
        ("overlap", 1.0, 3.0, CONTRADICTED),
        ("paired", 1.2, 5.0, SUPPORTED),
        ("paired", 0.8, 5.0, INCONCLUSIVE),
        ("paired", 0.3, 0.8, CONTRADICTED),
        ("identical", 0.0, 0.0, SUPPORTED),
        ("identical", 1.0, 1.0, CONTRADICTED),
        ("up", math.nan, math.nan, INCONCLUSIVE),
        ("unchanged", math.nan, math.nan, INCONCLUSIVE),
    ],
)
def test_verdict(expect, low, high, wanted):
    assert verdict(expect, interval(low, high), margin=5, band=(0.4, 0.9)) == wanted


def test_nothing_measured_is_inconclusive():
    assert verdict("identical", interval(0.0, 0.0, count=0)) == INCONCLUSIVE


def test_unknown_expectation_is_an_error():
    with pytest.raises(ValueError, match="sideways"):
        verdict("sideways", interval(1.0, 2.0))


def test_overall():
    assert overall([SUPPORTED, SUPPORTED]) == SUPPORTED
    assert overall([SUPPORTED, INCONCLUSIVE]) == INCONCLUSIVE
    assert overall([SUPPORTED, INCONCLUSIVE, CONTRADICTED]) == CONTRADICTED
    assert overall([]) == INCONCLUSIVE


def test_window_counts_partial_blocks_by_their_weeks():
    weeks = np.arange(-4, 24, 4, dtype=np.int32)
    run = RunResult("k", 1, weeks=weeks, series={"arrivals": weeks.astype(np.float32)})
    # weeks 9-13: three weeks of the block from 8, two of the block from 12
    assert pattern_runs.window(run, "arrivals", 9, 13) == pytest.approx((3 * 8 + 2 * 12) / 5)
    assert math.isnan(pattern_runs.window(run, "arrivals", 9, 24))


def test_replacement_is_counted_in_the_weeks_that_are_asked_for():
    weeks = np.arange(0, 16, 4, dtype=np.int32)
    none, arm = {"new": [4, 4, 4, 4], "raid": [0, 0, 0, 0]}, {"new": [5, 6, 0, 0], "raid": [1, 2, 9, 9]}
    names = ("new_exploited", "left_by_raid")
    results = {
        label: {1: RunResult("k", 1, weeks=weeks, series={
            name: np.array(values, np.float32) for name, values in zip(names, series.values(), strict=True)})}
        for label, series in (("none", none), ("raids", arm))
    }  # fmt: skip
    pattern = {"arm": "raids", "metrics": names, "weeks": [0, 7]}
    (check,) = effects_together.replacement(pattern_runs.Runs(results, {}), pattern)
    assert check.found.mean == pytest.approx(1.0)  # 1.5 more for 1.5 taken away; later weeks say something else
    (later,) = effects_together.replacement(pattern_runs.Runs(results, {}), pattern | {"weeks": [8, 15]})
    assert later.found.mean == pytest.approx(-4 / 9)


def test_diverted_counts_those_who_lost_the_visa():
    rows, generation = np.arange(4, dtype=np.int32), np.zeros(4, np.int32)
    visa, away = Path.LEFT | Path.ARRIVED_REGULAR, Path.LEFT | Path.ARRIVED_IRREGULAR
    before = {"row": rows, "generation": generation, "path": np.array([visa, visa, visa, away], np.uint8)}
    after = {"row": rows, "generation": generation, "path": np.array([visa, away, 0, away], np.uint8)}
    assert measures.diverted(before, after) == 0.5
    assert measures.diverted_net(before, after) == 0.5
    assert math.isnan(measures.diverted_net(before, before))


def test_catalogue_is_whole():
    content = patterns.catalogue()
    ids = [entry["id"] for entry in content["patterns"] + content["not_in_this_version"]]
    assert len(ids) == len(set(ids))
    for pattern in content["patterns"]:
        assert pattern["measure"] in measures.MEASURES
        assert set(pattern.get("metrics", ())) <= set(METRICS)
        named = {pattern[key] for key in ("arm", "other", "without") if key in pattern} | set(pattern.get("arms", ()))
        assert named <= set(content["arms"])


def test_only_what_is_asked_for_is_run():
    content = patterns.catalogue()
    one = patterns.groups(patterns.chosen(content["patterns"], ["C4-S01"]), content["arms"], TINY)
    assert set(one) == {"none", "tighter_borders"}
    short = patterns.groups(patterns.chosen(content["patterns"], ["diversion"]), content["arms"], TINY)
    assert set(short) == {"two years, none", "two years, channels_closed"}
    larger = [{**patterns.chosen(content["patterns"], ["C4-S01"])[0], "larger": True}]
    made = patterns.groups([*larger, *patterns.chosen(content["patterns"], ["C4-S02"])], content["arms"], TINY)
    assert set(made) == {"none", "tighter_borders", "larger, none", "larger, tighter_borders"}
    assert made["larger, none"][0].scenario["people.size"] == TINY.times * made["none"][0].scenario["people.size"]
    runs = pattern_runs.Runs(
        {label: {} for label in made}, {label: arm.scenario for label, (arm, _) in made.items()}
    ).larger()
    assert set(runs.scenarios) == {"none", "tighter_borders"}
    assert runs.scenarios["none"] is made["larger, none"][0].scenario
    with pytest.raises(RequestError, match="nonsense"):
        patterns.chosen(content["patterns"], ["nonsense"])


@pytest.mark.slow
def test_dose_zero_runs_are_runs_of_their_own_with_every_policy():
    content = patterns.catalogue()
    made = patterns.groups(patterns.chosen(content["patterns"], ["inert"]), content["arms"], TINY)
    plain, idle = (made[f"events, {label}"][0].scenario for label in ("none", "dose 0"))
    assert plain.run_key(1) != idle.run_key(1)
    assert {policy.key for policy in idle.policies} == set(policies()["name"]) - {"none"}
    assert all(policy.dose == 0 for policy in idle.policies)
    assert idle["events"]


@pytest.mark.slow
def test_tiny_patterns_from_request_to_files(tmp_path):
    content = patterns.catalogue()
    made = patterns.groups(content["patterns"], content["arms"], TINY)
    runs, failures = patterns.simulate(made, workers=1, progress=False)
    assert not failures
    rows = judging.judge(content["patterns"], runs)
    assert {row["id"] for row in rows} == {pattern["id"] for pattern in content["patterns"]}
    assert next(row["verdict"] for row in rows if row["id"] == "inert") == SUPPORTED
    assert judging.table(rows, content["not_in_this_version"]).row_count == len(rows) + len(
        content["not_in_this_version"]
    )
    written, sheet = judging.save(rows, {"plan": vars(TINY)}, tmp_path)
    stored = json.loads(written.read_text(encoding="utf-8"))
    assert len(stored["patterns"]) == len(rows) == len(sheet.read_text(encoding="utf-8").splitlines()) - 1
    assert not list(tmp_path.glob(".*.part"))


def test_a_changed_event_is_seen():
    events = {"week": np.array([1, 2], np.int32)}
    other = {"week": np.array([1, 3], np.int32)}
    assert pattern_runs.same(RunResult("a", 1, events=events), RunResult("b", 1, events=dict(events)))
    assert not pattern_runs.same(RunResult("a", 1, events=events), RunResult("b", 1, events=other))


def test_options():
    asked = patterns.options(["--quick", "--seeds", "3", "--only", "C4-S01"])
    plan = asked.plan
    assert (plan.people, plan.seeds, plan.times_seeds, asked.only) == (20_000, 3, 3, ["C4-S01"])
    assert not asked.fragile
    with pytest.raises(SystemExit):
        patterns.options(["--seeds", "0"])


def test_bench_measures_a_small_run():
    found = bench.measure(bench.Case(people=500, before=4, weeks=6, threads=1), processor=2.0)
    assert found["person_weeks_per_second"] == pytest.approx(500 * 6 / found["seconds"])
    assert found["person_weeks_per_score"] == pytest.approx(found["person_weeks_per_second"] / 2)
    assert found["bytes_per_person"] > 0
    assert sum(found["phases"].values()) <= found["seconds"]
    assert bench.speed_table([found]).row_count == 1
    assert bench.phase_table([found]).row_count == len(found["phases"])
    assert found["networks"]["enterprises"] > 0
    assert found["networks"]["microseconds_per_enterprise_week"] > 0
    assert bench.network_table([found]).row_count == 1


@pytest.mark.slow
def test_bench_case_in_a_process_of_its_own():
    found = bench.in_process(bench.Case(people=300, before=1, weeks=2, threads=1), processor=1.0)
    assert found["weeks"] == 2


def test_processor_score_is_positive():
    assert bench.processor_score(count=1000, repeats=1) > 0


def test_files_are_written_whole(tmp_path):
    path = tmp_path / "new" / "a.json"
    write_whole(path, "one")
    write_whole(path, "two")
    assert path.read_text(encoding="utf-8") == "two"
    assert [entry.name for entry in path.parent.iterdir()] == ["a.json"]


@pytest.mark.parametrize(
    "words",
    [
        ["--sets", "20"],
        ["--apart", "4"],
        ["--ensemble", "calibrated", "--seeds", "5"],
        ["--ensemble", "calibrated", "--quick"],
        ["--ensemble", "calibrated", "--looks", "2"],
        ["--ensemble", "calibrated", "--fragile"],
        ["--ensemble", "calibrated", "--sets", "1"],
        ["--ensemble", "calibrated", "--apart", "1"],
        ["--ensemble", "calibrated", "--apart", "-3"],
        ["--fragile", "--looks", "2"],
    ],
)
def test_what_would_be_ignored_is_refused(words, capsys):
    with pytest.raises(SystemExit):
        patterns.options(words)
    assert words[-2 if words[-1].lstrip("-").isdigit() else -1].lstrip("-") in capsys.readouterr().err


def test_what_counts_for_an_ensemble_is_taken():
    assert patterns.options(["--ensemble", "calibrated", "--sets", "20", "--apart", "0"]).apart == 0


@pytest.mark.parametrize("words", [["zzz_no_such_case"], ["--write", "corridor"], ["--write", "--threads", "2"]])
def test_golden_cases_are_named_and_stored_whole(words, capsys):
    with pytest.raises(SystemExit):
        golden.main(words)
    assert "zzz" in capsys.readouterr().err or words[0] == "--write"


def test_parts_with_a_plan_of_their_own_take_no_settings():
    words = Scale(words=("people.size=777",))
    for part in (of_patterns, of_worlds):
        with pytest.raises(RequestError, match="takes no settings"):
            part.ask(words)
    with pytest.raises(RequestError, match="world of its own"):
        shares.ask_in(shares.WORLDS["shares"][1])(Scale(words=("world=corridor",)))

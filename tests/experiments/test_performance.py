"""What ``make bench`` reckons from what it measures: bytes for each person-week, bounds, ratios, other packages."""

import json
import math

import pytest

from experiments import bench, machine, roofline
from experiments.peers import others, speed
from experiments.roofline import BESIDE, TOUCHED, Touched
from sim.scenario.scenario import Scenario
from sim.week.plan import PHASES
from sim.week.week import Week


def test_bytes_of_a_phase_by_hand():
    touched = Touched(columns=("due", "removal_at"), rows=(("due", 2),), tables=("venues",))
    found = roofline.bytes_of_phase(
        touched, {"due": 4, "removal_at": 4, "here": 2}, {"due": 30.0}, {"venues": 5000.0}, people=1000
    )
    assert found == pytest.approx(8 + 30 * (2 + BESIDE) * 64 / 1000 + 5)


def test_nothing_that_is_touched_is_unknown():
    week = Week(Scenario.compose(["world=corridor", "people.size=500"]), 1)
    week.advance()
    rows = roofline.rows_touched(week)
    assert set(TOUCHED) == {phase.name for phase in PHASES}, "experiments/roofline.py says what each phase touches"
    assert {who for touched in TOUCHED.values() for who, _ in touched.rows} <= set(rows)
    found = roofline.bytes_by_phase(week.state, rows)
    people = week.migrants
    scanned = people["due"].itemsize + people["removal_at"].itemsize
    assert found["consider"] == pytest.approx(scanned + rows["due"] * (2 + BESIDE) * 64 / 500)
    assert found["world"] == people["bound"].itemsize
    assert all(bytes_ >= 0 for bytes_ in found.values())


def case(people, consider, world, threads=1):
    return {
        "people": people,
        "weeks": 10,
        "threads": threads,
        "seconds": consider + world,
        "core_seconds": consider + world,
        "phases": {"consider": consider, "world": world} | dict.fromkeys(("use channels", "contract"), 0.0)
        | dict.fromkeys(("way on", "journey"), 0.0),
        "bytes": {"consider": 20.0, "world": 1.0},
        "rows": dict.fromkeys(("due", "acting", "seeking", "travelling"), people / 50),
    }  # fmt: skip


MACHINE = {"triad_1": 20e9, "triad_2": 30e9, "chased": 1e7, "spread": 2e8, "blocks": 1e8, "counters": "none"}


def test_seconds_over_the_bandwidth_bound():
    assert roofline.over_the_bound(2.0, 20e9, 20e9) == 2.0
    assert math.isinf(roofline.over_the_bound(2.0, 0.0, 20e9))
    one, other = roofline.roofline(case(1_000_000, 0.1, 0.01), MACHINE)[:2]
    # 20 bytes a person-week are a nanosecond at 20 GB/s
    assert (one["nanoseconds"], one["over"]) == (pytest.approx(10), pytest.approx(10))
    assert (one["rows"], one["nanoseconds_per_row"]) == (pytest.approx(20), pytest.approx(500))
    assert other["over"] == pytest.approx(20)
    assert math.isnan(other["nanoseconds_per_row"])
    two = roofline.roofline(case(1_000_000, 0.1, 0.01, threads=2), MACHINE)[0]
    assert two["over"] == pytest.approx(15)
    assert roofline.roofline_table(case(1000, 0.1, 0.01), MACHINE).row_count == 6
    assert roofline.machine_table(MACHINE).row_count == 6


def test_what_grows_with_people_and_what_does_not():
    # a week of 1000 people takes 2 ms, one of 11 000 people 4 ms: 1.8 ms and 0.2 µs for each
    found = roofline.fixed_and_growing(case(1000, 0.02, 0.01), case(11_000, 0.04, 0.01))
    assert found["consider"] == (pytest.approx(1800), pytest.approx(200))
    assert found["world"] == (pytest.approx(1000), pytest.approx(0))
    assert roofline.growth_table([case(1000, 0.02, 0.01), case(1000, 0.02, 0.01)], MACHINE) is None
    table = roofline.growth_table([case(1000, 0.02, 0.01), case(11_000, 0.04, 0.01)], MACHINE)
    assert table is not None
    assert table.row_count == 6


def test_what_bounds_a_phase():
    assert roofline.bound_by(fixed=1000, growing=1, over=1.0, people=1000) == "the week"
    assert roofline.bound_by(fixed=0, growing=1, over=math.inf, people=1000) == "the week"
    assert roofline.bound_by(fixed=1, growing=1, over=1.5, people=1_000_000) == "memory"
    assert roofline.bound_by(fixed=1, growing=20, over=15, people=1_000_000) == "computing"


def test_time_without_a_core_does_not_count_on_one_thread():
    waited = case(1_000_000, 0.1, 0.9) | {"core_seconds": 0.5}
    assert roofline.on_core(waited, 0.1) == pytest.approx(0.05)
    assert roofline.on_core(waited | {"threads": 2}, 0.1) == 0.1
    assert speed.speeds(waited) == (pytest.approx(2e7), pytest.approx(2e8))


def test_ratios_of_speeds():
    assert speed.agents_per_second(1000, 10, 0.5) == 20_000
    assert speed.ratio(6.0, 2.0) == 3.0
    assert speed.ratio(None, 2.0) is None
    assert speed.ratio(6.0, None) is None
    same = [{"people": 500, "kernels": 9e6, "mesa": 3e6}]
    packages = {"Starsim": {"speed": 2e6, "what": "its own"}, "Flee": {"missing": "not installed: …"}}
    cases = [case(1_000_000, 0.1, 0.9), case(1_000_000, 0.1, 0.9, threads=2)]
    found = {what: (times, goal) for what, times, goal in speed.ratios(cases, same, packages)}
    assert found["the same rules, 500 people, over Mesa"] == (3.0, 300.0)
    assert found["consider to journey, 1,000,000 people, over Starsim"] == (pytest.approx(50), 25.0)
    assert found["everything, 1,000,000 people, over Starsim"] == (pytest.approx(5), 25.0)
    assert found["everything, 1,000,000 people, over Flee"] == (None, None)
    shown = speed.rows(cases, same, packages)
    assert ("Mesa, the same rules", "500 people", 3e6) in shown
    assert ("Flee", "not installed: …", None) in shown
    whole = {"cases": cases, "peers": same, "others": packages}
    assert bench.peer_table(whole).row_count == len(shown) == 6
    assert bench.ratio_table(whole).row_count == len(found) == 5


def test_what_is_not_installed_is_told():
    found = others.measure("labyrinth_no_such_package")
    assert "pip install labyrinth_no_such_package" in found["missing"]
    assert "speed" not in found


def test_the_machine_is_measured():
    found = machine.measure(quick=True)
    assert min(found[name] for name in ("triad_1", "triad_2", "chased", "spread", "blocks")) > 0
    lines, order = machine.one_round(50)
    place, seen = int(order[0]), []
    for _ in range(50):
        seen.append(place)
        place = int(lines[place, 0])
    assert seen == order.tolist()
    assert place == order[0]


def test_what_perf_answers_is_put_into_words():
    assert machine.counters_in_words(0, "12,,instructions,1,100,,\n9,,cycles,1,100,,\n").startswith("available")
    unknown = "<not supported>,,instructions,0,100,,\n"
    assert machine.counters_in_words(0, unknown).startswith("not available")
    assert machine.counters_in_words(255, "").startswith("not available")


@pytest.mark.slow
def test_both_versions_are_timed_in_a_process_of_their_own():
    found = bench.measured_by("experiments.peers.speed", "300")
    assert found["people"] == 300
    assert min(found["mesa"], found["kernels"]) > 0
    assert set(bench.other_packages()) == {"Starsim", "Flee"}
    assert json.dumps(found)

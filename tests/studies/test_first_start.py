"""At the first start several processes compile what a run needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from sim.scenario.scenario import Scenario
from sim.studies import first_start
from sim.week.plan import PHASES

COMPILED_BY_OTHERS = """
import sys
from pathlib import Path
from sim.scenario.scenario import Scenario
from sim.studies.first_start import WARM_UP, compile_for_others

small = Scenario.compose(["world=corridor"]).replace(WARM_UP, only_to_compile=True)
compile_for_others(small, Path(sys.argv[1]))
"""
LEFT = """
from numba.core import event
from sim.scenario.scenario import Scenario
from sim.studies.first_start import WARM_UP
from sim.week.week import Week

left = []

class Listener(event.Listener):
    def on_start(self, happened):
        pass
    def on_end(self, happened):
        left.append(happened.data["dispatcher"].py_func.__name__)

week = Week(Scenario.compose(["world=corridor"]).replace(WARM_UP, only_to_compile=True))
event.register("numba:compile", Listener())
week.run()
print(*left)
"""

MET_LATER = """
import gc
from sim.ground.kernel import _Entered
from sim.scenario.scenario import Scenario
from sim.studies.first_start import WARM_UP
from sim.week.week import Week

def met():
    return {each.__name__ for each in gc.get_objects() if isinstance(each, _Entered) and each.overloads}

scenario = Scenario.compose(["world=corridor"])
Week(scenario.replace(WARM_UP, only_to_compile=True)).run()
begun = met()
Week(scenario.replace({"people.size": 4000, "time.years": 2.0})).run()
print(len(begun), *(met() - begun))
"""


def test_a_run_meets_no_kernel_later_than_in_its_first_weeks() -> None:
    made = subprocess.run([sys.executable, "-c", MET_LATER], capture_output=True, text=True, check=True).stdout.split()
    assert int(made[0]) > 60, "kernels of a week"
    assert made[1:] == [], "compiled while a run goes on, and missed where kernels are compiled beforehand"


@pytest.mark.slow
def test_what_others_compile_is_what_a_run_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "kernels"))
    (tmp_path / "claims").mkdir()
    subprocess.run([sys.executable, "-c", COMPILED_BY_OTHERS, str(tmp_path / "claims")], check=True)
    made = len(list((tmp_path / "claims").iterdir()))
    assert made > 60, "kernels of a week"
    said = subprocess.run([sys.executable, "-c", LEFT], capture_output=True, text=True, check=True).stdout.split()
    assert len(said) < made / 4, "hardly anything is left to compile"


def test_what_others_begin_with_is_part_of_the_week() -> None:
    assert {phase.name for phase in PHASES} > set(first_start.FOR_OTHERS)


def test_others_help_only_where_kernels_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []

    class Noticed:
        def __init__(self, _: Scenario) -> None:
            asked.append(True)

        def __enter__(self) -> None:
            pass

        def __exit__(self, *_: object) -> None:
            pass

    monkeypatch.setattr(first_start, "helpers_compile", Noticed)
    monkeypatch.setattr(first_start, "mark_kernels_as_kept", lambda: None)
    scenario = Scenario.compose(["world=corridor"])
    for kept, expected in ((True, []), (False, [True])):
        monkeypatch.setattr(first_start, "kernels_are_kept", lambda kept=kept: kept)
        first_start.warm_up(scenario)
        assert asked == expected


@pytest.mark.parametrize(("cores", "others"), [(1, 0), (2, 1), (4, 3), (16, 3)])
def test_as_many_others_as_cores_are_free(cores: int, others: int, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[tuple[float, str]] = []

    class Process:
        def __init__(self, target: object, args: tuple[object, Path, float], daemon: bool) -> None:
            assert target is first_start.compile_for_others
            assert daemon
            self.args = args

        def start(self) -> None:
            assert self.args[1].is_dir()
            begun.append((self.args[2], "started"))

        def terminate(self) -> None:
            begun.append((self.args[2], "ended"))

        def join(self) -> None:
            pass

    monkeypatch.setattr(first_start, "cores", lambda: cores)
    monkeypatch.setattr(first_start.multiprocessing, "get_context", lambda _: SimpleNamespace(Process=Process))
    with first_start.helpers_compile(Scenario.compose(["world=corridor"])):
        assert len(begun) == others
        assert len({begin for begin, _ in begun}) == others, "each begins elsewhere"
    assert len(begun) == 2 * others

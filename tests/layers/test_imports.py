"""What importing costs: a worker that only simulates, and a person who only looks, should not wait for plotting."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import sim
from sim.ground import cache as _cache

HEAVY = ("mesa", "pandas", "hydra", "omegaconf", "matplotlib", "networkx")  # numba itself loads scipy


def loaded_by(code: str, heavy: tuple[str, ...] = HEAVY) -> set[str]:
    """Heavy packages that a fresh interpreter has loaded after ``code``."""
    line = f"import sys\n{code}\nprint(*[name for name in {heavy!r} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", line], capture_output=True, text=True, check=True)
    return set(found.stdout.split())


@pytest.mark.parametrize(
    "code",
    [
        "import sim",
        "import sim.scenario.scenario, sim.week.week",
        "import sim.reference.registry; sim.reference.registry.rows('levers')",
    ],
)
def test_nothing_heavy_is_imported(code: str) -> None:
    assert loaded_by(code) == set()


def test_whatever_a_run_loads_is_part_of_the_version_of_its_code() -> None:
    code = """
from sim.scenario.scenario import Scenario
scenario = Scenario.compose(["world=corridor", "people.size=200", "time.years=0.1", "time.burn_in_weeks=4"])
import pickle, subprocess, sys
work = "import pickle, sys; from sim.results.run import run_one; run_one(pickle.load(sys.stdin.buffer));"
work += "print(*(m.__file__ for n, m in sys.modules.items() if n.startswith('sim') and m.__file__), sep=chr(10))"
subprocess.run([sys.executable, "-c", work], input=pickle.dumps(scenario), check=True)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    root = Path(sim.__file__).parent
    loaded = {Path(line).relative_to(root).as_posix() for line in done.stdout.split()}
    hashed = set(_cache.run_files())
    assert {"week/week.py", "ground/draws.py", "results/run.py", "rules/people/consider.py"} <= loaded & hashed
    # names are checked when a scenario is made, not when it runs
    packages = {f"{name}/__init__.py" for name in ("results", "scenario", "studies", "world")}
    assert loaded - hashed <= packages | {"scenario/names.py", "world/size.py"}


def test_no_kernel_lies_outside_of_what_is_hashed() -> None:
    root = Path(sim.__file__).parent
    hashed = set(_cache.run_files())
    for path in root.rglob("*.py"):
        if path.relative_to(root).as_posix() not in hashed:
            text = path.read_text(encoding="utf-8")
            assert "njit" not in text, path
            assert "@kernel" not in text, path


def test_the_public_names_all_resolve() -> None:
    assert all(getattr(sim, name) is not None for name in sim.__all__)
    with pytest.raises(AttributeError, match="no attribute 'Modle'"):
        _ = sim.Modle


# what a command loads before it has anything to show, besides what a run needs: a second of waiting
WHAT_SHOWS = (
    "matplotlib",
    "pandas",
    "mesa",
    "networkx",
    "scipy.stats",
    "scipy.special",
    "rich",
    "jinja2",
    "pyarrow.parquet",
)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "may"),
    [
        ("from sim.scenario.scenario import Scenario; Scenario.compose([])", set()),
        ("import sim.studies.public", {"pyarrow.parquet"}),
        (
            "import sim.report.drawing, sys; assert 'matplotlib.pyplot' not in sys.modules",
            {"matplotlib", "jinja2", "pyarrow.parquet"},
        ),
    ],
)
def test_what_shows_results_is_loaded_when_there_are_any(code: str, may: set[str]) -> None:
    assert loaded_by(code, WHAT_SHOWS) <= may

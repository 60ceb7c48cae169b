"""What importing costs: a worker that only simulates, and a person who only looks, should not wait for plotting."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("mesa", "pandas", "hydra", "omegaconf", "seaborn", "matplotlib", "networkx")  # numba itself loads scipy


def loaded_by(code: str) -> set[str]:
    """Heavy packages that a fresh interpreter has loaded after ``code``."""
    line = f"import sys\n{code}\nprint(*[name for name in {HEAVY!r} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", line], capture_output=True, text=True, check=True, timeout=120)
    return set(found.stdout.split())


@pytest.mark.parametrize(
    "code", ["import sim", "import sim.scenario, sim.week", "import sim.registry; sim.registry.rows('levers')"]
)
def test_nothing_heavy_is_imported(code: str) -> None:
    assert loaded_by(code) == set()


def test_the_public_names_all_resolve() -> None:
    import sim

    assert all(getattr(sim, name) is not None for name in sim.__all__)
    with pytest.raises(AttributeError, match="no attribute 'Modle'"):
        _ = sim.Modle

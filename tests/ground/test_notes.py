"""What users are told, and what is kept from them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import sim
from sim.ground import notes

SCRIPT = """
import sys, warnings
from sim.ground import notes
notes.silence_libraries()
warnings.warn("a library's")
notes.show_on_stderr(quiet={quiet})
notes.note("something  was\\n set aside")
import subprocess
subprocess.run([sys.executable, "-c", "import warnings; warnings.warn('a worker of a library')"], check=True)
"""


def run(script: str, *options: str, **environment: str) -> str:
    own = {"PYTHONPATH": str(Path(sim.__file__).parents[1]), **environment}
    done = subprocess.run([sys.executable, *options, "-c", script], env=own, capture_output=True, text=True, check=True)
    return done.stderr


@pytest.mark.parametrize("quiet", [True, False])
def test_warnings_of_libraries_reach_nobody_and_notices_reach_stderr(quiet: bool) -> None:
    assert run(SCRIPT.format(quiet=quiet)) == ("" if quiet else "labyrinth: something was set aside\n")


def test_whoever_asks_python_for_warnings_gets_them() -> None:
    assert "a library's" in run(SCRIPT.format(quiet=True), "-W", "default")
    assert "a worker of a library" in run(SCRIPT.format(quiet=True), PYTHONWARNINGS="default")


def test_a_script_finds_notices_on_stderr() -> None:
    assert run("from sim.ground.notes import note; note('set aside')") == "set aside\n"
    assert notes.LOG.name == "labyrinth"

"""A desk at which requests are typed, and a guard that none of them goes further than it should."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.cli import run as cli_run
from sim.cli import studies as cli_studies
from tests.scenario.desk import Desk


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    monkeypatch.chdir(tmp_path)
    return Desk(tmp_path, capsys)


@pytest.fixture
def nobody_falls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let whatever reaches the last net, and whatever would begin a run, fail the test."""

    def fall(error: Exception, *_: object) -> int:
        raise error

    def begin(_: object) -> None:
        raise AssertionError("a run has begun")

    monkeypatch.setattr("sim.cli.main.told_and_logged", fall)
    # both are loaded by now: one that loads while the other is patched would keep what stands in for ``stored``
    for module in (cli_run, cli_studies):
        monkeypatch.setattr(module, "stored", begin)

"""What users are told although nothing is wrong."""

from types import SimpleNamespace

import pytest

from sim import notes
from sim.notes import LOG


@pytest.fixture(autouse=True)
def as_new():
    """The logger as a new process has it."""
    held = LOG.handlers, LOG.propagate, LOG.level
    LOG.handlers = []
    yield
    LOG.handlers, LOG.propagate = held[:2]
    LOG.setLevel(held[2])


@pytest.mark.parametrize(("quiet", "told"), [(False, "labyrinth: two parts\nlabyrinth: 1 of 2\n"), (True, "")])
def test_commands_show_notes_and_progress_unless_quiet(capsys, quiet, told):
    notes.show_on_stderr(quiet=not quiet)
    notes.show_on_stderr(quiet=quiet)  # the latest counts
    notes.note(" two\n parts ")
    notes.progress("1 of 2")
    assert capsys.readouterr().err == told


def test_who_waits_is_told_now_and_then(monkeypatch):
    clock, told = [100.0], []
    monkeypatch.setattr(notes, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    monkeypatch.setattr(notes, "progress", told.append)
    waiting = notes.Waiting("counting", 30)
    for done in range(30):
        waiting.at(done)
        clock[0] += 0.25
    assert told == ["counting: 4 of 30", "counting: 24 of 30"]

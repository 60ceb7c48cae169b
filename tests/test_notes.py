"""What users are told although nothing is wrong."""

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
    monkeypatch.setattr(notes.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(notes, "progress", told.append)
    waiting = notes.Waiting("counting", 50)
    for done in range(50):
        waiting.at(done)
        clock[0] += 0.1
    assert told == ["counting: 10 of 50", "counting: 30 of 50"]

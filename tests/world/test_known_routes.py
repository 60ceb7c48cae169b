"""Routes that are kept on disk: the same as found anew, made again where a file is damaged, and never too many."""

import os

import numpy as np
import pytest

from sim.ground import checked_files as _checked_files
from sim.ground import notes
from sim.world import known_routes
from sim.world.known_routes import KnownRoutes
from sim.world.routes import Graph

REGIONS, LEGS = 8, 40
PAIRS = [(start, end) for start in range(REGIONS) for end in range(REGIONS) if start != end]


def graphs(seed=1, hours=1.0):
    """A ring by land that joins everything, and legs at random: the same by cost and by hours."""
    draw = np.random.default_rng(seed)
    tail = np.append(np.arange(REGIONS), draw.integers(0, REGIONS, LEGS))
    head = np.append((np.arange(REGIONS) + 1) % REGIONS, draw.integers(0, REGIONS, LEGS))
    apart = tail != head
    tail, head = tail[apart].astype(np.int32), head[apart].astype(np.int32)
    mode = draw.integers(0, 3, len(tail)).astype(np.int32)
    weight = draw.uniform(1, 9, len(tail))
    return Graph(REGIONS, tail, head, mode, weight), Graph(REGIONS, tail, head, mode, hours * weight)


@pytest.fixture
def told(tmp_path, monkeypatch):
    """What users were told; routes are kept in a folder of the test's own, however small the world."""
    lines = []
    monkeypatch.setattr(_checked_files, "_told", set())
    monkeypatch.setattr(_checked_files, "note", lines.append)
    monkeypatch.setattr(known_routes, "folder", lambda: tmp_path / "routes")
    monkeypatch.setattr(known_routes, "WORTH_KEEPING", 1)
    return lines


def routes(graphs, pairs=PAIRS):
    """Routes of the pairs, and of how many pairs they had to be found."""
    known = KnownRoutes("test", *graphs)
    before = len(known._known)
    known.find(pairs)
    known.keep()
    return [known[pair] for pair in pairs], len(known._known) - before


def files(folder):
    return sorted((folder / "routes").glob("*"))


def test_routes_are_kept(told, tmp_path):
    first, found = routes(graphs(), PAIRS[:10])
    assert found == 10
    everything, found = routes(graphs())
    assert found == len(PAIRS) - 10
    assert everything[:10] == first
    assert routes(graphs()) == (everything, 0)
    assert len(files(tmp_path)) == 1
    assert told == []


def test_other_legs_or_hours_have_other_routes(told, tmp_path):
    for changed in (graphs(), graphs(seed=2), graphs(hours=2.0)):
        assert routes(changed)[1] == len(PAIRS)
    assert len(files(tmp_path)) == 3


def test_other_code_finds_its_own_routes(told, monkeypatch):
    routes(graphs())
    monkeypatch.setattr(known_routes, "_code", lambda: "edited")
    assert routes(graphs())[1] == len(PAIRS)


DAMAGE = {
    "cut": lambda data: data[: len(data) // 2],
    "empty": lambda _: b"",
    "foreign": lambda _: b"something else",
    "a flipped bit": lambda data: data[:300] + bytes([data[300] ^ 1]) + data[301:],
}


@pytest.mark.parametrize("how", DAMAGE)
def test_damaged_files_are_made_again(how, told, tmp_path):
    right, _ = routes(graphs())
    (path,) = files(tmp_path)
    path.write_bytes(DAMAGE[how](path.read_bytes()))
    assert routes(graphs()) == (right, len(PAIRS))
    assert str(path) in told[0]
    assert "made again" in told[0]
    assert routes(graphs()) == (right, 0)
    assert len(told) == 1


def test_routes_of_another_world_are_not_taken(told, tmp_path):
    right, _ = routes(graphs())
    (path,) = files(tmp_path)
    routes(graphs(seed=2))
    (other,) = set(files(tmp_path)) - {path}
    path.write_bytes(other.read_bytes())
    assert routes(graphs()) == (right, len(PAIRS))


def test_only_the_latest_files_stay(told, tmp_path, monkeypatch):
    monkeypatch.setattr(known_routes, "KEPT", 2)
    for seed in (1, 2, 3):
        routes(graphs(seed))
        for path in files(tmp_path):  # as if a day had gone by
            os.utime(path, (path.stat().st_atime - 86_400, path.stat().st_mtime - 86_400))
    assert len(files(tmp_path)) == 2
    assert routes(graphs(1))[1] == len(PAIRS)


def test_small_worlds_leave_nothing_behind(told, tmp_path, monkeypatch):
    monkeypatch.setattr(known_routes, "WORTH_KEEPING", 1000)
    routes(graphs())
    assert not (tmp_path / "routes").exists()


def test_a_folder_that_cannot_be_written_costs_time_only(told, tmp_path):
    (tmp_path / "routes").write_text("in the way")
    right, _ = routes(graphs())
    assert "cannot be kept" in told[-1]
    assert routes(graphs()) == (right, len(PAIRS))


def test_who_waits_is_told_how_far_it_is(told, monkeypatch):
    lines = []
    monkeypatch.setattr(notes, "progress", lines.append)
    monkeypatch.setattr(notes.Waiting, "FIRST", 0.0)
    monkeypatch.setattr(notes.Waiting, "EVERY", 0.0)
    routes(graphs(), PAIRS[:3])
    assert lines == [f"finding the routes of world test, pairs of regions: {done} of 3" for done in range(3)]

"""Compiled kernels on disk: whatever has become of a file, the right kernel is used, made again if need be."""

import random
import subprocess
import sys

import numba
import numpy as np
import pytest

from sim.ground import checked_files as _checked_files
from sim.ground import kernel_files as _kernel_files
from sim.ground.kernel import kernel, part
from sim.ground.kernel_files import KernelFiles

FROM_DISK = None  # a kernel
KEY = ("int64", ("x86", "znver3"), ("code", "cells"))


@part
def squared(x):
    return x * x


def sum_of_squares(values):
    total = 0.0
    for at in range(len(values)):
        total += squared(values[at])
    return total


def negated(values):
    return -values[0]


def doubled(values):
    return 2.0 * FROM_DISK(values)


@pytest.fixture
def notes(monkeypatch):
    """What users were told, each kind of note anew."""
    told = []
    monkeypatch.setattr(_checked_files, "_told", set())
    monkeypatch.setattr(_checked_files, "note", told.append)
    return told


@pytest.fixture
def cache_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path))
    return tmp_path


def use(function):
    """The kernel as a new process has it: its value for 1, 2, 3 and whether it came from disk."""
    made = kernel(function)
    value = made(np.array([1.0, 2.0, 3.0]))
    return value, sum(made.stats.cache_hits.values()) == 1


def test_a_kernel_is_kept(cache_folder, notes):
    assert use(sum_of_squares) == (14.0, False)
    assert use(sum_of_squares) == (14.0, True)
    assert len(list(cache_folder.rglob("test_kernel_files.sum_of_squares-*.nbc"))) == 1
    assert not list(cache_folder.rglob("*.part"))
    assert notes == []


def flip(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    path.write_bytes(data)


DAMAGE = {
    "truncated": lambda path: path.write_bytes(path.read_bytes()[:5000]),
    "empty": lambda path: path.write_bytes(b""),
    "a flipped bit": flip,
    "foreign": lambda path: path.write_bytes(b"\x80\x04N."),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
}


@pytest.mark.parametrize("how", DAMAGE)
def test_a_damaged_kernel_is_made_again(how, cache_folder, notes):
    use(sum_of_squares)
    (path,) = cache_folder.rglob("*sum_of_squares*.nbc")
    DAMAGE[how](path)
    assert use(sum_of_squares) == (14.0, False)
    assert str(path) in notes[0]
    assert "made again" in notes[0]
    if how != "a folder":
        assert use(sum_of_squares) == (14.0, True)
        assert len(notes) == 1


def test_a_kernel_from_disk_can_be_part_of_another(cache_folder, monkeypatch):
    use(sum_of_squares)
    kept = kernel(sum_of_squares)
    monkeypatch.setattr(sys.modules[__name__], "FROM_DISK", kept)
    values = np.array([1.0, 2.0, 3.0])
    assert (kept(values), sum(kept.stats.cache_hits.values())) == (14.0, 1)
    assert kernel(doubled)(values) == 28.0


def test_kernels_do_without_the_linear_algebra_of_scipy_and_leave_it_to_others():
    said = (
        "import sys, numpy as np; from sim.ground.rows import rows_at; rows_at(np.zeros(8, np.int8), 0); "
        "print('scipy.linalg' in sys.modules); from numba.np.linalg import ensure_blas; ensure_blas(); "
        "print('scipy.linalg' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]


def test_a_kernel_is_not_taken_for_another(cache_folder, notes):
    use(sum_of_squares)
    use(negated)
    (one,), (other,) = (cache_folder.rglob(f"*{name}*.nbc") for name in ("sum_of_squares", "negated"))
    one.write_bytes(other.read_bytes())
    assert use(sum_of_squares) == (14.0, False)
    assert len(notes) == 1


def test_every_flipped_bit_and_every_cut_is_found(tmp_path, notes):
    files = KernelFiles(tmp_path, "module.name-1", "stamp")
    files.save(KEY, b"machine code " * 40)
    (path,) = tmp_path.iterdir()
    whole = path.read_bytes()
    assert files.load(KEY) == b"machine code " * 40
    draw = random.Random(1)  # noqa: S311 - places to damage
    for _ in range(200):
        data = bytearray(whole)
        data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
        path.write_bytes(data)
        assert files.load(KEY) is None
        path.write_bytes(whole[: draw.randrange(len(whole))])
        assert files.load(KEY) is None
    path.write_bytes(whole)
    assert files.load(KEY) is not None
    assert len(notes) == 1


def test_another_type_another_source_another_file(tmp_path, notes):
    files = KernelFiles(tmp_path, "module.name-1", "stamp")
    files.save(KEY, 1)
    files.save(("float64", *KEY[1:]), 2)
    assert (files.load(KEY), files.load(("float64", *KEY[1:]))) == (1, 2)
    assert KernelFiles(tmp_path, "module.name-1", "edited").load(KEY) is None
    files.flush()
    assert files.load(KEY) is None
    assert notes == []


def test_a_disk_that_cannot_be_written_costs_time_only(cache_folder, notes, monkeypatch):
    def full(path, content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(_kernel_files, "write_checked", full)
    assert use(sum_of_squares) == (14.0, False)
    assert "No space left on device" in notes[0]


def test_without_any_cache_folder_kernels_live_in_memory(monkeypatch, notes):
    def nowhere(function):
        raise RuntimeError("cannot cache function: no locator available")

    monkeypatch.setattr(_kernel_files, "_Kept", nowhere)
    assert use(negated) == (-1.0, False)
    assert "NUMBA_CACHE_DIR" in notes[0]

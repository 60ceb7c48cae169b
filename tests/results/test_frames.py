"""Frames and seals: what was written comes back, and not a byte of it can change unnoticed."""

from __future__ import annotations

import itertools
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.results.frames import MARK, Gap, framed, read_frames
from sim.results.sealed import SEAL, DamagedError, sealed, unsealed, without_seal

PAYLOADS = st.lists(st.one_of(st.binary(max_size=40), st.just(MARK), st.just(framed(b"inside"))), max_size=4)


def read(content: bytes) -> list[bytes | Gap]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "frames"
        path.write_bytes(content)
        return list(read_frames(path))


@settings(deadline=None)
@given(PAYLOADS)
def test_what_was_framed_comes_back(payloads: list[bytes]) -> None:
    assert read(b"".join(map(framed, payloads))) == payloads


@settings(deadline=None)
@given(PAYLOADS.filter(bool), st.data())
def test_a_changed_byte_costs_its_frame_and_is_seen(payloads: list[bytes], data: st.DataObject) -> None:
    content = bytearray(b"".join(map(framed, payloads)))
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] ^= data.draw(st.integers(1, 255))
    found = read(bytes(content))
    ends = itertools.accumulate(len(framed(payload)) for payload in payloads)
    hit = next(place for place, end in enumerate(ends) if at < end)
    assert any(isinstance(piece, Gap) for piece in found)
    whole = [piece for piece in found if not isinstance(piece, Gap)]
    others = payloads[:hit] + payloads[hit + 1 :]
    # a whole frame inside the damaged one's payload may come to light: it is one that was written there
    assert [piece for piece in whole if piece != b"inside"] == [piece for piece in others if piece != b"inside"]


@settings(deadline=None)
@given(PAYLOADS.filter(bool), st.data())
def test_a_cut_costs_what_it_cuts_and_is_told_from_damage(payloads: list[bytes], data: st.DataObject) -> None:
    content = b"".join(map(framed, payloads))
    length = data.draw(st.integers(0, len(content) - 1))
    found = read(content[:length])
    kept, end = [], 0
    for payload in payloads:
        end += len(framed(payload))
        if end <= length:
            kept.append(payload)
    if found and isinstance(found[-1], Gap):
        assert found.pop().cut  # type: ignore[union-attr]
    assert found[: len(kept)] == kept


def test_bytes_between_frames_are_gaps() -> None:
    first, second = framed(b"first"), framed(b"second")
    found = read(b"noise" + first + b"more noise" + second)
    assert found == [Gap(0, 5, cut=False), b"first", Gap(5 + len(first), 15 + len(first), cut=False), b"second"]
    assert read(first + second[:-1]) == [b"first", Gap(len(first), len(first) + len(second) - 1, cut=True)]
    assert read(b"") == []


VALUES = st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.floats(allow_nan=False) | st.text(max_size=5)
CONTENT = st.dictionaries(st.text(max_size=5).filter(lambda name: name != SEAL), VALUES | st.lists(VALUES, max_size=2))


@settings(deadline=None, max_examples=40)
@given(CONTENT, st.data())
def test_a_sealed_file_is_what_was_written_or_damaged(content: dict[str, object], data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sealed.json"
        text = sealed(content)
        path.write_text(text, encoding="utf-8")
        assert unsealed(path) == json.loads(json.dumps(content))
        changed = bytearray(text.encode())
        changed[data.draw(st.integers(0, len(changed) - 1))] ^= data.draw(st.integers(1, 255))
        path.write_bytes(bytes(changed))
        try:
            found = unsealed(path)
        except DamagedError:
            return
        assert found == json.loads(json.dumps(content))  # only blanks have changed


@pytest.mark.parametrize("text", ["", "{", "null", "[]", "[" * 100_000, "3", '{"a": 1}', '{"sha256": null}', "\xff"])
def test_what_is_no_sealed_file_is_damaged(text: str, tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(DamagedError):
        unsealed(path)
    assert without_seal(path) == ({"a": 1} if text == '{"a": 1}' else {})


def test_a_folder_or_nothing_in_place_of_a_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        unsealed(tmp_path / "manifest.json")
    (tmp_path / "manifest.json").mkdir()
    with pytest.raises(DamagedError, match="is not a file"):
        unsealed(tmp_path / "manifest.json")

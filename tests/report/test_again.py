"""Results that are shown again: where they are written, and what is said where they cannot be."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from sim.ground.errors import RequestError
from sim.report import again
from sim.results.store import StoreError


def test_where_a_report_cannot_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    empty = SimpleNamespace(manifest={}, table=lambda _: None)
    monkeypatch.setattr(again, "Results", lambda _: empty)
    monkeypatch.setattr(again, "document", lambda *_: "text")
    (tmp_path / "file").touch()
    for kind, output, said in (
        ("md", tmp_path, "is a folder, and md is written to a file"),
        ("html", tmp_path, "is a folder, and html is written to a file"),
        ("csv", tmp_path / "file", "cannot be written"),
        ("md", tmp_path / "file" / "x.md", "cannot be written"),
    ):
        with pytest.raises(RequestError, match=said):
            again.write_again(tmp_path, kind, output)
    with pytest.raises(StoreError, match="cannot be written"):
        again.write_again(tmp_path / "file", "csv", None)
    assert again.write_again(tmp_path, "md", tmp_path / "new" / "x.md") == [tmp_path / "new" / "x.md"]

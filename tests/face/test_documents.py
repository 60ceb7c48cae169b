"""What the documents show of Python runs as it stands there, block after block."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest

DOCS = Path(__file__).parents[2] / "docs"
BATCHES = "Batches"  # one line for each of two versions of Mesa; test_mesa tries them
PAGES = "Watching a model"
BY_HAND = "Moving levers by hand"


def blocks(document: str) -> list[tuple[str, str]]:
    """Section and text of every block of Python in a document."""
    found = []
    for section in re.split(r"^## ", (DOCS / document).read_text(encoding="utf-8"), flags=re.MULTILINE):
        codes = re.findall(r"^```python\n(.*?)^```$", section, re.DOTALL | re.MULTILINE)
        found += [(section.splitlines()[0], code) for code in codes]
    return found


@pytest.mark.slow
@pytest.mark.filterwarnings("default::UserWarning")  # Mesa's pages and widgets have some
@pytest.mark.parametrize(("document", "least"), [("mesa.md", 4), ("notebooks.md", 1)])
def test_what_a_document_shows_runs(document: str, least: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    left_out = {BATCHES} if importlib.util.find_spec("solara") else {BATCHES, PAGES}
    shown = [block for block in blocks(document) if block[0] not in left_out]
    assert len(shown) >= least
    for section, code in shown:
        exec(compile(code, f"{document}, {section}", "exec"), names)  # noqa: S102 - the document's own words
        if section == BY_HAND:
            assert names["again"].truth.equals(names["model"].truth)

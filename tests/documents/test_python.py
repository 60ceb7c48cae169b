"""What documents show of Python names what there is, and runs in worlds of a few hundred people.

``docs/mesa.md`` and ``docs/notebooks.md`` are run block after block elsewhere (``tests/face/test_documents.py``).
"""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from pathlib import Path
from typing import Any

import pytest

import sim
from experiments.site import pages

ROOT = Path(__file__).parents[2]
PATTERNS = ("README.md", "results/README.md", "docs/*.md", "docs/tours/*.md")
PAGES = sorted(path.relative_to(ROOT).as_posix() for pattern in PATTERNS for path in ROOT.glob(pattern))
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = [
    (page, code) for page in PAGES for code in BLOCK.findall((ROOT / page).read_text(encoding="utf-8"))
]  # fmt: skip
RUN_ELSEWHERE = {"docs/mesa.md", "docs/notebooks.md"}
# what is run here, page by page; the others name programs, files or samples of their reader's
RUN = ("README.md", "docs/by_group.md", "docs/diary.md", "docs/records.md", "docs/tours/researcher.md")
LITTLE = ["people.size=300", "time.years=0.5", "time.burn_in_weeks=4"]


def test_the_reference_holds_every_public_name_once() -> None:
    listed = [name for names in pages.PUBLIC.values() for name in names]
    assert sorted([*listed, *pages.ONLY_NAMES]) == sorted(sim.__all__)


def test_pages_are_found() -> None:
    assert {page for page, _ in BLOCKS} >= {*RUN, *RUN_ELSEWHERE}


@pytest.mark.parametrize(("page", "code"), BLOCKS, ids=[f"{page}-{place}" for place, (page, _) in enumerate(BLOCKS)])
def test_what_is_called_is_there_and_takes_what_it_is_given(page: str, code: str) -> None:
    for node in ast.walk(ast.parse(code, filename=page)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sim"):
            module = importlib.import_module(str(node.module))
            for name in node.names:
                if not hasattr(module, name.name):
                    importlib.import_module(f"{node.module}.{name.name}")
        if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name) or node.value.id != "sim":
            continue
        assert node.attr in sim.__all__, f"sim.{node.attr}"
    for call in (node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)):
        asked = ast.unparse(call.func)
        if re.fullmatch(r"sim\.(compare|study|sweep|diary|viz)", asked):
            takes = inspect.signature(getattr(sim, asked.removeprefix("sim."))).parameters
            given = {keyword.arg for keyword in call.keywords}
            anything = any(one.kind is one.VAR_KEYWORD for one in takes.values())
            assert anything or given <= set(takes), f"{asked}: {given}"


@pytest.fixture
def little(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """All that is asked of ``sim`` is asked of little worlds, with two seeds."""
    monkeypatch.chdir(tmp_path)
    compare, sweep, diary, model = sim.compare, sim.sweep, sim.diary, sim.Model

    def less(words: Any) -> list[str]:
        kept = [word for word in words if word.partition("=")[0] not in {"people.size", "time.years"}]
        return [*kept, *LITTLE]

    def small(scenario: Any, **settings: Any) -> Any:
        kept = {name: value for name, value in settings.items() if name != "people__size"}
        return model("corridor", people__size=300, time__years=0.5, time__burn_in_weeks=4, **kept)

    def compared(arms: Any, **how: Any) -> Any:
        base = ["world=corridor", *less(word for word in how.pop("base") if not word.startswith("world="))]
        return compare(arms, base=base, workers=1, **how | {"seeds": 2})

    def swept(words: Any, **how: Any) -> Any:
        return sweep(less(words), workers=1, **how | {"seeds": 2})

    def told(words: Any, **how: Any) -> Any:
        return diary(less(words), **how)

    for name, stand_in in {"Model": small, "compare": compared, "sweep": swept, "diary": told}.items():
        monkeypatch.setattr(sim, name, stand_in, raising=False)


@pytest.mark.slow
@pytest.mark.parametrize("page", RUN)
def test_what_a_page_shows_runs(page: str, little: None) -> None:
    names: dict[str, Any] = {"sim": sim}
    for place, (_, code) in enumerate(block for block in BLOCKS if block[0] == page):
        exec(compile(code, f"{page}, block {place}", "exec"), names)  # noqa: S102 - the document's own words

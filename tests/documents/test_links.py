"""Links of documents lead to files and headings that are there, and pages of the site are those of the repository."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("pymdownx")

from experiments.site import links
from experiments.site.github import as_python_markdown

ROOT = links.ROOT
DOCUMENTS = [path.relative_to(ROOT).as_posix() for path in links.documents()]


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    return {name: (ROOT / name).read_text(encoding="utf-8") for name in DOCUMENTS}


def astray(texts: dict[str, str], root: Path = ROOT) -> list[str]:
    """Links that lead nowhere, each with its page."""
    known: dict[str, set[str]] = {}
    wrong = []
    for page, text in texts.items():
        for target in links.links(text):
            if links.is_external(target):
                continue
            path, anchor = links.led_to(target, page)
            there = root / path
            if not there.exists() or path.startswith(".."):
                wrong.append(f"{page}: {target}")
            elif anchor and path.endswith(".md"):
                if path not in known:
                    known[path] = links.anchors(there.read_text(encoding="utf-8"))
                wrong += [] if anchor in known[path] else [f"{page}: {target}"]
    return wrong


def test_every_link_leads_somewhere(texts: dict[str, str]) -> None:
    assert len(texts) > 150
    assert astray(texts) == []


def test_a_link_astray_is_found(tmp_path: Path) -> None:
    (tmp_path / "there.md").write_text("# A heading, with `code`\n\n## Twice\n\n## Twice\n", encoding="utf-8")
    text = "[1](there.md#a-heading-with-code) [2](there.md#twice-1) [3](there.md#thrice) [4](gone.md) `[5](code.md)`"
    assert astray({"page.md": text}, tmp_path) == ["page.md: there.md#thrice", "page.md: gone.md"]


def test_every_document_is_listed(texts: dict[str, str]) -> None:
    listed = {links.led_to(target, links.LIST)[0] for target in links.links(texts[links.LIST])}
    written = {name for name in DOCUMENTS if name.count("/") == 1 and name.startswith("docs/") and name != links.LIST}
    assert written - listed == set()


@pytest.mark.parametrize(
    ("page", "text", "moved"),
    [
        ("README.md", "[a](docs/cli.md#json)", "[a](cli.md#json)"),
        ("docs/cli.md", "[a](../results/README.md)", "[a](repository/results/README.md)"),
        ("docs/tours/teacher.md", '[a](../../README.md "b") <https://x.org>', '[a](../index.md "b") <https://x.org>'),
        ("results/README.md", "[a](../docs/risk.md) `[b](c.md)` [d](#e)", "[a](../../risk.md) `[b](c.md)` [d](#e)"),
        ("docs/notebooks.md", "[a](notebooks/first_steps.ipynb)", "[a](notebooks/first_steps.md)"),
        ("README.md", "[b](docs/policies)", "[b](policies/README.md)"),
    ],
)  # fmt: skip
def test_links_are_led_to_pages_of_the_site(page: str, text: str, moved: str) -> None:
    assert links.moved(text, page) == moved


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("So:\n- a\n- b", "So:\n\n-   a\n-   b"),
        ("- a\n  b\n\nc", "-   a\n    b\n\nc"),
        ("1. a\n   - b\n     c\n2. d", "1.  a\n    -   b\n        c\n2.  d"),
        ("1. a\n\n   ```\n   x\n     - y\n   ```\n\n   b", "1.  a\n\n    ```\n    x\n      - y\n    ```\n\n    b"),
        ("```\n- no list\n```\n    code - here", "```\n- no list\n```\n    code - here"),
        ("1. a\n\n   | b | c |\n   |---|---|\n   | d | e |", "1.  a\n\n    | b | c |\n    |---|---|\n    | d | e |"),
    ],
)
def test_lists_are_read_as_github_reads_them(text: str, read: str) -> None:
    assert as_python_markdown(text) == read

"""The check of the site finds what is wrong with pages, and the search finds the beginnings of long ones."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("mkdocs", reason="mkdocs is not installed")

from experiments.site import __main__ as command
from experiments.site import check
from experiments.site.hooks import beginning_searched, cells_without_words

PAGE = '<!doctype html><html lang="en"><head><title>{}</title></head><body><main>{}</main></body></html>'


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Two pages; the first is as it should be, the second has everything that is looked for."""
    (tmp_path / "sub").mkdir()
    good = (
        '<h1 id="top">Start</h1><p>See <a href="sub/other.html#there">another</a>, <a href="https://x.org">far</a>.</p>'
    )
    bad = (
        '<h1 id="there">Other</h1><img src="https://x.org/a.png"><a href="../index.html#gone">up</a>'
        '<a href="lost.html">lost</a><a href="/index.html#top">top</a><p style="width: 2000px">wide</p>'
    )
    (tmp_path / "index.html").write_text(PAGE.format("Start", good), encoding="utf-8")
    (tmp_path / "sub" / "other.html").write_text(PAGE.format("Other", bad), encoding="utf-8")
    return tmp_path


def test_links_that_lead_nowhere_are_found(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check.astray(site) == ["sub/other.html: ../index.html#gone", "sub/other.html: lost.html"]
    assert command.main(["--check", "--site", str(site), "nowhere.html"]) == 2
    assert "make site" in capsys.readouterr().err


@pytest.mark.slow
def test_pages_are_looked_at(site: Path, browser) -> None:
    pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    found = list(check.violations(site, check.pages(site), browser))
    assert {name for name, _ in found} == {"sub/other.html"}
    words = " ".join(str(each) for _, each in found)
    for part in ("asks for https://x.org/a.png", "image-alt", "wider than the screen"):
        assert part in words


def test_only_the_beginning_of_a_long_page_is_searched() -> None:
    text = "# Raids\n\nMore raids.\n\n## What it moves\n\n```\n## no heading\n```\n\n### And `this`\n\nMore."
    lines = beginning_searched(text).splitlines()
    assert [line for line in lines if "exclude" in line] == [
        "## What it moves { data-search-exclude }",
        "### And `this` { data-search-exclude }",
    ]
    assert "## no heading" in lines


def test_a_column_without_a_name_has_no_head() -> None:
    row = '<tr><th></th><th style="text-align: right;"> </th><th>what</th></tr><tr><td></td></tr>'
    assert cells_without_words(row) == "<tr><td></td><td></td><th>what</th></tr><tr><td></td></tr>"

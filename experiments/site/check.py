"""Checks of the site as it was built: where links lead, and what axe and a narrow screen find on every page.

Links are read from the pages themselves, so that links of the theme and of pages that are made of the code are checked
as well. Every page is opened in Chromium from its file, without a network: wide in the light, narrow in the dark, and
with ``everything`` the other way round too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from experiments.classroom import LOOKS, PATIENCE, looked_at

if TYPE_CHECKING:
    from playwright.sync_api import Browser

LOOKED_AT = (("light", 1300), ("dark", 390))
LOST = "404.html"  # shown by a server in place of a page that is not there; its links begin at the server's root
INSIDE = ("file:", "data:", "blob:", "about:")
_LEADS = {"a": "href", "link": "href", "script": "src", "img": "src", "iframe": "src"}


class _Reader(HTMLParser):
    """Where a page leads, and what can be linked to in it."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.anchors: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.anchors.update(value for key in ("id", "name") if (value := given.get(key)))
        if (found := given.get(_LEADS.get(tag, ""))) and given.get("rel") != "canonical":
            self.targets.append(found)


def pages(site: Path) -> list[Path]:
    """All pages of a site, as files; the one that a server shows for what is not there comes last."""
    return sorted(site.resolve().rglob("*.html"), key=lambda page: (page.name == LOST, page))


def astray(site: Path) -> list[str]:
    """Links that lead to no file of the site, to no heading of a page, or out of the site for something to load.

    Links to other places that a reader may follow are left alone: nothing is fetched.
    """
    site = site.resolve()
    read = {page: _read(page) for page in pages(site)}
    wrong = []
    for page, reader in read.items():
        for target in reader.targets:
            parts = urlsplit(target)
            if parts.scheme or parts.netloc:
                continue
            path = unquote(parts.path)
            there = page if not path else ((site if path.startswith("/") else page.parent) / path.lstrip("/")).resolve()
            there = there / "index.html" if there.is_dir() else there
            anchor = unquote(parts.fragment)
            lost = not there.is_file() or site not in there.parents
            if lost or (anchor and there in read and anchor not in read[there].anchors):
                wrong.append(f"{page.relative_to(site)}: {target}")
    return wrong


def _read(page: Path) -> _Reader:
    reader = _Reader()
    reader.feed(page.read_text(encoding="utf-8"))
    return reader


def violations(
    site: Path,
    chosen: Sequence[Path],
    chromium: Browser,
    *,
    everything: bool = False,
    told: Callable[[int], None] = lambda _: None,
) -> Iterator[tuple[str, Any]]:
    """What axe finds on pages, what is wider than the screen, errors of scripts and what is asked of other hosts.

    ``told`` hears the number of each page before it is opened.
    """
    for number, page in enumerate(chosen):
        told(number)
        yield from ((page.relative_to(site.resolve()).as_posix(), each) for each in _found(page, chromium, everything))


def _found(page: Path, chromium: Browser, everything: bool) -> list[Any]:
    found: list[Any] = []

    def asked(request: Any) -> None:
        if not request.url.startswith(INSIDE):
            found.append(f"asks for {request.url}")

    shown = chromium.new_page(viewport={"width": 1300, "height": 900})
    shown.on("pageerror", lambda error: found.append(f"error of a script: {error}"))
    shown.on("request", asked)
    shown.goto(page.as_uri(), timeout=1000 * PATIENCE)
    found += looked_at(shown, LOOKS if everything else LOOKED_AT)
    shown.close()
    return found

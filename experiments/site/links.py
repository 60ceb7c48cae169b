"""Links between documents: where they lead in the repository, and which page of the site that is.

Documents are written to be read in the repository: links are relative, and headings have the names that GitHub gives
them. The site holds every file of ``docs/`` under its own name. Other files that a document links to, such as
``CONTRIBUTING.md`` or the page of an experiment, are on the site under ``repository/``.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote

from pymdownx.slugs import slugify

ROOT = Path(__file__).parents[2]
DOCS, ELSEWHERE = "docs/", "repository/"
START, LIST = "README.md", "docs/README.md"
# by path in the repository: what has another name on the site
ON_SITE = {START: "index.md", LIST: "documents.md"}
_CODE = re.compile(r"(?ms)^([ \t]*)(```|~~~).*?^\1\2[^\n]*$|``[^\n]+?``|`[^`\n]+`|<!--.*?-->")
_LINK = re.compile(r"(\]\()([^)\s]+)((?: \"[^\"]*\")?\))")
_HEADING = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)
_ANCHOR = re.compile(r"<a (?:id|name)=\"([^\"]+)\"|\bid=\"([^\"]+)\"")
_slug = slugify(case="lower")


def outside_code(text: str, change: Callable[[str], str]) -> str:
    """The text, with everything changed that is neither code nor a comment."""
    made, end = [], 0
    for found in _CODE.finditer(text):
        made += [change(text[end : found.start()]), found[0]]
        end = found.end()
    return "".join([*made, change(text[end:])])


def links(text: str) -> Iterator[str]:
    """The targets of all links and pictures of a document, as they are written."""
    found: list[str] = []

    def note(part: str) -> str:
        found.extend(match[2] for match in _LINK.finditer(part))
        return part

    outside_code(text, note)
    return iter(found)


def is_external(target: str) -> bool:
    """Whether a link leads out of the repository."""
    return bool(re.match(r"[a-z][a-z0-9+.-]*:", target))


def led_to(target: str, page: str) -> tuple[str, str]:
    """The path in the repository to which a link of ``page`` leads, and the anchor there, which may be empty.

    >>> led_to("../results/README.md#files", "docs/cli.md")
    ('results/README.md', 'files')
    """
    path, _, anchor = target.partition("#")
    if not path:
        return page, anchor
    return posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(path))), anchor


def anchors(text: str) -> set[str]:
    """What can be linked to within a document: its headings, by the names that GitHub and the site give them."""
    found: set[str] = set()

    def note(part: str) -> str:
        for heading in _HEADING.findall(part):
            name = _slug(_plain(heading), "-")
            found.add(next(f"{name}{end}" for end in _endings() if f"{name}{end}" not in found))
        found.update(first or second for first, second in _ANCHOR.findall(part))
        return part

    # headings may hold code
    for part in re.split(r"(?ms)^[ \t]*```.*?^[ \t]*```$", text):
        note(part)
    return found


def _endings() -> Iterator[str]:
    yield ""
    yield from (f"-{number}" for number in range(1, 100))


def _plain(heading: str) -> str:
    """A heading without its marks: links, code, emphasis."""
    return re.sub(r"[`*]", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading))


def page_of(path: str) -> str:
    """The source of the page of the site that shows a file of the repository.

    >>> page_of("docs/cli.md"), page_of("CONTRIBUTING.md"), page_of("docs/notebooks/first_steps.ipynb")
    ('cli.md', 'repository/CONTRIBUTING.md', 'notebooks/first_steps.md')
    """
    if path in ON_SITE:
        return ON_SITE[path]
    if path.startswith(DOCS) and path.endswith(".ipynb"):
        path = path.removesuffix(".ipynb") + ".md"
    return path.removeprefix(DOCS) if path.startswith(DOCS) else ELSEWHERE + path


def moved(text: str, page: str) -> str:
    """The text of a page of the repository, with its links leading to pages of the site."""
    here = posixpath.dirname(page_of(page))

    def again(found: re.Match[str]) -> str:
        target = found[2]
        if is_external(target) or target.startswith("#"):
            return found[0]
        path, anchor = led_to(target, page)
        if (ROOT / path).is_dir():
            path = posixpath.join(path, "README.md")
        there = posixpath.relpath(page_of(path), here or ".")
        return f"{found[1]}{there}{'#' * bool(anchor)}{anchor}{found[3]}"

    return outside_code(text, lambda part: _LINK.sub(again, part))


def documents(root: Path = ROOT) -> list[Path]:
    """All documents of the repository that people read."""
    found = [*root.glob("*.md"), *(root / "docs").rglob("*.md"), root / "results" / "README.md"]
    found += [*(root / "experiments").glob("*/*.md"), *(root / "configs").rglob("*.md")]
    return sorted(found)


def linked_from(pages: dict[str, str]) -> dict[str, str]:
    """Files outside ``docs/`` to which pages link, and those to which these link: path in the repository, text."""
    found: dict[str, str] = {}
    waiting = list(pages.items())
    while waiting:
        page, text = waiting.pop()
        for target in links(text):
            if is_external(target):
                continue
            path, _ = led_to(target, page)
            if (ROOT / path).is_dir():
                path = posixpath.join(path, "README.md")
            if path in found or path in pages or path.startswith(DOCS) or not (ROOT / path).is_file():
                continue
            found[path] = (ROOT / path).read_text(encoding="utf-8")
            if path.endswith(".md"):
                waiting.append((path, found[path]))
    return found

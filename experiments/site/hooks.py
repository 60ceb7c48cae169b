"""What happens when MkDocs builds the site: pages that are no files of ``docs/`` are added, links led to pages."""

from __future__ import annotations

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from experiments.findings.kept import Kept
from experiments.site import gallery, pages
from experiments.site.github import as_python_markdown
from experiments.site.links import DOCS, LIST, ROOT, START, linked_from, moved, page_of

HERE = Path(__file__).parent
# on the site, and in this folder
ASSETS = {"assets/style.css": "style.css", "assets/iframe-worker.js": "search.js", "assets/reach.js": "reach.js"}
# long pages whose matter other pages tell of too: whole, they make a search take several times as long to begin, so
# that only their titles and first paragraphs are found
BEGINNINGS = ("policies/", "repository/", "coverage.md", "odd.md")
_SECTION = re.compile(r"#{2,6} ")
_EMPTY_HEAD = re.compile(r"<th[^>]*>\s*</th>")
# page of the site: the file of the repository that it shows, from which its links start; "" for those made here
_SHOWN: dict[str, str] = {}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the start page, notebooks, the gallery, the reference, and files of the repository that pages link to."""
    _SHOWN.clear()
    there = [file for file in files.documentation_pages() if file.inclusion.is_included()]
    written = {f"{DOCS}{file.src_uri}": file.content_string for file in there}
    _SHOWN.update({page_of(path): path for path in written})
    added = {path: (ROOT / path).read_text(encoding="utf-8") for path in (START, LIST)}
    for path in sorted((ROOT / DOCS).rglob("*.ipynb")):
        name = path.relative_to(ROOT).as_posix()
        added[name] = pages.notebook(path)
        _add(files, config, name.removeprefix(DOCS), path.read_text(encoding="utf-8"))
    added |= linked_from(written | added)
    for path, text in added.items():
        _SHOWN[page_of(path)] = path
        _add(files, config, page_of(path), text)
    made = {"gallery.md": gallery.gallery(Kept()), "api.md": pages.api()}
    made |= {name: (HERE / kept).read_text(encoding="utf-8") for name, kept in ASSETS.items()}
    for name, text in made.items():
        _add(files, config, name, text)
    return files


def _add(files: Files, config: MkDocsConfig, name: str, text: str) -> None:
    there = files.get_file_from_path(name)
    if there is not None:
        files.remove(there)
    files.append(File.generated(config, name, content=text))


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001 - MkDocs names them
    """Lead links to pages of the site, and write lists as the site's program reads them."""
    path = _SHOWN.get(page.file.src_uri)
    text = markdown if path is None else as_python_markdown(moved(markdown, path))
    name = page.file.src_uri
    return beginning_searched(text) if name.startswith(BEGINNINGS) and not name.endswith("README.md") else text


def beginning_searched(text: str) -> str:
    r"""The text of a page with every section after the first kept out of the search.

    >>> beginning_searched("# Raids\n\nMore raids.\n\n## What it moves\n\n```\n## code\n```").splitlines()[4::3]
    ['## What it moves { data-search-exclude }', '## code']
    """
    lines, fenced = [], False
    for line in text.splitlines():
        fenced ^= line.lstrip().startswith(("```", "~~~"))
        lines.append(f"{line} {{ data-search-exclude }}" if not fenced and _SECTION.match(line) else line)
    return "\n".join(lines)


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:  # noqa: ARG001 - MkDocs names them
    """Mend what stands in the way of those who hear the page: the search has no name, empty cells head columns."""
    dialogue = 'data-md-component="search" role="dialog"'
    return cells_without_words(output).replace(dialogue, f'{dialogue} aria-label="Search"')


def cells_without_words(output: str) -> str:
    """A page whose empty heads of columns are cells, since a head that says nothing is read out as one.

    >>> cells_without_words('<tr><th></th><th style="text-align: right;"> </th><th>what</th></tr>')
    '<tr><td></td><td></td><th>what</th></tr>'
    """
    return _EMPTY_HEAD.sub("<td></td>", output)

"""Documents and the blocks in them that are written from kept tables.

A block stands between ``<!-- findings: NAME key=value … -->`` and ``<!-- end findings -->``. Where the first mark ends
its line the block is a paragraph of its own, otherwise it stands within the line.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from experiments import studies
from experiments.files import write_whole
from experiments.findings import text
from experiments.findings.blocks import NOT_RUN
from experiments.findings.evaluated import BLOCKS
from experiments.findings.kept import ROOT, Kept
from experiments.site import gallery
from sim.reference.policy_page import pages
from sim.reference.registry import rows
from sim.report.published import headed
from sim.scenario.composition import compose_words
from sim.scenario.settle import settle

MARK = re.compile(r"<!-- findings: (?P<words>[^>]*?) -->(?P<line>\n?)(?P<text>.*?)<!-- end findings -->", re.DOTALL)
CODE = re.compile(r"(?s:```.*?```)|`[^`\n]*`|^ {4,}[^\n]*$|\]\([^)\n]*\)", re.MULTILINE)
# a per cent, or a number with its sign, that does not stand in a formula: what a result looks like
FIGURE = re.compile(r"(?<![\w.^(])[−+-]?\d[\d.]*\s?%|(?<=\s)[−+]\d[\d.]*(?![\w.·])")
LEVEL = "95 %"  # of intervals, everywhere
# written from declarations by sim.reference.dictionaries.document
DICTIONARIES = (
    "parameters.md",
    "switches.md",
    "levers.md",
    "metrics.md",
    "shipped_policies.md",
    "glossary.md",
    "coverage.md",
    "odd.md",
    "trace.md",
    "stress_abs.md",
)


def documents(root: Path = ROOT) -> list[Path]:
    """Documents that people write, in which blocks may stand."""
    found = [root / "README.md", root / "CONTRIBUTING.md", root / "results" / "README.md"]
    found += [path for path in sorted((root / "docs").glob("*.md")) if path.name not in DICTIONARIES]
    for folder in ("mechanisms", "tours"):
        found += sorted((root / "docs" / folder).glob("*.md"))
    return found + sorted((root / "experiments").glob("*/README.md"))


def loose_figures(content: str) -> list[str]:
    """What looks like a result in a text and stands in no block, by line; code and formulas are left out."""
    bare = CODE.sub("", MARK.sub("", content))
    return [line.strip() for line in bare.splitlines() if any(found != LEVEL for found in FIGURE.findall(line))]


def rewritten(content: str, kept: Kept) -> str:
    """The text with every block written again. ValueError for a block that there is not."""

    def again(found: re.Match[str]) -> str:
        name, *arguments = shlex.split(found["words"])
        if name not in BLOCKS:
            raise ValueError(f"there is no block {name!r}; there are {', '.join(BLOCKS)}")
        made = BLOCKS[name](kept, **dict(word.split("=", 1) for word in arguments))
        body = f"\n{made}\n" if found["line"] else made
        return f"<!-- findings: {found['words']} -->{body}<!-- end findings -->"

    return MARK.sub(again, content)


def study_page(name: str, kept: Kept) -> str:
    """``findings.md`` of a study: what was asked, and every figure with its interval."""
    asked = settle(compose_words([f"study={name}"])).study
    part = studies.PREFIX + name
    lines = [f"# {asked.title or name}", "", str(asked.question or ""), ""]
    about = kept.about(part)
    if about is None:
        return "\n".join([*lines, NOT_RUN, ""])
    found = kept.tables[part].fillna({"setting": ""})
    lines += [headed(about), "", f"Everything is compared with `{asked.baseline}`. {text.multiplicity(found)}", ""]
    for setting, rows_ in found.groupby("setting", sort=False):
        lines += [f"## {setting or 'Effects'}", "", text.effects(rows_), ""]
    return "\n".join(lines)


def written(kept: Kept, root: Path = ROOT) -> dict[str, str]:
    """Every file that is written from kept tables: its path below ``root`` and its text."""
    made = {}
    for path in documents(root):
        content = path.read_text(encoding="utf-8")
        if MARK.search(content):
            made[path.relative_to(root).as_posix()] = rewritten(content, kept)
    made |= {f"experiments/{name}/findings.md": study_page(name, kept) for name in studies.shipped()}
    drawn = gallery.picture(kept)
    made |= {gallery.PICTURE: drawn} if drawn else {}
    return made | {f"docs/policies/{name}": page for name, page in pages(rows("policies"), kept.folder).items()}


def write(kept: Kept, target: Path = ROOT) -> list[Path]:
    """Write every document from kept tables below ``target``; pages of policies that are gone are deleted."""
    files = written(kept)
    for old in (target / "docs" / "policies").glob("*.md"):
        if f"docs/policies/{old.name}" not in files:
            old.unlink()
    changed = []
    for name, content in files.items():
        path = target / name
        if not path.exists() or path.read_text(encoding="utf-8") != content:
            changed.append(write_whole(path, content))
    return changed


def outdated(kept: Kept) -> list[str]:
    """Files whose text is not what kept tables say."""
    return [
        name
        for name, content in written(kept).items()
        if not (ROOT / name).exists() or (ROOT / name).read_text(encoding="utf-8") != content
    ]

"""Where a text names a file, a module or what is in one, it is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOTTED = re.compile(r"\bsim(?:\.[A-Za-z]\w*)+")
FILE = re.compile(r"\b(?:sim|tests|experiments|configs)/[\w./-]+\.(?:py|yaml|csv)\b")
TEXTS = sorted(
    path
    for pattern in ("CONTRIBUTING.md", "README.md", "docs/**/*.md", "sim/**/*.py", ".ci/*")
    for path in ROOT.glob(pattern)
    if path.is_file()
)


def found(name: str) -> bool:
    """Whether a dotted name leads to a room, a module, or something that a module holds or offers as public."""
    parts = name.split(".")
    folder = ROOT
    for place, part in enumerate(parts):
        if (folder / part).is_dir():
            folder /= part
            continue
        file = folder / f"{part}.py"
        inside = parts[place + 1 :] if file.exists() else parts[place:]
        text = (file if file.exists() else folder / "__init__.py").read_text(encoding="utf-8")
        return not inside or bool(re.search(rf"\b{inside[0]}\b", text))
    return True


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_names_in_texts_lead_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    astray = [name for name in set(DOTTED.findall(text)) if not found(name)]
    astray += [name for name in set(FILE.findall(text)) if not (ROOT / name).exists() and "NAME" not in name]
    assert not astray

"""From Markdown as GitHub reads it to Markdown as the site's program reads it.

They differ in lists. GitHub takes what is indented as far as the text of an item as part of it, and a list may follow
its paragraph without an empty line. Python-Markdown wants four spaces and an empty line.
"""

from __future__ import annotations

import re

_ITEM = re.compile(r"(?P<space> *)(?P<mark>[-*+]|\d+[.)]) +(?=\S)")
_FENCE = re.compile(r" *(```|~~~)")
STEP = 4


def as_python_markdown(text: str) -> str:
    r"""The text with every level of a list four spaces deep, and an empty line before each list.

    >>> print(as_python_markdown("Steps:\n1. First.\n\n   ```\n   code\n   ```\n2. Second."))
    Steps:
    <BLANKLINE>
    1.  First.
    <BLANKLINE>
        ```
        code
        ```
    2.  Second.
    """
    lines: list[str] = []
    depths: list[int] = []  # of the text of the items that are open, in columns of the source
    fence = ""
    for line in text.splitlines():
        bare = line.strip()
        if fence:
            lines.append(_shifted(line, depths))
            fence = "" if bare == fence else fence
            continue
        if not bare:
            lines.append("")
            continue
        indent = len(line) - len(line.lstrip())
        item = _ITEM.match(line)
        within = [depth for depth in depths if depth <= indent]
        # a line that is no item and follows another belongs to its paragraph, however it is indented
        lazy = not item and lines and lines[-1] and not _FENCE.match(line) and bool(depths)
        if not lazy:
            depths = within
        if item and _begins(item, within):
            if not depths and lines and lines[-1] and not _is_item(lines[-1]) and not lines[-1].startswith(" "):
                lines.append("")
            depths = [*within, len(item[0])]
            mark = f"{item['mark']} ".ljust(STEP)
            lines.append(f"{' ' * STEP * len(within)}{mark}{line[len(item[0]) :]}")
        else:
            lines.append(_shifted(line, depths))
        if found := _FENCE.match(line):
            fence = found[1]
    return "\n".join(lines)


def _begins(item: re.Match[str], within: list[int]) -> bool:
    """Whether a mark begins an item: it is not so far to the right that it is code."""
    return len(item["space"]) - (within[-1] if within else 0) < STEP


def _is_item(line: str) -> bool:
    return bool(_ITEM.match(line))


def _shifted(line: str, depths: list[int]) -> str:
    """A line within the items that are open."""
    if not depths or not line.strip():
        return line
    indent = len(line) - len(line.lstrip())
    return f"{' ' * (STEP * len(depths) + max(indent - depths[-1], 0))}{line.lstrip()}"

"""How docstrings of this house become those that the reference reads.

Here a section says ``name : what it is`` in a line, and its type stands in the signature. The reader of the reference
takes what follows the colon for the type, so that it is moved to where it looks for words.
"""

from __future__ import annotations

import re
from typing import Any

import griffe

_SECTION = re.compile(r"^(Parameters|Attributes|Raises|Returns|Yields)\n-{3,}$", re.MULTILINE)
_ENTRY = re.compile(r"^(?P<name>[*\w][\w., *]*?) : (?P<text>.+)$")
_ROLE = re.compile(r":\w+:`~?([^`]+)`")


def in_numpy_style(text: str) -> str:
    r"""A docstring whose sections have the words of each entry below its name.

    >>> in_numpy_style("Run.\n\nParameters\n----------\nseeds : how many;\n    at least six")
    'Run.\n\nParameters\n----------\nseeds\n    how many;\n    at least six'
    """
    first, *rest = _SECTION.split(_ROLE.sub(r"`\1`", text))
    made = []
    for title, body in zip(rest[::2], rest[1::2], strict=True):
        # a paragraph after the entries belongs to the text
        entries, gap, prose = body.partition("\n\n")
        first += f"{prose.strip()}\n\n" if prose.strip() and not prose.startswith(" ") else ""
        entries += f"{gap}{prose}" if prose.startswith(" ") else "\n\n"
        lines = [_ENTRY.sub(r"\g<name>\n    \g<text>", line) for line in entries.split("\n")]
        made.append(f"{title}\n{'-' * len(title)}" + "\n".join(lines))
    return "".join([first, *made]).rstrip()


class HouseStyle(griffe.Extension):
    """Changes every docstring when it has been read."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Of a module, a class, a function or an attribute."""
        if obj.docstring is not None:
            obj.docstring.value = in_numpy_style(obj.docstring.value)

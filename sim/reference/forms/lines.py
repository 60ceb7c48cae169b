"""Tables in Markdown, as the forms show them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

GRADES = {
    "E": "data",
    "Q": "interviews or cases",
    "T": "theory",
    "A": "argued",
    "-": "assumed",
}  # in the words of the dictionaries, best first


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; a bar inside a cell does not end it."""
    lines = [f"| {' | '.join(header)} |", f"|{'---|' * len(header)}"]
    lines += [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
    return "\n".join(lines)


def first_sentence(text: str) -> str:
    """What a docstring says in its first sentence, in one line and without marks of Sphinx."""
    whole = " ".join(text.split("\n\n", maxsplit=1)[0].split()).replace("``", "`")
    return whole.rstrip(":").rstrip(".") + "."


def listed(words: Sequence[str]) -> str:
    """Words as a sentence lists them: a, b and c."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)

"""What an answer is: sentences, each with its kind, and what they cannot say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

# what a sentence tells, and the heading under which it may stand: a change whose sign may be named, or a level; what is
# not known; what depends on an assumption; for whom it is worse; what authorities and services do, never a success
EFFECT, UNKNOWN, ASSUMPTION, GROUP, ACTIVITY = "effect", "unknown", "assumption", "group", "activity"
KINDS: dict[str, str] = {
    EFFECT: "What is found",
    UNKNOWN: "What is not known",
    ASSUMPTION: "What it depends on",
    GROUP: "For whom it is worse",
    ACTIVITY: "Activity",
}


@dataclass(frozen=True)
class Sentence:
    """One sentence in plain text, without markup; ``kind`` is one of ``KINDS``."""

    text: str
    kind: str


@dataclass(frozen=True)
class Answer:
    """A question with three to five sentences, and a line on what they cannot say.

    ``figure`` is the name of the figure that shows what they say, which may have nothing to draw; ``policies`` are the
    titles of what was compared, each with its doses in words.
    """

    question: str
    sentences: tuple[Sentence, ...]
    cannot: str
    figure: str = ""
    policies: tuple[tuple[str, str], ...] = ()

    @property
    def text(self) -> str:
        """Everything but the question and the policies, as lines."""
        return "\n".join([*(sentence.text for sentence in self.sentences), self.cannot])

    @property
    def plain(self) -> dict[str, Any]:
        """The answer as plain data, for manifests and for programs."""
        return {
            "question": self.question,
            "sentences": [{"kind": sentence.kind, "text": sentence.text} for sentence in self.sentences],
            "cannot": self.cannot,
            "policies": [{"title": title, "does": does} for title, does in self.policies],
        }

    def __str__(self) -> str:
        return self.text


def series(items: list[str], last: str = "and") -> str:
    """Items as one would say them.

    >>> series(["a", "b", "c"])
    'a, b and c'
    """
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}" if items else ""


def sentence(*parts: str) -> str:
    """Parts that are not empty, joined by semicolons, with a capital and a full stop."""
    text = "; ".join(part for part in parts if part)
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '?', '!')) else '.'}"


def counted(count: int, one: str, several: str) -> str:
    """A number with its noun, small ones as words.

    >>> counted(1, "seed", "seeds"), counted(12, "seed", "seeds")
    ('one seed', '12 seeds')
    """
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    return f"{words[count] if count < len(words) else count} {one if count == 1 else several}"

"""What an answer is: sentences, each with its kind, and what they cannot say."""

from __future__ import annotations

from dataclasses import dataclass

# what a sentence tells: a change whose sign may be named, or a level; what is not known; what depends on an assumption;
# for whom it is worse; and what authorities and services do, which is never a success
EFFECT, UNKNOWN, ASSUMPTION, GROUP, ACTIVITY = "effect", "unknown", "assumption", "group", "activity"
KINDS = (EFFECT, UNKNOWN, ASSUMPTION, GROUP, ACTIVITY)


@dataclass(frozen=True)
class Sentence:
    """One sentence in plain text, without markup; ``kind`` is one of ``KINDS``."""

    text: str
    kind: str


@dataclass(frozen=True)
class Answer:
    """A question with three to five sentences, a line on what they cannot say, and the figure that is shown first.

    ``figure`` is a name that the comparison or the study draws; empty where there is none.
    """

    question: str
    sentences: tuple[Sentence, ...]
    cannot: str
    figure: str = ""

    @property
    def text(self) -> str:
        """Everything but the question, as lines."""
        return "\n".join([*(sentence.text for sentence in self.sentences), self.cannot])


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

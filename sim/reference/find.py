"""Search over everything that a request can name."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.ground.errors import RequestError
from sim.reference.registry import ROWS, listing

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario.words import ConfigDir

ORDER = (
    "policies",
    "levers",
    "parameters",
    "switches",
    "metrics",
    "worlds",
    "studies",
    "scenarios",
    "coverage",
    "shocks",
    "ensembles",
)  # of equal matches
# where a word is looked for, and what it is worth to find it there
FIELDS = {
    "name": 8.0,
    "title": 5.0,
    "intent": 3.0,
    "question": 3.0,
    "story": 3.0,
    "happens": 1.0,
    "meaning": 3.0,
    "family": 2.0,
    "moves": 2.0,
    "arms": 1.0,
    "settings": 1.0,
    "options": 1.0,
}
WHOLE, BEGINNING, INSIDE = 1.0, 0.6, 0.2  # a word equals the one looked for, begins with it, or has it inside
NAMED = 10.0  # the words are its name and nothing else
NEAREST = 3  # names that are offered where nothing is found


@dataclass(frozen=True)
class Match:
    """Something that was found: the word for its kind, its name, and what it is."""

    kind: str
    name: str
    title: str
    meaning: str
    score: float


def find(*words: str, config_dir: ConfigDir = None) -> pd.DataFrame:
    """What has to do with ``words`` among everything that can be named, best matches first: kind, name, title, meaning.

    RequestError, with the nearest name, when nothing has.
    """
    import pandas as pd  # noqa: PLC0415 - loaded when first used

    own = [config_dir] if isinstance(config_dir, str | Path) else list(config_dir or ())
    return pd.DataFrame([vars(match) for match in search(words, own)[0]])


def search(words: Iterable[str], own: Sequence[str | Path] = ()) -> tuple[list[Match], dict[str, RequestError]]:
    """What has to do with all of ``words``, best first, and what is wrong with what could not be read.

    Parameters
    ----------
    words : looked for in names, titles and meanings, small and capital letters alike, in the singular and plural.
    own : folders of the user's configuration files.

    Raises
    ------
    RequestError : nothing has to do with them; it names what is nearest.
    """
    wanted = [part for word in words for part in _split(word)]
    if not wanted:
        raise RequestError("a search needs a word, such as: labyrinth find visa")
    found: list[Match] = []
    faults: dict[str, RequestError] = {}
    known: set[str] = set()
    for kind in ORDER:
        rows, wrong = listing(kind, own)
        faults |= wrong
        for row in rows:
            texts = {field: _split(row[field]) for field in FIELDS if row.get(field)}
            known.update(word for words in texts.values() for word in words)
            scores = [_score(word, texts) for word in wanted]
            if all(scores):
                itself = NAMED if texts["name"] == wanted else 0.0
                found.append(_match(kind, row, sum(scores) + itself))
    if not found:
        raise _nothing(wanted, known)
    return sorted(found, key=lambda match: -match.score), faults


def _match(kind: str, row: dict[str, Any], score: float) -> Match:
    meaning = row.get("meaning") or row.get("intent") or row.get("question") or ""
    return Match(ROWS[kind], row["name"], row.get("title") or "", " ".join(str(meaning).split()), round(score, 3))


def _score(word: str, texts: dict[str, list[str]]) -> float:
    """How well something fits a word: the best of its fields, and a little for each of the others."""
    fits = sorted(
        (FIELDS[field] * max(map(_fit, [word] * len(own), own)) for field, own in texts.items()), reverse=True
    )
    return fits[0] + 0.1 * sum(fits[1:]) if fits else 0.0


def _fit(word: str, other: str) -> float:
    if other == word:
        return WHOLE
    if other.startswith(word):
        return BEGINNING
    return INSIDE if len(word) > 2 and word in other else 0.0


def _split(text: Any) -> list[str]:
    """The words of a text, in small letters and without the s of a plural."""
    joined = " ".join(map(str, text)) if isinstance(text, list | tuple) else str(text)
    return [_singular(word) for word in re.findall(r"[^\W_]+", joined.casefold())]


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _nothing(wanted: Sequence[str], known: set[str]) -> RequestError:
    near = [close for word in wanted for close in difflib.get_close_matches(word, sorted(known), n=NEAREST, cutoff=0.7)]
    hint = f"; nearest: {', '.join(dict.fromkeys(near))}" if near else ""
    return RequestError(f"nothing here has to do with {' '.join(wanted)!r}{hint}")

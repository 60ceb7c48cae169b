"""Words of the field on a page: what they mean, and links to it where they are first used."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from markupsafe import Markup, escape

from sim.ground.roof import from_the_roof

# words of the glossary that a page explains, with the forms in which its texts use them
EXPLAINED: dict[str, str] = {
    "person at risk": r"pe(?:rsons?|ople) at risk",
    "exploitation": r"exploitation|exploited",
    "provider": r"providers?",
    "regular, irregular": r"irregular|regular",
    "status": r"status",
    "need of protection": r"need of protection|in need",
    "stop": r"stops|stopped",
    "removal": r"removals?",
    "identification": r"identification|identified",
    "permit": r"permits?",
    "activity, output, outcome, impact": r"activity",
    "truth, record": r"recorded?",
    "burn-in": r"burn-in",
    "seed": r"seeds?",
    "paired": r"paired",
    "effect": r"effects?",
    "placebo": r"placebo",
}


@cache
def meanings() -> dict[str, Markup]:
    """What the words mean, from the glossary of the project, by word."""
    found = {entry.word: entry.meaning for entries in from_the_roof("WORDS").values() for entry in entries}
    return {word: _marked(found[word]) for word in sorted(EXPLAINED)}


def anchor(word: str) -> str:
    """The id of a word's entry on the page."""
    return "word-" + re.sub(r"[^a-z]+", "-", word.lower())


class Links:
    """Turns the first use of every word on a page into a link to what it means; texts are given in their order.

    Words with a capital are left alone: most of them are names, such as that of a policy.
    """

    def __init__(self) -> None:
        self._left = dict(EXPLAINED)

    def __call__(self, text: Any) -> Markup:
        """The text, escaped, with links."""
        plain = str(text)
        places: list[tuple[int, int, str]] = []
        for word, form in list(self._left.items()):
            found = re.search(rf"(?<![\w-])(?:{form})(?![\w-])", plain)
            if found and all(found.end() <= begin or end <= found.start() for begin, end, _ in places):
                places.append((*found.span(), word))
                del self._left[word]
        made, last = Markup(), 0
        for begin, end, word in sorted(places):
            link = Markup('<a class="word" href="#{}">{}</a>').format(anchor(word), plain[begin:end])
            made, last = made + plain[last:begin] + link, end
        return made + plain[last:]


def _marked(text: str) -> Markup:
    """The little Markdown that meanings are written in."""
    made = re.sub(r"\*([^*]+)\*", r"<em>\1</em>", str(escape(text)))
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", made))  # noqa: S704 - escaped above

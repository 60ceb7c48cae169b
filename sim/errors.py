"""Errors that a user can act on: one sentence that says what, where, what is allowed and the nearest match."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class RequestError(ValueError):
    """The request cannot be carried out as written; nothing has been started or saved.

    Parameters
    ----------
    what : the sentence that says what is wrong, without a full stop.
    where : file and key, or command-line words, that hold the mistake.
    given : the name the user wrote, compared with ``allowed`` for a nearest match.
    allowed : the names or values that would have been accepted; long lists are shortened.
    """

    def __init__(
        self,
        what: str,
        *,
        where: str | None = None,
        given: str | None = None,
        allowed: Iterable[object] | None = None,
    ) -> None:
        self.what, self.where, self.given = what, where, given
        self.allowed = None if allowed is None else [str(option) for option in allowed]
        super().__init__(self._sentence())

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (self.what, self.where, self.given, self.allowed)

    def _sentence(self) -> str:
        parts = [self.what.rstrip(".")]
        if self.where:
            parts[0] += f" (in {self.where})"
        if self.allowed is not None:
            close = nearest(self.given, self.allowed) if self.given else None
            if close:
                parts.append(f"did you mean {close!r}?")
            shown = ", ".join(self.allowed[:12]) + (
                f", and {len(self.allowed) - 12} more" if len(self.allowed) > 12 else ""
            )
            parts.append(f"allowed: {shown or 'nothing'}")
        return "; ".join(" ".join(part.split()) for part in parts)


def _rebuild(what: str, where: str | None, given: str | None, allowed: list[str] | None) -> RequestError:
    return RequestError(what, where=where, given=given, allowed=allowed)


def nearest(word: str | None, options: Iterable[str]) -> str | None:
    """The option most like ``word``, or None when none is close enough to be a slip of the pen."""
    if not word:
        return None
    names = list(options)
    found = difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    if found:
        return found[0]
    tails: dict[str, str] = {}
    for name in names:
        tails.setdefault(name.rsplit(".", 1)[-1], name)
    found = difflib.get_close_matches(word.rsplit(".", 1)[-1], list(tails), n=1, cutoff=0.75)
    return tails[found[0]] if found else None

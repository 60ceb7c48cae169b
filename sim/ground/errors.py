"""Errors that a user can act on: one sentence that says what, where, what is allowed and the nearest match.

Whoever reads a file gathers all its faults with :class:`Faults`, so that they are told at once:

>>> faults = Faults("regions.csv")
>>> with faults.gathered():
...     raise RequestError("wage must be a number, not 'x'", where="regions.csv, line 3")
>>> faults.add("there is no role 'orign'", where="regions.csv, line 4", given="orign", allowed=["origin", "transit"])
>>> faults.tell()
Traceback (most recent call last):
sim.ground.errors.RequestErrors: 2 faults in regions.csv:
  wage must be a number, not 'x' (in regions.csv, line 3)
  there is no role 'orign' (in regions.csv, line 4); did you mean 'origin'?; allowed: origin, transit
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

MOST_FAULTS = 20  # told at once; the rest are counted
MOST_ALLOWED = 12  # names that a sentence lists
LONGEST_WORD = 200  # characters; what is longer, such as a number of a thousand digits, is cut in the middle


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

    @property
    def faults(self) -> tuple[RequestError, ...]:
        """The faults that this error tells: itself, or those that were gathered."""
        return (self,)

    def at(self, where: str | None) -> RequestError:
        """The same fault, told to be in ``where``."""
        return RequestError(self.what, where=where, given=self.given, allowed=self.allowed)

    def _sentence(self) -> str:
        parts = [self.what.rstrip(".")]
        if self.where:
            parts[0] += f" (in {self.where})"
        if self.allowed is not None:
            close = nearest(self.given, self.allowed) if self.given else None
            if close:
                parts.append(f"did you mean {close!r}?")
            listed = ", ".join(self.allowed[:MOST_ALLOWED])
            more = len(self.allowed) - MOST_ALLOWED
            parts.append(f"allowed: {listed or 'nothing'}{f', and {more} more' if more > 0 else ''}")
        return "; ".join(_one_line(part) for part in parts)


class RequestErrors(RequestError):  # noqa: N818 - many of RequestError
    """Several faults told at once, one line each, of which the first ``MOST_FAULTS`` are shown.

    Parameters
    ----------
    several : the faults, at least two.
    subject : what they are in, such as the name of a file.
    """

    def __init__(self, several: Sequence[RequestError], subject: str | None = None) -> None:
        self._several = tuple(fault for error in several for fault in error.faults)
        self.subject = subject
        super().__init__("; ".join(str(fault) for fault in self._several), where=None)

    def __reduce__(self) -> tuple[object, ...]:
        return RequestErrors, (self._several, self.subject)

    @property
    def faults(self) -> tuple[RequestError, ...]:
        """Every fault, those that are not shown among them."""
        return self._several

    def at(self, where: str | None) -> RequestError:
        """The same faults, each told to be in ``where`` unless it says where it is."""
        return RequestErrors([fault if fault.where else fault.at(where) for fault in self._several], self.subject)

    def _sentence(self) -> str:
        head = f"{len(self._several)} faults{f' in {_one_line(self.subject)}' if self.subject else ''}:"
        lines = [f"  {fault}" for fault in self._several[:MOST_FAULTS]]
        more = len(self._several) - MOST_FAULTS
        return "\n".join([head, *lines, *([f"  and {more} more"] if more > 0 else [])])


class Faults:
    """Gathers what is wrong with ``subject`` and tells it all at once.

    ``add`` notes a fault, ``gathered()`` is a block whose ``RequestError`` is noted in place of raised, and ``tell()``
    raises what has been noted: the fault itself where there is one, ``RequestErrors`` where there are several.
    """

    def __init__(self, subject: str | None = None) -> None:
        self.subject = subject
        self.found: list[RequestError] = []

    def __bool__(self) -> bool:
        return bool(self.found)

    def add(
        self,
        what: str | RequestError,
        *,
        where: str | None = None,
        given: str | None = None,
        allowed: Iterable[object] | None = None,
    ) -> None:
        """Note a fault: a sentence with its parts, as for ``RequestError``, or an error that was raised."""
        error = (
            what if isinstance(what, RequestError) else RequestError(what, where=where, given=given, allowed=allowed)
        )
        known = {str(fault) for fault in self.found}
        self.found.extend(fault for fault in error.faults if str(fault) not in known)

    @contextmanager
    def gathered(self) -> Iterator[None]:
        """A block whose RequestError is noted; what follows the block goes on."""
        try:
            yield
        except RequestError as error:
            self.add(error)

    def tell(self) -> None:
        """RequestError with everything that was noted; nothing happens if nothing was."""
        if len(self.found) == 1:
            raise self.found[0]
        if self.found:
            raise RequestErrors(self.found, self.subject)


def _rebuild(what: str, where: str | None, given: str | None, allowed: list[str] | None) -> RequestError:
    return RequestError(what, where=where, given=given, allowed=allowed)


def _one_line(text: str) -> str:
    """``text`` as it can be printed in one line: no line breaks, no control characters, no endless words."""
    half = LONGEST_WORD // 2
    words = [word if len(word) <= LONGEST_WORD else f"{word[:half]}…{word[-half:]}" for word in text.split()]
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in " ".join(words))


def nearest(word: str | None, options: Iterable[str]) -> str | None:
    """The option most like ``word``, or None when none is close enough to be a slip of the pen.

    Small and capital letters, and dashes, blanks and underscores, count as the same.

    >>> nearest("TIGHTER-BORDERS", ["raids", "tighter_borders"])
    'tighter_borders'
    """
    if not word:
        return None
    spoken = _plain(word[:LONGEST_WORD])
    names: dict[str, str] = {}
    for name in options:
        names.setdefault(_plain(name), name)
    found = difflib.get_close_matches(spoken, list(names), n=1, cutoff=0.6)
    if found:
        return names[found[0]]
    tails: dict[str, str] = {}
    for plain, name in names.items():
        tails.setdefault(plain.rsplit(".", 1)[-1], name)
    found = difflib.get_close_matches(spoken.rsplit(".", 1)[-1], list(tails), n=1, cutoff=0.75)
    return tails[found[0]] if found else None


def _plain(name: str) -> str:
    return name.casefold().replace("-", "_").replace(" ", "_")

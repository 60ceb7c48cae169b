"""Faults that only Hydra and OmegaConf can find as sentences: what, where, allowed, nearest.

Words and files are checked before Hydra composes them. What is left is a defaults list that chooses what is not there,
and references (``${…}``) that lead nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from sim.ground.errors import RequestError
from sim.ground.shipped import shown
from sim.scenario.folders import Folders
from sim.scenario.names import GROUPS
from sim.scenario.words import Word, listed

_MISSING = re.compile(r"Could not (?:find|load) '(?P<group>[^'/]+)/(?P<option>[^']+)'")
_IN_FILE = re.compile(r"In '(?P<group>\w+)/(?P<option>[^']+)': (?P<what>[^\n]+)")


def sentence(error: Exception, words: Sequence[Word], folders: Folders) -> RequestError:
    """The error that a user can act on, for whatever stopped the composition."""
    from hydra.errors import MissingConfigException  # noqa: PLC0415 - who composed has loaded it

    if isinstance(error, RequestError):
        return error
    files = _chosen_files(words, folders)
    if isinstance(error, MissingConfigException):
        return _missing(error, files, folders)
    if match := _IN_FILE.match(str(error)):
        path = folders.file(match["group"], match["option"])
        return RequestError(match["what"], where=None if path is None else shown(path))
    where = ", ".join([word.written for word in words] + files) or None
    key = getattr(error, "full_key", None)
    return RequestError(f"{_first_line(error)}{f', key {key}' if key else ''}", where=where)


def _first_line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def _chosen_files(words: Sequence[Word], folders: Folders) -> list[str]:
    """The scenario and the study that were chosen: what may hold a defaults list or references."""
    paths = [
        folders.file(word.key, name)
        for word in words
        if word.key in ("scenario", "study")
        for name in listed(word.value)
    ]
    return [shown(path) for path in paths if path is not None]


def _missing(error: Exception, files: Sequence[str], folders: Folders) -> RequestError:
    """A file chooses an option that does not exist (choices among the words have been checked before)."""
    match = _MISSING.search(str(error))
    where = ", ".join(files) or None
    if not match:
        return RequestError(_first_line(error), where=where)
    group, option = match["group"].removeprefix("override "), match["option"]
    allowed = folders.options(group) if group in GROUPS else None
    return RequestError(f"there is no {group} {option!r}", where=where, given=option, allowed=allowed)


def not_chosen(policy: str, where: str | None, chosen: Sequence[str]) -> RequestError:
    """A field of a policy is set, and the policy is not among those chosen."""
    now = f"chosen: {', '.join(chosen)}" if chosen else "no policy is chosen"
    wanted = [name for name in chosen if name != "none"] + [policy]
    add = f"policy={policy}" if len(wanted) == 1 else f"policy='[{','.join(wanted)}]'"
    return RequestError(f"policy {policy} is tuned but not chosen ({now}); add {add}", where=where)

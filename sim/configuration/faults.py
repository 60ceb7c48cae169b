"""Faults of Hydra, OmegaConf and YAML as sentences: what, where, allowed, nearest."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import yaml
from hydra.errors import HydraException, MissingConfigException, OverrideParseException
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from sim.configuration.folders import Folders, check_header, shown
from sim.configuration.names import GROUPS
from sim.configuration.words import Word, listed
from sim.errors import RequestError

HYDRA: tuple[type[Exception], ...] = (HydraException,)
_MISSING = re.compile(r"Could not (?:find|load) '(?P<group>[^'/]+)/(?P<option>[^']+)'")
_IN_FILE = re.compile(r"In '(?P<group>\w+)/(?P<option>[^']+)': (?P<what>[^\n]+)")
_MERGE = re.compile(r"Error merging override (?P<word>[^\n]+)")


def sentence(error: Exception, words: Sequence[Word], folders: Folders) -> RequestError:
    """The error that a user can act on, for whatever stopped the composition."""
    if isinstance(error, RequestError):
        return error
    if isinstance(error, yaml.YAMLError):
        return unreadable(error)
    if isinstance(error, OverrideParseException):
        return _unparsed(words)
    if isinstance(error, MissingConfigException):
        return _missing(error, folders)
    headless = _without_header(words, folders)
    if headless is not None:
        return headless
    if match := _MERGE.search(str(error)):
        return RequestError(
            f"{match['word'].lstrip('+').partition('=')[0]} does not exist", where=match["word"].lstrip("+")
        )
    if (match := _IN_FILE.match(str(error))) and "Cannot merge" in str(error):
        file = shown(folders.path(match["group"], match["option"]))
        return RequestError("a list stands where keys and values belong, or the other way round", where=file)
    if isinstance(error, ValueError | TypeError | OSError) and (broken := _broken_file(words, folders)) is not None:
        return broken
    if match := _IN_FILE.match(str(error)):
        path = folders.file(match["group"], match["option"])
        return RequestError(match["what"], where=None if path is None else shown(path))
    where = ", ".join(word.written for word in words) or None
    key = getattr(error, "full_key", None)
    return RequestError(f"{_first_line(error)}{f', key {key}' if key else ''}", where=where)


def unreadable(error: Exception, path: Path | None = None) -> RequestError:
    """A file that is not YAML, or not UTF-8: names it and the line."""
    mark = getattr(error, "problem_mark", None)
    name = getattr(mark, "name", None) or getattr(error, "name", None)
    file = shown(path) if path is not None else shown(Path(name)) if name else "a configuration file"
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or _first_line(error)
    if mark is None:
        return RequestError(f"{file} cannot be read: {problem}", where=file)
    return RequestError(
        f"{file} cannot be read: {problem} in line {mark.line + 1}", where=f"{file}, line {mark.line + 1}"
    )


def _first_line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def _unparsed(words: Sequence[Word]) -> RequestError:
    """Hydra's grammar failed on a value that began like a list, a mapping or a quoted text."""
    guilty = [word.written for word in words if word.value[:1] in ("[", "{", "$", "'", '"')]
    return RequestError(
        "a value cannot be read; lists are [a, b], mappings {key: value}, and quotes must be closed",
        where=", ".join(guilty or [word.written for word in words]),
    )


def _missing(error: Exception, folders: Folders) -> RequestError:
    """A file chooses an option that does not exist (choices among the words have been checked before)."""
    match = _MISSING.search(str(error))
    if not match:
        return RequestError(_first_line(error))
    group, option = match["group"].removeprefix("override "), match["option"]
    where = next(
        (shown(path) for path in _all_files(folders) if re.search(rf"\b{re.escape(option)}\b", _text(path))), None
    )
    allowed = folders.options(group) if group in GROUPS else None
    return RequestError(f"there is no {group} {option!r}", where=where, given=option, allowed=allowed)


def not_chosen(policy: str, where: str | None, chosen: Sequence[str]) -> RequestError:
    """A field of a policy is set, and the policy is not among those chosen."""
    now = f"chosen: {', '.join(chosen)}" if chosen else "no policy is chosen"
    wanted = [name for name in chosen if name != "none"] + [policy]
    add = f"policy={policy}" if len(wanted) == 1 else f"policy='[{','.join(wanted)}]'"
    return RequestError(f"policy {policy} is tuned but not chosen ({now}); add {add}", where=where)


def _chosen(words: Sequence[Word]) -> list[str]:
    """The policies that the words choose."""
    found: list[str] = []
    for word in words:
        if word.key == "policy":
            found = listed(word.grammar.partition("=")[2])
    return found


def _without_header(words: Sequence[Word], folders: Folders) -> RequestError | None:
    """A chosen policy file without its header makes keys vanish; better to say so than to report those."""
    for name in _chosen(words):
        path = folders.file("policy", name)
        try:
            if path is not None:
                check_header(path)
        except RequestError as error:
            return error
    return None


def _broken_file(words: Sequence[Word], folders: Folders) -> RequestError | None:
    """The first file among those chosen that cannot be read as a mapping."""
    for word in words:
        for name in listed(word.grammar.partition("=")[2]) if word.key in GROUPS else ():
            path = folders.file(word.key, name)
            if path is not None and (fault := _fault(path)) is not None:
                return fault
    return next((fault for path in _all_files(folders) if (fault := _fault(path)) is not None), None)


def _fault(path: Path) -> RequestError | None:
    try:
        content = OmegaConf.to_container(OmegaConf.load(path), resolve=False)
    except (yaml.YAMLError, OmegaConfBaseException, ValueError, OSError) as error:
        return unreadable(error, path)
    return (
        None
        if isinstance(content, dict)
        else RequestError(f"{shown(path)} must hold keys and values", where=shown(path))
    )


def _all_files(folders: Folders) -> list[Path]:
    found = [folder / group for folder in reversed(folders.all) for group in ("scenario", "study", "world", "policy")]
    return [path for folder in found for path in sorted(folder.glob("*.yaml"))]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")

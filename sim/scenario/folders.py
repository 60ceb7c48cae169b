"""Where configuration files lie: the shipped tree, and a folder of the user's own."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from sim.ground.errors import RequestError
from sim.ground.quantities import brief
from sim.ground.shipped import configs_dir, shown
from sim.scenario.names import GROUPS

PACKAGES = {"world": "world", "policy": "policy.{name}", "scenario": "_global_", "study": "_global_"}
LONGEST_OPTION = 100
# what a folder of the user's own may hold, and what one of them is called
OF_USERS = {
    "world": "a world",
    "policy": "a policy",
    "scenario": "a scenario",
    "study": "a study",
    "shocks": "a file of shocks",
    "ensemble": "an ensemble",
    "targets": "a file of targets",
    "evaluation": "an evaluation",
    "decision": "a decision",
    "prevalence": "a table of methods",
    "lesson": "a lesson",
}
ENSEMBLE = "ensemble"  # CSV, and the one kind in which a user's own goes before what is shipped
_OPTION = re.compile(r"\w[\w-]*")
_HEADER = re.compile(r"#\s*@package\s+(\S.*?)\s*$")


@dataclass(frozen=True)
class Folders:
    """The shipped folder, then those of the user; each may hold ``world/``, ``policy/``, ``scenario/``, ``study/``."""

    all: tuple[Path, ...]

    @classmethod
    def of(cls, *own: str | Path) -> Folders:
        """The shipped folder and ``own``.

        Raises
        ------
        RequestError : a folder does not exist, holds nothing that can be chosen, or a name that is shipped.
        """
        shipped = configs_dir()
        found = cls((shipped,))
        for folder in dict.fromkeys(resolved(folder, "--config-dir") for folder in own):
            _check_own(folder, found)
            found = cls((*found.all, folder))
        return found

    def options(self, group: str) -> list[str]:
        """The names that a group offers."""
        ending = ".csv" if group == ENSEMBLE else ".yaml"
        names = (name for folder in self.all for name in _files(folder / group, ending))
        return sorted({os.path.splitext(name)[0] for name in names})  # noqa: PTH122 - a path for each would take longer

    def file(self, group: str, option: str) -> Path | None:
        """The file of an option; None when there is none."""
        return next((path for folder in self.all if (path := folder / group / f"{option}.yaml").is_file()), None)

    def place(self, group: str, option: str) -> Path:
        """Where the file of one of ``options`` lies, be it a file that can be read or not."""
        found = (folder / group / f"{option}.yaml" for folder in self.all)
        return next(path for path in found if path.exists() or path.is_symlink())

    def path(self, group: str, option: str) -> Path:
        """The file of an option. RequestError names the options there are."""
        found = self.file(group, option)
        if found is None:
            raise RequestError(f"there is no {group} {option!r}", given=option, allowed=self.options(group))
        return found

    def stamp(self) -> tuple[object, ...]:
        """Changes whenever a configuration file does."""
        found = []
        for folder in self.all:
            for group in ("", *GROUPS):
                for path in sorted((folder / group).glob("*.yaml")):
                    state = path.lstat() if path.is_symlink() and not path.exists() else path.stat()
                    found.append((str(path), state.st_mtime_ns, state.st_size))
        return tuple(found)


def _files(folder: Path, ending: str) -> list[str]:
    """Names of the files with an ending in a folder, none where there is no such folder."""
    try:
        return [name for name in os.listdir(folder) if name.endswith(ending)]  # noqa: PTH208 - asked at every word
    except OSError:
        return []


def resolved(path: str | Path, where: str) -> Path:
    """A path from what a user has typed: absolute, ``~`` and ``~user`` replaced. RequestError says what is wrong."""
    if not isinstance(path, str | Path):
        raise RequestError(f"a folder is named by a text or a path, not {brief(path)}", where=where)
    try:
        return Path(path).expanduser().resolve()
    except (RuntimeError, ValueError, OSError) as error:
        raise RequestError(f"{str(path)!r} is no path: {error}", where=where) from None


def expanded(path: str | Path, where: str) -> Path:
    """A path with ``~`` and ``~user`` replaced. RequestError: there is no such user."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        raise RequestError(f"there is no home folder for {Path(path).parts[0]}", where=where) from None


def check_option_name(group: str, name: str, where: str | None = None) -> None:
    """RequestError for a file whose name cannot be chosen, with the reason."""
    if name.casefold() in ("null", "none") and not (group == "policy" and name == "none"):
        raise RequestError(f"a {group} cannot be called {name!r}, which means none; rename its file",
                           where=where)  # fmt: skip
    if group == "policy" and name == "dose":
        raise RequestError("a policy cannot be called 'dose', as policy.dose is that of all; rename its file",
                           where=where)  # fmt: skip
    if not _OPTION.fullmatch(name) or len(name) > LONGEST_OPTION:
        raise RequestError(
            f"a {group} cannot be called {name!r}; the name of its file has letters, digits, _ and -, "
            f"at most {LONGEST_OPTION} of them",
            where=where,
        )


def _check_own(folder: Path, known: Folders) -> None:
    at = f"--config-dir {folder}"
    if not folder.is_dir():
        raise RequestError(f"there is no folder {shown(folder)}", where=at)
    if not any((folder / group).is_dir() for group in OF_USERS):
        raise RequestError(
            f"{shown(folder)} holds no folder of configuration files",
            where=at,
            allowed=[f"{group}/" for group in OF_USERS],
        )
    for group, one in OF_USERS.items():
        for path in sorted((folder / group).glob("*.yml")):
            raise RequestError(f"{shown(path)} would not be read; its name must end in .yaml", where=at)
        # an ensemble has the name of its world, so that one's own may be called as one that is shipped
        taken = Folders(known.all[1:] if group == ENSEMBLE else known.all).options(group)
        for name in Folders((folder,)).options(group):
            if name in taken:
                path = next((folder / group).glob(f"{name}.*"))
                raise RequestError(f"{shown(path)} has the name of {one} that exists; give it another", where=at)


def check_header(path: Path, text: str) -> None:
    """RequestError unless the text of a file starts with the line that gives its content its place.

    Without that line two chosen policies merge into one another, and a policy's dose into ``policy.dose``; a scenario
    ends up in a corner that nothing reads.
    """
    group = path.parent.name
    if group not in PACKAGES:
        return
    package = PACKAGES[group].format(name=path.stem)
    found = None
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            break
        if match := _HEADER.match(line):
            found = match[1]
    if found == package or (found is None and package == group):
        return
    if found is None:
        raise RequestError(f"{shown(path)} lacks its first line; add: # @package {package}", where=shown(path))
    raise RequestError(
        f"{shown(path)} starts with '# @package {found}'; write: # @package {package}", where=shown(path)
    )

"""Where configuration files lie: the shipped tree, and a folder of the user's own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from sim.configuration.names import GROUPS
from sim.errors import RequestError

_HEADER = re.compile(r"#\s*@package\s+(\S+)")


def configs_dir() -> Path:
    """The shipped configuration files: inside an installed package, beside it in a clone."""
    package = Path(__file__).parents[1]
    inside = package / "configs"
    return inside if inside.is_dir() else package.parent / "configs"


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
        for folder in dict.fromkeys(Path(folder).expanduser().resolve() for folder in own):
            _check_own(folder, found)
            found = cls((*found.all, folder))
        return found

    def options(self, group: str) -> list[str]:
        """The names that a group offers."""
        return sorted({path.stem for folder in self.all for path in (folder / group).glob("*.yaml")})

    def file(self, group: str, option: str) -> Path | None:
        """The file of an option; None when there is none."""
        return next((path for folder in self.all if (path := folder / group / f"{option}.yaml").is_file()), None)

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
                    state = path.stat()
                    found.append((str(path), state.st_mtime_ns, state.st_size))
        return tuple(found)


def _check_own(folder: Path, known: Folders) -> None:
    at = f"--config-dir {folder}"
    if not folder.is_dir():
        raise RequestError(f"there is no folder {shown(folder)}", where=at)
    if not any((folder / group).is_dir() for group in GROUPS):
        raise RequestError(
            f"{shown(folder)} holds no folder of configuration files",
            where=at,
            allowed=[f"{group}/" for group in GROUPS],
        )
    for group in GROUPS:
        for path in sorted((folder / group).glob("*.yml")):
            raise RequestError(f"{shown(path)} would not be read; its name must end in .yaml", where=at)
        shipped = known.options(group)
        for path in sorted((folder / group).glob("*.yaml")):
            if path.stem in shipped:
                raise RequestError(f"{shown(path)} has the name of a {group} that exists; give it another", where=at)


def shown(path: Path) -> str:
    """A path as a person would write it: short when it lies below the working directory or is shipped."""
    for base in (Path.cwd(), configs_dir().parent):
        if path.is_relative_to(base):
            return path.relative_to(base).as_posix()
    return path.as_posix()


def check_header(path: Path) -> None:
    """RequestError unless a file starts with the line that gives its content its place.

    Without that line two chosen policies merge into one another, and a policy's dose into ``policy.dose``; a scenario
    ends up in a corner that nothing reads.
    """
    group = path.parent.name
    package = {"policy": f"policy.{path.stem}", "scenario": "_global_", "study": "_global_"}.get(group, group)
    found = None
    with path.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
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

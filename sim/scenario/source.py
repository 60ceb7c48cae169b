"""Where Hydra finds configuration files: in folders, each file read and checked by our own reader."""

from __future__ import annotations

from pathlib import Path

from hydra.core.object_type import ObjectType
from hydra.core.plugins import Plugins
from hydra.plugins.config_source import ConfigLoadError, ConfigResult, ConfigSource
from omegaconf import DictConfig

from sim.scenario.folders import PACKAGES
from sim.scenario.schema import checked, for_hydra

SCHEME = "labyrinth"


class CheckedFiles(ConfigSource):
    """A folder of configuration files; what Hydra gets is what was checked, to the last value."""

    @staticmethod
    def scheme() -> str:
        """How an entry of Hydra's search path asks for this source."""
        return SCHEME

    def load_config(self, config_path: str) -> ConfigResult:
        """One file. RequestError says what is wrong with it."""
        path = self._file(config_path)
        if not path.is_file():
            raise ConfigLoadError(f"Config not found : {path}")
        content = DictConfig(for_hydra(checked(path)))
        package = PACKAGES.get(path.parent.name, "").format(name=path.stem) or None
        return ConfigResult(self.provider, f"{SCHEME}://{self.path}", content, {"package": package})

    def available(self) -> bool:
        """Whether the folder is there."""
        return self.is_group("")

    def is_group(self, config_path: str) -> bool:
        """Whether this names a folder."""
        return Path(self.path, config_path).is_dir()

    def is_config(self, config_path: str) -> bool:
        """Whether this names a file."""
        return self._file(config_path).is_file()

    def list(self, config_path: str, results_filter: ObjectType | None) -> list[str]:
        """The files and folders of a folder."""
        found: list[str] = []
        for path in sorted(Path(self.path, config_path).iterdir()):
            inside = f"{config_path}/{path.name}" if config_path else path.name
            self._list_add_result(found, inside, path.name, results_filter)
        return sorted(set(found))

    def _file(self, config_path: str) -> Path:
        return Path(self.path, self._normalize_file_name(config_path))


def register() -> None:
    """Make the source known to Hydra; once is enough, more does no harm."""
    Plugins.instance().register(CheckedFiles)


def entry_of(folder: Path) -> str:
    """The entry of Hydra's search path for a folder."""
    return f"{SCHEME}://{folder}"

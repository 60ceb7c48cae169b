"""Tables of what parts found, as they are kept: a CSV for each part, and a JSON file that says where it comes from."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.files import write_whole
from sim.report import published

# parts that were run before the rules changed last; documents say so until they have been run again
OLDER: tuple[str, ...] = ()
ROOT = Path(__file__).parents[2]
PUBLISHED = published.published_folder()


@dataclass(frozen=True)
class Kept:
    """A folder of tables."""

    folder: Path = PUBLISHED

    @property
    def names(self) -> list[str]:
        """Parts whose tables are there."""
        return sorted(path.stem for path in self.folder.glob("*.json"))

    def about(self, name: str) -> dict[str, Any] | None:
        """Where the table of a part comes from; None where there is none."""
        return published.about(self.folder, name)

    def table(self, name: str) -> pd.DataFrame | None:
        """The table of a part; None where there is none. ValueError if its file is not what its command wrote."""
        about = self.about(name)
        if about is None:
            return None
        path = self.folder / f"{name}.csv"
        if digest(path) != about["digest"]:
            raise ValueError(f"{path} is not what {about['command']} wrote; run that again")
        return pd.read_csv(path, keep_default_na=False, na_values=["", "nan"], dtype={"pair": str})

    @cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table that is there, by part."""
        return {name: table for name in self.names if (table := self.table(name)) is not None}

    def keep(self, name: str, table: pd.DataFrame, about: dict[str, Any]) -> Path:
        """Write the table, then what vouches for it; numbers get six significant digits."""
        path = write_whole(self.folder / f"{name}.csv", table.to_csv(index=False, float_format="%.6g"))
        content = json.dumps(about | {"digest": digest(path)}, indent=2, ensure_ascii=False) + "\n"
        write_whole(self.folder / f"{name}.json", content)
        return path

    def drop_others(self, names: list[str]) -> list[Path]:
        """Delete tables of parts that there are no more; returns them."""
        gone = [path for path in self.folder.glob("*.*") if path.suffix in (".csv", ".json") and path.stem not in names]
        for path in gone:
            path.unlink()
        return gone


def digest(path: Path) -> str:
    """The first digits of the sha256 of a file; of line ends no account is taken."""
    return hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()[:32]

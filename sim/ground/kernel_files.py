"""Compiled kernels on disk, each in a file that is checked before it is used.

numba keeps an index and numbered files without checksums: a truncated file ends every later run in a traceback, a
flipped bit in machine code can do anything, and of two processes that compile for different types one can overwrite
the kernel of the other. Here the name of a file says all that its kernel was made from, and its first bytes are a
checksum of the rest; whatever fails is made again.
"""

from __future__ import annotations

import hashlib
import pickle
import platform
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from numba.core.caching import FunctionCache
from numba.core.registry import CPUDispatcher
from numba.core.serialize import dumps

from sim.ground.cache import source_hash
from sim.ground.checked_files import DamagedFileError, note_once, read_checked, write_checked


def keep_on_disk(dispatcher: CPUDispatcher) -> None:
    """Keep what ``dispatcher`` compiles where numba's settings say; where nothing can be written, in memory only."""
    try:
        kept = _Kept(dispatcher.py_func)
    except RuntimeError:  # no folder can be written
        note_once(
            "folder",
            "compiled kernels cannot be kept on disk, because no cache folder can be written: every process compiles "
            "them again; the environment variable NUMBA_CACHE_DIR chooses another folder",
        )
        return
    locator = kept._impl.locator
    kept._cache_file = KernelFiles(Path(kept.cache_path), kept._impl.filename_base, str(locator.get_source_stamp()))
    dispatcher._cache = kept


class _Kept(FunctionCache):
    """What numba asks for compiled code and gives it to."""

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep compiled code; a disk that cannot be written costs time only."""
        try:
            super().save_overload(sig, data)
        except OSError as error:
            note_once("unwritable", f"compiled kernels cannot be kept in {self.cache_path}: {error.strerror}")


class KernelFiles:
    """The compiled versions of one function, in place of numba's index and data files.

    Parameters
    ----------
    folder : where they are kept.
    base : beginning of their names: module, function and line.
    stamp : hash of the file that the function stands in.
    """

    def __init__(self, folder: Path, base: str, stamp: str) -> None:
        self.folder, self.base, self.stamp = folder, base, stamp

    def load(self, key: object) -> Any:
        """What was saved under ``key`` (types of the arguments, processor, code); None if it is to be compiled."""
        try:
            content = read_checked(self._path(key))
        except DamagedFileError as error:
            note_once("damaged kernel", f"the compiled kernel {error}; it and others like it are made again")
            return None
        return None if content is None else pickle.loads(content)  # noqa: S301 - checked: what this program wrote

    def save(self, key: object, data: object) -> None:
        """Keep ``data`` under ``key``, whole or not at all; OSError if it cannot be written."""
        write_checked(self._path(key), dumps(data))

    def flush(self) -> None:
        """Forget every compiled version of the function."""
        for path in self.folder.glob(f"{self.base}.*.nbc"):
            path.unlink(missing_ok=True)

    def _path(self, key: object) -> Path:
        made_from = hashlib.sha256("\n".join((_versions(), self.stamp, repr(key))).encode())
        return self.folder / f"{self.base}.{made_from.hexdigest()[:24]}.nbc"


@cache
def _versions() -> str:
    return f"{source_hash()} llvmlite {version('llvmlite')} Python {platform.python_version()}"

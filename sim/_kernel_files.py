"""Compiled kernels on disk, each in a file that is checked before it is used.

numba keeps an index and numbered files without checksums: a truncated file ends every later run in a traceback, a
flipped bit in machine code can do anything, and of two processes that compile for different types one can overwrite
the kernel of the other. Here the name of a file says all that its kernel was made from, and its first bytes are a
checksum of the rest; whatever fails is made again.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import platform
import uuid
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from numba.core.caching import FunctionCache
from numba.core.registry import CPUDispatcher
from numba.core.serialize import dumps

from sim._cache import source_hash
from sim.notes import note

_DIGEST = hashlib.sha256().digest_size  # bytes


def keep_on_disk(dispatcher: CPUDispatcher) -> None:
    """Keep what ``dispatcher`` compiles where numba's settings say; where nothing can be written, in memory only."""
    try:
        kept = FunctionCache(dispatcher.py_func)
    except RuntimeError:  # no folder can be written
        _once(
            "folder",
            "compiled kernels cannot be kept on disk, because no cache folder can be written: every process compiles "
            "them again; the environment variable NUMBA_CACHE_DIR chooses another folder",
        )
        return
    locator = kept._impl.locator
    kept._cache_file = KernelFiles(Path(kept.cache_path), kept._impl.filename_base, str(locator.get_source_stamp()))
    dispatcher._cache = kept


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
        path = self._path(key)
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            _once("unreadable", f"the compiled kernel {path} cannot be read ({error.strerror}) and is made again")
            return None
        if data[:_DIGEST] != _checksum(path.name, data[_DIGEST:]):
            _once("damaged", f"the compiled kernel {path} is damaged; it and others like it are made again")
            return None
        return pickle.loads(data[_DIGEST:])  # noqa: S301 - checked, and as trusted as the code that made it

    def save(self, key: object, data: object) -> None:
        """Keep ``data`` under ``key``, whole or not at all."""
        path, content = self._path(key), dumps(data)
        part = path.with_name(f"{path.name}.{uuid.uuid4().hex[:16]}.part")
        try:
            part.write_bytes(_checksum(path.name, content) + content)
            os.replace(part, path)
        except OSError as error:
            part.unlink(missing_ok=True)
            _once("unwritable", f"compiled kernels cannot be kept in {self.folder}: {error.strerror}")

    def flush(self) -> None:
        """Forget every compiled version of the function."""
        for path in self.folder.glob(f"{self.base}.*.nbc"):
            path.unlink(missing_ok=True)

    def _path(self, key: object) -> Path:
        made_from = hashlib.sha256("\n".join((_versions(), self.stamp, repr(key))).encode())
        return self.folder / f"{self.base}.{made_from.hexdigest()[:24]}.nbc"


def _checksum(name: str, content: bytes) -> bytes:
    """Of a file's content and its name: a kernel that was copied over another is not that other."""
    return hashlib.sha256(name.encode() + b"\n" + content).digest()


@cache
def _versions() -> str:
    return f"{source_hash()} llvmlite {version('llvmlite')} Python {platform.python_version()}"


_told: set[str] = set()


def _once(kind: str, text: str) -> None:
    """A note, one of each kind in a process: where one kernel is damaged, often many are."""
    if kind not in _told:
        _told.add(kind)
        note(text)

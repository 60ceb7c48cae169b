"""Compiled kernels on disk, each in a file that is checked before it is used.

numba keeps an index and numbered files without checksums: a truncated file ends every later run in a traceback, a
flipped bit in machine code can do anything, and of two processes that compile for different types one can overwrite
the kernel of the other. Here the name of a file says all that its kernel was made from, and its first bytes are a
checksum of the rest; whatever fails is made again.

Half of the time of reading a kernel went into two things that hardly any kernel needs, and which are put off here: what
other kernels would link in (:class:`_Read`), and scipy's linear algebra (:func:`_refresh`).
"""

from __future__ import annotations

import hashlib
import pickle
import platform
import sys
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import llvmlite.binding as llvm
from numba.core.caching import CompileResultCacheImpl, FunctionCache
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import CompileResult
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


_LINALG = "scipy.linalg"
_READY: set[Any] = set()  # what numba compiles for, once it has been made ready here


class _Read(JITCodeLibrary):
    """A kernel from disk: what another kernel would link in is taken to pieces when one does."""

    _bitcode: bytes  # nothing once it has been

    def open(self, machine_code: bytes, defined: tuple[str, ...], bitcode: bytes) -> None:
        """Put the machine code in place, by the names that it defines."""
        self._bitcode = bitcode
        self.enable_object_caching()
        self._set_compiled_object(machine_code)
        self._finalize_final_module()
        self._codegen._engine._defined_symbols.update(defined)

    def _get_module_for_linking(self) -> Any:
        if self._bitcode:
            self._shared_module, self._bitcode = llvm.parse_bitcode(self._bitcode), b""
        return super()._get_module_for_linking()


class _Parts(CompileResultCacheImpl):
    """What of a kernel is kept on disk, and how it is put together again."""

    def reduce(self, cres: Any) -> Any:
        """What numba keeps, and beside it the names of what the kernel defines, of which numba would ask its module."""
        whole = cres.library._get_module_for_linking()
        there = (*whole.functions, *whole.global_variables)
        return tuple(each.name for each in there if not each.is_declaration), super().reduce(cres)

    def rebuild(self, target_context: Any, payload: Any) -> Any:
        """The kernel, ready to be entered."""
        defined, ((name, _, (machine_code, bitcode)), *others) = payload
        described, environment, signature, in_objects, lifted, annotation, begin, environments = others
        for start in begin or ():
            start()
        library = _Read(target_context.codegen(), name)
        library.open(machine_code, defined, bitcode)
        made = CompileResult(
            target_context=target_context, typing_context=target_context.typing_context, library=library,
            environment=environment, entry_point=target_context.get_executable(library, described, environment),
            fndesc=described, type_annotation=annotation, signature=signature, objectmode=in_objects, lifted=lifted,
            typing_error=None, call_helper=None, metadata=None, reload_init=begin, referenced_envs=environments,
        )  # fmt: skip
        for each in environments:
            library.codegen.set_env(each.env_name, each)
        return made


def _refresh(target_context: Any) -> None:
    """Let numba make itself ready, once, and without scipy's linear algebra, of which it then has no inner product.

    Whoever compiles other products of matrices in the same process gets it: numba asks for it again then. What is
    compiled makes itself ready too.
    """
    if target_context in _READY:
        return
    _READY.add(target_context)
    if _LINALG in sys.modules or "numba.np.arraymath" in sys.modules:
        target_context.refresh()  # there is nothing left to save
        return
    sys.modules[_LINALG] = None  # type: ignore[assignment] # Python's way to say that there is none
    try:
        target_context.refresh()
    finally:
        del sys.modules[_LINALG]


class _Kept(FunctionCache):
    """What numba asks for compiled code and gives it to."""

    _impl_class = _Parts

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Compiled code from disk, None if there is none."""
        _refresh(target_context)
        with self._guard_against_spurious_io_errors():
            return self._load_overload(sig, target_context)

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

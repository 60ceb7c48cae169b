"""Where compiled kernels are kept, and the hash that names the version of the source.

numba checks only the file of the function it compiles: editing a helper in another module leaves a stale kernel
that returns wrong numbers. A folder per hash of the source makes an edit start from an empty cache. What only asks for
runs and what only shows them is left out of the hash: a better figure makes nobody compile or simulate again. So is
what makes a world from files: a run's key holds the content of its world.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from functools import cache
from importlib.metadata import version
from pathlib import Path

from platformdirs import user_cache_path

_KEEP = 4
_OF_A_VERSION = re.compile("[0-9a-f]{16}")  # names of the folders that hold kernels
# they turn words into typed scenarios (which a run's key holds) and results into tables and pages; no kernel is in them
_AROUND_THE_RUN = (
    "calibration/",
    "classroom/",
    "cli/",
    "decisions/",
    "evaluation/",
    "face/",
    "reference/",
    "scenario/",
    "report/",
    "results/",
    "studies/",
    "world/",
)
_PART_OF_THE_RUN = (
    "results/blocks.py",
    "results/run.py",
    "results/split.py",
    "scenario/drafts.py",
    "scenario/scenario.py",
    "world/fields.py",
    "world/law.py",
    "world/world.py",
)


@cache
def source_hash() -> str:
    """sha256 of every file that can change a run, with the numba and numpy versions: the code version of a result."""
    digest = hashlib.sha256()
    root = Path(__file__).parents[1]
    for name in run_files():
        digest.update(name.encode())
        digest.update((root / name).read_bytes())
    digest.update(f"numba {version('numba')} numpy {version('numpy')}".encode())
    return digest.hexdigest()


def run_files() -> list[str]:
    """The Python files of the package that can change what a run gives, as sorted paths inside it."""
    root = Path(__file__).parents[1]
    names = sorted(path.relative_to(root).as_posix() for path in root.rglob("*.py"))
    return [name for name in names if name in _PART_OF_THE_RUN or not name.startswith(_AROUND_THE_RUN)]


def use_versioned_kernel_cache() -> None:
    """Point numba's cache at this source version's folder, unless the user chose one; prune old folders."""
    if os.environ.get("NUMBA_CACHE_DIR"):
        return
    home = user_cache_path("labyrinth")
    folder = home / source_hash()[:16]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        os.utime(folder)
        versions = sorted(
            (entry for entry in home.iterdir() if _OF_A_VERSION.fullmatch(entry.name) and entry.is_dir()),
            key=lambda entry: entry.stat().st_mtime,
        )
        for stale in versions[:-_KEEP]:
            shutil.rmtree(stale, ignore_errors=True)
    except OSError:
        return  # a read-only home: numba falls back to compiling in memory
    os.environ["NUMBA_CACHE_DIR"] = str(folder)

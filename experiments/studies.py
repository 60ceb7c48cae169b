"""Carry out shipped studies and write their findings from their own output.

    python -m experiments.studies [NAME ...] [key=value ...]

Each study has a folder here with what was asked and what came out; ``findings.md`` there is written
by this command from the files of ``results/NAME``, so that no figure in it is older than the runs behind it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from rich.console import Console

from experiments.files import RESULTS, answered
from sim.configuration.folders import Folders, configs_dir
from sim.errors import RequestError
from sim.report.again import write_again
from sim.studies.conduct import Way, conduct
from sim.studies.request import comparison

HERE = Path(__file__).parent


def shipped() -> list[str]:
    """Names of the studies that have a folder here."""
    return [name for name in Folders((configs_dir(),)).options("study") if (HERE / name).is_dir()]


def study(arguments: list[str]) -> list[Path]:
    """Carry out the studies named, all of them without a name; returns the pages of findings written."""
    words = [word for word in arguments if "=" in word]
    names = [word for word in arguments if "=" not in word] or shipped()
    for name in names:
        if name not in shipped():
            raise RequestError(f"there is no study {name!r} here", given=name, allowed=shipped())
    requests = {name: comparison([], [f"study={name}", *words]) for name in names}
    written = []
    for name, request in requests.items():
        conduct(request.design, request.seeds, name=name, way=Way(replace=True, progress=True))
        # what was asked with other words is not what the folder's findings are about
        target = RESULTS / name / "findings.md" if words else HERE / name / "findings.md"
        written += write_again(RESULTS / name, "md", target)
    return written


def main(arguments: list[str]) -> int:
    """Carry out and tell where findings are; returns the exit code."""
    return answered(lambda: study(arguments), lambda paths: Console().print(*paths, sep="\n", highlight=False))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

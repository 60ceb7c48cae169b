"""Run everything that is published, keep what it found and write the documents: what ``make findings`` does.

    python -m experiments.findings [PART ...] [--list] [--check] [--write] [--again] [--keep]
    python -m experiments.findings [PART ...] --tiny | key=value ... --into FOLDER

A part that was run with this source, or with one of the same golden runs, and asks for the same as now is skipped.
One that was stopped goes on with the runs that are missing. Tables go to ``configs/findings``; when the last part is
done, documents are written. With ``--tiny`` or other words than those of the parts nothing that is published is
touched: tables and documents go to ``results/findings-tiny`` or the folder named.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from experiments.findings import documents
from experiments.findings.kept import PUBLISHED, ROOT, Kept
from experiments.findings.part import Part, Scale, carry_out, key_of
from experiments.findings.parts import PARTS, chosen
from experiments.golden import same_runs
from sim.declared.measures.catalogue import METRICS
from sim.ground.errors import RequestError
from sim.results.store import StoreError

SCRATCH = Path("results") / "findings-tiny"


def options(arguments: Sequence[str]) -> argparse.Namespace:
    """What the arguments ask for; ``parts`` and ``words`` are told apart by ``=``."""
    parser = argparse.ArgumentParser(prog="python -m experiments.findings", description=__doc__.splitlines()[0])
    parser.add_argument("asked", nargs="*", metavar="PART", help="parts to run (a beginning is enough), or key=value")
    parser.add_argument("--list", action="store_true", help="list the parts, their runs and minutes")
    parser.add_argument("--check", action="store_true", help="say which parts and documents are stale; run nothing")
    parser.add_argument("--write", action="store_true", help="write documents from what is kept; run nothing")
    parser.add_argument("--again", action="store_true", help="run parts that are up to date as well")
    parser.add_argument("--keep", action="store_true", help="keep the runs in results/findings")
    parser.add_argument("--tiny", action="store_true", help="as little as shows that it works, into a scratch folder")
    parser.add_argument("--into", type=Path, help="a folder for tables and documents that are not published")
    found = parser.parse_intermixed_args(arguments)
    found.parts = [word for word in found.asked if "=" not in word]
    found.scale = Scale(tuple(word for word in found.asked if "=" in word), found.tiny)
    if found.into is None and not found.scale.published:
        found.into = SCRATCH
    return found


def stale(part: Part, kept: Kept, scale: Scale) -> str | None:
    """Why a part has to be run, in words; None for one that is up to date. Raises RequestError."""
    about = kept.about(part.name)
    if about is None:
        return "not run yet"
    if not same_runs(about["source"]):
        return "run with another version of the source"
    if about["asked"] != key_of(part, part.ask(scale)):
        return "asks for something else now"
    table = kept.table(part.name)
    if table is not None and "metric" in table and not set(table["metric"].dropna()) <= set(METRICS):
        return "tells of metrics that are gone"
    return None


def run(parts: Sequence[Part], kept: Kept, scale: Scale, *, again: bool, keep: bool) -> None:
    """Run what is stale, part by part, each kept as soon as it is done."""
    for number, part in enumerate(parts, 1):
        why = stale(part, kept, scale)
        if why is None and not again:
            print(f"{number}/{len(parts)} {part.name}: up to date")
            continue
        print(f"{number}/{len(parts)} {part.name}: {why or 'again'}; about {part.minutes:g} minutes", flush=True)
        begin = time.perf_counter()
        table, about = carry_out(part, scale, keep=keep)
        path = kept.keep(part.name, table, about)
        print(f"  {len(table)} rows in {path}, {time.perf_counter() - begin:.0f} s", flush=True)


def check(parts: Sequence[Part], kept: Kept, scale: Scale) -> int:
    """Say what is stale; 1 if anything is."""
    found = {part.name: why for part in parts if (why := stale(part, kept, scale)) is not None}
    for name, why in found.items():
        print(f"{name}: {why}")
    files = documents.outdated(kept)
    for name in files:
        print(f"{name}: is not what the kept tables say")
    print(f"{len(found)} of {len(parts)} parts and {len(files)} documents are stale")
    return int(bool(found or files))


def show(parts: Sequence[Part], kept: Kept, scale: Scale) -> None:
    """List parts with their runs, minutes and state."""
    for part in parts:
        runs = sum(one.runs for one in part.ask(scale))
        state = stale(part, kept, scale) or "up to date"
        print(f"{part.name:38} {runs:5} runs {part.minutes:5.1f} min  {state:40} {part.title}")
    print(f"{sum(part.minutes for part in parts):.0f} minutes on two idle cores")


def main(arguments: Sequence[str]) -> int:
    """Do what is asked; returns the exit code, 2 for a wrong request."""
    wanted = options(arguments)
    kept = Kept(PUBLISHED if wanted.into is None else wanted.into / "tables")
    try:
        parts = chosen(wanted.parts)
        if wanted.list:
            show(parts, kept, wanted.scale)
            return 0
        if wanted.check:
            return check(parts, kept, wanted.scale)
        if not wanted.write:
            run(parts, kept, wanted.scale, again=wanted.again, keep=wanted.keep)
            kept.drop_others(list(PARTS))
    except RequestError as error:
        print(error, file=sys.stderr)
        return 2
    except StoreError as error:
        print(error, file=sys.stderr)
        return 1
    changed = documents.write(Kept(kept.folder), ROOT if wanted.into is None else wanted.into)
    print(f"{len(changed)} documents written")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""What the commands ``compare``, ``sweep`` and ``report`` take, and what their help says."""

from __future__ import annotations

import argparse

FORMATS = ("html", "md", "csv", "parquet")

_COMPARE = """\
Run every arm and the baseline with the same seeds; what differs is due to the policy.

  labyrinth compare tighter_borders regular_channels seeds=16
  labyrinth compare tighter_borders@0.5 tighter_borders@1 world=corridor
  labyrinth compare tighter_borders+regular_channels --baseline tighter_borders
  labyrinth compare study=borders_and_channels
  labyrinth compare study=reflection_length people.size=5000 --dry-run
  labyrinth compare raids --until exploited_people=5% --most-seeds 32

An arm is POLICY, POLICY+POLICY (together) or POLICY@DOSE.
"""
_SWEEP = """\
Run every combination of what has several values, in Hydra's grammar: key=a,b or key=range(0,100,25).

  labyrinth sweep policy=none,tighter_borders,raids mechanisms.rerouting=on,off world=corridor
  labyrinth sweep policy=tighter_borders policy.dose=0.25,0.5,1 world=corridor people.size=5000
  labyrinth sweep people.size=1000,5000,20000 world=corridor
  labyrinth sweep policy=none,raids world=archetypes,subregions --dry-run

What varies policies makes arms, each held against no policy; what varies anything else makes settings. Without policies
the points are held against the first. hydra/launcher=joblib makes arms jobs of that launcher of Hydra's.
"""
_REPORT = """\
Write the page of results that are there again, or their tables in another form.

  labyrinth report results/headline
  labyrinth report results/headline --format md
  labyrinth report results/headline --format csv --output tables
"""
_CHECK = """\
Say whether results are whole: every file against its checksum, every run against what was asked.

  labyrinth check results/headline
  labyrinth check results/headline --json

What is damaged or missing is done or made again by the command that made the results. Nothing is written.
Exit codes: 0 everything is whole, 1 something is damaged or missing, 2 there are no results.
"""
ABOUT = {"compare": _COMPARE, "sweep": _SWEEP, "report": _REPORT, "check": _CHECK}


def add_arguments(command: str, parser: argparse.ArgumentParser) -> None:
    """The options of a command that has to do with studies."""
    if command == "report":
        parser.add_argument("folder", metavar="FOLDER", help="results/NAME")
        parser.add_argument("--format", metavar="FORMAT", default="html", help=" | ".join(FORMATS))
        parser.add_argument("--output", metavar="PATH", help="file (html, md) or folder (csv, parquet) to write")
        parser.add_argument("--quiet", action="store_true", help="only errors")
        return
    parser.add_argument("--baseline", metavar="ARM", help="compare with this arm instead of no policy")
    parser.add_argument("--dry-run", action="store_true", help="print the plan: arms, seeds, minutes, bytes")
    parser.add_argument("--only-failed", action="store_true", help="do again what failed, and nothing else")
    parser.add_argument(
        "--executor", metavar="WHERE", help="processes | serial | dask[:ADDRESS] | ray[:ADDRESS] | slurm[:OPTIONS]"
    )
    parser.add_argument("--interval", metavar="KIND", default="t", help="t (Student) | bootstrap (BCa)")
    parser.add_argument(
        "--until",
        metavar="METRIC=WIDTH",
        action="append",
        default=[],
        help="add seeds until this effect's half-width is so small in every arm: deaths=5%% of the baseline, or units",
    )
    parser.add_argument("--most-seeds", metavar="N", type=int, help="never more seeds than this")
    if command == "sweep":
        parser.add_argument(
            "--metrics", metavar="NAME", action="append", help="a metric to report; several times for several"
        )

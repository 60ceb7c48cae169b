"""Four policies in two worlds against no policy: what ``make run`` runs.

    python experiments/headline/run.py [key=value ...]

Words such as ``people.size=5000`` or ``seeds=4`` apply to both worlds. Results go to ``results/headline``;
runs that are there already are not done again.
"""

from __future__ import annotations

import sys
import time

from rich.console import Console
from rich.table import Table

from sim.errors import RequestError
from sim.report import words
from sim.report.page import GLANCE, write_page
from sim.studies.compare import Comparison, compare

NAME = "headline"
POLICIES = ("tighter_borders", "demand_criminalisation", "reflection_period", "regular_channels")
WORLDS = {"archetypes": 8, "subregions": 4}  # seeds in each
QUESTION = (
    "A state may guard its borders more tightly, punish those who buy, give exploited people time to recover, or open "
    "regular ways in. What does each do to how people move, to who exploits them, and to how they get out?"
)


def main(arguments: list[str]) -> int:
    """Run both worlds and write one page about them; returns the exit code."""
    console = Console(width=None if sys.stdout.isatty() else 120)
    begin = time.perf_counter()
    try:
        found = {
            world: compare(
                POLICIES,
                base=[f"world={world}", f"seeds={seeds}", *arguments],
                name=f"{NAME}/{world}",
                replace=True,
                progress=True,
                report=False,
            )
            for world, seeds in WORLDS.items()
        }
    except RequestError as error:
        print(error, file=sys.stderr)
        return 2
    simulated = time.perf_counter()
    page = write_page(
        f"results/{NAME}/report.html",
        [(words.region(world), comparison) for world, comparison in found.items()],
        title="Borders, demand, protection, channels",
        question=QUESTION,
    )
    drawn = time.perf_counter()
    for world, comparison in found.items():
        console.print(headlines(words.region(world), comparison))
    console.print(timing(found, simulated - begin, drawn - simulated))
    console.print(f"The report is in {page}", highlight=False)
    return 1 if any(comparison.failures for comparison in found.values()) else 0


def headlines(title: str, comparison: Comparison) -> Table:
    """Change of a few headline figures in per cent, with 95 % intervals."""
    table = Table(title=f"{title}: change from no policy, %", title_justify="left", pad_edge=False)
    table.add_column("")
    for arm in comparison.arms:
        table.add_column(arm.title, justify="right")
    effects = comparison.effects.set_index(["metric", "arm"]).sort_index()
    for name in GLANCE:
        rows = [effects.loc[(name, arm.label)] for arm in comparison.arms]
        table.add_row(
            words.label(name), *(cell(row["percent"], row["baseline"], row["low"], row["high"]) for row in rows)
        )
    return table


def cell(percent: float, baseline: float, low: float, high: float) -> str:
    """A change and its interval, %; bold when the interval excludes zero."""
    scale = 100 / abs(baseline) if baseline else float("nan")
    change, start, end = (
        words.percent(value).split("\N{NARROW NO-BREAK SPACE}")[0] for value in (percent, scale * low, scale * high)
    )
    text = f"{change} ({start} to {end})"
    return f"[bold]{text}[/bold]" if low * high > 0 else text


def timing(found: dict[str, Comparison], simulated: float, drawn: float) -> Table:
    """Where the time went, seconds."""
    table = Table(title="Seconds (set-up of the environment excluded)", title_justify="left", pad_edge=False)
    table.add_column("")
    table.add_column("s", justify="right")
    for world, comparison in found.items():
        for stage, seconds in comparison.timings.items():
            table.add_row(f"{words.region(world)}: {stage}", f"{seconds:.1f}")
    known = sum(sum(comparison.timings.values()) for comparison in found.values())
    table.add_row("checking requests, reading and writing tables", f"{max(0.0, simulated - known):.1f}")
    table.add_row("figures and page", f"{drawn:.1f}", end_section=True)
    table.add_row("total", f"{simulated + drawn:.1f}")
    return table


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

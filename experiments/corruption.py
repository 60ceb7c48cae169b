"""Does it depend on where a place starts whether its officials sell? Two regimes (model 4.9).

    python -m experiments.corruption [key=value ...]

Worlds that differ in nothing but how many line officers sell when the run starts are followed for ten years, for values
of what internal control brings to light (``integrity.monitoring``) and of how far turning depends on colleagues who
sell unpunished: as declared, or more (``official.peers``) on a situation that by itself turns fewer
(``official.base``). Where the two ends agree there is one regime; where they stay apart there are two, and a reform has
to carry a place from one to the other. Units are drawn eight times as large as declared, so that chance does not carry
three officers across. The table goes to ``results/corruption.csv``, the figure to ``results/corruption.svg``.
"""

from __future__ import annotations

import sys

import pandas as pd
from matplotlib.figure import Figure
from rich.table import Table

from experiments.dose import answer, cell, mean_of
from sim.report import words
from sim.studies.compare import compare

STARTS = {"few sell": 0.05, "most sell": 1.0}
MONITORING = (0.02, 0.06, 0.15, 0.4)
PEERS = {"as declared": (-1.0, 5.0), "colleagues count more": (-3.0, 10.0), "colleagues decide": (-5.0, 14.0)}
SHOWN = ("captured_posts", "captured_border_posts", "bribes_per_crossing", "exploited_people")
COLOURS = ("#0b6e99", "#d1602b")
LAST_YEARS = 2.0


def study(arguments: list[str]) -> pd.DataFrame:
    """One row for each start, control, weight of colleagues and metric: mean over the last two years, 95 % interval."""
    arms = {
        f"{start}; {peers}; {monitoring}": [
            f"official.captured_start={share}", f"official.base={alone}", f"official.peers={weight}",
            f"integrity.monitoring={monitoring}",
        ]
        for start, share in STARTS.items()
        for peers, (alone, weight) in PEERS.items()
        for monitoring in MONITORING
    }  # fmt: skip
    # ten years in all, of which the last two count
    base = [
        "official.posts=64",
        "official.approach=8",
        "time.burn_in_weeks=416",
        f"time.years={LAST_YEARS}",
        *arguments,
    ]
    found = compare(arms, base=base, metrics=list(SHOWN), progress=True, report=False).summary
    rows = []
    for start in STARTS:
        for peers in PEERS:
            for monitoring in MONITORING:
                for metric in SHOWN:
                    mean = mean_of(found, f"{start}; {peers}; {monitoring}", metric)
                    rows.append((start, peers, monitoring, metric, mean.mean, mean.low, mean.high, mean.count))
    return pd.DataFrame(rows, columns=["start", "peers", "monitoring", "metric", "mean", "low", "high", "seeds"])


def picture(table: pd.DataFrame) -> Figure:
    """One panel a weight of colleagues: officials who sell after ten years against control, by start."""
    figure = Figure(figsize=(10, 3.6), layout="constrained")
    panels = figure.subplots(1, len(PEERS), sharey=True)
    chosen = table[table["metric"] == SHOWN[0]]
    for axes, peers in zip(panels, PEERS, strict=True):
        for start, colour in zip(STARTS, COLOURS, strict=True):
            line = chosen[(chosen["peers"] == peers) & (chosen["start"] == start)]
            axes.plot(line["monitoring"], 100 * line["mean"], "o-", color=colour, label=f"{start} at the start")
            axes.fill_between(line["monitoring"], 100 * line["low"], 100 * line["high"], color=colour, alpha=0.15, lw=0)
        axes.set_title(peers, loc="left", fontsize=9.5, weight="bold")
        axes.set_xlabel("chance that internal control\nbrings a sale to light", fontsize=8)
        axes.set_ylim(bottom=0)
    panels[0].set_ylabel("per cent of officials who sell", fontsize=8)
    panels[0].legend(frameon=False, fontsize=8.5)
    return figure


def shown(table: pd.DataFrame) -> Table:
    """The table for a terminal."""
    found = Table(title="Officials who sell after ten years, by start; 95 % intervals", title_justify="left")
    for name in ("colleagues", "control", "metric", *STARTS):
        found.add_column(name)
    for (peers, monitoring, metric), part in table.groupby(["peers", "monitoring", "metric"], sort=False):
        line = part.set_index("start")
        cells = [cell(line.loc[start]) for start in STARTS]
        found.add_row(str(peers), f"{monitoring:g}", words.label(str(metric)), *cells)
    return found


if __name__ == "__main__":
    sys.exit(answer("corruption", sys.argv[1:], study, picture, shown))

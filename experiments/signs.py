"""Where the literature disagrees: the effect of tighter borders on exploitation under each setting of a mechanism.

    python -m experiments.signs [key=value ...]

Pattern C4-S04 (tighter borders mean more exploited weeks per departure) is contested: theories differ in what carriers
and controllers can do. Each row sets one switch to its other option, and holds tighter borders against no policy over
paired seeds. The table goes to ``results/signs.csv``.
"""

from __future__ import annotations

import sys

from rich.console import Console
from rich.table import Table

from experiments.files import RESULTS, write_whole
from sim.errors import RequestError
from sim.report import words
from sim.studies.compare import compare

SETTINGS = {
    "as declared": [],
    "pricing=target_return": ["mechanisms.pricing=target_return"],
    "type_observable=on": ["mechanisms.type_observable=on"],
    "control_capacity=off": ["mechanisms.control_capacity=off"],
    "debt_finance=off": ["mechanisms.debt_finance=off"],
}
METRICS = ("exploited_per_departure", "exploited_people", "irregular_departures", "credit_share", "spell_length")


def main(arguments: list[str]) -> int:
    """Run every setting, print and write the table; returns the exit code."""
    rows = []
    for setting, changes in SETTINGS.items():
        try:
            found = compare(
                ["tighter_borders"], base=[*changes, *arguments], metrics=list(METRICS), progress=True, report=False
            )
        except RequestError as error:
            print(error, file=sys.stderr)
            return 2
        columns = ["metric", "baseline", "difference", "low", "high", "seeds"]
        rows += [(setting, *row) for row in found.effects[columns].itertuples(index=False, name=None)]
    lines = ["setting,metric,baseline,difference,low,high,seeds"]
    lines += [",".join(str(value) for value in row) for row in rows]
    path = write_whole(RESULTS / "signs.csv", "\n".join(lines) + "\n")
    Console(width=None if sys.stdout.isatty() else 140).print(table(rows))
    print(f"The table is in {path}")
    return 0


def table(rows: list[tuple[str, str, float, float, float, float, int]]) -> Table:
    """Change under tighter borders, % of the baseline, with its interval and sign."""
    found = Table(
        title="Tighter borders: change in % of no policy, 95 % intervals", title_justify="left", pad_edge=False
    )
    for name in ("setting", "metric", "without", "change", "interval", "sign"):
        found.add_column(name)
    for setting, metric, baseline, difference, low, high, _ in rows:
        sign = "+" if low > 0 else ("-" if high < 0 else "?")
        change, interval = words.DASH, words.DASH
        if baseline:
            scale = 100 / abs(baseline)
            change, interval = f"{scale * difference:+.1f}", f"{scale * low:+.1f} to {scale * high:+.1f}"
        found.add_row(setting, words.label(metric), words.number(baseline), change, interval, sign)
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

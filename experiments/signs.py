"""Where the literature disagrees: effects of a policy under each setting of the mechanisms that theories differ in.

    python -m experiments.signs [key=value ...]

Each row sets one switch to its other option, and holds a policy against no policy over paired seeds. What tighter
borders do to exploited weeks per departure (C4-S04) hangs on what carriers and controllers can do; what penalties for
buyers do, on tips and where buyers go (C13-S05, C1-F10); raids, on what venues and employers do (C9-M04, C10-S14); free
movement, on who still needs a provider (C7-P28). The table goes to ``configs/findings/signs.csv``, from where the
pages in ``docs/policies`` are written.
"""

from __future__ import annotations

import sys

from rich.console import Console
from rich.table import Table

from experiments.files import answered, write_csv
from sim.configuration.folders import configs_dir
from sim.registry import document
from sim.report import words
from sim.studies.compare import compare

BASE = ["time.years=5", "seeds=6"]
MARKET = ("exploited_per_departure", "exploited_people", "irregular_departures", "credit_share", "mean_fee")
PLACES = ("exploited_people", "demand", "private_exploited_share", "identified", "spell_length")
QUESTIONS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "tighter_borders": (
        ("pricing=target_return", "type_observable=on", "control_capacity=off", "debt_finance=off",
         "can_save_first=off"),
        MARKET,
    ),
    "deportation_drive": (("can_save_first=off", "debt_finance=off", "deportation_fear=off"), MARKET),
    "demand_criminalisation": (("client_tips=off", "demand_displacement=off"), PLACES),
    "raids": (("private_venues=off", "rescue_vacancy=off"), PLACES),
    "free_movement_area": (("free_movement_substitution=off",), MARKET),
}  # fmt: skip
Row = tuple[str, str, str, float, float, float, float, int]
COLUMNS = "policy,setting,metric,baseline,difference,low,high,seeds"


def study(arguments: list[str]) -> list[Row]:
    """One row for each policy, setting and metric, in the unit of the metric."""
    rows: list[Row] = []
    for policy, (settings, metrics) in QUESTIONS.items():
        for setting in ("as declared", *settings):
            changes = [f"mechanisms.{setting}"] if "=" in setting else []
            found = compare(
                [policy], base=[*BASE, *changes, *arguments], metrics=list(metrics), progress=True, report=False
            )
            columns = ["metric", "baseline", "difference", "low", "high", "seeds"]
            rows += [(policy, setting, *row) for row in found.effects[columns].itertuples(index=False, name=None)]
    return rows


def main(arguments: list[str]) -> int:
    """Run every setting, print and write the table and the pages; returns the exit code."""
    return answered(lambda: study(arguments), _tell)


def _tell(rows: list[Row]) -> None:
    path = write_csv(configs_dir() / "findings" / "signs.csv", COLUMNS, rows)
    document("docs")
    Console(width=None if sys.stdout.isatty() else 160).print(table(rows))
    print(f"The table is in {path}, the pages in docs/policies")


def table(rows: list[Row]) -> Table:
    """Change under each policy and setting, % of the baseline, with its interval and sign."""
    found = Table(title="Change in % of no policy, 95 % intervals", title_justify="left", pad_edge=False)
    for name in ("policy", "setting", "metric", "without", "change", "interval", "sign"):
        found.add_column(name)
    for policy, setting, metric, baseline, difference, low, high, _ in rows:
        sign = "+" if low > 0 else ("-" if high < 0 else "?")
        change, interval = words.DASH, words.DASH
        if baseline:
            scale = 100 / abs(baseline)
            change, interval = f"{scale * difference:+.1f}", f"{scale * low:+.1f} to {scale * high:+.1f}"
        found.add_row(policy, setting, words.label(metric), words.number(baseline), change, interval, sign)
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

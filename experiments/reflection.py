"""How long should people have to recover and decide? Dose and response of the reflection period.

    python -m experiments.reflection [key=value ...]

Lengths from 0 to 180 days, where help after that time is for everyone or only for those who cooperate, with and without
the weight of heavy symptoms on telling (switch ``trauma_weight``). Reported are people identified, people ready to
testify and the quality of what they have to say, people removed unidentified, and false stories, which are an outcome
of the decision to tell. The table goes to ``results/reflection.csv``, the figure to ``results/reflection.svg``.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure
from rich.table import Table

from experiments.dose import answer, cell, mean_of
from sim.observation.catalogue import METRICS
from sim.report import words
from sim.studies.compare import compare

DAYS = (0, 15, 30, 45, 90, 180)
RULES = {"for everyone": 0.0, "for those who cooperate": 1.0}
SYMPTOMS = {"symptoms weigh on telling": "on", "symptoms do not": "off"}
SHOWN = ("identified", "testimony", "testimony_quality", "misidentified_removed", "false_claim_share")
COLOURS = ("#0b6e99", "#d1602b")


def arm(days: int, conditional: float) -> list[str]:
    """The reflection period of so many days at once and everywhere it applies, conditional or not."""
    policy = "policy.reflection_period"
    return ["policy=reflection_period", f"{policy}.ramp=0", f"{policy}.implementation=1",
            f"{policy}.levers.0.value={days}", f"{policy}.levers.1.value={conditional}"]  # fmt: skip


def label(days: int, rule: str) -> str:
    """The name of an arm."""
    return f"{days} days, {rule}"


def study(arguments: list[str]) -> pd.DataFrame:
    """One row for each length, rule, setting of the switch and metric: mean over seeds with a 95 % interval."""
    rows = []
    for symptoms, option in SYMPTOMS.items():
        arms: Mapping[str, list[str]] = {
            label(days, rule): arm(days, conditional) for days in DAYS for rule, conditional in RULES.items()
        }
        base = [f"mechanisms.trauma_weight={option}", *arguments]
        found = compare(arms, base=base, metrics=list(SHOWN), progress=True, report=False)
        for days in DAYS:
            for rule in RULES:
                for metric in SHOWN:
                    mean = mean_of(found.summary, label(days, rule), metric)
                    rows.append((symptoms, rule, days, metric, mean.mean, mean.low, mean.high, mean.count))
    return pd.DataFrame(rows, columns=["symptoms", "rule", "days", "metric", "mean", "low", "high", "seeds"])


def picture(table: pd.DataFrame) -> Figure:
    """One panel a metric, one line a rule and setting."""
    figure = Figure(figsize=(10, 6), layout="constrained")
    panels = figure.subplots(2, 3)
    for axes, metric in zip(panels.flat, SHOWN, strict=False):
        for rule, colour in zip(RULES, COLOURS, strict=True):
            for symptoms, style in zip(SYMPTOMS, ("-", "--"), strict=True):
                line = table[(table["metric"] == metric) & (table["rule"] == rule) & (table["symptoms"] == symptoms)]
                axes.plot(line["days"], line["mean"], style, color=colour, label=f"{rule}; {symptoms}")
                axes.fill_between(line["days"], line["low"], line["high"], color=colour, alpha=0.1, lw=0)
        axes.set_title(words.label(metric), loc="left", fontsize=9.5, weight="bold")
        axes.set_ylabel(METRICS[metric].unit, fontsize=8)
        axes.set_xlabel("days of reflection", fontsize=8)
        axes.set_ylim(bottom=0)
    panels[1, 2].axis("off")
    panels[1, 2].legend(*panels[0, 0].get_legend_handles_labels(), loc="center", frameon=False, fontsize=8.5,
                        title="help after that time is")  # fmt: skip
    return figure


def shown(table: pd.DataFrame) -> Table:
    """The table for a terminal."""
    found = Table(title="Reflection period, 95 % intervals", title_justify="left", pad_edge=False)
    for name in ("metric", "help is", "symptoms", *(f"{days} days" for days in DAYS)):
        found.add_column(name)
    for metric in SHOWN:
        for rule in RULES:
            for symptoms in SYMPTOMS:
                line = table[(table["metric"] == metric) & (table["rule"] == rule) & (table["symptoms"] == symptoms)]
                cells = [cell(row) for _, row in line.iterrows()]
                found.add_row(words.label(metric), rule, symptoms, *cells)
    return found


if __name__ == "__main__":
    sys.exit(answer("reflection", sys.argv[1:], study, picture, shown))

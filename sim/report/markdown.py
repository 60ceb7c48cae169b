"""A study as Markdown: the question, how it was asked, the effects with their intervals, what they rest on."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from sim.observation.catalogue import METRICS
from sim.report import words
from sim.studies.statistics import multiplicity, t_interval

MOST_COLUMNS = 6
MOST_GROSS = 60
MOST = 12  # metrics of a study that reports every one: the headline


def document(
    manifest: Mapping[str, Any], summary: pd.DataFrame, effects: pd.DataFrame, transitions: pd.DataFrame
) -> str:
    """The text, from the manifest and the tables of a folder of results; empty tables are left out."""
    lines = [f"# {manifest['name'] or 'Study'}", ""]
    if manifest.get("question"):
        lines += [str(manifest["question"]), ""]
    lines += [_asked(manifest), ""]
    shown = metrics_of(effects if len(effects) else summary)
    for setting, part in _parts(effects):
        lines += [f"## {setting or 'Effects'}", "", *_effects(part, shown), ""]
    if not len(effects):
        lines += ["## Levels", "", *_levels(summary, shown), ""]
    if len(effects):
        lines += [multiplicity(effects[effects["metric"].isin(shown)]), ""]
    if len(transitions):
        lines += ["## Helped and harmed", "", *_gross(transitions), ""]
    if manifest["failures"]:
        lines += ["## Failed", ""]
        lines += [
            f"- {_where(row)}, seed {row['seed']}: {row['stage']}: {row['error']}" for row in manifest["failures"]
        ]
        lines.append("")
    return "\n".join([*lines, "## Provenance", "", *_provenance(manifest), ""])


def metrics_of(table: pd.DataFrame) -> list[str]:
    """The metrics that a text shows: all of a few, the headline of many."""
    every = list(dict.fromkeys(table["metric"]))
    return every if len(every) <= MOST else [name for name in every if METRICS[name].headline]


def _asked(manifest: Mapping[str, Any]) -> str:
    arms = list(dict.fromkeys(arm["label"] for arm in manifest["arms"]))
    settings = list(dict.fromkeys(arm.get("setting", "") for arm in manifest["arms"]))
    worlds = list(dict.fromkeys(arm["world"] for arm in manifest["arms"]))
    where = f" in {len(settings)} settings" if len(settings) > 1 else ""
    return (
        f"{len(arms)} arms{where}, {len(manifest['seeds'])} paired seeds, world {', '.join(worlds)}; baseline "
        f"`{manifest['baseline']}`. Intervals are 95 %, of the mean difference by seed"
        f"{' (BCa bootstrap)' if manifest.get('interval') == 'bootstrap' else ' (Student)'}."
    )


def _parts(table: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    if not len(table):
        return []
    if "setting" not in table:
        return [("", table)]
    return [(str(setting), part) for setting, part in table.groupby("setting", sort=False)]


def _effects(table: pd.DataFrame, shown: Sequence[str]) -> list[str]:
    """Change in % of the baseline with its interval, a column an arm."""
    arms = list(dict.fromkeys(table["arm"]))
    rows = {(row["metric"], row["arm"]): row for row in table.to_dict("records")}
    if len(arms) > MOST_COLUMNS:
        return _by_arm(rows, arms, shown)
    lines = [f"| | unit | baseline | {' | '.join(arms)} |", f"|---|---|---:|{'---:|' * len(arms)}"]
    for name in shown:
        cells = [rows.get((name, arm)) for arm in arms]
        base = next((row["baseline"] for row in cells if row is not None), math.nan)
        texts = [_change(row) for row in cells]
        lines.append(f"| {words.label(name)} | {METRICS[name].unit} | {words.number(base)} | {' | '.join(texts)} |")
    return lines


def _by_arm(rows: Mapping[Any, Mapping[Any, Any]], arms: Sequence[str], shown: Sequence[str]) -> list[str]:
    """The same with a row an arm, where there are many."""
    lines = [
        f"| | {' | '.join(f'{words.label(name)} ({METRICS[name].unit})' for name in shown)} |",
        f"|---|{'---:|' * len(shown)}",
    ]
    base = [next((row["baseline"] for (metric, _), row in rows.items() if metric == name), math.nan) for name in shown]
    lines.append(f"| baseline | {' | '.join(words.number(value) for value in base)} |")
    lines += [f"| {arm} | {' | '.join(_change(rows.get((name, arm))) for name in shown)} |" for arm in arms]
    return lines


def _change(row: Mapping[Any, Any] | None) -> str:
    if row is None or not math.isfinite(row["difference"]):
        return words.DASH
    if not row["baseline"]:
        low, high = (words.number(row[end], signed=True) for end in ("low", "high"))
        return f"{words.number(row['difference'], signed=True)} ({low} to {high})"
    scale = 100 / abs(row["baseline"])
    text = f"{scale * row['difference']:+.1f} % ({scale * row['low']:+.1f} to {scale * row['high']:+.1f})"
    text = text.replace("-", "\N{MINUS SIGN}")
    return f"**{text}**" if row["low"] * row["high"] > 0 else text


def _levels(table: pd.DataFrame, shown: Sequence[str]) -> list[str]:
    lines = ["| | unit | mean | 95 % interval |", "|---|---|---:|---:|"]
    for name in shown:
        found = t_interval(table[table["metric"] == name]["value"])
        ends = f"{words.number(found.low)} to {words.number(found.high)}" if math.isfinite(found.low) else "none"
        lines.append(f"| {words.label(name)} | {METRICS[name].unit} | {words.number(found.mean)} | {ends} |")
    return lines


def _gross(table: pd.DataFrame) -> list[str]:
    """People to whom one thing happened in one world only, both ways: gross beside what a net figure would hide."""
    some = table[(table["group"] == "all") & (table["measure"] != "path")]
    if len(some) > MOST_GROSS:
        some = some[some["measure"] == "exploitation"]
    lines = ["| arm | what | people per 100 000 at risk | people in a run (95 %) |", "|---|---|---:|---:|"]
    for row in some.to_dict("records"):
        where = f"{row['setting']}: " if "setting" in row else ""
        ends = f" ({words.number(row['low'])} to {words.number(row['high'])})" if math.isfinite(row["low"]) else ""
        lines.append(
            f"| {where}{row['arm']} | {row['from_class']} → {row['to_class']} | {words.number(row['per_100k'])} | "
            f"{words.number(row['people'])}{ends} |"
        )
    return lines


def _where(row: Mapping[str, Any]) -> str:
    return f"{row['setting']}: {row['arm']}" if row.get("setting") else str(row["arm"])


def _provenance(manifest: Mapping[str, Any]) -> list[str]:
    versions = ", ".join(f"{name} {number}" for name, number in manifest["versions"].items())
    return [
        f"- study `{manifest['study_key'][:32]}`, source `{manifest['source'][:32]}`, {manifest['status']}",
        f"- seeds {', '.join(str(seed) for seed in manifest['seeds'])}; {len(manifest['runs'])} runs",
        f"- {versions}; {manifest['platform']}; written {manifest['written']}",
    ]

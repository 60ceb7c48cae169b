"""A page on one policy: what it moves, what the literature claims, what the model finds, what a switch changes."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sim.configuration.folders import configs_dir
from sim.observation.catalogue import METRICS
from sim.policies.levers import LEVERS
from sim.policies.policy import RANGES

Row = dict[str, Any]
FINDINGS = "policies.csv"
SIGNS = "signs.csv"
OUTCOMES, ACTIVITY = "What happens to people and markets", "What the state does, and what it records"
CARRIED = "What moved most: what carried it"
HEAD = "metric | without | change | 95 % interval | sign |"


class Effect(NamedTuple):
    """What a policy did to a metric, in its unit: mean of paired differences with a 95 % interval."""

    metric: str
    baseline: float
    difference: float
    low: float
    high: float
    seeds: int
    beside: str  # the policy that both arms had, none without
    setting: str = ""  # the switch that was set, for signs

    @property
    def sign(self) -> str:
        """The sign of the effect, ? where the interval holds zero."""
        return "+" if self.low > 0 else "\N{MINUS SIGN}" if self.high < 0 else "?"


def effects_of(policy: str, table: str = FINDINGS) -> list[Effect]:
    """Findings on a shipped policy as they were last written; empty for one that nobody has run."""
    path = configs_dir() / "findings" / table
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Effect(
                item["metric"],
                float(item["baseline"]),
                float(item["difference"]),
                float(item["low"]),
                float(item["high"]),
                int(item["seeds"]),
                item.get("beside", "none"),
                item.get("setting", ""),
            )
            for item in csv.DictReader(file)
            if item["policy"] == policy and item["metric"] in METRICS and item["difference"] not in ("", "nan")
        ]  # fmt: skip


def policy_page(row: Row, others: Sequence[str]) -> str:
    """The page as Markdown; ``row`` of the table of policies, ``others`` the names of all."""
    lines = [f"# {row['title']}", "", f"`{row['name']}`: {row['intent'] or 'no policy'}.", ""]
    if not row["moves"]:
        return "\n".join([*lines, "It moves nothing: the world that others are compared with.", ""])
    lines += ["## What it moves", "", "| move | what the lever is | read by |", "|---|---|---|"]
    for move in row["moves"]:
        lever = LEVERS[move.split(" ")[0]]
        lines.append(f"| {move} | {lever.meaning} ({lever.unit}, {lever.evidence}) | `{lever.reader}` |")
    timing = ", ".join(f"{name} {row[name]:g}" for name in RANGES if row[name] is not None)
    lines += ["", f"As shipped: {timing}.", "", "## What the literature says", ""]
    lines += [f"Claims: {', '.join(row['claims'])}.", ""]
    if row["disputed"]:
        lines += [f"Disputed or feared: {'; '.join(row['disputed'])}.", ""]
    lines += _found(effects_of(row["name"])) + _signs(effects_of(row["name"], SIGNS))
    first = next((name for name in others if name not in ("none", row["name"])), "tighter_borders")
    lines += ["## To run it", ""]
    lines += [f"    labyrinth compare {row['name']}{rest}" for rest in ("", f" {first}", f"@0.5 {row['name']}")]
    return "\n".join([*lines, ""])


def _found(effects: list[Effect]) -> list[str]:
    lines = ["## What the model finds", ""]
    if not effects:
        return [*lines, "Nobody has run it yet: `python -m experiments.catalogue`.", ""]
    beside = effects[0].beside
    without = "without it" if beside == "none" else f"with `{beside}` alone"
    told = (
        f"In the default world against the same world {without}, {effects[0].seeds} paired seeds, five years, 95 % "
        "intervals. Of so many policies and metrics one in twenty lies beside zero by chance. What the state does "
        "(activity) is no outcome."
    )
    lines += [told, ""]
    for title in (OUTCOMES, ACTIVITY, CARRIED):
        some = [one for one in effects if _part(one) == title]
        if some:
            lines += [f"**{title}**", "", f"| {HEAD}", "|---|---|---|---|---|", *(_line(one) for one in some), ""]
    return lines


def _part(one: Effect) -> str:
    metric = METRICS[one.metric]
    if not metric.headline:
        return CARRIED
    return ACTIVITY if metric.tag == "activity" or metric.layer == "record" else OUTCOMES


def _signs(effects: list[Effect]) -> list[str]:
    if not effects:
        return []
    lines = ["## Where the sign depends on a mechanism", "", f"| setting | {HEAD}", "|---|---|---|---|---|---|"]
    return lines + [f"| {one.setting} {_line(one)}" for one in effects] + [""]


def _line(one: Effect) -> str:
    metric = METRICS[one.metric]
    if one.baseline:
        scale, unit = 100.0 / abs(one.baseline), " %"
    else:
        scale, unit = 1.0, ""
    change, low, high = (scale * value for value in (one.difference, one.low, one.high))
    return (
        f"| `{one.metric}` {metric.meaning} | {one.baseline:.4g} {metric.unit} | {change:+.2f}{unit} | "
        f"{low:+.2f} to {high:+.2f} | {one.sign} |"
    )


def write_pages(folder: str | Path, rows: Sequence[Row]) -> list[Path]:
    """Write a page for every shipped policy and a list of them; pages of policies that are gone are deleted."""
    target = Path(folder) / "policies"
    target.mkdir(parents=True, exist_ok=True)
    names = [row["name"] for row in rows]
    for old in target.glob("*.md"):
        if old.stem not in names and old.stem != "README":
            old.unlink()
    written = []
    for row in rows:
        path = target / f"{row['name']}.md"
        path.write_text(policy_page(row, names), encoding="utf-8")
        written.append(path)
    listed = [f"| [{row['name']}]({row['name']}.md) | {row['title']} | {_short(row['name'])} |" for row in rows]
    head = [
        "# Policies, a page each",
        "",
        "Change of the number of exploited people in the default world, 95 % interval.",
        "Written by `python -m experiments.catalogue`.",
        "",
        "| policy | title | exploited people |",
        "|---|---|---|",
    ]
    index = target / "README.md"
    index.write_text("\n".join([*head, *listed]) + "\n", encoding="utf-8")
    return [index, *written]


def _short(name: str) -> str:
    found = [one for one in effects_of(name) if one.metric == "exploited_people" and one.baseline]
    if not found:
        return ""
    one, scale = found[0], 100.0 / abs(found[0].baseline)
    return f"{scale * one.difference:+.1f} % ({scale * one.low:+.1f} to {scale * one.high:+.1f})"

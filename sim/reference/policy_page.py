"""A page on one policy: what it moves, what the literature claims, what the model finds, what a switch changes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sim.declared.levers import LEVERS, by_need
from sim.declared.measures.catalogue import METRICS
from sim.policies.policy import RANGES
from sim.reference.readers import told as told_readers
from sim.report import idle, in_worlds, words
from sim.report.disputed import told
from sim.report.published import headed, published_folder, rows
from sim.results.signs import FALLS, LEAST_SEEDS, LEVEL, RISES

Row = dict[str, Any]
FINDINGS = "catalogue-"  # parts whose names begin so
SIGNS, DECLARED = "signs", "as declared"
OUTCOMES, ACTIVITY = "What happens to people and markets", "What the state does, and what it records"
CARRIED = "What moved most: what carried it"
HEAD = "metric | without | change | 95 % interval | sign |"
WORLDS = " in worlds that fit |"  # one column more, where the policy was run in them
APART = {
    in_worlds.TURNED: "One way with the declared parameters, the other in most worlds that fit",
    in_worlds.NOT_KNOWN: "Told from zero with the declared parameters, open over worlds that fit",
}


class Effect(NamedTuple):
    """What a policy did to a metric, in its unit: mean of paired differences with a 95 % interval."""

    metric: str
    baseline: float
    difference: float
    low: float
    high: float
    seeds: int
    verdict: str  # of ``sim.results.signs``
    beside: str  # the policy that both arms had, none without
    setting: str  # the switch that was set, for signs
    origin: dict[str, Any]  # where the figure comes from

    @property
    def sign(self) -> str:
        """The sign of the effect, ? where it is not told apart from zero."""
        return {RISES: "+", FALLS: "\N{MINUS SIGN}"}.get(self.verdict, "?")

    @property
    def has_interval(self) -> bool:
        """Whether seeds differ, so that there is an interval."""
        return math.isfinite(self.low) and self.high > self.low


def effects_of(policy: str, part: str = FINDINGS, folder: Path | None = None) -> list[Effect]:
    """Findings on a shipped policy as they were last kept; empty for one that nobody has run."""
    return [
        Effect(
            item["metric"],
            float(item["baseline"] or "nan"),
            float(item["difference"]),
            float(item["low"] or "nan"),
            float(item["high"] or "nan"),
            int(float(item["seeds"])),
            item["verdict"],
            item.get("beside", "none"),
            item.get("setting", ""),
            origin,
        )
        for origin, item in rows(folder or published_folder(), part)
        if item["policy"] == policy and item["metric"] in METRICS and item["difference"] not in ("", "nan")
    ]


def policy_page(row: Row, others: Sequence[str], folder: Path | None = None) -> str:
    """The page as Markdown; ``row`` of the table of policies, ``others`` the names of all, ``folder`` of findings."""
    lines = [f"# {row['title']}", "", f"`{row['name']}`: {row['intent'] or 'no policy'}.", ""]
    if not row["moves"]:
        return "\n".join([*lines, "It moves nothing: the world that others are compared with.", ""])
    lines += ["## What it moves", "", "| move | in words | read by |", "|---|---|---|"]
    for move, does in zip(row["moves"], row["does"], strict=True):
        lever = LEVERS[move.split(" ")[0]]
        lines.append(f"| {move} | {does} ({lever.unit}, {lever.evidence}) | {told_readers(lever.name)} |")
    needed = by_need(_levers(row))
    asleep = [" or ".join(f"`mechanisms.{switch}`" for switch in needs) for needs in needed if needs]
    if asleep:
        what = "Some of its moves act" if () in needed else "It acts"
        lines += ["", f"{what} only where {' and '.join(asleep)} is on, which is off as declared."]
    timing = ", ".join(f"{name} {row[name]:g}" for name in RANGES if row[name] is not None)
    lines += ["", f"As shipped: {timing}.", "", "## What the literature says", ""]
    lines += [f"Claims: {', '.join(row['claims'])}.", ""]
    lines += _disputed(row["disputed"])
    over = in_worlds.effects(row["name"], folder or published_folder())
    lines += _found(effects_of(row["name"], folder=folder), over, _levers(row))
    lines += _signs(effects_of(row["name"], SIGNS, folder), over)
    first = next((name for name in others if name not in ("none", row["name"])), "tighter_borders")
    lines += ["## To run it", ""]
    lines += [f"    labyrinth compare {row['name']}{rest}" for rest in ("", f" {first}", f"@0.5 {row['name']}")]
    return "\n".join([*lines, ""])


def _disputed(entries: Sequence[str]) -> list[str]:
    """What is disputed or feared, and whether it can arise in this version at all."""
    if not entries:
        return []
    lines = ["Disputed or feared:", ""]
    return [*lines, *(f"- {told(entry)}." for entry in entries), ""]


def _found(effects: list[Effect], over: Mapping[str, in_worlds.Row], levers: Sequence[str]) -> list[str]:
    lines = ["## What the model finds", ""]
    if not effects:
        return [*lines, "Nobody has run it with this version yet: `make findings`.", ""]
    beside = effects[0].beside
    told_apart = (
        f"Against the same world {_without(beside)}, with 95 % intervals. "
        "A sign stands where the effect is told from zero: "
        f"at least {LEAST_SEEDS} paired seeds, and a Benjamini-Hochberg q below {1 - LEVEL:.2g} over everything that "
        "was measured together; ? is undecided. What the state does (activity) is no outcome."
    )
    lines += [headed(effects[0].origin), "", told_apart, ""]
    lines += [*_nothing_to_find(effects, levers), *_in_worlds(effects, over)]
    for title in (OUTCOMES, ACTIVITY, CARRIED):
        some = [one for one in effects if _part(one) == title]
        fit = {} if title == CARRIED else over
        if some:
            lines += [f"**{title}**", "", *_head(fit), *(_line(one, fit) for one in some), ""]
    return lines


def _nothing_to_find(effects: Sequence[Effect], levers: Sequence[str]) -> list[str]:
    """That a policy reached nothing in the world in which it was run, and why where its levers say it."""
    if _differs(effects):
        return []
    why = f": {idle.NO_MISSION}" if _only_in_missions(levers) else ""
    what = "These figures do not say what it does where it can act."
    return [f"**Nothing differed in any seed{why}. {what}**", ""]


def _differs(effects: Sequence[Effect]) -> bool:
    return any(one.difference or one.has_interval for one in effects)


def _only_in_missions(levers: Sequence[str]) -> bool:
    return set(levers) <= idle.of_missions(levers)


def _levers(row: Row) -> list[str]:
    """The levers that a policy moves, a lever a move."""
    return [move.split(" ")[0] for move in row["moves"]]


def _head(over: Mapping[str, in_worlds.Row], before: str = "") -> list[str]:
    """The head of a table of effects; a last column where the policy was run in worlds that fit."""
    head = f"| {before}{HEAD}{WORLDS if over else ''}"
    return [head, "|" + "---|" * (head.count("|") - 1)]


def _in_worlds(effects: list[Effect], over: Mapping[str, in_worlds.Row]) -> list[str]:
    """Where it was run in worlds that fit: first what these say differently, then how the last column is read."""
    if not over:
        return [f"Nobody has asked in how many{in_worlds.THAT_FIT} this holds.", ""]
    lines = []
    for what, title in APART.items():
        names = [f"`{one.metric}`" for one in effects
                 if one.metric in over and in_worlds.beside(one.verdict, over[one.metric]) == what]  # fmt: skip
        lines += [f"**{title}:** {', '.join(names)}.", ""] if names else []
    first = next(iter(over.values()))
    how = (
        f"The last column says in how many of {first['worlds']} worlds whose parameters differ and which fit what is "
        "known the direction of the median world holds, with a 95 % interval; *open* where that is not known "
        "([in how many worlds](../in_worlds.md))."
    )
    return [*lines, how, ""]


def _without(beside: str) -> str:
    """The world that a policy was held against: ``beside`` is a policy, or ``on:`` with switches that both had on."""
    if beside == "none":
        return "without it"
    if not beside.startswith("on: "):
        return f"with `{beside}` alone"
    switches, _, policy = beside.removeprefix("on: ").partition(" + ")
    on = " and ".join(f"`mechanisms.{switch}`" for switch in switches.split(", "))
    return f"without it, where {on} is on" + (f" and `{policy}` is in force" if policy else "")


def _part(one: Effect) -> str:
    metric = METRICS[one.metric]
    if not metric.headline:
        return CARRIED
    return ACTIVITY if metric.tag == "activity" or metric.layer == "record" else OUTCOMES


def _signs(effects: list[Effect], over: Mapping[str, in_worlds.Row]) -> list[str]:
    if not effects:
        return []
    lines = ["## Under other mechanisms", "", headed(effects[0].origin), ""]
    lines += ["`as declared` repeats figures of the catalogue where both asked for the same.", ""]
    lines += _head(over, "setting | ")
    shown = [(one, over if one.setting == DECLARED else dict.fromkeys(over)) for one in effects]
    return lines + [f"| {one.setting} {_line(one, fit)}" for one, fit in shown] + [""]


def _line(one: Effect, over: Mapping[str, in_worlds.Row | None]) -> str:
    metric = METRICS[one.metric]
    if one.baseline:
        scale, unit = 100.0 / abs(one.baseline), " %"
    else:
        scale, unit = 1.0, ""
    change, low, high = (scale * value for value in (one.difference, one.low, one.high))
    interval = f"{low:+.1f} to {high:+.1f}" if one.has_interval else "none"
    text = (
        f"| `{one.metric}` {metric.meaning} | {one.baseline:.4g} {metric.unit} | {change:+.1f}{unit} | {interval} | "
        f"{one.sign} |"
    )
    row = over.get(one.metric)
    worlds = f" {words.DASH if row is None else in_worlds.short(row)} |" if over else ""
    return text.replace(" -", " \N{MINUS SIGN}") + worlds


def pages(rows: Sequence[Row], folder: Path | None = None) -> dict[str, str]:
    """A page for every shipped policy and a list of them, by file name; ``folder`` of findings."""
    names = [row["name"] for row in rows]
    listed = [
        f"| [{row['name']}]({row['name']}.md) | {row['title']} | {_short(row, folder)} | "
        f"{_short_in_worlds(row['name'], folder)} |"
        for row in rows
    ]
    head = [
        "# Policies, a page each",
        "",
        "Change of the number of exploited people with its 95 % interval; bold where it is told apart from zero.",
        "In how many [worlds that fit](../in_worlds.md) its direction holds, for policies that were run in them.",
        "Written by `make findings`.",
        "",
        "| policy | title | exploited people | in worlds that fit |",
        "|---|---|---|---|",
    ]
    made = {"README.md": "\n".join([*head, *listed]) + "\n"}
    return made | {f"{row['name']}.md": policy_page(row, names, folder) for row in rows}


def write_pages(folder: str | Path, rows: Sequence[Row]) -> list[Path]:
    """Write ``pages`` below ``folder``; pages of policies that are gone are deleted."""
    target = Path(folder) / "policies"
    target.mkdir(parents=True, exist_ok=True)
    made = pages(rows)
    for old in target.glob("*.md"):
        if old.name not in made:
            old.unlink()
    for name, text in made.items():
        (target / name).write_text(text, encoding="utf-8")
    return [target / name for name in made]


def _short_in_worlds(name: str, folder: Path | None) -> str:
    found = in_worlds.effects(name, folder or published_folder()).get("exploited_people")
    return "" if found is None else in_worlds.short(found)


def _short(row: Row, folder: Path | None) -> str:
    effects = effects_of(row["name"], folder=folder)
    found = [one for one in effects if one.metric == "exploited_people" and one.baseline]
    if not found:
        return ""
    if not _differs(effects) and _only_in_missions(_levers(row)):
        return "no mission to act on"
    one, scale = found[0], 100.0 / abs(found[0].baseline)
    ends = f"{scale * one.low:+.1f} to {scale * one.high:+.1f}" if one.has_interval else "the same in every seed"
    text = f"{scale * one.difference:+.1f} % ({ends})"
    text = text.replace("-", "\N{MINUS SIGN}")
    return text if one.sign == "?" else f"**{text}**"

"""A study as Markdown: the question, the answer in words, how it was asked, the effects, what they rest on.

The sentences are those of the manifest, made when the study was done, so that they need neither runs nor their source.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from sim.declared.measures.catalogue import METRICS
from sim.declared.parameters import PARAMETERS
from sim.report import by_group, gains, words
from sim.report.answers.said import KINDS
from sim.report.gains import RISK, first_outcome, group_name
from sim.report.texts import as_code, in_markdown
from sim.results.signs import LEAST_SEEDS, LEVEL, multiplicity, names_a_sign, seeds_note
from sim.results.statistics import PER, t_interval

MOST_COLUMNS = 6
MOST_GAINS = 60  # rows; of more, those of everyone and those whose sign is sure
SURE = f"q < {1 - LEVEL:.2g} over all effects of the study, from at least {LEAST_SEEDS} seeds"
GAINS = (
    "Change of risk over the whole period for people at risk when policies may first start, by groups known then, per "
    f"100 000 of the group, with 95 % intervals over seeds. Bold: the sign is sure ({gains.SURE}). How many people's "
    "own risk rises or falls by at least one in two hundred rests on a model of how changes are spread; the range in "
    "brackets says how far it reaches."
)
MOST_POINTS = 200
GLOSSARY = (
    "*What words mean is said in `docs/glossary.md` of Labyrinth; `labyrinth metrics NAME` says what a figure counts.*"
)
_NOTHING = pd.DataFrame()
MOST = 12  # metrics of a study that reports every one: the headline


def document(
    manifest: Mapping[str, Any],
    summary: pd.DataFrame,
    effects: pd.DataFrame,
    risks: pd.DataFrame,
    groups: pd.DataFrame = _NOTHING,
    group_effects: pd.DataFrame = _NOTHING,
) -> str:
    """The text, from the manifest and the tables of a folder of results; empty tables are left out."""
    lines = [f"# {in_markdown(manifest['name'] or 'Study')}", ""]
    if manifest.get("question"):
        lines += [in_markdown(manifest["question"]), ""]
    lines += _answer(manifest.get("answer"))
    lines += [_asked(manifest), ""]
    few = seeds_note(len(manifest["seeds"]))
    if few and len(effects):
        lines += [f"**{few}.**", ""]
    lines += [f"- {in_markdown(note)}" for note in manifest.get("notes", [])[:MOST]]
    lines += [""] if manifest.get("notes") else []
    shown = metrics_of(effects if len(effects) else summary)
    for setting, part in _parts(effects):
        lines += [f"## {in_markdown(setting) or 'Effects'}", "", *_effects(part, shown), ""]
    if not len(effects):
        lines += ["## Levels", "", *_levels(summary, shown, people_in(manifest["arms"][0])), ""]
    if len(effects):
        bold = (
            f"Changes are in per cent of the baseline. Bold: the sign is sure ({SURE}); better and worse are said of "
        )
        bold += "what happens to people."
        lines += [f"{bold} {multiplicity(effects[effects['metric'].isin(shown)])}", ""]
    lines += _points(manifest.get("points", {}))
    lines += by_group.in_text(groups, group_effects, people_in(manifest["arms"][0]))
    lines += _gains(risks)
    if manifest["failures"]:
        lines += ["## Failed", ""]
        lines += [
            f"- {_where(row)}, seed {row['seed']}: {in_markdown(row['stage'])}: {in_markdown(row['error'])}"
            for row in manifest["failures"]
        ]
        lines.append("")
    return "\n".join([*lines, "## Provenance", "", *_provenance(manifest), ""])


def metrics_of(table: pd.DataFrame) -> list[str]:
    """The metrics that a text shows: all of a few, the headline of many."""
    every = list(dict.fromkeys(table["metric"]))
    return every if len(every) <= MOST else [name for name in every if METRICS[name].headline]


def _answer(answer: Mapping[str, Any] | None) -> list[str]:
    """The sentences, each under what it tells, and what each policy does."""
    if not answer:
        return []
    lines = ["## Answer", ""]
    for each in answer["sentences"]:
        lines += [f"**{KINDS.get(each['kind'], each['kind'])}.** {in_markdown(each['text'])}", ""]
    lines += [f"*{in_markdown(answer['cannot'])}*", "", GLOSSARY, ""]
    if answer["policies"]:
        lines += ["## What was compared", ""]
        lines += [f"- **{in_markdown(each['title'])}**: {in_markdown(each['does'])}" for each in answer["policies"]]
        lines.append("")
    return lines


def _points(points: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """What draws and points with a number stand for: a row each."""
    if not points:
        return []
    names = list(dict.fromkeys(name for values in points.values() for name in values))
    lines = ["## Draws and points", "", f"| | {' | '.join(map(in_markdown, names))} |", f"|---|{'---:|' * len(names)}"]
    for label, values in list(points.items())[:MOST_POINTS]:
        lines.append(f"| {in_markdown(label)} | {' | '.join(_value(values.get(name)) for name in names)} |")
    if len(points) > MOST_POINTS:
        lines += ["", f"and {len(points) - MOST_POINTS} more, in points.parquet"]
    return [*lines, ""]


def _value(value: Any) -> str:
    """A value that was varied, numbers with three figures."""
    if value is None:
        return words.DASH
    return words.number(value) if isinstance(value, int | float) else in_markdown(value)


def _asked(manifest: Mapping[str, Any]) -> str:
    arms = list(dict.fromkeys(arm["label"] for arm in manifest["arms"]))
    settings = list(dict.fromkeys(arm.get("setting", "") for arm in manifest["arms"]))
    worlds = list(dict.fromkeys(arm["world"] for arm in manifest["arms"]))
    people = list(dict.fromkeys(f"{people_in(arm):,}".replace(",", words.THIN) for arm in manifest["arms"]))
    where = f" in {len(settings)} settings" if len(settings) > 1 else ""
    lucks = f" × {manifest['lucks']} lucks" if manifest["lucks"] > 1 else ""
    seeds = f"{len(manifest['seeds'])}{' paired' if len(arms) > 1 else ''} {_plural(manifest['seeds'], 'seed')}{lucks}"
    world = f"world {', '.join(map(in_markdown, worlds))}, {' or '.join(people)} people at risk in each run"
    if len(arms) < 2:
        return f"{as_code(manifest['baseline'])}{where}, {seeds}, {world}. Intervals are 95 %, of the mean by seed."
    return (
        f"{len(arms)} arms{where}, {seeds}, {world}; "
        f"baseline {as_code(manifest['baseline'])}. Intervals are 95 %, of the mean difference by seed"
        f"{' (BCa bootstrap)' if manifest.get('interval') == 'bootstrap' else ' (Student)'}."
    )


def _plural(things: Sequence[Any], one: str) -> str:
    return one if len(things) == 1 else f"{one}s"


def people_in(arm: Mapping[str, Any]) -> int:
    """Persons at risk in each run of an arm of a manifest, which holds what departs from the defaults."""
    name = "people.size"
    return int(arm.get("changed_from_default", {}).get(name, PARAMETERS[name].default))


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
    lines = [f"| | unit | baseline | {' | '.join(map(in_markdown, arms))} |", f"|---|---|---:|{'---:|' * len(arms)}"]
    for name in shown:
        cells = [rows.get((name, arm)) for arm in arms]
        base = words.baseline([row for row in cells if row is not None])
        texts = [_change(row) for row in cells]
        lines.append(f"| {words.label(name)} | {words.unit(name)} | {base} | {' | '.join(texts)} |")
    return lines


def _by_arm(rows: Mapping[Any, Mapping[Any, Any]], arms: Sequence[str], shown: Sequence[str]) -> list[str]:
    """The same with a row an arm, where there are many."""
    lines = [
        f"| | {' | '.join(f'{words.label(name)} ({words.unit(name)})' for name in shown)} |",
        f"|---|{'---:|' * len(shown)}",
    ]
    base = [words.baseline([row for (metric, _), row in rows.items() if metric == name]) for name in shown]
    lines.append(f"| baseline | {' | '.join(base)} |")
    lines += [
        f"| {in_markdown(arm)} | {' | '.join(_change(rows.get((name, arm))) for name in shown)} |" for arm in arms
    ]
    return lines


def _change(row: Mapping[Any, Any] | None) -> str:
    if row is None or not math.isfinite(row["difference"]):
        return words.DASH
    if not row["baseline"]:
        by = words.factor(row)
        text = f"{words.number(by * row['difference'], signed=True)} ({words.interval(row, by)})"
    elif math.isfinite(row["low"]):
        scale = 100 / abs(row["baseline"])
        text = f"{scale * row['difference']:+.1f} % ({scale * row['low']:+.1f} to {scale * row['high']:+.1f})"
    else:
        text = f"{row['percent']:+.1f} % ({words.interval(row)})"
    text = text.replace("-", words.MINUS)
    if not names_a_sign(row["verdict"]):
        return text
    way = words.direction(row["metric"], row["verdict"])
    return f"**{text}**{'' if way == 'neither' else f' {way}'}"


def _levels(table: pd.DataFrame, shown: Sequence[str], people: int) -> list[str]:
    lines = ["| | unit | mean | 95 % interval |", "|---|---|---:|---:|"]
    for name in shown:
        by, unit = words.per_people(METRICS[name], people)
        found = t_interval(by * table[table["metric"] == name].groupby("seed")["value"].mean())
        ends = f"{words.number(found.low)} to {words.number(found.high)}" if math.isfinite(found.low) else "none"
        lines.append(f"| {words.label(name)} | {unit} | {words.number(found.mean)} | {ends} |")
    return lines


def _gains(table: pd.DataFrame) -> list[str]:
    """Change of the first risk that there is, by group, and how many people gain and lose."""
    outcome = first_outcome(table)
    if outcome is None:
        return []
    some = table[table["outcome"] == outcome]
    if len(some) > MOST_GAINS:
        some = some[(some["group"] == "all") | some["verdict"].map(names_a_sign)][:MOST_GAINS]
    lines = [
        "## Who gains and who loses",
        "",
        GAINS,
        "",
        f"| arm | group | {RISK[outcome]} | change | with nothing done (placebo) | rises for | falls for |",
        "|---|---|---:|---:|---:|---:|---:|",
    ]
    for row in some.to_dict("records"):
        scaled = row | {name: PER * row[name] for name in ("risk", "change", "low", "high", *_PLACEBO)}
        change = _ends(scaled, ("change", "low", "high"), signed=True)
        cells = [words.number(scaled["risk"]), f"**{change}**" if names_a_sign(row["verdict"]) else change]
        cells += [_ends(scaled, _PLACEBO, signed=True)]
        cells += [_ends(row, (name, f"{name}_low", f"{name}_high")) for name in ("rose", "fell")]
        lines.append(f"| {_where(row)} | {group_name(row['group'])} | {' | '.join(cells)} |")
    return [*lines, ""]


_PLACEBO = ("placebo", "placebo_low", "placebo_high")


def _ends(row: Mapping[Any, Any], names: tuple[str, str, str], *, signed: bool = False) -> str:
    """A value with its interval; a dash where there is none."""
    mean, low, high = (words.number(row[name], signed=signed) for name in names)
    if not math.isfinite(row[names[0]]):
        return words.DASH
    return f"{mean} ({low} to {high})" if math.isfinite(row[names[1]]) else f"{mean} ({words.NO_INTERVAL})"


def _where(row: Mapping[Any, Any]) -> str:
    return in_markdown(f"{row['setting']}: {row['arm']}" if row.get("setting") else row["arm"])


def _provenance(manifest: Mapping[str, Any]) -> list[str]:
    versions = ", ".join(f"{name} {number}" for name, number in manifest["versions"].items())
    return [
        f"- study `{manifest['study_key'][:32]}`, source `{manifest['source'][:32]}`, {manifest['status']}",
        f"- seeds {', '.join(str(seed) for seed in manifest['seeds'])}; {len(manifest['runs'])} runs",
        f"- {versions}; {manifest['platform']}; written {manifest['written']}",
    ]

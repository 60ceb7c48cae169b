"""Blocks of documents that are written from kept tables: each function gives the Markdown of one kind of block."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from experiments import officials, studies
from experiments.findings import text
from experiments.findings.kept import OLDER, Kept
from experiments.findings.part import AGAIN
from experiments.verdicts import CONTRADICTED, INCONCLUSIVE, SUPPORTED
from sim.declared.measures.catalogue import METRICS
from sim.reference.forms.lines import listed
from sim.report import in_worlds, words
from sim.report.published import headed

NOT_RUN = "*Nobody has run this with this version yet: `make findings`.*"
BLOCKS: dict[str, Callable[..., str]] = {}
UNDECIDED, DECLARED = "undecided", "as declared"


def block(function: Callable[..., str]) -> Callable[..., str]:
    """Make a function known under its name; it says so where what it needs has not been run."""

    def written(kept: Kept, **arguments: Any) -> str:
        try:
            return function(kept, **arguments)
        except KeyError as missing:
            if str(missing.args[0]).startswith("part "):
                return NOT_RUN
            raise

    BLOCKS[function.__name__] = written
    return written


def together(kept: Kept, part: str) -> list[str]:
    """The part, and the one in which some of its rows stand apart, as far as they have been run."""
    return [name for name in (part, part + AGAIN) if name in kept.tables]


def needed(kept: Kept, part: str) -> pd.DataFrame:
    """The table of a part, with what stands in a part of its own. KeyError ``part …`` where there is none."""
    if part not in kept.tables:
        raise KeyError(f"part {part}")
    found = [kept.tables[name] for name in together(kept, part)]
    return found[0] if len(found) == 1 else pd.concat(found, ignore_index=True)


def head(kept: Kept, part: str) -> str:
    """The line over a table of a part, and one for what stands in a part of its own."""
    return "\n\n".join(headed(about) for name in together(kept, part) if (about := kept.about(name)) is not None)


def catalogue(kept: Kept) -> pd.DataFrame:
    """The tables of all parts of the catalogue as one."""
    parts = [table for name, table in kept.tables.items() if name.startswith("catalogue-")]
    if not parts:
        raise KeyError("part catalogue")
    return pd.concat(parts, ignore_index=True)


def over_worlds(kept: Kept) -> dict[tuple[str, str], text.Row]:
    """Effects in worlds that fit by policy and metric; none where the part has not been run."""
    table = kept.tables.get(in_worlds.PART)
    rows = [] if table is None else map(in_worlds.numbers, text.rows_of(table))
    return {(row["policy"], row["metric"]): row for row in rows}


def _by_pair(kept: Kept) -> dict[str, str]:
    """The policy of every pair of scenarios in the catalogue."""
    every = catalogue(kept)
    return dict(zip(every["pair"], every["policy"], strict=True))


def _policy_of(row: text.Row, by_pair: Mapping[str, str]) -> str:
    """The policy that an arm is: the same two scenarios as in the catalogue, or one of that name in the same world."""
    same_world = row.get("setting") == "archetypes"
    return by_pair.get(row["pair"]) or (str(row.get("arm", "")) if same_world else "")


@block
def older(kept: Kept) -> str:
    """Which parts were run before the rules changed last; nothing where there are none."""
    names = [f"`{name}`" for name in OLDER if name in kept.tables]
    if not names:
        return ""
    return (
        f"**Older rules.** The parts {listed(names)} were run before several rules were mended, as the changelog says. "
        "What comes from them holds for the rules of then, is not to be held against other parts, and is to be made "
        "again. The line over a table names its part and the source with which it was run."
    )


@block
def effect(kept: Kept, policy: str, metric: str) -> str:
    """The figure of a policy: its effect in the catalogue, and in how many worlds that fit its direction holds."""
    every = catalogue(kept)
    found = every[(every["policy"] == policy) & (every["metric"] == metric)]
    if found.empty:
        raise KeyError(f"part catalogue of {policy}")
    over = over_worlds(kept).get((policy, metric))
    return text.change(text.rows_of(found)[0]) + ("" if over is None else f", {in_worlds.sentence(over)}")


@block
def count(kept: Kept, of: str) -> str:  # noqa: ARG001 - every block is called alike
    """How many there are of something that is declared."""
    from sim.reference import registry  # noqa: PLC0415 - Hydra

    if of == "headline":
        return str(sum(metric.headline for metric in METRICS.values()))
    if of == "policies":
        return str(len([row for row in registry.rows("policies") if row["moves"]]))
    return str(len(registry.rows(of)))


@block
def evidence(kept: Kept) -> str:  # noqa: ARG001 - every block is called alike
    """What every evidence id stands for."""
    from sim.report.evidence import evidence as declared  # noqa: PLC0415

    lines = [
        [f"`{one.id}`", one.statement, one.place + (f", derived from `{one.rests_on}`" if one.rests_on else "")]
        for one in declared().values()
    ]
    return text.table(["id", "statement", "where"], lines)


@block
def bands(kept: Kept) -> str:
    """Levels of every world beside their bands; those outside are marked."""
    found = needed(kept, "bands")
    worlds = list(dict.fromkeys(found["world"]))
    lines = []
    for level, part in found.groupby("level", sort=False):
        rows = {row["world"]: row for row in text.rows_of(part)}
        lines.append([str(level), _band(next(iter(rows.values()))), *(_level(rows[world]) for world in worlds)])
    note = "A level in *italics* lies outside its band."
    return "\n\n".join([head(kept, "bands"), text.table(["level", "band", *worlds], lines), note])


def _band(row: text.Row) -> str:
    least, most = row["least"], row["most"]
    if math.isnan(most):
        return words.DASH
    ends = [f"{end:,g}".replace(",", " ") for end in (least, most)]
    return f"at most {ends[1]}" if math.isnan(least) else " to ".join(ends)


def _level(row: text.Row) -> str:
    if math.isnan(row["mean"]):
        return words.DASH
    outside = row["mean"] < row["least"] or row["mean"] > row["most"]
    shown = words.number(row["mean"])
    return f"*{shown}*" if outside else shown


def mean(row: text.Row) -> str:
    """The mean of a check with its interval."""
    if math.isnan(row["mean"]):
        return words.DASH
    if math.isnan(row["low"]) or row["low"] == row["high"]:
        return words.number(row["mean"])
    return f"{words.number(row['mean'])} ({words.number(row['low'])} to {words.number(row['high'])})"


def worded(verdict: str) -> str:
    """A verdict in the word that documents use."""
    return UNDECIDED if verdict == INCONCLUSIVE else verdict


@block
def verdicts(kept: Kept) -> str:
    """How many checks came out which way, and the patterns that did not come out as the literature says."""
    found = needed(kept, "patterns")
    counts = found["verdict"].value_counts()
    first = (
        f"Of {len(found)} checks {counts.get(SUPPORTED, 0)} are supported, {counts.get(CONTRADICTED, 0)} contradicted "
        f"and {counts.get(INCONCLUSIVE, 0)} undecided. Contradicted:"
    )
    against = found[found["verdict"] == CONTRADICTED]
    lines = [
        f"- **{row['id']}**, {row['claim'][0].lower()}{row['claim'][1:]}: {row['check']} is {mean(row)} {row['unit']}."
        for row in text.rows_of(against)
    ]
    return "\n\n".join([first, "\n".join(lines or ["- none."])])


@block
def signs(kept: Kept) -> str:
    """Effects of a policy under every setting of the mechanisms on which theories differ."""
    found, over = needed(kept, "signs"), over_worlds(kept)
    lines = []
    for row in text.rows_of(found):
        one = over.get((row["policy"], row["metric"])) if row["setting"] == DECLARED else None
        said = words.DASH if one is None else in_worlds.short(one)
        lines.append([f"`{row['policy']}`", row["setting"], words.label(row["metric"]), text.change(row), said])
    header = ["policy", "setting", "what", "change", "in worlds that fit"]
    return "\n\n".join([head(kept, "signs"), text.table(header, lines), text.multiplicity(found)])


@block
def settings(kept: Kept, policy: str, metric: str) -> str:
    """In which settings a policy raises or lowers something: a sentence."""
    found = needed(kept, "signs")
    rows = text.rows_of(found[(found["policy"] == policy) & (found["metric"] == metric)])
    over = over_worlds(kept).get((policy, metric))
    more = "" if over is None else f" With these mechanisms as declared and other parameters: {in_worlds.told(over)}."
    return f"`{policy}`. {text.sentence(rows, 'setting', 'under') or 'The runs have no value for it.'}{more}"


@block
def measures(kept: Kept) -> str:
    """Measures against officials who sell."""
    found = needed(kept, "officials")
    found = found[found["metric"].isin(officials.METRICS)]
    over = over_worlds(kept)

    def worlds(row: text.Row) -> str:
        one = over.get((row["arm"], row["metric"]))
        return "" if one is None else in_worlds.told(one)

    return "\n\n".join([head(kept, "officials"), text.effects(found, worlds=worlds), text.multiplicity(found)])


@block
def networks(kept: Kept) -> str:
    """Operations against networks of each form."""
    return _networks(kept, shock=False)


@block
def shock(kept: Kept) -> str:
    """What happens to the market in time when border control rises at once."""
    return _networks(kept, shock=True)


def _networks(kept: Kept, *, shock: bool) -> str:
    from experiments.networks import SHOCK  # noqa: PLC0415 - numba

    found = needed(kept, "networks")
    found = found[(found["arm"] == SHOCK) == shock]
    columns = list(dict.fromkeys(found["world" if shock else "metric"]))
    lines: dict[tuple[str, ...], dict[str, str]] = {}
    for row in text.rows_of(found):
        key = (words.label(row["metric"]),) if shock else (row["world"], row["arm"])
        lines.setdefault(key, {})[row["world"] if shock else row["metric"]] = text.per_cent(row)
    names = columns if shock else [words.label(name) for name in columns]
    header = (
        ["change in %", *names] if shock else ["form", "arrested first", *(f"{name}, change in %" for name in names)]
    )
    body = [[*key, *(cells.get(column, words.DASH) for column in columns)] for key, cells in lines.items()]
    return "\n\n".join([head(kept, "networks"), text.table(header, body)])


@block
def places(kept: Kept) -> str:
    """What happens in one place and next door."""
    found = needed(kept, "places")
    lines = [[row["claim"], row["arm"], row["measure"], text.per_cent(row)] for row in text.rows_of(found)]
    return "\n\n".join([head(kept, "places"), text.table(["claim", "setting", "measure", "change in %"], lines)])


@block
def study(kept: Kept, name: str, metrics: str, setting: str | None = None) -> str:
    """What the arms of a study did to some metrics: a sentence for each setting and metric."""
    part = studies.PREFIX + name
    found = needed(kept, part).fillna({"setting": ""})
    if found["arm"].nunique() == 1:  # one arm in many settings: a sentence for each metric
        some = [text.rows_of(found[found["metric"] == metric]) for metric in metrics.split(",")]
        lines = [f"- `{found['arm'].iloc[0]}`. {text.sentence(rows, 'setting', 'under')}" for rows in some if rows]
        return "\n\n".join([head(kept, part), "\n".join(lines)])
    lines, over = [], over_worlds(kept)
    by_pair = _by_pair(kept) if over else {}
    for label, rows in found.groupby("setting", sort=False):
        if setting is not None and label != setting:
            continue
        for metric in metrics.split(","):
            shown = text.rows_of(rows[rows["metric"] == metric])
            if shown:
                said = {row["arm"]: in_worlds.brief(one) for row in shown
                        if (one := over.get((_policy_of(row, by_pair), metric))) is not None}  # fmt: skip
                lines.append(f"- {f'*{label}.* ' if label else ''}{text.sentence(shown, worlds=said)}")
    return "\n\n".join([head(kept, part), "\n".join(lines)])


@block
def pairing(kept: Kept) -> str:
    """What pairing by seed gained on each headline figure of the study headline."""
    part = studies.PREFIX + "headline"
    found = needed(kept, part)
    settings = list(dict.fromkeys(found["setting"]))
    medians = found.groupby(["metric", "setting"], sort=False)["variance_ratio"].median().unstack()
    whole = " and ".join(f"{words.number(medians[name].median())} in `{name}`" for name in settings)
    order = medians[settings[0]].sort_values(ascending=False).index
    lines = [[words.label(name), *(words.number(medians.loc[name, label]) for label in settings)] for name in order]
    about = f"Over {len(medians)} headline figures the median is {whole}."
    return "\n\n".join([head(kept, part), about, text.table(["figure", *settings], lines)])


@block
def coverage(kept: Kept) -> str:
    """How often 95 % intervals held a known effect."""
    found = needed(kept, "coverage")
    lines = []
    for (case, metric), rows in found.groupby(["case", "metric"], sort=False):
        by = {row["method"]: row for row in text.rows_of(rows)}
        shares = [f"{100 * by[name]['coverage']:.1f}" if name in by else words.DASH for name in ("t", "bootstrap")]
        differ = f"{100 * next(iter(by.values()))['differ']:.0f}"
        lines.append([str(case), words.label(str(metric)), *shares, differ])
    header = ["case", "figure", "t, %", "bootstrap, %", "pairs that differ, %"]
    return "\n\n".join([head(kept, "coverage"), text.table(header, lines)])


@block
def largest(kept: Kept, metric: str, most: str = "10") -> str:
    """The policies that move a metric most, among those whose effect is told apart from zero."""
    every, over = catalogue(kept), over_worlds(kept)
    rows = [row for row in text.rows_of(every[every["metric"] == metric]) if text.told(row)]
    rows.sort(key=lambda row: row["difference"] / abs(row["baseline"] or math.nan))
    falls = [row for row in rows if row["difference"] < 0][: int(most)]
    rises = [row for row in rows[::-1] if row["difference"] > 0][: int(most)]
    lines = []
    for way, some in (("lower", falls), ("higher", rises)):
        for row in some:
            beside = "" if row["beside"] == "none" else f" beside `{row['beside']}`"
            one = over.get((row["policy"], metric))
            said = words.DASH if one is None else in_worlds.short(one)
            lines.append([way, f"[`{row['policy']}`](policies/{row['policy']}.md){beside}", text.change(row), said])
    others = len(every[every["metric"] == metric]) - len(rows)
    shown = f"The {len(lines)} largest" if len(lines) < len(rows) else "All"
    about = (
        f"{words.label(metric)}. {shown} of {len(rows)} effects that are told from zero; those of {others} other "
        "policies are not."
    )
    if over:
        about += f" A dash in the last column: nobody has asked in how many{in_worlds.THAT_FIT}."
    part = next(name for name in kept.names if name.startswith("catalogue-"))
    line = head(kept, part).replace(f"part `{part}`", "parts `catalogue-…`")
    header = ["", "policy", "change", "in worlds that fit"]
    return "\n\n".join([line, about, *([text.table(header, lines)] if lines else [])])


@block
def several(kept: Kept, metric: str) -> str:
    """One policy in several plans: why figures of the same policy differ between tables."""
    policies, over, rows = set(catalogue(kept)["policy"]), over_worlds(kept), []
    for name, table in kept.tables.items():
        column = "policy" if "policy" in table else "arm"
        if not {column, "metric", "difference"} <= set(table):
            continue
        some = text.rows_of(table[table["metric"] == metric])
        rows += [(str(row[column]), name, str(row.get("setting", "") or ""), row) for row in some]
    names = [policy for policy in dict.fromkeys(row[0] for row in rows) if policy in policies]
    lines = []
    for policy in sorted(names):
        some = [row for row in rows if row[0] == policy and _same_world(row[2])]
        if len({row[3]["pair"] for row in some}) < 2:
            continue
        lines += [
            [f"`{policy}`", f"`{part}`", setting, _plan(kept, part), text.change(row)] for _, part, setting, row in some
        ]
        if (one := over.get((policy, metric))) is not None:
            lines.append([f"`{policy}`", f"`{in_worlds.PART}`", "worlds that fit", _plan(kept, in_worlds.PART),
                          text.in_world(one)])  # fmt: skip
    if not lines:
        return "Every policy has the same figure wherever it is told of."
    return text.table(["policy", "part", "setting", "plan", words.label(metric)], lines)


def _same_world(setting: str) -> bool:
    return setting in ("", "alone", "as declared") or "declared" in setting or setting in ("archetypes", "subregions")


def _plan(kept: Kept, part: str) -> str:
    about = kept.about(part) or {}
    years = ", ".join(f"{value:g}" for value in about.get("years", []))
    return f"{years} years, {', '.join(map(str, about.get('seeds', [])))} seeds"

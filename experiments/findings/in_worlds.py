"""Blocks that tell in how many worlds that fit a published effect holds, and what declared parameters say beside it.

What is published of a policy is found with the declared parameters (the catalogue). The part ``ensemble`` asks the same
in worlds whose parameters differ and meet what is known. Where the two say different things, that is told first.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from experiments.findings import evaluated, text
from experiments.findings.blocks import block, catalogue, head, needed, over_worlds
from experiments.findings.kept import Kept
from sim.report import in_worlds, words
from sim.report.in_worlds import NOT_KNOWN, ONLY_WORLDS, PART, SAME, TURNED
from sim.results.sensitivity import CORE, LEAST_TOLD
from sim.results.turns import NEARLY_ALL

BLOCKS = evaluated.BLOCKS  # every block that there is, also those of this module
FIRST = ("exploited_people", "new_exploited", "deaths", "safety_reached", "misidentified_removed", "identified")
DIFFER = "first, where the declared parameters say something else:"
NOBODY = f"Nobody has asked in how many{in_worlds.THAT_FIT}."
Pair = tuple[text.Row, text.Row]  # the row of the catalogue, and that of worlds that fit


def pairs(kept: Kept) -> list[Pair]:
    """Every effect that was asked for both with declared parameters and in worlds that fit."""
    every = catalogue(kept)
    some = every[(every["beside"] == "none") & every["policy"].isin(needed(kept, PART)["policy"])]
    declared = {(row["policy"], row["metric"]): row for row in text.rows_of(some)}
    return [(declared[key], row) for row in _every(kept) if (key := (row["policy"], row["metric"])) in declared]


def _every(kept: Kept) -> list[text.Row]:
    needed(kept, PART)
    return list(over_worlds(kept).values())


@block
def worlds(kept: Kept, policy: str, metric: str) -> str:
    """In how many worlds that fit an effect goes which way: within a line."""
    needed(kept, PART)
    row = over_worlds(kept).get((policy, metric))
    return f"nobody has asked in how many{in_worlds.THAT_FIT}" if row is None else in_worlds.told(row)


@block
def worlds_counts(kept: Kept) -> str:
    """Of the effects told from zero as declared, how many keep their direction, are open, or turn: a sentence."""
    said = [in_worlds.beside(one["verdict"], row) for one, row in pairs(kept)]
    told = len(said) - said.count(ONLY_WORLDS) - said.count(in_worlds.NEITHER)
    same, open_, turned = (said.count(what) for what in (SAME, NOT_KNOWN, TURNED))
    return (
        f"Of {told} effects of {needed(kept, PART)['policy'].nunique()} policies that are told from zero as declared, "
        f"{same} have the same known direction over the worlds that fit; open there: {open_}; "
        f"the other way: {turned}. Of {len(said) - told} that are not told from zero as declared, "
        f"{said.count(ONLY_WORLDS)} have a known direction over the worlds that fit."
    )


@block
def worlds_apart(kept: Kept) -> str:
    """Effects on which declared parameters and worlds that fit say different things; those that turn come first."""
    found = pairs(kept)
    lines = []
    for what, title in (
        (TURNED, "The declared parameters say one direction, and the worlds that fit the other"),
        (NOT_KNOWN, "The declared parameters say a direction, and over the worlds that fit it is open"),
    ):
        some = [(one, row) for one, row in found if in_worlds.beside(one["verdict"], row) == what]
        lines += [f"**{title}:**", "", *(_apart(some) or ["- none."]), ""]
    return "\n".join(lines).rstrip()


@block
def worlds_of(kept: Kept, metric: str, policies: str = "") -> str:
    """In how many worlds that fit policies move a metric which way; first where the declared parameters differ."""
    some = [(one, row) for one, row in pairs(kept) if row["metric"] == metric]
    asked = policies.split(",") if policies else [row["policy"] for _, row in some]
    rows = {row["policy"]: (one, row) for one, row in some if row["policy"] in asked}
    groups: dict[str, list[str]] = {DIFFER: [], "lower with": [], "higher with": [], "undecided with": []}
    for policy, (one, row) in sorted(rows.items(), key=lambda item: item[1][1]["percent"]):
        if in_worlds.beside(one["verdict"], row) in (TURNED, NOT_KNOWN):
            way = in_worlds.way(one["verdict"])
            groups[DIFFER].append(f"`{policy}` ({way} as declared, {in_worlds.sentence(row)})")
        elif in_worlds.known(row):
            count = in_worlds.brief(row).partition(" in ")[2].removesuffix(in_worlds.THAT_FIT)
            groups[f"{in_worlds.way(row['sign'])} with"].append(f"`{policy}` (in {count})")
        else:
            said = in_worlds.sentence(row).removeprefix("undecided: ").replace(in_worlds.THAT_FIT, " worlds")
            groups["undecided with"].append(f"`{policy}` ({said})")
    lines = [f"- {name} {', '.join(told)}" for name, told in groups.items() if told]
    head = f"{words.label(metric)}, asked in {_how_many(rows)}{in_worlds.THAT_FIT}:"
    return "\n\n".join([head, ";\n".join(lines) + "."]) if lines else NOBODY


def _how_many(rows: Mapping[str, Pair]) -> str:
    counts = sorted({row["worlds"] for _, row in rows.values()})
    return str(counts[0]) if len(counts) == 1 else f"{counts[0]} to {counts[-1]}" if counts else "no"


def _is_told(row: text.Row) -> bool:
    return row["metric"] in FIRST


def _apart(some: list[Pair]) -> list[str]:
    return [
        f"- `{row['policy']}`, {words.label(row['metric'])}: {text.change(one)} as declared; {in_worlds.told(row)}."
        for one, row in some
    ]


@block
def worlds_table(kept: Kept, metrics: str) -> str:
    """Effects in worlds that fit: a row a policy, for each metric the change and in how many worlds it holds."""
    names = metrics.split(",")
    needed(kept, PART)
    found, lines = over_worlds(kept), []
    for policy in dict.fromkeys(policy for policy, _ in found):
        rows = [found.get((policy, name)) for name in names]
        lines.append(
            [
                f"[`{policy}`](policies/{policy}.md)",
                *(words.DASH if row is None else text.in_world(row) for row in rows),
            ]
        )
    return "\n\n".join([head(kept, PART), text.table(["policy", *map(words.label, names)], lines)])


@block
def worlds_sizes(kept: Kept) -> str:
    """Effects whose size with declared parameters lies outside what worlds that fit make of it."""
    found = []
    for one, row in pairs(kept):
        if not (_is_told(row) and text.told(one) and one["baseline"] and math.isfinite(row["percent_low"])):
            continue
        if not row["percent_low"] <= 100 * one["difference"] / abs(one["baseline"]) <= row["percent_high"]:
            found.append(
                f"- `{row['policy']}`, {words.label(row['metric'])}: {text.change(one)} as declared; in a world that "
                f"fits {text.ends_in_world(row)} %, {in_worlds.told(row)}."
            )
    return "\n".join(found or ["- none."])


@block
def worlds_turns(kept: Kept) -> str:
    """What goes with effects whose direction does not hold in nearly all worlds."""
    rows = [row for row in _every(kept) if _turns(row)]
    told = [row for row in rows if _has(row, "goes_with") or _has(row, "turns_where")]
    lines = [
        [f"`{row['policy']}`", words.label(row["metric"]), in_worlds.short(row), _parameters(row, "goes_with"),
         _parameters(row, "turns_where")]
        for row in told
    ]  # fmt: skip
    first = (
        f"There are {len(rows)} effects whose direction holds in fewer than {NEARLY_ALL:.0%} of the worlds. A "
        f"parameter goes with {len(told)} of them more surely than chance would have it, and with the others none."
    ).replace("%", " %")
    header = ["policy", "what", "direction", "goes with (rank correlation)", "turns where: worlds with the other sign"]
    return "\n\n".join([first, *([text.table(header, lines)] if lines else [])])


def _turns(row: text.Row) -> bool:
    return row["metric"] in FIRST and row["sign"] != in_worlds.NOTHING and row["holds"] < NEARLY_ALL * row["worlds"]


def _has(row: text.Row, name: str) -> bool:
    return isinstance(row[name], str) and bool(row[name])


def _parameters(row: text.Row, name: str) -> str:
    return str(row[name]).replace("-", words.MINUS) if _has(row, name) else words.DASH


@block
def worlds_sobol(kept: Kept) -> str:
    """On which parameters effects hang, by Sobol indices of an emulator; how many emulators were too poor to say."""
    rows = [row for row in _every(kept) if row["metric"] in CORE]
    good = sorted((row for row in rows if row["explained"] == row["explained"]), key=lambda row: -row["explained"])
    first = (
        f"Emulators were fitted to {len(rows)} effects. {len(rows) - len(good)} of them are too poor to say anything: "
        f"of worlds that they were not fitted to, they tell less than {LEAST_TOLD:.0%} of what effects differ in, or "
        "no more than they may by chance."
    ).replace("%", " %")
    lines = [
        [f"`{row['policy']}`", words.label(row["metric"]), f"{row['explained']:.2f}", _parameters(row, "hangs_on")]
        for row in good
    ]
    header = ["policy", "what", "told of worlds unseen", "total index ± error of the sample"]
    return "\n\n".join([first, *([text.table(header, lines)] if lines else [])])

"""The gallery: a figure for each part of what was found, with what it shows in words and where it comes from.

Nothing is simulated. Figures are drawn from the tables that ``make findings`` keeps, so that they show what the
documents tell. :func:`picture` draws the one figure that is kept as a file, for the README.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from functools import cache
from html import escape
from typing import NamedTuple

import pandas as pd
from matplotlib.figure import Figure

from experiments import studies
from experiments.findings.blocks import needed
from experiments.findings.kept import ROOT, Kept
from experiments.site import figures
from sim.reference import registry
from sim.report.pictures import inline
from sim.report.published import headed
from sim.report.style import DARK, PAPER
from sim.results.signs import FALLS, RISES

PICTURE = "docs/pictures/eight_policies.svg"
EIGHT = (
    "demand_criminalisation", "regularisation", "reflection_period", "regular_channels", "raids", "deportation_drive",
    "tighter_borders", "tied_visas",
)  # fmt: skip
OF_EIGHT = ("identified", "exploited_people", "deaths")
MOST_METRICS = 3  # panels of a figure of a study
PER_FIGURE = 40  # lines
OF_SIGNS = ("exploited_people",)
OF_OFFICIALS = ("captured_posts", "bribes_per_crossing", "exploited_people")
ABOUT = (
    "Figures of everything that is published, drawn from the tables that `make findings` keeps. "
    "[How to read a figure](findings.md#how-to-read-a-figure) holds here too: a filled mark is told from zero, an open "
    "one is undecided whatever its size; grey panels show activity, which is what a state does and never a success by "
    "itself; intervals hold luck, and neither doubt about parameters nor doubt about the model."
)
_BLOCK = re.compile(r"<!-- findings: study (name=[^>]*?) -->")
_SYSTEM = re.compile(r"@media screen and \(prefers-color-scheme:dark\)\{(#[\w-]+\{[^}]*\})\}")


class Shown(NamedTuple):
    """One figure of the gallery."""

    ident: str
    title: str
    text: str  # how it is read, as Markdown
    alt: str  # what it shows, in words
    parts: tuple[str, ...]  # tables that it is drawn from
    draw: Callable[[], Figure]


def gallery(kept: Kept) -> str:
    """The page, as Markdown with the figures in it. Parts that have not been run are left out."""
    shown = list(_shown(kept))
    lines = ["# Gallery", "", ABOUT, ""]
    for one in shown:
        lines += [f"## {one.title}", "", one.text, "", _framed(one), "", *_origins(kept, one.parts), ""]
    return "\n".join(lines)


def picture(kept: Kept) -> str | None:
    """The figure of the README as SVG, with a ground of its own; None where the catalogue has not been run whole."""
    one = next((one for one in _shown(kept) if one.ident == "eight-policies"), None)
    if one is None:
        return None
    drawn = inline(one.draw(), one.title, one.alt, "eight-policies")
    # shown by itself it cannot know on what ground it will stand
    ground = f'<rect width="100%" height="100%" class="ground" fill="{PAPER}"/>'
    dark = f"@media screen and (prefers-color-scheme:dark){{.ground{{fill:{DARK[PAPER]}}}}}"
    return drawn.replace("</style>", f"{dark}</style>{ground}", 1) + "\n"


def _framed(one: Shown) -> str:
    """A figure with its words; its colours follow the light or dark pages that a reader chose."""
    drawn = _SYSTEM.sub(r'[data-md-color-scheme="slate"] \1', inline(one.draw(), one.title, one.alt, one.ident))
    return (
        f'<figure class="drawn"><div tabindex="0" role="region" aria-label="Figure: {one.title}">{drawn}</div>'
        f"<details><summary>In words</summary><p>{escape(one.alt)}</p></details></figure>"
    )


def _origins(kept: Kept, parts: tuple[str, ...]) -> list[str]:
    """Where the tables of a figure come from; parts of the catalogue come from one plan."""
    about = kept.about(parts[0])
    line = headed(about) if about else ""
    return [line.replace(f"part `{parts[0]}`", "parts `catalogue-…`") if len(parts) > 1 else line]


def _shown(kept: Kept) -> Iterator[Shown]:
    """Every figure of which the tables are there."""
    catalogue = tuple(name for name in kept.names if name.startswith("catalogue-") and name != "catalogue-switched")
    every = pd.concat([kept.tables[name] for name in catalogue]) if catalogue else pd.DataFrame({"policy": []})
    if set(EIGHT) <= set(every["policy"]):
        yield _eight(every, catalogue)
        yield _largest(every, catalogue)
    for name in studies.shipped():
        if (part := studies.PREFIX + name) in kept.names:
            yield _study(name, kept.tables[part].fillna({"setting": ""}), part)
    if "signs" in kept.names:
        yield _signs(kept.tables["signs"])
    if "officials" in kept.names:
        yield _officials(kept.tables["officials"])
    if "bands" in kept.names:
        table = kept.tables["bands"]
        yield Shown(
            "levels", "Levels beside bands",
            "Levels rest on assumed costs and chances, and were set to lie in bands that the literature gives (grey; "
            "each is drawn equally wide). [Findings](findings.md) has the table.",
            figures.outside(table), ("bands",), lambda: figures.levels(table),
        )  # fmt: skip
    if "patterns" in kept.names:
        checks = needed(kept, "patterns")
        yield Shown(
            "patterns", "Patterns of the literature",
            "What the literature says should be seen, checked in runs, by what stands behind it. What is contradicted "
            "is named, with reasons, in [findings](findings.md).",
            figures.counted(checks), ("patterns",), lambda: figures.patterns(checks),
        )  # fmt: skip
    if "coverage" in kept.names:
        held = kept.tables["coverage"]
        yield Shown(
            "intervals", "Do intervals hold what they promise?",
            "From many runs the truth is known; intervals from a few should hold it in ninety-five of a hundred.",
            "For each metric, how many of a hundred intervals hold the truth, with an effect and without one.",
            ("coverage",), lambda: figures.coverage(held),
        )  # fmt: skip


@cache
def _titles() -> dict[str, str]:
    """What policies are called, by name."""
    return {row["name"]: row["title"] for row in registry.rows("policies")}


def _titled(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """The table with titles of policies instead of their names, also where several act together."""

    def title(value: str) -> str:
        return " and ".join(_titles().get(name, name) for name in value.split("+"))

    return table.assign(**{column: table[column].map(title)})


def _eight(every: pd.DataFrame, parts: tuple[str, ...]) -> Shown:
    chosen = _titled(every[every["policy"].isin(EIGHT) & every["metric"].isin(OF_EIGHT)], "policy")
    rows = [(title, {"policy": title}) for title in map(_titles().__getitem__, EIGHT)]
    return Shown(
        "eight-policies",
        "Eight policies: what is counted, and what is true",
        "More people identified does not mean that fewer are exploited, and fewer may mean that there are fewer to "
        "identify. [Every policy has a page](policies/README.md).",
        figures.changes(chosen, "policy"),
        parts,
        lambda: figures.effects(chosen, rows, OF_EIGHT),
    )


def _largest(every: pd.DataFrame, parts: tuple[str, ...]) -> Shown:
    """Every policy that changes how many people are exploited, from the one that lowers it most."""
    metric = "exploited_people"
    told = every[(every["metric"] == metric) & every["verdict"].isin([FALLS, RISES])]
    told = told.assign(share=told["difference"] / told["baseline"]).sort_values("share")
    told = _titled(told, "policy")
    rows = [(title, {"policy": title}) for title in told["policy"]]
    others = (every["metric"] == metric).sum() - len(told)
    return Shown(
        "largest",
        "Policies that change how many people are exploited",
        f"All whose effect is told from zero; those of {others} others are not. "
        "[Findings](findings.md#every-policy) says why they rank so.",
        figures.changes(told, "policy"),
        parts,
        lambda: figures.effects(told, rows[:PER_FIGURE], (metric,)),
    )  # fmt: skip


def _study(name: str, table: pd.DataFrame, part: str) -> Shown:
    """A study, by the metrics of which its page tells first."""
    folder = ROOT / "experiments" / name
    told = _BLOCK.search((folder / "README.md").read_text(encoding="utf-8"))
    title, question = (folder / "findings.md").read_text(encoding="utf-8").split("\n\n", 2)[:2]
    asked = dict(word.split("=", 1) for word in shlex.split(told[1])) if told else {}
    metrics = asked["metrics"].split(",") if asked else list(dict.fromkeys(table["metric"]))
    metrics = metrics[:MOST_METRICS]
    table = _titled(table[table["metric"].isin(metrics)], "arm")
    if "setting" in asked:
        table = table[table["setting"] == asked["setting"]]
    settings, arms = (list(dict.fromkeys(table[column])) for column in ("setting", "arm"))
    rows: list[tuple[str, dict[str, str]]] = []
    if len(arms) == 1:
        rows = [(setting, {"setting": setting}) for setting in settings]
    for setting in settings if len(arms) > 1 else ():
        rows += [(setting, {})] if setting and len(settings) > 1 else []
        rows += [(arm, {"setting": setting, "arm": arm}) for arm in arms]
    by = ("setting",) if len(arms) == 1 else ("arm", "setting") if len(settings) > 1 else ("arm",)
    return Shown(
        part.replace("_", "-"),
        f"Study: {title.removeprefix('# ')}",
        f"{question} [What came out](repository/experiments/{name}/README.md).",
        figures.changes(table, *by),
        (part,),
        lambda: figures.effects(table, rows, metrics),
    )


def _signs(table: pd.DataFrame) -> Shown:
    chosen = _titled(table[table["metric"].isin(OF_SIGNS)], "policy")
    rows: list[tuple[str, dict[str, str]]] = []
    for policy, part in chosen.groupby("policy", sort=False):
        rows += [(str(policy), {})]
        rows += [(setting, {"policy": str(policy), "setting": setting}) for setting in part["setting"]]
    return Shown(
        "signs",
        "Where a sign depends on a mechanism",
        "Policies under assumptions on which theories disagree: each line switches one mechanism. "
        "[Findings](findings.md) has every metric.",
        figures.changes(chosen, "setting", "policy"),
        ("signs",),
        lambda: figures.effects(chosen, rows, OF_SIGNS),
    )


def _officials(table: pd.DataFrame) -> Shown:
    chosen = _titled(table[table["metric"].isin(OF_OFFICIALS)], "arm")
    rows = [(arm, {"arm": arm}) for arm in dict.fromkeys(chosen["arm"])]
    return Shown(
        "officials",
        "Officials who sell",
        "Measures against officials who sell what their post lets them leave undone. [Findings](findings.md) has more.",
        figures.changes(chosen, "arm"),
        ("officials",),
        lambda: figures.effects(chosen, rows, OF_OFFICIALS),
    )

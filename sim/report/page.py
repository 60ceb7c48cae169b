"""One self-contained page about one or more comparisons: nothing is fetched when it is opened."""

from __future__ import annotations

import base64
import io
import math
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from sim._cache import source_hash
from sim.observation.catalogue import METRICS
from sim.report import between, figures, people, words
from sim.report.style import colours, theme
from sim.studies.provenance import versions
from sim.studies.run import departures
from sim.studies.statistics import multiplicity
from sim.studies.transitions import GROUPS

if TYPE_CHECKING:
    from sim.studies.compare import Comparison
    from sim.studies.findings import Findings
    from sim.studies.plan import Arm

World = tuple[str, "Comparison"]
Row = dict[Any, Any]  # a row of a table by column
DEFAULT_QUESTION = "What do these policies change, for whom, and by how much?"
GLANCE = (
    "exploited_people",
    "exploited_per_departure",
    "new_exploited",
    "misidentified_removed",
    "identified",
    "irregular_departures",
    "regular_departures",
    "provider_share",
    "mean_fee",
    "people_abroad_irregular",
    "deaths",
    "safety_reached",
    "need_blocked",
)
MOST_ARMS = 6
WITHOUT_COLUMNS = ("pairing",)
MOST_SECTIONS = 3  # settings of a study that get a section of their own
OPERATIONS = {"set": "set to", "add": "changed by", "scale": "multiplied by"}


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )


def page(
    worlds: Sequence[World],
    *,
    title: str = "Policy comparison",
    question: str | None = None,
    study: Mapping[str, Any] | None = None,
) -> str:
    """The HTML of a report on comparisons, each with the title of its section; ``study`` is what spans them."""
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            title=title,
            question=question or DEFAULT_QUESTION,
            written=datetime.now(UTC).strftime("%d %B %Y").lstrip("0"),
            sections=[_section(number, name, comparison) for number, (name, comparison) in enumerate(worlds, 1)],
            study=study,
            versions=versions(),
            source=source_hash(),
        )
    )


def study_page(findings: Findings) -> str:
    """The HTML of a report on a study: what spans its settings, then the first settings in full."""
    design = findings.design
    first = list(findings.comparisons.values())[: MOST_SECTIONS if not design.sampled else 1]
    return page(
        [(comparison.title, comparison) for comparison in first],
        title=design.title or "Policy comparison",
        question=design.question,
        study=_study(findings, len(first)) if findings.several or design.dose else None,
    )


def write_study_page(path: str | Path, findings: Findings) -> Path:
    """Write the report on a study to ``path`` in one piece; returns the path."""
    return write_whole(Path(path), study_page(findings))


def _study(findings: Findings, in_full: int) -> dict[str, Any]:
    """What spans the settings of a study."""
    chosen = between.shown(findings)
    arms = list(dict.fromkeys(arm.label for comparison in findings.comparisons.values() for arm in comparison.arms))
    rows = []
    if findings.several and not findings.design.sampled:
        found = {(row["setting"], row["arm"], row["metric"]): row for row in findings.effects.to_dict("records")}
        for metric in chosen:
            for setting, comparison in findings.comparisons.items():
                factor, _ = words.per_people(METRICS[metric], comparison.people)
                cells = [found.get((setting, arm, metric)) for arm in arms]
                rows.append(
                    {
                        "metric": words.label(metric),
                        "setting": setting,
                        "first": setting == next(iter(findings.comparisons)),
                        "cells": [None if cell is None else _cell(cell, factor) for cell in cells],
                    }
                )
    titles = {arm.label: arm.title for comparison in findings.comparisons.values() for arm in comparison.arms}
    return {
        "settings": len(findings.comparisons),
        "in_full": in_full,
        "arms": [titles[arm] for arm in arms],
        "rows": rows,
        "span": len(findings.comparisons),
        "flips": [
            row | {"metric": words.label(row["metric"]), "arm": titles[row["arm"]]}
            for row in findings.flips.to_dict("records")
        ],
        "figures": [
            {
                "name": name,
                "title": between.title(name),
                "source": image(between.draw(findings, name)),
                "caption": between.caption(name),
            }
            for name in between.names(findings)
        ],
    }


def write_page(
    path: str | Path, worlds: Sequence[World], *, title: str = "Policy comparison", question: str | None = None
) -> Path:
    """Write the report to ``path`` in one piece; returns the path."""
    return write_whole(Path(path), page(worlds, title=title, question=question))


def write_whole(target: Path, text: str) -> Path:
    """Write a text in one piece, or not at all; returns the path."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    try:
        part.write_text(text, encoding="utf-8")
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
    return target


def headline_table(comparison: Comparison) -> str:
    """Headline effects as an HTML table, for notebooks."""
    template = _environment().from_string(
        "{% import 'tables.html.j2' as tables %}{{ tables.style() }}"
        "<div class='labyrinth'><p>{{ about }}</p>{{ tables.effects(table) }}</div>"
    )
    return template.render(about=repr(comparison).strip("<>"), table=effects_table(comparison, _headline(comparison)))


def image(figure: Figure) -> str:
    """A figure as a data address: SVG, the same bytes for the same figure."""
    file = io.BytesIO()
    with theme():
        # the solver of the layout goes through its constraints in an order that differs by a last bit from run to run
        layout = figure.get_layout_engine()
        if layout is not None:
            layout.execute(figure)
            figure.set_layout_engine("none")
        for axes in figure.axes:
            axes.set_position(np.round(axes.get_position(original=True).bounds, 5))
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None, "Type": None, "Format": None})
    return "data:image/svg+xml;base64," + base64.b64encode(file.getvalue()).decode()


# --- parts of a section -----------------------------------------------------------------------------------------


def _section(number: int, name: str, comparison: Comparison) -> dict[str, Any]:
    brief = len(comparison.arms) > MOST_ARMS  # figures with a column an arm cannot be read
    return {
        "brief": brief,
        "id": f"world-{number}",
        "title": name,
        "about": _about(comparison),
        "arms": [_arm(arm, comparison) for arm in comparison.arms],
        "baseline": comparison.baseline.title,
        "glance": effects_table(comparison, [name for name in GLANCE if name in comparison.metrics]),
        "effects": effects_table(comparison, _headline(comparison)),
        "values": _values_table(comparison) if not comparison.arms else [],
        "gross": _gross_table(comparison),
        "by_group": _groups_table(comparison),
        "figures": [
            {"name": key, "source": image(comparison.figure(key)), "caption": figures.caption(key)}
            for key in comparison.figures
            if not brief or key in WITHOUT_COLUMNS
        ],
        "pairing": _pairing(comparison),
        "multiplicity": multiplicity(_of_interest(comparison)) if comparison.arms else "",
        "manifest": comparison.manifest,
        "failures": comparison.failures,
    }


def _headline(comparison: Comparison) -> list[str]:
    chosen = [name for name in comparison.metrics if METRICS[name].headline or METRICS[name].layer == "record"]
    return chosen or comparison.metrics


def _of_interest(comparison: Comparison) -> pd.DataFrame:
    table = comparison.effects
    return table[table["metric"].isin(_headline(comparison))]


def _about(comparison: Comparison) -> dict[str, Any]:
    scenario = comparison.baseline.scenario
    world, values = scenario.world, scenario.values
    return {
        "world": world.name,
        "regions": len(world.regions.name),
        "legs": len(world.legs.tail),
        "pairs": len(world.pairs.start),
        "people": words.number(comparison.people),
        "scale": words.number(comparison.baseline.scenario["people.scale"]),
        "years": f"{values['time.years']:g}",
        "burn_in": values["time.burn_in_weeks"],
        "seeds": len(comparison.seeds),
        "changed": departures(scenario),
    }


def _arm(arm: Arm, comparison: Comparison) -> dict[str, Any]:
    first = departures(comparison.baseline.scenario)
    changed = {name: value for name, value in departures(arm.scenario).items() if first.get(name) != value}
    return {
        "title": arm.title,
        "colour": colours(comparison)[arm.label],
        "words": list(arm.words),
        "changed": changed,
        "policies": [
            {
                "name": policy.name,
                "intent": policy.intent,
                "moves": [_move(move) for move in policy.levers],
                "implementation": f"{100 * policy.implementation:g}",
                "dose": f"{policy.dose:g}",
                "ramp": f"{policy.ramp:g}",
                "claims": ", ".join(policy.claims),
                "disputed": ", ".join(policy.disputed),
            }
            for policy in arm.scenario.policies
        ],
    }


def _move(move: Any) -> str:
    where = ", ".join(f"{key} {value}" for key, value in move.where)
    return f"{move.lever}{f' ({where})' if where else ''} {OPERATIONS[move.op]} {move.value:g}"


def effects_table(comparison: Comparison, chosen: Sequence[str]) -> dict[str, Any]:
    """Effects as rows of formatted cells by group of metrics, for the tables of the page."""
    if not comparison.arms:
        return {"arms": [], "groups": []}
    found = {(row["metric"], row["arm"]): row for row in comparison.effects.to_dict("records")}
    groups = [
        {
            "title": group,
            "activity": group in (words.ACTIVITY, words.RECORDS),
            "rows": [
                _effect_row(comparison, name, [found[name, arm.label] for arm in comparison.arms]) for name in members
            ],
        }
        for group, members in words.grouped(chosen).items()
    ]
    colour = colours(comparison)
    return {
        "arms": [{"title": arm.title, "colour": colour[arm.label]} for arm in comparison.arms],
        "groups": groups,
    }


def _effect_row(comparison: Comparison, name: str, effects: Sequence[Row]) -> dict[str, Any]:
    metric = METRICS[name]
    factor, unit = words.per_people(metric, comparison.people)
    baselines = [row["baseline"] for row in effects if math.isfinite(row["baseline"])]
    return {
        "label": words.label(name),
        "meaning": metric.meaning,
        "unit": unit,
        "baseline": words.number(factor * baselines[0]) if baselines else words.DASH,
        "cells": [_cell(row, factor) for row in effects],
    }


def _cell(row: Row, factor: float) -> dict[str, Any]:
    known = math.isfinite(row["low"])
    low, high = (words.number(factor * row[end], signed=True) for end in ("low", "high"))
    return {
        "percent": words.percent(row["percent"]),
        "difference": words.number(factor * row["difference"], signed=True),
        # an interval that is a point says that seeds agree, not that the effect is known exactly
        "interval": ("the same in every seed" if row["low"] == row["high"] else f"{low} to {high}")
        if known
        else "no interval",
        "certain": known and row["low"] * row["high"] > 0,
        "method": row["method"],
    }


def _values_table(comparison: Comparison) -> list[dict[str, str]]:
    """Without arms: what the runs gave, mean over seeds."""
    mean = comparison.summary.groupby("metric")["value"].mean()
    rows = []
    for group, members in words.grouped(_headline(comparison)).items():
        for name in members:
            factor, unit = words.per_people(METRICS[name], comparison.people)
            rows.append(
                {"group": group, "label": words.label(name), "unit": unit, "value": words.number(factor * mean[name])}
            )
    return rows


def _gross_table(comparison: Comparison) -> list[dict[str, Any]]:
    """Gross numbers of people helped and harmed by each arm, per 100 000 at risk, with intervals."""
    scale = 1e5 / comparison.people
    rows: list[dict[str, Any]] = []
    for arm in comparison.arms:
        for measure in people.SIDES:
            cells: dict[str, tuple[str, str]] = {}
            for group in people.GROUPS:
                sides = people.harmed_and_helped(comparison.transitions, arm.label, group, measure)
                if sides is not None:
                    cells |= {f"harmed, {group}": _range(sides[0], scale), f"helped, {group}": _range(sides[1], scale)}
            if cells:
                rows.append(
                    {"arm": arm.title, "colour": colours(comparison)[arm.label], "measure": measure, "cells": cells}
                )
    return rows


def _groups_table(comparison: Comparison) -> list[dict[str, Any]]:
    """Who is exploited only with, and only without, each arm, by sex, age, need and status, per 100 000 at risk."""
    scale = 1e5 / comparison.people
    rows = []
    for group in GROUPS:
        cells = []
        for arm in comparison.arms:
            sides = people.harmed_and_helped(comparison.transitions, arm.label, group, "exploitation")
            cells += [("", "")] * 2 if sides is None else [_range(side, scale) for side in sides]
        rows.append({"group": "everyone" if group == "all" else group, "cells": cells})
    return rows if any(mean for row in rows for mean, _ in row["cells"]) else []


def _range(row: Any, scale: float) -> tuple[str, str]:
    """A count of people and its interval, which cannot go below none."""
    mean, low, high = (words.number(scale * max(row[name], 0.0)) for name in ("people", "low", "high"))
    return mean, f"{low} to {high}" if math.isfinite(row["low"]) else "no interval"


def _pairing(comparison: Comparison) -> str:
    if not comparison.arms:
        return ""
    ratios = comparison.effects[comparison.effects["metric"].isin(_headline(comparison))]["variance_ratio"]
    ratios = ratios[ratios.map(math.isfinite)]
    return words.number(float(ratios.median())) if len(ratios) else ""

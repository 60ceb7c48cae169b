"""One self-contained page about one or more comparisons: nothing is fetched when it is opened."""

from __future__ import annotations

import base64
import math
import os
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2

from sim.ground.cache import source_hash
from sim.report import between, figures, gains, practice, words
from sim.report.hands import shared
from sim.report.pictures import left_out
from sim.report.style import colours, drawn_once
from sim.report.tables import effect_cell, effects_table, gains_table, headline, of_interest, values_table
from sim.report.texts import in_page
from sim.results.provenance import versions
from sim.results.run import departures
from sim.results.signs import LEAST_SEEDS, multiplicity, seeds_note

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.results.arms import Arm
    from sim.results.comparison import Comparison
    from sim.results.findings import Findings

World = tuple[str, "Comparison"]
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
MOST_COLUMNS, MOST_ROWS = 24, 24  # arms and settings in one table
WITHOUT_COLUMNS = ("pairing",)
MOST_SECTIONS = 3  # settings of a study that get a section of their own
OPERATIONS = {"set": "set to", "add": "changed by", "scale": "multiplied by"}


@cache
def _environment() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    made.filters["short"] = in_page
    made.filters["upper_first"] = lambda text: f"{str(text)[:1].upper()}{str(text)[1:]}"
    return made


def page(
    worlds: Sequence[World],
    *,
    title: str = "Policy comparison",
    question: str | None = None,
    study: Mapping[str, Any] | None = None,
) -> str:
    """The HTML of a report on comparisons, each with the title of its section; ``study`` is what spans them."""
    sections = [_section(number, name, comparison) for number, (name, comparison) in enumerate(worlds, 1)]
    _draw([figure for part in (*sections, *([study] if study else [])) for figure in part["figures"]])
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            title=title,
            question=question or DEFAULT_QUESTION,
            written=datetime.now(UTC).strftime("%d %B %Y").lstrip("0"),
            sections=sections,
            study=study,
            least_seeds=LEAST_SEEDS,
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
    every = list(dict.fromkeys(arm.label for comparison in findings.comparisons.values() for arm in comparison.arms))
    arms, settings = every[:MOST_COLUMNS], list(findings.comparisons)[:MOST_ROWS]
    rows = []
    if findings.several and not findings.design.sampled:
        found = {(row["setting"], row["arm"], row["metric"]): row for row in findings.effects.to_dict("records")}
        for metric in chosen:
            for setting in settings:
                cells = [found.get((setting, arm, metric)) for arm in arms]
                rows.append(
                    {
                        "metric": words.label(metric),
                        "setting": setting,
                        "first": setting == settings[0],
                        "cells": [None if cell is None else effect_cell(cell) for cell in cells],
                    }
                )
    titles = {arm.label: arm.title for comparison in findings.comparisons.values() for arm in comparison.arms}
    return {
        "settings": len(findings.comparisons),
        "in_full": in_full,
        "arms": [titles[arm] for arm in arms],
        "rows": rows,
        "span": len(settings),
        "left_out": [
            left_out(MOST_COLUMNS, len(every), "arms"),
            left_out(MOST_ROWS, len(findings.comparisons), "settings"),
        ],
        "few": seeds_note(len(findings.seeds)),
        "flips": [
            row | {"metric": words.label(row["metric"]), "arm": titles[row["arm"]]}
            for row in findings.flips.to_dict("records")
        ],
        "figures": [
            {
                "name": name,
                "title": between.title(name),
                "draw": partial(between.draw, findings, name),
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
        part.write_text(text, encoding="utf-8", errors="replace")
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
    return template.render(about=repr(comparison).strip("<>"), table=effects_table(comparison, headline(comparison)))


def _draw(wanted: Sequence[dict[str, Any]]) -> None:
    """Draw all figures of a page, each as it says under ``draw``, and put it under ``source``."""
    drawn = shared([partial(_drawn, figure["draw"]) for figure in wanted])
    for figure, source in zip(wanted, drawn, strict=True):
        figure["source"] = source


def _drawn(draw: Callable[[], Figure]) -> str:
    return image(draw())


def image(figure: Figure) -> str:
    """A figure as a data address: SVG, the same bytes for the same figure."""
    return "data:image/svg+xml;base64," + base64.b64encode(drawn_once(figure).encode()).decode()


# --- parts of a section -----------------------------------------------------------------------------------------


def _section(number: int, name: str, whole: Comparison) -> dict[str, Any]:
    brief = len(whole.arms) > MOST_ARMS  # figures with a column an arm cannot be read
    comparison = whole.first(MOST_COLUMNS)
    return {
        "left_out": left_out(MOST_COLUMNS, len(whole.arms), "arms"),
        "few": seeds_note(len(whole.seeds)),
        "notes": list(dict.fromkeys(note for arm in whole.every_arm for note in arm.scenario.notes()))[:MOST_ARMS],
        "brief": brief,
        "id": f"world-{number}",
        "title": name,
        "about": _about(comparison),
        "arms": [_arm(arm, comparison) for arm in comparison.arms],
        "baseline": comparison.baseline.title,
        "glance": effects_table(comparison, [name for name in GLANCE if name in comparison.metrics]),
        "effects": effects_table(comparison, headline(comparison)),
        "values": values_table(comparison) if not comparison.arms else [],
        "gains": gains_table(comparison),
        "gains_of": gains.RISK[gains.first_outcome(comparison.risks) or "exploitation"],
        "placebo": comparison.placebo is not None,
        "lucks": len(comparison.lucks),
        "figures": [
            {"name": key, "draw": partial(comparison.figure, key), "caption": figures.caption(key)}
            for key in comparison.figures
            if not brief or key in WITHOUT_COLUMNS
        ],
        "pairing": _pairing(comparison),
        "multiplicity": multiplicity(of_interest(comparison)) if comparison.arms else "",
        "manifest": whole.manifest,
        "failures": whole.failures,
    }


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
    weeks = practice.weeks_of(arm.scenario)
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
                "practice": f"{100 * practice.best(policy, weeks):.3g}",
                "note": practice.outside_the_run(policy, weeks),
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


def _pairing(comparison: Comparison) -> str:
    if not comparison.arms:
        return ""
    ratios = comparison.effects[comparison.effects["metric"].isin(headline(comparison))]["variance_ratio"]
    ratios = ratios[ratios.map(math.isfinite)]
    return words.number(float(ratios.median())) if len(ratios) else ""

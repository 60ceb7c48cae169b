"""What an answer rests on: the effects of every policy under every condition, and what was asked and run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sim.report.answers.outcomes import Chosen, chosen
from sim.report.answers.said import series
from sim.report.answers.sizes import Row
from sim.report.said import without
from sim.report.texts import short
from sim.results.signs import LEAST_SEEDS

if TYPE_CHECKING:
    from sim.results.arms import Arm
    from sim.results.asked import Design
    from sim.results.comparison import Comparison
    from sim.results.findings import Findings

World = tuple[str, "Comparison"]  # the title of a setting, and what was compared there
LONGEST = 48  # characters of a name in a sentence


@dataclass(frozen=True)
class Cell:
    """What one policy does under one condition: rows of effects by metric; ``dose`` None where doses are not varied."""

    setting: str
    dose: float | None
    rows: Mapping[str, Row]


@dataclass(frozen=True)
class Line:
    """A policy, or what else is held against the baseline, under all conditions."""

    title: str  # as it is said
    cells: tuple[Cell, ...]
    whole: str = ""  # the title in full: what is said of two long ones may be the same

    def rows(self, metric: str) -> list[tuple[Cell, Row]]:
        """Its effects on a metric, with where they were found."""
        return [(cell, cell.rows[metric]) for cell in self.cells if metric in cell.rows]


@dataclass(frozen=True)
class Basis:
    """Everything that sentences are made from; ``findings`` None where comparisons stand alone."""

    worlds: tuple[World, ...]
    findings: Findings | None = None
    alone: bool = False  # whether sentences stand under the name of the only policy

    @property
    def design(self) -> Design | None:
        """What was asked."""
        return self.findings.design if self.findings else None

    @property
    def first(self) -> Comparison:
        """The comparison of the first setting."""
        return self.worlds[0][1]

    @property
    def dose(self) -> str | None:
        """What the dose is called, where doses are varied."""
        return self.design.dose if self.design else None

    @property
    def sampled(self) -> bool:
        """Whether settings are draws of parameters."""
        return bool(self.design and self.design.sampled)

    @property
    def few(self) -> bool:
        """Whether there are too few seeds for any sign to be named."""
        return len(self.first.seeds) < LEAST_SEEDS

    @property
    def outcomes(self) -> Chosen:
        """The metrics that are told, in their order."""
        return chosen(self.first.metrics)

    @property
    def without(self) -> str:
        """What the baseline is called within a sentence."""
        return without(self.first, LONGEST)

    @property
    def nouns(self) -> tuple[str, str]:
        """What is held against the baseline: one and several."""
        policies = all(arm.scenario.policies for _, comparison in self.worlds for arm in comparison.arms)
        return ("policy", "policies") if policies else ("arm", "arms")

    @property
    def places(self) -> tuple[str, str]:
        """What conditions are called, one and several: settings, doses, draws or combinations of them."""
        if self.sampled:
            return "draw of the parameters", "draws of the parameters"
        if self.dose is None:
            return "setting", "settings"
        if len({cell.setting for line in self.lines for cell in line.cells}) < 2:
            return self.dose_word, f"values of {self.dose_word}"
        return "combination", f"combinations of setting and {self.dose_word}"

    @property
    def levels_by(self) -> str:
        """What the level of the baseline differs by: conditions, or within one of them the runs that have a pair."""
        return self.places[0] if len(self.worlds) > 1 else "the runs that each can be paired with"

    @property
    def dose_word(self) -> str:
        """The dose as it is said, such as ``dose`` or ``integrity.monitoring``."""
        return "dose" if self.dose == "policy.dose" else name_of(self.dose or "")

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """Every policy with its effects under every condition, in the order in which they were asked for."""
        found: dict[str, list[Cell]] = {}
        for title, comparison in self.worlds:
            rows: dict[str, dict[str, Row]] = {}
            for row in comparison.effects.to_dict("records"):
                rows.setdefault(row["arm"], {})[row["metric"]] = row
            for arm in comparison.arms:
                setting, dose = self._condition(comparison, title, arm)
                cell = Cell(setting, dose, rows.get(arm.label, {}))
                found.setdefault(self._title(arm), []).append(cell)
        return tuple(Line(name_of(whole), tuple(cells), whole) for whole, cells in found.items())

    def only(self, whole: str) -> Basis:
        """The same with one line only; KeyError if there is none of that title in full."""
        kept = {line.whole: line for line in self.lines}[whole]
        alone = Basis(self.worlds, self.findings, alone=True)
        alone.__dict__["lines"] = (kept,)  # in place of what would be made when it is first read
        return alone

    def _condition(self, comparison: Comparison, title: str, arm: Arm) -> tuple[str, float | None]:
        """The setting and the dose of an arm."""
        varied = dict(arm.values)
        if self.dose in varied and self.dose is not None:
            return name_of(title), float(varied[self.dose])
        about = self._settings.get(comparison.setting, {})
        if self.dose is not None and self.dose in about:
            return name_of(about.get("of setting", "")), float(about[self.dose])
        return name_of(title), None

    @cached_property
    def _settings(self) -> dict[str, dict[str, Any]]:
        return {setting.label: dict(setting.values) for setting in self.design.settings} if self.design else {}

    def _title(self, arm: Arm) -> str:
        """What an arm is called, without its dose where doses are varied."""
        varied = dict(arm.values)
        if self.dose is None or self.dose not in varied:
            return arm.title
        policies = " + ".join(policy.name for policy in arm.scenario.policies)
        return policies or str(varied.get("arm", arm.title)).replace("_", " ")


def name_of(title: object) -> str:
    """A title of the user's or of a file as it stands in a sentence."""
    return short(title, LONGEST)


def where(cells: Sequence[Cell], basis: Basis) -> str:
    """Conditions by name, such as ``in archetypes`` or ``at dose 0.5``."""
    several = len({cell.setting for line in basis.lines for cell in line.cells}) > 1
    texts = []
    for cell in cells:
        at = f"at {basis.dose_word} {cell.dose:g}" if cell.dose is not None else ""
        texts.append(" ".join(part for part in (at, f"in {cell.setting}" if several or not at else "") if part))
    return series(texts)

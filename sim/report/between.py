"""Figures of a study as a whole: dose and response, effects in every setting, assumptions that matter."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from sim.declared.measures.catalogue import METRICS
from sim.report import heat, words
from sim.report.pictures import COLUMNS, Picture, caption_of, drawn, head, left_out, panels, possible, remark
from sim.report.style import ARMS, BASELINE, INK, QUIET, WIDTH, canvas, thousands
from sim.report.texts import in_figure
from sim.results.signs import LEAST_SEEDS, LEVEL, names_a_sign, seeds_note
from sim.results.statistics import t_interval

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.results.arms import Arm
    from sim.results.comparison import Comparison
    from sim.results.findings import Findings

MOST_PANELS, MOST_SETTINGS, MOST_LINES, MOST_MARKS = 9, 24, 8, 6
# what is drawn of a study that reports every metric
FIRST = (
    "exploited_people",
    "exploited_per_departure",
    "new_exploited",
    "identified",
    "misidentified_removed",
    "irregular_departures",
    "provider_share",
    "mean_fee",
    "deaths",
)


def shown(findings: Findings) -> list[str]:
    """Metrics that figures of a study show: those it names, or the first of all."""
    metrics = findings.design.metrics
    return list(metrics) if len(metrics) <= MOST_PANELS else [name for name in FIRST if name in metrics]


def names(findings: Findings) -> tuple[str, ...]:
    """Figures that can be drawn of a study as a whole."""
    return possible(FIGURES, findings)


def draw(findings: Findings, name: str) -> Figure:
    """Draw one figure; RequestError names those that there are."""
    figure = drawn(FIGURES, findings, name, "study")
    cut = left_out(MOST_LINES, len(lines_of(findings, name)), "lines")
    return remark(figure, [seeds_note(len(findings.seeds)), cut])


def lines_of(findings: Findings, name: str) -> list[str]:
    """What a figure draws one line each of, or one panel: doses by arm and setting, or arms."""
    if name == "dose_response":
        return list(dict.fromkeys(line for line, dose, *_ in _lines(findings) if np.isfinite(dose)))
    return list(dict.fromkeys(findings.effects["arm"]))


def caption(name: str) -> str:
    """What a figure shows and how to read it."""
    return caption_of(FIGURES[name])


def title(name: str) -> str:
    """What stands above a figure on the page."""
    return FIGURES[name].title


# --- dose and response ------------------------------------------------------------------------------------------


def levels(findings: Findings) -> pd.DataFrame:
    """Mean of every metric at every dose: columns line, dose (NaN for a baseline), metric, mean, low, high, seeds.

    ``line`` is the arm, and the setting where there are several beside the dose. Values are in the unit of
    ``words.per_people``: flows and stocks per 100 000 of the persons at risk in the runs of that dose.
    """
    import pandas as pd  # noqa: PLC0415 - tables are made when they are asked for

    rows = []
    for line, at, comparison, arm in _lines(findings):
        table = comparison.summary[comparison.summary["arm"] == arm.label]
        for metric, part in table.groupby("metric", sort=False):
            factor, _ = words.per_people(METRICS[str(metric)], comparison.people_in(arm))
            found = t_interval(factor * part["value"])
            rows.append((line, at, metric, found.mean, found.low, found.high, found.count))
    return pd.DataFrame(rows, columns=["line", "dose", "metric", "mean", "low", "high", "seeds"])


def _lines(findings: Findings) -> Iterator[tuple[str, float, Comparison, Arm]]:
    """Line, dose (NaN for a baseline), comparison and arm of every arm of every setting."""
    dose = findings.design.dose
    about = {(row["setting"], row["arm"]): row for row in findings.points.to_dict("records")}
    for label, comparison in findings.comparisons.items():
        for arm in comparison.every_arm:
            point = about[label, arm.label]
            own, where = point.get("policy arm"), point.get("of setting")
            name = own if isinstance(own, str) else arm.title
            outer = where if isinstance(where, str) else ("" if _varies_settings(findings) else label)
            yield f"{name}; {outer}" if outer else name, point.get(dose, np.nan), comparison, arm


def _varies_settings(findings: Findings) -> bool:
    """Whether the dose is varied between settings rather than between arms."""
    return any(findings.design.dose in dict(setting.values) for setting in findings.design.settings)


def dose_response(findings: Findings) -> Figure:
    """One panel a metric, one line an arm: level against dose, the baseline dashed."""
    table = levels(findings)
    chosen = shown(findings)
    figure, every = panels(len(chosen), 0.9, 2.4)
    lines = list(dict.fromkeys(table[table["dose"].notna()]["line"]))[:MOST_LINES]
    for axes, metric in zip(every, chosen, strict=True):
        _, unit = words.per_people(METRICS[metric], 1)
        part = table[table["metric"] == metric]
        for line, colour in zip(lines, itertools.cycle(ARMS)):
            curve = part[(part["line"] == line) & part["dose"].notna()].sort_values("dose")
            axes.fill_between(curve["dose"], curve["low"], curve["high"], color=colour, alpha=0.15,
                              lw=0)  # fmt: skip
            axes.plot(curve["dose"], curve["mean"], "o-", color=colour, lw=1.7, ms=4)
        for row in part[part["dose"].isna()].to_dict("records"):
            axes.axhline(row["mean"], color=_tint(row["line"], lines), lw=1.1, ls=(0, (4, 2)))
        head(axes, metric, unit)
        axes.yaxis.set_major_formatter(thousands)
        axes.margins(y=0.15)
    for axes in every[-COLUMNS:]:
        axes.set_xlabel(in_figure(findings.design.dose or ""))
    handles = [
        Line2D([], [], color=colour, lw=3, label=in_figure(line, 48))
        for line, colour in zip(lines, itertools.cycle(ARMS))
    ]
    if table["dose"].isna().any():
        handles.append(Line2D([], [], color=BASELINE, lw=1.5, ls=(0, (4, 2)), label="baseline"))
    figure.legend(handles=handles, loc="outside upper center", ncols=min(3, len(handles)))
    return figure


def _tint(baseline: str, lines: list[str]) -> str:
    """The colour of a baseline: that of the line of its setting, where each setting has one."""
    setting = baseline.partition("; ")[2]
    mates = [number for number, line in enumerate(lines) if setting and line.endswith(f"; {setting}")]
    return ARMS[mates[0] % len(ARMS)] if len(mates) == 1 else BASELINE


# --- effects in every setting -----------------------------------------------------------------------------------


def settings(findings: Findings) -> Figure:
    """Forest plot: one panel a metric, one line a setting, one mark an arm; change in % with its interval."""
    chosen = shown(findings)
    labels = list(findings.comparisons)
    arms = list(dict.fromkeys(findings.effects["arm"]))[: len(ARMS)]
    figure, every = panels(len(chosen), 0.8, 1.0 + len(labels) * (0.14 + 0.13 * len(arms)), sharey=True)
    step = 0.8 / max(len(arms), 1)
    for axes, metric in zip(every, chosen, strict=True):
        table = findings.effects[findings.effects["metric"] == metric].set_index(["setting", "arm"])
        for (y, setting), (k, arm) in itertools.product(enumerate(labels), enumerate(arms)):
            if (setting, arm) in table.index:
                _mark(axes, table.loc[(setting, arm)], y - 0.4 + (k + 0.5) * step, ARMS[k])
        axes.axvline(0, color=INK, lw=0.8)
        axes.xaxis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 5, 10]))
        axes.set_ylim(len(labels) - 0.5, -0.5)
        axes.set_yticks(range(len(labels)), [_wrapped(label) for label in labels])
        head(axes, metric, "change from the baseline of the setting, %")
    titles = {arm.label: arm.title for comparison in findings.comparisons.values() for arm in comparison.arms}
    handles = [
        Line2D([], [], color=colour, lw=3, label=in_figure(titles[arm]))
        for arm, colour in zip(arms, ARMS, strict=False)
    ]
    figure.legend(handles=handles, loc="outside upper center", ncols=min(4, len(handles)))
    return figure


def _wrapped(label: str) -> str:
    line = in_figure(label, 68)
    return "\n".join(line[at : at + 34] for at in range(0, len(line), 34))


def _mark(axes: Axes, row: pd.Series, y: float, colour: str) -> None:
    scale = 100 / abs(row["baseline"]) if row["baseline"] else np.nan
    clear = names_a_sign(row["verdict"])
    axes.plot([scale * row["low"], scale * row["high"]], [y, y], color=colour, lw=2, alpha=0.9 if clear else 0.45)
    axes.plot(row["percent"], y, "o", ms=4.5, color=colour, mfc=colour if clear else "white", mew=1.2)


# --- assumptions ------------------------------------------------------------------------------------------------


def assumptions(findings: Findings) -> Figure:
    """Heat map of rank correlations of effects with the parameters that were drawn, one panel an arm."""
    table = findings.assumptions
    table = table[table["metric"].isin(shown(findings))]
    arms = list(dict.fromkeys(table["arm"]))[:MOST_LINES]
    metrics = list(dict.fromkeys(table["metric"]))
    parameters = list(dict.fromkeys(table["parameter"]))
    figure, grid = canvas(
        WIDTH, 1.6 + 0.32 * len(metrics) * -(-len(arms) // 2), nrows=-(-len(arms) // 2), ncols=min(2, len(arms)),
        sharey=True,
    )  # fmt: skip
    for axes in grid.flat[len(arms) :]:
        axes.set_visible(False)
    for axes, arm in zip(grid.flat, arms, strict=False):
        part = table[table["arm"] == arm].pivot(index="metric", columns="parameter", values="correlation")
        part = part.reindex(index=metrics, columns=parameters)
        heat.cells(axes, part.to_numpy(), "two ways", (-1, 1), written="{:.2f}".format)
        heat.named(axes, parameters, [words.label(name) for name in metrics])
        axes.set_title(in_figure(arm))
        axes.tick_params(axis="x", labelrotation=25, length=0)
        axes.tick_params(axis="y", labelrotation=0, length=0, labelcolor=QUIET)
    return figure


def spread(findings: Findings) -> Figure:
    """Effects over all draws of the parameters: one panel a metric, one line an arm, one dot a draw."""
    chosen = shown(findings)
    arms = list(dict.fromkeys(findings.effects["arm"]))[:MOST_LINES]
    figure, every = panels(len(chosen), 0.0, 0.9 + 0.34 * len(arms), sharey=True)
    for axes, metric in zip(every, chosen, strict=True):
        table = findings.effects[findings.effects["metric"] == metric]
        for y, (arm, colour) in enumerate(zip(arms, ARMS, strict=False)):
            dots = table[table["arm"] == arm]["percent"].to_numpy(float)
            # apart by golden sections, so that dots of equal effects lie beside one another
            apart = 0.5 * (np.arange(len(dots)) * 0.618034 % 1) - 0.25
            axes.plot(dots, y + apart, "o", color=colour, ms=3.5, mew=0, alpha=0.7)
        axes.set_ylim(len(arms) - 0.5, -0.5)
        axes.grid(visible=False, axis="y")
        axes.set_yticks(range(len(arms)), [in_figure(arm) for arm in arms])
        axes.axvline(0, color=INK, lw=0.8)
        head(axes, metric, "change from the baseline, %; one dot a draw of the parameters")
    return figure


# --- what there is ----------------------------------------------------------------------------------------------


def _has_dose(findings: Findings) -> bool:
    return findings.design.dose is not None and not findings.summary.empty


def _has_settings(findings: Findings) -> bool:
    arms = max(len(comparison.arms) for comparison in findings.comparisons.values())
    few = 1 < len(findings.comparisons) <= MOST_SETTINGS and arms <= MOST_MARKS
    return few and not findings.design.sampled and not findings.effects.empty


def _has_samples(findings: Findings) -> bool:
    return bool(findings.design.sampled) and not findings.effects.empty


FIGURES: dict[str, Picture[Findings]] = {
    "dose_response": Picture(
        dose_response,
        """Level of each figure at each dose, mean over seeds with its 95 % interval (Student's t over seeds, not
        paired; none with one seed or where all agree); dashed: the baseline. Curves need not be straight, nor
        monotone.""",
        _has_dose,
        "Dose and response",
    ),
    "settings": Picture(
        settings,
        f"""Change from the baseline of the same setting, in per cent with its 95 % interval (none where all seeds agree
        or there is one seed); filled where the sign is sure: q < {1 - LEVEL:.2g} over all effects of the study, from at
        least {LEAST_SEEDS} seeds. Where filled marks of one colour lie on both sides of zero, the answer depends on the
        setting.""",
        _has_settings,
        "In every setting",
    ),
    "spread": Picture(
        spread,
        """Each dot is the effect under one draw of the parameters. A cloud on one side of zero is a sign that does not
        hang on them; its width is doubt about parameters, which intervals over seeds do not show.""",
        _has_samples,
        "Over the parameters",
    ),
    "assumptions": Picture(
        assumptions,
        """Rank correlation (Spearman) over the draws between a parameter and the effect. Near 1 or -1: the effect rises
        or falls with the parameter; near 0: it does not depend on it in one direction.""",
        lambda findings: not findings.assumptions.empty,
        "Assumptions that matter",
    ),
}

"""Figures of a study as a whole: dose and response, effects in every setting, assumptions that matter."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.lines import Line2D

from sim.declared.measures.catalogue import METRICS
from sim.report import forest, glance, heat, words
from sim.report.pictures import COLUMNS, Picture, alt_of, caption_of, drawn, head, left_out, panels, possible, remark
from sim.report.said import MOST, NAME, fitted, small
from sim.report.style import BASELINE, INK, QUIET, WIDTH, Mark, canvas, key_of, mark_of, theme, thousands
from sim.report.texts import in_figure, short
from sim.results.signs import FALLS, LEAST_SEEDS, LEVEL, RISES, names_a_sign, seeds_note
from sim.results.statistics import t_interval

if TYPE_CHECKING:
    import pandas as pd
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
    few = "" if name == "over_worlds" else seeds_note(len(findings.seeds))
    return remark(figure, [few, cut])


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


def alt(findings: Findings, name: str) -> str:
    """What is found in a figure, in a sentence or two, for those who cannot see it."""
    return alt_of(FIGURES[name], findings)


def narrow(findings: Findings, name: str) -> Figure | None:
    """A figure as it is drawn for a telephone; None where there is only the one."""
    picture = FIGURES[name]
    if picture.narrow is None:
        return None
    with theme():
        return picture.narrow(findings)


# --- dose and response ------------------------------------------------------------------------------------------


def levels(findings: Findings) -> pd.DataFrame:
    """Mean of every metric at every dose: columns line, dose (NaN for a baseline), metric, mean, low, high, seeds.

    Each seed counts once, with the mean over its lucks.

    ``line`` is the arm, and the setting where there are several beside the dose. Values are in the unit of
    ``words.per_people``: flows and stocks per 100 000 of the persons at risk in the runs of that dose.
    """
    import pandas as pd  # noqa: PLC0415 - tables are made when they are asked for

    rows = []
    for line, at, comparison, arm in _lines(findings):
        table = comparison.summary[comparison.summary["arm"] == arm.label]
        for metric, part in table.groupby("metric", sort=False):
            factor, _ = words.per_people(METRICS[str(metric)], comparison.people_in(arm))
            found = t_interval(factor * part.groupby("seed")["value"].mean())
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
    marks = {line: mark_of(number) for number, line in enumerate(lines)}
    for axes, metric in zip(every, chosen, strict=True):
        _, unit = words.per_people(METRICS[metric], 1)
        part = table[table["metric"] == metric]
        for line, mark in marks.items():
            curve = part[(part["line"] == line) & part["dose"].notna()].sort_values("dose")
            least, most = words.bounds(METRICS[metric])
            low, high = curve["low"].clip(lower=least), curve["high"].clip(upper=most)
            axes.fill_between(curve["dose"], low, high, color=mark.colour, alpha=0.12, lw=0)
            axes.plot(curve["dose"], curve["mean"], mark.shape, color=mark.colour, ls=mark.line, lw=1.7, ms=5, mew=0)
        for row in part[part["dose"].isna()].to_dict("records"):
            axes.axhline(row["mean"], color=_tint(row["line"], marks), lw=1.1, ls=(0, (1, 1.5)))
        head(axes, metric, unit)
        axes.yaxis.set_major_formatter(thousands)
        axes.margins(y=0.15)
    for axes in every[-COLUMNS:]:
        axes.set_xlabel(in_figure(findings.design.dose or ""))
    handles = [key_of(mark, in_figure(line, 48), lines=True) for line, mark in marks.items()]
    if table["dose"].isna().any():
        handles.append(Line2D([], [], color=BASELINE, lw=1.5, ls=(0, (1, 1.5)), label="baseline"))
    figure.legend(handles=handles, loc="outside upper center", ncols=min(3, len(handles)), handlelength=3.6)
    return figure


def alt_dose(findings: Findings) -> str:
    """Where the first figures stand at the least and at the highest dose, line by line."""
    table = levels(findings)
    table = table[table["dose"].notna()]
    found = []
    for metric in shown(findings)[:3]:
        for line, curve in table[table["metric"] == metric].groupby("line", sort=False):
            means = curve.sort_values("dose")["mean"].to_list()
            ways = "rising" if means[-1] > means[0] else "falling" if means[-1] < means[0] else "staying"
            found.append(
                f"{small(words.label(metric))} of {short(line, NAME)} {ways} from {words.number(means[0])} to "
                f"{words.number(means[-1])}"
            )
    return fitted(found, begin="From the least dose to the highest: ", end=".")


def _tint(baseline: str, marks: dict[str, Mark]) -> str:
    """The colour of a baseline: that of the line of its setting, where each setting has one."""
    setting = baseline.partition("; ")[2]
    mates = [line for line in marks if setting and line.endswith(f"; {setting}")]
    return marks[mates[0]].colour if len(mates) == 1 else BASELINE


# --- effects in every setting -----------------------------------------------------------------------------------


def settings(findings: Findings) -> Figure:
    """Forest plot: a panel a metric, and in it a line an arm below the name of each setting."""
    return glance.draw(_by_setting(findings), glance.outcomes(findings.design.metrics), glance.WIDE)


def settings_narrow(findings: Findings) -> Figure:
    """The same in one column, for a telephone."""
    return glance.draw(_by_setting(findings), glance.outcomes(findings.design.metrics), glance.TALL)


def _by_setting(findings: Findings) -> list[glance.Line]:
    found = []
    for label, comparison in findings.comparisons.items():
        found += [glance.Line(label, None), *glance.lines_of(comparison)]
    return found


def alt_settings(findings: Findings) -> str:
    """Which outcomes surely change in every setting, and which surely rise in one and fall in another."""
    chosen = glance.outcomes(findings.design.metrics)
    seeds = len(findings.seeds)
    if seeds < LEAST_SEEDS:
        return f"From {seeds} {'seed' if seeds == 1 else 'seeds'} the direction of no change can be told."
    titles = {arm.label: arm.title for comparison in findings.comparisons.values() for arm in comparison.arms}
    table = findings.effects[findings.effects["metric"].isin(chosen)]
    same, both, some = [], [], 0
    for (arm, metric), part in table.groupby(["arm", "metric"], sort=False):
        ways = part["verdict"]
        name = f"{short(titles[str(arm)], NAME)}: {small(words.label(str(metric)))}"
        some += int(ways.map(names_a_sign).sum())
        if ways.isin([RISES]).any() and ways.isin([FALLS]).any():
            both.append(f"{name} up in some settings, down in others")
        elif len(ways) > 1 and ways.map(names_a_sign).all():
            same.append(f"{name} {'up' if ways.iloc[0] == RISES else 'down'} in all settings")
    begin = f"{some} of {len(table)} effects in {len(findings.comparisons)} settings are sure. "
    if not both + same:
        return (
            begin + "No policy surely changes an outcome in all settings."
            if some
            else "No change is sure in any setting."
        )
    return fitted(both + same, begin=begin, end=".", most=MOST)


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
        heat.cells(axes, part.to_numpy(), "two ways", (-1, 1), written=signed)
        heat.named(axes, parameters, [words.label(name) for name in metrics])
        axes.set_title(in_figure(arm))
        axes.set_xticks(axes.get_xticks(), parameters, rotation=25, ha="right", rotation_mode="anchor")
        axes.tick_params(axis="x", length=0)
        axes.tick_params(axis="y", labelrotation=0, length=0, labelcolor=QUIET)
    return figure


def signed(value: float) -> str:
    """A correlation with its sign, which says the same as its colour.

    >>> signed(-0.5), signed(0.001)
    ('−0.50', '0.00')
    """
    text = f"{abs(value):.2f}"
    return text if float(text) == 0 else f"{words.MINUS if value < 0 else '+'}{text}"


def alt_assumptions(findings: Findings) -> str:
    """The strongest correlations that are drawn."""
    table = findings.assumptions
    table = table[table["metric"].isin(shown(findings))]
    if table.empty:
        return "None of the effects that are drawn could be held against the parameters."
    order = table.assign(size=table["correlation"].abs()).sort_values("size", ascending=False, kind="stable")
    found = [
        f"{small(words.label(row['metric']))} of {short(row['arm'], NAME)} with {row['parameter']} "
        f"{signed(row['correlation'])}"
        for row in order.head(4).to_dict("records")
    ]
    return fitted(found, begin="Effects that hang most on a parameter, by rank correlation: ", end=".")


def spread(findings: Findings, dot: str = "a draw of the parameters") -> Figure:
    """Effects over all draws of the parameters: one panel a metric, one line an arm, one dot a draw."""
    chosen = shown(findings)
    arms = list(dict.fromkeys(findings.effects["arm"]))[:MOST_LINES]
    figure, every = panels(len(chosen), 0.0, 0.9 + 0.34 * len(arms), sharey=True)
    for axes, metric in zip(every, chosen, strict=True):
        table = findings.effects[findings.effects["metric"] == metric]
        for y, arm in enumerate(arms):
            colour, shape, _ = mark_of(y)
            dots = table[table["arm"] == arm]["percent"].to_numpy(float)
            # apart by golden sections, so that dots of equal effects lie beside one another
            apart = 0.5 * (np.arange(len(dots)) * 0.618034 % 1) - 0.25
            axes.plot(dots, y + apart, shape, color=colour, ms=3.5, mew=0)
        axes.set_ylim(len(arms) - 0.5, -0.5)
        axes.grid(visible=False, axis="y")
        axes.set_yticks(range(len(arms)), [in_figure(arm) for arm in arms])
        axes.axvline(0, color=INK, lw=0.8)
        head(axes, metric, f"change from the baseline, %; one dot {dot}")
    return figure


def over_worlds(findings: Findings) -> Figure:
    """The same over all worlds that fit."""
    return spread(findings, "a world that fits")


def alt_spread(findings: Findings, draws: str = "draws of the parameters") -> str:
    """How many draws lie above and below zero, for the effects whose sign hangs on the draw, or for the first."""
    count = len(findings.comparisons)
    found = []
    for (arm, metric), part in findings.effects.groupby(["arm", "metric"], sort=False):
        if metric in shown(findings):
            up, down = int((part["percent"] > 0).sum()), int((part["percent"] < 0).sum())
            name = f"{small(words.label(str(metric)))} of {short(str(arm), NAME)}"
            found.append((max(up, down), f"{name}: {up} up, {down} down"))
    found.sort(key=lambda pair: pair[0])
    return fitted([text for _, text in found], begin=f"Over {count} {draws}, the least agreed first: ",
                  end=".")  # fmt: skip


# --- what there is ----------------------------------------------------------------------------------------------


def _has_dose(findings: Findings) -> bool:
    return findings.design.dose is not None and not findings.summary.empty


def _has_settings(findings: Findings) -> bool:
    arms = max(len(comparison.arms) for comparison in findings.comparisons.values())
    few = 1 < len(findings.comparisons) <= MOST_SETTINGS and arms <= MOST_MARKS
    one_by_one = not findings.design.sampled and findings.design.ensemble is None
    return few and one_by_one and not findings.effects.empty


def _has_samples(findings: Findings) -> bool:
    return bool(findings.design.sampled) and not findings.effects.empty


FIGURES: dict[str, Picture[Findings]] = {
    "dose_response": Picture(
        dose_response,
        """Level of each figure at each dose, mean over seeds with its 95 % interval (Student's t over seeds, not
        paired; none with one seed or where all agree; drawn as far as values can go); dotted: the baseline. Curves need
        not be straight, nor monotone.""",
        _has_dose,
        "Dose and response",
        alt_dose,
    ),
    "settings": Picture(
        settings,
        f"""Change from the baseline of the same setting, in per cent with its 95 % interval (none where all seeds agree
        or there is one seed), of at most {glance.MOST} outcomes, harm to people first; filled where the sign is sure:
        q < {1 - LEVEL:.2g} over all effects of the study, from at least {LEAST_SEEDS} seeds. {forest.FROM_NOTHING}
        Where the filled marks of one policy lie on both sides of zero, the answer depends on the setting.""",
        _has_settings,
        "In every setting",
        alt_settings,
        settings_narrow,
    ),
    "spread": Picture(
        spread,
        """Each dot is the effect under one draw of the parameters. A cloud on one side of zero is a sign that does not
        hang on them; its width is doubt about parameters, which intervals over seeds do not show.""",
        _has_samples,
        "Over the parameters",
        alt_spread,
    ),
    "over_worlds": Picture(
        over_worlds,
        """Each dot is the effect in one world that fits, as it was estimated: some of the width is chance, which the
        table of worlds that fit takes apart. A cloud on one side of zero is a sign that holds in all of them.""",
        lambda findings: findings.design.ensemble is not None and not findings.effects.empty,
        "In all worlds that fit",
        partial(alt_spread, draws="worlds that fit"),
    ),
    "assumptions": Picture(
        assumptions,
        """Rank correlation (Spearman) over the draws between a parameter and the effect. Near 1 or -1: the effect rises
        or falls with the parameter; near 0: it does not depend on it in one direction.""",
        lambda findings: not findings.assumptions.empty,
        "Assumptions that matter",
        alt_assumptions,
    ),
}

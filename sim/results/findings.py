"""What a study found: a comparison for each setting, and what changes between settings."""

from __future__ import annotations

import dataclasses
import html
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.declared.measures.catalogue import METRICS
from sim.ground.errors import RequestError
from sim.results import by_group, provenance, risk, sequential, statistics
from sim.results.asked import ALONE
from sim.results.comparison import Comparison
from sim.results.drawn import Answer, answer_of, drawing, first_of
from sim.results.runs import SUMMARY
from sim.results.signs import FALLS, RISES
from sim.week.frames import FRAMES

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from matplotlib.figure import Figure

    from sim.results.asked import Design
    from sim.results.run import Failure
    from sim.results.runs import Runs

FEWEST_SAMPLES = 8  # a rank correlation of fewer draws says nothing


class Findings:
    """What a study found; every table is made when it is first read.

    Where a study has several settings, the column ``setting`` comes first in every table.

    Parameters
    ----------
    design : what was run.
    seeds : every arm of every setting was run with each.
    runs : the runs, or where to read them.
    """

    def __init__(
        self,
        design: Design,
        seeds: Sequence[int],
        runs: Runs,
        *,
        interval: str = "t",
        folder: Path | None = None,
        timings: dict[str, float] | None = None,
    ) -> None:
        self.design: Design = design
        self.seeds, self.folder = list(seeds), folder
        self.interval, self.timings = interval, dict(timings or {})
        self._runs = runs
        self.comparisons: dict[str, Comparison] = {
            setting.label: Comparison(
                setting.arms,
                seeds,
                runs,
                metrics=design.metrics,
                timings=self.timings,  # one study, one clock
                folder=folder,
                interval=interval,
                setting=setting.label,
                of_study=self._in_setting if len(design.settings) > 1 else None,
            )
            for setting in design.settings
        }

    def alone(self, label: str) -> Findings:
        """One setting as a study of its own, from the same runs."""
        setting = next(each for each in self.design.settings if each.label == label)
        design = dataclasses.replace(self.design, settings=(dataclasses.replace(setting, label=ALONE),))
        return Findings(design, self.seeds, self._runs, interval=self.interval, folder=self.folder)

    # --- tables -------------------------------------------------------------------------------------------------

    @property
    def several(self) -> bool:
        """Whether there is more than one setting."""
        return len(self.comparisons) > 1

    @cached_property
    def summary(self) -> pd.DataFrame:
        """Every metric of every run over the weeks after burn-in."""
        return self._joined(lambda comparison: comparison.summary)

    @cached_property
    def effects(self) -> pd.DataFrame:
        """Paired effects of every arm in every setting; ``q_value`` and ``verdict`` over the whole study."""
        table = self._joined(lambda comparison: comparison.paired)
        return statistics.judged(table) if self.several else table

    @cached_property
    def group_effects(self) -> pd.DataFrame:
        """Paired effects by group, of every split that runs were asked for; q-values over the whole study."""
        if not self.several:
            return self._joined(lambda comparison: comparison.group_effects)
        return by_group.judged(self._joined(lambda comparison: by_group.effects(comparison, comparison.by)))

    @cached_property
    def group_summary(self) -> pd.DataFrame:
        """Metrics of every run by group, of every split that runs were asked for."""
        return self._joined(by_group.every_summary)

    def _in_setting(self, setting: str, table: str) -> pd.DataFrame:
        """The rows of one of several settings, as they stand in a table of the study."""
        rows = getattr(self, table)
        return rows[rows["setting"] == setting].drop(columns="setting").reset_index(drop=True)

    @property
    def series(self) -> pd.DataFrame:
        """Columns arm, seed, week and one column a metric, of every run."""
        return self._joined(lambda comparison: comparison.series)

    @property
    def panel(self) -> pd.DataFrame:
        """Truth and records by week, region and agency, see ``Comparison.panel``."""
        return self._joined(lambda comparison: comparison.panel)

    @property
    def captures(self) -> pd.DataFrame:
        """On which lists people stand, by year, see ``Comparison.captures``."""
        return self._joined(lambda comparison: comparison.captures)

    def observed_tables(self, kind: str) -> Iterator[pa.Table]:
        """``panels`` or ``captures`` run by run, so that they are never held all at once; an empty table ends them."""
        import pyarrow as pa  # noqa: PLC0415

        schema = None
        for label, comparison in self.comparisons.items():
            for arm in comparison.every_arm:
                for part in comparison.observed(kind, arm):
                    if self.several:
                        part.insert(0, "setting", label)
                    table = pa.Table.from_pandas(part, preserve_index=False)
                    schema = schema or table.schema
                    yield table
        if schema is None:
            yield pa.Table.from_pandas(FRAMES[kind]({}), preserve_index=False)

    @cached_property
    def risks(self) -> pd.DataFrame:
        """Change of risk by groups known in week 0, see ``Comparison.risks``; q-values over the whole study."""
        table = self._joined(lambda comparison: comparison.risks_alone)
        return risk.judged(table) if self.several and len(table) else table

    @property
    def lucks(self) -> list[int]:
        """The lucks that every seed was run with."""
        return next(iter(self.comparisons.values())).lucks

    @cached_property
    def points(self) -> pd.DataFrame:
        """What was varied: one row an arm and setting, with a column for everything that differs by design."""
        import pandas as pd  # noqa: PLC0415 - tables are made when they are asked for

        rows = [
            {"setting": setting.label, "arm": arm.label, **dict(setting.values), **_own(arm.values)}
            for setting in self.design.settings
            for arm in setting.arms
        ]
        return pd.DataFrame(rows)

    @cached_property
    def flips(self) -> pd.DataFrame:
        """Effects whose sign depends on the setting.

        One row an arm and headline metric that rises in one setting and falls in another by their ``verdict``, which
        needs q below 0.05 over the whole study and ``signs.LEAST_SEEDS`` pairs: columns arm, metric, up and down
        (settings, separated by ``; ``).
        """
        import pandas as pd  # noqa: PLC0415

        columns = ["arm", "metric", "up", "down"]
        if not self.several or self.effects.empty:
            return pd.DataFrame(columns=columns)
        shown = self.effects[self.effects["metric"].map(lambda name: METRICS[name].headline)]
        rows = []
        for (arm, metric), part in shown.groupby(["arm", "metric"], sort=False):
            up, down = (part[part["verdict"] == verdict]["setting"] for verdict in (RISES, FALLS))
            if len(up) and len(down):
                rows.append((arm, metric, "; ".join(up), "; ".join(down)))
        return pd.DataFrame(rows, columns=columns)

    @cached_property
    def assumptions(self) -> pd.DataFrame:
        """How much each drawn parameter matters: Spearman correlation of the effect with it over the samples.

        Columns arm, metric, parameter, correlation, p_value, samples; empty without ``study.samples``.
        """
        import pandas as pd  # noqa: PLC0415

        columns = ["arm", "metric", "parameter", "correlation", "p_value", "samples"]
        rows: list[tuple[Any, ...]] = []
        if self.design.sampled and not self.effects.empty:
            from scipy.stats import spearmanr  # noqa: PLC0415

            table = self.effects.merge(self.points.drop_duplicates("setting").drop(columns="arm"), on="setting")
            shown = [name for name in self.design.metrics if METRICS[name].headline] or list(self.design.metrics)
            for (arm, metric), part in table[table["metric"].isin(shown)].groupby(["arm", "metric"], sort=False):
                finite = part[np.isfinite(part["difference"])]
                if len(finite) < FEWEST_SAMPLES or finite["difference"].nunique() < 2:
                    continue
                for name in self.design.sampled:
                    found = spearmanr(finite[name], finite["difference"])
                    rows.append((arm, metric, name, float(found.statistic), float(found.pvalue), len(finite)))
        return pd.DataFrame(rows, columns=columns)

    @cached_property
    def over_worlds(self) -> pd.DataFrame:
        """Effects over all worlds that fit, see ``over_worlds.effects_over_worlds``; empty without an ensemble."""
        from sim.results import over_worlds  # noqa: PLC0415

        return self._of_ensemble(over_worlds.effects_over_worlds, over_worlds.COLUMNS)

    @cached_property
    def turns(self) -> pd.DataFrame:
        """What turns signs around between worlds that fit, see ``turns.turns``; empty without an ensemble."""
        from sim.results import turns  # noqa: PLC0415

        return self._of_ensemble(turns.turns, turns.COLUMNS)

    @cached_property
    def sensitivity(self) -> pd.DataFrame:
        """Sobol indices of headline effects over worlds that fit, see ``sensitivity.sensitivity``.

        Empty without an ensemble, and where scikit-learn or SALib are not installed.
        """
        from sim.results import sensitivity  # noqa: PLC0415

        make = sensitivity.sensitivity if sensitivity.can_be_told() else None
        return self._of_ensemble(make, sensitivity.COLUMNS)

    def _of_ensemble(self, make: Callable[[Findings], pd.DataFrame] | None, columns: Sequence[str]) -> pd.DataFrame:
        import pandas as pd  # noqa: PLC0415

        there = self.design.ensemble is not None and bool(self.seeds)
        return make(self) if there and make is not None else pd.DataFrame(columns=list(columns))

    def _joined(self, table: Callable[[Comparison], pd.DataFrame]) -> pd.DataFrame:
        if not self.several:
            (only,) = self.comparisons.values()
            return table(only)
        import pandas as pd  # noqa: PLC0415

        parts = []
        for label, comparison in self.comparisons.items():
            part = table(comparison).copy()
            part.insert(0, "setting", label)
            parts.append(part)
        filled = [part for part in parts if len(part)] or parts[:1]
        return pd.concat(filled, ignore_index=True)

    @cached_property
    def answer(self) -> Answer:
        """What was found, in three to five sentences: ``print(found.answer)``."""
        return answer_of(self)

    # --- what went wrong, what it rests on ----------------------------------------------------------------------

    @property
    def failures(self) -> list[tuple[str, str, int, Failure]]:
        """Setting, arm, seed and reason of every run that failed."""
        return [(label, *failure) for label, comparison in self.comparisons.items() for failure in comparison.failures]

    @property
    def missing(self) -> int:
        """How many runs of the design neither are there nor have failed: those that ``only_failed`` has left out."""
        wanted = {arm.scenario.run_key(seed) for arm in self.design.to_run for seed in self.seeds}
        there = {run.key for run in self._runs.finished(list(wanted), SUMMARY)}
        return sum(self._runs.failure(key) is None for key in wanted - there)

    @property
    def manifest(self) -> dict[str, Any]:
        """Provenance as plain data."""
        more: dict[str, Any] = {}
        if self.design.question:
            more["question"] = self.design.question
        if self.design.notes:
            more["notes"] = self.design.notes
        if self.design.numbered:
            more["points"] = self.design.numbered
        if self.seeds and not self.summary.empty:
            more["answer"] = self.answer.plain
        if self.design.targets and self.seeds and not self.effects.empty:
            more["until"] = [
                {"setting": label, "reached": sequential.reached(comparison.effects, self.design.targets)}
                for label, comparison in self.comparisons.items()
            ]
        return provenance.of_results(
            self.design.settings,
            self.seeds,
            self._runs,
            folder=self.folder,
            failures=self.failures,
            timings=self.timings,
            interval=self.interval,
            **more,
        )

    # --- pictures -----------------------------------------------------------------------------------------------

    @property
    def figures(self) -> tuple[str, ...]:
        """Names that ``figure`` knows, those of single settings included."""
        own = drawing().study_figures(self)
        inside = dict.fromkeys(name for comparison in self.comparisons.values() for name in comparison.figures)
        return (*own, *inside)

    def figure(self, name: str, setting: str | None = None) -> Figure:
        """A figure of the study, or of one setting (the first if none is named)."""
        if setting is None and name in drawing().study_figures(self):
            return drawing().study_figure(self, name)
        label = next(iter(self.comparisons)) if setting is None else setting
        if label not in self.comparisons:
            raise RequestError(f"there is no setting {label!r}", where="setting", given=label, allowed=self.comparisons)
        return self.comparisons[label].figure(name)

    def plot(self, name: str | None = None, setting: str | None = None) -> Figure:
        """One of ``figures``, the first unless one is named; see :meth:`figure` for ``setting``.

        Raises
        ------
        RequestError : there is no such figure or setting, or nothing to draw.
        """
        if name is None:
            there = self.figures if setting not in self.comparisons else self.comparisons[setting].figures
            name = first_of(there)
        return self.figure(name, setting)

    def report(self, path: str | Path) -> Path:
        """Write a self-contained page to ``path``."""
        return drawing().write_study_page(path, self)

    def __repr__(self) -> str:
        arms = len({arm.label for arm in self.design.arms})
        return f"<Findings: {len(self.comparisons)} settings, {arms} arms, {len(self.seeds)} seeds>"

    def _repr_html_(self) -> str:
        return "".join(
            f"<h4>{html.escape(comparison.title)}</h4>{comparison._repr_html_()}"
            for comparison in self.comparisons.values()
        )


def _own(values: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """What was varied to make an arm; its label goes by another name than the arm as it was run."""
    return {("policy arm" if name == "arm" else name): value for name, value in values}

"""What a comparison of policies in paired worlds found, as tables; ``sim.compare`` makes one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.declared.measures.catalogue import METRICS
from sim.ground.errors import RequestError
from sim.results import provenance, risk, statistics
from sim.results.arms import Arm
from sim.results.asked import Setting
from sim.results.by_group import ByGroup
from sim.results.drawn import Answer, answer, drawing, first_of
from sim.results.heterogeneity import Heterogeneity, who_of
from sim.results.pairs import are_twins, check_length, lucks_of, placebo_of
from sim.results.risk_counts import Lives, lives_of
from sim.results.risk_groups import OUTCOMES
from sim.results.run import Failure, RunResult
from sim.results.runs import ALL, SUMMARY, Held, Runs, one_a_seed
from sim.scenario.scenario import Scenario
from sim.week.frames import FRAMES
from sim.world.world import World

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


class Comparison(ByGroup):
    """What a comparison found; every table is made when it is first read.

    Parameters
    ----------
    arms : the baseline first; its ``luck`` and ``lucks`` say with which lucks every seed was run.
    seeds : every arm was run with each.
    runs : results by content key, or where to read them; runs that failed have a ``failure``.
    metrics : names of the metrics to report.
    interval : how intervals are made, one of ``statistics.INTERVALS``.
    setting : label of the setting in a study that has several.
    of_study : gives a table (``effects``, ``group_effects`` or ``risks``) of this setting out of a study's, whose
        q-values allow for all settings; None for a comparison that stands alone.

    Raises
    ------
    RequestError : an arm runs for another time than the baseline.
    """

    def __init__(
        self,
        arms: Sequence[Arm],
        seeds: Sequence[int],
        runs: Mapping[str, RunResult] | Runs,
        *,
        metrics: Sequence[str] = tuple(METRICS),
        timings: dict[str, float] | None = None,
        folder: Path | None = None,
        interval: str = "t",
        setting: str = "",
        of_study: Callable[[str, str], pd.DataFrame] | None = None,
    ) -> None:
        check_length(arms, setting)
        self.lucks = list(lucks_of(arms[0]))
        self.baseline, self.arms = arms[0], list(arms[1:])
        self.beside = self.arms  # the arms among which each has its colour, also where only some of them are shown
        self.seeds, self.metrics, self.folder = list(seeds), list(metrics), folder
        self.timings = {} if timings is None else timings
        self.interval, self.setting = statistics.known_interval(interval), setting
        self._runs: Runs = Held(runs) if isinstance(runs, Mapping) else runs
        self.of_study = of_study

    def first(self, most: int) -> Comparison:
        """The same comparison with its first arms only, for figures and pages; tables keep what all arms say of q."""
        if len(self.arms) <= most:
            return self
        kept = {arm.label for arm in self.arms[:most]}
        return Comparison(
            self.every_arm[: most + 1], self.seeds, self._runs, metrics=self.metrics, timings=self.timings,
            folder=self.folder, interval=self.interval, setting=self.setting,
            of_study=lambda _, name: _of_arms(getattr(self, name), kept),
        )  # fmt: skip

    # --- tables -------------------------------------------------------------------------------------------------

    @property
    def people(self) -> int:
        """Persons at risk in each run of the baseline."""
        return self.people_in(self.baseline)

    def people_in(self, arm: Arm) -> int:
        """Persons at risk in each run of an arm."""
        return int(arm.scenario.values["people.size"])

    @property
    def world(self) -> World:
        """The world of the baseline."""
        return self.baseline.scenario.world

    @property
    def scenarios(self) -> dict[str, Scenario]:
        """The scenario of every arm by label, the baseline first."""
        return {arm.label: arm.scenario for arm in self.every_arm}

    @property
    def every_arm(self) -> list[Arm]:
        """The baseline and the arms."""
        return [self.baseline, *self.arms]

    @cached_property
    def placebo(self) -> Arm | None:
        """The baseline with a placebo, if it was asked for (``placebo=true``): what is found where nothing was done."""
        return placebo_of(self.every_arm)

    def keys_of(self, arm: Arm) -> list[str]:
        """Content keys of the runs of an arm, the lucks of each seed together."""
        return [arm.scenario.run_key(seed, luck) for seed in self.seeds for luck in self.lucks]

    def every_run_of(self, arm: Arm, *fields: str) -> list[RunResult]:
        """The finished runs of an arm, in the order of seeds and lucks; with ``fields``, others may be empty."""
        return self._runs.finished(self.keys_of(arm), fields or ALL)

    def runs_of(self, arm: Arm, *fields: str) -> list[RunResult]:
        """One for each seed with a finished run, in their order: the run, or the mean of several lucks.

        With ``fields``, others of a run may be empty; a mean of several lucks has no ``outcomes``.
        """
        return one_a_seed(self.every_run_of(arm, *fields))

    @property
    def failures(self) -> list[tuple[str, int, Failure]]:
        """Arm, seed and reason of every run that failed."""
        found = []
        for arm in (*self.every_arm, *([self.placebo] if self.placebo else [])):
            for key, seed in zip(self.keys_of(arm), np.repeat(self.seeds, len(self.lucks)), strict=True):
                failure = self._runs.failure(key)
                if failure is not None:
                    found.append((arm.label, int(seed), failure))
        return found

    @cached_property
    def summary(self) -> pd.DataFrame:
        """Every metric of every run over the weeks after burn-in: columns arm, seed, luck, metric, value."""
        import pandas as pd  # noqa: PLC0415 - tables are made when they are asked for

        found = [(arm.label, run) for arm in self.every_arm for run in self.every_run_of(arm, *SUMMARY)]
        count = len(self.metrics)
        return pd.DataFrame(
            {
                "arm": np.repeat(np.array([label for label, _ in found], object), count),
                "seed": np.repeat(np.array([run.seed for _, run in found], np.int64), count),
                "luck": np.repeat(np.array([run.luck for _, run in found], np.int64), count),
                "metric": np.tile(np.array(self.metrics, object), len(found)),
                "value": np.array([run.metrics[metric] for _, run in found for metric in self.metrics], float),
            }
        ).astype({"arm": str, "metric": str})

    @cached_property
    def effects(self) -> pd.DataFrame:
        """Paired effects with 95 % intervals; columns are ``statistics.EFFECT_COLUMNS``.

        Each seed counts once, with the mean over its lucks.

        In a study ``q_value`` and ``verdict`` allow for the effects in all its settings.
        """
        return self.paired if self.of_study is None else self.of_study(self.setting, "effects")

    @cached_property
    def paired(self) -> pd.DataFrame:
        """The same with q-values over this comparison alone."""
        labels = [arm.label for arm in self.arms]
        people = {arm.label: self.people_in(arm) for arm in self.every_arm}
        return statistics.effects(
            self.summary, self.baseline.label, labels, self.metrics, people, interval=self.interval
        )

    @cached_property
    def series(self) -> pd.DataFrame:
        """Columns arm, seed, week (first of four, negative in burn-in) and one float32 column a metric."""
        import pandas as pd  # noqa: PLC0415

        parts = [part for arm in self.every_arm for part in self.series_of(arm)]
        if not parts:
            return pd.DataFrame(columns=["arm", "seed", "week", *self.metrics])
        return pd.concat(parts, ignore_index=True)

    def series_of(self, arm: Arm) -> list[pd.DataFrame]:
        """The series of an arm, one table a seed (the mean over its lucks), with the columns of ``series``."""
        import pandas as pd  # noqa: PLC0415

        return [
            pd.DataFrame(
                {
                    "arm": arm.label,
                    "seed": run.seed,
                    "week": run.weeks,
                    **{metric: run.series[metric] for metric in self.metrics},
                }
            )
            for run in self.runs_of(arm, "series", "weeks")
        ]

    @property
    def panel(self) -> pd.DataFrame:
        """Truth and records of every run by week, region and agency: arm, seed, luck, the columns of ``panel_frame``.

        Empty unless the runs were done with ``panels=region``. :meth:`observed` gives them run by run.
        """
        return self._observed("panels")

    @property
    def captures(self) -> pd.DataFrame:
        """On which lists people stand in every run, by year: arm, seed, luck, the columns of ``captures_frame``.

        Empty unless the runs were done with ``captures=true``. :meth:`observed` gives them run by run.
        """
        return self._observed("captures")

    def observed(self, kind: str, arm: Arm) -> Iterator[pd.DataFrame]:
        """``panels`` or ``captures`` of an arm, one table a run, with the columns arm, seed and luck in front."""
        runs = [(seed, luck) for seed in self.seeds for luck in self.lucks]
        for (seed, luck), key in zip(runs, self.keys_of(arm), strict=True):
            kept = self._runs.observed(kind, key)
            if kept:
                frame = FRAMES[kind](kept)
                frame.insert(0, "arm", arm.label)
                frame.insert(1, "seed", seed)
                frame.insert(2, "luck", luck)
                yield frame

    def _observed(self, kind: str) -> pd.DataFrame:
        import pandas as pd  # noqa: PLC0415

        parts = [part for arm in self.every_arm for part in self.observed(kind, arm)]
        if not parts:
            empty = FRAMES[kind]({})
            return pd.DataFrame(columns=["arm", "seed", "luck", *empty.columns])
        return pd.concat(parts, ignore_index=True)

    @cached_property
    def risks(self) -> pd.DataFrame:
        """Change of risk by groups known in week 0; columns are ``risk.COLUMNS``.

        An arm that differs from the baseline before week 0 (in its world, a parameter or a switch) has other people, or
        people with another past, and no rows. Spread, and how many people's risk rises and falls, need two lucks.
        ``q_value`` and ``verdict`` allow for all rows of this table, in a study for those of all its settings.
        """
        return self.risks_alone if self.of_study is None else self.of_study(self.setting, "risks")

    @cached_property
    def risks_alone(self) -> pd.DataFrame:
        """The same with q-values over this comparison alone."""
        import pandas as pd  # noqa: PLC0415

        before = self.every_run_of(self.baseline, "outcomes", "known")
        floor = None if self.placebo is None else self._counted(self.placebo, before)
        # arm by arm, so that no more than two arms' people are held at once
        parts = [
            risk.risks(arm.label, self._counted(arm, before), floor)
            for arm in self.arms
            if are_twins(arm, self.baseline)
        ]
        filled = [part for part in parts if len(part)]
        return risk.judged(pd.concat(filled, ignore_index=True)) if filled else risk.nothing()

    def _counted(self, arm: Arm, before: Sequence[RunResult]) -> risk.Counted:
        every = [risk.counted(lives) for _, lives in self._lives(arm, before)]
        return {outcome: [found[outcome] for found in every] for outcome in OUTCOMES}

    def lives(self, arm: Arm) -> dict[int, Lives]:
        """What became of the people of week 0 in the baseline and in an arm, by seed and luck by luck.

        Seeds without a luck that both have finished are left out.
        """
        return dict(self._lives(arm, self.every_run_of(self.baseline, "outcomes", "known")))

    def who(self, arm: str, outcome: str = "exploitation", **how: Any) -> Heterogeneity:
        """Whose risk an arm raises or lowers, beyond the groups of ``risks``, by a search that sees half of the runs.

        Parameters
        ----------
        arm : its label; the placebo, where one was run, is one too.
        outcome : one of ``risk_groups.OUTCOMES``.
        how : ``halves``, ``smallest`` and ``seed``, as for ``heterogeneity.who``.

        Raises
        ------
        RequestError : there is no such arm or outcome, its people are not those of the baseline, there are too few
            lucks and seeds, or scikit-learn is missing.
        """
        arms = {one.label: one for one in [*self.arms, *([self.placebo] if self.placebo else [])]}
        if arm not in arms:
            raise RequestError(f"there is no arm {arm!r}", where="arm", given=arm, allowed=arms)
        if outcome not in OUTCOMES:
            raise RequestError(f"there is no outcome {outcome!r}", where="outcome", given=outcome, allowed=OUTCOMES)
        if not are_twins(arms[arm], self.baseline):
            raise RequestError(
                "its people are not those of the baseline, or have another past: its world, a parameter or a switch "
                "differs before week 0",
                where=arm,
            )
        lives = self.lives(arms[arm])
        return who_of(lives.values(), OUTCOMES[outcome][0], arm=arms[arm].title, outcome=outcome, **how)

    def _lives(self, arm: Arm, before: Sequence[RunResult]) -> Iterator[tuple[int, Lives]]:
        known = {run.seed: run.known for run in before if run.known}
        after = {(run.seed, run.luck): run.outcomes for run in self.every_run_of(arm, "outcomes")}
        for seed in self.seeds:
            pairs = [(run.outcomes, after[seed, run.luck]) for run in before
                     if run.seed == seed and (seed, run.luck) in after]  # fmt: skip
            if pairs and seed in known:
                yield seed, lives_of(known[seed], *zip(*pairs, strict=True))

    def flows(self, arm: Arm, name: str) -> NDArray[np.float64]:
        """Mean yearly flows of an arm: float64 (seeds, legs or pairs), each seed the mean over its lucks; ``name`` as in ``Week.legs_used``."""
        return np.array([run.flows[name] for run in self.runs_of(arm, "flows")])

    @cached_property
    def mean_flows(self) -> dict[str, dict[str, NDArray[np.float64]]]:
        """Yearly flows by label of the arm and name of the flow, mean over seeds; names as in ``Week.legs_used``."""
        found = {}
        for arm in self.every_arm:
            runs = self.runs_of(arm, "flows")
            if runs:
                found[arm.label] = {name: np.mean([run.flows[name] for run in runs], axis=0) for name in runs[0].flows}
        return found

    @property
    def policy_start(self) -> float | None:
        """Week in which the first policy of any arm starts; None without policies."""
        starts = [policy.start for arm in self.every_arm for policy in arm.scenario.policies if policy.levers]
        return min(starts, default=None)

    # --- pictures -----------------------------------------------------------------------------------------------

    @property
    def figures(self) -> tuple[str, ...]:
        """Names that ``figure`` knows."""
        return drawing().figures(self)

    def figure(self, name: str) -> Figure:
        """One of ``figures``; RequestError names them otherwise."""
        return drawing().figure(self, name)

    def plot(self, name: str | None = None) -> Figure:
        """One of ``figures``, the first unless one is named; a notebook shows it, ``savefig(path)`` keeps it.

        Raises
        ------
        RequestError : there is no such figure, or nothing to draw.
        """
        return self.figure(first_of(self.figures) if name is None else name)

    def report(self, path: str | Path, question: str | None = None) -> Path:
        """Write a self-contained page to ``path``."""
        return drawing().write_page(path, [(self.title, self)], question)

    @cached_property
    def answer(self) -> Answer:
        """What was found, in three to five sentences: ``print(found.answer)``."""
        return answer([(self.title, self)])

    @property
    def title(self) -> str:
        """The setting, or the world's name in plain words."""
        return self.setting or self.baseline.scenario.world.name.replace("_", " ")

    @property
    def manifest(self) -> dict[str, Any]:
        """Provenance as plain data."""
        return provenance.of_results(
            [Setting(self.setting, tuple(self.every_arm))],
            self.seeds,
            self._runs,
            folder=self.folder,
            failures=[(self.setting, *failure) for failure in self.failures],
            timings=self.timings,
        )

    def __repr__(self) -> str:
        arms = ", ".join(arm.label for arm in self.arms) or "no arms"
        where = self.baseline.scenario.world.name
        lucks = f" × {len(self.lucks)} lucks" if len(self.lucks) > 1 else ""
        return f"<Comparison of {arms} with {self.baseline.label} in {where}: {len(self.seeds)} seeds{lucks}>"

    def _repr_html_(self) -> str:
        return drawing().table(self)


def _of_arms(table: pd.DataFrame, kept: Collection[str]) -> pd.DataFrame:
    """The rows of some arms."""
    return table[table["arm"].isin(list(kept))].reset_index(drop=True)

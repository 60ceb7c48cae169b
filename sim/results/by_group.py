"""Effects by group of people: the same paired statistics for every part of a split, and whether a part stands out.

Groups are many, and chance finds something in many. So one family of tests covers all of them: ``q_value`` allows for
every arm, metric, split and group of a table. That a policy moves a group is not yet news about the group, for the
whole moves too. What is asked beside it: does the group change by more or less than its share of the change of the
whole? ``beyond`` is the difference of a group less that share, where its share is what it has of the baseline; in a
group that changes in proportion it is zero. Where a metric is a ratio, the share is the ratio of both ratios.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, cast

import numpy as np

from sim.declared.measures.catalogue import METRICS
from sim.declared.measures.groups import check_ask, check_split, splittable
from sim.results import statistics
from sim.results.signs import verdicts
from sim.results.split import place_of

if TYPE_CHECKING:
    import pandas as pd

    from sim.results.arms import Arm
    from sim.results.run import RunResult

MOST = 12  # metrics of which tables tell without being asked; of more, the headline
SUMMARY_COLUMNS = ("arm", "seed", "luck", "by", "group", "metric", "value")
_MEASURED = ("share", "beyond", "beyond_low", "beyond_high", "beyond_p", "beyond_seeds")
_BEYOND = (*_MEASURED, "beyond_q", "beyond_verdict")
COLUMNS = (*statistics.EFFECT_COLUMNS[:1], "by", "group", *statistics.EFFECT_COLUMNS[1:], *_BEYOND)


class Compared(Protocol):
    """A comparison, as far as groups need it; it stands above this file."""

    baseline: Arm
    arms: list[Arm]
    metrics: list[str]
    interval: str
    setting: str
    of_study: Callable[[str, str], pd.DataFrame] | None

    @property
    def every_arm(self) -> list[Arm]:
        """The baseline and the arms."""

    def people_in(self, arm: Arm) -> int:
        """Persons at risk in each run of an arm."""

    def every_run_of(self, arm: Arm, *fields: str) -> list[RunResult]:
        """The finished runs of an arm, in the order of seeds and lucks."""

    def runs_of(self, arm: Arm, *fields: str) -> list[RunResult]:
        """One for each seed."""


class ByGroup:
    """What a comparison says by group of people; every table is empty unless runs were asked to split (``by``)."""

    @property
    def by(self) -> tuple[str, ...]:
        """The splits that all runs have kept, as ``by`` asked for them."""
        return asks_of(_whole_of(self).every_arm)

    def summary_by(self, by: str, metrics: Sequence[str] | None = None) -> pd.DataFrame:
        """Metrics of every run by group: columns ``SUMMARY_COLUMNS``; ``metrics`` None means those told."""
        return summary(_whole_of(self), by, metrics)

    def series_by(self, metric: str, by: str) -> pd.DataFrame:
        """A metric over time by group, ``series_by("deaths", "sex")``: arm, seed, week and a column a group."""
        return series(_whole_of(self), metric, by)

    def effects_by(self, by: str, metrics: Sequence[str] | None = None) -> pd.DataFrame:
        """Paired effects in every group of a split, such as ``"sex"`` or ``"sex:age"``.

        Columns are ``COLUMNS``: those of ``effects``, and ``beyond``, what a group changes by more than its
        share of the whole. Without ``metrics`` the rows are those of ``group_effects``, whose q-values allow for every
        split that was kept; with ``metrics`` they allow for the rows that are given.

        Raises
        ------
        RequestError : the runs were not split so, or a metric cannot be.
        """
        if metrics is not None:
            return effects(_whole_of(self), [by], metrics)
        ask = check_ask(by, self.by)
        return self.group_effects[self.group_effects["by"] == ask].reset_index(drop=True)

    @cached_property
    def group_effects(self) -> pd.DataFrame:
        """Paired effects in every group of every split that was kept, of the metrics of which tables tell."""
        whole = _whole_of(self)
        return effects(whole, self.by) if whole.of_study is None else whole.of_study(whole.setting, "group_effects")


def _whole_of(part: ByGroup) -> Compared:
    """The comparison of which this is a part."""
    return cast("Compared", part)


def asks_of(arms: Sequence[Arm]) -> tuple[str, ...]:
    """The splits that all arms of a comparison have kept."""
    kept = [arm.scenario.groups.asks for arm in arms]
    return tuple(ask for ask in kept[0] if all(ask in others for others in kept))


def told(metrics: Sequence[str], ask: str) -> list[str]:
    """The metrics of which tables by group tell: those that can be split, of many only the headline."""
    found = [name for name in metrics if name in splittable(ask)]
    return found if len(metrics) <= MOST else [name for name in found if METRICS[name].headline] or found[:MOST]


def summary(comparison: Compared, by: str, metrics: Sequence[str] | None = None) -> pd.DataFrame:
    """Metrics of every run by group: columns ``SUMMARY_COLUMNS``.

    Raises
    ------
    RequestError : the runs were not split so, or a metric cannot be.
    """
    import pandas as pd  # noqa: PLC0415 - tables are made when they are asked for

    ask, names = _checked(comparison, by, metrics)
    groups = comparison.baseline.scenario.groups.names[ask]
    parts = [
        pd.DataFrame({"arm": arm.label, "seed": run.seed, "luck": run.luck, "by": ask, "group": groups,
                      "metric": name, "value": run.groups[place_of(ask, name)]})
        for arm in comparison.every_arm
        for run in comparison.every_run_of(arm, "groups")
        for name in names
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(SUMMARY_COLUMNS))


def every_summary(comparison: Compared) -> pd.DataFrame:
    """The same of every split that was kept, one after another."""
    import pandas as pd  # noqa: PLC0415

    parts = [summary(comparison, ask) for ask in asks_of(comparison.every_arm)]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(SUMMARY_COLUMNS))


def series(comparison: Compared, metric: str, by: str) -> pd.DataFrame:
    """One metric over time by group: arm, seed (the mean of its lucks), week and one float32 column a group.

    Raises
    ------
    RequestError : the runs were not split so, or the metric cannot be.
    """
    import pandas as pd  # noqa: PLC0415

    ask, (name,) = _checked(comparison, by, [metric])
    groups = comparison.baseline.scenario.groups.names[ask]
    parts = []
    for arm in comparison.every_arm:
        for run in comparison.runs_of(arm, "weeks", "group_series"):
            values = run.group_series[place_of(ask, name)].reshape(len(groups), -1)
            table = pd.DataFrame(values.T, columns=list(groups))
            parts.append(pd.concat([pd.DataFrame({"arm": arm.label, "seed": run.seed, "week": run.weeks}), table], axis=1))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["arm", "seed", "week", *groups])


def effects(comparison: Compared, asks: Sequence[str], metrics: Sequence[str] | None = None) -> pd.DataFrame:
    """Paired effects by group: columns ``COLUMNS``, with q-values over all rows.

    Raises
    ------
    RequestError : the runs were not split so, or a metric cannot be.
    """
    import pandas as pd  # noqa: PLC0415

    parts = [part for ask in asks for part in _effects_by(comparison, ask, metrics) if len(part)]
    return judged(pd.concat(parts, ignore_index=True)) if parts else pd.DataFrame(columns=list(COLUMNS))


def judged(table: pd.DataFrame) -> pd.DataFrame:
    """The table with both q-values over all its rows, and the verdicts that follow."""
    import pandas as pd  # noqa: PLC0415

    found = statistics.judged(table)
    found["beyond_q"] = statistics.q_values(found["beyond_p"].to_numpy(float))
    beyond = pd.DataFrame({"seeds": found["beyond_seeds"], "low": found["beyond_low"], "high": found["beyond_high"],
                           "q_value": found["beyond_q"]})  # fmt: skip
    found["beyond_verdict"] = verdicts(beyond)
    return found


def _checked(comparison: Compared, by: str, metrics: Sequence[str] | None) -> tuple[str, list[str]]:
    ask = check_ask(by, asks_of(comparison.every_arm))
    if metrics is None:
        return ask, told(comparison.metrics, ask)
    return ask, [check_split(name, ask) for name in ([metrics] if isinstance(metrics, str) else metrics)]


def _effects_by(comparison: Compared, by: str, metrics: Sequence[str] | None) -> Iterator[pd.DataFrame]:
    ask, names = _checked(comparison, by, metrics)
    table, whole = summary(comparison, ask, names), _whole(comparison, names)
    baseline, arms = comparison.baseline.label, [arm.label for arm in comparison.arms]
    people = {arm.label: float(comparison.people_in(arm)) for arm in comparison.every_arm}
    of_all = {arm: _by_run(whole, arm, names) for arm in (baseline, *arms)}
    for group, rows in table.groupby("group", sort=False):
        found = statistics.effects(rows, baseline, arms, names, people, interval=comparison.interval)
        own = {arm: _by_run(rows, arm, names) for arm in (baseline, *arms)}
        beyond = []
        for arm, name in zip(found["arm"], found["metric"], strict=True):
            rates = people[arm] != people[baseline] and METRICS[name].per_100k
            levels = [
                each[one][name] * (statistics.PER / people[one] if rates else 1.0)
                for each in (own, of_all)
                for one in (baseline, arm)
            ]
            beyond.append(_beyond(levels, comparison.interval))
        for place, column in enumerate(_MEASURED):
            found[column] = [each[place] for each in beyond]
        yield found.assign(by=ask, group=group, beyond_q=np.nan, beyond_verdict="").reindex(columns=list(COLUMNS))


def _whole(comparison: Compared, names: Sequence[str]) -> pd.DataFrame:
    """The whole of each metric, of every run, also of those that the comparison does not report."""
    import pandas as pd  # noqa: PLC0415

    return pd.DataFrame(
        [
            (arm.label, run.seed, run.luck, name, run.metrics[name])
            for arm in comparison.every_arm
            for run in comparison.every_run_of(arm, "metrics")
            for name in names
        ],
        columns=["arm", "seed", "luck", "metric", "value"],
    )


def _by_run(table: pd.DataFrame, arm: str, names: Sequence[str]) -> pd.DataFrame:
    """Values of an arm: one row a seed and luck, one column a metric."""
    rows = table[table["arm"] == arm]
    return rows.pivot(index=["seed", "luck"], columns="metric", values="value").reindex(columns=list(names))


def _beyond(levels: Sequence[pd.Series], interval: str) -> tuple[float, float, float, float, float, int]:
    """What ``_MEASURED`` names: the share of a group in the baseline, and its change beyond that share of the whole's.

    ``levels`` by seed and luck: of the group without and with the policy, and of the whole without and with it. A seed
    counts once, with the mean of those lucks in which all four have a value.
    """
    import pandas as pd  # noqa: PLC0415 - tables are made when they are asked for

    both = pd.concat(levels, axis=1, join="inner").astype(float)
    by_seed = both[np.isfinite(both).all(axis=1)].groupby(level="seed").mean()
    before, after, all_before, all_after = by_seed.to_numpy(float).T
    total = float(all_before.mean()) if len(all_before) else 0.0
    if not total:
        return (*(np.nan,) * 5, 0)
    share = float(before.mean()) / total
    expected = share * statistics.differences(all_before, all_after)
    apart = statistics.differences(expected, statistics.differences(before, after))
    found, _ = statistics.interval_of(apart, interval)
    return share, found.mean, found.low, found.high, statistics.p_value(apart), found.count

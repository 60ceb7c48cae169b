"""The Mesa face of a week: a ``Model`` shows the tables of its week as agents, and its counters as DataFrames.

It decides nothing; everything that happens, happens in the week.
"""

from __future__ import annotations

import html
import operator
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np
import pandas as pd

from sim.agents.facilitators import Function
from sim.agents.forms import Form
from sim.declared.measures.catalogue import METRICS, RECORD_SERIES
from sim.declared.measures.groups import check_ask
from sim.declared.measures.metrics import Metric, over_period, weekly
from sim.face.agents import (
    VIEWS,
    Agency,
    Case,
    Facilitator,
    Government,
    Migrant,
    Offender,
    Official,
    Tie,
    Trafficker,
    Venue,
)
from sim.face.agentsets import Everyone, Rows
from sim.face.drawn import drawing, known
from sim.face.space import Regions
from sim.ground.errors import RequestError
from sim.ledger.counters import COUNTER_INDEX
from sim.policies.live import LiveLevers
from sim.scenario.scenario import Scenario
from sim.week.by_group import weekly_by_group
from sim.week.frames import captures_frame, panel_frame
from sim.week.week import Week

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TRUTH = {name: metric for name, metric in METRICS.items() if metric.layer == "truth"}


class Model(mesa.Model):
    """One run of the simulation as a Mesa model.

    Parameters
    ----------
    scenario : a Scenario, a list of overrides, the name of a world, or nothing for the defaults.
    seed : seed of every draw; None means the scenario's.
    moves : levers moved by hand in another run, as its ``levers.moves`` gives them: the same run again.
    kwargs : values to change by name: ``people__size=2000`` or ``**{"people.size": 2000}``.

    Attributes
    ----------
    setup : the Scenario. (``scenario`` and ``time`` belong to Mesa.)
    steps : weeks done, burn-in included; ``running`` turns False when none is left.
    datacollector : weekly series, as ``mesa.batch_run`` reads them.

    Raises
    ------
    RequestError : says what is wrong with the request, what is allowed and the nearest match.
    """

    def __init__(
        self,
        scenario: Scenario | Iterable[str] | str | None = None,
        *,
        seed: int | None = None,
        moves: Sequence[Mapping[str, Any]] = (),
        **kwargs: Any,  # by this name Mesa's pages know that any argument is welcome
    ) -> None:
        setup = Scenario.of(scenario, **kwargs)
        state = Week(setup, None if seed is None else _whole("seed", seed), moved_by_hand=True)
        LiveLevers(state.levers, state.week).schedule(moves)
        super().__init__(rng=state.seed)
        self.setup, self._week = setup, state
        self.datacollector = WeeklySeries(state)
        # Mesa's registries, with live sets of rows in place of sets of agents
        for name, table in state.tables.items():
            kind = VIEWS[name]
            self._agents_by_type[kind] = Rows(kind=kind, table=table, model=self)
        self._all_agents = Everyone(list(self._agents_by_type.values()), self.random)

    # --- running ------------------------------------------------------------------------------------------------

    def step(self) -> None:
        """Run one week."""
        try:
            self._week.advance()
        finally:
            self.steps = self._week.done
            self.running = self._week.done < self._week.weeks_total

    def run(self, weeks: int | None = None) -> Model:
        """Run so many weeks, or all that are left, and return the model."""
        left = self._week.weeks_total - self._week.done
        wanted = left if weeks is None else _whole("weeks", weeks)
        if not 0 <= wanted <= left:
            raise RequestError(f"cannot run {wanted} weeks; {left} are left, and time.years makes a run longer")
        for _ in range(wanted):
            self.step()
        return self

    @property
    def week(self) -> int:
        """The week that comes next: 0 is the first after burn-in, burn-in is negative."""
        return self._week.week

    # --- agents and places --------------------------------------------------------------------------------------

    @property
    def migrants(self) -> Rows:
        """People at risk of migrating who are alive now."""
        return self._agents_by_type[Migrant]

    @property
    def traffickers(self) -> Rows:
        """Enterprises that are in the market now."""
        return self._agents_by_type[Trafficker]

    @property
    def venues(self) -> Rows:
        """Workplaces and households that are open now."""
        return self._agents_by_type[Venue]

    @property
    def offenders(self) -> Rows:
        """People in the enterprises of the market."""
        return self._agents_by_type[Offender]

    @property
    def officials(self) -> Rows:
        """Holders of posts that have something to sell."""
        return self._agents_by_type[Official]

    @property
    def facilitators(self) -> Rows:
        """Those who provide functions to enterprises, at work or in custody."""
        return self._agents_by_type[Facilitator]

    @property
    def ties(self) -> Rows:
        """Working relations between enterprises and facilitators."""
        return self._agents_by_type[Tie]

    @property
    def agencies(self) -> Rows:
        """Agencies of every region."""
        return self._agents_by_type[Agency]

    @property
    def governments(self) -> Rows:
        """The government of every region: what it has seen and what it has moved."""
        return self._agents_by_type[Government]

    @property
    def cases(self) -> Rows:
        """Criminal cases that are open now."""
        return self._agents_by_type[Case]

    @cached_property
    def space(self) -> Regions:
        """The world as a network of cells: one for each region, by number (an agent's ``pos``), joined by legs.

        A cell's ``agents``, and those of the space, are whoever is there when they are asked.
        """
        return Regions(self._week.world, [self._agents_by_type[kind] for kind in VIEWS.values()], self.random)

    @property
    def levers(self) -> LiveLevers:
        """The levers now in effect, by name; :meth:`~sim.policies.live.LiveLevers.move` moves one from here on."""
        return LiveLevers(self._week.levers, self._week.week)

    # --- what has happened --------------------------------------------------------------------------------------

    @property
    def truth(self) -> pd.DataFrame:
        """What happened: index week (0 = first after burn-in, which is negative), one float column a metric."""
        return _weekly_frame(self._week, TRUTH)

    def truth_by(self, by: str) -> pd.DataFrame:
        """What happened by group of people, as the setting ``by`` asked for it: index week, columns (metric, group).

        ``by`` is a dimension or a pair, such as ``"sector"`` or ``"sex:age"``; groups of a count add up to the column
        of ``truth``.

        Raises
        ------
        RequestError : the run is not split so; says how it can be.
        """
        week = self._week
        ask = check_ask(by, week.groups.asks)
        index = pd.RangeIndex(-week.burn_in, week.done - week.burn_in, name="week")
        found = weekly_by_group(week, ask)
        parts = [pd.DataFrame(values, index, columns=list(week.groups.names[ask])) for values in found.values()]
        return pd.concat(parts, axis=1, keys=list(found), names=["metric", "group"])

    @property
    def records(self) -> pd.DataFrame:
        """What agencies recorded of it: the same index, columns (agency, series)."""
        frame = _weekly_frame(self._week, {name: METRICS[name] for name in RECORD_SERIES})
        frame.columns = pd.MultiIndex.from_tuples(RECORD_SERIES.values(), names=["agency", "series"])
        return frame

    @property
    def events(self) -> pd.DataFrame:
        """Events of persons: week, person, generation, from, to, cause, counterparty. Empty unless ``events=true``."""
        return pd.DataFrame(self._week.event_frame())

    @property
    def panel(self) -> pd.DataFrame:
        """Truth and records by week, region and agency; see docs/records.md. Empty unless ``panels=region``."""
        return panel_frame(self._week.panel())

    @property
    def captures(self) -> pd.DataFrame:
        """On which lists of agencies people stand, by year, and who is exploited. Empty unless ``captures=true``."""
        return captures_frame(self._week.captures())

    @property
    def network(self) -> pd.DataFrame:
        """Working relations now, one row a tie: enterprise, form, facilitator, function, region, trust, age, users.

        ``users`` is how many enterprises the facilitator works for, ``share`` the part of the clients of the enterprise
        that depends on it.
        """
        ties = self._week.network()
        words = {
            "form": [form.name.lower() for form in Form],
            "function": [function.name.lower() for function in Function],
            "region": self._week.world.regions.name,
        }
        named = {name: np.asarray(words[name])[values] if name in words else values for name, values in ties.items()}
        return pd.DataFrame(named)

    @property
    def summary(self) -> pd.Series:
        """Every metric over the weeks done since burn-in: flows a year, ratios of sums, means of stocks and levels."""
        counters = self._week.counters[self._week.burn_in : self._week.done]
        values = {name: over_period(metric, counters, COUNTER_INDEX) for name, metric in METRICS.items()}
        return pd.Series(values, name="value", dtype=float).rename_axis("metric")

    @property
    def plan(self) -> Plan:
        """The phases of a week in order, with the time that each has taken."""
        return Plan(self._week.plan)

    def plot(self, *metrics: str) -> Figure:
        """Metrics over the weeks done, beside what agencies recorded of the same; without names, a few of them.

        Values are those of ``truth`` and ``records``: counts are of this run. The figure belongs to nobody else: save
        it with ``figure.savefig(path)``; a notebook shows it.

        Raises
        ------
        RequestError : there is no metric of a name, or no week has been run.
        """
        return drawing().weeks(self, known(metrics))

    def __repr__(self) -> str:
        policies = ", ".join(policy.key for policy in self.setup.policies) or "none"
        return (
            f"<Model {self._week.world.name}: {self.steps} of {self._week.weeks_total} weeks, next: week {self.week}, "
            f"{len(self._week.migrants)} people, seed {self._week.seed}, policies: {policies}>"
        )

    def _repr_html_(self) -> str:
        title = f"<p>{html.escape(repr(self)[1:-1])}</p>"
        if self.week <= 0:
            return title
        headline = self.summary[[name for name, metric in METRICS.items() if metric.headline]]
        units = [METRICS[name].unit for name in headline.index]
        return title + headline.to_frame().assign(unit=units).to_html(float_format="{:,.4g}".format, border=0)


class WeeklySeries:
    """The weekly series of every metric in the form of Mesa's ``DataCollector``, read from the week when asked for.

    It collects nothing about single agents. For that, give the model a Mesa ``DataCollector`` of your own.
    """

    def __init__(self, week: Week) -> None:
        self._week = week
        self._series: dict[str, list[float]] = {}
        self._done = -1
        self.model_reporters = dict.fromkeys(METRICS)
        self.agent_reporters: dict[str, Any] = {}
        self.agenttype_reporters: dict[type, Any] = {}
        self.tables: dict[str, Any] = {}
        self._agent_records: dict[int, Any] = {}
        self._agenttype_records: dict[int, Any] = {}

    @property
    def _collection_steps(self) -> list[int]:
        return list(range(self._week.done))

    @property
    def model_vars(self) -> dict[str, list[float]]:
        """Metric to its values, one a week done, burn-in included."""
        if self._done != self._week.done:
            counters = self._week.counters[: self._week.done]
            self._series = {name: weekly(metric, counters, COUNTER_INDEX).tolist() for name, metric in METRICS.items()}
            self._done = self._week.done
        return self._series

    def get_model_vars_dataframe(self) -> pd.DataFrame:
        """The series as a DataFrame, index week."""
        return _weekly_frame(self._week, METRICS)


class Plan:
    """The phases of a week with their share of the time; prints as a table."""

    def __init__(self, phases: list[tuple[str, str, float]]) -> None:
        self._phases = phases

    def to_frame(self) -> pd.DataFrame:
        """One row a phase, in order: phase, seconds, share of all seconds."""
        frame = pd.DataFrame(self._phases, columns=["phase", "function", "seconds"])[["phase", "seconds"]]
        total = frame["seconds"].sum()
        return frame.assign(share=frame["seconds"] / total if total else 0.0)

    def __str__(self) -> str:
        share = self.to_frame()["share"]
        width = max(len(phase) for phase, _, _ in self._phases)
        lines = [
            f"{number}. {phase:<{width}}  {seconds:8.2f} s  {part:4.0%}  {function}"
            for number, ((phase, function, seconds), part) in enumerate(zip(self._phases, share, strict=True), start=1)
        ]
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return self.to_frame().to_html(index=False, border=0, float_format="{:.3g}".format)


def _whole(name: str, value: Any) -> int:
    try:
        return operator.index(value)
    except TypeError:
        raise RequestError(f"{name} takes a whole number, not {value!r}") from None


def _weekly_frame(week: Week, metrics: Mapping[str, Metric]) -> pd.DataFrame:
    counters = week.counters[: week.done]
    index = pd.RangeIndex(-week.burn_in, week.done - week.burn_in, name="week")
    return pd.DataFrame({name: weekly(metric, counters, COUNTER_INDEX) for name, metric in metrics.items()}, index)

"""Sets of agents as Mesa sees them: those of one table, those picked from a model, and everyone.

``Rows`` looks like a Mesa ``AgentSet``, makes a view of a row when someone iterates or indexes it, and works on whole
columns where a column is named.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from random import Random
from typing import Any

import numpy as np
import pandas as pd
from mesa.agent import AgentSet

from sim.face.agents import Row
from sim.face.codes import as_names, names_of
from sim.face.selection import Mask, Selection
from sim.face.sets import AgentSetMethods, count_of
from sim.face.view import ALL, make_view, weak
from sim.ground.errors import RequestError
from sim.ground.table import Column, Table

try:  # later versions of Mesa keep it with the sets
    from mesa.agentset import GroupBy
except ImportError:
    from mesa.agent import GroupBy

_NO_TABLE = Table("agent", (Column("generation", "i4", "which agent holds the row"),), 0)


class Groups(GroupBy):
    """Mesa's groups; ``agg`` works on whole columns where the groups do."""

    def agg(self, attr_name: str, func: Callable[[Any], Any]) -> dict[Any, Any]:
        """``func`` of the list of values of an attribute in each group."""
        return {
            key: group.agg(attr_name, func)
            if isinstance(group, AgentSet)
            else func([getattr(a, attr_name) for a in group])
            for key, group in self.groups.items()
        }


class Chosen(AgentSetMethods, AgentSet):
    """Agents picked from a model, held strongly and in order."""

    _grouped = staticmethod(Groups)

    def __init__(self, agents: Iterable[Any] = (), random: Random | None = None) -> None:
        self._held = dict.fromkeys(agents)
        self.random = random or _random_of(self._held)

    def __len__(self) -> int:
        return len(self._held)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._held)

    def __contains__(self, agent: object) -> bool:
        return agent in self._held

    def _derive(self, agents: Iterable[Any]) -> Any:
        return Chosen(agents, self.random)

    def _update(self, agents: Iterable[Any]) -> Any:
        self._held = dict.fromkeys(agents)
        return self

    def add(self, agent: Any) -> None:
        """Add an agent."""
        self._held[agent] = None

    def discard(self, agent: Any) -> None:
        """Leave an agent out, if it is there."""
        self._held.pop(agent, None)

    def remove(self, agent: Any) -> None:
        """Leave an agent out; KeyError if it is not there."""
        if agent not in self:
            raise KeyError(agent)
        self.discard(agent)

    def __getstate__(self) -> dict[str, Any]:
        return dict(vars(self))

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)


def _random_of(agents: Iterable[Any]) -> Random:
    for agent in agents:
        return agent.model.random
    return Random(0)  # noqa: S311 - nobody to take Mesa's generator from, and nothing to shuffle


def _follows_the_model() -> RequestError:
    return RequestError("this set follows the model and cannot be changed; change a copy() of it")


class Rows(Chosen):
    """Agents of one table.

    Without ``rows`` the set is live: it holds whoever takes part in the model at the moment it is asked, and cannot
    be changed. Sets derived from it hold fixed agents; once the row of one of them has passed to the next generation
    they refuse to read or set columns, and ``still_here()`` gives those who are left.

    Parameters
    ----------
    agents, random : as for Mesa's ``AgentSet``; views of one table.
    kind, table, rows, model : view class, table, int (n,) rows of it (None = alive now), model.
    """

    def __init__(
        self,
        agents: Iterable[Any] = (),
        random: Random | None = None,
        *,
        kind: type[Row] = Row,
        table: Table | None = None,
        rows: Any = None,
        model: Any = None,
    ) -> None:
        views = list(agents)
        self._kind, self._model = kind, weak(model)
        if table is None:
            if views:
                self._kind, self._model = type(views[0]), views[0]._model
            self._selection = Selection(views[0]._table if views else _NO_TABLE, self._kind.alive)
            self._selection = self._selection_of(views)
        else:
            self._selection = Selection(table, kind.alive)
            if rows is not None:
                chosen = np.asarray(rows, np.int64)
                self._selection.fixed = chosen, table["generation"][chosen].astype(np.int64)
        self.random = random or (_random_of(views) if model is None else model.random)

    @property
    def table(self) -> Table:
        """The table that the agents are rows of."""
        return self._selection.table

    def _of(self, selection: Selection) -> Rows:
        """A derived set of the same table."""
        new = object.__new__(type(self))
        new.__dict__.update(self.__dict__, _selection=selection)
        return new

    def _become(self, selection: Selection) -> Rows:
        """This set, holding other agents."""
        if self._selection.fixed is None:
            raise _follows_the_model()
        self._selection = selection
        return self

    def _all_mine(self, views: list[Any]) -> bool:
        return all(isinstance(view, Row) and view._table is self.table for view in views)

    def _selection_of(self, agents: Iterable[Any]) -> Selection:
        views = list(dict.fromkeys(agents))
        if not self._all_mine(views):
            raise RequestError("a set of rows holds agents of one table only")
        pairs = np.array([(view.row, view.generation) for view in views], np.int64).reshape(-1, 2)
        return Selection(self.table, self._kind.alive, (pairs[:, 0], pairs[:, 1]))

    def _derive(self, agents: Iterable[Any]) -> Any:
        views = list(agents)
        return self._of(self._selection_of(views)) if self._all_mine(views) else Chosen(views, self.random)

    def _update(self, agents: Iterable[Any]) -> Rows:
        return self._become(self._selection_of(agents))

    def _pick(self, positions: Any, inplace: bool = False) -> Rows:
        picked = self._selection.pick(positions)
        return self._become(picked) if inplace else self._of(picked)

    def copy(self) -> Rows:
        """The agents of this moment, as a set that no longer follows the model."""
        return self._pick(ALL)

    def still_here(self) -> Rows:
        """Those whose row has not passed to the next generation."""
        return self._pick(self._selection.still_here())

    def at(self, region: int) -> Rows:
        """Those who are in a region, by its number."""
        rows = self._selection.now()[0]
        return self._pick(self.table[self._kind.place][rows] == region)

    def __len__(self) -> int:
        return len(self._selection.now()[0])

    def __iter__(self) -> Iterator[Any]:
        rows, generations = self._selection.now()
        kind, table, model = self._kind, self.table, self._model
        for row, generation in zip(rows.tolist(), generations.tolist(), strict=True):
            yield make_view(kind, table, model, row, generation)

    def __contains__(self, agent: object) -> bool:
        mine = isinstance(agent, Row) and agent._table is self.table
        return mine and self._selection.holds(agent.row, agent.generation)  # type: ignore[attr-defined]

    def __getitem__(self, item: Any) -> Any:
        """A view; a list of views for a slice; a copy of the column, in the order of the set, for its name."""
        if isinstance(item, str):
            return self._selection.column(item)
        if isinstance(item, slice):
            return list(self._pick(item))
        rows, generations = self._selection.now()
        return make_view(self._kind, self.table, self._model, int(rows[item]), int(generations[item]))

    def to_frame(self, *, names: bool = False) -> pd.DataFrame:
        """All columns, index row; one with several values for each agent becomes ``name.0``, ``name.1`` and so on.

        With ``names``, stages, channels, regions and the like are words; numbers for what is nothing (-1) are empty.
        """
        columns: dict[str, Any] = {}
        for name in self.table:
            values = self._named(name) if names else self[name]
            columns |= {f"{name}.{k}": part for k, part in enumerate(values.T)} if values.ndim > 1 else {name: values}
        return pd.DataFrame(columns, index=pd.Index(self._selection.now()[0], name="row"))

    def _named(self, name: str) -> Any:
        """A column, as words where its numbers stand for something."""
        model: Any = self._model and self._model()
        world = None if model is None else model.setup.world
        places = ((), ()) if world is None else (world.regions.name, world.sectors.name)
        known = names_of(self.table.name, self.table.columns[name], *places)
        return as_names(self[name], known) if known else self[name]

    def _get(self, name: str, default: tuple[Any, ...]) -> list[Any]:
        if name in self.table:
            return self[name].tolist()
        if default and not hasattr(self._kind, name):
            return list(default) * len(self)
        return super()._get(name, default)

    def set(self, attr_name: str, value: Any) -> Rows:
        """Write one value, or one for each agent, into a column."""
        self._selection.write(attr_name, value)
        return self

    def select(
        self,
        filter_func: Callable[[Any], bool] | None = None,
        at_most: float = math.inf,
        inplace: bool = False,
        agent_type: Any = None,
        where: Any = None,
    ) -> Rows:
        """The agents that pass: Mesa's arguments, and ``where`` for whole columns.

        where : bool mask over the set or over all rows of the table (in the order of the set, if both are as long), a
            function of the set that returns one (``lambda people: people["cash"] > 0``), or the name of a column that
            must not be zero. It is much faster than ``filter_func``, which is called with a view of each agent that
            ``where`` lets through.
        """
        base = self if inplace else self.copy()
        fits = agent_type is None or issubclass(self._kind, agent_type)
        keep = np.arange(len(base) if fits else 0)
        if where is not None and fits:
            given = base._selection.single(where) != 0 if isinstance(where, str) else where
            keep = np.flatnonzero(base._selection.mask(given(base) if callable(given) else given))
        limit = count_of(at_most, len(base))
        if filter_func is not None:
            passed = (at for at, view in zip(keep, base._pick(keep), strict=True) if filter_func(view))
            keep = np.fromiter(islice(passed, limit), np.int64)
        return base._pick(keep[:limit], inplace)

    def shuffle(self, inplace: bool = False) -> Rows:
        """The agents in random order, drawn from the model's ``random``."""
        order = list(range(len(self)))
        self.random.shuffle(order)
        return self._pick(order, inplace)

    def sort(self, key: Callable[[Any], Any] | str, ascending: bool = False, inplace: bool = False) -> Any:
        """The agents ordered by a column or a function of each; equals keep their order."""
        if isinstance(key, str) and key in self.table:
            return self._pick(self._selection.order(key, ascending), inplace)
        return super().sort(key, ascending, inplace)

    def groupby(self, by: Callable[[Any], Any] | str, result_type: str = "agentset") -> Any:
        """Groups of agents that agree in a column or the result of a function, in order of first appearance."""
        if not (isinstance(by, str) and by in self.table):
            return super().groupby(by, result_type)
        base = self.copy()
        groups: dict[Any, Any] = {key: base._pick(at) for key, at in base._selection.groups(by).items()}
        return Groups(groups if result_type == "agentset" else {key: list(rows) for key, rows in groups.items()})

    def _among(self, other: Any) -> Mask | None:
        return self._selection.among(other._selection) if isinstance(other, Rows) else None

    def __or__(self, other: Any) -> Any:
        if self._among(other) is None:
            return super().__or__(other)
        return self._of(self._selection.with_more(other._selection))

    def __and__(self, other: Any) -> Any:
        among = self._among(other)
        return super().__and__(other) if among is None else self._pick(among)

    def __sub__(self, other: Any) -> Any:
        among = self._among(other)
        return super().__sub__(other) if among is None else self._pick(~among)

    def add(self, agent: Any) -> None:
        """Add an agent to a derived set."""
        self._update([*self, agent])

    def discard(self, agent: Any) -> None:
        """Leave an agent out of a derived set, if it is there."""
        self._update([one for one in self if one != agent])

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {len(self)} {self.table.name}s>"

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_model": self._model and self._model()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, _model=weak(state["_model"]))


class Everyone(Chosen):
    """All agents of a model: the live sets of its tables, then the ordinary Mesa agents that a user added."""

    def __init__(self, parts: Iterable[Rows] = (), random: Random | None = None) -> None:
        super().__init__((), random)
        self._parts = list(parts)

    def __len__(self) -> int:
        return sum(map(len, self._parts)) + len(self._held)

    def __iter__(self) -> Iterator[Any]:
        return chain(*self._parts, list(self._held))

    def __contains__(self, agent: object) -> bool:
        return agent in self._held or any(agent in part for part in self._parts)

    def _update(self, _: Iterable[Any]) -> Any:
        raise _follows_the_model()

    def add(self, agent: Any) -> None:
        """Take in an agent of the user's own; Mesa calls this when one is made."""
        if isinstance(agent, Row):
            raise _follows_the_model()
        self._held[agent] = None

    def select(
        self,
        filter_func: Callable[[Any], bool] | None = None,
        at_most: float = math.inf,
        inplace: bool = False,
        agent_type: Any = None,
        where: Any = None,
    ) -> Any:
        """The agents that pass; see :meth:`Rows.select`. ``where`` needs an ``agent_type`` that names one table."""
        if inplace:
            raise _follows_the_model()
        limit = count_of(at_most, len(self))
        parts: list[Any] = [part for part in self._parts if agent_type is None or issubclass(part._kind, agent_type)]
        own = [agent for agent in self._held if agent_type is None or isinstance(agent, agent_type)]
        if len(parts) == 1 and not own:
            return parts[0].select(filter_func, math.inf if limit is None else limit, where=where)
        if where is not None:
            kinds = [part._kind.__name__ for part in self._parts]
            raise RequestError("where reads the columns of one table; name it with agent_type", allowed=kinds)
        passed = (agent for agent in chain(*parts, own) if filter_func is None or filter_func(agent))
        return Chosen(islice(passed, limit), self.random)

    def _own(self) -> Chosen:
        return Chosen(self._held, self.random)

    def _get(self, name: str, default: tuple[Any, ...]) -> list[Any]:
        return [value for part in (*self._parts, self._own()) for value in part._get(name, default)]

    def set(self, attr_name: str, value: Any) -> Everyone:
        """Write one value into a column that all tables have, and give it to the user's own agents."""
        for part in self._parts:
            part._selection.check_settable(attr_name)
        for members in (*self._parts, self._own()):
            members.set(attr_name, value)
        return self

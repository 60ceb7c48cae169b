"""What every set of agents can do, written once over iteration.

The methods are those of Mesa's ``AgentSet``. Mesa derives sets that hold agents weakly; agents that are made when
they are asked for would be gone at once. Here every derived set comes from ``_derive``, which decides how to hold.
"""

from __future__ import annotations

import math
import operator
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from random import Random
from typing import Any

from sim.ground.errors import RequestError


def count_of(at_most: float, size: int) -> int | None:
    """Mesa's ``at_most`` as a number of agents: a count, or a share of the set if it is a float up to 1."""
    if at_most == math.inf:
        return None
    if isinstance(at_most, float) and at_most <= 1.0:
        return max(0, int(size * at_most))
    return max(0, math.ceil(at_most))


class AgentSetMethods(ABC):
    """Methods of a set of agents over ``__iter__``, ``__len__``, ``__contains__``, ``_derive`` and ``_update``."""

    random: Random
    __iter__: Callable[..., Iterator[Any]]
    __len__: Callable[..., int]
    __contains__: Callable[..., bool]
    _grouped: Callable[[dict[Any, Any]], Any]

    @abstractmethod
    def _derive(self, agents: Iterable[Any]) -> Any:
        """A new set of the given agents."""

    @abstractmethod
    def _update(self, agents: Iterable[Any]) -> Any:
        """This set, holding the given agents instead."""

    def to_list(self) -> list[Any]:
        """The agents as a list."""
        return list(self)

    def copy(self) -> Any:
        """The agents of this moment, as a set that no longer follows the model."""
        return self._derive(self)

    def __copy__(self) -> Any:
        return self.copy()

    def __getitem__(self, item: Any) -> Any:
        """An agent, or a list of them for a slice."""
        if isinstance(item, slice) or item < 0:
            return self.to_list()[item]
        for agent in islice(self, item, None):
            return agent
        raise IndexError(f"there is no agent {item} in a set of {len(self)}")

    def __reversed__(self) -> Iterator[Any]:
        return reversed(self.to_list())

    def select(
        self,
        filter_func: Callable[[Any], bool] | None = None,
        at_most: float = math.inf,
        inplace: bool = False,
        agent_type: Any = None,
    ) -> Any:
        """The agents that pass a test or are of a type, at most so many (a float up to 1 is a share)."""
        passed = (
            agent
            for agent in self
            if (agent_type is None or isinstance(agent, agent_type)) and (filter_func is None or filter_func(agent))
        )
        chosen = list(islice(passed, count_of(at_most, len(self))))
        return self._update(chosen) if inplace else self._derive(chosen)

    def shuffle(self, inplace: bool = False) -> Any:
        """The agents in random order, drawn from the model's ``random``."""
        agents = self.to_list()
        self.random.shuffle(agents)
        return self._update(agents) if inplace else self._derive(agents)

    def sort(self, key: Callable[[Any], Any] | str, ascending: bool = False, inplace: bool = False) -> Any:
        """The agents ordered by an attribute or a function of each; equals keep their order."""
        by = operator.attrgetter(key) if isinstance(key, str) else key
        agents = sorted(self, key=by, reverse=not ascending)
        return self._update(agents) if inplace else self._derive(agents)

    def groupby(self, by: Callable[[Any], Any] | str, result_type: str = "agentset") -> Any:
        """Groups of agents that agree in an attribute or the result of a function, in order of first appearance."""
        key = operator.attrgetter(by) if isinstance(by, str) else by
        groups: dict[Any, Any] = {}
        for agent in self:
            groups.setdefault(key(agent), []).append(agent)
        if result_type == "agentset":
            groups = {name: self._derive(agents) for name, agents in groups.items()}
        return self._grouped(groups)

    def map(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> list[Any]:
        """What the method or function returns for each agent."""
        if isinstance(method, str):
            return [getattr(agent, method)(*args, **kwargs) for agent in self.to_list()]
        return [method(agent, *args, **kwargs) for agent in self.to_list()]

    def do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Call the method or function for each agent."""
        self.map(method, *args, **kwargs)
        return self

    def shuffle_do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Call the method or function for each agent, in random order."""
        self.shuffle().map(method, *args, **kwargs)
        return self

    def get(self, attr_names: Any, handle_missing: str = "error", default_value: Any = None) -> list[Any]:
        """One attribute, or a list of several, of each agent."""
        if handle_missing not in ("error", "default"):
            raise RequestError(
                f"handle_missing cannot be {handle_missing!r}", given=handle_missing, allowed=("error", "default")
            )
        if not isinstance(attr_names, str):
            columns = [self.get(name, handle_missing, default_value) for name in attr_names]
            return [list(values) for values in zip(*columns, strict=True)]
        return self._get(attr_names, () if handle_missing == "error" else (default_value,))

    def _get(self, name: str, default: tuple[Any, ...]) -> list[Any]:
        return [getattr(agent, name, *default) for agent in self]

    def agg(self, attribute: str, func: Any) -> Any:
        """One function, or a list of the results of several, of the list of all values of an attribute."""
        values = self.get(attribute)
        return func(values) if callable(func) else [one(values) for one in func]

    def set(self, attr_name: str, value: Any) -> Any:
        """Give all agents the same value of an attribute."""
        for agent in self.to_list():
            setattr(agent, attr_name, value)
        return self

    # the reflected operators are spelled out so that they go before those of a Mesa set on the left
    def __or__(self, other: Iterable[Any]) -> Any:
        return self._derive(dict.fromkeys(chain(self, other)))

    def __ror__(self, other: Iterable[Any]) -> Any:
        return self._derive(dict.fromkeys(chain(other, self)))

    def __and__(self, other: Iterable[Any]) -> Any:
        wanted = set(other)
        return self._derive([agent for agent in self if agent in wanted])

    def __rand__(self, other: Iterable[Any]) -> Any:
        return self._derive([agent for agent in other if agent in self])

    def __sub__(self, other: Iterable[Any]) -> Any:
        unwanted = set(other)
        return self._derive([agent for agent in self if agent not in unwanted])

    def __rsub__(self, other: Iterable[Any]) -> Any:
        return self._derive([agent for agent in other if agent not in self])

    def __xor__(self, other: Iterable[Any]) -> Any:
        return (self - other) | self.__rsub__(other)

    def __rxor__(self, other: Iterable[Any]) -> Any:
        return self.__rsub__(other) | (self - other)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {len(self)} agents>"

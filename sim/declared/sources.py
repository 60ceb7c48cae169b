"""Where the numbers of a family of rules come from, said at each of them.

A family is a NamedTuple. Beside the type of each field stands its source, by name::

    @family
    class TermRules(NamedTuple):
        interest: Annotated[float, From("debt.interest")]
        complaint: Annotated[float, From("exit.complaint", per=WEEKS_PER_YEAR)]  # a week

``family`` reads the sources when the class is made, so that a name nobody declared is an error at import. ``build``
makes a family from what a scenario says. Kernels read it by the same names.
"""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from itertools import product
from typing import Annotated, Any, NamedTuple, TypeVar, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray

from sim.declared.parameters import PARAMETERS
from sim.declared.switches import SWITCHES
from sim.ground.by_address import by_address

CENTS = 100.0  # in a US$
SIZES = ("world.legs", "world.regions", "world.people")  # what a family may ask of the world and of the run
T = TypeVar("T")


class Source(ABC):
    """Something that a number follows from: ``names`` of parameters, switches (``mechanisms.x``) and sizes."""

    names: tuple[str, ...]

    def __init__(self, *names: str) -> None:
        for name in names:
            if not (name in PARAMETERS or name in SIZES or name.removeprefix("mechanisms.") in SWITCHES):
                raise NameError(f"{self.__class__.__name__}({name!r}): nothing is declared by this name")
        self.names = names

    @abstractmethod
    def of(self, *given: Any) -> Any:
        """The number, from the values that the names have."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(self.names)})"


class From(Source):
    """A parameter or size, ``times`` and ``per`` so much; 0 where the switch ``off`` is off. Whole fields round it."""

    def __init__(self, name: str, *, times: float = 1.0, per: float = 1.0, off: str = "") -> None:
        super().__init__(name, *([f"mechanisms.{off}"] if off else []))
        if name in PARAMETERS and PARAMETERS[name].options:
            raise TypeError(f"{name} is a word: take Is or Worked")
        self.times, self.per = times, per

    def of(self, value: Any, switch: str = "on") -> Any:
        """The value in the unit of the field."""
        return 0.0 if switch == "off" else value * self.times / self.per

    def __repr__(self) -> str:
        times = f" × {self.times:g}" if self.times != 1.0 else ""
        per = f" / {self.per:g}" if self.per != 1.0 else ""
        return f"{self.names[0]}{times}{per}{f', 0 unless {self.names[1]}' if self.names[1:] else ''}"


class Is(Source):
    """1 where a word is set so, or a switch, 0 elsewhere."""

    def __init__(self, name: str, word: str) -> None:
        super().__init__(name)
        switch = SWITCHES.get(name.removeprefix("mechanisms."))
        options = switch.options if switch else PARAMETERS[name].options
        if word not in options:
            raise NameError(f"{name} cannot be {word!r}, only {', '.join(options)}")
        self.word = word

    def of(self, value: Any) -> int:
        """1 or 0."""
        return int(value == self.word)

    def __repr__(self) -> str:
        return f"1 where {self.names[0]} = {self.word}"


class Switched(Source):
    """1 unless a switch is off; a mechanism that is held counts as on."""

    def __init__(self, switch: str) -> None:
        super().__init__(f"mechanisms.{switch}")
        if "off" not in SWITCHES[switch].options:
            raise NameError(f"{switch} cannot be off: take Is")

    def of(self, value: Any) -> int:
        """1 or 0."""
        return int(value != "off")

    def __repr__(self) -> str:
        return f"1 unless {self.names[0]} = off"


class Each(Source):
    """Several parameters in a row, after ``first`` where there is one."""

    def __init__(self, *names: str, first: float | None = None) -> None:
        super().__init__(*names)
        self.first = () if first is None else (first,)

    def of(self, *given: Any) -> Any:
        """Them as an array."""
        return np.array([*self.first, *given])

    def __repr__(self) -> str:
        return ", ".join((*(f"{number:g}" for number in self.first), *self.names))


class ByName(Source):
    """A table of parameters: one for each member of an enumeration, or of two, whose names stand for ``{}`` in a
    pattern, as in ``ByName("police.exposure_{}", Role)``. Members that are left ``out`` have none and stand as 0.
    """

    def __init__(self, pattern: str, *axes: Iterable[Any], out: tuple[str, ...] = ()) -> None:
        words = [[getattr(each, "name", each).lower() for each in axis] for axis in axes]
        cells = [cell if not set(cell) & set(out) else None for cell in product(*words)]
        super().__init__(*(pattern.format(*cell) for cell in cells if cell is not None))
        self.pattern, self.shape = pattern, tuple(map(len, words))
        self.declared = np.array([cell is not None for cell in cells])

    def of(self, *given: Any) -> Any:
        """Them as an array, with an axis for each enumeration."""
        table = np.zeros(len(self.declared))
        table[self.declared] = given
        return table.reshape(self.shape)

    def __repr__(self) -> str:
        return self.pattern.format(*"**")


class Worked(Source):
    """What a function makes of them."""

    def __init__(self, function: Callable[..., Any], *names: str) -> None:
        super().__init__(*names)
        inspect.signature(function).bind(*names)
        self.function = function

    def of(self, *given: Any) -> Any:
        """Its answer."""
        return self.function(*given)

    def __repr__(self) -> str:
        return f"{self.function.__name__}({', '.join(self.names)})"


class Field(NamedTuple):
    """One number of a family, or an array of them: ``code`` is its type, i8 or f8.

    An array of whole numbers is declared as ``NDArray[np.int64]``.
    """

    code: str
    source: Source


_FIELDS: dict[object, dict[str, Field]] = {}  # of every family that was made


def family(kind: type[T]) -> type[T]:
    """A class of rules whose fields all say where they come from; an error at import where one does not."""
    made = by_address(kind)
    found = _FIELDS[made] = {}
    for name, hint in get_type_hints(kind, include_extras=True).items():
        number, *said = get_args(hint) if get_origin(hint) is Annotated else (hint,)
        if len(said) != 1 or not isinstance(said[0], Source):
            raise NameError(f"{kind.__name__}.{name} does not say where it comes from")
        if number not in (int, float) and get_origin(number) is not np.ndarray:
            raise TypeError(f"{kind.__name__}.{name} is neither a number nor an array of numbers")
        found[name] = Field("i8" if number is int or number == NDArray[np.int64] else "f8", said[0])
    return made


def fields_of(kind: type) -> dict[str, Field]:
    """The fields of a family, each with its source."""
    return _FIELDS[kind]


def facts(
    values: Mapping[str, Any], mechanisms: Mapping[str, str], *, legs: int = 0, regions: int = 0, people: int = 0
) -> dict[str, Any]:
    """What families are built from: a scenario's values and switches, and how large the world and the run are."""
    sizes = dict(zip(SIZES, (legs, regions, people), strict=True))
    return {**values, **{f"mechanisms.{name}": word for name, word in mechanisms.items()}, **sizes}


def build(kind: type[T], known: Mapping[str, Any]) -> T:
    """A family with every field filled by name; what is declared whole is rounded."""
    numbers: dict[str, Any] = {}
    for name, (code, source) in fields_of(kind).items():
        number = source.of(*(known[each] for each in source.names))
        if np.ndim(number):
            numbers[name] = np.rint(number).astype(np.int64) if code == "i8" else np.array(number, float)
        else:
            numbers[name] = round(number) if code == "i8" else float(number)
    return kind(**numbers)

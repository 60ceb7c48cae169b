"""The parameters that are free: their plausible ranges as a cube, and settings as points in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.calibration.together import Together, joined
from sim.declared.plausible import Plausible, plausible

Floats = NDArray[np.float64]
DIGITS = 6  # of what is drawn, so that what is shown is what is run
UNIFORM = 1.0 / 12.0**0.5  # standard deviation of a place in a range before anything is known


@dataclass(frozen=True)
class Space:
    """Free parameters by name; a point of the cube says of each how far along its range it lies, from 0 to 1."""

    ranges: tuple[Plausible, ...]
    declared: Mapping[str, float]
    together: tuple[Together, ...] = ()

    @classmethod
    def of(
        cls,
        values: Mapping[str, Any],
        only: Sequence[str] = (),
        fixed: Sequence[str] = (),
        together: tuple[Together, ...] = (),
    ) -> Space:
        """Every parameter that is uncertain, or those of ``only``, without those of ``fixed`` (names or groups).

        ``values`` are the settings of the scenario; a parameter that the scenario sets outside its plausible range
        stays where it is. ``together`` are pairs that are known to go together.
        """
        chosen = []
        for name, each in plausible().items():
            group = name.partition(".")[0]
            wanted = not only or name in only or group in only
            if not each.uncertain or not wanted or name in fixed or group in fixed:
                continue
            if each.low <= values[name] <= each.high:
                chosen.append(each)
        return cls(tuple(chosen), {each.name: float(values[each.name]) for each in chosen}, together)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the parameters, in the order of the columns of points."""
        return tuple(each.name for each in self.ranges)

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """The group of each parameter: the first part of its name."""
        return tuple(name.partition(".")[0] for name in self.names)

    @cached_property
    def middle(self) -> Floats:
        """The declared values as a point, (parameters,)."""
        return np.array([min(max(each.share(self.declared[each.name]), 0.0), 1.0) for each in self.ranges])

    def among(self, names: Sequence[str]) -> Space:
        """The same with these parameters only, in the order in which they are declared."""
        return Space(tuple(each for each in self.ranges if each.name in set(names)), self.declared, self.together)

    def joined(self, points: Floats) -> Floats:
        """Points (count, parameters) of independent draws, such that what is known to go together does."""
        return joined(points, self.names, self.together)

    def settings(self, point: Floats) -> dict[str, Any]:
        """Settings of a point (parameters,), rounded as they are shown."""
        found = {}
        for each, share in zip(self.ranges, point, strict=True):
            value = each.at(float(min(max(share, 0.0), 1.0)))
            if isinstance(value, float):
                value = float(min(max(float(f"{value:.{DIGITS}g}"), each.low), each.high))
            found[each.name] = value
        return found

    def point(self, settings: Mapping[str, Any]) -> Floats:
        """The point of settings, (parameters,)."""
        return np.array([each.share(float(settings[each.name])) for each in self.ranges])


def sobol(count: int, width: int, seed: int) -> Floats:
    """Scrambled Sobol points in the cube, (count, width)."""
    from scipy.stats import qmc  # noqa: PLC0415 - only designs need it

    points: Floats = qmc.Sobol(width, rng=np.random.default_rng(seed)).random_base2(max(count - 1, 1).bit_length())
    return points[:count]

"""What is asked: a design of settings, in each of which the same arms are compared.

A *setting* is a world with its mechanisms and parameters; an *arm* is what is done there; *replicates* are the seeds
with which every arm of every setting is run. A plain comparison is a design with one setting.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sim.declared.measures.catalogue import METRICS
from sim.ground.errors import RequestError
from sim.results.arms import Arm
from sim.results.pairs import check_length, lucks_of, placebo_of, with_lucks
from sim.results.sequential import Target

_NUMBERED = re.compile(r"(?:.*, )?(?:draw|point) \d+", re.DOTALL)
ALONE = ""  # the label of the only setting of a plain comparison
Values = tuple[tuple[str, Any], ...]


@dataclass(frozen=True)
class Setting:
    """One world of a study with its arms, the baseline first; ``values`` says what was varied to make it."""

    label: str
    arms: tuple[Arm, ...]
    words: tuple[str, ...] = ()
    values: Values = ()

    @property
    def title(self) -> str:
        """The label, or the world's name where there is only one setting."""
        return self.label or self.arms[0].scenario.world.name.replace("_", " ")

    @cached_property
    def to_run(self) -> tuple[Arm, ...]:
        """The arms, and the placebo beside them if there is one, once for every luck."""
        placebo = placebo_of(self.arms)
        return tuple(with_lucks(self.arms if placebo is None else (*self.arms, placebo)))

    @property
    def lucks(self) -> int:
        """How many lucks every seed has."""
        return len(lucks_of(self.arms[0]))


@dataclass(frozen=True)
class OverWorlds:
    """That settings are the sets of an ensemble: its name as it was asked for, and the parameters in which sets differ.

    ``version`` and ``source`` are those of the program that fitted the ensemble.
    """

    name: str
    parameters: tuple[str, ...]
    version: str = ""
    source: str = ""


@dataclass(frozen=True)
class Design:
    """What is run and what is asked of it; ``dose`` names the entry of ``values`` that is a horizontal axis."""

    settings: tuple[Setting, ...]
    metrics: tuple[str, ...] = tuple(METRICS)
    title: str | None = None
    question: str | None = None
    dose: str | None = None
    sampled: tuple[str, ...] = ()
    targets: tuple[Target, ...] = ()
    most_seeds: int = 64
    ensemble: OverWorlds | None = None

    @property
    def lucks(self) -> int:
        """How many lucks every seed has: as many in every setting."""
        return self.settings[0].lucks

    @property
    def arms(self) -> list[Arm]:
        """Every arm of every setting."""
        return [arm for setting in self.settings for arm in setting.arms]

    @property
    def to_run(self) -> list[Arm]:
        """Every arm of every setting, and every placebo, once for every luck."""
        return [arm for setting in self.settings for arm in setting.to_run]

    @property
    def notes(self) -> list[str]:
        """What whoever reads the results should know of the scenarios that are run, each sentence once."""
        return list(dict.fromkeys(note for arm in self.arms for note in arm.scenario.notes()))

    @property
    def numbered(self) -> dict[str, dict[str, Any]]:
        """What was varied to make the draws and points whose names are numbers, by name."""
        every = [(setting.label, setting.values) for setting in self.settings]
        every += [(arm.label, arm.values) for arm in self.settings[0].arms]
        return {
            name: {key: value for key, value in values if key not in ("arm", "of setting")}
            for name, values in every
            if values and _NUMBERED.fullmatch(name)
        }

    @property
    def labels(self) -> list[tuple[str, str]]:
        """Setting and arm of every one of ``arms``."""
        return [(setting.label, arm.label) for setting in self.settings for arm in setting.arms]


def single(arms: Sequence[Arm], metrics: Sequence[str] = tuple(METRICS), **about: Any) -> Design:
    """The design of a plain comparison."""
    return Design((Setting(ALONE, tuple(arms)),), tuple(metrics), **about)


def check_twins(design: Design) -> None:
    """RequestError if two settings or arms go by the same name, or if arms of a setting run for different times."""
    for (setting, arm), times in Counter(design.labels).items():
        if times > 1:
            raise RequestError(f"arm {arm!r} is named twice", where=setting or "arms")
    for each in design.settings:
        check_length(each.arms, each.label)

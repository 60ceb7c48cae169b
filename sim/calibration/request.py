"""What a calibration is asked: targets, the parameters that are free, and how much is to be run."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.calibration.together import Together

PEOPLE = "people"  # what a target may be a share of, beside metrics: people at risk
PLACED = ("exploited_people", "identified")  # metrics that are known by region
LINEAR, LOG = "linear", "log"
SCALES = (LINEAR, LOG)
GRADES = {
    "E": "data",
    "Q": "interviews or cases",
    "T": "theory",
    "A": "argued in the literature",
    "-": "assumed",
}
LEAST_SETS = 10  # with a value: from fewer no emulator is made
BEYOND = 2.0  # standard deviations outside its band at which a target still counts as met


@dataclass(frozen=True)
class Target:
    """A figure of the world that a set of parameters has to meet.

    Parameters
    ----------
    name, says : its name, and what it is, in words with its unit.
    metric : what is counted in a run.
    over : the metric it is divided by, ``people`` for people at risk, or nothing.
    minus : a metric taken away from it, or nothing.
    years : the first and the last year after burn-in that count (mean of the stored series), infinite for the end of
        the run; None for all. Not together with ``law``.
    law : the regions that count, by rule of law from the first number up to the second; None for all. Only for
        metrics that are known by region.
    low, high : the band, in the unit of the target; infinite at an end that the evidence leaves open.
    observation, discrepancy : standard deviations of what is wrong with the figure, and with the model as a picture of
        what it measures; in logarithms where ``scale`` is ``log``.
    why : the reason for the discrepancy.
    grade, source : kind of evidence, and its ids.
    scale : ``log`` where differences by factors count.
    held_out : never looked at by any step but the last.
    """

    name: str
    says: str
    metric: str
    low: float
    high: float
    over: str = ""
    minus: str = ""
    years: tuple[float, float] | None = None
    law: tuple[float, float] | None = None
    observation: float = 0.0
    discrepancy: float = 0.0
    why: str = ""
    grade: str = "-"
    source: tuple[str, ...] = ()
    scale: str = LINEAR
    held_out: bool = False

    def scaled(self, value: float) -> float:
        """A value on the scale on which it is compared; minus infinity for the logarithm of nothing."""
        if self.scale == LINEAR:
            return value
        return math.log(value) if value > 0 else -math.inf

    @property
    def band(self) -> tuple[float, float]:
        """The band on the scale on which it is compared."""
        return self.scaled(self.low), self.scaled(self.high)

    @property
    def error(self) -> float:
        """Standard deviation of observation and discrepancy together."""
        return math.hypot(self.observation, self.discrepancy)

    @property
    def width(self) -> float:
        """Half the width of the band on its scale; of an open band, the half of what is between its end and 0."""
        low, high = self.band
        if math.isfinite(low) and math.isfinite(high):
            return (high - low) / 2.0
        end = low if math.isfinite(low) else high
        return max(abs(end) / 2.0, self.error, 1e-9)

    @property
    def metrics(self) -> tuple[str, ...]:
        """The metrics that it needs."""
        return tuple(name for name in (self.metric, self.over, self.minus) if name and name != PEOPLE)


@dataclass(frozen=True)
class Outcome:
    """A figure that conclusions are about: it is asked what the evidence leaves open of it."""

    name: str
    says: str
    metric: str
    over: str = ""
    minus: str = ""
    years: tuple[float, float] | None = None
    law: tuple[float, float] | None = None


@dataclass(frozen=True)
class Plan:
    """How much is run, and from which seeds; every number here can change a result.

    Parameters
    ----------
    seed : of everything that is drawn: designs, proposals, resamples.
    first_seed : the first seed of the runs; the others follow.
    noise_points, noise_seeds : sets and seeds from which chance is told.
    trajectories : of the screening of groups.
    singles : sets of the screening of single parameters.
    most : parameters that are calibrated at most.
    first : sets of the first wave.
    wave, waves : sets of each later wave, and how many waves there are at most.
    projected : share of a wave that is projected onto the bands, the rest being drawn from what is still plausible.
    seeds, final_seeds : seeds of a wave, and seeds by which a set is accepted.
    sets : accepted sets after which it ends.
    hidden : sets that are run to find a hidden one again, in the self-test.
    """

    seed: int = 1
    first_seed: int = 1
    noise_points: int = 4
    noise_seeds: int = 16
    trajectories: int = 6
    singles: int = 512
    most: int = 60
    first: int = 384
    wave: int = 128
    waves: int = 12
    projected: float = 0.75
    seeds: int = 2
    final_seeds: int = 4
    sets: int = 200
    hidden: int = 24


@dataclass(frozen=True)
class Calibration:
    """A calibration that has been read and checked.

    Parameters
    ----------
    model : words that make the world; ``words`` those that were added to the file's.
    targets, outcomes, plan : as in their classes.
    only, fixed : parameters or groups that alone are free, and those that are not.
    together : pairs of parameters that are known to go together.
    path : the file.
    """

    name: str
    title: str
    question: str
    model: tuple[str, ...]
    targets: tuple[Target, ...]
    outcomes: tuple[Outcome, ...]
    plan: Plan
    only: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    together: tuple[Together, ...] = ()
    path: str = ""
    words: tuple[str, ...] = ()

    @property
    def fitted(self) -> tuple[Target, ...]:
        """The targets that sets are fitted to."""
        return tuple(target for target in self.targets if not target.held_out)

    @property
    def held_out(self) -> tuple[Target, ...]:
        """The targets that are looked at in the end only."""
        return tuple(target for target in self.targets if target.held_out)

    @property
    def figures(self) -> tuple[Target | Outcome, ...]:
        """All targets, and the outcomes."""
        return (*self.targets, *self.outcomes)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of what steps may see of a run: targets that are fitted to, and outcomes."""
        return (*(target.name for target in self.fitted), *(outcome.name for outcome in self.outcomes))

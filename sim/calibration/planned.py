"""What a calibration would do: targets, parameters, runs and minutes."""

from __future__ import annotations

from dataclasses import dataclass

from sim.calibration.request import Calibration
from sim.calibration.space import Space
from sim.ground.machine import cores
from sim.scenario.scenario import Scenario
from sim.studies.speed import Speed, Work


@dataclass(frozen=True)
class Planned:
    """How much a calibration does where all of its waves are needed; fewer are where enough sets are accepted sooner.

    Parameters
    ----------
    fitted, held_out : numbers of targets.
    parameters, groups : of those that are uncertain.
    screening : runs by which those that matter are found.
    waves : runs in all waves and the self-test, if as many sets are run with more seeds as are asked for.
    most : the same, if all sets are: there are never more.
    minutes : for ``screening`` and ``waves``. ``most_minutes`` : for ``screening`` and ``most``.
    """

    world: str
    fitted: int
    held_out: int
    parameters: int
    groups: int
    screening: int
    waves: int
    most: int
    minutes: float
    most_minutes: float

    def __str__(self) -> str:
        return (
            f"{self.fitted} targets to fit and {self.held_out} that are held out, in world {self.world}\n"
            f"{self.parameters} uncertain parameters in {self.groups} groups\n"
            f"{self.screening} runs to see which of them matter, and about {self.waves} in waves and the self-test "
            f"where all waves are needed, never more than {self.most}: about {self.minutes:.0f} minutes, at most "
            f"{self.most_minutes:.0f}"
        )


def plan_of(calibration: Calibration, base: Scenario, workers: int | None) -> Planned:
    """The plan of a calibration on this machine, by what it has been seen to take."""
    plan, space = calibration.plan, Space.of(base.values, calibration.only, calibration.fixed)
    groups = len(set(space.groups))
    screening = plan.noise_points * plan.noise_seeds + plan.trajectories * (groups + 1) + plan.singles
    sets = plan.first + (plan.waves - 1) * plan.wave
    more = plan.final_seeds - plan.seeds
    hidden = plan.final_seeds + plan.hidden * plan.seeds
    waves, most = (sets * plan.seeds + again * more + hidden for again in (min(plan.sets, sets), sets))
    weeks = float(base["time.burn_in_weeks"]) + 52.0 * float(base["time.years"])
    side_by_side = workers or cores()
    work = Work("run", base.world.name, float(base["people.size"]), weeks, workers=side_by_side)
    minutes = Speed().seconds(work) / side_by_side / 60.0
    return Planned(
        base.world.name,
        len(calibration.fitted),
        len(calibration.held_out),
        len(space.names),
        groups,
        screening,
        waves,
        most,
        minutes * (screening + waves),
        minutes * (screening + most),
    )

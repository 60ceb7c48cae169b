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
    """How much a calibration does at most; fewer waves are needed where enough sets are accepted sooner."""

    world: str
    fitted: int
    held_out: int
    parameters: int
    groups: int
    screening: int
    waves: int
    minutes: float

    def __str__(self) -> str:
        return (
            f"{self.fitted} targets to fit and {self.held_out} that are held out, in world {self.world}\n"
            f"{self.parameters} uncertain parameters in {self.groups} groups\n"
            f"{self.screening} runs to see which of them matter, and {self.waves} in waves at most: about "
            f"{self.minutes:.0f} minutes"
        )


def plan_of(calibration: Calibration, base: Scenario, workers: int | None) -> Planned:
    """The plan of a calibration on this machine, by what it has been seen to take."""
    plan, space = calibration.plan, Space.of(base.values, calibration.only, calibration.fixed)
    groups = len(set(space.groups))
    screening = plan.noise_points * plan.noise_seeds + plan.trajectories * (groups + 1) + plan.singles
    sets = plan.first + (plan.waves - 1) * plan.wave
    more = plan.sets * (plan.final_seeds - plan.seeds)
    waves = sets * plan.seeds + more
    weeks = float(base["time.burn_in_weeks"]) + 52.0 * float(base["time.years"])
    side_by_side = workers or cores()
    work = Work("run", base.world.name, float(base["people.size"]), weeks, workers=side_by_side)
    seconds = Speed().seconds(work) * (screening + waves) / side_by_side
    return Planned(
        base.world.name,
        len(calibration.fitted),
        len(calibration.held_out),
        len(space.names),
        groups,
        screening,
        waves,
        seconds / 60.0,
    )

"""The steps of a calibration, one after another; each keeps its points, and takes them from there when asked again."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from sim.calibration import screening, selftest
from sim.calibration.emulators import fit
from sim.calibration.fitting import Look, means, met, reached, scaled, variance_of
from sim.calibration.optional import one_thread
from sim.calibration.request import Calibration
from sim.calibration.runs import Batch, Runs, write_whole
from sim.calibration.space import Floats, Space, sobol
from sim.ground.errors import Faults
from sim.studies.progress import say

SHARE = "not_ruled_out"  # what is kept with the points of a wave
OTHER_SEEDS = 10_000  # how far from the seeds of the waves those of a hidden set begin
OF_AN_OUTCOME = 0.3  # of the mean of an outcome counts as much, as half a band does of a target


def _draws(space: Space, count: int, seed: int) -> Floats:
    """Points from the whole of a space, (count, parameters)."""
    return space.joined(sobol(count, len(space.names), seed))


@dataclass
class Found:
    """What the steps of a calibration have found.

    Parameters
    ----------
    space : the parameters that are calibrated.
    chance : variance between seeds of targets on their scales and of outcomes, (columns,).
    declared : mean of the declared set, (columns,) as they are counted.
    groups, singles : the tables of the screening.
    points, values : every set of the waves, (sets, parameters), and what its runs gave, (sets, seeds, columns).
    wave : the wave of each set.
    waves : what came of each wave.
    accepted : numbers of the accepted sets, in the order in which they were found.
    """

    space: Space
    chance: Floats
    declared: Floats
    groups: pd.DataFrame
    singles: pd.DataFrame
    points: Floats = field(default_factory=lambda: np.empty((0, 0)))
    values: Floats = field(default_factory=lambda: np.empty((0, 0, 0)))
    wave: list[int] = field(default_factory=list)
    waves: list[dict[str, float]] = field(default_factory=list)
    accepted: list[int] = field(default_factory=list)


class Stages:
    """Carries out the steps of a calibration.

    Parameters
    ----------
    calibration : what is asked.
    runs : where runs are done and kept.
    shown : whether to say what is being done.
    """

    def __init__(self, calibration: Calibration, runs: Runs, *, shown: bool) -> None:
        self.calibration, self.runs, self.shown = calibration, runs, shown
        self.plan = calibration.plan
        self.targets = calibration.fitted
        self.whole = Space.of(runs.base.values, calibration.only, calibration.fixed, calibration.together)

    def seeds(self, count: int, first: int = 0) -> list[int]:
        """So many seeds from a place among those of the calibration on."""
        begin = self.plan.first_seed + first
        return list(range(begin, begin + count))

    def screened(self) -> Found:
        """Chance, groups that matter, and single parameters that do."""
        plan, space = self.plan, self.whole
        say(f"chance: {plan.noise_points} sets, {plan.noise_seeds} seeds each", shown=self.shown)
        made = self._kept("noise", lambda: _draws(space, plan.noise_points - 1, plan.seed))
        some = np.vstack([space.middle, made])
        values = self.runs.values(Batch("noise", space, some, self.seeds(plan.noise_seeds)))
        chance = variance_of(self._scaled(values))
        self._check_told(chance)
        declared = means(values)[0]
        units = self._units(declared, chance)
        groups = self._groups(space, units)
        live = screening.chosen(groups, "group", len(groups)) or list(groups["group"])
        narrower = space.among([name for name in space.names if name.partition(".")[0] in live])
        singles = self._singles(narrower, units)
        names = screening.chosen(singles, "name", plan.most) or list(singles["name"][: plan.most])
        return Found(space.among(names), chance, declared, groups, singles)

    def _check_told(self, chance: Floats) -> None:
        """RequestError for targets and outcomes of which runs give no value, before more of them are done."""
        faults = Faults("what runs tell")
        for place, name in enumerate(self.calibration.columns):
            if not np.isfinite(chance[place]):
                kind = "targets" if place < len(self.targets) else "outcomes"
                faults.add(
                    f"{name} has a value in fewer than two runs of each of the first {self.plan.noise_points} sets, so "
                    "that nothing can be fitted to it or told of it; look at its metric, years and regions, at the "
                    "size of the world, and at runs that failed",
                    where=f"{kind}.{name}",
                )
        faults.tell()

    def _groups(self, space: Space, units: Floats) -> pd.DataFrame:
        plan = self.plan
        points = self._kept("groups", lambda: screening.group_points(space, plan.trajectories, plan.seed + 10))
        say(f"groups of parameters: {len(points)} sets", shown=self.shown)
        values = self._scaled(self.runs.values(Batch("groups", space, points, self.seeds(1))))[:, 0]
        return screening.group_effects(space, points, values, units, plan.seed)

    def _singles(self, space: Space, units: Floats) -> pd.DataFrame:
        plan = self.plan
        points = self._kept("singles", lambda: _draws(space, plan.singles, plan.seed + 20))
        say(f"single parameters: {len(points)} sets of {len(space.names)} parameters", shown=self.shown)
        values = self._scaled(self.runs.values(Batch("singles", space, points, self.seeds(1))))[:, 0]
        return screening.single_effects(space, points, values, units, plan.seed)

    def waves(self, found: Found) -> Found:
        """Sets of the first wave, then proposals wave by wave, until enough sets are accepted."""
        plan = self.plan
        for number in range(1, plan.waves + 1):
            points, left = self._points_of_wave(found, number)
            self._take(found, points, number, left)
            if len(found.accepted) >= plan.sets:
                break
        return found

    def look(self, found: Found) -> Look:
        """Emulators from all sets so far; targets whose emulator tells nothing are left out and said so."""
        say(f"emulators from {len(found.points)} sets", shown=self.shown)
        values = self._scaled(found.values)[:, : self.plan.seeds]
        made = []
        for place, target in enumerate(self.targets):
            with suppress(ValueError), one_thread():
                made.append((target, fit(target.name, found.points, values[..., place], self.plan.seed)))
        usable = [each for each in made if each[1].usable]
        targets, emulators = tuple(target for target, _ in usable), tuple(emulator for _, emulator in usable)
        return Look(targets, emulators, self.plan.seeds, len(found.space.names), found.space.joined)

    def _points_of_wave(self, found: Found, number: int) -> tuple[Floats, float]:
        """Sets of a wave, and the share of the whole that was not ruled out when they were made."""
        plan = self.plan

        def make() -> tuple[Floats, float]:
            if number == 1:
                return _draws(found.space, plan.first, plan.seed + 30), 1.0
            with one_thread():
                return self.look(found).proposals(plan.wave, plan.projected, plan.seed + 100 * number)

        return self._kept_with_share(f"wave-{number}", make)

    def hidden(self, found: Found, look: Look) -> dict[str, float]:
        """The self-test in runs: a set of the waves is hidden, and looked for by what it gives with other seeds.

        Returns ``survives`` (1 where the set meets the targets that were made of it), ``proposed``, ``accepted``, and
        ``closer``: how far accepted sets lie from the hidden one in what the emulators tell, over the distance of sets
        drawn from anywhere. ``proposed`` is 0 where nothing was looked for: there is no emulator to look with, or no
        set whose runs have a value of every target.
        """
        plan, count = self.plan, len(self.targets)
        nothing = {"survives": math.nan, "proposed": 0, "accepted": 0, "closer": math.nan}
        whole = found.points[np.isfinite(self._scaled(found.values)[:, : plan.seeds, :count]).all(axis=(1, 2))]
        if not look.emulators or not len(whole):
            return nothing
        point = whole[int(np.random.default_rng(plan.seed + 40).integers(len(whole)))]
        others = self.seeds(plan.final_seeds, OTHER_SEEDS)
        fresh = means(self._scaled(self.runs.values(Batch("hidden", found.space, point[None], others)))[..., :count])[0]
        if not np.isfinite(fresh).all():
            return nothing
        own = self.runs.values(Batch("hidden", found.space, point[None], self.seeds(plan.seeds)))
        targets = selftest.around(self.targets, fresh)
        chance = found.chance[:count] * (1.0 / plan.seeds + 1.0 / plan.final_seeds)
        survives = met(targets, self._scaled(own)[..., :count].mean(axis=1), chance).all()
        places = [self.targets.index(target) for target in look.targets]
        asked = replace(look, targets=tuple(targets[place] for place in places))
        starts = _draws(found.space, plan.hidden, plan.seed + 41)
        with one_thread():
            moved = asked.project(starts)
        say(f"a hidden set is looked for: {len(moved)} sets", shown=self.shown)
        values = self.runs.values(Batch("hidden-sets", found.space, moved, self.seeds(plan.seeds)))
        fits = met(targets, self._scaled(values)[..., :count].mean(axis=1), chance).all(axis=1)
        told = np.max([np.abs(each.slope) for each in look.emulators], axis=0)
        weight = told / max(float(told.sum()), 1e-12)
        away = np.abs(moved[fits] - point) @ weight
        usual = float((np.abs(starts - point) @ weight).mean())
        closer = float(away.mean()) / max(usual, 1e-12) if fits.any() else float("nan")
        return {"survives": float(survives), "proposed": len(moved), "accepted": int(fits.sum()), "closer": closer}

    def _take(self, found: Found, points: Floats, number: int, left: float) -> None:
        """Run a wave, accept what fits, and write down what came of it."""
        plan, count = self.plan, len(self.targets)
        say(f"wave {number}: {len(points)} sets", shown=self.shown)
        first = self.runs.values(Batch(f"wave-{number}", found.space, points, self.seeds(plan.seeds)))
        values = np.full((len(points), plan.final_seeds, first.shape[2]), np.nan)
        values[:, : plan.seeds] = first
        chance = found.chance[:count]
        fits = met(self.targets, self._scaled(first)[..., :count].mean(axis=1), chance / plan.seeds).all(axis=1)
        again = np.flatnonzero(fits)
        if len(again) and plan.final_seeds > plan.seeds:
            more = self.seeds(plan.final_seeds - plan.seeds, plan.seeds)
            values[again, plan.seeds :] = self.runs.values(
                Batch(f"wave-{number}-more", found.space, points[again], more)
            )
        hits = reached(self.targets, self._scaled(values)[..., :count], chance, plan.seeds)
        good = hits.all(axis=1)
        begin = len(found.points)
        found.points = np.vstack([found.points, points]) if begin else points
        found.values = np.concatenate([found.values, values]) if begin else values
        found.wave += [number] * len(points)
        found.accepted += [int(begin + each) for each in np.flatnonzero(good)]
        found.waves.append(
            {
                "wave": number,
                "proposed": len(points),
                "accepted": int(good.sum()),
                "targets_met": float(hits.sum(axis=1).mean()),
                "most_met": int(hits.sum(axis=1).max()),
                "not_ruled_out": left,
            }
        )
        say(
            f"wave {number}: {int(good.sum())} of {len(points)} fit, {len(found.accepted)} in all; "
            f"mean of targets met {hits.sum(axis=1).mean():.1f} of {count}",
            shown=self.shown,
        )

    def _kept(self, step: str, make: Callable[[], Floats]) -> Floats:
        """The points of a step: those that are kept, or else made and kept."""
        return self._kept_with_share(step, lambda: (make(), 1.0))[0]

    def _kept_with_share(self, step: str, make: Callable[[], tuple[Floats, float]]) -> tuple[Floats, float]:
        """The points of a step with a number that belongs to them."""
        path = Path(self.runs.folder) / "points" / f"{step}.parquet"
        if path.is_file():
            table = pd.read_parquet(path)
            return table.to_numpy(float), float(table.attrs.get(SHARE, "nan"))
        points, share = make()
        table = pd.DataFrame(points, columns=[str(place) for place in range(points.shape[1])])
        table.attrs[SHARE] = share
        write_whole(path, table)
        return points, share

    def _scaled(self, values: Floats) -> Floats:
        """Values with targets on their scales; outcomes stay as they are counted."""
        count = len(self.targets)
        return np.concatenate([scaled(self.targets, values[..., :count]), values[..., count:]], axis=-1)

    def _units(self, declared: Floats, chance: Floats) -> Floats:
        """What counts as much of each column; see ``screening.units``."""
        count = len(self.targets)
        widths = [target.width for target in self.targets] + list(OF_AN_OUTCOME * np.abs(declared[count:]))
        return screening.units(np.array(widths), np.sqrt(chance))

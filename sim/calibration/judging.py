"""From sets and runs to what is told: the ensemble, targets, what is known, what was held out, the self-test."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from sim.calibration import knowledge, selftest
from sim.calibration.chance import chance_table
from sim.calibration.conflict import COLUMNS as CONFLICTS
from sim.calibration.conflict import least_relaxation
from sim.calibration.emulators import Mask
from sim.calibration.fitting import Look, means, met, misses, outside, reached, scaled, variance_of
from sim.calibration.request import Calibration, Target
from sim.calibration.runs import Runs
from sim.calibration.space import Floats
from sim.calibration.stages import Found
from sim.calibration.told import Told
from sim.ground.errors import RequestError
from sim.scenario.scenario import Scenario

SIDES = (0.05, 0.95)
TRIALS, PROPOSALS = 10, 24  # of the self-test
BEST = 40  # sets around which a line is laid where nothing fits


def best(calibration: Calibration, found: Found) -> tuple[list[int], bool]:
    """Numbers of the sets of the ensemble, and whether they fit: accepted ones, or else those that meet the most."""
    if found.accepted:
        return found.accepted[: calibration.plan.sets], True
    count = len(calibration.fitted)
    values, chance = scaled(calibration.fitted, found.values[..., :count]), found.chance[:count]
    away = misses(calibration.fitted, means(values), chance / calibration.plan.seeds)
    hits = reached(calibration.fitted, values, chance, calibration.plan.seeds).sum(axis=1)
    order = np.lexsort((np.minimum(away, 9.0).sum(axis=1), -hits))
    return [int(each) for each in order[: calibration.plan.sets] if hits[each] == hits[order[0]]], False


def judge(calibration: Calibration, base: Scenario, runs: Runs, found: Found, look: Look, parameters: int) -> Told:
    """Everything that a calibration found; ``parameters`` is the number of those that are uncertain."""
    chosen, fits = best(calibration, found)
    if not chosen:
        raise RequestError("no run of a wave has finished, so there is nothing to judge", where=calibration.name)
    ensemble, values = found.points[chosen], found.values[chosen]
    first = len(calibration.fitted)
    line = knowledge.line_of(calibration, look, found, ensemble)
    parameters_found = knowledge.parameters_table(found.space, ensemble, line)
    outcomes = knowledge.outcomes_table(calibration, values[..., first:], line)
    outcomes["moved_by"] = [found.space.names[place] if place >= 0 else "" for place in outcomes["moved_by"]]
    surely = set(parameters_found["name"][knowledge.narrowed(parameters_found)])
    hidden = _hidden(calibration, found, look, np.array([name in surely for name in found.space.names]))
    names = calibration.columns
    groups = found.groups.assign(moves=[names[place] for place in found.groups["moves"]])
    singles = found.singles.assign(moves=[names[place] for place in found.singles["moves"]])
    count = calibration.plan.final_seeds if fits else calibration.plan.seeds
    seeds = range(calibration.plan.first_seed, calibration.plan.first_seed + count)
    scenarios = [base.replace(found.space.settings(point)) for point in ensemble]
    held, summary, told = held_out_of(calibration, runs, scenarios, list(seeds))
    targets = _targets(calibration, found, values[..., :first])
    emulated = {target.name for target in look.targets}
    about = _about(calibration, base, found, runs, fits, len(chosen), parameters) | {
        "held_out_met": summary,
        "held_out_told": told,
        "inside": _inside(calibration, values[..., :first]),
        "not_emulated": [target.name for target in calibration.fitted if target.name not in emulated],
    }
    conflicts = None if fits else _conflicts(look, ensemble)
    about["conflicts_known"] = conflicts is not None
    return Told(
        about,
        targets,
        pd.DataFrame(found.waves),
        _chance(calibration, found, ensemble),
        groups,
        singles,
        parameters_found,
        knowledge.combinations_table(found.space, ensemble, line),
        knowledge.worth_table(found.space, line),
        outcomes,
        held,
        pd.DataFrame(columns=CONFLICTS) if conflicts is None else conflicts,
        hidden,
    )


def _chance(calibration: Calibration, found: Found, ensemble: Floats) -> pd.DataFrame:
    values = scaled(calibration.fitted, found.values[..., : len(calibration.fitted)])
    return chance_table(calibration.fitted, found.points, values, ensemble, calibration.plan.seed + 9)


def _conflicts(look: Look, ensemble: Floats) -> pd.DataFrame | None:
    """Which targets would have to give; None where that cannot be told."""
    try:
        return least_relaxation(look, ensemble[:BEST]) if look.emulators else None
    except ValueError:
        return None


def _hidden(calibration: Calibration, found: Found, look: Look, told: Mask) -> pd.DataFrame:
    """The self-test on emulators: sets of the waves, hidden one after another; no row without emulators."""
    generator = np.random.default_rng(calibration.plan.seed + 7)
    some = generator.permutation(len(found.points))[: min(TRIALS, len(found.points))]
    return selftest.on_emulators(look, found.points[some], told, PROPOSALS, calibration.plan.seed + 8)


def held_out_of(
    calibration: Calibration, runs: Runs, scenarios: Sequence[Scenario], seeds: Sequence[int]
) -> tuple[pd.DataFrame, dict[str, float], int]:
    """What the ensemble gives of each target that was held out, the share of sets that meet each, and all, and a count.

    A set in none of whose runs there was anything to tell a target by is not counted for that target; ``told`` is the
    share of sets that are. Of meeting all, only sets count in which every target is told: the count is that of these.
    """
    held = calibration.held_out
    columns = ["name", "says", "low", "high", "ensemble_low", "median", "ensemble_high", "told", "met"]
    if not held:
        return pd.DataFrame(columns=columns), {}, 0
    counted = runs.sealed_values(scenarios, seeds)
    values = scaled(held, counted)
    mean, chance = means(values), np.nan_to_num(variance_of(values))
    nothing = (np.isfinite(counted) & ~np.isfinite(values)).any(axis=1)  # of what goes by factors: told, and missed
    there = np.isfinite(mean) | nothing
    fits = met(held, mean, chance / np.maximum(np.isfinite(values).sum(axis=1), 1)) & ~nothing
    whole = there.all(axis=1)
    shares = {
        target.name: float(fits[there[:, place], place].mean()) if there[:, place].any() else float("nan")
        for place, target in enumerate(held)
    }
    rows = [
        (
            target.name,
            target.says,
            target.low,
            target.high,
            *_sides(target, mean[:, place]),
            float(there[:, place].mean()),
            shares[target.name],
        )
        for place, target in enumerate(held)
    ]
    every = float(fits[whole].all(axis=1).mean()) if whole.any() else float("nan")
    return pd.DataFrame(rows, columns=columns), {"all": every, **shares}, int(whole.sum())


def _inside(calibration: Calibration, values: Floats) -> float:
    """The share of sets that lie inside every bare band, without any error or chance."""
    away = outside(calibration.fitted, means(scaled(calibration.fitted, values)))
    return float((np.nan_to_num(away, nan=1.0) == 0).all(axis=1).mean())


def _targets(calibration: Calibration, found: Found, values: Floats) -> pd.DataFrame:
    """By target its band, what the declared set gives and what the ensemble does."""
    rows = []
    mean = means(scaled(calibration.fitted, values))
    for place, target in enumerate(calibration.fitted):
        low, high = target.band
        inside = float(((mean[:, place] >= low) & (mean[:, place] <= high)).mean())
        rows.append(
            (
                target.name,
                target.says,
                target.low,
                target.high,
                target.grade,
                ", ".join(target.source),
                found.declared[place],
                *_sides(target, mean[:, place]),
                inside,
            )
        )
    columns = [
        "name",
        "says",
        "low",
        "high",
        "grade",
        "source",
        "declared",
        "ensemble_low",
        "median",
        "ensemble_high",
        "inside",
    ]
    return pd.DataFrame(rows, columns=columns)


def _sides(target: Target, values: Floats) -> tuple[float, float, float]:
    """The middle nine tenths of values on the scale of a target, as they are counted."""
    known = values[np.isfinite(values)]
    if not len(known):
        return (float("nan"),) * 3
    low, middle, high = np.quantile(known, (SIDES[0], 0.5, SIDES[1]))
    back = np.exp if target.scale == "log" else float
    return float(back(low)), float(back(middle)), float(back(high))


def _about(
    calibration: Calibration, base: Scenario, found: Found, runs: Runs, fits: bool, count: int, parameters: int
) -> dict[str, Any]:
    """What was asked and how much was done, as plain data."""
    said = {each.name: each.says for each in calibration.targets} | {
        each.name: each.says for each in calibration.outcomes
    }
    return {
        "name": calibration.name,
        "title": calibration.title,
        "question": calibration.question,
        "world": base.world.name,
        "settings": {name: base[name] for name in ("people.size", "time.years", "time.burn_in_weeks")},
        "plan": dataclasses.asdict(calibration.plan),
        "fits": fits,
        "tried": len(found.points),
        "accepted": len(found.accepted),
        "ensemble": count,
        "asked_sets": calibration.plan.sets,
        "most_met": max(int(wave["most_met"]) for wave in found.waves),
        "parameters": parameters,
        "runs": runs.done,
        "failed": len(runs.failed),
        "says": said,
    }

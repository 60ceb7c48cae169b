"""Status abroad: how it is lost and gained, the hazard of removal, and the years that count of a life with it."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.agents.people import Legal
from sim.ground.draws import Stream, draw
from sim.ground.kernel import part, rule
from sim.ledger.counters import C
from sim.ledger.persons import happens

Floats = NDArray[np.float64]


def removal_hazard(effort: Floats, rate_at_full_effort: float) -> Floats:
    """Yearly hazard of removal of a person without status, from the lever ``status.deportation_effort``."""
    return effort * rate_at_full_effort


def annuity(discount: float, hazard: Floats | float, horizon: float) -> Floats:
    """A = (1 - exp(-(r + removal)·H)) / (r + removal), in years; H where nothing is discounted (model 4.1)."""
    rate = np.asarray(discount + np.asarray(hazard), float)
    if discount > 1e-12 or np.minimum.reduce(rate, axis=None) > 1e-12:  # no hazard is below zero
        return np.expm1(rate * -horizon) / -rate
    safe = np.where(rate > 1e-12, rate, 1.0)
    return np.where(rate > 1e-12, -np.expm1(-safe * horizon) / safe, horizon)


@part
def start_removal_clock(people, regions, i, now):
    """Removal comes when the region's cumulative hazard has grown by one keyed exponential: its own clock."""
    u = draw(now.seed, Stream.REMOVAL_CLOCK, i, people.row[i].generation, now.week, 0)
    people.removal_at[i] = regions[people.here[i]].removal_sum - math.log(u)


@rule
def keeps_status(regions, people, i, now):
    """Whether person i, who has lost the job to which her status was tied, keeps it (lever ``work.job_mobility``).

    One draw for each job that was lost, however often she looks for another.
    """
    mobility = regions[people.here[i]].mobility
    if mobility <= 0.0:
        return False
    row = people.row[i]
    return draw(now.seed, Stream.JOB_MOBILITY, i, row.generation, row.job_since, 0) < mobility


@rule
def weeks_detained(rules, speed):
    """Weeks in detention before removal, at least one; ``speed`` lever ``return.speed``."""
    return max(round(rules.detention_weeks * (1.0 - rules.speed_detention * speed)), 1)


@rule
def papers_lapse(people, regions, i, valid, now):
    """Whether the status of person i, who came on papers good for ``valid`` weeks, has lapsed by now (C4-M08)."""
    row = people.row[i]
    if people.legal[i] != Legal.VISITOR or people.here[i] == row.home or now.week - row.since < valid:
        return False
    row.since = now.week
    people.legal[i] = Legal.IRREGULAR
    start_removal_clock(people, regions, i, now)
    return True


@rule
def regularised(people, now, i, hazard, weeks, counters):
    """Whether a person without status has obtained one within ``weeks`` (lever ``status.regularisation``, yearly)."""
    if hazard <= 0.0 or people.legal[i] != Legal.IRREGULAR:
        return False
    chance = -math.expm1(-hazard * weeks / 52.0)
    if draw(now.seed, Stream.REGULARISATION, i, people.row[i].generation, now.week, 0) >= chance:
        return False
    people.legal[i] = Legal.REGULAR
    people.removal_at[i] = np.inf
    people.row[i].since = now.week
    happens(people, counters, i, C.REGULARISED, now.week)
    return True

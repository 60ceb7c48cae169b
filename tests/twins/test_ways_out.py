"""Ways out of exploitation against a slow readable twin: a clock for each cause, and the earliest of the week wins."""

from __future__ import annotations

import math

import numpy as np

from sim.agents.people import PERSON_COLUMNS, Control
from sim.agents.venues import VENUE_COLUMNS
from sim.ground.calendar import Now
from sim.ground.draws import Stream, block
from sim.ground.kernel import kernel
from sim.ground.table import Table
from sim.rules.control.ways_out import NOTHING, Exit, OwnHazards, first_exit
from sim.scenario.scenario import Scenario
from sim.state.families import rules_of

PEOPLE, VENUES, SEED = 1500, 50, 11
BASE = Scenario.compose(["world=corridor"])
GIVEN = (BASE.values, BASE.mechanisms, BASE.world, 1000)
RULES = rules_of(*GIVEN).term


def clocks(seed: int, i: int, generation: int, venue: int, venue_generation: int, week: int) -> dict[Exit, float]:
    """The uniform of each clock: of the person, or of the place where all are met in the same week."""
    mine = [block(seed, Stream.EXIT, i, generation, week, number) for number in range(3)]
    place = block(seed, Stream.EXIT_VENUE, venue, venue_generation, week, 0)
    (own, complaint, dismissal, death), (tip, near, hotline, outreach), (health, *_) = mine
    return {
        Exit.OWN: own, Exit.COMPLAINT: complaint, Exit.DISMISSED: dismissal, Exit.DEATH: death, Exit.CLIENT_TIP: tip,
        Exit.NEIGHBOUR: near, Exit.HOTLINE: hotline, Exit.OUTREACH: outreach, Exit.HEALTH: health,
        Exit.RAID: place[0], Exit.INSPECTION: place[1],
    }  # fmt: skip


def earliest(us: dict[Exit, float], control: int, inside: OwnHazards, met: np.ndarray) -> int:
    """The cause whose exponential clock goes off first within the week; NOTHING if none does."""
    tip, near, hotline, outreach, raid, inspection, health = (float(hazard) for hazard in met)
    hazards = {
        Exit.OWN: inside.own, Exit.COMPLAINT: inside.complaint, Exit.DISMISSED: inside.dismissal,
        Exit.DEATH: inside.death, Exit.CLIENT_TIP: tip, Exit.NEIGHBOUR: near, Exit.OUTREACH: outreach,
        Exit.HOTLINE: hotline * RULES.can_call[control], Exit.HEALTH: health * RULES.needs_care[control],
        Exit.RAID: raid, Exit.INSPECTION: inspection,
    }  # fmt: skip
    times = {cause: -math.log(us[cause]) / hazard for cause, hazard in hazards.items() if hazard > 0}
    first = min(times, key=lambda cause: times[cause], default=None)
    return NOTHING if first is None or times[first] >= 1 else int(first)


@kernel
def causes(now, rules, people, venues, inside, met, out):
    for i in range(len(people.row)):
        row = people.row[i]
        mine = OwnHazards(inside[i, 0], inside[i, 1], inside[i, 2], inside[i, 3])
        out[i] = first_exit(now, rules, i, row, venues[row.venue], mine, met[i])


def test_the_first_way_out_is_that_of_its_readable_twin() -> None:
    rng = np.random.default_rng(5)
    people, venues = Table("migrant", PERSON_COLUMNS, PEOPLE), Table("venue", VENUE_COLUMNS, VENUES)
    people["venue"][:] = rng.integers(0, VENUES, PEOPLE)
    people["generation"][:] = rng.integers(0, 4, PEOPLE)
    people["control"][:] = rng.integers(0, len(Control), PEOPLE)
    venues["generation"][:] = rng.integers(0, 4, VENUES)
    inside, met = (
        np.where(rng.random((PEOPLE, width)) < 0.6, 10 ** rng.uniform(-3, 1, (PEOPLE, width)), 0.0) for width in (4, 7)
    )
    found, week = np.zeros(PEOPLE, np.int64), 37
    causes(Now(week, SEED, SEED), RULES, people.view, venues.records, inside, met, found)
    expected = []
    for i in range(PEOPLE):
        k = int(people["venue"][i])
        us = clocks(SEED, i, int(people["generation"][i]), k, int(venues["generation"][k]), week)
        expected.append(earliest(us, int(people["control"][i]), OwnHazards(*inside[i]), met[i]))
    assert found.tolist() == expected
    assert len(set(expected)) == 12  # every clock was somebody's first, and some had none

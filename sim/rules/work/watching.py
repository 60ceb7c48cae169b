"""On what terms a person works for whoever controls her, and what watching her costs the venue (model 4.4)."""

from __future__ import annotations

import numpy as np

from sim.agents.people import NEVER, Bound, Control
from sim.ground.kernel import part, rule


@rule
def watch(people, venues, regions, i, k, control):
    """Venue k controls person i by these means from now on, and by no others; none of them cost nothing."""
    place, costs = venues[k], regions[venues[k].region].control_cost
    if people.row[i].control > 0:
        place.watched -= 1
        place.attention -= costs[people.row[i].control]
    if control > 0:
        place.watched += 1
        place.attention += costs[control]
    if place.watched == 0:
        place.attention = 0.0  # of sums something is left in the last digits
    people.row[i].control = control


@rule
def end_control(people, i):
    """No terms but going ones hold person i."""
    person = people.row[i]
    person.control = Control.NONE
    person.credited = 1.0
    person.receipts = 0.0
    people.bound[i] &= ~np.uint8(Bound.CONTROLLED)


@part
def set_terms(people, venues, regions, rules, i, k, control, sigma, week):
    """Person i works on the terms (control, sigma) of venue k until the next review."""
    place = venues[k]
    person = people.row[i]
    watch(people, venues, regions, i, k, control)
    person.credited = sigma
    person.review_week = week + rules.review_weeks
    if rules.control_capacity:
        place.shadow = max(place.attention / max(place.room, 1e-9) - 1.0, 0.0) * rules.shadow_pace
    if control > 0 or sigma < 1.0:
        people.bound[i] |= np.uint8(Bound.CONTROLLED)
        people.due[i] = NEVER
    else:
        end_control(people, i)

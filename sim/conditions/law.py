"""The law in each place this week: what agencies can take up, what there is to give, and what people make of it.

One record a region, so that a rule which reads five of them touches one or two cache lines and takes one argument.
"""

from __future__ import annotations

import math

import numpy as np

from sim.agents.people import Bound, Care
from sim.ground.kernel import kernel, part, rule
from sim.rules.justice.experience import collusion, kept_promises, paid_awards, pressing
from sim.rules.rationing import top_up

SAFE, CHILD_PLACE = np.uint8(Bound.SAFE), np.uint8(Care.CHILD_PLACE)


@kernel
def see_the_law(s, p):
    """What agencies can take up, may give and how far they are trusted."""
    count_sheltered(s.people, s.regions)
    prepare_agencies(s.agencies, p)
    for region in range(len(s.regions)):
        row, place = s.regions[region], s.law[region]
        place.places = places_of_the_week(s.regions, p.agency, region, row.sheltered) - row.sheltered
        row.permits_left = top_up(row.permits_left, row.permits_weekly, p.agency.permits_kept)
        # a part of a place is one: who looks after a child does not do it by halves
        place.child_places = math.ceil(row.children_paid) - row.children_in_care
        place.permits_left = math.inf if row.permits_unlimited else row.permits_left
        place.collusion = collusion(s.regions, p.belief, region)
        place.trust = row.trust_start * (1.0 - place.collusion) * row.hostility * row.engaged * row.mission_trust
        place.promise = kept_promises(s.regions, p.belief, region, place.protection_permit)
        place.paid = paid_awards(s.regions, p.belief, region)
        if p.threat.threats:
            start = p.meeting.retaliation_chance
            place.threatened = pressing(p.belief, row.pressed, start, row.justice_strength)
            place.family_threatened = pressing(p.belief, row.pressed_families, start, row.justice_strength)


@rule
def places_of_the_week(regions, rules, region, occupied):
    """Whole places in safe accommodation: a part of a place is one for that part of the time.

    ``occupied`` : people who are in one. Moves on by a week the weeks for which one more place is paid for by the part
    above whole ones.
    """
    row = regions[region]
    paid = row.shelter_paid + row.care_places
    full = math.floor(paid)
    part = paid - full
    saved = row.shelter_saved + part - (1.0 if occupied > full else 0.0)
    row.shelter_saved = min(max(saved, -rules.places_kept), rules.places_kept)
    return full + (1.0 if part > 0.0 and row.shelter_saved > 0.0 else 0.0)


@part
def count_sheltered(people, regions):
    """People in safe accommodation by region."""
    for region in range(len(regions)):
        regions[region].sheltered = 0.0
        regions[region].children_in_care = 0.0
    for i in range(len(people.bound)):
        if people.bound[i] & SAFE:
            if people.row[i].care & CHILD_PLACE:
                regions[people.here[i]].children_in_care += 1.0
            else:
                regions[people.here[i]].sheltered += 1.0


@part
def prepare_agencies(agencies, p):
    """Meetings that agencies can take up this week, how many they are asked for, and what courts have not forgotten."""
    # columns hold four bytes, and so does every step
    meetings, lasts = np.float32(p.agency.meetings), np.float32(p.agency.meetings_kept)
    remembered = np.float32(p.belief.community_kept)
    for n in range(len(agencies)):
        agencies[n].attention = top_up(agencies[n].attention, agencies[n].staff * meetings, lasts)
        agencies[n].caseload = 0
        if p.belief.learning:
            kept = p.belief.community_kept
            agencies[n].asked = agencies[n].asked * kept + agencies[n].asks * (1.0 - kept)
        agencies[n].asks = 0
        agencies[n].skill = agencies[n].skill * remembered

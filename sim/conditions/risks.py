"""What whoever controls people at work has to fear this week, by region, sector, visibility and means (model 4.4, 4.7).

Found, with chance ``detection`` a week, is somebody whom those who come recognise: they must come (``reach`` of
:mod:`sim.conditions.encounters`), not be paid to leave it undone, have time, know the signs, may act and want to,
within the law. These are the steps of :mod:`sim.rules.justice.contacts` and
:mod:`sim.rules.justice.identification`, as chances. ``watched`` is that police who look for places by themselves find
this one (:mod:`sim.rules.justice.leads`). Both are occasions for a conviction, and both are believed: what has been
announced counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.agents.agencies import AgencyKind
from sim.agents.officials import Post
from sim.conditions.demand import mission_share
from sim.conditions.encounters import hazards_of_a_week, hostility
from sim.conditions.recognising import shown_in_interviews
from sim.ground.kernel import CHUNKS, kernel, rule
from sim.rules.control.ways_out import (
    HEALTH_CARE,
    HOTLINE_CALL,
    INSPECTED,
    NEIGHBOURS,
    OUTREACH_VISIT,
    RAIDED,
    TIP,
)
from sim.rules.corruption.bribes import unit_at
from sim.rules.justice.contacts import chance_of_time
from sim.rules.justice.experience import collusion

if TYPE_CHECKING:
    from sim.state.state import State

Floats = NDArray[np.float64]


# --- what follows from levers alone -----------------------------------------------------------------------------


def abilities(state: State, levers: dict[str, Floats]) -> tuple[Floats, Floats, Floats]:
    """What people of every agency know, may and want under ``levers``, chances; (regions, kinds) each."""
    rules = state.p.agency
    want = levers["agency.goodwill"] * hostility(state, levers)[:, None]
    given = levers["agency.knowledge"] * rules.knows, levers["agency.authority"] * rules.may, want * rules.wants
    knows, may, wants = (np.minimum(chance, 1.0) for chance in given)
    return knows, may, wants


def recognition(state: State, levers: dict[str, Floats]) -> Floats:
    """Chance that an agency with time recognises whom it meets at work, (regions, sectors, kinds), under ``levers``.

    As in :func:`sim.rules.justice.identification.recognised`.
    """
    sectors = state.world.sectors
    sex = sectors.commercial_sex[None, :] > 0
    mandate, scope = levers["agency.mandate"][:, None], levers["protection.scope"][:, None]
    knows, may, wants = abilities(state, levers)
    within = np.repeat(np.where(sex, 1.0, mandate)[:, :, None], len(AgencyKind), axis=2)
    helped = np.where(sex, sectors.female_share[None, :], 0.0)
    within[..., AgencyKind.SERVICES] = helped + (1.0 - helped) * scope
    # helpers are there to act
    acts = may * wants
    acts[:, AgencyKind.SERVICES] = 1.0
    if state.p.recognition.on:
        within = within * shown_in_interviews(state, levers)[:, :, None]
    return np.asarray(np.minimum(levers["agency.priority"], 1.0)[:, :, None] * (knows * acts)[:, None, :] * within)


def severity(years: Floats, full: float, weight: float) -> Floats:
    """What a penalty of so many years of pay weighs with those whom it threatens, in years of pay.

    In full up to ``full``; beyond it grows with the power ``weight``, 1 for those who count nothing but its worth.
    """
    return np.asarray(np.minimum(years, full) * np.maximum(years / full, 1.0) ** weight)


# --- the week ---------------------------------------------------------------------------------------------------


@kernel
def see_risks(span, s, p, met):
    """Who may find out what happens at work, what officials let through for money, and who buys there.

    ``met`` : whether people are met as those who plan expect.
    """
    total, sectors, looked_at, found = len(s.regions), len(s.sectors), 0.0, 0.0
    for region in range(span.first * total // CHUNKS, span.end * total // CHUNKS):
        here = s.regions[region]
        here.shown = shown_to_police(s, p, region)
        for cell in range(region * sectors, (region + 1) * sectors):
            row = s.cells[cell]
            from_mission = mission_share(s.cells, cell)
            # raids, inspections and tips that need a mission's consent, as far as members are immune (C8-M06)
            row.by_mission = from_mission * here.immunity
            recognise = see_who_comes(s, p, cell)
            people = people_of_a_place(s.venues, s.cell_first, cell)
            for visibility in range(3):
                hazards = hazards_of_a_week(row.reach, visibility, 1.0 - from_mission * here.shielded)
                if met:
                    for cause in range(7):
                        row.hazards[visibility, cause] = hazards[cause]
                come_and_recognise(s, p, cell, visibility, hazards, recognise)
                shown = shown_of_places(s, p, region, visibility)
                if shown != looked_at:  # a power takes longer than all the rest, and most places are looked for alike
                    looked_at, found = shown, 1.0 - (1.0 - shown) ** p.case.looks
                row.watched[visibility] = found_by_police_who_look(s, p, region, visibility, found) / people
                row.customers[visibility] = s.sectors[cell - region * sectors].customers[visibility]
            # members of a mission who are kept out of open places are served under cover
            row.customers[0] = (1.0 - row.boycotted) * (1.0 - from_mission * here.kept_out)
            row.customers[1] *= 1.0 - p.venue_market.boycott_discreet * row.boycotted


@rule
def see_who_comes(s, p, cell):
    """Complaints of a cell that are heard, and the chances by agency that somebody has time and recognises people."""
    row, region = s.cells[cell], cell // len(s.sectors)
    not_sold = not_bought(s.units, p.official, region, row.by_mission)
    row.complains = s.regions[region].complains * ((1.0 - collusion(s.regions, p.belief, region)) * not_sold)
    return (
        taken_up(s, cell, region, AgencyKind.POLICE),
        taken_up(s, cell, region, AgencyKind.SPECIALISED_POLICE),
        taken_up(s, cell, region, AgencyKind.INSPECTORATE),
        taken_up(s, cell, region, AgencyKind.SERVICES),
    )


@rule
def come_and_recognise(s, p, cell, visibility, hazards, recognise):
    """Weekly hazards, for a place in a cell, that agencies come, that they recognise somebody and that they do not.

    ``hazards`` of being met, by cause; ``recognise`` : chances that police, specialised police, inspectors and services
    have time and recognise somebody.
    """
    police, special, inspectors, helped = recognise
    row, region = s.cells[cell], cell // len(s.sectors)
    in_money = 1.0 - p.term.in_kind * s.sectors[cell % len(s.sectors)].commercial_sex
    tips, raids, visits, bribes = come_in_spite_of_bribes(s, p, cell, hazards, in_money)
    row.bribes[visibility] = bribes
    found = tips * (police + p.meeting.tip_specialised * (special - police))
    found += raids * (police + p.meeting.raid_specialised * (special - police))
    found += visits * inspectors
    row.visited[visibility] = tips + raids + visits
    row.removed[visibility] = s.regions[region].reported * (row.visited[visibility] - found)
    found += helped * hazards[OUTREACH_VISIT]
    called = helped * hazards[HOTLINE_CALL]
    treated = helped * hazards[HEALTH_CARE]
    for means in range(5):
        row.detection[visibility, means] = found + called * p.term.can_call[means] + treated * p.term.needs_care[means]


@rule
def taken_up(s, cell, region, kind):
    """Chance that an agency that meets somebody in a cell has time and recognises her."""
    return s.cells[cell].recognises[kind] * chance_of_time(s.agencies, region, kind)


@rule
def come_in_spite_of_bribes(s, p, cell, hazards, in_money):
    """(tips, raids, inspections that come, a week, and US$/week for bribes), as whoever controls people there expects.

    Officials who sell take a part out of each way to be found; ``in_money`` is the share of their price paid in money.
    """
    row, region = s.cells[cell], cell // len(s.sectors)
    police = unit_at(p.official, Post.POLICE, region)
    inspectors = unit_at(p.official, Post.INSPECTORATE, region)
    mission = unit_at(p.official, Post.MISSION, region)
    tip, near, raid, visit = hazards[TIP], hazards[NEIGHBOURS], hazards[RAIDED], hazards[INSPECTED]
    local = 1.0 - row.by_mission
    cost, tip_1, near_1, raid_1, _ = let_off(s.units, police, local, in_money, tip, near, raid, 0.0, 0.0)
    cost, _, _, _, visit_1 = let_off(s.units, inspectors, local, in_money, 0.0, 0.0, 0.0, visit, cost)
    cost, tip_2, near_2, raid_2, visit_2 = let_off(
        s.units, mission, row.by_mission, in_money, tip, near, raid, visit, cost
    )
    return (tip - tip_1 - tip_2) + (near - near_1 - near_2), raid - raid_1 - raid_2, visit - visit_1 - visit_2, cost


@rule
def let_off(units, unit, part, in_money, tip, near, raid, visit, cost):
    """(``cost`` and what officials of a unit take, hazards that they let through of tips, neighbours, raids, visits).

    ``part`` : share of such events that come before them.
    """
    bought, warned, price = part * units[unit].bought, part * units[unit].betrayed, in_money * units[unit].price
    tip, near, raid, visit = tip * bought, near * bought, raid * warned, visit * bought
    return cost + tip * price + near * price + raid * price + visit * price, tip, near, raid, visit


@rule
def not_bought(units, rules, region, by_mission):
    """Share of complaints that nobody is paid to forget."""
    police, mission = unit_at(rules, Post.POLICE, region), unit_at(rules, Post.MISSION, region)
    return 1.0 - (1.0 - by_mission) * units[police].bought - by_mission * units[mission].bought


@rule
def shown_to_police(s, p, region):
    """Places of a region where people are controlled, each as far as police who look see it."""
    sectors = len(s.sectors)
    total = 0.0
    for k in range(s.cell_first[region * sectors], s.cell_first[(region + 1) * sectors]):
        if s.venues[k].active == 1 and s.venues[k].attention > 0.0:
            total += p.case.seen_by_police[s.venues[k].visibility]
    return total


@rule
def shown_of_places(s, p, region, visibility):
    """Share of the places of a region that show police who look that people are controlled, with one that does."""
    sectors = len(s.sectors)
    there = s.cell_first[(region + 1) * sectors] - s.cell_first[region * sectors]
    shown = max(s.regions[region].shown, p.case.seen_by_police[visibility])
    return min(shown / there, 1.0) if shown > 0.0 and there > 0 else 0.0


@rule
def found_by_police_who_look(s, p, region, visibility, finds):
    """Weekly hazard that police who look find a place of a region where people are controlled (C5-P34).

    A look goes to places of the region by chance until one shows that people are controlled, which ``finds`` is the
    chance of; a case is opened for the place, and counts once for all who are there.
    """
    seen = p.case.seen_by_police[visibility]
    shown = max(s.regions[region].shown, seen)
    return s.regions[region].looks * finds * seen / shown if finds > 0.0 else 0.0


@rule
def people_of_a_place(venues, cell_first, cell):
    """People whom a place of a cell controls that controls any, in the mean; at least one."""
    places, people = 0.0, 0.0
    for k in range(cell_first[cell], cell_first[cell + 1]):
        if venues[k].active == 1 and venues[k].watched > 0:
            places += 1.0
            people += venues[k].watched
    return people / places if places > 0.0 else 1.0

"""Leads: how what agencies meet, hear, stop at a border or look for themselves becomes a case (model 4.7)."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.agents.agencies import KINDS, PURSUES_CASES, AgencyKind
from sim.agents.cases import Source
from sim.ground.calendar import WEEKS_PER_YEAR
from sim.ground.draws import Stream, block, draw
from sim.ground.kernel import kernel, part, rule
from sim.ledger.counters import C
from sim.rules.control.ways_out import Exit
from sim.rules.corruption.capture import hear_of_officials
from sim.rules.justice.evidence import add, case_of_enterprise, case_of_venue, enterprise_shows, takes_part
from sim.rules.justice.help import join, tell_what_is_known
from sim.rules.justice.telling import Rung
from sim.rules.justice.trust import may_pass_on, over_usual
from sim.rules.networks.operations import arrest_guide, operations_share


@rule
def source_of(cause):
    """Where a lead came from, by what brought the agency there."""
    if cause == Exit.RAID or cause == Exit.CLOSED:
        return Source.RAID
    if cause == Exit.INSPECTION:
        return Source.INSPECTION
    if cause == Exit.CLIENT_TIP or cause == Exit.NEIGHBOUR:
        return Source.TIP
    return Source.REPORT


@rule
def could_convict(venues, meeting):
    """Whether a meeting is an occasion to convict an exploiter: what is done to her is recognised there, or told.

    Police who come to arrest him are none: the case is there already.
    """
    if meeting.venue < 0 or meeting.cause == Exit.CLOSED or venues[meeting.venue].region != meeting.region:
        return False
    return meeting.recognised == 1 or meeting.cause == Exit.COMPLAINT


@kernel
def take_leads(s, p, now, counters):
    """Leads from the week's meetings and statements (lever ``police.reactive``)."""
    for number in range(s.book.counts[0]):
        meeting = s.book.meetings[number]
        s.regions[meeting.region].convictions[1] += could_convict(s.venues, meeting)
        if PURSUES_CASES[meeting.agency] == 0 or meeting.venue < 0:
            continue
        if meeting.recognised == 0 and meeting.cause != Exit.COMPLAINT:
            continue
        u = draw(now.seed, Stream.LEAD, meeting.person, meeting.generation, now.week, 0)
        if u >= s.law[meeting.region].police_reactive:
            continue
        u = draw(now.seed, Stream.LEAD, meeting.person, meeting.generation, now.week, 1)
        shared = crosses(s, p, meeting, u) and agrees(s, p, now, meeting, counters)
        n = case_where_it_stands(s, p, meeting, source_of(meeting.cause), shared, counters, now.week)
        if n < 0:
            continue
        case = s.cases[n]
        note_origin(s.people, case, meeting.person)
        inspected = meeting.agency == AgencyKind.INSPECTORATE
        shown = p.case.met_inspectorate if inspected else p.case.met_exploitation
        case.exploitation = add(case.exploitation, shown)
        if meeting.agency == AgencyKind.SPECIALISED_POLICE:
            case.control = add(case.control, p.case.met_control)
        if s.people.here[meeting.person] != s.people.row[meeting.person].home:
            case.movement = add(case.movement, p.case.met_movement)
    for number in range(s.book.counts[1]):
        take_statement(s, p, now, s.book.statements[number], counters)


@part
def take_statement(s, p, now, said, counters):
    """Leads on a workplace, and on those who brought a person there, from what she has said."""
    u_lead, u_share, _, u_there = block(now.seed, Stream.LEAD, said.person, said.generation, now.week, 1)
    local = s.law[said.region]
    stands, reached = said.region, False
    if said.brought_by >= 0 and said.true and said.rung >= Rung.INFORMATION:
        stands = s.enterprises.row[said.brought_by].home
        reached = u_share < reaches(s, p.trust, said.region, stands)
    goes = crosses(s, p, said, u_there)
    # she is asked once for all that she has said
    stays = (goes or (reached and stands != said.region)) and not agrees(s, p, now, said, counters)
    if reached and not (stays and stands != said.region):
        pass_on(s, p.case, said, counters, now.week)
    if said.venue < 0 or (s.venues[said.venue].case < 0 and u_lead >= local.police_reactive):
        return
    n = case_where_it_stands(s, p, said, np.int64(Source.REPORT), goes and not stays, counters, now.week)
    if n < 0:
        return
    case = s.cases[n]
    note_origin(s.people, case, said.person)
    if said.true and said.brought_by >= 0:
        case.carrier, case.carrier_generation = said.brought_by, said.brought_by_generation
        case.told = 1
        case.handed = max(case.handed, said.handed)
    # whether she is heard before trial is decided once for each case
    heard = draw(now.seed, Stream.LEAD, said.person, said.generation, case.opened, 3)
    hear_statement(s.cases, p.case, n, said, heard < local.justice_early_deposition, counters)


@rule
def reaches(s, rules, told, stands):
    """Chance that what is told in one region is taken up where those stand of whom it is told.

    Where that is the same, as often after screening on return, police there take it up (C7-M29, C11-M03); elsewhere
    it has to be shared, which trust multiplies, and nobody tells colleagues who may sell it (C1-F16).
    """
    shared = s.law[told].coop_sharing * over_usual(s.trust, rules, told, stands)
    taken_up = s.law[told].police_reactive if told == stands else shared
    return taken_up * (1.0 - s.law[stands].collusion)


@rule
def would_share(s, p, told, there, u):
    """Whether something told in one region goes to another, where it belongs; ``u`` a uniform."""
    # where it happened nobody recorded her: those there hesitate (C12-M02)
    looked_into = p.trust.unrecorded if p.trust.on else 1.0
    return told != there and u < min(looked_into * reaches(s, p.trust, told, there), 1.0)


@rule
def crosses(s, p, told, u):
    """Whether what a meeting or a statement says of a workplace would go to another region."""
    return told.venue >= 0 and would_share(s, p, told.region, s.venues[told.venue].region, u)


@rule
def agrees(s, p, now, told, counters):
    """Whether what a person told may cross a border, as far as anybody asks her."""
    return not p.trust.on or may_pass_on(s, p.trust, now, told, counters)


@rule
def case_where_it_stands(s, p, told, source, shared, counters, week):
    """The case to which something told of a venue belongs, -1 without any; ``shared`` whether it is passed on.

    What is told elsewhere is passed to where the venue stands (lever ``coop.sharing``), unless police there are thought
    to sell it; otherwise it stays where it was told, out of reach of the owner (C9-M12). A case that is worked on
    elsewhere learns of it only so, too, and police where the venue stands open one of their own.
    """
    return case_at(s, p, told.venue, told.venue_generation, told.region, source, shared, counters, week)


@part
def case_at(s, p, k, generation, region, source, shared, counters, week):
    """The same of venue k and what is told in a region."""
    there, n = s.venues[k].region, s.venues[k].case
    if region == there and n >= 0 and not takes_part(s.cases[n], region):
        s.venues[k].case = -1
    n = case_of_venue(
        s, k, generation, there if shared else region, Source.SHARED if shared else source, counters, week
    )
    if n < 0 or takes_part(s.cases[n], region):
        return n
    if not shared:
        return -1
    counters[C.LEADS_SHARED] += 1.0
    join(s, p.case, n, region, counters)
    return n


@rule
def note_origin(people, case, i):
    """A person whom a case is about came from elsewhere, and an enterprise may have brought her."""
    person = people.row[i]
    if person.home != case.region:
        case.origin = person.home
    if case.carrier < 0 and person.brought_by >= 0:
        case.carrier, case.carrier_generation = person.brought_by, person.brought_by_generation


@rule
def hear_statement(cases, rules, n, said, deposed, counters):
    """What a person has said goes into case n."""
    case = cases[n]
    if said.rung == Rung.INFORMATION:
        case.exploitation = add(case.exploitation, rules.told_information)
        return
    case.exploitation = add(case.exploitation, rules.told_exploitation * said.quality)
    case.control = add(case.control, rules.told_control * said.quality)
    same = case.witness == said.person and case.witness_generation == said.generation
    # who speaks where nobody takes part can be believed, and not be heard in court
    if not same:
        if said.rung <= case.rung or not takes_part(case, said.region):
            return
        case.pressed = case.deposed = 0  # nobody has pressed or heard her yet
    case.witness, case.witness_generation = said.person, said.generation
    case.rung, case.quality = said.rung, said.quality
    if said.rung >= Rung.DEPOSITION and deposed and case.deposed == 0:
        case.deposed = 1
        counters[C.DEPOSITIONS] += 1.0


@rule
def pass_on(s, rules, said, counters, week):
    """A lead on those who brought a person, where they stand: taken up there, or passed on (lever ``coop.sharing``)."""
    j = said.brought_by
    if s.enterprises.row[j].active == 0 or s.enterprises.row[j].generation != said.brought_by_generation:
        return
    here = s.enterprises.row[j].home == said.region
    n = case_of_enterprise(s, j, s.enterprises.row[j].home, Source.REPORT if here else Source.SHARED, counters, week)
    if n < 0:
        return
    if here:
        tell_what_is_known(s.cases[n], rules)
    else:
        counters[C.LEADS_SHARED] += 1.0
        join(s, rules, n, said.region, counters)


@kernel
def take_border_leads(s, p, now, active, counters):
    """Guided crossings that were stopped become leads on the enterprise, in the region of the border."""
    for position in range(len(active)):
        j = active[position]
        caught = s.enterprises.row[j].caught
        if caught <= 0:
            continue
        s.enterprises.row[j].caught = 0
        region = s.enterprises.row[j].caught_region
        s.regions[region].smuggling_convictions[1] += caught
        arrest_guide(s, p, now, j, caught, counters)
        chance = 1.0 - (1.0 - p.case.border_case * s.law[region].police_reactive) ** caught
        u = draw(now.seed, Stream.LEAD, j, s.enterprises.row[j].generation, now.week, 2)
        if u >= chance:
            continue
        n = case_of_enterprise(s, j, region, Source.BORDER, counters, now.week)
        if n >= 0:
            s.cases[n].movement = add(s.cases[n].movement, p.case.border_movement)


def looks(finds, reach, time, cells, staff) -> Any:
    """Looks for places that specialised police of a region take in a week, of one region or of several.

    ``finds`` in a year of an officer who does nothing else; ``time`` lever police.proactive, ``cells`` intel.cells.
    """
    return finds * time * (1.0 + reach * cells) * staff / WEEKS_PER_YEAR


looks_in_a_week = rule(looks)  # the same inside a kernel


@kernel
def look_for_cases(s, p, now, counters):
    """Specialised police look by themselves (levers ``police.proactive``, ``intel.cells``): fewer, deeper cases.

    Those who work against networks (levers ``police.node_*``) look for enterprises.
    """
    sectors = len(s.sectors.inspected)
    for region in range(len(s.law)):
        local = s.law[region]
        staff = s.agencies[region * KINDS + AgencyKind.SPECIALISED_POLICE].staff
        others = p.case.general_looks * s.agencies[region * KINDS + AgencyKind.POLICE].staff
        look_for_enterprises(s, p, now, region, staff + others, counters)
        first, last = s.cell_first[region * sectors], s.cell_first[(region + 1) * sectors]
        if last <= first:
            continue
        expected = looks_in_a_week(p.case.proactive, p.case.reach, local.police_proactive, local.intel_cells, staff)
        whole = int(expected)
        if draw(now.seed, Stream.PROACTIVE, region, 0, now.week, 0) < expected - whole:
            whole += 1
        for number in range(whole):
            found = -1
            for attempt in range(p.case.looks):
                where, sees, _, _ = block(now.seed, Stream.PROACTIVE, region, number + 1, now.week, attempt)
                k = first + int(where * (last - first))
                if (
                    s.venues[k].active == 1
                    and s.venues[k].attention > 0.0
                    and sees < p.case.seen_by_police[s.venues[k].visibility]
                ):
                    found = k
                    break
            if found < 0 or s.venues[found].case >= 0:
                continue
            n = case_of_venue(
                s,
                found,
                s.venues[found].generation,
                region,
                Source.PROACTIVE,
                counters,
                now.week,
            )
            if n < 0:
                continue
            counters[C.LEADS_PROACTIVE] += 1.0
            s.regions[region].convictions[1] += 1.0
            s.cases[n].exploitation = add(s.cases[n].exploitation, p.case.watched_exploitation)
            s.cases[n].control = add(s.cases[n].control, p.case.watched_control)
            s.cases[n].network = add(s.cases[n].network, p.case.watched_network * local.intel_cells)


@part
def look_for_enterprises(s, p, now, region, staff, counters):
    """Police who work against networks look for enterprises of their region; those that show most are seen first."""
    begin, end = s.enterprise_first[region], s.enterprise_first[region + 1]
    if end <= begin:
        return
    expected = p.case.proactive * operations_share(s.law[region]) * staff / 52.0
    whole = int(expected)
    if draw(now.seed, Stream.PROACTIVE, region, 0, now.week, 1) < expected - whole:
        whole += 1
    for number in range(whole):
        for attempt in range(p.case.looks_enterprises):
            where, sees, _, _ = block(now.seed, Stream.PROACTIVE, region, number + 1, now.week, 16 + attempt)
            j = begin + int(where * (end - begin))
            row = s.enterprises.row[j]
            if row.active == 1 and row.case < 0 and sees < enterprise_shows(s.enterprises, p.market, p.case, j):
                n = case_of_enterprise(s, j, region, Source.PROACTIVE, counters, now.week)
                if n >= 0:
                    counters[C.LEADS_PROACTIVE] += 1.0
                    s.cases[n].movement = add(s.cases[n].movement, p.case.watched_movement)
                break


@kernel
def begin_cases(s, p, now, active, counters):
    """What people say of officials, and leads: from meetings and statements, from borders, and from looking."""
    hear_of_officials(s.units, s.law, s.book, p.official, now, counters)
    take_leads(s, p, now, counters)
    take_border_leads(s, p, now, active, counters)
    look_for_cases(s, p, now, counters)

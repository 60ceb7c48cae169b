"""Leads: how what agencies meet, hear, stop at a border or look for themselves becomes a case (model 4.7)."""

from __future__ import annotations

from sim.agents.agencies import KINDS, PURSUES_CASES, AgencyKind
from sim.agents.cases import Source
from sim.conditions.encounters import SEEN_BY_POLICE, Exit
from sim.ground.draws import Stream, block, draw
from sim.ground.kernel import kernel, part, rule
from sim.ledger.counters import C
from sim.rules.justice.evidence import add, case_of_enterprise, case_of_venue
from sim.rules.justice.telling import Rung
from sim.rules.networks.operations import arrest_guide, operations_share

GENERAL_LOOKS = 0.5  # how much of an officer of general police counts as one of specialised police against enterprises


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


@kernel
def take_leads(book, c, cursor, m, v, t, week, seed, counters, law, certainty):
    """Leads from the week's meetings and statements (lever ``police.reactive``).

    ``certainty`` (regions, 2) counts the occasions on which exploiters could have been convicted.
    """
    for number in range(book.counts[0]):
        meeting = book.meetings[number]
        if PURSUES_CASES[meeting.agency] == 0 or meeting.venue < 0:
            continue
        complained = meeting.cause == Exit.COMPLAINT
        if meeting.exploited or meeting.recognised or complained:
            certainty[meeting.region, 1] += 1.0
        if meeting.recognised == 0 and not complained:
            continue
        u = draw(seed, Stream.LEAD, meeting.person, meeting.generation, week, 0)
        if u >= law.place[meeting.region].police_reactive:
            continue
        n = case_of_venue(
            c, cursor, v, meeting.venue, meeting.venue_generation, meeting.region, source_of(meeting.cause), week,
            counters,
        )  # fmt: skip
        if n < 0:
            continue
        case = c.row[n]
        case.exploitation = add(case.exploitation, 0.35 if meeting.agency == AgencyKind.INSPECTORATE else 0.2)
        if meeting.agency == AgencyKind.SPECIALISED_POLICE:
            case.control = add(case.control, 0.1)
        if m.here[meeting.person] != m.row[meeting.person].home:
            case.movement = add(case.movement, 0.15)
    for number in range(book.counts[1]):
        said = book.statements[number]
        u_lead, u_share, u_depose, _ = block(seed, Stream.LEAD, said.person, said.generation, week, 1)
        place = law.place[said.region]
        # nobody tells colleagues who may sell it (C1-F16)
        if (
            said.carrier >= 0
            and said.true
            and said.rung >= Rung.INFORMATION
            and u_share < place.coop_sharing * (1.0 - law.place[t.row[said.carrier].home].collusion)
        ):
            pass_on(c, cursor, t, said, week, counters)
        if said.venue < 0 or (v.row[said.venue].case < 0 and u_lead >= place.police_reactive):
            continue
        n = case_of_venue(c, cursor, v, said.venue, said.venue_generation, said.region, Source.REPORT, week, counters)
        if n < 0:
            continue
        hear_statement(c, n, said, u_depose < place.justice_early_deposition, counters)


@rule
def hear_statement(c, n, said, deposed, counters):
    """What a person has said goes into case n."""
    case = c.row[n]
    if said.rung == Rung.INFORMATION:
        case.exploitation = add(case.exploitation, 0.15)
        return
    case.exploitation = add(case.exploitation, 0.3 * said.quality)
    case.control = add(case.control, 0.4 * said.quality)
    same = case.witness == said.person and case.witness_generation == said.generation
    if same or said.rung > case.rung:
        case.witness, case.witness_generation = said.person, said.generation
        case.rung, case.quality = said.rung, said.quality
    if said.rung >= Rung.DEPOSITION and deposed and case.deposed == 0:
        case.deposed = 1
        counters[C.DEPOSITIONS] += 1.0


@rule
def pass_on(c, cursor, t, said, week, counters):
    """A lead on those who brought a person is passed to the region where they stand (lever ``coop.sharing``)."""
    j = said.carrier
    if t.row[j].active == 0 or t.row[j].generation != said.carrier_generation:
        return
    n = case_of_enterprise(c, cursor, t, j, t.row[j].home, Source.SHARED, week, counters)
    if n < 0:
        return
    counters[C.LEADS_SHARED] += 1.0
    c.row[n].joint = 1
    c.row[n].movement = add(c.row[n].movement, 0.3)
    c.row[n].network = add(c.row[n].network, 0.2)


@kernel
def take_border_leads(c, cursor, t, active, count, week, seed, counters, law, certainty, rules, trade):
    """Guided crossings that were stopped become leads on the enterprise, in the region of the border."""
    for position in range(count):
        j = active[position]
        caught = t.row[j].caught
        if caught <= 0:
            continue
        t.row[j].caught = 0
        region = t.row[j].caught_region
        certainty[region, 1] += caught
        arrest_guide(t, trade.ties, trade.facilitators, trade.net, j, caught, week, seed, counters, trade.rules)
        chance = 1.0 - (1.0 - rules.border_case * law.place[region].police_reactive) ** caught
        u = draw(seed, Stream.LEAD, j, t.row[j].generation, week, 2)
        if u >= chance:
            continue
        n = case_of_enterprise(c, cursor, t, j, region, Source.BORDER, week, counters)
        if n >= 0:
            c.row[n].movement = add(c.row[n].movement, 0.5)


@kernel
def look_for_cases(c, cursor, v, t, a, cells, enterprise_first, week, seed, counters, law, rules):
    """Specialised police look by themselves (levers ``police.proactive``, ``intel.cells``): fewer, deeper cases.

    Those who work against networks (levers ``police.node_*``) look for enterprises. ``enterprise_first``
    (regions + 1,) rows of latent and active enterprises of each region.
    """
    sectors = len(law.inspected)
    for region in range(len(law.place)):
        place = law.place[region]
        staff = a.row[region * KINDS + AgencyKind.SPECIALISED_POLICE].staff
        others = GENERAL_LOOKS * a.row[region * KINDS + AgencyKind.POLICE].staff
        look_for_enterprises(
            c, cursor, t, enterprise_first[region], enterprise_first[region + 1], region, staff + others, week, seed,
            counters,
            place, rules,
        )  # fmt: skip
        first, last = cells.first[region * sectors], cells.first[(region + 1) * sectors]
        if last <= first:
            continue
        expected = rules.proactive * place.police_proactive * (1.0 + 2.0 * place.intel_cells) * staff / 52.0
        whole = int(expected)
        if draw(seed, Stream.PROACTIVE, region, 0, week, 0) < expected - whole:
            whole += 1
        for number in range(whole):
            found = -1
            for attempt in range(16):
                where, sees, _, _ = block(seed, Stream.PROACTIVE, region, number + 1, week, attempt)
                k = first + int(where * (last - first))
                if v.row[k].active == 1 and v.row[k].attention > 0.0 and sees < SEEN_BY_POLICE[v.row[k].visibility]:
                    found = k
                    break
            if found < 0 or v.row[found].case >= 0:
                continue
            n = case_of_venue(c, cursor, v, found, v.row[found].generation, region, Source.PROACTIVE, week, counters)
            if n < 0:
                continue
            counters[C.LEADS_PROACTIVE] += 1.0
            c.row[n].exploitation = add(c.row[n].exploitation, 0.3)
            c.row[n].control = add(c.row[n].control, 0.15)
            c.row[n].network = add(c.row[n].network, 0.2 * place.intel_cells)


@part
def look_for_enterprises(c, cursor, t, begin, end, region, staff, week, seed, counters, place, rules):
    """Police who work against networks look for enterprises of their region, the larger the sooner seen."""
    if end <= begin:
        return
    expected = rules.proactive * operations_share(place) * staff / 52.0
    whole = int(expected)
    if draw(seed, Stream.PROACTIVE, region, 0, week, 1) < expected - whole:
        whole += 1
    for number in range(whole):
        for attempt in range(64):
            where, sees, _, _ = block(seed, Stream.PROACTIVE, region, number + 1, week, 16 + attempt)
            j = begin + int(where * (end - begin))
            if t.row[j].active == 1 and t.row[j].case < 0 and sees < t.row[j].capacity / 12.0:
                n = case_of_enterprise(c, cursor, t, j, region, Source.PROACTIVE, week, counters)
                if n >= 0:
                    counters[C.LEADS_PROACTIVE] += 1.0
                    c.row[n].movement = add(c.row[n].movement, 0.2)
                break

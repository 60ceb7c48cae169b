"""What intelligence is used for: whom to look at, whom first, where, and at a price in court (C6-M10 to C6-M12).

What police know of a target is what they hold of it together, each item as far as it is still worth something:

    picture = 1 - product over items of (1 - worth)

Above a threshold (lever ``intel.threshold``) it becomes an investigation. That is far below what a court asks for: the
case begins with what is known of the network and without evidence, unless investigator and prosecutor have planned for
it (``intel.planning``) or intelligence itself is put before a court (``intel.evidence``). The latter exposes sources:
fewer are willing from then on, and what was collected unlawfully is void at trial (C6-M22). What is wrong leads to
people who have done nothing (C6-M34); oversight stops part of that and takes time.
"""

from __future__ import annotations

from sim.agents.cases import Source, Target
from sim.agents.intelligence import Informer, ItemStage
from sim.ground.draws import Stream, block
from sim.ground.kernel import kernel, part, rule
from sim.ledger.counters import C
from sim.rules.intelligence.analysing import worth_of
from sim.rules.intelligence.sharing import stands_in
from sim.rules.justice.evidence import add, case_of_enterprise, case_of_venue


@rule
def picture_of(s, kind, target):
    """What police know of a target, in [0, 1]."""
    return s.venues[target].picture if kind == Target.VENUE else s.enterprises.row[target].picture


@kernel
def put_together(s, p, now, items):
    """What police where a target stands know of it, and how much of its skill that undoes at a border."""
    for k in range(len(s.venues)):
        s.venues[k].picture = 0.0
    for j in range(len(s.enterprises.row)):
        s.enterprises.row[j].picture = s.enterprises.row[j].watched = 0.0
    for n in range(len(items)):
        item = items[n]
        if item.stage != ItemStage.KNOWN or item.secret == 1 or stands_in(s, item) != item.region:
            continue
        worth = worth_of(items, p.intel, n, now.week)
        if item.kind == Target.VENUE:
            s.venues[item.target].picture = add(s.venues[item.target].picture, worth)
        else:
            row = s.enterprises.row[item.target]
            row.picture = add(row.picture, worth)
            row.watched = p.intel.border_known * row.picture


@rule
def has_case(s, item):
    """Whether there is a case against whom an item is about."""
    if item.kind == Target.VENUE:
        return s.venues[item.target].case >= 0
    return s.enterprises.row[item.target].case >= 0


@kernel
def act(s, p, now, items, counters):
    """Whoever is known well enough is looked at: a case begins, unless whoever reviews it finds that it is wrong."""
    for n in range(len(items)):
        item = items[n]
        if item.stage != ItemStage.KNOWN or item.secret == 1 or stands_in(s, item) != item.region:
            continue
        local = s.law[item.region]
        if picture_of(s, item.kind, item.target) < local.intel_threshold or has_case(s, item):
            continue
        begins, finds, shown, void = block(
            now.seed, Stream.INTEL_USED, item.target, item.target_generation, now.week, item.kind
        )
        pace = (1.0 - p.intel.review_slows * local.intel_oversight) * (1.0 - p.intel.plan_slows * local.intel_planning)
        if begins >= pace:
            continue
        innocent = item.kind == Target.VENUE and s.venues[item.target].attention <= 0.0
        if innocent and finds < p.intel.reviewed * local.intel_oversight:
            counters[C.INTEL_STOPPED] += 1.0
            forget_target(items, item.kind, item.target)
            continue
        open_on(s, p, now, items, n, shown, void, innocent, counters)


@part
def forget_target(items, kind, target):
    """Throw away what is held of a target."""
    for n in range(len(items)):
        if items[n].kind == kind and items[n].target == target:
            items[n].stage = ItemStage.FREE


@part
def open_on(s, p, now, items, n, shown, void, innocent, counters):
    """A case out of item n and of what else is known; ``shown`` and ``void`` keyed uniforms."""
    item, rules = items[n], p.intel
    local, row = s.law[item.region], s.regions[item.region]
    known = picture_of(s, item.kind, item.target)
    if item.kind == Target.VENUE:
        c = case_of_venue(s, item.target, item.target_generation, item.region, Source.INTELLIGENCE, counters, now.week)
        row.convictions[1] += c >= 0 and not innocent  # an occasion to convict, as a place that police find
    else:
        c = case_of_enterprise(s, item.target, item.region, Source.INTELLIGENCE, counters, now.week)
    if c < 0:
        return
    counters[C.INTEL_CASES] += 1.0
    if innocent:
        counters[C.INTEL_WRONG] += 1.0
        row.intel_willing *= 1.0 - rules.chilled
    case = s.cases[c]
    case.network = add(case.network, rules.known_network * known)
    shows = rules.planned * local.intel_planning * known
    if shown < local.intel_evidence:
        shows = add(shows, rules.as_evidence * known)
        case.tainted = 1 if void < rules.unlawful * (1.0 - local.intel_oversight) else 0
    if not innocent and item.kind == Target.VENUE:
        case.exploitation = add(case.exploitation, shows)
    elif not innocent:
        case.movement = add(case.movement, shows)
    tell_of_use(s, p, now, items, n, shown < local.intel_evidence, counters)


@part
def tell_of_use(s, p, now, items, n, in_court, counters):
    """Partners see that what they told is used; sources see that they can be known for it (``in_court``)."""
    item, rules = items[n], p.intel
    local, row = s.law[item.region], s.regions[item.region]
    for m in range(len(items)):
        other = items[m]
        if other.stage != ItemStage.KNOWN or other.kind != item.kind or other.target != item.target:
            continue
        if other.region != item.region or other.secret == 1:  # held by others: it was not used
            continue
        if other.source == Informer.PARTNERS:
            row.intel_trust += rules.trust_gain * (1.0 - row.intel_trust)
        if not in_court or other.source > Informer.INFORMANTS or other.source == Informer.OFFICERS:
            continue
        _, _, u, _ = block(now.seed, Stream.INTEL_USED, other.target, other.collected, now.week, 2 + other.source)
        if u < 1.0 - rules.protected * local.intel_source_protection:
            counters[C.INTEL_EXPOSED] += 1.0
            row.intel_willing *= 1.0 - rules.sources_lost


@rule
def exclude(case, region, rules, counters):
    """A court finds that what a case rests on was collected unlawfully: that part of it is void (C6-M22)."""
    case.tainted = 0
    left = 1.0 - rules.voided
    case.movement *= left
    case.exploitation *= left
    case.network *= left
    region.intel_willing *= 1.0 - rules.chilled
    counters[C.INTEL_VOID] += 1.0


@kernel
def set_priorities(s):
    """Strategic priorities follow what is known of each sector, not what is so (C6-M32, C6-M39).

    Attention moves between the sectors of a region and is not more in sum; lever ``intel.strategic``.
    """
    sectors = len(s.sectors)
    for region in range(len(s.law)):
        known = 0.0
        for k in range(s.cell_first[region * sectors], s.cell_first[(region + 1) * sectors]):
            known += s.venues[k].picture
        for sector in range(sectors):
            cell = region * sectors + sector
            here = 0.0
            for k in range(s.cell_first[cell], s.cell_first[cell + 1]):
                here += s.venues[k].picture
            share = here / known if known > 0.0 else 1.0 / sectors
            s.cells[cell].focus = 1.0 + s.law[region].intel_strategic * (share * sectors - 1.0)


@kernel
def count_known(s, counters):
    """Places and enterprises that police know well enough to act, and how many of those places exploit nobody."""
    for k in range(len(s.venues)):
        venue = s.venues[k]
        if venue.active == 0:
            continue
        counters[C.PLACES_EXPLOITING] += venue.attention > 0.0
        if venue.picture >= s.law[venue.region].intel_threshold:
            counters[C.PLACES_KNOWN] += venue.attention > 0.0
    for j in range(len(s.enterprises.row)):
        row = s.enterprises.row[j]
        if row.active == 1 and row.picture >= s.law[row.home].intel_threshold:
            counters[C.ENTERPRISES_KNOWN] += 1.0
    for region in range(len(s.law)):
        counters[C.INTEL_TRUST] += s.regions[region].intel_trust / len(s.law)
        counters[C.INTEL_WILLING] += s.regions[region].intel_willing / len(s.law)

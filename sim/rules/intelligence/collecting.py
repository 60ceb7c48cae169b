"""What agencies come to know of venues and enterprises beside evidence: collection by source (C6-M08, C6-M35, C6-M40).

    items of a source in a week = rate·opportunities / 52

Opportunities are workplaces that are open (community), police on the beat with a cell that asks them (officers),
insiders who are willing (informants), and the staff of an intelligence service (financial, surveillance). A trade that
has to be found by customers can be watched; a household cannot. Groups adapt to what is collected:

    yield = 1 - evades·adapted,   adapted moves towards lever intel.collection with a half-life (C6-M07, C6-M37)

People who tell what was done to them tell of everyone on their way, also of those who stand elsewhere (C6-M09). Part of
what is collected names somebody else, more of it where whom it is about is skilled.
"""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

from numpy.typing import NDArray

from sim.agents.agencies import KINDS, AgencyKind
from sim.agents.cases import Target
from sim.agents.intelligence import SECRET, SOURCES, Informer, ItemStage
from sim.declared.sources import ByName, From, Switched, Worked, family
from sim.ground.calendar import WEEKS_PER_YEAR
from sim.ground.draws import Stream, block, draw
from sim.ground.kernel import kernel, part, rule
from sim.ledger.counters import C
from sim.rules.justice.evidence import enterprise_shows
from sim.rules.justice.telling import Rung
from sim.rules.people.beliefs import fade

TOLD, SENT = "victims", "partners"  # sources that nobody goes out to


@family
class IntelRules(NamedTuple):
    """Parameters of intelligence."""

    intelligence: Annotated[int, Switched("intelligence")]
    # by source: how far a fresh item is believed, weeks until half of that is left, and items in a year
    weight: Annotated[NDArray[Any], ByName("intel.weight_{}", Informer)]
    half_life: Annotated[NDArray[Any], ByName("intel.half_life_{}", Informer)]
    rate: Annotated[NDArray[Any], ByName("intel.rate_{}", Informer, out=(TOLD, SENT))]
    collection_gain: Annotated[float, From("intel.collection_gain")]
    evades: Annotated[float, From("intel.evades")]
    unused_kept: Annotated[float, Worked(fade, "intel.adapts")]  # a week; of what groups are not used to
    mistaken: Annotated[float, From("intel.mistaken")]
    misled: Annotated[float, From("intel.misled")]
    # analysts
    analyst_items: Annotated[float, From("intel.analyst_items", per=WEEKS_PER_YEAR)]  # a week
    analysis_gain: Annotated[float, From("intel.analysis_gain")]
    checks: Annotated[float, From("intel.checks")]
    worthless: Annotated[float, From("intel.worthless")]
    # sharing
    tips: Annotated[float, From("intel.tips")]  # per week
    shared: Annotated[float, From("intel.shared")]  # per week
    need_to_know: Annotated[float, From("intel.need_to_know")]
    distant: Annotated[float, From("intel.distant")]
    leaks: Annotated[float, From("intel.leaks")]
    trust_gain: Annotated[float, From("intel.trust_gain")]
    trust_loss: Annotated[float, From("intel.trust_loss")]
    # use
    known_network: Annotated[float, From("intel.known_network")]
    planned: Annotated[float, From("intel.planned")]
    plan_slows: Annotated[float, From("intel.plan_slows")]
    as_evidence: Annotated[float, From("intel.as_evidence")]
    protected: Annotated[float, From("intel.protected")]
    sources_lost: Annotated[float, From("intel.sources_lost")]
    silence_kept: Annotated[float, Worked(fade, "intel.sources_back")]  # a week
    unlawful: Annotated[float, From("intel.unlawful")]
    voided: Annotated[float, From("intel.voided")]
    reviewed: Annotated[float, From("intel.reviewed")]
    review_slows: Annotated[float, From("intel.review_slows")]
    chilled: Annotated[float, From("intel.chilled")]
    led_weight: Annotated[float, From("intel.led_weight")]
    border_known: Annotated[float, From("intel.border_known", off="intelligence")]


@kernel
def collect(s, p, now, items, cursor, counters):
    """Items of the week from those who tell, and from those who look."""
    for number in range(s.book.counts[1]):
        said = s.book.statements[number]
        if said.rung < Rung.INFORMATION:
            continue
        wrong = 0 if said.true else 1
        if said.venue >= 0:
            about = (Target.VENUE, said.venue, said.venue_generation)
            add_item(items, cursor, about, Informer.VICTIMS, said.region, wrong, now.week, counters)
        if said.brought_by >= 0:
            about = (Target.ENTERPRISE, said.brought_by, said.brought_by_generation)
            add_item(items, cursor, about, Informer.VICTIMS, said.region, wrong, now.week, counters)
    for region in range(len(s.law)):
        for source in range(Informer.COMMUNITY, Informer.PARTNERS):
            expected = p.intel.rate[source] * opportunities(s, p.intel, region, source) / WEEKS_PER_YEAR
            whole = int(expected)
            if draw(now.seed, Stream.INTEL_NUMBER, region, source, now.week, 0) < expected - whole:
                whole += 1
            for number in range(whole):
                look(s, p, now, items, cursor, region, source, number, counters)


@rule
def opportunities(s, rules, region, source):
    """What a source has to work with in a region: staff, or workplaces (module's docstring)."""
    local, row = s.law[region], s.regions[region]
    first = region * KINDS
    service = s.agencies[first + AgencyKind.INTELLIGENCE].staff
    specialised = s.agencies[first + AgencyKind.SPECIALISED_POLICE].staff
    more = 1.0 + rules.collection_gain * local.intel_collection
    in_sight = 1.0 - rules.evades * row.intel_adapted
    if source == Informer.COMMUNITY:
        return open_places(s, region) * local.police_community * row.intel_willing
    if source == Informer.OFFICERS:
        return (s.agencies[first + AgencyKind.POLICE].staff + specialised) * local.intel_cells
    if source == Informer.INFORMANTS:
        return (service + specialised) * more * in_sight * row.intel_willing
    if source == Informer.FINANCIAL:
        return service * more * local.police_financial
    return service * more * in_sight


@rule
def open_places(s, region):
    """Workplaces of a region that are open."""
    sectors, number = len(s.sectors), 0.0
    for k in range(s.cell_first[region * sectors], s.cell_first[(region + 1) * sectors]):
        number += s.venues[k].active
    return number


@part
def look(s, p, now, items, cursor, region, source, number, counters):
    """One look of a source for something to know: at workplaces, or at enterprises."""
    at_places = source == Informer.COMMUNITY or source == Informer.OFFICERS or source == Informer.SURVEILLANCE
    # whether it ends with the wrong target holds for the look, however many are looked at
    _, _, error, _ = block(now.seed, Stream.INTEL_LOOK, region * SOURCES + source, number, now.week, 0)
    errs = error < p.intel.mistaken
    for attempt in range(p.case.looks):
        where, sees, _, _ = block(now.seed, Stream.INTEL_LOOK, region * SOURCES + source, number, now.week, attempt)
        if at_places:
            sectors = len(s.sectors)
            first, last = s.cell_first[region * sectors], s.cell_first[(region + 1) * sectors]
            k = first + int(where * (last - first))
            if last <= first or s.venues[k].active == 0:
                continue
            does, generation = s.venues[k].attention > 0.0, s.venues[k].generation
            found = does and sees < place_shows(s, p, k, source)
            about = (Target.VENUE, k, generation)
        else:
            j = enterprise_at(s, region, source, where)
            if j < 0 or s.enterprises.row[j].active == 0:
                continue
            row = s.enterprises.row[j]
            does = False  # who is named by mistake has done something else
            found = sees < enterprise_shows(s.enterprises, p.market, p.case, j)
            misleads = p.intel.mistaken + (1.0 - p.intel.mistaken) * p.intel.misled * row.skill
            errs = errs or (found and error < misleads)
            about = (Target.ENTERPRISE, j, row.generation)
        if errs or found:
            add_item(items, cursor, about, source, region, 0 if does or not errs else 1, now.week, counters)
            return


@rule
def enterprise_at(s, region, source, where):
    """The enterprise at which somebody looks: money is seen wherever it goes, insiders are of the place; -1 none."""
    if source == Informer.FINANCIAL:
        there = s.region_first[len(s.law)]
        return s.active[int(where * there)] if there > 0 else -1
    first, last = s.enterprise_first[region], s.enterprise_first[region + 1]
    return first + int(where * (last - first)) if last > first else -1


@rule
def place_shows(s, p, k, source):
    """Chance that what happens at venue k is seen by who looks: to customers, or to whoever passes (C6-M08)."""
    venue = s.venues[k]
    if source == Informer.SURVEILLANCE:
        return s.sectors[venue.sector].client_contact * p.term.seen_by_clients[venue.visibility]
    return p.case.seen_by_police[venue.visibility]


@rule
def add_item(items, cursor, about, source, region, wrong, week, counters):
    """Keep an item about (kind, row, generation) of a target; without room it is lost."""
    rows = len(items)
    for step in range(rows):
        n = (cursor[0] + step) % rows
        if items[n].stage == ItemStage.FREE:
            cursor[0] = (n + 1) % rows
            item = items[n]
            item.stage, item.source, item.secret, item.wrong = ItemStage.RAW, source, SECRET[source], wrong
            item.kind, item.target, item.target_generation = about
            item.region, item.collected = region, week
            counters[C.INTEL_ITEMS] += 1.0
            counters[C.INTEL_VICTIMS + source] += 1.0
            return
    counters[C.INTEL_LOST] += 1.0

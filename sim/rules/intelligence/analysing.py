"""From what is collected to what is known: analysts, what they throw away, and how long it is worth anything.

    worth of an item of age a = weight·0.5^(a / half-life of its source)                                  (C6-M04)
    chance that a raw item is analysed in a week = min(1, items that analysts can take up / items that wait)

Collection without analysts makes a backlog that perishes (C6-M35, C6-M41). Analysts find out part of what is wrong, the
more of it the more of them there are (levers ``intel.analysis`` and ``intel.cells``).
"""

from __future__ import annotations

from sim.agents.agencies import KINDS, AgencyKind
from sim.agents.cases import Target
from sim.agents.intelligence import SOURCES, ItemStage
from sim.ground.draws import Stream, block
from sim.ground.kernel import kernel, rule
from sim.ledger.counters import C

TARGETS = len(Target)


@rule
def worth_of(items, rules, n, week):
    """How far item n is still believed, in [0, 1]."""
    item = items[n]
    return rules.weight[item.source] * 0.5 ** ((week - item.collected) / rules.half_life[item.source])


@rule
def is_there(s, item):
    """Whether whom an item is about is still who it was, and at work."""
    if item.kind == Target.VENUE:
        venue = s.venues[item.target]
        return venue.generation == item.target_generation and venue.active == 1
    row = s.enterprises.row[item.target]
    return row.generation == item.target_generation and row.active == 1


@rule
def kind_of(item):
    """Number of what an item is about, where it comes from and whose it is: two states that know the same differ."""
    return (item.region * TARGETS + item.kind) * SOURCES + item.source


@rule
def analysed_in_a_week(s, rules, region):
    """Items that the analysts of a region can take up in a week."""
    staff = s.agencies[region * KINDS + AgencyKind.INTELLIGENCE].staff
    return rules.analyst_items * staff * (1.0 + rules.analysis_gain * s.law[region].intel_analysis)


@kernel
def analyse(s, p, now, items, counters):
    """A week of analysts: what is stale is thrown away, what waits is taken up as far as there is time."""
    for region in range(len(s.law)):
        s.regions[region].intel_waiting = 0.0
    for n in range(len(items)):
        if items[n].stage == ItemStage.FREE:
            continue
        least = p.intel.worthless * p.intel.weight[items[n].source]
        if worth_of(items, p.intel, n, now.week) < least or not is_there(s, items[n]):
            counters[C.INTEL_LAPSED] += items[n].stage == ItemStage.RAW
            items[n].stage = ItemStage.FREE
        elif items[n].stage == ItemStage.RAW:
            s.regions[items[n].region].intel_waiting += 1.0
    for n in range(len(items)):
        item = items[n]
        if item.stage != ItemStage.RAW:
            continue
        local, waiting = s.law[item.region], s.regions[item.region].intel_waiting
        turn, finds, _, _ = block(now.seed, Stream.INTEL_TURN, item.target, item.collected, now.week, kind_of(item))
        if turn * waiting >= analysed_in_a_week(s, p.intel, item.region):
            continue
        counters[C.INTEL_ANALYSED] += 1.0
        item.stage = ItemStage.KNOWN
        if item.wrong == 1 and finds < p.intel.checks * local.intel_analysis:
            item.stage = ItemStage.FREE
            counters[C.INTEL_FALSE_FOUND] += 1.0
    for region in range(len(s.law)):
        counters[C.INTEL_WAITING] += s.regions[region].intel_waiting

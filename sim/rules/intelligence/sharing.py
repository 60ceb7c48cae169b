"""Who is told: from an intelligence service to police, and from one state to another (C6-M05, C6-M11, C6-M13).

    chance in a week that a service tells police = (tips + (1 - tips)·fusion)·(1 - need to know·protection)
    chance that a state tells another            = (shared + (1 - shared)·sharing)·trust in it·near
                                                   ·(1 - what it is thought to sell)·(1 - need to know·protection)

Every step takes time in which intelligence perishes, and whoever receives it has to analyse it anew. Trust in a state
grows as what it was told is used, and falls by much more when it leaks (C6-M13); its neighbours tell it sooner than
others (C6-M30). Whoever shields sources keeps things to itself (``intel.source_protection``).
"""

from __future__ import annotations

from sim.agents.cases import Target
from sim.agents.intelligence import Informer, ItemStage
from sim.agents.officials import Post
from sim.ground.draws import Stream, block
from sim.ground.kernel import kernel, rule
from sim.ledger.counters import C
from sim.rules.corruption.bribes import unit_at
from sim.rules.intelligence.analysing import kind_of


@rule
def stands_in(s, item):
    """Region in which whom an item is about stands."""
    return s.venues[item.target].region if item.kind == Target.VENUE else s.enterprises.row[item.target].home


@rule
def told_police(rules, local):
    """Chance in a week that an intelligence service tells police of its own state what it knows."""
    passes = rules.tips + (1.0 - rules.tips) * local.intel_fusion
    return passes * (1.0 - rules.need_to_know * local.intel_source_protection)


@rule
def told_state(rules, local, other, trust, near):
    """Chance in a week that a state (``local``) tells another what it knows of somebody there."""
    passes = rules.shared + (1.0 - rules.shared) * local.intel_sharing
    passes *= trust * (1.0 if near else rules.distant) * (1.0 - other.collusion)
    return passes * (1.0 - rules.need_to_know * local.intel_source_protection)


@kernel
def share(s, p, now, items, near, counters):
    """What is known is passed on, or kept; ``near`` bool (regions, regions)."""
    for n in range(len(items)):
        item = items[n]
        if item.stage != ItemStage.KNOWN:
            continue
        there = stands_in(s, item)
        if item.secret == 0 and there == item.region:
            continue
        tells, leaks, _, _ = block(now.seed, Stream.INTEL_TOLD, item.target, item.collected, now.week, kind_of(item))
        local, row = s.law[item.region], s.regions[there]
        if item.secret == 1:
            if tells < told_police(p.intel, local):
                item.secret = 0
                counters[C.INTEL_TO_POLICE] += 1.0
            continue
        if tells >= told_state(p.intel, local, s.law[there], row.intel_trust, near[item.region, there]):
            continue
        counters[C.INTEL_TO_STATES] += 1.0
        item.region, item.source, item.stage = there, Informer.PARTNERS, ItemStage.RAW
        # who is told may sell it: whom it is about is warned, and those who told learn of it
        if leaks < p.intel.leaks * s.units[unit_at(p.official, Post.POLICE, there)].share:
            counters[C.INTEL_LEAKED] += 1.0
            row.intel_trust *= 1.0 - p.intel.trust_loss
            item.stage = ItemStage.FREE


@kernel
def remember(regions, law, rules):
    """A week in which people forget who was exposed, and groups get used to being watched."""
    for region in range(len(law)):
        row = regions[region]
        row.intel_willing += (1.0 - row.intel_willing) * (1.0 - rules.silence_kept)
        row.intel_adapted += (law[region].intel_collection - row.intel_adapted) * (1.0 - rules.unused_kept)

"""Who needs protection as conflict comes and goes (C1-M26, C4-M26).

At birth a person needs protection with chance n·c, n ``people.need_share`` and c conflict at home. When that conflict
moves from c to c' people who live there are met by it in the same way, so that their share stays n·c:

    it grows   who does not need protection comes to need it with chance (n·c' - n·c) / (1 - n·c)
    it falls   who needs it, and is at home, no longer does with chance 1 - c' / c

whatever the steps in which it moves. Whoever comes to need protection at home thinks at once about what to do. Who has
fled keeps the need of protection, since what she fled from has happened to her; who is away when conflict breaks out at
home comes to need it as well (assumed).
"""

from __future__ import annotations

from sim.agents.people import Path, Stage
from sim.ground.draws import Stream, draw
from sim.ground.kernel import kernel, rule
from sim.ledger.counters import C
from sim.rules.people import stages


@rule
def chance_of_need(share, before, after):
    """Chance that somebody who does not need protection comes to need it when conflict grows."""
    return share * (after - before) / (1.0 - share * before) if after > before else 0.0


@rule
def chance_of_safety(before, after):
    """Chance that somebody at home who needs protection no longer does when conflict falls."""
    return 1.0 - after / before if after < before else 0.0


@kernel
def conflict_moves(s, p, now, before, counters):
    """People whose home is where conflict is another than ``before`` (regions,) come to need protection, or cease to.

    Only people of these regions are looked at.
    """
    for region in range(len(s.regions)):
        conflict = s.regions[region].conflict
        if conflict == before[region]:
            continue
        begins = chance_of_need(p.birth.need_share, before[region], conflict)
        ends = chance_of_safety(before[region], conflict)
        for i in range(s.people_first[region], s.people_first[region + 1]):
            if s.people.stage[i] == Stage.DEAD:
                continue
            row = s.people.row[i]
            u = draw(now.seed, Stream.NEED, i, row.generation, now.week, 0)
            if row.protection_need == 0 and u < begins:
                row.protection_need = 1
                row.path |= Path.IN_NEED
                counters[C.FELL_INTO_NEED] += 1.0
                stages.think_at_once(s.people, i, now.week)
            elif row.protection_need == 1 and u < ends and s.people.here[i] == row.home:
                row.protection_need = 0
                counters[C.NEED_ENDED] += 1.0

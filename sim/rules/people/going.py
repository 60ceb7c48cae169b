"""Who goes: members lend one another the means, and the one to whom leaving is worth most leaves.

When somebody at home thinks about leaving, the others lend her a share of what they hold, so that a fee can be paid
which nobody could pay alone. Once she means to go, the household asks whether it should be another: whoever has most
from going, with the same means, goes. While as many are away as ``households.most_away`` the others stay. What was lent
and not needed goes back to those who lent it.
"""

from __future__ import annotations

import numpy as np

from sim.agents.people import Channel, Decision, Stage
from sim.ground.kernel import kernel, part, rule
from sim.ledger.counters import C
from sim.ledger.events import Cause
from sim.rules.people import stages
from sim.rules.people.choice import best_option, chooser_of
from sim.rules.people.consider import ACT_NOTHING
from sim.rules.people.households import lives_at_home, members_away
from sim.rules.people.spells import next_consideration


@kernel
def lend_means(s, p, now, rows):
    """Those of ``rows`` who are about to think about leaving get what the others at home lend them."""
    for position in range(len(rows)):
        i = rows[position]
        stage = s.people.stage[i]
        if s.people.due[i] > now.week or s.people.row[i].leaves_risk_age <= now.week:
            continue
        if stage != Stage.HOME and stage != Stage.RETURNED:
            continue
        house = s.households[s.people.row[i].household]
        if house.goer >= 0 or members_away(s.people, house) >= p.household.most_away:
            continue
        for j in range(house.first, house.first + house.size):
            if j != i and lives_at_home(s.people, j):
                cents = int(p.household.pooled * s.people.row[j].cash)
                s.people.row[j].lent = cents
                s.people.row[j].cash -= cents
                s.people.row[i].cash += cents
        house.goer = i


@kernel
def settle_loans(s, rows, counters):
    """What was lent goes back where it was not needed; whoever has set out takes it with her."""
    for position in range(len(rows)):
        i = rows[position]
        house = s.households[s.people.row[i].household]
        if house.goer != i or s.people.stage[i] == Stage.WAITING:
            continue
        left = s.people.stage[i] == Stage.TRAVELLING and s.people.row[i].financed == 0
        for j in range(house.first, house.first + house.size):
            lent = float(s.people.row[j].lent)
            cents = min(lent, s.people.row[i].cash)
            s.people.row[j].lent = 0
            if left:
                counters[C.POOLED] += lent * 0.01  # some of it has been paid by now
            else:
                s.people.row[j].cash += cents
                s.people.row[i].cash -= cents
        house.goer = -1


@rule
def would_leave(channel):
    """Whether a choice means that somebody leaves home."""
    return channel >= Channel.REGULAR and channel != Channel.SAVE and channel != Channel.REMAIN


@rule
def leaves_home(s, i, before, act):
    """Whether person i, who was in a stage ``before``, has decided to leave home and not only to work there."""
    at_home = before == Stage.HOME or before == Stage.RETURNED
    row = s.people.row[i]
    here = s.people.here[i]
    if act != Decision.MOVE or not at_home or here != row.home:
        return False
    return row.channel != Channel.RECRUITER or row.intended != here


@kernel
def decide_who_goes(s, p, now, rows, count, considered, counters):
    """The household has its say on those of the first ``count`` of ``rows`` who mean to leave.

    Returns how many rows there are now: whoever goes instead of another is added to them.
    """
    total = count
    for position in range(count):
        i = rows[position]
        if not leaves_home(s, i, considered.before[position], considered.acts[position]):
            continue
        house = s.households[s.people.row[i].household]
        if house.left_week == now.week or members_away(s.people, house) >= p.household.most_away:
            counters[C.KEPT_AT_HOME] += 1.0
            stay_behind(s, p, now, i)
            considered.acts[position] = ACT_NOTHING
            continue
        house.left_week = now.week
        counters[C.PUSHED_BY_LOSS] += now.week - house.lost_week <= p.household.pushed_weeks
        j = one_with_most_to_gain(s, p, now, house, i) if total < len(rows) else i
        if j != i:
            counters[C.SENT_INSTEAD] += 1.0
            considered.acts[position] = ACT_NOTHING
            stay_behind(s, p, now, i)
            rows[total] = j
            considered.before[total] = s.people.stage[j]
            considered.causes[total] = Cause.NOTHING
            considered.ended[total] = 0
            considered.acts[total] = Decision.MOVE
            total += 1
    return total


@part
def stay_behind(s, p, now, i):
    """Person i stays at home for now, lets an offer of work go, and thinks again at her time."""
    s.people.row[i].saving = 0
    stages.forget_offer(s.people, i)
    next_consideration(s.people, s.regions, p.choice, now, i)


@rule
def gain_of(s, p, now, i):
    """What leaving is worth to person i over staying at home, US$, and how she would leave."""
    best = best_option(s, p, i, np.int64(-1), now)
    return best.value - chooser_of(s, p, i, now).stay, best


@rule
def may_go_instead(s, now, j, i):
    """Whether member j could leave in place of i: at home, of age, free, and not thinking for herself this week."""
    row = s.people.row[j]
    free = s.people.stage[j] == Stage.HOME and s.people.due[j] > now.week and row.leaves_risk_age > now.week
    return j != i and free and row.minor == 0 and row.offer == 0


@part
def one_with_most_to_gain(s, p, now, house, i):
    """The member to whom leaving is worth most with the means of the household; she decides as i has decided."""
    if s.people.row[i].channel == Channel.RECRUITER:
        return i  # an offer is for her to whom it was made
    gain, picked = gain_of(s, p, now, i)
    chosen, holds = i, house.goer == i
    for j in range(house.first, house.first + house.size):
        if not may_go_instead(s, now, j, i):
            continue
        if holds:
            hand_means(s.people, p.household, house, i, j)
        other, best = gain_of(s, p, now, j)
        if other > gain and would_leave(best.channel):
            gain, chosen, picked = other, j, best
        if holds:
            hand_means(s.people, p.household, house, j, i)
    if chosen != i:
        row = s.people.row[chosen]
        row.channel, row.tier, row.intended, row.stake = picked.channel, picked.tier, picked.region, picked.stake
        if holds:
            hand_means(s.people, p.household, house, i, chosen)
            house.goer = chosen
    return chosen


@rule
def hand_means(people, rules, house, giver, taker):
    """Who holds what the others have lent gives it to another member, with a share of her own, and has her own back."""
    kitty = 0.0
    for k in range(house.first, house.first + house.size):
        kitty += people.row[k].lent
    kitty = min(kitty, people.row[giver].cash)
    mine = int(rules.pooled * (people.row[giver].cash - kitty))
    people.row[taker].lent = 0
    people.row[giver].lent = mine
    people.row[giver].cash -= kitty + mine
    people.row[taker].cash += kitty + mine

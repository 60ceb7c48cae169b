"""One leg of a journey: survived or not, refused, detected, bought off, stopped, sent back or admitted (model 4.3).

Draws are keyed by (person, attempt, leg), so that in a twin world the same crossing has the same luck and only the
chances differ.
"""

from __future__ import annotations

from sim.agents.people import Channel, Stage
from sim.ground.draws import Stream, draw
from sim.ground.kernel import part
from sim.ledger.accounts import Account
from sim.ledger.counters import C
from sim.ledger.events import Cause, note, note_change
from sim.ledger.persons import happens
from sim.ledger.tallies import count
from sim.rules.moving.borders import (
    admit,
    chance_detected,
    chance_refused,
    learn_leg,
    pays_alone,
    pays_at_the_border,
    pushed_back,
    spend,
    stop,
)
from sim.rules.moving.crowding import pass_leg
from sim.rules.moving.reports import BY_ALONE, BY_PROVIDER, blame, hear
from sim.rules.moving.transit import hold_back
from sim.rules.people.means import pass_away

WAY_BACK = 4096  # added to a leg: what is drawn for being sent back over it


@part
def die(people, log, rules, now, i, ledger):
    """A person dies on a journey."""
    person = people.row[i]
    note(log, i, person.generation, Stage.TRAVELLING, Stage.DEAD, Cause.DIED, person.provider, now.week)
    count(people, ledger.counters, i, C.DEATHS)
    if draw(now.seed, Stream.DEATH_FOUND, i, person.generation, now.week, 0) < rules.deaths_found:
        ledger.counters[C.DEATHS_FOUND] += 1.0
    pass_away(people, i, ledger.accounts, now.week)
    person.provider = -1


@part
def is_lost(s, p, now, i, pair, j, ledger):
    """A person without papers dies on her way: the community hears of it, and of who was to bring her."""
    by = BY_PROVIDER if s.people.row[i].channel == Channel.PROVIDER else BY_ALONE
    hear(p.journey, s.pairs[pair].heard_failure[by], True)
    hear(p.journey, s.pairs[pair].heard_death[by], True)
    blame(s.enterprises, p.journey, j)
    die(s.people, s.log, p.journey, now, i, ledger)


@part
def survives(s, p, now, i, leg, pair, j, ledger):
    """Whether a clandestine crossing is survived; a provider pays for the transport."""
    leg_row = s.legs[leg]
    row = s.people.row[i]
    ledger.counters[C.CROSSINGS] += 1.0
    ledger.counters[C.CROWDED_SUM] += leg_row.crowded
    pass_leg(s.legs, leg)
    if row.channel == Channel.PROVIDER:
        spend(s.enterprises, j, leg_row.transport, Account.JOURNEYS, ledger)
    if draw(now.seed, Stream.LEG_DEATH, i, row.generation, now.week, leg) >= leg_row.danger:
        return True
    is_lost(s, p, now, i, pair, j, ledger)
    return False


@part
def is_detected(s, p, i, leg, j, clandestine, ledger, now):
    """Whether a crossing is detected and nobody is paid to look away; providers learn from those that they guide."""
    row = s.people.row[i]
    d = chance_detected(s, p.journey, i, leg, j)
    detected = d > 0.0 and draw(now.seed, Stream.LEG_DETECTION, i, row.generation, now.week, leg) < d
    if clandestine and j >= 0:
        learn_leg(s.enterprises, s.legs, p.journey, j, leg, detected)
    if detected and j >= 0 and clandestine:
        ledger.counters[C.GUIDED_DETECTED] += 1.0
        return not pays_at_the_border(s, p, i, j, leg, ledger, now)
    if detected and j < 0:
        return not pays_alone(s.people, s.units, p, i, leg, ledger, now)
    return detected


@part
def end_at_the_border(s, p, now, i, leg, pair, j, ledger):
    """Somebody has been detected: sent back unheard, recognised as in need and admitted, or stopped."""
    row = s.people.row[i]
    pushed = pushed_back(s.people, s.legs, i, leg, now)
    if pushed:
        happens(s.people, ledger.counters, i, C.PUSHBACKS, now.week)
    if pushed and (
        draw(now.seed, Stream.PUSHBACK, i, row.generation, now.week, leg + WAY_BACK)
        < p.journey.pushback_danger * s.legs[leg].danger
    ):
        count(s.people, ledger.counters, i, C.PUSHBACK_DEATHS)
        is_lost(s, p, now, i, pair, j, ledger)
        return
    if (
        row.protection_need == 1
        and not pushed
        and draw(now.seed, Stream.SCREENING, i, row.generation, now.week, leg) < s.legs[leg].screening
    ):
        admit(s.people, s.regions, s.legs, p.channel, now, i, leg, ledger.counters)
        note_change(s, i, Stage.TRAVELLING, Cause.ADMITTED_FOR_PROTECTION, -1, now.week)
        return
    stop(s, p, now, i, leg, pair, j, ledger.counters)
    hold_back(s, p, now, i, ledger.counters)
    note_change(s, i, Stage.TRAVELLING, Cause.STOPPED, row.provider, now.week)


@part
def crosses(s, p, now, i, leg, pair, j, ledger):
    """Whether person i, guided by enterprise j or by nobody (-1), comes over a leg this week."""
    row = s.people.row[i]
    clandestine = row.channel == Channel.ALONE or row.channel == Channel.PROVIDER
    if clandestine and not survives(s, p, now, i, leg, pair, j, ledger):
        return False
    refusal = chance_refused(s.people, s.legs, i, leg)
    refused = refusal > 0.0 and draw(now.seed, Stream.CARRIER, i, row.generation, now.week, leg) < refusal
    if refused:
        happens(s.people, ledger.counters, i, C.CARRIER_REFUSALS, now.week)
        if row.channel == Channel.REGULAR:
            # her visa stays good: a week is lost, and she tries again
            happens(s.people, ledger.counters, i, C.CARRIER_REFUSED_VISA, now.week)
            return False
        if row.protection_need:
            happens(s.people, ledger.counters, i, C.CARRIER_REFUSED_NEED, now.week)
    # whom a carrier has refused does not come before an officer, who could be paid
    if not refused and not is_detected(s, p, i, leg, j, clandestine, ledger, now):
        return True
    happens(s.people, ledger.counters, i, C.INTERCEPTIONS, now.week)
    ledger.counters[C.INTERCEPTIONS_HIDDEN] += clandestine
    s.legs[leg].stops += 1.0
    if row.channel == Channel.PROVIDER:
        spend(s.enterprises, j, s.legs[leg].loss, Account.LOSSES, ledger)
    if refused:
        stop(s, p, now, i, leg, pair, j, ledger.counters)
        note_change(s, i, Stage.TRAVELLING, Cause.STOPPED, row.provider, now.week)
    else:
        end_at_the_border(s, p, now, i, leg, pair, j, ledger)
    return False

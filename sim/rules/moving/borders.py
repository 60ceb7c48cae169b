"""What happens at a border: who is detected, refused by a carrier, let through for money, sent back, admitted (4.3).

Draws are keyed by (person, attempt, leg), so that in a twin world the same crossing has the same luck.
"""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.agents.forms import Form
from sim.agents.people import Channel, Legal, Path, Tier
from sim.declared.sources import ByName, From, Switched, family
from sim.ground.draws import Stream, draw
from sim.ground.kernel import part, rule
from sim.ledger.accounts import Account
from sim.ledger.counters import C
from sim.ledger.persons import happens
from sim.rules.corruption.bribes import buys_off
from sim.rules.moving.channels import look_for_work
from sim.rules.moving.reports import BY_ALONE, BY_PAPERS, BY_PROVIDER, blame, hear
from sim.rules.moving.ways import chance_seen, chance_seen_by_those_who_know
from sim.rules.people import stages
from sim.rules.people.lived import remember_journey

Floats = NDArray[np.float64]
FREE = 3  # Mode.FREE_MOVEMENT as a number for the kernels


@family
class JourneyRules(NamedTuple):
    """Parameters of journeys."""

    retry: Annotated[float, From("smuggling.retry")]
    retry_wait: Annotated[int, From("journey.retry_wait")]
    report_good: Annotated[float, From("beliefs.report_good")]
    report_bad: Annotated[float, From("beliefs.report_bad")]
    deaths_found: Annotated[float, From("records.deaths_found")]
    experience: Annotated[int, Switched("experience")]
    experience_half: Annotated[float, From("smuggling.experience_half")]
    extortion: Annotated[int, Switched("transit_extortion")]
    # US$ of future fees lost over the fee, when more is demanded
    reputation: Annotated[float, From("smuggling.handover_reputation")]
    can_borrow: Annotated[int, Switched("debt_finance")]
    held_weeks: Annotated[int, From("smuggling.held_weeks")]
    pushback_danger: Annotated[float, From("border.pushback_danger")]  # of being sent back, over that of the crossing
    # officers who sell to people without a provider, among those who sell
    alone_reach: Annotated[float, From("official.reach_alone")]
    on_shift: Annotated[float, From("official.on_shift")]  # crossings timed to the shifts of an officer on the books
    # officials who sell whom an enterprise knows how to reach, by form
    reach: Annotated[NDArray[Any], ByName("network.reach_{}", Form)]
    skill_most: Annotated[float, From("smuggling.skill_most")]
    experience_most: Annotated[float, From("smuggling.experience_most")]
    detection_most: Annotated[float, From("smuggling.detection_most")]  # that one counts for in what the trade learns
    # carriers who demand more: at most over the going fee, and the least part that must be paid or lent
    demand_most: Annotated[float, From("smuggling.demand_most")]
    demand_least: Annotated[float, From("smuggling.demand_least")]


@part
def chance_detected(s, rules, i, leg, j):
    """D of this person on this leg: control for those without papers, the document check for forged papers."""
    leg_row = s.legs[leg]
    person = s.people.row[i]
    if person.channel == Channel.REGULAR or leg_row.mode == FREE:
        return 0.0
    if person.channel == Channel.PAPERS:
        return 0.0 if person.tier == Tier.BROKERED else leg_row.document_check
    if j < 0:
        return leg_row.control
    looks = s.law[leg_row.head].intel_borders
    return chance_seen_by_those_who_know(s.enterprises, j, leg, leg_row.control, rules, looks)


@rule
def chance_refused(people, legs, i, leg):
    """Chance that a carrier refuses a passenger (``border.carrier_liability``).

    Carriers judge by themselves and are wrong at times: a visa that was applied for looks like one that was brokered.
    They neither ask who needs protection nor may grant it.
    """
    leg_row = legs[leg]
    channel = people.row[i].channel
    if leg_row.mode == FREE or (channel != Channel.PAPERS and channel != Channel.REGULAR):
        return 0.0
    forged = channel == Channel.PAPERS and people.row[i].tier != Tier.BROKERED
    return leg_row.refuses_forged if forged else leg_row.refuses_genuine


@rule
def pushed_back(people, legs, i, leg, now):
    """Whether someone stopped without papers is sent back without being heard (``border.pushback``)."""
    person = people.row[i]
    if legs[leg].pushback <= 0.0 or person.channel == Channel.PAPERS:
        return False
    return draw(now.seed, Stream.PUSHBACK, i, person.generation, now.week, leg) < legs[leg].pushback


@part
def spend(enterprises, j, usd, account, ledger):
    """A provider pays for a crossing, a loss or an official; a firm that has closed leaves the bill to its owners.

    Returns the US$ that were paid, in whole cents.
    """
    cents = round(100.0 * usd)
    ledger.accounts[account] += cents
    ledger.counters[C.PROVIDER_COSTS] += cents * 0.01
    if j >= 0:
        enterprises.row[j].capital -= cents
        enterprises.row[j].week_profit -= cents * 0.01
    else:
        ledger.accounts[Account.OWNERS] -= cents
    return cents * 0.01


@part
def learn_leg(enterprises, legs, rules, j, leg, detected):
    """A guided crossing teaches: skill on this leg, and the trade's view of its control.

    A detection that had believed chance d where an unaided crossing has c counts as c / d detections, which leaves the
    estimate unbiased when c is right.
    """
    leg_row = legs[leg]
    believed = leg_row.believed_control
    chance = chance_seen(enterprises, j, leg, believed, rules)
    leg_row.heard_control[1] += 1.0
    if detected and chance > 1e-9:
        leg_row.heard_control[0] += min(believed / chance, rules.detection_most)
    enterprises.crossings[j, leg] += 1.0


@part
def stop(s, p, now, i, leg, pair, j, counters):
    """A person is stopped on a leg: pushed back to where it begins, held, and perhaps owed another attempt."""
    person = s.people.row[i]
    by = (
        BY_PAPERS
        if person.channel == Channel.PAPERS
        else (BY_PROVIDER if person.channel == Channel.PROVIDER else BY_ALONE)
    )
    stages.be_stopped(s.people, i, s.legs[leg].tail, now.week + max(p.journey.retry_wait, 1), now.week)
    owed = j >= 0 and draw(now.seed, Stream.CONTRACT_RETRY, i, person.generation, now.week, leg) < p.journey.retry
    person.contract = owed
    if not owed:
        if person.financed == 1:
            person.financed = 2
        person.cash += person.escrow
        person.escrow = 0.0
        # that a carrier has refused papers in order says nothing of other ways
        if by < BY_PAPERS or person.tier == Tier.PLAIN:
            hear(p.journey, s.pairs[pair].heard_failure[by], True)
            remember_journey(s.people, p.lived, i, True, now.week)
        blame(s.enterprises, p.journey, j)
    if by < BY_PAPERS:
        hear(p.journey, s.pairs[pair].heard_death[by], False)
    if j >= 0:
        s.enterprises.row[j].caught += 1
        s.enterprises.row[j].caught_region = s.legs[leg].head
    if person.protection_need:
        happens(s.people, counters, i, C.NEED_STOPPED, now.week)


@part
def pays_at_the_border(s, p, i, j, leg, ledger, now):
    """Whether a guided crossing that was detected is let through for a bribe, worth what being stopped would cost.

    That is the loss and the part of the fee that is not earned if the client is not tried again under the contract.
    """
    person = s.people.row[i]
    firm = s.enterprises.row[j]
    if firm.retained_leg == leg and (
        draw(now.seed, Stream.RETAINER, i, person.generation, now.week, leg) < p.journey.on_shift
    ):
        firm.passes += 1
        ledger.counters[C.RETAINED_PASSES] += 1.0
        return True
    owed = 0.01 * (person.escrow if person.financed == 0 else person.debt)
    worth = s.legs[leg].expected_loss + (1.0 - p.journey.retry) * owed
    u = draw(now.seed, Stream.BRIBE, i, person.generation, now.week, leg)
    reached = p.journey.reach[firm.form] * s.units[leg].share
    bribe = buys_off(s.units, p.official, leg, u, reached, worth)
    if bribe <= 0.0:
        return False
    spend(s.enterprises, j, bribe, Account.OFFICIALS, ledger)
    ledger.counters[C.BRIBES_BORDER] += 1.0
    ledger.counters[C.BRIBES_BORDER_SUM] += bribe
    return True


@part
def pays_alone(people, units, p, i, leg, ledger, now):
    """Whether a person without a provider who was detected is let through for what she has on her (C2-M11, C2-M32).

    It is worth no more to her than what she has, and than getting there.
    """
    person = people.row[i]
    worth = min(0.01 * person.cash, max(person.stake, 0.0))
    u = draw(now.seed, Stream.BRIBE, i, person.generation, now.week, leg)
    cents = round(100.0 * buys_off(units, p.official, leg, u, p.journey.alone_reach * units[leg].share, worth))
    if cents <= 0.0:
        return False
    cents = min(cents, person.cash)
    person.cash -= cents
    ledger.accounts[Account.OFFICIALS] += cents
    ledger.counters[C.BRIBES_ALONE] += 1.0
    ledger.counters[C.BRIBES_ALONE_SUM] += 0.01 * cents
    return True


@part
def admit(people, regions, legs, rules, now, i, leg, counters):
    """A stopped person in need is recognised and admitted by the region whose border it is."""
    person = people.row[i]
    person.cash += person.escrow
    person.escrow = 0.0
    people.here[i] = legs[leg].head
    people.legal[i] = Legal.REGULAR
    person.path |= Path.SAFE
    happens(people, counters, i, C.SAFETY_REACHED, now.week)
    look_for_work(people, regions, rules, now, i)

"""What happens at a border: who is detected, refused by a carrier, let through for money, sent back, admitted (4.3).

Draws are keyed by (person, attempt, leg), so that in a twin world the same crossing has the same luck.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.agents.forms import REACH
from sim.agents.migrants import Account, Channel, Legal, Stage, Tier
from sim.ground.draws import Stream, draw
from sim.ground.kernel import kernel, part, rule
from sim.ledger.counters import C
from sim.rules.corruption.bribes import buys_off
from sim.rules.moving.channels import look_for_work
from sim.rules.moving.smuggling import chance_seen

if TYPE_CHECKING:
    from sim.rules.moving.smuggling import Ways
    from sim.state.state import State

Floats = NDArray[np.float64]
FREE = 3  # Mode.FREE_MOVEMENT as a number for the kernels
# rows of the reports on a pair of regions
BY_ALONE, BY_PROVIDER, BY_PAPERS = 0, 1, 2


class Borders(NamedTuple):
    """The legs as they are this week: float64 (legs,) unless said otherwise."""

    route_legs: NDArray[Any]  # (routes, MAX_LEGS)
    tail: NDArray[Any]
    head: NDArray[Any]
    mode: NDArray[Any]
    hours: NDArray[Any]
    control: NDArray[Any]
    danger: NDArray[Any]  # after rescue
    document_check: NDArray[Any]
    screening: NDArray[Any]
    transport: NDArray[Any]  # US$
    loss: NDArray[Any]  # US$
    stop_worth: NDArray[Any]  # US$, what being stopped costs a provider, prosecution included
    asylum_access: NDArray[Any]  # (regions,)
    refuses_forged: NDArray[Any]  # chance that a carrier refuses someone on forged papers
    refuses_genuine: NDArray[Any]  # and on papers that are in order
    pushback: NDArray[Any]  # chance that people who are stopped are sent back unheard
    tied: NDArray[Any]  # (pairs,) share of low-skilled visas that are tied to an employer
    believed_control: NDArray[Any]  # (legs,)


class Reports(NamedTuple):
    """What communities and providers hear: (…, 2) sums of bad and of all, faded by half-life."""

    chance: NDArray[Any]  # (pairs, 3, 2) attempts that failed, by alone, provider, papers
    death: NDArray[Any]  # (pairs, 2, 2) attempts that ended in death, by alone, provider
    control: NDArray[Any]  # (legs, 2) detections of guided crossings, as if unaided
    removal: NDArray[Any]  # (regions, 2) removals and person-years without status


class JourneyRules(NamedTuple):
    """Parameters of journeys."""

    retry: float
    retry_wait: int
    report_good: float
    report_bad: float
    deaths_found: float
    experience: int
    experience_half: float
    extortion: int
    reputation: float  # US$ of future fees lost over the fee, when more is demanded
    can_borrow: int
    held_weeks: int
    pushback_danger: float  # of being sent back, over that of the crossing
    alone_reach: float  # officers who sell to people without a provider, among those who sell
    on_shift: float  # crossings timed to the shifts of an officer on the books


def carriers_and_pushbacks(levers: dict[str, Floats], values: dict[str, Any]) -> tuple[Floats, Floats, Floats]:
    """Chances on each leg that carriers refuse forged papers and papers in order, and of being sent back unheard."""
    care = levers["border.carrier_liability"]
    return values["carrier.care"] * care, values["carrier.misjudged"] * care, levers["border.pushback"]


def borders_of_the_week(state: State, ways: Ways) -> Borders:
    """The legs as they are this week, with the levers and the skill of officers of the region that they lead into."""
    world, legs, now = state.world, state.world.legs, state.levers.now
    return Borders(
        world.route_legs,
        legs.tail,
        legs.head,
        legs.mode,
        legs.hours,
        now["border.control"] * state.law["skill"][legs.head],
        ways.danger,
        now["border.document_check"],
        now["border.screening"],
        state.fixed.transport,
        legs.loss,
        ways.loss,
        now["asylum.access"],
        *carriers_and_pushbacks(now, state.scenario.values),
        now["visa.tied_to_employer"],
        ways.believed_control,
    )


@part
def hear(reports, failed, rules):
    """One outcome reaches the community, bad news less often than good (shame; model 5)."""
    weight = rules.report_bad if failed else rules.report_good
    reports[1] += weight
    if failed:
        reports[0] += weight


@kernel
def blame(t, j, rules):
    """A failed client is remembered of the enterprise that answers for her, if one still does."""
    if j >= 0:
        t.row[j].known_all += rules.report_bad
        t.row[j].known_bad += rules.report_bad


@part
def chance_detected(m, i, leg, j, t, borders, rules):
    """D of this person on this leg: control for those without papers, the document check for forged papers."""
    if m.row[i].channel == Channel.REGULAR or borders.mode[leg] == FREE:
        return 0.0
    if m.row[i].channel == Channel.PAPERS:
        return 0.0 if m.row[i].tier == Tier.BROKERED else borders.document_check[leg]
    if j < 0:
        return borders.control[leg]
    return chance_seen(t, j, leg, borders.control[leg], rules)


@rule
def chance_refused(m, i, leg, borders):
    """Chance that a carrier refuses a passenger (``border.carrier_liability``).

    Carriers judge by themselves and are wrong at times: a visa that was applied for looks like one that was brokered.
    They neither ask who needs protection nor may grant it.
    """
    channel = m.row[i].channel
    if borders.mode[leg] == FREE or (channel != Channel.PAPERS and channel != Channel.REGULAR):
        return 0.0
    forged = channel == Channel.PAPERS and m.row[i].tier != Tier.BROKERED
    return borders.refuses_forged[leg] if forged else borders.refuses_genuine[leg]


@rule
def pushed_back(m, i, leg, seed, borders):
    """Whether someone stopped without papers is sent back without being heard (``border.pushback``)."""
    if borders.pushback[leg] <= 0.0 or m.row[i].channel == Channel.PAPERS:
        return False
    return draw(seed, Stream.PUSHBACK, i, m.row[i].generation, m.row[i].attempts, leg) < borders.pushback[leg]


@part
def spend(t, j, usd, account, accounts, counters):
    """A provider pays for a crossing, a loss or an official; a firm that has closed leaves the bill to its owners.

    Returns the US$ that were paid, in whole cents.
    """
    cents = round(100.0 * usd)
    accounts[account] += cents
    counters[C.PROVIDER_COSTS] += cents * 0.01
    if j >= 0:
        t.row[j].capital -= cents
        t.row[j].week_profit -= cents * 0.01
    else:
        accounts[Account.OWNERS] -= cents
    return cents * 0.01


@part
def learn_leg(t, j, leg, detected, borders, reports, rules):
    """A guided crossing teaches: skill on this leg, and the trade's view of its control.

    A detection that had believed chance d where an unaided crossing has c counts as c / d detections, which leaves the
    estimate unbiased when c is right.
    """
    believed = borders.believed_control[leg]
    chance = chance_seen(t, j, leg, believed, rules)
    reports.control[leg, 1] += 1.0
    if detected and chance > 1e-9:
        reports.control[leg, 0] += min(believed / chance, 20.0)
    t.crossings[j, leg] += 1.0


@part
def stop(m, i, week, seed, leg, pair, j, counters, reports, borders, rules, t):
    """A person is stopped on a leg: pushed back to where it begins, held, and perhaps owed another attempt."""
    by = (
        BY_PAPERS
        if m.row[i].channel == Channel.PAPERS
        else (BY_PROVIDER if m.row[i].channel == Channel.PROVIDER else BY_ALONE)
    )
    m.row[i].path |= 8
    m.stage[i] = Stage.HELD
    m.row[i].since = week
    m.here[i] = borders.tail[leg]
    m.row[i].stops += 1
    m.due[i] = week + max(rules.retry_wait, 1)
    owed = j >= 0 and draw(seed, Stream.CONTRACT_RETRY, i, m.row[i].generation, m.row[i].attempts, leg) < rules.retry
    m.row[i].contract = owed
    if not owed:
        if m.row[i].financed == 1:
            m.row[i].financed = 2
        m.row[i].cash += m.row[i].escrow
        m.row[i].escrow = 0.0
        hear(reports.chance[pair, by], True, rules)
        blame(t, j, rules)
    if by < BY_PAPERS:
        hear(reports.death[pair, by], False, rules)
    if j >= 0:
        t.row[j].caught += 1
        t.row[j].caught_region = borders.head[leg]
    if m.row[i].protection_need:
        counters[C.NEED_STOPPED] += 1.0


@part
def pays_at_the_border(m, i, t, j, leg, seed, counters, accounts, borders, rules, posts):
    """Whether a guided crossing that was detected is let through for a bribe, worth what being stopped would cost.

    That is the loss and the part of the fee that is not earned if the client is not tried again under the contract.
    """
    if t.row[j].retained_leg == leg and (
        draw(seed, Stream.RETAINER, i, m.row[i].generation, m.row[i].attempts, leg) < rules.on_shift
    ):
        t.row[j].passes += 1
        counters[C.RETAINED_PASSES] += 1.0
        return True
    owed = 0.01 * (m.row[i].escrow if m.row[i].financed == 0 else m.row[i].debt)
    worth = borders.stop_worth[leg] + (1.0 - rules.retry) * owed
    u = draw(seed, Stream.BRIBE, i, m.row[i].generation, m.row[i].attempts, leg)
    bribe = buys_off(posts, leg, u, REACH[t.row[j].form] * posts.share[leg], worth)
    if bribe <= 0.0:
        return False
    spend(t, j, bribe, Account.OFFICIALS, accounts, counters)
    counters[C.BRIBES_BORDER] += 1.0
    counters[C.BRIBES_BORDER_SUM] += bribe
    return True


@part
def pays_alone(m, i, leg, seed, counters, accounts, rules, posts):
    """Whether a person without a provider who was detected is let through for what she has on her (C2-M11, C2-M32).

    It is worth no more to her than what she has, and than getting there.
    """
    worth = min(0.01 * m.row[i].cash, max(m.row[i].stake, 0.0))
    u = draw(seed, Stream.BRIBE, i, m.row[i].generation, m.row[i].attempts, leg)
    cents = round(100.0 * buys_off(posts, leg, u, rules.alone_reach * posts.share[leg], worth))
    if cents <= 0.0:
        return False
    cents = min(cents, m.row[i].cash)
    m.row[i].cash -= cents
    accounts[Account.OFFICIALS] += cents
    counters[C.BRIBES_ALONE] += 1.0
    counters[C.BRIBES_ALONE_SUM] += 0.01 * cents
    return True


@part
def admit(m, i, week, seed, leg, counters, borders, channel_rules, places):
    """A stopped person in need is recognised and admitted by the region whose border it is."""
    m.row[i].cash += m.row[i].escrow
    m.row[i].escrow = 0.0
    m.here[i] = borders.head[leg]
    m.legal[i] = Legal.REGULAR
    m.row[i].path |= 128
    counters[C.SAFETY_REACHED] += 1.0
    look_for_work(m, i, week, seed, channel_rules, places)

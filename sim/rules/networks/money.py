"""Channels for money: how enterprises move and launder what they take, and how far it can be traced (C5-M51, C10-M53).

In its turn, every four weeks, an enterprise compares what each channel costs over what is moved, laundered or not:

    cost = fee + checks·cost of checks + laundering + at risk · followed · trace
    trace = (t + (1 - t)·seen by checks·checks) · (1 - hidden by laundering)

times a lasting taste for each channel. ``followed`` is what it believes of the place where its money is collected: the
share of cases in which money is followed, as announced, times the believed chance that a conviction brings
confiscation. It keeps its channel unless another costs much less. Laundering needs somebody who handles money, and the
books of a lawful firm somebody whose business is mostly lawful: whoever takes these out makes money traceable. Small
sums are spent and not laundered (C3-M22). What moving costs lowers profit, and so who stays in the market.

Nothing here says where money goes when banks are checked: it goes where that costs less.
"""

from __future__ import annotations

import math
from typing import Annotated, Any, NamedTuple

from numpy.typing import NDArray

from sim.agents.enterprises import MoneyChannel
from sim.agents.facilitators import Function, Standing
from sim.agents.ties import MOST_TIES, first_tie
from sim.declared.sources import ByName, From, Switched, family
from sim.ground.calendar import WEEKS_PER_YEAR
from sim.ground.draws import Stream, draw
from sim.ground.kernel import kernel, part, rule
from sim.ledger.accounts import Account
from sim.ledger.counters import C
from sim.rules.justice.experience import taking
from sim.rules.moving.ways import taste
from sim.rules.networks.partners import REVIEW_WEEKS

CHANNELS = len(MoneyChannel)
COUNTED = C.MONEY_COURIER  # counters of the channels follow one another


@family
class MoneyRules(NamedTuple):
    """Parameters of channels for money."""

    channels: Annotated[int, Switched("money_channels")]
    fee: Annotated[NDArray[Any], ByName("money.fee_{}", MoneyChannel)]
    trace: Annotated[NDArray[Any], ByName("money.trace_{}", MoneyChannel)]
    checks_cost: Annotated[float, From("money.checks_cost")]
    checks_trace: Annotated[float, From("money.checks_trace")]
    laundering: Annotated[float, From("money.laundering")]
    laundering_hides: Annotated[float, From("money.laundering_hides")]
    laundering_least: Annotated[float, From("money.laundering_least")]
    at_risk: Annotated[float, From("money.at_risk")]
    front_licit: Annotated[float, From("money.front_licit")]
    taste: Annotated[float, From("money.taste")]
    sticks: Annotated[float, From("money.sticks")]
    lead: Annotated[float, From("money.lead", per=WEEKS_PER_YEAR)]  # a week
    lead_scale: Annotated[float, From("money.lead_scale")]
    lead_reports: Annotated[float, From("money.lead_reports")]
    lead_money: Annotated[float, From("money.lead_money")]
    lead_network: Annotated[float, From("money.lead_network")]


@rule
def trace_of(rules, firm):
    """How far the money of an enterprise (a record) can be traced: 1 where channels are not modelled.

    Whoever has just entered has moved nothing yet that could be traced.
    """
    return float(firm.trace) if rules.channels else 1.0


@rule
def where_collected(s, j):
    """Region in which enterprise j collects most of its money: where those whom it serves arrive."""
    firm = s.enterprises.row[j]
    return s.pairs[firm.pair].end if firm.pair >= 0 else firm.home


@rule
def checks_on(local, channel):
    """How far a channel is checked where money is collected."""
    if channel == MoneyChannel.BANK:
        return local.justice_bank_checks
    return local.justice_informal_checks if channel == MoneyChannel.INFORMAL else 0.0


@rule
def traced(rules, channel, checks, launders):
    """How far money can be traced that has gone through a channel, in [0, 1]."""
    trace = rules.trace[channel]
    trace += (1.0 - trace) * rules.checks_trace * checks
    return trace * (1.0 - rules.laundering_hides * launders)


@rule
def fee_of(rules, channel, checks, launders):
    """What moving money costs, over what is moved."""
    return rules.fee[channel] + rules.checks_cost * checks + rules.laundering * launders


@rule
def cost_of(rules, channel, checks, launders, followed):
    """What an enterprise expects a channel to cost, over what is moved, what may be lost included."""
    return fee_of(rules, channel, checks, launders) + rules.at_risk * followed * traced(
        rules, channel, checks, launders
    )


@part
def handlers_of(s, p, j):
    """(whether anybody handles money for enterprise j, whether a lawful firm does)."""
    handled, lawful = s.enterprises.row[j].house & (1 << Function.MONEY) > 0, False
    first = first_tie(j, Function.MONEY.value)
    for r in range(first, first + MOST_TIES):
        b = s.ties[r].partner
        if b >= 0 and s.facilitators[b].standing == Standing.FREE:
            handled = True
            lawful = lawful or s.facilitators[b].licit > p.money.front_licit
    return handled, lawful


@part
def choose_channel(s, p, j, seed):
    """Enterprise j takes the channel for money that costs it least, with or without laundering."""
    firm, rules = s.enterprises.row[j], p.money
    region = where_collected(s, j)
    local = s.law[region]
    followed = s.regions[region].money_followed * taking(s.regions, p.belief, region)
    handled, lawful = handlers_of(s, p, j)
    launders_most = 1 if handled and firm.moved >= rules.laundering_least else 0
    best, best_channel, best_launders, present = math.inf, 0, 0, math.inf
    for channel in range(CHANNELS):
        if channel == MoneyChannel.FRONT and not lawful:
            continue
        liked = taste(draw(seed, Stream.MONEY_CHANNEL, j, firm.generation, 0, channel), rules.taste)
        checks = checks_on(local, channel)
        for launders in range(launders_most + 1):
            cost = liked * cost_of(rules, channel, checks, launders, followed)
            if firm.trace > 0.0 and channel == firm.money_channel and launders == firm.launders:
                present = cost
            if cost < best:
                best, best_channel, best_launders = cost, channel, launders
    if present == math.inf or best < rules.sticks * present:
        firm.money_channel, firm.launders = best_channel, best_launders
    firm.trace = max(traced(rules, firm.money_channel, checks_on(local, firm.money_channel), firm.launders), 1e-6)


@kernel
def move_money(s, p, now, active, ledger):
    """A week of money: enterprises whose turn it is choose a channel, and all pay for what they move."""
    counters, rules = ledger.counters, p.money
    for position in range(len(active)):
        j = active[position]
        firm = s.enterprises.row[j]
        if firm.active == 0:
            continue
        if firm.trace <= 0.0 or (j + now.week) % REVIEW_WEEKS == 0:
            choose_channel(s, p, j, now.nature)
        receipts = max(float(firm.week_profit), 0.0)
        firm.moved = firm.moved * (1.0 - 1.0 / REVIEW_WEEKS) + receipts
        if receipts <= 0.0:
            continue
        checks = checks_on(s.law[where_collected(s, j)], firm.money_channel)
        cents = round(100.0 * receipts * fee_of(rules, firm.money_channel, checks, firm.launders))
        firm.capital -= cents
        firm.week_profit -= cents * 0.01
        ledger.accounts[Account.FACILITATORS] += cents
        counters[C.MONEY_FEES] += cents * 0.01
        counters[C.MONEY_MOVED] += receipts
        counters[COUNTED + firm.money_channel] += receipts
        counters[C.MONEY_LAUNDERED] += receipts * firm.launders
        counters[C.MONEY_TRACEABLE] += receipts * firm.trace

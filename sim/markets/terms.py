"""A week of those who owe or work on controlled terms: pay, debt, labels, ways out, review (model 4.4, 4.5).

They are few, and every payment of theirs has two ends in different tables, so they are gone through one by one in row
order. Everyone else's pay is posted when they next think about moving.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numba import prange
from numpy.typing import NDArray

from sim.agents.causes import Cause, note
from sim.agents.migrants import (
    LONG_AGO,
    Account,
    Bound,
    Channel,
    Control,
    Creditor,
    Legal,
    Stage,
)
from sim.agents.offenders import promote
from sim.agents.venues import VenueKind, Visibility
from sim.draws import Stream, draw
from sim.justice.encounters import NOTHING, Exit, first_exit
from sim.justice.identification import after_the_meeting, begin_spell, end_spell, go_free
from sim.kernel import CHUNKS, kernel, parallel, rule
from sim.markets.consider import BLOCK, next_consideration, regularise
from sim.markets.debts import accrue, holds_claim, pay_debt, sell_claim, write_off
from sim.markets.jobs import ask_venues, best_offer_of, free, leave_venue, may_control, set_terms, take_slot
from sim.markets.value import ability_at, debt_weight, fear_of, going_pay, outside_pay, own_exit, wish_to_leave
from sim.observation.counters import C
from sim.observation.labels import exploited, forced_labour_ilo, held, trafficked_palermo, underpaid

WEEKS = 52.0
LONG_EXPLOITED = 52  # weeks after which a person may be promoted
COHORT_WEEKS = 104  # exploited weeks of a departure cohort are counted so long


class TermRules(NamedTuple):
    """Parameters of a week under control or in debt."""

    interest: float  # per week
    service_share: float  # of credited pay, to a creditor who can collect
    household_share: float  # of pay at home
    saving_share: float
    remitted_share: float
    complaint: float  # per week
    dismissal: float
    dismissal_cleared: float  # chance that those whose debt is cleared are sent away
    death: float  # per week under violence
    promotion: float  # per week after a year
    target_return: int


class Tally(NamedTuple):
    """Where exploitation sits and when it came: sums since week 0."""

    cells: NDArray[Any]  # (regions, sectors, 5 controls, 2 status, 2 origin) person-weeks
    seen: NDArray[Any]  # (regions,) people without status who are exploited this week
    fetched: NDArray[Any]  # (1,) meaningless
    cohorts: NDArray[Any]  # (weeks of the run,) exploited weeks of those who departed in each week


@kernel
def find_bound(bound, rows):
    """Rows of the people whose week is computed one by one, in row order. Returns how many."""
    n = 0
    for i in range(len(bound)):
        if bound[i] != 0:
            rows[n] = i
            n += 1
    return n


@kernel
def release(rows, causes, count, m, t, v, week, seed, counters, work, cells, rules):
    """Slots, terms and debts of people whom this week took away from where they worked."""
    for position in range(count):
        i = rows[position]
        gone = m.stage[i] != Stage.WORKING
        if m.row[i].venue >= 0 and gone:
            caught = causes[position] == Cause.DETAINED
            leave_venue(m, i, v, week, caught, work, cells, rules)
            end_spell(m, i, week, seed, Exit.STATUS_CHECK if caught else Exit.OTHER, counters)
        if causes[position] == Cause.NEXT_GENERATION and m.bound[i] != 0:
            write_off(m, i, t, v)
            m.bound[i] = 0
            m.row[i].control = Control.NONE
            m.row[i].credited = 1.0
        stranded = m.row[i].financed == 1 and m.stage[i] != Stage.TRAVELLING and m.stage[i] != Stage.HELD
        if m.row[i].financed == 2 or stranded:
            # a journey that was lent and not made is not owed
            write_off(m, i, t, v)
            m.row[i].financed = 0


@rule
def collect_pay(m, i, t, v, work, counters, accounts, rules):
    """A week at work: what is withheld goes to the venue, a share of what is credited to savings and the creditor."""
    row = m.row[i]
    k = row.venue
    if m.bound[i] & Bound.CONTROLLED:
        taken = round(100.0 * row.value * (1.0 - row.credited))
        v.row[k].capital += taken
        accounts[Account.CONSUMERS] -= taken
        row.receipts -= taken * 0.01
        cost = round(100.0 * work.control_cost[v.row[k].region, row.control])
        v.row[k].capital -= cost
        accounts[Account.CONTROL] += cost
        saved = round(100.0 * rules.saving_share * row.value * row.credited)
        remitted = 0.0
        if row.control < Control.CONFINEMENT and m.here[i] != row.home:
            remitted = round(100.0 * rules.remitted_share * row.value * row.credited)
        row.cash += saved
        accounts[Account.WAGES] -= saved + remitted
        accounts[Account.REMITTANCES] += remitted
        counters[C.REMITTANCES] += remitted * 0.01
    if m.bound[i] & Bound.PAYS:
        accrue(m, i, t, v, rules.interest)
        return pay_debt(m, i, t, v, round(100.0 * rules.service_share * row.value * row.credited), counters, accounts)
    return 0.0


@rule
def count_labels(m, i, v, week, bits, cells, counters, tally, done):
    """Count person i under every label that fits."""
    row = m.row[i]
    is_underpaid, is_held, is_exploited = bits & UNDERPAID > 0, bits & HELD > 0, bits & EXPLOITED > 0
    k = row.venue
    control, legal = row.control, m.legal[i]
    counters[C.CONTROLLED] += 1.0
    if control == Control.NONE or control == Control.PAPERS:
        counters[C.CONTROLLED_SOFT] += 1.0
    elif control >= Control.CONFINEMENT:
        counters[C.CONTROLLED_HARD] += 1.0
    counters[C.UNDERPAID] += is_underpaid and not is_held
    counters[C.HELD] += is_held and not is_underpaid
    if is_underpaid or is_exploited:
        counters[C.ABUSIVE_WEEKS] += 1.0
    counters[C.PALERMO] += trafficked_palermo(is_exploited, control, row.offer, row.forced, row.minor)
    counters[C.FORCED_LABOUR] += forced_labour_ilo(control, is_underpaid, row.debt, row.offer)
    if not is_exploited:
        return
    counters[C.EXPLOITED] += 1.0
    sector, region = v.row[k].sector, v.row[k].region
    taken = row.value * (1.0 - row.credited)
    if cells.commercial_sex[sector]:
        row.shamed = 1
        counters[C.EXPLOITED_SEX] += 1.0
        counters[C.TAKEN_SEX] += taken
    else:
        counters[C.EXPLOITED_OTHER] += 1.0
        counters[C.TAKEN_OTHER] += taken
    if control == Control.NONE:
        counters[C.EXPLOITED_DEBT] += 1.0
    elif control == Control.PAPERS:
        counters[C.EXPLOITED_PAPERS] += 1.0
    elif control == Control.THREAT:
        counters[C.EXPLOITED_THREAT] += 1.0
    elif control == Control.CONFINEMENT:
        counters[C.EXPLOITED_CONFINEMENT] += 1.0
    else:
        counters[C.EXPLOITED_VIOLENCE] += 1.0
    regular = legal == Legal.REGULAR or legal == Legal.CITIZEN
    counters[C.EXPLOITED_REGULAR if regular else C.EXPLOITED_IRREGULAR] += 1.0
    tally.seen[region] += not regular
    internal = region == row.home
    if internal:
        counters[C.EXPLOITED_INTERNAL] += 1.0
    elif row.entered == Channel.REGULAR:
        counters[C.EXPLOITED_ENTERED_REGULARLY] += 1.0
    elif row.entered == Channel.PAPERS and row.tier == 1:
        counters[C.EXPLOITED_GENUINE_PAPERS] += 1.0
    counters[C.EXPLOITED_FEMALE] += row.female
    counters[C.EXPLOITED_PRIVATE] += v.row[k].visibility == Visibility.PRIVATE
    if week >= 0:
        tally.cells[region, sector, control, 0 if not regular else 1, 0 if internal else 1] += 1.0
    if row.departed > LONG_AGO and week - row.departed < COHORT_WEEKS:
        at = done - (week - row.departed)
        if at >= 0:
            tally.cohorts[at] += 1.0


@kernel
def review(m, i, t, v, week, seed, counters, work, cells, choice, conflict, rules, control_rules, log):
    """The controller reviews the terms: status, options and enforcement have changed; another venue may pay more.

    Returns whether person i is still under control.
    """
    row = m.row[i]
    k = row.venue
    # the same status may earn another wage by now
    y = going_pay(m.legal[i], ability_at(row, v.row[k].region), row.skill, v.row[k].region, v.row[k].sector, work)
    row.value = y
    worth, control, sigma = 0.0, Control.NONE, 1.0
    if may_control(m, i, v, k):
        worth, control, sigma = best_offer_of(m, i, v, k, y, work, control_rules)
    sector = v.row[k].sector
    cell = v.row[k].region * len(work.pay) + sector
    other = ask_venues(i, row.generation, week, seed, v, cell, cells)
    if other >= 0 and other != k and v.row[other].kind == VenueKind.PREDATORY:
        bid, bid_control, bid_sigma = best_offer_of(m, i, v, other, y, work, control_rules)
        bid *= control_rules.bid_share
        if bid > worth and bid > 0.0:
            sold_on(m, i, t, v, k, other, bid, bid_control, bid_sigma, week, counters, work, cells, rules)
            note(log, week, i, row.generation, Stage.WORKING, Stage.WORKING, Cause.SOLD_ON, other)
            return True
    if worth <= 0.0:
        end_spell(m, i, week, seed, Exit.BETTER_TERMS, counters)
        free(m, i)
        next_consideration(m, i, week, seed, choice, conflict)
        return False
    set_terms(m, i, v, k, control, sigma, week, work, rules)
    return True


@kernel
def sold_on(m, i, t, v, k, other, bid, control, sigma, week, counters, work, cells, rules):
    """Venue ``other`` pays venue k for person i and what she owes there."""
    cents = round(100.0 * bid)
    v.row[k].capital += cents
    v.row[other].capital -= cents
    value, receipts = m.row[i].value, bid
    leave_venue(m, i, v, week, False, work, cells, rules)
    take_slot(m, i, v, other, week, cells)
    m.row[i].value = value
    m.row[i].receipts = receipts * (1.0 + rules.target_return)
    if m.row[i].creditor_kind == Creditor.VENUE and m.row[i].creditor == k:
        sell_claim(m, i, t, v, Creditor.VENUE, other)
    set_terms(m, i, v, other, control, sigma, week, work, rules)
    counters[C.RESALES] += 1.0
    counters[C.RESALE_SUM] += bid


@kernel
def leave_by(m, i, t, v, week, seed, cause, counters, work, cells, hire_rules, log):
    """Person i leaves her controller without meeting anyone."""
    k = m.row[i].venue
    leave_venue(m, i, v, week, False, work, cells, hire_rules)
    end_spell(m, i, week, seed, cause, counters)
    if cause == Exit.DEATH:
        write_off(m, i, t, v)
        m.bound[i] = 0
        m.stage[i] = Stage.DEAD
        m.row[i].since = week
        m.row[i].path |= 32
        m.removal_at[i] = np.inf
        m.due[i] = max(m.row[i].leaves_risk_age, week + 1)
        note(log, week, i, m.row[i].generation, Stage.WORKING, Stage.DEAD, Cause.DIED_AT_WORK, k)
        return
    go_free(m, i, week)
    reason = Cause.ESCAPED_OR_QUIT if cause == Exit.OWN else Cause.DISMISSED
    if cause == Exit.RELEASED:
        reason = Cause.RELEASED
    note(log, week, i, m.row[i].generation, Stage.WORKING, m.stage[i], reason, k)


UNDERPAID, HELD, EXPLOITED = 1, 2, 4  # bits of what is seen of a person this week


def _assess(rows, seen, causes, m, v, week, seed, table, law, work, excess, rules, control_rules):
    sectors = len(work.pay)
    total = len(rows)
    for chunk in prange(CHUNKS):
        for position in range(chunk * total // CHUNKS, (chunk + 1) * total // CHUNKS):
            i = rows[position]
            seen[position], causes[position] = 0, NOTHING
            row = m.row[i]
            k = row.venue
            if m.stage[i] != Stage.WORKING or k < 0 or m.bound[i] & Bound.CONTROLLED == 0:
                continue
            place = v.row[k]
            region, sector = place.region, place.sector
            outside = outside_pay(m.legal[i], ability_at(row, region), row.skill, region, work)
            secure = outside_pay(np.int8(Legal.REGULAR), ability_at(row, region), row.skill, region, work)
            kin = 1.0 if row.kin == region or row.home == region else 0.0
            fear = fear_of(m.legal[i], region, work)
            isolation = work.isolation[sector]
            got = row.credited * row.value
            own = own_exit(
                (outside - got) / max(outside, 1e-9), debt_weight(row.debt, row.value), fear, isolation, kin,
                row.information, row.control, control_rules,
            )  # fmt: skip
            unheld = wish_to_leave(
                (secure - got) / max(secure, 1e-9), 0.0, 0.0, isolation, kin, row.information, control_rules
            )
            is_underpaid, is_held = underpaid(row.credited), held(own, unheld)
            bits = UNDERPAID * is_underpaid + HELD * is_held
            if exploited(row.control, is_underpaid, is_held):
                bits += EXPLOITED
            seen[position] = bits
            complaint = (
                rules.complaint * (1.0 - row.credited) * (1.0 - control_rules.hold[row.control])
                * (1.0 - fear * (1.0 - law.firewall[region])) * (1.0 + law.back_pay[region])
            )  # fmt: skip
            # who is no longer wanted is sent away within about a year
            dismissal = rules.dismissal + excess[region * sectors + sector] / WEEKS
            violent = rules.death if row.control == Control.VIOLENCE else 0.0
            causes[position] = first_exit(
                seed, i, row.generation, week, k, place.generation, own, complaint, dismissal, violent, table,
                place.visibility, region * sectors + sector, row.control,
            )  # fmt: skip


# What is seen of each person under control, and the first cause to go off; a row writes only to its own place.
assess_serial = kernel(_assess)


def parallel_assess() -> Any:
    """The same pass compiled for several threads."""
    return parallel(_assess)


@rule
def fetch_terms(rows, first, last, m, v):
    """Read a little of each person and workplace, so that memory is fetched for a block at once; a meaningless sum."""
    total = 0.0
    for position in range(first, last):
        row = m.row[rows[position]]
        total += row.debt + row.cash + row.offer_region + m.stage[rows[position]]
        if row.venue >= 0:
            total += v.row[row.venue].kind
    return total


@rule
def serve_debt(m, i, t, v, stage, home_income, counters, accounts, rules):
    """What is owed at home is paid by the household, wherever the debt was made; claims of nobody are written off."""
    row = m.row[i]
    if stage == Stage.DEAD or not holds_claim(m, i, t, v):
        write_off(m, i, t, v)
        return
    if (stage == Stage.HOME or stage == Stage.WAITING) and m.bound[i] & Bound.OWES:
        m.bound[i] |= np.uint8(Bound.PAYS)
        accrue(m, i, t, v, rules.interest)
        pay = home_income[row.home] / 52.0 * row.ability
        pay_debt(m, i, t, v, round(100.0 * rules.household_share * pay), counters, accounts)
    if row.debt > 0.0:
        counters[C.DEBTORS] += 1.0
        counters[C.DEBT_STOCK] += row.debt * 0.01


@kernel
def live_the_week(
    rows, seen, causes, m, t, v, week, done, seed, counters, accounts, tally, home_income, law, work, cells, choice,
    conflict, hire_rules, rules, control_rules, meeting_rules, raised, log,
):  # fmt: skip
    """One week of everyone who owes or is controlled, after :func:`_assess`. Returns how many are to be promoted.

    Fills ``raised`` with their rows.
    """
    cells.withheld[:] = 0.0
    n_raised = 0
    for position in range(len(rows)):
        if position % BLOCK == 0:
            tally.fetched[0] = fetch_terms(rows, position, min(position + BLOCK, len(rows)), m, v)
        i = rows[position]
        row = m.row[i]
        stage = m.stage[i]
        if stage == Stage.HELD and m.bound[i] & Bound.RANSOM:
            counters[C.EXPLOITED] += 1.0
            counters[C.EXPLOITED_TRAVELLING] += 1.0
            counters[C.EXPLOITED_IRREGULAR] += 1.0
            continue
        m.bound[i] &= ~np.uint8(Bound.RANSOM)
        if row.debt > 0.0:
            serve_debt(m, i, t, v, stage, home_income, counters, accounts, rules)
        k = row.venue
        if stage != Stage.WORKING or k < 0:
            continue
        owed = row.debt > 0.0
        if owed and rules.service_share * row.value * row.credited * 100.0 <= rules.interest * row.debt:
            counters[C.DEBTORS_NEVER] += 1.0
        collect_pay(m, i, t, v, work, counters, accounts, rules)
        cleared = owed and row.debt <= 0.0
        if cleared:
            note(log, week, i, row.generation, stage, stage, Cause.DEBT_CLEARED, k)
        if m.bound[i] & Bound.CONTROLLED == 0:
            continue
        row.paid_until = week
        is_exploited = seen[position] & EXPLOITED > 0
        cells.withheld[v.row[k].region * len(work.pay) + v.row[k].sector] += 1.0 - row.credited
        if is_exploited and row.exploited_since == LONG_AGO:
            begin_spell(m, i, week, counters, log, k)
        elif not is_exploited and row.exploited_since > LONG_AGO:
            end_spell(m, i, week, seed, Exit.BETTER_TERMS, counters)
        count_labels(m, i, v, week, seen[position], cells, counters, tally, done)
        regularised = law.regularisation[v.row[k].region]
        if (
            regularised > 0.0
            and m.legal[i] == Legal.IRREGULAR
            and (draw(seed, Stream.REGULARISATION, i, row.generation, week, 0) < -math.expm1(-regularised / 52.0))
        ):
            regularise(m, i, week)
            counters[C.REGULARISED] += 1.0
            row.review_week = week
        way_out = causes[position] != NOTHING or cleared or (rules.target_return and row.receipts <= 0.0)
        # handing over a dozen bundles costs more than most weeks do
        if way_out and act_on_exit(
            m, i, t, v, week, seed, causes[position], cleared, counters, accounts, law, work, cells, hire_rules, rules,
            meeting_rules, log,
        ):  # fmt: skip
            continue
        if (
            rules.promotion > 0.0
            and is_exploited
            and week - row.exploited_since > LONG_EXPLOITED
            and (draw(seed, Stream.PROMOTION, i, row.generation, week, 0) < rules.promotion)
        ):
            raised[n_raised] = i
            n_raised += 1
        if cleared or week >= row.review_week:
            review(m, i, t, v, week, seed, counters, work, cells, choice, conflict, hire_rules, control_rules, log)
    return n_raised


@kernel
def act_on_exit(
    m, i, t, v, week, seed, cause, cleared, counters, accounts, law, work, cells, hire_rules, rules, meeting_rules, log
):
    """Carry out the first way out that opened this week. Returns whether person i has left."""
    if cleared and draw(seed, Stream.DISMISSAL, i, m.row[i].generation, week, 0) < rules.dismissal_cleared:
        leave_by(m, i, t, v, week, seed, Exit.DEBT_CLEARED, counters, work, cells, hire_rules, log)
        return True
    if rules.target_return and m.row[i].receipts <= 0.0:
        leave_by(m, i, t, v, week, seed, Exit.RELEASED, counters, work, cells, hire_rules, log)
        return True
    if cause == NOTHING:
        return False
    if cause == Exit.OWN or cause == Exit.DISMISSED or cause == Exit.DEATH:
        leave_by(m, i, t, v, week, seed, cause, counters, work, cells, hire_rules, log)
        return True
    return after_the_meeting(
        m, i, v, week, seed, cause, counters, accounts, law, work, cells, hire_rules, meeting_rules, log
    )


@kernel
def raise_to_recruiter(raised, count, m, t, v, o, first, active, n_active, week, seed, counters, log):
    """People exploited for long who are made recruiters: they earn, and still are not free (C1-M44)."""
    for position in range(count):
        i = raised[position]
        if m.row[i].venue < 0:
            continue
        region, generation = v.row[m.row[i].venue].region, m.row[i].generation
        u = draw(seed, Stream.PROMOTION, i, generation, week, 1)
        j = promote(o, first, t, active, n_active, i, generation, m.row[i].female, region, u)
        if j < 0:
            continue
        counters[C.PROMOTED] += 1.0
        m.row[i].credited = max(m.row[i].credited, 0.8)
        if m.row[i].control > Control.PAPERS:  # noqa: PLR1730 - numba cannot take the least of two kinds of number
            m.row[i].control = Control.PAPERS
        m.row[i].review_week = week + 52
        end_spell(m, i, week, seed, Exit.OTHER, counters)
        note(log, week, i, generation, Stage.WORKING, Stage.WORKING, Cause.PROMOTED, j)

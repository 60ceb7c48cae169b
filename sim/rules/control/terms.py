"""A week of those who owe or work on controlled terms: pay, debt, labels, clocks of ways out (model 4.4, 4.5).

A row writes only to itself, to its chunk's sums and to its place in ``posted``, so that the pass may run on any number
of threads; what it owes to tables of other agents and what has to be done one by one is posted and done afterwards
(:mod:`sim.rules.control.leaving`). Everyone else's pay is posted when they next think about moving.
"""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.agents.people import LONG_AGO, Bound, Channel, Control, Creditor, Legal, Stage
from sim.agents.venues import Visibility, segment
from sim.declared.sources import ByName, From, Is, Switched, family
from sim.ground.calendar import WEEKS_PER_YEAR
from sim.ground.draws import Stream, draw
from sim.ground.kernel import CHUNKS, kernel, rule
from sim.ground.near import SOON, bring_near, person_near
from sim.ledger.accounts import Account, Ledger
from sim.ledger.counters import C
from sim.ledger.persons import happens
from sim.ledger.tallies import count, tally_in
from sim.rules.control.complaints import complains
from sim.rules.control.labels import exploited, forced_labour_ilo, held, trafficked_palermo, underpaid
from sim.rules.control.ways_out import NOTHING, Exit, OwnHazards, first_exit
from sim.rules.people.consider import keep_apart
from sim.rules.people.means import put_by
from sim.rules.people.status import papers_lapse, regularised
from sim.rules.work.debts import forget_creditor, holds_claim, settle
from sim.rules.work.value import (
    ability_at,
    debt_weight,
    fear_of,
    outside_pay,
    own_exit,
    stops_paying,
    wish_to_leave,
    with_papers,
)

CONTROLS = len(Control)
UNDERPAID, HELD, EXPLOITED = 1, 2, 4  # bits of what is seen of a person this week
# bits of what has to be done one by one after the pass
CLEARED, BEGINS, ENDS, LEAVES, PROMOTES, REVIEWS = 1, 2, 4, 8, 16, 32


@family
class TermRules(NamedTuple):
    """Parameters of a week under control or in debt."""

    interest: Annotated[float, From("debt.interest")]  # per week
    service_share: Annotated[float, From("debt.service_share")]  # of credited pay, to a creditor who can collect
    household_share: Annotated[float, From("debt.household_share")]  # of pay at home
    enforcement: Annotated[int, Switched("claim_enforcement")]  # people may stop paying, and lenders go after them
    arrears: Annotated[int, From("debt.arrears")]  # weeks without service
    saving_share: Annotated[float, From("people.saving_share")]
    remitted_share: Annotated[float, From("people.remitted_share")]
    kept_at_home: Annotated[float, From("households.kept", off="households")]  # of what is sent home
    dismissal: Annotated[float, From("exit.dismissal", per=WEEKS_PER_YEAR)]
    complaint: Annotated[float, From("exit.complaint", per=WEEKS_PER_YEAR)]  # per week
    # chance that those whose debt is cleared are sent away
    dismissal_cleared: Annotated[float, From("exit.dismissal_cleared")]
    death: Annotated[float, From("exit.death", per=WEEKS_PER_YEAR)]  # per week under violence
    promotion: Annotated[float, From("exit.promotion", per=WEEKS_PER_YEAR, off="promotion")]  # per week after a year
    promotion_after: Annotated[int, From("exit.promotion_after")]  # weeks of exploitation
    target_return: Annotated[int, Is("mechanisms.pricing", "target_return")]
    briefed: Annotated[float, From("official.briefed")]  # officers who know of a raid before it comes
    # chance of testimony in a typical case: what the loss from a conviction is per chance of testimony
    typical_testimony: Annotated[float, From("justice.typical_testimony")]
    worth_weeks: Annotated[float, From("official.worth_weeks")]  # of what is withheld, that buying off saves
    in_kind: Annotated[float, From("official.in_kind")]  # sales to places in commercial sex that are paid in services
    # by Control: who can telephone, and who is hurt enough to need care
    can_call: Annotated[NDArray[Any], ByName("exit.call_{}", Control)]
    needs_care: Annotated[NDArray[Any], ByName("exit.care_{}", Control)]
    # by Visibility: what a workplace lets through
    seen_by_clients: Annotated[NDArray[Any], ByName("exit.clients_{}", Visibility)]
    seen_by_neighbours: Annotated[NDArray[Any], ByName("exit.neighbours_{}", Visibility)]
    seen_by_police: Annotated[NDArray[Any], ByName("exit.police_{}", Visibility)]
    seen_by_inspectors: Annotated[NDArray[Any], ByName("exit.inspectors_{}", Visibility)]
    # people who are promoted: enterprises that are asked, pay that is credited, and weeks until that is reviewed
    promotion_asked: Annotated[int, From("smuggling.promotion_asked")]
    promoted_pay: Annotated[float, From("exit.promoted_pay")]
    promoted_weeks: Annotated[int, From("exit.promoted_weeks")]
    # cut-offs of labels
    unpaid: Annotated[float, From("labels.unpaid")]
    held: Annotated[float, From("labels.held")]
    signs: Annotated[int, From("labels.signs")]
    cohort_weeks: Annotated[int, From("observation.cohort_weeks")]  # for which a departure cohort is followed


# one a person of the pass: what it posts to other tables, and what is left to do
POSTED = np.dtype(
    [
        ("venue", "f8"),  # cents that the venue where she works takes less what control costs it
        ("paid", "f8"),  # cents paid to the creditor
        ("claim", "f8"),  # change of the creditor's claim, cents
        ("withheld", "f8"),  # share of pay withheld
        ("creditor", "i4"),
        ("place", "i4"),  # position of an exploited person in ``exploited_places``, -1 for others
        ("cohort", "i4"),  # position in ``cohorts``, -1 for none
        ("creditor_kind", "i1"),
        ("cause", "i1"),  # Exit that opened this week, NOTHING without
        ("to_do", "i1"),
    ],
    align=True,
)


@rule
def settle_with_creditor(people, rules, i, payment, mine, accounts):
    """A week of interest and a payment: on the person's side now, on the creditor's when it is posted."""
    row = people.row[i]
    mine.creditor, mine.creditor_kind = row.creditor, row.creditor_kind
    change, paid = settle(people, i, rules.interest, payment)
    mine.claim += change
    mine.paid += paid
    accounts[Account.WAGES] -= paid


@rule
def serve_debt(s, p, now, i, stage, mine, ledger):
    """What is owed at home is paid by the household, wherever the debt was made; claims of nobody are written off.

    Abroad interest runs on for those whom the creditor could reach and who pay nothing.
    """
    row = s.people.row[i]
    if stage == Stage.DEAD or not holds_claim(s.people, s.enterprises, s.venues, i):
        mine.creditor, mine.creditor_kind = row.creditor, row.creditor_kind
        mine.claim -= row.debt
        forget_creditor(s.people, i)
        return
    if (stage == Stage.HOME or stage == Stage.WAITING) and s.people.bound[i] & Bound.OWES:
        s.people.bound[i] |= np.uint8(Bound.PAYS)
        s.people.bound[i] &= ~np.uint8(Bound.LOST)
        row.served = now.week
        pay = s.regions[row.home].income_home / 52.0 * row.ability
        settle_with_creditor(s.people, p.term, i, round(100.0 * p.term.household_share * pay), mine, ledger.accounts)
    elif p.term.enforcement and owes_abroad(s.people, i, stage):
        if stage == Stage.ARRIVED or not s.people.bound[i] & Bound.PAYS:
            settle_with_creditor(s.people, p.term, i, 0.0, mine, ledger.accounts)
        ledger.counters[C.IN_ARREARS] += now.week - row.served >= p.term.arrears
    if row.debt > 0.0:
        ledger.counters[C.DEBTORS] += 1.0
        ledger.counters[C.DEBT_STOCK] += row.debt * 0.01


@rule
def owes_abroad(people, i, stage):
    """Whether person i owes where she has come to, and has not got out of the creditor's reach."""
    there = stage == Stage.ARRIVED or stage == Stage.WORKING
    return there and people.here[i] != people.row[i].home and people.bound[i] & Bound.LOST == 0


@rule
def pays_no_more(s, p, now, i):
    """Whether person i, who works on going terms and owes to a provider, stops paying this week (C4-M05, EC 2.2)."""
    row = s.people.row[i]
    if row.creditor_kind != Creditor.ENTERPRISE or s.people.here[i] == row.home:
        return False
    hazard = stops_paying(s, p, i, row.value, s.sectors[s.venues[row.venue].sector].isolation)
    return draw(now.seed, Stream.STOPS_PAYING, i, row.generation, now.week, 0) < hazard


@rule
def collect_pay(people, venues, regions, rules, i, week, mine, ledger):
    """A week at work: what is withheld goes to the venue, a share of what is credited to savings and the creditor."""
    row = people.row[i]
    if people.bound[i] & Bound.CONTROLLED:
        taken = round(100.0 * row.value * (1.0 - row.credited))
        cost = round(100.0 * regions[venues[row.venue].region].control_cost[row.control])
        mine.venue = taken - cost
        ledger.accounts[Account.CONSUMERS] -= taken
        ledger.accounts[Account.CONTROL] += cost
        row.receipts -= taken * 0.01
        saved = round(100.0 * rules.saving_share * row.value * row.credited)
        remitted = 0.0
        if row.control < Control.CONFINEMENT and people.here[i] != row.home:
            remitted = round(100.0 * rules.remitted_share * row.value * row.credited)
        row.cash += saved
        ledger.accounts[Account.WAGES] -= saved + remitted
        ledger.accounts[Account.REMITTANCES] += remitted - put_by(row, rules.kept_at_home, remitted)
        ledger.counters[C.REMITTANCES] += remitted * 0.01
    if people.bound[i] & Bound.PAYS:
        payment = round(100.0 * rules.service_share * row.value * row.credited)
        owed = row.debt
        settle_with_creditor(people, rules, i, payment, mine, ledger.accounts)
        if row.debt < owed:
            row.served = week


@rule
def count_labels(people, venues, sectors, rules, i, bits, counters, mine):
    """Count person i under every label that fits."""
    row = people.row[i]
    is_underpaid, is_held, is_exploited = bits & UNDERPAID > 0, bits & HELD > 0, bits & EXPLOITED > 0
    k = row.venue
    control = row.control
    count(people, counters, i, C.CONTROLLED)
    if control == Control.NONE or control == Control.PAPERS:
        counters[C.CONTROLLED_SOFT] += 1.0
    elif control >= Control.CONFINEMENT:
        counters[C.CONTROLLED_HARD] += 1.0
    counters[C.UNDERPAID] += is_underpaid and not is_held
    counters[C.HELD] += is_held and not is_underpaid
    if is_underpaid or is_exploited:
        count(people, counters, i, C.ABUSIVE_WEEKS)
    counters[C.PALERMO] += trafficked_palermo(is_exploited, control, row.offer, row.forced, row.minor)
    counters[C.FORCED_LABOUR] += forced_labour_ilo(rules, control, is_underpaid, row.debt, row.offer)
    if not is_exploited:
        return
    count(people, counters, i, C.EXPLOITED)
    sector, region = venues[k].sector, venues[k].region
    taken = row.value * (1.0 - row.credited)
    row.shamed = sectors[sector].commercial_sex
    if row.shamed:
        counters[C.EXPLOITED_SEX] += 1.0
        counters[C.TAKEN_SEX] += taken
    else:
        counters[C.EXPLOITED_OTHER] += 1.0
        counters[C.TAKEN_OTHER] += taken
    counters[C.EXPLOITED_DEBT + control] += 1.0  # counted in the order of Control
    regular = with_papers(people.legal[i])
    count(people, counters, i, C.EXPLOITED_REGULAR if regular else C.EXPLOITED_IRREGULAR)
    internal = region == row.home
    if internal:
        counters[C.EXPLOITED_INTERNAL] += 1.0
    elif row.entered == Channel.REGULAR:
        counters[C.EXPLOITED_ENTERED_REGULARLY] += 1.0
    elif row.entered == Channel.PAPERS and row.tier == 1:
        counters[C.EXPLOITED_GENUINE_PAPERS] += 1.0
    counters[C.EXPLOITED_FEMALE] += row.female
    counters[C.EXPLOITED_CHILDREN] += row.minor
    counters[C.EXPLOITED_EXPORTED] += sectors[sector].exported
    counters[C.EXPLOITED_OWING_PROVIDER] += row.creditor_kind == Creditor.ENTERPRISE
    counters[C.EXPLOITED_OWING_VENUE] += row.creditor_kind == Creditor.VENUE
    counters[C.EXPLOITED_PRIVATE] += venues[k].visibility == Visibility.PRIVATE
    at = (region * len(sectors.commercial_sex) + sector) * CONTROLS + control
    mine.place = 4 * at + 2 * regular + (not internal)


@rule
def assess(s, p, now, i):
    """What is seen of person i under control, and the first way out that opens this week: (bits, Exit or NOTHING)."""
    row = s.people.row[i]
    venue = s.venues[row.venue]
    region, sector = venue.region, venue.sector
    outside = outside_pay(s.regions, p.choice, s.people.legal[i], ability_at(row, region), row.skill, region)
    secure = outside_pay(s.regions, p.choice, np.int8(Legal.REGULAR), ability_at(row, region), row.skill, region)
    kin = 1.0 if row.kin == region or row.home == region else 0.0
    fear = fear_of(s.regions, p.control, s.people.legal[i], region)
    isolation = s.sectors[sector].isolation
    got = row.credited * row.value
    own = own_exit(
        p.control,
        (outside - got) / max(outside, 1e-9),
        debt_weight(p.control, row.debt, row.value),
        fear,
        isolation,
        kin,
        row.information,
        row.control,
    )
    unheld = wish_to_leave(p.control, (secure - got) / max(secure, 1e-9), 0.0, 0.0, isolation, kin, row.information)
    is_underpaid, is_held = underpaid(p.term, row.credited), held(p.term, own, unheld)
    bits = UNDERPAID * is_underpaid + HELD * is_held
    if exploited(row.control, is_underpaid, is_held):
        bits += EXPLOITED
    complaint = complains(s, p, i, region, row.credited, p.control.hold[row.control])
    # who is no longer wanted is sent away within about a year
    cell = region * len(s.sectors.pay) + sector
    dismissal = p.term.dismissal + s.cells[cell].excess[segment(s.venues, row.venue)] / WEEKS_PER_YEAR
    violent = p.term.death if row.control == Control.VIOLENCE else 0.0
    inside = OwnHazards(own, complaint, dismissal, violent)
    cause = first_exit(now, p.term, i, row, venue, inside, s.cells[cell].hazards[venue.visibility])
    if venue.shut == now.week:
        cause = Exit.CLOSED.value
    return bits, cause


@rule
def ransom_is_over(people, i):
    """Person i is not held for payment any more."""
    people.bound[i] &= ~np.uint8(Bound.RANSOM)


@rule
def terms_near(s, rows, position):
    """Ask for the person to whom the pass comes soon, and for where the one before her works and whom she owes."""
    person_near(s.people, rows, position)
    if position + SOON < len(rows):
        row = s.people.row[rows[position + SOON]]
        if row.venue >= 0:
            bring_near(s.venues, row.venue)
        if row.creditor_kind == Creditor.ENTERPRISE:
            bring_near(s.enterprises.row, row.creditor)


@rule
def live_controlled(s, p, now, i, done, bits, cleared, mine, counters):
    """Labels, status, and what is left to do for a person who has worked on controlled terms this week."""
    row = s.people.row[i]
    row.paid_until = now.week
    is_exploited = bits & EXPLOITED > 0
    mine.withheld = 1.0 - row.credited
    count_labels(s.people, s.venues, s.sectors, p.term, i, bits, counters, mine)
    if is_exploited and row.departed > LONG_AGO and now.week - row.departed < p.term.cohort_weeks:
        mine.cohort = max(done - (now.week - row.departed), -1)
    to_do = 0
    if is_exploited and row.exploited_since == LONG_AGO:
        to_do |= BEGINS
    elif not is_exploited and row.exploited_since > LONG_AGO:
        to_do |= ENDS
    if regularised(s.people, now, i, s.law[s.people.here[i]].status_regularisation, 1.0, counters):
        row.review_week = now.week
    if papers_lapse(s.people, s.regions, i, p.life.papers_valid, now):
        row.review_week = now.week
    if cleared or mine.cause != NOTHING or (p.term.target_return and row.receipts <= 0.0):
        to_do |= LEAVES
    if (
        p.term.promotion > 0.0
        and is_exploited
        and row.exploited_since > LONG_AGO
        and now.week - row.exploited_since > p.term.promotion_after
        and (draw(now.seed, Stream.PROMOTION, i, row.generation, now.week, 0) < p.term.promotion)
    ):
        to_do |= PROMOTES
    if cleared or now.week >= row.review_week:
        to_do |= REVIEWS
    mine.to_do |= to_do


@kernel
def live(span, s, p, now, rows, posted, done, sums):
    """One week of everyone who owes or is controlled; fills ``posted`` (n,) and the sums of the chunks."""
    total = len(rows)
    ledger = Ledger(sums.counters[span.first], sums.accounts[span.first])
    counters = ledger.counters
    sums.used[span.first] = 1
    for chunk in range(span.first, span.end):
        start, end = chunk * total // CHUNKS, (chunk + 1) * total // CHUNKS
        for position in range(start, end):
            terms_near(s, rows, position)
            i = rows[position]
            row = s.people.row[i]
            stage = s.people.stage[i]
            mine = posted[position]
            mine.venue = mine.paid = mine.claim = mine.withheld = 0.0
            mine.place = mine.cohort = -1
            mine.cause, mine.to_do = NOTHING, 0
            if stage == Stage.HELD and s.people.bound[i] & Bound.RANSOM:
                counters[C.EXPLOITED] += 1.0
                tally_in(s.people, counters, i, C.EXPLOITED, -1, 1.0)  # on a journey, whatever her last work was
                counters[C.EXPLOITED_TRAVELLING] += 1.0
                counters[C.EXPLOITED_IRREGULAR] += 1.0
                tally_in(s.people, counters, i, C.EXPLOITED_IRREGULAR, -1, 1.0)
                continue
            ransom_is_over(s.people, i)
            works = stage == Stage.WORKING and row.venue >= 0
            controlled = works and s.people.bound[i] & Bound.CONTROLLED > 0
            bits = 0
            if controlled:
                bits, mine.cause = assess(s, p, now, i)
            if row.debt > 0.0:
                serve_debt(s, p, now, i, stage, mine, ledger)
            if not works:
                continue
            owed = row.debt > 0.0
            if owed and p.term.service_share * row.value * row.credited * 100.0 <= p.term.interest * row.debt:
                counters[C.DEBTORS_NEVER] += 1.0
            if p.term.enforcement and not controlled and s.people.bound[i] & Bound.PAYS and pays_no_more(s, p, now, i):
                s.people.bound[i] &= ~np.uint8(Bound.PAYS)
                happens(s.people, counters, i, C.STOPPED_PAYING, now.week)
            collect_pay(s.people, s.venues, s.regions, p.term, i, now.week, mine, ledger)
            cleared = owed and row.debt <= 0.0
            if cleared:
                mine.to_do = CLEARED
            if controlled:
                live_controlled(s, p, now, i, done, bits, cleared, mine, counters)
        keep_apart(sums, span.first, chunk)

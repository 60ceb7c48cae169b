"""A person's stages: every way from one to the next, and what each of them begins with (model 2.1).

Nothing else writes ``stage``. A transition says what a person is from now on, since when, and in which week something
is next due, and clears what belonged to the stage that is over. Money, draws and counters are left to whoever calls it.
"""

from __future__ import annotations

import numpy as np

from sim.agents.people import LONG_AGO, NEVER, Abroad, Bound, Care, Decided, Holder, Legal, Offer, Path, Stage, Tier
from sim.ground.kernel import rule


@rule
def forget_offer(people, i):
    """Person i has no offer of work any more."""
    person = people.row[i]
    person.offer = Offer.NONE
    person.offer_venue = -1
    person.offer_region = -1


@rule
def born(people, i, week):
    """A new person at home, to whom nothing has happened yet; traits, means and what she thinks first are drawn."""
    row = people.row[i]
    people.stage[i] = Stage.HOME
    people.here[i] = row.home
    people.legal[i] = Legal.CITIZEN
    people.removal_at[i] = np.inf
    row.since = row.paid_until = row.served = week
    row.spells = row.stops = row.searches = 0
    row.saving = row.contract = row.financed = row.extorted = row.paid = row.start = 0
    row.intended = row.first_intended = row.applied = -1
    row.channel = row.entered = row.route = row.provider = -1
    row.tier = Tier.PLAIN
    row.escrow = 0.0
    forget_offer(people, i)
    people.known[i] = row.forced = 0
    row.exploited_since = row.left_week = row.departed = LONG_AGO
    row.abroad = 0
    row.exploiter = row.brought_by = -1
    row.heavy = row.lost = 0.0
    row.shamed = 0
    row.taught = row.story = 0.0
    row.rung = row.claims = 0
    row.own_tries = row.own_failures = row.own_years = row.own_removals = row.stigma = 0
    row.recalled = row.job_until = week
    row.counted = row.counted_year = 0
    row.sector = -1
    row.agreed = row.decision = 0
    row.lent = 0
    row.care = 0
    row.fee = 0.0
    row.ransoms = row.held_by = 0


@rule
def rest_at_home(people, i, due, week):
    """At home after a removal, where nothing new is considered until the week ``due``, unless somebody comes by."""
    people.stage[i] = Stage.HOME
    people.due[i] = min(due, max(people.row[i].leaves_risk_age, week + 1))


@rule
def stay_at_home(people, i):
    """Whoever has come back thinks about what next, as anyone at home does."""
    people.stage[i] = Stage.HOME


@rule
def think_at_once(people, i, week):
    """Whoever is at home considers this week what to do, whatever she had meant to wait for."""
    if people.stage[i] == Stage.HOME or people.stage[i] == Stage.RETURNED:
        people.due[i] = min(people.due[i], week)


@rule
def wait_for_a_visa(people, i, decided, week):
    """Waits at home for the decision on an application for the region that she means to reach."""
    row = people.row[i]
    people.stage[i] = Stage.WAITING
    row.since = week
    row.applied = row.intended
    row.brokered = row.tier
    row.decision_week = decided
    people.due[i] = min(people.due[i], decided)


@rule
def be_refused(people, i, week):
    """The visa is refused or cannot be paid: at home as before."""
    person = people.row[i]
    people.stage[i] = Stage.HOME
    person.since = week
    person.intended = person.applied = -1
    people.due[i] = week + 1


@rule
def try_again(people, i, week):
    """Another attempt from where the last one was stopped, on the same route."""
    row = people.row[i]
    people.stage[i] = Stage.TRAVELLING
    row.since = week
    row.clock = 0.0
    row.contract = 0
    row.applied = -1  # who leaves gives the application up
    people.due[i] = NEVER


@rule
def set_out(people, i, route, channel, week):
    """A journey begins with the first leg of ``route``."""
    row = people.row[i]
    try_again(people, i, week)
    row.route, row.leg, row.channel = route, 0, channel
    people.removal_at[i] = np.inf
    row.path |= Path.LEFT
    forget_offer(people, i)


@rule
def be_stopped(people, i, where, due, week):
    """Stopped on a journey, back where the leg begins."""
    person = people.row[i]
    people.stage[i] = Stage.HELD
    people.here[i] = where
    person.since = week
    person.stops += 1
    person.path |= Path.STOPPED
    person.held_by = Holder.NOBODY
    people.bound[i] &= ~np.uint8(Bound.RANSOM)  # of an earlier stop in the same week
    people.due[i] = due


@rule
def be_held_for_ransom(people, i, due, week):
    """Held on a journey by those who guide it, until others have paid; then the journey goes on."""
    person = people.row[i]
    people.stage[i] = Stage.HELD
    person.since = week
    person.contract = 1
    person.clock = 0.0
    person.held_by = Holder.NOBODY
    people.bound[i] |= np.uint8(Bound.RANSOM)
    people.due[i] = due


@rule
def be_held_in_transit(people, i, due):
    """Stopped on a journey, and detained by the state where she has been stopped until the week ``due``."""
    people.row[i].held_by = Holder.STATE
    people.bound[i] &= ~np.uint8(Bound.RANSOM)
    people.due[i] = due


@rule
def be_asked_for_money(people, i, holder, due):
    """Whoever detains her in transit asks for money, and keeps her until the week ``due``."""
    people.row[i].held_by = holder
    people.bound[i] |= np.uint8(Bound.RANSOM)
    people.due[i] = due


@rule
def arrive(people, i, due, week):
    """Where she means to live: the journey is over, and work is looked for in the week ``due``."""
    row = people.row[i]
    people.stage[i] = Stage.ARRIVED
    row.since = week
    row.abroad &= np.uint8(Abroad.ARRIVED)  # she has not worked here yet
    row.searches = row.stops = row.contract = 0
    row.provider = row.route = -1
    people.due[i] = due


@rule
def start_work(people, i, week):
    """Has work from this week on; what is due next follows from its terms."""
    people.stage[i] = Stage.WORKING
    people.row[i].abroad |= np.uint8(Abroad.WORKED)
    people.row[i].searches = 0
    people.row[i].paid_until = week


@rule
def lose_work(people, i, week):
    """Without work: back at home, or looking for other work next week."""
    people.stage[i] = Stage.RETURNED if people.here[i] == people.row[i].home else Stage.ARRIVED
    people.row[i].searches = 0
    people.due[i] = week + 1


@rule
def lose_creditor(people, i):
    """Nobody can collect from person i where she is; what is owed stays owed."""
    people.bound[i] &= ~np.uint8(Bound.PAYS)
    if people.row[i].debt > 0.0:
        people.bound[i] |= np.uint8(Bound.LOST)


@rule
def go_free(people, i, week):
    """On her own after work under control or a stay in safety; away from home nobody knows where she is."""
    person = people.row[i]
    person.paid_until = week
    if people.here[i] == person.home:
        people.stage[i] = Stage.RETURNED
    else:
        people.stage[i] = Stage.ARRIVED
        person.searches = 1  # thinks before she looks for work again
        lose_creditor(people, i)
    people.due[i] = week + 1


@rule
def settle(people, i, week):
    """Lives where she is for good, with secure status."""
    people.stage[i] = Stage.SETTLED
    people.legal[i] = Legal.REGULAR
    people.row[i].since = week
    people.due[i] = week + 1


@rule
def live_on(people, i, weeks, week):
    """Settled, and nothing to choose: what is earned is posted every so many weeks until she has grown too old."""
    people.due[i] = max(min(people.row[i].leaves_risk_age, week + weeks), week + 1)


@rule
def be_detained(people, i, due, week):
    """In custody until removal in the week ``due``."""
    people.stage[i] = Stage.DETAINED
    people.row[i].since = week
    people.removal_at[i] = np.inf
    people.due[i] = due


@rule
def be_protected(people, i, claims, week):
    """In safe accommodation, where nothing has been told yet; ``claims`` 1 on a true story, 2 on a false one."""
    row = people.row[i]
    people.stage[i] = Stage.PROTECTED
    row.since = week
    row.told = 0.0
    row.rung = 0
    row.claims = claims
    row.decision, row.decided = Decided.PRESUMED, week
    people.removal_at[i] = np.inf
    people.bound[i] |= np.uint8(Bound.SAFE)
    people.due[i] = NEVER


@rule
def leave_protection(people, i):
    """Nobody keeps person i safe any more."""
    people.bound[i] &= ~np.uint8(Bound.SAFE)
    people.row[i].care &= np.uint8(Care.STAYS | Care.REGISTERED)


@rule
def come_home(people, i, week):
    """Home again: plans, offers and journeys are over; considers what next in the week after."""
    row = people.row[i]
    people.stage[i] = Stage.RETURNED
    people.here[i] = row.home
    people.legal[i] = Legal.CITIZEN
    people.removal_at[i] = np.inf
    forget_offer(people, i)
    row.intended = row.first_intended = row.applied = row.provider = row.route = row.channel = -1
    row.searches = row.contract = row.stops = row.abroad = 0
    row.since = row.paid_until = week
    people.due[i] = week + 1


@rule
def die(people, i, week):
    """Dead; the row passes on when she would have left the age at risk."""
    person = people.row[i]
    people.stage[i] = Stage.DEAD
    person.since = week
    person.path |= Path.DIED
    people.removal_at[i] = np.inf
    people.due[i] = max(person.leaves_risk_age, week + 1)

"""Prepared returns: people in protection without a permit are referred to services at home (C12-M01, C12-M05, C12-M11).

Services where she is ask services at home (lever ``return.prepared``). A request reaches them as far as there are
procedures in both states or somebody knows somebody (:func:`sim.rules.justice.trust.transnational_referral`); who
receives may have no means left or find her not eligible, and a refusal costs trust. Once accepted she waits, longer
where no procedure is followed, or leaves. Before any of it the danger at home may be judged (lever
``return.assessment``): who is in danger stays (C11-M18).
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

from sim.agents.people import Decided, Legal, Stage
from sim.declared.sources import From, family
from sim.ground.draws import Stream, block, draw
from sim.ground.kernel import part, rule
from sim.ledger.counters import C
from sim.ledger.events import Cause, note_change
from sim.ledger.persons import happens
from sim.rules.justice.trust import (
    break_trust,
    bring_about,
    follow_procedures,
    has_procedures,
    transnational_referral,
)
from sim.rules.people import stages
from sim.rules.people.anticipation import PERMIT, hear_of_status
from sim.rules.people.homecoming import be_met_at_home, be_supported
from sim.rules.people.means import go_home

NOT_REFERRED, EXPECTED, STAYS = range(3)  # what becomes of a person without a permit


@family
class ReturnRules(NamedTuple):
    """How prepared returns are received, how long they take, and what goes wrong in them."""

    eligible: Annotated[float, From("referral.eligible")]
    weeks: Annotated[float, From("referral.weeks")]
    friction: Annotated[float, From("referral.friction")]
    leaves: Annotated[float, From("referral.leaves")]
    breach: Annotated[float, From("referral.breach")]
    breach_watched: Annotated[float, From("referral.breach_watched")]


@rule
def in_danger_at_home(s, i):
    """Whether recruiters know where the household of person i lives, or those who brought her are at work there."""
    row = s.people.row[i]
    j = row.brought_by
    if j < 0:
        return s.people.known[i] == 1
    there = s.enterprises.row[j]
    free = there.active == 1 and there.generation == row.brought_by_generation and there.home == row.home
    return free or s.people.known[i] == 1


@rule
def seen_to_be_in_danger(s, now, i):
    """Whether the danger to person i at home is judged, and seen (C11-M18).

    What is known of it at home is passed on at once (lever ``coop.alerts``), or to those who are trusted.
    """
    row, region = s.people.row[i], s.people.here[i]
    judged, told, _, _ = block(now.seed, Stream.PREPARED_RETURN, i, row.generation, now.week, 1)
    if judged >= s.law[region].return_assessment or not in_danger_at_home(s, i):
        return False
    return told < max(s.law[row.home].coop_alerts, s.trust[row.home, region, 0])


@rule
def weeks_to_prepare(s, p, here, home):
    """Weeks that it takes to prepare a return: languages, channels and standards cost time without procedures."""
    smooth = min(
        has_procedures(s.regions, s.law, here) * follow_procedures(s.regions, s.law, p.trust, here),
        has_procedures(s.regions, s.law, home) * follow_procedures(s.regions, s.law, p.trust, home),
    )
    return p.returns.weeks + p.returns.friction * (1.0 - smooth)


@part
def ask_reception(s, p, now, i, counters):
    """Whether services at home are asked to receive person i, hear of it, and accept; EXPECTED or NOT_REFERRED."""
    row, here = s.people.row[i], s.people.here[i]
    home = row.home
    asked, arrives, eligible, leaks = block(now.seed, Stream.PREPARED_RETURN, i, row.generation, now.week, 0)
    if here == home or asked >= s.law[here].return_prepared:
        return NOT_REFERRED
    counters[C.RETURNS_ASKED] += 1.0
    watched = 1.0 - p.returns.breach_watched * max(s.law[here].coop_monitoring, s.law[home].coop_monitoring)
    if leaks < p.returns.breach * watched:
        counters[C.RIGHTS_BREACHED] += 1.0
        s.people.known[i] = 1
        break_trust(s.trust, home, here)
        break_trust(s.trust, here, home)
    if arrives >= transnational_referral(s, p.trust, here, home):
        counters[C.RETURNS_LOST] += 1.0
        return NOT_REFERRED
    full = s.regions[home].reception_left < 1.0
    if full or eligible >= p.returns.eligible:
        counters[C.RETURNS_REFUSED_FULL] += full
        counters[C.RETURNS_REFUSED] += 1.0
        break_trust(s.trust, here, home)
        return NOT_REFERRED
    s.regions[home].reception_left -= 1.0
    row.decision = Decided.RETURNING
    row.decided = now.week + max(round(weeks_to_prepare(s, p, here, home)), 1)
    return EXPECTED


@part
def stay_for_safety(s, p, i, counters, week):
    """Whether person i, who is in danger at home, obtains a permit under the cap; it is noted that she is."""
    region = s.people.here[i]
    if s.regions[region].permits_left < 1.0:
        return False
    s.regions[region].permits_left -= 1.0
    s.people.legal[i] = Legal.REGULAR
    counters[C.STAYED_FOR_SAFETY] += 1.0
    happens(s.people, counters, i, C.PERMITS, week)
    if p.anticipation.on:
        hear_of_status(s, p, i, PERMIT, 1.0, 0.0)
    return True


@part
def where_to(s, p, now, i, counters):
    """What becomes of person i who leaves protection without a permit: STAYS, EXPECTED or NOT_REFERRED."""
    if seen_to_be_in_danger(s, now, i) and stay_for_safety(s, p, i, counters, now.week):
        return STAYS
    return ask_reception(s, p, now, i, counters)


@part
def wait_for_return(s, p, now, i, ledger):
    """A week of person i whom services at home expect: she waits, leaves, or goes home to them."""
    row, here = s.people.row[i], s.people.here[i]
    home = row.home
    if now.week < row.decided:
        if draw(now.seed, Stream.PREPARED_WAIT, i, row.generation, now.week, 0) >= p.returns.leaves:
            ledger.counters[C.WAITING_FOR_RETURN] += 1.0
            return
        ledger.counters[C.RETURNS_DROPPED] += 1.0
        s.law[here].places += 1.0
        stages.leave_protection(s.people, i)
        stages.go_free(s.people, i, now.week)
        row.since = now.week
        note_change(s, i, Stage.PROTECTED, Cause.REFLECTION_ENDED, -1, now.week)
        return
    s.law[here].places += 1.0
    stages.leave_protection(s.people, i)
    go_home(s.people, i, ledger.accounts, 0.0, now.week)
    s.people.known[i] = 0
    ledger.counters[C.PREPARED_RETURNS] += 1.0
    forgotten = draw(now.seed, Stream.PREPARED_WAIT, i, row.generation, now.week, 1)
    be_supported(s, p, now, i, forgotten, ledger)
    be_met_at_home(s, p, now, i, True, False)
    bring_about(s.trust, here, home)
    note_change(s, i, Stage.PROTECTED, Cause.REFLECTION_ENDED, -1, now.week)

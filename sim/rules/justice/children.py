"""A child's path from the first contact to care: how she is recognised as one, who stands by her, and where it ends.

Who meets a child has to see that she is one: by looks, or by an assessment of age that errs, most of all close to
eighteen, and now and then takes an adult for a child. A child who is known to be one needs no other sign that she is
exploited; no consent counts against it. She may get a guardian and a place in care. From care children disappear, most
of all those who owe and those nobody stands by. Families are traced; a child goes back to hers, to one from which a
recruiter has her or that is in debt too, unless somebody looks first. With every lever at zero nobody asks for age.
"""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

import numpy as np

from sim.agents.people import Bound, Care, Legal, Stage
from sim.declared.sources import From, family
from sim.ground.calendar import WEEKS_PER_YEAR
from sim.ground.draws import Stream, block, dealt_in, draw
from sim.ground.kernel import part, rule
from sim.ledger.counters import C
from sim.ledger.events import Cause, note_change
from sim.ledger.persons import happens
from sim.rules.people import stages
from sim.rules.people.ageing import weeks_short
from sim.rules.people.anticipation import PERMIT, hear_of_status
from sim.rules.people.means import go_home
from sim.rules.people.status import start_removal_clock
from sim.rules.work.debts import holds_claim
from sim.rules.work.value import with_papers


@family
class ChildRules(NamedTuple):
    """Parameters of the care of children."""

    seen: Annotated[float, From("children.seen")]
    taken_for_adult: Annotated[float, From("children.taken_for_adult")]
    near_weeks: Annotated[float, From("children.near_years", times=WEEKS_PER_YEAR)]
    adult_taken: Annotated[float, From("children.adult_taken")]
    disappears: Annotated[float, From("children.disappears", per=WEEKS_PER_YEAR)]  # a week
    guarded: Annotated[float, From("children.guarded")]
    shared_place: Annotated[float, From("children.shared_place")]
    drawn_back: Annotated[float, From("children.drawn_back")]
    tracing: Annotated[float, From("children.tracing", per=WEEKS_PER_YEAR)]  # a week
    tracing_guardian: Annotated[float, From("children.tracing_guardian")]
    checked: Annotated[float, From("children.checked")]
    checked_guardian: Annotated[float, From("children.checked_guardian")]
    care_weeks: Annotated[int, From("children.care_weeks")]
    visits: Annotated[float, From("children.visits", per=WEEKS_PER_YEAR)]  # a week


@rule
def asks_for_age(local):
    """Whether anything is done for children where the law is ``local``."""
    return local.protection_guardians + local.protection_child_places + local.protection_age_assessment > 0.0


@rule
def error_of_assessment(rules, weeks_short):
    """Chance that a child who is so many weeks short of eighteen is taken for an adult."""
    return rules.taken_for_adult * math.exp(-max(weeks_short, 0.0) / rules.near_weeks)


@part
def taken_for_a_child(s, p, now, i, counters):
    """Whether those who meet person i treat her as a child; False wherever nothing is done for children."""
    row, local = s.people.row[i], s.law[s.people.here[i]]
    if not asks_for_age(local):
        return False
    looks, assessed, wrong, _ = block(now.seed, Stream.AGE_ASSESSMENT, i, row.generation, now.week, 0)
    child = row.minor == 1
    if assessed >= local.protection_age_assessment:
        seen = child and looks < p.child.seen
    elif child:
        seen = wrong >= error_of_assessment(p.child, float(weeks_short(s.people, p, now, i)))
        counters[C.CHILDREN_TAKEN_FOR_ADULTS] += not seen
    else:
        seen = wrong < p.child.adult_taken
        counters[C.ADULTS_TAKEN_FOR_CHILDREN] += seen
    if seen:
        counters[C.CHILDREN_RECOGNISED] += 1.0
    return seen


@rule
def gets_guardian(s, now, i):
    """Whether person i, who is treated as a child, gets a guardian."""
    row, local = s.people.row[i], s.law[s.people.here[i]]
    return draw(now.seed, Stream.GUARDIAN, i, row.generation, now.week, 0) < local.protection_guardians


@part
def take_into_care(s, now, i, counters):
    """Person i is taken into care as a child, in a place for children or else one of those for all, if there is any.

    Returns whether somebody looks after her from now on.
    """
    local = s.law[s.people.here[i]]
    care = Care.IN_CARE.value
    if local.child_places >= 1.0:
        local.child_places -= 1.0
        care += Care.CHILD_PLACE.value
    elif local.places >= 1.0:
        local.places -= 1.0
    else:
        counters[C.CHILDREN_WITHOUT_PLACE] += 1.0
        return False
    if gets_guardian(s, now, i):
        care += Care.GUARDIAN.value
        counters[C.GUARDIANS] += 1.0
    counters[C.CHILDREN_IN_CARE_BEGUN] += 1.0
    stages.be_protected(s.people, i, 1, now.week)
    # who is registered stays so, and what was found of her family is remembered
    s.people.row[i].care = np.uint8(s.people.row[i].care & np.uint8(Care.STAYS | Care.REGISTERED) | care)
    return True


# --- weeks in care ------------------------------------------------------------------------------------------------


@rule
def hazard_of_disappearing(rules, care, owes):
    """Weekly hazard of a child in care, with the bits ``care``, of whom somebody may claim a debt or nobody."""
    hazard = rules.disappears
    if care & Care.GUARDIAN:
        hazard *= 1.0 - rules.guarded
    if care & Care.CHILD_PLACE == 0:
        hazard *= rules.shared_place
    return hazard * rules.drawn_back if owes else hazard


@rule
def family_is_unsafe(s, i):
    """Whether going back to her family puts person i where she was: a recruiter knows it, it owes, or there is war."""
    row = s.people.row[i]
    in_need = row.protection_need == 1 and s.regions[row.home].conflict > 0.0
    return s.people.known[i] == 1 or row.debt > 0.0 or in_need


@part
def week_in_care(s, p, now, i, ledger):
    """A week of a child in care: she may disappear, be found a family, grow up, or stay."""
    row, rules = s.people.row[i], p.child
    care = row.care
    guarded = care & Care.GUARDIAN > 0
    gone, traced, looked, _ = block(dealt_in(now, row.since), Stream.CHILD_CARE, i, row.generation, now.week, 0)
    if gone < -math.expm1(-hazard_of_disappearing(rules, care, row.debt > 0.0)):
        disappear(s, now, i, ledger.counters)
        return
    of_age = row.minor == 0 and row.eighteen > row.since and p.ageing.ageing == 1
    if of_age or now.week - row.since >= rules.care_weeks:
        leave_care(s, p, now, i, guarded or care & Care.STAYS > 0, of_age, ledger.counters)
        return
    pace = rules.tracing * (rules.tracing_guardian if guarded else 1.0)
    if care & Care.STAYS or traced >= -math.expm1(-pace):
        return
    checked = looked < (rules.checked_guardian if guarded else rules.checked)
    unsafe = family_is_unsafe(s, i)
    if unsafe and checked:
        row.care = np.uint8(care | np.uint8(Care.STAYS))
        ledger.counters[C.CHILDREN_KEPT_SAFE] += 1.0
        return
    ledger.counters[C.CHILDREN_TO_UNSAFE_FAMILY if unsafe else C.CHILDREN_REUNITED] += 1.0
    end_care(s, i)
    go_home(s.people, i, ledger.accounts, 0.0, now.week)
    note_change(s, i, Stage.PROTECTED, Cause.WENT_HOME, -1, now.week)


@rule
def end_care(s, i):
    """The place of person i is free again."""
    local = s.law[s.people.here[i]]
    if s.people.row[i].care & Care.CHILD_PLACE:
        local.child_places += 1.0
    else:
        local.places += 1.0
    stages.leave_protection(s.people, i)


@part
def on_her_own(s, now, i):
    """Person i leaves care for the place where she is, with the status that she has."""
    end_care(s, i)
    stages.go_free(s.people, i, now.week)
    s.people.row[i].since = now.week
    if not with_papers(s.people.legal[i]) and s.people.here[i] != s.people.row[i].home:
        start_removal_clock(s.people, s.regions, i, now)


@part
def disappear(s, now, i, counters):
    """Person i is gone from care; whoever has a claim on her knows where she is."""
    counters[C.CHILDREN_DISAPPEARED] += 1.0
    on_her_own(s, now, i)
    if s.people.row[i].debt > 0.0 and holds_claim(s.people, s.enterprises, s.venues, i):
        s.people.bound[i] &= ~np.uint8(Bound.LOST)
        s.people.bound[i] |= np.uint8(Bound.PAYS)
    note_change(s, i, Stage.PROTECTED, Cause.ESCAPED_OR_QUIT, -1, now.week)


@part
def leave_care(s, p, now, i, spoken_for, of_age, counters):
    """Care ends at eighteen or after long: with leave to stay for those for whom somebody has asked for it."""
    row, region = s.people.row[i], s.people.here[i]
    counters[C.CARE_LEFT_AT_EIGHTEEN] += of_age
    permitted = draw(now.seed, Stream.CHILD_CARE, i, row.generation, now.week, 4) < s.law[region].protection_permit
    may_stay = permitted and spoken_for and s.regions[region].permits_left >= 1.0
    if may_stay and not with_papers(s.people.legal[i]):
        s.regions[region].permits_left -= 1.0
        happens(s.people, counters, i, C.PERMITS, now.week)
        s.people.legal[i] = Legal.REGULAR
        if p.anticipation.on:
            hear_of_status(s, p, i, PERMIT, 1.0, 0.0)
    on_her_own(s, now, i)
    note_change(s, i, Stage.PROTECTED, Cause.REFLECTION_ENDED, -1, now.week)

"""Identification as a process: whoever is taken in is presumed exploited until it is decided (C11-M17, C11-M33).

First whether there are reasonable grounds, then, after weeks, conclusively (switch ``conclusive_decisions``). Each
decision takes one of those that a place can make in a week (lever ``protection.decisions``); who waits stays in safe
accommodation and takes up a place, or leaves. Those who decide

- find reasonable grounds as often as they believe it right, which statements raise and people who leave lower;
- decide conclusively by what she has told, the more where protection is for those who are useful (C11-M13), by whether
  services decide with them (C11-P06), and by what a yes would oblige the state to give (C11-M33).

Who is refused may appeal. A permit, and not being removed, hang on the decision.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

from sim.agents.people import Decided
from sim.declared.sources import From, Switched, family
from sim.ground.calendar import WEEKS_PER_YEAR
from sim.ground.draws import Stream, block
from sim.ground.kernel import kernel, part, rule
from sim.ledger.counters import C
from sim.rules.justice.telling import Rung
from sim.rules.justice.trust import weight_of_one
from sim.rules.rationing import top_up

NOT_ASKED, WAITS, SETTLED, REFUSED, LEFT = range(5)  # what a week of the process says


@family
class DecisionRules(NamedTuple):
    """How long decisions take, and what they follow."""

    on: Annotated[int, Switched("conclusive_decisions")]
    grounds_weeks: Annotated[float, From("decision.grounds_weeks")]
    believes: Annotated[float, From("decision.believes")]
    disbelieves: Annotated[float, From("decision.disbelieves")]
    usual_people: Annotated[float, From("smuggling.market_people")]  # in a place in which one event weighs as declared
    base: Annotated[float, From("decision.base")]
    useful: Annotated[float, From("decision.useful")]
    heard: Annotated[float, From("decision.heard")]
    joint: Annotated[float, From("decision.joint")]
    duties: Annotated[float, From("decision.duties")]
    leaves: Annotated[float, From("decision.leaves")]
    appeal_weeks: Annotated[float, From("decision.appeal_weeks")]
    appeal_won: Annotated[float, From("decision.appeal_won")]
    kept: Annotated[float, From("protection.permits_kept")]  # weeks for which decisions that nobody asked for are kept


@kernel
def open_decisions(s, rules):
    """A week in which those who decide can make some more decisions, (regions,)."""
    for region in range(len(s.regions)):
        row = s.regions[region]
        weekly = s.law[region].protection_decisions * row.present / 1000.0 / WEEKS_PER_YEAR
        row.decisions_left = top_up(row.decisions_left, weekly, rules.kept)


@rule
def chance_of_yes(s, rules, i, region):
    """Chance that a conclusive decision on person i is positive, in [0, 1]."""
    row, local = s.people.row[i], s.law[region]
    chance = rules.base + rules.joint * local.protection_joint_decisions - rules.duties * local.protection_permit
    if row.rung >= Rung.INFORMATION:
        chance += rules.heard
    if row.rung >= Rung.STATEMENT:
        chance += rules.useful * local.protection_conditional
    if row.claims != 1:
        # a story that is not true is found out as far as those who decide can tell
        chance *= 1.0 - local.tells_true
    return min(max(chance, 0.0), 1.0)


@rule
def weeks_needed(rules, local, decision):
    """Least weeks from one step to the next."""
    if decision == Decided.PRESUMED:
        return rules.grounds_weeks
    return rules.appeal_weeks if decision == Decided.APPEALED else local.protection_decision_weeks


@rule
def believe(regions, rules, region):
    """Somebody in protection has made a statement: those who grant it see that it serves cases (C11-M17)."""
    weight = weight_of_one(regions, rules.usual_people, region)
    regions[region].grants += (1.0 - (1.0 - rules.believes) ** weight) * (1.0 - regions[region].grants)


@rule
def disbelieve(regions, rules, region):
    """Somebody has left before a decision: those who grant protection think that it was abused."""
    regions[region].grants *= (1.0 - rules.disbelieves) ** weight_of_one(regions, rules.usual_people, region)


@part
def decide(s, rules, now, i, counters):
    """A week of person i in the process: one of NOT_ASKED, WAITS, SETTLED, REFUSED, LEFT."""
    row, region = s.people.row[i], s.people.here[i]
    if row.decision == Decided.YES:
        return SETTLED
    if row.decision == Decided.NO:
        return REFUSED
    leaves, says, appeals, _ = block(now.seed, Stream.DECISION, i, row.generation, now.week, 0)
    if leaves < rules.leaves and now.week > row.since:
        counters[C.LEFT_WAITING] += 1.0
        disbelieve(s.regions, rules, region)
        return LEFT
    if now.week - row.decided < weeks_needed(rules, s.law[region], row.decision):
        return WAITS
    if s.regions[region].decisions_left < 1.0:
        counters[C.WAITING_FOR_DECISION] += 1.0
        return WAITS
    s.regions[region].decisions_left -= 1.0
    return settle_step(s, rules, now, i, says, appeals, counters)


@rule
def settle_step(s, rules, now, i, says, appeals, counters):
    """The next decision on person i is made, with keyed uniforms of what it says and whether she appeals."""
    row, region = s.people.row[i], s.people.here[i]
    row.decided = now.week
    if row.decision == Decided.PRESUMED:
        yes = says < s.regions[region].grants
        counters[C.GROUNDS_FOUND] += yes
        counters[C.GROUNDS_REFUSED] += not yes
        row.decision = Decided.GROUNDS if yes else Decided.NO
        return WAITS if yes else REFUSED
    appealed = row.decision == Decided.APPEALED
    yes = says < (rules.appeal_won if appealed else chance_of_yes(s, rules, i, region))
    counters[C.APPEALS_WON] += yes and appealed
    if yes:
        counters[C.DECIDED_YES] += 1.0
        counters[C.DECIDED_YES_FALSE] += row.claims != 1
        counters[C.DECISION_WEEKS] += now.week - row.since
        row.decision = Decided.YES
        return SETTLED
    if not appealed and appeals < s.law[region].protection_appeal:
        counters[C.APPEALS] += 1.0
        row.decision = Decided.APPEALED
        return WAITS
    counters[C.DECIDED_NO] += 1.0
    counters[C.DECIDED_NO_EXPLOITED] += row.claims == 1
    counters[C.DECISION_WEEKS] += now.week - row.since
    row.decision = Decided.NO
    return REFUSED

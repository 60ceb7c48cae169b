"""Threats that answer to cases: who presses a witness or her family, when, how, and what comes of it (C5-M29, C5-M30).

Suspects who know that somebody has made a statement press her, by steps: an offer of money, a threat, violence. They
know in court, as far as witnesses are named there (lever ``justice.witness_anonymity``); before that a name leaks, or
is bought where police sell. The next step is taken, or a threat again, if it pays,

    works · (p(conviction | what she says) - p(conviction | without her)) · loss > price

and can be taken: by guards and collectors of the enterprise, or an owner who uses such means, at no price; else it is
bought, if there is money for it. A statement that a judge has heard is worth no threat. What works is

    1 - (1 - works·here·(1 - protection here))·(1 - works·family·(1 - protection at home))

``here`` is 1 where those whom she accuses can reach her, less in safe accommodation; ``family`` where an enterprise
stands where her family lives and knows the address. Protection holds as far as the police who give it do not sell.
Whoever gives in takes the statement back; the case goes on with what else it holds. Others hear how many of those who
spoke were threatened, and count on it when they think of telling (:mod:`sim.rules.justice.telling`).

With the switch ``threats`` off, witnesses take a step back at a rate that nobody decides.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Annotated, Any, NamedTuple

from numpy.typing import NDArray

from sim.agents.agencies import KINDS, AgencyKind
from sim.agents.cases import CaseStage, Charge, Target
from sim.agents.offenders import Role, Status
from sim.agents.officials import Post
from sim.agents.people import Control, Stage
from sim.declared.sources import ByName, From, Switched, family
from sim.ground.draws import Stream, block, draw
from sim.ground.kernel import kernel, part, rule
from sim.ledger.accounts import Account
from sim.ledger.counters import C
from sim.rules.corruption.bribes import unit_at
from sim.rules.justice.evidence import add, chance_of_conviction, recants
from sim.rules.justice.telling import Rung
from sim.rules.networks.money import where_collected


class Step(IntEnum):
    """How far suspects go."""

    OFFER = 0
    WARNING = 1
    VIOLENCE = 2


@family
class ThreatRules(NamedTuple):
    """Parameters of threats."""

    threats: Annotated[int, Switched("threats")]
    pace: Annotated[float, From("threat.pace")]
    learns: Annotated[float, From("threat.learns")]
    sold: Annotated[float, From("threat.sold")]
    member: Annotated[float, From("threat.member")]
    owner: Annotated[float, From("threat.owner")]
    price: Annotated[NDArray[Any], ByName("threat.price_{}", Step)]
    works: Annotated[NDArray[Any], ByName("threat.works_{}", Step)]
    patience: Annotated[int, From("threat.patience")]
    family: Annotated[float, From("threat.family")]
    sheltered: Annotated[float, From("threat.sheltered")]
    tired: Annotated[float, From("threat.tired")]
    heavy: Annotated[float, From("threat.heavy")]
    shows: Annotated[float, From("threat.shows")]
    read: Annotated[float, From("threat.read")]
    returned: Annotated[float, From("threat.returned")]


class Reach(NamedTuple):
    """Whom suspects can reach, as what is left of a threat that nothing keeps away, in [0, 1]."""

    here: float  # the witness
    home: float  # her family


@part
def suspects_of(s, n):
    """(venue, enterprise) of those whom case n accuses and who are still there, -1 for none."""
    case = s.cases[n]
    k, j, generation = -1, case.target, case.target_generation
    if case.kind == Target.VENUE:
        venue = s.venues[case.target]
        if venue.active == 1 and venue.generation == case.target_generation:
            k = case.target
        # those who brought her press her if she has said who they are
        j, generation = (case.carrier if case.told == 1 else -1), case.carrier_generation
    if j >= 0 and (s.enterprises.row[j].active == 0 or s.enterprises.row[j].generation != generation):
        j = -1
    return k, j


@rule
def police_who_sell(s, p, region):
    """Share of police of a region who sell."""
    return s.units[unit_at(p.official, Post.POLICE, region)].share


@part
def known_to_suspects(s, p, n):
    """Weekly chance that those whom case n accuses know whose statement it holds."""
    case = s.cases[n]
    known = p.threat.learns
    if case.stage == CaseStage.TRIAL:
        known = max(known, 1.0 - s.law[case.region].justice_witness_anonymity)
    return 1.0 - (1.0 - known) * (1.0 - p.threat.sold * police_who_sell(s, p, case.region))


@part
def within_reach_of(s, p, n, k, j):
    """Reach of venue k and enterprise j over the witness of case n and her family."""
    i = s.cases[n].witness
    row, where = s.people.row[i], s.people.here[i]
    near = k >= 0 and s.venues[k].region == where
    near = near or (j >= 0 and (s.enterprises.row[j].home == where or where_collected(s, j) == where))
    kept = p.case.witness_kept * s.law[where].justice_witness_protection * (1.0 - police_who_sell(s, p, where))
    here = (1.0 - kept) * near
    if s.people.stage[i] == Stage.PROTECTED:
        here *= 1.0 - p.threat.sheltered * s.law[where].protection_quality
    at_home = j >= 0 and s.enterprises.row[j].home == row.home and s.people.known[i] == 1 and where != row.home
    return Reach(here, unprotected_family(s, p, row.home) * at_home)


@rule
def unprotected_family(s, p, home):
    """What is left of a threat to a family at home."""
    kept = p.case.family_kept * s.law[home].justice_family_protection
    return 1.0 - kept * (1.0 - police_who_sell(s, p, home))


@rule
def chance_to_work(rules, step, reach):
    """Chance that a witness gives in to a step; money needs no force, and no protection keeps it away."""
    if step == Step.OFFER:
        return rules.works[step] if reach.here + reach.home > 0.0 else 0.0
    family = min(rules.works[step] * rules.family, 1.0)
    return 1.0 - (1.0 - rules.works[step] * reach.here) * (1.0 - family * reach.home)


@part
def own_people(s, p, k, j, step):
    """Chance that venue k or enterprise j can take a step itself."""
    idle = 1.0
    if k >= 0:
        limit = s.venues[k].limit
        able = limit >= Control.VIOLENCE if step == Step.VIOLENCE else limit > Control.NONE
        idle *= 1.0 - p.threat.owner * able * limit / Control.VIOLENCE.value
    if j >= 0:
        for member in range(s.offender_first[j], s.offender_first[j + 1]):
            role = s.offenders[member].role
            if s.offenders[member].status == Status.FREE and (role == Role.GUARD or role == Role.COLLECTOR):
                idle *= 1.0 - p.threat.member
    return 1.0 - idle


@part
def worth_of_silence(s, p, n, k):
    """US$ that those whom case n accuses would save if its witness took back what she has said."""
    case = s.cases[n]
    if case.deposed == 1:  # a judge has heard it
        return 0.0
    place, local = s.regions[case.region], s.law[case.region]
    charge = int(case.charge)
    if charge == Charge.NONE:
        by_hand = case.kind == Target.VENUE or case.handed == 1
        charge = Charge.EXPLOITATION.value if by_hand else Charge.SMUGGLING.value
    skill = s.agencies[case.region * KINDS + AgencyKind.COURT].skill
    with_her = chance_of_conviction(s.cases, p.case, n, charge, case.quality, skill, local.justice_means_required)
    without = chance_of_conviction(s.cases, p.case, n, charge, 0.0, skill, local.justice_means_required)
    loss = place.penalty_exploitation * p.case.severity[charge] if k >= 0 else place.penalty_smuggling
    return (with_her - without) * loss


@part
def means_to_press(s, k, j):
    """US$ that venue k, or else enterprise j, could pay."""
    return max(0.01 * (s.venues[k].wealth if k >= 0 else s.enterprises.row[j].capital), 0.0)


@part
def pay_for_pressing(s, k, j, cents, ledger):
    """Venue k, or else enterprise j, pays so much."""
    ledger.counters[C.THREATS_COST] += cents * 0.01
    if k >= 0:
        ledger.accounts[Account.OWNERS] -= cents
        s.venues[k].wealth -= cents
    else:
        s.enterprises.row[j].capital -= cents


@part
def way_to_press(s, p, n, k, j, step, u):
    """(chance that it works, US$ to be paid, whether it pays) of a step against the witness of case n.

    ``u`` a keyed uniform: below the chance that somebody of their own can be spared nothing has to be paid.
    """
    works = chance_to_work(p.threat, step, within_reach_of(s, p, n, k, j))
    price = p.threat.price[step]
    if step != Step.OFFER and u < own_people(s, p, k, j, step):
        price = 0.0
    # an offer is paid only if it is taken
    expected = price * (works if step == Step.OFFER else 1.0)
    pays = works > 0.0 and works * worth_of_silence(s, p, n, k) > expected and means_to_press(s, k, j) >= price
    return works, price, pays


@rule
def next_step(rules, before):
    """The step that follows after so many: an offer, threats, and violence after some of these."""
    if before == 0:
        return Step.OFFER.value
    return Step.WARNING.value if before <= rules.patience else Step.VIOLENCE.value


@part
def press(s, p, now, n, k, j, ledger):
    """The next step against the witness of case n that pays. Returns it if she gives in, -1 if not."""
    case, counters = s.cases[n], ledger.counters
    i = case.witness
    _, _, u_own, u_works = block(now.seed, Stream.WITNESS_PRESSED, i, case.witness_generation, now.week, case.kind)
    before = int(case.pressed)
    step = next_step(p.threat, before)
    works, price, pays = way_to_press(s, p, n, k, j, step, u_own)
    if not pays and step != Step.WARNING:  # no money for an offer, nobody for violence
        step = Step.WARNING.value
        works, price, pays = way_to_press(s, p, n, k, j, step, u_own)
    if not pays:
        return -1
    case.pressed = max(before, step) + 1 if before <= p.threat.patience else before
    cents = round(100.0 * price)
    if step == Step.OFFER:
        counters[C.THREATS_OFFERS] += 1.0
        if u_works >= works:
            return -1
        pay_for_pressing(s, k, j, cents, ledger)
        s.people.row[i].cash += cents
        return step
    if price > 0.0:
        pay_for_pressing(s, k, j, cents, ledger)
        ledger.accounts[Account.FACILITATORS] += cents
        counters[C.THREATS_BOUGHT] += 1.0
    be_threatened(s, p, n, step, before <= Step.WARNING, within_reach_of(s, p, n, k, j), counters)
    return step if u_works < works else -1


@part
def be_threatened(s, p, n, step, first, reach, counters):
    """The witness of case n or her family is threatened or hurt: others hear of the ``first`` time, violence shows."""
    case = s.cases[n]
    row, where = s.people.row[case.witness], s.people.here[case.witness]
    counters[C.THREATS_FAMILIES] += reach.home > 0.0
    s.regions[where].pressed[0] += first and reach.here > 0.0
    s.regions[row.home].pressed_families[0] += first and reach.home > 0.0
    if step == Step.WARNING:
        counters[C.THREATS_WARNINGS] += 1.0
        return
    counters[C.THREATS_VIOLENCE] += 1.0
    case.control = add(case.control, p.threat.shows)
    if reach.here > 0.0:
        row.heavy = max(row.heavy, p.threat.heavy)


@part
def be_punished(s, p, now, n, ledger):
    """Whoever has taken a statement back may be fined for it (lever ``justice.punish_recanting``; C9-M23)."""
    case = s.cases[n]
    i, chance = case.witness, s.law[case.region].justice_punish_recanting
    if draw(now.seed, Stream.WITNESS_PUNISHED, i, case.witness_generation, now.week, 0) >= chance:
        return
    cents = min(s.people.row[i].cash, round(p.meeting.punishment_cents))
    s.people.row[i].cash -= cents
    ledger.accounts[Account.STATE] += cents
    ledger.counters[C.RECANTING_PUNISHED] += 1.0


@part
def hold_on(s, p, now, n, ledger):
    """A week of the witness of case n: whether she takes back what she has said, tired or pressed."""
    case, counters = s.cases[n], ledger.counters
    if not p.threat.threats:
        if recants(s.cases, p.case, now, n, s.law[case.region]):
            counters[C.RECANTED] += 1.0
            case.rung = max(case.rung - 1, 0)
        return
    i = case.witness
    if case.rung < Rung.STATEMENT or s.people.row[i].generation != case.witness_generation:
        return
    if draw(now.seed, Stream.RECANT, i, case.witness_generation, now.week, 0) < p.case.recant * p.threat.tired:
        counters[C.RECANTED] += 1.0
        case.rung = max(case.rung - 1, 0)
        return
    knows, tries, _, _ = block(now.seed, Stream.WITNESS_PRESSED, i, case.witness_generation, now.week, case.kind)
    k, j = suspects_of(s, n)
    if (k < 0 and j < 0) or s.people.stage[i] == Stage.DEAD or knows >= known_to_suspects(s, p, n):
        return
    counters[C.THREATS_KNOWN] += 1.0
    if tries >= p.threat.pace:
        return
    step = press(s, p, now, n, k, j, ledger)
    if step < 0:
        return
    case.rung, case.withdrawn = Rung.SILENT, 1
    counters[C.RECANTED] += 1.0
    counters[C.RECANTED_PRESSED] += 1.0
    counters[C.RECANTED_PAID] += step == Step.OFFER
    if step != Step.OFFER:
        case.control = add(case.control, p.threat.read)
    be_punished(s, p, now, n, ledger)


@part
def take_revenge(s, p, now, i, counters):
    """A person who has spoken and is sent back may be hurt where those stand who had brought her (C5-M39)."""
    row = s.people.row[i]
    j = row.brought_by
    if row.rung < Rung.STATEMENT or j < 0 or s.people.known[i] == 0:
        return
    firm = s.enterprises.row[j]
    if firm.active == 0 or firm.generation != row.brought_by_generation or firm.home != row.home:
        return
    u = draw(now.seed, Stream.REVENGE, i, row.generation, now.week, 0)
    if u < p.threat.returned * unprotected_family(s, p, row.home):
        counters[C.REVENGE] += 1.0
        s.regions[row.home].pressed_families[0] += 1.0
        row.heavy = max(row.heavy, p.threat.heavy)


@kernel
def count_believed(regions, law, counters):
    """Mean chance of being threatened for a statement that people believe in, where they are."""
    present, feared = 0.0, 0.0
    for region in range(len(regions)):
        present += regions[region].present
        feared += regions[region].present * law[region].threatened
    counters[C.BELIEVED_THREAT] = feared / max(present, 1.0)

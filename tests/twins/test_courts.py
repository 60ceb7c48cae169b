"""Charges, verdicts and sentences against slow readable twins, from model 4.7 and 4.9.

A prosecutor takes the charge of the highest p(conviction)·value - work. On the day in court a case may be dropped for
a bribe; otherwise it is tried with what the witness still says, and what follows from a conviction is confiscation of
what was frozen, a sentence, and what the person who spoke is paid.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from typing import Any

import numpy as np
import pytest

from sim.agents.agencies import KINDS, AgencyKind
from sim.agents.cases import CaseStage, Charge, Source, Target
from sim.agents.offenders import Status
from sim.agents.officials import POSTS_OF_REGION, Post
from sim.agents.people import Control, Stage
from sim.agents.venues import VenueKind
from sim.ground.calendar import Now
from sim.ground.draws import Stream, block, draw
from sim.ground.kernel import kernel
from sim.ledger.accounts import Account, Ledger
from sim.ledger.counters import COUNTERS, C
from sim.rules.corruption.bribes import EVENTS, SOLD, WORTH
from sim.rules.justice.courts import hear_cases
from sim.rules.justice.evidence import best_charge
from sim.rules.justice.telling import Rung
from sim.scenario.scenario import Scenario
from sim.state.state import State
from sim.week.week import Week
from tests.twins.rows import Changes, Row, count_person, differences, record, unlike

SHARED = ("regions", "agencies", "units", "offenders")
JUSTICE = (
    "police_metric", "justice_means_required", "justice_witness_protection", "justice_family_protection",
    "justice_confiscation", "justice_compensation", "justice_compel", "justice_legal_aid",
)  # fmt: skip  # shares in [0, 1] of what the law of a place does


class Hearing:
    """A case, the people and places that it is about, the court, and what the day leaves behind."""

    def __init__(self, state: State, now: Now, n: int) -> None:
        s, self.state, self.rules, self.now = state.s, state, state.p, now
        self.n, self.case = n, Row(state.cases, n)
        case = self.case
        self.law, self.region = record(s.law[case["region"]]), record(s.regions[case["region"]])
        self.at_venue = case["kind"] == Target.VENUE
        table = state.venues if self.at_venue else state.traffickers
        self.target = Row(table, case["target"])
        self.same = self.target["generation"] == case["target_generation"]
        self.witness = Row(state.migrants, case["witness"]) if case["witness"] >= 0 else None
        self.court = case["region"] * KINDS + AgencyKind.COURT
        self.attention, self.skill = (s.agencies[self.court][name].item() for name in ("attention", "skill"))
        self.sex = bool(self.at_venue and s.sectors[case["sector"]]["commercial_sex"])
        offender = s.offenders[case["offender"]] if case["offender"] >= 0 else None
        self.holds = offender is not None and offender["status"] == Status.HELD and self.same
        self.until = int(offender["until"]) if offender is not None else 0
        self.left: Changes = defaultdict(float)

    def count(self, name: str, amount: float = 1.0) -> None:
        self.left["counters", int(C[name])] += amount

    def pay(self, account: Account, cents: float) -> None:
        self.left["accounts", int(account)] += cents

    def chance(self, charge: int, testimony: float) -> float:
        """Of conviction; exploitation needs means, unless the law does not ask for them, and a court that knows it."""
        case = self.case
        proof = [1, testimony, *(case[name] for name in ("control", "exploitation", "movement", "money", "network"))]
        x = sum(weight * found for weight, found in zip(self.rules.case.odds[charge], proof, strict=True))
        if charge == Charge.EXPLOITATION:
            x += self.skill + self.rules.case.odds_means * (1 - self.law["justice_means_required"])
        return 1 / (1 + math.exp(-x))


def charge_of(hearing: Hearing) -> tuple[int, float]:
    """The charge worth most to a prosecutor who is judged by counts, or by gravity and reach; none if too little."""
    case, rules, counts = hearing.case, hearing.rules.case, hearing.law["police_metric"]
    possible = [Charge.EXPLOITATION, Charge.SMUGGLING, Charge.DOCUMENTS]
    if hearing.at_venue:
        possible.append(Charge.PROCURING if hearing.sex else Charge.LABOUR)
    testimony = case["quality"] if case["rung"] >= Rung.COMPLAINT else 0.0
    worth = {}
    for charge in possible:
        value = counts + (1 - counts) * (rules.severity[charge] + rules.network_worth * case["network"])
        worth[charge] = hearing.chance(charge, testimony) * value - rules.effort[charge]
    best = max(worth, key=lambda charge: worth[charge])
    return (best, worth[best]) if worth[best] > rules.least_worth else (Charge.NONE, rules.least_worth)


def may_recant(hearing: Hearing) -> None:
    """A witness may take back a part of what was said, less often under protection."""
    case, rules, law, now = hearing.case, hearing.rules.case, hearing.law, hearing.now
    exposed = 1 - rules.witness_kept * law["justice_witness_protection"]
    exposed *= 1 - rules.family_kept * law["justice_family_protection"]
    u = draw(now.seed, Stream.RECANT, case["witness"], case["witness_generation"], now.week, 0)
    if hearing.witness and u < rules.recant * exposed:
        hearing.count("RECANTED")
        case["rung"] = max(case["rung"] - 1, 0)


def is_dropped(hearing: Hearing) -> bool:
    """For a bribe, worth the chance of conviction times what it would cost, as far as the target has the means."""
    case, target, at_venue = hearing.case, hearing.target, hearing.at_venue
    severity = hearing.rules.case.severity[case["charge"]]
    place = hearing.region
    penalty = place["penalty_exploitation"] * severity if at_venue else place["penalty_smuggling"]
    means = 0.01 * target["wealth"] if at_venue else 0.01 * target["capital"] * hearing.same
    worth = min(hearing.chance(case["charge"], case["quality"] if case["rung"] > 0 else 0.0) * penalty, max(means, 0.0))
    at = hearing.rules.official.legs + case["region"] * POSTS_OF_REGION + Post.COURT - 1
    unit = hearing.state.s.units[at]
    u = draw(
        hearing.now.seed, Stream.BRIBE_IN_COURT, case["target"], case["target_generation"], case["opened"], case["kind"]
    )
    hearing.left["units", "tally", at, EVENTS] += 1
    hearing.left["units", "tally", at, WORTH] += worth
    paid = 0.0
    if u < unit["predators"] and worth > 0:
        paid = worth
    elif u < unit["share"] and worth > unit["reservation"]:
        paid = unit["reservation"] + hearing.rules.official.bargain * (worth - unit["reservation"])
    if paid <= 0:
        return False
    hearing.left["units", "tally", at, SOLD] += 1
    cents = round(100 * paid)
    hearing.pay(Account.OFFICIALS, cents)
    hearing.pay(Account.OWNERS, -cents if at_venue else 0)
    target["wealth" if at_venue else "capital"] -= cents
    hearing.count("BRIBES_COURT")
    hearing.count("BRIBES_COURT_SUM", paid)
    return True


def what_is_said(hearing: Hearing, u: float) -> float:
    """Of whom was heard before, or is there and willing; who is made to speak convinces less."""
    case, her = hearing.case, hearing.witness
    if case["deposed"] and case["rung"] >= Rung.STATEMENT:
        return case["quality"]
    there = her is not None and her["generation"] == case["witness_generation"] and her["here"] == case["region"]
    if not there or her is None or her["stage"] in {Stage.DEAD, Stage.DETAINED} or case["rung"] < Rung.STATEMENT:
        return 0.0
    if case["rung"] >= Rung.TESTIMONY:
        return case["quality"]
    compelled = u < hearing.law["justice_compel"]
    hearing.count("WITNESSES_COMPELLED", compelled)
    return hearing.rules.case.compelled_quality * case["quality"] * compelled


def is_let_off(hearing: Hearing, until: int) -> None:
    """Whoever is held for the case is held until then."""
    if hearing.holds:
        hearing.left["offenders", "until", hearing.case["offender"]] += until - hearing.until


def is_tried(hearing: Hearing) -> None:
    """Testimony, verdict, and what follows; a failed charge of exploitation may end as something lesser."""
    case, rules = hearing.case, hearing.rules.case
    verdict, second, made_to_speak, suspended = block(
        hearing.now.seed, Stream.VERDICT, case["target"], case["target_generation"], case["opened"], case["kind"]
    )
    hearing.count("TRIALS")
    heard, charge = what_is_said(hearing, made_to_speak), case["charge"]
    guilty = verdict < hearing.chance(charge, heard)
    if charge == Charge.EXPLOITATION:
        learned = min(hearing.skill + rules.skill_step, rules.skill_most)
        hearing.left["agencies", "skill", hearing.court] += float(np.float32(learned)) - hearing.skill
        how = "WITH_TESTIMONY" if heard > 0 else "WITHOUT_TESTIMONY"
        hearing.count(f"TRIED_{how}")
        hearing.count(f"CONVICTED_{how}", guilty)
        if not guilty and second < rules.lesser:
            charge = Charge.LABOUR if hearing.at_venue else Charge.SMUGGLING
            charge = Charge.PROCURING if hearing.sex else charge
            guilty = verdict < hearing.chance(charge, heard)
    if not guilty:
        hearing.count("ACQUITTED")
        is_let_off(hearing, hearing.now.week)
        return
    # what providers learn is what comes of being stopped
    others_learn = "convictions" if hearing.at_venue else "smuggling_convictions"
    hearing.left["regions", others_learn, case["region"], 0] += hearing.at_venue or case["source"] == Source.BORDER
    seized = case["frozen"] if second < hearing.law["justice_confiscation"] else 0.0
    hearing.left["regions", "seized", case["region"]] += seized
    hearing.count("SEIZED", seized * 0.01)
    case["frozen"] -= seized
    is_sentenced(hearing, charge, suspended)
    if charge in {Charge.EXPLOITATION, Charge.LABOUR}:  # which have an injured party
        is_compensated(hearing, hearing.region["seized"] + seized)


def is_sentenced(hearing: Hearing, charge: int, u: float) -> None:
    """Weeks in prison by gravity, the lighter the more often suspended; a place passes to its next owner."""
    case, rules, gravity = hearing.case, hearing.rules.case, hearing.rules.case.severity[charge]
    weeks, prison = rules.sentence_weeks * gravity * rules.served, u >= rules.suspended * (1 - gravity)
    hearing.count("CONVICTED")
    hearing.count(f"CONVICTED_{Charge(charge).name}")
    hearing.count("SENTENCE_YEARS", weeks / 52 if prison else 0)
    if hearing.at_venue:
        hearing.count("CONVICTED_OWNERS")
        if prison and hearing.same and charge in {Charge.EXPLOITATION, Charge.PROCURING, Charge.LABOUR}:
            next_owner(hearing)
    elif case["offender"] >= 0:
        hearing.count("CONVICTED_HIGH" if case["high"] else "CONVICTED_LOW")
        is_let_off(hearing, hearing.now.week + (round(weeks) if prison else 0))


def next_owner(hearing: Hearing) -> None:
    """Somebody as ready to exploit as a place of this kind has, with other means; people who work there stay."""
    venue, rules, k = hearing.target, hearing.rules.venue, hearing.case["target"]
    venue.be(generation=venue["generation"] + 1, case=-1)
    traits: Any = (hearing.now.seed, Stream.VENUE_TRAITS, k)
    ready = block(*traits, 0, 0, 2)[0]
    a, b = block(*traits, venue["generation"], 0, 0)[2:]
    hard = block(*traits, venue["generation"], 0, 1)[0]
    kind, limit = VenueKind.COMPLIANT, Control.NONE
    if ready < rules.predatory_share:
        kind = VenueKind.PREDATORY
        limit = Control.VIOLENCE if hard < 0.3 else Control.CONFINEMENT if hard < 0.6 else Control.THREAT
    elif ready < rules.predatory_share + rules.opportunistic_share:
        kind, limit = VenueKind.OPPORTUNISTIC, Control.THREAT
    normal, wage = math.sqrt(-2 * math.log(a)) * math.cos(2 * math.pi * b), hearing.region["wage_regular"]
    threshold = rules.threshold * wage * math.exp(rules.threshold_spread * normal)
    room = rules.control_room * wage * venue["slots"]  # the place is as large as it was
    venue.be(kind=kind, limit=limit, threshold=threshold if kind else 0.0, room=room)


def is_compensated(hearing: Hearing, pool: float) -> None:
    """Whoever spoke may claim what was withheld: from what was seized, and from a fund of the state if there is one."""
    case, her, law, least = hearing.case, hearing.witness, hearing.law, hearing.rules.case.claim_least
    if her is None or her["generation"] != case["witness_generation"]:
        return
    key: Any = (hearing.now.seed, Stream.COMPENSATION, case["witness"], case["witness_generation"], case["opened"], 0)
    if draw(*key) >= least + (1 - least) * law["justice_legal_aid"]:
        return
    wanted = round(100 * her["lost"])
    seized = min(wanted, pool)
    fund = round((wanted - seized) * law["justice_compensation"])
    hearing.left["regions", "seized", case["region"]] -= seized
    hearing.pay(Account.STATE, -fund)
    her.be(cash=her["cash"] + seized + fund, lost=0.0)
    hearing.count("CLAIMS")
    hearing.count("COMPENSATION", (seized + fund) * 0.01)
    hearing.count("COMPENSATED", seized + fund > 0)
    if seized + fund > 0:
        count_person(her, hearing.left, "COMPENSATED", hearing.now.week)
    hearing.left["regions", "payments", case["region"], 0] += seized + fund > 0
    hearing.left["regions", "payments", case["region"], 1] += 1


def is_closed(hearing: Hearing) -> None:
    """What is still frozen goes back, and the row is free for another case."""
    case = hearing.case
    hearing.pay(Account.OWNERS, case["frozen"])
    if hearing.target["case"] == hearing.n:
        hearing.target["case"] = -1
    case.be(frozen=0.0, stage=CaseStage.FREE, generation=case["generation"] + 1)


def is_heard(hearing: Hearing) -> None:
    """The week of a charged case; the hearing waits for its day, and for a court that has time."""
    may_recant(hearing)
    if hearing.case["due"] > hearing.now.week or hearing.attention < 1:
        return
    hearing.left["agencies", "attention", hearing.court] -= 1
    hearing.left["agencies", "caseload", hearing.court] += 1
    if is_dropped(hearing):
        is_let_off(hearing, hearing.now.week)
    else:
        is_tried(hearing)
    is_closed(hearing)


def many_kinds_of_cases(state: State, rng: np.random.Generator, week: int) -> None:
    """Cases against owners and enterprises, with any proof, witnesses who are there or not, courts for sale or not."""
    cases, law, units, regions, s = state.cases, state.s.law, state.units, state.regions, state.s
    size, kinds = len(cases), rng.integers(0, 2, len(cases))
    at_venue = kinds == Target.VENUE
    target = np.where(at_venue, rng.integers(0, len(state.venues), size), rng.integers(0, len(state.traffickers), size))
    venues, firms = target[at_venue], target[~at_venue]
    cases["stage"][:], cases["kind"][:], cases["target"][:] = CaseStage.TRIAL, kinds, target
    cases["region"][:], cases["sector"][:] = rng.integers(0, len(regions), size), -1
    cases["sector"][at_venue] = state.venues["sector"][venues]
    cases["charge"][:] = np.where(rng.random(size) < 0.5, int(Charge.EXPLOITATION), rng.integers(1, len(Charge), size))
    cases["target_generation"][at_venue] = state.venues["generation"][venues]
    cases["target_generation"][~at_venue] = state.traffickers["generation"][firms]
    cases["target_generation"][:] += rng.random(size) < 0.15
    for name in ("movement", "control", "exploitation", "money", "network", "quality"):
        cases[name][:] = rng.random(size) * (rng.random(size) < 0.7)
    cases["source"][:] = rng.integers(0, len(Source), size)
    cases["rung"][:], cases["deposed"][:] = rng.integers(0, len(Rung), size), rng.random(size) < 0.2
    cases["opened"][:], cases["due"][:] = week - rng.integers(4, 90, size), week + rng.integers(-8, 2, size)
    cases["frozen"][:] = np.round(10 ** rng.uniform(3, 7, size)) * (rng.random(size) < 0.5)
    witness = rng.integers(0, len(state.migrants), size)
    cases["witness"][:] = np.where(rng.random(size) < 0.8, witness, -1)
    cases["witness_generation"][:] = state.migrants["generation"][witness] + (rng.random(size) < 0.1)
    state.migrants["here"][witness] = np.where(rng.random(size) < 0.8, cases["region"], 0)
    state.migrants["lost"][witness] = rng.uniform(0, 20_000, size)
    cases["offender"][:] = np.where(rng.random(size) < 0.8, rng.integers(0, len(s.offenders), size), -1)
    cases["offender"][at_venue], cases["high"][:] = -1, rng.integers(0, 2, size)
    s.offenders["status"], s.offenders["until"] = Status.HELD, week + 9
    rows = np.arange(size)
    state.venues["case"][venues], state.traffickers["case"][firms] = rows[at_venue], rows[~at_venue]
    # who is no longer there has nothing left to pay with
    state.venues["wealth"][:] = np.round(10 ** rng.uniform(3, 8, len(state.venues)))
    gone = cases["target_generation"][at_venue] != state.venues["generation"][venues]
    state.venues["wealth"][venues[gone]] = 0.0
    state.traffickers["capital"][:] = np.round(rng.uniform(-1e6, 1e7, len(state.traffickers)))
    units["share"][:], units["predators"][:] = 0.4 * rng.random(len(units)), 0.1 * rng.random(len(units))
    units["reservation"][:] = 10 ** rng.uniform(1, 3.5, len(units))
    regions["seized"][:] = np.round(10 ** rng.uniform(2, 7, len(regions)))
    for name in JUSTICE:
        law[name] = rng.random(len(law))
    for crime in ("exploitation", "smuggling"):
        regions[f"penalty_{crime}"] = 10 ** rng.uniform(3, 5, len(regions))
    law["justice_compensation"][::2] = 0.0
    courts = np.arange(len(regions)) * KINDS + AgencyKind.COURT
    s.agencies["attention"][courts], s.agencies["skill"][courts] = 500 * (rng.random(len(courts)) < 0.9), rng.random(5)


@pytest.fixture(scope="module")
def state() -> State:
    words = ["world=corridor", "people.size=9000", "time.years=1", "justice.recant=0.1"]
    return Week(Scenario.compose(words), 3).state


@kernel
def charged(s, p, n):
    case = s.cases[n]
    sex = s.sectors[case.sector].commercial_sex if case.sector >= 0 else 0.0
    skill = s.agencies[case.region * KINDS + AgencyKind.COURT].skill
    return best_charge(s.cases, p.case, n, sex, skill, s.law[case.region])


def test_the_charge_is_that_of_the_readable_twin(state: State) -> None:
    rng, chosen = np.random.default_rng(5), Counter[int]()
    for _ in range(10):
        many_kinds_of_cases(state, rng, 0)
        for n in range(len(state.cases)):
            charge, worth = charge_of(Hearing(state, Now(0, state.seed), n))
            found = charged(state.s, state.p, n)
            assert found == (charge, pytest.approx(worth, rel=1e-9)), f"case {n}"
            chosen[charge] += 1
    assert set(chosen) == set(Charge), chosen


def test_a_hearing_is_that_of_the_readable_twin(state: State) -> None:
    rng, happened = np.random.default_rng(7), Counter[str]()
    for week in range(30):
        many_kinds_of_cases(state, rng, week)
        for n in range(len(state.cases)):
            hearing = Hearing(state, Now(week, state.seed), n)
            is_heard(hearing)
            ledger = Ledger(np.zeros(len(COUNTERS)), np.zeros(len(Account)))
            found = {name: getattr(state.s, name) for name in SHARED} | ledger._asdict()
            before = {name: table.copy() for name, table in found.items()}
            hear_cases(state.s, state.p, hearing.now, np.array([n]), ledger)
            wrong = unlike(hearing.left, differences(before, found)) | unlike(hearing.case, Row(state.cases, n))
            table = state.venues if hearing.at_venue else state.traffickers
            wrong |= unlike(hearing.target, Row(table, hearing.case["target"]))
            if hearing.witness:
                wrong |= unlike(hearing.witness, Row(state.migrants, hearing.case["witness"]))
            assert not wrong, f"case {n} in week {week}: {wrong}"
            happened.update(
                C(key[1]).name for key, amount in hearing.left.items() if key[0] == "counters" and amount > 0
            )
    rare = {"BRIBES_COURT", "RECANTED", "WITNESSES_COMPELLED", "COMPENSATED", "CONVICTED_LABOUR", "CONVICTED_PROCURING"}
    assert min(happened[name] for name in rare) >= 50, happened

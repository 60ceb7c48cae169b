"""A week of one traveller against a slow readable twin, from model 4.3.

She travels leg by leg as far as the 168 hours of the week go. On the last leg she arrives: status follows from the
channel, protection is given or not, the rest of a fee is paid, and she looks for work. Before the last one a provider
who would hand people over may demand more.
"""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest

from sim.agents.people import Abroad, Bound, Channel, Creditor, Legal, Paid, Path, Stage, Tier
from sim.ground.calendar import Now
from sim.ground.draws import Stream, draw
from sim.ledger.accounts import Account, Ledger
from sim.ledger.counters import COUNTERS, C
from sim.rules.moving.journeys import travel
from sim.scenario.scenario import Scenario
from sim.state.state import State
from sim.week.week import Week
from sim.world.world import Mode
from tests.twins.crossings import Places, Traveller, crosses, looks_for_work, places_of
from tests.twins.rows import Row, differences, remember_journey, unlike

HOURS = 168.0


def status_by_visa(her: Traveller) -> Legal:
    """For some of the low-skilled a visa that goes with the job."""
    me, way = her.me, her.pairs[her.pair]
    freely = way["free"] == 1 or (way["free"] == 2 and me["kin"] == me["here"])
    tied = not me["skill"] and not freely and her.luck(Stream.TIED_VISA, 0) < way["tied"]
    return Legal.TIED if tied else Legal.REGULAR


def pays_on_delivery(her: Traveller) -> None:
    """The rest of the fee goes to the provider, who has one more client to recommend it."""
    me = her.me
    her.count("PROVIDER_RECEIPTS", me["escrow"] * 0.01)
    her.earn(me["escrow"])
    me["escrow"] = 0.0
    if her.guide:
        her.guide["known_all"] += her.rules.journey.report_good


def arrives(her: Traveller) -> None:
    """Status by channel, protection if it is given, then she looks for work; without status a clock runs."""
    me, here = her.me, her.regions[her.me["here"]]
    way = {Channel.REGULAR: "REGULAR", Channel.PAPERS: "PAPERS", Channel.PROVIDER: "PROVIDER"}.get(
        me["channel"], "ALONE"
    )
    her.count(f"ARRIVALS_{way}")
    if me["channel"] == Channel.PROVIDER and me["paid"] > 0:
        her.count(f"ARRIVED_{Paid(me['paid']).name}")
    her.left["pairs", "arrivals", her.pair, int(Channel[way])] += 1
    me.be(entered=me["channel"], financed=0)
    first = not me["abroad"] & Abroad.ARRIVED
    me["abroad"] |= Abroad.ARRIVED
    her.count("ARRIVALS_FIRST", first)
    me["path"] |= Path.ARRIVED_REGULAR if way == "REGULAR" else Path.ARRIVED_IRREGULAR
    if way == "REGULAR":
        me["legal"] = status_by_visa(her)
        her.count("ARRIVALS_TIED", me["legal"] == Legal.TIED)
    elif way == "PAPERS":
        me["legal"] = Legal.VISITOR
        if me["tier"] == Tier.PLAIN:
            her.tell("heard_failure", False)
            remember_journey(me, her.rules.lived, False, her.now.week)
    else:
        me["legal"] = Legal.IRREGULAR
        her.count("ARRIVALS_FIRST_HIDDEN", first)
        her.count("ARRIVALS_INTENDED", first and me["here"] == me["first_intended"])
        her.tell("heard_failure", False)
        her.tell("heard_death", False)
        remember_journey(me, her.rules.lived, False, her.now.week)
    if way == "PROVIDER":
        pays_on_delivery(her)
    if me["protection_need"]:
        given = me["legal"] == Legal.REGULAR or her.luck(Stream.ASYLUM, 0) < here["asylum_access"]
        me["legal"] = Legal.REGULAR if given else me["legal"]
        me["path"] |= Path.SAFE * given
        her.count("SAFETY_REACHED", given)
    looks_for_work(her)
    if me["legal"] == Legal.IRREGULAR:
        u = draw(her.now.seed, Stream.REMOVAL_CLOCK, her.i, me["generation"], her.now.week, 0)
        me["removal_at"] = here["removal_sum"] - math.log(u)


def demands_more(her: Traveller) -> None:
    """At most kappa times what going on is worth above the best alternative, if that exceeds the reputation lost.

    It is paid in cash, then added to the debt as far as that can be recovered; who can do neither is held.
    """
    me, guide, way, rules = her.me, her.guide, her.pairs[her.pair], her.rules.journey
    assert guide is not None
    me["extorted"] = 1
    onward = int(her.pair_of[me["here"], me["intended"]])
    alone = her.pairs[onward] if onward >= 0 else None
    alternative = 0.0
    if alone and me["cash"] * 0.01 >= alone["onward_alone_cost"]:
        alternative = max(alone["onward_alone_chance"] * me["stake"] - alone["onward_alone_cost"], 0.0)
    rest = me["escrow"] + me["debt"] * (me["financed"] == 1)
    going_on = way["onward_provider_chance"] * max(me["stake"] - 0.01 * rest, 0.0)
    most = guide["kappa"] * max(going_on - alternative, 0.0)
    if not math.isinf(way["onward_fee"]):
        if most <= rules.reputation * way["onward_fee"]:
            return
        most = min(most, 3 * way["onward_fee"])  # more a household cannot raise
    wanted = round(100 * most)
    paid, lent = min(wanted, me["cash"]), 0.0
    me["cash"] -= paid
    her.earn(paid)
    her.count("PROVIDER_RECEIPTS", paid * 0.01)
    owes_others = me["debt"] > 0 and not (me["creditor_kind"] == Creditor.ENTERPRISE and me["creditor"] == her.j)
    if rules.can_borrow and not owes_others and alone:
        lent = max(min(wanted - paid, round(100 * alone["onward_credit"] * me["ability_abroad"]) - me["debt"]), 0.0)
    if lent > 0:
        me.be(creditor_kind=Creditor.ENTERPRISE, creditor=her.j, creditor_generation=guide["generation"])
        me["debt"] += lent
        me["bound"] |= Bound.OWES
        guide["claims"] += lent
    her.blame()
    her.left["pairs", "demanded", her.pair] += (paid + lent) * 0.01
    her.count("EXTORTED")
    her.count("EXTORTED_SUM", (paid + lent) * 0.01)
    if paid + lent < 0.25 * wanted:  # held until others have paid, and then led on
        week = her.now.week
        me.be(stage=Stage.HELD, since=week, contract=1, clock=0.0, due=week + rules.held_weeks)
        me["bound"] |= Bound.RANSOM


def travels(her: Traveller) -> None:
    """As many legs as the week has hours for."""
    me, hours = her.me, HOURS
    while me["stage"] == Stage.TRAVELLING:
        leg = her.route[me["leg"]]
        needed = her.legs[leg]["hours"] - me["clock"]
        if needed > hours:
            me["clock"] += hours
            return
        hours, me["clock"] = hours - needed, 0.0
        if not crosses(her, leg):
            return
        me["here"] = her.legs[leg]["head"]
        me["leg"] += 1
        if me["leg"] == len(her.route):
            her.brought = her.guide is not None
            arrives(her)
        elif her.guide and her.rules.journey.extortion and her.guide["kappa"] > 0 and not me["extorted"]:
            demands_more(her)


def many_kinds_of_places(state: State, rng: np.random.Generator) -> None:
    """Borders that are open, watched, deadly, crowded, for sale; carriers and officers look at papers."""
    legs, pairs, units, regions, firms = state.legs, state.pairs, state.units, state.regions, state.traffickers
    size = len(legs)
    for name in ("control", "believed_control", "screening", "pushback", "refuses_genuine"):
        legs[name][:] = rng.uniform(0, 0.8, size) * (rng.random(size) < 0.8)
    legs["danger"][:] = rng.uniform(0, 0.4, size)
    legs["document_check"][:], legs["refuses_forged"][:] = rng.uniform(0, 0.8, (2, size))
    legs["crowded"][:] = rng.integers(64, 256, size) / 64
    legs["hours"][:] = rng.uniform(5, 110, size)
    legs["mode"][:] = np.where(rng.random(size) < 0.2, int(Mode.FREE_MOVEMENT), int(Mode.LAND))
    units["share"][:], units["predators"][:] = rng.uniform(0, 1, len(units)), rng.uniform(0, 0.3, len(units))
    units["reservation"][:] = 10 ** rng.uniform(0, 3.5, len(units))
    for name, most in {
        "onward_alone_chance": 1,
        "onward_provider_chance": 1,
        "tied": 1,
        "onward_alone_cost": 2000,
    }.items():
        pairs[name][:] = rng.uniform(0, most, len(pairs))
    pairs["onward_fee"][:] = np.where(rng.random(len(pairs)) < 0.3, np.inf, rng.uniform(50, 4000, len(pairs)))
    pairs["onward_credit"][:] = rng.uniform(0, 6000, len(pairs))
    pairs["free"][:] = rng.integers(0, 3, len(pairs))
    regions["asylum_access"][:] = rng.random(len(regions))
    count = len(firms)
    firms["kappa"][:] = rng.random(count) * (rng.random(count) < 0.6)
    # in parts of 64, of which a sum of two numbers with few digits loses nothing
    firms["skill"][:], firms["aid"][:] = rng.integers(0, 52, count) / 64, rng.integers(-13, 13, count) / 64
    firms["form"][:] = rng.integers(0, 5, count)
    firms["active"][:], firms["generation"][:] = rng.random(count) < 0.9, rng.integers(0, 3, count)
    firms["retained_leg"][:] = rng.choice([-1, 0, 6], count)
    firms["crossings"][:] = rng.integers(0, 40, firms["crossings"].shape)


def many_kinds_of_travellers(state: State, rows: np.ndarray, rng: np.random.Generator) -> None:
    """People on any leg of any route, by every channel, guided or not, with and without means, needs and debts."""
    m, size = state.migrants, len(rows)

    def some(share: float, values: np.ndarray | float) -> np.ndarray:
        return np.where(rng.random(size) < share, values, 0)

    route = rng.integers(0, len(state.routes), size)
    leg = rng.integers(0, 2, size) * (state.routes["legs"][route, 1] >= 0)
    last = np.array([max(x for x in legs if x >= 0) for legs in state.routes["legs"][route]])
    m["stage"][rows], m["route"][rows], m["leg"][rows] = Stage.TRAVELLING, route, leg
    m["here"][rows] = state.legs["tail"][state.routes["legs"][route, leg]]
    m["intended"][rows] = m["first_intended"][rows] = state.legs["head"][last]
    m["clock"][rows] = state.legs["hours"][state.routes["legs"][route, leg]] * rng.random(size)
    for name, share in {"skill": 0.3, "protection_need": 0.4, "tier": 0.5, "extorted": 0.2, "financed": 0.3}.items():
        m[name][rows] = rng.random(size) < share
    m["channel"][rows] = rng.choice([0, 1, 2, 3, 3, 3], size)
    m["abroad"][rows] = rng.integers(0, 4, size)
    firm = m["provider"][rows] = rng.integers(0, len(state.traffickers), size)
    stale = rng.random(size) < 0.1
    m["provider_generation"][rows] = state.traffickers["generation"][firm] + stale
    m["cash"][rows] = np.round(10 ** rng.uniform(3, 6.5, size))
    m["escrow"][rows] = some(0.6, np.round(10 ** rng.uniform(3, 6, size))) * (m["channel"][rows] == Channel.PROVIDER)
    m["debt"][rows] = some(0.4, np.round(10 ** rng.uniform(3, 6, size)))
    m["creditor_kind"][rows] = (m["debt"][rows] > 0) * rng.integers(1, 3, size)
    m["creditor"][rows] = np.where(rng.random(size) < 0.7, firm, 0)
    m["stake"][rows] = rng.uniform(-2000, 20_000, size)
    m["kin"][rows] = rng.integers(-1, len(state.regions), size)
    m["ability_abroad"][rows] = rng.uniform(0.3, 2, size)


def one_week(state: State, places: Places, now: Now, i: int) -> tuple[Traveller, dict[str, tuple[float, float]]]:
    """The twin of person i after a week, and where the kernel says something else."""
    her = Traveller(state, places, now, i)
    travels(her)
    s, ledger = state.s, Ledger(np.zeros(len(COUNTERS)), np.zeros(len(Account)))
    seen = {name: getattr(s, name) for name in Places._fields} | {"crossings": state.traffickers["crossings"]}
    seen |= {"counters": ledger.counters, "accounts": ledger.accounts}
    before = {name: table.copy() for name, table in seen.items()}
    arrived, by, pairs = np.zeros(1, np.int64), np.zeros(1, np.int64), np.zeros(1, np.int64)
    brought = travel(s, state.p, now, np.array([i]), ledger, arrived, by, pairs)
    wrong = unlike(her.left, differences(before, seen)) | unlike(her.me, Row(state.migrants, i))
    if her.guide:
        wrong |= unlike(her.guide, Row(state.traffickers, her.j))
    delivered = [(i, her.j, her.pair)] if her.brought else []
    assert [tuple(map(int, one)) for one in zip(arrived, by, pairs, strict=True)][:brought] == delivered
    return her, wrong


@pytest.mark.parametrize("batches", [6, pytest.param(20, marks=pytest.mark.slow)])
def test_a_week_of_a_traveller_is_that_of_its_readable_twin(batches: int) -> None:
    week = Week(Scenario.compose(["world=corridor", "people.size=4000", "time.years=1"]), 3)
    for _ in range(6):
        week.advance()
    state, rng, happened = week.state, np.random.default_rng(7), Counter[str]()
    for batch in range(batches):
        rows = np.arange(200 * batch, 200 * (batch + 1))
        many_kinds_of_places(state, rng)
        many_kinds_of_travellers(state, rows, rng)
        places, now = places_of(state), Now(week.week + batch, state.seed, state.seed)
        for i in map(int, rows):
            her, wrong = one_week(state, places, now, i)
            assert not wrong, f"person {i}: {wrong}"
            happened.update(C(key[1]).name for key, amount in her.left.items() if key[0] == "counters" and amount > 0)
            happened[Stage(her.me["stage"]).name] += 1
    rare = {"DEATHS_FOUND", "PUSHBACK_DEATHS", "CARRIER_REFUSED_NEED", "CARRIER_REFUSED_VISA", "RETAINED_PASSES"}
    common = {"BRIBES_BORDER", "BRIBES_ALONE", "SAFETY_REACHED", "EXTORTED", "NEED_STOPPED", "ARRIVALS_TIED"}
    ends = {"TRAVELLING", "HELD", "ARRIVED", "DEAD"}
    assert min(happened[name] for name in rare) >= 8 * batches // 20, happened
    assert min(happened[name] for name in common | ends) >= 50 * batches // 20, happened

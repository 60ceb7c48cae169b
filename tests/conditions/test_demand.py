"""What buyers want: licences, campaigns, boycotts, missions, next door; and what it does to places of work."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.agents.venues import Undertaking, VenueKind
from sim.conditions import demand
from sim.conditions.conditions import see_work
from sim.conditions.enacted import enact
from sim.declared.parameters import PARAMETERS
from sim.ledger.counters import COUNTER_INDEX, C
from sim.policies.policy import Move, Policy
from sim.rules.work.jobs import may_control
from sim.scenario.scenario import Scenario
from sim.week.week import Week

SMALL = ["world=corridor", "people.size=6000", "time.years=3", "time.burn_in_weeks=30"]
# buyers who all compare alike: the price gap is what the licence costs and what the others are cheaper
VALUES = {"demand.licence_cost": 0.1, "demand.price_spread": 0.001}


@pytest.fixture(scope="module")
def base():
    return Scenario.compose(SMALL)


def moved(base, *moves):
    return replace(base, policies=(Policy("moves", "Moves", "test", tuple(Move(*move) for move in moves)),))


def total(week, name, first=30):
    return float(np.nansum(week.counters[first:, COUNTER_INDEX[name]]))


# --- licences (EC 2.8, 2.10) ----------------------------------------------------------------------------------------


@given(price=st.floats(0.3, 1.0), penalty=st.floats(0.0, 5.0))
def test_buyers_leave_unlicensed_places_once_the_penalty_exceeds_the_price_gap(price, penalty):
    """EC LP2: demand for places without a licence falls to nothing when penalty exceeds what they are cheaper by."""
    share = demand.licensed_share(np.array([price]), np.array([penalty]), np.array([1.0]), VALUES)[0]
    gap = 1.1 / price - 1.0
    if penalty > gap * 1.05 + 0.02:
        assert share > 0.999
    elif penalty < gap * 0.95 - 0.02:
        assert share < 0.001


@given(price=st.floats(0.3, 1.0), penalty=st.floats(0.0, 5.0), licensing=st.floats(0.0, 1.0))
def test_the_licensed_share_is_a_share_and_rises_with_the_penalty(price, penalty, licensing):
    def share(of):
        found = demand.licensed_share(np.array([price]), np.array([of]), np.array([licensing]),
                                      {"demand.licence_cost": 0.1, "demand.price_spread": 0.2})  # fmt: skip
        return float(found[0])

    assert 0.0 <= share(penalty) <= licensing
    assert share(penalty) <= share(penalty + 0.5) + 1e-12


SEX = (("sector", "commercial_sex"),)


def test_a_licensed_safe_harbour_leaves_no_exploitation_in_commercial_sex(base, tools):
    sharp = base.replace({"demand.price_spread": 0.01, "mechanisms.demand_displacement": "off"})
    harbour = tools.run(moved(sharp, ("demand.licensing", "set", 1.0, SEX), ("demand.buyer_penalty", "set", 3.0, SEX)))
    plain = tools.run(sharp)
    last = slice(-52, None)
    assert plain.counters[last, C.EXPLOITED_SEX].sum() > 0
    assert harbour.counters[last, C.EXPLOITED_SEX].sum() < 0.1 * plain.counters[last, C.EXPLOITED_SEX].sum()
    assert harbour.counters[last, C.WORKERS_SEX].sum() > 0.5 * plain.counters[last, C.WORKERS_SEX].sum()


def test_trafficking_rises_with_licences_only_if_growth_outweighs_substitution(base):
    """EC C1: T = D(1 - v), with D grown by s and v the share that is served with a licence or by choice."""
    week = Week(base, 1)
    filled, none = week.state.cells["demand"].copy(), np.zeros(len(week.state.cells))
    shares = {}
    for growth in (0.0, 0.6):
        week = Week(base.replace({"demand.legal_growth": growth, "demand.licence_cost": 0.0}), 1)
        week.levers.now = week.levers.expected = dict(week.levers.now)
        week.levers.now["demand.licensing"] = np.full_like(week.levers.now["demand.licensing"], 0.6)
        wanted = demand.final_demand(week.state, filled, none, none, 0)
        licensed = week.state.cells["demand_licensed"]
        some = wanted > 0
        shares[growth] = wanted[some] / week.state.cells["demand_start"][some], (wanted - licensed)[some] / wanted[some]
    # the whole grows by the growth of its licensed half, what is not licensed does not grow
    assert shares[0.0][0] == pytest.approx(1.0)
    assert shares[0.6][0] == pytest.approx(1.0 + 0.6 * 0.6 * 0.3)
    assert np.all(shares[0.6][1] < shares[0.0][1])


def test_demand_has_an_end_where_all_pay_is_withheld(base):
    highest = PARAMETERS["demand.pass_through"].high
    week = Week(base.replace({"demand.pass_through": highest}), 1)
    everyone = np.ones_like(week.state.cells["demand_start"])
    assert np.all(np.isfinite(demand.final_demand(week.state, everyone, everyone, everyone, 0)))


def test_places_with_a_licence_or_an_audit_control_nobody(base):
    week = Week(moved(base, ("work.supply_chain_audit", "set", 0.5), ("demand.licensing", "set", 0.5)), 1)
    for _ in range(120):
        week.advance()
    v, m = week.venues, week.migrants
    bound = (v["undertaking"] > 0) & (v["active"] == 1)
    assert bound.any()
    assert (v["undertaking"][bound] & Undertaking.LICENSED > 0).any()
    k = int(np.flatnonzero(v["undertaking"] > 0)[0])
    v["kind"][k] = VenueKind.PREDATORY
    assert not may_control(m.view, week.state.s.venues, 0, k)
    with_licence = (v["active"] == 1) & (v["undertaking"] & Undertaking.LICENSED > 0)
    slots = v["slots"][with_licence]
    licensed = week.state.cells["demand_licensed"]
    assert slots.sum() == pytest.approx(licensed.sum(), rel=0.3)


def test_audits_move_control_to_those_whom_nobody_audits(base, tools):
    larger = base.replace({"people.size": 20_000, "work.predatory_share": 0.25})
    plain, audited = tools.run(larger), tools.run(moved(larger, ("work.supply_chain_audit", "set", 0.5)))
    per_slot = [week.counters[82:, C.CONTROLLED].sum() / week.counters[82:, C.SLOTS_UNAUDITED].sum()
                for week in (plain, audited)]  # fmt: skip
    assert total(audited, "slots_audited") > 0 == total(plain, "slots_audited")
    assert per_slot[1] > per_slot[0]


# --- campaigns and boycotts -----------------------------------------------------------------------------------------


def test_a_campaign_works_better_with_a_law_behind_it_and_fades(base):
    week = Week(base, 1)
    state, cells = week.state, len(week.state.cells)
    state.cells["informed"] = 1.0
    none = np.zeros(cells)
    alone = demand.stay_away(state, none, none)
    backed = demand.stay_away(state, none, np.full(cells, 1.0))
    assert np.all(backed == pytest.approx(base["demand.ethical"]))
    assert np.all(alone == pytest.approx(base["demand.ethical"] * base["demand.campaign_alone"]))
    demand.hear_campaigns(state, base["demand.campaign_half_life"])
    assert np.all(state.cells["informed"] == pytest.approx(0.5))


def test_boycotts_reach_only_what_can_be_seen(base):
    week = Week(moved(base, ("demand.boycott", "set", 1.0)), 1)
    for _ in range(40):
        week.advance()
    state, cells = week.state, len(week.state.cells)
    seen = np.linspace(0.0, 0.5, cells)
    left = demand.stay_away(state, seen, np.zeros(cells))
    assert left == pytest.approx(seen)
    kept = state.cells["customers"]
    plain = Week(base, 1).state.cells["customers"]
    assert np.all(kept[:, 0] < plain[:, 0])
    assert np.array_equal(kept[:, 2], plain[:, 2])  # nobody sees a private place


# --- missions (C8) --------------------------------------------------------------------------------------------------

HOST = (("region", "near_destination"),)


def wanted_by_missions(base, *moves):
    week = Week(moved(base, ("mission.size", "set", 50.0, HOST), *moves), 1)
    week.levers.advance(10)
    return demand.mission_demand(week.state)


def test_conduct_rules_cut_demand_less_than_what_is_seen_of_it(base):
    free, unchecked = wanted_by_missions(base)
    strict, _ = wanted_by_missions(base, ("mission.conduct", "set", 1.0, HOST), ("mission.immunity", "set", 0.0, HOST))
    lax, _ = wanted_by_missions(base, ("mission.conduct", "set", 1.0, HOST), ("mission.immunity", "set", 1.0, HOST))
    assert np.array_equal(free, unchecked)
    assert free.sum() > lax.sum() > strict.sum() > 0
    week = Week(moved(base, ("mission.size", "set", 50.0, HOST), ("mission.conduct", "set", 1.0, HOST),
                      ("mission.immunity", "set", 0.0, HOST)), 1)  # fmt: skip
    week.levers.advance(10)
    state = week.state
    enact(state)
    state.cells["demand_mission"][:], _ = demand.mission_demand(state)
    see_work(state)
    hit = state.cells["demand_mission"] > 0
    openly = state.cells["customers"][hit, 0] / Week(base, 1).state.cells["customers"][hit, 0]
    assert np.all(openly < 1.0)


def test_patrols_protect_a_market_or_thin_it_by_their_orders(base):
    _, none = wanted_by_missions(base)
    safe, _ = wanted_by_missions(base, ("mission.patrols", "set", -1.0, HOST))
    out, _ = wanted_by_missions(base, ("mission.patrols", "set", 1.0, HOST))
    assert out.sum() < none.sum() < safe.sum()


def test_a_mission_that_is_announced_finds_places_open(base, tools):
    coming = Policy("mission", "Mission", "test", (Move("mission.size", "set", 200.0, HOST),), start=60, announce=30)
    week = tools.run(replace(base, policies=(coming,)))
    plain = tools.run(base)
    assert tools.alike(week, plain, 30 + 30)
    before = slice(30 + 40, 30 + 60)
    assert week.counters[before, C.SLOTS].sum() > plain.counters[before, C.SLOTS].sum()
    # one run of a few thousand people can hide it
    added = [
        tools.run(replace(base, policies=(coming,)), seed).counters[30 + 60 :, C.WORKERS_SEX].sum()
        - tools.run(base, seed).counters[30 + 60 :, C.WORKERS_SEX].sum()
        for seed in (1, 2, 3)
    ]
    assert sum(added) > 0


@pytest.mark.slow
def test_demand_follows_the_business_cycle_only_where_one_is_set(base, tools):
    swinging = tools.run(base.replace({"demand.cycle": 0.3, "demand.cycle_years": 2.0}))
    steady = tools.run(base)
    swing = [week.counters[-104:, C.DEMAND].max() / week.counters[-104:, C.DEMAND].min() for week in (steady, swinging)]
    assert swing[1] > 1.5 > swing[0]

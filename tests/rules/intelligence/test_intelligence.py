"""Intelligence: how long it is worth something, who is told, what it starts, and what it costs whom."""

import numpy as np
import pytest

from sim.agents.agencies import KINDS, AgencyKind
from sim.agents.cases import CaseStage, Source, Target
from sim.agents.enterprises import open_business
from sim.agents.intelligence import Informer, ItemStage
from sim.agents.people import Channel
from sim.ground.calendar import Now
from sim.ground.kernel import kernel
from sim.ledger.counters import COUNTERS, C
from sim.rules.intelligence.analysing import analyse, analysed_in_a_week, kind_of, worth_of
from sim.rules.intelligence.collecting import add_item, look, opportunities
from sim.rules.intelligence.sharing import remember, share, told_police, told_state
from sim.rules.intelligence.using import act, exclude, put_together, set_priorities
from sim.rules.moving.borders import chance_detected
from sim.rules.moving.ways import chance_seen, chance_seen_by_those_who_know
from sim.scenario.scenario import Scenario
from sim.week.week import Week
from sim.world.world import Mode


@pytest.fixture
def state():
    """A state before its first week, with room for intelligence, and agencies with staff."""
    base = Scenario.compose(["world=corridor", "people.size=3000", "time.years=1", "mechanisms.intelligence=on"])
    state = Week(base, 3).state
    state.agencies["staff"][:] = 1.0
    state.s.law["intel_threshold"] = 0.5
    state.venues["active"][:] = 1
    state.venues["attention"][:] = 1.0
    return state


def row():
    return np.zeros(len(COUNTERS))


def put(state, n, **said):
    """Item n, about venue 0 as police where it stands hold it, unless told otherwise."""
    plain = {"stage": ItemStage.KNOWN, "source": Informer.INFORMANTS, "kind": Target.VENUE, "secret": 0, "wrong": 0,
             "target": 0, "target_generation": state.venues["generation"][0], "region": state.venues["region"][0],
             "collected": 0}  # fmt: skip
    for name, value in (plain | said).items():
        state.items[name][n] = value


def now(week=0):
    return Now(week, 1, 1)


@kernel
def worth(items, p, n, week):
    return worth_of(items, p.intel, n, week)


@kernel
def add_many(items, cursor, region, number, counters):
    for k in range(number):
        add_item(items, cursor, (0, k, 0), Informer.SURVEILLANCE, region, 0, 0, counters)


def test_intelligence_is_worth_half_after_its_half_life(state):
    values = state.scenario.values
    for source in Informer:
        put(state, 0, source=source)
        name = source.name.lower()
        fresh, half = values[f"intel.weight_{name}"], values[f"intel.half_life_{name}"]
        assert worth(state.items.records, state.p, 0, 0) == pytest.approx(fresh)
        assert worth(state.items.records, state.p, 0, int(half)) == pytest.approx(fresh / 2)


@kernel
def look_often(s, p, now, items, cursor, source, number, counters):
    for k in range(number):
        look(s, p, now, items, cursor, 0, source, k, counters)


@pytest.mark.parametrize("source", [Informer.OFFICERS, Informer.INFORMANTS])
def test_as_many_looks_end_with_the_wrong_target_as_declared(state, source):
    """Where nothing is to be seen, however many are looked at before somebody gives up."""
    counters, number = row(), len(state.items)
    state.venues["attention"][:], state.traffickers["capacity"][:], state.traffickers["active"][:] = 0.0, 0.0, 1
    look_often(state.s, state.p, now(), state.items.records, state.item_cursor, int(source), number, counters)
    wrong = state.p.intel.mistaken
    assert counters[C.INTEL_ITEMS] / number == pytest.approx(wrong, abs=4 * np.sqrt(wrong * (1 - wrong) / number))
    assert np.all(state.items["wrong"][state.items["stage"] == ItemStage.RAW] == 1)


@kernel
def kinds(items, found):
    for n in range(len(found)):
        found[n] = kind_of(items[n])


def test_what_two_states_know_of_the_same_is_decided_apart(state):
    found, n = np.empty(3 * 2 * len(Informer), np.int64), 0
    for region in range(3):
        for kind in Target:
            for source in Informer:
                put(state, n, region=region, kind=kind, source=source)
                n += 1
    kinds(state.items.records, found)
    assert len(set(found.tolist())) == n


@kernel
def enter(enterprises, traits, j):
    open_business(enterprises, traits, j, 1)


def test_nobody_knows_of_an_entrant(state):
    state.traffickers["picture"][0] = state.traffickers["watched"][0] = 0.7
    enter(state.s.enterprises, state.s.traits, 0)
    assert state.traffickers["picture"][0] == state.traffickers["watched"][0] == 0


def test_what_finds_no_room_is_lost(state):
    counters, room = row(), len(state.items)
    add_many(state.items.records, state.item_cursor, 0, room + 5, counters)
    assert counters[C.INTEL_ITEMS] == counters[C.INTEL_SURVEILLANCE] == room
    assert counters[C.INTEL_LOST] == 5
    assert np.all(state.items["secret"] == 1)  # a service holds what it has watched


def test_a_picture_is_made_of_all_that_police_of_the_place_hold(state):
    other = (state.venues["region"][0] + 1) % len(state.regions)
    put(state, 0)
    put(state, 1, source=Informer.VICTIMS)
    put(state, 2, secret=1)
    put(state, 3, region=other)
    put(state, 4, stage=ItemStage.RAW)
    put_together(state.s, state.p, now(), state.items.records)
    weight = state.p.intel.weight
    expected = 1 - (1 - weight[Informer.INFORMANTS]) * (1 - weight[Informer.VICTIMS])
    assert state.venues["picture"][0] == pytest.approx(expected)
    assert np.all(state.venues["picture"][1:] == 0)


@kernel
def pace_of_analysts(s, p, region):
    return analysed_in_a_week(s, p.intel, region)


def test_analysts_take_up_what_they_have_time_for_and_the_rest_perishes(state):
    state.agencies["staff"][:] = 0.1
    n, region = min(len(state.items), len(state.venues)), int(state.venues["region"][0])
    for k in range(n):
        put(state, k, stage=ItemStage.RAW, target=k, target_generation=state.venues["generation"][k])
        state.venues["region"][k] = region
    counters = row()
    weekly = pace_of_analysts(state.s, state.p, region)
    assert weekly < n / 2
    analyse(state.s, state.p, now(), state.items.records, counters)
    assert counters[C.INTEL_WAITING] == n
    assert counters[C.INTEL_ANALYSED] == pytest.approx(weekly, abs=4 * np.sqrt(weekly) + 1)
    late = 40  # weeks: ten half-lives
    analyse(state.s, state.p, now(late), state.items.records, counters)
    assert np.all(state.items["stage"] == ItemStage.FREE)
    assert counters[C.INTEL_LAPSED] == n - counters[C.INTEL_ANALYSED]


def test_more_analysis_finds_out_what_is_wrong(state):
    found = {}
    for lever in (0.0, 1.0):
        counters = row()
        state.agencies["staff"][:] = 100.0
        state.s.law["intel_analysis"] = lever
        for k in range(min(len(state.items), len(state.venues))):
            put(state, k, stage=ItemStage.RAW, wrong=1, target=k, target_generation=state.venues["generation"][k])
        analyse(state.s, state.p, now(), state.items.records, counters)
        found[lever] = counters[C.INTEL_FALSE_FOUND] / counters[C.INTEL_ANALYSED]
    assert found[0.0] == 0.0
    assert found[1.0] == pytest.approx(state.p.intel.checks, abs=0.1)


@kernel
def passing(s, p, trust, near):
    return told_police(p.intel, s.law[0]), told_state(p.intel, s.law[0], s.law[1], trust, near)


def test_who_is_told_follows_fusion_sharing_trust_nearness_and_need_to_know(state):
    law, values = state.s.law, state.scenario.values
    law["collusion"][1] = 0.25
    police, other = passing(state.s, state.p, 0.5, True)
    assert police == pytest.approx(values["intel.tips"])
    assert other == pytest.approx(values["intel.shared"] * 0.5 * 0.75)
    assert passing(state.s, state.p, 0.5, False)[1] == pytest.approx(other * values["intel.distant"])
    law["intel_fusion"] = law["intel_sharing"] = 1.0
    assert passing(state.s, state.p, 1.0, True) == pytest.approx((1.0, 0.75))
    law["intel_source_protection"] = 1.0
    kept = 1 - values["intel.need_to_know"]
    assert passing(state.s, state.p, 1.0, True) == pytest.approx((kept, kept * 0.75))


def test_a_leak_ends_trust_by_more_than_a_use_builds(state):
    law, region = state.s.law, int(state.venues["region"][0])
    other = (region + 1) % len(state.regions)
    law["intel_sharing"], law["collusion"] = 1.0, 0.0
    state.regions["intel_trust"][:] = 1.0
    state.near[:] = True
    state.units["share"][:] = 1.0
    leaky = state.p._replace(intel=state.p.intel._replace(leaks=1.0))
    put(state, 0, region=other)
    counters = row()
    share(state.s, leaky, now(), state.items.records, state.near, counters)
    assert counters[C.INTEL_TO_STATES] == counters[C.INTEL_LEAKED] == 1
    assert state.items["stage"][0] == ItemStage.FREE
    assert state.regions["intel_trust"][region] == pytest.approx(1 - state.p.intel.trust_loss)
    assert state.p.intel.trust_loss > state.p.intel.trust_gain
    # where nobody sells it arrives, without its source, and waits for an analyst there
    state.units["share"][:] = 0.0
    state.regions["intel_trust"][:] = 1.0
    put(state, 0, region=other)
    share(state.s, leaky, now(), state.items.records, state.near, counters)
    item = state.items.records[0]
    assert (item["stage"], item["source"], item["region"]) == (ItemStage.RAW, Informer.PARTNERS, region)


def known(state, **law):
    """Venue 0 is known to police, with the levers of its place as told; returns what is counted as they act."""
    for name, value in law.items():
        state.s.law[name] = value
    for k in range(3):
        put(state, k)
    put_together(state.s, state.p, now(), state.items.records)
    counters = row()
    act(state.s, state.p, now(), state.items.records, counters)
    return counters


def test_below_the_threshold_nothing_happens_and_above_it_a_case_without_evidence_begins(state):
    counters = known(state, intel_threshold=0.9)
    assert counters[C.INTEL_CASES] == 0
    counters = known(state, intel_threshold=0.5)
    assert counters[C.INTEL_CASES] == counters[C.LEADS] == 1
    case = state.cases.records[state.venues["case"][0]]
    assert (case["stage"], case["source"]) == (CaseStage.LEAD, Source.INTELLIGENCE)
    assert case["exploitation"] == case["movement"] == case["control"] == 0
    picture = state.venues["picture"][0]
    assert case["network"] == pytest.approx(state.p.intel.known_network * picture)


def test_planning_makes_evidence_without_exposing_anybody(state):
    quick = state.p._replace(intel=state.p.intel._replace(plan_slows=0.0))
    state.p = quick
    counters = known(state, intel_planning=1.0)
    case = state.cases.records[state.venues["case"][0]]
    assert case["exploitation"] == pytest.approx(state.p.intel.planned * state.venues["picture"][0])
    assert counters[C.INTEL_EXPOSED] == 0
    assert state.regions["intel_willing"][state.venues["region"][0]] == 1


def test_intelligence_before_a_court_exposes_its_sources(state):
    region = state.venues["region"][0]
    put(state, 3, region=(region + 1) % len(state.regions))  # is not used, and nobody is exposed for it
    counters = known(state, intel_evidence=1.0)
    assert counters[C.INTEL_EXPOSED] == 3
    assert state.regions["intel_willing"][region] == pytest.approx((1 - state.p.intel.sources_lost) ** 3)
    assert state.cases["exploitation"][state.venues["case"][0]] > 0


def test_protected_sources_stay_willing(state):
    state.p = state.p._replace(intel=state.p.intel._replace(protected=1.0))
    counters = known(state, intel_evidence=1.0, intel_source_protection=1.0)
    assert counters[C.INTEL_CASES] == 1
    assert counters[C.INTEL_EXPOSED] == 0


def test_a_place_that_exploits_nobody_is_looked_at_unless_somebody_reviews_it(state):
    state.venues["attention"][0] = 0.0
    assert known(state)[C.INTEL_WRONG] == 1
    assert state.regions["intel_willing"][state.venues["region"][0]] < 1
    state.venues["case"][0] = -1
    state.p = state.p._replace(intel=state.p.intel._replace(reviewed=1.0, review_slows=0.0))
    counters = known(state, intel_oversight=1.0)
    assert counters[C.INTEL_STOPPED] == 1
    assert counters[C.INTEL_WRONG] == counters[C.INTEL_CASES] == 0


@kernel
def taint(s, p, n, counters):
    exclude(s.cases[n], s.regions[s.cases[n].region], p.intel, counters)


def test_what_was_collected_unlawfully_is_void(state):
    state.cases["tainted"][0], state.cases["region"][0] = 1, 0
    for name in ("movement", "exploitation", "network", "control"):
        state.cases[name][0] = 0.5
    counters = row()
    taint(state.s, state.p, 0, counters)
    left = 1 - state.p.intel.voided
    assert state.cases["exploitation"][0] == pytest.approx(0.5 * left)
    assert state.cases["control"][0] == 0.5  # what the person has said stands
    assert state.cases["tainted"][0] == 0
    assert counters[C.INTEL_VOID] == 1


def test_priorities_move_between_sectors_and_are_not_more_in_sum(state):
    sectors = len(state.world.sectors.name)
    region = state.venues["region"][0]
    state.venues["picture"][0] = 0.8
    state.s.law["intel_strategic"] = 0.5
    set_priorities(state.s)
    focus = state.cells["focus"].reshape(-1, sectors)
    assert np.allclose(focus.sum(axis=1), sectors)
    assert focus[region, state.venues["sector"][0]] == pytest.approx(1 + 0.5 * (sectors - 1))
    assert np.all(focus[np.arange(len(focus)) != region] == 1)


def test_groups_get_used_to_being_watched_and_sources_forget(state):
    law, regions = state.s.law, state.regions
    law["intel_collection"] = 1.0
    regions["intel_willing"][:] = 0.0
    for _ in range(26):
        remember(state.s.regions, law, state.p.intel)
    assert regions["intel_adapted"] == pytest.approx(1 - 0.5 ** (26 / state.scenario["intel.adapts"]))
    assert regions["intel_willing"] == pytest.approx(1 - 0.5 ** (26 / state.scenario["intel.sources_back"]))


@kernel
def works_with(s, p, source):
    return opportunities(s, p.intel, 0, source)


def test_a_household_cannot_be_watched_and_money_only_where_it_is_followed(state):
    law, p = state.s.law, state.p
    law["intel_cells"], law["police_financial"], law["police_community"] = 0.5, 0.25, 0.5
    staff = state.agencies["staff"].reshape(-1, KINDS)
    staff[0, AgencyKind.POLICE] = 3.0
    gain = 1 + p.intel.collection_gain
    law["intel_collection"] = 1.0
    assert works_with(state.s, p, int(Informer.OFFICERS)) == pytest.approx(0.5 * 4.0)
    assert works_with(state.s, p, int(Informer.INFORMANTS)) == pytest.approx(2.0 * gain)
    assert works_with(state.s, p, int(Informer.FINANCIAL)) == pytest.approx(gain * 0.25)
    assert works_with(state.s, p, int(Informer.SURVEILLANCE)) == pytest.approx(gain)
    state.regions["intel_adapted"][:] = 1.0
    assert works_with(state.s, p, int(Informer.SURVEILLANCE)) == pytest.approx(gain * (1 - p.intel.evades))


@kernel
def seen_by(s, p, j, looks):
    plain = chance_seen(s.enterprises, j, 0, 0.2, p.market)
    return plain, chance_seen_by_those_who_know(s.enterprises, j, 0, 0.2, p.market, looks)


def test_border_guards_undo_the_skill_of_whom_they_know_and_look_at(state):
    state.traffickers["skill"][0] = 0.5
    plain, knowing = seen_by(state.s, state.p, 0, 1.0)
    assert plain == knowing
    state.traffickers["watched"][0] = 1.0
    plain, knowing = seen_by(state.s, state.p, 0, 1.0)
    assert plain < knowing == pytest.approx(0.2)
    plain, knowing = seen_by(state.s, state.p, 0, 0.0)
    assert plain == knowing


@kernel
def detected(s, p, leg, j):
    return chance_detected(s, p.journey, 0, leg, j)


def test_guards_of_the_border_look_whose_region_has_the_lever(state):
    """And it is them who look less at others."""
    leg = int(np.flatnonzero(state.world.legs.mode != Mode.FREE_MOVEMENT)[0])
    state.migrants["channel"][0], state.legs["control"][leg] = Channel.PROVIDER, 0.2
    state.traffickers["skill"][0], state.traffickers["watched"][0] = 0.5, 1.0
    plain = detected(state.s, state.p, leg, 0)
    looks = state.s.law["intel_borders"]
    looks[:] = 1.0
    looks[state.world.legs.head[leg]] = 0.0
    assert detected(state.s, state.p, leg, 0) == plain
    looks[:] = 0.0
    looks[state.world.legs.head[leg]] = 1.0
    assert plain < detected(state.s, state.p, leg, 0) == pytest.approx(0.2)

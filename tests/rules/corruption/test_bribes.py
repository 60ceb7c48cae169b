"""The bribe rule, how officials turn and are found out, and what is bought."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.agents.officials import OFFICIAL_COLUMNS, POSTS_OF_REGION, Post, Rank, Terms
from sim.declared.parameters import PARAMETERS
from sim.declared.sources import build, facts
from sim.ground.calendar import Now
from sim.ground.kernel import kernel
from sim.ground.table import Table
from sim.ledger.counters import COUNTERS, C
from sim.rules.corruption import capture
from sim.rules.corruption.bribes import EVENTS, SOLD, WORTH, buys_off, leaks, unit_of
from sim.scenario.scenario import Scenario
from sim.week.officials import enacted_integrity as done_about_it
from sim.world.fields import UNIT_COLUMNS

SETTINGS = ["world=corridor", "people.size=6000", "time.years=3", "time.burn_in_weeks=52"]
# everyone who could sell does, and much of it is worth buying
SOLD_OUT = {
    "official.captured_start": 1.0,
    "official.base": 3.0,
    "official.career": 0.2,
    "official.moral": 0.5,
    "police.border_case": 1.0,
    "work.predatory_share": 0.25,
    "enforcement.raids": 0.5,
    "exit.complaint": 2.0,
    "exit.client_tip": 1.0,
    "agency.meetings": 100.0,
}


@pytest.fixture(scope="module")
def base():
    return Scenario.compose(SETTINGS)


@pytest.fixture(scope="module")
def sold_out(base, tools):
    return tools.run(base.replace({**SOLD_OUT, "people.size": 24_000, "checks": True}))


def total(week, name):
    return float(np.nansum(week.counters[:, getattr(C, name.upper())]))


# --- the rule ---------------------------------------------------------------------------------------------------

MONEY = st.floats(0, 1e6)
SHARE = st.floats(0, 1)
WORLD = Scenario.compose(["world=corridor"]).world


def rules(**changes):
    """The family of officials as kernels take it."""
    values = {name: item.default for name, item in PARAMETERS.items()} | changes
    legs, regions = len(WORLD.legs.tail), len(WORLD.regions.name)
    return build(capture.OfficialRules, facts(values, {}, legs=legs, regions=regions))


@kernel
def bribe_of(units, rules, u, share, worth):
    return buys_off(units, rules, 0, u, share, worth)


@given(u=st.floats(1e-9, 1 - 1e-9), share=SHARE, worth=MONEY, least=MONEY, bargain=SHARE)
def test_a_bribe_lies_between_what_it_costs_and_what_it_is_worth(u, share, worth, least, bargain):
    units = Table("unit", UNIT_COLUMNS, 1)
    units["reservation"][0] = least
    bribe = bribe_of(units.records, rules(**{"official.bargain": bargain}), u, share, worth)
    bought = u < share and worth > least
    assert bribe >= 0
    assert bought or bribe == 0
    if bought:
        assert least - 1e-6 <= bribe <= worth + 1e-6
    assert list(units["tally"][0, [EVENTS, WORTH, SOLD]]) == [1, worth, bought]


@given(u=st.floats(1e-9, 1 - 1e-9), share=SHARE, predators=SHARE, worth=MONEY, least=MONEY)
def test_a_predatory_officer_takes_all_that_it_is_worth_from_anyone(u, share, predators, worth, least):
    units, plain = Table("unit", UNIT_COLUMNS, 1), Table("unit", UNIT_COLUMNS, 1)
    units["reservation"][0] = plain["reservation"][0] = least
    units["predators"][0] = predators
    bribe = bribe_of(units.records, rules(), u, share, worth)
    if u < predators:
        assert bribe == worth
    else:
        assert bribe == bribe_of(plain.records, rules(), u, share, worth)


@given(share=SHARE, more=SHARE, briefed=st.integers(1, 20))
def test_the_more_are_briefed_and_sell_the_more_leaks(share, more, briefed):
    assert 0 <= leaks(share, briefed) <= 1
    assert leaks(share, briefed) <= leaks(share, briefed + 1) + 1e-12
    assert leaks(share * more, briefed) <= leaks(share, briefed) + 1e-12


# --- officials on their own -------------------------------------------------------------------------------------


def one_unit(line, captured, *, chief=False, **levers):
    """A border post of ``line`` officers, some of whom sell, and what is done about it."""
    officials = Table("official", OFFICIAL_COLUMNS, line + 1)
    officials["rank"][0] = Rank.CHIEF
    units = Table("unit", UNIT_COLUMNS, 1)
    officials["integrity"][:] = 0.4
    officials["captured"][1 : captured + 1] = 1
    officials["captured"][0] = chief
    at = {"pay": 100.0, "career": 208.0, "living": 200.0, "monitoring": 0.1, "rotation": 0.0, "whistleblower": 0.0,
          "external": 0.0, "media": 0.0, "transparency": 0.0, "reach": 0.0, "law": 0.3} | levers  # fmt: skip
    # of the region, and of a mission there
    integrity = capture.Integrity(**{name: np.array([value, value]) for name, value in at.items()})
    return officials, units, integrity


def expect(officials, units, integrity, rule):
    """What the trade expects of the post."""
    capture.expect_everywhere(officials.records, units.records, np.array([0, len(officials)]), rule, integrity)


def live(officials, units, integrity, rule, events=10.0, worth=20_000.0, reviews=130, seed=1):
    """Reviews of a post where so much is worth buying in four weeks; returns the counters."""
    counters, first = np.zeros(len(COUNTERS)), np.array([0, len(officials)])
    units["mean_worth"] = worth
    expect(officials, units, integrity, rule)
    for number in range(reviews):
        units["tally"][0] = events, events * units["bought"][0], events * worth
        now = Now(4 * number, seed, seed)
        capture.review_posts(officials.records, units.records, first, rule, now, counters, integrity)
    return counters


def test_nobody_turns_where_nothing_is_worth_buying():
    officials, units, integrity = one_unit(20, 0)
    counters = live(officials, units, integrity, rules(), worth=0.0)
    assert not officials["captured"].any()
    assert counters[C.OFFICIALS_TURNED] == 0


def test_nobody_turns_where_nobody_comes():
    officials, units, integrity = one_unit(20, 0)
    assert live(officials, units, integrity, rules(), events=0.0)[C.OFFICIALS_TURNED] == 0


def test_opportunity_and_pay_both_count():
    turned = {}
    for name, events, pay in (("base", 3.0, 100.0), ("busy", 30.0, 100.0), ("paid", 3.0, 200.0)):
        officials, units, integrity = one_unit(60, 0, pay=pay)
        turned[name] = live(officials, units, integrity, rules(), events=events)[C.OFFICIALS_TURNED]
    assert turned["busy"] > turned["base"] > turned["paid"]


def test_a_chief_who_sells_shields_and_reach_exposes():
    caught = {}
    for name, chief, reach in (("clean", False, 0.0), ("covered", True, 0.0), ("reached", True, 1.0)):
        caught[name] = 0.0
        for seed in range(20):
            officials, units, integrity = one_unit(400, 100, chief=chief, reach=reach, monitoring=0.9)
            counters = live(officials, units, integrity, rules(), events=800.0, reviews=1, seed=seed)
            caught[name] += counters[C.OFFICIALS_CAUGHT]
    assert caught["clean"] > caught["covered"]
    assert caught["reached"] > caught["covered"]


def test_the_same_post_stays_clean_or_corrupt_by_where_it_starts():
    """Colleagues who sell make it easier to turn and harder to be found out: two regimes (model 4.9)."""
    ends = []
    for start in (0, 60):
        officials, units, integrity = one_unit(60, start, chief=start > 0, monitoring=0.3)
        live(officials, units, integrity, rules(**{"official.base": -4.0, "official.peers": 9.0}), events=60.0)
        ends.append(units["share"][0])
    assert ends[0] < 0.2
    assert ends[1] > 0.6


def test_who_is_predatory_makes_sales_dearer_and_reaches_whom_nobody_approached():
    officials, units, integrity = one_unit(40, 20)
    units["mean_worth"] = 20_000.0
    for _ in range(2):  # what is asked depends on how many sell
        expect(officials, units, integrity, rules())
    agreed, bought = units["price"][0], units["bought"][0]
    assert units["predators"][0] == 0
    officials["predatory"][1:11] = 1  # half of those who sell
    officials["predatory"][30:] = 1  # and some who do not sell, and so demand nothing
    expect(officials, units, integrity, rules())
    assert units["predators"][0] == 10 / 40
    assert units["bought"][0] == bought
    assert units["price"][0] == pytest.approx(0.5 * agreed + 0.5 * 20_000.0)
    # what is worth less than anyone would sell for is demanded all the same
    units["mean_worth"] = 0.5 * units["reservation"][0]
    expect(officials, units, integrity, rules())
    assert units["bought"][0] == units["predators"][0]
    assert units["price"][0] == pytest.approx(units["mean_worth"][0])


def test_rotation_ends_understandings():
    officials, units, integrity = one_unit(40, 40, rotation=0.9)
    live(officials, units, integrity, rules(), events=0.0, reviews=3)
    assert units["share"][0] < 0.1


# --- in a run ---------------------------------------------------------------------------------------------------


def test_everything_that_can_be_bought_is_bought_somewhere(sold_out):
    for name in ("bribes_border", "bribes_papers", "bribes_places", "bribes_court", "betrayed", "officials_turned"):
        assert total(sold_out, name) > 0, name
    assert total(sold_out, "sold_in_custody") > 0


def test_people_without_a_provider_pay_what_they_have_on_them(sold_out, base, tools):
    assert total(sold_out, "bribes_alone") > 0
    assert total(sold_out, "bribes_alone_sum") > 0
    honest = {"official.predatory": 0.0, "official.reach_alone": 0.0}
    alone = tools.run(base.replace({**SOLD_OUT, **honest, "people.size": 24_000}))
    assert total(alone, "bribes_alone") == 0 < total(alone, "bribes_border")
    assert (alone.migrants["cash"] >= 0).all()
    assert (sold_out.migrants["cash"] >= 0).all()
    # predatory officers need no approach
    only = tools.run(base.replace({**SOLD_OUT, "official.predatory": 1.0, "official.reach_alone": 0.0,
                                   "people.size": 24_000}))  # fmt: skip
    assert total(only, "bribes_alone") > 0
    assert tools.metric(only, "bribe_price", 52) > tools.metric(alone, "bribe_price", 52)


@pytest.fixture(scope="module")
def kept(base, tools):
    """Enterprises with many clients, and officers of whom most sell and none demands."""
    return tools.run(base.replace({**SOLD_OUT, "people.size": 24_000, "official.predatory": 0.0, "checks": True,
                                   "smuggling.capacity_scale": 10.0}))  # fmt: skip


def test_enterprises_with_many_clients_keep_an_officer(kept, base, tools):
    for name in ("retainers", "retainers_begun", "retained_passes", "bribes_retainers_sum"):
        assert total(kept, name) > 0, name
    t, o = kept.traffickers, kept.state.officials
    for n in np.flatnonzero(o["retained_by"] >= 0):
        j = o["retained_by"][n]
        if t["active"][j] == 1 and t["retained"][j] == n:
            assert t["retained_leg"][j] == o["leg"][n]
            assert o["rank"][n] == Rank.LINE
            assert t["retainer"][j] > 0
    holders = t["retained"][(t["active"] == 1) & (t["retained"] >= 0)]
    assert len(holders) == len(np.unique(holders))
    # nobody is on the books who has been found out or has left
    for j in np.flatnonzero((t["active"] == 1) & (t["retained"] >= 0)):
        assert o["retained_by"][t["retained"][j]] == j
        assert o["captured"][t["retained"][j]] == 1
    nobody = tools.run(base.replace({**SOLD_OUT, "people.size": 24_000, "official.predatory": 0.0,
                                     "smuggling.capacity_scale": 10.0, "official.on_shift": 0.0}))  # fmt: skip
    assert total(nobody, "retainers") == total(nobody, "retained_passes") == total(nobody, "bribes_retainers_sum") == 0


def test_an_officer_on_the_books_sells_to_nobody_else(kept):
    units, o = kept.state.units, kept.state.officials
    line = o["rank"] == Rank.LINE
    for unit in np.unique(o["unit"][o["terms"] == Terms.RETAINER]):
        here = line & (o["unit"] == unit)
        assert units["retained"][unit] == pytest.approx((o["terms"][here] == Terms.RETAINER).mean())
        assert units["share"][unit] == pytest.approx((o["terms"][here] == Terms.PER_USE).mean())
    assert np.all(o["captured"][o["terms"] == Terms.RETAINER] <= 1)
    assert not (o["predatory"][o["terms"] == Terms.RETAINER]).any()


def test_what_is_paid_in_kind_moves_no_money_and_only_in_commercial_sex(base, tools):
    kind = {name: tools.run(base.replace({**SOLD_OUT, "people.size": 24_000, "official.in_kind": share}))
            for name, share in (("none", 0.0), ("all", 1.0))}  # fmt: skip
    assert total(kind["none"], "bribes_in_kind") == 0 < total(kind["all"], "bribes_in_kind")
    week = kind["all"]
    bribes, sectors = week.state.cells["bribes"], week.world.sectors
    sex = np.tile(sectors.commercial_sex > 0, len(week.world.regions.name))
    assert not bribes[sex].any()
    assert bribes[~sex].any()
    assert week.state.money() == 0


def test_bribes_leave_the_books_balanced(sold_out, kept):
    from sim.ledger.accounts import Account

    names = ("border", "retainers", "alone", "papers", "places", "custody", "court")
    for week in (sold_out, kept):
        paid = sum(total(week, f"bribes_{name}_sum") for name in names)
        assert week.state.accounts[Account.OFFICIALS] / 100 == pytest.approx(paid, rel=1e-3)
        assert week.state.money() == 0 == week.state.debts()


def test_off_is_a_world_in_which_nobody_sells(base, tools):
    off = tools.run(base.replace({"mechanisms.corruption": "off"}))
    assert not any(
        total(off, name) for name in ("officials_selling", "bribes_border", "bribes_papers", "bribes_places")
    )
    clean = tools.run(base.replace({"official.captured_start": 0.0, "official.approach": 0.0}))
    assert np.array_equal(off.counters, clean.counters, equal_nan=True)


def test_every_unit_has_a_chief_and_line_officers(sold_out):
    officials, legs = sold_out.state.officials, len(sold_out.world.legs.tail)
    units, counts = np.unique(officials["unit"], return_counts=True)
    assert (counts >= 3).all()
    assert np.array_equal(units[0:], np.unique(officials["unit"][officials["rank"] == Rank.CHIEF]))
    for region in range(len(sold_out.world.regions.name)):
        rows = officials["unit"] == unit_of(sold_out.state.p.official, Post.POLICE, region)
        assert (officials["region"][rows] == region).all()
        assert (officials["post"][rows] == Post.POLICE).all()
    regions = len(sold_out.world.regions.name)
    assert sold_out.state.p.official.missions == legs + POSTS_OF_REGION * regions
    assert len(sold_out.state.units) == sold_out.state.p.official.missions + regions
    mission = officials["post"] == Post.MISSION
    assert np.array_equal(officials["unit"][mission] - sold_out.state.p.official.missions, officials["region"][mission])


def test_bribes_reach_fees(base, tools):
    """What is paid at the border is part of the cost that a fee covers."""
    # a taste could keep some on a dear route until bribes drive them to a cheaper one
    scenario = base.replace({**SOLD_OUT, "time.years": 1, "smuggling.route_taste": 0.0})
    week = tools.run(scenario)
    s, legs = week.state.s, len(week.state.legs)
    assert (week.state.units["bought"][:legs] > 0).any()
    dear = s.units.copy()
    dear["price"][:legs] += 1000.0
    from sim.rules.moving.smuggling import best_route

    t = week.traffickers
    fees = []
    for tables in (s, s._replace(units=dear)):
        found = [best_route(tables, week.state.p, j, s.regions["offers"][t["home"][j], 0], 0, week.seed)[2]
                 for j in np.flatnonzero(t["active"])[:50]]  # fmt: skip
        fees.append(np.array(found))
    assert (fees[1] >= fees[0] - 1e-9).all()
    assert fees[1].sum() > fees[0].sum()


def test_believed_collusion_keeps_people_from_complaining_and_trusting(sold_out, base, tools):
    clean = tools.run(base.replace({**SOLD_OUT, "people.size": 24_000, "mechanisms.corruption": "off"}))
    assert (sold_out.state.s.law["collusion"] > 0).any()
    assert not clean.state.s.law["collusion"].any()
    assert (sold_out.state.s.law["trust"] <= clean.state.s.law["trust"]).all()
    assert tools.metric(sold_out, "complaint_rate", 52) < tools.metric(clean, "complaint_rate", 52)


# --- members of missions ----------------------------------------------------------------------------------------

HOSTING = {**SOLD_OUT, "people.size": 24_000, "mission.size": 300.0, "mission.immunity": 1.0}


@pytest.fixture(scope="module")
def hosting(base, tools):
    return tools.run(base.replace({**HOSTING, "checks": True}))


def test_what_a_mission_must_consent_to_is_sold_by_its_members(hosting, sold_out, base, tools):
    assert total(hosting, "line_mission_selling") > 0
    assert 0 < total(hosting, "bribes_mission_sum") < total(hosting, "bribes_places_sum")
    assert hosting.state.money() == 0 == hosting.state.debts()
    for name in ("line_mission", "line_mission_selling", "bribes_mission_sum"):
        assert total(sold_out, name) == 0, "no mission"
    # who can be tried where he serves stands in nobody's way (C8-M06)
    tried = tools.run(base.replace({**HOSTING, "mission.immunity": 0.0}))
    assert total(tried, "line_mission") > 0 == total(tried, "bribes_mission_sum")


def test_members_are_under_the_rules_of_their_mission_and_not_of_the_place():
    caught = {}
    for name, monitoring in (("place", (0.9, 0.0)), ("mission", (0.0, 0.9))):
        officials, units, integrity = one_unit(200, 100)
        officials["post"][:] = Post.MISSION
        integrity.monitoring[:] = monitoring
        caught[name] = live(officials, units, integrity, rules(), events=400.0, reviews=1)[C.OFFICIALS_CAUGHT]
    assert caught["place"] == 0 < caught["mission"]


def test_waiving_immunity_makes_members_dear_and_conduct_finds_them_out(base):
    from sim.week.week import Week

    found = {}
    for name, changes in {
        "immune": {"mission.immunity": 1.0},
        "tried": {"mission.immunity": 0.0},
        "conduct": {"mission.immunity": 1.0, "mission.conduct": 1.0},
    }.items():
        week = Week(base.replace(changes), 1)
        found[name] = done_about_it(week.state)
    regions = len(week.world.regions.name)
    mission = slice(regions, None)
    assert (found["tried"].career[mission] > 5 * found["immune"].career[mission]).all()
    assert (found["conduct"].monitoring[mission] > found["immune"].monitoring[mission]).all()
    assert (found["conduct"].law[mission] > found["immune"].law[mission]).all()
    for name in found["tried"]._fields:  # nothing of it touches local officials
        assert np.array_equal(getattr(found["tried"], name)[:regions], getattr(found["immune"], name)[:regions])


def test_members_go_home_with_their_mission(base, tools):
    from dataclasses import replace

    from sim.policies.policy import Move, Policy

    visit = Policy("visit", "A visit", "test", (Move("mission.size", "set", 300.0, ()),), start=10, end=80)
    week = tools.run(replace(base.replace({**SOLD_OUT, "mission.immunity": 1.0}), policies=(visit,)))
    there = week.counters[:, C.LINE_MISSION] > 0
    assert not there[: 52 + 10].any()
    assert there[52 + 12 : 52 + 78].all()
    assert not there[52 + 82 :].any()
    assert not week.state.officials["captured"][week.state.officials["post"] == Post.MISSION].any()


@pytest.mark.slow
def test_without_a_mission_its_parameters_change_nothing(base, tools):
    plain = tools.run(base)
    for changes in (
        {"mission.tour": 0.1},
        {"mission.monitoring": 1.0},
        {"mission.immunity": 0.0, "mission.conduct": 1.0},
    ):
        assert tools.run(base.replace(changes)).counters.tobytes() == plain.counters.tobytes()


def test_long_tours_leave_more_who_sell(base, tools):
    selling = {}
    for tour in (0.1, 5.0):
        week = tools.run(base.replace({**HOSTING, "mission.tour": tour}))
        selling[tour] = total(week, "line_mission_selling") / total(week, "line_mission")
    assert selling[5.0] > selling[0.1]

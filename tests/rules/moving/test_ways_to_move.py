"""Ways to move that policies open, close or tie: free movement, tied visas, queues, carriers, pushbacks, limits."""

from dataclasses import replace

import numpy as np
import pytest

from sim.agents.people import Channel, Legal, Stage
from sim.declared.levers import LEVERS
from sim.ledger.counters import COUNTER_INDEX, C
from sim.policies.policy import Move, Policy
from sim.rules.work.jobs import may_control
from sim.rules.work.value import fear_of, outside_pay, with_papers
from sim.scenario.scenario import Scenario
from sim.week.week import Week

SMALL = ["world=corridor", "people.size=6000", "time.years=2", "time.burn_in_weeks=30"]


@pytest.fixture(scope="module")
def base():
    return Scenario.compose(SMALL)


@pytest.fixture(scope="module")
def plain(base, tools):
    return tools.run(base)


def moved(base, *moves):
    return replace(base, policies=(Policy("moves", "Moves", "test", tuple(Move(*move) for move in moves)),))


def total(week, name, first=30):
    return float(np.nansum(week.counters[first:, COUNTER_INDEX[name]]))


# --- visas ----------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_visa_at_the_eviction_price_leaves_providers_without_clients(line_scenario, tools):
    """EC AM1: nobody uses a provider as long as p_V <= c + (V_L - V_I); above it nobody buys a visa."""
    scenario = line_scenario(
        origin={"visa_slots_low": 0.0}, destination={"visa_slots_low": 1000.0, "visa_slots_high": 1000.0},
        choice__noise=0.0, visa__wait=0.0, visa__complexity=0.0, visa__form_cost=0.0, visa__believed_chance=1.0,
        mechanisms__belief_learning="off", mechanisms__can_save_first="off", people__size=3000, time__years=2,
        mechanisms__market_power="off",
    )  # fmt: skip
    week = Week(scenario, 1)
    week.advance()
    way, there = week.state.s.pairs[0], week.state.s.regions[1]
    home = week.state.regions["income_home"][0]
    legally = week.state.p.choice.annuity_home * (there["income_regular"] - home)
    irregularly = there["annuity_irregular"] * (there["income_irregular"] - home)
    eviction = way["provider_fee"] + legally - irregularly - way["fare"]
    assert eviction > way["provider_fee"]  # secure status is worth something
    for price, buys in ((eviction - 300.0, True), (eviction + 300.0, False)):
        found = tools.run(scenario.replace({"visa.price": float(price)}))
        contracts, visas = total(found, "contracts", 0), total(found, "visas_granted", 0)
        assert (visas > 0) == buys
        assert (contracts > 0) != buys


def test_consulates_without_staff_let_people_wait(base, plain):
    short = Week(moved(base, ("visa.staff", "set", 0.5)), 1)
    while short.done < 100:
        short.advance()
    waits = short.state.pairs["visa_wait"]
    assert waits.max() > base["visa.wait"] + 4
    assert waits.max() <= LEVERS["visa.wait"].high
    assert short.state.pairs["visa_backlog"].sum() > 0
    assert np.all(np.isinf(plain.state.pairs["consulates"]))
    assert np.array_equal(plain.state.pairs["visa_wait"], plain.levers.now["visa.wait"])
    assert total(plain, "visa_backlog") == 0


def test_a_tied_status_goes_with_the_job(base, tools):
    tied = moved(base.replace({"work.turnover": 2.0}), ("visa.tied_to_employer", "set", 1.0))
    week = Week(tied, 1)
    seen = 0
    for _ in range(134):
        week.advance()
        m = week.migrants
        holders = m["legal"] == Legal.TIED
        seen += holders.sum()
        assert not (holders & (m["skill"] == 1)).any()
        assert not (holders & (m["stage"] == Stage.SETTLED)).any()
    assert seen > 0
    assert total(week, "tied_lost") > 0
    assert tools.alike(week, tools.run(base.replace({"work.turnover": 2.0})), 30)


def test_people_who_are_tied_earn_with_papers_and_leave_without(base):
    week = Week(base, 1)
    week.advance()
    s, choice = week.state.s, week.state.p.choice
    there = int(np.argmax(week.state.regions["fear"]))
    tied, regular, irregular = np.int8(Legal.TIED), np.int8(Legal.REGULAR), np.int8(Legal.IRREGULAR)
    assert with_papers(tied) == with_papers(regular) == 1
    assert outside_pay(s.regions, choice, tied, 1.0, 0, there) == outside_pay(
        s.regions, choice, irregular, 1.0, 0, there
    )
    fear = {legal: fear_of(s.regions, week.state.p.control, legal, there) for legal in (tied, regular, irregular)}
    assert fear[tied] == fear[irregular] > fear[regular]
    i, k = 0, int(np.flatnonzero(week.venues["kind"] == 1)[0])  # an opportunist
    m = week.migrants
    m["debt"][i], m["minor"][i] = 0.0, 0
    for status, open_to in ((tied, True), (regular, False), (irregular, True)):
        m["legal"][i] = status
        assert may_control(m.view, s.venues, i, k) == open_to


# --- free movement --------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_free_movers_need_no_visa_and_no_provider(base, plain, tools):
    origin = base.world.regions.name[int(base.world.pairs.start[0])]
    free = tools.run(moved(base, ("free_movement", "set", 1.0, (("origin", origin),))))
    assert total(free, "moved_freely") > 0 == total(plain, "moved_freely")
    start = base.world.pairs.start == base.world.regions.name.index(origin)
    departures = [week.state.pairs["departures"] for week in (plain, free)]
    assert departures[1][start, Channel.REGULAR].sum() > departures[0][start, Channel.REGULAR].sum()
    assert departures[1][start, Channel.PROVIDER].sum() < departures[0][start, Channel.PROVIDER].sum()
    assert tools.alike(free, plain, 30)


@pytest.mark.slow
def test_without_substitution_only_those_with_kin_there_move_freely(base, tools):
    everyone = moved(base, ("free_movement", "set", 1.0))
    kin_only = everyone.replace({"mechanisms.free_movement_substitution": "off"})
    count = [total(tools.run(scenario), "moved_freely") for scenario in (everyone, kin_only)]
    assert count[0] > count[1] > 0
    week = Week(kin_only, 1)
    for _ in range(90):
        week.advance()
        m = week.migrants
        free = (m["stage"] == Stage.WAITING) & (m["decision_week"] - m["since"] == 1)
        assert np.all(m["kin"][free] == m["applied"][free])


def test_a_larger_share_of_pairs_contains_the_smaller(base):
    adopted = []
    for share in (0.3, 0.7):
        week = Week(moved(base, ("free_movement", "set", share)), 1)
        for _ in range(32):
            week.advance()
        adopted.append(week.state.pairs["free"] > 0)
    assert np.all(adopted[1] >= adopted[0])


# --- borders --------------------------------------------------------------------------------------------------------


def test_carriers_refuse_people_on_papers_and_hear_nobody(base, tools):
    strict = base.replace({"papers.forged_price": 100.0, "people.need_share": 1.0, "carrier.care": 1.0})
    week = tools.run(moved(strict, ("border.carrier_liability", "set", 1.0), ("border.screening", "set", 1.0),
                           ("asylum.access", "set", 1.0)))  # fmt: skip
    assert total(week, "carrier_refusals") > 0
    assert total(week, "carrier_refused_need") > 0
    # whoever is refused has not been asked whether she needs protection
    assert total(week, "need_stopped") >= total(week, "carrier_refused_need")
    assert total(tools.run(strict), "carrier_refusals") == 0


def test_whom_a_carrier_has_refused_pays_no_officer(base, tools):
    """Nobody on forged papers comes before an officer who takes money; clients of providers who have closed do."""
    words = {"papers.forged_price": 100.0, "people.need_share": 0.0, "carrier.care": 1.0, "journey.alone_cost": 20.0,
             "official.captured_start": 1.0, "official.reach_alone": 1.0, "official.base": 3.0, "official.career": 0.2,
             "official.moral": 0.5}  # fmt: skip
    checked = moved(base.replace(words), ("border.document_check", "set", 1.0))
    refused = moved(
        base.replace(words), ("border.carrier_liability", "set", 1.0), ("border.document_check", "set", 1.0)
    )
    at_the_border, before_it = tools.run(checked), tools.run(refused)
    assert total(before_it, "bribes_alone", 60) < 0.1 * total(at_the_border, "bribes_alone", 60)
    assert total(before_it, "carrier_refusals", 60) > 0


def test_carriers_keep_people_with_a_visa_waiting_and_no_more(base, tools):
    """Who holds a visa is refused by mistake, loses a week, and arrives."""
    careless = base.replace({"carrier.misjudged": 0.5})
    week = tools.run(moved(careless, ("border.carrier_liability", "set", 1.0)))
    plain = tools.run(careless)
    assert total(week, "carrier_refused_visa") > 0 == total(plain, "carrier_refused_visa")
    left = total(week, "departures_regular")
    assert total(week, "arrivals_regular") > 0.95 * left > 0


def test_people_pushed_back_are_not_heard_and_some_die(base, tools):
    screened = moved(base.replace({"people.need_share": 1.0, "border.pushback_danger": 5.0}),
                     ("border.screening", "set", 1.0), ("border.control", "set", 0.6))  # fmt: skip
    pushed = replace(
        screened,
        policies=(
            replace(screened.policies[0], levers=(*screened.policies[0].levers, Move("border.pushback", "set", 1.0))),
        ),
    )
    heard, unheard = tools.run(screened), tools.run(pushed)
    assert total(unheard, "pushbacks") > 0 == total(heard, "pushbacks")
    assert total(unheard, "pushback_deaths") > 0
    assert total(heard, "need_stopped") == 0 < total(unheard, "need_stopped")


def test_who_dies_when_sent_back_is_heard_of(base, tools):
    """Communities that forget nothing have heard of every death as often as they hear of what went badly."""
    words = {"people.need_share": 0.0, "border.pushback_danger": 5.0, "beliefs.half_life": 5200.0}
    week = tools.run(moved(base.replace(words), ("border.control", "set", 0.8), ("border.pushback", "set", 1.0)))
    deaths = week.counters[:, C.DEATHS].sum()
    assert week.counters[:, C.PUSHBACK_DEATHS].sum() > 0.2 * deaths > 0
    heard = week.state.pairs["heard_death"][..., 0].sum()
    assert heard == pytest.approx(week.scenario["beliefs.report_bad"] * deaths, rel=0.03)


def test_limits_on_womens_travel_close_open_ways_for_women_only(base, plain, tools):
    week = tools.run(moved(base, ("origin.travel_limits_women", "set", 1.0)))
    late = 30 + 52
    assert total(week, "departures_women_regular", late) == 0 < total(plain, "departures_women_regular", late)
    men = [
        total(run, "departures_regular", late) - total(run, "departures_women_regular", late) for run in (plain, week)
    ]
    assert men[1] >= 0.9 * men[0]


# --- at home --------------------------------------------------------------------------------------------------------


def test_development_gives_means_to_those_who_come_later(base):
    week = Week(moved(base, ("origin.development", "set", 1.0)), 1)
    for _ in range(40):
        week.advance()
    assert np.allclose(week.state.regions["wage_home"], 2.0 * week.world.regions.wage_regular)
    assert week.world.regions.wage_regular.max() == base.world.regions.wage_regular.max()  # the world itself stays
    assert np.allclose(week.state.regions["income_home"], 2.0 * week.state.fixed.income_regular)


def test_an_information_centre_pulls_beliefs_to_the_truth(base):
    told, untold = Week(moved(base, ("origin.information_centre", "set", 1.0)), 1), Week(base, 1)
    for week in (told, untold):
        for _ in range(100):
            week.advance()
    wrong = []
    for week in (told, untold):
        refused, decided = week.state.pairs["visa_truth"][..., 0], week.state.pairs["visa_truth"][..., 1]
        known = decided > 5
        truth = 1.0 - refused[known] / decided[known]
        believed = np.stack([week.state.pairs["visa_chance_low"], week.state.pairs["visa_chance_high"]], axis=1)
        wrong.append(np.abs(believed[known] - truth).mean())
    assert wrong[0] < wrong[1]


def test_a_campaign_of_fear_raises_what_is_believed_and_nothing_that_is_so(base, plain):
    week = Week(moved(base, ("origin.fear_campaign", "set", 1.0)), 1)
    for _ in range(31):
        week.advance()
    assert np.all(week.state.regions["alarm"] == 1.0 + base["beliefs.campaign_fear"])
    assert np.array_equal(week.counters[:30, C.EXPLOITED], plain.counters[:30, C.EXPLOITED])


def test_campaigns_inform_those_who_think_of_leaving(base):
    week, untold = Week(moved(base, ("origin.information_campaign", "set", 1.0)), 1), Week(base, 1)
    for run in (week, untold):
        for _ in range(100):
            run.advance()
    same = week.migrants["generation"] == untold.migrants["generation"]
    mine, theirs = week.migrants["information"][same], untold.migrants["information"][same]
    assert np.all(mine >= theirs)
    assert mine.mean() > theirs.mean() + 0.1

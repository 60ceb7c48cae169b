"""Operations against networks in whole runs: whom each rule reaches, what watching costs, what leaks."""

from dataclasses import replace

import numpy as np
import pytest

from sim.agents.enterprises import Kind
from sim.agents.facilitators import Function, Standing
from sim.agents.offenders import Role, Status
from sim.ledger.counters import COUNTER_INDEX, C
from sim.policies.policy import Move, Policy
from sim.rules.justice.arrests import arrest
from sim.rules.networks.operations import Strike
from sim.scenario.scenario import Scenario
from sim.week.officials import issue_papers
from sim.week.week import Week

SETTINGS = ["world=corridor", "people.size=18000", "time.years=3", "time.burn_in_weeks=52"]


def with_moves(base, *moves):
    """``base`` with a policy of these (lever, value) in every region."""
    policy = Policy(
        "moves", "Moves", "test", tuple(Move(lever, "set", value, ()) for lever, value in moves), max_dose=10
    )
    return replace(base, policies=(policy,))


def total(week, name, first=52):
    return float(np.nansum(week.counters[first:, COUNTER_INDEX[name]]))


@pytest.fixture(scope="module")
def base(tools):
    return tools.lively(Scenario.compose(SETTINGS))


@pytest.fixture(scope="module")
def struck(base, tools):
    """A run in which every case against an enterprise becomes an operation, by rule."""
    made = {}

    def of(rule):
        if rule not in made:
            made[rule] = tools.run(with_moves(base, (f"police.node_{rule.name.lower()}", 1.0)))
        return made[rule]

    return of


@pytest.mark.slow
def test_operations_arrest_facilitators_and_cut_ties(base, struck, tools):
    plain, week = tools.run(base), struck(Strike.RANDOM)
    assert total(week, "arrests_facilitators") > 3 * total(plain, "arrests_facilitators")
    assert total(week, "ties_cut") > 3 * total(plain, "ties_cut")
    assert tools.metric(week, "throughput", 52) < tools.metric(plain, "throughput", 52)
    # whoever is held does not work
    held = week.state.facilitators["standing"] == Standing.HELD
    assert held.any()
    assert not np.isin(week.state.ties["partner"], np.flatnonzero(held)).any()


@pytest.mark.slow
def test_each_rule_reaches_those_it_is_after(base):
    """What is arrested, seen week by week, is what the rule names more often than when anyone is arrested."""
    watched = base.replace({"operation.sees": 0.6, "facilitator.border": 0.0})  # much is seen before anyone is arrested

    def arrested(rule):
        week = Week(
            with_moves(
                watched,
                (f"police.node_{rule.name.lower()}", 1.0),
                ("police.operation_size", 1.0),
                ("police.watch", 16.0),
            ),
            1,
        )
        kinds = np.zeros(len(Function))
        while week.done < week.weeks_total:
            before = week.state.facilitators["standing"].copy()
            week.advance()
            taken = (before == Standing.FREE) & (week.state.facilitators["standing"] == Standing.HELD)
            kinds += np.bincount(week.state.facilitators["function"][taken], minlength=len(Function))
        return kinds / kinds.sum()

    anyone, broker, bridge = (arrested(rule) for rule in (Strike.RANDOM, Strike.BROKER, Strike.BRIDGE))
    hands_over = [Function.TRANSPORT, Function.DOCUMENTS, Function.SAFE_HOUSE]
    assert broker[Function.BROKERAGE] > 1.3 * anyone[Function.BROKERAGE]
    assert 1.0 - bridge[hands_over].sum() < 0.8 * (1.0 - anyone[hands_over].sum())


def test_leaders_are_arrested_only_when_they_are_sought(struck):
    leader, anyone = struck(Strike.LEADER), struck(Strike.RANDOM)
    assert total(leader, "beheaded") > 2 * total(anyone, "beheaded")
    assert total(leader, "arrests_high") > 2 * total(anyone, "arrests_high")
    assert total(leader, "successions") > 0


def test_some_are_taken_for_somebody_else_unless_there_is_intelligence(struck, base, tools):
    week = struck(Strike.RANDOM)
    assert total(week, "arrests_mistaken") > 0
    known = tools.run(with_moves(base, ("police.node_random", 1.0), ("intel.cells", 1.0)))
    share = [total(w, "arrests_mistaken") / total(w, "arrests_facilitators") for w in (known, week)]
    assert share[0] < 0.3 * share[1]


def test_watching_longer_shows_more_and_strikes_less_often(base, tools):
    short, long = (
        tools.run(with_moves(base, ("police.node_random", 1.0), ("police.watch", weeks))) for weeks in (4.0, 40.0)
    )
    assert total(long, "operations") < total(short, "operations")
    assert total(long, "ties_noted") / total(long, "operations") > 2 * (
        total(short, "ties_noted") / total(short, "operations")
    )


def test_vetting_keeps_operations_secret(base, tools):
    sold = base.replace(
        {"mechanisms.corruption": "on", "official.captured_start": 1.0, "official.base": 3.0, "official.career": 0.2}
    )
    loose, vetted = (
        tools.run(with_moves(sold, ("police.node_random", 1.0), ("coop.vetting", value))) for value in (0.0, 1.0)
    )
    share = [total(week, "operations_leaked") / total(week, "operations") for week in (loose, vetted)]
    assert 0.0 < share[1] < 0.6 * share[0]


def test_dismissed_leaks_need_somebody_who_sells(struck):
    assert total(struck(Strike.RANDOM), "operations_leaked") == 0, "nobody sells in this run"


@pytest.fixture(scope="module")
def hubs():
    """Organisations that are all hubs, with cells that may take up their parts."""
    return Scenario.compose(
        ["world=corridor", "people.size=20000", "time.years=3", "time.burn_in_weeks=104", "network.fragments=1",
         "network.flux=0", "network.broker=0", "network.chain=0", "network.mesh=0", "smuggling.active_at_start=0.5",
         "checks=true"]
    )  # fmt: skip


def behead(week, wanted=3):
    """The organisers of the largest organisations are arrested; returns their rows and sizes."""
    t, o = week.traffickers, week.offenders
    rows = np.flatnonzero((t["active"] == 1) & (t["kind"] == Kind.ORGANISATION))
    rows = rows[np.argsort(-t["members"][rows], kind="stable")][:wanted]
    sizes = t["members"][rows].copy()
    for j in rows:
        places = np.flatnonzero((o["unit"] == j) & (o["role"] == Role.ORGANISER) & (o["status"] == Status.FREE))
        for place in places:
            traits, change, row = week.state.s.traits, week.state.p.change, week.counters[week.done]
            arrest(t.view, o.records, traits, change, place, week.week + 500, row)
    return rows, sizes


def test_a_hub_without_its_leader_becomes_more_and_smaller_groups(hubs):
    week = Week(hubs, 1)
    for _ in range(13):
        week.advance()
    before = (week.traffickers["active"] == 1).sum()
    generation = week.traffickers["generation"].copy()
    rows, sizes = behead(week)
    assert len(rows) > 0
    week.advance()
    row = week.counters[week.done - 1]
    t = week.traffickers
    broken = t["generation"][rows] != generation[rows]
    assert row[C.SPLITS] == broken.sum() > 0
    assert row[C.SPLIT_PARTS] >= 2 * row[C.SPLITS]
    assert (t["active"] == 1).sum() > before - 5
    new = (t["active"] == 1) & (t["entered"] == week.week - 1) & (t["kind"] == Kind.CELL)
    assert new.sum() >= row[C.SPLIT_PARTS]
    assert t["members"][new].max() < sizes.max()
    for _ in range(30):  # money and people add up for as long as they go on
        week.advance()


def test_other_forms_find_another_leader(hubs):
    week = Week(hubs.replace({"network.hub": 0, "network.mesh": 1}), 1)
    for _ in range(13):
        week.advance()
    rows, _ = behead(week)
    generation = week.traffickers["generation"][rows].copy()
    week.advance()
    assert week.counters[week.done - 1, C.SPLITS] == 0
    assert week.counters[week.done - 1, C.BEHEADED] == len(rows)
    waiting = week.traffickers["leaderless"][rows] > 0
    assert waiting.sum() + week.counters[week.done - 1, C.SUCCESSIONS] == len(rows)
    assert (week.traffickers["throughput"][rows[waiting]] <= 0.5 + 1e-6).all()
    assert np.array_equal(week.traffickers["generation"][rows], generation)
    for _ in range(40):
        week.advance()
    o = week.offenders
    leads = [((o["unit"] == j) & (o["role"] == Role.ORGANISER) & (o["status"] == Status.FREE)).any()
             for j, was in zip(rows, generation, strict=True) if week.traffickers["generation"][j] == was]  # fmt: skip
    assert all(leads)


def test_what_enterprises_pay_partners_is_in_their_fees(base, tools):
    """Without any need of others enterprises keep more of a lower fee.

    Who is alone in a market might ask more, and who hands people over less.
    """
    base = base.replace(
        {"mechanisms.market_power": "off", "smuggling.exploiter_share": 0.0, "mechanisms.portfolio": "off"}
    )
    needed, alone = tools.run(base), tools.run(base.replace({"network.needs": 0.0}))
    assert total(alone, "partner_costs") == 0 < total(needed, "partner_costs")
    assert total(alone, "ties_made") == 0 == total(alone, "functions_missing")
    # whoever has lost the one who led serves fewer, with or without partners
    assert tools.metric(needed, "throughput", 52) < tools.metric(alone, "throughput", 52)
    assert tools.metric(alone, "throughput", 52) > 0.95
    assert tools.metric(needed, "mean_fee", 52) > tools.metric(alone, "mean_fee", 52)


def test_arrests_of_fronts_reduce_genuine_papers(base):
    week = Week(base, 1)
    for _ in range(60):
        week.advance()
    f = week.state.facilitators
    fronts = (f["function"] == Function.DOCUMENTS) & (f["licit"] > 0.5) & (f["standing"] == Standing.FREE)
    assert fronts.any()
    issue_papers(week.state)
    before = week.state.regions["papers_weekly"].copy()
    f["standing"][fronts] = Standing.HELD
    issue_papers(week.state)
    there = np.bincount(f["region"][fronts], minlength=len(before)) > 0
    assert (week.state.regions["papers_weekly"][there] < before[there]).all()
    assert np.array_equal(week.state.regions["papers_weekly"][~there], before[~there])


def test_tables_of_networks_are_agents():
    import sim

    model = sim.Model("corridor", seed=1, **{"people.size": 4000, "time.years": 1, "time.burn_in_weeks": 30})
    model.run(40)
    tie = next(iter(model.ties))
    assert isinstance(tie, sim.Tie)
    assert tie.trust >= 0
    facilitator = next(iter(model.facilitators))
    assert isinstance(facilitator, sim.Facilitator)
    assert facilitator.price > 0
    network = model.network
    assert len(network["users"]) == len(model.ties)
    assert (network["users"] >= 1).all()
    assert ((network["share"] > 0) & (network["share"] <= 1)).all()

"""Cases and persons as state machines, assets and compensation, testimony and charges, what does not travel."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.agents.agencies import KINDS, AgencyKind
from sim.agents.cases import CASE_COLUMNS, CaseStage, Charge, Target
from sim.agents.offenders import Status
from sim.agents.people import Legal, Stage
from sim.ground.table import Table
from sim.ledger.counters import COUNTER_INDEX, C
from sim.rules.control.ways_out import Exit
from sim.rules.justice.investigation import ration
from sim.scenario.scenario import Scenario
from sim.state.families import rules_of
from sim.week.week import Week

# so much happens that a few thousand people show it
LIVELY = {
    "agency.staff": 20.0, "agency.knowledge": 1.0, "agency.authority": 1.0, "agency.goodwill": 1.0,
    "agency.mandate": 1.0, "protection.scope": 1.0, "protection.places": 50.0, "protection.outreach": 0.5,
    "protection.reflection_days": 90.0, "telling.rate": 0.2, "enforcement.raids": 0.3, "police.border_case": 0.3,
    "justice.trial_weeks": 10, "justice.asset_freeze": 1.0, "police.financial": 1.0, "police.proactive": 1.0,
    "justice.legal_aid": 1.0, "police.finds": 40.0, "justice.recant": 0.02, "protection.permit": 0.6,
}  # fmt: skip
SETTINGS = ["world=corridor", "people.size=16000", "time.years=3", "time.burn_in_weeks=52", "checks=true"]


@pytest.fixture(scope="module")
def base():
    return Scenario.compose(SETTINGS).replace(LIVELY)


@pytest.fixture(scope="module")
def watched(base):
    """A run with what was seen of cases week by week: (transitions of rows, the finished week)."""
    week = Week(base.replace({"police.cases": 0.1, "people.size": 30_000}), 1)  # leads wait
    steps = set()
    while week.done < week.weeks_total:
        before = week.state.cases["stage"].copy(), week.state.cases["generation"].copy()
        week.advance()
        after, same = week.state.cases["stage"], before[1] == week.state.cases["generation"]
        moved = np.flatnonzero(before[0] != after)
        steps |= {(CaseStage(before[0][n]), CaseStage(after[n]), bool(same[n])) for n in moved}
    return steps, week


def total(week, name, first=0):
    return float(np.nansum(week.counters[first:, COUNTER_INDEX[name]]))


def test_every_case_stage_is_reached_and_left(watched):
    steps, _ = watched
    entered = {after for _, after, _ in steps}
    left = {before for before, _, _ in steps}
    assert entered == left == set(CaseStage)
    # backwards only to the end
    assert all(after > before or after == CaseStage.FREE or not same for before, after, same in steps)
    assert (CaseStage.FREE, CaseStage.TRIAL, True) not in steps


def test_every_case_that_was_opened_is_open_or_has_ended_in_a_way_that_is_counted(watched):
    _, week = watched
    ended = sum(
        total(week, name)
        for name in (
            "leads_lapsed",
            "leads_void",
            "cases_void",
            "cases_dropped",
            "disruptions",
            "trials",
            "bribes_court",
            "operations_ended",
            "cases_leaked",
        )
    )
    still = (week.state.cases["stage"] != CaseStage.FREE).sum()
    assert total(week, "leads") == ended + still
    assert total(week, "trials") == total(week, "convicted") + total(week, "acquitted")
    charges = ("exploitation", "procuring", "labour", "smuggling", "documents")
    for step in ("charged", "convicted"):
        assert total(week, step) == sum(total(week, f"{step}_{name}") for name in charges) > 0
    waiting = (week.state.cases["stage"] == CaseStage.TRIAL).sum()
    assert total(week, "charged") == total(week, "trials") + total(week, "bribes_court") + waiting


def test_open_cases_point_at_their_targets_and_back(watched):
    _, week = watched
    c = week.state.cases
    for n in np.flatnonzero(c["stage"] != CaseStage.FREE):
        table = week.venues if c["kind"][n] == Target.VENUE else week.traffickers
        target = c["target"][n]
        elsewhere = c["kind"][n] == Target.VENUE and c["region"][n] != table["region"][target]
        # a case that was opened elsewhere may be followed by one where the place stands
        if table["generation"][target] == c["target_generation"][n] and not elsewhere:
            assert table["case"][target] == n
    assert (week.state.cases["frozen"][c["stage"] == CaseStage.FREE] == 0).all()


def test_evidence_is_a_share(watched):
    c = watched[1].state.cases
    for element in ("movement", "control", "exploitation", "money", "network", "quality"):
        assert ((c[element] >= 0) & (c[element] <= 1)).all()


def test_frozen_assets_are_seized_returned_or_still_frozen_and_awards_come_from_them(watched):
    _, week = watched
    assert total(week, "frozen") > total(week, "seized") > 0
    assert total(week, "compensation") > 0
    assert (week.state.regions["seized"] >= 0).all()
    # without a state fund nothing is paid that was not seized
    assert total(week, "compensation") + week.state.regions["seized"].sum() / 100 == pytest.approx(
        total(week, "seized")
    )
    assert week.state.money() == 0


def test_held_offenders_are_missed_by_their_enterprise(watched):
    _, week = watched
    t, o = week.traffickers, week.offenders
    assert total(week, "arrests_low") + total(week, "arrests_high") > 0
    free = np.bincount(o["unit"], o["status"] == Status.FREE, minlength=len(t))
    active = t["active"] == 1
    assert np.array_equal(free[active], t["members"][active])
    held = o["status"] == Status.HELD
    assert (o["until"][held] > week.week - 1).all()
    assert week.counters[-1, C.OFFENDERS_HELD] == held.sum()


def test_every_stage_and_way_of_protection_is_reached(watched):
    _, week = watched
    for name in ("reflection_granted", "told", "identified", "statements", "witnesses", "permits", "recanted",
                 "depositions", "misidentified_removed", "not_referred", "leads_proactive"):  # fmt: skip
        assert total(week, name) > 0, name
    assert total(week, "told") >= total(week, "statements") >= total(week, "witnesses")
    m = week.migrants
    assert (m["rung"] <= 5).all()


def test_protection_does_not_travel(base):
    """Whoever is protected in one region has no status in another: status is of the place where one is."""
    week = Week(base, 2)
    protected, moved = {}, 0
    while week.done < week.weeks_total:
        week.advance()
        m = week.migrants
        for i, where in list(protected.items()):
            if m["here"][i] != where:
                # travelling on or back home: as a citizen at home, without status elsewhere
                at_home = m["here"][i] == m["home"][i]
                arrived = m["stage"][i] in (Stage.ARRIVED, Stage.WORKING)
                if arrived and not at_home and m["entered"][i] >= 2:
                    assert m["legal"][i] != Legal.REGULAR or m["protection_need"][i]
                moved += 1
                del protected[i]
        safe = np.flatnonzero(m["stage"] == Stage.PROTECTED)
        protected |= {int(i): int(m["here"][i]) for i in safe}
    assert moved > 0


def test_testimony_decides_the_charge_of_exploitation_and_hardly_the_others():
    """C9-M18, C9-S08: log odds rise steeply with testimony for exploitation, barely for lesser charges."""
    scenario = Scenario.compose(["world=corridor"])
    weight = rules_of(scenario.values, scenario.mechanisms, scenario.world, 1000).case.odds[:, 1]
    assert weight[Charge.EXPLOITATION] > 3 > 5 * weight[[Charge.PROCURING, Charge.LABOUR, Charge.SMUGGLING]].max()


@pytest.mark.slow
def test_conviction_for_exploitation_with_and_without_testimony(base):
    """Over a few runs: there are some ten trials without testimony in one, and only the strongest cases get so far."""
    larger = base.replace({"police.cases": 0.1, "people.size": 60_000})
    runs = [Week(larger, seed).run() for seed in (1, 2, 3, 4)]
    with_it, without = (
        sum(total(run, f"convicted_{kind}_testimony") for run in runs)
        / sum(total(run, f"tried_{kind}_testimony") for run in runs)
        for kind in ("with", "without")
    )
    assert sum(total(run, "tried_without_testimony") for run in runs) > 20
    assert with_it > 0.5
    assert without < 0.8 * with_it


def test_help_and_law_reach_no_further_than_their_scope(base):
    """With the narrowest scope services recognise women in commercial sex only, and police commercial sex only."""
    week = Week(base.replace({"protection.scope": 0.0, "agency.mandate": 0.0}), 1)
    seen = 0
    sex = week.world.sectors.commercial_sex
    while week.done < week.weeks_total:
        week.advance()
        book = week.state.book
        met = book.meetings[: book.counts[0]]
        found = met[(met["recognised"] == 1) & (met["cause"] != Exit.STATUS_CHECK)]
        helped = found[found["agency"] == AgencyKind.SERVICES]
        assert (helped["female"] == 1).all()
        assert (sex[found["sector"]] == 1).all()
        seen += len(found)
    assert seen > 0


def test_agencies_have_limits(base, tools):
    few = tools.run(base.replace({"agency.staff": 0.2}))
    many = tools.run(base)
    share = [total(week, "no_time") / total(week, "encounters") for week in (few, many)]
    assert share[0] > share[1]
    a = many.state.agencies
    assert (a["caseload"] >= 0).all()
    assert (a["attention"] >= 0).all()
    courts = a["kind"] == AgencyKind.COURT
    assert a["skill"][courts].max() > 0
    assert len(a) == KINDS * len(many.world.regions.name)


def test_the_book_and_the_records_change_no_event(base, tools):
    """Turning the observation layer off leaves every event and every counter but its own as it was."""
    on, off = tools.run(base), tools.run(base.replace({"observation.records": "off"}))
    own = [column for name, column in COUNTER_INDEX.items() if name.startswith("recorded_")]
    rest = [column for name, column in COUNTER_INDEX.items() if not name.startswith("recorded_")]
    assert np.array_equal(on.counters[:, rest], off.counters[:, rest], equal_nan=True)
    assert on.counters[:, own].sum() > 0 == off.counters[:, own].sum()
    for name, table in on.tables.items():
        for column in table:
            assert np.array_equal(table[column], off.tables[name][column]), (name, column)


def test_records_depend_on_definitions_and_the_truth_does_not(base, tools):
    plain = tools.run(base)
    stretched = tools.run(base.replace({"observation.stretch": 1.0, "observation.missed": 0.0}))
    assert total(stretched, "recorded_services") > total(plain, "recorded_services")
    assert total(stretched, "identified") == total(plain, "identified")
    late = tools.run(base.replace({"observation.delay": 30.0}))
    assert total(late, "recorded_all") < total(plain, "recorded_all")  # some entries come after the end


def test_perceived_certainty_is_learned(base, tools):
    learned = tools.run(base)
    fixed = tools.run(base.replace({"mechanisms.belief_learning": "off"}))
    assert len(np.unique(np.round(fixed.counters[:, C.PERCEIVED_CERTAINTY], 12))) == 1
    assert len(np.unique(np.round(learned.counters[:, C.PERCEIVED_CERTAINTY], 12))) > 20


@given(
    region=st.lists(st.integers(0, 3), min_size=1, max_size=40),
    capacity=st.lists(st.floats(0, 12), min_size=4, max_size=4),
    seed=st.integers(0, 10_000),
)
@settings(max_examples=60)
def test_rationing_serves_the_highest_priorities_up_to_capacity(region, capacity, seed):
    cases, weeks = Table("case", CASE_COLUMNS, len(region)), np.array(capacity)
    cases["region"] = region = np.array(region)
    priority = np.random.default_rng(seed).permutation(len(region)).astype(float)
    ration(cases.records, np.argsort(-priority), weeks)
    served = cases["assigned"] == 1
    for r in range(4):
        here = region == r
        assert weeks[r] == pytest.approx(capacity[r] - served[here].sum())
        assert served[here].sum() == min(here.sum(), int(capacity[r]))
        if served[here].any() and not served[here].all():
            assert priority[here & served].min() > priority[here & ~served].max()

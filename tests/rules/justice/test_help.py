"""Joint cases, leaks by all who are told, and several suspects to a case."""

import math
from dataclasses import replace

import numpy as np
import pytest

from sim.agents.agencies import AgencyKind
from sim.agents.cases import OWNER, CaseStage, Charge, Source, Target, Verdict
from sim.agents.officials import Post
from sim.ground.calendar import Now
from sim.ground.kernel import kernel
from sim.ledger.accounts import Account, Ledger
from sim.ledger.counters import COUNTER_INDEX, COUNTERS
from sim.policies.policy import Move, Policy
from sim.rules.control.ways_out import Exit
from sim.rules.corruption.bribes import unit_of
from sim.rules.justice.evidence import takes_part
from sim.rules.justice.help import join
from sim.rules.justice.investigation import go_to_court
from sim.rules.justice.leads import take_leads
from sim.rules.networks.operations import chance_of_leak
from sim.scenario.scenario import Scenario
from sim.state.families import rules_of
from sim.week.week import Week

SETTINGS = ["world=corridor", "people.size=20000", "time.years=3", "time.burn_in_weeks=52", "checks=true"]


def total(week, name, first=0):
    return float(np.nansum(week.counters[first:, COUNTER_INDEX[name]]))


def with_moves(base, **moves):
    """``base`` with levers set in every region; a dot is written as two underscores."""
    made = tuple(Move(lever.replace("__", "."), "set", value, ()) for lever, value in moves.items())
    return replace(base, policies=(Policy("moves", "Moves", "test", made, max_dose=10),))


@pytest.fixture(scope="module")
def base():
    """A world in which much is found, and the corridor is made of regions that all have agencies."""
    return Scenario.compose(SETTINGS).replace(
        {"agency.staff": 20.0, "police.finds": 40.0, "police.proactive": 1.0, "telling.rate": 0.2,
         "protection.places": 50.0, "protection.reflection_days": 90.0, "justice.trial_weeks": 10}
    )  # fmt: skip


@pytest.fixture(scope="module")
def state():
    return Week(Scenario.compose(["world=corridor", "people.size=9000", "time.years=1"]), 3).state


@kernel
def leak(s, p, now, n):
    return chance_of_leak(s, p, now, n)


@kernel
def joined(s, n, region):
    return takes_part(s.cases[n], region)


def no_ledger():
    return Ledger(np.zeros(len(COUNTERS)), np.zeros(len(Account)))


@kernel
def charge(s, p, now, n, charge, ledger):
    return go_to_court(s, p, now, n, charge, ledger)


@kernel
def joins(s, p, n, region, counters):
    join(s, p.case, n, region, counters)


def make_case(state, kind=Target.VENUE, source=Source.REPORT, partners=()):
    """Case 0 in region 0, joined by these regions."""
    cases = state.cases
    cases["stage"][0], cases["kind"][0], cases["source"][0] = CaseStage.INVESTIGATION, kind, source
    cases["region"][0], cases["target"][0], cases["rule"][0] = 0, 0, -1
    cases["joint"][0] = len(partners)
    cases["partners"][0, :] = -1
    cases["partners"][0, : len(partners)] = partners


def test_a_leak_is_that_of_all_who_are_told(state):
    """P(leak) = 1 - product of (1 - leak) over regions and agencies, each by its officers who sell and its vetting."""
    rng, rules = np.random.default_rng(3), state.p
    regions = len(state.regions)
    for _ in range(20):
        state.units["share"][:] = rng.uniform(0, 0.5, len(state.units))
        state.s.law["coop_vetting"] = rng.random(regions)
        for partners in ((), (1,), (2, 3), (1, 2, 4)):
            for source in (Source.REPORT, Source.BORDER, Source.INSPECTION):
                make_case(state, Target.VENUE, source, partners)
                silent = 1.0
                for region in (0, *partners):
                    sold = 1.0 - rules.operation.vetting_prevents * state.s.law["coop_vetting"][region]
                    shares = [state.units["share"][unit_of(rules.official, Post.POLICE, region)]]
                    if region == 0 and source == Source.BORDER:
                        borders = state.units["share"][: len(state.s.legs)][state.s.legs["head"] == 0]
                        shares.append(borders.mean() if len(borders) else 0.0)
                    if region == 0 and source == Source.INSPECTION:
                        shares.append(state.units["share"][unit_of(rules.official, Post.INSPECTORATE, region)])
                    for share in shares:
                        silent *= 1.0 - sold * (1.0 - (1.0 - share) ** rules.operation.briefed)
                chance, number = leak(state.s, state.p, Now(0, 1, 1), 0)
                assert chance == pytest.approx(1.0 - silent, rel=1e-6)
                assert number == 1 + len(partners)


def test_more_who_are_told_leak_more(state):
    state.units["share"][:] = 0.1
    state.s.law["coop_vetting"] = 0.0
    chances = []
    for partners in ((), (1,), (1, 2), (1, 2, 3)):
        make_case(state, Target.VENUE, Source.REPORT, partners)
        chances.append(leak(state.s, state.p, Now(0, 1, 1), 0)[0])
    alone = 1.0 - 0.9**state.p.operation.briefed
    assert chances == pytest.approx([1.0 - (1.0 - alone) ** told for told in (1, 2, 3, 4)])
    state.units["share"][:] = 0.0
    assert leak(state.s, state.p, Now(0, 1, 1), 0)[0] == 0.0, "nobody sells"


def test_whoever_joins_takes_part(state):
    make_case(state, partners=(2, 3))
    assert [bool(joined(state.s, 0, region)) for region in range(5)] == [True, False, True, True, False]


@pytest.fixture(scope="module")
def cooperating(base, tools):
    everything = {"coop.asked": 1.0, "police.metric": 0.0}
    return tools.run(with_moves(base.replace(everything), coop__joint_teams=1.0, coop__formal_speed=1.0))


def test_cases_against_owners_are_joined_by_where_people_came_from(base, cooperating, tools):
    """C9-Q42, C5-P39: as far as regions ask one another for help, and not at all where none does."""
    nothing = base.replace({"coop.asked": 0.0, "coop.joint_teams": 0.0, "coop.sharing": 0.0})
    alone, usual = tools.run(nothing), tools.run(base)
    assert total(alone, "joint_cases") == 0
    assert 0 < total(usual, "joint_cases_venues") < total(cooperating, "joint_cases_venues")
    share = [total(week, "charged_joint") / total(week, "charged") for week in (usual, cooperating)]
    assert share[0] < 0.5 * share[1]
    cases = cooperating.state.cases
    joint = cases["joint"] > 0
    assert joint.any()
    for n in np.flatnonzero(joint):
        partners = cases["partners"][n][: cases["joint"][n]]
        assert len(set(partners.tolist()) | {int(cases["region"][n])}) == 1 + cases["joint"][n]


def test_letters_are_written_where_work_abroad_counts(base, tools):
    """C9-M10: an office that is judged by counts asks for less help."""
    only_letters = base.replace({"coop.asked": 1.0, "coop.joint_teams": 0.0, "coop.sharing": 0.0})
    counted, weighed = (tools.run(only_letters.replace({"police.metric": metric})) for metric in (1.0, 0.0))
    assert total(counted, "joint_cases") == 0 < total(weighed, "joint_cases")


def test_help_takes_weeks(base, tools):
    """What several regions do has to be set up, which many targets do not wait for."""
    slow, quick = (
        tools.run(with_moves(base.replace({"coop.setup_weeks": weeks}), coop__joint_teams=1.0)) for weeks in (52, 0)
    )
    share = [total(week, "charged_joint") / total(week, "charged") for week in (slow, quick)]
    assert share[0] < 0.7 * share[1]
    work = [total(week, "case_weeks") / total(week, "investigations") for week in (slow, quick)]
    assert work[0] > work[1]


def test_joint_cases_leak_where_somebody_sells(base, tools):
    bought = {
        "mechanisms.corruption": "on", "official.captured_start": 0.3, "official.base": 0.0, "coop.asked": 1.0,
        "police.metric": 0.0, "police.node_random": 0.5,
    }  # fmt: skip
    week = tools.run(with_moves(base.replace(bought), coop__joint_teams=1.0, coop__vetting=0.0))
    assert total(week, "cases_leaked") > 0
    told = [total(week, f"arrests_told_{word}") for word in ("two", "more")]
    assert min(told) > 0
    clean = tools.run(with_moves(base.replace({**bought, "mechanisms.corruption": "off"}), coop__joint_teams=1.0))
    assert total(clean, "cases_leaked") == 0 < total(clean, "arrests_told_two")


def test_a_case_names_several_as_their_roles_expose_them(base, tools):
    """C3-Q16: one member where nobody else is named, more where others are, up to a limit."""
    one, some, many = (
        tools.run(base.replace({"justice.named": named, "justice.suspects_most": most}))
        for named, most in ((0.0, 5), (0.3, 5), (1.0, 10))
    )
    capped = tools.run(base.replace({"justice.named": 1.0, "justice.suspects_most": 1}))
    per_case = [
        (total(week, "suspects") - total(week, "arrests_owners")) / total(week, "charged")
        for week in (one, some, many, capped)
    ]
    assert per_case[0] < per_case[1] < per_case[2]
    assert total(one, "suspects") / total(one, "charged") < 1.1  # those who brought people to a venue, beside its owner
    assert per_case[3] == pytest.approx(per_case[0], rel=0.2)


def test_every_suspect_is_one_person_with_a_charge_and_a_verdict(base):
    week = Week(base.replace({"justice.named": 1.0}), 2)
    seen, ended = 0, 0
    while week.done < week.weeks_total:
        week.advance()
        cases = week.state.cases
        for n in np.flatnonzero(cases["named"] > 0):
            named = cases["named"][n]
            suspects = cases["suspects"][n][:named].tolist()
            assert len(set(suspects)) == named
            assert OWNER not in suspects[1:]
            assert (suspects[0] == OWNER) <= (cases["kind"][n] == Target.VENUE)
            assert (cases["charges"][n][:named] > Charge.NONE).all()
            assert (cases["charges"][n][named:] == Charge.NONE).all()
            tried = cases["verdict"][n] != Verdict.NONE
            assert ((cases["verdicts"][n][:named] != Verdict.NONE) == tried).all()
            if tried:
                assert (cases["verdict"][n] > Verdict.ACQUITTED) == (cases["verdicts"][n] > Verdict.ACQUITTED).any()
            seen, ended = seen + (named > 1), ended + tried
    assert seen > 0 < ended
    assert total(week, "convicted_suspects") == sum(
        total(week, f"convicted_{who}") for who in ("owners", "low", "high")
    )
    assert total(week, "convicted_suspects") > total(week, "convicted")


def test_verdicts_are_kept_by_charge_by_testimony_and_by_help(cooperating):
    week = cooperating
    charges = [charge.name.lower() for charge in Charge if charge != Charge.NONE]
    assert total(week, "trials") == sum(total(week, f"tried_{charge}") for charge in charges) > 0
    assert total(week, "convicted") >= sum(total(week, f"upheld_{charge}") for charge in charges) > 0
    tried = total(week, "tried_exploitation")
    assert tried == total(week, "tried_helped") + total(week, "tried_unaided")
    assert tried == total(week, "tried_with_testimony") + total(week, "tried_without_testimony")
    upheld = total(week, "upheld_exploitation")
    assert upheld == total(week, "upheld_helped") + total(week, "upheld_unaided")
    assert upheld == total(week, "convicted_with_testimony") + total(week, "convicted_without_testimony")
    lesser = total(week, "lesser_with_testimony") + total(week, "lesser_without_testimony")
    assert lesser == total(week, "trials") - tried


def lead_from(state, told_in, sharing, collusion=0.0):
    """The case after a person who was exploited in a venue of another region has been recognised in this one."""
    s, cases = state.s, state.cases
    cases["stage"][:], state.venues["case"][:] = CaseStage.FREE, -1
    s.law["coop_sharing"], s.law["collusion"], s.law["police_reactive"] = sharing, collusion, 1.0
    k = int(np.flatnonzero(state.venues["region"] != told_in)[0])
    meeting = state.book.meetings[0:1]
    for field, value in (
        ("person", 0), ("generation", state.migrants["generation"][0]), ("venue", k), ("region", told_in),
        ("venue_generation", state.venues["generation"][k]), ("sector", state.venues["sector"][k]),
        ("agency", AgencyKind.POLICE), ("cause", Exit.STATUS_CHECK), ("exploited", 1), ("recognised", 1),
    ):  # fmt: skip
        meeting[field] = value
    state.book.counts[:] = 1, 0
    take_leads(s, state.p, Now(5, 1, 1), np.zeros(len(COUNTERS)))
    state.book.counts[:] = 0, 0
    n = state.venues["case"][k]
    return k, n


def test_what_is_told_elsewhere_is_passed_on_or_stays_there(state):
    """Lever ``coop.sharing``; without it those who were told work alone, and the owner is out of reach (C9-M12)."""
    there = 3
    k, n = lead_from(state, there, sharing=1.0)
    assert state.cases["region"][n] == state.venues["region"][k]
    assert state.cases["partners"][n].tolist() == [there, -1, -1]
    assert state.cases["source"][n] == Source.SHARED
    for silent in ({"sharing": 0.0}, {"sharing": 1.0, "collusion": 1.0}):
        k, n = lead_from(state, there, **silent)
        assert (state.cases["region"][n], state.cases["joint"][n]) == (there, 0)
        charge(state.s, state.p, Now(9, 1, 1), n, int(Charge.EXPLOITATION), no_ledger())
        assert OWNER not in state.cases["suspects"][n]
        joins(state.s, state.p, n, int(state.venues["region"][k]), np.zeros(len(COUNTERS)))
        charge(state.s, state.p, Now(9, 1, 1), n, int(Charge.EXPLOITATION), no_ledger())
        assert state.cases["suspects"][n][0] == OWNER


def test_testimony_helps_every_lesser_charge_a_little():
    """C9-M18, C9-M19: small for smuggling and for papers alike, far less than for exploitation, and nowhere nothing."""
    scenario = Scenario.compose(["world=corridor"])
    weight = rules_of(scenario.values, scenario.mechanisms, scenario.world, 1000).case.odds[:, 1]
    lesser = weight[[Charge.PROCURING, Charge.LABOUR, Charge.SMUGGLING, Charge.DOCUMENTS]]
    assert ((lesser >= 0.2) & (lesser <= 0.5)).all()
    assert math.isclose(weight[Charge.SMUGGLING], weight[Charge.DOCUMENTS])

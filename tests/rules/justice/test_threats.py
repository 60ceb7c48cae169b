"""Threats against a readable twin: who can be reached, what a step works and costs, what pays, and what comes of it."""

import math

import numpy as np
import pytest

from sim.agents.agencies import KINDS, AgencyKind
from sim.agents.cases import CaseStage, Charge, Target
from sim.agents.offenders import Role, Status
from sim.agents.officials import POSTS_OF_REGION, Post
from sim.agents.people import Control, Stage
from sim.ground.calendar import Now
from sim.ground.kernel import kernel
from sim.ledger.accounts import Account, Ledger
from sim.ledger.counters import COUNTERS, C
from sim.rules.justice.leads import hear_statement
from sim.rules.justice.telling import Rung, retaliation_heard_of
from sim.rules.justice.threats import Step, hold_on, known_to_suspects, suspects_of, take_revenge, way_to_press
from sim.scenario.scenario import Scenario
from sim.week.week import Week

HOME, HERE = 0, 3  # where the witness comes from, and where the case is


@kernel
def way(s, p, n, k, j, step, u, found):
    found[0], found[1], found[2] = way_to_press(s, p, n, k, j, step, u)


@kernel
def known(s, p, found):
    found[0] = known_to_suspects(s, p, 0)
    found[1], found[2] = suspects_of(s, 0)


@kernel
def hold(s, p, now, weeks, ledger):
    for _ in range(weeks):
        hold_on(s, p, now, 0, ledger)


@kernel
def revenge(s, p, now, counters):
    take_revenge(s, p, now, 0, counters)


@kernel
def heard_of(people, law, rules, found):
    found[0] = retaliation_heard_of(people, law, rules, 0, HERE)


@kernel
def hear(s, p, counters):
    hear_statement(s.cases, p.case, 0, s.book.statements[0], False, counters)


class Trial:
    """A case against an owner who confines people, whose witness was brought by an enterprise of her home region."""

    def __init__(self) -> None:
        scenario = Scenario.compose(["world=corridor", "people.size=1500", "time.years=1", "time.burn_in_weeks=4"])
        self.week = Week(scenario.replace({"mechanisms.threats": "on"}), 1)
        self.week.advance()
        state = self.week.state
        self.state, self.s, self.p, self.values = state, state.s, state.p, scenario.values
        self.ledger, self.found = Ledger(np.zeros(len(COUNTERS)), np.zeros(len(Account))), np.zeros(3)
        people, venues, firms, cases = self.week.migrants, self.week.venues, self.week.traffickers, state.cases
        self.people, self.venues, self.firms, self.cases = people, venues, firms, cases
        self.k = int(np.flatnonzero(venues["region"] == HERE)[0])
        self.j = int(np.flatnonzero(firms["home"] == HOME)[0])
        people["home"][0], people["here"][0], people["stage"][0] = HOME, HERE, Stage.WORKING
        people["known"][0], people["brought_by"][0] = 1, self.j
        people["brought_by_generation"][0] = firms["generation"][self.j]
        venues["active"][self.k], venues["limit"][self.k] = 1, Control.CONFINEMENT
        venues["wealth"][self.k], firms["capital"][self.j], firms["active"][self.j] = 5e6, 2e6, 1
        firms["pair"][self.j] = -1
        cases["stage"][0], cases["kind"][0], cases["region"][0] = CaseStage.INVESTIGATION, Target.VENUE, HERE
        cases["target"][0], cases["target_generation"][0] = self.k, venues["generation"][self.k]
        cases["carrier"][0], cases["carrier_generation"][0] = self.j, firms["generation"][self.j]
        cases["told"][0], cases["deposed"][0], cases["pressed"][0], cases["charge"][0] = 1, 0, 0, Charge.NONE
        cases["witness"][0], cases["witness_generation"][0] = 0, people["generation"][0]
        cases["rung"][0], cases["quality"][0] = Rung.TESTIMONY, 0.9
        cases["control"][0], cases["exploitation"][0], cases["movement"][0] = 0.2, 0.3, 0.1
        cases["money"][0] = cases["network"][0] = 0.0
        o = self.week.offenders
        self.members = np.arange(self.s.offender_first[self.j], self.s.offender_first[self.j + 1])
        o["status"][self.members], o["role"][self.members] = Status.FREE, Role.MOVER
        self.o = o
        for region in (HOME, HERE):
            self.sell(region, 0.0)
            self.s.law["justice_witness_protection"][region] = 0.0
            self.s.law["justice_family_protection"][region] = 0.0
            self.s.law["justice_witness_anonymity"][region] = 0.0
            self.s.law["justice_means_required"][region] = 1.0
            self.s.law["protection_quality"][region] = 0.5
            self.s.law["justice_punish_recanting"][region] = 0.0

    def sell(self, region, share):
        """Share of police there who sell."""
        unit = self.p.official.legs + region * POSTS_OF_REGION + Post.POLICE - 1
        self.state.units["share"][unit] = share

    def way(self, step, u=0.999, owner=True, firm=True):
        """(works, price, pays) as the rule has it."""
        way(self.s, self.p, 0, self.k if owner else -1, self.j if firm else -1, int(step), u, self.found)
        return tuple(self.found)

    def worth(self):
        """What silence is worth to the owner, from the closed form of a conviction for exploitation."""
        odds, case = self.p.case.odds[Charge.EXPLOITATION], self.cases
        skill = self.s.agencies["skill"][HERE * KINDS + AgencyKind.COURT]
        x = odds[0] + odds[2] * case["control"][0] + odds[3] * case["exploitation"][0] + odds[4] * case["movement"][0]
        with_her, without = (1 / (1 + math.exp(-x - said - skill)) for said in (odds[1] * case["quality"][0], 0.0))
        penalty = self.state.regions["penalty_exploitation"][HERE] * self.p.case.severity[Charge.EXPLOITATION]
        return (with_her - without) * penalty


@pytest.fixture
def trial():
    return Trial()


@pytest.mark.parametrize("sells", [0.0, 0.6])
@pytest.mark.parametrize("witness", [0.0, 0.9])
@pytest.mark.parametrize("family", [0.0, 0.8])
@pytest.mark.parametrize("sheltered", [False, True])
def test_protection_counts_where_it_is_given_and_as_far_as_police_there_do_not_sell(
    trial, sells, witness, family, sheltered
):
    values = trial.values
    trial.sell(HERE, sells)
    trial.sell(HOME, sells)
    trial.s.law["justice_witness_protection"][HERE] = witness
    trial.s.law["justice_family_protection"][HOME] = family
    trial.people["stage"][0] = Stage.PROTECTED if sheltered else Stage.WORKING
    here = 1 - values["justice.witness_kept"] * witness * (1 - sells)
    here *= 1 - values["threat.sheltered"] * 0.5 * sheltered
    home = 1 - values["justice.family_kept"] * family * (1 - sells)
    for step in (Step.WARNING, Step.VIOLENCE):
        works = values[f"threat.works_{step.name.lower()}"]
        theirs = min(works * values["threat.family"], 1)
        assert trial.way(step)[0] == pytest.approx(1 - (1 - works * here) * (1 - theirs * home))
        assert trial.way(step, firm=False)[0] == pytest.approx(works * here)  # an owner alone knows no address
    # protection of families where the case is does nothing for those who live elsewhere
    before = trial.way(Step.WARNING)[0]
    trial.s.law["justice_family_protection"][HERE] = 1.0
    assert trial.way(Step.WARNING)[0] == before
    trial.people["known"][0] = 0
    assert trial.way(Step.WARNING)[0] == pytest.approx(values["threat.works_warning"] * here)


def test_a_step_is_taken_if_what_it_saves_exceeds_what_it_costs(trial):
    values, worth = trial.values, trial.worth()
    assert worth > 0
    for step in Step:
        works, price, pays = trial.way(step)
        listed = values[f"threat.price_{step.name.lower()}"]
        assert price == listed
        expected = listed * (works if step == Step.OFFER else 1.0)
        assert pays == (works * worth > expected)
    trial.venues["wealth"][trial.k] = 100 * values["threat.price_warning"] - 1
    assert not trial.way(Step.WARNING)[2]  # no money to buy it
    trial.cases["deposed"][0] = 1
    trial.venues["wealth"][trial.k] = 5e6
    assert not any(trial.way(step)[2] for step in Step)  # a judge has heard her


def test_guards_and_owners_who_use_such_means_need_not_pay(trial):
    values = trial.values
    owner = values["threat.owner"] * Control.CONFINEMENT / Control.VIOLENCE
    member = values["threat.member"]
    for guards in range(4):
        trial.o["role"][trial.members] = Role.MOVER
        trial.o["role"][trial.members[:guards]] = Role.GUARD
        free = min(guards, len(trial.members))
        own = 1 - (1 - owner) * (1 - member) ** free
        assert trial.way(Step.WARNING, own - 1e-6)[1] == 0
        assert trial.way(Step.WARNING, own + 1e-6)[1] == values["threat.price_warning"]
        # an owner who confines people and is not violent has to buy that
        assert trial.way(Step.VIOLENCE, 1 - (1 - member) ** free + 1e-6)[1] == values["threat.price_violence"]
    trial.o["status"][trial.members] = Status.HELD
    assert trial.way(Step.WARNING, own - 1e-6)[1] > 0 or own == owner


def test_suspects_learn_of_her_in_court_or_where_police_sell(trial):
    values = trial.values
    known(trial.s, trial.p, trial.found)
    assert trial.found.tolist() == [pytest.approx(values["threat.learns"]), trial.k, trial.j]
    trial.sell(HERE, 0.5)
    known(trial.s, trial.p, trial.found)
    assert trial.found[0] == pytest.approx(1 - (1 - values["threat.learns"]) * (1 - 0.5 * values["threat.sold"]))
    trial.sell(HERE, 0.0)
    trial.cases["stage"][0] = CaseStage.TRIAL
    for hidden in (0.0, 0.7, 1.0):
        trial.s.law["justice_witness_anonymity"][HERE] = hidden
        known(trial.s, trial.p, trial.found)
        assert trial.found[0] == pytest.approx(max(1 - hidden, values["threat.learns"]))
    trial.cases["told"][0] = 0
    trial.venues["generation"][trial.k] += 1
    known(trial.s, trial.p, trial.found)
    assert trial.found[1:].tolist() == [-1, -1]


def pressed_for_a_year(trial, **changed):
    """The case after a year in court in which she is pressed whenever that pays."""
    trial.cases["stage"][0] = CaseStage.TRIAL
    threat = trial.p.threat._replace(pace=1.0, tired=0.0, **changed)
    for number in range(52):
        hold(trial.s, trial.p._replace(threat=threat), Now(number, 1, 1), 1, trial.ledger)
    return trial.cases, {name: trial.ledger.counters[C[name]] for name in C.__members__}


def test_whoever_gives_in_takes_it_back_and_others_hear_of_it(trial):
    money = trial.state.money()
    case, counted = pressed_for_a_year(trial)
    assert case["rung"][0] == Rung.SILENT
    assert case["withdrawn"][0] == counted["RECANTED_PRESSED"] == counted["RECANTED"] == 1
    assert counted["THREATS_OFFERS"] == 1
    assert counted["THREATS_WARNINGS"] <= trial.values["threat.patience"]
    threatened = counted["THREATS_WARNINGS"] + counted["THREATS_VIOLENCE"] > 0
    assert trial.state.regions["pressed"][HERE, 0] == threatened
    assert trial.state.regions["pressed_families"][HOME, 0] == threatened
    trial.state.accounts += trial.ledger.accounts
    assert trial.state.money() == money


def test_who_holds_out_is_pressed_by_steps_and_violence_leaves_traces(trial):
    case, counted = pressed_for_a_year(trial, works=trial.p.threat.works * 1e-4, price=trial.p.threat.price * 0.0)
    assert case["rung"][0] == Rung.TESTIMONY
    assert counted["THREATS_OFFERS"] <= 1
    assert counted["THREATS_WARNINGS"] in (trial.values["threat.patience"], trial.values["threat.patience"] - 1)
    assert counted["THREATS_VIOLENCE"] > 10
    assert counted["THREATS_FAMILIES"] == counted["THREATS_WARNINGS"] + counted["THREATS_VIOLENCE"]
    assert case["control"][0] > 0.8
    assert trial.people["heavy"][0] >= trial.values["threat.heavy"]
    assert trial.state.regions["pressed"][HERE, 0] == 1  # one witness, however often


def test_what_a_judge_has_heard_is_left_alone(trial):
    trial.cases["deposed"][0] = 1
    case, counted = pressed_for_a_year(trial)
    assert case["rung"][0] == Rung.TESTIMONY
    assert counted["THREATS_KNOWN"] == 52
    assert counted["THREATS_OFFERS"] + counted["THREATS_WARNINGS"] + counted["THREATS_VIOLENCE"] == 0


@pytest.mark.parametrize(("person", "left"), [(0, 4), (1, 0)])
def test_another_witness_has_not_been_pressed(trial, person, left):
    trial.cases["pressed"][0], trial.cases["rung"][0] = 4, Rung.SILENT
    said = trial.s.book.statements
    said["person"][0], said["generation"][0] = person, trial.people["generation"][person]
    said["region"][0], said["rung"][0], said["quality"][0] = HERE, Rung.STATEMENT, 0.5
    hear(trial.s, trial.p, trial.ledger.counters)
    assert trial.cases["witness"][0] == person
    assert trial.cases["pressed"][0] == left


def test_people_expect_what_they_hear_of_others(trial):
    law, rules = trial.s.law, trial.p.meeting
    law["threatened"][HERE], law["family_threatened"][HOME] = 0.4, 0.3
    law["justice_witness_protection"][HERE], law["justice_family_protection"][HOME] = 0.5, 0.25
    here = 0.4 * (1 - rules.witness_kept * 0.5)
    home = 0.3 * (1 - rules.family_kept * 0.25)
    for address in (0, 1):
        trial.people["known"][0] = address
        heard_of(trial.s.people, law, rules, trial.found)
        assert trial.found[0] == pytest.approx(1 - (1 - here) * (1 - home * address))


def test_revenge_meets_who_has_spoken_and_is_sent_back_to_where_they_stand(trial):
    always = trial.p._replace(threat=trial.p.threat._replace(returned=1.0))
    counters = trial.ledger.counters
    for rung, address, expected in ((Rung.INFORMATION, 1, 0), (Rung.STATEMENT, 0, 0), (Rung.STATEMENT, 1, 1)):
        trial.people["rung"][0], trial.people["known"][0] = rung, address
        counters[:] = 0.0
        revenge(trial.s, always, Now(9, 1, 1), counters)
        assert counters[C.REVENGE] == expected
    trial.firms["generation"][trial.j] += 1
    counters[:] = 0.0
    revenge(trial.s, always, Now(9, 1, 1), counters)
    assert counters[C.REVENGE] == 0

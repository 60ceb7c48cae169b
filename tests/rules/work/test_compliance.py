"""Audits that can be passed on paper: the choice in closed form, and what follows from it."""

import math
from dataclasses import replace

import numpy as np
import pytest

from sim.ground.kernel import kernel
from sim.ledger.counters import COUNTER_INDEX
from sim.policies.policy import Move, Policy
from sim.rules.work.compliance import depth_of_audits, gain_on_paper
from sim.scenario.scenario import Scenario
from sim.week.week import Week


@pytest.fixture(scope="module")
def plain():
    settings = ["world=corridor", "people.size=5000", "time.years=2", "time.burn_in_weeks=26", "checks=true"]
    return Scenario.compose(settings).replace({"work.predatory_share": 0.3, "mechanisms.paper_compliance": "on"})


def under(scenario, **values):
    moves = (Move("work.supply_chain_audit", "set", 1.0), *(Move(f"work.{n}", "set", x) for n, x in values.items()))
    return replace(scenario, policies=(Policy("audited", "Audited", "test", moves),))


def total(week, name, first=26):
    return float(np.nansum(week.counters[first:, COUNTER_INDEX[name]]))


@kernel
def both(rules, worth, depth, liability, withheld):
    return depth_of_audits(rules, depth, liability, withheld), gain_on_paper(rules, worth, depth, liability)


@pytest.mark.parametrize("depth", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("liability", [0.0, 10_000.0])
def test_the_choice_is_the_closed_form(plain, depth, liability):
    rules, worth, withheld = Week(plain, 1).state.p.compliance, 5000.0, 0.25
    deeper, gain = both(rules, worth, depth, liability, withheld)
    caught = 1.0 - math.exp(-depth * plain["audit.frequency"] * plain["audit.horizon"])
    paper = plain["audit.paper_cost"] * plain["audit.horizon"]
    assert gain == pytest.approx((1.0 - caught) * worth - paper - caught * liability)
    expected = liability * withheld
    assert deeper == pytest.approx(depth + (1.0 - depth) * expected / (expected + plain["audit.deep_cost"]))


def test_where_nobody_looks_audits_are_passed_on_paper_and_people_stay_exploited(plain, tools):
    true = tools.run(under(plain.replace({"mechanisms.paper_compliance": "off"})))
    paper = tools.run(under(plain, audit_depth=0.0))
    assert total(true, "slots_paper") == 0 < total(paper, "slots_paper")
    assert total(paper, "paper_found") == 0
    assert total(paper, "exploited") > total(true, "exploited")


def test_liability_makes_paper_dear(plain, tools):
    cheap, dear = tools.run(under(plain, audit_depth=0.0)), tools.run(under(plain, civil_liability=20.0))
    assert total(dear, "slots_paper") < 0.5 * total(cheap, "slots_paper")
    assert total(dear, "exploited") < total(cheap, "exploited")


def test_who_is_exploited_where_papers_are_found_out_is_paid(plain, tools):
    """Looked at often enough, and at a price that does not keep owners from it."""
    often = plain.replace({"audit.frequency": 12.0, "audit.horizon": 0.1, "people.size": 20_000})
    week = tools.run(under(often, audit_depth=0.5, civil_liability=0.05))
    assert total(week, "paper_found") > 0
    assert total(week, "civil_claims") > 0
    assert total(week, "civil_damages") > 0


def test_when_audits_end_nobody_is_on_paper_any_more(plain, tools):
    found = under(plain, audit_depth=0.0)
    week = tools.run(replace(found, policies=tuple(replace(policy, end=52) for policy in found.policies)))
    assert total(week, "slots_paper") > 0 == total(week, "slots_paper", 26 + 60)


def test_without_audits_the_switch_changes_nothing(plain, tools):
    on, off = tools.run(plain), tools.run(plain.replace({"mechanisms.paper_compliance": "off"}))
    assert tools.fingerprint(on) == tools.fingerprint(off)

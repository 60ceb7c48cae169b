"""Certainty is learned from cases that could have ended in a conviction, and what was believed first gives way."""

import numpy as np
import pytest

from sim.agents.agencies import AgencyKind
from sim.ground.kernel import kernel
from sim.ledger.counters import C
from sim.rules.control.ways_out import Exit
from sim.rules.justice.contacts import MEETING
from sim.rules.justice.experience import certainty, fade_experience, first_experience, smuggling_certainty
from sim.rules.justice.leads import could_convict
from sim.scenario.scenario import Scenario
from sim.week.week import Week

BASE = Scenario.compose(["world=corridor", "people.size=6000", "time.years=1"])


@kernel
def some_years(regions, rules, weekly, convicted, weeks, found):
    """So many weeks with ``weekly`` (regions,) occasions each, of which a share ends in a conviction."""
    for _ in range(weeks):
        fade_experience(regions, rules)
        for region in range(len(regions)):
            regions[region].convictions[0] += convicted * weekly[region]
            regions[region].convictions[1] += weekly[region]
            regions[region].smuggling_convictions[1] += weekly[region]
    for region in range(len(regions)):
        found[0, region] = certainty(regions, rules, region)
        found[1, region] = smuggling_certainty(regions, rules, region)


def believed_after(years, convicted, occasions=1.0, **changes):
    """(certainty, of smuggling, at the start) after years of as many occasions as are expected, times ``occasions``."""
    scenario = BASE.replace({name.replace("__", "."): value for name, value in changes.items()})
    state = Week(scenario, 1).state
    regions = state.regions
    first_experience(regions, state.present, state.world.regions.rule_of_law, scenario.values)
    weekly = occasions * scenario["justice.occasions"] * np.maximum(state.present, 1.0) / 1000.0 / 52.0
    found = np.zeros((2, len(regions)))
    some_years(regions.records, (state.p.belief), weekly, convicted, int(52 * years), found)
    return *found, regions["start_certainty"].copy()


def test_a_place_without_convictions_comes_to_be_believed_one():
    at_once, _, start = believed_after(0, 0.0)
    assert at_once == pytest.approx(start)
    late, smuggling, _ = believed_after(10, 0.0)
    assert np.all(late < 0.2 * start)
    assert np.all(smuggling < 1e-2)
    assert np.all(late < believed_after(3, 0.0)[0])


def test_what_is_seen_outweighs_what_was_believed():
    for convicted in (0.0, 0.3, 0.9):
        late, _, start = believed_after(10, convicted)
        assert np.all(np.abs(late - convicted) < 0.2 * np.abs(start - convicted) + 1e-9)


def test_where_nothing_happens_nothing_is_learned():
    still, _, start = believed_after(10, 0.0, occasions=0.0)
    assert still == pytest.approx(start)


def test_what_a_first_belief_is_worth_and_how_long_it_lasts_are_declared():
    plain = believed_after(5, 0.0)[0]
    assert np.all(believed_after(5, 0.0, justice__prior_years=1.0)[0] < plain)
    assert np.all(believed_after(5, 0.0, justice__memory=52.0)[0] < plain)
    # weighed in years of expected occasions: where more are expected as many more have to come
    same = believed_after(5, 0.0, justice__occasions=4.0)[0]
    assert same == pytest.approx(plain)
    more = believed_after(5, 0.0, occasions=0.25, justice__occasions=4.0)[0]
    assert np.all(more > plain)
    stops = {"justice__occasions_smuggling": 50.0}
    assert np.all(believed_after(5, 0.0, **stops)[1] > believed_after(5, 0.0)[1])


@kernel
def occasions(venues, meetings, found):
    for n in range(len(meetings)):
        found[n] = could_convict(venues, meetings[n])


def test_only_meetings_that_could_become_a_case_are_occasions():
    state = Week(BASE, 1).state
    region = int(state.venues["region"][0])
    cases = [
        # recognised, cause, venue, region, whether it is an occasion
        (1, Exit.NEIGHBOUR, 0, region, True),
        (1, Exit.OUTREACH, 0, region, True),
        (0, Exit.NEIGHBOUR, 0, region, False),  # nobody saw what was done
        (0, Exit.COMPLAINT, 0, region, True),
        (1, Exit.CLOSED, 0, region, False),  # police who came to arrest the owner
        (1, Exit.COMPLAINT, -1, region, False),
        (1, Exit.STATUS_CHECK, 0, (region + 1) % len(state.regions), False),  # found on return
    ]
    meetings = np.zeros(len(cases), MEETING)
    for n, (seen, cause, venue, where, _) in enumerate(cases):
        row = meetings[n]
        row["recognised"], row["cause"], row["venue"], row["region"] = seen, cause, venue, where
        row["agency"], row["exploited"] = AgencyKind.POLICE, 1
    found = np.zeros(len(cases))
    occasions(state.s.venues, meetings, found)
    assert found.astype(bool).tolist() == [case[-1] for case in cases]


def test_arrests_do_not_dilute_what_is_believed(tools):
    """People whom police meet because they arrest an exploiter are met after the case, and are no occasion."""
    words = ["world=corridor", "people.size=12000", "time.years=2", "time.burn_in_weeks=52"]
    week = Week(tools.lively(Scenario.compose(words)), 1)
    counted = closed = 0.0
    while week.done < week.weeks_total:
        before = week.state.regions["convictions"][:, 1].copy()
        week.advance()
        met = week.state.book.meetings[: week.state.book.counts[0]]
        closed += (met["cause"] == Exit.CLOSED).sum()
        counted += (week.state.regions["convictions"][:, 1] - before * week.state.p.belief.justice_kept).sum()
    seen = week.counters
    assert closed > 10
    most = seen[:, C.RECOGNISED].sum() + seen[:, C.COMPLAINTS].sum() + seen[:, C.LEADS_PROACTIVE].sum()
    assert 0 < counted <= most

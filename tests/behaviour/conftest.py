"""Worlds in which so much happens that a few thousand people show what switches and levers do."""

from __future__ import annotations

import pytest

from sim.scenario.scenario import Scenario

SETTINGS = ["world=corridor", "people.size=6000", "time.years=2", "time.burn_in_weeks=52"]
# so much happens that a few thousand people show it: everyone is recognised, many are found, some are promoted
LIVELY = {
    "agency.knowledge": 1.0,
    "agency.authority": 1.0,
    "agency.goodwill": 1.0,
    "protection.outreach": 0.2,
    "protection.hotline": 0.1,
    "protection.places": 50.0,
    "exit.client_tip": 1.0,
    "exit.promotion": 0.5,
    "enforcement.raids": 0.3,
    "agency.meetings": 100.0,
    "work.predatory_share": 0.25,
}


@pytest.fixture(scope="module")
def base():
    return Scenario.compose(SETTINGS)


@pytest.fixture(scope="module")
def baseline(base, tools):
    return tools.run(base)


@pytest.fixture(scope="module")
def lively(base):
    return base.replace(LIVELY)


@pytest.fixture(scope="module")
def lively_baseline(lively, tools):
    return tools.run(lively)


@pytest.fixture(scope="module")
def just(base, tools):
    """Agencies, courts and helpers meet so many that levers show in some thousand people; penalties deter nobody."""
    return tools.lively(base.replace({"people.size": 24_000, "justice.penalty_exploitation": 0.0}))


@pytest.fixture(scope="module")
def just_baseline(just, tools):
    return tools.run(just)


@pytest.fixture(scope="module")
def just_larger(just, tools):
    larger = just.replace({"people.size": 60_000})
    return larger, tools.run(larger)


@pytest.fixture(scope="module")
def sold(just):
    """Officials sell so often that what is done about it shows."""
    return just.replace(
        {
            "mechanisms.corruption": "on",
            "official.captured_start": 0.8,
            "official.approach": 5.0,
            "official.scandal": 0.3,
            "integrity.rotation": 0.5,
        }
    )


@pytest.fixture(scope="module")
def sold_baseline(sold, tools):
    return tools.run(sold)


@pytest.fixture(scope="module")
def seen(lively):
    """Workplaces are seen, inspected and reported so often that what changes it shows, and control still pays."""
    return lively.replace(
        {
            "people.size": 30_000,
            "exit.neighbour": 0.5,
            "exit.client_tip": 0.5,
            "enforcement.inspection": 0.2,
            "justice.penalty_exploitation": 0.0,
            "enforcement.employer_penalty": 0.0,
            "work.reluctance": 1.0,
        }
    )


@pytest.fixture(scope="module")
def seen_baseline(seen, tools):
    return tools.run(seen)


@pytest.fixture(scope="module")
def hosting(seen):
    """The same with a mission in every region."""
    return seen.replace({"mission.size": 100.0})


@pytest.fixture(scope="module")
def hosting_baseline(hosting, tools):
    return tools.run(hosting)


@pytest.fixture(scope="module")
def busy(base, tools):
    """Agencies have so much to do and hear so much that what they know beside evidence shows."""
    return tools.lively(
        base.replace(
            {
                "people.size": 8_000,
                "justice.penalty_exploitation": 0.0,
                "agency.staff": 20.0,
                "police.community": 0.8,
                "intel.cells": 0.5,
                "intel.threshold": 0.4,
                "intel.mistaken": 0.4,
            }
        )
    )

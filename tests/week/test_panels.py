"""Panels and captures: what is written down of a run is what happened in it, and nothing happens because of it."""

import numpy as np
import pandas as pd
import pytest

import sim
from sim.declared.measures.catalogue import METRICS
from sim.declared.measures.panels import ALL, COLUMN, KEEPERS, LISTS, PANEL, POLICE
from sim.ground.errors import RequestError
from sim.ledger.counters import C
from sim.results.run import run_one
from sim.scenario.scenario import Scenario
from sim.week.frames import captures_frame, panel_frame, population

WATCHED = {"panels": "region", "captures": True}
CONVICTIONS = ["convictions", "convictions_exploitation"]  # too rare for small runs


@pytest.fixture(scope="module")
def lively(tools, corridor):
    """A run in which agencies meet many people, without burn-in, and so with all its meetings in its records."""
    scenario = tools.lively(corridor.replace({"people.size": 4000, "time.burn_in_weeks": 0}))
    return tools.run(scenario.replace(WATCHED))


@pytest.fixture(scope="module")
def late(tools, corridor):
    """The same with burn-in, removal at once, screening on return and no second list."""
    levers = {"return.screening": 1.0, "status.detention_weeks": 0, "time.years": 1.3, "people.size": 4000}
    return tools.run(tools.lively(corridor.replace(levers)).replace(WATCHED))


def test_the_panel_adds_up(lively, late, tools):
    for week in (lively, late):
        tools.panel_adds_up(week)
        tools.captures_add_up(week)
    frame = panel_frame(lively.panel())
    totals = frame[frame["agency"] == ALL].groupby("metric", observed=True)["truth"].sum()
    assert (totals.drop(CONVICTIONS) > 0).all(), "a row of which nothing happened was not tested"


@pytest.mark.slow
def test_convictions_add_up(corridor, tools):
    """By region and week they are those that courts count, on any charge and for exploitation."""
    longer = {"people.size": 12000, "time.burn_in_weeks": 0, "time.years": 3}
    week = tools.run(tools.lively(corridor.replace(longer)).replace({"panels": "region"}))
    tools.panel_adds_up(week)
    assert (week.counters[:, [C.CONVICTED, C.CONVICTED_EXPLOITATION]].sum(axis=0) > 0).all()


def test_watching_changes_nothing(lively, tools):
    plain = tools.run(lively.scenario.replace({"panels": "off", "captures": False}))
    assert tools.fingerprint(plain) == tools.fingerprint(lively)
    assert lively.scenario.key == plain.scenario.key
    assert plain.panel() == plain.captures() == {}


def test_every_row_is_declared(lively):
    assert len(COLUMN) == len(PANEL)
    for row in PANEL:
        assert {row.truth, *row.records} <= set(METRICS)
        assert (row.metric, ALL) in COLUMN
    assert {kind for kinds in LISTS.values() for kind in kinds} == set(KEEPERS)
    assert set(panel_frame(lively.panel())["region"]) == set(lively.world.regions.name)


def test_truth_stands_where_it_happens(lively):
    """Exploited weeks by region are those of the cells of exploitation; stops are those of the legs into a region."""
    frame = panel_frame(lively.panel()).query("week >= 0 and agency == 'all'")
    truth = frame.pivot_table("truth", "region", "metric", aggfunc="sum", observed=True)
    names = list(lively.world.regions.name)
    at_work = lively.state.exploited_cells.sum(axis=(1, 2, 3, 4))
    beside = truth["exploited_people"].loc[names].to_numpy() - at_work
    assert (beside >= 0).all()  # held on a journey
    assert beside.sum() == lively.counters[:, C.EXPLOITED_TRAVELLING].sum()
    stops = np.bincount(lively.state.legs["head"], lively.state.legs["stops"], minlength=len(names))
    np.testing.assert_array_equal(truth["interceptions"].loc[names], stops)
    np.testing.assert_array_equal(truth["identified"].loc[names], lively.state.regions["identified"])


def test_entries_come_late_and_are_missed(lively, tools):
    at_once = {"observation.delay": 0, "observation.missed": 0}
    prompt = tools.run(lively.scenario.replace(at_once))
    late, soon = (panel_frame(week.panel()).query("metric == 'identified' and agency == 'police'")
                  for week in (lively, prompt))  # fmt: skip
    np.testing.assert_array_equal(late["truth"], soon["truth"])
    assert late["record"].sum() < soon["record"].sum()

    def when(frame):
        return np.average(frame["week"], weights=frame["record"])

    assert when(late) > when(soon)


def test_captures_are_people_of_the_run(lively):
    frame = captures_frame(lively.captures())
    real = frame[~frame["copy"]]
    people = len(lively.migrants)
    assert (real["person"] // people >= 0).all()
    female = lively.migrants["female"][real["person"] % people]
    same = lively.migrants["generation"][real["person"] % people] == real["person"] // people
    np.testing.assert_array_equal(real["female"][same], female[same] == 1)
    assert real["weeks"].max() <= 52
    counted = population(frame)
    assert counted["people"].sum() == real["exploited"].sum()
    assert counted["weeks"].sum() == real["weeks"].sum()
    assert set(counted["year"]) == {0, 1}
    assert {"sex_work", "none"} & set(frame["sector"]) or frame["sector"].nunique() > 1


def test_lists_without_linkage_errors_are_what_was_entered(lively, tools):
    linked = tools.run(lively.scenario.replace({"observation.link_missed": 0, "observation.link_false": 0}))
    assert tools.fingerprint(linked) == tools.fingerprint(lively)  # the shares move captures and nothing else
    frame = captures_frame(linked.captures())
    assert not frame["copy"].any()
    for name in LISTS:
        np.testing.assert_array_equal(frame[f"on_{name}"], frame[f"entries_{name}"] > 0)
    assert frame["on_police"].sum() > 0
    assert frame["on_services"].sum() > 0


@pytest.mark.parametrize("setting", ["panels=region", "captures=true"])
def test_a_run_that_would_keep_too_much_fails_with_a_sentence(setting):
    words = ["world=corridor", "people.size=1500", "time.years=1.1", "time.burn_in_weeks=20", setting, "kept_most=5"]
    scenario = Scenario.compose(words)
    failure = run_one(scenario).failure
    assert failure is not None
    assert setting in failure.error
    assert "raise kept_most" in failure.error
    with pytest.raises(RequestError, match="panels cannot be 'week'"):
        scenario.replace({"panels": "week"})


def test_a_model_shows_what_has_been_written_down():
    model = sim.Model(
        "corridor", people__size=500, time__burn_in_weeks=4, time__years=0.5, panels="region", captures=True
    )
    model.run(10)
    panel = model.panel
    assert list(panel.columns) == ["week", "region", "agency", "metric", "truth", "record"]
    assert panel["week"].min() == -4
    assert panel["week"].max() == 5
    stops = panel.query("metric == 'interceptions' and agency == 'all'").groupby("week")["record"].sum()
    np.testing.assert_array_equal(stops, model.records["border guard", "interceptions"])
    assert list(model.captures.columns)[:4] == ["person", "year", "region", "sector"]
    plain = sim.Model("corridor", people__size=300, time__burn_in_weeks=0, time__years=0.1)
    assert list(plain.panel.columns) == list(panel.columns)
    assert len(plain.panel) == len(plain.captures) == 0
    assert isinstance(plain.captures, pd.DataFrame)
    assert POLICE in set(panel["agency"])

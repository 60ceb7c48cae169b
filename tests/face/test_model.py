"""The model is a face of the week: it runs it, shows what is in it, and changes nothing."""

from __future__ import annotations

import gc
import pickle
import re
import subprocess
import sys
import weakref
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim
from sim.agents.offenders import Status
from sim.agents.people import Stage
from sim.declared.levers import LEVERS
from sim.declared.measures.catalogue import METRICS, RECORD_SERIES
from sim.declared.measures.metrics import over_period, weekly
from sim.face.model import Model
from sim.ground.errors import RequestError
from sim.ledger.counters import COUNTER_INDEX
from sim.ledger.events import Cause
from sim.scenario.scenario import Scenario
from sim.week.week import PHASES, Week

BURN_IN, WEEKS = 8, 16
SMALL = {"people.size": 400, "time.years": WEEKS / 52, "time.burn_in_weeks": BURN_IN}


@pytest.fixture(scope="module")
def setup() -> Scenario:
    return Scenario.of("corridor", **SMALL)


@pytest.fixture(scope="module")
def finished(setup: Scenario) -> Model:
    return Model(setup, seed=3, events=True).run()


# --- running ----------------------------------------------------------------------------------------------------


def test_weeks_are_counted_from_the_end_of_burn_in(setup: Scenario) -> None:
    model = Model(setup)
    assert (model.steps, model.week, model.running) == (0, -BURN_IN, True)
    model.step()
    assert (model.steps, model.week, model.running) == (1, 1 - BURN_IN, True)
    assert model.run(weeks=BURN_IN) is model
    assert (model.steps, model.week) == (BURN_IN + 1, 1)
    model.run()
    assert (model.steps, model.week, model.running) == (BURN_IN + WEEKS, WEEKS, False)
    model.run()
    assert model.steps == BURN_IN + WEEKS


def test_a_run_that_has_ended_does_not_go_on(setup: Scenario) -> None:
    model = Model(setup)
    for weeks in (-1, BURN_IN + WEEKS + 1):
        with pytest.raises(RequestError, match=f"cannot run {weeks} weeks; {BURN_IN + WEEKS} are left"):
            model.run(weeks)
    assert model.steps == 0
    model.run()
    with pytest.raises(RequestError, match="has ended"):
        model.step()
    assert (model.steps, model.running) == (BURN_IN + WEEKS, False)


def test_weeks_and_seeds_are_whole_numbers(setup: Scenario) -> None:
    model = Model(setup, seed=np.int64(3))  # type: ignore[arg-type]
    assert model.run(np.int64(0)).steps == 0  # type: ignore[arg-type]
    for weeks in (1.5, "3"):
        with pytest.raises(RequestError, match="weeks takes a whole number"):
            model.run(weeks)  # type: ignore[arg-type]
    for seed in (1.5, "3"):
        with pytest.raises(RequestError, match="seed takes a whole number"):
            Model(setup, seed=seed)  # type: ignore[arg-type]


def test_the_model_runs_the_week_as_it_is(setup: Scenario, finished: Model) -> None:
    alone = Week(setup, 3).run()
    expected = weekly(METRICS["departures"], alone.counters, COUNTER_INDEX)
    assert expected.sum() > 0
    np.testing.assert_array_equal(finished.truth["departures"], expected)


def test_looking_at_a_model_does_not_change_it(setup: Scenario, finished: Model) -> None:
    watched = Model(setup, seed=3)
    while watched.running:
        watched.step()
        watched.migrants.shuffle().select(where="skill").groupby("here").agg("cash", sum)
        watched.migrants.shuffle_do(lambda one: one.cash)
        _ = watched.truth, watched.records, watched.summary, watched.levers, watched.space, repr(watched)
        watched.levers["border.control"][:] = 0.0
    pd.testing.assert_frame_equal(watched.truth, finished.truth)


def test_the_seed_is_the_scenarios_unless_given(setup: Scenario, finished: Model) -> None:
    other = setup.replace({"seed": 3})
    pd.testing.assert_frame_equal(Model(other).run().truth, finished.truth)
    assert not Model(other, seed=4).run().truth.equals(finished.truth)
    for seed in (-1, 2**32):
        with pytest.raises(RequestError, match="seed"):
            Model(setup, seed=seed)


def test_a_model_is_made_from_a_scenario_overrides_a_world_or_names(setup: Scenario) -> None:
    assert Model(setup).setup is setup
    for model in (
        Model(setup, **{"people.size": 300}),
        Model(setup, people__size=300),
        Model("corridor", people__size=300),
        Model(["world=corridor", "people.size=300"]),
    ):
        assert (model.setup["people.size"], model.setup["world"]) == (300, "corridor")
        assert len(model.migrants) == 300
    with pytest.raises(RequestError, match=r"people\.size"):
        Model(setup, **{"people.sise": 300})


# --- what is shown ----------------------------------------------------------------------------------------------


def test_truth_has_a_row_a_week_and_a_column_a_metric(finished: Model) -> None:
    truth = finished.truth
    assert truth.index.name == "week"
    assert list(truth.index) == list(range(-BURN_IN, WEEKS))
    assert list(truth.columns) == [name for name, metric in METRICS.items() if metric.layer == "truth"]
    assert set(truth.dtypes) == {np.dtype(float)}


def test_a_model_that_has_not_run_has_empty_frames_with_all_columns(setup: Scenario, finished: Model) -> None:
    model = Model(setup)
    for name in ("truth", "records", "events"):
        frame, full = getattr(model, name), getattr(finished, name)
        assert len(frame) == 0
        assert list(frame.columns) == list(full.columns)
    assert model.truth.index.name == "week"
    assert model.summary.isna().all()


def test_records_are_what_agencies_count(finished: Model) -> None:
    records = finished.records
    assert records.columns.names == ["agency", "series"]
    assert list(records.columns) == list(RECORD_SERIES.values())
    assert records.index.equals(finished.truth.index)
    np.testing.assert_array_equal(records["border guard", "interceptions"], finished.truth["interceptions"])
    assert (records["border guard", "deaths found"] <= finished.truth["deaths"]).all()


def test_events_are_kept_when_asked_for(finished: Model) -> None:
    events = finished.events
    assert list(events.columns) == ["week", "person", "generation", "from", "to", "cause", "counterparty"]
    assert len(events) > 0
    assert events["week"].between(-BURN_IN, WEEKS - 1).all()
    assert set(events["from"]) | set(events["to"]) <= {stage.name.lower() for stage in Stage}
    assert set(events["cause"]) <= {cause.name.lower().replace("_", " ") for cause in Cause}
    stopped = events[events["cause"] == "stopped"].groupby("week").size()
    interceptions = finished.truth["interceptions"]
    assert interceptions.sum() > 0
    np.testing.assert_array_equal(stopped.reindex(interceptions.index, fill_value=0), interceptions)


def test_the_summary_leaves_burn_in_out(finished: Model) -> None:
    counters = finished._week.counters[BURN_IN:]
    assert finished.summary.index.name == "metric"
    assert list(finished.summary.index) == list(METRICS)
    for name in ("departures", "provider_share", "people_waiting"):
        assert finished.summary[name] == over_period(METRICS[name], counters, COUNTER_INDEX)
    assert finished.summary["departures"] == pytest.approx(finished.truth.loc[0:, "departures"].sum() * 52 / WEEKS)


def test_the_plan_lists_the_phases_with_their_time(setup: Scenario, finished: Model) -> None:
    frame = finished.plan.to_frame()
    assert list(frame.columns) == ["phase", "seconds", "share"]
    assert list(frame["phase"]) == [name for name, _ in PHASES]
    assert frame["share"].sum() == pytest.approx(1.0)
    printed = str(finished.plan)
    assert printed == repr(finished.plan)
    assert len(printed.splitlines()) == len(PHASES)
    assert "sim.week.moving.travel" in printed
    assert "<table" in finished.plan._repr_html_()
    assert (Model(setup).plan.to_frame()["share"] == 0).all()


def test_levers_are_those_in_effect(setup: Scenario) -> None:
    sealed = setup.replace({"policy": "sealed_border"}).replace({"policy.sealed_border.start": 2})
    model = Model(sealed)
    assert set(model.levers) == set(LEVERS)
    before = model.run(BURN_IN + 2).levers["border.control"]
    np.testing.assert_array_equal(before, setup.world.legs.control)
    after = model.run(1).levers["border.control"]
    assert (after > before).any()
    kept = after.copy()
    after[:] = 0.0
    np.testing.assert_array_equal(model.levers["border.control"], kept)


def test_views_show_the_arrays_of_the_week(finished: Model) -> None:
    table = finished._week.migrants
    living = np.flatnonzero(table["stage"] != Stage.DEAD)
    assert [one.row for one in finished.migrants] == living.tolist()
    assert finished.migrants.get("cash") == table["cash"][living].tolist()
    assert finished.traffickers.agg("capital", sum) == table_sum(finished)
    abroad = finished.migrants.select(lambda one: one.here != one.home)
    assert len(abroad) == (table["here"] != table["home"])[living].sum()
    sets = (
        finished.migrants,
        finished.traffickers,
        finished.venues,
        finished.offenders,
        finished.officials,
        finished.agencies,
        finished.cases,
        finished.facilitators,
        finished.ties,
        finished.governments,
    )
    assert len(finished.agents) == sum(len(agents) for agents in sets)
    assert finished.venues.get("slots") == table_of(finished, "venues", "slots")
    free = finished._week.offenders["status"] == Status.FREE
    assert free.sum() == sum(finished.traffickers.get("members"))


def table_of(model: Model, table: str, column: str) -> list[int]:
    found = model._week.tables[table]
    return found[column][found["active"] == 1].tolist()


def table_sum(model: Model) -> float:
    table = model._week.traffickers
    return float(table["capital"][table["active"] == 1].sum())


def test_people_whose_row_passes_on_are_gone(setup: Scenario) -> None:
    model = Model(setup, **{"people.years_at_risk": 1.0})
    everyone = model.migrants.copy()
    first = everyone.to_list()
    model.run()
    gone = [one for one in first if not one.still_here]
    assert gone
    assert len(everyone.still_here()) == len(first) - len(gone)
    with pytest.raises(RequestError, match="no longer in the model"):
        _ = gone[0].cash
    with pytest.raises(RequestError, match=f"{len(gone)} of these {len(first)} agents are no longer in the model"):
        everyone.get("cash")


def test_the_world_is_a_network_of_cells(setup: Scenario, finished: Model) -> None:
    world, space = setup.world, finished.space
    assert space is finished.space
    assert len(space.all_cells) == len(world.regions.name)
    assert [space.G.nodes[k]["name"] for k in space.G] == list(world.regions.name)
    assert space.G.number_of_edges() == len(world.legs.tail)
    tail, head = int(world.legs.tail[0]), int(world.legs.head[0])
    assert space[head] in space[tail].connections.values()
    assert space.G.edges[tail, head, 0]["hours"] == world.legs.hours[0]
    someone = finished.migrants[0]
    assert space[someone.pos].coordinate == someone.here


def test_a_model_describes_itself(setup: Scenario, finished: Model) -> None:
    assert re.fullmatch(r"<Model corridor: 24 of 24 weeks, next: week 16, 400 people, seed 3, .*>", repr(finished))
    assert "<table" not in Model(setup)._repr_html_()
    shown = finished._repr_html_()
    assert "irregular_departures" in shown
    assert "people/year" in shown
    assert "<Model" not in shown


# --- memory and imports -----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_finished_model_is_freed(setup: Scenario) -> None:
    model = Model(setup).run(2)
    _ = model.space, model.truth, model.agents.to_list(), model.migrants.copy()
    gone = [weakref.ref(model), weakref.ref(model._week)]
    del model
    gc.collect()
    assert [reference() for reference in gone] == [None, None]


@pytest.mark.slow
def test_a_week_is_freed_at_once(setup: Scenario) -> None:
    gc.collect()
    gc.disable()
    try:
        week = Week(setup)
        week.advance()
        gone = weakref.ref(week)
        del week
        assert gone() is None
    finally:
        gc.enable()


@pytest.mark.parametrize("module", ["sim", "sim.week.week"])
def test_what_a_worker_imports_is_light(module: str) -> None:
    heavy = ("mesa", "pandas", "hydra", "omegaconf", "networkx", "matplotlib", "pyarrow")
    code = f"import {module}, sys; print([name for name in {heavy} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


@pytest.mark.slow
def test_a_worker_stays_light_after_a_run(setup: Scenario, tmp_path: Path) -> None:
    heavy = ("mesa", "pandas", "hydra", "omegaconf", "networkx", "matplotlib", "pyarrow")
    stored = tmp_path / "scenario"
    stored.write_bytes(pickle.dumps(setup))
    code = (
        "import pathlib, pickle, sys; from sim.week.week import Week; "
        "week = Week(pickle.loads(pathlib.Path(sys.argv[1]).read_bytes()), 3).run(); "
        f"print(week.done, [name for name in {heavy} if name in sys.modules])"
    )
    command = [sys.executable, "-c", code, str(stored)]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == f"{BURN_IN + WEEKS} []"


def test_only_the_face_knows_mesa() -> None:
    root = Path(sim.__file__).parent
    pattern = re.compile(r"^\s*(import mesa|from mesa)", re.MULTILINE)
    knowing = {path.relative_to(root).as_posix() for path in root.rglob("*.py") if pattern.search(path.read_text())}
    room = {"face/agents.py", "face/agentsets.py", "face/model.py", "face/space.py", "face/watching.py"}
    assert knowing == room

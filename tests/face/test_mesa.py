"""What Mesa itself does with a model: batches, collectors, agents of the user's own."""

from __future__ import annotations

import inspect
from typing import Any

import mesa
import pytest
from mesa.datacollection import DataCollector

from sim.declared.measures.catalogue import METRICS
from sim.face.agents import Agency, Case, Facilitator, Government, Migrant, Offender, Official, Tie, Trafficker, Venue
from sim.face.model import Model
from sim.scenario.scenario import Scenario

BURN_IN, WEEKS = 4, 8
SMALL = {"people.size": 300, "time.years": WEEKS / 52, "time.burn_in_weeks": BURN_IN}
# later versions of Mesa take seeds as an argument of their own and ignore a parameter of that name
TAKES_RNG = "rng" in inspect.signature(mesa.batch_run).parameters


@pytest.fixture(scope="module")
def setup() -> Scenario:
    return Scenario.of("corridor", **SMALL)


def batch(parameters: dict[str, Any], seeds: list[int], **options: Any) -> list[dict[str, Any]]:
    chosen = {"rng": seeds} if TAKES_RNG else {}
    if not TAKES_RNG:
        parameters = {**parameters, "seed": seeds}
    results: list[dict[str, Any]] = mesa.batch_run(
        Model, parameters=parameters, number_processes=1, display_progress=False, **chosen, **options
    )
    return results


def test_batch_run_over_seeds(setup: Scenario) -> None:
    results = batch({"scenario": setup}, [1, 2])
    assert [row["seed"] for row in results] == [1, 2]
    for row in results:
        truth = Model(setup, seed=row["seed"]).run().truth
        assert row["Step"] == BURN_IN + WEEKS - 1
        for name in truth.columns:
            assert row[name] == pytest.approx(truth[name].iloc[-1], nan_ok=True)


def test_batch_run_over_values_and_every_week() -> None:
    results = batch({"scenario": "corridor", **SMALL, "people.size": [200, 300]}, [1], data_collection_period=1)
    for size in (200, 300):
        truth = Model("corridor", **{**SMALL, "people.size": size}).run().truth
        rows = [row for row in results if row["people.size"] == size]
        assert [row["Step"] for row in rows] == list(range(BURN_IN + WEEKS))
        for name in ("departures", "people_abroad_irregular", "enterprises"):
            assert [row[name] for row in rows] == truth[name].tolist()


def test_batch_run_stops_early_when_asked(setup: Scenario) -> None:
    (row,) = batch({"scenario": setup}, [1], max_steps=5)
    truth = Model(setup).run(row["Step"] + 1).truth
    assert row["Step"] in (4, 5)
    assert row["people_waiting"] == truth["people_waiting"].iloc[-1]


def test_the_collector_has_an_entry_a_step_for_every_metric(setup: Scenario) -> None:
    model = Model(setup)
    for done in range(3):
        assert set(model.datacollector.model_vars) == set(METRICS)
        assert {len(values) for values in model.datacollector.model_vars.values()} == {done}
        model.step()
    frame = model.datacollector.get_model_vars_dataframe()
    assert frame[list(model.truth.columns)].equals(model.truth)


def test_mesas_own_collector_reads_views(setup: Scenario) -> None:
    model = Model(setup)
    collector = DataCollector(
        model_reporters={"people": lambda model: len(model.agents_by_type[Migrant]), "week": "week"},
        agent_reporters={"pos": "pos"},
        agenttype_reporters={Migrant: {"cash": "cash"}, Trafficker: {"capital": "capital"}},
    )
    model.step()
    collector.collect(model)
    agents = collector.get_agent_vars_dataframe()
    assert agents["pos"].tolist() == model.agents.get("pos")
    assert collector.get_agenttype_vars_dataframe(Migrant)["cash"].sum() == sum(model.migrants.get("cash"))
    assert collector.model_vars == {"people": [len(model.migrants)], "week": [1 - BURN_IN]}
    assert len(collector.get_agenttype_vars_dataframe(Trafficker)) == len(model.traffickers)


def everyone(model: Model) -> int:
    tables = ("migrants", "traffickers", "venues", "offenders", "officials", "agencies", "cases",
              "facilitators", "ties", "governments")  # fmt: skip
    return sum(len(getattr(model, name)) for name in tables)


class Observer(mesa.Agent):
    """A user's own agent, who counts people abroad in every week."""

    def __init__(self, model: Model) -> None:
        super().__init__(model)
        self.seen: list[int] = []

    def step(self) -> None:
        self.seen.append(len(self.model.migrants.select(where=lambda people: people["here"] != people["home"])))


class Observed(Model):
    """A user's own model, with an agent beside the tables and a collector of its own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.observer = Observer(self)
        self.datacollector = DataCollector(model_reporters={"seen": lambda model: model.observer.seen[-1]})

    def step(self) -> None:
        super().step()
        self.agents_by_type[Observer].do("step")
        self.datacollector.collect(self)


def test_a_users_model_and_agents_work_beside_the_tables(setup: Scenario) -> None:
    model = Observed(setup)
    assert model.agent_types == [
        Migrant, Trafficker, Venue, Offender, Official, Agency, Case, Facilitator, Tie, Government, Observer,
    ]  # fmt: skip
    assert len(model.agents) == everyone(model) + 1
    model.run()
    assert model.steps == len(model.observer.seen) == BURN_IN + WEEKS
    assert model.datacollector.model_vars["seen"] == model.observer.seen
    assert model.truth.equals(Model(setup).run().truth)
    assert model.agents.select(agent_type=Observer).to_list() == [model.observer]
    model.observer.remove()
    assert model.observer not in model.agents
    assert len(model.agents) == everyone(model)


def test_mesas_clock_keeps_time(setup: Scenario) -> None:
    model = Model(setup).run(3)
    assert getattr(model, "time", 3.0) == 3.0
    assert model.random is model.migrants[0].random
    model.run_model()
    assert model.steps == BURN_IN + WEEKS

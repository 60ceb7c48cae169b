"""Views of table rows behave like Mesa agents, and sets of them like Mesa's AgentSet, over the arrays."""

from __future__ import annotations

import copy
import gc
import pickle
import random

import mesa
import numpy as np
import pytest
from mesa.agent import AgentSet

from sim.agents.enterprises import ENTERPRISE_COLUMNS
from sim.agents.people import PERSON_COLUMNS, Stage
from sim.face.agents import Migrant, Row, Trafficker
from sim.face.agentsets import Chosen, Everyone, Rows
from sim.ground.errors import RequestError
from sim.ground.table import Column, Table

PEOPLE, ENTERPRISES = 40, 6


class Town(mesa.Model):
    """Two tables with made-up values, registered as the simulation registers its own."""

    def __init__(self) -> None:
        super().__init__(rng=1)
        rng = np.random.default_rng(5)
        self.people = Table("migrant", PERSON_COLUMNS, PEOPLE)
        self.people["cash"][:] = rng.integers(0, 8, PEOPLE) * 100.0
        self.people["here"][:] = rng.integers(0, 3, PEOPLE)
        self.people["skill"][:] = rng.integers(0, 2, PEOPLE)
        self.people["stage"][[3, 17]] = Stage.DEAD
        self.enterprises = Table("trafficker", ENTERPRISE_COLUMNS, ENTERPRISES)
        self.enterprises["active"][[1, 4]] = 1
        self._agents_by_type[Migrant] = Rows(kind=Migrant, table=self.people, model=self)
        self._agents_by_type[Trafficker] = Rows(kind=Trafficker, table=self.enterprises, model=self)
        self._all_agents = Everyone(list(self._agents_by_type.values()), self.random)


class Resident(mesa.Agent):
    """An ordinary agent with the same values as a person, to compare with; or a user's own agent."""

    def __init__(self, model: mesa.Model, **values: float) -> None:
        super().__init__(model)
        self.calls = 0
        for name, value in values.items():
            setattr(self, name, value)

    def call(self, times: int = 1) -> int:
        """Count a call."""
        self.calls += times
        return self.calls


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
def people(town: Town) -> Rows:
    return town.agents_by_type[Migrant]


def generator(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - the kind that Mesa uses


def ids(agents: object) -> list[int]:
    return [agent.row for agent in agents]  # type: ignore[attr-defined]


# --- one view ---------------------------------------------------------------------------------------------------


def test_a_view_reads_and_writes_the_arrays(town: Town, people: Rows) -> None:
    someone = people[5]
    assert isinstance(someone, Migrant)
    assert isinstance(someone, mesa.Agent)
    assert someone.row == 6, "row 3 is not alive"
    assert someone.cash == town.people["cash"][6]
    assert type(someone.cash) is float
    someone.cash = 1234
    someone.stage = Stage.WORKING
    assert town.people["cash"][6] == 1234.0
    assert town.people["stage"][6] == Stage.WORKING
    town.people["here"][6] = 2
    assert someone.here == 2 == someone.pos
    assert someone.model is town
    assert someone.random is town.random
    assert someone.rng is town.rng
    assert repr(someone) == "Migrant(row=6, generation=0)"


def test_columns_with_several_values_are_row_slices(town: Town) -> None:
    enterprise = town.agents_by_type[Trafficker][0]
    assert enterprise.row == 1
    enterprise.fee = 500.0
    assert (town.enterprises["fee"][1] == 500.0).all()
    assert np.isinf(town.enterprises["fee"][0]).all()
    enterprise.fee[2] = 7.0
    assert town.enterprises["fee"][1, 2] == 7.0
    with pytest.raises(RequestError, match="fee has shape"):
        enterprise.fee = [1.0, 2.0]


def test_unknown_columns_are_refused_with_the_nearest_name(people: Rows) -> None:
    someone = people[0]
    with pytest.raises(RequestError, match="no column 'csh'; did you mean 'cash'"):
        someone.csh = 3
    with pytest.raises(AttributeError, match="did you mean 'cash'"):
        _ = someone.csh
    assert not hasattr(someone, "csh")
    assert getattr(someone, "csh", 7) == 7
    with pytest.raises(RequestError, match="no column 'wealth'"):
        people.set("wealth", 1)
    with pytest.raises(RequestError, match="no column 'wealth'"):
        people.select(where="wealth")
    with pytest.raises(AttributeError):
        people.get("wealth")
    assert people.get("wealth", handle_missing="default", default_value=0) == [0] * len(people)
    assert people.get("unique_id", handle_missing="default", default_value=-1) == ids(people)
    with pytest.raises(RequestError, match="handle_missing cannot be"):
        people.get("cash", handle_missing="eror")


@pytest.mark.parametrize("name", ["generation", "unique_id", "pos", "model", "row"])
def test_identity_cannot_be_set(people: Rows, name: str) -> None:
    with pytest.raises(RequestError):
        setattr(people[0], name, 3)


@pytest.mark.parametrize("value", [2.5, 200, -129, float("nan"), "home", None, [1, 2]])
def test_values_that_a_column_cannot_hold_are_refused(town: Town, people: Rows, value: object) -> None:
    before = town.people["stage"].copy()
    with pytest.raises(RequestError, match="stage"):
        people[0].stage = value
    with pytest.raises(RequestError, match="stage"):
        people.set("stage", value)
    assert (town.people["stage"] == before).all()


def test_equality_and_hash_are_by_table_row_and_generation(town: Town, people: Rows) -> None:
    assert people[0] == people[0]
    assert people[0] is not people[0]
    assert hash(people[0]) == hash(people[0])
    assert people[0] != people[1]
    assert people[0] != 0
    assert Town().agents_by_type[Migrant][0] != people[0]
    earlier = people[0]
    town.people["generation"][0] = 3
    assert people[0] != earlier
    assert people[0].unique_id == 3 << 32
    assert earlier.unique_id == 0
    assert len({people[1], people[1], people[2]}) == 2


def test_a_view_of_a_recycled_row_raises(town: Town, people: Rows) -> None:
    someone = people[2]
    assert someone.still_here
    town.people["generation"][2] += 1
    assert not someone.still_here
    for use in (lambda: someone.cash, lambda: someone.pos, lambda: setattr(someone, "cash", 1.0)):
        with pytest.raises(RequestError, match=r"Migrant\(row=2, generation=0\) is no longer in the model"):
            use()
    assert someone not in people
    assert people[2] in people


def test_views_cannot_be_made_or_removed_by_hand(town: Town, people: Rows) -> None:
    with pytest.raises(RequestError, match="cannot be added by hand"):
        Migrant(town)
    with pytest.raises(RequestError, match="cannot be removed by hand"):
        people[0].remove()


def test_a_column_may_not_hide_what_every_agent_has() -> None:
    with pytest.raises(TypeError, match="'step'"):
        type("Walker", (Row,), {}, columns=(Column("step", "i4", "steps"),))


# --- live sets --------------------------------------------------------------------------------------------------


def test_a_live_set_holds_whoever_is_alive_now(town: Town, people: Rows) -> None:
    assert isinstance(people, AgentSet)
    assert len(people) == PEOPLE - 2
    assert 3 not in ids(people)
    assert len(ids(people)) == PEOPLE - 2
    town.people["stage"][3] = Stage.HOME
    assert len(people) == PEOPLE - 1
    assert 3 in ids(people)
    enterprises = town.agents_by_type[Trafficker]
    assert ids(enterprises) == [1, 4]
    closed = enterprises[0]
    town.enterprises["active"][1] = 0
    assert ids(enterprises) == [4]
    assert closed not in enterprises
    assert [agent.row for agent in reversed(people)] == ids(people)[::-1]
    assert people[-1].row == PEOPLE - 1
    assert [agent.row for agent in people[:2]] == [0, 1]
    with pytest.raises(IndexError):
        people[PEOPLE]


def test_a_live_set_cannot_be_changed(people: Rows) -> None:
    changes = (
        lambda: people.select(lambda _: True, inplace=True),
        lambda: people.shuffle(inplace=True),
        lambda: people.sort("cash", inplace=True),
        lambda: people.add(people[0]),
        lambda: people.remove(people[0]),
        lambda: people.discard(people[0]),
        people.clear,
    )
    for change in changes:
        with pytest.raises(RequestError, match="follows the model"):
            change()


def test_derived_sets_outlive_the_views_they_were_made_of(people: Rows) -> None:
    derived = [
        people.select(lambda someone: someone.cash > 300),
        people.select(where=people["cash"] > 300),
        people.shuffle(),
        people.sort("cash"),
        people.sort(lambda someone: someone.cash),
        copy.copy(people),
        people.copy(),
        people | people,
        people & people,
        people - [people[0]],
        people ^ [people[0]],
        *people.groupby("here").groups.values(),
        *people.groupby(lambda someone: someone.here).groups.values(),
        type(people)(list(people)[:4], people.random),
        AgentSet([], people.random) | people,
    ]
    gc.collect()
    for agents in derived:
        assert isinstance(agents, Rows)
        assert len(agents) == len(agents.to_list()) > 0


def test_a_derived_set_with_recycled_rows_refuses_columns(town: Town, people: Rows) -> None:
    chosen = people.select(at_most=5)
    town.people["generation"][[0, 1]] += 1
    assert len(chosen) == 5
    uses = (
        lambda: chosen.get("cash"),
        lambda: chosen["cash"],
        lambda: chosen.set("cash", 1.0),
        lambda: chosen.agg("cash", sum),
        lambda: chosen.sort("cash"),
        lambda: chosen.groupby("here"),
        lambda: chosen.select(where="cash"),
        lambda: [someone.cash for someone in chosen],
    )
    for use in uses:
        with pytest.raises(RequestError, match="no longer in the model"):
            use()
    left = chosen.still_here()
    assert ids(left) == [2, 4, 5]
    assert len(left.get("cash")) == 3


# --- the methods of AgentSet against Mesa's own -----------------------------------------------------------------


@pytest.fixture
def twins(town: Town) -> tuple[Rows, AgentSet]:
    """The living as rows of a table, and ordinary agents with the same values in one of Mesa's own sets."""
    other = mesa.Model(rng=1)
    rows = town.agents_by_type[Migrant]
    plain = [Resident(other, row=one.row, cash=one.cash, here=one.here, skill=one.skill) for one in rows]
    rows.random = generator(9)
    twin = AgentSet(plain, generator(9))
    twin.kept = plain  # Mesa's set would lose them
    return rows, twin


DERIVATIONS = {
    "select": lambda agents: agents.select(lambda one: one.cash > 300),
    "select at most": lambda agents: agents.select(lambda one: one.here == 1, at_most=3),
    "select share": lambda agents: agents.select(at_most=0.25),
    "select none": lambda agents: agents.select(lambda _: False),
    "select all": lambda agents: agents.select(),
    "shuffle": lambda agents: agents.shuffle(),
    "sort": lambda agents: agents.sort("cash"),
    "sort ascending": lambda agents: agents.sort("cash", ascending=True),
    "sort by function": lambda agents: agents.sort(lambda one: (one.here, one.cash)),
    "sort, then select": lambda agents: agents.sort("cash").select(at_most=7),
    "in place": lambda agents: agents.select(lambda one: one.row > 4).sort("here", inplace=True),
    "shuffle in place": lambda agents: agents.select(lambda one: one.row > 4).shuffle(inplace=True),
    "select in place": lambda agents: agents.select(lambda one: one.row > 4).select(at_most=3, inplace=True),
}


@pytest.mark.parametrize("name", DERIVATIONS)
def test_derived_sets_are_those_of_mesa(twins: tuple[Rows, AgentSet], name: str) -> None:
    rows, plain = (DERIVATIONS[name](agents) for agents in twins)
    assert ids(rows) == ids(plain)


RESULTS = {
    "get": lambda agents: agents.get("cash"),
    "get several": lambda agents: agents.get(["cash", "here"]),
    "agg": lambda agents: agents.agg("cash", np.mean),
    "agg several": lambda agents: agents.agg("cash", [min, max, sum]),
    "map": lambda agents: agents.map(lambda one, extra: one.cash + extra, 2),
    "map method": lambda agents: agents.map("__getattribute__", "cash"),
    "group keys": lambda agents: list(agents.groupby("here").groups),
    "group counts": lambda agents: agents.groupby("here").count(),
    "group agg": lambda agents: agents.groupby("here").agg("cash", sum),
    "group members": lambda agents: {key: ids(group) for key, group in agents.groupby("cash")},
    "group lists": lambda agents: {key: ids(group) for key, group in agents.groupby("cash", result_type="list")},
    "group list agg": lambda agents: agents.groupby("here", result_type="list").agg("cash", max),
    "group by function": lambda agents: agents.groupby(lambda one: one.cash > 300).count(),
    "group map": lambda agents: agents.groupby("here").map(len),
}


@pytest.mark.parametrize("name", RESULTS)
def test_results_are_those_of_mesa(twins: tuple[Rows, AgentSet], name: str) -> None:
    rows, plain = (RESULTS[name](agents) for agents in twins)
    assert rows == plain
    assert type(rows) is type(plain)


def test_do_and_shuffle_do_call_every_agent_in_mesas_order(twins: tuple[Rows, AgentSet]) -> None:
    orders = []
    for agents in twins:
        seen: list[int] = []
        assert agents.do(lambda one, seen: seen.append(one.row), seen) is agents
        agents.shuffle_do(lambda one, seen: seen.append(one.row), seen)
        orders.append(seen)
    assert orders[0] == orders[1]


def test_setting_a_column_on_a_set(town: Town, people: Rows) -> None:
    women = people.select(where="skill")
    assert women.set("cash", 5.0) is women
    assert (town.people["cash"] == 5.0).sum() == len(women)
    assert set(women.get("cash")) == {5.0}
    women.set("cash", np.arange(len(women)))
    assert women.get("cash") == list(range(len(women)))
    with pytest.raises(RequestError, match="cannot take values of shape"):
        women.set("cash", np.arange(len(women) + 1))
    with pytest.raises(RequestError, match="cannot be set"):
        people.set("generation", 0)


def test_where_takes_masks_functions_and_column_names(town: Town, people: Rows) -> None:
    expected = [one.row for one in people if one.cash > 300]
    assert ids(people.select(where=people["cash"] > 300)) == expected
    assert ids(people.select(where=lambda agents: agents["cash"] > 300)) == expected
    assert ids(people.select(where=town.people["cash"] > 300)) == expected, "a mask over the table"
    assert ids(people.select(where=(people["cash"] > 300).tolist())) == expected
    assert (
        ids(people.select(lambda one: one.here == 1, where=people["cash"] > 300, at_most=2))
        == [row for row in expected if town.people["here"][row] == 1][:2]
    )
    shuffled = people.shuffle()
    assert ids(shuffled.select(where=shuffled["cash"] > 300)) == [row for row in ids(shuffled) if row in expected]
    for mask in (np.ones(7, bool), np.arange(len(people)), [3, 1]):
        with pytest.raises(RequestError, match="where takes 38 true or false values"):
            people.select(where=mask)


def test_columns_with_several_values_have_no_order(town: Town) -> None:
    enterprises = town.agents_by_type[Trafficker]
    assert len(enterprises.get("fee")[0]) == town.enterprises["fee"].shape[1]
    for use in (lambda: enterprises.sort("fee"), lambda: enterprises.groupby("fee")):
        with pytest.raises(RequestError, match="several values"):
            use()


def test_set_operations(town: Town, people: Rows) -> None:
    rich, women = people.select(where=people["cash"] > 300), people.select(where="skill")
    a, b = set(ids(rich)), set(ids(women))
    for other in (women, list(women), Chosen(women, town.random), AgentSet([], town.random) | women):
        assert set(ids(rich | other)) == a | b
        assert set(ids(rich & other)) == a & b
        assert set(ids(rich - other)) == a - b
        assert set(ids(rich ^ other)) == a ^ b
    assert ids(rich | women)[: len(rich)] == ids(rich)
    assert rich == rich.copy()
    assert rich != women
    assert (rich & women) <= rich
    mixed = rich | town.agents_by_type[Trafficker]
    assert isinstance(mixed, Chosen)
    assert len(mixed) == len(rich) + 2
    with pytest.raises(RequestError, match="one table only"):
        Rows(mixed, town.random)
    assert len(Rows([], town.random)) == 0
    assert Rows([], town.random).get("cash") == []


def test_members_of_derived_sets(people: Rows) -> None:
    some = people.select(at_most=3)
    some.add(people[10])
    some.add(people[10])
    assert ids(some) == [0, 1, 2, people[10].row]
    assert people[10] in some
    some.remove(people[1])
    some.discard(people[1])
    assert ids(some) == [0, 2, people[10].row]
    assert people[1] not in some
    with pytest.raises(KeyError):
        some.remove(people[1])
    some |= people.select(at_most=2)
    assert sorted(ids(some)) == [0, 1, 2, people[10].row]
    assert some.pop().row == 0
    assert len(some) == 3
    some.clear()
    assert len(some) == 0


def test_copies_of_a_model_are_apart(town: Town) -> None:
    chosen = town.agents_by_type[Migrant].select(at_most=2)
    town.favourites = [chosen[1], chosen]
    twin = copy.deepcopy(town)
    twin.agents_by_type[Migrant][0].cash = -1.0
    assert town.agents_by_type[Migrant][0].cash != -1.0
    view, rows = twin.favourites
    assert view.model is twin
    assert rows[0].model is twin
    assert view in rows
    assert rows[0].cash == -1.0
    assert twin.people.view.row["cash"][0] == -1.0, "kernels read the copy's own records"


def test_a_table_can_be_stored(town: Town) -> None:
    again = pickle.loads(pickle.dumps(town.people))  # noqa: S301 - our own
    assert (again["cash"] == town.people["cash"]).all()
    again["cash"][:] = 2.0
    assert (again.view.row["cash"] == 2.0).all()


def test_frames_of_columns(town: Town, people: Rows) -> None:
    frame = people.to_frame()
    assert frame.index.name == "row"
    assert list(frame.index) == ids(people)
    assert list(frame["cash"]) == people.get("cash")
    assert "fee.0" in town.agents_by_type[Trafficker].to_frame()


# --- everyone ---------------------------------------------------------------------------------------------------


def test_everyone_chains_the_tables_and_the_users_own_agents(town: Town) -> None:
    everyone = town.agents
    assert len(everyone) == PEOPLE - 2 + 2
    mine = [Resident(town, cash=1.0) for _ in range(3)]
    assert len(everyone) == PEOPLE + 3
    assert everyone.to_list()[-3:] == mine
    assert mine[0] in everyone
    assert everyone[0] in everyone
    assert everyone[-1] is mine[-1]
    assert everyone[0].row == 0
    assert len(everyone[:5]) == 5
    assert set(town.agents_by_type) == {Migrant, Trafficker, Resident}
    mine[0].remove()
    assert len(everyone) == PEOPLE + 2
    assert mine[0] not in everyone
    assert isinstance(everyone.select(agent_type=Migrant), Rows)
    assert len(everyone.select(agent_type=Trafficker)) == 2
    assert everyone.select(agent_type=Resident).to_list() == mine[1:]
    assert len(everyone.select(agent_type=(Migrant, Resident))) == PEOPLE - 2 + 2
    assert len(everyone.select(lambda one: isinstance(one, Row), at_most=4)) == 4


def test_sets_derived_from_everyone_hold_their_views(town: Town) -> None:
    mine = Resident(town, generation=0, row=-1)
    derived = [
        town.agents.select(lambda one: one.generation == 0),
        town.agents.shuffle(),
        town.agents.sort("row"),
        copy.copy(town.agents),
        town.agents | [mine],
        town.agents - [mine],
        town.agents & town.agents.to_list(),
        town.agents.groupby(type).groups[Migrant],
    ]
    gc.collect()
    for agents in derived:
        assert len(agents) == len(agents.to_list()) >= PEOPLE - 2
    assert town.agents.groupby(type).count() == {Migrant: PEOPLE - 2, Trafficker: 2, Resident: 1}
    assert town.agents.groupby("generation").count() == {0: PEOPLE + 1}


def test_columns_of_everyone(town: Town) -> None:
    mine = Resident(town, home=0, capital=0.0)
    assert town.agents.get("home") == [0] * (PEOPLE + 1)
    assert town.agents.agg("home", len) == PEOPLE + 1
    town.agents.set("home", 2)
    assert mine.home == 2
    assert (town.enterprises["home"][[1, 4]] == 2).all()
    with pytest.raises(RequestError, match="no column 'capital'"):
        town.agents.set("capital", 5.0)
    assert (town.enterprises["capital"] == 0).all()
    assert mine.capital == 0.0
    with pytest.raises(AttributeError):
        town.agents.get("cash")
    with pytest.raises(RequestError, match="agent_type"):
        town.agents.select(where="cash")
    rich = town.agents.select(agent_type=Migrant, where=lambda people: people["cash"] > 300)
    assert min(rich.get("cash")) > 300


def test_everyone_cannot_be_changed_but_by_mesa(town: Town) -> None:
    for change in (
        lambda: town.agents.shuffle(inplace=True),
        lambda: town.agents.select(agent_type=Migrant, inplace=True),
        lambda: town.agents.sort("row", inplace=True),
        lambda: town.agents.add(town.agents[0]),
    ):
        with pytest.raises(RequestError, match="follows the model"):
            change()


def test_the_users_own_agents_are_called(town: Town) -> None:
    mine = Resident(town)
    assert town.agents.select(agent_type=Resident).map("call", times=2) == [2]
    town.agents.do("step")
    town.agents_by_type[Resident].do("call")
    assert mine.calls == 3
    town.agents.do(lambda one: one.remove() if one is mine else None)
    assert mine not in town.agents


def test_views_do_not_keep_the_model(town: Town) -> None:
    agents = town.agents_by_type[Migrant].copy()
    lonely = Rows(kind=Migrant, table=town.people, random=generator(1))[0]
    assert agents[0].model is town
    assert lonely.cash == agents[0].cash
    with pytest.raises(ReferenceError, match="the model of Migrant"):
        _ = lonely.model

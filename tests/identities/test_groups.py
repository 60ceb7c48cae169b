"""By group: parts add up to the whole, week by week and to the last bit, and asking for them changes nothing else."""

from __future__ import annotations

import re
from collections import Counter as Multiset
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
from sim.agents.people import PERSON_COLUMNS, Legal
from sim.declared.measures.catalogue import METRICS
from sim.declared.measures.groups import (
    COUNTED_BY,
    DIMENSIONS,
    OF_PEOPLE,
    ROLE_COUNTERS,
    TALLIED,
    check_ask,
    check_split,
    dimensions_of,
    splittable,
)
from sim.ground.errors import RequestError
from sim.ground.kernel import kernel
from sim.ground.table import Table
from sim.ledger.counters import COUNTER_INDEX, COUNTERS, C
from sim.ledger.groups import MOST_PARTS, Groups
from sim.ledger.persons import happens
from sim.ledger.tallies import tally, tally_in
from sim.scenario.scenario import Scenario
from sim.week.week import Week
from tests import conftest as tools

EVERY = "sector,region,sex,age,status,role,sex:age,region:sector"
REGIONS, SECTORS = ("here", "there", "far"), ("field", "bar")


@pytest.fixture(scope="module")
def plain(corridor: Scenario) -> Week:
    return tools.run(tools.lively(corridor))


@pytest.fixture(scope="module")
def split(corridor: Scenario) -> Week:
    return tools.run(tools.lively(corridor).replace({"by": EVERY}))


# --- in runs ----------------------------------------------------------------------------------------------------


def test_asking_changes_nothing_else(plain: Week, split: Week) -> None:
    assert np.ascontiguousarray(split.counters).tobytes() == plain.counters.tobytes()
    for name, table in plain.tables.items():
        assert all(np.array_equal(table[column], split.tables[name][column], equal_nan=True) for column in table)


def test_without_it_rows_have_no_blocks_and_kernels_see_an_empty_list(plain: Week) -> None:
    assert plain.agenda.counters.shape[1] == plain.state.sums.counters.shape[1] == len(COUNTERS)
    assert plain.groups.asks == ()
    assert len(plain.state.s.people.grouping) == 0


def test_parts_add_up_to_the_whole_in_every_week(split: Week) -> None:
    for ask in (each for each in split.groups.asks if each != "role"):
        for counter in TALLIED:
            parts = split.parts(counter, ask).sum(axis=1)
            assert np.array_equal(parts, split.counters[:, COUNTER_INDEX[counter]]), (ask, counter)
    happened = [counter for counter in TALLIED if split.counters[:, COUNTER_INDEX[counter]].any()]
    assert len(happened) > 0.6 * len(TALLIED)


def test_parts_of_a_pair_add_up_to_those_of_both_dimensions(split: Week) -> None:
    for counter in TALLIED:
        both = split.parts(counter, "sex:age").reshape(-1, 2, 2)
        assert np.array_equal(both.sum(axis=2), split.parts(counter, "sex"))
        assert np.array_equal(both.sum(axis=1), split.parts(counter, "age"))
        both = split.parts(counter, "region:sector").reshape(len(both), len(split.world.regions.name), -1)
        assert np.array_equal(both.sum(axis=2), split.parts(counter, "region"))
        assert np.array_equal(both.sum(axis=1), split.parts(counter, "sector"))


def test_groups_are_those_that_counters_of_their_own_tell_of(split: Week) -> None:
    counted = split.counters
    assert np.array_equal(split.parts("exploited", "sex")[:, 1] + 0.0, _of(split, C.EXPLOITED_FEMALE, travelling="sex"))
    status = split.parts("exploited", "status")
    secure = status[:, [Legal.CITIZEN, Legal.REGULAR, Legal.TIED]].sum(axis=1)
    assert np.abs(secure - counted[:, C.EXPLOITED_REGULAR]).sum() <= counted[:, C.EXPLOITED_TRAVELLING].sum()
    sectors = split.parts("exploited", "sector")
    sex = 1 + np.flatnonzero(split.world.sectors.commercial_sex)
    assert np.array_equal(sectors[:, sex].sum(axis=1), counted[:, C.EXPLOITED_SEX])
    assert np.array_equal(sectors[:, 0], counted[:, C.EXPLOITED_TRAVELLING])  # nobody else is exploited without work


def _of(week: Week, counter: int, *, travelling: str) -> np.ndarray:
    """A counter of people at work, with those of its group who are held on a journey."""
    ask = f"{travelling}:sector"
    again = Week(week.scenario.replace({"by": ask}), week.seed).run()
    held = again.parts("exploited", ask).reshape(len(again.counters), 2, -1)[:, 1, 0]
    return week.counters[:, counter] + held


def test_weekly_metrics_by_group_add_up(corridor: Scenario) -> None:
    model = sim.Model(corridor.replace({"by": "sex:age,role", "time.years": 0.5})).run()
    parts = model.truth_by("sex:age")
    for name in splittable("sex:age"):
        if METRICS[name].kind in ("flow", "stock"):
            np.testing.assert_allclose(parts[name].sum(axis=1), model.truth[name], rtol=1e-12)
    assert list(parts["deaths"].columns)[-1] == "women and girls, minors"
    np.testing.assert_array_equal(model.truth_by("role")["arrests"].sum(axis=1), model.truth["arrests"])
    with pytest.raises(RequestError, match=r"were not split by sector: they kept sex:age, role; run them with by="):
        model.truth_by("sector")


def test_two_threads_find_the_same_parts(corridor: Scenario) -> None:
    one, two = (
        Week(corridor.replace({"by": "region:sector,status", "time.years": 0.5, "threads": count}), 3).run()
        for count in (1, 2)
    )
    assert one.agenda.counters.tobytes() == two.agenda.counters.tobytes()
    assert one.parts("exploited", "status").any()


# --- the tally itself, against a slow twin ------------------------------------------------------------------------


@kernel
def happen(people, counters, i, what):
    happens(people, counters, i, what, 0)


@kernel
def happen_in(people, counters, i, what, sector, amount):
    counters[what] += amount
    tally_in(people, counters, i, what, sector, amount)


@kernel
def happen_so_much(people, counters, i, what, amount):
    counters[what] += amount
    tally(people, counters, i, what, amount)


ASKS = st.lists(
    st.one_of(
        st.sampled_from(OF_PEOPLE),
        st.permutations(OF_PEOPLE).map(lambda names: f"{names[0]}:{names[1]}"),
    ),
    min_size=1, max_size=5, unique=True,
)  # fmt: skip
PERSON = st.tuples(
    st.integers(-1, len(SECTORS) - 1), st.integers(0, len(REGIONS) - 1), st.integers(0, 1), st.integers(0, 1),
    st.sampled_from([int(each) for each in Legal]),
)  # fmt: skip
EVENT = st.tuples(st.sampled_from([*TALLIED, "savers", "contracts"]), PERSON, st.integers(0, 2), st.integers(1, 9))


@settings(max_examples=60)
@given(asks=ASKS, events=st.lists(EVENT, max_size=40))
def test_each_event_goes_to_one_part_of_every_split(asks: list[str], events: list) -> None:
    groups = Groups(asks, REGIONS, SECTORS)
    table, row = Table("migrant", PERSON_COLUMNS, 1), np.zeros(groups.columns)
    table.lay_beside("grouping", groups.layout)
    expected: Multiset[tuple[str, str, str]] = Multiset()
    whole: Multiset[str] = Multiset()
    for counter, person, how, so_much in events:
        table["sector"], table["here"], table["female"], table["minor"], table["legal"] = person
        what, sector, amount = COUNTER_INDEX[counter], person[0], so_much if how else 1
        if how == 0:
            happen(table.view, row, 0, what)
        elif how == 1:
            happen_so_much(table.view, row, 0, what, float(so_much))
        else:
            sector = -1
            happen_in(table.view, row, 0, what, -1, float(so_much))
        whole[counter] += amount
        named = dict(zip(OF_PEOPLE, _names(sector, *person[1:]), strict=True))
        if counter in COUNTED_BY:
            for ask in asks:
                expected[counter, ask, ", ".join(named[each] for each in ask.split(":"))] += amount
    for ask in asks:
        for counter in TALLIED:
            found = groups.of(row[None], counter, ask)[0]
            assert found.sum() == whole[counter]
            assert dict(zip(groups.names[ask], found, strict=True)) == {
                name: expected[counter, ask, name] for name in groups.names[ask]
            }


def _names(sector: int, region: int, female: int, minor: int, legal: int) -> tuple[str, ...]:
    names = Groups(OF_PEOPLE, REGIONS, SECTORS).names
    return tuple(names[each][k] for each, k in zip(OF_PEOPLE, (sector + 1, region, female, minor, legal), strict=True))


def test_a_row_without_blocks_is_never_written_beyond() -> None:
    groups = Groups(["sex"], REGIONS, SECTORS)
    table = Table("migrant", PERSON_COLUMNS, 1)
    table.lay_beside("grouping", groups.layout)
    for length, counter, parts in (
        (len(COUNTERS), C.DEATHS, 0), (groups.in_passes, C.DEATHS, 0), (groups.in_passes, C.REMOVALS, 1),
        (groups.columns, C.DEATHS, 1),
    ):  # fmt: skip
        memory = np.zeros(groups.columns)
        happen(table.view, memory[:length], 0, counter)
        assert memory[len(COUNTERS) :].sum() == parts


# --- what is declared -------------------------------------------------------------------------------------------


def test_every_write_of_a_tallied_counter_says_whom_it_counts() -> None:
    """A plain ``counters[C.X] += …`` of such a counter stands beside a tally of it, or parts would not add up."""
    rules = Path(sim.__file__).parent / "rules"
    names = {name.upper() for name in TALLIED if not name.startswith("stock_")}
    for path in rules.rglob("*.py"):
        lines = path.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines):
            for name in re.findall(r"counters\[C\.(\w+)\] \+=", line):
                near = "\n".join(lines[number : number + 5])
                assert name not in names or re.search(rf"tally\w*\(.*C\.{name}\b", near), (path.name, number + 1, name)


def test_metrics_are_split_by_what_all_of_their_counters_know() -> None:
    assert dimensions_of("exploited_people") == OF_PEOPLE
    assert dimensions_of("deaths") == ("region", "sex", "age")
    assert dimensions_of("identified_share") == OF_PEOPLE  # both of its counters know the person
    assert dimensions_of("removed_exploited_share") == ()  # one of its counters does not
    assert dimensions_of("mean_fee") == dimensions_of("recorded_complaints") == ()
    assert dimensions_of("arrests") == ("role",)
    assert set(COUNTED_BY) <= set(COUNTER_INDEX)
    for name, parts in ROLE_COUNTERS.items():
        assert {name, *METRICS} == METRICS.keys()
        assert set(parts) <= set(COUNTER_INDEX)
    assert {name for name in DIMENSIONS if splittable(name)} == set(DIMENSIONS)
    headline = [name for name, metric in METRICS.items() if metric.headline and dimensions_of(name)]
    assert {"exploited_people", "new_exploited", "spell_length", "deaths", "departures", "identified"} <= set(headline)


def test_people_convicted_are_those_of_all_roles(split: Week) -> None:
    for name, parts in ROLE_COUNTERS.items():
        (whole,) = METRICS[name].top if len(METRICS[name].top) == 1 else (None,)
        if whole is not None:
            columns = [COUNTER_INDEX[part] for part in parts]
            assert np.array_equal(split.counters[:, columns].sum(axis=1), split.counters[:, COUNTER_INDEX[whole]])


@pytest.mark.parametrize(
    ("by", "said"),
    [
        ("secter", "by cannot be 'secter' (in by=secter); did you mean 'sector'?"),
        ("sex:age:region", "by takes one word or a pair of two"),
        ("sex:sex", "by takes one word or a pair of two"),
        ("sex:role", "roles are those of offenders, and stand alone"),
        ("none:sex", "by takes one word or a pair of two"),
    ],
)
def test_what_cannot_be_asked_is_said(by: str, said: str) -> None:
    with pytest.raises(RequestError, match=re.escape(said)):
        Scenario.compose(["world=corridor", f"by={by}"])


def test_words_of_a_request_are_read_as_one_setting() -> None:
    scenario = Scenario.compose(["world=corridor", "by=sector, region,sex:age,sector"])
    assert scenario["by"] == "sector,region,sex:age"
    assert Scenario.compose(["world=corridor", "by=[age,sex]"])["by"] == "age,sex"
    assert scenario.replace({"by": "none"})["by"] == scenario.replace({"by": []})["by"] == "none"
    assert scenario.key != scenario.replace({"by": "none"}).key  # a run without groups does not do for one with


def test_more_groups_than_a_run_keeps_are_refused_before_it_starts() -> None:
    with pytest.raises(RequestError, match=rf"makes \d+ groups, and a run keeps at most {MOST_PARTS}"):
        Scenario.compose(["world=subregions", "by=region:sector,region:status"])


def test_a_split_that_is_not_there_is_told_with_what_to_do() -> None:
    assert check_ask("age:sex", ("sex:age",)) == "sex:age"
    with pytest.raises(RequestError, match=r"there is no dimension 'sectr'.*did you mean 'sector'"):
        check_ask("sectr", ("sex",))
    with pytest.raises(RequestError, match=r"they kept no groups; run them with by=sex"):
        check_ask("sex", ())
    with pytest.raises(RequestError, match=r"deaths cannot be split by status, only by region, sex, age"):
        check_split("deaths", "status")
    with pytest.raises(RequestError, match=r"mean_fee cannot be split: what it counts does not know the person"):
        check_split("mean_fee", "sex")
    with pytest.raises(RequestError, match=r"there is no metric 'death'.*did you mean 'deaths'"):
        check_split("death", "sex")

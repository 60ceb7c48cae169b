"""Twins are joined person by person, and nobody is lost or counted twice."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.agents.people import Path
from sim.results.transitions import (
    CLASS_OF_BYTE,
    CLASSES,
    COLUMNS,
    GROSS,
    GROUPS,
    MEASURES,
    NET,
    NOT_YET,
    PATHS,
    join,
    tabulate,
    transitions,
)


def outcomes(people: dict[tuple[int, int], int]) -> dict[str, np.ndarray]:
    return {
        "row": np.array([row for row, _ in people], np.int32),
        "generation": np.array([generation for _, generation in people], np.int32),
        "path": np.array(list(people.values()), np.uint16),
    }


# who a person is does not depend on the world: it goes with her row and generation
WHO = (0, Path.FEMALE, Path.MINOR, Path.FEMALE | Path.WITH_STATUS, Path.WITHOUT_STATUS, Path.MINOR | Path.IN_NEED)


def described(people: dict[tuple[int, int], int]) -> dict[tuple[int, int], int]:
    return {who: (path & ~Path.IN_NEED) | WHO[(who[0] + who[1]) % len(WHO)] for who, path in people.items()}


PEOPLE = st.dictionaries(st.tuples(st.integers(0, 30), st.integers(0, 2)), st.integers(0, 255), max_size=40).map(
    described
)


@given(PEOPLE, PEOPLE)
@settings(deadline=None)
def test_people_are_conserved(first: dict, second: dict) -> None:
    paths, _ = tabulate(outcomes(first), outcomes(second))
    everyone = set(first) | set(second)
    paths = dict(zip(GROUPS, paths, strict=True))
    assert paths["all"].sum() == len(everyone)
    absent = CLASSES.index(NOT_YET)
    assert np.delete(paths["all"].sum(axis=1), absent).sum() == len(first)
    assert np.delete(paths["all"].sum(axis=0), absent).sum() == len(second)
    for parts in (
        ("women and girls", "men and boys"),
        ("under eighteen", "adults"),
        ("at home", "abroad with status", "abroad without status"),
    ):
        assert (sum(paths[part] for part in parts) == paths["all"]).all()
    paths = np.array(list(paths.values()))
    assert paths[:, absent, absent].sum() == 0


@given(PEOPLE)
@settings(deadline=None)
def test_a_world_and_itself_differ_in_nothing(people: dict) -> None:
    twin = outcomes(people)
    paths, gross = tabulate(twin, {name: values[::-1] for name, values in twin.items()})  # whatever the order
    assert paths.sum() == np.trace(paths, axis1=1, axis2=2).sum()
    assert gross[:, :, 0, 1].sum() == gross[:, :, 1, 0].sum() == 0


@pytest.mark.parametrize(
    ("bits", "name"),
    [
        (0, "stayed home"),
        (Path.IN_NEED, "stayed home"),
        (Path.LEFT | Path.STOPPED, "set out and did not arrive"),
        (Path.LEFT | Path.SAFE, "found protection on the way"),
        (Path.LEFT | Path.ARRIVED_REGULAR | Path.SAFE, "arrived with a visa"),
        (Path.LEFT | Path.ARRIVED_IRREGULAR | Path.SAFE, "arrived without a visa"),
        (Path.LEFT | Path.ARRIVED_IRREGULAR | Path.REMOVED, "removed"),
        (Path.LEFT | Path.REMOVED | Path.DIED, "died"),
    ],
)
def test_classes_are_read_from_what_happened(bits: int, name: str) -> None:
    assert PATHS[CLASS_OF_BYTE[bits]] == name


def test_a_person_of_one_world_only_is_marked() -> None:
    before, after = join(outcomes({(0, 0): 1, (1, 0): 2}), outcomes({(0, 0): 3, (1, 1): 4}))
    assert before.tolist() == [1, 2, -1]
    assert after.tolist() == [3, -1, 4]


NEED = Path.IN_NEED
FIRST = outcomes({(0, 0): Path.DIED, (1, 0): 0, (2, 0): NEED, (3, 0): NEED | Path.SAFE})
SECOND = outcomes({(0, 0): 0, (1, 0): Path.DIED, (2, 0): NEED | Path.SAFE, (3, 0): NEED | Path.SAFE})
SWAPPED = outcomes({(0, 0): 0, (1, 0): Path.DIED, (2, 0): NEED, (3, 0): NEED | Path.SAFE})
KEY = ["group", "kind", "measure", "from_class", "to_class"]


def test_gross_counts_show_what_the_net_hides_and_stand_beside_the_placebo() -> None:
    policy, placebo = tabulate(FIRST, SECOND), tabulate(FIRST, SWAPPED)
    table = transitions("a", {1: policy, 2: policy, 3: policy}, 4, {1: placebo, 2: placebo, 3: tabulate(FIRST, FIRST)})
    assert list(table.columns) == list(COLUMNS)
    rows = table.set_index(KEY)
    died = rows.loc[("all", GROSS, "death", "lived", "died")]
    assert died["people"] == rows.loc[("all", GROSS, "death", "died", "lived"), "people"] == 1
    # of three pairs of twins, two come out as with the policy when nothing but a placebo was done
    assert died["placebo"] == pytest.approx(2 / 3)
    assert died["above_placebo"] == pytest.approx(1 / 3)
    assert died["above_low"] < 0 < died["above_high"]
    assert (died["placebo_low"], died["placebo_high"]) == pytest.approx((2 / 3 - 1.4343, 2 / 3 + 1.4343), abs=1e-3)
    safe = rows.loc[("in need", GROSS, "safety", "did not reach safety", "reached safety")]
    assert (safe["people"], safe["placebo"], safe["above_placebo"]) == (1, 0, 1)
    assert rows.loc[("all", NET, "death", "lived", "died"), "people"] == 0
    assert rows.loc[("all", NET, "safety", "did not reach safety", "reached safety"), "people"] == 1
    paths = table[(table["group"] == "all") & (table["measure"] == "path")]
    assert paths["people"].sum() == 4
    assert paths["per_100k"].sum() == pytest.approx(100_000)


def test_without_a_placebo_there_are_net_counts_only() -> None:
    table = transitions("a", {1: tabulate(FIRST, SECOND), 2: tabulate(FIRST, FIRST)}, 4, None)
    assert set(table["kind"]) == {NET}
    assert len(table) == len(GROUPS) * len(MEASURES)
    assert table["placebo"].isna().all()
    assert transitions("a", {}, 4, None).empty


@given(PEOPLE, PEOPLE)
@settings(deadline=None)
def test_net_is_the_difference_of_the_two_gross_counts(one: dict, other: dict) -> None:
    twin = tabulate(outcomes(described(one)), outcomes(described(other)))
    table = transitions("a", {1: twin}, 10, {1: twin})
    rows = table[table["measure"] != "path"].set_index(KEY)["people"]
    for (group, kind, measure, lacking, having), net in rows.items():
        if kind == NET:
            ways = rows[group, GROSS, measure, lacking, having], rows[group, GROSS, measure, having, lacking]
            assert net == ways[0] - ways[1]
    gross = table[table["kind"] == GROSS]
    assert (gross["above_placebo"] == 0).all()  # a world is no further from its twin than from itself

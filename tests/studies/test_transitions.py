"""Twins are joined person by person, and nobody is lost or counted twice."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.observation.catalogue import Path
from sim.studies.transitions import CLASS_OF_BYTE, CLASSES, COLUMNS, GROUPS, NOT_YET, PATHS, join, tabulate, transitions


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


def test_gross_counts_show_what_the_net_hides() -> None:
    need = Path.IN_NEED
    first = outcomes({(0, 0): Path.DIED, (1, 0): 0, (2, 0): need, (3, 0): need | Path.SAFE})
    second = outcomes({(0, 0): 0, (1, 0): Path.DIED, (2, 0): need | Path.SAFE, (3, 0): need | Path.SAFE})
    table = transitions({"a": [(first, second)] * 2}, people=4)
    assert list(table.columns) == list(COLUMNS)
    gross = table.set_index(["group", "measure", "from_class", "to_class"])["people"]
    assert gross["all", "death", "lived", "died"] == gross["all", "death", "died", "lived"] == 1
    assert gross["in need", "death", "lived", "died"] == 0
    assert gross["in need", "safety", "did not reach safety", "reached safety"] == 1
    paths = table[(table["group"] == "all") & (table["measure"] == "path")]
    assert paths["people"].sum() == 4
    assert paths["per_100k"].sum() == pytest.approx(100_000)

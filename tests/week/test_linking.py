"""Lists put together: closed forms and what holds whatever the histories are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.week.captures import HISTORY, NAMES
from sim.week.linking import COLUMNS, link

PEOPLE = 1000
LISTS = [f"on_{name}" for name in NAMES]


@st.composite
def histories(draw):
    """Some people in some years on some lists; a row may pass on to another person."""
    keys = draw(st.sets(st.tuples(st.integers(0, PEOPLE - 1), st.integers(0, 3), st.integers(0, 4)), max_size=40))
    found = np.zeros(len(keys), HISTORY)
    generator = np.random.default_rng(draw(st.integers(0, 999)))
    for name, column in zip(("row", "generation", "year"), zip(*sorted(keys), strict=True), strict=False):
        found[name] = column
    found["region"], found["female"] = generator.integers(0, 3, len(found)), generator.integers(0, 2, len(found))
    found["weeks"] = generator.integers(0, 53, len(found))
    found["entries"] = generator.poisson(0.6, (len(found), len(NAMES)))
    return found


def on(linked):
    return np.column_stack([linked[name] for name in LISTS])


@given(histories(), st.integers(0, 9))
def test_without_errors_lists_are_the_entries(found, seed):
    linked = link(found, PEOPLE, seed, 0.0, 0.0)
    assert tuple(linked) == COLUMNS
    np.testing.assert_array_equal(on(linked), found["entries"] > 0)
    np.testing.assert_array_equal(linked["person"], found["generation"].astype(np.int64) * PEOPLE + found["row"])
    assert not linked["copy"].any()


@given(histories(), st.integers(0, 9), st.floats(0, 1), st.floats(0, 1))
def test_the_truth_stays_whatever_the_errors(found, seed, missed, false):
    linked = link(found, PEOPLE, seed, missed, false)
    real = ~linked["copy"]
    np.testing.assert_array_equal(linked["weeks"][real], found["weeks"])
    np.testing.assert_array_equal(linked["exploited"][real], found["weeks"] > 0)
    assert linked["weeks"][~real].sum() == 0
    entries = np.column_stack([linked[f"entries_{name}"] for name in NAMES])
    np.testing.assert_array_equal(entries[real], found["entries"])
    assert len(np.unique(linked["person"] * 8 + linked["year"])) <= len(linked["person"])
    assert on(linked)[~real].any(axis=1).all()  # a copy that stands on no list is no record


@given(histories(), st.integers(0, 9))
def test_with_every_link_missed_each_entry_is_a_person(found, seed):
    linked = link(found, PEOPLE, seed, 1.0, 0.0)
    listed = on(linked).sum(axis=1)
    assert (listed <= 1).all()
    np.testing.assert_array_equal(on(linked).sum(axis=0), (found["entries"] > 0).sum(axis=0))
    assert linked["copy"].sum() == np.maximum((found["entries"] > 0).sum(axis=1) - 1, 0).sum()


@given(histories(), st.integers(0, 9), st.floats(0, 1))
def test_whoever_is_mistaken_stays_in_her_region_year_and_sex(found, seed, false):
    """Within such a group no list appears on which nobody stands, and none loses its last."""
    linked = link(found, PEOPLE, seed, 0.0, false)
    groups = {}
    for which, lists in ((found, found["entries"] > 0), (linked, on(linked))):
        for key, each in zip(zip(which["year"], which["region"], which["female"], strict=True), lists, strict=True):
            groups.setdefault(tuple(map(int, key)), [set(), set()])[which is linked].update(np.flatnonzero(each))
    assert all(before == after for before, after in groups.values())
    assert (on(linked).sum(axis=0) <= (found["entries"] > 0).sum(axis=0)).all()


def test_shares_are_what_is_declared():
    found = np.zeros(20_000, HISTORY)
    found["row"] = np.arange(len(found))
    found["entries"][:, :2] = 1
    linked = link(found, len(found), 1, 0.2, 0.0)
    assert linked["copy"].mean() * len(linked["copy"]) == pytest.approx(0.2 * len(found), rel=0.05)
    linked = link(found, len(found), 1, 0.0, 0.1)
    # one in ten is taken for someone else, and of these one in ten has someone else taken for her
    assert (~on(linked).any(axis=1)).mean() == pytest.approx(0.1 * 0.9, rel=0.05)


def test_more_errors_are_the_same_errors_and_more():
    found = np.zeros(500, HISTORY)
    found["row"] = np.arange(len(found))
    found["entries"][:, [0, 3, 4]] = 1
    few, many = (set(link(found, PEOPLE, 1, share, 0.0)["person"].tolist()) for share in (0.1, 0.3))
    assert few < many


def test_nobody_has_a_history():
    linked = link(np.zeros(0, HISTORY), PEOPLE, 1, 0.1, 0.1)
    assert all(len(column) == 0 for column in linked.values())

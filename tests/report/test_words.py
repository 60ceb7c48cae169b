"""Numbers, labels and groups as readers see them."""

import math

import pytest

from sim.declared.measures.catalogue import METRICS, RECORD_SERIES
from sim.declared.measures.metrics import ACTIVITY, GROUPS, MOVEMENT, PEOPLE, SMUGGLING
from sim.report import words

THIN = "\N{NARROW NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (1e-12, "0"),
        (math.nan, "–"),
        (math.inf, "–"),
        (12_345.6, f"12{THIN}346"),
        (-2.5, "−2.50"),
        (0.012345, "0.0123"),
        (99.96, "100.0"),
    ],
)
def test_number(value, text):
    assert words.number(value) == text


def test_signed_number():
    assert words.number(3.0, signed=True) == "+3.00"
    assert words.number(-3.0, signed=True) == "−3.00"
    assert words.number(0.0, signed=True) == "0"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.04, "0"), (-0.04, "0"), (9.94, "+9.9"), (9.96, "+10"), (-31.4, "−31"), (1234.0, "+1,234"), (math.nan, None)],
)
def test_percent(value, text):
    assert words.percent(value) == ("–" if text is None else f"{text}{THIN}%")


def test_region_names():
    assert words.region("eastern_asia_high") == "Eastern Asia, high"
    assert words.region("poor_origin") == "Poor Origin"
    assert words.region("high") == "High"


def test_every_metric_is_in_one_group_and_activity_is_apart():
    groups = words.grouped(METRICS)
    assert sorted(name for members in groups.values() for name in members) == sorted(METRICS)
    for group in (PEOPLE, MOVEMENT, SMUGGLING):
        assert all(METRICS[name].tag != "activity" for name in groups[group])
    assert {"interceptions", "removals"} <= set(groups[ACTIVITY])


def test_a_metric_says_of_itself_what_tables_need():
    headline = [metric for metric in METRICS.values() if metric.headline]
    assert all(metric.label for metric in headline)
    assert len({metric.title for metric in headline}) == len(headline)
    assert {metric.topic for metric in METRICS.values()} <= set(GROUPS)
    assert METRICS["people_waiting"].title == "People waiting"


def test_every_record_says_who_keeps_it_and_has_its_place():
    recorded = {name for name, metric in METRICS.items() if metric.layer == "record"}
    assert recorded == set(RECORD_SERIES) == {name for name, metric in METRICS.items() if metric.series != ("", "")}
    assert all(agency and series for agency, series in RECORD_SERIES.values())


def test_counts_are_shown_per_100_000_and_shares_in_per_cent():
    assert words.per_people(METRICS["deaths"], 50_000) == (2.0, f"people a year per 100{THIN}000 at risk")
    assert words.per_people(METRICS["provider_share"], 50_000) == (100.0, "%")
    assert words.per_people(METRICS["mean_fee"], 50_000) == (1.0, "US$")

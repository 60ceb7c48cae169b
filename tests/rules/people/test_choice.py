"""The one choice event: logit identities, the pruning rule and the diversion of people denied a channel."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.ground.draws import Stream, block
from sim.ground.kernel import kernel
from sim.rules.people.choice import best_option
from sim.rules.people.options import cannot_reach, gumbel
from sim.week.setting import set_the_world
from sim.week.week import Week


@given(
    value=st.floats(-1e6, 1e6),
    best=st.floats(-1e6, 1e6),
    u=st.floats(2**-33, 1 - 2**-33),
    noise=st.floats(0, 1e5),
)
def test_pruning_never_drops_an_option_that_would_have_won(value, best, u, noise):
    if cannot_reach(value, best, u, noise):
        assert value + noise * gumbel(u) <= best + 1e-9 * max(1.0, abs(best))


@kernel
def channels_of(s, p, rows, now, out):
    for position in range(len(rows)):
        found = best_option(s, p, rows[position], -1, now)
        out[position, 0], out[position, 1] = found.channel, found.region


def identical_people(scenario, people=40_000):
    """A week of the corridor in which all people at home in region 0 are alike, under the plain logit."""
    week = Week(scenario.replace({"people.size": people, "choice.rule": "plain", "choice.wish_scale": 20_000}), 5)
    set_the_world(week.state, week.agenda)
    m = week.migrants
    rows = np.flatnonzero((m["home"] == 0) & (m["stage"] == 0))
    for name, value in {
        "skill": 0,
        "kin": -1,
        "ability": 1.0,
        "ability_abroad": 1.0,
        "deprivation": 5.0,
        "home_tie": 10_000.0,
        "information": 0.5,
        "cash": 250_000.0,
        "protection_need": 0,
        "wish": 0.0,
    }.items():
        m[name][rows] = value
    return week, rows


def without_going_alone(week):
    """What rules see of the run, were nobody able to pay a journey of her own."""
    pairs = week.state.pairs.records.copy()
    pairs["alone_cost"] = np.inf
    return week.state.s._replace(pairs=pairs)


def shares(week, rows, tables):
    """Share of each (channel, destination) among the rows."""
    out = np.empty((len(rows), 2), np.int64)
    channels_of(tables, week.state.p, rows, week.agenda.now, out)
    keys, counts = np.unique(out, axis=0, return_counts=True)
    return {(int(c), int(d)): n / len(rows) for (c, d), n in zip(keys, counts, strict=True)}


@pytest.mark.slow
def test_plain_logit_loses_share_in_proportion(corridor):
    """EC 2.14: taking option k away gives each other option s_j / (1 - s_k) of its share, staying included."""
    week, rows = identical_people(corridor)
    full = shares(week, rows, week.state.s)
    reduced = shares(week, rows, without_going_alone(week))
    gone = sum(share for (channel, _), share in full.items() if channel == 2)
    assert 0.02 < gone < 0.9
    spread = 4 * math.sqrt(0.25 / len(rows))
    for option, share in full.items():
        if option[0] != 2:
            assert reduced.get(option, 0.0) == pytest.approx(share / (1 - gone), abs=spread)


def test_people_whose_choice_was_not_taken_away_do_not_change_it(corridor):
    """Gumbel-max coupling: removing an option moves only those who had chosen it."""
    week, rows = identical_people(corridor)
    before, after = np.empty((len(rows), 2), np.int64), np.empty((len(rows), 2), np.int64)
    channels_of(week.state.s, week.state.p, rows, week.agenda.now, before)
    channels_of(without_going_alone(week), week.state.p, rows, week.agenda.now, after)
    others = before[:, 0] != 2
    assert np.array_equal(before[others], after[others])
    assert (after[:, 0] != 2).all()


def test_noise_is_keyed_by_the_option_not_by_its_position(corridor):
    week, rows = identical_people(corridor)
    tables = week.state.s
    order = tables.destinations.copy()
    order[0, :, :2] = order[0, :, 1::-1][:, :2]
    mixed = tables._replace(destinations=order)
    assert shares(week, rows, mixed) == shares(week, rows, tables)


def test_a_draw_does_not_depend_on_another_stream():
    four = block(1, Stream.OPTION_NOISE, 3, 0, 2, 8)
    assert four == block(1, Stream.OPTION_NOISE, 3, 0, 2, 8)
    assert four != block(1, Stream.PLAIN_STAY, 3, 0, 2, 8)

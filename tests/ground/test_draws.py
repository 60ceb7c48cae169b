"""Keyed draws: the published vectors, a slow twin, and statistics of the streams."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.ground.draws import Stream, block, draw, draw_of, key_of, philox
from sim.ground.kernel import kernel

WORD = st.integers(0, 2**32 - 1)
VECTORS = [  # Random123 known-answer tests of Philox4x32-10: key; counter; words
    ((0, 0), (0, 0, 0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((0xFFFFFFFF,) * 2, (0xFFFFFFFF,) * 4, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0xA4093822, 0x299F31D0),
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


def slow_philox(key, counter):
    """Philox4x32-10 with Python's integers."""
    mask = 2**32 - 1
    c, (k0, k1) = list(counter), key
    for _ in range(10):
        a, b = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(b >> 32) ^ c[1] ^ k0, b & mask, (a >> 32) ^ c[3] ^ k1, a & mask]
        k0, k1 = (k0 + 0x9E3779B9) & mask, (k1 + 0xBB67AE85) & mask
    return tuple(c)


def fast_philox(key, counter):
    return tuple(int(word) for word in philox(*(np.uint32(word) for word in (*key, *counter))))


@pytest.mark.parametrize(("key", "counter", "words"), VECTORS)
def test_published_vectors(key, counter, words):
    assert fast_philox(key, counter) == words


@given(st.tuples(WORD, WORD), st.tuples(WORD, WORD, WORD, WORD))
def test_agrees_with_the_slow_twin(key, counter):
    assert fast_philox(key, counter) == slow_philox(key, counter)


@given(WORD, WORD, WORD, WORD, st.integers(0, 10_000))
def test_a_draw_is_its_word_of_the_block_and_strictly_inside_the_unit_interval(seed, who, generation, when, what):
    u = draw(seed, Stream.WISH, who, generation, when, what)
    assert u == block(seed, Stream.WISH, who, generation, when, what // 4)[what % 4]
    assert 0.0 < u < 1.0
    assert u == (slow_philox((seed, Stream.WISH), (who, generation, when, what // 4))[what % 4] + 0.5) / 2**32


SPLITMIX = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821]


def slow_splitmix(key, what):
    """The ``what``-th number of SplitMix64 that starts from ``key``, with Python's integers."""
    mask = 2**64 - 1
    z = (key + (what + 1) * 0x9E3779B97F4A7C15) & mask
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
    return z ^ (z >> 31)


def test_the_numbers_of_options_are_those_of_splitmix():
    assert [slow_splitmix(1234567, what) for what in range(5)] == SPLITMIX
    for what, word in enumerate(SPLITMIX):
        assert draw_of(np.uint64(1234567), what) == ((word >> 11) + 0.5) / 2**53


@given(WORD, WORD, WORD, WORD, st.integers(0, 100_000))
def test_an_options_number_is_keyed_by_the_decision_and_the_option(seed, who, generation, when, what):
    a, b, *_ = slow_philox((seed, Stream.QUOTE), (who, generation, when, 0))
    key = key_of(seed, Stream.QUOTE, who, generation, when)
    assert key == (a << 32) | b
    u = draw_of(np.uint64(key), what)
    assert 0.0 < u < 1.0
    assert u == ((slow_splitmix((a << 32) | b, what) >> 11) + 0.5) / 2**53


def test_options_of_a_decision_and_of_its_neighbours_are_unrelated():
    keys = [np.uint64(key_of(1, Stream.QUOTE, i, 0, 7)) for i in range(250)]
    table = np.array([[draw_of(key, j) for j in range(200)] for key in keys])
    assert stats.kstest(table.ravel(), "uniform").pvalue > 1e-3
    limit = 4 / np.sqrt(table.size)
    for a, b in ((table[1:], table[:-1]), (table[:, 1:], table[:, :-1])):
        assert abs(np.corrcoef(a.ravel(), b.ravel())[0, 1]) < limit


@kernel
def many(seed, stream, count, out):
    for i in range(count):
        out[i] = draw(seed, stream, i, 0, 7, 0)


def sample(seed, stream, count=50_000):
    out = np.empty(count)
    many(seed, stream, count, out)
    return out


def test_uniform_and_uncorrelated():
    u, other_stream, other_seed = sample(1, 3), sample(1, 4), sample(2, 3)
    assert stats.kstest(u, "uniform").pvalue > 1e-3
    limit = 4 / np.sqrt(len(u))
    for a, b in ((u[1:], u[:-1]), (u, other_stream), (u, other_seed)):
        assert abs(np.corrcoef(a, b)[0, 1]) < limit


def test_streams_have_their_own_numbers():
    assert len({int(stream) for stream in Stream}) == len(Stream.__members__)

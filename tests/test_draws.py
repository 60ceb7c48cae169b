"""Keyed draws: the published vectors, a slow twin, and statistics of the streams."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sim.draws import Stream, block, draw, philox
from sim.kernel import kernel

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
@settings(deadline=None)
def test_agrees_with_the_slow_twin(key, counter):
    assert fast_philox(key, counter) == slow_philox(key, counter)


@given(WORD, WORD, WORD, WORD, st.integers(0, 10_000))
@settings(deadline=None)
def test_a_draw_is_its_word_of_the_block_and_strictly_inside_the_unit_interval(seed, who, generation, when, what):
    u = draw(seed, Stream.WISH, who, generation, when, what)
    assert u == block(seed, Stream.WISH, who, generation, when, what // 4)[what % 4]
    assert 0.0 < u < 1.0
    assert u == (slow_philox((seed, Stream.WISH), (who, generation, when, what // 4))[what % 4] + 0.5) / 2**32


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

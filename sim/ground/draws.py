"""Keyed random draws: every draw is a function of (seed, stream, who, generation, when, what).

Philox4x32-10 (Salmon et al. 2011) as a pure function: key = (seed, stream), counter = (who, generation, when,
what // 4), word = what % 4. ``who`` is a row or the stable hash of a latent entrant; ``when`` the week,
or what else names the moment, such as the spell that begins; ``what`` the identity of an option, a leg, or 0, never a
position in a list. There is no generator state anywhere, so a draw cannot be shifted by another one: two runs that
differ in a policy differ only where the policy reached them.

Who compares hundreds of options draws once (``key_of``) and mixes each option's identity into that key (``draw_of``):
the same promise at a tenth of the cost.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.ground.kernel import kernel, rule

_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = np.uint32(0x9E3779B9), np.uint32(0xBB67AE85)
_LOW, _SHIFT = np.uint64(0xFFFFFFFF), np.uint64(32)
_TO_UNIT = 2.0**-32
_GOLDEN, _MIX_1, _MIX_2 = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_S27, _S30, _S31, _S11 = np.uint64(27), np.uint64(30), np.uint64(31), np.uint64(11)


class Stream(IntEnum):
    """One entry per decision; numbers are never reused, so that old seeds keep their meaning."""

    TRAITS = 1
    WISH = 3
    SPELL = 4
    RISK_AGE = 5
    CONSIDER_DELAY = 6
    OPTION_NOISE = 7
    PLAIN_STAY = 8
    VISA_PRIORITY = 9
    VISA_FORM = 10
    REFUGEE_VISA = 11
    PAPERS_PRIORITY = 12
    QUOTE = 13
    QUOTE_GROUP = 209
    SEEKER_PRIORITY = 14
    LEG_DEATH = 15
    LEG_DETECTION = 16
    SCREENING = 17
    CONTRACT_RETRY = 18
    JOB_SEARCH = 19
    REMOVAL_CLOCK = 20
    ASYLUM = 21
    ENTRANT_TRAITS = 22
    ENTRANT_LOOKS = 23
    START_ABROAD = 25
    DEATH_FOUND = 26
    VENUE_TRAITS = 27
    VENUE_LOOKS = 28
    VENUE_VISIBILITY = 29
    SECTOR = 30
    VENUE_ASKED = 31
    SEEKER_TURN = 32
    HIRE = 33
    JOB_ENDS = 34
    CONTACT = 35
    CONTACT_NEARNESS = 36
    CONTACT_SOURCE = 37
    HANDOVER_ASKED = 38
    EXIT = 39
    EXIT_VENUE = 40
    RECOGNITION = 41
    TELLING = 42
    AFTER_MEETING = 43
    PLACE_PRIORITY = 44
    SYMPTOMS = 45
    REGULARISATION = 46
    PROMOTION = 47
    RESALE = 48
    REINTEGRATION = 49
    DISMISSAL = 50
    FALSE_CLAIM = 51
    OFFENDER_TRAITS = 52
    REFERRAL = 53
    FIRST_CONTACT = 54
    LADDER = 55
    LEAD = 56
    PROACTIVE = 57
    INVESTIGATION = 58
    RECANT = 59
    FREEZE = 60
    TRIAL = 61
    VERDICT = 62
    COMPENSATION = 63
    OFFENDER_CAUGHT = 64
    RECORDS = 65
    CASE_PRIORITY = 66
    OFFICIAL_TRAITS = 67
    OFFICIAL = 68
    OFFICIAL_NAMED = 69
    BRIBE = 70
    BRIBE_AT_WORK = 71
    BRIBE_IN_COURT = 72
    BRIBE_IN_KIND = 88
    BRIBE_FOR_PAPERS = 130
    RETAINER = 89
    CUSTODY = 73
    FACILITATOR_TRAITS = 74
    FACILITATOR_LOOKS = 75
    PARTNER = 76
    SERVED = 77
    SUCCESSION = 78
    OPERATION = 79
    CARRIER = 80
    PUSHBACK = 81
    TIED_VISA = 82
    CAMPAIGN = 83
    TRAVEL_LIMIT = 84
    VENUE_AUDIT = 85
    EXTRADITION = 86
    ADOPTION = 87
    MISSION_ASKED = 90
    START_PHASE = 91
    HOME_HEARING = 110
    REMOVAL_WAIT = 111
    SUPPORTED_JOB = 112
    SUPPORT_OFFERED = 113
    STOPS_PAYING = 115
    CLAIM_REACHED = 116
    CLAIM_ASKED = 117
    CALLED_IN = 118
    PLACEBO = 99
    ROUTE_TASTE_PROVIDER = 120
    ROUTE_TASTE_ALONE = 121
    HELP = 125
    HELP_ASKED = 126
    CONFISCATION = 127
    SUSPECT = 128
    SUSPECT_VERDICT = 129
    LINK_MISSED = 131
    LINK_FALSE = 132
    LINK_WITH = 133
    # money and threats
    MONEY_CHANNEL = 160
    MONEY_LEAD = 161
    CAPITAL_FREEZE = 162
    FACILITATOR_ASSETS = 163
    WITNESS_PRESSED = 164
    WITNESS_PUNISHED = 165
    REVENGE = 166
    SELF_VIEW = 170
    INTERVIEW = 171
    DECLINES = 172
    CONSUL = 173
    DECISION = 174
    SHELTER_FOUND = 175
    CONSENT = 176
    PREPARED_RETURN = 177
    PREPARED_WAIT = 178
    PROCEDURES = 179
    AGE = 180
    HOUSEHOLD = 181
    HOUSEHOLD_DEBT = 182
    AGE_ASSESSMENT = 183
    GUARDIAN = 184
    CHILD_CARE = 185
    CHILD_MET = 186
    # contracts for work abroad
    CONTRACT_SOURCE = 150
    CONTRACT_MET = 151
    CONTRACT_EMPLOYER = 152
    CONTRACT_TIED = 153
    JOB_MOBILITY = 154
    # intelligence and missions
    INTEL_NUMBER = 190
    INTEL_LOOK = 191
    INTEL_TURN = 192
    INTEL_TOLD = 193
    INTEL_USED = 194
    MISSION_SCANDAL = 195
    TRANSIT_HELD = 200
    DISPERSED = 201
    TRANSIT_ASKED = 202
    PAPER_AUDIT = 203
    OWNER_LOOKS = 204
    RECRUITED_ONLINE = 205
    ONLINE_TRACE = 206
    RANSOM_ASKED = 207
    FORCED_CRIME = 208
    LEG_CLOSED = 140
    TURN_BACK = 141
    NEED = 142


@rule
def philox(k0, k1, c0, c1, c2, c3):
    """Ten rounds of Philox4x32: six uint32 in, four uint32 out."""
    for _ in range(10):
        p0 = _M0 * np.uint64(c0)
        p1 = _M1 * np.uint64(c2)
        c0, c1, c2, c3 = (
            np.uint32((p1 >> _SHIFT) ^ np.uint64(c1) ^ np.uint64(k0)),
            np.uint32(p1 & _LOW),
            np.uint32((p0 >> _SHIFT) ^ np.uint64(c3) ^ np.uint64(k1)),
            np.uint32(p0 & _LOW),
        )
        k0 = np.uint32(k0 + _W0)
        k1 = np.uint32(k1 + _W1)
    return c0, c1, c2, c3


@rule
def _unit(word):
    """A word as a float64 strictly inside (0, 1): (word + 1/2) / 2**32."""
    return (np.float64(word) + 0.5) * _TO_UNIT


@rule
def block(seed, stream, who, generation, when, what_block):
    """The four uniforms of one block: those of ``what`` = 4·what_block … 4·what_block + 3."""
    a, b, c, d = philox(
        np.uint32(seed),
        np.uint32(stream),
        np.uint32(who),
        np.uint32(generation),
        np.uint32(when),
        np.uint32(what_block),
    )
    return _unit(a), _unit(b), _unit(c), _unit(d)


@rule
def draw(seed, stream, who, generation, when, what):
    """One uniform in (0, 1), float64, keyed by everything that names the decision."""
    four = block(seed, stream, who, generation, when, what // 4)
    return four[what % 4]


@rule
def dealt_in(now, week):
    """The seed of what was dealt in a week and holds for as long as it is asked for, such as a threshold.

    What was dealt before week 0 belongs to the world with which policies begin, whatever luck comes after.
    """
    return now.seed if week >= 0 else now.nature


@rule
def key_of(seed, stream, who, generation, when):
    """The 64-bit key of a decision between many options, each of which has its own number in ``draw_of``."""
    a, b, _, _ = philox(
        np.uint32(seed), np.uint32(stream), np.uint32(who), np.uint32(generation), np.uint32(when), np.uint32(0)
    )
    return (np.uint64(a) << _SHIFT) | np.uint64(b)


@rule
def draw_of(key, what):
    """One uniform in (0, 1), float64, for option ``what`` of the decision ``key``.

    SplitMix64 (Steele, Lea & Flood 2014): its ``what``-th number when it starts from the key.
    """
    z = key + (np.uint64(what) + np.uint64(1)) * _GOLDEN
    z = (z ^ (z >> _S30)) * _MIX_1
    z = (z ^ (z >> _S27)) * _MIX_2
    z = z ^ (z >> _S31)
    return (np.float64(z >> _S11) + 0.5) * 2.0**-53


@kernel
def _uniforms(seed, stream, who, generation, when, found):
    for k in range(len(found)):
        found[k] = draw(seed, stream, who[k], generation[k], when[k], 0)


def uniforms(
    seed: int, who: NDArray[Any], generation: NDArray[Any], when: NDArray[Any], stream: int = Stream.CASE_PRIORITY
) -> NDArray[np.float64]:
    """One uniform for each key, float64 (n,): for rationing by keyed priority outside kernels."""
    found = np.empty(len(who))
    _uniforms(seed, int(stream), who.astype(np.int64), generation.astype(np.int64), when.astype(np.int64), found)
    return found

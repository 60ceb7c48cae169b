"""What people and offenders have seen of justice: promises kept, compensation paid, convictions (model 5).

Perceived certainty is the belief of those who would exploit, not what a law says: convictions over the occasions on
which there could have been one, both fading. What was believed at the start is worth some years of such occasions and
fades with them, so that a place where nobody is convicted comes to be believed one. Helpers remember whether people who
told were allowed to stay as they had been told; a broken promise counts more than a kept one (C9-M37).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.ground.kernel import kernel, part, rule
from sim.ground.table import Table
from sim.rules.people.beliefs import believed, fade_beliefs

Floats = NDArray[np.float64]
LEAST_STRENGTH = 1e-9  # occasions: with nothing seen a belief is what it was at the start


def first_experience(regions: Table, present: Floats, law: Floats, values: dict[str, Any]) -> None:
    """What is believed of justice when a run starts, by rule of law; ``present`` (regions,) people who are there.

    What is believed of officials follows from what they do then.
    """
    # an initial belief is worth as much as some occasions among a thousand people; cases are rare, and a belief
    # that rested on few of them would swing with the size of a run
    regions["justice_strength"] = values["justice.prior_strength"] * np.maximum(present, 1.0) / 1000.0 + LEAST_STRENGTH
    expected = values["justice.prior_years"] * np.maximum(present, 1.0) / 1000.0
    regions["certainty_strength"] = values["justice.occasions"] * expected + LEAST_STRENGTH
    regions["smuggling_strength"] = values["justice.occasions_smuggling"] * expected + LEAST_STRENGTH
    regions["start_certainty"] = values["justice.conviction"] * law
    regions["start_smuggling"] = values["justice.conviction_smuggling"] * law
    regions["start_paid"] = values["justice.believed_award"] * law


@rule
def seen_of_justice(rules, counts, start, strength):
    """A belief about justice from ``counts`` of cases and occasions."""
    return believed(rules, counts[0], counts[1], start, strength)


@rule
def kept_promises(regions, rules, region, permit):
    """Believed chance that those who tell may stay: as on paper until it has been seen honoured or broken."""
    row = regions[region]
    return seen_of_justice(rules, row.promises, permit, row.justice_strength)


@rule
def paid_awards(regions, rules, region):
    """Believed chance that compensation is paid to those who testify."""
    row = regions[region]
    return seen_of_justice(rules, row.payments, row.start_paid, row.justice_strength)


@rule
def certainty(regions, rules, region):
    """Believed chance that an exploiter is convicted when a worker is found or complains, or police find the place."""
    row = regions[region]
    return min(seen_of_justice(rules, row.convictions, row.start_certainty, row.certainty_strength), 1.0)


@rule
def smuggling_certainty(regions, rules, region):
    """Believed chance that a stopped crossing ends in a conviction of those who guided it."""
    row = regions[region]
    return min(seen_of_justice(rules, row.smuggling_convictions, row.start_smuggling, row.smuggling_strength), 1.0)


@rule
def collusion(regions, rules, region):
    """Believed chance that police act for those who pay them, and not for whoever comes to them (C2-M36)."""
    row = regions[region]
    return min(seen_of_justice(rules, row.bought_off, row.start_collusion, row.justice_strength), 1.0)


@rule
def taking(regions, rules, region):
    """Believed chance that a conviction brings confiscation: as on paper until it is seen to, or seen not to."""
    row = regions[region]
    return min(seen_of_justice(rules, row.assets_taken, row.assets_paper, row.certainty_strength), 1.0)


@rule
def pressing(rules, counts, start, strength):
    """Believed chance of being threatened for a statement, from ``counts`` of those who were and of statements."""
    return min(seen_of_justice(rules, counts, start, strength), 1.0)


@kernel
def forget(s, p):
    """A week passes: what people believe and have seen of justice fades."""
    fade_beliefs(s.regions, s.legs, s.pairs, p.belief)
    fade_experience(s.regions, p.belief)


@part
def fade_experience(regions, rules):
    """A week passes."""
    for region in range(len(regions)):
        row = regions[region]
        for of in range(2):
            row.promises[of] *= rules.community_kept
            row.payments[of] *= rules.community_kept
            row.bought_off[of] *= rules.community_kept
            row.convictions[of] *= rules.justice_kept
            row.smuggling_convictions[of] *= rules.justice_kept
            row.assets_taken[of] *= rules.justice_kept
            row.pressed[of] *= rules.community_kept
            row.pressed_families[of] *= rules.community_kept
        row.certainty_strength = max(row.certainty_strength * rules.justice_kept, LEAST_STRENGTH)
        row.smuggling_strength = max(row.smuggling_strength * rules.justice_kept, LEAST_STRENGTH)

"""What whoever controls people expects of those who might recognise them (switch ``recognition``).

They see who works for them: women and men as the trade has them, mostly adults who came by their own decision. How each
of them sees herself, or whether she is held by force, they do not put into the chance of being found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sim.state.state import State

Floats = NDArray[np.float64]


def shown_in_interviews(state: State, levers: dict[str, Floats]) -> Floats:
    """Part of those who would be recognised that are, as controllers expect, (regions, sectors), in [0, 1].

    As in :func:`sim.rules.justice.recognition.seen_in_interview`, for an adult from elsewhere who agreed at the start.
    """
    rules, sectors = state.p.recognition, state.world.sectors
    view = rules.selfview * (1.0 - rules.agreed)
    weight = 1.0 - rules.taught * state.regions["trained"][:, None]
    sex, women = sectors.commercial_sex[None, :] > 0, sectors.female_share[None, :]
    picture = np.where(sex, 1.0, 1.0 - weight * rules.picture_work)
    picture = picture * (1.0 - weight * rules.picture_male * (1.0 - women))
    picture = picture * (1.0 - weight * rules.picture_adult) * (1.0 - weight * rules.picture_agreed)
    spared = levers["justice.non_punishment"][:, None]
    picture = picture * (1.0 - weight * rules.picture_offence * (1.0 - spared))
    asked = 1.0 - rules.interview_time * (1.0 - levers["agency.interview_time"])
    asked = asked * (1.0 - rules.interview_language * (1.0 - levers["agency.interpreters"]))
    by_men = rules.interview_sex * (1.0 - levers["agency.women_interviewers"])[:, None]
    return np.asarray(
        (view + (1.0 - view) * rules.unaware) * picture * asked[:, None] * (1.0 - np.where(sex, women, 0.0) * by_men)
    )

"""What makes two runs a pair: which arms may be held against one another, and the placebo beside the baseline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sim.declared.parameters import HOW_TO_RUN
from sim.ground.errors import RequestError
from sim.results.arms import Arm
from sim.scenario.scenario import Scenario

PLACEBO, SHARE = "baseline with a placebo", 0.01
# How many people come out exploited in one world only, with 10 000 people in a corridor over three years (three seeds):
# 19 when one person in 10 000 thinks a week later, 52 with one in 1 000, 206 with one in 100, 216 with one in 10. One
# in 100 is the least with which worlds drift as far apart as they ever do; with one in 10 the delay itself shows in how
# many have arrived by the end.
NOT_PAST = HOW_TO_RUN | {"by", "people.placebo"}  # neither changes anything before week 0
LENGTH = {"time.years": "years", "time.burn_in_weeks": "weeks of burn-in"}


def check_length(arms: Sequence[Arm], setting: str = "") -> None:
    """RequestError if an arm runs for another time than the first, the baseline.

    Counts of another period are another figure, and nobody has a twin whose life was watched for longer.
    """
    first = arms[0]
    for arm in arms[1:]:
        for name, unit in LENGTH.items():
            here, there = arm.scenario.values[name], first.scenario.values[name]
            if here != there:
                raise RequestError(
                    f"arm {arm.label!r} runs for {here:g} {unit} and {first.label!r}, which it is held against, for "
                    f"{there:g}: runs of another length cannot be compared. To see what a policy does over several "
                    f"lengths, vary {name} between settings, each with a baseline of its own: labyrinth sweep "
                    f"policy=none,NAME {name}={there:g},{here:g}",
                    where=setting or "arms",
                )


def are_twins(one: Arm, other: Arm) -> bool:
    """Whether the same persons with the same past live in both worlds, seed by seed: nothing differs before week 0."""
    return _past(one.scenario) == _past(other.scenario)


def _past(scenario: Scenario) -> dict[str, Any]:
    """All that can make a difference before week 0: everything but what is recorded, and what comes later.

    Policies and shocks act from week 0 on, unless they are announced before that. A mechanism that is held goes on as
    it would without policies, which until then is as it is.
    """
    values = {name: value for name, value in scenario.values.items() if name not in NOT_PAST}
    return {
        "world": scenario.world.key,
        "values": values,
        "mechanisms": {name: "on" if option == "hold" else option for name, option in scenario.mechanisms.items()},
        "policies": [one for one in scenario.policies if one.start < one.announce],
        "shocks": [one for one in scenario.shocks if one.start < one.announce],
    }


def lucks_of(baseline: Arm) -> range:
    """The lucks that every seed has in the setting of this baseline."""
    first = int(baseline.scenario.values["luck"])
    return range(first, first + int(baseline.scenario.values["lucks"]))


def with_lucks(arms: Sequence[Arm]) -> list[Arm]:
    """Each of the arms, the baseline first, once for every luck.

    Every run of the baseline tells who the people are, so that any of its lucks can be asked for later.
    """
    lucks = lucks_of(arms[0])
    dealt = [
        arm if luck == lucks[0] else replace(arm, scenario=arm.scenario.replace({"luck": luck}))
        for arm in arms
        for luck in lucks
    ]
    return [replace(arm, knows_people=number < len(lucks)) for number, arm in enumerate(dealt)]


def placebo_of(arms: Sequence[Arm]) -> Arm | None:
    """The baseline once more with a placebo, see ``sim.week.placebo``; None unless it was asked for and there are arms."""
    baseline = arms[0]
    if len(arms) == 1 or not baseline.scenario.values["placebo"]:
        return None
    word = f"people.placebo={SHARE:g}"
    scenario = baseline.scenario.replace({"people.placebo": SHARE})
    return replace(baseline, label=PLACEBO, words=(*baseline.words, word), scenario=scenario, values=())

"""What of a policy has no effect in a run: it starts late, builds up still, or acts on what is not there."""

from __future__ import annotations

from collections.abc import Mapping

from sim.declared.levers import by_need
from sim.ground.calendar import WEEKS_PER_YEAR
from sim.policies.policy import Policy
from sim.report.idle import without_a_mission
from sim.scenario.scenario import Scenario


def weeks_of(scenario: Scenario) -> int:
    """Weeks of a run after burn-in."""
    return round(WEEKS_PER_YEAR * float(scenario.values["time.years"]))


def best(policy: Policy, weeks: int) -> float:
    """The share of the way to its targets that a policy has come in its best week of the run, its dose apart."""
    return max((policy.strength(week) for week in range(weeks)), default=0.0) / (policy.dose or 1.0)


def outside_the_run(policy: Policy, weeks: int) -> str:
    """What of a policy does not fall into a run of so many weeks, in a sentence; empty where all of it does."""
    if policy.begins >= weeks:
        return f"It starts in week {policy.start:g} and the run ends after week {weeks - 1}: it does nothing here."
    if policy.end is None and policy.start + policy.ramp > weeks:
        share = policy.strength(weeks - 1) / ((policy.implementation * policy.dose) or 1.0)
        return (
            f"It starts in week {policy.start:g} and builds up over {policy.ramp:g} weeks, and the run ends after week "
            f"{weeks - 1}: it has come {100 * share:.3g} % of the way by then, and less on average."
        )
    return ""


def asleep(policy: Policy, mechanisms: Mapping[str, str]) -> str:
    """Which levers of a policy nothing reads because their mechanism is off, in a sentence; empty where there are none.

    ``mechanisms`` are the words to which switches are set.
    """
    unread = {
        needs: levers
        for needs, levers in by_need(move.lever for move in policy.levers).items()
        if needs and all(mechanisms[switch] == "off" for switch in needs)
    }
    if not unread:
        return ""
    words = " ".join(" or ".join(f"mechanisms.{switch}=on" for switch in needs) for needs in unread)
    every = sum(map(len, unread.values())) == len(policy.levers)
    named = ", ".join(dict.fromkeys(lever for levers in unread.values() for lever in levers))
    what = "It does nothing here" if every else f"Its part of {named} does nothing here"
    return f"{what}: the mechanism in which it acts is off as declared. Turn it on with {words}."


def without_effect(policy: Policy, scenario: Scenario) -> list[str]:
    """One sentence for everything of a policy that has no effect in runs of a scenario."""
    said = (
        outside_the_run(policy, weeks_of(scenario)),
        asleep(policy, scenario.mechanisms),
        without_a_mission(policy, scenario),
    )
    return [text for text in said if text]


def notes(scenario: Scenario) -> list[str]:
    """The same of every policy of a scenario, each sentence with the name of its policy."""
    moving = [policy for policy in scenario.policies if policy.levers]
    return [f"{policy.name}: {said}" for policy in moving for said in without_effect(policy, scenario)]

"""How much of a policy falls into a run: it may start late, or still be building up when the run ends."""

from __future__ import annotations

from sim.ground.calendar import WEEKS_PER_YEAR
from sim.policies.policy import Policy
from sim.scenario.scenario import Scenario


def weeks_of(scenario: Scenario) -> int:
    """Weeks of a run after burn-in."""
    return round(WEEKS_PER_YEAR * float(scenario.values["time.years"]))


def best(policy: Policy, weeks: int) -> float:
    """The share of the way to its targets that a policy has come in its best week of the run, its dose apart."""
    return max((policy.strength(week) for week in range(weeks)), default=0.0) / (policy.dose or 1.0)


def outside_the_run(policy: Policy, weeks: int) -> str:
    """What of a policy does not fall into a run of so many weeks, in a sentence; empty where all of it does."""
    if policy.start >= weeks:
        return f"It starts in week {policy.start:g} and the run ends after week {weeks}: it does nothing here."
    if policy.end is None and policy.start + policy.ramp > weeks:
        share = policy.strength(weeks - 1) / ((policy.implementation * policy.dose) or 1.0)
        return (
            f"It starts in week {policy.start:g} and builds up over {policy.ramp:g} weeks, and the run ends after week "
            f"{weeks}: it has come {100 * share:.3g} % of the way by then, and less on average."
        )
    return ""


def notes(scenario: Scenario) -> list[str]:
    """One sentence for every policy of a scenario of which something does not fall into its run."""
    weeks = weeks_of(scenario)
    found = [(policy.name, outside_the_run(policy, weeks)) for policy in scenario.policies if policy.levers]
    return [f"{name}: {said}" for name, said in found if said]

"""Heavy symptoms after exploitation: how many safe days until they clear (C7-M15)."""

from __future__ import annotations

from sim.ground.kernel import rule

POINTS = ("first", "second", "third", "fourth", "fifth", "sixth")  # at which the survival is known


@rule
def symptom_days(rules, u):
    """Safe days until heavy symptoms clear, by a keyed uniform and the published survival (C7-M15); 0 without any."""
    days, share = rules.symptom_days, rules.symptom_share
    if u >= share[0]:
        return 0.0
    for step in range(1, len(days)):
        if u >= share[step]:
            part = (share[step - 1] - u) / (share[step - 1] - share[step])
            return days[step - 1] + part * (days[step] - days[step - 1])
    return rules.symptoms_last * 365.0

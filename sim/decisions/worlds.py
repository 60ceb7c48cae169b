"""From the request to runs: every package in every world of the sample, and the worlds of the attribution."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from sim.decisions.budgets import check_unit_costs, dosed
from sim.decisions.reading import LEAST_SEEDS, metrics_of
from sim.decisions.request import COST, NOTHING, POLICY_COST, SWITCH, Attribution, Decision, Worlds
from sim.declared.parameters import PARAMETERS
from sim.declared.switches import SWITCHES
from sim.ground.errors import Faults, RequestError
from sim.results.arms import Arm
from sim.results.asked import Design, Setting
from sim.studies.ensembles import check_not_overruled
from sim.studies.plan import check_size, compose

SHOWN_DIGITS = 6  # of what is drawn, so that what is shown is what is run
Draw = dict[str, Any]  # what differs between worlds, by name


def draws(worlds: Worlds) -> list[Draw]:
    """What each world has of ``worlds.names``, numbers and options: sets of an ensemble, Latin hypercube draws."""
    from scipy.stats import qmc  # noqa: PLC0415 - only samples need it

    names = worlds.drawn
    if not names:
        return [dict(one) for one in worlds.sets]
    unit = qmc.LatinHypercube(len(names), rng=np.random.default_rng(worlds.seed)).random(worlds.count)
    found = [{name: _drawn(worlds, name, float(at)) for name, at in zip(names, row, strict=True)} for row in unit]
    return [{**one, **draw} for one, draw in zip(worlds.sets, found, strict=True)] if worlds.sets else found


def _drawn(worlds: Worlds, name: str, at: float) -> float | str:
    """The value at a place from 0 to 1 of its range, or of its list of options."""
    if name.startswith(SWITCH):
        options = worlds.switches[name.removeprefix(SWITCH)]
        return options[int(at * len(options))]
    low, high = worlds.costs[name.removeprefix(COST)] if name.startswith(COST) else worlds.parameters[name]
    value = low + at * (high - low)
    if name in PARAMETERS and PARAMETERS[name].whole:
        return float(round(value))
    return float(min(max(float(f"{value:.{SHOWN_DIGITS}g}"), low), high))


def design_of(decision: Decision) -> Design:
    """The runs of a decision: a setting for each world, with no policy first and every package after it.

    Raises
    ------
    RequestError : something cannot be composed, or a cost is asked for that nothing declares.
    """
    packages = {**decision.packages, **dosed(decision)}
    check_size(decision.worlds.count * (len(packages) + 1))
    base = compose({NOTHING: ["policy=none"], **packages}, list(decision.model), NOTHING)
    if int(base[0].scenario["seeds"]) < LEAST_SEEDS:
        raise RequestError(f"a decision needs at least {LEAST_SEEDS} seeds in each world", where="seeds")
    check_costs(decision, base)
    check_not_overruled(Setting("", tuple(base)), decision.worlds.of_sets, decision.worlds.ensemble)
    settings = [
        Setting(f"world {number}", tuple(_in_world(arm, draw) for arm in base), (), tuple(draw.items()))
        for number, draw in enumerate(draws(decision.worlds), 1)
    ]
    sampled = (*decision.worlds.of_sets, *decision.worlds.parameters)
    return Design(tuple(settings), tuple(metrics_of(decision)), decision.title, decision.question, sampled=sampled)


def _in_world(arm: Arm, draw: Mapping[str, Any]) -> Arm:
    """The arm with what was drawn for a world."""
    changes = changes_of(arm, draw)
    words = (*arm.words, *(f"{name}={value}" for name, value in changes.items()))
    return replace(arm, scenario=arm.scenario.replace(changes), words=words)


def changes_of(arm: Arm, draw: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that a draw stands for in an arm: a unit cost is that of a policy, if the arm has it."""
    own = {policy.key for policy in arm.scenario.policies}
    changes: dict[str, Any] = {}
    for name, value in draw.items():
        if not name.startswith(COST):
            changes[name] = value
        elif name.removeprefix(COST) in own:
            policy = name.removeprefix(COST)
            changes |= {f"policy.{policy}.cost": value, f"policy.{policy}.funded": 1}
    return changes


def check_costs(decision: Decision, base: list[Arm]) -> None:
    """RequestError for a cost of a policy that no package has, and for a package that would seem to cost nothing."""
    faults = Faults("worlds.costs")
    chosen = {policy.key for arm in base for policy in arm.scenario.policies}
    for name in decision.worlds.costs:
        if name not in chosen:
            faults.add(f"no package has the policy {name!r}", where=f"worlds.costs.{name}", given=name, allowed=chosen)
    check_unit_costs(decision, base, faults)
    if any(outcome.metric == POLICY_COST for outcome in decision.outcomes):
        for arm in base[1:]:
            for policy in arm.scenario.policies:
                if policy.levers and not policy.cost and policy.key not in decision.worlds.costs:
                    faults.add(f"policy_cost is an outcome, and nothing says what {policy.key} costs; give its range",
                               where=f"worlds.costs.{policy.key}")  # fmt: skip
    faults.tell()


# --- attribution ------------------------------------------------------------------------------------------------

ALL_WORK, NONE_WORK, WITHOUT, ONLY = "all work", "none works", "without ", "only "


def ways_of(asked: Attribution) -> dict[str, str]:
    """How each mechanism is taken out: ``hold`` where it can be held, ``off`` else."""
    return {name: "hold" if "hold" in SWITCHES[name].options else "off" for name in asked.mechanisms}


def check_at_work(asked: Attribution, base: Arm) -> None:
    """RequestError for mechanisms that are off or held in the model itself: no effect goes through them."""
    faults = Faults("attribution.mechanisms")
    for name in asked.mechanisms:
        way = base.scenario.mechanisms[name]
        if way in ("off", "hold"):
            is_ = "off" if way == "off" else "held"
            faults.add(f"{name} is {is_} in this model, so that no effect goes through it: add {SWITCH}{name}=on to "
                       "model, or leave it out here", where=f"attribution.mechanisms.{name}")  # fmt: skip
    faults.tell()


def attribution_design(decision: Decision) -> Design:
    """The runs of the attribution: all mechanisms work, none of those named, all but one, and only one.

    Where mechanisms are held, no policy is run as it stands, since a held mechanism without a policy changes nothing.

    Raises
    ------
    RequestError : something cannot be composed, or a mechanism that is to be taken out is not at work.
    """
    asked = decision.attribution
    assert asked is not None  # noqa: S101 - nobody asks otherwise
    ways = ways_of(asked)
    arms = {NOTHING: ["policy=none"], asked.package: decision.packages[asked.package]}
    base = compose(arms, list(decision.model), NOTHING)
    check_at_work(asked, base[0])
    out: dict[str, set[str]] = {ALL_WORK: set(), NONE_WORK: set(ways)}
    if len(ways) > 1:
        out |= {f"{ONLY}{name}": set(ways) - {name} for name in ways}
    out |= {f"{WITHOUT}{name}": {name} for name in ways}
    settings = []
    for label, taken in out.items():
        every = []
        for arm in base:
            changes = {f"{SWITCH}{name}": ways[name] for name in ways
                       if name in taken and (arm.label != NOTHING or ways[name] == "off")}  # fmt: skip
            every.append(replace(arm, scenario=arm.scenario.replace(changes),
                                 words=(*arm.words, *(f"{name}={way}" for name, way in changes.items()))))  # fmt: skip
        settings.append(Setting(label, tuple(every)))
    return Design(tuple(settings), (asked.outcome,), f"{decision.title}: attribution", decision.question)

"""Missions from inside, every four weeks: who buys, what is reported, and what becomes of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.agents.contingents import GROUPS
from sim.conditions.enacted import enact_borders, enact_the_law
from sim.ground.draws import Stream, uniforms
from sim.ledger.counters import C
from sim.rules.missions import inside, places, reporting
from sim.state.state import State
from sim.week.agenda import Agenda

Floats = NDArray[np.float64]


def orders_of(state: State) -> reporting.Orders:
    """What holds in each mission: its levers, commanders who are rated, and what a scandal has changed."""
    now, rules = state.levers.now, state.p.mission
    reform = state.regions["mission_reform"]
    conduct = now["mission.conduct"] + (1.0 - now["mission.conduct"]) * reform
    pressed = np.maximum(rules.presses * now["mission.rating"], reform)
    command = now["mission.command"] + (1.0 - now["mission.command"]) * pressed
    plain = {
        "size": now["mission.size"],
        "immunity": now["mission.immunity"],
        "patrols": now["mission.patrols"],
        "training": now["mission.training"],
        "reminders": now["mission.reminders"],
        "curfew": now["mission.curfew"],
        "rating": now["mission.rating"],
        "rating_effort": now["mission.rating_effort"],
        "whistleblowers": now["mission.whistleblowers"],
        "handover": now["mission.handover"],
        "courts": now["mission.courts"],
        "advisers": now["mission.advisers"],
        "refuse": now["mission.refuse"],
        "contractors": now["mission.contractors"],
        "local_police": now["mission.local_police"],
        "conduct": conduct,
        "command": command,
    }
    return reporting.Orders(**{name: values[:, None] for name, values in plain.items()})


def run_missions(state: State, week: Agenda) -> None:
    """Four weeks inside every mission; writes the table of contingents and what follows for places."""
    if week.week % inside.REVIEW_WEEKS:
        return
    region = state.regions
    groups = state.contingents
    # what a mission that has gone leaves behind: open files, a scandal, what local police have learned
    left = (region["mission_before"], region["mission_built"], region["mission_exposed"], groups["open"])
    if not (state.levers.now["mission.size"].any() or any(behind.any() for behind in left)):
        return
    rules, orders = state.p.mission, orders_of(state)
    by_group = {name: groups[name].reshape(-1, GROUPS) for name in groups}
    ended = (region["mission_before"][:, None] > 0.0) & (orders.size <= 0.0)
    twin = state.held.get("mission_inside")
    buys = inside.buying(rules, by_group["trained"], by_group["tolerance"], by_group["fear"])
    if twin is not None:
        buys = twin.contingents["buying"].reshape(-1, GROUPS)
    mood = (by_group["tolerance"], by_group["safe"])
    known = reporting.become_known(rules, orders, by_group["people"], buys, mood)
    cases = by_group["open"] + known.recorded
    law = state.levers.now["region.rule_of_law"][:, None]
    came = reporting.decide(rules, orders, cases, mood[0], law, ended.astype(np.float64))
    tightened = np.maximum(orders.conduct[:, 0] - region["mission_conduct"], 0.0)[:, None]
    count(week.row, by_group, known, came)
    scandals(state, week, known, came)
    bad = places.record_of(rules, known.recorded, by_group["people"])
    by_group["buying"][:] = buys
    by_group["open"][:] = came.open
    by_group["fear"][:] = reporting.fear_after(rules, by_group["fear"], known, came, tightened)
    by_group["safe"][:] += inside.moved(rules.learned) * (1.0 - mood[0] * (1.0 - orders.whistleblowers) - mood[1])
    fresh = orders.refuse * bad  # others have taken the place of groups with a bad record
    tolerance = inside.tone(rules, by_group["tolerance"], orders.command, buys)
    by_group["tolerance"][:] = tolerance + fresh * np.minimum(rules.tolerance - tolerance, 0.0)
    there = places.who_come(rules, orders, state.scenario.values["mission.immunity"], bad)
    people = orders.size * (state.present / 1000.0)[:, None] * rules.share * there
    trained = inside.train(rules, by_group["trained"], orders.training, orders.reminders)
    by_group["trained"][:] = inside.joined_by(trained, by_group["people"], people, orders.training)
    by_group["people"][:] = people
    region["mission_before"], region["mission_conduct"] = orders.size[:, 0], orders.conduct[:, 0]
    leave_local_police(state, orders)


def leave_local_police(state: State, orders: reporting.Orders) -> None:
    """What local police can do beside a mission and after it."""
    region = state.regions
    built, skill = places.local_police(
        state.p.mission, region["mission_built"], orders.size[:, 0], orders.local_police[:, 0]
    )
    region["mission_built"] = built
    twin = state.held.get("mission_inside")
    skill = skill if twin is None else twin.regions["mission_helped"]
    if np.array_equal(skill, region["mission_helped"]):
        return
    region["mission_helped"] = skill
    enact_the_law(state)
    enact_borders(state)


def scandals(state: State, week: Agenda, known: reporting.Known, came: reporting.Outcome) -> None:
    """What comes out, and what it changes: trust at once, rules much later."""
    rules, region = state.p.mission, state.regions
    chance = places.chance_of_scandal(rules, known, came, state.levers.now["integrity.media_freedom"], state.present)
    count = len(region)
    who, week_now = np.arange(count), np.full(count, week.week)
    turn = uniforms(week.now.seed, who, np.zeros(count, np.int64), week_now, Stream.MISSION_SCANDAL)
    breaks = (turn < chance).astype(np.float64)
    week.row[C.MISSION_SCANDALS] += breaks.sum()
    exposed, reform = places.after_scandal(rules, region["mission_exposed"], region["mission_reform"], breaks)
    region["mission_exposed"], region["mission_reform"] = exposed, reform
    twin = state.held.get("mission_inside")
    region["mission_trust"] = 1.0 - rules.legitimacy * exposed if twin is None else twin.regions["mission_trust"]


def count(row: Floats, groups: dict[str, Floats], known: reporting.Known, came: reporting.Outcome) -> None:
    """What happens inside missions, as it is and as it is on record."""
    people = groups["people"]
    row[C.MISSION_MEMBERS] += people.sum()
    for counter, mood in (
        (C.MISSION_TRAINED, "trained"),
        (C.MISSION_TOLERANCE, "tolerance"),
        (C.MISSION_FEAR, "fear"),
        (C.MISSION_BUYING, "buying"),
    ):
        row[counter] += (people * groups[mood]).sum()
    for counter, happened in (
        (C.MISSION_INCIDENTS, known.incidents),
        (C.MISSION_REPORTED, known.reports),
        (C.MISSION_WITHHELD, known.withheld),
        (C.MISSION_RECORDED, known.recorded),
        (C.MISSION_REPORTERS_PUNISHED, known.punished),
        (C.MISSION_FILES_LOST, came.lost),
        (C.MISSION_LEFT, came.left),
        (C.MISSION_SENT_HOME, came.sent_home),
        (C.MISSION_TRIED_THERE, came.tried_there),
        (C.MISSION_TRIED_AT_HOME, came.tried_at_home),
        (C.MISSION_CONVICTED, came.convicted),
        (C.MISSION_UNANSWERED, np.maximum(known.incidents - came.answered, 0.0)),
    ):
        row[counter] += happened.sum()

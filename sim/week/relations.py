"""Who works with whom: enterprises, facilitators and posts at one moment, and the ties between them, as arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.agents.facilitators import FUNCTIONS, Function, Standing
from sim.agents.forms import FORMS
from sim.agents.officials import Post
from sim.state.state import State
from sim.week.officials import serving


def counts_of_relations(state: State) -> dict[str, NDArray[np.float64]]:
    """Enterprises, facilitators and posts at this moment, and the ties between them, as fixed arrays.

    ``ties_by_form`` (forms · functions,), ``enterprises_by_form`` (forms,), ``facilitators_free`` and
    ``facilitators_held`` (functions,), ``posts`` and ``posts_selling`` (posts,).
    """
    tied = state.ties["partner"] >= 0
    form = state.traffickers["form"][state.ties["unit"][tied]].astype(np.int64)
    ties = np.bincount(form * FUNCTIONS + state.ties["function"][tied], minlength=FORMS * FUNCTIONS)
    active = state.traffickers["active"] == 1
    standing, function = state.facilitators["standing"], state.facilitators["function"]
    serves = serving(state)
    post, selling = state.officials["post"][serves], state.officials["captured"][serves] == 1
    each = state.units["stands_for"][state.officials["unit"][serves]]
    return {
        "ties_by_form": ties.astype(float),
        "enterprises_by_form": np.bincount(state.traffickers["form"][active], minlength=FORMS).astype(float),
        "facilitators_free": np.bincount(function[standing == Standing.FREE], minlength=FUNCTIONS).astype(float),
        "facilitators_held": np.bincount(function[standing == Standing.HELD], minlength=FUNCTIONS).astype(float),
        "posts": np.bincount(post, each, minlength=len(Post)),
        "posts_selling": np.bincount(post[selling], each[selling], minlength=len(Post)),
    }


def relations(state: State, week: int) -> dict[str, NDArray[Any]]:
    """Working relations of a week as arrays: enterprise, form, facilitator, function, region, trust, age.

    ``users`` is how many enterprises the facilitator works for, ``share`` what part of the clients of the
    enterprise depends on it: the two together say how much would be lost with it.
    """
    ties = state.ties
    rows = np.flatnonzero(ties["partner"] >= 0)
    unit, partner, function = ties["unit"][rows], ties["partner"][rows], ties["function"][rows]
    standing = state.facilitators["standing"][partner]
    alone = np.bincount(unit * FUNCTIONS + function, minlength=len(state.traffickers) * FUNCTIONS)
    need = state.p.partner.needs[state.traffickers["kind"][unit], function]
    need = np.where(function == Function.BROKERAGE, state.p.partner.brokered, need)
    return {
        "enterprise": unit,
        "form": state.traffickers["form"][unit],
        "facilitator": partner,
        "function": function,
        "region": state.facilitators["region"][partner],
        "free": standing == Standing.FREE,
        "trust": ties["trust"][rows],
        "age": week - ties["since"][rows],
        "users": np.bincount(partner, minlength=len(state.facilitators))[partner],
        "share": need / alone[unit * FUNCTIONS + function],
    }

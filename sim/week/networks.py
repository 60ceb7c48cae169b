"""The part of a week in which facilitators, ties and enterprises change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.agents.facilitators import FUNCTIONS, PRICE, Function, Standing
from sim.agents.forms import BROKERED, FORMS
from sim.agents.officials import Post
from sim.agents.traffickers import KIND_TRAITS, Kind
from sim.conditions.prospects import what_exploiting_brings
from sim.ledger.counters import COUNTERS, C
from sim.rules.moving import smuggling
from sim.rules.networks import change, facilitating, partners
from sim.rules.networks.operations import Trade
from sim.week.officials import serving

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.state.state import State

LARGE = 10  # people


class NetworksOfTheWeek:
    """Phases of :class:`~sim.week.week.Week` that have to do with networks; the attributes are those of the week."""

    state: State
    seed: int
    done: int
    burn_in: int
    _row: NDArray[np.float64]
    _active: NDArray[Any]
    _n_active: int
    _region_first: NDArray[Any]
    _market_ways: Any

    @property
    def trade(self) -> Trade:
        """What operations against networks work on."""
        state = self.state
        return Trade(state.ties.view, state.facilitators.view, state.net, state.rules.operation, state.posts)

    def _find_first_partners(self) -> None:
        """Enterprises that are there at the start have had time to find partners."""
        state = self.state
        counters = np.zeros(len(COUNTERS))
        for week in range(-self.burn_in - 12, -self.burn_in):
            facilitating.look_around(state.facilitators.view, state.net, state.rules.facilitator.most)
            self._tend(week, counters)
        state.market.partners[:] = facilitating.cost_of_partners(state.net, state.rules.partner.needs)

    def _tend(self, week: int, counters: NDArray[np.float64]) -> None:
        state = self.state
        partners.tend_partners(
            state.traffickers.view, state.ties.view, state.facilitators.view, state.net, state.offenders.view,
            state.offender_first, state.fixed.offer_pair, week, self.seed, counters, state.rules.partner,
        )  # fmt: skip

    def _change_networks(self) -> None:
        """Adapt: enterprises change, ties are kept or lost and made, facilitators move prices, stop and begin."""
        state, rules, week = self.state, self.state.rules, self.done - self.burn_in
        t = state.traffickers
        partners.pay_partners(t.view, state.ties.view, state.facilitators.view, rules.partner.needs)
        change.change_enterprises(
            t.view, state.ties.view, state.net, state.offenders.view, state.offender_first,
            self._active, self._n_active, self._region_first, week, self.seed, self._row, state.accounts, rules.change,
            rules.entrant, KIND_TRAITS, what_exploiting_brings(state),
        )  # fmt: skip
        if self._row[C.SPLITS] > 0:  # parts of a hub know what they offer
            for j in np.flatnonzero((t["active"] == 1) & (t["entered"] == week) & (t["kind"] == Kind.CELL)):
                smuggling.review_offers(t.view, j, state.market.loads, rules.market, self._market_ways)
        self._tend(week, self._row)
        facilitating.review_facilitators(
            state.facilitators.view, state.net, week, self.seed, self._row, rules.facilitator
        )
        facilitating.look_around(state.facilitators.view, state.net, rules.facilitator.most)
        if week % partners.REVIEW_WEEKS == 0:
            state.market.partners[:] = facilitating.cost_of_partners(state.net, rules.partner.needs)

    def _observe_networks(self) -> None:
        """Observe: forms, ties, sizes, skill and prices."""
        row, state = self._row, self.state
        active = state.traffickers["active"] == 1
        forms = np.bincount(state.traffickers["form"][active], minlength=FORMS)
        row[C.FORM_FLUX : C.FORM_HUB + 1] = forms
        row[C.TIES] = (state.ties["partner"] >= 0).sum()
        row[C.EXPLOITING_ENTERPRISES] = (state.traffickers["kappa"][active] > 0).sum()
        row[C.LARGE_ENTERPRISES] = (state.traffickers["members"][active] >= LARGE).sum()
        row[C.ENTERPRISE_SKILL] = state.traffickers["skill"][active].mean() if active.any() else np.nan
        node = np.arange(len(state.net.price)) % FUNCTIONS
        weight = state.net.capacity
        usual = state.net.price / PRICE[node]
        row[C.PARTNER_PRICE] = np.average(usual, weights=weight) if weight.sum() > 0 else np.nan

    def who_works_with_whom(self) -> dict[str, NDArray[np.float64]]:
        """Enterprises, facilitators and posts at this moment, and the ties between them, as fixed arrays.

        ``ties_by_form`` (forms · functions,), ``enterprises_by_form`` (forms,), ``facilitators_free`` and
        ``facilitators_held`` (functions,), ``posts`` and ``posts_selling`` (posts,).
        """
        state = self.state
        tied = state.ties["partner"] >= 0
        form = state.traffickers["form"][state.ties["unit"][tied]].astype(np.int64)
        ties = np.bincount(form * FUNCTIONS + state.ties["function"][tied], minlength=FORMS * FUNCTIONS)
        active = state.traffickers["active"] == 1
        standing, function = state.facilitators["standing"], state.facilitators["function"]
        serves = serving(state)
        post, selling = state.officials["post"][serves], state.officials["captured"][serves] == 1
        each = state.posts.stands_for[state.officials["unit"][serves]]
        return {
            "ties_by_form": ties.astype(float),
            "enterprises_by_form": np.bincount(state.traffickers["form"][active], minlength=FORMS).astype(float),
            "facilitators_free": np.bincount(function[standing == Standing.FREE], minlength=FUNCTIONS).astype(float),
            "facilitators_held": np.bincount(function[standing == Standing.HELD], minlength=FUNCTIONS).astype(float),
            "posts": np.bincount(post, each, minlength=len(Post)),
            "posts_selling": np.bincount(post[selling], each[selling], minlength=len(Post)),
        }

    def network(self) -> dict[str, NDArray[Any]]:
        """Working relations of this week as arrays: enterprise, form, facilitator, function, region, trust, age.

        ``users`` is how many enterprises the facilitator works for, ``share`` what part of the clients of the
        enterprise depends on it: the two together say how much would be lost with it.
        """
        state, ties = self.state, self.state.ties
        rows = np.flatnonzero(ties["partner"] >= 0)
        unit, partner, function = ties["unit"][rows], ties["partner"][rows], ties["function"][rows]
        standing = state.facilitators["standing"][partner]
        alone = np.bincount(unit * FUNCTIONS + function, minlength=len(state.traffickers) * FUNCTIONS)
        need = state.rules.partner.needs[state.traffickers["kind"][unit], function]
        need = np.where(function == Function.BROKERAGE, BROKERED, need)
        return {
            "enterprise": unit,
            "form": state.traffickers["form"][unit],
            "facilitator": partner,
            "function": function,
            "region": state.facilitators["region"][partner],
            "free": standing == Standing.FREE,
            "trust": ties["trust"][rows],
            "age": self.done - self.burn_in - ties["since"][rows],
            "users": np.bincount(partner, minlength=len(state.facilitators))[partner],
            "share": need / alone[unit * FUNCTIONS + function],
        }

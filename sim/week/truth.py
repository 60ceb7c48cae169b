"""Truth counters that need a look at the whole population or market: stocks, concentration, entropy."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.agents.people import Legal, Stage
from sim.agents.venues import Undertaking, VenueKind, Visibility
from sim.ground.kernel import CHUNKS, kernel
from sim.ground.table import Table
from sim.ledger.counters import C

Floats = NDArray[np.float64]


@kernel
def count_people(span, stage, legal, here, stocks, irregular):
    """Stocks by stage and legal status, int64 (CHUNKS, stages, statuses), and people without status by region."""
    total = len(stage)
    for chunk in range(span.first, span.end):
        stocks[chunk, :] = 0
        irregular[chunk, :] = 0
        for i in range(chunk * total // CHUNKS, (chunk + 1) * total // CHUNKS):
            stocks[chunk, stage[i], legal[i]] += 1
            if legal[i] == Legal.IRREGULAR:
                irregular[chunk, here[i]] += 1


def record_stocks(row: Floats, stocks: NDArray[np.int64]) -> None:
    """Write the stocks of people into this week's counters."""
    by_stage = stocks.sum(axis=1)
    abroad = stocks[Stage.ARRIVED] + stocks[Stage.WORKING]
    row[C.STOCK_HOME] = by_stage[Stage.HOME] + by_stage[Stage.RETURNED]
    row[C.STOCK_WAITING] = by_stage[Stage.WAITING]
    row[C.STOCK_TRAVELLING] = by_stage[Stage.TRAVELLING]
    row[C.STOCK_HELD] = by_stage[Stage.HELD]
    row[C.STOCK_IRREGULAR] = abroad[Legal.IRREGULAR]
    row[C.STOCK_REGULAR] = abroad[Legal.REGULAR] + abroad[Legal.VISITOR] + abroad[Legal.TIED]
    row[C.STOCK_LOCAL] = abroad[Legal.CITIZEN]
    row[C.STOCK_SETTLED] = by_stage[Stage.SETTLED]
    row[C.STOCK_DETAINED] = by_stage[Stage.DETAINED]


def record_enterprises(row: Floats, traffickers: Table, active: NDArray[np.int64], week: int) -> None:
    """Write how many enterprises of which kind are active, their age and size."""
    kinds = np.bincount(traffickers["kind"][active], minlength=3)
    row[C.ENTERPRISES_LONER], row[C.ENTERPRISES_CELL], row[C.ENTERPRISES_ORGANISATION] = kinds
    if len(active):
        row[C.ENTERPRISE_AGE] = np.median(week - traffickers["entered"][active])
        row[C.ENTERPRISE_SIZE] = traffickers["members"][active].mean()
    else:
        row[C.ENTERPRISE_AGE] = row[C.ENTERPRISE_SIZE] = np.nan


@kernel
def record_venues(venues, sectors, row):
    """Write how many venues are open, how visible and of which kind, with slots, vacancies and who works there."""
    for k in range(len(venues)):
        if venues[k].active == 0:
            continue
        row[C.VENUES] += 1.0
        row[C.VENUES_PRIVATE] += venues[k].visibility == Visibility.PRIVATE
        row[C.VENUES_PREDATORY] += venues[k].kind == VenueKind.PREDATORY
        row[C.SLOTS] += venues[k].slots
        row[C.VACANCIES] += venues[k].slots - venues[k].filled
        row[C.SLOTS_AUDITED if venues[k].undertaking & Undertaking.AUDITED else C.SLOTS_UNAUDITED] += venues[k].slots
        if sectors[venues[k].sector].commercial_sex:
            row[C.WORKERS_SEX] += venues[k].filled


def concentration(loads: Floats, pair: NDArray[np.int32]) -> float:
    """Load-weighted mean over pairs of the Herfindahl index of contracts; NaN without any.

    loads : float (enterprises, offers), contracts of the window; pair : int (enterprises, offers), -1 for none.
    """
    used = (pair >= 0) & (loads > 0)
    if not used.any():
        return math.nan
    load, where = loads[used].astype(float), pair[used]
    total = np.bincount(where, load)
    squares = np.bincount(where, load**2)
    present = total > 0
    return float((squares[present] / total[present]).sum() / total.sum())


def entropy(loads: Floats, pair: NDArray[np.int32], route: NDArray[np.int32]) -> float:
    """Load-weighted mean over pairs of the entropy of contracts over routes, nats; NaN without any."""
    used = (pair >= 0) & (loads > 0) & (route >= 0)
    if not used.any():
        return math.nan
    load = loads[used].astype(float)
    by_route = np.bincount(route[used], load)
    pair_of_route = np.zeros(len(by_route), np.int64)
    pair_of_route[route[used]] = pair[used]
    total = np.bincount(pair[used], load)
    travelled = by_route > 0
    share = by_route[travelled] / total[pair_of_route[travelled]]
    return float(-(by_route[travelled] * np.log(share)).sum() / total.sum())

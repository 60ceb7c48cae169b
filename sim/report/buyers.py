"""What buyers want, where and of whom, and ways to move that policies open, close or tie: measures by arm."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from sim.report.bars import measures_by_arm, whole_and_measures
from sim.report.said import changes

if TYPE_CHECKING:
    from sim.results.comparison import Comparison

PARTS = ("licensed_share", "next_door_share", "mission_share")
OF_DEMAND = ("demand", "people_in_commercial_sex", "coerced_share_sex", "client_tips", "private_venues",
             "private_exploited_share")  # fmt: skip
OF_WAYS = ("moved_freely", "tied_arrivals", "tied_lost", "visa_backlog", "carrier_refused_need", "carrier_refused_visa",
           "pushbacks", "pushback_deaths")  # fmt: skip


def demand(comparison: Comparison) -> Figure:
    """Who buys, by arm, and what follows for those who work there."""
    return whole_and_measures(comparison, "Demand", "per cent of what buyers pay for", PARTS, OF_DEMAND)


def ways(comparison: Comparison) -> Figure:
    """Ways to move that policies have opened, closed or tied, by arm."""
    return measures_by_arm(comparison, used(comparison))


def used(comparison: Comparison) -> list[str]:
    """Those of them that anyone took or met with in some arm."""
    return [
        name
        for name in OF_WAYS
        if any(
            np.nan_to_num(run.metrics[name]) != 0
            for arm in comparison.every_arm
            for run in comparison.runs_of(arm, "metrics")
        )
    ]


def alt_demand(comparison: Comparison) -> str:
    """What surely changes of demand and of what goes with it."""
    return changes(comparison, (*PARTS, *OF_DEMAND))


def alt_ways(comparison: Comparison) -> str:
    """What surely changes of the ways that anyone took."""
    return changes(comparison, used(comparison))

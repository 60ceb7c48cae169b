"""Mechanisms that are held in one world with one policy that moves them all, and the arrays that show it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from sim.agents.contingents import GROUPS
from sim.rules.justice.trust import LEVEL
from sim.week.week import Week

# a world in which all of them are at work and few people show it
WORDS: dict[str, Any] = {
    "people.size": 2_000,
    "time.years": 1.0,
    "time.burn_in_weeks": 26,
    "mission.size": 100.0,
    "mission.incidents": 1.0,
    "smuggling.exploiter_share": 0.5,
    "network.house_weeks": 4,
    "network.settled_weeks": 4,
    "work.predatory_share": 0.4,
    "relocation.looks": 0.5,
    "police.finds": 40.0,
    "police.cases": 20.0,
    "telling.rate": 0.2,
    "justice.confiscation": 0.2,
}
MOVES = (
    ("border.control", 0.5),
    ("origin.information_campaign", 1.0),
    ("coop.meetings", 24.0),
    ("justice.bank_checks", 1.0),
    ("justice.confiscation", 1.0),
    ("justice.penalty_exploitation", 10.0),
    ("work.supply_chain_audit", 0.5),
    ("work.employer_penalty", 5.0),
    ("intel.collection", 1.0),
    ("mission.training", 1.0),
    ("region.conflict", 0.8),
    ("status.regularisation", 1.0),
)


class Shown(NamedTuple):
    """The array that a mechanism is read from, and the table whose rows must be run by the same agent, if any."""

    of: Callable[[Week], Any]
    table: str = ""


def penalty_of_a_year(week: Week) -> Any:
    """What a year of the penalty for exploitation weighs, (regions,)."""
    years = week.state.levers.expected["justice.penalty_exploitation"]
    weighs = week.state.regions["penalty_exploitation"] / week.state.regions["pay_year"]
    return np.round(weighs / years, 12)


HELD_TOGETHER: dict[str, Shown] = {
    "certainty_over_severity": Shown(penalty_of_a_year),
    "expected_confiscation": Shown(lambda week: week.state.regions["owner_loss"] + week.state.regions["capital_loss"]),
    "experience": Shown(lambda week: week.traffickers["crossings"], "traffickers"),
    "institutional_trust": Shown(lambda week: week.state.s.trust[..., LEVEL]),
    "law_decays": Shown(lambda week: week.state.regions["law_left"]),
    "market_power": Shown(lambda week: week.state.s.markups, "traffickers"),
    "mission_inside": Shown(lambda week: week.state.contingents["buying"].reshape(-1, GROUPS)),
    "paper_compliance": Shown(lambda week: week.state.s.on_paper),
    "portfolio": Shown(lambda week: week.traffickers["kappa"], "traffickers"),
    "status_anticipation": Shown(lambda week: week.state.pairs["hope"]),
    "stories_adapt": Shown(lambda week: week.state.regions["story"]),
    "venue_displacement": Shown(lambda week: week.state.s.owner_moves),
}

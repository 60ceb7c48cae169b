"""The policies that can be compared, as rows of a table."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sim.ground.shipped import shown
from sim.policies.policy import policy_from
from sim.reference.families import family_of
from sim.reference.moves import move_words
from sim.report.answers.doses import dose_in_words
from sim.scenario.composition import policy_content

if TYPE_CHECKING:
    from sim.scenario.folders import Folders


def policy_row(key: str, folders: Folders) -> dict[str, Any]:
    """A policy as its file describes it, with what it moves and does. RequestError if the file is wrong."""
    path = folders.path("policy", key)
    policy = policy_from(key, policy_content(path), shown(path))
    row: dict[str, Any] = {"name": key, "title": policy.name}
    row |= {"family": family_of(move.lever for move in policy.levers)}
    row |= {field: value for field, value in asdict(policy).items() if field not in ("key", "name", "levers")}
    row |= {"claims": list(policy.claims), "disputed": list(policy.disputed)}
    moves = {"moves": [move_words(move) for move in policy.levers], "does": [dose_in_words(m) for m in policy.levers]}
    return row | moves | {"file": shown(path)}

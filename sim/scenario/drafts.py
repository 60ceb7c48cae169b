"""What stands in a scenario as plain data: settled mappings, and policies and shocks as their files say them."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, NoReturn

from sim.ground.errors import RequestError
from sim.policies.policy import FIELDS, Policy
from sim.policies.shocks import Shock, draft_of

TEXTS = ("key", "name", "intent", "claims", "disputed", "max_dose")  # fields of a policy that no run reads


class Settled(dict[str, Any]):
    """A mapping that is read and never written; a change goes through ``Scenario.replace``."""

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("a scenario cannot be changed; scenario.replace({name: value}) gives a changed copy")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __reduce__(self) -> tuple[Any, ...]:
        return Settled, (dict(self),)


def draft(policy: Policy, own_dose: float) -> dict[str, Any]:
    """A policy as the content of its file, with ``own_dose`` for its dose."""
    content: dict[str, Any] = {}
    for name in FIELDS:
        value = getattr(policy, name)
        content[name] = list(value) if isinstance(value, tuple) else value
    content["dose"] = own_dose
    content["review"] = policy.review and policy.review.plain()
    content["levers"] = [
        {"lever": move.lever, "where": dict(move.where), "op": move.op, "value": move.value} for move in policy.levers
    ]
    return content


def departures_of(policy: Policy, before: Policy) -> dict[str, Any]:
    """What must be set in a policy to make another of it, doses apart: ``NAME.field`` to value."""
    return _differences(draft(policy, 1.0), draft(before, 1.0), policy.key)


def _differences(content: Any, before: Any, at: str) -> dict[str, Any]:
    if content == before:
        return {}
    if isinstance(content, list) and isinstance(before, list) and len(content) == len(before):
        content, before = dict(enumerate(content)), dict(enumerate(before))
    if not (isinstance(content, dict) and isinstance(before, dict) and content.keys() == before.keys()):
        return {at: content}
    found: dict[str, Any] = {}
    for key, value in content.items():
        found |= _differences(value, before[key], f"{at}.{key}")
    return found


def put(data: dict[str, Any], path: str, value: Any, at: str) -> None:
    """Set ``levers.0.value`` and the like in the content of a policy."""
    *above, last = path.split(".")
    place: Any = data
    for step in above:
        try:
            place = place[int(step)] if isinstance(place, list) else place[step]
        except (IndexError, KeyError):
            raise RequestError(f"{at} does not exist", where=at) from None
    if place is None:
        whole = at.rpartition(".")[0]
        raise RequestError(f"there is no {above[-1]} of which {last} could be set; set {whole} as a whole", where=at)
    if isinstance(place, list):
        raise RequestError(f"{at} names a whole move; set its lever, op, value or where", where=at)
    place[last] = value


def effect(policy: Policy) -> dict[str, Any]:
    """What a policy does, without its texts."""
    content = {field.name: getattr(policy, field.name) for field in fields(policy) if field.name not in TEXTS}
    content["levers"] = [[move.lever, move.op, float(move.value), sorted(move.where)] for move in policy.levers]
    content["review"] = policy.review and policy.review.plain()
    return {name: plain(value) for name, value in content.items()}


def happening(shock: Shock) -> dict[str, Any]:
    """What a shock does, without its name; the same whichever file says it."""
    content = draft_of(shock)
    moves = [[move.lever, move.op, float(move.value), sorted(move.where)] for move in shock.moves]
    return {name: plain(value) for name, value in content.items() if name != "name"} | {"moves": moves}


def plain(value: Any) -> Any:
    """Numbers that are equal look equal: 1 and 1.0 (where whole numbers are not asked for), 0.0 and -0.0."""
    return value + 0.0 if isinstance(value, float) else value

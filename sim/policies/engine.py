"""The lever engine: turns the chosen policies into the value of every lever in a given week."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.agents.agencies import KINDS, AgencyKind
from sim.declared.levers import LEVERS
from sim.ground.errors import RequestError
from sim.policies.policy import Move, Policy
from sim.policies.reach import reach_of
from sim.policies.review import Reviews
from sim.policies.shocks import Shock
from sim.policies.start import start_values
from sim.world.world import Ints, Mode, Role, World

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
TWO_WAYS = ("work", "agency")  # scopes whose levers have a row for each region
LAW = "region.rule_of_law"  # under which many other levers start


def leg_names(world: World) -> list[str]:
    """Each leg as ``tail>head:mode``, the name that ``where: {leg: …}`` uses."""
    names = world.regions.name
    return [
        f"{names[a]}>{names[b]}:{Mode(m).name.lower()}"
        for a, b, m in zip(world.legs.tail, world.legs.head, world.legs.mode, strict=True)
    ]


class LeverEngine:
    """Levers of one run: ``now`` in effect, ``expected`` as those who plan see them (announced changes included).

    ``now[name]`` and ``expected[name]`` are float64 arrays over the lever's scope. ``where`` has been resolved to
    masks when the engine is made, so that a selection that is empty is reported before the run starts.

    ``shocks`` move levers first, and policies act on what they leave. ``now["region.rule_of_law"]`` is what conflict
    and corruption have left of it (:meth:`wear`); levers that start in proportion to the rule of law start there.
    """

    def __init__(
        self, world: World, policies: Sequence[Policy], parameters: dict[str, float], shocks: Sequence[Shock] = ()
    ) -> None:
        self.start = start_values(world, parameters)
        self.now = {name: values.copy() for name, values in self.start.items()}
        self.expected = dict(self.now)
        self._chosen = tuple(policies)
        self.reviews = Reviews(policies)
        self._moves = [[(move, select(world, move, policy.key)) for move in policy.levers] for policy in policies]
        self._shocks = [
            (shock, [(move, select(world, move, shock.name, "shock")) for move in shock.moves]) for shock in shocks
        ]
        self.version = 0  # grows whenever some lever may have taken another value
        self._made_from: tuple[object, ...] | None = None
        self._take_policies()
        self._costs = any(policy.cost > 0 for policy in policies)
        self._announced = any(item.announce > 0 for item, _ in self._every)
        self._world, self._parameters = world, parameters
        self._left: Floats | None = None  # of the rule of law; None as long as nothing has worn it away
        self.moves: list[tuple[int, Move, Mask]] = []  # made by hand: the week from which each holds
        self.reactions: dict[str, tuple[str, Floats]] = {}  # of governments: lever to (op, values over its scope)
        self.spent = np.zeros(len(world.regions.name))  # US$ a year per person at risk that policies cost
        self.charged = self.spent.copy()  # of it, what agencies pay out of their budgets
        self._applying = [_regions_of(world, moves) for moves in self._moves]

    def advance(self, week: int) -> None:
        """Set every lever for ``week`` (weeks after burn-in, negative before); policies apply in chosen order."""
        now = self._strengths(week, lead=False)
        ahead = self._strengths(week, lead=True) if self._announced else now
        made_from = (now, ahead, sum(week >= since for since, _, _ in self.moves), self.reactions)
        if self._made_from is None or made_from[:3] != self._made_from[:3] or made_from[3] is not self._made_from[3]:
            self.version += 1
            self._made_from = made_from
            self.now = self._values(week, now)
            self.expected = self._values(week, ahead) if self._announced else self.now
        if not self._costs:
            return
        self.spent[:], self.charged[:] = 0.0, 0.0
        for (policy, _), applying in zip(self._policies, self._applying, strict=True):
            if policy.cost > 0:
                cost = policy.strength(week) * policy.cost * applying
                self.spent += cost
                self.charged += cost * (1.0 - policy.funded)

    def look(self, week: int, counters: Floats, burn_in: int) -> None:
        """Reviews before ``week``: policies end and begin by what was recorded; see :meth:`Reviews.look`."""
        if self.reviews.any and self.reviews.look(week, counters, burn_in):
            self._take_policies()

    def _take_policies(self) -> None:
        """The policies as reviews have left them."""
        self._policies = list(zip(self.reviews.now(), self._moves, strict=True))
        self._every: list[tuple[Shock | Policy, list[tuple[Move, Mask]]]] = [*self._shocks, *self._policies]

    def reach(self) -> list[str]:
        """Sentences on moves that the range of their lever cuts off, or that change nothing at their full effect.

        A policy at dose 0 moves nothing and is not looked at.

        Raises
        ------
        RequestError : the range of a lever leaves nothing of a move.
        """
        found = [
            reach_of(self.start, move, mask, f"shock {shock.name}")
            for shock, moves in self._shocks
            for move, mask in moves
        ]
        found += [
            reach_of(self.start, move, mask, f"policy {policy.key}")
            for policy, moves in zip(self._chosen, self._moves, strict=True)
            if policy.strength_at_most > 0
            for move, mask in moves
        ]
        return [sentence for sentence in found if sentence]

    def wear(self, left: Floats) -> None:
        """What conflict and corruption have left of the rule of law, from the next week on; float64 (regions,)."""
        self._left = left.copy()
        self._made_from = None  # every lever that starts under the law may take another value

    def schedule(self, moves: Sequence[tuple[int, Move]]) -> None:
        """Moves by hand, each with the week from which it holds; all of them or, where one is wrong, none."""
        made = [(week, move, select(self._world, move, "by hand")) for week, move in moves]
        self.moves = sorted([*self.moves, *made], key=lambda item: item[0])  # those of one week keep their order

    def _strengths(self, week: int, *, lead: bool) -> tuple[float, ...]:
        """How far every shock and policy has taken effect, or will have for those who have heard it announced."""
        return tuple(
            item.strength(week + (item.announce if lead and week >= item.start - item.announce else 0.0))
            for item, _ in self._every
        )

    def _values(self, week: int, strengths: tuple[float, ...]) -> dict[str, Floats]:
        values = self._under_the_law(week, strengths)
        for item, moves, strength in self._acting(strengths):
            for move, mask in moves:
                if move.lever != LAW:
                    values[move.lever] = self._moved(values, item, strength, move, mask)
        for name, (op, amount) in self.reactions.items():
            lever, x = LEVERS[name], values[name]
            values[name] = np.clip(x + amount if op == "add" else x * amount, lever.low, lever.high)
        for since, move, mask in self.moves:
            if week >= since and move.lever != LAW:
                values[move.lever] = _set_by_hand(values, move, mask)
        return values

    def _acting(self, strengths: tuple[float, ...]) -> list[tuple[Shock | Policy, list[tuple[Move, Mask]], float]]:
        """Shocks and then policies that are in some effect, with what they move and how strongly."""
        every = zip(self._every, strengths, strict=True)
        return [(item, moves, strength) for (item, moves), strength in every if strength != 0]

    def _under_the_law(self, week: int, strengths: tuple[float, ...]) -> dict[str, Floats]:
        """Where levers stand before anything but the rule of law has been moved."""
        values = dict(self.start)
        for item, moves, strength in self._acting(strengths):
            for move, mask in moves:
                if move.lever == LAW:
                    values[LAW] = self._moved(values, item, strength, move, mask)
        for since, move, mask in self.moves:
            if week >= since and move.lever == LAW:
                values[LAW] = _set_by_hand(values, move, mask)
        if self._left is not None:
            values[LAW] = np.clip(values[LAW] * self._left, LEVERS[LAW].low, LEVERS[LAW].high)
        if values[LAW] is self.start[LAW]:
            return values
        return start_values(self._world, self._parameters, values[LAW])

    def _moved(
        self, values: dict[str, Floats], item: Shock | Policy, strength: float, move: Move, mask: Mask
    ) -> Floats:
        """A lever that a shock or a policy moves part of the way from where it stands to its target."""
        lever, x = LEVERS[move.lever], values[move.lever]
        target = np.clip(move.target(x), lever.low, lever.high)
        d = strength * practice(self._world, lever.scope, item.law_gap, values[LAW]) if item.law_gap else strength
        return np.where(mask, np.clip(x + d * (target - x), lever.low, lever.high), x)


def _set_by_hand(values: dict[str, Floats], move: Move, mask: Mask) -> Floats:
    lever, x = LEVERS[move.lever], values[move.lever]
    return np.where(mask, np.clip(move.target(x), lever.low, lever.high), x)


def practice(world: World, scope: str, law_gap: float, law: Floats) -> Floats:
    """Share of what is on paper that is done in each place where law is weak, over the scope of a lever (C10-M01).

    law : rule of law of the week, (regions,).
    """
    done = 1.0 - law_gap * (1.0 - law[ends_of(world, scope)[1]])
    return np.asarray(done[:, None] if scope in TWO_WAYS else done)


def ends_of(world: World, scope: str) -> tuple[Ints, Ints]:
    """Regions where each element of a scope starts, and those that apply its lever.

    A border belongs to the region it leads into, a visa to the one that grants it.
    """
    if scope == "leg":
        return world.legs.tail, world.legs.head
    if scope == "visa":
        return world.pairs.start, world.pairs.end
    return (np.arange(len(world.regions.name), dtype=np.int32),) * 2


def _regions_of(world: World, moves: Sequence[tuple[Move, Mask]]) -> Mask:
    """The regions that apply a policy: those whose levers it moves."""
    applying = np.zeros(len(world.regions.name), bool)
    for move, mask in moves:
        scope = LEVERS[move.lever].scope
        applying[ends_of(world, scope)[1][mask.any(axis=1) if scope in TWO_WAYS else mask]] = True
    return applying


def select(world: World, move: Move, name: str, kind: str = "policy") -> Mask:
    """The legs, pairs, regions, sectors or agencies that a move reaches; all of its conditions must hold.

    ``name`` and ``kind`` say in complaints what moves it.
    """
    scope = LEVERS[move.lever].scope
    regions = len(world.regions.name)
    mask = np.ones(
        {
            "leg": (len(world.legs.tail),),
            "visa": (len(world.pairs.start),),
            "region": (regions,),
            "work": (regions, len(world.sectors.name)),
            "agency": (regions, KINDS),
        }[scope],
        bool,
    )
    at = f"{kind} {name}, lever {move.lever}"
    for key, value in move.where:
        mask &= _agency(move.lever, value, at) if key == "agency" else _condition(world, scope, key, value, at)
    if not mask.any():
        chosen = ", ".join(f"{key}: {value}" for key, value in move.where)
        raise RequestError(f"where {{{chosen}}} selects nothing in world {world.name}", where=at)
    return mask


def _condition(world: World, scope: str, key: str, value: str, at: str) -> Mask:
    if key == "mode" or key == "leg":
        if scope != "leg":
            raise RequestError(f"where.{key} applies to legs only", where=at)
        if key == "mode":
            modes = [mode.name.lower() for mode in Mode]
            if value not in modes:
                raise RequestError(f"there is no mode {value!r}", where=at, given=value, allowed=modes)
            return np.asarray(world.legs.mode == Mode[value.upper()])
        names = leg_names(world)
        if value not in names:
            raise RequestError(f"there is no leg {value!r} in world {world.name}", where=at, given=value, allowed=names)
        return np.array([name == value for name in names])
    if key == "sector":
        if scope != "work":
            raise RequestError("where.sector applies to levers of work and demand only", where=at)
        sectors = world.sectors.name
        if value not in sectors:
            raise RequestError(
                f"there is no sector {value!r} in world {world.name}", where=at, given=value, allowed=sectors
            )
        return np.array([[name == value for name in sectors]])
    starts = key in ("origin", "origin_role", "origin_bloc")
    if (starts or key == "destination") and scope in ("region", *TWO_WAYS):
        raise RequestError(f"where.{key} applies to legs and visas; use region", where=at)
    regions = _regions(world, key.removeprefix("origin_"), value, at)
    reached = np.asarray(regions[ends_of(world, scope)[0 if starts else 1]])
    return reached[:, None] if scope in TWO_WAYS else reached


def _agency(name: str, value: str, at: str) -> Mask:
    """Which kinds of agency a condition names, bool (1, kinds)."""
    kinds = [kind.name.lower() for kind in LEVERS[name].agencies]
    if not kinds:
        raise RequestError(f"where.agency does not apply to {name}", where=at, given=name,
                           allowed=[lever.name for lever in LEVERS.values() if lever.agencies])  # fmt: skip
    if value not in kinds:
        raise RequestError(f"there is no agency {value!r} for which {name} is read", where=at, given=value,
                           allowed=kinds)  # fmt: skip
    return np.array([[kind == AgencyKind[value.upper()] for kind in AgencyKind]])


def _regions(world: World, key: str, value: str, at: str) -> Mask:
    """Which regions a condition names: a role, a bloc or a region."""
    regions = world.regions
    if key == "role":
        roles = [role.name.lower() for role in Role]
        if value not in roles:
            raise RequestError(f"there is no role {value!r}", where=at, given=value, allowed=roles)
        return np.asarray((regions.role & Role[value.upper()]) > 0)
    if key == "bloc":
        if value not in regions.bloc:
            raise RequestError(
                f"there is no bloc {value!r} in world {world.name}",
                where=at,
                given=value,
                allowed=sorted(set(regions.bloc)),
            )
        return np.array([bloc == value for bloc in regions.bloc])
    if value not in regions.name:
        raise RequestError(
            f"there is no region {value!r} in world {world.name}", where=at, given=value, allowed=regions.name
        )
    return np.array([name == value for name in regions.name])

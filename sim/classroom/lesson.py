"""A lesson as it is asked for: a question, a world, levers, what is predicted, and how what happens is explained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from sim.ground.errors import RequestError

MORE, SAME, FEWER = "more", "same", "fewer"
DIRECTIONS = (FEWER, SAME, MORE)
MOST_LEVERS, MOST_STOPS, MOST_OUTCOMES = 5, 6, 4


@dataclass(frozen=True)
class Stop:
    """A place at which a lever can stand: its words, and the dose of the policy there."""

    words: str
    dose: float


@dataclass(frozen=True)
class Lever:
    """A policy that can be dosed in a lesson; ``start`` is the number of the stop at which it stands at first.

    ``moves`` are what the policy moves in this lesson in place of what its file says, as a word takes them; empty where
    it moves what its file says.
    """

    policy: str
    label: str
    stops: tuple[Stop, ...]
    start: int
    moves: str = ""


@dataclass(frozen=True)
class Outcome:
    """A metric that is predicted: ``ask`` is the question about it, ``finds`` the direction that comes out."""

    metric: str
    ask: str
    finds: str


@dataclass(frozen=True)
class Statement:
    """A sentence that is held to be true or false before and after the run; ``why`` is said at the end."""

    text: str
    true: bool
    why: str


@dataclass(frozen=True)
class Mechanism:
    """An explanation to choose: what is said of it afterwards, and the switch with which it can be tried.

    ``holds`` says whether it carries the effect in the model; ``switch`` is empty where nothing can be turned off;
    ``without`` says in which direction outcomes go when it is off, where the lesson rests on that.
    """

    words: str
    reply: str
    holds: bool = False
    switch: str = ""
    without: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Record:
    """What an agency records beside what is true: the names of two metrics and what to make of them."""

    record: str
    truth: str
    says: str


@dataclass(frozen=True)
class Lesson:
    """One lesson.

    ``world`` are the words of the world without policies; ``seeds`` how many repetitions make the model's band;
    ``lives`` the group of whom a person's two lives are told; ``sources`` evidence ids with what each says; ``budget``
    how many steps from dose 0 all levers may be moved together, 0 where that is not bounded; ``worlds`` what to make of
    it where what comes out hangs on what is assumed, empty where it does not.
    """

    name: str
    title: str
    question: str
    minutes: int
    care: str
    story: tuple[str, ...]
    world: tuple[str, ...]
    seeds: int
    levers: tuple[Lever, ...]
    outcomes: tuple[Outcome, ...]
    statements: tuple[Statement, ...]
    mechanisms: tuple[Mechanism, ...]
    records: tuple[Record, ...]
    lives: str
    debrief: tuple[str, ...]
    sources: tuple[tuple[str, str], ...]
    budget: int = 0
    worlds: str = ""

    @cached_property
    def shown(self) -> tuple[str, ...]:
        """Metrics whose course is drawn: those predicted, and those held beside records."""
        beside = [name for each in self.records for name in (each.record, each.truth)]
        return tuple(dict.fromkeys([*(each.metric for each in self.outcomes), *beside]))

    @property
    def first(self) -> tuple[int, ...]:
        """Where the levers stand at first."""
        return tuple(lever.start for lever in self.levers)

    @property
    def switches(self) -> tuple[str, ...]:
        """The switches that explanations can be tried with."""
        return tuple(each.switch for each in self.mechanisms if each.switch)

    @property
    def held_by_switch(self) -> bool:
        """Whether what carries the effect can be switched off."""
        return any(each.holds and each.switch for each in self.mechanisms)

    def checked(self, stops: Sequence[int], switch: str = "", luck: int = 1) -> None:
        """RequestError unless levers have these stops, and the lesson this switch and this luck."""
        if len(stops) != len(self.levers):
            raise RequestError(f"the lesson has {len(self.levers)} levers, not {len(stops)}", where="levers")
        for lever, at in zip(self.levers, stops, strict=True):
            if not 0 <= at < len(lever.stops):
                raise RequestError(f"{lever.label} has no stop {at}", where="levers",
                                   allowed=[str(number) for number in range(len(lever.stops))])  # fmt: skip
        if self.budget and sum(stops) > self.budget:
            raise RequestError(f"all levers together have {self.budget} steps, not {sum(stops)}", where="levers")
        if switch and switch not in self.switches:
            raise RequestError("the lesson has no such switch", where="off", given=switch, allowed=self.switches)
        if not 1 <= luck <= self.seeds:
            raise RequestError(f"luck goes from 1 to {self.seeds}", where="luck", given=str(luck))

    def without(self, switch: str = "") -> tuple[str, ...]:
        """The words of the world without any policy."""
        return (*self.world, *([switch] if switch else []))

    def with_levers(self, stops: Sequence[int], switch: str = "") -> tuple[str, ...]:
        """The words of the same world with the policies at these stops; without policies where all doses are 0."""
        doses = self.doses(stops)
        if not doses:
            return self.without(switch)
        chosen = f"policy=[{','.join(doses)}]" if len(doses) > 1 else f"policy={next(iter(doses))}"
        own = [f"policy.{name}.dose={dose:g}" for name, dose in doses.items() if dose != 1.0]
        moved = {each.policy: each.moves for each in self.levers if each.moves}
        own += [f"policy.{name}.levers={moved[name]}" for name in doses if name in moved]
        return (*self.without(switch), chosen, *own)

    def doses(self, stops: Sequence[int]) -> dict[str, float]:
        """Policies in force with their doses; those at dose 0 are left out."""
        found = {lever.policy: lever.stops[at].dose for lever, at in zip(self.levers, stops, strict=True)}
        return {name: dose for name, dose in found.items() if dose}

    def all_words(self) -> list[tuple[str, ...]]:
        """The words of both worlds at the first stops, at every other stop of each lever, and without each switch."""
        found = [self.without(), *(self.with_levers(stops) for stops in self.alone())]
        for switch in self.switches:
            found += [self.without(switch), self.with_levers(self.first, switch)]
        return list(dict.fromkeys(found))

    def alone(self) -> list[tuple[int, ...]]:
        """The first stops, and those in which one lever alone stands elsewhere."""
        found = [self.first]
        for place, lever in enumerate(self.levers):
            found += [(*self.first[:place], at, *self.first[place + 1 :]) for at in range(len(lever.stops))]
        return [stops for stops in dict.fromkeys(found) if not self.budget or sum(stops) <= self.budget]


def check_doses(lever: Lever) -> None:
    """RequestError unless the doses of a lever rise from 0, so that its slider means more to the right."""
    doses = [stop.dose for stop in lever.stops]
    if doses[0] != 0 or any(left >= right for left, right in pairwise(doses)):
        raise RequestError(f"the doses of {lever.policy} must begin with 0 and rise", where="levers")

"""A diary: two lives of one person, in the same world without a policy and with it, week by week, as an illustration.

It shows what the model does to people, in words. It shows nothing of what a policy does: ``LABEL`` says why, and stands
on everything that is made from a diary.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby, zip_longest
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.agents.people import LONG_AGO, Control, Legal, Path, Stage
from sim.face.diary_shown import as_html, as_markdown, as_text
from sim.face.lived_words import Happened, Seen, held, introduced, thought, told
from sim.ground.errors import RequestError
from sim.ground.table import Table
from sim.ledger.events import Cause
from sim.rules.people.consider import ACT_NOTHING
from sim.scenario.scenario import Scenario
from sim.week.week import Week

LABEL = (
    "Two lives of one person, as an illustration. They are no evidence of what the policy does: once anything differs "
    "between two worlds they drift apart person by person, so most of what differs here would differ without any "
    "policy."
)

# among whom a person may be looked for: by what is known of people in week 0, never by what becomes of them
AMONG: dict[str, Callable[[Table], NDArray[np.bool_]]] = {
    "anyone": lambda people: np.ones(len(people), bool),
    "at home": lambda people: people["here"] == people["home"],
    "abroad with status": lambda people: (people["here"] != people["home"]) & (people["legal"] != Legal.IRREGULAR),
    "abroad without status": lambda people: (people["here"] != people["home"]) & (people["legal"] == Legal.IRREGULAR),
    "in need of protection": lambda people: people["protection_need"] == 1,
    "in debt": lambda people: people["debt"] > 0,
    "exploited": lambda people: people["exploited_since"] > LONG_AGO,
}


class Entry(NamedTuple):
    """What happened in a week, in sentences; 0 is the first week in which policies may start."""

    week: int
    text: str


@dataclass(frozen=True)
class Diary:
    """Two lives of one person.

    Attributes
    ----------
    person : her row in the table of people; she holds it in week 0 in both worlds.
    who : what is known of her in week 0, in words.
    policy : what differs between the worlds, in words.
    without, with_policy : what happened to her in each, in order; weeks in which nothing did are left out.
    weeks : how many weeks were watched.
    apart : the first week in which the two lives differ; None if they do not.
    """

    person: int
    who: str
    policy: str
    without: tuple[Entry, ...]
    with_policy: tuple[Entry, ...]
    weeks: int
    apart: int | None
    label: str = LABEL

    @property
    def rows(self) -> list[tuple[int, str, str]]:
        """Week, what happened without the policy, and with it: one row for each week that has an entry in either."""
        left, right = dict(self.without), dict(self.with_policy)
        return [(week, left.get(week, ""), right.get(week, "")) for week in sorted(left.keys() | right.keys())]

    @property
    def remark(self) -> str:
        """Where the lives part, in a sentence."""
        if not self.rows:
            return (
                f"Nothing that the model keeps of a person happened to this one in {self.weeks} weeks, in either world."
            )
        if self.apart is None:
            return f"Both lives are the same through all {self.weeks} weeks."
        return f"Both lives are the same before week {self.apart}, of {self.weeks} weeks."

    def text(self, width: int = 100) -> str:
        """Two columns of plain text, ``width`` letters wide (60 at least)."""
        return as_text(self, width)

    def markdown(self) -> str:
        """A heading, the label and a table in Markdown."""
        return as_markdown(self)

    def html(self) -> str:
        """The same as a fragment of HTML: a ``section`` without style of its own."""
        return as_html(self)

    def __str__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return self.html()


def diary(
    scenario: Scenario | Iterable[str] | str | None = None,
    *,
    person: int | None = None,
    among: str = "anyone",
    seed: int | None = None,
    **dotted: object,
) -> Diary:
    """Two lives of one person: in the world of a scenario without its policies, and with them.

    Parameters
    ----------
    scenario, dotted : as for ``Model``, with at least one policy: ``sim.diary(["policy=raids", "people.size=2000"])``.
    person : her row; None for one that is picked by the seed.
    among : one of ``AMONG``, of whom one is picked. All go by what is known in week 0: whoever picks a person by what
        becomes of her tells a story of his own.
    seed : of both worlds and of the pick; None means the scenario's.

    Raises
    ------
    RequestError : no policy is chosen, there is no such person or group, or nobody in it.
    """
    setup = Scenario.of(scenario, **dotted).replace({"events": True})
    if not any(policy.levers for policy in setup.policies):
        raise RequestError("a diary holds a world with a policy beside one without; choose a policy", where="policy")
    if among not in AMONG:
        raise RequestError(f"nobody can be picked among {among!r}", where="among", given=among, allowed=AMONG)
    plain = _at_week_0(Week(setup.replace({"policy": "none"}), seed))
    row = _pick(plain, among) if person is None else _known(plain, person)
    who, without = _introduce(plain, row), _live(plain, row)
    del plain  # one world at a time
    other = _at_week_0(Week(setup, seed))
    with_policy = _live(other, row)
    apart = _apart(without, with_policy)
    return Diary(
        person=row,
        who=who,
        policy=" and ".join(policy.name for policy in setup.policies if policy.levers),
        without=_entries(without, apart),
        with_policy=_entries(with_policy, apart),
        weeks=other.weeks_total - other.burn_in,
        apart=apart,
    )


def _at_week_0(week: Week) -> Week:
    while week.week < 0:
        week.advance()
    return week


def _pick(week: Week, among: str) -> int:
    """A person who is alive, by seed and group: the same whenever both are the same."""
    people = week.migrants
    rows = np.flatnonzero(AMONG[among](people) & (people["stage"] != Stage.DEAD))
    if not len(rows):
        raise RequestError(f"there is nobody in week 0 who is {among}; more people, or another group", where="among")
    digest = hashlib.sha256(f"{week.seed} {among}".encode()).digest()
    return int(rows[int.from_bytes(digest[:8], "big") % len(rows)])


def _known(week: Week, person: int) -> int:
    people = week.migrants
    if isinstance(person, bool) or not isinstance(person, int | np.integer):
        raise RequestError(f"person takes the number of a row, not {person!r}", where="person")
    if not 0 <= person < len(people):
        raise RequestError(f"person = {person} is outside its range 0 to {len(people) - 1}", where="person")
    if people["stage"][person] == Stage.DEAD:
        raise RequestError(f"person {person} has died before week 0", where="person")
    return int(person)


# --- one life ---------------------------------------------------------------------------------------------------


class Moment(NamedTuple):
    """A week in which something happened: what, in sentences, or nothing for a consideration without consequences."""

    week: int
    text: str
    person: Seen


def _live(week: Week, row: int) -> list[Moment]:
    """Run a world to its end and keep what happens to one person."""
    generation = week.migrants["generation"][row]
    before = _seen(week, row)
    moments: list[Moment] = []
    means = {before.control}  # of control that have been told of in this spell: they change back and forth
    while week.done < week.weeks_total:
        now = week.week
        week.agenda.events.clear()
        week.advance()
        events = [Happened(*map(int, line[[5, 6, 4]])) for line in week.agenda.events[-1] if line[1] == row]
        if week.migrants["generation"][row] != generation:
            gone = [event for event in events if event.cause == Cause.NEXT_GENERATION]
            moments.append(Moment(now, " ".join(told(before, before, gone)), before))
            break
        after = _seen(week, row)
        said = told(before, after, events)
        if not after.exploited:
            means = {Control.NONE}
        elif after.control not in means:
            means.add(after.control)
            said.append(held(after))
        if said or _considered(week, row):
            moments.append(Moment(now, " ".join(said), after))
        before = after
    return moments


def _considered(week: Week, row: int) -> bool:
    """Whether a person has considered in the week that has passed and left everything as it is."""
    places = np.flatnonzero(week.agenda.due.these == row)
    return len(places) > 0 and bool(week.agenda.considered.acts[places[0]] == ACT_NOTHING)


def _apart(without: list[Moment], with_policy: list[Moment]) -> int | None:
    """The first week in which two lives differ."""
    for pair in zip_longest(without, with_policy):
        first, second = (moment and moment[:2] for moment in pair)
        if first != second:
            return min(moment.week for moment in pair if moment)
    return None


def _entries(moments: list[Moment], apart: int | None) -> tuple[Entry, ...]:
    """What is told of each week; considerations in a row that led to nothing are one entry, up to ``apart``."""
    entries = []
    for (idle, _), found in groupby(moments, lambda one: (not one.text, apart is not None and one.week >= apart)):
        several = list(found)
        if idle:
            entries.append(Entry(several[0].week, thought(len(several), several[0].person)))
        else:
            entries += [Entry(one.week, one.text) for one in several]
    return tuple(entries)


def _seen(week: Week, row: int) -> Seen:
    people, regions, sectors = week.migrants, week.world.regions.name, week.world.sectors.name
    intended, venue = int(people["intended"][row]), int(people["venue"][row])
    return Seen(
        stage=int(people["stage"][row]),
        here=_place(regions[people["here"][row]]),
        home=_place(regions[people["home"][row]]),
        intended=_place(regions[intended]) if intended >= 0 else "",
        sector=sectors[week.venues["sector"][venue]].replace("_", " ") if venue >= 0 else "",
        female=bool(people["female"][row]),
        exploited=bool(people["exploited_since"][row] > LONG_AGO),
        recognised=bool(people["path"][row] & Path.IDENTIFIED),
        control=int(people["control"][row]),
        paid=int(people["paid"][row]),
        debt=float(people["debt"][row]) / 100.0,
    )


def _introduce(week: Week, row: int) -> str:
    people = week.migrants
    return introduced(
        _seen(week, row),
        minor=bool(people["minor"][row]),
        need=bool(people["protection_need"][row]),
        status="without status" if people["legal"][row] == Legal.IRREGULAR else "with status",
    )


def _place(region: str) -> str:
    return region.replace("_", " ").title()

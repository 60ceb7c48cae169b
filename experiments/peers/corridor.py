"""The world in which people move, as a Mesa model: ``consider`` to ``journey`` of one week is one step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import mesa

from experiments.peers import contracts, setting_out, travelling
from experiments.peers.codes import TRAVELLING
from experiments.peers.person import Person
from experiments.peers.places import WEEKS_OF_A_TURN, Places, topped_up


class Corridor(mesa.Model):
    """People who consider, set out and travel among places that stay as they are.

    Parameters
    ----------
    places : the world.
    people : columns of each person by name.
    week : the first week.
    seed : of everything that is drawn.
    """

    def __init__(self, places: Places, people: Sequence[dict[str, Any]], week: int, seed: int) -> None:
        super().__init__(seed=seed)
        self.places, self.week, self.weeks_run = places, week, 0
        self.count: Counter[str] = Counter()
        for number, enterprise in enumerate(places.enterprises):
            enterprise.number = number
        for row in people:
            Person(self, row)
        self.empty_lists()

    def empty_lists(self) -> None:
        """Nobody has decided anything yet this week."""
        self.deciding: list[Person] = []
        self.applications: list[Person] = []  # due to be decided
        self.seekers: list[Person] = []  # of a provider
        self.buyers: list[Person] = []  # of genuine papers
        self.finds_work: list[Person] = []

    def step(self) -> None:
        """One week."""
        self.supply()
        self.empty_lists()
        people = self.agents
        people.do("consider")
        for person in self.deciding:
            setting_out.carry_out(person)
        setting_out.decide_visas(self, self.applications)
        setting_out.sell_papers(self, self.buyers)
        contracts.contract(self, self.seekers)
        for person in people.select(lambda person: person.stage == TRAVELLING):
            travelling.travel(person)
        again = int(self.places.rules.choice.interval)
        for person in self.finds_work:
            person.start_work(again)
        self.week += 1
        self.weeks_run += 1

    def in_random_order(self, people: Sequence[Person]) -> list[Person]:
        """The same people, whoever is first."""
        return self.random.sample(people, len(people))

    def supply(self) -> None:
        """What the week makes available."""
        places, weekly = self.places, self.places.weekly
        for pair, visas in zip(places.pairs, weekly["visas"], strict=True):
            pair.visa_tokens = topped_up(pair.visa_tokens, visas, float(weekly["kept"])).tolist()
        rows = zip(places.regions, weekly["papers"], weekly["removal"], strict=True)
        for region, papers, removal in rows:
            region.papers_tokens = float(topped_up(region.papers_tokens, papers, float(weekly["kept"])))
            region.removal_sum += removal
        if self.weeks_run % WEEKS_OF_A_TURN == 0:
            for enterprise in places.enterprises:
                enterprise.taken = enterprise.turned_away = 0.0

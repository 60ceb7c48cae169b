"""A person as a Mesa agent: what is due before any choice, the choice, and what she decides (model 2.1 and 4.1).

Her attributes have the names of the columns of the table of people. Those of a person who leaves the age at risk pass
to the next one, as a row of the table does.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import mesa

from experiments.peers import born
from experiments.peers.codes import (
    ARRIVED,
    CITIZEN,
    CONTINUE,
    CONTROLLED,
    DEAD,
    DETAINED,
    GO_HOME,
    HELD,
    HOME,
    MOVE,
    NOTHING,
    PLAIN,
    PROVIDER,
    REGULAR,
    REMAIN,
    RETURNED,
    SAVE,
    SEEK_WORK,
    SETTLED,
    STAY,
    STOP_HERE,
    TIED,
    TRAVELLING,
    VISITOR,
    WAITING,
    WITH_STATUS,
    WITHOUT_STATUS,
    WORKING,
)
from experiments.peers.options import Chooser
from sim.agents.people import NEVER

if TYPE_CHECKING:
    from experiments.peers.corridor import Corridor

AT_RISK_OVER = {HOME, SETTLED, DEAD, RETURNED}  # stages in which a person may leave the age at risk


class Person(mesa.Agent):
    """Somebody at risk of migrating.

    Parameters
    ----------
    model : the world that she lives in.
    row : her columns by name.
    """

    model: Corridor
    home: int
    here: int
    stage: int
    due: int
    removal_at: float
    cash: float

    def __init__(self, model: Corridor, row: dict[str, Any]) -> None:
        super().__init__(model)
        self.__dict__.update(row)
        self.decision = NOTHING
        self.tastes: dict[int, float] = {}  # for routes

    def taste(self, route: int) -> float:
        """What a route is worth to her beside its cost, as a factor on it."""
        if route not in self.tastes:
            self.tastes[route] = self.random.expovariate(1.0) ** self.model.places.rules.channel.route_taste
        return self.tastes[route]

    # --- her week ---------------------------------------------------------------------------------------------------

    def consider(self) -> None:
        """What has come of her, if anything is due this week, and what she chooses."""
        model = self.model
        if self.due > model.week and self.removal_at > model.places.regions[self.here].removal_sum:
            return
        if self.milestone():
            self.decision = self.decide()
            if self.decision == SEEK_WORK:
                model.finds_work.append(self)
            elif self.decision != NOTHING:
                model.deciding.append(self)

    def milestone(self) -> bool:
        """What is due before any choice; returns whether she goes on to choose."""
        model, week, stage = self.model, self.model.week, self.stage
        if self.leaves_risk_age <= week and stage in AT_RISK_OVER:
            model.count["generations"] += 1
            born.be_followed(self)
            return False
        if stage in {ARRIVED, WORKING} and self.removal_at <= model.places.regions[self.here].removal_sum:
            if not self.bound & CONTROLLED:
                self.post_income()
            self.be_detained()
            return False
        if self.due > week:
            return False
        if stage in {HOME, WAITING, WORKING}:
            since_paid = week - self.paid_until
            self.post_income()
            if stage == WORKING:
                return self.at_work(since_paid)
            if stage == WAITING and self.decision_week <= week:
                model.applications.append(self)
                return False
            return True
        if stage == RETURNED:
            self.post_income()
            self.stage = HOME
            return True
        if stage == DETAINED:
            model.count["removals"] += 1
            self.go_home(0.0)
        elif stage == ARRIVED:
            lapsed = self.papers_lapse()
            if self.searches > 0:
                return True
            if lapsed:
                self.due = self.finds_work_in()
            else:
                model.finds_work.append(self)
        return stage == HELD

    def papers_lapse(self) -> bool:
        """Whether the status of somebody who came on papers has lapsed by now."""
        week, valid = self.model.week, self.model.places.rules.life.papers_valid
        if self.legal != VISITOR or week - self.since < valid:
            return False
        self.since, self.legal = week, WITHOUT_STATUS
        self.start_removal_clock()
        return True

    def at_work(self, weeks: int) -> bool:
        """Jobs that end, papers that lapse, settling; returns whether she goes on to choose."""
        week, rules = self.model.week, self.model.places.rules.life
        if self.venue >= 0 and self.random.random() < -math.expm1(-rules.turnover * weeks / 52.0):
            self.stage = RETURNED if self.here == self.home else ARRIVED
            self.searches, self.due = 0, week + 1
            return False
        if self.here == self.home:
            return True
        if not self.papers_lapse() and self.legal in {WITH_STATUS, TIED}:
            if week - self.since >= rules.settle_weeks:
                self.stage, self.legal, self.since = SETTLED, WITH_STATUS, week
                self.due = max(self.leaves_risk_age, week + 1)
                self.model.count["settled"] += 1
                return False
            self.due = min(self.since + rules.settle_weeks, week + rules.review_weeks)
        return True

    def decide(self) -> int:
        """One consideration: returns what is left to do."""
        stage = self.stage
        if stage == HELD and self.stops >= self.model.places.rules.life.most_stops:
            return GO_HOME
        self.new_spells()
        self.saving = 0
        self.model.count["considerations"] += 1
        chooser = Chooser(self)
        best = chooser.best()
        if self.contract:
            owed, stake = chooser.owed_attempt()
            if owed > best.worth:
                self.channel, self.tier, self.stake = PROVIDER, PLAIN, stake
                places = self.model.places
                self.intended = places.pairs[places.routes[self.route][1]].end
                return CONTINUE
        channel = best.channel
        if channel == PROVIDER:
            self.model.count["clients"] += 1
            self.model.count["walk_away"] += chooser.walks_away(best)
        if channel == STAY:
            if self.here != self.home or stage == HELD:
                return GO_HOME
        elif channel == SAVE:
            self.saving = 1
            self.model.count["savers"] += 1
            if stage == HELD:  # stopped where she lives: to save she has to go back to it
                return GO_HOME
        elif channel == REMAIN:
            if stage == ARRIVED:
                return SEEK_WORK
            if stage != WORKING:
                return STOP_HERE
        elif channel != REGULAR or stage != WAITING:
            self.channel, self.tier, self.intended, self.stake = channel, best.tier, best.region, best.stake
            if channel == REGULAR:
                self.think_later()
            return MOVE
        settled_due = self.due
        self.think_later()
        if stage == WORKING and self.legal in {WITH_STATUS, TIED}:
            self.due = min(self.due, settled_due)
        elif stage == WAITING:
            self.due = min(self.due, self.decision_week)
        return NOTHING

    # --- what she has and where she is ------------------------------------------------------------------------------

    def weeks_until(self, mean: float) -> int:
        """Whole weeks until an event with this mean waiting time; at least one."""
        return 1 + int(self.random.expovariate(1.0 / mean))

    def think_later(self) -> None:
        """Set the week of the next consideration, sooner with conflict and kin abroad."""
        rules, week = self.model.places.rules.choice, self.model.week
        mean = rules.interval * (1.0 - rules.sooner_conflict * self.model.places.regions[self.home].conflict)
        if self.kin >= 0:
            mean *= 1.0 - rules.sooner_kin
        due = week + self.weeks_until(mean)
        if self.stage == HOME:
            due = min(due, max(self.leaves_risk_age, week + 1))
        if self.legal == VISITOR:
            due = min(due, max(self.since + rules.papers_valid, week + 1))
        self.due = due

    def new_spells(self) -> None:
        """Begin the aspiration spells that are due by now."""
        rules, week = self.model.places.rules.birth, self.model.week
        if self.spell_ends > week:
            return
        while self.spell_ends <= week:
            self.spells += 1
            self.spell_ends += self.weeks_until(rules.spell)
        self.wish = born.wish_of_spell(self)

    def start_removal_clock(self) -> None:
        """Removal comes when the hazard of the region has grown by one exponential."""
        self.removal_at = self.model.places.regions[self.here].removal_sum + self.random.expovariate(1.0)

    def post_income(self) -> None:
        """What she has saved since the last posting; part of what is earned abroad is sent home and not kept."""
        rules, week = self.model.places.rules, self.model.week
        weeks, self.paid_until = week - self.paid_until, week
        if weeks <= 0:
            return
        share = rules.life.saving_share
        if self.stage in {HOME, WAITING, RETURNED}:
            yearly = self.model.places.regions[self.home].income_home * self.ability
            share = rules.life.saver_share if self.saving else share
        elif self.stage == WORKING and self.venue >= 0:
            yearly = 52.0 * self.value
        elif self.stage in {WORKING, SETTLED}:
            place = self.model.places.regions[self.here]
            if self.legal in {VISITOR, WITHOUT_STATUS}:
                yearly = place.income_irregular * self.ability_abroad
            else:
                yearly = place.income_regular * self.ability_abroad
                yearly *= rules.choice.skill_premium if self.skill else 1.0
        else:
            return
        self.cash += round(share * yearly * weeks / 52.0 * 100.0)

    def be_detained(self) -> None:
        """In custody until removal."""
        week = self.model.week
        self.stage, self.since, self.removal_at = DETAINED, week, math.inf
        self.due = week + self.model.places.rules.life.detention_weeks
        self.model.count["detained"] += 1

    def go_home(self, cents: float) -> None:
        """Home with whatever is left after the way; considers what next in the week after."""
        week = self.model.week
        self.cash += self.escrow - min(self.cash, cents)
        self.escrow, self.removal_at = 0.0, math.inf
        self.stage, self.here, self.legal = RETURNED, self.home, CITIZEN
        self.intended = self.first_intended = self.applied = self.provider = self.route = self.channel = -1
        self.searches = self.contract = self.stops = 0
        self.since = self.paid_until = week
        self.due = week + 1

    def look_for_work(self) -> None:
        """Has arrived; work is found after a while, longer where fewer people have it."""
        week, places = self.model.week, self.model.places
        self.stage, self.since = ARRIVED, week
        self.searches = self.stops = self.contract = 0
        self.provider = self.route = -1
        self.due = self.finds_work_in()
        if self.legal == VISITOR:
            self.due = min(self.due, week + places.rules.life.papers_valid)

    def finds_work_in(self) -> int:
        """Week in which she finds work, later where fewer have it."""
        places = self.model.places
        mean = places.rules.channel.job_search / places.regions[self.here].employment
        return int(self.model.week + self.weeks_until(mean))

    def start_work(self, again: int) -> None:
        """Has work on going terms, and thinks again after so many weeks."""
        week = self.model.week
        self.stage, self.searches, self.venue, self.paid_until = WORKING, 0, -1, week
        self.due = week + again

    def try_again(self) -> None:
        """An attempt begins, from where the last one was stopped if there was one."""
        self.stage, self.since = TRAVELLING, self.model.week
        self.clock, self.contract, self.applied = 0.0, 0, -1
        self.due = NEVER

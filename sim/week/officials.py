"""The part of a week in which officials are found out, posted elsewhere or bought, and people in custody are sold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.agents.migrants import Stage
from sim.agents.officials import Post, Rank
from sim.ground.rows import rows_at
from sim.ledger.counters import C
from sim.rules.control import custody
from sim.rules.corruption import capture, retainers
from sim.rules.corruption.bribes import bought_by_region, unit_of
from sim.rules.networks import facilitating

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.rules.work.value import Work
    from sim.state.state import State


def serving(state: State) -> NDArray[np.bool_]:
    """Who holds a post this week: those of a mission only where there is one; bool (officials,)."""
    officials, there = state.officials, state.levers.now["mission.size"] > 0.0
    return np.asarray((officials["post"] != Post.MISSION) | there[officials["region"]])


class OfficialsOfTheWeek:
    """Phases of :class:`~sim.week.week.Week` that have to do with officials; the attributes are those of the week."""

    state: State
    seed: int
    done: int
    burn_in: int
    conditions: Work
    _log: Any
    _market_ways: Any
    _row: NDArray[np.float64]

    def integrity(self) -> capture.Integrity:
        """What is done about corruption in each region this week, and in the missions there, from the levers.

        Members of a mission are paid as where wages are highest, answer to its rules of conduct, and go home after a
        tour. Found out, they lose the rest of it, and a career as far as immunity is waived (C8-M05, C8-M10).
        """
        now, regions, values = self.state.levers.now, self.state.world.regions, self.state.scenario.values
        living, free = regions.wage_regular, 1.0 - now["mission.immunity"]
        conduct, tour = now["mission.conduct"], 52.0 * values["mission.tour"]
        nothing, each = np.zeros(len(living)), np.ones(len(living))
        career = 52.0 * values["official.career"]
        local_and_mission = {
            "pay": (now["integrity.pay"] * living, living.max() * each),
            "career": (career * each, 0.5 * tour + free * career),
            "living": (living, living),
            "monitoring": (now["integrity.monitoring"], values["mission.monitoring"] * conduct),
            "rotation": (-np.expm1(-4.0 / 52.0 * now["integrity.rotation"]), -np.expm1(-4.0 / tour) * each),
            "whistleblower": (now["integrity.whistleblower"], values["integrity.whistleblower"] * conduct),
            "external": (now["integrity.external_inspection"], free * now["integrity.external_inspection"]),
            "media": (now["integrity.media_freedom"],) * 2,
            "transparency": (now["integrity.visa_transparency"], nothing),
            "reach": (now["integrity.reach"], each),
            "law": (regions.rule_of_law, conduct),
        }
        return capture.Integrity(**{name: np.concatenate(both) for name, both in local_and_mission.items()})

    def sell_people_in_custody(self) -> None:
        """Those who were detained this week may be sold by those who hold them."""
        state, rules = self.state, self.state.rules
        week, m = self.done - self.burn_in, state.migrants
        held = rows_at(m["stage"], Stage.DETAINED)
        held = held[m["since"][held] == week]
        if self.off:
            return
        custody.sell_people_in_custody(
            held, m.view, state.traffickers.view, state.venues.view, week, self.seed, state.removal_sum, self._row,
            state.accounts, self.conditions, state.cells, rules.choice, state.birth_places.conflict, rules.hire,
            rules.handover, rules.control, self._log, state.posts,
        )  # fmt: skip

    @property
    def off(self) -> bool:
        """Whether nothing is for sale (switch ``corruption``)."""
        return bool(self.state.mechanisms["corruption"] == "off")

    def _open_posts(self) -> None:
        """Who holds each post when a run starts, and what the trade expects of it."""
        state, values = self.state, self.state.scenario.values
        share = 0.0 if self.off else values["official.captured_start"]
        integrity = self.integrity()
        capture.first_officials(state.officials.view, self.seed, -self.burn_in, share, integrity, state.rules.official)
        state.officials["captured"][~serving(state)] = 0
        capture.expect_everywhere(state.officials.view, state.posts, integrity, state.rules.official)
        regions = len(state.world.regions.name)
        state.experience.start_collusion = bought_by_region(state.posts, Post.POLICE, regions)[0]
        self._issue_papers()

    def _issue_papers(self) -> None:
        """Genuine papers of the week: what fronts obtain, and what consular officers who sell can issue (C2-M17)."""
        state, values = self.state, self.state.scenario.values
        posts, regions = state.posts, len(state.world.regions.name)
        units = unit_of(posts, Post.CONSULATE, np.arange(regions))
        line = np.maximum(posts.first[units + 1] - posts.first[units] - 1, 0) * posts.stands_for[units]
        open_to_see = state.levers.now["integrity.visa_transparency"]
        state.papers.sold = posts.share[units] * line * values["official.papers"] * (1.0 - open_to_see) / 52.0
        usual = values["official.fronts"] * values["papers.genuine_supply"] * state.fixed.people_at / 1000.0 / 52.0
        depends = values["facilitator.front_share"]
        there = facilitating.fronts(state.facilitators, regions, values["facilitator.open_start"])
        state.papers.fronts = usual * (1.0 - depends + depends * there)
        state.papers.add_up()

    def _adapt_officials(self) -> None:
        """Every four weeks: who is found out, who is posted elsewhere, who turns."""
        state, week = self.state, self.done - self.burn_in
        if week % capture.REVIEW_WEEKS:
            return
        if self.off:
            state.posts.tally[:] = 0.0
        else:
            retainers.review_retainers(
                state.traffickers.view, state.officials.view, state.posts, self._row, state.accounts,
                state.rules.market, self._market_ways,
            )  # fmt: skip
            # who was there with a mission that is over has gone home
            state.officials["captured"][~serving(state)] = 0
            capture.review_posts(
                state.officials.view, state.posts, week, self.seed, self._row, self.integrity(), state.rules.official
            )
            retainers.strike_off(state.traffickers.view, state.officials.view, self._row)
        self._issue_papers()

    def _observe_officials(self) -> None:
        """Observe: how many posts sell, each row as many as it stands for."""
        row, officials, serves = self._row, self.state.officials, serving(self.state)
        each = self.state.posts.stands_for[officials["unit"]]

        def count(which: NDArray[np.bool_]) -> float:
            return float(each[which].sum())

        selling = serves & (officials["captured"] == 1)
        chief = serves & (officials["rank"] == Rank.CHIEF)
        mission = serves & (officials["post"] == Post.MISSION) & ~chief
        row[C.LINE_MISSION], row[C.LINE_MISSION_SELLING] = count(mission), count(selling & mission)
        border = (officials["post"] == Post.BORDER) & ~chief
        row[C.OFFICIALS], row[C.OFFICIALS_SELLING] = count(serves), count(selling)
        row[C.LINE_BORDER], row[C.LINE_BORDER_SELLING] = count(border), count(selling & border)
        row[C.RETAINERS] = (officials["retained_by"] >= 0).sum()
        row[C.CHIEFS], row[C.CHIEFS_SELLING] = count(chief), count(selling & chief)

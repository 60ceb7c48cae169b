"""The one choice event against a slow readable twin, from the formulas of model 4.1, which leaves nothing out early.

V_jd = V_stay + q·(gain - paid on delivery - V_stay) - paid in advance - waiting - danger·v_life - (1 - q)·loss

Chances of journeys without papers in order and the hazard of removal are what others say, as her own years and
journeys change it.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import pytest

from sim.agents.people import LONG_AGO, Channel, Legal, Tier
from sim.ground.calendar import Now
from sim.ground.draws import Stream, block, draw
from sim.ground.kernel import kernel
from sim.rules.people.choice import best_option
from sim.scenario.scenario import Scenario
from sim.week.setting import set_the_world
from sim.week.week import Week

HOME = -1  # for a channel: stays, or goes back
HALF_LIFE, STIGMA_HALF_LIFE = 104, 52  # weeks, as declared


class Option(NamedTuple):
    """Something that a person could do."""

    channel: int
    region: int
    tier: int
    value: float  # US$, before its taste
    weight: float  # of the taste: the chance that it comes true
    u: float  # what the taste is drawn by
    patience: float = 1.0  # what the worth of a provider counts for, taste and all, when the fee is still to be saved


def taste(u: float) -> float:
    return -math.log(-math.log(u))


def plain(record: Any) -> dict[str, Any]:
    """A row as numbers of Python, which keep all their digits."""
    return {name: record[name].item() if record[name].ndim == 0 else record[name] for name in record.dtype.names}


class Tables(NamedTuple):
    """What the choice reads: people as they are, regions and pairs as plain rows."""

    people: Any
    regions: list[dict[str, Any]]
    pairs: list[dict[str, Any]]
    pair_of: Any
    destinations: Any
    routes: Any
    law: list[dict[str, Any]]


def as_tables(s: Any) -> Tables:
    regions, pairs, law = ([plain(row) for row in table] for table in (s.regions, s.pairs, s.law))
    return Tables(s.people, regions, pairs, s.pair_of, s.destinations, s.routes, law)


class Person:
    """What a person who chooses knows and has."""

    def __init__(self, s: Tables, p: Any, i: int, now: Now) -> None:
        rules, lived, seed = p.choice, p.lived, now.seed
        self.s, self.rules, self.row = s, rules, plain(s.people.row[i])
        ago = now.week - self.row["recalled"]
        self.own = {
            name: lived.weight * self.row[f"own_{name}"] / 16 * 0.5 ** (ago / HALF_LIFE)
            for name in ("tries", "failures", "years", "removals")
        }
        self.here, self.home, self.legal = int(s.people.here[i]), int(self.row["home"]), s.people.legal[i]
        self.away, self.usd = self.here != self.home, self.row["cash"] * 0.01
        origin = s.regions[self.home]
        self.w_home = origin["income_home"] * self.row["ability"]
        self.harm = self.row["protection_need"] * origin["conflict"] * rules.harm_at_home  # US$ a year
        tie = self.row["home_tie"] * (1 - self.stigma(lived, ago, now.week))
        tie = tie * rules.home_pull - rules.return_cost if self.away else tie
        poverty = rules.deprivation_worth * self.row["deprivation"]
        self.stay = tie - poverty + self.row["wish"] - self.harm * rules.annuity_home
        self.earns = self.w_home / origin["employment"] if self.row["job_until"] > now.week else self.w_home
        if not self.away:
            self.stay += rules.job_years * (self.earns - self.w_home)
        self.loss = rules.exploitation_loss / (1 + math.exp(-self.stay / max(rules.exploitation_loss, 1)))
        self.alarm = origin["alarm"]
        luck = draw(seed, Stream.TRAVEL_LIMIT, i, self.row["generation"], 0, 0)
        self.barred = not self.away and bool(self.row["female"]) and luck < origin["women_barred"]
        self.key = (seed, Stream.OPTION_NOISE, i, self.row["generation"], now.week)

    def stigma(self, lived: Any, ago: int, week: int) -> float:
        """What is left of it at home; abroad what would await her, if that is more."""
        row = self.row
        left = row["stigma"] / 100 * 0.5 ** (ago / STIGMA_HALF_LIFE)
        if not self.away:
            return left
        brings = row["cash"] + row["escrow"] - 100 * self.rules.return_cost
        awaits = lived.without_means if brings < 100 * 26 / 52 * self.w_home else 0.0
        if row["exploited_since"] > LONG_AGO or row["left_week"] > week - lived.recent_weeks:
            awaits += lived.sex * self.s.law[self.home]["society_stigma"] if row["shamed"] else lived.exploited
        return max(left, min(awaits, 1.0))

    def arrives(self, chance: float) -> float:
        """Chance that a journey without papers in order comes true, as she sees it."""
        return 1 - ((1 - chance) + self.own["failures"]) / (1 + self.own["tries"])

    def years(self, region: int) -> float:
        """Years that count of a life there without status, as she sees removal."""
        hazard = (self.s.law[region]["removal"] + self.own["removals"]) / (1 + self.own["years"])
        rate = self.rules.discount + hazard
        return (1 - math.exp(-rate * self.rules.horizon)) / rate

    def kin(self, region: int) -> float:
        return self.rules.kin_worth if self.row["kin"] == region else 0.0

    def tried(self, chance: float, gain: float, delivery: float, advance: float, danger: float = 0.0) -> float:
        """An attempt that fails leaves her where she was, less what being stopped costs."""
        lost = danger * self.rules.life_worth + (1 - chance) * self.rules.stopped_loss
        return self.stay + chance * (gain - delivery - self.stay) - advance - lost

    def granted(self, chance: float, gain: float, delivery: float, advance: float = 0.0) -> float:
        """An application that is refused costs nothing more."""
        return self.stay + chance * (gain - delivery - self.stay) - advance

    def lent(self, way: Any, gain: float, usd: float) -> tuple[float, float]:
        """(worth, chance to find a lender) of a provider who lends what she cannot pay in advance."""
        fee = way["provider_fee"]
        advance = min(usd, self.rules.deposit * fee)
        debt = (fee - advance) * (1 + self.rules.credit_markup)
        served = self.tried(self.arrives(way["provider_chance"]), gain, debt, advance, way["provider_danger"])
        return self.stay + way["credit_chance"] * (served - self.stay), way["credit_chance"]


def remaining(me: Person) -> Option:
    place = me.s.regions[me.here]
    years, income = me.years(me.here), place["income_irregular"]
    if me.legal in {Legal.REGULAR, Legal.TIED}:
        years, income = me.rules.annuity_home, place["income_regular"]
        income *= me.rules.skill_premium if me.row["skill"] else 1
    value = years * (income * me.row["ability_abroad"] - me.w_home) + me.kin(me.here)
    return Option(Channel.REMAIN, me.here, Tier.PLAIN, value, 1.0, block(*me.key, me.here * 2 + 1)[3])


def offered(me: Person) -> list[Option]:
    """What a recruiter has offered: near home at once, elsewhere as a debt to whoever brings her there."""
    d, rules = int(me.row["offer_region"]), me.rules
    u = block(*me.key, d * 2 + 1)[1]
    if d == me.home:
        value = me.stay + rules.job_years * (52 * me.row["believed"] - me.earns) + me.row["prepaid"]
        return [Option(Channel.RECRUITER, d, Tier.PLAIN, value, 1.0, u)]
    pair, there = int(me.s.pair_of[me.here, d]), me.s.regions[d]
    if pair < 0 or me.row["debt"] > 0 or not rules.can_borrow or math.isinf(me.s.pairs[pair]["provider_fee"]):
        return []
    feared = me.loss * me.alarm * there["exploitation_risk"] * rules.credit_risk
    gain = me.years(d) * (52 * me.row["believed"] - me.w_home) + me.kin(d) - feared
    value, _ = me.lent(me.s.pairs[pair], gain, 0.0)
    return [Option(Channel.RECRUITER, d, Tier.PLAIN, value, me.arrives(me.s.pairs[pair]["provider_chance"]), u)]


def visas(me: Person, d: int, way: Any, u: float) -> list[Option]:
    """Freely, with an application that is pending, by herself, or with a broker who makes no mistakes in the form."""
    row, rules, there = me.row, me.rules, me.s.regions[d]
    income = there["income_regular"] * row["ability_abroad"] * (rules.skill_premium if row["skill"] else 1)
    gain = rules.annuity_home * (income - me.w_home) + me.kin(d)
    if way["free"] == 1 or (way["free"] == 2 and row["kin"] == d):
        value = gain - way["fare"]
        return [Option(Channel.REGULAR, d, Tier.PLAIN, value, 1.0, u)] if me.usd >= way["fare"] else []
    skill = "high" if row["skill"] else "low"
    access = way["refugee_access"] * row["protection_need"]
    delivery = way["visa_price"] + way["fare"]
    if (way[f"visa_open_{skill}"] == 0 and access <= 0) or me.usd < rules.form_cost + delivery:
        return []
    chance = way[f"visa_chance_{skill}"] * way[f"visa_open_{skill}"]
    chance += (1 - chance) * access
    passes = 1 - way["visa_complexity"] * (1 - row["information"])
    if row["applied"] == d:
        chance *= 1 if row["brokered"] else passes
        return [Option(Channel.REGULAR, d, Tier.PLAIN, me.granted(chance, gain, delivery), chance, u)]
    spent = rules.form_cost + way["visa_wait"] / 52 * (me.w_home + me.harm)
    alone = me.granted(chance * passes, gain, delivery, spent)
    ways = [Option(Channel.REGULAR, d, Tier.PLAIN, alone, chance * passes, u)]
    if me.usd >= rules.form_cost + rules.broker_fee + delivery:
        helped = me.granted(chance, gain, delivery, spent + rules.broker_fee)
        ways.append(Option(Channel.REGULAR, d, Tier.BROKERED, helped, chance, u))
    return [max(ways, key=lambda option: option.value)]


def papers(me: Person, d: int, way: Any, gain: float, u: float) -> list[Option]:
    ways = []
    for tier, kind in ((Tier.PLAIN, "forged"), (Tier.BROKERED, "genuine")):
        chance, cost = way[f"{kind}_chance"], way[f"{kind}_cost"] + way["fare"]
        chance = chance if tier else me.arrives(chance)
        if me.usd >= cost:
            # a broker is paid only if he can deliver
            value = me.granted(chance, gain, cost) if tier else me.tried(chance, gain, 0.0, cost)
            ways.append(Option(Channel.PAPERS, d, tier, value, chance, u))
    return [max(ways, key=lambda option: option.value)] if ways else []


def provided(me: Person, d: int, way: Any, gain: float, risk: float, u: float) -> list[Option]:
    """With a provider: paid at once, or else lent, or saved for."""
    rules, row, fee, chance = me.rules, me.row, way["provider_fee"], me.arrives(way["provider_chance"])
    ahead = rules.deposit * fee
    value = me.tried(chance, gain, (1 - rules.deposit) * fee, ahead, way["provider_danger"])
    if me.usd >= fee:
        return [Option(Channel.PROVIDER, d, Tier.PLAIN, value, chance, u)]
    ways = []
    limit = me.s.regions[d]["credit_limit"] * row["ability_abroad"] * way["provider_chance"]
    if rules.can_borrow and row["debt"] <= 0 and fee - min(me.usd, ahead) <= limit:
        lent, found = me.lent(way, gain - risk * (rules.credit_risk - 1), me.usd)
        ways.append(Option(Channel.CREDIT, d, Tier.PLAIN, lent, chance * found, u))
    if rules.can_save and not me.away and me.w_home > 0:
        patience = math.exp(-rules.discount * (fee - me.usd) / (rules.saver_share * me.w_home))
        saved = me.stay + patience * (value - me.stay)
        ways.append(Option(Channel.SAVE, d, Tier.PLAIN, saved, chance, u, patience))
    return ways


def ways_to(me: Person, d: int, without: int) -> list[Option]:
    """Every way to a region that is open to her."""
    way, there, row = me.s.pairs[int(me.s.pair_of[me.here, d])], me.s.regions[d], me.row
    risk = me.loss * me.alarm * there["exploitation_risk"]
    earned = there["income_irregular"] * row["ability_abroad"] - me.w_home
    gain = me.years(d) * earned + me.kin(d) - risk
    us = block(*me.key, d * 2)
    ways: list[Option] = []
    if not me.away and not me.barred and row["applied"] in {-1, d}:
        ways += visas(me, d, way, us[0])
    if not me.barred:
        ways += papers(me, d, way, gain, us[1])
    if me.usd >= way["alone_cost"]:
        chance = me.arrives(way["alone_chance"])
        value = me.tried(chance, gain, 0.0, way["alone_cost"], way["alone_danger"])
        ways.append(Option(Channel.ALONE, d, Tier.PLAIN, value, chance, us[2]))
    under_contract = row["contract"] == 1 and me.s.pairs[int(me.s.routes["pair"][row["route"]])]["end"] == d
    if not math.isinf(way["provider_fee"]) and not under_contract and d != without:
        ways += provided(me, d, way, gain, risk, us[3])
    return ways


def readable(s: Tables, p: Any, i: int, without: int, now: Now) -> list[tuple[float, Option]]:
    """Every option of person i with what it is worth with its taste, the best first."""
    me, rules, seed = Person(s, p, i, now), p.choice, now.seed
    u = draw(seed, Stream.PLAIN_STAY, i, me.row["generation"], now.week, 0)
    options = [Option(HOME, me.home, Tier.PLAIN, me.stay, float(rules.plain), u)]
    if me.away:
        options.append(remaining(me))
    elif me.row["offer"] > 0:
        options += offered(me)
    for d in s.destinations[me.here, int(me.row["skill"])]:
        if d < 0:
            break
        if d != me.home:
            options += ways_to(me, int(d), without)
    # a plain logit has its noise in full; otherwise a taste counts as far as the option comes true
    weights = [1.0 if rules.plain and option.channel != HOME else option.weight for option in options]
    noise = [rules.noise * weight * option.patience for weight, option in zip(weights, options, strict=True)]
    worth = [option.value + scale * taste(option.u) for option, scale in zip(options, noise, strict=True)]
    return sorted(zip(worth, options, strict=True), key=lambda one: -one[0])


@kernel
def chosen(s, p, rows, without, now, out):
    for position in range(len(rows)):
        best = best_option(s, p, rows[position], without[position], now)
        out[position, 0], out[position, 1], out[position, 2], out[position, 3] = (
            best.value,
            best.channel,
            best.region,
            best.tier,
        )


def many_kinds_of_people(week: Week, rows: np.ndarray, rng: np.random.Generator) -> None:
    """People who are rich or poor, owe or not, have applied or been offered work, are at home or abroad."""
    m, size, regions = week.migrants, len(rows), len(week.state.regions)

    def some(share: float, values: Any, others: Any) -> np.ndarray:
        return np.where(rng.random(size) < share, values, others)

    m["cash"][rows] = np.round(10 ** rng.uniform(3, 7, size))
    m["home_tie"][rows] *= rng.uniform(0.02, 1.2, size)
    m["information"][rows] = rng.random(size)
    m["ability_abroad"][rows] = rng.uniform(0.3, 2.5, size)
    for name, share in {"skill": 0.3, "protection_need": 0.3, "female": 0.5, "brokered": 0.5, "contract": 0.2}.items():
        m[name][rows] = rng.random(size) < share
    for name, share in {"kin": 0.5, "applied": 0.2}.items():
        m[name][rows] = some(share, rng.integers(0, regions, size), -1)
    m["intended"][rows] = rng.integers(0, regions, size)
    m["debt"][rows] = some(0.3, 50_000.0, 0.0)
    m["offer"][rows] = some(0.3, 1, 0)
    m["offer_region"][rows] = some(0.5, m["home"][rows], rng.integers(0, regions, size))
    m["believed"][rows] = rng.uniform(0, 900, size)
    m["prepaid"][rows] = rng.uniform(0, 4000, size)
    m["here"][rows] = some(0.3, rng.integers(0, regions, size), m["home"][rows])
    m["legal"][rows] = rng.integers(0, len(Legal), size)
    m["route"][rows] = rng.integers(0, len(week.state.routes), size)
    for name in ("own_tries", "own_failures", "own_years", "own_removals", "stigma"):
        m[name][rows] = some(0.3, rng.integers(0, 60, size), 0)
    m["own_failures"][rows] = np.minimum(m["own_failures"][rows], m["own_tries"][rows])
    m["recalled"][rows] = week.week - rng.integers(0, 200, size)
    m["job_until"][rows] = week.week + rng.integers(-50, 50, size)
    m["shamed"][rows] = rng.random(size) < 0.3
    m["left_week"][rows] = some(0.3, week.week - rng.integers(0, 200, size), LONG_AGO)
    week.state.regions["women_barred"][:] = 0.3
    week.state.regions["alarm"][:] = rng.uniform(0.5, 3, regions)


@pytest.mark.parametrize("rule", ["aspiration", "plain"])
def test_the_choice_is_that_of_its_readable_twin(rule: str) -> None:
    week = Week(Scenario.compose(["world=corridor", "people.size=6000", "time.years=1", f"choice.rule={rule}"]), 3)
    for _ in range(6):
        week.advance()
    set_the_world(week.state, week.agenda)
    rng = np.random.default_rng(7)
    rows = np.sort(rng.choice(len(week.migrants), 2500, replace=False))
    many_kinds_of_people(week, rows, rng)
    s, p, now = week.state.s, week.state.p, week.agenda.now
    without = np.where(rng.random(len(rows)) < 0.2, rng.integers(0, len(week.state.regions), len(rows)), -1)
    out = np.zeros((len(rows), 4))
    chosen(s, p, rows, without, now, out)
    taken, tables = set(), as_tables(s)
    for i, left_out, (value, *which) in zip(rows, without, out, strict=True):
        options = readable(tables, p, int(i), int(left_out), now)
        best, option = options[0]
        assert value == pytest.approx(best, rel=1e-9, abs=1e-6)
        if len(options) == 1 or best - options[1][0] > 1e-6:
            assert which == [option.channel, option.region, option.tier]
        taken.add(option.channel)
    assert len(taken) >= 6  # nearly every way was somebody's best

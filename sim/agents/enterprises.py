"""Enterprises that move people: loners, small groups, organisations.

A row is a latent slot keyed by (region, type, slot); ``generation`` counts the entrants that have held it. Traits are
drawn by (row, generation), so that the same entrant exists in every twin world, active or not (C4-M09: low entry
barriers, fluid structure).
"""

from __future__ import annotations

import math
from enum import IntEnum
from functools import partial
from typing import Annotated, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.agents.forms import FORMS, Form
from sim.agents.people import normal_pair
from sim.declared.sources import ByName, From, Worked, family
from sim.ground.draws import Stream, block
from sim.ground.kernel import part, rule
from sim.ground.table import Column
from sim.world.world import MAX_OFFERS


class Kind(IntEnum):
    """Type of enterprise."""

    LONER = 0
    CELL = 1
    ORGANISATION = 2


class MoneyChannel(IntEnum):
    """How an enterprise moves what it takes (C5-M51, C10-M53)."""

    COURIER = 0  # cash that somebody carries
    INFORMAL = 1  # those who pay out in one place what was paid in at another
    BANK = 2  # banks and money services, which know names
    FRONT = 3  # the books of a firm that is otherwise lawful


KINDS = len(Kind)
# members, clients in four weeks, US$ a week to keep running, US$ of starting capital, lowest skill, range of skill
TRAITS = ("members", "capacity", "running_cost", "capital", "skill_least", "skill_range")


Packed = partial(Column, packed=True)


# what police know of an enterprise beside evidence, and how it moves its money
_KNOWN_AND_MOVED = (
    Packed("picture", "f4", "what police know of it beside evidence, in [0, 1]"),
    Packed("watched", "f4", "share of its skill that border guards undo who know of it"),
    Packed("money_channel", "i1", "MoneyChannel: how it moves what it takes"),
    Packed("launders", "i1", "1 if it launders what it moves"),
    Packed("trace", "f4", "how far its money can be traced, in [0, 1]; 0 before it has chosen a channel"),
    Packed("moved", "f4", "US$ that it has moved in about four weeks"),
)


def enterprise_columns(legs: int) -> tuple[Column, ...]:
    """Columns of an enterprise in a world with ``legs`` legs; arrays over offers are (rows, MAX_OFFERS)."""
    return (
        Packed("active", "i1", "1 while in the market"),
        Packed("generation", "i4", "which entrant holds this slot"),
        Packed("kind", "i1", "Kind"),
        Packed("home", "i2", "region where it finds its clients"),
        Packed("members", "f4", "people in it"),
        Packed("capacity", "f4", "clients in four weeks"),
        Packed("running_cost", "f4", "US$/week"),
        Packed("skill", "f4", "theta: how well it avoids detection"),
        Packed("threshold", "f4", "US$/week of expected profit above outside profit that draws it in"),
        Packed("capital", "f8", "cents"),
        Packed("claims", "f8", "what people owe to it, cents"),
        Packed("kappa", "f4", "share of the value of a person that it is able and willing to take; private"),
        Packed("able", "f4", "the share that it takes where it takes any"),
        Packed("scruple", "f4", "log odds of those with fewer scruples, over those of who would at the usual gain"),
        Packed("entered", "i4", "week of entry"),
        Packed("poor_weeks", "i4", "weeks in a row with profit below outside profit"),
        Packed("profit", "f4", "mean weekly profit over about 12 weeks, US$"),
        Packed("week_profit", "f4", "profit of the present week, US$"),
        Packed("taken", "f4", "clients taken in the present four weeks"),
        Packed("turned_away", "f4", "clients turned away in the present four weeks"),
        Packed("scarcity", "f4", "scarcity mark-up b, in [1, 3]", 1.0),
        Packed("idle", "i1", "1 if the last four weeks left capacity idle", 1),
        Packed("known_bad", "f4", "failed clients that the community remembers"),
        Packed("known_all", "f4", "clients that the community remembers"),
        Packed("case", "i4", "row of the criminal case against it, -1 without", -1),
        Packed("caught", "i2", "guided crossings stopped this week"),
        Packed("caught_region", "i2", "region of the border where the last was"),
        Packed("form", "i1", "Form: how it makes, keeps and replaces partners"),
        Packed("pair", "i4", "pair of regions that it serves most", -1),
        Packed("known", "i4", "generation whose partners are kept, -1 none", -1),
        Packed("use", "f4", "clients that it expects to serve in four weeks"),
        Packed("served", "f4", "clients since its partners were last paid for their work"),
        Packed("throughput", "f4", "share of clients whom its scarcest function lets it serve", 1.0),
        Packed("partner_cost", "f4", "US$ for partners for each client"),
        Packed("house", "i1", "bits of the functions that its own people fill"),
        Packed("house_cost", "f4", "US$/week for that"),
        Packed("aid", "f4", "what partners add to its skill"),
        Packed("retained", "i4", "row of the official on its books, -1 without", -1),
        Packed("retained_leg", "i2", "leg whose border that one watches, -1 without", -1),
        Packed("retainer", "f4", "US$ that it pays that one in four weeks"),
        Packed("passes", "i4", "crossings that one has let through in the present four weeks"),
        Packed("leaderless", "i2", "weeks without an organiser"),
        Packed("good_months", "i1", "four-week periods in a row in which work went well"),
        Packed("lost", "f4", "partners lost to arrests, faded over half a year"),
        Packed("collects", "f4", "share of those who owe to it abroad from whom it could collect", 1.0),
        Packed("at_hand", "f4", "debtors whom its members can still go after"),
        Column("fee", "f8", "posted fee per offer, US$; infinite if not offered", np.inf, MAX_OFFERS),
        Column("target_fee", "f8", "fee aimed at, US$", np.inf, MAX_OFFERS),
        Column("route", "i4", "route used per offer, -1 none", -1, MAX_OFFERS),
        Column("loads", "f4", "contracts per offer over about 52 weeks", 0.0, MAX_OFFERS),
        Column("recent_loads", "f4", "contracts per offer in the present 26 weeks", 0.0, MAX_OFFERS),
        Column("crossings", "f4", "own recent crossings of each leg, faded", 0.0, legs),
        *_KNOWN_AND_MOVED,
    )


# the declared columns whatever the world; widths over legs are set when the table is made
ENTERPRISE_COLUMNS = enterprise_columns(1)


SHARES_OF_FORMS = tuple(f"network.{form.name.lower()}" for form in Form)
WEIGHTS_OF_FORMS = ByName("network.weight_{1}_{0}", Kind, Form)


def chances_of_forms(*numbers: float) -> NDArray[np.float64]:
    """Chance that an entrant of each type has at most this form, float64 (3, FORMS).

    By how common forms are, which come first, and how common each is among enterprises of a type. A type to which no
    form with weight is open takes any of those that have one.
    """
    wanted = np.array(numbers[:FORMS])
    if wanted.sum() <= 0:
        wanted = np.ones(FORMS)
    weights = WEIGHTS_OF_FORMS.of(*numbers[FORMS:]) * wanted
    weights = np.where(weights.sum(axis=1, keepdims=True) > 0, weights, wanted)
    return np.asarray(np.cumsum(weights / weights.sum(axis=1, keepdims=True), axis=1))


@family
class EntrantRules(NamedTuple):
    """Parameters of an entrant's traits."""

    skill_spread: Annotated[float, From("smuggling.skill_spread")]
    threshold: Annotated[float, From("smuggling.threshold")]
    threshold_spread: Annotated[float, From("smuggling.threshold_spread")]
    fixed_scale: Annotated[float, From("smuggling.fixed_scale")]
    capacity_scale: Annotated[float, From("smuggling.capacity_scale")]
    exploiter_share: Annotated[float, From("smuggling.exploiter_share")]
    # (3, FORMS) chance of each form by type, summed up
    forms: Annotated[NDArray[Any], Worked(chances_of_forms, *SHARES_OF_FORMS, *WEIGHTS_OF_FORMS.names)]
    traits: Annotated[NDArray[Any], ByName("smuggling.{1}_{0}", Kind, TRAITS)]  # (3, traits) in the order of TRAITS
    spare: Annotated[NDArray[np.int64], ByName("smuggling.spare_{}", Kind)]  # places for people promoted or hired
    skill_most: Annotated[float, From("smuggling.skill_most")]
    able_least: Annotated[float, From("smuggling.able_least")]  # of the value of a person, where it takes any
    female_share: Annotated[float, From("smuggling.female_share")]  # of members


@part
def be_entrant(enterprises, traits, rules, j, seed):
    """Traits of the entrant that may next take slot j, keyed by (slot, generation)."""
    firm = enterprises.row[j]
    kind = firm.kind
    skill, a, b, _ = block(seed, Stream.ENTRANT_TRAITS, j, firm.generation, 0, 0)
    z, _ = normal_pair(a, b)
    lowest, width = traits[kind, 4], traits[kind, 5]
    firm.members = traits[kind, 0]
    firm.capacity = traits[kind, 1] * rules.capacity_scale
    firm.running_cost = traits[kind, 2] * rules.fixed_scale
    firm.skill = min(lowest + width * (0.5 + rules.skill_spread * (skill - 0.5)), rules.skill_most)
    exploits, share, u_form, _ = block(seed, Stream.ENTRANT_TRAITS, j, firm.generation, 0, 1)
    firm.able = rules.able_least + (1.0 - rules.able_least) * share
    firm.kappa = firm.able if exploits < rules.exploiter_share else 0.0
    most = min(max(rules.exploiter_share, 1e-12), 1.0 - 1e-12)
    firm.scruple = math.log(exploits / (1.0 - exploits)) - math.log(most / (1.0 - most))
    firm.form = 0
    while u_form >= rules.forms[kind, firm.form] and firm.form < FORMS - 1:
        firm.form += 1
    firm.threshold = rules.threshold * traits[kind, 0] * math.exp(rules.threshold_spread * z)


@rule
def there_too(twins, firm, j):
    """Whether enterprise j (the record ``firm``) runs among ``twins`` as well, enterprises of the twin or nothing."""
    return len(twins) > 0 and twins[j].active == 1 and twins[j].generation == firm.generation


@part
def open_business(enterprises, traits, j, week):
    """Slot j enters the market, without partners yet: capital is paid in. Returns the cents paid in by its owners."""
    firm = enterprises.row[j]
    cents = 100.0 * traits[firm.kind, 3]
    firm.active = 1
    firm.capital = cents
    firm.entered = week
    firm.poor_weeks = 0
    firm.profit = 0.0
    firm.week_profit = 0.0
    firm.taken = 0.0
    firm.turned_away = 0.0
    firm.scarcity = 1.0
    firm.idle = 1
    firm.known_bad = 0.0
    firm.known_all = 0.0
    firm.case = -1
    firm.caught = 0
    firm.use = 0.0
    firm.served = 0.0
    firm.throughput = 1.0
    firm.partner_cost = 0.0
    firm.house = 0
    firm.house_cost = 0.0
    firm.aid = 0.0
    firm.retained = -1
    firm.retained_leg = -1
    firm.retainer = 0.0
    firm.passes = 0
    firm.leaderless = 0
    firm.good_months = 0
    firm.lost = 0.0
    firm.trace = firm.moved = 0.0
    firm.picture = firm.watched = 0.0
    enterprises.fee[j, :] = np.inf
    enterprises.target_fee[j, :] = np.inf
    enterprises.route[j, :] = -1
    enterprises.loads[j, :] = 0.0
    enterprises.recent_loads[j, :] = 0.0
    enterprises.crossings[j, :] = 0.0
    return cents


@part
def close_business(enterprises, traits, rules, j, seed):
    """Slot j leaves the market; its owners take what is left, and the next entrant's traits are drawn.

    Returns the cents taken out (negative if debts are left to the outside world).
    """
    firm = enterprises.row[j]
    cents = firm.capital
    firm.capital = 0.0
    firm.active = 0
    firm.taken = 0.0
    enterprises.fee[j, :] = np.inf
    firm.generation += 1
    be_entrant(enterprises, traits, rules, j, seed)
    return cents

"""People at risk of migrating or of being exploited where they live: their columns and codes.

There is no class of trafficked or smuggled people (C4-M01): a person has a stage, a status, means, debts, terms of work
and options, and labels are functions of that state.
"""

from __future__ import annotations

import math
from enum import IntEnum
from functools import partial
from typing import Annotated, NamedTuple

import numpy as np

from sim.declared.sources import From, Is, Worked, family
from sim.ground.calendar import WEEKS_PER_YEAR
from sim.ground.kernel import part, rule
from sim.ground.table import Column

NEVER = 2_000_000_000  # a week that does not come
LONG_AGO = -30_000  # a week before any run


class Stage(IntEnum):
    """Where a person is in a migration (model 2.1); exploitation is not a stage."""

    HOME = 0
    WAITING = 1  # for a visa decision, at home
    TRAVELLING = 2
    HELD = 3  # stopped on a journey, not yet moving again
    ARRIVED = 4  # looks for work
    WORKING = 5
    SETTLED = 6
    DETAINED = 7  # before removal
    RETURNED = 8  # home again, has not yet considered what next
    DEAD = 9
    PROTECTED = 10  # in safe accommodation, for as long as the reflection period lasts


class Control(IntEnum):
    """What holds a person at work beside pay and status; debt alone is observed, not chosen (model 4.4)."""

    NONE = 0
    PAPERS = 1  # papers or pay kept back
    THREAT = 2  # denunciation included
    CONFINEMENT = 3
    VIOLENCE = 4


class Bound(IntEnum):
    """Bits of the scanned column ``bound``: people whose week is computed one by one."""

    OWES = 1  # has a debt, whether or not anyone can collect it
    PAYS = 2  # the creditor collects
    CONTROLLED = 4  # works on terms that a controller has set
    SAFE = 8  # in protection
    RANSOM = 16  # held on a journey until more is paid
    LOST = 32  # out of the creditor's reach: nobody knows where she is, or the authorities do


class Abroad(IntEnum):
    """Bits of what a person has come to since she left home."""

    ARRIVED = 1  # somewhere, since she left home
    WORKED = 2  # where she is now


class Creditor(IntEnum):
    """Which table a creditor's row belongs to."""

    NOBODY = 0
    ENTERPRISE = 1
    VENUE = 2


class Saving(IntEnum):
    """Whether a person saves for the fee of a provider."""

    NO = 0
    FOR_A_FEE = 1
    ENOUGH = 2  # has saved, and means to pay with it


class Paid(IntEnum):
    """How the last journey with a provider was paid."""

    NOTHING = 0  # no such journey
    OWN = 1  # at once, from means at hand
    SAVED = 2  # the same, after saving for it
    LENT = 3  # by the provider, as a debt
    WORK = 4  # by the provider, on a recruiter's promise of work


class Start(IntEnum):
    """How a person came to where she works: how a spell of exploitation there begins."""

    SEARCH = 0  # looked for work by herself
    RECRUITER = 1  # took a recruiter's offer where she lives
    ORDER = 2  # was brought to where a recruiter had promised work
    HANDOVER = 3  # was handed over by a provider on arrival
    CLAIM = 4  # was put to work because of a debt that she did not serve
    SOLD_ON = 5  # was sold by another place
    CUSTODY = 6  # was sold by those who held her in custody
    KEPT = 7  # was exploited there before, or fell to it there: the same place, other terms


class Holder(IntEnum):
    """Who holds a person in detention in transit."""

    NOBODY = 0
    STATE = 1  # for the time that is set
    OFFICIALS = 2  # who ask for money
    ARMED = 3  # an armed group, which asks for money
    PAID = 4  # whoever asked for it has been paid, and will let her go


class Offer(IntEnum):
    """What a recruiter has promised."""

    NONE = 0
    HONEST = 1
    DECEPTIVE = 2
    CONTRACT = 3  # work abroad with a visa
    CONTRACT_STORY = 4  # the same by a scout, who tells of better pay


class Legal(IntEnum):
    """Legal status where the person is."""

    CITIZEN = 0
    REGULAR = 1
    VISITOR = 2  # on papers that lapse
    IRREGULAR = 3
    TIED = 4  # with papers that hold as long as the job does


class Channel(IntEnum):
    """Ways to move; with the destination they are the identity of an option (destination * 8 + channel)."""

    REGULAR = 0
    PAPERS = 1
    ALONE = 2
    PROVIDER = 3
    CREDIT = 4  # a provider who lends the fee; shares the noise of PROVIDER
    RECRUITER = 5  # an offer of work, at home or abroad; the journey is lent
    SAVE = 6  # for a provider; shares the noise of PROVIDER
    REMAIN = 7


class Decision(IntEnum):
    """What a consideration led to."""

    NONE = 0
    MOVE = 1
    CONTINUE = 2  # try again under the contract with the provider
    REMAIN = 3
    GO_HOME = 4


class Tier(IntEnum):
    """How a channel is used: an application with a broker, papers that are genuine, a visa for a job."""

    PLAIN = 0
    BROKERED = 1
    CONTRACT = 2  # a visa that comes with a job


class Decided(IntEnum):
    """What has been decided of a person in protection."""

    PRESUMED = 0  # nothing yet: she is taken for exploited until somebody decides
    GROUNDS = 1  # there are reasonable grounds; the conclusive decision is open
    YES = 2
    NO = 3
    APPEALED = 4  # refused, and waits for the answer to an appeal
    RETURNING = 5  # is expected by services at home, and waits for the week


class Care(IntEnum):
    """Bits of how a child is looked after, from the first contact that recognised her as one."""

    IN_CARE = 1
    CHILD_PLACE = 2  # in a place for children, not in one of those for all
    GUARDIAN = 4
    STAYS = 8  # her family was traced and found not to be safe for her
    REGISTERED = 16  # somebody knows that she has arrived, and will look after her


class Path(IntEnum):
    """Bits of what has happened to a person since week 0, when policies start, and of who she is.

    Two bytes for each person and generation. Twins are compared by them afterwards, so that two arms of a comparison
    never need to share a process.
    """

    LEFT = 1
    ARRIVED_REGULAR = 2
    ARRIVED_IRREGULAR = 4
    STOPPED = 8
    REMOVED = 16
    DIED = 32
    IN_NEED = 64
    SAFE = 128
    EXPLOITED = 256
    IDENTIFIED = 512
    REMOVED_UNRECOGNISED = 1024
    FEMALE = 2048
    MINOR = 4096  # under eighteen when the person entered the age at risk
    WITH_STATUS = 8192  # lived abroad with status when policies could first start
    WITHOUT_STATUS = 16384


Packed = partial(Column, packed=True)

PERSON_COLUMNS: tuple[Column, ...] = (
    # scanned every week
    Column("here", "i2", "region where the person is"),
    Column("stage", "i1", "Stage"),
    Column("legal", "i1", "Legal status"),
    Column("due", "i4", "next week in which something is due"),
    Column("removal_at", "f4", "cumulative removal hazard at which the person is removed", np.inf),
    Column("bound", "u1", "bits of Bound"),
    # not scanned, but looked up for many whom recruiters do not meet: a byte each stays near
    Column("known", "i1", "1 if a recruiter knows where the person's household lives"),
    # not one a person: what a run is asked to split by, see sim.ledger.groups
    Column("grouping", "i8", "parts and strides of the splits that are asked for; empty as declared", apart=True),
    # the records fill four cache lines. What a consideration reads fills the first
    Packed("cash", "f8", "cash, cents"),
    Packed("wish", "f4", "wish to stay (+) or move (-) of the present spell, US$"),
    Packed("home_tie", "f4", "worth of staying at home, US$"),
    Packed("deprivation", "f4", "relative deprivation at home, US$/week"),
    Packed("ability", "f4", "wage at home relative to the mean there"),
    Packed("ability_abroad", "f4", "what of it carries over abroad"),
    Packed("information", "f4", "how well informed, in (0, 1)"),
    Packed("spell_ends", "i4", "week in which the aspiration spell ends"),
    Packed("leaves_risk_age", "i4", "week in which the person leaves the age at risk"),
    Packed("generation", "i2", "which person holds this row; a row passes on when its holder leaves the age at risk"),
    Packed("spells", "i2", "aspiration spells so far"),
    Packed("paid_until", "i2", "week up to which income has been posted"),
    Packed("home", "i2", "region of origin"),
    Packed("kin", "i2", "region where close kin live, -1 none", -1),
    Packed("applied", "i2", "region whose visa the person has applied for, -1 none", -1),
    Packed("job_until", "i2", "week until which a job lasts that support on return has found"),
    Packed("skill", "i1", "1 if high-skilled visas are open to the person"),
    Packed("protection_need", "i1", "1 if the person needs protection from what happens at home"),
    Packed("saving", "i1", "Saving: whether the person saves for a fee"),
    Packed("contract", "i1", "1 while a provider owes another attempt"),
    Packed("offer", "i1", "Offer"),
    # what she has lived through, as it counted in the week ``recalled``; see sim.rules.people.lived
    Packed("own_tries", "u1", "irregular journeys that ended, of her own, in sixteenths, faded"),
    Packed("own_years", "u1", "years that the person has lived without status, in sixteenths, faded"),
    Packed("own_removals", "u1", "times that the person was taken for removal, in sixteenths, faded"),
    Packed("stigma", "u1", "part of the worth of home that stigma takes, in hundredths, faded"),
    # what only those who move need, and what counts persons
    Packed("escrow", "f8", "rest of a fee held until arrival, cents"),
    Packed("counted", "u8", "bits of what has happened to the person in that year; see sim.ledger.persons"),
    Packed("stake", "f4", "what arriving is worth to the person, US$"),
    Packed("clock", "f4", "hours travelled on the present leg"),
    Packed("route", "i4", "route travelled, -1 none", -1),
    Packed("provider", "i4", "row of the enterprise, -1 none", -1),
    Packed("decision_week", "i4", "week in which a visa application is decided"),
    Packed("fee", "f4", "what a recruiter asks for the contract that the person is offered and has not been paid, US$"),
    Packed("provider_generation", "i2", "generation of that enterprise"),
    Packed("since", "i2", "week in which the stage was entered"),
    Packed("intended", "i2", "region that the person means to reach, -1 none", -1),
    Packed("first_intended", "i2", "region intended when the person left home, -1 none", -1),
    Packed("stops", "i2", "times stopped on the present journey"),
    Packed("path", "u2", "bits of Path"),
    Packed("channel", "i1", "Channel chosen or used, -1 none", -1),
    Packed("tier", "i1", "Tier of the channel"),
    Packed("brokered", "i1", "1 if a broker handles that application"),
    Packed("leg", "i1", "position on the route"),
    Packed("entered", "i1", "Channel by which the person entered the region where she is, -1 none", -1),
    Packed("financed", "i1", "1 while the journey is lent and not yet made"),
    Packed("extorted", "i1", "1 if more has been demanded on the present journey"),
    Packed("searches", "i1", "searches for work in a row that found none"),
    Packed("paid", "i1", "Paid: how the last journey with a provider was paid"),
    Packed("ransoms", "i1", "times that the person's family has paid for her to be let go"),
    Packed("held_by", "i1", "Holder: who holds a person whom a transit state has detained"),
    Packed("counted_year", "u1", "year in which the person last counted as one to whom something happened, modulo 256"),
    # what those need who work, owe or have been offered work
    Packed("debt", "f8", "debt, cents"),
    Packed("taught", "f4", "what of being informed campaigns have taught the person and has not faded"),
    Packed("story", "f4", "half-lives by which stories told to people of her region had changed when she was taught"),
    Packed("promised", "f4", "pay that a recruiter has promised, US$/week"),
    Packed("believed", "f4", "what the person believes of that promise, US$/week"),
    Packed("prepaid", "f4", "advance that comes with it, US$"),
    Packed("value", "f4", "going pay for the work that the person does, US$/week"),
    Packed("credited", "f4", "share of it that is credited to the person", 1.0),
    Packed("offer_venue", "i4", "row of the venue for which a recruiter has made an offer, -1 none", -1),
    Packed("venue", "i4", "row of the venue where the person works, -1 none", -1),
    Packed("creditor", "i4", "row of the creditor, -1 none", -1),
    Packed("creditor_generation", "i2", "generation of that creditor"),
    Packed("job_since", "i2", "week in which the job began"),
    Packed("served", "i2", "week in which a payment last brought the debt down"),
    Packed("offer_region", "i2", "region of the work offered, -1 none", -1),
    Packed("control", "i1", "Control"),
    Packed("creditor_kind", "i1", "Creditor"),
    Packed("own_failures", "u1", "of these, journeys on which the person was stopped for good, in sixteenths, faded"),
    Packed("forced", "i1", "1 if handed over without a contract on credit, a debt or an offer"),
    Packed("start", "i1", "Start: how the person came to where she works"),
    Packed("female", "i1", "1 for women and girls"),
    Packed("minor", "i1", "1 under eighteen when the person entered the age at risk"),
    Packed("sector", "i1", "sector of the work that the person does, or did last, -1 none", -1),
    # exploitation and what follows, and households
    Packed("receipts", "f4", "what the controller has still to take until a target is met, US$"),
    Packed("told", "f4", "cumulative hazard of the next rung of cooperation, of the present stay in protection"),
    Packed("lost", "f4", "pay withheld in the last job under control, US$"),
    Packed("heavy", "f4", "days in safety until heavy symptoms clear, 0 without"),
    Packed("exploiter", "i4", "row of the last venue where the person worked under control, -1 none", -1),
    Packed("brought_by", "i4", "row of the enterprise that brought the person, -1 none", -1),
    Packed("household", "i4", "row of the household, -1 where there are none", -1),
    Packed("sent", "i4", "of what the person has sent home, cents that her household saves and has not yet shared"),
    Packed("lent", "i4", "cents that she has lent to the member of her household who may go"),
    Packed("exploiter_generation", "i2", "generation of its owner"),
    Packed("brought_by_generation", "i2", "its generation"),
    Packed("review_week", "i2", "week in which the controller reviews the terms"),
    Packed("exploited_since", "i2", "week since which the person is exploited, long ago if not", LONG_AGO),
    Packed("left_week", "i2", "week in which the person last left exploitation", LONG_AGO),
    Packed("departed", "i2", "week of the last departure from home", LONG_AGO),
    Packed("recalled", "i2", "week up to which what the person has lived through has faded"),
    Packed("decided", "i2", "week of the last decision, or in which a prepared return is due"),
    Packed("eighteen", "i2", "week in which the person turns eighteen, long ago if she entered later", LONG_AGO),
    Packed("shamed", "i1", "1 if the last exploitation was in commercial sex"),
    Packed("rung", "i1", "Rung of cooperation in the last stay in protection"),
    Packed("claims", "i1", "1 if taken in on a true story, 2 on a false one"),
    Packed("agreed", "i1", "1 if she came by her own decision to where she was last exploited"),
    Packed("decision", "i1", "Decided: what has been decided of her in the last stay in protection"),
    Packed("care", "u1", "bits of Care"),
    Packed("abroad", "u1", "bits of Abroad"),
)


def scale_of_wishes(scale: float, rule: str) -> float:
    """How far wishes to move spread: where people choose by the plain rule they have no lasting one."""
    return 0.0 if rule == "plain" else scale


@family
class BirthRules(NamedTuple):
    """Parameters of birth as one typed bundle for the kernels."""

    skilled_share: Annotated[float, From("people.skilled_share")]
    need_share: Annotated[float, From("people.need_share")]
    kin_share: Annotated[float, From("people.kin_share")]
    cash_weeks: Annotated[float, From("people.cash_weeks")]
    cash_spread: Annotated[float, From("people.cash_spread")]
    home_tie: Annotated[float, From("choice.home_tie")]
    home_tie_spread: Annotated[float, From("choice.home_tie_spread")]
    ability_abroad: Annotated[float, From("choice.ability_abroad")]
    risk_weeks: Annotated[float, From("people.years_at_risk", times=WEEKS_PER_YEAR)]
    spell: Annotated[float, From("choice.spell")]
    wish_scale: Annotated[float, Worked(scale_of_wishes, "choice.wish_scale", "choice.rule")]
    wish_uniform: Annotated[int, Is("choice.wish", "uniform")]
    female_share: Annotated[float, From("people.female_share")]
    minor_share: Annotated[float, From("people.minor_share")]
    youngest: Annotated[float, From("people.youngest")]  # years


@part
def normal_pair(u, v):
    """Two standard normals from two uniforms (Box and Muller)."""
    radius = math.sqrt(-2.0 * math.log(u))
    return radius * math.cos(2.0 * math.pi * v), radius * math.sin(2.0 * math.pi * v)


@rule
def exponential_weeks(mean, u):
    """Whole weeks until an event with the given mean waiting time; at least one."""
    return 1 + int(-mean * math.log(u))

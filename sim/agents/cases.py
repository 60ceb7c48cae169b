"""Criminal cases: their stages, charges and columns (model 4.7).

    lead -> investigation -> charge -> trial -> judgment

Rows are reused; what names a case in draws is its target and the week in which it was opened, never its row. What a
case ended with stays in its row until another case takes it.
"""

from __future__ import annotations

from enum import IntEnum
from functools import partial

from sim.ground.table import Column


class CaseStage(IntEnum):
    """Where a case stands; every case that was opened ends as FREE again by one of the outcomes."""

    FREE = 0  # the row holds no case
    LEAD = 1  # waits for an investigator
    INVESTIGATION = 2
    TRIAL = 3  # charged, waits for a hearing


class Target(IntEnum):
    """Which table the target's row belongs to."""

    VENUE = 0
    ENTERPRISE = 1


class Charge(IntEnum):
    """What a prosecutor may charge; NONE drops the case."""

    NONE = 0
    EXPLOITATION = 1
    PROCURING = 2
    LABOUR = 3
    SMUGGLING = 4
    DOCUMENTS = 5


class Verdict(IntEnum):
    """What a court has found, of one suspect or of a case, which is as good as the best for those who charged it."""

    NONE = 0  # not tried
    ACQUITTED = 1
    LESSER = 2  # convicted, of something lesser than was charged
    CONVICTED = 3


class Source(IntEnum):
    """Where a lead came from."""

    REPORT = 0  # a person who was met, or who complained
    TIP = 1
    RAID = 2
    INSPECTION = 3
    PROACTIVE = 4
    BORDER = 5
    SHARED = 6  # passed on by another region
    PARTNER = 7  # named by a facilitator under arrest
    MONEY = 8  # found by following money
    INTELLIGENCE = 9  # known well enough beside evidence


SUSPECTS = 10  # people whom a case can name: as many as an operation can arrest at once
PARTNERS = 3  # regions that can join a case: where its target, its carrier and its exploited people come from
NOBODY, OWNER = -1, -2  # in the column ``suspects``, beside rows of offenders

Packed = partial(Column, packed=True)

CASE_COLUMNS: tuple[Column, ...] = (
    Packed("stage", "i1", "CaseStage"),
    Packed("kind", "i1", "Target"),
    Packed("source", "i1", "Source"),
    Packed("charge", "i1", "Charge, the gravest of those brought"),
    Packed("verdict", "i1", "Verdict"),
    Packed("rule", "i1", "Strike: whom an operation is after, -1 for an ordinary case", -1),
    Packed("assigned", "i1", "1 if an investigator works on it this week"),
    Packed("joint", "i1", "other regions that take part"),
    Packed("deposed", "i1", "1 if the witness has been heard before trial in front of the defence"),
    Packed("rung", "i1", "highest Rung of cooperation of the witness"),
    Packed("generation", "i4", "how many cases this row has held"),
    Packed("target", "i4", "row of the venue or enterprise"),
    Packed("target_generation", "i4", "its generation"),
    Packed("region", "i2", "region that works on the case"),
    Packed("sector", "i2", "sector of the venue, -1 for enterprises", -1),
    Packed("opened", "i4", "week in which the case was opened"),
    Packed("due", "i4", "week from which a hearing may be held"),
    Packed("worked", "i4", "weeks of work on it"),
    Packed("named", "i1", "suspects who are charged"),
    Packed("suspects", "i4", "rows of offenders charged, -2 the owner of the venue, -1 nobody", NOBODY, SUSPECTS),
    Packed("roles", "i1", "Role of each suspect, -1 for an owner and for nobody", -1, SUSPECTS),
    Packed("highs", "i1", "1 for each suspect who organises, manages or keeps the money of others", 0, SUSPECTS),
    Packed("charges", "i1", "Charge against each suspect", 0, SUSPECTS),
    Packed("verdicts", "i1", "Verdict on each suspect", 0, SUSPECTS),
    Packed("partners", "i2", "regions that have joined the case, -1 none", -1, PARTNERS),
    Packed("origin", "i2", "region from which people exploited in the venue came, -1 unknown", -1),
    Packed("carrier", "i4", "row of the enterprise that brought them to it, -1 unknown", -1),
    Packed("carrier_generation", "i4", "its generation"),
    Packed("told", "i1", "1 if somebody has said who brought them, 0 if that has to be found out"),
    Packed("handed", "i1", "1 if they were handed over, and not only brought"),
    Packed("witness", "i4", "row of the person whose statement it holds, -1 none", -1),
    Packed("witness_generation", "i4", "generation of that person"),
    Packed("movement", "f4", "evidence of movement, in [0, 1]"),
    Packed("control", "f4", "evidence of control or means"),
    Packed("exploitation", "f4", "evidence of exploitation"),
    Packed("money", "f4", "evidence of money"),
    Packed("network", "f4", "what is known of who stands behind it"),
    Packed("quality", "f4", "quality of the statement"),
    Packed("heard", "f4", "quality of the testimony that the court has heard, 0 without any"),
    Packed("frozen", "f8", "assets frozen, cents"),
    Packed("means", "f8", "what the owner had kept when he was charged, cents"),
    Packed("pressed", "i1", "steps by which suspects have pressed the witness"),
    Packed("withdrawn", "i1", "1 if a statement was taken back under pressure"),
    Packed("tainted", "i1", "1 if it rests on what was collected unlawfully"),
)

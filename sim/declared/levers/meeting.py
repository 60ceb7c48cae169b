"""Levers of missions and of those who meet exploited people first; see the package."""

from __future__ import annotations

from sim.declared.agencies import AgencyKind
from sim.declared.levers.lever import MEETS, Lever

# one declaration reads like a row of a table
# fmt: off
MEETING: tuple[Lever, ...] = (
    Lever("mission.size", "region", "per 1000 at risk", 0, 1000,
          "people of a peace mission who are stationed there",
          "C8-M01", "flat"),
    Lever("mission.immunity", "region", "share", 0, 1,
          "how far members of a mission, and places that serve them, are beyond the reach of local law",
          "C8-M05, C8-M06", "flat"),
    Lever("mission.conduct", "region", "share", 0, 1,
          "how far a mission enforces rules of conduct on its members",
          "C8-M13, C8-M10", "flat"),
    Lever("mission.patrols", "region", "ratio", -1, 1,
          "what patrols of a mission are for: -1 to keep venues safe, 0 none, 1 to keep members out",
          "C8-M13, C8-M14", "flat"),
    Lever("protection.reflection_days", "region", "days", 0, 365,
          "time to recover and decide without having to testify",
          "C5-M23, C7-M14"),
    Lever("protection.conditional", "region", "share", 0, 1,
          "chance that protection after the reflection period is only for those who cooperate",
          "C4-P14"),
    Lever("protection.permit", "region", "share", 0, 1,
          "chance that a person who is protected obtains a permit to stay",
          "C7-P12"),
    Lever("protection.places", "region", "per 1000 at risk", 0, 1000,
          "places in safe accommodation",
          "C7-S08"),
    Lever("protection.hotline", "region", "share", 0, 1,
          "yearly chance that an exploited person who can telephone reaches a hotline",
          "C9-M15"),
    Lever("protection.outreach", "region", "share", 0, 1,
          "yearly chance that outreach workers meet an exploited person who is not isolated",
          "C9-M15"),
    Lever("agency.knowledge", "agency", "share", 0, 1,
          "chance that those who meet an exploited person know the signs",
          "C7-M12", "able", (*MEETS, AgencyKind.SERVICES)),
    Lever("agency.authority", "agency", "share", 0, 1,
          "chance that those who meet an exploited person may act on what they see",
          "C7-M12", "able", MEETS),
    Lever("agency.goodwill", "agency", "share", 0, 1,
          "chance that those who meet an exploited person want to act on what they see",
          "C7-M12", "able", MEETS),
    Lever("agency.cascade", "region", "/year", 0, 50,
          "yearly rate at which trained colleagues train others in what exploitation looks like and what to do then",
          "C12-M09, C12-P03", "zero", needs=("recognition", "institutional_trust")),
    Lever("agency.women_interviewers", "region", "share", 0, 1,
          "chance that a woman from commercial sex is asked by a woman",
          "C7-M13, C7-M22", "zero", needs=("recognition",)),
    Lever("agency.interpreters", "region", "share", 0, 1,
          "chance that a person from elsewhere is asked in a language that she speaks",
          "C12-M05", "zero", needs=("recognition",)),
    Lever("agency.interview_time", "region", "share", 0, 1,
          "how far there is time for more than one conversation before it is judged who a person is",
          "C7-M22, C11-M25", "zero", needs=("recognition",)),
)
# fmt: on

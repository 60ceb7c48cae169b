"""Levers of protection and of return; see the package."""

from __future__ import annotations

from sim.declared.levers.lever import Lever

# one declaration reads like a row of a table
# fmt: off
HELPING: tuple[Lever, ...] = (
    Lever("protection.permit_conditional", "region", "share", 0, 1,
          "chance that a permit needs a complaint or more",
          "C4-P15, C9-M36", "flat"),
    Lever("protection.permit_cap", "region", "per 1000 at risk and year", 0, 1000,
          "permits that may be given; 1000 is no limit",
          "C9-M58", "flat"),
    Lever("protection.assist_rule", "region", "share", 0, 1,
          "chance that help is only for those who speak at once, by the value of what they know",
          "C11-M13", "flat"),
    Lever("protection.quality", "region", "share", 0, 1,
          "quality of care, that is of counsel, safety and work",
          "C9-M34, C7-P14", "law"),
    Lever("protection.needs_first", "region", "share", 0, 1,
          "how far needs are met before anyone asks questions",
          "C7-M22, C7-P14", "law"),
    Lever("protection.scope", "region", "share", 0, 1,
          "chance that helpers recognise people who are not women in commercial sex",
          "C7-M20, C4-P18", "flat"),
    Lever("protection.rights_information", "region", "share", 0, 1,
          "how far people are told their rights, and can know them",
          "C1-M61", "law"),
    Lever("protection.referral", "region", "share", 0, 1,
          "how far there is a procedure that brings people whom officials recognise to services, on one list",
          "C12-M01, C12-M02", "law"),
    Lever("protection.independence", "region", "share", 0, 1,
          "share of helpers' means that does not come from the police",
          "C11-M16", "flat"),
    Lever("return.screening", "region", "share", 0, 1,
          "chance that a returned person who was exploited is recognised on arrival",
          "C7-P18", "law"),
    Lever("return.safe", "region", "share", 0, 1,
          "chance that the return of a person who was exploited is prepared so that recruiters lose the address",
          "C11-M18", "law"),
    Lever("return.speed", "region", "share", 0, 1,
          "how fast removal follows: 1 leaves a quarter of the time, and little for questions",
          "C9-M27, C7-S22", "flat"),
    Lever("return.reintegration", "region", "share", 0, 1,
          "share of returned people who are supported on return",
          "C1-F14"),
)
# fmt: on

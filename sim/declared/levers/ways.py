"""Levers of legs and of visas: how borders and legal ways are kept; see the package."""

from __future__ import annotations

from sim.declared.levers.lever import Lever

# one declaration reads like a row of a table
# fmt: off
WAYS: tuple[Lever, ...] = (
    Lever("border.control", "leg", "share", 0, 0.999,
          "chance that an unaided, unskilled crossing of a leg is detected",
          "C4-P01, C5-P01, C13-M30"),
    Lever("border.screening", "leg", "share", 0, 1,
          "chance that a stopped person in need of protection is recognised and admitted",
          "C4-M29, C4-P18"),
    Lever("border.document_check", "leg", "share", 0, 1,
          "chance that forged papers are recognised when a leg is crossed openly",
          "C4-P06, C6-M26"),
    Lever("border.search_and_rescue", "leg", "share", 0, 1,
          "share of deaths on a leg that rescue prevents",
          "EC 2.12"),
    Lever("border.carrier_liability", "leg", "share", 0, 1,
          "how far carriers pay for passengers whose papers are not in order, and so check them by themselves",
          "C4-P04, C13-M39", "zero"),
    Lever("border.pushback", "leg", "share", 0, 1,
          "chance that people who are stopped without papers are sent back without being heard",
          "EC 2.12", "zero"),
    Lever("border.closed", "leg", "share", 0, 1,
          "share of weeks in which nobody travels a leg: 1 closes it",
          "C4-M18, C13-M45", "zero"),
    Lever("visa.slots_low", "visa", "per 1000 at risk and year", 0, 1000,
          "low-skilled visas granted from an origin to a destination",
          "C4-M14, C4-P19, C7-P25"),
    Lever("visa.slots_high", "visa", "per 1000 at risk and year", 0, 1000,
          "high-skilled visas granted from an origin to a destination",
          "C7-P25"),
    Lever("visa.wait", "visa", "weeks", 0, 520,
          "weeks between a visa application and the decision",
          "C4-M26, C4-P21"),
    Lever("visa.complexity", "visa", "share", 0, 1,
          "chance that the least informed fail on the form of an application for a visa, without help",
          "C4-M07, C4-P21"),
    Lever("visa.price", "visa", "US$", 0, 100000,
          "what the state charges for a visa that is granted",
          "EC 2.5"),
    Lever("visa.refugee_access", "visa", "share", 0, 1,
          "chance that an applicant in need of protection is admitted outside the slots",
          "C4-M23, C4-P03"),
    Lever("visa.staff", "visa", "per 1000 at risk and year", 0.01, 100,
          "applications that consulates can decide; what comes beyond waits, and 100 is no limit",
          "C4-M26, C13-M14", "flat"),
    Lever("visa.tied_to_employer", "visa", "share", 0, 1,
          "share of low-skilled visas that lapse when their holder leaves the employer",
          "C9-M47, C9-P25", "zero"),
    Lever("free_movement", "visa", "share", 0, 1,
          "share of pairs of origin and destination between which people may move without a visa",
          "C7-P28, C7-M41", "zero"),
)
# fmt: on

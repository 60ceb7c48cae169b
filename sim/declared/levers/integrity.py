"""Levers of officials and of the public; see the package."""

from __future__ import annotations

from sim.declared.levers.lever import Lever

# one declaration reads like a row of a table
# fmt: off
INTEGRITY: tuple[Lever, ...] = (
    Lever("integrity.pay", "region", "ratio", 0, 10,
          "pay of officials over what a decent life costs",
          "C2-M04, C2-P26, C5-P16", "able"),
    Lever("integrity.monitoring", "region", "share", 0, 1,
          "chance that internal control brings one sale to light, where no colleague shields it",
          "C5-P15, C5-S35", "law"),
    Lever("integrity.rotation", "region", "/year", 0, 12,
          "how often officials are moved to another post",
          "C5-P16", "flat"),
    Lever("integrity.whistleblower", "region", "share", 0, 1,
          "how far colleagues who report a sale are protected",
          "C5-P16", "law"),
    Lever("integrity.external_inspection", "region", "share", 0, 1,
          "chance that inspectors from outside bring one sale to light",
          "C5-P16, C2-P29", "law"),
    Lever("integrity.media_freedom", "region", "share", 0, 1,
          "how free the press is to report on officials",
          "C2-P13, C8-M20", "law"),
    Lever("integrity.visa_transparency", "region", "share", 0, 1,
          "how far decisions on visas and papers can be followed from outside, and leave nothing to sell",
          "C2-M21, C4-P21", "law"),
    Lever("integrity.reach", "region", "share", 0, 1,
          "how far internal control and rotation reach chiefs, and not line officers only",
          "C5-S35", "flat"),
    Lever("integrity.ask_about_officials", "region", "share", 0, 1,
          "chance that people who make a statement are asked about officials",
          "C2-P16", "law"),
    Lever("society.awareness", "region", "share", 0, 1,
          "how far the public knows the signs of exploitation",
          "C7-M16, C2-P03", "flat"),
    Lever("society.community_engagement", "region", "share", 0, 1,
          "how far agencies work with migrant communities, which help people in trouble and new arrivals alike",
          "C7-P09", "zero"),
    Lever("society.stigma", "region", "ratio", 0, 3,
          "shame that falls on people who were exploited in commercial sex, over the usual",
          "C1-M64", "flat"),
    Lever("society.xenophobia", "region", "share", 0, 1,
          "hostility to migrants, of the public and of officials",
          "C7-P26", "flat"),
    Lever("integrity.accounts", "region", "share", 0, 1,
          "how far what officials own is examined for money that their pay does not explain",
          "C3-M45", "zero"),
)
# fmt: on

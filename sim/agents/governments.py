"""Governments, one of every region: what they have seen of the year before, and what they have made of it."""

from __future__ import annotations

from functools import partial

from sim.ground.table import Column

Packed = partial(Column, packed=True)

GOVERNMENT_COLUMNS: tuple[Column, ...] = (
    Packed("generation", "i4", "always 0: a government stays"),
    Packed("region", "i2", "region"),
    Packed("salience", "f8", "how present migration is to it: log of stops at its borders over the first year, fading"),
    Packed("stops", "f8", "stops that its border guard entered in the year before the last review"),
    Packed("stops_first", "f8", "of the first year"),
    Packed("cases", "f8", "exploited people whom its police entered in the year before the last review"),
    Packed("cases_first", "f8", "of the first year"),
    Packed("deaths", "f8", "deaths found anywhere in the year before the last review"),
    Packed("deaths_first", "f8", "of the first year"),
    Packed("control", "f8", "effort that it has added at its borders, as an exponent"),
    Packed("visas", "f8", "share of visas that it leaves open", 1.0),
    Packed("staff", "f8", "staff that it pays, over what it would be", 1.0),
)

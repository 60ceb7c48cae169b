"""The tables that describe a world, one row a region, a directed leg or a sector of work, with units and ranges.

The columns are declared here and nowhere else: files are checked against these models, and the table in
``docs/worlds.md`` repeats them.
"""

from __future__ import annotations

import numbers
import re
import unicodedata
from enum import IntEnum
from typing import Annotated, Any, ClassVar, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from sim.ground.errors import RequestError
from sim.world.world import Mode, Role

LONGEST_NAME = 80  # characters
NAMES = f"text of up to {LONGEST_NAME} characters, without >"
_NUMBER = re.compile(r"[-+]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?", re.ASCII)
_NOT_FINITE = re.compile(r"[-+]?(?:nan|inf|infinity)", re.IGNORECASE | re.ASCII)
# (what may be meant as a number, how to write it): other programs read some of these, each in its own way
_ALMOST = (
    (re.compile(r"[-+]?0\d+(?:\.\d*)?", re.ASCII), "write it without the 0 in front"),
    (re.compile(r"[-+]?\d+,\d+", re.ASCII), "write {decimal} if the comma is the decimal point"),
    (re.compile(r"[-+]?\d{1,3}(?:[ _',]\d{3})+(?:\.\d*)?", re.ASCII), "write {joined}"),
    (re.compile(r"[-+]?\d[\d_]*", re.ASCII), "write {joined}"),
    (re.compile(r"[-+]?\d+(?::\d+)+(?:\.\d*)?", re.ASCII), "write one number in the unit of the column"),
    (re.compile(r"[-+]?[\d.]+ *%", re.ASCII), "write it as a share, 0.5 for 50 %"),
)


def _name(value: Any) -> str:
    """A name: any text, with one blank where there are several; ``>`` stands between the ends of a leg."""
    word = plain_name(value)
    if not word:
        raise RequestError("a name is empty")
    if len(word) > LONGEST_NAME:
        raise RequestError(f"a name has {len(word)} characters, more than {LONGEST_NAME}: {word[:30]!r}…")
    if ">" in word:
        raise RequestError(f"{word!r} cannot be a name: > stands between the two ends of a leg")
    if not word.isprintable():
        raise RequestError(f"{word!r} cannot be a name: it holds a character that cannot be printed")
    return word


def plain_name(value: Any) -> str:
    """A name as it is compared: accents in one form (Unicode NFC), no blanks around it and one between words."""
    return " ".join(unicodedata.normalize("NFC", str(value)).split())


def _roles(value: Any) -> int:
    """Bits of Role from ``origin+transit``; the bits themselves pass."""
    if isinstance(value, int) and 0 < value < 2 * Role.DESTINATION:
        return value
    bits = 0
    for word in str(value).lower().split("+"):
        bits |= _code(word, Role, f"{value!r} is not a role; join several with +, as in origin+transit")
    return bits


def _mode(value: Any) -> int:
    """A Mode from its name; its number passes."""
    if isinstance(value, int) and value in set(Mode):
        return int(value)
    return _code(str(value).lower(), Mode, f"{value!r} is not a mode of travel")


def _code(word: str, kinds: type[IntEnum], fault: str) -> int:
    """The number that a word stands for; RequestError with the words that there are."""
    known = {kind.name.lower(): int(kind) for kind in kinds}
    if word.strip() not in known:
        raise RequestError(fault, given=word.strip(), allowed=known)
    return known[word.strip()]


def _number(value: Any) -> float:
    """A number from a cell, which must have one reading, or from a program."""
    if isinstance(value, numbers.Real) and not isinstance(value, bool):
        try:
            return float(value)
        except OverflowError:
            return float("inf")
    text = str(value).strip()
    if isinstance(value, str) and (_NUMBER.fullmatch(text) or _NOT_FINITE.fullmatch(text)):
        return float(text)  # what is not finite is refused by the column
    if value is None or not text:
        raise ValueError("empty")
    raise ValueError(_hint(text))


def _hint(text: str) -> str:
    """How to write a number that is almost one; nothing if it is none."""
    for pattern, advice in _ALMOST:
        if pattern.fullmatch(text):
            return advice.format(decimal=text.replace(",", "."), joined=re.sub("[ _',]", "", text))
    return ""


Name = Annotated[str, BeforeValidator(_name)]
NameOfRegion = Annotated[str, BeforeValidator(plain_name)]  # whether there is such a region is found later
Roles = Annotated[int, BeforeValidator(_roles)]
ModeOfTravel = Annotated[int, BeforeValidator(_mode)]
Number = Annotated[float, BeforeValidator(_number)]


def number_column(
    unit: str, meaning: str, low: float, high: float, *, above: bool = False, assumed: str = "", whole: bool = False
) -> Any:
    """A column of numbers from ``low`` to ``high``, or only above ``low``.

    ``assumed`` says in words what is taken where a table has no such column; without it the column must be there.
    """
    words = f"{'above ' if above else ''}{_spoken(low)} to {_spoken(high)}"
    extra: Any = {"unit": unit, "range": words, "assumed": assumed, "stand_in": high}
    return Field(
        gt=low if above else None,
        ge=None if above else low,
        le=high,
        multiple_of=1 if whole else None,
        description=meaning,
        json_schema_extra=extra,
    )


def _spoken(number: float) -> str:
    return f"{number:,.0f}".replace(",", " ") if abs(number) >= 10_000 else f"{number:g}"


def text_column(meaning: str, allowed: str, *, stand_in: str, assumed: str = "") -> Any:
    """A column of words, and in words which of them are allowed; ``stand_in`` is one of these."""
    extra: Any = {"unit": "", "range": allowed, "assumed": assumed, "stand_in": stand_in}
    return Field(description=meaning, json_schema_extra=extra)


class Row(BaseModel):
    """A row of a table: no other columns than these, and every number is finite."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
    MOST: ClassVar[int] = 512  # rows that a table may have


class RegionRow(Row):
    """A region. Money in US$ of 2008."""

    region: Name = text_column("name of the region", NAMES, stand_in="-")
    role: Roles = text_column(
        "what the region is in journeys, several joined by +; people at risk live in origin and transit regions",
        "origin, transit, destination",
        stand_in="origin",
    )
    bloc: Name = text_column(
        "group of regions that policies can address together", NAMES, stand_in="-", assumed="all, the same for all"
    )
    population: Number = number_column("persons", "people who live there, all ages", 0, 1e10)
    wage_regular: Number = number_column("US$/week", "wage of someone with papers", 0, 1e5, above=True)
    wage_irregular: Number = number_column(
        "US$/week", "wage of someone without papers", 0, 1e5, assumed="wage_regular times a share by role"
    )
    inequality: Number = number_column("sd log", "standard deviation of the log of wages", 0, 3, assumed="by role")
    conflict: Number = number_column("share", "intensity of conflict", 0, 1, assumed="0")
    employment: Number = number_column(
        "share", "share of the people who look for work who have it", 0, 1, assumed="by role"
    )
    outside_profit: Number = number_column(
        "US$/week",
        "what other crime or work pays a member of an enterprise that smuggles",
        0,
        1e6,
        assumed="2 times wage_regular",
    )
    deportation_effort: Number = number_column(
        "share", "effort to find and remove people without status", 0, 1, assumed="by role"
    )
    asylum_access: Number = number_column(
        "share",
        "chance that a person in need of protection who arrives without papers obtains secure status",
        0,
        1,
        assumed="by role",
    )
    visa_slots_low: Number = number_column(
        "per 1000 at risk and year",
        "low-skilled visas granted to people of each place of departure",
        0,
        1000,
        assumed="by role",
    )
    visa_slots_high: Number = number_column(
        "per 1000 at risk and year",
        "high-skilled visas granted to people of each place of departure",
        0,
        1000,
        assumed="by role",
    )
    refugee_access: Number = number_column(
        "share",
        "chance that a visa applicant in need of protection is admitted outside the slots",
        0,
        1,
        assumed="by role",
    )
    rule_of_law: Number = number_column(
        "share", "how far law works there: inspection, police and courts scale with it", 0, 1, assumed="by role"
    )
    local_demand: Number = number_column(
        "share",
        "jobs in the sectors of the world for people at home there, per person at risk who lives there",
        0,
        1,
        assumed="by role",
    )
    latitude: Number = number_column("any", "place on the map, for drawing only", -1e6, 1e6, assumed="on a circle")
    longitude: Number = number_column("any", "place on the map, for drawing only", -1e6, 1e6, assumed="on a circle")


class LegRow(Row):
    """A directed leg between two regions. Costs in US$ of 2008 per person and crossing."""

    MOST: ClassVar[int] = 20_000

    origin: NameOfRegion = text_column("region where the leg starts", "a region", stand_in="-")
    destination: NameOfRegion = text_column("region where it ends", "another region", stand_in="-")
    mode: ModeOfTravel = text_column(
        "how it is travelled; nobody is checked on a leg of free movement",
        "land, sea, air, free_movement",
        stand_in="land",
    )
    hours: Number = number_column(
        "hours", "time that the journey takes", 0, 10_000, above=True, assumed="from the distance, by mode"
    )
    base_cost: Number = number_column("US$", "cost of transport", 0, 1e6, assumed="from the distance, by mode")
    danger: Number = number_column("share", "chance of dying in one clandestine crossing", 0, 0.5, assumed="by mode")
    control: Number = number_column(
        "share",
        "chance that an unaided, unskilled crossing is detected",
        0,
        0.999,
        assumed="by role of the region entered, and mode",
    )
    document_check: Number = number_column(
        "share", "chance that forged papers are recognised", 0, 1, assumed="by role of the region entered"
    )
    screening: Number = number_column(
        "share",
        "chance that a person in need of protection who is stopped is recognised and admitted",
        0,
        1,
        assumed="by role of the region entered",
    )
    loss: Number = number_column("US$", "what a provider loses when a crossing is stopped", 0, 1e6, assumed="by mode")


class CommunityRow(Row):
    """People from one place who live in another."""

    MOST: ClassVar[int] = 100_000

    origin: NameOfRegion = text_column("where people come from", "a region", stand_in="-")
    destination: NameOfRegion = text_column("where they live", "another region", stand_in="-")
    people: Number = number_column("persons", "people from there who live here", 0, 1e10)


class SectorRow(Row):
    """A sector of work that hires people at risk."""

    MOST: ClassVar[int] = 32

    sector: Name = text_column("name of the sector", NAMES, stand_in="-")
    pay: Number = number_column("ratio", "going pay over the wage of the place", 0, 20, above=True)
    demand_origin: Number = number_column("weight", "weight of the sector in the jobs of origin regions", 0, 1000)
    demand_destination: Number = number_column(
        "weight", "the same in destination regions; regions that are both, or transit, take the mean", 0, 1000
    )
    female_share: Number = number_column("share", "share of women among those who take such work", 0, 1)
    openness: Number = number_column("share", "how visible workplaces are to customers and passers-by", 0, 1)
    inspected: Number = number_column("share", "reach of labour inspection", 0, 1)
    raided: Number = number_column("share", "reach of police raids", 0, 1)
    client_contact: Number = number_column("share", "how often clients meet those who work there", 0, 1)
    isolation: Number = number_column("share", "isolation of those who work there", 0, 1)
    elasticity: Number = number_column("ratio", "price elasticity of final demand", 0, 20)
    commercial_sex: Number = number_column("0 or 1", "1 for commercial sex", 0, 1, whole=True)


def allowed(model: type[Row], column: str) -> str:
    """The range of a column of numbers, or what a column of words allows."""
    return cast("str", extra(model, column)["range"])


def extra(model: type[Row], column: str) -> dict[str, Any]:
    """Unit, range in words, what is assumed and a value that stands in for a wrong one."""
    return cast("dict[str, Any]", model.model_fields[column].json_schema_extra)


def may_be_left_out(model: type[Row]) -> list[str]:
    """The columns that a table need not have."""
    return [name for name in model.model_fields if extra(model, name)["assumed"]]


def columns(model: type[Row]) -> list[dict[str, str]]:
    """Name, unit, range, meaning and assumption (where it may be left out) of every column of a table, in order."""
    return [
        {
            "column": name,
            "unit": extra(model, name)["unit"],
            "range": allowed(model, name),
            "meaning": str(field.description),
            "assumed": extra(model, name)["assumed"],
        }
        for name, field in model.model_fields.items()
    ]

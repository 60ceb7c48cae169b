"""The tables that describe a world, one row a region, a directed leg or a sector of work, with units and ranges.

The columns are declared here and nowhere else: files are checked against these models, and the table in
``docs/worlds.md`` repeats them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from sim.errors import RequestError
from sim.world.world import Mode, Role

_NAME = re.compile(r"\w[\w-]*")
_DECIMAL_COMMA = re.compile(r"[-+]?\d+,\d+")


def _name(value: Any) -> str:
    """A name that can stand in ``where: {leg: a>b:land}`` without quotes."""
    word = str(value).strip()
    if not _NAME.fullmatch(word):
        raise RequestError(f"{value!r} is not a name; names are made of letters, digits, _ and -")
    return word


def _roles(value: Any) -> Role | int:
    """Bits of Role from ``origin+transit``; the bits themselves pass."""
    if isinstance(value, int) and 0 < value < 2 * Role.DESTINATION:
        return value
    bits, roles = 0, {role.name.lower(): role for role in Role}
    for word in str(value).lower().split("+"):
        if word.strip() not in roles:
            raise RequestError(
                f"{value!r} is not a role; join several with +, as in origin+transit", given=word.strip(), allowed=roles
            )
        bits |= roles[word.strip()]
    return bits


def _mode(value: Any) -> int:
    modes = {mode.name.lower(): int(mode) for mode in Mode}
    if isinstance(value, int) and value in modes.values():
        return int(value)
    word = str(value).strip().lower()
    if word not in modes:
        raise RequestError(f"{value!r} is not a mode of travel", given=word, allowed=modes)
    return modes[word]


Name = Annotated[str, BeforeValidator(_name)]
Roles = Annotated[int, BeforeValidator(_roles)]
ModeOfTravel = Annotated[int, BeforeValidator(_mode)]


def number_column(unit: str, meaning: str, low: float, high: float, *, above: bool = False) -> Any:
    """A column of numbers from ``low`` to ``high``, or only above ``low``."""
    extra: Any = {"unit": unit, "range": f"{'above ' if above else ''}{_spoken(low)} to {_spoken(high)}"}
    return Field(
        gt=low if above else None, ge=None if above else low, le=high, description=meaning, json_schema_extra=extra
    )


def _spoken(number: float) -> str:
    return f"{number:,.0f}".replace(",", " ") if abs(number) >= 10_000 else f"{number:g}"


def text_column(meaning: str, allowed: str) -> Any:
    """A column of words, and in words which of them are allowed."""
    extra: Any = {"unit": "", "range": allowed}
    return Field(description=meaning, json_schema_extra=extra)


class Row(BaseModel):
    """A row of a table: every column must be there, no other may, and every number is finite."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class RegionRow(Row):
    """A region. Money in US$ of 2008."""

    region: Name = text_column("name of the region", "letters, digits, _ and -")
    role: Roles = text_column(
        "what the region is in journeys, several joined by +; people at risk live in origin and transit regions",
        "origin, transit, destination",
    )
    bloc: Name = text_column("group of regions that policies can address together", "letters, digits, _ and -")
    population: float = number_column("persons", "people who live there, all ages", 0, 1e10)
    wage_regular: float = number_column("US$/week", "wage of someone with papers", 0, 1e5, above=True)
    wage_irregular: float = number_column("US$/week", "wage of someone without papers", 0, 1e5)
    inequality: float = number_column("sd log", "standard deviation of the log of wages", 0, 3)
    conflict: float = number_column("share", "intensity of conflict", 0, 1)
    employment: float = number_column("share", "share of the people who look for work who have it", 0, 1)
    outside_profit: float = number_column(
        "US$/week", "what other crime or work pays a member of an enterprise that smuggles", 0, 1e6
    )
    deportation_effort: float = number_column("share", "effort to find and remove people without status", 0, 1)
    asylum_access: float = number_column(
        "share", "chance that a person in need of protection who arrives without papers obtains secure status", 0, 1
    )
    visa_slots_low: float = number_column(
        "per 1000 at risk and year", "low-skilled visas granted to people of each place of departure", 0, 1000
    )
    visa_slots_high: float = number_column(
        "per 1000 at risk and year", "high-skilled visas granted to people of each place of departure", 0, 1000
    )
    refugee_access: float = number_column(
        "share", "chance that a visa applicant in need of protection is admitted outside the slots", 0, 1
    )
    rule_of_law: float = number_column(
        "share", "how far law works there: inspection, police and courts scale with it", 0, 1
    )
    local_demand: float = number_column(
        "share", "jobs in the sectors of the world for people at home there, per person at risk who lives there", 0, 1
    )
    latitude: float = number_column("any", "place on the map, for drawing only", -1e6, 1e6)
    longitude: float = number_column("any", "place on the map, for drawing only", -1e6, 1e6)


class LegRow(Row):
    """A directed leg between two regions. Costs in US$ of 2008 per person and crossing."""

    origin: Name = text_column("region where the leg starts", "a region")
    destination: Name = text_column("region where it ends", "another region")
    mode: ModeOfTravel = text_column(
        "how it is travelled; nobody is checked on a leg of free movement", "land, sea, air, free_movement"
    )
    hours: float = number_column("hours", "time that the journey takes", 0, 10_000, above=True)
    base_cost: float = number_column("US$", "cost of transport", 0, 1e6)
    danger: float = number_column("share", "chance of dying in one clandestine crossing", 0, 0.5)
    control: float = number_column("share", "chance that an unaided, unskilled crossing is detected", 0, 0.999)
    document_check: float = number_column("share", "chance that forged papers are recognised", 0, 1)
    screening: float = number_column(
        "share", "chance that a person in need of protection who is stopped is recognised and admitted", 0, 1
    )
    loss: float = number_column("US$", "what a provider loses when a crossing is stopped", 0, 1e6)


class SectorRow(Row):
    """A sector of work that hires people at risk."""

    sector: Name = text_column("name of the sector", "letters, digits, _ and -")
    pay: float = number_column("ratio", "going pay over the wage of the place", 0, 20, above=True)
    demand_origin: float = number_column("weight", "weight of the sector in the jobs of origin regions", 0, 1000)
    demand_destination: float = number_column(
        "weight", "the same in destination regions; regions that are both, or transit, take the mean", 0, 1000
    )
    female_share: float = number_column("share", "share of women among those who take such work", 0, 1)
    openness: float = number_column("share", "how visible workplaces are to customers and passers-by", 0, 1)
    inspected: float = number_column("share", "reach of labour inspection", 0, 1)
    raided: float = number_column("share", "reach of police raids", 0, 1)
    client_contact: float = number_column("share", "how often clients meet those who work there", 0, 1)
    isolation: float = number_column("share", "isolation of those who work there", 0, 1)
    elasticity: float = number_column("ratio", "price elasticity of final demand", 0, 20)
    commercial_sex: int = number_column("0 or 1", "1 for commercial sex", 0, 1)


AnyRow = TypeVar("AnyRow", bound=Row)


@dataclass(frozen=True)
class Table(Generic[AnyRow]):
    """Checked rows, the place in its file that each comes from, and what the table is called in messages."""

    rows: tuple[AnyRow, ...]
    places: tuple[str, ...]
    source: str

    def __len__(self) -> int:
        return len(self.rows)

    def placed(self) -> Iterator[tuple[str, AnyRow]]:
        """Each row with its place."""
        return zip(self.places, self.rows, strict=True)


def check_rows(
    model: type[AnyRow], cells: Sequence[Mapping[str, Any]], source: str, places: Sequence[str] | None = None
) -> Table[AnyRow]:
    """Rows of ``model`` from the cells of a table, by column name.

    Raises
    ------
    RequestError : for the first cell that is wrong, with file, line, column and what is allowed.
    """
    places = tuple(places or (f"{source}, row {at}" for at in range(1, len(cells) + 1)))
    return Table(tuple(_check(model, row, place) for place, row in zip(places, cells, strict=True)), places, source)


def _check(model: type[AnyRow], cells: Mapping[str, Any], place: str) -> AnyRow:
    try:
        return model(**cells)
    except ValidationError as error:
        first = error.errors()[0]
        raise _sentence(model, first, str(first["loc"][0]), place) from None


def _sentence(model: type[Row], fault: Mapping[str, Any], column: str, place: str) -> RequestError:
    """What pydantic found, for someone who edits the table."""
    where, kind, value = f"{place}, column {column}", fault["type"], fault["input"]
    cause = fault.get("ctx", {}).get("error")
    if isinstance(cause, RequestError):
        return RequestError(cause.what, where=where, given=cause.given, allowed=cause.allowed)
    if kind == "missing":
        return RequestError(f"column {column!r} is missing", where=place)
    if kind == "extra_forbidden":
        return RequestError(
            f"column {column!r} is not one of this table", where=place, given=column, allowed=model.model_fields
        )
    allowed = column_range(model, column)
    if kind in ("greater_than", "greater_than_equal", "less_than_equal"):
        return RequestError(f"{column} = {value} is outside its range, {allowed}", where=where)
    if kind == "finite_number":
        return RequestError(f"{column} must be a finite number, not {value!r}; its range is {allowed}", where=where)
    if value is None or not str(value).strip():
        return RequestError(f"{column} is empty; it must be a number, {allowed}", where=where)
    text = str(value).strip()
    hint = f"; write {text.replace(',', '.')}" if _DECIMAL_COMMA.fullmatch(text) else ""
    return RequestError(f"{column} must be a number, {allowed}, not {text!r}{hint}", where=where)


def column_range(model: type[Row], column: str) -> str:
    """The range of a column of numbers, or what a column of words allows."""
    return _extra(model, column)["range"]


def _extra(model: type[Row], column: str) -> dict[str, str]:
    return cast("dict[str, str]", model.model_fields[column].json_schema_extra)


def columns(model: type[Row]) -> list[dict[str, str]]:
    """Name, unit, range and meaning of every column of a table, in order."""
    return [
        {
            "column": name,
            "unit": _extra(model, name)["unit"],
            "range": column_range(model, name),
            "meaning": str(field.description),
        }
        for name, field in model.model_fields.items()
    ]

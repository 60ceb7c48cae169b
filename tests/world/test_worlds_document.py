"""The document repeats the declared columns, assumptions and sizes, and must not fall behind them."""

from pathlib import Path

import pytest

from sim.world import destinations
from sim.world.csv_files import MOST_BYTES
from sim.world.known_routes import KEPT, WORTH_KEEPING
from sim.world.load import describe_worlds
from sim.world.routes import DEATH_WORTH
from sim.world.schema import CommunityRow, LegRow, RegionRow, SectorRow, columns
from sim.world.stocks import DECLARED, NeighbourRow, PlaceRow
from sim.world.subregions import BY_CLASS, BY_MODE, OTHERS
from sim.world.world import MAX_DESTINATIONS, MAX_LEGS, MAX_OFFERS, MAX_ROUTES

TEXT = (Path(__file__).parents[2] / "docs" / "worlds.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("model", [RegionRow, LegRow, SectorRow, CommunityRow, PlaceRow, NeighbourRow])
def test_columns(model):
    for row in columns(model):
        cells = (f"`{row['column']}`", row["unit"], row["range"], row["meaning"], row["assumed"] or "must be there")
        assert f"| {' | '.join(cells)} |" in TEXT


def test_bounds():
    legs = f"{LegRow.MOST:,}".replace(",", " ")
    assert f"{RegionRow.MOST} regions, {legs} legs and {SectorRow.MOST} sectors" in TEXT
    assert f"{MOST_BYTES // 2**20} MB" in TEXT
    assert f"at least {WORTH_KEEPING} legs" in TEXT
    assert f"the {KEPT} used last" in TEXT


def test_assumptions():
    for item in (*BY_CLASS.values(), *BY_MODE.values(), *OTHERS, *DECLARED):
        values = " | ".join(f"{value:g}" for value in item.values)
        span = f"{item.low:g} to {item.high:g}"
        assert f"| `{item.name}` | {values} | {span} | {item.unit} | {item.meaning} | {item.evidence} |" in TEXT


def test_constants():
    for words in (
        f"hours_ij^{destinations.DISTANCE_EXPONENT:g}",
        f"at\nleast {destinations.SHORTEST_WAY:g}",
        f"gain·community^{destinations.COMMUNITY_EXPONENT:g}",
        f"gain = {destinations.YEARS_COUNTED:g} years",
        f"at least {destinations.ONWARD_RATIO:g} times",
        f"danger·{DEATH_WORTH:,.0f} US$".replace(",", " "),
        f"at most {MAX_LEGS} legs",
        f"up to {MAX_ROUTES}",
        f"at most {MAX_DESTINATIONS} destinations",
        f"at most {MAX_OFFERS} for both skills",
    ):
        assert " ".join(words.split()) in " ".join(TEXT.split()), words


def test_sizes():
    lines = TEXT.splitlines()
    for world in describe_worlds():
        sizes = [str(world[name] or "") for name in ("regions", "legs", "pairs")]
        ends = [
            [cell.strip() for cell in line.split("|")[3:-1]]
            for line in lines
            if line.startswith(f"| `{world['name']}`")
        ]
        assert sizes in ends

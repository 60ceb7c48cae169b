"""A world as rows: what is listed is what its files say, and it makes the same world again."""

import pytest

from sim.world.assemble import make_world
from sim.world.describe import world_rows
from sim.world.load import SHIPPED, load_world


@pytest.mark.parametrize("name", SHIPPED)
def test_rows_make_the_same_world(name):
    world = load_world(name)
    rows = world_rows(world)
    rows.pop("blocs")
    assert make_world(name, **rows).key == world.key


def test_rows_of_the_corridor():
    rows = world_rows(load_world("corridor"))
    assert list(rows) == ["regions", "legs", "sectors", "blocs"]
    assert rows["regions"][0]["region"] == "poor_origin"
    assert rows["regions"][0]["role"] == "origin"
    assert rows["legs"][0] == {
        "origin": "poor_origin", "destination": "transit", "mode": "land", "hours": 72.0, "base_cost": 300.0,
        "danger": 0.004, "control": 0.2, "document_check": 0.25, "screening": 0.1, "loss": 150.0,
    }  # fmt: skip
    assert rows["sectors"][1]["sector"] == "commercial_sex"
    assert rows["blocs"][0] == {"bloc": "south", "regions": ["poor_origin", "conflict_origin"], "population": 5e7}
    assert sum(len(bloc["regions"]) for bloc in rows["blocs"]) == 5

"""Numbers in tables have names."""

from __future__ import annotations

import numpy as np
import pytest

from sim.agents.people import PERSON_COLUMNS, Stage
from sim.face.agents import VIEWS, Migrant
from sim.face.agentsets import Rows
from sim.face.codes import ENUMS, as_names, names_of
from sim.ground.table import Table

PLACES = (("here", "there"), ("farm_work",))


def test_every_coded_column_exists_and_is_of_whole_numbers() -> None:
    assert set(ENUMS) <= {name.removesuffix("s").replace("agencie", "agency") for name in VIEWS}
    columns = {column.name: column for column in PERSON_COLUMNS}
    for name in ENUMS["migrant"]:
        assert np.issubdtype(columns[name].dtype, np.integer)


@pytest.mark.parametrize(
    ("column", "code", "name"),
    [("stage", Stage.HOME, "home"), ("here", 1, "there"), ("kin", -1, ""), ("channel", -1, "")],
)
def test_codes_and_places_have_names(column: str, code: int, name: str) -> None:
    about = {each.name: each for each in PERSON_COLUMNS}
    names = names_of("migrant", about[column], *PLACES)
    assert names is not None
    assert as_names(np.array([code]), names).tolist() == [name]


def test_amounts_have_none() -> None:
    about = {each.name: each for each in PERSON_COLUMNS}
    assert names_of("migrant", about["cash"], *PLACES) is None


def test_a_frame_has_numbers_or_names() -> None:
    table = Table("migrant", PERSON_COLUMNS, 2)
    table["stage"][:] = [Stage.HOME, Stage.WORKING]
    people = Rows(kind=Migrant, table=table, model=None)
    assert people.to_frame()["stage"].tolist() == [Stage.HOME, Stage.WORKING]
    assert people.to_frame(names=True)["stage"].tolist() == ["home", "working"]
    assert (people.to_frame(names=True)["cash"] == people.to_frame()["cash"]).all()

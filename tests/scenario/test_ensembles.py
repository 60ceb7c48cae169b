"""Ensembles: which is meant, what their files hold, and what is wrong with them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.ground.errors import RequestError
from sim.scenario.ensembles import Asked, among, asked_from, ensemble_of, names, read_ensemble
from sim.scenario.folders import Folders

ROWS = ["set,debt.markup,households.most_away", *(f"{number},{0.2 + number / 10:g},1" for number in range(1, 11))]


@pytest.fixture
def own(tmp_path: Path):
    """Writes an ensemble of the user's and gives the folders that hold it."""

    def make(rows: list[str] = ROWS, about: object = None, name: str = "corridor") -> Folders:
        folder = tmp_path / "ensemble"
        folder.mkdir(exist_ok=True)
        (folder / f"{name}.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
        content = {"world": "corridor", "version": "0.1"} if about is None else about
        (folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
        return Folders.of(tmp_path)

    return make


def test_words_and_files_name_an_ensemble_and_how_many_of_its_sets() -> None:
    assert among(["world=corridor"]) == (["world=corridor"], None)
    assert among(["ensemble.count=5", "seed=1"]) == (["seed=1"], Asked(count=5))
    assert asked_from("mine", None) == Asked("mine")
    assert asked_from({"count": 3}, None) == Asked(count=3)
    for wrong, said in ((["a"], "must be a name"), ({"sets": 3}, "has no 'sets'"), ({"count": 1.5}, "whole number")):
        with pytest.raises(RequestError, match=said):
            asked_from(wrong, "study.ensemble")


def test_calibrated_means_the_ensemble_of_the_world(own) -> None:
    folders = own()
    found = ensemble_of(Asked(), "corridor", folders)
    assert "corridor" in names(folders)
    assert found.parameters == ("debt.markup", "households.most_away")
    assert found.sets[3] == {"debt.markup": 0.5, "households.most_away": 1}
    assert isinstance(found.sets[3]["households.most_away"], int)
    assert found.row["sets"] == 10


def test_some_sets_are_the_first_of_one_order_so_that_more_hold_fewer(own) -> None:
    found = read_ensemble("corridor", own())
    few, more = (list(found.first(count)) for count in (3, 6))
    assert len(few) == 3
    assert set(few) < set(more) < set(found.first(None))
    assert few == sorted(few) != [1, 2, 3]
    for count in (1, 11):
        with pytest.raises(RequestError, match="take 2 to 10 of them"):
            found.first(count)


def test_a_name_that_is_not_there_and_another_world_are_told(own) -> None:
    folders = own()
    with pytest.raises(RequestError, match="did you mean 'corridor'"):
        ensemble_of(Asked("coridor"), "corridor", folders)
    with pytest.raises(RequestError, match="fitted in the world 'corridor', and this is 'union'"):
        ensemble_of(Asked("corridor"), "union", folders)
    with pytest.raises(RequestError, match="labyrinth calibrate archetypes world=nowhere name=nowhere"):
        ensemble_of(Asked(), "nowhere", folders)


def test_everything_that_is_wrong_with_the_sets_is_told_at_once(own) -> None:
    rows = [ROWS[0], "1,0.5,1", "1,0.5,1", "2,-3,1", "3,0.5,1.5", "4,,1", "x,0.5,1"]
    with pytest.raises(RequestError) as told:
        read_ensemble("corridor", own(rows))
    for said in ("set 1 stands twice", "debt.markup = -3 is outside", "most_away must be a whole number",
                 "debt.markup has no value", "a number from 1 on, not 'x'"):  # fmt: skip
        assert said in str(told.value)


def test_a_parameter_that_is_no_longer_there_is_told_with_the_command_that_makes_the_ensemble_again(own) -> None:
    with pytest.raises(RequestError, match=r"no parameter 'debt.gone' any more.*version 0.1.*labyrinth calibrate"):
        read_ensemble("corridor", own(["set,debt.gone", "1,2", "2,2"]))
    with pytest.raises(RequestError, match="first column is 'set'"):
        read_ensemble("corridor", own(["debt.markup", "1"]))
    with pytest.raises(RequestError, match="of which world"):
        read_ensemble("corridor", own(about={"version": "0.1"}))


def test_ones_own_ensemble_goes_before_the_one_that_is_shipped(own) -> None:
    shipped = read_ensemble("archetypes", Folders.of())
    found = read_ensemble("archetypes", own(about={"world": "archetypes"}, name="archetypes"))
    assert len(found.sets) == 10
    assert found.path != shipped.path


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("\n".join(ROWS).encode("utf-16"), "UTF-8"),
        ("\n".join([*ROWS, "11,é,1"]).encode("latin-1"), "line 12"),
        ("\n".join([*ROWS, "²,0.5,1"]).encode(), "a number from 1 on, not '²'"),
        ("\n".join([*ROWS, "11,0.5,1,7"]).encode(), "more cells than there are columns, 3"),
        (b"set,seed\n1,2\n2,3\n", "seed is not a number of the model"),
        (b"set,world\n1,corridor\n2,corridor\n", "no parameter 'world'"),
        (b"set,mechanisms.rerouting\n1,on\n2,off\n", "no parameter 'mechanisms.rerouting'"),
    ],
)
def test_files_that_hold_something_else_are_told(own, tmp_path: Path, content: bytes, said: str) -> None:
    folders = own()
    (tmp_path / "ensemble" / "corridor.csv").write_bytes(content)
    with pytest.raises(RequestError, match=said):
        read_ensemble("corridor", folders)


def test_a_byte_order_mark_does_no_harm_and_the_file_beside_is_checked(own, tmp_path: Path) -> None:
    folders = own()
    path = tmp_path / "ensemble" / "corridor.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert len(read_ensemble("corridor", folders).sets) == 10
    for about, said in (({"targets": 5}, "targets must be a list"), ({"settings": [1]}, "settings must be a mapping")):
        with pytest.raises(RequestError, match=said):
            read_ensemble("corridor", own(about={"world": "corridor", **about}))

"""Worlds that people bring: files as they are saved, and a sentence for everything that can be wrong with them."""

import csv
import io

import pytest

from sim.ground.errors import RequestError
from sim.ground.shipped import configs_dir
from sim.world.assemble import make_world
from sim.world.load import load_world
from sim.world.schema import LegRow, RegionRow, allowed
from sim.world.tables import check_rows

CORRIDOR = configs_dir() / "world" / "corridor"


def rows(name):
    return list(csv.reader(io.StringIO((CORRIDOR / name).read_text(encoding="utf-8"))))


def write(path, lines, separator=",", encoding="utf-8"):
    path.write_bytes("\r\n".join(separator.join(cells) for cells in lines).encode(encoding) + b"\r\n")


class Files:
    """The corridor's two files in a folder, to be spoiled."""

    def __init__(self, folder):
        self.folder = folder
        self.regions, self.legs = rows("regions.csv"), rows("legs.csv")

    def table(self, name):
        return getattr(self, name)

    def set(self, name, line, column, value):
        lines = self.table(name)
        lines[line - 1][lines[0].index(column)] = value

    def load(self, **how):
        for name in ("regions", "legs"):
            write(self.folder / f"{name}.csv", self.table(name), **how)
        return self.read()

    def read(self):
        files = {name: str(self.folder / f"{name}.csv") for name in ("regions", "legs")}
        return load_world("csv", files | {"sectors": str(CORRIDOR / "sectors.csv")})

    def told(self, **how):
        with pytest.raises(RequestError) as told:
            self.load(**how)
        return str(told.value)


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return Files(tmp_path)


def test_a_copy_is_the_same_world(files):
    world = files.load()
    assert world.name == "csv"
    assert world.key == load_world("corridor").key


@pytest.mark.parametrize("how", [{"separator": ";"}, {"separator": "\t"}, {"encoding": "utf-8-sig"}])
def test_files_as_people_save_them(files, how):
    assert files.load(**how).key == load_world("corridor").key


def test_order_of_columns_blank_lines_and_spaces_do_not_matter(files):
    files.regions = [list(reversed(cells)) for cells in files.regions]
    files.regions = [[f" {cell} " for cell in cells] for cells in files.regions]
    files.regions.insert(2, [""])
    files.legs.append(["", ""])
    assert files.load().key == load_world("corridor").key


def test_relative_paths_start_in_the_working_directory(files):
    files.load()
    write(files.folder / "sectors.csv", rows("sectors.csv"))
    own = {name: f"{name}.csv" for name in ("regions", "legs", "sectors")}
    assert load_world("csv", own).key == load_world("corridor").key


def test_edited_files_are_read_again(files):
    before = files.load()
    files.set("legs", 2, "base_cost", "301.25")
    assert files.load().key != before.key


# (table, line, column, cell, what the sentence must say)
WRONG_CELLS = [
    (
        "legs",
        2,
        "control",
        "1.5",
        ["legs.csv, line 2, column control", "control = 1.5", "outside its range, 0 to 0.999"],
    ),
    ("legs", 2, "control", "1", ["outside its range, 0 to 0.999"]),
    ("legs", 3, "danger", "-0.1", ["legs.csv, line 3, column danger", "outside its range, 0 to 0.5"]),
    ("legs", 2, "hours", "0", ["hours = 0", "above 0"]),
    ("legs", 2, "base_cost", "nan", ["base_cost must be a finite number", "0 to 1 000 000"]),
    ("legs", 2, "base_cost", "inf", ["base_cost must be a finite number"]),
    ("legs", 2, "loss", "", ["loss is empty"]),
    ("legs", 2, "loss", "12 US$", ["loss must be a number", "'12 US$'"]),
    ("legs", 2, "mode", "ship", ["'ship' is not a mode of travel", "land, sea, air, free_movement"]),
    ("legs", 2, "mode", "seaa", ["did you mean 'sea'?"]),
    ("legs", 2, "origin", "transitt", ["no region 'transitt'", "column origin", "did you mean 'transit'?"]),
    ("legs", 2, "destination", "nowhere", ["no region 'nowhere'", "column destination", "allowed: poor_origin"]),
    ("legs", 2, "destination", "poor_origin", ["leads from poor_origin to itself", "line 2"]),
    (
        "regions",
        2,
        "role",
        "orgin",
        ["'orgin' is not a role", "did you mean 'origin'?", "regions.csv, line 2, column role"],
    ),
    ("regions", 2, "role", "", ["is not a role", "origin, transit, destination"]),
    ("regions", 2, "region", "a>b", ["'a>b' cannot be a name", "between the two ends of a leg"]),
    ("regions", 3, "region", "poor_origin", ["'poor_origin' is there twice", "first in", "line 2"]),
    ("regions", 4, "wage_regular", "0", ["above 0 to 100 000"]),
    ("regions", 4, "population", "many", ["population must be a number"]),
    ("regions", 5, "conflict", "50 %", ["conflict must be a number, 0 to 1"]),
]


@pytest.mark.parametrize(("table", "line", "column", "cell", "words"), WRONG_CELLS)
def test_a_wrong_cell_is_told(files, table, line, column, cell, words):
    files.set(table, line, column, cell)
    sentences = files.told().splitlines()
    assert any(all(word in sentence for word in words) for sentence in sentences)


def test_a_decimal_comma_is_explained(files):
    files.set("legs", 2, "control", "0,2")
    assert "write 0.2" in files.told(separator=";")


def test_columns(files):
    files.legs[0][6] = "contrl"
    assert "did you mean 'control'?" in files.told()
    files.legs[0][6] = ""
    assert "a column has no name" in files.told()
    files.legs[0][6] = "danger"
    assert "'danger' is there twice" in files.told()
    for cells in files.legs:
        del cells[6]
    del files.legs[0][2]
    assert "columns are missing: mode" in files.told()
    files.legs = [["origin", "destination"], ["poor_origin", "transit"]]
    assert "columns are missing: mode" in files.told()


def test_lines(files):
    files.legs[3].append("0.5")
    told = files.told()
    assert "line 4" in told
    assert "11 cells" in told
    files.legs[3] = ['"poor_origin', *files.legs[3][1:10]]
    assert "legs.csv, line" in files.told()


def test_a_leg_that_is_there_twice(files):
    files.legs.append(list(files.legs[1]))
    told = files.told()
    assert "leg poor_origin>transit:land is there twice" in told
    assert "line 15" in told


def test_files_that_are_not_tables(files):
    files.load()
    path = files.folder / "legs.csv"
    text = path.read_bytes()
    for content, words in [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (text.split(b"\r\n")[0], "holds no rows"),
        (text.decode().encode("utf-16"), "save it as 'CSV UTF-8'"),
        (text.replace(b"poor_origin", "poör_origin".encode("latin-1")), "legs.csv, line 2"),
    ]:
        path.write_bytes(content)
        with pytest.raises(RequestError, match=words):
            files.read()
    path.unlink()
    (files.folder / "leg.csv").write_bytes(text)
    with pytest.raises(RequestError, match=r"did you mean 'leg\.csv'"):
        files.read()


def only(files, *names):
    files.regions = [cells for cells in files.regions if cells[0] in ("region", *names)]
    files.legs = [cells for cells in files.legs if cells[0] == "origin" or (cells[0] in names and cells[1] in names)]


def test_roles_that_somebody_must_have(files):
    only(files, "poor_origin", "near_destination")
    files.set("regions", 2, "role", "transit")
    assert "no region with the role origin" in files.told()
    files.set("regions", 2, "role", "origin")
    files.set("regions", 3, "role", "origin")
    assert "no region with the role destination" in files.told()
    files.set("regions", 3, "role", "destination")
    files.set("regions", 2, "population", "0")
    assert "nobody at risk" in files.told()


def test_places_without_a_way(files):
    files.legs = [cells for cells in files.legs if cells[0] != "conflict_origin"]
    told = files.told()
    assert "leads from conflict_origin to a destination" in told
    assert "regions.csv, line 3" in told
    files.legs = [cells for cells in rows("legs.csv") if cells[1] != "far_destination"]
    files.legs.append(["far_destination", "near_destination", "land", "1", "1", "0", "0", "0", "0", "0"])
    assert "leads to far_destination" in files.told()


def test_one_route_is_a_world(files):
    only(files, "poor_origin", "near_destination")
    files.legs = files.legs[:2]
    world = files.load()
    assert len(world.pairs.start) == len(world.route_legs) == 1
    assert world.destinations[0].tolist() == [[1, -1, -1, -1, -1]] * 2
    assert world.regions.at_risk.tolist() == [1, 0]


def test_places_to_go_without_a_gain_are_kept_for_those_who_must(files):
    only(files, "conflict_origin", "near_destination")
    files.set("regions", 3, "wage_regular", "10")
    files.set("regions", 3, "wage_irregular", "5")
    assert files.load().destinations[0, :, 0].tolist() == [1, 1]


def mapping(name):
    header, *lines = rows(name)
    return [dict(zip(header, cells, strict=True)) for cells in lines]


def test_worlds_from_a_program():
    regions, legs = mapping("regions.csv"), mapping("legs.csv")
    assert make_world("mine", regions, legs, mapping("sectors.csv")).key == load_world("corridor").key
    assert len(make_world("mine", regions, legs).sectors.name) == 7  # those that are shipped
    with pytest.raises(RequestError, match=r"sectors, row 1, column pay"):
        make_world("mine", regions, legs, [{**mapping("sectors.csv")[0], "pay": 0}])
    with pytest.raises(RequestError, match="sector 'farm_work' is there twice"):
        make_world("mine", regions, legs, mapping("sectors.csv")[:1] * 2)
    with pytest.raises(RequestError, match="no sector with jobs"):
        make_world("mine", regions, legs, [{**mapping("sectors.csv")[0], "demand_origin": 0}])
    with pytest.raises(RequestError, match=r"legs, row 1, column control"):
        make_world("mine", regions, [{**legs[0], "control": 2.0}, *legs[1:]])
    with pytest.raises(RequestError, match="column 'population' is missing"):
        make_world("mine", [{key: value for key, value in regions[0].items() if key != "population"}], legs)
    with pytest.raises(RequestError, match="'colour' is not one of this table"):
        check_rows(LegRow, [{**legs[0], "colour": "red"}], "legs")
    assert allowed(RegionRow, "conflict") == "0 to 1"

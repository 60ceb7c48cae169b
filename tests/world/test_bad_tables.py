"""Tables that are wrong: everything is told at once, with file, line and column, before any work begins."""

import csv
import os

import numpy as np
import pytest

from sim.ground.errors import RequestError
from sim.ground.shipped import configs_dir
from sim.world.assemble import make_world
from sim.world.describe import world_rows
from sim.world.load import load_world
from sim.world.schema import LegRow, RegionRow, SectorRow, extra

CORRIDOR = configs_dir() / "world" / "corridor"
TABLES = ("regions", "legs", "sectors")


class Tables:
    """The three tables of the corridor as rows, to be changed, written and read."""

    def __init__(self, folder):
        self.folder = folder
        self.rows = {
            name: list(csv.DictReader((CORRIDOR / f"{name}.csv").read_text("utf-8").splitlines())) for name in TABLES
        }

    def __getitem__(self, name):
        return self.rows[name]

    def path(self, name):
        return self.folder / f"{name}.csv"

    def write(self):
        for name, rows in self.rows.items():
            with self.path(name).open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, list(rows[0]))
                writer.writeheader()
                writer.writerows(rows)

    def load(self):
        self.write()
        return self.read()

    def read(self):
        return load_world("csv", {name: str(self.path(name)) for name in TABLES})

    def told(self, *, write=True):
        """The sentences that are said, without those that only count."""
        with pytest.raises(RequestError) as told:
            self.load() if write else self.read()
        return str(told.value).splitlines()


@pytest.fixture
def tables(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return Tables(tmp_path)


# --- everything at once ------------------------------------------------------------------------------------------


def test_all_faults_of_all_files_are_told_at_once(tables):
    tables["regions"][0] |= {"wage_regular": "0", "conflict": "1,5", "role": "orign"}
    tables["regions"][2]["employment"] = "much"
    tables["legs"][1]["mode"] = "ship"
    tables["legs"][3]["destination"] = "transitt"
    tables["legs"].append(dict(tables["legs"][5]))
    tables["sectors"][0]["pay"] = ""
    told = tables.told()
    assert told[0] == "8 faults in the tables of world csv:"
    for place, words in {
        "regions.csv, line 2, column wage_regular": "outside its range, above 0 to 100 000",
        "regions.csv, line 2, column conflict": "write 1.5",
        "regions.csv, line 2, column role": "did you mean 'origin'?",
        "regions.csv, line 4, column employment": "must be a number, 0 to 1",
        "legs.csv, line 3, column mode": "allowed: land, sea, air, free_movement",
        "legs.csv, line 5, column destination": "did you mean 'transit'?",
        "legs.csv, line 15": "is there twice, first in",
        "sectors.csv, line 2, column pay": "pay is empty",
    }.items():
        (sentence,) = [line for line in told if f"{place})" in line]
        assert words in sentence, sentence


def test_twenty_are_shown_and_the_rest_counted(tables):
    for row in tables["legs"]:
        row |= {"danger": "2", "control": "-1"}
    told = tables.told()
    assert told[0].startswith("26 faults")
    assert len(told) == 22
    assert told[-1].strip() == "and 6 more"


def test_a_name_that_many_legs_use_is_told_once(tables):
    tables["regions"][2]["region"] = "passage"
    told = tables.told()
    (sentence,) = [line for line in told if "there is no region 'transit'" in line]
    assert "legs.csv, line 5, column origin and 6 more" in sentence


def test_columns_and_cells_are_told_together(tables):
    for row in tables["regions"]:
        row["wage_reglar"] = row.pop("wage_regular")
        row["colour"] = "red"
    tables["regions"][1]["population"] = "many"
    told = "\n".join(tables.told())
    assert "column 'wage_reglar' is not one of this table" in told
    assert "did you mean 'wage_regular'?" in told
    assert "column 'colour' is not one of this table" in told
    assert "line 3, column population" in told
    assert told.startswith("3 faults")


def test_a_line_that_is_cut_hides_nothing(tables):
    tables["legs"][0]["danger"] = "x"
    tables.write()
    lines = tables.path("legs").read_text(encoding="utf-8").splitlines()
    lines[4] = lines[4].rpartition(",")[0]
    tables.path("legs").write_text("\n".join(lines), encoding="utf-8")
    told = tables.told(write=False)
    assert any("line 5" in line and "9 cells" in line for line in told)
    assert any("line 2, column danger" in line for line in told)
    assert len(told) == 3


# --- numbers -----------------------------------------------------------------------------------------------------

DOUBTFUL = {
    "010": "without the 0 in front",
    "1_000": "write 1000",
    "1 000": "write 1000",
    "1'000": "write 1000",
    "1,000": "write 1.000 if the comma is the decimal point",
    "1:30": "one number in the unit",
    "0,5": "write 0.5",
    "50%": "as a share",
    "nan": "finite",
    "-inf": "finite",
    "Infinity": "finite",
    "1e999": "finite",
    "9" * 400: "",
    "0x10": "must be a number",
    "١٢": "must be a number",
    "true": "must be a number",
    "12 US$": "must be a number",
    "1.2.3": "must be a number",
    "--1": "must be a number",
    "": "is empty",
}


@pytest.mark.parametrize("cell", DOUBTFUL)
def test_numbers_have_one_reading(tables, cell):
    tables["legs"][0]["hours"] = cell
    (sentence,) = tables.told()
    assert "legs.csv, line 2, column hours" in sentence
    assert "10 000" in sentence
    assert DOUBTFUL[cell] in sentence
    assert len(sentence) < 400


@pytest.mark.parametrize("cell", ["72", "+72", "72.0", "72.", "7.2e1", "0.72E+2"])
def test_numbers_that_can_only_mean_one_thing_are_read(tables, cell):
    tables["legs"][0]["hours"] = cell
    assert tables.load().legs.hours[0] == 72


@pytest.mark.parametrize(
    "value",
    [True, None, [], "x" * 1000, 10**400, float("nan"), np.float64("inf")],
    ids=lambda value: type(value).__name__,
)
def test_numbers_of_programs_are_checked_too(tables, value):
    tables["legs"][0]["hours"] = value
    with pytest.raises(RequestError, match="legs, row 1, column hours"):
        make_world("mine", tables["regions"], tables["legs"], tables["sectors"])


def test_numpy_numbers_are_numbers(tables):
    tables["legs"][0]["hours"] = np.float32(72)
    tables["legs"][1]["hours"] = np.int64(60)
    world = make_world("mine", tables["regions"], tables["legs"], tables["sectors"])
    assert world.key == load_world("corridor").key


def test_whole_numbers(tables):
    tables["sectors"][0]["commercial_sex"] = "0.5"
    (sentence,) = tables.told()
    assert "must be a whole number" in sentence


# --- names -------------------------------------------------------------------------------------------------------

NAMES = ["Region (north)", "São Tomé", "Côte d'Ivoire", "Congo, the east", "a:b", "$x^2$", "<b", "1e3", "null",
         "nan", "a+b", "地域", "-", "o" * 80]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_names_are_text(tables, name):
    rename(tables, "transit", name)
    world = tables.load()
    assert name in world.regions.name
    assert np.array_equal(world.pairs.routes, load_world("corridor").pairs.routes)
    assert world_rows(world)["regions"][2]["region"] == name


def rename(tables, old, new):
    for row in tables["regions"]:
        row["region"] = new if row["region"] == old else row["region"]
    for row in tables["legs"]:
        for column in ("origin", "destination"):
            row[column] = new if row[column] == old else row[column]


def test_names_are_compared_as_they_are_read(tables):
    rename(tables, "transit", "Re\N{LATIN SMALL LETTER E WITH ACUTE}gion  one ")
    tables["regions"][2]["region"] = "Ree\N{COMBINING ACUTE ACCENT}gion\N{NO-BREAK SPACE}one"
    assert tables.load().regions.name[2] == "Re\N{LATIN SMALL LETTER E WITH ACUTE}gion one"


@pytest.mark.parametrize(
    ("name", "words"),
    [("", "a name is empty"), ("a>b", "between the two ends"), ("a\x07b", "cannot be printed"), ("x" * 81, "81 char")],
)
def test_names_that_cannot_be(tables, name, words):
    tables["regions"][2]["region"] = name
    assert any(words in line and "line 4, column region" in line for line in tables.told())


# --- files -------------------------------------------------------------------------------------------------------


def in_place_of(tables, make):
    tables.write()
    tables.path("legs").unlink()
    make(tables.path("legs"))
    return tables.told(write=False)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_named_pipe_is_answered_at_once(tables):
    (sentence,) = in_place_of(tables, os.mkfifo)
    assert "legs.csv is a pipe or a device, not a CSV file" in sentence


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null"])
def test_a_device_is_answered_at_once(tables, device):
    if not os.path.exists(device):  # noqa: PTH110 - as a user types it
        pytest.skip("no such device here")
    with pytest.raises(RequestError, match="is a pipe or a device"):
        load_world("csv", {"regions": device, "legs": device})


def test_a_folder_is_no_file(tables):
    (sentence,) = in_place_of(tables, lambda path: path.mkdir())
    assert "legs.csv is a folder, not a CSV file" in sentence


def test_a_file_without_end_is_not_read(tables):
    def sparse(path):
        with path.open("wb") as file:
            file.truncate(10**12)

    (sentence,) = in_place_of(tables, sparse)
    assert "is larger than 16 MB" in sentence


@pytest.mark.parametrize("path", ["~nouser-here/x.csv", "a\0b.csv", "x" * 5000, "nothing/here.csv", "", ".", "l\n.csv"])
def test_paths_that_lead_nowhere(tables, path):
    with pytest.raises(RequestError) as told:
        load_world("csv", {"regions": path, "legs": path})
    assert all(line.isprintable() for line in str(told.value).splitlines())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"\x00" * 100, "save it as 'CSV UTF-8'"),
        (b"\xff\xfea\x00", "save it as 'CSV UTF-8'"),
        (b'"' + b"x" * 200_000, "cannot be read"),
        (b"origin," * 200 + b"\n1,2", "201 columns"),
        (b"{}\n{}", "is not one of this table"),
    ],
    ids=["nothing", "mark", "zeros", "utf-16", "quote", "wide", "json"],
)
def test_files_that_hold_no_table(tables, content, words):
    told = in_place_of(tables, lambda path: path.write_bytes(content))
    assert any(words in line for line in told)


# --- size --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "model"), [("regions", RegionRow), ("legs", LegRow), ("sectors", SectorRow)])
def test_tables_that_are_too_long_are_refused_before_work(tables, name, model):
    row = tables[name][0]
    tables.rows[name] = [row] * (model.MOST + 1)
    (sentence,) = tables.told()
    assert f"{name}.csv holds {model.MOST + 1} rows, and a world has at most {model.MOST} of them" in sentence
    with pytest.raises(RequestError, match=rf"{name} holds {model.MOST + 1} rows"):
        make_world("mine", tables["regions"], tables["legs"], tables["sectors"])


def test_what_stands_in_for_a_wrong_cell_is_allowed(tables):
    for model, name in ((RegionRow, "regions"), (LegRow, "legs"), (SectorRow, "sectors")):
        stand_ins = {column: extra(model, column)["stand_in"] for column in model.model_fields}
        model.model_validate(tables[name][0] | stand_ins)

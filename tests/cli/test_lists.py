"""The commands that list and search, and what a shell is offered: everything that can be named is found by its name."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

import sim
from sim.cli import completion as cli_completion
from sim.cli import main as cli
from sim.declared.levers import LEVERS
from sim.ground.errors import RequestError
from sim.reference.families import FAMILIES, ORDER, SEVERAL, family_of, family_of_lever
from sim.reference.find import search
from sim.reference.registry import IN_FILES, ROWS, listing, rows
from sim.studies.request import comparison

POLICY = (Path(sim.__file__).parents[1] / "configs/policy/none.yaml").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


# --- lists ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ROWS)
def test_lists_are_tables_for_people_and_json_for_programs(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([kind, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, list)
    assert all(item["name"] for item in found)
    assert [item["name"] for item in found] == list(getattr(sim, kind)()["name"])
    assert cli.main([kind]) == 0
    table = capsys.readouterr().out
    assert all(item["name"] in table for item in found)


@pytest.mark.parametrize(
    ("kind", "name", "part"),
    [
        ("worlds", "corridor", "regions"),
        ("parameters", "visa.wait", "weeks"),
        ("switches", "rerouting", "mechanisms.rerouting"),
        ("switches", "mechanisms.rerouting", "mechanisms.rerouting"),
        ("levers", "border.control", "sim.rules"),
        ("policies", "tighter_borders", "border.control + "),
        ("metrics", "deaths", "impact"),
        ("worlds", "corridor", "conflict_origin"),
        ("studies", "headline", "regular_channels: policy=regular_channels"),
        ("scenarios", "lesson", "people.size=20000"),
    ],
)
def test_one_thing_is_shown_in_full(kind: str, name: str, part: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([kind, name]) == 0
    assert part in capsys.readouterr().out
    assert cli.main([kind, name, "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 1


def test_policies_of_a_folder_are_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "own" / "policy").mkdir(parents=True)
    mine = POLICY.replace("policy.none", "policy.mine")
    (tmp_path / "own" / "policy" / "mine.yaml").write_text(mine, encoding="utf-8")
    assert cli.main(["policies", "mine", "--config-dir", "own"]) == 0
    assert "mine" in capsys.readouterr().out


# broken in ways of which each stops the reading of a file at another place
BROKEN = {
    "policy": {
        "bare": "name: X\n",
        "unread": "# @package policy.unread\nname: [\n",
        "odd": "# @package policy.odd\nnme: X\n",
    },
    "study": {"lost": "# @package _global_\nstudy: {arms: {a: 5}}\n"},
    "scenario": {"wrong": "# @package _global_\npeople: {sise: 5}\n"},
    "shocks": {"empty": "# @package _global_\nshocks: {name: X}\n"},
    "world": {"nowhere": "# @package world\nname: nowhere\nregions: none.csv\nlegs: none.csv\n"},
}


@pytest.mark.parametrize("kind", IN_FILES)
def test_a_broken_file_is_told_and_hides_nothing_else(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    group = IN_FILES[kind][0]
    (tmp_path / "own" / group).mkdir(parents=True)
    for name, text in BROKEN[group].items():
        (tmp_path / "own" / group / f"{name}.yaml").write_text(text, encoding="utf-8")
    assert cli.main([kind, "--json", "--config-dir", "own"]) == 0
    out, err = capsys.readouterr()
    assert [row["name"] for row in json.loads(out)] == [row["name"] for row in rows(kind)]
    assert err.count(" is left out: ") == len(BROKEN[group])
    for name in BROKEN[group]:
        assert name in err
        assert cli.main([kind, name, "--config-dir", "own"]) == 2
    with pytest.raises(RequestError):
        rows(kind, ["own"])


# --- studies, scenarios, worlds -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["headline", "reflection_length", "corruption_traps"])
def test_a_study_is_told_with_as_many_runs_as_it_has(name: str) -> None:
    (told,) = [row for row in rows("studies") if row["name"] == name]
    request = comparison([], [f"study={name}"])
    assert told["question"] == request.design.question
    assert told["seeds"] == len(request.seeds)
    assert told["runs"] == len(request.design.to_run) * len(request.seeds)
    assert {label.partition(":")[0] for label in told["arms"]} >= {"tighter_borders"} or name != "headline"


def test_a_scenario_tells_what_it_is_for_and_what_it_sets() -> None:
    (lesson,) = (row for row in rows("scenarios") if row["name"] == "lesson")
    assert lesson["meaning"].startswith("For a class")
    assert lesson["settings"] == ["world=corridor", "people.size=20000", "time.years=5"]


def test_a_world_is_told_with_its_tables(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["worlds", "corridor", "--json"]) == 0
    (world,) = json.loads(capsys.readouterr().out)
    tables = world["tables"]
    assert len(tables["regions"]) == world["regions"]
    assert len(tables["legs"]) == world["legs"]
    assert {row["bloc"] for row in tables["regions"]} == {row["bloc"] for row in tables["blocs"]}
    assert cli.main(["worlds", "corridor"]) == 0
    out = capsys.readouterr().out
    assert all(row["region"] in out for row in tables["regions"])
    assert all(row["sector"] in out for row in tables["sectors"])
    assert cli.main(["worlds", "csv"]) == 0


# --- families -------------------------------------------------------------------------------------------------------


def test_every_lever_belongs_to_one_family_and_none_is_empty() -> None:
    sections = [section for own in FAMILIES.values() for section in own]
    assert len(set(sections)) == len(sections)
    assert {family_of_lever(lever) for lever in LEVERS} == set(FAMILIES)


def test_policies_are_listed_by_family(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["policies"]) == 0
    out = capsys.readouterr().out
    shown = [line.split()[0] for line in out.splitlines()[1:] if line and not line.startswith(" ")]
    expected: list[str] = []
    for family in ORDER:
        expected += [family.split()[0], *(row["name"] for row in rows("policies") if row["family"] == family)]
    assert shown == expected


def test_a_policy_belongs_where_most_of_its_moves_lie() -> None:
    assert family_of(["visa.wait", "visa.complexity", "border.control"]) == "Regular ways, asylum and status"
    assert family_of(["status.firewall", "work.back_pay"]) == "Regular ways, asylum and status"
    assert family_of(["visa.wait", "work.inspection", "border.control"]) == SEVERAL


# --- search ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "first"),
    [
        (["tighter", "borders"], ("policy", "tighter_borders")),
        (["visa.wait"], ("parameter", "visa.wait")),
        (["Exploited", "PEOPLE"], ("metric", "exploited_people")),
        (["rerouting"], ("switch", "rerouting")),
        (["corridor"], ("world", "corridor")),
        (["headline"], ("study", "headline")),
        (["lesson"], ("scenario", "lesson")),
        (["people.size"], ("parameter", "people.size")),
    ],
)
def test_what_has_the_name_that_is_looked_for_comes_first(words: list[str], first: tuple[str, str]) -> None:
    found, faults = search(words)
    assert (found[0].kind, found[0].name) == first
    assert faults == {}


def test_a_search_looks_at_every_kind_in_names_and_meanings(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["find", "visas", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {"policy", "lever", "parameter", "metric"} <= {match["kind"] for match in found}
    assert {"visa.wait", "regular_channels", "visa_transparency"} <= {match["name"] for match in found}
    assert [match["score"] for match in found] == sorted((match["score"] for match in found), reverse=True)
    assert cli.main(["find", "visas", "conflict"]) == 2  # nothing has to do with both
    assert list(sim.find("visas")["name"]) == [match["name"] for match in found]


def test_a_search_in_the_terminal_is_cut_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["find", "people"]) == 0
    out = capsys.readouterr().out
    count = len(search(["people"])[0])
    assert f"and {count - 40} more" in out
    assert len(out.splitlines()) < count


# --- completion -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("labyrinth com", ["compare", "completion"]),
        ("labyrinth completion ", ["bash", "fish", "zsh"]),
        (
            "labyrinth run world=",
            ["world=archetypes", "world=corridor", "world=csv", "world=stocks", "world=subregions"],
        ),
        ("labyrinth run people.si", ["people.size="]),
        ("labyrinth run events=", ["events=off", "events=on"]),
        ("labyrinth run mechanisms.rerouting=o", ["mechanisms.rerouting=off", "mechanisms.rerouting=on"]),
        ("labyrinth run policy=[raids,tighter", ["policy=[raids,tighter_borders"]),
        ("labyrinth sweep policy=none,tighter", ["policy=none,tighter_borders"]),
        ("labyrinth run policy.raids.do", ["policy.raids.dose="]),
        ("labyrinth compare tighter", ["tighter_borders"]),
        ("labyrinth compare raids+tighter", ["raids+tighter_borders"]),
        ("labyrinth compare study=headl", ["study=headline"]),
        ("labyrinth compare --dr", ["--dry-run"]),
        ("labyrinth compare --baseline tighter", ["tighter_borders"]),
        ("labyrinth compare --until exploited_peo", ["exploited_people="]),
        ("labyrinth report x --format ", ["csv", "html", "md", "parquet"]),
        ("labyrinth metrics exploited_peo", ["exploited_people"]),
        ("labyrinth parameters people.siz", ["people.size"]),
        ("labyrinth compare --interval b", ["bootstrap"]),
        ("labyrinth run --config-dir ", []),
        ("labyrinth nothing ", []),
    ],
)
def test_what_can_stand_at_the_end_of_a_line(line: str, expected: list[str]) -> None:
    assert cli_completion.complete(line) == expected


def test_own_files_and_results_are_offered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "own" / "policy").mkdir(parents=True)
    (tmp_path / "own" / "policy" / "zebra.yaml").touch()
    assert cli_completion.complete("labyrinth compare --config-dir own zeb") == ["zebra"]
    (tmp_path / "results" / "mine" / "first").mkdir(parents=True)
    (tmp_path / "results" / "mine" / "first" / "manifest.json").touch()
    assert cli.main(["--complete", "labyrinth report res"]) == 0
    assert capsys.readouterr().out == "results/mine/first\n"


def test_every_name_of_every_table_is_offered() -> None:
    for kind in ROWS:
        names = [row.get("key", row["name"]) for row in listing(kind)[0]]
        assert cli_completion.complete(f"labyrinth {kind} ") == sorted(names)


@pytest.mark.parametrize("shell", cli_completion.SCRIPTS)
def test_the_script_of_a_shell_is_one_that_it_reads(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["completion", shell]) == 0
    script = capsys.readouterr().out
    assert "labyrinth --complete" in script
    if shutil.which(shell) is not None:
        subprocess.run([shell, "-n"], input=script, text=True, check=True, capture_output=True)


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
@pytest.mark.parametrize(
    ("line", "offered", "expected"),
    [
        ("labyrinth run world=c", "world=corridor\nworld=csv", "corridor csv"),  # bash ends words at = itself
        ("labyrinth run policy=[raids,ti", "policy=[raids,tied_visas", "[raids,tied_visas"),
        ("labyrinth com", "compare\ncompletion", "compare completion"),
    ],
)
def test_bash_gets_what_it_puts_in_place_of_the_last_word(
    line: str, offered: str, expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.main(["completion", "bash"])
    script = capsys.readouterr().out
    ask = (
        f"compopt() {{ :; }}; labyrinth() {{ printf '%s\\n' '{offered}'; }}; COMP_LINE='{line}'; COMP_POINT={len(line)}"
    )
    text = f'{script}\n{ask}\n_labyrinth\necho "${{COMPREPLY[@]}}"'.replace(
        f"'{offered}'", " ".join(f"'{word}'" for word in offered.split("\n"))
    )
    done = subprocess.run(["bash", "-c", text], capture_output=True, text=True, check=True)  # noqa: S607
    assert done.stdout.strip() == expected

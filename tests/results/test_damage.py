"""Damage to what is stored: it is seen, set aside, and costs only its own runs; nothing changes without a word."""

from __future__ import annotations

import json
import logging
import os
import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import sim
from sim.cli import main as cli
from sim.ground import notes
from sim.ground.errors import RequestError
from sim.results import journal, parts, survey
from sim.results.check import Verdict, check
from sim.results.naming import is_ours
from sim.results.places import results_folder
from sim.results.run import RunResult
from sim.results.sealed import sealed, unsealed
from sim.results.store import Store, StoreError

SMALL = ["world=corridor", "people.size=300", "time.years=0.5", "time.burn_in_weeks=8"]
PLACES = 200


def made_up(seed: int, **changes: object) -> RunResult:
    generator = np.random.default_rng(seed)
    whole = RunResult(
        key=f"key {seed}",
        seed=seed,
        metrics={"deaths": float(seed), "mean_fee": float("nan")},
        weeks=np.arange(-4, 8, 4, dtype=np.int32),
        series={"deaths": generator.random(3, np.float32)},
        outcomes={
            "row": np.arange(9, dtype=np.int32),
            "generation": np.zeros(9, np.int32),
            "path": generator.integers(0, 2048, 9).astype(np.uint16),
        },
        flows={"crossings": generator.random(5)},
        seconds=0.25,
        phases={"consider": 0.1},
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


RUNS = [made_up(seed) for seed in range(6)]
KEYS = {run.key: run.seed for run in RUNS}


def contents(run: RunResult) -> list[object]:
    """Everything in a result, to be compared bit by bit."""
    arrays = [
        (name, key, values.dtype, values.tobytes())
        for name in ("series", "outcomes", "flows")
        for key, values in getattr(run, name).items()
    ]
    numbers = [(name, np.float64(value).tobytes()) for name, value in run.metrics.items()]
    return [run.key, run.seed, run.seconds, run.phases, run.weeks.tobytes(), arrays, numbers]


def append(store: Store, *runs: RunResult) -> None:
    with closing(journal.Writer(store.journals)) as writer:
        for run in runs:
            store.append(writer, run)


@pytest.fixture(autouse=True)
def _heard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Notices are heard, although a command was quiet before."""
    monkeypatch.setattr(notes.LOG, "handlers", [])
    notes.LOG.setLevel(logging.NOTSET)


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two parts of two runs each, and two runs in a journal."""
    monkeypatch.setattr("sim.results.store.PART_RUNS", 2)
    with Store(tmp_path / "study", "a") as store:
        append(store, *RUNS[:4])
        store.compact()
        append(store, *RUNS[4:])
    assert len(list((tmp_path / "study/runs").iterdir())) == 2
    return tmp_path / "study"


def go_on(folder: Path) -> tuple[set[str], list[dict[str, str]]]:
    """What the same command would do: keep what is whole, do again what is not; what is there then is right."""
    with Store(folder, "a") as store:
        there = store.compact()
        assert there.items() <= KEYS.items()
        for run in store.results(there):
            assert contents(run) == contents(RUNS[run.seed])
        aside = list(store.set_aside)
        append(store, *(run for run in RUNS if run.key not in there))
        assert store.compact() == KEYS
        assert [contents(run) for run in sorted(store.results(KEYS), key=lambda run: run.seed)] == [
            contents(run) for run in RUNS
        ]
        assert len(pq.read_table(folder / "runs")) == len(RUNS)
    return set(there), aside


def flip(content: bytes, generator: np.random.Generator) -> bytes:
    changed = bytearray(content)
    changed[generator.integers(len(changed))] ^= 1 << int(generator.integers(8))
    return bytes(changed)


# --- bits -------------------------------------------------------------------------------------------------------


def test_a_flipped_bit_costs_the_runs_of_its_part(study: Path) -> None:
    generator = np.random.default_rng(17)
    part = min((study / "runs").iterdir())
    content = part.read_bytes()
    held = set(pq.read_table(part)["key"].to_pylist())
    for _ in range(PLACES):
        part.write_bytes(flip(content, generator))
        store = Store(study, "a")
        seen = store.open()["runs"]
        assert [source.path for source in seen.sources if source.damaged] == [part]
        assert seen.finished().keys() == KEYS.keys() - held
        found = list(store.results(KEYS))
        assert len(found) == 2
        assert all(contents(run) == contents(RUNS[run.seed]) for run in found)


def test_a_flipped_bit_costs_one_run_of_its_journal(study: Path, tmp_path: Path) -> None:
    generator = np.random.default_rng(18)
    path = next((study / "journal").iterdir())
    content = path.read_bytes()
    for _ in range(PLACES):
        path.write_bytes(flip(content, generator))
        faults: list[str] = []
        batches = list(journal.read(path, faults))
        found = [run for batch in batches for run in journal.results_of(pa.Table.from_batches([batch]))]
        assert len(found) == 1
        assert len(faults) == 1
        assert contents(found[0]) in [contents(run) for run in RUNS[4:]]


@pytest.mark.parametrize("where", ["runs", "journal"])
def test_what_was_damaged_is_done_again(
    study: Path, where: str, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    path = min((study / where).iterdir())
    content = bytearray(path.read_bytes())
    content[-20] ^= 4
    path.write_bytes(bytes(content))
    there, aside = go_on(study)
    assert len(there) == (4 if where == "runs" else 5)
    (row,) = aside
    assert row["file"] == f"{where}/{path.name}"
    assert (study / row["kept_as"]).read_bytes() == bytes(content)
    (told,) = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert path.name in told
    assert row["why"] in told
    assert go_on(study) == (set(KEYS), [])  # and that is the end of it


def test_bytes_of_a_page_that_change_while_the_store_is_open(study: Path) -> None:
    with Store(study, "a") as store:
        store.compact()
        part = min((study / "runs").iterdir())
        content = bytearray(part.read_bytes())
        content[len(content) // 3] ^= 1
        part.write_bytes(bytes(content))
        with pytest.raises(StoreError, match="does its runs again"):
            list(store.results(KEYS))
    assert len(go_on(study)[0]) == 4


def test_a_page_has_a_checksum_of_its_own(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    part = min((study / "runs").iterdir())
    reader = parts.Reader()
    whole = reader.read(part, journal.RUNS, journal.RUNS.names)
    before = part.stat()
    content = bytearray(part.read_bytes())
    content[content.index(b"key ") if b"key " in content else 40] ^= 1
    part.write_bytes(bytes(content))
    os.utime(part, ns=(before.st_atime_ns, before.st_mtime_ns))  # it looks as it did when it was verified
    with pytest.raises(parts.DamagedError, match="cannot be read"):
        reader.read(part, journal.RUNS, journal.RUNS.names)
    assert len(whole) == 2


def test_a_row_that_is_not_what_was_found_is_refused(study: Path) -> None:
    part = min((study / "runs").iterdir())
    table = pq.read_table(part)
    seconds = table.schema.get_field_index("seconds")
    forged = table.set_column(seconds, "seconds", pa.array([9.0] * len(table)))
    part.unlink()
    parts.write_part(study / "runs", forged.cast(journal.RUNS), "a")  # with a name that agrees with its bytes
    with Store(study, "a") as store:
        store.compact()
        with pytest.raises(StoreError, match="other than it was found"):
            list(store.results(KEYS))
    assert len(go_on(study)[0]) == 4


# --- other forms ------------------------------------------------------------------------------------------------


def _columns(path: Path, names: list[str]) -> None:
    pq.write_table(pq.read_table(path, columns=names), path)


def _twice(path: Path) -> None:
    table = pq.read_table(path)
    pq.write_table(pa.concat_tables([table, table]), path)


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


SHAPES: dict[str, Callable[[Path], object]] = {
    "key only": lambda path: _columns(path, ["key"]),
    "other columns": lambda path: _columns(path, ["seed", "metrics"]),
    "another table": lambda path: pq.write_table(pa.table({"key": ["key 1"], "metrics": [3]}), path),
    "no rows": lambda path: pq.write_table(journal.RUNS.empty_table(), path),
    "rows twice": _twice,
    "empty": lambda path: path.write_bytes(b""),
    "cut": lambda path: path.write_bytes(path.read_bytes()[:-100]),
    "longer": lambda path: path.write_bytes(path.read_bytes() + b"\0"),
    "foreign": lambda path: path.write_text("key,seed\nkey 1,1\n"),
    "a folder": _folder,
    "a pipe": _pipe,
    "unnamed": lambda path: path.rename(path.with_name("part.parquet")),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_part_of_another_form_is_set_aside_and_done_again(study: Path, shape: str) -> None:
    SHAPES[shape](min((study / "runs").iterdir()))
    there, aside = go_on(study)
    assert len(there) == 4
    assert len(aside) == 1


@pytest.mark.parametrize("shape", ["empty", "cut", "foreign", "a folder"])
def test_a_journal_of_another_form(study: Path, shape: str) -> None:
    SHAPES[shape](next((study / "journal").iterdir()))
    there, aside = go_on(study)
    assert len(there) == (5 if shape == "cut" else 4)
    assert len(aside) == (shape in ("foreign", "a folder"))


@pytest.mark.parametrize("name", ["runs", "journal"])
def test_a_file_where_a_folder_must_be(study: Path, name: str) -> None:
    shutil.rmtree(study / name)
    (study / name).write_text("mine")
    there, aside = go_on(study)
    assert len(there) == (2 if name == "runs" else 4)
    assert len(aside) == 1


def test_a_part_of_an_earlier_form_with_its_own_checksum(study: Path) -> None:
    part = min((study / "runs").iterdir())
    table = pq.read_table(part).drop_columns(["digest"])
    part.unlink()
    parts.write_part(study / "runs", table, "a")
    there, aside = go_on(study)
    assert len(there) == 4
    assert aside[0]["why"] == "has other columns than this version writes"


# --- rows written twice -----------------------------------------------------------------------------------------


def test_a_run_that_is_there_twice_counts_once(study: Path) -> None:
    first, second = (pq.read_table(path) for path in sorted((study / "runs").iterdir()))
    parts.write_part(study / "runs", pa.concat_tables([first, second, first]).cast(journal.RUNS), "a")
    with Store(study, "a") as store:
        append(store, *RUNS[3:5])
    assert go_on(study) == (set(KEYS), [])


def test_a_run_that_took_longer_the_second_time_is_the_same_run(study: Path) -> None:
    with Store(study, "a") as store:
        append(store, replace(RUNS[0], seconds=9.0, phases={"consider": 3.0}))
        assert store.compact() == KEYS
        assert store.set_aside == []


@pytest.mark.parametrize("where", ["a part", "a journal"])
def test_rows_of_one_run_that_differ_are_set_aside_and_done_again(study: Path, where: str) -> None:
    other = made_up(0, metrics={"deaths": 7.0, "mean_fee": 1.0})
    with Store(study, "a") as store:
        append(store, other)
        if where == "a part":
            table = pa.Table.from_batches([journal.run_batch(other)])
            shutil.rmtree(store.journals)
            append(store, *RUNS[4:])
            parts.write_part(study / "runs", table, "a")
    there, aside = go_on(study)
    assert there == set(KEYS) - {"key 0"}  # the other run of its part is kept
    assert len(aside) == 2


def test_events_are_verified_too(tmp_path: Path) -> None:
    events = {
        **{name: np.arange(3, dtype=np.int32) for name in ("week", "person", "generation", "counterparty")},
        **{name: np.array(["home"] * 3) for name in ("from", "to", "cause")},
    }
    with Store(tmp_path, "a") as store:
        append(store, replace(RUNS[1], events=events), replace(RUNS[1], events=events))
        store.compact()
        assert sum(len(table) for table in store.observed("events")) == 3
        part = next((tmp_path / "events").iterdir())
        part.write_bytes(flip(part.read_bytes(), np.random.default_rng(3)))
        assert store.compact() == {"key 1": 1}
        assert store.having("events") == set()
        assert len(store.set_aside) == 1


# --- manifest and record ----------------------------------------------------------------------------------------

OTHER_FORMS = {
    "deleted": None,
    "empty": "",
    "cut": "{",
    "a list": "[]",
    "null": "null",
    "runs of another form": '{"study_key": "x", "runs": 3}',
    "runs without seconds": '{"study_key": "x", "runs": [{"key": "a"}]}',
}


def compare(**more: object) -> sim.Comparison:
    settings = {"base": SMALL, "seeds": 2, "workers": 1, "name": "x", "report": False, "metrics": ["deaths"]}
    return sim.compare(["tighter_borders"], **(settings | more))  # type: ignore[arg-type]


@pytest.fixture
def kept(folder: Path, pretended: list[int]) -> Path:
    """A study of four runs that nobody has simulated."""
    compare()
    assert pretended == [1, 2, 1, 2]
    pretended.clear()
    return folder / "x"


def same_tables(folder: Path, before: dict[str, pd.DataFrame]) -> None:
    for name, table in before.items():
        pd.testing.assert_frame_equal(pd.read_parquet(folder / name), table)


def tables(folder: Path) -> dict[str, pd.DataFrame]:
    return {path.name: pd.read_parquet(path) for path in folder.glob("*.parquet")}


ONE_OF_THEM = [pytest.param(name, marks=pytest.mark.slow) for name in ("manifest.json", "study.json")]


@pytest.mark.parametrize("name", ["both", *ONE_OF_THEM])
@pytest.mark.parametrize("form", OTHER_FORMS)
def test_the_same_command_makes_manifest_and_record_again(
    kept: Path, pretended: list[int], name: str, form: str
) -> None:
    before, text = tables(kept), OTHER_FORMS[form]
    for broken in ("manifest.json", "study.json") if name == "both" else (name,):
        if text is None:
            (kept / broken).unlink()
        else:
            (kept / broken).write_text(text)
    with pytest.raises(RequestError, match="another request"):
        compare(base=[*SMALL, "people.size=200"])
    compare()
    assert pretended == []
    same_tables(kept, before)
    manifest = unsealed(kept / "manifest.json")
    assert manifest["status"] == "complete"
    assert len(manifest["runs"]) == 4
    assert len(manifest["set_aside"]) == (0 if text is None else 2 if name == "both" else 1)
    assert check(kept).whole


def test_manifest_and_record_are_whole_or_not_believed(kept: Path) -> None:
    generator = np.random.default_rng(19)
    for name in ("manifest.json", "study.json"):
        content = (kept / name).read_bytes()
        whole = unsealed(kept / name)
        for _ in range(PLACES // 2):
            (kept / name).write_bytes(flip(content, generator))
            store = Store(Path("results/x"), whole["study_key"])  # never refused
            found = store.manifest() if name == "manifest.json" else store.record()
            assert found in ({}, whole)
        (kept / name).write_bytes(content)


def test_a_study_killed_while_its_first_file_was_written_goes_on(folder: Path, pretended: list[int]) -> None:
    (folder / "x").mkdir(parents=True)
    for name in (".lock", ".study.json.part", ".manifest.json.part"):
        (folder / "x" / name).write_text("{")
    assert is_ours(folder / "x")
    compare()
    assert not list((folder / "x").glob(".*.part"))
    assert check(folder / "x").whole


def test_a_change_of_request_is_seen_however_little_is_whole(kept: Path) -> None:
    for name in ("manifest.json", "study.json"):
        (kept / name).unlink()
    for path in (kept / "runs").iterdir():
        path.write_bytes(b"")
    compare(base=[*SMALL, "people.size=200"])  # nothing is left that could be lost
    assert check(kept).whole


def test_what_a_manifest_of_the_first_version_holds_is_refused_in_a_sentence(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (kept / "study.json").unlink()
    shutil.rmtree(kept / "runs")
    older = {"study_key": "b", "source": "older", "versions": {"labyrinth": "0.1.0"}, "status": "complete", "runs": []}
    (kept / "manifest.json").write_text(json.dumps(older))
    with pytest.raises(RequestError, match="another version of the code"):
        compare()
    for command in ("report", "check"):
        assert cli.main([command, "results/x"]) == 2
        assert "written by version 0.1.0" in capsys.readouterr().err


def test_what_failed_is_not_known_without_a_manifest(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (kept / "manifest.json").unlink()
    words = ["compare", "tighter_borders", *SMALL, "name=x", "seeds=2"]
    assert cli.main([*words, "--only-failed", "--quiet"]) == 2
    assert "no whole manifest" in capsys.readouterr().err


# --- tables, and results shown again ----------------------------------------------------------------------------


def test_a_table_that_has_changed_is_noticed_and_made_again(
    kept: Path, pretended: list[int], caplog: pytest.LogCaptureFixture
) -> None:
    before = tables(kept)
    table = before["effects.parquet"].assign(difference=0.0)
    table.to_parquet(kept / "effects.parquet")
    assert _states(check(kept), "damaged") == ["effects.parquet"]
    assert cli.main(["report", "results/x", "--format", "csv", "--output", "csv"]) == 0
    assert "effects.parquet has changed since it was written" in caplog.text
    shown = pd.read_csv("csv/effects.csv")
    assert shown["difference"].to_numpy() == pytest.approx(before["effects.parquet"]["difference"].to_numpy())
    compare()
    assert pretended == []
    same_tables(kept, before)
    assert check(kept).whole


@pytest.mark.parametrize("broken", ["manifest.json", "effects.parquet", "summary.parquet", "scenario.yaml"])
def test_results_are_shown_whatever_can_be_made_from_runs(kept: Path, broken: str, few_figures: None) -> None:
    assert cli.main(["report", "results/x", "--format", "md", "--output", "before.md"]) == 0
    (kept / broken).write_text("null")
    assert cli.main(["report", "results/x", "--format", "md", "--output", "after.md"]) == 0
    texts = [Path(name).read_text(encoding="utf-8") for name in ("before.md", "after.md")]
    before, after = (text.partition("## Provenance")[0] for text in texts)  # which says when it was written
    assert before == after


def test_a_page_of_damaged_runs_is_refused_in_a_sentence(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    part = next((kept / "runs").iterdir())
    part.write_bytes(flip(part.read_bytes(), np.random.default_rng(1)))
    before = sorted(kept.rglob("*"))
    assert cli.main(["report", "results/x"]) == 2
    assert "lacks 4 of 4 runs" in capsys.readouterr().err
    assert sorted(kept.rglob("*")) == before
    (kept / "study.json").unlink()
    assert cli.main(["report", "results/x"]) == 2
    assert "no whole study.json" in capsys.readouterr().err


def test_tables_of_an_earlier_request_do_not_stay(kept: Path) -> None:
    words = [*SMALL, "policy=none,tighter_borders", "journey.alone_cost=1,8"]
    sim.sweep(words, metrics=["deaths"], seeds=1, keep="x", replace=True, report=False)
    assert (kept / "points.parquet").exists()
    compare(replace=True)
    assert not (kept / "points.parquet").exists()
    assert check(kept).whole


# --- check ------------------------------------------------------------------------------------------------------


def _states(found: Verdict, state: str) -> list[str]:
    return [row.file for row in found.files if row.state == state]


@pytest.mark.parametrize(
    ("broken", "state"),
    [
        ("manifest.json", "damaged"),
        ("study.json", "damaged"),
        ("scenario.yaml", "damaged"),
        ("summary.parquet", "missing"),
        ("runs", "damaged"),
    ],
)
def test_check_says_what_is_not_whole(kept: Path, broken: str, state: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", "results/x"]) == 0
    assert "everything is whole" in capsys.readouterr().out
    path = next((kept / broken).iterdir()) if broken == "runs" else kept / broken
    if state == "missing":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-9])
    before = {path: path.read_bytes() for path in kept.rglob("*") if path.is_file()}
    assert cli.main(["check", "results/x", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert not found["whole"]
    states = {row["file"]: row["state"] for row in found["files"]}
    assert states[path.relative_to(kept).as_posix()] == state
    assert {path: path.read_bytes() for path in kept.rglob("*") if path.is_file()} == before
    assert cli.main(["check", "results/x"]) == 1
    assert path.name in capsys.readouterr().out
    compare()
    assert cli.main(["check", "results/x", "--quiet"]) == 0
    assert capsys.readouterr().out == ""


def test_check_tells_unfinished_from_damaged(kept: Path) -> None:
    with Store(Path("results/x"), unsealed(kept / "study.json")["study_key"]) as store:
        store.open()
        (first, *_) = list(store.results(store.keys()))
        (part,) = (kept / "runs").iterdir()
        part.unlink()
        append(store, first)
    manifest = unsealed(kept / "manifest.json")
    (kept / "manifest.json").write_text(sealed(manifest | {"status": "running"}))
    found = check(kept)
    assert found.whole
    assert "not finished" in found.sentence
    (row,) = [row for row in found.files if row.file == "runs"]
    assert row.about.startswith("1 of 4")


def test_check_refuses_what_holds_no_results(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", "results/y"]) == 2
    assert "holds no results" in capsys.readouterr().err
    assert cli.main(["check", "results"]) == 2
    assert "it holds x" in capsys.readouterr().err


# --- names and folders ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["x" * 300, "é" * 151, 7, None, True])
def test_a_name_is_text_of_a_length_that_folders_take(name: str, folder: Path) -> None:
    with pytest.raises(RequestError, match="results folder"):
        results_folder(name)


def test_the_longest_name_works(folder: Path, pretended: list[int]) -> None:
    compare(name="x" * 150)
    assert check(folder / ("x" * 150)).whole


def test_a_request_that_is_refused_late_leaves_no_folder(folder: Path, pretended: list[int]) -> None:
    def refuse(store: Store) -> None:
        (store.folder / "study.json").write_text("{}")
        raise RequestError("no such executor")

    with pytest.raises(RequestError, match="no such executor"), Store(Path("results/a/b"), "k") as store:
        refuse(store)
    assert not folder.exists()
    (folder / "mine").mkdir(parents=True)
    with pytest.raises(RequestError, match="no such executor"), Store(Path("results/a"), "k") as store:
        refuse(store)
    assert [path.name for path in folder.iterdir()] == ["mine"]
    compare()
    with pytest.raises(RequestError, match="no such executor"), Store(Path("results/x"), "k", replace=True) as store:
        refuse(store)
    assert list((folder / "x" / "runs").iterdir())


def test_a_survey_changes_nothing(study: Path) -> None:
    part = min((study / "runs").iterdir())
    part.write_bytes(b"")
    before = {path: path.read_bytes() for path in study.rglob("*") if path.is_file()}
    seen = survey.survey(study, "runs", parts.Reader())
    assert len(seen.finished()) == 4
    assert [source.path for source in seen.sources if source.damaged] == [part]
    store = Store(study, "a")
    store.open()
    assert len(store.keys()) == 2
    assert {path: path.read_bytes() for path in study.rglob("*") if path.is_file()} == before

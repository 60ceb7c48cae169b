"""Results survive kills, full disks and second thoughts."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.ground.errors import RequestError
from sim.results import journal
from sim.results.kept import Kept
from sim.results.places import results_folder
from sim.results.run import RunResult
from sim.results.sealed import unsealed
from sim.results.store import Store
from sim.week.known import COLUMNS


def made_up(seed: int, people: int = 50) -> RunResult:
    generator = np.random.default_rng(seed)
    return RunResult(
        key=f"key {seed}",
        seed=seed,
        metrics={"deaths": float(seed), "mean_fee": float("nan")},
        weeks=np.arange(-4, 8, 4, dtype=np.int32),
        series={"deaths": generator.random(3, np.float32), "mean_fee": np.full(3, np.nan, np.float32)},
        outcomes={
            "row": np.arange(people, dtype=np.int32),
            "generation": np.zeros(people, np.int32),
            "path": generator.integers(0, 2048, people).astype(np.uint16),
        },
        flows={"crossings": generator.random(5), "departures": generator.random(2)},
        seconds=0.25,
        phases={"consider": 0.1},
        luck=seed % 3,
        known={
            "row": np.arange(people, dtype=np.int32),
            "generation": np.zeros(people, np.int32),
            **{name: generator.integers(0, 2, people).astype(np.uint8) for name in COLUMNS},
        },
    )


def write(folder: Path, *results: RunResult) -> Path:
    with closing(journal.Writer(folder)) as writer:
        for result in results:
            writer.append(result)
    return max(folder.glob("runs-*"), key=lambda path: path.stat().st_mtime_ns)


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def same(first: RunResult, second: RunResult) -> None:
    assert (first.key, first.seed, first.luck, first.seconds, first.phases) == (
        second.key,
        second.seed,
        second.luck,
        second.seconds,
        second.phases,
    )
    assert first.metrics == pytest.approx(second.metrics, nan_ok=True, abs=0)
    for name in ("series", "outcomes", "flows", "known"):
        ours, theirs = getattr(first, name), getattr(second, name)
        assert list(ours) == list(theirs)
        for key in ours:
            np.testing.assert_array_equal(ours[key], theirs[key])
            assert ours[key].dtype == theirs[key].dtype
    np.testing.assert_array_equal(first.weeks, second.weeks)


def a_panel(generator: np.random.Generator) -> dict[str, np.ndarray]:
    record = generator.poisson(1.0, 24).astype(np.float32)
    record[::4] = np.nan
    return {
        "first": np.array([-1], np.int32),
        "regions": np.array(["Here", "There"], object),
        "metrics": np.array(["deaths", "deaths", "removals", "removals"], object),
        "agencies": np.array(["all", "border guard", "all", "immigration service"], object),
        "truth": generator.poisson(1.0, 24).astype(np.float32),
        "record": record,
    }


def some_captures(generator: np.random.Generator) -> dict[str, np.ndarray]:
    schema = [field for field in journal.CAPTURES if field.name not in ("key", "seed")]
    words = {"string": np.array(["a", "b"], object)}
    return {
        field.name: words["string"][generator.integers(2, size=9)]
        if str(field.type) == "string"
        else generator.integers(2, size=9).astype(field.type.to_pandas_dtype())
        for field in schema
    }


BESIDE = {"panels": a_panel, "captures": some_captures}
PEOPLE = st.dictionaries(st.tuples(st.integers(0, 2**31 - 1), st.integers(0, 2**31 - 1)), st.integers(0, 255))


@given(PEOPLE)
def test_outcomes_survive_packing(people: dict[tuple[int, int], int]) -> None:
    ordered = sorted(people)
    shuffled = {
        "row": np.array([row for row, _ in people], np.int32),
        "generation": np.array([generation for _, generation in people], np.int32),
        "path": np.array(list(people.values()), np.uint16),
    }
    found = journal.unpack(journal.pack(shuffled))
    assert list(zip(found["row"].tolist(), found["generation"].tolist(), strict=True)) == ordered
    assert found["path"].tolist() == [people[person] for person in ordered]


def test_what_is_stored_is_what_was_found(tmp_path: Path) -> None:
    results = [made_up(seed) for seed in (1, 2, 3)]
    with Store(tmp_path / "study", "a") as store:
        write(store.journals, *results[:2])
        write(store.journals, *results[1:])  # the second run twice
        assert store.compact() == {result.key: result.seed for result in results}
        assert not store.journals.exists()
        assert len(pq.read_table(store.folder / "runs")) == 3
        found = {run.key: run for run in store.results(result.key for result in results)}
    for result in results:
        same(found[result.key], result)


def test_a_cut_journal_costs_only_the_run_that_it_cut(tmp_path: Path) -> None:
    whole = write(tmp_path / "one", made_up(1)).stat().st_size
    path = write(tmp_path / "two", made_up(1), made_up(2))
    content = path.read_bytes()
    for cut in (*range(whole, len(content), 97), len(content) - 1, whole + 1):
        path.write_bytes(content[:cut])
        kept = [batch.column("key")[0].as_py() for batch in journal.read(path)]
        assert kept == ["key 1"], cut
    path.write_bytes(content[:10])
    assert list(journal.read(path)) == []
    path.write_bytes(b"")
    assert list(journal.read(path)) == []


def test_the_same_study_goes_on_and_another_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "study"
    with Store(folder, "a") as store:
        write(store.journals, made_up(1))
        store.compact()
        with store.publish() as publish:
            publish("manifest.json", {"study_key": "a", "source": "other"})
    before = contents(folder)
    with Store(folder, "a") as store:
        assert store.compact() == {"key 1": 1}
    with pytest.raises(RequestError, match=r"another version of the code.*--replace"):
        Store(folder, "b")
    assert contents(folder) == before
    with Store(folder, "b", replace=True) as store:
        assert store.compact(keep=lambda key: key != "key 1") == {}


@pytest.mark.parametrize("name", ["", "../up", "/etc/x", "a//b", "a b", ".hidden", "a/.."])
def test_a_name_that_is_no_folder_is_refused(name: str) -> None:
    with pytest.raises(RequestError, match="cannot name a results folder"):
        results_folder(name)


def test_a_folder_that_holds_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(RequestError, match="not a results folder"):
        Store(tmp_path, "a")
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(RequestError, match="not a folder"):
        Store(file, "a")


def test_two_processes_do_not_write_to_one_study(tmp_path: Path) -> None:
    with (
        Store(tmp_path / "study", "a"),
        pytest.raises(RequestError, match="another process"),
        Store(tmp_path / "study", "a"),
    ):
        pass
    with Store(tmp_path / "study", "a"):
        pass


def test_events_follow_their_run(tmp_path: Path) -> None:
    count = 3
    events = {
        **{name: np.arange(count, dtype=np.int32) for name in ("week", "person", "generation", "counterparty")},
        **{name: np.array(["home"] * count) for name in ("from", "to", "cause")},
    }
    with Store(tmp_path / "study", "a") as store:
        write(store.journals, made_up(1))
        store.compact()
        write(store.journals, replace(made_up(1), events=events))
        store.compact()
        assert store.having("events") == {"key 1"}
        assert [person for part in store.observed("events") for person in part["person"].to_pylist()] == [0, 1, 2]


@pytest.mark.parametrize("kind", ["panels", "captures"])
def test_what_is_kept_beside_a_run_comes_back_as_it_was(tmp_path: Path, kind: str) -> None:
    runs = [replace(made_up(seed), **{kind: BESIDE[kind](np.random.default_rng(seed))}) for seed in range(3)]
    with Store(tmp_path / "study", "a") as store:
        write(store.journals, *runs)
        store.compact()
        assert store.having(kind) == {run.key for run in runs}
        for run in runs:
            found = Kept(store, [run.key], {}).observed(kind, run.key)
            assert list(found) == list(getattr(run, kind))
            for name, values in getattr(run, kind).items():
                np.testing.assert_array_equal(found[name], values)
        assert Kept(store, ["key 0"], {}).observed(kind, "key 7") == {}


@pytest.mark.parametrize("kind", ["events", "captures"])
def test_a_run_in_which_nothing_happened_is_there_and_has_no_rows(tmp_path: Path, kind: str) -> None:
    columns = list(journal.KINDS[kind])[2:]
    nothing = replace(made_up(1), **{kind: {one.name: np.empty(0, one.type.to_pandas_dtype()) for one in columns}})
    with Store(tmp_path / "study", "a") as store:
        write(store.journals, nothing)
        store.compact()
        assert store.having(kind) == {nothing.key}  # and need not be done again
        assert sum(len(part) for part in store.observed(kind)) == 0
        found = Kept(store, [nothing.key], {}).observed(kind, nothing.key)
        assert not any(len(values) for values in found.values())
        store.compact()
        assert store.having(kind) == {nothing.key}


FULL_DISK = """
    import json, resource, sys
    sys.path.insert(0, {here!r})
    from pathlib import Path
    from test_store import made_up
    from sim.results import journal
    from sim.results.store import Store, StoreError

    stage = sys.argv[1]
    with Store(Path("study"), "a") as store:
        writer = journal.Writer(store.journals)
        store.append(writer, made_up(2))
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))
        try:
            if stage == "run":
                store.append(writer, made_up(3, people=200_000))
            else:
                with store.publish() as write:
                    write("summary.json", {{"new": 1}})
                    write("manifest.json", {{"study_key": "a", "text": "x" * 100_000}})
        except StoreError as error:
            print(error)
"""


@pytest.mark.parametrize("stage", ["run", "publish"])
def test_a_full_disk_leaves_what_was_there(tmp_path: Path, stage: str) -> None:
    study = tmp_path / "study"
    with Store(study, "a") as store:
        write(store.journals, made_up(1))
        store.compact()
        with store.publish() as publish:
            publish("summary.json", {"old": 1})
            publish("manifest.json", {"study_key": "a"})
    script = textwrap.dedent(FULL_DISK.format(here=str(Path(__file__).parent)))
    done = subprocess.run(
        [sys.executable, "-c", script, stage], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert "could not be written" in done.stdout
    assert unsealed(study / "summary.json") == {"old": 1}
    assert unsealed(study / "manifest.json") == {"study_key": "a"}
    assert not list(study.glob(".*.part"))
    with Store(study, "a") as store:
        assert store.compact() == {"key 1": 1, "key 2": 2}
        same(next(store.results(["key 2"])), made_up(2))

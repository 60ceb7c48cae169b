"""Studies carried out: settings, seeds that are added, failures, Hydra's launchers, and results shown again."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim
from sim.cli import main as cli
from sim.ground.errors import RequestError
from sim.report import again
from sim.results import risk
from sim.results.findings import Findings
from sim.results.sealed import sealed, unsealed
from sim.results.signs import OPEN, RISES
from sim.studies import executors
from sim.week.week import Week

SMALL = ["world=corridor", "people.size=400", "time.years=0.5", "time.burn_in_weeks=8"]
SWEPT = [*SMALL, "policy=none,tighter_borders", "journey.alone_cost=1,8"]


@pytest.fixture(autouse=True)
def _elsewhere(folder: Path) -> None:
    """Every test has a folder of its own."""


@pytest.fixture
def no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages take seconds; most tests look at tables."""
    monkeypatch.setattr("sim.report.page.study_pages", lambda *_: ("<p>an answer</p>", "<p>all</p>"))


@pytest.fixture(scope="module")
def found() -> Findings:
    return sim.sweep(SWEPT, seeds=3, workers=1)


# --- tables -----------------------------------------------------------------------------------------------------


def test_tables_of_several_settings_say_which(found: Findings) -> None:
    settings = ["journey.alone_cost=1", "journey.alone_cost=8"]
    for table in (found.summary, found.effects, found.series, found.risks):
        assert table.columns[0] == "setting"
        assert list(dict.fromkeys(table["setting"])) == settings
    assert list(found.points.columns) == ["setting", "arm", "journey.alone_cost", "policy"]
    assert found.points["journey.alone_cost"].tolist() == [1, 1, 8, 8]
    assert not found.failures
    assert found.manifest["status"] == "complete"
    assert len(found.manifest["runs"]) == 2 * 2 * 3


def test_signs_of_risks_allow_for_all_settings(found: Findings) -> None:
    study = Findings(found.design, found.seeds, found._runs)
    for comparison, p_value in zip(study.comparisons.values(), (0.03, 0.9), strict=True):
        rows = {"arm": "tighter_borders", "p_value": p_value, "low": 0.1, "high": 0.2, "populations": 8}
        comparison.risks_alone = risk.judged(risk.nothing().reindex(range(2)).assign(**rows))
    alone, other = (comparison.risks_alone for comparison in study.comparisons.values())
    assert set(alone["verdict"]) == {RISES}
    np.testing.assert_allclose(study.risks["q_value"], [0.06, 0.06, 0.9, 0.9])
    for label, comparison in study.comparisons.items():
        mine = study.risks[study.risks["setting"] == label].drop(columns="setting").reset_index(drop=True)
        pd.testing.assert_frame_equal(comparison.risks, mine)
        assert set(comparison.risks["verdict"]) == {OPEN}
    assert set(other["verdict"]) == {OPEN}


def test_each_setting_is_the_comparison_that_it_would_be_alone(found: Findings) -> None:
    alone = sim.compare(["tighter_borders"], base=[*SMALL, "journey.alone_cost=8"], seeds=3, workers=1)
    mine = found.comparisons["journey.alone_cost=8"]
    pd.testing.assert_frame_equal(mine.paired, alone.effects)
    own = mine.effects.drop(columns=["q_value", "verdict"])  # which allow for both settings
    pd.testing.assert_frame_equal(own, alone.effects.drop(columns=["q_value", "verdict"]))
    pd.testing.assert_frame_equal(mine.risks, alone.risks)


def test_a_setting_stands_alone_as_a_study_of_the_same_runs(found: Findings) -> None:
    alone = found.alone("journey.alone_cost=8")
    assert not alone.several
    assert alone.seeds == found.seeds
    pd.testing.assert_frame_equal(alone.effects[["arm", "metric", "difference"]], mine_of(found))
    assert list(alone.summary.columns[:2]) == ["arm", "seed"]


def mine_of(found: Findings) -> pd.DataFrame:
    """What one setting says, as it stands in the tables of the whole study."""
    rows = found.effects[found.effects["setting"] == "journey.alone_cost=8"]
    return rows[["arm", "metric", "difference"]].reset_index(drop=True)


def test_q_values_are_of_the_whole_study(found: Findings) -> None:
    finite = found.effects[np.isfinite(found.effects["p_value"])]
    assert (finite["q_value"] >= finite["p_value"] - 1e-12).all()
    first = found.comparisons["journey.alone_cost=1"].effects
    assert len(first) < len(found.effects)


def test_flips_are_signs_that_are_sure_both_ways(found: Findings) -> None:
    made = Findings(found.design, found.seeds, found._runs)
    table = found.effects.copy()
    rows = table["metric"] == "departures"
    table.loc[rows, "verdict"] = ["rises", "falls"]
    deaths = table["metric"] == "deaths"  # intervals on both sides of zero, which may be chance
    table.loc[deaths, "low"], table.loc[deaths, "high"] = [1.0, -5.0], [2.0, -1.0]
    made.__dict__["effects"] = table
    assert found.flips.empty  # three seeds name no sign
    flips = made.flips
    assert flips[flips["metric"] == "departures"].to_dict("records") == [
        {
            "arm": "tighter_borders",
            "metric": "departures",
            "up": "journey.alone_cost=1",
            "down": "journey.alone_cost=8",
        }
    ]
    assert "deaths" not in set(flips["metric"])


def test_assumptions_that_matter_are_found(tmp_path: Path) -> None:
    (tmp_path / "study").mkdir()
    text = (
        "# @package _global_\nstudy:\n  question: q?\n  arms: {dear: [journey.alone_cost=8]}\n"
        "  metrics: [departures, deaths]\n"
        "  samples: {count: 8, parameters: {choice.noise: [0.05, 0.5]}}\n"
    )
    (tmp_path / "study" / "mine.yaml").write_text(text, encoding="utf-8")
    found = sim.study("mine", base=[*SMALL, f"hydra.searchpath=[file://{tmp_path}]"], seeds=1, workers=1)
    assert len(found.comparisons) == 8
    table = found.assumptions
    assert set(table["parameter"]) == {"choice.noise"}
    assert table["correlation"].between(-1, 1).all()
    assert (table["samples"] == 8).all()
    assert {"spread", "assumptions"} <= set(found.figures)
    assert found.figure("assumptions").axes
    assert found.figure("spread").axes


# --- seeds ------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_seeds_are_added_until_the_interval_is_narrow_and_no_further(runs: list[int]) -> None:
    loose = sim.compare(["tighter_borders"], base=SMALL, seeds=8, workers=1, until="departures=500%")
    assert loose.seeds == list(range(1, 9))
    assert len(runs) == 16
    runs.clear()
    strict = sim.compare(
        ["tighter_borders"], base=SMALL, seeds=2, workers=1, until="interceptions=0.001%", most_seeds=10
    )
    assert strict.seeds == list(range(1, 11))
    assert sorted(runs) == sorted([*range(1, 11)] * 2)  # none twice


def test_the_manifest_says_what_was_reached() -> None:
    found = sim.sweep(
        [*SMALL, "policy=none,tighter_borders"], seeds=8, workers=1, until=["departures=500%", "deaths=0.0001"],
        most_seeds=8,
    )  # fmt: skip
    met = {target["metric"]: target["met"] for target in found.manifest["until"][0]["reached"]}
    assert met["departures"] is True
    with pytest.raises(RequestError, match="not reported"):
        sim.compare(["raids"], base=SMALL, metrics=["deaths"], until="departures=5%")


# --- kept -------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_kept_study_says_the_same_and_goes_on(
    folder: Path, few_figures: None, runs: list[int], found: Findings
) -> None:
    kept = sim.sweep(SWEPT, seeds=2, workers=1, keep="swept", report=False)
    assert len(runs) == 8
    kept = sim.sweep(SWEPT, seeds=3, workers=1, keep="swept")
    assert len(runs) == 12
    pd.testing.assert_frame_equal(kept.effects, found.effects)
    pd.testing.assert_frame_equal(kept.risks, found.risks)
    for name in ("summary", "effects", "series", "points"):
        stored = pd.read_parquet(folder / "swept" / f"{name}.parquet")
        pd.testing.assert_frame_equal(stored, getattr(found, name))
    for name, said in (("report.html", "The answer"), ("details.html", "Setting by setting")):
        page = (folder / "swept" / name).read_text(encoding="utf-8")
        assert said in page
        assert "http" not in page.replace("http://www.w3.org/2000/svg", ""), "nothing is fetched"
    crate = json.loads((folder / "swept" / "ro-crate-metadata.json").read_text(encoding="utf-8"))
    assert any(entity["@id"] == "effects.parquet" for entity in crate["@graph"])


@pytest.mark.slow
def test_a_damaged_part_costs_only_its_own_runs(folder: Path, runs: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.results.store.PART_RUNS", 3)
    first = sim.sweep(SWEPT, seeds=3, workers=1, keep="swept", report=False)
    parts = sorted((folder / "swept" / "runs").glob("*.parquet"))
    assert len(parts) == 4
    content = parts[1].read_bytes()
    parts[1].write_bytes(content[: len(content) // 2])
    runs.clear()
    after = sim.sweep(SWEPT, seeds=3, workers=1, keep="swept", report=False)
    assert len(runs) == 3
    pd.testing.assert_frame_equal(after.effects, first.effects)
    assert len(list((folder / "swept" / "damaged").iterdir())) == 1


@pytest.mark.slow
def test_only_what_failed_is_done_again(
    folder: Path,
    runs: list[int],
    no_page: None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    advance = Week.advance

    def fail(week: Week) -> None:
        if week.seed == 2 and week.week == 3:
            raise ZeroDivisionError("no water")
        advance(week)

    words = ["sweep", *SWEPT, "seeds=2", "name=swept", "workers=1"]
    with monkeypatch.context() as patch:
        patch.setattr(Week, "advance", fail)
        assert cli.main([*words, "--quiet"]) == 1
    manifest = json.loads((folder / "swept" / "manifest.json").read_text())
    assert len(manifest["failures"]) == 4
    assert "no water" in capsys.readouterr().err
    runs.clear()
    # two more seeds are asked for, but only what failed is done, and what is missing is told
    more = ["seeds=4" if word == "seeds=2" else word for word in words]
    assert cli.main([*more, "--quiet", "--only-failed"]) == 1
    assert json.loads((folder / "swept" / "manifest.json").read_text())["status"] == "incomplete"
    assert sorted(runs) == [2, 2, 2, 2]
    assert cli.main([*more, "--quiet"]) == 0
    assert sorted(runs) == [2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4]


def test_a_plan_is_printed_and_nothing_is_written(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["sweep", *SWEPT, "seeds=2", "--dry-run"]) == 0
    out = capsys.readouterr().out
    assert "2 settings, 4 arms × 2 seeds: 8 different runs" in out
    assert "tighter_borders" in out
    assert not folder.exists()


# --- Hydra's launchers ------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("launcher", ["basic", "joblib", "submitit_local"])
def test_hydra_s_launchers_do_arms_as_jobs(
    launcher: str, folder: Path, found: Findings, runs: list[int], no_page: None
) -> None:
    if launcher != "basic":
        pytest.importorskip("hydra_plugins.hydra_" + launcher.partition("_")[0] + "_launcher")
    words = ["sweep", *SWEPT, "seeds=3", "name=swept", "workers=1", "--quiet", f"hydra/launcher={launcher}"]
    assert cli.main(words) == 0
    assert runs == []  # nothing was left to be done here
    stored = pd.read_parquet(folder / "swept" / "effects.parquet")
    pd.testing.assert_frame_equal(stored, found.effects)
    assert not list(folder.glob("swept/.hydra*")) + list(folder.glob("swept/hydra"))


def test_a_launcher_that_is_not_there_is_a_wrong_request(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["sweep", *SWEPT, "name=swept", "--quiet", "hydra/launcher=rocket"]) == 2
    assert "rocket" in capsys.readouterr().err


# --- shown again ------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_results_are_shown_again(
    folder: Path, few_figures: None, found: Findings, capsys: pytest.CaptureFixture[str]
) -> None:
    sim.sweep(SWEPT, seeds=3, workers=1, keep="swept")
    page = folder / "swept" / "report.html"
    before = page.read_bytes()
    page.unlink()
    assert cli.main(["report", "results/swept"]) == 0
    assert page.read_bytes() == before
    rebuilt = again.findings(Path("results/swept"))
    pd.testing.assert_frame_equal(rebuilt.effects, found.effects)
    pd.testing.assert_frame_equal(rebuilt.points, found.points)
    assert cli.main(["report", "results/swept", "--format", "md", "--output", "out/study.md"]) == 0
    text = Path("out/study.md").read_text(encoding="utf-8")
    assert "journey.alone_cost=8" in text
    assert "95 %" in text
    assert found.manifest["study_key"][:32] in text
    for kind in ("csv", "parquet"):
        assert cli.main(["report", "results/swept", "--format", kind, "--output", kind]) == 0
        read = pd.read_csv if kind == "csv" else pd.read_parquet
        table = read(Path(kind) / f"effects.{kind}")
        assert table["difference"].to_numpy() == pytest.approx(found.effects["difference"].to_numpy(), nan_ok=True)
    asked = unsealed(folder / "swept" / "study.json")
    (folder / "swept" / "study.json").write_text(sealed(asked | {"source": "older"}))
    assert cli.main(["report", "results/swept"]) == 2
    assert "another version" in capsys.readouterr().err


@pytest.mark.slow
def test_the_store_opens_elsewhere(folder: Path, found: Findings) -> None:
    duckdb = pytest.importorskip("duckdb")
    sim.sweep(SWEPT, seeds=3, workers=1, keep="swept", report=False)
    query = "select count(*), count(distinct key) from 'results/swept/runs/*.parquet'"
    database = duckdb.connect()
    assert database.execute(query).fetchall() == [(12, 12)]
    ((deaths,),) = database.execute("select sum(metrics['deaths']) from 'results/swept/runs/*.parquet'").fetchall()
    expected = found.summary[found.summary["metric"] == "deaths"]["value"].sum()
    assert deaths == pytest.approx(expected)
    assert len(pd.read_parquet(folder / "swept" / "runs")) == 12


@pytest.mark.slow
def test_figures_of_a_study(found: Findings) -> None:
    assert "settings" in found.figures
    assert found.figure("settings").axes
    assert found.figure("effects", "journey.alone_cost=8").axes
    with pytest.raises(RequestError, match="no setting"):
        found.figure("effects", "elsewhere")
    dosed = sim.sweep([*SMALL, "policy=tighter_borders", "policy.dose=0,0.5,1"], seeds=2, workers=1)
    assert "dose_response" in dosed.figures
    assert dosed.figure("dose_response").axes
    assert "<table" in dosed._repr_html_()
    assert executors.NAMES

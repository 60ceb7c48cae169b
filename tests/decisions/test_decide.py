"""From a file to an answer, with runs that are made up: the journal, the page, the terminal."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from sim.cli.main import main
from sim.decisions import conduct, words
from sim.decisions.judging import FAILS, FLIPS
from sim.decisions.signposts import from_table

DONE = "results/d/decision"


@pytest.fixture
def asked(text, folder):
    (folder / "mine.yaml").write_text(text, encoding="utf-8")
    return ["decide", "mine.yaml", "name=d", "workers=1"]


@pytest.mark.slow
def test_a_planted_box_a_planted_ranking_and_a_planted_signpost_are_found(text, asked, made_up, folder, capsys):
    (folder / "mine.yaml").write_text(text.replace("count: 12", "count: 60"), encoding="utf-8")
    assert main([*asked, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    ranks = {row["package"]: row for row in answer["ranks"] if row["outcome"] == "exploitation_weeks"}
    assert ranks["raids"]["low"] < 0.75 < ranks["raids"]["high"]  # the planted box is about a quarter of the worlds
    assert ranks["inspections"]["best"] == pytest.approx(1 - ranks["raids"]["best"], abs=0.1)
    found = pd.DataFrame(answer["boxes"]).set_index(["kind", "package", "other"]).sort_index()
    for key in ((FAILS, "raids", ""), (FLIPS, "inspections", "raids")):
        box = found.loc[key]
        assert box["reproduced"].all()
        assert set(box["dimension"]) == {"choice.noise", "mechanisms.rerouting"}
        assert (box["density"] > 0.9).all()
    assert found.loc[[(FAILS, "inspections", "")], "why_not"].iloc[0] == "in no world of the sample"
    (post,) = [post for post in answer["signposts"] if post["package"] == "raids"]
    assert post["indicator"] == "recorded_removals"
    assert post["tells"]
    (plan,) = [row for row in answer["plans"] if row["outcome"] == "exploitation_weeks"]
    assert plan["against"] == "inspections"
    assert plan["changed_course"] == pytest.approx(box["of_interest"].iloc[0] / 60)
    assert plan["low"] > 0
    assert any("beats inspections" in sentence for sentence in answer["answer"])


@pytest.mark.slow
def test_a_decision_with_few_worlds_is_told(asked, made_up, folder, capsys):
    assert main([*asked, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    parts = pd.DataFrame(answer["parts"]).set_index(["part", "mechanism"])["value"]
    assert parts["effect", ""] == pytest.approx(-300, abs=20)
    assert parts["first-order", "rerouting"] == pytest.approx(-100, abs=20)
    assert parts["past all of them", ""] == pytest.approx(-100, abs=20)
    assert any("starts with raids and goes over to inspections" in sentence for sentence in answer["answer"])
    assert (folder / DONE / "plans.parquet").is_file()
    before = {path: path.stat().st_mtime_ns for path in (folder / "results").rglob("*") if path.is_file()}
    assert main(["explain", "results/d", "--arm", "raids", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["measured"][0].startswith("on average over 12 worlds: −2")  # 10 of 300, and 2 in which raids do harm
    assert "name=" not in told["commands"]["the first of these 12 worlds, once"]  # which would be these results
    assert "(rerouting)" in told["parts"][0]
    assert [way["lever"] for way in told["ways"]] == ["police.raids"]
    assert before == {path: path.stat().st_mtime_ns for path in before}  # nothing is judged or written again
    assert main(["explain", "results/d", "deaths", "--arm", "watchful"]) == 0
    assert "labour_inspection" in capsys.readouterr().out


@pytest.mark.slow
def test_a_decision_that_was_stopped_goes_on(asked, made_up, folder, capsys):
    made_up.stop_after = 60
    assert main(asked) == 130
    made_up.stop_after = None
    assert main([*asked, "--quiet"]) == 0
    assert len(made_up.done) == len(set(made_up.done))
    runs, before = len(made_up.done), pd.read_parquet(folder / DONE / "payoffs.parquet")
    assert main([*asked, "--quiet"]) == 0
    assert len(made_up.done) == runs
    pd.testing.assert_frame_equal(before, pd.read_parquet(folder / DONE / "payoffs.parquet"))


@pytest.mark.slow
def test_page_markdown_and_terminal_say_the_same(asked, made_up, folder, capsys):
    assert main(asked) == 0
    shown = capsys.readouterr().out
    page = (folder / DONE / "decision.html").read_text(encoding="utf-8")
    text = (folder / DONE / "decision.md").read_text(encoding="utf-8")
    done = conduct.again(folder / "results/d")
    for sentence in words.answer(done.judged):
        assert sentence in shown
        assert sentence in text
    for said in ("What flips the ranking", "Where packages fail", "Regret", "Plans", "go past all of these",
                 "They are no probabilities", "unit cost of raids"):  # fmt: skip
        assert said in text
        assert said in page
    assert "http" not in page
    assert "nan" not in text.replace("finance", "").lower().split()


@pytest.mark.slow
def test_costs_are_those_that_were_drawn(asked, made_up, folder):
    assert main([*asked, "--quiet"]) == 0
    table = pd.read_parquet(folder / DONE / "payoffs.parquet")
    worlds = pd.read_parquet(folder / DONE / "worlds.parquet").set_index("world")
    own = table[(table["package"] == "raids") & (table["outcome"] == "policy_cost")].set_index("world")
    assert (own["change"] - 300 * worlds["cost of raids"]).abs().max() < 1e-6


@pytest.mark.slow
def test_stored_tables_are_judged_anew_without_runs(asked, made_up, folder, capsys):
    assert main([*asked, "--quiet"]) == 0
    runs = len(made_up.done)
    assert main(["decide", str(folder / "results/d"), "--level", "0.2", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["asked"]["level"] == 0.2
    assert len(made_up.done) == runs
    assert from_table(pd.read_parquet(folder / DONE / "signposts.parquet")) == []  # too few worlds to find any


def test_requests_that_cannot_be(asked, made_up, folder, capsys):
    assert main([*asked, "policy=raids"]) == 2
    assert main(["decide", "three_polices"]) == 2
    assert "did you mean 'three_policies'" in capsys.readouterr().err
    assert main(["decide", "mine.yaml", "--level", "2"]) == 2
    assert main([*asked, "seeds=1"]) == 2
    assert "at least 2 seeds" in capsys.readouterr().err
    assert main([*asked, "time.years=0.8"]) == 2
    (folder / "results").mkdir(exist_ok=True)
    assert main(["decide", "results"]) == 2
    assert not made_up.done


def test_a_dry_run_writes_nothing(asked, made_up, folder, capsys):
    assert main([*asked, "--dry-run"]) == 0
    assert "12 settings" in capsys.readouterr().out
    assert not (folder / "results").exists()


def test_a_dry_run_for_a_program_is_json_and_nothing_else(asked, made_up, folder, capsys):
    assert main([*asked, "--dry-run", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["name"], answer["status"], answer["runs"]) == ("d", "planned", 12 * 4 * 3)
    assert answer["attribution"]["name"] == "d-mechanisms"
    assert not (folder / "results").exists()


def test_without_a_name_the_shipped_decisions_are_listed(capsys):
    assert main(["decide"]) == 0
    assert "three_policies" in capsys.readouterr().out

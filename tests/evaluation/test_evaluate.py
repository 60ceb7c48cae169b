"""From a file to a verdict, with runs that are made up: the journal, the page, the terminal."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from sim.cli.main import main
from sim.evaluation import conduct
from sim.evaluation.reading import read_evaluation
from sim.evaluation.verdict import BAD, verdict
from sim.results.run import Failure, RunResult
from tests.evaluation.conftest import made_up_run
from tests.made_up_runs import made_up_runs

DONE = "results/e/evaluation"


@pytest.fixture
def asked(text, folder):
    (folder / "mine.yaml").write_text(text, encoding="utf-8")
    return ["evaluate", "mine.yaml", "name=e", "workers=1"]


@pytest.mark.slow
def test_an_evaluation_that_was_stopped_goes_on(asked, made_up, folder, capsys):
    made_up.stop_after = 4
    assert main(asked) == 130
    made_up.stop_after = None
    assert main([*asked, "--quiet"]) == 0
    assert len(made_up.done) == len(set(made_up.done)) == 12
    before = pd.read_parquet(folder / DONE / "estimates.parquet")
    assert main([*asked, "--quiet"]) == 0
    assert len(made_up.done) == 12
    pd.testing.assert_frame_equal(before, pd.read_parquet(folder / DONE / "estimates.parquet"))


def test_the_split_adds_up_and_the_truth_is_the_twin(asked, made_up, folder):
    assert main([*asked, "--quiet"]) == 0
    table = pd.read_parquet(folder / DONE / "estimates.parquet")
    error = table["estimate"] - table["truth"]
    assert np.abs(error - table["design_fault"] - table["measurement_fault"]).max() < 1e-9
    zero, one = (table[table["dose"] == dose] for dose in (0.0, 1.0))
    assert (zero[["truth", "record_effect", "spillover"]] == 0).all().all()
    # 30 per cent fewer people and reporting up by 80 per cent: records rise by 26 per cent
    assert one["truth"].mean() == pytest.approx(-30, abs=5)
    assert one["record_effect"].mean() == pytest.approx(26, abs=6)
    assert set(table["design"]) == {"before_after", "did_wild"}


@pytest.mark.slow
def test_a_red_verdict_says_what_to_do_next(asked, made_up, folder, capsys):
    assert main([*asked, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["state"] == BAD
    assert "survey" in answer["would_help"]
    done = conduct.again(folder / "results/e")
    for each in verdict(done.about, done.figures).designs:
        assert each.next
        assert each.why


@pytest.mark.slow
def test_the_page_is_whole_and_says_the_verdict(asked, made_up, folder, capsys):
    assert main(asked) == 0
    shown = capsys.readouterr().out
    page = (folder / DONE / "evaluation.html").read_text(encoding="utf-8")
    done = conduct.again(folder / "results/e")
    sentence = verdict(done.about, done.figures).sentence
    assert sentence in shown
    assert sentence in page
    assert "http" not in page.replace("http-equiv", "")
    for words in ("Assumes.", "Breaks here.", "Next.", "rank agreement", "What would help"):
        assert words in page


@pytest.mark.slow
def test_stored_estimates_are_judged_anew_without_runs(asked, made_up, folder, capsys):
    assert main([*asked, "--quiet"]) == 0
    runs = len(made_up.done)
    assert main(["evaluate", "results/e", "--alpha", "0.2", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["asked"]["alpha"] == 0.2
    assert len(made_up.done) == runs


def test_requests_that_cannot_be(asked, made_up, folder, capsys):
    for word in ("policy=raids", "policy@policy.two=raids", "lucks=2", "placebo=true"):
        assert main([*asked, word]) == 2, word
    assert main(["evaluate", "trainig_in_half"]) == 2
    assert "did you mean 'training_in_half'" in capsys.readouterr().err
    assert main(["evaluate", "mine.yaml", "--alpha", "2"]) == 2
    (folder / "results").mkdir()
    assert main(["evaluate", "results"]) == 2
    assert not made_up.done


@pytest.mark.slow
def test_scale_is_told(asked, made_up, folder, capsys):
    assert main(asked) == 0
    shown = capsys.readouterr().out
    assert "power is that of places of this size" in shown
    assert "Training in union south" in shown  # the policy by its name, not that it was none at first
    assert main([*asked, "people.scale=1000", "--replace"]) == 0
    assert "Ask for power with people.scale=1" in capsys.readouterr().out


def test_a_plan_is_one_object_for_a_program(asked, made_up, capsys):
    assert main([*asked, "--json", "--dry-run"]) == 0
    plan = json.loads(capsys.readouterr().out)
    assert (plan["status"], plan["runs"], plan["arms"]) == ("planned", 12, ["none", "dose 1"])
    assert not made_up.done


@pytest.mark.slow
def test_estimates_are_made_anew_when_their_code_has_changed_and_not_when_a_title_has(
    asked, text, made_up, folder, monkeypatch
):
    assert main([*asked, "--quiet"]) == 0
    done, real = [], conduct.estimate_all
    monkeypatch.setattr(conduct, "estimate_all", lambda *all_: done.append(1) or real(*all_))
    changed = text.replace("Training in half", "Another title").replace("Would police", "Do police")
    (folder / "mine.yaml").write_text(changed, encoding="utf-8")
    assert main([*asked, "--quiet"]) == 0
    said = (folder / DONE / "evaluation.md").read_text(encoding="utf-8")
    assert said.startswith("# Another title\n\nDo police records tell?")
    assert not done
    monkeypatch.setattr(conduct, "code_hash", lambda: "another version")
    assert main([*asked, "--quiet"]) == 0
    assert done == [1]


@pytest.mark.slow
def test_runs_that_failed_stay_on_the_page(asked, monkeypatch, folder, capsys):
    def make(job):
        if job.seed == 2 and any(policy.levers for policy in job.scenario.policies):
            return RunResult(job.key, job.seed, failure=Failure("week", "boom", "labyrinth run"))
        return made_up_run(job)

    made_up_runs(monkeypatch, make)
    assert main([*asked, "seeds=7"]) == 1
    shown = capsys.readouterr().out
    page = (folder / DONE / "evaluation.html").read_text(encoding="utf-8")
    for said in (shown, page):
        assert "Monte-Carlo error of 6 worlds at each dose" in said
        assert "Runs that failed: dose 1 with seed 2 (" in said
        assert "made of the 6 of 7 worlds" in said
    assert main(["evaluate", "results/e", "--json"]) == 1
    (failure,) = json.loads(capsys.readouterr().out)["failures"]
    assert (failure["arm"], failure["seed"]) == ("dose 1", 2)


def test_without_a_name_the_shipped_evaluations_are_listed(capsys):
    assert main(["evaluate"]) == 0
    assert "training_in_half" in capsys.readouterr().out


@pytest.mark.slow
def test_an_evaluation_over_an_ensemble_has_a_world_for_every_set_and_seed(made_up, text, folder):
    (folder / "own" / "ensemble").mkdir(parents=True)
    sets = "set,debt.markup\n1,0.4\n2,0.6\n3,0.9\n"
    (folder / "own" / "ensemble" / "mine.csv").write_text(sets, encoding="utf-8")
    (folder / "own" / "ensemble" / "mine.json").write_text('{"world": "archetypes"}', encoding="utf-8")
    (folder / "mine.yaml").write_text(text, encoding="utf-8")
    words = [f"hydra.searchpath=[file://{folder / 'own'}]", "ensemble=mine"]
    done = conduct.evaluate(read_evaluation(folder / "mine.yaml", words), [1, 2], name="fits")
    assert set(done.estimates["setting"]) == {"world 1", "world 2", "world 3"}
    assert len(done.estimates) == 3 * 2 * 2 * 2  # sets, seeds, doses, designs
    assert done.about["worlds"] == 3
    assert "in each of 3 worlds that fit" in (done.folder / "evaluation" / "evaluation.md").read_text(encoding="utf-8")

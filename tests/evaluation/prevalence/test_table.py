"""The table of methods: figures from stored estimates, the verdict, the request, and one small run of everything."""

from __future__ import annotations

import json
import math
import pickle
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.cli.main import main
from sim.evaluation.prevalence import runs, words
from sim.evaluation.prevalence.cards import CARDS
from sim.evaluation.prevalence.methods import ALL, FROM_LISTS
from sim.evaluation.prevalence.request import Request, read_request
from sim.evaluation.prevalence.runs import Finished, gather, rounds
from sim.evaluation.prevalence.scores import BAD, FAIR, GOOD, best, interviews_needed, scores, state_of
from sim.ground.errors import RequestError
from sim.scenario.scenario import Scenario


def estimates(ratio: dict[int, list[float]], method: str = "time_location", width: float = 0.2) -> pd.DataFrame:
    """Estimates over a truth of 100, by seed and year."""
    rows = [
        {"world": "w", "seed": seed, "method": method, "kind": ALL, "group": ALL, "year": year, "truth": 100.0,
         "estimate": 100 * each, "low": 100 * (each - width), "high": 100 * (each + width), "interviews": 50.0,
         "listed": 40.0, "note": ""}
        for seed, years in ratio.items() for year, each in enumerate(years)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_figures_by_hand() -> None:
    row = scores(estimates({1: [1.1, 0.9], 2: [1.5, 1.3]})).iloc[0]
    assert row["bias"] == pytest.approx(0.2)
    assert row["rmse"] == pytest.approx(math.sqrt((0.01 + 0.01 + 0.25 + 0.09) / 4))
    assert row["coverage"] == 0.5
    between = [math.log(0.9 / 1.1), math.log(1.3 / 1.5)]
    assert row["change"] == pytest.approx(1 - math.exp(-2.8016 * math.sqrt(np.mean(np.square(between)))), rel=1e-3)
    # leaving one of two seeds out: half the distance between their means
    assert row["bias_error"] == pytest.approx(abs(0.0 - 0.4) / 2)
    assert row["interviews"] == 50
    assert row["rounds"] == 4


def test_rounds_without_a_number_are_counted_and_one_seed_has_no_error() -> None:
    given = estimates({1: [1.0, math.nan]})
    row = scores(given).iloc[0]
    assert row["not_possible"] == 0.5
    assert math.isnan(row["bias_error"])
    assert state_of(row) == BAD


def test_rounds_with_nobody_are_no_fault_of_a_method() -> None:
    some = estimates({1: [1.0, 1.0], 2: [1.0, 1.1]})
    some.loc[1, ["truth", "estimate"]] = [0.0, 3.0]
    assert scores(some).iloc[0]["not_possible"] == 0
    nobody = scores(some.assign(truth=0.0))
    assert "no number: nobody is exploited" in words.table(nobody, "w")[1][0][-1]
    assert words.verdict(nobody, "w").sentence.startswith("No: nobody is exploited in this world")


def test_a_share_of_all_rounds_has_an_error() -> None:
    row = scores(estimates({1: [1.0, 1.0], 2: [1.0, 1.0]})).iloc[0]
    assert row["coverage"] == 1
    assert row["coverage_error"] == pytest.approx(math.sqrt(5 / 36 / 2))  # of half a seed more, of two
    assert row["not_possible_error"] == row["coverage_error"]


def test_the_verdict_names_the_best_method_and_always_the_next_step() -> None:
    good, bad = {1: [1.0, 1.05], 2: [0.95, 1.0]}, {1: [0.2, 0.3], 2: [0.2, 0.25]}
    table = scores(pd.concat([estimates(bad, "scale_up"), estimates(good)]))
    row = best(table)
    assert row is not None
    assert row["method"] == "time_location"
    assert state_of(row) == GOOD
    found = words.verdict(table, "w")
    assert found.sentence.startswith("Yes")
    red = words.verdict(scores(estimates(bad, "scale_up")), "w")
    assert red.state == BAD
    assert "too small" in red.sentence
    assert red.change == f"More interviews alone would not help. {CARDS['scale_up'].change}"
    nothing = words.verdict(scores(estimates({1: [math.nan]})), "w")
    assert nothing.state == BAD
    assert nothing.change


def test_methods_are_held_against_one_another_over_all_worlds() -> None:
    good, bad = {1: [1.0, 1.05], 2: [0.95, 1.0]}, {1: [0.2, 0.3], 2: [0.2, 0.25]}
    both = [estimates(bad, "scale_up"), estimates(good)]
    table = scores(pd.concat([*both, *(each.assign(world="v") for each in both)]))
    about = {"worlds": {"w": {}, "v": {}}, "methods": ["scale_up", "time_location"]}
    heads, rows = words.across(about, table)
    assert heads[1:3] == ["RMSE in w, %", "RMSE in v, %"]
    assert [row[0] for row in rows] == [CARDS["time_location"].title, CARDS["scale_up"].title]
    assert [row[-1] for row in rows] == ["2 of 2", "0 of 2"]
    assert words.across(about | {"worlds": {"w": {}}}, table)[1] == []


def test_where_chance_stands_in_the_way_the_verdict_says_how_many_to_ask() -> None:
    wide = {1: [1.4, 0.6], 2: [0.6, 1.4]}
    row = scores(estimates(wide, width=0.5)).iloc[0]
    assert state_of(row) == FAIR
    assert interviews_needed(row) == math.ceil(50 * 0.16 / 0.0625)
    assert "Ask 128 people where 50 are asked now." in words.verdict(scores(estimates(wide, width=0.5)), "w").change


def test_every_method_has_a_card_that_says_what_breaks_and_what_to_do() -> None:
    assert set(FROM_LISTS) < set(CARDS)
    for name, card in CARDS.items():
        assert all(len(part) > 4 for part in card), name


def write(folder: Path, text: str) -> Path:
    path = folder / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("worlds: {a: [world=corridor]}\nmethod: [chao]", "no part 'method'"),
        ("worlds: {a: [world=corridor]}\nmethods: [choa]", "chao"),
        ("worlds: {a: [world=corridor]}\nmethods: []", "one method or more"),
        ("worlds: {a: [world=corridor]}\nfieldwork: {knowz: 1}", "knows"),
        ("worlds: {a: [world=corridor]}\ndraws: 1", "draws"),
        ("worlds: {a: [world=corridor, time.years=1.5]}", "whole years"),
        ("title: nothing", "worlds must name"),
        ("worlds: {a: [world=corridor, lucks=3]}", "lucks=3 has no use here"),
        ("worlds: {a: [world=corridor, seeds=2], b: [world=corridor, seeds=8]}", "one seeds, .*: a 2, b 8"),
        ("worlds: {a: [world=corridor, name=x], b: [world=corridor]}", "one name, .*: a x, b none"),
    ],
)
def test_what_is_wrong_with_a_request_is_said(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(RequestError, match=said):
        read_request(write(tmp_path, text))


SMALL = """
title: small
worlds:
  corridor: [world=corridor, people.size=600, time.years=1, time.burn_in_weeks=60]
methods: [independence, chao, chain_share, scale_up, time_location, household]
draws: 10
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("prevalence"), SMALL)


def test_rounds_count_the_people_whom_the_run_counts(small: Path) -> None:
    request: Request = read_request(small)
    scenario: Scenario = request.worlds["corridor"]
    (about,) = rounds(scenario, 3, request)
    people = about.moment.people
    in_year = about.captures.query("exploited and not copy")
    assert people["now"].sum() <= people["year"].sum() <= len(in_year)  # who died or came of age is in captures only
    assert people["year"].sum() >= 0.8 * len(in_year)
    at_work = about.moment.at_work
    assert (at_work["venue"] >= 0).all()
    ties = about.moment.ties
    assert (ties != ties.T).nnz == 0
    assert ties.diagonal().sum() == 0
    together = np.flatnonzero(at_work["venue"] == np.bincount(at_work["venue"]).argmax())
    assert ties[together[0], together[1]]  # who works at one place now has met there


def test_the_command_writes_a_page_and_judges_it_again(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    asked = ["prevalence", str(small), "seeds=1", "name=t", "workers=1", "--json"]
    assert main(asked) == 0
    answer = json.loads(capsys.readouterr().out)
    assert {row["method"] for row in answer["scores"]} >= {"independence", "household"}
    page = (tmp_path / "results/t/prevalence/prevalence.html").read_text(encoding="utf-8")
    assert answer["verdicts"]["corridor"]["change"] in (tmp_path / "results/t/prevalence/prevalence.md").read_text(
        "utf-8"
    )
    assert "http" not in page  # nothing has to be fetched
    kept = pd.read_parquet(tmp_path / "results/t/prevalence/estimates.parquet")
    assert "person" not in kept.columns
    assert main(["prevalence", "results/t", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["scores"] == answer["scores"]
    for other in ("report", "check"):
        assert main([other, "results/t"]) == 2
        assert "labyrinth prevalence results/t" in capsys.readouterr().err
    assert main(["prevalence", str(small), "seeds=2", "name=t", "--quiet"]) == 2  # the name is taken by another request


def test_a_plan_is_one_object_for_a_program(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prevalence", str(small), "seeds=2", "name=t", "workers=1", "--dry-run", "--json"]) == 0
    plan = json.loads(capsys.readouterr().out)
    assert (plan["status"], plan["runs"], plan["worlds"]) == ("planned", 2, ["corridor"])


class Backwards(Executor):
    """Does what it is given when it is asked for, the last first, as other processes may."""

    def __init__(self) -> None:
        self.given: list[tuple[Future[Any], Any]] = []

    def submit(self, function: Any, /, *arguments: Any, **_: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.given.append((future, pickle.dumps((function, arguments))))
        if len(self.given) == 2:
            for made, sent in reversed(self.given):
                what, of = pickle.loads(sent)  # noqa: S301 - our own
                made.set_result(what(*of))
        return future


def test_the_order_in_which_runs_finish_changes_no_bit_and_a_stopped_table_goes_on(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = read_request(small, ["people.size=300"])
    kept = Finished(tmp_path / "runs", "a key")
    here = gather(request, [1, 2], finished=kept)
    pd.testing.assert_frame_equal(here, gather(request, [1, 2], executor=Backwards()))
    assert len(kept.there()) == 2
    assert not Finished(kept.folder, "another key").there()
    broken, whole = sorted(kept.folder.glob("*.parquet"))
    broken.write_bytes(b"")
    done = []
    real = runs.estimates_of
    monkeypatch.setattr(runs, "estimates_of", lambda *run: done.append(run[1:]) or real(*run))
    pd.testing.assert_frame_equal(here, gather(request, [1, 2], finished=kept))
    assert len(done) == 1
    assert whole.exists()
    kept.clear()
    assert not kept.there()


@pytest.mark.slow
def test_processes_give_the_same_to_the_last_bit(small: Path) -> None:
    request = read_request(small, ["people.size=300"])
    pd.testing.assert_frame_equal(gather(request, [1, 2]), gather(request, [1, 2], workers=2), check_exact=True)

"""Lessons: the shipped ones are whole, worlds are paired, faults of a file are told at once, scores are right."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from experiments import lessons as lessons_kept
from sim.classroom import answers, bands, trial
from sim.classroom.lesson import Lesson
from sim.classroom.reading import LESSONS, read_lesson
from sim.classroom.running import DONE, PRIOR, Lives, World, change, messages
from sim.ground.errors import RequestError
from sim.results.statistics import t_interval
from sim.scenario.scenario import Scenario

UNKNOWN = "C4-" + "P99"  # in two parts, so that nothing takes it for a claim of this project


@pytest.fixture(scope="module")
def shipped() -> dict[str, Lesson]:
    return {name: read_lesson(LESSONS.find(name)) for name in LESSONS.names()}


def test_every_shipped_lesson_is_whole(shipped: dict[str, Lesson]) -> None:
    for lesson in shipped.values():
        assert sum(each.holds for each in lesson.mechanisms) == 1
        assert {each.true for each in lesson.statements} == {True, False}
        assert any(lever.stops[lever.start].dose for lever in lesson.levers)


def test_words_of_both_worlds_differ_in_the_policy_only(shipped: dict[str, Lesson]) -> None:
    lesson = shipped["telling_of_dangers"]
    assert lesson.with_levers((0, 0)) == lesson.without() == lesson.world
    both = lesson.with_levers((2, 1), "mechanisms.belief_learning=off")
    added = [word for word in both if word not in lesson.without("mechanisms.belief_learning=off")]
    assert added == [
        "policy=[danger_publicity,regular_channels]", "policy.danger_publicity.dose=2",
        "policy.regular_channels.dose=0.5",
    ]  # fmt: skip
    scenario = Scenario.compose(list(both))
    assert [policy.dose for policy in scenario.policies] == [2.0, 0.5]
    assert scenario.mechanisms["belief_learning"] == "off"


def test_what_is_asked_of_a_lesson_is_checked(small: Lesson) -> None:
    for asked, word in (
        (((9,),), "no stop 9"), (((1, 1),), "1 levers, not 2"), (((1,), "mechanisms.ageing=off"), "no such switch"),
        (((1,), "", 9), "luck goes from 1 to 4"),
    ):  # fmt: skip
        with pytest.raises(RequestError, match=word):
            small.checked(*asked)


def test_levers_share_a_budget(small: Lesson) -> None:
    bounded = replace(small, budget=2, levers=(replace(small.levers[0], start=1),) * 2)
    bounded.checked((1, 1))
    with pytest.raises(RequestError, match="2 steps, not 3"):
        bounded.checked((2, 1))
    assert (1, 1) in bounded.alone()
    assert max(map(sum, bounded.alone())) == 2


def test_all_faults_of_a_file_are_told_at_once(small_file: Path, tmp_path: Path) -> None:
    text = small_file.read_text(encoding="utf-8")
    for right, wrong in (
        ("metric: safety_reached", "metric: safety_reachd"), ("start: 3", "start: 9"),
        ("holds: false", "holds: perhaps"),
        ("C4-P03", UNKNOWN), ("debt_finance=off", "debt_finance=sometimes"), ("lives: in need", "lives: in ned"),
        ("minutes: 25", "minuets: 25"), ("finds: more", "finds: up"),
    ):  # fmt: skip
        assert right in text
        text = text.replace(right, wrong, 1)
    path = tmp_path / "wrong.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RequestError) as told:
        read_lesson(path)
    said = str(told.value)
    for words in ("'safety_reached'", "0 to 3", "true or false", UNKNOWN, "'sometimes'", "nobody can be picked",
                  "no key 'minuets'", "needs 'minutes'", "no direction 'up'"):  # fmt: skip
        assert words in said


def test_a_list_where_a_word_belongs_is_told_as_a_fault(small_file: Path, tmp_path: Path) -> None:
    content = yaml.safe_load(small_file.read_text(encoding="utf-8"))
    content["records"][0]["record"] = ["identified"]
    content["records"][0]["truth"] = ["identified"]
    content["sources"] = [["C4-P03"]]
    content["lives"] = ["in need"]
    path = tmp_path / "wrong.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    with pytest.raises(RequestError) as told:
        read_lesson(path)
    for words in ("nothing that an agency counts", "there is no evidence", "nobody can be picked"):
        assert words in str(told.value)


def test_worlds_that_are_too_large_or_have_a_policy_are_refused(small_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    words = small_file.read_text(encoding="utf-8").replace("people.size=300", "people.size=90000, policy=raids")
    path.write_text(words, encoding="utf-8")
    with pytest.raises(RequestError, match="at most 50000") as told:
        read_lesson(path)
    assert "name policies as levers" in str(told.value)


def test_a_lesson_that_is_not_there_names_the_nearest() -> None:
    with pytest.raises(RequestError, match="did you mean 'tied_visas'"):
        LESSONS.find("tied_visa")


# --- runs and bands ---------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_both_worlds_are_the_same_until_the_policy_begins(small: Lesson) -> None:
    left, right = ([*messages(World(words, 1, small.shown))] for words in (small.without(), small.with_levers((3,))))
    weeks = [week for message in left if "weeks" in message for week in message["weeks"]]
    assert weeks == list(range(-8, 52))
    courses = [
        [value for message in each if "weeks" in message for value in message["course"]["recorded_visas"]]
        for each in (left, right)
    ]
    assert courses[0][:8] == courses[1][:8]
    assert courses[0] != courses[1]
    assert set(left[-1][DONE]) == set(small.shown)
    assert left[-1][PRIOR] == right[-1][PRIOR]


@pytest.mark.slow
def test_lives_are_told_as_an_illustration(small: Lesson) -> None:
    (told,) = messages(Lives(small.with_levers(small.first), 1, "at home"))
    assert "no evidence" in told[DONE]
    assert "<section" in told[DONE]


def test_a_band_is_the_interval_of_changes_by_pair() -> None:
    pairs = [({"a": 10.0, "b": 0.0}, {"a": value, "b": 1.0}) for value in (12.0, 13.0, 14.0)]
    found = bands.band(pairs, ["a", "b"])
    known = t_interval([20.0, 30.0, 40.0])
    assert found["a"]["changes"] == [20.0, 30.0, 40.0]
    assert (found["a"]["mean"], found["a"]["direction"]) == (30.0, "more")
    assert found["a"]["low"] == pytest.approx(known.low, abs=0.01)
    rare = bands.band([({"a": 0.0}, {"a": 1.0}), ({"a": 2.0}, {"a": 1.0}), ({"a": 4.0}, {"a": None})], ["a"])["a"]
    assert rare["changes"] == [100.0, -100.0]  # what did not happen in a world counts there too
    assert found["b"] == {"changes": [], "mean": None, "low": None, "high": None, "direction": "same"}
    alike = bands.band([({"a": 10.0}, {"a": 12.0})] * 4, ["a"])["a"]  # no interval, from which nothing can be told
    assert (alike["mean"], alike["low"], alike["direction"]) == (20.0, None, "same")
    (reported,) = bands.with_reports(pairs, [({"a": 8.0}, {"a": 8.0})] * 3, ["a"]).values()
    assert reported["reports"] == [25.0, 62.5]
    assert change(0.0, 4.0) == -100.0
    assert change(None, 4.0) is None


# --- scores and answers -----------------------------------------------------------------------------------------


def test_scores_reward_who_is_right_and_says_so(small: Lesson) -> None:
    def score(sure: str, *, right: bool) -> float:
        given = [{"true": each.true if right else not each.true, "sure": sure} for each in small.statements]
        return answers.score_of_statements(small, given)

    assert score("certain", right=True) == pytest.approx(0.05**2, abs=1e-3)
    assert score("guessing", right=True) == score("guessing", right=False) == 0.25
    assert score("certain", right=True) < score("rather", right=True) < 0.25 < score("certain", right=False)
    band = {"x": {"direction": "more"}}
    guess, wrong, right = (
        answers.score_of_predictions([{"metric": "x", "direction": way, "sure": sure}], band)
        for way, sure in (("same", "guessing"), ("fewer", "certain"), ("more", "certain"))
    )
    assert (guess, right) == (pytest.approx(2 / 3, abs=1e-3), pytest.approx(0.004, abs=1e-3))
    assert right < guess < wrong < 2


def test_answers_are_kept_and_a_cut_line_is_left_out(small: Lesson, before: dict, tmp_path: Path) -> None:
    kept = answers.Answers(tmp_path)
    kept.add(answers.checked(small, before))
    kept.path.write_text(kept.path.read_text() + '{"lesson": "small", "pup', encoding="utf-8")
    again = answers.Answers(tmp_path)
    assert (again.lines, again.damaged) == (2, 1)
    assert again.of("small", before["pupil"], "before") is not None
    again.add(answers.checked(small, {"pupil": before["pupil"], "part": "explain", "choice": 0}))
    table = answers.as_csv(answers.Answers(tmp_path).all(), {"small": small}).splitlines()
    assert len(table) == 1 + len(small.outcomes) + len(small.statements) + 1
    assert table[0].startswith("at,lesson,pupil,part,kind,item,answer")
    assert table[-1].endswith("explanation,1,1,,,True,")


def test_answers_are_checked(small: Lesson, before: dict) -> None:
    wrong = before | {"pupil": "../../etc", "predictions": [{"direction": "up", "size": 1e9, "sure": "very"}] * 3}
    with pytest.raises(RequestError) as told:
        answers.checked(small, wrong)
    for words in ("16 hexadecimal digits", "no direction", "size must be", "sure cannot be"):
        assert words in str(told.value)
    unhashable = [item | {"sure": ["sure"]} for item in before["predictions"]]
    with pytest.raises(RequestError, match="sure cannot be"):
        answers.checked(small, before | {"predictions": unhashable})
    for given in ([], None, "x", {"part": "before"}, before | {"part": "after", "statements": [1, 2, 3]}):
        with pytest.raises(RequestError):
            answers.checked(small, given)


def test_a_class_that_is_full_is_told_so(small: Lesson, before: dict, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(answers, "MOST_PUPILS", 1)
    kept = answers.Answers(tmp_path)
    kept.add(answers.checked(small, before))
    with pytest.raises(RequestError, match="--answers FOLDER"):
        kept.add(answers.checked(small, before | {"pupil": "f" * 16}))


# --- what lessons rest on -----------------------------------------------------------------------------------------


def test_kept_effects_are_of_the_lessons_as_they_are_and_what_these_tell(shipped: dict[str, Lesson]) -> None:
    kept = lessons_kept.read()
    assert {each.lesson for each in kept} == set(shipped)
    for name, lesson in shipped.items():
        found = [each for each in kept if each.lesson == name]
        assert {(each.off, each.metric) for each in found} == {
            (off, metric) for off in ("", *lesson.switches) for metric in lesson.shown
        }
        assert {each.pairs for each in found} == {lesson.seeds}
        trial.check_told(lesson, found)
        assert lessons_kept.asked(lesson) == lessons_kept.about()["lessons"][name]["asked"], (
            "python -m experiments.lessons"
        )


def test_a_lesson_that_tells_something_else_is_found_out(shipped: dict[str, Lesson]) -> None:
    lesson = shipped["raids_and_private_places"]
    kept = [each for each in lessons_kept.read() if each.lesson == lesson.name]
    turned = [replace(each, direction="fewer" if each.direction == "same" else "same") for each in kept]
    with pytest.raises(RequestError, match="is told as") as told:
        trial.check_told(lesson, turned)
    assert "without mechanisms.private_venues=off" in str(told.value)


@pytest.mark.slow
def test_the_model_shows_what_the_lesson_for_newcomers_tells(shipped: dict[str, Lesson]) -> None:
    """All lessons are tried by ``python -m experiments.lessons``; this one the front page names."""
    lesson = shipped["raids_and_private_places"]
    trial.check_told(lesson, trial.effects(lesson, switches=()))

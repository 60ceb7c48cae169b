"""A lesson as a browser shows it: from beginning to end by keyboard alone, checked by axe, wide and narrow, in dark."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from typing import Any

import pytest

from experiments.classroom import FOCUSED, expect_something, looked_at, reach, until, walk
from sim.classroom import page
from sim.classroom.bands import band
from sim.classroom.reading import LESSONS, read_lesson
from sim.classroom.running import Lives, World
from sim.classroom.worlds import Change, Spread

pytestmark = pytest.mark.slow


def canned() -> Any:
    """The made-up workers of this folder."""
    spec = importlib.util.spec_from_file_location("canned", Path(__file__).with_name("canned.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Canned()


@pytest.fixture(scope="module")
def room(serve, small, tmp_path_factory):
    """A classroom whose lesson has been run in worlds that fit, in each another way."""
    changes = tuple(Change(number, 3.0 * number - 20, 3.0 * number - 28, 3.0 * number - 12, way)
                    for number, way in enumerate(("fewer", "fewer", "same", "same", "more")))  # fmt: skip
    told = [
        Spread(
            each.metric,
            each.finds,
            (*changes, Change(9, None, None, None, "same")),
            Change(0, -14.0, -22.0, -6.0, "fewer"),
        )
        for each in small.outcomes
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(page, "spreads", lambda _: told)
        next_door = read_lesson(LESSONS.find("penalties_next_door"))
        yield serve({"small": small, next_door.name: next_door}, tmp_path_factory.mktemp("answers"), canned())


def test_a_lesson_by_keyboard_alone_without_violations(opened, room, small, tmp_path: Path) -> None:
    pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    shown = opened(room.address + "lesson/small")
    assert shown.evaluate("document.getElementById('run').hidden")
    reach(shown, "#commit", "Enter")
    assert "Still to be answered" in shown.inner_text("#prediction-fault")
    assert shown.evaluate(FOCUSED, "[name^=direction]")
    walk(shown, small)
    assert "Your score before was" in shown.inner_text("#scores")
    assert shown.inner_text("#after-title") == "7. Look back"
    assert shown.locator("#spreads svg").count() == len(small.outcomes)
    assert shown.locator("#spreads .so").count() + shown.locator("#spreads .other").count() == 3 * len(small.outcomes)
    assert "fewer or less in 2 of 6 worlds, more in 1" in shown.inner_text("#spreads")
    kept = [json.loads(line) for line in room.room.answers.path.read_text().splitlines()]
    assert {each["part"] for each in kept} == {"before", "explain", "after"}
    assert looked_at(shown, (("light", 1300), ("dark", 390))) == []
    assert shown.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 24, 29)"


def test_runs_play_step_replay_and_can_be_taken_along(opened, room, small) -> None:
    shown = opened(room.address + "lesson/small")
    expect_something(shown, small)
    shown.click("#step")
    until(shown, "document.getElementById('clock').textContent.includes('Week -26')")
    label = "document.querySelector('#charts svg').getAttribute('aria-label')"
    assert "course to week -26" in shown.evaluate(label)
    assert shown.is_disabled("#replay")
    shown.click("#jump")
    until(shown, "document.getElementById('clock').textContent === 'Week 51'")
    shown.focus("#lever-0")
    shown.keyboard.press("Home")
    until(shown, "!document.getElementById('replay').disabled")
    shown.wait_for_selector("#charts path.ghost", state="attached")
    for kind, words in (("command", "labyrinth run world=corridor"), ("python", "sim.Model"), ("link", "#levers=0")):
        if kind == "command":
            shown.click("summary:has-text('Take it along')")
        shown.click(f"[data-copy={kind}]")
        assert words in shown.input_value("#along")
    shown.click("#reset")
    shown.click("[data-copy=command]")
    assert "labyrinth compare visa_restriction" in shown.input_value("#along")
    shown.reload()  # no other pupil: what was expected is kept
    assert not shown.evaluate("document.getElementById('run').hidden")
    assert shown.is_disabled("#commit")
    assert shown.is_checked("[name=before-0][value=true]")
    assert shown.input_value("[name=before-sure-0]") == "rather"


def test_a_page_asks_for_the_words_that_its_lesson_means(opened, room) -> None:
    lesson = room.room.lessons["penalties_next_door"]
    shown = opened(room.address + "lesson/penalties_next_door")
    for stops in ((0,), (1,), (2,)):
        assert shown.evaluate("stops => Source.Words.withLevers(stops, '')", list(stops)) == list(
            lesson.with_levers(stops)
        )
    assert "policy.demand_criminalisation.levers=[{" in shown.evaluate("Source.Words.command([2], '')")


def test_the_index_leads_to_lessons(opened, room) -> None:
    pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    shown = opened(room.address, 390)
    assert looked_at(shown, (("light", 390),)) == []
    shown.click("a[href='lesson/small']")
    shown.wait_for_url("**/lesson/small")
    shown.wait_for_load_state()
    assert shown.title().startswith("Closing a visa")


def test_whoever_leads_sees_what_the_class_answers_as_it_comes(opened, room, small) -> None:
    pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    shown = opened(room.board + "small")
    until(shown, "document.getElementById('pupils').textContent.includes('said what they expect')")
    said = "Number(document.getElementById('pupils').textContent.split(' ')[0])"
    number = shown.evaluate(said)
    expect_something(opened(room.address + "lesson/small"), small)
    until(shown, f"{said} === {number + 1}")
    assert looked_at(shown, (("light", 1300), ("dark", 390))) == []
    shown = opened(room.board)
    assert looked_at(shown, (("dark", 390),)) == []
    shown.click("a[href='../../guide']")
    assert looked_at(shown, (("light", 390),)) == []


def test_a_single_page_needs_no_server(browser, small, tmp_path: Path) -> None:
    workers = canned()

    def joined(words: tuple[str, ...]) -> Any:
        return workers.ask(World(words, 1, small.shown)).messages[1:]

    bands = {
        switch: band([(dict.fromkeys(small.shown, 10.0), dict.fromkeys(small.shown, 12.0 + luck)) for luck in range(4)],
                     small.shown)
        for switch in ("", *small.switches)
    }  # fmt: skip
    lives = workers.ask(Lives((), 1, "anyone")).result
    runs = {" ".join(words): joined(words) for words in small.all_words()}
    path = tmp_path / "small.html"
    path.write_text(page.single(small, {"runs": runs, "bands": bands, "lives": lives}), encoding="utf-8")
    assert not re.search(r"(src|href)=\"(?!#|data:)", path.read_text(encoding="utf-8"))
    shown = browser.new_page(viewport={"width": 390, "height": 800})
    shown.on("console", lambda message: pytest.fail(message.text))
    shown.on("pageerror", lambda error: pytest.fail(str(error)))
    shown.on("request", lambda asked: asked.url.startswith("file:") or pytest.fail(asked.url))
    shown.goto(path.as_uri())
    expect_something(shown, small)
    shown.click("#jump")
    until(shown, "!document.getElementById('to-compare').disabled")
    shown.click("#to-compare")
    shown.wait_for_selector("#reveal svg")
    assert "you expected" in shown.inner_text("#reveal")
    shown.close()
